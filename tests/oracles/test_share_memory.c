/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A shared kernel part in memory, tables written by hand for the format of
 * toy.h: the sweep, the tables that are reached, and stores and invalidations as
 * they are watched.  Space 0 is the owner, space 1 the sharer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bbm.h"
#include "stale.h"
#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of root entry 2 */
#define HIGHER UINT64_C(0xfffffe00)	/* ... of root entry 3 */
#define TOP UINT64_C(0xffffffff)

#define ROOT0 0x1000u
#define ROOT1 0x1020u
#define PMD_TABLE 0x1040u
#define PMD_OWN 0x1060u
#define SPARE 0x1080u
#define LIVE 4

struct world {
	struct toy toy;
	_Alignas(8) uint8_t bytes[512], before[512];
	struct pt_memory memory, old;
	struct oracle_table live[LIVE];
	struct oracle_stale *stale;
	struct oracle_bbm *bbm;
	struct finding finding;
};

static void poke(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - ROOT0], &raw, sizeof(raw));
}

static void use_space(struct world *w, unsigned space)
{
	const struct op op = { .kind = OP_SWITCH, .space = (uint8_t)space };

	assert_int_equal(toy_run(&w->toy, &op), 0);
}

/*
 * Space 0: 0x80 bytes at HIGH, all of HIGHER.  Space 1: 0x80 bytes at 0.  With
 * synced the second came after they began to share.
 */
static void build(struct world *w, bool synced)
{
	static const struct oracle_table live[LIVE] = {
		{ ROOT0, 32 }, { ROOT1, 32 }, { PMD_TABLE, 32 },
		{ PMD_OWN, 32 },
	};
	struct toy *t = &w->toy;

	assert_int_equal(toy_map(t, HIGH, HIGH + 0x7f, 0x100, PT_R, PT_PMD, 0),
			 0);
	use_space(w, 1);
	assert_int_equal(toy_map(t, 0, 0x7f, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE,
						  .nth = synced }), 0);
	use_space(w, 0);
	assert_int_equal(toy_map(t, HIGHER, TOP, 0x200, PT_R, PT_PUD, 0), 0);
	poke(w, ROOT0 + 16, toy_table(PMD_TABLE, 0));
	poke(w, ROOT0 + 24, toy_leaf(0x200, PT_R, false));
	poke(w, ROOT1, toy_table(PMD_OWN, 0));
	poke(w, ROOT1 + 16, toy_table(PMD_TABLE, 0));
	if (!synced)
		poke(w, ROOT1 + 24, toy_leaf(0x200, PT_R, false));
	poke(w, PMD_TABLE, toy_leaf(0x100, PT_R, false));
	poke(w, PMD_OWN, toy_leaf(0x80, PT_R, false));
	memcpy(w->live, live, sizeof(live));
	w->memory.window[0] = (struct pt_window){ ROOT0, sizeof(w->bytes),
						  w->bytes };
	w->old.window[0] = (struct pt_window){ ROOT0, sizeof(w->before),
					       w->before };
	t->regime.root[0] = ROOT0;
	t->regime.root[1] = ROOT1;
}

static int open_world(void **state, bool synced)
{
	static struct mmu_arch arch;
	static struct world w;

	memset(&w, 0, sizeof(w));
	arch = toy_arch;
	arch.break_before_make = true;
	toy_open(&w.toy, &arch);
	w.stale = oracle_stale_create();
	assert_non_null(w.stale);
	w.bbm = oracle_bbm_create();
	assert_non_null(w.bbm);
	build(&w, synced);
	*state = &w;
	return 0;
}

static int open_equal(void **state)
{
	return open_world(state, false);
}

static int open_synced(void **state)
{
	return open_world(state, true);
}

static int close_world(void **state)
{
	struct world *w = *state;

	oracle_bbm_destroy(w->bbm);
	oracle_stale_destroy(w->stale);
	toy_close(&w->toy);
	return 0;
}

/*
 *			The sweep
 */

static bool sweep(struct world *w)
{
	memset(&w->finding, 0, sizeof(w->finding));
	return oracle_sweep(w->toy.oracle, &w->memory, &w->toy.regime, w->live,
			    LIVE, &w->finding);
}

static void passes(struct world *w)
{
	if (!sweep(w))
		fail_msg("%s: %s, but %s", check_name(w->finding.check),
			 w->finding.expected, w->finding.seen);
}

