/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two sides of a trial, and what relations have in common: relation.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <tablewalk/check.h>

#include "../../harness/fit.h"
#include "../../harness/generate.h"
#include "relation.h"
#include "words.h"

#define TRACE_EVENTS (UINT32_C(1) << 16)

bool side_open(struct side *side, const struct pt_format *format)
{
	*side = (struct side){ .format = format };
	side->trace.event = calloc(TRACE_EVENTS, sizeof(struct trace_event));
	side->trace.capacity = TRACE_EVENTS;
	if (side->trace.event && arena_open(&side->arena, format, NULL) == 0)
		return true;
	free(side->trace.event);
	return false;
}

void side_close(struct side *side)
{
	arena_close(&side->arena);
	free(side->trace.event);
}

void side_begin(struct side *side, const struct case_header *header,
		uint8_t runtime_folded)
{
	arena_reset(&side->arena, (enum case_window)header->window);
	pt_check(subject_open(&side->subject, side->format, &side->arena));
	for (unsigned i = 0; i < PT_SPACES; i++)
		side->subject.space[i].runtime_folded = runtime_folded;
}

int side_apply(struct side *side, const struct op *op)
{
	side->trace.count = 0;
	side->trace.overflow = false;

	int ret = subject_apply(&side->subject, op, &side->trace);

	pt_check(!side->trace.overflow);
	return ret;
}

int side_apply_in(struct side *side, unsigned space, const struct op *op)
{
	const unsigned current = side->subject.current;
	int ret;

	side->subject.current = space;
	ret = side_apply(side, op);
	side->subject.current = current;
	return ret;
}

unsigned side_tables(struct side *side)
{
	unsigned count;

	arena_live(&side->arena, &count);
	return count;
}

/* Reading a side. */

unsigned space_spans(const struct pt_format *f, unsigned space,
		     struct span out[2])
{
	const uint64_t word = pt_ones(f->va_word_bits);
	const uint64_t root = pt_ones(f->va_bits);

	switch (f->va_rule) {
	case PT_VA_SIGNED:
		out[0] = (struct span){ 0, root >> 1 };
		out[1] = (struct span){ word - (root >> 1), word };
		return 2;
	case PT_VA_ROOTS:
		out[0] = (struct span){ space ? word - root : 0,
					space ? word : root };
		return 1;
	case PT_VA_ZERO:
		break;
	}
	out[0] = (struct span){ 0, root };
	return 1;
}

static void add_event(struct view *view, const struct trace_event *e,
		      unsigned depth, uint32_t removed)
{
	view_add(view, &(struct view_run){
		.va = e->va, .last = e->last, .pa = e->pa, .attrs = e->attrs,
		.removed = removed, .kind = e->kind, .depth = (uint8_t)depth,
		.order = e->order,
	});
}

static bool translate_span(struct side *side, unsigned space,
			   const struct span *span, struct view *view)
{
	struct op op = op_on(OP_TRANSLATE, span->va, 0);

	for (;;) {
		struct trace_event *e = side->trace.event;

		if (side_apply_in(side, space, &op) || e->type != TRACE_LOOKUP ||
		    e->depth < 0 || e->depth >= PT_DEPTHS)
			return false;
		e->last = e->va | (pt_span(side->format, (unsigned)e->depth) - 1);
		add_event(view, e, (unsigned)e->depth, e->removed);
		if (e->last >= span->last)
			return true;
		op.va = e->last + 1;
	}
}

/* One walk: what tables take away is that of the visits above. */
static bool walk_span(struct side *side, unsigned space,
		      const struct span *span, struct view *view)
{
	const struct op op = op_walk_all(side->format, span->va, span->last);
	const unsigned top = side->format->top;
	uint32_t removed[PT_DEPTHS + 1] = { 0 };
	int ret = side_apply_in(side, space, &op);

	for (uint32_t i = 0; i + 1 < side->trace.count; i++) {
		const struct trace_event *e = &side->trace.event[i];
		/* A hole of the root may be of a folded depth. */
		unsigned depth = e->depth < (int)top ? top : (unsigned)e->depth;

		if (e->type == TRACE_VISIT && e->kind == PT_TABLE)
			removed[depth + 1] = removed[depth] | e->attrs;
		else if (e->type == TRACE_VISIT || e->type == TRACE_HOLE)
			add_event(view, e, depth, removed[depth]);
	}
	return ret == 0;
}

static bool iterate_span(struct side *side, unsigned space,
			 const struct span *span, struct view *view)
{
	const struct op op = op_on(OP_ITERATE, span->va, span->last);
	int ret = side_apply_in(side, space, &op);

	for (uint32_t i = 0; i + 1 < side->trace.count; i++) {
		const struct trace_event *e = &side->trace.event[i];

		add_event(view, e, (unsigned)e->depth, 0);
	}
	return ret == 0;
}

bool side_view(struct side *side, enum view_reader reader,
	       struct view view[PT_SPACES])
{
	bool read = true;

