/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 2 of the EL1&0 regime, 4 KiB granule, 48-bit output addresses.
 *
 * Hardware's bits: Arm ARM DDI 0487J.a, D8.2 (concatenated tables), D8.3.1 and
 * D8.3.2 (descriptor formats), D8.4.2 (S2AP), D8.4.3 (XN[1:0]), D8.5.4
 * (MemAttr, without FEAT_S2FWB).  Software's: Linux 6.12, arch/arm64/include/
 * asm/kvm_pgtable.h and memory.h.
 *
 * Nothing below a table descriptor depends on it but the address.
 */
#ifndef TABLEWALK_ARCH_ARM64_S2_H
#define TABLEWALK_ARCH_ARM64_S2_H

#include "arm64.h"

#define S2_MEM_LOW	ARCH_BIT(2)		/* MemAttr[0]: 1 in all */
#define S2_MEM		ARCH_BITS(5, 3)		/* MemAttr[3:1] */
#define S2_MEM_WB	ARCH_AT(7, 3)		/* 0xf, MT_S2_NORMAL */
#define S2_MEM_WC	ARCH_AT(2, 3)		/* 0x5, MT_S2_NORMAL_NC */
#define S2_MEM_UC	ARCH_AT(0, 3)		/* 0x1, MT_S2_DEVICE_nGnRE */
/* The two that are not WB: MemAttr[3] and [1] clear. */
#define S2_MEM_NC	(ARCH_BIT(5) | ARCH_BIT(3))
#define S2_READ		ARCH_BIT(6)		/* S2AP[0] */
#define S2_WRITE	ARCH_BIT(7)		/* S2AP[1] */
#define S2_XN0		ARCH_BIT(53)		/* XN[0]: 0 in all */
#define S2_XN1		ARCH_BIT(54)		/* no execution at all */
/* D8.3.2: bits 58..55 are software's.  Linux: KVM_PTE_LEAF_ATTR_HI_SW. */
#define S2_SW0		ARCH_BIT(55)
#define S2_SW1		ARCH_BIT(56)

/*
 * Bits that a leaf leaves clear: FnXS 11, bits 50..48, DBM 51, XN[0]; PBHA
 * 62..59 and bit 63, which hardware may ignore; the address below the span.
 */
#define S2_CLEAR(shift)                                                        \
	(ARCH_BIT(11) | ARCH_BITS(51, 48) | S2_XN0 | ARCH_BITS(63, 59) |       \
	 ARCH_BITS_UPTO(shift, 12))

/*
 * The page is for whoever runs in the guest, at EL0 and EL1 alike.  W or X
 * without R are not described; no right at all is.
 */
#define S2_RIGHTS                                                              \
	{                                                                      \
		.mask = S2_READ | S2_WRITE | S2_XN1,                           \
		.right[0] = { true, S2_XN1 },                                  \
		.right[PT_R | PT_USER] = { true, S2_READ | S2_XN1 },           \
		.right[PT_R | PT_W | PT_USER] = { true, S2_READ | S2_WRITE |   \
						  S2_XN1 },                    \
		.right[PT_R | PT_X | PT_USER] = { true, S2_READ },             \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, S2_READ |       \
							 S2_WRITE },           \
	}

/* Readable or without any right, each with MemAttr 0xf or 0x5 and 0x1. */
#define S2_RULES(mask_, value_)                                                \
	{ .mask = (mask_) | S2_READ | S2_MEM,                                  \
	  .value = (value_) | S2_READ | S2_MEM_WB },                           \
	{ .mask = (mask_) | S2_READ | S2_MEM_NC,                               \
	  .value = (value_) | S2_READ },                                       \
	{ .mask = (mask_) | S2_READ | S2_WRITE | S2_XN1 | S2_MEM,              \
	  .value = (value_) | S2_XN1 | S2_MEM_WB },                            \
	{ .mask = (mask_) | S2_READ | S2_WRITE | S2_XN1 | S2_MEM_NC,           \
	  .value = (value_) | S2_XN1 }

/* A block or page of 2^shift bytes; bit1 and cont as type and cont in
 * ARM64_LEAF_LAYOUT. */
#define S2_FIXED(bit1, cont)                                                   \
	(ARM64_VALID | (bit1) | ARM64_SH | S2_MEM_LOW | (cont))
