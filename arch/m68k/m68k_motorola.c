/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Motorola 68040, 4 KiB pages, three levels.
 *
 * Hardware's bits: MC68040 User's Manual (M68040UM/AD), section 3.2.2
 * "Descriptors".  Software's: Linux 6.12, arch/m68k/include/asm/
 * motorola_pgtable.h, pgtable_mm.h, motorola_pgalloc.h.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/*
 * Page descriptor.  PDT 01 and 11 are resident: bit 1 then says nothing.  10
 * is an indirect descriptor, not described.  Ignored besides: U0 and U1 (8, 9),
 * UR (11).
 */
#define RESIDENT	ARCH_BIT(0)	/* Linux: _PAGE_PRESENT */
#define W		ARCH_BIT(2)	/* write-protected */
#define U		ARCH_BIT(3)	/* used; hardware sets it */
#define M		ARCH_BIT(4)	/* modified; hardware sets it */
#define CM		ARCH_BITS(6, 5)
#define CM_WT		ARCH_AT(0, 5)
#define CM_COPYBACK	ARCH_AT(1, 5)
#define CM_SERIALIZED	ARCH_AT(2, 5)	/* 3, non-serialized, is bad */
#define S		ARCH_BIT(7)	/* supervisor only */
#define G		ARCH_BIT(10)

/* Table descriptor: UDT 10 and 11 are resident, bit 0 says nothing. */
#define UDT_RESIDENT	ARCH_BIT(1)	/* Linux: _PAGE_TABLE */

#define ALL		ARCH_BITS(31, 0)
#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/*
 * A table's address starts at bit lsb, its length.  Hardware ignores bits 7..4
 * and sets U, which a new pointer has clear here so that it is seen (Linux sets
 * it).  W takes the right to write from everything below.
 */
#define TABLE(lsb_)                                                            \
	{                                                                      \
		.match = EXACTLY(ARCH_BITS_UPTO(lsb_, 8) | UDT_RESIDENT,       \
				 UDT_RESIDENT),                                \
		.fixed = UDT_RESIDENT,                                         \
		.pa = { .lsb = (lsb_), .width = 32 - (lsb_),                   \
			.pa_shift = (lsb_) },                                  \
		.hierarchy_count = 1,                                          \
		.hierarchy = { { PT_W, W, 0, W } },                            \
	}

/* pud_bad() and pmd_bad() say that 0 is no pointer. */
#define SAYS                                                                   \
	.linux_says = {                                                        \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
	}

/* Type in bits 10..4, offset in 31..12; bit 11 (exclusive) is not described. */
#define SOFT(type)                                                             \
	{                                                                      \
		.match = EXACTLY(ARCH_BITS(11, 0), ARCH_AT(type, 4)),          \
		.fixed = ARCH_AT(type, 4),                                     \
		.payload = { .lsb = 12, .width = 20, .pa_shift = 12 },         \
	}
#define MARKER		(ARCH_AT(31, 4) | ARCH_AT(2, 12))

const struct pt_format pt_format_m68k_motorola = {
	.name = "m68k-motorola",
	.architecture = "m68k",
	.manual = "MC68040 User's Manual (M68040UM/AD), section 3.2",
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.big_endian = true,
	.regime_count = 1,
	.level = {
		[PT_PUD] = {
			.manual_name = "root table",
			.va_shift = 25, .index_bits = 7, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.table = TABLE(9),
			SAYS,
		},
		[PT_PMD] = {
			.manual_name = "pointer table",
			.va_shift = 18, .index_bits = 7, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.table = TABLE(8),
			SAYS,
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 6, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.leaf = {
				/* Cache modes 0 and 1, and 2. */
				.match = {
					.count = 2,
					.list = {
						{ RESIDENT | ARCH_BIT(6),
						  RESIDENT },
						{ RESIDENT | CM,
						  RESIDENT | CM_SERIALIZED },
					},
				},
				.fixed = RESIDENT,
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				/* Everything is readable and executable. */
				.rights = {
					.mask = W | S,
					.right[PT_R | PT_X] = { true, W | S },
					.right[PT_R | PT_W | PT_X] = { true,
								       S },
					.right[PT_R | PT_X | PT_USER] = {
						true, W },
					.right[PT_R | PT_W | PT_X |
					       PT_USER] = { true, 0 },
				},
				.global = { G, G, 0 },
				.accessed = { U, U, 0 },
				.dirty = { M, M, 0 },
				.memtype = {
					.mask = CM,
					.type[PT_MEM_WB] = { true,
							     CM_COPYBACK },
					.type[PT_MEM_UC] = { true,
							     CM_SERIALIZED },
					.type[PT_MEM_WT] = { true, CM_WT },
				},
			},
			.swap = SOFT(1),
			.migration = SOFT(26),
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
