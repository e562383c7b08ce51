/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ARC HS (MMU v4): what all numbers of levels have in common.
 *
 * A page table is software's: the miss handler makes TLB entries of ptes.
 * Linux 6.12, arch/arc/include/asm/pgtable-bits-arcv2.h, pgtable-levels.h,
 * mmu-arcv2.h, hugepage.h; arch/arc/mm/tlbex.S.
 *
 * page is the page shift, 12 or 13.  Bits between 11 and it, bit 7, and bit 6
 * (_PAGE_SPECIAL) reach neither TLB word and change nothing.
 */
#ifndef TABLEWALK_ARCH_ARC_H
#define TABLEWALK_ARCH_ARC_H

#include "../bits.h"

#include <tablewalk/format.h>

#define ARC_C		ARCH_BIT(0)	/* cached */
#define ARC_X		ARCH_BIT(1)
#define ARC_W		ARCH_BIT(2)
#define ARC_R		ARCH_BIT(3)
#define ARC_A		ARCH_BIT(4)	/* software's, set by the handler */
#define ARC_D		ARCH_BIT(5)	/* likewise */
#define ARC_GLOBAL	ARCH_BIT(8)	/* and for the kernel only */
#define ARC_PRESENT	ARCH_BIT(9)
#define ARC_HW_SZ	ARCH_BIT(10)	/* of 2 MiB */

#define ARC_ALL		ARCH_BITS(31, 0)

#define ARC_EXACTLY(bits, word)                                                \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/*
 * GLOBAL makes the three bits those of the kernel (CONV_PTE_TO_TLB).  Without
 * any of them Linux writes PAGE_U_NONE, which has GLOBAL clear.
 */
#define ARC_RIGHTS                                                             \
	{                                                                      \
		.mask = ARC_R | ARC_W | ARC_X | ARC_GLOBAL,                    \
		.right[0] = { true, 0 },                                       \
		.right[PT_R] = { true, ARC_R | ARC_GLOBAL },                   \
		.right[PT_W] = { true, ARC_W | ARC_GLOBAL },                   \
		.right[PT_R | PT_W] = { true, ARC_R | ARC_W | ARC_GLOBAL },    \
		.right[PT_X] = { true, ARC_X | ARC_GLOBAL },                   \
		.right[PT_R | PT_X] = { true, ARC_R | ARC_X | ARC_GLOBAL },    \
		.right[PT_W | PT_X] = { true, ARC_W | ARC_X | ARC_GLOBAL },    \
		.right[PT_R | PT_W | PT_X] = { true, ARC_R | ARC_W | ARC_X |   \
						     ARC_GLOBAL },             \
		.right[PT_R | PT_USER] = { true, ARC_R },                      \
		.right[PT_W | PT_USER] = { true, ARC_W },                      \
		.right[PT_R | PT_W | PT_USER] = { true, ARC_R | ARC_W },       \
		.right[PT_X | PT_USER] = { true, ARC_X },                      \
		.right[PT_R | PT_X | PT_USER] = { true, ARC_R | ARC_X },       \
		.right[PT_W | PT_X | PT_USER] = { true, ARC_W | ARC_X },       \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
			ARC_R | ARC_W | ARC_X },                               \
	}

/* Any right, or none and GLOBAL clear. */
#define ARC_LEAF_MATCH(bits, word)                                             \
	{                                                                      \
		.count = 4,                                                    \
		.list = {                                                      \
			{ .mask = (bits) | ARC_R, .value = (word) | ARC_R },   \
			{ .mask = (bits) | ARC_W, .value = (word) | ARC_W },   \
			{ .mask = (bits) | ARC_X, .value = (word) | ARC_X },   \
			{ .mask = (bits) | ARC_R | ARC_W | ARC_X | ARC_GLOBAL, \
			  .value = (word) },                                   \
		},                                                             \
	}

/* The contents of a leaf of 2^shift bytes; size is HW_SZ or 0. */
#define ARC_LEAF(page, shift, size)                                            \
	.match = ARC_LEAF_MATCH(ARC_PRESENT | ARC_HW_SZ |                      \
					ARCH_BITS_UPTO(shift, page),           \
				ARC_PRESENT | (size)),                         \
	.fixed = ARC_PRESENT | (size),                                         \
	.pa = { .lsb = (shift), .width = 32 - (shift),                         \
		.pa_shift = (shift) },                                         \
	.rights = ARC_RIGHTS,                                                  \
	.accessed = { ARC_A, ARC_A, 0 },                                       \
	.dirty = { ARC_D, ARC_D, 0 },                                          \
	.memtype = {                                                           \
		.mask = ARC_C,                                                 \
		.type[PT_MEM_WB] = { true, ARC_C },                            \
		.type[PT_MEM_UC] = { true, 0 },                                \
	}

