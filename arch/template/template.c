/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The plain format to copy when describing a new architecture: three levels,
 * 4 KiB pages, zero-extended 39-bit addresses.  Its manual is README.md beside
 * this file; a real format names title, edition, section and table instead,
 * at every mask.
 *
 * A descriptor is data only.  What it does not mention is 0: an empty rule
 * list means that no entry is of that kind, mask 0 that the attribute cannot
 * be said, width 0 that the field is not there.  An entry that no list claims
 * is bad, so a rule's mask holds the reserved bits too, with value 0.
 *
 * To add a format: copy this file, describe, add the name to the call of
 * tablewalk_add_arch() in arch/CMakeLists.txt, run the tests in tests/formats.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/* README, "Entries": bits of a leaf. */
#define V	ARCH_BIT(0)		/* valid */
#define L	ARCH_BIT(1)		/* leaf */
#define R	ARCH_BIT(2)
#define W	ARCH_BIT(3)
#define X	ARCH_BIT(4)
#define U	ARCH_BIT(5)		/* for user code */
#define G	ARCH_BIT(6)		/* global */
#define A	ARCH_BIT(7)		/* accessed */
#define D	ARCH_BIT(8)		/* dirty */
#define S0	ARCH_BIT(9)		/* software's */
#define S1	ARCH_BIT(10)		/* software's */
#define PA	ARCH_BITS(47, 12)	/* physical address bits 47..12 */
#define PA_2M	ARCH_BITS(47, 21)	/* the same at height 1 */
#define MT	ARCH_BITS(49, 48)	/* memory type */

/* All bits of a leaf that are not reserved, without those below the span. */
#define LEAF_BITS (V | L | R | W | X | U | G | A | D | S0 | S1 | MT)

/* README, "Entries": bits of a table entry. */
#define NW	ARCH_BIT(3)		/* no write below */

/* README, "Invalid entries": the tag of an entry with V clear. */
#define TAG_PROTNONE	ARCH_AT(1, 60)
#define TAG_SWAP	ARCH_AT(2, 60)
#define TAG_MIGRATION	ARCH_AT(3, 60)
#define TAG_MARKER	ARCH_AT(4, 60)

/* An empty entry is the number 0. */
#define NONE { .count = 1, .list[0] = { .mask = UINT64_MAX, .value = 0 } }

/*
 * Each combination of R, W, X and USER that the format can say, with its bits.
 * W without R is missing: it is reserved.
 */
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

#define MEMTYPES                                                               \
	{                                                                      \
		.mask = MT,                                                    \
		.type[PT_MEM_WB] = { true, ARCH_AT(0, 48) },                   \
		.type[PT_MEM_WC] = { true, ARCH_AT(1, 48) },                   \
		.type[PT_MEM_UC] = { true, ARCH_AT(2, 48) },                   \
		.type[PT_MEM_WT] = { true, ARCH_AT(3, 48) },                   \
	}

/*
 * Flags: the mask, the bits when set, the bits when clear.  A flag that is
 * stored the other way round has its bits in the last place.
 */
#define FLAGS                                                                  \
	.global = { G, G, 0 },                                                 \
	.accessed = { A, A, 0 },                                               \
	.dirty = { D, D, 0 },                                                  \
	.soft0 = { S0, S0, 0 },                                                \
	.soft1 = { S1, S1, 0 }

/* Points to a table of the next depth; all but V, NW and PA is reserved. */
#define TABLE                                                                  \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { .mask = ~(NW | PA), .value = V },         \
		},                                                             \
		.fixed = V,                                                    \
		.pa = { .lsb = 12, .width = 36, .pa_shift = 12 },              \
		.hierarchy_count = 1,                                          \
		.hierarchy = { { PT_W, NW, 0, NW } },                          \
	}

/* What a kernel's p?d_none() and so on would say of such entries. */
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

