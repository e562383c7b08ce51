/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How changes during a walk are counted, and what flags make of them: as in
 * test_during.c, by hand from include/tablewalk/walk.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "during.h"

/*
 *			A change counts as an AGAIN
 */

static void asks_again(struct toy *t, unsigned nth, unsigned callbacks,
		       unsigned depth)
{
	const struct op_walk ask = { .callbacks = (uint8_t)callbacks,
				     .action = OP_AGAIN,
				     .action_depth = (uint8_t)depth,
				     .action_always = true };

	hold_range(t, nth, OP_PROTECT, 0x80, 0xff);
	assert_int_equal(toy_walk(t, 0, 0xf, &ask), -EAGAIN);
}

/* Of one entry 8 re-evaluations are made, whatever asked for them. */
static void a_change_counts_as_an_again(void **state)
{
	struct toy *t = *state;
	const char *pmd = TOY_TABLE("pmd 0x0-0xf");
	const char *page = PAGES("0x0-0xf x1", "0x200");

	asks_again(t, 3, PMD, PT_PMD);
	EXPECT_TRACE(t, pmd, pmd, pmd, "inner 0", pmd, pmd, pmd, pmd, pmd, pmd,
		     "return -11");
	asks_again(t, 3, PTE, PT_PTE);
	EXPECT_TRACE(t, page, page, page, "inner 0", page, page, page, page,
		     page, page, "return -11");
	/* One that comes after 8 of them is one too many. */
	asks_again(t, 9, PMD, PT_PMD);
	EXPECT_TRACE(t, pmd, pmd, pmd, pmd, pmd, pmd, pmd, pmd, pmd, "inner 0",
		     "return -11");
	asks_again(t, 9, PTE, PT_PTE);
	EXPECT_TRACE(t, page, page, page, page, page, page, page, page, page,
		     "inner 0", "return -11");
}

/* The count is that of the entry: a table above starts no other one. */
static void counts_are_of_the_entry(void **state)
{
	struct toy *t = *state;
	const char *pmd = TOY_TABLE("pmd 0x0-0x1f");
	const char *page = PAGES("0x0-0xf x1", "0x200");
	struct op_walk ask = { .callbacks = PMD | PTE,
			       .action = OP_AGAIN,
			       .action_depth = PT_PTE,
			       .action_always = true };

	hold_range(t, 1, OP_PROTECT, 0x80, 0xff);
	assert_int_equal(toy_walk(t, 0, 0x1f, &ask), -EAGAIN);
	EXPECT_TRACE(t, pmd, "inner 0", pmd, page, page, page, page, page, page,
		     page, page, page, "return -11");
	/* Nor has the page after the changed one a part in its count. */
	hold_range(t, 1, OP_PROTECT, 0x80, 0xff);
	ask.callbacks = PTE;
	ask.action_from = 2;
	assert_int_equal(toy_walk(t, 0, 0x1f, &ask), -EAGAIN);
	page = PAGES("0x10-0x1f x1", "0x210");
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "inner 0",
		     PAGES("0x0-0x1f x2", "0x200"), page, page, page, page,
		     page, page, page, page, "return -11");
}

/* What is there at another depth after the change has a count of its own. */
static void a_new_entry_has_a_new_count(void **state)
{
	struct toy *t = *state;
	const char *pmd = TOY_VISIT("pmd 0x0-0x7f x1 leaf order 0 pa 0x200 "
				    "rw-------");
	struct op_walk ask = { .callbacks = PMD | PTE,
			       .action = OP_AGAIN,
			       .action_depth = PT_PMD,
			       .action_from = 1,
			       .action_always = true };

	hold_at(t, 2, OP_COLLAPSE, 0, PT_PMD);
	assert_int_equal(toy_walk(t, 0, 0x7f, &ask), -EAGAIN);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x7f"), PAGES("0x0-0xf x1", "0x200"),
		     "free 64 bytes x1", "inner 0", pmd, pmd, pmd, pmd, pmd,
		     pmd, pmd, pmd, pmd, "return -11");
}

/* AGAIN_ALIAS: it is the alias's count, and the first alias is next. */
static void each_alias_counts_its_own(void **state)
{
	struct toy *t = *state;
	const char *pgd = TOY_TABLE("pgd 0x0-0xf");
	const char *p4d = TOY_TABLE("p4d 0x0-0xf");

	/* Without the flag one count for both. */
	asks_again(t, 3, PGD | P4D, PT_P4D);
	EXPECT_TRACE(t, pgd, p4d, pgd, "inner 0", pgd, p4d, pgd, p4d, pgd, p4d,
		     pgd, p4d, pgd, p4d, pgd, p4d, pgd, p4d, "return -11");
	oracle_walk_flags(t->oracle, WALK_AGAIN_ALIAS);
	asks_again(t, 3, PGD | P4D, PT_P4D);
	EXPECT_TRACE(t, pgd, p4d, p4d, "inner 0", pgd, p4d, p4d, p4d, p4d, p4d,
		     p4d, p4d, "return -11");
	/* A change in another alias is not counted with these. */
	asks_again(t, 1, PGD | P4D, PT_P4D);
	EXPECT_TRACE(t, pgd, "inner 0", pgd, p4d, p4d, p4d, p4d, p4d, p4d, p4d,
		     p4d, p4d, "return -11");
}

