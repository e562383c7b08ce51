/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tests of deliberate defects have in common that break a rule of some
 * fixture, format by format.
 */
#ifndef TESTS_MM_DEFECTS_H
#define TESTS_MM_DEFECTS_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tablewalk/check.h>

/*
 * Every defect from first to last breaks a rule on some format; with all of them
 * off nothing is broken.  count tells on how many formats a rule is.
 */
static inline void assert_defects_show(void **state, enum mutant_id first,
				       enum mutant_id last,
				       unsigned (*count)(void **state))
{
	for (unsigned id = first; id <= last; id++) {
		unsigned shown;

		mutant_selected = (enum mutant_id)id;
		shown = count(state);
		mutant_selected = MUTANT_OFF;
		if (!shown)
			fail_msg("defect number %u breaks no rule", id);
	}
	assert_int_equal(count(state), 0);
}

#endif
