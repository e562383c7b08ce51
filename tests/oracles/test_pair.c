/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two spaces side by side, computed by hand from include/tablewalk/vpte_pair.h
 * for toy of toy.h and a format with groups.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of the upper half */
#define ITEM(what, range, rest) "item " what " " range " x1 " rest " wb key 0"
#define AT(va, what, order, pa, attrs) \
	"lookup " va " " what " leaf order " order " pa " pa " " attrs \
	" wb key 0 removed ----"
#define HOLE(va, what) \
	"lookup " va " " what " none order 0 pa 0x0 --------- wb key 0 " \
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

static int pair(struct toy *t, uint64_t va, uint64_t last, uint64_t to,
		uint32_t clear, enum op_pair how)
{
	const struct op op = { .kind = OP_PAIR, .va = va, .last = last,
			       .pa = to, .attrs = clear,
			       .nth = (uint8_t)how };

	return toy_run(t, &op);
}

static int copy(struct toy *t, uint64_t va, uint64_t last, uint64_t to)
{
	return pair(t, va, last, to, 0, OP_PAIR_COPY);
}

static void use_space(struct toy *t, unsigned space)
{
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SWITCH,
						  .space = (uint8_t)space }),
			 0);
}

/* A stretch is what both sides have in one piece; from's item comes first. */
static void stretches_are_cut_by_both_sides(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x80, 0xff, 0x180, TOY_RW, PT_PMD, 0), 0);
	use_space(t, 1);
	assert_int_equal(toy_map(t, 0x100, 0x13f, 0x40, PT_R, PT_PTE, 2), 0);
	use_space(t, 0);
	assert_int_equal(pair(t, 0x80, 0xdf, 0x100, 0, OP_PAIR_COMPARE), 0);
	EXPECT_TRACE(t,
		     ITEM("pmd", "0x80-0xbf", "leaf order 0 pa 0x180 rw-------"),
		     ITEM("pte", "0x100-0x13f",
			  "leaf order 2 pa 0x40 r--------"),
		     ITEM("pmd", "0xc0-0xcf", "leaf order 0 pa 0x1c0 rw-------"),
		     ITEM("pte", "0x140-0x14f", "none order 0 pa 0x0 ---------"),
		     ITEM("pmd", "0xd0-0xdf", "leaf order 0 pa 0x1d0 rw-------"),
		     ITEM("pte", "0x150-0x15f", "none order 0 pa 0x0 ---------"),
		     "return 0");
}

/* Where both are holes the smaller one cuts. */
static void holes_are_items(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0x7f, 0, PT_R, PT_PMD, 0), 0);
	assert_int_equal(pair(t, 0x180, 0x3ff, 0x180, 0, OP_PAIR_COMPARE), 0);
	EXPECT_TRACE(t,
		     ITEM("pmd", "0x180-0x1ff", "none order 0 pa 0x0 ---------"),
		     ITEM("pud", "0x180-0x1ff", "none order 0 pa 0x0 ---------"),
		     ITEM("pud", "0x200-0x3ff", "none order 0 pa 0x0 ---------"),
		     ITEM("pud", "0x200-0x3ff", "none order 0 pa 0x0 ---------"),
		     "return 0");
}

/* Malformed, and of from before to; what wraps is malformed. */
static void errors_have_precedence(void **state)
{
	struct toy *t = *state;

	assert_int_equal(copy(t, 0x10, 0xf, 0x400), -EINVAL);
	assert_int_equal(copy(t, 0x400, 0x41f, UINT64_MAX - 0xf), -EINVAL);
	assert_int_equal(copy(t, 0x400, 0x41f, 0x408), -ERANGE);
	assert_int_equal(copy(t, 0x0, 0x1f, 0x408), -EINVAL);
	assert_int_equal(copy(t, 0x0, 0x1f, 0x3f0), -ERANGE);
	EXPECT_TRACE(t, "return -34");
}

/* A block stays one where it is aligned; less some attributes. */
static void leaves_are_the_largest_that_fit(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x80, 0xff, 0x180, TOY_RW, PT_PMD, 0), 0);
	assert_int_equal(pair(t, 0x80, 0xff, 0x100, PT_W, OP_PAIR_COPY), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "return 0");
	/* Groups, of two page tables. */
	assert_int_equal(copy(t, 0x80, 0xff, 0x240), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x2", "return 0");
	use_space(t, 1);
	toy_expect_at(t, 0x100, AT("0x100", "pmd", "0", "0x180", "r--------"));
	toy_expect_at(t, 0x240, AT("0x240", "pte", "2", "0x180", "rw-------"));
	toy_expect_at(t, 0x280, AT("0x280", "pte", "2", "0x1c0", "rw-------"));
	toy_expect_at(t, 0x2c0, HOLE("0x2c0", "pte"));
}

/* Neither is aligned: pages; a failure leaves an ascending prefix. */
static void a_failure_leaves_a_prefix(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x80, 0xff, 0x180, TOY_RW, PT_PMD, 0), 0);
	toy_fail(t, 3);
	assert_int_equal(copy(t, 0x80, 0xff, 0x110), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "nomem 64 bytes x1", "return -12");
	use_space(t, 1);
	toy_expect_at(t, 0x17f, AT("0x17f", "pte", "0", "0x1ef", "rw-------"));
	toy_expect_at(t, 0x180, HOLE("0x180", "pmd"));
}

