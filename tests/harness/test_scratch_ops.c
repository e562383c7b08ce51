/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * poke, shadow and clone as the built-in subject carries them out: OP_POKE of
 * include/tablewalk/walk.h, OP_SHADOW of shadow.h, OP_CLONE of clone.h.
 */
#include "op_fixture.h"

#include <tablewalk/ptdump.h>

static struct op poke_op(const struct fixture *x, unsigned what, uint64_t page,
			 unsigned depth)
{
	struct op op = pages_op(x, OP_POKE, page, 1);

	op.nth = (uint8_t)what;
	op.depth = (uint8_t)depth;
	return op;
}

/* "-EOPNOTSUPP: OP_POKE_NOTHING; a pointer at PT_PTE. ... -EBUSY ..." */
static void poke_is_refused_in_the_order_of_the_header(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		struct op op = poke_op(x, OP_POKE_NOTHING, 0, PT_DEPTHS);

		assert_int_equal(apply(x, op), -EOPNOTSUPP);
		op = poke_op(x, OP_POKE_UNKNOWN, 0, PT_PTE);
		assert_int_equal(apply(x, op), -EOPNOTSUPP);
		op = poke_op(x, OP_POKE_BAD, 0, PT_DEPTHS);
		assert_int_equal(apply(x, op), -EINVAL);
		op.depth = PT_PTE;
		assert_int_equal(apply(x, op), -ENOENT);
		assert_int_equal(apply(x, pages_op(x, OP_MAP, 0, 1)), 0);
		assert_int_equal(apply(x, op), -EBUSY);
		op = poke_op(x, OP_POKE_OTHER, 0, x->f->top);
		assert_int_equal(apply(x, op), -EBUSY);
		assert_int_equal(x->trace.count, 1);
		arena_close(&x->arena);
	}
}

/* A bad entry is seen by the walk, the dump and the look-up, then gone. */
static void poked_bad_entry_is_seen_and_put_back(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;
	unsigned seen = 0;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		struct op op = poke_op(x, OP_POKE_BAD, 1, PT_PTE);
		const struct trace_event *e;
		uint64_t before;
		int ret;

		assert_int_equal(apply(x, pages_op(x, OP_MAP, 0, 1)), 0);
		before = table_hash(x);
		ret = apply(x, op);
		assert_int_equal(table_hash(x), before);
		if (ret == -EOPNOTSUPP) {
			arena_close(&x->arena);
			continue;
		}
		seen++;
		assert_int_equal(ret, 0);
		e = &x->event[x->trace.count - 5];
		assert_int_equal(e[0].type, TRACE_VISIT);
		assert_int_equal(e[0].kind, PT_BAD);
		assert_int_equal(e[0].depth, PT_PTE);
		assert_int_equal(e[0].va, op.va);
		assert_int_equal(e[0].pa, 0);
		assert_int_equal(e[0].attrs, 0);
		assert_int_equal(e[1].type, TRACE_RUN);
		assert_int_equal(e[1].kind, PT_BAD);
		assert_int_equal(e[2].type, TRACE_WX);
		assert_int_equal(e[3].type, TRACE_LOOKUP);
		assert_int_equal(e[3].kind, PT_BAD);
		arena_close(&x->arena);
	}
	assert_true(seen > 0);
}

/* What the walk wanted, and whether and what it found. */
static void expect_stray(const struct fixture *x, int depth, unsigned space,
			 int found_depth, int found_space)
{
	const struct trace_event *e = first_of(x, TRACE_STRAY);

	assert_int_equal(events_of(x, TRACE_STRAY), 1);
	assert_int_equal(e->depth, depth);
	assert_int_equal(e->order, space);
	assert_int_equal(e->removed, found_depth >= 0);
	assert_int_equal(e->kind, found_depth >= 0 ? found_depth : 0);
	assert_int_equal(e->ret, found_space);
}

/* A pointer to what is no table of the space ends the walk with stray. */
static void poked_pointer_is_a_stray(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const unsigned top = x->f->top;
		uint64_t before;

		/* Space 1 has tables for page 0, space 0 its root alone. */
		assert_int_equal(apply(x, poke_op(x, OP_POKE_OTHER, 0, top)),
				 -ENOENT);
		apply(x, (struct op){ .kind = OP_SWITCH, .space = 1 });
		assert_int_equal(apply(x, pages_op(x, OP_MAP, 0, 1)), 0);
		apply(x, (struct op){ .kind = OP_SWITCH, .space = 0 });
		before = table_hash(x);
		assert_int_equal(apply(x, poke_op(x, OP_POKE_OTHER, 0, top)),
				 -EFAULT);
		expect_stray(x, (int)top + 1, 0, (int)top + 1, 1);
		assert_int_equal(apply(x, poke_op(x, OP_POKE_UNKNOWN, 0, top)),
				 -EFAULT);
		expect_stray(x, (int)top + 1, 0, -1, 0);
		if (pt_table_bytes(x->f, top) < pt_table_bytes(x->f, top + 1)) {
			assert_int_equal(
				apply(x, poke_op(x, OP_POKE_DEPTH, 0, top)),
				-EOPNOTSUPP);
		} else {
			assert_int_equal(
				apply(x, poke_op(x, OP_POKE_DEPTH, 0, top)),
				-EFAULT);
			expect_stray(x, (int)top + 1, 0, (int)top, 0);
		}
		assert_int_equal(table_hash(x), before);
		arena_close(&x->arena);
	}
}

