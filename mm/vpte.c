/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Iterating a range entry by entry.
 *
 * An iterator remembers the tables on the way to its item, so that the next
 * one in the same table is found at once.  Of the root there is nothing to
 * remember: table_start[] of its depth is where the range starts.
 *
 * Source: include/tablewalk/vpte.h.
 */
#include <errno.h>

#include <tablewalk/vpte.h>

#include "pgtable.h"

/* What an iterator's item is before the first and after the last one. */
static const struct pt_item no_item = { .kind = PT_TABLE };

int pt_iterate(struct pt_iterator *iterator, struct pt_space *space,
	       uint64_t va, uint64_t last)
{
	int ret = pt_range_error(space, va, last);

	*iterator = (struct pt_iterator){
		.space = space,
		.next = va,
		.last = last,
		.ended = ret != 0,
		.item = no_item,
	};
	iterator->table[space->format->top] = space->root;
	iterator->table_start[space->format->top] = va;
	return ret;
}

/* The first address that a table of that depth, not the root, covers. */
static uint64_t table_start(const struct pt_format *f, unsigned depth,
			    uint64_t va)
{
	return va & ~(pt_span(f, depth - 1) - 1);
}

/* The depth of the deepest table that is known to be on the way to va. */
static unsigned known_depth(const struct pt_iterator *it, uint64_t va)
{
	const struct pt_format *f = it->space->format;
	unsigned depth = PT_PTE;

	while (depth > f->top &&
	       (!it->table[depth] ||
		MUT(ITEM_TABLE_STALE,
		    it->table_start[depth] != table_start(f, depth, va),
		    it->table_start[depth] > va)))
		depth--;
	return depth;
}

/* Descends to the entry that ends the descent at va, as pt_descend() does. */
static struct pt_slot descend(struct pt_iterator *it, uint64_t va)
{
	const struct pt_format *f = it->space->format;
	unsigned depth = known_depth(it, va);
	struct pt_slot slot = {
		.table = pt_table_open(it->space, depth, it->table[depth]),
		.depth = depth,
	};

	for (;;) {
		slot.index = pt_index(f, slot.depth, va);
		slot.entry = pt_read_entry(f, slot.depth, &slot.table,
					   slot.index);
		slot.kind = pt_entry_kind(f, slot.depth, slot.entry);
		if (slot.kind != PT_TABLE)
			return slot;
		slot.table = pt_table_follow(it->space, slot.depth,
					     slot.entry);
		slot.depth++;
		it->table[slot.depth] = slot.table.pa;
		it->table_start[slot.depth] = table_start(f, slot.depth, va);
	}
}

/*
 * Makes the unit around the slot, which covers va, the item: from floor on,
 * and up to the range's last.
 */
static void describe(struct pt_iterator *it, const struct pt_slot *slot,
		     uint64_t va, uint64_t floor)
{
	const struct pt_format *f = it->space->format;
	const struct pt_level *l = &f->level[slot->depth];
	unsigned order = slot->kind == PT_LEAF ?
		MUT(ITEM_ORDER_LOST, pt_leaf_order(l, slot->entry), 0u) : 0;
	uint64_t ones = pt_ones(l->va_shift + order);
	uint64_t first = it->table_start[f->top];
	struct pt_item item = {
		.start = va & ~ones,
		.last = MUT(ITEM_LAST_UNCLIPPED, pt_min(va | ones, it->last),
			    va | ones),
		.slot = pt_slot_pa(f, slot->depth, &slot->table,
				   slot->index & ~((1u << order) - 1)),
		.depth = (uint8_t)slot->depth,
		.kind = (uint8_t)slot->kind,
		.order = (uint8_t)order,
		.whole = MUT(ITEM_WHOLE_ALWAYS, (va & ~ones) >= first &&
			     (va | ones) <= it->last, true),
	};

	if (MUT(ITEM_START_UNCLIPPED, item.start < floor, false))
		item.start = floor;
	if (pt_kind_has_pa(slot->kind))
		item.pa = pt_entry_pa(l, slot->kind, slot->entry,
				      slot->index) +
			  MUT(ITEM_PA_OF_ENTRY,
			      (va & (pt_span(f, slot->depth) - 1)) -
				      (va - item.start), 0);
	if (pt_has_attrs(slot->kind))
		item.attrs = pt_attrs_read(l, slot->kind, slot->entry);
	it->item = item;
	it->ended = MUT(ITEM_LAST_UNCLIPPED, item.last == it->last,
			item.last >= it->last);
	it->next = item.last + 1;
}

