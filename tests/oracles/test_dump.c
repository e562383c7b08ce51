/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of a dump, computed by hand from the contract
 * (include/tablewalk/ptdump.h) for the formats of toy.h.  Rule numbers are
 * those of docs/walker-rules.md.
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
#define HOLES 1				/* PT_DUMP_HOLES */

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

static int dump_marked(struct toy *t, uint64_t va, uint64_t last,
		       unsigned flags, uint64_t marker)
{
	return toy_run(t, &(struct op){ .kind = OP_DUMP,
					.va = va,
					.last = last,
					.nth = (uint8_t)flags,
					.floor = marker });
}

static int dump(struct toy *t, uint64_t va, uint64_t last, unsigned flags)
{
	return dump_marked(t, va, last, flags, 0);
}

static struct trace_event run(uint64_t va, uint64_t last, unsigned depth,
			      unsigned kind, uint32_t attrs, uint32_t removed)
{
	return (struct trace_event){ .type = TRACE_RUN,
				     .va = va,
				     .last = last,
				     .depth = (int8_t)depth,
				     .kind = (uint8_t)kind,
				     .attrs = attrs,
				     .removed = removed,
				     .count = 1 };
}

static struct trace_event leaves(uint64_t va, uint64_t last, unsigned depth,
				 uint32_t attrs, uint32_t removed)
{
	return run(va, last, depth, PT_LEAF, attrs, removed);
}

static struct trace_event hole(uint64_t va, uint64_t last, unsigned depth,
			       uint32_t removed)
{
	return run(va, last, depth, PT_NONE, 0, removed);
}

static struct trace_event wx(uint64_t pages)
{
	return (struct trace_event){ .type = TRACE_WX, .pa = pages, .count = 1 };
}

/* R46: addresses and group orders do not end a run, depths and rights do. */
static void neighbours_alike_are_one_run(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x3f, 0x1000, TOY_RW, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x40, 0x7f, 0x5000, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, TOY_RW, PT_PMD, 0), 0);
	assert_int_equal(toy_map(t, 0x100, 0x17f, 0x100, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_map(t, 0x180, 0x1bf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(dump(t, 0, 0x1ff, 0), 0);
	EXPECT_EVENTS(t, leaves(0, 0x7f, PT_PTE, TOY_RW, 0),
		      leaves(0x80, 0xff, PT_PMD, TOY_RW, 0),
		      leaves(0x100, 0x17f, PT_PMD, PT_R, 0),
		      leaves(0x180, 0x1bf, PT_PTE, PT_R, 0), wx(0));
}

/* R46: flags and memory types end a run too, they are attributes. */
static void every_attribute_ends_a_run(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x2f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_TOUCH,
						  .va = 0x10 }), 0);
	assert_int_equal(dump(t, 0, 0x2f, 0), 0);
	EXPECT_EVENTS(t, leaves(0, 0xf, PT_PTE, PT_R, 0),
		      leaves(0x10, 0x1f, PT_PTE, PT_R | PT_ACCESSED, 0),
		      leaves(0x20, 0x2f, PT_PTE, PT_R, 0), wx(0));
}

