/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of a walk over tables: an interpreter of struct op_walk
 * over the flat model.
 *
 * Source: include/tablewalk/walk.h; rule numbers R1..R57 are those of
 * docs/walker-rules.md.  Stretches of equal entries in which no callback can
 * change the course are emitted as one run.  So a walk costs what there are
 * tables and extents, not entries, but for what it changes.
 *
 * The tables may be changed during a callback, which OP_DURING asks for: what
 * was read of the model before is not used after.
 *
 * Bad entries and pointers to tables that are not the space's are there while
 * OP_POKE looks around, with all callbacks set and bad too (expect_scratch.c).
 */
#include <errno.h>
#include <string.h>

#include "walker.h"

/* R26, current: re-evaluations of one entry before -EAGAIN. */
#define AGAIN_LIMIT 8

/* What is in the way of a deeper callback, and is split (R25). */
#define SPLIT_KINDS                                                   \
	(1u << PT_LEAF | 1u << PT_PROTNONE | 1u << PT_MIGRATION |     \
	 1u << PT_INVALID_HUGE)

/* One entry above PT_PTE while it is evaluated. */
struct turn {
	struct flat_segment entry;
	uint64_t first, last;
	unsigned depth;			/* of the entry */
	unsigned from;			/* its first alias, or depth */
	unsigned tested;		/* bit d: test_d was called for it */
	uint8_t again[PT_DEPTHS];	/* re-evaluations: see count_of() */
	bool over;			/* nothing is left to be done */
};

static bool is_set(const struct walker *w, unsigned depth)
{
	return w->ask->callbacks & OP_CB_ENTRY(depth);
}

/* Whether an entry callback of a deeper depth is set. */
static bool entries_below(const struct walker *w, unsigned depth)
{
	return (w->ask->callbacks & (OP_CB_HOLE - 1u)) >> (depth + 1);
}

/* R23: whether a callback of a deeper depth wants what is below depth. */
static bool wants_below(const struct walker *w, unsigned depth)
{
	return w->install || entries_below(w, depth);
}

/* R17: the first depth whose callback an entry at depth stands for. */
static unsigned first_alias(const struct walker *w, unsigned depth)
{
	return depth == w->space->geometry->top ? PT_PGD : depth;
}

/* R22: whether what a callback of depth asks for is looked at. */
static bool honours_actions(const struct walker *w, unsigned depth)
{
	if (w->flags & WALK_NO_ACTIONS)
		return false;
	return !(w->flags & WALK_ACTIONS_MIDDLE) || depth == PT_PUD ||
	       depth == PT_PMD;
}

/*
 *			Callbacks
 */

void walker_emit_range(struct walker *w, enum trace_type type, int depth,
		       uint64_t va, uint64_t last)
{
	struct trace_event event = {
		.va = va,
		.last = last,
		.count = 1,
		.type = (uint8_t)type,
		.depth = (int8_t)depth,
	};

	trace_emit(w->trace, &event);
}

void walker_emit(struct walker *w, const struct flat_segment *segment,
		 enum trace_type type, int depth, uint64_t first, uint64_t last,
		 uint64_t count)
{
	struct trace_event event = {
		.va = w->base + first,
		.last = (w->base + last) & w->word,
		.attrs = segment->attrs,
		.count = (uint32_t)count,
		.type = (uint8_t)type,
		.depth = (int8_t)depth,
		.kind = segment->kind,
		.order = segment->order,
	};

	/* The last one ends beyond the address word (R28): by itself. */
	if (event.last < event.va && count > 1) {
		uint64_t begin = last - (last - first + 1) / count + 1;

		walker_emit(w, segment, type, depth, first, begin - 1,
			    count - 1);
		walker_emit(w, segment, type, depth, begin, last, 1);
		return;
	}
	if (flat_has_pa(segment->kind))
		event.pa = segment->pa + (first - segment->first);
	trace_emit(w->trace, &event);
}

int walker_count(struct walker *w, uint64_t count)
{
	bool changed;

	w->calls += count;
	changed = w->held_at && w->calls == w->held_at;
	if (changed)
		expect_inner(w->oracle, w->held, w->trace);
	if (w->ask->stop_at && w->calls == w->ask->stop_at)
		return w->ask->stop_value;
	return changed ? WALKER_CHANGED : 0;
}