bool pt_iterate_next(struct pt_iterator *it)
{
	uint64_t va = it->next;
	struct pt_slot slot;

	if (it->ended) {
		it->item = no_item;
		return false;
	}
	slot = descend(it, va);
	/* A broken group does not lead back to what was reported. */
	describe(it, &slot, va, va);
	if (MUT(ITEM_SKIPS_AFTER_HOLE, false,
		slot.kind == PT_NONE && !it->ended &&
			it->last - it->next >=
				pt_span(it->space->format, slot.depth)))
		it->next += pt_span(it->space->format, slot.depth);
	return true;
}

/* The slot of the item's entry at va. */
static struct pt_slot item_slot(const struct pt_iterator *it, uint64_t va)
{
	const struct pt_format *f = it->space->format;
	unsigned depth = it->item.depth;
	struct pt_slot slot = {
		.table = pt_table_open(it->space, depth, it->table[depth]),
		.index = pt_index(f, depth, va),
		.depth = depth,
	};

	slot.entry = pt_read_entry(f, depth, &slot.table, slot.index);
	slot.kind = pt_entry_kind(f, depth, slot.entry);
	return slot;
}

/* All errors of pt_item_set() that do not depend on what the tables hold. */
static int set_error(const struct pt_iterator *it, uint64_t pa, uint32_t attrs,
		     unsigned order)
{
	const struct pt_level *l = &it->space->format->level[it->item.depth];
	unsigned unit_shift = order < 64 ? l->va_shift + order : 64;
	uint64_t ones = pt_ones(unit_shift);
	uint64_t pa_last = pt_ones(it->space->pa_bits);

	if (pa & ones)
		return -EINVAL;
	if (ones > pa_last || pa > pa_last - ones)
		return -ERANGE;
	if (!l->leaf.match.count || !pt_order_exists(l, order) ||
	    !pt_attrs_representable(l, attrs))
		return -EOPNOTSUPP;
	return 0;
}

/* Whether all entries of the unit of that order around the slot are none. */
static bool unit_is_none(const struct pt_format *f, const struct pt_slot *slot,
			 unsigned order)
{
	unsigned first = slot->index & ~((1u << order) - 1);

	for (unsigned i = first; i < first + (1u << order); i++)
		if (!pt_is_none(&f->level[slot->depth],
				pt_read_entry(f, slot->depth, &slot->table, i)))
			return false;
	return true;
}

/*
 * Breaks all entries of a unit of leaves, from index first on, if one of them must
 * not be replaced while it is in use; returns whether it did.
 */
static bool break_unit(struct pt_stale *stale, const struct pt_slot *slot,
		       uint64_t va, const struct pt_mould *mould, uint64_t pa,
		       unsigned order)
{
	const struct pt_format *f = stale->space->format;
	const unsigned depth = slot->depth;
	const unsigned first = slot->index & ~((1u << order) - 1);
	const unsigned end = first + (1u << order);
	const uint64_t bytes = pt_span(f, depth);
	bool must = false;

	if (!f->break_before_make)
		return false;
	for (unsigned i = first; i < end; i++, pa += bytes)
		must |= pt_must_break(f, depth, i,
				      pt_read_entry(f, depth, &slot->table, i),
				      pt_mould_fill(mould, pa));
	if (MUT(BBM_ITEM_LIVE, !must, true))
		return false;
	va &= ~(bytes * (end - first) - 1);
	for (unsigned i = first; i < end; i++, va += bytes) {
		struct pt_entry e = pt_read_entry(f, depth, &slot->table, i);

		pt_stale_note(stale, depth, va, pt_entry_kind(f, depth, e), e);
		pt_break_entry(f, depth, &slot->table, i);
	}
	pt_stale_flush_broken(stale, order ? bytes : 0);
	return true;
}

