/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc 8xx, kernel with 4 KiB pages; four entries may map 16 KiB, 128 may
 * map 512 KiB.  Bits and sources are in ppc_8xx.h.
 */
#include "ppc_8xx.h"

const struct pt_format pt_format_ppc_8xx_4k = {
	.name = "ppc-8xx-4k",
	.architecture = "powerpc",
	.manual = "Linux 6.12, arch/powerpc/include/asm/nohash/32/pte-8xx.h, "
		  "kernel/head_8xx.S",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_PMD] = MPC8XX_LEVEL_ROOT,
		[PT_PTE] = {
			.manual_name = "level 2 table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none = MPC8XX_NONE,
			.leaf = MPC8XX_LEAF(12, 0),
			.group_count = 2,
			.group = {
				{ .order = 2,
				  .leaf = MPC8XX_LEAF(12, MPC8XX_16K) },
				{ .order = 7,
				  .leaf = MPC8XX_LEAF(12, MPC8XX_512K) },
			},
			MPC8XX_SOFT_LAYOUTS(12),
			.linux_says = MPC8XX_PTE_SAYS,
		},
	},
};
