/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The callback walker: entries above PT_PTE, and the dense loop over pages.
 *
 * Source: include/tablewalk/walk.h; the rules are those of
 * docs/walker-rules.md.
 */
#include <time.h>

#include "pagewalk.h"

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

/* An entry above PT_PTE, and the part of it that the walk covers. */
struct place {
	const struct pt_table *table;
	const struct pt_step *step;
	unsigned depth;
};

/* Whether the entry stands for levels of its own that are never empty. */
static bool has_full_aliases(const struct pt_walker *w, const struct place *at)
{
	return w->aliases_full && at->depth == w->f->top;
}

/* An empty entry above PT_PTE; what comes after it is the next one. */
static inline int report_hole(struct pt_walker *w, unsigned depth,
			      const struct pt_step *step)
{
	int hole_depth = depth == w->f->top ? w->root_hole_depth :
		(int)(depth + MUT(HOLE_DEPTH_BELOW, 0u, 1u) -
		      MUT(HOLE_DEPTH_ABOVE, 0u, 1u));
	int ret = pt_walker_hole(w, step->va,
				 MUT(HOLE_UNCLIPPED, step->end,
				     pt_entry_last(w->f, depth, step->va)),
				 MUT(HOLE_DEPTH_UNFOLDED,
				     hole_depth | w->hole_depth_mask,
				     (int)depth));

	if (pt_walker_is_changed(w))
		ret = pt_walker_changed(w, ret, depth, depth, step->va);
	w->walk.action = PT_WALK_CONTINUE;
	return ret;
}

/* WALK_CLEARS_BAD: a bad entry is made none. */
static void clear_bad(struct pt_walker *w, const struct place *at)
{
	struct pt_entry none = pt_none_entry(&w->f->level[at->depth]);
	struct pt_stale stale = pt_stale_open(w->walk.space);

	pt_stale_note(&stale, at->depth, at->step->va, PT_BAD, w->visit.entry);
	pt_write_entry(w->f, at->depth, at->table, at->step->index, none);
	pt_stale_flush(&stale);
	w->visit.kind = PT_NONE;
	w->visit.entry = none;
}

/*
 * What becomes of an entry that is none or bad when the turn of its own depth
 * comes.  The action is SUBTREE afterwards if it is, or is now, another one.
 */
static int settle(struct pt_walker *w, const struct place *at)
{
	const struct pt_step *step = at->step;
	struct pt_entry e;
	int ret;

	w->walk.action = PT_WALK_SUBTREE;
	if (w->visit.kind == PT_BAD && at->depth <= PT_P4D &&
	    (w->flags & WALK_CLEARS_BAD)) {
		if (pt_kernel_error(w->walk.space, step->end))
			return -EBUSY;
		clear_bad(w, at);
	}
	if (w->visit.kind == PT_BAD) {
		ret = pt_walker_bad(w, at->depth);
		if (pt_walker_is_changed(w))
			return pt_walker_changed(w, ret, at->depth, at->depth,
						 step->va);
		if (w->walk.action == PT_WALK_SUBTREE)
			w->walk.action = PT_WALK_CONTINUE;
		return ret;
	}
	if (w->visit.kind != PT_NONE)
		return 0;
	if (!w->walk.ops->install_pte)
		return report_hole(w, at->depth, step);
	ret = pt_walker_link(w, at->table, at->depth, step->index, &e);
	if (!ret)
		pt_walker_describe(w, at->depth, e, PT_TABLE, step->index,
				   step->va);
	return ret;
}

/*
 * What the re-evaluations of an entry are counted under: its depth, or that of
 * the alias whose callback asked.
 */
static unsigned counted_as(const struct pt_walker *w, unsigned depth)
{
	return w->flags & WALK_AGAIN_ALIAS ? (unsigned)w->visit.depth : depth;
}

/*
 * Asks the test of a table of depth, which is set: 0 to walk it, more to skip
 * it, less to end the walk.
 */
static int test_table(struct pt_walker *w, unsigned depth,
		      const struct pt_step *step)
{
	int ret = w->test[depth](step->va & w->report_mask,
				 step->end & w->report_mask, &w->walk);

	/* It has no action, whatever it says. */
	w->walk.action = PT_WALK_SUBTREE;
	return ret;
}

