/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * LoongArch, 64 bits: what the page sizes have in common.
 *
 * Hardware's bits: LoongArch Reference Manual, volume 1, v1.00, section 5.4.5
 * "Multi-level page table structure supported by page walking", and 7.5
 * (TLBELO0, TLBELO1).  Software's: Linux 6.12, arch/loongarch/include/asm/
 * pgtable-bits.h, pgtable.h; arch/loongarch/mm/tlbex.S, cache.c
 * (protection_map).
 *
 * page is the page shift.
 */
#ifndef TABLEWALK_ARCH_LOONGARCH_H
#define TABLEWALK_ARCH_LOONGARCH_H

#include "../bits.h"

#include <tablewalk/format.h>

/*
 * Notes that nothing here looks at: _PAGE_SPECIAL (11), _PAGE_DEVMAP (59).
 * Bad when set: bits 58..48, which no processor has an address for; 60
 * (_PAGE_PRESENT_INVALID), 63 (RPLV).
 */
#define LOONG_V		ARCH_BIT(0)	/* Linux: _PAGE_ACCESSED too */
#define LOONG_D		ARCH_BIT(1)
#define LOONG_PLV	ARCH_BITS(3, 2)	/* 0 kernel, 3 user; 1, 2 are bad */
#define LOONG_MAT	ARCH_BITS(5, 4)	/* 0 SUC, 1 CC, 2 WUC; 3 is bad */
#define LOONG_G		ARCH_BIT(6)	/* of a page */
#define LOONG_HUGE	ARCH_BIT(6)	/* of an entry above */
#define LOONG_PRESENT	ARCH_BIT(7)
#define LOONG_WRITE	ARCH_BIT(8)
#define LOONG_MODIFIED	ARCH_BIT(9)
#define LOONG_PROTNONE	ARCH_BIT(10)
#define LOONG_HGLOBAL	ARCH_BIT(12)
#define LOONG_NR	ARCH_BIT(61)
#define LOONG_NX	ARCH_BIT(62)
#define LOONG_CLEAR	(ARCH_BITS(58, 48) | ARCH_BIT(60) | ARCH_BIT(63))

#define LOONG_EXACTLY(bits, word)                                              \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/* WRITE is software's, D is derived from it. */
#define LOONG_RIGHTS                                                           \
	{                                                                      \
		.mask = LOONG_NR | LOONG_NX | LOONG_WRITE | LOONG_PLV,         \
		.right[0] = { true, LOONG_NR | LOONG_NX },                     \
		.right[PT_R] = { true, LOONG_NX },                             \
		.right[PT_W] = { true, LOONG_NR | LOONG_NX | LOONG_WRITE },    \
		.right[PT_R | PT_W] = { true, LOONG_NX | LOONG_WRITE },        \
		.right[PT_X] = { true, LOONG_NR },                             \
		.right[PT_R | PT_X] = { true, 0 },                             \
		.right[PT_W | PT_X] = { true, LOONG_NR | LOONG_WRITE },        \
		.right[PT_R | PT_W | PT_X] = { true, LOONG_WRITE },            \
		.right[PT_USER] = { true, LOONG_NR | LOONG_NX | LOONG_PLV },   \
		.right[PT_R | PT_USER] = { true, LOONG_NX | LOONG_PLV },       \
		.right[PT_W | PT_USER] = { true, LOONG_NR | LOONG_NX |         \
						 LOONG_WRITE | LOONG_PLV },    \
		.right[PT_R | PT_W | PT_USER] = { true, LOONG_NX |             \
							LOONG_WRITE |          \
							LOONG_PLV },           \
		.right[PT_X | PT_USER] = { true, LOONG_NR | LOONG_PLV },       \
		.right[PT_R | PT_X | PT_USER] = { true, LOONG_PLV },           \
		.right[PT_W | PT_X | PT_USER] = { true, LOONG_NR |             \
							LOONG_WRITE |          \
							LOONG_PLV },           \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, LOONG_WRITE |   \
							       LOONG_PLV },    \
	}

/* PLV 0 and 3, each with MAT 0 and 1, and 2. */
#define LOONG_MATCH(bits, word)                                                \
	{                                                                      \
		.count = 4,                                                    \
		.list = {                                                      \
			{ .mask = (bits) | LOONG_PLV | ARCH_BIT(5),            \
			  .value = (word) },                                   \
			{ .mask = (bits) | LOONG_PLV | LOONG_MAT,              \
			  .value = (word) | ARCH_AT(2, 4) },                   \
			{ .mask = (bits) | LOONG_PLV | ARCH_BIT(5),            \
			  .value = (word) | LOONG_PLV },                       \
			{ .mask = (bits) | LOONG_PLV | LOONG_MAT,              \
			  .value = (word) | LOONG_PLV | ARCH_AT(2, 4) },       \
		},                                                             \
	}

/*
 * A leaf of 2^shift bytes.  size is HUGE or 0, g the bit of GLOBAL, low the
 * bits between 12 and shift that hold neither.
 *
 * Linux's PROT_NONE, PROTNONE in place of PRESENT, is no protnone: it could not
 * keep ACCESSED, which is V, and with V the page would still be mapped.
 */
