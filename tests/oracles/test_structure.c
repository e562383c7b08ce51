/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The sweep and the check of one address, over tables written by hand for the
 * format of toy.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "toy.h"

#define ROOT0 0x1000u
#define ROOT1 0x1020u
#define PMD_TABLE 0x1040u
#define PTE_TABLE 0x1080u
#define SPARE 0x10c0u

struct world {
	struct toy toy;
	_Alignas(8) uint8_t bytes[4096];
	struct pt_memory memory;
	struct oracle_table live[8];
	unsigned live_count;
	struct finding finding;
};

static void store(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - ROOT0], &raw, sizeof(raw));
}

/*
 * Space 0: pages 0..0x2f, a marker at 0x40, a group of pmd leaves 0x100..0x1ff,
 * a pud leaf 0x200..0x3ff; the root entry of the first takes W away.  Space 1
 * is empty.
 */
static void build(struct world *w)
{
	static const struct oracle_table live[] = {
		{ ROOT0, 32 }, { ROOT1, 32 }, { PMD_TABLE, 32 },
		{ PTE_TABLE, 64 },
	};
	struct toy *t = &w->toy;

	assert_int_equal(toy_map(t, 0, 0x2f, 0x100, TOY_RWX, PT_PTE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x40, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, TOY_RW, PT_PMD, 1), 0);
	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0x200, PT_R | PT_USER, PT_PUD,
				 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PUD, PT_W), 0);
	store(w, ROOT0, toy_table(PMD_TABLE, PT_W));
	store(w, ROOT0 + 8, toy_leaf(0x200, PT_R | PT_USER, false));
	store(w, PMD_TABLE, toy_table(PTE_TABLE, 0));
	store(w, PMD_TABLE + 16, toy_leaf(0x100, TOY_RW, true));
	store(w, PMD_TABLE + 24, toy_leaf(0x180, TOY_RW, true));
	for (unsigned i = 0; i < 3; i++)
		store(w, PTE_TABLE + 8 * i,
		      toy_leaf(0x100 + 16 * i, TOY_RWX, false));
	store(w, PTE_TABLE + 32, 0xf0);
	memcpy(w->live, live, sizeof(live));
	w->live_count = 4;
	w->memory.window[1] = (struct pt_window){ ROOT0, sizeof(w->bytes),
						  w->bytes };
	t->regime.root[0] = ROOT0;
	t->regime.root[1] = ROOT1;
}

static int open_world(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	toy_open(&w.toy, &toy_arch);
	build(&w);
	*state = &w;
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;

	toy_close(&w->toy);
	return 0;
}

static bool sweep(struct world *w)
{
	memset(&w->finding, 0, sizeof(w->finding));
	return oracle_sweep(w->toy.oracle, &w->memory, &w->toy.regime, w->live,
			    w->live_count, &w->finding);
}

/* The sweep finds this. */
static void finds(struct world *w, enum check_id check, const char *divergence,
		  int depth, uint64_t va)
{
	assert_false(sweep(w));
	assert_string_equal(check_name(w->finding.check), check_name(check));
	assert_string_equal(w->finding.divergence, divergence);
	assert_int_equal(w->finding.depth, depth);
	assert_int_equal(w->finding.va, va);
	assert_true(w->finding.expected[0] && w->finding.seen[0]);
}

/* Tables as the model has them pass. */
static void right_tables_pass(void **state)
{
	struct world *w = *state;

	if (!sweep(w))
		fail_msg("%s: %s, but %s", check_name(w->finding.check),
			 w->finding.expected, w->finding.seen);
	for (uint64_t va = 0; va < 0x400; va++)
		assert_true(oracle_check_address(w->toy.oracle, &w->memory,
						 &w->toy.regime, 0, va,
						 &w->finding));
}

