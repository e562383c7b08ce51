/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Invalidation: struct pt_flush of include/tablewalk/table_ops.h.
 *
 * Every operation here is watched (mm_flush.h); tests say besides how many
 * flushes they expect, and of what.
 */
#include "mm_flush.h"
#include "mm_ops.h"
#include "mm_raw.h"
#include "mm_script.h"

#include <errno.h>

#include <tablewalk/vpte.h>

#define OPERATIONS 400

/* The operation since mm_flush_begin() is over; it was to be n flushes. */
static void assert_flushes(struct mm_flush *w, unsigned n)
{
	const char *violation = mm_flush_end(w);

	if (violation)
		fail_msg("%s", violation);
	assert_false(w->loose);
	assert_int_equal(w->count, n);
}

static void assert_flush(const struct mm_flush *w, unsigned i, uint64_t va,
			 uint64_t bytes, int depth, bool tables)
{
	assert_true(i < w->count && i < MM_FLUSHES);
	assert_int_equal(w->told[i].va, va);
	assert_int_equal(w->told[i].last, va + (bytes - 1));
	assert_string_equal(pt_depth_name(w->told[i].depth),
			    pt_depth_name(depth));
	assert_int_equal(w->told[i].tables, tables);
}

/* The operation was one flush, of leaves of one depth. */
static void assert_leaves(struct mm_flush *w, uint64_t va, uint64_t bytes,
			  unsigned depth)
{
	assert_flushes(w, 1);
	assert_flush(w, 0, va, bytes, (int)depth, false);
}

/* The operation was one flush, of a table entry. */
static void assert_table(struct mm_flush *w, uint64_t va, uint64_t bytes)
{
	assert_flushes(w, 1);
	assert_flush(w, 0, va, bytes, PT_DEPTH_UNKNOWN, true);
}

/* Makes a page a software entry; false where the format has none. */
static bool make_soft(struct mm *m, uint64_t va, enum pt_kind kind)
{
	int ret = pt_setkind(&m->space, va, PT_PTE, kind, 0);

	assert_true(ret == 0 || ret == -EOPNOTSUPP);
	return !ret;
}

/* A block above PT_PTE at m->base, if there can be one. */
static bool map_block(struct mm *m)
{
	if (!mm_has_leaf(m, PT_PMD))
		return false;
	mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PMD, 0);
	return true;
}

/* A group at m->base, if there can be one; its bytes, or 0. */
static uint64_t map_group(struct mm *m, unsigned *depth)
{
	uint64_t unit;

	*depth = mm_group_depth(m);
	if (*depth == PT_DEPTHS)
		return 0;
	unit = pt_span(m->f, *depth) << mm_order(m, *depth);
	if (2 * unit > m->bytes || unit > pt_ones(m->f->pa_bits))
		return 0;
	mm_map(m, m->base, 1u << mm_order(m, *depth), 0, MM_RW, *depth,
	       mm_order(m, *depth));
	return unit;
}

/* What was not there cannot have been cached, nor what hardware does not use. */
static void entries_that_do_not_count_need_no_flush(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct mm_flush *w = mm_flush_watch(m);
		struct pt_space *s = &m->space;

		mm_flush_begin(w);
		mm_map(m, va, 3, 0, MM_RW, PT_PTE, 0);
		assert_flushes(w, 0);
		mm_flush_begin(w);
		assert_int_equal(pt_unmap(s, va + 4 * page, va + 8 * page - 1),
				 0);
		make_soft(m, va + 4 * page, PT_SWAP);
		make_soft(m, va + 5 * page, PT_PROTNONE);
		assert_int_equal(pt_protect(s, va + 4 * page,
					    va + 6 * page - 1, MM_RW), 0);
		assert_int_equal(pt_unmap(s, va + 4 * page, va + 8 * page - 1),
				 0);
		/* Nor what hardware does itself, nor what stays as it is. */
		assert_int_equal(pt_touch(s, va, PT_WRITE), 0);
		assert_int_equal(pt_protect(s, va, va + 3 * page - 1, MM_RW),
				 0);
		assert_int_equal(pt_free_tables(s, va, va + page - 1, 0,
						UINT64_MAX), 0);
		assert_flushes(w, 0);
		mm_close(state);
	}
}

