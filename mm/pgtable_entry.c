/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Table operations on one entry: split, collapse, restrict, setkind, touch,
 * translate.
 *
 * Source: include/tablewalk/table_ops.h.
 */
#include <errno.h>

#include "pgtable.h"

int pt_split(struct pt_space *space, uint64_t va, unsigned depth)
{
	struct pt_stock stock = { .space = space };
	struct pt_stale stale = pt_stale_open(space);
	const struct pt_level *l;
	struct pt_slot slot;
	int ret = pt_entry_error(space, va, depth);

	if (MUT(CHANGE_UNCOUNTED_SPLIT, true, false))
		pt_changing(space);
	if (ret)
		return ret;
	l = &space->format->level[depth];
	if (!l->leaf.match.count ||
	    (depth == PT_PTE && !l->group_count))
		return -EOPNOTSUPP;
	if (pt_kernel_error(space, va))
		return -EBUSY;
	slot = pt_descend(space, va, depth);
	if (slot.depth != depth)
		return -ENOENT;
	if (slot.kind == PT_LEAF && pt_leaf_order(l, slot.entry)) {
		pt_unfold(&stale, &slot, va);
		pt_stale_flush(&stale);
		return 0;
	}
	if (depth == PT_PTE ||
	    (!pt_has_attrs(slot.kind) && slot.kind != PT_MIGRATION))
		return -ENOENT;
	ret = pt_stock_add_pieces(&stock, depth + 1);
	if (ret)
		return ret;
	if (MUT(FLUSH_FORGOTTEN_SPLIT, true, false))
		pt_stale_note(&stale, depth, va, slot.kind, slot.entry);
	pt_link_divided(&stale, &slot,
			pt_divided(&stock, depth, slot.kind, slot.entry));
	pt_stale_flush(&stale);
	return 0;
}

/*
 * A run of leaves that is to become one unit: entries of depth in table, from
 * index first, 1 << lg2 of them.
 */
struct run {
	const struct pt_table *table;
	unsigned depth, first, lg2;
	bool grouped_too;		/* members of groups are fine */
};

/*
 * Whether all are leaves, alike, with consecutive addresses, the first aligned
 * to the whole.  Then *attrs are those of the unit.
 */
static bool run_is_uniform(const struct pt_space *space, const struct run *run,
			   uint64_t *pa, uint32_t *attrs)
{
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[run->depth];
	struct pt_entry head = pt_read_entry(f, run->depth, run->table,
					     run->first);
	const uint32_t flags = PT_ACCESSED | PT_DIRTY;
	const unsigned entries = (1u << run->lg2) -
				 MUT(COLLAPSE_SKIPS_LAST, 0u, 1u);
	uint32_t hardware = 0, seen;

	if (pt_entry_kind(f, run->depth, head) != PT_LEAF)
		return false;
	*pa = pt_leaf_pa(l, head, run->first);
	*attrs = pt_attrs_read(l, PT_LEAF, head);
	if (MUT(COLLAPSE_UNALIGNED, *pa & pt_ones(l->va_shift + run->lg2), 0))
		return false;
	for (unsigned i = 0; i < entries; i++) {
		struct pt_entry e = pt_read_entry(f, run->depth, run->table,
						  run->first + i);

		if (MUT(COLLAPSE_TAKES_PROTNONE, false,
			pt_entry_kind(f, run->depth, e) == PT_PROTNONE))
			continue;
		if (pt_entry_kind(f, run->depth, e) != PT_LEAF ||
		    (pt_leaf_order(l, e) &&
		     MUT(COLLAPSE_GROUPS_TWICE, !run->grouped_too, false)) ||
		    MUT(COLLAPSE_IGNORES_PA,
			pt_leaf_pa(l, e, run->first + i) !=
				*pa + i * pt_span(f, run->depth), false))
			return false;
		seen = pt_attrs_read(l, PT_LEAF, e);
		if ((seen ^ *attrs) & ~flags &
		    ~MUT(COLLAPSE_IGNORES_RIGHTS, 0u, PT_RIGHTS) &
		    ~MUT(COLLAPSE_IGNORES_GLOBAL, 0u, PT_GLOBAL))
			return false;
		hardware |= seen & flags;
	}
	*attrs |= MUT(COLLAPSE_LOSES_DIRTY, hardware, 0u);
	return true;
}

