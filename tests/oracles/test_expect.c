/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of each operation on tables, computed by hand from
 * the contract (include/tablewalk/table_ops.h) for the format of toy.h.
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

/* Tables are announced parents first, by length, ascending. */
static void map_allocates_in_pre_order(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x70, 0x8f, 0x1070, TOY_RW, PT_PTE, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
	toy_expect_at(t, 0x8f, "lookup 0x8f pte leaf order 0 pa 0x108f "
			       "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x60, "lookup 0x60 pte none order 0 pa 0x0 "
			       "--------- wb key 0 removed ----");
	toy_expect_at(t, 0x100, "lookup 0x100 pmd none order 0 pa 0x0 "
				"--------- wb key 0 removed ----");
	toy_expect_at(t, 0x200, "lookup 0x200 pud none order 0 pa 0x0 "
				"--------- wb key 0 removed ----");
}

/* Errors come in the order malformed, range, not representable, state. */
static void map_errors_have_precedence(void **state)
{
	struct toy *t = *state;
	uint32_t bad = PT_W;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, TOY_RW, PT_PMD, 0), 0);
	assert_int_equal(toy_map(t, 0x10, 0xf, 0, bad, PT_PTE, 0), -EINVAL);
	assert_int_equal(toy_map(t, 0x8, 0xf, 0, bad, PT_PTE, 0), -EINVAL);
	assert_int_equal(toy_map(t, 0, 0x8, 0, bad, PT_PTE, 0), -EINVAL);
	/* The unit of an order that does not exist still aligns. */
	assert_int_equal(toy_map(t, 0x10, 0x2f, 0, bad, PT_PTE, 1), -EINVAL);
	assert_int_equal(toy_map(t, 0, 0x1f, 0x10, bad, PT_PTE, 1), -EINVAL);
	assert_int_equal(toy_map(t, 0x3f0, 0x40f, 0, bad, PT_PTE, 0), -ERANGE);
	assert_int_equal(toy_map(t, 0x3f0, HIGH + 0xf, 0, bad, PT_PTE, 0),
			 -ERANGE);
	assert_int_equal(toy_map(t, 0, 0x1f, 0xfff0, bad, PT_PTE, 0), -ERANGE);
	assert_int_equal(toy_map(t, 0, 0x1f, UINT64_MAX - 0xf, bad, PT_PTE, 0),
			 -ERANGE);
	assert_int_equal(toy_map(t, 0, 0xf, 0, bad, PT_PTE, 0), -EOPNOTSUPP);
	assert_int_equal(toy_map(t, 0, 0x1f, 0, TOY_RW, PT_PTE, 1),
			 -EOPNOTSUPP);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R | PT_SOFT1, PT_PTE, 0),
			 -EOPNOTSUPP);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), -EEXIST);
	EXPECT_TRACE(t, "return -17");
	assert_int_equal(toy_map(t, 0, 0xf, 0xfff0, PT_R, PT_PTE, 0), -EEXIST);
}

/* An order so large that the unit exceeds the address word is malformed. */
static void map_survives_huge_orders(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 255), -EINVAL);
	assert_int_equal(toy_map(t, 0, UINT64_MAX, 0, PT_R, PT_PTE, 255),
			 -ERANGE);
}

/* Empty tables in the way of a leaf go, children first, after allocation. */
static void map_releases_empty_tables_in_post_order(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0, PT_R, PT_PTE, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x4", "return 0");
	assert_int_equal(toy_range(t, OP_UNMAP, 0x200, 0x3ff), 0);
	EXPECT_TRACE(t, "return 0");
	assert_int_equal(toy_map(t, 0, 0x3ff, 0x400, PT_R, PT_PUD, 0), 0);
	EXPECT_TRACE(t, "free 64 bytes x4", "free 32 bytes x1", "return 0");
	toy_expect_at(t, 0x3ff, "lookup 0x3ff pud leaf order 0 pa 0x7ff "
				"r-------- wb key 0 removed ----");
}

