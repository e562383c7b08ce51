/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * MIPS64 release 2, 4 KiB pages, 48-bit addresses, huge pages.  Bits and
 * sources are in mips.h.
 */
#include "mips.h"

const struct pt_format pt_format_mips64_4k_48 = {
	.name = "mips64-4k-48",
	.architecture = "mips",
	.manual = "MIPS64 PRA (MD00091), EntryLo; Linux 6.12 "
		  "arch/mips/include/asm/pgtable-{64,bits}.h",
	.va_rule = PT_VA_ZERO,
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	.pa_bits = 48,
	.regime_count = 1,
	.level = {
		[PT_P4D] = MIPS64_LEVEL_UPPER("page global directory", 39, 9,
					      MIPS_INVALID_PUD),
		[PT_PUD] = MIPS64_LEVEL_UPPER("page upper directory", 30, 9,
					      MIPS_INVALID_PMD),
		[PT_PMD] = MIPS64_LEVEL_PMD,
		[PT_PTE] = MIPS64_LEVEL_PTE,
	},
};