/* One flush, from the first page that was there to the last one. */
static void unmapping_flushes_what_was_mapped(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct mm_flush *w = mm_flush_watch(m);

		mm_map(m, va + page, 2, 0, MM_RW, PT_PTE, 0);
		mm_map(m, va + 5 * page, 1, 0, MM_RW, PT_PTE, 0);
		make_soft(m, va + 6 * page, PT_PROTNONE);
		mm_flush_begin(w);
		assert_int_equal(pt_unmap(&m->space, va, va + 8 * page - 1), 0);
		assert_leaves(w, va + page, 5 * page, PT_PTE);
		mm_close(state);
	}
}

/* Only pages whose rights change, in either direction. */
static void protecting_flushes_what_changes(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct mm_flush *w = mm_flush_watch(m);

		mm_map(m, va, 1, 0, MM_RO, PT_PTE, 0);
		mm_map(m, va + page, 2, 0, MM_RW, PT_PTE, 0);
		mm_map(m, va + 3 * page, 1, 0, MM_RO, PT_PTE, 0);
		mm_flush_begin(w);
		assert_int_equal(pt_protect(&m->space, va, va + 4 * page - 1,
					    MM_RO), 0);
		assert_leaves(w, va + page, 2 * page, PT_PTE);
		mm_flush_begin(w);
		assert_int_equal(pt_protect(&m->space, va + 3 * page,
					    va + 4 * page - 1, MM_RW), 0);
		assert_leaves(w, va + 3 * page, page, PT_PTE);
		mm_close(state);
	}
}

/* A leaf that becomes something else is flushed; what it became is not. */
static void changing_the_kind_flushes_the_leaf(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct mm_flush *w = mm_flush_watch(m);

		mm_map(m, va, 2, 0, MM_RW, PT_PTE, 0);
		mm_flush_begin(w);
		if (make_soft(m, va + page, PT_PROTNONE)) {
			assert_leaves(w, va + page, page, PT_PTE);
			mm_flush_begin(w);
			assert_int_equal(pt_unmap(&m->space, va + page,
						  va + 2 * page - 1), 0);
		}
		assert_flushes(w, 0);
		mm_close(state);
	}
}

/*
 * A block that an operation divides is flushed whole.  The pieces that are
 * changed besides can have been cached since they were linked, so the depth is
 * not that of the block alone.
 */
static void a_block_that_is_cut_is_flushed_whole(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t span = pt_span(m->f, PT_PMD);
		struct mm_flush *w = mm_flush_watch(m);

		for (unsigned turn = 0; turn < 2 && map_block(m); turn++) {
			uint64_t at = va + page;

			mm_flush_begin(w);
			assert_int_equal(turn ? pt_unmap(&m->space, at,
							 at + page - 1) :
						pt_protect(&m->space, at,
							   at + page - 1,
							   MM_RO), 0);
			if (m->f->break_before_make) {
				/* The pieces come after the block is gone. */
				assert_flushes(w, 2);
				assert_flush(w, 0, va, span, PT_PMD, false);
				assert_flush(w, 1, at, page, PT_DEPTH_UNKNOWN,
					     false);
			} else {
				assert_flushes(w, 1);
				assert_flush(w, 0, va, span, PT_DEPTH_UNKNOWN,
					     false);
			}
			pt_unmap(&m->space, va, va + span - 1);
		}
		mm_close(state);
	}
}

/* Splitting flushes the block, or the group, and knows its depth. */
static void splitting_flushes_the_unit(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t va = m->base, unit;
		unsigned depth;

		if (map_block(m)) {
			mm_flush_begin(w);
			assert_int_equal(pt_split(&m->space, va + mm_page(m),
						  PT_PMD), 0);
			assert_leaves(w, va, pt_span(m->f, PT_PMD), PT_PMD);
			pt_unmap(&m->space, va, va + pt_span(m->f, PT_PMD) - 1);
		}
		unit = map_group(m, &depth);
		if (unit) {
			mm_flush_begin(w);
			assert_int_equal(pt_split(&m->space,
						  va + pt_span(m->f, depth),
						  depth), 0);
			assert_leaves(w, va, unit, depth);
		}
		mm_close(state);
	}
}

