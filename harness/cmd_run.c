/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk run: recorded cases.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "subject.h"
#include "triage.h"

struct run_arguments {
	struct format_list formats;
	enum run_check check;
	enum case_bytes take;
	struct folding folding;
	uint8_t profile;	/* enum case_profile + 1; 0: as the case says */
	const struct subject_kind *subject;
	const struct opinion *opinion;	/* NULL: nobody's */
	bool trace, hash, json, all_subjects;
};

struct run_totals {
	uint64_t cases, violations;
	double seconds;
	struct opinion_counts opinion;
	json_t *findings;
	struct triage_trials *trials;	/* of other people's code, or NULL */
	uint64_t counter[SUBJECT_COUNTERS];
};

static void note_violation(const struct run_arguments *a, const char *path,
			   const struct run *run, uint8_t folded,
			   const struct tw_case *c, const struct violation *v,
			   struct run_totals *totals)
{
	const char *subject = command_subject_name(a->subject);
	const struct finding *f = &v->finding;
	char text[VIOLATION_NAME], folding[FOLDING_TEXT];

	totals->violations++;
	folding_text(folded, folding);
	if (!a->json) {
		run_print_violation(stdout, run, c, v);
		if (folded)
			printf("   folded at run time: %s\n", folding);
		printf("   replay: tablewalk run%s%s%s%s --format %s%s%s%s %s\n",
		       subject ? " --subject " : "", subject ? subject : "",
		       a->opinion ? " --opinion " : "",
		       a->opinion ? a->opinion->name : "",
		       run_format(run)->name, folded ? " --folding " : "",
		       folded ? folding : "",
		       violation_option(v->check), path);
		return;
	}
	violation_name(v, text);
	json_array_append_new(totals->findings, json_pack(
		"{s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "name", text,
		"format", run_format(run)->name, "folding", folding,
		"file", path,
		"operation", (int)v->op_index, "expected", f->expected,
		"seen", f->seen));
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The hash of a case's traces; the folding too where there is one. */
static void print_hash(struct run *run, uint8_t folded, const struct tw_case *c,
		       const char *path)
{
	char folding[FOLDING_TEXT];

	folding_text(folded, folding);
	printf("%016" PRIx64 " %s%s%s %s\n", run_trace_hash(run, c),
	       run_format(run)->name, folded ? " " : "", folded ? folding : "",
	       base_name(path));
}

/*
 * Other people's code may do anything to its process: it is tried in one of its own
 * first.  True where that died, which is a finding like any other.
 */
static bool died(const struct run_arguments *a, const struct run *run,
		 uint8_t folded, const struct tw_case *c, const char *path,
		 struct run_totals *totals)
{
	const struct triage_setting setting = {
		.format = run_format(run), .subject = a->subject,
		.check = (uint8_t)a->check, .runtime_folded = folded,
	};
	static struct triage_outcome outcome;
	char signature[TRIAGE_SIGNATURE];

	if (!triage_trial(totals->trials, &setting, c, &outcome) ||
	    outcome.kind == TRIAGE_CLEAN || outcome.kind == TRIAGE_VIOLATION)
		return false;
	totals->cases++;
	totals->violations++;
	triage_signature(&outcome, setting.format, signature);
	if (a->json)
		json_array_append_new(totals->findings, json_pack(
			"{s:s, s:s, s:s, s:i, s:s, s:s}", "name", signature,
			"format", setting.format->name, "file", path,
			"operation", (int)outcome.op_index,
			"expected", "an end of the case",
			"seen", outcome.report));
	else
		printf("VIOLATION %s on %s\n   %s   replay: tablewalk run "
		       "--subject %s --format %s%s %s\n", signature,
		       setting.format->name, outcome.report, a->subject->name,
		       setting.format->name,
		       violation_option((unsigned)a->check), path);
	return true;
}

/* One file on one format, folded one way. */
static void run_one_case(const struct run_arguments *a, struct run *run,
			 uint8_t folded, const struct tw_case *c,
			 const char *path, struct run_totals *totals)
{
	FILE *trace_to = a->trace && !a->json ? stdout : NULL;
	struct violation violation;
	char folding[FOLDING_TEXT];

	if (trace_to) {
		folding_text(folded, folding);
		printf("%s on %s%s%s\n", path, run_format(run)->name,
		       folded ? ", folded at run time: " : "",
		       folded ? folding : "");
	}

	if (totals->trials && died(a, run, folded, c, path, totals))
		return;

	double began = campaign_now();
	bool clean = run_case(run, c, a->check, trace_to, &violation);

	totals->seconds += campaign_now() - began;
	totals->cases++;
	if (!clean)
		note_violation(a, path, run, folded, c, &violation, totals);
}

/* All files on one format; STATUS_CLEAN even where cases violate. */
static int run_format_cases(const struct run_arguments *a,
			    const struct pt_format *format, char **path,
			    const struct tw_case *cases, int count,
			    struct run_totals *totals)
{
	char error[256];
	struct run *run = run_create(format, NULL, error, sizeof(error));

