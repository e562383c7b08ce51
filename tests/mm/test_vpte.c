/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Iterators: include/tablewalk/vpte.h.
 */
#include "mm_raw.h"

#include <errno.h>
#include <string.h>

#include <tablewalk/vpte.h>

/* An iterator over n pages from va. */
static struct pt_iterator iterate(struct mm *m, uint64_t va, uint64_t n)
{
	struct pt_iterator it;

	assert_int_equal(pt_iterate(&it, &m->space, va,
				    va + n * mm_page(m) - 1), 0);
	return it;
}

/* The next item is that, of kind and depth. */
static void assert_next(struct pt_iterator *it, uint64_t start, uint64_t last,
			enum pt_kind kind, unsigned depth)
{
	assert_true(pt_iterate_next(it));
	assert_int_equal(it->item.start, start);
	assert_int_equal(it->item.last, last);
	assert_string_equal(pt_kind_name(it->item.kind), pt_kind_name(kind));
	assert_string_equal(pt_depth_name(it->item.depth),
			    pt_depth_name((int)depth));
}

/* The item maps its start to pa. */
static void assert_maps(const struct pt_iterator *it, uint64_t pa,
			uint32_t attrs, unsigned order, bool whole)
{
	assert_int_equal(it->item.pa, pa);
	assert_int_equal(it->item.attrs, attrs);
	assert_int_equal(it->item.order, order);
	assert_int_equal(it->item.whole, whole);
}

static void assert_end(struct pt_iterator *it)
{
	assert_false(pt_iterate_next(it));
	assert_false(pt_iterate_next(it));
}

/* The unit of the format's first groups, in *depth; 0 where there are none. */
static uint64_t group_unit(const struct mm *m, unsigned *depth)
{
	uint64_t unit;

	*depth = mm_group_depth(m);
	if (*depth == PT_DEPTHS)
		return 0;
	unit = pt_span(m->f, *depth) << mm_order(m, *depth);
	return 2 * unit <= m->bytes ? unit : 0;
}

/* Each page and each none entry of a table is an item of its own. */
static void every_entry_of_a_table_is_an_item(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint32_t attrs = mm_rich_attrs(m);
		struct pt_iterator it;
		uint64_t slot;

		mm_map(m, va, 2, 5 * page, attrs, PT_PTE, 0);
		mm_map(m, va + 3 * page, 1, page, MM_RO, PT_PTE, 0);
		slot = mm_slot(&m->space, va, PT_PTE).table.pa;
		it = iterate(m, va, 5);
		assert_next(&it, va, va + page - 1, PT_LEAF, PT_PTE);
		assert_maps(&it, 5 * page, attrs, 0, true);
		assert_int_equal(it.item.slot, slot);
		assert_next(&it, va + page, va + 2 * page - 1, PT_LEAF, PT_PTE);
		assert_maps(&it, 6 * page, attrs, 0, true);
		assert_next(&it, va + 2 * page, va + 3 * page - 1, PT_NONE,
			    PT_PTE);
		assert_maps(&it, 0, 0, 0, true);
		assert_next(&it, va + 3 * page, va + 4 * page - 1, PT_LEAF,
			    PT_PTE);
		assert_maps(&it, page, MM_RO, 0, true);
		assert_int_equal(it.item.slot,
				 slot + 3 * pt_stride(&m->f->level[PT_PTE]));
		assert_next(&it, va + 4 * page, va + 5 * page - 1, PT_NONE,
			    PT_PTE);
		assert_end(&it);
		mm_close(state);
	}
}

/* Tables and folded levels are not seen; a hole has its entry's depth. */
static void holes_of_any_depth_are_items(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t table = pt_span(m->f, PT_PMD);
		unsigned n = mm_entries(m, PT_PTE);
		struct pt_iterator it = iterate(m, va, 1);

		m->space.runtime_folded = (uint8_t)(1u << m->f->top);
		assert_next(&it, va, va + page - 1, PT_NONE, m->f->top);
		assert_false(it.item.whole);
		assert_end(&it);
		mm_map(m, va + table - page, 1, 0, MM_RW, PT_PTE, 0);
		it = iterate(m, va, 2 * n);
		for (unsigned k = 0; k < n - 1; k++)
			assert_next(&it, va + k * page,
				    va + (k + 1) * page - 1, PT_NONE, PT_PTE);
		assert_next(&it, va + table - page, va + table - 1, PT_LEAF,
			    PT_PTE);
		assert_next(&it, va + table, va + 2 * table - 1, PT_NONE,
			    PT_PMD);
		assert_true(it.item.whole);
		assert_end(&it);
		mm_close(state);
	}
}

