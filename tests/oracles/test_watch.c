/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The observer of stores, over tables written by hand for the format of toy.h:
 * each test makes the stores that some subject could make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "legit.h"
#include "toy.h"
#include "watch.h"

#define ROOT0 0x1000u
#define ROOT1 0x1020u
#define PMD_TABLE 0x1040u
#define PTE_TABLE 0x1080u
#define NEW_TABLE 0x10c0u
#define NEW_TABLE2 0x1100u

struct world {
	struct toy toy;
	struct mmu_arch arch;
	_Alignas(8) uint8_t bytes[512], shadow[512];
	struct pt_memory memory, before;
	struct oracle_watch *watch;
	/* With break before make only. */
	struct oracle_stale *stale;
	struct oracle_bbm *bbm;
	struct finding finding;
};

/* A store that nobody hears of. */
static void poke(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - ROOT0], &raw, sizeof(raw));
}

static void store(struct world *w, uint64_t pa, uint64_t raw)
{
	poke(w, pa, raw);
	if (w->bbm) {
		oracle_stale_store(w->stale, pa, 8, &w->before);
		oracle_bbm_store(w->bbm);
		memcpy(&w->shadow[pa - ROOT0], &raw, sizeof(raw));
	}
	oracle_watch_store(w->watch, pa, 8);
}

static uint64_t page(uint64_t pa, uint32_t attrs)
{
	return toy_leaf(pa, attrs, false);
}

/* Pages 0 and 0x10 are mapped by pages, 0x80..0xff by one leaf. */
static int open_format(void **state, bool break_before_make)
{
	static struct world w;
	struct toy *t = &w.toy;

	memset(&w, 0, sizeof(w));
	w.arch = toy_arch;
	w.arch.break_before_make = break_before_make;
	toy_open(t, &w.arch);
	w.memory.window[0] = (struct pt_window){ ROOT0, sizeof(w.bytes),
						 w.bytes };
	w.before.window[0] = (struct pt_window){ ROOT0, sizeof(w.shadow),
						 w.shadow };
	t->regime.root[0] = ROOT0;
	t->regime.root[1] = ROOT1;
	assert_int_equal(toy_map(t, 0, 0x1f, 0x100, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x180, TOY_RW, PT_PMD, 0), 0);
	poke(&w, ROOT0, toy_table(PMD_TABLE, 0));
	poke(&w, PMD_TABLE, toy_table(PTE_TABLE, 0));
	poke(&w, PMD_TABLE + 8, toy_leaf(0x180, TOY_RW, false));
	poke(&w, PTE_TABLE, page(0x100, TOY_RW));
	poke(&w, PTE_TABLE + 8, page(0x110, TOY_RW));
	w.watch = oracle_watch_create();
	assert_non_null(w.watch);
	*state = &w;
	return 0;
}

static int open_world(void **state)
{
	return open_format(state, false);
}

/* The same, and 0x200..0x3ff is one leaf. */
static int open_breaking_world(void **state)
{
	struct world *w;

	open_format(state, true);
	w = *state;
	assert_int_equal(toy_map(&w->toy, 0x200, 0x3ff, 0x200, TOY_RW, PT_PUD,
				 0), 0);
	poke(w, ROOT0 + 8, toy_leaf(0x200, TOY_RW, false));
	w->stale = oracle_stale_create();
	w->bbm = oracle_bbm_create();
	assert_non_null(w->stale);
	assert_non_null(w->bbm);
	oracle_watch_breaks(w->watch, w->bbm);
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;

	oracle_bbm_destroy(w->bbm);
	oracle_stale_destroy(w->stale);
	oracle_watch_destroy(w->watch);
	toy_close(&w->toy);
	return 0;
}

static void begin(struct world *w, enum op_kind kind, uint64_t va,
		  uint64_t last)
{
	const struct op op = { .kind = (uint8_t)kind, .va = va, .last = last };

	oracle_watch_begin(w->watch, w->toy.oracle, &w->memory, &w->toy.regime,
			   &op);
	if (!w->bbm)
		return;
	memcpy(w->shadow, w->bytes, sizeof(w->shadow));
	oracle_stale_begin(w->stale, w->toy.oracle, &w->memory, &w->toy.regime);
	oracle_bbm_begin(w->bbm, w->toy.oracle, w->stale);
}

