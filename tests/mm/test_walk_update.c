/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The update callback of walks that install, and callbacks that refuse after the
 * way to their page was made: include/tablewalk/walk.h, "Installing", rules R37 and
 * R38 of docs/walker-rules.md.
 */
#include "mm_script.h"

#include <errno.h>

#include <tablewalk/check.h>

#define PAGES 8u

/* What update was told, beside the script, which is the walk's context. */
struct updates {
	struct mm_script *script;
	uint64_t start[PAGES], pa[PAGES];
	bool leaf[PAGES];		/* it was a leaf when it was told of */
	const struct pt_vma *vma[PAGES];
	unsigned calls_before[PAGES];	/* of the script */
	unsigned count;
};

static int on_install(uint64_t start, uint64_t last,
		      struct pt_install *supplied, struct pt_walk *walk)
{
	struct updates *u = walk->context;
	int ret;

	walk->context = u->script;
	ret = mm_on_install(start, last, supplied, walk);
	walk->context = u;
	return ret;
}

static void on_update(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct updates *u = walk->context;

	if (u->count < PAGES) {
		u->start[u->count] = visit->start;
		u->pa[u->count] = visit->pa;
		u->leaf[u->count] = visit->kind == PT_LEAF &&
				    visit->depth == PT_PTE;
		u->vma[u->count] = walk->vma;
		u->calls_before[u->count] = u->script->count;
	}
	u->count++;
}

static const struct pt_walk_ops ops = {
	.install_pte = on_install, .update = on_update,
};

static uint64_t at(const struct mm *m, uint64_t page)
{
	return m->base + page * mm_page(m);
}

/* The page of number 1 is there; installs 0 to 3 in a VMA of 0 to 2. */
static void install_around(struct mm *m, struct updates *u, unsigned stop_at)
{
	const struct pt_vma vma = mm_vma(m, 0, 3, OP_VMA_PLAIN);

	*u = (struct updates){ .script = mm_script_new(m) };
	u->script->stop_at = stop_at;
	u->script->stop_value = 5;
	mm_set_vmas(m, &vma, 1);
	mm_map(m, at(m, 1), 1, 0, MM_RO, PT_PTE, 0);
	assert_int_equal(pt_walk_install(&m->space, at(m, 0), at(m, 4) - 1,
					 &ops, u), stop_at ? 5 : 0);
}

/* Whether update was told of pages 0 and 2, each right after it was installed. */
static bool told_right(struct mm *m, const struct updates *u, unsigned count)
{
	static const unsigned page[] = { 0, 2 };

	if (u->count != count)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (u->start[i] != at(m, page[i]) || !u->leaf[i] ||
		    u->pa[i] != mm_pa(m) + i * mm_page(m) || !u->vma[i] ||
		    u->calls_before[i] != i + 1)
			return false;
	return true;
}

/* R38: once for each installed entry, with its VMA, after the store. */
static void update_is_told_of_what_was_installed(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct updates u;

		install_around(m, &u, 0);
		assert_true(told_right(m, &u, 2));
		mm_assert_kind(m, at(m, 3), PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* What install_pte refuses is not updated; what came before was. */
static void update_is_not_told_of_refused_entries(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct updates u;

		install_around(m, &u, 2);
		assert_true(told_right(m, &u, 1));
		mm_assert_kind(m, at(m, 2), PT_NONE, PT_PTE);
		mm_close(state);
	}
}

/* Each defect of it is noticed by that. */
static void defects_of_update_are_noticed(void **state)
{
	for (unsigned id = MUTANT_UPDATE_BEFORE_STORE;
	     id <= MUTANT_UPDATE_OF_ALL; id++) {
		struct mm *m = mm_open(state, 0);
		struct updates u;

		mutant_selected = (enum mutant_id)id;
		install_around(m, &u, 0);
		mutant_selected = MUTANT_OFF;
		assert_false(told_right(m, &u, 2));
		mm_close(state);
	}
}

static int refuse(const struct pt_visit *visit, struct pt_walk *walk)
{
	(void)visit;
	(void)walk;
	return -13;
}

static int refuse_install(uint64_t start, uint64_t last,
			  struct pt_install *supplied, struct pt_walk *walk)
{
	(void)start;
	(void)last;
	(void)supplied;
	(void)walk;
	return -13;
}

static const struct pt_walk_ops refusing = {
	.pte_entry = refuse, .install_pte = refuse_install,
};

/* R37: a block is divided before pte_entry refuses its first page. */
static void blocks_are_divided_before_the_refusal(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 2, OP_VMA_PLAIN);

		if (mm_has_leaf(m, PT_PMD)) {
			mm_set_vmas(m, &vma, 1);
			mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PMD, 0);
			assert_int_equal(pt_walk_install(&m->space, at(m, 0),
							 at(m, 1) - 1,
							 &refusing, NULL),
					 -13);
			mm_assert_leaf(m, at(m, 0), PT_PTE, 0, mm_pa(m),
				       MM_RW);
		}
		mm_close(state);
	}
}

/* R37: tables are allocated before install_pte refuses, and stay empty. */
static void tables_are_made_before_the_refusal(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 2, OP_VMA_PLAIN);

		mm_set_vmas(m, &vma, 1);
		mm_forget(m);
		assert_int_equal(pt_walk_install(&m->space, at(m, 0),
						 at(m, 1) - 1, &refusing,
						 NULL), -13);
		assert_int_equal(m->arena.event_count, PT_PTE - m->f->top);
		mm_assert_kind(m, at(m, 0), PT_NONE, PT_PTE);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(update_is_told_of_what_was_installed),
		TEST(update_is_not_told_of_refused_entries),
		TEST(defects_of_update_are_noticed),
		TEST(blocks_are_divided_before_the_refusal),
		TEST(tables_are_made_before_the_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