/* R45: non-present entries are entries; only what holds attributes has them. */
static void kinds_are_runs_of_their_own(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x2f, 0, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x30, PT_PTE, PT_SWAP, 0x700), 0);
	assert_int_equal(toy_setkind(t, 0x40, PT_PTE, PT_SWAP, 0x100), 0);
	assert_int_equal(toy_setkind(t, 0x50, PT_PTE, PT_MIGRATION, 0x10), 0);
	assert_int_equal(toy_setkind(t, 0x60, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(dump(t, 0, 0xff, 0), 0);
	EXPECT_EVENTS(t, leaves(0, 0xf, PT_PTE, TOY_RW, 0),
		      run(0x10, 0x1f, PT_PTE, PT_PROTNONE, TOY_RW, 0),
		      leaves(0x20, 0x2f, PT_PTE, TOY_RW, 0),
		      run(0x30, 0x4f, PT_PTE, PT_SWAP, 0, 0),
		      run(0x50, 0x5f, PT_PTE, PT_MIGRATION, 0, 0),
		      run(0x60, 0x6f, PT_PTE, PT_MARKER, 0, 0),
		      run(0x80, 0xff, PT_PMD, PT_INVALID_HUGE, PT_R, 0), wx(0));
}

/* R45: holes of different depths are different runs, of one depth one run. */
static void holes_are_runs_where_asked_for(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x20, 0x2f, 0, PT_R, PT_PTE, 0), 0);
	/* A second table of pages, empty by now: its holes join the first's. */
	assert_int_equal(toy_map(t, 0x80, 0x8f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x80, 0x8f), 0);
	assert_int_equal(dump(t, 0, 0x3ff, HOLES), 0);
	EXPECT_EVENTS(t, hole(0, 0x1f, PT_PTE, 0),
		      leaves(0x20, 0x2f, PT_PTE, PT_R, 0),
		      hole(0x30, 0xff, PT_PTE, 0),
		      hole(0x100, 0x1ff, PT_PMD, 0),
		      hole(0x200, 0x3ff, PT_PUD, 0), wx(0));
}

/* Without the flag a hole is not reported and still ends a run. */
static void hole_ends_a_run_unreported(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x30, 0x3f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(dump(t, 0, 0x3f, 0), 0);
	EXPECT_EVENTS(t, leaves(0, 0x1f, PT_PTE, PT_R, 0),
		      leaves(0x30, 0x3f, PT_PTE, PT_R, 0), wx(0));
	assert_int_equal(dump(t, 0x200, 0x3ff, 0), 0);
	EXPECT_EVENTS(t, wx(0));
}

/* R46: no run goes on beyond a marker, wherever it lies. */
static void marker_is_a_border(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xff, 0, TOY_RWX, PT_PMD, 0), 0);
	assert_int_equal(dump_marked(t, 0, 0x1ff, HOLES, 0x80), 0);
	EXPECT_EVENTS(t, leaves(0, 0x7f, PT_PMD, TOY_RWX, 0),
		      leaves(0x80, 0xff, PT_PMD, TOY_RWX, 0),
		      hole(0x100, 0x1ff, PT_PMD, 0), wx(16));
	/* Inside an entry, which is one run before and one from there on. */
	assert_int_equal(dump_marked(t, 0, 0xff, 0, 0x30), 0);
	EXPECT_EVENTS(t, leaves(0, 0x2f, PT_PMD, TOY_RWX, 0),
		      leaves(0x30, 0xff, PT_PMD, TOY_RWX, 0), wx(16));
	/* Inside a hole. */
	assert_int_equal(dump_marked(t, 0x100, 0x1ff, HOLES, 0x180), 0);
	EXPECT_EVENTS(t, hole(0x100, 0x17f, PT_PMD, 0),
		      hole(0x180, 0x1ff, PT_PMD, 0), wx(0));
}

/* A marker where a run starts, or outside the range, changes nothing. */
static void marker_between_runs_changes_nothing(void **state)
{
	const uint64_t markers[] = { 0, 0x10, 0x50, 0xc0, 0x100, 0x400, TOP };
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xff, 0, PT_R, PT_PMD, 0), 0);
	for (unsigned i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
		assert_int_equal(dump_marked(t, 0x50, 0xbf, 0, markers[i]), 0);
		EXPECT_EVENTS(t, leaves(0x50, 0xbf, PT_PMD, PT_R, 0), wx(0));
	}
}

