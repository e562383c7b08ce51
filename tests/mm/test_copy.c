/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pt_copy(): include/tablewalk/table_ops.h.
 */
#include "mm_raw.h"

#include <errno.h>
#include <string.h>

/* The space that is copied to; forgets the events so far. */
static struct pt_space open_target(struct mm *m)
{
	struct pt_space to;

	assert_int_equal(pt_space_init(&to, m->f, &m->env, m->space.number,
				       m->f->pa_bits), 0);
	mm_forget(m);
	return to;
}

static void close_all(void **state, struct pt_space *to)
{
	struct mm *m = *state;

	/* Closing the target makes more events. */
	mm_forget(m);
	pt_space_destroy(to);
	mm_close(state);
}

/* Copies n pages from va to the same place, which must succeed. */
static void copy_pages(struct mm *m, struct pt_space *to, uint64_t va,
		       uint64_t n, bool wrprotect)
{
	assert_int_equal(pt_copy(&m->space, to, va, va + n * mm_page(m) - 1,
				 va, wrprotect), 0);
}

static void assert_found(struct pt_space *space, uint64_t va,
			 enum pt_kind kind, unsigned depth, unsigned order,
			 uint64_t pa, uint32_t attrs)
{
	struct pt_lookup found;

	assert_int_equal(pt_translate(space, va, &found), 0);
	assert_string_equal(pt_kind_name(found.kind), pt_kind_name(kind));
	assert_string_equal(pt_depth_name(found.depth),
			    pt_depth_name((int)depth));
	assert_int_equal(found.order, order);
	assert_int_equal(found.pa, pa);
	assert_int_equal(found.attrs, attrs);
}

static void assert_page(struct pt_space *space, uint64_t va, uint64_t pa,
			uint32_t attrs)
{
	assert_found(space, va, PT_LEAF, PT_PTE, 0, pa, attrs);
}

/* Event number i was of that type and of a table of depth. */
static void assert_event(const struct mm *m, unsigned i,
			 enum mm_event_type type, unsigned depth)
{
	assert_true(i < m->arena.event_count);
	assert_int_equal(m->arena.event[i].type, type);
	assert_int_equal(m->arena.event[i].bytes, pt_table_bytes(m->f, depth));
}

/* Pages are copied with their attributes; holes between them stay holes. */
static void pages_are_copied_with_their_attributes(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base + page;
		uint32_t attrs = mm_rich_attrs(m);
		struct pt_space to = open_target(m);

		mm_map(m, va, 2, 4 * page, attrs, PT_PTE, 0);
		mm_map(m, va + 3 * page, 1, page, MM_RO, PT_PTE, 0);
		mm_forget(m);
		copy_pages(m, &to, va - page, 5, false);
		assert_int_equal(m->arena.event_count, PT_PTE - m->f->top);
		for (unsigned k = 0; k < m->arena.event_count; k++)
			assert_event(m, k, MM_ALLOC, m->f->top + k + 1);
		assert_found(&to, va - page, PT_NONE, PT_PTE, 0, 0, 0);
		assert_page(&to, va, 4 * page, attrs);
		assert_page(&to, va + page, 5 * page, attrs);
		assert_found(&to, va + 2 * page, PT_NONE, PT_PTE, 0, 0, 0);
		assert_page(&to, va + 3 * page, page, MM_RO);
		/* The page behind the range is no part of it. */
		assert_found(&to, va + 4 * page, PT_NONE, PT_PTE, 0, 0, 0);
		/* The source is as it was, and neither is the other. */
		assert_page(&m->space, va, 4 * page, attrs);
		assert_int_equal(pt_unmap(&m->space, va, va + page - 1), 0);
		assert_page(&to, va, 4 * page, attrs);
		close_all(state, &to);
	}
}

