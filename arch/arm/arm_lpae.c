/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm-lpae: the long descriptors of ARMv7, stage 1 of PL1&0, as Linux uses
 * them: one root (TTBCR.T0SZ = T1SZ = 0), software's bits beside hardware's.
 *
 * Hardware's bits: ARM Architecture Reference Manual ARMv7-A and ARMv7-R, DDI
 * 0406C, B3.6.1 and B3.6.2 (descriptor formats), B3.6.3, B3.7.1 and B3.7.2
 * (access permissions, execution); DDI 0487, G5.5 (address bits 47..40).
 * Software's: Linux 6.12, arch/arm/include/asm/pgtable-3level.h,
 * pgtable-3level-hwdef.h, pgtable.h; arch/arm/mm/proc-v7-3level.S
 * (cpu_v7_set_pte_ext, MAIR0) and mmu.c (user_pgprot); include/linux/swap.h
 * and swapops.h.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* B3.6.1: descriptor type.  Bit 1 tells a table, or at level 3 a page. */
#define VALID		ARCH_BIT(0)
#define TABLE		ARCH_BIT(1)
#define PAGE		ARCH_BIT(1)

/* B3.6.2: attributes of a block or page. */
#define INDX		ARCH_BITS(3, 2)		/* entry of MAIR0 */
#define INDX2		ARCH_BIT(4)		/* of MAIR1: 0 in all */
#define NS		ARCH_BIT(5)
#define AP1		ARCH_BIT(6)		/* PL0 may access */
#define AP2		ARCH_BIT(7)		/* read-only */
#define SH		ARCH_BITS(9, 8)		/* 3: inner shareable */
#define AF		ARCH_BIT(10)
#define NG		ARCH_BIT(11)
#define CONT		ARCH_BIT(52)
#define PXN		ARCH_BIT(53)
#define XN		ARCH_BIT(54)
/*
 * Clear in all leaves: bits 51..48 are reserved; of the contiguous bit Linux
 * makes no use, so it is not described.  63..59 are ignored.
 */
#define CLEAR (INDX2 | NS | ARCH_BITS(51, 48) | CONT)

/* B3.6.2: bits 58..55 are software's.  Linux: L_PTE_DIRTY and so on. */
#define SW_DIRTY	ARCH_BIT(55)
#define SW_SPECIAL	ARCH_BIT(56)
#define SW_NONE		ARCH_BIT(57)
#define SW_RDONLY	ARCH_BIT(58)

/* B3.6.1: attributes of a table descriptor. */
#define PXN_TABLE	ARCH_BIT(59)
#define XN_TABLE	ARCH_BIT(60)
#define AP_TABLE0	ARCH_BIT(61)		/* no PL0 access below */
#define AP_TABLE1	ARCH_BIT(62)		/* no write access below */
#define NS_TABLE	ARCH_BIT(63)

#define NONE { .count = 1, .list[0] = { .mask = UINT64_MAX, .value = 0 } }

/*
 * B3.7.1 and B3.7.2.  AP[1] makes a user page; XN, which is for both sides,
 * says whether the page executes.  Whether it is writable is software's bit.
 */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = AP1 | SW_RDONLY | XN,                                  \
		.right[PT_R] = { true, SW_RDONLY | XN },                       \
		.right[PT_R | PT_W] = { true, XN },                            \
		.right[PT_R | PT_X] = { true, SW_RDONLY },                     \
		.right[PT_R | PT_W | PT_X] = { true, 0 },                      \
		.right[PT_R | PT_USER] = { true, AP1 | SW_RDONLY | XN },       \
		.right[PT_R | PT_W | PT_USER] = { true, AP1 | XN },            \
		.right[PT_R | PT_X | PT_USER] = { true, AP1 | SW_RDONLY },     \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, AP1 },          \
	}

/* MAIR0 of Linux: 0 strongly ordered, 1 non-cacheable, 2 WT, 3 WB. */
#define MEMTYPES                                                               \
	{                                                                      \
		.mask = INDX,                                                  \
		.type[PT_MEM_WB] = { true, ARCH_AT(3, 2) },                    \
		.type[PT_MEM_WC] = { true, ARCH_AT(1, 2) },                    \
		.type[PT_MEM_UC] = { true, ARCH_AT(0, 2) },                    \
		.type[PT_MEM_WT] = { true, ARCH_AT(2, 2) },                    \
	}

#define MATCH(mask_, value_)                                                   \
	{ .count = 1, .list[0] = { (mask_), (value_) } }

/*
 * Memory ends at 2^40.  In DDI 0406C bits 47..40 should be zero; in DDI 0487,
 * G5.5, they are address bits that are an Address size fault where set.
 */
#define PA(shift)                                                              \
	{ .lsb = (shift), .width = 48 - (shift), .pa_shift = (shift) }

/*
 * 2^shift bytes.  bit1: PAGE at level 3, else 0.  AP[2] follows from RDONLY and
 * DIRTY (cpu_v7_set_pte_ext(), set_pmd_at()), PXN from USER (user_pgprot).
 *
 * protnone has NONE and no VALID, and the PXN of all of protection_map[];
 * whether AP[2] and nG are then set depends on who stored the entry, and nobody
 * looks at them: they are ignored.
 */