static void finds(struct world *w, const char *check, const char *divergence,
		  unsigned space, uint64_t va)
{
	assert_false(sweep(w));
	assert_string_equal(check_name(w->finding.check), check);
	assert_string_equal(w->finding.divergence, divergence);
	assert_int_equal(w->finding.space, space);
	assert_int_equal(w->finding.va, va);
	assert_true(w->finding.expected[0] && w->finding.seen[0]);
}

/* The table below both roots is the owner's, and not reachable twice. */
static void equal_roots_pass(void **state)
{
	struct world *w = *state;

	passes(w);
	for (uint64_t va = HIGH; va <= TOP; va++)
		assert_true(oracle_check_address(w->toy.oracle, &w->memory,
						 &w->toy.regime, 1, va,
						 &w->finding));
}

/* Whatever an entry means: it is the word that is the same. */
static void words_that_differ_are_found(void **state)
{
	struct world *w = *state;

	poke(w, ROOT1 + 24, toy_leaf(0x200, PT_R | PT_ACCESSED, false));
	finds(w, "shared-part", "kind", 1, HIGHER);
	assert_string_equal(w->finding.expected,
			    "the words of the owner's root");
	poke(w, ROOT1 + 24, 0);
	finds(w, "shared-part", "lost", 1, HIGHER);
	poke(w, ROOT1 + 24, toy_leaf(0x200, PT_R, false));
	/* A copy of the table will not do. */
	memcpy(&w->bytes[SPARE - ROOT0], &w->bytes[PMD_TABLE - ROOT0], 32);
	poke(w, ROOT1 + 16, toy_table(SPARE, 0));
	finds(w, "shared-part", "kind", 1, HIGH);
}

/* What the owner removed is gone from both. */
static void what_is_removed_may_not_stay(void **state)
{
	struct world *w = *state;

	assert_int_equal(toy_range(&w->toy, OP_UNMAP, HIGHER, TOP), 0);
	finds(w, "entry", "ghost", 0, HIGHER);
	poke(w, ROOT0 + 24, 0);
	finds(w, "shared-part", "ghost", 1, HIGHER);
	assert_string_equal(w->finding.expected, "none, as in the owner's root");
	poke(w, ROOT1 + 24, 0);
	passes(w);
}

/* The lower half is each one's own, and so is what is in it. */
static void own_halves_are_swept(void **state)
{
	struct world *w = *state;

	poke(w, PMD_OWN, 0);
	finds(w, "entry", "lost", 1, 0);
	poke(w, PMD_OWN, toy_leaf(0x80, PT_R, false));
	poke(w, ROOT1 + 8, toy_table(PMD_TABLE, 0));
	finds(w, "table-set", "ghost", 1, 0x200);
}

/* What was not copied yet is none, until it is. */
static void entries_wait_to_be_copied(void **state)
{
	struct world *w = *state;

	passes(w);
	poke(w, ROOT1 + 24, toy_leaf(0x200, PT_R, false));
	finds(w, "shared-part", "ghost", 1, HIGHER);
	assert_string_equal(w->finding.expected, "none: it was not copied yet");
	use_space(w, 1);
	assert_int_equal(toy_at(&w->toy, OP_SYNC, HIGHER, 0, 0), 1);
	passes(w);
	poke(w, ROOT1 + 24, 0);
	finds(w, "shared-part", "lost", 1, HIGHER);
}

/* Something that is no entry at all is not none. */
static void waiting_entries_are_none(void **state)
{
	struct world *w = *state;

	poke(w, ROOT1 + 24, 0xf0);
	finds(w, "shared-part", "ghost", 1, HIGHER);
	poke(w, ROOT1 + 24, 3);
	finds(w, "shared-part", "ghost", 1, HIGHER);
}

struct reach {
	struct oracle_reached table[8];
	unsigned count;
};

static bool note(void *context, const struct oracle_reached *table)
{
	struct reach *r = context;

	assert_true(r->count < 8);
	r->table[r->count++] = *table;
	return true;
}

/* Each table once, those that are shared for the owner. */
static void tables_are_reached_once(void **state)
{
	static const uint64_t pa[] = { ROOT0, PMD_TABLE, ROOT1, PMD_OWN };
	static const uint8_t space[] = { 0, 0, 1, 1 };
	struct world *w = *state;
	struct reach r = { .count = 0 };

	assert_true(oracle_each_table(w->toy.oracle, &w->memory,
				      &w->toy.regime, note, &r));
	assert_int_equal(r.count, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(r.table[i].pa, pa[i]);
		assert_int_equal(r.table[i].space, space[i]);
	}
}

/*
 *			Stores and invalidations
 */

