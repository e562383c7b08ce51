/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every format has a guest or a reason why it can have none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <tablewalk/format.h>

#include "../../harness/guest_none.h"
#include "guest.h"

/* Neither nothing is said of a format nor two things that exclude each other. */
static void each_format_has_a_guest_or_a_reason(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const char *name = pt_formats[i]->name;
		const bool guest = guest_known(name);

		if (guest && guest_none(name))
			fail_msg("%s has a guest, and a reason for none", name);
		if (!guest && !guest_none(name))
			fail_msg("%s has no guest and no reason", name);
	}
}

/* Each row is of some format, in one sentence, with a source, and the first. */
static void each_reason_is_somebodys(void **state)
{
	const struct guest_none *row;

	(void)state;
	for (unsigned i = 0; (row = guest_none_row(i)) != NULL; i++) {
		unsigned formats = 0;

		for (unsigned f = 0; f < pt_format_count; f++)
			formats += guest_none(pt_formats[f]->name) == row;
		if (formats == 0)
			fail_msg("%s is the name of no format", row->formats);
		assert_true(strlen(row->why) > 10);
		assert_null(strchr(row->why, '\n'));
		assert_true(strlen(row->source) > 5);
	}
}

/* A star stands for any end of a name; a name stands for itself alone. */
static void names_are_matched_whole(void **state)
{
	(void)state;
	assert_non_null(guest_none("arc-2level-8k"));
	assert_null(guest_none("arc"));
	assert_non_null(guest_none("sparc64"));
	assert_null(guest_none("sparc64-other"));
	assert_null(guest_none("x86_64-4level"));
	assert_null(guest_none(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_has_a_guest_or_a_reason),
		cmocka_unit_test(each_reason_is_somebodys),
		cmocka_unit_test(names_are_matched_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
