/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * s390x: region, segment and page tables, the same below each of the three
 * region tables that can be the root.  EDAT-1, EDAT-2 and IEP are on.
 *
 * Hardware's bits: z/Architecture Principles of Operation (SA22-7832), chapter
 * 3, "Dynamic Address Translation": region-table, segment-table and page-table
 * entries; Linux 6.12, arch/s390/include/asm/dat-bits.h has the same fields.
 * Software's: pgtable.h and pgalloc.h there, arch/s390/mm/hugetlbpage.c;
 * include/linux/swap.h and swapops.h.
 *
 * The manual numbers bits from the upper end; the numbers here are Linux's,
 * bit 0 being the least significant one.
 */
#ifndef TABLEWALK_ARCH_S390_S390X_H
#define TABLEWALK_ARCH_S390_S390X_H

#include "../bits.h"

#include <tablewalk/format.h>

/* In region- and segment-table entries. */
#define S390_TABLE_LENGTH ARCH_AT(3, 0)	/* TL: all four quarters */
#define S390_TT		ARCH_BITS(3, 2)	/* table type of the entry's table */
#define S390_COMMON	ARCH_BIT(4)	/* common segment or region */
#define S390_INVALID	ARCH_BIT(5)
#define S390_TF		ARCH_BITS(7, 6)	/* offset of the next table */
#define S390_FC		ARCH_BIT(10)	/* a leaf */
/* In all, a page table's entries included. */
#define S390_NOEXEC	ARCH_BIT(8)	/* IEP, in leaves only */
#define S390_PROTECT	ARCH_BIT(9)	/* DAT protection */

/* In page-table entries.  Hardware wants bit 11 zero. */
#define S390_PTE_INVALID ARCH_BIT(10)
#define S390_PTE_ZERO	ARCH_BIT(11)
/*
 * Linux: _PAGE_PRESENT and so on, in the eight bits that are software's.  7 and
 * 6 (_PAGE_UNUSED, _PAGE_SPECIAL) are ignored here.
 */
#define S390_PTE_PRESENT ARCH_BIT(0)
#define S390_PTE_SOFT_DIRTY ARCH_BIT(1)
#define S390_PTE_YOUNG	ARCH_BIT(2)
#define S390_PTE_DIRTY	ARCH_BIT(3)
#define S390_PTE_READ	ARCH_BIT(4)
#define S390_PTE_WRITE	ARCH_BIT(5)

/*
 * In leaves of a segment or region table.  With AV clear, hardware ignores the
 * storage key (15..11), where Linux keeps YOUNG and DIRTY, and soft-dirty in
 * 14; 15, 14 and 11 are clear here.  It always ignores 1 and 0.
 */
#define S390_BIG_AV	ARCH_BIT(16)
#define S390_BIG_KEY	(ARCH_BITS(15, 14) | ARCH_BIT(11))
#define S390_BIG_READ	ARCH_BIT(0)
#define S390_BIG_WRITE	ARCH_BIT(1)
#define S390_BIG_YOUNG	ARCH_BIT(12)
#define S390_BIG_DIRTY	ARCH_BIT(13)

/*
 * Linux: a software entry has PROTECT and INVALID set and PRESENT clear, its
 * type in bits 6..2 and the offset in 63..12.  Bits 11 (exclusive), 8, 7 and
 * 1 (soft dirty) must be clear.
 */
#define S390_SOFT	(S390_PTE_INVALID | S390_PROTECT)
#define S390_TYPE_SWAP	    (S390_SOFT | ARCH_AT(1, 2))	/* any swap file */
#define S390_TYPE_MIGRATION (S390_SOFT | ARCH_AT(26, 2)) /* ..._WRITE */
#define S390_TYPE_MARKER    (S390_SOFT | ARCH_AT(31, 2)) /* SWP_PTE_MARKER */
#define S390_MARKER_OFFSET  ARCH_AT(2, 12)	/* PTE_MARKER_POISONED */

/* p4d_none() and those below are exact: _REGION2_ENTRY_EMPTY and so on. */
#define S390_NONE(value)                                                       \
	.none_value = (value),                                                 \
	.none = { .count = 1, .list[0] = { UINT64_MAX, (value) } }

