/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * LoongArch, 4 KiB pages, four levels: the user half of the root.  Bits and
 * sources are in loongarch.h.
 */
#include "loongarch.h"

const struct pt_format pt_format_loongarch64_4k = {
	.name = "loongarch64-4k",
	LOONG_FORMAT,
	.top = PT_P4D,
	.page_shift = 12,
	.level = {
		[PT_P4D] = LOONG_LEVEL_UPPER("page global directory", 12, 39, 8,
					     LOONG_INVALID_PUD, 0),
		[PT_PUD] = LOONG_LEVEL_UPPER("page upper directory", 12, 30, 9,
					     LOONG_INVALID_PMD, 0),
		[PT_PMD] = LOONG_LEVEL_PMD(12, 21, 9, 0),
		[PT_PTE] = LOONG_LEVEL_PTE(12, 9),
	},
};
