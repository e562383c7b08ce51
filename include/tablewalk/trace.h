/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The trace: what an operation did, event by event, as the subject emits it
 * and as the oracle expects it.
 *
 * Both sides emit through trace_emit(), which joins runs of uniform events, so
 * a walk over a million equal entries is one event with a count, and a trace
 * has one canonical form however it was produced.
 */
#ifndef TABLEWALK_TRACE_H
#define TABLEWALK_TRACE_H

#include <tablewalk/types.h>

/*
 * TRACE_VISIT	an entry callback.  depth is the callback's (of a folded alias
 *		where the alias is called), va..last the clipped range, kind
 *		and order those of the entry.  LEAF, PROTNONE, INVALID_HUGE,
 *		SWAP, MIGRATION: pa is the entry's address or payload plus the
 *		offset of va in the entry.  LEAF, PROTNONE, INVALID_HUGE: attrs
 *		are the entry's.  TABLE:
 *		attrs are the rights its pointer entry takes away.  What is not
 *		named here is 0.
 * TRACE_HOLE	pte_hole: depth as reported, va..last the clipped range.
 * TRACE_ALLOC	the arena gave a table; pa is its length in bytes.
 * TRACE_NOMEM	the arena refused one (injected); pa is the length in bytes.
 * TRACE_FREE	a table went back to the arena; pa is its length in bytes.
 * TRACE_LOOKUP	the result of translate: kind, depth, order of the entry that
 *		decided; pa (of the byte at va) and attrs as for a visit; va and
 *		last both the address asked for; removed the rights that the
 *		table entries above take away together.
 * TRACE_RETURN	ends every operation; ret is what it returned.
 * TRACE_TEST	test_walk: the range it was called with.
 * TRACE_PRE, TRACE_POST  pre_vma, post_vma: the range.
 * TRACE_HUGETLB hugetlb_entry: as for TRACE_VISIT, depth that of the VMA's pages.
 * TRACE_INSTALL install_pte supplied an entry: va..last its page, pa and attrs
 *		what it supplied; depth PT_PTE, kind PT_LEAF.  Emitted by the
 *		callback, before the walker stores.
 * TRACE_TABLE	test_p4d, test_pud, test_pmd: depth that of the table's entries,
 *		va..last the clipped range.
 * TRACE_RUN	a run of a dump: ptdump.h.  Runs are not joined further.
 * TRACE_WX	ends a dump: pa is the number of base pages that are W and X.
 * TRACE_ITEM	an item of an iterator (vpte.h): as for TRACE_VISIT; depth is
 *		the entry's own.
 * TRACE_OWNER	a table as table_owner.h's OP_OWNER says.
 * TRACE_INNER	ends what a held operation did inside a callback (walk.h, OP_DURING):
 *		ret is what it returned.
 * TRACE_POISON	a table that is poisoned (table_owner.h, OP_POISON): as TRACE_OWNER.
 * TRACE_LOST	va..last, a range that is lost with it; follows its TRACE_POISON.
 * TRACE_STRAY	stray (walk.h): depth and order (number of the space) of the table
 *		that the walk wanted; removed is 1 if one was found there, and then
 *		kind is its depth and ret its space.
 */
enum trace_type {
	TRACE_VISIT,
	TRACE_HOLE,
	TRACE_ALLOC,
	TRACE_NOMEM,
	TRACE_FREE,
	TRACE_LOOKUP,
	TRACE_RETURN,
	TRACE_TEST,
	TRACE_PRE,
	TRACE_POST,
	TRACE_HUGETLB,
	TRACE_INSTALL,
	TRACE_TABLE,
	TRACE_RUN,
	TRACE_WX,
	TRACE_ITEM,
	TRACE_OWNER,
	TRACE_INNER,
	TRACE_POISON,
	TRACE_LOST,
	TRACE_STRAY,
	TRACE_TYPES,
};

struct trace_event {
	uint64_t va, last, pa;
	uint32_t attrs;
	uint32_t count;			/* events joined into this one, >= 1 */
	int32_t ret;
	uint8_t type;			/* enum trace_type */
	int8_t depth;
	uint8_t kind;			/* enum pt_kind */
	uint8_t order;
	uint32_t removed;
};

/*
 * The events of one operation.  The caller owns the array.  Events past
 * capacity are counted and dropped: overflow is set, and the run stops there.
 */
struct trace {
	struct trace_event *event;
	uint32_t count, capacity;
	bool overflow;
};

