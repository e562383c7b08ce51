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

#include "toy.h"
#include "watch.h"

#define ROOT0 0x1000u
#define ROOT1 0x1020u
#define PMD_TABLE 0x1040u
#define PTE_TABLE 0x1080u
#define NEW_TABLE 0x10c0u

struct world {
	struct toy toy;
	_Alignas(8) uint8_t bytes[512];
	struct pt_memory memory;
	struct oracle_watch *watch;
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
	oracle_watch_store(w->watch, pa, 8);
}

static uint64_t page(uint64_t pa, uint32_t attrs)
{
	return toy_leaf(pa, attrs, false);
}

/* Pages 0 and 0x10 are mapped by pages, 0x80..0xff by one leaf. */
static int open_world(void **state)
{
	static struct world w;
	struct toy *t = &w.toy;

	memset(&w, 0, sizeof(w));
	toy_open(t, &toy_arch);
	w.memory.window[0] = (struct pt_window){ ROOT0, sizeof(w.bytes),
						 w.bytes };
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

static int close_world(void **state)
{
	struct world *w = *state;

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

#define TEST(name)                                                            \
	cmocka_unit_test_setup_teardown(name, open_world, close_world)

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
