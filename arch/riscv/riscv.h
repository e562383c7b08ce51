/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V 64-bit page-table entries: what Sv39 and Sv48 have in common.
 *
 * Hardware's bits: RISC-V Privileged Architecture, version 20211203, chapter 4
 * "Supervisor-Level ISA", sections 4.3.1, 4.3.2 and 4.4 (Figure 4.21 and Table
 * 4.5), Svade and Svadu as the README says.  Software's: Linux 6.12,
 * arch/riscv/include/asm/pgtable{,-64,-bits}.h; include/linux/swap.h and
 * swapops.h.
 *
 * RISCV_LEVEL is an initializer of struct pt_level: an entry looks the same at
 * every depth, but for the length of its page number.
 */
#ifndef TABLEWALK_ARCH_RISCV_H
#define TABLEWALK_ARCH_RISCV_H

#include "../bits.h"

#include <tablewalk/format.h>

/* Section 4.4.1, Figure 4.21; meaning in 4.3.1. */
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
/* Reserved 60..54, PBMT 62..61 (Svpbmt), N 63 (Svnapot): all clear here. */
#define RISCV_CLEAR	ARCH_BITS(63, 54)

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
 * Readable, or executable only; and the page number bits below the span clear
 * (4.3.2 step 6: else a misaligned superpage).
 */
#define RISCV_LEAF_MATCH(shift, type_mask, type)                               \
	{                                                                      \
		.count = 2,                                                    \
		.list = {                                                      \
			{ .mask = (type_mask) | RISCV_CLEAR |                  \
				  ARCH_BITS_UPTO((shift) - 2, 10) | RISCV_R,   \
			  .value = (type) | RISCV_R },                         \
			{ .mask = (type_mask) | RISCV_CLEAR |                  \
				  ARCH_BITS_UPTO((shift) - 2, 10) |            \
				  RISCV_R | RISCV_W | RISCV_X,                 \
			  .value = (type) | RISCV_X },                         \
		},                                                             \
	}

/* PPN is bits 53..10: address bits 55..12. */
#define RISCV_LEAF(shift)                                                      \
	{                                                                      \
		.match = RISCV_LEAF_MATCH(shift, RISCV_V, RISCV_V),            \
		.fixed = RISCV_V,                                              \
		.pa = { .lsb = (shift) - 2, .width = 56 - (shift),             \
			.pa_shift = (shift) },                                 \
		.rights = RISCV_RIGHTS,                                        \
		.global = { RISCV_G, RISCV_G, 0 },                             \
		.accessed = { RISCV_A, RISCV_A, 0 },                           \
		.dirty = { RISCV_D, RISCV_D, 0 },                              \
		.soft0 = { RISCV_RSW0, RISCV_RSW0, 0 },                        \
		.soft1 = { RISCV_RSW1, RISCV_RSW1, 0 },                        \
		.protnone = RISCV_LEAF_MATCH(shift, RISCV_V | RISCV_PROT_NONE, \
					     RISCV_PROT_NONE),                 \
		.protnone_fixed = RISCV_PROT_NONE,                             \
		.protnone_pa = { .lsb = (shift) - 2, .width = 56 - (shift),    \
				 .pa_shift = (shift) },                        \
	}

/*
 * Section 4.3.1: V and XWR 000.  U, A and D are reserved in a pointer, as the
 * bits above the PPN.  G in a pointer makes everything below global, which is
 * not described, so it must be clear.  RSW is ignored.
 */
#define RISCV_TABLE                                                            \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = RISCV_CLEAR | ARCH_BITS(7, 0),    \
				     .value = RISCV_V },                       \
		},                                                             \
		.fixed = RISCV_V,                                              \
		.pa = { .lsb = 10, .width = 44, .pa_shift = 12 },              \
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

/* Any depth above the page table: section 4.4.1, any level may be a leaf. */
#define RISCV_LEVEL(name, shift)                                               \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = 9, .entry_bytes = 8,        \
		.none = RISCV_NONE,                                            \
		.table = RISCV_TABLE,                                          \
		.leaf = RISCV_LEAF(shift),                                     \
		.migration = RISCV_MIGRATION(shift),                           \
	}

/* Level 0: a pointer is a fault here (4.3.2 step 4). */
#define RISCV_LEVEL_PTE                                                        \
	{                                                                      \
		.manual_name = "level 0 page table",                           \
		.va_shift = 12, .index_bits = 9, .entry_bytes = 8,             \
		.none = RISCV_NONE,                                            \
		.leaf = RISCV_LEAF(12),                                        \
		.swap = {                                                      \
			.match = {                                             \
				.count = 1,                                    \
				.list[0] = { RISCV_SOFT_LOW,                   \
					     RISCV_TYPE_SWAP },                \
			},                                                     \
			.fixed = RISCV_TYPE_SWAP,                              \
			.payload = { .lsb = 12, .width = 52, .pa_shift = 12 }, \
		},                                                             \
		.migration = RISCV_MIGRATION(12),                              \
		.marker = {                                                    \
			.match = {                                             \
				.count = 1,                                    \
				.list[0] = { UINT64_MAX, RISCV_TYPE_MARKER |   \
					     RISCV_MARKER_OFFSET },            \
			},                                                     \
			.fixed = RISCV_TYPE_MARKER | RISCV_MARKER_OFFSET,      \
		},                                                             \
	}

#define RISCV_REGIMES                                                          \
	.regime_count = 4,                                                     \
	.regime = {                                                            \
		PT_REGIME_RISCV_ADUE,                                          \
		PT_REGIME_RISCV_ADUE | PT_REGIME_RISCV_SUM,                    \
		PT_REGIME_RISCV_ADUE | PT_REGIME_RISCV_MXR,                    \
		PT_REGIME_RISCV_ADUE | PT_REGIME_RISCV_SUM |                   \
			PT_REGIME_RISCV_MXR,                                   \
	}

#endif