/* Each wrong leaf is seen, also the last of a table and in a run of nones. */
static void wrong_entries_are_found(void **state)
{
	struct world *w = *state;

	store(w, PTE_TABLE + 16, 0);
	finds(w, CHECK_ENTRY, "lost", PT_PTE, 0x20);
	store(w, PTE_TABLE + 16, toy_leaf(0x130, TOY_RWX, false));
	finds(w, CHECK_ENTRY, "pfn", PT_PTE, 0x20);
	store(w, PTE_TABLE + 16, toy_leaf(0x120, TOY_RW, false));
	finds(w, CHECK_ENTRY, "prot", PT_PTE, 0x20);
	store(w, PTE_TABLE + 16, toy_leaf(0x120, TOY_RWX, true));
	finds(w, CHECK_ENTRY, "order", PT_PTE, 0x20);
	store(w, PTE_TABLE + 16, toy_leaf(0x120, TOY_RWX, false));
	store(w, PTE_TABLE + 56, toy_leaf(0, PT_R, false));
	finds(w, CHECK_ENTRY, "ghost", PT_PTE, 0x70);
	/* Not none, though hardware sees nothing. */
	store(w, PTE_TABLE + 56, 0xf0);
	finds(w, CHECK_ENTRY, "ghost", PT_PTE, 0x70);
	store(w, PTE_TABLE + 56, 0);
	/* The marker became none. */
	store(w, PTE_TABLE + 32, 0);
	finds(w, CHECK_ENTRY, "lost", PT_PTE, 0x40);
	store(w, PTE_TABLE + 32, 0xf0);
	assert_true(sweep(w));
	store(w, ROOT1 + 24, toy_leaf(0, PT_R, false));
	finds(w, CHECK_ENTRY, "ghost", PT_PUD, 0xfffffe00);
	assert_int_equal(w->finding.space, 1);
}

/* A wrong pointer entry: gone, denying wrongly, or too many. */
static void wrong_table_entries_are_found(void **state)
{
	struct world *w = *state;

	store(w, ROOT0, toy_table(PMD_TABLE, 0));
	finds(w, CHECK_ENTRY, "prot", PT_PUD, 0);
	store(w, ROOT0, toy_table(PMD_TABLE, PT_W));
	store(w, PMD_TABLE, 0);
	finds(w, CHECK_ENTRY, "lost", PT_PMD, 0);
	store(w, PMD_TABLE, toy_table(PTE_TABLE, 0));
	store(w, PMD_TABLE + 8, toy_table(SPARE, 0));
	finds(w, CHECK_TABLE_SET, "ghost", PT_PMD, 0x80);
}

/* Reachable and live are the same set, each table once. */
static void table_sets_are_compared(void **state)
{
	struct world *w = *state;

	w->live[w->live_count++] = (struct oracle_table){ SPARE, 64 };
	finds(w, CHECK_TABLE_LOST, "leak", PT_DEPTH_UNKNOWN, 0);
	w->live_count = 3;
	finds(w, CHECK_TABLE_GHOST, "ghost", PT_PTE, 0);
	w->live_count = 4;
	w->live[3].bytes = 32;
	finds(w, CHECK_TABLE_GHOST, "ghost", PT_PTE, 0);
	w->live[3].bytes = 64;
	w->toy.regime.root[1] = ROOT0;
	finds(w, CHECK_TABLE_SHARED, "ghost", PT_PUD, 0);
	w->toy.regime.root[1] = 0x100000;
	finds(w, CHECK_TABLE_GHOST, "ghost", PT_PUD, 0);
}

static void address_differs(struct world *w, uint64_t va, enum check_id check,
			    const char *divergence)
{
	memset(&w->finding, 0, sizeof(w->finding));
	assert_false(oracle_check_address(w->toy.oracle, &w->memory,
					  &w->toy.regime, 0, va, &w->finding));
	assert_string_equal(check_name(w->finding.check), check_name(check));
	assert_string_equal(w->finding.divergence, divergence);
	assert_int_equal(w->finding.va, va);
}

