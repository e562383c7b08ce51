/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sun-3, 8 KiB pages, two levels in segments of 128 KiB.
 *
 * A page table is software's: the fault path loads the page map, 16 entries at
 * a time.  Linux 6.12, arch/m68k/include/asm/sun3_pgtable.h, sun3mmu.h,
 * pgtable_mm.h, sun3_pgalloc.h; arch/m68k/sun3/mmu_emu.c, mm/sun3mmu.c.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* The page map's own format.  Bits 23..19 are in no mask. */
#define VALID		ARCH_BIT(31)
#define WRITEABLE	ARCH_BIT(30)
#define SYSTEM		ARCH_BIT(29)	/* supervisor only */
#define NOCACHE		ARCH_BIT(28)
#define TYPE		ARCH_BITS(27, 26) /* 0 memory; I/O and VME are bad */
#define ACCESSED	ARCH_BIT(25)
#define MODIFIED	ARCH_BIT(24)

#define ALL		ARCH_BITS(31, 0)
#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/* Type in bits 5..0, offset in 30..7; bit 6 (exclusive) is not described. */
#define MARKER		(ARCH_AT(31, 0) | ARCH_AT(2, 7))

const struct pt_format pt_format_m68k_sun3 = {
	.name = "m68k-sun3",
	.architecture = "m68k",
	.manual = "Linux 6.12 arch/m68k/include/asm/sun3_pgtable.h, sun3mmu.h",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 13,
	.va_bits = 28,
	.va_word_bits = 32,
	.pa_bits = 32,
	.big_endian = true,
	.regime_count = 1,
	.level = {
		[PT_PMD] = {
			/*
			 * pmd_*() of an entry of the pgd: nopmd.  A pointer is
			 * a physical address and nothing else; the fault path
			 * takes all of it.  0 is none before it is a pointer.
			 */
			.manual_name = "page global directory",
			.va_shift = 17, .index_bits = 11, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.table = {
				.match = EXACTLY(ARCH_BITS(5, 0), 0),
				.pa = { .lsb = 6, .width = 26, .pa_shift = 6 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 13, .index_bits = 4, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.leaf = {
				.match = EXACTLY(VALID | TYPE, VALID),
				.fixed = VALID,
				.pa = { .lsb = 0, .width = 19,
					.pa_shift = 13 },
				/* Everything is readable and executable. */
				.rights = {
					.mask = WRITEABLE | SYSTEM,
					.right[PT_R | PT_X] = { true, SYSTEM },
					.right[PT_R | PT_W | PT_X] = {
						true, WRITEABLE | SYSTEM },
					.right[PT_R | PT_X | PT_USER] = {
						true, 0 },
					.right[PT_R | PT_W | PT_X |
					       PT_USER] = { true, WRITEABLE },
				},
				.accessed = { ACCESSED, ACCESSED, 0 },
				.dirty = { MODIFIED, MODIFIED, 0 },
				.memtype = {
					.mask = NOCACHE,
					.type[PT_MEM_WB] = { true, 0 },
					.type[PT_MEM_UC] = { true, NOCACHE },
				},
			},
			.swap = {
				.match = EXACTLY(VALID | ARCH_BITS(6, 0),
						 ARCH_AT(1, 0)),
				.fixed = ARCH_AT(1, 0),
				.payload = { .lsb = 7, .width = 24,
					     .pa_shift = 13 },
			},
			/* A page frame number has 19 bits. */
			.migration = {
				.match = EXACTLY(ARCH_BITS(31, 26) |
							 ARCH_BITS(6, 0),
						 ARCH_AT(26, 0)),
				.fixed = ARCH_AT(26, 0),
				.payload = { .lsb = 7, .width = 19,
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
