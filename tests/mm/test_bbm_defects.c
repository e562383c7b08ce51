/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects of break before make: each is noticed by what looks at
 * stores and invalidations only (mm_bbm.h), on every format that has what it is
 * about, and the defects that lose an access by what is left of it.
 */
#include "mm_bbm.h"

#include <tablewalk/check.h>
#include <tablewalk/vpte.h>

#define DEFECT_FIRST MUTANT_BBM_SPLIT_LIVE
#define DEFECT_LAST MUTANT_BBM_FLUSH_SHORT

static unsigned ended(struct bbm *b)
{
	return bbm_end(b) != NULL;
}

static uint64_t span(const struct bbm *b, unsigned depth)
{
	return pt_span(b->m.f, depth);
}

/* A unit at address 0 is split and joined again; returns the mistakes made. */
static unsigned divide_and_join(struct bbm *b, unsigned depth, unsigned order)
{
	const uint64_t last = (span(b, depth) << order) - 1;
	struct pt_space *s = &b->m.space;
	unsigned found;

	assert_int_equal(pt_map(s, 0, last, 0, MM_RW, depth, order), 0);
	bbm_begin(b);
	assert_int_equal(pt_split(s, 0, depth), 0);
	found = ended(b);
	bbm_begin(b);
	assert_int_equal(pt_collapse(s, 0, depth, order), 0);
	found += ended(b);
	assert_int_equal(pt_unmap(s, 0, last), 0);
	return found;
}

/* An empty table is in the way of a block, or of its copy. */
static unsigned replace_table(struct bbm *b, bool copied)
{
	const uint64_t last = span(b, PT_PMD) - 1, page = mm_page(&b->m);
	struct pt_space *to = copied ? &b->other : &b->m.space;
	const uint64_t va = copied ? b->other_va : 0;
	unsigned found;

	assert_int_equal(pt_map(to, va, va + page - 1, 0, MM_RW, PT_PTE, 0), 0);
	assert_int_equal(pt_unmap(to, va, va + page - 1), 0);
	if (!copied)
		bbm_begin(b);
	assert_int_equal(pt_map(&b->m.space, 0, last, 0, MM_RW, PT_PMD, 0), 0);
	if (copied) {
		bbm_begin(b);
		assert_int_equal(pt_copy(&b->m.space, to, 0, last, va, false),
				 0);
	}
	found = ended(b);
	pt_unmap(to, va, va + last);
	pt_unmap(&b->m.space, 0, last);
	return found;
}

static unsigned set_item(struct bbm *b)
{
	const uint64_t last = mm_page(&b->m) - 1;
	struct pt_iterator it;
	unsigned found;

	assert_int_equal(pt_map(&b->m.space, 0, last, 0, MM_RW, PT_PTE, 0), 0);
	assert_int_equal(pt_iterate(&it, &b->m.space, 0, last), 0);
	assert_true(pt_iterate_next(&it));
	bbm_begin(b);
	assert_int_equal(pt_item_set(&it, last + 1, MM_RW, 0), 0);
	found = ended(b);
	pt_unmap(&b->m.space, 0, last);
	return found;
}

/* How many operations make a mistake on that format. */
static unsigned mistakes(void **state, const struct pt_format *f)
{
	struct bbm *b = bbm_open(state, f);
	unsigned found = set_item(b);

	for (unsigned depth = PT_PMD; depth <= PT_PTE; depth++)
		if (bbm_order(b, depth))
			found += divide_and_join(b, depth, bbm_order(b, depth));
	if (mm_has_leaf(&b->m, PT_PMD)) {
		found += divide_and_join(b, PT_PMD, 0);
		found += replace_table(b, false);
		found += replace_table(b, true);
	}
	bbm_close(state);
	return found;
}

/* Whether the format has what the defect is about. */
static bool can_show(const struct pt_format *f, unsigned id)
{
	if (id == MUTANT_BBM_GROUP_LIVE || id == MUTANT_BBM_FLUSH_SHORT)
		return f->level[PT_PTE].group_count;
	if (id == MUTANT_BBM_ITEM_LIVE || id == MUTANT_BBM_NO_FLUSH)
		return true;
	return f->level[PT_PMD].leaf.match.count;
}

static void every_defect_shows_where_it_can(void **state)
{
	const struct pt_format *f;

	for (unsigned i = 0; (f = bbm_format(&i, true));) {
		mutant_selected = MUTANT_OFF;
		assert_int_equal(mistakes(state, f), 0);
		for (unsigned id = DEFECT_FIRST; id <= DEFECT_LAST; id++) {
			bool shown;

			mutant_selected = (enum mutant_id)id;
			shown = mistakes(state, f);
			mutant_selected = MUTANT_OFF;
			if (shown != can_show(f, id))
				fail_msg("%s: defect number %u shows: %d",
					 f->name, id, shown);
		}
	}
}

/* How many accesses of the unit are lost, one after each store of the change. */
static unsigned lost(struct bbm *b, unsigned depth, unsigned order, bool join)
{
	const uint64_t last = (span(b, depth) << order) - 1;
	struct pt_space *s = &b->m.space;
	unsigned count = 0, stores = 1;

	b->touch_va = last & ~(mm_page(&b->m) - 1);
	for (unsigned after = 1; after <= stores; after++) {
		struct pt_lookup found;

		pt_map(s, 0, last, 0, MM_RW, depth, order);
		if (join)
			pt_split(s, 0, depth);
		b->touch_after = after;
		bbm_begin(b);
		assert_int_equal(join ? pt_collapse(s, 0, depth, order) :
					pt_split(s, 0, depth), 0);
		assert_int_equal(ended(b), 0);
		stores = b->stores < 64 ? b->stores : 64;
		assert_int_equal(pt_translate(s, b->touch_va, &found), 0);
		count += b->touched && !(found.attrs & PT_ACCESSED);
		b->touch_after = 0;
		pt_unmap(s, 0, last);
	}
	return count;
}

/* What the break gives back is what the new entries are made of. */
static void losing_an_access_shows(void **state)
{
	static const enum mutant_id ids[2] = { MUTANT_SPLIT_LOSES_TOUCH,
					       MUTANT_GROUP_LOSES_TOUCH };
	struct bbm *b = bbm_open(state, pt_format_find("arm64-4k-48"));

	for (unsigned group = 0; group < 2; group++) {
		const unsigned depth = group ? PT_PTE : PT_PMD;
		const unsigned order = group ? bbm_order(b, depth) : 0;

		assert_int_equal(lost(b, depth, order, group), 0);
		mutant_selected = ids[group];
		assert_true(lost(b, depth, order, group) > 0);
		mutant_selected = MUTANT_OFF;
	}
	bbm_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_defect_shows_where_it_can),
		cmocka_unit_test(losing_an_access_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
