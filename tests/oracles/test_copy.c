/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of a copy between spaces, computed by hand from the
 * contract (pt_copy() in include/tablewalk/table_ops.h) for the formats of
 * toy.h.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

static int copy_how(struct toy *t, uint64_t va, uint64_t last, uint64_t to_va,
		    unsigned nth)
{
	return toy_run(t, &(struct op){ .kind = OP_COPY,
					.va = va,
					.last = last,
					.pa = to_va,
					.nth = (uint8_t)nth });
}

static int copy(struct toy *t, uint64_t va, uint64_t last, uint64_t to_va)
{
	return copy_how(t, va, last, to_va, 0);
}

static int copy_fork(struct toy *t, uint64_t va, uint64_t last, uint64_t to_va)
{
	return copy_how(t, va, last, to_va, 1);
}

static void use_space(struct toy *t, unsigned space)
{
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = (uint8_t)space }),
			 0);
}

/* Expects both spaces to answer so at the same address. */
static void expect_both(struct toy *t, uint64_t va, const char *line)
{
	use_space(t, 1);
	toy_expect_at(t, va, line);
	use_space(t, 0);
	toy_expect_at(t, va, line);
}

/* Every kind arrives with depth, order, address or payload and attributes. */
static void entries_arrive_as_they_are(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x3f, 0x1000, TOY_RW, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x40, 0x4f, 0x500, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x40, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x50, PT_PTE, PT_SWAP, 0x700), 0);
	assert_int_equal(toy_setkind(t, 0x60, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_MIGRATION, 0x80), 0);
	assert_int_equal(toy_map(t, 0x100, 0x1ff, 0x100, PT_R | PT_GLOBAL,
				 PT_PMD, 1), 0);
	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(toy_setkind(t, 0x200, PT_PUD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(copy(t, 0, 0x3ff, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	expect_both(t, 0x10, "lookup 0x10 pte leaf order 2 pa 0x1010 "
			     "rw------- wb key 0 removed ----");
	expect_both(t, 0x40, "lookup 0x40 pte protnone order 0 pa 0x500 "
			     "r-------- wb key 0 removed ----");
	expect_both(t, 0x50, "lookup 0x50 pte swap order 0 pa 0x700 "
			     "--------- wb key 0 removed ----");
	expect_both(t, 0x60, "lookup 0x60 pte marker order 0 pa 0x0 "
			     "--------- wb key 0 removed ----");
	expect_both(t, 0x70, HOLE("0x70", "pte"));
	expect_both(t, 0x90, "lookup 0x90 pmd migration order 0 pa 0x90 "
			     "--------- wb key 0 removed ----");
	expect_both(t, 0x1f0, "lookup 0x1f0 pmd leaf order 1 pa 0x1f0 "
			      "r---g---- wb key 0 removed ----");
	expect_both(t, 0x3f0, "lookup 0x3f0 pud invalid-huge order 0 pa 0x1f0 "
			      "r-------- wb key 0 removed ----");
}

/* Malformed, then out of range, then what is in the way. */
static void errors_have_precedence(void **state)
{
	struct toy *t = *state;

	use_space(t, 1);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	use_space(t, 0);
	assert_int_equal(copy(t, 0x10, 0xf, 0x10), -EINVAL);
	assert_int_equal(copy(t, 0x8, 0xf, 0x8), -EINVAL);
	assert_int_equal(copy(t, 0, 0xe, 0), -EINVAL);
	/* An entry of the root spans 0x200. */
	assert_int_equal(copy(t, 0, 0xf, 0x100), -EINVAL);
	assert_int_equal(copy(t, 0, 0xf, 0x201), -EINVAL);
	assert_int_equal(copy(t, 0x3f0, 0x40f, 0x1f0 + 8), -EINVAL);
	assert_int_equal(copy(t, 0x3f0, 0x40f, 0x1f0), -ERANGE);
	assert_int_equal(copy(t, 0, 0x20f, 0x200), -ERANGE);
	assert_int_equal(copy(t, 0, 0xf, 0x400), -ERANGE);
	assert_int_equal(copy(t, 0, 0x3ff, UINT64_C(0xfffffe00)), -ERANGE);
	assert_int_equal(copy(t, 0, 0xf, UINT64_MAX - 0x1ff), -ERANGE);
	assert_int_equal(copy(t, 0, 0x3ff, UINT64_MAX - 0x1ff), -ERANGE);
	assert_int_equal(copy(t, 0, 0xf, 0), -EEXIST);
	EXPECT_TRACE(t, "return -17");
	assert_int_equal(copy(t, 0x10, 0x1f, 0x10), 0);
}

/* What the target has in the range is in the way, whatever the source has. */
static void anything_in_the_target_is_in_the_way(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0, PT_R, PT_PUD, 0), 0);
	use_space(t, 1);
	assert_int_equal(toy_map(t, 0, 0x1ff, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(toy_setkind(t, 0x220, PT_PTE, PT_MARKER, 0), 0);
	use_space(t, 0);
	assert_int_equal(copy(t, 0x10, 0x1f, 0x10), -EEXIST);
	/* The source is not divided then. */
	toy_expect_at(t, 0x10, "lookup 0x10 pud leaf order 0 pa 0x10 "
			       "r-------- wb key 0 removed ----");
	assert_int_equal(copy(t, 0x210, 0x22f, 0x210), -EEXIST);
	assert_int_equal(copy(t, 0x10, 0x2f, 0x210), -EEXIST);
	assert_int_equal(copy(t, 0x20, 0x2f, 0x220), -EEXIST);
	assert_int_equal(copy(t, 0x10, 0x1f, 0x210), 0);
}

/* The source is divided as by unmap, the target gets what is inside. */
static void what_the_range_splits_is_divided_first(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0x200, PT_R, PT_PUD, 0), 0);
	assert_int_equal(copy(t, 0x10, 0x8f, HIGH + 0x10), 0);
	/* Source: two tables and one for 0x80; target: the same. */
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2",
		     "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
	toy_expect_at(t, 0, "lookup 0x0 pte leaf order 0 pa 0x200 "
			    "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0x90, "lookup 0x90 pte leaf order 0 pa 0x290 "
			       "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0x100, "lookup 0x100 pmd leaf order 0 pa 0x300 "
				"r-------- wb key 0 removed ----");
	use_space(t, 1);
	toy_expect_at(t, HIGH, HOLE("0xfffffc00", "pte"));
	toy_expect_at(t, HIGH + 0x10, "lookup 0xfffffc10 pte leaf order 0 "
				      "pa 0x210 r-------- wb key 0 "
				      "removed ----");
	toy_expect_at(t, HIGH + 0x8f, "lookup 0xfffffc8f pte leaf order 0 "
				      "pa 0x28f r-------- wb key 0 "
				      "removed ----");
	toy_expect_at(t, HIGH + 0x90, HOLE("0xfffffc90", "pte"));
	toy_expect_at(t, HIGH + 0x100, HOLE("0xfffffd00", "pmd"));
}

/* A group that the range splits becomes single entries; others stay groups. */
static void split_groups_unfold(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PTE, 2), 0);
	assert_int_equal(copy(t, 0x10, 0x7f, 0x10), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	toy_expect_at(t, 0, "lookup 0x0 pte leaf order 0 pa 0x0 "
			    "r-------- wb key 0 removed ----");
	expect_both(t, 0x10, "lookup 0x10 pte leaf order 0 pa 0x10 "
			     "r-------- wb key 0 removed ----");
	expect_both(t, 0x40, "lookup 0x40 pte leaf order 2 pa 0x40 "
			     "r-------- wb key 0 removed ----");
}

