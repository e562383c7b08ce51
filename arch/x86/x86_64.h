/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64 entries: what 4-level and 5-level paging have in common.
 *
 * Hardware's bits: Intel SDM vol. 3A, ch. 4 "Paging", Tables 4-14 to 4-20; the
 * README names the edition.  Software's: Linux 6.12, arch/x86/include/asm/
 * pgtable_types.h, pgtable_64.h, pgtable-invert.h; include/linux/swap.h and
 * swapops.h.
 *
 * The X86_LEVEL_* macros are initializers of struct pt_level.  They exist
 * because the two formats differ in the root only, and C has no other way to
 * give one constant to two constant tables.
 */
#ifndef TABLEWALK_ARCH_X86_64_H
#define TABLEWALK_ARCH_X86_64_H

#include "../bits.h"

#include <tablewalk/format.h>

/*
 * Tables 4-16 (1-GByte page), 4-18 (2-MByte page), 4-20 (4-KByte page); the
 * comments name sections.
 */
#define X86_P		ARCH_BIT(0)	/* present */
#define X86_RW		ARCH_BIT(1)	/* writable; all levels, 4.6 */
#define X86_US		ARCH_BIT(2)	/* user; all levels, 4.6 */
#define X86_PWT		ARCH_BIT(3)	/* bit 0 of the PAT index, 4.9.2 */
#define X86_PCD		ARCH_BIT(4)	/* bit 1 of the PAT index */
#define X86_A		ARCH_BIT(5)	/* accessed, 4.8 */
#define X86_D		ARCH_BIT(6)	/* dirty, leaves only, 4.8 */
#define X86_PS		ARCH_BIT(7)	/* leaf, in a PDE and a PDPTE */
#define X86_PAT_4K	ARCH_BIT(7)	/* bit 2 of the PAT index: PTE */
#define X86_G		ARCH_BIT(8)	/* global */
#define X86_PAT_HUGE	ARCH_BIT(12)	/* bit 2 of the PAT index: huge */
#define X86_XD		ARCH_BIT(63)	/* execute-disable; all levels */

/* Ignored by hardware.  Linux: _PAGE_SPECIAL, _PAGE_UFFD_WP. */
#define X86_SOFTW1	ARCH_BIT(9)
#define X86_SOFTW2	ARCH_BIT(10)

/* Linux: _PAGE_PROTNONE is the G bit of an entry without P. */
#define X86_PROTNONE	ARCH_BIT(8)

/*
 * Linux: a software entry has its type in bits 63..59 (SWP_TYPE_BITS), the
 * complemented offset in 58..9 (SWP_OFFSET_FIRST_BIT) and bits 8, 7 and 0
 * clear.  Bits 6 and 5 are ignored: some processors set A and D of entries
 * that are not present (_PAGE_KNL_ERRATUM_MASK).  Bits 4..1 hold notes such as
 * soft-dirty, which are not described and must be clear.
 */
#define X86_SOFT_TYPE	ARCH_BITS(63, 59)
#define X86_SOFT_ZERO	(ARCH_BITS(8, 7) | ARCH_BITS(4, 0))
/* Types: any swap file; SWP_MIGRATION_WRITE; SWP_PTE_MARKER.  See README. */
#define X86_TYPE_SWAP	   ARCH_AT(1, 59)
#define X86_TYPE_MIGRATION ARCH_AT(26, 59)
#define X86_TYPE_MARKER	   ARCH_AT(31, 59)
/* The offset of a marker is PTE_MARKER_POISONED (2), complemented. */
#define X86_MARKER_OFFSET (ARCH_BITS(58, 9) & ~ARCH_AT(2, 9))
/* Offset bits above a frame number, SWP_MIG_YOUNG and up: 0, complemented. */
#define X86_MIGRATION_HIGH ARCH_BITS(58, 49)

/* pte_none(), pmd_none(), pud_none(), p4d_none(): A and D do not count. */
#define X86_NONE                                                               \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = ~(X86_A | X86_D), .value = 0 },           \
	}

/*
 * Section 4.6: a page that is present is readable.  USER is US, W is RW, X is
 * XD clear.
 */
