/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pt_map(): include/tablewalk/table_ops.h.
 */
#include "mm_fixture.h"

#include <errno.h>

static int map_pages(struct mm *m, uint64_t va, uint64_t last, uint64_t pa)
{
	return pt_map(&m->space, va, last, pa, MM_RW, PT_PTE, 0);
}

/* A page is found where it was mapped, with its attributes, and only there. */
static void page_is_found_where_it_was_mapped(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base + 5 * page;
		uint32_t attrs = mm_rich_attrs(m);

		mm_map(m, va, 2, mm_pa(m), attrs, PT_PTE, 0);
		mm_assert_leaf(m, va, PT_PTE, 0, mm_pa(m), attrs);
		mm_assert_leaf(m, va + 2 * page - 1, PT_PTE, 0,
			       mm_pa(m) + 2 * page - 1, attrs);
		mm_assert_kind(m, va - 1, PT_NONE, PT_PTE);
		mm_assert_kind(m, va + 2 * page, PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* The first and the last page of each half can be mapped. */
static void edges_of_the_address_range_are_mapped(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t end = m->base + (m->bytes - 1);

		mm_map(m, m->base, 1, page, MM_RW, PT_PTE, 0);
		mm_map(m, end - (page - 1), 1, 4 * page, MM_RW, PT_PTE, 0);
		mm_assert_leaf(m, m->base, PT_PTE, 0, page, MM_RW);
		mm_assert_leaf(m, end, PT_PTE, 0, 5 * page - 1, MM_RW);
		mm_close(state);
	}
}

/* Leaves of every depth and order map exactly their unit. */
static void leaves_of_every_size_map_their_unit(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		for (unsigned depth = m->f->top; depth < PT_DEPTHS; depth++) {
			unsigned order = mm_order(m, depth);
			uint64_t unit = pt_span(m->f, depth) << order;

			if (!mm_has_leaf(m, depth) || 2 * unit > m->bytes)
				continue;
			mm_map(m, m->base + unit, 1u << order, mm_pa(m), MM_RW,
			       depth, order);
			mm_assert_leaf(m, m->base + unit, depth, order,
				       mm_pa(m), MM_RW);
			mm_assert_leaf(m, m->base + 2 * unit - 1, depth, order,
				       mm_pa(m) + unit - 1, MM_RW);
			assert_int_equal(mm_look(m, m->base).kind, PT_NONE);
			assert_int_equal(pt_unmap(&m->space, m->base,
						  m->base + 2 * unit - 1),
					 0);
			pt_free_tables(&m->space, m->base,
				       m->base + 2 * unit - 1, 0, UINT64_MAX);
			assert_int_equal(m->arena.live_count, 1);
		}
		mm_close(state);
	}
}

/* Malformed arguments come before everything else that is wrong. */
static void malformed_is_reported_first(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t far = ~m->base & ~(page - 1);
		struct pt_space *s = &m->space;

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		mm_forget(m);
		assert_int_equal(map_pages(m, va + page, va, 0), -EINVAL);
		assert_int_equal(map_pages(m, va + page, va + page - 1, 0),
				 -EINVAL);
		assert_int_equal(map_pages(m, va + 1, va + page - 1, 0),
				 -EINVAL);
		assert_int_equal(map_pages(m, va, va + page - 2, 0), -EINVAL);
		assert_int_equal(map_pages(m, va, va + page - 1, page / 2),
				 -EINVAL);
		/* Also where the address is nowhere and the size unknown. */
		assert_int_equal(pt_map(s, far + 1, far + page, 0, 0x200,
					PT_PTE, 0), -EINVAL);
		assert_int_equal(pt_map(s, va + page, va + 2 * page - 1, 0,
					MM_RW, PT_PTE, 1), -EINVAL);
		assert_int_equal(pt_map(s, va, va + 2 * page - 1, page, MM_RW,
					PT_PTE, 1), -EINVAL);
		assert_int_equal(pt_map(s, va, va + page - 1, 0, MM_RW, PT_PTE,
					200), -EINVAL);
		assert_int_equal(m->arena.stores, 0);
		mm_close(state);
	}
}

/* A physical address past pa_bits comes before what is not representable. */
static void pa_range_is_reported_before_representability(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t top = pt_ones(m->f->pa_bits);
		struct pt_space *s = &m->space;

		/* The last byte may be the last that pa_bits allow. */
		assert_int_equal(pt_map(s, m->base, m->base + page - 1,
					top - (page - 1), 0x200, PT_PTE, 0),
				 -EOPNOTSUPP);
		assert_int_equal(pt_map(s, m->base, m->base + page - 1,
					top + 1, 0x200, PT_PTE, 0), -ERANGE);
		assert_int_equal(pt_map(s, m->base, m->base + 2 * page - 1,
					top - (page - 1), 0x200, PT_PTE, 0),
				 -ERANGE);
		mm_close(state);
	}
}

