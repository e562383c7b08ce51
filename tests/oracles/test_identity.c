/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Identity maps, computed by hand from include/tablewalk/identity.h for the
 * formats of toy.h, a format with groups and one of two levels.
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

static int identity(struct toy *t, uint64_t va, uint64_t last, uint32_t attrs)
{
	const struct op op = { .kind = OP_IDENTITY, .va = va, .last = last,
			       .pa = va, .attrs = attrs };

	return toy_run(t, &op);
}

/* Leaves are the largest that fit, groups of one depth included. */
static void leaves_are_as_large_as_fits(void **state)
{
	struct toy *t = *state;

	assert_int_equal(identity(t, 0x10, 0x3ff, TOY_RW), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x35, "lookup 0x35 pte leaf order 0 pa 0x35 "
		      "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x40, "lookup 0x40 pte leaf order 2 pa 0x40 "
		      "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0xff, "lookup 0xff pmd leaf order 0 pa 0xff "
		      "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x100, "lookup 0x100 pmd leaf order 1 pa 0x100 "
		      "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x3ff, "lookup 0x3ff pud leaf order 0 pa 0x3ff "
		      "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0, "lookup 0x0 pte none order 0 pa 0x0 "
		      "--------- wb key 0 removed ----");
}

/* A group needs all its entries: a part of the unit is single leaves. */
static void parts_of_a_unit_are_single(void **state)
{
	struct toy *t = *state;

	assert_int_equal(identity(t, 0x10, 0xaf, PT_R), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
	toy_expect_at(t, 0x70, "lookup 0x70 pte leaf order 2 pa 0x70 "
		      "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0x80, "lookup 0x80 pte leaf order 0 pa 0x80 "
		      "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0xa0, "lookup 0xa0 pte leaf order 0 pa 0xa0 "
		      "r-------- wb key 0 removed ----");
}

/* A table that is there stays, and what is below it is mapped. */
static void tables_in_the_way_stay(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x80, 0x8f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x80, 0x8f), 0);
	assert_int_equal(identity(t, 0, 0x3ff, PT_R), 0);
	EXPECT_TRACE(t, "return 0");
	/* Its neighbour is the other half of a unit that is not whole. */
	toy_expect_at(t, 0, "lookup 0x0 pmd leaf order 0 pa 0x0 "
		      "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0x80, "lookup 0x80 pte leaf order 2 pa 0x80 "
		      "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0x180, "lookup 0x180 pmd leaf order 1 pa 0x180 "
		      "r-------- wb key 0 removed ----");
}

/* Malformed, out of memory or root, not representable, shared, mapped. */
static void errors_have_precedence(void **state)
{
	struct toy *t = *state;

	assert_int_equal(identity(t, 0x8, 0x3ff, PT_W), -EINVAL);
	assert_int_equal(identity(t, 0x10, 0xf, PT_W), -EINVAL);
	assert_int_equal(identity(t, 0x0, 0x7ff, PT_W), -ERANGE);
	/* Memory ends at 2^16. */
	assert_int_equal(identity(t, HIGH, HIGH + 0xf, PT_W), -ERANGE);
	assert_int_equal(toy_map(t, 0x10, 0x1f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(identity(t, 0, 0x3ff, PT_W), -EOPNOTSUPP);
	assert_int_equal(identity(t, 0, 0x3ff, PT_R), -EEXIST);
	EXPECT_TRACE(t, "return -17");
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = 1 }), 0);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	assert_int_equal(identity(t, 0, 0x3ff, PT_R), -EBUSY);
	/* Neither may the owner, not even in a part of its own. */
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH }), 0);
	assert_int_equal(identity(t, 0, 0x3ff, PT_R), -EBUSY);
}

/* A refused table gives back the others, the last one first. */
static void refused_tables_leave_nothing(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_fail(t, 2), 0);
	assert_int_equal(identity(t, 0x10, 0xff, PT_R), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "nomem 64 bytes x1",
		     "free 32 bytes x1", "return -12");
	toy_expect_at(t, 0x80, "lookup 0x80 pud none order 0 pa 0x0 "
		      "--------- wb key 0 removed ----");
}

/* With 16K pages units are 2M and 1G; the root has no leaves. */
static void groups_of_a_real_format_are_found(void **state)
{
	struct toy real;

	(void)state;
	toy_open(&real, mmu_find("arm64-16k-47"));
	real.regime.pa_bits = 40;
	oracle_reset(real.oracle, &real.regime);
	assert_int_equal(identity(&real, 0, UINT64_C(0x42203fff), PT_R), 0);
	EXPECT_TRACE(&real, "alloc 16384 bytes x2", "return 0");
	toy_expect_at(&real, 0x3fffffff,
		      "lookup 0x3fffffff pmd leaf order 5 pa 0x3fffffff "
		      "r-------- wb key 0 removed ----");
	toy_expect_at(&real, 0x41ffffff,
		      "lookup 0x41ffffff pmd leaf order 0 pa 0x41ffffff "
		      "r-------- wb key 0 removed ----");
	toy_expect_at(&real, 0x42000000,
		      "lookup 0x42000000 pte leaf order 7 pa 0x42000000 "
		      "r-------- wb key 0 removed ----");
	toy_expect_at(&real, 0x42203fff,
		      "lookup 0x42203fff pte leaf order 0 pa 0x42203fff "
		      "r-------- wb key 0 removed ----");
	toy_close(&real);
}

/* Of two levels the upper one holds 4M leaves. */
static void two_levels_are_enough(void **state)
{
	struct toy real;

	(void)state;
	toy_open(&real, mmu_find("i386"));
	real.regime.pa_bits = 32;
	oracle_reset(real.oracle, &real.regime);
	assert_int_equal(identity(&real, 0x400000, 0x800fff, TOY_RW | PT_X), 0);
	EXPECT_TRACE(&real, "alloc 4096 bytes x1", "return 0");
	toy_expect_at(&real, 0x7fffff,
		      "lookup 0x7fffff pmd leaf order 0 pa 0x7fffff "
		      "rwx------ wb key 0 removed ----");
	toy_expect_at(&real, 0x800000,
		      "lookup 0x800000 pte leaf order 0 pa 0x800000 "
		      "rwx------ wb key 0 removed ----");
	toy_close(&real);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
	const struct CMUnitTest tests[] = {
		TEST(leaves_are_as_large_as_fits),
		TEST(parts_of_a_unit_are_single),
		TEST(tables_in_the_way_stay),
		TEST(errors_have_precedence),
		TEST(refused_tables_leave_nothing),
		TEST(groups_of_a_real_format_are_found),
		TEST(two_levels_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
