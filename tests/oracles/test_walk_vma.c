/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of walks over VMAs, computed by hand from
 * include/tablewalk/walk.h for the formats of toy.h.  Rule numbers are those of
 * docs/walker-rules.md.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define PUD OP_CB_ENTRY(PT_PUD)
#define PMD OP_CB_ENTRY(PT_PMD)
#define PTE OP_CB_ENTRY(PT_PTE)
#define HOLE OP_CB_HOLE

#define AROUND (OP_CB_TEST_WALK | OP_CB_PRE_VMA | OP_CB_POST_VMA)

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

/* Puts a VMA there; what test_walk and pre_vma return for it, and its file. */
static void put(struct toy *t, uint64_t va, uint64_t last, unsigned type,
		int test, int pre, unsigned file)
{
	struct op op = {
		.kind = OP_VMA,
		.va = va,
		.last = last,
		.depth = PT_PMD,
		.vma = { .type = (uint8_t)type, .file = (uint8_t)file,
			 .test = (int8_t)test, .pre = (int8_t)pre },
	};

	assert_int_equal(toy_run(t, &op), 0);
}

/* R7: what is outside every VMA is one hole per gap, whatever is mapped. */
static void gaps_are_holes_of_unknown_depth(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE | HOLE };

	assert_int_equal(toy_walk_vma(t, 0, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x0-0x3ff x1", "return 0");
	put(t, 0x20, 0x3f, OP_VMA_PLAIN, 0, 0, 0);
	put(t, 0x40, 0x4f, OP_VMA_PLAIN, 0, 0, 0);
	put(t, 0x60, 0x7f, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0, 0x8f, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x0-0x1f x1",
		     TOY_VISIT("pte 0x20-0x2f x1 leaf order 0 pa 0x120 "
			       "rw-------"),
		     TOY_NONE("pte 0x30-0x4f x2"), "hole - 0x50-0x5f x1",
		     TOY_NONE("pte 0x60-0x7f x2"), "hole - 0x80-0x8f x1",
		     "return 0");
	/* Gaps count: the second one stops. */
	walk.callbacks = HOLE;
	walk.stop_at = 2;
	walk.stop_value = 7;
	assert_int_equal(toy_walk_vma(t, 0, 0x8f, &walk), 7);
	EXPECT_TRACE(t, "hole - 0x0-0x1f x1", "hole - 0x50-0x5f x1",
		     "return 7");
}

/* R8: what is below a VMA is clipped to it, at every depth. */
static void upper_ranges_are_clipped_to_the_vma(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PUD | PMD | HOLE };

	put(t, 0x90, 0xaf, OP_VMA_PLAIN, 0, 0, 0);
	put(t, 0x110, 0x14f, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0xa0, 0x1ff, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0xa0-0xaf"),
		     TOY_VISIT("pmd 0xa0-0xaf x1 leaf order 0 pa 0xa0 "
			       "r--------"),
		     "hole - 0xb0-0x10f x1", TOY_TABLE("pud 0x110-0x14f"),
		     "hole pmd 0x110-0x14f x1", "hole - 0x150-0x1ff x1",
		     "return 0");
}

/* Malformed ranges, and install_pte (R3), end before anything is called. */
static void errors_come_first(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = 0x3f, .vma_callbacks = 0x1f };

	put(t, 0, 0x3ff, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0x10, 0xf, &walk), -EINVAL);
	assert_int_equal(toy_walk_vma(t, 0x8, 0xf, &walk), -EINVAL);
	assert_int_equal(toy_walk_vma(t, 0x400, 0x40f, &walk), -ERANGE);
	EXPECT_TRACE(t, "return -34");
	walk.entry = OP_ENTRY_REFUSED;
	assert_int_equal(toy_walk_vma(t, 0x400, 0x40f, &walk), -EINVAL);
	EXPECT_TRACE(t, "return -22");
}

