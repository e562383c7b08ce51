/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What each flag of pt_space.walk_flags changes: include/tablewalk/walk.h,
 * rules of docs/walker-rules.md.  All of these are quirks of some Linux.
 */
#include "mm_script.h"

#include <errno.h>

/* The address of a page, counted from m->base. */
static uint64_t at(const struct mm *m, uint64_t page)
{
	return m->base + page * mm_page(m);
}

static int walk(struct mm *m, struct mm_script *script, uint64_t n,
		const struct pt_walk_ops *ops)
{
	return pt_walk_inclusive(&m->space, m->base, at(m, n) - 1, ops, script);
}

/* Walks one page whose entries at depth ask for something, once. */
static struct mm_script *walk_acting(struct mm *m, unsigned depth,
				     enum pt_walk_action action)
{
	struct mm_script *script = mm_script_new(m);

	script->act_of = depth;
	script->action = action;
	script->act_count = 1;
	assert_int_equal(walk(m, script, 1, &mm_ops_all), 0);
	return script;
}

/* R22: pud_entry and pmd_entry have actions, the others have none. */
static void only_middle_depths_act_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		m->space.walk_flags = WALK_ACTIONS_MIDDLE;
		for (unsigned d = PT_PGD; d < PT_DEPTHS; d++) {
			bool acts = d == PT_PUD || d == PT_PMD;
			/* An alias asks for all aliases once more. */
			unsigned repeated = d <= m->f->top ? d + 1 : 1;

			assert_int_equal(walk_acting(m, d, PT_WALK_CONTINUE)
						 ->count,
					 acts ? d + 1 : PT_DEPTHS);
			assert_int_equal(walk_acting(m, d, PT_WALK_AGAIN)
						 ->count,
					 PT_DEPTHS + (acts ? repeated : 0));
		}
		mm_close(state);
	}
}

/* R41: before there were actions, nothing can be asked for. */
static void nothing_acts_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		m->space.walk_flags = WALK_NO_ACTIONS;
		for (unsigned d = PT_PGD; d < PT_DEPTHS; d++) {
			assert_int_equal(walk_acting(m, d, PT_WALK_CONTINUE)
						 ->count, PT_DEPTHS);
			assert_int_equal(walk_acting(m, d, PT_WALK_AGAIN)
						 ->count, PT_DEPTHS);
		}
		mm_close(state);
	}
}

/* R22: AGAIN comes back to the alias that asked, which has its own count. */
static void again_starts_at_the_alias_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		m->space.walk_flags = WALK_AGAIN_ALIAS;
		for (unsigned d = PT_PGD; d < PT_DEPTHS; d++) {
			struct mm_script *script =
				walk_acting(m, d, PT_WALK_AGAIN);

			assert_int_equal(script->count, PT_DEPTHS + 1);
			assert_int_equal(script->call[d].of, d);
			assert_int_equal(script->call[d + 1].of, d);
			script = mm_script_new(m);
			script->act_of = d;
			script->action = PT_WALK_AGAIN;
			script->act_count = PT_WALK_AGAIN_LIMIT + 1;
			assert_int_equal(walk(m, script, 1, &mm_ops_all),
					 -EAGAIN);
			assert_int_equal(script->count,
					 d + 1 + PT_WALK_AGAIN_LIMIT);
		}
		mm_close(state);
	}
}

/* R17: an alias is called for an empty entry, and the hole comes after. */
static void aliases_see_empty_entries_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned top = m->f->top;
		struct mm_script *script = mm_script_new(m);
		uint64_t last = at(m, 1) - 1;

		m->space.walk_flags = WALK_FOLDED_EMPTY;
		assert_int_equal(walk(m, script, 1, &mm_ops_all), 0);
		assert_int_equal(script->count, top + 1);
		for (unsigned d = PT_PGD; d < top; d++) {
			const struct mm_call *call =
				mm_assert_call(script, d, d, m->base, last);

			assert_int_equal(call->kind, PT_NONE);
			assert_int_equal(call->pa | call->attrs, 0);
			assert_int_equal(call->real_depth, top);
		}
		mm_assert_hole(script, top, m->base, last, PT_PGD);
		mm_close(state);
	}
}

