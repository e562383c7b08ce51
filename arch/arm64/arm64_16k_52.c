/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 1, 16 KiB granule, 52-bit input and 52-bit output
 * addresses (FEAT_LPA2, TCR_EL1.DS = 1).
 * Bits and sources are in arm64.h.
 */
#include "arm64.h"

const struct pt_format pt_format_arm64_16k_52 = {
	.name = "arm64-16k-52",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 1, "
		  "EL1&0, DS = 1",
	.top = PT_P4D,
	.page_shift = 14,
	ARM64_FORMAT(52, 52),
	.level = {
		[PT_P4D] = ARM64_LEVEL_TABLES("level 0 table", ARM64_LPA2,
					      14, 47, 5),
		[PT_PUD] = ARM64_LEVEL_BLOCKS("level 1 table", ARM64_LPA2,
					      52, 14, 36, 11,
					      ARM64_SAYS_LEAVES(PT_SAYS_LEAF)),
		[PT_PMD] = ARM64_LEVEL_PMD(ARM64_LPA2, 52, 14, 25, 11, 5),
		[PT_PTE] = ARM64_LEVEL_PTE(ARM64_LPA2, 52, 14, 11, 7),
	},
};
