/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Xtensa with the MMU option (MMUv3), 4 KiB pages, two levels.
 *
 * Hardware reads ptes by itself, through the page that the second-level miss
 * handler maps.  Xtensa ISA Reference Manual, section 4.6.5 "MMU Option";
 * Linux 6.12, arch/xtensa/include/asm/pgtable.h (the layout above _PAGE_
 * ATTRIB_MASK), kmem_layout.h (KSEG_MMU_V2), pgalloc.h; arch/xtensa/kernel/
 * entry.S, fast_second_level_miss and fast_store_prohibited.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* Bits 11..9 are software's, and Linux uses none of them. */
#define HW_EXEC		ARCH_BIT(0)
#define HW_WRITE	ARCH_BIT(1)
#define CA		ARCH_BITS(3, 2)
#define CA_BYPASS	ARCH_AT(0, 2)
#define CA_WB		ARCH_AT(1, 2)
#define CA_WT		ARCH_AT(2, 2)
#define CA_INVALID	ARCH_AT(3, 2)
#define USER		ARCH_BIT(4)	/* ring 1 */
#define RING_HIGH	ARCH_BIT(5)	/* rings 2 and 3: bad */
#define WRITABLE	ARCH_BIT(6)	/* software's */
#define DIRTY		ARCH_BIT(7)	/* software's */
#define ACCESSED	ARCH_BIT(8)	/* software's */

#define ALL		ARCH_BITS(31, 0)
#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/* XCHAL_KSEG_CACHED_VADDR; memory from 0 on, 128 MiB. */
#define BASE		ARCH_AT(0xd0000000, 0)

/*
 * Type in bits 10..6, offset in 31..11, an invalid attribute below; bit 1
 * (exclusive) is not described.
 */
#define SOFT_LOW(type)	(ARCH_AT(type, 6) | USER | CA_INVALID)
#define MARKER		(SOFT_LOW(31) | ARCH_AT(2, 11))

const struct pt_format pt_format_xtensa = {
	.name = "xtensa",
	.architecture = "xtensa",
	.manual = "Xtensa ISA Reference Manual, section 4.6.5; Linux 6.12 "
		  "arch/xtensa/include/asm/pgtable.h",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.table_pa_bits = 27,
	.regime_count = 1,
	.level = {
		[PT_PMD] = {
			/* pmd_*() of an entry of the pgd: nopmd. */
			.manual_name = "page global directory",
			.va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.table = {
				.match = EXACTLY(ARCH_BITS(31, 27) |
							 ARCH_BITS(11, 0),
						 BASE),
				.fixed = BASE,
				.pa = { .lsb = 12, .width = 15,
					.pa_shift = 12 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none_value = CA_INVALID | USER,
			.none = EXACTLY(ALL, CA_INVALID | USER),
			.leaf = {
				/* Cache attributes 0 and 1, and 2. */
				.match = {
					.count = 2,
					.list = {
						{ RING_HIGH | ARCH_BIT(3), 0 },
						{ RING_HIGH | CA, CA_WT },
					},
				},
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				/* Everything is readable. */
				.rights = {
					.mask = WRITABLE | HW_EXEC | USER,
					.right[PT_R] = { true, 0 },
					.right[PT_R | PT_W] = { true,
								WRITABLE },
					.right[PT_R | PT_X] = { true, HW_EXEC },
					.right[PT_R | PT_W | PT_X] = {
						true, WRITABLE | HW_EXEC },
					.right[PT_R | PT_USER] = { true, USER },
					.right[PT_R | PT_W | PT_USER] = {
						true, WRITABLE | USER },
					.right[PT_R | PT_X | PT_USER] = {
						true, HW_EXEC | USER },
					.right[PT_R | PT_W | PT_X |
					       PT_USER] = {
						true, WRITABLE | HW_EXEC |
							      USER },
				},
				.accessed = { ACCESSED, ACCESSED, 0 },
				.dirty = { DIRTY, DIRTY, 0 },
				.memtype = {
					.mask = CA,
					.type[PT_MEM_WB] = { true, CA_WB },
					.type[PT_MEM_UC] = { true, CA_BYPASS },
					.type[PT_MEM_WT] = { true, CA_WT },
				},
				/* fast_store_prohibited: with DIRTY only. */
				.derived_count = 1,
				.derived[0] = {
					.bits = HW_WRITE, .on = HW_WRITE,
					.mask = PT_W | PT_DIRTY,
					.value = PT_W | PT_DIRTY,
				},
			},
			.swap = {
				.match = EXACTLY(ARCH_BITS(10, 0), SOFT_LOW(1)),
				.fixed = SOFT_LOW(1),
				.payload = { .lsb = 11, .width = 21,
					     .pa_shift = 12 },
			},
			/* A page frame number has 20 bits. */
			.migration = {
				.match = EXACTLY(ARCH_BIT(31) |
							 ARCH_BITS(10, 0),
						 SOFT_LOW(26)),
				.fixed = SOFT_LOW(26),
				.payload = { .lsb = 11, .width = 20,
					     .pa_shift = 12 },
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