/* The same where the table is the root's entry, taken for a level. */
static int test_alias(struct pt_walker *w, unsigned alias,
		      const struct pt_step *step)
{
	if (w->tested >> alias & 1)
		return 0;
	w->tested |= 1u << alias;
	return test_table(w, alias, step);
}

/* Whether Linux's pgd and p4d levels do not know such an entry. */
static bool is_refused(const struct pt_walker *w, unsigned depth)
{
	return (w->flags & WALK_NO_UPPER_LEAF) && depth <= PT_P4D &&
	       w->visit.kind != PT_TABLE;
}

/* Calls the entry callback of depth alias, which is set. */
static int call_alias(struct pt_walker *w, const struct place *at,
		      unsigned alias)
{
	int ret;

	w->visit.depth = (int8_t)MUT(WALK_LEAF_ONE_UP, alias,
		alias - (w->visit.kind == PT_LEAF && alias > at->depth / 2));
	w->visit.depth = (int8_t)MUT(WALK_ALIAS_REAL_DEPTH, w->visit.depth,
				     (int)at->depth);
	w->visit.kind = (uint8_t)MUT(WALK_ALIAS_TABLE, w->visit.kind,
		alias < at->depth && w->visit.kind == PT_LEAF ?
			PT_TABLE : w->visit.kind);
	ret = w->fn[alias](&w->visit, &w->walk);
	if (pt_walker_is_changed(w)) {
		ret = pt_walker_changed(w, ret, at->depth,
					counted_as(w, at->depth), at->step->va);
		/* Only after a defect the walk goes on here. */
		if (ret)
			return ret;
	}
	if (!(w->actions >> alias & 1) ||
	    MUT(WALK_IGNORES_CONTINUE, false,
		w->walk.action == PT_WALK_CONTINUE &&
			alias == w->visit.real_depth))
		w->walk.action = PT_WALK_SUBTREE;
	return ret;
}

/*
 * The turn of one depth of an entry: of its own, or of a folded one that the
 * root stands for.  Mostly it is the callback and nothing else: turns_differ.
 * The action is SUBTREE before, and afterwards if the next depth's turn comes.
 */
static int take_turn(struct pt_walker *w, const struct place *at,
		     unsigned alias)
{
	const bool full = has_full_aliases(w, at);
	int ret = 0;

	if (w->test[alias] && at->depth == w->f->top) {
		ret = test_alias(w, alias, at->step);
		if (ret) {
			w->walk.action = PT_WALK_CONTINUE;
			return ret < 0 ? ret : 0;
		}
	}
	if (alias == at->depth) {
		if (full) {
			ret = settle(w, at);
			if (ret || w->walk.action != PT_WALK_SUBTREE)
				return ret;
		}
		if (is_refused(w, at->depth))
			return -EOPNOTSUPP;
	}
	if (w->fn[alias]) {
		ret = call_alias(w, at, alias);
		if (ret || w->walk.action != PT_WALK_SUBTREE)
			return ret;
	}
	/* R17: what is below a level is not looked at for nobody. */
	if (full && alias < at->depth && w->deepest <= (int)alias)
		w->walk.action = PT_WALK_CONTINUE;
	return 0;
}

/* The defects that take an entry for something else than it is. */
static enum pt_kind spoil_kind(struct pt_walker *w, const struct place *at,
			       enum pt_kind kind)
{
	const unsigned depth = at->depth;

	if (kind == PT_LEAF &&
	    (MUT(WALK_PGD_LEAF_NONE, false, depth == PT_PGD) ||
	     MUT(WALK_P4D_LEAF_NONE, false, depth == PT_P4D) ||
	     MUT(WALK_PUD_LEAF_NONE, false, depth == PT_PUD) ||
	     MUT(WALK_PMD_LEAF_NONE, false, depth == PT_PMD)))
		return PT_NONE;
	if (MUT(WALK_CLEARS_INVALID, false, kind == PT_INVALID_HUGE)) {
		pt_write_entry(w->f, depth, at->table, at->step->index,
			       pt_none_entry(&w->f->level[depth]));
		return PT_NONE;
	}
	return kind;
}

