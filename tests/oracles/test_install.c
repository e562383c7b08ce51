/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of installing, computed by hand from
 * include/tablewalk/walk.h, "Installing", for the formats of toy.h.  Rule
 * numbers are those of docs/walker-rules.md.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define PGD OP_CB_ENTRY(PT_PGD)
#define PUD OP_CB_ENTRY(PT_PUD)
#define PMD OP_CB_ENTRY(PT_PMD)
#define PTE OP_CB_ENTRY(PT_PTE)
#define HOLE OP_CB_HOLE

#define INSTALL(text) "install " text " wb key 0"

/* All of the lower half is one VMA; nothing is mapped. */
static int open_toy(void **state)
{
	static struct toy toy;

	toy_open(&toy, &toy_arch);
	assert_int_equal(toy_vma(&toy, 0, 0x3ff, OP_VMA_PLAIN), 0);
	*state = &toy;
	return 0;
}

static int close_toy(void **state)
{
	toy_close(*state);
	return 0;
}

static int install(struct toy *t, uint64_t va, uint64_t last, uint64_t pa,
		   uint32_t attrs, uint8_t callbacks)
{
	return toy_run(t, &(struct op){ .kind = OP_INSTALL,
					.va = va,
					.last = last,
					.pa = pa,
					.attrs = attrs,
					.walk.callbacks = callbacks });
}

/* R33: no holes; a table is made first, then it has its callbacks. */
static void missing_tables_are_made_on_the_way(void **state)
{
	struct toy *t = *state;

	assert_int_equal(install(t, 0x60, 0x9f, 0x500, PT_R,
				 PGD | PUD | PMD | PTE | HOLE), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", TOY_TABLE("pgd 0x60-0x9f"),
		     TOY_TABLE("pud 0x60-0x9f"), "alloc 64 bytes x1",
		     TOY_TABLE("pmd 0x60-0x7f"),
		     INSTALL("pte 0x60-0x7f x2 leaf order 0 pa 0x500 "
			     "r--------"),
		     "alloc 64 bytes x1", TOY_TABLE("pmd 0x80-0x9f"),
		     INSTALL("pte 0x80-0x9f x2 leaf order 0 pa 0x520 "
			     "r--------"),
		     "return 0");
	toy_expect_at(t, 0x94,
		      "lookup 0x94 pte leaf order 0 pa 0x534 r-------- wb key 0 "
		      "removed ----");
}

/* R34, R39: what is there goes to pte_entry, or is passed over. */
static void existing_entries_are_not_replaced(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x10, 0x1f, 0x100, TOY_RW, PT_PTE, 0), 0);
	assert_int_equal(toy_setkind(t, 0x30, PT_PTE, PT_MARKER, 0), 0);
	assert_int_equal(install(t, 0, 0x3f, 0x500, PT_R, PTE), 0);
	EXPECT_TRACE(t,
		     INSTALL("pte 0x0-0xf x1 leaf order 0 pa 0x500 r--------"),
		     TOY_VISIT("pte 0x10-0x1f x1 leaf order 0 pa 0x100 "
			       "rw-------"),
		     INSTALL("pte 0x20-0x2f x1 leaf order 0 pa 0x520 "
			     "r--------"),
		     TOY_VISIT("pte 0x30-0x3f x1 marker order 0 pa 0x0 "
			       "---------"),
		     "return 0");
	assert_int_equal(install(t, 0, 0x4f, 0x600, PT_R, 0), 0);
	EXPECT_TRACE(t,
		     INSTALL("pte 0x40-0x4f x1 leaf order 0 pa 0x640 "
			     "r--------"),
		     "return 0");
}

/* R36: a leaf in the way stays, unless an entry callback is deeper. */
static void leaves_are_split_for_callbacks_only(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_map(t, 0x80, 0xff, 0x80, PT_R, PT_PMD, 0), 0);
	assert_int_equal(install(t, 0x70, 0x8f, 0x500, PT_R, PMD | HOLE), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1", TOY_TABLE("pmd 0x70-0x7f"),
		     INSTALL("pte 0x70-0x7f x1 leaf order 0 pa 0x500 "
			     "r--------"),
		     TOY_VISIT("pmd 0x80-0x8f x1 leaf order 0 pa 0x80 "
			       "r--------"),
		     "return 0");
	assert_int_equal(install(t, 0x80, 0x8f, 0x500, PT_R, PTE), 0);
	EXPECT_TRACE(t, "alloc 64 bytes x1",
		     TOY_VISIT("pte 0x80-0x8f x1 leaf order 0 pa 0x80 "
			       "r--------"),
		     "return 0");
}