/* R9: test_walk less than 0 ends, more than 0 skips without another word. */
static void test_walk_decides(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE | HOLE,
				.vma_callbacks = AROUND };

	put(t, 0x00, 0x0f, OP_VMA_PLAIN, 3, 0, 0);
	put(t, 0x10, 0x1f, OP_VMA_PFNMAP, 0, 0, 0);
	put(t, 0x20, 0x2f, OP_VMA_PLAIN, -7, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0, 0x2f, &walk), -7);
	EXPECT_TRACE(t, "test 0x0-0xf", "test 0x10-0x1f", "pre-vma 0x10-0x1f",
		     TOY_VISIT("pte 0x10-0x1f x1 leaf order 0 pa 0x110 "
			       "rw-------"),
		     "post-vma 0x10-0x1f", "test 0x20-0x2f", "return -7");
}

/* R10: a PFNMAP VMA is a hole of unknown depth and is skipped. */
static void pfnmap_is_a_hole(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE | HOLE,
				.vma_callbacks = OP_CB_PRE_VMA };

	put(t, 0x10, 0x2f, OP_VMA_PFNMAP, 0, 0, 0);
	put(t, 0x30, 0x3f, OP_VMA_PLAIN, 0, 0, 0);
	/* More than 0 from the hole counts as 0. */
	walk.stop_at = 1;
	walk.stop_value = 5;
	assert_int_equal(toy_walk_vma(t, 0x20, 0x3f, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x20-0x2f x1", "pre-vma 0x30-0x3f",
		     TOY_NONE("pte 0x30-0x3f x1"), "return 0");
	walk.stop_value = -5;
	assert_int_equal(toy_walk_vma(t, 0x20, 0x3f, &walk), -5);
	EXPECT_TRACE(t, "hole - 0x20-0x2f x1", "return -5");
	/* Without pte_hole it is passed over. */
	walk = (struct op_walk){ .callbacks = PTE };
	assert_int_equal(toy_walk_vma(t, 0x10, 0x2f, &walk), 0);
	EXPECT_TRACE(t, "return 0");
}

/* R11: post_vma belongs to a pre_vma that returned 0, whatever came after. */
static void post_vma_follows_pre_vma(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = {
		.callbacks = PTE,
		.vma_callbacks = OP_CB_PRE_VMA | OP_CB_POST_VMA,
		.stop_at = 2,
		.stop_value = -9,
	};

	put(t, 0x00, 0x2f, OP_VMA_PLAIN, 0, 0, 0);
	put(t, 0x40, 0x4f, OP_VMA_PLAIN, 0, 4, 0);
	assert_int_equal(toy_walk_vma(t, 0, 0x4f, &walk), -9);
	EXPECT_TRACE(t, "pre-vma 0x0-0x2f",
		     TOY_VISIT("pte 0x0-0x1f x2 leaf order 0 pa 0x100 "
			       "rw-------"),
		     "post-vma 0x0-0x2f", "return -9");
	walk.callbacks = 0;
	assert_int_equal(toy_walk_vma(t, 0x10, 0x4f, &walk), 4);
	EXPECT_TRACE(t, "pre-vma 0x10-0x2f", "post-vma 0x10-0x2f",
		     "pre-vma 0x40-0x4f", "return 4");
	walk.vma_callbacks = OP_CB_POST_VMA;
	assert_int_equal(toy_walk_vma(t, 0x10, 0x4f, &walk), 0);
	EXPECT_TRACE(t, "post-vma 0x10-0x2f", "post-vma 0x40-0x4f",
		     "return 0");
}

