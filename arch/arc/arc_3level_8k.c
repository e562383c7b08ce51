/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ARC HS, three levels, 8 KiB pages, huge pages of 2 MiB.  Bits and sources are in arc.h.
 */
#include "arc.h"

const struct pt_format pt_format_arc_3level_8k = {
	.name = "arc-3level-8k",
	ARC_FORMAT,
	.top = PT_PUD,
	.page_shift = 13,
	.level = {
		[PT_PUD] = ARC_LEVEL_UPPER("page directory", 13, 28, 4),
		[PT_PMD] = ARC_LEVEL_PMD("page middle directory", 7),
		[PT_PTE] = ARC_LEVEL_PTE_8K,
	},
};
