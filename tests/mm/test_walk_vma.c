/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks over VMAs: include/tablewalk/walk.h, rules of docs/walker-rules.md.
 */
#include "mm_script.h"

#include <errno.h>

/* Everything that a walk over VMAs can call but install_pte and bad. */
static const struct pt_walk_ops ops_vma = {
	.pte_entry = mm_on_pte, .pte_hole = mm_on_hole,
	.test_walk = mm_on_test, .pre_vma = mm_on_pre, .post_vma = mm_on_post,
	.hugetlb_entry = mm_on_hugetlb,
};

/* The address of a page, counted from m->base. */
static uint64_t at(const struct mm *m, uint64_t page)
{
	return m->base + page * mm_page(m);
}

static int walk(struct mm *m, struct mm_script *script, uint64_t page,
		uint64_t n, const struct pt_walk_ops *ops)
{
	return pt_walk_vmas(&m->space, at(m, page), at(m, page + n) - 1, ops,
			    script);
}

/* R7: what is outside every VMA is one hole per gap, tables or not. */
static void gap_is_one_hole_whatever_the_tables_hold(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma[] = {
			mm_vma(m, 2, 1, OP_VMA_PLAIN),
			mm_vma(m, 5, 1, OP_VMA_PLAIN),
		};
		struct mm_script *script = mm_script_new(m);

		mm_map(m, m->base, 8, mm_pa(m), MM_RW, PT_PTE, 0);
		mm_set_vmas(m, vma, 2);
		assert_int_equal(walk(m, script, 1, 7, &mm_ops_page), 0);
		assert_int_equal(script->count, 5);
		mm_assert_hole(script, 0, at(m, 1), at(m, 2) - 1, -1);
		assert_null(script->call[0].vma);
		mm_assert_call(script, 1, PT_PTE, at(m, 2), at(m, 3) - 1);
		assert_ptr_equal(script->call[1].vma, &vma[0]);
		mm_assert_hole(script, 2, at(m, 3), at(m, 5) - 1, -1);
		assert_null(script->call[2].vma);
		mm_assert_call(script, 3, PT_PTE, at(m, 5), at(m, 6) - 1);
		mm_assert_hole(script, 4, at(m, 6), at(m, 8) - 1, -1);
		mm_close(state);
	}
}

/* R7: a space without VMAs is one hole. */
static void space_without_vmas_is_one_hole(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t last = m->base + (m->bytes - 1);
		struct mm_script *script = mm_script_new(m);

		mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PTE, 0);
		assert_int_equal(pt_walk_vmas(&m->space, m->base, last,
					      &ops_vma, script), 0);
		assert_int_equal(script->count, 1);
		mm_assert_hole(script, 0, m->base, last, -1);
		mm_close(state);
	}
}

/* R8: an empty entry that two VMAs share is a hole of each, clipped. */
static void hole_is_not_merged_across_vmas(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma[] = {
			mm_vma(m, 1, 2, OP_VMA_PLAIN),
			mm_vma(m, 3, 2, OP_VMA_PLAIN),
		};
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, vma, 2);
		assert_int_equal(walk(m, script, 2, 2, &mm_ops_all), 0);
		assert_int_equal(script->count, 2);
		/* Of the root: it counts as pgd. */
		mm_assert_hole(script, 0, at(m, 2), at(m, 3) - 1, PT_PGD);
		mm_assert_hole(script, 1, at(m, 3), at(m, 4) - 1, PT_PGD);
		assert_ptr_equal(script->call[0].vma, &vma[0]);
		assert_ptr_equal(script->call[1].vma, &vma[1]);
		mm_close(state);
	}
}

