/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of jobs that a plan comes to (harness/plan.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../harness/plan.h"

static const char mixed[] =
	"[campaign]\njob_seconds = 100\nleast_seconds = 10\n"
	"[role many]\nengine = libfuzzer\nformats = all\nweight = 3\n"
	"[role one]\nengine = afl\nformats = any\n"
	"[role tiny]\nengine = random\nformats = fake-tiny\nweight = 2\n"
	"[role machine]\nengine = hw\n"
	"[role red]\nengine = canary\nmutant = x\nformats = riscv-sv39\n"
	"seconds = 30\n";

static bool any_defect(const char *name)
{
	return name[0] != '\0';
}

static void parse(const char *text, struct plan *plan)
{
	char error[600] = "";

	if (plan_parse(text, strlen(text), "plan", any_defect, plan, error,
		       sizeof(error)))
		fail_msg("%s", error);
}

static struct plan_request whole(unsigned seconds)
{
	struct plan_request r = { .seconds = seconds, .workers = 2, .shard = 1,
				  .shards = 1, .night = 1, .seed = 1 };

	for (unsigned i = 0; i < PLAN_FORMATS_MAX / 64; i++) {
		r.formats.bits[i] = UINT64_MAX;
		r.guests.bits[i] = UINT64_MAX;
	}
	return r;
}

static struct plan_list list_of(const struct plan *plan,
				const struct plan_request *r)
{
	struct plan_list list;
	char error[200] = "";

	if (plan_jobs(plan, r, &list, error, sizeof(error)))
		fail_msg("%s", error);
	return list;
}

/* In any beginning of the list a role is at most one turn from its share. */
static void any_prefix_has_the_shares_of_the_weights(void **state)
{
	static const unsigned weight[] = { 3, 1, 2, 1 };
	struct plan_request r = whole(36000);
	unsigned given[PLAN_ROLES_MAX] = { 0 };
	struct plan_list list;
	struct plan plan;

	(void)state;
	parse(mixed, &plan);
	list = list_of(&plan, &r);
	assert_int_equal(plan.role[list.job[0].role].engine, PLAN_CANARY);
	for (unsigned i = 1; i < list.count; i++) {
		given[list.job[i].role]++;
		for (unsigned role = 0; role < 4; role++) {
			const long due = (long)i * weight[role];
			const long has = (long)given[role] * 7;

			assert_true(labs(has - due) < 2 * 7);
		}
	}
	assert_true(list.count > 700);
	free(list.job);
}

/* Where every role has its turn, jobs are as short as they may be, not shorter. */
static void jobs_shorten_so_that_every_role_has_a_turn(void **state)
{
	struct plan_request r = whole(120);
	bool seen[PLAN_ROLES_MAX] = { false };
	struct plan_list list;
	struct plan plan;

	(void)state;
	parse(mixed, &plan);
	list = list_of(&plan, &r);
	for (unsigned i = 0; i < list.count; i++) {
		seen[list.job[i].role] = true;
		assert_in_range(list.job[i].seconds, 10, 100);
	}
	for (unsigned role = 0; role < plan.role_count; role++)
		assert_true(seen[role]);
	free(list.job);
	r.seconds = 10;
	list = list_of(&plan, &r);
	for (unsigned i = 0; i < list.count; i++)
		assert_int_equal(list.job[i].seconds, 10);
	free(list.job);
}

/*
 * The shards' lists together are the list; each has its part of every role, and
 * begins with a canary.
 */
static void shards_share_the_list_out(void **state)
{
	struct plan_request r = whole(3600);
	unsigned jobs[3][PLAN_ROLES_MAX] = { { 0 } };
	bool seen[4096] = { false };
	unsigned count = 0;
	struct plan plan;

	(void)state;
	parse(mixed, &plan);
	r.shards = 3;
	for (r.shard = 1; r.shard <= 3; r.shard++) {
		struct plan_list list = list_of(&plan, &r);

		assert_int_equal(plan.role[list.job[0].role].engine,
				 PLAN_CANARY);
		for (unsigned i = 0; i < list.count; i++, count++) {
			assert_true(list.job[i].index < 4096);
			assert_false(seen[list.job[i].index]);
			seen[list.job[i].index] = true;
			jobs[r.shard - 1][list.job[i].role]++;
		}
		free(list.job);
	}
	for (unsigned i = 0; i < count; i++)
		assert_true(seen[i]);
	for (unsigned role = 0; role < plan.role_count; role++)
		for (unsigned i = 1; i < 3; i++)
			assert_true(abs((int)jobs[i][role] -
					(int)jobs[0][role]) <= 1);
}

/* Nights go on with the formats: none is taken again before all had a turn. */
static void nights_go_through_all_formats(void **state)
{
	struct plan_request r = whole(700);
	unsigned times[PLAN_FORMATS_MAX] = { 0 };
	unsigned least = ~0u, most = 0;
	struct plan plan;

	(void)state;
	parse(mixed, &plan);
	for (r.night = 1; r.night <= 40; r.night++) {
		struct plan_list list = list_of(&plan, &r);

		for (unsigned i = 0; i < list.count; i++)
			if (list.job[i].role == 0)
				times[list.job[i].format]++;
		free(list.job);
	}
	for (unsigned i = 0; i < pt_format_count; i++) {
		least = times[i] < least ? times[i] : least;
		most = times[i] > most ? times[i] : most;
	}
	assert_true(least > 0);
	assert_true(most - least <= 1);
}

/* A role that has nothing to do for the formats is named, and the others go on. */
static void idle_roles_are_named(void **state)
{
	struct plan_request r = whole(600);
	struct plan_list list;
	struct plan plan;
	char error[200] = "";

	(void)state;
	parse(mixed, &plan);
	memset(&r.formats, 0, sizeof(r.formats));
	memset(&r.guests, 0, sizeof(r.guests));
	for (unsigned i = 0; i < pt_format_count; i++)
		if (!strcmp(pt_formats[i]->name, "fake-tiny"))
			r.formats.bits[i / 64] |= UINT64_C(1) << i % 64;
	list = list_of(&plan, &r);
	assert_false(list.idle[0]);
	assert_false(list.idle[1]);
	assert_true(list.idle[3]);
	assert_true(list.idle[4]);
	for (unsigned i = 0; i < list.count; i++)
		assert_true(list.job[i].format >= 0);
	free(list.job);
	memset(&r.formats, 0, sizeof(r.formats));
	assert_int_not_equal(plan_jobs(&plan, &r, &list, error, sizeof(error)),
			     0);
	assert_string_equal(error, "no role has anything to do for these formats");
}

/* Another seed is another order and other seeds; the same one is the same list. */
static void the_seed_chooses_the_list(void **state)
{
	struct plan_request r = whole(3600), other = whole(3600);
	struct plan_list one, same, another;
	struct plan plan;

	(void)state;
	parse(mixed, &plan);
	other.seed = 2;
	one = list_of(&plan, &r);
	same = list_of(&plan, &r);
	another = list_of(&plan, &other);
	assert_int_equal(one.count, same.count);
	assert_memory_equal(one.job, same.job, one.count * sizeof(*one.job));
	assert_int_equal(one.count, another.count);
	assert_memory_not_equal(one.job, another.job,
				one.count * sizeof(*one.job));
	free(one.job);
	free(same.job);
	free(another.job);
}

/* Too long a list is refused, not cut. */
static void too_many_jobs_are_refused(void **state)
{
	struct plan_request r = whole(1000000);
	struct plan_list list;
	struct plan plan;
	char error[200] = "";

	(void)state;
	parse("[campaign]\njob_seconds = 1\nleast_seconds = 1\n"
	      "[role a]\nengine = random\n", &plan);
	assert_int_not_equal(plan_jobs(&plan, &r, &list, error, sizeof(error)),
			     0);
	assert_non_null(strstr(error, "job_seconds"));
	assert_null(list.job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_prefix_has_the_shares_of_the_weights),
		cmocka_unit_test(jobs_shorten_so_that_every_role_has_a_turn),
		cmocka_unit_test(shards_share_the_list_out),
		cmocka_unit_test(nights_go_through_all_formats),
		cmocka_unit_test(idle_roles_are_named),
		cmocka_unit_test(the_seed_chooses_the_list),
		cmocka_unit_test(too_many_jobs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
