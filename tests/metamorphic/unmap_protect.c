/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Unmap is protect to nothing, then unmap.
 *
 * An unmap that a random case has carried out, or one of a part of what it has
 * mapped.  Side a unmaps its range; side b
 * first makes it inaccessible, in one of two ways, and unmaps then.
 *
 *	protect		protect to the fewest rights that the format can say
 *	setkind		each leaf that is wholly in the range becomes a protnone
 *			entry, or an invalid-huge one, where its depth has them
 *
 *	inaccessible	outside of the range all translations are those of
 *			before; inside, of protect, none has more rights than
 *		those
 *	unmapped	all words, walks and dumps of both sides are equal
 *
 * The words are, because either way divides in the end what the range splits,
 * and a group of which a member becomes a protnone entry is unfolded where the
 * range splits it anyway.  (setkind unfolds whole groups inside the range, too,
 * which unmap empties.)
 *
 * Source: include/tablewalk/table_ops.h, pt_unmap(), pt_protect(),
 * pt_setkind().
 */
#include "relation.h"

#define RECORDS 24

/* The fewest rights that pages of the format can have. */
static uint32_t fewest_rights(const struct pt_format *f)
{
	static const uint8_t order[] = { 0, PT_R, PT_R | PT_X };
	const struct pt_rights *rights = &f->level[PT_PTE].leaf.rights;

	for (unsigned i = 0; i < sizeof(order); i++)
		if (rights->right[order[i]].representable)
			return order[i];
	for (uint32_t i = 0; i <= PT_RIGHTS; i++)
		if (rights->right[i].representable)
			return i;
	return 0;
}

/* Whether the view has anything but holes in the range. */
static bool has_something(const struct view *view, const struct op *range)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->run[i].kind == PT_LEAF &&
		    view->run[i].va <= range->last &&
		    view->run[i].last >= range->va)
			return true;
	return false;
}

/* Makes every leaf unit entry by entry what hardware does not use. */
static unsigned set_kinds(struct trial *t, const struct op *range)
{
	const struct view *view = &t->view_a[t->a->subject.current];
	unsigned done = 0;

	for (size_t i = 0; i < view->count && done < 64; i++) {
		const struct view_run *run = &view->run[i];
		const uint64_t bytes = pt_span(t->format, run->depth);
		struct op op = op_on(OP_SETKIND, run->va, 0);

		if (run->kind != PT_LEAF)
			continue;
		op.depth = run->depth;
		op.target = run->depth < PT_PTE && rng_one_in(&t->rng, 2) ?
			    PT_INVALID_HUGE : PT_PROTNONE;
		for (; op.va <= run->last && done < 64; op.va += bytes) {
			if (op.va >= range->va && op.va <= range->last &&
			    range->last - op.va >= bytes - 1)
				done += side_apply(t->b, &op) == 0;
			if (run->last - op.va < bytes)
				break;
		}
	}
	return done;
}

/* Whether an invalid-huge entry is at an edge: of pieces it becomes leaves. */
static bool edge_is_invalid(const struct view *view, const struct op *range)
{
	const struct view_run *first = view_at(view, range->va);
	const struct view_run *last = view_at(view, range->last);

	return !first || !last || first->kind == PT_INVALID_HUGE ||
	       last->kind == PT_INVALID_HUGE;
}

/* Compares what is outside of the range with what it was, in the views. */
static bool same_outside(struct trial *t, const struct op *range)
{
	char text[700];

	if (edge_is_invalid(&t->view_a[t->a->subject.current], range))
		return true;
	side_view(t->b, VIEW_TRANSLATE, t->view_b);
	for (unsigned s = 0; s < PT_SPACES; s++) {
		struct span span[2];
		unsigned spans = space_spans(t->format, s, span);
		bool here = s == t->a->subject.current;

		for (unsigned i = 0; i < spans; i++) {
			const struct span *p = &span[i];
			bool in = here && range->va >= p->va &&
				  range->va <= p->last;
			uint64_t last = in ? range->va - 1 : p->last;

			if ((!in || range->va > p->va) &&
			    !view_compare_part(&t->view_a[s], &t->view_b[s],
					       p->va, last, p->va, &match_flat,
					       text, sizeof(text)))
				break;
			if (in && range->last < p->last &&
			    !view_compare_part(&t->view_a[s], &t->view_b[s],
					       range->last + 1, p->last,
					       range->last + 1, &match_flat,
					       text, sizeof(text)))
				break;
			if (i + 1 == spans)
				text[0] = '\0';
		}
		if (text[0]) {
			trial_broken(t, "outside of what was protected: %s",
				     text);
			return false;
		}
	}
	return true;
}

/* Whether no translation inside the range has other rights. */
static bool has_only(struct trial *t, const struct op *range, uint32_t rights)
{
	const struct view *view = &t->view_b[t->b->subject.current];

	for (size_t i = 0; i < view->count; i++) {
		const struct view_run *run = &view->run[i];

		if (run->kind != PT_LEAF || run->va > range->last ||
		    run->last < range->va ||
		    (run->attrs & PT_RIGHTS) == rights)
			continue;
		trial_broken(t, "0x%llx has rights 0x%x after protect to 0x%x",
			     (unsigned long long)run->va,
			     (unsigned)(run->attrs & PT_RIGHTS),
			     (unsigned)rights);
		return false;
	}
	return true;
}

static enum verdict run(struct trial *t)
{
	struct op op, protect;
	bool picked;

	trial_draw(t, KINDS_BUILD, RECORDS);
	picked = trial_pick(t, KIND(OP_UNMAP)) && rng_one_in(&t->rng, 3);
	if (!picked)
		t->at = t->ops;
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	op = t->op[t->at % CASE_RECORDS];
	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	if ((!picked && !trial_draw_range(t, OP_UNMAP, &op)) ||
	    !has_something(&t->view_a[t->a->subject.current], &op))
		return NOT_MET;
	protect = op;
	protect.kind = OP_PROTECT;
	protect.attrs = fewest_rights(t->format);
	if (rng_one_in(&t->rng, 2)) {
		if (!set_kinds(t, &op))
			return NOT_MET;
		if (!same_outside(t, &op))
			return BROKEN;
	} else {
		if (side_apply(t->b, &protect))
			return trial_broken(t, "protect is refused where unmap "
					    "is not");
		if (!same_outside(t, &op) ||
		    !has_only(t, &op, protect.attrs))
			return BROKEN;
	}
	if (side_apply(t->a, &op) || side_apply(t->b, &op))
		return trial_broken(t, "unmap is refused");
	return trial_same_all(t, "after unmap") ? HELD : BROKEN;
}

const struct relation relation_unmap_protect = {
	.name = "unmap-protect",
	.states = "unmap is protect to nothing, then unmap",
	.run = run,
	.trials = 16,
	.met_percent = 40,
	.met_formats = 50,
};
