/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects where a flag makes a walk differ from the current
 * profile, computed by hand from include/tablewalk/walk.h for the formats of
 * toy.h.  Rule numbers are those of docs/walker-rules.md.
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

/* 0x00..0x2f pages, 0x80..0xff a pmd leaf; the root's second entry is none. */
static int open_toy(void **state)
{
	static struct toy toy;

	toy_open(&toy, &toy_arch);
	assert_int_equal(toy_map(&toy, 0, 0x2f, 0x100, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_map(&toy, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	*state = &toy;
	return 0;
}

/* "toy5", with a p4d leaf at 0x200..0x3ff and a page at 0. */
static int open_toy5(void **state)
{
	static struct toy toy;

	toy_open(&toy, &toy5_arch);
	assert_int_equal(toy_map(&toy, 0, 0xf, 0x100, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(&toy, 0x200, 0x3ff, 0x200, PT_R, PT_P4D, 0),
			 0);
	*state = &toy;
	return 0;
}

static int close_toy(void **state)
{
	toy_close(*state);
	return 0;
}

/* R17, FOLDED_EMPTY: aliases are called of empty entries, then the hole. */
static void aliases_see_empty_entries(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PGD | P4D | PUD | HOLE };

	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, "hole pgd 0x200-0x3ff x1", "return 0");
	oracle_walk_flags(t->oracle, WALK_FOLDED_EMPTY);
	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x200-0x3ff x1"),
		     TOY_NONE("p4d 0x200-0x3ff x1"), "hole pgd 0x200-0x3ff x1",
		     "return 0");
	/* The flag stays over a reset. */
	oracle_reset(t->oracle, &t->regime);
	assert_int_equal(toy_walk(t, 0x210, 0x21f, &walk), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x210-0x21f x1"),
		     TOY_NONE("p4d 0x210-0x21f x1"), "hole pgd 0x210-0x21f x1",
		     "return 0");
}

/* R17, R23, FOLDED_EMPTY: beyond an alias only if something deeper is set. */
static void nothing_follows_the_deepest_alias(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PGD | HOLE };

	oracle_walk_flags(t->oracle, WALK_FOLDED_EMPTY);
	assert_int_equal(toy_walk(t, 0, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x1ff"),
		     TOY_NONE("pgd 0x200-0x3ff x1"), "return 0");
	assert_int_equal(toy_walk(t, 0xfffffc00, 0xffffffff, &walk), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0xfffffc00-0xffffffff x2"), "return 0");
	walk.callbacks = P4D | HOLE;
	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, TOY_NONE("p4d 0x200-0x3ff x1"), "return 0");
	walk.callbacks = HOLE;
	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, "return 0");
	/* The root's own depth is below its aliases. */
	walk.callbacks = PUD | HOLE;
	assert_int_equal(toy_walk(t, 0xfffffc00, 0xffffffff, &walk), 0);
	EXPECT_TRACE(t, "hole pgd 0xfffffc00-0xffffffff x2", "return 0");
}

/* R17, FOLDED_EMPTY: actions of aliases hold for empty entries too. */
static void aliases_of_empty_entries_may_act(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PGD | PUD | HOLE,
				.action = OP_CONTINUE,
				.action_depth = PT_PGD };

	oracle_walk_flags(t->oracle, WALK_FOLDED_EMPTY);
	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x200-0x3ff x1"), "return 0");
	walk.action = OP_AGAIN;
	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x200-0x3ff x1"),
		     TOY_NONE("pgd 0x200-0x3ff x1"), "hole pgd 0x200-0x3ff x1",
		     "return 0");
}