/* R4, R12: one VMA, all of it or a part, without test_walk and PFNMAP's hole. */
static void one_vma_is_not_tested(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE | HOLE,
				.vma_callbacks = AROUND,
				.entry = OP_ENTRY_VMA };

	put(t, 0x20, 0x3f, OP_VMA_PFNMAP, -3, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0x30, 0, &walk), 0);
	EXPECT_TRACE(t, "pre-vma 0x20-0x3f",
		     TOY_VISIT("pte 0x20-0x2f x1 leaf order 0 pa 0x120 "
			       "rw-------"),
		     TOY_NONE("pte 0x30-0x3f x1"), "post-vma 0x20-0x3f",
		     "return 0");
	assert_int_equal(toy_walk_vma(t, 0x40, 0, &walk), -ENOENT);
	walk.entry = OP_ENTRY_RANGE_VMA;
	assert_int_equal(toy_walk_vma(t, 0x30, 0x3f, &walk), 0);
	EXPECT_TRACE(t, "pre-vma 0x30-0x3f", TOY_NONE("pte 0x30-0x3f x1"),
		     "post-vma 0x30-0x3f", "return 0");
	assert_int_equal(toy_walk_vma(t, 0x30, 0x4f, &walk), -EINVAL);
	assert_int_equal(toy_walk_vma(t, 0x30, 0x2f, &walk), -EINVAL);
	assert_int_equal(toy_walk_vma(t, 0x30, 0xfffffc0f, &walk), -ERANGE);
	assert_int_equal(toy_walk_vma(t, 0x10, 0x2f, &walk), -ENOENT);
	EXPECT_TRACE(t, "return -2");
}

/* R13: huge pages step by step; hugetlb_entry where there is a table. */
static void hugetlb_steps_by_pages(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE | HOLE,
				.vma_callbacks = OP_CB_PRE_VMA |
						 OP_CB_HUGETLB };

	put(t, 0x80, 0x1ff, OP_VMA_HUGETLB, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0xa0, 0x1cf, &walk), 0);
	EXPECT_TRACE(t, "pre-vma 0xa0-0x1cf",
		     "hugetlb pmd 0xa0-0xff x1 leaf order 0 pa 0xa0 "
		     "r-------- wb key 0",
		     "hugetlb pmd 0x100-0x17f x1 none order 0 pa 0x0 "
		     "--------- wb key 0",
		     "hugetlb pmd 0x180-0x1cf x1 none order 0 pa 0x0 "
		     "--------- wb key 0",
		     "return 0");
	/* A pud leaf is no pmd table; nor is nothing at all. */
	put(t, 0x180, 0x3ff, OP_VMA_HUGETLB, 0, 0, 0);
	walk.stop_at = 2;
	walk.stop_value = 1;
	assert_int_equal(toy_walk_vma(t, 0x180, 0x3ff, &walk), 1);
	EXPECT_TRACE(t, "pre-vma 0x180-0x3ff",
		     "hugetlb pmd 0x180-0x1ff x1 none order 0 pa 0x0 "
		     "--------- wb key 0",
		     "hole - 0x200-0x27f x1", "return 1");
	walk.stop_at = 0;
	assert_int_equal(toy_walk_vma(t, 0x210, 0x3cf, &walk), 0);
	EXPECT_TRACE(t, "pre-vma 0x210-0x3cf", "hole - 0x210-0x27f x1",
		     "hole - 0x280-0x37f x2", "hole - 0x380-0x3cf x1",
		     "return 0");
	/* Without hugetlb_entry nothing, not even holes. */
	walk.vma_callbacks = OP_CB_PRE_VMA | OP_CB_POST_VMA;
	assert_int_equal(toy_walk_vma(t, 0x80, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, "pre-vma 0x80-0x17f", "post-vma 0x80-0x17f",
		     "pre-vma 0x180-0x3ff", "post-vma 0x180-0x3ff",
		     "return 0");
}

/* R13: the entry that covers the page may be a table. */
static void hugetlb_shows_whatever_is_there(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE,
				.vma_callbacks = OP_CB_HUGETLB };

	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PMD, PT_W), 0);
	put(t, 0, 0x7f, OP_VMA_HUGETLB, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0, 0x7f, &walk), 0);
	EXPECT_TRACE(t,
		     "hugetlb pmd 0x0-0x7f x1 table order 0 pa 0x0 "
		     "-w------- wb key 0",
		     "return 0");
}

