/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * MIPS release 2 and later with RI and XI: what the formats have in common.
 *
 * A page table is software's: the refill handler rotates a pte into EntryLo.
 * Linux 6.12, arch/mips/include/asm/pgtable-bits.h ("Page table bits used for
 * r4k systems" with CONFIG_CPU_HAS_RIXI), pgtable.h, pgtable-32.h,
 * pgtable-64.h, pgalloc.h; arch/mips/mm/tlbex.c, cache.c (protection_map).
 *
 * The hardware's bits stand together and move as a whole: sh is the number of
 * the first, _PAGE_NO_EXEC_SHIFT, 4 where there are no huge pages and no
 * _PAGE_SPECIAL below it (32 bits), 6 where there are both (64 bits).
 */
#ifndef TABLEWALK_ARCH_MIPS_H
#define TABLEWALK_ARCH_MIPS_H

#include "../bits.h"

#include <tablewalk/format.h>

/* Software's, in the same place everywhere. */
#define MIPS_PRESENT	ARCH_BIT(0)
#define MIPS_WRITE	ARCH_BIT(1)
#define MIPS_ACCESSED	ARCH_BIT(2)
#define MIPS_MODIFIED	ARCH_BIT(3)
/* 64 bits only.  Bit 5 is _PAGE_SPECIAL, a note that nothing here looks at. */
#define MIPS_HUGE	ARCH_BIT(4)

/* EntryLo: XI, RI, G, V, D, C, PFN. */
#define MIPS_NO_EXEC(sh) ARCH_BIT(sh)
#define MIPS_NO_READ(sh) ARCH_BIT((sh) + 1)
#define MIPS_GLOBAL(sh)	 ARCH_BIT((sh) + 2)
#define MIPS_VALID(sh)	 ARCH_BIT((sh) + 3)
#define MIPS_DIRTY(sh)	 ARCH_BIT((sh) + 4)
#define MIPS_PFN_LSB(sh) ((sh) + 8)

/* Cache attributes 2 and 3 are the two described: the upper two bits are 01. */
#define MIPS_CACHE_MASK(sh)  ARCH_BITS((sh) + 7, (sh) + 6)
#define MIPS_CACHE_VALUE(sh) ARCH_BIT((sh) + 6)
#define MIPS_CACHED(sh)	     ARCH_BIT((sh) + 5)

/*
 * There is no bit for user or kernel: the address decides.  Write is software's
 * bit; VALID and DIRTY are derived below.
 */
#define MIPS_RIGHTS(sh)                                                        \
	{                                                                      \
		.mask = MIPS_WRITE | MIPS_NO_EXEC(sh) | MIPS_NO_READ(sh),      \
		.right[0] = { true, MIPS_NO_EXEC(sh) | MIPS_NO_READ(sh) },     \
		.right[PT_R | PT_USER] = { true, MIPS_NO_EXEC(sh) },           \
		.right[PT_W | PT_USER] = { true, MIPS_WRITE |                  \
						 MIPS_NO_EXEC(sh) |            \
						 MIPS_NO_READ(sh) },           \
		.right[PT_X | PT_USER] = { true, MIPS_NO_READ(sh) },           \
		.right[PT_R | PT_W | PT_USER] = { true,                        \
						  MIPS_WRITE |                 \
						  MIPS_NO_EXEC(sh) },          \
		.right[PT_R | PT_X | PT_USER] = { true, 0 },                   \
		.right[PT_W | PT_X | PT_USER] = { true,                        \
						  MIPS_WRITE |                 \
						  MIPS_NO_READ(sh) },          \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, MIPS_WRITE },   \
	}

#define MIPS_MEMTYPES(sh)                                                      \
	{                                                                      \
		.mask = MIPS_CACHED(sh),                                       \
		.type[PT_MEM_WB] = { true, MIPS_CACHED(sh) },                  \
		.type[PT_MEM_UC] = { true, 0 },                                \
	}

