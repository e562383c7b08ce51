/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SuperH with an MMU: what the two forms of the TLB have in common.
 *
 * A page table is software's: the miss handler writes a pte to PTEL, and its
 * upper half to PTEA where there is one.  Linux 6.12, arch/sh/include/asm/
 * pgtable_32.h, pgtable-2level.h, pgtable-3level.h, page.h, pgalloc.h;
 * arch/sh/mm/tlbex_32.c, tlb-sh4.c.  Renesas SH7750 and SH7785 hardware
 * manuals, chapter "Memory Management Unit", PTEL and PTEA.
 */
#ifndef TABLEWALK_ARCH_SH_H
#define TABLEWALK_ARCH_SH_H

#include "../bits.h"

#include <tablewalk/format.h>

/* The low half.  Bit 11, _PAGE_SPECIAL, is a note that nothing looks at. */
#define SH_WT		ARCH_BIT(0)
#define SH_SHARED	ARCH_BIT(1)	/* among address spaces */
#define SH_D		ARCH_BIT(2)
#define SH_C		ARCH_BIT(3)
#define SH_SZ0		ARCH_BIT(4)
#define SH_RW		ARCH_BIT(5)	/* PR0 */
#define SH_USER		ARCH_BIT(6)	/* PR1 */
#define SH_SZ1		ARCH_BIT(7)
#define SH_PRESENT	ARCH_BIT(8)	/* V */
#define SH_PROTNONE	ARCH_BIT(9)	/* software's, without PRESENT */
#define SH_ACCESSED	ARCH_BIT(10)	/* software's */

#define SH_EXACTLY(bits, word)                                                 \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/* Pointers are addresses in P1, unmapped and cached: 29 bits of pa. */
#define SH_P1		ARCH_AT(0x80000000, 0)

/*
 * Entries above the page table, of 1 << lg2 bytes, that point to tables of
 * 1 << align bytes.
 */
#define SH_LEVEL_UPPER(name, shift, bits, lg2, align)                          \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits),                     \
		.entry_bytes = 1 << (lg2),                                     \
		.none = SH_EXACTLY(ARCH_BITS((8 << (lg2)) - 1, 0), 0),         \
		.table = {                                                     \
			.match = SH_EXACTLY(ARCH_BITS((8 << (lg2)) - 1, 29) |  \
						    ARCH_BITS((align) - 1, 0), \
					    SH_P1),                            \
			.fixed = SH_P1,                                        \
			.pa = { .lsb = (align), .width = 29 - (align),         \
				.pa_shift = (align) },                         \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

/* pte_present() is PRESENT or PROTNONE. */
#define SH_PTE_SAYS                                                            \
	.linux_says = {                                                        \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
		[PT_PROTNONE] = PT_SAYS_PRESENT,                               \
	}

#endif
