/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the model makes of a foreign subject's operation.
 *
 * The model knows the contract of table_ops.h alone.  A difference that the
 * subject names (subject.h, TABLEWALK_DIFFERS_*) is put into operations of that
 * contract: that a part of a leaf takes all of it along is an unmap of a wider
 * range, a leaf size that the subject picks is a map of each piece, and so on.  What
 * the subject did is looked at only where a name leaves it the choice, never to
 * find out what should have been.
 */
#include "foreign_private.h"

#include <inttypes.h>

#include "../../mm/pgtable.h"

/* A range, and how far leaves reach that it cuts. */
struct reach {
	uint64_t first, last;		/* with all of the leaves it cuts */
	bool cuts;
};

/*
 *			What there is
 */

/* Around va: of a leaf all of it, else va alone. */
void foreign_unit_around(const struct foreign_run *f, uint64_t va,
			 uint64_t *first, uint64_t *last)
{
	struct oracle_view view;

	*first = *last = va;
	oracle_view(f->oracle, foreign_space(f), va, &view);
	if (!view.canonical || view.kind != PT_LEAF)
		return;

	const uint64_t unit = pt_span(f->format, view.depth) << view.order;

	*first = va & ~(unit - 1);
	*last = va | (unit - 1);
}

static struct reach reach_of(const struct foreign_run *f, const struct op *op)
{
	struct reach r = { .first = op->va, .last = op->last };
	uint64_t first, last;

	foreign_unit_around(f, op->va, &first, &last);
	r.first = first;
	foreign_unit_around(f, op->last, &first, &last);
	r.last = last;
	r.cuts = r.first < op->va || r.last > op->last;
	return r;
}

/* The first address of [va, last] that no leaf covers; false: there is none. */
static bool find_hole(const struct foreign_run *f, uint64_t va, uint64_t last,
		      uint64_t *hole)
{
	for (*hole = va;;) {
		struct oracle_view view;

		oracle_view(f->oracle, foreign_space(f), *hole, &view);
		if (view.kind != PT_LEAF)
			return true;
		if (view.last >= last)
			return false;
		*hole = view.last + 1;
	}
}

/* Whether [va, last] has a leaf, and whether a table is in the way of one. */
static void look_over(const struct foreign_run *f, const struct op *op,
		      bool *leaf, bool *table)
{
	*leaf = *table = false;
	for (uint64_t va = op->va;;) {
		struct oracle_view view;

		oracle_view(f->oracle, foreign_space(f), va, &view);
		*leaf |= view.kind == PT_LEAF;
		*table |= view.depth > op->depth;
		if (view.last >= op->last)
			return;
		va = view.last + 1;
	}
}

/* Whether all of it is mapped just so already. */
static bool is_same(const struct foreign_run *f, const struct op *op)
{
	for (uint64_t va = op->va;;) {
		struct oracle_view view;

		oracle_view(f->oracle, foreign_space(f), va, &view);
		if (view.kind != PT_LEAF || view.attrs != op->attrs ||
		    view.pa != op->pa + (va - op->va) ||
		    (view.depth != op->depth &&
		     !foreign_differs(f, TABLEWALK_DIFFERS_MAP_PICKS_LEAF)))
			return false;
		if (view.last >= op->last)
			return true;
		va = view.last + 1;
	}
}

/*
 *			What the model makes of it
 */

static int model_range(struct foreign_run *f, const struct op *op,
		       uint64_t va, uint64_t last)
{
	struct op clipped = *op;

	clipped.va = va;
	clipped.last = last;
	clipped.pa = op->pa + (va - op->va);
	return foreign_model(f, &clipped);
}

/* The tables that became empty go with it. */
static void model_free(struct foreign_run *f, uint64_t va, uint64_t last)
{
	const struct op release = {
		.kind = OP_FREE, .va = va, .last = last,
		.ceiling = UINT64_MAX,
	};

	foreign_used(f, TABLEWALK_DIFFERS_FREES_EMPTY);
	foreign_model(f, &release);
}

/* Whether that address is of a leaf that [va, last] cuts and that has these rights. */
static bool keeps(const struct foreign_run *f, const struct op *op, uint64_t at,
		  uint64_t *first, uint64_t *end)
{
	struct oracle_view view;

	foreign_unit_around(f, at, first, end);
	oracle_view(f->oracle, foreign_space(f), at, &view);
	return view.canonical && view.kind == PT_LEAF &&
	       (*first < op->va || *end > op->last) &&
	       (view.attrs & PT_RIGHTS) == (op->attrs & PT_RIGHTS);
}