/* R14: the VMAs of the file, what is of the pages; tested as a whole. */
static void mapping_walks_pages_of_the_file(void **state)
{
	struct toy *t = *state;
	struct op op = {
		.kind = OP_WALK_VMA,
		.floor = 1,
		.ceiling = 2,
		.walk = { .callbacks = PTE | HOLE, .vma_callbacks = AROUND,
			  .entry = OP_ENTRY_MAPPING },
	};

	put(t, 0x00, 0x3f, OP_VMA_PLAIN, 0, 0, 1);
	put(t, 0x40, 0x5f, OP_VMA_PLAIN, 1, 0, 1);
	put(t, 0x60, 0x7f, OP_VMA_PLAIN, 0, 0, 0);
	put(t, 0xfffffff0, 0xffffffff, OP_VMA_PLAIN, 0, 0, 1);
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "test 0x0-0x3f", "pre-vma 0x10-0x2f",
		     TOY_VISIT("pte 0x10-0x2f x2 leaf order 0 pa 0x110 "
			       "rw-------"),
		     "post-vma 0x10-0x2f", "test 0x40-0x5f", "return 0");
	op.floor = 0;
	op.ceiling = 0;
	op.walk.vma_callbacks = OP_CB_PRE_VMA;
	op.walk.callbacks = HOLE;
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "pre-vma 0x0-0xf", "pre-vma 0x40-0x4f",
		     "pre-vma 0xfffffff0-0xffffffff",
		     "hole pgd 0xfffffff0-0xffffffff x1", "return 0");
	op.floor = 1;
	assert_int_equal(toy_run(t, &op), -EINVAL);
}

/* R14: where a VMA is cut, the part behind keeps its place in the file. */
static void cutting_keeps_the_place_in_the_file(void **state)
{
	struct toy *t = *state;
	struct op op = {
		.kind = OP_WALK_VMA,
		.floor = 3,
		.ceiling = UINT64_MAX,
		.walk = { .vma_callbacks = OP_CB_PRE_VMA,
			  .entry = OP_ENTRY_MAPPING },
	};

	put(t, 0x00, 0x7f, OP_VMA_PLAIN, 0, 0, 1);
	put(t, 0x10, 0x3f, OP_VMA_NONE, 0, 0, 0);
	put(t, 0x60, 0x8f, OP_VMA_PLAIN, 0, 0, 1);
	/* 0..0xf is page 0, 0x40..0x5f pages 4 and 5, 0x60..0x8f 0 to 2. */
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "pre-vma 0x40-0x5f", "return 0");
	op.ceiling = 4;
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "pre-vma 0x40-0x4f", "return 0");
	op.floor = 0;
	op.ceiling = 0;
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "pre-vma 0x0-0xf", "pre-vma 0x60-0x6f", "return 0");
}

/* R14: the hole of a PFNMAP VMA of the file is the whole VMA. */
static void mapping_reports_pfnmap_as_a_whole(void **state)
{
	struct toy *t = *state;
	struct op op = {
		.kind = OP_WALK_VMA,
		.floor = 1,
		.ceiling = 1,
		.walk = { .callbacks = HOLE, .entry = OP_ENTRY_MAPPING },
	};

	put(t, 0x00, 0x3f, OP_VMA_PFNMAP, 0, 0, 1);
	put(t, 0x200, 0x23f, OP_VMA_PFNMAP, 0, 0, 1);
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "hole - 0x0-0x3f x1", "hole - 0x200-0x23f x1",
		     "return 0");
}

