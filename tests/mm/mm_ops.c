/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See mm_ops.h. */
#include "mm_ops.h"

static unsigned draw(uint64_t *seed, unsigned below)
{
	/* xorshift64: Marsaglia, "Xorshift RNGs", 2003. */
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed >> 32) % below;
}

unsigned mm_op_pages(const struct mm *m)
{
	return 4u << m->f->level[PT_PTE].index_bits;
}

static uint32_t draw_attrs(const struct mm *m, uint64_t *seed)
{
	switch (draw(seed, 4)) {
	case 0:
		return MM_RO;
	case 1:
		return mm_rich_attrs(m);
	case 2:
		return draw(seed, PT_RIGHTS + 1);
	default:
		return MM_RW;
	}
}

/* Mostly whole units of the depth, sometimes pages that cut them. */
static void draw_range(const struct mm *m, uint64_t *seed, struct mm_op *op)
{
	uint64_t page = mm_page(m), bytes = mm_op_pages(m) * page;
	uint64_t unit = pt_span(m->f, op->depth) << op->order;
	uint64_t length;

	if (unit > bytes || (op->op != MM_OP_MAP && !draw(seed, 3)))
		unit = page;
	op->va = draw(seed, (unsigned)(bytes / unit)) * unit;
	length = (draw(seed, 4) ? 1 + draw(seed, 3) : draw(seed, 64)) * unit;
	if (length > bytes - op->va)
		length = bytes - op->va;
	op->va += m->base;
	op->last = op->va + length - 1;
}

struct mm_op mm_op_draw(const struct mm *m, uint64_t *seed)
{
	static const enum mm_op_kind often[] = { MM_OP_MAP, MM_OP_MAP,
						 MM_OP_UNMAP, MM_OP_PROTECT };
	static const enum pt_kind kinds[] = { PT_PROTNONE, PT_SWAP,
					      PT_MIGRATION, PT_MARKER,
					      PT_INVALID_HUGE };
	struct mm_op op = { .op = often[draw(seed, 4)] };

	if (draw(seed, 2))
		op.op = (enum mm_op_kind)draw(seed, MM_OPS);
	op.depth = PT_PTE - draw(seed, 2 + !draw(seed, 8));
	if (op.depth < m->f->top)
		op.depth = m->f->top;
	if (draw(seed, 2))
		op.order = mm_order(m, op.depth);
	draw_range(m, seed, &op);
	op.pa = op.va - m->base + draw(seed, 2) * mm_pa(m);
	op.attrs = draw_attrs(m, seed);
	if (op.op == MM_OP_RESTRICT && draw(seed, 2))
		op.attrs = 0;
	op.kind = kinds[draw(seed, 5)];
	op.access = draw(seed, 2) ? PT_WRITE : PT_READ;
	if (!draw(seed, 16))
		op.fail_in = 1 + draw(seed, 3);
	return op;
}

int mm_op_apply(struct mm *m, const struct mm_op *op)
{
	struct pt_space *s = &m->space;
	int ret = 0;

	m->arena.fail_in = op->fail_in;
	switch (op->op) {
	case MM_OP_MAP:
		ret = pt_map(s, op->va, op->last, op->pa, op->attrs, op->depth,
			     op->order);
		break;
	case MM_OP_UNMAP:
		ret = pt_unmap(s, op->va, op->last);
		break;
	case MM_OP_PROTECT:
		ret = pt_protect(s, op->va, op->last, op->attrs);
		break;
	case MM_OP_SPLIT:
		ret = pt_split(s, op->va, op->depth);
		break;
	case MM_OP_COLLAPSE:
		ret = pt_collapse(s, op->va, op->depth, op->order);
		break;
	case MM_OP_RESTRICT:
		ret = pt_restrict(s, op->va, op->depth,
				  op->attrs & PT_RIGHTS);
		break;
	case MM_OP_SETKIND:
		ret = pt_setkind(s, op->va, op->depth, op->kind, op->pa);
		break;
	case MM_OP_TOUCH:
		ret = pt_touch(s, op->va, op->access);
		break;
	case MM_OP_FREE:
		ret = pt_free_tables(s, op->va, op->last, 0, UINT64_MAX);
		break;
	case MM_OPS:
		break;
	}
	m->arena.fail_in = 0;
	return ret;
}
