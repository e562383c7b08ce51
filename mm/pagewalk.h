/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of the walker share.
 *
 * pagewalk.c		entries above PT_PTE, and the dense loop over pages
 * pagewalk_change.c	entries that are evaluated again
 * pagewalk_install.c	pages of walks that install, or of any range
 * pagewalk_owned.c	walks that ask whose the tables are
 * pagewalk_vma.c	walks over VMAs
 *
 * Source: include/tablewalk/walk.h; the rules are those of
 * docs/walker-rules.md.
 */
#ifndef MM_PAGEWALK_H
#define MM_PAGEWALK_H

#include <errno.h>

#include <tablewalk/walk.h>

#include "pgtable.h"

/* One walk.  What callbacks see is in walk and visit. */
struct pt_walker {
	struct pt_walk walk;
	struct pt_visit visit;
	const struct pt_format *f;
	uint32_t flags;			/* WALK_* */
	pt_entry_fn *fn[PT_DEPTHS];
	pt_range_fn *test[PT_DEPTHS];	/* of tables; NULL without the flag */
	int deepest_entry;		/* of all entry callbacks set */
	int deepest;			/* and of install_pte */
	unsigned actions;		/* bit d: callbacks of depth d have any */
	int root_hole_depth;		/* what a hole in the root counts as */
	int hole_depth_mask;		/* PT_DEPTH_UNKNOWN: so all holes do */
	bool turns_differ;		/* a flag says so */
	bool aliases_full;		/* WALK_FOLDED_EMPTY, and there are any */
	unsigned tested;		/* bit d: the entry's alias d was */
	uint64_t report_mask;		/* all ones, without a defect */
	bool drop_return;		/* false, without a defect */
	bool escaped;			/* false, without a defect */
	/*
	 * Bits that tell whether a page has kind, attributes and order of the
	 * one before it, which then need no decoding: dense tables are walked
	 * several times faster.
	 */
	uint64_t page_mask;
	bool page_known;		/* visit describes such a page */
	/*
	 * pt_space.changes as the walk last saw it.  Where it differs after a
	 * callback, moved is set and all levels are left; pt_walker_tables()
	 * goes on from the root at resume_va.  Until the entry is found there,
	 * tables above resume are passed without a word.
	 */
	uint64_t changes;
	uint64_t resume_va;
	unsigned resume, resume_depth;
	bool moved;
	/*
	 * Re-evaluations of the entries that begin at again_va, or of their
	 * aliases, by depth; of these by changes, of whichever.
	 */
	uint64_t again_va;
	uint8_t again[PT_DEPTHS], again_changed;
};

/* Prepares a walk without VMA. */
void pt_walker_open(struct pt_walker *w, struct pt_space *space,
		    const struct pt_walk_ops *ops, void *context);

/* -EINVAL and -ERANGE of a range, as pt_walk_inclusive() says. */
int pt_walker_range_error(const struct pt_walker *w, uint64_t va,
			  uint64_t last);

/* Walks the tables in a range without errors. */
int pt_walker_tables(struct pt_walker *w, uint64_t va, uint64_t last);

/*
 * One more re-evaluation of the entry that begins at va, counted under that
 * depth: 0, or -EAGAIN where it is one too many.
 */
int pt_walker_again(struct pt_walker *w, unsigned depth, uint64_t va);

/* Whether the callback that just returned changed the tables. */
static inline bool pt_walker_is_changed(const struct pt_walker *w)
{
	return w->walk.space->changes != w->changes;
}

/*
 * What follows from that: no table and no entry that was read is looked at again.
 * ret is what the callback returned, va where its range begins, depth that of the
 * real entry, and counted what pt_walker_again() is to know it under.  Never 0,
 * without a defect: the levels of the walk are left with what is returned.
 */
int pt_walker_changed(struct pt_walker *w, int ret, unsigned depth,
		      unsigned counted, uint64_t va);

