/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk hw: cases whose tables an emulated processor walks.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "hw.h"

enum { PROBES, SKIPPED, UNEXPLAINED, KNOWN };

/* A worker keeps one long-lived guest for each format. */
static void *open_hw(const void *context, const struct pt_format *format,
		     char *error, size_t error_bytes)
{
	(void)context;
	return hw_create(format, error, error_bytes);
}

static int run_one(void *hw, const struct tw_case *c,
		   struct violation *violation,
		   uint64_t counter[CAMPAIGN_COUNTERS], char *error,
		   size_t error_bytes)
{
	const struct hw_counts before = *hw_counts(hw);
	int ret = hw_case(hw, c, violation, error, error_bytes);
	const struct hw_counts *after = hw_counts(hw);

	counter[PROBES] += after->probes - before.probes;
	counter[SKIPPED] += after->skipped - before.skipped;
	counter[UNEXPLAINED] += after->unexplained - before.unexplained;
	counter[KNOWN] += after->known - before.known;
	return ret;
}

static void print_one(FILE *out, void *hw, const struct tw_case *c,
		      const struct violation *violation)
{
	struct tw_case in_ram = *c;

	in_ram.header.window = CASE_WINDOW_RAM;
	run_print_violation(out, hw_run(hw), &in_ram, violation);
}

static void close_hw(void *hw)
{
	hw_destroy(hw);
}

static const struct campaign_task task = {
	.open = open_hw, .run = run_one, .print = print_one, .close = close_hw,
	.replay = "hw",
};

/* Which of the formats were compared at the lower grade. */
static void name_refill(const struct format_list *list)
{
	bool any = false;

	for (unsigned i = 0; i < list->count; i++) {
		if (!guest_refills(list->format[i]->name))
			continue;
		printf("%s%s", any ? ", " : "refill (tables walked by the guest's "
			       "own handler): ", list->format[i]->name);
		any = true;
	}
	if (any)
		printf("\n");
}

static int report(const struct campaign_arguments *a,
		  const struct campaign_result *r)
{
	const double seconds = r->seconds > 0 ? r->seconds : 1;
	const double rate = (double)r->counter[PROBES] / seconds;

	if (a->json)
		return command_json(json_pack(
			"{s:I, s:I, s:f, s:f, s:I, s:f, s:I, s:I, s:I, s:b, "
			"s:o}",
			"seed", (json_int_t)a->options.seed,
			"cases", (json_int_t)r->cases, "seconds", r->seconds,
			"cases_per_second", (double)r->cases / seconds,
			"probes", (json_int_t)r->counter[PROBES],
			"probes_per_second", rate,
			"skipped", (json_int_t)r->counter[SKIPPED],
			"unexplained", (json_int_t)r->violations,
			"known", (json_int_t)r->counter[KNOWN],
			"interrupted", (int)r->interrupted,
			"findings", command_findings_json(r)));
	command_findings_print(r, "hw", NULL);
	printf("%s%" PRIu64 " cases in %.1f s, %" PRIu64 " probes (%.0f/s), %"
	       PRIu64 " skipped, %" PRIu64 " unexplained, %" PRIu64
	       " known%s\n", r->finding_count ? "\n" : "", r->cases, r->seconds,
	       r->counter[PROBES], rate, r->counter[SKIPPED], r->violations,
	       r->counter[KNOWN], r->interrupted ? ", interrupted" : "");
	name_refill(&a->formats);
	return STATUS_CLEAN;
}

/* A violation of a file, kept as a campaign keeps its own. */
static void note_finding(struct campaign_result *r, void *state,
			 const struct pt_format *format, const char *path,
			 const struct tw_case *c, const struct violation *v)
{
	struct campaign_finding *kept;
	FILE *out;

	if (r->finding_count == CAMPAIGN_KEPT)
		return;
	kept = &r->finding[r->finding_count++];
	kept->times = 1;
	snprintf(kept->format, sizeof(kept->format), "%s", format->name);
	violation_name(v, kept->name);
	snprintf(kept->path, sizeof(kept->path), "%s", path);
	out = fmemopen(kept->report, sizeof(kept->report) - 1, "w");
	if (!out)
		return;
	print_one(out, state, c, v);
	fclose(out);
}

/* Every file on every format, in this process. */
static int hw_files(const struct campaign_arguments *a, char **path, int count,
		    struct campaign_result *r)
{
	struct campaign_states states = { .count = 0 };
	const double began = campaign_now();
	char error[512];