static void passes(struct world *w)
{
	if (!oracle_watch_end(w->watch, &w->finding))
		fail_msg("%s, but %s", w->finding.expected, w->finding.seen);
}

static void finds(struct world *w, const char *divergence, uint64_t va)
{
	assert_false(oracle_watch_end(w->watch, &w->finding));
	assert_int_equal(w->finding.check, CHECK_STORE_STATE);
	assert_string_equal(w->finding.divergence, divergence);
	assert_int_equal(w->finding.space, 0);
	assert_int_equal(w->finding.va, va);
}

/* The new table is filled before it is linked: nobody sees a change. */
static void split_behind_the_scene_passes(void **state)
{
	struct world *w = *state;
	uint64_t before = oracle_watch_stores(w->watch);

	begin(w, OP_SPLIT, 0x80, 0x80);
	for (unsigned i = 0; i < 8; i++)
		store(w, NEW_TABLE + 8 * i, page(0x180 + 16 * i, TOY_RW));
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	passes(w);
	assert_int_equal(oracle_watch_stores(w->watch), before + 9);
}

/* Linked first and filled then: all but the first page are gone meanwhile. */
static void split_before_the_audience_is_found(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	for (unsigned i = 0; i < 8; i++)
		store(w, NEW_TABLE + 8 * i, page(0x180 + 16 * i, TOY_RW));
	finds(w, "hole", 0x80);
}

/* Old, then new. */
static void one_change_of_each_page_passes(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0x1f);
	store(w, PTE_TABLE, page(0x100, PT_R));
	store(w, PTE_TABLE + 8, page(0x110, PT_R));
	passes(w);
}

/* Old, nothing, new: a fault that nobody asked for. */
static void clearing_before_writing_is_found(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0xf);
	store(w, PTE_TABLE, 0);
	store(w, PTE_TABLE, page(0x100, PT_R));
	finds(w, "hole", 0);
}

/* Old, more than new, new; and there and back. */
static void two_changes_of_a_page_are_found(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0xf);
	store(w, PTE_TABLE, page(0x100, TOY_RWX));
	store(w, PTE_TABLE, page(0x100, PT_R));
	finds(w, "state", 0);
	poke(w, PTE_TABLE, page(0x100, TOY_RW));
	begin(w, OP_PROTECT, 0, 0xf);
	store(w, PTE_TABLE, page(0x100, TOY_RWX));
	store(w, PTE_TABLE, page(0x100, TOY_RW));
	finds(w, "state", 0);
}

/* An address is looked at again when any table above it changes. */
static void changes_above_are_seen(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0xf);
	store(w, ROOT0, 0);
	store(w, ROOT0, toy_table(PMD_TABLE, 0));
	finds(w, "hole", 0);
}

/* ... and below what was linked during the operation. */
static void changes_below_a_new_table_are_seen(void **state)
{
	struct world *w = *state;

	begin(w, OP_MAP, 0x200, 0x20f);
	poke(w, NEW_TABLE, 0);
	store(w, ROOT0 + 8, toy_table(NEW_TABLE, 0));
	store(w, NEW_TABLE, toy_leaf(0x180, PT_R, false));
	store(w, NEW_TABLE, toy_leaf(0x100, PT_R, false));
	finds(w, "state", 0x200);
}

/* A store of two words is one of either. */
static void wide_stores_are_seen(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0x1f);
	poke(w, PTE_TABLE, page(0x100, PT_R));
	poke(w, PTE_TABLE + 8, 0);
	oracle_watch_store(w->watch, PTE_TABLE, 16);
	poke(w, PTE_TABLE + 8, page(0x110, PT_R));
	oracle_watch_store(w->watch, PTE_TABLE, 16);
	finds(w, "hole", 0x1f);
}

/* What changed without a store that was told of is found at the end. */
static void stores_not_told_of_are_found(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0xf);
	poke(w, PTE_TABLE, page(0x100, PT_R));
	finds(w, "state", 0);
}

static void set_dirty(void *context)
{
	struct world *w = context;

	poke(w, PTE_TABLE, page(0x100, TOY_RWX));
}

/* What somebody else changes in between is not the operation's doing. */
static void interruptions_are_no_change(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0x1f);
	store(w, PTE_TABLE + 8, page(0x110, PT_R));
	oracle_watch_interrupt(w->watch, set_dirty, w);
	store(w, PTE_TABLE, page(0x100, PT_R));
	passes(w);
	begin(w, OP_PROTECT, 0, 0x1f);
	store(w, PTE_TABLE, page(0x100, TOY_RW));
	oracle_watch_interrupt(w->watch, set_dirty, w);
	store(w, PTE_TABLE, page(0x100, PT_R));
	finds(w, "state", 0);
}

