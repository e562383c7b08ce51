/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk plan: checks the plan of a campaign and prints its list of jobs.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "guest.h"
#include "plan.h"

struct arguments {
	struct plan_request request;
	struct format_list formats;
	bool json;
};

static bool is_defect(const char *name)
{
	return mutant_find(name) != MUTANT_OFF;
}

/* The whole file, as read; NULL with a sentence. */
static char *read_file(const char *path, size_t *length)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "r") : stdin;
	char *text = in ? malloc(PLAN_TEXT_BYTES + 1) : NULL;
	bool good = text != NULL;

	/* One byte more than is allowed: plan_parse() says that it is too long. */
	if (good) {
		errno = 0;
		*length = fread(text, 1, PLAN_TEXT_BYTES + 1, in);
		good = !ferror(in);
	}
	if (!good) {
		command_error("%s: %s", path, strerror(errno ? errno : EIO));
		free(text);
		text = NULL;
	}
	if (in && in != stdin)
		fclose(in);
	return text;
}

static bool read_plan(const char *path, struct plan *plan)
{
	char error[600];
	size_t length = 0;
	char *text = read_file(path, &length);
	bool good;

	if (!text)
		return false;
	good = !plan_parse(text, length, path, is_defect, plan, error,
			   sizeof(error));
	if (!good)
		command_error("%s", error);
	free(text);
	return good;
}

static json_t *settings_json(const struct plan_settings *s)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}",
			 "job_seconds", (int)s->job_seconds, "least_seconds",
			 (int)s->least_seconds, "grace_seconds",
			 (int)s->grace_seconds, "merge_seconds",
			 (int)s->merge_seconds, "memory_mb", (int)s->memory_mb,
			 "log_mb", (int)s->log_mb, "disk_mb", (int)s->disk_mb,
			 "raw_files", (int)s->raw_files);
}

static json_t *job_json(const struct plan *plan, const struct plan_job *job)
{
	const struct plan_role *role = &plan->role[job->role];
	char name[PLAN_JOB_NAME];

	plan_job_name(plan, job, name);
	return json_pack(
		"{s:s, s:i, s:s, s:s, s:s, s:s?, s:s?, s:i, s:I, s:s, s:s, s:s?}",
		"name", name, "index", (int)job->index, "role", role->name,
		"engine", plan_engine_name(role->engine), "profile",
		plan_profile_name(role->profile), "target",
		job->target < 0 ? NULL : plan_target_name((unsigned)job->target),
		"format",
		job->format < 0 ? job->target == PLAN_CASE ? "any" : NULL
				: pt_formats[job->format]->name,
		"seconds", (int)job->seconds, "seed", (json_int_t)job->seed,
		"check", plan_check_name(role->check), "folding",
		role->folding[0] ? role->folding : "static", "mutant",
		role->mutant[0] ? role->mutant : NULL);
}

static int print_json(const struct plan *plan, const struct plan_list *list)
{
	json_t *jobs = json_array(), *idle = json_array();

	for (unsigned i = 0; i < list->count; i++)
		json_array_append_new(jobs, job_json(plan, &list->job[i]));
	for (unsigned i = 0; i < plan->role_count; i++)
		if (list->idle[i])
			json_array_append_new(idle,
					      json_string(plan->role[i].name));
	return command_json(json_pack("{s:o, s:o, s:o}", "settings",
				      settings_json(&plan->settings), "jobs",
				      jobs, "idle", idle));
}

static void print_text(const struct plan *plan, const struct plan_list *list)
{
	uint64_t seconds = 0;

	for (unsigned i = 0; i < list->count; i++) {
		const struct plan_job *job = &list->job[i];
		const struct plan_role *role = &plan->role[job->role];
		char name[PLAN_JOB_NAME];

		plan_job_name(plan, job, name);
		printf("%-60s %5u s  %-14s %s%s\n", name, job->seconds,
		       plan_engine_name(role->engine),
		       plan_profile_name(role->profile),
		       role->mutant[0] ? ", with a defect" : "");
		seconds += job->seconds;
	}
	for (unsigned i = 0; i < plan->role_count; i++)
		if (list->idle[i])
			printf("role %s: nothing to do for these formats\n",
			       plan->role[i].name);
	printf("%u jobs, %" PRIu64 " s of work\n", list->count, seconds);
}

