/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc radix tree with 64 KiB pages: page tables of 32 entries, 256 bytes
 * long, under the directories of ppc64_radix_4k.c (Linux: radix-64k.h).  Bits
 * and sources are in book3s64.h.
 */
#include "book3s64.h"

const struct pt_format pt_format_ppc64_radix_64k = {
	.name = "ppc64-radix-64k",
	.architecture = "powerpc",
	.manual = "Power ISA 3.0 B, Book III, section 5.7.10 (radix tree "
		  "translation); Linux 6.12, book3s/64/radix-64k.h",
	/*
	 * Quadrant 0: bits 63 and 62 clear.  RTS 21, so that 52 bits are
	 * translated; others above must be clear.
	 */
	.va_rule = PT_VA_ZERO,
	.top = PT_P4D,
	.page_shift = 16,
	.va_bits = 52,
	.va_word_bits = 64,
	.pa_bits = 52,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_P4D] = RADIX_LEVEL_ROOT,
		[PT_PUD] = RADIX_LEVEL("level 2 page directory", 30, 12, 9, 0),
		[PT_PMD] = RADIX_LEVEL("level 3 page directory", 21, 8, 5,
				       PT_SAYS_PRESENT),
		[PT_PTE] = RADIX_LEVEL_PTE(16, 5),
	},
};