/* R22, ACTIONS_MIDDLE: only pud and pmd callbacks are asked. */
static void only_middle_actions_count(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = P4D | PMD,
				.action = OP_CONTINUE,
				.action_depth = PT_P4D,
				.action_always = true };

	oracle_walk_flags(t->oracle, WALK_ACTIONS_MIDDLE);
	assert_int_equal(toy_walk(t, 0, 0x7f, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("p4d 0x0-0x7f"), TOY_TABLE("pmd 0x0-0x7f"),
		     "return 0");
	walk = (struct op_walk){ .callbacks = PTE,
				 .action = OP_AGAIN,
				 .action_depth = PT_PTE,
				 .action_always = true };
	assert_int_equal(toy_walk(t, 0, 0x1f, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0x0-0x1f x2 leaf order 0 pa 0x100 "
			       "rw-------"),
		     "return 0");
	walk = (struct op_walk){ .callbacks = PMD | PTE,
				 .action = OP_CONTINUE,
				 .action_depth = PT_PMD };
	assert_int_equal(toy_walk(t, 0, 0x7f, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x7f"), "return 0");
}

/* R41, NO_ACTIONS: nobody is asked. */
static void no_actions_count(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PMD,
				.action = OP_AGAIN,
				.action_depth = PT_PMD,
				.action_always = true };

	oracle_walk_flags(t->oracle, WALK_NO_ACTIONS);
	assert_int_equal(toy_walk(t, 0, 0xff, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x7f"),
		     TOY_VISIT("pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
			       "r--------"),
		     "return 0");
}

/* R22, AGAIN_ALIAS: from the alias that asked, so often for each. */
static void again_starts_at_the_asking_alias(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PGD | P4D | PUD,
				.action = OP_AGAIN,
				.action_depth = PT_P4D };
	const char *p4d = TOY_TABLE("p4d 0x0-0x1ff");

	oracle_walk_flags(t->oracle, WALK_AGAIN_ALIAS);
	assert_int_equal(toy_walk(t, 0, 0x1ff, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x1ff"), p4d, p4d,
		     TOY_TABLE("pud 0x0-0x1ff"), "return 0");
	walk.action_always = true;
	assert_int_equal(toy_walk(t, 0, 0x1ff, &walk), -EAGAIN);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x1ff"), p4d, p4d, p4d, p4d, p4d,
		     p4d, p4d, p4d, p4d, "return -11");
}

/* R21, NO_UPPER_LEAF: a leaf at p4d ends the walk before its callback. */
static void upper_leaves_are_refused(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PGD | P4D | HOLE };

	oracle_walk_flags(t->oracle, WALK_NO_UPPER_LEAF);
	assert_int_equal(toy_walk(t, 0, 0x7ff, &walk), -EOPNOTSUPP);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x7ff"), TOY_TABLE("p4d 0x0-0x1ff"),
		     "return -95");
	/* Also where nobody would have been called for it. */
	walk.callbacks = PTE;
	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), -EOPNOTSUPP);
	/* But not where its table is not read. */
	walk.callbacks = PGD;
	assert_int_equal(toy_walk(t, 0, 0x7ff, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x7ff"), "return 0");
	walk.callbacks = PTE | HOLE;
	assert_int_equal(toy_walk(t, 0x400, 0xfff, &walk), 0);
	EXPECT_TRACE(t, "hole p4d 0x400-0x7ff x2", "hole pgd 0x800-0xfff x1",
		     "return 0");
}

/* R21, NO_UPPER_LEAF: a pud leaf is none of them, in the root neither. */
static void middle_leaves_are_walked(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PGD };

	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0x200, PT_R, PT_PUD, 0), 0);
	oracle_walk_flags(t->oracle, WALK_NO_UPPER_LEAF);
	assert_int_equal(toy_walk(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pgd 0x200-0x3ff x1 leaf order 0 pa 0x200 "
			       "r--------"),
		     "return 0");
}

/* R28, UNALIGNED: pages are counted by stride from where the range starts. */
static void unaligned_pages_are_counted_by_stride(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE };

	assert_int_equal(toy_walk(t, 0x18, 0x23, &walk), -EINVAL);
	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	/* The second page is missed. */
	assert_int_equal(toy_walk(t, 0x18, 0x23, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0x18-0x27 x1 leaf order 0 pa 0x118 "
			       "rw-------"),
		     "return 0");
	/* The last one ends beyond the range. */
	assert_int_equal(toy_walk(t, 0x10, 0x23, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0x10-0x2f x2 leaf order 0 pa 0x110 "
			       "rw-------"),
		     "return 0");
	assert_int_equal(toy_walk(t, 0x18, 0x3f, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0x18-0x37 x2 leaf order 0 pa 0x118 "
			       "rw-------"),
		     TOY_NONE("pte 0x38-0x47 x1"), "return 0");
	/* What is aligned is what it was. */
	assert_int_equal(toy_walk(t, 0, 0x2f, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0x0-0x2f x3 leaf order 0 pa 0x100 "
			       "rw-------"),
		     "return 0");
}