/* Items of a whole half ascend without a gap to its very last address. */
static void items_cover_the_range_without_a_gap(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), end = m->base + (m->bytes - 1);
		uint64_t va = m->base;
		unsigned leaves = 0;
		struct pt_iterator it;

		mm_map(m, end - (page - 1), 1, 0, MM_RW, PT_PTE, 0);
		mm_map(m, m->base + m->bytes / 2, 2, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_iterate(&it, &m->space, m->base, end), 0);
		while (pt_iterate_next(&it)) {
			assert_int_equal(it.item.start, va);
			leaves += it.item.kind == PT_LEAF;
			va = it.item.last + 1;
		}
		assert_int_equal(va, end + 1);
		assert_int_equal(leaves, 3);
		mm_close(state);
	}
}

/* A group is one item, whichever order, and what is beside it is others. */
static void group_is_one_item(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth, order;
		uint64_t unit = group_unit(m, &depth), va = m->base;
		struct pt_iterator it;

		if (unit) {
			uint64_t span = pt_span(m->f, depth);

			order = mm_order(m, depth);
			mm_map(m, va + unit, 1u << order, mm_pa(m), MM_RW,
			       depth, order);
			mm_map(m, va + unit - span, 1, span, MM_RW, depth, 0);
			it = iterate(m, va + unit - span,
				     (span + unit) / mm_page(m));
			assert_next(&it, va + unit - span, va + unit - 1,
				    PT_LEAF, depth);
			assert_maps(&it, span, MM_RW, 0, true);
			assert_next(&it, va + unit, va + 2 * unit - 1,
				    PT_LEAF, depth);
			assert_maps(&it, mm_pa(m), MM_RW, order, true);
			assert_int_equal(it.item.slot,
					 mm_slot(&m->space, va + unit, depth)
							 .table.pa +
					 pt_index(m->f, depth, va + unit) *
					 pt_stride(&m->f->level[depth]));
			assert_end(&it);
		}
		mm_close(state);
	}
}

/* What the range cuts is clipped and not whole; its slot is the unit's first. */
static void range_clips_a_group(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base, slot;
		unsigned depth, order;
		uint64_t unit = group_unit(m, &depth);
		struct pt_iterator it;

		if (!unit || unit < 4 * page) {
			mm_close(state);
			continue;
		}
		order = mm_order(m, depth);
		mm_map(m, va, 1u << order, mm_pa(m), MM_RW, depth, order);
		slot = mm_slot(&m->space, va, depth).table.pa;
		it = iterate(m, va + page, 2);
		assert_next(&it, va + page, va + 3 * page - 1, PT_LEAF, depth);
		assert_maps(&it, mm_pa(m) + page, MM_RW, order, false);
		assert_int_equal(it.item.slot,
				 slot + pt_index(m->f, depth, va) *
				 pt_stride(&m->f->level[depth]));
		assert_end(&it);
		it = iterate(m, va + unit - page, 1);
		assert_next(&it, va + unit - page, va + unit - 1, PT_LEAF,
			    depth);
		assert_maps(&it, mm_pa(m) + unit - page, MM_RW, order, false);
		assert_end(&it);
		mm_close(state);
	}
}

/* A huge page is one item, clipped as a group is. */
static void block_is_one_item(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t block = pt_span(m->f, PT_PMD);
		struct pt_iterator it;

		if (!mm_has_leaf(m, PT_PMD) || 3 * block > m->bytes) {
			mm_close(state);
			continue;
		}
		mm_map(m, va, 2, mm_pa(m), MM_RW, PT_PMD, 0);
		mm_map(m, va + 2 * block, 1, page, MM_RO, PT_PTE, 0);
		it = iterate(m, va + page, 2 * block / page);
		assert_next(&it, va + page, va + block - 1, PT_LEAF, PT_PMD);
		assert_maps(&it, mm_pa(m) + page, MM_RW, 0, false);
		assert_next(&it, va + block, va + 2 * block - 1, PT_LEAF,
			    PT_PMD);
		assert_maps(&it, mm_pa(m) + block, MM_RW, 0, true);
		assert_next(&it, va + 2 * block, va + 2 * block + page - 1,
			    PT_LEAF, PT_PTE);
		assert_maps(&it, page, MM_RO, 0, true);
		assert_end(&it);
		mm_close(state);
	}
}

