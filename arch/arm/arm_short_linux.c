/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm-short-linux: the short descriptors of ARMv7 as Linux keeps them.  An
 * entry of the root is a pair of hardware's; a page table holds 512 entries of
 * Linux and behind them the 512 that hardware reads.
 *
 * Sources: Linux 6.12, arch/arm/include/asm/pgtable-2level.h (the layout,
 * L_PTE_*), pgtable-2level-hwdef.h (PMD_*, PTE_*), pgtable.h (swap entries,
 * predicates), pgalloc.h (__pmd_populate), domain.h; arch/arm/mm/
 * proc-v7-2level.S (cpu_v7_set_pte_ext) and mmu.c (set_ptes); include/linux/
 * swap.h and swapops.h.  Hardware's bits: see arm_short.c.
 *
 * An entry is one number: Linux's word in the low half, hardware's in the high
 * half.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* Linux's word. */
#define PRESENT		ARCH_BIT(0)
#define YOUNG		ARCH_BIT(1)
#define MT		ARCH_BITS(5, 2)
#define DIRTY		ARCH_BIT(6)
#define RDONLY		ARCH_BIT(7)
#define USER		ARCH_BIT(8)
#define XN		ARCH_BIT(9)
#define SHARED		ARCH_BIT(10)
#define PROT_NONE	ARCH_BIT(11)

/* Hardware's word: bit n of it. */
#define HW(n)		ARCH_BIT(32 + (n))
#define HW_ALL		ARCH_BITS(63, 32)
#define HW_XN		HW(0)			/* PTE_EXT_XN */
#define HW_SMALL	HW(1)
#define HW_CB		(HW(2) | HW(3))		/* bits 3 and 2 of MT */
#define HW_AP0		HW(4)
#define HW_AP1		HW(5)
#define HW_TEX		(HW(6) | HW(7) | HW(8))	/* TEX[0] is bit 4 of MT */
#define HW_APX		HW(9)
#define HW_S		HW(10)			/* that of SHARED */
#define HW_NG		HW(11)			/* set_ptes() */

/* What every leaf has, and what none has. */
#define FIXED		(PRESENT | HW_AP0)
#define CLEAR		(SHARED | PROT_NONE | HW_TEX | HW_S)

/* L_PTE_MT_*: 0 uncached, 1 bufferable, 2 WT, 3 WB; C and B of both words. */
#define MT_BOTH(n)	(ARCH_AT(n, 2) | ARCH_AT(n, 34))
#define MATCH(mask_, value_)                                                   \
	{                                                                      \
		.count = 4,                                                    \
		.list = {                                                      \
			{ (mask_) | MT | HW_CB, (value_) | MT_BOTH(0) },       \
			{ (mask_) | MT | HW_CB, (value_) | MT_BOTH(1) },       \
			{ (mask_) | MT | HW_CB, (value_) | MT_BOTH(2) },       \
			{ (mask_) | MT | HW_CB, (value_) | MT_BOTH(3) },       \
		},                                                             \
	}

/*
 * cpu_v7_set_pte_ext() makes hardware's word from Linux's.  It would store 0
 * where YOUNG is clear; here only the two bits of the type are 0 then.
 */
#define DERIVED                                                                \
	.derived_count = 5,                                                    \
	.derived = {                                                           \
		{ .bits = HW_SMALL, .on = HW_SMALL,                            \
		  .mask = PT_ACCESSED, .value = PT_ACCESSED },                 \
		{ .bits = HW_XN, .on = HW_XN,                                  \
		  .mask = PT_ACCESSED | PT_X, .value = PT_ACCESSED },          \
		/* Writable: not RDONLY, and DIRTY. */                         \
		{ .bits = HW_APX, .off = HW_APX,                               \
		  .mask = PT_W | PT_DIRTY, .value = PT_W | PT_DIRTY },         \
		{ .bits = HW_AP1, .on = HW_AP1,                                \
		  .mask = PT_USER, .value = PT_USER },                         \
		/* pte_valid_user() asks for YOUNG. */                         \
		{ .bits = HW_NG, .on = HW_NG,                                  \
		  .mask = PT_USER | PT_ACCESSED,                               \
		  .value = PT_USER | PT_ACCESSED },                            \
	}

/*
 * A swap entry has its type in bits 6..2, the offset in 31..8 and bits 1 and 0
 * clear; bit 7 holds a note (exclusive) and must be clear too.
 */
#define SOFT_LOW	(HW_ALL | ARCH_BITS(7, 0))
#define TYPE_SWAP	ARCH_AT(1, 2)	/* any swap file */
#define TYPE_MIGRATION	ARCH_AT(26, 2)	/* SWP_MIGRATION_WRITE */
#define TYPE_MARKER	ARCH_AT(31, 2)	/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, 8)	/* PTE_MARKER_POISONED */
/* SWP_PFN_BITS is 20; offset bits above are SWP_MIG_YOUNG and up. */
#define MIGRATION_HIGH	ARCH_BITS(31, 28)

