/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pt_free_tables(), pt_space_init() and pt_space_destroy():
 * include/tablewalk/table_ops.h.
 */
#include "mm_fixture.h"

#include <errno.h>

/* An empty table of each depth below the root, at the base. */
static void make_empty_path(struct mm *m, uint64_t va)
{
	mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
	assert_int_equal(pt_unmap(&m->space, va, va + mm_page(m) - 1), 0);
	mm_forget(m);
}

/* Empty tables go, lower ones first; the root stays. */
static void empty_path_is_released_bottom_up(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t va = m->base;
		unsigned depth = PT_PTE;

		make_empty_path(m, va);
		assert_int_equal(pt_free_tables(&m->space, va,
						va + mm_page(m) - 1, 0,
						UINT64_MAX), 0);
		for (unsigned k = 0; k < m->arena.event_count; k++) {
			assert_int_equal(m->arena.event[k].type, MM_FREE);
			assert_int_equal(m->arena.event[k].bytes,
					 pt_table_bytes(m->f, depth--));
		}
		assert_int_equal(depth, m->f->top);
		assert_int_equal(m->arena.live_count, 1);
		mm_assert_kind(m, va, PT_NONE, m->f->top);
		mm_close(state);
	}
}

/* A table with one entry left stays, and so does the way to it. */
static void tables_in_use_stay(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t table = mm_entries(m, PT_PTE) * page;

		make_empty_path(m, va);
		mm_map(m, va + table, 1, 0, MM_RW, PT_PTE, 0);
		mm_forget(m);
		assert_int_equal(pt_free_tables(&m->space, m->base,
						m->base + (m->bytes - 1), 0,
						UINT64_MAX), 0);
		/* The empty page table went, its neighbour stayed. */
		assert_int_equal(m->arena.event_count, 1);
		mm_assert_kind(m, va, PT_NONE, PT_PTE - 1);
		mm_assert_leaf(m, va + table, PT_PTE, 0, 0, MM_RW);
		mm_close(state);
	}
}

/* A table goes only where all it covers lies between floor and ceiling. */
static void floor_and_ceiling_protect_tables(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t end = va + mm_entries(m, PT_PTE) * page - 1;
		struct pt_space *s = &m->space;

		make_empty_path(m, va);
		assert_int_equal(pt_free_tables(s, va, va + page - 1, va + 1,
						UINT64_MAX), 0);
		assert_int_equal(pt_free_tables(s, va, va + page - 1, 0,
						end - 1), 0);
		assert_int_equal(m->arena.event_count, 0);
		/* Exactly the page table's range: it alone goes. */
		assert_int_equal(pt_free_tables(s, va, va + page - 1, va, end),
				 0);
		assert_int_equal(m->arena.event_count, 1);
		mm_close(state);
	}
}

/* Tables outside the range are not looked at, and keep those above. */
static void tables_outside_the_range_stay(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t table = mm_entries(m, PT_PTE) * page;

		make_empty_path(m, va);
		make_empty_path(m, va + table);
		assert_int_equal(pt_free_tables(&m->space, va + table,
						va + 2 * table - 1, 0,
						UINT64_MAX), 0);
		assert_int_equal(m->arena.event_count, 1);
		mm_assert_kind(m, va, PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* Only va and last are checked; floor and ceiling may be anything. */
static void bounds_may_be_any_address(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t word = pt_ones(m->f->va_word_bits);
		struct pt_space *s = &m->space;

		make_empty_path(m, va);
		assert_int_equal(pt_free_tables(s, va, va + page - 1, 5, 3),
				 0);
		assert_int_equal(m->arena.event_count, 0);
		assert_int_equal(pt_free_tables(s, va, va + page, 0, 0),
				 -EINVAL);
		assert_int_equal(pt_free_tables(s, va + page, va + page - 1,
						0, 0),
				 -EINVAL);
		if (m->f->va_bits < m->f->va_word_bits)
			assert_int_equal(pt_free_tables(s, 0, word, 0, 0),
					 -ERANGE);
		mm_close(state);
	}
}

/* A refused root is an error, and nothing is kept. */
static void refused_root_is_reported(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_space other;

		m->arena.fail_in = 1;
		assert_int_equal(pt_space_init(&other, m->f, &m->env, 0,
					       m->f->pa_bits), -ENOMEM);
		assert_int_equal(m->arena.live_count, 1);
		mm_close(state);
	}
}

/* Destroying a space releases a table after those below it. */
static void destroy_releases_every_table(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_arena *arena = &m->arena;
		struct pt_space other;

		assert_int_equal(pt_space_init(&other, m->f, &m->env,
					       m->space.number,
					       m->f->pa_bits), 0);
		assert_int_equal(pt_map(&other, m->base,
					m->base + mm_page(m) - 1, 0, MM_RW,
					PT_PTE, 0), 0);
		mm_forget(m);
		pt_space_destroy(&other);
		assert_int_equal(arena->event_count, PT_DEPTHS - m->f->top);
		for (unsigned k = 0; k < arena->event_count; k++)
			assert_int_equal(arena->event[k].bytes,
					 pt_table_bytes(m->f, PT_PTE - k));
		assert_int_equal(arena->live_count, 1);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(empty_path_is_released_bottom_up),
		TEST(tables_in_use_stay),
		TEST(floor_and_ceiling_protect_tables),
		TEST(tables_outside_the_range_stay),
		TEST(bounds_may_be_any_address),
		TEST(refused_root_is_reported),
		TEST(destroy_releases_every_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
