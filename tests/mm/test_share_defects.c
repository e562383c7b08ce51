/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in what include/tablewalk/share.h says: each breaks a
 * rule of the fixture, and none of them stops the process.
 */
#include "defects.h"
#include "sharing.h"

static const enum pt_share both[] = { PT_SHARE_POINTER, PT_SHARE_SYNCED };

/* False past the last format. */
static bool format_breaks(void **state, unsigned i, enum pt_share how,
			  bool *broken)
{
	struct sharing *s = sharing_open_shared(state, i, how);

	if (!s)
		return false;
	sharing_exercise(s, 0x1234567 + i, 200);
	*broken = s->broken;
	/* As it is: a table may be in two places. */
	sharing_drop(state);
	return true;
}

static unsigned formats_that_break(void **state)
{
	unsigned shown = 0;
	bool broken;

	for (unsigned n = 0; n < 2; n++)
		for (unsigned i = 0; format_breaks(state, i, both[n], &broken);
		     i++)
			shown += broken;
	return shown;
}

/* Every defect shows on some format; with all of them off nothing is broken. */
static void every_share_defect_shows_and_none_crashes(void **state)
{
	assert_defects_show(state, MUTANT_SHARE_REMOVAL_MISSED,
			    MUTANT_SHARE_FOUND_TWICE, formats_that_break);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			every_share_defect_shows_and_none_crashes,
			sharing_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