/* Only the range: what is beside it is neither copied nor changed. */
static void pages_beside_the_range_are_left_alone(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct pt_space to = open_target(m);

		mm_map(m, va, 4, 0, MM_RW, PT_PTE, 0);
		copy_pages(m, &to, va + page, 2, true);
		assert_found(&to, va, PT_NONE, PT_PTE, 0, 0, 0);
		assert_page(&to, va + page, page, MM_RO);
		assert_page(&to, va + 2 * page, 2 * page, MM_RO);
		assert_found(&to, va + 3 * page, PT_NONE, PT_PTE, 0, 0, 0);
		assert_page(&m->space, va, 0, MM_RW);
		assert_page(&m->space, va + page, page, MM_RO);
		assert_page(&m->space, va + 3 * page, 3 * page, MM_RW);
		close_all(state, &to);
	}
}

/* Everything in several tables is copied, up to the last page of the half. */
static void every_table_of_the_range_is_copied(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), table = pt_span(m->f, PT_PMD);
		uint64_t end = m->base + (m->bytes - 1);
		struct pt_space to = open_target(m);

		for (unsigned k = 0; k < 3; k++)
			mm_map(m, m->base + k * table, 1, k * page, MM_RW,
			       PT_PTE, 0);
		mm_map(m, end - (page - 1), 1, 7 * page, MM_RO, PT_PTE, 0);
		assert_int_equal(pt_copy(&m->space, &to, m->base, end, m->base,
					 false), 0);
		for (unsigned k = 0; k < 3; k++)
			assert_page(&to, m->base + k * table, k * page, MM_RW);
		assert_page(&to, end, 8 * page - 1, MM_RO);
		close_all(state, &to);
	}
}

/* What the root's entries must be apart: its span, or that of a group there. */
static uint64_t root_step(const struct mm *m)
{
	const struct pt_level *root = &m->f->level[m->f->top];
	uint64_t span = pt_span(m->f, m->f->top);

	return root->group_count ?
		       span << root->group[root->group_count - 1].order : span;
}

/* A copy may go to other entries of the root, and nowhere else. */
static void copy_goes_whole_root_entries_away(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), step = root_step(m), va = m->base;
		struct pt_space to = open_target(m);
		struct pt_space *s = &m->space;

		if (3 * step <= m->bytes) {
			mm_map(m, va + page, 1, page, MM_RW, PT_PTE, 0);
			assert_int_equal(pt_copy(s, &to, va, va + 2 * page - 1,
						 va + 2 * step, false), 0);
			assert_page(&to, va + 2 * step + page, page, MM_RW);
			assert_int_equal(pt_copy(&to, s, va + 2 * step,
						 va + 2 * step + 2 * page - 1,
						 va + step, false), 0);
			assert_page(s, va + step + page, page, MM_RW);
			assert_int_equal(pt_copy(s, &to, va, va + page - 1,
						 va + step + page, false),
					 -EINVAL);
			assert_int_equal(pt_copy(s, &to, va, va + page - 1,
						 va + step / 2, false),
					 -EINVAL);
		}
		close_all(state, &to);
	}
}

/* Two roots are two ranges of addresses: from one to the other. */
static void copy_goes_from_one_root_to_the_other(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_format *f = m->f;
		uint64_t high = pt_ones(f->va_word_bits) - pt_ones(f->va_bits);
		struct pt_space to;

		if (f->va_rule != PT_VA_ROOTS || m->base) {
			mm_close(state);
			continue;
		}
		assert_int_equal(pt_space_init(&to, f, &m->env, 1, f->pa_bits),
				 0);
		mm_map(m, 0, 1, mm_page(m), MM_RW, PT_PTE, 0);
		assert_int_equal(pt_copy(&m->space, &to, 0, mm_page(m) - 1,
					 high, true), 0);
		assert_page(&to, high, mm_page(m), MM_RO);
		/* The target's range is the other root's. */
		assert_int_equal(pt_copy(&m->space, &to, 0, mm_page(m) - 1, 0,
					 true), -ERANGE);
		close_all(state, &to);
	}
}

