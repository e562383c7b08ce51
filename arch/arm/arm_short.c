/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm-short: the short descriptors of ARMv7, as hardware sees them.
 *
 * Hardware's bits: ARM Architecture Reference Manual ARMv7-A and ARMv7-R, DDI
 * 0406C, B3.5.1 (descriptor formats, Figures B3-4 and B3-5), B3.7.1 (access
 * permissions), B3.8.3 (TEX remap).  Software's: Linux 6.12, arch/arm/include/
 * asm/pgtable-2level-hwdef.h, arch/arm/mm/proc-v7-2level.S (PRRR, NMRR).
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* Figure B3-4: a section; bits 1 and 0 are the type, and PXN is bit 0. */
#define SECTION		ARCH_BIT(1)
#define TABLE		ARCH_BIT(0)
#define TYPE		ARCH_BITS(1, 0)
#define S_CB		ARCH_BITS(3, 2)
#define S_XN		ARCH_BIT(4)
#define S_DOMAIN	ARCH_BITS(8, 5)		/* super: an address */
#define S_IMP		ARCH_BIT(9)
#define S_AP0		ARCH_BIT(10)
#define S_AP1		ARCH_BIT(11)
#define S_TEX0		ARCH_BIT(12)		/* TEX[2:1] are software's */
#define S_AP2		ARCH_BIT(15)
#define S_S		ARCH_BIT(16)
#define S_NG		ARCH_BIT(17)
#define S_SUPER		ARCH_BIT(18)
#define S_NS		ARCH_BIT(19)
#define S_EXTENDED	ARCH_BITS(23, 20)	/* of a supersection */
#define S_CLEAR		(S_DOMAIN | S_IMP | S_TEX0 | S_S | S_NS)

/* Figure B3-4: a page table; bit 4 has no meaning (SBZ). */
#define T_PXN		ARCH_BIT(2)
#define T_NS		ARCH_BIT(3)
#define T_DOMAIN	ARCH_BITS(8, 5)
#define T_IMP		ARCH_BIT(9)
#define T_CLEAR		(T_PXN | T_NS | T_DOMAIN | T_IMP)

/* Figure B3-5: a small page, bit 0 is XN; a large page. */
#define SMALL		ARCH_BIT(1)
#define P_XN		ARCH_BIT(0)
#define P_CB		ARCH_BITS(3, 2)
#define P_AP0		ARCH_BIT(4)
#define P_AP1		ARCH_BIT(5)
#define P_TEX0		ARCH_BIT(6)
#define P_AP2		ARCH_BIT(9)
#define P_S		ARCH_BIT(10)
#define P_NG		ARCH_BIT(11)
#define LARGE		ARCH_BIT(0)
#define L_TEX0		ARCH_BIT(12)
#define L_XN		ARCH_BIT(15)

/* What is not valid is for software, which stores nothing but 0. */
#define NONE { .count = 1, .list[0] = { .mask = UINT32_MAX, .value = 0 } }

/*
 * B3.7.1, Table B3-8, SCTLR.AFE = 0: AP[2:0] 001 and 101 are the kernel's, 011
 * and 111 are everybody's; 000 is nobody's.  010 (user may only read), 100
 * (reserved) and 110 (deprecated) are not described.
 */
#define RIGHTS(ap2, ap1, ap0, xn)                                              \
	{                                                                      \
		.mask = (ap2) | (ap1) | (ap0) | (xn),                          \
		.right[0] = { true, (xn) },                                    \
		.right[PT_R] = { true, (ap2) | (ap0) | (xn) },                 \
		.right[PT_R | PT_W] = { true, (ap0) | (xn) },                  \
		.right[PT_R | PT_X] = { true, (ap2) | (ap0) },                 \
		.right[PT_R | PT_W | PT_X] = { true, (ap0) },                  \
		.right[PT_R | PT_USER] = { true, (ap2) | (ap1) | (ap0) |       \
					   (xn) },                             \
		.right[PT_R | PT_W | PT_USER] = { true, (ap1) | (ap0) |        \
						  (xn) },                      \
		.right[PT_R | PT_X | PT_USER] = { true, (ap2) | (ap1) |        \
						  (ap0) },                     \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, (ap1) |         \
							 (ap0) },              \
	}