/* R28, UNALIGNED: what would not end is refused; other errors stay. */
static void unaligned_ranges_have_errors(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE };

	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	assert_int_equal(toy_walk(t, 0, 0xe, &walk), -EINVAL);
	assert_int_equal(toy_walk(t, 9, 8, &walk), -EINVAL);
	assert_int_equal(toy_walk(t, 0x18, 0x401, &walk), -ERANGE);
	EXPECT_TRACE(t, "return -34");
	assert_int_equal(toy_walk(t, 8, 0xf, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0x8-0x17 x1 leaf order 0 pa 0x108 "
			       "rw-------"),
		     "return 0");
	/* OP_VMA is not a walk. */
	assert_int_equal(toy_vma(t, 0x18, 0x27, OP_VMA_PLAIN), -EINVAL);
}

/* R28, UNALIGNED: above the pages ranges are clipped to the byte. */
static void unaligned_ranges_are_clipped_to_the_byte(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PUD | PMD | PTE | HOLE };

	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	assert_int_equal(toy_walk(t, 0x7b, 0x123, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x7b-0x123"),
		     TOY_TABLE("pmd 0x7b-0x7f"), TOY_NONE("pte 0x7b-0x8a x1"),
		     TOY_VISIT("pmd 0x80-0xff x1 leaf order 0 pa 0x80 "
			       "r--------"),
		     "hole pmd 0x100-0x123 x1", "return 0");
}

/* R28, UNALIGNED: the last visit wraps at the end of the address word. */
static void unaligned_visits_wrap_at_the_top(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE };

	assert_int_equal(toy_map(t, 0xffffffe0, 0xffffffff, 0x200, PT_R,
				 PT_PTE, 0), 0);
	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	assert_int_equal(toy_walk(t, 0xffffffe8, 0xffffffff, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0xffffffe8-0xfffffff7 x1 leaf order 0 pa "
			       "0x208 r--------"),
		     TOY_VISIT("pte 0xfffffff8-0x7 x1 leaf order 0 pa 0x218 "
			       "r--------"),
		     "return 0");
}

/* R28, UNALIGNED: a VMA clips to its pages; inside it the byte counts. */
static void unaligned_walks_of_vmas(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE | HOLE };

	assert_int_equal(toy_vma(t, 0x10, 0x1f, OP_VMA_PLAIN), 0);
	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	assert_int_equal(toy_walk_vma(t, 0x08, 0x24, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x8-0xf x1",
		     TOY_VISIT("pte 0x10-0x1f x1 leaf order 0 pa 0x110 "
			       "rw-------"),
		     "hole - 0x20-0x24 x1", "return 0");
	walk.entry = OP_ENTRY_RANGE_VMA;
	assert_int_equal(toy_walk_vma(t, 0x18, 0x1b, &walk), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pte 0x18-0x27 x1 leaf order 0 pa 0x118 "
			       "rw-------"),
		     "return 0");
}

/* R43, NO_DEPTH: no hole has a depth, wherever it is. */
static void holes_without_depth(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE | HOLE };

	oracle_walk_flags(t->oracle, WALK_NO_DEPTH);
	assert_int_equal(toy_walk(t, 0x100, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x100-0x1ff x2", "hole - 0x200-0x3ff x1",
		     "return 0");
}

