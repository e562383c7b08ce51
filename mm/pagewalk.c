/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The callback walker, profile "current".
 *
 * Source: include/tablewalk/walk.h; the rules are those of
 * docs/walker-rules.md.
 */
#include <errno.h>

#include <tablewalk/walk.h>

#include "pgtable.h"

/* One walk.  What callbacks see is in walk and visit. */
struct walker {
	struct pt_walk walk;
	struct pt_visit visit;
	const struct pt_format *f;
	pt_entry_fn *fn[PT_DEPTHS];
	int deepest;			/* of all entry callbacks set */
	uint64_t report_mask;		/* all ones, without a defect */
	bool drop_return;		/* false, without a defect */
	int root_hole_depth;		/* what a hole in the root counts as */
	/*
	 * Bits that tell whether a page has kind, attributes and order of the
	 * one before it, which then need no decoding: dense tables are walked
	 * several times faster.
	 */
	uint64_t page_mask;
	bool page_known;		/* visit describes such a page */
};

static uint64_t layout_mask(const struct pt_leaf_layout *leaf)
{
	uint64_t mask = leaf->rights.mask | leaf->global.mask |
			leaf->accessed.mask | leaf->dirty.mask |
			leaf->soft0.mask | leaf->soft1.mask |
			leaf->memtype.mask;

	if (leaf->key.width)
		mask |= pt_ones(leaf->key.width) << leaf->key.lsb;
	for (unsigned i = 0; i < leaf->match.count; i++)
		mask |= leaf->match.list[i].mask;
	for (unsigned i = 0; i < leaf->derived_count; i++)
		mask |= leaf->derived[i].bits;
	/* Pieces that hold the same address bits can disagree: bad. */
	return leaf->pa.pieces ? mask | pt_address_mask(&leaf->pa) : mask;
}

/* Every bit that decides kind, attributes or order of what is a page. */
static uint64_t page_mask(const struct pt_level *l)
{
	uint64_t mask = layout_mask(&l->leaf);

	for (unsigned i = 0; i < l->group_count; i++)
		mask |= layout_mask(&l->group[i].leaf);
	/* At PT_PTE there are none, but nothing here depends on it. */
	for (unsigned i = 0; i < l->table.match.count; i++)
		mask |= l->table.match.list[i].mask;
	return mask;
}

/*
 * Whether no none entry agrees with this leaf in all bits of the mask.  It
 * would take a format whose none and leaf differ in the address only.
 */
static bool page_is_distinct(const struct pt_level *l, uint64_t mask,
			     struct pt_entry e)
{
	for (unsigned i = 0; i < l->none.count; i++) {
		const struct pt_match *none = &l->none.list[i];

		if (!((e.raw ^ none->value) & none->mask & mask))
			return false;
	}
	return true;
}

static void set_range(struct walker *w, const struct pt_step *step)
{
	w->visit.start = step->va & w->report_mask;
	w->visit.last = step->end & w->report_mask;
}

/* Fills in what depends on the entry's value; its range is set already. */
static void describe(struct walker *w, unsigned depth, struct pt_entry e,
		     enum pt_kind kind, unsigned index, uint64_t va)
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
	if (kind == PT_LEAF)
		visit->order = (uint8_t)pt_leaf_order(l, e);
	if (kind == PT_TABLE)
		visit->attrs = pt_table_removed(l, e);
}

static int call_bad(struct walker *w, unsigned depth)
{
	if (!w->walk.ops->bad)
		return -EFAULT;
	w->visit.depth = (int8_t)depth;
	w->walk.action = PT_WALK_SUBTREE;
	return w->walk.ops->bad(&w->visit, &w->walk);
}

/*
 * The callbacks of one entry that is neither none nor bad: of its own depth,
 * and before it those of the folded depths that the root stands for.
 */