/*
 *			Flags
 */

/* FOLDED_EMPTY: an alias of an empty entry may fill it. */
static void an_alias_fills_an_empty_entry(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_FOLDED_EMPTY);
	hold_map(t, 2, 0x200, 0x20f, 0x600, PT_PTE);
	assert_int_equal(walk(t, 0x200, 0x21f, PGD | P4D | PTE | HOLE), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x200-0x21f x1"),
		     TOY_NONE("p4d 0x200-0x21f x1"), "alloc 32 bytes x1",
		     "alloc 64 bytes x1", "inner 0",
		     TOY_TABLE("pgd 0x200-0x21f"), TOY_TABLE("p4d 0x200-0x21f"),
		     PAGES5("0x200-0x20f x1", "0x600"),
		     TOY_NONE("pte 0x210-0x21f x1"), "return 0");
}

/* FOLDED_EMPTY: after its hole an empty entry has its aliases again. */
static void a_hole_of_the_root_begins_with_its_aliases(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_FOLDED_EMPTY);
	hold_range(t, 2, OP_PROTECT, 0, 0xf);
	assert_int_equal(walk(t, 0x200, 0x3ff, PGD | PUD | HOLE), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x200-0x3ff x1"),
		     "hole pgd 0x200-0x3ff x1", "inner 0",
		     TOY_NONE("pgd 0x200-0x3ff x1"),
		     "hole pgd 0x200-0x3ff x1", "return 0");
}

/* A run-time folded hole and one without depth: real depths decide. */
static void the_depth_of_a_hole_is_not_the_callbacks(void **state)
{
	struct toy *t = *state;

	oracle_fold(t->oracle, 1 << PT_P4D);
	hold_map(t, 1, 0x200, 0x3ff, 0x200, PT_PUD);
	assert_int_equal(walk(t, 0x200, 0x3ff, PGD | PUD | HOLE), 0);
	EXPECT_TRACE(t, "hole p4d 0x200-0x3ff x1", "inner 0",
		     TOY_VISIT("pgd 0x200-0x3ff x1 leaf order 0 pa 0x200 "
			       "r--------"),
		     TOY_VISIT("pud 0x200-0x3ff x1 leaf order 0 pa 0x200 "
			       "r--------"), "return 0");
	oracle_walk_flags(t->oracle, WALK_NO_DEPTH);
	hold_range(t, 2, OP_PROTECT, 0, 0xf);
	assert_int_equal(walk(t, 0x100, 0x1ff, PUD | PMD | HOLE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x100-0x1ff"), "hole - 0x100-0x17f x1",
		     "inner 0", "hole - 0x100-0x1ff x2", "return 0");
}

/* NO_UPPER_LEAF: a leaf that came to be above ends the walk, a table not. */
static void an_upper_leaf_is_refused_when_met(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_NO_UPPER_LEAF);
	hold_map(t, 1, 0x400, 0x5ff, 0x400, PT_P4D);
	assert_int_equal(walk(t, 0x400, 0x7ff, P4D | HOLE), -EOPNOTSUPP);
	EXPECT_TRACE(t, "hole p4d 0x400-0x5ff x1", "inner 0", "return -95");
	hold_range(t, 3, OP_UNMAP, 0, 0xf);
	assert_int_equal(walk(t, 0, 0x1f, P4D | PTE), 0);
	EXPECT_TRACE(t, TOY_TABLE("p4d 0x0-0x1f"),
		     PAGES5("0x0-0x1f x2", "0x100"), "inner 0",
		     PAGES5("0x10-0x1f x1", "0x110"), "return 0");
}

/* UNALIGNED: the walk goes on at the very byte that the callback was given. */
static void unaligned_visits_go_on_by_stride(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	hold_range(t, 2, OP_UNMAP, 0x30, 0x3f);
	assert_int_equal(walk(t, 0x18, 0x43, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x18-0x37 x2", "0x218"), "inner 0",
		     PAGES("0x28-0x37 x1", "0x228"),
		     TOY_NONE("pte 0x38-0x47 x1"), "return 0");
	assert_int_equal(toy_map(t, 0x30, 0x3f, 0x230, TOY_RW, PT_PTE, 0), 0);
	hold_at(t, 2, OP_COLLAPSE, 0, PT_PMD);
	assert_int_equal(walk(t, 0x18, 0x8b, PMD | PTE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x18-0x7f"),
		     PAGES("0x18-0x27 x1", "0x218"), "free 64 bytes x1",
		     "inner 0",
		     TOY_VISIT("pmd 0x18-0x7f x1 leaf order 0 pa 0x218 "
			       "rw-------"),
		     TOY_VISIT("pmd 0x80-0x8b x1 leaf order 0 pa 0x80 "
			       "r--------"), "return 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
#define TEST5(name) cmocka_unit_test_setup_teardown(name, open_toy5, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_counts_as_an_again),
		TEST(counts_are_of_the_entry),
		TEST(a_new_entry_has_a_new_count),
		TEST(each_alias_counts_its_own),
		TEST(an_alias_fills_an_empty_entry),
		TEST(a_hole_of_the_root_begins_with_its_aliases),
		TEST(the_depth_of_a_hole_is_not_the_callbacks),
		TEST5(an_upper_leaf_is_refused_when_met),
		TEST(unaligned_visits_go_on_by_stride),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
