/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Break before make, include/tablewalk/table_ops.h: on every format that asks for
 * it an entry that others replace is broken and invalidated first, on all others
 * it never is.  mm_bbm.h says what is watched.
 */
#include "mm_bbm.h"
#include "mm_raw.h"

#include <errno.h>

#include <tablewalk/vpte.h>

#define OPERATIONS 120

static const uint32_t hardware = PT_ACCESSED | PT_DIRTY;

/* The operation since bbm_begin() is over; it was right, with so many breaks. */
static void assert_right(struct bbm *b, unsigned breaks)
{
	const char *violation = bbm_end(b);

	if (violation)
		fail_msg("%s: %s", b->m.f->name, violation);
	if (b->breaks != breaks)
		fail_msg("%s: %u entries were broken, not %u", b->m.f->name,
			 b->breaks, breaks);
}

static uint64_t span(const struct bbm *b, unsigned depth)
{
	return pt_span(b->m.f, depth);
}

/* Whether there are two blocks at that depth. */
static bool has_blocks(const struct bbm *b, unsigned depth)
{
	return depth >= b->m.f->top && mm_has_leaf(&b->m, depth) &&
	       2 * span(b, depth) - 1 <= b->m.bytes - 1;
}

/* An address that leaves of all sizes, and groups of pmd entries, can have. */
static uint64_t some_pa(const struct bbm *b)
{
	return span(b, PT_PMD) << bbm_order(b, PT_PMD);
}

static void map(struct bbm *b, uint64_t bytes, unsigned depth, unsigned order)
{
	assert_int_equal(pt_map(&b->m.space, 0, bytes - 1, some_pa(b), MM_RW,
				depth, order), 0);
}

static void unmap_all(struct bbm *b, uint64_t bytes)
{
	assert_int_equal(pt_unmap(&b->m.space, 0, bytes - 1), 0);
	assert_int_equal(pt_unmap(&b->other, b->other_va,
				  b->other_va + bytes - 1), 0);
}

/* Calls the test for every format that asks for break before make. */
static void for_each_format(void **state, void (*test)(struct bbm *b))
{
	const struct pt_format *f;
	unsigned i = 0, formats = 0;

	while ((f = bbm_format(&i, true))) {
		test(bbm_open(state, f));
		bbm_close(state);
		formats++;
	}
	/* arm's three, stage 1 in ten variants and stage 2 in two. */
	assert_int_equal(formats, 15);
}

static void split_and_collapse(struct bbm *b)
{
	for (unsigned depth = PT_PUD; depth < PT_PTE; depth++) {
		if (!has_blocks(b, depth))
			continue;
		assert_int_equal(pt_map(&b->m.space, 0, span(b, depth) - 1, 0,
					MM_RW, depth, 0), 0);
		bbm_begin(b);
		assert_int_equal(pt_split(&b->m.space, mm_page(&b->m), depth),
				 0);
		assert_right(b, 1);
		assert_int_equal(b->flushes, 1);
		bbm_begin(b);
		assert_int_equal(pt_collapse(&b->m.space, 0, depth, 0), 0);
		assert_right(b, 1);
		assert_int_equal(b->flushes, 1);
		unmap_all(b, span(b, depth));
	}
}

/* A block that becomes a table, and a table that becomes a block. */
static void blocks_are_broken_to_be_divided_and_joined(void **state)
{
	for_each_format(state, split_and_collapse);
}

static void unfold_and_fold(struct bbm *b)
{
	for (unsigned depth = PT_PMD; depth <= PT_PTE; depth++) {
		const unsigned order = bbm_order(b, depth);
		const uint64_t bytes = span(b, depth) << order;

		if (!order)
			continue;
		map(b, bytes, depth, order);
		bbm_begin(b);
		assert_int_equal(pt_split(&b->m.space, bytes / 2, depth), 0);
		assert_right(b, 1u << order);
		assert_int_equal(b->flushes, 1);
		bbm_begin(b);
		assert_int_equal(pt_collapse(&b->m.space, bytes / 2, depth,
					     order), 0);
		assert_right(b, 1u << order);
		assert_int_equal(b->flushes, 1);
		if (b->m.f->level[depth].leaf.protnone.count) {
			bbm_begin(b);
			assert_int_equal(pt_setkind(&b->m.space, bytes / 2,
						    depth, PT_PROTNONE, 0), 0);
			assert_right(b, 1u << order);
		}
		unmap_all(b, bytes);
	}
}

/* All of a group goes at once, whether it is made or unmade. */
static void groups_are_broken_whole(void **state)
{
	for_each_format(state, unfold_and_fold);
}

