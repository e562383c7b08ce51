/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk hw: cases whose tables an emulated processor walks.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command_guest.h"
#include "hw.h"
#include "subject.h"

/* Counters of a campaign. */
enum {
	PROBES, SKIPPED, UNEXPLAINED, KNOWN, SECOND, UNFLUSHED, STALE, WRITTEN,
};

enum { OPTION_QEMU = 0x100, OPTION_ACCEL, OPTION_BELOW };

/* What is run, how it is checked, and by what emulator. */
struct wanted {
	struct guest_options guest;
	struct guest_versions versions;	/* that guests of this process run on */
	const struct subject_kind *subject;
	enum run_check check;
};

/* Of files; those of random cases are the campaign's. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* A worker keeps one long-lived guest for each format. */
static void *open_hw(const void *context, const struct pt_format *format,
		     char *error, size_t error_bytes)
{
	const struct wanted *wanted = context;
	struct hw *hw = hw_create(format, &wanted->guest, error, error_bytes);

	if (hw && !hw_subject(hw, wanted->subject, wanted->check, error,
			      error_bytes)) {
		hw_destroy(hw);
		return NULL;
	}
	return hw;
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
	counter[SECOND] += after->second - before.second;
	counter[UNFLUSHED] += after->unflushed - before.unflushed;
	counter[STALE] += after->stale - before.stale;
	counter[WRITTEN] += after->written - before.written;
	return ret;
}

static void print_one(FILE *out, void *hw, const struct tw_case *c,
		      const struct violation *violation)
{
	struct tw_case in_ram = *c;

	in_ram.header.window = CASE_WINDOW_RAM;
	run_print_violation(out, hw_run(hw), &in_ram, violation);
}

static void rest_hw(void *hw)
{
	hw_rest(hw);
}

static void close_hw(void *hw)
{
	hw_destroy(hw);
}

/* What is wanted must stay where it is. */
static struct campaign_task hw_task(const struct wanted *wanted)
{
	return (struct campaign_task){
		.open = open_hw, .run = run_one, .print = print_one,
		.close = close_hw, .rest = rest_hw, .context = wanted,
		.replay = wanted->guest.below ? "hw --below" : "hw",
	};
}

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
			"{s:I, s:I, s:f, s:f, s:I, s:f, s:I, s:I, s:I, s:I, "
			"s:I, s:I, s:I, s:b, s:o}",
			"seed", (json_int_t)a->options.seed,
			"cases", (json_int_t)r->cases, "seconds", r->seconds,
			"cases_per_second", (double)r->cases / seconds,
			"probes", (json_int_t)r->counter[PROBES],
			"probes_per_second", rate,
			"skipped", (json_int_t)r->counter[SKIPPED],
			"unexplained", (json_int_t)r->violations,
			"known", (json_int_t)r->counter[KNOWN],
			"second", (json_int_t)r->counter[SECOND],
			"unflushed", (json_int_t)r->counter[UNFLUSHED],
			"stale", (json_int_t)r->counter[STALE],
			"written", (json_int_t)r->counter[WRITTEN],
			"interrupted", (int)r->interrupted,
			"findings", command_findings_json(r)));
	command_findings_print(r, "hw", &a->options);
	printf("%s%" PRIu64 " cases in %.1f s, %" PRIu64 " probes (%.0f/s), %"
	       PRIu64 " skipped, %" PRIu64 " unexplained, %" PRIu64
	       " known%s\n", r->finding_count ? "\n" : "", r->cases, r->seconds,
	       r->counter[PROBES], rate, r->counter[SKIPPED], r->violations,
	       r->counter[KNOWN], r->interrupted ? ", interrupted" : "");
	printf("%" PRIu64 " right behind another access, %" PRIu64 " behind a "
	       "change without a flush (%" PRIu64 " answered as before), %"
	       PRIu64 " entries written by hardware\n", r->counter[SECOND],
	       r->counter[UNFLUSHED], r->counter[STALE], r->counter[WRITTEN]);
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
	kept->check = v->check;
	snprintf(kept->format, sizeof(kept->format), "%s", format->name);
	violation_name(v, kept->name);
	snprintf(kept->path, sizeof(kept->path), "%s", path);
	out = fmemopen(kept->report, sizeof(kept->report) - 1, "w");
	if (!out)
		return;
	print_one(out, state, c, v);
	fclose(out);
}

