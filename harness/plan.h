/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The plan of a campaign: an INI file of settings and roles, and the list of jobs
 * that it comes to for so many seconds, workers and formats.  docs/campaigns.md has
 * the keys; ci/campaign runs the list.
 */
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tablewalk/format.h>

#define PLAN_ROLES_MAX 32
#define PLAN_NAME 32		/* room for a role's name */
#define PLAN_WORD 64		/* for a defect's, or a folding's */
#define PLAN_FORMATS_MAX 128
/* plan_parse() refuses longer texts, plan_jobs() longer lists. */
#define PLAN_TEXT_BYTES (1u << 16)
#define PLAN_JOBS_MAX 20000

/*
 * What runs the cases of a role.
 * PLAN_RANDOM	`tablewalk random', no fuzzer
 * PLAN_HW	`tablewalk hw --random', PLAN_SWEEP `tablewalk sweep': on formats
 *		that have a guest
 * PLAN_CANARY	libFuzzer from nothing, with a defect switched on that it has to
 *		find
 */
enum plan_engine {
	PLAN_LIBFUZZER,
	PLAN_LIBFUZZER_ASAN,
	PLAN_AFL,
	PLAN_RANDOM,
	PLAN_HW,
	PLAN_SWEEP,
	PLAN_CANARY,
	PLAN_ENGINES,
};

/* What the mutator leans to: fuzz/profile.h. */
enum plan_profile {
	PLAN_PLAIN,
	PLAN_SWARM,
	PLAN_FAILURES,
	PLAN_PROFILES,
};

/* Programs of fuzz/; only the first is run on a format. */
enum plan_target {
	PLAN_CASE,
	PLAN_ROUNDTRIP,
	PLAN_TEXT,
	PLAN_PLAN,
	PLAN_TRIAGE,
	PLAN_TARGETS,
};

enum plan_check {
	PLAN_CHECK_END,
	PLAN_CHECK_EVERY,
	PLAN_CHECK_STORE,
	PLAN_CHECKS,
};

/* A set of formats, bit i is pt_formats[i]. */
struct plan_formats {
	uint64_t bits[PLAN_FORMATS_MAX / 64];
};

/*
 * Which formats a role takes.
 * ALL	one after the other, a job each; those with guests for PLAN_HW and SWEEP
 * ANY	all in one job, where a hash of the case chooses
 * SOME	those that were named
 */
enum plan_choice { PLAN_FORMATS_ALL, PLAN_FORMATS_ANY, PLAN_FORMATS_SOME };

struct plan_role {
	char name[PLAN_NAME];
	enum plan_engine engine;
	enum plan_profile profile;
	unsigned targets;		/* bit = enum plan_target */
	enum plan_choice choice;
	struct plan_formats formats;	/* PLAN_FORMATS_SOME */
	unsigned weight;		/* how many jobs beside the others' */
	unsigned seconds;		/* of a job at most; 0: the plan's */
	enum plan_check check;
	char folding[PLAN_WORD];	/* "" is static */
	char mutant[PLAN_WORD];		/* the canary's defect */
	unsigned given;			/* which keys it had */
	unsigned line;			/* where it begins */
};

/* [campaign]: docs/campaigns.md. */
struct plan_settings {
	unsigned job_seconds, least_seconds, grace_seconds, merge_seconds;
	unsigned memory_mb, log_mb, disk_mb;
	unsigned raw_files;
	unsigned given;
};

struct plan {
	struct plan_settings settings;
	struct plan_role role[PLAN_ROLES_MAX];
	unsigned role_count;
};

/*
 * Reads a plan.  defect says whether there is a deliberate defect of that name.
 * Returns 0, or -EINVAL with "name:line: sentence" in error.
 */
int plan_parse(const char *text, size_t length, const char *name,
	       bool (*defect)(const char *name), struct plan *out, char *error,
	       size_t error_bytes);

/* What a list of jobs is made for. */
struct plan_request {
	struct plan_formats formats;	/* only these */
	struct plan_formats guests;	/* those that have one */
	unsigned seconds, workers;
	unsigned shard, shards;		/* 1..shards */
	unsigned night;			/* from 1: goes on with the next formats */
	uint64_t seed;
};

struct plan_job {
	unsigned index;			/* in the list of all shards */
	unsigned role;
	int target;			/* enum plan_target, -1: none */
	int format;			/* of pt_formats, -1: any, or none */
	unsigned seconds;
	uint32_t seed;			/* 1..2^31-1 */
};

struct plan_list {
	struct plan_job *job;		/* free() */
	unsigned count;
	bool idle[PLAN_ROLES_MAX];	/* no format is left for the role */
};

/*
 * The jobs of one shard, in the order in which they are started: the same for the
 * same plan and request.  Canaries come first; of the others any beginning of the
 * list has the shares that the weights say.  Jobs are as long as the settings say,
 * or as short as they allow where else not every role would have its turn.
 *
 * Returns 0, -ENOMEM, or -EINVAL with a sentence in error.
 */
int plan_jobs(const struct plan *plan, const struct plan_request *request,
	      struct plan_list *out, char *error, size_t error_bytes);

const char *plan_engine_name(unsigned engine);
const char *plan_profile_name(unsigned profile);
const char *plan_target_name(unsigned target);
const char *plan_check_name(unsigned check);

/* Room for "libfuzzer-fuzz_case-x86_64-4level". */
#define PLAN_JOB_NAME 128
void plan_job_name(const struct plan *plan, const struct plan_job *job,
		   char out[PLAN_JOB_NAME]);

#endif
