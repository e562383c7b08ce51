/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A random case being made: what generate.c, which draws records one by one, and
 * plots.c, which draws several that belong together, share.
 */
#ifndef HARNESS_MAKER_H
#define HARNESS_MAKER_H

#include "case.h"
#include "rng.h"

/* Kinds are drawn from a table of so many entries. */
#define KIND_SLOTS 256

struct maker {
	struct rng *rng;
	struct tw_case *out;
	unsigned room; /* records it shall have */
	unsigned weight[OP_KINDS], total;
	uint8_t kind[KIND_SLOTS]; /* by weight, for drawing */
	uint8_t focus;            /* anchor most records use */
	bool focused;
	bool home_is_memory; /* the low homes are physical addresses */
	unsigned large;             /* large maps left */
	unsigned maps;              /* maps whose place can be copied */
	uint8_t map[8];             /* the last of them, by record */
	struct case_record scratch; /* where what is not wanted goes */
};

static inline void set_length(struct case_record *r, unsigned count, unsigned scale)
{
	r->count = (uint8_t)count;
	r->scale = (uint8_t)scale;
}

/*
 * Adds a record of that kind with random fields, or, where the kind is not
 * drawn in this case or the case is full, gives one that is not part of it.
 */
struct case_record *maker_add(struct maker *m, unsigned kind);

/* The same, right at an anchor. */
struct case_record *maker_add_at(struct maker *m, unsigned kind,
				 unsigned anchor);

/* Lets later records be aimed at this map, if most formats can have it. */
void maker_note_map(struct maker *m, const struct case_record *r);

/*
 * Makes an entry of that height none: unmaps it at an anchor, and gives back the
 * table that it may have pointed to, but not the one that it is in.
 */
void maker_add_none(struct maker *m, unsigned anchor, unsigned height);

void maker_add_plot(struct maker *m);

#endif
