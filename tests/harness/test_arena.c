/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The arena notices what a subject must not do, and reports what it does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "../../harness/arena.h"

struct fixture {
	struct arena arena;
	struct trace_event event[16];
	struct trace trace;
};

static int setup(void **state)
{
	static struct fixture f;	/* one test at a time */
	const struct pt_format *format = pt_format_find("x86_64-4level");

	memset(&f, 0, sizeof(f));
	f.trace = (struct trace){ .event = f.event, .capacity = 16 };
	if (!format || arena_open(&f.arena, format, NULL))
		return -1;
	arena_reset(&f.arena, CASE_WINDOW_LOW);
	f.arena.trace = &f.trace;
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_close(&f->arena);
	return 0;
}

static uint64_t take(struct fixture *f, uint64_t bytes)
{
	uint64_t pa = 0;

	assert_int_equal(f->arena.env.alloc(f->arena.env.context, bytes, &pa), 0);
	return pa;
}

/* Where the host sees a table; never NULL. */
static uint8_t *host_of(struct fixture *f, uint64_t pa)
{
	uint8_t *host = pt_memory_at(&f->arena.memory, pa, 4096);

	if (!host)
		fail_msg("no memory at the table");
	return host;
}

static void give(struct fixture *f, uint64_t pa, uint64_t bytes)
{
	f->arena.env.free(f->arena.env.context, pa, bytes);
}

/* A table is zeroed, aligned to its length, and the trace says its length. */
static void tables_are_zeroed_aligned_and_reported(void **state)
{
	struct fixture *f = *state;

	take(f, 64);

	uint64_t pa = take(f, 4096);
	uint8_t *host = host_of(f, pa);

	assert_int_equal(pa % 4096, 0);
	for (unsigned i = 0; i < 4096; i++)
		assert_int_equal(host[i], 0);
	assert_int_equal(f->trace.count, 2);
	assert_int_equal(f->event[0].type, TRACE_ALLOC);
	assert_int_equal(f->event[0].pa, 64);
	assert_int_equal(f->event[1].pa, 4096);
}

/* fail n refuses exactly the n-th allocation from there, once. */
static void the_nth_allocation_is_refused_once(void **state)
{
	struct fixture *f = *state;
	uint64_t pa;

	f->arena.fail_in = 2;
	take(f, 4096);
	assert_int_equal(f->arena.env.alloc(f->arena.env.context, 4096, &pa),
			 -ENOMEM);
	take(f, 4096);
	assert_int_equal(f->event[1].type, TRACE_NOMEM);
	assert_int_equal(f->event[2].type, TRACE_ALLOC);
}

/* ctor-fail n refuses exactly the n-th construction from there, once. */
static void the_nth_construction_is_refused_once(void **state)
{
	struct fixture *f = *state;
	const struct pt_env *env = &f->arena.env;
	/* Allocations have a count of their own. */
	const int ret[] = { 0, -ENOMEM, 0, 0 };

	f->arena.ctor_fail_in = 2;
	for (unsigned i = 0; i < 4; i++) {
		const struct pt_table_page page = {
			.pa = take(f, 4096), .bytes = 4096, .depth = PT_PTE,
		};

		assert_int_equal(env->construct(env->context, &page), ret[i]);
	}
	assert_int_equal(f->arena.ctor_fail_in, 0);
	f->arena.ctor_fail_in = 2;
	arena_reset(&f->arena, CASE_WINDOW_LOW);
	assert_int_equal(f->arena.ctor_fail_in, 0);
}

/* The windows lie below, around and above 4 GiB, and MIXED uses all three. */
static void windows_lie_below_around_and_above_4g(void **state)
{
	struct fixture *f = *state;
	const uint64_t four_g = UINT64_C(1) << 32;

	arena_reset(&f->arena, CASE_WINDOW_MIXED);

	uint64_t low = take(f, 4096), around = take(f, 4096),
		 top = take(f, 4096);

	assert_true(low < four_g / 2);
	assert_true(around < four_g && around > four_g / 2);
	assert_true(top >> 39 == 1);
	assert_non_null(pt_memory_at(&f->arena.memory, around + (UINT64_C(8) << 20),
				     4096));
}

/* The live list is sorted, whatever window each table came from. */
static void the_live_list_is_sorted(void **state)
{
	struct fixture *f = *state;
	unsigned count;

	arena_reset(&f->arena, CASE_WINDOW_MIXED);
	for (unsigned i = 0; i < 7; i++)
		take(f, 4096);

	const struct oracle_table *live = arena_live(&f->arena, &count);

	assert_int_equal(count, 7);
	for (unsigned i = 1; i < count; i++)
		assert_true(live[i - 1].pa < live[i].pa);
}

static void expect_finding(struct fixture *f, enum check_id check)
{
	struct finding finding;

	assert_false(arena_check(&f->arena, &finding));
	assert_int_equal(finding.check, check);
}

static void good_use_is_no_finding(void **state)
{
	struct fixture *f = *state;
	struct finding finding;

	give(f, take(f, 4096), 4096);
	take(f, 4096);
	assert_true(arena_check(&f->arena, &finding));
}

static void a_second_release_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 4096);

	give(f, pa, 4096);
	give(f, pa, 4096);
	expect_finding(f, CHECK_ARENA);
}

