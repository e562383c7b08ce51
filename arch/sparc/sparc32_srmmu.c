/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sparc32: the reference MMU, three levels.
 *
 * Hardware's bits: The SPARC Architecture Manual, version 8, appendix H
 * "SPARC Reference MMU Architecture".  Software's: Linux 6.12,
 * arch/sparc/include/asm/pgtsrmmu.h, pgtable_32.h, pgalloc_32.h,
 * arch/sparc/mm/srmmu.c; include/linux/swap.h and swapops.h.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* Entry type. */
#define ET		ARCH_BITS(1, 0)
#define ET_PTD		ARCH_AT(1, 0)
#define ET_PTE		ARCH_AT(2, 0)
/* Access permissions, referenced, modified, cacheable. */
#define ACC		ARCH_BITS(4, 2)
#define R		ARCH_BIT(5)
#define M		ARCH_BIT(6)
#define C		ARCH_BIT(7)
/* The page number from here on holds address bits from 12 on. */
#define PPN_LSB		8
/* A pointer holds address bits from 8 on from here: tables have 256 bytes. */
#define PTD_LSB		4

#define ALL		ARCH_BITS(31, 0)

/*
 * Linux: SRMMU_SWP_TYPE_SHIFT, SRMMU_SWP_OFF_SHIFT.  The offset has 20 bits,
 * too few for a page number of 36-bit addresses, so of the software entries
 * there is only the one without payload.
 */
#define TYPE_MARKER	ARCH_AT(31, 7)	/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, 12)	/* PTE_MARKER_POISONED */

/*
 * Appendix H, access permissions.  0 to 4 give user and supervisor the same, 6
 * and 7 are the supervisor's.  5 (user reads, supervisor writes) is neither's.
 */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = ACC,                                                   \
		.right[PT_R | PT_USER] = { true, ARCH_AT(0, 2) },              \
		.right[PT_R | PT_W | PT_USER] = { true, ARCH_AT(1, 2) },       \
		.right[PT_R | PT_X | PT_USER] = { true, ARCH_AT(2, 2) },       \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 ARCH_AT(3, 2) },      \
		.right[PT_X | PT_USER] = { true, ARCH_AT(4, 2) },              \
		.right[PT_R | PT_X] = { true, ARCH_AT(6, 2) },                 \
		.right[PT_R | PT_W | PT_X] = { true, ARCH_AT(7, 2) },          \
	}

/* Page number bits below the span of 2^shift bytes are clear; ACC is not 5. */
#define LOW(shift) ARCH_BITS_UPTO((shift) - 4, PPN_LSB)
#define LEAF(shift)                                                            \
	{                                                                      \
		.match = {                                                     \
			.count = 3,                                            \
			.list = {                                              \
				{ ET | LOW(shift) | ARCH_BIT(4), ET_PTE },     \
				{ ET | LOW(shift) | ACC,                       \
				  ET_PTE | ARCH_AT(4, 2) },                    \
				{ ET | LOW(shift) | ARCH_BITS(4, 3),           \
				  ET_PTE | ARCH_AT(6, 2) },                    \
			},                                                     \
		},                                                             \
		.fixed = ET_PTE,                                               \
		.pa = { .lsb = (shift) - 4, .width = 36 - (shift),             \
			.pa_shift = (shift) },                                 \
		.rights = RIGHTS,                                              \
		.accessed = { R, R, 0 },                                       \
		.dirty = { M, M, 0 },                                          \
		.memtype = {                                                   \
			.mask = C,                                             \
			.type[PT_MEM_WB] = { true, C },                        \
			.type[PT_MEM_UC] = { true, 0 },                        \
		},                                                             \
	}

/* Bits 3 and 2 are address bits below the length of a table. */
#define POINTER                                                                \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ARCH_BITS(3, 0), ET_PTD },                \
		},                                                             \
		.fixed = ET_PTD,                                               \
		.pa = { .lsb = PTD_LSB, .width = 28, .pa_shift = 8 },          \
	}

/*
 * p?d_bad() is whatever is no pointer, p?d_present() its opposite.  Linux has
 * no leaf above the page table, and no p?d_leaf().
 */
#define SAYS                                                                   \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_BAD,                                       \
	}

const struct pt_format pt_format_sparc32_srmmu = {
	.name = "sparc32-srmmu",
	.architecture = "sparc",
	.manual = "The SPARC Architecture Manual, version 8, appendix H: "
		  "SPARC Reference MMU Architecture",
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 36,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_PUD] = {
			/*
			 * Linux's pgd; it asks pud_*(), and pud_none() does not
			 * look at the upper four bits.
			 */
			.manual_name = "level-1 table",
			.va_shift = 24, .index_bits = 8, .entry_bytes = 4,
			.none = {
				.count = 1,
				.list[0] = { ARCH_BITS(27, 0), 0 },
			},
			.table = POINTER,
			.leaf = LEAF(24),
			.linux_says = SAYS,
		},
		[PT_PMD] = {
			.manual_name = "level-2 table",
			.va_shift = 18, .index_bits = 6, .entry_bytes = 4,
			.none = { .count = 1, .list[0] = { ALL, 0 } },
			.table = POINTER,
			.leaf = LEAF(18),
			.linux_says = SAYS,
		},
		[PT_PTE] = {
			.manual_name = "level-3 table",
			.va_shift = 12, .index_bits = 6, .entry_bytes = 4,
			.none = { .count = 1, .list[0] = { ALL, 0 } },
			.leaf = LEAF(12),
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { ALL, TYPE_MARKER |
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