/* A divided invalid-huge entry arrives as leaves, protnone as protnone. */
static void division_decides_the_kind_that_arrives(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x17f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_setkind(t, 0, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x100, PT_PMD, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x180, PT_PMD, PT_MIGRATION, 0x80), 0);
	assert_int_equal(copy(t, 0x70, 0x10f, 0x70), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x2", "alloc 32 bytes x1",
		     "alloc 64 bytes x2", "return 0");
	expect_both(t, 0x70, "lookup 0x70 pte leaf order 0 pa 0x70 "
			     "r-------- wb key 0 removed ----");
	expect_both(t, 0x80, "lookup 0x80 pmd invalid-huge order 0 pa 0x80 "
			     "r-------- wb key 0 removed ----");
	expect_both(t, 0x100, "lookup 0x100 pte protnone order 0 pa 0x100 "
			      "r-------- wb key 0 removed ----");
	assert_int_equal(copy(t, 0x1f0, 0x1ff, 0x1f0), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x2", "return 0");
	expect_both(t, 0x1f0, "lookup 0x1f0 pte migration order 0 pa 0xf0 "
			      "--------- wb key 0 removed ----");
}

/* Whichever table is refused, all go back and both spaces are as before. */
static void refused_table_undoes_the_division(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x1ff, 0x200, PT_R, PT_PUD, 0), 0);
	assert_int_equal(toy_setkind(t, 0, PT_PUD, PT_INVALID_HUGE, 0), 0);
	for (unsigned nth = 1; nth <= 6; nth++) {
		assert_int_equal(toy_fail(t, nth), 0);
		assert_int_equal(copy_fork(t, 0x10, 0x8f, 0x10), -ENOMEM);
		toy_expect_at(t, 0x10, "lookup 0x10 pud invalid-huge order 0 "
				       "pa 0x210 r-------- wb key 0 "
				       "removed ----");
		use_space(t, 1);
		toy_expect_at(t, 0x10, HOLE("0x10", "pud"));
		use_space(t, 0);
	}
	assert_int_equal(toy_fail(t, 5), 0);
	assert_int_equal(copy(t, 0x10, 0x8f, 0x10), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2",
		     "alloc 32 bytes x1", "nomem 64 bytes x1",
		     "free 32 bytes x1", "free 64 bytes x2", "free 32 bytes x1",
		     "return -12");
	/* Disarmed by the refusal. */
	assert_int_equal(copy(t, 0x10, 0x8f, 0x10), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2",
		     "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
}