/* The table that the slot points to becomes one leaf. */
static int collapse_table(struct pt_stale *stale, struct pt_slot *slot,
			  uint64_t va)
{
	const struct pt_space *space = stale->space;
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[slot->depth];
	struct pt_table table;
	struct run run = {
		.table = &table,
		.depth = slot->depth + 1,
		.lg2 = f->level[slot->depth + 1].index_bits,
		.grouped_too = true,
	};
	struct pt_mould mould;
	uint32_t attrs;
	uint64_t pa;

	if (slot->kind != PT_TABLE)
		return -ENOENT;
	table = pt_table_follow(space, slot->depth, slot->entry);
	if (MUT(COLLAPSE_IGNORES_RESTRICTION,
		pt_table_removed(l, slot->entry), 0))
		return -EBUSY;
	if (!run_is_uniform(space, &run, &pa, &attrs))
		return -EBUSY;
	if (!pt_attrs_representable(l, attrs))
		return -EOPNOTSUPP;
	if (MUT(FLUSH_FORGOTTEN_COLLAPSE, true, false))
		pt_stale_note(stale, slot->depth, va, PT_TABLE, slot->entry);
	if (MUT(COLLAPSE_THROUGH_HOLE, false, true))
		pt_slot_write(space, slot, pt_none_entry(l));
	if (MUT(BBM_COLLAPSE_LIVE, f->break_before_make, false)) {
		pt_break_entry(f, slot->depth, &slot->table, slot->index);
		pt_stale_flush_broken(stale, 0);
		/* Until now hardware could set flags of what is below. */
		run_is_uniform(space, &run, &pa, &attrs);
	}
	mould = pt_leaf_mould(l, attrs, 0);
	pt_slot_write(space, slot, pt_mould_fill(&mould, pa));
	pt_stale_flush_tables(stale);
	if (MUT(COLLAPSE_LEAKS_TABLE, true, false))
		pt_table_free(space, slot->depth + 1, table.pa);
	return 0;
}

/* A run of single leaves, the first at va, that is to be a group at pa. */
struct fold {
	const struct run *run;
	uint64_t va, pa;
	uint32_t attrs;
};

/* Folds a run after all of it was broken. */
static void fold_broken(struct pt_stale *stale, const struct fold *fold)
{
	const struct run *run = fold->run;
	const struct pt_format *f = stale->space->format;
	const struct pt_level *l = &f->level[run->depth];
	const uint64_t bytes = pt_span(f, run->depth);
	uint32_t attrs = fold->attrs;
	struct pt_mould mould;

	for (unsigned i = 0; i < 1u << run->lg2; i++) {
		struct pt_entry old = pt_read_entry(f, run->depth, run->table,
						    run->first + i);

		if (MUT(FLUSH_FORGOTTEN_COLLAPSE, true, false))
			pt_stale_note(stale, run->depth, fold->va + i * bytes,
				      PT_LEAF, old);
		old = pt_break_entry(f, run->depth, run->table,
				     run->first + i);
		if (MUT(GROUP_LOSES_TOUCH, true, false))
			attrs |= pt_attrs_read(l, PT_LEAF, old) &
				 (PT_ACCESSED | PT_DIRTY);
	}
	pt_stale_flush_broken(stale, bytes);
	mould = pt_leaf_mould(l, attrs, run->lg2);
	for (unsigned i = 0; i < 1u << run->lg2; i++) {
		if (MUT(FOLD_LAST_UNMARKED, false, i + 1 == 1u << run->lg2))
			mould = pt_leaf_mould(l, attrs, 0);
		pt_write_entry(f, run->depth, run->table, run->first + i,
			       pt_mould_fill(&mould, fold->pa + i * bytes));
	}
}