/* The set of formats that were named, all where none was. */
static void set_formats(struct arguments *a)
{
	struct plan_request *r = &a->request;

	for (unsigned i = 0; i < pt_format_count; i++) {
		bool in = !a->formats.count;

		for (unsigned n = 0; n < a->formats.count && !in; n++)
			in = a->formats.format[n] == pt_formats[i];
		if (in)
			r->formats.bits[i / 64] |= UINT64_C(1) << i % 64;
		if (guest_known(pt_formats[i]->name))
			r->guests.bits[i / 64] |= UINT64_C(1) << i % 64;
	}
}

static bool take_shard(struct plan_request *r, const char *value)
{
	const char *slash = strchr(value, '/');
	char first[8] = "";
	uint64_t shard, shards;

	if (!slash || slash == value || slash - value >= (int)sizeof(first)) {
		command_error("--shard takes I/N, not `%s'", value);
		return false;
	}
	memcpy(first, value, (size_t)(slash - value));
	if (!command_number("shard", slash + 1, 1, 1000, &shards) ||
	    !command_number("shard", first, 1, shards, &shard))
		return false;
	r->shard = (unsigned)shard;
	r->shards = (unsigned)shards;
	return true;
}

static bool take_option(struct arguments *a, int option, const char *value)
{
	struct plan_request *r = &a->request;
	uint64_t n = 0;
	bool good;

	switch (option) {
	case 's':
		good = command_number("seconds", value, 1, 1000000, &n);
		r->seconds = (unsigned)n;
		return good;
	case 'j':
		good = command_number("jobs", value, 1, CAMPAIGN_JOBS_MAX, &n);
		r->workers = (unsigned)n;
		return good;
	case 'n':
		good = command_number("night", value, 1, 1000000, &n);
		r->night = (unsigned)n;
		return good;
	case 'S':
		return command_number("seed", value, 0, UINT64_MAX, &r->seed);
	case 'i':
		return take_shard(r, value);
	case 'f':
		return command_formats(value, &a->formats);
	default:
		a->json = true;
		return true;
	}
}

static const struct option options[] = {
	{ "seconds", required_argument, NULL, 's' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "night", required_argument, NULL, 'n' },
	{ "seed", required_argument, NULL, 'S' },
	{ "shard", required_argument, NULL, 'i' },
	{ "formats", required_argument, NULL, 'f' },
	{ "json", no_argument, NULL, 'J' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int go(struct arguments *a, const char *path)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	struct plan_list list = { .count = 0 };
	char error[200] = "out of memory";
	int status = STATUS_USAGE, ret;

	if (!plan) {
		command_error("%s", error);
		return STATUS_CANNOT;
	}
	set_formats(a);
	if (read_plan(path, plan)) {
		ret = plan_jobs(plan, &a->request, &list, error, sizeof(error));
		if (ret) {
			command_error("%s: %s", path, error);
			status = ret == -EINVAL ? STATUS_USAGE : STATUS_CANNOT;
		} else if (a->json) {
			status = print_json(plan, &list);
		} else {
			print_text(plan, &list);
			status = STATUS_CLEAN;
		}
	}
	free(list.job);
	free(plan);
	return status;
}

static int plan_main(const struct command *command, int argc, char **argv)
{
	struct arguments a = {
		.request = { .seconds = 8 * 3600, .shard = 1, .shards = 1,
			     .night = 1, .seed = 1 },
	};
	int option;

	a.request.workers = command_processors();
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		}
		if (option == '?')
			return command_usage(command);
		if (!take_option(&a, option, optarg))
			return STATUS_USAGE;
	}
	if (argc - optind != 1) {
		command_error("plan takes one file, a plan of a campaign");
		return STATUS_USAGE;
	}
	return go(&a, argv[optind]);
}

const struct command command_plan = {
	.name = "plan",
	.synopsis = "[--seconds N] [--jobs N] [--formats F,...] ... FILE",
	.help =
	"Checks the plan of a campaign (docs/campaigns.md; - is standard input) and prints\n"
	"the jobs that it comes to, in the order in which ci/campaign starts them.  The\n"
	"same plan and options give the same list.\n\n"
	"  --seconds N       how long the campaign is (default 28800, eight hours)\n"
	"  --jobs N          how many jobs run at a time (default: one per processor)\n"
	"  --formats F,...   only these formats\n"
	"  --night N         go on with the formats and seeds of night N (default 1)\n"
	"  --shard I/N       only what the I-th of N machines does\n"
	"  --seed S          another order of formats, other seeds (default 1)\n"
	"  --json            one document on standard output: settings, jobs, and idle,\n"
	"                    the roles that have nothing to do for these formats\n\n"
	"Exit status: 2 with FILE:LINE and a sentence where the plan is wrong.\n",
	.main = plan_main,
};
