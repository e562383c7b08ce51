/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations on one entry: split, collapse, restrict, setkind, touch,
 * translate.  include/tablewalk/table_ops.h.
 */
#include "mm_fixture.h"

#include <errno.h>

/* The next space whose format has blocks and whose i is at least *i. */
static struct mm *open_with_blocks(void **state, unsigned *i)
{
	struct mm *m;

	for (; (m = mm_open(state, *i)); (*i)++) {
		if (mm_has_leaf(m, PT_PMD))
			return m;
		mm_close(state);
	}
	return NULL;
}

static struct mm *open_with_groups(void **state, unsigned *i)
{
	struct mm *m;

	for (; (m = mm_open(state, *i)); (*i)++) {
		if (mm_order(m, PT_PTE))
			return m;
		mm_close(state);
	}
	return NULL;
}

/* A split block is a full table of the same memory and attributes. */
static void split_block_maps_the_same(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_blocks(state, &i)); i++) {
		uint64_t pa = mm_pa(m), page = mm_page(m);
		uint32_t attrs = mm_rich_attrs(m);
		unsigned n = mm_entries(m, PT_PTE);

		mm_map(m, m->base, 1, pa, attrs, PT_PMD, 0);
		mm_forget(m);
		assert_int_equal(pt_split(&m->space, m->base + page, PT_PMD),
				 0);
		for (unsigned k = 0; k < n; k++)
			mm_assert_leaf(m, m->base + k * page, PT_PTE, 0,
				       pa + k * page, attrs);
		assert_int_equal(m->arena.event_count, 1);
		/* The new table is full before it is linked, once. */
		assert_true(m->arena.stores >= n + 1);
		mm_close(state);
	}
}

/* A split group is single entries, and no table is made. */
static void split_group_is_unfolded(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_groups(state, &i)); i++) {
		unsigned order = mm_order(m, PT_PTE);
		uint64_t page = mm_page(m);

		mm_map(m, m->base, 2u << order, 0, MM_RW, PT_PTE, order);
		mm_forget(m);
		assert_int_equal(pt_split(&m->space, m->base + page, PT_PTE),
				 0);
		for (unsigned k = 0; k < 2u << order; k++)
			mm_assert_leaf(m, m->base + k * page, PT_PTE,
				       k < 1u << order ? 0 : order, k * page,
				       MM_RW);
		assert_int_equal(m->arena.event_count, 0);
		assert_int_equal(pt_split(&m->space, m->base, PT_PTE),
				 -ENOENT);
		mm_close(state);
	}
}

/* Split tells what cannot be split from what is not there. */
static void split_errors(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		bool groups = mm_order(m, PT_PTE);
		int single = groups ? -ENOENT : -EOPNOTSUPP;
		struct pt_space *s = &m->space;

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_split(s, m->base + 1, PT_PTE), -EINVAL);
		assert_int_equal(pt_split(s, m->base, PT_PTE), single);
		if (!m->f->level[m->f->top].leaf.match.count)
			assert_int_equal(pt_split(s, m->base, m->f->top),
					 -EOPNOTSUPP);
		if (mm_has_leaf(m, PT_PMD)) {
			/* A table; a hole; a hole above. */
			assert_int_equal(pt_split(s, m->base, PT_PMD),
					 -ENOENT);
			assert_int_equal(pt_split(s, m->base +
						  pt_span(m->f, PT_PMD),
						  PT_PMD), -ENOENT);
			assert_int_equal(pt_split(s, m->base + m->bytes / 2,
						  PT_PMD), -ENOENT);
		}
		mm_close(state);
	}
}