/* Both ends are undone, groups too, and the neighbours join again. */
static void refused_table_undoes_both_ends(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PTE, 2), 0);
	assert_int_equal(toy_map(t, 0x80, 0x1ff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_fail(t, 3), 0);
	assert_int_equal(copy(t, 0x10, 0x18f, 0x10), -ENOMEM);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "alloc 32 bytes x1",
		     "nomem 64 bytes x1", "free 32 bytes x1",
		     "free 64 bytes x1", "return -12");
	toy_run(t, &(struct op){ .kind = OP_ITERATE, .last = 0x1ff });
	EXPECT_EVENTS(t, (struct trace_event){ .type = TRACE_ITEM,
					       .last = 0x7f,
					       .count = 2,
					       .attrs = PT_R,
					       .kind = PT_LEAF,
					       .depth = PT_PTE,
					       .order = 2 },
		      (struct trace_event){ .type = TRACE_ITEM,
					    .va = 0x80,
					    .last = 0x1ff,
					    .pa = 0x80,
					    .count = 3,
					    .attrs = PT_R,
					    .kind = PT_LEAF,
					    .depth = PT_PMD });
}

/* Empty tables in the way of larger entries go, after all allocation. */
static void empty_tables_in_the_way_are_replaced(void **state)
{
	struct toy *t = *state;

	use_space(t, 1);
	assert_int_equal(toy_map(t, 0, 0xff, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0xff), 0);
	use_space(t, 0);
	assert_int_equal(toy_map(t, 0, 0x1ff, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(toy_map(t, 0x200, 0x20f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_fail(t, 2), 0);
	assert_int_equal(copy(t, 0, 0x3ff, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "nomem 64 bytes x1",
		     "free 32 bytes x1", "return -12");
	assert_int_equal(copy(t, 0, 0x3ff, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "free 64 bytes x2", "free 32 bytes x1", "return 0");
	expect_both(t, 0x10, "lookup 0x10 pud leaf order 0 pa 0x10 "
			     "r-------- wb key 0 removed ----");
}

/* Tables of the target that are on the way stay, and what they take away. */
static void tables_on_the_way_stay(void **state)
{
	struct toy *t = *state;

	use_space(t, 1);
	assert_int_equal(toy_map(t, 0, 0xff, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PUD, PT_X), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PMD, PT_R), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0x80, PT_PMD, PT_W), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0xff), 0);
	use_space(t, 0);
	assert_int_equal(toy_map(t, 0, 0xf, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, 0, PT_PMD, PT_W), 0);
	assert_int_equal(copy(t, 0, 0xff, 0), 0);
	EXPECT_TRACE(t, "free 64 bytes x1", "return 0");
	/* What the source's tables take away is not copied. */
	use_space(t, 1);
	toy_expect_at(t, 0, "lookup 0x0 pte leaf order 0 pa 0x0 "
			    "r-------- wb key 0 removed r-x-");
	toy_expect_at(t, 0x80, "lookup 0x80 pmd leaf order 0 pa 0x0 "
			       "r-------- wb key 0 removed --x-");
}

/* Holes are not copied: no table for them, and none released there. */
static void holes_leave_the_target_alone(void **state)
{
	struct toy *t = *state;

	use_space(t, 1);
	assert_int_equal(toy_map(t, 0x200, 0x20f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x200, 0x20f), 0);
	use_space(t, 0);
	assert_int_equal(toy_map(t, 0, 0xff, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0, 0x7f), 0);
	assert_int_equal(copy(t, 0, 0x7f, 0), 0);
	EXPECT_TRACE(t, "return 0");
	assert_int_equal(copy(t, 0, 0x3ff, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	use_space(t, 1);
	toy_expect_at(t, 0x70, HOLE("0x70", "pmd"));
	toy_expect_at(t, 0x80, "lookup 0x80 pte leaf order 0 pa 0x80 "
			       "r-------- wb key 0 removed ----");
	toy_expect_at(t, 0x210, HOLE("0x210", "pte"));
}

/* A fork takes W away on both sides, of what has rights, in the range only. */
static void fork_takes_write_away_on_both_sides(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x3f, 0, TOY_RWX | PT_DIRTY, PT_PTE, 0),
			 0);
	assert_int_equal(toy_setkind(t, 0x20, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x40, PT_PTE, PT_SWAP, 0x40), 0);
	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, TOY_RW, PT_PMD, 0), 0);
	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_INVALID_HUGE, 0), 0);
	assert_int_equal(copy_fork(t, 0x10, 0xff, 0x10), 0);
	toy_expect_at(t, 0, "lookup 0x0 pte leaf order 0 pa 0x0 "
			    "rwx---d-- wb key 0 removed ----");
	expect_both(t, 0x10, "lookup 0x10 pte leaf order 0 pa 0x10 "
			     "r-x---d-- wb key 0 removed ----");
	expect_both(t, 0x20, "lookup 0x20 pte protnone order 0 pa 0x20 "
			     "r-x---d-- wb key 0 removed ----");
	expect_both(t, 0x30, "lookup 0x30 pte leaf order 0 pa 0x30 "
			     "r-x---d-- wb key 0 removed ----");
	expect_both(t, 0x40, "lookup 0x40 pte swap order 0 pa 0x40 "
			     "--------- wb key 0 removed ----");
	expect_both(t, 0x80, "lookup 0x80 pmd invalid-huge order 0 pa 0x80 "
			     "r-------- wb key 0 removed ----");
}

