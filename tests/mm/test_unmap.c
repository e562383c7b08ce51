/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pt_unmap() and pt_protect(), and the division of what a range splits:
 * include/tablewalk/table_ops.h.
 */
#include "mm_fixture.h"

#include <errno.h>

/* The largest leaf of the format that two of fit into the address range. */
static unsigned largest_depth(const struct mm *m)
{
	for (unsigned depth = m->f->top; depth < PT_PTE; depth++)
		if (mm_has_leaf(m, depth) &&
		    2 * pt_span(m->f, depth) <= m->bytes)
			return depth;
	return PT_PTE;
}

/* Unmapping a page leaves its neighbours and all tables. */
static void unmapped_page_is_none_and_tables_stay(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;

		mm_map(m, va, 3, 0, MM_RW, PT_PTE, 0);
		mm_forget(m);
		assert_int_equal(pt_unmap(&m->space, va + page,
					  va + 2 * page - 1), 0);
		mm_assert_leaf(m, va + page - 1, PT_PTE, 0, page - 1, MM_RW);
		mm_assert_kind(m, va + page, PT_NONE, PT_PTE);
		mm_assert_leaf(m, va + 2 * page, PT_PTE, 0, 2 * page, MM_RW);
		assert_int_equal(m->arena.event_count, 0);
		mm_close(state);
	}
}

/* Every entry of a table is emptied when the range ends with the table. */
static void whole_tables_are_emptied_to_the_last_entry(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned n = mm_entries(m, PT_PTE);
		uint64_t bytes = n * mm_page(m);

		mm_map(m, m->base, 2 * n, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_unmap(&m->space, m->base,
					  m->base + bytes - 1), 0);
		for (unsigned k = 0; k < n; k++)
			mm_assert_kind(m, m->base + k * mm_page(m), PT_NONE,
				       PT_PTE);
		mm_assert_leaf(m, m->base + bytes, PT_PTE, 0, bytes, MM_RW);
		mm_close(state);
	}
}

/* Holes, and a range that is nothing but a hole, are fine. */
static void holes_are_passed_over(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t last = m->base + (m->bytes - 1);

		assert_int_equal(pt_unmap(&m->space, m->base, last), 0);
		assert_int_equal(pt_protect(&m->space, m->base, last, MM_RO),
				 0);
		assert_int_equal(m->arena.stores, 0);
		assert_int_equal(m->arena.event_count, 0);
		mm_close(state);
	}
}

/*
 * A page in the middle of the largest block: what is around it stays mapped,
 * in pieces as large as the range leaves them, with the same attributes.
 */
static void block_is_divided_only_where_the_range_cuts(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), pa = mm_pa(m);
		uint32_t attrs = mm_rich_attrs(m);
		unsigned depth = largest_depth(m);
		uint64_t span = pt_span(m->f, depth);
		uint64_t hole = m->base + span / 2;

		if (depth == PT_PTE) {
			mm_close(state);
			continue;
		}
		mm_map(m, m->base, 1, pa, attrs, depth, 0);
		mm_forget(m);
		assert_int_equal(pt_unmap(&m->space, hole, hole + page - 1),
				 0);
		mm_assert_kind(m, hole, PT_NONE, PT_PTE);
		mm_assert_leaf(m, hole + page, PT_PTE, 0,
			       pa + span / 2 + page, attrs);
		mm_assert_leaf(m, hole - 1, depth + 1, 0, pa + span / 2 - 1,
			       attrs);
		mm_assert_leaf(m, m->base, depth + 1, 0, pa, attrs);
		mm_assert_leaf(m, m->base + span - 1, depth + 1, 0,
			       pa + span - 1, attrs);
		assert_int_equal(m->arena.event_count, PT_PTE - depth);
		mm_close(state);
	}
}

/* Two blocks, each cut by one edge: tables in pre-order, first block first. */
static void both_edges_divide_in_ascending_order(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = largest_depth(m);
		uint64_t span = pt_span(m->f, depth), page = mm_page(m);
		uint64_t va = m->base + span - page;
		unsigned each = PT_PTE - depth;

		if (depth == PT_PTE) {
			mm_close(state);
			continue;
		}
		mm_map(m, m->base, 1, 0, MM_RW, depth, 0);
		mm_map(m, m->base + span, 1, 0, MM_RW, depth, 0);
		mm_forget(m);
		assert_int_equal(pt_unmap(&m->space, va, va + 2 * page - 1),
				 0);
		assert_int_equal(m->arena.event_count, 2 * each);
		for (unsigned k = 0; k < 2 * each; k++)
			assert_int_equal(m->arena.event[k].bytes,
					 pt_table_bytes(m->f, depth + 1 +
							k % each));
		mm_assert_leaf(m, va - 1, PT_PTE, 0, span - page - 1, MM_RW);
		mm_assert_kind(m, va, PT_NONE, PT_PTE);
		mm_assert_kind(m, va + page, PT_NONE, PT_PTE);
		mm_assert_leaf(m, va + 2 * page, PT_PTE, 0, page, MM_RW);
		mm_close(state);
	}
}