/* What one leaf needs comes and goes together. */
static void a_refused_leaf_gives_its_tables_back(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0, 0xf, 0x30, TOY_RW, PT_PTE, 0), 0);
	toy_fail(t, 2);
	assert_int_equal(copy(t, 0, 0xf, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "nomem 64 bytes x1",
		     "free 32 bytes x1", "return -12");
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_CTOR_FAIL,
						  .nth = 2 }), 0);
	assert_int_equal(copy(t, 0, 0xf, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     "free 64 bytes x1", "free 32 bytes x1", "return -12");
}

/* Payloads and markers of one page are copied; other kinds are not. */
static void software_kinds_are_copied_page_by_page(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_setkind(t, 0, PT_PTE, PT_SWAP, 0x70), 0);
	assert_int_equal(toy_setkind(t, 0x10, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(toy_setkind(t, 0x20, PT_PTE, PT_PROTNONE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x80, PT_PMD, PT_MIGRATION, 0x80), 0);
	assert_int_equal(copy(t, 0, 0x1f, 0x200), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1", "return 0");
	assert_int_equal(copy(t, 0x20, 0x2f, 0x220), -EOPNOTSUPP);
	assert_int_equal(copy(t, 0x80, 0x8f, 0x230), -EOPNOTSUPP);
	use_space(t, 1);
	toy_expect_at(t, 0x200, "lookup 0x200 pte swap order 0 pa 0x70 "
		      "--------- wb key 0 removed ----");
	toy_expect_at(t, 0x210, "lookup 0x210 pte marker order 0 pa 0x0 "
		      "--------- wb key 0 removed ----");
	toy_expect_at(t, 0x220, HOLE("0x220", "pte"));
}

/* to's entry has to be none, also where from has nothing; then all is well. */
static void what_is_there_is_not_copied_over(void **state)
{
	struct toy *t = *state;

	assert_int_equal(copy(t, 0, 0x3ff, 0), 0);
	EXPECT_TRACE(t, "return 0");
	use_space(t, 1);
	assert_int_equal(toy_map(t, 0x10, 0x1f, 0, PT_R, PT_PTE, 0), 0);
	use_space(t, 0);
	assert_int_equal(copy(t, 0, 0x3ff, 0), -EEXIST);
	assert_int_equal(toy_map(t, 0, 0x1f, 0x30, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(copy(t, 0, 0x3ff, 0), -EEXIST);
	assert_int_equal(pair(t, 0x10, 0x1f, 0, PT_R, OP_PAIR_COPY), -EEXIST);
	/* W without R is not representable. */
	assert_int_equal(pair(t, 0x10, 0x1f, 0x20, PT_R, OP_PAIR_COPY),
			 -EOPNOTSUPP);
	use_space(t, 1);
	toy_expect_at(t, 0, AT("0x0", "pte", "0", "0x30", "rw-------"));
}

/* Into what a sharer has of its owner nothing is copied; nothing may be. */
static void a_sharers_kernel_part_is_busy(void **state)
{
	struct toy *t = *state;

	use_space(t, 1);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	use_space(t, 0);
	assert_int_equal(toy_map(t, 0, 0xf, 0x30, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(copy(t, 0, 0xf, HIGH), -EBUSY);
	assert_int_equal(copy(t, 0x10, 0x1f, HIGH), 0);
	/* The other way the sharer has it at once. */
	use_space(t, 1);
	assert_int_equal(toy_map(t, 0, 0xf, 0x40, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(copy(t, 0, 0xf, HIGH), 0);
	toy_expect_at(t, HIGH, AT("0xfffffc00", "pte", "0", "0x40",
				  "rw-------"));
}

/* What is copied to the owner a sharer has at once, ahead of it, too. */
static void a_sharer_reads_what_it_has_copied(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, HIGH, HIGH + 0xf, 0x30, TOY_RW, PT_PTE, 0),
			 0);
	use_space(t, 1);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_SHARE }), 0);
	assert_int_equal(copy(t, HIGH, HIGH + 0x1f, HIGH + 0x10), 0);
	EXPECT_TRACE(t, "return 0");
	toy_expect_at(t, HIGH + 0x20,
		      AT("0xfffffc20", "pte", "0", "0x30", "rw-------"));
}

/* With 16K pages a 32M block becomes units of 2M where it is not aligned. */
static void blocks_of_a_real_format_become_groups(void **state)
{
	struct toy real;

	(void)state;
	toy_open(&real, mmu_find("arm64-16k-47"));
	real.regime.pa_bits = 40;
	oracle_reset(real.oracle, &real.regime);
	assert_int_equal(toy_map(&real, 0, 0x1ffffff, 0x40000000, PT_R, PT_PMD,
				 0), 0);
	assert_int_equal(copy(&real, 0, 0x1ffffff,
			      UINT64_C(0xffff800000200000)), 0);
	EXPECT_TRACE(&real, "alloc 16384 bytes x3", "return 0");
	use_space(&real, 1);
	toy_expect_at(&real, UINT64_C(0xffff800002000000),
		      "lookup 0xffff800002000000 pte leaf order 7 pa "
		      "0x41e00000 r-------- wb key 0 removed ----");
	toy_close(&real);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)
	const struct CMUnitTest tests[] = {
		TEST(stretches_are_cut_by_both_sides),
		TEST(holes_are_items),
		TEST(errors_have_precedence),
		TEST(leaves_are_the_largest_that_fit),
		TEST(a_failure_leaves_a_prefix),
		TEST(a_refused_leaf_gives_its_tables_back),
		TEST(software_kinds_are_copied_page_by_page),
		TEST(what_is_there_is_not_copied_over),
		TEST(a_sharers_kernel_part_is_busy),
		TEST(a_sharer_reads_what_it_has_copied),
		TEST(blocks_of_a_real_format_become_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