/* R9: a test_walk of more than 0 skips the VMA, without holes or pre_vma. */
static void positive_test_skips_its_vma_only(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma[] = {
			mm_vma(m, 0, 1, OP_VMA_PLAIN),
			mm_vma(m, 1, 1, OP_VMA_PFNMAP),
		};
		struct mm_script *script = mm_script_new(m);

		vma[0].test = 5;
		mm_set_vmas(m, vma, 2);
		mm_map(m, m->base, 2, mm_pa(m), MM_RW, PT_PTE, 0);
		assert_int_equal(walk(m, script, 0, 2, &ops_vma), 0);
		assert_int_equal(script->count, 5);
		mm_assert_call(script, 0, MM_TEST, at(m, 0), at(m, 1) - 1);
		/* With test_walk set, PFNMAP means nothing. */
		mm_assert_call(script, 1, MM_TEST, at(m, 1), at(m, 2) - 1);
		mm_assert_call(script, 2, MM_PRE, at(m, 1), at(m, 2) - 1);
		mm_assert_call(script, 3, PT_PTE, at(m, 1), at(m, 2) - 1);
		mm_assert_call(script, 4, MM_POST, at(m, 1), at(m, 2) - 1);
		mm_close(state);
	}
}

/* R9: a test_walk of less than 0 ends the walk with that value. */
static void negative_test_ends_the_walk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma[] = {
			mm_vma(m, 0, 1, OP_VMA_PLAIN),
			mm_vma(m, 1, 1, OP_VMA_PLAIN),
		};
		struct mm_script *script = mm_script_new(m);

		vma[0].test = -7;
		mm_set_vmas(m, vma, 2);
		assert_int_equal(walk(m, script, 0, 4, &ops_vma), -7);
		assert_int_equal(script->count, 1);
		mm_close(state);
	}
}

/* R10: without test_walk a PFNMAP VMA is one hole that only <0 makes matter. */
static void pfnmap_vma_is_a_hole(void **state)
{
	static const int values[] = { 0, 3, -4 };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 2, OP_VMA_PFNMAP);
		const struct pt_walk_ops silent = { .pte_entry = mm_on_pte,
						    .pre_vma = mm_on_pre,
						    .post_vma = mm_on_post };
		struct mm_script *script;

		mm_set_vmas(m, &vma, 1);
		mm_map(m, m->base, 2, mm_pa(m), MM_RW, PT_PTE, 0);
		for (unsigned k = 0; k < 3; k++) {
			int value = values[k];

			script = mm_script_new(m);
			script->stop_at = 1;
			script->stop_value = value;
			assert_int_equal(walk(m, script, 1, 2, &mm_ops_page),
					 value < 0 ? value : 0);
			mm_assert_hole(script, 0, at(m, 1), at(m, 2) - 1, -1);
			assert_ptr_equal(script->call[0].vma, &vma);
			/* The gap behind it. */
			assert_int_equal(script->count, value < 0 ? 1 : 2);
		}
		script = mm_script_new(m);
		assert_int_equal(walk(m, script, 0, 2, &silent), 0);
		assert_int_equal(script->count, 0);
		mm_close(state);
	}
}

/* R11: a pre_vma that is not 0 ends the walk, and post_vma is not called. */
static void pre_vma_can_end_the_walk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma = mm_vma(m, 0, 2, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		vma.pre = 2;
		mm_set_vmas(m, &vma, 1);
		assert_int_equal(walk(m, script, 0, 2, &ops_vma), 2);
		assert_int_equal(script->count, 2);
		mm_assert_call(script, 1, MM_PRE, at(m, 0), at(m, 2) - 1);
		mm_close(state);
	}
}

/* R11, R31: post_vma follows whatever ended the walk, with pre_vma's range. */
static void post_vma_is_called_after_an_error_too(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 4, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		mm_map(m, m->base, 4, mm_pa(m), MM_RW, PT_PTE, 0);
		script->stop_at = 4;
		script->stop_value = -9;
		assert_int_equal(walk(m, script, 1, 3, &ops_vma), -9);
		assert_int_equal(script->count, 5);
		mm_assert_call(script, 3, PT_PTE, at(m, 2), at(m, 3) - 1);
		mm_assert_call(script, 4, MM_POST, at(m, 1), at(m, 4) - 1);
		mm_close(state);
	}
}

