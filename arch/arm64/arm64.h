/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 1 of the EL1&0 regime: what all granules and address sizes have
 * in common.
 *
 * Hardware's bits: Arm ARM DDI 0487J.a, D8.2 (translation), D8.3 (descriptor
 * formats), D8.4 (access control), D8.5 (attributes).  Software's: Linux 6.12,
 * arch/arm64/include/asm/pgtable{,-hwdef,-prot}.h and memory.h;
 * include/linux/swap.h and swapops.h.
 *
 * A format's file names the size of output addresses, ARM64_OA48 and so on, and
 * the shifts and widths of its levels; all bits are here.
 */
#ifndef TABLEWALK_ARCH_ARM64_H
#define TABLEWALK_ARCH_ARM64_H

#include "../bits.h"

#include <tablewalk/format.h>

/* D8.3.1: descriptor type.  Bit 1 tells a table, or at level 3 a page. */
#define ARM64_VALID	ARCH_BIT(0)
#define ARM64_TABLE	ARCH_BIT(1)
#define ARM64_PAGE	ARCH_BIT(1)

/* D8.3.2: lower attributes of a block or page. */
#define ARM64_INDX	ARCH_BITS(3, 2)	/* entry of MAIR_EL1, D8.5.2 */
#define ARM64_INDX_1X	ARCH_BIT(3)
#define ARM64_INDX_X1	ARCH_BIT(2)
#define ARM64_INDX2	ARCH_BIT(4)	/* its high bit: 0 in all */
#define ARM64_NS	ARCH_BIT(5)	/* Secure state only */
#define ARM64_AP1	ARCH_BIT(6)	/* EL0 may access, D8.4.1 */
#define ARM64_AP2	ARCH_BIT(7)	/* read-only, D8.4.1 */
#define ARM64_SH	ARCH_BITS(9, 8)	/* 3: inner shareable, D8.5.2 */
#define ARM64_AF	ARCH_BIT(10)	/* access flag, D8.4.6 */
#define ARM64_NG	ARCH_BIT(11)	/* not global */
/* D8.3.2: upper attributes. */
#define ARM64_CONT	ARCH_BIT(52)	/* contiguous, D8.5.5 */
#define ARM64_PXN	ARCH_BIT(53)	/* privileged execute-never */
#define ARM64_UXN	ARCH_BIT(54)	/* unprivileged execute-never */

/*
 * Bits that every leaf leaves clear and that are bad when set: the high bit of
 * AttrIndx, NS, GP 50, DBM 51; PBHA 62..59 and bit 63, which hardware may
 * ignore.  Contiguous is clear in a single leaf, and is not in this mask.
 */
#define ARM64_CLEAR                                                            \
	(ARM64_INDX2 | ARM64_NS | ARCH_BITS(51, 50) | ARCH_BITS(63, 59))

/*
 * Where an output address lies, D8.3.1 and D8.3.2.  Each size has: the field
 * for an address that is a multiple of 2^shift; the bits of a leaf that then
 * must be clear; the shareability that is written; the bits of a table
 * descriptor that must be clear.
 *
 * 48 bits: bits 47..shift.  49..48 are RES0.
 */
#define ARM64_OA48(shift)                                                      \
	{ .lsb = (shift), .width = 48 - (shift), .pa_shift = (shift) }
#define ARM64_OA48_CLEAR(shift)                                                \
	(ARM64_CLEAR | ARCH_BITS(49, 48) | ARCH_BITS_UPTO(shift, 12))
#define ARM64_OA48_SH	ARM64_SH
#define ARM64_OA48_TABLE_CLEAR(shift)                                          \
	(ARCH_BITS(51, 48) | ARCH_BITS_UPTO(shift, 12))

/* 52 bits with the 64 KiB granule (FEAT_LPA): 51..48 in bits 15..12. */
#define ARM64_LPA(shift)                                                       \
	{ .lsb = (shift), .width = 48 - (shift), .pa_shift = (shift),          \
	  .pieces = 1, .more[0] = { 12, 4, 48 } }
#define ARM64_LPA_CLEAR(shift)                                                 \
	(ARM64_CLEAR | ARCH_BITS(49, 48) | ARCH_BITS_UPTO(shift, 16))
