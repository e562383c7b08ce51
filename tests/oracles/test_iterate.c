/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of an iterator, computed by hand from the contract
 * (include/tablewalk/vpte.h) for the formats of toy.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of the upper half */
#define TOP UINT64_C(0xffffffff)
#define ACCESSED_R (PT_R | PT_ACCESSED)

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

static int iterate(struct toy *t, uint64_t va, uint64_t last,
		   enum op_iterate what)
{
	return toy_run(t, &(struct op){ .kind = OP_ITERATE,
					.va = va,
					.last = last,
					.nth = (uint8_t)what });
}

/* count items of the entries at depth; attributes and address follow. */
static struct trace_event items(uint64_t va, uint64_t last, uint32_t count,
				unsigned depth, unsigned kind, unsigned order)
{
	return (struct trace_event){ .type = TRACE_ITEM,
				     .va = va,
				     .last = last,
				     .count = count,
				     .depth = (int8_t)depth,
				     .kind = (uint8_t)kind,
				     .order = (uint8_t)order };
}

static struct trace_event leaves(uint64_t va, uint64_t last, uint32_t count,
				 unsigned depth, unsigned order, uint64_t pa,
				 uint32_t attrs)
{
	struct trace_event event = items(va, last, count, depth, PT_LEAF, order);

	event.pa = pa;
	event.attrs = attrs;
	return event;
}

static struct trace_event holes(uint64_t va, uint64_t last, uint32_t count,
				unsigned depth)
{
	return items(va, last, count, depth, PT_NONE, 0);
}

/* Pages, groups and blocks are one item each; none entries too, tables not. */
static void units_are_items(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1f, 0x1000, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x40, 0x7f, 0x1040, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, PT_R, PT_PMD, 1), 0);
	assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0x1f, 2, PT_PTE, 0, 0x1000, PT_R),
		      holes(0x20, 0x3f, 2, PT_PTE),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x1040, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, PT_R),
		      leaves(0x100, 0x1ff, 1, PT_PMD, 1, 0x100, PT_R),
		      holes(0x200, 0x3ff, 1, PT_PUD));
}

/* Equal neighbours join with their count, over the borders of tables too. */
static void equal_items_join(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xff, 0x1000, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0x200, PT_R, PT_PMD, 0), 0);
	/* What tables take away is not seen. */
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, PT_X), 0);
	assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0xff, 4, PT_PTE, 2, 0x1000, PT_R),
		      holes(0x100, 0x1ff, 2, PT_PMD),
		      leaves(0x200, 0x3ff, 4, PT_PMD, 0, 0x200, PT_R));
}

/* Addresses that do not follow each other are other items. */
static void addresses_keep_items_apart(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0x100, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x10, 0x1f, 0x120, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x20, 0x2f, 0x130, PT_R, PT_PTE, 0), 0);
	assert_int_equal(iterate(t, 0, 0x2f, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0xf, 1, PT_PTE, 0, 0x100, PT_R),
		      leaves(0x10, 0x2f, 2, PT_PTE, 0, 0x120, PT_R));
}