/* R14, TEST_ENDS_MAPPING: more than 0, or a PFNMAP VMA, ends it with 0. */
static void tests_may_end_a_mapping(void **state)
{
	struct toy *t = *state;
	struct op op = {
		.kind = OP_WALK_VMA,
		.ceiling = UINT64_MAX,
		.walk = { .callbacks = HOLE,
			  .vma_callbacks = OP_CB_PRE_VMA,
			  .entry = OP_ENTRY_MAPPING },
	};
	struct op put = { .kind = OP_VMA, .va = 0x10, .last = 0x1f,
			  .vma = { .type = OP_VMA_PFNMAP, .file = 1,
				   .test = 2 } };

	assert_int_equal(toy_run(t, &put), 0);
	put.va = 0x20;
	put.last = 0x2f;
	put.vma.type = OP_VMA_PLAIN;
	assert_int_equal(toy_run(t, &put), 0);
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "hole - 0x10-0x1f x1", "pre-vma 0x20-0x2f", "return 0");
	oracle_walk_flags(t->oracle, WALK_TEST_ENDS_MAPPING);
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "hole - 0x10-0x1f x1", "return 0");
	op.walk.vma_callbacks |= OP_CB_TEST_WALK;
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "test 0x10-0x1f", "return 0");
	/* Only there. */
	op.walk.entry = OP_ENTRY_RANGE;
	op.va = 0x10;
	op.last = 0x2f;
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "test 0x10-0x1f", "test 0x20-0x2f", "return 0");
}

/* R12, VMA_TESTED: a walk of one VMA tests it, of a part of one not. */
static void one_vma_may_be_tested(void **state)
{
	struct toy *t = *state;
	struct op put = { .kind = OP_VMA, .va = 0x10, .last = 0x2f,
			  .vma = { .type = OP_VMA_PFNMAP, .test = -2 } };
	struct op_walk walk = { .callbacks = PTE | HOLE,
				.entry = OP_ENTRY_VMA };

	assert_int_equal(toy_run(t, &put), 0);
	oracle_walk_flags(t->oracle, WALK_VMA_TESTED);
	assert_int_equal(toy_walk_vma(t, 0x20, 0, &walk), 0);
	EXPECT_TRACE(t, "hole - 0x10-0x2f x1", "return 0");
	walk.vma_callbacks = OP_CB_TEST_WALK | OP_CB_PRE_VMA;
	assert_int_equal(toy_walk_vma(t, 0x20, 0, &walk), -2);
	EXPECT_TRACE(t, "test 0x10-0x2f", "return -2");
	walk.entry = OP_ENTRY_RANGE_VMA;
	assert_int_equal(toy_walk_vma(t, 0x20, 0x2f, &walk), 0);
	EXPECT_TRACE(t, "pre-vma 0x20-0x2f",
		     TOY_VISIT("pte 0x20-0x2f x1 leaf order 0 pa 0x120 "
			       "rw-------"),
		     "return 0");
}