#define ARM64_LPA_SH	ARM64_SH
#define ARM64_LPA_TABLE_CLEAR(shift) ARCH_BITS(51, 48)

/*
 * 52 bits with the others (FEAT_LPA2, TCR_EL1.DS = 1): 49..shift in their
 * place, 51..50 in bits 9..8; shareability is TCR_EL1's.  Bits 51..50 of a
 * table descriptor stay RES0.
 */
#define ARM64_LPA2(shift)                                                      \
	{ .lsb = (shift), .width = 50 - (shift), .pa_shift = (shift),          \
	  .pieces = 1, .more[0] = { 8, 2, 50 } }
#define ARM64_LPA2_CLEAR(shift) (ARM64_CLEAR | ARCH_BITS_UPTO(shift, 12))
#define ARM64_LPA2_SH	UINT64_C(0)
#define ARM64_LPA2_TABLE_CLEAR(shift)                                          \
	(ARCH_BITS(51, 50) | ARCH_BITS_UPTO(shift, 12))

/* D8.3.2: bits 58..55 are software's.  Linux: PTE_DIRTY, _SPECIAL, _UFFD_WP. */
#define ARM64_SW_DIRTY	 ARCH_BIT(55)
#define ARM64_SW_SPECIAL ARCH_BIT(56)
#define ARM64_SW_UFFD_WP ARCH_BIT(58)

/* Linux: PTE_PRESENT_INVALID is nG of a descriptor that is not valid. */
#define ARM64_PRESENT_INVALID ARCH_BIT(11)

/* D8.3.1: attributes of a table descriptor. */
#define ARM64_PXN_TABLE	ARCH_BIT(59)
#define ARM64_UXN_TABLE	ARCH_BIT(60)
#define ARM64_AP_TABLE0	ARCH_BIT(61)	/* no EL0 access below */
#define ARM64_AP_TABLE1	ARCH_BIT(62)	/* no write access below */
#define ARM64_NS_TABLE	ARCH_BIT(63)
#define ARM64_XN_TABLES	(ARM64_PXN_TABLE | ARM64_UXN_TABLE)

/*
 * Linux: a software entry has its type in bits 10..6, the offset in 61..12,
 * and bits 11, 1 and 0 clear.  Bits 3 and 2 (uffd-wp, exclusive) are not
 * described and must be clear.
 */
#define ARM64_TYPE_SWAP	     ARCH_AT(1, 6)	/* any swap file */
#define ARM64_TYPE_MIGRATION ARCH_AT(26, 6)	/* SWP_MIGRATION_WRITE */
#define ARM64_TYPE_MARKER    ARCH_AT(31, 6)	/* SWP_PTE_MARKER */
#define ARM64_MARKER_OFFSET  ARCH_AT(2, 12)	/* PTE_MARKER_POISONED */

/* pte_none() and the others are exact. */
#define ARM64_NONE                                                             \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = UINT64_MAX, .value = 0 },                 \
	}

/*
 * D8.4.1 and D8.4.3.  A user page has AP[1] and PXN, a kernel page UXN and no
 * AP[1]; the remaining execute-never bit says whether its own side executes.
 * Everything that is accessible is readable.
 */
#define ARM64_RIGHTS                                                           \
	{                                                                      \
		.mask = ARM64_AP1 | ARM64_AP2 | ARM64_PXN | ARM64_UXN,         \
		.right[PT_R] = { true, ARM64_AP2 | ARM64_PXN | ARM64_UXN },    \
		.right[PT_R | PT_W] = { true, ARM64_PXN | ARM64_UXN },         \
		.right[PT_R | PT_X] = { true, ARM64_AP2 | ARM64_UXN },         \
		.right[PT_R | PT_W | PT_X] = { true, ARM64_UXN },              \
		.right[PT_R | PT_USER] = { true, ARM64_AP1 | ARM64_AP2 |       \
					   ARM64_PXN | ARM64_UXN },            \
		.right[PT_R | PT_W | PT_USER] = { true, ARM64_AP1 |            \
						  ARM64_PXN | ARM64_UXN },     \
		.right[PT_R | PT_X | PT_USER] = { true, ARM64_AP1 |            \
						  ARM64_AP2 | ARM64_PXN },     \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, ARM64_AP1 |     \
							 ARM64_PXN },          \
	}

