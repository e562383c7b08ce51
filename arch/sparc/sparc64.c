/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sparc64: Linux's tree of translation table entries in sun4v form, from which
 * the TSB and the TLB are filled.
 *
 * Sources: Linux 6.12, arch/sparc/include/asm/pgtable_64.h, pgalloc_64.h;
 * arch/sparc/mm/init_64.c, sun4v_pgprot_init(); arch/sparc/include/asm/tsb.h
 * (the walk); include/linux/swap.h and swapops.h.  Hardware's part of an entry:
 * UltraSPARC Architecture 2005, chapter on memory management, "sun4v TTE".
 */
#include "../bits.h"

#include <tablewalk/format.h>

#define VALID		ARCH_BIT(63)
#define NFO		ARCH_BIT(62)	/* no fault only */
/* Software's: SOFT2 is 61..56, SOFT is 5 and 4. */
#define MODIFIED	ARCH_BIT(61)
#define ACCESSED	ARCH_BIT(60)
#define READ		ARCH_BIT(59)
#define WRITE		ARCH_BIT(58)
#define HUGE_PAGE	ARCH_BIT(56)	/* _PAGE_PMD_HUGE */
#define IE		ARCH_BIT(12)	/* invert endianness */
#define E		ARCH_BIT(11)	/* side effect */
#define CP		ARCH_BIT(10)
#define CV		ARCH_BIT(9)
#define P		ARCH_BIT(8)	/* privileged */
#define EXEC		ARCH_BIT(7)
#define W		ARCH_BIT(6)
#define PRESENT		ARCH_BIT(4)
#define RESERVED	ARCH_BIT(3)
#define SIZE		ARCH_BITS(2, 0)
#define SIZE_4M		ARCH_AT(3, 0)	/* _PAGE_SZHUGE_4V */
/* The address: bits 55..13, in place. */
#define PA_END		56

/*
 * Linux: type in bits 19..13, offset in 63..21, 20 (exclusive) clear.  The walk
 * of tsb.h asks for VALID only, so no offset may reach bit 63.
 */
#define TYPE_SWAP	ARCH_AT(1, 13)	/* any swap file */
#define TYPE_MIGRATION	ARCH_AT(26, 13)	/* SWP_MIGRATION_WRITE */
#define TYPE_MARKER	ARCH_AT(31, 13)	/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, 21)	/* PTE_MARKER_POISONED */

#define EXACT_NONE { .count = 1, .list[0] = { UINT64_MAX, 0 } }

/*
 * page_none has none of READ, WRITE and EXEC; all others have READ, without
 * which an entry is never valid.
 */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = READ | WRITE | EXEC | P,                               \
		.right[0] = { true, P },                                       \
		.right[PT_R] = { true, P | READ },                             \
		.right[PT_R | PT_W] = { true, P | READ | WRITE },              \
		.right[PT_R | PT_X] = { true, P | READ | EXEC },               \
		.right[PT_R | PT_W | PT_X] = { true,                           \
					       P | READ | WRITE | EXEC },      \
		.right[PT_USER] = { true, 0 },                                 \
		.right[PT_R | PT_USER] = { true, READ },                       \
		.right[PT_R | PT_W | PT_USER] = { true, READ | WRITE },        \
		.right[PT_R | PT_X | PT_USER] = { true, READ | EXEC },         \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, READ | WRITE |  \
							       EXEC },         \
	}

/* Each with no right, or readable; cached, or with side effects. */
#define CARE(shift)                                                            \
	(NFO | HUGE_PAGE | IE | E | CP | CV | PRESENT | RESERVED | SIZE |      \
	 ARCH_BITS_UPTO(shift, 13))
