/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The format `fake-tiny` of docs/fake-manual.md: five depths of four or eight
 * entries, two roots, big endian, groups at three heights.  Small enough that
 * random operations meet every corner of it.
 */
#include "../bits.h"

#include <tablewalk/format.h>

#define V	ARCH_BIT(63)
#define L	ARCH_BIT(62)

/* "Leaf". */
#define R	ARCH_BIT(61)
#define W	ARCH_BIT(60)
#define X	ARCH_BIT(59)
#define U	ARCH_BIT(58)
#define A	ARCH_BIT(57)
#define D	ARCH_BIT(56)
#define G	ARCH_BIT(55)
#define GRP	ARCH_BIT(54)
#define SOFT0	ARCH_BIT(53)
#define SOFT1	ARCH_BIT(52)
#define MT	ARCH_BITS(51, 50)
#define KEY	ARCH_BITS(49, 46)
#define PA(shift) ARCH_BITS(39, shift)

/* What a leaf may have set, but for GRP; all else is reserved. */
#define LEAF_FIELDS(shift)                                                     \
	(R | W | X | U | A | D | G | SOFT0 | SOFT1 | MT | KEY | PA(shift))

/* "Table": deny bits. */
#define DENY_R	ARCH_BIT(61)
#define DENY_W	ARCH_BIT(60)
#define DENY_X	ARCH_BIT(59)
#define DENY_U	ARCH_BIT(58)

/* "Invalid entries": bits 2..0. */
#define TAG_PROTNONE	UINT64_C(1)
#define TAG_SWAP	UINT64_C(2)
#define TAG_MIGRATION	UINT64_C(3)
#define TAG_MARKER	UINT64_C(4)

#define NONE { .count = 1, .list[0] = { .mask = UINT64_MAX, .value = 0 } }

/* W without R is reserved. */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = R | W | X | U,                                         \
		.right[0] = { true, 0 },                                       \
		.right[PT_R] = { true, R },                                    \
		.right[PT_R | PT_W] = { true, R | W },                         \
		.right[PT_X] = { true, X },                                    \
		.right[PT_R | PT_X] = { true, R | X },                         \
		.right[PT_R | PT_W | PT_X] = { true, R | W | X },              \
		.right[PT_USER] = { true, U },                                 \
		.right[PT_R | PT_USER] = { true, R | U },                      \
		.right[PT_R | PT_W | PT_USER] = { true, R | W | U },           \
		.right[PT_X | PT_USER] = { true, X | U },                      \
		.right[PT_R | PT_X | PT_USER] = { true, R | X | U },           \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 R | W | X | U },      \
	}

/*
 * What leaves have; grp is GRP in a group, else 0.  Each entry of a group has
 * its own address.
 */
#define LEAF_LAYOUT(shift, grp)                                                \
	.match = {                                                             \
		.count = 2,                                                    \
		.list = {                                                      \
			{ ~LEAF_FIELDS(shift) | R, V | L | R | (grp) },        \
			{ ~LEAF_FIELDS(shift) | R | W, V | L | (grp) },        \
		},                                                             \
	},                                                                     \
	.fixed = V | L | (grp),                                                \
	.pa = { .lsb = (shift), .width = 40 - (shift), .pa_shift = (shift) },  \
	.rights = RIGHTS,                                                      \
	.global = { G, G, 0 },                                                 \
	.accessed = { A, A, 0 },                                               \
	.dirty = { D, D, 0 },                                                  \
	.soft0 = { SOFT0, SOFT0, 0 },                                          \
	.soft1 = { SOFT1, SOFT1, 0 },                                          \
	.memtype = {                                                           \
		.mask = MT,                                                    \
		.type[PT_MEM_WB] = { true, ARCH_AT(0, 50) },                   \
		.type[PT_MEM_WC] = { true, ARCH_AT(1, 50) },                   \
		.type[PT_MEM_UC] = { true, ARCH_AT(2, 50) },                   \
		.type[PT_MEM_WT] = { true, ARCH_AT(3, 50) },                   \
	},                                                                     \
	.key = { .lsb = 46, .width = 4 }

