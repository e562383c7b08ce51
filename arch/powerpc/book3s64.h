/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc, 64-bit server processors: what the entries of a radix tree and of
 * Linux's tree under the hash table have in common.
 *
 * Hardware's bits: Power ISA 3.0 B, Book III, section 5.7.10 "Radix Tree
 * Translation" (the entries are in 5.7.10.2).  Software's: Linux 6.12,
 * arch/powerpc/include/asm/book3s/64/pgtable.h, radix.h, hash.h, hash-4k.h,
 * pgalloc.h, pgtable-masks.h; include/linux/swap.h and swapops.h.
 *
 * The manual numbers bits from the upper end; the numbers here are Linux's,
 * bit 0 being the least significant one.
 */
#ifndef TABLEWALK_ARCH_POWERPC_BOOK3S64_H
#define TABLEWALK_ARCH_POWERPC_BOOK3S64_H

#include "../bits.h"

#include <tablewalk/format.h>

#define B64_V		ARCH_BIT(63)	/* valid; Linux: _PAGE_PRESENT */
#define B64_LEAF	ARCH_BIT(62)	/* Linux: _PAGE_PTE */
#define B64_INVALID	ARCH_BIT(61)	/* Linux: a leaf while it is split */
#define B64_C		ARCH_BIT(7)	/* change */
#define B64_R		ARCH_BIT(8)	/* reference */
/* Encoded access authority. */
#define B64_PRIV	ARCH_BIT(3)
#define B64_READ	ARCH_BIT(2)
#define B64_WRITE	ARCH_BIT(1)
#define B64_EXEC	ARCH_BIT(0)
/* Attributes: 0 normal, 1 strong access order, 2 and 3 as below. */
#define B64_ATT		ARCH_BITS(5, 4)
#define B64_NON_IDEMPOTENT ARCH_AT(2, 4)
#define B64_TOLERANT	ARCH_AT(3, 4)
/*
 * Reserved bits.  The hash tree has protection keys in 59..57, of which only
 * key 0 is described, and the lock of an entry (H_PAGE_BUSY) in bit 6.
 */
#define B64_RESERVED	(ARCH_BITS(59, 57) | ARCH_BIT(6))

/*
 * Linux: PTE_RPN_MASK ends below bit 53.  Hardware's field in a radix leaf
 * ends below bit 57; the hash tree has notes in between.
 */
#define B64_RPN_END	53
#define B64_RADIX_RPN_END 57

/*
 * Linux: a software entry has _PAGE_PTE without _PAGE_PRESENT, the type in
 * bits 4..0 and the offset where a leaf has its page number, counted in pages.
 * All other bits are clear: 5 (exclusive), 9 (soft dirty) and 61
 * (_PAGE_INVALID, a leaf while it is changed) mean something else.
 */
#define B64_TYPE_SWAP	   (B64_LEAF | 1)	/* any swap file */
#define B64_TYPE_MIGRATION (B64_LEAF | 26)	/* SWP_MIGRATION_WRITE */
#define B64_TYPE_MARKER	   (B64_LEAF | 31)	/* SWP_PTE_MARKER */
/* A marker's offset: PTE_MARKER_POISONED, in pages. */
#define B64_MARKER(shift)  (B64_TYPE_MARKER | ARCH_AT(2, shift))

/* Zero, but for bits that the predicate leaves out. */
#define B64_NONE(ignored)                                                      \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = ~(uint64_t)(ignored), .value = 0 },       \
	}

/*
 * USER is PRIV clear.  Write authority brings read authority along whatever
 * READ says, so write without read is not one of the rights: Linux always sets
 * both.  execute_only: whether a page can be executed without READ.  PAGE_NONE
 * is a user page with no right.
 */