/* A full table of equal pages becomes a block; A and D are OR-ed. */
static void full_table_collapses_to_a_block(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_blocks(state, &i)); i++) {
		unsigned n = mm_entries(m, PT_PTE);
		uint32_t hardware = PT_ACCESSED | PT_DIRTY;
		uint32_t attrs = mm_rich_attrs(m) & ~hardware;
		uint64_t pa = mm_pa(m), page = mm_page(m);

		mm_map(m, m->base, n, pa, attrs, PT_PTE, 0);
		assert_int_equal(pt_touch(&m->space, m->base + 2 * page,
					  PT_READ), 0);
		assert_int_equal(pt_touch(&m->space, m->base + 3 * page,
					  PT_WRITE), 0);
		mm_forget(m);
		assert_int_equal(pt_collapse(&m->space, m->base + page, PT_PMD,
					     0), 0);
		mm_assert_leaf(m, m->base, PT_PMD, 0, pa, attrs | hardware);
		/* It takes another one to break the table. */
		assert_int_equal(m->arena.stores, 1 + m->f->break_before_make);
		assert_int_equal(m->arena.event_count, 1);
		assert_int_equal(m->arena.event[0].type, MM_FREE);
		mm_close(state);
	}
}

/* Collapse needs every page, alike, consecutive and aligned. */
static void unequal_table_does_not_collapse(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_blocks(state, &i)); i++) {
		uint64_t page = mm_page(m), pa = mm_pa(m), va = m->base;
		unsigned n = mm_entries(m, PT_PTE);
		uint64_t last = va + (n - 1) * page;
		struct pt_space *s = &m->space;

		mm_map(m, va, n, pa, MM_RW, PT_PTE, 0);
		pt_protect(s, last, last + page - 1, MM_RO);
		assert_int_equal(pt_collapse(s, va, PT_PMD, 0), -EBUSY);
		pt_unmap(s, last, last + page - 1);
		assert_int_equal(pt_collapse(s, va, PT_PMD, 0), -EBUSY);
		mm_map(m, last, 1, pa, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_collapse(s, va, PT_PMD, 0), -EBUSY);
		pt_unmap(s, va, last + page - 1);
		mm_map(m, va, n, pa + page, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_collapse(s, va, PT_PMD, 0), -EBUSY);
		pt_unmap(s, va, last + page - 1);
		mm_map(m, va, n, pa, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_collapse(s, va, PT_PMD, 0), 0);
		mm_close(state);
	}
}

/* A pointer entry that takes rights away forbids the collapse. */
static void restricted_table_does_not_collapse(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_blocks(state, &i)); i++) {
		mm_map(m, m->base, mm_entries(m, PT_PTE), mm_pa(m), MM_RW,
		       PT_PTE, 0);
		if (!pt_restrict(&m->space, m->base, PT_PMD, PT_W)) {
			assert_int_equal(pt_collapse(&m->space, m->base, PT_PMD,
						     0), -EBUSY);
			assert_int_equal(pt_restrict(&m->space, m->base, PT_PMD,
						     0), 0);
		}
		assert_int_equal(pt_collapse(&m->space, m->base, PT_PMD, 0),
				 0);
		mm_close(state);
	}
}

/* Pages become a group, which shares A and D; a table of groups collapses. */
static void pages_collapse_to_a_group(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_groups(state, &i)); i++) {
		unsigned order = mm_order(m, PT_PTE);
		unsigned n = mm_entries(m, PT_PTE);
		uint64_t page = mm_page(m), pa = mm_pa(m), va = m->base;
		struct pt_space *s = &m->space;

		mm_map(m, va, n, pa, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_collapse(s, va, PT_PTE, order + 1),
				 -EOPNOTSUPP);
		assert_int_equal(pt_collapse(s, va, PT_PTE, 0), -EOPNOTSUPP);
		assert_int_equal(pt_touch(s, va + page, PT_WRITE), 0);
		assert_int_equal(pt_collapse(s, va + 2 * page, PT_PTE, order),
				 0);
		for (unsigned k = 0; k < 1u << order; k++)
			mm_assert_leaf(m, va + k * page, PT_PTE, order,
				       pa + k * page,
				       MM_RW | PT_ACCESSED | PT_DIRTY);
		mm_assert_leaf(m, va + (page << order), PT_PTE, 0,
			       pa + (page << order), MM_RW);
		/* It is one already. */
		assert_int_equal(pt_collapse(s, va, PT_PTE, order), -EBUSY);
		if (mm_has_leaf(m, PT_PMD)) {
			assert_int_equal(pt_collapse(s, va, PT_PMD, 0), 0);
			mm_assert_leaf(m, va, PT_PMD, 0, pa,
				       MM_RW | PT_ACCESSED | PT_DIRTY);
		}
		mm_close(state);
	}
}

