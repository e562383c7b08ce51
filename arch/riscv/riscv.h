/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V page-table entries: what Sv32, Sv39, Sv48 and Sv57 have in common.
 *
 * Hardware's bits: RISC-V Privileged Architecture, version 20211203, chapter 4
 * "Supervisor-Level ISA", sections 4.3.1 and 4.3.2 (Figure 4.18, Table 4.5),
 * 4.4 (Figure 4.21), chapters 5 "Svnapot" and 6 "Svpbmt"; Svade and Svadu as
 * the README says.  Software's: Linux 6.12, arch/riscv/include/asm/
 * pgtable{,-32,-64,-bits}.h; include/linux/swap.h and swapops.h.
 *
 * RISCV_LEVEL is an initializer of struct pt_level: an entry looks the same at
 * every depth, but for the length of its page number.
 */
#ifndef TABLEWALK_ARCH_RISCV_H
#define TABLEWALK_ARCH_RISCV_H

#include "../bits.h"

#include <tablewalk/format.h>

/* Figures 4.18 (Sv32) and 4.21 (Sv39 and up); meaning in section 4.3.1. */
#define RISCV_V		ARCH_BIT(0)
#define RISCV_R		ARCH_BIT(1)
#define RISCV_W		ARCH_BIT(2)
#define RISCV_X		ARCH_BIT(3)
#define RISCV_U		ARCH_BIT(4)
#define RISCV_G		ARCH_BIT(5)
#define RISCV_A		ARCH_BIT(6)
#define RISCV_D		ARCH_BIT(7)
#define RISCV_RSW0	ARCH_BIT(8)	/* Linux: _PAGE_SPECIAL */
#define RISCV_RSW1	ARCH_BIT(9)	/* Linux: _PAGE_DEVMAP */
/*
 * Above the page number of a 64-bit entry: N (Svnapot) 63, PBMT (Svpbmt)
 * 62..61, reserved 60..54.  Where neither extension is, all are clear.
 */
#define RISCV_N		ARCH_BIT(63)
#define RISCV_PBMT	ARCH_BITS(62, 61)
#define RISCV_PBMT_LOW	ARCH_BIT(61)	/* NC */
#define RISCV_PBMT_HIGH	ARCH_BIT(62)	/* IO */
#define RISCV_CLEAR	ARCH_BITS(63, 54)
/* A page number ends at bit 53, or 31: address bits 55..12, or 33..12. */
#define RISCV_PA_END	56
#define RISCV_PA_END_32	34

/* Linux: _PAGE_PROT_NONE is G of an entry that is not valid. */
#define RISCV_PROT_NONE	ARCH_BIT(5)

/*
 * Linux: a software entry has its type in bits 11..7, the offset in 63..12,
 * and V, R, W, X and _PAGE_PROT_NONE clear.  Bit 6 (exclusive) is not
 * described and must be clear, as bit 4 that nothing uses.
 */
#define RISCV_SOFT_LOW	ARCH_BITS(11, 0)
#define RISCV_TYPE_SWAP	     ARCH_AT(1, 7)	/* any swap file */
#define RISCV_TYPE_MIGRATION ARCH_AT(26, 7)	/* SWP_MIGRATION_WRITE */
#define RISCV_TYPE_MARKER    ARCH_AT(31, 7)	/* SWP_PTE_MARKER */
#define RISCV_MARKER_OFFSET  ARCH_AT(2, 12)	/* PTE_MARKER_POISONED */

/* pte_none() and the others are exact. */
#define RISCV_NONE                                                             \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = UINT64_MAX, .value = 0 },                 \
	}

/* Table 4.5: XWR 000 is a pointer, 010 and 110 are reserved. */
#define RISCV_RIGHTS                                                           \
	{                                                                      \
		.mask = RISCV_R | RISCV_W | RISCV_X | RISCV_U,                 \
		.right[PT_R] = { true, RISCV_R },                              \
		.right[PT_R | PT_W] = { true, RISCV_R | RISCV_W },             \
		.right[PT_X] = { true, RISCV_X },                              \
		.right[PT_R | PT_X] = { true, RISCV_R | RISCV_X },             \
		.right[PT_R | PT_W | PT_X] = { true,                           \
					       RISCV_R | RISCV_W | RISCV_X },  \
		.right[PT_R | PT_USER] = { true, RISCV_R | RISCV_U },          \
		.right[PT_R | PT_W | PT_USER] = { true,                        \
						  RISCV_R | RISCV_W |          \
						  RISCV_U },                   \
		.right[PT_X | PT_USER] = { true, RISCV_X | RISCV_U },          \
		.right[PT_R | PT_X | PT_USER] = { true,                        \
						  RISCV_R | RISCV_X |          \
						  RISCV_U },                   \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
			RISCV_R | RISCV_W | RISCV_X | RISCV_U },               \
	}

