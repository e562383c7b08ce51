/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Copy, then walk both.
 *
 * copy: a copy that a random case has carried out, or one of what it has
 * mapped. Side a stays as it was; side b copies.
 *
 *	source	inside the range every translation is that of side a, without W
 *		where that was asked for; outside nothing differs
 *	target	inside the range it is the source, with depth and order; outside
 *		nothing differs
 *	W	where it is asked for and the format can say it, nothing in
 *		either range has W
 *	pair	iterating source and target side by side, each stretch has the
 *		same on both sides
 *	pair copy  where side a can copy the same stretch by stretch, its target
 *		then translates as that of side b does
 *
 * clone: a copy of all tables of a space has the words of the original, walks,
 * dumps and translates as it does; given back, it leaves as many tables as
 * there were, and the original as it was.
 *
 * An invalid-huge entry that the range divides becomes leaves, which is no
 * relation: such cases do not count.
 *
 * Source: include/tablewalk/table_ops.h, pt_copy(); vpte_pair.h; clone.h.
 */
#include <tablewalk/clone.h>
#include <tablewalk/vpte_pair.h>

#include "relation.h"
#include "words.h"

#define RECORDS 24

static bool part_equal(struct trial *t, const struct view *a,
		       const struct view *b, const struct span *part,
		       uint64_t b_va, const struct view_match *match,
		       const char *what)
{
	char text[700];

	if (view_compare_part(a, b, part->va, part->last, b_va, match, text,
			      sizeof(text)))
		return true;
	trial_broken(t, "%s: %s", what, text);
	return false;
}

/* Whether the rest of a space is as it was, in the views of both sides. */
static bool same_around(struct trial *t, unsigned space, uint64_t va,
			uint64_t last, const char *what)
{
	const struct view *a = &t->view_a[space], *b = &t->view_b[space];
	const struct view_match match = { VIEW_REMOVED, UINT32_MAX };
	struct span span[2], part;
	unsigned spans = space_spans(t->format, space, span);

	for (unsigned i = 0; i < spans; i++) {
		bool in = va >= span[i].va && va <= span[i].last;

		part = span[i];
		if (in)
			part.last = va - 1;
		if ((!in || va > span[i].va) &&
		    !part_equal(t, a, b, &part, part.va, &match, what))
			return false;
		part = (struct span){ last + 1, span[i].last };
		if (in && last < span[i].last &&
		    !part_equal(t, a, b, &part, part.va, &match, what))
			return false;
	}
	return true;
}

/* Whether nothing in the range can be written that need not be. */
static bool nothing_writable(struct trial *t, const struct view *view,
			     uint64_t va, uint64_t last)
{
	const struct pt_rights *rights = &t->format->level[PT_PTE].leaf.rights;

	for (size_t i = 0; i < view->count; i++) {
		const struct view_run *run = &view->run[i];

		if (run->va > last || run->last < va || !(run->attrs & PT_W) ||
		    !rights->right[run->attrs & PT_RIGHTS & ~PT_W].representable)
			continue;
		trial_broken(t, "0x%llx can be written after a copy that takes "
			     "W away", (unsigned long long)run->va);
		return false;
	}
	return true;
}

/* Side b after the copy, with itself and with side a as it was before. */
static bool check_copy(struct trial *t, const struct op *op)
{
	const unsigned from = t->b->subject.current, to = 1 - from;
	const struct span range = { op->va, op->last };
	const uint64_t to_last = op->pa + (op->last - op->va);
	struct view_match match = { VIEW_REMOVED, UINT32_MAX };

	if (op->nth == 1) {
		match.attrs = ~PT_W;
		if (!nothing_writable(t, &t->view_b[from], op->va, op->last) ||
		    !nothing_writable(t, &t->view_b[to], op->pa, to_last))
			return false;
	}
	if (!part_equal(t, &t->view_a[from], &t->view_b[from], &range, op->va,
			&match, "source before and after the copy") ||
	    !same_around(t, from, op->va, op->last, "around the source") ||
	    !same_around(t, to, op->pa, to_last, "around the target"))
		return false;
	match = (struct view_match){ VIEW_LEVELS, UINT32_MAX };
	return part_equal(t, &t->view_b[from], &t->view_b[to], &range, op->pa,
			  &match, "source and target");
}

/* Side by side, source and target are the same stretch by stretch. */
static bool check_pair(struct trial *t, const struct op *op)
{
	const unsigned from = t->b->subject.current;
	struct pt_space *space = t->b->subject.space;
	struct pt_pair pair;
	uint64_t next = op->va;
	int ret = pt_iterate_pair(&pair, &space[from], &space[1 - from],
				  op->va, op->last, op->pa);

	while (!ret && pt_pair_next(&pair)) {
		const struct pt_item *x = &pair.stretch.from;
		const struct pt_item *y = &pair.stretch.to;

		if (x->start != next || x->kind != y->kind || x->pa != y->pa ||
		    x->attrs != y->attrs ||
		    y->start - op->pa != x->start - op->va ||
		    y->last - y->start != x->last - x->start) {
			trial_broken(t, "a pair of source and target differs at "
				     "0x%llx: %s 0x%llx and %s 0x%llx",
				     (unsigned long long)next,
				     pt_kind_name(x->kind),
				     (unsigned long long)x->pa,
				     pt_kind_name(y->kind),
				     (unsigned long long)y->pa);
			return false;
		}
		next = x->last + 1;
	}
	if (!ret && next == op->last + 1)
		return true;
	trial_broken(t, "a pair of source and target ends at 0x%llx",
		     (unsigned long long)next);
	return false;
}

