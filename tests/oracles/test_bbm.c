/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Break before make, over tables written by hand for the format of toy.h: each
 * test makes the stores and flushes that some subject could make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bbm.h"
#include "toy.h"

#define BASE 0x1000u
#define ROOT0 0x1000u
#define ROOT1 0x1020u
#define PMD_TABLE 0x1040u
#define PTE_TABLE 0x1080u
#define PTE_TABLE2 0x10c0u
#define NEW_TABLE 0x1100u

#define UC ((uint32_t)PT_MEM_UC << PT_MEMTYPE_SHIFT)

struct world {
	struct toy toy;
	struct mmu_arch arch;
	_Alignas(8) uint8_t bytes[512], shadow[512];
	struct pt_memory memory, before;
	struct oracle_stale *stale;
	struct oracle_bbm *bbm;
	struct finding finding;
};

static void poke(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - BASE], &raw, sizeof(raw));
	memcpy(&w->shadow[pa - BASE], &raw, sizeof(raw));
}

static void store(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - BASE], &raw, sizeof(raw));
	oracle_stale_store(w->stale, pa, 8, &w->before);
	oracle_bbm_store(w->bbm);
	memcpy(&w->shadow[pa - BASE], &raw, sizeof(raw));
}

static void flush_as(struct world *w, uint64_t va, uint64_t last, int depth,
		     bool tables)
{
	oracle_bbm_flush(w->bbm, 0, va, last, depth, tables);
}

static void flush(struct world *w, uint64_t va, uint64_t last)
{
	flush_as(w, va, last, PT_DEPTH_UNKNOWN, true);
}

static uint64_t pte(unsigned index)
{
	return PTE_TABLE + 8 * index;
}

static uint64_t pmd(unsigned index)
{
	return PMD_TABLE + 8 * index;
}

static uint64_t leaf(uint64_t pa)
{
	return toy_leaf(pa, TOY_RW, false);
}

static uint64_t group(uint64_t pa)
{
	return toy_leaf(pa, TOY_RW, true);
}

/* Entries first..last of the page table, each one as raw says, ascending. */
static void store_pages(struct world *w, unsigned first, unsigned last,
			uint64_t (*raw)(uint64_t pa))
{
	for (unsigned i = first; i <= last; i++)
		store(w, pte(i), raw ? raw(0x100 + 0x10 * i) : 0);
}

static void begin(struct world *w)
{
	oracle_stale_begin(w->stale, w->toy.oracle, &w->memory, &w->toy.regime);
	oracle_bbm_begin(w->bbm, w->toy.oracle, w->stale);
}

/*
 * 0..0x7f are pages 0 to 3, and 4 to 7 in a group; 0x80..0xff one leaf; 0x100
 * an empty table; the rest of the table at pmd is empty.
 */
static void open_tables(struct world *w)
{
	poke(w, ROOT0, toy_table(PMD_TABLE, 0));
	poke(w, pmd(0), toy_table(PTE_TABLE, 0));
	poke(w, pmd(1), leaf(0x180));
	poke(w, pmd(2), toy_table(PTE_TABLE2, 0));
	for (unsigned i = 0; i < 8; i++)
		poke(w, pte(i), i < 4 ? leaf(0x100 + 0x10 * i) :
					group(0x100 + 0x10 * i));
}

static void open_format(struct world *w, bool break_before_make)
{
	memset(w, 0, sizeof(*w));
	w->arch = toy_arch;
	w->arch.break_before_make = break_before_make;
	toy_open(&w->toy, &w->arch);
	w->memory.window[0] = (struct pt_window){ BASE, sizeof(w->bytes),
						  w->bytes };
	w->before.window[0] = (struct pt_window){ BASE, sizeof(w->shadow),
						  w->shadow };
	w->toy.regime.root[0] = ROOT0;
	w->toy.regime.root[1] = ROOT1;
	open_tables(w);
	w->stale = oracle_stale_create();
	w->bbm = oracle_bbm_create();
	assert_non_null(w->stale);
	assert_non_null(w->bbm);
	begin(w);
}

static int open_world(void **state)
{
	static struct world w;

	open_format(&w, true);
	*state = &w;
	return 0;
}

static int open_world_without_rule(void **state)
{
	static struct world w;

	open_format(&w, false);
	*state = &w;
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;

	oracle_bbm_destroy(w->bbm);
	oracle_stale_destroy(w->stale);
	toy_close(&w->toy);
	return 0;
}

static void passes(struct world *w)
{
	if (!oracle_bbm_end(w->bbm, &w->finding))
		fail_msg("%s, but %s", w->finding.expected, w->finding.seen);
}

