/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of a walk: an interpreter of struct op_walk over the flat
 * model.
 *
 * Source: include/tablewalk/walk.h, the profile "current"; rule numbers R1..R57
 * are those of docs/walker-rules.md.  Stretches of equal entries in which no
 * callback can change the course are emitted as one run.  So a walk costs what
 * there are tables and extents, not entries.
 */
#include "expect.h"

#include <errno.h>

/* R26, current: re-evaluations of one entry before -EAGAIN. */
#define AGAIN_LIMIT 8

struct walker {
	const struct flat_space *space;
	const struct op_walk *ask;
	struct trace *trace;
	uint64_t base;			/* address minus offset */
	uint64_t calls;			/* callbacks so far, of all kinds */
	uint64_t acts;			/* those of action_depth */
	struct flat_cursor cursor;
	uint8_t runtime_folded;
};

static bool is_set(const struct walker *w, unsigned depth)
{
	return w->ask->callbacks & OP_CB_ENTRY(depth);
}

/* R23: whether a callback of a deeper depth wants what is below depth. */
static bool wants_below(const struct walker *w, unsigned depth)
{
	for (unsigned d = depth + 1; d < PT_DEPTHS; d++)
		if (is_set(w, d))
			return true;
	return false;
}

/* R17: the first depth whose callback an entry at depth stands for. */
static unsigned first_alias(const struct walker *w, unsigned depth)
{
	return depth == w->space->geometry->top ? PT_PGD : depth;
}

/* Emits count equal callbacks for [first, last] of segment. */
static void emit(struct walker *w, const struct flat_segment *segment,
		 bool hole, unsigned depth, uint64_t first, uint64_t last,
		 uint64_t count)
{
	struct trace_event event = {
		.va = w->base + first,
		.last = w->base + last,
		.count = (uint32_t)count,
		.type = hole ? TRACE_HOLE : TRACE_VISIT,
		.depth = (int8_t)depth,
	};

	if (!hole) {
		event.kind = segment->kind;
		event.order = segment->order;
		event.attrs = segment->attrs;
		if (flat_has_pa(segment->kind))
			event.pa = segment->pa + (first - segment->first);
	}
	trace_emit(w->trace, &event);
}

/* One callback; returns what it returns and sets *action. */
static int call(struct walker *w, const struct flat_segment *segment, bool hole,
		unsigned depth, uint64_t first, uint64_t last,
		enum op_action *action)
{
	const struct op_walk *ask = w->ask;

	emit(w, segment, hole, depth, first, last, 1);
	*action = OP_SUBTREE;
	if (!hole && depth == ask->action_depth) {
		uint64_t number = w->acts++;

		if (number == ask->action_from ||
		    (ask->action_always && number > ask->action_from))
			*action = (enum op_action)ask->action;
	}
	w->calls++;
	if (ask->stop_at && w->calls == ask->stop_at)
		return ask->stop_value;
	return 0;
}

/*
 * Evaluates one entry that gets entry callbacks.  Returns what ends the walk,
 * or 0; *descend says whether what is below may be visited.
 */
static int evaluate(struct walker *w, const struct flat_segment *segment,
		    unsigned depth, uint64_t first, uint64_t last,
		    bool *descend)
{
	for (unsigned again = 0;; again++) {
		enum op_action action = OP_SUBTREE;

		for (unsigned d = first_alias(w, depth);
		     d <= depth && action == OP_SUBTREE; d++) {
			int ret;

			if (!is_set(w, d))
				continue;
			ret = call(w, segment, false, d, first, last, &action);
			if (ret)
				return ret;
		}
		*descend = action == OP_SUBTREE;
		if (action != OP_AGAIN)
			return 0;
		if (again == AGAIN_LIMIT)
			return -EAGAIN;
	}
}

/*
 * How many of the next count callbacks, of entries that are no tables and have
 * this one only, run without a stop and without a repetition.  CONTINUE does
 * nothing to them.
 */