/* A refused allocation gives back the others, last first, and disarms. */
static void map_without_memory_changes_nothing(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_fail(t, 3), 0);
	assert_int_equal(toy_map(t, 0x70, 0x8f, 0, PT_R, PT_PTE, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "nomem 64 bytes x1", "free 64 bytes x1",
		     "free 32 bytes x1", "return -12");
	toy_expect_at(t, 0x80, "lookup 0x80 pud none order 0 pa 0x0 "
			       "--------- wb key 0 removed ----");
	assert_int_equal(toy_map(t, 0x70, 0x8f, 0, PT_R, PT_PTE, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
}

/* The count to the failure runs over operations and spaces; 0 disarms. */
static void failure_stays_armed_across_spaces(void **state)
{
	struct toy *t = *state;
	struct op other = { .kind = OP_SWITCH, .space = 1 };

	assert_int_equal(toy_fail(t, 3), 0);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_run(t, &other), 0);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), -ENOMEM);
	EXPECT_TRACE(t, "nomem 32 bytes x1", "return -12");
	assert_int_equal(toy_fail(t, 1), 0);
	assert_int_equal(toy_fail(t, 0), 0);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
}

/* Both ends of an unmap inside one block share the upper new table. */
static void unmap_divides_at_both_ends(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0x200, TOY_RW, PT_PUD, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x70, 0x18f), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
	toy_expect_at(t, 0x6f, "lookup 0x6f pte leaf order 0 pa 0x26f "
			       "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x70, "lookup 0x70 pte none order 0 pa 0x0 "
			       "--------- wb key 0 removed ----");
	/* Pieces wholly inside are not divided further. */
	toy_expect_at(t, 0x80, "lookup 0x80 pmd none order 0 pa 0x0 "
			       "--------- wb key 0 removed ----");
	toy_expect_at(t, 0x190, "lookup 0x190 pte leaf order 0 pa 0x390 "
				"rw------- wb key 0 removed ----");
}

/* One page out of a block: both ends need the same two tables. */
static void unmap_of_one_page_divides_once(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0, TOY_RW, PT_PUD, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x80, 0x8f), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x7f, "lookup 0x7f pmd leaf order 0 pa 0x7f "
			       "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x90, "lookup 0x90 pte leaf order 0 pa 0x90 "
			       "rw------- wb key 0 removed ----");
}

/* A group that the range splits is unfolded, without a table. */
static void unmap_unfolds_groups(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, TOY_RW, PT_PTE, 2), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x1f), 0);
	EXPECT_TRACE(t, "return 0");
	toy_expect_at(t, 0x20, "lookup 0x20 pte leaf order 0 pa 0x20 "
			       "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x40, "lookup 0x40 pte leaf order 2 pa 0x40 "
			       "rw------- wb key 0 removed ----");
}

/* A group of blocks is unfolded, and only the cut block becomes a table. */
static void unmap_divides_one_block_of_a_group(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xff, 0, TOY_RW, PT_PMD, 1), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0xf), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x80, "lookup 0x80 pmd leaf order 0 pa 0x80 "
			       "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x10, "lookup 0x10 pte leaf order 0 pa 0x10 "
			       "rw------- wb key 0 removed ----");
}

/* A refused second table leaves the first end whole too. */
static void unmap_without_memory_changes_nothing(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xff, 0, TOY_RW, PT_PMD, 0), 0);
	assert_int_equal(toy_fail(t, 2), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x8f), -ENOMEM);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "nomem 64 bytes x1",
		     "free 64 bytes x1", "return -12");
	toy_expect_at(t, 0x10, "lookup 0x10 pmd leaf order 0 pa 0x10 "
			       "rw------- wb key 0 removed ----");
}

