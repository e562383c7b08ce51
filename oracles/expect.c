/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of each operation on tables.  What has a page of its own
 * in the contract is in expect_dump.c, expect_iterate.c, expect_copy.c and
 * expect_owner.c.
 *
 * Source: the comments of include/tablewalk/table_ops.h, one function per
 * operation.  Each reads: errors in their order, then allocations, then the
 * change of the model, then releases.
 */
#include "expect.h"

#include <errno.h>

#include "defect.h"
#include "step.h"

static const struct mmu_level *level_of(const struct step *s, unsigned depth)
{
	return &s->oracle->arch->level[depth];
}

static bool representable(const struct step *s, unsigned depth, uint32_t attrs)
{
	return s->oracle->arch->representable(depth, attrs);
}

/* For operations on one address. */
static int check_address(struct step *s)
{
	uint64_t page = pt_ones(s->oracle->arch->page_shift);

	if (s->op->va & page)
		return -EINVAL;
	if (!model_offset(s->oracle, s->oracle->current, s->op->va, &s->first))
		return -ERANGE;
	s->last = s->first;
	return 0;
}

static int check_range(struct step *s)
{
	return model_check_range(s->oracle, s->op->va, s->op->last, &s->first,
				 &s->last);
}

/* What is the other space's kernel part is changed there only (share.h). */
static int check_shared(const struct step *s, uint64_t first, uint64_t last)
{
	return share_refuses(s->oracle, s->oracle->current, first, last);
}

/*
 *			Operations
 */

/* Whether leaves of a level come in groups of that order; 0 is single. */
static bool order_exists(const struct mmu_level *level, unsigned order)
{
	for (unsigned i = 0; i < MMU_GROUPS; i++)
		if (order == level->group_order[i])
			return true;
	return order == 0;
}

static int do_map(struct step *s)
{
	const struct op *op = s->op;
	const struct mmu_level *level = level_of(s, op->depth);
	uint64_t unit = pt_ones(level->va_shift + (unsigned)op->order);
	uint64_t pa_last = op->pa + (op->last - op->va);
	struct flat_extent e = {
		.pa = op->pa,
		.attrs = op->attrs,
		.kind = PT_LEAF,
		.depth = op->depth,
		.order = op->order,
	};
	int ret = check_range(s);

	if (ret == -EINVAL || (op->va & unit) || ((op->last + 1) & unit) ||
	    (op->pa & unit))
		return -EINVAL;
	if (ret || pa_last < op->pa ||
	    pa_last > pt_ones(s->oracle->regime.pa_bits))
		return -ERANGE;
	if (!level->leaf || !order_exists(level, op->order) ||
	    !representable(s, op->depth, op->attrs))
		return -EOPNOTSUPP;
	if (check_shared(s, s->first, s->last))
		return -EBUSY;
	if (flat_occupied(s->space, s->first, s->last))
		return -EEXIST;
	ret = step_make_tables(s, op->depth);
	if (ret)
		return ret;
	step_release_below(s, op->depth, s->first, s->last);
	e.first = s->first;
	e.last = s->last;
	flat_add(s->space, &e);
	return 0;
}

static int do_unmap(struct step *s)
{
	int ret = check_range(s);

	if (!ret)
		ret = check_shared(s, s->first, s->last);
	if (!ret)
		ret = step_divide(s, STEP_UNMAP_DIVIDES);
	if (!ret && ODEF(UNMAP_FORGOTTEN, true, false))
		flat_remove(s->space, s->first, s->last);
	return ret;
}

static int do_protect(struct step *s)
{
	uint32_t rights = s->op->attrs & PT_RIGHTS;
	int ret = check_range(s);

	if (ret)
		return ret;
	if (!representable(s, PT_PTE, rights))
		return -EOPNOTSUPP;
	if (check_shared(s, s->first, s->last))
		return -EBUSY;
	ret = step_divide(s, STEP_PROTECT_DIVIDES);
	if (!ret)
		flat_recolour(s->space, s->first, s->last, STEP_PROTECT_DIVIDES,
			      PT_RIGHTS, rights);
	return ret;
}

static int do_split(struct step *s)
{
	unsigned depth = s->op->depth;
	const struct mmu_level *level = level_of(s, depth);
	const struct flat_extent *e;
	uint64_t first, last;
	int ret = check_address(s);

	if (ret)
		return ret;
	if (!level->leaf || (depth == PT_PTE && !level->group_order[0]))
		return -EOPNOTSUPP;
	if (check_shared(s, s->first, s->first))
		return -EBUSY;
	e = flat_find(s->space, s->first);
	if (!e || e->depth != depth ||
	    !(STEP_KIND(e->kind) & STEP_UNMAP_DIVIDES))
		return -ENOENT;
	flat_unit(s->space, e, s->first, &first, &last);
	if (!e->order) {
		if (depth == PT_PTE)
			return -ENOENT;
		depth++;
		if (!step_allocate(s, depth, 1))
			return -ENOMEM;
		flat_fill_tables(s->space, depth, first, first);
	}
	flat_reshape(s->space, first, last, depth, 0);
	return 0;
}