#define B64_RIGHTS(execute_only)                                               \
	{                                                                      \
		.mask = ARCH_BITS(3, 0),                                       \
		.right[0] = { true, B64_PRIV },                                \
		.right[PT_R] = { true, B64_PRIV | B64_READ },                  \
		.right[PT_X] = { (execute_only), (execute_only) ?              \
				 B64_PRIV | B64_EXEC : 0 },                    \
		.right[PT_R | PT_W] = { true, B64_PRIV | B64_READ |            \
					      B64_WRITE },                     \
		.right[PT_R | PT_X] = { true, B64_PRIV | B64_READ |            \
					      B64_EXEC },                      \
		.right[PT_R | PT_W | PT_X] = { true, ARCH_BITS(3, 0) },        \
		.right[PT_USER] = { true, 0 },                                 \
		.right[PT_R | PT_USER] = { true, B64_READ },                   \
		.right[PT_X | PT_USER] = { (execute_only), (execute_only) ?    \
					   B64_EXEC : 0 },                     \
		.right[PT_R | PT_W | PT_USER] = { true, B64_READ |             \
							B64_WRITE },           \
		.right[PT_R | PT_X | PT_USER] = { true, B64_READ |             \
							B64_EXEC },            \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 ARCH_BITS(2, 0) },    \
	}

#define B64_MEMTYPES                                                           \
	{                                                                      \
		.mask = B64_ATT,                                               \
		.type[PT_MEM_WB] = { true, 0 },                                \
		.type[PT_MEM_WC] = { true, B64_TOLERANT },                     \
		.type[PT_MEM_UC] = { true, B64_NON_IDEMPOTENT },               \
	}

/*
 * Of EAA all of without is clear, or all of with is set; each normal, or one of
 * the two upper attributes.  mask and value are what else every entry has.
 */
#define B64_LEAF_MATCH(mask_, value_, without, with)                           \
	{                                                                      \
		.count = 4,                                                    \
		.list = {                                                      \
			{ .mask = (mask_) | B64_ATT | (without),               \
			  .value = (value_) },                                 \
			{ .mask = (mask_) | B64_NON_IDEMPOTENT | (without),    \
			  .value = (value_) | B64_NON_IDEMPOTENT },            \
			{ .mask = (mask_) | B64_ATT | (with),                  \
			  .value = (value_) | (with) },                        \
			{ .mask = (mask_) | B64_NON_IDEMPOTENT | (with),       \
			  .value = (value_) | B64_NON_IDEMPOTENT | (with) },   \
		},                                                             \
	}

/*
 * The contents of a leaf of 2^shift bytes whose address ends below bit end;
 * clear are bits that must be clear.
 */
#define B64_LEAF_LAYOUT(shift, end, clear, without, with, execute_only)        \
	.match = B64_LEAF_MATCH(B64_V | B64_LEAF | (clear) |                   \
					ARCH_BITS_UPTO(shift, 12),             \
				B64_V | B64_LEAF, without, with),              \
	.fixed = B64_V | B64_LEAF,                                             \
	.pa = { .lsb = (shift), .width = (end) - (shift),                      \
		.pa_shift = (shift) },                                         \
	.rights = B64_RIGHTS(execute_only),                                    \
	.accessed = { B64_R, B64_R, 0 },                                       \
	.dirty = { B64_C, B64_C, 0 },                                          \
	.memtype = B64_MEMTYPES

/* A software entry of 2^shift bytes with a payload. */
#define B64_SOFT(type, shift)                                                  \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = ~ARCH_BITS(B64_RPN_END - 1, shift),    \
				.value = (type),                               \
			},                                                     \
		},                                                             \
		.fixed = (type),                                               \
		.payload = { .lsb = (shift), .width = B64_RPN_END - (shift),   \
			     .pa_shift = (shift) },                            \
	}

#define B64_MARKER_LAYOUT(shift)                                               \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { UINT64_MAX, B64_MARKER(shift) },          \
		},                                                             \
		.fixed = B64_MARKER(shift),                                    \
	}

/* Page tables: pte_present() is _PAGE_PRESENT with _PAGE_PTE. */
#define B64_PTE_SAYS                                                           \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
	}

