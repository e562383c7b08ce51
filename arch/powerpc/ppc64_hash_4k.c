/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * powerpc, Linux's tree with 4 KiB pages from which the hash table is filled.
 * Hardware never sees it; a page is looked up by __hash_page_4K().
 *
 * Sources: Linux 6.12, arch/powerpc/include/asm/book3s/64/hash-4k.h, hash.h and
 * pgtable.h, arch/powerpc/mm/book3s64/hash_4k.c, hash_utils.c and
 * pgtable.c.  Bits are in book3s64.h.
 */
#include "book3s64.h"

/*
 * _PAGE_HPTEFLAGS: where the hash table has the page (HASHPTE 60, the slot in
 * 56..53), and the lock (6).  An emptied entry may keep them.  The slot says
 * nothing of what a leaf maps, so it is ignored there; a locked leaf is bad.
 */
#define HPTE_FLAGS (ARCH_BIT(60) | ARCH_BITS(56, 53) | ARCH_BIT(6))

/*
 * do_hash_fault() asks for READ whatever the access: a page gives no right, or
 * READ is one.  vm_get_page_prot() never asks for execute alone.
 */
#define LEAF                                                                   \
	B64_LEAF_LAYOUT(12, B64_RPN_END, B64_RESERVED,                         \
			B64_READ | B64_WRITE | B64_EXEC, B64_READ, false)

/* hash.h, HASH_PMD_VAL_BITS and the others: the address and bit 63. */
#define POINTER(length)                                                        \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = {                                           \
				.mask = ~ARCH_BITS(B64_RPN_END - 1, length),   \
				.value = B64_V,                                \
			},                                                     \
		},                                                             \
		.fixed = B64_V,                                                \
		.pa = { .lsb = (length), .width = B64_RPN_END - (length),      \
			.pa_shift = (length) },                                \
	}

/* p?d_bad() looks at low bits, but p4d_bad() only calls 0 bad. */
#define DIRECTORY(name, shift, bits, length, none_says)                        \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,   \
		.none = B64_NONE(0),                                           \
		.table = POINTER(length),                                      \
		.linux_says = {                                                \
			[PT_NONE] = (none_says),                               \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

const struct pt_format pt_format_ppc64_hash_4k = {
	.name = "ppc64-hash-4k",
	.architecture = "powerpc",
	.manual = "Linux 6.12, arch/powerpc/include/asm/book3s/64/hash-4k.h, "
		  "hash.h, pgtable.h and mm/book3s64/hash_4k.c, hash_utils.c",
	/* User region: bits 63..60 clear, of which 46 bits are translated. */
	.va_rule = PT_VA_ZERO,
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 46,
	.va_word_bits = 64,
	/* H_MAX_PHYSMEM_BITS. */
	.pa_bits = 46,
	.big_endian = true,
	.regime_count = 1,
	.regime = { 0 },
	.level = {
		[PT_P4D] = DIRECTORY("pgd", 37, 9, 12,
				     PT_SAYS_NONE | PT_SAYS_BAD),
		[PT_PUD] = DIRECTORY("pud", 28, 9, 10, PT_SAYS_NONE),
		[PT_PMD] = DIRECTORY("pmd", 21, 7, 12, PT_SAYS_NONE),
		[PT_PTE] = {
			.manual_name = "pte",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none = B64_NONE(HPTE_FLAGS),
			.leaf = { LEAF },
			.swap = B64_SOFT(B64_TYPE_SWAP, 12),
			.migration = B64_SOFT(B64_TYPE_MIGRATION, 12),
			.marker = B64_MARKER_LAYOUT(12),
			.linux_says = B64_PTE_SAYS,
		},
	},
};
