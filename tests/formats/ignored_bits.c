/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Bits of which neither a rule nor a field of a descriptor says anything: those
 * that hardware ignores and that software does not use, or uses for what is not
 * described.  Stated here once more, so that a rule which forgets a reserved bit
 * is noticed.
 */
#include <fnmatch.h>

#include "properties.h"

/* Leaves of groups, where they differ from single ones. */
#define GROUPED PT_KINDS

struct ignored_bits {
	const char *format;		/* a pattern of fnmatch() */
	uint8_t first, last;		/* depths */
	uint8_t kind;			/* enum pt_kind; GROUPED: leaf of a group */
	uint64_t bits;
};

static const struct ignored_bits ignored_bits[] = {
	/* A and D of an entry that is not present, by an erratum. */
	{ "x86_64*", PT_P4D, PT_PTE, PT_NONE, 0x60 },
	{ "i386-pae", PT_PTE, PT_PTE, PT_NONE, 0x60 },
	{ "i386-pae", PT_PTE, PT_PTE, PT_SWAP, 0x60 },
	{ "i386-pae", PT_PTE, PT_PTE, PT_MIGRATION, 0x60 },
	{ "i386-pae", PT_PTE, PT_PTE, PT_MARKER, 0x60 },
	/* pmd_none() reads the low word; pud_none() through PGD_ALLOWED_BITS. */
	{ "i386-pae", PT_PMD, PT_PMD, PT_NONE, 0xffffffff00000060 },
	{ "i386-pae", PT_PUD, PT_PUD, PT_NONE, 0xfff00000000001e6 },
	/* As on x86-64, where the entry has the bit. */
	{ "i386*", PT_PMD, PT_PMD, PT_TABLE, 0xf78 },
	{ "i386-pae", PT_PUD, PT_PUD, PT_TABLE, 0xe18 },
	{ "i386*", PT_PMD, PT_PTE, PT_LEAF, 0x800 },
	{ "i386*", PT_PMD, PT_PTE, PT_PROTNONE, 0x800 },
	{ "i386*", PT_PMD, PT_PMD, PT_INVALID_HUGE, 0x800 },
	{ "x86_64*", PT_PUD, PT_PTE, PT_SWAP, 0x60 },
	{ "x86_64*", PT_PUD, PT_PTE, PT_MIGRATION, 0x60 },
	{ "x86_64*", PT_PTE, PT_PTE, PT_MARKER, 0x60 },
	/* 62..52, 11..8, 6..3: ignored, A, and the table's own caching. */
	{ "x86_64*", PT_PGD, PT_PMD, PT_TABLE, 0x7ff0000000000f78 },
	/* 58..52, 11: software's, not described. */
	{ "x86_64*", PT_PUD, PT_PTE, PT_LEAF, 0x07f0000000000800 },
	{ "x86_64*", PT_PUD, PT_PTE, PT_PROTNONE, 0x07f0000000000800 },
	{ "x86_64*", PT_PUD, PT_PMD, PT_INVALID_HUGE, 0x07f0000000000800 },
	/* 58..52, 11..2. */
	{ "arm64-s2-*", PT_PGD, PT_PMD, PT_TABLE, 0x07f0000000000ffc },
	/* With DS = 1, 9..8 are address bits. */
	{ "arm64-4k-52", PT_PGD, PT_PMD, PT_TABLE, 0x07f0000000000cfc },
	{ "arm64-16k-52", PT_PGD, PT_PMD, PT_TABLE, 0x07f0000000000cfc },
	{ "arm64-[146]*", PT_PGD, PT_PMD, PT_TABLE, 0x07f0000000000ffc },
	/* 58..57; 57: software's, not described. */
	{ "arm64-s2-*", PT_PGD, PT_PTE, PT_LEAF, 0x0600000000000000 },
	{ "arm64-[146]*", PT_PGD, PT_PTE, PT_LEAF, 0x0200000000000000 },
	{ "arm64-[146]*", PT_PGD, PT_PTE, PT_PROTNONE, 0x0200000000000000 },
	/* 4, which Linux sets elsewhere; TEX[2:1], software's; 8..6. */
	{ "arm-short", PT_PMD, PT_PMD, PT_TABLE, 0x10 },
	{ "arm-short", PT_PMD, PT_PMD, PT_LEAF, 0x6000 },
	{ "arm-short", PT_PTE, PT_PTE, GROUPED, 0x61c0 },
	{ "arm-short", PT_PTE, PT_PTE, PT_LEAF, 0x180 },
	/* pmd_none() reads the first word; the second is not valid. */
	{ "arm-short-linux", PT_PMD, PT_PMD, PT_NONE, 0xfffffffc00000000 },
	/* 58..52, 11..2. */
	{ "arm-lpae", PT_PUD, PT_PMD, PT_TABLE, 0x07f0000000000ffc },
	/* 63..59; of PROT_NONE also nG and AP[2], set by who stored it. */
	{ "arm-lpae", PT_PUD, PT_PTE, PT_LEAF, 0xf800000000000000 },
	{ "arm-lpae", PT_PUD, PT_PTE, PT_PROTNONE, 0xf800000000000880 },
	/* The same of a section being split. */
	{ "arm-lpae", PT_PMD, PT_PMD, PT_INVALID_HUGE, 0xf800000000000880 },
	/* RSW. */
	{ "riscv-*", PT_PGD, PT_PMD, PT_TABLE, 0x300 },
	/* SW0 61, DEVMAP, SPECIAL, soft-dirty 11..9. */
	{ "ppc64-radix-4k", PT_PUD, PT_PTE, PT_LEAF, 0x2000000000000e00 },
	{ "ppc64-radix-64k", PT_PUD, PT_PTE, PT_LEAF, 0x2000000000000e00 },
	{ "ppc64-radix-*", PT_PUD, PT_PMD, PT_INVALID_HUGE, 0xe00 },
	/* R and C of an emptied entry. */
	{ "ppc64-radix-4k", PT_PTE, PT_PTE, PT_NONE, 0x180 },
	{ "ppc64-radix-64k", PT_PTE, PT_PTE, PT_NONE, 0x180 },
	/* _PAGE_HPTEFLAGS; in a leaf without the lock, with the notes of radix. */
	{ "ppc64-hash-4k", PT_PTE, PT_PTE, PT_NONE, 0x11e0000000000040 },
	{ "ppc64-hash-4k", PT_PTE, PT_PTE, PT_LEAF, 0x31e0000000000e00 },
	/* SW1, SPECIAL, U3..U0. */
	{ "ppc64-e500", PT_PTE, PT_PTE, PT_LEAF, 0x3e002 },
	{ "ppc-e500", PT_PTE, PT_PTE, PT_LEAF, 0x3e002 },
	/* _PTE_NONE_MASK. */
	{ "ppc-e500", PT_PTE, PT_PTE, PT_NONE, 0xffffffff00000000 },
	{ "ppc-book3s32", PT_PTE, PT_PTE, PT_NONE, 0x2 },
	/* SPECIAL. */
	{ "ppc-8xx-4k", PT_PTE, PT_PTE, PT_LEAF, 0x80 },
	{ "ppc-8xx-16k", PT_PTE, PT_PTE, PT_LEAF, 0x80 },
	{ "ppc-book3s32", PT_PTE, PT_PTE, PT_LEAF, 0x800 },
	/* UNUSED, SPECIAL; 1 and 0 of a segment-table entry; pgd_none(). */
	{ "s390x-3level", PT_PTE, PT_PTE, PT_LEAF, 0xc0 },
	{ "s390x-4level", PT_PTE, PT_PTE, PT_LEAF, 0xc0 },
	{ "s390x-5level", PT_PTE, PT_PTE, PT_LEAF, 0xc0 },
	{ "s390x-3level", PT_PMD, PT_PMD, PT_TABLE, 0x3 },
	{ "s390x-4level", PT_PMD, PT_PMD, PT_TABLE, 0x3 },
	{ "s390x-5level", PT_PMD, PT_PMD, PT_TABLE, 0x3 },
	{ "s390x-5level", PT_PGD, PT_PGD, PT_NONE, 0xffffffffffffffd3 },
	/* pud_none(). */
	{ "sparc32-srmmu", PT_PUD, PT_PUD, PT_NONE, 0xf0000000 },
	/* SPECIAL, bit 5 of SOFT. */
	{ "sparc64", PT_PMD, PT_PTE, PT_LEAF, 0x0200000000000020 },
	/* pte_none(): GLOBAL of a pair's other page. */
	{ "mips32-4k", PT_PTE, PT_PTE, PT_NONE, 0x40 },
	{ "mips64-4k", PT_PTE, PT_PTE, PT_NONE, 0x100 },
	{ "mips64-4k-48", PT_PTE, PT_PTE, PT_NONE, 0x100 },
	{ "loongarch64-4k", PT_PTE, PT_PTE, PT_NONE, 0x40 },
	{ "loongarch64-16k", PT_PTE, PT_PTE, PT_NONE, 0x40 },
	/* SPECIAL. */
	{ "mips64-4k", PT_PMD, PT_PTE, PT_LEAF, 0x20 },
	{ "mips64-4k-48", PT_PMD, PT_PTE, PT_LEAF, 0x20 },
	{ "mips64-4k*", PT_PMD, PT_PMD, PT_INVALID_HUGE, 0x20 },
	/* SPECIAL, bit 7, bits between 11 and the page. */
	{ "arc-2level-8k", PT_PMD, PT_PTE, PT_LEAF, 0x18c0 },
	{ "arc-3level-8k", PT_PMD, PT_PTE, PT_LEAF, 0x18c0 },
	{ "arc-4level-8k", PT_PMD, PT_PTE, PT_LEAF, 0x18c0 },
	{ "arc-?level-8k", PT_PMD, PT_PMD, PT_INVALID_HUGE, 0x18c0 },
	{ "arc-2level-4k", PT_PTE, PT_PTE, PT_LEAF, 0x8c0 },
	/* U, bits 7..4, the second bit of a type; UR, U1, U0. */
	{ "m68k-motorola", PT_PUD, PT_PMD, PT_TABLE, 0xf9 },
	{ "m68k-motorola", PT_PTE, PT_PTE, PT_LEAF, 0xb02 },
	/* 9, 8, LK. */
	{ "m68k-coldfire", PT_PTE, PT_PTE, PT_LEAF, 0x302 },
	/* 23..19: in no mask. */
	{ "m68k-sun3", PT_PTE, PT_PTE, PT_LEAF, 0xf80000 },
	/* 12, SHARED, WBC. */
	{ "openrisc", PT_PTE, PT_PTE, PT_LEAF, 0x1804 },
	/* 11..9: software's. */
	{ "xtensa", PT_PTE, PT_PTE, PT_LEAF, 0xe00 },
	/* What a pointer has below the page; 11, HWEXEC and 5; exclusive. */
	{ "microblaze", PT_PMD, PT_PMD, PT_TABLE, 0xfff },
	{ "microblaze", PT_PTE, PT_PTE, PT_LEAF, 0xa20 },
	{ "microblaze", PT_PTE, PT_PTE, PT_SWAP, 0x80 },
	{ "microblaze", PT_PTE, PT_PTE, PT_MIGRATION, 0x80 },
	{ "microblaze", PT_PTE, PT_PTE, PT_MARKER, 0x80 },
	/* DEVMAP, SPECIAL. */
	{ "loongarch64-4k", PT_PMD, PT_PTE, PT_LEAF, 0x0800000000000800 },
	{ "loongarch64-16k", PT_PMD, PT_PTE, PT_LEAF, 0x0800000000000800 },
	/* 3 and 2; SPECIAL. */
	{ "parisc64", PT_PUD, PT_PMD, PT_TABLE, 0xc },
	{ "parisc64", PT_PTE, PT_PTE, PT_LEAF, 0x10 },
	/* 31..19 and 16: software's. */
	{ "alpha", PT_PTE, PT_PTE, PT_LEAF, 0xfff90000 },
	/* SPECIAL; with the extended TLB also SZ, PR and WIRED. */
	{ "sh4", PT_PTE, PT_PTE, PT_LEAF, 0x800 },
	{ "sh4", PT_PTE, PT_PTE, PT_PROTNONE, 0x800 },
	{ "sh4-x2tlb", PT_PTE, PT_PTE, PT_LEAF, 0x4000000008f0 },
	{ "sh4-x2tlb", PT_PTE, PT_PTE, PT_PROTNONE, 0x4000000008f0 },
};

uint64_t ignored_by(const struct pt_format *f, unsigned depth,
		    enum pt_kind kind, bool grouped)
{
	for (size_t i = 0; i < sizeof(ignored_bits) / sizeof(*ignored_bits);
	     i++) {
		const struct ignored_bits *b = &ignored_bits[i];

		if ((b->kind == (unsigned)kind ||
		     (grouped && b->kind == GROUPED)) &&
		    depth >= b->first && depth <= b->last &&
		    !fnmatch(b->format, f->name, 0))
			return b->bits;
	}
	return 0;
}