/* Unmaps, protects or copies one page in the middle of what is mapped. */
static int cut(struct bbm *b, unsigned how, uint64_t bytes)
{
	const uint64_t va = bytes / 2, last = va + mm_page(&b->m) - 1;

	if (how == 0)
		return pt_unmap(&b->m.space, va, last);
	if (how == 1)
		return pt_protect(&b->m.space, va, last, MM_RO);
	return pt_copy(&b->m.space, &b->other, va, last, b->other_va + va,
		       how == 2);
}

static void cut_units(struct bbm *b)
{
	for (unsigned depth = PT_PMD; depth <= PT_PTE; depth++) {
		for (unsigned n = 0; n < 8 && mm_has_leaf(&b->m, depth); n++) {
			unsigned group = n & 1 ? bbm_order(b, depth) : 0;
			uint64_t bytes = span(b, depth) << group;

			if (!group && (n & 1 || depth == PT_PTE))
				continue;
			map(b, bytes, depth, group);
			bbm_begin(b);
			assert_int_equal(cut(b, n / 2, bytes), 0);
			/* Each of the group, and then the block. */
			assert_right(b, (group ? 1u << group : 0) +
						(depth < PT_PTE));
			unmap_all(b, bytes);
		}
	}
}

/* What an operation on a part divides is broken as what is split. */
static void division_breaks_what_it_divides(void **state)
{
	for_each_format(state, cut_units);
}

/* Leaves, also in groups, where there are tables with nothing in them. */
static void replace_tables(struct bbm *b)
{
	for (unsigned n = 0; n < 4 && has_blocks(b, PT_PMD); n++) {
		const unsigned order = n & 1 ? bbm_order(b, PT_PMD) : 0;
		const uint64_t bytes = span(b, PT_PMD) << order;
		const uint64_t page = mm_page(&b->m);
		struct pt_space *to = n & 2 ? &b->other : &b->m.space;
		const uint64_t va = n & 2 ? b->other_va : 0;
		/* The last of a group, and one in the middle. */
		const uint64_t at[2] = { va + bytes - span(b, PT_PMD),
					 va + (bytes >> 1 & ~(span(b, PT_PMD) - 1)) };

		if (n & 2)
			map(b, bytes, PT_PMD, order);
		for (unsigned i = 0; i < 2; i++) {
			assert_int_equal(pt_map(to, at[i], at[i] + page - 1, 0,
						MM_RW, PT_PTE, 0), 0);
			assert_int_equal(pt_unmap(to, at[i], at[i] + page - 1),
					 0);
		}
		bbm_begin(b);
		if (n & 2)
			assert_int_equal(pt_copy(&b->m.space, to, 0, bytes - 1,
						 va, true), 0);
		else
			map(b, bytes, PT_PMD, order);
		assert_right(b, at[0] == at[1] ? 1 : 2);
		unmap_all(b, bytes);
	}
}

static void tables_are_broken_for_leaves(void **state)
{
	for_each_format(state, replace_tables);
}

static void set_items(struct bbm *b)
{
	const struct pt_leaf_layout *pte = &b->m.f->level[PT_PTE].leaf;
	const uint32_t other = MM_RW | PT_MEM_UC << PT_MEMTYPE_SHIFT;
	const uint64_t pa = some_pa(b);

	assert_true(pte->memtype.type[PT_MEM_UC].representable);
	for (unsigned depth = PT_PMD; depth <= PT_PTE; depth++) {
		const unsigned order = bbm_order(b, depth);
		const uint64_t bytes = span(b, depth) << order;
		struct pt_iterator it;

		if (!has_blocks(b, depth) && depth < PT_PTE)
			continue;
		map(b, bytes, depth, order);
		assert_int_equal(pt_iterate(&it, &b->m.space, 0, bytes - 1), 0);
		assert_true(pt_iterate_next(&it));
		bbm_begin(b);
		assert_int_equal(pt_item_set(&it, 2 * pa, MM_RW, order), 0);
		assert_right(b, 1u << order);
		bbm_begin(b);
		assert_int_equal(pt_item_set(&it, 2 * pa, other, order), 0);
		assert_right(b, 1u << order);
		/* Rights and flags alone need none of it. */
		bbm_begin(b);
		assert_int_equal(pt_item_set(&it, 2 * pa, other & ~PT_W, order),
				 0);
		assert_int_equal(pt_protect(&b->m.space, 0, bytes - 1, MM_RW),
				 0);
		if (pte->accessed.mask)
			assert_int_equal(pt_item_change(&it, 0, PT_ACCESSED),
					 0);
		assert_right(b, 0);
		/* A word in halves is another one in between. */
		if (!b->m.f->level[depth].half_offset)
			assert_int_equal(b->holes, 0);
		unmap_all(b, bytes);
	}
}