/* D8.5.2 with the MAIR_EL1 of Linux: 0 Normal, 2 Normal-NC, 3 Device-nGnRnE. */
#define ARM64_MEMTYPES                                                         \
	{                                                                      \
		.mask = ARM64_INDX,                                            \
		.type[PT_MEM_WB] = { true, ARCH_AT(0, 2) },                    \
		.type[PT_MEM_WC] = { true, ARCH_AT(2, 2) },                    \
		.type[PT_MEM_UC] = { true, ARCH_AT(3, 2) },                    \
	}

/*
 * A user or a kernel page, each with AttrIndx x0 or 1x: exactly the encodings
 * above, as four rules.  mask and value are what else every leaf has.
 */
#define ARM64_USER_PAGE	  (ARM64_AP1 | ARM64_PXN)
#define ARM64_KERNEL_PAGE ARM64_UXN
#define ARM64_LEAF_RULE(mask_, value_, side_mask, side, indx_mask, indx)       \
	{ .mask = (mask_) | (side_mask) | (indx_mask),                         \
	  .value = (value_) | (side) | (indx) }
#define ARM64_LEAF_MATCH(mask_, value_)                                        \
	{                                                                      \
		.count = 4,                                                    \
		.list = {                                                      \
			ARM64_LEAF_RULE(mask_, value_, ARM64_USER_PAGE,        \
					ARM64_USER_PAGE, ARM64_INDX_X1, 0),    \
			ARM64_LEAF_RULE(mask_, value_, ARM64_USER_PAGE,        \
					ARM64_USER_PAGE, ARM64_INDX_1X,        \
					ARM64_INDX_1X),                        \
			ARM64_LEAF_RULE(mask_, value_, ARM64_AP1 | ARM64_UXN,  \
					ARM64_KERNEL_PAGE, ARM64_INDX_X1, 0),  \
			ARM64_LEAF_RULE(mask_, value_, ARM64_AP1 | ARM64_UXN,  \
					ARM64_KERNEL_PAGE, ARM64_INDX_1X,      \
					ARM64_INDX_1X),                        \
		},                                                             \
	}

/*
 * D8.3.2: a block or page of 2^shift bytes; address bits below the span are
 * RES0, which includes nT.  oa names the size of output addresses, ARM64_OA48
 * and so on.  type is bit 1: PAGE at level 3, else 0.  cont is the Contiguous
 * bit in a group, else 0.
 */
