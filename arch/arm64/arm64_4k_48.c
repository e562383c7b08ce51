/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 stage 1 of the EL1&0 regime, 4 KiB granule, 48-bit addresses.
 *
 * Hardware's bits: Arm ARM DDI 0487J.a, D8.2 (translation), D8.3 (descriptor
 * formats), D8.4 (access control), D8.5 (attributes).  Software's: Linux 6.12,
 * arch/arm64/include/asm/pgtable{,-hwdef,-prot}.h and memory.h;
 * include/linux/swap.h and swapops.h.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* D8.3.1: descriptor type.  Bit 1 tells a table, or at level 3 a page. */
#define VALID		ARCH_BIT(0)
#define TABLE		ARCH_BIT(1)
#define PAGE		ARCH_BIT(1)

/* D8.3.2: lower attributes of a block or page. */
#define ATTR_INDX	ARCH_BITS(3, 2)		/* entry of MAIR_EL1, D8.5.2 */
#define ATTR_INDX2	ARCH_BIT(4)		/* its high bit: 0 in all */
#define NS		ARCH_BIT(5)		/* Secure state only */
#define AP1		ARCH_BIT(6)		/* EL0 may access, D8.4.1 */
#define AP2		ARCH_BIT(7)		/* read-only, D8.4.1 */
#define SH		ARCH_BITS(9, 8)		/* 3: inner shareable, D8.5.2 */
#define AF		ARCH_BIT(10)		/* access flag, D8.4.6 */
#define NG		ARCH_BIT(11)		/* not global */
/* D8.3.2: upper attributes. */
#define PXN		ARCH_BIT(53)		/* privileged execute-never */
#define UXN		ARCH_BIT(54)		/* unprivileged execute-never */
/*
 * Bits that this format leaves clear and calls bad when set: the two above;
 * RES0 49..48, GP 50, DBM 51, Contiguous 52; PBHA 62..59 and bit 63, which
 * hardware may ignore.
 */
#define CLEAR                                                                  \
	(ATTR_INDX2 | NS | ARCH_BITS(52, 48) | ARCH_BITS(63, 59))

/* D8.3.2: bits 58..55 are software's.  Linux: PTE_DIRTY, _SPECIAL, _UFFD_WP. */
#define SW_DIRTY	ARCH_BIT(55)
#define SW_SPECIAL	ARCH_BIT(56)
#define SW_UFFD_WP	ARCH_BIT(58)

/* Linux: PTE_PRESENT_INVALID is nG of a descriptor that is not valid. */
#define PRESENT_INVALID	ARCH_BIT(11)

/* D8.3.1: attributes of a table descriptor. */
#define PXN_TABLE	ARCH_BIT(59)
#define UXN_TABLE	ARCH_BIT(60)
#define AP_TABLE0	ARCH_BIT(61)		/* no EL0 access below */
#define AP_TABLE1	ARCH_BIT(62)		/* no write access below */
#define NS_TABLE	ARCH_BIT(63)
#define TABLE_RES0	ARCH_BITS(51, 48)

/*
 * Linux: a software entry has its type in bits 10..6, the offset in 61..12,
 * and bits 11, 1 and 0 clear.  Bits 3 and 2 (uffd-wp, exclusive) are not
 * described and must be clear.
 */
#define SOFT_ALL	UINT64_MAX
#define SOFT_OFFSET	ARCH_BITS(61, 12)
#define TYPE_SWAP	ARCH_AT(1, 6)		/* any swap file */
#define TYPE_MIGRATION	ARCH_AT(26, 6)		/* SWP_MIGRATION_WRITE */
#define TYPE_MARKER	ARCH_AT(31, 6)		/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, 12)		/* PTE_MARKER_POISONED */

/* pte_none() and the others are exact. */
#define NONE { .count = 1, .list[0] = { .mask = UINT64_MAX, .value = 0 } }