/* What is not present, and what is bad, is an item of its kind. */
static void entries_that_are_not_present_are_items(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t bad = mm_bad_word(m, PT_PTE);
		struct pt_iterator it;

		if (!bad || !m->f->level[PT_PTE].swap.match.count) {
			mm_close(state);
			continue;
		}
		mm_map(m, va, 2, 4 * page, MM_RO, PT_PTE, 0);
		assert_int_equal(pt_setkind(&m->space, va, PT_PTE, PT_PROTNONE,
					    0), 0);
		assert_int_equal(pt_setkind(&m->space, va + 2 * page, PT_PTE,
					    PT_SWAP, 7 * page), 0);
		mm_store(&m->space, va + page, PT_PTE, bad);
		it = iterate(m, va, 3);
		assert_next(&it, va, va + page - 1, PT_PROTNONE, PT_PTE);
		assert_maps(&it, 4 * page, MM_RO, 0, true);
		assert_next(&it, va + page, va + 2 * page - 1, PT_BAD, PT_PTE);
		assert_maps(&it, 0, 0, 0, true);
		assert_next(&it, va + 2 * page, va + 3 * page - 1, PT_SWAP,
			    PT_PTE);
		assert_maps(&it, 7 * page, 0, 0, true);
		assert_int_equal(pt_item_set(&it, 0, MM_RW, 0), -EEXIST);
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0), -EINVAL);
		assert_end(&it);
		mm_close(state);
	}
}

/* A bad range is refused, and the iterator then has no item. */
static void bad_ranges_have_no_items(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base + page;
		uint64_t word = pt_ones(m->f->va_word_bits);
		struct pt_space *s = &m->space;
		struct pt_iterator it;

		assert_int_equal(pt_iterate(&it, s, va, va - 1), -EINVAL);
		assert_end(&it);
		assert_int_equal(pt_iterate(&it, s, va, va + page), -EINVAL);
		assert_int_equal(pt_iterate(&it, s, va + 1, va + page - 1),
				 -EINVAL);
		if (m->f->va_bits < m->f->va_word_bits)
			assert_int_equal(pt_iterate(&it, s, 0, word), -ERANGE);
		assert_end(&it);
		assert_int_equal(pt_item_set(&it, 0, MM_RW, 0), -EINVAL);
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0), -EINVAL);
		/* Nor has one before its first item, or after its last. */
		it = iterate(m, va, 1);
		assert_int_equal(pt_item_set(&it, 0, MM_RW, 0), -EINVAL);
		assert_true(pt_iterate_next(&it));
		assert_end(&it);
		assert_int_equal(pt_item_set(&it, 0, MM_RW, 0), -EINVAL);
		mm_close(state);
	}
}

/* Clearing and setting ACCESSED and DIRTY is done in every entry of a unit. */
static void flags_change_in_every_entry_of_a_group(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const uint32_t both = PT_ACCESSED | PT_DIRTY;
		unsigned depth;
		uint64_t unit = group_unit(m, &depth), va = m->base;
		struct pt_iterator it;

		for (uint64_t at = 0; unit && at < unit; at += unit / 2) {
			unsigned n = 1u << mm_order(m, depth);

			pt_unmap(&m->space, va, va + unit - 1);
			mm_map(m, va, n, mm_pa(m), MM_RW | both, depth,
			       mm_order(m, depth));
			/* Also where the item begins in the middle. */
			it = iterate(m, va + at, 1);
			assert_true(pt_iterate_next(&it));
			assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0),
					 0);
			assert_int_equal(it.item.attrs, MM_RW | PT_DIRTY);
			for (unsigned k = 0; k < n; k++)
				mm_assert_leaf(m, va + k * pt_span(m->f, depth),
					       depth, mm_order(m, depth),
					       mm_pa(m) +
					       k * pt_span(m->f, depth),
					       MM_RW | PT_DIRTY);
			/* What is in both is set. */
			assert_int_equal(pt_item_change(&it, both,
							PT_ACCESSED), 0);
			for (unsigned k = 0; k < n; k++)
				mm_assert_leaf(m, va + k * pt_span(m->f, depth),
					       depth, mm_order(m, depth),
					       mm_pa(m) +
					       k * pt_span(m->f, depth),
					       MM_RW | PT_ACCESSED);
		}
		mm_close(state);
	}
}

