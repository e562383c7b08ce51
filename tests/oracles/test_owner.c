/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whose a table is, constructors that fail, and the tables that hardware
 * reaches, computed by hand from include/tablewalk/table_owner.h for the
 * formats of toy.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of the upper half */
#define HOLE(va, depth) \
	"lookup " va " " depth " none order 0 pa 0x0 --------- wb key 0 " \
	"removed ----"

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

static int owner(struct toy *t, uint64_t va, unsigned depth)
{
	return toy_at(t, OP_OWNER, va, depth, 0);
}

static void ctor_fail(struct toy *t, unsigned nth)
{
	const struct op op = { .kind = OP_CTOR_FAIL, .nth = (uint8_t)nth };

	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "return 0");
}

static void use_space(struct toy *t, unsigned space)
{
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = (uint8_t)space }),
			 0);
}

/*
 *			Owners
 */

/* The root of a signed space covers all of the address word, from anywhere. */
static void signed_root_covers_the_address_word(void **state)
{
	struct toy *t = *state;

	assert_int_equal(owner(t, 0x3ff, PT_PUD), 1);
	EXPECT_TRACE(t, "owner pud 0x0-0xffffffff space 0", "return 1");
	assert_int_equal(owner(t, HIGH, PT_PUD), 1);
	EXPECT_TRACE(t, "owner pud 0x0-0xffffffff space 0", "return 1");
	use_space(t, 1);
	assert_int_equal(owner(t, 0, PT_PUD), 1);
	EXPECT_TRACE(t, "owner pud 0x0-0xffffffff space 1", "return 1");
}

/* Of two roots each covers its half, and nobody else's. */
static void roots_of_halves_cover_their_half(void **state)
{
	struct toy five;

	(void)state;
	toy_open(&five, &toy5_arch);
	assert_int_equal(owner(&five, 0xfff, PT_PGD), 1);
	EXPECT_TRACE(&five, "owner pgd 0x0-0xfff space 0", "return 1");
	assert_int_equal(owner(&five, UINT64_C(0xfffff000), PT_PGD), -ERANGE);
	use_space(&five, 1);
	assert_int_equal(owner(&five, 0, PT_PGD), -ERANGE);
	assert_int_equal(owner(&five, UINT64_C(0xfffff000), PT_PGD), 1);
	EXPECT_TRACE(&five, "owner pgd 0xfffff000-0xffffffff space 1",
		     "return 1");
	toy_close(&five);
}

/* A root that is neither covers what it translates. */
static void unsigned_root_covers_what_it_translates(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy plain;

	(void)state;
	arch.sign_extended = false;
	toy_open(&plain, &arch);
	assert_int_equal(owner(&plain, 0x7ff, PT_PUD), 1);
	EXPECT_TRACE(&plain, "owner pud 0x0-0x7ff space 0", "return 1");
	toy_close(&plain);
}

/* A table covers what its entries do, whole, in either half; va may be any. */
static void tables_cover_their_entries(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x90, 0x9f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, HIGH + 0x3f0, HIGH + 0x3ff, 0, PT_R, PT_PTE,
				 0), 0);
	assert_int_equal(owner(t, 0x1f0, PT_PMD), 1);
	EXPECT_TRACE(t, "owner pmd 0x0-0x1ff space 0", "return 1");
	assert_int_equal(owner(t, 0xc5, PT_PTE), 1);
	EXPECT_TRACE(t, "owner pte 0x80-0xff space 0", "return 1");
	assert_int_equal(owner(t, HIGH + 0x200, PT_PMD), 1);
	EXPECT_TRACE(t, "owner pmd 0xfffffe00-0xffffffff space 0", "return 1");
	assert_int_equal(owner(t, HIGH + 0x380, PT_PTE), 1);
	EXPECT_TRACE(t, "owner pte 0xffffff80-0xffffffff space 0", "return 1");
}

/* Depth, then address, then whether there is such a table. */
static void errors_have_precedence(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(owner(t, 0x400, PT_P4D), -EINVAL);
	assert_int_equal(owner(t, 0x400, PT_DEPTHS), -EINVAL);
	assert_int_equal(owner(t, 0, PT_PGD), -EINVAL);
	assert_int_equal(owner(t, 0x400, PT_PTE), -ERANGE);
	assert_int_equal(owner(t, 0x400, PT_PUD), -ERANGE);
	assert_int_equal(owner(t, UINT64_MAX, PT_PUD), -ERANGE);
	/* Below a leaf, and below none. */
	assert_int_equal(owner(t, 0x200, PT_PMD), -ENOENT);
	assert_int_equal(owner(t, 0x80, PT_PTE), -ENOENT);
	assert_int_equal(owner(t, 0, PT_PTE), -ENOENT);
	EXPECT_TRACE(t, "return -2");
	assert_int_equal(owner(t, 0, PT_PMD), 1);
}

