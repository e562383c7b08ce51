/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in fragments: random cases do not use them, so these
 * are shown here.  Each breaks a rule of the ledger of pages, and none of them
 * stops the process.
 */
#include "owned.h"

#include <tablewalk/check.h>

#define DEFECT_FIRST MUTANT_FRAGMENT_PAGE_EARLY
#define DEFECT_LAST MUTANT_FRAGMENT_NOT_CLEARED

/* Whether a rule is broken on format number i; more than 1: there is none. */
static unsigned is_broken(void **state, unsigned i)
{
	struct owned *o = owned_open_fragments(state, i);
	bool broken;

	if (!o)
		return 2;
	owned_exercise(o, 0x1234567 + i);
	owned_destroy(o);
	broken = o->broken;
	owned_drop(state);
	return broken;
}

/* Every defect shows on some format; with all of them off nothing is broken. */
static void every_fragment_defect_shows_and_none_crashes(void **state)
{
	unsigned broken;

	for (unsigned id = DEFECT_FIRST; id <= DEFECT_LAST; id++) {
		unsigned shown = 0;

		mutant_selected = (enum mutant_id)id;
		for (unsigned i = 0; (broken = is_broken(state, i)) < 2; i++)
			shown += broken;
		mutant_selected = MUTANT_OFF;
		if (!shown)
			fail_msg("defect number %u breaks no rule", id);
	}
	for (unsigned i = 0; (broken = is_broken(state, i)) < 2; i++)
		assert_int_equal(broken, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			every_fragment_defect_shows_and_none_crashes,
			owned_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