/*
 * The contents of a leaf of 2^shift bytes.  size is what tells the depth (HUGE
 * among size_mask); clear are bits above the page frame number.  pte_mkyoung()
 * makes what is readable VALID, pte_mkdirty() what is writable DIRTY.
 */
#define MIPS_LEAF(sh, shift, pa_end, size_mask, size, clear)                   \
	.match = {                                                             \
		.count = 1,                                                    \
		.list[0] = {                                                   \
			.mask = MIPS_PRESENT | (size_mask) |                   \
				MIPS_CACHE_MASK(sh) |                          \
				ARCH_BITS_UPTO(MIPS_PFN_LSB(sh) +              \
						       (shift) - 12,           \
					       MIPS_PFN_LSB(sh)) |             \
				(clear),                                       \
			.value = MIPS_PRESENT | (size) |                       \
				 MIPS_CACHE_VALUE(sh),                         \
		},                                                             \
	},                                                                     \
	.fixed = MIPS_PRESENT | (size) | MIPS_CACHE_VALUE(sh),                 \
	.pa = { .lsb = MIPS_PFN_LSB(sh) + (shift) - 12,                        \
		.width = (pa_end) - (shift), .pa_shift = (shift) },            \
	.rights = MIPS_RIGHTS(sh),                                             \
	.global = { MIPS_GLOBAL(sh), MIPS_GLOBAL(sh), 0 },                     \
	.accessed = { MIPS_ACCESSED, MIPS_ACCESSED, 0 },                       \
	.dirty = { MIPS_MODIFIED, MIPS_MODIFIED, 0 },                          \
	.memtype = MIPS_MEMTYPES(sh),                                          \
	.derived_count = 2,                                                    \
	.derived = {                                                           \
		{ .bits = MIPS_VALID(sh), .on = MIPS_VALID(sh),                \
		  .mask = PT_R | PT_ACCESSED,                                  \
		  .value = PT_R | PT_ACCESSED },                               \
		{ .bits = MIPS_DIRTY(sh), .on = MIPS_DIRTY(sh),                \
		  .mask = PT_W | PT_DIRTY,                                     \
		  .value = PT_W | PT_DIRTY },                                  \
	}

/* The tables that empty entries point to, as offsets from the base. */
#define MIPS_INVALID_PUD ARCH_AT(0x1000, 0)
#define MIPS_INVALID_PMD ARCH_AT(0x2000, 0)
#define MIPS_INVALID_PTE ARCH_AT(0x3000, 0)

#define MIPS_EXACTLY(all, word)                                                \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (all), .value = (word) },                 \
	}

/*
 * 64 bits: pointers are addresses in xkphys, cached: 0x98 in the upper byte,
 * 48 bits of physical address below.
 */
#define MIPS64_SH	6
#define MIPS64_PA_END	59	/* the most that PABITS can be; more is fill */
#define MIPS64_FILL	ARCH_BITS(63, 61)
#define MIPS64_BASE	ARCH_AT(0x9800, 48)
#define MIPS64_TABLE                                                           \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = ARCH_BITS(63, 48) |               \
					     ARCH_BITS(11, 0),                 \
				     .value = MIPS64_BASE },                   \
		},                                                             \
		.fixed = MIPS64_BASE,                                          \
		.pa = { .lsb = 12, .width = 36, .pa_shift = 12 },              \
	}

/* pgd, pud, p4d entries: none is a pointer to that invalid table. */
#define MIPS64_LEVEL_UPPER(name, shift, bits, invalid)                         \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none_value = MIPS64_BASE | (invalid),                         \
		.none = MIPS_EXACTLY(UINT64_MAX, MIPS64_BASE | (invalid)),     \
		.table = MIPS64_TABLE,                                         \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

/*
 * pmd_mkinvalid() clears PRESENT, and VALID and DIRTY, which follow from what
 * stays.  GLOBAL would stay too, but no huge page that Linux splits has it.
 */