	for (unsigned space = 0; space < PT_SPACES; space++) {
		struct span span[2];
		unsigned spans = space_spans(side->format, space, span);

		view_clear(&view[space]);
		for (unsigned i = 0; i < spans; i++) {
			if (reader == VIEW_TRANSLATE)
				read &= translate_span(side, space, &span[i],
						       &view[space]);
			else if (reader == VIEW_WALK)
				read &= walk_span(side, space, &span[i],
						  &view[space]);
			else
				read &= iterate_span(side, space, &span[i],
						     &view[space]);
		}
	}
	return read;
}

/* Trials. */

void trial_draw(struct trial *t, uint64_t kinds, unsigned records)
{
	const struct generate_options options = {
		.mask = kinds, .version = 3, .profile = CASE_CURRENT + 1,
		.records = records, .format = t->format,
	};
	const struct case_place place = machine_place(t->format);
	struct case_resolver resolver;

	generate_case(&t->rng, &options, &t->c);
	case_resolver_init(&resolver, &t->c, &place);
	t->ops = 0;
	while (t->ops < CASE_RECORDS &&
	       case_resolve(&resolver, &t->op[t->ops]))
		t->ops++;
	t->at = t->ops;
}

void trial_replay(struct trial *t, struct side *side)
{
	const struct op forget = op_on(OP_DURING, 0, 0);

	side_begin(side, &t->c.header, t->folded);
	for (unsigned i = 0; i < t->at; i++)
		side_apply(side, &t->op[i]);
	/* What is held would be carried out by a walk that only looks on. */
	side_apply(side, &forget);
}

/* The n-th operation, counted from 0, of that kind that returned 0. */
static unsigned nth_done(const struct trial *t, unsigned kind, unsigned n)
{
	for (unsigned i = 0; i < t->ops; i++)
		if (t->op[i].kind == kind && !t->ret[i] && !n--)
			return i;
	return t->ops;
}

bool trial_pick(struct trial *t, uint64_t kinds)
{
	unsigned done[OP_KINDS] = { 0 }, kind = OP_NOP, count = 0;

	side_begin(t->a, &t->c.header, t->folded);
	for (unsigned i = 0; i < t->ops; i++) {
		t->ret[i] = side_apply(t->a, &t->op[i]);
		done[t->op[i].kind] += t->ret[i] == 0;
	}
	/* A kind first: some are rare.  The n-th with probability 1 / n. */
	for (unsigned k = 0; k < OP_KINDS; k++)
		if (kinds >> k & 1 && done[k] && rng_one_in(&t->rng, ++count))
			kind = k;
	if (!count)
		return false;
	t->at = nth_done(t, kind, rng_below(&t->rng, done[kind]));
	return true;
}

/* The last of at most some more runs behind run i with nothing in between. */
static size_t further(struct trial *t, const struct view *view, size_t i)
{
	size_t end = i + rng_below(&t->rng, 8);

	while (i < end && i + 1 < view->count &&
	       view->run[i].last + 1 == view->run[i + 1].va)
		i++;
	return i;
}

bool trial_draw_range(struct trial *t, unsigned kind, struct op *op)
{
	const unsigned space = t->a->subject.current;
	const struct view *view = &t->view_a[space];
	const uint64_t ones = pt_ones(t->format->page_shift);
	struct span from[2], to[2];
	unsigned count = 0;
	size_t at = 0;

	for (size_t i = 0; i < view->count; i++)
		if (view->run[i].kind == PT_LEAF &&
		    rng_one_in(&t->rng, ++count))
			at = i;
	if (!count)
		return false;
	*op = op_on(kind, view->run[at].va, view->run[at].last);
	if (rng_one_in(&t->rng, 2))
		op->last = view->run[further(t, view, at)].last;
	if (rng_one_in(&t->rng, 2))
		op->va += rng_up_to(&t->rng, view->run[at].last - op->va) & ~ones;
	if (rng_one_in(&t->rng, 2))
		op->last -= rng_up_to(&t->rng, op->last - op->va) & ~ones;
	else if (view_at(view, op->last + ones + 1))
		op->last += ones + 1;
	if (kind == OP_COPY) {
		space_spans(t->format, space, from);
		space_spans(t->format, 1 - space, to);
		op->pa = op->va - from[0].va + to[0].va;
		op->nth = (uint8_t)rng_below(&t->rng, 2);
	}
	return true;
}

enum verdict trial_broken(struct trial *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->what, sizeof(t->what), format, args);
	va_end(args);
	return BROKEN;
}

/* Comparisons of both sides. */

