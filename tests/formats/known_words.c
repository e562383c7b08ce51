/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Words whose meaning is known from elsewhere than the descriptors: worked out
 * by hand from the page protections of Linux 6.12 (the pgprot constants of each
 * architecture) and from the bit tables of the manuals.
 */
#include <string.h>

#include "entry_codec.h"
#include "properties.h"

struct known_word {
	const char *format;
	uint8_t depth;		/* enum pt_depth */
	uint64_t raw;
	uint8_t kind;		/* enum pt_kind */
	uint64_t pa;
	uint32_t attrs;		/* for a table: what it removes */
};

#define RW_AD (PT_R | PT_W | PT_ACCESSED | PT_DIRTY)
#define UC_TYPE (PT_MEM_UC << PT_MEMTYPE_SHIFT)
#define WC_TYPE (PT_MEM_WC << PT_MEMTYPE_SHIFT)
#define WT_TYPE (PT_MEM_WT << PT_MEMTYPE_SHIFT)

static const struct known_word known_words[] = {
	/* __PAGE_KERNEL: P RW A D G NX. */
	{ "x86_64-4level", PT_PTE, 0x8000000012345163, PT_LEAF, 0x12345000,
	  RW_AD | PT_GLOBAL },
	/* PAGE_COPY_EXEC: P US A. */
	{ "x86_64-4level", PT_PTE, 0x0000000012345025, PT_LEAF, 0x12345000,
	  PT_R | PT_X | PT_USER | PT_ACCESSED },
	/* The same without NX, written and with key 5. */
	{ "x86_64-5level", PT_PTE, 0x2800000012345067, PT_LEAF, 0x12345000,
	  RW_AD | PT_X | PT_USER | UINT32_C(5) << PT_KEY_SHIFT },
	/* 2 MiB, PAT PCD PWT: write-through; at a page the PAT bit is bit 7. */
	{ "x86_64-4level", PT_PMD, 0x800000004020109b, PT_LEAF, 0x40200000,
	  PT_R | PT_W | WT_TYPE },
	{ "x86_64-4level", PT_PTE, 0x800000004020109b, PT_LEAF, 0x40201000,
	  PT_R | PT_W | WT_TYPE },
	/* 1 GiB, uncached and write-combining. */
	{ "x86_64-4level", PT_PUD, 0x800000004000009b, PT_LEAF, 0x40000000,
	  PT_R | PT_W | UC_TYPE },
	{ "x86_64-4level", PT_PUD, 0x800000004000008b, PT_LEAF, 0x40000000,
	  PT_R | PT_W | WC_TYPE },
	/* UC-, entry 2 of the PAT, cannot be said. */
	{ "x86_64-4level", PT_PUD, 0x8000000040000093, PT_BAD, 0, 0 },
	/* _PAGE_TABLE and _KERNPG_TABLE; A alone; PS in a root. */
	{ "x86_64-4level", PT_PMD, 0x0000000000003067, PT_TABLE, 0x3000, 0 },
	{ "x86_64-5level", PT_PGD, 0x0000000000003063, PT_TABLE, 0x3000,
	  PT_USER },
	{ "x86_64-4level", PT_P4D, 0x8000000000003021, PT_TABLE, 0x3000,
	  PT_W | PT_X | PT_USER },
	{ "x86_64-4level", PT_P4D, 0x00000000400000e7, PT_BAD, 0, 0 },
	/* Stray A and D: none, but not in the root of five levels. */
	{ "x86_64-4level", PT_P4D, 0x60, PT_NONE, 0, 0 },
	{ "x86_64-5level", PT_P4D, 0x60, PT_NONE, 0, 0 },
	{ "x86_64-5level", PT_PGD, 0x60, PT_BAD, 0, 0 },
	/* PAGE_NONE of page 0 and of a 2 MiB page: frame complemented. */
	{ "x86_64-4level", PT_PTE, 0x800ffffffffff120, PT_PROTNONE, 0,
	  PT_R | PT_ACCESSED },
	{ "x86_64-4level", PT_PMD, 0x800fffffffc001a0, PT_PROTNONE, 0x200000,
	  PT_R | PT_ACCESSED },
	/* Swap: type 1, offset 5; type 2 is another file, not described. */
	{ "x86_64-4level", PT_PTE, 0x0ffffffffffff400, PT_SWAP, 0x5000, 0 },
	{ "x86_64-4level", PT_PTE, 0x17fffffffffff400, PT_BAD, 0, 0 },
	/* Migration of a 2 MiB page: type 26, frame 0x200. */
	{ "x86_64-4level", PT_PMD, 0xd7fffffffffbfe00, PT_MIGRATION, 0x200000,
	  0 },
	{ "x86_64-4level", PT_PTE, 0xfffffffffffffa00, PT_MARKER, 0, 0 },

	/* PAGE_SHARED_EXEC without DBM, written: AP[1] RW PXN, nG, AF, SH. */
	{ "arm64-4k-48", PT_PTE, 0x0020000040001f43, PT_LEAF, 0x40001000,
	  PT_R | PT_W | PT_X | PT_USER | PT_ACCESSED },
	/* PAGE_READONLY. */
	{ "arm64-4k-48", PT_PTE, 0x0060000040001fc3, PT_LEAF, 0x40001000,
	  PT_R | PT_USER | PT_ACCESSED },
	/* PAGE_KERNEL_ROX: global, dirty. */
	{ "arm64-4k-48", PT_PTE, 0x00c0000040001783, PT_LEAF, 0x40001000,
	  PT_R | PT_X | PT_GLOBAL | PT_ACCESSED | PT_DIRTY },
	/* PAGE_EXECONLY is not described. */
	{ "arm64-4k-48", PT_PTE, 0x0020000040001f83, PT_BAD, 0, 0 },
	/* A 2 MiB device block; the same with bit 1 is a table, at level 0 bad. */
	{ "arm64-4k-48", PT_PMD, 0x006000004020070d, PT_LEAF, 0x40200000,
	  PT_R | PT_W | PT_GLOBAL | PT_ACCESSED | UC_TYPE },
	{ "arm64-4k-48", PT_P4D, 0x006000004020070d, PT_BAD, 0, 0 },
	/* Reserved at level 3; contiguous; a block with address bit 12. */
	{ "arm64-4k-48", PT_PTE, 0x0060000040200701, PT_BAD, 0, 0 },
	{ "arm64-4k-48", PT_PTE, 0x0070000040200703, PT_BAD, 0, 0 },
	{ "arm64-4k-48", PT_PMD, 0x0060000040201701, PT_BAD, 0, 0 },
	/* Tables: plain; APTable 3 with both execute-nevers; only PXNTable. */
	{ "arm64-4k-48", PT_PUD, 0x0000000040003003, PT_TABLE, 0x40003000, 0 },
	{ "arm64-4k-48", PT_P4D, 0x7800000040003003, PT_TABLE, 0x40003000,
	  PT_W | PT_X | PT_USER },
	{ "arm64-4k-48", PT_P4D, 0x0800000040003003, PT_BAD, 0, 0 },
	/* pte_mkinvalid() and pmd_mkinvalid(). */
	{ "arm64-4k-48", PT_PTE, 0x0060000040001fc2, PT_PROTNONE, 0x40001000,
	  PT_R | PT_USER | PT_ACCESSED },
	{ "arm64-4k-48", PT_PMD, 0x0060000040200fc0, PT_PROTNONE, 0x40200000,
	  PT_R | PT_USER | PT_ACCESSED },
	{ "arm64-4k-48", PT_PTE, 0x0000000000005040, PT_SWAP, 0x5000, 0 },
	{ "arm64-4k-48", PT_PMD, 0x0000000000200680, PT_MIGRATION, 0x200000, 0 },
	{ "arm64-4k-48", PT_PTE, 0x00000000000027c0, PT_MARKER, 0, 0 },

	/* PAGE_KERNEL_EXEC: V R W X G A D, at 0x80200000. */
	{ "riscv-sv39", PT_PMD, 0x00000000200800ef, PT_LEAF, 0x80200000,
	  RW_AD | PT_X | PT_GLOBAL },
	/* The same word maps no 1 GiB page: misaligned. */
	{ "riscv-sv39", PT_PUD, 0x00000000200800ef, PT_BAD, 0, 0 },
	/* 512 GiB, execute-only for users. */
	{ "riscv-sv48", PT_P4D, 0x0000002000000059, PT_LEAF, 0x8000000000,
	  PT_X | PT_USER | PT_ACCESSED },
	/* Pointer; with A; with bit 63; below the page table. */
	{ "riscv-sv39", PT_PUD, 0x0000000020080001, PT_TABLE, 0x80200000, 0 },
	{ "riscv-sv39", PT_PUD, 0x0000000020080041, PT_BAD, 0, 0 },
	{ "riscv-sv39", PT_PUD, 0x8000000020080001, PT_BAD, 0, 0 },
	{ "riscv-sv39", PT_PTE, 0x0000000020080001, PT_BAD, 0, 0 },
	/* Write without read. */
	{ "riscv-sv48", PT_PTE, 0x00000000200800c5, PT_BAD, 0, 0 },
	/* PAGE_NONE, swap type 1 offset 5, migration, marker. */
	{ "riscv-sv48", PT_PTE, 0x0000000020080022, PT_PROTNONE, 0x80200000,
	  PT_R },
	{ "riscv-sv48", PT_PTE, 0x0000000000005080, PT_SWAP, 0x5000, 0 },
	{ "riscv-sv39", PT_PMD, 0x0000000000200d00, PT_MIGRATION, 0x200000, 0 },
	{ "riscv-sv39", PT_PTE, 0x0000000000002f80, PT_MARKER, 0, 0 },

	/* R W U A; a table that denies W; a leaf in the root. */
	{ "template", PT_PTE, 0x00000000000050af, PT_LEAF, 0x5000,
	  PT_R | PT_W | PT_USER | PT_ACCESSED },
	{ "template", PT_PMD, 0x0000000000005009, PT_TABLE, 0x5000, PT_W },
	{ "template", PT_PUD, 0x00000000400000af, PT_BAD, 0, 0 },
	{ "template", PT_PTE, 0x1000000000005004, PT_PROTNONE, 0x5000, PT_R },
	{ "template", PT_PTE, 0x2000000000005000, PT_SWAP, 0x5000, 0 },

	/* Heights 0, 1 and 2: T 1; R 8, 9, 10; A 12, 13, 12; pa 13 at 24 + h. */
	{ "fake", PT_PTE, 0x0000000001001101, PT_LEAF, 0x2000,
	  PT_R | PT_ACCESSED },
	{ "fake", PT_PMD, 0x0000000100012204, PT_LEAF, 0x100000,
	  PT_R | PT_ACCESSED },
	{ "fake", PT_PUD, 0x0000004000021410, PT_LEAF, 0x2000000,
	  PT_R | PT_ACCESSED },
	/* Height 3, odd: all deny bits 0 deny all; root table at 0x1000. */
	{ "fake", PT_P4D, 0x0000000002000080, PT_TABLE, 0x1000, PT_RIGHTS },
	/* Height 2, even: W is bit 10, X 11, U 8, R 9; next table is 256 bytes. */
	{ "fake", PT_PUD, 0x0000000000100420, PT_TABLE, 0x100, PT_W },
	{ "fake", PT_PUD, 0xe000000000000200, PT_NONE, 0, 0 },
	{ "fake", PT_PUD, 0, PT_BAD, 0, 0 },
	{ "fake", PT_PTE, 0xb000000001000000, PT_SWAP, 0x2000, 0 },

	{ "fake-tiny", PT_PTE, 0xe600000000000100, PT_LEAF, 0x100,
	  PT_R | PT_USER | PT_ACCESSED },
	{ "fake-tiny", PT_PGD, 0xa000000000000040, PT_TABLE, 0x40, PT_R },
	{ "fake-tiny", PT_P4D, 0x8000000000000020, PT_TABLE, 0x20, 0 },
	{ "fake-tiny", PT_PUD, 0x8000000000000020, PT_BAD, 0, 0 },
	/* A group mark where there are no groups. */
	{ "fake-tiny", PT_P4D, 0xe040000000000000, PT_BAD, 0, 0 },
	{ "fake-tiny", PT_PTE, 0x2000000000000101, PT_PROTNONE, 0x100, PT_R },
	{ "fake-tiny", PT_PTE, 4, PT_MARKER, 0, 0 },
};