uint64_t walker_before_stop(const struct walker *w, uint64_t count)
{
	uint64_t stop_at = w->ask->stop_at;

	if (stop_at > w->calls && stop_at - w->calls - 1 < count)
		count = stop_at - w->calls - 1;
	if (w->held_at > w->calls && w->held_at - w->calls - 1 < count)
		count = w->held_at - w->calls - 1;
	return count;
}

int walker_holes(struct walker *w, uint64_t first, uint64_t last,
		 unsigned shift, int depth)
{
	static const struct flat_segment none = { .kind = PT_NONE };
	uint64_t mask = pt_ones(shift);

	if (!(w->ask->callbacks & OP_CB_HOLE))
		return 0;
	if (w->flags & WALK_NO_DEPTH)
		depth = PT_DEPTH_UNKNOWN;
	for (;;) {
		uint64_t end = first | mask, count = 1;
		int ret;

		if (end >= last) {
			end = last;
		} else if (!(first & mask)) {
			count = walker_before_stop(w, (last - first + 1) >>
							      shift);
			if (!count)
				count = 1;
			end = first + (count << shift) - 1;
		}
		walker_emit(w, &none, TRACE_HOLE, depth, first, end, count);
		w->hole = first;
		ret = walker_count(w, count);
		if (ret || end == last)
			return ret;
		first = end + 1;
	}
}

/* One entry callback; returns what it returns and sets *action. */
static int call(struct walker *w, const struct flat_segment *segment,
		unsigned depth, uint64_t first, uint64_t last,
		enum op_action *action)
{
	const struct op_walk *ask = w->ask;

	walker_emit(w, segment, TRACE_VISIT, (int)depth, first, last, 1);
	*action = OP_SUBTREE;
	if (depth == ask->action_depth) {
		uint64_t number = w->acts++;

		if ((number == ask->action_from ||
		     (ask->action_always && number > ask->action_from)) &&
		    honours_actions(w, depth))
			*action = (enum op_action)ask->action;
	}
	return walker_count(w, 1);
}

/* R41: test_p4d, test_pud or test_pmd; returns what it returns. */
static int test_table(struct walker *w, unsigned depth, uint64_t first,
		      uint64_t last)
{
	const struct op_walk *ask = w->ask;
	uint64_t number;

	walker_emit_range(w, TRACE_TABLE, (int)depth, w->base + first,
			  w->base + last);
	if (depth != ask->action_depth)
		return 0;
	number = w->tests++;
	if (number < ask->action_from ||
	    (number > ask->action_from && !ask->action_always))
		return 0;
	if (ask->action == OP_CONTINUE)
		return 1;
	return ask->action == OP_AGAIN ? -4 : 0;
}

/*
 *			Re-evaluations
 */

/* The number of those that an AGAIN in the callback of depth d adds to. */
static uint8_t *count_of(const struct walker *w, struct turn *t, unsigned d)
{
	return &t->again[w->flags & WALK_AGAIN_ALIAS ? d : 0];
}

/*
 * The callback of depth d changed the tables: the walk reads them anew, from
 * where the callback was.  That counts as an AGAIN.
 */
static int go_back(struct walker *w, struct turn *t, unsigned d)
{
	if ((*count_of(w, t, d))++ == AGAIN_LIMIT)
		return -EAGAIN;
	w->back.first = t->first;
	w->back.depth = t->depth;
	memcpy(w->back.again, t->again, sizeof(t->again));
	return WALKER_CHANGED;
}

/*
 * Begins with an entry: the one that a walk goes back to keeps its count.  One
 * of another depth is another one.
 */
static void begin(struct walker *w, struct turn *t)
{
	if (w->going_back && t->depth == w->back.depth)
		memcpy(t->again, w->back.again, sizeof(t->again));
	w->going_back = false;
}

/*
 * How many of the next count callbacks of depth, of entries that are no tables
 * and have this one only, run without a stop and without a repetition.
 * CONTINUE does nothing to them.
 */
