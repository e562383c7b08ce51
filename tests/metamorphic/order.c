/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The order of independent operations does not matter.
 *
 * Two operations that a random case has carried out one right after the other,
 * or one of it and a small one right beside its range.  Side a carries them out
 * in this order, side b in the other one.
 *
 * They are independent when their footprints have no address in common.  The
 * footprint of an operation is its range, of one on an entry what that entry
 * spans, grown to whole units at both edges: what it divides or unfolds.  A
 * copy has one in each space.  (Where an edge is in a hole nothing is divided;
 * that both may make the same table on the way down does not matter.)
 *
 * Both return the same either way, all translations and all dumps are the same,
 * and so is every word of every table, unless one of both is a free: whether a
 * table that is not in both footprints is empty by then is a matter of order. 
 * The contract says that no translation depends on that, so translations are
 * compared then.
 *
 * Source: include/tablewalk/table_ops.h.
 */
#include "relation.h"

#define RECORDS 24
#define KINDS_RANGE                                                            \
	(KIND(OP_MAP) | KIND(OP_UNMAP) | KIND(OP_PROTECT) | KIND(OP_FREE) |    \
	 KIND(OP_INSTALL) | KIND(OP_COPY))
#define KINDS_ENTRY                                                            \
	(KIND(OP_SPLIT) | KIND(OP_COLLAPSE) | KIND(OP_RESTRICT) |              \
	 KIND(OP_SETKIND) | KIND(OP_TOUCH))

/* What an operation may touch, by space; used: there is such a stretch. */
struct footprint {
	struct span span[PT_SPACES];
	bool used[PT_SPACES];
};

/* Grows a stretch to the units at its edges, in the views of side a. */
static void grow(const struct trial *t, unsigned space, struct span *span)
{
	for (unsigned edge = 0; edge < 2; edge++) {
		uint64_t va = edge ? span->last : span->va, ones;
		const struct view_run *run = view_at(&t->view_a[space], va);

		if (!run || run->kind == PT_NONE)
			continue;
		ones = unit_bytes(t->format, run->depth, run->order) - 1;
		if (edge)
			span->last |= ones;
		else
			span->va &= ~ones;
	}
}

static struct footprint footprint(const struct trial *t, const struct op *op)
{
	const unsigned space = t->a->subject.current;
	struct footprint print = { .used[0] = false };
	struct span span = { op->va, op->last };

	if (KINDS_ENTRY >> op->kind & 1) {
		unsigned depth = op->kind == OP_TOUCH ? PT_PTE : op->depth;
		uint64_t ones = unit_bytes(t->format, depth, op->order) - 1;

		span = (struct span){ op->va & ~ones, op->va | ones };
	}
	grow(t, space, &span);
	print.span[space] = span;
	print.used[space] = true;
	if (op->kind == OP_COPY) {
		span = (struct span){ op->pa, op->pa + (op->last - op->va) };
		grow(t, 1 - space, &span);
		print.span[1 - space] = span;
		print.used[1 - space] = true;
	}
	return print;
}

static bool are_apart(const struct footprint *x, const struct footprint *y)
{
	for (unsigned s = 0; s < PT_SPACES; s++)
		if (x->used[s] && y->used[s] &&
		    x->span[s].va <= y->span[s].last &&
		    y->span[s].va <= x->span[s].last)
			return false;
	return true;
}

/*
 * A small operation right before or behind the footprint, or where the next
 * entry of some depth begins behind it: in the next table.
 */
static bool draw_beside(struct trial *t, const struct footprint *print,
			struct op *op)
{
	static const uint8_t kinds[] = { OP_MAP, OP_UNMAP, OP_PROTECT, OP_MAP };
	const struct pt_format *f = t->format;
	const unsigned space = t->a->subject.current;
	const struct span *span = &print->span[space];
	uint64_t bytes = (uint64_t)(1 + rng_below(&t->rng, 3)) << f->page_shift;
	uint64_t va = rng_one_in(&t->rng, 2) ? span->va - bytes :
					       span->last + 1;