#define MIPS64_INVALID_MASK                                                    \
	(MIPS_PRESENT | MIPS_HUGE | MIPS_CACHE_MASK(MIPS64_SH) |               \
	 MIPS_VALID(MIPS64_SH) | MIPS_DIRTY(MIPS64_SH) |                       \
	 MIPS_GLOBAL(MIPS64_SH) | MIPS64_FILL |                                \
	 ARCH_BITS(MIPS_PFN_LSB(MIPS64_SH) + 8, MIPS_PFN_LSB(MIPS64_SH)))
#define MIPS64_INVALID                                                         \
	.protnone_pa = { .lsb = MIPS_PFN_LSB(MIPS64_SH) + 9,                   \
			 .width = MIPS64_PA_END - 21, .pa_shift = 21 },        \
	.invalid = MIPS_EXACTLY(MIPS64_INVALID_MASK,                           \
				MIPS_HUGE | MIPS_CACHE_VALUE(MIPS64_SH)),      \
	.invalid_fixed = MIPS_HUGE | MIPS_CACHE_VALUE(MIPS64_SH)

/*
 * With huge pages: pmd_leaf() is HUGE, pmd_bad() is false for it, and
 * pmd_present() is PRESENT then.
 */
#define MIPS64_LEVEL_PMD                                                       \
	{                                                                      \
		.manual_name = "page middle directory",                        \
		.va_shift = 21, .index_bits = 9, .entry_bytes = 8,             \
		.none_value = MIPS64_BASE | MIPS_INVALID_PTE,                  \
		.none = MIPS_EXACTLY(UINT64_MAX,                               \
				     MIPS64_BASE | MIPS_INVALID_PTE),          \
		.table = MIPS64_TABLE,                                         \
		.leaf = {                                                      \
			MIPS_LEAF(MIPS64_SH, 21, MIPS64_PA_END, MIPS_HUGE,     \
				  MIPS_HUGE, MIPS64_FILL),                     \
			MIPS64_INVALID,                                        \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
			[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF,            \
			[PT_INVALID_HUGE] = PT_SAYS_LEAF,                      \
		},                                                             \
	}

/*
 * mk_swap_pte(): type in bits 22..16, offset in 63..24.  Bit 23 (exclusive) is
 * not described.  A migration offset is a page frame number of 36 bits.
 */
#define MIPS64_TYPE(type) ARCH_AT(type, 16)
#define MIPS64_LEVEL_PTE                                                       \
	{                                                                      \
		.manual_name = "page table",                                   \
		.va_shift = 12, .index_bits = 9, .entry_bytes = 8,             \
		.none = MIPS_EXACTLY(UINT64_MAX & ~MIPS_GLOBAL(MIPS64_SH), 0), \
		.leaf = {                                                      \
			MIPS_LEAF(MIPS64_SH, 12, MIPS64_PA_END, MIPS_HUGE, 0,  \
				  MIPS64_FILL),                                \
		},                                                             \
		.swap = {                                                      \
			.match = MIPS_EXACTLY(ARCH_BITS(23, 0),                \
					      MIPS64_TYPE(1)),                 \
			.fixed = MIPS64_TYPE(1),                               \
			.payload = { .lsb = 24, .width = 40, .pa_shift = 12 }, \
		},                                                             \
		.migration = {                                                 \
			.match = MIPS_EXACTLY(ARCH_BITS(63, 60) |              \
						      ARCH_BITS(23, 0),        \
					      MIPS64_TYPE(26)),                \
			.fixed = MIPS64_TYPE(26),                              \
			.payload = { .lsb = 24, .width = 36, .pa_shift = 12 }, \
		},                                                             \
		.marker = {                                                    \
			.match = MIPS_EXACTLY(UINT64_MAX,                      \
					      MIPS64_TYPE(31) |                \
						      ARCH_AT(2, 24)),         \
			.fixed = MIPS64_TYPE(31) | ARCH_AT(2, 24),             \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_LEAF] = PT_SAYS_PRESENT,                           \
		},                                                             \
	}

#endif
