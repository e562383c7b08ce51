/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the observers say of a shadow region: tables written by hand for the
 * format of toy.h, and the stores and flushes that some subject could make.
 *
 * At first there is nothing but two roots.  CHAIN_PMD and CHAIN_PTE are a shadow
 * of the page at 0x100, EDGE is a table that filling may need.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "legit.h"
#include "stale.h"
#include "toy.h"
#include "watch.h"

#define ROOT0 UINT64_C(0x1000)
#define ROOT1 UINT64_C(0x1020)
#define CHAIN_PMD UINT64_C(0x1040)
#define EDGE UINT64_C(0x1060)
#define CHAIN_PTE UINT64_C(0x1080)

struct world {
	struct toy toy;
	_Alignas(8) uint8_t bytes[256], shadow[256];
	struct pt_memory memory, before;
	struct oracle_watch *watch;
	struct oracle_stale *stale;
	struct finding finding;
};

/* A store that nobody hears of. */
static void poke(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - ROOT0], &raw, sizeof(raw));
	memcpy(&w->shadow[pa - ROOT0], &raw, sizeof(raw));
}

static void store(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - ROOT0], &raw, sizeof(raw));
	oracle_stale_store(w->stale, pa, 8, &w->before);
	memcpy(&w->shadow[pa - ROOT0], &raw, sizeof(raw));
	oracle_watch_store(w->watch, pa, 8);
}

static int open_world(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	toy_open(&w.toy, &toy_arch);
	w.memory.window[0] = (struct pt_window){ ROOT0, sizeof(w.bytes),
						 w.bytes };
	w.before.window[0] = (struct pt_window){ ROOT0, sizeof(w.shadow),
						 w.shadow };
	w.toy.regime.root[0] = ROOT0;
	w.toy.regime.root[1] = ROOT1;
	for (unsigned i = 0; i < 4; i++)
		poke(&w, CHAIN_PMD + 8 * i, toy_table(CHAIN_PTE, 0));
	for (unsigned i = 0; i < 8; i++)
		poke(&w, CHAIN_PTE + 8 * i, toy_leaf(0x100, TOY_RW, false));
	w.watch = oracle_watch_create();
	w.stale = oracle_stale_create();
	assert_non_null(w.watch);
	assert_non_null(w.stale);
	*state = &w;
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;

	oracle_stale_destroy(w->stale);
	oracle_watch_destroy(w->watch);
	toy_close(&w->toy);
	return 0;
}

static void begin(struct world *w, uint64_t va, uint64_t last)
{
	const struct op op = { .kind = OP_SHADOW, .va = va, .last = last,
			       .pa = 0x100, .attrs = TOY_RW };

	oracle_watch_begin(w->watch, w->toy.oracle, &w->memory, &w->toy.regime,
			   &op);
	oracle_stale_begin(w->stale, w->toy.oracle, &w->memory, &w->toy.regime);
	oracle_stale_kind(w->stale, OP_SHADOW);
}

static void flush(struct world *w, bool tables)
{
	oracle_stale_flush(w->stale, 0, 0, 0x3ff, PT_DEPTH_UNKNOWN, tables);
}

static void passes(struct world *w)
{
	if (!oracle_watch_end(w->watch, &w->finding) ||
	    !oracle_stale_end(w->stale, &w->finding))
		fail_msg("%s: %s, but %s", check_name(w->finding.check),
			 w->finding.expected, w->finding.seen);
}

static void watch_finds(struct world *w, uint64_t va)
{
	assert_false(oracle_watch_end(w->watch, &w->finding));
	assert_int_equal(w->finding.check, CHECK_STORE_STATE);
	assert_int_equal(w->finding.va, va);
}

static void stale_finds(struct world *w, enum check_id check, uint64_t va)
{
	assert_false(oracle_stale_end(w->stale, &w->finding));
	assert_int_equal(w->finding.check, check);
	assert_int_equal(w->finding.va, va);
}

static uint64_t uses(const struct world *w)
{
	return oracle_legit_uses(w->toy.oracle, LEGIT_SHADOW_SEEN);
}

/*
 *			Between two stores
 */

/* A page of the range may be the shadow's page for a while. */
static void shadow_pages_may_be_seen(void **state)
{
	struct world *w = *state;

	begin(w, 0x200, 0x3ff);
	store(w, ROOT0 + 8, toy_table(CHAIN_PMD, 0));
	store(w, ROOT0 + 8, 0);
	flush(w, true);
	passes(w);
	assert_true(uses(w) > 4);
}

