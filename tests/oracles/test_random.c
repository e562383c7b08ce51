/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random operations on the formats of toy.h against naive readings of the
 * contract: a table of pages, a sum of table lengths, and a walk that looks at
 * one entry after the other.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model.h"
#include "toy.h"

#define CASES 3000
#define OPS 48
#define PAGES 256			/* of the larger format */
#define PAGE UINT64_C(16)

struct page {
	uint64_t pa;
	uint32_t attrs;
	uint8_t kind;
};

struct random {
	struct toy toy;
	uint64_t seed;
	struct page page[PT_SPACES][PAGES];
	uint64_t table_bytes;		/* allocated and not released */
	unsigned space;
};

static uint64_t draw(struct random *r, uint64_t below)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 7;
	r->seed ^= r->seed << 17;
	return (r->seed >> 11) % below;
}

static uint64_t page_count(const struct random *r)
{
	return (UINT64_C(1) << r->toy.arch->va_bits) / PAGE;
}

static uint64_t address(const struct random *r, uint64_t page)
{
	return model_address(r->toy.oracle, r->space, page * PAGE);
}

static void draw_range(struct random *r, struct op *op, uint64_t unit)
{
	uint64_t units = page_count(r) * PAGE / unit;
	uint64_t first = draw(r, units);
	uint64_t count = 1 + draw(r, draw(r, 4) ? 6 : units);

	if (first + count > units)
		count = units - first;
	op->va = address(r, first * unit / PAGE);
	op->last = address(r, (first + count) * unit / PAGE - 1) + PAGE - 1;
	if (!draw(r, 40))
		op->va += 1 + draw(r, 0x1000);
}

static void draw_walk(struct random *r, struct op_walk *walk)
{
	walk->callbacks = (uint8_t)draw(r, 64);
	walk->action = (uint8_t)draw(r, 3);
	walk->action_depth = (uint8_t)draw(r, PT_DEPTHS);
	walk->action_from = (uint8_t)draw(r, draw(r, 2) ? 3 : 30);
	walk->action_always = !draw(r, 4);
	if (!draw(r, 2)) {
		walk->stop_at = (uint8_t)draw(r, draw(r, 2) ? 6 : 60);
		walk->stop_value = (int8_t)(draw(r, 2) ? 5 : -5);
	}
}

static void draw_op(struct random *r, struct op *op)
{
	static const uint8_t kinds[] = {
		OP_MAP, OP_MAP, OP_MAP, OP_UNMAP, OP_PROTECT, OP_SPLIT,
		OP_COLLAPSE, OP_RESTRICT, OP_SETKIND, OP_TOUCH, OP_FREE,
		OP_WALK, OP_FAIL, OP_SWITCH,
	};
	static const uint32_t attrs[] = {
		PT_R, PT_R | PT_W, PT_RIGHTS, PT_R | PT_GLOBAL, PT_W,
	};
	const struct mmu_arch *arch = r->toy.arch;
	const struct mmu_level *level;

	memset(op, 0, sizeof(*op));
	op->kind = kinds[draw(r, sizeof(kinds))];
	op->depth = (uint8_t)(arch->top + draw(r, PT_DEPTHS - arch->top));
	level = &arch->level[op->depth];
	if (draw(r, 2))
		op->order = level->group_order[0];
	draw_range(r, op, op->kind == OP_MAP ?
			UINT64_C(1) << (level->va_shift + op->order) : PAGE);
	/* Mostly what lies in order, so that collapse may succeed. */
	op->pa = draw(r, 3) ? op->va & 0xfff : draw(r, 0x1000) * PAGE;
	op->attrs = attrs[draw(r, 5)];
	op->target = (uint8_t)(draw(r, 9) ? PT_PROTNONE + draw(r, 5) : PT_LEAF);
	op->access = (uint8_t)draw(r, PT_ACCESSES);
	op->ceiling = draw(r, 3) ? UINT64_MAX : op->last;
	op->space = (uint8_t)draw(r, 2);
	if (op->kind == OP_FAIL)
		op->nth = (uint8_t)draw(r, 6);
	if (op->kind == OP_RESTRICT)
		op->attrs = draw(r, 2) ? PT_W : 0;
	draw_walk(r, &op->walk);
}

/*
 *			Pages
 */

static bool keeps_leaf(unsigned kind)
{
	return kind == PT_PROTNONE || kind == PT_INVALID_HUGE;
}

