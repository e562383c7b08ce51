/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * LoongArch, 16 KiB pages, three levels.  Bits and sources are in loongarch.h.
 */
#include "loongarch.h"

const struct pt_format pt_format_loongarch64_16k = {
	.name = "loongarch64-16k",
	LOONG_FORMAT,
	.top = PT_PUD,
	.page_shift = 14,
	.level = {
		[PT_PUD] = LOONG_LEVEL_UPPER("page global directory", 14, 36,
					     11, LOONG_INVALID_PMD,
					     PT_SAYS_BAD),
		[PT_PMD] = LOONG_LEVEL_PMD(14, 25, 11, PT_SAYS_BAD),
		[PT_PTE] = LOONG_LEVEL_PTE(14, 11),
	},
};