/* R12: the walks of one VMA have no test and no PFNMAP hole. */
static void walks_of_one_vma_do_not_test(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma = mm_vma(m, 0, 2, OP_VMA_PFNMAP);
		struct pt_walk_ops ops = ops_vma;
		struct mm_script *script = mm_script_new(m);

		vma.test = -1;
		mm_set_vmas(m, &vma, 1);
		mm_map(m, m->base, 2, mm_pa(m), MM_RW, PT_PTE, 0);
		assert_int_equal(pt_walk_vma(&m->space, &vma, &ops, script),
				 0);
		assert_int_equal(script->count, 4);
		mm_assert_call(script, 0, MM_PRE, at(m, 0), at(m, 2) - 1);
		mm_assert_call(script, 3, MM_POST, at(m, 0), at(m, 2) - 1);
		script = mm_script_new(m);
		ops.test_walk = NULL;
		assert_int_equal(pt_walk_range_vma(&m->space, &vma, at(m, 1),
						   at(m, 2) - 1, &ops, script),
				 0);
		assert_int_equal(script->count, 3);
		mm_assert_call(script, 1, PT_PTE, at(m, 1), at(m, 2) - 1);
		mm_close(state);
	}
}

/* R4: a range that is not inside the VMA is refused, after all else. */
static void range_outside_its_vma_is_refused(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 1, 2, OP_VMA_PLAIN);
		uint64_t word = pt_ones(m->f->va_word_bits);
		struct mm_script *script = mm_script_new(m);
		struct pt_space *s = &m->space;

		mm_set_vmas(m, &vma, 1);
		assert_int_equal(pt_walk_range_vma(s, &vma, at(m, 0),
						   at(m, 2) - 1, &ops_vma,
						   script), -EINVAL);
		assert_int_equal(pt_walk_range_vma(s, &vma, at(m, 2),
						   at(m, 4) - 1, &ops_vma,
						   script), -EINVAL);
		if (m->f->va_bits < m->f->va_word_bits)
			assert_int_equal(pt_walk_range_vma(s, &vma, 0, word,
							   &ops_vma, script),
					 -ERANGE);
		assert_int_equal(pt_walk_vmas(s, at(m, 1), at(m, 1) - 1,
					      &ops_vma, script), -EINVAL);
		assert_int_equal(pt_walk_vmas(s, at(m, 1) + 1, at(m, 2) - 1,
					      &ops_vma, script), -EINVAL);
		assert_int_equal(pt_walk_mapping(s, 1, 0, &ops_vma, script),
				 -EINVAL);
		assert_int_equal(script->count, 0);
		mm_close(state);
	}
}

/* R3: install_pte is refused by every entry point but its own. */
static void install_pte_is_refused_elsewhere(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_walk_ops ops = { .install_pte = mm_on_install,
						 .pte_hole = mm_on_hole };
		struct pt_vma vma = mm_vma(m, 0, 2, OP_VMA_PLAIN);
		uint64_t va = vma.start, last = vma.last;
		struct mm_script *script = mm_script_new(m);
		struct pt_space *s = &m->space;

		vma.file = 1;
		mm_set_vmas(m, &vma, 1);
		assert_int_equal(pt_walk_inclusive(s, va, last, &ops, script),
				 -EINVAL);
		assert_int_equal(pt_walk_range(s, va, last + 1, &ops, script),
				 -EINVAL);
		assert_int_equal(pt_walk_vmas(s, va, last, &ops, script),
				 -EINVAL);
		assert_int_equal(pt_walk_vma(s, &vma, &ops, script), -EINVAL);
		assert_int_equal(pt_walk_range_vma(s, &vma, va, last, &ops,
						   script), -EINVAL);
		assert_int_equal(pt_walk_mapping(s, 0, 1, &ops, script),
				 -EINVAL);
		assert_int_equal(script->count, 0);
		mm_close(state);
	}
}

/* The VMA of a hugetlb test: three pages of the pmd, from the first one on. */
static struct pt_vma huge_vma(const struct mm *m, unsigned depth)
{
	uint64_t pages = pt_span(m->f, depth) / mm_page(m);
	struct pt_vma vma = mm_vma(m, 0, 3 * pages, OP_VMA_HUGETLB);

