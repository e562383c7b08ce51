/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a campaign asks of its task, beside the running of cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../harness/campaign.h"

enum { CASES, AWAKE, RESTED };

/* A state that knows whether it was told to rest since its last case. */
struct sleeper {
	bool opened, rests;
};

static struct sleeper sleepers[2];

static void *open_sleeper(const void *formats, const struct pt_format *format,
			  char *error, size_t error_bytes)
{
	const struct pt_format *const *list = formats;
	struct sleeper *s = &sleepers[list[1] == format];

	(void)error;
	(void)error_bytes;
	s->opened = true;
	return s;
}

static int run_sleeper(void *state, const struct tw_case *c,
		       struct violation *violation,
		       uint64_t counter[CAMPAIGN_COUNTERS], char *error,
		       size_t error_bytes)
{
	struct sleeper *s = state;
	const struct sleeper *other = &sleepers[s == sleepers];

	(void)c;
	(void)violation;
	(void)error;
	(void)error_bytes;
	counter[CASES]++;
	counter[AWAKE] += other->opened && !other->rests;
	counter[RESTED] += s->rests;
	s->rests = false;
	return 0;
}

static void rest_sleeper(void *state)
{
	struct sleeper *s = state;

	s->rests = true;
}

static void close_sleeper(void *state)
{
	(void)state;
}

static void one_state_of_a_worker_is_awake(void **state)
{
	/* Whoever has a case, all other states of that worker were told to rest. */
	const struct pt_format *formats[] = {
		pt_format_find("x86_64-4level"), pt_format_find("riscv-sv39"),
	};
	const struct campaign_task task = {
		.open = open_sleeper, .run = run_sleeper, .rest = rest_sleeper,
		.close = close_sleeper, .context = formats,
	};
	const struct campaign_options options = {
		.formats = formats, .format_count = 2, .cases = 100, .seed = 1,
		.jobs = 1, .quiet = true,
	};
	struct campaign_result *result = calloc(1, sizeof(*result));

	(void)state;
	assert_non_null(result);
	campaign_run(&task, &options, result);
	assert_string_equal(result->error, "");
	assert_int_equal(result->counter[CASES], 100);
	assert_int_equal(result->counter[AWAKE], 0);
	/* Both formats got cases, or nothing was shown. */
	assert_true(result->counter[RESTED] > 10);
	free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_state_of_a_worker_is_awake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
