/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One operation is its pieces.
 *
 * pieces: a map, unmap, protect, install, free or copy that a random case has
 * carried out, or one of several neighbours of what it has mapped.  Side a
 * carries it out on [va, last], side b on [va, cut - 1] and then on [cut,
 *  last]. The cut is a page border (of a map a unit's), most often the first,
 *  the last, or a border of an entry of some depth.
 *
 *	all	both pieces return 0; all translations are equal
 *	exact	a cut that divides nothing leaves the same words, walks and
 *		dumps, too.  Map, install and free never divide at a cut; the
 *		others do where it lies inside a unit.
 *
 * read-pieces: a walk, dump or iteration of side a, and that of two pieces of
 * its range of the same side.  An entry that the cut divides is told twice,
 * once for each piece: after neighbours that continue each other are joined, by
 * depth, both are the same; numbers of pages that are writable and executable
 * add up.
 *
 * Callbacks only look on (no action, no stop): what they count is of one walk.
 * Iterations do not age.
 *
 * Source: include/tablewalk/table_ops.h, walk.h, ptdump.h, vpte.h.
 */
#include "../../harness/fit.h"
#include "relation.h"

#define RECORDS 24
#define KINDS_CUT                                                              \
	(KIND(OP_MAP) | KIND(OP_UNMAP) | KIND(OP_PROTECT) |                    \
	 KIND(OP_INSTALL) | KIND(OP_FREE) | KIND(OP_COPY))
#define KINDS_READ (KIND(OP_WALK) | KIND(OP_DUMP) | KIND(OP_ITERATE))

/* The part of an operation that is on [va, last]. */
static struct op part_of(const struct op *op, uint64_t va, uint64_t last)
{
	struct op part = *op;

	part.va = va;
	part.last = last;
	if (op->kind == OP_MAP || op->kind == OP_INSTALL ||
	    op->kind == OP_COPY)
		part.pa += va - op->va;
	return part;
}

/* What a piece starts with: a page border inside the range, at random. */
static bool draw_cut(struct trial *t, const struct op *op, uint64_t *cut)
{
	const struct pt_format *f = t->format;
	uint64_t unit = UINT64_C(1) << f->page_shift, span;

	if (op->kind == OP_MAP)
		unit = unit_bytes(f, op->depth, op->order);
	if (op->last - op->va < 2 * unit - 1)
		return false;
	switch (rng_below(&t->rng, 6)) {
	case 0:
		*cut = op->va + unit;
		return true;
	case 1:
		*cut = op->last + 1 - unit;
		return true;
	case 2:
		*cut = op->va + unit + rng_up_to(&t->rng, op->last - op->va -
					(2 * unit - 1)) / unit * unit;
		return true;
	default:
		break;
	}
	/* The first border of entries of a depth behind a place in the range. */
	span = pt_span(f, f->top + rng_below(&t->rng, PT_DEPTHS - f->top));
	if (span < unit)
		span = unit;
	*cut = op->va + rng_up_to(&t->rng, op->last - op->va - unit);
	*cut = (*cut | (span - 1)) + 1;
	if (*cut <= op->va || *cut > op->last)
		*cut = op->va + unit;
	return true;
}

/* Whether it divides a unit of the current space, in the view. */
static bool divides(const struct trial *t, uint64_t cut)
{
	const struct view *view = &t->view_a[t->a->subject.current];
	const struct view_run *run = view_at(view, cut);

	return !run || (run->kind != PT_NONE &&
			cut & (unit_bytes(t->format, run->depth, run->order) -
			       1));
}

/* A VMA on both sides, and an install in it. */
static bool draw_install(struct trial *t, struct op *op)
{
	const uint64_t most = UINT64_C(600) << t->format->page_shift;
	struct op vma;

	if (!trial_draw_range(t, OP_VMA, &vma))
		return false;
	if (vma.last - vma.va >= most)
		vma.last = vma.va + most - 1;
	vma.vma.type = OP_VMA_PLAIN;
	*op = vma;
	op->kind = OP_INSTALL;
	op->vma.type = OP_VMA_NONE;
	op->attrs = fit_attrs(t->format, PT_R | PT_W | PT_ACCESSED);
	op->walk.callbacks = rng_one_in(&t->rng, 2) ? OP_CB_ENTRY(PT_PTE) : 0;
	return side_apply(t->a, &vma) == 0 && side_apply(t->b, &vma) == 0;
}

/* The whole, with both sides as they are before it. */
static bool draw_whole(struct trial *t, struct op *op)
{
	static const uint8_t kinds[] = { OP_UNMAP, OP_PROTECT, OP_COPY, OP_FREE,
					 OP_INSTALL };
	const unsigned kind = kinds[rng_below(&t->rng, 5)];
	bool picked;

	trial_draw(t, KINDS_BUILD, RECORDS);
	picked = trial_pick(t, KINDS_CUT) && rng_one_in(&t->rng, 2);
	if (!picked)
		t->at = t->ops;
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	if (!picked && !(kind == OP_INSTALL ? draw_install(t, op) :
					      trial_draw_range(t, kind, op)))
		return false;
	if (picked)
		*op = t->op[t->at];
	else if (kind == OP_PROTECT)
		op->attrs = fit_attrs(t->format, rng_below(&t->rng, 16) | PT_R);
	else if (kind == OP_FREE)
		op->ceiling = UINT64_MAX;
	op->walk.action = OP_SUBTREE;
	op->walk.stop_at = 0;
	op->walk.stop_value = 0;
	return true;
}

static enum verdict run_pieces(struct trial *t)
{
	struct op op, part;
	uint64_t cut;
	bool exact;

	if (!draw_whole(t, &op) || !draw_cut(t, &op, &cut))
		return NOT_MET;
	exact = op.kind == OP_MAP || op.kind == OP_INSTALL ||
		op.kind == OP_FREE || !divides(t, cut);
	if (side_apply(t->a, &op))
		return NOT_MET;
	for (unsigned i = 0; i < 2; i++) {
		int ret;

		part = i ? part_of(&op, cut, op.last) :
			   part_of(&op, op.va, cut - 1);
		ret = side_apply(t->b, &part);
		if (ret)
			return trial_broken(t, "%s 0x%llx-0x%llx returned %d, "
					    "as a piece of 0x%llx-0x%llx",
					    op_kind_name(op.kind),
					    (unsigned long long)part.va,
					    (unsigned long long)part.last, ret,
					    (unsigned long long)op.va,
					    (unsigned long long)op.last);
	}
	if (exact)
		return trial_same_all(t, op_kind_name(op.kind)) ? HELD : BROKEN;
	return trial_same_view(t, &match_flat, op_kind_name(op.kind)) ? HELD :
									BROKEN;
}

/* Whether reading the range of side a whole and cut tells the same. */
static bool same_reading(struct trial *t, const struct op *op, uint64_t cut,
			 char *text, size_t bytes)
{
	struct lanes whole = { 0 }, pieces = { 0 };
	bool equal;

	side_apply(t->a, op);
	lanes_add(&whole, &t->a->trace);
	for (unsigned i = 0; i < 2; i++) {
		struct op part = i ? part_of(op, cut, op->last) :
				     part_of(op, op->va, cut - 1);

		side_apply(t->a, &part);
		lanes_add(&pieces, &t->a->trace);
	}
	equal = lanes_compare(&whole, &pieces, text, bytes);
	lanes_close(&whole);
	lanes_close(&pieces);
	return equal;
}

static enum verdict run_read(struct trial *t)
{
	char text[700];
	struct op op;
	uint64_t cut;

	trial_draw(t, KINDS_BUILD | KINDS_READ | KIND(OP_SHARE), RECORDS);
	if (!trial_pick(t, KINDS_READ))
		return NOT_MET;
	op = t->op[t->at];
	op.walk.action = OP_SUBTREE;
	op.walk.stop_at = 0;
	op.walk.stop_value = 0;
	/* Of the state that all of the case leaves. */
	t->at = t->ops;
	trial_replay(t, t->a);
	if (op.kind == OP_WALK && rng_one_in(&t->rng, 2))
		op.walk.callbacks |= OP_CB_ENTRY(PT_PTE) | OP_CB_HOLE;
	if (op.kind == OP_DUMP)
		op.floor = 0;
	if (op.kind == OP_ITERATE)
		op.nth = OP_ITERATE_ALL;
	if (!draw_cut(t, &op, &cut) || side_apply(t->a, &op))
		return NOT_MET;
	if (same_reading(t, &op, cut, text, sizeof(text)))
		return HELD;
	return trial_broken(t, "%s of 0x%llx-0x%llx cut at 0x%llx: %s",
			    op_kind_name(op.kind), (unsigned long long)op.va,
			    (unsigned long long)op.last,
			    (unsigned long long)cut, text);
}

const struct relation relation_pieces = {
	.name = "pieces",
	.states = "one operation is its pieces",
	.run = run_pieces,
	.trials = 24,
	.met_percent = 50,
	.met_formats = 52,
};

const struct relation relation_read_pieces = {
	.name = "read-pieces",
	.states = "one walk, dump or iteration is its pieces",
	.run = run_read,
	.trials = 60,
	.met_percent = 50,
	.met_formats = 52,
};
