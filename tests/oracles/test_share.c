/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the oracle expects of a kernel part that two spaces share, worked out by
 * hand from include/tablewalk/share.h for the formats of toy.h: the upper half of
 * toy's root is its entries 2 and 3.  Space 0 is the owner, space 1 the sharer,
 * and current once share() was called.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy.h"

#define HIGH UINT64_C(0xfffffc00)	/* first address of root entry 2 */
#define HIGHER UINT64_C(0xfffffe00)	/* ... of root entry 3 */
#define TOP UINT64_C(0xffffffff)

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

static void use_space(struct toy *t, unsigned space)
{
	const struct op op = { .kind = OP_SWITCH, .space = (uint8_t)space };

	assert_int_equal(toy_run(t, &op), 0);
}

static int share(struct toy *t, bool synced)
{
	return toy_run(t, &(struct op){ .kind = OP_SHARE, .nth = synced });
}

static int sync_at(struct toy *t, uint64_t va)
{
	return toy_at(t, OP_SYNC, va, 0, 0);
}

static void map_page(struct toy *t, uint64_t va, uint64_t pa)
{
	assert_int_equal(toy_map(t, va, va + 0xf, pa, PT_R, PT_PTE, 0), 0);
}

static int copy(struct toy *t, uint64_t va, uint64_t last, uint64_t to)
{
	return toy_run(t, &(struct op){ .kind = OP_COPY,
					.va = va,
					.last = last,
					.pa = to });
}

static int iterate(struct toy *t, uint64_t va, uint64_t last,
		   enum op_iterate what)
{
	return toy_run(t, &(struct op){ .kind = OP_ITERATE,
					.va = va,
					.last = last,
					.nth = (uint8_t)what });
}

/* What translate says of va: a leaf at depth to pa, or where pa is 1 a hole. */
static void expect_at(struct toy *t, uint64_t va, int depth, uint64_t pa)
{
	const struct trace_event *e = &t->event[0];

	assert_int_equal(toy_at(t, OP_TRANSLATE, va, 0, 0), 0);
	assert_int_equal(e->depth, depth);
	assert_int_equal(e->kind, pa == 1 ? PT_NONE : PT_LEAF);
	assert_int_equal(e->pa, pa == 1 ? 0 : pa);
}

#define NOTHING 1

/* Page HIGH of space 0 at 0x100, then space 1 shares. */
static void share_page(struct toy *t, bool synced)
{
	map_page(t, HIGH, 0x100);
	use_space(t, 1);
	assert_int_equal(share(t, synced), 0);
}

/*
 *			Sharing
 */

/* With two roots the spaces do not translate the same addresses. */
static void two_roots_share_nothing(void **state)
{
	struct toy five;

	(void)state;
	toy_open(&five, &toy5_arch);
	assert_int_equal(share(&five, false), -EOPNOTSUPP);
	assert_int_equal(share(&five, true), -EOPNOTSUPP);
	assert_int_equal(sync_at(&five, 0), -EINVAL);
	toy_close(&five);
}

/* Who shares or is shared from does neither again, whatever it has. */
static void one_owner_and_one_sharer(void **state)
{
	struct toy *t = *state;

	share_page(t, false);
	assert_int_equal(share(t, false), -EBUSY);
	assert_int_equal(share(t, true), -EBUSY);
	use_space(t, 0);
	/* Before -EEXIST: there is a page. */
	assert_int_equal(share(t, false), -EBUSY);
}

/* Leaves, tables and software kinds are in the way, in the upper half only. */
static void what_is_there_is_not_replaced(void **state)
{
	struct toy *t = *state;

	map_page(t, 0x3f0, 0x100);
	map_page(t, HIGH, 0x100);
	assert_int_equal(share(t, false), -EEXIST);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH, HIGH + 0xf), 0);
	/* The tables are there. */
	assert_int_equal(share(t, false), -EEXIST);
	assert_int_equal(toy_free(t, HIGH, HIGH + 0xf, 0, UINT64_MAX), 0);
	assert_int_equal(toy_setkind(t, HIGHER, PT_PUD, PT_PROTNONE, 0), 0);
	assert_int_equal(share(t, false), -EEXIST);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGHER, TOP), 0);
	assert_int_equal(share(t, false), 0);
}

