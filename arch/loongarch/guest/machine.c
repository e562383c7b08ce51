/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the LoongArch probe guest, pages of 16 KiB.
 *
 * Sources: LoongArch Reference Manual, volume 1, v1.10: 5.4.4 (what is looked at in
 * which order), 7.4 (ESTAT: Ecode), 2.2 (LU12I.W, SYSCALL), appendix B (encodings).
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_loongarch;

/* Ecodes. */
enum {
	PIL = 1, PIS, PIF,	/* invalid: of a load, a store, a fetch */
	PME,			/* store to a page with D clear */
	PNR, PNX,		/* not readable, not executable */
	PPI = LOONG_ECODE_PPI,
	ADE,			/* no such address */
};

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

/* lu12i.w $a0, pa >> 12; syscall 0 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	guest_put64(page + GUEST_TAG_AT, pa);
	guest_put32(page + GUEST_STUB_AT,
		    0x14000004 | (uint32_t)(pa >> 12 & 0xfffff) << 5);
	guest_put32(page + GUEST_STUB_AT + 4, 0x002b0000);
}

/* What an Ecode says, if it is one of that access. */
static enum guest_class class_of_ecode(unsigned ecode, enum pt_access access)
{
	static const uint8_t invalid[PT_ACCESSES] = {
		[PT_READ] = PIL, [PT_WRITE] = PIS, [PT_EXEC] = PIF,
	};

	if (ecode == invalid[access])
		return GUEST_FAULT_ABSENT;
	if (ecode == PME && access == PT_WRITE)
		return GUEST_FAULT_DIRTY;
	if ((ecode == PNR && access == PT_READ) ||
	    (ecode == PNX && access == PT_EXEC))
		return GUEST_FAULT_DENIED;
	return ecode == PPI ? GUEST_FAULT_PRIVILEGE :
	       ecode == ADE ? GUEST_FAULT_CANONICAL : GUEST_ODD;
}

static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	const unsigned ecode = (unsigned)(reply->syndrome >>
					  LOONG_ECODE_SHIFT) & LOONG_ECODE_MASK;

	(void)m;
	(void)control;
	if (reply->address != address)
		return guest_answer(GUEST_ODD);
	return guest_answer(class_of_ecode(ecode, probe->access));
}

extern const struct guest_machine guest_loongarch64_16k;

/*
 * The low half, by PGDL.  RAM is at 0 as far as cases use it; the board takes no
 * less than a gigabyte.
 *
 * QEMU 7.2: LDPTE keeps 48 bits of an entry, so that NR and NX are lost.
 */
const struct guest_machine guest_loongarch64_16k = {
	.format = "loongarch64-16k",
	.architecture = "loongarch",
	.program = "qemu-system-loongarch64",
	.package = "qemu-system-misc",
	.board = "virt",
	.cpu = "la464",
	.image = &guest_image_loongarch,
	.image_at = LOONG_PROGRAM_AT,
	.rom = &guest_image_loongarch,
	.boot = "-bios",
	.ram_mib = 1024,
	.ram_pa = 0,
	.va_bits = 47,
	.zero_extended = true,
	.root_entries = 2048,
	.root_entry_bytes = 8,
	.root_shift = 36,
	.word_bytes = 8,
	.beside = true,
	.accesses = GUEST_CAN_ALL,
	.blind = { .rights = PT_R | PT_X, .words = 1u << PT_V_CANONICAL },
	.root_register = root_register,
	.tag_page = tag_page,
	.classify = classify,
	/*
	 * V is looked at first, then NX, PLV and NR, D last; WRITE and PRESENT are
	 * software's, and a page that may not be written has D clear.  Linux's
	 * handlers, which the verdicts are about, look at the rights first.
	 */
	.class_of = {
		[PT_V_OK] = GUEST_OK,
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,
		[PT_V_ACCESS] = GUEST_FAULT_ABSENT,
		[PT_V_DIRTY] = GUEST_FAULT_DIRTY,
		[PT_V_RESERVED] = GUEST_NOT_RUN,
		[PT_V_ADDRSIZE] = GUEST_NOT_RUN,
		[PT_V_CANONICAL] = GUEST_FAULT_CANONICAL,
		[PT_V_WALKBUS] = GUEST_NOT_RUN,
	},
	.also_of = {
		[PT_V_PERMISSION] = 1u << GUEST_FAULT_ABSENT |
				    1u << GUEST_FAULT_DIRTY |
				    1u << GUEST_FAULT_PRIVILEGE,
	},
};