/* A protect less the cut leaves in which it changes nothing; false: all of it. */
static bool drop_kept(struct foreign_run *f, struct op *op)
{
	uint64_t first, last;

	if (op->kind != OP_PROTECT ||
	    !foreign_differs(f, TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS))
		return true;
	if (keeps(f, op, op->va, &first, &last)) {
		foreign_used(f, TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS);
		if (last >= op->last)
			return false;
		op->va = last + 1;
	}
	if (keeps(f, op, op->last, &first, &last)) {
		foreign_used(f, TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS);
		if (first <= op->va)
			return false;
		op->last = first - 1;
	}
	return true;
}

/* unmap and protect: a part of a leaf takes all of it along, by name. */
static int model_part(struct foreign_run *f, const struct op *op,
		      uint64_t va, uint64_t last, uint64_t whole)
{
	struct op wide = *op;
	struct reach r;
	int ret;

	wide.va = va;
	wide.last = last;
	if (!drop_kept(f, &wide))
		return 0;
	r = reach_of(f, &wide);
	if (r.cuts && foreign_differs(f, whole)) {
		foreign_used(f, whole);
		wide.va = r.first;
		wide.last = r.last;
	}
	ret = foreign_model(f, &wide);
	if (!ret && op->kind == OP_UNMAP &&
	    foreign_differs(f, TABLEWALK_DIFFERS_FREES_EMPTY))
		model_free(f, wide.va, wide.last);
	return ret;
}

/* The depth of the largest leaf that fits at va. */
static unsigned pick_depth(const struct foreign_run *f, const struct op *op,
			   uint64_t va)
{
	const uint64_t pa = op->pa + (va - op->va);

	for (unsigned d = f->format->top; d < PT_PTE; d++) {
		const uint64_t ones = pt_span(f->format, d) - 1;

		if (f->subject->leaf_depths >> d & 1 &&
		    f->arch->level[d].leaf && !((va | pa) & ones) &&
		    op->last - va >= ones &&
		    f->arch->representable(d, op->attrs))
			return d;
	}
	return PT_PTE;
}

/* Whether a leaf is there already but for its rights, and is to stay so. */
static bool is_kept(struct foreign_run *f, const struct op *leaf)
{
	struct oracle_view view;

	oracle_view(f->oracle, foreign_space(f), leaf->va, &view);
	if (!foreign_differs(f, TABLEWALK_DIFFERS_MAP_KEEPS_RIGHTS) ||
	    view.kind != PT_LEAF || view.depth != leaf->depth ||
	    view.pa != leaf->pa || (view.attrs ^ leaf->attrs) & ~PT_RIGHTS)
		return false;
	if (view.attrs != leaf->attrs)
		foreign_used(f, TABLEWALK_DIFFERS_MAP_KEEPS_RIGHTS);
	return true;
}

/* One leaf of a map in place of what is there. */
static int model_over(struct foreign_run *f, const struct op *leaf)
{
	const struct op clear = { .kind = OP_UNMAP };

	if (is_kept(f, leaf))
		return 0;
	model_part(f, &clear, leaf->va, leaf->last,
		   TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF);
	return foreign_model(f, leaf);
}

/* A map of one leaf after the other, whose sizes the subject may pick. */
static int model_leaves(struct foreign_run *f, const struct op *op, bool over)
{
	const bool picks = foreign_differs(f, TABLEWALK_DIFFERS_MAP_PICKS_LEAF);
	bool used = false;

	for (uint64_t va = op->va;;) {
		struct op piece = *op;
		int ret;

		if (picks)
			piece.depth = (uint8_t)pick_depth(f, op, va);
		piece.va = va;
		piece.pa = op->pa + (va - op->va);
		piece.last = va | (pt_span(f->format, piece.depth) - 1);
		if (piece.depth != op->depth && !used)
			foreign_used(f, TABLEWALK_DIFFERS_MAP_PICKS_LEAF);
		used |= piece.depth != op->depth;
		ret = over ? model_over(f, &piece) : foreign_model(f, &piece);
		if (ret || piece.last == op->last)
			return ret;
		va = piece.last + 1;
	}
}

