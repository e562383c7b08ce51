/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc 8xx: two levels of 4-byte entries, which Linux's TLB miss handlers
 * load nearly as they are.  Pages are 4 or 16 KiB; larger ones take several
 * entries, each with the address of its own part.
 *
 * Sources: Linux 6.12, arch/powerpc/include/asm/nohash/32/pte-8xx.h, pgtable.h,
 * pgalloc.h, hugetlb-8xx.h, pgtable-masks.h; the handlers in
 * arch/powerpc/kernel/head_8xx.S; arch/powerpc/mm/pgtable.c,
 * set_huge_pte_at(); include/linux/swap.h and swapops.h.
 */
#ifndef TABLEWALK_ARCH_POWERPC_PPC_8XX_H
#define TABLEWALK_ARCH_POWERPC_PPC_8XX_H

#include "../bits.h"

#include <tablewalk/format.h>

#define MPC8XX_PRESENT	ARCH_BIT(0)	/* V */
#define MPC8XX_NO_CACHE	ARCH_BIT(1)	/* CI */
#define MPC8XX_SH	ARCH_BIT(2)	/* of all address spaces */
#define MPC8XX_SPS	ARCH_BIT(3)	/* 16 KiB or more */
#define MPC8XX_GUARDED	ARCH_BIT(4)
#define MPC8XX_ACCESSED	ARCH_BIT(5)
#define MPC8XX_EXEC	ARCH_BIT(6)
#define MPC8XX_DIRTY	ARCH_BIT(8)	/* C */
/* _PAGE_NA is bit 9 alone, _PAGE_RO both, neither is read and write. */
#define MPC8XX_NA	ARCH_BIT(9)
#define MPC8XX_RO	ARCH_BITS(10, 9)
#define MPC8XX_HUGE	ARCH_BIT(11)	/* 512 KiB, with SPS */
/* What tells the page sizes apart. */
#define MPC8XX_16K	MPC8XX_SPS
#define MPC8XX_512K	(MPC8XX_SPS | MPC8XX_HUGE)

/* Level 1: valid; access group 2, which Linux gives to users' tables. */
#define MPC8XX_PMD	(ARCH_BIT(0) | ARCH_BIT(6))

/*
 * Linux: a software entry has its type in bits 7..3, the offset in 31..8, and
 * bits 2 (exclusive), 1 and 0 clear.
 */
#define MPC8XX_TYPE_SWAP      ARCH_AT(1, 3)	/* any swap file */
#define MPC8XX_TYPE_MIGRATION ARCH_AT(26, 3)	/* SWP_MIGRATION_WRITE */
#define MPC8XX_TYPE_MARKER    ARCH_AT(31, 3)	/* SWP_PTE_MARKER */
#define MPC8XX_MARKER_OFFSET  ARCH_AT(2, 8)	/* PTE_MARKER_POISONED */

#define MPC8XX_ALL ARCH_BITS(31, 0)
#define MPC8XX_NONE { .count = 1, .list[0] = { MPC8XX_ALL, 0 } }

/* Users' pages, of which NA is one: the table above says whose they are. */
#define MPC8XX_RIGHTS                                                          \
	{                                                                      \
		.mask = MPC8XX_RO | MPC8XX_EXEC,                               \
		.right[0] = { true, MPC8XX_NA },                               \
		.right[PT_X | PT_USER] = { true, MPC8XX_NA | MPC8XX_EXEC },    \
		.right[PT_R | PT_USER] = { true, MPC8XX_RO },                  \
		.right[PT_R | PT_X | PT_USER] = { true, MPC8XX_RO |            \
							MPC8XX_EXEC },         \
		.right[PT_R | PT_W | PT_USER] = { true, 0 },                   \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 MPC8XX_EXEC },        \
	}

/* A leaf; size is the setting of SPS and HUGE, which tell its length. */
#define MPC8XX_CARE(shift)                                                     \
	(MPC8XX_PRESENT | MPC8XX_512K | MPC8XX_GUARDED |                       \
	 ARCH_BITS_UPTO(shift, 12))
#define MPC8XX_LEAF(shift, size)                                               \
	{                                                                      \
		.match = {                                                     \
			.count = 2,                                            \
			.list = {                                              \
				{ .mask = MPC8XX_CARE(shift) | ARCH_BIT(10),   \
				  .value = MPC8XX_PRESENT | (size) },          \
				{ .mask = MPC8XX_CARE(shift) | MPC8XX_RO,      \
				  .value = MPC8XX_PRESENT | (size) |           \
					   MPC8XX_RO },                        \
			},                                                     \
		},                                                             \
		.fixed = MPC8XX_PRESENT | (size),                              \
		.pa = { .lsb = (shift), .width = 32 - (shift),                 \
			.pa_shift = (shift) },                                 \
		.rights = MPC8XX_RIGHTS,                                       \
		.global = { MPC8XX_SH, MPC8XX_SH, 0 },                         \
		.accessed = { MPC8XX_ACCESSED, MPC8XX_ACCESSED, 0 },           \
		.dirty = { MPC8XX_DIRTY, MPC8XX_DIRTY, 0 },                    \
		.memtype = {                                                   \
			.mask = MPC8XX_NO_CACHE,                               \
			.type[PT_MEM_WB] = { true, 0 },                        \
			.type[PT_MEM_UC] = { true, MPC8XX_NO_CACHE },          \
		},                                                             \
	}

/* A swap offset has 24 bits; a frame number is no longer than an address. */
#define MPC8XX_SOFT_LAYOUTS(shift)                                             \
	.swap = {                                                              \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ARCH_BITS(7, 0), MPC8XX_TYPE_SWAP },      \
		},                                                             \
		.fixed = MPC8XX_TYPE_SWAP,                                     \
		.payload = { .lsb = 8, .width = 24, .pa_shift = (shift) },     \
	},                                                                     \
	.migration = {                                                         \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				MPC8XX_ALL & ~ARCH_BITS(39 - (shift), 8),      \
				MPC8XX_TYPE_MIGRATION },                       \
		},                                                             \
		.fixed = MPC8XX_TYPE_MIGRATION,                                \
		.payload = { .lsb = 8, .width = 32 - (shift),                  \
			     .pa_shift = (shift) },                            \
	},                                                                     \
	.marker = {                                                            \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { MPC8XX_ALL, MPC8XX_TYPE_MARKER |          \
						 MPC8XX_MARKER_OFFSET },       \
		},                                                             \
		.fixed = MPC8XX_TYPE_MARKER | MPC8XX_MARKER_OFFSET,            \
	}

/*
 * The root, the same for both page sizes: 4 MiB an entry, and page tables of
 * 4096 bytes.  pmd_populate() writes address, user group and valid bit.
 * Linux asks pmd_*(); there is no pmd_leaf().
 */
#define MPC8XX_LEVEL_ROOT                                                      \
	{                                                                      \
		.manual_name = "level 1 table",                                \
		.va_shift = 22, .index_bits = 10, .entry_bytes = 4,            \
		.none = MPC8XX_NONE,                                           \
		.table = {                                                     \
			.match = {                                             \
				.count = 1,                                    \
				.list[0] = { ARCH_BITS(11, 0), MPC8XX_PMD },   \
			},                                                     \
			.fixed = MPC8XX_PMD,                                   \
			.pa = { .lsb = 12, .width = 20, .pa_shift = 12 },      \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

#define MPC8XX_PTE_SAYS                                                        \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
	}

#endif