/* The gap between the halves, and the other root, are out of range. */
static void gap_is_out_of_range(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i += 2) {
		uint64_t page = mm_page(m);
		uint64_t word = pt_ones(m->f->va_word_bits);
		uint64_t root = pt_ones(m->f->va_bits);
		uint64_t low = m->f->va_rule == PT_VA_SIGNED ? root >> 1 : root;

		if (m->f->va_bits == m->f->va_word_bits) {
			/* No gap: a range may cross from half to half. */
			assert_int_equal(map_pages(m, low - (page - 1),
						   low + page, 0), 0);
		} else {
			assert_int_equal(map_pages(m, low - (page - 1),
						   low + page, 0), -ERANGE);
			/* Before what is not representable, too. */
			assert_int_equal(pt_map(&m->space, low + 1, low + page,
						0, 0x200, PT_PTE, 0), -ERANGE);
			assert_int_equal(map_pages(m, 0, word, 0), -ERANGE);
		}
		if (word != UINT64_MAX)
			assert_int_equal(map_pages(m, word + 1, word + page,
						   0), -ERANGE);
		if (m->f->va_rule == PT_VA_ROOTS)
			assert_int_equal(map_pages(m, word - (page - 1), word,
						   0), -ERANGE);
		mm_close(state);
	}
}

/* What the format cannot say comes before what the tables forbid. */
static void unrepresentable_is_reported_before_state(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		unsigned wrong = mm_order(m, PT_PTE) + 1;
		uint64_t unit = page << wrong;
		uint64_t top = pt_span(m->f, m->f->top);
		struct pt_space *s = &m->space;

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		mm_forget(m);
		assert_int_equal(pt_map(s, va, va + page - 1, 0, 0x200, PT_PTE,
					0), -EOPNOTSUPP);
		assert_int_equal(pt_map(s, va, va + page - 1, 0, PT_W, PT_PTE,
					0), -EOPNOTSUPP);
		assert_int_equal(pt_map(s, va, va + unit - 1, 0, MM_RW, PT_PTE,
					wrong), -EOPNOTSUPP);
		if (!m->f->level[m->f->top].leaf.match.count &&
		    top <= pt_ones(m->f->pa_bits))
			assert_int_equal(pt_map(s, va, va + top - 1, 0, MM_RW,
						m->f->top, 0), -EOPNOTSUPP);
		assert_int_equal(map_pages(m, va, va + page - 1, 0), -EEXIST);
		assert_int_equal(m->arena.stores, 0);
		assert_int_equal(m->arena.event_count, 0);
		mm_close(state);
	}
}

/* Anything but none and tables anywhere in range is in the way. */
static void entries_of_any_depth_are_in_the_way(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = mm_block_depth(m);
		uint64_t span = pt_span(m->f, depth), va = m->base;
		uint64_t page = mm_page(m);

		/* A page below a block to be, at the far end of the range. */
		mm_map(m, va + 2 * span - page, 1, 0, MM_RW, PT_PTE, 0);
		mm_forget(m);
		assert_int_equal(pt_map(&m->space, va, va + 2 * span - 1, 0,
					MM_RW, depth, 0), -EEXIST);
		/* A block above pages to be. */
		if (depth != PT_PTE) {
			mm_map(m, va, 1, 0, MM_RW, depth, 0);
			mm_forget(m);
			assert_int_equal(map_pages(m, va, va + page - 1, 0),
					 -EEXIST);
		}
		assert_int_equal(m->arena.stores, 0);
		mm_close(state);
	}
}

/* Tables are allocated top down, in ascending address, each once. */
static void tables_are_allocated_in_pre_order(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct mm_event *event = m->arena.event;
		uint64_t page = mm_page(m);
		uint64_t span = pt_span(m->f, m->f->top);
		unsigned expected = 0;

		/* Two pages on both sides of a border between root entries. */
		assert_int_equal(map_pages(m, m->base + span - page,
					   m->base + span + page - 1, 0), 0);
		for (unsigned side = 0; side < 2; side++)
			for (unsigned d = m->f->top + 1u; d < PT_DEPTHS; d++) {
				assert_int_equal(event[expected].type,
						 MM_ALLOC);
				assert_int_equal(event[expected].bytes,
						 pt_table_bytes(m->f, d));
				expected++;
			}
		assert_int_equal(m->arena.event_count, expected);
		mm_close(state);
	}
}

/*
 * Whichever allocation fails, memory is as before, and the tables made so far
 * go back, the last one first.
 */
