/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk kill: which deliberate defects a set of cases shows.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "kill.h"

struct kill_arguments {
	struct kill_plan plan;
	struct format_list formats;
	unsigned mutant[MUTANTS], mutant_count;
	bool formats_given, have_seed, json;
};

static const char *const state_name[] = {
	[KILL_UNREACHED] = "not reached",
	[KILL_REACHED] = "reached, not infected",
	[KILL_INFECTED] = "infected, not detected",
	[KILL_DETECTED] = "detected",
};

/* Adds the defects of a list of names with commas; false with a sentence. */
static bool add_mutants(struct kill_arguments *a, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, ",");
		char name[64];
		unsigned id, i = 0;

		snprintf(name, sizeof(name), "%.*s", (int)length, text);
		id = mutant_find(name);
		if (!id) {
			command_error("unknown mutant `%s'; `tablewalk list' "
				      "names them", name);
			return false;
		}
		while (i < a->mutant_count && a->mutant[i] != id)
			i++;
		if (i == a->mutant_count)
			a->mutant[a->mutant_count++] = id;
		text += length + (text[length] == ',');
	}
	return true;
}

static void add_all_mutants(struct kill_arguments *a)
{
	a->mutant_count = 0;
	for (unsigned id = 1; id < MUTANTS; id++)
		a->mutant[a->mutant_count++] = id;
}

/* The tries that the command line asks for: formats, foldings, one cadence. */
static bool add_asked(struct kill_arguments *a, unsigned index)
{
	const struct folding *folding = &a->plan.options.folding;

	for (unsigned f = 0; f < a->formats.count; f++) {
		const struct pt_format *format = a->formats.format[f];

		for (unsigned n = 0; n < folding_count(folding, format); n++) {
			const struct kill_try try = {
				.case_index = index, .format = format,
				.check = a->plan.check,
				.runtime_folded = folding_set(folding, format,
							      n),
			};

			if (!kill_add(&a->plan, &try)) {
				command_error("out of memory");
				return false;
			}
		}
	}
	return true;
}

/* Reads the files and what they say that they show. */
static int load_files(struct kill_arguments *a, char **path, int count)
{
	struct kill_plan *plan = &a->plan;
	char error[512];

	plan->path = path;
	plan->case_count = (unsigned)count;
	plan->cases = calloc((size_t)count + 1, sizeof(*plan->cases));
	if (!plan->cases) {
		command_error("out of memory");
		return STATUS_CANNOT;
	}
	for (unsigned i = 0; i < plan->case_count; i++) {
		int lines = 0;

		if (case_load(path[i], CASE_TAGGED, &plan->cases[i], error,
			      sizeof(error)) ||
		    (!a->formats_given &&
		     (lines = kill_add_shows(plan, i, error,
					     sizeof(error))) < 0)) {
			command_error("%s", error);
			return STATUS_USAGE;
		}
		if (!lines && !add_asked(a, i))
			return STATUS_CANNOT;
	}
	return STATUS_CLEAN;
}

/* "corpora/defects/x.tw on i386 --check every", or which random case. */
static void place_text(const struct kill_plan *plan, uint64_t number,
		       char *out, size_t bytes)
{
	char folding[FOLDING_TEXT];
	const struct kill_try *try;

	if (number >= plan->try_count) {
		snprintf(out, bytes, "case %" PRIu64 " of seed %" PRIu64,
			 number - plan->try_count, plan->options.seed);
		return;
	}
	try = &plan->tries[number];
	folding_text(try->runtime_folded, folding);
	snprintf(out, bytes, "%s on %s%s%s%s", plan->path[try->case_index],
		 try->format->name, violation_option(try->check),
		 try->runtime_folded ? " --folding " : "",
		 try->runtime_folded ? folding : "");
}

static void print_result(const struct kill_arguments *a, unsigned index,
			 const struct kill_result *r)
{
	char name[64], place[512];

	mutant_name(a->mutant[index], name);
	printf("%-30s %s", name, state_name[r->state]);
	if (r->state != KILL_UNREACHED) {
		place_text(&a->plan, r->best, place, sizeof(place));
		printf("%s%s, %s", r->name[0] ? " as " : "", r->name, place);
	}
	printf(" (%" PRIu64 " case%s", r->cases, r->cases == 1 ? "" : "s");
	if (a->plan.all_cases)
		printf(": %" PRIu64 " reached, %" PRIu64 " infected, %" PRIu64
		       " detected", r->reached, r->infected, r->detected);
	puts(")");
}

static const char *cadence_name(unsigned check)
{
	return check == RUN_CHECK_STORE ? "store" :
	       check == RUN_CHECK_EVERY ? "every" : "end";
}