/*
 * Evaluates an entry above PT_PTE once, from the turn of depth from on.
 * walk.action says afterwards what comes next: AGAIN the same once more,
 * SUBTREE what is below it, CONTINUE the next one.
 */
static int evaluate(struct pt_walker *w, const struct place *at, unsigned from)
{
	const struct pt_step *step = at->step;
	struct pt_entry e = pt_read_entry(w->f, at->depth, at->table,
					  step->index);
	enum pt_kind kind = spoil_kind(w, at,
				       pt_entry_kind(w->f, at->depth, e));
	int ret = 0;

	if (MUT(WALK_ALIASES_SKIPPED, false, true))
		from = at->depth;
	pt_walker_set_range(w, step->va, step->end);
	pt_walker_describe(w, at->depth, e, kind, step->index, step->va);
	w->visit.slot = pt_slot_pa(w->f, at->depth, at->table, step->index);
	w->visit.real_depth = (uint8_t)at->depth;
	w->walk.action = PT_WALK_SUBTREE;
	if ((kind == PT_NONE || kind == PT_BAD) && !has_full_aliases(w, at))
		ret = settle(w, at);
	for (unsigned alias = from;
	     !ret && w->walk.action == PT_WALK_SUBTREE && alias <= at->depth;
	     alias++) {
		if (w->turns_differ)
			ret = take_turn(w, at, alias);
		else if (w->fn[alias])
			ret = call_alias(w, at, alias);
	}
	return ret;
}

/* Evaluates it as often again as its callbacks ask for. */
static int evaluate_again(struct pt_walker *w, const struct place *at,
			  unsigned first)
{
	int ret;

	do {
		unsigned from = counted_as(w, first);

		ret = pt_walker_again(w, counted_as(w, at->depth),
				      at->step->va);
		if (!ret)
			ret = evaluate(w, at, from);
	} while (!ret && w->walk.action == PT_WALK_AGAIN);
	/* The defect: the level above finds the action, and obeys it too. */
	if (MUT(WALK_AGAIN_ESCAPES, false, at->depth > w->f->top))
		w->escaped = true;
	return ret;
}

/*
 * R25, R36: whether what is no table is divided, because an entry callback
 * wants to see what is below it.
 */
static bool wants_split(const struct pt_walker *w, unsigned depth)
{
	const unsigned kind = w->visit.kind;

	return MUT(SPLIT_SKIPPED, w->walk.vma, NULL) &&
	       MUT(SPLIT_PMD_ONLY, true, depth == PT_PMD) &&
	       w->deepest_entry > (int)depth &&
	       (kind == PT_MIGRATION || pt_has_attrs((enum pt_kind)kind));
}

/* Divides it; visit knows the new table then. */
static int split(struct pt_walker *w, const struct place *at)
{
	struct pt_space *space = w->walk.space;
	uint64_t va = at->step->va & ~(pt_span(w->f, PT_PTE) - 1);
	uint64_t changes = space->changes;
	struct pt_entry e;
	int ret = 0;

	/* The first one makes a group single entries. */
	if (w->visit.order)
		ret = pt_split(space, va, at->depth);
	if (!ret)
		ret = pt_split(space, va, at->depth);
	/* What a walk divides itself is no change. */
	space->changes = changes;
	if (ret)
		return ret;
	e = pt_read_entry(w->f, at->depth, at->table, at->step->index);
	w->visit.entry = e;
	if (MUT(SPLIT_NOT_READ_AGAIN, true, false))
		w->visit.kind = (uint8_t)pt_entry_kind(w->f, at->depth, e);
	return 0;
}

