/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Running cases: nothing of a case outlives it, and a slow run finds no more
 * and no less than a fast one.
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
#include "../../oracles/legit.h"

static void make_case(uint64_t seed, struct tw_case *c)
{
	const uint8_t version = seed & 1 ? CASE_NEWEST : 1;
	const struct generate_options options = {
		.version = version,
		.records = CASE_RECORDS,
	};
	struct rng rng;

	rng_seed(&rng, seed);
	generate_case(&rng, &options, c);
}

static struct run *open_run(const struct pt_format *format)
{
	char error[256];
	struct run *run = run_create(format, NULL, error, sizeof(error));

	if (!run)
		fail_msg("%s", error);
	return run;
}

/* A case's trace does not depend on what ran before it. */
static void a_case_never_sees_its_predecessor(void **state)
{
	(void)state;
	for (unsigned f = 0; f < pt_format_count; f++) {
		struct run *used = open_run(pt_formats[f]);

		for (uint64_t seed = 0; seed < 20; seed++) {
			struct run *fresh = open_run(pt_formats[f]);
			struct tw_case c;

			make_case(seed, &c);
			assert_int_equal(run_trace_hash(used, &c),
					 run_trace_hash(fresh, &c));
			run_destroy(fresh);
		}
		run_destroy(used);
	}
}

/* A subject whose answers depend on more than the case is noticed so. */
static void a_look_at_the_clock_is_noticed(void **state)
{
	struct run *run = open_run(pt_format_find("x86_64-4level"));
	unsigned differ = 0;

	(void)state;
	mutant_selected = MUTANT_HOLE_DEPTH_BY_CLOCK;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct tw_case c;

		make_case(seed, &c);
		differ += run_trace_hash(run, &c) != run_trace_hash(run, &c);
	}
	mutant_selected = MUTANT_OFF;
	run_destroy(run);
	assert_true(differ > 0);
}

/* Two formats of one case give different traces: the hash is of the trace. */
static void the_trace_hash_tells_formats_apart(void **state)
{
	struct tw_case c;

	(void)state;
	make_case(1, &c);

	struct run *a = open_run(pt_formats[0]), *b = open_run(pt_formats[1]);

	assert_int_not_equal(run_trace_hash(a, &c), run_trace_hash(b, &c));
	run_destroy(a);
	run_destroy(b);
}

/* The sweep after every operation agrees wherever the fast checks do. */
static void checking_every_operation_finds_no_more(void **state)
{
	(void)state;
	for (unsigned f = 0; f < pt_format_count; f++) {
		struct run *run = open_run(pt_formats[f]);
		struct violation v;

		for (uint64_t seed = 100; seed < 160; seed++) {
			struct tw_case c;

			make_case(seed, &c);
			assert_true(run_case(run, &c, RUN_CHECK_EVERY, NULL, &v));
		}
		run_destroy(run);
	}
}

/*
 * Flags that hardware sets in two entries of a group, one after the other, while it
 * is collapsed show twice in a third one: no violation, but one that has a name.
 */
static void flags_gathered_meanwhile_are_allowed(void **state)
{
	static const char text[] =
		"tablewalk case 3\n"
		"map at=home0 len=edge attrs=rw pa=data height=0\n"
		"collapse at=home0 height=0 group=1\n";
	struct run *run = open_run(pt_format_find("ppc-8xx-4k"));
	char error[200] = "";
	struct violation v;
	struct tw_case c;

	(void)state;
	if (case_parse(text, strlen(text), "t", &c, error, sizeof(error)))
		fail_msg("%s", error);
	/* Where and when hardware accesses something follows from addresses. */
	c.header.salt = 0x33d2;
	assert_true(run_case(run, &c, RUN_CHECK_STORE, NULL, &v));
	assert_true(oracle_legit_uses(run_oracle(run), LEGIT_FLAG_GATHERED) > 0);
	run_destroy(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_never_sees_its_predecessor),
		cmocka_unit_test(a_look_at_the_clock_is_noticed),
		cmocka_unit_test(the_trace_hash_tells_formats_apart),
		cmocka_unit_test(checking_every_operation_finds_no_more),
		cmocka_unit_test(flags_gathered_meanwhile_are_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