/* The errors of a map that the model does not know of, or 0. */
int foreign_map_error(const struct foreign_run *f, const struct op *op)
{
	const bool picks = foreign_differs(f, TABLEWALK_DIFFERS_MAP_PICKS_LEAF);
	const unsigned depth = picks ? PT_PTE : op->depth;
	const uint64_t align = pt_span(f->format, depth);
	const uint64_t highest = pt_ones(f->format->pa_bits);
	int ret = foreign_check_range(f, op->va, op->last, align);

	if (ret == TABLEWALK_INVALID || op->pa & (align - 1))
		return TABLEWALK_INVALID;
	if (ret || op->pa > highest || op->last - op->va > highest - op->pa)
		return TABLEWALK_RANGE;
	if (!(f->subject->leaf_depths >> depth & 1) ||
	    !f->arch->representable(depth, op->attrs))
		return TABLEWALK_UNSUPPORTED;
	return 0;
}

/* A map by the model of a range in which arguments are right. */
static int model_map(struct foreign_run *f, const struct op *op, uint64_t last)
{
	const struct op clear = { .kind = OP_UNMAP };
	struct op map = *op;
	bool leaf, table;

	map.last = last;
	look_over(f, &map, &leaf, &table);
	if (leaf && !foreign_differs(f, TABLEWALK_DIFFERS_MAP_REPLACES))
		return TABLEWALK_EXISTS;
	if (leaf)
		foreign_used(f, TABLEWALK_DIFFERS_MAP_REPLACES);
	if (foreign_differs(f, TABLEWALK_DIFFERS_MAP_PICKS_LEAF) ||
	    (leaf && foreign_differs(f, TABLEWALK_DIFFERS_MAP_KEEPS_RIGHTS)))
		return model_leaves(f, &map, leaf);
	if (leaf)
		model_part(f, &clear, map.va, map.last,
			   TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF);
	return foreign_model(f, &map);
}

/* The last address of what was done before an error, if that stays; else false. */
static bool prefix_of(struct foreign_run *f, const struct op *op,
		      const struct foreign_attempt *a, uint64_t *last)
{
	if (!a->ret || !a->done ||
	    !foreign_differs(f, TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX))
		return false;
	foreign_used(f, TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX);
	*last = op->va + a->done - 1;
	return true;
}

static int expect_map(struct foreign_run *f, const struct op *op,
		      const struct foreign_attempt *a)
{
	int want = foreign_map_error(f, op);
	struct op rest = *op;
	bool leaf, table;
	uint64_t last;

	if (want)
		return want;
	if (!a->ret && is_same(f, op) &&
	    foreign_differs(f, TABLEWALK_DIFFERS_MAP_SAME_OK)) {
		foreign_used(f, TABLEWALK_DIFFERS_MAP_SAME_OK);
		return 0;
	}
	look_over(f, op, &leaf, &table);
	if (!leaf && table && a->ret == TABLEWALK_EXISTS &&
	    foreign_differs(f, TABLEWALK_DIFFERS_TABLE_IN_WAY)) {
		foreign_used(f, TABLEWALK_DIFFERS_TABLE_IN_WAY);
		return a->ret;
	}
	if (prefix_of(f, op, a, &last)) {
		want = model_map(f, op, last);
		if (want || f->refusals)
			return want;
		rest.va = last + 1;
		rest.pa += a->done;
	}
	/* A refused table changes nothing, whatever else would have come of it. */
	if (f->refusals)
		return 0;
	return model_map(f, &rest, op->last);
}

/* Whether protect had to take a right away that the subject cannot, by name. */
static bool takes_more(struct foreign_run *f, const struct op *op)
{
	if (op->kind != OP_PROTECT ||
	    !foreign_differs(f, TABLEWALK_DIFFERS_PROTECT_GRADUAL))
		return false;
	for (uint64_t va = op->va;;) {
		struct oracle_view view;

		oracle_view(f->oracle, foreign_space(f), va, &view);
		if (view.kind == PT_LEAF &&
		    view.attrs & PT_RIGHTS & ~(op->attrs | PT_W)) {
			foreign_used(f, TABLEWALK_DIFFERS_PROTECT_GRADUAL);
			return true;
		}
		if (view.last >= op->last)
			return false;
		va = view.last + 1;
	}
}

