/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk sweep: every kind of word at every depth, asked of an emulator.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command_guest.h"
#include "sweep.h"
#include "sweep_state.h"

/* State is written, and progress shown, that often. */
static const double state_seconds = 5, progress_seconds = 0.2;

struct arguments {
	struct format_list formats;
	struct sweep_options options;
	struct guest_options guest;
	struct guest_versions versions;
	const char *state, *artifacts;
	double seconds;			/* 0: until it is complete */
	bool quiet, json;
};

/* What all formats of a run come to. */
struct totals {
	unsigned fresh, known, vanished;	/* buckets; deviations not met */
	uint64_t cases, skipped;
	double seconds;
	unsigned swept;				/* formats of which something was */
	bool failed, unread;			/* unread: a case is no case */
	json_t *formats, *replays;		/* NULL: text is wanted */
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static void progress(const struct arguments *a, struct sweep *s, unsigned next,
		     double seconds, bool end)
{
	static double shown;
	const double now = campaign_now();
	const struct sweep_counts *counts = sweep_counts(s);

	if (a->quiet || !isatty(STDERR_FILENO))
		return;
	if (end) {
		fputs("\r\033[K", stderr);
		return;
	}
	if (now - shown < progress_seconds)
		return;
	shown = now;
	fprintf(stderr, "\r\033[K%s: scene %u of %u, %s; %" PRIu64
		" cases, %.0f/s", sweep_format(s)->name, next + 1,
		sweep_scenes(s),
		sweep_family_name(sweep_scene(s, next)->family), counts->cases,
		seconds > 0 ? (double)counts->cases / seconds : 0);
}

/* Runs what is left of one sweep.  *next is where it ended. */
static int run_scenes(const struct arguments *a, struct sweep *s,
		      const char *path, unsigned *next, double *seconds,
		      char *error, size_t error_bytes)
{
	const double began = campaign_now() - *seconds;
	const double start = campaign_now();
	double written = start;
	int ret = 0;

	while (*next < sweep_scenes(s) && !interrupted && !ret) {
		progress(a, s, *next, *seconds, false);
		ret = sweep_run(s, *next, error, error_bytes);
		*next += !ret;
		*seconds = campaign_now() - began;
		if (a->seconds > 0 && campaign_now() - start >= a->seconds)
			break;
		if (path && campaign_now() - written >= state_seconds) {
			if (!sweep_state_write(s, path, a->options.deep, *next,
					       *seconds, error, error_bytes))
				ret = -EIO;
			written = campaign_now();
		}
	}
	progress(a, s, 0, 0, true);
	return ret;
}

static void print_bits(const struct sweep_bucket *b)
{
	unsigned printed = 0;

	printf("      changed:");
	for (unsigned d = 0; d < PT_DEPTHS; d++)
		if (b->by_depth[d])
			printf(" %s %" PRIu64, pt_depth_name((int)d),
			       b->by_depth[d]);
	printf("; bit");
	for (unsigned i = 0; i < 64; i++) {
		unsigned last = i;

		if (!b->by_bit[i])
			continue;
		while (last < 63 && b->by_bit[last + 1])
			last++;
		printf(last > i ? " %u-%u" : " %u", i, last);
		printed++;
		i = last;
	}
	printf("%s%s\n", printed ? "" : " none",
	       printed && b->by_bit[64] ? ", none" : "");
}

/* The file of a bucket's smallest case; empty if it could not be written. */
static void write_case(const struct arguments *a, const struct sweep *s,
		       const struct sweep_bucket *b, unsigned number,
		       char path[512])
{
	FILE *out;

	snprintf(path, 512, "%s/%s-%s-%u.sweep", a->artifacts,
		 sweep_format(s)->name, b->cause ? b->cause->id : "new",
		 number);
	mkdir(a->artifacts, 0777);
	out = fopen(path, "w");
	if (out) {
		bool good;

		sweep_case_print(out, &b->small, b);
		good = !ferror(out);
		if (!fclose(out) && good)
			return;
	}
	command_error("%s: %s", path, strerror(errno));
	path[0] = '\0';
}

static void print_bucket(const struct arguments *a, const struct sweep *s,
			 const struct sweep_bucket *b, unsigned number)
{
	char expected[128], got[128], path[512];

	sweep_expected_text(expected, sizeof(expected), b);
	sweep_got_text(got, sizeof(got), b);
	write_case(a, s, b, number, path);
	if (a->json)
		return;
	printf("  %s: expected %s, got %s: %" PRIu64 " times\n",
	       b->cause ? b->cause->id : "NEW", expected, got, b->count);
	print_bits(b);
	if (path[0])
		printf("      tablewalk sweep %s\n", path);
	if (!b->cause)
		sweep_case_print(stdout, &b->small, NULL);
}

/* Deviations of the list that a complete sweep has not met. */
static void vanished(const struct arguments *a, const struct sweep *s,
		     struct totals *totals, json_t *list)
{
	const struct deviation_list *d = sweep_deviations(s);