/* Tables come and go with what makes and releases them, space by space. */
static void tables_are_owned_while_they_live(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_at(t, OP_SPLIT, 0, PT_PMD, 0), 0);
	assert_int_equal(owner(t, 0, PT_PTE), 1);
	use_space(t, 1);
	assert_int_equal(owner(t, 0, PT_PTE), -ENOENT);
	use_space(t, 0);
	assert_int_equal(toy_collapse(t, 0, PT_PMD, 0), 0);
	assert_int_equal(owner(t, 0, PT_PTE), -ENOENT);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x7f), 0);
	assert_int_equal(owner(t, 0, PT_PMD), 1);
	assert_int_equal(toy_free(t, 0, 0x7f, 0, UINT64_MAX), 0);
	assert_int_equal(owner(t, 0, PT_PMD), -ENOENT);
}

/* An owner that is wrong is a finding about the table, not the allocation. */
static void wrong_owners_are_found(void **state)
{
	struct toy *t = *state;
	struct trace_event event[2];
	struct trace seen = { .event = event, .count = 2, .capacity = 2 };
	struct finding f;

	assert_int_equal(owner(t, 0, PT_PUD), 1);
	memcpy(event, t->event, sizeof(event));
	assert_true(oracle_trace_equal(&t->trace, &seen, &f));
	event[0].order = 1;
	assert_false(oracle_trace_equal(&t->trace, &seen, &f));
	assert_string_equal(check_name(f.check), "table-owner");
	assert_string_equal(f.divergence, "order");
	assert_string_equal(f.expected, "owner pud 0x0-0xffffffff space 0");
	assert_string_equal(f.seen, "owner pud 0x0-0xffffffff space 1");
	assert_int_equal(f.depth, PT_PUD);
	event[0].order = 0;
	event[0].last = 0x7ff;
	assert_false(oracle_trace_equal(&t->trace, &seen, &f));
	assert_string_equal(f.divergence, "range");
}

/*
 *			Constructors that fail
 */

/* The table goes back at once, then the others, and nothing is mapped. */
static void map_gives_back_what_was_constructed(void **state)
{
	struct toy *t = *state;

	ctor_fail(t, 2);
	assert_int_equal(toy_map(t, 0x70, 0x8f, 0, PT_R, PT_PTE, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x1", "return -12");
	ctor_fail(t, 3);
	assert_int_equal(toy_map(t, 0x70, 0x8f, 0, PT_R, PT_PTE, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2",
		     "free 64 bytes x2", "free 32 bytes x1", "return -12");
	toy_expect_at(t, 0x70, HOLE("0x70", "pud"));
	assert_int_equal(owner(t, 0x70, PT_PMD), -ENOENT);
	/* Disarmed by the failure. */
	assert_int_equal(toy_map(t, 0x70, 0x8f, 0, PT_R, PT_PTE, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
}

/* The count goes on over operations and spaces, until 0 or a new case. */
static void failure_stays_armed(void **state)
{
	struct toy *t = *state;

	ctor_fail(t, 3);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	/* Nothing is constructed here. */
	assert_int_equal(toy_map(t, 0x10, 0x1f, 0, PT_R, PT_PTE, 0), 0);
	use_space(t, 1);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "free 32 bytes x1", "return -12");
	ctor_fail(t, 1);
	ctor_fail(t, 0);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	ctor_fail(t, 1);
	oracle_reset(t->oracle, &t->regime);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
}

static void split_leaves_the_leaf(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	ctor_fail(t, 1);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x80, PT_PMD, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "free 64 bytes x1", "return -12");
	toy_expect_at(t, 0x90, "lookup 0x90 pmd leaf order 0 pa 0x90 "
			       "r-------- wb key 0 removed ----");
	/* Unfolding a group needs no table, and so no constructor. */
	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, PT_R, PT_PMD, 1), 0);
	ctor_fail(t, 1);
	assert_int_equal(toy_at(t, OP_SPLIT, 0x100, PT_PMD, 0), 0);
}

/* Whichever fails, a division gives back all and divides nothing. */
static void unmap_and_protect_divide_nothing(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0x200, PT_R, PT_PUD, 0), 0);
	for (unsigned nth = 1; nth <= 3; nth++) {
		ctor_fail(t, nth);
		assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x8f), -ENOMEM);
		ctor_fail(t, nth);
		assert_int_equal(toy_range(t, OP_PROTECT, 0x10, 0x8f), -ENOMEM);
		toy_expect_at(t, 0x10, "lookup 0x10 pud leaf order 0 pa 0x210 "
				       "r-------- wb key 0 removed ----");
	}
	ctor_fail(t, 3);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x8f), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2",
		     "free 64 bytes x2", "free 32 bytes x1", "return -12");
	ctor_fail(t, 4);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x10, 0x8f), 0);
}

