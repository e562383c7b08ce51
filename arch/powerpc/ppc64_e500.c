/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc, 64-bit embedded processors (e5500, e6500): Linux's tree, walked by
 * the TLB miss handlers.  Bits and sources are in e500.h; the levels are those
 * of nohash/64/pgtable-4k.h.
 */
#include "e500.h"

/* nohash/64/pgtable.h: type in bits 6..2, offset above the page number's. */
#define TYPE_SWAP	ARCH_AT(1, 2)	/* any swap file */
#define TYPE_MIGRATION	ARCH_AT(26, 2)	/* SWP_MIGRATION_WRITE */
#define TYPE_MARKER	ARCH_AT(31, 2)	/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, E500_RPN_LSB) /* PTE_MARKER_POISONED */

/* An entry that points to a table is its address in the linear mapping. */
#define LINEAR_BASE	ARCH_AT(0xc, 60)
#define LINEAR_BITS	46

#define EXACT_NONE { .count = 1, .list[0] = { UINT64_MAX, 0 } }

/*
 * p?d_bad(): not a kernel address, which 0 is not either; p?d_leaf(), where
 * there is one, is a positive number.
 */
#define DIRECTORY(name, shift, bits, length)                                   \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none = EXACT_NONE,                                            \
		.table = {                                                     \
			.match = {                                             \
				.count = 1,                                    \
				.list[0] = {                                   \
					.mask = ~ARCH_BITS(LINEAR_BITS - 1,    \
							   length),            \
					.value = LINEAR_BASE,                  \
				},                                             \
			},                                                     \
			.fixed = LINEAR_BASE,                                  \
			.pa = { .lsb = (length),                               \
				.width = LINEAR_BITS - (length),               \
				.pa_shift = (length) },                        \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

const struct pt_format pt_format_ppc64_e500 = {
	.name = "ppc64-e500",
	.architecture = "powerpc",
	.manual = "Linux 6.12, arch/powerpc/include/asm/nohash/pte-e500.h, "
		  "nohash/64/pgtable.h and pgtable-4k.h, "
		  "mm/nohash/tlb_low_64e.S",
	/* The handlers refuse user addresses with bits 59..46. */
	.va_rule = PT_VA_ZERO,
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 46,
	.va_word_bits = 64,
	.pa_bits = 36,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_P4D] = DIRECTORY("pgd", 37, 9, 12),
		[PT_PUD] = DIRECTORY("pud", 28, 9, 10),
		[PT_PMD] = DIRECTORY("pmd", 21, 7, 12),
		[PT_PTE] = {
			.manual_name = "pte",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none = EXACT_NONE,
			.leaf = E500_LEAF,
			.swap = E500_SOFT(TYPE_SWAP, E500_RPN_LSB, 40),
			.migration = E500_SOFT(TYPE_MIGRATION, E500_RPN_LSB,
					       40),
			.marker = E500_MARKER(TYPE_MARKER | MARKER_OFFSET),
			.linux_says = E500_PTE_SAYS,
		},
	},
};
