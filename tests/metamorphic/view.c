/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See view.h. */
#include "view.h"

#include <inttypes.h>
#include <stdlib.h>

#include <tablewalk/check.h>

const char *const view_reader_name[VIEW_READERS] = {
	"translate", "walk", "iterate",
};

void view_close(struct view *view)
{
	free(view->run);
	*view = (struct view){ 0 };
}

static bool run_joins(const struct view_run *run, const struct view_run *next)
{
	return run->last + 1 == next->va && run->kind == next->kind &&
	       run->attrs == next->attrs && run->removed == next->removed &&
	       run->depth == next->depth && run->order == next->order &&
	       (!kind_has_pa(run->kind) ||
		run->pa + (run->last - run->va) + 1 == next->pa);
}

void view_add(struct view *view, const struct view_run *run)
{
	if (view->count && run_joins(&view->run[view->count - 1], run)) {
		view->run[view->count - 1].last = run->last;
		return;
	}
	if (view->count == view->capacity) {
		view->capacity = view->capacity ? 2 * view->capacity : 64;
		view->run = realloc(view->run,
				    view->capacity * sizeof(*view->run));
		pt_check(view->run);
	}
	view->run[view->count++] = *run;
}

const struct view_run *view_at(const struct view *view, uint64_t va)
{
	size_t low = 0, high = view->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (view->run[middle].last < va)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == view->count || view->run[low].va > va)
		return NULL;
	return &view->run[low];
}

void view_print_run(char *text, size_t bytes, const struct view_run *run)
{
	if (!run) {
		snprintf(text, bytes, "nothing");
		return;
	}
	snprintf(text, bytes, "0x%" PRIx64 "-0x%" PRIx64 " %s %s order %u pa "
		 "0x%" PRIx64 " attrs 0x%" PRIx32 " removed 0x%" PRIx32,
		 run->va, run->last, pt_kind_name(run->kind),
		 pt_depth_name(run->depth), run->order, run->pa, run->attrs,
		 run->removed);
}

/* Whether the runs say the same of va of a and b_va of b. */
static bool same_at(const struct view_run *a, uint64_t va,
		    const struct view_run *b, uint64_t b_va,
		    const struct view_match *match)
{
	unsigned levels = VIEW_LEVELS;

	if (a->kind != b->kind || ((a->attrs ^ b->attrs) & match->attrs))
		return false;
	if (kind_has_pa(a->kind) && a->pa + (va - a->va) !=
					    b->pa + (b_va - b->va))
		return false;
	/* What is taken away from nothing is no translation's business. */
	if (match->flags & VIEW_REMOVED && a->removed != b->removed &&
	    (a->kind == PT_LEAF || match->flags & VIEW_HOLES))
		return false;
	if (a->kind == PT_NONE)
		levels = VIEW_HOLES;
	return !(match->flags & levels) ||
	       (a->depth == b->depth && a->order == b->order);
}

bool view_compare_part(const struct view *a, const struct view *b,
		       uint64_t va, uint64_t last, uint64_t b_va,
		       const struct view_match *match, char *text, size_t bytes)
{
	for (;;) {
		const struct view_run *x = view_at(a, va);
		const struct view_run *y = view_at(b, b_va);
		uint64_t step;

		if (!x || !y || !same_at(x, va, y, b_va, match)) {
			char one[240], other[240];

			view_print_run(one, sizeof(one), x);
			view_print_run(other, sizeof(other), y);
			snprintf(text, bytes, "at 0x%" PRIx64 " and 0x%" PRIx64
				 "\n  one:   %s\n  other: %s", va, b_va, one,
				 other);
			return false;
		}
		step = x->last - va < y->last - b_va ? x->last - va :
						       y->last - b_va;
		if (last - va <= step)
			return true;
		va += step + 1;
		b_va += step + 1;
	}
}

bool view_compare(const struct view *a, const struct view *b,
		  const struct view_match *match, char *text, size_t bytes)
{
	uint64_t va = 0;

	/* Views of a space tile one span or two: each span by itself. */
	for (size_t i = 0; i < a->count; i++) {
		if (i == 0 || a->run[i].va != a->run[i - 1].last + 1)
			va = a->run[i].va;
		if (i + 1 < a->count && a->run[i + 1].va == a->run[i].last + 1)
			continue;
		if (!view_compare_part(a, b, va, a->run[i].last, va, match,
				       text, bytes))
			return false;
	}
	if (a->count && b->count &&
	    a->run[0].va == b->run[0].va &&
	    a->run[a->count - 1].last == b->run[b->count - 1].last)
		return true;
	snprintf(text, bytes, "not of the same range");
	return false;
}