/* The block of view is being divided, if it is invalid-huge: into leaves. */
static void make_leaves(struct random *r, const struct oracle_view *view,
			uint64_t va)
{
	uint64_t mask = pt_ones(r->toy.arch->level[view->depth].va_shift);
	uint64_t offset = va & r->toy.oracle->geometry.last;
	struct page *pages = r->page[r->space];

	if (!view->canonical || view->kind != PT_INVALID_HUGE)
		return;
	for (uint64_t at = offset & ~mask; at <= (offset | mask); at += PAGE)
		pages[at / PAGE].kind = PT_LEAF;
}

/* What a successful op divides: a block at either end, or the one split. */
static void divide(struct random *r, const struct op *op,
		   const struct oracle_view *first,
		   const struct oracle_view *last)
{
	const struct mmu_level *level = r->toy.arch->level;

	if (op->kind == OP_SPLIT)
		make_leaves(r, first, op->va);
	if (op->kind != OP_UNMAP && op->kind != OP_PROTECT)
		return;
	if (op->va & pt_ones(level[first->depth].va_shift))
		make_leaves(r, first, op->va);
	if ((op->last + 1) & pt_ones(level[last->depth].va_shift))
		make_leaves(r, last, op->last);
}

/* What a successful op does to the pages first..last of its range or unit. */
static void apply(struct random *r, const struct op *op, uint64_t first,
		  uint64_t last)
{
	struct page *pages = r->page[r->space];
	uint64_t span = UINT64_C(1)
			<< r->toy.arch->level[op->depth].va_shift;
	uint32_t flags = 0;

	for (uint64_t p = first; p <= last; p++)
		flags |= pages[p].attrs & (PT_ACCESSED | PT_DIRTY);
	for (uint64_t p = first; p <= last; p++) {
		struct page *page = &pages[p];
		bool was_leaf = page->kind == PT_LEAF;

		switch (op->kind) {
		case OP_MAP:
			*page = (struct page){ .kind = PT_LEAF,
					       .attrs = op->attrs };
			page->pa = op->pa + (p - first) * PAGE;
			break;
		case OP_UNMAP:
			*page = (struct page){ .kind = PT_NONE };
			break;
		case OP_PROTECT:
			if (was_leaf || keeps_leaf(page->kind))
				page->attrs = (page->attrs & ~PT_RIGHTS) |
					      (op->attrs & PT_RIGHTS);
			break;
		case OP_COLLAPSE:
			page->attrs |= flags;
			break;
		case OP_TOUCH:
			page->attrs |= PT_ACCESSED;
			if (op->access == PT_WRITE && (page->attrs & PT_W))
				page->attrs |= PT_DIRTY;
			break;
		case OP_SETKIND:
			page->kind = op->target;
			if (keeps_leaf(op->target)) {
				page->attrs = was_leaf ?
						page->attrs & ~PT_GLOBAL : PT_R;
				if (!was_leaf)
					page->pa = (p - first) * PAGE;
				break;
			}
			page->attrs = 0;
			page->pa = op->target == PT_MARKER ?
				   0 : (op->pa & ~(span - 1)) +
						(p - first) * PAGE;
			break;
		default:
			break;
		}
	}
}

/* Every page is what the naive table says; the view's stretch is alike. */
static void check_pages(struct random *r)
{
	for (unsigned s = 0; s < PT_SPACES; s++) {
		struct oracle_view before = { .first = UINT64_MAX };

		for (uint64_t p = 0; p < page_count(r); p++) {
			const struct page *page = &r->page[s][p];
			uint64_t va = model_address(r->toy.oracle, s, p * PAGE);
			struct oracle_view view;

			oracle_view(r->toy.oracle, s, va, &view);
			assert_true(view.canonical);
			assert_int_equal(view.kind, page->kind);
			assert_int_equal(view.pa, page->pa);
			assert_int_equal(view.attrs, page->attrs);
			assert_true(view.first <= va && view.last >= va);
			if (va > before.last || va < before.first) {
				before = view;
				assert_int_equal(view.first, va);
			}
			assert_int_equal(view.first, before.first);
			assert_int_equal(view.last, before.last);
			assert_int_equal(view.depth, before.depth);
			assert_int_equal(view.denied, before.denied);
		}
	}
}