/* A group needs its own alignment, and leaves only. */
static void misfits_do_not_become_a_group(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_groups(state, &i)); i++) {
		unsigned order = mm_order(m, PT_PTE);
		uint64_t page = mm_page(m), va = m->base;
		struct pt_space *s = &m->space;

		assert_int_equal(pt_collapse(s, va, PT_PTE, order), -ENOENT);
		mm_map(m, va, 1u << order, page, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_collapse(s, va, PT_PTE, order), -EBUSY);
		pt_unmap(s, va, va + page - 1);
		assert_int_equal(pt_collapse(s, va, PT_PTE, order), -ENOENT);
		assert_int_equal(pt_collapse(s, va + page, PT_PTE, order),
				 -EBUSY);
		mm_close(state);
	}
}

/* Restrict changes the pointer entry's rights and nothing else. */
static void restrict_takes_away_and_gives_back(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_space *s = &m->space;
		uint32_t can = 0;

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		for (unsigned d = m->f->top; d < PT_PTE; d++) {
			uint32_t all = 0;

			for (uint32_t right = PT_R; right <= PT_USER;
			     right <<= 1)
				if (!pt_restrict(s, m->base, d, right))
					all |= right;
			assert_int_equal(pt_restrict(s, m->base, d, all), 0);
			can |= all;
			assert_int_equal(mm_look(m, m->base).removed, can);
			mm_assert_leaf(m, m->base, PT_PTE, 0, 0, MM_RW);
			if (all != PT_RIGHTS)
				assert_int_equal(pt_restrict(s, m->base, d,
							     PT_RIGHTS),
						 -EOPNOTSUPP);
		}
		for (unsigned d = m->f->top; d < PT_PTE; d++)
			assert_int_equal(pt_restrict(s, m->base, d, 0), 0);
		assert_int_equal(mm_look(m, m->base).removed, 0);
		mm_close(state);
	}
}

/* Restrict tells a depth without such bits from a missing table. */
static void restrict_errors(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_space *s = &m->space;

		assert_int_equal(pt_restrict(s, m->base + 1, PT_PTE, 0),
				 -EINVAL);
		assert_int_equal(pt_restrict(s, m->base, PT_PTE, 0),
				 -EOPNOTSUPP);
		assert_int_equal(pt_restrict(s, m->base, m->f->top, 0x100),
				 -EOPNOTSUPP);
		assert_int_equal(pt_restrict(s, m->base, m->f->top, 0),
				 -ENOENT);
		mm_map(m, m->base, 1, 0, MM_RW, mm_block_depth(m), 0);
		if (mm_block_depth(m) != PT_PTE)
			assert_int_equal(pt_restrict(s, m->base, PT_PMD, 0),
					 -ENOENT);
		mm_close(state);
	}
}

