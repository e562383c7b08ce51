/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 1, 4 KiB granule, 39-bit input and 48-bit output addresses.
 * Bits and sources are in arm64.h.
 */
#include "arm64.h"

const struct pt_format pt_format_arm64_4k_39 = {
	.name = "arm64-4k-39",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 1, "
		  "EL1&0",
	.top = PT_PUD,
	.page_shift = 12,
	ARM64_FORMAT(39, 48),
	.level = {
		[PT_PUD] = ARM64_LEVEL_BLOCKS("level 1 table", ARM64_OA48,
					      48, 12, 30, 9,
					      ARM64_SAYS_LEAVES(PT_SAYS_LEAF)),
		[PT_PMD] = ARM64_LEVEL_PMD(ARM64_OA48, 48, 12, 21, 9, 4),
		[PT_PTE] = ARM64_LEVEL_PTE(ARM64_OA48, 48, 12, 9, 4),
	},
};
