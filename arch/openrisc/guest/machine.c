/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the OpenRISC probe guest: 8-KiB pages, TLBs filled by software.
 *
 * Sources: OpenRISC 1000 Architecture Manual 1.3, chapter 5 (encodings of l.movhi,
 * l.ori, l.sys), 6.2 (exceptions, EEAR), 8.5 and 8.6 (page faults and misses).
 *
 * The board is QEMU's "none": a processor and RAM at address 0.  The boards of real
 * machines (or1k-sim, virt) make RAM of their own, which cannot be shared.
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_openrisc;
extern const struct guest_machine guest_openrisc;

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

/* l.movhi r11, pa >> 16; l.ori r11, r11, pa & 0xffff; l.sys 0 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	const struct guest_machine *m = &guest_openrisc;
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put(m, page + GUEST_TAG_AT, 4, pa);
	guest_put(m, stub, 4, 0x19600000 | pa >> 16);
	guest_put(m, stub + 4, 4, 0xa96b0000 | (pa & 0xffff));
	guest_put(m, stub + 8, 4, 0x20000000);
}

/* Where a miss stays a miss, the handler says which table had nothing. */
static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	const bool fetch = probe->access == PT_EXEC;
	const uint32_t fault = fetch ? OR1K_VECTOR_FETCH : OR1K_VECTOR_DATA;
	const uint32_t miss = fetch ? OR1K_VECTOR_FETCH_MISS :
				      OR1K_VECTOR_DATA_MISS;

	(void)m;
	(void)control;
	if (reply->address != (address & UINT32_MAX))
		return guest_answer(GUEST_ODD);
	if (reply->vector == fault)
		return (struct guest_answer){ GUEST_FAULT_DENIED, PT_PTE };
	if (reply->vector == miss && reply->syndrome == OR1K_NO_TABLE)
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_PMD };
	if (reply->vector == miss && reply->syndrome == OR1K_NO_PAGE)
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_PTE };
	return guest_answer(GUEST_ODD);
}

const struct guest_machine guest_openrisc = {
	.format = "openrisc",
	.architecture = "openrisc",
	.program = "qemu-system-or1k",
	.package = "qemu-system-misc",
	.board = "none",
	.cpu = "or1200",
	/* This board has nothing that resets the processor and starts it at 0x100. */
	.arguments = (const char *const[]){
		"-device", "loader,addr=0x100,cpu-num=0", NULL,
	},
	.image = &guest_image_openrisc,
	.image_at = 0,
	.ram_pa = 0,
	.va_bits = 32,
	.zero_extended = true,
	.root_entries = 256,
	.root_entry_bytes = 4,
	.root_shift = 24,
	.big_endian = true,
	.word_bytes = 4,
	.beside = true,
	.refill = true,
	.accesses = GUEST_CAN_ALL,
	.root_register = root_register,
	.tag_page = tag_page,
	.classify = classify,
	/* It has no faults of the accessed and dirty flags. */
	.class_of = {
		[PT_V_OK] = GUEST_OK,
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,
		[PT_V_RESERVED] = GUEST_NOT_RUN,
		[PT_V_ADDRSIZE] = GUEST_NOT_RUN,
		[PT_V_CANONICAL] = GUEST_NOT_RUN,
		[PT_V_ACCESS] = GUEST_NOT_RUN,
		[PT_V_DIRTY] = GUEST_NOT_RUN,
		[PT_V_WALKBUS] = GUEST_NOT_RUN,
	},
	.tells_depth = 1u << PT_V_TRANSLATION | 1u << PT_V_PERMISSION,
};