/* unmap and protect; refuses and whole are the names of what may differ. */
static int expect_part(struct foreign_run *f, const struct op *op,
		       const struct foreign_attempt *a, uint64_t refuses,
		       uint64_t whole)
{
	int want = foreign_check_range(f, op->va, op->last,
				       UINT64_C(1) << f->format->page_shift);
	uint64_t hole, last;

	if (want)
		return want;
	if (op->kind == OP_PROTECT &&
	    (!f->arch->representable(PT_PTE, op->attrs) || takes_more(f, op)))
		return TABLEWALK_UNSUPPORTED;
	if (foreign_differs(f, TABLEWALK_DIFFERS_HOLE_ERRORS) && a->ret &&
	    !f->refusals && find_hole(f, op->va, op->last, &hole)) {
		foreign_used(f, TABLEWALK_DIFFERS_HOLE_ERRORS);
		if (a->done < hole - op->va)
			foreign_wrong(f, "%s ended in front of the hole at 0x%"
				      PRIx64, op_kind_name(op->kind), hole);
		else if (a->done)
			model_part(f, op, op->va, op->va + a->done - 1, whole);
		return a->ret;
	}
	if (prefix_of(f, op, a, &last))
		model_part(f, op, op->va, last, whole);
	if (reach_of(f, op).cuts && foreign_differs(f, refuses)) {
		foreign_used(f, refuses);
		return a->ret ? a->ret : TABLEWALK_BUSY;
	}
	if (f->refusals)
		return 0;
	return model_part(f, op, op->va, op->last, whole);
}

static int expect_entry(struct foreign_run *f, const struct op *op)
{
	const uint64_t page = UINT64_C(1) << f->format->page_shift;
	int want = foreign_check_range(f, op->va, op->va + (page - 1), page);

	if (want)
		return want;
	if (!(f->subject->leaf_depths >> op->depth & 1) ||
	    /* Groups are not the interface's: below a page there is nothing. */
	    op->depth == PT_PTE ||
	    (op->depth < PT_PTE &&
	     !(f->subject->leaf_depths >> (op->depth + 1) & 1)))
		return TABLEWALK_UNSUPPORTED;
	return f->refusals ? 0 : foreign_model(f, op);
}

/* Maps the holes of [va, last], all pages or those in front of an error. */
static int model_install(struct foreign_run *f, const struct op *op,
			 uint64_t last)
{
	for (uint64_t va = op->va; va <= last;) {
		struct op page = *op;
		struct oracle_view view;
		uint64_t end;
		int ret = 0;

		oracle_view(f->oracle, foreign_space(f), va, &view);
		end = view.last < last ? view.last : last;
		page.kind = OP_MAP;
		page.depth = PT_PTE;
		if (view.kind == PT_NONE)
			ret = model_range(f, &page, va, end);
		if (ret || end == last)
			return ret;
		va = end + 1;
	}
	return 0;
}

static int expect_install(struct foreign_run *f, const struct op *op,
			  const struct foreign_attempt *a)
{
	struct op map = *op;
	uint64_t hole;
	int want;

	map.kind = OP_MAP;
	map.depth = PT_PTE;
	want = foreign_map_error(f, &map);
	/* Nothing is asked of attributes where nothing is installed. */
	if (want == TABLEWALK_UNSUPPORTED &&
	    !find_hole(f, op->va, op->last, &hole))
		want = 0;
	if (want)
		return want;
	if (!f->refusals)
		return model_install(f, op, op->last);
	return a->done ? model_install(f, op, op->va + a->done - 1) : 0;
}

static int expect_free(struct foreign_run *f, const struct op *op)
{
	struct op release = *op;

	release.floor = 0;
	release.ceiling = UINT64_MAX;
	return foreign_model(f, &release);
}

int foreign_expect(struct foreign_run *f, const struct op *op,
		   const struct foreign_attempt *a)
{
	switch ((unsigned)op->kind) {
	case OP_MAP:
		return expect_map(f, op, a);
	case OP_UNMAP:
		return expect_part(f, op, a,
				   TABLEWALK_DIFFERS_UNMAP_REFUSES_PART,
				   TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF);
	case OP_PROTECT:
		return expect_part(f, op, a,
				   TABLEWALK_DIFFERS_PROTECT_REFUSES_PART,
				   TABLEWALK_DIFFERS_PROTECT_WHOLE_LEAF);
	case OP_INSTALL:
		return expect_install(f, op, a);
	case OP_FREE:
		return expect_free(f, op);
	default:
		return expect_entry(f, op);
	}
}
