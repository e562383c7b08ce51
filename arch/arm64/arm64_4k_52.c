/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 1, 4 KiB granule, 52-bit input and 52-bit output
 * addresses (FEAT_LPA2, TCR_EL1.DS = 1).
 * Bits and sources are in arm64.h.
 */
#include "arm64.h"

const struct pt_format pt_format_arm64_4k_52 = {
	.name = "arm64-4k-52",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 1, "
		  "EL1&0, DS = 1",
	.top = PT_PGD,
	.page_shift = 12,
	ARM64_FORMAT(52, 52),
	.level = {
		[PT_PGD] = ARM64_LEVEL_TABLES("level -1 table", ARM64_LPA2,
					      12, 48, 4),
		[PT_P4D] = ARM64_LEVEL_BLOCKS("level 0 table", ARM64_LPA2,
					      52, 12, 39, 9,
					      ARM64_SAYS_P4D),
		[PT_PUD] = ARM64_LEVEL_BLOCKS("level 1 table", ARM64_LPA2,
					      52, 12, 30, 9,
					      ARM64_SAYS_LEAVES(PT_SAYS_LEAF)),
		[PT_PMD] = ARM64_LEVEL_PMD(ARM64_LPA2, 52, 12, 21, 9, 4),
		[PT_PTE] = ARM64_LEVEL_PTE(ARM64_LPA2, 52, 12, 9, 4),
	},
};
