/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The two readings of each architecture agree: readings.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readings.h"

/* Every format is read twice, and no second reading is of anything else. */
static void every_format_is_read_twice(void **state)
{
	const struct mmu_arch *const *all;
	unsigned count;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++)
		if (!mmu_find(pt_formats[i]->name))
			fail_msg("%s has no second reading in oracles/mmu/",
				 pt_formats[i]->name);
	all = mmu_all(&count);
	for (unsigned i = 0; i < count; i++)
		if (!pt_format_find(all[i]->format))
			fail_msg("%s has no descriptor in arch/",
				 all[i]->format);
	assert_int_equal(count, pt_format_count);
}

/* What one reading writes the other reads, word by word. */
static void readings_of_every_format_agree(void **state)
{
	struct difference difference;
	unsigned differences = 0;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *m = mmu_find(f->name);

		if (m && !readings_agree(f, m, READINGS_THOROUGH,
					 &difference)) {
			print_error("%s\n", difference.text);
			differences++;
		}
	}
	assert_int_equal(differences, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_read_twice),
		cmocka_unit_test(readings_of_every_format_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