/* R37: what was made before a refused table stays, and nothing is given back. */
static void refused_tables_leave_the_prefix(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_fail(t, 3), 0);
	assert_int_equal(install(t, 0x70, 0x8f, 0x500, PT_R, 0), -ENOMEM);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     INSTALL("pte 0x70-0x7f x1 leaf order 0 pa 0x500 "
			     "r--------"),
		     "nomem 64 bytes x1", "return -12");
	toy_expect_at(t, 0x70,
		      "lookup 0x70 pte leaf order 0 pa 0x500 r-------- wb key 0 "
		      "removed ----");
	toy_expect_at(t, 0x80,
		      "lookup 0x80 pmd none order 0 pa 0x0 --------- wb key 0 "
		      "removed ----");
	/* A table refused at once leaves nothing. */
	assert_int_equal(toy_fail(t, 1), 0);
	assert_int_equal(install(t, 0x200, 0x20f, 0x500, PT_R, PUD), -ENOMEM);
	EXPECT_TRACE(t, "nomem 32 bytes x1", "return -12");
	toy_expect_at(t, 0x200,
		      "lookup 0x200 pud none order 0 pa 0x0 --------- wb key 0 "
		      "removed ----");
}

/* R31, R34: where install_pte does not return 0 nothing is stored for it. */
static void stopped_installs_store_nothing(void **state)
{
	struct toy *t = *state;
	struct op op = {
		.kind = OP_INSTALL,
		.va = 0,
		.last = 0x7f,
		.pa = 0x500,
		.attrs = PT_R,
		.walk = { .stop_at = 3, .stop_value = 1 },
	};

	assert_int_equal(toy_run(t, &op), 1);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     INSTALL("pte 0x0-0x2f x3 leaf order 0 pa 0x500 "
			     "r--------"),
		     "return 1");
	toy_expect_at(t, 0x10,
		      "lookup 0x10 pte leaf order 0 pa 0x510 r-------- wb key 0 "
		      "removed ----");
	toy_expect_at(t, 0x20,
		      "lookup 0x20 pte none order 0 pa 0x0 --------- wb key 0 "
		      "removed ----");
}

/* What the format cannot have ends the walk after the call, before the store. */
static void supplied_entries_are_checked_in_order(void **state)
{
	struct toy *t = *state;

	/* W without R; pa_bits is 16. */
	assert_int_equal(install(t, 0, 0x1f, 0x10008, PT_W, 0), -EINVAL);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     INSTALL("pte 0x0-0xf x1 leaf order 0 pa 0x10008 "
			     "-w-------"),
		     "return -22");
	assert_int_equal(install(t, 0, 0x1f, 0x10000, PT_W, 0), -ERANGE);
	assert_int_equal(install(t, 0, 0x1f, 0, PT_W, 0), -EOPNOTSUPP);
	EXPECT_TRACE(t,
		     INSTALL("pte 0x0-0xf x1 leaf order 0 pa 0x0 -w-------"),
		     "return -95");
	toy_expect_at(t, 0,
		      "lookup 0x0 pte none order 0 pa 0x0 --------- wb key 0 "
		      "removed ----");
	/* In the middle of a run: those before it stay. */
	assert_int_equal(install(t, 0, 0x3f, 0xffe0, PT_R, 0), -ERANGE);
	EXPECT_TRACE(t,
		     INSTALL("pte 0x0-0x2f x3 leaf order 0 pa 0xffe0 "
			     "r--------"),
		     "return -34");
	toy_expect_at(t, 0x10,
		      "lookup 0x10 pte leaf order 0 pa 0xfff0 r-------- wb key "
		      "0 removed ----");
	toy_expect_at(t, 0x20,
		      "lookup 0x20 pte none order 0 pa 0x0 --------- wb key 0 "
		      "removed ----");
}