/* AP[0]; or AP 000 and XN.  mask and value are what else every leaf has. */
#define MATCH(ap2, ap1, ap0, xn, mask_, value_)                                \
	{                                                                      \
		.count = 2,                                                    \
		.list = {                                                      \
			{ (mask_) | (ap0), (value_) | (ap0) },                 \
			{ (mask_) | (ap2) | (ap1) | (ap0) | (xn),              \
			  (value_) | (xn) },                                   \
		},                                                             \
	}

/* B3.8.3: {TEX[0], C, B} selects from PRRR and NMRR; TEX[0] is 0 in all. */
#define MEMTYPES                                                               \
	{                                                                      \
		.mask = ARCH_BITS(3, 2),                                       \
		.type[PT_MEM_WB] = { true, ARCH_AT(3, 2) },                    \
		.type[PT_MEM_WC] = { true, ARCH_AT(1, 2) },                    \
		.type[PT_MEM_UC] = { true, ARCH_AT(0, 2) },                    \
		.type[PT_MEM_WT] = { true, ARCH_AT(2, 2) },                    \
	}

/* super is S_SUPER in a supersection, of 2^24 bytes, else 0. */
#define SECTION_LEAF(shift, super)                                             \
	{                                                                      \
		.match = MATCH(S_AP2, S_AP1, S_AP0, S_XN,                      \
			       TYPE | S_CLEAR | S_SUPER |                      \
				       ARCH_BITS_UPTO(shift, 20),              \
			       SECTION | (super)),                             \
		.fixed = SECTION | (super),                                    \
		.pa = { .lsb = (shift), .width = 32 - (shift),                 \
			.pa_shift = (shift) },                                 \
		.rights = RIGHTS(S_AP2, S_AP1, S_AP0, S_XN),                   \
		.global = { S_NG, 0, S_NG },                                   \
		.memtype = MEMTYPES,                                           \
	}

const struct pt_format pt_format_arm_short = {
	.name = "arm-short",
	.architecture = "arm",
	.manual = "ARM ARM DDI 0406C, B3.5.1, B3.7.1 and B3.8.3: short-"
		  "descriptor translation tables",
	/* TTBCR.N = 0: TTBR0 translates all. */
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	/* B3.10.1. */
	.break_before_make = true,
	.regime_count = 2,
	.regime = { 0, PT_REGIME_ARM_MANAGER },
	/* QEMU's virt machine. */
	.ram_base = UINT64_C(0x40000000),
	.level = {
		[PT_PMD] = {
			.manual_name = "first-level table",
			.va_shift = 20, .index_bits = 12, .entry_bytes = 4,
			.none = NONE,
			.table = {
				.match = {
					.count = 1,
					.list[0] = { TYPE | T_CLEAR, TABLE },
				},
				.fixed = TABLE,
				.pa = { .lsb = 10, .width = 22,
					.pa_shift = 10 },
			},
			.leaf = SECTION_LEAF(20, 0),
			/* All 16 entries are the same. */
			.group_count = 1,
			.group[0] = {
				.order = 4,
				.leaf = SECTION_LEAF(24, S_SUPER),
			},
			/* The pmd_ macros of pgtable-2level.h: bit 1. */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
				[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF |
					    PT_SAYS_BAD,
			},
		},
		[PT_PTE] = {
			.manual_name = "second-level table",
			.va_shift = 12, .index_bits = 8, .entry_bytes = 4,
			.none = NONE,
			.leaf = {
				.match = MATCH(P_AP2, P_AP1, P_AP0, P_XN,
					       SMALL | P_TEX0 | P_S, SMALL),
				.fixed = SMALL,
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				.rights = RIGHTS(P_AP2, P_AP1, P_AP0, P_XN),
				.global = { P_NG, 0, P_NG },
				.memtype = MEMTYPES,
			},
			/* All 16 entries are the same; 8..6 mean nothing. */
			.group_count = 1,
			.group[0] = {
				.order = 4,
				.leaf = {
					.match = MATCH(P_AP2, P_AP1, P_AP0,
						       L_XN, TYPE | L_TEX0 |
							       P_S, LARGE),
					.fixed = LARGE,
					.pa = { .lsb = 16, .width = 16,
						.pa_shift = 16 },
					.rights = RIGHTS(P_AP2, P_AP1, P_AP0,
							 L_XN),
					.global = { P_NG, 0, P_NG },
					.memtype = MEMTYPES,
				},
			},
			/*
			 * Linux asks the entries of its own (arm-short-linux),
			 * never these.  pte_present() would look at bit 0,
			 * which is XN here: true of what may not be executed.
			 */
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
