/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Dividing: groups are unfolded, blocks become tables of smaller pieces.
 *
 * A range splits at most the unit at its first address and the unit at its
 * last one, which may be the same.  Everything here therefore looks at the
 * entries at the two edges of a table's part of the range, and at the same two
 * edges of the pieces one depth further down.  Planning and storing visit them
 * in the same order, so the stock gives each table to the place it was
 * allocated for.
 *
 * Source: include/tablewalk/table_ops.h, pt_unmap() and pt_split().
 */
#include "pgtable.h"

/* The steps at both edges of [va, last] in a table; returns how many differ. */
static unsigned edge_steps(const struct pt_format *f, unsigned depth,
			   uint64_t va, uint64_t last, struct pt_step step[2])
{
	uint64_t last_va = last & ~(pt_span(f, depth) - 1);

	step[0] = pt_step_first(f, depth, va, last);
	if (step[0].end == last)
		return 1;
	step[1] = pt_step_first(f, depth, last_va, last);
	return 2;
}

/* Whether the group that covers the step has entries outside [va, last]. */
static bool group_is_split(const struct pt_format *f, unsigned depth,
			   unsigned order, uint64_t va, uint64_t last,
			   const struct pt_step *step)
{
	uint64_t ones = pt_ones(f->level[depth].va_shift + order);
	uint64_t start = step->va & ~ones;

	return MUT(GROUP_CUT_START_MISSED, va > start, false) ||
	       MUT(GROUP_CUT_END_MISSED, last < (start | ones), false);
}

/* Allocates for a block of which [va, last] is a part, and for its pieces. */
static int plan_block(struct pt_division *d, unsigned depth, uint64_t va,
		      uint64_t last)
{
	struct pt_step step[2];
	unsigned steps;
	int ret;

	depth++;
	ret = pt_stock_add_pieces(&d->stock, depth);
	if (ret)
		return ret;
	steps = edge_steps(d->f, depth, va, last, step);
	for (unsigned i = 0; i < steps; i++) {
		if (!pt_step_partial(d->f, depth, &step[i]))
			continue;
		ret = plan_block(d, depth, step[i].va, step[i].end);
		if (ret)
			return ret;
	}
	return 0;
}

