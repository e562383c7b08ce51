/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc e500 with a 32-bit kernel and 64-bit ptes: Linux's tree, walked by
 * the TLB miss handlers of head_85xx.S.  Bits and sources are in e500.h.
 */
#include "e500.h"

/*
 * nohash/32/pgtable.h: type in bits 7..3, offset in 31..8.  The header's
 * swp_entry_t is a word of 32 bits, so the upper half of the pte is clear.
 */
#define TYPE_SWAP	ARCH_AT(1, 3)	/* any swap file */
#define TYPE_MIGRATION	ARCH_AT(26, 3)	/* SWP_MIGRATION_WRITE */
#define TYPE_MARKER	ARCH_AT(31, 3)	/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, 8)	/* PTE_MARKER_POISONED */

/* An entry that points to a table is its address in the linear mapping. */
#define LINEAR_BASE	UINT64_C(0xc0000000)
#define LINEAR_BITS	30

const struct pt_format pt_format_ppc_e500 = {
	.name = "ppc-e500",
	.architecture = "powerpc",
	.manual = "Linux 6.12, arch/powerpc/include/asm/nohash/pte-e500.h, "
		  "nohash/32/pgtable.h and pgalloc.h, kernel/head_85xx.S",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	/* MAX_POSSIBLE_PHYSMEM_BITS with CONFIG_PTE_64BIT. */
	.pa_bits = 36,
	.table_pa_bits = LINEAR_BITS,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_PMD] = {
			/*
			 * Linux asks pmd_*() of an entry of the root, whose
			 * pgd_t has 64 bits as the pte (pgtable-types.h).
			 */
			.manual_name = "pgd",
			.va_shift = 21, .index_bits = 11, .entry_bytes = 8,
			.none = {
				.count = 1,
				.list[0] = { ARCH_BITS(63, 0), 0 },
			},
			.table = {
				.match = {
					.count = 1,
					.list[0] = { ARCH_BITS(63, 30) |
						     ARCH_BITS(11, 0),
						     LINEAR_BASE },
				},
				.fixed = LINEAR_BASE,
				.pa = { .lsb = 12, .width = LINEAR_BITS - 12,
					.pa_shift = 12 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "pte",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			/* _PTE_NONE_MASK: the upper half does not count. */
			.none = {
				.count = 1,
				.list[0] = { ARCH_BITS(31, 0), 0 },
			},
			.leaf = E500_LEAF,
			.swap = E500_SOFT(TYPE_SWAP, 8, 24),
			.migration = E500_SOFT(TYPE_MIGRATION, 8, 24),
			.marker = E500_MARKER(TYPE_MARKER | MARKER_OFFSET),
			.linux_says = E500_PTE_SAYS,
		},
	},
};