	if (!run) {
		command_error("%s", error);
		return STATUS_CANNOT;
	}
	if (!run_subject(run, a->subject, error, sizeof(error))) {
		command_error("%s", error);
		run_destroy(run);
		return STATUS_USAGE;
	}
	if (run_opinion(run, a->opinion)) {
		command_error("%s: out of memory", format->name);
		run_destroy(run);
		return STATUS_CANNOT;
	}
	for (unsigned n = 0; n < folding_count(&a->folding, format); n++) {
		uint8_t folded = folding_set(&a->folding, format, n);

		run_fold(run, folded);
		for (int i = 0; i < count; i++) {
			if (a->hash)
				print_hash(run, folded, &cases[i], path[i]);
			else
				run_one_case(a, run, folded, &cases[i], path[i],
					     totals);
		}
	}
	if (foreign_of(a->subject))
		command_subject_count(run, (uint64_t[SUBJECT_COUNTERS]){ 0 },
				      totals->counter);
	if (a->opinion)
		command_opinion_add(&totals->opinion, run_opinion_counts(run));
	run_destroy(run);
	return STATUS_CLEAN;
}

/* Reads every file before anything runs, so that a bad one costs nothing. */
static struct tw_case *load_all(enum case_bytes take, char **path, int count)
{
	struct tw_case *cases = calloc((size_t)count, sizeof(*cases));
	char error[512];