/* Both kinds begin with what is in it now, and allocate nothing. */
static void sharing_begins_with_what_is_there(void **state)
{
	struct toy *t = *state;

	for (unsigned synced = 0; synced < 2; synced++) {
		oracle_reset(t->oracle, &t->regime);
		map_page(t, 0, 0x200);
		map_page(t, HIGH, 0x100);
		use_space(t, 1);
		assert_int_equal(toy_fail(t, 1), 0);
		expect_at(t, HIGH, PT_PUD, NOTHING);
		assert_int_equal(share(t, synced), 0);
		EXPECT_TRACE(t, "return 0");
		expect_at(t, HIGH, PT_PTE, 0x100);
		expect_at(t, HIGH + 0x10, PT_PTE, NOTHING);
		expect_at(t, HIGHER, PT_PUD, NOTHING);
		/* The lower half is its own. */
		expect_at(t, 0, PT_PUD, NOTHING);
	}
}

/* Entries are equal at all times. */
static void sharer_follows_its_owner(void **state)
{
	struct toy *t = *state;

	share_page(t, false);
	use_space(t, 0);
	map_page(t, HIGH + 0x20, 0x200);
	map_page(t, HIGHER, 0x300);
	map_page(t, 0, 0x400);
	use_space(t, 1);
	expect_at(t, HIGH + 0x20, PT_PTE, 0x200);
	expect_at(t, HIGHER, PT_PTE, 0x300);
	expect_at(t, 0, PT_PUD, NOTHING);
	assert_int_equal(sync_at(t, HIGHER), 0);
	use_space(t, 0);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH, TOP), 0);
	assert_int_equal(toy_free(t, HIGHER, TOP, 0, UINT64_MAX), 0);
	use_space(t, 1);
	expect_at(t, HIGH, PT_PTE, NOTHING);
	expect_at(t, HIGHER, PT_PUD, NOTHING);
}

/*
 * What happens to root entries themselves: a leaf, its division, a table that
 * takes rights away, a table that becomes a leaf, one that a leaf replaces, one
 * that is freed.
 */
static void root_entries_follow_too(void **state)
{
	struct toy *t = *state;

	share_page(t, false);
	use_space(t, 0);
	assert_int_equal(toy_map(t, HIGHER, TOP, 0x800, PT_R, PT_PUD, 0), 0);
	use_space(t, 1);
	expect_at(t, TOP, PT_PUD, 0x9ff);
	use_space(t, 0);
	assert_int_equal(toy_at(t, OP_SPLIT, HIGHER, PT_PUD, 0), 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, HIGHER, PT_PUD, PT_X), 0);
	use_space(t, 1);
	toy_expect_at(t, HIGHER, "lookup 0xfffffe00 pmd leaf order 0 pa 0x800 "
				 "r-------- wb key 0 removed --x-");
	use_space(t, 0);
	assert_int_equal(toy_at(t, OP_RESTRICT, HIGHER, PT_PUD, 0), 0);
	assert_int_equal(toy_collapse(t, HIGHER, PT_PUD, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH, HIGH + 0xf), 0);
	assert_int_equal(toy_map(t, HIGH, HIGH + 0x1ff, 0x200, PT_R, PT_PUD, 0),
			 0);
	use_space(t, 1);
	toy_expect_at(t, HIGHER, "lookup 0xfffffe00 pud leaf order 0 pa 0x800 "
				 "r-------- wb key 0 removed ----");
	expect_at(t, HIGH, PT_PUD, 0x200);
	use_space(t, 0);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH, HIGH + 0x7f), 0);
	use_space(t, 1);
	expect_at(t, HIGH, PT_PMD, NOTHING);
	expect_at(t, HIGH + 0x80, PT_PMD, 0x280);
}

/* A copy from space to space: the sharer's half, the owner's, the pair of them. */
static void copies_are_followed(void **state)
{
	struct toy *t = *state;

	share_page(t, false);
	map_page(t, 0, 0x500);
	/* From the sharer's lower half into what is shared. */
	assert_int_equal(copy(t, 0, 0xf, HIGHER), 0);
	expect_at(t, HIGHER, PT_PTE, 0x500);
	/* From what is shared into the sharer's lower half. */
	use_space(t, 0);
	assert_int_equal(copy(t, HIGH, HIGH + 0xf, 0x200), 0);
	use_space(t, 1);
	expect_at(t, 0x200, PT_PTE, 0x100);
}

