/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SH-4, 4 KiB pages, 29-bit physical addresses, two levels: the user half of
 * the root.  Bits and sources are in sh.h.
 */
#include "sh.h"

#define ALL		ARCH_BITS(31, 0)

/* A page of 4 KiB is SZ 01.  Bits 31..29 would go to PTEA (_PAGE_PCC_MASK). */
#define SIZE		(SH_SZ1 | SH_SZ0)
#define PCC		ARCH_BITS(31, 29)

/* Cached, written back or through, or neither; state is V and PROTNONE. */
#define MATCH(clear, state)                                                    \
	{                                                                      \
		.count = 2,                                                    \
		.list = {                                                      \
			{ .mask = SH_PRESENT | SH_PROTNONE | SIZE | PCC |      \
				  (clear) | SH_C,                              \
			  .value = (state) | SH_SZ0 | SH_C },                  \
			{ .mask = SH_PRESENT | SH_PROTNONE | SIZE | PCC |      \
				  (clear) | SH_C | SH_WT,                      \
			  .value = (state) | SH_SZ0 },                         \
		},                                                             \
	}

/*
 * __swp_entry_to_pte() shifts by one: type in bits 5..1, offset in 31..11.
 * Bit 6 (exclusive) is not described.
 */
#define MARKER		(ARCH_AT(31, 1) | ARCH_AT(2, 11))

const struct pt_format pt_format_sh4 = {
	.name = "sh4",
	.architecture = "sh",
	.manual = "SH7750 hardware manual, chapter 3, PTEL; Linux 6.12 "
		  "arch/sh/include/asm/pgtable_32.h",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 31,
	.va_word_bits = 32,
	.pa_bits = 29,
	.table_pa_bits = 29,
	.regime_count = 1,
	/* QEMU's r2d machine. */
	.ram_base = UINT64_C(0x0c000000),
	.level = {
		[PT_PMD] = SH_LEVEL_UPPER("page global directory", 22, 9, 2,
					  12),
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none = SH_EXACTLY(ALL, 0),
			.leaf = {
				.match = MATCH(0, SH_PRESENT),
				.fixed = SH_PRESENT | SH_SZ0,
				.pa = { .lsb = 12, .width = 17,
					.pa_shift = 12 },
				/* Everything is readable and executable. */
				.rights = {
					.mask = SH_RW | SH_USER,
					.right[PT_R | PT_X] = { true, 0 },
					.right[PT_R | PT_W | PT_X] = { true,
								       SH_RW },
					.right[PT_R | PT_X | PT_USER] = {
						true, SH_USER },
					.right[PT_R | PT_W | PT_X |
					       PT_USER] = {
						true, SH_RW | SH_USER },
				},
				.global = { SH_SHARED, SH_SHARED, 0 },
				.accessed = { SH_ACCESSED, SH_ACCESSED, 0 },
				.dirty = { SH_D, SH_D, 0 },
				.memtype = {
					.mask = SH_C | SH_WT,
					.type[PT_MEM_WB] = { true, SH_C },
					.type[PT_MEM_UC] = { true, 0 },
					.type[PT_MEM_WT] = { true,
							     SH_C | SH_WT },
				},
				.protnone = MATCH(SH_SHARED, SH_PROTNONE),
				.protnone_fixed = SH_PROTNONE | SH_SZ0,
				.protnone_pa = { .lsb = 12, .width = 17,
						 .pa_shift = 12 },
			},
			.swap = {
				.match = SH_EXACTLY(ARCH_BITS(10, 0),
						    ARCH_AT(1, 1)),
				.fixed = ARCH_AT(1, 1),
				.payload = { .lsb = 11, .width = 21,
					     .pa_shift = 12 },
			},
			/* A page frame number has 17 bits. */
			.migration = {
				.match = SH_EXACTLY(ARCH_BITS(31, 28) |
							    ARCH_BITS(10, 0),
						    ARCH_AT(26, 1)),
				.fixed = ARCH_AT(26, 1),
				.payload = { .lsb = 11, .width = 17,
					     .pa_shift = 12 },
			},
			.marker = {
				.match = SH_EXACTLY(ALL, MARKER),
				.fixed = MARKER,
			},
			SH_PTE_SAYS,
		},
	},
};
