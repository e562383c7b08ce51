/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Deliberate defects of which random cases see nothing, or not soon: no operation
 * of a case walks up to an exclusive end, copies to other indices or reports the
 * range of the one table that it asked for; hardware does not look at what a
 * protnone entry holds; and a full table of which one page alone is GLOBAL is rare.
 */
#include "mm_fixture.h"

#include <tablewalk/check.h>
#include <tablewalk/table_owner.h>
#include <tablewalk/walk.h>

#include "../../mm/pgtable.h"

static struct mm *open_named(void **state, const char *name)
{
	const struct pt_format *f = pt_format_find(name);

	assert_non_null(f);
	return mm_open_format(state, f, 0);
}

/* Whether a walk whose exclusive end wrapped to 0 covers the last page. */
static bool walks_to_the_top(void **state)
{
	struct mm *m = open_named(state, "x86_64-4level");
	static const struct pt_walk_ops ops = { 0 };
	int ret = pt_walk_range(&m->space, 0 - mm_page(m), 0, &ops, NULL);

	mm_close(state);
	return ret == 0;
}

/* Whether what is copied to another entry of the root is found there. */
static bool copies_elsewhere(void **state)
{
	struct mm *m = open_named(state, "riscv-sv39");
	const uint64_t to_va = pt_span(m->f, m->f->top);
	struct pt_lookup found = { 0 };
	struct pt_space to;

	assert_int_equal(pt_space_init(&to, m->f, &m->env, 1, m->f->pa_bits),
			 0);
	mm_map(m, 0, 1, mm_pa(m), MM_RW, PT_PTE, 0);
	assert_int_equal(pt_copy(&m->space, &to, 0, mm_page(m) - 1, to_va,
				 false), 0);
	assert_int_equal(pt_translate(&to, to_va, &found), 0);
	pt_space_destroy(&to);
	mm_close(state);
	return found.kind == PT_LEAF;
}

/*
 * Whether a protnone entry of x86 holds the complement of its address, bits 12
 * to 51: no memory is there that a CPU could load ahead of the fault (L1TF).
 */
static bool protnone_is_out_of_reach(void **state)
{
	struct mm *m = open_named(state, "x86_64-4level");
	const uint64_t mask = pt_ones(52) & ~pt_ones(12);
	const uint64_t pa = mm_pa(m);
	struct pt_slot slot;

	mm_map(m, 0, 1, pa, MM_RW, PT_PTE, 0);
	assert_int_equal(pt_setkind(&m->space, 0, PT_PTE, PT_PROTNONE, 0), 0);
	slot = pt_descend(&m->space, 0, PT_PTE);
	mm_close(state);
	return (slot.entry.raw & mask) == (~pa & mask);
}

/* Whether the range of the table that holds an entry begins where it does. */
static bool table_is_whole(void **state)
{
	struct mm *m = open_named(state, "riscv-sv39");
	const uint64_t bytes = mm_page(m) * mm_entries(m, PT_PTE);
	struct pt_owner owner;

	mm_map(m, 0, 4, mm_pa(m), MM_RW, PT_PTE, 0);
	assert_int_equal(pt_table_at(&m->space, 2 * mm_page(m), PT_PTE,
				     &owner), 0);
	mm_close(state);
	return owner.first == 0 && owner.last == bytes - 1;
}

/* Whether a table with a single page that is GLOBAL is left as it is. */
static bool table_of_two_sorts_stays(void **state)
{
	struct mm *m = open_named(state, "riscv-sv39");
	const uint64_t pa = mm_pa(m), page = mm_page(m);
	const unsigned entries = mm_entries(m, PT_PTE);
	int ret;

	mm_map(m, 0, 1, pa, MM_RW | PT_GLOBAL, PT_PTE, 0);
	mm_map(m, page, entries - 1, pa + page, MM_RW, PT_PTE, 0);
	ret = pt_collapse(&m->space, 0, PT_PMD, 0);
	mm_close(state);
	return ret == -EBUSY;
}

static void assert_shown(void **state, enum mutant_id id,
			 bool (*holds)(void **state))
{
	bool held;

	assert_true(holds(state));
	mutant_selected = id;
	held = holds(state);
	mutant_selected = MUTANT_OFF;
	assert_false(held);
}

/* An exclusive end of 0 is the one behind the last address. */
static void end_zero_is_the_top(void **state)
{
	assert_shown(state, MUTANT_WALK_TO_TOP_REFUSED, walks_to_the_top);
}

/* A copy is at the addresses that were asked for. */
static void copy_is_where_it_should_be(void **state)
{
	assert_shown(state, MUTANT_COPY_SAME_INDEX, copies_elsewhere);
}

/* A protnone entry of x86 leads nowhere, not even speculatively. */
static void protnone_address_is_complemented(void **state)
{
	assert_shown(state, MUTANT_DESC_PROTNONE_INVERTED,
		     protnone_is_out_of_reach);
}

/* The table at an address is described from its first entry on. */
static void table_at_is_described_whole(void **state)
{
	assert_shown(state, MUTANT_OWNER_FIRST_OF_ENTRY, table_is_whole);
}

/* Only pages with the same attributes become a block. */
static void collapse_looks_at_global(void **state)
{
	assert_shown(state, MUTANT_COLLAPSE_IGNORES_GLOBAL,
		     table_of_two_sorts_stays);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(end_zero_is_the_top, mm_teardown),
		cmocka_unit_test_teardown(copy_is_where_it_should_be,
					  mm_teardown),
		cmocka_unit_test_teardown(protnone_address_is_complemented,
					  mm_teardown),
		cmocka_unit_test_teardown(table_at_is_described_whole,
					  mm_teardown),
		cmocka_unit_test_teardown(collapse_looks_at_global,
					  mm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
