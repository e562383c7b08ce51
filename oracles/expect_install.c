/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a walk changes: it divides what is in the way of a deeper callback, and
 * it installs.
 *
 * Source: include/tablewalk/walk.h, "Splitting" and "Installing".  What was
 * made before the end of a walk stays (R37), so nothing is given back here but
 * a table that could not be constructed.
 */
#include <errno.h>

#include "step.h"
#include "walker.h"

/* The model has no memory left: the run stops, as for a trace too long. */
static int no_host_memory(struct walker *w)
{
	w->trace->overflow = true;
	return -ENOMEM;
}

/* One allocation; false where it is refused, or its constructor fails. */
static bool allocate(struct walker *w, unsigned depth)
{
	uint64_t count = 1;
	enum step_fate fate = step_ask(w->oracle, &count);
	struct trace_event event = {
		.type = fate == STEP_REFUSED ? TRACE_NOMEM : TRACE_ALLOC,
		.pa = w->oracle->table_bytes[depth],
		.count = 1,
	};

	trace_emit(w->trace, &event);
	if (fate == STEP_UNCONSTRUCTED) {
		event.type = TRACE_FREE;
		trace_emit(w->trace, &event);
	}
	return fate == STEP_GIVEN;
}

int walker_make_table(struct walker *w, unsigned depth, uint64_t offset)
{
	if (w->trace->overflow || !flat_reserve(w->space, 1))
		return no_host_memory(w);
	if (!allocate(w, depth))
		return -ENOMEM;
	flat_fill_tables(w->space, depth, offset, offset);
	w->cursor = (struct flat_cursor){ 0 };
	return 0;
}

int walker_split(struct walker *w, unsigned depth, uint64_t offset)
{
	const struct flat_extent *e;
	uint64_t first, last;
	int ret;

	if (!w->oracle->arch->level[depth].leaf)
		return -EOPNOTSUPP;
	if (share_refuses(w->oracle, w->oracle->current, offset, offset))
		return -EBUSY;
	if (!flat_reserve(w->space, 1))
		return no_host_memory(w);
	e = flat_find(w->space, offset);
	if (e->order) {
		flat_unit(w->space, e, offset, &first, &last);
		flat_reshape(w->space, first, last, depth, 0);
		w->cursor = (struct flat_cursor){ 0 };
		e = flat_find(w->space, offset);
	}
	flat_unit(w->space, e, offset, &first, &last);
	ret = walker_make_table(w, depth + 1, first);
	if (!ret)
		flat_reshape(w->space, first, last, depth + 1, 0);
	return ret;
}

/* Whether the format can have what install_pte supplies. */
static int check_supplied(const struct walker *w, uint64_t pa)
{
	if (pa & w->page)
		return -EINVAL;
	if (pa > pt_ones(w->oracle->regime.pa_bits))
		return -ERANGE;
	if (!w->oracle->arch->representable(PT_PTE, w->op->attrs))
		return -EOPNOTSUPP;
	return 0;
}

/* The walker stores what was supplied in count entries. */
static int store(struct walker *w, uint64_t first, uint64_t count, uint64_t pa)
{
	struct flat_extent e = {
		.first = first & ~w->page,
		.pa = pa,
		.attrs = w->op->attrs,
		.kind = PT_LEAF,
		.depth = PT_PTE,
	};

	e.last = e.first + count * (w->page + 1) - 1;
	if (!flat_reserve(w->space, 0))
		return no_host_memory(w);
	flat_add(w->space, &e);
	w->cursor = (struct flat_cursor){ 0 };
	return 0;
}

int walker_install(struct walker *w, uint64_t first, uint64_t count)
{
	struct flat_segment supplied = {
		.kind = PT_LEAF,
		.attrs = w->op->attrs,
	};

	while (count) {
		uint64_t pa = w->op->pa + (w->base + first - w->op->va);
		uint64_t now = walker_before_stop(w, count), bytes;
		int error = check_supplied(w, pa), ret;

		if (error || !now) {
			now = 1;
		} else {
			uint64_t fits = (pt_ones(w->oracle->regime.pa_bits) -
					 pa) / (w->page + 1) + 1;

			if (now > fits)
				now = fits;
		}
		bytes = now * (w->page + 1);
		supplied.first = first;
		supplied.pa = pa;
		walker_emit(w, &supplied, TRACE_INSTALL, PT_PTE, first,
			    first + bytes - 1, now);
		ret = walker_count(w, now);
		if (!ret)
			ret = error;
		if (!ret)
			ret = store(w, first, now, pa);
		if (ret)
			return ret;
		first += bytes;
		count -= now;
	}
	return 0;
}
