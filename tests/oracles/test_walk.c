/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of a walk, computed by hand from
 * include/tablewalk/walk.h for the formats of toy.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define PGD OP_CB_ENTRY(PT_PGD)
#define P4D OP_CB_ENTRY(PT_P4D)
#define PUD OP_CB_ENTRY(PT_PUD)
#define PMD OP_CB_ENTRY(PT_PMD)
#define PTE OP_CB_ENTRY(PT_PTE)
#define HOLE OP_CB_HOLE

/* 0x00..0x2f pages, 0x80..0xff a pmd leaf, 0x200..0x3ff a pud leaf. */
static int open_toy(void **state)
{
	static struct toy toy;

	toy_open(&toy, &toy_arch);
	assert_int_equal(toy_map(&toy, 0, 0x2f, 0x100, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_map(&toy, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_map(&toy, 0x200, 0x3ff, 0x200, PT_R, PT_PUD, 0),
			 0);
	*state = &toy;
	return 0;
}

static int close_toy(void **state)
{
	toy_close(*state);
	return 0;
}

static const char pages_0_2f[] =
	"visit pte 0x0-0x2f x3 leaf order 0 pa 0x100 rw------- wb key 0";
static const char pages_30_7f[] =
	"visit pte 0x30-0x7f x5 none order 0 pa 0x0 --------- wb key 0";

/* Malformed and untranslated ranges end before any callback. */
static void bad_ranges_call_nothing(void **state)
{
	struct toy *t = *state;
	struct op_walk all = { .callbacks = 0x3f };

	assert_int_equal(toy_walk(t, 0x10, 0xf, &all), -EINVAL);
	EXPECT_TRACE(t, "return -22");
	assert_int_equal(toy_walk(t, 0x8, 0xf, &all), -EINVAL);
	assert_int_equal(toy_walk(t, 0, 0x10, &all), -EINVAL);
	assert_int_equal(toy_walk(t, 0x400, 0x40f, &all), -ERANGE);
	assert_int_equal(toy_walk(t, 0, 0xffffffff, &all), -ERANGE);
	EXPECT_TRACE(t, "return -34");
}

/* All callbacks: aliases of the root first, entries before what is below. */
static void callbacks_come_in_pre_order(void **state)
{
	struct toy *t = *state;
	struct op_walk all = { .callbacks = 0x3f };

	assert_int_equal(toy_walk(t, 0, 0x3ff, &all), 0);
	EXPECT_TRACE(
		t,
		"visit pgd 0x0-0x1ff x1 table order 0 pa 0x0 "
		"--------- wb key 0",
		"visit p4d 0x0-0x1ff x1 table order 0 pa 0x0 "
		"--------- wb key 0",
		"visit pud 0x0-0x1ff x1 table order 0 pa 0x0 "
		"--------- wb key 0",
		"visit pmd 0x0-0x7f x1 table order 0 pa 0x0 "
		"--------- wb key 0",
		pages_0_2f, pages_30_7f,
		"visit pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
		"r-------- wb key 0",
		"hole pmd 0x100-0x1ff x2",
		"visit pgd 0x200-0x3ff x1 leaf order 0 pa 0x200 "
		"r-------- wb key 0",
		"visit p4d 0x200-0x3ff x1 leaf order 0 pa 0x200 "
		"r-------- wb key 0",
		"visit pud 0x200-0x3ff x1 leaf order 0 pa 0x200 "
		"r-------- wb key 0",
		"return 0");
}

/* A hole in the root counts as pgd; the upper half is sign-extended. */
static void root_holes_count_as_pgd(void **state)
{
	struct toy *t = *state;
	struct op_walk holes = { .callbacks = HOLE };

	assert_int_equal(toy_walk(t, 0xfffffc10, 0xffffffff, &holes), 0);
	EXPECT_TRACE(t, "hole pgd 0xfffffc10-0xfffffdff x1",
		     "hole pgd 0xfffffe00-0xffffffff x1", "return 0");
}

/* R23: without a deeper callback the tables below are not read. */
static void tables_nobody_wants_are_not_read(void **state)
{
	struct toy *t = *state;
	struct op_walk root = { .callbacks = PUD | HOLE };
	struct op_walk none = { .callbacks = HOLE };

	assert_int_equal(toy_walk(t, 0, 0x3ff, &root), 0);
	EXPECT_TRACE(t,
		     "visit pud 0x0-0x1ff x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit pud 0x200-0x3ff x1 leaf order 0 pa 0x200 "
		     "r-------- wb key 0",
		     "return 0");
	assert_int_equal(toy_walk(t, 0, 0x3ff, &none), 0);
	EXPECT_TRACE(t, "return 0");
}

/* Ranges of upper entries are clipped at both ends, pa with them. */
static void ranges_are_clipped(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PUD | PMD | PTE | HOLE };

	assert_int_equal(toy_walk(t, 0x90, 0x20f, &walk), 0);
	EXPECT_TRACE(t,
		     "visit pud 0x90-0x1ff x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit pmd 0x90-0xff x1 leaf order 0 pa 0x90 "
		     "r-------- wb key 0",
		     "hole pmd 0x100-0x1ff x2",
		     "visit pud 0x200-0x20f x1 leaf order 0 pa 0x200 "
		     "r-------- wb key 0",
		     "return 0");
	assert_int_equal(toy_walk(t, 0x110, 0x16f, &walk), 0);
	EXPECT_TRACE(t,
		     "visit pud 0x110-0x16f x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     "hole pmd 0x110-0x16f x1", "return 0");
}

/* stop_at counts every callback of a run, and cuts it there. */
static void stop_cuts_a_run(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE, .stop_at = 5,
				.stop_value = 7 };

	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), 7);
	EXPECT_TRACE(t, pages_0_2f,
		     "visit pte 0x30-0x4f x2 none order 0 pa 0x0 "
		     "--------- wb key 0",
		     "return 7");
	walk.stop_at = 3;
	walk.stop_value = -3;
	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), -3);
	EXPECT_TRACE(t, pages_0_2f, "return -3");
	/* Holes count too. */
	walk.callbacks = PMD | HOLE;
	walk.stop_at = 4;
	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), -3);
	EXPECT_TRACE(t,
		     "visit pmd 0x0-0x7f x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
		     "r-------- wb key 0",
		     "hole pmd 0x100-0x1ff x2", "return -3");
}