/* A try as JSON: the file and how it ran. */
static json_t *try_json(const struct kill_plan *plan, uint64_t number)
{
	char folding[FOLDING_TEXT];
	const struct kill_try *try;

	if (number >= plan->try_count)
		return json_pack("{s:I, s:I}", "seed",
				 (json_int_t)plan->options.seed, "case",
				 (json_int_t)(number - plan->try_count));
	try = &plan->tries[number];
	folding_text(try->runtime_folded, folding);
	return json_pack("{s:s, s:s, s:s, s:s}", "file",
			 plan->path[try->case_index], "format",
			 try->format->name, "check", cadence_name(try->check),
			 "folding", folding);
}

static json_t *result_json(const struct kill_arguments *a, unsigned index,
			   const struct kill_result *r, const uint8_t *detects)
{
	char name[64];
	json_t *object, *list;

	mutant_name(a->mutant[index], name);
	object = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:f}",
			   "id", name, "state", state_name[r->state],
			   "check", r->name, "cases", (json_int_t)r->cases,
			   "reached", (json_int_t)r->reached,
			   "infected", (json_int_t)r->infected,
			   "detected", (json_int_t)r->detected,
			   "seconds", r->seconds);
	if (r->state != KILL_UNREACHED)
		json_object_set_new(object, "by", try_json(&a->plan, r->best));
	if (!a->plan.all_cases)
		return object;
	list = json_array();
	for (unsigned n = 0; n < a->plan.try_count; n++)
		if (kill_detects(detects, n))
			json_array_append_new(list, try_json(&a->plan, n));
	json_object_set_new(object, "shown_by", list);
	return object;
}

static int report(const struct kill_arguments *a, const struct kill_result *r,
		  const uint8_t *detects, double seconds)
{
	unsigned states[KILL_DETECTED + 1] = { 0 };
	json_t *list = a->json ? json_array() : NULL;
	int status = STATUS_CLEAN;

	for (unsigned i = 0; i < a->mutant_count; i++) {
		states[r[i].state]++;
		if (a->json)
			json_array_append_new(list, result_json(a, i, &r[i],
				detects + i * kill_row(&a->plan)));
		else
			print_result(a, i, &r[i]);
	}
	if (a->json)
		status = command_json(json_pack(
			"{s:i, s:i, s:i, s:i, s:i, s:f, s:o}",
			"mutants", (int)a->mutant_count,
			"detected", (int)states[KILL_DETECTED],
			"infected_not_detected", (int)states[KILL_INFECTED],
			"reached_not_infected", (int)states[KILL_REACHED],
			"not_reached", (int)states[KILL_UNREACHED],
			"seconds", seconds, "defects", list));
	else
		printf("%u defects: %u detected, %u infected but not detected, "
		       "%u reached but not infected, %u not reached; %u cases, "
		       "%.1f s\n", a->mutant_count, states[KILL_DETECTED],
		       states[KILL_INFECTED], states[KILL_REACHED],
		       states[KILL_UNREACHED], a->plan.case_count, seconds);
	if (status)
		return status;
	return states[KILL_DETECTED] == a->mutant_count ? STATUS_CLEAN :
							  STATUS_VIOLATION;
}

static int kill_go(struct kill_arguments *a)
{
	struct kill_result *result = calloc(a->mutant_count, sizeof(*result));
	uint8_t *detects = calloc(a->mutant_count, kill_row(&a->plan));
	double began = campaign_now();
	int status = STATUS_CANNOT;
	char error[256];

	if (!result || !detects)
		command_error("out of memory");
	else if (!kill_run(&a->plan, a->mutant, a->mutant_count, result,
			   detects, error, sizeof(error)))
		command_error("%s", error);
	else
		status = report(a, result, detects, campaign_now() - began);
	free(result);
	free(detects);
	return status;
}


/* Takes one option; false with a sentence if its value is wrong. */
static bool kill_option(struct kill_arguments *a, int option, const char *value)
{
	struct kill_plan *plan = &a->plan;
	enum run_check check = RUN_CHECK_END;
	uint64_t jobs = 0;
	bool good = true;

	switch (option) {
	case 'm':
		return add_mutants(a, value);
	case 'a':
		add_all_mutants(a);
		return true;
	case 'f':
		a->formats_given = true;
		return command_formats(value, &a->formats);
	case 'c':
		good = command_check(value, &check);
		plan->check = (uint8_t)check;
		return good;
	case 'F':
		good = folding_parse(value, &plan->options.folding);
		if (!good)
			command_error("--folding takes " FOLDING_VALUES
				      ", not `%s'", value);
		return good;
	case 'A':
		plan->all_cases = true;
		return true;
	case 'r':
		return command_number("random", value, 1, UINT32_MAX,
				     &plan->random);
	case 'S':
		a->have_seed = true;
		return command_number("seed", value, 0, UINT64_MAX,
				     &plan->options.seed);
	case 'j':
		good = command_number("jobs", value, 1, CAMPAIGN_JOBS_MAX,
				     &jobs);
		plan->jobs = (unsigned)jobs;
		return good;
	case 't':
		return command_seconds("timeout", value, &plan->timeout);
	case 'J':
		a->json = true;
		return true;
	default:
		return false;
	}
}

