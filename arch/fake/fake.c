/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The format `fake` of docs/fake-manual.md: a short root, index widths that
 * all differ, fields that move with the height, a "none" that is never 0, and
 * tables of less than a page.
 *
 * Most bit numbers depend on the height h of the table, so the macros take it.
 * Those of one height make no sense at another, which is the point.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* Type T, bits 2h+1..2h; bits 7..0 outside T are in no field and so 0. */
#define TYPE_LEAF(h)	ARCH_AT(1, 2 * (h))
#define TYPE_TABLE(h)	ARCH_AT(2, 2 * (h))

/* "Leaf": four bits that rotate with the height, two that swap, the rest. */
#define R(h)		ARCH_BIT(8 + (h))
#define W(h)		ARCH_BIT(8 + ((h) + 1) % 4)
#define X(h)		ARCH_BIT(8 + ((h) + 2) % 4)
#define U(h)		ARCH_BIT(8 + ((h) + 3) % 4)
#define RWXU		ARCH_BITS(11, 8)
#define A(h)		ARCH_BIT(12 + (h) % 2)
#define D(h)		ARCH_BIT(13 - (h) % 2)
#define G		ARCH_BIT(14)
#define MT		ARCH_BITS(17, 16)
#define MT_AT(type, h)	(((type) + UINT64_C(h)) % 4 << 16)
#define KEY		ARCH_BITS(21, 18)
#define SOFT0		ARCH_BIT(58)
#define SOFT1		ARCH_BIT(59)
/* Address bits 43..shift, from bit 24 + h on for bit 13. */
#define PA_LSB(h, shift) (24 + (h) + (shift) - 13)
#define PA(h, shift)	ARCH_BITS(54 + (h), PA_LSB(h, shift))

/* What a leaf of 2^shift bytes may have set; all else is reserved. */
#define LEAF_FIELDS(h, shift)                                                  \
	(RWXU | A(h) | D(h) | G | MT | KEY | SOFT0 | SOFT1 | PA(h, shift))

/* "Table": deny bits, which rotate too; address bits 43..shift. */
#define DENY_W(h)	ARCH_BIT(8 + (h))
#define DENY_X(h)	ARCH_BIT(8 + ((h) + 1) % 4)
#define DENY_U(h)	ARCH_BIT(8 + ((h) + 2) % 4)
#define DENY_R(h)	ARCH_BIT(8 + ((h) + 3) % 4)
#define DENIES		ARCH_BITS(11, 8)
#define NEXT_LSB(h, shift) (16 + (h) + (shift) - 6)
#define NEXT(h, shift)	ARCH_BITS(53 + (h), NEXT_LSB(h, shift))
/* Where h is odd a deny bit denies when 0. */
#define DENY(right, bit, h)                                                    \
	{ (right), (bit), (h) % 2 ? (bit) : 0, (h) % 2 ? 0 : (bit) }

/* "Invalid entries": the tag. */
#define TAG_PROTNONE	ARCH_AT(0xa, 60)
#define TAG_SWAP	ARCH_AT(0xb, 60)
#define TAG_MIGRATION	ARCH_AT(0xc, 60)
#define TAG_MARKER	ARCH_AT(0xd, 60)
#define NONE_VALUE(h)	(ARCH_AT(0xe, 60) | ARCH_AT(h, 8))

#define NONE(h)                                                                \
	.none_value = NONE_VALUE(h),                                           \
	.none = {                                                              \
		.count = 1,                                                    \
		.list[0] = { .mask = UINT64_MAX, .value = NONE_VALUE(h) },     \
	}

/* W without R is reserved. */
#define RIGHTS(h)                                                              \
	{                                                                      \
		.mask = RWXU,                                                  \
		.right[0] = { true, 0 },                                       \
		.right[PT_R] = { true, R(h) },                                 \
		.right[PT_R | PT_W] = { true, R(h) | W(h) },                   \
		.right[PT_X] = { true, X(h) },                                 \
		.right[PT_R | PT_X] = { true, R(h) | X(h) },                   \
		.right[PT_R | PT_W | PT_X] = { true, R(h) | W(h) | X(h) },     \
		.right[PT_USER] = { true, U(h) },                              \
		.right[PT_R | PT_USER] = { true, R(h) | U(h) },                \
		.right[PT_R | PT_W | PT_USER] = { true, R(h) | W(h) | U(h) },  \
		.right[PT_X | PT_USER] = { true, X(h) | U(h) },                \
		.right[PT_R | PT_X | PT_USER] = { true, R(h) | X(h) | U(h) },  \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true, RWXU },         \
	}