static uint64_t quiet(const struct walker *w, unsigned depth, uint64_t count)
{
	const struct op_walk *ask = w->ask;

	count = walker_before_stop(w, count);
	if (depth == ask->action_depth && ask->action == OP_AGAIN &&
	    honours_actions(w, depth)) {
		if (w->acts < ask->action_from) {
			if (ask->action_from - w->acts < count)
				count = ask->action_from - w->acts;
		} else if (ask->action_always || w->acts == ask->action_from) {
			count = 0;
		}
	}
	return count;
}

/* count quiet callbacks. */
static void call_quietly(struct walker *w, const struct flat_segment *segment,
			 unsigned depth, uint64_t first, uint64_t last,
			 uint64_t count)
{
	walker_emit(w, segment, TRACE_VISIT, (int)depth, first, last, count);
	w->calls += count;
	if (depth == w->ask->action_depth)
		w->acts += count;
}

/*
 *			One entry above PT_PTE
 */

/*
 * R18: a hole below the root has its entry's depth.  One in the root has passed
 * through every depth above that was folded away; each that the compiler folded
 * is corrected for, up to the first that was folded while running.
 */
static int depth_of_hole(const struct walker *w, unsigned real_depth)
{
	unsigned depth = real_depth;

	if (real_depth != w->space->geometry->top)
		return (int)real_depth;
	for (; depth != PT_PGD; depth--)
		if (w->oracle->runtime_folded & 1u << depth)
			break;
	return (int)depth;
}

/* A none entry: a hole, or with install_pte (R33) from here on a table. */
static int fill_or_report(struct walker *w, struct turn *t)
{
	if (w->install) {
		t->entry = (struct flat_segment){ .kind = PT_TABLE };
		return walker_make_table(w, t->depth + 1, t->first);
	}
	t->over = true;
	return walker_holes(w, t->first, t->last,
			    w->space->geometry->shift[t->depth],
			    depth_of_hole(w, t->depth));
}

/* R17: whether the entry's aliases are called before it is looked at. */
static bool aliases_first(const struct walker *w, const struct turn *t)
{
	return (w->flags & WALK_FOLDED_EMPTY) && t->from != t->depth;
}

/* R20: a bad entry is made none, and then is a hole. */
static int clear_bad(struct walker *w, struct turn *t)
{
	uint64_t mask = pt_ones(w->space->geometry->shift[t->depth]);

	if (share_refuses(w->oracle, w->oracle->current, t->first, t->first))
		return -EBUSY;
	flat_remove(w->space, t->first & ~mask, t->first | mask);
	w->cursor = (struct flat_cursor){ 0 };
	t->entry = (struct flat_segment){ .kind = PT_NONE };
	return fill_or_report(w, t);
}

/* What comes before the callback of depth d of an entry. */
static int before(struct walker *w, struct turn *t, unsigned d)
{
	if (w->table_tests && d != PT_PGD && t->from != t->depth &&
	    !(t->tested & 1u << d)) {
		int ret = test_table(w, d, t->first, t->last);

		t->tested |= 1u << d;
		t->over = ret != 0;
		if (ret)
			return ret < 0 ? ret : 0;
	}
	if (d != t->depth)
		return 0;
	if (t->entry.kind == PT_BAD) {
		if ((w->flags & WALK_CLEARS_BAD) && d <= PT_P4D)
			return clear_bad(w, t);
	} else if ((w->flags & WALK_NO_UPPER_LEAF) && d <= PT_P4D &&
		   t->entry.kind != PT_NONE && t->entry.kind != PT_TABLE) {
		return -EOPNOTSUPP;
	}
	return t->entry.kind == PT_NONE ? fill_or_report(w, t) : 0;
}

/*
 * Evaluates one entry: what comes before its callbacks, and those.  Returns
 * what ends the walk, or 0; t->over says that what is below is not visited.
 */