static uint64_t quiet(const struct walker *w, bool hole, unsigned depth,
		      uint64_t count)
{
	const struct op_walk *ask = w->ask;

	if (ask->stop_at > w->calls && ask->stop_at - w->calls - 1 < count)
		count = ask->stop_at - w->calls - 1;
	if (!hole && depth == ask->action_depth && ask->action == OP_AGAIN) {
		if (w->acts < ask->action_from) {
			if (ask->action_from - w->acts < count)
				count = ask->action_from - w->acts;
		} else if (ask->action_always || w->acts == ask->action_from) {
			count = 0;
		}
	}
	return count;
}

/*
 * R18: a hole below the root has its entry's depth.  One in the root has passed
 * through every depth above that was folded away; each that the compiler folded
 * is corrected for, up to the first that was folded while running.
 */
static unsigned depth_of_hole(const struct walker *w, unsigned real_depth)
{
	unsigned depth = real_depth;

	if (real_depth != w->space->geometry->top)
		return real_depth;
	for (; depth != PT_PGD; depth--)
		if (w->runtime_folded & 1u << depth)
			break;
	return depth;
}

/* How many callbacks each entry of a segment gets; *depth is of the last. */
static unsigned callbacks_of(const struct walker *w, unsigned real_depth,
			     bool hole, unsigned *depth)
{
	unsigned count = 0;

	*depth = real_depth;
	if (hole) {
		*depth = depth_of_hole(w, real_depth);
		return w->ask->callbacks & OP_CB_HOLE ? 1 : 0;
	}
	for (unsigned d = first_alias(w, real_depth); d <= real_depth; d++) {
		if (is_set(w, d)) {
			*depth = d;
			count++;
		}
	}
	return count;
}

/* A stretch of equal entries that are no tables. */
static int walk_run(struct walker *w, const struct flat_segment *segment,
		    unsigned real_depth)
{
	uint64_t mask = pt_ones(w->space->geometry->shift[real_depth]);
	bool hole = segment->kind == PT_NONE && real_depth < PT_PTE;
	unsigned depth, each = callbacks_of(w, real_depth, hole, &depth);
	uint64_t first = segment->first;

	while (each) {
		uint64_t last = first | mask, count = 0;
		enum op_action action;
		bool descend;
		int ret;

		if (last >= segment->last)
			last = segment->last;
		else if (each == 1 && !(first & mask))
			count = quiet(w, hole, depth,
				      (segment->last - first + 1) >>
				      w->space->geometry->shift[real_depth]);
		if (count) {
			last = first + count * (mask + 1) - 1;
			emit(w, segment, hole, depth, first, last, count);
			w->calls += count;
			if (!hole && depth == w->ask->action_depth)
				w->acts += count;
		} else {
			ret = hole ? call(w, segment, true, depth, first, last,
					  &action) :
				     evaluate(w, segment, real_depth, first,
					      last, &descend);
			if (ret)
				return ret;
		}
		if (last == segment->last)
			break;
		first = last + 1;
	}
	return 0;
}

/* Visits [first, last] of one table at depth; recurses at most 4 deep. */
static int walk_table(struct walker *w, unsigned depth, uint64_t first,
		      uint64_t last)
{
	struct flat_segment segment;

	for (;; first = segment.last + 1) {
		bool descend = true;
		int ret;

		flat_read(w->space, &w->cursor, depth, first, last, &segment);
		if (segment.kind == PT_TABLE) {
			ret = evaluate(w, &segment, depth, segment.first,
				       segment.last, &descend);
			if (!ret && descend && wants_below(w, depth))
				ret = walk_table(w, depth + 1, segment.first,
						 segment.last);
		} else {
			ret = walk_run(w, &segment, depth);
		}
		if (ret || segment.last == last)
			return ret;
	}
}

int expect_walk(const struct oracle *oracle, const struct op *op,
		struct trace *trace)
{
	struct walker w = {
		.space = &oracle->space[oracle->current],
		.ask = &op->walk,
		.trace = trace,
		.runtime_folded = oracle->runtime_folded,
	};
	uint64_t first, last;
	int ret = model_check_range(oracle, op->va, op->last, &first, &last);

	if (ret)
		return ret;
	w.base = op->va - first;
	return walk_table(&w, oracle->geometry.top, first, last);
}