#define LEAF(h, shift)                                                         \
	{                                                                      \
		.match = {                                                     \
			.count = 2,                                            \
			.list = {                                              \
				{ ~LEAF_FIELDS(h, shift) | R(h),               \
				  TYPE_LEAF(h) | R(h) },                       \
				{ ~LEAF_FIELDS(h, shift) | R(h) | W(h),        \
				  TYPE_LEAF(h) },                              \
			},                                                     \
		},                                                             \
		.fixed = TYPE_LEAF(h),                                         \
		.pa = { .lsb = PA_LSB(h, shift), .width = 44 - (shift),        \
			.pa_shift = (shift) },                                 \
		.rights = RIGHTS(h),                                           \
		.global = { G, G, 0 },                                         \
		.accessed = { A(h), A(h), 0 },                                 \
		.dirty = { D(h), D(h), 0 },                                    \
		.soft0 = { SOFT0, SOFT0, 0 },                                  \
		.soft1 = { SOFT1, SOFT1, 0 },                                  \
		.memtype = {                                                   \
			.mask = MT,                                            \
			.type[PT_MEM_WB] = { true, MT_AT(0, h) },              \
			.type[PT_MEM_WC] = { true, MT_AT(1, h) },              \
			.type[PT_MEM_UC] = { true, MT_AT(2, h) },              \
			.type[PT_MEM_WT] = { true, MT_AT(3, h) },              \
		},                                                             \
		.key = { .lsb = 18, .width = 4 },                              \
		.protnone = {                                                  \
			.count = 2,                                            \
			.list = {                                              \
				{ ~LEAF_FIELDS(h, shift) | G | R(h),           \
				  TAG_PROTNONE | R(h) },                       \
				{ ~LEAF_FIELDS(h, shift) | G | R(h) | W(h),    \
				  TAG_PROTNONE },                              \
			},                                                     \
		},                                                             \
		.protnone_fixed = TAG_PROTNONE,                                \
		.protnone_pa = { .lsb = PA_LSB(h, shift),                      \
				 .width = 44 - (shift), .pa_shift = (shift) }, \
	}

/* shift is lg2 of the length of the next table. */
#define TABLE(h, shift)                                                        \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ~(DENIES | NEXT(h, shift)),               \
				     TYPE_TABLE(h) },                          \
		},                                                             \
		.fixed = TYPE_TABLE(h),                                        \
		.pa = { .lsb = NEXT_LSB(h, shift), .width = 44 - (shift),      \
			.pa_shift = (shift) },                                 \
		.hierarchy_count = 4,                                          \
		.hierarchy = {                                                 \
			DENY(PT_R, DENY_R(h), h),                              \
			DENY(PT_W, DENY_W(h), h),                              \
			DENY(PT_X, DENY_X(h), h),                              \
			DENY(PT_USER, DENY_U(h), h),                           \
		},                                                             \
	}

/* A payload is an address in the leaf's field, all else is 0. */
#define PAYLOAD(h, shift, tag)                                                 \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ~PA(h, shift), (tag) },                   \
		},                                                             \
		.fixed = (tag),                                                \
		.payload = { .lsb = PA_LSB(h, shift), .width = 44 - (shift),   \
			     .pa_shift = (shift) },                            \
	}

/* What a kernel's predicates would say of such entries. */
#define SAYS_LEAVES                                                            \
	.linux_says = {                                                        \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
		[PT_LEAF] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,      \
		[PT_PROTNONE] = PT_SAYS_PRESENT | PT_SAYS_LEAF | PT_SAYS_BAD,  \
		[PT_MIGRATION] = PT_SAYS_BAD,                                  \
	}
#define SAYS_TABLES                                                            \
	.linux_says = {                                                        \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_TABLE] = PT_SAYS_PRESENT,                                  \
	}
#define SAYS_PTE                                                               \
	.linux_says = {                                                        \
		[PT_NONE] = PT_SAYS_NONE,                                      \
		[PT_LEAF] = PT_SAYS_PRESENT,                                   \
		[PT_PROTNONE] = PT_SAYS_PRESENT,                               \
	}

const struct pt_format pt_format_fake = {
	.name = "fake",
	.architecture = "fake",
	.manual = "docs/fake-manual.md, \"fake\"",
	.va_rule = PT_VA_SIGNED,
	.top = PT_P4D,
	.page_shift = 13,
	.va_bits = 37,
	.va_word_bits = 64,
	.pa_bits = 44,
	.regime_count = 4,
	.regime = {
		PT_REGIME_FAKE_HWAD,
		0,
		PT_REGIME_FAKE_HWAD | PT_REGIME_FAKE_GUARD,
		PT_REGIME_FAKE_GUARD,
	},
	.level = {
		[PT_P4D] = {
			.manual_name = "root",
			.va_shift = 34, .index_bits = 3, .entry_bytes = 8,
			NONE(3),
			.table = TABLE(3, 12),
			SAYS_TABLES,
		},
		[PT_PUD] = {
			.manual_name = "pud",
			.va_shift = 25, .index_bits = 9, .entry_bytes = 8,
			NONE(2),
			.table = TABLE(2, 8),
			.leaf = LEAF(2, 25),
			.migration = PAYLOAD(2, 25, TAG_MIGRATION),
			SAYS_LEAVES,
		},
		[PT_PMD] = {
			.manual_name = "pmd",
			.va_shift = 20, .index_bits = 5, .entry_bytes = 8,
			NONE(1),
			.table = TABLE(1, 10),
			.leaf = LEAF(1, 20),
			.migration = PAYLOAD(1, 20, TAG_MIGRATION),
			SAYS_LEAVES,
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 13, .index_bits = 7, .entry_bytes = 8,
			NONE(0),
			.leaf = LEAF(0, 13),
			.swap = PAYLOAD(0, 13, TAG_SWAP),
			.migration = PAYLOAD(0, 13, TAG_MIGRATION),
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { UINT64_MAX, TAG_MARKER },
				},
				.fixed = TAG_MARKER,
			},
			SAYS_PTE,
		},
	},
};