/* divergence: "break" where something was in use, "flush" where one lacks. */
static void finds(struct world *w, const char *divergence, uint64_t va,
		  const char *expected)
{
	assert_false(oracle_bbm_end(w->bbm, &w->finding));
	assert_int_equal(w->finding.check, CHECK_BBM);
	assert_string_equal(w->finding.divergence, divergence);
	assert_int_equal(w->finding.space, 0);
	assert_int_equal(w->finding.va, va);
	assert_string_equal(w->finding.expected, expected);
}

#define LEAF_FLUSHED "unused, then 0x80..0xff flushed, then made"
#define TABLE_FLUSHED "unused, then 0x0..0x7f flushed with tables, then made"
#define FIRST_PAGES "unused, then 0x0..0x3f flushed, then made"
#define LAST_PAGES "unused, then 0x40..0x7f flushed, then made"
#define PAGE_FLUSHED "unused, then 0x0..0xf flushed, then made"

/*
 *			Leaves and tables
 */

/* A leaf that is in use does not become a table. */
static void bad_split_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	flush(w, 0x80, 0xff);
	finds(w, "break", 0x80, LEAF_FLUSHED);
	assert_string_equal(w->finding.seen,
			    "leaf 0x180 became table 0x1100 at pmd, while it "
			    "was used");
}

/* It does once nothing of it can be cached. */
static void good_split_broken(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush_as(w, 0x80, 0xff, PT_PMD, false);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	passes(w);
}

/* A machine may read the entry again between the flush and the break. */
static void bad_flush_before_break(void **state)
{
	struct world *w = *state;

	flush(w, 0x80, 0xff);
	store(w, pmd(1), 0);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* All that the entry covers is flushed. */
static void bad_flush_too_small(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0xef);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* ... if by several flushes, in any order; a hole between them is too much. */
static void good_flush_in_parts(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0xa0, 0xcf);
	flush(w, 0x0, 0x8f);
	flush(w, 0xd0, 0x10f);
	flush(w, 0x90, 0x9f);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	passes(w);
}

static void bad_flush_with_gap(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0x9f);
	flush(w, 0xb0, 0xff);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* A flush says of what: another depth, another space is none. */
static void bad_flush_of_another_depth(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush_as(w, 0x80, 0xff, PT_PTE, true);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

static void bad_flush_of_another_space(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	oracle_bbm_flush(w->bbm, 1, 0x80, 0xff, PT_DEPTH_UNKNOWN, true);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	finds(w, "flush", 0x80, LEAF_FLUSHED);
}

/* A table that is in use becomes neither a leaf nor another table. */
static void bad_collapse_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), leaf(0x100));
	finds(w, "break", 0, TABLE_FLUSHED);
}

static void bad_other_table_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), toy_table(NEW_TABLE, 0));
	finds(w, "break", 0, TABLE_FLUSHED);
}

/* ... though both have the same address. */
static void bad_table_at_address_of_leaf_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), toy_leaf(PTE_TABLE, 0, false));
	finds(w, "break", 0, TABLE_FLUSHED);
}

static void bad_collapse_flushed_without_tables(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), 0);
	flush_as(w, 0, 0x7f, PT_DEPTH_UNKNOWN, false);
	store(w, pmd(0), leaf(0x100));
	finds(w, "flush", 0, TABLE_FLUSHED);
}

static void good_collapse_broken(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), 0);
	flush_as(w, 0, 0x7f, PT_PTE, true);
	store(w, pmd(0), leaf(0x100));
	passes(w);
}

static void good_other_table_broken(void **state)
{
	struct world *w = *state;

	store(w, pmd(0), 0);
	flush(w, 0, 0x7f);
	store(w, pmd(0), toy_table(NEW_TABLE, 0));
	passes(w);
}

/* Address and memory type are the leaf; rights and the flags are not. */
static void bad_address_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), leaf(0x200));
	finds(w, "break", 0, PAGE_FLUSHED);
}

static void bad_memory_type_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), toy_leaf(0x100, TOY_RW | UC, false));
	finds(w, "break", 0, PAGE_FLUSHED);
}

static void good_memory_type_broken(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush_as(w, 0, 0xf, PT_PTE, false);
	store(w, pte(0), toy_leaf(0x100, TOY_RW | UC, false));
	passes(w);
}

static void good_rights_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), toy_leaf(0x100, PT_R, false));
	store(w, pte(0), toy_leaf(0x100, TOY_RWX | PT_USER | PT_GLOBAL, false));
	store(w, pte(4), toy_leaf(0x140, PT_R, true));
	store(w, pmd(0), toy_table(PTE_TABLE, PT_W));
	passes(w);
}

