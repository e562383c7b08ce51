/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk triage: from what fuzzers leave behind to findings.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "subject.h"
#include "triage.h"

/* Exit statuses of its own: a new entry, and known ones only. */
enum { STATUS_NEW = 10, STATUS_KNOWN = 11 };

struct triage_arguments {
	struct triage_options options;
	struct triage_store store;
	struct triage_known known;
	struct format_list formats;
	bool json, quiet;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static bool is_interrupted(void *context)
{
	(void)context;
	return interrupted;
}

static void say_progress(const char *sentence)
{
	fprintf(stderr, "%s\n", sentence);
}

static void say_bad(const char *sentence)
{
	command_error("%s", sentence);
}

static const struct subject_kind *find_subject(const char *name)
{
	const struct subject_kind *kind;

	return command_subject(name, &kind) ? kind : NULL;
}

/* Its sentence is that of the file. */
static const struct opinion *find_opinion(const char *name)
{
	int status;

	return command_opinion(name, &status);
}

/* The entries that were met, as their files have them. */
static json_t *entries_json(const struct triage_store *store,
			    const struct triage_result_counts *counts)
{
	json_t *list = json_array();
	const json_t *one;
	size_t n;

	json_array_foreach(counts->entries, n, one) {
		const char *place = json_string_value(one);
		bool flaky = !strncmp(place, "flaky/", 6);

		for (unsigned i = 0; i < store->count; i++)
			if (store->entry[i]->flaky == flaky &&
			    !strcmp(store->entry[i]->slug,
				    place + (flaky ? 6 : 0)))
				json_array_append(list, store->entry[i]->json);
	}
	return list;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

/* On how many formats it fails, passes, and says nothing. */
static void print_vector(const json_t *entry)
{
	unsigned count[4] = { 0 };
	const json_t *one;
	size_t n;

	json_array_foreach(json_object_get(entry, "vector"), n, one)
		for (unsigned r = 0; r < 4; r++)
			count[r] += !strcmp(text_of(one, "result"),
					    triage_result_name(r));
	printf("   formats: fails on %u, passes on %u, unsupported by %u%s\n",
	       count[TRIAGE_FAIL], count[TRIAGE_PASS],
	       count[TRIAGE_UNSUPPORTED],
	       count[TRIAGE_UNKNOWN] ? ", some could not run" : "");
}

static void print_entry(const struct triage_store *store, const json_t *entry,
			bool fresh)
{
	bool flaky = !strcmp(text_of(entry, "kind"), "flaky");
	const json_t *merged = json_object_get(entry, "merged"), *one;
	size_t n;

	printf("\n%s %s on %s\n%s", flaky ? "FLAKY" : fresh ? "NEW" : "known",
	       text_of(entry, "signature"), text_of(entry, "format"),
	       text_of(entry, "report"));
	printf("   %lld file%s, %lld record%s (of %lld), shape %s\n",
	       number_of(entry, "times"),
	       number_of(entry, "times") == 1 ? "" : "s",
	       number_of(entry, "records"),
	       number_of(entry, "records") == 1 ? "" : "s",
	       number_of(entry, "raw_records"), text_of(entry, "shape"));
	json_array_foreach(merged, n, one)
		printf("   also %s\n", json_string_value(one));
	if (!flaky)
		print_vector(entry);
	printf("   %s/%s%s: %s\n", store->directory, flaky ? "flaky/" : "",
	       text_of(entry, "slug"), text_of(entry, "replay"));
}

static bool is_in(const json_t *list, const char *text)
{
	const json_t *one;
	size_t n;

	json_array_foreach(list, n, one)
		if (!strcmp(json_string_value(one), text))
			return true;
	return false;
}

static void print_text(const struct triage_store *store,
		       const struct triage_result_counts *counts,
		       const json_t *entries)
{
	const json_t *one;
	size_t n;

	json_array_foreach(entries, n, one)
		print_entry(store, one, is_in(counts->fresh,
					      text_of(one, "signature")));
	printf("%s%u file%s: %zu new, %zu known, %zu flaky, %u clean%s\n",
	       json_array_size(entries) ? "\n" : "", counts->files,
	       counts->files == 1 ? "" : "s", json_array_size(counts->fresh),
	       json_array_size(counts->known), json_array_size(counts->flaky),
	       counts->clean, counts->interrupted ? ", interrupted" : "");
}

/* Anything new among the flaky ones. */
static bool has_new_flaky(const struct triage_store *store)
{
	for (unsigned i = 0; i < store->count; i++)
		if (store->entry[i]->flaky && store->entry[i]->is_new)
			return true;
	return false;
}

static int status_of(const struct triage_store *store,
		     const struct triage_result_counts *counts)
{
	if (counts->error[0])
		return STATUS_CANNOT;
	if (counts->bad)
		return STATUS_USAGE;
	if (json_array_size(counts->fresh) || has_new_flaky(store))
		return STATUS_NEW;
	if (json_array_size(counts->known) || json_array_size(counts->flaky))
		return STATUS_KNOWN;
	return STATUS_CLEAN;
}

static int report(const struct triage_arguments *a,
		  struct triage_result_counts *counts)
{
	json_t *entries = entries_json(&a->store, counts);
	int status = status_of(&a->store, counts), printed = 0;

	if (a->json)
		printed = command_json(json_pack(
			"{s:i, s:O, s:O, s:O, s:i, s:i, s:b, s:O}",
			"files", (int)counts->files, "new", counts->fresh,
			"known", counts->known, "flaky", counts->flaky,
			"clean", (int)counts->clean, "bad", (int)counts->bad,
			"interrupted", (int)counts->interrupted,
			"entries", entries));
	else
		print_text(&a->store, counts, entries);
	json_decref(entries);
	json_decref(counts->fresh);
	json_decref(counts->known);
	json_decref(counts->flaky);
	json_decref(counts->entries);
	return printed ? printed : status;
}

static int triage_go(struct triage_arguments *a, char *const *path,
		     unsigned count)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct triage_result_counts counts;
	char error[512];
	int status = STATUS_CANNOT;

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (!triage_store_open(&a->store, error, sizeof(error))) {
		command_error("%s", error);
	} else {
		triage_files(&a->store, &a->options, path, count, say_bad,
			     &counts);
		if (counts.error[0])
			command_error("%s", counts.error);
		status = report(a, &counts);
	}
	triage_store_close(&a->store);
	return status;
}

static bool known_option(struct triage_known *known, const char *path)
{
	FILE *in = fopen(path, "r");
	char error[512];
	bool good;

	if (!in) {
		command_error("%s: %s", path, strerror(errno));
		return false;
	}
	good = triage_known_read(known, in, path, error, sizeof(error));
	fclose(in);
	if (!good)
		command_error("%s", error);
	return good;
}

/* Takes one option; false with a sentence if its value is wrong. */
static bool triage_option(struct triage_arguments *a, int option,
			  const char *value)
{
	struct triage_options *o = &a->options;

	switch (option) {
	case 'o':
		a->store.directory = value;
		return true;
	case 'k':
		return known_option(&a->known, value);
	case 'f':
		o->formats_given = true;
		return command_formats(value, &a->formats);
	case 'c':
		o->check_given = true;
		return command_check(value, &o->check);
	case 'F':
		o->folding_given = true;
		if (folding_parse(value, &o->folding))
			return true;
		command_error("--folding takes " FOLDING_VALUES ", not `%s'",
			      value);
		return false;
	case 'm':
		a->store.mutants = value;
		return command_mutant(value);
	case 'u':
		o->subject_given = true;
		return command_subject(value, &o->subject);
	case 'p':
		o->subject_given = true;
		return command_subject_program(value, &o->subject);
	case 'U':
		a->store.file_under = value;
		return true;
	case 't':
		return command_seconds("timeout", value, &o->timeout);
	case 'J':
		a->json = true;
		return true;
	case 'q':
		a->quiet = true;
		return true;
	default:
		return false;
	}
}

static int triage_parsed(struct triage_arguments *a, int argc, char **argv)
{
	if (optind == argc) {
		command_error("triage needs at least one file");
		return STATUS_USAGE;
	}
	if (!*a->store.directory) {
		command_error("--out takes a directory");
		return STATUS_USAGE;
	}
	if (!command_subject_formats(a->options.subject, &a->formats))
		return STATUS_USAGE;
	a->options.formats = a->formats.format;
	a->options.format_count = a->formats.count;
	a->options.known = &a->known;
	a->options.stop.asked = is_interrupted;
	a->options.say = a->quiet ? NULL : say_progress;
	return triage_go(a, argv + optind, (unsigned)(argc - optind));
}

static int triage_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "known", required_argument, NULL, 'k' },
		{ "format", required_argument, NULL, 'f' },
		{ "check", required_argument, NULL, 'c' },
		{ "folding", required_argument, NULL, 'F' },
		{ "mutant", required_argument, NULL, 'm' },
		SUBJECT_LONG_OPTIONS,
		{ "opinion", required_argument, NULL, 'O' },
		{ "file-under", required_argument, NULL, 'U' },
		{ "timeout", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'J' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct triage_arguments a = {
		.options = { .subject = command_default_subject(), .timeout = 10 },
		.store = { .directory = "tablewalk-findings", .lock = -1,
			   .find_subject = find_subject,
			   .find_opinion = find_opinion },
	};
	int option, status = -1;

	while (status < 0 &&
	       (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			status = STATUS_CLEAN;
		} else if (option == '?') {
			status = command_usage(command);
		} else if (option == 'O') {
			a.options.opinion = command_opinion(optarg, &status);
			status = a.options.opinion ? -1 : status;
		} else if (!triage_option(&a, option, optarg)) {
			status = STATUS_USAGE;
		}
	}
	if (status < 0)
		status = triage_parsed(&a, argc, argv);
	triage_known_free(&a.known);
	return status;
}

