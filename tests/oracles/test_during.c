/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of an operation that OP_DURING holds until a walk,
 * and of the walk that goes on after it: computed by hand from
 * include/tablewalk/walk.h, "Changes during a walk" and "Operations on these in
 * a case", for the formats of toy.h.  How changes count is in
 * test_during_flags.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "during.h"

/*
 *			What is held, and when it is carried out
 */

/* A held operation does nothing at its turn; the walk carries it out. */
static void what_is_held_waits_for_the_walk(void **state)
{
	struct toy *t = *state;

	hold_range(t, 2, OP_UNMAP, 0x10, 0x1f);
	toy_expect_at(t, 0x10, "lookup 0x10 pte leaf order 0 pa 0x210 "
			       "rw------- wb key 0 removed ----");
	assert_int_equal(walk(t, 0, 0x2f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0x1f x2", "0x200"), "inner 0",
		     TOY_NONE("pte 0x10-0x1f x1"),
		     PAGES("0x20-0x2f x1", "0x220"), "return 0");
	toy_expect_at(t, 0x10, "lookup 0x10 pte none order 0 pa 0x0 "
			       "--------- wb key 0 removed ----");
}

/* Each kind that can be held is: nothing of it is seen before the walk. */
static void these_kinds_are_held(void **state)
{
	static const uint8_t kinds[] = {
		OP_MAP, OP_UNMAP, OP_PROTECT, OP_SPLIT, OP_COLLAPSE,
		OP_RESTRICT, OP_SETKIND, OP_FREE, OP_INSTALL,
	};
	struct toy *t = *state;

	for (unsigned i = 0; i < sizeof(kinds); i++) {
		/* Malformed, so that all return the same. */
		hold(t, 1, &(struct op){ .kind = kinds[i], .va = 0x18 });
		assert_int_equal(walk(t, 0, 0xf, PTE), 0);
		EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "inner -22",
			     PAGES("0x0-0xf x1", "0x200"), "return 0");
	}
}

/* An operation of another kind is carried out at its turn; nothing is held. */
static void other_kinds_end_the_wait(void **state)
{
	struct toy *t = *state;

	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		switch (kind) {
		case OP_MAP:
		case OP_UNMAP:
		case OP_PROTECT:
		case OP_SPLIT:
		case OP_COLLAPSE:
		case OP_RESTRICT:
		case OP_SETKIND:
		case OP_FREE:
		case OP_INSTALL:
		case OP_DURING:
			continue;
		default:
			break;
		}
		arm(t, 1);
		toy_run(t, &(struct op){ .kind = (uint8_t)kind });
		assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x1f), 0);
		assert_int_equal(walk(t, 0x10, 0x1f, PTE), 0);
		EXPECT_TRACE(t, TOY_NONE("pte 0x10-0x1f x1"), "return 0");
		assert_int_equal(toy_map(t, 0x10, 0x1f, 0x210, PT_R, PT_PTE, 0),
				 0);
	}
	/* What ended the wait is itself as ever. */
	arm(t, 1);
	assert_int_equal(toy_fail(t, 1), 0);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x80, PT_PMD, 0), -ENOMEM);
}

