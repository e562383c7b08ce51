/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in what include/tablewalk/table_owner.h says: each
 * breaks a rule of the ledger or the answer to a query, and none of them stops
 * the process.
 */
#include "owned.h"

#include <tablewalk/check.h>

#define DEFECT_FIRST MUTANT_DTOR_FORGOTTEN
#define DEFECT_LAST MUTANT_OWNER_MISSES_OTHER_SPACE

static bool space_number_breaks(void **state, unsigned i, bool *broken)
{
	struct owned *o = owned_open(state, i);

	if (!o)
		return false;
	owned_exercise(o, 0x1234567 + i);
	owned_destroy(o);
	*broken = o->broken;
	owned_drop(state);
	return true;
}

/* Every defect shows on some format; with all of them off nothing is broken. */
static void every_owner_defect_shows_and_none_crashes(void **state)
{
	for (unsigned id = DEFECT_FIRST; id <= DEFECT_LAST; id++) {
		unsigned shown = 0;
		bool broken;

		mutant_selected = (enum mutant_id)id;
		for (unsigned i = 0; space_number_breaks(state, i, &broken);
		     i++)
			shown += broken;
		mutant_selected = MUTANT_OFF;
		if (!shown)
			fail_msg("defect number %u breaks no rule", id);
	}
	for (unsigned i = 0;; i++) {
		bool broken;

		if (!space_number_breaks(state, i, &broken))
			return;
		assert_false(broken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			every_owner_defect_shows_and_none_crashes,
			owned_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