static void begin(struct world *w)
{
	memset(&w->finding, 0, sizeof(w->finding));
	oracle_stale_begin(w->stale, w->toy.oracle, &w->memory, &w->toy.regime);
	oracle_bbm_begin(w->bbm, w->toy.oracle, w->stale);
}

static void store(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(w->before, w->bytes, sizeof(w->before));
	poke(w, pa, raw);
	oracle_stale_store(w->stale, pa, 8, &w->old);
	oracle_bbm_store(w->bbm);
}

static void flush(struct world *w, unsigned space, uint64_t va, uint64_t last,
		  bool tables)
{
	oracle_stale_flush(w->stale, space, va, last, PT_DEPTH_UNKNOWN, tables);
	oracle_bbm_flush(w->bbm, space, va, last, PT_DEPTH_UNKNOWN, tables);
}

static void ends_well(struct world *w)
{
	if (!oracle_stale_end(w->stale, &w->finding))
		fail_msg("%s: %s, but %s", check_name(w->finding.check),
			 w->finding.expected, w->finding.seen);
}

static void ends_with(struct world *w, const char *check, unsigned space,
		      uint64_t va)
{
	assert_false(oracle_stale_end(w->stale, &w->finding));
	assert_string_equal(check_name(w->finding.check), check);
	assert_int_equal(w->finding.space, space);
	assert_int_equal(w->finding.va, va);
}

/* The owner's name stands for all who share; the sharer's does not. */
static void invalidation_is_the_owners(void **state)
{
	struct world *w = *state;

	begin(w);
	store(w, ROOT0 + 24, 0);
	store(w, ROOT1 + 24, 0);
	flush(w, 0, HIGHER, TOP, false);
	ends_well(w);
	store(w, ROOT0 + 24, toy_leaf(0x200, PT_R, false));
	store(w, ROOT1 + 24, toy_leaf(0x200, PT_R, false));
	begin(w);
	store(w, ROOT0 + 24, 0);
	store(w, ROOT1 + 24, 0);
	flush(w, 1, HIGHER, TOP, false);
	ends_with(w, "flush-cover", 0, HIGHER);
	/* Below the root it is one store. */
	begin(w);
	store(w, PMD_TABLE, 0);
	flush(w, 0, HIGH, HIGH + 0x7f, false);
	ends_well(w);
	/* What is the sharer's alone is its own business. */
	begin(w);
	store(w, PMD_OWN, 0);
	flush(w, 0, 0, 0x7f, false);
	ends_with(w, "flush-cover", 1, 0);
}

/* The sharer's root follows before anything else is stored, or released. */
static void the_sharer_follows_first(void **state)
{
	struct world *w = *state;
	const uint64_t leaf = toy_leaf(0x200, PT_R, false);

	begin(w);
	store(w, ROOT0 + 24, leaf | 0x20);
	store(w, PMD_TABLE + 8, leaf);
	store(w, ROOT1 + 24, leaf | 0x20);
	flush(w, 0, HIGHER, TOP, false);
	ends_with(w, "shared-part", 1, HIGHER);
	assert_string_equal(w->finding.divergence, "order");
	/* A table that nobody reaches yet is something else, too. */
	begin(w);
	store(w, ROOT0 + 24, leaf);
	store(w, SPARE, leaf);
	store(w, ROOT1 + 24, leaf);
	flush(w, 0, HIGHER, TOP, false);
	ends_with(w, "shared-part", 1, HIGHER);
	begin(w);
	store(w, ROOT0 + 16, 0);
	store(w, ROOT0 + 24, 0);
	store(w, ROOT1 + 16, 0);
	store(w, ROOT1 + 24, 0);
	flush(w, 0, HIGH, TOP, true);
	ends_with(w, "shared-part", 1, HIGH);
}

static void the_sharer_follows_before_the_release(void **state)
{
	struct world *w = *state;

	begin(w);
	store(w, PMD_TABLE, 0);
	store(w, ROOT0 + 16, 0);
	flush(w, 0, HIGH, HIGHER - 1, true);
	oracle_stale_free(w->stale, PMD_TABLE);
	store(w, ROOT1 + 16, 0);
	ends_with(w, "shared-part", 1, HIGH);
}

/* ... and before the end. */
static void the_sharer_follows_at_all(void **state)
{
	struct world *w = *state;

	begin(w);
	store(w, ROOT0 + 24, 0);
	flush(w, 0, HIGHER, TOP, false);
	ends_with(w, "shared-part", 1, HIGHER);
}

