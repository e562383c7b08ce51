/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64, stage 1, 16-KB and 64-KB granules, and 4 KB with 52-bit addresses:
 * second reading.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487, chapter
 * D8, as arm64.h says.  What differs here: D8.2.5 to D8.2.7 (levels and index
 * bits of the 4-KB, 16-KB and 64-KB granules), D8.3.1 (where an address lies
 * in a descriptor; blocks by granule and output size), D8.6.1 (how many
 * entries the Contiguous bit joins).
 *
 * T0SZ = T1SZ = 64 - va_bits, TG0 and TG1 the granule.  The -52 formats have
 * TCR_EL1.DS = 1 (FEAT_LPA2, 4 and 16 KB) or FEAT_LVA and FEAT_LPA (64 KB);
 * DS = 0 in all others.  A root is a physical address here: TTBRn_EL1 itself
 * holds bits 51:48 of it in its bits 5:2.
 */
#include "arm64.h"

/*
 * Addresses: 47:14, 47:16; with 52 bits 49:12 or 49:14 and 51:50 in
 * bits 9:8, or (64 KB) 47:16 and 51:48 in bits 15:12.
 */
static const struct arm64_granule arm64_4k_52 = {
	.page_shift = 12, .index_bits = 9, .index_from = 52,
	.first_block = PT_P4D, .pmd_order = 4, .pte_order = 4,
	.low = UINT64_C(0x0003fffffffff000),
	.high = 0x300, .high_shift = 42,
};

static const struct arm64_granule arm64_16k = {
	.page_shift = 14, .index_bits = 11, .index_from = 47,
	.first_block = PT_PMD, .pmd_order = 5, .pte_order = 7,
	.low = UINT64_C(0x0000ffffffffc000),
};

static const struct arm64_granule arm64_16k_48 = {
	.page_shift = 14, .index_bits = 11, .index_from = 48,
	.first_block = PT_PMD, .pmd_order = 5, .pte_order = 7,
	.low = UINT64_C(0x0000ffffffffc000),
};

static const struct arm64_granule arm64_16k_52 = {
	.page_shift = 14, .index_bits = 11, .index_from = 52,
	.first_block = PT_PUD, .pmd_order = 5, .pte_order = 7,
	.low = UINT64_C(0x0003ffffffffc000),
	.high = 0x300, .high_shift = 42,
};

static const struct arm64_granule arm64_64k_42 = {
	.page_shift = 16, .index_bits = 13, .index_from = 42,
	.first_block = PT_PMD, .pmd_order = 5, .pte_order = 5,
	.low = UINT64_C(0x0000ffffffff0000),
};

static const struct arm64_granule arm64_64k_48 = {
	.page_shift = 16, .index_bits = 13, .index_from = 48,
	.first_block = PT_PMD, .pmd_order = 5, .pte_order = 5,
	.low = UINT64_C(0x0000ffffffff0000),
};

static const struct arm64_granule arm64_64k_52 = {
	.page_shift = 16, .index_bits = 13, .index_from = 52,
	.first_block = PT_PUD, .pmd_order = 5, .pte_order = 5,
	.low = UINT64_C(0x0000ffffffff0000),
	.high = 0xf000, .high_shift = 36,
};

ARM64_HOOKS(arm64_4k_52, 0x000fffffffffff80)
ARM64_HOOKS(arm64_16k, 0x0000ffffffffc000)
ARM64_HOOKS(arm64_16k_48, 0x0000fffffffffff0)
ARM64_HOOKS(arm64_16k_52, 0x000fffffffffff00)
ARM64_HOOKS(arm64_64k_42, 0x0000ffffffff0000)
ARM64_HOOKS(arm64_64k_48, 0x0000fffffffffe00)
ARM64_HOOKS(arm64_64k_52, 0x000fffffffffe000)