/* R23: what is below an alias comes only if a deeper callback is set. */
static void aliases_hide_holes_from_upper_callbacks_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_walk_ops hole = { .pte_hole = mm_on_hole };
		const struct pt_walk_ops pgd = { .pgd_entry = mm_on_pgd,
						 .pte_hole = mm_on_hole };
		bool folded = m->f->top > PT_PGD;
		struct mm_script *script = mm_script_new(m);

		m->space.walk_flags = WALK_FOLDED_EMPTY;
		assert_int_equal(walk(m, script, 1, &hole), 0);
		assert_int_equal(script->count, folded ? 0 : 1);
		script = mm_script_new(m);
		assert_int_equal(walk(m, script, 1, &pgd), 0);
		assert_int_equal(script->count, 1);
		assert_int_equal(script->call[0].of,
				 folded ? (unsigned)PT_PGD : MM_HOLE);
		script = mm_script_new(m);
		assert_int_equal(walk(m, script, 1, &mm_ops_page), 0);
		assert_int_equal(script->count, 1);
		assert_int_equal(script->call[0].of, MM_HOLE);
		mm_close(state);
	}
}

/* R17, R33: the table is made when the root's own turn comes. */
static void aliases_see_what_is_installed_below_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 1, OP_VMA_PLAIN);
		struct pt_walk_ops ops = mm_ops_all;
		struct mm_script *script = mm_script_new(m);

		ops.install_pte = mm_on_install;
		mm_set_vmas(m, &vma, 1);
		m->space.walk_flags = WALK_FOLDED_EMPTY;
		assert_int_equal(pt_walk_install(&m->space, vma.start,
						 vma.last, &ops, script), 0);
		assert_int_equal(script->count, PT_DEPTHS);
		for (unsigned d = PT_PGD; d < PT_PTE; d++)
			assert_int_equal(script->call[d].kind,
					 d < m->f->top ? PT_NONE : PT_TABLE);
		assert_int_equal(script->call[PT_PTE].of, MM_INSTALL);
		mm_close(state);
	}
}

/* R20: a bad entry of pgd or p4d is made none, and is a hole. */
static void bad_upper_entry_is_cleared_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		bool upper = m->f->top <= PT_P4D;
		struct mm_script *script = mm_script_new(m);
		uint8_t saved[8];

		m->space.walk_flags = WALK_CLEARS_BAD;
		if (!m->base && mm_plant_bad(m, saved)) {
			mm_save(m);
			assert_int_equal(walk(m, script, 1, &mm_ops_all),
					 upper ? 0 : -EFAULT);
			if (upper) {
				assert_int_equal(script->count, 1);
				mm_assert_hole(script, 0, m->base,
					       at(m, 1) - 1, PT_PGD);
				mm_assert_kind(m, m->base, PT_NONE, m->f->top);
			} else {
				mm_assert_saved(m);
			}
			mm_unplant(m, saved);
		}
		mm_close(state);
	}
}

/* R17, R20: aliases see a bad entry before it is found to be bad. */
static void aliases_see_bad_entries_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_script *script = mm_script_new(m);
		uint8_t saved[8];

		m->space.walk_flags = WALK_FOLDED_EMPTY;
		if (!m->base && mm_plant_bad(m, saved)) {
			assert_int_equal(walk(m, script, 1, &mm_ops_all),
					 -EFAULT);
			assert_int_equal(script->count, m->f->top);
			for (unsigned d = PT_PGD; d < m->f->top; d++)
				assert_int_equal(script->call[d].kind, PT_BAD);
			mm_unplant(m, saved);
		}
		mm_close(state);
	}
}

/* R21: what is no table at pgd or p4d ends the walk in its own turn. */
static void upper_leaf_is_not_supported_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		for (unsigned d = m->f->top; d <= PT_PUD; d++) {
			struct mm_script *script = mm_script_new(m);
			bool upper = d <= PT_P4D;

			if (!mm_has_leaf(m, d))
				continue;
			mm_map(m, m->base, 1, 0, MM_RW, d, 0);
			m->space.walk_flags = WALK_NO_UPPER_LEAF;
			assert_int_equal(walk(m, script, 1, &mm_ops_all),
					 upper ? -EOPNOTSUPP : 0);
			/* All depths above have been there. */
			assert_int_equal(script->count, upper ? d : d + 1);
			assert_int_equal(pt_unmap(&m->space, m->base, m->base +
						  pt_span(m->f, d) - 1), 0);
		}
		mm_close(state);
	}
}