/* With copies on demand what is none there need not follow. */
static void none_need_not_follow(void **state)
{
	struct world *w = *state;

	begin(w);
	store(w, ROOT0 + 24, toy_leaf(0x200, PT_R | PT_USER, false));
	store(w, PMD_TABLE + 8, toy_leaf(0, PT_R, false));
	flush(w, 0, HIGHER, TOP, false);
	ends_well(w);
	/* What is not none has to. */
	begin(w);
	store(w, ROOT0 + 16, toy_table(PMD_TABLE, PT_W));
	flush(w, 0, HIGH, HIGHER - 1, true);
	ends_with(w, "shared-part", 1, HIGH);
}

/* ... but what is broken before it is made has, though it is none by then. */
static void broken_entries_follow(void **state)
{
	struct world *w = *state;

	begin(w);
	store(w, ROOT0 + 16, 0);
	store(w, ROOT1 + 16, 0);
	flush(w, 0, HIGH, HIGHER - 1, true);
	store(w, ROOT0 + 16, toy_leaf(0, PT_R, false));
	ends_with(w, "shared-part", 1, HIGH);
	store(w, ROOT0 + 16, toy_table(PMD_TABLE, 0));
	store(w, ROOT1 + 16, toy_table(PMD_TABLE, 0));
	begin(w);
	store(w, ROOT0 + 16, 0);
	store(w, ROOT1 + 16, 0);
	flush(w, 0, HIGH, HIGHER - 1, true);
	store(w, ROOT0 + 16, toy_leaf(0, PT_R, false));
	store(w, ROOT1 + 16, toy_leaf(0, PT_R, false));
	ends_well(w);
}

/* Both roots are broken before either is made, and one flush is for both. */
static void both_roots_are_broken_first(void **state)
{
	struct world *w = *state;
	const uint64_t leaf = toy_leaf(0, PT_R, false);

	begin(w);
	store(w, ROOT0 + 16, 0);
	store(w, ROOT1 + 16, 0);
	assert_true(oracle_bbm_is_broken(w->bbm, ROOT0 + 16));
	assert_true(oracle_bbm_is_broken(w->bbm, ROOT1 + 16));
	flush(w, 0, HIGH, HIGHER - 1, true);
	store(w, ROOT0 + 16, leaf);
	store(w, ROOT1 + 16, leaf);
	ends_well(w);
	assert_true(oracle_bbm_end(w->bbm, &w->finding));
	/* The sharer's, made before what is cached of it is gone. */
	store(w, ROOT0 + 16, toy_table(PMD_TABLE, 0));
	store(w, ROOT1 + 16, toy_table(PMD_TABLE, 0));
	begin(w);
	store(w, ROOT0 + 16, 0);
	flush(w, 0, HIGH, HIGHER - 1, true);
	store(w, ROOT0 + 16, leaf);
	store(w, ROOT1 + 16, leaf);
	assert_false(oracle_bbm_end(w->bbm, &w->finding));
	assert_int_equal(w->finding.va, HIGH);
}

/* Hardware sets ACCESSED and DIRTY whenever it likes, in between too. */
static void touches_may_come_between(void **state)
{
	struct world *w = *state;
	const uint64_t leaf = toy_leaf(0x200, PT_R | PT_USER, false);

	begin(w);
	store(w, ROOT0 + 24, leaf);
	store(w, PMD_TABLE, toy_leaf(0x100, PT_R | PT_ACCESSED, false));
	store(w, ROOT1 + 24, leaf);
	flush(w, 0, HIGHER, TOP, false);
	ends_well(w);
}

#define EQUAL(name) \
	cmocka_unit_test_setup_teardown(name, open_equal, close_world)
#define SYNCED(name) \
	cmocka_unit_test_setup_teardown(name, open_synced, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EQUAL(equal_roots_pass),
		EQUAL(words_that_differ_are_found),
		EQUAL(what_is_removed_may_not_stay),
		EQUAL(own_halves_are_swept),
		SYNCED(own_halves_are_swept),
		SYNCED(entries_wait_to_be_copied),
		SYNCED(waiting_entries_are_none),
		EQUAL(tables_are_reached_once),
		SYNCED(tables_are_reached_once),
		EQUAL(invalidation_is_the_owners),
		EQUAL(the_sharer_follows_first),
		EQUAL(the_sharer_follows_before_the_release),
		EQUAL(the_sharer_follows_at_all),
		SYNCED(none_need_not_follow),
		SYNCED(broken_entries_follow),
		EQUAL(broken_entries_follow),
		EQUAL(both_roots_are_broken_first),
		SYNCED(both_roots_are_broken_first),
		EQUAL(touches_may_come_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