#define LOONG_LEAF(shift, size, g, low)                                        \
	{                                                                      \
		.match = LOONG_MATCH(LOONG_PRESENT | LOONG_PROTNONE |          \
					     LOONG_CLEAR | (size) | (low),     \
				     LOONG_PRESENT | (size)),                  \
		.fixed = LOONG_PRESENT | (size),                               \
		.pa = { .lsb = (shift), .width = 48 - (shift),                 \
			.pa_shift = (shift) },                                 \
		.rights = LOONG_RIGHTS,                                        \
		.global = { (g), (g), 0 },                                     \
		.accessed = { LOONG_V, LOONG_V, 0 },                           \
		.dirty = { LOONG_MODIFIED, LOONG_MODIFIED, 0 },                \
		.memtype = {                                                   \
			.mask = LOONG_MAT,                                     \
			.type[PT_MEM_WB] = { true, ARCH_AT(1, 4) },            \
			.type[PT_MEM_WC] = { true, ARCH_AT(2, 4) },            \
			.type[PT_MEM_UC] = { true, ARCH_AT(0, 4) },            \
		},                                                             \
		.derived_count = 1,                                            \
		.derived[0] = { .bits = LOONG_D, .on = LOONG_D,                \
				.mask = PT_W | PT_DIRTY,                       \
				.value = PT_W | PT_DIRTY },                    \
	}

/*
 * Pointers are addresses in the cached direct mapping window: 0x9000 in the
 * upper 16 bits, 48 bits of physical address below.
 */
#define LOONG_BASE	  ARCH_AT(0x9000, 48)
#define LOONG_INVALID_PUD (LOONG_BASE | ARCH_AT(0x1000, 0))
#define LOONG_INVALID_PMD (LOONG_BASE | ARCH_AT(0x2000, 0))
#define LOONG_INVALID_PTE (LOONG_BASE | ARCH_AT(0x3000, 0))
#define LOONG_TABLE(page)                                                      \
	{                                                                      \
		.match = LOONG_EXACTLY(ARCH_BITS(63, 48) |                     \
					       ARCH_BITS((page) - 1, 0),       \
				       LOONG_BASE),                            \
		.fixed = LOONG_BASE,                                           \
		.pa = { .lsb = (page), .width = 48 - (page),                   \
			.pa_shift = (page) },                                  \
	}

/*
 * p?d_bad() is any bit below the page: of the pointers to the invalid tables,
 * too, where these are not aligned to a page (none_bad).
 */
#define LOONG_LEVEL_UPPER(name, page, shift, bits, invalid, none_bad)          \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none_value = (invalid),                                       \
		.none = LOONG_EXACTLY(UINT64_MAX, invalid),                    \
		.table = LOONG_TABLE(page),                                    \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE | (none_bad),                 \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

/*
 * mk_swap_pte(): type in bits 22..16, offset in 63..24, bit 23 (exclusive) not
 * described; above a page table with HUGE (__swp_entry_to_pmd()).  A migration
 * offset is a page frame number, the rest of it 0.
 */
#define LOONG_TYPE(type)  ARCH_AT(type, 16)
#define LOONG_MARKER	  (LOONG_TYPE(31) | ARCH_AT(2, 24))
#define LOONG_MIGRATION(page, shift, size)                                     \
	{                                                                      \
		.match = LOONG_EXACTLY(                                        \
			~ARCH_BITS(71 - (page), 24 + (shift) - (page)),        \
			LOONG_TYPE(26) | (size)),                              \
		.fixed = LOONG_TYPE(26) | (size),                              \
		.payload = { .lsb = 24 + (shift) - (page),                     \
			     .width = 48 - (shift), .pa_shift = (shift) },     \
	}

/* pmd_leaf() is HUGE whatever else is set, and pmd_bad() any low bit. */
#define LOONG_LEVEL_PMD(page, shift, bits, none_bad)                           \
	{                                                                      \
		.manual_name = "page middle directory",                        \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none_value = LOONG_INVALID_PTE,                               \
		.none = LOONG_EXACTLY(UINT64_MAX, LOONG_INVALID_PTE),          \
		.table = LOONG_TABLE(page),                                    \
		.leaf = LOONG_LEAF(shift, LOONG_HUGE, LOONG_HGLOBAL,           \
				   ARCH_BITS((shift) - 1, 13)),                \
		.migration = LOONG_MIGRATION(page, shift, LOONG_HUGE),         \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE | (none_bad),                 \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
			[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF |           \
				    PT_SAYS_BAD,                               \
			[PT_MIGRATION] = PT_SAYS_LEAF | PT_SAYS_BAD,           \
		},                                                             \
	}

#define LOONG_LEVEL_PTE(page, bits)                                            \
	{                                                                      \
		.manual_name = "page table",                                   \
		.va_shift = (page), .index_bits = (bits), .entry_bytes = 8,    \
		.none = LOONG_EXACTLY(~LOONG_G, 0),                            \
		.leaf = LOONG_LEAF(page, 0, LOONG_G,                           \
				   ARCH_BITS_UPTO(page, 12)),                  \
		.swap = {                                                      \
			.match = LOONG_EXACTLY(ARCH_BITS(23, 0),               \
					       LOONG_TYPE(1)),                 \
			.fixed = LOONG_TYPE(1),                                \
			.payload = { .lsb = 24, .width = 40,                   \
				     .pa_shift = (page) },                     \
		},                                                             \
		.migration = LOONG_MIGRATION(page, page, 0),                   \
		.marker = {                                                    \
			.match = LOONG_EXACTLY(UINT64_MAX, LOONG_MARKER),      \
			.fixed = LOONG_MARKER,                                 \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_LEAF] = PT_SAYS_PRESENT,                           \
		},                                                             \
	}

/* The low half of the address space, that of PGDL. */
#define LOONG_FORMAT                                                           \
	.architecture = "loongarch",                                           \
	.manual = "LoongArch Reference Manual, volume 1, v1.00, sections 5.4 " \
		  "and 7.5",                                                   \
	.va_rule = PT_VA_ZERO,                                                 \
	.va_bits = 47,                                                         \
	.va_word_bits = 64,                                                    \
	.pa_bits = 48,                                                         \
	.regime_count = 1

#endif
