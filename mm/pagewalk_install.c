/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Page tables of walks that install entries, and of walks over ranges that are
 * not aligned to pages; the tables that installing needs on the way down.
 *
 * Source: include/tablewalk/walk.h, "Installing" and WALK_UNALIGNED.
 */
#include "pagewalk.h"

int pt_walker_link(struct pt_walker *w, const struct pt_table *table,
		   unsigned depth, unsigned index, struct pt_entry *e)
{
	struct pt_stock stock = { .space = w->walk.space };
	struct pt_table next;
	int ret = pt_stock_add(&stock, depth + 1);

	if (ret)
		return ret;
	if (MUT(INSTALL_TABLE_LOST, false, true))
		return -ENOMEM;
	next = pt_stock_take(&stock, depth + 1);
	*e = pt_table_entry(&w->f->level[depth], next.pa);
	pt_write_entry(w->f, depth, table, index, *e);
	return 0;
}

/* One page table on the way through it. */
struct pages {
	const struct pt_table *table;
	uint64_t va;			/* where the visit starts */
	unsigned index;
	bool last;			/* nothing comes after it here */
	unsigned run;			/* installed right before, in a row */
};

/* What can be wrong with a supplied entry. */
static int supplied_error(const struct pt_walker *w,
			  const struct pt_install *supplied)
{
	if (supplied->pa & (pt_span(w->f, PT_PTE) - 1))
		return -EINVAL;
	if (supplied->pa > MUT(INSTALL_PA_UNCHECKED,
			       pt_ones(w->walk.space->pa_bits), UINT64_MAX))
		return -ERANGE;
	if (!pt_attrs_representable(&w->f->level[PT_PTE], supplied->attrs) &&
	    MUT(INSTALL_ATTRS_UNCHECKED, true, false))
		return -EOPNOTSUPP;
	return 0;
}

/* Tells update, if it is set, of the entry of a page. */
static void tell_update(struct pt_walker *w, const struct pages *at)
{
	struct pt_entry e;

	if (!w->walk.ops->update)
		return;
	e = pt_read_entry(w->f, PT_PTE, at->table, at->index);
	pt_walker_describe(w, PT_PTE, e, pt_entry_kind(w->f, PT_PTE, e),
			   at->index, at->va);
	w->visit.depth = PT_PTE;
	w->walk.ops->update(&w->visit, &w->walk);
}

/* Asks install_pte for the entry of a page that has none, and stores it. */
static int install_page(struct pt_walker *w, struct pages *at)
{
	const struct pt_level *l = &w->f->level[PT_PTE];
	struct pt_install supplied = { 0 };
	struct pt_mould mould;
	int ret;

	if (MUT(INSTALL_SKIPS_LAST, false, at->last))
		return 0;
	ret = w->walk.ops->install_pte(w->visit.start, w->visit.last,
				       &supplied, &w->walk);
	/* What it supplied was for an entry that may be gone. */
	if (pt_walker_is_changed(w)) {
		ret = pt_walker_changed(w, ret, PT_PTE, PT_PTE, at->va);
		if (ret)
			return ret;
	}
	if (!ret)
		ret = supplied_error(w, &supplied);
	if (ret)
		return ret;
	mould = pt_leaf_mould(l, MUT(INSTALL_READ_ONLY, supplied.attrs,
				     supplied.attrs & ~PT_W), 0);
	if (MUT(UPDATE_BEFORE_STORE, false, true))
		tell_update(w, at);
	pt_write_entry(w->f, PT_PTE, at->table, at->index,
		       pt_mould_fill(&mould, supplied.pa));
	if (MUT(UPDATE_BEFORE_STORE, true, false))
		tell_update(w, at);
	at->run++;
	return 0;
}

/* One page, once.  Afterwards action says whether it is wanted again. */
static int visit_page(struct pt_walker *w, struct pages *at)
{
	struct pt_entry e = pt_read_entry(w->f, PT_PTE, at->table, at->index);
	enum pt_kind kind = pt_entry_kind(w->f, PT_PTE, e);
	int ret;

	w->walk.action = PT_WALK_SUBTREE;
	if (w->walk.ops->install_pte &&
	    MUT(INSTALL_OVERWRITES, kind == PT_NONE, true)) {
		ret = install_page(w, at);
		w->walk.action = PT_WALK_SUBTREE;
		return ret;
	}
	if (MUT(INSTALL_STOPS_AT_ENTRY, false, w->walk.ops->install_pte))
		return -EEXIST;
	at->run = 0;
	pt_walker_describe(w, PT_PTE, e, kind, at->index, at->va);
	if (kind == PT_BAD)
		return pt_walker_bad(w, PT_PTE);
	if (MUT(UPDATE_OF_ALL, false, true))
		tell_update(w, at);
	if (!w->fn[PT_PTE])
		return 0;
	w->visit.depth = PT_PTE;
	ret = pt_walker_call_page(w);
	if (!(w->actions >> PT_PTE & 1))
		w->walk.action = PT_WALK_SUBTREE;
	return ret;
}

/* The defect: what was installed right before an error is taken back. */
static void undo_run(struct pt_walker *w, const struct pages *at)
{
	for (unsigned i = at->index - at->run; i < at->index; i++)
		pt_write_entry(w->f, PT_PTE, at->table, i,
			       pt_none_entry(&w->f->level[PT_PTE]));
}

int pt_walker_pages(struct pt_walker *w, const struct pt_table *table,
		    uint64_t va, uint64_t last)
{
	const uint64_t ones = pt_span(w->f, PT_PTE) - 1;
	struct pages at = {
		.table = table,
		.va = va,
		.index = pt_index(w->f, PT_PTE, va),
	};

	w->visit.real_depth = PT_PTE;
	/* No range ends before the first page does: nothing wraps here. */
	for (;; at.va += ones + 1, at.index++) {
		int ret;

		at.last = at.va >= last - ones;
		w->visit.slot = pt_slot_pa(w->f, PT_PTE, table, at.index);
		/* A page that is not aligned may end past the last address. */
		pt_walker_set_range(w, at.va,
				    (at.va + ones) &
					    pt_ones(w->f->va_word_bits));
		do {
			ret = visit_page(w, &at);
			if (pt_walker_is_changed(w))
				ret = pt_walker_changed(w, ret, PT_PTE, PT_PTE,
							at.va);
			if (ret || w->walk.action != PT_WALK_AGAIN)
				break;
			ret = pt_walker_again(w, PT_PTE, at.va);
		} while (!ret);
		if (MUT(INSTALL_UNDOES, false, ret != 0 && !w->moved))
			undo_run(w, &at);
		if (ret || at.last)
			return ret;
	}
}