/* Extents are sorted, aligned, joined; tables have parents. */
static void check_shape(struct random *r)
{
	uint64_t bytes = 0;

	for (unsigned n = 0; n < PT_SPACES; n++) {
		const struct flat_space *s = &r->toy.oracle->space[n];

		for (size_t i = 0; i < s->extents; i++) {
			const struct flat_extent *e = &s->extent[i];
			uint64_t first, last;

			flat_unit(s, e, e->first, &first, &last);
			assert_int_equal(e->first, first);
			flat_unit(s, e, e->last, &first, &last);
			assert_int_equal(e->last, last);
			assert_true(flat_has_table(s, e->depth, e->first));
			assert_true(flat_has_table(s, e->depth, e->last));
			if (e->depth < PT_PTE) {
				size_t from, to;

				flat_table_range(s, e->depth + 1u, e->first,
						 e->last, &from, &to);
				assert_int_equal(from, to);
			}
			if (!i)
				continue;
			assert_true(e[-1].last < e->first);
			assert_false(e[-1].last + 1 == e->first &&
				     e[-1].kind == e->kind &&
				     e[-1].depth == e->depth &&
				     e[-1].order == e->order &&
				     e[-1].attrs == e->attrs &&
				     flat_pa(&e[-1], e->first) == e->pa);
		}
		for (unsigned d = s->geometry->top + 1u; d < PT_DEPTHS; d++) {
			bytes += s->table[d].count *
				 r->toy.oracle->table_bytes[d];
			for (size_t i = 0; i < s->table[d].count; i++) {
				uint64_t start = s->table[d].start[i];

				assert_true(flat_has_table(s, d - 1, start));
				assert_true(!i || s->table[d].start[i - 1] <
							  start);
			}
		}
	}
	assert_int_equal(bytes, r->table_bytes);
}

/*
 *			The naive walk
 */

struct naive {
	struct random *r;
	const struct op_walk *walk;
	struct trace trace;
	struct trace_event event[TOY_EVENTS];
	unsigned calls, acts;
};

static int naive_call(struct naive *n, struct trace_event *e, unsigned depth,
		      int *action)
{
	const struct op_walk *walk = n->walk;

	e->depth = (int8_t)depth;
	e->count = 1;
	trace_emit(&n->trace, e);
	*action = OP_SUBTREE;
	if (e->type == TRACE_VISIT && depth == walk->action_depth) {
		if (n->acts == walk->action_from ||
		    (n->acts > walk->action_from && walk->action_always))
			*action = walk->action;
		n->acts++;
	}
	n->calls++;
	if (walk->stop_at && n->calls == walk->stop_at)
		return walk->stop_value;
	return 0;
}

/* The entry at depth, or what covers it, as one event. */
static void naive_entry(struct naive *n, unsigned depth, uint64_t va,
			uint64_t last, struct trace_event *e)
{
	const struct oracle *o = n->r->toy.oracle;
	struct oracle_view view;

	memset(e, 0, sizeof(*e));
	oracle_view(o, n->r->space, va, &view);
	e->va = va;
	e->last = va | pt_ones(o->arch->level[depth].va_shift);
	if (e->last > last)
		e->last = last;
	e->type = view.kind == PT_NONE && view.depth == depth &&
				  depth < PT_PTE ?
			  TRACE_HOLE : TRACE_VISIT;
	if (e->type == TRACE_HOLE)
		return;
	if (view.depth > depth) {
		e->kind = PT_TABLE;
		e->attrs = flat_denied(&o->space[n->r->space], depth + 1,
				       va & o->geometry.last);
		return;
	}
	e->kind = view.kind;
	e->order = view.order;
	e->attrs = view.attrs;
	e->pa = view.pa;
}

static int naive_table(struct naive *n, unsigned depth, uint64_t va,
		       uint64_t last)
{
	const struct op_walk *walk = n->walk;
	unsigned top = n->r->toy.arch->top;
	unsigned first = depth == top ? PT_PGD : depth;
	struct trace_event e;
	unsigned again = 0;
	int action, ret = 0;

	for (;;) {
		naive_entry(n, depth, va, last, &e);
		action = OP_SUBTREE;
		if (e.type == TRACE_HOLE) {
			if (walk->callbacks & OP_CB_HOLE)
				ret = naive_call(n, &e, first, &action);
			action = OP_CONTINUE;
		}
		for (unsigned d = first; e.type == TRACE_VISIT && d <= depth &&
					 !ret && action == OP_SUBTREE; d++)
			if (walk->callbacks & OP_CB_ENTRY(d))
				ret = naive_call(n, &e, d, &action);
		if (ret)
			return ret;
		if (action == OP_AGAIN) {
			if (again++ == 8)
				return -EAGAIN;
			continue;
		}
		if (e.kind == PT_TABLE && action == OP_SUBTREE &&
		    (walk->callbacks & 0x1f) >> (depth + 1))
			ret = naive_table(n, depth + 1, e.va, e.last);
		if (ret || e.last == last)
			return ret;
		va = e.last + 1;
		again = 0;
	}
}