/* Folds it while it is in use. */
static void fold_live(struct pt_stale *stale, const struct fold *fold)
{
	const struct run *run = fold->run;
	const struct pt_format *f = stale->space->format;
	const struct pt_level *l = &f->level[run->depth];
	uint32_t attrs = fold->attrs;

	for (unsigned i = 0; i < 1u << run->lg2;) {
		unsigned index = run->first + i;
		uint64_t offset = i * pt_span(f, run->depth);
		struct pt_entry old = pt_read_entry(f, run->depth, run->table,
						    index);
		uint32_t flags = pt_attrs_read(l, PT_LEAF, old) &
				 (PT_ACCESSED | PT_DIRTY);
		struct pt_mould mould;

		/* What hardware has set since goes to those before it too. */
		if (MUT(GROUP_LOSES_TOUCH, flags & ~attrs, 0)) {
			attrs |= flags;
			i = 0;
			continue;
		}
		/* One that is in the group by now stands for all of it. */
		if (MUT(FLUSH_FORGOTTEN_COLLAPSE, true, false))
			pt_stale_note(stale, run->depth, fold->va + offset,
				      PT_LEAF, old);
		mould = pt_leaf_mould(l, attrs, run->lg2);
		if (MUT(FOLD_LAST_UNMARKED, false, i + 1 == 1u << run->lg2))
			mould = pt_leaf_mould(l, attrs, 0);
		if (pt_cmpxchg_entry(f, run->depth, run->table, index, old,
				     pt_mould_fill(&mould, fold->pa + offset)))
			i++;
	}
}

/* The entries around the slot become a group. */
static int collapse_group(struct pt_stale *stale, struct pt_slot *slot,
			  uint64_t va, unsigned order)
{
	const struct pt_space *space = stale->space;
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[slot->depth];
	struct run run = {
		.table = &slot->table,
		.depth = slot->depth,
		.first = slot->index & ~((1u << MUT(FOLD_HALF_ALIGNED, order,
						   order - 1)) - 1),
		.lg2 = order,
	};
	struct fold fold = {
		.run = &run,
		.va = va & ~pt_ones(l->va_shift + order),
	};

	if (slot->kind != PT_LEAF)
		return -ENOENT;
	/* Half a group further on may be past the end of the table. */
	if (MUT(FOLD_HALF_ALIGNED, false, run.first + (1u << order) >
		pt_table_entries(f, slot->depth)))
		return -EBUSY;
	if (!run_is_uniform(space, &run, &fold.pa, &fold.attrs))
		return -EBUSY;
	if (MUT(BBM_GROUP_LIVE, f->break_before_make, false))
		fold_broken(stale, &fold);
	else
		fold_live(stale, &fold);
	return 0;
}

int pt_collapse(struct pt_space *space, uint64_t va, unsigned depth,
		unsigned order)
{
	struct pt_stale stale = pt_stale_open(space);
	const struct pt_level *l;
	struct pt_slot slot;
	int ret = pt_entry_error(space, va, depth);

	if (MUT(CHANGE_UNCOUNTED_COLLAPSE, true, false))
		pt_changing(space);
	if (ret)
		return ret;
	l = &space->format->level[depth];
	if (!l->leaf.match.count || !pt_order_exists(l, order) ||
	    (!order && depth == PT_PTE))
		return -EOPNOTSUPP;
	if (pt_kernel_error(space, va))
		return -EBUSY;
	slot = pt_descend(space, va, depth);
	if (slot.depth != depth)
		return -ENOENT;
	ret = order ? collapse_group(&stale, &slot, va, order) :
		      collapse_table(&stale, &slot, va);
	pt_stale_flush(&stale);
	return ret;
}

int pt_restrict(struct pt_space *space, uint64_t va, unsigned depth,
		uint32_t removed)
{
	struct pt_stale stale = pt_stale_open(space);
	const struct pt_level *l;
	struct pt_slot slot;
	struct pt_entry e;
	uint32_t can = 0;
	int ret = pt_entry_error(space, va, depth);

	pt_changing(space);
	if (ret)
		return ret;
	l = &space->format->level[depth];
	for (unsigned i = 0; i < l->table.hierarchy_count; i++)
		can |= l->table.hierarchy[i].right;
	if (depth == PT_PTE || (removed & ~can))
		return -EOPNOTSUPP;
	if (pt_kernel_error(space, va))
		return -EBUSY;
	slot = pt_descend(space, va, depth);
	if (slot.depth != depth || slot.kind != PT_TABLE)
		return -ENOENT;
	if (MUT(RESTRICT_ADDS, false, true))
		removed |= pt_table_removed(l, slot.entry);
	e = pt_table_restrict(l, slot.entry, removed);
	if (e.raw == slot.entry.raw)
		return 0;
	if (MUT(FLUSH_FORGOTTEN_RESTRICT, true, false))
		pt_stale_note(&stale, depth, va, PT_TABLE, slot.entry);
	if (MUT(RESTRICT_THROUGH_HOLE, false, true))
		pt_slot_write(space, &slot, pt_none_entry(l));
	pt_slot_write(space, &slot, e);
	pt_stale_flush(&stale);
	return 0;
}

