/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Dumps, iterations and copies after random operations on the formats of toy.h
 * against naive readings of the contract, page by page.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model.h"
#include "toy.h"

#define CASES 1500
#define CHANGES 14			/* operations on tables before */
#define ROUNDS 6			/* of each of the three */
#define PAGES 256			/* of the larger format */
#define PAGE UINT64_C(16)

struct random {
	struct toy toy;
	uint64_t seed;
	unsigned space;
	uint64_t copies, refused;
	/* Every page of both spaces before a copy. */
	struct oracle_view before[PT_SPACES][PAGES];
	struct trace want;
	struct trace_event event[TOY_EVENTS];
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
	return (r->toy.oracle->geometry.last + 1) / PAGE;
}

/* A range inside one canonical half, of units of that length. */
static void draw_range(struct random *r, struct op *op, uint64_t unit)
{
	uint64_t half = r->toy.arch->two_roots ? page_count(r) * PAGE :
						 page_count(r) * PAGE / 2;
	uint64_t at = r->toy.arch->two_roots ? 0 : draw(r, 2) * half;
	uint64_t units = half / unit, first = draw(r, units);
	uint64_t count = 1 + draw(r, draw(r, 3) ? 6 : units);

	if (first + count > units)
		count = units - first;
	op->va = model_address(r->toy.oracle, r->space, at + first * unit);
	op->last = op->va + count * unit - 1;
}

/*
 *			What is in the tables
 */

static void change(struct random *r)
{
	static const uint8_t kinds[] = {
		OP_MAP, OP_MAP, OP_MAP, OP_MAP, OP_UNMAP, OP_PROTECT, OP_SPLIT,
		OP_COLLAPSE, OP_RESTRICT, OP_RESTRICT, OP_SETKIND, OP_SETKIND,
		OP_TOUCH, OP_SWITCH,
	};
	static const uint32_t attrs[] = {
		PT_R, PT_R | PT_W, TOY_RWX, PT_RIGHTS | PT_ACCESSED,
	};
	const struct mmu_arch *arch = r->toy.arch;
	struct op op = { .kind = kinds[draw(r, sizeof(kinds))] };
	const struct mmu_level *level;

	op.depth = (uint8_t)(arch->top + draw(r, PT_DEPTHS - arch->top));
	level = &arch->level[op.depth];
	if (draw(r, 2))
		op.order = level->group_order[0];
	draw_range(r, &op, op.kind == OP_MAP ?
			   UINT64_C(1) << (level->va_shift + op.order) : PAGE);
	op.pa = op.va & 0xfff;
	/* Sometimes up to the last physical address. */
	if (!draw(r, 4))
		op.pa |= 0xf000;
	op.attrs = attrs[draw(r, 4)];
	if (op.kind == OP_RESTRICT)
		op.attrs = draw(r, 3) ? level->deniable & PT_W : PT_X;
	op.target = (uint8_t)(PT_PROTNONE + draw(r, 5));
	op.space = (uint8_t)draw(r, 2);
	toy_run(&r->toy, &op);
	if (op.kind == OP_SWITCH)
		r->space = op.space;
}

/*
 *			Naive dump and iteration
 */

static void begin(struct random *r)
{
	r->want.event = r->event;
	r->want.capacity = TOY_EVENTS;
	r->want.count = 0;
}

static void compare(struct random *r)
{
	const struct trace_event end = { .type = TRACE_RETURN, .count = 1 };

	trace_emit(&r->want, &end);
	assert_int_equal(r->want.count, r->toy.trace.count);
	for (uint32_t i = 0; i < r->want.count; i++)
		assert_true(trace_event_equal(&r->want.event[i],
					      &r->toy.event[i]));
}

static void dump(struct random *r)
{
	struct trace_event end = { .type = TRACE_WX, .count = 1 };
	struct trace_event *run = NULL;
	struct op op = { .kind = OP_DUMP, .nth = (uint8_t)draw(r, 2) };

	draw_range(r, &op, PAGE);
	if (draw(r, 2))
		op.floor = op.va + (draw(r, 6) - 1) * PAGE;
	begin(r);
	for (uint64_t va = op.va; va <= op.last; va += PAGE) {
		struct oracle_view v;
		const uint32_t wx = PT_W | PT_X;

		oracle_view(r->toy.oracle, r->space, va, &v);
		if (v.kind == PT_LEAF && (v.attrs & ~v.denied & wx) == wx)
			end.pa++;
		if (v.kind == PT_NONE && !op.nth) {
			run = NULL;
			continue;
		}
		if (run && run->depth == v.depth && run->kind == v.kind &&
		    run->attrs == v.attrs && run->removed == v.denied &&
		    (!op.floor || op.floor != va)) {
			run->last += PAGE;
			continue;
		}
		run = &r->event[r->want.count++];
		*run = (struct trace_event){ .type = TRACE_RUN,
					     .va = va,
					     .last = va + PAGE - 1,
					     .attrs = v.attrs,
					     .removed = v.denied,
					     .depth = (int8_t)v.depth,
					     .kind = v.kind,
					     .count = 1 };
	}
	trace_emit(&r->want, &end);
	assert_int_equal(toy_run(&r->toy, &op), 0);
	compare(r);
}