/* Each kind keeps what it says it keeps. */
static void setkind_keeps_what_the_kind_keeps(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_blocks(state, &i)); i++) {
		uint64_t page = mm_page(m), pa = mm_pa(m), va = m->base;
		uint32_t attrs = mm_rich_attrs(m);
		struct pt_space *s = &m->space;

		mm_map(m, va, 4, pa, attrs, PT_PTE, 0);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_PROTNONE, 0), 0);
		assert_int_equal(mm_look(m, va).pa, pa);
		assert_int_equal(mm_look(m, va).attrs, attrs & ~PT_GLOBAL);
		assert_int_equal(pt_setkind(s, va + page, PT_PTE, PT_SWAP,
					    6 * page), 0);
		assert_int_equal(mm_look(m, va + page + 1).pa, 6 * page + 1);
		assert_int_equal(mm_look(m, va + page).attrs, 0);
		assert_int_equal(pt_setkind(s, va + 2 * page, PT_PTE,
					    PT_MIGRATION, 7 * page), 0);
		assert_int_equal(mm_look(m, va + 2 * page).pa, 7 * page);
		assert_int_equal(pt_setkind(s, va + 3 * page, PT_PTE,
					    PT_MARKER, 7 * page), 0);
		mm_assert_kind(m, va + 3 * page, PT_MARKER, PT_PTE);
		assert_int_equal(mm_look(m, va + 3 * page).pa, 0);
		/* What is none of leaf and none is in the way. */
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_SWAP, 0),
				 -EBUSY);
		assert_int_equal(pt_setkind(s, va, PT_PMD, PT_MIGRATION, 0),
				 -EBUSY);
		mm_close(state);
	}
}

/* In a hole, missing tables are made first; a refused one changes nothing. */
static void setkind_in_a_hole_makes_the_tables(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_blocks(state, &i)); i++) {
		uint64_t va = m->base, page = mm_page(m);
		uint64_t span = pt_span(m->f, PT_PMD), pa = mm_pa(m);
		struct pt_space *s = &m->space;

		mm_save(m);
		for (unsigned n = PT_PTE - m->f->top; n > 0; n--) {
			m->arena.fail_in = n;
			assert_int_equal(pt_setkind(s, va, PT_PTE, PT_PROTNONE,
						    0), -ENOMEM);
			mm_assert_saved(m);
		}
		m->arena.fail_in = 0;
		mm_forget(m);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_PROTNONE,
					    9 * page), 0);
		assert_int_equal(m->arena.event_count, PT_PTE - m->f->top);
		mm_assert_kind(m, va, PT_PROTNONE, PT_PTE);
		assert_int_equal(mm_look(m, va).pa, 0);
		assert_int_equal(mm_look(m, va).attrs, PT_R);
		/* The payload is rounded down to the span. */
		assert_int_equal(pt_setkind(s, va + span, PT_PMD, PT_MIGRATION,
					    pa + page), 0);
		assert_int_equal(mm_look(m, va + span).pa, pa);
		/* Below something that is no table. */
		assert_int_equal(pt_setkind(s, va + span, PT_PTE, PT_SWAP, 0),
				 -EBUSY);
		mm_close(state);
	}
}

/* One page of a group changes, the others become single. */
static void setkind_in_a_group_changes_one_entry(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_groups(state, &i)); i++) {
		unsigned order = mm_order(m, PT_PTE);
		uint64_t page = mm_page(m), va = m->base;

		mm_map(m, va, 1u << order, 0, MM_RW, PT_PTE, order);
		if (!m->f->level[PT_PTE].leaf.protnone.count) {
			assert_int_equal(pt_setkind(&m->space, va, PT_PTE,
						    PT_PROTNONE, 0),
					 -EOPNOTSUPP);
			mm_close(state);
			continue;
		}
		assert_int_equal(pt_setkind(&m->space, va + page, PT_PTE,
					    PT_PROTNONE, 0), 0);
		mm_assert_kind(m, va + page, PT_PROTNONE, PT_PTE);
		for (unsigned k = 0; k < 1u << order; k++)
			if (k != 1)
				mm_assert_leaf(m, va + k * page, PT_PTE, 0,
					       k * page, MM_RW);
		mm_close(state);
	}
}

/* The next space in whose pmd a leaf can be made invalid; *i as above. */
static struct mm *open_with_invalid(void **state, unsigned *i)
{
	struct mm *m;

	for (; (m = mm_open(state, *i)); (*i)++) {
		if (mm_can_invalidate(m))
			return m;
		mm_close(state);
	}
	return NULL;
}

