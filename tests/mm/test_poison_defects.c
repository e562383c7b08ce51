/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in what is asked of tables: poisoned ones, the list of
 * roots, walks that ask for owners.  Random cases use none of it, so these are
 * shown here.  Each breaks a rule, and none of them stops the process.
 */
#include "defects.h"
#include "poisoned.h"

#include <errno.h>

#include <tablewalk/top_list.h>
#include <tablewalk/walk.h>

static int first_number(void *context, struct pt_top *top)
{
	(void)context;
	return top->page.space + 1;
}

/* Two roots come and one goes. */
static void exercise_tops(struct owned *o)
{
	struct pt_tops tops = { .format = o->f };
	struct pt_top record[2] = { { .listed = false } };
	struct pt_table_page page[2];

	for (unsigned n = 0; n < 2; n++) {
		page[n] = (struct pt_table_page){
			.pa = OWNED_PA + 0x10000 * n, .bytes = 32,
			.depth = o->f->top, .space = (uint8_t)n,
		};
		if (pt_top_construct(&tops, &record[n], &page[n]))
			owned_break(o, "adds a root");
	}
	if (pt_top_walk(&tops, first_number, NULL) != 1)
		owned_break(o, "in the order in which they were created");
	pt_top_destruct(&tops, &page[0]);
	if (pt_top_find(&tops, page[0].pa))
		owned_break(o, "removes the root");
}

/* What a walk is told of the root, and whether it calls that a stray. */
struct told {
	const struct pt_table_page *root;
	bool stray;
};

static const struct pt_table_page *table_of(uint64_t pa, struct pt_walk *walk)
{
	const struct told *told = walk->context;

	(void)pa;
	return told->root;
}

static void on_stray(const struct pt_table_page *wanted,
		     const struct pt_table_page *found, struct pt_walk *walk)
{
	struct told *told = walk->context;

	(void)wanted;
	(void)found;
	told->stray = true;
}

static bool is_stray(struct owned *o, const struct pt_table_page *root)
{
	static const struct pt_walk_ops ops = {
		.table_of = table_of, .stray = on_stray,
	};
	struct told told = { .root = root };
	int ret = pt_walk_inclusive(&o->m[0].space, 0, mm_page(o->m) - 1, &ops,
				    &told);

	return ret == -EFAULT && told.stray;
}

static void exercise_walk(struct owned *o)
{
	struct pt_owner root;
	struct pt_table_page other;

	if (pt_table_at(&o->m[0].space, 0, o->f->top, &root) ||
	    is_stray(o, &root.page))
		owned_break(o, "what the walk takes the table for");
	other = root.page;
	other.depth++;
	if (!is_stray(o, &other))
		owned_break(o, "a table of another depth");
	other = root.page;
	other.space++;
	if (!is_stray(o, &other))
		owned_break(o, "a table of another space");
	if (!is_stray(o, NULL))
		owned_break(o, "a table that nobody knows");
}

/* Whether a rule is broken on format number i; more than 1: there is none. */
static unsigned is_broken(void **state, unsigned i)
{
	struct owned *o = owned_open(state, i);
	bool broken;

	if (!o)
		return 2;
	poisoned_populate(o);
	poisoned_exercise(o, 0x1234567 + i, false);
	exercise_tops(o);
	exercise_walk(o);
	owned_destroy(o);
	broken = o->broken;
	owned_drop(state);
	return broken;
}

static unsigned formats_that_break(void **state)
{
	unsigned shown = 0, broken;

	for (unsigned i = 0; (broken = is_broken(state, i)) < 2; i++)
		shown += broken;
	return shown;
}

/* Every defect shows on some format; with all of them off nothing is broken. */
static void every_poison_defect_shows_and_none_crashes(void **state)
{
	assert_defects_show(state, MUTANT_POISON_WHOLE_TABLE,
			    MUTANT_OWNED_UNKNOWN_PASSES, formats_that_break);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			every_poison_defect_shows_and_none_crashes,
			owned_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