/* Only rights change; flags, type and kind stay; migration is not divided. */
static void protect_changes_rights_only(void **state)
{
	struct toy *t = *state;
	uint32_t attrs = TOY_RWX | PT_GLOBAL | PT_DIRTY | PT_SOFT0 | 0x1000;

	assert_int_equal(toy_map(t, 0, 0x7f, 0x80, attrs, PT_PMD, 0), 0);
	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x100, PT_PMD, PT_MIGRATION, 0x200), 0);
	assert_int_equal(toy_range(t, OP_PROTECT, 0x10, 0x10f), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x10, "lookup 0x10 pte leaf order 0 pa 0x90 "
			       "r---g-d0- wc key 0 removed ----");
	toy_expect_at(t, 0xf, "lookup 0xf pte leaf order 0 pa 0x8f "
			      "rwx-g-d0- wc key 0 removed ----");
	toy_expect_at(t, 0x80, "lookup 0x80 pmd protnone order 0 pa 0x0 "
			       "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0x110, "lookup 0x110 pmd migration order 0 pa 0x210 "
				"--------- wb key 0 removed ----");
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_PROTECT,
						  .last = 0xf,
						  .attrs = PT_W }),
			 -EOPNOTSUPP);
}

/* split: group unfolded, block divided, else -ENOENT. */
static void split_divides_one_step(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_at(t, OP_SPLIT, 0, PT_PTE, 0), -ENOENT);
	assert_int_equal(toy_map(t, 0, 0xff, 0, TOY_RW, PT_PMD, 1), 0);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x8, PT_PMD, 0), -EINVAL);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x400, PT_PMD, 0), -ERANGE);
	assert_int_equal(toy_at(t, OP_SPLIT, 0, PT_PUD, 0), -ENOENT);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x90, PT_PMD, 0), 0);
	EXPECT_TRACE(t, "return 0");
	assert_int_equal(toy_at(t, OP_SPLIT, 0x90, PT_PMD, 0), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x90, "lookup 0x90 pte leaf order 0 pa 0x90 "
			       "rw------- wb key 0 removed ----");
	assert_int_equal(toy_at(t, OP_SPLIT, 0x90, PT_PTE, 0), -ENOENT);
	assert_int_equal(toy_fail(t, 1), 0);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x10, PT_PMD, 0), -ENOMEM);
	EXPECT_TRACE(t, "nomem 64 bytes x1", "return -12");
}

/* A migration block divides into entries with consecutive payloads. */
static void split_divides_migration_entries(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_setkind(t, 0x10, PT_PMD, PT_MIGRATION, 0x290), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "return 0");
	assert_int_equal(toy_at(t, OP_SPLIT, 0, PT_PMD, 0), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x18, "lookup 0x18 pte migration order 0 pa 0x298 "
			       "--------- wb key 0 removed ----");
}

/* collapse reverses split and ORs accessed and dirty. */
static void collapse_joins_a_full_table(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0x80, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_collapse(t, 0x200, PT_PMD, 0), -ENOENT);
	assert_int_equal(toy_collapse(t, 0, PT_PTE, 0), -EOPNOTSUPP);
	assert_int_equal(toy_collapse(t, 0, PT_PMD, 2), -EOPNOTSUPP);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_TOUCH,
						  .va = 0x30,
						  .access = PT_WRITE }), 0);
	assert_int_equal(toy_collapse(t, 0x50, PT_PMD, 0), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "return 0");
	toy_expect_at(t, 0x7f, "lookup 0x7f pmd leaf order 0 pa 0xff "
			       "rw---ad-- wb key 0 removed ----");
}