	for (unsigned i = 0; i < d->count; i++) {
		if (sweep_deviation_met(s, i) || d->deviation[i].again ||
		    d->deviation[i].open || d->deviation[i].told ||
		    !deviation_concerns(&d->deviation[i],
					sweep_format(s)->name))
			continue;
		totals->vanished++;
		if (a->json)
			json_array_append_new(list,
					json_string(d->deviation[i].id));
		else
			printf("  vanished: %s (it is in the list, and was not "
			       "met)\n", d->deviation[i].id);
	}
}

static void report(const struct arguments *a, struct sweep *s,
		   struct totals *totals, unsigned next, double seconds)
{
	const struct sweep_counts *counts = sweep_counts(s);
	const bool complete = next == sweep_scenes(s);
	unsigned count;
	struct sweep_bucket *b = sweep_buckets(s, &count);
	json_t *gone = json_array();

	if (!a->json)
		printf("%s on %s: %" PRIu64 " cases in %.1f s (%.0f/s), %"
		       PRIu64 " skipped, %u of %u scenes\n",
		       sweep_format(s)->name, sweep_emulator(s), counts->cases,
		       seconds, seconds > 0 ? (double)counts->cases / seconds : 0,
		       counts->skipped, next, sweep_scenes(s));
	for (unsigned i = 0; i < count; i++) {
		*(b[i].cause ? &totals->known : &totals->fresh) += 1;
		print_bucket(a, s, &b[i], i + 1);
	}
	if (complete)
		vanished(a, s, totals, gone);
	totals->swept++;
	totals->cases += counts->cases;
	totals->skipped += counts->skipped;
	totals->seconds += seconds;
	if (a->json)
		json_array_append_new(totals->formats, json_pack(
			"{s:s, s:s, s:I, s:I, s:f, s:f, s:i, s:i, s:b, s:o, s:o, s:o}",
			"format", sweep_format(s)->name, "emulator",
			sweep_emulator(s), "cases", (json_int_t)counts->cases,
			"skipped", (json_int_t)counts->skipped, "seconds",
			seconds, "cases_per_second",
			seconds > 0 ? (double)counts->cases / seconds : 0.0,
			"scenes", (int)sweep_scenes(s), "scenes_done",
			(int)next, "complete", (int)complete, "buckets",
			sweep_buckets_json(s), "vanished",
			json_incref(gone), "controls",
			sweep_controls_json(s, next)));
	json_decref(gone);
	fflush(stdout);
}

static bool sweep_format_now(const struct arguments *a,
			     const struct pt_format *format,
			     struct totals *totals)
{
	char error[512] = "", path[512];
	struct sweep *s = sweep_create(format, &a->options, error,
				       sizeof(error));
	const char *state = a->state ? path : NULL;
	double seconds = 0;
	unsigned next = 0;
	int ret = -EIO;

	if (s && state) {
		snprintf(path, sizeof(path), "%s/%s.json", a->state,
			 format->name);
		mkdir(a->state, 0777);
		if (!sweep_state_read(s, path, a->options.deep, &next,
				      &seconds, error, sizeof(error)))
			state = NULL;
	}
	if (s && !error[0])
		ret = run_scenes(a, s, state, &next, &seconds, error,
				 sizeof(error));
	if (!ret && !error[0])
		ret = sweep_minimise(s, error, sizeof(error));
	if (s && state && next)
		sweep_state_write(s, state, a->options.deep, next, seconds,
				  error, sizeof(error));
	if (s && (next || !error[0]))
		report(a, s, totals, next, seconds);
	sweep_destroy(s);
	if (error[0])
		command_error("%s", error);
	return !error[0];
}

static void print_replay(const struct arguments *a, const char *path,
			 const struct sweep_bucket *b, struct totals *totals)
{
	char expected[128], got[128];

	sweep_expected_text(expected, sizeof(expected), b);
	sweep_got_text(got, sizeof(got), b);
	if (a->json) {
		json_array_append_new(totals->replays, json_pack(
			"{s:s, s:b, s:s, s:s, s:s}", "file", path, "agree", 0,
			"expected", expected, "got", got, "cause",
			b->cause ? b->cause->id : "?"));
		return;
	}
	printf("%s: expected %s, got %s: %s\n", path, expected, got,
	       b->cause ? b->cause->id : "nobody knows why");
	if (b->cause)
		printf("  %s (%s)\n", b->cause->reason, b->cause->manual);
}

/* A case from a file: what it should come to, and what it comes to. */
static bool replay(const struct arguments *a, const char *path,
		   struct totals *totals)
{
	char error[512];
	struct sweep_bucket b;
	struct sweep_case c;
	struct sweep *s = NULL;
	bool found = false, good;