/* Tables of both spaces go back, last one first, and the source is whole. */
static void copy_undoes_the_division(void **state)
{
	struct toy *t = *state;
	const struct op op = {
		.kind = OP_COPY, .va = 0x10, .last = 0x8f, .pa = 0x10,
	};

	assert_int_equal(toy_map(t, 0, 0x1ff, 0x200, PT_R, PT_PUD, 0), 0);
	for (unsigned nth = 1; nth <= 6; nth++) {
		ctor_fail(t, nth);
		assert_int_equal(toy_run(t, &op), -ENOMEM);
		toy_expect_at(t, 0x10, "lookup 0x10 pud leaf order 0 pa 0x210 "
				       "r-------- wb key 0 removed ----");
		use_space(t, 1);
		assert_int_equal(owner(t, 0x10, PT_PMD), -ENOENT);
		use_space(t, 0);
	}
	ctor_fail(t, 5);
	assert_int_equal(toy_run(t, &op), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2",
		     "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x1", "free 64 bytes x2",
		     "free 32 bytes x1", "return -12");
	assert_int_equal(toy_run(t, &op), 0);
}

static void setkind_gives_back_its_tables(void **state)
{
	struct toy *t = *state;

	ctor_fail(t, 2);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_SWAP, 0x100), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x1", "return -12");
	toy_expect_at(t, 0x10, HOLE("0x10", "pud"));
}

/* R37: what was installed before stays, and so do the tables. */
static void install_keeps_the_prefix(void **state)
{
	struct toy *t = *state;
	const struct op op = {
		.kind = OP_INSTALL,
		.va = 0x70,
		.last = 0x8f,
		.pa = 0x500,
		.attrs = PT_R,
	};

	assert_int_equal(toy_vma(t, 0, 0x3ff, OP_VMA_PLAIN), 0);
	ctor_fail(t, 3);
	assert_int_equal(toy_run(t, &op), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "install pte 0x70-0x7f x1 leaf order 0 pa 0x500 r-------- "
		     "wb key 0",
		     "alloc 64 bytes x1", "free 64 bytes x1", "return -12");
	toy_expect_at(t, 0x70, "lookup 0x70 pte leaf order 0 pa 0x500 "
			       "r-------- wb key 0 removed ----");
	assert_int_equal(owner(t, 0x70, PT_PTE), 1);
	assert_int_equal(owner(t, 0x80, PT_PTE), -ENOENT);
	/* Only the table itself goes: the one above it is there. */
	ctor_fail(t, 2);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_INSTALL,
						  .va = 0x200,
						  .last = 0x20f,
						  .pa = 0x500,
						  .attrs = PT_R }), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "free 64 bytes x1", "return -12");
	assert_int_equal(owner(t, 0x200, PT_PMD), 1);
}

/* R25: a walk that may not divide ends, and the leaf stays. */
static void walks_leave_the_leaf(void **state)
{
	struct toy *t = *state;
	const struct op_walk walk = { .callbacks = OP_CB_ENTRY(PT_PTE) };

	assert_int_equal(toy_vma(t, 0, 0x3ff, OP_VMA_PLAIN), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	ctor_fail(t, 1);
	assert_int_equal(toy_walk_vma(t, 0x80, 0x8f, &walk), -ENOMEM);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "free 64 bytes x1", "return -12");
	toy_expect_at(t, 0x90, "lookup 0x90 pmd leaf order 0 pa 0x90 "
			       "r-------- wb key 0 removed ----");
	assert_int_equal(toy_walk_vma(t, 0x80, 0x8f, &walk), 0);
}