/* What is not present is copied with its kind, payload and attributes. */
static void entries_that_are_not_present_are_copied(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		const struct pt_level *pte = &m->f->level[PT_PTE];
		struct pt_space to = open_target(m);
		struct pt_space *s = &m->space;

		if (!pte->leaf.protnone.count) {
			close_all(state, &to);
			continue;
		}
		mm_map(m, va, 1, 4 * page, MM_RW | PT_DIRTY, PT_PTE, 0);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_PROTNONE, 0), 0);
		assert_int_equal(pt_setkind(s, va + page, PT_PTE, PT_SWAP,
					    6 * page), 0);
		if (pte->migration.match.count)
			assert_int_equal(pt_setkind(s, va + 2 * page, PT_PTE,
						    PT_MIGRATION, 3 * page),
					 0);
		if (pte->marker.match.count)
			assert_int_equal(pt_setkind(s, va + 3 * page, PT_PTE,
						    PT_MARKER, 0), 0);
		copy_pages(m, &to, va, 4, true);
		assert_found(&to, va, PT_PROTNONE, PT_PTE, 0, 4 * page,
			     MM_RO | PT_DIRTY);
		assert_found(s, va, PT_PROTNONE, PT_PTE, 0, 4 * page,
			     MM_RO | PT_DIRTY);
		assert_found(&to, va + page, PT_SWAP, PT_PTE, 0, 6 * page, 0);
		if (pte->migration.match.count)
			assert_found(&to, va + 2 * page, PT_MIGRATION, PT_PTE,
				     0, 3 * page, 0);
		if (pte->marker.match.count)
			assert_found(&to, va + 3 * page, PT_MARKER, PT_PTE, 0,
				     0, 0);
		close_all(state, &to);
	}
}

/* A huge page in the range is copied as one; a fork takes W from both. */
static void block_is_copied_as_one(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t block = pt_span(m->f, PT_PMD), va = m->base;
		uint32_t attrs = mm_rich_attrs(m);
		struct pt_space to = open_target(m);

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, va, 1, mm_pa(m), attrs, PT_PMD, 0);
			mm_forget(m);
			assert_int_equal(pt_copy(&m->space, &to, va,
						 va + block - 1, va, true), 0);
			assert_int_equal(m->arena.event_count,
					 PT_PMD - m->f->top);
			assert_found(&to, va, PT_LEAF, PT_PMD, 0, mm_pa(m),
				     attrs & ~PT_W);
			assert_found(&m->space, va, PT_LEAF, PT_PMD, 0,
				     mm_pa(m), attrs & ~PT_W);
		}
		close_all(state, &to);
	}
}

/*
 * A huge page that the range cuts is divided in the source first; the copy has
 * pages.  The source's table is allocated before those of the target.
 */
static void block_that_is_cut_is_divided_in_the_source(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct pt_space to = open_target(m);
		struct pt_space *s = &m->space;
		unsigned allocs = 1 + PT_PTE - m->f->top;

		if (!mm_has_leaf(m, PT_PMD)) {
			close_all(state, &to);
			continue;
		}
		mm_map(m, va, 1, mm_pa(m), MM_RW, PT_PMD, 0);
		mm_forget(m);
		copy_pages(m, &to, va + page, 2, true);
		assert_int_equal(m->arena.event_count, allocs);
		assert_event(m, 0, MM_ALLOC, PT_PTE);
		for (unsigned k = 1; k < allocs; k++)
			assert_event(m, k, MM_ALLOC, m->f->top + k);
		assert_page(s, va, mm_pa(m), MM_RW);
		assert_page(s, va + page, mm_pa(m) + page, MM_RO);
		assert_page(s, va + 2 * page, mm_pa(m) + 2 * page, MM_RO);
		assert_page(s, va + 3 * page, mm_pa(m) + 3 * page, MM_RW);
		assert_found(&to, va, PT_NONE, PT_PTE, 0, 0, 0);
		assert_page(&to, va + page, mm_pa(m) + page, MM_RO);
		assert_page(&to, va + 2 * page, mm_pa(m) + 2 * page, MM_RO);
		assert_found(&to, va + 3 * page, PT_NONE, PT_PTE, 0, 0, 0);
		close_all(state, &to);
	}
}