/* A new case shares nothing. */
static void sharing_ends_with_the_case(void **state)
{
	struct toy *t = *state;

	share_page(t, false);
	oracle_reset(t->oracle, &t->regime);
	use_space(t, 1);
	expect_at(t, HIGH, PT_PUD, NOTHING);
	map_page(t, HIGH, 0x100);
	assert_int_equal(sync_at(t, HIGH), -EINVAL);
}

/* A root of one entry has no kernel part; all else is as ever. */
static void one_entry_has_no_upper_half(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy one;

	(void)state;
	arch.sign_extended = false;
	arch.va_bits = 9;
	arch.level[PT_PUD].index_bits = 0;
	toy_open(&one, &arch);
	map_page(&one, 0x1f0, 0x100);
	assert_int_equal(share(&one, true), 0);
	map_page(&one, 0x100, 0x100);
	assert_int_equal(sync_at(&one, 0x1f0), -ERANGE);
	use_space(&one, 1);
	expect_at(&one, 0x1f0, PT_PUD, NOTHING);
	toy_close(&one);
}

/*
 *			Copies on demand
 */

static void sync_errors_have_precedence(void **state)
{
	struct toy *t = *state;

	assert_int_equal(sync_at(t, 0x1000), -EINVAL);
	share_page(t, true);
	assert_int_equal(sync_at(t, 0), -ERANGE);
	assert_int_equal(sync_at(t, 0x3ff), -ERANGE);
	/* The gap. */
	assert_int_equal(sync_at(t, 0x400), -ERANGE);
	assert_int_equal(sync_at(t, HIGH - 1), -ERANGE);
	assert_int_equal(sync_at(t, HIGHER), -ENOENT);
	/* Any address will do. */
	assert_int_equal(sync_at(t, HIGH + 0x1ff), 0);
	/* The owner shares nothing: it is shared from. */
	use_space(t, 0);
	assert_int_equal(sync_at(t, HIGH), -EINVAL);
	assert_int_equal(sync_at(t, 0), -EINVAL);
}

/* An entry that is none in the sharer stays none until it is copied. */
static void additions_are_copied_on_demand(void **state)
{
	struct toy *t = *state;

	share_page(t, true);
	use_space(t, 0);
	map_page(t, HIGHER + 0x10, 0x300);
	/* Below an entry that is copied everything is the owner's. */
	map_page(t, HIGH + 0x80, 0x200);
	use_space(t, 1);
	expect_at(t, HIGH + 0x80, PT_PTE, 0x200);
	expect_at(t, HIGHER + 0x10, PT_PUD, NOTHING);
	assert_int_equal(sync_at(t, TOP), 1);
	EXPECT_TRACE(t, "return 1");
	expect_at(t, HIGHER + 0x10, PT_PTE, 0x300);
	assert_int_equal(sync_at(t, HIGHER), 0);
}

/* Removals are not on demand; what comes after them is an addition again. */
static void removals_are_made_at_once(void **state)
{
	struct toy *t = *state;

	share_page(t, true);
	use_space(t, 0);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH, HIGH + 0xf), 0);
	assert_int_equal(toy_free(t, HIGH, HIGH + 0xf, 0, UINT64_MAX), 0);
	use_space(t, 1);
	expect_at(t, HIGH, PT_PUD, NOTHING);
	assert_int_equal(sync_at(t, HIGH), -ENOENT);
	use_space(t, 0);
	assert_int_equal(toy_map(t, HIGH, HIGH + 0x1ff, 0, PT_R, PT_PUD, 0), 0);
	use_space(t, 1);
	expect_at(t, HIGH, PT_PUD, NOTHING);
	assert_int_equal(sync_at(t, HIGH), 1);
	expect_at(t, HIGH, PT_PUD, 0);
}

/* What is there changes with the owner's, though it is another thing then. */
static void changes_are_made_at_once(void **state)
{
	struct toy *t = *state;

	share_page(t, true);
	use_space(t, 0);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH, HIGH + 0xf), 0);
	assert_int_equal(toy_map(t, HIGH, HIGH + 0x1ff, 0x200, PT_R, PT_PUD, 0),
			 0);
	use_space(t, 1);
	expect_at(t, HIGH, PT_PUD, 0x200);
	assert_int_equal(sync_at(t, HIGH), 0);
}

