/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Break before make of groups: one entry as far as the rule goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bbm_world.h"

#define FIRST_PAGES "unused, then 0x0..0x3f flushed, then made"
#define LAST_PAGES "unused, then 0x40..0x7f flushed, then made"

static void good_unfold(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush_as(w, 0x40, 0x7f, PT_PTE, false);
	store_pages(w, 4, 7, leaf);
	passes(w);
}

static void bad_unfold_live(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, leaf);
	finds(w, "break", 0x40, LAST_PAGES);
}

/* One entry is enough for a machine to have all the group cached. */
static void bad_unfold_with_one_not_broken(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 6, NULL);
	flush(w, 0x40, 0x7f);
	store_pages(w, 4, 6, leaf);
	finds(w, "break", 0x40, LAST_PAGES);
	assert_string_equal(w->finding.seen,
			    "group 0x140 became leaf 0x140 at pte, while entry "
			    "3 of the group was used");
}

static void bad_unfold_broken_after_flush(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 6, NULL);
	flush(w, 0x40, 0x7f);
	store_pages(w, 7, 7, NULL);
	store_pages(w, 4, 7, leaf);
	finds(w, "flush", 0x40, LAST_PAGES);
}

static void bad_unfold_flushed_too_little(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x6f);
	store_pages(w, 4, 7, leaf);
	finds(w, "flush", 0x40, LAST_PAGES);
}

static void bad_unfold_one_after_the_other(void **state)
{
	struct world *w = *state;

	for (unsigned i = 4; i < 8; i++) {
		store_pages(w, i, i, NULL);
		flush(w, 0x40, 0x7f);
		store_pages(w, i, i, leaf);
	}
	finds(w, "break", 0x40, LAST_PAGES);
}

static void bad_unfold_made_before_flush(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	store_pages(w, 4, 4, leaf);
	flush(w, 0x40, 0x7f);
	store_pages(w, 5, 7, leaf);
	finds(w, "flush", 0x40, LAST_PAGES);
}

/* Some of its pages stay away: what is left is made after all. */
static void good_unmap_of_part(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x7f);
	store_pages(w, 6, 7, leaf);
	passes(w);
}

static void good_unmap_of_all(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	passes(w);
}

/* A group that leads elsewhere is one entry, too. */
static void bad_group_address_flushed_too_little(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x6f);
	store(w, pte(4), group(0x200));
	finds(w, "flush", 0x40, LAST_PAGES);
}

static void good_group_address_broken(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x7f);
	for (unsigned i = 4; i < 8; i++)
		store(w, pte(i), group(0x200 + 0x10 * i));
	passes(w);
}

static void good_fold(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	flush_as(w, 0, 0x3f, PT_PTE, false);
	store_pages(w, 0, 3, group);
	passes(w);
}

static void bad_fold_live(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, group);
	finds(w, "break", 0, FIRST_PAGES);
}

static void bad_fold_with_one_not_broken(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 2, NULL);
	flush(w, 0, 0x3f);
	store_pages(w, 0, 3, group);
	finds(w, "break", 0, FIRST_PAGES);
}

static void bad_fold_flushed_too_little(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	flush(w, 0x0, 0x2f);
	store_pages(w, 0, 3, group);
	finds(w, "flush", 0, FIRST_PAGES);
}

static void bad_fold_made_before_flush(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	store_pages(w, 0, 3, group);
	flush(w, 0, 0x3f);
	finds(w, "flush", 0, FIRST_PAGES);
}

/* All of it first, and one flush for all of it. */
static void bad_fold_broken_one_after_the_other(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < 4; i++) {
		store_pages(w, i, i, NULL);
		flush(w, 0x10 * i, 0x10 * i + 0xf);
	}
	store_pages(w, 0, 3, group);
	finds(w, "flush", 0, FIRST_PAGES);
}

/* An entry that is made single is in the way of the rest of the group. */
static void bad_fold_with_one_made_single(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	flush(w, 0, 0x3f);
	store_pages(w, 0, 0, group);
	store_pages(w, 1, 1, leaf);
	store_pages(w, 2, 3, group);
	finds(w, "break", 0x20, FIRST_PAGES);
}

/* What was in order in one operation need not be in the next. */
static void bad_group_of_next_operation(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 4, group);
	poke(w, pte(5), leaf(0x150));
	begin(w);
	store_pages(w, 4, 4, NULL);
	store_pages(w, 4, 4, group);
	finds(w, "break", 0x40, LAST_PAGES);
}

/* Where nothing was a group is made at once. */
static void good_group_in_empty_place(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	passes(w);
	begin(w);
	store_pages(w, 0, 3, group);
	passes(w);
}

/* Tables in its way are flushed as they go, but all before the first of it. */
static void good_group_over_table(void **state)
{
	struct world *w = *state;

	store(w, pmd(2), 0);
	flush(w, 0x100, 0x17f);
	store(w, pmd(2), group(0x200));
	store(w, pmd(3), group(0x280));
	passes(w);
}

static void bad_group_over_table_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(3), group(0x280));
	store(w, pmd(2), 0);
	flush(w, 0x100, 0x1ff);
	store(w, pmd(2), group(0x200));
	finds(w, "break", 0x180,
	      "unused, then 0x100..0x1ff flushed with tables, then made");
}

static void bad_group_over_table_not_flushed(void **state)
{
	struct world *w = *state;

	store(w, pmd(2), 0);
	store(w, pmd(3), group(0x280));
	flush(w, 0x100, 0x1ff);
	store(w, pmd(2), group(0x200));
	finds(w, "flush", 0x180,
	      "unused, then 0x100..0x1ff flushed with tables, then made");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(good_unfold),
		TEST(bad_unfold_live),
		TEST(bad_unfold_with_one_not_broken),
		TEST(bad_unfold_broken_after_flush),
		TEST(bad_unfold_flushed_too_little),
		TEST(bad_unfold_one_after_the_other),
		TEST(bad_unfold_made_before_flush),
		TEST(good_unmap_of_part),
		TEST(good_unmap_of_all),
		TEST(bad_group_address_flushed_too_little),
		TEST(good_group_address_broken),
		TEST(good_fold),
		TEST(bad_fold_live),
		TEST(bad_fold_with_one_not_broken),
		TEST(bad_fold_flushed_too_little),
		TEST(bad_fold_made_before_flush),
		TEST(bad_fold_broken_one_after_the_other),
		TEST(bad_fold_with_one_made_single),
		TEST(bad_group_of_next_operation),
		TEST(good_group_in_empty_place),
		TEST(good_group_over_table),
		TEST(bad_group_over_table_live),
		TEST(bad_group_over_table_not_flushed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