/*
 * Read and write are software's bits, execution is NOEXEC clear, and who may
 * do it is told by the address space.  PAGE_NONE and SEGMENT_NONE have none of
 * the three, so execution alone cannot be said, nor writing alone.
 */
#define S390_RIGHTS(read, write)                                               \
	{                                                                      \
		.mask = (read) | (write) | S390_NOEXEC,                        \
		.right[0] = { true, 0 },                                       \
		.right[PT_R | PT_USER] = { true, (read) | S390_NOEXEC },       \
		.right[PT_R | PT_X | PT_USER] = { true, (read) },              \
		.right[PT_R | PT_W | PT_USER] = { true, (read) | (write) |     \
							S390_NOEXEC },         \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 (read) | (write) },   \
	}

/* Invalid until it is readable and young; protected until written and dirty. */
#define S390_DERIVED(invalid)                                                  \
	.derived_count = 2,                                                    \
	.derived = {                                                           \
		{ .bits = (invalid), .on = 0, .off = (invalid),                \
		  .mask = PT_R | PT_ACCESSED, .value = PT_R | PT_ACCESSED },   \
		{ .bits = S390_PROTECT, .on = 0, .off = S390_PROTECT,          \
		  .mask = PT_W | PT_DIRTY, .value = PT_W | PT_DIRTY },         \
	}

/* No right at all, or readable; care and value are what every leaf has. */
#define S390_LEAF_MATCH(read, write, care, kind)                               \
	{                                                                      \
		.count = 2,                                                    \
		.list = {                                                      \
			{ .mask = (care) | (read) | (write) | S390_NOEXEC,     \
			  .value = (kind) },                                   \
			{ .mask = (care) | (read), .value = (kind) | (read) }, \
		},                                                             \
	}

/*
 * A leaf of a segment (type 0) or region-third table: FC, the table's type, and
 * AV, the key, the common bit and the reserved bits clear (7 and 6 are not TF
 * in a leaf).
 */
#define S390_BIG_CARE(shift)                                                   \
	(S390_FC | S390_TT | S390_COMMON | S390_TF | S390_BIG_AV |             \
	 S390_BIG_KEY | ARCH_BITS((shift) - 1, 17))
#define S390_BIG_LEAF(shift, type)                                             \
	{                                                                      \
		.match = S390_LEAF_MATCH(S390_BIG_READ, S390_BIG_WRITE,        \
					 S390_BIG_CARE(shift),                 \
					 S390_FC | (type)),                    \
		.fixed = S390_FC | (type),                                     \
		.pa = { .lsb = (shift), .width = 64 - (shift),                 \
			.pa_shift = (shift) },                                 \
		.rights = S390_RIGHTS(S390_BIG_READ, S390_BIG_WRITE),          \
		.accessed = { S390_BIG_YOUNG, S390_BIG_YOUNG, 0 },             \
		.dirty = { S390_BIG_DIRTY, S390_BIG_DIRTY, 0 },                \
		S390_DERIVED(S390_INVALID),                                    \
	}

/*
 * A pointer to a table of 2^length bytes: not invalid, no leaf, of the table's
 * type; low are the TL bits.  DAT protection takes writing away below.
 */
#define S390_POINTER(length, care, low)                                        \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = (care), .value = (low) },         \
		},                                                             \
		.fixed = (low),                                                \
		.pa = { .lsb = (length), .width = 64 - (length),               \
			.pa_shift = (length) },                                \
		.hierarchy_count = 1,                                          \
		.hierarchy = { { PT_W, S390_PROTECT, 0, S390_PROTECT } },      \
	}

/* To a region or segment table, 16 KiB: everything but address and P. */
#define S390_REGION_POINTER(type)                                              \
	S390_POINTER(14, ARCH_BITS(13, 0) & ~S390_PROTECT,                     \
		     (type) | S390_TABLE_LENGTH)

/* To a page table, 2 KiB; the two low bits are ignored. */
#define S390_SEGMENT_POINTER                                                   \
	S390_POINTER(11, ARCH_BITS(10, 2) & ~S390_PROTECT, 0)

#define S390_REGION1	ARCH_AT(3, 2)
#define S390_REGION2	ARCH_AT(2, 2)
#define S390_REGION3	ARCH_AT(1, 2)

/* p?d_present() of a region is an origin that is not 0. */
#define S390_SAYS                                                              \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
	}
