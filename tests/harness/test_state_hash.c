/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether a defect infects a case: the hash of all that it did and left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <tablewalk/check.h>

#include "../../harness/generate.h"
#include "../../harness/run.h"

static const char divided[] =
	"tablewalk case 1\n"
	"map at=home0 len=2unit attrs=rwuad pa=data height=1\n"
	"split at=home0 height=1\n"
	"unmap at=home0+1h1 len=1page\n";

static struct run *open_run(const char *format)
{
	char error[256];
	struct run *run = run_create(pt_format_find(format), NULL, error,
				     sizeof(error));

	if (!run)
		fail_msg("%s", error);
	return run;
}

static void parse(const char *text, struct tw_case *c)
{
	char error[256];

	if (case_parse(text, strlen(text), "text", c, error, sizeof(error)))
		fail_msg("%s", error);
}

static uint64_t hash_with(struct run *run, const struct tw_case *c,
			  enum mutant_id mutant, enum run_check check)
{
	uint64_t hash;

	mutant_selected = mutant;
	hash = run_state_hash(run, c, check);
	mutant_selected = MUTANT_OFF;
	return hash;
}

/* The hash depends on the case alone, not on what the process did before. */
static void the_state_hash_is_the_cases(void **state)
{
	struct run *used = open_run("riscv-sv39");

	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		const struct generate_options options = {
			.mask = OP_MASK_V3, .version = 3,
			.records = CASE_RECORDS,
		};
		struct run *fresh = open_run("riscv-sv39");
		struct tw_case c;
		struct rng rng;

		rng_seed(&rng, seed);
		generate_case(&rng, &options, &c);
		for (int check = RUN_CHECK_END; check <= RUN_CHECK_STORE; check++)
			assert_int_equal(
				run_state_hash(used, &c, (enum run_check)check),
				run_state_hash(fresh, &c, (enum run_check)check));
		run_destroy(fresh);
	}
	run_destroy(used);
}

/* A defect that only an order of stores shows, or a report, or a mark, infects. */
static void every_kind_of_infection_shows(void **state)
{
	static const enum mutant_id infects[] = {
		MUTANT_SPLIT_LOSES_LAST,	/* table memory */
		MUTANT_SPLIT_THROUGH_HOLE,	/* a store between */
		MUTANT_FLUSH_FORGOTTEN_SPLIT,	/* an invalidation */
		MUTANT_CTOR_SKIPPED_ON_SPLIT,	/* a mark */
	};
	struct run *run = open_run("riscv-sv39");
	struct tw_case c;
	uint64_t clean;

	(void)state;
	parse(divided, &c);
	clean = run_state_hash(run, &c, RUN_CHECK_END);
	for (unsigned i = 0; i < sizeof(infects) / sizeof(infects[0]); i++)
		assert_int_not_equal(hash_with(run, &c, infects[i],
					       RUN_CHECK_END), clean);
	run_destroy(run);
}

/* A defect that is executed and changes nothing does not infect. */
static void what_changes_nothing_does_not_infect(void **state)
{
	struct run *run = open_run("riscv-sv39");
	unsigned long reached = mutant_reached;
	struct tw_case c;

	(void)state;
	/* The write-back memory type is what splitting would forget. */
	parse(divided, &c);
	assert_int_equal(hash_with(run, &c, MUTANT_SPLIT_LOSES_MEMTYPE,
				   RUN_CHECK_END),
			 run_state_hash(run, &c, RUN_CHECK_END));
	assert_true(mutant_reached > reached);
	run_destroy(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_state_hash_is_the_cases),
		cmocka_unit_test(every_kind_of_infection_shows),
		cmocka_unit_test(what_changes_nothing_does_not_infect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