static int evaluate(struct walker *w, struct turn *t)
{
	unsigned d = t->from;
	int ret = 0;

	if (t->entry.kind == PT_NONE && !aliases_first(w, t))
		ret = fill_or_report(w, t);
	/* R20: bad is called instead of the entry's callbacks, all of them. */
	if (t->entry.kind == PT_BAD && !aliases_first(w, t))
		d = t->depth;
	while (!ret && !t->over) {
		enum op_action action = OP_SUBTREE;

		if (w->special) {
			ret = before(w, t, d);
			if (ret || t->over)
				break;
		}
		if (is_set(w, d))
			ret = call(w, &t->entry, d, t->first, t->last, &action);
		if (ret)
			break;
		if (action == OP_AGAIN) {
			if ((*count_of(w, t, d))++ == AGAIN_LIMIT)
				return -EAGAIN;
			if (!(w->flags & WALK_AGAIN_ALIAS))
				d = t->from;
		} else if (action == OP_CONTINUE) {
			t->over = true;
		} else if (d == t->depth) {
			break;
		} else if ((w->flags & WALK_FOLDED_EMPTY) &&
			   !wants_below(w, d)) {
			t->over = true;
		} else {
			d++;
		}
	}
	return ret == WALKER_CHANGED ? go_back(w, t, d) : ret;
}

static int walk_table(struct walker *w, unsigned depth, uint64_t first,
		      uint64_t last);

/* Whether the table of that depth which covers offset is not the space's. */
static bool is_stray(const struct walker *w, unsigned depth, uint64_t offset)
{
	uint64_t mask = pt_ones(w->space->geometry->table_shift[depth]);

	return w->stray && (int)depth == w->stray->depth &&
	       (offset & ~mask) == w->stray_at;
}

/* What is below an entry whose callbacks left SUBTREE. */
static int descend(struct walker *w, const struct turn *t)
{
	unsigned below = t->depth + 1;
	int ret = 0;

	if (t->entry.kind == PT_TABLE) {
		if (!wants_below(w, t->depth))
			return 0;
	} else {
		if (!w->splits || !entries_below(w, t->depth) ||
		    !(SPLIT_KINDS >> t->entry.kind & 1))
			return 0;
		ret = walker_split(w, t->depth, t->first);
		if (ret)
			return ret;
	}
	if (w->table_tests && below != PT_PTE)
		ret = test_table(w, below, t->first, t->last);
	if (ret)
		return ret < 0 ? ret : 0;
	if (is_stray(w, below, t->first)) {
		trace_emit(w->trace, w->stray);
		return -EFAULT;
	}
	return walk_table(w, below, t->first, t->last);
}

/* One entry of segment, clipped to [first, last], and what is below. */
static int walk_entry(struct walker *w, const struct flat_segment *segment,
		      unsigned depth, uint64_t first, uint64_t last)
{
	struct turn t = {
		.entry = *segment,
		.first = first,
		.last = last,
		.depth = depth,
		.from = first_alias(w, depth),
	};
	int ret;

	begin(w, &t);
	ret = evaluate(w, &t);
	return ret || t.over ? ret : descend(w, &t);
}

/*
 *			Stretches of equal entries that are no tables
 */

/* How many callbacks each entry gets; *depth is of the last. */
static unsigned callbacks_of(const struct walker *w, unsigned real_depth,
			     unsigned *depth)
{
	unsigned count = 0;

	*depth = real_depth;
	for (unsigned d = first_alias(w, real_depth); d <= real_depth; d++) {
		if (is_set(w, d)) {
			*depth = d;
			count++;
		}
	}
	return count;
}

/*
 * Whether there is more to an entry of that kind than its callbacks or its hole:
 * a change, a test, an end, or aliases that are called of none ones too (R17).
 */
static bool is_eventful(const struct walker *w, unsigned kind, unsigned depth)
{
	unsigned top = w->space->geometry->top;
	bool aliased = depth == top && top != PT_PGD;

	if (kind == PT_BAD)
		return true;
	if (!w->special)
		return false;
	if (w->table_tests && aliased)
		return true;
	if (kind == PT_NONE)
		return w->install ||
		       (aliased && (w->flags & WALK_FOLDED_EMPTY) &&
			((w->ask->callbacks & (OP_CB_ENTRY(depth) - 1u)) ||
			 !wants_below(w, depth - 1)));
	if ((w->flags & WALK_NO_UPPER_LEAF) && depth <= PT_P4D)
		return true;
	return w->splits && entries_below(w, depth) &&
	       (SPLIT_KINDS >> kind & 1);
}

