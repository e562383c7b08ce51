/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64 with 5-level paging (CR4.LA57): Intel SDM vol. 3A, section 4.5.  Bits
 * and sources are in x86_64.h.
 */
#include "x86_64.h"

const struct pt_format pt_format_x86_64_5level = {
	.name = "x86_64-5level",
	.architecture = "x86",
	.manual = "Intel SDM vol. 3A (253668-079US, March 2023), sections 4.5, "
		  "4.6, 4.8 and 4.9, Tables 4-14 to 4-20",
	/* Section 3.3.7.1: bits 63..56 of an address are equal. */
	.va_rule = PT_VA_SIGNED,
	.top = PT_PGD,
	.page_shift = 12,
	.va_bits = 57,
	.va_word_bits = 64,
	/* MAXPHYADDR of QEMU's -cpu max; the address fields go to bit 51. */
	.pa_bits = 40,
	X86_REGIMES,
	.level = {
		[PT_PGD] = {
			.manual_name = "PML5 table",
			.va_shift = 48, .index_bits = 9, .entry_bytes = 8,
			/* pgd_none() is exact: A and D count here. */
			.none = {
				.count = 1,
				.list[0] = { .mask = UINT64_MAX, .value = 0 },
			},
			/* Table 4-14: no leaves. */
			.table = X86_TABLE,
			/* pgd_bad() compares with _KERNPG_TABLE: A and D. */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,
				[PT_TABLE] = PT_SAYS_PRESENT | PT_SAYS_BAD,
			},
		},
		[PT_P4D] = X86_LEVEL_P4D,
		[PT_PUD] = X86_LEVEL_PUD,
		[PT_PMD] = X86_LEVEL_PMD,
		[PT_PTE] = X86_LEVEL_PTE,
	},
};