const struct command command_triage = {
	.name = "triage",
	.synopsis = "[--out DIR] [--known FILE]... [--format F[,F...]] FILE...",
	.help =
	"Makes findings of files that fuzzers left behind, or of text cases: confirms\n"
	"each three times in fresh processes, makes it small, says on which formats it\n"
	"fails, and files each defect once.\n\n"
	"  --out DIR         where entries are, one directory each: finding.json, case.tw,\n"
	"                    case.bin, case.c; those whose three runs differ under flaky/\n"
	"                    (default tablewalk-findings)\n"
	"  --known FILE      signatures that are known, one a line, ` # reason' behind;\n"
	"                    several times\n"
	"  --format F,...    run on this format; of several a hash of the case chooses one,\n"
	"                    as fuzz_case does (default: as the text case says, else all)\n"
	"  --check WHEN      end, every or store, as `tablewalk run' has it (default: as the\n"
	"                    text case says, else end)\n"
	"  --folding WHICH   static, linux, all (a hash chooses) or names as p4d,pud\n"
	"                    (default: as the text case says, else static)\n"
	"  --mutant ID,...   switch deliberate defects on, of the subject and of the checks\n"
	SUBJECT_HELP
	"  --opinion NAME    ask addrxlat too, on the formats that libaddrxlat knows (default:\n"
	"                    as the text case says, else nobody)\n"
	"  --file-under DIR  put the text case of each entry there too, as SLUG.tw; what is\n"
	"                    there is never overwritten\n"
	"  --timeout S       seconds without progress until a case hangs (default 10)\n"
	"  --json            one document on standard output: files, new, known, flaky,\n"
	"                    clean, bad, interrupted, entries\n"
	"  --quiet           do not say on standard error what is looked at\n\n"
	"Ctrl-C ends it; entries are complete or not there.  Exit status: 0 no file shows\n"
	"anything, 10 a new entry, 11 known ones only, 2 usage or bad input (the other\n"
	"files are triaged all the same), 3 could not run.\n",
	.main = triage_main,
};