	if (rng_one_in(&t->rng, 3))
		va = (span->last |
		      (pt_span(f, f->top + rng_below(&t->rng, PT_PTE - f->top)) -
		       1)) + 1;
	*op = op_on(kinds[rng_below(&t->rng, 4)], va, va + bytes - 1);
	if (!view_at(&t->view_a[space], op->va) ||
	    !view_at(&t->view_a[space], op->last))
		return false;
	op->depth = op->kind == OP_MAP ? PT_PTE : 0;
	op->pa = op->kind == OP_MAP ? rng_below(&t->rng, 1u << 20) * bytes &
					      ~pt_ones(f->page_shift) :
				      0;
	for (uint32_t r = PT_R | (uint32_t)rng_below(&t->rng, 16);
	     op->kind != OP_UNMAP && r <= PT_RIGHTS; r++)
		if (f->level[PT_PTE].leaf.rights.right[r].representable) {
			op->attrs = r;
			break;
		}
	return true;
}

static bool reads_only(unsigned kind)
{
	return !((KINDS_RANGE | KINDS_ENTRY) >> kind & 1);
}

/* Both in one order on a side; *first and *second are what x and y return. */
static void apply_both(struct side *side, const struct op *x,
		       const struct op *y, bool y_first, int *x_ret, int *y_ret)
{
	if (y_first)
		*y_ret = side_apply(side, y);
	*x_ret = side_apply(side, x);
	if (!y_first)
		*y_ret = side_apply(side, y);
}

static enum verdict compare(struct trial *t, const struct op *x,
			    const struct op *y)
{
	int x_ret[2], y_ret[2];

	apply_both(t->a, x, y, false, &x_ret[0], &y_ret[0]);
	apply_both(t->b, x, y, true, &x_ret[1], &y_ret[1]);
	if (x_ret[0] != x_ret[1] || y_ret[0] != y_ret[1])
		return trial_broken(t, "%s, %s return %d, %d; in the other "
				    "order %d, %d", op_kind_name(x->kind),
				    op_kind_name(y->kind), x_ret[0], y_ret[0],
				    x_ret[1], y_ret[1]);
	if (x->kind == OP_FREE || y->kind == OP_FREE)
		return trial_same_view(t, &match_flat, "a free among them") ?
			       HELD : BROKEN;
	if (!trial_same_all(t, "in both orders"))
		return BROKEN;
	/* One that is refused is independent of everything. */
	return x_ret[0] || y_ret[0] ? NOT_MET : HELD;
}

static enum verdict run(struct trial *t)
{
	struct footprint x, y;
	struct op other;
	char text[WHAT_BYTES];
	enum verdict verdict;

	trial_draw(t, KINDS_BUILD, RECORDS);
	if (!trial_pick(t, KINDS_RANGE | KINDS_ENTRY))
		return NOT_MET;
	trial_replay(t, t->a);
	trial_replay(t, t->b);
	side_view(t->a, VIEW_TRANSLATE, t->view_a);
	x = footprint(t, &t->op[t->at]);
	if (t->at + 1 < t->ops && !reads_only(t->op[t->at + 1].kind) &&
	    t->op[t->at + 1].last >= t->op[t->at + 1].va &&
	    rng_one_in(&t->rng, 3))
		other = t->op[t->at + 1];
	else if (!draw_beside(t, &x, &other))
		return NOT_MET;
	y = footprint(t, &other);
	if (!are_apart(&x, &y))
		return NOT_MET;
	verdict = compare(t, &t->op[t->at], &other);
	if (verdict != BROKEN)
		return verdict;
	snprintf(text, sizeof(text), "%.900s\n  %s 0x%llx-0x%llx and %s "
		 "0x%llx-0x%llx depth %u", t->what,
		 op_kind_name(t->op[t->at].kind),
		 (unsigned long long)t->op[t->at].va,
		 (unsigned long long)t->op[t->at].last,
		 op_kind_name(other.kind), (unsigned long long)other.va,
		 (unsigned long long)other.last, other.depth);
	return trial_broken(t, "%s", text);
}

const struct relation relation_order = {
	.name = "order",
	.states = "the order of independent operations does not matter",
	.run = run,
	.trials = 24,
	.met_percent = 50,
	.met_formats = 52,
};
