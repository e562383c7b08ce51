/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64, stage 1, 4-KB granule, 39-bit and 48-bit addresses: second reading.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487, chapter
 * D8, as arm64.h says; D8.2.5 (levels and index bits of this granule).
 *
 * TCR_EL1: T0SZ = T1SZ = 64 - va_bits, TG0 and TG1 4 KB, DS = 0.  Both formats
 * share one set of hooks, and this file has no other, so that compilers make
 * one function of hooks and walk.
 */
#include "arm64.h"

static const struct arm64_granule arm64_4k = {
	.page_shift = 12, .index_bits = 9, .index_from = 48,
	.first_block = PT_PUD, .pmd_order = 4, .pte_order = 4,
	.low = UINT64_C(0x0000fffffffff000),
};

ARM64_HOOKS(arm64_4k, 0x0000fffffffff000)

const struct mmu_arch mmu_arm64_4k_39 = {
	.format = "arm64-4k-39",
	.top = PT_PUD, .page_shift = 12, .va_bits = 39,
	.level = {
		[PT_PUD] = ARM64_BLOCKS(30, 9, 0),
		[PT_PMD] = ARM64_BLOCKS(21, 9, 4),
		[PT_PTE] = ARM64_PAGES(12, 9, 4),
	},
	ARM64_ARCH(arm64_4k),
};

const struct mmu_arch mmu_arm64_4k_48 = {
	.format = "arm64-4k-48",
	.top = PT_P4D, .page_shift = 12, .va_bits = 48,
	.level = {
		[PT_P4D] = ARM64_TABLES(39, 9),
		[PT_PUD] = ARM64_BLOCKS(30, 9, 0),
		[PT_PMD] = ARM64_BLOCKS(21, 9, 4),
		[PT_PTE] = ARM64_PAGES(12, 9, 4),
	},
	ARM64_ARCH(arm64_4k),
};
