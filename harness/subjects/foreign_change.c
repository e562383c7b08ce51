/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations of a foreign subject that change tables: how it is asked, and what is
 * let pass by name.  What should have come of it is in foreign_expect.c.
 */
#include "foreign_private.h"

#include <inttypes.h>

#include "../../mm/pgtable.h"

/* More calls than any operation of a case needs, if each gets on. */
#define CALLS_MAX 65536

/*
 *			Asking the subject
 */

static uint64_t capability_of(unsigned kind)
{
	switch (kind) {
	case OP_MAP:
		return TABLEWALK_CAN_MAP;
	case OP_UNMAP:
		return TABLEWALK_CAN_UNMAP;
	case OP_PROTECT:
		return TABLEWALK_CAN_PROTECT;
	case OP_SPLIT:
		return TABLEWALK_CAN_SPLIT;
	case OP_COLLAPSE:
		return TABLEWALK_CAN_COLLAPSE;
	case OP_INSTALL:
		return TABLEWALK_CAN_INSTALL;
	default:
		return TABLEWALK_CAN_FREE;
	}
}

static bool has_function(const struct tablewalk_subject *s, unsigned kind)
{
	switch (kind) {
	case OP_MAP:
		return s->map;
	case OP_UNMAP:
		return s->unmap;
	case OP_PROTECT:
		return s->protect;
	case OP_SPLIT:
		return s->split;
	case OP_COLLAPSE:
		return s->collapse;
	case OP_INSTALL:
		return s->install;
	default:
		return s->free_tables;
	}
}

/* One call, for the range from va on. */
static int call(struct foreign_run *f, const struct op *op, uint64_t va,
		uint64_t *done)
{
	const struct tablewalk_subject *s = f->subject;
	void *state = foreign_state(f);
	const uint64_t pa = op->pa + (va - op->va);

	switch ((unsigned)op->kind) {
	case OP_MAP:
		return s->map(state, va, op->last, pa, op->attrs, op->depth,
			      done);
	case OP_UNMAP:
		return s->unmap(state, va, op->last, done);
	case OP_PROTECT:
		return s->protect(state, va, op->last, op->attrs, done);
	case OP_SPLIT:
		return s->split(state, va, op->depth);
	case OP_COLLAPSE:
		return s->collapse(state, va, op->depth);
	case OP_INSTALL:
		return s->install(state, va, op->last, pa, op->attrs, done);
	default:
		return s->free_tables(state, va, op->last);
	}
}

static bool has_range(const struct op *op)
{
	return op->kind != OP_SPLIT && op->kind != OP_COLLAPSE;
}

static bool is_result(int ret)
{
	switch (ret) {
	case TABLEWALK_OK:
	case TABLEWALK_MISSING:
	case TABLEWALK_MEMORY:
	case TABLEWALK_BUSY:
	case TABLEWALK_EXISTS:
	case TABLEWALK_INVALID:
	case TABLEWALK_RANGE:
	case TABLEWALK_UNSUPPORTED:
		return true;
	default:
		return false;
	}
}

/* Takes account of one call's done; false where that cannot go on. */
static bool get_on(struct foreign_run *f, const struct op *op,
		   struct foreign_attempt *a, uint64_t done)
{
	const uint64_t left = op->last - op->va + 1 - a->done;
	const bool all = !a->ret && !done;

	if (done && left && done > left) {
		foreign_wrong(f, "%s did 0x%" PRIx64 " bytes of 0x%" PRIx64,
			      op_kind_name(op->kind), done, left);
		return false;
	}
	a->done += all ? left : done;
	a->whole = all || (done && done == left);
	if (a->ret || a->whole)
		return false;
	if (!foreign_differs(f, TABLEWALK_DIFFERS_SHORT_COUNT)) {
		foreign_wrong(f, "%s did 0x%" PRIx64 " bytes of 0x%" PRIx64
			      " and returned 0", op_kind_name(op->kind), done,
			      left);
		return false;
	}
	foreign_used(f, TABLEWALK_DIFFERS_SHORT_COUNT);
	return true;
}