/*
 * D8.4.1 and D8.4.3.  A user page has AP[1] and PXN, a kernel page UXN and no
 * AP[1]; the remaining execute-never bit says whether its own side executes.
 * Everything that is accessible is readable.
 */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = AP1 | AP2 | PXN | UXN,                                 \
		.right[PT_R] = { true, AP2 | PXN | UXN },                      \
		.right[PT_R | PT_W] = { true, PXN | UXN },                     \
		.right[PT_R | PT_X] = { true, AP2 | UXN },                     \
		.right[PT_R | PT_W | PT_X] = { true, UXN },                    \
		.right[PT_R | PT_USER] = { true, AP1 | AP2 | PXN | UXN },      \
		.right[PT_R | PT_W | PT_USER] = { true, AP1 | PXN | UXN },     \
		.right[PT_R | PT_X | PT_USER] = { true, AP1 | AP2 | PXN },     \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, AP1 | PXN },    \
	}

/* D8.5.2 with the MAIR_EL1 of Linux: 0 Normal, 2 Normal-NC, 3 Device-nGnRnE. */
#define MEMTYPES                                                               \
	{                                                                      \
		.mask = ATTR_INDX,                                             \
		.type[PT_MEM_WB] = { true, ARCH_AT(0, 2) },                    \
		.type[PT_MEM_WC] = { true, ARCH_AT(2, 2) },                    \
		.type[PT_MEM_UC] = { true, ARCH_AT(3, 2) },                    \
	}

/*
 * A user or a kernel page, each with AttrIndx x0 or 1x: exactly the encodings
 * above, as four rules.
 */
#define USER_PAGE	(AP1 | PXN)
#define KERNEL_PAGE	UXN
#define INDX_X0		ARCH_AT(1, 2)
#define INDX_1X		ARCH_AT(2, 2)
#define LEAF_MATCH(clear, type_mask, type)                                     \
	{                                                                      \
		.count = 4,                                                    \
		.list = {                                                      \
			{ .mask = (clear) | (type_mask) | SH | USER_PAGE |     \
				  INDX_X0,                                    \
			  .value = (type) | SH | USER_PAGE },                  \
			{ .mask = (clear) | (type_mask) | SH | USER_PAGE |     \
				  INDX_1X,                                    \
			  .value = (type) | SH | USER_PAGE | ARCH_AT(2, 2) },  \
			{ .mask = (clear) | (type_mask) | SH | AP1 | UXN |     \
				  INDX_X0,                                    \
			  .value = (type) | SH | KERNEL_PAGE },                \
			{ .mask = (clear) | (type_mask) | SH | AP1 | UXN |     \
				  INDX_1X,                                    \
			  .value = (type) | SH | KERNEL_PAGE |                 \
				   ARCH_AT(2, 2) },                            \
		},                                                             \
	}

/*
 * D8.3.2: a block or page of 2^shift bytes; address bits below the span are
 * RES0, which includes nT.  type is bit 1: PAGE at level 3, else 0.  It stays
 * when VALID is cleared (pte_mkinvalid(), PAGE_NONE).
 */
#define LEAF(shift, type)                                                      \
	{                                                                      \
		.match = LEAF_MATCH(CLEAR | ARCH_BITS_UPTO(shift, 12),         \
				    VALID | PAGE, VALID | (type)),             \
		.fixed = VALID | (type) | SH,                                  \
		.pa = { .lsb = (shift), .width = 48 - (shift),                 \
			.pa_shift = (shift) },                                 \
		.rights = RIGHTS,                                              \
		.global = { NG, 0, NG },                                       \
		.accessed = { AF, AF, 0 },                                     \
		.dirty = { SW_DIRTY, SW_DIRTY, 0 },                            \
		.soft0 = { SW_SPECIAL, SW_SPECIAL, 0 },                        \
		.soft1 = { SW_UFFD_WP, SW_UFFD_WP, 0 },                        \
		.memtype = MEMTYPES,                                           \
		.protnone = LEAF_MATCH(CLEAR | ARCH_BITS_UPTO(shift, 12),      \
				       VALID | PAGE | PRESENT_INVALID,         \
				       PRESENT_INVALID | (type)),              \
		.protnone_fixed = PRESENT_INVALID | (type) | SH,               \
		.protnone_pa = { .lsb = (shift), .width = 48 - (shift),        \
				 .pa_shift = (shift) },                        \
	}