/* Only ACCESSED and DIRTY, only of leaves, and only what the format has. */
static void flags_that_cannot_change_are_refused(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open_any(state, i)); i++) {
		const struct pt_leaf_layout *pte = &m->f->level[PT_PTE].leaf;
		uint32_t attrs = mm_some_rights(m);
		uint64_t page = mm_page(m);
		struct pt_iterator it = iterate(m, m->base, 2);

		mm_map(m, m->base, 1, page, attrs, PT_PTE, 0);
		assert_true(pt_iterate_next(&it));
		mm_save(m);
		assert_int_equal(pt_item_change(&it, PT_W, 0), -EINVAL);
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, PT_GLOBAL),
				 -EINVAL);
		assert_int_equal(pt_item_change(&it, 0, 0), 0);
		mm_assert_saved(m);
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0),
				 pte->accessed.mask ? 0 : -EOPNOTSUPP);
		assert_int_equal(pt_item_change(&it, 0, PT_DIRTY),
				 pte->dirty.mask ? 0 : -EOPNOTSUPP);
		mm_assert_leaf(m, m->base, PT_PTE, 0, page,
			       attrs | (pte->dirty.mask ? PT_DIRTY : 0));
		assert_true(pt_iterate_next(&it));
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0), -EINVAL);
		mm_close(state);
	}
}

/* A none item becomes a leaf of its own depth, a leaf another leaf. */
static void item_becomes_a_leaf_of_its_depth(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t block = pt_span(m->f, PT_PMD);
		struct pt_iterator it;

		mm_map(m, va + page, 1, 9 * page, MM_RO, PT_PTE, 0);
		it = iterate(m, va, 2 * block / page);
		assert_next(&it, va, va + page - 1, PT_NONE, PT_PTE);
		assert_int_equal(pt_item_set(&it, 3 * page, MM_RW, 0), 0);
		assert_int_equal(it.item.kind, PT_LEAF);
		assert_maps(&it, 3 * page, MM_RW, 0, true);
		mm_assert_leaf(m, va, PT_PTE, 0, 3 * page, MM_RW);
		assert_next(&it, va + page, va + 2 * page - 1, PT_LEAF,
			    PT_PTE);
		assert_int_equal(pt_item_set(&it, 5 * page, MM_RW, 0), 0);
		mm_assert_leaf(m, va + page, PT_PTE, 0, 5 * page, MM_RW);
		mm_assert_kind(m, va + 2 * page, PT_NONE, PT_PTE);
		while (it.item.depth == PT_PTE)
			assert_true(pt_iterate_next(&it));
		/* The hole after the table. */
		assert_int_equal(it.item.start, va + block);
		if (mm_has_leaf(m, PT_PMD)) {
			assert_int_equal(pt_item_set(&it, mm_pa(m), MM_RW, 0),
					 0);
			mm_assert_leaf(m, va + block, PT_PMD, 0, mm_pa(m),
				       MM_RW);
		} else {
			assert_int_equal(pt_item_set(&it, 0, MM_RW, 0),
					 -EOPNOTSUPP);
		}
		mm_close(state);
	}
}

