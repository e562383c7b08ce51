/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Iterating a range entry by entry, where an entry has an order: a page, a
 * contiguous or replicated group, or a huge page is one item.  Tables and folded
 * levels are not seen; there are no callbacks.
 */
#ifndef TABLEWALK_VPTE_H
#define TABLEWALK_VPTE_H

#include <tablewalk/table_ops.h>

/*
 * One item: what ends the descent at its start.  A none entry, at any depth, is
 * an item of its own with kind PT_NONE.  start..last is the unit (of a group:
 * all of it) clipped to the range; pa, attrs and order are as TRACE_VISIT says.
 * whole: the unit is wholly inside the range.  In a broken group an item starts
 * where the iteration is, never before it.
 */
struct pt_item {
	uint64_t start, last;
	uint64_t pa;
	uint64_t slot;		/* physical address of the unit's first entry */
	uint32_t attrs;
	uint8_t depth, kind, order;
	bool whole;
};

/* A place in a range.  Private, but for item. */
struct pt_iterator {
	struct pt_space *space;
	uint64_t next, last;
	bool ended;
	struct pt_item item;
	/* The tables on the way to the last item, so as not to begin anew. */
	uint64_t table[PT_DEPTHS];	/* physical address; 0 none */
	uint64_t table_start[PT_DEPTHS];
};

/*
 * Starts before the first item of [va, last].  Errors of the range as for
 * pt_unmap().
 */
int pt_iterate(struct pt_iterator *iterator, struct pt_space *space,
	       uint64_t va, uint64_t last);

/*
 * Goes to the next item and returns true, or false after the last.  The space
 * may be changed in between by pt_item_set() and pt_item_change() of this
 * iterator only.
 */
bool pt_iterate_next(struct pt_iterator *iterator);

/*
 * Makes the item, a none entry or a leaf, a leaf of its own depth with that
 * order at pa, attributes attrs: what the architecture wants in every entry of
 * the unit.  For an order other than the item's own it must be none, and so must
 * all entries of the unit of that order around it, which then is the item.
 * -EINVAL: pa not aligned to the unit.  -ERANGE: pa + its length exceeds 2^pa_bits.
 * -EOPNOTSUPP: no leaves at the depth, no such order, attributes not
 * representable.  -EEXIST: not none, not a leaf, or not all of them none.  In
 * this order, and nothing is stored then.
 */
int pt_item_set(struct pt_iterator *iterator, uint64_t pa, uint32_t attrs,
		unsigned order);

/*
 * Both functions return -EINVAL before the first and after the last item, and
 * after a range that was refused.
 *
 * Clears and then sets PT_ACCESSED and PT_DIRTY of the item, a leaf, in all its
 * entries.  -EINVAL: other attributes, or the item is no leaf.  -EOPNOTSUPP: the
 * format lacks the flag.
 */
int pt_item_change(struct pt_iterator *iterator, uint32_t clear, uint32_t set);

/*
 * OP_ITERATE: each item is a TRACE_ITEM.  OP_ITERATE_PRESENT leaves out those of
 * kind PT_NONE.  OP_ITERATE_AGE reports leaves only, and clears ACCESSED of each
 * that is whole, after it was reported; -EOPNOTSUPP, after the range's errors
 * and before any item, where the format has no ACCESSED (pt_touch()).
 * OP_ITERATE_MOVE reports leaves only as well, and sets each that is whole
 * (pt_item_set()), after it was reported, to the physical address behind it: pa plus
 * the length of its unit, of a group that of all the group.  Attributes and order
 * stay those that were reported, and what is aligned stays so.  A leaf with its new
 * end beyond 2^pa_bits stays where it is, and that is no error.  Each leaf is
 * reported, and moved, once.
 */

#endif