/* A leaf made invalid keeps its memory and every attribute but GLOBAL. */
static void invalid_huge_keeps_all_of_a_leaf_but_global(void **state)
{
	unsigned spaces = 0;
	struct mm *m;

	for (unsigned i = 0; (m = open_with_invalid(state, &i)); i++) {
		uint64_t va = m->base, pa = mm_pa(m), page = mm_page(m);
		uint64_t span = pt_span(m->f, PT_PMD);
		uint32_t attrs = mm_rich_attrs(m);
		struct pt_space *s = &m->space;
		unsigned order = mm_order(m, PT_PMD);

		mm_map(m, va, 1u << order, pa, attrs, PT_PMD, order);
		/* Its pa is the leaf's, whatever is asked for. */
		assert_int_equal(pt_setkind(s, va + page, PT_PMD,
					    PT_INVALID_HUGE, 9 * page), 0);
		mm_assert_kind(m, va + page, PT_INVALID_HUGE, PT_PMD);
		assert_int_equal(mm_look(m, va + page + 1).pa, pa + page + 1);
		assert_int_equal(mm_look(m, va).attrs, attrs & ~PT_GLOBAL);
		assert_int_equal(mm_look(m, va).order, 0);
		/* Of a hole: no memory, and R. */
		va += span << order;
		assert_int_equal(pt_setkind(s, va, PT_PMD, PT_INVALID_HUGE,
					    9 * page), 0);
		mm_assert_kind(m, va, PT_INVALID_HUGE, PT_PMD);
		assert_int_equal(mm_look(m, va).pa, 0);
		assert_int_equal(mm_look(m, va).attrs, PT_R);
		spaces++;
		mm_close(state);
	}
	assert_true(spaces > 0);
}

/* It is neither none nor a leaf to whoever wants one of these. */
static void invalid_huge_is_in_the_way(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_invalid(state, &i)); i++) {
		uint64_t va = m->base, page = mm_page(m);
		struct pt_space *s = &m->space;
		unsigned order = mm_order(m, PT_PMD);

		mm_map(m, va, 1, mm_pa(m), MM_RW, PT_PMD, 0);
		assert_int_equal(pt_setkind(s, va, PT_PMD, PT_INVALID_HUGE, 0),
				 0);
		mm_save(m);
		mm_forget(m);
		assert_int_equal(pt_setkind(s, va, PT_PMD, PT_INVALID_HUGE, 0),
				 -EBUSY);
		assert_int_equal(pt_setkind(s, va, PT_PMD, PT_MIGRATION, 0),
				 -EBUSY);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_SWAP, 0),
				 -EBUSY);
		assert_int_equal(pt_map(s, va + page, va + 2 * page - 1, 0,
					MM_RW, PT_PTE, 0), -EEXIST);
		assert_int_equal(pt_touch(s, va, PT_READ), -ENOENT);
		assert_int_equal(pt_collapse(s, va, PT_PMD, 0), -ENOENT);
		if (order)
			assert_int_equal(pt_collapse(s, va, PT_PMD, order),
					 -ENOENT);
		if (m->f->top < PT_PMD)
			assert_int_not_equal(pt_collapse(s, va, PT_PMD - 1, 0),
					     0);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_INVALID_HUGE, 0),
				 -EOPNOTSUPP);
		mm_assert_saved(m);
		mm_close(state);
	}
}

/* Split gives leaves, not invalid entries: one table, as of a leaf. */
static void split_of_invalid_huge_gives_leaves(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_invalid(state, &i)); i++) {
		uint64_t va = m->base, pa = mm_pa(m), page = mm_page(m);
		uint32_t attrs = mm_rich_attrs(m);
		struct pt_space *s = &m->space;

		mm_map(m, va, 1, pa, attrs, PT_PMD, 0);
		assert_int_equal(pt_setkind(s, va, PT_PMD, PT_INVALID_HUGE, 0),
				 0);
		mm_save(m);
		m->arena.fail_in = 1;
		assert_int_equal(pt_split(s, va, PT_PMD), -ENOMEM);
		mm_assert_saved(m);
		m->arena.fail_in = 0;
		mm_forget(m);
		assert_int_equal(pt_split(s, va + page, PT_PMD), 0);
		assert_int_equal(m->arena.event_count, 1);
		for (unsigned k = 0; k < mm_entries(m, PT_PTE); k++)
			mm_assert_leaf(m, va + k * page, PT_PTE, 0,
				       pa + k * page, attrs & ~PT_GLOBAL);
		mm_close(state);
	}
}