/* One entry of a page table, once.  Its range and slot are filled in. */
static inline int evaluate_page(struct pt_walker *w,
				const struct pt_table *table, unsigned index)
{
	const struct pt_level *l = &w->f->level[PT_PTE];
	struct pt_visit *visit = &w->visit;
	struct pt_entry e = pt_read_entry(w->f, PT_PTE, table, index);

	if (w->page_known && !((e.raw ^ visit->entry.raw) & w->page_mask)) {
		visit->entry = e;
		visit->pa = pt_leaf_pa(l, e, index);
	} else {
		enum pt_kind kind = pt_entry_kind(w->f, PT_PTE, e);

		if (MUT(WALK_SWAP_AS_NONE, false, kind == PT_SWAP))
			kind = PT_NONE;
		/* A page is visited whole: its offset is 0. */
		pt_walker_describe(w, PT_PTE, e, kind, index, 0);
		w->page_known = kind == PT_LEAF &&
				page_is_distinct(l, w->page_mask, e);
		if (kind == PT_BAD)
			return pt_walker_bad(w, PT_PTE);
	}
	return pt_walker_call_page(w);
}

/* The loop that dense tables spend their time in: whole pages, no clipping. */
static int walk_pages(struct pt_walker *w, const struct pt_table *table,
		      uint64_t va, uint64_t last)
{
	const uint64_t bytes = pt_span(w->f, PT_PTE);
	unsigned index = pt_index(w->f, PT_PTE, va);

	w->visit.depth = PT_PTE;
	w->visit.real_depth = PT_PTE;
	w->visit.slot = pt_slot_pa(w->f, PT_PTE, table, index);
	w->page_known = false;
	for (;;) {
		int ret;

		pt_walker_set_range(w, va, va + (bytes - 1));
		ret = evaluate_page(w, table, index);
		if (pt_walker_is_changed(w))
			ret = pt_walker_changed(w, ret, PT_PTE, PT_PTE, va);
		if (ret)
			return ret;
		if (MUT(WALK_AGAIN_LOST_PTE, w->walk.action, PT_WALK_SUBTREE) ==
			    PT_WALK_AGAIN &&
		    (w->actions >> PT_PTE & 1)) {
			ret = pt_walker_again(w, PT_PTE, va);
			if (ret)
				return ret;
			continue;
		}
		if (last - va < bytes)
			return 0;
		va += bytes;
		index++;
		w->visit.slot += pt_stride(&w->f->level[PT_PTE]);
	}
}

static int walk_table(struct pt_walker *w, const struct pt_table *table,
		      unsigned depth, uint64_t va, uint64_t last);

/* Walks the table below an entry that was evaluated, if there is to be one. */
static int descend(struct pt_walker *w, const struct place *at)
{
	const struct pt_step *step = at->step;
	struct pt_table next;
	int ret;

	/* R23: only what a deeper callback wants to see is read. */
	if (w->walk.action == PT_WALK_CONTINUE ||
	    w->deepest <= (int)at->depth)
		return 0;
	if (w->visit.kind != PT_TABLE) {
		if (!wants_split(w, at->depth))
			return 0;
		ret = split(w, at);
		/* Only a defect leaves something else than a table. */
		if (ret || w->visit.kind != PT_TABLE)
			return ret;
	}
	next = pt_table_follow(w->walk.space, at->depth, w->visit.entry);
	if (w->test[at->depth + 1]) {
		ret = test_table(w, at->depth + 1, step);
		if (ret)
			return ret < 0 ? ret : 0;
	}
	ret = walk_table(w, &next, at->depth + 1, step->va, step->end);
	if (MUT(WALK_AGAIN_ESCAPES, false, w->escaped && !ret)) {
		w->escaped = false;
		ret = walk_table(w, &next, at->depth + 1, step->va, step->end);
	}
	return ret;
}

/*
 * After a change, the first entry of a table on the way back to where it was:
 * a table above that is passed without a word.  False where this one is to be
 * evaluated.
 */
static bool pass_table(struct pt_walker *w, const struct place *at, int *ret)
{
	struct pt_entry e = pt_read_entry(w->f, at->depth, at->table,
					  at->step->index);
	struct pt_table next;

	if (pt_entry_kind(w->f, at->depth, e) != PT_TABLE) {
		w->resume = PT_PGD;
		return false;
	}
	next = pt_table_follow(w->walk.space, at->depth, e);
	*ret = walk_table(w, &next, at->depth + 1, at->step->va,
			  at->step->end);
	return true;
}

