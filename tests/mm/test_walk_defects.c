/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in walks over VMAs, in installing and in the flags:
 * each changes what a walk does, and none of them stops the process.
 */
#include "mm_script.h"

#include <tablewalk/check.h>

#define DEFECT_FIRST MUTANT_WALK_FLAG_ACTIONS_MIDDLE
#define DEFECT_LAST MUTANT_TEST_POSITIVE_LEAKS
#define SPACES_MAX 256
#define VMAS 6

/* A digest of everything that can be seen from outside: FNV-1a. */
static void add(uint64_t *sum, uint64_t n)
{
	for (unsigned i = 0; i < 64; i += 8)
		*sum = (*sum ^ (n >> i & 0xff)) * UINT64_C(0x100000001b3);
}

static void add_script(uint64_t *sum, const struct mm_script *script, int ret)
{
	for (unsigned i = 0; i < script->count; i++) {
		const struct mm_call *call = &script->call[i];

		add(sum, call->start);
		add(sum, call->last);
		add(sum, call->pa);
		add(sum, call->of | (uint64_t)call->kind << 16 |
				 (uint64_t)(call->depth + 1) << 32);
	}
	add(sum, (uint64_t)ret);
}

static const struct pt_walk_ops ops_all = {
	.pgd_entry = mm_on_pgd, .p4d_entry = mm_on_p4d, .pud_entry = mm_on_pud,
	.pmd_entry = mm_on_pmd, .pte_entry = mm_on_pte, .pte_hole = mm_on_hole,
	.test_p4d = mm_on_p4d_table, .test_pud = mm_on_pud_table,
	.test_pmd = mm_on_pmd_table, .pre_vma = mm_on_pre,
	.post_vma = mm_on_post, .hugetlb_entry = mm_on_hugetlb,
};

/*
 * The pages of a block: plain; then PFNMAP, two of a file that are not walked
 * where they are tested, and the rest.  Behind it, part of a hugetlb page.
 */
static void make_vmas(const struct mm *m, struct pt_vma vma[VMAS])
{
	uint64_t pages = mm_entries(m, PT_PTE);

	vma[0] = mm_vma(m, 1, 1, OP_VMA_PLAIN);
	vma[1] = mm_vma(m, 2, 1, OP_VMA_PFNMAP);
	vma[2] = mm_vma(m, 3, 1, OP_VMA_PLAIN);
	vma[3] = mm_vma(m, 5, 1, OP_VMA_PLAIN);
	vma[4] = mm_vma(m, 6, pages - 6, OP_VMA_PLAIN);
	vma[5] = mm_vma(m, pages, pages, OP_VMA_HUGETLB);
	vma[5].huge_depth = PT_PMD;
	vma[2].test = 1;
	vma[1].file = vma[2].file = vma[3].file = 1;
}

/* Walks whose callbacks ask for something, or end the walk. */
static void add_asking(struct mm *m, uint64_t *sum)
{
	static const enum pt_walk_action actions[] = {
		PT_WALK_SUBTREE, PT_WALK_CONTINUE, PT_WALK_AGAIN,
	};
	uint64_t last = m->base + 2 * mm_page(m) - 1;

	for (unsigned n = 0; n < 3 * PT_DEPTHS; n++) {
		struct mm_script *script = mm_script_new(m);

		script->act_of = n / 3;
		script->act_count = 1;
		script->action = actions[n % 3];
		script->stop_at = n + 1;
		script->stop_value = -5;
		add_script(sum, script,
			   pt_walk_inclusive(&m->space, m->base, last,
					     &ops_all, script));
		script->count = 0;
		add_script(sum, script,
			   pt_walk_vmas(&m->space, m->base, last, &ops_all,
					script));
	}
}

/* All entry points, over a range that cuts the hugetlb page. */
static void add_entries(struct mm *m, const struct pt_vma *vma, uint64_t *sum)
{
	struct mm_script *script = mm_script_new(m);
	uint64_t last = m->base + pt_span(m->f, PT_PMD) + mm_page(m) - 1;
	struct pt_walk_ops ops = ops_all;
	struct pt_space *s = &m->space;

	for (unsigned n = 0; n < 2; n++) {
		add_script(sum, script,
			   pt_walk_vmas(s, m->base, last, &ops, script));
		add_script(sum, script,
			   pt_walk_mapping(s, 0, 9, &ops, script));
		for (unsigned k = 0; k < VMAS; k++)
			add_script(sum, script,
				   pt_walk_vma(s, &vma[k], &ops, script));
		/* Not aligned: refused, or not. */
		add_script(sum, script,
			   pt_walk_inclusive(s, m->base + 1, last - 7, &ops,
					     script));
		script->count = 0;
		ops.test_walk = mm_on_test;
	}
}