/*
 * Whether [first, last] is full of leaves at depth, consecutive in pa from a
 * multiple of the range's length on, and equal in all attributes but ACCESSED
 * and DIRTY; *attrs is theirs, with those two OR-ed.
 */
static bool uniform(const struct step *s, unsigned depth, uint64_t first,
		    uint64_t last, bool single, uint32_t *attrs)
{
	const uint32_t flags = PT_ACCESSED | PT_DIRTY;
	size_t i = flat_seek(s->space, 0, first);
	uint64_t pa = 0;

	for (uint64_t at = first;; i++) {
		const struct flat_extent *e = &s->space->extent[i];

		if (i == s->space->extents || e->first > at ||
		    e->kind != PT_LEAF || e->depth != depth ||
		    (single && e->order))
			return false;
		if (at == first) {
			pa = flat_pa(e, at);
			*attrs = e->attrs;
			if (pa & (last - first))
				return false;
		} else if (flat_pa(e, at) != pa + (at - first) ||
			   ((e->attrs ^ *attrs) & ~flags)) {
			return false;
		}
		*attrs |= e->attrs & flags;
		if (e->last >= last)
			return true;
		at = e->last + 1;
	}
}

/* The table below the entry at depth becomes a leaf. */
static int collapse_table(struct step *s, unsigned depth)
{
	uint64_t mask = pt_ones(s->space->geometry->shift[depth]);
	uint64_t first = s->first & ~mask, last = s->first | mask;
	uint32_t attrs = 0;

	if (!flat_has_table(s->space, depth + 1, first))
		return -ENOENT;
	if (flat_denied(s->space, depth + 1, first) ||
	    !uniform(s, depth + 1, first, last, false, &attrs))
		return -EBUSY;
	step_release_below(s, depth, first, last);
	flat_recolour(s->space, first, last, STEP_KIND(PT_LEAF), UINT32_MAX,
		      attrs);
	flat_reshape(s->space, first, last, depth, 0);
	return 0;
}

/* The entries around the address become a group. */
static int collapse_group(struct step *s, unsigned depth, unsigned order)
{
	const struct flat_extent *e = flat_find(s->space, s->first);
	uint64_t mask = pt_ones(level_of(s, depth)->va_shift + order);
	uint64_t first = s->first & ~mask, last = s->first | mask;
	uint32_t attrs = 0;

	if (!e || e->depth != depth || e->kind != PT_LEAF)
		return -ENOENT;
	if (!uniform(s, depth, first, last, true, &attrs))
		return -EBUSY;
	flat_recolour(s->space, first, last, STEP_KIND(PT_LEAF), UINT32_MAX,
		      attrs);
	flat_reshape(s->space, first, last, depth, order);
	return 0;
}

static int do_collapse(struct step *s)
{
	unsigned depth = s->op->depth, order = s->op->order;
	const struct mmu_level *level = level_of(s, depth);
	uint64_t unit;
	int ret = check_address(s);

	if (ret)
		return ret;
	if (!level->leaf || !order_exists(level, order) ||
	    (!order && depth == PT_PTE))
		return -EOPNOTSUPP;
	unit = pt_ones(level->va_shift + order);
	if (check_shared(s, s->first & ~unit, s->first | unit))
		return -EBUSY;
	return order ? collapse_group(s, depth, order) :
		       collapse_table(s, depth);
}

static int do_restrict(struct step *s)
{
	unsigned depth = s->op->depth;
	int ret = check_address(s);

	if (ret)
		return ret;
	if (depth >= PT_PTE || (s->op->attrs & ~level_of(s, depth)->deniable))
		return -EOPNOTSUPP;
	if (check_shared(s, s->first, s->first))
		return -EBUSY;
	if (!flat_has_table(s->space, depth + 1, s->first))
		return -ENOENT;
	flat_deny(s->space, depth + 1, s->first, s->op->attrs);
	return 0;
}

/* Takes the one entry of e around the address out of its group, if any. */
static void ungroup(struct step *s, const struct flat_extent *e)
{
	uint64_t first, last;
	unsigned depth = e->depth;

	if (!e->order)
		return;
	flat_unit(s->space, e, s->first, &first, &last);
	flat_reshape(s->space, first, last, depth, 0);
}