/* Fills the unit of that order around the slot, which covers va, from pa on. */
static void set_unit(const struct pt_space *space, const struct pt_slot *slot,
		     uint64_t va, const struct pt_mould *mould, uint64_t pa,
		     unsigned order)
{
	const struct pt_format *f = space->format;
	struct pt_stale stale = pt_stale_open(space);
	unsigned first = slot->index & ~((1u << order) - 1);
	/* A unit that is no leaf is none. */
	bool live = slot->kind == PT_LEAF &&
		    !break_unit(&stale, slot, va, mould, pa, order);

	for (unsigned i = 0; i < 1u << order; i++) {
		struct pt_entry e = pt_mould_fill(
			mould, pa + i * pt_span(f, slot->depth));

		if (live)
			pt_stale_note_leaf(&stale, slot->depth, va,
					   pt_read_entry(f, slot->depth,
							 &slot->table,
							 first + i), e);
		pt_write_entry(f, slot->depth, &slot->table, first + i, e);
	}
	pt_stale_flush(&stale);
}

int pt_item_set(struct pt_iterator *it, uint64_t pa, uint32_t attrs,
		unsigned order)
{
	const struct pt_format *f = it->space->format;
	const struct pt_level *l = &f->level[it->item.depth];
	const uint64_t va = it->item.start;
	struct pt_mould mould;
	struct pt_slot slot;
	int ret;

	if (it->item.kind == PT_TABLE)
		return -EINVAL;
	ret = set_error(it, pa, attrs, order);
	if (!ret)
		ret = pt_kernel_error(it->space, it->item.last);
	if (ret)
		return ret;
	slot = item_slot(it, va);
	if (slot.kind == PT_LEAF ? order != it->item.order :
				   !unit_is_none(f, &slot, order))
		return -EEXIST;
	mould = pt_leaf_mould(l, attrs, order);
	set_unit(it->space, &slot, va, &mould, pa, order);
	slot = item_slot(it, va);
	describe(it, &slot, va, it->table_start[f->top]);
	return 0;
}

/* Changes the flags of one entry of the unit, in one access. */
static void change_entry(struct pt_stale *stale, const struct pt_slot *slot,
			 unsigned index, uint64_t va, uint32_t clear,
			 uint32_t set)
{
	const struct pt_format *f = stale->space->format;
	const struct pt_level *l = &f->level[slot->depth];
	const uint32_t change = clear | set;
	struct pt_entry old, e;

	do {
		const struct pt_leaf_layout *leaf;

		old = pt_read_entry(f, slot->depth, &slot->table, index);
		/* In a broken group, the others are not for us to change. */
		if (pt_entry_kind(f, slot->depth, old) != PT_LEAF)
			return;
		leaf = pt_layout_of(l, old);
		e = old;
		if (change & PT_ACCESSED)
			e.raw = pt_flag_write(&leaf->accessed, e.raw,
					      set & PT_ACCESSED);
		if (change & PT_DIRTY)
			e.raw = pt_flag_write(&leaf->dirty, e.raw,
					      set & PT_DIRTY);
		e = pt_derive(leaf, e);
		if (e.raw == old.raw)
			return;
		pt_stale_note_leaf(stale, slot->depth, va, old, e);
	} while (!pt_cmpxchg_entry(f, slot->depth, &slot->table, index, old,
				   e));
}

int pt_item_change(struct pt_iterator *it, uint32_t clear, uint32_t set)
{
	const struct pt_format *f = it->space->format;
	const struct pt_leaf_layout *pte = &f->level[PT_PTE].leaf;
	const uint32_t change = clear | set;
	struct pt_stale stale = pt_stale_open(it->space);
	struct pt_slot slot;
	unsigned entries = 1u << it->item.order, first;

	if ((change & ~(PT_ACCESSED | PT_DIRTY)) || it->item.kind != PT_LEAF)
		return -EINVAL;
	if ((change & PT_ACCESSED && !pte->accessed.mask) ||
	    (change & PT_DIRTY && !pte->dirty.mask))
		return -EOPNOTSUPP;
	if (pt_kernel_error(it->space, it->item.last))
		return -EBUSY;
	slot = item_slot(it, it->item.start);
	first = slot.index & ~(entries - 1);
	entries = MUT(ITEM_AGE_FIRST_ONLY, entries, 1u);
	for (unsigned i = first; i < first + entries; i++)
		change_entry(&stale, &slot, i, it->item.start, clear, set);
	pt_stale_flush(&stale);
	slot = item_slot(it, it->item.start);
	it->item.attrs = pt_attrs_read(&f->level[slot.depth], slot.kind,
				       slot.entry);
	return 0;
}