static int call_entry(struct walker *w, unsigned depth)
{
	unsigned first = depth == w->f->top ? PT_PGD : depth;

	w->walk.action = PT_WALK_SUBTREE;
	for (unsigned alias = first; alias <= depth; alias++) {
		int ret;

		if (!w->fn[alias])
			continue;
		w->visit.depth = (int8_t)alias;
		w->walk.action = PT_WALK_SUBTREE;
		ret = w->fn[alias](&w->visit, &w->walk);
		if (ret || w->walk.action != PT_WALK_SUBTREE)
			return ret;
	}
	return 0;
}

/* An empty entry above PT_PTE; what comes after it is the next one. */
static inline int report_hole(struct walker *w, unsigned depth,
			      const struct pt_step *step)
{
	int hole_depth = depth == w->f->top ? w->root_hole_depth : (int)depth;

	w->walk.action = PT_WALK_CONTINUE;
	if (!w->walk.ops->pte_hole)
		return 0;
	return w->walk.ops->pte_hole(step->va & w->report_mask,
				     step->end & w->report_mask,
				     MUT(HOLE_DEPTH_UNFOLDED, hole_depth,
					 (int)depth),
				     &w->walk);
}

/*
 * Evaluates an entry above PT_PTE once, from its top.  walk.action says
 * afterwards what comes next: AGAIN the same once more, SUBTREE what is below
 * it if it is a table, CONTINUE the next one.
 */
static int evaluate(struct walker *w, const struct pt_table *table,
		    unsigned depth, const struct pt_step *step)
{
	struct pt_walk *walk = &w->walk;
	struct pt_entry e = pt_read_entry(w->f, depth, table, step->index);
	enum pt_kind kind = pt_entry_kind(w->f, depth, e);
	int ret = 0;

	if (kind == PT_NONE) {
		ret = report_hole(w, depth, step);
		walk->action = PT_WALK_CONTINUE;
		return ret;
	}
	set_range(w, step);
	describe(w, depth, e, kind, step->index, step->va);
	w->visit.slot = pt_slot_pa(w->f, depth, table, step->index);
	w->visit.real_depth = (uint8_t)depth;
	if (kind == PT_BAD)
		return call_bad(w, depth);
	ret = call_entry(w, depth);
	if (MUT(WALK_IGNORES_CONTINUE, false,
		walk->action == PT_WALK_CONTINUE &&
			w->visit.depth == (int8_t)depth))
		walk->action = PT_WALK_SUBTREE;
	return ret;
}

/* One entry of a page table, once.  Its range and slot are filled in. */
static inline int evaluate_page(struct walker *w, const struct pt_table *table,
				unsigned index)
{
	const struct pt_level *l = &w->f->level[PT_PTE];
	struct pt_visit *visit = &w->visit;
	struct pt_entry e = pt_read_entry(w->f, PT_PTE, table, index);
	int ret;

	if (w->page_known && !((e.raw ^ visit->entry.raw) & w->page_mask)) {
		visit->entry = e;
		visit->pa = pt_leaf_pa(l, e, index);
	} else {
		enum pt_kind kind = pt_entry_kind(w->f, PT_PTE, e);

		/* A page is visited whole: its offset is 0. */
		describe(w, PT_PTE, e, kind, index, 0);
		w->page_known = kind == PT_LEAF &&
				page_is_distinct(l, w->page_mask, e);
		if (kind == PT_BAD)
			return call_bad(w, PT_PTE);
	}
	w->walk.action = PT_WALK_SUBTREE;
	ret = w->fn[PT_PTE](visit, &w->walk);
	if (MUT(WALK_DROPS_POSITIVE_RETURN, false, ret > 0))
		w->drop_return = true;
	return ret;
}

