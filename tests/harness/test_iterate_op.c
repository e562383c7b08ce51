/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * iterate with items=move as the built-in subject carries it out: OP_ITERATE_MOVE of
 * include/tablewalk/vpte.h, on every format.
 */
#include "op_fixture.h"

static struct op move_op(const struct fixture *x, uint64_t page, uint64_t count)
{
	struct op op = pages_op(x, OP_ITERATE, page, count);

	op.nth = OP_ITERATE_MOVE;
	return op;
}

/* What is there, by a translation of the page of that number. */
static const struct trace_event *look(struct fixture *x, uint64_t page)
{
	assert_int_equal(apply(x, pages_op(x, OP_TRANSLATE, page, 1)), 0);
	return first_of(x, TRACE_LOOKUP);
}

/* "reports leaves only", each where it was, and then sets it one page further on */
static void pages_are_reported_and_moved(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const uint64_t page = pt_span(x->f, PT_PTE);
		struct op map = pages_op(x, OP_MAP, 1, 2);

		map.pa = 4 * page;
		assert_int_equal(apply(x, map), 0);
		assert_int_equal(apply(x, move_op(x, 0, 4)), 0);
		assert_int_equal(x->trace.count, 2);
		assert_int_equal(x->event[0].type, TRACE_ITEM);
		assert_int_equal(x->event[0].kind, PT_LEAF);
		assert_int_equal(x->event[0].count, 2);
		assert_int_equal(x->event[0].va, map.va);
		assert_int_equal(x->event[0].pa, 4 * page);
		assert_int_equal(look(x, 1)->pa, 5 * page);
		assert_int_equal(first_of(x, TRACE_LOOKUP)->attrs, map.attrs);
		assert_int_equal(look(x, 2)->pa, 6 * page);
		assert_int_equal(look(x, 3)->kind, PT_NONE);
		table_hash(x);
		arena_close(&x->arena);
	}
}

/* "A leaf with its new end beyond 2^pa_bits stays where it is" */
static void the_last_page_of_memory_stays(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const uint64_t page = pt_span(x->f, PT_PTE);
		const uint64_t end = pt_ones(x->subject.space[0].pa_bits);
		struct op map = pages_op(x, OP_MAP, 0, 2);

		map.pa = end - (2 * page - 1);
		assert_int_equal(apply(x, map), 0);
		for (unsigned n = 0; n < 2; n++) {
			assert_int_equal(apply(x, move_op(x, 0, 2)), 0);
			assert_int_equal(look(x, 0)->pa, end - (page - 1));
			assert_int_equal(look(x, 1)->pa, end - (page - 1));
		}
		arena_close(&x->arena);
	}
}

/* The page of the group at page 0 that is looked at is that far from its start. */
static void assert_group(struct fixture *x, uint64_t pa, unsigned order)
{
	const struct trace_event *e = look(x, 0);

	assert_int_equal(e->kind, PT_LEAF);
	assert_int_equal(e->order, order);
	assert_int_equal(e->pa, pa);
}

/*
 * "of a group that of all the group"; a range that holds but a part of a leaf reports
 * it and moves nothing
 */
static void units_are_moved_whole_or_not_at_all(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const struct pt_level *l = &x->f->level[PT_PTE];
		const unsigned order = l->group_count ? l->group[0].order : 0;
		const uint64_t count = UINT64_C(1) << order;
		const uint64_t unit = pt_span(x->f, PT_PTE) << order;
		struct op map = pages_op(x, OP_MAP, 0, count);

		map.order = (uint8_t)order;
		map.pa = 3 * unit;
		assert_int_equal(apply(x, map), 0);
		if (order) {
			assert_int_equal(apply(x, move_op(x, 1, count - 1)), 0);
			assert_int_equal(events_of(x, TRACE_ITEM), 1);
			assert_int_equal(apply(x, move_op(x, 0, count - 1)), 0);
			assert_int_equal(events_of(x, TRACE_ITEM), 1);
			assert_group(x, 3 * unit, order);
		}
		assert_int_equal(apply(x, move_op(x, 0, count + 1)), 0);
		assert_int_equal(events_of(x, TRACE_ITEM), 1);
		assert_group(x, 4 * unit, order);
		table_hash(x);
		arena_close(&x->arena);
	}
}

/* The errors are those of the range; an ACCESSED flag is not needed. */
static void only_the_range_is_refused(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		struct op op = move_op(x, 0, 1);

		assert_int_equal(apply(x, op), 0);
		assert_int_equal(x->trace.count, 1);
		op.last--;
		assert_int_equal(apply(x, op), -EINVAL);
		arena_close(&x->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_reported_and_moved),
		cmocka_unit_test(the_last_page_of_memory_stays),
		cmocka_unit_test(units_are_moved_whole_or_not_at_all),
		cmocka_unit_test(only_the_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
