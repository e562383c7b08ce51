/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The words that a sweep gives to entries.
 */
#ifndef HARNESS_SWEEP_WORDS_H
#define HARNESS_SWEEP_WORDS_H

#include "sweep.h"

enum sweep_role {
	SWEEP_AS_LEAF,
	SWEEP_AS_TABLE,
	SWEEP_AS_RAW,		/* whatever it is, it is complete */
};

struct sweep_word {
	uint64_t bits;		/* all but the address; RAW: all */
	uint64_t flip;		/* exclusive or, when the address is in */
	int8_t bit;		/* lowest bit of flip; -1: none */
	uint8_t role;		/* enum sweep_role */
};

#define SWEEP_WORDS_MAX 8192

struct sweep_words {
	unsigned count;
	struct sweep_word word[SWEEP_WORDS_MAX];
};

/*
 * The words of a family at depth; order is that of the leaves' group.  LATTICE
 * wants as_leaf, as a depth above the last has pointers.  SWEEP_EDGES: the plain
 * leaf or pointer alone.
 */
void sweep_words(struct sweep_words *out, const struct pt_format *f,
		 unsigned depth, unsigned order, enum sweep_family family,
		 bool as_leaf, bool deep);

/* The complete word; pa is that of the data or of the next table. */
uint64_t sweep_word_raw(const struct pt_format *f, unsigned depth,
			unsigned order, const struct sweep_word *word,
			uint64_t pa);

#endif
