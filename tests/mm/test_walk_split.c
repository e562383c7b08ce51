/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks over VMAs that divide blocks: include/tablewalk/walk.h, rules R24, R25
 * and R36 of docs/walker-rules.md.
 */
#include "mm_script.h"

#include <errno.h>

static const struct pt_walk_ops ops_split = {
	.pmd_entry = mm_on_pmd, .pte_entry = mm_on_pte, .pte_hole = mm_on_hole,
};

/* A VMA that is all of the pmd's first entry but its first page. */
static struct pt_vma block_vma(const struct mm *m)
{
	return mm_vma(m, 1, mm_entries(m, PT_PTE) - 1, OP_VMA_PLAIN);
}

static int walk(struct mm *m, struct mm_script *script,
		const struct pt_vma *vma, const struct pt_walk_ops *ops)
{
	mm_set_vmas(m, vma, 1);
	return pt_walk_vmas(&m->space, vma->start, vma->last, ops, script);
}

/*
 * R25: a block is divided and walked on in its pages; the entry's own callback
 * saw the block, and is not called again.
 */
static void block_is_divided_for_a_deeper_callback(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = block_vma(m);
		uint64_t page = mm_page(m), pa = mm_pa(m);
		unsigned pages = mm_entries(m, PT_PTE) - 1;
		struct mm_script *script = mm_script_new(m);
		const struct mm_call *call;

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, m->base, 1, pa, MM_RW, PT_PMD, 0);
			mm_forget(m);
			assert_int_equal(walk(m, script, &vma, &ops_split), 0);
			assert_int_equal(script->count, 1 + pages);
			call = mm_assert_call(script, 0, PT_PMD, vma.start,
					      vma.last);
			assert_int_equal(call->kind, PT_LEAF);
			assert_int_equal(call->pa, pa + page);
			for (unsigned k = 1; k <= pages; k++) {
				call = mm_assert_call(script, k, PT_PTE,
						      m->base + k * page,
						      m->base + (k + 1) * page -
							      1);
				assert_int_equal(call->kind, PT_LEAF);
				assert_int_equal(call->pa, pa + k * page);
				assert_int_equal(call->attrs, MM_RW);
			}
			assert_int_equal(m->arena.event_count, 1);
			/* The page outside the VMA is divided with the rest. */
			mm_assert_leaf(m, m->base, PT_PTE, 0, pa, MM_RW);
		}
		mm_close(state);
	}
}

/* R25: a block of a higher depth is divided depth by depth. */
static void larger_block_is_divided_down_to_the_pages(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 1, 1, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);
		const struct pt_walk_ops ops = { .pud_entry = mm_on_pud,
						 .pte_entry = mm_on_pte };

		if (m->f->top <= PT_PUD && mm_has_leaf(m, PT_PUD) &&
		    mm_has_leaf(m, PT_PMD)) {
			mm_map(m, m->base, 1, 0, MM_RW, PT_PUD, 0);
			mm_forget(m);
			assert_int_equal(walk(m, script, &vma, &ops), 0);
			assert_int_equal(script->count, 2);
			assert_int_equal(script->call[0].kind, PT_LEAF);
			mm_assert_call(script, 1, PT_PTE, vma.start, vma.last);
			assert_int_equal(script->call[1].pa, mm_page(m));
			assert_int_equal(m->arena.event_count, 2);
			mm_assert_leaf(m, m->base + pt_span(m->f, PT_PMD),
				       PT_PMD, 0, pt_span(m->f, PT_PMD),
				       MM_RW);
		}
		mm_close(state);
	}
}

