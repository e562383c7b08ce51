/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The arena's pages: tables shorter than a page share one, their places are used
 * again, and whatever the fragments do wrong is noticed (CASE_WINDOW_PAGES).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "../../harness/arena.h"

#define EVENTS 64

struct fixture {
	struct arena arena;
	struct trace_event event[EVENTS];
	struct trace trace;
};

static int setup(void **state)
{
	static struct fixture f;	/* one test at a time */
	const struct pt_format *format = pt_format_find("x86_64-4level");

	memset(&f, 0, sizeof(f));
	f.trace = (struct trace){ .event = f.event, .capacity = EVENTS };
	if (!format || arena_open(&f.arena, format, NULL))
		return -1;
	arena_reset(&f.arena, CASE_WINDOW_PAGES);
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

static void give(struct fixture *f, uint64_t pa, uint64_t bytes)
{
	f->arena.env.free(f->arena.env.context, pa, bytes);
}

/* Where the host sees a byte; never NULL. */
static uint8_t *host_of(struct fixture *f, uint64_t pa)
{
	uint8_t *host = pt_memory_at(&f->arena.memory, pa, 16);

	if (!host)
		fail_msg("no memory there");
	return host ? host : f->arena.mapping;
}

static void expect_clean(struct fixture *f)
{
	struct finding finding;

	if (!arena_check(&f->arena, &finding) ||
	    !arena_check_fragments(&f->arena, &finding))
		fail_msg("%s", finding.seen);
}

/* The arena's own finding begins with that. */
static void expect_misuse(struct fixture *f, const char *what)
{
	struct finding finding;

	assert_false(arena_check(&f->arena, &finding));
	assert_int_equal(finding.check, CHECK_ARENA);
	if (strncmp(finding.seen, what, strlen(what)))
		fail_msg("%s instead of %s", finding.seen, what);
}

static void expect_disagreement(struct fixture *f)
{
	struct finding finding;

	assert_true(arena_check(&f->arena, &finding));
	assert_false(arena_check_fragments(&f->arena, &finding));
	assert_int_equal(finding.check, CHECK_TABLE_OWNER);
}

/* Four tables of 1K fill a page; a fifth is elsewhere; lengths do not mix. */
static void tables_shorter_than_a_page_share_it(void **state)
{
	struct fixture *f = *state;
	uint64_t first = take(f, 1024);

	for (unsigned i = 1; i < 4; i++)
		assert_int_equal(take(f, 1024), first + 1024 * i);
	assert_true(take(f, 1024) - first >= 4096);
	assert_int_equal(take(f, 512) % 4096, 0);
	assert_int_equal(take(f, 4096) % 4096, 0);
	assert_int_equal(take(f, 8192) % 8192, 0);
	expect_clean(f);
}

/* "TRACE_ALLOC/FREE/NOMEM for tables only, and fail counts tables." */
static void the_trace_is_of_tables_only(void **state)
{
	struct fixture *f = *state;
	uint64_t pa, first = take(f, 1024);

	f->arena.fail_in = 2;
	take(f, 1024);
	assert_int_equal(f->arena.env.alloc(f->arena.env.context, 1024, &pa),
			 -ENOMEM);
	give(f, first, 1024);
	assert_int_equal(f->trace.count, 3);
	assert_int_equal(f->event[0].type, TRACE_ALLOC);
	assert_int_equal(f->event[0].count, 2);
	assert_int_equal(f->event[0].pa, 1024);
	assert_int_equal(f->event[1].type, TRACE_NOMEM);
	assert_int_equal(f->event[2].type, TRACE_FREE);
	assert_int_equal(arena_handed_out(&f->arena), 2048);
}

/* A place is given again, zeroed; a page that went back is not. */
static void places_are_used_again_and_pages_are_not(void **state)
{
	struct fixture *f = *state;
	uint64_t first = take(f, 1024), second = take(f, 1024);

	memset(host_of(f, first), 0x55, 1024);
	give(f, first, 1024);
	expect_clean(f);
	assert_int_equal(take(f, 1024), first);
	for (unsigned i = 0; i < 1024; i++)
		assert_int_equal(host_of(f, first)[i], 0);
	give(f, second, 1024);
	give(f, first, 1024);
	expect_clean(f);
	assert_true(take(f, 1024) != first);
	expect_clean(f);
}

/* The live list ascends, whatever was given again. */
static void the_live_list_is_sorted(void **state)
{
	struct fixture *f = *state;
	const struct oracle_table *live;
	uint64_t pa[40];
	unsigned count;

	for (unsigned i = 0; i < 40; i++)
		pa[i] = take(f, i % 3 ? 256 : 1024);
	for (unsigned i = 0; i < 40; i += 2)
		give(f, pa[i], i % 3 ? 256 : 1024);
	for (unsigned i = 0; i < 10; i++)
		take(f, i % 3 ? 256 : 1024);
	live = arena_live(&f->arena, &count);
	assert_int_equal(count, 30);
	for (unsigned i = 1; i < count; i++)
		assert_true(live[i - 1].pa + live[i - 1].bytes <= live[i].pa);
	expect_clean(f);
	arena_reset(&f->arena, CASE_WINDOW_PAGES);
	arena_live(&f->arena, &count);
	assert_int_equal(count, 0);
	expect_clean(f);
}

/* A mark is one of the table that is there, not of the one before. */
static void marks_begin_anew_with_a_place(void **state)
{
	struct fixture *f = *state;
	const struct pt_env *env = &f->arena.env;
	struct pt_table_page page = { .bytes = 1024, .depth = PT_PMD }, seen;
	struct finding finding;

	take(f, 1024);
	for (unsigned i = 0; i < 2; i++) {
		page.pa = take(f, 1024);
		assert_false(arena_table_page(&f->arena, page.pa, &seen));
		assert_int_equal(env->construct(env->context, &page), 0);
		assert_true(arena_table_page(&f->arena, page.pa, &seen));
		assert_int_equal(seen.depth, PT_PMD);
		env->destruct(env->context, &page);
		give(f, page.pa, 1024);
		assert_false(arena_table_page(&f->arena, page.pa, &seen));
	}
	/* The first table has no mark: that is all there is to find. */
	assert_false(arena_check_marks(&f->arena, &finding));
	assert_non_null(strstr(finding.seen, "live but not constructed"));
}

static void misuse_of_tables_is_found_as_ever(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 1024);

	take(f, 1024);
	give(f, pa, 1024);
	give(f, pa, 1024);
	expect_misuse(f, "released but not live");
	arena_reset(&f->arena, CASE_WINDOW_PAGES);
	give(f, take(f, 1024), 512);
	expect_misuse(f, "released but not live");
	arena_reset(&f->arena, CASE_WINDOW_PAGES);
	give(f, take(f, 1024) + 1024, 1024);
	expect_misuse(f, "released but not live");
}

