/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk random: the built-in generator, no fuzzer needed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../oracles/legit.h"
#include "command.h"
#include "subject.h"

/* What is run, and how it is checked. */
struct wanted {
	enum run_check check;
	const struct subject_kind *subject;
	const struct opinion *opinion;	/* NULL: nobody's */
};

/* What a worker keeps for a format. */
struct state {
	struct run *run;
	enum run_check check;
	uint8_t runtime_folded;
};

/*
 * Counters of a worker; from LEGIT_USES on those of oracles/legit.h, from OPINION_USES
 * on those of opinion.h, from FOREIGN on those of a foreign subject.
 */
enum { OPERATIONS, EXECUTED, LEGIT_USES, OPINION_USES = LEGIT_USES + LEGITS,
       FOREIGN = OPINION_USES + OPINION_COUNTS };
_Static_assert(FOREIGN + SUBJECT_COUNTERS <= CAMPAIGN_COUNTERS,
	       "a counter for each");

static void *open_state(const void *context, const struct pt_format *format,
			char *error, size_t error_bytes)
{
	const struct wanted *wanted = context;
	struct state *state = calloc(1, sizeof(*state));

	if (!state) {
		snprintf(error, error_bytes, "out of memory");
		return NULL;
	}
	state->check = wanted->check;
	state->run = run_create(format, NULL, error, error_bytes);
	if (!state->run) {
		free(state);
		return NULL;
	}
	if (!run_subject(state->run, wanted->subject, error, error_bytes)) {
		run_destroy(state->run);
		free(state);
		return NULL;
	}
	if (run_opinion(state->run, wanted->opinion)) {
		snprintf(error, error_bytes, "out of memory");
		run_destroy(state->run);
		free(state);
		return NULL;
	}
	return state;
}

static int run_one(void *context, const struct tw_case *c,
		   struct violation *violation,
		   uint64_t counter[CAMPAIGN_COUNTERS], char *error,
		   size_t error_bytes)
{
	struct state *state = context;
	const struct run_counts before = *run_counts(state->run);
	const struct opinion_counts *asked = run_opinion_counts(state->run);
	const struct opinion_counts had =
		asked ? *asked : (struct opinion_counts){ .of = { 0 } };
	uint64_t allowed[LEGITS], subject[SUBJECT_COUNTERS];

	for (unsigned i = 0; i < LEGITS; i++)
		allowed[i] = oracle_legit_uses(run_oracle(state->run), i);

	command_subject_counts(state->run, subject);

	bool clean = run_case(state->run, c, state->check, NULL, violation);
	const struct run_counts *after = run_counts(state->run);

	(void)error;
	(void)error_bytes;
	counter[OPERATIONS] += after->operations - before.operations;
	counter[EXECUTED] += after->executed - before.executed;
	for (unsigned i = 0; i < LEGITS; i++)
		counter[LEGIT_USES + i] +=
			oracle_legit_uses(run_oracle(state->run), i) -
			allowed[i];
	command_subject_count(state->run, subject, &counter[FOREIGN]);
	for (unsigned i = 0; asked && i < OPINION_COUNTS; i++)
		counter[OPINION_USES + i] += asked->of[i] - had.of[i];
	return clean ? 0 : 1;
}

static void print_one(FILE *out, void *context, const struct tw_case *c,
		      const struct violation *violation)
{
	const struct state *state = context;
	char folding[FOLDING_TEXT];

	run_print_violation(out, state->run, c, violation);
	if (state->runtime_folded) {
		folding_text(state->runtime_folded, folding);
		fprintf(out, "   folded at run time: %s\n", folding);
	}
}

static void fold_state(void *context, uint8_t runtime_folded)
{
	struct state *state = context;

	state->runtime_folded = runtime_folded;
	run_fold(state->run, runtime_folded);
}

static void close_state(void *context)
{
	struct state *state = context;

	run_destroy(state->run);
	free(state);
}