/* Fills in what was not given; false with a sentence. */
static bool kill_defaults(struct kill_arguments *a)
{
	struct kill_plan *plan = &a->plan;

	if (!a->formats.count && !command_formats("all", &a->formats))
		return false;
	if (!a->mutant_count)
		add_all_mutants(a);
	if (!plan->jobs)
		plan->jobs = command_processors();
	if (!a->have_seed && plan->random)
		plan->options.seed = command_seed();
	plan->options.formats = a->formats.format;
	plan->options.format_count = a->formats.count;
	return true;
}

static const struct option kill_options[] = {
	{ "mutant", required_argument, NULL, 'm' },
	{ "all", no_argument, NULL, 'a' },
	{ "formats", required_argument, NULL, 'f' },
	{ "format", required_argument, NULL, 'f' },
	{ "check", required_argument, NULL, 'c' },
	{ "folding", required_argument, NULL, 'F' },
	{ "all-cases", no_argument, NULL, 'A' },
	{ "random", required_argument, NULL, 'r' },
	{ "seed", required_argument, NULL, 'S' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "timeout", required_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'J' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* The options, and what follows from them; the exit status if that is all. */
static bool read_arguments(const struct command *command,
			   struct kill_arguments *a, int argc, char **argv,
			   int *status)
{
	int option;

	*status = STATUS_USAGE;
	while ((option = getopt_long(argc, argv, "h", kill_options, NULL)) !=
	       -1) {
		if (option == 'h') {
			command_help(command);
			*status = STATUS_CLEAN;
			return false;
		}
		if (option == '?') {
			*status = command_usage(command);
			return false;
		}
		if (!kill_option(a, option, optarg))
			return false;
	}
	if (optind == argc && !a->plan.random) {
		command_error("kill needs at least one case file, or --random");
		return false;
	}
	*status = kill_defaults(a) ?
			  load_files(a, argv + optind, argc - optind) :
			  STATUS_CANNOT;
	return *status == STATUS_CLEAN;
}

static int kill_main(const struct command *command, int argc, char **argv)
{
	struct kill_arguments *a = calloc(1, sizeof(*a));
	int status = STATUS_CANNOT;

	if (!a) {
		command_error("out of memory");
		return status;
	}
	a->plan.timeout = 20;
	if (read_arguments(command, a, argc, argv, &status))
		status = kill_go(a);
	free(a->plan.cases);
	free(a->plan.tries);
	free(a);
	return status;
}

const struct command command_kill = {
	.name = "kill",
	.synopsis = "[--mutant ID[,ID...] | --all] [--all-cases] CASE...",
	.help =
	"Runs case files with deliberate defects switched on and says of each defect how\n"
	"far it came: not reached (no case executes its place), reached, not infected\n"
	"(nothing that a case does or leaves differs from a run without), infected, not\n"
	"detected (something differs and no check notices), detected (by which check).\n"
	"A file runs as its lines `# shows: ID[, ID...] on FORMAT [with OPTIONS]' say, a\n"
	"file without such lines on every format.\n\n"
	"  --mutant ID,...   only these defects\n"
	"  --all             all of them (default)\n"
	"  --formats F,...   run every file on these formats, whatever it says\n"
	"  --check WHEN      `end' (default), `every' or `store', as for `run'; of files\n"
	"                    that do not say, of --formats and of --random\n"
	"  --folding WHICH   as for `run', likewise\n"
	"  --random N        after the files, N random cases\n"
	"  --seed S          of --random (default: random)\n"
	"  --all-cases       go on after the first case that shows a defect\n"
	"  --jobs N          defects at a time (default: one per processor)\n"
	"  --timeout N       seconds until a case hangs (default 20)\n"
	"  --json            one document on standard output\n\n"
	"Each defect has a process of its own; one that dies or hangs is detected by\n"
	"crash/signal-N or hang.  Exit status: 0 if every defect was detected, else 1.\n",
	.main = kill_main,
};