/* Neither another page nor other rights: of each table above, too. */
static void nothing_else_may_be_seen(void **state)
{
	static const uint64_t wrong[] = { 0x101, 0x200 };
	struct world *w = *state;

	for (unsigned i = 0; i < 2; i++) {
		poke(w, CHAIN_PTE, toy_leaf(wrong[i], TOY_RW, false));
		begin(w, 0x200, 0x3ff);
		store(w, ROOT0 + 8, toy_table(CHAIN_PMD, 0));
		store(w, ROOT0 + 8, 0);
		watch_finds(w, 0x200);
	}
	poke(w, CHAIN_PTE, toy_leaf(0x100, TOY_RWX, false));
	begin(w, 0x200, 0x3ff);
	store(w, ROOT0 + 8, toy_table(CHAIN_PMD, 0));
	store(w, ROOT0 + 8, 0);
	watch_finds(w, 0x200);
	poke(w, CHAIN_PTE, toy_leaf(0x100, TOY_RW, false));
	begin(w, 0x200, 0x3ff);
	store(w, ROOT0 + 8, toy_table(CHAIN_PMD, PT_W));
	store(w, ROOT0 + 8, 0);
	watch_finds(w, 0x200);
}

/* A link may not reach beyond the range. */
static void neighbours_may_not_be_seen(void **state)
{
	struct world *w = *state;

	begin(w, 0x200, 0x27f);
	store(w, ROOT0 + 8, toy_table(CHAIN_PMD, 0));
	store(w, ROOT0 + 8, 0);
	watch_finds(w, 0x280);
}

/* ... and may not stay. */
static void a_link_may_not_stay(void **state)
{
	struct world *w = *state;

	begin(w, 0x200, 0x3ff);
	store(w, ROOT0 + 8, toy_table(CHAIN_PMD, 0));
	watch_finds(w, 0x200);
}

/* What an existing table takes away is taken away from the shadow's pages. */
static void restricted_pages_may_be_seen_restricted(void **state)
{
	struct world *w = *state;

	assert_int_equal(toy_map(&w->toy, 0, 0x7f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_range(&w->toy, OP_UNMAP, 0, 0x7f), 0);
	assert_int_equal(toy_at(&w->toy, OP_RESTRICT, 0, PT_PUD, PT_W), 0);
	poke(w, ROOT0, toy_table(EDGE, PT_W));
	begin(w, 0, 0x7f);
	store(w, EDGE, toy_table(CHAIN_PTE, 0));
	store(w, EDGE, 0);
	flush(w, true);
	passes(w);
	assert_true(uses(w) > 4);
}

/*
 *			Invalidation
 */

/* A link that was taken away is flushed as a table, before a table is gone. */
static void links_are_flushed_as_tables(void **state)
{
	struct world *w = *state;

	for (unsigned tables = 0; tables < 2; tables++) {
		begin(w, 0x200, 0x3ff);
		store(w, ROOT0 + 8, toy_table(CHAIN_PMD, 0));
		store(w, ROOT0 + 8, 0);
		flush(w, tables);
		if (tables)
			passes(w);
		else
			stale_finds(w, CHECK_FLUSH_COVER, 0x200);
	}
	begin(w, 0x200, 0x3ff);
	store(w, ROOT0 + 8, toy_table(CHAIN_PMD, 0));
	store(w, ROOT0 + 8, 0);
	/* The lower one goes first, and may not either. */
	oracle_stale_free(w->stale, CHAIN_PTE);
	flush(w, true);
	stale_finds(w, CHECK_FLUSH_BEFORE_FREE, 0x200);
}

/* What is in a table that filling needed was filled in another operation. */
static void edges_are_flushed_too(void **state)
{
	struct world *w = *state;

	for (unsigned shadow = 0; shadow < 2; shadow++) {
		begin(w, 0x200, 0x27f);
		oracle_stale_kind(w->stale, shadow ? OP_SHADOW : OP_MAP);
		store(w, ROOT0 + 8, toy_table(EDGE, 0));
		store(w, EDGE, toy_table(CHAIN_PTE, 0));
		store(w, EDGE, 0);
		if (shadow)
			stale_finds(w, CHECK_FLUSH_COVER, 0x200);
		else
			assert_true(oracle_stale_end(w->stale, &w->finding));
		poke(w, ROOT0 + 8, 0);
	}
}

/*
 *			Tables that are reachable many times
 */

static bool count(void *context, const struct oracle_reached *table)
{
	unsigned *tables = context;

	(void)table;
	++*tables;
	return true;
}

/* Each link is reported, and what neighbouring ones lead to once. */
static void many_links_are_read_once(void **state)
{
	struct world *w = *state;
	unsigned tables = 0;

	for (unsigned i = 0; i < 4; i++)
		poke(w, ROOT0 + 8 * i, toy_table(CHAIN_PMD, 0));
	assert_true(oracle_each_table(w->toy.oracle, &w->memory,
				      &w->toy.regime, count, &tables));
	/* Two roots, four links, and the four of the first one. */
	assert_int_equal(tables, 10);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_world, close_world)
	const struct CMUnitTest tests[] = {
		TEST(shadow_pages_may_be_seen),
		TEST(nothing_else_may_be_seen),
		TEST(neighbours_may_not_be_seen),
		TEST(a_link_may_not_stay),
		TEST(restricted_pages_may_be_seen_restricted),
		TEST(links_are_flushed_as_tables),
		TEST(edges_are_flushed_too),
		TEST(many_links_are_read_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
