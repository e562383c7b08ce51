/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One operation on tables in progress: the events of allocating and releasing
 * tables, and the division of what a range splits.
 */
#ifndef ORACLES_STEP_H
#define ORACLES_STEP_H

#include <tablewalk/op.h>
#include <tablewalk/trace.h>

#include "model.h"

#define STEP_KIND(kind) (1u << (kind))

/* What protect divides at the ends of its range, and what unmap does. */
#define STEP_PROTECT_DIVIDES                             \
	(STEP_KIND(PT_LEAF) | STEP_KIND(PT_PROTNONE) |   \
	 STEP_KIND(PT_INVALID_HUGE))
#define STEP_UNMAP_DIVIDES (STEP_PROTECT_DIVIDES | STEP_KIND(PT_MIGRATION))

struct step {
	struct oracle *oracle;
	const struct op *op;
	struct flat_space *space;
	struct trace *trace;
	uint64_t first, last;		/* offsets; equal for one address */
};

/* What becomes of the tables that an operation asks for. */
enum step_fate {
	STEP_GIVEN,		/* all are given and constructed */
	STEP_REFUSED,		/* the arena refuses one */
	STEP_UNCONSTRUCTED,	/* the constructor of one fails */
};

/*
 * Counts the next *count allocations and the constructions that follow each
 * that succeeds, up to the first that fails; that one disarms its failure.
 * *count becomes the number of tables given and constructed before it.
 */
enum step_fate step_ask(struct oracle *oracle, uint64_t *count);

/* The events of count tables at depth. */
void step_emit(struct step *s, enum trace_type type, unsigned depth,
	       uint64_t count);

/*
 * One allocation of a table at depth that is no table of a space: nothing is
 * constructed.  False, with the event, where the arena refuses it; nothing is
 * given back.
 */
bool step_allocate_bare(struct step *s, unsigned depth);

/* Gives back what this operation allocated, last one first. */
void step_give_back(struct step *s);

/*
 * The events of count allocations of tables at depth.  False if one fails,
 * or the constructor of one: then all that the operation allocated has been
 * given back.
 */
bool step_allocate(struct step *s, unsigned depth, uint64_t count);

/*
 * Makes all tables down to depth that cover the step's range.  0, -ENOMEM or
 * EXPECT_NO_HOST_MEMORY.
 */
int step_make_tables(struct step *s, unsigned depth);

/* Removes the (empty, or all superseded) tables below entries at depth. */
void step_release_below(struct step *s, unsigned depth, uint64_t first,
			uint64_t last);

/* Divides what the step's range splits, of these kinds.  0 or -ENOMEM. */
int step_divide(struct step *s, uint32_t kinds);

#endif
