/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the subcommands of tablewalk share: see command.h.
 */
#define _GNU_SOURCE		/* sched_getaffinity, CPU_COUNT */

#include "command.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <tablewalk/check.h>

#include "../oracles/defect.h"

void command_error(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("tablewalk: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int command_usage(const struct command *command)
{
	/* getopt_long() has named what it did not like; say where help is. */
	fprintf(stderr, "Try `tablewalk %s --help'.\n", command->name);
	return STATUS_USAGE;
}

void command_help(const struct command *command)
{
	printf("usage: tablewalk %s %s\n\n%s", command->name, command->synopsis,
	       command->help);
}

bool command_number(const char *option, const char *text, uint64_t least,
		    uint64_t most, uint64_t *out)
{
	char *end;
	uint64_t number;

	errno = 0;
	number = strtoull(text, &end, 0);
	if (!isdigit((unsigned char)text[0]) || *end || errno ||
	    number < least || number > most) {
		command_error("--%s takes a whole number from %" PRIu64
			      " to %" PRIu64 ", not `%s'",
			      option, least, most, text);
		return false;
	}
	*out = number;
	return true;
}

bool command_seconds(const char *option, const char *text, double *out)
{
	char *end;
	double seconds;

	errno = 0;
	seconds = strtod(text, &end);
	if (!isdigit((unsigned char)text[0]) || *end || errno ||
	    !(seconds > 0 && seconds <= 1e6)) {
		command_error("--%s takes seconds, more than 0 and at most "
			      "1000000, not `%s'", option, text);
		return false;
	}
	*out = seconds;
	return true;
}

static void add_format(struct format_list *list, const struct pt_format *format)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->format[i] == format)
			return;
	pt_check(list->count < CAMPAIGN_FORMATS_MAX);
	list->format[list->count++] = format;
}

static bool add_named(struct format_list *list, const char *name, size_t length)
{
	if (length == 3 && !strncmp(name, "all", 3)) {
		for (unsigned i = 0; i < pt_format_count; i++)
			add_format(list, pt_formats[i]);
		return true;
	}
	for (unsigned i = 0; i < pt_format_count; i++) {
		const char *known = pt_formats[i]->name;

		if (strlen(known) == length && !strncmp(known, name, length)) {
			add_format(list, pt_formats[i]);
			return true;
		}
	}
	command_error("unknown format `%.*s'; `tablewalk list' names them",
		      (int)length, name);
	return false;
}

bool command_formats(const char *text, struct format_list *list)
{
	for (;;) {
		size_t length = strcspn(text, ",");

		if (!add_named(list, text, length))
			return false;
		if (!text[length])
			return true;
		text += length + 1;
	}
}

bool command_profile(const char *text, uint8_t *out)
{
	for (unsigned i = 0; i < CASE_PROFILES; i++) {
		if (!strcmp(text, case_profile_name(i))) {
			*out = (uint8_t)i;
			return true;
		}
	}
	command_error("--profile takes current, seed-v8, 6.1, 6.12, 6.13 or "
		      "7.0, not `%s'", text);
	return false;
}

bool command_check(const char *text, enum run_check *out)
{
	if (!strcmp(text, "end"))
		*out = RUN_CHECK_END;
	else if (!strcmp(text, "every"))
		*out = RUN_CHECK_EVERY;
	else if (!strcmp(text, "store"))
		*out = RUN_CHECK_STORE;
	else {
		command_error("--check takes `end', `every' or `store', not "
			      "`%s'", text);
		return false;
	}
	return true;
}

static const struct {
	const char *id, *what;
} mutants[] = {
	{ "OFF", "no defect" },
#define MUTANT(id, place, class, models, formats, what) { #id, what },
#include "../tests/mutants/mutants.def"
#undef MUTANT
};

