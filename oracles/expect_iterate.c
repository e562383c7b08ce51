/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of an iterator.  Stretches of equal items are emitted as
 * one run, so an iteration costs what there are tables and extents.
 *
 * Source: include/tablewalk/vpte.h, the text.
 */
#include "expect.h"

#include <errno.h>

struct iteration {
	struct flat_space *space;
	const struct op *op;
	struct trace *trace;
	uint64_t base;			/* address minus offset */
	uint64_t first, last;		/* offsets of the range */
	uint64_t pa_last;		/* the greatest physical address */
};

/* Whether the items, which are leaves then, are changed. */
static bool changes(const struct op *op)
{
	return op->nth == OP_ITERATE_AGE || op->nth == OP_ITERATE_MOVE;
}

static bool is_reported(const struct iteration *it, unsigned kind)
{
	if (changes(it->op))
		return kind == PT_LEAF;
	return kind != PT_NONE || it->op->nth != OP_ITERATE_PRESENT;
}

/* count equal items that make up [first, last] of the stretch. */
static void emit(const struct iteration *it, const struct flat_view *stretch,
		 uint64_t first, uint64_t last, uint64_t count)
{
	struct trace_event event = {
		.type = TRACE_ITEM,
		.va = it->base + first,
		.last = it->base + last,
		.count = (uint32_t)count,
		.depth = (int8_t)stretch->depth,
		.kind = stretch->kind,
		.order = stretch->order,
		.attrs = stretch->attrs,
	};

	if (flat_has_pa(stretch->kind))
		event.pa = stretch->pa + (first - stretch->first);
	trace_emit(it->trace, &event);
}

/*
 * The items of a stretch that lies in the range.  Only the first and the last
 * can be part of a unit: those whose unit the range splits.
 */
static void report(const struct iteration *it, const struct flat_view *stretch)
{
	unsigned shift = it->space->geometry->shift[stretch->depth] +
			 (unsigned)stretch->order;
	uint64_t mask = pt_ones(shift);
	uint64_t first = stretch->first, last = stretch->last, whole;

	if (first & mask) {
		uint64_t end = (first | mask) < last ? first | mask : last;

		emit(it, stretch, first, end, 1);
		if (end == last)
			return;
		first = end + 1;
	}
	/* Less one, for a stretch may be as long as there are numbers. */
	whole = last - first;
	if (whole == UINT64_MAX)
		whole = ((whole - mask) >> shift) + 1;
	else
		whole = (whole + 1) >> shift;
	if (whole) {
		uint64_t end = first + (whole << shift) - 1;

		emit(it, stretch, first, end, whole);
		if (end == last)
			return;
		first = end + 1;
	}
	emit(it, stretch, first, last, 1);
}

/*
 * A group of root entries of which the sharer has but some (share.h) is broken:
 * an item is as long as the group all the same.
 */
static void whole_groups(const struct iteration *it, struct flat_view *stretch)
{
	if (!stretch->order)
		return;
	stretch->last |= pt_ones(it->space->geometry->shift[stretch->depth] +
				 (unsigned)stretch->order);
	if (stretch->last > it->last)
		stretch->last = it->last;
}

/*
 * The part of the range whose leaves are whole: all but those whose unit the range
 * splits, one at each end.  False where there is none.
 */
static bool find_whole(const struct iteration *it, uint64_t *first,
		       uint64_t *last)
{
	const struct flat_extent *e = flat_find(it->space, it->first);
	uint64_t unit_first, unit_last;

	*first = it->first;
	*last = it->last;
	if (e) {
		flat_unit(it->space, e, *first, &unit_first, &unit_last);
		if (unit_first < *first) {
			if (unit_last >= *last)
				return false;
			*first = unit_last + 1;
		}
	}
	e = flat_find(it->space, *last);
	if (e) {
		flat_unit(it->space, e, *last, &unit_first, &unit_last);
		if (unit_last > *last) {
			if (unit_first <= *first)
				return false;
			*last = unit_first - 1;
		}
	}
	return true;
}

/*
 * What is done to the leaves that are whole.  Each was reported before, and is no
 * other item's.
 */
static int change(const struct iteration *it)
{
	uint64_t first, last;

	if (!find_whole(it, &first, &last))
		return 0;
	if (it->op->nth == OP_ITERATE_AGE) {
		flat_recolour(it->space, first, last, 1u << PT_LEAF,
			      PT_ACCESSED, 0);
		return 0;
	}
	return flat_advance(it->space, first, last, it->pa_last) ?
		       0 : EXPECT_NO_HOST_MEMORY;
}

int expect_iterate(struct oracle *oracle, const struct op *op,
		   struct trace *trace)
{
	struct iteration it = {
		.space = &oracle->space[oracle->current],
		.op = op,
		.trace = trace,
		.pa_last = pt_ones(oracle->regime.pa_bits),
	};
	struct flat_cursor cursor = { 0 };
	struct flat_view stretch;
	int ret = model_check_range(oracle, op->va, op->last, &it.first,
				    &it.last);

	if (ret)
		return ret;
	if (op->nth == OP_ITERATE_AGE && !oracle->has_accessed)
		return -EOPNOTSUPP;
	if (changes(op) &&
	    share_refuses(oracle, oracle->current, it.first, it.last))
		return -EBUSY;
	it.base = op->va - it.first;
	for (uint64_t at = it.first;; at = stretch.last + 1) {
		flat_look(it.space, &cursor, at, at, it.last, &stretch);
		whole_groups(&it, &stretch);
		if (is_reported(&it, stretch.kind))
			report(&it, &stretch);
		if (stretch.last == it.last)
			break;
	}
	return changes(op) ? change(&it) : 0;
}
