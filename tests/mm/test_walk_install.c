/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks that install entries: include/tablewalk/walk.h, rules R33 to R39 of
 * docs/walker-rules.md.
 */
#include "mm_script.h"

#include <errno.h>

static const struct pt_walk_ops ops_install = {
	.pte_entry = mm_on_pte, .pte_hole = mm_on_hole,
	.install_pte = mm_on_install,
};
static const struct pt_walk_ops ops_install_only = {
	.install_pte = mm_on_install,
};

/* The address of a page, counted from m->base. */
static uint64_t at(const struct mm *m, uint64_t page)
{
	return m->base + page * mm_page(m);
}

static int install(struct mm *m, struct mm_script *script, uint64_t page,
		   uint64_t n, const struct pt_walk_ops *ops)
{
	return pt_walk_install(&m->space, at(m, page), at(m, page + n) - 1,
			       ops, script);
}

/* R34: a none entry is installed; one that exists goes to pte_entry. */
static void only_none_entries_are_installed(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 8, OP_VMA_PLAIN);
		uint64_t page = mm_page(m), pa = mm_pa(m);
		struct mm_script *script = mm_script_new(m);
		uint32_t rich = mm_rich_attrs(m);
		unsigned kind = PT_SWAP;

		mm_set_vmas(m, &vma, 1);
		mm_map(m, at(m, 1), 1, 0, MM_RO, PT_PTE, 0);
		mm_map(m, at(m, 2), 1, 0, MM_RO, PT_PTE, 0);
		if (pt_setkind(&m->space, at(m, 2), PT_PTE, PT_SWAP, 5 * page))
			kind = PT_LEAF;
		script->supply.attrs = rich;
		assert_int_equal(install(m, script, 0, 4, &ops_install), 0);
		assert_int_equal(script->count, 4);
		mm_assert_call(script, 0, MM_INSTALL, at(m, 0), at(m, 1) - 1);
		mm_assert_call(script, 1, PT_PTE, at(m, 1), at(m, 2) - 1);
		assert_int_equal(script->call[1].kind, PT_LEAF);
		mm_assert_call(script, 2, PT_PTE, at(m, 2), at(m, 3) - 1);
		assert_int_equal(script->call[2].kind, kind);
		mm_assert_call(script, 3, MM_INSTALL, at(m, 3), at(m, 4) - 1);
		mm_assert_leaf(m, at(m, 0), PT_PTE, 0, pa, rich);
		mm_assert_leaf(m, at(m, 1), PT_PTE, 0, 0, MM_RO);
		mm_assert_kind(m, at(m, 2), (enum pt_kind)kind, PT_PTE);
		mm_assert_leaf(m, at(m, 3), PT_PTE, 0, pa + page, rich);
		mm_assert_kind(m, at(m, 4), PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/*
 * R33: missing tables are made, without a hole, before the callbacks of the
 * entry, which see a table.
 */
static void missing_tables_are_made_and_seen(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 1, 1, OP_VMA_PLAIN);
		struct pt_walk_ops ops = mm_ops_all;
		struct mm_script *script = mm_script_new(m);

		ops.install_pte = mm_on_install;
		mm_set_vmas(m, &vma, 1);
		mm_forget(m);
		/* The gaps at both sides are holes as ever. */
		assert_int_equal(install(m, script, 0, 3, &ops), 0);
		assert_int_equal(script->count, 1 + PT_PTE + 1 + 1);
		mm_assert_hole(script, 0, at(m, 0), at(m, 1) - 1, -1);
		for (unsigned d = PT_PGD; d < PT_PTE; d++) {
			const struct mm_call *call =
				mm_assert_call(script, 1 + d, d, at(m, 1),
					       at(m, 2) - 1);

			assert_int_equal(call->kind, PT_TABLE);
			assert_int_equal(call->attrs, 0);
		}
		mm_assert_call(script, 1 + PT_PTE, MM_INSTALL, at(m, 1),
			       at(m, 2) - 1);
		mm_assert_hole(script, 2 + PT_PTE, at(m, 2), at(m, 3) - 1, -1);
		/* One table for each depth below the root. */
		assert_int_equal(m->arena.event_count, PT_PTE - m->f->top);
		mm_assert_leaf(m, at(m, 1), PT_PTE, 0, mm_pa(m), MM_RW);
		mm_assert_kind(m, at(m, 0), PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* CONTINUE leaves the table that was made for the entry empty. */
static void continue_leaves_the_new_table_empty(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 1, OP_VMA_PLAIN);
		const struct pt_walk_ops ops = { .pmd_entry = mm_on_pmd,
						 .install_pte = mm_on_install };
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		script->act_of = PT_PMD;
		script->act_count = 1;
		script->action = PT_WALK_CONTINUE;
		assert_int_equal(install(m, script, 0, 1, &ops), 0);
		assert_int_equal(script->count, 1);
		assert_int_equal(script->call[0].kind, PT_TABLE);
		mm_assert_kind(m, at(m, 0), PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* R36: install_pte alone divides nothing; with pte_entry blocks are divided. */
static void install_alone_divides_nothing(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 1, 2, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		if (mm_has_leaf(m, PT_PMD)) {
			mm_set_vmas(m, &vma, 1);
			mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PMD, 0);
			mm_save(m);
			assert_int_equal(install(m, script, 1, 2,
						 &ops_install_only), 0);
			assert_int_equal(script->count, 0);
			mm_assert_saved(m);
			assert_int_equal(install(m, script, 1, 2,
						 &ops_install), 0);
			assert_int_equal(mm_calls_of(script, PT_PTE), 2);
			assert_int_equal(script->count, 2);
		}
		mm_close(state);
	}
}

/* R37: whatever ended the walk, what was made before stays. */
static void what_was_installed_before_an_error_stays(void **state)
{
	static const int values[] = { -6, 4 };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 8, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		script->stop_at = 3;
		script->stop_value = values[i / 2 % 2];
		assert_int_equal(install(m, script, 0, 4, &ops_install),
				 values[i / 2 % 2]);
		assert_int_equal(script->count, 3);
		mm_assert_leaf(m, at(m, 0), PT_PTE, 0, mm_pa(m), MM_RW);
		mm_assert_leaf(m, at(m, 1), PT_PTE, 0, mm_pa(m) + mm_page(m),
			       MM_RW);
		/* R35: that is not a way to skip one. */
		mm_assert_kind(m, at(m, 2), PT_NONE, PT_PTE);
		mm_assert_kind(m, at(m, 3), PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* R37: a refused table ends the walk; those above it stay, linked and empty. */
static void refused_table_leaves_those_above_it(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 1, OP_VMA_PLAIN);

		mm_set_vmas(m, &vma, 1);
		for (unsigned n = 1; n + m->f->top <= PT_PTE; n++) {
			struct mm_script *script = mm_script_new(m);
			unsigned live = m->arena.live_count;

			/* All but one are there: the first that is not fails. */
			m->arena.fail_in = n == 1 ? 1 : 2;
			assert_int_equal(install(m, script, 0, 1,
						 &ops_install), -ENOMEM);
			assert_int_equal(script->count, 0);
			assert_int_equal(m->arena.live_count,
					 live + (n == 1 ? 0 : 1));
			mm_assert_kind(m, at(m, 0), PT_NONE, m->f->top + n - 1);
		}
		mm_close(state);
	}
}

/* What a format cannot have ends the walk, and is not stored. */
static void impossible_entries_are_refused(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 4, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		script->supply.pa += 1;
		assert_int_equal(install(m, script, 0, 1, &ops_install),
				 -EINVAL);
		assert_int_equal(script->count, 1);
		if (m->f->pa_bits < 64) {
			script = mm_script_new(m);
			script->supply.pa = pt_ones(m->f->pa_bits) + 1;
			assert_int_equal(install(m, script, 0, 1,
						 &ops_install), -ERANGE);
		}
		script = mm_script_new(m);
		/* W without R is what none of these formats has. */
		script->supply.attrs = PT_W;
		assert_int_equal(install(m, script, 0, 1, &ops_install),
				 -EOPNOTSUPP);
		mm_assert_kind(m, at(m, 0), PT_NONE, PT_PTE);
		/* The last page that there is can be had. */
		script = mm_script_new(m);
		script->supply.pa = pt_ones(m->f->pa_bits) - (mm_page(m) - 1);
		assert_int_equal(install(m, script, 0, 1, &ops_install), 0);
		mm_assert_leaf(m, at(m, 0), PT_PTE, 0,
			       pt_ones(m->f->pa_bits) - (mm_page(m) - 1),
			       MM_RW);
		mm_close(state);
	}
}