#define X86_RIGHTS                                                             \
	{                                                                      \
		.mask = X86_RW | X86_US | X86_XD,                              \
		.right[PT_R] = { true, X86_XD },                               \
		.right[PT_R | PT_W] = { true, X86_XD | X86_RW },               \
		.right[PT_R | PT_X] = { true, 0 },                             \
		.right[PT_R | PT_W | PT_X] = { true, X86_RW },                 \
		.right[PT_R | PT_USER] = { true, X86_XD | X86_US },            \
		.right[PT_R | PT_W | PT_USER] = { true,                        \
						  X86_XD | X86_RW | X86_US },  \
		.right[PT_R | PT_X | PT_USER] = { true, X86_US },              \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 X86_RW | X86_US },    \
	}

/* Section 4.9.2 with the IA32_PAT of Linux: entries 0 WB, 1 WC, 3 UC, 7 WT. */
#define X86_MEMTYPES(pat)                                                      \
	{                                                                      \
		.mask = (pat) | X86_PCD | X86_PWT,                             \
		.type[PT_MEM_WB] = { true, 0 },                                \
		.type[PT_MEM_WC] = { true, X86_PWT },                          \
		.type[PT_MEM_UC] = { true, X86_PCD | X86_PWT },                \
		.type[PT_MEM_WT] = { true, (pat) | X86_PCD | X86_PWT },        \
	}

/*
 * The four PAT entries in use, as two rules: neither PAT nor PCD (0, 1); PCD
 * and PWT (3, 7).  mask and value are what every leaf of the kind has.
 */
#define X86_LEAF_MATCH(pat, other_mask, other_value)                           \
	{                                                                      \
		.count = 2,                                                    \
		.list[0] = { .mask = (other_mask) | (pat) | X86_PCD,           \
			     .value = (other_value) },                         \
		.list[1] = { .mask = (other_mask) | X86_PCD | X86_PWT,         \
			     .value = (other_value) | X86_PCD | X86_PWT },     \
	}

/* Flags and the protection key, the same at every leaf; key: section 4.6.2. */
#define X86_LEAF_FLAGS                                                         \
	.rights = X86_RIGHTS,                                                  \
	.global = { X86_G, X86_G, 0 },                                         \
	.accessed = { X86_A, X86_A, 0 },                                       \
	.dirty = { X86_D, X86_D, 0 },                                          \
	.soft0 = { X86_SOFTW1, X86_SOFTW1, 0 },                                \
	.soft1 = { X86_SOFTW2, X86_SOFTW2, 0 },                                \
	.key = { .lsb = 59, .width = 4 }

/*
 * Tables 4-14, 4-15, 4-17, 4-19: an entry that references a table.  Bit 7 is
 * PS in a PDE and a PDPTE, where 1 makes a leaf, and reserved above; A is set
 * by hardware; PWT, PCD, bits 6, 11..8 and 62..52 do not change what it is.
 */
#define X86_TABLE                                                              \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = X86_P | X86_PS, .value = X86_P }, \
		},                                                             \
		.fixed = X86_P,                                                \
		.pa = { .lsb = 12, .width = 40, .pa_shift = 12 },              \
		.hierarchy_count = 3,                                          \
		.hierarchy = {                                                 \
			{ PT_W, X86_RW, X86_RW, 0 },                           \
			{ PT_USER, X86_US, X86_US, 0 },                        \
			{ PT_X, X86_XD, 0, X86_XD },                           \
		},                                                             \
	}

/* Migration, of 2^shift bytes: the low offset bits are 0, complemented. */
#define X86_MIGRATION(shift)                                                   \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = X86_SOFT_TYPE | X86_MIGRATION_HIGH |   \
					ARCH_BITS_UPTO((shift) - 3, 9) |      \
					X86_SOFT_ZERO,                         \
				.value = X86_TYPE_MIGRATION |                  \
					 X86_MIGRATION_HIGH |                  \
					 ARCH_BITS_UPTO((shift) - 3, 9),      \
			},                                                     \
		},                                                             \
		.fixed = X86_TYPE_MIGRATION | X86_MIGRATION_HIGH |             \
			 ARCH_BITS_UPTO((shift) - 3, 9),                      \
		.payload = { .lsb = (shift) - 3, .width = 52 - (shift),        \
			     .pa_shift = (shift), .inverted = true },          \
	}

