/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * MIPS32 release 2, 4 KiB pages, 32-bit ptes: the user half of the root.
 * Sources are in mips.h.
 */
#include "mips.h"

#define SH	4
#define ALL	ARCH_BITS(31, 0)

/* Pointers are addresses in kseg0, unmapped and cached: 29 bits of pa. */
#define BASE	ARCH_AT(0x80000000, 0)

/* Type in bits 12..8, offset in 31..13; bits 7..0 hold no note described. */
#define MARKER	(ARCH_AT(31, 8) | ARCH_AT(2, 13))

const struct pt_format pt_format_mips32_4k = {
	.name = "mips32-4k",
	.architecture = "mips",
	.manual = "MIPS32 PRA (MD00090), EntryLo; Linux 6.12 "
		  "arch/mips/include/asm/pgtable-{32,bits}.h",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 31,
	.va_word_bits = 32,
	.pa_bits = 32,
	.table_pa_bits = 29,
	.big_endian = true,
	.regime_count = 1,
	.level = {
		[PT_PMD] = {
			/* pmd_*() of an entry of the pgd: nopmd. */
			.manual_name = "page global directory",
			.va_shift = 22, .index_bits = 9, .entry_bytes = 4,
			.none_value = BASE | MIPS_INVALID_PTE,
			.none = MIPS_EXACTLY(ALL, BASE | MIPS_INVALID_PTE),
			.table = {
				.match = MIPS_EXACTLY(ARCH_BITS(31, 29) |
							      ARCH_BITS(11, 0),
						      BASE),
				.fixed = BASE,
				.pa = { .lsb = 12, .width = 17,
					.pa_shift = 12 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none = MIPS_EXACTLY(ALL & ~MIPS_GLOBAL(SH), 0),
			.leaf = { MIPS_LEAF(SH, 12, 32, 0, 0, 0) },
			/* No swap, no migration: 19 bits hold no 20-bit pfn. */
			.marker = {
				.match = MIPS_EXACTLY(ALL, MARKER),
				.fixed = MARKER,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
