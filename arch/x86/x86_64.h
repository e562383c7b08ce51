/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64 entries: what 4-level and 5-level paging have in common.
 *
 * Hardware's bits: Intel SDM vol. 3A, ch. 4 "Paging", Tables 4-14 to 4-20; the
 * README names the edition.  Software's: Linux 6.12, arch/x86/include/asm/
 * pgtable_types.h, pgtable_64.h, pgtable-invert.h; include/linux/swap.h and
 * swapops.h.
 *
 * The X86_LEVEL_* macros are initializers of struct pt_level.
 */
#ifndef TABLEWALK_ARCH_X86_64_H
#define TABLEWALK_ARCH_X86_64_H

#include "x86.h"

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

/* Rights, flags and the protection key of every leaf; key: section 4.6.2. */
#define X86_64_LEAF_FLAGS                                                      \
	.rights = X86_RIGHTS,                                                  \
	X86_LEAF_FLAGS,                                                        \
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
			X86_64_LEAF_FLAGS,                                     \
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
		.linux_says = X86_SAYS_PTE,                                    \
	}

/*
 * Tables 4-16 and 4-18.  Address bits below the span, down to 13, are
 * reserved.  PS stays set without P (pmd_mkhuge), which keeps a protnone entry
 * apart from swap entries.
 */
#define X86_LEVEL_HUGE(name, shift, says)                                      \
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
			X86_64_LEAF_FLAGS,                                     \
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
			X86_INVALID(ARCH_BITS((shift) - 1, 13)),               \
		},                                                             \
		.migration = X86_MIGRATION(shift),                             \
		.linux_says = says,                                            \
	}

/*
 * pud_bad() only counts bits that are too many, so 0 and a table without A and
 * D are not bad; pud_present() is P alone.  p4d_leaf() is constant false.
 */
#define X86_SAYS_PUD                                                           \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,      \
		[PT_PROTNONE] = PT_SAYS_LEAF | PT_SAYS_BAD,                    \
		[PT_MIGRATION] = PT_SAYS_BAD,                                  \
		[PT_INVALID_HUGE] = PT_SAYS_LEAF | PT_SAYS_BAD,                \
	}

#define X86_LEVEL_PMD                                                          \
	X86_LEVEL_HUGE("page directory", 21, X86_SAYS_PMD(PT_SAYS_BAD))
#define X86_LEVEL_PUD                                                          \
	X86_LEVEL_HUGE("page-directory-pointer table", 30, X86_SAYS_PUD)

/* Table 4-15: no leaves. */
#define X86_LEVEL_P4D                                                          \
	{                                                                      \
		.manual_name = "PML4 table",                                   \
		.va_shift = 39, .index_bits = 9, .entry_bytes = 8,             \
		.none = X86_NONE,                                              \
		.table = X86_TABLE,                                            \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

#endif