/*
 * What mapping pages 0..0x1ff (tables of 32 and of 4 * 64 bytes) comes to, one
 * table at a time; the two counts go on.
 */
static void map_one_by_one(struct trace *want, unsigned *fail, unsigned *ctor)
{
	struct trace_event event = { .count = 1 };
	unsigned made = 0;
	int ret = 0;

	while (!ret && made < 5) {
		bool refused = *fail && !--*fail;

		event.pa = made ? 64 : 32;
		event.type = refused ? TRACE_NOMEM : TRACE_ALLOC;
		trace_emit(want, &event);
		made += !refused;
		if (refused || (*ctor && !--*ctor))
			ret = -ENOMEM;
	}
	event.type = TRACE_FREE;
	while (ret && made--) {
		event.pa = made ? 64 : 32;
		trace_emit(want, &event);
	}
	event = (struct trace_event){
		.type = TRACE_RETURN, .count = 1, .ret = ret,
	};
	trace_emit(want, &event);
}

/* Refusals and constructors count apart: a refused table is not constructed. */
static void failures_strike_in_the_order_of_allocation(void **state)
{
	struct toy *t = *state;

	for (unsigned n = 0; n < 13 * 13; n++) {
		unsigned fail = n / 13, ctor = n % 13;

		oracle_reset(t->oracle, &t->regime);
		assert_int_equal(toy_fail(t, fail), 0);
		ctor_fail(t, ctor);
		for (unsigned i = 0; i < 4; i++) {
			struct trace_event event[16];
			struct trace want = { .event = event, .capacity = 16 };
			struct finding f;

			map_one_by_one(&want, &fail, &ctor);
			(void)toy_map(t, 0, 0x1ff, 0, PT_R, PT_PTE, 0);
			if (!oracle_trace_equal(&want, &t->trace, &f))
				fail_msg("%u, map %u: %s, but %s", n, i,
					 f.expected, f.seen);
			(void)toy_range(t, OP_UNMAP, 0, 0x1ff);
			(void)toy_free(t, 0, 0x1ff, 0, UINT64_MAX);
		}
	}
}

/*
 *			Tables that hardware reaches
 */

#define BASE 0x1000u
#define ROOT0 0x1000u
#define ROOT1 0x1020u
#define PMD_LOW 0x1040u
#define PMD_HIGH 0x1060u
#define PTE_FIRST 0x1080u
#define PTE_LAST 0x10c0u
#define PMD_OTHER 0x1100u

struct reach {
	struct toy toy;
	_Alignas(8) uint8_t bytes[512];
	struct pt_memory memory;
	struct oracle_reached seen[64];
	unsigned count, stop;
};

static void store(struct reach *r, uint64_t pa, uint64_t raw)
{
	memcpy(&r->bytes[pa - BASE], &raw, sizeof(raw));
}

/* The model is empty all along: it is not asked. */
static int open_reach(void **state)
{
	static struct reach r;

	memset(&r, 0, sizeof(r));
	toy_open(&r.toy, &toy_arch);
	r.memory.window[0] = (struct pt_window){ BASE, sizeof(r.bytes),
						 r.bytes };
	r.toy.regime.root[0] = ROOT0;
	r.toy.regime.root[1] = ROOT1;
	store(&r, ROOT0, toy_table(PMD_LOW, PT_W));
	store(&r, ROOT0 + 8, toy_leaf(0x200, PT_R, false));
	store(&r, ROOT0 + 24, toy_table(PMD_HIGH, 0));
	store(&r, PMD_LOW + 8, toy_table(PTE_FIRST, 0));
	store(&r, PMD_LOW + 16, 0xf0);
	store(&r, PMD_LOW + 24, toy_table(PTE_LAST, 0));
	/* A table entry is none of a page table's. */
	store(&r, PTE_FIRST, toy_table(PTE_LAST, 0));
	store(&r, ROOT1 + 16, toy_table(PMD_OTHER, 0));
	*state = &r;
	return 0;
}

static int close_reach(void **state)
{
	struct reach *r = *state;

	toy_close(&r->toy);
	return 0;
}

static bool note(void *context, const struct oracle_reached *table)
{
	struct reach *r = context;

	assert_true(r->count < sizeof(r->seen) / sizeof(r->seen[0]));
	r->seen[r->count++] = *table;
	return r->count != r->stop;
}

static bool reach(struct reach *r)
{
	r->count = 0;
	return oracle_each_table(r->toy.oracle, &r->memory, &r->toy.regime,
				 note, r);
}