/* One address: verdict, then address, then attributes. */
static void one_address_is_compared(void **state)
{
	struct world *w = *state;

	store(w, PTE_TABLE + 16, toy_leaf(0x130, TOY_RWX, false));
	address_differs(w, 0x2f, CHECK_MMU_ADDRESS, "pfn");
	store(w, PTE_TABLE + 16, toy_leaf(0x120, TOY_RWX | PT_DIRTY, false));
	address_differs(w, 0x2f, CHECK_MMU_ATTRS, "prot");
	store(w, PTE_TABLE + 16, toy_leaf(0x120, TOY_RW, false));
	address_differs(w, 0x2f, CHECK_MMU_VERDICT, "prot");
	assert_string_equal(w->finding.expected, "kernel exec ok@pte");
	assert_string_equal(w->finding.seen, "kernel exec permission@pte");
	store(w, PTE_TABLE + 16, 0);
	address_differs(w, 0x2f, CHECK_MMU_VERDICT, "lost");
	store(w, PTE_TABLE + 24, toy_leaf(0, PT_R, false));
	address_differs(w, 0x30, CHECK_MMU_VERDICT, "ghost");
	store(w, ROOT0, 0);
	address_differs(w, 0x30, CHECK_MMU_VERDICT, "depth");
	store(w, ROOT0 + 8, toy_leaf(0x200, PT_R | PT_USER, true));
	address_differs(w, 0x200, CHECK_MMU_ATTRS, "order");
}

/* Where the regime knows no way to deny, the pointer entry is reserved. */
static void denial_can_be_a_reserved_encoding(void **state)
{
	struct world *w = *state;
	struct oracle_view view;
	struct pt_verdict v;

	w->toy.regime.control = 1;
	oracle_reset(w->toy.oracle, &w->toy.regime);
	build(w);
	assert_int_equal(toy_at(&w->toy, OP_RESTRICT, 0, PT_PUD, PT_X), 0);
	store(w, ROOT0, toy_table(PMD_TABLE, PT_X));
	assert_true(sweep(w));
	oracle_view(w->toy.oracle, 0, 0x90, &view);
	v = oracle_verdict(w->toy.oracle, &view, PT_READ, PT_AS_USER);
	assert_int_equal(v.word, PT_V_RESERVED);
	assert_int_equal(v.depth, PT_PUD);
}

/* What is taken away on the way is told apart by the depth of the entry. */
static void denied_rights_have_a_depth(void **state)
{
	struct world *w = *state;

	w->toy.regime.control = 0;
	oracle_reset(w->toy.oracle, &w->toy.regime);
	build(w);
	assert_int_equal(toy_at(&w->toy, OP_RESTRICT, 0, PT_PUD, PT_X), 0);
	assert_int_equal(oracle_denied_at(w->toy.oracle, 0, 0x90, PT_PUD),
			 PT_X);
	assert_int_equal(oracle_denied_at(w->toy.oracle, 0, 0x90, PT_PMD), 0);
	assert_int_equal(oracle_denied_at(w->toy.oracle, 0, 0x400, PT_PUD), 0);
}

/* Addresses outside the space have no view, and a verdict of their own. */
static void outside_is_not_canonical(void **state)
{
	struct world *w = *state;
	struct oracle_view view;
	struct pt_verdict v;

	oracle_view(w->toy.oracle, 0, 0x400, &view);
	assert_false(view.canonical);
	v = oracle_verdict(w->toy.oracle, &view, PT_READ, PT_AS_USER);
	assert_int_equal(v.word, PT_V_CANONICAL);
	assert_int_equal(v.depth, PT_DEPTH_UNKNOWN);
}

struct collected {
	uint64_t va[64];
	unsigned count;
};

static bool collect(void *context, uint64_t va)
{
	struct collected *c = context;

	assert_true(c->count < 64);
	c->va[c->count++] = va;
	return true;
}