/* How far it is, on a terminal; NULL: it is over. */
static void progress(const struct campaign_arguments *a,
		     const struct campaign_result *r,
		     const struct pt_format *format, uint64_t of)
{
	if (a->options.quiet || !isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	if (format)
		fprintf(stderr, "%s: %" PRIu64 " of %" PRIu64 " cases, %" PRIu64
			" unexplained", format->name, r->cases, of,
			r->violations);
}

/* All files on one format, while nobody interrupts. */
static void hw_files_on(const struct campaign_task *task,
			const struct campaign_arguments *a,
			const struct pt_format *format, char **path,
			const struct tw_case *cases, int count,
			struct campaign_result *r)
{
	const uint64_t of = (uint64_t)count * a->formats.count;
	double shown = 0;
	void *state;

	progress(a, r, format, of);
	state = task->open(task->context, format, r->error, sizeof(r->error));
	for (int i = 0; state && i < count && !interrupted; i++) {
		struct violation v;
		int ret = run_one(state, &cases[i], &v, r->counter, r->error,
				  sizeof(r->error));

		if (ret < 0)
			break;
		r->cases++;
		if (ret) {
			r->violations++;
			note_finding(r, state, format, path[i], &cases[i], &v);
		}
		if (campaign_now() - shown > 0.2) {
			progress(a, r, format, of);
			shown = campaign_now();
		}
	}
	if (state)
		task->close(state);
}

/*
 * Every file on every format, in this process, one guest after the other.  Ctrl-C ends
 * it behind the case in hand; a second one, at once.
 */
static int hw_files(const struct campaign_task *task,
		    const struct campaign_arguments *a, char **path, int count,
		    struct campaign_result *r)
{
	struct sigaction action = {
		.sa_handler = on_signal,
		.sa_flags = SA_RESTART | (int)SA_RESETHAND,
	};
	struct tw_case *cases = calloc((size_t)count, sizeof(*cases));
	const double began = campaign_now();
	char error[512];

	if (!cases) {
		command_error("out of memory");
		return STATUS_CANNOT;
	}
	for (int i = 0; i < count; i++) {
		if (!case_load(path[i], CASE_TAGGED, &cases[i], error,
			       sizeof(error)))
			continue;
		command_error("%s", error);
		free(cases);
		return STATUS_USAGE;
	}
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	for (unsigned f = 0; f < a->formats.count && !r->error[0] &&
			     !interrupted; f++)
		hw_files_on(task, a, a->formats.format[f], path, cases, count,
			    r);
	progress(a, r, NULL, 0);
	r->interrupted = interrupted;
	r->seconds = campaign_now() - began;
	free(cases);
	return STATUS_CLEAN;
}

/* --qemu, --accel and --below; false with a sentence. */
static bool guest_option(struct guest_options *options, int option,
			 const char *value)
{
	if (option == OPTION_QEMU) {
		options->qemu = value;
		return true;
	}
	if (option == OPTION_BELOW) {
		options->below = true;
		return true;
	}
	options->kvm = !strcmp(value, "kvm");
	if (options->kvm || !strcmp(value, "tcg"))
		return true;
	command_error("--accel %s: neither tcg nor kvm", value);
	return false;
}

static int hw_go(const struct campaign_task *task,
		 struct campaign_arguments *a, bool random, char **path,
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
		campaign_run(task, &a->options, r);
	} else {
		status = hw_files(task, a, path, count, r);
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

/* One option of this command's own or of campaigns; false with a sentence. */
static bool take_option(struct campaign_arguments *a, struct wanted *wanted,
			int option, const char *value)
{
	switch (option) {
	case 'c':
		return command_check(value, &wanted->check);
	case 'u':
		return command_subject(value, &wanted->subject);
	case 'p':
		return command_subject_program(value, &wanted->subject);
	case OPTION_QEMU:
	case OPTION_ACCEL:
	case OPTION_BELOW:
		return guest_option(&wanted->guest, option, value);
	default:
		return campaign_option(a, option, value);
	}
}

/* Of formats that nobody chose those that the subject has. */
static bool keep_formats(const struct subject_kind *kind,
			 struct format_list *formats, bool given)
{
	const struct tablewalk_subject *s = foreign_of(kind);
	unsigned kept = 0;

	if (s && s->capabilities & TABLEWALK_TABLES_ELSEWHERE) {
		command_error("the subject %s has its tables in memory of its "
			      "own, where no guest comes to", kind->name);
		return false;
	}
	if (given || !s)
		return command_subject_formats(kind, formats);
	for (unsigned i = 0; i < formats->count; i++)
		if (foreign_has_format(s, formats->format[i]->name))
			formats->format[kept++] = formats->format[i];
	formats->count = kept;
	if (!kept)
		command_error("the subject %s has no format that has a guest",
			      kind->name);
	return kept;
}

static int hw_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		CAMPAIGN_LONG_OPTIONS,
		{ "random", no_argument, NULL, 'r' },
		{ "check", required_argument, NULL, 'c' },
		SUBJECT_LONG_OPTIONS,
		{ "qemu", required_argument, NULL, OPTION_QEMU },
		{ "accel", required_argument, NULL, OPTION_ACCEL },
		{ "below", no_argument, NULL, OPTION_BELOW },
		{ NULL, 0, NULL, 0 },
	};
	struct campaign_arguments a = { .options.ram = true };
	struct wanted wanted = { .subject = command_default_subject() };
	bool random = false, given;
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
		else if (!take_option(&a, &wanted, option, optarg))
			return STATUS_USAGE;
	}
	if (random == (optind < argc)) {
		command_error("hw takes either --random or case files");
		return STATUS_USAGE;
	}
	given = a.formats.count;
	wanted.guest.versions = &wanted.versions;
	if (!command_guest_usable(&wanted.guest, &a.formats))
		return STATUS_USAGE;
	if (!a.formats.count &&
	    !command_guest_formats(&wanted.guest, &a.formats))
		return STATUS_CANNOT;
	if (!keep_formats(wanted.subject, &a.formats, given))
		return STATUS_USAGE;
	/* A guest and its driver keep two processors busy. */
	if (!a.options.jobs)
		a.options.jobs = (command_processors() + 1) / 2;
	campaign_defaults(&a);
	a.options.subject = command_subject_name(wanted.subject);

	const struct campaign_task task = hw_task(&wanted);

	return hw_go(&task, &a, random, argv + optind, argc - optind);
}