/* Both edges in one block: the tables they share are made once. */
static void edges_in_one_block_share_its_table(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = mm_block_depth(m);
		uint64_t span = pt_span(m->f, depth), page = mm_page(m);

		if (depth == PT_PTE) {
			mm_close(state);
			continue;
		}
		mm_map(m, m->base, 1, 0, MM_RW, depth, 0);
		mm_forget(m);
		assert_int_equal(pt_unmap(&m->space, m->base + page,
					  m->base + span - page - 1), 0);
		assert_int_equal(m->arena.event_count, 1);
		mm_assert_leaf(m, m->base, PT_PTE, 0, 0, MM_RW);
		mm_assert_kind(m, m->base + page, PT_NONE, PT_PTE);
		mm_assert_kind(m, m->base + span - page - 1, PT_NONE, PT_PTE);
		mm_assert_leaf(m, m->base + span - page, PT_PTE, 0,
			       span - page, MM_RW);
		mm_close(state);
	}
}

/* Whichever table of a division is refused, nothing has changed. */
static void refused_division_changes_nothing(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = largest_depth(m);
		uint64_t span = pt_span(m->f, depth), page = mm_page(m);
		uint64_t va = m->base + span - page, last = va + 2 * page - 1;
		unsigned need = 2 * (PT_PTE - depth);

		mm_map(m, m->base, 1, 0, MM_RW, depth, 0);
		mm_map(m, m->base + span, 1, 0, MM_RW, depth, 0);
		mm_save(m);
		for (unsigned n = 1; n <= need; n++) {
			mm_forget(m);
			m->arena.fail_in = n;
			assert_int_equal(pt_unmap(&m->space, va, last),
					 -ENOMEM);
			mm_assert_saved(m);
			assert_int_equal(m->arena.event_count, 2 * n - 1);
			m->arena.fail_in = n;
			assert_int_equal(pt_protect(&m->space, va, last,
						    MM_RO), -ENOMEM);
			mm_assert_saved(m);
			m->arena.fail_in = n;
			if (n > 1 || depth == PT_PTE)
				continue;
			assert_int_equal(pt_split(&m->space, m->base, depth),
					 -ENOMEM);
			mm_assert_saved(m);
		}
		m->arena.fail_in = 0;
		mm_close(state);
	}
}

/* A group that the range cuts becomes single entries; others stay groups. */
static void cut_group_is_unfolded(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = mm_group_depth(m);

		for (; depth < PT_DEPTHS && depth > m->f->top; depth--) {
			unsigned order = mm_order(m, depth);
			unsigned n = 1u << order;
			uint64_t span = pt_span(m->f, depth), va = m->base;

			if (!order)
				continue;
			mm_map(m, va, 2 * n, 0, MM_RW, depth, order);
			mm_forget(m);
			assert_int_equal(pt_unmap(&m->space, va + span,
						  va + 2 * span - 1), 0);
			assert_int_equal(m->arena.event_count, 0);
			mm_assert_kind(m, va + span, PT_NONE, depth);
			for (unsigned k = 0; k < n; k++)
				if (k != 1)
					mm_assert_leaf(m, va + k * span, depth,
						       0, k * span, MM_RW);
			for (unsigned k = n; k < 2 * n; k++)
				mm_assert_leaf(m, va + k * span, depth, order,
					       k * span, MM_RW);
			/* A range of whole groups unfolds nothing. */
			assert_int_equal(pt_protect(&m->space, va + n * span,
						    va + 2 * n * span - 1,
						    MM_RO), 0);
			mm_assert_leaf(m, va + n * span, depth, order,
				       n * span, MM_RO);
			pt_unmap(&m->space, va, va + 2 * n * span - 1);
		}
		mm_close(state);
	}
}

/* A group of blocks is unfolded first, then the one block is divided. */
static void cut_group_of_blocks_divides_one_block(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned order = mm_order(m, PT_PMD);
		uint64_t span = pt_span(m->f, PT_PMD), page = mm_page(m);

		if (order) {
			mm_map(m, m->base, 1u << order, 0, MM_RW, PT_PMD,
			       order);
			mm_forget(m);
			assert_int_equal(pt_unmap(&m->space, m->base,
						  m->base + page - 1), 0);
			assert_int_equal(m->arena.event_count, 1);
			mm_assert_kind(m, m->base, PT_NONE, PT_PTE);
			mm_assert_leaf(m, m->base + page, PT_PTE, 0, page,
				       MM_RW);
			mm_assert_leaf(m, m->base + span, PT_PMD, 0, span,
				       MM_RW);
		}
		mm_close(state);
	}
}

