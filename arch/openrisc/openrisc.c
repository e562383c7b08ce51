/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * OpenRISC 1000, 8 KiB pages, two levels.
 *
 * A page table is software's: the miss handlers copy bits of a pte to DTLBTR
 * and ITLBTR.  Linux 6.12, arch/openrisc/include/asm/pgtable.h, pgalloc.h;
 * arch/openrisc/kernel/head.S, dtlb_miss_handler and itlb_miss_handler.
 */
#include "../bits.h"

#include <tablewalk/format.h>

/*
 * Neither handler passes on WBC (bit 2) and bits 11 (_PAGE_SHARED) and 12: they
 * change nothing.
 */
#define PRESENT		ARCH_BIT(0)	/* hardware's CC */
#define CI		ARCH_BIT(1)	/* cache inhibit */
#define WOM		ARCH_BIT(3)	/* weakly ordered: another type, bad */
#define A		ARCH_BIT(4)
#define D		ARCH_BIT(5)
#define URE		ARCH_BIT(6)
#define UWE		ARCH_BIT(7)
#define SRE		ARCH_BIT(8)
#define SWE		ARCH_BIT(9)
#define EXEC		ARCH_BIT(10)	/* software's */

#define ALL		ARCH_BITS(31, 0)
#define EXACTLY(bits, word)                                                    \
	{                                                                      \
		.count = 1,                                                    \
		.list[0] = { .mask = (bits), .value = (word) },                \
	}

/* _PAGE_READ and _PAGE_WRITE: a user's page is the kernel's just as much. */
#define READ		(URE | SRE)
#define WRITE		(UWE | SWE)
#define READ_WRITE	(READ | WRITE)

/* What tells a user's page is a user's enable: one of EXEC alone has none. */
#define RIGHTS                                                                 \
	{                                                                      \
		.mask = READ_WRITE | EXEC,                                     \
		.right[0] = { true, 0 },                                       \
		.right[PT_R] = { true, SRE },                                  \
		.right[PT_W] = { true, SWE },                                  \
		.right[PT_R | PT_W] = { true, SRE | SWE },                     \
		.right[PT_X] = { true, EXEC },                                 \
		.right[PT_R | PT_X] = { true, SRE | EXEC },                    \
		.right[PT_W | PT_X] = { true, SWE | EXEC },                    \
		.right[PT_R | PT_W | PT_X] = { true, SRE | SWE | EXEC },       \
		.right[PT_R | PT_USER] = { true, READ },                       \
		.right[PT_W | PT_USER] = { true, WRITE },                      \
		.right[PT_R | PT_W | PT_USER] = { true, READ_WRITE },          \
		.right[PT_R | PT_X | PT_USER] = { true, READ | EXEC },         \
		.right[PT_W | PT_X | PT_USER] = { true, WRITE | EXEC },        \
		.right[PT_R | PT_W | PT_X | PT_USER] = { true,                 \
							 READ_WRITE | EXEC },  \
	}
#define RULE(bits, word)                                                       \
	{ .mask = PRESENT | WOM | (bits), .value = PRESENT | (word) }

/* _KERNPG_TABLE; pmd_bad() wants exactly this. */
#define KERNPG_TABLE	(PRESENT | A | D | SRE | SWE)

/* Type in bits 10..5, offset in 31..12; bit 11 (exclusive) is not described. */
#define MARKER		(ARCH_AT(31, 5) | ARCH_AT(2, 12))

const struct pt_format pt_format_openrisc = {
	.name = "openrisc",
	.architecture = "openrisc",
	.manual = "Linux 6.12 arch/openrisc/include/asm/pgtable.h; OpenRISC "
		  "1000 Architecture Manual, chapter 8, DTLBWyTR",
	.va_rule = PT_VA_ZERO,
	.top = PT_PMD,
	.page_shift = 13,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.big_endian = true,
	.regime_count = 1,
	.level = {
		[PT_PMD] = {
			/* pmd_*() of an entry of the pgd: nopmd. */
			.manual_name = "page global directory",
			.va_shift = 24, .index_bits = 8, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.table = {
				.match = EXACTLY(ARCH_BITS(12, 0),
						 KERNPG_TABLE),
				.fixed = KERNPG_TABLE,
				.pa = { .lsb = 13, .width = 19,
					.pa_shift = 13 },
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE | PT_SAYS_BAD,
				[PT_TABLE] = PT_SAYS_PRESENT,
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 13, .index_bits = 11, .entry_bytes = 4,
			.none = EXACTLY(ALL, 0),
			.leaf = {
				/* No enables; the kernel's; a user's. */
				.match = {
					.count = 6,
					.list = {
						RULE(READ_WRITE, 0),
						RULE(URE | UWE | SRE, SRE),
						RULE(READ_WRITE, SWE),
						RULE(READ_WRITE, READ),
						RULE(READ_WRITE, WRITE),
						RULE(READ_WRITE, READ_WRITE),
					},
				},
				.fixed = PRESENT,
				.pa = { .lsb = 13, .width = 19,
					.pa_shift = 13 },
				.rights = RIGHTS,
				.accessed = { A, A, 0 },
				.dirty = { D, D, 0 },
				.memtype = {
					.mask = CI,
					.type[PT_MEM_WB] = { true, 0 },
					.type[PT_MEM_UC] = { true, CI },
				},
			},
			.swap = {
				.match = EXACTLY(ARCH_BITS(11, 0),
						 ARCH_AT(1, 5)),
				.fixed = ARCH_AT(1, 5),
				.payload = { .lsb = 12, .width = 20,
					     .pa_shift = 13 },
			},
			/* A page frame number has 19 bits. */
			.migration = {
				.match = EXACTLY(ARCH_BIT(31) |
							 ARCH_BITS(11, 0),
						 ARCH_AT(26, 5)),
				.fixed = ARCH_AT(26, 5),
				.payload = { .lsb = 12, .width = 19,
					     .pa_shift = 13 },
			},
			.marker = {
				.match = EXACTLY(ALL, MARKER),
				.fixed = MARKER,
			},
			.linux_says = {
				[PT_NONE] = PT_SAYS_NONE,
				[PT_LEAF] = PT_SAYS_PRESENT,
			},
		},
	},
};
