/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A dump is what translate, and what a walk, tell of the same range.
 *
 * After a random case a range of it is dumped, with holes or without, with a
 * marker or without.  The runs are compared with those put together here from a
 * view of the space: from a translate at the start of each entry, and from one
 * walk that adds up what tables take away.  Runs are cut at the marker, joined
 * where depth, kind, attributes and removed rights are the same; the pages that
 * are writable and executable are counted.
 *
 * Source: include/tablewalk/ptdump.h.
 */
#include "relation.h"

#define RECORDS 24
#define KINDS_DUMPED (KINDS_BUILD | KIND(OP_SHARE) | KIND(OP_SYNC))

/* A list of runs, as ptdump.h has them: pa and order are not set. */
struct list {
	struct view runs;
	uint64_t wx_pages;
};

static bool alike(const struct view_run *a, const struct view_run *b)
{
	return a->last + 1 == b->va && a->depth == b->depth &&
	       a->kind == b->kind && a->attrs == b->attrs &&
	       a->removed == b->removed;
}

/* Adds one stretch that no marker is inside of; border: it begins at one. */
static void add(struct list *list, const struct view_run *run, bool border)
{
	struct view *runs = &list->runs;

	if (runs->count && !border && alike(&runs->run[runs->count - 1], run)) {
		runs->run[runs->count - 1].last = run->last;
		return;
	}
	/* view_add() would join over a border: a gap in the order of runs. */
	view_add(runs, &(struct view_run){ .order = 1 });
	runs->run[runs->count - 1] = *run;
}

/* The runs of [va, last], all kinds, cut at marker where that is not 0. */
static void list_runs(const struct view *view, const struct op *dump,
		      const struct pt_format *f, struct list *list)
{
	const uint32_t wx = PT_W | PT_X;

	view_clear(&list->runs);
	list->wx_pages = 0;
	for (size_t i = 0; i < view->count; i++) {
		struct view_run run = view->run[i], rest;

		if (run.last < dump->va || run.va > dump->last)
			continue;
		run.va = run.va < dump->va ? dump->va : run.va;
		run.last = run.last > dump->last ? dump->last : run.last;
		run.pa = 0;
		run.order = 0;
		if (run.kind == PT_LEAF && (run.attrs & ~run.removed & wx) == wx)
			list->wx_pages += ((run.last - run.va) >>
					   f->page_shift) + 1;
		rest = run;
		if (dump->floor > run.va && dump->floor <= run.last) {
			run.last = dump->floor - 1;
			rest.va = dump->floor;
			add(list, &run, false);
		}
		add(list, &rest, dump->floor && rest.va == dump->floor);
	}
}

/* Compares a dump, in the trace of side a, with the list. */
static bool same_dump(struct trial *t, const struct op *dump,
		      const struct list *list, const char *reader)
{
	const struct trace *trace = &t->a->trace;
	char one[240], other[240];
	uint64_t pages = 0;
	uint32_t e = 0;

	for (size_t i = 0; i <= list->runs.count; i++) {
		const struct view_run *run =
			i < list->runs.count ? &list->runs.run[i] : NULL;
		const struct trace_event *seen = &trace->event[e];

		if (run && run->kind == PT_NONE && !(dump->nth & 1))
			continue;
		if (!run && seen->type != TRACE_RUN)
			break;
		if (run && seen->type == TRACE_RUN && seen->va == run->va &&
		    seen->last == run->last && seen->kind == run->kind &&
		    seen->depth == run->depth && seen->attrs == run->attrs &&
		    seen->removed == run->removed) {
			e++;
			continue;
		}
		view_print_run(one, sizeof(one), run);
		event_print(other, sizeof(other), seen);
		trial_broken(t, "dump of 0x%llx-0x%llx, flags %u, marker 0x%llx"
			     "\n  %s: %s\n  dump: %s",
			     (unsigned long long)dump->va,
			     (unsigned long long)dump->last, dump->nth,
			     (unsigned long long)dump->floor, reader, one,
			     other);
		return false;
	}
	if (trace->event[e].type == TRACE_WX)
		pages = trace->event[e].pa;
	if (pages == list->wx_pages)
		return true;
	trial_broken(t, "a dump counts %llu writable and executable pages, %s "
		     "%llu", (unsigned long long)pages, reader,
		     (unsigned long long)list->wx_pages);
	return false;
}

/* What to dump: a span or a part of it. */
static struct op draw_dump(struct trial *t, unsigned *space)
{
	struct span span[2];
	const uint64_t ones = pt_ones(t->format->page_shift);
	const struct view *view;
	struct op op;
	unsigned spans;

	*space = rng_below(&t->rng, PT_SPACES);
	view = &t->view_a[*space];
	spans = space_spans(t->format, *space, span);
	spans = rng_below(&t->rng, spans);
	op = op_on(OP_DUMP, span[spans].va, span[spans].last);
	op.nth = (uint8_t)rng_below(&t->rng, 2);
	for (unsigned tries = 0; tries < 4; tries++) {
		const struct view_run *run =
			&view->run[rng_below(&t->rng, (uint32_t)view->count)];
		uint64_t va = run->va + rng_up_to(&t->rng, run->last - run->va);

		if (va <= op.va || va > op.last)
			continue;
		if (tries == 0 && rng_one_in(&t->rng, 2))
			op.floor = rng_one_in(&t->rng, 2) ? va : va & ~ones;
		else if (tries == 1 && rng_one_in(&t->rng, 2))
			op.va = va & ~ones;
		else if (tries == 2 && rng_one_in(&t->rng, 2) &&
			 (va | ones) > op.va)
			op.last = va | ones;
	}
	return op;
}

static enum verdict run(struct trial *t)
{
	static const enum view_reader readers[] = { VIEW_TRANSLATE, VIEW_WALK };
	struct list list = { 0 };
	bool equal = true, something = false;

	trial_draw(t, KINDS_DUMPED, RECORDS);
	trial_replay(t, t->a);
	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	side_view(t->a, VIEW_WALK, t->view_b);
	for (unsigned i = 0; equal && i < 6; i++) {
		unsigned space;
		struct op dump = draw_dump(t, &space);

		if (side_apply_in(t->a, space, &dump)) {
			trial_broken(t, "a dump is refused");
			equal = false;
		}
		something |= t->a->trace.count > 3;
		for (unsigned r = 0; equal && r < 2; r++) {
			list_runs(r ? &t->view_b[space] : &t->view_a[space],
				  &dump, t->format, &list);
			equal = same_dump(t, &dump, &list,
					  view_reader_name[readers[r]]);
		}
	}
	view_close(&list.runs);
	return !equal ? BROKEN : something ? HELD : NOT_MET;
}

const struct relation relation_dump = {
	.name = "dump",
	.states = "a dump is what translate, and what a walk, tell",
	.run = run,
	.trials = 24,
	.met_percent = 80,
	.met_formats = 52,
};