/* Lanes. */

void lanes_close(struct lanes *lanes)
{
	free(lanes->event);
	*lanes = (struct lanes){ 0 };
}

static bool same_lane(const struct trace_event *a, const struct trace_event *b)
{
	/* Visits and holes of a depth are one lane: they tile it. */
	bool a_walk = a->type == TRACE_VISIT || a->type == TRACE_HOLE;
	bool b_walk = b->type == TRACE_VISIT || b->type == TRACE_HOLE;

	if (a_walk != b_walk)
		return false;
	return a_walk ? a->depth == b->depth : a->type == b->type;
}

static bool event_joins(const struct trace_event *e,
			const struct trace_event *next)
{
	return e->last + 1 == next->va && e->type == next->type &&
	       e->depth == next->depth && e->kind == next->kind &&
	       e->attrs == next->attrs && e->order == next->order &&
	       e->removed == next->removed &&
	       (!trace_has_pa(e->type, e->kind) ||
		e->pa + (e->last - e->va) + 1 == next->pa);
}

/* The last event of the lane that this one is in, or NULL. */
static struct trace_event *lane_last(struct lanes *lanes,
				     const struct trace_event *event)
{
	for (size_t i = lanes->count; i--;)
		if (same_lane(&lanes->event[i], event))
			return &lanes->event[i];
	return NULL;
}

static void lanes_append(struct lanes *lanes, const struct trace_event *event)
{
	if (lanes->count == lanes->capacity) {
		lanes->capacity = lanes->capacity ? 2 * lanes->capacity : 64;
		lanes->event = realloc(lanes->event, lanes->capacity *
							     sizeof(*event));
		pt_check(lanes->event);
	}
	lanes->event[lanes->count] = *event;
	/* How many entries it was says how it was cut, nothing else. */
	lanes->event[lanes->count++].count = 1;
}

void lanes_add(struct lanes *lanes, const struct trace *trace)
{
	for (uint32_t i = 0; i < trace->count; i++) {
		const struct trace_event *event = &trace->event[i];
		struct trace_event *last;

		if (event->type == TRACE_WX)
			lanes->wx += event->pa;
		if (event->type == TRACE_RETURN || event->type == TRACE_WX)
			continue;
		last = lane_last(lanes, event);
		if (last && event_joins(last, event))
			last->last = event->last;
		else
			lanes_append(lanes, event);
	}
}

void event_print(char *text, size_t bytes, const struct trace_event *e)
{
	if (!e) {
		snprintf(text, bytes, "nothing");
		return;
	}
	snprintf(text, bytes, "%s %s 0x%" PRIx64 "-0x%" PRIx64 " %s order %u "
		 "pa 0x%" PRIx64 " attrs 0x%" PRIx32 " removed 0x%" PRIx32
		 " count %" PRIu32 " ret %" PRId32,
		 trace_type_name(e->type), pt_depth_name(e->depth), e->va,
		 e->last, pt_kind_name(e->kind), e->order, e->pa, e->attrs,
		 e->removed, e->count, e->ret);
}

static int by_lane(const void *x, const void *y)
{
	const struct trace_event *a = x, *b = y;
	const unsigned walk = 1u << TRACE_VISIT | 1u << TRACE_HOLE;
	int a_lane = walk >> a->type & 1 ? 100 + a->depth : a->type;
	int b_lane = walk >> b->type & 1 ? 100 + b->depth : b->type;

	if (a_lane != b_lane)
		return a_lane < b_lane ? -1 : 1;
	return a->va < b->va ? -1 : a->va > b->va;
}

bool lanes_compare(const struct lanes *a, const struct lanes *b, char *text,
		   size_t bytes)
{
	size_t count = a->count > b->count ? a->count : b->count;

	if (a->count)
		qsort(a->event, a->count, sizeof(*a->event), by_lane);
	if (b->count)
		qsort(b->event, b->count, sizeof(*b->event), by_lane);
	for (size_t i = 0; i < count; i++) {
		const struct trace_event *x = NULL, *y = NULL;
		char one[240], other[240];

		if (i < a->count)
			x = &a->event[i];
		if (i < b->count)
			y = &b->event[i];
		if (x && y && trace_event_equal(x, y))
			continue;
		event_print(one, sizeof(one), x);
		event_print(other, sizeof(other), y);
		snprintf(text, bytes, "event %zu\n  one:   %s\n  other: %s", i,
			 one, other);
		return false;
	}
	if (a->wx == b->wx)
		return true;
	snprintf(text, bytes, "%" PRIu64 " and %" PRIu64
		 " pages writable and executable", a->wx, b->wx);
	return false;
}