static bool kind_representable(const struct pt_level *l, enum pt_kind kind)
{
	if (kind == PT_PROTNONE)
		return l->leaf.protnone.count &&
		       pt_rights_representable(l, PT_R);
	if (kind == PT_INVALID_HUGE)
		return l->leaf.invalid.count &&
		       pt_rights_representable(l, PT_R);
	if (kind == PT_SWAP)
		return l->swap.match.count;
	if (kind == PT_MIGRATION)
		return l->migration.match.count;
	if (kind == PT_MARKER)
		return l->marker.match.count;
	return false;
}

static int setkind_error(const struct pt_space *space, uint64_t va,
			 unsigned depth, enum pt_kind kind, uint64_t pa)
{
	const struct pt_format *f = space->format;
	int ret = pt_entry_error(space, va, depth);

	/* A pa that is not aligned goes before a va out of range. */
	if (ret == -EINVAL || (pa & pt_ones(f->page_shift)))
		return -EINVAL;
	if (ret)
		return ret;
	if ((kind == PT_SWAP || kind == PT_MIGRATION) &&
	    pa > pt_ones(space->pa_bits))
		return -ERANGE;
	if (!kind_representable(&f->level[depth], kind))
		return -EOPNOTSUPP;
	return 0;
}

int pt_setkind(struct pt_space *space, uint64_t va, unsigned depth,
	       enum pt_kind kind, uint64_t pa)
{
	struct pt_stock stock = { .space = space };
	struct pt_stale stale = pt_stale_open(space);
	const struct pt_level *l;
	uint32_t attrs = PT_R;
	struct pt_mould mould;
	struct pt_slot slot;
	int ret = setkind_error(space, va, depth, kind, pa);

	pt_changing(space);
	if (!ret)
		ret = pt_kernel_error(space, va);
	if (ret)
		return ret;
	l = &space->format->level[depth];
	slot = pt_descend(space, va, depth);
	if (slot.kind != PT_NONE &&
	    (slot.kind != PT_LEAF || slot.depth != depth) &&
	    MUT(SETKIND_REPLACES_SOFT, true, slot.depth != depth ||
		slot.kind == PT_TABLE))
		return -EBUSY;
	if (slot.depth != depth) {
		const struct pt_start start = { slot.table, slot.depth };

		ret = pt_missing_alloc(&stock, &start, va, va, depth);
		if (ret)
			return ret;
		pt_missing_link(&stock, &start, va, va, depth);
		slot = pt_descend(space, va, depth);
	}
	pa &= ~(pt_span(space->format, MUT(SETKIND_PAYLOAD_OF_PAGE, depth,
					   PT_PTE)) - 1);
	if (pt_has_attrs(kind))
		pa = MUT(SETKIND_LOSES_PA,
			 pt_entry_pa(l, slot.kind, slot.entry, slot.index), 0);
	if (slot.kind == PT_LEAF) {
		attrs = MUT(SETKIND_LOSES_ATTRS,
			    pt_attrs_read(l, PT_LEAF, slot.entry), PT_R);
		if (MUT(SETKIND_KEEPS_GROUP, pt_leaf_order(l, slot.entry), 0u))
			pt_unfold(&stale, &slot, va);
	}
	kind = MUT(SETKIND_SWAP_MIGRATES, kind,
		   kind == PT_SWAP && l->migration.match.count ? PT_MIGRATION :
								 kind);
	kind = MUT(SETKIND_INVALID_PROTNONE, kind,
		   kind == PT_INVALID_HUGE && l->leaf.protnone.count ?
			   PT_PROTNONE : kind);
	mould = pt_kind_mould(l, kind, attrs);
	if (MUT(FLUSH_FORGOTTEN_SETKIND, true, false))
		pt_stale_note(&stale, depth, va, slot.kind, slot.entry);
	pt_slot_write(space, &slot, pt_mould_fill(&mould, pa));
	pt_stale_flush(&stale);
	return 0;
}