#define NONE { .count = 1, .list[0] = { .mask = UINT64_MAX, .value = 0 } }

/* pmd_none() looks at the first word; the second must not be valid. */
#define NONE_PAIR                                                              \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = ARCH_BITS(33, 0), .value = 0 },           \
	}

/*
 * __pmd_populate(): the two halves of the page, at 2048 and 3072, with
 * user_pmd_table: PMD_TYPE_TABLE, DOMAIN_USER (1) and bit 4, which had a
 * meaning before ARMv6.  PXN (bit 2), NS (3) and bit 9 are clear.
 */
#define PAIR(word)	((word) | (word) << 32)
#define TABLE_LOW	ARCH_BITS(11, 0)
#define TABLE_FIXED                                                            \
	(PAIR(ARCH_BIT(0) | ARCH_BIT(4) | ARCH_AT(1, 5)) |                     \
	 ARCH_AT(0x800, 0) | ARCH_AT(0xc00, 32))

const struct pt_format pt_format_arm_short_linux = {
	.name = "arm-short-linux",
	.architecture = "arm",
	.manual = "Linux 6.12 arch/arm/include/asm/pgtable-2level.h, "
		  "arch/arm/mm/proc-v7-2level.S; ARM ARM DDI 0406C, B3.5.1",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	/* B3.10.1. */
	.break_before_make = true,
	.regime_count = 1,
	.regime = { 0 },
	/* QEMU's virt machine. */
	.ram_base = UINT64_C(0x40000000),
	.level = {
		[PT_PMD] = {
			.manual_name = "pgd",
			.va_shift = 21, .index_bits = 11, .entry_bytes = 8,
			.none = NONE_PAIR,
			.table = {
				.match = {
					.count = 1,
					.list[0] = { PAIR(TABLE_LOW),
						     TABLE_FIXED },
				},
				.fixed = TABLE_FIXED,
				.pa = { .lsb = 12, .width = 20, .pa_shift = 12,
					.pieces = 1,
					.more[0] = { 44, 20, 12 } },
			},
			/* Of the first word; pmd_leaf() is bit 1. */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.half_offset = 2048,
			.none = NONE,
			.leaf = {
				.match = MATCH(FIXED | CLEAR, FIXED),
				.fixed = FIXED,
				.pa = { .lsb = 12, .width = 20, .pa_shift = 12,
					.pieces = 1,
					.more[0] = { 44, 20, 12 } },
				.rights = {
					.mask = RDONLY | USER | XN,
					.right[PT_R] = { true, RDONLY | XN },
					.right[PT_R | PT_W] = { true, XN },
					.right[PT_R | PT_X] = { true, RDONLY },
					.right[PT_R | PT_W | PT_X] = {
						true, 0 },
					.right[PT_R | PT_USER] = {
						true, RDONLY | XN | USER },
					.right[PT_R | PT_W | PT_USER] = {
						true, XN | USER },
					.right[PT_R | PT_X | PT_USER] = {
						true, RDONLY | USER },
					.right[PT_R | PT_W | PT_X |
					       PT_USER] = { true, USER },
				},
				.accessed = { YOUNG, YOUNG, 0 },
				.dirty = { DIRTY, DIRTY, 0 },
				.memtype = {
					.mask = MT_BOTH(3),
					.type[PT_MEM_WB] = { true, MT_BOTH(3) },
					.type[PT_MEM_WC] = { true, MT_BOTH(1) },
					.type[PT_MEM_UC] = { true, MT_BOTH(0) },
					.type[PT_MEM_WT] = { true, MT_BOTH(2) },
				},
				DERIVED,
				/*
				 * L_PTE_NONE: hardware's word is 0.  The field
				 * of the type keeps C and B.
				 */
				.protnone = MATCH(HW_ALL | PRESENT | SHARED |
							  PROT_NONE,
						  PRESENT | PROT_NONE),
				.protnone_fixed = PRESENT | PROT_NONE,
				.protnone_pa = { .lsb = 12, .width = 20,
						 .pa_shift = 12 },
			},
			.swap = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_LOW, TYPE_SWAP },
				},
				.fixed = TYPE_SWAP,
				.payload = { .lsb = 8, .width = 24,
					     .pa_shift = 12 },
			},
			.migration = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_LOW | MIGRATION_HIGH,
						     TYPE_MIGRATION },
				},
				.fixed = TYPE_MIGRATION,
				.payload = { .lsb = 8, .width = 20,
					     .pa_shift = 12 },
			},
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
				[PT_PROTNONE] = PT_SAYS_PRESENT,
			},
		},
	},
};