/*
 * R28: an unaligned start stays so in every page, and hides the last one; an
 * unaligned end shows its page whole.
 */
static void unaligned_range_is_walked_in_strides_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_walk_ops ops = { .pmd_entry = mm_on_pmd,
						 .pte_entry = mm_on_pte };
		uint64_t page = mm_page(m), half = page / 2;
		uint64_t pa = mm_pa(m), va = m->base;
		struct mm_script *script = mm_script_new(m);
		struct pt_space *s = &m->space;

		mm_map(m, va, 4, pa, MM_RW, PT_PTE, 0);
		s->walk_flags = WALK_UNALIGNED;
		/* Pages 1.5 to 2.25. */
		assert_int_equal(pt_walk_inclusive(s, va + page + half,
						   va + 2 * page + half / 2 - 1,
						   &ops, script), 0);
		assert_int_equal(script->count, 2);
		mm_assert_call(script, 0, PT_PMD, va + page + half,
			       va + 2 * page + half / 2 - 1);
		mm_assert_call(script, 1, PT_PTE, va + page + half,
			       va + 2 * page + half - 1);
		assert_int_equal(script->call[1].pa, pa + page + half);
		/* Pages 1.5 to 3. */
		script = mm_script_new(m);
		assert_int_equal(pt_walk_inclusive(s, va + page + half,
						   va + 3 * page - 1, &ops,
						   script), 0);
		assert_int_equal(script->count, 3);
		mm_assert_call(script, 2, PT_PTE, va + 2 * page + half,
			       va + 3 * page + half - 1);
		assert_int_equal(script->call[2].pa, pa + 2 * page + half);
		/* Pages 1 to 2.25. */
		script = mm_script_new(m);
		assert_int_equal(pt_walk_inclusive(s, va + page,
						   va + 2 * page + half / 2 - 1,
						   &ops, script), 0);
		assert_int_equal(script->count, 3);
		mm_assert_call(script, 2, PT_PTE, va + 2 * page,
			       va + 3 * page - 1);
		mm_close(state);
	}
}

/* R28: the second table of an unaligned range starts at its first byte. */
static void unaligned_range_is_aligned_by_the_next_table_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t border = m->base + pt_span(m->f, PT_PMD);
		struct mm_script *script = mm_script_new(m);

		mm_map(m, border - page, 2, 0, MM_RW, PT_PTE, 0);
		m->space.walk_flags = WALK_UNALIGNED;
		assert_int_equal(pt_walk_inclusive(&m->space,
						   border - page / 2,
						   border + page / 2 - 1,
						   &mm_ops_page, script), 0);
		assert_int_equal(script->count, 2);
		mm_assert_call(script, 0, PT_PTE, border - page / 2,
			       border + page / 2 - 1);
		mm_assert_call(script, 1, PT_PTE, border, border + page - 1);
		mm_close(state);
	}
}

/* R28: a range that Linux would not end is refused; the top of all is not. */
static void unaligned_range_ends_at_both_ends_of_memory_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), half = page / 2;
		uint64_t word = pt_ones(m->f->va_word_bits);
		struct mm_script *script = mm_script_new(m);
		struct pt_space *s = &m->space;

		s->walk_flags = WALK_UNALIGNED;
		if (!m->base)
			assert_int_equal(pt_walk_inclusive(s, 0, page - 2,
							   &mm_ops_page,
							   script), -EINVAL);
		assert_int_equal(pt_walk_inclusive(s, m->base + page + 9,
						   m->base + page + 8,
						   &mm_ops_page, script),
				 -EINVAL);
		assert_int_equal(script->count, 0);
		if (m->base + (m->bytes - 1) == word) {
			mm_map(m, word - (page - 1), 1, 0, MM_RW, PT_PTE, 0);
			assert_int_equal(pt_walk_inclusive(s, word - (half - 1),
							   word, &mm_ops_page,
							   script), 0);
			assert_int_equal(script->count, 1);
			mm_assert_call(script, 0, PT_PTE, word - (half - 1),
				       half - 1);
		}
		mm_close(state);
	}
}

