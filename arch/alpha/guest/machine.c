/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the Alpha probe guest: OSF/1, three levels, pages of 8 KiB.
 *
 * Sources: Alpha Architecture Reference Manual, 4th edition, II-B chapter 3 (address
 * space, KSEG, page table entry, translation, faults), I-4.2 (LDA, LDAH), appendix C
 * (encodings).
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_alpha;

#define PAGE_SHIFT 13

/* Of a table or page: valid, read by kernel and user. */
#define ENTRY(pa) ((pa) >> PAGE_SHIFT << 32 | 0x301)

/* One table of each level below the root: the program, for user mode. */
static uint64_t map_runtime(const struct guest_machine *m, uint8_t *area,
			    uint64_t pa, uint64_t *home)
{
	const uint64_t bytes = guest_root_bytes(m);
	uint8_t *level2 = area + bytes, *level3 = level2 + bytes;

	*home = 0;
	guest_put64(level2, ENTRY(pa + 2 * bytes));
	for (uint64_t at = 0; at < ALPHA_PROGRAM_END;
	     at += UINT64_C(1) << PAGE_SHIFT)
		guest_put64(level3 + (at >> PAGE_SHIFT) * 8,
			    ENTRY(m->ram_pa + at));
	return ENTRY(pa + bytes);
}

static bool entry_is_invalid(uint64_t raw)
{
	return (raw & 1) == 0;
}

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

/* ldah $0, high($31); lda $0, low($0); call_pal 0x80 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	const uint64_t high = (pa + 0x8000) >> 16;	/* low is signed */
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put64(page + GUEST_TAG_AT, pa);
	guest_put32(stub, 0x241f0000 | (uint32_t)(high & 0xffff));
	guest_put32(stub + 4, 0x20000000 | (uint32_t)(pa & 0xffff));
	guest_put32(stub + 8, 0x00000080);
}

static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	static const uint8_t by[PT_ACCESSES] = {
		[PT_READ] = ALPHA_BY_LOAD, [PT_WRITE] = ALPHA_BY_STORE,
		[PT_EXEC] = ALPHA_BY_FETCH,
	};
	static const uint8_t fault_on[PT_ACCESSES] = {
		[PT_READ] = ALPHA_FOR, [PT_WRITE] = ALPHA_FOW,
		[PT_EXEC] = ALPHA_FOE,
	};
	const uint64_t fault = reply->syndrome & 0xff;

	(void)m;
	(void)control;
	if (reply->vector != ALPHA_VECTOR_MMFAULT ||
	    reply->address != address ||
	    reply->syndrome >> 8 != by[probe->access])
		return guest_answer(GUEST_ODD);
	if (fault == fault_on[probe->access])
		return guest_answer(GUEST_FAULT_DENIED);
	return guest_answer(fault == ALPHA_TNV ? GUEST_FAULT_ABSENT :
			    fault == ALPHA_ACV ? GUEST_FAULT_PRIVILEGE :
						 GUEST_ODD);
}

/* KSEG is not translated by tables. */
static bool reaches(const struct guest_machine *m,
		    const struct guest_probe *probe)
{
	(void)m;
	return probe->va - ALPHA_KSEG >= ALPHA_KSEG_BYTES;
}

extern const struct guest_machine guest_alpha;

/*
 * QEMU 7.2 takes bit 43, not 42, for the sign of an address: it walks where there is
 * no address.
 */
const struct guest_machine guest_alpha = {
	.format = "alpha",
	.architecture = "alpha",
	.program = "qemu-system-alpha",
	.package = "qemu-system-misc",
	.board = "clipper",
	.cpu = "ev67",
	.image = &guest_image_alpha,
	.image_at = ALPHA_PROGRAM_AT,
	.rom = &guest_image_alpha,
	.image_in_rom = true,
	.boot = "-bios",
	.ram_pa = 0,
	.va_bits = 43,
	.root_entries = 1024,
	.root_entry_bytes = 8,
	.root_shift = 33,
	.word_bytes = 8,
	.accesses = GUEST_CAN_ALL,
	.reaches = reaches,
	.blind = { .words = 1u << PT_V_CANONICAL },
	.map_runtime = map_runtime,
	.entry_is_invalid = entry_is_invalid,
	.root_register = root_register,
	.tag_page = tag_page,
	.classify = classify,
	/*
	 * Linux's accessed and dirty pages are those whose enables of reading and
	 * writing are set, and access violations come before faults on an access.
	 */
	.class_of = {
		[PT_V_OK] = GUEST_OK,
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,
		[PT_V_ACCESS] = GUEST_FAULT_PRIVILEGE,
		[PT_V_DIRTY] = GUEST_FAULT_PRIVILEGE,
		/* Enables that are not those of user or kernel pages. */
		[PT_V_RESERVED] = GUEST_NOT_RUN,
		[PT_V_ADDRSIZE] = GUEST_NOT_RUN,
		[PT_V_CANONICAL] = GUEST_FAULT_PRIVILEGE,
		[PT_V_WALKBUS] = GUEST_NOT_RUN,
	},
	.also_of = { [PT_V_PERMISSION] = 1u << GUEST_FAULT_PRIVILEGE },
};
