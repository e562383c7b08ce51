/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Split, then collapse is the identity.
 *
 * Any unit that can be divided, wherever a random case has left one: a block,
 * or a group.  Side b divides it and joins it again, side a does nothing.
 *
 *	divided		all translations are those of side a; only depth and
 *			order differ, and an invalid-huge entry has become
 *		leaves
 *	joined again	every word of every table, every walk and every dump is
 *			that of side a, and as many tables are live
 *
 * Protnone and migration entries are divided only: nothing joins them.
 *
 * The other way round, for what a case itself has joined: collapse, then split
 * gives back all translations but ACCESSED and DIRTY, which are OR-ed.
 *
 * Source: include/tablewalk/table_ops.h, pt_split() and pt_collapse().
 */
#include "relation.h"

#define RECORDS 24

static bool can_divide(const struct view_run *run)
{
	if (run->kind == PT_LEAF)
		return run->depth < PT_PTE || run->order;
	return run->depth < PT_PTE &&
	       (run->kind == PT_PROTNONE || run->kind == PT_MIGRATION ||
		run->kind == PT_INVALID_HUGE);
}

/* A unit of side a at random: where, how deep; false where there is none. */
static bool find_unit(struct trial *t, unsigned *space, struct view_run *unit)
{
	unsigned count = 0;
	uint64_t bytes;

	for (unsigned s = 0; s < PT_SPACES; s++) {
		const struct view *view = &t->view_a[s];

		for (size_t i = 0; i < view->count; i++) {
			if (!can_divide(&view->run[i]) ||
			    !rng_one_in(&t->rng, ++count))
				continue;
			*unit = view->run[i];
			*space = s;
		}
	}
	if (!count)
		return false;
	bytes = unit_bytes(t->format, unit->depth, unit->order);
	unit->va += rng_up_to(&t->rng, (unit->last - unit->va) / bytes) * bytes;
	return true;
}

/* One more block or group, where the format has any, so that there is one. */
static void add_unit(struct trial *t)
{
	const struct pt_format *f = t->format;
	unsigned depth = f->top + rng_below(&t->rng, PT_DEPTHS - f->top);
	unsigned groups = f->level[depth].group_count, order = 0;
	struct op op;

	if (groups && (depth == PT_PTE || rng_one_in(&t->rng, 2)))
		order = f->level[depth].group[rng_below(&t->rng, groups)].order;
	if (f->level[depth].leaf.match.count)
		trial_map_unit(t, depth, order, 1, &op);
}

static enum verdict divide_and_join(struct trial *t)
{
	struct op split = op_on(OP_SPLIT, 0, 0), join;
	struct view_match match = match_flat;
	struct view_run unit;
	unsigned space;
	int ret;

	trial_replay(t, t->a);
	trial_replay(t, t->b);
	add_unit(t);
	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	if (!find_unit(t, &space, &unit))
		return NOT_MET;
	/* Any page of the unit. */
	split.va = unit.va + (rng_next(&t->rng) &
			      (unit_bytes(t->format, unit.depth, unit.order) -
			       1) & ~pt_ones(t->format->page_shift));
	split.depth = unit.depth;
	ret = side_apply_in(t->b, space, &split);
	if (ret)
		return trial_broken(t, "split of a unit at 0x%llx returned %d",
				    (unsigned long long)split.va, ret);
	if (unit.kind != PT_INVALID_HUGE &&
	    !trial_same_view(t, &match, "after the split"))
		return BROKEN;
	if (unit.kind != PT_LEAF)
		return HELD;
	join = split;
	join.kind = OP_COLLAPSE;
	join.order = unit.order;
	ret = side_apply_in(t->b, space, &join);
	if (ret)
		return trial_broken(t, "collapse after a split at 0x%llx "
				    "returned %d",
				    (unsigned long long)join.va, ret);
	return trial_same_all(t, "after split and collapse") ? HELD : BROKEN;
}

static enum verdict join_and_divide(struct trial *t)
{
	const struct view_match match = {
		VIEW_REMOVED, ~(PT_ACCESSED | PT_DIRTY),
	};
	struct op split;
	int ret;

	if (!trial_pick(t, KIND(OP_COLLAPSE)))
		return divide_and_join(t);
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	if (side_apply(t->b, &t->op[t->at]))
		return trial_broken(t, "a collapse is refused the second time");
	if (!trial_same_view(t, &match, "after the collapse"))
		return BROKEN;
	split = t->op[t->at];
	split.kind = OP_SPLIT;
	split.order = 0;
	ret = side_apply(t->b, &split);
	if (ret)
		return trial_broken(t, "split after a collapse returned %d",
				    ret);
	return trial_same_view(t, &match, "after collapse and split") ? HELD :
									BROKEN;
}

static enum verdict run(struct trial *t)
{
	trial_draw(t, KINDS_BUILD, RECORDS);
	return rng_one_in(&t->rng, 4) ? join_and_divide(t) : divide_and_join(t);
}

const struct relation relation_split_collapse = {
	.name = "split-collapse",
	.states = "split, then collapse is the identity",
	.run = run,
	.trials = 16,
	.met_percent = 40,
	.met_formats = 38,
};