/* What changes one entry of a group flushes all of it. */
static void a_group_is_flushed_whole(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t va = m->base, span, unit;
		unsigned depth;

		for (unsigned turn = 0; turn < 3; turn++) {
			struct pt_space *s = &m->space;

			unit = map_group(m, &depth);
			if (!unit)
				break;
			span = pt_span(m->f, depth);
			mm_flush_begin(w);
			if (turn == 0)
				pt_unmap(s, va + span, va + 2 * span - 1);
			else if (turn == 1)
				pt_protect(s, va + span, va + 2 * span - 1,
					   MM_RO);
			else if (pt_setkind(s, va + span, depth, PT_PROTNONE,
					    0))
				break;
			/* What is single after a break is one by one. */
			assert_flushes(w, 1 + m->f->break_before_make);
			assert_flush(w, 0, va, unit, (int)depth, false);
			if (m->f->break_before_make)
				assert_flush(w, 1, va + span, span, (int)depth,
					     false);
			pt_unmap(s, va, va + unit - 1);
		}
		mm_close(state);
	}
}

/* A group that an item sets to another address is flushed whole, and once. */
static void a_moved_group_is_flushed_whole(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		unsigned depth;
		uint64_t unit = map_group(m, &depth), va = m->base;
		struct pt_iterator it;

		if (unit) {
			assert_int_equal(pt_iterate(&it, &m->space, va,
						    va + unit - 1), 0);
			assert_true(pt_iterate_next(&it));
			mm_flush_begin(w);
			assert_int_equal(pt_item_set(&it, it.item.pa + unit,
						     it.item.attrs,
						     it.item.order), 0);
			assert_leaves(w, va, unit, depth);
		}
		mm_close(state);
	}
}

/* A table that becomes a leaf is flushed before it goes; so is a new group. */
static void collapsing_flushes_what_it_joins(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t va = m->base, unit;
		unsigned depth;

		if (map_block(m)) {
			pt_split(&m->space, va, PT_PMD);
			mm_flush_begin(w);
			assert_int_equal(pt_collapse(&m->space, va, PT_PMD, 0),
					 0);
			assert_table(w, va, pt_span(m->f, PT_PMD));
			pt_unmap(&m->space, va, va + pt_span(m->f, PT_PMD) - 1);
		}
		unit = map_group(m, &depth);
		if (unit) {
			uint64_t at = va + pt_span(m->f, depth);

			pt_split(&m->space, va, depth);
			mm_flush_begin(w);
			assert_int_equal(pt_collapse(&m->space, at, depth,
						     mm_order(m, depth)), 0);
			assert_leaves(w, va, unit, depth);
		}
		mm_close(state);
	}
}

/* Rights that a table takes away are those of all that it covers. */
static void restricting_flushes_what_the_table_covers(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t span = pt_span(m->f, PT_PMD), va = m->base;

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		for (unsigned turn = 0; turn < 2; turn++) {
			mm_flush_begin(w);
			if (pt_restrict(&m->space, va, PT_PMD,
					turn ? 0 : PT_W)) {
				assert_flushes(w, 0);
				break;
			}
			assert_table(w, va, span);
			mm_flush_begin(w);
			pt_restrict(&m->space, va, PT_PMD, turn ? 0 : PT_W);
			assert_flushes(w, 0);
		}
		mm_close(state);
	}
}

/* The pointers to tables that are released, lower ones first. */
static void freeing_tables_flushes_each_before_it_goes(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t va = m->base, last = va + mm_page(m) - 1;
		unsigned n = PT_PTE - m->f->top;

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		pt_unmap(&m->space, va, last);
		mm_flush_begin(w);
		assert_int_equal(pt_free_tables(&m->space, va, last, 0,
						UINT64_MAX), 0);
		assert_flushes(w, n);
		for (unsigned k = 0; k < n; k++)
			assert_flush(w, k, va, pt_span(m->f, PT_PMD - k),
				     PT_DEPTH_UNKNOWN, true);
		mm_close(state);
	}
}

