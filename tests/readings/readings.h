/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether two readings of one format agree: the descriptor of arch/ and the
 * model MMU of oracles/mmu/, which were written by different people from
 * different sources.
 *
 * A function and not a test, so that a changed copy of a descriptor can be
 * asked about as well.
 */
#ifndef TESTS_READINGS_H
#define TESTS_READINGS_H

#include <tablewalk/format.h>

#include "mmu/mmu.h"

/* Where the readings differ: one line of text. */
struct difference {
	char text[200];
};

enum reading_effort {
	READINGS_QUICK,		/* each attribute alone, some words */
	READINGS_THOROUGH,	/* every attribute word, many random words */
};

/*
 * Compares everything that both say: addresses, levels, capabilities, which
 * attributes have an encoding, what every encoded leaf, table and software
 * entry is to hardware, and what each single-bit neighbour of those and random
 * words are.  True: they agree.
 */
bool readings_agree(const struct pt_format *f, const struct mmu_arch *m,
		    enum reading_effort effort, struct difference *out);

/* The words that the descriptor writes for a leaf and for a table. */
uint64_t readings_leaf(const struct pt_leaf_layout *leaf, uint32_t attrs,
		       uint64_t pa);
uint64_t readings_table(const struct pt_table_layout *table, uint64_t pa,
			uint32_t denied);

/* Whether a layout has an encoding for these attributes. */
bool readings_representable(const struct pt_leaf_layout *leaf, uint32_t attrs);

#endif
