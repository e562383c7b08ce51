/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 1, 64 KiB granule, 52-bit input and 52-bit output
 * addresses (FEAT_LPA).
 * Bits and sources are in arm64.h.
 */
#include "arm64.h"

const struct pt_format pt_format_arm64_64k_52 = {
	.name = "arm64-64k-52",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 1, "
		  "EL1&0, FEAT_LVA, FEAT_LPA",
	.top = PT_PUD,
	.page_shift = 16,
	ARM64_FORMAT(52, 52),
	.level = {
		[PT_PUD] = ARM64_LEVEL_BLOCKS("level 1 table", ARM64_LPA,
					      52, 16, 42, 10,
					      ARM64_SAYS_LEAVES(0)),
		[PT_PMD] = ARM64_LEVEL_PMD(ARM64_LPA, 52, 16, 29, 13, 5),
		[PT_PTE] = ARM64_LEVEL_PTE(ARM64_LPA, 52, 16, 13, 5),
	},
};