/* CONTINUE at the k-th call skips what is below and the other aliases. */
static void continue_skips_the_rest_of_the_entry(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = {
		.callbacks = P4D | PUD | PTE,
		.action = OP_CONTINUE,
		.action_depth = PT_P4D,
		.action_from = 0,
	};

	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), 0);
	EXPECT_TRACE(t,
		     "visit p4d 0x0-0x1ff x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit p4d 0x200-0x3ff x1 leaf order 0 pa 0x200 "
		     "r-------- wb key 0",
		     "visit pud 0x200-0x3ff x1 leaf order 0 pa 0x200 "
		     "r-------- wb key 0",
		     "return 0");
	walk.action_from = 1;
	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), 0);
	EXPECT_TRACE(t,
		     "visit p4d 0x0-0x1ff x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit pud 0x0-0x1ff x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     pages_0_2f, pages_30_7f,
		     "visit p4d 0x200-0x3ff x1 leaf order 0 pa 0x200 "
		     "r-------- wb key 0",
		     "return 0");
	/* Of the last callback of a table: nothing below. */
	walk.callbacks = PMD | PTE;
	walk.action_depth = PT_PMD;
	walk.action_from = 0;
	assert_int_equal(toy_walk(t, 0, 0xff, &walk), 0);
	EXPECT_TRACE(t,
		     "visit pmd 0x0-0x7f x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
		     "r-------- wb key 0",
		     "return 0");
}

/* AGAIN at call k evaluates that entry once more, in the middle of a run. */
static void again_repeats_one_entry(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = {
		.callbacks = PTE,
		.action = OP_AGAIN,
		.action_depth = PT_PTE,
		.action_from = 4,
	};

	assert_int_equal(toy_walk(t, 0, 0x7f, &walk), 0);
	EXPECT_TRACE(t, pages_0_2f,
		     "visit pte 0x30-0x4f x2 none order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit pte 0x40-0x7f x4 none order 0 pa 0x0 "
		     "--------- wb key 0",
		     "return 0");
}

/* AGAIN starts over at the first alias. */
static void again_starts_at_the_first_alias(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = {
		.callbacks = PGD | PUD,
		.action = OP_AGAIN,
		.action_depth = PT_PUD,
		.action_from = 0,
	};
	const char *pgd = "visit pgd 0x200-0x3ff x1 leaf order 0 pa 0x200 "
			  "r-------- wb key 0";
	const char *pud = "visit pud 0x200-0x3ff x1 leaf order 0 pa 0x200 "
			  "r-------- wb key 0";

	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, pgd, pud, pgd, pud, "return 0");
}

