/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A hole is a run of none entries.
 *
 * A hole above the page tables, wherever a random case has left one.  Side b
 * maps a page in it and unmaps that again, so that there are empty tables where
 * side a has none.
 *
 *	tables		no translation differs; a walk tells other events for
 *			the same addresses: what side a reports as one hole side
 *			b reports as a table, holes below it and visits of none
 *			entries, and all of them tile the hole (R18, R29)
 *	hole alone	with pte_hole as the only callback no table below the
 *			root is read (R23): side b then reports less, never more
 *	released	after the empty tables are released on both sides, all
 *			words, walks (depths of holes included) and dumps are
 *			equal
 *
 * Source: include/tablewalk/walk.h, pt_entry_fn and pt_hole_fn; table_ops.h,
 * pt_unmap() ("Tables stay") and pt_free_tables().
 */
#include "relation.h"

#define RECORDS 20

/* Compares views of full walks: none or not, at every address. */
static bool same_walk_views(struct trial *t)
{
	char text[700];

	if (!side_view(t->a, VIEW_WALK, t->view_a) ||
	    !side_view(t->b, VIEW_WALK, t->view_b)) {
		trial_broken(t, "a walk is refused");
		return false;
	}
	for (unsigned s = 0; s < PT_SPACES; s++) {
		if (view_compare(&t->view_a[s], &t->view_b[s], &match_flat,
				 text, sizeof(text)))
			continue;
		trial_broken(t, "walks of space %u differ %s", s, text);
		return false;
	}
	return true;
}

/* Every hole that pte_hole alone is told of on side b side a is told of. */
static bool holes_are_fewer(struct trial *t, unsigned space,
			    const struct span *span)
{
	struct op op = op_on(OP_WALK, span->va, span->last);
	const struct trace *a = &t->a->trace, *b = &t->b->trace;
	uint32_t j = 0;

	op.walk.callbacks = OP_CB_HOLE;
	side_apply_in(t->a, space, &op);
	side_apply_in(t->b, space, &op);
	for (uint32_t i = 0; i + 1 < b->count; i++) {
		while (j + 1 < a->count && a->event[j].last < b->event[i].va)
			j++;
		if (j + 1 < a->count && a->event[j].va <= b->event[i].va &&
		    a->event[j].last >= b->event[i].last &&
		    a->event[j].depth == b->event[i].depth)
			continue;
		trial_broken(t, "pte_hole alone tells of 0x%llx only where "
			     "there is a table",
			     (unsigned long long)b->event[i].va);
		return false;
	}
	return true;
}

static enum verdict run(struct trial *t)
{
	struct span span[2];
	struct op map, op;
	unsigned space, spans;

	trial_draw(t, KINDS_BUILD, RECORDS);
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	space = t->a->subject.current;
	/* Found with the help of both sides, then undone on a alone. */
	if (!trial_map_unit(t, PT_PTE, 0, 1, &map))
		return NOT_MET;
	trial_replay(t, t->a);
	if (view_at(&t->view_a[space], map.va)->depth == PT_PTE)
		return NOT_MET;
	op = op_on(OP_UNMAP, map.va, map.last);
	if (side_apply(t->b, &op))
		return trial_broken(t, "unmap of a page is refused");
	if (!trial_same_view(t, &match_flat, "with empty tables") ||
	    !same_walk_views(t))
		return BROKEN;
	spans = space_spans(t->format, space, span);
	for (unsigned i = 0; i < spans; i++)
		if (!holes_are_fewer(t, space, &span[i]))
			return BROKEN;
	op.kind = OP_FREE;
	op.ceiling = pt_ones(t->format->va_word_bits);
	if (side_apply(t->a, &op) || side_apply(t->b, &op))
		return trial_broken(t, "free is refused");
	return trial_same_all(t, "after empty tables are released") ? HELD :
								     BROKEN;
}

const struct relation relation_holes = {
	.name = "holes",
	.states = "a hole is a run of none entries",
	.run = run,
	.trials = 12,
	.met_percent = 45,
	.met_formats = 50,
};
