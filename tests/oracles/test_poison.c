/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a poisoned byte of a table costs, computed by hand from
 * include/tablewalk/table_owner.h for the formats of toy.h and two real ones.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of the upper half */

static int open_toy(void **state)
{
	static struct toy toy;

	toy_open(&toy, &toy_arch);
	*state = &toy;
	return 0;
}

static int close_toy(void **state)
{
	toy_close(*state);
	return 0;
}

static int poison(struct toy *t, uint64_t va, unsigned depth,
		  enum op_poison which)
{
	const struct op op = { .kind = OP_POISON, .va = va,
			       .depth = (uint8_t)depth,
			       .nth = (uint8_t)which };

	return toy_run(t, &op);
}

static void use_space(struct toy *t, unsigned space)
{
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = (uint8_t)space }),
			 0);
}

/* A signed root loses its two halves, and nothing between them. */
static void signed_root_loses_both_halves(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poison(t, 0x3ff, PT_PUD, OP_POISON_TABLE), 1);
	EXPECT_TRACE(t, "poison pud 0x0-0xffffffff space 0", "lost 0x0-0x3ff",
		     "lost 0xfffffc00-0xffffffff", "return 1");
}

/* One byte of an entry loses what that entry covers, whatever is in it. */
static void a_byte_of_an_entry_loses_the_entry(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poison(t, 0x3ff, PT_PUD, OP_POISON_ENTRY), 1);
	EXPECT_TRACE(t, "poison pud 0x0-0xffffffff space 0",
		     "lost 0x200-0x3ff", "return 1");
	assert_int_equal(toy_map(t, 0x40, 0x7f, 0x40, PT_R, PT_PTE, 2), 0);
	/* Of a group the one entry. */
	assert_int_equal(poison(t, 0x55, PT_PTE, OP_POISON_ENTRY), 1);
	EXPECT_TRACE(t, "poison pte 0x0-0x7f space 0", "lost 0x50-0x5f",
		     "return 1");
}

/* Two neighbours are one range, but not over the gap; behind the last is none. */
static void two_neighbours_are_one_range(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poison(t, 0, PT_PUD, OP_POISON_TWO), 1);
	EXPECT_TRACE(t, "poison pud 0x0-0xffffffff space 0", "lost 0x0-0x3ff",
		     "return 1");
	assert_int_equal(poison(t, 0x210, PT_PUD, OP_POISON_TWO), 1);
	EXPECT_TRACE(t, "poison pud 0x0-0xffffffff space 0",
		     "lost 0x200-0x3ff", "lost 0xfffffc00-0xfffffdff",
		     "return 1");
	assert_int_equal(poison(t, HIGH + 0x200, PT_PUD, OP_POISON_TWO), 1);
	EXPECT_TRACE(t, "poison pud 0x0-0xffffffff space 0",
		     "lost 0xfffffe00-0xffffffff", "return 1");
}

/* A table below the root loses what it covers. */
static void tables_lose_what_they_cover(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, HIGH + 0x3f0, HIGH + 0x3ff, 0, PT_R, PT_PTE,
				 0), 0);
	assert_int_equal(poison(t, HIGH + 0x200, PT_PMD, OP_POISON_TABLE), 1);
	EXPECT_TRACE(t, "poison pmd 0xfffffe00-0xffffffff space 0",
		     "lost 0xfffffe00-0xffffffff", "return 1");
	assert_int_equal(poison(t, HIGH + 0x390, PT_PTE, OP_POISON_TWO), 1);
	EXPECT_TRACE(t, "poison pte 0xffffff80-0xffffffff space 0",
		     "lost 0xffffff90-0xffffffaf", "return 1");
}

/* Of two roots each loses its half. */
static void roots_of_halves_lose_their_half(void **state)
{
	struct toy five;

	(void)state;
	toy_open(&five, &toy5_arch);
	use_space(&five, 1);
	assert_int_equal(poison(&five, UINT64_C(0xfffff800), PT_PGD,
				OP_POISON_TABLE), 1);
	EXPECT_TRACE(&five, "poison pgd 0xfffff000-0xffffffff space 1",
		     "lost 0xfffff000-0xffffffff", "return 1");
	assert_int_equal(poison(&five, UINT64_C(0xfffff800), PT_PGD,
				OP_POISON_TWO), 1);
	EXPECT_TRACE(&five, "poison pgd 0xfffff000-0xffffffff space 1",
		     "lost 0xfffff800-0xffffffff", "return 1");
	toy_close(&five);
}

/* What pt_table_at() refuses is refused, and nothing reported. */
static void what_is_not_there_is_refused(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poison(t, 0x400, PT_P4D, OP_POISON_TABLE), -EINVAL);
	assert_int_equal(poison(t, 0x400, PT_PTE, OP_POISON_TABLE), -ERANGE);
	assert_int_equal(poison(t, 0, PT_PTE, OP_POISON_TABLE), -ENOENT);
	EXPECT_TRACE(t, "return -2");
}

/* A shared table is its owner's, from either side; each root is its space's. */
static void shared_tables_are_their_owners(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, HIGH, HIGH + 0xf, 0, PT_R, PT_PTE, 0), 0);
	use_space(t, 1);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	assert_int_equal(poison(t, HIGH, PT_PTE, OP_POISON_TABLE), 1);
	EXPECT_TRACE(t, "poison pte 0xfffffc00-0xfffffc7f space 0",
		     "lost 0xfffffc00-0xfffffc7f", "return 1");
	assert_int_equal(poison(t, HIGH, PT_PUD, OP_POISON_ENTRY), 1);
	EXPECT_TRACE(t, "poison pud 0x0-0xffffffff space 1",
		     "lost 0xfffffc00-0xfffffdff", "return 1");
}

/* With 4-level x86-64 the gap is that of 48 bits; i386 has none. */
static void real_roots_have_their_gap(void **state)
{
	struct toy real;

	(void)state;
	toy_open(&real, mmu_find("x86_64-4level"));
	assert_int_equal(poison(&real, 0, PT_P4D, OP_POISON_TABLE), 1);
	EXPECT_TRACE(&real, "poison p4d 0x0-0xffffffffffffffff space 0",
		     "lost 0x0-0x7fffffffffff",
		     "lost 0xffff800000000000-0xffffffffffffffff", "return 1");
	toy_close(&real);
	toy_open(&real, mmu_find("i386"));
	assert_int_equal(poison(&real, 0, mmu_find("i386")->top,
				OP_POISON_TABLE), 1);
	EXPECT_TRACE(&real, "poison pmd 0x0-0xffffffff space 0",
		     "lost 0x0-0xffffffff", "return 1");
	toy_close(&real);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
	const struct CMUnitTest tests[] = {
		TEST(signed_root_loses_both_halves),
		TEST(a_byte_of_an_entry_loses_the_entry),
		TEST(two_neighbours_are_one_range),
		TEST(tables_lose_what_they_cover),
		TEST(roots_of_halves_lose_their_half),
		TEST(what_is_not_there_is_refused),
		TEST(shared_tables_are_their_owners),
		TEST(real_roots_have_their_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