	vma.huge_depth = (uint8_t)depth;
	return vma;
}

/*
 * R13: pages of a hugetlb VMA come one by one, the first from where the range
 * starts, the last clipped, with whatever entry there is.
 */
static void hugetlb_pages_are_visited_in_steps(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = huge_vma(m, PT_PMD);
		uint64_t span = pt_span(m->f, PT_PMD), page = mm_page(m);
		uint64_t va = m->base + page, last = m->base + 2 * span + page;
		struct mm_script *script = mm_script_new(m);
		const struct mm_call *call;

		if (!mm_has_leaf(m, PT_PMD) ||
		    m->f->level[PT_PMD].index_bits < 2) {
			mm_close(state);
			continue;
		}
		mm_set_vmas(m, &vma, 1);
		mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PMD, 0);
		mm_map(m, m->base + span, 1, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_walk_vmas(&m->space, va, last - 1,
					      &ops_vma, script), 0);
		assert_int_equal(script->count, 6);
		mm_assert_call(script, 1, MM_PRE, va, last - 1);
		call = mm_assert_call(script, 2, MM_HUGETLB, va,
				      m->base + span - 1);
		assert_int_equal(call->kind, PT_LEAF);
		assert_int_equal(call->pa, mm_pa(m) + page);
		assert_int_equal(call->attrs, MM_RW);
		assert_int_equal(call->depth, PT_PMD);
		call = mm_assert_call(script, 3, MM_HUGETLB, m->base + span,
				      m->base + 2 * span - 1);
		assert_int_equal(call->kind, PT_TABLE);
		assert_int_equal(call->pa, 0);
		call = mm_assert_call(script, 4, MM_HUGETLB,
				      m->base + 2 * span, last - 1);
		assert_int_equal(call->kind, PT_NONE);
		mm_assert_call(script, 5, MM_POST, va, last - 1);
		mm_close(state);
	}
}

/* R13: without a table for the page it is a hole; without callback nothing. */
static void hugetlb_page_without_table_is_a_hole(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = huge_vma(m, PT_PMD);
		uint64_t span = pt_span(m->f, PT_PMD);
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		if (m->f->top < PT_PMD && mm_has_leaf(m, PT_PMD)) {
			assert_int_equal(pt_walk_vma(&m->space, &vma, &ops_vma,
						     script), 0);
			assert_int_equal(script->count, 5);
			for (unsigned k = 0; k < 3; k++)
				mm_assert_hole(script, 1 + k,
					       m->base + k * span,
					       m->base + (k + 1) * span - 1,
					       -1);
		}
		script = mm_script_new(m);
		assert_int_equal(pt_walk_vma(&m->space, &vma, &mm_ops_all,
					     script), 0);
		assert_int_equal(script->count, 0);
		mm_close(state);
	}
}