/* The holes of such a stretch. */
static int walk_holes(struct walker *w, const struct flat_segment *segment,
		      unsigned depth)
{
	struct turn t = { .depth = depth };
	int ret = walker_holes(w, segment->first, segment->last,
			       w->space->geometry->shift[depth],
			       depth_of_hole(w, depth));

	if (ret != WALKER_CHANGED)
		return ret;
	t.first = w->hole;
	return go_back(w, &t, depth);
}

/* Such a stretch, where nothing is eventful. */
static int walk_run(struct walker *w, const struct flat_segment *segment,
		    unsigned real_depth)
{
	unsigned shift = w->space->geometry->shift[real_depth];
	uint64_t mask = pt_ones(shift);
	uint64_t first = segment->first;
	unsigned depth, each;

	if (segment->kind == PT_NONE)
		return walk_holes(w, segment, real_depth);
	each = callbacks_of(w, real_depth, &depth);
	while (each) {
		uint64_t last = first | mask, count = 0;

		if (last > segment->last)
			last = segment->last;
		if (each == 1) {
			uint64_t whole = first & mask ? 0 :
				(segment->last - first + 1) >> shift;

			count = quiet(w, depth, whole ? whole : 1);
			if (count && whole)
				last = first + (count << shift) - 1;
		}
		if (count) {
			call_quietly(w, segment, depth, first, last, count);
		} else {
			int ret = walk_entry(w, segment, real_depth, first,
					     last);

			if (ret)
				return ret;
		}
		if (last == segment->last)
			break;
		first = last + 1;
	}
	return 0;
}

/*
 *			Page tables
 */

/* One visit of a page; R29: of none ones too. */
static int walk_page(struct walker *w, const struct flat_segment *segment,
		     uint64_t first)
{
	struct turn t = { .first = first, .depth = PT_PTE };

	begin(w, &t);
	for (;;) {
		enum op_action action;
		int ret = call(w, segment, PT_PTE, first, first + w->page,
			       &action);

		if (ret == WALKER_CHANGED)
			return go_back(w, &t, PT_PTE);
		if (ret || action != OP_AGAIN)
			return ret;
		if ((*count_of(w, &t, PT_PTE))++ == AGAIN_LIMIT)
			return -EAGAIN;
	}
}

/* count visits of equal entries, the first from segment->first on. */
static int walk_page_run(struct walker *w, const struct flat_segment *segment,
			 uint64_t count)
{
	uint64_t first = segment->first;

	if (w->install && segment->kind == PT_NONE)
		return walker_install(w, first, count);
	if (!is_set(w, PT_PTE))
		return 0;
	while (count) {
		uint64_t now = w->going_back ? 0 : quiet(w, PT_PTE, count);
		uint64_t bytes;
		int ret = 0;

		if (!now) {
			now = 1;
			ret = walk_page(w, segment, first);
			bytes = w->page + 1;
		} else {
			bytes = now * (w->page + 1);
			call_quietly(w, segment, PT_PTE, first,
				     first + bytes - 1, now);
		}
		if (ret)
			return ret;
		first += bytes;
		count -= now;
	}
	return 0;
}

/*
 * [first, last] of one page table.  R28: each visit is as long as a page and
 * begins a page after the one before; the last is the first that begins in the
 * range's last page length or later.
 */
static int walk_pages(struct walker *w, uint64_t first, uint64_t last)
{
	uint64_t length = w->page + 1;
	struct flat_segment segment;

	/* From here on the start of the last visit. */
	last = first + ((last - first) & ~w->page);
	for (;;) {
		uint64_t count;
		int ret;

		flat_read(w->space, &w->cursor, PT_PTE, first, last, &segment);
		count = (segment.last - first) / length + 1;
		ret = walk_page_run(w, &segment, count);
		if (ret || segment.last == last)
			return ret;
		first += count * length;
	}
}

/*
 *			Tables
 */