/* What becomes of a leaf, all of whose bytes are in the range. */
static void change_item(const struct random *r, unsigned how, uint64_t bytes,
			struct oracle_view *v)
{
	if (how == OP_ITERATE_AGE)
		v->attrs &= ~PT_ACCESSED;
	else if (how == OP_ITERATE_MOVE &&
		 v->pa + 2 * bytes <= UINT64_C(1) << r->toy.regime.pa_bits)
		v->pa += bytes;
}

static void iterate(struct random *r)
{
	struct op op = { .kind = OP_ITERATE,
			 .nth = (uint8_t)draw(r, OP_ITERATES) };
	const struct mmu_arch *arch = r->toy.arch;
	struct oracle_view after[PAGES];
	unsigned n = 0;
	uint64_t next;

	draw_range(r, &op, PAGE);
	begin(r);
	for (uint64_t va = op.va; va - 1 != op.last; va = next) {
		struct trace_event item = { .type = TRACE_ITEM, .count = 1 };
		struct oracle_view v;
		uint64_t mask, last;

		oracle_view(r->toy.oracle, r->space, va, &v);
		mask = pt_ones(arch->level[v.depth].va_shift +
			       (unsigned)v.order);
		last = (va | mask) < op.last ? va | mask : op.last;
		next = last + 1;
		item.va = va;
		item.last = last;
		item.pa = v.pa;
		item.attrs = v.attrs;
		item.kind = v.kind;
		item.order = v.order;
		item.depth = (int8_t)v.depth;
		if (op.nth >= OP_ITERATE_AGE ? v.kind == PT_LEAF :
		    op.nth == OP_ITERATE_ALL || v.kind != PT_NONE)
			trace_emit(&r->want, &item);
		if (v.kind == PT_LEAF && (va & ~mask) >= op.va &&
		    (va | mask) <= op.last)
			change_item(r, op.nth, mask + 1, &v);
		for (uint64_t at = va; at - 1 != last; at += PAGE) {
			after[n] = v;
			after[n++].pa += v.kind == PT_MARKER ||
					 v.kind == PT_NONE ? 0 : at - va;
		}
	}
	assert_int_equal(toy_run(&r->toy, &op), 0);
	compare(r);
	n = 0;
	for (uint64_t va = op.va; va - 1 != op.last; va += PAGE, n++) {
		struct oracle_view v;

		oracle_view(r->toy.oracle, r->space, va, &v);
		assert_int_equal(v.attrs, after[n].attrs);
		assert_int_equal(v.kind, after[n].kind);
		assert_int_equal(v.pa, after[n].pa);
	}
}

/*
 *			Naive copy
 */

static void look_at_all(struct random *r)
{
	for (unsigned s = 0; s < PT_SPACES; s++)
		for (uint64_t p = 0; p < page_count(r); p++)
			oracle_view(r->toy.oracle, s,
				    model_address(r->toy.oracle, s, p * PAGE),
				    &r->before[s][p]);
}

static uint64_t table_bytes(const struct random *r)
{
	const struct oracle *o = r->toy.oracle;
	uint64_t bytes = 0;

	for (unsigned s = 0; s < PT_SPACES; s++)
		for (unsigned d = 0; d < PT_DEPTHS; d++)
			bytes += o->space[s].table[d].count *
				 o->table_bytes[d];
	return bytes;
}

/* Divides what covers page, as long as the border is inside it. */
static void cut(const struct random *r, uint64_t border, uint64_t page,
		struct oracle_view *v)
{
	const struct mmu_level *level = r->toy.arch->level;
	const uint32_t divided = 1u << PT_LEAF | 1u << PT_PROTNONE |
				 1u << PT_MIGRATION | 1u << PT_INVALID_HUGE;
	uint64_t at = page * PAGE;

	if (!(divided >> v->kind & 1))
		return;
	for (;;) {
		uint64_t mask = pt_ones(level[v->depth].va_shift +
					(unsigned)v->order);

		if (!(border & mask) || ((border ^ at) & ~mask))
			return;
		if (v->order) {
			v->order = 0;
			continue;
		}
		if (v->kind == PT_INVALID_HUGE)
			v->kind = PT_LEAF;
		v->depth++;
	}
}

/* What should be at page of the source after the copy, but for rights. */
static struct oracle_view source_after(const struct random *r,
				       const struct op *op, unsigned from,
				       uint64_t page)
{
	uint64_t last = r->toy.oracle->geometry.last;
	uint64_t first = op->va & last, end = (op->last & last) + 1;
	struct oracle_view v = r->before[from][page];

	cut(r, first, page, &v);
	cut(r, end, page, &v);
	return v;
}

