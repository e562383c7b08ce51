/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of two spaces side by side, compared or copied stretch by
 * stretch.
 *
 * Source: include/tablewalk/vpte_pair.h, the text.  Nothing is kept over a
 * stretch but where the next one begins: what was copied is seen from then on.
 */
#include "expect.h"

#include <errno.h>

#include "step.h"

/* One side. */
struct side {
	unsigned space;			/* number */
	struct flat_space *flat;
	uint64_t first, last;		/* offsets of its range */
	uint64_t base;			/* address minus offset */
};

/* What a side has from an offset on, clipped to the range. */
struct item {
	uint64_t first, last;
	uint64_t unit_first, unit_last;
	uint64_t pa;			/* of first */
	uint32_t attrs;
	uint8_t kind, depth, order;
};

struct pair {
	struct step step;
	struct side from, to;
};

/* A leaf, or what else an entry can be, somewhere in to. */
struct piece {
	uint64_t first, last;		/* offsets in to */
	uint64_t pa;
	uint8_t depth, order;
};

static int check(struct pair *p)
{
	const struct oracle *o = p->step.oracle;
	const struct op *op = p->step.op;
	const uint64_t to_last = op->pa + (op->last - op->va);
	int ret;

	if (op->last < op->va || to_last < op->pa)
		return -EINVAL;
	ret = model_check_range(o, op->va, op->last, &p->from.first,
				&p->from.last);
	if (ret)
		return ret;
	if (op->pa & pt_ones(o->arch->page_shift))
		return -EINVAL;
	if (!model_range(o, p->to.space, op->pa, to_last, &p->to.first,
			 &p->to.last))
		return -ERANGE;
	p->from.base = op->va - p->from.first;
	p->to.base = op->pa - p->to.first;
	return 0;
}

/*
 * The item at offset.  A group of root entries of which a sharer has but some is
 * an item as long as the group (vpte.h).
 */
static struct item item_at(const struct side *side, uint64_t offset)
{
	struct flat_cursor cursor = { 0 };
	struct flat_view view;
	struct item item;
	uint64_t unit;

	flat_look(side->flat, &cursor, offset, offset, offset, &view);
	unit = pt_ones(side->flat->geometry->shift[view.depth] +
		       (unsigned)view.order);
	item = (struct item){
		.first = offset,
		.last = offset | unit,
		.unit_first = offset & ~unit,
		.unit_last = offset | unit,
		.pa = view.pa,
		.attrs = view.attrs,
		.kind = view.kind,
		.depth = view.depth,
		.order = view.order,
	};
	if (item.last > side->last)
		item.last = side->last;
	return item;
}

static void emit(const struct pair *p, const struct side *side,
		 const struct item *item)
{
	struct trace_event event = {
		.type = TRACE_ITEM,
		.va = side->base + item->first,
		.last = side->base + item->last,
		.count = 1,
		.depth = (int8_t)item->depth,
		.kind = item->kind,
		.order = item->order,
		.attrs = item->attrs,
	};

	if (flat_has_pa(item->kind))
		event.pa = item->pa;
	trace_emit(p->step.trace, &event);
}

/*
 *			Copying
 */

/* The last table failed: those above it go back, the last one first. */
static void give_back(struct pair *p, const bool made[PT_DEPTHS])
{
	for (unsigned d = PT_DEPTHS; d--;)
		if (made[d])
			step_emit(&p->step, TRACE_FREE, d, 1);
}

/* The tables on the way to a piece, as pt_map() of it allocates them. */
static int make_tables(struct pair *p, const struct piece *piece)
{
	const unsigned top = p->step.oracle->geometry.top;
	bool made[PT_DEPTHS] = { false };

	if (!flat_reserve(p->to.flat, 1))
		return EXPECT_NO_HOST_MEMORY;
	for (unsigned d = top + 1; d <= piece->depth; d++) {
		uint64_t count = 1;
		enum step_fate fate;

		if (flat_has_table(p->to.flat, d, piece->first))
			continue;
		fate = step_ask(p->step.oracle, &count);
		made[d] = fate != STEP_REFUSED;
		step_emit(&p->step, made[d] ? TRACE_ALLOC : TRACE_NOMEM, d, 1);
		if (fate != STEP_GIVEN) {
			give_back(p, made);
			return -ENOMEM;
		}
	}
	for (unsigned d = top + 1; d <= piece->depth; d++)
		flat_fill_tables(p->to.flat, d, piece->first, piece->first);
	return 0;
}