static inline bool trace_event_equal(const struct trace_event *a,
				     const struct trace_event *b)
{
	return a->type == b->type && a->va == b->va && a->last == b->last &&
	       a->pa == b->pa && a->attrs == b->attrs && a->count == b->count &&
	       a->ret == b->ret && a->depth == b->depth && a->kind == b->kind &&
	       a->order == b->order && a->removed == b->removed;
}

/* Whether an event of that type and kind says where its range is mapped to. */
static inline bool trace_has_pa(unsigned type, unsigned kind)
{
	return (type == TRACE_VISIT || type == TRACE_INSTALL ||
		type == TRACE_ITEM) &&
	       kind != PT_NONE && kind != PT_TABLE && kind != PT_MARKER &&
	       kind != PT_BAD;
}

/*
 * Joins one more VISIT, HOLE, INSTALL or ITEM to the last event and returns true
 * where it continues that run: adjacent, of the length of the run's items, and the same
 * in all but address.  Else nothing changes.  This is the inner loop of every
 * walk, so it takes the fields one by one.
 */
static inline bool trace_extend(struct trace *trace, unsigned type, int depth,
				unsigned kind, unsigned order, uint32_t attrs,
				uint64_t pa, uint64_t va, uint64_t last_va)
{
	struct trace_event *run;
	uint64_t bytes;

	if (!trace->count)
		return false;
	run = &trace->event[trace->count - 1];
	bytes = run->last - run->va + 1;
	if (run->last + 1 != va || run->type != type || run->depth != depth ||
	    run->kind != kind || run->attrs != attrs || run->order != order ||
	    bytes != run->count * (last_va - va + 1))
		return false;
	if (pa != run->pa + bytes && trace_has_pa(type, kind))
		return false;
	run->last = last_va;
	run->count++;
	return true;
}

/* Whether next, itself a run perhaps, continues the run in last. */
static inline bool trace_joins(const struct trace_event *last,
			       const struct trace_event *next)
{
	if (last->type != next->type)
		return false;
	if (next->type == TRACE_ALLOC || next->type == TRACE_FREE)
		return last->pa == next->pa;
	if (next->type != TRACE_VISIT && next->type != TRACE_HOLE &&
	    next->type != TRACE_INSTALL && next->type != TRACE_ITEM)
		return false;
	if (next->va != last->last + 1 || last->depth != next->depth ||
	    last->kind != next->kind || last->order != next->order ||
	    last->attrs != next->attrs)
		return false;

	uint64_t bytes = last->last - last->va + 1;
	uint64_t step = next->last - next->va + 1;

	/* Both are runs of items of equal length. */
	if (step % next->count || last->count * (step / next->count) != bytes)
		return false;
	return !trace_has_pa(next->type, next->kind) ||
	       next->pa == last->pa + bytes;
}

/* Appends event, or joins it to the last one.  event->count must be >= 1. */
static inline void trace_emit(struct trace *trace,
			      const struct trace_event *event)
{
	if (trace->count) {
		struct trace_event *last = &trace->event[trace->count - 1];

		if (trace_joins(last, event)) {
			last->last = event->last;
			last->count += event->count;
			return;
		}
	}
	if (trace->count == trace->capacity) {
		trace->overflow = true;
		return;
	}
	trace->event[trace->count++] = *event;
}

static inline const char *trace_type_name(unsigned type)
{
	static const char *const name[TRACE_TYPES] = {
		[TRACE_VISIT] = "visit",   [TRACE_HOLE] = "hole",
		[TRACE_ALLOC] = "alloc",   [TRACE_NOMEM] = "nomem",
		[TRACE_FREE] = "free",	   [TRACE_LOOKUP] = "lookup",
		[TRACE_RETURN] = "return", [TRACE_TEST] = "test",
		[TRACE_PRE] = "pre-vma",   [TRACE_POST] = "post-vma",
		[TRACE_HUGETLB] = "hugetlb", [TRACE_INSTALL] = "install",
		[TRACE_TABLE] = "table",   [TRACE_RUN] = "run",
		[TRACE_WX] = "wx",	   [TRACE_ITEM] = "item",
		[TRACE_OWNER] = "owner",   [TRACE_INNER] = "inner",
		[TRACE_POISON] = "poison", [TRACE_LOST] = "lost",
		[TRACE_STRAY] = "stray",
	};

	return type < TRACE_TYPES ? name[type] : "?";
}

#endif