static struct foreign_attempt attempt(struct foreign_run *f, const struct op *op)
{
	struct foreign_attempt a = { 0 };

	f->counts.asked++;
	for (unsigned calls = 0; calls < CALLS_MAX; calls++) {
		uint64_t done = 0;

		a.ret = call(f, op, op->va + a.done, &done);
		if (foreign_is_gone(f))
			return a;
		if (!is_result(a.ret))
			foreign_wrong(f, "%s returned %d, which is no result",
				      op_kind_name(op->kind), a.ret);
		if (!has_range(op)) {
			a.whole = !a.ret;
			return a;
		}
		if (!get_on(f, op, &a, done) || f->wrong[0])
			return a;
	}
	foreign_wrong(f, "%s did not come to its end in %d calls",
		      op_kind_name(op->kind), CALLS_MAX);
	return a;
}

/*
 *			Both
 */

/* A map of large leaves that, with sizes picked, is one of as many pages. */
static bool comes_to_pages(const struct foreign_run *f, const struct op *op)
{
	return op->kind == OP_MAP &&
	       foreign_differs(f, TABLEWALK_DIFFERS_MAP_PICKS_LEAF) &&
	       (op->va ^ op->pa) & (pt_span(f->format, op->depth) - 1);
}

/* As the subject is asked for it; clipped, so that a case stays cheap. */
static struct op reduced(const struct foreign_run *f, const struct op *op)
{
	struct op change = *op;
	const uint64_t limit = pt_span(f->format, PT_PTE) * 4096;

	change.order = 0;
	if (op->kind == OP_MAP || op->kind == OP_INSTALL)
		change.attrs = foreign_attrs(f, op->attrs);
	if (op->kind == OP_PROTECT)
		change.attrs = foreign_attrs(f, op->attrs & PT_RIGHTS) &
			       PT_RIGHTS;
	if ((op->kind == OP_INSTALL || comes_to_pages(f, op)) &&
	    op->last > op->va && op->last - op->va >= limit)
		change.last = op->va + limit - 1;
	return change;
}

/* Whether it is one whose arguments are the caller's duty. */
static bool is_trusted(struct foreign_run *f, const struct op *op)
{
	const uint64_t page = UINT64_C(1) << f->format->page_shift;
	int error;

	if (!foreign_differs(f, TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS))
		return false;
	error = op->kind == OP_MAP || op->kind == OP_INSTALL ? foreign_map_error(f, op) :
		has_range(op) ? foreign_check_range(f, op->va, op->last, page) :
		foreign_check_range(f, op->va, op->va + (page - 1), page);
	if (error)
		foreign_used(f, TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS);
	return error;
}

/* What it says it cannot do it has to refuse. */
static int ask_in_vain(struct foreign_run *f, const struct op *op,
		       struct trace *expected)
{
	uint64_t done = 0;
	int ret = call(f, op, op->va, &done);

	f->counts.refused += ret == TABLEWALK_UNSUPPORTED;
	foreign_return(f->seen, ret);
	foreign_return(expected, TABLEWALK_UNSUPPORTED);
	return ret;
}

static struct pt_regime regime_of(const struct foreign_run *f)
{
	return (struct pt_regime){
		.root = { f->host->space[0].root, f->host->space[1].root },
		.control = f->control, .pa_bits = f->format->pa_bits,
	};
}

/*
 * Divides the model's leaf at va as deep as memory has it divided and the range of
 * the operation cuts it.
 */
static void divide_at(struct foreign_run *f, const struct op *op, uint64_t va)
{
	const struct pt_regime regime = regime_of(f);
	struct mmu_outcome seen = { 0 };
	struct oracle_view view;
	uint64_t first, last;

	f->arch->translate(f->arch, foreign_memory(f), &regime,
			   foreign_space(f), va, &seen);
	for (;;) {
		struct op split = { .kind = OP_SPLIT };

		oracle_view(f->oracle, foreign_space(f), va, &view);
		if (view.kind != PT_LEAF || !seen.leaf ||
		    view.depth >= seen.depth)
			return;
		foreign_unit_around(f, va, &first, &last);
		if (first >= op->va && last <= op->last)
			return;
		split.va = first;
		split.depth = view.depth;
		foreign_used(f, TABLEWALK_DIFFERS_ERRORS_DIVIDE);
		if (foreign_model(f, &split))
			return;
	}
}

