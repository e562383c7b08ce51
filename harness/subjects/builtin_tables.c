/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in subject's dumps, iterators, copies and questions for owners, as
 * operations of a case.
 *
 * Sources: the sentences on OP_DUMP in include/tablewalk/ptdump.h, on
 * OP_ITERATE in vpte.h, on OP_OWNER in table_owner.h, on struct op in op.h, and
 * trace.h.
 */
#include "builtin_tables.h"

#include <errno.h>

#include <tablewalk/ptdump.h>
#include <tablewalk/table_owner.h>
#include <tablewalk/vpte.h>

#include "../../mm/pgtable.h"

static int on_run(void *context, const struct pt_dump_run *run)
{
	const struct trace_event event = {
		.type = TRACE_RUN, .va = run->start, .last = run->last,
		.depth = (int8_t)run->depth, .kind = run->kind,
		.attrs = run->attrs, .removed = run->removed, .count = 1,
	};

	trace_emit(context, &event);
	return 0;
}

int builtin_dump(struct pt_space *space, const struct op *op,
		 struct trace *trace)
{
	struct pt_dump dump = {
		.flags = op->nth,
		.marker = &op->floor,
		.markers = op->floor ? 1 : 0,
		.context = trace,
		.run = on_run,
	};
	int ret = pt_dump_range(space, op->va, op->last, &dump);

	if (ret == 0) {
		const struct trace_event event = {
			.type = TRACE_WX, .pa = dump.wx_pages, .count = 1,
		};

		trace_emit(trace, &event);
	}
	return ret;
}

static void emit_item(struct trace *trace, const struct pt_item *item)
{
	if (!trace_extend(trace, TRACE_ITEM, item->depth, item->kind,
			  item->order, item->attrs, item->pa, item->start,
			  item->last))
		trace_start(trace, TRACE_ITEM, item->depth, item->kind,
			    item->order, item->attrs, item->pa, item->start,
			    item->last);
}

int builtin_iterate(struct pt_space *space, const struct op *op,
		    struct trace *trace)
{
	const bool age = op->nth == OP_ITERATE_AGE;
	struct pt_iterator iterator;
	int ret = pt_iterate(&iterator, space, op->va, op->last);

	if (ret)
		return ret;
	if (age && !space->format->level[PT_PTE].leaf.accessed.mask)
		return -EOPNOTSUPP;
	if (age && pt_kernel_error(space, op->last))
		return -EBUSY;
	while (!ret && pt_iterate_next(&iterator)) {
		const struct pt_item *item = &iterator.item;

		if (op->nth == OP_ITERATE_PRESENT && item->kind == PT_NONE)
			continue;
		if (age && item->kind != PT_LEAF)
			continue;
		emit_item(trace, item);
		if (age && item->whole)
			ret = pt_item_change(&iterator, PT_ACCESSED, 0);
	}
	return ret;
}

int builtin_copy(struct subject *subject, const struct op *op)
{
	struct pt_space *from = &subject->space[subject->current];
	struct pt_space *to = &subject->space[1 - subject->current];

	return pt_copy(from, to, op->va, op->last, op->pa, op->nth == 1);
}

static int on_owner(void *context, const struct pt_owner *owner)
{
	const struct trace_event event = {
		.type = TRACE_OWNER, .va = owner->first, .last = owner->last,
		.depth = (int8_t)owner->page.depth,
		.order = owner->page.space, .count = 1,
	};

	trace_emit(context, &event);
	return 0;
}

int builtin_owner(struct subject *subject, const struct op *op,
		  struct trace *trace)
{
	struct pt_space *spaces[PT_SPACES];
	struct pt_owner owner;
	int ret;

	for (unsigned i = 0; i < PT_SPACES; i++)
		spaces[i] = &subject->space[i];
	ret = pt_table_at(spaces[subject->current], op->va, op->depth, &owner);
	if (ret)
		return ret;
	return pt_table_owners(spaces, PT_SPACES, owner.page.pa,
			       owner.page.bytes, on_owner, trace);
}