/*
 * Radix.  A pointer: valid, not a leaf, the next table's address in 59..8 and
 * its index bits (NLS) in 4..0; bits 61, 60 and 7..5 are reserved.  length is
 * lg2 of the next table's bytes.  Rights are in leaves only.
 */
#define RADIX_POINTER(length, nls)                                             \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = ~ARCH_BITS(B64_RADIX_RPN_END - 1,      \
						   length),                    \
				.value = B64_V | (nls),                        \
			},                                                     \
		},                                                             \
		.fixed = B64_V | (nls),                                        \
		.pa = { .lsb = (length),                                       \
			.width = B64_RADIX_RPN_END - (length),                 \
			.pa_shift = (length) },                                \
	}

/*
 * Reserved in a radix leaf: 60 besides, which notes a hash slot otherwise.
 * Write without read is left out.
 */
#define RADIX_CLEAR (B64_RESERVED | ARCH_BIT(60))
#define RADIX_LEAF(shift)                                                      \
	B64_LEAF_LAYOUT(shift, B64_RADIX_RPN_END, RADIX_CLEAR, B64_WRITE,      \
			B64_WRITE | B64_READ, true)

/* pmdp_invalidate(), pudp_invalidate(): INVALID in place of the valid bit. */
#define RADIX_INVALID(shift)                                                   \
	.protnone_pa = { .lsb = (shift),                                       \
			 .width = B64_RADIX_RPN_END - (shift),                 \
			 .pa_shift = (shift) },                                \
	.invalid = B64_LEAF_MATCH(B64_V | B64_LEAF | B64_INVALID |             \
					  RADIX_CLEAR |                        \
					  ARCH_BITS_UPTO(shift, 12),           \
				  B64_LEAF | B64_INVALID, B64_WRITE,           \
				  B64_WRITE | B64_READ),                       \
	.invalid_fixed = B64_LEAF | B64_INVALID

/*
 * A directory with leaves.  p?d_present() is bit 63 (or 61, at pmd only: what
 * invalid tells), p?d_leaf() bit 62, p?d_bad() a reserved bit or bit 62.
 */
#define RADIX_LEVEL(name, shift, length, nls, invalid)                         \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = 9, .entry_bytes = 8,        \
		.none = B64_NONE(0),                                           \
		.table = RADIX_POINTER(length, nls),                           \
		.leaf = { RADIX_LEAF(shift), RADIX_INVALID(shift) },           \
		.migration = B64_SOFT(B64_TYPE_MIGRATION, shift),              \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
			[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF |           \
				    PT_SAYS_BAD,                               \
			[PT_MIGRATION] = PT_SAYS_LEAF | PT_SAYS_BAD,           \
			[PT_INVALID_HUGE] = (invalid) | PT_SAYS_LEAF |         \
					    PT_SAYS_BAD,                       \
		},                                                             \
	}

/* The root: no leaves of 512 GiB.  Linux asks p4d_*(). */
#define RADIX_LEVEL_ROOT                                                       \
	{                                                                      \
		.manual_name = "level 1 page directory",                       \
		.va_shift = 39, .index_bits = 13, .entry_bytes = 8,            \
		.none = B64_NONE(0),                                           \
		.table = RADIX_POINTER(12, 9),                                 \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

/* radix__pte_none(): hardware may still set R and C of an emptied entry. */
#define RADIX_LEVEL_PTE(shift, bits)                                           \
	{                                                                      \
		.manual_name = "page table",                                   \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none = B64_NONE(B64_R | B64_C),                               \
		.leaf = { RADIX_LEAF(shift) },                                 \
		.swap = B64_SOFT(B64_TYPE_SWAP, shift),                        \
		.migration = B64_SOFT(B64_TYPE_MIGRATION, shift),              \
		.marker = B64_MARKER_LAYOUT(shift),                            \
		.linux_says = B64_PTE_SAYS,                                    \
	}

#endif