/* Two heights are cut at both ends: tables of the target in pre-order. */
static void cut_at_two_heights_allocates_in_order(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t span = pt_span(m->f, PT_PUD);
		uint64_t block = pt_span(m->f, PT_PMD);
		struct pt_space to = open_target(m);
		unsigned k = 0;

		if (m->f->top > PT_PUD || !mm_has_leaf(m, PT_PUD) ||
		    !mm_has_leaf(m, PT_PMD) || 2 * span > m->bytes) {
			close_all(state, &to);
			continue;
		}
		mm_map(m, va, 1, 0, MM_RW, PT_PUD, 0);
		mm_forget(m);
		/* From the second page of a block to the first of the next. */
		copy_pages(m, &to, va + page, block / page, false);
		/* The source: a table of blocks, and one for each that is cut. */
		assert_event(m, k++, MM_ALLOC, PT_PMD);
		assert_event(m, k++, MM_ALLOC, PT_PTE);
		assert_event(m, k++, MM_ALLOC, PT_PTE);
		for (unsigned d = m->f->top + 1; d < PT_DEPTHS; d++)
			assert_event(m, k++, MM_ALLOC, d);
		assert_event(m, k++, MM_ALLOC, PT_PTE);
		assert_int_equal(m->arena.event_count, k);
		assert_page(&to, va + page, page, MM_RW);
		assert_page(&to, va + block, block, MM_RW);
		assert_found(&to, va + block + page, PT_NONE, PT_PTE, 0, 0, 0);
		assert_page(&m->space, va, 0, MM_RW);
		close_all(state, &to);
	}
}

/* A group keeps its order; one that the range cuts is unfolded on both sides. */
static void group_keeps_its_order_unless_it_is_cut(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = mm_group_depth(m), order;
		struct pt_space to = open_target(m);
		uint64_t span, unit, va = m->base;

		if (depth == PT_DEPTHS) {
			close_all(state, &to);
			continue;
		}
		order = mm_order(m, depth);
		span = pt_span(m->f, depth);
		unit = span << order;
		if (2 * unit <= m->bytes) {
			mm_map(m, va, 2u << order, 0, MM_RW, depth, order);
			assert_int_equal(pt_copy(&m->space, &to, va,
						 va + unit + span - 1, va,
						 true), 0);
			assert_found(&to, va + span, PT_LEAF, depth, order,
				     span, MM_RO);
			assert_found(&m->space, va + span, PT_LEAF, depth,
				     order, span, MM_RO);
			assert_found(&to, va + unit, PT_LEAF, depth, 0, unit,
				     MM_RO);
			assert_found(&m->space, va + unit, PT_LEAF, depth, 0,
				     unit, MM_RO);
			assert_found(&to, va + unit + span, PT_NONE, depth, 0,
				     0, 0);
			assert_found(&m->space, va + unit + span, PT_LEAF,
				     depth, 0, unit + span, MM_RW);
		}
		close_all(state, &to);
	}
}

/* An invalid-huge entry that is cut is leaves in both, as division makes it. */
static void invalid_huge_that_is_cut_becomes_leaves(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t block = pt_span(m->f, PT_PMD);
		struct pt_space to = open_target(m);

		if (mm_can_invalidate(m) && 2 * block <= m->bytes) {
			mm_map(m, va, 2, 0, MM_RW, PT_PMD, 0);
			for (unsigned k = 0; k < 2; k++)
				assert_int_equal(pt_setkind(&m->space,
							    va + k * block,
							    PT_PMD,
							    PT_INVALID_HUGE,
							    0), 0);
			copy_pages(m, &to, va, (block + page) / page, true);
			assert_found(&to, va, PT_INVALID_HUGE, PT_PMD, 0, 0,
				     MM_RO);
			assert_page(&to, va + block, block, MM_RO);
			assert_page(&m->space, va + block, block, MM_RO);
			assert_page(&m->space, va + block + page, block + page,
				    MM_RW);
		}
		close_all(state, &to);
	}
}