/* Whether the entry takes over what a leaf there was. */
static bool keeps_leaf(unsigned kind)
{
	return kind == PT_PROTNONE || kind == PT_INVALID_HUGE;
}

static int check_setkind(struct step *s)
{
	const struct op *op = s->op;
	bool payload = op->target == PT_SWAP || op->target == PT_MIGRATION;
	int ret = check_address(s);

	if (ret == -EINVAL || (op->pa & pt_ones(s->oracle->arch->page_shift)))
		return -EINVAL;
	if (ret ||
	    (payload && op->pa > pt_ones(s->oracle->regime.pa_bits)))
		return -ERANGE;
	if (!payload && !keeps_leaf(op->target) && op->target != PT_MARKER)
		return -EOPNOTSUPP;
	if (op->target == PT_INVALID_HUGE && op->depth == PT_PTE)
		return -EOPNOTSUPP;
	if (!(level_of(s, op->depth)->kinds & STEP_KIND(op->target)) ||
	    (keeps_leaf(op->target) && !representable(s, op->depth, PT_R)))
		return -EOPNOTSUPP;
	return check_shared(s, s->first, s->first);
}

static int do_setkind(struct step *s)
{
	const struct op *op = s->op;
	const struct flat_extent *e;
	struct flat_extent new = { .kind = op->target, .depth = op->depth };
	uint64_t mask = pt_ones(level_of(s, op->depth)->va_shift);
	int ret = check_setkind(s);

	if (ret)
		return ret;
	e = flat_find(s->space, s->first);
	if (e ? e->depth != op->depth || e->kind != PT_LEAF :
		op->depth < PT_PTE &&
			flat_has_table(s->space, op->depth + 1u, s->first))
		return -EBUSY;
	new.first = s->first & ~mask;
	new.last = s->first | mask;
	if (op->target == PT_SWAP || op->target == PT_MIGRATION) {
		new.pa = op->pa & ~mask;
	} else if (keeps_leaf(op->target)) {
		new.pa = e ? flat_pa(e, new.first) : 0;
		new.attrs = e ? e->attrs & ~PT_GLOBAL : PT_R;
	}
	if (e) {
		ungroup(s, e);
		flat_remove(s->space, new.first, new.last);
	} else {
		ret = step_make_tables(s, op->depth);
		if (ret)
			return ret;
	}
	flat_add(s->space, &new);
	return 0;
}

static int do_touch(struct step *s)
{
	bool write = s->op->access == PT_WRITE;
	const struct flat_extent *e;
	uint32_t set = PT_ACCESSED;
	uint64_t first, last;
	int ret = check_address(s);

	if (ret)
		return ret;
	if (!s->oracle->has_accessed || (write && !s->oracle->has_dirty))
		return -EOPNOTSUPP;
	if (check_shared(s, s->first, s->first))
		return -EBUSY;
	e = flat_find(s->space, s->first);
	if (!e || e->kind != PT_LEAF)
		return -ENOENT;
	if (write && (e->attrs & PT_W))
		set |= ODEF(DIRTY_FORGOTTEN, PT_DIRTY, 0);
	flat_unit(s->space, e, s->first, &first, &last);
	flat_recolour(s->space, first, last, STEP_KIND(PT_LEAF), 0, set);
	return 0;
}

/* Tables of the range, while some are freed: what is read, what is kept. */
struct freeing {
	struct step *step;
	size_t from[PT_DEPTHS], to[PT_DEPTHS];
	size_t read[PT_DEPTHS], kept[PT_DEPTHS];
};

/* Whether the table has tables below it that the range does not touch. */
static bool has_others_below(const struct freeing *f, unsigned depth,
			     uint64_t first, uint64_t last)
{
	const struct flat_tables *t;

	if (depth == PT_PTE)
		return false;
	t = &f->step->space->table[depth + 1];
	return (f->from[depth + 1] &&
		t->start[f->from[depth + 1] - 1] >= first) ||
	       (f->to[depth + 1] < t->count &&
		t->start[f->to[depth + 1]] <= last);
}

static bool may_free(const struct freeing *f, uint64_t first, uint64_t last)
{
	const struct step *s = f->step;
	uint64_t base = s->op->va - s->first;

	return base + first >= s->op->floor && base + last <= s->op->ceiling &&
	       !flat_occupied(s->space, first, last);
}

/*
 * Frees what may be freed at depth up to the offset end; returns how many
 * tables stay.  Recurses at most 4 deep.
 */