static void refused_table_changes_nothing(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t span = pt_span(m->f, m->f->top);
		uint64_t va = m->base + span - page;
		/* The page elsewhere brings the first root entry's table. */
		unsigned need = 2u * (PT_PTE - m->f->top) - 1;

		/* A page elsewhere, so that there is something to damage. */
		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		mm_save(m);
		for (unsigned n = 1; n <= need; n++) {
			struct mm_event *event = m->arena.event;

			mm_forget(m);
			m->arena.fail_in = n;
			assert_int_equal(map_pages(m, va, va + 2 * page - 1,
						   0), -ENOMEM);
			mm_assert_saved(m);
			assert_int_equal(m->arena.event_count, 2 * n - 1);
			for (unsigned k = 0; k < n - 1; k++) {
				assert_int_equal(event[n + k].type, MM_FREE);
				assert_int_equal(event[n + k].pa,
						 event[n - 2 - k].pa);
			}
			mm_assert_kind(m, va + page, PT_NONE, m->f->top);
		}
		m->arena.fail_in = need + 1;
		assert_int_equal(map_pages(m, va, va + 2 * page - 1, 0), 0);
		m->arena.fail_in = 0;
		mm_close(state);
	}
}

/* Empty tables in the way of a leaf go back, lower ones first. */
static void empty_tables_give_way_to_a_leaf(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		for (unsigned depth = m->f->top; depth < PT_PTE; depth++) {
			uint64_t span = pt_span(m->f, depth);
			uint64_t page = mm_page(m);
			unsigned before = m->arena.live_count;

			if (!mm_has_leaf(m, depth))
				continue;
			map_pages(m, m->base, m->base + page - 1, 0);
			map_pages(m, m->base + span - page, m->base + span - 1,
				  0);
			pt_unmap(&m->space, m->base, m->base + span - 1);
			mm_forget(m);
			mm_map(m, m->base, 1, 0, MM_RW, depth, 0);
			mm_assert_leaf(m, m->base + span - 1, depth, 0,
				       span - 1, MM_RW);
			assert_int_equal(m->arena.event[0].bytes,
					 pt_table_bytes(m->f, PT_PTE));
			for (unsigned k = 0; k < m->arena.event_count; k++)
				assert_int_equal(m->arena.event[k].type,
						 MM_FREE);
			assert_int_equal(
				m->arena.event[m->arena.event_count - 1].bytes,
				pt_table_bytes(m->f, depth + 1));
			pt_unmap(&m->space, m->base, m->base + span - 1);
			pt_free_tables(&m->space, m->base, m->base + span - 1,
				       0, UINT64_MAX);
			assert_true(m->arena.live_count <= before);
		}
		mm_close(state);
	}
}

/* Empty tables that are the way down are used, not replaced. */
static void empty_tables_on_the_way_down_stay(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;

		map_pages(m, va, va + page - 1, 0);
		pt_unmap(&m->space, va, va + page - 1);
		mm_forget(m);
		assert_int_equal(map_pages(m, va, va + page - 1, page), 0);
		assert_int_equal(m->arena.event_count, 0);
		assert_int_equal(m->arena.stores, 1);
		mm_close(state);
	}
}

/* A map may need more tables than any fixed pool would hold. */
static void thousands_of_pages_bring_all_their_tables(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		unsigned n = 4096;

		assert_int_equal(map_pages(m, va, va + n * page - 1, 0), 0);
		for (unsigned k = 0; k < n; k += 37)
			mm_assert_leaf(m, va + k * page, PT_PTE, 0, k * page,
				       MM_RW);
		mm_assert_leaf(m, va + n * page - 1, PT_PTE, 0, n * page - 1,
			       MM_RW);
		if (n * page < m->bytes)
			assert_int_equal(mm_look(m, va + n * page).kind,
					 PT_NONE);
		mm_close(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(page_is_found_where_it_was_mapped,
					  mm_teardown),
		cmocka_unit_test_teardown(
			edges_of_the_address_range_are_mapped, mm_teardown),
		cmocka_unit_test_teardown(leaves_of_every_size_map_their_unit,
					  mm_teardown),
		cmocka_unit_test_teardown(malformed_is_reported_first,
					  mm_teardown),
		cmocka_unit_test_teardown(
			pa_range_is_reported_before_representability,
			mm_teardown),
		cmocka_unit_test_teardown(gap_is_out_of_range, mm_teardown),
		cmocka_unit_test_teardown(
			unrepresentable_is_reported_before_state, mm_teardown),
		cmocka_unit_test_teardown(entries_of_any_depth_are_in_the_way,
					  mm_teardown),
		cmocka_unit_test_teardown(tables_are_allocated_in_pre_order,
					  mm_teardown),
		cmocka_unit_test_teardown(refused_table_changes_nothing,
					  mm_teardown),
		cmocka_unit_test_teardown(empty_tables_give_way_to_a_leaf,
					  mm_teardown),
		cmocka_unit_test_teardown(empty_tables_on_the_way_down_stay,
					  mm_teardown),
		cmocka_unit_test_teardown(
			thousands_of_pages_bring_all_their_tables,
			mm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
