/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the sparc32 probe guest: the SPARC Reference MMU.
 *
 * Sources: SPARC Architecture Manual version 8, appendix H: H.3 (page table
 * entry), H.4 (probe), H.5 (fault status register); 5.1 (encodings of SETHI, OR, Ticc).
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_sparc;

/* Address 0, ACC 7 (supervisor: all), referenced, modified: 16 MiB. */
#define RUNTIME_ENTRY	UINT64_C(0x7e)

/* Fault types, bits 4:2 of the fault status; its level is bits 9:8. */
enum { FT_INVALID = 1, FT_PROTECTION, FT_PRIVILEGE, FT_TRANSLATION };

static uint64_t map_runtime(const struct guest_machine *m, uint8_t *area,
			    uint64_t pa, uint64_t *home)
{
	(void)m;
	(void)area;
	(void)pa;
	*home = 0;
	return RUNTIME_ENTRY;
}

static bool entry_is_invalid(uint64_t raw)
{
	return (raw & 3) == 0;
}

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

/* sethi %hi(pa), %o0; or %o0, %lo(pa), %o0; ta 0 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	extern const struct guest_machine guest_sparc32_srmmu;
	const struct guest_machine *m = &guest_sparc32_srmmu;
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put(m, page + GUEST_TAG_AT, 4, pa);
	guest_put(m, stub, 4, 0x11000000 | pa >> 10);
	guest_put(m, stub + 4, 4, 0x90122000 | (pa & 0x3ff));
	guest_put(m, stub + 8, 4, 0x91d02000);
}

/* Which entry the probe did not get; not why. */
static struct guest_answer translated(uint64_t address,
				      const struct mailbox_reply *reply)
{
	if (reply->vector != SPARC_PROBE || reply->address != address)
		return guest_answer(GUEST_ODD);
	return (struct guest_answer){ GUEST_FAULT_ABSENT,
				      (int8_t)(reply->syndrome + 1) };
}

/* Rights are not asked, and what is no entry to go on with reads as 0. */
static struct guest_answer translate_answer(struct guest_answer access,
					    enum pt_word word)
{
	if (word == PT_V_PERMISSION)
		return guest_answer(GUEST_OK);
	if (access.class == GUEST_FAULT_RESERVED)
		access.class = GUEST_FAULT_ABSENT;
	return access;
}

/*
 * Level L of a fault is that of the table: 1 the root, which is of puds.  QEMU 7.2
 * leaves it 0 where a right is missing.
 */
static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	static const uint8_t class[8] = {
		[0] = GUEST_ODD,
		[FT_INVALID] = GUEST_FAULT_ABSENT,
		[FT_PROTECTION] = GUEST_FAULT_DENIED,
		[FT_PRIVILEGE] = GUEST_FAULT_DENIED,
		[FT_TRANSLATION] = GUEST_FAULT_RESERVED,
		[5] = GUEST_FAULT_BUS, [6] = GUEST_ODD, [7] = GUEST_ODD,
	};
	const uint64_t level = reply->syndrome >> 8 & 3;
	const uint32_t want = probe->access == PT_EXEC ? SPARC_TRAP_FETCH :
							 SPARC_TRAP_DATA;

	(void)m;
	(void)control;
	if (probe->translate)
		return translated(address, reply);
	if (reply->vector != want ||
	    (reply->address & ~UINT64_C(0xfff)) !=
		    (address & UINT64_C(0xfffff000)))
		return guest_answer(GUEST_ODD);
	if (class[reply->syndrome >> 2 & 7] == GUEST_FAULT_DENIED)
		return guest_answer(GUEST_FAULT_DENIED);
	return (struct guest_answer){ class[reply->syndrome >> 2 & 7],
				      (int8_t)(level + 1) };
}

extern const struct guest_machine guest_sparc32_srmmu;

const struct guest_machine guest_sparc32_srmmu = {
	.format = "sparc32-srmmu",
	.architecture = "sparc",
	.program = "qemu-system-sparc",
	.package = "qemu-system-sparc",
	.board = "SS-5",
	.cpu = "Fujitsu-MB86904",
	.image = &guest_image_sparc,
	.image_at = 0,
	.rom = &guest_image_sparc,
	.boot = "-bios",
	.ram_pa = 0,
	/* Empty slots for memory, which read as 0, and devices. */
	.devices = { { 0x4000000, 0xfc000000 } },
	.va_bits = 32,
	.zero_extended = true,
	.root_entries = 256,
	.root_entry_bytes = 4,
	.root_shift = 24,
	.first_slot_only = true,
	.big_endian = true,
	.word_bytes = 4,
	.accesses = GUEST_CAN_ALL,
	/* One will do, as the probe asks for an entry, not for rights. */
	.translates = GUEST_CAN(PT_AS_KERNEL, PT_READ),
	.translate_mask = UINT64_C(0xffffff000),
	.translate_answer = translate_answer,
	.flushes_each = true,
	.map_runtime = map_runtime,
	.entry_is_invalid = entry_is_invalid,
	.root_register = root_register,
	.tag_page = tag_page,
	.classify = classify,
	/* It has no faults of the accessed and dirty flags. */
	.class_of = {
		[PT_V_OK] = GUEST_OK,
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,
		[PT_V_RESERVED] = GUEST_FAULT_RESERVED,
		[PT_V_ADDRSIZE] = GUEST_FAULT_BUS,
		[PT_V_CANONICAL] = GUEST_NOT_RUN,
		[PT_V_ACCESS] = GUEST_NOT_RUN,
		[PT_V_DIRTY] = GUEST_NOT_RUN,
		[PT_V_WALKBUS] = GUEST_FAULT_BUS,
	},
	.tells_depth = (uint16_t)~(1u << PT_V_OK | 1u << PT_V_PERMISSION),
};
