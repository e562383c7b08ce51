/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ARC HS, two levels, 4 KiB pages, no huge pages.  Bits and sources are in arc.h.
 */
#include "arc.h"

const struct pt_format pt_format_arc_2level_4k = {
	.name = "arc-2level-4k",
	ARC_FORMAT,
	.top = PT_PMD,
	.page_shift = 12,
	.level = {
		[PT_PMD] = ARC_LEVEL_UPPER("page directory", 12, 22, 10),
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.table_shift = 12,
			.none = ARC_EXACTLY(ARC_ALL, 0),
			.leaf = { ARC_LEAF(12, 12, 0) },
			/* No swap, no migration: 19 bits hold no 20-bit pfn. */
			.marker = ARC_SOFT_MARKER,
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
