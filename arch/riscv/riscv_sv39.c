/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv39: Privileged Architecture 20211203, section 4.4.
 * Bits and sources are in riscv.h.
 */
#include "riscv.h"

const struct pt_format pt_format_riscv_sv39 = {
	.name = "riscv-sv39",
	.architecture = "riscv",
	.manual = "RISC-V Privileged Architecture 20211203, sections 4.3.1, "
		  "4.3.2 and 4.4",
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
		[PT_PTE] = RISCV_LEVEL_PTE,
	},
};