/* What the oracle let pass by name: nobody shall have to guess. */
static json_t *allowed_json(const struct campaign_result *r)
{
	json_t *object = json_object();

	for (unsigned i = 1; i < LEGITS; i++)
		json_object_set_new(object, legit_entry(i)->name,
				    json_integer((json_int_t)
						 r->counter[LEGIT_USES + i]));
	return object;
}

static void print_allowed(const struct campaign_result *r)
{
	for (unsigned i = 1; i < LEGITS; i++)
		if (r->counter[LEGIT_USES + i])
			printf("allowed %" PRIu64 " times by name: %s\n",
			       r->counter[LEGIT_USES + i],
			       legit_entry(i)->name);
}

static int report(const struct campaign_arguments *a,
		  const struct wanted *wanted, const struct campaign_result *r)
{
	struct opinion_counts asked;
	const double rate = r->seconds > 0 ? (double)r->cases / r->seconds : 0;
	const double share = r->counter[OPERATIONS]
		? 100.0 * (double)r->counter[EXECUTED] /
			  (double)r->counter[OPERATIONS] : 0;

	memcpy(asked.of, &r->counter[OPINION_USES], sizeof(asked.of));
	if (a->json)
		return command_json(json_pack(
			"{s:I, s:I, s:f, s:f, s:I, s:f, s:I, s:i, s:b, s:o, s:o*, "
			"s:o, s:o}",
			"seed", (json_int_t)a->options.seed,
			"cases", (json_int_t)r->cases,
			"seconds", r->seconds, "cases_per_second", rate,
			"operations", (json_int_t)r->counter[OPERATIONS],
			"executed_percent", share,
			"violations", (json_int_t)r->violations,
			"distinct", (int)r->finding_count,
			"interrupted", (int)r->interrupted,
			"allowed", allowed_json(r), "opinion",
			wanted->opinion ? command_opinion_json(wanted->opinion,
							       &asked) : NULL,
			"subject", command_subject_json(wanted->subject,
							&r->counter[FOREIGN]),
			"findings", command_findings_json(r)));
	command_findings_print(r, "run", &a->options);
	printf("%s%" PRIu64 " cases in %.1f s, %.0f/s (%.0f/s per job), "
	       "%.0f %% of operations executed, %" PRIu64 " violations "
	       "(%u distinct), seed %" PRIu64 "%s\n",
	       r->finding_count ? "\n" : "", r->cases, r->seconds, rate,
	       rate / a->options.jobs, share, r->violations, r->finding_count,
	       a->options.seed, r->interrupted ? ", interrupted" : "");
	print_allowed(r);
	if (wanted->opinion)
		command_opinion_print(wanted->opinion, &asked);
	command_subject_print(wanted->subject, &r->counter[FOREIGN]);
	return STATUS_CLEAN;
}

static int random_go(const struct campaign_arguments *a,
		     const struct wanted *wanted)
{
	const struct campaign_task task = {
		.open = open_state, .run = run_one, .print = print_one,
		.close = close_state, .fold = fold_state, .context = wanted,
		.replay = "run",
	};
	struct campaign_result *result = calloc(1, sizeof(*result));
	int status;

	if (!result) {
		command_error("out of memory");
		return STATUS_CANNOT;
	}
	if (!a->json)
		printf("seed %" PRIu64 ", %u format%s, %u job%s\n",
		       a->options.seed, a->formats.count,
		       a->formats.count == 1 ? "" : "s", a->options.jobs,
		       a->options.jobs == 1 ? "" : "s");
	campaign_run(&task, &a->options, result);
	status = report(a, wanted, result);
	if (result->error[0] ||
	    (!result->cases && !result->violations && !result->interrupted)) {
		command_error("%s", result->error[0] ? result->error
						     : "no case ran");
		status = STATUS_CANNOT;
	} else if (result->violations) {
		status = STATUS_VIOLATION;
	}
	free(result);
	return status;
}

static bool folding_option(struct folding *folding, const char *value)
{
	if (folding_parse(value, folding))
		return true;
	command_error("--folding takes " FOLDING_VALUES ", not `%s'", value);
	return false;
}