/* Level -1, of 16 entries, is PT_PGD; level 0 blocks span 512 GB. */
const struct mmu_arch mmu_arm64_4k_52 = {
	.format = "arm64-4k-52",
	.top = PT_PGD, .page_shift = 12, .va_bits = 52,
	.level = {
		[PT_PGD] = ARM64_TABLES(48, 4),
		[PT_P4D] = ARM64_BLOCKS(39, 9, 0),
		[PT_PUD] = ARM64_BLOCKS(30, 9, 0),
		[PT_PMD] = ARM64_BLOCKS(21, 9, 4),
		[PT_PTE] = ARM64_PAGES(12, 9, 4),
	},
	ARM64_ARCH(arm64_4k_52),
};

const struct mmu_arch mmu_arm64_16k_36 = {
	.format = "arm64-16k-36",
	.top = PT_PMD, .page_shift = 14, .va_bits = 36,
	.level = {
		[PT_PMD] = ARM64_BLOCKS(25, 11, 5),
		[PT_PTE] = ARM64_PAGES(14, 11, 7),
	},
	ARM64_ARCH(arm64_16k),
};

const struct mmu_arch mmu_arm64_16k_47 = {
	.format = "arm64-16k-47",
	.top = PT_PUD, .page_shift = 14, .va_bits = 47,
	.level = {
		[PT_PUD] = ARM64_TABLES(36, 11),
		[PT_PMD] = ARM64_BLOCKS(25, 11, 5),
		[PT_PTE] = ARM64_PAGES(14, 11, 7),
	},
	ARM64_ARCH(arm64_16k),
};

/* Level 0 has two entries. */
const struct mmu_arch mmu_arm64_16k_48 = {
	.format = "arm64-16k-48",
	.top = PT_P4D, .page_shift = 14, .va_bits = 48,
	.level = {
		[PT_P4D] = ARM64_TABLES(47, 1),
		[PT_PUD] = ARM64_TABLES(36, 11),
		[PT_PMD] = ARM64_BLOCKS(25, 11, 5),
		[PT_PTE] = ARM64_PAGES(14, 11, 7),
	},
	ARM64_ARCH(arm64_16k_48),
};

/* Level 1 blocks (64 GB) exist with DS = 1 only. */
const struct mmu_arch mmu_arm64_16k_52 = {
	.format = "arm64-16k-52",
	.top = PT_P4D, .page_shift = 14, .va_bits = 52,
	.level = {
		[PT_P4D] = ARM64_TABLES(47, 5),
		[PT_PUD] = ARM64_BLOCKS(36, 11, 0),
		[PT_PMD] = ARM64_BLOCKS(25, 11, 5),
		[PT_PTE] = ARM64_PAGES(14, 11, 7),
	},
	ARM64_ARCH(arm64_16k_52),
};

const struct mmu_arch mmu_arm64_64k_42 = {
	.format = "arm64-64k-42",
	.top = PT_PMD, .page_shift = 16, .va_bits = 42,
	.level = {
		[PT_PMD] = ARM64_BLOCKS(29, 13, 5),
		[PT_PTE] = ARM64_PAGES(16, 13, 5),
	},
	ARM64_ARCH(arm64_64k_42),
};

const struct mmu_arch mmu_arm64_64k_48 = {
	.format = "arm64-64k-48",
	.top = PT_PUD, .page_shift = 16, .va_bits = 48,
	.level = {
		[PT_PUD] = ARM64_TABLES(42, 6),
		[PT_PMD] = ARM64_BLOCKS(29, 13, 5),
		[PT_PTE] = ARM64_PAGES(16, 13, 5),
	},
	ARM64_ARCH(arm64_64k_48),
};

/* Level 1 blocks (4 TB) exist with FEAT_LPA only. */
const struct mmu_arch mmu_arm64_64k_52 = {
	.format = "arm64-64k-52",
	.top = PT_PUD, .page_shift = 16, .va_bits = 52,
	.level = {
		[PT_PUD] = ARM64_BLOCKS(42, 10, 0),
		[PT_PMD] = ARM64_BLOCKS(29, 13, 5),
		[PT_PTE] = ARM64_PAGES(16, 13, 5),
	},
	ARM64_ARCH(arm64_64k_52),
};