/* Installs over again, each time until another call ends it. */
static void add_install(struct mm *m, uint64_t *sum)
{
	uint64_t last = m->base + pt_span(m->f, PT_PMD) - 1;
	struct pt_walk_ops ops = ops_all;

	ops.install_pte = mm_on_install;
	for (unsigned stop = 8; stop <= 64; stop += 8) {
		struct mm_script *script = mm_script_new(m);

		script->stop_at = stop;
		script->stop_value = -6;
		add_script(sum, script,
			   pt_walk_install(&m->space, m->base, last, &ops,
					   script));
		for (unsigned page = 0; page < mm_entries(m, PT_PTE); page++)
			add(sum, mm_look(m, m->base + page * mm_page(m)).kind);
		pt_unmap(&m->space, m->base + 2 * mm_page(m), last);
	}
}

/* A bad entry, and leaves where Linux has none. */
static void add_rarities(struct mm *m, uint64_t *sum)
{
	struct mm_script *script = mm_script_new(m);
	uint64_t last = m->base + mm_page(m) - 1;
	uint8_t saved[8];

	for (unsigned d = m->f->top; d <= PT_P4D; d++) {
		uint64_t unit_last = m->base + (pt_span(m->f, d) - 1);

		if (pt_map(&m->space, m->base, unit_last, 0, MM_RW, d, 0))
			continue;
		add_script(sum, script,
			   pt_walk_inclusive(&m->space, m->base, last,
					     &ops_all, script));
		pt_unmap(&m->space, m->base, unit_last);
	}
	if (!mm_plant_bad(m, saved))
		return;
	add_script(sum, script,
		   pt_walk_inclusive(&m->space, 0, mm_page(m) - 1, &ops_all,
				     script));
	mm_unplant(m, saved);
}

static uint64_t digest_of(struct mm *m, uint32_t flags)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	uint64_t span = pt_span(m->f, PT_PMD);
	struct pt_vma vma[VMAS];

	m->space.walk_flags = flags;
	if (!m->base)
		add_rarities(m, &sum);
	make_vmas(m, vma);
	mm_set_vmas(m, vma, VMAS);
	add_asking(m, &sum);
	/* In a table: two pages there, and one that is not. */
	mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
	mm_map(m, m->base + mm_page(m), 1, 0, MM_RO, PT_PTE, 0);
	add_asking(m, &sum);
	add_install(m, &sum);
	add_entries(m, vma, &sum);
	/* And a block, where there can be one. */
	pt_unmap(&m->space, m->base, m->base + 2 * span - 1);
	pt_map(&m->space, m->base, m->base + 2 * span - 1, mm_pa(m), MM_RW,
	       PT_PMD, 0);
	add_asking(m, &sum);
	add_entries(m, vma, &sum);
	add(&sum, m->arena.live_count);
	return sum;
}

/* What the walks come to on the space number i; 0 if there is none. */
static uint64_t digest_of_space(void **state, unsigned i, uint32_t flags)
{
	struct mm *m = mm_open(state, i);
	uint64_t sum;

	if (!m)
		return 0;
	sum = digest_of(m, flags);
	mm_close(state);
	return sum;
}

/*
 * Every defect is noticed on some format, without flags and with some that hide
 * none of them, and is harmless to the process.
 */
static void every_walk_defect_shows_and_none_crashes(void **state)
{
	static const uint32_t flags[] = {
		0, WALK_FOLDED_EMPTY | WALK_TABLE_TESTS | WALK_ACTIONS_MIDDLE,
	};
	static uint64_t good[2][SPACES_MAX];
	unsigned spaces = 0;

	mutant_selected = MUTANT_OFF;
	while ((good[0][spaces] = digest_of_space(state, spaces, flags[0]))) {
		good[1][spaces] = digest_of_space(state, spaces, flags[1]);
		assert_true(++spaces < SPACES_MAX);
	}
	for (unsigned id = DEFECT_FIRST; id <= DEFECT_LAST; id++) {
		for (unsigned k = 0; k < 2; k++) {
			unsigned differ = 0;

			mutant_selected = (enum mutant_id)id;
			for (unsigned i = 0; i < spaces; i++)
				differ += digest_of_space(state, i,
							  flags[k]) !=
					  good[k][i];
			mutant_selected = MUTANT_OFF;
			if (!differ)
				fail_msg("defect number %u changes nothing"
					 " with flags %x", id, flags[k]);
		}
	}
	/* With all of them off, it is the walker it was. */
	for (unsigned i = 0; i < spaces; i++)
		assert_true(digest_of_space(state, i, 0) == good[0][i]);
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_walk_defect_shows_and_none_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