/* What is broken before it is made was not none when the operation began. */
static void what_is_broken_is_no_addition(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy b;

	(void)state;
	arch.break_before_make = true;
	toy_open(&b, &arch);
	assert_int_equal(toy_map(&b, HIGH, HIGHER - 1, 0x400, PT_R, PT_PUD, 0),
			 0);
	use_space(&b, 1);
	assert_int_equal(share(&b, true), 0);
	use_space(&b, 0);
	assert_int_equal(toy_at(&b, OP_SPLIT, HIGH, PT_PUD, 0), 0);
	use_space(&b, 1);
	expect_at(&b, HIGH, PT_PMD, 0x400);
	assert_int_equal(sync_at(&b, HIGH), 0);
	use_space(&b, 0);
	assert_int_equal(toy_collapse(&b, HIGH, PT_PUD, 0), 0);
	use_space(&b, 1);
	expect_at(&b, HIGH, PT_PUD, 0x400);
	toy_close(&b);
}

/* A format whose root entries come in pairs. */
static void open_pairs(struct toy *t, struct mmu_arch *arch)
{
	*arch = toy_arch;
	arch->level[PT_PUD].group_order[0] = 1;
	arch->level[PT_PUD].index_bits = 3;
	arch->va_bits = 12;
	toy_open(t, arch);
}

/* One entry of a group is copied, and an item is as long as the group. */
static void part_of_a_group_is_copied(void **state)
{
	const uint64_t first = UINT64_C(0xfffff800);
	struct mmu_arch arch;
	struct toy p;

	(void)state;
	open_pairs(&p, &arch);
	use_space(&p, 1);
	assert_int_equal(share(&p, true), 0);
	use_space(&p, 0);
	assert_int_equal(toy_map(&p, first, first + 0x3ff, 0x400, PT_R, PT_PUD,
				 1), 0);
	use_space(&p, 1);
	assert_int_equal(sync_at(&p, first), 1);
	expect_at(&p, first, PT_PUD, 0x400);
	expect_at(&p, first + 0x200, PT_PUD, NOTHING);
	assert_int_equal(iterate(&p, first, first + 0x5ff, OP_ITERATE_ALL), 0);
	EXPECT_TRACE(&p,
		     "item pud 0xfffff800-0xfffffbff x1 leaf order 1 pa 0x400 "
		     "r-------- wb key 0",
		     "item pud 0xfffffc00-0xfffffdff x1 none order 0 pa 0x0 "
		     "--------- wb key 0",
		     "return 0");
	assert_int_equal(sync_at(&p, first + 0x200), 1);
	expect_at(&p, first + 0x200, PT_PUD, 0x600);
	toy_close(&p);
}

/*
 *			What the sharer may not change
 */

/* Each of them, where it would succeed or find nothing. */
static void sharer_changes_nothing(void **state)
{
	struct toy *t = *state;

	share_page(t, false);
	/* Before -EEXIST and before -ENOENT. */
	assert_int_equal(toy_map(t, HIGH, HIGH + 0xf, 0, PT_R, PT_PTE, 0),
			 -EBUSY);
	assert_int_equal(toy_map(t, HIGHER, HIGHER + 0xf, 0, PT_R, PT_PTE, 0),
			 -EBUSY);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGHER, TOP), -EBUSY);
	assert_int_equal(toy_range(t, OP_PROTECT, HIGH, HIGH + 0xf), -EBUSY);
	assert_int_equal(toy_at(t, OP_SPLIT, HIGHER, PT_PUD, 0), -EBUSY);
	assert_int_equal(toy_collapse(t, HIGHER, PT_PMD, 0), -EBUSY);
	assert_int_equal(toy_collapse(t, HIGHER, PT_PTE, 2), -EBUSY);
	assert_int_equal(toy_at(t, OP_RESTRICT, HIGHER, PT_PMD, 0), -EBUSY);
	assert_int_equal(toy_setkind(t, HIGH + 0x10, PT_PTE, PT_SWAP, 0),
			 -EBUSY);
	assert_int_equal(toy_at(t, OP_TOUCH, HIGH, 0, 0), -EBUSY);
	assert_int_equal(toy_free(t, HIGH, TOP, 0, UINT64_MAX), -EBUSY);
	assert_int_equal(iterate(t, HIGHER, TOP, OP_ITERATE_AGE), -EBUSY);
	EXPECT_TRACE(t, "return -16");
	assert_int_equal(iterate(t, HIGHER, TOP, OP_ITERATE_MOVE), -EBUSY);
	EXPECT_TRACE(t, "return -16");
	expect_at(t, HIGH, PT_PTE, 0x100);
	/* The owner may. */
	use_space(t, 0);
	assert_int_equal(toy_at(t, OP_TOUCH, HIGH, 0, 0), 0);
	assert_int_equal(iterate(t, HIGH, TOP, OP_ITERATE_AGE), 0);
	assert_int_equal(iterate(t, HIGH, TOP, OP_ITERATE_MOVE), 0);
	use_space(t, 1);
	expect_at(t, HIGH, PT_PTE, 0x110);
	use_space(t, 0);
	assert_int_equal(toy_free(t, HIGH, TOP, 0, UINT64_MAX), 0);
}

