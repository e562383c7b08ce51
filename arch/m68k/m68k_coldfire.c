/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ColdFire V4e, 8 KiB pages, two levels.
 *
 * A page table is software's: the miss handler copies bits of a pte to MMUTR
 * and MMUDR.  Linux 6.12, arch/m68k/include/asm/mcf_pgtable.h, mcfmmu.h (the
 * registers of the ColdFire V4e core's MMU), mcf_pgalloc.h; arch/m68k/mm/
 * mcfmmu.c.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/*
 * Bits 8 and 9 do not reach the hardware (CF_PAGE_MMUDR_MASK), and bit 1 (LK)
 * keeps an entry in the TLB: they change nothing.
 */
#define DIRTY		ARCH_BIT(0)	/* software's */
#define EXEC		ARCH_BIT(2)
#define WRITABLE	ARCH_BIT(3)
#define READABLE	ARCH_BIT(4)
#define SYSTEM		ARCH_BIT(5)	/* supervisor only */
#define CM		ARCH_BITS(7, 6)
#define CM_WT		ARCH_AT(0, 6)
#define CM_COPYBACK	ARCH_AT(1, 6)
#define CM_PRECISE	ARCH_AT(2, 6)	/* not cached; 3, imprecise, is bad */
#define VALID		ARCH_BIT(10)
#define SHARED		ARCH_BIT(11)	/* MMUTR_SG: of all address spaces */
#define ACCESSED	ARCH_BIT(12)	/* software's */

#define ALL		ARCH_BITS(31, 0)
#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/*
 * Three bits and who may.  Without any of the three Linux writes PAGE_NONE,
 * which has SYSTEM clear.
 */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = READABLE | WRITABLE | EXEC | SYSTEM,                   \
		.right[0] = { true, 0 },                                       \
		.right[PT_R] = { true, READABLE | SYSTEM },                    \
		.right[PT_W] = { true, WRITABLE | SYSTEM },                    \
		.right[PT_R | PT_W] = { true, READABLE | WRITABLE | SYSTEM },  \
		.right[PT_X] = { true, EXEC | SYSTEM },                        \
		.right[PT_R | PT_X] = { true, READABLE | EXEC | SYSTEM },      \
		.right[PT_W | PT_X] = { true, WRITABLE | EXEC | SYSTEM },      \
		.right[PT_R | PT_W | PT_X] = { true, READABLE | WRITABLE |     \
						     EXEC | SYSTEM },          \
		.right[PT_R | PT_USER] = { true, READABLE },                   \
		.right[PT_W | PT_USER] = { true, WRITABLE },                   \
		.right[PT_R | PT_W | PT_USER] = { true, READABLE |             \
							WRITABLE },            \
		.right[PT_X | PT_USER] = { true, EXEC },                       \
		.right[PT_R | PT_X | PT_USER] = { true, READABLE | EXEC },     \
		.right[PT_W | PT_X | PT_USER] = { true, WRITABLE | EXEC },     \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
			READABLE | WRITABLE | EXEC },                          \
	}

/* Any right, or none and SYSTEM clear; each with cache modes 0, 1 and 2. */
#define RULES(bits, word)                                                      \
	{ .mask = VALID | ARCH_BIT(7) | (bits), .value = VALID | (word) },     \
	{ .mask = VALID | CM | (bits), .value = VALID | CM_PRECISE | (word) }

/* Type in bits 6..0, offset in 31..11; bit 7 (exclusive) is not described. */
#define MARKER		(ARCH_AT(31, 0) | ARCH_AT(2, 11))

const struct pt_format pt_format_m68k_coldfire = {
	.name = "m68k-coldfire",
	.architecture = "m68k",
	.manual = "Linux 6.12 arch/m68k/include/asm/mcf_pgtable.h, mcfmmu.h; "
		  "ColdFire V4e core manual, MMUTR and MMUDR",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 13,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.big_endian = true,
	.regime_count = 1,
	.level = {
		[PT_PMD] = {
			/*
			 * pmd_*() of an entry of the pgd: nopmd.  A pointer is
			 * the kernel's address, which is the physical one, of
			 * a table of 2 KiB.  0 is none before it is a pointer.
			 */
			.manual_name = "page global directory",
			.va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.table = {
				.match = EXACTLY(ARCH_BITS(10, 0), 0),
				.pa = { .lsb = 11, .width = 21,
					.pa_shift = 11 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 13, .index_bits = 9, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.leaf = {
				.match = {
					.count = 8,
					.list = {
						RULES(READABLE, READABLE),
						RULES(WRITABLE, WRITABLE),
						RULES(EXEC, EXEC),
						RULES(READABLE | WRITABLE |
						      EXEC | SYSTEM, 0),
					},
				},
				.fixed = VALID,
				.pa = { .lsb = 13, .width = 19,
					.pa_shift = 13 },
				.rights = RIGHTS,
				.global = { SHARED, SHARED, 0 },
				.accessed = { ACCESSED, ACCESSED, 0 },
				.dirty = { DIRTY, DIRTY, 0 },
				.memtype = {
					.mask = CM,
					.type[PT_MEM_WB] = { true,
							     CM_COPYBACK },
					.type[PT_MEM_UC] = { true, CM_PRECISE },
					.type[PT_MEM_WT] = { true, CM_WT },
				},
			},
			.swap = {
				.match = EXACTLY(ARCH_BITS(10, 0),
						 ARCH_AT(1, 0)),
				.fixed = ARCH_AT(1, 0),
				.payload = { .lsb = 11, .width = 21,
					     .pa_shift = 13 },
			},
			/* A page frame number has 19 bits. */
			.migration = {
				.match = EXACTLY(ARCH_BITS(31, 30) |
							 ARCH_BITS(10, 0),
						 ARCH_AT(26, 0)),
				.fixed = ARCH_AT(26, 0),
				.payload = { .lsb = 11, .width = 19,
					     .pa_shift = 13 },
			},
			.marker = {
				.match = EXACTLY(ALL, MARKER),
				.fixed = MARKER,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
