/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Shadow regions and copies of whole trees, computed by hand from
 * include/tablewalk/shadow.h and clone.h for toy of toy.h and real formats.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of the upper half */
#define PAGE(range) \
	"visit pte " range " x1 leaf order 0 pa 0x30 rw------- wb key 0"
#define RW(range, removed) \
	"run pte " range " leaf rw------- wb key 0 removed " removed
#define NONE(what, range) \
	"run " what " " range " none --------- wb key 0 removed ----"

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

static int shadow(struct toy *t, uint64_t va, uint64_t last, uint64_t pa,
		  uint32_t attrs, enum op_shadow look)
{
	const struct op op = { .kind = OP_SHADOW, .va = va, .last = last,
			       .pa = pa, .attrs = attrs,
			       .nth = (uint8_t)look };

	return toy_run(t, &op);
}

static int clone(struct toy *t, uint64_t va, uint64_t last, unsigned flags)
{
	const struct op op = { .kind = OP_CLONE, .va = va, .last = last,
			       .nth = (uint8_t)flags };

	return toy_run(t, &op);
}

static void ctor_fail(struct toy *t, unsigned nth)
{
	const struct op op = { .kind = OP_CTOR_FAIL, .nth = (uint8_t)nth };

	assert_int_equal(toy_run(t, &op), 0);
}

static void use_space(struct toy *t, unsigned space)
{
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = (uint8_t)space }),
			 0);
}

/*
 *			Shadows
 */

/* Links are as high up as the range covers an entry; edges need tables. */
static void edges_need_tables_and_keep_them(void **state)
{
	struct toy *t = *state;

	/* The chain is 32 and 64 bytes; then what is covered in part. */
	assert_int_equal(shadow(t, 0x10, 0x2ff, 0x30, TOY_RW, OP_SHADOW_SHORT),
			 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", RW("0x10-0x2ff", "----"),
		     "wx 0 pages", "free 64 bytes x1", "free 32 bytes x1",
		     "return 0");
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_DUMP,
						  .last = 0x3ff, .nth = 1 }),
			 0);
	EXPECT_TRACE(t, NONE("pte", "0x0-0x7f"), NONE("pmd", "0x80-0x3ff"),
		     "wx 0 pages", "return 0");
	/* The tables are there now. */
	assert_int_equal(shadow(t, 0x10, 0x2ff, 0x30, TOY_RW, OP_SHADOW_SHORT),
			 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     RW("0x10-0x2ff", "----"), "wx 0 pages",
		     "free 64 bytes x1", "free 32 bytes x1", "return 0");
}

/* A whole entry of the root is one link, and nothing stays. */
static void whole_root_entries_need_no_table(void **state)
{
	struct toy *t = *state;

	assert_int_equal(shadow(t, 0x200, 0x3ff, 0, TOY_RWX, OP_SHADOW_SHORT),
			 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "run pte 0x200-0x3ff leaf rwx------ wb key 0 removed ----",
		     "wx 32 pages", "free 64 bytes x1", "free 32 bytes x1",
		     "return 0");
	toy_expect_at(t, 0x200, "lookup 0x200 pud none order 0 pa 0x0 "
		      "--------- wb key 0 removed ----");
}

/* Each page is the same page, so no two visits are one event. */
static void every_page_is_the_same_page(void **state)
{
	struct toy *t = *state;

	assert_int_equal(shadow(t, 0x1f0, 0x20f, 0x30, TOY_RW, OP_SHADOW_LONG),
			 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "alloc 64 bytes x1",
		     RW("0x1f0-0x20f", "----"), "wx 0 pages",
		     PAGE("0x1f0-0x1ff"), PAGE("0x200-0x20f"),
		     "free 64 bytes x1", "free 32 bytes x1", "return 0");
}

/* What the tables above a link take away is taken away from its pages. */
static void restrictions_hold_for_links(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x7f), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PUD, PT_W), 0);
	assert_int_equal(shadow(t, 0, 0x3ff, 0x30, TOY_RW, OP_SHADOW_SHORT),
			 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     RW("0x0-0x1ff", "-w--"), RW("0x200-0x3ff", "----"),
		     "wx 0 pages", "free 64 bytes x1", "free 32 bytes x1",
		     "return 0");
}

/* What the shadow cannot be is refused before anything is allocated. */
static void a_shadow_that_cannot_be_is_refused(void **state)
{
	struct toy *t = *state;

	assert_int_equal(shadow(t, 8, 0, 0x10008, PT_W, OP_SHADOW_SHORT),
			 -EINVAL);
	assert_int_equal(shadow(t, 8, 0, 0x10000, PT_W, OP_SHADOW_SHORT),
			 -ERANGE);
	assert_int_equal(shadow(t, 8, 0, 0x30, PT_W, OP_SHADOW_SHORT),
			 -EOPNOTSUPP);
	EXPECT_TRACE(t, "return -95");
	toy_fail(t, 2);
	assert_int_equal(shadow(t, 8, 0, 0x30, PT_R, OP_SHADOW_SHORT),
			 -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "nomem 64 bytes x1",
		     "free 32 bytes x1", "return -12");
}