#define ARM64_LEAF_LAYOUT(oa, shift, type, cont)                               \
	.match = ARM64_LEAF_MATCH(oa##_CLEAR(shift) | oa##_SH | ARM64_VALID |  \
				  ARM64_PAGE | ARM64_CONT,                     \
				  ARM64_VALID | (type) | oa##_SH | (cont)),    \
	.fixed = ARM64_VALID | (type) | oa##_SH | (cont),                      \
	.pa = oa(shift),                                                       \
	.rights = ARM64_RIGHTS,                                                \
	.global = { ARM64_NG, 0, ARM64_NG },                                   \
	.accessed = { ARM64_AF, ARM64_AF, 0 },                                 \
	.dirty = { ARM64_SW_DIRTY, ARM64_SW_DIRTY, 0 },                        \
	.soft0 = { ARM64_SW_SPECIAL, ARM64_SW_SPECIAL, 0 },                    \
	.soft1 = { ARM64_SW_UFFD_WP, ARM64_SW_UFFD_WP, 0 },                    \
	.memtype = ARM64_MEMTYPES

/*
 * A single leaf, and protnone: bit 1 stays when VALID is cleared
 * (pte_mkinvalid(), PAGE_NONE).
 */
#define ARM64_LEAF(oa, shift, type)                                            \
	{                                                                      \
		ARM64_LEAF_LAYOUT(oa, shift, type, 0),                         \
		.protnone = ARM64_LEAF_MATCH(                                  \
			oa##_CLEAR(shift) | oa##_SH | ARM64_VALID |            \
				ARM64_PAGE | ARM64_CONT |                      \
				ARM64_PRESENT_INVALID,                         \
			ARM64_PRESENT_INVALID | (type) | oa##_SH),             \
		.protnone_fixed = ARM64_PRESENT_INVALID | (type) | oa##_SH,    \
		.protnone_pa = oa(shift),                                      \
	}

/* D8.5.5: 1 << log entries with the Contiguous bit, each with its address. */
#define ARM64_CONTIGUOUS(oa, shift, type, log)                                 \
	.group_count = 1,                                                      \
	.group[0] = {                                                          \
		.order = (log),                                                \
		.leaf = { ARM64_LEAF_LAYOUT(oa, shift, type, ARM64_CONT) },    \
	}

/*
 * D8.3.1 with D8.4.4 (hierarchical control): bits 58..52 and 11..2 are
 * ignored, but for what a large address takes of them.  X is taken from both
 * sides at once: PXNTable and UXNTable agree.  The next table is one page.
 */
#define ARM64_TABLE_RULE(oa, page, xn)                                         \
	{ .mask = ARM64_VALID | ARM64_TABLE | oa##_TABLE_CLEAR(page) |         \
		  ARM64_NS_TABLE | ARM64_XN_TABLES,                            \
	  .value = ARM64_VALID | ARM64_TABLE | (xn) }
#define ARM64_TABLE_ENTRY(oa, page)                                            \
	{                                                                      \
		.match = {                                                     \
			.count = 2,                                            \
			.list = {                                              \
				ARM64_TABLE_RULE(oa, page, 0),                 \
				ARM64_TABLE_RULE(oa, page, ARM64_XN_TABLES),   \
			},                                                     \
		},                                                             \
		.fixed = ARM64_VALID | ARM64_TABLE,                            \
		.pa = oa(page),                                                \
		.hierarchy_count = 3,                                          \
		.hierarchy = {                                                 \
			{ PT_USER, ARM64_AP_TABLE0, 0, ARM64_AP_TABLE0 },      \
			{ PT_W, ARM64_AP_TABLE1, 0, ARM64_AP_TABLE1 },         \
			{ PT_X, ARM64_XN_TABLES, 0, ARM64_XN_TABLES },         \
		},                                                             \
	}

/*
 * The offset is a page frame number, from bit 12 on whatever the page's size,
 * aligned to the span and of as many bits as end says (MAX_PHYSMEM_BITS).
 */
#define ARM64_MIGRATION(page, shift, end)                                      \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = ~ARCH_BITS(11 + (end) - (page),        \
						   12 + (shift) - (page)),     \
				.value = ARM64_TYPE_MIGRATION,                 \
			},                                                     \
		},                                                             \
		.fixed = ARM64_TYPE_MIGRATION,                                 \
		.payload = { .lsb = 12 + (shift) - (page),                     \
			     .width = (end) - (shift), .pa_shift = (shift) },  \
	}

/* Any offset that is an address of 64 bits; of 64 KiB pages 48 bits of 50. */
#define ARM64_SWAP_WIDTH(page) ((page) == 16 ? 48 : 50)
#define ARM64_SWAP(page)                                                       \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = ~ARCH_BITS(11 + ARM64_SWAP_WIDTH(page),\
						   12),                        \
				.value = ARM64_TYPE_SWAP,                      \
			},                                                     \
		},                                                             \
		.fixed = ARM64_TYPE_SWAP,                                      \
		.payload = { .lsb = 12, .width = ARM64_SWAP_WIDTH(page),       \
			     .pa_shift = (page) },                             \
	}

#define ARM64_MARKER                                                           \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { UINT64_MAX, ARM64_TYPE_MARKER |           \
				     ARM64_MARKER_OFFSET },                    \
		},                                                             \
		.fixed = ARM64_TYPE_MARKER | ARM64_MARKER_OFFSET,              \
	}

/*
 * What Linux says.  p?d_bad() is true of all that is no table, 0 included.
 * pmd_present() and pud_present() count PTE_PRESENT_INVALID and leave out
 * software entries; p4d_present() and pgd_present() count all but 0, and there
 * is no p4d_leaf().  With 64 KiB pages pud_leaf() is constant false.
 */
