/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc, 32-bit classic processors: Linux's two-level tree from which
 * hash_page fills the hash table.  Hardware never sees it.
 *
 * Sources: Linux 6.12, arch/powerpc/include/asm/book3s/32/pgtable.h and
 * pgalloc.h, pgtable-masks.h, arch/powerpc/mm/book3s32/hash_low.S;
 * include/linux/swap.h and swapops.h.
 */
#include "../bits.h"

#include <tablewalk/format.h>

#define PRESENT		ARCH_BIT(0)
#define HASHPTE		ARCH_BIT(1)	/* the hash table has the page */
#define READ		ARCH_BIT(2)
#define G		ARCH_BIT(3)
#define M		ARCH_BIT(4)
#define I		ARCH_BIT(5)
#define W		ARCH_BIT(6)
#define DIRTY		ARCH_BIT(7)
#define ACCESSED	ARCH_BIT(8)
#define EXEC		ARCH_BIT(9)
#define WRITE		ARCH_BIT(10)

/*
 * A software entry has its type in bits 7..3, the offset in 31..8, and bits 2
 * (exclusive), 1 and 0 clear.
 */
#define TYPE_SWAP	ARCH_AT(1, 3)	/* any swap file */
#define TYPE_MIGRATION	ARCH_AT(26, 3)	/* SWP_MIGRATION_WRITE */
#define TYPE_MARKER	ARCH_AT(31, 3)	/* SWP_PTE_MARKER */
#define MARKER_OFFSET	ARCH_AT(2, 8)	/* PTE_MARKER_POISONED */

#define ALL		ARCH_BITS(31, 0)

/*
 * Write without read, which Linux never sets, is excluded.  User and kernel
 * are told by the segment.
 */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = READ | WRITE | EXEC,                                   \
		.right[0] = { true, 0 },                                       \
		.right[PT_X | PT_USER] = { true, EXEC },                       \
		.right[PT_R | PT_USER] = { true, READ },                       \
		.right[PT_R | PT_X | PT_USER] = { true, READ | EXEC },         \
		.right[PT_R | PT_W | PT_USER] = { true, READ | WRITE },        \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 READ | WRITE |        \
							 EXEC },               \
	}

/* pgprot_cached(), pgprot_noncached(), pgprot_cached_wthru(). */
#define MEMTYPES                                                               \
	{                                                                      \
		.mask = W | I | M | G,                                         \
		.type[PT_MEM_WB] = { true, M },                                \
		.type[PT_MEM_UC] = { true, I | G },                            \
		.type[PT_MEM_WT] = { true, W | M },                            \
	}

/* Read only or less, or read and write; each cached or inhibited. */
#define CARE (PRESENT | HASHPTE | I | M | G)
#define LEAF_MATCH                                                             \
	{                                                                      \
		.count = 4,                                                    \
		.list = {                                                      \
			{ CARE | WRITE, PRESENT | M },                         \
			{ CARE | WRITE | READ, PRESENT | M | WRITE | READ },   \
			{ CARE | W | WRITE, PRESENT | I | G },                 \
			{ CARE | W | WRITE | READ,                             \
			  PRESENT | I | G | WRITE | READ },                    \
		},                                                             \
	}

const struct pt_format pt_format_ppc_book3s32 = {
	.name = "ppc-book3s32",
	.architecture = "powerpc",
	.manual = "Linux 6.12, arch/powerpc/include/asm/book3s/32/pgtable.h, "
		  "mm/book3s32/hash_low.S",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_PMD] = {
			/*
			 * A pointer is the physical address and nothing else:
			 * no table can lie at 0.  Linux asks pmd_*().
			 */
			.manual_name = "pgd",
			.va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			.none = { .count = 1, .list[0] = { ALL, 0 } },
			.table = {
				.match = {
					.count = 1,
					.list[0] = { ARCH_BITS(11, 0), 0 },
				},
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "pte",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			/* An emptied entry may keep HASHPTE. */
			.none = {
				.count = 1,
				.list[0] = { ALL & ~HASHPTE, 0 },
			},
			.leaf = {
				.match = LEAF_MATCH,
				.fixed = PRESENT,
				.pa = { .lsb = 12, .width = 20,
					.pa_shift = 12 },
				.rights = RIGHTS,
				.accessed = { ACCESSED, ACCESSED, 0 },
				.dirty = { DIRTY, DIRTY, 0 },
				.memtype = MEMTYPES,
			},
			.swap = {
				.match = {
					.count = 1,
					.list[0] = { ARCH_BITS(7, 0),
						     TYPE_SWAP },
				},
				.fixed = TYPE_SWAP,
				.payload = { .lsb = 8, .width = 24,
					     .pa_shift = 12 },
			},
			/* A frame number has 20 bits. */
			.migration = {
				.match = {
					.count = 1,
					.list[0] = { ARCH_BITS(31, 28) |
						     ARCH_BITS(7, 0),
						     TYPE_MIGRATION },
				},
				.fixed = TYPE_MIGRATION,
				.payload = { .lsb = 8, .width = 20,
					     .pa_shift = 12 },
			},
			.marker = {
				.match = {
					.count = 1,
					.list[0] = { ALL, TYPE_MARKER |
							  MARKER_OFFSET },
				},
				.fixed = TYPE_MARKER | MARKER_OFFSET,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
