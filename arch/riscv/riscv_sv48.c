/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv48: Privileged Architecture 20211203, section 4.5.
 * Bits and sources are in riscv.h.
 */
#include "riscv.h"

const struct pt_format pt_format_riscv_sv48 = {
	.name = "riscv-sv48",
	.architecture = "riscv",
	.manual = "RISC-V Privileged Architecture 20211203, sections 4.3.1, "
		  "4.3.2, 4.4 and 4.5",
	/* Section 4.5.1: bits 63..48 of an address equal bit 47. */
	.va_rule = PT_VA_SIGNED,
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	.pa_bits = 56,
	.runtime_folded = RISCV_FOLDED_SV48,
	RISCV_REGIMES,
	.ram_base = RISCV_RAM_BASE,
	.level = {
		[PT_P4D] = RISCV_LEVEL_P4D,
		[PT_PUD] = RISCV_LEVEL_PUD,
		[PT_PMD] = RISCV_LEVEL_PMD,
		[PT_PTE] = RISCV_LEVEL_PTE,
	},
};
