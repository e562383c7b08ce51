/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Wrong entries, computed by hand from include/tablewalk/walk.h, OP_POKE, for the
 * formats of toy.h and one of two levels.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of the upper half */
#define TABLE(what, range) TOY_TABLE(what " " range)
#define BAD(what, range) \
	"visit " what " " range " x1 bad order 0 pa 0x0 --------- wb key 0"
#define NONE(what, range) TOY_NONE(what " " range " x1")
#define RUN(what, range, kind) \
	"run " what " " range " " kind " --------- wb key 0 removed ----"

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

static int poke(struct toy *t, uint64_t va, uint64_t last, unsigned depth,
		enum op_poke word)
{
	const struct op op = { .kind = OP_POKE, .va = va, .last = last,
			       .depth = (uint8_t)depth,
			       .nth = (uint8_t)word };

	return toy_run(t, &op);
}

static void use_space(struct toy *t, unsigned space)
{
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = (uint8_t)space }),
			 0);
}

static void expect_hole(struct toy *t)
{
	toy_expect_at(t, 0, "lookup 0x0 pud none order 0 pa 0x0 "
		      "--------- wb key 0 removed ----");
}

/* bad is called instead of a page's callback; dump and look-up say bad too. */
static void a_bad_page_is_reported_as_bad(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0x100, PT_R, PT_PTE, 0), 0);
	assert_int_equal(poke(t, 0x10, 0x2f, PT_PTE, OP_POKE_BAD), 0);
	EXPECT_TRACE(t, TABLE("pgd", "0x10-0x2f"), TABLE("p4d", "0x10-0x2f"),
		     TABLE("pud", "0x10-0x2f"), TABLE("pmd", "0x10-0x2f"),
		     BAD("pte", "0x10-0x1f"), NONE("pte", "0x20-0x2f"),
		     RUN("pte", "0x10-0x1f", "bad"),
		     RUN("pte", "0x20-0x2f", "none"), "wx 0 pages",
		     "lookup 0x10 pte bad order 0 pa 0x0 --------- wb key 0 "
		     "removed ----", "return 0");
	toy_expect_at(t, 0x10, "lookup 0x10 pte none order 0 pa 0x0 "
		      "--------- wb key 0 removed ----");
}

/* In the root it is called once, of the root's own depth (R20). */
static void a_bad_root_entry_has_one_call(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poke(t, 0x200, 0x3ff, PT_PUD, OP_POKE_BAD), 0);
	EXPECT_TRACE(t, BAD("pud", "0x200-0x3ff"),
		     RUN("pud", "0x200-0x3ff", "bad"), "wx 0 pages",
		     "lookup 0x200 pud bad order 0 pa 0x0 --------- wb key 0 "
		     "removed ----", "return 0");
	expect_hole(t);
}

/* Where aliases see empty entries they see a bad one first, too. */
static void aliases_that_see_all_see_bad_ones(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_FOLDED_EMPTY);
	assert_int_equal(poke(t, 0x200, 0x20f, PT_PUD, OP_POKE_BAD), 0);
	EXPECT_TRACE(t, BAD("pgd", "0x200-0x20f"), BAD("p4d", "0x200-0x20f"),
		     BAD("pud", "0x200-0x20f"),
		     RUN("pud", "0x200-0x20f", "bad"), "wx 0 pages",
		     "lookup 0x200 pud bad order 0 pa 0x0 --------- wb key 0 "
		     "removed ----", "return 0");
}

/* A walk that clears what is bad finds a hole and leaves one, at pgd and p4d. */
static void a_cleared_entry_is_a_hole(void **state)
{
	struct toy five;

	(void)state;
	toy_open(&five, &toy5_arch);
	oracle_walk_flags(five.oracle, WALK_CLEARS_BAD);
	assert_int_equal(poke(&five, 0x800, 0xfff, PT_PGD, OP_POKE_BAD), 0);
	EXPECT_TRACE(&five, "hole pgd 0x800-0xfff x1",
		     RUN("pgd", "0x800-0xfff", "none"), "wx 0 pages",
		     "lookup 0x800 pgd none order 0 pa 0x0 --------- wb key 0 "
		     "removed ----", "return 0");
	assert_int_equal(toy_map(&five, 0, 0xff, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(poke(&five, 0x100, 0x1ff, PT_PUD, OP_POKE_BAD), 0);
	EXPECT_TRACE(&five, TABLE("pgd", "0x100-0x1ff"),
		     TABLE("p4d", "0x100-0x1ff"), BAD("pud", "0x100-0x1ff"),
		     RUN("pud", "0x100-0x1ff", "bad"), "wx 0 pages",
		     "lookup 0x100 pud bad order 0 pa 0x0 --------- wb key 0 "
		     "removed ----", "return 0");
	/* No leaf at pgd and p4d: a bad entry is none (R21). */
	oracle_walk_flags(five.oracle, WALK_NO_UPPER_LEAF);
	assert_int_equal(poke(&five, 0x800, 0xfff, PT_PGD, OP_POKE_BAD), 0);
	assert_int_equal(five.trace.event[0].kind, PT_BAD);
	toy_close(&five);
}

/* A pointer to the table it is in is a table entry to all but who asks. */
static void a_pointer_to_its_own_table_is_stray(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poke(t, 0, 0x3ff, PT_PUD, OP_POKE_DEPTH), -EFAULT);
	EXPECT_TRACE(t, TABLE("pgd", "0x0-0x1ff"), TABLE("p4d", "0x0-0x1ff"),
		     TABLE("pud", "0x0-0x1ff"),
		     "stray pmd space 0 found pud space 0", "return -14");
	expect_hole(t);
	/* A table of pmds is half as long as one of ptes. */
	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(poke(t, 0x80, 0x8f, PT_PMD, OP_POKE_DEPTH),
			 -EOPNOTSUPP);
}

/* What was walked before it stays walked, and what no table is is not found. */
static void a_pointer_to_no_table_finds_none(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(poke(t, 0xc0, 0xff, PT_PMD, OP_POKE_UNKNOWN),
			 -EFAULT);
	EXPECT_TRACE(t, TABLE("pgd", "0xc0-0xff"), TABLE("p4d", "0xc0-0xff"),
		     TABLE("pud", "0xc0-0xff"), TABLE("pmd", "0xc0-0xff"),
		     "stray pte space 0 found none", "return -14");
}

/* The other space's table has the right depth and the wrong owner. */
static void a_pointer_to_the_other_space_is_stray(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poke(t, 0, 0xf, PT_PUD, OP_POKE_OTHER), -ENOENT);
	assert_int_equal(toy_map(t, 0, 0x7f, 0x80, PT_R, PT_PMD, 0), 0);
	use_space(t, 1);
	assert_int_equal(poke(t, 0, 0xf, PT_PUD, OP_POKE_OTHER), -EFAULT);
	EXPECT_TRACE(t, TABLE("pgd", "0x0-0xf"), TABLE("p4d", "0x0-0xf"),
		     TABLE("pud", "0x0-0xf"),
		     "stray pmd space 1 found pmd space 0", "return -14");
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	assert_int_equal(poke(t, 0, 0xf, PT_PUD, OP_POKE_OTHER), -EBUSY);
}