/* R10, R13, R33: gaps and PFNMAP VMAs are holes, hugetlb is refused. */
static void only_plain_vmas_are_filled(void **state)
{
	struct toy *t = *state;

	assert_int_equal(toy_vma(t, 0, 0x0f, OP_VMA_NONE), 0);
	assert_int_equal(toy_vma(t, 0x10, 0x1f, OP_VMA_PFNMAP), 0);
	assert_int_equal(toy_vma(t, 0x80, 0xff, OP_VMA_HUGETLB), 0);
	assert_int_equal(toy_vma(t, 0x30, 0x7f, OP_VMA_NONE), 0);
	assert_int_equal(install(t, 0, 0x9f, 0x500, PT_R, HOLE), -EINVAL);
	EXPECT_TRACE(t, "hole - 0x0-0x1f x2", "alloc 32 bytes x1",
		     "alloc 64 bytes x1",
		     INSTALL("pte 0x20-0x2f x1 leaf order 0 pa 0x520 "
			     "r--------"),
		     "hole - 0x30-0x7f x1", "return -22");
}

/* R1, R28, R57: errors of the range, before anything. */
static void ranges_are_checked(void **state)
{
	struct toy *t = *state;

	assert_int_equal(install(t, 8, 0xf, 0, PT_R, 0), -EINVAL);
	assert_int_equal(install(t, 0x400, 0x40f, 0, PT_R, 0), -ERANGE);
	EXPECT_TRACE(t, "return -34");
}

/* R33: WALK_NO_INSTALL refuses it whatever the range is. */
static void old_walkers_cannot_install(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_NO_INSTALL);
	assert_int_equal(install(t, 0, 0xf, 0, PT_R, 0), -EINVAL);
	assert_int_equal(install(t, 0x400, 0x40f, 0, PT_R, 0), -EINVAL);
	EXPECT_TRACE(t, "return -22");
}

/* R17, R33: WALK_FOLDED_EMPTY: aliases see the none entry, before the table. */
static void aliases_see_none_before_the_table(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_FOLDED_EMPTY);
	assert_int_equal(install(t, 0, 0xf, 0x500, PT_R, PGD | PUD), 0);
	EXPECT_TRACE(t, TOY_NONE("pgd 0x0-0xf x1"), "alloc 32 bytes x1",
		     TOY_TABLE("pud 0x0-0xf"), "alloc 64 bytes x1",
		     INSTALL("pte 0x0-0xf x1 leaf order 0 pa 0x500 r--------"),
		     "return 0");
}

/* R28: WALK_UNALIGNED: pages are counted from where the range starts. */
static void unaligned_ranges_fill_by_stride(void **state)
{
	struct toy *t = *state;

	oracle_walk_flags(t->oracle, WALK_UNALIGNED);
	assert_int_equal(install(t, 0x68, 0x7f, 0x500, PT_R, 0), 0);
	EXPECT_TRACE(t, "alloc 32 bytes x1", "alloc 64 bytes x1",
		     INSTALL("pte 0x68-0x87 x2 leaf order 0 pa 0x500 "
			     "r--------"),
		     "return 0");
	toy_expect_at(t, 0x78,
		      "lookup 0x78 pte leaf order 0 pa 0x518 r-------- wb key 0 "
		      "removed ----");
	/* In the next table the address is aligned, and so pa is not. */
	assert_int_equal(install(t, 0xf8, 0x10f, 0x500, PT_R, 0), -EINVAL);
	EXPECT_TRACE(t, "alloc 64 bytes x1",
		     INSTALL("pte 0xf8-0x107 x1 leaf order 0 pa 0x500 "
			     "r--------"),
		     "alloc 64 bytes x1",
		     INSTALL("pte 0x100-0x10f x1 leaf order 0 pa 0x508 "
			     "r--------"),
		     "return -22");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(missing_tables_are_made_on_the_way),
		TEST(existing_entries_are_not_replaced),
		TEST(leaves_are_split_for_callbacks_only),
		TEST(refused_tables_leave_the_prefix),
		TEST(stopped_installs_store_nothing),
		TEST(supplied_entries_are_checked_in_order),
		TEST(only_plain_vmas_are_filled),
		TEST(ranges_are_checked),
		TEST(old_walkers_cannot_install),
		TEST(aliases_see_none_before_the_table),
		TEST(unaligned_ranges_fill_by_stride),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