/* R47: the last run ends where the range ends, also at the top of the word. */
static void last_run_ends_with_the_range(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, HIGH, TOP, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(dump(t, HIGH + 0x10, TOP, 0), 0);
	EXPECT_EVENTS(t, leaves(HIGH + 0x10, TOP, PT_PUD, PT_R, 0), wx(0));
	assert_int_equal(dump(t, HIGH, TOP - 0x10, 0), 0);
	EXPECT_EVENTS(t, leaves(HIGH, TOP - 0x10, PT_PUD, PT_R, 0), wx(0));
	assert_int_equal(dump(t, 0, 0x3ff, HOLES), 0);
	EXPECT_EVENTS(t, hole(0, 0x3ff, PT_PUD, 0), wx(0));
}

/* R48, R49: what tables take away adds up along the way and is told apart. */
static void rights_taken_away_add_up(void **state)
{
	const uint32_t rwxu = PT_RIGHTS;
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0, rwxu, PT_PTE, 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PUD, PT_W), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, PT_X | PT_USER),
			 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x100, PT_PMD, PT_W), 0);
	assert_int_equal(dump(t, 0, 0x1ff, 0), 0);
	/* Taking W away a second time is no difference. */
	EXPECT_EVENTS(t, leaves(0, 0x7f, PT_PTE, rwxu, PT_W),
		      leaves(0x80, 0xff, PT_PTE, rwxu, PT_W | PT_X | PT_USER),
		      leaves(0x100, 0x1ff, PT_PTE, rwxu, PT_W), wx(0));
}

/* R49: a hole below a table that takes rights away tells which. */
static void holes_tell_what_is_taken_away_above(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PUD, PT_W), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PMD, PT_X), 0);
	assert_int_equal(dump(t, 0, 0x3ff, HOLES), 0);
	EXPECT_EVENTS(t, leaves(0, 0xf, PT_PTE, PT_R, PT_W | PT_X),
		      hole(0x10, 0x7f, PT_PTE, PT_W | PT_X),
		      hole(0x80, 0x1ff, PT_PMD, PT_W),
		      hole(0x200, 0x3ff, PT_PUD, 0), wx(0));
}

/* Which table takes a right away does not matter, only what is left. */
static void same_rights_by_different_tables_are_alike(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x1f0, 0x20f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x1f0, PT_PUD, PT_X), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x200, PT_PMD, PT_X), 0);
	assert_int_equal(dump(t, 0x1f0, 0x20f, 0), 0);
	EXPECT_EVENTS(t, leaves(0x1f0, 0x20f, PT_PTE, PT_R, PT_X), wx(0));
}

/* R51: base pages of leaves that are W and X in effect, inside the range. */
static void write_and_execute_counts_pages(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0, TOY_RWX, PT_PUD, 0), 0);
	assert_int_equal(toy_map(t, 0, 0x5f, 0, TOY_RWX, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0x8f, 0, TOY_RWX, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x90, 0x9f, 0, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(dump(t, 0, 0x22f, 0), 0);
	/* 0x00, 0x20..0x5f, 0x80 and three pages of the block. */
	EXPECT_EVENTS(t, leaves(0, 0xf, PT_PTE, TOY_RWX, 0),
		      run(0x10, 0x1f, PT_PTE, PT_PROTNONE, TOY_RWX, 0),
		      leaves(0x20, 0x5f, PT_PTE, TOY_RWX, 0),
		      leaves(0x80, 0x8f, PT_PTE, TOY_RWX, 0),
		      leaves(0x90, 0x9f, PT_PTE, TOY_RW, 0),
		      leaves(0x200, 0x22f, PT_PUD, TOY_RWX, 0), wx(9));
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, PT_X), 0);
	assert_int_equal(dump(t, 0x80, 0x8f, 0), 0);
	EXPECT_EVENTS(t, leaves(0x80, 0x8f, PT_PTE, TOY_RWX, PT_X), wx(0));
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, PT_R | PT_USER),
			 0);
	assert_int_equal(dump(t, 0x80, 0x8f, 0), 0);
	EXPECT_EVENTS(t, leaves(0x80, 0x8f, PT_PTE, TOY_RWX, PT_R | PT_USER),
		      wx(1));
}

