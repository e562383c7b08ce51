/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv32: Privileged Architecture 20211203, section 4.3.
 * Bits and sources are in riscv.h.
 */
#include "riscv.h"

/*
 * Figure 4.18: the page number is bits 31..10, and nothing lies above it.
 *
 * The offset of a software entry is bits 31..12: as a page number it goes to
 * address bit 31 only, where pages go to 33.  So neither swap nor migration can
 * keep every address, and both are left out.  A marker needs none.
 */
#define NONE { .count = 1, .list[0] = { .mask = UINT32_MAX, .value = 0 } }

const struct pt_format pt_format_riscv_sv32 = {
	.name = "riscv-sv32",
	.architecture = "riscv",
	.manual = "RISC-V Privileged Architecture 20211203, sections 4.3.1, "
		  "and 4.3.2",
	/* Section 4.3.1: an address has 32 bits, all of them translated. */
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 34,
	RISCV_REGIMES,
	.ram_base = RISCV_RAM_BASE,
	.level = {
		[PT_PMD] = {
			.manual_name = "level 1 page table",
			.va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			.none = NONE,
			.table = RISCV_TABLE_OF(RISCV_PA_END_32, 0),
			.leaf = RISCV_LEAF_OF(22, RISCV_PA_END_32, 0),
			/* pgtable-nopmd.h: the root's entries are pmds. */
			.linux_says = RISCV_SAYS_PMD(0, 0),
		},
		[PT_PTE] = {
			.manual_name = "level 0 page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none = NONE,
			.leaf = RISCV_LEAF_OF(12, RISCV_PA_END_32, 0),
			.marker = RISCV_MARKER(UINT32_MAX),
			.linux_says = RISCV_SAYS_PTE,
		},
	},
};