static void check_walk(struct random *r, const struct op *op, int ret)
{
	struct trace_event end = { .type = TRACE_RETURN, .count = 1 };
	struct naive n = { .r = r, .walk = &op->walk };
	struct finding finding;

	if (ret == -EINVAL || ret == -ERANGE)
		return;
	n.trace.event = n.event;
	n.trace.capacity = TOY_EVENTS;
	end.ret = naive_table(&n, r->toy.arch->top, op->va, op->last);
	trace_emit(&n.trace, &end);
	if (!oracle_trace_equal(&n.trace, &r->toy.trace, &finding))
		fail_msg("naive: %s, run: %s", finding.expected, finding.seen);
	assert_int_equal(n.trace.count, r->toy.trace.count);
}

/*
 *			The run
 */

static void step(struct random *r)
{
	struct oracle_view view, at_last;
	struct op op;
	uint64_t unit, first, last;
	int ret;

	draw_op(r, &op);
	if (op.kind == OP_SETKIND || op.kind == OP_COLLAPSE)
		unit = r->toy.arch->level[op.depth].va_shift +
		       (op.kind == OP_COLLAPSE ? op.order : 0u);
	else
		unit = 4;
	oracle_view(r->toy.oracle, r->space, op.va, &view);
	oracle_view(r->toy.oracle, r->space, op.last, &at_last);
	if (op.kind == OP_TOUCH)
		unit = r->toy.arch->level[view.depth].va_shift +
		       (unsigned)view.order;
	ret = toy_run(&r->toy, &op);
	for (uint32_t i = 0; i < r->toy.trace.count; i++) {
		const struct trace_event *e = &r->toy.event[i];

		if (e->type == TRACE_ALLOC)
			r->table_bytes += e->pa * e->count;
		else if (e->type == TRACE_FREE)
			r->table_bytes -= e->pa * e->count;
	}
	if (op.kind == OP_SWITCH)
		r->space = op.space;
	if (op.kind == OP_WALK)
		check_walk(r, &op, ret);
	if (ret || op.kind == OP_SWITCH || op.kind == OP_WALK)
		return;
	divide(r, &op, &view, &at_last);
	first = op.va & r->toy.oracle->geometry.last;
	last = first;
	if (op.kind == OP_MAP || op.kind == OP_UNMAP || op.kind == OP_PROTECT) {
		last = op.last & r->toy.oracle->geometry.last;
	} else {
		first &= ~pt_ones((unsigned)unit);
		last |= pt_ones((unsigned)unit);
	}
	apply(r, &op, first / PAGE, last / PAGE);
}

static void run(const struct mmu_arch *arch)
{
	static struct random r;

	memset(&r, 0, sizeof(r));
	toy_open(&r.toy, arch);
	r.seed = 88172645463325252u;
	for (unsigned c = 0; c < CASES; c++) {
		oracle_reset(r.toy.oracle, &r.toy.regime);
		memset(r.page, 0, sizeof(r.page));
		r.table_bytes = 0;
		r.space = 0;
		for (unsigned i = 0; i < OPS; i++) {
			step(&r);
			if (i % 8 == 7) {
				check_pages(&r);
				check_shape(&r);
			}
		}
	}
	toy_close(&r.toy);
}

/* Extents and runs say what page by page and entry by entry would. */
static void runs_agree_with_single_entries_sign_extended(void **state)
{
	(void)state;
	run(&toy_arch);
}

/* The same with two roots and five depths. */
static void runs_agree_with_single_entries_two_roots(void **state)
{
	(void)state;
	run(&toy5_arch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_agree_with_single_entries_sign_extended),
		cmocka_unit_test(runs_agree_with_single_entries_two_roots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
