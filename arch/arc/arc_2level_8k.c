/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ARC HS, two levels, 8 KiB pages, huge pages of 2 MiB in the root.  Bits and sources are in arc.h.
 */
#include "arc.h"

const struct pt_format pt_format_arc_2level_8k = {
	.name = "arc-2level-8k",
	ARC_FORMAT,
	.top = PT_PMD,
	.page_shift = 13,
	.level = {
		[PT_PMD] = ARC_LEVEL_PMD("page directory", 11),
		[PT_PTE] = ARC_LEVEL_PTE_8K,
	},
};