/* ASan stops the process at the store itself. */
static void skip_under_asan(void)
{
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
	skip();
#endif
#endif
}

/* Also where the place is given again before anybody looks. */
static void a_store_to_a_released_place_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 1024);

	skip_under_asan();
	take(f, 1024);
	give(f, pa, 1024);
	host_of(f, pa)[8] = 1;
	expect_misuse(f, "stored to after its release");
	arena_reset(&f->arena, CASE_WINDOW_PAGES);
	pa = take(f, 1024);
	take(f, 1024);
	give(f, pa, 1024);
	host_of(f, pa)[8] = 1;
	assert_int_equal(take(f, 1024), pa);
	expect_misuse(f, "stored to after its release");
}

static void a_store_where_no_table_is_yet_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 1024);

	skip_under_asan();
	host_of(f, pa + 2048)[0] = 1;
	expect_misuse(f, "stored to before it was given");
}

static void a_store_to_a_released_page_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 1024);

	skip_under_asan();
	give(f, pa, 1024);
	host_of(f, pa + 2048)[0] = 1;
	expect_misuse(f, "a page is stored to after its release");
}

static void a_page_that_is_no_page_is_not_taken(void **state)
{
	struct fixture *f = *state;
	struct pt_fragments *fragments = &f->arena.fragments;
	uint64_t pa = take(f, 1024);

	fragments->page_free(fragments->context, pa + 1024, 4096);
	expect_misuse(f, "a page is released that is none");
	arena_reset(&f->arena, CASE_WINDOW_PAGES);
	pa = take(f, 1024);
	give(f, pa, 1024);
	fragments->page_free(fragments->context, pa, 4096);
	expect_misuse(f, "a page is released that is none");
}

