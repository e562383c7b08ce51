/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86 entries: what 32-bit, PAE, 4-level and 5-level paging have in common.
 *
 * Hardware's bits: Intel SDM vol. 3A, ch. 4 "Paging", Tables 4-4 to 4-20; the
 * README names the edition.  Software's: Linux 6.12, arch/x86/include/asm/
 * pgtable.h and pgtable_types.h.
 *
 * The macros are initializers: C has no other way to give one constant to
 * several constant tables.
 */
#ifndef TABLEWALK_ARCH_X86_H
#define TABLEWALK_ARCH_X86_H

#include "../bits.h"

#include <tablewalk/format.h>

/*
 * Tables 4-4 (4-MByte page), 4-6 (4-KByte page), 4-9 and 4-11 (PAE), 4-16, 4-18
 * and 4-20 (4-level and 5-level); the comments name sections.
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

/* The flags of every leaf. */
#define X86_LEAF_FLAGS                                                         \
	.global = { X86_G, X86_G, 0 },                                         \
	.accessed = { X86_A, X86_A, 0 },                                       \
	.dirty = { X86_D, X86_D, 0 },                                          \
	.soft0 = { X86_SOFTW1, X86_SOFTW1, 0 },                                \
	.soft1 = { X86_SOFTW2, X86_SOFTW2, 0 }

/*
 * Linux: pmd_mkinvalid() and pud_mkinvalid() clear P and PROTNONE of a huge
 * leaf and leave PS, with which it is neither none nor a software entry.  They
 * make its word anew (pfn_pmd()), so the frame is complemented where that of a
 * protnone entry is.  low are the address bits below the span and whatever else
 * is reserved.
 */
#define X86_INVALID(low)                                                       \
	.invalid = X86_LEAF_MATCH(X86_PAT_HUGE,                                \
				  X86_P | X86_PS | X86_PROTNONE | (low),       \
				  X86_PS),                                     \
	.invalid_fixed = X86_PS

/*
 * What Linux says.  pmd_none() and pmd_bad() of 0 are both true; pmd_bad() is
 * true of a table without D too, which hardware ignores there and this format
 * does not write.  pmd_present() counts PS, pmd_leaf() looks at nothing else.
 */
#define X86_SAYS_PTE                                                           \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
		[PT_PROTNONE] = PT_SAYS_PRESENT,                               \
	}
#define X86_SAYS_PMD(migration)                                                \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT | PT_SAYS_BAD,                    \
		[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,      \
		[PT_PROTNONE] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,  \
		[PT_MIGRATION] = (migration),                                  \
		[PT_INVALID_HUGE] = PT_SAYS_PRESENT | PT_SAYS_LEAF |           \
				    PT_SAYS_BAD,                               \
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