static int random_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		CAMPAIGN_LONG_OPTIONS,
		{ "check", required_argument, NULL, 'c' },
		{ "folding", required_argument, NULL, 'F' },
		{ "profile", required_argument, NULL, 'P' },
		SUBJECT_LONG_OPTIONS,
		{ "opinion", required_argument, NULL, 'O' },
		{ NULL, 0, NULL, 0 },
	};
	struct campaign_arguments arguments = { 0 };
	struct wanted wanted = { RUN_CHECK_END, command_default_subject(),
				 NULL };
	uint8_t profile;
	int option, status;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		}
		if (option == '?')
			return command_usage(command);
		if (option == 'c') {
			if (!command_check(optarg, &wanted.check))
				return STATUS_USAGE;
		} else if (option == 'u') {
			if (!command_subject(optarg, &wanted.subject))
				return STATUS_USAGE;
		} else if (option == 'p') {
			if (!command_subject_program(optarg, &wanted.subject))
				return STATUS_USAGE;
		} else if (option == 'O') {
			wanted.opinion = command_opinion(optarg, &status);
			if (!wanted.opinion)
				return status;
		} else if (option == 'P') {
			if (!command_profile(optarg, &profile))
				return STATUS_USAGE;
			arguments.options.profile = (uint8_t)(profile + 1);
		} else if (option == 'F') {
			if (!folding_option(&arguments.options.folding, optarg))
				return STATUS_USAGE;
		} else if (!campaign_option(&arguments, option, optarg)) {
			return STATUS_USAGE;
		}
	}
	if (optind < argc) {
		command_error("random takes no file; `tablewalk run' does");
		return STATUS_USAGE;
	}
	if (wanted.opinion)
		arguments.options.opinion = wanted.opinion->name;
	status = command_chosen_formats(wanted.subject, wanted.opinion,
					&arguments.formats);
	if (status)
		return status;
	campaign_defaults(&arguments);
	arguments.options.subject = command_subject_name(wanted.subject);
	return random_go(&arguments, &wanted);
}

const struct command command_random = {
	.name = "random",
	.synopsis = "[--seconds N] [--seed S] [--jobs N] [--format F[,F...]] ...",
	.help =
	"Runs random cases of 64 operations, all formats in turn.\n\n"
	"  --seconds N       stop after N seconds (default 10 if --cases is not given)\n"
	"  --cases N         stop after N cases\n"
	"  --seed S          replay: the same seed gives the same cases (default: random)\n"
	"  --jobs N          worker processes (default: one per processor)\n"
	"  --format F,...    only these formats (default all)\n"
	"  --check WHEN      sweep all memory at the `end' of a case (default), after\n"
	"                    `every' operation, or that and look at what the machine\n"
	"                    would make of each `store'\n"
	"  --folding WHICH   depths folded at run time: static (none, default), linux\n"
	"                    (what Linux folds), all (every set in turn, by the case's\n"
	"                    number) or names as p4d,pud\n"
	"  --profile NAME    walk as this version of Linux does: current, seed-v8, 6.1,\n"
	"                    6.12, 6.13, 7.0 (default: half current, half the others)\n"
	"  --stop-after N    stop after N distinct violations (at most 16)\n"
	"  --artifacts DIR   where reproducers go (default tablewalk-violations)\n"
	"  --mutant ID,...   switch deliberate defects on, of the subject and of the\n"
	"                    checks\n"
	SUBJECT_HELP
	"  --opinion NAME    at each sweep hold the flat model against addrxlat too, on the\n"
	"                    formats that libaddrxlat knows\n"
	"  --quiet           no progress line\n"
	"  --json            one document on standard output: cases, cases_per_second,\n"
	"                    violations, findings; opinion\n\n"
	"Ctrl-C ends the run with its summary.  Case numbers are the same for any\n"
	"number of jobs.\n",
	.main = random_main,
};