/* Side a copies stretch by stretch; false where it cannot. */
static bool pair_copy(struct trial *t, const struct op *op)
{
	const unsigned from = t->a->subject.current;
	struct pt_space *space = t->a->subject.space;
	struct pt_pair pair;
	int ret = pt_iterate_pair(&pair, &space[from], &space[1 - from],
				  op->va, op->last, op->pa);

	while (!ret && pt_pair_next(&pair))
		ret = pt_pair_copy(&pair, op->nth == 1 ? PT_W : 0);
	return ret == 0;
}

static bool edge_is_invalid(const struct view *view, const struct op *op)
{
	const struct view_run *first = view_at(view, op->va);
	const struct view_run *last = view_at(view, op->last);

	return !first || !last || first->kind == PT_INVALID_HUGE ||
	       last->kind == PT_INVALID_HUGE;
}

static enum verdict run_copy(struct trial *t)
{
	const struct view_match flat = { 0, UINT32_MAX };
	bool picked;
	unsigned to;
	struct op op;

	trial_draw(t, KINDS_BUILD, RECORDS);
	picked = trial_pick(t, KIND(OP_COPY)) && rng_one_in(&t->rng, 2);
	if (!picked)
		t->at = t->ops;
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	to = 1 - t->a->subject.current;
	op = t->op[t->at % CASE_RECORDS];
	if ((!picked && !trial_draw_range(t, OP_COPY, &op)) ||
	    edge_is_invalid(&t->view_a[1 - to], &op) || side_apply(t->b, &op))
		return NOT_MET;
	if (!side_view(t->b, VIEW_WALK, t->view_b))
		return trial_broken(t, "a walk is refused");
	if (!check_copy(t, &op) || !check_pair(t, &op))
		return BROKEN;
	if (pair_copy(t, &op)) {
		const struct span range = { op.pa,
					    op.pa + (op.last - op.va) };

		side_view(t->a, VIEW_TRANSLATE, t->view_a);
		if (!part_equal(t, &t->view_a[to], &t->view_b[to], &range,
				range.va, &flat, "copied stretch by stretch"))
			return BROKEN;
	}
	return HELD;
}

/* Side b reads the clone as if it were its space. */
static bool same_clone(struct trial *t, unsigned space)
{
	struct pt_space *original = &t->b->subject.space[space], kept;
	const unsigned tables = side_tables(t->b);
	struct words a, b = { &t->b->arena.memory, 0 };
	struct pt_space clone;
	char text[700];
	bool equal;

	if (pt_clone_tables(&clone, original, NULL)) {
		trial_broken(t, "space %u cannot be cloned", space);
		return false;
	}
	a = (struct words){ &t->a->arena.memory,
			    t->a->subject.space[space].root };
	b.root = clone.root;
	equal = words_compare(t->format, &a, &b, text, sizeof(text));
	if (!equal)
		trial_broken(t, "words of a clone of space %u: %s", space,
			     text);
	if (equal && side_tables(t->b) - tables !=
			     words_tables(t->format, &a)) {
		equal = false;
		trial_broken(t, "a clone of %u tables has made %u",
			     words_tables(t->format, &a),
			     side_tables(t->b) - tables);
	}
	kept = *original;
	*original = clone;
	equal = equal && trial_same_view(t, &match_all, "a clone") &&
		trial_same_walks(t, "a clone") && trial_same_dumps(t, "a clone");
	*original = kept;
	pt_space_destroy(&clone);
	return equal && trial_same_words(t, "after a clone was given back");
}

static enum verdict run_clone(struct trial *t)
{
	trial_draw(t, KINDS_BUILD, RECORDS);
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	if (side_tables(t->a) < 4)
		return NOT_MET;
	for (unsigned s = 0; s < PT_SPACES; s++)
		if (!same_clone(t, s))
			return BROKEN;
	return HELD;
}

const struct relation relation_copy = {
	.name = "copy",
	.states = "a copy and what it is of are the same, but W where asked",
	.run = run_copy,
	.trials = 20,
	.met_percent = 60,
	.met_formats = 52,
};

const struct relation relation_clone = {
	.name = "clone",
	.states = "a clone of all tables is what it is of",
	.run = run_clone,
	.trials = 8,
	.met_percent = 70,
	.met_formats = 52,
};
