/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * i386: 32-bit paging with 4 MiB pages (CR4.PSE), without PSE-36.
 *
 * Hardware's bits: Intel SDM vol. 3A, section 4.3, Tables 4-4 (4-MByte page),
 * 4-5 (page table) and 4-6 (4-KByte page); the README names the edition.
 * Software's: Linux 6.12, arch/x86/include/asm/pgtable.h, pgtable_types.h,
 * pgtable-2level.h; include/linux/swap.h and swapops.h.
 */
#include "x86.h"

/* pte_none(), pmd_none(): exact, _PAGE_KNL_ERRATUM_MASK is 0 here. */
#define NONE { .count = 1, .list[0] = { .mask = UINT32_MAX, .value = 0 } }

/* Section 4.6 without execute-disable: every page is executable. */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = X86_RW | X86_US,                                       \
		.right[PT_R | PT_X] = { true, 0 },                             \
		.right[PT_R | PT_W | PT_X] = { true, X86_RW },                 \
		.right[PT_R | PT_X | PT_USER] = { true, X86_US },              \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 X86_RW | X86_US },    \
	}

/*
 * Table 4-4: address bits 39..32 in bits 20..13 are PSE-36, which is not
 * described, and bit 21 is reserved; all are 0.
 */
#define LOW_4M ARCH_BITS(21, 13)

/*
 * pgtable-2level.h: a software entry has its type in bits 5..1 and the offset
 * in 31..9.  Bits 8 and 0 are clear, so are 6, which nothing uses, and 7,
 * which holds a note (exclusive).
 */
#define SOFT_LOW	ARCH_BITS(8, 0)
#define TYPE_SWAP	ARCH_AT(1, 1)	/* any swap file */
#define TYPE_MIGRATION	ARCH_AT(26, 1)	/* SWP_MIGRATION_WRITE */
#define TYPE_MARKER	ARCH_AT(31, 1)	/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, 9)	/* PTE_MARKER_POISONED */
/* SWP_PFN_BITS is 20; offset bits above are SWP_MIG_YOUNG and up. */
#define MIGRATION_HIGH	ARCH_BITS(31, 29)

const struct pt_format pt_format_i386 = {
	.name = "i386",
	.architecture = "x86",
	.manual = "Intel SDM vol. 3A (253668-079US, March 2023), sections 4.3, "
		  "4.6, 4.8 and 4.9, Tables 4-4 to 4-6",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	X86_REGIMES,
	.level = {
		/* pgtable-nopmd.h: the root's entries are Linux's pmds. */
		[PT_PMD] = {
			.manual_name = "page directory",
			.va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			.none = NONE,
			/* Table 4-5: PWT, PCD, A, bits 6 and 11..8 may be. */
			.table = {
				.match = {
					.count = 1,
					.list[0] = { X86_P | X86_PS, X86_P },
				},
				.fixed = X86_P,
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				.hierarchy_count = 2,
				.hierarchy = {
					{ PT_W, X86_RW, X86_RW, 0 },
					{ PT_USER, X86_US, X86_US, 0 },
				},
			},
			.leaf = {
				.match = X86_LEAF_MATCH(X86_PAT_HUGE,
					X86_P | X86_PS | LOW_4M,
					X86_P | X86_PS),
				.fixed = X86_P | X86_PS,
				.pa = { .lsb = 22, .width = 10,
					.pa_shift = 22 },
				.rights = RIGHTS,
				X86_LEAF_FLAGS,
				.memtype = X86_MEMTYPES(X86_PAT_HUGE),
				.protnone = X86_LEAF_MATCH(X86_PAT_HUGE,
					X86_P | X86_PS | X86_PROTNONE | LOW_4M,
					X86_PS | X86_PROTNONE),
				.protnone_fixed = X86_PS | X86_PROTNONE,
				.protnone_pa = { .lsb = 22, .width = 10,
						 .pa_shift = 22 },
				X86_INVALID(LOW_4M),
			},
			.linux_says = X86_SAYS_PMD(0),
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none = NONE,
			/* protnone_mask() is 0: no frame is complemented. */
			.leaf = {
				.match = X86_LEAF_MATCH(X86_PAT_4K, X86_P,
							X86_P),
				.fixed = X86_P,
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				.rights = RIGHTS,
				X86_LEAF_FLAGS,
				.memtype = X86_MEMTYPES(X86_PAT_4K),
				.protnone = X86_LEAF_MATCH(X86_PAT_4K,
					X86_P | X86_PROTNONE, X86_PROTNONE),
				.protnone_fixed = X86_PROTNONE,
				.protnone_pa = { .lsb = 12, .width = 20,
						 .pa_shift = 12 },
			},
			.swap = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_LOW, TYPE_SWAP },
				},
				.fixed = TYPE_SWAP,
				.payload = { .lsb = 9, .width = 23,
					     .pa_shift = 12 },
			},
			.migration = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_LOW | MIGRATION_HIGH,
						     TYPE_MIGRATION },
				},
				.fixed = TYPE_MIGRATION,
				.payload = { .lsb = 9, .width = 20,
					     .pa_shift = 12 },
			},
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { UINT32_MAX, TYPE_MARKER |
						     MARKER_OFFSET },
				},
				.fixed = TYPE_MARKER | MARKER_OFFSET,
			},
			.linux_says = X86_SAYS_PTE,
		},
	},
};
