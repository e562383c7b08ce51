/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SH-4A with the extended TLB (SH-X2), 4 KiB pages, three levels: the user half
 * of the root.  Bits of the low half of a pte and sources are in sh.h.
 */
#include "sh.h"

/* lg2 of the bytes of any entry. */
#define ENTRY_LG2	3

/*
 * The high half, for PTEA.  ESZ 1 is 4 KiB.  Of the low half SZ and PR (7..4)
 * do not reach PTEL; of the high one bit 14, _PAGE_EXT_WIRED, is a note.  WT
 * does reach it, but no pte of Linux's has it: bad.
 */
#define ESZ		ARCH_BITS(39, 36)
#define ESZ_4K		ARCH_BIT(36)
#define UX		ARCH_BIT(40)
#define UW		ARCH_BIT(41)
#define UR		ARCH_BIT(42)
#define KX		ARCH_BIT(43)
#define KW		ARCH_BIT(44)
#define KR		ARCH_BIT(45)
#define USERS		(UR | UW | UX)
#define ALL_RIGHTS	(USERS | KR | KW | KX)

/* A user's page gives the kernel the same. */
#define R_BOTH		(UR | KR)
#define W_BOTH		(UW | KW)
#define X_BOTH		(UX | KX)

/* The kernel's alone, or nobody's; then users' and the kernel's alike. */
#define RULE(clear, state, bits, word)                                         \
	{ .mask = SH_PRESENT | SH_PROTNONE | SH_WT | ESZ |                     \
		  ARCH_BITS(35, 32) | ARCH_BITS(63, 47) | (clear) | (bits),    \
	  .value = (state) | ESZ_4K | (word) }
#define MATCH(clear, state)                                                    \
	{                                                                      \
		.count = 8,                                                    \
		.list = {                                                      \
			RULE(clear, state, USERS, 0),                          \
			RULE(clear, state, ALL_RIGHTS, R_BOTH),                \
			RULE(clear, state, ALL_RIGHTS, W_BOTH),                \
			RULE(clear, state, ALL_RIGHTS, X_BOTH),                \
			RULE(clear, state, ALL_RIGHTS, R_BOTH | W_BOTH),       \
			RULE(clear, state, ALL_RIGHTS, R_BOTH | X_BOTH),       \
			RULE(clear, state, ALL_RIGHTS, W_BOTH | X_BOTH),       \
			RULE(clear, state, ALL_RIGHTS,                         \
			     R_BOTH | W_BOTH | X_BOTH),                        \
		},                                                             \
	}

#define RIGHTS                                                                 \
	{                                                                      \
		.mask = ALL_RIGHTS,                                            \
		.right[0] = { true, 0 },                                       \
		.right[PT_R] = { true, KR },                                   \
		.right[PT_W] = { true, KW },                                   \
		.right[PT_R | PT_W] = { true, KR | KW },                       \
		.right[PT_X] = { true, KX },                                   \
		.right[PT_R | PT_X] = { true, KR | KX },                       \
		.right[PT_W | PT_X] = { true, KW | KX },                       \
		.right[PT_R | PT_W | PT_X] = { true, KR | KW | KX },           \
		.right[PT_R | PT_USER] = { true, R_BOTH },                     \
		.right[PT_W | PT_USER] = { true, W_BOTH },                     \
		.right[PT_R | PT_W | PT_USER] = { true, R_BOTH | W_BOTH },     \
		.right[PT_X | PT_USER] = { true, X_BOTH },                     \
		.right[PT_R | PT_X | PT_USER] = { true, R_BOTH | X_BOTH },     \
		.right[PT_W | PT_X | PT_USER] = { true, W_BOTH | X_BOTH },     \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
			R_BOTH | W_BOTH | X_BOTH },                            \
	}

/*
 * All in the high half: type in bits 36..32, offset in 63..37.  Bit 6 of the
 * low half (exclusive) is not described.
 */
#define MARKER		(ARCH_AT(31, 32) | ARCH_AT(2, 37))

const struct pt_format pt_format_sh4_x2tlb = {
	.name = "sh4-x2tlb",
	.architecture = "sh",
	.manual = "SH7785 hardware manual, chapter 7, PTEL and PTEA; Linux "
		  "6.12 arch/sh/include/asm/pgtable_32.h",
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 31,
	.va_word_bits = 32,
	.pa_bits = 32,
	.table_pa_bits = 29,
	.regime_count = 1,
	.level = {
		[PT_PUD] = SH_LEVEL_UPPER("page global directory", 30, 1,
					  ENTRY_LG2, 12),
		[PT_PMD] = SH_LEVEL_UPPER("page middle directory", 21, 9,
					  ENTRY_LG2, 12),
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none = SH_EXACTLY(UINT64_MAX, 0),
			.leaf = {
				.match = MATCH(0, SH_PRESENT),
				.fixed = SH_PRESENT | ESZ_4K,
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				.rights = RIGHTS,
				.global = { SH_SHARED, SH_SHARED, 0 },
				.accessed = { SH_ACCESSED, SH_ACCESSED, 0 },
				.dirty = { SH_D, SH_D, 0 },
				.memtype = {
					.mask = SH_C,
					.type[PT_MEM_WB] = { true, SH_C },
					.type[PT_MEM_UC] = { true, 0 },
				},
				.protnone = MATCH(SH_SHARED, SH_PROTNONE),
				.protnone_fixed = SH_PROTNONE | ESZ_4K,
				.protnone_pa = { .lsb = 12, .width = 20,
						 .pa_shift = 12 },
			},
			.swap = {
				.match = SH_EXACTLY(ARCH_BITS(36, 0),
						    ARCH_AT(1, 32)),
				.fixed = ARCH_AT(1, 32),
				.payload = { .lsb = 37, .width = 27,
					     .pa_shift = 12 },
			},
			/* A page frame number has 20 bits. */
			.migration = {
				.match = SH_EXACTLY(ARCH_BITS(63, 57) |
							    ARCH_BITS(36, 0),
						    ARCH_AT(26, 32)),
				.fixed = ARCH_AT(26, 32),
				.payload = { .lsb = 37, .width = 20,
					     .pa_shift = 12 },
			},
			.marker = {
				.match = SH_EXACTLY(UINT64_MAX, MARKER),
				.fixed = MARKER,
			},
			SH_PTE_SAYS,
		},
	},
};
