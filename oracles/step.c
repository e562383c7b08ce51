/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What operations on tables have in common (step.h).
 *
 * Source: "Order of allocation and release" of include/tablewalk/table_ops.h,
 * and what it says of pt_map() and pt_unmap(); of constructors that fail,
 * include/tablewalk/table_owner.h.
 */
#include "step.h"

#include <errno.h>

#include "expect.h"

/*
 *			Allocation and release
 */

void step_emit(struct step *s, enum trace_type type, unsigned depth,
	       uint64_t count)
{
	struct trace_event event = {
		.type = (uint8_t)type,
		.pa = s->oracle->table_bytes[depth],
		.count = (uint32_t)count,
	};

	if (count)
		trace_emit(s->trace, &event);
}

void step_give_back(struct step *s)
{
	for (uint32_t i = s->trace->count; i-- > 0;) {
		struct trace_event event = s->trace->event[i];

		/* The return of the operation before, if it is there. */
		if (event.type == TRACE_RETURN)
			return;
		if (event.type != TRACE_ALLOC)
			continue;
		event.type = TRACE_FREE;
		trace_emit(s->trace, &event);
	}
}

/* Counts down what is armed. */
static void count_down(uint32_t *armed, uint64_t count)
{
	if (*armed)
		*armed -= (uint32_t)count;
}

enum step_fate step_ask(struct oracle *oracle, uint64_t *count)
{
	enum step_fate fate = STEP_GIVEN;
	uint64_t given = *count;

	if (oracle->armed && oracle->armed <= given) {
		fate = STEP_REFUSED;
		given = oracle->armed - 1;
	}
	/* Constructed are those that the arena gives. */
	if (oracle->ctor_armed && oracle->ctor_armed <= given) {
		fate = STEP_UNCONSTRUCTED;
		given = oracle->ctor_armed - 1;
	}
	count_down(&oracle->armed, given + (fate != STEP_GIVEN));
	count_down(&oracle->ctor_armed, given + (fate == STEP_UNCONSTRUCTED));
	*count = given;
	return fate;
}

bool step_allocate_bare(struct step *s, unsigned depth)
{
	uint32_t *armed = &s->oracle->armed;
	bool given = *armed != 1;

	if (*armed)
		--*armed;
	step_emit(s, given ? TRACE_ALLOC : TRACE_NOMEM, depth, 1);
	return given;
}

bool step_allocate(struct step *s, unsigned depth, uint64_t count)
{
	enum step_fate fate = step_ask(s->oracle, &count);

	step_emit(s, TRACE_ALLOC, depth, count);
	if (fate == STEP_GIVEN)
		return true;
	/*
	 * One that could not be constructed was allocated, and being the last
	 * is the first to be given back.
	 */
	step_emit(s, fate == STEP_REFUSED ? TRACE_NOMEM : TRACE_ALLOC, depth,
		  1);
	step_give_back(s);
	return false;
}

/*
 * The events of allocating what is missing from depth down to the depth lowest,
 * in pre-order.  Recurses at most 4 deep.
 */
static bool announce(struct step *s, unsigned depth, unsigned lowest,
		     uint64_t first, uint64_t last)
{
	const struct flat_tables *t = &s->space->table[depth];
	unsigned shift = s->space->geometry->table_shift[depth];
	uint64_t mask = pt_ones(shift);
	size_t i = flat_seek_table(s->space, depth, 0, first & ~mask);

	for (;;) {
		uint64_t end = (first | mask) < last ? first | mask : last;
		uint64_t missing = 1;

		if (i < t->count && t->start[i] == (first & ~mask)) {
			missing = 0;
			i++;
		} else if (depth == lowest) {
			/* All that are missing up to the next one. */
			end = i < t->count && t->start[i] <= last ?
				      t->start[i] - 1 : last;
			missing = (end >> shift) - (first >> shift) + 1;
		}
		if (missing && !step_allocate(s, depth, missing))
			return false;
		if (depth < lowest &&
		    !announce(s, depth + 1, lowest, first, end))
			return false;
		if (end == last)
			return true;
		first = end + 1;
	}
}

int step_make_tables(struct step *s, unsigned depth)
{
	unsigned shift = s->space->geometry->table_shift[depth];
	uint64_t want = (s->last >> shift) - (s->first >> shift) + 1;
	unsigned top = s->space->geometry->top;
	size_t from, to;

	if (depth <= top)
		return 0;
	flat_table_range(s->space, depth, s->first, s->last, &from, &to);
	if (to - from == want)
		return 0;
	if (!flat_reserve(s->space, (size_t)want))
		return EXPECT_NO_HOST_MEMORY;
	if (!announce(s, top + 1, depth, s->first, s->last))
		return -ENOMEM;
	for (unsigned d = top + 1; d <= depth; d++)
		flat_fill_tables(s->space, d, s->first, s->last);
	return 0;
}

/* The events of releasing all tables from depth down, in post-order. */
static void announce_release(struct step *s, unsigned depth, uint64_t first,
			     uint64_t last)
{
	const struct flat_tables *t = &s->space->table[depth];
	uint64_t mask = pt_ones(s->space->geometry->table_shift[depth]);
	size_t from, to;

	flat_table_range(s->space, depth, first, last, &from, &to);
	if (depth == PT_PTE || !s->space->table[depth + 1].count) {
		step_emit(s, TRACE_FREE, depth, to - from);
		return;
	}
	for (size_t i = from; i < to; i++) {
		announce_release(s, depth + 1, t->start[i], t->start[i] | mask);
		step_emit(s, TRACE_FREE, depth, 1);
	}
}

void step_release_below(struct step *s, unsigned depth, uint64_t first,
			uint64_t last)
{
	if (depth == PT_PTE)
		return;
	announce_release(s, depth + 1, first, last);
	for (unsigned d = depth + 1; d < PT_DEPTHS; d++)
		flat_drop_tables(s->space, d, first, last);
}

/*
 *			Division
 */

/*
 * The events of the tables that flat_cut() at offset needs, less those that a
 * cut at before (in the same range, below offset) has made down to made_to.
 * *reached is the depth of the deepest one, or 0.
 */
static bool announce_cut(struct step *s, uint64_t offset, uint32_t kinds,
			 uint64_t before, unsigned made_to, unsigned *reached)
{
	const struct flat_extent *e = flat_find(s->space, offset);
	unsigned depth;

	*reached = 0;
	if (!e || !(STEP_KIND(e->kind) & kinds))
		return true;
	for (depth = e->depth; depth < PT_PTE; depth++) {
		unsigned shift = s->space->geometry->table_shift[depth + 1];

		if (flat_aligned(s->space, depth, offset))
			break;
		*reached = depth + 1;
		if (depth + 1 <= made_to && offset >> shift == before >> shift)
			continue;
		if (!step_allocate(s, depth + 1, 1))
			return false;
	}
	return true;
}

int step_divide(struct step *s, uint32_t kinds)
{
	unsigned reached, ignored;
	bool to_end = s->last == s->space->geometry->last;
	uint64_t after = s->last + 1;

	if (!announce_cut(s, s->first, kinds, 0, 0, &reached))
		return -ENOMEM;
	if (!to_end && !announce_cut(s, after, kinds, s->first, reached,
				     &ignored))
		return -ENOMEM;
	flat_cut(s->space, s->first, kinds);
	if (!to_end)
		flat_cut(s->space, after, kinds);
	return 0;
}