/*
 * What a failed operation had divided when it failed, at an end of its range or at
 * the end of what it did.
 */
static void adopt_divided(struct foreign_run *f, const struct op *op,
			  const struct foreign_attempt *a)
{
	if (!a->ret || (op->kind != OP_UNMAP && op->kind != OP_PROTECT) ||
	    !f->refusals ||
	    !foreign_differs(f, TABLEWALK_DIFFERS_ERRORS_DIVIDE))
		return;
	divide_at(f, op, op->va);
	divide_at(f, op, op->last);
	if (a->done)
		divide_at(f, op, op->va + a->done - 1);
	if (!a->whole)
		divide_at(f, op, op->va + a->done);
}

/* The rights that tables take away, of those that no leaf can have. */
static void adopt_denials(struct foreign_run *f)
{
	const struct pt_regime regime = regime_of(f);
	const uint32_t can = f->subject->attrs | f->subject->attrs_always;

	if (foreign_differs(f, TABLEWALK_DIFFERS_TABLES_TAKE) &&
	    oracle_adopt_denials(f->oracle, foreign_memory(f), &regime,
				 PT_RIGHTS & ~can))
		foreign_used(f, TABLEWALK_DIFFERS_TABLES_TAKE);
}

/* Which empty tables there are is taken from memory where that is its business. */
static void adopt_tables(struct foreign_run *f, int ret)
{
	const struct pt_regime regime = regime_of(f);
	const uint64_t by = foreign_differs(f, TABLEWALK_DIFFERS_EMPTY_ANY)
		? TABLEWALK_DIFFERS_EMPTY_ANY
		: TABLEWALK_DIFFERS_ERRORS_LEAVE_TABLES;

	if (!foreign_differs(f, by) ||
	    (by == TABLEWALK_DIFFERS_ERRORS_LEAVE_TABLES && !ret))
		return;
	if (oracle_adopt_tables(f->oracle, foreign_memory(f), &regime))
		foreign_used(f, by);
}

/* What it had to return, where a refused table or a name leaves a choice. */
static int settle(struct foreign_run *f, const struct foreign_attempt *a, int want)
{
	if (f->refusals && a->ret == TABLEWALK_MEMORY)
		return a->ret;
	if (f->refusals && !want)
		want = TABLEWALK_MEMORY;
	if (want < 0 && a->ret < 0 && want != a->ret &&
	    foreign_differs(f, TABLEWALK_DIFFERS_ERROR_VALUES)) {
		foreign_used(f, TABLEWALK_DIFFERS_ERROR_VALUES);
		return a->ret;
	}
	return want;
}

int foreign_change(struct foreign_run *f, const struct op *op,
		   struct trace *expected, bool *left_out)
{
	const bool can = foreign_can(f, capability_of(op->kind));
	const struct op change = reduced(f, op);
	struct foreign_attempt a;
	int want;

	*left_out = (!can && !has_function(f->subject, op->kind)) ||
		    (op->kind == OP_COLLAPSE && op->order) ||
		    is_trusted(f, &change);
	if (*left_out)
		return 0;
	if (!can)
		return ask_in_vain(f, &change, expected);
	a = attempt(f, &change);
	if (foreign_is_gone(f))
		return a.ret;
	want = settle(f, &a, foreign_expect(f, &change, &a));
	/* Who allocates what and when is not agreed on with other people. */
	for (uint32_t i = 0; i < f->seen->count; i++)
		trace_emit(expected, &f->seen->event[i]);
	foreign_return(f->seen, a.ret);
	foreign_return(expected, want);
	foreign_read_roots(f);
	if (!foreign_elsewhere_copy(f))
		return a.ret;
	adopt_divided(f, &change, &a);
	adopt_tables(f, a.ret);
	adopt_denials(f);
	return a.ret;
}