/* Protect changes rights in range and nothing else. */
static void protect_changes_rights_only(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint32_t attrs = mm_rich_attrs(m);
		uint32_t after = (attrs & ~PT_RIGHTS) | MM_RO;
		uint64_t page = mm_page(m), va = m->base;

		mm_map(m, va, 3, mm_pa(m), attrs, PT_PTE, 0);
		/* All but the rights of the argument is ignored. */
		assert_int_equal(pt_protect(&m->space, va + page,
					    va + 2 * page - 1,
					    MM_RO | UINT32_C(0xfff00200)), 0);
		mm_assert_leaf(m, va, PT_PTE, 0, mm_pa(m), attrs);
		mm_assert_leaf(m, va + page, PT_PTE, 0, mm_pa(m) + page,
			       after);
		mm_assert_leaf(m, va + 2 * page, PT_PTE, 0,
			       mm_pa(m) + 2 * page, attrs);
		mm_close(state);
	}
}

/* Protnone takes new rights and stays protnone; others are passed over. */
static void protect_reaches_protnone_and_no_other_kind(void **state)
{
	static const enum pt_kind kinds[] = { PT_PROTNONE, PT_SWAP,
					      PT_MIGRATION, PT_MARKER };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		bool any = false;

		for (unsigned k = 0; k < 4; k++) {
			int ret = pt_setkind(&m->space, va + k * page, PT_PTE,
					     kinds[k], 8 * page);

			any |= !ret;
			assert_true(!ret || ret == -EOPNOTSUPP);
		}
		assert_int_equal(pt_protect(&m->space, va, va + 4 * page - 1,
					    MM_RW), 0);
		for (unsigned k = 0; k < 4 && any; k++)
			mm_assert_kind(m, va + k * page, kinds[k], PT_PTE);
		if (any)
			assert_int_equal(mm_look(m, va).attrs, MM_RW);
		assert_int_equal(pt_unmap(&m->space, va, va + 4 * page - 1),
				 0);
		for (unsigned k = 0; k < 4 && any; k++)
			mm_assert_kind(m, va + k * page, PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* Blocks of protnone and migration divide as leaves do; unmap divides both. */
static void non_present_blocks_divide(void **state)
{
	static const enum pt_kind kinds[] = { PT_PROTNONE, PT_MIGRATION };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base, pa = mm_pa(m);
		uint64_t span = pt_span(m->f, PT_PMD);
		uint32_t attrs = mm_rich_attrs(m);

		for (unsigned k = 0; k < 2; k++) {
			if (!mm_has_leaf(m, PT_PMD))
				continue;
			mm_map(m, va, 1, pa, attrs, PT_PMD, 0);
			assert_int_equal(pt_setkind(&m->space, va, PT_PMD,
						    kinds[k], pa), 0);
			/* Protect does not divide a migration entry. */
			mm_forget(m);
			assert_int_equal(pt_protect(&m->space, va + page,
						    va + 2 * page - 1, MM_RO),
					 0);
			assert_int_equal(m->arena.event_count, !k);
			mm_assert_kind(m, va + page, kinds[k],
				       k ? PT_PMD : PT_PTE);
			assert_int_equal(pt_unmap(&m->space, va,
						  va + page - 1), 0);
			mm_assert_kind(m, va, PT_NONE, PT_PTE);
			mm_assert_kind(m, va + span - page, kinds[k], PT_PTE);
			assert_int_equal(mm_look(m, va + span - 1).pa,
					 pa + span - 1);
			assert_int_equal(mm_look(m, va + span - 1).attrs,
					 k ? 0 : attrs & ~PT_GLOBAL);
			pt_unmap(&m->space, va, va + span - 1);
		}
		mm_close(state);
	}
}

/* An invalid-huge entry covered as a whole stays one, or goes as one. */
static void whole_invalid_huge_is_not_divided(void **state)
{
	unsigned spaces = 0;
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t va = m->base, last = va + pt_span(m->f, PT_PMD) - 1;
		uint32_t attrs = mm_rich_attrs(m);

		if (!mm_can_invalidate(m)) {
			mm_close(state);
			continue;
		}
		mm_map(m, va, 1, mm_pa(m), attrs, PT_PMD, 0);
		assert_int_equal(pt_setkind(&m->space, va, PT_PMD,
					    PT_INVALID_HUGE, 0), 0);
		mm_forget(m);
		assert_int_equal(pt_protect(&m->space, va, last, MM_RO), 0);
		mm_assert_kind(m, va, PT_INVALID_HUGE, PT_PMD);
		assert_int_equal(mm_look(m, va).pa, mm_pa(m));
		assert_int_equal(mm_look(m, va).attrs,
				 (attrs & ~(PT_GLOBAL | PT_RIGHTS)) | MM_RO);
		assert_int_equal(pt_unmap(&m->space, va, last), 0);
		mm_assert_kind(m, va, PT_NONE, PT_PMD);
		assert_int_equal(m->arena.event_count, 0);
		spaces++;
		mm_close(state);
	}
	assert_true(spaces > 0);
}