static void good_accessed_and_dirty_live(void **state)
{
	struct world *w = *state;

	store(w, pte(0), toy_leaf(0x100, TOY_RW | PT_ACCESSED, false));
	store(w, pte(0), toy_leaf(0x100, TOY_RW | PT_DIRTY, false));
	store(w, pte(4), toy_leaf(0x140, TOY_RW | PT_DIRTY, true));
	passes(w);
}

/* From and to what the hardware does not use nothing is asked for. */
static void good_from_and_to_unused(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	store(w, pmd(3), leaf(0x200));
	store(w, pte(0), 4);
	store(w, pte(0), 0);
	passes(w);
}

/* Nobody knows a table before it is linked, and what is in it. */
static void good_in_new_tables(void **state)
{
	struct world *w = *state;

	store(w, NEW_TABLE, leaf(0x100));
	store(w, NEW_TABLE, leaf(0x200));
	store(w, pmd(3), toy_table(NEW_TABLE, 0));
	store(w, NEW_TABLE, leaf(0x300));
	passes(w);
}

static void good_live_without_rule(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	store(w, pte(0), leaf(0x200));
	store(w, pte(4), leaf(0x140));
	passes(w);
}

/*
 *			Several changes of one entry
 */

/* What a machine may hold is there again: nothing has met anything. */
static void good_broken_and_restored(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	store(w, pte(0), toy_leaf(0x100, PT_R, false));
	passes(w);
}

/* The flush between two breaks is for the first of them only. */
static void bad_broken_restored_and_broken(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush(w, 0, 0xf);
	store(w, pte(0), leaf(0x100));
	store(w, pte(0), 0);
	store(w, pte(0), leaf(0x200));
	finds(w, "flush", 0, PAGE_FLUSHED);
}

/* A swap entry or none, it stays broken; and it does not matter how long. */
static void good_broken_in_several_ways(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 4);
	flush(w, 0, 0xf);
	store(w, pte(0), 8);
	store(w, pte(0), 0);
	store(w, pte(0), leaf(0x200));
	passes(w);
}

/* What the operation itself has made is replaced as any other. */
static void bad_second_address_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(3), leaf(0x200));
	store(w, pmd(3), leaf(0x280));
	finds(w, "break", 0x180, "unused, then 0x180..0x1ff flushed, then made");
}

static void bad_second_make_without_flush(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0xff);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	store(w, pmd(1), 0);
	store(w, pmd(1), leaf(0x180));
	finds(w, "flush", 0x80,
	      "unused, then 0x80..0xff flushed with tables, then made");
}

static void good_two_makes(void **state)
{
	struct world *w = *state;

	store(w, pmd(1), 0);
	flush(w, 0x80, 0xff);
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	store(w, pmd(1), 0);
	flush(w, 0x80, 0xff);
	store(w, pmd(1), leaf(0x180));
	passes(w);
}

/* An operation knows nothing of the one before. */
static void good_next_operation(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	passes(w);
	begin(w);
	store(w, pte(0), leaf(0x200));
	passes(w);
}

/* ... and is judged by itself, also after a finding. */
static void bad_next_operation(void **state)
{
	struct world *w = *state;

	store(w, pte(0), leaf(0x200));
	finds(w, "break", 0, PAGE_FLUSHED);
	begin(w);
	passes(w);
	store(w, pte(0), leaf(0x100));
	finds(w, "break", 0, PAGE_FLUSHED);
}

static void bad_flush_of_operation_before(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush(w, 0, 0xf);
	store(w, pte(0), leaf(0x100));
	passes(w);
	begin(w);
	store(w, pte(0), 0);
	store(w, pte(0), leaf(0x200));
	finds(w, "flush", 0, PAGE_FLUSHED);
}

/* Neighbours that are broken and flushed in turn are two entries. */
static void good_flushes_of_neighbours(void **state)
{
	struct world *w = *state;

	store(w, pte(0), 0);
	flush(w, 0, 0xf);
	store(w, pte(1), 0);
	flush(w, 0x10, 0x1f);
	store(w, pte(0), leaf(0x200));
	store(w, pte(1), leaf(0x210));
	passes(w);
}