/* Leaves that are set to the address of the next one are passed once each. */
static void items_move_one_after_the_other(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct pt_iterator it;

		mm_map(m, va, 3, 4 * page, MM_RW, PT_PTE, 0);
		it = iterate(m, va, 3);
		for (unsigned n = 0; n < 3; n++) {
			assert_next(&it, va + n * page, va + (n + 1) * page - 1,
				    PT_LEAF, PT_PTE);
			assert_int_equal(it.item.pa, (4 + n) * page);
			assert_int_equal(pt_item_set(&it, it.item.pa + page,
						     it.item.attrs, 0), 0);
			assert_maps(&it, (5 + n) * page, MM_RW, 0, true);
		}
		assert_end(&it);
		for (unsigned n = 0; n < 3; n++)
			mm_assert_leaf(m, va + n * page, PT_PTE, 0,
				       (5 + n) * page, MM_RW);
		mm_close(state);
	}
}

/* A none item in the middle of none entries becomes a group, and is all of it. */
static void none_item_becomes_a_group(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth, order, n;
		uint64_t unit = group_unit(m, &depth), va = m->base, span;
		struct pt_iterator it;

		if (!unit) {
			mm_close(state);
			continue;
		}
		order = mm_order(m, depth);
		n = 1u << order;
		span = pt_span(m->f, depth);
		/* So that there is a table of the depth. */
		mm_map(m, va + unit, 1, 0, MM_RW, depth, 0);
		assert_int_equal(pt_iterate(&it, &m->space, va,
					    va + unit + span - 1), 0);
		for (unsigned k = 0; k < n / 2; k++)
			assert_next(&it, va + k * span,
				    va + (k + 1) * span - 1, PT_NONE, depth);
		assert_int_equal(pt_item_set(&it, mm_pa(m), MM_RW, order), 0);
		assert_int_equal(it.item.start, va);
		assert_int_equal(it.item.last, va + unit - 1);
		assert_maps(&it, mm_pa(m), MM_RW, order, true);
		for (unsigned k = 0; k < n; k++)
			mm_assert_leaf(m, va + k * span, depth, order,
				       mm_pa(m) + k * span, MM_RW);
		/* It goes on after the group. */
		assert_next(&it, va + unit, va + unit + span - 1, PT_LEAF,
			    depth);
		assert_end(&it);
		/* A group anew, at another place, found in its middle. */
		assert_int_equal(pt_iterate(&it, &m->space, va + unit / 2,
					    va + unit - 1), 0);
		assert_true(pt_iterate_next(&it));
		assert_int_equal(pt_item_set(&it, 0, MM_RO, order), 0);
		assert_int_equal(it.item.start, va + unit / 2);
		assert_maps(&it, unit / 2, MM_RO, order, false);
		mm_assert_leaf(m, va, depth, order, 0, MM_RO);
		mm_assert_leaf(m, va + unit - 1, depth, order, unit - 1,
			       MM_RO);
		assert_end(&it);
		mm_close(state);
	}
}

/* A group around a none item in a range that cuts it is clipped to the range. */
static void group_around_the_item_is_clipped(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth;
		uint64_t unit = group_unit(m, &depth), va = m->base, span;
		struct pt_iterator it;

		if (unit && mm_order(m, depth) > 1) {
			span = pt_span(m->f, depth);
			mm_map(m, va + unit, 1, 0, MM_RW, depth, 0);
			assert_int_equal(pt_iterate(&it, &m->space, va + span,
						    va + 3 * span - 1), 0);
			assert_true(pt_iterate_next(&it));
			assert_true(pt_iterate_next(&it));
			assert_int_equal(pt_item_set(&it, mm_pa(m), MM_RW,
						     mm_order(m, depth)), 0);
			assert_int_equal(it.item.start, va + span);
			assert_int_equal(it.item.last, va + 3 * span - 1);
			assert_maps(&it, mm_pa(m) + span, MM_RW,
				    mm_order(m, depth), false);
			assert_end(&it);
		}
		mm_close(state);
	}
}