/* VMAs are of a space, go with a reset, and have errors of their own. */
static void vmas_have_errors_in_order(void **state)
{
	struct toy *t = *state;
	struct op op = { .kind = OP_VMA, .va = 0x80, .last = 0xff,
			 .depth = PT_PTE, .vma.type = OP_VMA_HUGETLB };
	struct op other = { .kind = OP_SWITCH, .space = 1 };
	struct op_walk walk = { .callbacks = HOLE };

	assert_int_equal(toy_run(t, &op), -EOPNOTSUPP);
	op.depth = PT_PUD;
	assert_int_equal(toy_run(t, &op), -EINVAL);
	op.depth = PT_PMD;
	assert_int_equal(toy_run(t, &op), 0);
	assert_int_equal(toy_vma(t, 0x8, 0xf, OP_VMA_PLAIN), -EINVAL);
	assert_int_equal(toy_vma(t, 0x400, 0x40f, OP_VMA_PLAIN), -ERANGE);
	op.depth = PT_PTE;
	op.va = 0x8;
	assert_int_equal(toy_run(t, &op), -EINVAL);
	op.va = 0x400;
	op.last = 0x4ff;
	assert_int_equal(toy_run(t, &op), -ERANGE);
	assert_int_equal(toy_run(t, &other), 0);
	assert_int_equal(toy_walk_vma(t, 0x80, 0xff, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x80-0xff x1", "return 0");
	oracle_reset(t->oracle, &t->regime);
	assert_int_equal(toy_walk_vma(t, 0x80, 0xff, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x80-0xff x1", "return 0");
}

/* R25: what is in the way of a deeper callback is split, once, as a whole. */
static void leaves_in_the_way_are_split(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PUD | PMD | PTE };

	put(t, 0, 0x3ff, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0xe0, 0x10f, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0xe0-0x10f"),
		     TOY_VISIT("pmd 0xe0-0xff x1 leaf order 0 pa 0xe0 "
			       "r--------"),
		     "alloc 64 bytes x1",
		     TOY_VISIT("pte 0xe0-0xff x2 leaf order 0 pa 0xe0 "
			       "r--------"),
		     "return 0");
	toy_expect_at(t, 0x90,
		      "lookup 0x90 pte leaf order 0 pa 0x90 r-------- wb key 0 "
		      "removed ----");
	/* A pud leaf twice: into pmd leaves, of which one is split again. */
	assert_int_equal(toy_walk_vma(t, 0x210, 0x22f, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pud 0x210-0x22f x1 leaf order 0 pa 0x210 "
			       "r--------"),
		     "alloc 32 bytes x1",
		     TOY_VISIT("pmd 0x210-0x22f x1 leaf order 0 pa 0x210 "
			       "r--------"),
		     "alloc 64 bytes x1",
		     TOY_VISIT("pte 0x210-0x22f x2 leaf order 0 pa 0x210 "
			       "r--------"),
		     "return 0");
	toy_expect_at(t, 0x280,
		      "lookup 0x280 pmd leaf order 0 pa 0x280 r-------- wb "
		      "key 0 removed ----");
}

/* R24, R25: without a VMA, or without a deeper callback, nothing is split. */
static void leaves_in_nobodys_way_stay(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PMD | PTE,
				.action = OP_CONTINUE,
				.action_depth = PT_PMD };

	put(t, 0, 0x3ff, OP_VMA_PLAIN, 0, 0, 0);
	/* CONTINUE keeps it whole too. */
	assert_int_equal(toy_walk_vma(t, 0x80, 0xff, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
			       "r--------"),
		     "return 0");
	walk = (struct op_walk){ .callbacks = PMD };
	assert_int_equal(toy_walk_vma(t, 0x80, 0xff, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
			       "r--------"),
		     "return 0");
	walk.callbacks = PTE;
	assert_int_equal(toy_walk(t, 0x80, 0xff, &walk), 0);
	EXPECT_TRACE(t, "return 0");
}

/* R25: a group is unfolded before; the next entry of it is split by itself. */
static void groups_are_unfolded_before(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PMD | PTE };

	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, PT_R, PT_PMD, 1), 0);
	put(t, 0, 0x3ff, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0x100, 0x17f, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pmd 0x100-0x17f x1 leaf order 1 pa 0x100 "
			       "r--------"),
		     "alloc 64 bytes x1",
		     TOY_VISIT("pte 0x100-0x17f x8 leaf order 0 pa 0x100 "
			       "r--------"),
		     "return 0");
	toy_expect_at(t, 0x180,
		      "lookup 0x180 pmd leaf order 0 pa 0x180 r-------- wb "
		      "key 0 removed ----");
}