/* R14: the pages of a file are walked where VMAs map them, tested whole. */
static void mapping_walks_the_pages_of_the_file(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma[] = {
			mm_vma(m, 0, 4, OP_VMA_PLAIN),
			mm_vma(m, 4, 1, OP_VMA_PLAIN),
			mm_vma(m, 5, 2, OP_VMA_PLAIN),
			mm_vma(m, 7, 1, OP_VMA_PLAIN),
		};
		struct mm_script *script = mm_script_new(m);

		/* File pages 10..13, none, 12..13, 14. */
		vma[0].file = vma[2].file = vma[3].file = 1;
		vma[0].page_offset = 10;
		vma[1].page_offset = 12;
		vma[2].page_offset = 12;
		vma[3].page_offset = 14;
		mm_set_vmas(m, vma, 4);
		mm_map(m, m->base, 8, mm_pa(m), MM_RW, PT_PTE, 0);
		assert_int_equal(pt_walk_mapping(&m->space, 11, 12, &ops_vma,
						 script), 0);
		assert_int_equal(script->count, 9);
		mm_assert_call(script, 0, MM_TEST, at(m, 0), at(m, 4) - 1);
		mm_assert_call(script, 1, MM_PRE, at(m, 1), at(m, 3) - 1);
		mm_assert_call(script, 2, PT_PTE, at(m, 1), at(m, 2) - 1);
		mm_assert_call(script, 3, PT_PTE, at(m, 2), at(m, 3) - 1);
		mm_assert_call(script, 4, MM_POST, at(m, 1), at(m, 3) - 1);
		mm_assert_call(script, 5, MM_TEST, at(m, 5), at(m, 7) - 1);
		mm_assert_call(script, 6, MM_PRE, at(m, 5), at(m, 6) - 1);
		mm_assert_call(script, 7, PT_PTE, at(m, 5), at(m, 6) - 1);
		/* What is skipped is skipped alone. */
		script = mm_script_new(m);
		vma[0].test = 1;
		assert_int_equal(pt_walk_mapping(&m->space, 0, UINT64_MAX,
						 &ops_vma, script), 0);
		assert_int_equal(mm_calls_of(script, MM_TEST), 3);
		assert_int_equal(mm_calls_of(script, PT_PTE), 3);
		assert_int_equal(mm_calls_of(script, MM_HOLE), 0);
		/* The hole of a PFNMAP VMA stands for the test, and is whole. */
		script = mm_script_new(m);
		vma[0].type = OP_VMA_PFNMAP;
		assert_int_equal(pt_walk_mapping(&m->space, 11, 11,
						 &mm_ops_page, script), 0);
		assert_int_equal(script->count, 1);
		mm_assert_hole(script, 0, at(m, 0), at(m, 4) - 1, -1);
		mm_close(state);
	}
}

/* R31: gaps, pages and hugetlb pages end the walk with what they return. */
static void any_callback_ends_the_walk(void **state)
{
	static const int values[] = { 6, -3 };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 1, 2, OP_VMA_PLAIN);

		mm_set_vmas(m, &vma, 1);
		mm_map(m, m->base, 2, mm_pa(m), MM_RW, PT_PTE, 0);
		for (unsigned n = 1; n <= 4; n++) {
			struct mm_script *script = mm_script_new(m);

			script->stop_at = n;
			script->stop_value = values[n % 2];
			assert_int_equal(walk(m, script, 0, 4, &mm_ops_page),
					 values[n % 2]);
			assert_int_equal(script->count, n);
		}
		mm_close(state);
	}
}

/* The end of the address word has no gap behind it. */
static void vma_at_the_last_address_ends_the_walk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t last = m->base + (m->bytes - 1);
		const struct pt_vma vma = { .start = last - (page - 1),
					    .last = last,
					    .type = OP_VMA_PLAIN };
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		mm_map(m, vma.start, 1, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_walk_vmas(&m->space, last - (2 * page - 1),
					      last, &mm_ops_page, script), 0);
		assert_int_equal(script->count, 2);
		mm_assert_hole(script, 0, last - (2 * page - 1), last - page,
			       -1);
		mm_assert_call(script, 1, PT_PTE, vma.start, last);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gap_is_one_hole_whatever_the_tables_hold),
		TEST(space_without_vmas_is_one_hole),
		TEST(hole_is_not_merged_across_vmas),
		TEST(positive_test_skips_its_vma_only),
		TEST(negative_test_ends_the_walk),
		TEST(pfnmap_vma_is_a_hole),
		TEST(pre_vma_can_end_the_walk),
		TEST(post_vma_is_called_after_an_error_too),
		TEST(walks_of_one_vma_do_not_test),
		TEST(range_outside_its_vma_is_refused),
		TEST(install_pte_is_refused_elsewhere),
		TEST(hugetlb_pages_are_visited_in_steps),
		TEST(hugetlb_page_without_table_is_a_hole),
		TEST(mapping_walks_the_pages_of_the_file),
		TEST(any_callback_ends_the_walk),
		TEST(vma_at_the_last_address_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