/* R14: a VMA that is not to be walked ends the walk of the file. */
static void test_ends_the_mapping_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma[] = {
			mm_vma(m, 0, 1, OP_VMA_PFNMAP),
			mm_vma(m, 1, 1, OP_VMA_PLAIN),
		};
		struct pt_walk_ops ops = mm_ops_page;
		struct mm_script *script = mm_script_new(m);

		vma[0].file = vma[1].file = 1;
		vma[0].test = 3;
		mm_set_vmas(m, vma, 2);
		m->space.walk_flags = WALK_TEST_ENDS_MAPPING;
		assert_int_equal(pt_walk_mapping(&m->space, 0, 9, &ops,
						 script), 0);
		assert_int_equal(script->count, 1);
		mm_assert_hole(script, 0, at(m, 0), at(m, 1) - 1, -1);
		script = mm_script_new(m);
		ops.test_walk = mm_on_test;
		assert_int_equal(pt_walk_mapping(&m->space, 0, 9, &ops,
						 script), 0);
		assert_int_equal(script->count, 1);
		/* Other walks go on. */
		script = mm_script_new(m);
		assert_int_equal(pt_walk_vmas(&m->space, at(m, 0),
					      at(m, 2) - 1, &ops, script), 0);
		assert_int_equal(mm_calls_of(script, MM_TEST), 2);
		mm_close(state);
	}
}

/* R12: pt_walk_vma() tests its VMA; pt_walk_range_vma() does not. */
static void walk_of_a_vma_tests_it_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma = mm_vma(m, 0, 1, OP_VMA_PFNMAP);
		struct pt_walk_ops ops = mm_ops_page;
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		m->space.walk_flags = WALK_VMA_TESTED;
		assert_int_equal(pt_walk_vma(&m->space, &vma, &ops, script),
				 0);
		assert_int_equal(script->count, 1);
		mm_assert_hole(script, 0, vma.start, vma.last, -1);
		script = mm_script_new(m);
		ops.test_walk = mm_on_test;
		vma.test = -8;
		assert_int_equal(pt_walk_vma(&m->space, &vma, &ops, script),
				 -8);
		vma.test = 8;
		assert_int_equal(pt_walk_vma(&m->space, &vma, &ops, script),
				 0);
		assert_int_equal(script->count, 2);
		script = mm_script_new(m);
		assert_int_equal(pt_walk_range_vma(&m->space, &vma, vma.start,
						   vma.last, &ops, script), 0);
		assert_int_equal(script->count, 1);
		assert_int_equal(script->call[0].of, PT_PTE);
		mm_close(state);
	}
}

/* R33: before there was install_pte, nothing installs. */
static void nothing_installs_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 1, OP_VMA_PLAIN);
		const struct pt_walk_ops ops = { .install_pte = mm_on_install,
						 .pte_hole = mm_on_hole };
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		mm_save(m);
		m->space.walk_flags = WALK_NO_INSTALL;
		assert_int_equal(pt_walk_install(&m->space, vma.start,
						 vma.last, &ops, script),
				 -EINVAL);
		assert_int_equal(script->count, 0);
		mm_assert_saved(m);
		mm_close(state);
	}
}

/* R43: holes had no depth. */
static void holes_have_no_depth_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_script *script = mm_script_new(m);

		m->space.walk_flags = WALK_NO_DEPTH;
		assert_int_equal(walk(m, script, 1, &mm_ops_all), 0);
		mm_assert_hole(script, 0, m->base, at(m, 1) - 1, -1);
		if (m->f->top < PT_PMD) {
			uint64_t va = m->base + pt_span(m->f, PT_PMD);

			mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
			script = mm_script_new(m);
			assert_int_equal(pt_walk_inclusive(&m->space, va,
							   va + mm_page(m) - 1,
							   &mm_ops_page,
							   script), 0);
			mm_assert_hole(script, 0, va, va + mm_page(m) - 1, -1);
		}
		mm_close(state);
	}
}