/* The range clips the first and the last unit; the address is of the clip. */
static void range_clips_units(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0x1000, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(iterate(t, 0x10, 0x5f, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0x10, 0x3f, 1, PT_PTE, 2, 0x1010, PT_R),
		      leaves(0x40, 0x5f, 1, PT_PTE, 2, 0x1040, PT_R));
	/* Two parts of one length are equal items to a trace. */
	assert_int_equal(iterate(t, 0x10, 0x6f, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0x10, 0x6f, 2, PT_PTE, 2, 0x1010, PT_R));
	assert_int_equal(iterate(t, 0x10, 0xbf, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0x10, 0x3f, 1, PT_PTE, 2, 0x1010, PT_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x1040, PT_R),
		      leaves(0x80, 0xbf, 1, PT_PMD, 0, 0x80, PT_R));
	assert_int_equal(iterate(t, 0xa0, 0xaf, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0xa0, 0xaf, 1, PT_PMD, 0, 0xa0, PT_R));
	/* A hole is clipped as well. */
	assert_int_equal(iterate(t, 0x180, 0x20f, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, holes(0x180, 0x1ff, 1, PT_PMD),
		      holes(0x200, 0x20f, 1, PT_PUD));
}

/* The other kinds are items with what they hold. */
static void kinds_are_items(void **state)
{
	struct toy *t = *state;
	struct trace_event want[6];

	assert_int_equal(toy_map(t, 0, 0xf, 0x500, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_setkind(t, 0, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_SWAP, 0x700), 0);
	assert_int_equal(toy_setkind(t, 0x20, PT_PTE, PT_SWAP, 0x710), 0);
	assert_int_equal(toy_setkind(t, 0x30, PT_PTE, PT_MIGRATION, 0x40), 0);
	assert_int_equal(toy_setkind(t, 0x40, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_setkind(t, 0x50, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_INVALID_HUGE, 0), 0);
	want[0] = items(0, 0xf, 1, PT_PTE, PT_PROTNONE, 0);
	want[0].pa = 0x500;
	want[0].attrs = TOY_RW;
	want[1] = items(0x10, 0x2f, 2, PT_PTE, PT_SWAP, 0);
	want[1].pa = 0x700;
	want[2] = items(0x30, 0x3f, 1, PT_PTE, PT_MIGRATION, 0);
	want[2].pa = 0x40;
	want[3] = items(0x40, 0x5f, 2, PT_PTE, PT_MARKER, 0);
	want[4] = holes(0x60, 0x7f, 2, PT_PTE);
	want[5] = items(0x80, 0xff, 1, PT_PMD, PT_INVALID_HUGE, 0);
	want[5].pa = 0x80;
	want[5].attrs = PT_R;
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_ALL), 0);
	toy_expect_events(t, want, 6);
	/* The same without the holes. */
	want[4] = want[5];
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_PRESENT), 0);
	toy_expect_events(t, want, 5);
}

/* Present leaves out holes, at every depth, and nothing else. */
static void present_leaves_out_holes(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x20, 0x2f, 0x20, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, HIGH, HIGH + 0x1ff, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_PRESENT), 0);
	EXPECT_EVENTS(t, leaves(0x20, 0x2f, 1, PT_PTE, 0, 0x20, PT_R));
	assert_int_equal(iterate(t, HIGH, TOP, OP_ITERATE_PRESENT), 0);
	EXPECT_EVENTS(t, leaves(HIGH, HIGH + 0x1ff, 1, PT_PUD, 0, 0, PT_R));
	assert_int_equal(iterate(t, 0x100, 0x3ff, OP_ITERATE_PRESENT), 0);
	EXPECT_TRACE(t, "return 0");
}

/* Aging reports a leaf as it was and leaves it not accessed. */
static void aging_reports_and_then_clears(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x2f, 0, ACCESSED_R, PT_PTE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, ACCESSED_R, PT_PMD, 0),
			 0);
	assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_AGE), 0);
	EXPECT_EVENTS(t, leaves(0, 0xf, 1, PT_PTE, 0, 0, ACCESSED_R),
		      leaves(0x20, 0x2f, 1, PT_PTE, 0, 0x20, ACCESSED_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, ACCESSED_R));
	assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_AGE), 0);
	EXPECT_EVENTS(t, leaves(0, 0xf, 1, PT_PTE, 0, 0, PT_R),
		      leaves(0x20, 0x2f, 1, PT_PTE, 0, 0x20, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, PT_R));
	/* What is no leaf keeps its flag. */
	toy_expect_at(t, 0x10, "lookup 0x10 pte protnone order 0 pa 0x10 "
			       "r----a--- wb key 0 removed ----");
}

/* A unit that the range splits is reported and keeps its flag. */
static void aging_leaves_split_units_alone(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, ACCESSED_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, ACCESSED_R, PT_PMD, 0),
			 0);
	assert_int_equal(iterate(t, 0x10, 0xef, OP_ITERATE_AGE), 0);
	EXPECT_EVENTS(t, leaves(0x10, 0x3f, 1, PT_PTE, 2, 0x10, ACCESSED_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x40, ACCESSED_R),
		      leaves(0x80, 0xef, 1, PT_PMD, 0, 0x80, ACCESSED_R));
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0x3f, 1, PT_PTE, 2, 0, ACCESSED_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x40, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, ACCESSED_R));
	/* Both ends in one unit. */
	assert_int_equal(iterate(t, 0x90, 0x9f, OP_ITERATE_AGE), 0);
	EXPECT_EVENTS(t, leaves(0x90, 0x9f, 1, PT_PMD, 0, 0x90, ACCESSED_R));
	/* Two neighbours, both split. */
	assert_int_equal(iterate(t, 0x30, 0x4f, OP_ITERATE_AGE), 0);
	assert_int_equal(iterate(t, 0, 0x3f, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0x3f, 1, PT_PTE, 2, 0, ACCESSED_R));
	assert_int_equal(iterate(t, 0x80, 0xff, OP_ITERATE_AGE), 0);
	assert_int_equal(iterate(t, 0x80, 0xff, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, PT_R));
}