/*
 * A leaf is readable, or executable only.  mask and value are what else every
 * leaf has; these are two rules of a list.
 */
#define RISCV_LEAF_RULES(mask_, value_)                                        \
	{ .mask = (mask_) | RISCV_R, .value = (value_) | RISCV_R },            \
	{ .mask = (mask_) | RISCV_R | RISCV_W | RISCV_X,                       \
	  .value = (value_) | RISCV_X }

/* Page number bits below the span; 4.3.2 step 6: a misaligned superpage. */
#define RISCV_LOW(shift) ARCH_BITS_UPTO((shift) - 2, 10)

#define RISCV_FLAGS                                                            \
	.rights = RISCV_RIGHTS,                                                \
	.global = { RISCV_G, RISCV_G, 0 },                                     \
	.accessed = { RISCV_A, RISCV_A, 0 },                                   \
	.dirty = { RISCV_D, RISCV_D, 0 },                                      \
	.soft0 = { RISCV_RSW0, RISCV_RSW0, 0 },                                \
	.soft1 = { RISCV_RSW1, RISCV_RSW1, 0 }

/* The page number from the span on, up to address bit end - 1. */
#define RISCV_PA(shift, end)                                                   \
	{ .lsb = (shift) - 2, .width = (end) - (shift), .pa_shift = (shift) }

/* A leaf of 2^shift bytes; clear are the bits that must be. */
#define RISCV_LEAF_FIELDS(shift, end, clear)                                   \
	.match = {                                                             \
		.count = 2,                                                    \
		.list = {                                                      \
			RISCV_LEAF_RULES((clear) | RISCV_LOW(shift) |          \
					 RISCV_V, RISCV_V),                    \
		},                                                             \
	},                                                                     \
	.fixed = RISCV_V,                                                      \
	.pa = RISCV_PA(shift, end),                                            \
	RISCV_FLAGS,                                                           \
	.protnone = {                                                          \
		.count = 2,                                                    \
		.list = {                                                      \
			RISCV_LEAF_RULES((clear) | RISCV_LOW(shift) |          \
					 RISCV_V | RISCV_PROT_NONE,            \
					 RISCV_PROT_NONE),                     \
		},                                                             \
	},                                                                     \
	.protnone_fixed = RISCV_PROT_NONE,                                     \
	.protnone_pa = RISCV_PA(shift, end)
#define RISCV_LEAF_OF(shift, end, clear)                                       \
	{ RISCV_LEAF_FIELDS(shift, end, clear) }
#define RISCV_LEAF(shift) RISCV_LEAF_OF(shift, RISCV_PA_END, RISCV_CLEAR)

/*
 * Linux: pmd_mkinvalid() clears V and _PAGE_PROT_NONE and leaves R, W and X,
 * of which software entries have none.  There are huge pages that it splits at
 * the pmd of 64 bits only.
 */
#define RISCV_INVALID_MASK(shift)                                              \
	(RISCV_LOW(shift) | RISCV_V | RISCV_PROT_NONE)
#define RISCV_LEAF_SPLIT(shift)                                                \
	{                                                                      \
		RISCV_LEAF_FIELDS(shift, RISCV_PA_END, RISCV_CLEAR),           \
		.invalid = {                                                   \
			.count = 2,                                            \
			.list = {                                              \
				RISCV_LEAF_RULES(RISCV_CLEAR |                 \
						 RISCV_INVALID_MASK(shift),    \
						 0),                           \
			},                                                     \
		},                                                             \
	}

/*
 * Section 4.3.1: V and XWR 000.  U, A and D are reserved in a pointer, as the
 * bits above the PPN.  G in a pointer makes everything below global, which is
 * not described, so it must be clear.  RSW is ignored.
 */
#define RISCV_TABLE_OF(end, clear)                                             \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = (clear) | ARCH_BITS(7, 0),        \
				     .value = RISCV_V },                       \
		},                                                             \
		.fixed = RISCV_V,                                              \
		.pa = RISCV_PA(12, end),                                       \
	}

/* The offset is a page frame number of 44 bits, aligned to the span. */
#define RISCV_MIGRATION(shift)                                                 \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = ~ARCH_BITS(55, shift),            \
				     .value = RISCV_TYPE_MIGRATION },          \
		},                                                             \
		.fixed = RISCV_TYPE_MIGRATION,                                 \
		.payload = { .lsb = (shift), .width = 56 - (shift),            \
			     .pa_shift = (shift) },                            \
	}

/*
 * What Linux says: pmd_present() counts R, W, X and _PAGE_PROT_NONE, those of
 * the depths above count V only, and p?d_bad() is not p?d_present(), at the
 * pmd also every leaf.  There is no p4d_leaf() nor pgd_leaf().
 */