/* The loop that dense tables spend their time in: whole pages, no clipping. */
static int walk_pages(struct walker *w, const struct pt_table *table,
		      uint64_t va, uint64_t last)
{
	const uint64_t bytes = pt_span(w->f, PT_PTE);
	unsigned index = pt_index(w->f, PT_PTE, va);

	w->visit.depth = PT_PTE;
	w->visit.real_depth = PT_PTE;
	w->visit.slot = pt_slot_pa(w->f, PT_PTE, table, index);
	w->page_known = false;
	for (;;) {
		unsigned again = 0;
		int ret;

		w->visit.start = va & w->report_mask;
		w->visit.last = (va + (bytes - 1)) & w->report_mask;
		do {
			ret = evaluate_page(w, table, index);
			if (ret)
				return ret;
		} while (w->walk.action == PT_WALK_AGAIN &&
			 again++ < PT_WALK_AGAIN_LIMIT);
		if (w->walk.action == PT_WALK_AGAIN)
			return -EAGAIN;
		if (last - va < bytes)
			return 0;
		va += bytes;
		index++;
		w->visit.slot += pt_stride(&w->f->level[PT_PTE]);
	}
}

static int walk_table(struct walker *w, const struct pt_table *table,
		      unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_level *l = &w->f->level[depth];
	struct pt_step step = pt_step_first(w->f, depth, va, last);

	if (depth == PT_PTE)
		return walk_pages(w, table, va, last);
	do {
		struct pt_table next;
		unsigned again = 0;
		int ret;

		/* Most entries of most tables; there is nothing else to do. */
		if (!w->walk.ops->pte_hole &&
		    !pt_step_skip_none(w->f, depth, table, last, &step))
			return 0;
		if (pt_is_none(l, pt_read_entry(w->f, depth, table,
						step.index))) {
			ret = report_hole(w, depth, &step);
			if (ret)
				return ret;
			continue;
		}
		do {
			ret = evaluate(w, table, depth, &step);
			if (ret)
				return ret;
		} while (w->walk.action == PT_WALK_AGAIN &&
			 again++ < PT_WALK_AGAIN_LIMIT);
		if (w->walk.action == PT_WALK_AGAIN)
			return -EAGAIN;
		/* R23: only what a deeper callback wants to see is read. */
		if (w->walk.action == PT_WALK_CONTINUE ||
		    w->visit.kind != PT_TABLE || w->deepest <= (int)depth)
			continue;
		next = pt_table_follow(w->walk.space, depth, w->visit.entry);
		ret = walk_table(w, &next, depth + 1, step.va, step.end);
		if (ret)
			return ret;
	} while (pt_step_next(w->f, depth, last, &step));
	return 0;
}

/* What a hole in the root counts as; see pt_hole_fn. */
static int root_hole_depth(const struct pt_space *space)
{
	const unsigned kept = MUT(RUNTIME_FOLD_CORRECTED, space->runtime_folded,
				  0u);
	int depth = space->format->top;

	while (depth > PT_PGD && !(kept >> depth & 1))
		depth--;
	return depth;
}

int pt_walk_inclusive(struct pt_space *space, uint64_t va, uint64_t last,
		      const struct pt_walk_ops *ops, void *context)
{
	const struct pt_format *f = space->format;
	struct walker w = {
		.walk = { .ops = ops, .space = space, .context = context },
		.f = f,
		.root_hole_depth = root_hole_depth(space),
		.fn = { ops->pgd_entry, ops->p4d_entry, ops->pud_entry,
			ops->pmd_entry, ops->pte_entry },
		.deepest = PT_DEPTH_UNKNOWN,
		.report_mask = MUT(HIGH_HALF_ZERO_EXTENDED, UINT64_MAX,
				   pt_ones(f->va_bits)),
		.page_mask = page_mask(&f->level[PT_PTE]),
	};
	struct pt_table root;
	int ret = pt_range_error(space, va, last);

	if (ret)
		return ret;
	for (int depth = PT_PGD; depth < PT_DEPTHS; depth++)
		if (w.fn[depth])
			w.deepest = depth;
	root = pt_root_open(space);
	ret = walk_table(&w, &root, f->top, va, last);
	return w.drop_return ? 0 : ret;
}

int pt_walk_range(struct pt_space *space, uint64_t start, uint64_t end,
		  const struct pt_walk_ops *ops, void *context)
{
	uint64_t last = end ? end - 1 : pt_ones(space->format->va_word_bits);

	if (end ? start >= end : !start)
		return -EINVAL;
	return pt_walk_inclusive(space, start, last, ops, context);
}
