/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc e500 and its 64-bit successors: 8-byte ptes that Linux's TLB miss
 * handlers read, the same for 32-bit and 64-bit kernels.
 *
 * Sources: Linux 6.12, arch/powerpc/include/asm/nohash/pte-e500.h, pgtable.h,
 * {32,64}/pgtable.h, {32,64}/pgalloc.h, pgtable-masks.h; the handlers
 * arch/powerpc/mm/nohash/tlb_low_64e.S and kernel/head_85xx.S for which bits
 * reach the TLB; include/linux/swap.h and swapops.h.
 */
#ifndef TABLEWALK_ARCH_POWERPC_E500_H
#define TABLEWALK_ARCH_POWERPC_E500_H

#include "../bits.h"

#include <tablewalk/format.h>

#define E500_PRESENT	ARCH_BIT(0)
/* BAP: supervisor and user read, write, execute (MAS3). */
#define E500_SR		ARCH_BIT(2)
#define E500_UR		ARCH_BIT(3)
#define E500_SW		ARCH_BIT(4)
#define E500_UW		ARCH_BIT(5)
#define E500_SX		ARCH_BIT(6)
#define E500_UX		ARCH_BIT(7)
#define E500_BAP	ARCH_BITS(7, 2)
#define E500_PSIZE	ARCH_BITS(11, 8)
#define E500_TSIZE_4K	ARCH_AT(1, 8)
#define E500_DIRTY	ARCH_BIT(12)
#define E500_ACCESSED	ARCH_BIT(18)
/* WIMGE (MAS2). */
#define E500_E		ARCH_BIT(19)
#define E500_G		ARCH_BIT(20)
#define E500_M		ARCH_BIT(21)
#define E500_I		ARCH_BIT(22)
#define E500_W		ARCH_BIT(23)
/* Linux: PTE_RPN_SHIFT; the page number is all above. */
#define E500_RPN_LSB	24

/*
 * Linux's protection constants.  User pages have SR with UR and SW with UW,
 * and UX without SX; kernel pages have no user bit.  No bit is a page with no
 * right.  The kernel writes W only with R, and kernel pages that can only be
 * executed never; the bits could say both, and no rule here takes them.
 */
#define E500_RIGHTS                                                            \
	{                                                                      \
		.mask = E500_BAP,                                              \
		.right[0] = { true, 0 },                                       \
		.right[PT_R] = { true, E500_SR },                              \
		.right[PT_R | PT_W] = { true, E500_SR | E500_SW },             \
		.right[PT_R | PT_X] = { true, E500_SR | E500_SX },             \
		.right[PT_R | PT_W | PT_X] = { true, E500_SR | E500_SW |       \
						     E500_SX },                \
		.right[PT_X | PT_USER] = { true, E500_UX },                    \
		.right[PT_R | PT_USER] = { true, E500_SR | E500_UR },          \
		.right[PT_R | PT_X | PT_USER] = { true, E500_SR | E500_UR |    \
							E500_UX },             \
		.right[PT_R | PT_W | PT_USER] = { true,                        \
			E500_SR | E500_UR | E500_SW | E500_UW },               \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
			E500_SR | E500_UR | E500_SW | E500_UW | E500_UX },     \
	}

/* pgprot_cached(), pgprot_noncached(), pgprot_cached_wthru(). */
#define E500_MEMTYPES                                                          \
	{                                                                      \
		.mask = E500_W | E500_I | E500_M | E500_G,                     \
		.type[PT_MEM_WB] = { true, E500_M },                           \
		.type[PT_MEM_UC] = { true, E500_I | E500_G },                  \
		.type[PT_MEM_WT] = { true, E500_W | E500_M },                  \
	}

/*
 * One set of rights with either coherent and cached (W says how), or
 * inhibited and guarded.  The other page sizes and little-endian pages are
 * excluded.
 */
#define E500_RULES(care, bap)                                                  \
	{ .mask = E500_PRESENT | E500_PSIZE | E500_E | (care) |                \
		  E500_I | E500_M | E500_G,                                    \
	  .value = E500_PRESENT | E500_TSIZE_4K | (bap) | E500_M },            \
	{ .mask = E500_PRESENT | E500_PSIZE | E500_E | (care) |                \
		  E500_W | E500_I | E500_M | E500_G,                           \
	  .value = E500_PRESENT | E500_TSIZE_4K | (bap) | E500_I | E500_G }

#define E500_LEAF                                                              \
	{                                                                      \
		.match = {                                                     \
			.count = 8,                                            \
			.list = {                                              \
				/* No right, or executed by users only. */     \
				E500_RULES(E500_BAP & ~E500_UX, 0),            \
				/* Read by users. */                           \
				E500_RULES(E500_BAP & ~E500_UX,                \
					   E500_SR | E500_UR),                 \
				/* Written by users. */                        \
				E500_RULES(E500_BAP & ~E500_UX,                \
					   E500_SR | E500_UR |                 \
					   E500_SW | E500_UW),                 \
				/* The kernel's. */                            \
				E500_RULES(E500_SR | E500_UR | E500_UW |       \
					   E500_UX, E500_SR),                  \
			},                                                     \
		},                                                             \
		.fixed = E500_PRESENT | E500_TSIZE_4K,                         \
		.pa = { .lsb = E500_RPN_LSB, .width = 40, .pa_shift = 12 },    \
		.rights = E500_RIGHTS,                                         \
		.accessed = { E500_ACCESSED, E500_ACCESSED, 0 },               \
		.dirty = { E500_DIRTY, E500_DIRTY, 0 },                        \
		.memtype = E500_MEMTYPES,                                      \
	}

/* A software entry: the offset, a frame number, in width bits from lsb on. */
#define E500_SOFT(type, first, bits)                                           \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = ~ARCH_BITS((first) + (bits) - 1,       \
						   first),                     \
				.value = (type),                               \
			},                                                     \
		},                                                             \
		.fixed = (type),                                               \
		.payload = { .lsb = (first), .width = (bits),                  \
			     .pa_shift = 12 },                                 \
	}

#define E500_MARKER(word)                                                      \
	{                                                                      \
		.match = { .count = 1, .list[0] = { UINT64_MAX, (word) } },    \
		.fixed = (word),                                               \
	}

#define E500_PTE_SAYS                                                          \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
	}

#endif
