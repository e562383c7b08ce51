/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 1, 16 KiB granule, 36-bit input and 48-bit output addresses.
 * Bits and sources are in arm64.h.
 */
#include "arm64.h"

const struct pt_format pt_format_arm64_16k_36 = {
	.name = "arm64-16k-36",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 1, "
		  "EL1&0",
	.top = PT_PMD,
	.page_shift = 14,
	ARM64_FORMAT(36, 48),
	.level = {
		[PT_PMD] = ARM64_LEVEL_PMD(ARM64_OA48, 48, 14, 25, 11, 5),
		[PT_PTE] = ARM64_LEVEL_PTE(ARM64_OA48, 48, 14, 11, 7),
	},
};