/* A walk of fewer callbacks does not carry it out, and it is forgotten. */
static void too_short_a_walk_forgets_it(void **state)
{
	struct toy *t = *state;

	hold_range(t, 3, OP_UNMAP, 0, 0xf);
	assert_int_equal(walk(t, 0, 0x1f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0x1f x2", "0x200"), "return 0");
	assert_int_equal(walk(t, 0, 0x3f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0x3f x4", "0x200"), "return 0");
	/* One that ends before by itself as well. */
	hold_range(t, 3, OP_UNMAP, 0, 0xf);
	assert_int_equal(toy_walk(t, 0, 0x3f,
				  &(struct op_walk){ .callbacks = PTE,
						     .stop_at = 2,
						     .stop_value = 7 }), 7);
	EXPECT_TRACE(t, PAGES("0x0-0x1f x2", "0x200"), "return 7");
	assert_int_equal(walk(t, 0, 0x3f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0x3f x4", "0x200"), "return 0");
}

/* It is carried out once. */
static void what_was_carried_out_is_forgotten(void **state)
{
	struct toy *t = *state;

	hold_range(t, 1, OP_PROTECT, 0, 0xf);
	assert_int_equal(walk(t, 0, 0xf, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "inner 0",
		     PAGES5("0x0-0xf x1", "0x200"), "return 0");
	assert_int_equal(walk(t, 0, 0xf, PTE), 0);
	EXPECT_TRACE(t, PAGES5("0x0-0xf x1", "0x200"), "return 0");
}

/* A walk that is refused forgets it, too. */
static void a_refused_walk_forgets_it(void **state)
{
	struct toy *t = *state;

	hold_range(t, 1, OP_UNMAP, 0, 0xf);
	assert_int_equal(walk(t, 8, 0xf, PTE), -EINVAL);
	EXPECT_TRACE(t, "return -22");
	assert_int_equal(walk(t, 0, 0xf, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "return 0");
	hold_range(t, 1, OP_UNMAP, 0, 0xf);
	assert_int_equal(walk(t, 0, 0x7ff, PTE), -ERANGE);
	EXPECT_TRACE(t, "return -34");
	assert_int_equal(walk(t, 0, 0xf, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "return 0");
}

/* The next OP_DURING forgets it; nth 0 holds nothing. */
static void the_next_during_forgets_it(void **state)
{
	struct toy *t = *state;

	hold_range(t, 1, OP_UNMAP, 0, 0xf);
	hold_range(t, 2, OP_UNMAP, 0x20, 0x2f);
	assert_int_equal(walk(t, 0, 0x2f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0x1f x2", "0x200"), "inner 0",
		     PAGES("0x10-0x1f x1", "0x210"),
		     TOY_NONE("pte 0x20-0x2f x1"), "return 0");
	hold_range(t, 1, OP_UNMAP, 0, 0xf);
	arm(t, 0);
	assert_int_equal(walk(t, 0, 0xf, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "return 0");
	arm(t, 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0xf), 0);
	assert_int_equal(walk(t, 0, 0xf, PTE), 0);
	EXPECT_TRACE(t, TOY_NONE("pte 0x0-0xf x1"), "return 0");
	/* Two at once: the second is the one that counts. */
	arm(t, 1);
	arm(t, 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x1f), 0);
	toy_expect_at(t, 0x10, "lookup 0x10 pte none order 0 pa 0x0 "
			       "--------- wb key 0 removed ----");
}

/* Only what follows at once is held, and it stays held until a walk. */
static void one_operation_is_held(void **state)
{
	struct toy *t = *state;
	struct op_walk ask = { .callbacks = PTE };

	hold_range(t, 1, OP_UNMAP, 0, 0xf);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x1f), 0);
	assert_int_equal(toy_vma(t, 0, 0x7f, OP_VMA_PLAIN), 0);
	/* A walk over VMAs is none of those that carry it out. */
	assert_int_equal(toy_walk_vma(t, 0, 0x1f, &ask), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"),
		     TOY_NONE("pte 0x10-0x1f x1"), "return 0");
	assert_int_equal(walk(t, 0, 0x1f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "inner 0",
		     TOY_NONE("pte 0x0-0x1f x2"), "return 0");
}

/* A case begins with nothing held, and nothing that waits. */
static void a_reset_forgets_it(void **state)
{
	struct toy *t = *state;

	hold_map(t, 1, 0, 0xf, 0x100, PT_PTE);
	oracle_reset(t->oracle, &t->regime);
	assert_int_equal(walk(t, 0, 0x1ff, HOLE), 0);
	EXPECT_TRACE(t, "hole pgd 0x0-0x1ff x1", "return 0");
	arm(t, 1);
	oracle_reset(t->oracle, &t->regime);
	assert_int_equal(toy_map(t, 0, 0xf, 0x100, PT_R, PT_PTE, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
}

/* It works on the space that is current when it is carried out. */
static void the_current_space_is_changed(void **state)
{
	struct toy *t = *state;

	hold_range(t, 1, OP_UNMAP, 0, 0xf);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = 1 }), 0);
	assert_int_equal(toy_map(t, 0, 0x1f, 0x500, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(walk(t, 0, 0x1f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x500"), "inner 0",
		     TOY_NONE("pte 0x0-0xf x1"), PAGES("0x10-0x1f x1", "0x510"),
		     "return 0");
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH }), 0);
	assert_int_equal(walk(t, 0, 0xf, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "return 0");
}

/* Numbers count as stop_at does: holes and re-evaluations, from 1. */
static void callbacks_are_numbered_as_for_stops(void **state)
{
	struct toy *t = *state;
	struct op_walk ask = { .callbacks = PMD | HOLE,
			       .action = OP_AGAIN,
			       .action_depth = PT_PMD };

	/* pmd, again, pmd leaf, hole, and the second hole is the fifth. */
	hold_range(t, 5, OP_PROTECT, 0, 0x7f);
	assert_int_equal(toy_walk(t, 0, 0x1ff, &ask), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x7f"), TOY_TABLE("pmd 0x0-0x7f"),
		     BIG, "hole pmd 0x100-0x1ff x2", "inner 0",
		     "hole pmd 0x180-0x1ff x1", "return 0");
	/* In the middle of runs, of holes and of pages. */
	hold_range(t, 2, OP_PROTECT, 0, 0x7f);
	assert_int_equal(walk(t, 0xfffffc00, 0xffffffff, HOLE), 0);
	EXPECT_TRACE(t, "hole pgd 0xfffffc00-0xffffffff x2", "inner 0",
		     "hole pgd 0xfffffe00-0xffffffff x1", "return 0");
	hold_range(t, 5, OP_PROTECT, 0, 0x7f);
	assert_int_equal(walk(t, 0, 0x7f, PTE), 0);
	EXPECT_TRACE(t, PAGES5("0x0-0x4f x5", "0x200"), "inner 0",
		     PAGES5("0x40-0x7f x4", "0x240"), "return 0");
}

/* If the callback stops the walk as well, the operation comes first. */
static void the_operation_comes_before_the_stop(void **state)
{
	struct toy *t = *state;
	struct op_walk ask = { .callbacks = PTE, .stop_at = 2,
			       .stop_value = -7 };

	hold_range(t, 2, OP_UNMAP, 0, 0x7f);
	assert_int_equal(toy_walk(t, 0, 0x7f, &ask), -7);
	EXPECT_TRACE(t, PAGES("0x0-0x1f x2", "0x200"), "inner 0", "return -7");
	toy_expect_at(t, 0, "lookup 0x0 pte none order 0 pa 0x0 "
			    "--------- wb key 0 removed ----");
	/* A stop after it counts what is called again. */
	hold_range(t, 2, OP_UNMAP, 0, 0x7f);
	ask.stop_at = 3;
	assert_int_equal(toy_walk(t, 0, 0x7f, &ask), -7);
	EXPECT_TRACE(t, TOY_NONE("pte 0x0-0x1f x2"), "inner 0",
		     TOY_NONE("pte 0x10-0x1f x1"), "return -7");
}

/* Its events are those that it has alone; failures that are armed hit it. */
static void armed_failures_wait_for_it(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_fail(t, 2), 0);
	hold_map(t, 1, 0x200, 0x20f, 0x600, PT_PTE);
	assert_int_equal(walk(t, 0x200, 0x3ff, PUD | HOLE), 0);
	EXPECT_TRACE(t, "hole pgd 0x200-0x3ff x1", "alloc 32 bytes x1",
		     "nomem 64 bytes x1", "free 32 bytes x1", "inner -12",
		     "hole pgd 0x200-0x3ff x1", "return 0");
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_CTOR_FAIL,
						  .nth = 1 }), 0);
	hold_at(t, 1, OP_SPLIT, 0x80, PT_PMD);
	assert_int_equal(walk(t, 0x80, 0xff, PMD), 0);
	EXPECT_TRACE(t, BIG, "alloc 64 bytes x1", "free 64 bytes x1",
		     "inner -12", BIG, "return 0");
	/* Both were spent. */
	hold_at(t, 1, OP_SPLIT, 0x80, PT_PMD);
	assert_int_equal(walk(t, 0x80, 0xff, PMD), 0);
	EXPECT_TRACE(t, BIG, "alloc 64 bytes x1", "inner 0",
		     TOY_TABLE("pmd 0x80-0xff"), "return 0");
}

/* An install has callbacks of its own, which are not the walk's. */
static void an_install_walks_inside(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_vma(t, 0x100, 0x11f, OP_VMA_PLAIN), 0);
	hold(t, 1, &(struct op){ .kind = OP_INSTALL,
				 .va = 0x100,
				 .last = 0x12f,
				 .pa = 0x700,
				 .attrs = TOY_RW,
				 .walk.callbacks = PMD | PTE | HOLE });
	assert_int_equal(toy_walk(t, 0x100, 0x1ff,
				  &(struct op_walk){ .callbacks = PTE | HOLE,
						     .stop_at = 3,
						     .stop_value = 1 }), 1);
	EXPECT_TRACE(t, "hole pmd 0x100-0x17f x1", "alloc 64 bytes x1",
		     TOY_TABLE("pmd 0x100-0x11f"),
		     "install pte 0x100-0x11f x2 leaf order 0 pa 0x700 "
		     "rw------- wb key 0", "hole - 0x120-0x12f x1", "inner 0",
		     PAGES("0x100-0x11f x2", "0x700"), "return 1");
}

/*
 *			How the walk goes on
 */

/* Whatever the operation returned: the callback's entry is evaluated again. */
static void a_refused_operation_is_a_change(void **state)
{
	struct toy *t = *state;

	hold_map(t, 1, 0, 0xf, 0x100, PT_PTE);
	assert_int_equal(walk(t, 0, 0x1f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x0-0xf x1", "0x200"), "inner -17",
		     PAGES("0x0-0x1f x2", "0x200"), "return 0");
	hold_at(t, 3, OP_COLLAPSE, 0x100, PT_PMD);
	assert_int_equal(walk(t, 0, 0xff, PUD | PMD), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x0-0xff"), TOY_TABLE("pmd 0x0-0x7f"),
		     BIG, "inner -2", BIG, "return 0");
}

/* The action of a callback that changed something is not looked at. */
static void its_action_is_not_looked_at(void **state)
{
	struct toy *t = *state;
	struct op_walk ask = { .callbacks = PMD | PTE,
			       .action = OP_CONTINUE,
			       .action_depth = PT_PMD };

	hold_range(t, 1, OP_UNMAP, 0x20, 0x7f);
	assert_int_equal(toy_walk(t, 0, 0x1f, &ask), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x1f"), "inner 0",
		     TOY_TABLE("pmd 0x0-0x1f"), PAGES("0x0-0x1f x2", "0x200"),
		     "return 0");
	/* But the call has had its number; this one's is 1. */
	hold_range(t, 1, OP_UNMAP, 0x20, 0x7f);
	ask.action_from = 1;
	assert_int_equal(toy_walk(t, 0, 0x1f, &ask), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x1f"), "inner 0",
		     TOY_TABLE("pmd 0x0-0x1f"), "return 0");
}

/* 1: tables above the callback's entry have had their callbacks. */
static void tables_above_are_not_called_again(void **state)
{
	struct toy *t = *state;

	hold_range(t, 6, OP_PROTECT, 0x80, 0xff);
	assert_int_equal(walk(t, 0, 0x2f, PGD | P4D | PUD | PMD | PTE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x2f"), TOY_TABLE("p4d 0x0-0x2f"),
		     TOY_TABLE("pud 0x0-0x2f"), TOY_TABLE("pmd 0x0-0x2f"),
		     PAGES("0x0-0x1f x2", "0x200"), "inner 0",
		     PAGES("0x10-0x2f x2", "0x210"), "return 0");
	/* A hole that is still one: the tables above it neither. */
	hold_range(t, 2, OP_PROTECT, 0, 0xf);
	assert_int_equal(walk(t, 0x100, 0x1ff, PUD | PMD | HOLE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x100-0x1ff"), "hole pmd 0x100-0x17f x1",
		     "inner 0", "hole pmd 0x100-0x1ff x2", "return 0");
}

/* The same with a table of every depth. */
static void all_tables_above_are_passed(void **state)
{
	struct toy *t = *state;

	hold_range(t, 6, OP_UNMAP, 0x10, 0x1f);
	assert_int_equal(walk(t, 0, 0x3f, PGD | P4D | PUD | PMD | PTE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x3f"), TOY_TABLE("p4d 0x0-0x3f"),
		     TOY_TABLE("pud 0x0-0x3f"), TOY_TABLE("pmd 0x0-0x3f"),
		     PAGES5("0x0-0x1f x2", "0x100"), "inner 0",
		     TOY_NONE("pte 0x10-0x1f x1"),
		     PAGES5("0x20-0x3f x2", "0x120"), "return 0");
}

/* 2: a table above that became a leaf is evaluated, from the address on. */
static void a_collapsed_table_is_evaluated(void **state)
{
	struct toy *t = *state;

	hold_at(t, 5, OP_COLLAPSE, 0, PT_PMD);
	assert_int_equal(walk(t, 0, 0xff, PUD | PMD | PTE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x0-0xff"), TOY_TABLE("pmd 0x0-0x7f"),
		     PAGES("0x0-0x2f x3", "0x200"), "free 64 bytes x1",
		     "inner 0",
		     TOY_VISIT("pmd 0x20-0x7f x1 leaf order 0 pa 0x220 "
			       "rw-------"), BIG, "return 0");
}

/* 2: so is one of several depths above. */
static void a_leaf_far_above_is_evaluated(void **state)
{
	struct toy *t = *state;

	/* The table of 0x800..: 0x100 bytes of pages, one pud. */
	assert_int_equal(toy_map(t, 0x800, 0x8ff, 0x800, PT_R, PT_PTE, 0), 0);
	for (uint64_t va = 0x800; va < 0x900; va += 0x40)
		assert_int_equal(toy_collapse(t, va, PT_PMD, 0), 0);
	hold_at(t, 3, OP_COLLAPSE, 0x800, PT_PUD);
	assert_int_equal(walk(t, 0x800, 0x9ff, PUD | PMD | HOLE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x800-0x8ff"),
		     TOY_VISIT("pmd 0x800-0x87f x2 leaf order 0 pa 0x800 "
			       "r--------"),
		     "free 32 bytes x1", "inner 0",
		     TOY_VISIT("pud 0x840-0x8ff x1 leaf order 0 pa 0x840 "
			       "r--------"),
		     "hole pud 0x900-0x9ff x1", "return 0");
}

/* 2: a table that was released is a hole; its memory is gone at once. */
static void a_released_table_is_a_hole(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x7f), 0);
	hold_range(t, 4, OP_FREE, 0, 0x7f);
	assert_int_equal(walk(t, 0x20, 0xff, PUD | PMD | PTE | HOLE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x20-0xff"), TOY_TABLE("pmd 0x20-0x7f"),
		     TOY_NONE("pte 0x20-0x3f x2"), "free 64 bytes x1",
		     "inner 0", "hole pmd 0x30-0x7f x1", BIG, "return 0");
}

/* 2: as far up as the root, whose hole then has its entry's range. */
static void all_tables_may_go(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x3ff), 0);
	hold_range(t, 5, OP_FREE, 0, 0xfff);
	assert_int_equal(walk(t, 0, 0xfff, PGD | P4D | PMD | PTE | HOLE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pgd 0x0-0x7ff"), TOY_TABLE("p4d 0x0-0x1ff"),
		     TOY_TABLE("pmd 0x0-0x3f"), TOY_NONE("pte 0x0-0x1f x2"),
		     "free 32 bytes x2", "free 16 bytes x1", "free 32 bytes x1",
		     "inner 0", "hole pgd 0x10-0x7ff x1",
		     "hole pgd 0x800-0xfff x1", "return 0");
}

/* 2: what was a hole is whatever it is now, with its callbacks. */
static void a_hole_may_become_an_entry(void **state)
{
	struct toy *t = *state;

	hold_map(t, 2, 0x120, 0x12f, 0x600, PT_PTE);
	assert_int_equal(walk(t, 0x110, 0x1ff, PUD | PMD | PTE | HOLE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pud 0x110-0x1ff"), "hole pmd 0x110-0x17f x1",
		     "alloc 64 bytes x1", "inner 0",
		     TOY_TABLE("pmd 0x110-0x17f"),
		     TOY_NONE("pte 0x110-0x11f x1"),
		     PAGES5("0x120-0x12f x1", "0x600"),
		     TOY_NONE("pte 0x130-0x17f x5"), "hole pmd 0x180-0x1ff x1",
		     "return 0");
	hold_map(t, 1, 0x180, 0x1ff, 0x680, PT_PMD);
	assert_int_equal(walk(t, 0x180, 0x1ff, PMD | HOLE), 0);
	EXPECT_TRACE(t, "hole pmd 0x180-0x1ff x1", "inner 0",
		     TOY_VISIT("pmd 0x180-0x1ff x1 leaf order 0 pa 0x680 "
			       "r--------"), "return 0");
}

/* 2: a leaf that was split is a table, seen for the first time. */
static void a_leaf_may_become_a_table(void **state)
{
	struct toy *t = *state;

	hold_at(t, 2, OP_SPLIT, 0x80, PT_PMD);
	assert_int_equal(walk(t, 0x70, 0x9f, PMD | PTE), 0);
	/* Callbacks 1 and 2: the table before, and its last page. */
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x70-0x7f"),
		     PAGES("0x70-0x7f x1", "0x270"), "alloc 64 bytes x1",
		     "inner 0", PAGES("0x70-0x7f x1", "0x270"),
		     TOY_TABLE("pmd 0x80-0x9f"), PAGES5("0x80-0x9f x2", "0x80"),
		     "return 0");
	hold_at(t, 1, OP_SPLIT, 0x200, PT_PUD);
	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0x200, PT_R, PT_PUD, 0), 0);
	assert_int_equal(walk(t, 0x200, 0x3ff, PUD | PMD), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pud 0x200-0x3ff x1 leaf order 0 pa 0x200 "
			       "r--------"),
		     "alloc 32 bytes x1", "inner 0",
		     TOY_TABLE("pud 0x200-0x3ff"),
		     TOY_VISIT("pmd 0x200-0x3ff x4 leaf order 0 pa 0x200 "
			       "r--------"), "return 0");
}

/* 2: the root's entry is evaluated from its first alias. */
static void aliases_are_called_again(void **state)
{
	struct toy *t = *state;
	const uint32_t flags[] = { 0, WALK_AGAIN_ALIAS, WALK_NO_ACTIONS,
				   WALK_ACTIONS_MIDDLE, WALK_NO_UPPER_LEAF };

	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		oracle_walk_flags(t->oracle, flags[i]);
		hold_range(t, 3, OP_PROTECT, 0x80, 0xff);
		assert_int_equal(walk(t, 0x60, 0x7f, PGD | P4D | PUD | PTE),
				 0);
		EXPECT_TRACE(t, TOY_TABLE("pgd 0x60-0x7f"),
			     TOY_TABLE("p4d 0x60-0x7f"),
			     TOY_TABLE("pud 0x60-0x7f"), "inner 0",
			     TOY_TABLE("pgd 0x60-0x7f"),
			     TOY_TABLE("p4d 0x60-0x7f"),
			     TOY_TABLE("pud 0x60-0x7f"),
			     PAGES("0x60-0x7f x2", "0x260"), "return 0");
	}
}

/* 3: what is behind is not seen again, what is ahead as it is by then. */
static void the_rest_is_seen_as_it_is(void **state)
{
	struct toy *t = *state;

	hold_range(t, 4, OP_UNMAP, 0, 0xaf);
	assert_int_equal(walk(t, 0, 0xff, PMD | PTE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x7f"),
		     PAGES("0x0-0x2f x3", "0x200"), "alloc 64 bytes x1",
		     "inner 0", TOY_NONE("pte 0x20-0x7f x6"),
		     TOY_TABLE("pmd 0x80-0xff"), TOY_NONE("pte 0x80-0xaf x3"),
		     PAGES5("0xb0-0xff x5", "0xb0"), "return 0");
	/* What was none and is before the address by now has gone by. */
	hold_map(t, 3, 0, 0x5f, 0x400, PT_PTE);
	assert_int_equal(walk(t, 0, 0x3f, PMD | PTE), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x3f"), TOY_NONE("pte 0x0-0x1f x2"),
		     "inner 0", PAGES5("0x10-0x3f x3", "0x410"), "return 0");
}

/* Of a run of equal entries, one after the other. */
static void runs_go_on_at_an_entry_of_them(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, PT_R, PT_PMD, 0), 0);
	hold_range(t, 2, OP_UNMAP, 0, 0xf);
	assert_int_equal(walk(t, 0x80, 0x1ff, PMD), 0);
	EXPECT_TRACE(t,
		     TOY_VISIT("pmd 0x80-0x17f x2 leaf order 0 pa 0x80 "
			       "r--------"), "inner 0",
		     TOY_VISIT("pmd 0x100-0x1ff x2 leaf order 0 pa 0x100 "
			       "r--------"), "return 0");
}

/* The kind and the rights of an entry, and what a table denies, may change. */
static void entries_are_read_anew(void **state)
{
	struct toy *t = *state;

	hold(t, 1, &(struct op){ .kind = OP_SETKIND,
				 .va = 0x10,
				 .pa = 0x300,
				 .depth = PT_PTE,
				 .target = PT_SWAP });
	assert_int_equal(walk(t, 0x10, 0x1f, PTE), 0);
	EXPECT_TRACE(t, PAGES("0x10-0x1f x1", "0x210"), "inner 0",
		     TOY_VISIT("pte 0x10-0x1f x1 swap order 0 pa 0x300 "
			       "---------"), "return 0");
	hold_at(t, 1, OP_RESTRICT, 0, PT_PMD);
	assert_int_equal(walk(t, 0, 0x7f, PMD), 0);
	EXPECT_TRACE(t, TOY_TABLE("pmd 0x0-0x7f"), "inner 0",
		     TOY_VISIT("pmd 0x0-0x7f x1 table order 0 pa 0x0 "
			       "-w-------"), "return 0");
}

/* In the upper half the addresses are as high. */
static void signed_addresses_go_on(void **state)
{
	struct toy *t = *state;

	hold_map(t, 2, 0xffffff80, 0xffffffff, 0x80, PT_PMD);
	assert_int_equal(walk(t, 0xfffffc00, 0xffffffff, PMD | HOLE), 0);
	EXPECT_TRACE(t, "hole pgd 0xfffffc00-0xffffffff x2",
		     "alloc 32 bytes x1", "inner 0",
		     "hole pmd 0xfffffe00-0xffffff7f x3",
		     TOY_VISIT("pmd 0xffffff80-0xffffffff x1 leaf order 0 pa "
			       "0x80 r--------"), "return 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
#define TEST5(name) cmocka_unit_test_setup_teardown(name, open_toy5, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_held_waits_for_the_walk),
		TEST(these_kinds_are_held),
		TEST(other_kinds_end_the_wait),
		TEST(too_short_a_walk_forgets_it),
		TEST(what_was_carried_out_is_forgotten),
		TEST(a_refused_walk_forgets_it),
		TEST(the_next_during_forgets_it),
		TEST(one_operation_is_held),
		TEST(a_reset_forgets_it),
		TEST(the_current_space_is_changed),
		TEST(callbacks_are_numbered_as_for_stops),
		TEST(the_operation_comes_before_the_stop),
		TEST(armed_failures_wait_for_it),
		TEST(an_install_walks_inside),
		TEST(a_refused_operation_is_a_change),
		TEST(its_action_is_not_looked_at),
		TEST(tables_above_are_not_called_again),
		TEST5(all_tables_above_are_passed),
		TEST(a_collapsed_table_is_evaluated),
		TEST5(a_leaf_far_above_is_evaluated),
		TEST(a_released_table_is_a_hole),
		TEST5(all_tables_may_go),
		TEST(a_hole_may_become_an_entry),
		TEST(a_leaf_may_become_a_table),
		TEST(aliases_are_called_again),
		TEST(the_rest_is_seen_as_it_is),
		TEST(runs_go_on_at_an_entry_of_them),
		TEST(entries_are_read_anew),
		TEST(signed_addresses_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