const struct command command_hw = {
	.name = "hw",
	.synopsis = "[--format F[,F...]] [--subject NAME] [--qemu PATH] [--accel kvm]\n"
	"             (--random [--seconds N] ... | CASE...)",
	.help =
	"Builds each case's tables in the RAM of an emulated machine (QEMU), makes every\n"
	"access at every boundary of mappings and holes from user and kernel mode, and\n"
	"compares verdict and physical page with the flat model.  Some accesses are made\n"
	"right behind another one to the same page, and some behind a change of tables\n"
	"without a flush, where the answer may be the old one or the new one.  What the\n"
	"processor writes to tables must be accessed and dirty flags, and those it must.\n\n"
	"  --random          random cases instead of files\n"
	"  --format F,...    only these formats (default: all that have a guest)\n"
	"  --qemu PATH       judge that emulator, on the formats whose guest it runs\n"
	"  --accel kvm       the host's own processor instead of TCG (x86 formats)\n"
	"  --below           with a second translation below the tables, which moves tables\n"
	"                    and pages (stage 1 of arm64, above stage 2)\n"
	"  --seconds N       stop after N seconds (default 10 if --cases is not given)\n"
	"  --cases N         stop after N cases\n"
	"  --seed S          replay: the same seed gives the same cases (default: random)\n"
	"  --jobs N          worker processes, one guest each (default: one per two\n"
	"                    processors)\n"
	"  --stop-after N    stop after N distinct violations (at most 16)\n"
	"  --artifacts DIR   where reproducers go (default tablewalk-violations)\n"
	"  --mutant ID,...   switch deliberate defects on, of the subject and of the\n"
	"                    checks\n"
	SUBJECT_HELP
	"                    Of an impostor's cases the models look at all first, the guest\n"
	"                    is asked about what passes\n"
	"  --check WHEN      when the models look: at the `end' (default), at `every'\n"
	"                    operation, or at each `store', too, as random does\n"
	"  --quiet           no progress line\n"
	"  --json            one document on standard output: probes, probes_per_second,\n"
	"                    unexplained, known, second (right behind another access),\n"
	"                    unflushed (behind a change without a flush), stale (of those:\n"
	"                    answered as before), written (entries, by hardware), ...\n\n"
	"Ctrl-C ends it with the summary of what was done.\n\n"
	"QEMU is looked up in the directory TABLEWALK_QEMU_DIR, then in PATH.\n",
	.main = hw_main,
};