/* Where the format does not describe the kind, it cannot be made. */
static void formats_without_invalid_huge_refuse_it(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = mm_block_depth(m);

		if (!m->f->level[depth].leaf.invalid.count)
			assert_int_equal(pt_setkind(&m->space, m->base, depth,
						    PT_INVALID_HUGE, 0),
					 -EOPNOTSUPP);
		mm_close(state);
	}
}

/* Setkind: malformed, then range, then what the format has no kind for. */
static void setkind_errors(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t over = pt_ones(m->f->pa_bits) + 1;
		uint64_t nowhere = pt_ones(m->f->va_bits - 1) + 1;
		struct pt_space *s = &m->space;

		assert_int_equal(pt_setkind(s, va + 1, PT_PTE, PT_LEAF, 0),
				 -EINVAL);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_LEAF, page / 2),
				 -EINVAL);
		if (m->f->va_rule == PT_VA_SIGNED &&
		    m->f->va_bits < m->f->va_word_bits) {
			assert_int_equal(pt_setkind(s, nowhere, PT_PTE, PT_LEAF,
						    page / 2), -EINVAL);
			assert_int_equal(pt_setkind(s, nowhere, PT_PTE, PT_LEAF,
						    0), -ERANGE);
		}
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_SWAP, over),
				 -ERANGE);
		assert_int_equal(pt_setkind(s, va, m->f->top, PT_SWAP, over),
				 -ERANGE);
		assert_int_equal(pt_setkind(s, va, m->f->top, PT_SWAP, 0),
				 -EOPNOTSUPP);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_LEAF, over),
				 -EOPNOTSUPP);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_NONE, 0),
				 -EOPNOTSUPP);
		mm_close(state);
	}
}

/* A read sets A; a write sets A, and D where the leaf is writable. */
static void touch_sets_what_hardware_would(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = mm_block_depth(m);
		uint64_t page = mm_page(m), va = m->base, pa = mm_pa(m);
		uint64_t span = pt_span(m->f, depth);
		struct pt_space *s = &m->space;

		mm_map(m, va, 2, pa, MM_RW, PT_PTE, 0);
		mm_map(m, va + 2 * page, 1, pa, MM_RO, PT_PTE, 0);
		mm_map(m, va + span * 4, 1, pa, MM_RW, depth, 0);
		assert_int_equal(pt_touch(s, va, PT_READ), 0);
		mm_assert_leaf(m, va, PT_PTE, 0, pa, MM_RW | PT_ACCESSED);
		assert_int_equal(pt_touch(s, va + page, PT_WRITE), 0);
		mm_assert_leaf(m, va + page, PT_PTE, 0, pa + page,
			       MM_RW | PT_ACCESSED | PT_DIRTY);
		assert_int_equal(pt_touch(s, va + 2 * page, PT_WRITE), 0);
		mm_assert_leaf(m, va + 2 * page, PT_PTE, 0, pa,
			       MM_RO | PT_ACCESSED);
		assert_int_equal(pt_touch(s, va + 4 * span, PT_EXEC), 0);
		mm_assert_leaf(m, va + 4 * span, depth, 0, pa,
			       MM_RW | PT_ACCESSED);
		/* Nothing to change, nothing stored. */
		mm_forget(m);
		assert_int_equal(pt_touch(s, va + page, PT_WRITE), 0);
		assert_int_equal(m->arena.stores, 0);
		mm_close(state);
	}
}