bool trial_same_view(struct trial *t, const struct view_match *match,
		     const char *when)
{
	char text[700];

	if (!side_view(t->a, VIEW_TRANSLATE, t->view_a) ||
	    !side_view(t->b, VIEW_TRANSLATE, t->view_b)) {
		trial_broken(t, "%s: translate refuses an address", when);
		return false;
	}
	for (unsigned i = 0; i < PT_SPACES; i++) {
		if (view_compare(&t->view_a[i], &t->view_b[i], match, text,
				 sizeof(text)))
			continue;
		trial_broken(t, "%s: translations of space %u differ %s", when,
			     i, text);
		return false;
	}
	return true;
}

bool trial_same_words(struct trial *t, const char *when)
{
	char text[700];

	for (unsigned i = 0; i < PT_SPACES; i++) {
		const struct words a = { &t->a->arena.memory,
					 t->a->subject.space[i].root };
		const struct words b = { &t->b->arena.memory,
					 t->b->subject.space[i].root };

		if (words_compare(t->format, &a, &b, text, sizeof(text)))
			continue;
		trial_broken(t, "%s: words of space %u differ, %s", when, i,
			     text);
		return false;
	}
	if (side_tables(t->a) == side_tables(t->b))
		return true;
	trial_broken(t, "%s: %u tables are live, and %u", when,
		     side_tables(t->a), side_tables(t->b));
	return false;
}

/* Compares what both sides say of an operation on each span. */
static bool same_traces(struct trial *t, struct op op, const char *when)
{
	for (unsigned i = 0; i < 2 * PT_SPACES; i++) {
		const struct trace *a = &t->a->trace, *b = &t->b->trace;
		struct span span[2];
		uint32_t e = 0;
		char one[240], other[240];

		if (i % 2 >= space_spans(t->format, i / 2, span))
			continue;
		op.va = span[i % 2].va;
		op.last = span[i % 2].last;
		side_apply_in(t->a, i / 2, &op);
		side_apply_in(t->b, i / 2, &op);
		while (e < a->count && e < b->count &&
		       trace_event_equal(&a->event[e], &b->event[e]))
			e++;
		if (e == a->count && e == b->count)
			continue;
		event_print(one, sizeof(one), e < a->count ? &a->event[e] : NULL);
		event_print(other, sizeof(other),
			    e < b->count ? &b->event[e] : NULL);
		trial_broken(t, "%s: %s of space %u differs at event %u\n"
			     "  one:   %s\n  other: %s", when,
			     op_kind_name(op.kind), i / 2, e, one, other);
		return false;
	}
	return true;
}

bool trial_same_walks(struct trial *t, const char *when)
{
	return same_traces(t, op_walk_all(t->format, 0, 0), when);
}

bool trial_same_dumps(struct trial *t, const char *when)
{
	struct op op = op_on(OP_DUMP, 0, 0);

	op.nth = 1;			/* PT_DUMP_HOLES */
	return same_traces(t, op, when);
}

bool trial_same_all(struct trial *t, const char *when)
{
	return trial_same_view(t, &match_all, when) &&
	       trial_same_words(t, when) && trial_same_walks(t, when) &&
	       trial_same_dumps(t, when);
}

/* A place in a hole of the current space, aligned; false without one. */
static bool find_hole(struct trial *t, uint64_t bytes, uint64_t *va)
{
	const struct view *view = &t->view_a[t->a->subject.current];

	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	for (unsigned tries = 0; tries < 16; tries++) {
		const struct view_run *run =
			&view->run[rng_below(&t->rng, (uint32_t)view->count)];
		uint64_t first = (run->va + bytes - 1) & ~(bytes - 1), room;

		if (run->kind != PT_NONE || first < run->va ||
		    first > run->last || run->last - first < bytes - 1)
			continue;
		/* Near an end of the hole: that is where others are. */
		room = (run->last - first + 1) / bytes;
		if (room > 4)
			room = 4;
		*va = first + rng_next(&t->rng) % (room ? room : 1) * bytes;
		if (rng_one_in(&t->rng, 2))
			*va = ((run->last + 1) & ~(bytes - 1)) - bytes;
		return *va >= run->va && run->last - *va >= bytes - 1;
	}
	return false;
}

bool trial_map_unit(struct trial *t, unsigned depth, unsigned order,
		    unsigned count, struct op *op)
{
	const uint64_t unit = unit_bytes(t->format, depth, order);
	uint64_t bytes = unit, va;

	while (bytes < unit * count)
		bytes <<= 1;
	if (!find_hole(t, bytes, &va))
		return false;
	*op = op_on(OP_MAP, va, va + unit * count - 1);
	op->depth = (uint8_t)depth;
	op->order = (uint8_t)order;
	op->pa = rng_next(&t->rng) & pt_ones(t->format->pa_bits) & ~(bytes - 1);
	for (unsigned tries = 0; tries < 8; tries++) {
		uint64_t bits = rng_next(&t->rng);

		op->attrs = fit_attrs(t->format, PT_R |
				(uint32_t)(bits & (PT_RIGHTS | PT_ACCESSED |
						   PT_DIRTY)));
		if (side_apply(t->a, op) == 0)
			return side_apply(t->b, op) == 0;
	}
	return false;
}
