/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pair, poison and identity as the built-in subject carries them out: OP_PAIR of
 * include/tablewalk/vpte_pair.h, OP_POISON of table_owner.h, OP_IDENTITY of
 * identity.h.
 */
#include "op_fixture.h"

static void switch_to(struct fixture *x, uint8_t space)
{
	apply(x, (struct op){ .kind = OP_SWITCH, .space = space });
}

/* A pair of the first pages of both spaces. */
static struct op pair_op(struct fixture *x, unsigned what, uint64_t count)
{
	struct op op = pages_op(x, OP_PAIR, 0, count);

	x->subject.current ^= 1;
	op.pa = pages_op(x, OP_PAIR, 0, count).va;
	x->subject.current ^= 1;
	op.nth = (uint8_t)what;
	return op;
}

/* "two TRACE_ITEMs for each stretch, from's and to's" */
static void pair_reports_both_items_of_a_stretch(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const uint64_t page = pt_span(x->f, PT_PTE);
		struct op op = pair_op(x, OP_PAIR_COMPARE, 1);
		const struct trace_event *e = x->event;

		assert_int_equal(apply(x, pages_op(x, OP_MAP, 0, 1)), 0);
		assert_int_equal(apply(x, op), 0);
		assert_int_equal(x->trace.count, 3);
		assert_int_equal(e[0].type, TRACE_ITEM);
		assert_int_equal(e[0].kind, PT_LEAF);
		assert_int_equal(e[0].va, op.va);
		assert_int_equal(e[1].type, TRACE_ITEM);
		assert_int_equal(e[1].kind, PT_NONE);
		assert_int_equal(e[1].va, op.pa);
		assert_int_equal(e[1].last, op.pa + (page - 1));
		op.last = op.va;
		assert_int_equal(apply(x, op), -EINVAL);
		assert_int_equal(x->trace.count, 1);
		arena_close(&x->arena);
	}
}

/* A copy has no items; what is there already ends it. */
static void pair_copies_until_the_first_refusal(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		struct op op = pair_op(x, OP_PAIR_COPY, 3);
		struct op look;

		switch_to(x, 1);
		assert_int_equal(apply(x, pages_op(x, OP_MAP, 1, 1)), 0);
		look = pages_op(x, OP_TRANSLATE, 0, 1);
		switch_to(x, 0);
		assert_int_equal(apply(x, pages_op(x, OP_MAP, 0, 3)), 0);
		assert_int_equal(apply(x, op), -EEXIST);
		assert_int_equal(events_of(x, TRACE_ITEM), 0);
		switch_to(x, 1);
		assert_int_equal(apply(x, look), 0);
		assert_int_equal(first_of(x, TRACE_LOOKUP)->kind, PT_LEAF);
		look.va += 2 * pt_span(x->f, PT_PTE);
		assert_int_equal(apply(x, look), 0);
		assert_int_equal(first_of(x, TRACE_LOOKUP)->kind, PT_NONE);
		arena_close(&x->arena);
	}
}

/* "of the case's op: attrs: what is cleared" */
static void pair_clears_what_it_is_told(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		struct op map = pages_op(x, OP_MAP, 0, 1);
		struct op op = pair_op(x, OP_PAIR_COPY, 1);
		struct op look;

		op.attrs = PT_W;
		map.attrs |= PT_W;
		if (!apply(x, map) && !apply(x, op)) {
			switch_to(x, 1);
			look = pages_op(x, OP_TRANSLATE, 0, 1);
			assert_int_equal(apply(x, look), 0);
			assert_int_equal(first_of(x, TRACE_LOOKUP)->attrs,
					 map.attrs & ~PT_W);
		}
		arena_close(&x->arena);
	}
}

/* Which bytes are meant, by what is lost with them. */
static void poison_loses_what_the_bytes_are_of(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const uint64_t page = pt_span(x->f, PT_PTE);
		const uint64_t table = pt_span(x->f, PT_PMD);
		struct op op = pages_op(x, OP_POISON, 1, 1);
		const struct trace_event *e = x->event;

		assert_int_equal(apply(x, op), -ENOENT);
		assert_int_equal(apply(x, pages_op(x, OP_MAP, 0, 1)), 0);
		for (unsigned what = 0; what < OP_POISONS; what++) {
			op.nth = (uint8_t)what;
			assert_int_equal(apply(x, op), 1);
			assert_int_equal(e[0].type, TRACE_POISON);
			assert_int_equal(e[0].va, 0);
			assert_int_equal(e[0].last, table - 1);
			assert_int_equal(e[0].depth, PT_PTE);
			assert_int_equal(e[0].order, 0);
			assert_int_equal(e[1].type, TRACE_LOST);
			assert_int_equal(e[1].va, what ? page : 0);
			assert_int_equal(e[1].last,
					 what == OP_POISON_TABLE ? table - 1 :
					 what == OP_POISON_ENTRY ?
						 2 * page - 1 : 3 * page - 1);
			assert_int_equal(x->trace.count, 3);
		}
		/* The last entry has no next one. */
		op.va = table - page;
		assert_int_equal(apply(x, op), 1);
		assert_int_equal(e[1].va, table - page);
		assert_int_equal(e[1].last, table - 1);
		arena_close(&x->arena);
	}
}

/* The root is lost with all that is below it, and is a table as others. */
static void poisoned_root_loses_all_its_addresses(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		struct op op = pages_op(x, OP_POISON, 0, 1);

		op.depth = x->f->top;
		assert_int_equal(apply(x, op), 1);
		assert_int_equal(x->event[0].type, TRACE_POISON);
		assert_int_equal(x->event[0].depth, x->f->top);
		assert_true(events_of(x, TRACE_LOST) >= 1);
		arena_close(&x->arena);
	}
}

/* "pt_identity_map() of [va, last]." */
static void identity_maps_addresses_to_themselves(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		struct op op = pages_op(x, OP_IDENTITY, 3, 2);
		struct op look = pages_op(x, OP_TRANSLATE, 4, 1);

		op.attrs = x->attrs;
		assert_int_equal(apply(x, op), 0);
		assert_int_equal(apply(x, look), 0);
		assert_int_equal(first_of(x, TRACE_LOOKUP)->pa, look.va);
		assert_int_equal(apply(x, op), -EEXIST);
		arena_close(&x->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pair_reports_both_items_of_a_stretch),
		cmocka_unit_test(pair_copies_until_the_first_refusal),
		cmocka_unit_test(pair_clears_what_it_is_told),
		cmocka_unit_test(poison_loses_what_the_bytes_are_of),
		cmocka_unit_test(poisoned_root_loses_all_its_addresses),
		cmocka_unit_test(identity_maps_addresses_to_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