	if (!cases) {
		command_error("out of memory");
		return NULL;
	}
	for (int i = 0; i < count; i++) {
		if (!case_load(path[i], take, &cases[i], error, sizeof(error)))
			continue;
		command_error("%s", error);
		free(cases);
		return NULL;
	}
	return cases;
}

/* The profile that the command line asks for, on all cases. */
static void set_profile(const struct run_arguments *a, struct tw_case *cases,
			int count)
{
	for (int i = 0; a->profile && i < count; i++) {
		if (cases[i].header.version < 2)
			cases[i].header.version = 2;
		cases[i].header.profile = (uint8_t)(a->profile - 1);
	}
}

/* --all-subjects: cmd_run_vector.c. */
static int vector_of(const struct run_arguments *a, char **path, int count)
{
	struct tw_case *cases = load_all(a->take, path, count);
	int status;

	if (!cases)
		return STATUS_USAGE;
	set_profile(a, cases, count);
	status = command_vector(&a->formats, &a->folding, a->check, path, cases,
				count, a->json);
	free(cases);
	return status;
}

static int run_all(const struct run_arguments *a, char **path, int count)
{
	struct run_totals totals = { .findings = json_array() };
	struct tw_case *cases = load_all(a->take, path, count);
	int status = STATUS_CLEAN;

	if (!cases) {
		json_decref(totals.findings);
		return STATUS_USAGE;
	}
	set_profile(a, cases, count);
	if (foreign_of(a->subject) && !a->trace && !a->hash)
		totals.trials = triage_trials_open(10, NULL);
	for (unsigned f = 0; f < a->formats.count && !status; f++)
		status = run_format_cases(a, a->formats.format[f], path, cases,
					  count, &totals);
	free(cases);
	triage_trials_close(totals.trials);

	double rate = totals.seconds > 0
		? (double)totals.cases / totals.seconds : 0;

	if (a->json && !status) {
		status = command_json(json_pack(
			"{s:I, s:f, s:I, s:o*, s:o}", "cases",
			(json_int_t)totals.cases, "cases_per_second", rate,
			"violations", (json_int_t)totals.violations,
			"opinion", a->opinion ? command_opinion_json(
				a->opinion, &totals.opinion) : NULL,
			"findings", totals.findings));
	} else {
		json_decref(totals.findings);
		if (!status && !a->hash)
			printf("%" PRIu64 " cases (%d file%s, %u format%s), %"
			       PRIu64 " violations\n", totals.cases, count,
			       count == 1 ? "" : "s", a->formats.count,
			       a->formats.count == 1 ? "" : "s",
			       totals.violations);
		if (!status && !a->hash)
			command_subject_print(a->subject, totals.counter);
		if (!status && !a->hash && a->opinion)
			command_opinion_print(a->opinion, &totals.opinion);
	}
	if (status)
		return status;
	return totals.violations ? STATUS_VIOLATION : STATUS_CLEAN;
}

/* Takes one option; false with a sentence if its value is wrong. */
static bool run_option(struct run_arguments *a, int option, const char *value)
{
	switch (option) {
	case 'f':
		return command_formats(value, &a->formats);
	case 'c':
		return command_check(value, &a->check);
	case 'F':
		if (folding_parse(value, &a->folding))
			return true;
		command_error("--folding takes " FOLDING_VALUES ", not `%s'",
			      value);
		return false;
	case 'P':
		if (!command_profile(value, &a->profile))
			return false;
		a->profile++;
		return true;
	case 'm':
		return command_mutant(value);
	case 'u':
		return command_subject(value, &a->subject);
	case 'p':
		return command_subject_program(value, &a->subject);
	case 'a':
		a->all_subjects = true;
		return true;
	case 'A':
		a->take = CASE_ANY_BYTES;
		return true;
	case 't':
		a->trace = true;
		return true;
	case 'H':
		a->hash = true;
		return true;
	case 'J':
		a->json = true;
		return true;
	default:
		return false;
	}
}

static int run_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "check", required_argument, NULL, 'c' },
		{ "folding", required_argument, NULL, 'F' },
		{ "profile", required_argument, NULL, 'P' },
		{ "mutant", required_argument, NULL, 'm' },
		SUBJECT_LONG_OPTIONS,
		{ "all-subjects", no_argument, NULL, 'a' },
		{ "opinion", required_argument, NULL, 'O' },
		{ "any-bytes", no_argument, NULL, 'A' },
		{ "trace", no_argument, NULL, 't' },
		{ "trace-hash", no_argument, NULL, 'H' },
		{ "json", no_argument, NULL, 'J' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct run_arguments a = {
		.check = RUN_CHECK_END, .subject = command_default_subject(),
	};
	int option, status;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		}
		if (option == '?')
			return command_usage(command);
		if (option == 'O') {
			a.opinion = command_opinion(optarg, &status);
			if (!a.opinion)
				return status;
			continue;
		}
		if (!run_option(&a, option, optarg))
			return STATUS_USAGE;
	}
	if (a.all_subjects && (a.hash || a.trace || a.opinion)) {
		command_error("--all-subjects goes with none of --trace, "
			      "--trace-hash and --opinion");
		return STATUS_USAGE;
	}
	if (a.hash && (a.json || a.trace)) {
		command_error("--trace-hash goes with neither --trace nor --json");
		return STATUS_USAGE;
	}
	if (optind == argc) {
		command_error("run needs at least one case file");
		return STATUS_USAGE;
	}
	if (a.all_subjects)
		return vector_of(&a, argv + optind, argc - optind);
	status = command_chosen_formats(a.subject, a.opinion, &a.formats);
	if (status)
		return status;
	return run_all(&a, argv + optind, argc - optind);
}

const struct command command_run = {
	.name = "run",
	.synopsis = "[--format F[,F...]] [--check end|every|store] [--trace] CASE...",
	.help =
	"Runs case files, text or binary, on every format or those named.\n\n"
	"  --format F,...    only these formats (default all)\n"
	"  --check WHEN      sweep all memory at the `end' of a case (default), after\n"
	"                    `every' operation, or that and look at what the machine\n"
	"                    would make of each `store'\n"
	"  --folding WHICH   depths folded at run time: static (none, default), linux\n"
	"                    (what Linux folds), all (every set, one after the other)\n"
	"                    or names as p4d,pud\n"
	"  --profile NAME    walk as this version of Linux does, whatever the case says:\n"
	"                    current, seed-v8, 6.1, 6.12, 6.13, 7.0\n"
	"  --trace           print each operation and what it did\n"
	"  --trace-hash      print a hash of each case's trace and check nothing\n"
	"  --any-bytes       take any file that is not text for a binary case, as the\n"
	"                    fuzzers do\n"
	"  --mutant ID,...   switch deliberate defects on, of the subject and of the\n"
	"                    checks\n"
	SUBJECT_HELP
	"  --all-subjects    run on every subject, each case in a process of its own, and\n"
	"                    print who does what with it\n"
	"  --opinion NAME    at each sweep hold the flat model against addrxlat too, on the\n"
	"                    formats that libaddrxlat knows\n"
	"  --json            one document on standard output: cases, cases_per_second,\n"
	"                    violations, findings; opinion\n",
	.main = run_main,
};