/* An empty table in the way of a leaf is flushed before it goes. */
static void replacing_a_table_flushes_it(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t va = m->base, span = pt_span(m->f, PT_PMD);
		struct mm_flush *w = mm_flush_watch(m);

		/* The second of two blocks has one in its way. */
		mm_map(m, va + span, 1, 0, MM_RW, PT_PTE, 0);
		pt_unmap(&m->space, va + span, va + span + mm_page(m) - 1);
		mm_flush_begin(w);
		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, va, 2, 0, MM_RW, PT_PMD, 0);
			assert_table(w, va + span, span);
		}
		mm_close(state);
	}
}

/* Leaves of two depths in one range have no depth in common. */
static void leaves_of_two_depths_give_no_hint(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t va = m->base, span = pt_span(m->f, PT_PMD);
		struct mm_flush *w = mm_flush_watch(m);

		if (map_block(m)) {
			mm_map(m, va + span, 1, 0, MM_RW, PT_PTE, 0);
			mm_flush_begin(w);
			assert_int_equal(pt_unmap(&m->space, va,
						  va + 2 * span - 1), 0);
			assert_flushes(w, 1);
			assert_flush(w, 0, va, span + mm_page(m),
				     PT_DEPTH_UNKNOWN, false);
		}
		mm_close(state);
	}
}

/* Another space: the other half, where one root does not cover both. */
static struct pt_space open_other(struct mm *m, uint64_t *to_va)
{
	const struct pt_format *f = m->f;
	struct pt_space to;

	assert_int_equal(pt_space_init(&to, f, &m->env, !m->space.number,
				       f->pa_bits), 0);
	*to_va = m->base;
	if (f->va_rule == PT_VA_ROOTS)
		*to_va ^= pt_ones(f->va_word_bits) & ~pt_ones(f->va_bits);
	return to;
}

/* A fork flushes what it takes W from, in the source and there alone. */
static void forking_flushes_the_source(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t va = m->base, page = mm_page(m), to_va;
		struct pt_space to = open_other(m, &to_va);

		mm_flush_add(w, &to);
		mm_map(m, va, 1, 0, MM_RO, PT_PTE, 0);
		mm_map(m, va + page, 2, 0, MM_RW, PT_PTE, 0);
		for (unsigned turn = 0; turn < 2; turn++) {
			mm_flush_begin(w);
			assert_int_equal(pt_copy(&m->space, &to, va,
						 va + 4 * page - 1, to_va,
						 turn), 0);
			assert_flushes(w, turn);
			if (turn)
				assert_flush(w, 0, va + page, 2 * page, PT_PTE,
					     false);
			pt_unmap(&to, to_va, to_va + 4 * page - 1);
		}
		pt_space_destroy(&to);
		mm_close(state);
	}
}

/* A table of the target that is replaced is the target's. */
static void copying_flushes_replaced_tables_of_the_target(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t page = mm_page(m), to_va;
		struct pt_space to = open_other(m, &to_va);

		mm_flush_add(w, &to);
		if (map_block(m)) {
			uint64_t span = pt_span(m->f, PT_PMD);

			assert_int_equal(pt_map(&to, to_va, to_va + page - 1, 0,
						MM_RW, PT_PTE, 0), 0);
			pt_unmap(&to, to_va, to_va + page - 1);
			mm_flush_begin(w);
			assert_int_equal(pt_copy(&m->space, &to, m->base,
						 m->base + span - 1, to_va,
						 true), 0);
			assert_flushes(w, 2);
			assert_flush(w, 0, to_va, span, PT_DEPTH_UNKNOWN, true);
			assert_int_equal(w->told[0].space, to.number);
			assert_flush(w, 1, m->base, span, PT_PMD, false);
			assert_int_equal(w->told[1].space, m->space.number);
		}
		pt_space_destroy(&to);
		mm_close(state);
	}
}