/* Sets the flags in one leaf as hardware does, in one access. */
static void touch_entry(const struct pt_space *space,
			const struct pt_slot *slot, unsigned index, bool dirty)
{
	const struct pt_format *f = space->format;
	struct pt_entry old, e;

	do {
		old = pt_read_entry(f, slot->depth, &slot->table, index);
		/* In a broken group, the others are not for us to change. */
		if (pt_entry_kind(f, slot->depth, old) != PT_LEAF)
			return;
		e = pt_touched(&f->level[slot->depth], old, dirty);
		if (e.raw == old.raw)
			return;
	} while (!pt_cmpxchg_entry(f, slot->depth, &slot->table, index, old,
				   e));
}

int pt_touch(struct pt_space *space, uint64_t va, enum pt_access access)
{
	const struct pt_format *f = space->format;
	const struct pt_leaf_layout *pte = &f->level[PT_PTE].leaf;
	const struct pt_level *l;
	struct pt_slot slot;
	unsigned first, entries;
	bool dirty;
	int ret = pt_entry_error(space, va, PT_PTE);

	if (ret)
		return ret;
	if (!pte->accessed.mask || (access == PT_WRITE && !pte->dirty.mask))
		return -EOPNOTSUPP;
	if (pt_kernel_error(space, va))
		return -EBUSY;
	slot = pt_descend(space, va, PT_PTE);
	if (slot.kind != PT_LEAF)
		return MUT(TOUCH_PROTNONE, -ENOENT,
			   slot.kind == PT_PROTNONE ? 0 : -ENOENT);
	l = &f->level[slot.depth];
	dirty = (access == PT_WRITE ||
		 MUT(TOUCH_READ_DIRTIES, false, l->leaf.dirty.mask != 0)) &&
		MUT(TOUCH_IGNORES_W,
		    pt_attrs_read(l, PT_LEAF, slot.entry) & PT_W, true) &&
		MUT(TOUCH_FORGETS_DIRTY, true, false);
	entries = 1u << pt_leaf_order(l, slot.entry);
	first = slot.index & ~(entries - 1);
	if (MUT(TOUCH_ONE_OF_GROUP, false, true)) {
		first = slot.index;
		entries = 1;
	}
	for (unsigned i = first; i < first + entries; i++)
		touch_entry(space, &slot, i, dirty);
	return 0;
}

int pt_translate(struct pt_space *space, uint64_t va, struct pt_lookup *result)
{
	const struct pt_format *f = space->format;
	struct pt_lookup found = { 0 };
	struct pt_table table;
	struct pt_entry e;
	unsigned depth = f->top;
	enum pt_kind kind;

	if (!pt_range_translated(space, va, va))
		return -ERANGE;
	table = pt_root_open(space);
	for (;;) {
		e = pt_read_entry(f, depth, &table,
				  MUT(TRANSLATE_FOLDED_FIRST,
				      pt_index(f, depth, va),
				      depth == f->top && depth != PT_PGD ?
					      0u : pt_index(f, depth, va)));
		kind = pt_entry_kind(f, depth, e);
		if (kind != PT_TABLE)
			break;
		if (MUT(TRANSLATE_REMOVED_LAST, false, true))
			found.removed = 0;
		found.removed |= pt_table_removed(&f->level[depth], e);
		table = pt_table_follow(space, depth, e);
		depth++;
	}
	found.kind = (uint8_t)MUT(TRANSLATE_PROTNONE_LEAF, kind,
				  kind == PT_PROTNONE ? PT_LEAF : kind);
	found.depth = (uint8_t)depth;
	if (pt_kind_has_pa(kind))
		found.pa = pt_entry_pa(&f->level[depth], kind, e,
				       pt_index(f, depth, va)) +
			   (va & (pt_span(f, MUT(TRANSLATE_PAGE_OFFSET, depth,
						 PT_PTE)) - 1));
	if (pt_has_attrs(kind))
		found.attrs = pt_attrs_read(&f->level[depth], kind, e);
	if (kind == PT_LEAF)
		found.order = (uint8_t)pt_leaf_order(&f->level[depth], e);
	*result = found;
	return 0;
}