/* Eight re-evaluations of one entry, then -EAGAIN; the count is per entry. */
static void again_is_bounded(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = {
		.callbacks = PMD,
		.action = OP_AGAIN,
		.action_depth = PT_PMD,
		.action_from = 1,
		.action_always = true,
	};
	const char *leaf = "visit pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
			   "r-------- wb key 0";

	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), -EAGAIN);
	EXPECT_TRACE(t,
		     "visit pmd 0x0-0x7f x1 table order 0 pa 0x0 "
		     "--------- wb key 0",
		     leaf, leaf, leaf, leaf, leaf, leaf, leaf, leaf, leaf,
		     "return -11");
	/* A stop wins over the action of the same call. */
	walk.stop_at = 10;
	walk.stop_value = 1;
	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), 1);
}

/* Groups are visited entry by entry; software entries show their payload. */
static void groups_and_payloads_are_visited(void **state)
{
	static struct toy t;
	struct op_walk walk = { .callbacks = PTE };

	(void)state;
	toy_open(&t, &toy_arch);
	assert_int_equal(toy_map(&t, 0, 0x3f, 0, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_setkind(&t, 0x40, PT_PTE, PT_SWAP, 0x50), 0);
	assert_int_equal(toy_setkind(&t, 0x50, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_setkind(&t, 0x60, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_setkind(&t, 0x70, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_walk(&t, 0x10, 0x7f, &walk), 0);
	EXPECT_TRACE(&t,
		     "visit pte 0x10-0x3f x3 leaf order 2 pa 0x10 "
		     "r-------- wb key 0",
		     "visit pte 0x40-0x4f x1 swap order 0 pa 0x50 "
		     "--------- wb key 0",
		     "visit pte 0x50-0x6f x2 marker order 0 pa 0x0 "
		     "--------- wb key 0",
		     "visit pte 0x70-0x7f x1 protnone order 0 pa 0x0 "
		     "r-------- wb key 0",
		     "return 0");
	toy_close(&t);
}

/* Invalid-huge entries show address and attributes; nothing is below them. */
static void invalid_huge_is_visited_as_it_is(void **state)
{
	static struct toy t;
	struct op_walk walk = { .callbacks = PMD | PTE };

	(void)state;
	toy_open(&t, &toy_arch);
	assert_int_equal(toy_map(&t, 0, 0x17f, 0x80, PT_R | PT_GLOBAL, PT_PMD,
				 0), 0);
	assert_int_equal(toy_setkind(&t, 0, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_setkind(&t, 0x80, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_walk(&t, 0x10, 0x17f, &walk), 0);
	EXPECT_TRACE(&t,
		     "visit pmd 0x10-0x7f x1 invalid-huge order 0 pa 0x90 "
		     "r-------- wb key 0",
		     "visit pmd 0x80-0xff x1 invalid-huge order 0 pa 0x100 "
		     "r-------- wb key 0",
		     "visit pmd 0x100-0x17f x1 leaf order 0 pa 0x180 "
		     "r---g---- wb key 0",
		     "return 0");
	toy_close(&t);
}

/* A table's attributes are the rights its pointer entry takes away. */
static void tables_show_what_they_deny(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PMD };

	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PMD, PT_W | PT_X), 0);
	assert_int_equal(toy_walk(t, 0, 0x7f, &walk), 0);
	EXPECT_TRACE(t,
		     "visit pmd 0x0-0x7f x1 table order 0 pa 0x0 "
		     "-wx------ wb key 0",
		     "return 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_ranges_call_nothing),
		TEST(callbacks_come_in_pre_order),
		TEST(root_holes_count_as_pgd),
		TEST(tables_nobody_wants_are_not_read),
		TEST(ranges_are_clipped),
		TEST(stop_cuts_a_run),
		TEST(continue_skips_the_rest_of_the_entry),
		TEST(again_repeats_one_entry),
		TEST(again_starts_at_the_first_alias),
		TEST(again_is_bounded),
		cmocka_unit_test(groups_and_payloads_are_visited),
		cmocka_unit_test(invalid_huge_is_visited_as_it_is),
		TEST(tables_show_what_they_deny),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