/* Every way a table can be unfit for collapse is -EBUSY. */
static void collapse_refuses_what_is_not_uniform(void **state)
{
	struct toy *t = *state;

	/* Not aligned to the new leaf. */
	assert_int_equal(toy_map(t, 0, 0x7f, 0x10, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_collapse(t, 0, PT_PMD, 0), -EBUSY);
	/* Not full. */
	assert_int_equal(toy_map(t, 0x80, 0xef, 0x80, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_collapse(t, 0x80, PT_PMD, 0), -EBUSY);
	/* Not the same attributes. */
	assert_int_equal(toy_map(t, 0xf0, 0xff, 0xf0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_collapse(t, 0x80, PT_PMD, 0), -EBUSY);
	assert_int_equal(toy_range(t, OP_PROTECT, 0x80, 0xff), 0);
	/* The pointer entry takes rights away. */
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, PT_W), 0);
	assert_int_equal(toy_collapse(t, 0x80, PT_PMD, 0), -EBUSY);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, 0), 0);
	assert_int_equal(toy_collapse(t, 0x80, PT_PMD, 0), 0);
	/* A table of a table and a leaf. */
	assert_int_equal(toy_collapse(t, 0x80, PT_PUD, 0), -EBUSY);
}

/* order: entries become a group, once. */
static void collapse_makes_groups(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x3f, 0x40, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_TOUCH,
						  .va = 0x10 }), 0);
	assert_int_equal(toy_collapse(t, 0x40, PT_PTE, 2), -ENOENT);
	assert_int_equal(toy_collapse(t, 0x30, PT_PTE, 2), 0);
	EXPECT_TRACE(t, "return 0");
	toy_expect_at(t, 0x3f, "lookup 0x3f pte leaf order 2 pa 0x7f "
			       "rw---a--- wb key 0 removed ----");
	assert_int_equal(toy_collapse(t, 0x30, PT_PTE, 2), -EBUSY);
}

/* Rights taken away add up on the way down; the order of errors. */
static void restrict_takes_rights_away(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0, TOY_RWX, PT_PTE, 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PUD, PT_R), -EOPNOTSUPP);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PTE, 0), -EOPNOTSUPP);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, PT_R), -ENOENT);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PUD, PT_X), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PMD, PT_USER), 0);
	toy_expect_at(t, 0, "lookup 0x0 pte leaf order 0 pa 0x0 "
			    "rwx------ wb key 0 removed --xu");
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PMD, PT_W), 0);
	toy_expect_at(t, 0x10, "lookup 0x10 pte none order 0 pa 0x0 "
			       "--------- wb key 0 removed -wx-");
	/* A new table under the same entry denies nothing. */
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0xf), 0);
	assert_int_equal(toy_free(t, 0, 0xf, 0, 0x7f), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "return 0");
	assert_int_equal(toy_map(t, 0, 0xf, 0, TOY_RWX, PT_PTE, 0), 0);
	toy_expect_at(t, 0, "lookup 0x0 pte leaf order 0 pa 0x0 "
			    "rwx------ wb key 0 removed --x-");
}