/* What filling is refused destroys the shadow, lower tables first. */
static void a_range_that_cannot_be_filled_is_refused(void **state)
{
	struct toy *t = *state;

#define REFUSED(ret) \
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", \
		     "free 64 bytes x1", "free 32 bytes x1", "return " ret)
	assert_int_equal(shadow(t, 8, 0x3ff, 0x30, PT_R, OP_SHADOW_SHORT),
			 -EINVAL);
	REFUSED("-22");
	assert_int_equal(shadow(t, 0, 0x40f, 0x30, PT_R, OP_SHADOW_SHORT),
			 -ERANGE);
	REFUSED("-34");
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(shadow(t, 0, 0x3ff, 0x30, PT_R, OP_SHADOW_SHORT),
			 -EEXIST);
	REFUSED("-17");
	use_space(t, 1);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	assert_int_equal(shadow(t, 0, 0x3ff, 0x30, PT_R, OP_SHADOW_SHORT),
			 -EBUSY);
	REFUSED("-16");
	use_space(t, 0);
	assert_int_equal(shadow(t, 0, 0x3ff, 0x30, PT_R, OP_SHADOW_SHORT),
			 -EBUSY);
	REFUSED("-16");
}

/* A refused edge gives back the others, last first, and then the shadow. */
static void a_refused_edge_leaves_nothing(void **state)
{
	struct toy *t = *state;

	toy_fail(t, 4);
	assert_int_equal(shadow(t, 0x10, 0x2ff, 0x30, PT_R, OP_SHADOW_SHORT),
			 -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "nomem 64 bytes x1",
		     "free 32 bytes x1", "free 64 bytes x1",
		     "free 32 bytes x1", "return -12");
	toy_expect_at(t, 0x10, "lookup 0x10 pud none order 0 pa 0x0 "
		      "--------- wb key 0 removed ----");
}

/* A shadow's tables are not constructed: only edges count. */
static void constructors_are_for_edges(void **state)
{
	struct toy *t = *state;

	ctor_fail(t, 1);
	assert_int_equal(shadow(t, 0x200, 0x3ff, 0x30, PT_R, OP_SHADOW_SHORT),
			 0);
	assert_int_equal(shadow(t, 0x10, 0x1f, 0x30, PT_R, OP_SHADOW_SHORT),
			 -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "free 32 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x1", "return -12");
}

/* Of two levels the chain is one table, and a link covers 4M. */
static void two_levels_have_a_chain_of_one(void **state)
{
	struct toy real;

	(void)state;
	toy_open(&real, mmu_find("i386"));
	assert_int_equal(shadow(&real, 0x400000, 0xbfffff, 0x3000,
				TOY_RWX, OP_SHADOW_SHORT), 0);
	EXPECT_TRACE(&real, "alloc 4096 bytes x1",
		     "run pte 0x400000-0xbfffff leaf rwx------ wb key 0 "
		     "removed ----", "wx 2048 pages", "free 4096 bytes x1",
		     "return 0");
	toy_close(&real);
}

/*
 *			Copies
 */

/* Pages 0 and 0x200. */
static void map_two(struct toy *t)
{
	assert_int_equal(toy_map(t, 0, 0xf, 0x30, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x200, 0x20f, 0x30, TOY_RW, PT_PTE, 0), 0);
}

/* All tables are allocated, a table before those below it, and given back. */
static void a_copy_is_made_dumped_and_given_back(void **state)
{
	struct toy *t = *state;

	map_two(t);
	assert_int_equal(clone(t, 0, 0x27f, 1), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x2", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "alloc 64 bytes x1",
		     RW("0x0-0xf", "----"), NONE("pte", "0x10-0x7f"),
		     NONE("pmd", "0x80-0x1ff"), RW("0x200-0x20f", "----"),
		     NONE("pte", "0x210-0x27f"), "wx 0 pages",
		     "free 64 bytes x1", "free 32 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x2", "return 0");
	/* Without holes; and of a range that is refused, after the copy. */
	assert_int_equal(clone(t, 0, 0x1f, 0), 0);
	assert_int_equal(t->trace.count, 11);
	assert_int_equal(clone(t, 8, 0x1f, 0), -EINVAL);
	EXPECT_TRACE(t, "alloc 32 bytes x2", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x2", "return -22");
}

/* A refused table, or its constructor, the root's too, gives all back. */
static void a_refused_copy_leaves_nothing(void **state)
{
	struct toy *t = *state;

	map_two(t);
	toy_fail(t, 4);
	assert_int_equal(clone(t, 8, 0x1f, 1), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x2", "alloc 64 bytes x1",
		     "nomem 32 bytes x1", "free 64 bytes x1",
		     "free 32 bytes x2", "return -12");
	ctor_fail(t, 1);
	assert_int_equal(clone(t, 0, 0x1f, 1), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "free 32 bytes x1", "return -12");
}

/* What a sharer has of its owner is copied, too. */
static void shared_tables_are_copied(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, HIGH, HIGH + 0xf, 0x30, TOY_RW, PT_PTE, 0),
			 0);
	use_space(t, 1);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	assert_int_equal(clone(t, HIGH, HIGH + 0xf, 1), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x2", "alloc 64 bytes x1",
		     RW("0xfffffc00-0xfffffc0f", "----"), "wx 0 pages",
		     "free 64 bytes x1", "free 32 bytes x2", "return 0");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
	const struct CMUnitTest tests[] = {
		TEST(edges_need_tables_and_keep_them),
		TEST(whole_root_entries_need_no_table),
		TEST(every_page_is_the_same_page),
		TEST(restrictions_hold_for_links),
		TEST(a_shadow_that_cannot_be_is_refused),
		TEST(a_range_that_cannot_be_filled_is_refused),
		TEST(a_refused_edge_leaves_nothing),
		TEST(constructors_are_for_edges),
		TEST(two_levels_have_a_chain_of_one),
		TEST(a_copy_is_made_dumped_and_given_back),
		TEST(a_refused_copy_leaves_nothing),
		TEST(shared_tables_are_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