/* What the observer of stores is told. */
static void broken_and_made_are_told(void **state)
{
	struct world *w = *state;

	assert_false(oracle_bbm_is_broken(w->bbm, pmd(1)));
	store(w, pmd(1), 0);
	assert_true(oracle_bbm_is_broken(w->bbm, pmd(1)));
	assert_false(oracle_bbm_is_broken(w->bbm, pmd(3)));
	assert_false(oracle_bbm_has_made(w->bbm));
	store(w, pmd(1), toy_table(NEW_TABLE, 0));
	assert_false(oracle_bbm_is_broken(w->bbm, pmd(1)));
	assert_true(oracle_bbm_has_made(w->bbm));
	store(w, NEW_TABLE + 0x40, leaf(0x100));
	assert_null(oracle_stale_change(w->stale));
	assert_false(oracle_bbm_has_made(w->bbm));
	/* Not for other rights, and not of what was never broken. */
	store(w, pte(0), 0);
	store(w, pte(0), toy_leaf(0x100, PT_R, false));
	assert_false(oracle_bbm_has_made(w->bbm));
	store(w, pte(1), leaf(0x200));
	assert_false(oracle_bbm_has_made(w->bbm));
}

/*
 *			Groups
 */

static void good_unfold(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush_as(w, 0x40, 0x7f, PT_PTE, false);
	store_pages(w, 4, 7, leaf);
	passes(w);
}

static void bad_unfold_live(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, leaf);
	finds(w, "break", 0x40, LAST_PAGES);
}

/* One entry is enough for a machine to have all the group cached. */
static void bad_unfold_with_one_not_broken(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 6, NULL);
	flush(w, 0x40, 0x7f);
	store_pages(w, 4, 6, leaf);
	finds(w, "break", 0x40, LAST_PAGES);
	assert_string_equal(w->finding.seen,
			    "group 0x140 became leaf 0x140 at pte, while entry "
			    "3 of the group was used");
}

static void bad_unfold_broken_after_flush(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 6, NULL);
	flush(w, 0x40, 0x7f);
	store_pages(w, 7, 7, NULL);
	store_pages(w, 4, 7, leaf);
	finds(w, "flush", 0x40, LAST_PAGES);
}

static void bad_unfold_flushed_too_little(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x6f);
	store_pages(w, 4, 7, leaf);
	finds(w, "flush", 0x40, LAST_PAGES);
}

static void bad_unfold_one_after_the_other(void **state)
{
	struct world *w = *state;

	for (unsigned i = 4; i < 8; i++) {
		store_pages(w, i, i, NULL);
		flush(w, 0x40, 0x7f);
		store_pages(w, i, i, leaf);
	}
	finds(w, "break", 0x40, LAST_PAGES);
}

static void bad_unfold_made_before_flush(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	store_pages(w, 4, 4, leaf);
	flush(w, 0x40, 0x7f);
	store_pages(w, 5, 7, leaf);
	finds(w, "flush", 0x40, LAST_PAGES);
}

/* Some of its pages stay away: what is left is made after all. */
static void good_unmap_of_part(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x7f);
	store_pages(w, 6, 7, leaf);
	passes(w);
}

static void good_unmap_of_all(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	passes(w);
}

/* A group that leads elsewhere is one entry, too. */
static void bad_group_address_flushed_too_little(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x6f);
	store(w, pte(4), group(0x200));
	finds(w, "flush", 0x40, LAST_PAGES);
}

static void good_group_address_broken(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 7, NULL);
	flush(w, 0x40, 0x7f);
	for (unsigned i = 4; i < 8; i++)
		store(w, pte(i), group(0x200 + 0x10 * i));
	passes(w);
}

static void good_fold(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	flush_as(w, 0, 0x3f, PT_PTE, false);
	store_pages(w, 0, 3, group);
	passes(w);
}

static void bad_fold_live(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, group);
	finds(w, "break", 0, FIRST_PAGES);
}

static void bad_fold_with_one_not_broken(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 2, NULL);
	flush(w, 0, 0x3f);
	store_pages(w, 0, 3, group);
	finds(w, "break", 0, FIRST_PAGES);
}

static void bad_fold_flushed_too_little(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	flush(w, 0x0, 0x2f);
	store_pages(w, 0, 3, group);
	finds(w, "flush", 0, FIRST_PAGES);
}

static void bad_fold_made_before_flush(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	store_pages(w, 0, 3, group);
	flush(w, 0, 0x3f);
	finds(w, "flush", 0, FIRST_PAGES);
}

/* All of it first, and one flush for all of it. */
static void bad_fold_broken_one_after_the_other(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < 4; i++) {
		store_pages(w, i, i, NULL);
		flush(w, 0x10 * i, 0x10 * i + 0xf);
	}
	store_pages(w, 0, 3, group);
	finds(w, "flush", 0, FIRST_PAGES);
}