/* setkind: what each kind keeps, and its errors in order. */
static void setkind_replaces_one_entry(void **state)
{
	struct toy *t = *state;
	uint32_t attrs = TOY_RW | PT_GLOBAL | PT_DIRTY;

	assert_int_equal(toy_map(t, 0, 0x3f, 0x40, attrs, PT_PTE, 2), 0);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_MARKER, 8), -EINVAL);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_SWAP, 0x10000),
			 -ERANGE);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_LEAF, 0x10000),
			 -EOPNOTSUPP);
	assert_int_equal(toy_setkind(t, 0x10, PT_PMD, PT_SWAP, 0),
			 -EOPNOTSUPP);
	assert_int_equal(toy_setkind(t, 0x10, PT_PMD, PT_PROTNONE, 0), -EBUSY);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_PROTNONE, 0x10000), 0);
	EXPECT_TRACE(t, "return 0");
	toy_expect_at(t, 0x18, "lookup 0x18 pte protnone order 0 pa 0x58 "
			       "rw----d-- wb key 0 removed ----");
	toy_expect_at(t, 0x20, "lookup 0x20 pte leaf order 0 pa 0x60 "
			       "rw--g-d-- wb key 0 removed ----");
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_SWAP, 0), -EBUSY);
	assert_int_equal(toy_setkind(t, 0x20, PT_PTE, PT_SWAP, 0xab0), 0);
	toy_expect_at(t, 0x2f, "lookup 0x2f pte swap order 0 pa 0xabf "
			       "--------- wb key 0 removed ----");
	assert_int_equal(toy_setkind(t, 0x280, PT_PTE, PT_MARKER, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x28f, "lookup 0x28f pte marker order 0 pa 0x0 "
				"--------- wb key 0 removed ----");
	/* No entry at pte: a block is above. */
	assert_int_equal(toy_map(t, 0x300, 0x37f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_setkind(t, 0x300, PT_PTE, PT_SWAP, 0), -EBUSY);
}

/* Of a leaf all but GLOBAL stays; nobody but unmap and split undoes it. */
static void setkind_makes_invalid_huge(void **state)
{
	struct toy *t = *state;
	uint32_t attrs = TOY_RW | PT_GLOBAL | PT_DIRTY;

	assert_int_equal(toy_map(t, 0, 0xff, 0x100, attrs, PT_PMD, 1), 0);
	assert_int_equal(toy_setkind(t, 0x90, PT_PTE, PT_INVALID_HUGE, 0),
			 -EOPNOTSUPP);
	assert_int_equal(toy_setkind(t, 0x90, PT_PMD, PT_INVALID_HUGE, 0xab0),
			 0);
	EXPECT_TRACE(t, "return 0");
	toy_expect_at(t, 0x98, "lookup 0x98 pmd invalid-huge order 0 pa 0x198 "
			       "rw----d-- wb key 0 removed ----");
	toy_expect_at(t, 0x7f, "lookup 0x7f pmd leaf order 0 pa 0x17f "
			       "rw--g-d-- wb key 0 removed ----");
	assert_int_equal(toy_setkind(t, 0x90, PT_PMD, PT_INVALID_HUGE, 0),
			 -EBUSY);
	assert_int_equal(toy_map(t, 0x80, 0x8f, 0, PT_R, PT_PTE, 0), -EEXIST);
	assert_int_equal(toy_collapse(t, 0, PT_PMD, 1), -EBUSY);
	assert_int_equal(toy_collapse(t, 0x80, PT_PMD, 1), -ENOENT);
	assert_int_equal(toy_at(t, OP_TOUCH, 0x80, 0, 0), -ENOENT);
	/* Of none: a table on the way where there is none, pa 0, PT_R. */
	assert_int_equal(toy_setkind(t, 0x280, PT_PMD, PT_INVALID_HUGE, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "return 0");
	toy_expect_at(t, 0x290, "lookup 0x290 pmd invalid-huge order 0 pa 0x10 "
				"r-------- wb key 0 removed ----");
}

/* The level says whether there is such an entry, and PT_R must be a word. */
static void setkind_makes_no_invalid_huge_the_format_lacks(void **state)
{
	static struct toy t;
	struct mmu_arch without = toy_arch;

	(void)state;
	without.level[PT_PMD].kinds &= ~(1u << PT_INVALID_HUGE);
	without.level[PT_PTE].kinds |= 1u << PT_INVALID_HUGE;
	toy_open(&t, &without);
	for (unsigned d = PT_PMD; d <= PT_PTE; d++)
		assert_int_equal(toy_setkind(&t, 0, d, PT_INVALID_HUGE, 0),
				 -EOPNOTSUPP);
	toy_close(&t);
}

/* What unmap leaves of an invalid-huge entry is leaves, at each depth. */
static void unmap_makes_leaves_of_invalid_huge(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0x200, TOY_RW, PT_PUD, 0), 0);
	assert_int_equal(toy_setkind(t, 0, PT_PUD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x8f), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x80, "lookup 0x80 pte none order 0 pa 0x0 "
			       "--------- wb key 0 removed ----");
	toy_expect_at(t, 0x90, "lookup 0x90 pte leaf order 0 pa 0x290 "
			       "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x100, "lookup 0x100 pmd leaf order 0 pa 0x300 "
				"rw------- wb key 0 removed ----");
	/* A whole one is removed as it is. */
	assert_int_equal(toy_setkind(t, 0x100, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x100, 0x17f), 0);
	EXPECT_TRACE(t, "return 0");
	toy_expect_at(t, 0x100, "lookup 0x100 pmd none order 0 pa 0x0 "
				"--------- wb key 0 removed ----");
}