/* R25: nothing is divided that no deeper callback asks for. */
static void block_stays_whole_for_upper_callbacks(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = block_vma(m);
		const struct pt_walk_ops ops = { .pmd_entry = mm_on_pmd,
						 .pte_hole = mm_on_hole };
		struct mm_script *script = mm_script_new(m);

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PMD, 0);
			mm_save(m);
			assert_int_equal(walk(m, script, &vma, &ops), 0);
			assert_int_equal(script->count, 1);
			/* R22: nor where its callback says CONTINUE. */
			script->act_of = PT_PMD;
			script->act_count = 1;
			script->action = PT_WALK_CONTINUE;
			assert_int_equal(walk(m, script, &vma, &ops_split), 0);
			assert_int_equal(script->count, 2);
			/* R24: nor without VMA. */
			assert_int_equal(pt_walk_inclusive(&m->space,
							   vma.start, vma.last,
							   &ops_split, script),
					 0);
			assert_int_equal(script->count, 3);
			mm_assert_saved(m);
		}
		mm_close(state);
	}
}

/* A table that is refused ends the walk, and the block is as it was. */
static void refused_table_ends_the_walk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = block_vma(m);
		struct mm_script *script = mm_script_new(m);

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PMD, 0);
			mm_save(m);
			m->arena.fail_in = 1;
			assert_int_equal(walk(m, script, &vma, &ops_split),
					 -ENOMEM);
			assert_int_equal(script->count, 1);
			mm_assert_saved(m);
		}
		mm_close(state);
	}
}

/* A member of a group is made single first; its neighbours stay whole. */
static void group_is_unfolded_before_a_member_is_divided(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 1, 1, OP_VMA_PLAIN);
		uint64_t span = pt_span(m->f, PT_PMD);
		unsigned order = mm_order(m, PT_PMD);
		struct mm_script *script = mm_script_new(m);

		if (order) {
			mm_map(m, m->base, 1u << order, 0, MM_RW, PT_PMD,
			       order);
			assert_int_equal(walk(m, script, &vma, &ops_split), 0);
			assert_int_equal(script->count, 2);
			assert_int_equal(script->call[0].order, order);
			assert_int_equal(script->call[1].order, 0);
			assert_int_equal(script->call[1].pa, mm_page(m));
			mm_assert_leaf(m, m->base + span, PT_PMD, 0, span,
				       MM_RW);
		}
		mm_close(state);
	}
}

/* Protnone and migration entries are divided too; invalid-huge gives leaves. */
static void other_large_entries_are_divided_like_leaves(void **state)
{
	static const struct { enum pt_kind of, pieces; } kinds[] = {
		{ PT_PROTNONE, PT_PROTNONE },
		{ PT_MIGRATION, PT_MIGRATION },
		{ PT_INVALID_HUGE, PT_LEAF },
	};
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 2, 1, OP_VMA_PLAIN);
		uint64_t span = pt_span(m->f, PT_PMD);

		for (unsigned k = 0; k < 3 && mm_has_leaf(m, PT_PMD); k++) {
			struct mm_script *script = mm_script_new(m);
			uint64_t pa = mm_pa(m);

			mm_map(m, m->base, 1, pa, MM_RW, PT_PMD, 0);
			if (!pt_setkind(&m->space, m->base, PT_PMD,
					kinds[k].of, pa)) {
				assert_int_equal(walk(m, script, &vma,
						      &ops_split), 0);
				assert_int_equal(script->count, 2);
				assert_int_equal(script->call[0].kind,
						 kinds[k].of);
				assert_int_equal(script->call[1].kind,
						 kinds[k].pieces);
				assert_int_equal(script->call[1].pa,
						 pa + 2 * mm_page(m));
			}
			assert_int_equal(pt_unmap(&m->space, m->base,
						  m->base + span - 1), 0);
			assert_int_equal(pt_free_tables(&m->space, m->base,
							m->base + span - 1, 0,
							UINT64_MAX), 0);
		}
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(block_is_divided_for_a_deeper_callback),
		TEST(larger_block_is_divided_down_to_the_pages),
		TEST(block_stays_whole_for_upper_callbacks),
		TEST(refused_table_ends_the_walk),
		TEST(group_is_unfolded_before_a_member_is_divided),
		TEST(other_large_entries_are_divided_like_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
