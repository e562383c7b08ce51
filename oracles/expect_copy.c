/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of a copy from the current space to the other one.
 *
 * Source: pt_copy() in include/tablewalk/table_ops.h, the text; it reads:
 * errors in their order, then allocations, then the changes of the model and
 * with them the releases.
 */
#include "defect.h"
#include "expect.h"

#include <errno.h>

#include "step.h"

struct copy {
	struct step from, to;
	/* What the two ends of the range cut, as it was: see divide(). */
	struct flat_extent cut[2];
	unsigned cuts;
};

static uint64_t to_offset(const struct copy *c, uint64_t offset)
{
	return c->to.first + (offset - c->from.first);
}

/*
 * What the target has to be a multiple of, less one: an entry of the root, or the
 * largest group of them.
 */
static uint64_t unit_of_root(const struct oracle *o)
{
	const struct mmu_level *root = &o->arch->level[o->geometry.top];
	unsigned largest = 0;

	for (unsigned i = 0; i < MMU_GROUPS; i++)
		if (root->group_order[i] > largest)
			largest = root->group_order[i];
	return pt_ones(o->geometry.shift[o->geometry.top] + largest);
}

static int check(struct copy *c)
{
	const struct oracle *o = c->from.oracle;
	const struct op *op = c->from.op;
	uint64_t to_last = op->pa + (op->last - op->va);
	int ret = model_check_range(o, op->va, op->last, &c->from.first,
				    &c->from.last);

	if (ret == -EINVAL || ((op->pa - op->va) & unit_of_root(o)))
		return -EINVAL;
	if (ret || to_last < op->pa ||
	    !model_range(o, (o->current + 1u) % PT_SPACES, op->pa, to_last,
			 &c->to.first, &c->to.last))
		return -ERANGE;
	if (share_refuses(o, o->current, c->from.first, c->from.last) ||
	    share_refuses(o, (o->current + 1u) % PT_SPACES, c->to.first,
			  c->to.last))
		return -EBUSY;
	if (flat_occupied(c->to.space, c->to.first, c->to.last))
		return -EEXIST;
	return 0;
}

/*
 *			Division
 */

/* Notes the unit of the source that a border before offset cuts. */
static void note_cut(struct copy *c, uint64_t offset)
{
	const struct flat_extent *e = flat_find(c->from.space, offset);
	struct flat_extent *unit = &c->cut[c->cuts];

	if (!e || !(STEP_KIND(e->kind) & STEP_UNMAP_DIVIDES))
		return;
	*unit = *e;
	flat_unit(c->from.space, e, offset, &unit->first, &unit->last);
	unit->pa = flat_pa(e, unit->first);
	/* Both ends may cut the same unit: to undo that twice does no harm. */
	c->cuts += unit->first != offset;
}

/* Divides the source, so that it can be taken back. */
static int divide(struct copy *c)
{
	note_cut(c, c->from.first);
	if (c->from.last != c->from.space->geometry->last)
		note_cut(c, c->from.last + 1);
	return step_divide(&c->from, STEP_UNMAP_DIVIDES);
}

/* A table of the target was refused: the source is as it was. */
static void undivide(struct copy *c)
{
	struct flat_space *space = c->from.space;

	for (unsigned i = 0; i < c->cuts; i++) {
		const struct flat_extent *unit = &c->cut[i];

		flat_remove(space, unit->first, unit->last);
		for (unsigned d = unit->depth + 1u; d < PT_DEPTHS; d++)
			flat_drop_tables(space, d, unit->first, unit->last);
		flat_add(space, unit);
	}
}

/*
 *			Tables of the target
 */

/*
 * The events of the target's missing tables from depth down, in pre-order, for
 * [first, last] of the source: where the source, divided by now, has a table
 * with something in it.  Recurses at most 4 deep.
 */
