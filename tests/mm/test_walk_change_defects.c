/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in what a walk does after a change inside one of its
 * callbacks: each shows, and none of them stops the process.
 */
#include "mm_change.h"

#include <tablewalk/check.h>

#define SPACES_MAX   256
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A digest of every change in every callback: FNV-1a. */
static void add(uint64_t *sum, uint64_t n)
{
	for (unsigned i = 0; i < 64; i += 8)
		*sum = (*sum ^ (n >> i & 0xff)) * UINT64_C(0x100000001b3);
}

static void add_changes(struct mm *m, enum pt_walk_action action, uint64_t *sum)
{
	uint64_t va, last;

	mm_change_range(m, 0, &va, &last);
	for (unsigned k = 0; k < MM_CHANGES; k++) {
		for (unsigned at = 1; at <= 8; at++) {
			struct mm_changer *c;

			mm_change_build(m);
			c = mm_changer_new(m, at, mm_changes[k]);
			c->script.act_of = PT_PMD;
			c->script.act_count = 1;
			c->script.action = action;
			add(sum, (uint64_t)mm_change_walk(c, va, last,
							  &mm_change_all));
			for (unsigned i = 0; i < c->script.count; i++) {
				const struct mm_call *call = &c->script.call[i];

				add(sum, call->start);
				add(sum, call->last);
				add(sum, call->of | call->kind << 8);
			}
		}
	}
}

static uint64_t digest_of_space(void **state, unsigned i)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	struct mm *m = mm_open(state, i);

	if (!m)
		return 0;
	add_changes(m, PT_WALK_SUBTREE, &sum);
	add_changes(m, PT_WALK_CONTINUE, &sum);
	mm_close(state);
	return sum;
}

/* The deliberate defects of these rules show on every format; none crashes. */
static void every_defect_of_changes_shows(void **state)
{
	static const enum mutant_id ids[] = {
		MUTANT_CHANGE_UNCOUNTED,     MUTANT_CHANGE_KEEPS_TABLE,
		MUTANT_CHANGE_KEEPS_ACTION,  MUTANT_CHANGE_CALLS_UPPER,
		MUTANT_CHANGE_RESTARTS_WALK,
	};
	static uint64_t good[SPACES_MAX];
	unsigned spaces = 0;

	while ((good[spaces] = digest_of_space(state, spaces)))
		assert_true(++spaces < SPACES_MAX);
	for (unsigned k = 0; k < COUNT(ids); k++) {
		for (unsigned i = 0; i < spaces; i++) {
			uint64_t sum;

			mutant_selected = ids[k];
			sum = digest_of_space(state, i);
			mutant_selected = MUTANT_OFF;
			if (sum == good[i])
				fail_msg("defect number %u changes nothing in"
					 " space %u",
					 ids[k], i);
		}
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_defect_of_changes_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
