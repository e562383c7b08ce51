/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects in shadows, dumps with one, identity maps and copies of
 * whole trees: each breaks a rule of tree_rules.h on some format, and none of them
 * stops the process.
 */
#include "dump_judge.h"

#include <tablewalk/check.h>

#define DEFECT_FIRST MUTANT_DUMP_SHADOW_STALE_RIGHTS
#define DEFECT_LAST MUTANT_CLONE_NOMEM_LEAKS

static void all_rules(struct plain *p, unsigned i)
{
	rules_shadow(p);
	if (!p->broken)
		rules_dump_shadow(p, 0x5eed + i);
	if (!p->broken)
		rules_identity(p, 0x1d + i);
	if (!p->broken)
		rules_clone(p, 0xc10e + i);
}

static const char *broken_rule(void **state, unsigned i)
{
	struct plain *p = plain_open(state, i);
	const char *broken;

	all_rules(p, i);
	broken = p->broken;
	plain_drop(state);
	return broken;
}

static void every_tree_defect_breaks_a_rule(void **state)
{
	for (unsigned id = DEFECT_FIRST; id <= DEFECT_LAST; id++) {
		const char *broken = NULL;

		mutant_selected = (enum mutant_id)id;
		for (unsigned i = 0; i <= pt_format_count && !broken; i++)
			broken = broken_rule(state, i);
		mutant_selected = MUTANT_OFF;
		if (!broken)
			fail_msg("defect number %u breaks no rule",
				 id - DEFECT_FIRST);
		print_message("defect %u: %s\n", id - DEFECT_FIRST, broken);
	}
}

/* A dump with a defect is not what hardware does. */
static void dump_defects_are_judged(void **state)
{
	static const enum mutant_id ids[] = {
		MUTANT_DUMP_IGNORES_REMOVED, MUTANT_DUMP_LAST_RUN_LOST,
		MUTANT_DUMP_WX_COUNTS_ENTRIES,
	};

	for (unsigned n = 0; n < sizeof(ids) / sizeof(*ids); n++) {
		unsigned judged = 0;

		mutant_selected = ids[n];
		for (unsigned i = 0; i < pt_format_count && !judged; i++) {
			struct plain *p = plain_open(state, i);

			(void)judge_dump(p, 0xe11 + i, 0);
			judged += p->broken != NULL;
			plain_drop(state);
		}
		mutant_selected = MUTANT_OFF;
		assert_int_equal(judged, 1);
	}
}

static void without_a_defect_no_rule_is_broken(void **state)
{
	for (unsigned i = 0; i <= pt_format_count; i++)
		assert_null(broken_rule(state, i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_tree_defect_breaks_a_rule,
					  plain_teardown),
		cmocka_unit_test_teardown(dump_defects_are_judged,
					  plain_teardown),
		cmocka_unit_test_teardown(without_a_defect_no_rule_is_broken,
					  plain_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