/* -EINVAL, -ERANGE and -EOPNOTSUPP come first. */
static void other_errors_come_first(void **state)
{
	struct toy *t = *state;
	const uint32_t bad = PT_W;

	share_page(t, false);
	assert_int_equal(toy_map(t, HIGH + 1, HIGH + 0xf, 0, PT_R, PT_PTE, 0),
			 -EINVAL);
	assert_int_equal(toy_map(t, HIGH, HIGH + 0xf, 0x10000, PT_R, PT_PTE, 0),
			 -ERANGE);
	assert_int_equal(toy_map(t, HIGH, HIGH + 0xf, 0, bad, PT_PTE, 0),
			 -EOPNOTSUPP);
	assert_int_equal(toy_range(t, OP_UNMAP, HIGH - 0x10, HIGH + 0xf),
			 -ERANGE);
	assert_int_equal(toy_at(t, OP_PROTECT, HIGH, 0, 0), -EINVAL);
	assert_int_equal(toy_run(t, &(struct op){ .kind = OP_PROTECT,
						  .va = HIGH,
						  .last = TOP,
						  .attrs = bad }), -EOPNOTSUPP);
	assert_int_equal(toy_collapse(t, HIGH, PT_PTE, 1), -EOPNOTSUPP);
	assert_int_equal(toy_at(t, OP_RESTRICT, HIGH, PT_PTE, 0), -EOPNOTSUPP);
	assert_int_equal(toy_setkind(t, HIGH, PT_PTE, PT_INVALID_HUGE, 0),
			 -EOPNOTSUPP);
	assert_int_equal(copy(t, HIGH, HIGH + 0xf, HIGH + 0x10), -EINVAL);
	assert_int_equal(copy(t, HIGH, HIGH + 0xf, 0x400), -ERANGE);
}

/* A format without flags or groups refuses those before it is busy. */
static bool without_flags(unsigned depth, uint32_t attrs)
{
	return toy_arch.representable(depth, attrs) &&
	       !(attrs & (PT_ACCESSED | PT_DIRTY));
}

static void what_a_format_has_not_comes_first(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy plain;

	(void)state;
	arch.representable = without_flags;
	arch.level[PT_PTE].group_order[0] = 0;
	toy_open(&plain, &arch);
	share_page(&plain, false);
	assert_int_equal(toy_at(&plain, OP_TOUCH, HIGH, 0, 0), -EOPNOTSUPP);
	assert_int_equal(iterate(&plain, HIGH, TOP, OP_ITERATE_AGE),
			 -EOPNOTSUPP);
	assert_int_equal(toy_at(&plain, OP_SPLIT, HIGH, PT_PTE, 0),
			 -EOPNOTSUPP);
	toy_close(&plain);
}

/* Its own part the sharer changes as ever, and the owner all of its own. */
static void the_rest_is_as_ever(void **state)
{
	struct toy *t = *state;

	share_page(t, true);
	assert_int_equal(toy_map(t, 0x200, 0x3ff, 0, PT_R, PT_PUD, 0), 0);
	assert_int_equal(toy_range(t, OP_UNMAP, 0x3f0, 0x3ff), 0);
	assert_int_equal(toy_free(t, 0, 0x3ff, 0, UINT64_MAX), 0);
	expect_at(t, HIGH, PT_PTE, 0x100);
	expect_at(t, 0x200, PT_PMD, 0);
	use_space(t, 0);
	expect_at(t, 0x200, PT_PUD, NOTHING);
}

