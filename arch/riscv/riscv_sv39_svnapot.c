/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv39 with Svnapot: Privileged Architecture 20211203, chapter 5.
 * Bits and sources are in riscv.h.
 */
#include "riscv.h"

/*
 * Table 5.1: the one size that is defined, 64 KiB, has N and the low page
 * number bits 1000; all 16 entries hold the same page number.  Linux:
 * NAPOT_CONT64KB_ORDER, pte_mknapot().
 */
#define NAPOT_SHIFT	16
#define NAPOT_LOW	ARCH_BITS(13, 10)
#define NAPOT_64K	ARCH_BIT(13)
#define NAPOT_MASK	(RISCV_CLEAR | NAPOT_LOW | RISCV_V)
#define NAPOT_VALUE	(RISCV_N | NAPOT_64K | RISCV_V)

const struct pt_format pt_format_riscv_sv39_svnapot = {
	.name = "riscv-sv39-svnapot",
	.architecture = "riscv",
	.manual = "RISC-V Privileged Architecture 20211203, sections 4.3.1, "
		  "4.3.2, 4.4 and chapter 5",
	/* Section 4.4.1: bits 63..39 of an address equal bit 38. */
	.va_rule = PT_VA_SIGNED,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 39,
	.va_word_bits = 64,
	.pa_bits = 56,
	.runtime_folded = RISCV_FOLDED_SV39,
	RISCV_REGIMES,
	.ram_base = RISCV_RAM_BASE,
	.level = {
		[PT_PUD] = RISCV_LEVEL_PUD,
		[PT_PMD] = RISCV_LEVEL_PMD,
		[PT_PTE] = {
			RISCV_PTE_OF(RISCV_LEAF(12)),
			.group_count = 1,
			.group[0] = {
				.order = 4,
				.leaf = {
					.match = {
						.count = 2,
						.list = {
							RISCV_LEAF_RULES(
								NAPOT_MASK,
								NAPOT_VALUE),
						},
					},
					.fixed = NAPOT_VALUE,
					.pa = RISCV_PA(NAPOT_SHIFT,
						       RISCV_PA_END),
					RISCV_FLAGS,
				},
			},
		},
	},
};