static void a_page_with_a_table_is_not_taken(void **state)
{
	struct fixture *f = *state;
	struct pt_fragments *fragments = &f->arena.fragments;
	uint64_t pa = take(f, 1024);

	host_of(f, pa)[0] = 7;
	fragments->page_free(fragments->context, pa, 4096);
	/* Whoever has the table can go on until the finding is reported. */
	assert_int_equal(host_of(f, pa)[0], 7);
	expect_misuse(f, "a page is released with a table in it");
}

static void a_page_without_a_table_is_found(void **state)
{
	struct fixture *f = *state;
	struct pt_fragments *fragments = &f->arena.fragments;
	uint64_t pa;

	take(f, 1024);
	assert_int_equal(fragments->page_alloc(fragments->context, 4096, &pa),
			 0);
	expect_misuse(f, "a page is kept without a table in it");
}

/* What the fragments forget is given twice: the second time it is refused. */
static void a_table_on_another_one_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 1024), other;

	take(f, 1024);
	host_of(f, pa)[0] = 7;
	f->arena.fragments.page[0].used[0] &= ~UINT64_C(1);
	other = take(f, 1024);
	assert_true(other < pa || other - pa >= 4096);
	expect_misuse(f, "given where there is one");
	give(f, other, 1024);
}

static void a_table_at_no_place_is_found(void **state)
{
	struct fixture *f = *state;

	take(f, 1024);
	f->arena.fragments.page[0].pa += 512;
	take(f, 1024);
	expect_misuse(f, "given at no place of its page");
}

static void a_table_in_a_page_that_is_gone_is_found(void **state)
{
	struct fixture *f = *state;
	struct pt_fragment_page kept;
	uint64_t pa = take(f, 1024);

	skip_under_asan();
	kept = f->arena.fragments.page[0];
	give(f, pa, 1024);
	f->arena.fragments.page[0] = kept;
	take(f, 1024);
	expect_misuse(f, "given outside every page");
}

static void a_release_that_the_page_does_not_know_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = take(f, 1024);

	take(f, 1024);
	f->arena.fragments.page[0].used[0] &= ~UINT64_C(1);
	give(f, pa, 1024);
	expect_misuse(f, "released, and its page does not know it");
}

/* A table too many, one too few, and another one, in the fragments' answer. */
static void a_list_that_is_wrong_is_found(void **state)
{
	const uint64_t used[] = { 3, 2, 5 };
	struct fixture *f = *state;

	for (unsigned i = 0; i < 3; i++) {
		arena_reset(&f->arena, CASE_WINDOW_PAGES);
		take(f, 1024);
		if (i == 2)
			take(f, 1024);
		f->arena.fragments.page[0].used[0] = used[i];
		expect_disagreement(f);
	}
}

/* While watching, a place that is given again has no stores from before. */
static void watching_begins_anew_with_a_place(void **state)
{
	struct fixture *f = *state;
	const struct pt_env *env = &f->arena.env;
	uint64_t pa;

	arena_reset(&f->arena, CASE_WINDOW_PAGES);
	assert_int_equal(arena_watch(&f->arena, true), 0);
	pa = take(f, 1024);
	take(f, 1024);
	host_of(f, pa)[8] = 1;
	env->store(env->context, pa + 8, 8, 0, 1);
	expect_clean(f);
	give(f, pa, 1024);
	expect_clean(f);
	assert_int_equal(take(f, 1024), pa);
	expect_clean(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tables_shorter_than_a_page_share_it),
		TEST(the_trace_is_of_tables_only),
		TEST(places_are_used_again_and_pages_are_not),
		TEST(the_live_list_is_sorted),
		TEST(marks_begin_anew_with_a_place),
		TEST(misuse_of_tables_is_found_as_ever),
		TEST(a_store_to_a_released_place_is_found),
		TEST(a_store_where_no_table_is_yet_is_found),
		TEST(a_store_to_a_released_page_is_found),
		TEST(a_page_that_is_no_page_is_not_taken),
		TEST(a_page_with_a_table_is_not_taken),
		TEST(a_page_without_a_table_is_found),
		TEST(a_table_on_another_one_is_found),
		TEST(a_table_at_no_place_is_found),
		TEST(a_table_in_a_page_that_is_gone_is_found),
		TEST(a_release_that_the_page_does_not_know_is_found),
		TEST(a_list_that_is_wrong_is_found),
		TEST(watching_begins_anew_with_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
