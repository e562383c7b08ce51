/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv57: Privileged Architecture 20211203, section 4.6.
 * Bits and sources are in riscv.h.
 */
#include "riscv.h"

const struct pt_format pt_format_riscv_sv57 = {
	.name = "riscv-sv57",
	.architecture = "riscv",
	.manual = "RISC-V Privileged Architecture 20211203, sections 4.3.1, "
		  "4.3.2, 4.4 and 4.6",
	/* Section 4.6.1: bits 63..57 of an address equal bit 56. */
	.va_rule = PT_VA_SIGNED,
	.top = PT_PGD,
	.page_shift = 12,
	.va_bits = 57,
	.va_word_bits = 64,
	.pa_bits = 56,
	RISCV_REGIMES,
	.ram_base = RISCV_RAM_BASE,
	.level = {
		[PT_PGD] = RISCV_LEVEL_PGD,
		[PT_P4D] = RISCV_LEVEL_P4D,
		[PT_PUD] = RISCV_LEVEL_PUD,
		[PT_PMD] = RISCV_LEVEL_PMD,
		[PT_PTE] = RISCV_LEVEL_PTE,
	},
};