/* Without a gap a range may lie in both halves; to touch it is enough. */
static void touching_the_part_is_enough(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy plain;

	(void)state;
	arch.sign_extended = false;
	toy_open(&plain, &arch);
	use_space(&plain, 1);
	assert_int_equal(share(&plain, false), 0);
	assert_int_equal(toy_range(&plain, OP_UNMAP, 0, 0x40f), -EBUSY);
	assert_int_equal(toy_range(&plain, OP_UNMAP, 0, 0x3ff), 0);
	assert_int_equal(copy(&plain, 0, 0x40f, 0), -EBUSY);
	assert_int_equal(toy_map(&plain, 0x200, 0x3ff, 0, PT_R, PT_PUD, 0), 0);
	use_space(&plain, 0);
	assert_int_equal(copy(&plain, 0, 0x40f, 0), -EBUSY);
	/* One extent on both sides of the border, in both. */
	assert_int_equal(toy_map(&plain, 0x200, 0x5ff, 0, PT_R, PT_PUD, 0), 0);
	use_space(&plain, 1);
	expect_at(&plain, 0x400, PT_PUD, 0x200);
	assert_int_equal(toy_range(&plain, OP_UNMAP, 0x200, 0x3ff), 0);
	expect_at(&plain, 0x400, PT_PUD, 0x200);
	toy_close(&plain);
}

/* The unit counts: a group that has an entry of the part is of it. */
static void units_that_touch_the_part_are_of_it(void **state)
{
	struct mmu_arch arch = toy_arch;
	struct toy two;

	(void)state;
	arch.sign_extended = false;
	arch.va_bits = 10;
	arch.level[PT_PUD].index_bits = 1;
	arch.level[PT_PUD].group_order[0] = 1;
	toy_open(&two, &arch);
	use_space(&two, 1);
	assert_int_equal(share(&two, false), 0);
	assert_int_equal(toy_collapse(&two, 0, PT_PUD, 1), -EBUSY);
	assert_int_equal(toy_collapse(&two, 0, PT_PUD, 0), -ENOENT);
	toy_close(&two);
}

/* Copies from what is shared and to it, before -EEXIST. */
static void copies_are_refused_on_either_side(void **state)
{
	struct toy *t = *state;

	share_page(t, false);
	assert_int_equal(copy(t, HIGH, HIGH + 0xf, 0), -EBUSY);
	assert_int_equal(copy(t, 0, 0xf, HIGH), -EEXIST);
	use_space(t, 0);
	map_page(t, 0, 0x100);
	assert_int_equal(copy(t, 0, 0xf, HIGH), -EBUSY);
	assert_int_equal(copy(t, HIGH, HIGH + 0xf, HIGH), -EBUSY);
}

/* Before any callback: the hole of a gap between VMAs is not reported. */
static void install_is_refused(void **state)
{
	struct toy *t = *state;
	const struct op op = {
		.kind = OP_INSTALL, .va = HIGHER, .last = TOP, .attrs = PT_R,
		.walk.callbacks = OP_CB_HOLE,
	};

	share_page(t, false);
	assert_int_equal(toy_run(t, &op), -EBUSY);
	EXPECT_TRACE(t, "return -16");
	use_space(t, 0);
	assert_int_equal(toy_run(t, &op), 0);
}

/* A walk reads; where it is to split it ends, after that entry's callbacks. */
static void walks_end_where_they_are_to_split(void **state)
{
	struct toy *t = *state;
	const struct op_walk walk = {
		.callbacks = OP_CB_ENTRY(PT_PUD) | OP_CB_ENTRY(PT_PMD),
	};
	const char *const visit =
		"visit pud 0xfffffe00-0xffffffff x1 leaf order 0 pa 0x800 "
		"r-------- wb key 0";

	assert_int_equal(toy_map(t, HIGHER, TOP, 0x800, PT_R, PT_PUD, 0), 0);
	use_space(t, 1);
	assert_int_equal(share(t, false), 0);
	assert_int_equal(toy_vma(t, HIGHER, TOP, OP_VMA_PLAIN), 0);
	assert_int_equal(toy_walk(t, HIGHER, TOP, &walk), 0);
	EXPECT_TRACE(t, visit, "return 0");
	assert_int_equal(toy_walk_vma(t, HIGHER, TOP, &walk), -EBUSY);
	EXPECT_TRACE(t, visit, "return -16");
	expect_at(t, HIGHER, PT_PUD, 0x800);
	use_space(t, 0);
	assert_int_equal(toy_vma(t, HIGHER, TOP, OP_VMA_PLAIN), 0);
	assert_int_equal(toy_walk_vma(t, HIGHER, TOP, &walk), 0);
	use_space(t, 1);
	expect_at(t, HIGHER, PT_PMD, 0x800);
	assert_int_equal(toy_walk_vma(t, HIGHER, TOP, &walk), 0);
}