/* Boundaries: ends, middle and inner borders of each stretch, ascending. */
static void boundaries_frame_each_stretch(void **state)
{
	static const uint64_t want[] = {
		/* pages 0..0x2f */
		0, 0xf, 0x10, 0x18, 0x1f, 0x20, 0x2f,
		/* none 0x30..0x3f, marker 0x40..0x4f, none 0x50..0x7f */
		0x30, 0x37, 0x3f, 0x40, 0x47, 0x4f,
		0x50, 0x5f, 0x60, 0x68, 0x6f, 0x70, 0x7f,
		/* pmd none, pmd group, pud leaf */
		0x80, 0xbf, 0xff, 0x100, 0x17f, 0x1ff, 0x200, 0x2ff, 0x3ff,
		/* the upper half: two pud nones */
		0xfffffc00, 0xfffffdff, 0xfffffe00, 0xffffffff,
	};
	struct world *w = *state;
	struct collected c = { .count = 0 };

	assert_true(oracle_each_boundary(w->toy.oracle, 0, collect, &c));
	for (unsigned i = 0; i < c.count; i++)
		assert_int_equal(c.va[i], want[i]);
	assert_int_equal(c.count, sizeof(want) / sizeof(want[0]));
}

/*
 * In a run of equal leaves any one entry may be wrong, and so may all of them
 * in a way that looks regular.
 */
static void every_place_of_a_run_is_checked(void **state)
{
	struct world *w = *state;

	assert_int_equal(toy_map(&w->toy, 0x30, 0x3f, 0x130, TOY_RWX, PT_PTE,
				 0), 0);
	for (unsigned i = 0; i < 4; i++)
		store(w, PTE_TABLE + 8 * i,
		      toy_leaf(0x100 + 16 * i, TOY_RWX, false));
	assert_true(sweep(w));
	for (unsigned i = 0; i < 4; i++) {
		store(w, PTE_TABLE + 8 * i, toy_leaf(0x1f0, TOY_RWX, false));
		finds(w, CHECK_ENTRY, "pfn", PT_PTE, 16 * i);
		store(w, PTE_TABLE + 8 * i,
		      toy_leaf(0x100 + 16 * i, TOY_RWX, false));
	}
	/* All one page off, and each two pages after the last. */
	for (unsigned i = 0; i < 4; i++)
		store(w, PTE_TABLE + 8 * i,
		      toy_leaf(0x110 + 16 * i, TOY_RWX, false));
	finds(w, CHECK_ENTRY, "pfn", PT_PTE, 0);
	for (unsigned i = 0; i < 4; i++)
		store(w, PTE_TABLE + 8 * i,
		      toy_leaf(0x100 + 32 * i, TOY_RWX, false));
	finds(w, CHECK_ENTRY, "pfn", PT_PTE, 0x10);
}

/* To the sweep and to hardware invalid-huge is invalid, but not nothing. */
static void invalid_huge_is_invalid_but_there(void **state)
{
	struct world *w = *state;
	uint64_t leaf = toy_leaf(0x200, PT_R | PT_USER, false);
	struct oracle_view view;

	assert_int_equal(toy_setkind(&w->toy, 0x200, PT_PUD, PT_INVALID_HUGE,
				     0), 0);
	finds(w, CHECK_ENTRY, "ghost", PT_PUD, 0x200);
	store(w, ROOT0 + 8, 0);
	finds(w, CHECK_ENTRY, "lost", PT_PUD, 0x200);
	store(w, ROOT0 + 8, leaf & ~UINT64_C(1));
	right_tables_pass(state);
	oracle_view(w->toy.oracle, 0, 0x210, &view);
	assert_int_equal(view.pa, 0x210);
	assert_int_equal(view.attrs, PT_R | PT_USER);
	for (unsigned a = 0; a < PT_ACCESSES; a++) {
		struct pt_verdict v = oracle_verdict(w->toy.oracle, &view,
						     (enum pt_access)a,
						     PT_AS_KERNEL);

		assert_int_equal(v.word, PT_V_TRANSLATION);
		assert_int_equal(v.depth, PT_PUD);
	}
}

#define TEST(name)                                                            \
	cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(right_tables_pass),
		TEST(wrong_entries_are_found),
		TEST(every_place_of_a_run_is_checked),
		TEST(wrong_table_entries_are_found),
		TEST(table_sets_are_compared),
		TEST(one_address_is_compared),
		TEST(denial_can_be_a_reserved_encoding),
		TEST(denied_rights_have_a_depth),
		TEST(outside_is_not_canonical),
		TEST(boundaries_frame_each_stretch),
		TEST(invalid_huge_is_invalid_but_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