#define LEAF(shift, size)                                                      \
	{                                                                      \
		.match = {                                                     \
			.count = 4,                                            \
			.list = {                                              \
				{ CARE(shift) | READ | WRITE | EXEC,           \
				  (size) | PRESENT | CP | CV },                \
				{ CARE(shift) | READ,                          \
				  (size) | PRESENT | CP | CV | READ },         \
				{ CARE(shift) | READ | WRITE | EXEC,           \
				  (size) | PRESENT | E },                      \
				{ CARE(shift) | READ,                          \
				  (size) | PRESENT | E | READ },               \
			},                                                     \
		},                                                             \
		.fixed = (size) | PRESENT,                                     \
		.pa = { .lsb = (shift), .width = PA_END - (shift),             \
			.pa_shift = (shift) },                                 \
		.rights = RIGHTS,                                              \
		.accessed = { ACCESSED, ACCESSED, 0 },                         \
		.dirty = { MODIFIED, MODIFIED, 0 },                            \
		.memtype = {                                                   \
			.mask = CP | CV | E,                                   \
			.type[PT_MEM_WB] = { true, CP | CV },                  \
			.type[PT_MEM_UC] = { true, E },                        \
		},                                                             \
		.derived_count = 2,                                            \
		.derived = {                                                   \
			/* __ACCESS_BITS_4V, pte_mkold(), page_none. */        \
			{ .bits = VALID, .on = VALID, .off = 0,                \
			  .mask = PT_R | PT_ACCESSED,                          \
			  .value = PT_R | PT_ACCESSED },                       \
			/* __pte_mkhwwrite(). */                               \
			{ .bits = W, .on = W, .off = 0,                        \
			  .mask = PT_W | PT_DIRTY,                             \
			  .value = PT_W | PT_DIRTY },                          \
		},                                                             \
	}

/*
 * A pointer is the physical address of a table of 8 KiB and nothing else: none
 * can lie at 0.
 */
#define POINTER                                                                \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ~ARCH_BITS(PA_END - 1, 13), 0 },          \
		},                                                             \
		.pa = { .lsb = 13, .width = PA_END - 13, .pa_shift = 13 },     \
	}

#define DIRECTORY(name, shift)                                                 \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = 10, .entry_bytes = 8,       \
		.none = EXACT_NONE,                                            \
		.table = POINTER,                                              \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

#define SOFT(type)                                                             \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { VALID | ARCH_BITS(20, 0), (type) },       \
		},                                                             \
		.fixed = (type),                                               \
		.payload = { .lsb = 21, .width = 42, .pa_shift = 13 },         \
	}

const struct pt_format pt_format_sparc64 = {
	.name = "sparc64",
	.architecture = "sparc",
	.manual = "Linux 6.12, arch/sparc/include/asm/pgtable_64.h, "
		  "arch/sparc/mm/init_64.c; UltraSPARC Architecture 2005, "
		  "sun4v TTE",
	.va_rule = PT_VA_ZERO,
	.top = PT_P4D,
	.page_shift = 13,
	.va_bits = 53,
	.va_word_bits = 64,
	.pa_bits = 48,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	/* QEMU's niagara machine, the sun4v one. */
	.ram_base = UINT64_C(0x80000000),
	.level = {
		/* Linux's pgd; it asks p4d_*(). */
		[PT_P4D] = DIRECTORY("pgd", 43),
		[PT_PUD] = DIRECTORY("pud", 33),
		[PT_PMD] = {
			/* 8 MiB, which is two TTEs of 4 MiB in hardware. */
			.manual_name = "pmd",
			.va_shift = 23, .index_bits = 10, .entry_bytes = 8,
			.none = EXACT_NONE,
			.table = POINTER,
			.leaf = LEAF(23, HUGE_PAGE | SIZE_4M),
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
				[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF |
					    PT_SAYS_BAD,
			},
		},
		[PT_PTE] = {
			.manual_name = "pte",
			.va_shift = 13, .index_bits = 10, .entry_bytes = 8,
			.none = EXACT_NONE,
			.leaf = LEAF(13, 0),
			.swap = SOFT(TYPE_SWAP),
			.migration = SOFT(TYPE_MIGRATION),
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { UINT64_MAX, TYPE_MARKER |
						     MARKER_OFFSET },
				},
				.fixed = TYPE_MARKER | MARKER_OFFSET,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