/*
 * The entry that covers where a callback changed the tables.  Tables above that
 * callback's entry have had their callbacks; what is there besides, or at its
 * depth, is evaluated as if never seen.
 */
static int walk_changed(struct walker *w, struct flat_segment *segment,
			unsigned depth)
{
	uint64_t mask = pt_ones(w->space->geometry->shift[depth]);

	if (segment->last > (segment->first | mask))
		segment->last = segment->first | mask;
	if (segment->kind == PT_TABLE && depth < w->back.depth)
		return walk_table(w, depth + 1, segment->first, segment->last);
	return walk_entry(w, segment, depth, segment->first, segment->last);
}

/* Visits [first, last] of one table at depth; recurses at most 4 deep. */
static int walk_table(struct walker *w, unsigned depth, uint64_t first,
		      uint64_t last)
{
	uint64_t mask = pt_ones(w->space->geometry->shift[depth]);
	struct flat_segment segment;

	if (depth == PT_PTE)
		return walk_pages(w, first, last);
	for (;; first = segment.last + 1) {
		int ret;

		flat_read(w->space, &w->cursor, depth, first, last, &segment);
		if (w->going_back) {
			ret = walk_changed(w, &segment, depth);
		} else if (segment.kind != PT_TABLE &&
			   !is_eventful(w, segment.kind, depth)) {
			ret = walk_run(w, &segment, depth);
		} else if (segment.kind == PT_TABLE &&
			   (w->passed & 1u << depth)) {
			ret = !wants_below(w, depth) ? 0 :
				walk_table(w, depth + 1, first, segment.last);
		} else {
			/* What it does may change the entries after it. */
			if (segment.last > (first | mask))
				segment.last = first | mask;
			ret = walk_entry(w, &segment, depth, first,
					 segment.last);
		}
		if (ret || segment.last == last)
			return ret;
	}
}

int walker_tables(struct walker *w, uint64_t first, uint64_t last)
{
	unsigned top = w->space->geometry->top;
	uint8_t set = w->ask->callbacks & (OP_CB_HOLE - 1u);
	int ret;

	w->special = w->flags || w->install || w->splits || w->table_tests;
	if (set & ((2u << top) - 1))
		set |= (uint8_t)(1u << top);
	w->passed = w->table_tests ? 0 : (uint8_t)~set;
	ret = walk_table(w, top, first, last);
	while (ret == WALKER_CHANGED) {
		w->going_back = true;
		w->cursor = (struct flat_cursor){ 0 };
		ret = walk_table(w, top, w->back.first, last);
	}
	return ret;
}

int walker_check_range(struct walker *w, uint64_t va, uint64_t last,
		       uint64_t *first_offset, uint64_t *last_offset)
{
	const struct oracle *oracle = w->oracle;
	int ret = 0;

	if (!(w->flags & WALK_UNALIGNED))
		ret = model_check_range(oracle, va, last, first_offset,
					last_offset);
	else if (last < va || last < w->page)
		ret = -EINVAL;
	else if (!model_range(oracle, oracle->current, va, last, first_offset,
			      last_offset))
		ret = -ERANGE;
	if (!ret)
		w->base = va - *first_offset;
	return ret;
}

void walker_init(struct walker *w, struct oracle *oracle, const struct op *op,
		 struct trace *trace)
{
	*w = (struct walker){
		.oracle = oracle,
		.space = &oracle->space[oracle->current],
		.op = op,
		.ask = &op->walk,
		.trace = trace,
		.word = pt_ones(oracle->arch->va_word_bits),
		.page = pt_ones(oracle->arch->page_shift),
		.flags = oracle->walk_flags,
	};
}

int expect_walk(struct oracle *oracle, const struct op *op, struct trace *trace)
{
	/* Forgotten with this walk, even if it is refused. */
	const struct model_during during = expect_take_held(oracle);
	struct walker w;
	uint64_t first, last;
	int ret;

	walker_init(&w, oracle, op, trace);
	w.held = &during.op;
	w.held_at = during.nth;
	ret = walker_check_range(&w, op->va, op->last, &first, &last);
	return ret ? ret : walker_tables(&w, first, last);
}