static int walk_table(struct pt_walker *w, const struct pt_table *table,
		      unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_level *l = &w->f->level[depth];
	struct pt_step step = pt_step_first(w->f, depth, va, last);
	const struct place at = { table, &step, depth };
	const unsigned first = depth == w->f->top ? PT_PGD : depth;
	/* Whether all that can come of an empty entry is a hole. */
	const bool plain = !w->walk.ops->install_pte &&
			   !has_full_aliases(w, &at);

	if (depth >= w->resume)
		w->resume = PT_PGD;
	if (w->walk.ops->table_of && !pt_walker_owns(w, table->pa, depth, va))
		return -EFAULT;
	if (depth == PT_PTE)
		return pt_walker_pages_differ(w) ?
			       pt_walker_pages(w, table, va, last) :
			       walk_pages(w, table, va, last);
	do {
		int ret;

		if (depth < w->resume && pass_table(w, &at, &ret)) {
			if (ret)
				return ret;
			continue;
		}
		/* Most entries of most tables; there is nothing else to do. */
		if (plain && !w->walk.ops->pte_hole &&
		    !pt_step_skip_none(w->f, depth, table, last, &step))
			return 0;
		if (plain && pt_is_none(l, pt_read_entry(w->f, depth, table,
							 step.index))) {
			ret = MUT(WALK_DROPS_LAST_HOLE, false,
				  step.end == last && depth != w->f->top) ?
				      0 : report_hole(w, depth, &step);
		} else {
			w->tested = 0;
			ret = evaluate(w, &at, first);
			if (MUT(WALK_AGAIN_LOST, w->walk.action,
				PT_WALK_SUBTREE) == PT_WALK_AGAIN && !ret)
				ret = evaluate_again(w, &at, first);
			if (!ret)
				ret = descend(w, &at);
			if (MUT(WALK_CONTINUE_ENDS_TABLE, false, !ret &&
				w->walk.action == PT_WALK_CONTINUE))
				return 0;
		}
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

/* The space's flags; each defect has one of them the other way round. */
static uint32_t walk_flags(const struct pt_space *space)
{
	return space->walk_flags ^
	       MUT(WALK_FLAG_ACTIONS_MIDDLE, 0, WALK_ACTIONS_MIDDLE) ^
	       MUT(WALK_FLAG_NO_ACTIONS, 0, WALK_NO_ACTIONS) ^
	       MUT(WALK_FLAG_AGAIN_ALIAS, 0, WALK_AGAIN_ALIAS) ^
	       MUT(WALK_FLAG_FOLDED_EMPTY, 0, WALK_FOLDED_EMPTY) ^
	       MUT(WALK_FLAG_CLEARS_BAD, 0, WALK_CLEARS_BAD) ^
	       MUT(WALK_FLAG_NO_UPPER_LEAF, 0, WALK_NO_UPPER_LEAF) ^
	       MUT(WALK_FLAG_UNALIGNED, 0, WALK_UNALIGNED) ^
	       MUT(WALK_FLAG_TEST_ENDS_MAPPING, 0, WALK_TEST_ENDS_MAPPING) ^
	       MUT(WALK_FLAG_VMA_TESTED, 0, WALK_VMA_TESTED) ^
	       MUT(WALK_FLAG_NO_INSTALL, 0, WALK_NO_INSTALL) ^
	       MUT(WALK_FLAG_NO_DEPTH, 0, WALK_NO_DEPTH) ^
	       MUT(WALK_FLAG_TABLE_TESTS, 0, WALK_TABLE_TESTS);
}

/* The depths whose callbacks may set an action, as a mask. */
static unsigned actions_of(uint32_t flags)
{
	if (flags & WALK_NO_ACTIONS)
		return 0;
	if (flags & WALK_ACTIONS_MIDDLE)
		return 1u << PT_PUD | 1u << PT_PMD;
	return (1u << PT_DEPTHS) - 1;
}

void pt_walker_open(struct pt_walker *w, struct pt_space *space,
		    const struct pt_walk_ops *ops, void *context)
{
	const struct pt_format *f = space->format;
	const uint32_t flags = walk_flags(space);

	*w = (struct pt_walker){
		.walk = { .ops = ops, .space = space, .context = context },
		.f = f,
		.flags = flags,
		.fn = { ops->pgd_entry, ops->p4d_entry, ops->pud_entry,
			ops->pmd_entry, ops->pte_entry },
		.deepest_entry = PT_DEPTH_UNKNOWN,
		.root_hole_depth = MUT(HOLE_DEPTH_BY_CLOCK,
				       root_hole_depth(space),
				       (int)(clock() & 1)),
		.hole_depth_mask = flags & WALK_NO_DEPTH ? PT_DEPTH_UNKNOWN : 0,
		.actions = actions_of(flags),
		.turns_differ = flags & (WALK_FOLDED_EMPTY | WALK_TABLE_TESTS |
					 WALK_NO_UPPER_LEAF),
		.aliases_full = (flags & WALK_FOLDED_EMPTY) && f->top > PT_PGD,
		.report_mask = MUT(HIGH_HALF_ZERO_EXTENDED, UINT64_MAX,
				   pt_ones(f->va_bits)),
		.page_mask = page_mask(&f->level[PT_PTE]),
	};
	for (int depth = PT_PGD; depth < PT_DEPTHS; depth++)
		if (w->fn[depth])
			w->deepest_entry = depth;
	w->deepest = ops->install_pte ? PT_PTE : w->deepest_entry;
	if (flags & WALK_TABLE_TESTS) {
		w->test[PT_P4D] = ops->test_p4d;
		w->test[PT_PUD] = ops->test_pud;
		w->test[PT_PMD] = ops->test_pmd;
	}
}

int pt_walker_range_error(const struct pt_walker *w, uint64_t va,
			  uint64_t last)
{
	const struct pt_space *space = w->walk.space;

	if (!(w->flags & WALK_UNALIGNED))
		return pt_range_error(space, va, last);
	if (last < va || last < pt_ones(w->f->page_shift))
		return -EINVAL;
	return pt_range_translated(space, va, last) ? 0 : -ERANGE;
}

int pt_walker_tables(struct pt_walker *w, uint64_t va, uint64_t last)
{
	const struct pt_table root = pt_root_open(w->walk.space);
	const uint64_t page = pt_span(w->f, PT_PTE);
	uint64_t from = va;
	int ret;

	if (MUT(WALK_UPPER_HALF_FIRST, false, last - va >= page)) {
		from = (va + (last - va) / 2 + 1) & ~(page - 1);
		w->resume = PT_PGD;
		ret = walk_table(w, &root, w->f->top, from, last);
		if (ret || from <= va)
			return ret;
		last = from - 1;
		from = va;
	}

	if (MUT(WALK_END_WRAPS, false, last == pt_ones(w->f->va_word_bits)))
		return 0;
	w->changes = w->walk.space->changes;
	w->resume = PT_PGD;
	do {
		w->moved = false;
		ret = walk_table(w, &root, w->f->top, from, last);
		from = MUT(CHANGE_RESTARTS_WALK, w->resume_va, va);
		w->resume = w->resume_depth;
	} while (w->moved);
	return w->drop_return ? 0 : ret;
}

int pt_walk_inclusive(struct pt_space *space, uint64_t va, uint64_t last,
		      const struct pt_walk_ops *ops, void *context)
{
	struct pt_walker w;
	int ret;

	if (ops->install_pte)
		return -EINVAL;
	pt_walker_open(&w, space, ops, context);
	ret = pt_walker_range_error(&w, va, last);
	return ret ? ret : pt_walker_tables(&w, va, last);
}

int pt_walk_range(struct pt_space *space, uint64_t start, uint64_t end,
		  const struct pt_walk_ops *ops, void *context)
{
	uint64_t last = end ? end - 1 : pt_ones(space->format->va_word_bits);

	if (end ? start >= end : MUT(WALK_TO_TOP_REFUSED, !start, true))
		return -EINVAL;
	return pt_walk_inclusive(space, start, last, ops, context);
}
