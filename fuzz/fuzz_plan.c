/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Property: any text is a plan or gets one sentence that names its line; the jobs
 * that a plan comes to are its own, at most so long as it says, and the same when
 * they are asked for again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/plan.h"
#include "fuzz.h"

static void broken(const char *what)
{
	fprintf(stderr, "fuzz_plan: %s\n", what);
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* Any name in lower case may be one. */
static bool is_defect(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z';
}

static void check_job(const struct plan *plan, const struct plan_job *job,
		      const struct plan_request *request)
{
	char name[PLAN_JOB_NAME];

	if (job->role >= plan->role_count || job->format >= (int)pt_format_count ||
	    job->target >= PLAN_TARGETS)
		broken("a job of no role, format or target");
	if (!job->seconds || job->seconds > request->seconds || !job->seed ||
	    job->seed > INT32_MAX)
		broken("a job with a bad length or seed");
	plan_job_name(plan, job, name);
	if (!strchr(name, '-') || strlen(name) > PLAN_JOB_NAME - 2)
		broken("a job's name is cut");
}

/* What differs between lists comes from the input: small numbers. */
static struct plan_request request_of(const uint8_t *bytes, size_t size)
{
	struct plan_request r = { .seconds = 60, .workers = 1, .shard = 1,
				  .shards = 1, .night = 1, .seed = size };
	const unsigned n = size ? bytes[size - 1] : 0;

	for (unsigned i = 0; i < PLAN_FORMATS_MAX / 64; i++) {
		r.formats.bits[i] = n & 1 ? UINT64_C(0x1111) : UINT64_MAX;
		r.guests.bits[i] = UINT64_C(0x5555555555555555);
	}
	r.workers += n >> 1 & 1;
	r.shards += n >> 2 & 1;
	r.shard = r.shards;
	r.night += n >> 3 & 7;
	return r;
}

static void check_list(const struct plan *plan, const struct plan_request *r)
{
	struct plan_list list, again;
	char error[200] = "";
	int ret = plan_jobs(plan, r, &list, error, sizeof(error));

	if (ret) {
		if (!error[0] || list.job)
			broken("no sentence for jobs that cannot be");
		return;
	}
	for (unsigned i = 0; i < list.count; i++)
		check_job(plan, &list.job[i], r);
	if (plan_jobs(plan, r, &again, error, sizeof(error)) ||
	    list.count != again.count ||
	    memcmp(list.job, again.job, list.count * sizeof(*list.job)))
		broken("another list the second time");
	free(list.job);
	free(again.job);
}

static int parse(const uint8_t *bytes, size_t size, struct plan *plan)
{
	char error[600] = "";
	int ret = plan_parse((const char *)bytes, size, "plan", is_defect, plan,
			     error, sizeof(error));

	if (ret && strncmp(error, "plan:", 5) != 0)
		broken("a refusal without its place");
	if (!ret && error[0])
		broken("a sentence about a good plan");
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct plan_request request = request_of(bytes, size);
	struct plan plan;

	if (!parse(bytes, size, &plan))
		check_list(&plan, &request);
	return 0;
}

static uint64_t digest(const uint8_t *bytes, size_t size)
{
	struct plan plan;

	LLVMFuzzerTestOneInput(bytes, size);
	return (uint64_t)-parse(bytes, size, &plan) << 8 | plan.role_count;
}

const struct fuzz_target fuzz_target = { "fuzz_plan", false, digest };