/* Looks at the edges of one table's part of the range and allocates. */
static int plan_table(struct pt_division *d, const struct pt_table *table,
		      unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_level *l = &d->f->level[depth];
	struct pt_step step[2];
	unsigned steps = edge_steps(d->f, depth, va, last, step);

	for (unsigned i = 0; i < steps; i++) {
		struct pt_entry e = pt_read_entry(d->f, depth, table,
						  step[i].index);
		bool partial = pt_step_partial(d->f, depth, &step[i]);
		enum pt_kind kind = pt_entry_kind(d->f, depth, e);
		int ret = 0;

		if (kind == PT_TABLE && partial) {
			struct pt_table next = pt_table_follow(d->space, depth,
							       e);

			ret = plan_table(d, &next, depth + 1, step[i].va,
					 step[i].end);
		} else if (d->kinds >> kind & 1) {
			unsigned order = kind == PT_LEAF ?
						 pt_leaf_order(l, e) : 0;

			if (order)
				d->unfolds |= group_is_split(d->f, depth, order,
							     va, last,
							     &step[i]);
			if (partial)
				ret = plan_block(d, depth, step[i].va,
						 step[i].end);
		}
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * The index that a piece of its own takes in [0, entries); one past the end
 * for a piece that the range leaves whole.
 */
static unsigned cut_index(const struct pt_format *f, unsigned depth,
			  const struct pt_step *step)
{
	return pt_step_partial(f, depth, step) ? step->index :
						 pt_table_entries(f, depth);
}

/* A leaf that was made invalid to be divided is a leaf again in its pieces. */
static enum pt_kind piece_kind(enum pt_kind kind)
{
	if (MUT(SPLIT_MIGRATION_MAPS, false, kind == PT_MIGRATION) ||
	    MUT(SPLIT_PROTNONE_MAPS, false, kind == PT_PROTNONE))
		return PT_LEAF;
	return kind == PT_INVALID_HUGE ? PT_LEAF : kind;
}

/*
 * The complete subtree for a block of which [va, last] is a part: all pieces
 * of the next depth, those that the range splits divided in turn.
 */
static struct pt_entry build_block(struct pt_stock *stock, unsigned depth,
				   enum pt_kind kind, struct pt_entry e,
				   uint64_t va, uint64_t last)
{
	const struct pt_format *f = stock->space->format;
	const struct pt_level *above = &f->level[depth];
	const struct pt_level *l = &f->level[depth + 1];
	uint32_t attrs = kind == PT_MIGRATION ? 0 :
						pt_attrs_read(above, kind, e);
	enum pt_kind below = piece_kind(kind);
	struct pt_mould mould = pt_kind_mould(
		l, below,
		attrs & ~MUT(SPLIT_LOSES_MEMTYPE, 0u, PT_MEMTYPE_MASK) &
			~MUT(SPLIT_LOSES_GLOBAL, 0u, PT_GLOBAL) &
			~MUT(SPLIT_LOSES_DIRTY, 0u, PT_DIRTY) &
			~MUT(SPLIT_LOSES_KEY, 0u, PT_KEY_MASK));
	struct pt_table table = pt_stock_take(stock, depth + 1);
	/* Groups are unfolded before, so the index does not matter. */
	uint64_t pa = pt_entry_pa(above, kind, e, 0);
	unsigned entries = pt_table_entries(f, depth + 1);
	struct pt_step step[2];
	unsigned steps = edge_steps(f, depth + 1, va, last, step);
	unsigned cut[2];

	for (unsigned i = 0; i < 2; i++)
		cut[i] = i < steps ? cut_index(f, depth + 1, &step[i]) :
				     entries;
	for (unsigned i = 0; i < entries; i++) {
		struct pt_entry piece = pt_mould_fill(&mould, pa);

		if (MUT(SPLIT_LOSES_LAST, false,
			i == entries - 1 && i != cut[0] && i != cut[1]))
			piece = pt_none_entry(l);
		if (MUT(SECOND_SPLIT_LOSES_ONE, false,
			stock->space->number == 1 && i == entries / 2 &&
				i != cut[0] && i != cut[1]))
			piece = pt_none_entry(l);
		if (i == cut[0])
			piece = build_block(stock, depth + 1, below, piece,
					    step[0].va, step[0].end);
		else if (i == cut[1])
			piece = build_block(stock, depth + 1, below, piece,
					    step[1].va, step[1].end);
		pt_write_entry(f, depth + 1, &table, i, piece);
		if (MUT(SPLIT_PAYLOAD_SAME, true, kind != PT_MIGRATION))
			pa += pt_span(f, MUT(SPLIT_STEPS_BY_PAGE, depth + 1,
					     PT_PTE));
	}
	return pt_table_entry(above, table.pa);
}

struct pt_entry pt_divided(struct pt_stock *stock, unsigned depth,
			   enum pt_kind kind, struct pt_entry e)
{
	/* A range that is the whole block cuts none of its pieces. */
	return build_block(stock, depth, kind, e, 0,
			   pt_span(stock->space->format, depth) - 1);
}

/* Sets flags of every leaf of the tree at table; recurses at most 4 deep. */
static void add_flags(const struct pt_space *space, unsigned depth,
		      const struct pt_table *table, uint32_t flags)
{
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[depth];

	for (unsigned i = 0; i < pt_table_entries(f, depth); i++) {
		struct pt_entry e = pt_read_entry(f, depth, table, i);
		enum pt_kind kind = pt_entry_kind(f, depth, e);
		struct pt_mould mould;

		if (kind == PT_TABLE) {
			struct pt_table next = pt_table_follow(space, depth, e);

			add_flags(space, depth + 1, &next, flags);
		} else if (kind == PT_LEAF) {
			mould = pt_leaf_mould(l, pt_attrs_read(l, kind, e) |
						 flags, 0);
			pt_write_entry(f, depth, table, i,
				       pt_mould_fill(&mould,
						     pt_leaf_pa(l, e, i)));
		}
	}
}

/* What hardware has set in the slot since the pieces of e were made of it. */
static void pass_on(const struct pt_space *space, const struct pt_slot *slot,
		    struct pt_entry e, struct pt_entry now)
{
	const struct pt_level *l = &space->format->level[slot->depth];
	struct pt_table table = pt_table_follow(space, slot->depth, e);
	uint32_t flags = pt_attrs_read(l, PT_LEAF, now) &
			 (PT_ACCESSED | PT_DIRTY);

	add_flags(space, slot->depth + 1, &table, flags);
}

/* The pieces replace a leaf that is broken first. */
static void link_broken(struct pt_stale *stale, const struct pt_slot *slot,
			struct pt_entry e)
{
	const struct pt_space *space = stale->space;
	const struct pt_format *f = space->format;
	struct pt_entry now = pt_break_entry(f, slot->depth, &slot->table,
					     slot->index);

	pt_stale_flush_broken(stale, 0);
	if (MUT(SPLIT_LOSES_TOUCH, now.raw != slot->entry.raw, false))
		pass_on(space, slot, e, now);
	pt_slot_write(space, slot, e);
}

/* The defect: the last piece is made only after the table is linked. */
static void link_early(const struct pt_space *space, const struct pt_slot *slot,
		       struct pt_entry e)
{
	const struct pt_format *f = space->format;
	const unsigned depth = slot->depth + 1;
	const struct pt_table table = pt_table_follow(space, slot->depth, e);
	const unsigned last = pt_table_entries(f, depth) - 1;
	struct pt_entry piece = pt_read_entry(f, depth, &table, last);

	pt_write_entry(f, depth, &table, last, pt_none_entry(&f->level[depth]));
	pt_slot_write(space, slot, e);
	pt_write_entry(f, depth, &table, last, piece);
}

void pt_link_divided(struct pt_stale *stale, const struct pt_slot *slot,
		     struct pt_entry e)
{
	const struct pt_space *space = stale->space;
	const struct pt_format *f = space->format;
	struct pt_entry old = slot->entry;

	if (MUT(SPLIT_LINKED_EARLY, false, true)) {
		link_early(space, slot, e);
		return;
	}
	if (MUT(BBM_SPLIT_LIVE,
		pt_must_break(f, slot->depth, slot->index, old, e), false)) {
		link_broken(stale, slot, e);
		return;
	}
	/* Hardware may have set ACCESSED or DIRTY since the pieces were made. */
	while (!MUT(SPLIT_LOSES_TOUCH,
		    pt_cmpxchg_entry(f, slot->depth, &slot->table, slot->index,
				     old, e),
		    (pt_slot_write(space, slot, e), true))) {
		old = pt_read_entry(f, slot->depth, &slot->table, slot->index);
		pass_on(space, slot, e, old);
	}
}

/* Not what a group has in between that was broken up. */
static bool is_member(const struct pt_format *f, unsigned depth,
		      unsigned order, struct pt_entry e)
{
	return pt_entry_kind(f, depth, e) == PT_LEAF &&
	       pt_leaf_order(&f->level[depth], e) == order;
}

/* Makes a member, e, of a group a single entry, number index of the table. */
static void unfold_member(const struct pt_format *f,
			  const struct pt_slot *slot, unsigned index,
			  struct pt_entry e)
{
	const struct pt_level *l = &f->level[slot->depth];
	uint32_t attrs = pt_attrs_read(l, PT_LEAF, e) &
			 ~MUT(UNFOLD_LOSES_DIRTY, 0u, PT_DIRTY);
	struct pt_mould mould = pt_leaf_mould(l, attrs, 0);
	uint64_t pa = pt_leaf_pa(l, e, index);

	pa &= MUT(UNFOLD_PA_OF_FIRST, UINT64_MAX,
		  ~pt_ones(l->va_shift + pt_leaf_order(l, e)));
	pt_write_entry(f, slot->depth, &slot->table, index,
		       pt_mould_fill(&mould, pa));
}

/* Unfolds the group of that order, after all of it was broken. */
static void unfold_broken(struct pt_stale *stale, const struct pt_slot *slot,
			  unsigned first, unsigned order)
{
	const struct pt_format *f = stale->space->format;
	struct pt_entry old[PT_GROUP_ENTRIES];
	const unsigned entries = 1u << order, depth = slot->depth;

	pt_check(entries <= PT_GROUP_ENTRIES);
	for (unsigned i = 0; i < entries; i++) {
		old[i] = pt_read_entry(f, depth, &slot->table, first + i);
		if (is_member(f, depth, order, old[i]) &&
		    MUT(UNFOLD_MISSES_ONE, true, i < entries - 1))
			old[i] = pt_break_entry(f, depth, &slot->table,
						first + i);
	}
	pt_stale_flush_broken(stale, pt_span(f, depth));
	for (unsigned i = 0; i < entries; i++)
		if (is_member(f, depth, order, old[i]) &&
		    MUT(UNFOLD_MISSES_ONE, true, i < entries - 1))
			unfold_member(f, slot, first + i, old[i]);
}

void pt_unfold(struct pt_stale *stale, struct pt_slot *slot, uint64_t va)
{
	const struct pt_format *f = stale->space->format;
	const struct pt_level *l = &f->level[slot->depth];
	unsigned order = pt_leaf_order(l, slot->entry);
	unsigned entries = 1u << order;
	unsigned first = slot->index & ~(entries - 1);

	if (MUT(FLUSH_FORGOTTEN_SPLIT, true, false))
		pt_stale_note(stale, slot->depth, va, PT_LEAF, slot->entry);
	if (MUT(BBM_GROUP_LIVE, f->break_before_make, false)) {
		unfold_broken(stale, slot, first, order);
		entries = 0;
	}
	for (unsigned i = first; i < first + entries; i++) {
		struct pt_entry e = pt_read_entry(f, slot->depth, &slot->table,
						  i);

		if (MUT(UNFOLD_MISSES_ONE, false, i == first + entries - 1))
			continue;
		if (is_member(f, slot->depth, order, e))
			unfold_member(f, slot, i, e);
	}
	slot->entry = pt_read_entry(f, slot->depth, &slot->table, slot->index);
}

/* Replaces a block, of which [va, last] is a part, by its pieces. */
static void store_block(struct pt_division *d, const struct pt_slot *slot,
			uint64_t va, uint64_t last)
{
	struct pt_entry e;

	if (MUT(FLUSH_FORGOTTEN_SPLIT, true, false))
		pt_stale_note(d->stale, slot->depth, va, slot->kind,
			      slot->entry);
	if (MUT(SPLIT_THROUGH_HOLE, false, true)) {
		pt_slot_write(d->space, slot,
			      pt_none_entry(&d->f->level[slot->depth]));
		pt_slot_write(d->space, slot, slot->entry);
	}
	e = build_block(&d->stock, slot->depth, slot->kind, slot->entry, va,
			last);
	/* Invalidated between break and make, a block vouches for no piece. */
	d->has_pieces |= slot->kind == PT_INVALID_HUGE ||
			 pt_must_break(d->f, slot->depth, slot->index,
				       slot->entry, e);
	pt_link_divided(d->stale, slot, e);
}

/* Divides at the edges of one table's part of the range. */
static void store_table(struct pt_division *d, const struct pt_table *table,
			unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_level *l = &d->f->level[depth];
	struct pt_step step[2];
	unsigned steps = edge_steps(d->f, depth, va, last, step);

	for (unsigned i = 0; i < steps; i++) {
		struct pt_slot slot = {
			.table = *table,
			.entry = pt_read_entry(d->f, depth, table,
					       step[i].index),
			.index = step[i].index,
			.depth = depth,
		};
		bool partial = pt_step_partial(d->f, depth, &step[i]);

		slot.kind = pt_entry_kind(d->f, depth, slot.entry);
		if (slot.kind == PT_TABLE && partial) {
			struct pt_table next = pt_table_follow(d->space, depth,
							       slot.entry);

			store_table(d, &next, depth + 1, step[i].va,
				    step[i].end);
		} else if (d->kinds >> slot.kind & 1) {
			unsigned order = slot.kind == PT_LEAF ?
						 pt_leaf_order(l, slot.entry) :
						 0;

			if (order && group_is_split(d->f, depth, order, va,
						    last, &step[i]))
				pt_unfold(d->stale, &slot, step[i].va);
			if (partial)
				store_block(d, &slot, step[i].va, step[i].end);
		}
	}
}

int pt_divide_plan(struct pt_division *d, const struct pt_start *start,
		   uint64_t va, uint64_t last)
{
	return plan_table(d, &start->table, start->depth, va, last);
}

void pt_divide_store(struct pt_division *d, const struct pt_start *start,
		     uint64_t va, uint64_t last)
{
	if (d->unfolds || d->stock.count)
		store_table(d, &start->table, start->depth, va, last);
	if (d->has_pieces)
		pt_stale_unsure(d->stale);
	pt_check(!d->stock.count);
}

int pt_divide_range(struct pt_stale *stale, const struct pt_start *start,
		    uint64_t va, uint64_t last, unsigned kinds)
{
	struct pt_division d = {
		.space = stale->space,
		.f = stale->space->format,
		.stale = stale,
		.kinds = kinds,
		.stock = { .space = stale->space },
	};
	int ret = pt_divide_plan(&d, start, va, last);

	if (ret && MUT(DIVIDE_NOMEM_LEAKS, false, true))
		return ret;
	if (ret)
		pt_stock_return(&d.stock);
	else
		pt_divide_store(&d, start, va, last);
	return ret;
}