/* R44: a refused range has neither runs nor a count. */
static void refused_range_has_no_events(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(dump(t, 0x10, 0xf, 0), -EINVAL);
	EXPECT_TRACE(t, "return -22");
	assert_int_equal(dump(t, 0x8, 0xf, 0), -EINVAL);
	EXPECT_TRACE(t, "return -22");
	assert_int_equal(dump(t, 0, 0x10, 0), -EINVAL);
	EXPECT_TRACE(t, "return -22");
	assert_int_equal(dump(t, 0x3f0, HIGH + 0xf, HOLES), -ERANGE);
	EXPECT_TRACE(t, "return -34");
	assert_int_equal(dump(t, 0x400, 0x40f, HOLES), -ERANGE);
	EXPECT_TRACE(t, "return -34");
}

/* Depths are real: folding away levels shows in holes of a walk only. */
static void depth_is_that_of_the_entry_however_folded(void **state)
{
	struct toy *t = *state;

	for (unsigned set = 0; set < 32; set++) {
		oracle_fold(t->oracle, (uint8_t)set);
		assert_int_equal(dump(t, 0, 0xf, HOLES), 0);
		EXPECT_EVENTS(t, hole(0, 0xf, PT_PUD, 0), wx(0));
	}
}

/* With two roots each space dumps its own half, at all five depths. */
static void second_root_dumps_its_own_half(void **state)
{
	const uint64_t base = UINT64_C(0xfffff000);
	struct toy five;

	(void)state;
	toy_open(&five, &toy5_arch);
	assert_int_equal(toy_run(&five, &(struct op){ .kind = OP_SWITCH,
						      .space = 1 }), 0);
	assert_int_equal(dump(&five, 0, 0xfff, HOLES), -ERANGE);
	assert_int_equal(toy_map(&five, base + 0x100, base + 0x13f, 0, TOY_RWX,
				 PT_PMD, 0), 0);
	assert_int_equal(toy_at(&five, OP_RESTRICT, base, PT_PGD, PT_W), 0);
	assert_int_equal(dump(&five, base, TOP, HOLES), 0);
	EXPECT_EVENTS(&five, hole(base, base + 0xff, PT_PUD, PT_W),
		      leaves(base + 0x100, base + 0x13f, PT_PMD, TOY_RWX, PT_W),
		      hole(base + 0x140, base + 0x1ff, PT_PMD, PT_W),
		      hole(base + 0x200, base + 0x7ff, PT_P4D, PT_W),
		      hole(base + 0x800, TOP, PT_PGD, 0), wx(0));
	toy_close(&five);
}

/* A dump changes nothing: the next one says the same. */
static void dump_changes_nothing(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xff, 0, TOY_RW, PT_PMD, 1), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(dump(t, 0x10, 0xef, HOLES), 0);
		EXPECT_EVENTS(t, leaves(0x10, 0xef, PT_PMD, TOY_RW, 0), wx(0));
	}
	toy_expect_at(t, 0x10, "lookup 0x10 pmd leaf order 1 pa 0x10 "
			       "rw------- wb key 0 removed ----");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neighbours_alike_are_one_run),
		TEST(every_attribute_ends_a_run),
		TEST(kinds_are_runs_of_their_own),
		TEST(holes_are_runs_where_asked_for),
		TEST(hole_ends_a_run_unreported),
		TEST(marker_is_a_border),
		TEST(marker_between_runs_changes_nothing),
		TEST(last_run_ends_with_the_range),
		TEST(rights_taken_away_add_up),
		TEST(holes_tell_what_is_taken_away_above),
		TEST(same_rights_by_different_tables_are_alike),
		TEST(write_and_execute_counts_pages),
		TEST(refused_range_has_no_events),
		TEST(depth_is_that_of_the_entry_however_folded),
		TEST(second_root_dumps_its_own_half),
		TEST(dump_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