/* protect: a whole one stays invalid-huge, a divided one becomes leaves. */
static void protect_reaches_invalid_huge(void **state)
{
	struct toy *t = *state;
	struct op protect = { .kind = OP_PROTECT, .last = 0x7f,
			      .attrs = TOY_RW };

	assert_int_equal(toy_setkind(t, 0, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_run(t, &protect), 0);
	EXPECT_TRACE(t, "return 0");
	toy_expect_at(t, 0x10, "lookup 0x10 pmd invalid-huge order 0 pa 0x10 "
			       "rw------- wb key 0 removed ----");
	assert_int_equal(toy_range(t, OP_PROTECT, 0x40, 0x7f), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0x30, "lookup 0x30 pte leaf order 0 pa 0x30 "
			       "rw------- wb key 0 removed ----");
	toy_expect_at(t, 0x40, "lookup 0x40 pte leaf order 0 pa 0x40 "
			       "r-------- wb key 0 removed ----");
}

/* split ends what setkind began: leaves of the next depth, or all as it was. */
static void split_makes_leaves_of_invalid_huge(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0x200, TOY_RW, PT_PUD, 0), 0);
	assert_int_equal(toy_setkind(t, 0, PT_PUD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_at(t, OP_SPLIT, 0, PT_PMD, 0), -ENOENT);
	assert_int_equal(toy_fail(t, 1), 0);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x80, PT_PUD, 0), -ENOMEM);
	toy_expect_at(t, 0x80, "lookup 0x80 pud invalid-huge order 0 pa 0x280 "
			       "rw------- wb key 0 removed ----");
	assert_int_equal(toy_at(t, OP_SPLIT, 0x80, PT_PUD, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "return 0");
	toy_expect_at(t, 0x80, "lookup 0x80 pmd leaf order 0 pa 0x280 "
			       "rw------- wb key 0 removed ----");
	/* Leaves they are: collapse takes them back. */
	assert_int_equal(toy_collapse(t, 0x80, PT_PUD, 0), 0);
	toy_expect_at(t, 0x80, "lookup 0x80 pud leaf order 0 pa 0x280 "
			       "rw------- wb key 0 removed ----");
}

/* touch: ACCESSED always, DIRTY for a write where W is, the group together. */
static void touch_updates_the_unit(void **state)
{
	struct toy *t = *state;
	struct op write = { .kind = OP_TOUCH, .va = 0x10, .access = PT_WRITE };

	assert_int_equal(toy_run(t, &write), -ENOENT);
	assert_int_equal(toy_map(t, 0, 0x3f, 0, TOY_RW, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x40, 0x4f, 0x40, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_run(t, &write), 0);
	toy_expect_at(t, 0x3f, "lookup 0x3f pte leaf order 2 pa 0x3f "
			       "rw---ad-- wb key 0 removed ----");
	write.va = 0x40;
	assert_int_equal(toy_run(t, &write), 0);
	toy_expect_at(t, 0x40, "lookup 0x40 pte leaf order 0 pa 0x40 "
			       "r----a--- wb key 0 removed ----");
}

/* Tables go bottom up, only if empty, touched and wholly inside. */
static void free_releases_what_is_empty(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x1ef), 0);
	/* Untouched tables keep those above. */
	assert_int_equal(toy_free(t, 0x80, 0x8f, 0, UINT64_MAX), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "return 0");
	/* Ceiling inside a table; and one still in use. */
	assert_int_equal(toy_free(t, 0, 0x1ff, 0, 0x17e), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "return 0");
	assert_int_equal(toy_free(t, 0, 0x3ff, 0, UINT64_MAX), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "return 0");
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x1ff), 0);
	assert_int_equal(toy_free(t, 0x1f0, 0x1ff, 1, UINT64_MAX), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "return 0");
	assert_int_equal(toy_free(t, 0x1f0, 0x1ff, 0, 0x1ff), 0);
	EXPECT_TRACE(t, "free 32 bytes x1", "return 0");
}

