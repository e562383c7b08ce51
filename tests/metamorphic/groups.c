/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Folding into a group and back.
 *
 * On formats with groups of entries, in one of three ways:
 *
 *	made	a group that is mapped as one is, word by word, what its entries
 *		mapped alone are after a collapse
 *	undone	a group that is mapped as one and split is what its entries are
 *		that were mapped alone
 *	found	entries that a random case has left, which could be a group,
 *		become one: no translation differs.  Split again, all is as
 *		before.
 *
 * Source: include/tablewalk/table_ops.h, pt_map(), pt_split(), pt_collapse().
 */
#include "relation.h"

#define RECORDS 20

/* A depth with groups, and one of their orders; false where there is none. */
static bool draw_order(struct trial *t, unsigned *depth, unsigned *order)
{
	unsigned count = 0;

	for (unsigned d = t->format->top; d < PT_DEPTHS; d++)
		for (unsigned g = 0; g < t->format->level[d].group_count; g++)
			if (rng_one_in(&t->rng, ++count)) {
				*depth = d;
				*order = t->format->level[d].group[g].order;
			}
	return count > 0;
}

static struct op join_op(uint64_t va, unsigned depth, unsigned order)
{
	struct op op = op_on(OP_COLLAPSE, va, 0);

	op.depth = (uint8_t)depth;
	op.order = (uint8_t)order;
	return op;
}

static struct op split_op(uint64_t va, unsigned depth)
{
	struct op op = op_on(OP_SPLIT, va, 0);

	op.depth = (uint8_t)depth;
	return op;
}

/* Side a has the group mapped as one. */
static enum verdict map_both(struct trial *t, unsigned depth, unsigned order,
			     bool undo)
{
	struct op map, split, join;

	if (!trial_map_unit(t, depth, order, 1, &map))
		return NOT_MET;
	trial_replay(t, t->b);
	split = split_op(map.va, depth);
	join = join_op(map.va, depth, order);
	map.order = 0;
	if (side_apply(t->b, &map))
		return trial_broken(t, "entries cannot be mapped where a group "
				    "can");
	if (!undo && side_apply(t->b, &join))
		return trial_broken(t, "what could be mapped as a group is no "
				    "group");
	if (undo && side_apply(t->a, &split))
		return trial_broken(t, "a group cannot be split");
	return trial_same_all(t, undo ? "a group undone" : "a group made") ?
		       HELD : BROKEN;
}

/* Entries of side a that could be such a group. */
static bool find_entries(struct trial *t, unsigned depth, unsigned order,
			 unsigned *space, uint64_t *va)
{
	const uint64_t unit = unit_bytes(t->format, depth, order);
	unsigned count = 0;

	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	for (unsigned s = 0; s < PT_SPACES; s++) {
		const struct view *view = &t->view_a[s];

		for (size_t i = 0; i < view->count; i++) {
			const struct view_run *run = &view->run[i];
			uint64_t first = (run->va + unit - 1) & ~(unit - 1);

			if (run->kind != PT_LEAF || run->depth != depth ||
			    run->order || (run->pa - run->va) & (unit - 1) ||
			    first > run->last || first < run->va ||
			    run->last - first < unit - 1 ||
			    !rng_one_in(&t->rng, ++count))
				continue;
			*va = first;
			*space = s;
		}
	}
	return count > 0;
}

static enum verdict join_found(struct trial *t, unsigned depth, unsigned order)
{
	struct op map, join, split;
	unsigned space;
	uint64_t va;

	/* So that there are some. */
	trial_map_unit(t, depth, 0, 2u << order, &map);
	if (!find_entries(t, depth, order, &space, &va))
		return NOT_MET;
	join = join_op(va, depth, order);
	split = split_op(va, depth);
	if (side_apply_in(t->b, space, &join))
		return trial_broken(t, "entries at 0x%llx cannot be a group",
				    (unsigned long long)va);
	if (!trial_same_view(t, &match_flat, "a group of what was there"))
		return BROKEN;
	if (side_apply_in(t->b, space, &split))
		return trial_broken(t, "a group cannot be split");
	return trial_same_all(t, "a group and back") ? HELD : BROKEN;
}

static enum verdict run(struct trial *t)
{
	unsigned depth, order, way;

	if (!draw_order(t, &depth, &order)) {
		trial_draw(t, KINDS_BUILD, 1);
		return NOT_MET;
	}
	trial_draw(t, KINDS_BUILD, RECORDS);
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	way = rng_below(&t->rng, 3);
	return way == 2 ? join_found(t, depth, order) :
			  map_both(t, depth, order, way == 1);
}

const struct relation relation_groups = {
	.name = "groups",
	.states = "entries that become a group and come back are as before",
	.run = run,
	.trials = 32,
	.met_percent = 15,
	.met_formats = 15,
};