#define KNOWN_WORDS (sizeof(known_words) / sizeof(known_words[0]))

static bool read_known(const struct pt_level *l, const struct known_word *w,
		       struct codec_leaf *leaf)
{
	switch (w->kind) {
	case PT_LEAF:
		return codec_read_leaf(&l->leaf, w->raw, leaf);
	case PT_PROTNONE:
		return codec_read_protnone(&l->leaf, w->raw, leaf);
	case PT_TABLE:
		return codec_read_table(&l->table, w->raw, &leaf->pa,
					&leaf->attrs);
	case PT_SWAP:
		leaf->pa = pt_address_decode(&l->swap.payload, w->raw);
		return true;
	case PT_MIGRATION:
		leaf->pa = pt_address_decode(&l->migration.payload, w->raw);
		return true;
	default:
		return true;
	}
}

bool known_words_hold(struct check *c)
{
	const struct pt_format *f = c->format;

	for (size_t i = 0; i < KNOWN_WORDS; i++) {
		const struct known_word *w = &known_words[i];
		struct codec_leaf leaf = { 0 };

		if (strcmp(w->format, f->name))
			continue;
		if (pt_entry_kind(f, w->depth, (struct pt_entry){ w->raw }) !=
		    w->kind)
			return broken(c, "a known word is of another kind",
				      w->depth, w->raw);
		if (!read_known(&f->level[w->depth], w, &leaf) ||
		    leaf.pa != w->pa || leaf.attrs != w->attrs)
			return broken(c, "a known word reads as another",
				      w->depth, w->raw);
	}
	return true;
}