/* W needs R, and nothing is ever accessed. */
static bool never_accessed(unsigned depth, uint32_t attrs)
{
	(void)depth;
	return !(attrs & ~(uint32_t)PT_RIGHTS) &&
	       (!(attrs & PT_W) || (attrs & PT_R));
}

/* Without an accessed flag aging is refused, after the range, before items. */
static void aging_needs_an_accessed_flag(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy plain;

	(void)state;
	arch.representable = never_accessed;
	toy_open(&plain, &arch);
	assert_int_equal(toy_map(&plain, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(iterate(&plain, 0, 0xf, OP_ITERATE_AGE), -EOPNOTSUPP);
	EXPECT_TRACE(&plain, "return -95");
	assert_int_equal(iterate(&plain, 0, 0xe, OP_ITERATE_AGE), -EINVAL);
	assert_int_equal(iterate(&plain, 0x400, 0x40f, OP_ITERATE_AGE), -ERANGE);
	assert_int_equal(iterate(&plain, 0, 0xf, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(&plain, leaves(0, 0xf, 1, PT_PTE, 0, 0, PT_R));
	/* Moving needs none. */
	assert_int_equal(iterate(&plain, 0, 0xf, OP_ITERATE_MOVE), 0);
	EXPECT_EVENTS(&plain, leaves(0, 0xf, 1, PT_PTE, 0, 0, PT_R));
	toy_close(&plain);
}

/* Moving reports a leaf where it was, and leaves it one length further on. */
static void moving_reports_and_then_advances(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1f, 0x1000, ACCESSED_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x40, 0x7f, 0x1040, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, TOY_RW, PT_PMD, 1), 0);
	assert_int_equal(toy_setkind(t, 0x20, PT_PTE, PT_SWAP, 0x700), 0);
	assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_MOVE), 0);
	EXPECT_EVENTS(t, leaves(0, 0x1f, 2, PT_PTE, 0, 0x1000, ACCESSED_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x1040, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, PT_R),
		      leaves(0x100, 0x1ff, 1, PT_PMD, 1, 0x100, TOY_RW));
	assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_MOVE), 0);
	EXPECT_EVENTS(t, leaves(0, 0x1f, 2, PT_PTE, 0, 0x1010, ACCESSED_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x1080, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x100, PT_R),
		      leaves(0x100, 0x1ff, 1, PT_PMD, 1, 0x200, TOY_RW));
	/* What is no leaf keeps what it holds. */
	toy_expect_at(t, 0x20, "lookup 0x20 pte swap order 0 pa 0x700 "
			       "--------- wb key 0 removed ----");
}

/* A unit that the range splits is reported and stays; what is between goes. */
static void moving_leaves_split_units_alone(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(iterate(t, 0x10, 0xef, OP_ITERATE_MOVE), 0);
	EXPECT_EVENTS(t, leaves(0x10, 0x3f, 1, PT_PTE, 2, 0x10, PT_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x40, PT_R),
		      leaves(0x80, 0xef, 1, PT_PMD, 0, 0x80, PT_R));
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0x3f, 1, PT_PTE, 2, 0, PT_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x80, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, PT_R));
	/* Both ends in one unit, and two neighbours that are both split. */
	assert_int_equal(iterate(t, 0x90, 0x9f, OP_ITERATE_MOVE), 0);
	assert_int_equal(iterate(t, 0x30, 0x4f, OP_ITERATE_MOVE), 0);
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0x3f, 1, PT_PTE, 2, 0, PT_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0x80, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0x80, PT_R));
}

/* A leaf that would end beyond the last physical address stays, alone. */
static void moving_ends_with_physical_addresses(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x3f, 0xffc0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x40, 0x7f, 0xffc0, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0xff00, PT_R, PT_PMD, 0), 0);
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_MOVE), 0);
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0x2f, 3, PT_PTE, 0, 0xffd0, PT_R),
		      leaves(0x30, 0x3f, 1, PT_PTE, 0, 0xfff0, PT_R),
		      leaves(0x40, 0x7f, 1, PT_PTE, 2, 0xffc0, PT_R),
		      leaves(0x80, 0xff, 1, PT_PMD, 0, 0xff80, PT_R));
	/* All but the first are there by now. */
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_MOVE), 0);
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_MOVE), 0);
	assert_int_equal(iterate(t, 0, 0xff, OP_ITERATE_ALL), 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(t->event[i].pa, 0xfff0);
	assert_int_equal(t->event[4].pa, 0xffc0);
	assert_int_equal(t->event[5].pa, 0xff80);
}

