/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ARC HS, four levels, 8 KiB pages, huge pages of 2 MiB.  Bits and sources are in arc.h.
 */
#include "arc.h"

const struct pt_format pt_format_arc_4level_8k = {
	.name = "arc-4level-8k",
	ARC_FORMAT,
	.top = PT_P4D,
	.page_shift = 13,
	.level = {
		[PT_P4D] = ARC_LEVEL_UPPER("page directory", 13, 28, 4),
		[PT_PUD] = ARC_LEVEL_UPPER("page upper directory", 13, 25, 3),
		[PT_PMD] = ARC_LEVEL_PMD("page middle directory", 4),
		[PT_PTE] = ARC_LEVEL_PTE_8K,
	},
};