static const struct oracle_reached all[] = {
	{ ROOT0, 32, 0, 0, PT_PUD, 0 },
	{ PMD_LOW, 32, 0, 0, PT_PMD, 0 },
	{ PTE_FIRST, 64, 0x80, 0, PT_PTE, 0 },
	{ PTE_LAST, 64, 0x180, 0, PT_PTE, 0 },
	{ PMD_HIGH, 32, HIGH + 0x200, 0, PT_PMD, 0 },
	{ ROOT1, 32, 0, 1, PT_PUD, 0 },
	{ PMD_OTHER, 32, HIGH, 1, PT_PMD, 0 },
};
#define ALL ((unsigned)(sizeof(all) / sizeof(all[0])))

static void expect_reached(const struct reach *r,
			   const struct oracle_reached *want, unsigned count)
{
	for (unsigned i = 0; i < count && i < r->count; i++) {
		assert_int_equal(r->seen[i].pa, want[i].pa);
		assert_int_equal(r->seen[i].bytes, want[i].bytes);
		assert_int_equal(r->seen[i].first, want[i].first);
		assert_int_equal(r->seen[i].space, want[i].space);
		assert_int_equal(r->seen[i].depth, want[i].depth);
	}
	assert_int_equal(r->count, count);
}

/* Root first, then by address, a table before those below it. */
static void tables_are_reached_in_order(void **state)
{
	struct reach *r = *state;

	assert_true(reach(r));
	expect_reached(r, all, ALL);
}

/* The first false ends it, in either space. */
static void reaching_stops_when_told(void **state)
{
	struct reach *r = *state;

	for (r->stop = 1; r->stop <= ALL; r->stop++) {
		assert_false(reach(r));
		expect_reached(r, all, r->stop);
	}
}

/* A table outside memory, or shared, is reported; a circle has an end. */
static void broken_tables_are_reported(void **state)
{
	struct reach *r = *state;

	store(r, ROOT0, toy_table(0x9000, 0));
	store(r, ROOT0 + 24, toy_table(PMD_OTHER, 0));
	store(r, PMD_OTHER + 8, toy_table(PMD_OTHER, 0));
	assert_true(reach(r));
	expect_reached(r,
		       (const struct oracle_reached[]){
			       { ROOT0, 32, 0, 0, PT_PUD, 0 },
			       { 0x9000, 32, 0, 0, PT_PMD, 0 },
			       { PMD_OTHER, 32, HIGH + 0x200, 0, PT_PMD, 0 },
			       { PMD_OTHER, 64, HIGH + 0x280, 0, PT_PTE, 0 },
			       { ROOT1, 32, 0, 1, PT_PUD, 0 },
			       { PMD_OTHER, 32, HIGH, 1, PT_PMD, 0 },
			       { PMD_OTHER, 64, HIGH + 0x80, 1, PT_PTE, 0 },
		       },
		       7);
}

/* Without a model MMU nothing is known of memory. */
static void formats_without_a_walk_reach_nothing(void **state)
{
	struct reach *r = *state;
	struct oracle *five = oracle_create(&toy5_arch);

	assert_non_null(five);
	r->count = 0;
	assert_true(oracle_each_table(five, &r->memory, &r->toy.regime, note,
				      r));
	assert_int_equal(r->count, 0);
	oracle_destroy(five);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
#define REACH(name) \
	cmocka_unit_test_setup_teardown(name, open_reach, close_reach)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(signed_root_covers_the_address_word),
		TEST(roots_of_halves_cover_their_half),
		TEST(unsigned_root_covers_what_it_translates),
		TEST(tables_cover_their_entries),
		TEST(errors_have_precedence),
		TEST(tables_are_owned_while_they_live),
		TEST(wrong_owners_are_found),
		TEST(map_gives_back_what_was_constructed),
		TEST(failure_stays_armed),
		TEST(split_leaves_the_leaf),
		TEST(unmap_and_protect_divide_nothing),
		TEST(copy_undoes_the_division),
		TEST(setkind_gives_back_its_tables),
		TEST(install_keeps_the_prefix),
		TEST(walks_leave_the_leaf),
		TEST(failures_strike_in_the_order_of_allocation),
		REACH(tables_are_reached_in_order),
		REACH(reaching_stops_when_told),
		REACH(broken_tables_are_reported),
		REACH(formats_without_a_walk_reach_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