/*
 *			Break before make
 */

static uint64_t excused(const struct world *w)
{
	return oracle_legit_uses(w->toy.oracle, LEGIT_BREAK_BEFORE_MAKE);
}

/* Fills a table behind the scene; entries cover bytes each. */
static void fill(struct world *w, uint64_t table, unsigned entries, uint64_t pa,
		 uint64_t bytes)
{
	for (unsigned i = 0; i < entries; i++)
		store(w, table + 8 * i, page(pa + i * bytes, TOY_RW));
}

/* No translation while the leaf is broken, then the same as ever. */
static void good_hole_between_break_and_make(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, 0);
	assert_int_equal(excused(w), 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	assert_true(excused(w) > 0);
	passes(w);
}

/* Where the format asks for nothing of it there is no excuse. */
static void bad_hole_without_rule(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	finds(w, "hole", 0x80);
	assert_int_equal(excused(w), 0);
}

/* Other rights need no break. */
static void bad_hole_for_other_rights(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0xf);
	store(w, PTE_TABLE, 0);
	store(w, PTE_TABLE, page(0x100, PT_R));
	finds(w, "hole", 0);
	assert_int_equal(excused(w), 0);
}

static void bad_hole_for_nothing(void **state)
{
	struct world *w = *state;

	begin(w, OP_PROTECT, 0, 0xf);
	store(w, PTE_TABLE, 0);
	store(w, PTE_TABLE, page(0x100, TOY_RW));
	finds(w, "hole", 0);
}

/* The address is mapped when the operation is over: so it must be made. */
static void bad_hole_that_stays(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	assert_int_equal(toy_at(&w->toy, OP_SPLIT, 0x80, PT_PMD, 0), 0);
	store(w, PMD_TABLE + 8, 0);
	finds(w, "hole", 0x80);
}

/* ... unless that is what was to come of it. */
static void good_hole_that_is_the_result(void **state)
{
	struct world *w = *state;

	begin(w, OP_UNMAP, 0x80, 0xff);
	assert_int_equal(toy_range(&w->toy, OP_UNMAP, 0x80, 0xff), 0);
	store(w, PMD_TABLE + 8, 0);
	passes(w);
	assert_int_equal(excused(w), 0);
}

/* Part of the leaf goes, the rest comes back. */
static void good_hole_of_which_part_stays(void **state)
{
	struct world *w = *state;

	begin(w, OP_UNMAP, 0x80, 0xbf);
	assert_int_equal(toy_range(&w->toy, OP_UNMAP, 0x80, 0xbf), 0);
	fill(w, NEW_TABLE + 32, 4, 0x1c0, 0x10);
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	passes(w);
}

/* What is not there once the entry is made is no hole of the break's. */
static void bad_hole_below_what_was_made(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	finds(w, "hole", 0x80);
}

/* ... nor if another break brings back what was missing. */
static void bad_hole_between_two_breaks(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE2, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE2, 0));
	finds(w, "hole", 0x80);
}

/* A reserved word is no hole, nor is it a right that was taken away. */
static void bad_other_states_while_broken(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, toy_leaf(0x180, 0, false));
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	finds(w, "state", 0x80);
}

/* The hole excuses neither what comes before it nor what comes after it. */
static void bad_states_around_a_hole(void **state)
{
	struct world *w = *state;

	begin(w, OP_MAP, 0, 0xf);
	store(w, PTE_TABLE, 0);
	store(w, PTE_TABLE, page(0x200, TOY_RW));
	store(w, PTE_TABLE, 0);
	store(w, PTE_TABLE, page(0x300, TOY_RW));
	finds(w, "state", 0);
}

/* Each break has a hole of its own, and each must be asked for. */
static void good_two_holes(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_leaf(0x180, TOY_RW, false));
	passes(w);
}

static void bad_first_hole(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_leaf(0x180, TOY_RW, false));
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	finds(w, "hole", 0x80);
}