#define S2_LEAF(shift, bit1, cont)                                             \
	{                                                                      \
		.match = {                                                     \
			.count = 4,                                            \
			.list = {                                              \
				S2_RULES(S2_CLEAR(shift) | ARM64_VALID |       \
					 ARM64_PAGE | ARM64_SH | S2_MEM_LOW |  \
					 ARM64_CONT,                           \
					 S2_FIXED(bit1, cont)),                \
			},                                                     \
		},                                                             \
		.fixed = S2_FIXED(bit1, cont),                                 \
		.pa = ARM64_OA48(shift),                                       \
		.rights = S2_RIGHTS,                                           \
		.accessed = { ARM64_AF, ARM64_AF, 0 },                         \
		.soft0 = { S2_SW0, S2_SW0, 0 },                                \
		.soft1 = { S2_SW1, S2_SW1, 0 },                                \
		.memtype = {                                                   \
			.mask = S2_MEM,                                        \
			.type[PT_MEM_WB] = { true, S2_MEM_WB },                \
			.type[PT_MEM_WC] = { true, S2_MEM_WC },                \
			.type[PT_MEM_UC] = { true, S2_MEM_UC },                \
		},                                                             \
	}

#define S2_CONTIGUOUS(shift, bit1)                                             \
	.group_count = 1,                                                      \
	.group[0] = { .order = 4, .leaf = S2_LEAF(shift, bit1, ARM64_CONT) }

/* No hierarchical control: bits 63..59 are RES0; 58..52 and 11..2 ignored. */
#define S2_TABLE                                                               \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = ARM64_VALID | ARM64_TABLE |            \
					ARCH_BITS(51, 48) | ARCH_BITS(63, 59), \
				.value = ARM64_VALID | ARM64_TABLE,            \
			},                                                     \
		},                                                             \
		.fixed = ARM64_VALID | ARM64_TABLE,                            \
		.pa = ARM64_OA48(12),                                          \
	}

/*
 * linux_says is that of stage 1: the predicates look at bits 1 and 0 of what
 * these formats have.  KVM itself asks kvm_pte_valid(), which is VALID.
 */
#define S2_LEVEL_TABLES(name, shift, bits)                                     \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none = ARM64_NONE,                                            \
		.table = S2_TABLE,                                             \
		.linux_says = ARM64_SAYS_TABLES,                               \
	}

#define S2_SAYS_LEAVES                                                         \
	{                                                                      \
		[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                        \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,      \
	}

#define S2_LEVEL_PUD(bits)                                                     \
	{                                                                      \
		.manual_name = "level 1 table",                                \
		.va_shift = 30, .index_bits = (bits), .entry_bytes = 8,        \
		.none = ARM64_NONE,                                            \
		.table = S2_TABLE,                                             \
		.leaf = S2_LEAF(30, 0, 0),                                     \
		.linux_says = S2_SAYS_LEAVES,                                  \
	}

#define S2_LEVEL_PMD                                                           \
	{                                                                      \
		.manual_name = "level 2 table",                                \
		.va_shift = 21, .index_bits = 9, .entry_bytes = 8,             \
		.none = ARM64_NONE,                                            \
		.table = S2_TABLE,                                             \
		.leaf = S2_LEAF(21, 0, 0),                                     \
		S2_CONTIGUOUS(21, 0),                                          \
		.linux_says = S2_SAYS_LEAVES,                                  \
	}

#define S2_LEVEL_PTE                                                           \
	{                                                                      \
		.manual_name = "level 3 table",                                \
		.va_shift = 12, .index_bits = 9, .entry_bytes = 8,             \
		.none = ARM64_NONE,                                            \
		.leaf = S2_LEAF(12, ARM64_PAGE, 0),                            \
		S2_CONTIGUOUS(12, ARM64_PAGE),                                 \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE,                              \
			[PT_LEAF] = PT_SAYS_PRESENT,                           \
		},                                                             \
	}

/* One root for addresses of va bits; VTCR_EL2.HA is the only control. */
#define S2_FORMAT(va, pa)                                                      \
	.architecture = "arm64",                                               \
	.va_rule = PT_VA_ZERO,                                                 \
	.page_shift = 12,                                                      \
	.va_bits = (va),                                                       \
	.va_word_bits = 64,                                                    \
	.pa_bits = (pa),                                                       \
	.break_before_make = true,                                             \
	.regime_count = 2,                                                     \
	.regime = { PT_REGIME_ARM64_HA, 0 },                                   \
	.ram_base = ARM64_RAM_BASE

#endif