/* Table 4-20.  protnone_mask(): without P the page frame is complemented. */
#define X86_LEVEL_PTE                                                          \
	{                                                                      \
		.manual_name = "page table",                                   \
		.va_shift = 12, .index_bits = 9, .entry_bytes = 8,             \
		.none = X86_NONE,                                              \
		.leaf = {                                                      \
			.match = X86_LEAF_MATCH(X86_PAT_4K, X86_P, X86_P),     \
			.fixed = X86_P,                                        \
			.pa = { .lsb = 12, .width = 40, .pa_shift = 12 },      \
			X86_LEAF_FLAGS,                                        \
			.memtype = X86_MEMTYPES(X86_PAT_4K),                   \
			.protnone = X86_LEAF_MATCH(X86_PAT_4K,                 \
				X86_P | X86_PROTNONE, X86_PROTNONE),           \
			.protnone_fixed = X86_PROTNONE,                        \
			.protnone_pa = { .lsb = 12, .width = 40,               \
					 .pa_shift = 12, .inverted = true },   \
		},                                                             \
		.swap = {                                                      \
			.match = {                                             \
				.count = 1,                                    \
				.list[0] = { X86_SOFT_TYPE | X86_SOFT_ZERO,    \
					     X86_TYPE_SWAP },                  \
			},                                                     \
			.fixed = X86_TYPE_SWAP,                                \
			.payload = { .lsb = 9, .width = 50, .pa_shift = 12,    \
				     .inverted = true },                       \
		},                                                             \
		.migration = X86_MIGRATION(12),                                \
		.marker = {                                                    \
			.match = {                                             \
				.count = 1,                                    \
				.list[0] = { ~(X86_A | X86_D),                 \
					     X86_TYPE_MARKER |                 \
					     X86_MARKER_OFFSET },              \
			},                                                     \
			.fixed = X86_TYPE_MARKER | X86_MARKER_OFFSET,          \
		},                                                             \
	}

/*
 * Tables 4-16 and 4-18.  Address bits below the span, down to 13, are
 * reserved.  PS stays set without P (pmd_mkhuge), which keeps a protnone entry
 * apart from swap entries.
 */
#define X86_LEVEL_HUGE(name, shift)                                            \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = 9, .entry_bytes = 8,        \
		.none = X86_NONE,                                              \
		.table = X86_TABLE,                                            \
		.leaf = {                                                      \
			.match = X86_LEAF_MATCH(X86_PAT_HUGE,                  \
				X86_P | X86_PS | ARCH_BITS((shift) - 1, 13),   \
				X86_P | X86_PS),                               \
			.fixed = X86_P | X86_PS,                               \
			.pa = { .lsb = (shift), .width = 52 - (shift),         \
				.pa_shift = (shift) },                         \
			X86_LEAF_FLAGS,                                        \
			.memtype = X86_MEMTYPES(X86_PAT_HUGE),                 \
			.protnone = X86_LEAF_MATCH(X86_PAT_HUGE,               \
				X86_P | X86_PS | X86_PROTNONE |                \
					ARCH_BITS((shift) - 1, 13),            \
				X86_PS | X86_PROTNONE),                        \
			.protnone_fixed = X86_PS | X86_PROTNONE,               \
			.protnone_pa = { .lsb = (shift),                       \
					 .width = 52 - (shift),                \
					 .pa_shift = (shift),                  \
					 .inverted = true },                   \
		},                                                             \
		.migration = X86_MIGRATION(shift),                             \
	}

#define X86_LEVEL_PMD X86_LEVEL_HUGE("page directory", 21)
#define X86_LEVEL_PUD X86_LEVEL_HUGE("page-directory-pointer table", 30)

/* Table 4-15: no leaves. */
#define X86_LEVEL_P4D                                                          \
	{                                                                      \
		.manual_name = "PML4 table",                                   \
		.va_shift = 39, .index_bits = 9, .entry_bytes = 8,             \
		.none = X86_NONE,                                              \
		.table = X86_TABLE,                                            \
	}

/* CR0.WP and EFER.NXE as every kernel sets them; then what can differ. */
#define X86_REGIMES                                                            \
	.regime_count = 4,                                                     \
	.regime = {                                                            \
		PT_REGIME_X86_WP | PT_REGIME_X86_NXE,                          \
		PT_REGIME_X86_NXE,                                             \
		PT_REGIME_X86_WP | PT_REGIME_X86_NXE | PT_REGIME_X86_SMEP,     \
		PT_REGIME_X86_WP | PT_REGIME_X86_NXE | PT_REGIME_X86_SMAP,     \
	}

#endif