/*
 * Asks table_of, which is set, about the table of that depth at pa, which is on
 * the way to va; false, after stray was called, where the walk has to end.
 */
bool pt_walker_owns(struct pt_walker *w, uint64_t pa, unsigned depth,
		    uint64_t va);

/* The same of all tables that lead to the entry covering va at depth. */
bool pt_walker_owns_path(struct pt_walker *w, uint64_t va, unsigned depth);

/* Calls pte_hole, if it is set. */
static inline int pt_walker_hole(struct pt_walker *w, uint64_t va,
				 uint64_t last, int depth)
{
	int ret;

	if (!w->walk.ops->pte_hole)
		return 0;
	ret = w->walk.ops->pte_hole(va & w->report_mask, last & w->report_mask,
				    depth, &w->walk);
	return MUT(HOLE_RETURN_LOST, ret, pt_walker_is_changed(w) ? ret : 0);
}

static inline void pt_walker_set_range(struct pt_walker *w, uint64_t va,
				       uint64_t last)
{
	w->visit.start = va & w->report_mask;
	w->visit.last = last & w->report_mask;
}

/* Fills in what depends on the entry's value; its range is set already. */
static inline void pt_walker_describe(struct pt_walker *w, unsigned depth,
				      struct pt_entry e, enum pt_kind kind,
				      unsigned index, uint64_t va)
{
	const struct pt_level *l = &w->f->level[depth];
	struct pt_visit *visit = &w->visit;

	visit->entry = e;
	visit->kind = (uint8_t)kind;
	visit->pa = 0;
	visit->attrs = 0;
	visit->order = 0;
	if (pt_kind_has_pa(kind))
		visit->pa = pt_entry_pa(l, kind, e, index) +
			    (va & (pt_span(w->f, depth) - 1));
	if (pt_has_attrs(kind))
		visit->attrs = pt_attrs_read(l, kind, e);
	if (MUT(WALK_PAYLOAD_MAPS, false, kind == PT_MIGRATION &&
		depth < PT_PTE))
		visit->kind = PT_LEAF;
	if (kind == PT_LEAF)
		visit->order = (uint8_t)pt_leaf_order(l, e);
	if (kind == PT_TABLE)
		visit->attrs = MUT(WALK_TABLE_ATTRS_OF_LEAF,
				   pt_table_removed(l, e),
				   pt_attrs_read(l, PT_LEAF, e));
}

/* Calls bad for the entry in visit, whose own depth is given. */
static inline int pt_walker_bad(struct pt_walker *w, unsigned depth)
{
	int ret;

	if (!w->walk.ops->bad)
		return -EFAULT;
	w->visit.depth = (int8_t)depth;
	w->walk.action = PT_WALK_SUBTREE;
	ret = w->walk.ops->bad(&w->visit, &w->walk);
	if (!(w->actions >> depth & 1))
		w->walk.action = PT_WALK_SUBTREE;
	return ret;
}

/* Calls pte_entry, which is set, for the page in visit. */
static inline int pt_walker_call_page(struct pt_walker *w)
{
	int ret;

	w->walk.action = MUT(WALK_ACTION_KEPT, PT_WALK_SUBTREE,
			     w->walk.action);
	ret = w->fn[PT_PTE](&w->visit, &w->walk);
	if (MUT(WALK_DROPS_POSITIVE_RETURN, false, ret > 0))
		w->drop_return = true;
	return ret;
}

/* Allocates an empty table for a none entry above PT_PTE and links it. */
int pt_walker_link(struct pt_walker *w, const struct pt_table *table,
		   unsigned depth, unsigned index, struct pt_entry *e);

/* Whether the pages of this walk take more than the dense loop does. */
static inline bool pt_walker_pages_differ(const struct pt_walker *w)
{
	return w->walk.ops->install_pte || (w->flags & WALK_UNALIGNED);
}

/* The pages of a page table in such a walk. */
int pt_walker_pages(struct pt_walker *w, const struct pt_table *table,
		    uint64_t va, uint64_t last);

#endif