	good = sweep_case_read(path, &c, error, sizeof(error));
	totals->unread |= !good;
	if (good)
		s = sweep_create(c.format, &a->options, error, sizeof(error));
	good = s && !sweep_try(s, &c, &found, &b, error, sizeof(error));
	if (!good) {
		command_error("%s", error);
	} else if (!found) {
		if (a->json)
			json_array_append_new(totals->replays, json_pack(
				"{s:s, s:b}", "file", path, "agree", 1));
		else
			printf("%s: model and machine agree\n", path);
	} else {
		*(b.cause ? &totals->known : &totals->fresh) += 1;
		print_replay(a, path, &b, totals);
	}
	sweep_destroy(s);
	return good;
}

static int go(struct arguments *a, char **path, int count)
{
	struct totals totals = {
		.formats = a->json ? json_array() : NULL,
		.replays = a->json ? json_array() : NULL,
	};
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	for (int i = 0; i < count && !interrupted; i++)
		totals.failed |= !replay(a, path[i], &totals);
	for (unsigned i = 0; !count && i < a->formats.count && !interrupted; i++)
		totals.failed |= !sweep_format_now(a, a->formats.format[i],
						   &totals);
	if (a->json)
		command_json(json_pack(
			"{s:o, s:o, s:I, s:I, s:f, s:i, s:i, s:i, s:b}",
			"formats", totals.formats, "replays", totals.replays,
			"cases", (json_int_t)totals.cases,
			"skipped", (json_int_t)totals.skipped, "seconds",
			totals.seconds, "new", (int)totals.fresh, "known",
			(int)totals.known, "vanished", (int)totals.vanished,
			"interrupted", (int)!!interrupted));
	else if (totals.swept)
		printf("%u new, %u known, %u vanished%s\n", totals.fresh,
		       totals.known, totals.vanished,
		       interrupted ? ", interrupted" : "");
	if (totals.failed)
		return totals.unread ? STATUS_USAGE : STATUS_CANNOT;
	return totals.fresh ? STATUS_VIOLATION : STATUS_CLEAN;
}

static bool take_option(struct arguments *a, int option, const char *value)
{
	switch (option) {
	case 'f':
		return command_formats(value, &a->formats);
	case 's':
		return command_seconds("seconds", value, &a->seconds);
	case 'S':
		a->state = value;
		return true;
	case 'a':
		a->artifacts = value;
		return true;
	case 'd':
		a->options.deviations = value;
		return true;
	case 'Q':
		a->guest.qemu = value;
		return true;
	case 'D':
		a->options.deep = true;
		return true;
	case 'q':
		a->quiet = true;
		return true;
	default:
		a->json = true;
		return true;
	}
}

/* Whether the list of deviations can be read, if one is named. */
static bool readable(const char *path)
{
	struct deviation_list list = { .count = 0 };
	char error[512];

	if (!path || deviation_read(&list, path, error, sizeof(error)))
		return true;
	command_error("%s", error);
	return false;
}

static const struct option options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "seconds", required_argument, NULL, 's' },
	{ "state", required_argument, NULL, 'S' },
	{ "artifacts", required_argument, NULL, 'a' },
	{ "deviations", required_argument, NULL, 'd' },
	{ "qemu", required_argument, NULL, 'Q' },
	{ "deep", no_argument, NULL, 'D' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, 'J' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int sweep_main(const struct command *command, int argc, char **argv)
{
	struct arguments a = { .artifacts = "tablewalk-sweeps" };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		}
		if (option == '?')
			return command_usage(command);
		if (!take_option(&a, option, optarg))
			return STATUS_USAGE;
	}
	a.guest.versions = &a.versions;
	a.options.guest = &a.guest;
	if (!command_guest_usable(&a.guest, &a.formats) ||
	    !readable(a.options.deviations))
		return STATUS_USAGE;
	if (optind < argc && a.formats.count) {
		command_error("sweep takes cases or --format, not both");
		return STATUS_USAGE;
	}
	if (optind == argc && !a.formats.count &&
	    !command_guest_formats(&a.guest, &a.formats))
		return STATUS_CANNOT;
	return go(&a, argv + optind, argc - optind);
}

const struct command command_sweep = {
	.name = "sweep",
	.synopsis = "[--format F[,F...]] [--deep] [--state DIR] ... | CASE...",
	.help =
	"Writes tables word by word into the RAM of an emulated machine (QEMU): every right\n"
	"at every depth, every bit of every kind of entry changed, the edges of the address\n"
	"range; makes every access from user and kernel mode under every setting of the\n"
	"control registers; compares with the model MMU.  Differences are put together by\n"
	"what should have happened, what did, and the known deviation that explains it\n"
	"(arch/*/deviations); the smallest case of each is written as text, and runs again\n"
	"where it is named.\n\n"
	"  --format F,...    only these formats (default: all that have a guest)\n"
	"  --deep            two bits changed at a time, too\n"
	"  --seconds N       stop each format after N seconds\n"
	"  --state DIR       keep in DIR/FORMAT.json how far it is, and go on from there\n"
	"  --artifacts DIR   where cases go (default tablewalk-sweeps)\n"
	"  --deviations FILE this list instead of the one that is built in\n"
	"  --qemu PATH       judge that emulator, on the formats whose guest it runs\n"
	"  --quiet           no progress line\n"
	"  --json            one document on standard output\n\n"
	"Exit status: 0 if every difference has a known reason, 1 if one has none.\n",
	.main = sweep_main,
};