static void a_release_of_the_wrong_length_is_found(void **state)
{
	struct fixture *f = *state;

	give(f, take(f, 4096), 64);
	expect_finding(f, CHECK_ARENA);
}

static void a_release_of_no_table_is_found(void **state)
{
	struct fixture *f = *state;

	give(f, take(f, 4096) + 64, 4096);
	expect_finding(f, CHECK_ARENA);
}

/* Only without ASan, which stops the process at the store itself. */
static void a_store_to_a_released_table_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 4096);
	uint8_t *host = host_of(f, pa);

	give(f, pa, 4096);
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
	skip();
#endif
#endif
	host[100] = 1;
	expect_finding(f, CHECK_ARENA);
}

/* While watching, memory that no reported store explains is found. */
static void a_store_past_the_observer_is_found(void **state)
{
	struct fixture *f = *state;
	struct finding finding;

	arena_reset(&f->arena, CASE_WINDOW_LOW);
	assert_int_equal(arena_watch(&f->arena, true), 0);

	uint64_t pa = take(f, 4096);
	uint8_t *host = host_of(f, pa);

	host[8] = 1;
	f->arena.env.store(f->arena.env.context, pa + 8, 8, 0, 1);
	assert_true(arena_check(&f->arena, &finding));
	host[16] = 1;
	expect_finding(f, CHECK_STORE);
}

/* A root of x86_64-4level, constructed, and without a finding so far. */
static struct pt_table_page construct_root(struct fixture *f, uint8_t space)
{
	const struct pt_env *env = &f->arena.env;
	const struct pt_table_page root = {
		.pa = take(f, 4096), .bytes = 4096, .depth = PT_P4D,
		.space = space,
	};

	assert_int_equal(env->construct(env->context, &root), 0);
	return root;
}

static void expect_marks(struct fixture *f, const char *what)
{
	struct finding finding;

	if (!what) {
		assert_true(arena_check_marks(&f->arena, &finding));
		return;
	}
	assert_false(arena_check_marks(&f->arena, &finding));
	assert_int_equal(finding.check, CHECK_TABLE_OWNER);
	if (strncmp(finding.seen, what, strlen(what)))
		fail_msg("%s instead of %s", finding.seen, what);
}

/* The list of roots has to hold those there are, the oldest first. */
static void a_list_of_roots_that_is_wrong_is_found(void **state)
{
	struct fixture *f = *state;
	struct pt_tops *tops = &f->arena.roots.tops;
	const struct pt_env *env = &f->arena.env;
	struct pt_table_page first = construct_root(f, 0), second;

	second = construct_root(f, 1);
	expect_marks(f, NULL);
	env->destruct(env->context, &first);
	give(f, first.pa, 4096);
	first = construct_root(f, 0);
	expect_marks(f, NULL);
	/* Another order: the first one again, behind the third. */
	pt_top_destruct(tops, &second);
	assert_int_equal(pt_top_construct(tops, &f->arena.roots.record[2],
					  &second), 0);
	expect_marks(f, "not listed in its place");
	arena_reset(&f->arena, CASE_WINDOW_LOW);
	first = construct_root(f, 0);
	pt_top_destruct(tops, &first);
	expect_marks(f, "not found among the roots");
	arena_reset(&f->arena, CASE_WINDOW_LOW);
	first = construct_root(f, 0);
	first.pa += 8;
	f->arena.roots.record[0].page = first;
	expect_marks(f, "not found among the roots");
}

/* What is said of a table later is held against what was said first. */
static void another_owner_than_before_is_found(void **state)
{
	struct fixture *f = *state;
	struct pt_table_page root = construct_root(f, 1);

	arena_said(&f->arena, &root);
	expect_marks(f, NULL);
	root.space = 0;
	arena_said(&f->arena, &root);
	expect_marks(f, "said of a table that is not so");
}

/* Tables of no space are not constructed, and nobody misses that. */
static void tables_of_no_space_have_no_mark(void **state)
{
	struct fixture *f = *state;
	const struct pt_env *env = &f->arena.env;
	struct pt_table_page page = { .bytes = 4096, .depth = PT_PTE };

	f->arena.unowned = true;
	page.pa = take(f, 4096);
	f->arena.unowned = false;
	assert_false(arena_table_page(&f->arena, page.pa, &page));
	give(f, page.pa, 4096);
	expect_marks(f, NULL);
	f->arena.unowned = true;
	page.pa = take(f, 4096);
	f->arena.unowned = false;
	assert_int_equal(env->construct(env->context, &page), 0);
	expect_marks(f, "constructed, but of no space");
	arena_reset(&f->arena, CASE_WINDOW_LOW);
	give(f, take(f, 4096), 4096);
	expect_marks(f, "released but never constructed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			tables_are_zeroed_aligned_and_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_nth_allocation_is_refused_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_nth_construction_is_refused_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
			windows_lie_below_around_and_above_4g, setup, teardown),
		cmocka_unit_test_setup_teardown(the_live_list_is_sorted, setup,
						teardown),
		cmocka_unit_test_setup_teardown(good_use_is_no_finding, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_second_release_is_found,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_release_of_the_wrong_length_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(a_release_of_no_table_is_found,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_store_to_a_released_table_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_store_past_the_observer_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_list_of_roots_that_is_wrong_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			another_owner_than_before_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(tables_of_no_space_have_no_mark,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