/* R41, TABLE_TESTS: per table below the root, and per entry of folded levels. */
static void tables_are_tested(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PUD | PTE | HOLE,
				.vma_callbacks = OP_CB_TEST_TABLE };

	assert_int_equal(toy_vma(t, 0, 0x3ff, OP_VMA_PLAIN), 0);
	assert_int_equal(toy_walk_vma(t, 0x10, 0x2f, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x10-0x2f"),
		     TOY_VISIT("pte 0x10-0x2f x2 leaf order 0 pa 0x110 "
			       "rw-------"),
		     "return 0");
	oracle_walk_flags(t->oracle, WALK_TABLE_TESTS);
	assert_int_equal(toy_walk_vma(t, 0x10, 0x2f, &walk), 0);
	EXPECT_TRACE(t, "table p4d 0x10-0x2f", "table pud 0x10-0x2f",
		     TOY_TABLE("pud 0x10-0x2f"), "table pmd 0x10-0x2f",
		     TOY_VISIT("pte 0x10-0x2f x2 leaf order 0 pa 0x110 "
			       "rw-------"),
		     "return 0");
	/* A hole has no aliases, unless they see empty entries. */
	assert_int_equal(toy_walk_vma(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, "hole pgd 0x200-0x3ff x1", "return 0");
	oracle_walk_flags(t->oracle, WALK_TABLE_TESTS | WALK_FOLDED_EMPTY);
	assert_int_equal(toy_walk_vma(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, "table p4d 0x200-0x3ff", "table pud 0x200-0x3ff",
		     "hole pgd 0x200-0x3ff x1", "return 0");
	/* Nor what nobody deeper wants. */
	walk.callbacks = PGD | HOLE;
	assert_int_equal(toy_walk_vma(t, 0x200, 0x3ff, &walk), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x200-0x3ff x1"), "return 0");
}

/* R41: more than 0 skips in silence, less than 0 ends. */
static void tests_of_tables_decide(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PGD | PUD | PTE | HOLE,
				.vma_callbacks = OP_CB_TEST_TABLE,
				.action = OP_CONTINUE,
				.action_depth = PT_PUD };

	assert_int_equal(toy_vma(t, 0, 0x3ff, OP_VMA_PLAIN), 0);
	oracle_walk_flags(t->oracle, WALK_TABLE_TESTS | WALK_FOLDED_EMPTY |
				     WALK_NO_ACTIONS);
	/* The first entry is skipped from pud on, the second is walked. */
	assert_int_equal(toy_walk_vma(t, 0x1f0, 0x20f, &walk), 0);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x1f0-0x1ff"), "table p4d 0x1f0-0x1ff",
		     "table pud 0x1f0-0x1ff", TOY_NONE("pgd 0x200-0x20f x1"),
		     "table p4d 0x200-0x20f", "table pud 0x200-0x20f",
		     "hole pgd 0x200-0x20f x1", "return 0");
	walk.action_from = 1;
	walk.action = OP_AGAIN;
	assert_int_equal(toy_walk_vma(t, 0x1f0, 0x20f, &walk), -4);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x1f0-0x1ff"), "table p4d 0x1f0-0x1ff",
		     "table pud 0x1f0-0x1ff", TOY_TABLE("pud 0x1f0-0x1ff"),
		     "table pmd 0x1f0-0x1ff", "hole pmd 0x1f0-0x1ff x1",
		     TOY_NONE("pgd 0x200-0x20f x1"), "table p4d 0x200-0x20f",
		     "table pud 0x200-0x20f", "return -4");
	walk = (struct op_walk){ .callbacks = PTE,
				 .vma_callbacks = OP_CB_TEST_TABLE,
				 .action = OP_CONTINUE,
				 .action_depth = PT_PMD };
	assert_int_equal(toy_walk_vma(t, 0, 0x2f, &walk), 0);
	EXPECT_TRACE(t, "table p4d 0x0-0x2f", "table pud 0x0-0x2f",
		     "table pmd 0x0-0x2f", "return 0");
}

/* R41: the root of a format without folded levels is not tested. */
static void an_unfolded_root_is_not_tested(void **state)
{
	struct toy *t = *state;
	struct op_walk walk = { .callbacks = PTE,
				.vma_callbacks = OP_CB_TEST_TABLE };

	assert_int_equal(toy_vma(t, 0, 0xf, OP_VMA_PLAIN), 0);
	oracle_walk_flags(t->oracle, WALK_TABLE_TESTS);
	assert_int_equal(toy_walk_vma(t, 0, 0xf, &walk), 0);
	EXPECT_TRACE(t, "table p4d 0x0-0xf", "table pud 0x0-0xf",
		     "table pmd 0x0-0xf",
		     TOY_VISIT("pte 0x0-0xf x1 leaf order 0 pa 0x100 "
			       "r--------"),
		     "return 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
#define TEST5(name) cmocka_unit_test_setup_teardown(name, open_toy5, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(aliases_see_empty_entries),
		TEST(nothing_follows_the_deepest_alias),
		TEST(aliases_of_empty_entries_may_act),
		TEST(only_middle_actions_count),
		TEST(no_actions_count),
		TEST(again_starts_at_the_asking_alias),
		TEST5(upper_leaves_are_refused),
		TEST(middle_leaves_are_walked),
		TEST(unaligned_pages_are_counted_by_stride),
		TEST(unaligned_ranges_have_errors),
		TEST(unaligned_ranges_are_clipped_to_the_byte),
		TEST(unaligned_visits_wrap_at_the_top),
		TEST(unaligned_walks_of_vmas),
		TEST(holes_without_depth),
		TEST(tests_may_end_a_mapping),
		TEST(one_vma_may_be_tested),
		TEST(tables_are_tested),
		TEST(tests_of_tables_decide),
		TEST5(an_unfolded_root_is_not_tested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
