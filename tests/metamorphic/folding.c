/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Folding and unfolding levels.
 *
 * Side a folds nothing at run time, side b a set of the levels that the format
 * has none of.  That the traces of a case differ in the depth of holes in the
 * root and in nothing else is tests/folding's; here it is what readers say
 * afterwards:
 *
 *	tables		all words and translations, and every dump, are equal
 *	iterating	lists the same
 *	holes		of the root, as a walk tells: the top of all with
 *			nothing folded at run time; what translate says where
 *			all levels from the root's own on are
 *
 * A format with five levels has nothing to fold.
 *
 * Source: include/tablewalk/walk.h, pt_hole_fn; docs/walker-rules.md, R17, R18.
 */
#include "../../harness/folding.h"
#include "relation.h"

#define RECORDS 20

static bool same_lists(struct trial *t)
{
	char text[700];

	side_view(t->a, VIEW_ITERATE, t->view_a);
	side_view(t->b, VIEW_ITERATE, t->view_b);
	for (unsigned s = 0; s < PT_SPACES; s++) {
		if (view_compare(&t->view_a[s], &t->view_b[s], &match_all, text,
				 sizeof(text)))
			continue;
		trial_broken(t, "iterations of space %u differ %s", s, text);
		return false;
	}
	return true;
}

/* All holes of the root that a walk tells have that depth. */
static bool holes_have(struct trial *t, struct side *side, int depth)
{
	const int top = t->format->top;

	for (unsigned i = 0; i < 2 * PT_SPACES; i++) {
		struct span span[2];
		struct op op;

		if (i % 2 >= space_spans(t->format, i / 2, span))
			continue;
		op = op_walk_all(t->format, span[i % 2].va, span[i % 2].last);
		side_apply_in(side, i / 2, &op);
		for (uint32_t e = 0; e < side->trace.count; e++) {
			const struct trace_event *hole = &side->trace.event[e];

			if (hole->type != TRACE_HOLE || hole->depth > top ||
			    hole->depth == depth)
				continue;
			trial_broken(t, "a hole of the root at 0x%llx is of %s, "
				     "not %s", (unsigned long long)hole->va,
				     pt_depth_name(hole->depth),
				     pt_depth_name(depth));
			return false;
		}
	}
	return true;
}

static enum verdict run(struct trial *t)
{
	const uint8_t set = t->folded;

	trial_draw(t, KINDS_BUILD, RECORDS);
	if (!set)
		return NOT_MET;
	t->folded = 0;
	trial_replay(t, t->a);
	t->folded = set;
	trial_replay(t, t->b);
	if (!trial_same_view(t, &match_all, "folded") ||
	    !trial_same_words(t, "folded") || !trial_same_dumps(t, "folded") ||
	    !same_lists(t) || !holes_have(t, t->a, PT_PGD))
		return BROKEN;
	if (set >> t->format->top & 1 &&
	    !holes_have(t, t->b, t->format->top))
		return BROKEN;
	return HELD;
}

const struct relation relation_folding = {
	.name = "folding",
	.states = "what levels are folded at run time no reader can tell, but by "
		  "holes of the root",
	.run = run,
	.trials = 12,
	.met_percent = 35,
	.met_formats = 50,
};
