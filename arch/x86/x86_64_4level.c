/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64 with 4-level paging: Intel SDM vol. 3A, section 4.5.  Bits and
 * sources are in x86_64.h.
 */
#include "x86_64.h"

const struct pt_format pt_format_x86_64_4level = {
	.name = "x86_64-4level",
	.architecture = "x86",
	.manual = "Intel SDM vol. 3A (253668-079US, March 2023), sections 4.5, "
		  "4.6, 4.8 and 4.9, Tables 4-15 to 4-20",
	/* Section 3.3.7.1: bits 63..47 of an address are equal. */
	.va_rule = PT_VA_SIGNED,
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	/* MAXPHYADDR of QEMU's -cpu max; the address fields go to bit 51. */
	.pa_bits = 40,
	X86_REGIMES,
	.level = {
		[PT_P4D] = X86_LEVEL_P4D,
		[PT_PUD] = X86_LEVEL_PUD,
		[PT_PMD] = X86_LEVEL_PMD,
		[PT_PTE] = X86_LEVEL_PTE,
	},
};