/* "-EBUSY: the spaces share a kernel part" */
static void poke_of_shared_spaces_finds_no_other(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		if (!apply(x, (struct op){ .kind = OP_SHARE }))
			assert_int_equal(apply(x, poke_op(x, OP_POKE_OTHER, 0,
							  x->f->top)), -EBUSY);
		arena_close(&x->arena);
	}
}

/* "All that stays are the tables that filling needed at the edges, empty." */
static void shadow_leaves_empty_tables_only(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const unsigned below = PT_PTE - x->f->top;

		for (unsigned how = 0; how < OP_SHADOWS; how++) {
			struct op op = pages_op(x, OP_SHADOW, 0, 2);

			op.nth = (uint8_t)how;
			op.attrs = x->attrs;
			assert_int_equal(apply(x, op), 0);
			assert_int_equal(events_of(x, TRACE_ALLOC),
					 how ? below : 2 * below);
			assert_int_equal(events_of(x, TRACE_FREE), below);
			assert_int_equal(events_of(x, TRACE_RUN), 1);
			assert_int_equal(events_of(x, TRACE_WX), 1);
			/* Both map the one page: no run. */
			assert_int_equal(events_of(x, TRACE_VISIT),
					 how == OP_SHADOW_LONG ? 2 : 0);
			assert_int_equal(live_tables(x), 2 + below);
			table_hash(x);
		}
		arena_close(&x->arena);
	}
}

/* "The shadow's tables are counted by fail, not by ctor-fail." */
static void shadow_is_refused_without_a_trace_of_it(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const unsigned below = PT_PTE - x->f->top;
		struct op op = pages_op(x, OP_SHADOW, 0, 1);
		struct op fail = { .kind = OP_FAIL };

		op.attrs = x->attrs;
		for (unsigned n = 1; n <= 2 * below; n++) {
			fail.nth = (uint8_t)n;
			apply(x, fail);
			assert_int_equal(apply(x, op), -ENOMEM);
			assert_int_equal(live_tables(x), 2);
			table_hash(x);
		}
		/* The first construction is that of a table of the space. */
		apply(x, (struct op){ .kind = OP_CTOR_FAIL, .nth = 1 });
		assert_int_equal(apply(x, op), -ENOMEM);
		assert_int_equal(events_of(x, TRACE_ALLOC), below + 1);
		assert_int_equal(live_tables(x), 2);
		table_hash(x);
		op.pa = 1;
		assert_int_equal(apply(x, op), -EINVAL);
		assert_int_equal(x->trace.count, 1);
		arena_close(&x->arena);
	}
}

/* A copy is as the original when it is dumped, and gone afterwards. */
static void clone_is_dumped_and_given_back(void **state)
{
	static struct fixture fixture;
	struct fixture *x = &fixture;

	(void)state;
	for (unsigned i = 0; open_format(x, i); i++) {
		const unsigned tables = PT_DEPTHS - x->f->top;
		struct op op = pages_op(x, OP_CLONE, 0, 1);
		uint64_t before;

		op.nth = PT_DUMP_HOLES;
		assert_int_equal(apply(x, pages_op(x, OP_MAP, 0, 1)), 0);
		before = table_hash(x);
		assert_int_equal(apply(x, op), 0);
		assert_int_equal(events_of(x, TRACE_ALLOC), tables);
		assert_int_equal(events_of(x, TRACE_FREE), tables);
		assert_int_equal(first_of(x, TRACE_RUN)->kind, PT_LEAF);
		assert_int_equal(table_hash(x), before);
		for (uint8_t n = 1; n <= 2 * tables; n++) {
			apply(x, (struct op){ .kind = n & 1 ? OP_FAIL :
							      OP_CTOR_FAIL,
					      .nth = (uint8_t)((n + 1) / 2) });
			assert_int_equal(apply(x, op), -ENOMEM);
			assert_int_equal(table_hash(x), before);
		}
		/* A range that is refused: the copy goes back all the same. */
		op.last = op.va;
		assert_int_equal(apply(x, op), -EINVAL);
		assert_int_equal(events_of(x, TRACE_FREE), tables);
		assert_int_equal(table_hash(x), before);
		arena_close(&x->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poke_is_refused_in_the_order_of_the_header),
		cmocka_unit_test(poked_bad_entry_is_seen_and_put_back),
		cmocka_unit_test(poked_pointer_is_a_stray),
		cmocka_unit_test(poke_of_shared_spaces_finds_no_other),
		cmocka_unit_test(shadow_leaves_empty_tables_only),
		cmocka_unit_test(shadow_is_refused_without_a_trace_of_it),
		cmocka_unit_test(clone_is_dumped_and_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