/* Another address or memory type is, other rights and flags are not. */
static void items_are_broken_where_it_counts(void **state)
{
	for_each_format(state, set_items);
}

/* What is not used by hardware is replaced as it is. */
static void divide_unused(struct bbm *b)
{
	static const enum pt_kind kinds[] = { PT_PROTNONE, PT_INVALID_HUGE,
					      PT_MIGRATION };

	for (unsigned i = 0; i < 3; i++) {
		if (!has_blocks(b, PT_PMD))
			return;
		map(b, span(b, PT_PMD), PT_PMD, 0);
		if (!pt_setkind(&b->m.space, 0, PT_PMD, kinds[i], 0)) {
			bbm_begin(b);
			assert_int_equal(pt_split(&b->m.space, 0, PT_PMD), 0);
			assert_right(b, 0);
			assert_int_equal(b->flushes, 0);
		}
		unmap_all(b, span(b, PT_PMD));
	}
}

static void unused_entries_are_not_broken(void **state)
{
	for_each_format(state, divide_unused);
}

static void refuse_memory(struct bbm *b)
{
	for (unsigned n = 0; n < 4 && has_blocks(b, PT_PMD); n++) {
		const uint64_t bytes = span(b, PT_PMD)
				       << bbm_order(b, PT_PMD);
		int ret;

		map(b, bytes, PT_PMD, bbm_order(b, PT_PMD));
		bbm_begin(b);
		b->m.arena.fail_in = 1;
		ret = cut(b, n, bytes);
		assert_int_equal(b->m.arena.fail_in, 0);
		assert_int_equal(ret, -ENOMEM);
		assert_right(b, 0);
		assert_int_equal(b->holes, 0);
		assert_int_equal(b->flushes, 0);
		unmap_all(b, bytes);
	}
}

/* Nothing is broken before all memory is there. */
static void a_refused_table_breaks_nothing(void **state)
{
	for_each_format(state, refuse_memory);
}

/* Splits, joins or cuts what prepare() mapped; the touched page stays. */
enum change { CUT_UNMAP, CUT_PROTECT, CUT_COPY, SPLIT, COLLAPSE, CHANGES };

static void prepare(struct bbm *b, enum change change, unsigned depth,
		    unsigned order)
{
	map(b, span(b, depth) << order, depth, order);
	if (change == COLLAPSE)
		assert_int_equal(pt_split(&b->m.space, 0, depth), 0);
}

static int carry_out(struct bbm *b, enum change change, unsigned depth,
		     unsigned order)
{
	if (change == SPLIT)
		return pt_split(&b->m.space, 0, depth);
	if (change == COLLAPSE)
		return pt_collapse(&b->m.space, 0, depth, order);
	return cut(b, change, span(b, depth) << order);
}

/* Carries it out with an access after that store; returns how many it made. */
static unsigned touch_during(struct bbm *b, enum change change, unsigned depth,
			     unsigned order, unsigned after)
{
	const bool dirty = b->m.f->level[PT_PTE].leaf.dirty.mask;
	uint32_t wanted = dirty ? hardware : PT_ACCESSED;
	struct pt_lookup found;

	prepare(b, change, depth, order);
	/* The last page, which no cut is about; or, in a fold, the last. */
	b->touch_va = (span(b, depth) << order) - mm_page(&b->m);
	b->touch_after = after;
	bbm_begin(b);
	assert_int_equal(carry_out(b, change, depth, order), 0);
	if (bbm_end(b))
		fail_msg("%s: %s", b->m.f->name, b->violation);
	assert_int_equal(pt_translate(&b->m.space, b->touch_va, &found), 0);
	assert_int_equal(found.kind, PT_LEAF);
	if (b->touched && (found.attrs & wanted) != wanted)
		fail_msg("%s: change %u, depth %u, order %u: an access after "
			 "store %u is lost", b->m.f->name, change, depth, order,
			 after);
	b->touch_after = 0;
	unmap_all(b, span(b, depth) << order);
	return b->stores;
}