/* One that the range cuts becomes a table of leaves, in and out of the range. */
static void cut_invalid_huge_becomes_leaves(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t va = m->base, pa = mm_pa(m), page = mm_page(m);
		uint64_t last = va + 2 * page - 1;
		uint32_t attrs = mm_rich_attrs(m) & ~PT_GLOBAL;

		for (unsigned k = 0; k < 2 && mm_can_invalidate(m); k++) {
			mm_map(m, va, 1, pa, attrs | PT_GLOBAL, PT_PMD, 0);
			assert_int_equal(pt_setkind(&m->space, va, PT_PMD,
						    PT_INVALID_HUGE, 0), 0);
			mm_forget(m);
			assert_int_equal(k ? pt_unmap(&m->space, va + page,
						      last) :
					     pt_protect(&m->space, va + page,
							last, MM_RO), 0);
			assert_int_equal(m->arena.event_count, 1);
			mm_assert_leaf(m, va, PT_PTE, 0, pa, attrs);
			mm_assert_leaf(m, last + 1, PT_PTE, 0, pa + 2 * page,
				       attrs);
			if (k)
				mm_assert_kind(m, va + page, PT_NONE, PT_PTE);
			else
				mm_assert_leaf(m, va + page, PT_PTE, 0,
					       pa + page,
					       (attrs & ~PT_RIGHTS) | MM_RO);
			pt_unmap(&m->space, va,
				 va + pt_span(m->f, PT_PMD) - 1);
			pt_free_tables(&m->space, va, va + page - 1, 0,
				       UINT64_MAX);
		}
		mm_close(state);
	}
}

/* Malformed, then range, then rights that cannot be said. */
static void errors_have_their_precedence(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t word = pt_ones(m->f->va_word_bits);
		struct pt_space *s = &m->space;

		assert_int_equal(pt_unmap(s, va + page, va + page - 1),
				 -EINVAL);
		assert_int_equal(pt_unmap(s, va + 1, va + page - 1), -EINVAL);
		assert_int_equal(pt_unmap(s, va, va + page), -EINVAL);
		assert_int_equal(pt_protect(s, va, va + page, PT_W), -EINVAL);
		assert_int_equal(pt_protect(s, va, va + page - 1, PT_W),
				 -EOPNOTSUPP);
		if (m->f->va_bits < m->f->va_word_bits) {
			assert_int_equal(pt_unmap(s, 0, word), -ERANGE);
			assert_int_equal(pt_protect(s, 0, word, PT_W),
					 -ERANGE);
			assert_int_equal(pt_protect(s, 1, word, PT_W),
					 -EINVAL);
		}
		mm_close(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			unmapped_page_is_none_and_tables_stay, mm_teardown),
		cmocka_unit_test_teardown(
			whole_tables_are_emptied_to_the_last_entry,
			mm_teardown),
		cmocka_unit_test_teardown(holes_are_passed_over, mm_teardown),
		cmocka_unit_test_teardown(
			block_is_divided_only_where_the_range_cuts,
			mm_teardown),
		cmocka_unit_test_teardown(both_edges_divide_in_ascending_order,
					  mm_teardown),
		cmocka_unit_test_teardown(edges_in_one_block_share_its_table,
					  mm_teardown),
		cmocka_unit_test_teardown(refused_division_changes_nothing,
					  mm_teardown),
		cmocka_unit_test_teardown(cut_group_is_unfolded, mm_teardown),
		cmocka_unit_test_teardown(cut_group_of_blocks_divides_one_block,
					  mm_teardown),
		cmocka_unit_test_teardown(protect_changes_rights_only,
					  mm_teardown),
		cmocka_unit_test_teardown(
			protect_reaches_protnone_and_no_other_kind,
			mm_teardown),
		cmocka_unit_test_teardown(non_present_blocks_divide,
					  mm_teardown),
		cmocka_unit_test_teardown(whole_invalid_huge_is_not_divided,
					  mm_teardown),
		cmocka_unit_test_teardown(cut_invalid_huge_becomes_leaves,
					  mm_teardown),
		cmocka_unit_test_teardown(errors_have_their_precedence,
					  mm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