static const struct {
	const char *id, *what;
} oracle_defects[] = {
#define DEFECT(id, place, class, shows, with, signature, options, what)       \
	{ "ORACLE_" #id, what },
#include "../oracles/defects.def"
#undef DEFECT
};

/* An identifier in lower case with dashes. */
static void dashed(const char *id, char out[64])
{
	size_t i = 0;

	for (; *id && i < 63; id++)
		out[i++] = *id == '_' ? '-' : (char)tolower((unsigned char)*id);
	out[i] = '\0';
}

void mutant_name(unsigned id, char out[64])
{
	dashed(mutants[id].id, out);
}

void oracle_defect_name(unsigned id, char out[64])
{
	dashed(oracle_defects[id].id, out);
}

const char *oracle_defect_what(unsigned id)
{
	return oracle_defects[id].what;
}

const char *mutant_what(unsigned id)
{
	return mutants[id].what;
}

static bool is_name(const char *known, const char *name, size_t length)
{
	return strlen(known) == length && !strncmp(known, name, length);
}

/* The defect of the subject of that name, MUTANT_OFF where there is none. */
static unsigned find(const char *name, size_t length)
{
	for (unsigned id = 1; id < MUTANTS; id++) {
		char known[64];

		mutant_name(id, known);
		if (is_name(known, name, length))
			return id;
	}
	return MUTANT_OFF;
}

unsigned mutant_find(const char *name)
{
	return find(name, strlen(name));
}

/* Switches one more defect on. */
static bool add_mutant(const char *name, size_t length)
{
	const unsigned id = find(name, length);
	char known[64];

	for (unsigned i = 0; i < ORACLE_DEFECTS; i++) {
		oracle_defect_name(i, known);
		if (!is_name(known, name, length))
			continue;
		oracle_defects_selected[i / 64] |= UINT64_C(1) << i % 64;
		return true;
	}
	if (!id) {
		command_error("unknown mutant `%.*s'; `tablewalk list' names "
			      "them", (int)length, name);
		return false;
	}
	mutant_add((enum mutant_id)id);
	return true;
}

bool command_mutant(const char *names)
{
	mutant_none();
	memset(oracle_defects_selected, 0, sizeof(oracle_defects_selected));
	for (;;) {
		size_t length = strcspn(names, ",");

		if (!add_mutant(names, length))
			return false;
		if (!names[length])
			return true;
		names += length + 1;
	}
}

int command_json(json_t *document)
{
	int failed = !document ||
		     json_dumpf(document, stdout,
				JSON_INDENT(2) | JSON_PRESERVE_ORDER |
					JSON_REAL_PRECISION(9)) ||
		     putchar('\n') == EOF || fflush(stdout);

	json_decref(document);
	if (failed)
		command_error("the JSON document could not be written");
	return failed ? STATUS_CANNOT : STATUS_CLEAN;
}

json_t *command_findings_json(const struct campaign_result *result)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < result->finding_count; i++) {
		const struct campaign_finding *f = &result->finding[i];
		char folding[FOLDING_TEXT];

		folding_text(f->runtime_folded, folding);
		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:I, s:f, s:I, s:s, s:s}",
			"name", f->name, "format", f->format,
			"folding", folding,
			"case", (json_int_t)f->case_number,
			"seconds", f->seconds,
			"times", (json_int_t)f->times,
			"file", f->path, "report", f->report));
	}
	return list;
}

void command_findings_print(const struct campaign_result *result,
			    const char *replay,
			    const struct campaign_options *options)
{
	const char *subject = options->subject, *opinion = options->opinion;

	for (unsigned i = 0; i < result->finding_count; i++) {
		const struct campaign_finding *f = &result->finding[i];
		char folding[FOLDING_TEXT];

		folding_text(f->runtime_folded, folding);
		printf("\n%s", f->report);
		if (f->signature)
			printf("   case %" PRIu64 " of the seed, seen %" PRIu64
			       " time%s\n", f->case_number, f->times,
			       f->times == 1 ? "" : "s");
		if (f->path[0])
			printf("   replay: tablewalk %s%s%s%s%s --format "
			       "%s%s%s%s %s\n", replay,
			       subject ? " --subject " : "",
			       subject ? subject : "",
			       opinion ? " --opinion " : "",
			       opinion ? opinion : "", f->format,
			       f->runtime_folded ? " --folding " : "",
			       f->runtime_folded ? folding : "",
			       violation_option(f->check), f->path);
	}
}

uint64_t command_seed(void)
{
	uint32_t seed = 1;

	/* Thirty-two bits are easier to type than sixty-four. */
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		command_error("no random source; the seed is 1");
	return seed;
}

unsigned command_processors(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) ? 1
							    : CPU_COUNT(&set);

	if (count < 1)
		return 1;
	return count > CAMPAIGN_JOBS_MAX ? CAMPAIGN_JOBS_MAX : (unsigned)count;
}

bool campaign_option(struct campaign_arguments *a, int option, const char *value)
{
	struct campaign_options *o = &a->options;
	uint64_t number = 0;
	bool good = true;

	switch (option) {
	case 's':
		return command_seconds("seconds", value, &o->seconds);
	case 'n':
		return command_number("cases", value, 1, UINT64_MAX, &o->cases);
	case 'S':
		a->have_seed = true;
		return command_number("seed", value, 0, UINT64_MAX, &o->seed);
	case 'j':
		good = command_number("jobs", value, 1, CAMPAIGN_JOBS_MAX,
				      &number);
		o->jobs = (unsigned)number;
		return good;
	case 'x':
		good = command_number("stop-after", value, 1, CAMPAIGN_KEPT,
				      &number);
		o->stop_after = (unsigned)number;
		return good;
	case 'f':
		return command_formats(value, &a->formats);
	case 'a':
		o->artifacts = value;
		return true;
	case 'm':
		return command_mutant(value);
	case 'q':
		o->quiet = true;
		return true;
	case 'J':
		a->json = true;
		return true;
	default:
		return false;
	}
}

void campaign_defaults(struct campaign_arguments *a)
{
	struct campaign_options *o = &a->options;

	if (o->seconds <= 0 && !o->cases)
		o->seconds = 10;
	if (!a->have_seed)
		o->seed = command_seed();
	if (!o->jobs)
		o->jobs = command_processors();
	if (!o->artifacts)
		o->artifacts = "tablewalk-violations";
	o->formats = a->formats.format;
	o->format_count = a->formats.count;
}
