/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Alpha, 8 KiB pages, three levels, 43-bit addresses.
 *
 * Hardware's bits: Alpha Architecture Reference Manual, OSF/1 software (II-B),
 * section 3.4 "Memory management", Table 3-2.  Software's: Linux 6.12,
 * arch/alpha/include/asm/pgtable.h; arch/alpha/mm/init.c (protection_map).
 */
#include "../bits.h"

#include <tablewalk/format.h>

#define V		ARCH_BIT(0)
#define FOR		ARCH_BIT(1)	/* fault on read */
#define FOW		ARCH_BIT(2)	/* fault on write */
#define FOE		ARCH_BIT(3)	/* fault on execute */
#define ASM		ARCH_BIT(4)	/* address space match */
#define KRE		ARCH_BIT(8)	/* kernel read enable */
#define URE		ARCH_BIT(9)
#define KWE		ARCH_BIT(12)	/* kernel write enable */
#define UWE		ARCH_BIT(13)
/* GH (6, 5), a hint that more is mapped; 7, 11, 10, 15, 14 are reserved. */
#define CLEAR		(ARCH_BITS(7, 5) | ARCH_BITS(11, 10) |                 \
			 ARCH_BITS(15, 14))
/* Software's are bits 31..16; Linux uses two. */
#define DIRTY		ARCH_BIT(17)
#define ACCESSED	ARCH_BIT(18)

#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/*
 * A page is everybody's: URE and UWE follow from ACCESSED and DIRTY, and no
 * other bit tells users' pages.  Linux keeps rights in the fault bits.
 */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = FOR | FOW | FOE,                                       \
		.right[0] = { true, FOR | FOW | FOE },                         \
		.right[PT_R | PT_USER] = { true, FOW | FOE },                  \
		.right[PT_W | PT_USER] = { true, FOR | FOE },                  \
		.right[PT_R | PT_W | PT_USER] = { true, FOE },                 \
		.right[PT_X | PT_USER] = { true, FOR | FOW },                  \
		.right[PT_R | PT_X | PT_USER] = { true, FOW },                 \
		.right[PT_W | PT_X | PT_USER] = { true, FOR },                 \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, 0 },            \
	}

/* _PAGE_TABLE; pud_bad() and pmd_bad() want exactly this, and 0 is bad. */
#define TABLE		(V | DIRTY | KWE | UWE | ACCESSED | KRE | URE)
#define LEVEL_UPPER(name, shift)                                               \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = 10, .entry_bytes = 8,       \
		.none = EXACTLY(UINT64_MAX, 0),                                \
		.table = {                                                     \
			.match = EXACTLY(ARCH_BITS(31, 0), TABLE),             \
			.fixed = TABLE,                                        \
			.pa = { .lsb = 32, .width = 32, .pa_shift = 13 },      \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

/* mk_swap_pte(): type in bits 38..32, offset in 63..40. */
#define MARKER		(ARCH_AT(31, 32) | ARCH_AT(2, 40))

const struct pt_format pt_format_alpha = {
	.name = "alpha",
	.architecture = "alpha",
	.manual = "Alpha Architecture Reference Manual, OSF/1 (II-B), section "
		  "3.4",
	.va_rule = PT_VA_SIGNED,
	.top = PT_PUD,
	.page_shift = 13,
	.va_bits = 43,
	.va_word_bits = 64,
	.pa_bits = 45,
	.regime_count = 1,
	.level = {
		[PT_PUD] = LEVEL_UPPER("level 1 page table", 33),
		[PT_PMD] = LEVEL_UPPER("level 2 page table", 23),
		[PT_PTE] = {
			.manual_name = "level 3 page table",
			.va_shift = 13, .index_bits = 10, .entry_bytes = 8,
			.none = EXACTLY(UINT64_MAX, 0),
			.leaf = {
				.match = EXACTLY(V | CLEAR, V),
				.fixed = V,
				.pa = { .lsb = 32, .width = 32,
					.pa_shift = 13 },
				.rights = RIGHTS,
				.global = { ASM, ASM, 0 },
				.accessed = { ACCESSED, ACCESSED, 0 },
				.dirty = { DIRTY, DIRTY, 0 },
				/* __ACCESS_BITS and __DIRTY_BITS. */
				.derived_count = 2,
				.derived = {
					{ .bits = KRE | URE, .on = KRE | URE,
					  .mask = PT_ACCESSED,
					  .value = PT_ACCESSED },
					{ .bits = KWE | UWE, .on = KWE | UWE,
					  .mask = PT_DIRTY,
					  .value = PT_DIRTY },
				},
			},
			/* No swap, no migration: 24 bits hold no 32-bit pfn. */
			.marker = {
				.match = EXACTLY(UINT64_MAX, MARKER),
				.fixed = MARKER,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