/* Dumps and iterations that do not age say what the owner's say. */
static void reading_works_as_ever(void **state)
{
	struct toy *t = *state;
	const struct op op = { .kind = OP_DUMP, .va = HIGH, .last = TOP };

	share_page(t, false);
	assert_int_equal(toy_run(t, &op), 0);
	EXPECT_TRACE(t, "run pte 0xfffffc00-0xfffffc0f leaf r-------- wb key 0 "
			"removed ----", "wx 0 pages", "return 0");
	assert_int_equal(iterate(t, HIGH, TOP, OP_ITERATE_PRESENT), 0);
	EXPECT_TRACE(t, "item pte 0xfffffc00-0xfffffc0f x1 leaf order 0 "
			"pa 0x100 r-------- wb key 0", "return 0");
}

/*
 *			Whose the tables are
 */

/* The owner's number, once, from either space; but a root is its space's. */
static void shared_tables_are_the_owners(void **state)
{
	struct toy *t = *state;

	share_page(t, true);
	for (unsigned space = 0; space < 2; space++) {
		use_space(t, space);
		assert_int_equal(toy_at(t, OP_OWNER, HIGH, PT_PTE, 0), 1);
		EXPECT_TRACE(t, "owner pte 0xfffffc00-0xfffffc7f space 0",
			     "return 1");
		assert_int_equal(toy_at(t, OP_OWNER, HIGH, PT_PMD, 0), 1);
		EXPECT_TRACE(t, "owner pmd 0xfffffc00-0xfffffdff space 0",
			     "return 1");
	}
	assert_int_equal(toy_at(t, OP_OWNER, HIGH, PT_PUD, 0), 1);
	EXPECT_TRACE(t, "owner pud 0x0-0xffffffff space 1", "return 1");
	map_page(t, 0, 0x100);
	assert_int_equal(toy_at(t, OP_OWNER, 0, PT_PTE, 0), 1);
	EXPECT_TRACE(t, "owner pte 0x0-0x7f space 1", "return 1");
}

/* Through an entry that was not copied yet there is no way to them. */
static void what_is_not_copied_is_not_found(void **state)
{
	struct toy *t = *state;

	share_page(t, true);
	use_space(t, 0);
	map_page(t, HIGHER, 0x100);
	use_space(t, 1);
	assert_int_equal(toy_at(t, OP_OWNER, HIGHER, PT_PMD, 0), -ENOENT);
	assert_int_equal(sync_at(t, HIGHER), 1);
	assert_int_equal(toy_at(t, OP_OWNER, HIGHER, PT_PMD, 0), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_toy, close_toy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_roots_share_nothing),
		TEST(one_owner_and_one_sharer),
		TEST(what_is_there_is_not_replaced),
		TEST(sharing_begins_with_what_is_there),
		TEST(sharer_follows_its_owner),
		TEST(root_entries_follow_too),
		TEST(copies_are_followed),
		TEST(sharing_ends_with_the_case),
		TEST(one_entry_has_no_upper_half),
		TEST(sync_errors_have_precedence),
		TEST(additions_are_copied_on_demand),
		TEST(removals_are_made_at_once),
		TEST(changes_are_made_at_once),
		TEST(what_is_broken_is_no_addition),
		TEST(part_of_a_group_is_copied),
		TEST(sharer_changes_nothing),
		TEST(other_errors_come_first),
		TEST(what_a_format_has_not_comes_first),
		TEST(the_rest_is_as_ever),
		TEST(touching_the_part_is_enough),
		TEST(units_that_touch_the_part_are_of_it),
		TEST(copies_are_refused_on_either_side),
		TEST(install_is_refused),
		TEST(walks_end_where_they_are_to_split),
		TEST(reading_works_as_ever),
		TEST(shared_tables_are_the_owners),
		TEST(what_is_not_copied_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
