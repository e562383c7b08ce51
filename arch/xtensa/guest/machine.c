/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the Xtensa probe guest: MMU with autorefill, core DC232B.
 *
 * Sources: Xtensa Instruction Set Architecture Reference Manual, 4.4.1 (exception
 * causes), 4.6.5 (MMU option: autorefill, attributes, rings), chapter 6 (encodings
 * of MOVI, SLLI, OR, SYSCALL).
 *
 * The board is QEMU's "none": a processor and RAM at address 0.  The boards of real
 * machines (lx60, virt) make RAM of their own, which cannot be shared.
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_xtensa;

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return XTENSA_STATIC + pa;
}

static void put24(uint8_t **at, uint32_t word)
{
	for (unsigned i = 0; i < 3; i++)
		*(*at)++ = (uint8_t)(word >> 8 * i);
}

/* MOVI of a number of 10 bits. */
static uint32_t movi(uint32_t reg, uint32_t number)
{
	return 0x00a002 | reg << 4 | (number >> 8) << 8 | (number & 0xff) << 16;
}

/* a2 = pa, a page, in pieces of 10 bits; a3 is lost; syscall */
static void tag_page(uint8_t *page, uint64_t pa)
{
	const uint32_t pfn = (uint32_t)(pa >> 12);
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put32(page + GUEST_TAG_AT, (uint32_t)pa);
	put24(&stub, movi(2, pfn >> 10));
	put24(&stub, movi(3, pfn & 0x3ff));
	put24(&stub, 0x112260);			/* slli a2, a2, 10 */
	put24(&stub, 0x202230);			/* or a2, a2, a3 */
	put24(&stub, 0x112240);			/* slli a2, a2, 12 */
	put24(&stub, 0x005000);			/* syscall */
}

/*
 * A miss is one of the page that holds the ptes, so of the table above.  A pte that
 * is no page has an attribute that prohibits every access, as that of a page may
 * prohibit a store or a fetch, but not a load: those two the cause does not tell
 * apart.  The ring is looked at first.
 */
static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	static const struct {
		uint8_t miss, privilege, prohibited, class;
	} cause[PT_ACCESSES] = {
		[PT_READ] = { XTENSA_DATA_MISS, XTENSA_DATA_PRIVILEGE,
			      XTENSA_LOAD_PROHIBITED, GUEST_FAULT_ABSENT },
		[PT_WRITE] = { XTENSA_DATA_MISS, XTENSA_DATA_PRIVILEGE,
			       XTENSA_STORE_PROHIBITED, GUEST_FAULT_DENIED },
		[PT_EXEC] = { XTENSA_FETCH_MISS, XTENSA_FETCH_PRIVILEGE,
			      XTENSA_FETCH_PROHIBITED, GUEST_FAULT_DENIED },
	};
	const bool user = probe->privilege == PT_AS_USER;
	const unsigned access = probe->access;

	(void)m;
	(void)control;
	if (reply->address != (address & UINT32_MAX))
		return guest_answer(GUEST_ODD);
	if (reply->vector == cause[access].miss)
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_PMD };
	if (reply->vector == cause[access].prohibited)
		return (struct guest_answer){ cause[access].class, PT_PTE };
	if (user && reply->vector == cause[access].privilege)
		return (struct guest_answer){ GUEST_FAULT_PRIVILEGE, PT_PTE };
	return guest_answer(GUEST_ODD);
}

/* What is below the static ways. */
static bool reaches(const struct guest_machine *m,
		    const struct guest_probe *probe)
{
	(void)m;
	return (probe->va & UINT32_MAX) < XTENSA_STATIC;
}

extern const struct guest_machine guest_xtensa;

const struct guest_machine guest_xtensa = {
	.format = "xtensa",
	.architecture = "xtensa",
	.program = "qemu-system-xtensa",
	.package = "qemu-system-misc",
	.board = "none",
	.cpu = "dc232b",
	/* This board has nothing that resets the processor and starts it. */
	.arguments = (const char *const[]){
		"-device", "loader,addr=0xd0000000,cpu-num=0", NULL,
	},
	.image = &guest_image_xtensa,
	.image_at = 0,
	.ram_pa = 0,
	.va_bits = 32,
	.zero_extended = true,
	.root_entries = 1024,
	.root_entry_bytes = 4,
	.root_shift = 22,
	.word_bytes = 4,
	.beside = true,
	.accesses = GUEST_CAN_ALL,
	.reaches = reaches,
	.root_register = root_register,
	.tag_page = tag_page,
	.classify = classify,
	/* A page that is clean has no right to write. */
	.class_of = {
		[PT_V_OK] = GUEST_OK,
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,
		[PT_V_DIRTY] = GUEST_FAULT_DENIED,
		[PT_V_RESERVED] = GUEST_NOT_RUN,
		[PT_V_ADDRSIZE] = GUEST_NOT_RUN,
		[PT_V_CANONICAL] = GUEST_NOT_RUN,
		[PT_V_ACCESS] = GUEST_NOT_RUN,
		[PT_V_WALKBUS] = GUEST_NOT_RUN,
	},
	.also_of = {
		[PT_V_TRANSLATION] = 1u << GUEST_FAULT_DENIED,
		[PT_V_PERMISSION] = 1u << GUEST_FAULT_PRIVILEGE,
	},
	.tells_depth = 1u << PT_V_TRANSLATION | 1u << PT_V_PERMISSION |
		       1u << PT_V_DIRTY,
};