#define S390_SAYS_LEAVES                                                       \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,      \
	}

/* pgd_none() looks at the type and the invalid bit only. */
#define S390_LEVEL_PGD                                                         \
	{                                                                      \
		.manual_name = "region-first table",                           \
		.va_shift = 53, .index_bits = 11, .entry_bytes = 8,            \
		.none_value = S390_REGION1 | S390_INVALID,                     \
		.none = {                                                      \
			.count = 1,                                            \
			.list[0] = { S390_TT | S390_INVALID,                   \
				     S390_REGION1 | S390_INVALID },            \
		},                                                             \
		.table = S390_REGION_POINTER(S390_REGION1),                    \
		.linux_says = S390_SAYS,                                       \
	}

#define S390_LEVEL_P4D                                                         \
	{                                                                      \
		.manual_name = "region-second table",                          \
		.va_shift = 42, .index_bits = 11, .entry_bytes = 8,            \
		S390_NONE(S390_REGION2 | S390_INVALID),                        \
		.table = S390_REGION_POINTER(S390_REGION2),                    \
		.linux_says = S390_SAYS,                                       \
	}

#define S390_LEVEL_PUD                                                         \
	{                                                                      \
		.manual_name = "region-third table",                           \
		.va_shift = 31, .index_bits = 11, .entry_bytes = 8,            \
		S390_NONE(S390_REGION3 | S390_INVALID),                        \
		.table = S390_REGION_POINTER(S390_REGION3),                    \
		.leaf = S390_BIG_LEAF(31, S390_REGION3),                       \
		.linux_says = S390_SAYS_LEAVES,                                \
	}

#define S390_LEVEL_PMD                                                         \
	{                                                                      \
		.manual_name = "segment table",                                \
		.va_shift = 20, .index_bits = 11, .entry_bytes = 8,            \
		S390_NONE(S390_INVALID),                                       \
		.table = S390_SEGMENT_POINTER,                                 \
		.leaf = S390_BIG_LEAF(20, 0),                                  \
		.linux_says = S390_SAYS_LEAVES,                                \
	}

#define S390_SOFT_LAYOUT(type)                                                 \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ARCH_BITS(11, 0), (type) },               \
		},                                                             \
		.fixed = (type),                                               \
		.payload = { .lsb = 12, .width = 52, .pa_shift = 12 },         \
	}

#define S390_LEVEL_PTE                                                         \
	{                                                                      \
		.manual_name = "page table",                                   \
		.va_shift = 12, .index_bits = 8, .entry_bytes = 8,             \
		S390_NONE(S390_PTE_INVALID),                                   \
		.leaf = {                                                      \
			.match = S390_LEAF_MATCH(S390_PTE_READ,                \
				S390_PTE_WRITE,                                \
				S390_PTE_PRESENT | S390_PTE_ZERO |             \
					S390_PTE_SOFT_DIRTY,                   \
				S390_PTE_PRESENT),                             \
			.fixed = S390_PTE_PRESENT,                             \
			.pa = { .lsb = 12, .width = 52, .pa_shift = 12 },      \
			.rights = S390_RIGHTS(S390_PTE_READ, S390_PTE_WRITE),  \
			.accessed = { S390_PTE_YOUNG, S390_PTE_YOUNG, 0 },     \
			.dirty = { S390_PTE_DIRTY, S390_PTE_DIRTY, 0 },        \
			S390_DERIVED(S390_PTE_INVALID),                        \
		},                                                             \
		.swap = S390_SOFT_LAYOUT(S390_TYPE_SWAP),                      \
		.migration = S390_SOFT_LAYOUT(S390_TYPE_MIGRATION),            \
		.marker = {                                                    \
			.match = {                                             \
				.count = 1,                                    \
				.list[0] = { UINT64_MAX, S390_TYPE_MARKER |    \
					     S390_MARKER_OFFSET },             \
			},                                                     \
			.fixed = S390_TYPE_MARKER | S390_MARKER_OFFSET,        \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_LEAF] = PT_SAYS_PRESENT,                           \
		},                                                             \
	}

#define S390_MANUAL                                                            \
	"z/Architecture Principles of Operation (SA22-7832), chapter 3, "      \
	"Dynamic Address Translation; Linux 6.12, "                            \
	"arch/s390/include/asm/pgtable.h and dat-bits.h"

#endif
