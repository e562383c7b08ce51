/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the mutator of the fuzzers leans to (fuzz/profile.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../fuzz/profile.h"

#define ROUNDS 2000

/*
 * Of cases that come of mutation again and again: how many have a mask, how many
 * allocations fail, in how many cases, and how many kinds are enabled.
 */
struct counts {
	unsigned masked, failing, with, kinds;
};

static unsigned failing(const struct tw_case *c)
{
	unsigned count = 0;

	for (unsigned i = 0; i < c->count; i++)
		count += c->record[i].kind == OP_FAIL ||
			 c->record[i].kind == OP_CTOR_FAIL;
	return count;
}

static struct counts count(enum profile profile)
{
	struct counts counts = { 0 };
	uint8_t bytes[CASE_BYTES] = { 0 };
	size_t size = CASE_HEADER_BYTES;
	struct rng rng;

	rng_seed(&rng, 1);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct tw_case c;

		size = profile_mutate(profile, &rng, bytes, size,
				      sizeof(bytes));
		assert_true(size <= sizeof(bytes));
		case_decode(bytes, size, &c);
		counts.masked += bytes[8] || bytes[9] || bytes[10] ||
				 bytes[11];
		counts.failing += failing(&c);
		counts.with += failing(&c) != 0;
		for (unsigned k = 0; k < OP_KINDS; k++)
			counts.kinds += c.header.mask >> k & 1;
	}
	return counts;
}

/* Every case of swarm leaves kinds out; few of plain do. */
static void swarm_leaves_kinds_out(void **state)
{
	const struct counts plain = count(PROFILE_PLAIN);
	const struct counts swarm = count(PROFILE_SWARM);

	(void)state;
	assert_int_equal(swarm.masked, ROUNDS);
	assert_true(plain.masked < ROUNDS / 2);
	assert_true(swarm.kinds < 2 * plain.kinds / 3);
}

/*
 * More than two thirds of the cases of failures have a failing allocation, and
 * together they have twice as many as those of plain.
 */
static void failures_fail(void **state)
{
	const struct counts plain = count(PROFILE_PLAIN);
	const struct counts failures = count(PROFILE_FAILURES);

	(void)state;
	assert_true(failures.with > 2 * ROUNDS / 3);
	assert_true(failures.failing > 2 * plain.failing);
}

/* Any size of room does: nothing is written behind it. */
static void small_rooms_do(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3);
	for (unsigned p = PROFILE_PLAIN; p <= PROFILE_FAILURES; p++)
		for (size_t room = 1; room < 64; room++) {
			uint8_t *bytes = calloc(1, room);

			assert_non_null(bytes);
			for (unsigned i = 0; i < 20; i++)
				assert_true(profile_mutate((enum profile)p,
							   &rng, bytes, room,
							   room) <= room);
			free(bytes);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(swarm_leaves_kinds_out),
		cmocka_unit_test(failures_fail),
		cmocka_unit_test(small_rooms_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