/* Rights that are nothing without W keep it, on both sides. */
static void rights_that_need_write_keep_it(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open_any(state, i)); i++) {
		const struct pt_rights *r =
			&m->f->level[PT_PTE].leaf.rights;
		struct pt_space to = open_target(m);

		for (uint32_t w = PT_W; w <= PT_RIGHTS; w++) {
			uint32_t left = w & ~PT_W;
			uint64_t va = m->base + w * mm_page(m);

			if (!(w & PT_W) || !r->right[w].representable)
				continue;
			mm_map(m, va, 1, 0, w, PT_PTE, 0);
			copy_pages(m, &to, va, 1, true);
			if (!r->right[left].representable)
				left = w;
			assert_page(&to, va, 0, left);
			assert_page(&m->space, va, 0, left);
		}
		close_all(state, &to);
	}
}

/* An empty table of the target in the way of a block goes; one in use stays. */
static void empty_tables_of_the_target_are_replaced(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t block = pt_span(m->f, PT_PMD);
		struct pt_space to = open_target(m);

		if (!mm_has_leaf(m, PT_PMD) || 2 * block > m->bytes) {
			close_all(state, &to);
			continue;
		}
		/* Page tables in the target for a block and for a page. */
		for (unsigned k = 0; k < 2; k++) {
			assert_int_equal(pt_map(&to, va + k * block,
						va + k * block + page - 1, 0,
						MM_RW, PT_PTE, 0), 0);
			assert_int_equal(pt_unmap(&to, va + k * block,
						  va + k * block + page - 1),
					 0);
		}
		mm_map(m, va, 1, 0, MM_RW, PT_PMD, 0);
		mm_map(m, va + block, 1, page, MM_RW, PT_PTE, 0);
		mm_forget(m);
		copy_pages(m, &to, va, 2 * block / page, false);
		assert_int_equal(m->arena.event_count, 1);
		assert_event(m, 0, MM_FREE, PT_PTE);
		assert_found(&to, va, PT_LEAF, PT_PMD, 0, 0, MM_RW);
		assert_page(&to, va + block, page, MM_RW);
		close_all(state, &to);
	}
}

/* What is replaced is released with all below it, a table after those. */
static void replaced_tables_are_released_bottom_up(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t span = pt_span(m->f, PT_PUD);
		struct pt_space to = open_target(m);

		if (m->f->top > PT_PUD || !mm_has_leaf(m, PT_PUD) ||
		    span > m->bytes) {
			close_all(state, &to);
			continue;
		}
		assert_int_equal(pt_map(&to, va, va + page - 1, 0, MM_RW,
					PT_PTE, 0), 0);
		assert_int_equal(pt_unmap(&to, va, va + page - 1), 0);
		mm_map(m, va, 1, 0, MM_RW, PT_PUD, 0);
		mm_forget(m);
		copy_pages(m, &to, va, span / page, false);
		assert_int_equal(m->arena.event_count, 2);
		assert_event(m, 0, MM_FREE, PT_PTE);
		assert_event(m, 1, MM_FREE, PT_PMD);
		assert_found(&to, va, PT_LEAF, PT_PUD, 0, 0, MM_RW);
		close_all(state, &to);
	}
}

/* Holes, empty tables and bad entries of the source leave the target as it is. */
static void nothing_to_copy_allocates_nothing(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t bad = mm_bad_word(m, PT_PTE);
		struct pt_space to = open_target(m);

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		if (bad)
			mm_store(&m->space, va, PT_PTE, bad);
		else
			pt_unmap(&m->space, va, va + page - 1);
		mm_forget(m);
		mm_save(m);
		assert_int_equal(pt_copy(&m->space, &to, va,
					 va + (m->bytes - 1), va, true), 0);
		assert_int_equal(m->arena.event_count, 0);
		mm_assert_saved(m);
		close_all(state, &to);
	}
}

