/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv48 with Svpbmt: Privileged Architecture 20211203, chapter 6.
 * Bits and sources are in riscv.h.
 */
#include "riscv.h"

/*
 * Table 6.1: PBMT 0 is PMA, 1 NC, 2 IO, 3 reserved: not IO, or IO without the
 * low bit.  In a pointer all of PBMT is reserved.
 */
#define PBMT_CLEAR (RISCV_CLEAR & ~RISCV_PBMT)
#define PBMT_RULES(mask_, value_)                                              \
	RISCV_LEAF_RULES((mask_) | RISCV_PBMT_HIGH, value_),                   \
	RISCV_LEAF_RULES((mask_) | RISCV_PBMT, (value_) | RISCV_PBMT_HIGH)

#define PBMT_LEAF_FIELDS(shift)                                                \
	.match = {                                                             \
		.count = 4,                                                    \
		.list = {                                                      \
			PBMT_RULES(PBMT_CLEAR | RISCV_LOW(shift) |             \
				   RISCV_V, RISCV_V),                          \
		},                                                             \
	},                                                                     \
	.fixed = RISCV_V,                                                      \
	.pa = RISCV_PA(shift, RISCV_PA_END),                                   \
	RISCV_FLAGS,                                                           \
	.memtype = {                                                           \
		.mask = RISCV_PBMT,                                            \
		.type[PT_MEM_WB] = { true, 0 },                                \
		.type[PT_MEM_WC] = { true, RISCV_PBMT_LOW },                   \
		.type[PT_MEM_UC] = { true, RISCV_PBMT_HIGH },                  \
	},                                                                     \
	.protnone = {                                                          \
		.count = 4,                                                    \
		.list = {                                                      \
			PBMT_RULES(PBMT_CLEAR | RISCV_LOW(shift) |             \
				   RISCV_V | RISCV_PROT_NONE,                  \
				   RISCV_PROT_NONE),                           \
		},                                                             \
	},                                                                     \
	.protnone_fixed = RISCV_PROT_NONE,                                     \
	.protnone_pa = RISCV_PA(shift, RISCV_PA_END)
#define PBMT_LEAF(shift) { PBMT_LEAF_FIELDS(shift) }
/* As RISCV_LEAF_SPLIT. */
#define PBMT_LEAF_SPLIT(shift)                                                 \
	{                                                                      \
		PBMT_LEAF_FIELDS(shift),                                       \
		.invalid = {                                                   \
			.count = 4,                                            \
			.list = {                                              \
				PBMT_RULES(PBMT_CLEAR |                        \
					   RISCV_INVALID_MASK(shift), 0),      \
			},                                                     \
		},                                                             \
	}

const struct pt_format pt_format_riscv_sv48_svpbmt = {
	.name = "riscv-sv48-svpbmt",
	.architecture = "riscv",
	.manual = "RISC-V Privileged Architecture 20211203, sections 4.3.1, "
		  "4.3.2, 4.5 and chapter 6",
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
		[PT_P4D] = RISCV_LEVEL("level 3 page table", 39, PBMT_LEAF(39),
				       RISCV_SAYS_UPPER(0)),
		[PT_PUD] = RISCV_LEVEL("level 2 page table", 30, PBMT_LEAF(30),
				       RISCV_SAYS_UPPER(PT_SAYS_LEAF)),
		[PT_PMD] = RISCV_LEVEL("level 1 page table", 21,
				       PBMT_LEAF_SPLIT(21),
				       RISCV_SAYS_PMD(PT_SAYS_BAD,
						      RISCV_SAYS_SPLIT)),
		[PT_PTE] = { RISCV_PTE_OF(PBMT_LEAF(12)) },
	},
};
