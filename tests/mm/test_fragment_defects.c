/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in fragments: random cases do not use them, so these
 * are shown here.  Each breaks a rule of the ledger of pages, and none of them
 * stops the process.
 */
#include "defects.h"
#include "owned.h"

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

static unsigned formats_that_break(void **state)
{
	unsigned shown = 0, broken;

	for (unsigned i = 0; (broken = is_broken(state, i)) < 2; i++)
		shown += broken;
	return shown;
}

/* Every defect shows on some format; with all of them off nothing is broken. */
static void every_fragment_defect_shows_and_none_crashes(void **state)
{
	assert_defects_show(state, MUTANT_FRAGMENT_PAGE_EARLY,
			    MUTANT_FRAGMENT_NOT_CLEARED, formats_that_break);
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
