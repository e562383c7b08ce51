/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * MicroBlaze with its MMU, 4 KiB pages, two levels, little-endian.
 *
 * The tree is software's: the TLB miss handlers copy a pte to TLBLO.
 * Linux 6.12, arch/microblaze/include/asm/pgtable.h (the comment above
 * _PAGE_GUARDED), pgalloc.h (pmd_populate), page.h; arch/microblaze/kernel/
 * hw_exception_handler.S (handle_data_tlb_miss_exception, finish_tlb_load,
 * handle_data_storage_exception); arch/microblaze/mm/init.c (mmu_init_hw,
 * protection_map).
 */
#include "../bits.h"

#include <tablewalk/format.h>

/*
 * pgtable.h, "Definitions for MicroBlaze".  The handlers pass bits 5 and 11 to
 * nobody and set HWEXEC (bit 9) in every TLB entry: those three change nothing.
 */
#define GUARDED		ARCH_BIT(0)	/* TLBLO.G */
#define PRESENT		ARCH_BIT(1)	/* software's, in the place of M */
#define NO_CACHE	ARCH_BIT(2)	/* TLBLO.I */
#define WRITETHRU	ARCH_BIT(3)	/* TLBLO.W */
#define USER		ARCH_BIT(4)	/* the lowest bit of ZSEL: zone 1 */
#define RW		ARCH_BIT(6)	/* software's */
#define DIRTY		ARCH_BIT(7)	/* software's */
#define HWWRITE		ARCH_BIT(8)	/* TLBLO.WR */
#define ACCESSED	ARCH_BIT(10)	/* software's */
#define CACHE_CTL	(GUARDED | NO_CACHE | WRITETHRU)

#define ALL		ARCH_BITS(31, 0)
#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/* page.h: CONFIG_KERNEL_START, memory from 0 on; below 4 GiB only. */
#define KERNEL_START	ARCH_AT(0xc0000000, 0)

/*
 * pgtable.h, "Encode/decode swap entries": type in bits 6..2, offset in 31..8,
 * 0 below; bit 7 (exclusive) is not described.
 */
#define SOFT_BITS	(ARCH_BITS(6, 2) | PRESENT | GUARDED)
#define SOFT(type)	ARCH_AT(type, 2)
#define MARKER		(SOFT(31) | ARCH_AT(2, 8))

const struct pt_format pt_format_microblaze = {
	.name = "microblaze",
	.architecture = "microblaze",
	.manual = "Linux 6.12 arch/microblaze/include/asm/pgtable.h, "
		  "kernel/hw_exception_handler.S",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.table_pa_bits = 30,
	.regime_count = 1,
	.level = {
		[PT_PMD] = {
			/* pmd_*() of an entry of the pgd: nopmd. */
			.manual_name = "page global directory",
			.va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			/* pmd_populate(); the handlers drop the low bits. */
			.table = {
				.match = EXACTLY(ARCH_BITS(31, 30),
						 KERNEL_START),
				.fixed = KERNEL_START,
				.pa = { .lsb = 12, .width = 18,
					.pa_shift = 12 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.leaf = {
				/* Cache control: not W, and G only with I; W. */
				.match = {
					.count = 3,
					.list = {
						{ PRESENT | WRITETHRU | GUARDED,
						  PRESENT },
						{ PRESENT | CACHE_CTL,
						  PRESENT | NO_CACHE | GUARDED },
						{ PRESENT | CACHE_CTL,
						  PRESENT | WRITETHRU },
					},
				},
				.fixed = PRESENT,
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				/* Everything is readable and executable. */
				.rights = {
					.mask = RW | USER,
					.right[PT_R | PT_X] = { true, 0 },
					.right[PT_R | PT_W | PT_X] = { true,
								       RW },
					.right[PT_R | PT_X | PT_USER] = {
						true, USER },
					.right[PT_R | PT_W | PT_X | PT_USER] = {
						true, RW | USER },
				},
				.accessed = { ACCESSED, ACCESSED, 0 },
				.dirty = { DIRTY, DIRTY, 0 },
				/* pgprot_noncached(), pgprot_noncached_wc(). */
				.memtype = {
					.mask = CACHE_CTL,
					.type[PT_MEM_WB] = { true, 0 },
					.type[PT_MEM_WC] = { true, NO_CACHE },
					.type[PT_MEM_UC] = {
						true, NO_CACHE | GUARDED },
					.type[PT_MEM_WT] = { true, WRITETHRU },
				},
				/* handle_data_storage_exception: with DIRTY. */
				.derived_count = 1,
				.derived[0] = {
					.bits = HWWRITE, .on = HWWRITE,
					.mask = PT_W | PT_DIRTY,
					.value = PT_W | PT_DIRTY,
				},
			},
			.swap = {
				.match = EXACTLY(SOFT_BITS, SOFT(1)),
				.fixed = SOFT(1),
				.payload = { .lsb = 8, .width = 24,
					     .pa_shift = 12 },
			},
			/* A page frame number has 20 bits. */
			.migration = {
				.match = EXACTLY(ARCH_BITS(31, 28) | SOFT_BITS,
						 SOFT(26)),
				.fixed = SOFT(26),
				.payload = { .lsb = 8, .width = 20,
					     .pa_shift = 12 },
			},
			.marker = {
				.match = EXACTLY(ALL & ~DIRTY, MARKER),
				.fixed = MARKER,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