static bool announce(struct copy *c, unsigned depth, uint64_t first,
		     uint64_t last)
{
	const struct flat_space *from = c->from.space;
	const struct flat_tables *t = &from->table[depth];
	uint64_t mask = pt_ones(from->geometry->table_shift[depth]);
	size_t i, end;

	flat_table_range(from, depth, first, last, &i, &end);
	for (; i < end; i++) {
		uint64_t low = t->start[i], high = low | mask;

		if (low < first)
			low = first;
		if (high > last)
			high = last;
		if (!flat_occupied(from, low, high))
			continue;
		if (!flat_has_table(c->to.space, depth, to_offset(c, low)) &&
		    !step_allocate(&c->to, depth, 1))
			return false;
		if (depth < PT_PTE && !announce(c, depth + 1, low, high))
			return false;
	}
	return true;
}

/* Room in the target for as many tables as the source has. */
static bool reserve(struct copy *c)
{
	size_t tables = 0;

	for (unsigned d = 0; d < PT_DEPTHS; d++)
		if (c->from.space->table[d].count > tables)
			tables = c->from.space->table[d].count;
	return flat_reserve(c->to.space, tables);
}

/*
 *			Entries
 */

/* Takes W away from a part of the source where that is representable. */
static void protect(struct copy *c, struct flat_extent *part)
{
	uint32_t rights = part->attrs & PT_RIGHTS & ~PT_W;

	if (!(STEP_KIND(part->kind) & STEP_PROTECT_DIVIDES) ||
	    !c->from.oracle->arch->representable(PT_PTE, rights))
		return;
	part->attrs &= ~PT_W;
	if (ODEF(SOURCE_FORGOTTEN, true, false))
		flat_recolour(c->from.space, part->first, part->last,
			      STEP_KIND(part->kind), PT_W, 0);
}

/* Puts one extent of the source, or the part of it in range, in the target. */
static bool copy_part(struct copy *c, struct flat_extent *part)
{
	struct flat_space *to = c->to.space;

	if (!flat_reserve(to, 0))
		return false;
	if (c->from.op->nth == 1)
		protect(c, part);
	part->first = to_offset(c, part->first);
	part->last = to_offset(c, part->last);
	for (unsigned d = to->geometry->top + 1u; d <= part->depth; d++)
		flat_fill_tables(to, d, part->first, part->last);
	step_release_below(&c->to, part->depth, part->first, part->last);
	flat_add(to, part);
	return true;
}

static int copy_range(struct copy *c)
{
	struct flat_space *from = c->from.space;

	for (uint64_t at = c->from.first;;) {
		size_t i = flat_seek(from, 0, at);
		struct flat_extent part;
		uint64_t end;

		if (i == from->extents || from->extent[i].first > c->from.last)
			return 0;
		part = from->extent[i];
		if (part.first < at) {
			part.pa = flat_pa(&part, at);
			part.first = at;
		}
		if (part.last > c->from.last)
			part.last = c->from.last;
		end = part.last;
		if (!copy_part(c, &part))
			return EXPECT_NO_HOST_MEMORY;
		if (end == c->from.last)
			return 0;
		at = end + 1;
	}
}

int expect_copy(struct oracle *oracle, const struct op *op,
		struct trace *trace)
{
	struct step step = { .oracle = oracle, .op = op, .trace = trace };
	struct copy c = { .from = step, .to = step };
	unsigned top = oracle->geometry.top;
	int ret;

	c.from.space = &oracle->space[oracle->current];
	c.to.space = &oracle->space[(oracle->current + 1u) % PT_SPACES];
	ret = check(&c);
	if (ret)
		return ret;
	ret = divide(&c);
	if (ret)
		return ret;
	if (!reserve(&c))
		return EXPECT_NO_HOST_MEMORY;
	if (top < PT_PTE && !announce(&c, top + 1, c.from.first, c.from.last)) {
		undivide(&c);
		return -ENOMEM;
	}
	return copy_range(&c);
}