	for (int i = 0; i < count && !r->error[0]; i++) {
		struct tw_case c;

		if (case_load(path[i], CASE_TAGGED, &c, error, sizeof(error))) {
			command_error("%s", error);
			campaign_close(&task, &states);
			return STATUS_USAGE;
		}
		for (unsigned f = 0; f < a->formats.count; f++) {
			const struct pt_format *format = a->formats.format[f];
			struct violation v;
			void *state = campaign_state(&task, &states, format,
						     r->error,
						     sizeof(r->error));
			int ret = !state ? -1
					 : run_one(state, &c, &v, r->counter,
						   r->error, sizeof(r->error));

			if (ret < 0)
				break;
			r->cases++;
			if (!ret)
				continue;
			r->violations++;
			note_finding(r, state, format, path[i], &c, &v);
		}
	}
	r->seconds = campaign_now() - began;
	campaign_close(&task, &states);
	return STATUS_CLEAN;
}

/* Without --format: every format that a guest is known for and can run. */
static bool default_formats(struct format_list *list)
{
	char why[256] = "no format has a guest";

	for (unsigned i = 0; i < pt_format_count; i++) {
		if (!guest_known(pt_formats[i]->name))
			continue;
		if (guest_available(pt_formats[i]->name, why, sizeof(why)) &&
		    !command_formats(pt_formats[i]->name, list))
			return false;
	}
	if (!list->count)
		command_error("%s", why);
	return list->count > 0;
}

static int hw_go(struct campaign_arguments *a, bool random, char **path,
		 int count)
{
	struct campaign_result *r = calloc(1, sizeof(*r));
	int status = STATUS_CLEAN;

	if (!r) {
		command_error("out of memory");
		return STATUS_CANNOT;
	}
	if (random) {
		if (!a->json)
			printf("seed %" PRIu64 "\n", a->options.seed);
		fflush(stdout);
		campaign_run(&task, &a->options, r);
	} else {
		status = hw_files(a, path, count, r);
	}
	if (!status && (a->json || r->cases || !r->error[0]))
		status = report(a, r);
	if (r->error[0] || (!status && !r->cases && !r->interrupted)) {
		command_error("%s", r->error[0] ? r->error : "no case ran");
		status = STATUS_CANNOT;
	} else if (!status && r->violations) {
		status = STATUS_VIOLATION;
	}
	free(r);
	return status;
}

static int hw_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		CAMPAIGN_LONG_OPTIONS,
		{ "random", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct campaign_arguments a = { .options.ram = true };
	bool random = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		}
		if (option == '?')
			return command_usage(command);
		if (option == 'r')
			random = true;
		else if (!campaign_option(&a, option, optarg))
			return STATUS_USAGE;
	}
	if (random == (optind < argc)) {
		command_error("hw takes either --random or case files");
		return STATUS_USAGE;
	}
	for (unsigned i = 0; i < a.formats.count; i++)
		if (!guest_known(a.formats.format[i]->name)) {
			command_error("%s has no guest; `tablewalk list' shows "
				      "which have", a.formats.format[i]->name);
			return STATUS_USAGE;
		}
	if (!a.formats.count && !default_formats(&a.formats))
		return STATUS_CANNOT;
	/* A guest and its driver keep two processors busy. */
	if (!a.options.jobs)
		a.options.jobs = (command_processors() + 1) / 2;
	campaign_defaults(&a);

	int status = hw_go(&a, random, argv + optind, argc - optind);

	return status;
}

const struct command command_hw = {
	.name = "hw",
	.synopsis = "[--format F[,F...]] (--random [--seconds N] ... | CASE...)",
	.help =
	"Builds each case's tables in the RAM of an emulated machine (QEMU), makes every\n"
	"access at every boundary of mappings and holes from user and kernel mode, and\n"
	"compares verdict and physical page with the flat model.\n\n"
	"  --random          random cases instead of files\n"
	"  --format F,...    only these formats (default: all that have a guest)\n"
	"  --seconds N       stop after N seconds (default 10 if --cases is not given)\n"
	"  --cases N         stop after N cases\n"
	"  --seed S          replay: the same seed gives the same cases (default: random)\n"
	"  --jobs N          worker processes, one guest each (default: one per two\n"
	"                    processors)\n"
	"  --stop-after N    stop after N distinct violations (at most 16)\n"
	"  --artifacts DIR   where reproducers go (default tablewalk-violations)\n"
	"  --mutant ID,...   switch deliberate defects on: one of the subject, and any of\n"
	"                    the checks\n"
	"  --quiet           no progress line\n"
	"  --json            one document on standard output: probes, probes_per_second,\n"
	"                    unexplained, known, ...\n\n"
	"QEMU is looked up in the directory TABLEWALK_QEMU_DIR, then in PATH.\n",
	.main = hw_main,
};
