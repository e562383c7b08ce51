/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tests of operations in callbacks have in common: what is mapped
 * before, and how an operation is held.  Include it after cmocka.h.
 */
#ifndef TESTS_ORACLES_DURING_H
#define TESTS_ORACLES_DURING_H

#include "toy.h"

#define PGD OP_CB_ENTRY(PT_PGD)
#define P4D OP_CB_ENTRY(PT_P4D)
#define PUD OP_CB_ENTRY(PT_PUD)
#define PMD OP_CB_ENTRY(PT_PMD)
#define PTE OP_CB_ENTRY(PT_PTE)
#define HOLE OP_CB_HOLE

/* A run of pages from pa on, that of open_toy() or that of open_toy5(). */
#define PAGES(range, pa) TOY_VISIT("pte " range " leaf order 0 pa " pa \
				   " rw-------")
#define PAGES5(range, pa) TOY_VISIT("pte " range " leaf order 0 pa " pa \
				    " r--------")
#define BIG TOY_VISIT("pmd 0x80-0xff x1 leaf order 0 pa 0x80 r--------")

/*
 * 0x00..0x7f the 8 pages of a table, 0x80..0xff a pmd leaf; the rest of the
 * root's first entry and its second are none.
 */
static inline int open_toy(void **state)
{
	static struct toy toy;

	toy_open(&toy, &toy_arch);
	assert_int_equal(toy_map(&toy, 0, 0x7f, 0x200, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_map(&toy, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	*state = &toy;
	return 0;
}

/* "toy5", with the 4 pages of a table at 0 and a p4d leaf at 0x200..0x3ff. */
static inline int open_toy5(void **state)
{
	static struct toy toy;

	toy_open(&toy, &toy5_arch);
	assert_int_equal(toy_map(&toy, 0, 0x3f, 0x100, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(&toy, 0x200, 0x3ff, 0x200, PT_R, PT_P4D, 0),
			 0);
	*state = &toy;
	return 0;
}

static inline int close_toy(void **state)
{
	toy_close(*state);
	return 0;
}

static inline void arm(struct toy *t, unsigned nth)
{
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_DURING,
						  .nth = (uint8_t)nth }), 0);
	EXPECT_TRACE(t, "return 0");
}

/* Holds op until the callback with the number nth of the next walk. */
static inline void hold(struct toy *t, unsigned nth, const struct op *op)
{
	arm(t, nth);
	assert_int_equal(toy_run(t, op), 0);
	EXPECT_TRACE(t, "return 0");
}

static inline void hold_range(struct toy *t, unsigned nth, enum op_kind kind,
			      uint64_t va, uint64_t last)
{
	hold(t, nth, &(struct op){ .kind = (uint8_t)kind,
				   .va = va,
				   .last = last,
				   .attrs = PT_R,
				   .ceiling = UINT64_MAX });
}

static inline void hold_at(struct toy *t, unsigned nth, enum op_kind kind,
			   uint64_t va, unsigned depth)
{
	hold(t, nth, &(struct op){ .kind = (uint8_t)kind,
				   .va = va,
				   .depth = (uint8_t)depth,
				   .attrs = PT_W });
}

static inline void hold_map(struct toy *t, unsigned nth, uint64_t va,
			    uint64_t last, uint64_t pa, unsigned depth)
{
	hold(t, nth, &(struct op){ .kind = OP_MAP,
				   .va = va,
				   .last = last,
				   .pa = pa,
				   .attrs = PT_R,
				   .depth = (uint8_t)depth });
}

static inline int walk(struct toy *t, uint64_t va, uint64_t last,
		       unsigned callbacks)
{
	const struct op_walk ask = { .callbacks = (uint8_t)callbacks };

	return toy_walk(t, va, last, &ask);
}

#endif