#define RISCV_SAYS_PTE                                                         \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
		[PT_PROTNONE] = PT_SAYS_PRESENT,                               \
	}
#define RISCV_SAYS_PMD(migration, invalid)                                     \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,      \
		[PT_PROTNONE] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,  \
		[PT_MIGRATION] = (migration),                                  \
		[PT_INVALID_HUGE] = (invalid),                                 \
	}
#define RISCV_SAYS_SPLIT (PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD)
/* leaf is PT_SAYS_LEAF for the pud, 0 above. */
#define RISCV_SAYS_UPPER(leaf)                                                 \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | (leaf),                          \
		[PT_PROTNONE] = PT_SAYS_BAD,                                   \
		[PT_MIGRATION] = PT_SAYS_BAD,                                  \
	}

/* Any depth above the page table: section 4.4.1, any level may be a leaf. */
#define RISCV_LEVEL(name, shift, leaf_, says)                                  \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = 9, .entry_bytes = 8,        \
		.none = RISCV_NONE,                                            \
		.table = RISCV_TABLE_OF(RISCV_PA_END, RISCV_CLEAR),            \
		.leaf = leaf_,                                                 \
		.migration = RISCV_MIGRATION(shift),                           \
		.linux_says = says,                                            \
	}
#define RISCV_LEVEL_PGD                                                        \
	RISCV_LEVEL("level 4 page table", 48, RISCV_LEAF(48),                  \
		    RISCV_SAYS_UPPER(0))
#define RISCV_LEVEL_P4D                                                        \
	RISCV_LEVEL("level 3 page table", 39, RISCV_LEAF(39),                  \
		    RISCV_SAYS_UPPER(0))
#define RISCV_LEVEL_PUD                                                        \
	RISCV_LEVEL("level 2 page table", 30, RISCV_LEAF(30),                  \
		    RISCV_SAYS_UPPER(PT_SAYS_LEAF))
#define RISCV_LEVEL_PMD                                                        \
	RISCV_LEVEL("level 1 page table", 21, RISCV_LEAF_SPLIT(21),            \
		    RISCV_SAYS_PMD(PT_SAYS_BAD, RISCV_SAYS_SPLIT))

/* One pattern: the marker's offset is PTE_MARKER_POISONED. */
#define RISCV_MARKER(ones)                                                     \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { (ones), RISCV_TYPE_MARKER |               \
				     RISCV_MARKER_OFFSET },                    \
		},                                                             \
		.fixed = RISCV_TYPE_MARKER | RISCV_MARKER_OFFSET,              \
	}

/*
 * Level 0: a pointer is a fault here (4.3.2 step 4).  The contents of the
 * initializer, for a format that adds to it.
 */
#define RISCV_PTE_OF(leaf_)                                                    \
	.manual_name = "level 0 page table",                                   \
	.va_shift = 12, .index_bits = 9, .entry_bytes = 8,                     \
	.none = RISCV_NONE,                                                    \
	.leaf = leaf_,                                                         \
	.swap = {                                                              \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { RISCV_SOFT_LOW, RISCV_TYPE_SWAP },        \
		},                                                             \
		.fixed = RISCV_TYPE_SWAP,                                      \
		.payload = { .lsb = 12, .width = 52, .pa_shift = 12 },         \
	},                                                                     \
	.migration = RISCV_MIGRATION(12),                                      \
	.marker = RISCV_MARKER(UINT64_MAX),                                    \
	.linux_says = RISCV_SAYS_PTE
#define RISCV_LEVEL_PTE { RISCV_PTE_OF(RISCV_LEAF(12)) }

#define RISCV_REGIMES                                                          \
	.regime_count = 4,                                                     \
	.regime = {                                                            \
		PT_REGIME_RISCV_ADUE,                                          \
		PT_REGIME_RISCV_ADUE | PT_REGIME_RISCV_SUM,                    \
		PT_REGIME_RISCV_ADUE | PT_REGIME_RISCV_MXR,                    \
		PT_REGIME_RISCV_ADUE | PT_REGIME_RISCV_SUM |                   \
			PT_REGIME_RISCV_MXR,                                   \
	}

/* QEMU's virt machine, 32-bit and 64-bit. */
#define RISCV_RAM_BASE UINT64_C(0x80000000)

/*
 * Linux's 64-bit types have five levels, whatever satp says: p4d_offset() and
 * pud_offset() return the entry above where pgtable_l5_enabled and
 * pgtable_l4_enabled are clear, PTRS_PER_P4D and PTRS_PER_PUD stay 512.
 */
#define RISCV_FOLDED_SV48 (1u << PT_P4D)
#define RISCV_FOLDED_SV39 (1u << PT_P4D | 1u << PT_PUD)

#endif
