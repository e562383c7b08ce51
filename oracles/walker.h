/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One walk in progress: what expect_walk.c (tables), expect_install.c (what a
 * walk changes) and expect_walk_vma.c (VMAs) share.
 */
#ifndef ORACLES_WALKER_H
#define ORACLES_WALKER_H

#include <limits.h>

#include "expect.h"

/*
 * What a callback during which the tables were changed returns here: its walk
 * goes on elsewhere.  No callback of a case returns that number.
 */
#define WALKER_CHANGED INT_MIN

/* Where a walk goes on after a change. */
struct walker_back {
	uint64_t first;			/* offset that the callback was given */
	unsigned depth;			/* real one, of the callback's entry */
	uint8_t again[PT_DEPTHS];	/* its re-evaluations so far */
};

struct walker {
	struct oracle *oracle;
	struct flat_space *space;
	const struct op *op;
	const struct op_walk *ask;
	struct trace *trace;
	uint64_t base;			/* address minus offset */
	uint64_t word;			/* the greatest address */
	uint64_t page;			/* length of a base page - 1 */
	uint64_t calls;			/* so far, that stop_at counts */
	uint64_t acts;			/* of entries, of action_depth */
	uint64_t tests;			/* of tables, of action_depth */
	uint64_t hole;			/* offset of the last hole reported */
	const struct op *held;		/* OP_DURING: what is carried out, */
	uint64_t held_at;		/* in this callback; 0: nothing is */
	/* A pointer that leads to none of the space's tables (OP_POKE): */
	const struct trace_event *stray; /* NULL: there is none */
	uint64_t stray_at;		/* offset of what it covers */
	struct walker_back back;
	bool going_back;		/* to the entry at back.first */
	struct flat_cursor cursor;
	uint32_t flags;			/* WALK_* */
	bool splits;			/* below a VMA (R25) */
	bool install;			/* install_pte is set */
	bool table_tests;		/* test_p4d and so on are called */
	bool special;			/* any of these, or flags */
	uint8_t passed;			/* bit d: nothing is called for a table
					   entry of depth d */
};

void walker_init(struct walker *w, struct oracle *oracle, const struct op *op,
		 struct trace *trace);

/*
 * The errors of a walk over [va, last]; else sets the offsets and the base.
 */
int walker_check_range(struct walker *w, uint64_t va, uint64_t last,
		       uint64_t *first_offset, uint64_t *last_offset);

/* Walks the tables over offsets first..last.  Returns what ends the walk. */
int walker_tables(struct walker *w, uint64_t first, uint64_t last);

/*
 * Calls pte_hole, if set, for each piece of first..last that borders of
 * 2^shift bytes cut.  Returns what ends the walk, or WALKER_CHANGED.
 */
int walker_holes(struct walker *w, uint64_t first, uint64_t last,
		 unsigned shift, int depth);

/*
 * Counts count callbacks, and carries out what is held where it is the turn of
 * the last one.  Returns stop_value where that is to stop, else 0 or
 * WALKER_CHANGED.
 */
int walker_count(struct walker *w, uint64_t count);

/*
 * How many of the next count callbacks run before the one that is to stop, or
 * to change something.
 */
uint64_t walker_before_stop(const struct walker *w, uint64_t count);

/*
 * Emits count equal callbacks for the entries of segment in first..last.
 */
void walker_emit(struct walker *w, const struct flat_segment *segment,
		 enum trace_type type, int depth, uint64_t first, uint64_t last,
		 uint64_t count);

/* Emits an event that is but a range, or a range and a depth. */
void walker_emit_range(struct walker *w, enum trace_type type, int depth,
		       uint64_t va, uint64_t last);

/*
 *			Changes (expect_install.c)
 *
 * All return what ends the walk.  Where memory of the host runs out that is
 * -ENOMEM, and the trace counts as too long.
 */

/* Allocates the table at depth that covers offset. */
int walker_make_table(struct walker *w, unsigned depth, uint64_t offset);

/* Divides the entry at depth that covers offset into a table (R25). */
int walker_split(struct walker *w, unsigned depth, uint64_t offset);

/* Calls install_pte for count none entries, the first where first lies. */
int walker_install(struct walker *w, uint64_t first, uint64_t count);

#endif