/* Floor and ceiling are addresses as the machine has them, sign and all. */
static void free_compares_sign_extended_addresses(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, HIGH, HIGH + 0xf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH, HIGH + 0xf), 0);
	assert_int_equal(toy_free(t, HIGH, HIGH + 0xf, 0, 0x7ff), 0);
	EXPECT_TRACE(t, "return 0");
	assert_int_equal(toy_free(t, HIGH, HIGH + 0xf, HIGH, 0xffffffff), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "free 32 bytes x1", "return 0");
}

/* A kind without effect says so; nop returns 0. */
static void kinds_without_effect(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_at(t, OP_NOP, 3, 0, 0), 0);
	assert_int_equal(toy_at(t, OP_POKE, 3, 0, 0), -EOPNOTSUPP);
	EXPECT_TRACE(t, "return -95");
	assert_int_equal(toy_at(t, OP_TRANSLATE, 0x400, 0, 0), -ERANGE);
	EXPECT_TRACE(t, "return -34");
}

/* Each of two roots translates its own half only. */
static void two_roots_are_two_spaces(void **state)
{
	static struct toy t;
	struct op other = { .kind = OP_SWITCH, .space = 1 };

	(void)state;
	toy_open(&t, &toy5_arch);
	assert_int_equal(toy_range(&t, OP_UNMAP, 0, 0xfff), 0);
	assert_int_equal(toy_range(&t, OP_UNMAP, 0xfffff000, 0xffffffff),
			 -ERANGE);
	assert_int_equal(toy_run(&t, &other), 0);
	assert_int_equal(toy_range(&t, OP_UNMAP, 0, 0xfff), -ERANGE);
	assert_int_equal(toy_map(&t, 0xfffff000, 0xfffff01f, 0, PT_R, PT_PTE,
				 1), 0);
	EXPECT_TRACE(&t, "alloc 32 bytes x1", "alloc 16 bytes x1",
		     "alloc 32 bytes x2", "return 0");
	toy_close(&t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(map_allocates_in_pre_order),
		TEST(map_errors_have_precedence),
		TEST(map_survives_huge_orders),
		TEST(map_releases_empty_tables_in_post_order),
		TEST(map_without_memory_changes_nothing),
		TEST(failure_stays_armed_across_spaces),
		TEST(unmap_divides_at_both_ends),
		TEST(unmap_of_one_page_divides_once),
		TEST(unmap_unfolds_groups),
		TEST(unmap_divides_one_block_of_a_group),
		TEST(unmap_without_memory_changes_nothing),
		TEST(protect_changes_rights_only),
		TEST(split_divides_one_step),
		TEST(split_divides_migration_entries),
		TEST(collapse_joins_a_full_table),
		TEST(collapse_refuses_what_is_not_uniform),
		TEST(collapse_makes_groups),
		TEST(restrict_takes_rights_away),
		TEST(setkind_replaces_one_entry),
		TEST(setkind_makes_invalid_huge),
		cmocka_unit_test(setkind_makes_no_invalid_huge_the_format_lacks),
		TEST(unmap_makes_leaves_of_invalid_huge),
		TEST(protect_reaches_invalid_huge),
		TEST(split_makes_leaves_of_invalid_huge),
		TEST(touch_updates_the_unit),
		TEST(free_releases_what_is_empty),
		TEST(free_compares_sign_extended_addresses),
		TEST(kinds_without_effect),
		cmocka_unit_test(two_roots_are_two_spaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