static void check_page(const struct random *r, unsigned space, uint64_t page,
		       const struct oracle_view *want)
{
	struct oracle_view v;

	oracle_view(r->toy.oracle, space,
		    model_address(r->toy.oracle, space, page * PAGE), &v);
	assert_int_equal(v.kind, want->kind);
	assert_int_equal(v.attrs, want->attrs);
	assert_int_equal(v.pa, want->pa);
	if (want->kind == PT_NONE)
		return;
	assert_int_equal(v.depth, want->depth);
	assert_int_equal(v.order, want->order);
}

static void check_copy(const struct random *r, const struct op *op,
		       unsigned from)
{
	const uint32_t with_rights = 1u << PT_LEAF | 1u << PT_PROTNONE |
				     1u << PT_INVALID_HUGE;
	uint64_t mask = r->toy.oracle->geometry.last;
	uint64_t first = (op->va & mask) / PAGE, last = (op->last & mask) / PAGE;
	uint64_t to = (op->pa & mask) / PAGE;

	for (uint64_t p = 0; p < page_count(r); p++) {
		struct oracle_view v = source_after(r, op, from, p);

		if (p >= first && p <= last) {
			if (op->nth && with_rights >> v.kind & 1)
				v.attrs &= ~PT_W;
			check_page(r, !from, to + (p - first), &v);
		}
		check_page(r, from, p, &v);
		if (p < to || p > to + (last - first))
			check_page(r, !from, p, &r->before[!from][p]);
	}
}

/* Every entry has tables above it and none below. */
static void check_shape(const struct random *r)
{
	for (unsigned n = 0; n < PT_SPACES; n++) {
		const struct flat_space *s = &r->toy.oracle->space[n];

		for (size_t i = 0; i < s->extents; i++) {
			const struct flat_extent *e = &s->extent[i];
			size_t from = 0, to = 0;

			if (e->depth < PT_PTE)
				flat_table_range(s, e->depth + 1u, e->first,
						 e->last, &from, &to);
			assert_int_equal(from, to);
			for (uint64_t at = e->first; at < e->last; at += PAGE)
				assert_true(flat_has_table(s, e->depth, at));
		}
	}
}

static void copy(struct random *r)
{
	unsigned top = r->toy.arch->top, from = r->space;
	uint64_t span = UINT64_C(1) << r->toy.arch->level[top].va_shift;
	struct op op = { .kind = OP_COPY, .nth = (uint8_t)draw(r, 2) };
	uint64_t before = table_bytes(r), offset;
	int ret;

	draw_range(r, &op, PAGE);
	offset = (op.va + draw(r, 4) * span) & r->toy.oracle->geometry.last;
	op.pa = model_address(r->toy.oracle, !from, offset);
	if (!draw(r, 3))
		toy_fail(&r->toy, 1 + (unsigned)draw(r, 6));
	look_at_all(r);
	ret = toy_run(&r->toy, &op);
	for (uint32_t i = 0; i < r->toy.trace.count; i++) {
		const struct trace_event *e = &r->toy.event[i];

		if (e->type == TRACE_ALLOC)
			before += e->pa * e->count;
		else if (e->type == TRACE_FREE)
			before -= e->pa * e->count;
	}
	assert_int_equal(before, table_bytes(r));
	toy_fail(&r->toy, 0);
	if (!ret) {
		r->copies++;
		check_shape(r);
		check_copy(r, &op, from);
		return;
	}
	r->refused += ret == -ENOMEM;
	for (unsigned s = 0; s < PT_SPACES; s++)
		for (uint64_t p = 0; p < page_count(r); p++)
			check_page(r, s, p, &r->before[s][p]);
	if (ret == -EEXIST)		/* Make room for the next one. */
		toy_range(&r->toy, OP_UNMAP, op.va, op.last);
}

static void run(const struct mmu_arch *arch)
{
	static struct random r;

	memset(&r, 0, sizeof(r));
	toy_open(&r.toy, arch);
	r.seed = 88172645463325252u;
	for (unsigned c = 0; c < CASES; c++) {
		oracle_reset(r.toy.oracle, &r.toy.regime);
		r.space = 0;
		for (unsigned round = 0; round < ROUNDS; round++) {
			for (unsigned i = 0; i < CHANGES / 2; i++)
				change(&r);
			dump(&r);
			iterate(&r);
			copy(&r);
		}
	}
	toy_close(&r.toy);
	assert_true(r.copies > CASES / 2);
	assert_true(r.refused > CASES / 20);
}

/* Runs, items and copies say what page by page would. */
static void ranges_agree_with_single_pages_sign_extended(void **state)
{
	(void)state;
	run(&toy_arch);
}

/* The same with two roots and five depths. */
static void ranges_agree_with_single_pages_two_roots(void **state)
{
	(void)state;
	run(&toy5_arch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_agree_with_single_pages_sign_extended),
		cmocka_unit_test(ranges_agree_with_single_pages_two_roots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