/* What follows its neighbour only since it was moved is one extent with it. */
static void moved_leaves_join_their_neighbours(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0x100, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x10, 0x1f, 0x100, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x20, 0x2f, 0x120, PT_R, PT_PTE, 0), 0);
	assert_int_equal(iterate(t, 0x10, 0x1f, OP_ITERATE_MOVE), 0);
	assert_int_equal(iterate(t, 0, 0x2f, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(t, leaves(0, 0x2f, 3, PT_PTE, 0, 0x100, PT_R));
}

/* Errors of the range are those of unmap, and there is no item then. */
static void refused_range_has_no_items(void **state)
{
	struct toy *t = *state;

	for (unsigned what = 0; what < OP_ITERATES; what++) {
		enum op_iterate how = (enum op_iterate)what;

		assert_int_equal(iterate(t, 0x10, 0xf, how), -EINVAL);
		EXPECT_TRACE(t, "return -22");
		assert_int_equal(iterate(t, 0x4, 0xf, how), -EINVAL);
		assert_int_equal(iterate(t, 0, 0x17, how), -EINVAL);
		assert_int_equal(iterate(t, 0x3f0, 0x40f, how), -ERANGE);
		EXPECT_TRACE(t, "return -34");
		assert_int_equal(iterate(t, 0, TOP, how), -ERANGE);
	}
}

/* Folded levels are not seen, and the depth of a hole is its entry's own. */
static void folded_levels_are_not_seen(void **state)
{
	struct toy *t = *state;

	for (unsigned set = 0; set < 32; set++) {
		oracle_fold(t->oracle, (uint8_t)set);
		assert_int_equal(iterate(t, 0, 0x3ff, OP_ITERATE_ALL), 0);
		EXPECT_EVENTS(t, holes(0, 0x3ff, 2, PT_PUD));
	}
}

/* Five depths and two roots: items of every depth, up to the last address. */
static void second_root_has_its_own_items(void **state)
{
	const uint64_t base = UINT64_C(0xfffff000);
	struct toy five;

	(void)state;
	toy_open(&five, &toy5_arch);
	assert_int_equal(toy_run(&five, &(struct op){ .kind = OP_SWITCH,
						      .space = 1 }), 0);
	assert_int_equal(toy_map(&five, TOP - 0x1f, TOP, 0x20, PT_R, PT_PTE, 1),
			 0);
	assert_int_equal(toy_map(&five, base + 0x800, base + 0x9ff, 0, PT_R,
				 PT_PUD, 1), 0);
	assert_int_equal(iterate(&five, base, TOP, OP_ITERATE_ALL), 0);
	EXPECT_EVENTS(&five, holes(base, base + 0x7ff, 1, PT_PGD),
		      leaves(base + 0x800, base + 0x9ff, 1, PT_PUD, 1, 0, PT_R),
		      holes(base + 0xa00, base + 0xdff, 2, PT_P4D),
		      holes(base + 0xe00, base + 0xeff, 1, PT_PUD),
		      holes(base + 0xf00, base + 0xfbf, 3, PT_PMD),
		      holes(base + 0xfc0, base + 0xfdf, 2, PT_PTE),
		      leaves(TOP - 0x1f, TOP, 1, PT_PTE, 1, 0x20, PT_R));
	assert_int_equal(iterate(&five, 0, 0xf, OP_ITERATE_ALL), -ERANGE);
	toy_close(&five);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(units_are_items),
		TEST(equal_items_join),
		TEST(addresses_keep_items_apart),
		TEST(range_clips_units),
		TEST(kinds_are_items),
		TEST(present_leaves_out_holes),
		TEST(aging_reports_and_then_clears),
		TEST(aging_leaves_split_units_alone),
		TEST(aging_needs_an_accessed_flag),
		TEST(moving_reports_and_then_advances),
		TEST(moving_leaves_split_units_alone),
		TEST(moving_ends_with_physical_addresses),
		TEST(moved_leaves_join_their_neighbours),
		TEST(refused_range_has_no_items),
		TEST(folded_levels_are_not_seen),
		TEST(second_root_has_its_own_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
