/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 2, 4 KiB granule, 48-bit intermediate addresses: the walk starts
 * at level 0 (VTCR_EL2.SL0 = 2).  Bits and sources are in arm64_s2.h.
 */
#include "arm64_s2.h"

const struct pt_format pt_format_arm64_s2_48 = {
	.name = "arm64-s2-48",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 2",
	.top = PT_P4D,
	S2_FORMAT(48, 48),
	.level = {
		[PT_P4D] = S2_LEVEL_TABLES("level 0 table", 39, 9),
		[PT_PUD] = S2_LEVEL_PUD(9),
		[PT_PMD] = S2_LEVEL_PMD,
		[PT_PTE] = S2_LEVEL_PTE,
	},
};