/*
 * A pointer is the kernel's address of a page, which is its physical address,
 * and nothing else; p?d_bad() is any bit below.  0 is none, and is so before it
 * is a pointer.
 */
#define ARC_TABLE(page)                                                        \
	{                                                                      \
		.match = ARC_EXACTLY(ARCH_BITS((page) - 1, 0), 0),             \
		.pa = { .lsb = (page), .width = 32 - (page),                   \
			.pa_shift = (page) },                                  \
	}

/* A table of pointers only: p?d_leaf() is the generic false, or HW_SZ. */
#define ARC_LEVEL_UPPER(name, page, shift, bits)                               \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 4,   \
		.table_shift = (page),                                         \
		.none = ARC_EXACTLY(ARC_ALL, 0),                               \
		.table = ARC_TABLE(page),                                      \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

/*
 * pmd_mkinvalid() clears PRESENT only; HW_SZ tells the entry from a pointer.
 * GLOBAL is part of the rights and stays.
 */
#define ARC_INVALID                                                            \
	.protnone_pa = { .lsb = 21, .width = 11, .pa_shift = 21 },             \
	.invalid = ARC_LEAF_MATCH(ARC_PRESENT | ARC_HW_SZ |                    \
					  ARCH_BITS(20, 13),                   \
				  ARC_HW_SZ),                                  \
	.invalid_fixed = ARC_HW_SZ

/* Entries of 2 MiB: a leaf is pmd_bad(), for its low bits. */
#define ARC_LEVEL_PMD(name, bits)                                              \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = 21, .index_bits = (bits), .entry_bytes = 4,        \
		.table_shift = 13,                                             \
		.none = ARC_EXACTLY(ARC_ALL, 0),                               \
		.table = ARC_TABLE(13),                                        \
		.leaf = { ARC_LEAF(13, 21, ARC_HW_SZ), ARC_INVALID },          \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
			[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF |           \
				    PT_SAYS_BAD,                               \
			[PT_INVALID_HUGE] = PT_SAYS_PRESENT | PT_SAYS_LEAF |   \
					    PT_SAYS_BAD,                       \
		},                                                             \
	}

/* Type in bits 4..0, offset in 31..13; bit 5 (exclusive) is not described. */
#define ARC_TYPE_SWAP	   ARCH_AT(1, 0)
#define ARC_TYPE_MIGRATION ARCH_AT(26, 0)
#define ARC_MARKER	   (ARCH_AT(31, 0) | ARCH_AT(2, 13))

#define ARC_SOFT_MARKER                                                        \
	{                                                                      \
		.match = ARC_EXACTLY(ARC_ALL, ARC_MARKER),                     \
		.fixed = ARC_MARKER,                                           \
	}

/* The offset and a page frame number are both 19 bits with pages of 8 KiB. */
#define ARC_SOFT_8K(type)                                                      \
	{                                                                      \
		.match = ARC_EXACTLY(ARCH_BITS(12, 0), type),                  \
		.fixed = (type),                                               \
		.payload = { .lsb = 13, .width = 19, .pa_shift = 13 },         \
	}

#define ARC_LEVEL_PTE_8K                                                       \
	{                                                                      \
		.manual_name = "page table",                                   \
		.va_shift = 13, .index_bits = 8, .entry_bytes = 4,             \
		.table_shift = 13,                                             \
		.none = ARC_EXACTLY(ARC_ALL, 0),                               \
		.leaf = { ARC_LEAF(13, 13, 0) },                               \
		.swap = ARC_SOFT_8K(ARC_TYPE_SWAP),                            \
		.migration = ARC_SOFT_8K(ARC_TYPE_MIGRATION),                  \
		.marker = ARC_SOFT_MARKER,                                     \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_LEAF] = PT_SAYS_PRESENT,                           \
		},                                                             \
	}

/* What all four formats say of themselves; memory begins where the kernel is. */
#define ARC_FORMAT                                                             \
	.architecture = "arc",                                                 \
	.manual = "Linux 6.12 arch/arc/include/asm/pgtable-levels.h, "         \
		  "pgtable-bits-arcv2.h; ARCv2 PRM, MMU v4, TLBPD0 and "       \
		  "TLBPD1",                                                    \
	.va_rule = PT_VA_ZERO,                                                 \
	.va_bits = 32,                                                         \
	.va_word_bits = 32,                                                    \
	.pa_bits = 32,                                                         \
	.regime_count = 1,                                                     \
	.ram_base = UINT64_C(0x80000000)

#endif