/* All entry callbacks and all tests of tables. */
static const struct pt_walk_ops ops_tables = {
	.pgd_entry = mm_on_pgd, .p4d_entry = mm_on_p4d, .pud_entry = mm_on_pud,
	.pmd_entry = mm_on_pmd, .pte_entry = mm_on_pte, .pte_hole = mm_on_hole,
	.test_p4d = mm_on_p4d_table, .test_pud = mm_on_pud_table,
	.test_pmd = mm_on_pmd_table,
};

/* R41: each level below pgd is tested before its entries, folded or not. */
static void tables_are_tested_before_their_entries_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_script *script = mm_script_new(m);
		uint64_t last = at(m, 1) - 1;

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(walk(m, script, 1, &ops_tables), 0);
		assert_int_equal(script->count, PT_DEPTHS);
		script = mm_script_new(m);
		m->space.walk_flags = WALK_TABLE_TESTS;
		assert_int_equal(walk(m, script, 1, &ops_tables), 0);
		assert_int_equal(script->count, 8);
		mm_assert_call(script, 0, PT_PGD, m->base, last);
		for (unsigned d = PT_P4D; d <= PT_PMD; d++) {
			const struct mm_call *call =
				mm_assert_call(script, 2 * d - 1, MM_TABLE,
					       m->base, last);

			assert_int_equal(call->depth, d);
			mm_assert_call(script, 2 * d, d, m->base, last);
		}
		mm_assert_call(script, 7, PT_PTE, m->base, last);
		mm_close(state);
	}
}

/* R41: a test of more than 0 skips the table, of less ends the walk. */
static void test_of_a_table_skips_it_or_ends_the_walk_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		m->space.walk_flags = WALK_TABLE_TESTS;
		for (int d = PT_P4D; d <= PT_PMD; d++) {
			struct mm_script *script = mm_script_new(m);

			script->table_depth = d;
			script->table_value = 2;
			assert_int_equal(walk(m, script, 1, &ops_tables), 0);
			assert_int_equal(script->count, 2 * d);
			script->table_value = -5;
			assert_int_equal(walk(m, script, 1, &ops_tables), -5);
			assert_int_equal(script->count, 4 * d);
		}
		mm_close(state);
	}
}

/* R17, R41: where aliases see empty entries their tests do too. */
static void empty_entry_is_tested_as_a_table_quirk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned top = m->f->top;
		struct mm_script *script = mm_script_new(m);

		m->space.walk_flags = WALK_TABLE_TESTS | WALK_FOLDED_EMPTY;
		assert_int_equal(walk(m, script, 1, &ops_tables), 0);
		assert_int_equal(mm_calls_of(script, MM_TABLE), top);
		assert_int_equal(script->count, 2 * top + 1);
		assert_int_equal(script->call[2 * top].of, MM_HOLE);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_middle_depths_act_quirk),
		TEST(nothing_acts_quirk),
		TEST(again_starts_at_the_alias_quirk),
		TEST(aliases_see_empty_entries_quirk),
		TEST(aliases_hide_holes_from_upper_callbacks_quirk),
		TEST(aliases_see_what_is_installed_below_quirk),
		TEST(bad_upper_entry_is_cleared_quirk),
		TEST(aliases_see_bad_entries_quirk),
		TEST(upper_leaf_is_not_supported_quirk),
		TEST(unaligned_range_is_walked_in_strides_quirk),
		TEST(unaligned_range_is_aligned_by_the_next_table_quirk),
		TEST(unaligned_range_ends_at_both_ends_of_memory_quirk),
		TEST(test_ends_the_mapping_quirk),
		TEST(walk_of_a_vma_tests_it_quirk),
		TEST(nothing_installs_quirk),
		TEST(holes_have_no_depth_quirk),
		TEST(tables_are_tested_before_their_entries_quirk),
		TEST(test_of_a_table_skips_it_or_ends_the_walk_quirk),
		TEST(empty_entry_is_tested_as_a_table_quirk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
