/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * PA-RISC 2.0, 64 bits, 4 KiB pages, three levels.
 *
 * A page table is software's: the miss handler makes ITLBT and IDTLBT operands
 * of a pte.  Linux 6.12, arch/parisc/include/asm/pgtable.h, page.h, pgalloc.h;
 * arch/parisc/kernel/entry.S, L2_ptep to make_insert_tlb.  What the access
 * rights mean: PA-RISC 2.0 Architecture, chapter 3, "Access Control".
 */
#include "../bits.h"

#include <tablewalk/format.h>

/*
 * Of the configuration with huge pages: bit 4 is _PAGE_SPECIAL there, a note
 * that the handler drops.  HUGE in a pte gives the TLB another size: bad.
 */
#define READ		ARCH_BIT(0)
#define WRITE		ARCH_BIT(1)
#define EXEC		ARCH_BIT(2)
#define GATEWAY		ARCH_BIT(3)	/* promotes to the kernel: bad */
#define DIRTY		ARCH_BIT(5)	/* D of the TLB */
#define REFTRAP		ARCH_BIT(6)	/* T of the TLB: bad */
#define NO_CACHE	ARCH_BIT(7)	/* U of the TLB */
#define ACCESSED	ARCH_BIT(8)	/* software's */
#define PRESENT		ARCH_BIT(9)	/* software's */
#define HUGE		ARCH_BIT(10)
#define USER		ARCH_BIT(11)

#define ALL64		UINT64_MAX
#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/* What every leaf agrees in. */
#define LEAF_MASK	(PRESENT | GATEWAY | REFTRAP | HUGE)

/*
 * pgd and pmd entries are of 32 bits: address bits 39..12 in bits 31..4, bits 3
 * and 2 ignored, VALID and PRESENT below.  pud_*() and pmd_*() alike; 0 is bad
 * for them.
 */
#define PXD_POINTER	ARCH_BITS(1, 0)
#define LEVEL_UPPER(name, shift, bits)                                         \
	{                                                                      \
		.manual_name = (name),                                         \
		.va_shift = (shift), .index_bits = (bits), .entry_bytes = 4,   \
		.none = EXACTLY(ARCH_BITS(31, 0), 0),                          \
		.table = {                                                     \
			.match = EXACTLY(PXD_POINTER, PXD_POINTER),            \
			.fixed = PXD_POINTER,                                  \
			.pa = { .lsb = 4, .width = 28, .pa_shift = 12 },       \
		},                                                             \
		.linux_says = {                                                \
			[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,                \
			[PT_TABLE] = PT_SAYS_PRESENT,                          \
		},                                                             \
	}

/*
 * Type in bits 4..0, offset bits 2..0 in 7..5 and the others from bit 10 on;
 * bit 8 (exclusive) is not described, bit 9 is PRESENT.  first is the lowest
 * bit above the payload.
 */
#define SOFT(type, first)                                                      \
	{                                                                      \
		.match = EXACTLY(ARCH_BITS(63, first) | ARCH_BITS(9, 8) |      \
					 ARCH_BITS(4, 0),                      \
				 ARCH_AT(type, 0)),                            \
		.fixed = ARCH_AT(type, 0),                                     \
		.payload = { .lsb = 5, .width = 3, .pa_shift = 12,             \
			     .pieces = 1,                                      \
			     .more[0] = { .lsb = 10, .width = (first) - 10,    \
					  .pa_shift = 15 } },                  \
	}
#define MARKER		(ARCH_AT(31, 0) | ARCH_AT(2, 5))

const struct pt_format pt_format_parisc64 = {
	.name = "parisc64",
	.architecture = "parisc",
	.manual = "Linux 6.12 arch/parisc/include/asm/pgtable.h; PA-RISC 2.0 "
		  "Architecture, chapter 3",
	.va_rule = PT_VA_ZERO,
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 42,
	.va_word_bits = 64,
	.pa_bits = 40,
	.big_endian = true,
	.regime_count = 1,
	.level = {
		[PT_PUD] = LEVEL_UPPER("page global directory", 32, 10),
		[PT_PMD] = LEVEL_UPPER("page middle directory", 21, 11),
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			.none = EXACTLY(ALL64, 0),
			.leaf = {
				/*
				 * What is readable, or a user's and not
				 * executable: PL1 of make_insert_tlb denies
				 * users the execution of what they cannot
				 * read, and denies the kernel no read.
				 */
				.match = {
					.count = 2,
					.list = {
						{ LEAF_MASK | READ,
						  PRESENT | READ },
						{ LEAF_MASK | READ | EXEC |
							  USER,
						  PRESENT | USER },
					},
				},
				.fixed = PRESENT,
				/* All of it goes to the TLB (iitlbt). */
				.pa = { .lsb = 12, .width = 52,
					.pa_shift = 12 },
				.rights = {
					.mask = READ | WRITE | EXEC | USER,
					/* PAGE_NONE. */
					.right[0] = { true, USER },
					.right[PT_R] = { true, READ },
					.right[PT_R | PT_W] = {
						true, READ | WRITE },
					.right[PT_R | PT_X] = {
						true, READ | EXEC },
					.right[PT_R | PT_W | PT_X] = {
						true, READ | WRITE | EXEC },
					.right[PT_R | PT_USER] = {
						true, READ | USER },
					.right[PT_W | PT_USER] = {
						true, WRITE | USER },
					.right[PT_R | PT_W | PT_USER] = {
						true, READ | WRITE | USER },
					.right[PT_R | PT_X | PT_USER] = {
						true, READ | EXEC | USER },
					.right[PT_R | PT_W | PT_X |
					       PT_USER] = {
						true, READ | WRITE | EXEC |
							      USER },
				},
				.accessed = { ACCESSED, ACCESSED, 0 },
				.dirty = { DIRTY, DIRTY, 0 },
				.memtype = {
					.mask = NO_CACHE,
					.type[PT_MEM_WB] = { true, 0 },
					.type[PT_MEM_UC] = { true, NO_CACHE },
				},
			},
			.swap = SOFT(1, 59),
			/* A page frame number has 28 bits. */
			.migration = SOFT(26, 35),
			.marker = {
				.match = EXACTLY(ALL64, MARKER),
				.fixed = MARKER,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