/* An entry that is made single is in the way of the rest of the group. */
static void bad_fold_with_one_made_single(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	flush(w, 0, 0x3f);
	store_pages(w, 0, 0, group);
	store_pages(w, 1, 1, leaf);
	store_pages(w, 2, 3, group);
	finds(w, "break", 0x20, FIRST_PAGES);
}

/* What was in order in one operation need not be in the next. */
static void bad_group_of_next_operation(void **state)
{
	struct world *w = *state;

	store_pages(w, 4, 4, group);
	poke(w, pte(5), leaf(0x150));
	begin(w);
	store_pages(w, 4, 4, NULL);
	store_pages(w, 4, 4, group);
	finds(w, "break", 0x40, LAST_PAGES);
}

/* Where nothing was a group is made at once. */
static void good_group_in_empty_place(void **state)
{
	struct world *w = *state;

	store_pages(w, 0, 3, NULL);
	passes(w);
	begin(w);
	store_pages(w, 0, 3, group);
	passes(w);
}

/* Tables in its way are flushed as they go, but all before the first of it. */
static void good_group_over_table(void **state)
{
	struct world *w = *state;

	store(w, pmd(2), 0);
	flush(w, 0x100, 0x17f);
	store(w, pmd(2), group(0x200));
	store(w, pmd(3), group(0x280));
	passes(w);
}

static void bad_group_over_table_live(void **state)
{
	struct world *w = *state;

	store(w, pmd(3), group(0x280));
	store(w, pmd(2), 0);
	flush(w, 0x100, 0x1ff);
	store(w, pmd(2), group(0x200));
	finds(w, "break", 0x180,
	      "unused, then 0x100..0x1ff flushed with tables, then made");
}

static void bad_group_over_table_not_flushed(void **state)
{
	struct world *w = *state;

	store(w, pmd(2), 0);
	store(w, pmd(3), group(0x280));
	flush(w, 0x100, 0x1ff);
	store(w, pmd(2), group(0x200));
	finds(w, "flush", 0x180,
	      "unused, then 0x100..0x1ff flushed with tables, then made");
}

#define TEST(name)                                                            \
	cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_split_live),
		TEST(good_split_broken),
		TEST(bad_flush_before_break),
		TEST(bad_flush_too_small),
		TEST(good_flush_in_parts),
		TEST(bad_flush_with_gap),
		TEST(bad_flush_of_another_depth),
		TEST(bad_flush_of_another_space),
		TEST(bad_collapse_live),
		TEST(bad_other_table_live),
		TEST(bad_table_at_address_of_leaf_live),
		TEST(bad_collapse_flushed_without_tables),
		TEST(good_collapse_broken),
		TEST(good_other_table_broken),
		TEST(bad_address_live),
		TEST(bad_memory_type_live),
		TEST(good_memory_type_broken),
		TEST(good_rights_live),
		TEST(good_accessed_and_dirty_live),
		TEST(good_from_and_to_unused),
		TEST(good_in_new_tables),
		cmocka_unit_test_setup_teardown(good_live_without_rule,
						open_world_without_rule,
						close_world),
		TEST(good_broken_and_restored),
		TEST(bad_broken_restored_and_broken),
		TEST(good_broken_in_several_ways),
		TEST(bad_second_address_live),
		TEST(bad_second_make_without_flush),
		TEST(good_two_makes),
		TEST(good_next_operation),
		TEST(bad_next_operation),
		TEST(bad_flush_of_operation_before),
		TEST(good_flushes_of_neighbours),
		TEST(broken_and_made_are_told),
		TEST(good_unfold),
		TEST(bad_unfold_live),
		TEST(bad_unfold_with_one_not_broken),
		TEST(bad_unfold_broken_after_flush),
		TEST(bad_unfold_flushed_too_little),
		TEST(bad_unfold_one_after_the_other),
		TEST(bad_unfold_made_before_flush),
		TEST(good_unmap_of_part),
		TEST(good_unmap_of_all),
		TEST(bad_group_address_flushed_too_little),
		TEST(good_group_address_broken),
		TEST(good_fold),
		TEST(bad_fold_live),
		TEST(bad_fold_with_one_not_broken),
		TEST(bad_fold_flushed_too_little),
		TEST(bad_fold_made_before_flush),
		TEST(bad_fold_broken_one_after_the_other),
		TEST(bad_fold_with_one_made_single),
		TEST(bad_group_of_next_operation),
		TEST(good_group_in_empty_place),
		TEST(good_group_over_table),
		TEST(bad_group_over_table_live),
		TEST(bad_group_over_table_not_flushed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