const struct pt_format pt_format_template = {
	.name = "template",
	.architecture = "template",
	.manual = "arch/template/README.md",
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,			/* three levels: the root spans puds */
	.page_shift = 12,
	.va_bits = 39,
	.va_word_bits = 64,
	.pa_bits = 48,
	.regime_count = 2,
	.regime = { PT_REGIME_FAKE_HWAD, 0 },
	.ram_base = 0,
	.level = {
		/* Height 2.  No leaves: .leaf, .swap and so on stay empty. */
		[PT_PUD] = {
			.manual_name = "root",
			.va_shift = 30, .index_bits = 9, .entry_bytes = 8,
			.none_value = 0,
			.none = NONE,
			.table = TABLE,
			SAYS_TABLES,
		},
		/* Height 1: tables and 2 MiB leaves. */
		[PT_PMD] = {
			.manual_name = "directory",
			.va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			.none_value = 0,
			.none = NONE,
			.table = TABLE,
			.leaf = {
				/* Readable; or not, and not writable. */
				.match = {
					.count = 2,
					.list = {
						{ ~(LEAF_BITS | PA_2M) |
							  V | L | R,
						  V | L | R },
						{ ~(LEAF_BITS | PA_2M) |
							  V | L | R | W,
						  V | L },
					},
				},
				.fixed = V | L,
				.pa = { .lsb = 21, .width = 27,
					.pa_shift = 21 },
				.rights = RIGHTS,
				FLAGS,
				.memtype = MEMTYPES,
				/* V, L and G are 0, the tag is 1. */
				.protnone = {
					.count = 2,
					.list = {
						{ ~(LEAF_BITS | PA_2M) |
							  V | L | G | R,
						  TAG_PROTNONE | R },
						{ ~(LEAF_BITS | PA_2M) |
							  V | L | G | R | W,
						  TAG_PROTNONE },
					},
				},
				.protnone_fixed = TAG_PROTNONE,
				.protnone_pa = { .lsb = 21, .width = 27,
						 .pa_shift = 21 },
			},
			/* A payload is an address in the leaf's field. */
			.migration = {
				.match = {
					.count = 1,
					.list[0] = { ~PA_2M, TAG_MIGRATION },
				},
				.fixed = TAG_MIGRATION,
				.payload = { .lsb = 21, .width = 27,
					     .pa_shift = 21 },
			},
			SAYS_LEAVES,
		},
		/* Height 0: 4 KiB leaves.  .table stays empty. */
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none_value = 0,
			.none = NONE,
			.leaf = {
				.match = {
					.count = 2,
					.list = {
						{ ~(LEAF_BITS | PA) | V | L | R,
						  V | L | R },
						{ ~(LEAF_BITS | PA) |
							  V | L | R | W,
						  V | L },
					},
				},
				.fixed = V | L,
				.pa = { .lsb = 12, .width = 36,
					.pa_shift = 12 },
				.rights = RIGHTS,
				FLAGS,
				.memtype = MEMTYPES,
				.protnone = {
					.count = 2,
					.list = {
						{ ~(LEAF_BITS | PA) |
							  V | L | G | R,
						  TAG_PROTNONE | R },
						{ ~(LEAF_BITS | PA) |
							  V | L | G | R | W,
						  TAG_PROTNONE },
					},
				},
				.protnone_fixed = TAG_PROTNONE,
				.protnone_pa = { .lsb = 12, .width = 36,
						 .pa_shift = 12 },
			},
			.swap = {
				.match = {
					.count = 1,
					.list[0] = { ~PA, TAG_SWAP },
				},
				.fixed = TAG_SWAP,
				.payload = { .lsb = 12, .width = 36,
					     .pa_shift = 12 },
			},
			.migration = {
				.match = {
					.count = 1,
					.list[0] = { ~PA, TAG_MIGRATION },
				},
				.fixed = TAG_MIGRATION,
				.payload = { .lsb = 12, .width = 36,
					     .pa_shift = 12 },
			},
			/* No payload: one pattern, the whole word fixed. */
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