static void touch_all_along(struct bbm *b)
{
	/* Stage 2 can only be ACCESSED; arm-short has no flag at all. */
	if (!b->m.f->level[PT_PTE].leaf.accessed.mask)
		return;
	for (unsigned n = 0; n < 4 * CHANGES; n++) {
		const enum change change = (enum change)(n / 4);
		const unsigned depth = n & 1 ? PT_PMD : PT_PTE;
		const unsigned order = n & 2 ? bbm_order(b, depth) : 0;
		unsigned stores;

		if ((n & 2 && !order) || (!order && depth == PT_PTE) ||
		    !mm_has_leaf(&b->m, depth))
			continue;
		stores = touch_during(b, change, depth, order, 0);
		/* The first, and the last ones: where nothing is only built. */
		for (unsigned i = 1; i <= stores; i++)
			if (i < 3 || i + 8 > stores ||
			    (order && i < 3u << order && i % 5 == 0))
				touch_during(b, change, depth, order, i);
	}
}

/* ACCESSED and DIRTY that hardware sets up to the break are in what is made. */
static void accesses_between_stores_are_not_lost(void **state)
{
	for_each_format(state, touch_all_along);
}

/* Sets the first leaves to a random address, memory type and rights. */
static void set_some_items(struct bbm *b, const struct mm_op *op)
{
	const uint64_t bytes = mm_op_pages(&b->m) * mm_page(&b->m);
	struct pt_iterator it;
	unsigned leaves = 0;

	assert_int_equal(pt_iterate(&it, &b->m.space, 0, bytes - 1), 0);
	while (leaves < 4 && pt_iterate_next(&it)) {
		if (it.item.kind != PT_LEAF)
			continue;
		leaves++;
		if (pt_item_set(&it, op->pa, op->attrs, it.item.order))
			pt_item_set(&it, 2 * some_pa(b), MM_RW, it.item.order);
	}
}

static void copy_some(struct bbm *b, const struct mm_op *op)
{
	const uint64_t all = b->other_va + mm_op_pages(&b->m) * mm_page(&b->m);

	pt_unmap(&b->other, b->other_va, all - 1);
	pt_copy(&b->m.space, &b->other, op->va, op->last,
		b->other_va + op->va, true);
}

static void operate_at_random(struct bbm *b)
{
	uint64_t seed = 0xbb + b->m.f->page_shift;
	unsigned breaks = 0;

	for (unsigned n = 0; n < OPERATIONS; n++) {
		struct mm_op op = mm_op_draw(&b->m, &seed);
		const char *violation;

		bbm_begin(b);
		if (n % 8 == 6)
			set_some_items(b, &op);
		else if (n % 8 == 7)
			copy_some(b, &op);
		else
			mm_op_apply(&b->m, &op);
		violation = bbm_end(b);
		if (violation)
			fail_msg("%s: operation %u: %s", b->m.f->name, n,
				 violation);
		breaks += b->breaks;
	}
	if (!breaks)
		fail_msg("%s: nothing was broken", b->m.f->name);
}

/* Whatever comes in whatever order, no rule is broken. */
static void random_operations_break_before_they_make(void **state)
{
	for_each_format(state, operate_at_random);
}

/* Elsewhere an entry that is replaced is in use all the time. */
static void other_formats_show_no_hole(void **state)
{
	const struct pt_format *f;
	unsigned i = 0, splits = 0;

	while ((f = bbm_format(&i, false))) {
		struct bbm *b = bbm_open(state, f);

		for (unsigned n = 0; n < 4; n++) {
			const unsigned depth = n & 1 ? PT_PMD : PT_PTE;
			const unsigned order = n & 2 ? bbm_order(b, depth) : 0;
			const uint64_t bytes = span(b, depth) << order;

			if (!has_blocks(b, depth) || (n & 2 && !order) ||
			    (depth == PT_PTE && !order))
				continue;
			assert_int_equal(pt_map(&b->m.space, 0, bytes - 1, 0,
						mm_some_rights(&b->m), depth,
						order), 0);
			bbm_begin(b);
			assert_int_equal(pt_split(&b->m.space, 0, depth), 0);
			assert_int_equal(pt_collapse(&b->m.space, 0, depth,
						     order), 0);
			assert_right(b, 0);
			assert_int_equal(b->holes, 0);
			splits++;
			unmap_all(b, bytes);
		}
		bbm_close(state);
	}
	assert_true(splits > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_broken_to_be_divided_and_joined),
		cmocka_unit_test(groups_are_broken_whole),
		cmocka_unit_test(division_breaks_what_it_divides),
		cmocka_unit_test(tables_are_broken_for_leaves),
		cmocka_unit_test(items_are_broken_where_it_counts),
		cmocka_unit_test(unused_entries_are_not_broken),
		cmocka_unit_test(a_refused_table_breaks_nothing),
		cmocka_unit_test(accesses_between_stores_are_not_lost),
		cmocka_unit_test(random_operations_break_before_they_make),
		cmocka_unit_test(other_formats_show_no_hole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