#define ARM64_SAYS_PTE                                                         \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
		[PT_PROTNONE] = PT_SAYS_PRESENT,                               \
	}
/* leaf is PT_SAYS_LEAF or 0. */
#define ARM64_SAYS_LEAVES(leaf)                                                \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | (leaf) | PT_SAYS_BAD,            \
		[PT_PROTNONE] = PT_SAYS_PRESENT | (leaf) | PT_SAYS_BAD,        \
		[PT_MIGRATION] = PT_SAYS_BAD,                                  \
	}
#define ARM64_SAYS_P4D                                                         \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_BAD,                     \
		[PT_PROTNONE] = PT_SAYS_PRESENT | PT_SAYS_BAD,                 \
		[PT_MIGRATION] = PT_SAYS_PRESENT | PT_SAYS_BAD,                \
	}
#define ARM64_SAYS_TABLES                                                      \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
	}

/* Levels.  page is the page shift, bits the index bits, end that of oa. */

#define ARM64_LEVEL_TABLES(name, oa, page, shift, bits)                        \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none = ARM64_NONE,                                            \
		.table = ARM64_TABLE_ENTRY(oa, page),                          \
		.linux_says = ARM64_SAYS_TABLES,                               \
	}

#define ARM64_BLOCKS(name, oa, end, page, shift, bits)                         \
	.manual_name = (name),                                                 \
	.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,           \
	.none = ARM64_NONE,                                                    \
	.table = ARM64_TABLE_ENTRY(oa, page),                                  \
	.leaf = ARM64_LEAF(oa, shift, 0),                                      \
	.migration = ARM64_MIGRATION(page, shift, end)

/* Blocks without groups. */
#define ARM64_LEVEL_BLOCKS(name, oa, end, page, shift, bits, says)             \
	{                                                                      \
		ARM64_BLOCKS(name, oa, end, page, shift, bits),                \
		.linux_says = says,                                            \
	}

/* Level 2: blocks and groups of 1 << log of them. */
#define ARM64_LEVEL_PMD(oa, end, page, shift, bits, log)                       \
	{                                                                      \
		ARM64_BLOCKS("level 2 table", oa, end, page, shift, bits),     \
		ARM64_CONTIGUOUS(oa, shift, 0, log),                           \
		.linux_says = ARM64_SAYS_LEAVES(PT_SAYS_LEAF),                 \
	}

#define ARM64_LEVEL_PTE(oa, end, page, bits, log)                              \
	{                                                                      \
		.manual_name = "level 3 table",                                \
		.va_shift = (page), .index_bits = (bits), .entry_bytes = 8,    \
		.none = ARM64_NONE,                                            \
		.leaf = ARM64_LEAF(oa, page, ARM64_PAGE),                      \
		ARM64_CONTIGUOUS(oa, page, ARM64_PAGE, log),                   \
		.swap = ARM64_SWAP(page),                                      \
		.migration = ARM64_MIGRATION(page, page, end),                 \
		.marker = ARM64_MARKER,                                        \
		.linux_says = ARM64_SAYS_PTE,                                  \
	}

#define ARM64_REGIMES                                                          \
	.regime_count = 4,                                                     \
	.regime = {                                                            \
		PT_REGIME_ARM64_HA,                                            \
		0,                                                             \
		PT_REGIME_ARM64_HA | PT_REGIME_ARM64_PAN,                      \
		PT_REGIME_ARM64_PAN,                                           \
	}

/* QEMU's virt machine. */
#define ARM64_RAM_BASE UINT64_C(0x40000000)

/* What all formats of stage 1 have in common; D8.2; break-before-make D8.14.1. */
#define ARM64_FORMAT(va, pa)                                                   \
	.architecture = "arm64",                                               \
	.va_rule = PT_VA_ROOTS,                                                \
	.va_bits = (va),                                                       \
	.va_word_bits = 64,                                                    \
	.pa_bits = (pa),                                                       \
	.break_before_make = true,                                             \
	ARM64_REGIMES,                                                         \
	.ram_base = ARM64_RAM_BASE

#endif