/* All entries of a group are updated together. */
static void touch_updates_the_whole_group(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = open_with_groups(state, &i)); i++) {
		unsigned order = mm_order(m, PT_PTE);
		uint64_t page = mm_page(m), va = m->base;

		mm_map(m, va, 2u << order, 0, MM_RW, PT_PTE, order);
		assert_int_equal(pt_touch(&m->space, va + page, PT_WRITE), 0);
		for (unsigned k = 0; k < 2u << order; k++)
			mm_assert_leaf(m, va + k * page, PT_PTE, order,
				       k * page,
				       k < 1u << order ?
					       MM_RW | PT_ACCESSED | PT_DIRTY :
					       MM_RW);
		mm_close(state);
	}
}

/* Only a leaf can be touched. */
static void touch_errors(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_space *s = &m->space;

		assert_int_equal(pt_touch(s, m->base + 1, PT_READ), -EINVAL);
		assert_int_equal(pt_touch(s, m->base, PT_READ), -ENOENT);
		if (!pt_setkind(s, m->base, PT_PTE, PT_PROTNONE, 0))
			assert_int_equal(pt_touch(s, m->base, PT_WRITE),
					 -ENOENT);
		mm_close(state);
	}
}

/* Without the flags in the format there is nothing to touch. */
static void touch_needs_the_flags(void **state)
{
	struct pt_format plain = mm_narrow;
	struct pt_format clean = mm_narrow;
	struct mm *m;

	clean.level[PT_PTE].leaf.dirty = (struct pt_flag){ 0, 0, 0 };
	m = mm_open_format(state, &clean, 0);
	mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
	assert_int_equal(pt_touch(&m->space, m->base, PT_WRITE), -EOPNOTSUPP);
	assert_int_equal(pt_touch(&m->space, m->base, PT_READ), 0);
	mm_close(state);

	plain.level[PT_PTE].leaf.accessed = (struct pt_flag){ 0, 0, 0 };
	m = mm_open_format(state, &plain, 0);
	assert_int_equal(pt_touch(&m->space, m->base, PT_READ), -EOPNOTSUPP);
	mm_close(state);
}

/* Any byte may be translated; the result is the entry that ends the descent. */
static void translate_names_the_deciding_entry(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct pt_lookup found;

		mm_map(m, va, 1, mm_pa(m), MM_RW, PT_PTE, 0);
		assert_int_equal(mm_look(m, va + 3).pa, mm_pa(m) + 3);
		mm_assert_kind(m, va + page, PT_NONE, PT_PTE);
		mm_assert_kind(m, va + m->bytes / 2, PT_NONE, m->f->top);
		if (m->f->va_bits < m->f->va_word_bits)
			assert_int_equal(
				pt_translate(&m->space,
					     UINT64_C(1) << m->f->va_bits,
					     &found), -ERANGE);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(split_block_maps_the_same),
		TEST(split_group_is_unfolded),
		TEST(split_errors),
		TEST(full_table_collapses_to_a_block),
		TEST(unequal_table_does_not_collapse),
		TEST(restricted_table_does_not_collapse),
		TEST(pages_collapse_to_a_group),
		TEST(misfits_do_not_become_a_group),
		TEST(restrict_takes_away_and_gives_back),
		TEST(restrict_errors),
		TEST(setkind_keeps_what_the_kind_keeps),
		TEST(setkind_in_a_hole_makes_the_tables),
		TEST(setkind_in_a_group_changes_one_entry),
		TEST(invalid_huge_keeps_all_of_a_leaf_but_global),
		TEST(invalid_huge_is_in_the_way),
		TEST(split_of_invalid_huge_gives_leaves),
		TEST(formats_without_invalid_huge_refuse_it),
		TEST(setkind_errors),
		TEST(touch_sets_what_hardware_would),
		TEST(touch_updates_the_whole_group),
		TEST(touch_errors),
		TEST(touch_needs_the_flags),
		TEST(translate_names_the_deciding_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