#define LEAF(shift, bit1)                                                      \
	.match = MATCH(VALID | PAGE | SH | CLEAR | SW_NONE |                   \
		       ARCH_BITS_UPTO(shift, 12),                              \
		       VALID | (bit1) | SH),                                   \
	.fixed = VALID | (bit1) | SH,                                          \
	.pa = PA(shift),                                                       \
	.rights = RIGHTS,                                                      \
	.global = { NG, 0, NG },                                               \
	.accessed = { AF, AF, 0 },                                             \
	.dirty = { SW_DIRTY, SW_DIRTY, 0 },                                    \
	.soft0 = { SW_SPECIAL, SW_SPECIAL, 0 },                                \
	.memtype = MEMTYPES,                                                   \
	.derived_count = 2,                                                    \
	.derived[0] = { .bits = AP2, .off = AP2,                               \
			.mask = PT_W | PT_DIRTY,                               \
			.value = PT_W | PT_DIRTY },                            \
	.derived[1] = { .bits = PXN, .on = PXN,                                \
			.mask = PT_USER, .value = PT_USER },                   \
	.protnone = MATCH(VALID | PAGE | SH | CLEAR | SW_NONE | PXN |          \
			  ARCH_BITS_UPTO(shift, 12),                           \
			  SW_NONE | PXN | (bit1) | SH),                        \
	.protnone_fixed = SW_NONE | PXN | (bit1) | SH,                         \
	.protnone_pa = PA(shift)

/*
 * pmd_mkinvalid() clears VALID.  The section is a user's and has PXN; AP[2] and
 * nG are ignored as in a protnone entry, which has NONE besides.
 */
#define INVALID                                                                \
	.invalid = MATCH(VALID | PAGE | SH | CLEAR | SW_NONE | PXN |           \
			 ARCH_BITS(20, 12),                                    \
			 PXN | SH),                                            \
	.invalid_fixed = PXN | SH

/*
 * B3.6.1: bits 58..52 and 11..2 are ignored, 51..48 reserved.  XNTable takes X
 * from both sides; PXNTable, from one side only, is clear.
 */
#define TABLE_ENTRY                                                            \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				VALID | TABLE | ARCH_BITS(51, 48) | NS_TABLE | \
					PXN_TABLE,                             \
				VALID | TABLE },                               \
		},                                                             \
		.fixed = VALID | TABLE,                                        \
		.pa = PA(12),                                                  \
		.hierarchy_count = 3,                                          \
		.hierarchy = {                                                 \
			{ PT_USER, AP_TABLE0, 0, AP_TABLE0 },                  \
			{ PT_W, AP_TABLE1, 0, AP_TABLE1 },                     \
			{ PT_X, XN_TABLE, 0, XN_TABLE },                       \
		},                                                             \
	}

/*
 * A swap entry is the low word: type in bits 6..2, offset in 31..8, which is an
 * address below 2^36 where pages go to 2^40.  So neither swap nor migration can
 * keep every address, and both are left out.  A marker needs none.
 */
#define MARKER (ARCH_AT(31, 2) | ARCH_AT(2, 8))

const struct pt_format pt_format_arm_lpae = {
	.name = "arm-lpae",
	.architecture = "arm",
	.manual = "ARM ARM DDI 0406C, B3.6 and B3.7: long-descriptor "
		  "translation tables, stage 1 of PL1&0",
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 40,
	/* B3.10.1. */
	.break_before_make = true,
	.regime_count = 1,
	.regime = { 0 },
	/* QEMU's virt machine. */
	.ram_base = UINT64_C(0x40000000),
	.level = {
		[PT_PUD] = {
			.manual_name = "first-level table",
			.va_shift = 30, .index_bits = 2, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE_ENTRY,
			.leaf = { LEAF(30, 0) },
			/* pud_bad(): bit 1 clear; there is no pud_leaf(). */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,
				[PT_TABLE] = PT_SAYS_PRESENT,
				[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_BAD,
				[PT_PROTNONE] = PT_SAYS_PRESENT | PT_SAYS_BAD,
			},
		},
		[PT_PMD] = {
			.manual_name = "second-level table",
			.va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE_ENTRY,
			.leaf = { LEAF(21, 0), INVALID },
			/* pmd_present() is VALID, pmd_leaf() bits 1..0 = 01. */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,
				[PT_TABLE] = PT_SAYS_PRESENT,
				[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF |
					    PT_SAYS_BAD,
				[PT_PROTNONE] = PT_SAYS_BAD,
				[PT_INVALID_HUGE] = PT_SAYS_BAD,
			},
		},
		[PT_PTE] = {
			.manual_name = "third-level table",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none = NONE,
			.leaf = { LEAF(12, PAGE) },
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { UINT64_MAX, MARKER },
				},
				.fixed = MARKER,
			},
			/* pte_present() is bit 0 or bit 1. */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
				[PT_PROTNONE] = PT_SAYS_PRESENT,
			},
		},
	},
};
