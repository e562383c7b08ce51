/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in what include/tablewalk/table_owner.h says: each
 * breaks a rule of the ledger or the answer to a query, and none of them stops
 * the process.
 */
#include "defects.h"
#include "owned.h"

/* False past the last space. */
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

static unsigned formats_that_break(void **state)
{
	unsigned shown = 0;
	bool broken;

	for (unsigned i = 0; space_number_breaks(state, i, &broken); i++)
		shown += broken;
	return shown;
}

/* Every defect shows on some format; with all of them off nothing is broken. */
static void every_owner_defect_shows_and_none_crashes(void **state)
{
	assert_defects_show(state, MUTANT_DTOR_FORGOTTEN,
			    MUTANT_OWNER_MISSES_OTHER_SPACE, formats_that_break);
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