/*
 * D8.3.1 with D8.4.4 (hierarchical control): bits 58..52 and 11..2 are
 * ignored.  X is taken from both sides at once: PXNTable and UXNTable agree.
 */
#define TABLE_ENTRY                                                            \
	{                                                                      \
		.match = {                                                     \
			.count = 2,                                            \
			.list = {                                              \
				{ .mask = VALID | TABLE | TABLE_RES0 |         \
					  NS_TABLE | PXN_TABLE | UXN_TABLE,    \
				  .value = VALID | TABLE },                    \
				{ .mask = VALID | TABLE | TABLE_RES0 |         \
					  NS_TABLE | PXN_TABLE | UXN_TABLE,    \
				  .value = VALID | TABLE | PXN_TABLE |         \
					   UXN_TABLE },                        \
			},                                                     \
		},                                                             \
		.fixed = VALID | TABLE,                                        \
		.pa = { .lsb = 12, .width = 36, .pa_shift = 12 },              \
		.hierarchy_count = 3,                                          \
		.hierarchy = {                                                 \
			{ PT_USER, AP_TABLE0, 0, AP_TABLE0 },                  \
			{ PT_W, AP_TABLE1, 0, AP_TABLE1 },                     \
			{ PT_X, PXN_TABLE | UXN_TABLE, 0,                      \
			  PXN_TABLE | UXN_TABLE },                             \
		},                                                             \
	}

/* The offset is a page frame number of 36 bits, aligned to the span. */
#define MIGRATION(shift)                                                       \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = SOFT_ALL & ~ARCH_BITS(47, shift), \
				     .value = TYPE_MIGRATION },                \
		},                                                             \
		.fixed = TYPE_MIGRATION,                                       \
		.payload = { .lsb = (shift), .width = 48 - (shift),            \
			     .pa_shift = (shift) },                            \
	}

const struct pt_format pt_format_arm64_4k_48 = {
	.name = "arm64-4k-48",
	.architecture = "arm64",
	.manual = "Arm ARM DDI 0487J.a, D8.2 to D8.5: VMSAv8-64 stage 1, EL1&0",
	/* D8.2: TTBR0_EL1 where bits 63..48 are 0, TTBR1_EL1 where all 1. */
	.va_rule = PT_VA_ROOTS,
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	.pa_bits = 48,
	.regime_count = 4,
	.regime = {
		PT_REGIME_ARM64_HA,
		0,
		PT_REGIME_ARM64_HA | PT_REGIME_ARM64_PAN,
		PT_REGIME_ARM64_PAN,
	},
	/* QEMU's virt machine. */
	.ram_base = UINT64_C(0x40000000),
	.level = {
		[PT_P4D] = {
			/* No blocks here without FEAT_LPA2 and TCR.DS. */
			.manual_name = "level 0 table",
			.va_shift = 39, .index_bits = 9, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE_ENTRY,
		},
		[PT_PUD] = {
			.manual_name = "level 1 table",
			.va_shift = 30, .index_bits = 9, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE_ENTRY,
			.leaf = LEAF(30, 0),
			.migration = MIGRATION(30),
		},
		[PT_PMD] = {
			.manual_name = "level 2 table",
			.va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE_ENTRY,
			.leaf = LEAF(21, 0),
			.migration = MIGRATION(21),
		},
		[PT_PTE] = {
			.manual_name = "level 3 table",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none = NONE,
			.leaf = LEAF(12, PAGE),
			.swap = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_ALL & ~SOFT_OFFSET,
						     TYPE_SWAP },
				},
				.fixed = TYPE_SWAP,
				.payload = { .lsb = 12, .width = 50,
					     .pa_shift = 12 },
			},
			.migration = MIGRATION(12),
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { SOFT_ALL, TYPE_MARKER |
						     MARKER_OFFSET },
				},
				.fixed = TYPE_MARKER | MARKER_OFFSET,
			},
		},
	},
};