/* The hole is one state too many where there were two. */
static void bad_hole_after_other_rights(void **state)
{
	struct world *w = *state;

	begin(w, OP_UNMAP, 0x80, 0xff);
	assert_int_equal(toy_range(&w->toy, OP_UNMAP, 0x80, 0xff), 0);
	store(w, PMD_TABLE + 8, toy_leaf(0x180, PT_R, false));
	store(w, PMD_TABLE + 8, 0);
	finds(w, "hole", 0x80);
}

/* Where there was nothing before, nothing needs no excuse. */
static void good_hole_as_before(void **state)
{
	struct world *w = *state;

	begin(w, OP_MAP, 0x100, 0x17f);
	store(w, PMD_TABLE + 16, toy_leaf(0x200, TOY_RW, false));
	store(w, PMD_TABLE + 16, 0);
	store(w, PMD_TABLE + 16, toy_leaf(0x200, TOY_RW, false));
	passes(w);
}

static void bad_second_hole(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	store(w, PMD_TABLE + 8, 0);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	finds(w, "hole", 0x80);
}

/* What the operation has linked may be broken before it is divided further. */
static void good_hole_in_a_new_table(void **state)
{
	struct world *w = *state;

	begin(w, OP_UNMAP, 0x200, 0x20f);
	fill(w, NEW_TABLE, 4, 0x200, 0x80);
	fill(w, NEW_TABLE2, 8, 0x200, 0x10);
	store(w, ROOT0 + 8, 0);
	store(w, ROOT0 + 8, toy_table(NEW_TABLE, 0));
	store(w, NEW_TABLE, 0);
	store(w, NEW_TABLE, toy_table(NEW_TABLE2, 0));
	passes(w);
}

static void bad_hole_in_a_new_table_for_nothing(void **state)
{
	struct world *w = *state;

	begin(w, OP_UNMAP, 0x200, 0x20f);
	fill(w, NEW_TABLE, 4, 0x200, 0x80);
	store(w, ROOT0 + 8, 0);
	store(w, ROOT0 + 8, toy_table(NEW_TABLE, 0));
	store(w, NEW_TABLE, 0);
	store(w, NEW_TABLE, page(0x200, TOY_RW));
	finds(w, "hole", 0x200);
}

/* An access elsewhere makes the hole no state of its own. */
static void good_interruption_while_broken(void **state)
{
	struct world *w = *state;

	begin(w, OP_SPLIT, 0x80, 0x80);
	fill(w, NEW_TABLE, 8, 0x180, 0x10);
	store(w, PMD_TABLE + 8, 0);
	oracle_watch_interrupt(w->watch, set_dirty, w);
	store(w, PMD_TABLE + 8, toy_table(NEW_TABLE, 0));
	store(w, NEW_TABLE, page(0x180, PT_R));
	passes(w);
}

#define TEST(name)                                                            \
	cmocka_unit_test_setup_teardown(name, open_world, close_world)
#define TEST_BREAKING(name)                                                   \
	cmocka_unit_test_setup_teardown(name, open_breaking_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(split_behind_the_scene_passes),
		TEST(split_before_the_audience_is_found),
		TEST(one_change_of_each_page_passes),
		TEST(clearing_before_writing_is_found),
		TEST(two_changes_of_a_page_are_found),
		TEST(changes_above_are_seen),
		TEST(changes_below_a_new_table_are_seen),
		TEST(wide_stores_are_seen),
		TEST(stores_not_told_of_are_found),
		TEST(interruptions_are_no_change),
		TEST_BREAKING(good_hole_between_break_and_make),
		TEST(bad_hole_without_rule),
		TEST_BREAKING(bad_hole_for_other_rights),
		TEST_BREAKING(bad_hole_for_nothing),
		TEST_BREAKING(bad_hole_that_stays),
		TEST_BREAKING(good_hole_that_is_the_result),
		TEST_BREAKING(good_hole_of_which_part_stays),
		TEST_BREAKING(bad_hole_below_what_was_made),
		TEST_BREAKING(bad_hole_between_two_breaks),
		TEST_BREAKING(bad_other_states_while_broken),
		TEST_BREAKING(bad_states_around_a_hole),
		TEST_BREAKING(good_two_holes),
		TEST_BREAKING(bad_first_hole),
		TEST_BREAKING(bad_second_hole),
		TEST_BREAKING(bad_hole_after_other_rights),
		TEST_BREAKING(good_hole_as_before),
		TEST_BREAKING(good_hole_in_a_new_table),
		TEST_BREAKING(bad_hole_in_a_new_table_for_nothing),
		TEST_BREAKING(good_interruption_while_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
