/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in subject's dumps, look-ups, iterators, copies, identity maps, pairs
 * of spaces and questions for owners, as operations of a case.
 *
 * Sources: the sentences on OP_DUMP in include/tablewalk/ptdump.h, on
 * OP_ITERATE in vpte.h, on OP_PAIR in vpte_pair.h, on OP_OWNER in table_owner.h,
 * on OP_IDENTITY in identity.h, on struct op in op.h, and trace.h.
 */
#include "builtin_tables.h"

#include <errno.h>

#include <tablewalk/identity.h>
#include <tablewalk/ptdump.h>
#include <tablewalk/table_owner.h>
#include <tablewalk/vpte_pair.h>

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

/* A dump of the operation's range: its runs, and TRACE_WX. */
static int run_dump(struct pt_space *space, const struct op *op,
		    struct pt_dump *dump, struct trace *trace)
{
	int ret;

	dump->context = trace;
	dump->run = on_run;
	ret = pt_dump_range(space, op->va, op->last, dump);
	if (ret == 0) {
		const struct trace_event event = {
			.type = TRACE_WX, .pa = dump->wx_pages, .count = 1,
		};

		trace_emit(trace, &event);
	}
	return ret;
}

int builtin_dump(struct pt_space *space, const struct op *op,
		 struct trace *trace)
{
	struct pt_dump dump = {
		.flags = op->nth,
		.marker = &op->floor,
		.markers = op->floor ? 1 : 0,
	};

	return run_dump(space, op, &dump, trace);
}

int builtin_dump_plain(struct pt_space *space, const struct op *op,
		       uint32_t flags, const struct pt_shadow *shadow,
		       struct trace *trace)
{
	struct pt_dump dump = { .flags = flags, .shadow = shadow };

	return run_dump(space, op, &dump, trace);
}

int builtin_translate(struct pt_space *space, const struct op *op,
		      struct trace *trace)
{
	struct pt_lookup found = { 0 };
	int ret = pt_translate(space, op->va, &found);

	if (ret == 0) {
		const struct trace_event event = {
			.type = TRACE_LOOKUP, .va = op->va, .last = op->va,
			.pa = found.pa, .attrs = found.attrs,
			.removed = found.removed, .kind = found.kind,
			.depth = (int8_t)found.depth, .order = found.order,
			.count = 1,
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

/* Sets a leaf to the address behind it, if there is one. */
static int move_item(struct pt_iterator *iterator)
{
	const struct pt_space *space = iterator->space;
	const struct pt_item item = iterator->item;
	const uint64_t bytes = pt_span(space->format, item.depth) << item.order;
	const uint64_t pa_last = pt_ones(space->pa_bits);

	if (pa_last - item.pa < bytes || pa_last - item.pa - bytes < bytes - 1)
		return 0;
	return pt_item_set(iterator, item.pa + bytes, item.attrs, item.order);
}

/* Reports an item, if it is asked for, and does what is to be done to it. */
static int iterate_one(struct pt_iterator *iterator, unsigned how,
		       struct trace *trace)
{
	const struct pt_item *item = &iterator->item;
	const bool changes = how == OP_ITERATE_AGE || how == OP_ITERATE_MOVE;

	if (how == OP_ITERATE_PRESENT && item->kind == PT_NONE)
		return 0;
	if (changes && item->kind != PT_LEAF)
		return 0;
	emit_item(trace, item);
	if (!changes || !item->whole)
		return 0;
	return how == OP_ITERATE_AGE ?
		       pt_item_change(iterator, PT_ACCESSED, 0) :
		       move_item(iterator);
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
	if ((age || op->nth == OP_ITERATE_MOVE) &&
	    pt_kernel_error(space, op->last))
		return -EBUSY;
	while (!ret && pt_iterate_next(&iterator))
		ret = iterate_one(&iterator, op->nth, trace);
	return ret;
}

int builtin_copy(struct subject *subject, const struct op *op)
{
	struct pt_space *from = &subject->space[subject->current];
	struct pt_space *to = &subject->space[1 - subject->current];

	return pt_copy(from, to, op->va, op->last, op->pa, op->nth == 1);
}

int builtin_identity(struct pt_space *space, const struct op *op)
{
	return pt_identity_map(space, op->va, op->last, op->attrs);
}

int builtin_pair(struct subject *subject, const struct op *op,
		 struct trace *trace)
{
	struct pt_pair pair;
	int ret = pt_iterate_pair(&pair, &subject->space[subject->current],
				  &subject->space[1 - subject->current],
				  op->va, op->last, op->pa);

	while (!ret && pt_pair_next(&pair)) {
		if (op->nth == OP_PAIR_COPY) {
			ret = pt_pair_copy(&pair, op->attrs);
			continue;
		}
		emit_item(trace, &pair.stretch.from);
		emit_item(trace, &pair.stretch.to);
	}
	return ret;
}

/* The table that was asked for, and whether its owner describes it in another way. */
struct owners {
	struct trace *trace;
	struct pt_owner at;
	bool differs;
};

static int on_owner(void *context, const struct pt_owner *owner)
{
	const struct trace_event event = {
		.type = TRACE_OWNER, .va = owner->first, .last = owner->last,
		.depth = (int8_t)owner->page.depth,
		.order = owner->page.space, .count = 1,
	};
	struct owners *o = context;

	trace_emit(o->trace, &event);
	o->differs |= owner->page.pa == o->at.page.pa &&
		      (owner->first != o->at.first || owner->last != o->at.last);
	return 0;
}

int builtin_table_at(struct subject *subject, const struct op *op,
		     struct pt_owner *owner)
{
	int ret = pt_table_at(&subject->space[subject->current], op->va,
			      op->depth, owner);

	if (!ret)
		arena_said(subject->arena, &owner->page);
	return ret;
}

int builtin_owner(struct subject *subject, const struct op *op,
		  struct trace *trace)
{
	struct pt_space *spaces[PT_SPACES];
	struct owners owners = { .trace = trace };
	int ret;

	for (unsigned i = 0; i < PT_SPACES; i++)
		spaces[i] = &subject->space[i];
	ret = builtin_table_at(subject, op, &owners.at);
	if (ret)
		return ret;
	ret = pt_table_owners(spaces, PT_SPACES, owners.at.page.pa,
			      owners.at.page.bytes, on_owner, &owners);
	/* Both say what the table covers: an event too many says they differ. */
	if (owners.differs)
		on_owner(&owners, &owners.at);
	return ret;
}