/* A single leaf, and protnone, which has no GRP. */
#define LEAF(shift)                                                            \
	{                                                                      \
		LEAF_LAYOUT(shift, 0),                                         \
		.protnone = {                                                  \
			.count = 2,                                            \
			.list = {                                              \
				{ ~LEAF_FIELDS(shift) | G | R,                 \
				  TAG_PROTNONE | R },                          \
				{ ~LEAF_FIELDS(shift) | G | R | W,             \
				  TAG_PROTNONE },                              \
			},                                                     \
		},                                                             \
		.protnone_fixed = TAG_PROTNONE,                                \
		.protnone_pa = { .lsb = (shift), .width = 40 - (shift),        \
				 .pa_shift = (shift) },                        \
	}

/* The groups of a height: 1 << log entries. */
#define GROUPS(shift, log)                                                     \
	.group_count = 1,                                                      \
	.group[0] = { .order = (log), .leaf = { LEAF_LAYOUT(shift, GRP) } }

/* shift is lg2 of the length of the next table. */
#define TABLE(shift)                                                           \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ~(DENY_R | DENY_W | DENY_X | DENY_U |     \
				       PA(shift)),                             \
				     V },                                      \
		},                                                             \
		.fixed = V,                                                    \
		.pa = { .lsb = (shift), .width = 40 - (shift),                 \
			.pa_shift = (shift) },                                 \
		.hierarchy_count = 4,                                          \
		.hierarchy = {                                                 \
			{ PT_R, DENY_R, 0, DENY_R },                           \
			{ PT_W, DENY_W, 0, DENY_W },                           \
			{ PT_X, DENY_X, 0, DENY_X },                           \
			{ PT_USER, DENY_U, 0, DENY_U },                        \
		},                                                             \
	}

/* A payload is an address in the leaf's field, all else is 0. */
#define PAYLOAD(shift, tag)                                                    \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { ~PA(shift), (tag) },                      \
		},                                                             \
		.fixed = (tag),                                                \
		.payload = { .lsb = (shift), .width = 40 - (shift),            \
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

const struct pt_format pt_format_fake_tiny = {
	.name = "fake-tiny",
	.architecture = "fake",
	.manual = "docs/fake-manual.md, \"fake-tiny\"",
	.va_rule = PT_VA_ROOTS,
	.top = PT_PGD,
	.page_shift = 8,
	.va_bits = 21,
	.va_word_bits = 32,
	.pa_bits = 40,
	.big_endian = true,
	.regime_count = 4,
	.regime = {
		PT_REGIME_FAKE_HWAD,
		0,
		PT_REGIME_FAKE_HWAD | PT_REGIME_FAKE_GUARD,
		PT_REGIME_FAKE_GUARD,
	},
	.level = {
		[PT_PGD] = {
			.manual_name = "root",
			.va_shift = 19, .index_bits = 2, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE(6),
			SAYS_TABLES,
		},
		[PT_P4D] = {
			.manual_name = "p4d",
			.va_shift = 16, .index_bits = 3, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE(5),
			.leaf = LEAF(16),
			.migration = PAYLOAD(16, TAG_MIGRATION),
			SAYS_LEAVES,
		},
		[PT_PUD] = {
			.manual_name = "pud",
			.va_shift = 14, .index_bits = 2, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE(6),
			.leaf = LEAF(14),
			GROUPS(14, 1),
			.migration = PAYLOAD(14, TAG_MIGRATION),
			SAYS_LEAVES,
		},
		[PT_PMD] = {
			.manual_name = "pmd",
			.va_shift = 11, .index_bits = 3, .entry_bytes = 8,
			.none = NONE,
			.table = TABLE(6),
			.leaf = LEAF(11),
			GROUPS(11, 1),
			.migration = PAYLOAD(11, TAG_MIGRATION),
			SAYS_LEAVES,
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 8, .index_bits = 3, .entry_bytes = 8,
			.none = NONE,
			.leaf = LEAF(8),
			GROUPS(8, 2),
			.swap = PAYLOAD(8, TAG_SWAP),
			.migration = PAYLOAD(8, TAG_MIGRATION),
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