static size_t free_tables(struct freeing *f, unsigned depth, uint64_t end)
{
	struct flat_tables *t = &f->step->space->table[depth];
	uint64_t mask = pt_ones(f->step->space->geometry->table_shift[depth]);
	size_t before = f->kept[depth];

	while (f->read[depth] < f->to[depth] &&
	       t->start[f->read[depth]] <= end) {
		uint64_t first = t->start[f->read[depth]++];
		uint64_t last = first | mask;
		size_t below = depth == PT_PTE ?
				       0 : free_tables(f, depth + 1, last);

		if (below || has_others_below(f, depth, first, last) ||
		    !may_free(f, first, last)) {
			t->start[f->kept[depth]++] = first;
		} else {
			flat_deny(f->step->space, depth, first, 0);
			step_emit(f->step, TRACE_FREE, depth, 1);
			if (ODEF(FREED_TABLE_KEPT, false, true))
				t->start[f->kept[depth]++] = first;
		}
	}
	return f->kept[depth] - before;
}

static int do_free(struct step *s)
{
	unsigned top = s->space->geometry->top;
	struct freeing f = { .step = s };
	int ret = check_range(s);

	if (!ret)
		ret = check_shared(s, s->first, s->last);
	if (ret)
		return ret;
	for (unsigned d = top + 1; d < PT_DEPTHS; d++) {
		flat_table_range(s->space, d, s->first, s->last, &f.from[d],
				 &f.to[d]);
		f.read[d] = f.kept[d] = f.from[d];
	}
	if (top < PT_PTE)
		free_tables(&f, top + 1, s->last);
	for (unsigned d = top + 1; d < PT_DEPTHS; d++)
		flat_close_tables(s->space, d, f.kept[d], f.to[d]);
	return 0;
}

int expect_translate(struct oracle *oracle, const struct op *op,
		     struct trace *trace)
{
	const struct flat_space *space = &oracle->space[oracle->current];
	uint64_t offset;
	struct flat_cursor cursor = { 0 };
	struct flat_view view;
	struct trace_event event = {
		.type = TRACE_LOOKUP,
		.va = op->va,
		.last = op->va,
		.count = 1,
	};

	if (!model_offset(oracle, oracle->current, op->va, &offset))
		return -ERANGE;
	flat_look(space, &cursor, offset, 0, space->geometry->last, &view);
	event.kind = view.kind;
	event.depth = (int8_t)view.depth;
	event.order = view.order;
	event.pa = view.pa;
	event.attrs = view.attrs;
	event.removed = view.denied;
	trace_emit(trace, &event);
	return 0;
}

int expect_table_op(struct oracle *oracle, const struct op *op,
		    struct trace *trace)
{
	struct step s = {
		.oracle = oracle,
		.op = op,
		.space = &oracle->space[oracle->current],
		.trace = trace,
	};

	if (!flat_reserve(s.space, 0))
		return EXPECT_NO_HOST_MEMORY;
	switch (op->kind) {
	case OP_NOP:
		return 0;
	case OP_MAP:
		return do_map(&s);
	case OP_UNMAP:
		return do_unmap(&s);
	case OP_PROTECT:
		return do_protect(&s);
	case OP_SPLIT:
		return do_split(&s);
	case OP_COLLAPSE:
		return do_collapse(&s);
	case OP_RESTRICT:
		return do_restrict(&s);
	case OP_SETKIND:
		return do_setkind(&s);
	case OP_TOUCH:
		return do_touch(&s);
	case OP_FREE:
		return do_free(&s);
	case OP_TRANSLATE:
		return expect_translate(oracle, op, trace);
	case OP_VMA:
		return expect_vma(oracle, op);
	case OP_SWITCH:
		oracle->current = ODEF(SWITCH_FORGOTTEN,
				       op->space % PT_SPACES, 0u);
		return 0;
	case OP_FAIL:
		oracle->armed = ODEF(FAILURE_FORGOTTEN, op->nth, 0);
		return 0;
	case OP_CTOR_FAIL:
		oracle->ctor_armed = op->nth;
		return 0;
	case OP_DUMP:
		return expect_dump(oracle, op, trace);
	case OP_ITERATE:
		return expect_iterate(oracle, op, trace);
	case OP_COPY:
		return expect_copy(oracle, op, trace);
	case OP_SHARE:
		return share_expect_share(oracle, op);
	case OP_SHADOW:
		return expect_shadow(oracle, op, trace);
	case OP_IDENTITY:
		return expect_identity(oracle, op, trace);
	case OP_CLONE:
		return expect_clone(oracle, op, trace);
	case OP_POKE:
		return expect_poke(oracle, op, trace);
	case OP_PAIR:
		return expect_pair(oracle, op, trace);
	default:
		return -EOPNOTSUPP;
	}
}