/* R39: without pte_entry, entries that exist are passed over. */
static void entries_are_passed_over_without_pte_entry(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 4, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		mm_map(m, at(m, 0), 1, 0, MM_RO, PT_PTE, 0);
		assert_int_equal(install(m, script, 0, 2, &ops_install_only),
				 0);
		assert_int_equal(script->count, 1);
		mm_assert_call(script, 0, MM_INSTALL, at(m, 1), at(m, 2) - 1);
		mm_assert_leaf(m, at(m, 0), PT_PTE, 0, 0, MM_RO);
		mm_close(state);
	}
}

/* R22: AGAIN of pte_entry comes back to the same entry, eight times. */
static void again_of_an_existing_entry_is_bounded(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 4, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		mm_map(m, at(m, 0), 1, 0, MM_RO, PT_PTE, 0);
		script->act_of = PT_PTE;
		script->action = PT_WALK_AGAIN;
		script->act_count = PT_WALK_AGAIN_LIMIT;
		assert_int_equal(install(m, script, 0, 1, &ops_install), 0);
		assert_int_equal(script->count, 1 + PT_WALK_AGAIN_LIMIT);
		script->act_count = PT_WALK_AGAIN_LIMIT + 1;
		assert_int_equal(install(m, script, 0, 1, &ops_install),
				 -EAGAIN);
		mm_close(state);
	}
}