/* An operation that is refused memory has changed nothing. */
static void a_refused_table_needs_no_flush(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t page = mm_page(m), at = m->base + page, to_va;
		struct pt_space to = open_other(m, &to_va), *s = &m->space;

		mm_flush_add(w, &to);
		for (unsigned turn = 0; turn < 5 && map_block(m); turn++) {
			int ret = 0;

			mm_flush_begin(w);
			m->arena.fail_in = 1;
			if (turn == 0)
				ret = pt_unmap(s, at, at + page - 1);
			else if (turn == 1)
				ret = pt_protect(s, at, at + page - 1, MM_RO);
			else if (turn == 2)
				ret = pt_split(s, at, PT_PMD);
			else
				ret = pt_copy(s, &to, at, at + page - 1,
					      to_va + page, true);
			assert_int_equal(ret, -ENOMEM);
			assert_int_equal(m->arena.fail_in, 0);
			assert_flushes(w, 0);
			pt_unmap(s, m->base,
				 m->base + pt_span(m->f, PT_PMD) - 1);
		}
		pt_space_destroy(&to);
		mm_close(state);
	}
}

static struct mm_flush *watched;

/* The page callback: by now the block that was split is flushed. */
static int sees_the_flush(const struct pt_visit *visit, struct pt_walk *walk)
{
	(void)visit;
	(void)walk;
	assert_int_equal(watched->count, 1);
	return 7;
}

/* A walk that divides flushes at once, and so however it ends. */
static void walking_flushes_what_it_splits(void **state)
{
	static const struct pt_walk_ops ops = { .pte_entry = sees_the_flush };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t va = m->base, span = pt_span(m->f, PT_PMD);
		struct pt_vma vma = mm_vma(m, 0, mm_entries(m, PT_PTE),
					   OP_VMA_PLAIN);

		watched = mm_flush_watch(m);
		mm_set_vmas(m, &vma, 1);
		if (map_block(m)) {
			mm_flush_begin(watched);
			assert_int_equal(pt_walk_vmas(&m->space, va,
						      va + span - 1, &ops,
						      NULL), 7);
			assert_leaves(watched, va, span, PT_PMD);
			pt_unmap(&m->space, va, va + span - 1);
		}
		mm_close(state);
	}
}

/* New pages and the tables for them were not there before. */
static void installing_needs_no_flush(void **state)
{
	struct pt_walk_ops ops = { .install_pte = mm_on_install };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma = mm_vma(m, 0, 4, OP_VMA_PLAIN);
		struct mm_flush *w = mm_flush_watch(m);

		mm_set_vmas(m, &vma, 1);
		mm_map(m, m->base + mm_page(m), 1, 0, MM_RW, PT_PTE, 0);
		mm_flush_begin(w);
		assert_int_equal(pt_walk_install(&m->space, m->base,
						 m->base + 4 * mm_page(m) - 1,
						 &ops, mm_script_new(m)), 0);
		assert_flushes(w, 0);
		mm_close(state);
	}
}

/* What hardware makes of a bad entry nobody knows: all is flushed. */
static void clearing_a_bad_entry_flushes_all_below_it(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		struct mm_script *script = mm_script_new(m);
		uint8_t saved[8];

		m->space.walk_flags = WALK_CLEARS_BAD;
		if (!m->base && m->f->top <= PT_P4D &&
		    mm_plant_bad(m, saved)) {
			mm_flush_begin(w);
			assert_int_equal(pt_walk_inclusive(
				&m->space, 0, mm_page(m) - 1, &mm_ops_all,
				script), 0);
			assert_table(w, 0, pt_span(m->f, m->f->top));
		}
		mm_close(state);
	}
}

/* Of what an iterator changes, all counts but what hardware does as well. */
static void items_flush_what_they_change(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint32_t flags = PT_ACCESSED | PT_DIRTY;
		struct mm_flush *w = mm_flush_watch(m);
		struct pt_iterator it;

		assert_int_equal(pt_map(&m->space, va + page, va + 2 * page - 1,
					0, MM_RW, PT_PTE, 0), 0);
		assert_int_equal(pt_iterate(&it, &m->space, va,
					    va + 2 * page - 1), 0);
		assert_true(pt_iterate_next(&it));
		mm_flush_begin(w);
		/* A page that was not there. */
		assert_int_equal(pt_item_set(&it, 0, MM_RW, 0), 0);
		assert_true(pt_iterate_next(&it));
		/* The flags alone, in one way and the other. */
		assert_int_equal(pt_item_set(&it, 0, MM_RW | flags, 0), 0);
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0), 0);
		assert_int_equal(pt_item_change(&it, flags, flags), 0);
		assert_flushes(w, 0);
		mm_flush_begin(w);
		assert_int_equal(pt_item_change(&it, PT_DIRTY, 0), 0);
		assert_leaves(w, va + page, page, PT_PTE);
		mm_flush_begin(w);
		assert_int_equal(pt_item_set(&it, page, MM_RW, 0), 0);
		assert_leaves(w, va + page, page, PT_PTE);
		mm_flush_begin(w);
		assert_int_equal(pt_item_set(&it, page, MM_RO, 0), 0);
		assert_leaves(w, va + page, page, PT_PTE);
		mm_close(state);
	}
}

