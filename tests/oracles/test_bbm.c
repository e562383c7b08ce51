/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Break before make of single entries: each test makes the stores and flushes
 * that some subject could make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bbm_world.h"

#define LEAF_FLUSHED "unused, then 0x80..0xff flushed, then made"
#define TABLE_FLUSHED "unused, then 0x0..0x7f flushed with tables, then made"
#define PAGE_FLUSHED "unused, then 0x0..0xf flushed, then made"

/*
 *			Leaves and tables
 */

/* A leaf that is in use does not become a table. */
static void bad_split_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	flush(w, 0x80, 0xff);
	finds(w, "break", 0x80, LEAF_FLUSHED);
	assert_string_equal(w->finding.seen,
			    "leaf 0x180 became table 0x1100 at pmd, while it "
			    "was used");
}

/* It does once nothing of it can be cached. */
static void good_split_broken(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush_as(w, 0x80, 0xff, PT_PMD, false);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	passes(w);
}

/* A machine may read the entry again between the flush and the break. */
static void bad_flush_before_break(void **state)
{
	struct world *w = *state;

	flush(w, 0x80, 0xff);
	store(w, pmd(1), 0);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* All that the entry covers is flushed. */
static void bad_flush_too_small(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0xef);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* ... if by several flushes, in any order; a hole between them is too much. */
static void good_flush_in_parts(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0xa0, 0xcf);
	flush(w, 0x0, 0x8f);
	flush(w, 0xd0, 0x10f);
	flush(w, 0x90, 0x9f);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	passes(w);
}

static void bad_flush_with_gap(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0x9f);
	flush(w, 0xb0, 0xff);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* A flush says of what: another depth, another space is none. */
static void bad_flush_of_another_depth(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush_as(w, 0x80, 0xff, PT_PTE, true);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

static void bad_flush_of_another_space(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	oracle_bbm_flush(w->bbm, 1, 0x80, 0xff, PT_DEPTH_UNKNOWN, true);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* A table that is in use becomes neither a leaf nor another table. */
static void bad_collapse_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), leaf(0x100));
	finds(w, "break", 0, TABLE_FLUSHED);
}

static void bad_other_table_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), toy_table(NEW_TABLE, 0));
	finds(w, "break", 0, TABLE_FLUSHED);
}

/* ... though both have the same address. */
static void bad_table_at_address_of_leaf_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), toy_leaf(PTE_TABLE, 0, false));
	finds(w, "break", 0, TABLE_FLUSHED);
}

static void bad_collapse_flushed_without_tables(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), 0);
	flush_as(w, 0, 0x7f, PT_DEPTH_UNKNOWN, false);
	store(w, pmd(0), leaf(0x100));
	finds(w, "flush", 0, TABLE_FLUSHED);
}

static void good_collapse_broken(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), 0);
	flush_as(w, 0, 0x7f, PT_PTE, true);
	store(w, pmd(0), leaf(0x100));
	passes(w);
}

static void good_other_table_broken(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), 0);
	flush(w, 0, 0x7f);
	store(w, pmd(0), toy_table(NEW_TABLE, 0));
	passes(w);
}

/* Address and memory type are the leaf; rights and the flags are not. */
static void bad_address_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), leaf(0x200));
	finds(w, "break", 0, PAGE_FLUSHED);
}

static void bad_memory_type_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), toy_leaf(0x100, TOY_RW | UC, false));
	finds(w, "break", 0, PAGE_FLUSHED);
}

static void good_memory_type_broken(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush_as(w, 0, 0xf, PT_PTE, false);
	store(w, pte(0), toy_leaf(0x100, TOY_RW | UC, false));
	passes(w);
}

static void good_rights_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), toy_leaf(0x100, PT_R, false));
	store(w, pte(0), toy_leaf(0x100, TOY_RWX | PT_USER | PT_GLOBAL, false));
	store(w, pte(4), toy_leaf(0x140, PT_R, true));
	store(w, pmd(0), toy_table(PTE_TABLE, PT_W));
	passes(w);
}

static void good_accessed_and_dirty_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), toy_leaf(0x100, TOY_RW | PT_ACCESSED, false));
	store(w, pte(0), toy_leaf(0x100, TOY_RW | PT_DIRTY, false));
	store(w, pte(4), toy_leaf(0x140, TOY_RW | PT_DIRTY, true));
	passes(w);
}

/* From and to what the hardware does not use nothing is asked for. */
static void good_from_and_to_unused(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	store(w, pmd(3), leaf(0x200));
	store(w, pte(0), 4);
	store(w, pte(0), 0);
	passes(w);
}

/* Nobody knows a table before it is linked, and what is in it. */
static void good_in_new_tables(void **state)
{
	struct world *w = *state;

	store(w, NEW_TABLE, leaf(0x100));
	store(w, NEW_TABLE, leaf(0x200));
	store(w, pmd(3), toy_table(NEW_TABLE, 0));
	store(w, NEW_TABLE, leaf(0x300));
	passes(w);
}

static void good_live_without_rule(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	store(w, pte(0), leaf(0x200));
	store(w, pte(4), leaf(0x140));
	passes(w);
}

/*
 *			Several changes of one entry
 */

