/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the m68k probe guest: the 68040, pages of 4 KiB.
 *
 * Sources: M68040 User's Manual (M68040UM/AD), 3.2 (descriptors), 3.1.4 (MMUSR),
 * 8.4.6 (SSW of an access error); M68000 Family Programmer's Reference Manual, MOVE,
 * TRAP (encodings).
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_m68k;

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* move.l #pa, %d0; trap #0 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	uint8_t *stub = page + GUEST_STUB_AT;

	put16(page + GUEST_TAG_AT, (uint32_t)(pa >> 16));
	put16(page + GUEST_TAG_AT + 2, (uint32_t)pa);
	put16(stub, 0x203c);
	put16(stub + 2, (uint32_t)(pa >> 16));
	put16(stub + 4, (uint32_t)pa);
	put16(stub + 6, 0x4e40);
}

/* What PTEST left in MMUSR, whose other bits say something if R is set. */
static struct guest_answer translated(const struct guest_probe *probe,
				      uint64_t address,
				      const struct mailbox_reply *reply)
{
	const unsigned mmusr = (unsigned)reply->syndrome;

	if (reply->vector != M68K_MMUSR || reply->address != address)
		return guest_answer(GUEST_ODD);
	if (!(mmusr & M68K_MMUSR_R))
		return guest_answer(GUEST_FAULT_ABSENT);
	if ((mmusr & M68K_MMUSR_S && probe->privilege == PT_AS_USER) ||
	    (mmusr & M68K_MMUSR_W && probe->access == PT_WRITE))
		return guest_answer(GUEST_FAULT_DENIED);
	return guest_answer(GUEST_OK);
}

/*
 * What denied it is asked of PTEST for a read, which walks once more.  The frame's address may be that of any byte of the longword that was fetched.
 */
static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	const unsigned mmusr = (unsigned)(reply->syndrome >> 16);
	const bool read = reply->syndrome & M68K_SSW_RW;

	(void)m;
	(void)control;
	if (probe->translate)
		return translated(probe, address, reply);
	if (reply->vector != M68K_VECTOR_ACCESS ||
	    (reply->address & ~UINT64_C(3)) != address ||
	    read != (probe->access != PT_WRITE))
		return guest_answer(GUEST_ODD);
	if (!(mmusr & M68K_MMUSR_R))
		return guest_answer(GUEST_FAULT_ABSENT);
	if (mmusr & M68K_MMUSR_S && probe->privilege == PT_AS_USER)
		return guest_answer(GUEST_FAULT_DENIED);
	if (mmusr & M68K_MMUSR_W && probe->access == PT_WRITE)
		return guest_answer(GUEST_FAULT_DENIED);
	return guest_answer(GUEST_ODD);
}

/* In supervisor mode the first 16 MiB are transparent. */
static bool reaches(const struct guest_machine *m,
		    const struct guest_probe *probe)
{
	(void)m;
	return probe->privilege == PT_AS_USER || probe->va >= M68K_WINDOW_BYTES;
}

extern const struct guest_machine guest_m68k_motorola;

const struct guest_machine guest_m68k_motorola = {
	.format = "m68k-motorola",
	.architecture = "m68k",
	.program = "qemu-system-m68k",
	.package = "qemu-system-misc",
	.board = "virt",
	.cpu = "m68040",
	.image = &guest_image_m68k,
	.image_at = M68K_PROGRAM_AT,
	.rom = &guest_image_m68k,
	.image_in_rom = true,
	.boot = "-kernel",
	.ram_pa = 0,
	.va_bits = 32,
	.zero_extended = true,
	.root_entries = 128,
	.root_entry_bytes = 4,
	.root_shift = 25,
	.big_endian = true,
	.word_bytes = 4,
	.beside = true,
	.accesses = GUEST_CAN_ALL,
	.translates = GUEST_CAN_ALL,
	.translate_mask = M68K_MMUSR_PA,
	.flushes_each = true,
	.reaches = reaches,
	.root_register = root_register,
	.tag_page = tag_page,
	.classify = classify,
	/* Reserved is what the model MMU does not follow: indirect descriptors. */
	.class_of = {
		[PT_V_OK] = GUEST_OK,
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,
		[PT_V_RESERVED] = GUEST_NOT_RUN,
		[PT_V_ADDRSIZE] = GUEST_FAULT_ABSENT,
		[PT_V_CANONICAL] = GUEST_FAULT_ABSENT,
		[PT_V_ACCESS] = GUEST_FAULT_ABSENT,
		[PT_V_DIRTY] = GUEST_FAULT_ABSENT,
		[PT_V_WALKBUS] = GUEST_FAULT_ABSENT,
	},
};
