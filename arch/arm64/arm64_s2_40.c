/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 2, 4 KiB granule, 40-bit intermediate addresses: the walk starts
 * at level 1 with two tables in a row (VTCR_EL2.SL0 = 1, D8.2.2), which are one
 * root of 8 KiB here.  Bits and sources are in arm64_s2.h.
 */
#include "arm64_s2.h"

const struct pt_format pt_format_arm64_s2_40 = {
	.name = "arm64-s2-40",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 2",
	.top = PT_PUD,
	S2_FORMAT(40, 40),
	.level = {
		[PT_PUD] = S2_LEVEL_PUD(10),
		[PT_PMD] = S2_LEVEL_PMD,
		[PT_PTE] = S2_LEVEL_PTE,
	},
};