/* Every format, whatever it cannot do, has its pages flushed. */
static void pages_of_every_format_are_flushed(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open_any(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct mm_flush *w = mm_flush_watch(m);
		struct pt_space *s = &m->space;
		unsigned n = PT_PTE - m->f->top;

		assert_int_equal(pt_map(s, va, va + 3 * page - 1, 0,
					mm_some_rights(m), PT_PTE, 0), 0);
		mm_flush_begin(w);
		assert_int_equal(pt_unmap(s, va + page, va + 2 * page - 1), 0);
		assert_leaves(w, va + page, page, PT_PTE);
		mm_flush_begin(w);
		assert_int_equal(pt_unmap(s, va, va + 3 * page - 1), 0);
		assert_leaves(w, va, 3 * page, PT_PTE);
		mm_flush_begin(w);
		assert_int_equal(pt_free_tables(s, va, va + page - 1, 0,
						UINT64_MAX), 0);
		assert_flushes(w, n);
		mm_close(state);
	}
}

/*
 * An invalid block is not cached, but the leaves that it is divided into can be
 * before they go: they are flushed, without a depth, because there were no such
 * leaves when the operation began.
 */
static void leaves_of_an_invalid_block_give_no_hint(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t page = mm_page(m), at = m->base + page;

		if (mm_can_invalidate(m) && map_block(m)) {
			assert_int_equal(pt_setkind(&m->space, at, PT_PMD,
						    PT_INVALID_HUGE, 0), 0);
			mm_flush_begin(w);
			assert_int_equal(pt_unmap(&m->space, at, at + page - 1),
					 0);
			assert_flushes(w, 1);
			assert_flush(w, 0, at, page, PT_DEPTH_UNKNOWN, false);
		}
		mm_close(state);
	}
}

/* No operation leaves anything cached, none flushes more than it must. */
static void random_operations_flush_what_they_change(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_flush *w = mm_flush_watch(m);
		uint64_t seed = 0xf1005 + i;

		for (unsigned n = 0; n < OPERATIONS; n++) {
			struct mm_op op = mm_op_draw(m, &seed);
			const char *violation;
			int ret;

			mm_forget(m);
			mm_flush_begin(w);
			ret = mm_op_apply(m, &op);
			violation = mm_flush_end(w);
			if (violation)
				fail_msg("operation %u: %s", n, violation);
			assert_false(w->loose);
			assert_true(!ret || !w->count);
		}
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(entries_that_do_not_count_need_no_flush),
		TEST(unmapping_flushes_what_was_mapped),
		TEST(protecting_flushes_what_changes),
		TEST(changing_the_kind_flushes_the_leaf),
		TEST(a_block_that_is_cut_is_flushed_whole),
		TEST(splitting_flushes_the_unit),
		TEST(a_group_is_flushed_whole),
		TEST(a_moved_group_is_flushed_whole),
		TEST(collapsing_flushes_what_it_joins),
		TEST(restricting_flushes_what_the_table_covers),
		TEST(freeing_tables_flushes_each_before_it_goes),
		TEST(replacing_a_table_flushes_it),
		TEST(leaves_of_two_depths_give_no_hint),
		TEST(forking_flushes_the_source),
		TEST(copying_flushes_replaced_tables_of_the_target),
		TEST(a_refused_table_needs_no_flush),
		TEST(walking_flushes_what_it_splits),
		TEST(installing_needs_no_flush),
		TEST(clearing_a_bad_entry_flushes_all_below_it),
		TEST(items_flush_what_they_change),
		TEST(pages_of_every_format_are_flushed),
		TEST(leaves_of_an_invalid_block_give_no_hint),
		TEST(random_operations_flush_what_they_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