/* R13: a hugetlb VMA is refused after its test and before pre_vma. */
static void hugetlb_vma_is_refused(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_vma vma = mm_vma(m, 0, mm_entries(m, PT_PTE),
					   OP_VMA_HUGETLB);
		struct pt_walk_ops ops = ops_install;
		struct mm_script *script = mm_script_new(m);

		ops.test_walk = mm_on_test;
		ops.pre_vma = mm_on_pre;
		ops.post_vma = mm_on_post;
		vma.huge_depth = PT_PMD;
		mm_set_vmas(m, &vma, 1);
		mm_save(m);
		assert_int_equal(install(m, script, 0, 1, &ops), -EINVAL);
		assert_int_equal(script->count, 1);
		assert_int_equal(script->call[0].of, MM_TEST);
		mm_assert_saved(m);
		mm_close(state);
	}
}

/* R1, R28: it wants install_pte and a range as every walk does. */
static void malformed_walks_are_refused(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 4, OP_VMA_PLAIN);
		struct mm_script *script = mm_script_new(m);

		mm_set_vmas(m, &vma, 1);
		mm_save(m);
		assert_int_equal(install(m, script, 0, 1, &mm_ops_page),
				 -EINVAL);
		assert_int_equal(install(m, script, 1, 0, &ops_install),
				 -EINVAL);
		assert_int_equal(pt_walk_install(&m->space, at(m, 0) + 1,
						 at(m, 1) - 1, &ops_install,
						 script), -EINVAL);
		assert_int_equal(script->count, 0);
		mm_assert_saved(m);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_none_entries_are_installed),
		TEST(missing_tables_are_made_and_seen),
		TEST(continue_leaves_the_new_table_empty),
		TEST(install_alone_divides_nothing),
		TEST(what_was_installed_before_an_error_stays),
		TEST(refused_table_leaves_those_above_it),
		TEST(impossible_entries_are_refused),
		TEST(entries_are_passed_over_without_pte_entry),
		TEST(again_of_an_existing_entry_is_bounded),
		TEST(hugetlb_vma_is_refused),
		TEST(malformed_walks_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