/* In a shared kernel part a table is wanted of its owner, a root of its space. */
static void shared_tables_are_wanted_of_their_owner(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, HIGH, HIGH + 0x7f, 0, PT_R, PT_PMD, 0), 0);
	use_space(t, 1);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	assert_int_equal(poke(t, HIGH + 0x80, HIGH + 0x8f, PT_PMD,
			      OP_POKE_UNKNOWN), -EFAULT);
	assert_int_equal(t->trace.event[4].type, TRACE_STRAY);
	assert_int_equal(t->trace.event[4].order, 0);
	assert_int_equal(poke(t, HIGH + 0x200, HIGH + 0x20f, PT_PUD,
			      OP_POKE_DEPTH), -EFAULT);
	assert_int_equal(t->trace.event[3].order, 0);
	assert_int_equal(t->trace.event[3].kind, PT_PUD);
	assert_int_equal(t->trace.event[3].ret, 1);
}

/* Pointer or table or entry: nothing is walked where there is no such place. */
static void errors_have_precedence(void **state)
{
	struct toy *t = *state;

	assert_int_equal(poke(t, 0x400, 0, PT_PGD, OP_POKE_NOTHING),
			 -EOPNOTSUPP);
	assert_int_equal(poke(t, 0x400, 0, PT_PTE, OP_POKE_DEPTH),
			 -EOPNOTSUPP);
	assert_int_equal(poke(t, 0x400, 0, PT_P4D, OP_POKE_DEPTH), -EINVAL);
	assert_int_equal(poke(t, 0x400, 0, PT_PTE, OP_POKE_BAD), -ERANGE);
	assert_int_equal(poke(t, 0, 0, PT_PTE, OP_POKE_BAD), -ENOENT);
	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(poke(t, 0, 0xf, PT_PMD, OP_POKE_BAD), -EBUSY);
	assert_int_equal(poke(t, 0, 0xf, PT_PUD, OP_POKE_BAD), -EBUSY);
	EXPECT_TRACE(t, "return -16");
	/* The range is the walk's. */
	assert_int_equal(poke(t, 0x80, 0x7f, PT_PMD, OP_POKE_BAD), -EINVAL);
	EXPECT_TRACE(t, "return -22");
}

/* A walk may take any range; the dump after it does not, and is the first to fail. */
static void a_range_may_be_refused_by_the_dump_alone(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	assert_int_equal(poke(t, 0x208, 0x21f, PT_PUD, OP_POKE_BAD), -EINVAL);
	EXPECT_TRACE(t, BAD("pud", "0x208-0x21f"),
		     "lookup 0x208 pud bad order 0 pa 0x0 --------- wb key 0 "
		     "removed ----", "return -22");
}

/* Of two levels the root stands for three more. */
static void two_levels_have_bad_words(void **state)
{
	struct toy real;

	(void)state;
	toy_open(&real, mmu_find("i386"));
	assert_int_equal(poke(&real, 0x400000, 0x400fff, PT_PMD, OP_POKE_BAD),
			 0);
	EXPECT_TRACE(&real, BAD("pmd", "0x400000-0x400fff"),
		     RUN("pmd", "0x400000-0x400fff", "bad"), "wx 0 pages",
		     "lookup 0x400000 pmd bad order 0 pa 0x0 --------- wb key "
		     "0 removed ----", "return 0");
	toy_close(&real);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
	const struct CMUnitTest tests[] = {
		TEST(a_bad_page_is_reported_as_bad),
		TEST(a_bad_root_entry_has_one_call),
		TEST(aliases_that_see_all_see_bad_ones),
		TEST(a_cleared_entry_is_a_hole),
		TEST(a_pointer_to_its_own_table_is_stray),
		TEST(a_pointer_to_no_table_finds_none),
		TEST(a_pointer_to_the_other_space_is_stray),
		TEST(shared_tables_are_wanted_of_their_owner),
		TEST(errors_have_precedence),
		TEST(a_range_may_be_refused_by_the_dump_alone),
		TEST(two_levels_have_bad_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