/* The largest leaf that can be at first and does not reach beyond last. */
static struct piece largest(const struct pair *p, uint64_t first, uint64_t last,
			    uint64_t pa)
{
	const struct oracle *o = p->step.oracle;
	struct piece best = { .first = first, .last = first, .pa = pa };

	for (unsigned d = o->geometry.top; d < PT_DEPTHS; d++) {
		const struct mmu_level *level = &o->arch->level[d];

		for (unsigned i = 0; level->leaf && i <= MMU_GROUPS; i++) {
			unsigned order = i ? level->group_order[i - 1] : 0;
			uint64_t unit = pt_ones(level->va_shift + order);

			if (((first | pa) & unit) || last - first < unit ||
			    first + unit <= best.last)
				continue;
			best.last = first + unit;
			best.depth = (uint8_t)d;
			best.order = (uint8_t)order;
		}
	}
	return best;
}

static int put(struct pair *p, const struct piece *piece, unsigned kind,
	       uint32_t attrs)
{
	const struct flat_extent e = {
		.first = piece->first, .last = piece->last, .pa = piece->pa,
		.attrs = attrs, .kind = (uint8_t)kind, .depth = piece->depth,
		.order = piece->order,
	};
	int ret = make_tables(p, piece);

	if (!ret)
		flat_add(p->to.flat, &e);
	return ret;
}

/* What the two items ask for cannot be. */
static int check_stretch(const struct pair *p, const struct item *from,
			 const struct item *to)
{
	const struct oracle *o = p->step.oracle;
	const uint64_t page = pt_ones(o->arch->page_shift);
	uint32_t attrs = from->attrs & ~p->step.op->attrs;
	bool whole = from->first == from->unit_first &&
		     from->last == from->unit_last;
	int ret = 0;

	switch (from->kind) {
	case PT_NONE:
		/* Nothing is copied, not even to who may not change it. */
		return to->kind == PT_NONE ? 0 : -EEXIST;
	case PT_LEAF:
		if (!o->arch->representable(PT_PTE, attrs))
			ret = -EOPNOTSUPP;
		break;
	case PT_SWAP:
	case PT_MIGRATION:
	case PT_MARKER:
		if (!whole || from->last - from->first != page)
			ret = -EOPNOTSUPP;
		break;
	default:
		ret = -EOPNOTSUPP;
	}
	if (to->kind != PT_NONE)
		return -EEXIST;
	if (ret)
		return ret;
	return share_refuses(o, p->to.space, to->first, to->last);
}

static int copy(struct pair *p, const struct item *from, const struct item *to)
{
	uint32_t attrs = from->attrs & ~p->step.op->attrs;
	struct piece piece = {
		.first = to->first, .last = to->last, .pa = from->pa,
		.depth = PT_PTE,
	};
	int ret;

	ret = check_stretch(p, from, to);
	if (ret || from->kind == PT_NONE)
		return ret;
	if (from->kind != PT_LEAF)
		return put(p, &piece, from->kind, 0);
	for (;;) {
		piece = largest(p, piece.first, to->last, piece.pa);
		ret = put(p, &piece, PT_LEAF, attrs);
		if (ret || piece.last == to->last)
			return ret;
		piece.pa += piece.last - piece.first + 1;
		piece.first = piece.last + 1;
	}
}

static int stretch(struct pair *p, struct item *from, struct item *to)
{
	uint64_t length = from->last - from->first;
	int ret;

	if (to->last - to->first < length)
		length = to->last - to->first;
	from->last = from->first + length;
	to->last = to->first + length;
	if (p->step.op->nth == OP_PAIR_COPY) {
		ret = copy(p, from, to);
		/* What is copied to an owner the sharer, too, has from now on. */
		if (!share_update(p->step.oracle, OP_PAIR))
			p->step.trace->overflow = true;
		return ret;
	}
	emit(p, &p->from, from);
	emit(p, &p->to, to);
	return 0;
}

int expect_pair(struct oracle *oracle, const struct op *op, struct trace *trace)
{
	struct pair p = {
		.step = { .oracle = oracle, .op = op, .trace = trace },
		.from = { .space = oracle->current },
		.to = { .space = (oracle->current + 1u) % PT_SPACES },
	};
	int ret;

	p.from.flat = &oracle->space[p.from.space];
	p.to.flat = p.step.space = &oracle->space[p.to.space];
	ret = check(&p);
	if (ret)
		return ret;
	for (uint64_t at = 0;;) {
		struct item from = item_at(&p.from, p.from.first + at);
		struct item to = item_at(&p.to, p.to.first + at);

		ret = stretch(&p, &from, &to);
		if (ret || from.last == p.from.last || trace->overflow)
			return ret;
		at = from.last - p.from.first + 1;
	}
}