/* Errors of setting an item come in order, and nothing is stored. */
static void setting_what_cannot_be_changes_nothing(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t beyond = pt_ones(m->f->pa_bits) + 1;
		struct pt_iterator it;

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		it = iterate(m, va, 2);
		assert_true(pt_iterate_next(&it));
		mm_save(m);
		/* Each is wrong in all that comes later, too. */
		assert_int_equal(pt_item_set(&it, beyond + 1, PT_W, 1),
				 -EINVAL);
		assert_int_equal(pt_item_set(&it, page, PT_W, 63), -EINVAL);
		assert_int_equal(pt_item_set(&it, page, PT_W, 64), -EINVAL);
		assert_int_equal(pt_item_set(&it, 0, PT_W, 64), -ERANGE);
		assert_int_equal(pt_item_set(&it, beyond, PT_W, 1), -ERANGE);
		assert_int_equal(pt_item_set(&it, 0, MM_RW, 1),
				 pt_order_exists(&m->f->level[PT_PTE], 1) ?
				 -EEXIST : -EOPNOTSUPP);
		assert_int_equal(pt_item_set(&it, 0, PT_W, 0), -EOPNOTSUPP);
		if (mm_order(m, PT_PTE)) {
			/* Of another order it must be none ... */
			assert_int_equal(pt_item_set(&it, 0, MM_RW,
						     mm_order(m, PT_PTE)),
					 -EEXIST);
			/* ... and so must be all around it. */
			assert_true(pt_iterate_next(&it));
			assert_int_equal(pt_item_set(&it, 0, MM_RW,
						     mm_order(m, PT_PTE)),
					 -EEXIST);
		}
		mm_assert_saved(m);
		mm_close(state);
	}
}

/* A group is no longer one when it is set as single: that is not this. */
static void group_keeps_its_order(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth;
		uint64_t unit = group_unit(m, &depth);
		struct pt_iterator it;

		if (unit) {
			mm_map(m, m->base, 1u << mm_order(m, depth), mm_pa(m),
			       MM_RW, depth, mm_order(m, depth));
			it = iterate(m, m->base, 1);
			assert_true(pt_iterate_next(&it));
			mm_save(m);
			assert_int_equal(pt_item_set(&it, 0, MM_RW, 0),
					 -EEXIST);
			mm_assert_saved(m);
		}
		mm_close(state);
	}
}

/* The none entries around va, of the order, become a group at pa. */
static void set_group(struct mm *m, uint64_t va, uint64_t pa, uint32_t attrs,
		      unsigned order)
{
	struct pt_iterator it = iterate(m, va, 1);

	assert_true(pt_iterate_next(&it));
	assert_int_equal(pt_item_set(&it, pa, attrs, order), 0);
}

/* Svnapot: N (bit 63) and 8 in the low PPN bits, the same word 16 times. */
static void svnapot_group_is_written_as_the_manual_says(void **state)
{
	struct mm *m = mm_open_named(state, "riscv-sv39-svnapot");
	uint64_t va = m->base + 0x10000;

	mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
	set_group(m, va + 0x5000, 0x12340000,
		  MM_RW | PT_ACCESSED | PT_DIRTY, 4);
	for (unsigned k = 0; k < 16; k++)
		assert_int_equal(mm_raw(m, va + k * 0x1000, PT_PTE),
				 UINT64_C(1) << 63 |
				 UINT64_C(0x12348) << 10 | 0xd7);
	mm_close(state);
}

/* arm64: the contiguous bit (52) in 16 entries, each with its own address. */
static void arm64_group_is_written_as_the_manual_says(void **state)
{
	struct mm *m = mm_open_named(state, "arm64-4k-48");
	const uint64_t address = UINT64_C(0x0000fffffffff000);
	uint64_t va = m->base;

	mm_map(m, va + 0x10000, 1, 0, MM_RW, PT_PTE, 0);
	set_group(m, va + 0xf000, 0x12340000, MM_RW, 4);
	for (unsigned k = 0; k < 16; k++) {
		uint64_t raw = mm_raw(m, va + k * 0x1000, PT_PTE);

		assert_int_equal(raw & address, 0x12340000 + k * 0x1000);
		assert_int_equal(raw & UINT64_C(0x0010000000000003),
				 UINT64_C(0x0010000000000003));
	}
	assert_int_equal(mm_raw(m, va + 0x10000, PT_PTE) >> 52 & 1, 0);
	mm_close(state);
}