/* A plain copy leaves the source's rights as they are. */
static void copy_leaves_the_source_writable(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(copy(t, 0, 0xf, 0), 0);
	expect_both(t, 0, "lookup 0x0 pte leaf order 0 pa 0x0 "
			  "rw------- wb key 0 removed ----");
}

/* W needs R, and what is executable is writable. */
static bool execute_needs_write(unsigned depth, uint32_t attrs)
{
	return toy_arch.representable(depth, attrs) &&
	       (!(attrs & PT_X) || (attrs & PT_W));
}

/* Where the rest of the rights is not representable, W stays, on both sides. */
static void write_stays_where_nothing_else_is_representable(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy odd;

	(void)state;
	arch.representable = execute_needs_write;
	toy_open(&odd, &arch);
	assert_int_equal(toy_map(&odd, 0, 0xf, 0, TOY_RWX, PT_PTE, 0), 0);
	assert_int_equal(toy_map(&odd, 0x10, 0x1f, 0, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(copy_fork(&odd, 0, 0x1f, 0), 0);
	expect_both(&odd, 0, "lookup 0x0 pte leaf order 0 pa 0x0 "
			     "rwx------ wb key 0 removed ----");
	expect_both(&odd, 0x10, "lookup 0x10 pte leaf order 0 pa 0x0 "
				"r-------- wb key 0 removed ----");
	toy_close(&odd);
}

/* The way back: from the other space, to another place, twice. */
static void space_one_copies_to_space_zero(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x1f0, 0x20f, 0, PT_R, PT_PTE, 0), 0);
	assert_int_equal(copy(t, 0x1f0, 0x20f, HIGH + 0x1f0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	use_space(t, 1);
	assert_int_equal(copy(t, HIGH, HIGH + 0x3ff, HIGH), 0);
	assert_int_equal(copy(t, HIGH, HIGH + 0x3ff, 0), -EEXIST);
	assert_int_equal(copy(t, HIGH + 0x1f0, HIGH + 0x1ff, 0x3f0), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1", "return 0");
	use_space(t, 0);
	toy_expect_at(t, HIGH + 0x200, "lookup 0xfffffe00 pte leaf order 0 "
				       "pa 0x10 r-------- wb key 0 "
				       "removed ----");
	toy_expect_at(t, 0x3ff, "lookup 0x3ff pte leaf order 0 pa 0xf "
				"r-------- wb key 0 removed ----");
}

/* Two roots, five depths: tables in pre-order, one subtree after the other. */
static void five_depths_are_allocated_in_pre_order(void **state)
{
	const uint64_t base = UINT64_C(0xfffff000);
	struct toy five;

	(void)state;
	toy_open(&five, &toy5_arch);
	assert_int_equal(toy_map(&five, 0x1e0, 0x21f, 0, PT_R, PT_PTE, 1), 0);
	assert_int_equal(copy(&five, 0x1e0, 0x21f, 0x1e0), -ERANGE);
	assert_int_equal(copy(&five, 0x1e0, 0x21f, base + 0x3e0), -EINVAL);
	assert_int_equal(copy(&five, 0x1e0, 0x21f, base + 0x1e0), 0);
	/* p4d; pud, pmd and pte twice; pmd and pte tables are as long. */
	EXPECT_TRACE(&five, "alloc 32 bytes x1", "alloc 16 bytes x1",
		     "alloc 32 bytes x2", "alloc 16 bytes x1",
		     "alloc 32 bytes x2", "return 0");
	use_space(&five, 1);
	toy_expect_at(&five, base + 0x1f0,
		      "lookup 0xfffff1f0 pte leaf order 1 pa 0x10 r-------- "
		      "wb key 0 removed ----");
	toy_close(&five);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(entries_arrive_as_they_are),
		TEST(errors_have_precedence),
		TEST(anything_in_the_target_is_in_the_way),
		TEST(what_the_range_splits_is_divided_first),
		TEST(split_groups_unfold),
		TEST(division_decides_the_kind_that_arrives),
		TEST(refused_table_undoes_the_division),
		TEST(refused_table_undoes_both_ends),
		TEST(empty_tables_in_the_way_are_replaced),
		TEST(tables_on_the_way_stay),
		TEST(holes_leave_the_target_alone),
		TEST(fork_takes_write_away_on_both_sides),
		TEST(copy_leaves_the_source_writable),
		TEST(write_stays_where_nothing_else_is_representable),
		TEST(space_one_copies_to_space_zero),
		TEST(five_depths_are_allocated_in_pre_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