/* A bad entry is passed over; what is beside it is copied. */
static void bad_entry_is_passed_over(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t bad = mm_bad_word(m, PT_PTE);
		struct pt_space to = open_target(m);

		if (bad) {
			mm_map(m, va, 3, 0, MM_RW, PT_PTE, 0);
			mm_store(&m->space, va + page, PT_PTE, bad);
			copy_pages(m, &to, va, 3, true);
			assert_page(&to, va, 0, MM_RO);
			assert_found(&to, va + page, PT_NONE, PT_PTE, 0, 0, 0);
			assert_page(&to, va + 2 * page, 2 * page, MM_RO);
			assert_int_equal(mm_raw(m, va + page, PT_PTE), bad);
		}
		close_all(state, &to);
	}
}

/* Anything in the target's range, over a hole too, is -EEXIST: nothing changes. */
static void target_must_be_empty(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base, last = va + 4 * page;
		uint64_t bad = mm_bad_word(m, PT_PTE);
		struct pt_space to = open_target(m);
		struct pt_space *s = &m->space;

		mm_map(m, va, 1, 0, MM_RW, mm_block_depth(m), 0);
		assert_int_equal(pt_map(&to, va + 3 * page, last - 1, 0, MM_RW,
					PT_PTE, 0), 0);
		mm_save(m);
		assert_int_equal(pt_copy(s, &to, va, last - 1, va, true),
				 -EEXIST);
		m->arena.fail_in = 1;
		assert_int_equal(pt_copy(s, &to, va, last - 1, va, true),
				 -EEXIST);
		m->arena.fail_in = 0;
		mm_assert_saved(m);
		if (bad) {
			mm_store(&to, va + 3 * page, PT_PTE, bad);
			mm_save(m);
			assert_int_equal(pt_copy(s, &to, va, last - 1, va,
						 true), -EEXIST);
			mm_assert_saved(m);
		}
		/* What lies beside the range is in nobody's way. */
		copy_pages(m, &to, va, 3, true);
		close_all(state, &to);
	}
}

/* A range of the source comes first, then where it would go. */
static void bad_ranges_are_refused(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t word = pt_ones(m->f->va_word_bits);
		uint64_t step = root_step(m), end = va + (m->bytes - 1);
		struct pt_space to = open_target(m);
		struct pt_space *s = &m->space;

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		mm_save(m);
		assert_int_equal(pt_copy(s, &to, va + page, va, va, false),
				 -EINVAL);
		assert_int_equal(pt_copy(s, &to, va, va + page, va, false),
				 -EINVAL);
		assert_int_equal(pt_copy(s, &to, va, va + page - 1, va + page,
					 false), -EINVAL);
		if (m->f->va_bits < m->f->va_word_bits) {
			assert_int_equal(pt_copy(s, &to, 0, word, 0, false),
					 -ERANGE);
			assert_int_equal(pt_copy(s, &to, 0, word, page, false),
					 -EINVAL);
		}
		/* The target ends beyond the half, or the address word. */
		if (2 * step <= m->bytes && end != word &&
		    m->f->va_bits < m->f->va_word_bits && !m->base &&
		    m->f->va_rule != PT_VA_ZERO)
			assert_int_equal(pt_copy(s, &to, va,
						 va + m->bytes - 1, va + step,
						 false), -ERANGE);
		if (2 * step <= m->bytes && end == word)
			assert_int_equal(pt_copy(s, &to, va,
						 va + (m->bytes - 1),
						 va + step, false), -ERANGE);
		/* A space is not copied to itself. */
		assert_int_equal(pt_copy(s, s, va, va + page - 1, va, false),
				 -EINVAL);
		mm_assert_saved(m);
		close_all(state, &to);
	}
}

