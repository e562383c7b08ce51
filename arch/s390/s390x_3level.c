/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * s390x with a region-third table as the root.  Bits and sources are in
 * s390x.h.
 */
#include "s390x.h"

const struct pt_format pt_format_s390x_3level = {
	.name = "s390x-3level",
	.architecture = "s390",
	.manual = S390_MANUAL,
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 42,
	.va_word_bits = 64,
	.pa_bits = 48,
	/* pgd_folded(), p4d_folded(): PTRS_PER_P4D and _PUD stay 2048. */
	.runtime_folded = 1u << PT_P4D | 1u << PT_PUD,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_PUD] = S390_LEVEL_PUD,
		[PT_PMD] = S390_LEVEL_PMD,
		[PT_PTE] = S390_LEVEL_PTE,
	},
};