/* The short descriptors: a supersection is 16 equal entries with bit 18 set. */
static void supersection_is_written_as_the_manual_says(void **state)
{
	struct mm *m = mm_open_named(state, "arm-short");
	uint64_t va = m->base + 0x1000000;
	struct pt_iterator it;

	set_group(m, va + 0x300000, 0x23000000, mm_some_rights(m), 4);
	for (unsigned k = 0; k < 16; k++) {
		uint64_t raw = mm_raw(m, va + k * 0x100000, PT_PMD);

		assert_int_equal(raw & 0xff000000, 0x23000000);
		assert_int_equal(raw & 0x40002, 0x40002);
		assert_int_equal(raw, mm_raw(m, va, PT_PMD));
	}
	it = iterate(m, va - 0x100000, 0x1200);
	assert_next(&it, va - 0x100000, va - 1, PT_NONE, PT_PMD);
	assert_next(&it, va, va + 0xffffff, PT_LEAF, PT_PMD);
	assert_maps(&it, 0x23000000, mm_some_rights(m), 4, true);
	assert_next(&it, va + 0x1000000, va + 0x10fffff, PT_NONE, PT_PMD);
	assert_end(&it);
	mm_close(state);
}

/* 8xx: a page of 512 KiB is 128 entries with SPS and HUGE, addresses ascending. */
static void mpc8xx_group_is_written_as_linux_does(void **state)
{
	struct mm *m = mm_open_named(state, "ppc-8xx-4k");
	uint64_t va = m->base + 0x80000;
	struct pt_iterator it;

	mm_map(m, m->base, 1, 0, mm_some_rights(m), PT_PTE, 0);
	set_group(m, va + 0x7000, 0x1280000, mm_some_rights(m), 7);
	for (unsigned k = 0; k < 128; k++) {
		uint64_t raw = mm_raw(m, va + k * 0x1000, PT_PTE);

		assert_int_equal(raw & 0xfffff000, 0x1280000 + k * 0x1000);
		assert_int_equal(raw & 0x809, 0x809);
	}
	it = iterate(m, va + 0x2000, 0x7f);
	assert_next(&it, va + 0x2000, va + 0x7ffff, PT_LEAF, PT_PTE);
	assert_maps(&it, 0x1282000, mm_some_rights(m), 7, false);
	assert_next(&it, va + 0x80000, va + 0x80fff, PT_NONE, PT_PTE);
	assert_end(&it);
	mm_close(state);
}

/* A group that is broken is reported on from where it is, never backwards. */
static void broken_group_does_not_lead_back(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth;
		uint64_t unit = group_unit(m, &depth), va = m->base, span;
		struct pt_iterator it;

		if (unit) {
			span = pt_span(m->f, depth);
			mm_map(m, va, 1u << mm_order(m, depth), mm_pa(m),
			       MM_RW | PT_ACCESSED, depth,
			       mm_order(m, depth));
			mm_store(&m->space, va, depth,
				 m->f->level[depth].none_value);
			assert_int_equal(pt_iterate(&it, &m->space, va,
						    va + unit - 1), 0);
			assert_next(&it, va, va + span - 1, PT_NONE, depth);
			assert_next(&it, va + span, va + unit - 1, PT_LEAF,
				    depth);
			assert_int_equal(it.item.pa, mm_pa(m) + span);
			/* What is none in its middle stays so. */
			assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0),
					 0);
			mm_assert_kind(m, va, PT_NONE, depth);
			assert_end(&it);
		}
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_entry_of_a_table_is_an_item),
		TEST(holes_of_any_depth_are_items),
		TEST(items_cover_the_range_without_a_gap),
		TEST(group_is_one_item),
		TEST(range_clips_a_group),
		TEST(block_is_one_item),
		TEST(entries_that_are_not_present_are_items),
		TEST(bad_ranges_have_no_items),
		TEST(flags_change_in_every_entry_of_a_group),
		TEST(flags_that_cannot_change_are_refused),
		TEST(item_becomes_a_leaf_of_its_depth),
		TEST(items_move_one_after_the_other),
		TEST(none_item_becomes_a_group),
		TEST(group_around_the_item_is_clipped),
		TEST(setting_what_cannot_be_changes_nothing),
		TEST(group_keeps_its_order),
		TEST(svnapot_group_is_written_as_the_manual_says),
		TEST(arm64_group_is_written_as_the_manual_says),
		TEST(supersection_is_written_as_the_manual_says),
		TEST(mpc8xx_group_is_written_as_linux_does),
		TEST(broken_group_does_not_lead_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