/* What a machine may hold is there again: nothing has met anything. */
static void good_broken_and_restored(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	store(w, pte(0), toy_leaf(0x100, PT_R, false));
	passes(w);
}

/* The flush between two breaks is for the first of them only. */
static void bad_broken_restored_and_broken(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush(w, 0, 0xf);
	store(w, pte(0), leaf(0x100));
	store(w, pte(0), 0);
	store(w, pte(0), leaf(0x200));
	finds(w, "flush", 0, PAGE_FLUSHED);
}

/* A swap entry or none, it stays broken; and it does not matter how long. */
static void good_broken_in_several_ways(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 4);
	flush(w, 0, 0xf);
	store(w, pte(0), 8);
	store(w, pte(0), 0);
	store(w, pte(0), leaf(0x200));
	passes(w);
}

/* What the operation itself has made is replaced as any other. */
static void bad_second_address_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(3), leaf(0x200));
	store(w, pmd(3), leaf(0x280));
	finds(w, "break", 0x180, "unused, then 0x180..0x1ff flushed, then made");
}

static void bad_second_make_without_flush(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0xff);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	store(w, pmd(1), 0);
	store(w, pmd(1), leaf(0x180));
	finds(w, "flush", 0x80,
	      "unused, then 0x80..0xff flushed with tables, then made");
}

static void good_two_makes(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0xff);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	store(w, pmd(1), 0);
	flush(w, 0x80, 0xff);
	store(w, pmd(1), leaf(0x180));
	passes(w);
}

/* An operation knows nothing of the one before. */
static void good_next_operation(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	passes(w);
	begin(w);
	store(w, pte(0), leaf(0x200));
	passes(w);
}

/* ... and is judged by itself, also after a finding. */
static void bad_next_operation(void **state)
{
	struct world *w = *state;

	store(w, pte(0), leaf(0x200));
	finds(w, "break", 0, PAGE_FLUSHED);
	begin(w);
	passes(w);
	store(w, pte(0), leaf(0x100));
	finds(w, "break", 0, PAGE_FLUSHED);
}

static void bad_flush_of_operation_before(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush(w, 0, 0xf);
	store(w, pte(0), leaf(0x100));
	passes(w);
	begin(w);
	store(w, pte(0), 0);
	store(w, pte(0), leaf(0x200));
	finds(w, "flush", 0, PAGE_FLUSHED);
}

/* Neighbours that are broken and flushed in turn are two entries. */
static void good_flushes_of_neighbours(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush(w, 0, 0xf);
	store(w, pte(1), 0);
	flush(w, 0x10, 0x1f);
	store(w, pte(0), leaf(0x200));
	store(w, pte(1), leaf(0x210));
	passes(w);
}

/* What the observer of stores is told. */
static void broken_and_made_are_told(void **state)
{
	struct world *w = *state;

	assert_false(oracle_bbm_is_broken(w->bbm, pmd(1)));
	store(w, pmd(1), 0);
	assert_true(oracle_bbm_is_broken(w->bbm, pmd(1)));
	assert_false(oracle_bbm_is_broken(w->bbm, pmd(3)));
	assert_false(oracle_bbm_has_made(w->bbm));
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	assert_false(oracle_bbm_is_broken(w->bbm, pmd(1)));
	assert_true(oracle_bbm_has_made(w->bbm));
	store(w, NEW_TABLE + 0x40, leaf(0x100));
	assert_null(oracle_stale_change(w->stale));
	assert_false(oracle_bbm_has_made(w->bbm));
	/* Not for other rights, and not of what was never broken. */
	store(w, pte(0), 0);
	store(w, pte(0), toy_leaf(0x100, PT_R, false));
	assert_false(oracle_bbm_has_made(w->bbm));
	store(w, pte(1), leaf(0x200));
	assert_false(oracle_bbm_has_made(w->bbm));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_split_live),
		TEST(good_split_broken),
		TEST(bad_flush_before_break),
		TEST(bad_flush_too_small),
		TEST(good_flush_in_parts),
		TEST(bad_flush_with_gap),
		TEST(bad_flush_of_another_depth),
		TEST(bad_flush_of_another_space),
		TEST(bad_collapse_live),
		TEST(bad_other_table_live),
		TEST(bad_table_at_address_of_leaf_live),
		TEST(bad_collapse_flushed_without_tables),
		TEST(good_collapse_broken),
		TEST(good_other_table_broken),
		TEST(bad_address_live),
		TEST(bad_memory_type_live),
		TEST(good_memory_type_broken),
		TEST(good_rights_live),
		TEST(good_accessed_and_dirty_live),
		TEST(good_from_and_to_unused),
		TEST(good_in_new_tables),
		cmocka_unit_test_setup_teardown(good_live_without_rule,
						open_world_without_rule,
						close_world),
		TEST(good_broken_and_restored),
		TEST(bad_broken_restored_and_broken),
		TEST(good_broken_in_several_ways),
		TEST(bad_second_address_live),
		TEST(bad_second_make_without_flush),
		TEST(good_two_makes),
		TEST(good_next_operation),
		TEST(bad_next_operation),
		TEST(bad_flush_of_operation_before),
		TEST(good_flushes_of_neighbours),
		TEST(broken_and_made_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
