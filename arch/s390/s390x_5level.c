/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * s390x with a region-first table as the root.  Bits and sources are in
 * s390x.h.
 */
#include "s390x.h"

const struct pt_format pt_format_s390x_5level = {
	.name = "s390x-5level",
	.architecture = "s390",
	.manual = S390_MANUAL,
	.va_rule = PT_VA_ZERO,
	.top = PT_PGD,
	.page_shift = 12,
	.va_bits = 64,
	.va_word_bits = 64,
	.pa_bits = 48,
	.runtime_folded = 0,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_PGD] = S390_LEVEL_PGD,
		[PT_P4D] = S390_LEVEL_P4D,
		[PT_PUD] = S390_LEVEL_PUD,
		[PT_PMD] = S390_LEVEL_PMD,
		[PT_PTE] = S390_LEVEL_PTE,
	},
};
