/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * i386-pae: PAE paging, a root of four entries and 8-byte entries below.
 *
 * Hardware's bits: Intel SDM vol. 3A, section 4.4, Tables 4-8 (PDPTE), 4-9
 * (2-MByte page), 4-10 (page table) and 4-11 (4-KByte page); the README names
 * the edition.  Software's: Linux 6.12, arch/x86/include/asm/pgtable.h,
 * pgtable_types.h (PGD_ALLOWED_BITS), pgtable-3level.h, pgtable-invert.h,
 * page_types.h; include/linux/swap.h and swapops.h.
 */
#include "x86.h"

/* Below XD everything above the address is reserved; there are no keys. */
#define RESERVED ARCH_BITS(62, 52)
/* Table 4-8: all of a PDPTE but P, PWT, PCD, 11..9 and the address. */
#define PDPTE_RESERVED (ARCH_BITS(2, 1) | ARCH_BITS(8, 5) | ARCH_BITS(63, 52))

/*
 * pte_none() ignores A and D.  pmd_none() does too and looks at the low word
 * only.  pud_none() sees a PDPTE through PGD_ALLOWED_BITS: P, PWT, PCD, bits
 * 11..9 and 51..12.
 */
#define NONE(bits) { .count = 1, .list[0] = { .mask = (bits), .value = 0 } }
#define NONE_PTE (~(X86_A | X86_D))
#define NONE_PMD (ARCH_BITS(31, 0) & ~(X86_A | X86_D))
#define NONE_PUD (X86_P | X86_PWT | X86_PCD | ARCH_BITS(51, 9))

/*
 * pgtable-3level.h: a software entry has its type in bits 63..59 and the
 * complemented offset in 58..9.  The offset has 26 bits at most (swp_entry());
 * those above are 0, complemented.  Bits 8, 4..0 are clear; 7 is a note
 * (exclusive) and clear too.  A and D are ignored.
 */
#define SOFT_ZERO	(ARCH_BITS(8, 7) | ARCH_BITS(4, 0))
#define SOFT_TYPE	ARCH_BITS(63, 59)
#define SWAP_HIGH	ARCH_BITS(58, 35)
/* SWP_PFN_BITS is 24; offset bits above are SWP_MIG_YOUNG and up. */
#define MIGRATION_HIGH	ARCH_BITS(58, 33)
#define SWAP		(ARCH_AT(1, 59) | SWAP_HIGH)
#define MIGRATION	(ARCH_AT(26, 59) | MIGRATION_HIGH)
#define MARKER		(ARCH_AT(31, 59) | (ARCH_BITS(58, 9) & ~ARCH_AT(2, 9)))

/*
 * A leaf of 2^shift bytes.  pat and ps: the place of the PAT bit, PS or nothing.  A page
 * frame of Linux ends at bit 51 here too (__PHYSICAL_MASK_SHIFT), and protnone
 * complements all of it.
 */
#define LEAF(shift, pat, ps)                                                   \
	.match = X86_LEAF_MATCH(pat, X86_P | (ps) | RESERVED |                 \
				ARCH_BITS_UPTO(shift, 13),                     \
				X86_P | (ps)),                                 \
	.fixed = X86_P | (ps),                                                 \
	.pa = { .lsb = (shift), .width = 52 - (shift),                         \
		.pa_shift = (shift) },                                         \
	.rights = X86_RIGHTS,                                                  \
	X86_LEAF_FLAGS,                                                        \
	.memtype = X86_MEMTYPES(pat),                                          \
	.protnone = X86_LEAF_MATCH(pat, X86_P | (ps) | X86_PROTNONE |          \
				   RESERVED |                                  \
				   ARCH_BITS_UPTO(shift, 13),                  \
				   X86_PROTNONE | (ps)),                       \
	.protnone_fixed = X86_PROTNONE | (ps),                                 \
	.protnone_pa = { .lsb = (shift), .width = 52 - (shift),                \
			 .pa_shift = (shift), .inverted = true }

const struct pt_format pt_format_i386_pae = {
	.name = "i386-pae",
	.architecture = "x86",
	.manual = "Intel SDM vol. 3A (253668-079US, March 2023), sections 4.4, "
		  "4.6, 4.8 and 4.9, Tables 4-8 to 4-11",
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	/* MAX_POSSIBLE_PHYSMEM_BITS; the address fields go to bit 51. */
	.pa_bits = 36,
	/* CR3 has 32 bits. */
	.table_pa_bits = 32,
	X86_REGIMES,
	.level = {
		/* No rights here; reserved bits are checked at each walk. */
		[PT_PUD] = {
			.manual_name = "page-directory-pointer table",
			.va_shift = 30, .index_bits = 2, .entry_bytes = 8,
			.none = NONE(NONE_PUD),
			.table = {
				.match = {
					.count = 1,
					.list[0] = { X86_P | PDPTE_RESERVED,
						     X86_P },
				},
				.fixed = X86_P,
				.pa = { .lsb = 12, .width = 40,
					.pa_shift = 12 },
			},
			/* pud_bad() only counts bits that are too many. */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PMD] = {
			.manual_name = "page directory",
			.va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			.none = NONE(NONE_PMD),
			.table = {
				.match = {
					.count = 1,
					.list[0] = { X86_P | X86_PS | RESERVED,
						     X86_P },
				},
				.fixed = X86_P,
				.pa = { .lsb = 12, .width = 40,
					.pa_shift = 12 },
				.hierarchy_count = 3,
				.hierarchy = {
					{ PT_W, X86_RW, X86_RW, 0 },
					{ PT_USER, X86_US, X86_US, 0 },
					{ PT_X, X86_XD, 0, X86_XD },
				},
			},
			.leaf = {
				LEAF(21, X86_PAT_HUGE, X86_PS),
				X86_INVALID(RESERVED | ARCH_BITS(20, 13)),
			},
			.linux_says = X86_SAYS_PMD(0),
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none = NONE(NONE_PTE),
			.leaf = { LEAF(12, X86_PAT_4K, 0) },
			.swap = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_TYPE | SOFT_ZERO |
						     SWAP_HIGH, SWAP },
				},
				.fixed = SWAP,
				.payload = { .lsb = 9, .width = 26,
					     .pa_shift = 12,
					     .inverted = true },
			},
			.migration = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_TYPE | SOFT_ZERO |
						     MIGRATION_HIGH,
						     MIGRATION },
				},
				.fixed = MIGRATION,
				.payload = { .lsb = 9, .width = 24,
					     .pa_shift = 12,
					     .inverted = true },
			},
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { ~(X86_A | X86_D), MARKER },
				},
				.fixed = MARKER,
			},
			.linux_says = X86_SAYS_PTE,
		},
	},
};