/* Where groups are of the root's entries, a copy goes whole groups away. */
static void group_of_root_entries_stays_aligned(void **state)
{
	struct mm *m = mm_open_named(state, "arm-short");
	uint32_t attrs = mm_some_rights(m);
	struct pt_space to = open_target(m);

	mm_map(m, 0, 16, 0x1000000, attrs, PT_PMD, 4);
	assert_int_equal(pt_copy(&m->space, &to, 0, 0xffffff, 0x100000, false),
			 -EINVAL);
	assert_int_equal(pt_copy(&m->space, &to, 0, 0xffffff, 0x3000000,
				 false), 0);
	assert_found(&to, 0x3100000, PT_LEAF, PT_PMD, 4, 0x1100000, attrs);
	close_all(state, &to);
}

/* Without memory everything is given back, last one first, and is as before. */
static void refused_table_changes_nothing(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t span = pt_span(m->f, mm_block_depth(m));
		struct pt_space to = open_target(m);
		unsigned live = 0, needed;

		/* Where there are blocks, the last page is of one that is cut. */
		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		mm_map(m, va + span, 1, 0, MM_RW, mm_block_depth(m), 0);
		for (needed = 1;; needed++) {
			int ret;

			mm_forget(m);
			mm_save(m);
			live = m->arena.live_count;
			m->arena.fail_in = needed;
			ret = pt_copy(&m->space, &to, va, va + span + page - 1,
				      va, true);
			m->arena.fail_in = 0;
			if (!ret)
				break;
			assert_int_equal(ret, -ENOMEM);
			mm_assert_saved(m);
			assert_int_equal(m->arena.live_count, live);
			assert_int_equal(m->arena.event_count, 2 * needed - 1);
			for (unsigned k = 1; k < needed; k++)
				assert_int_equal(
					m->arena.event[needed - 1 + k].pa,
					m->arena.event[needed - 1 - k].pa);
		}
		assert_int_equal(m->arena.event_count, needed - 1);
		assert_int_equal(m->arena.live_count, live + needed - 1);
		assert_page(&to, va, 0, MM_RO);
		assert_page(&to, va + span, 0, MM_RO);
		close_all(state, &to);
	}
}

/* Tables of the source that take rights away are not what is copied. */
static void restrictions_are_not_copied(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_space to = open_target(m);
		struct pt_lookup found;

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		if (!pt_restrict(&m->space, m->base, PT_PMD, PT_W)) {
			copy_pages(m, &to, m->base, 1, false);
			assert_page(&to, m->base, 0, MM_RW);
			assert_int_equal(pt_translate(&to, m->base, &found),
					 0);
			assert_int_equal(found.removed, 0);
		}
		close_all(state, &to);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_are_copied_with_their_attributes),
		TEST(pages_beside_the_range_are_left_alone),
		TEST(every_table_of_the_range_is_copied),
		TEST(copy_goes_whole_root_entries_away),
		TEST(copy_goes_from_one_root_to_the_other),
		TEST(entries_that_are_not_present_are_copied),
		TEST(block_is_copied_as_one),
		TEST(block_that_is_cut_is_divided_in_the_source),
		TEST(cut_at_two_heights_allocates_in_order),
		TEST(group_keeps_its_order_unless_it_is_cut),
		TEST(invalid_huge_that_is_cut_becomes_leaves),
		TEST(rights_that_need_write_keep_it),
		TEST(empty_tables_of_the_target_are_replaced),
		TEST(replaced_tables_are_released_bottom_up),
		TEST(nothing_to_copy_allocates_nothing),
		TEST(bad_entry_is_passed_over),
		TEST(target_must_be_empty),
		TEST(bad_ranges_are_refused),
		TEST(group_of_root_entries_stays_aligned),
		TEST(refused_table_changes_nothing),
		TEST(restrictions_are_not_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