/* R25: an entry that splitting of the one before changed is read anew. */
static void entries_are_read_when_their_turn_comes(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PMD | PTE };

	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, PT_R, PT_PMD, 1), 0);
	put(t, 0, 0x3ff, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0x170, 0x18f, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pmd 0x170-0x17f x1 leaf order 1 pa 0x170 "
			       "r--------"),
		     "alloc 64 bytes x1",
		     TOY_VISIT("pte 0x170-0x17f x1 leaf order 0 pa 0x170 "
			       "r--------"),
		     TOY_VISIT("pmd 0x180-0x18f x1 leaf order 0 pa 0x180 "
			       "r--------"),
		     "alloc 64 bytes x1",
		     TOY_VISIT("pte 0x180-0x18f x1 leaf order 0 pa 0x180 "
			       "r--------"),
		     "return 0");
}

/* R25: protnone, migration and invalid-huge entries divide as pt_split() does. */
static void non_present_entries_are_split(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE };

	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x100, PT_PMD, PT_MIGRATION, 0x400), 0);
	assert_int_equal(toy_setkind(t, 0x180, PT_PMD, PT_PROTNONE, 0), 0);
	put(t, 0, 0x3ff, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_walk_vma(t, 0xf0, 0x18f, &walk), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1",
		     TOY_VISIT("pte 0xf0-0xff x1 leaf order 0 pa 0xf0 "
			       "r--------"),
		     "alloc 64 bytes x1",
		     TOY_VISIT("pte 0x100-0x17f x8 migration order 0 pa 0x400 "
			       "---------"),
		     "alloc 64 bytes x1",
		     TOY_VISIT("pte 0x180-0x18f x1 protnone order 0 pa 0x0 "
			       "r--------"),
		     "return 0");
}

/* R25, R37: a refused table ends the walk; what was split before stays. */
static void refused_splits_end_the_walk(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE,
				.vma_callbacks = OP_CB_POST_VMA };

	put(t, 0, 0x3ff, OP_VMA_PLAIN, 0, 0, 0);
	assert_int_equal(toy_fail(t, 2), 0);
	assert_int_equal(toy_walk_vma(t, 0x200, 0x20f, &walk), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "nomem 64 bytes x1",
		     "post-vma 0x200-0x20f", "return -12");
	toy_expect_at(t, 0x200,
		      "lookup 0x200 pmd leaf order 0 pa 0x200 r-------- wb "
		      "key 0 removed ----");
	/* Disarmed by the refusal. */
	assert_int_equal(toy_walk_vma(t, 0x200, 0x20f, &walk), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gaps_are_holes_of_unknown_depth),
		TEST(upper_ranges_are_clipped_to_the_vma),
		TEST(errors_come_first),
		TEST(test_walk_decides),
		TEST(pfnmap_is_a_hole),
		TEST(post_vma_follows_pre_vma),
		TEST(one_vma_is_not_tested),
		TEST(hugetlb_steps_by_pages),
		TEST(hugetlb_shows_whatever_is_there),
		TEST(mapping_walks_pages_of_the_file),
		TEST(cutting_keeps_the_place_in_the_file),
		TEST(mapping_reports_pfnmap_as_a_whole),
		TEST(vmas_have_errors_in_order),
		TEST(leaves_in_the_way_are_split),
		TEST(leaves_in_nobodys_way_stay),
		TEST(groups_are_unfolded_before),
		TEST(entries_are_read_when_their_turn_comes),
		TEST(non_present_entries_are_split),
		TEST(refused_splits_end_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
