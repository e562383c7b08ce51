/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables of bbm_world.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bbm_world.h"

void poke(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - BASE], &raw, sizeof(raw));
	memcpy(&w->shadow[pa - BASE], &raw, sizeof(raw));
}

void store(struct world *w, uint64_t pa, uint64_t raw)
{
	memcpy(&w->bytes[pa - BASE], &raw, sizeof(raw));
	oracle_stale_store(w->stale, pa, 8, &w->before);
	oracle_bbm_store(w->bbm);
	memcpy(&w->shadow[pa - BASE], &raw, sizeof(raw));
}

void flush_as(struct world *w, uint64_t va, uint64_t last, int depth,
	      bool tables)
{
	oracle_bbm_flush(w->bbm, 0, va, last, depth, tables);
}

void flush(struct world *w, uint64_t va, uint64_t last)
{
	flush_as(w, va, last, PT_DEPTH_UNKNOWN, true);
}

void store_pages(struct world *w, unsigned first, unsigned last,
		 uint64_t (*raw)(uint64_t pa))
{
	for (unsigned i = first; i <= last; i++)
		store(w, pte(i), raw ? raw(0x100 + 0x10 * i) : 0);
}

void begin(struct world *w)
{
	oracle_stale_begin(w->stale, w->toy.oracle, &w->memory, &w->toy.regime);
	oracle_bbm_begin(w->bbm, w->toy.oracle, w->stale);
}

/* See bbm_world.h. */
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

int open_world(void **state)
{
	static struct world w;

	open_format(&w, true);
	*state = &w;
	return 0;
}

int open_world_without_rule(void **state)
{
	static struct world w;

	open_format(&w, false);
	*state = &w;
	return 0;
}

int close_world(void **state)
{
	struct world *w = *state;

	oracle_bbm_destroy(w->bbm);
	oracle_stale_destroy(w->stale);
	toy_close(&w->toy);
	return 0;
}

void passes(struct world *w)
{
	if (!oracle_bbm_end(w->bbm, &w->finding))
		fail_msg("%s, but %s", w->finding.expected, w->finding.seen);
}

void finds(struct world *w, const char *divergence, uint64_t va,
	   const char *expected)
{
	assert_false(oracle_bbm_end(w->bbm, &w->finding));
	assert_int_equal(w->finding.check, CHECK_BBM);
	assert_string_equal(w->finding.divergence, divergence);
	assert_int_equal(w->finding.space, 0);
	assert_int_equal(w->finding.va, va);
	assert_string_equal(w->finding.expected, expected);
}
