/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk explain: the story of a case, as text, JSON and a drawing.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "explain.h"
#include "explain_json.h"

/* What the command line says, and what the case's own comment does. */
struct explain_arguments {
	struct story_options story;
	struct format_list formats;
	struct folding folding;
	enum case_bytes take;
	bool have_check, have_folding, have_subject, json;
	const char *svg;
	int status;		/* of an option that is wrong */
};

/*
 *			The case's own comment
 */

/* The word after option in a line, in out; false where there is none. */
static bool line_option(const char *line, const char *option, char *out,
			size_t bytes)
{
	const char *at = strstr(line, option);
	size_t length;

	if (!at || at[strlen(option)] != ' ')
		return false;
	at += strlen(option) + 1;
	length = strcspn(at, " \t\r\n");
	if (!length || length >= bytes)
		return false;
	memcpy(out, at, length);
	out[length] = '\0';
	return true;
}

/* False with a sentence, and with the status that it ends with. */
static bool take_opinion(struct explain_arguments *a, const char *name)
{
	a->story.opinion = command_opinion(name, &a->status);
	return a->story.opinion;
}

/* Takes from the line what the command line does not say. */
static bool take_line(struct explain_arguments *a, const char *line)
{
	char word[128];

	if (line_option(line, " --format", word, sizeof(word)) &&
	    !command_formats(word, &a->formats))
		return false;
	if (!a->have_check && line_option(line, " --check", word, sizeof(word)) &&
	    !command_check(word, &a->story.check))
		return false;
	if (!a->have_folding &&
	    line_option(line, " --folding", word, sizeof(word)) &&
	    !folding_parse(word, &a->folding)) {
		command_error("--folding takes " FOLDING_VALUES ", not `%s'",
			      word);
		return false;
	}
	if (!a->story.opinion &&
	    line_option(line, " --opinion", word, sizeof(word)) &&
	    !take_opinion(a, word))
		return false;
	return a->have_subject ||
	       !line_option(line, " --subject", word, sizeof(word)) ||
	       command_subject(word, &a->story.subject);
}

/* `# tablewalk run --format F ... FILE', as random writes it; the first one. */
static bool take_comment(struct explain_arguments *a, const char *path)
{
	FILE *in = fopen(path, "r");
	char line[1024];
	bool good = true;

	/* case_load() could read it a moment ago. */
	while (in && good && !a->formats.count &&
	       fgets(line, sizeof(line), in)) {
		if (!strncmp(line, "# tablewalk ", 12) &&
		    strstr(line, " --format "))
			good = take_line(a, line);
	}
	if (in)
		fclose(in);
	return good;
}

/*
 *			Output
 */

/* The drawing appears at its path whole, or not at all. */
static int write_svg(const struct story *story, const char *path)
{
	size_t length = strlen(path) + 16;
	char *temporary = malloc(length);
	FILE *out = NULL;
	bool good;

	if (temporary) {
		snprintf(temporary, length, "%s.%ld", path, (long)getpid());
		out = fopen(temporary, "wx");
	}
	if (!out) {
		command_error("%s: %s", path, strerror(errno));
		free(temporary);
		return STATUS_CANNOT;
	}
	story_svg(out, story);
	good = !ferror(out) && !fflush(out) && !fsync(fileno(out));
	good = !fclose(out) && good;
	if (!good || rename(temporary, path)) {
		command_error("%s: %s", path, strerror(errno));
		remove(temporary);
		good = false;
	}
	free(temporary);
	return good ? STATUS_CLEAN : STATUS_CANNOT;
}

static int write_story(const struct explain_arguments *a,
		       const struct story *story)
{
	int status = a->svg ? write_svg(story, a->svg) : STATUS_CLEAN;

	if (status)
		return status;
	if (a->json) {
		status = command_json(story_json(story));
	} else {
		story_text(stdout, story);
		if (fflush(stdout) || ferror(stdout)) {
			command_error("standard output: %s", strerror(errno));
			status = STATUS_CANNOT;
		}
	}
	if (status)
		return status;
	return story->end == STORY_CLEAN ? STATUS_CLEAN : STATUS_VIOLATION;
}

static int explain_case(struct explain_arguments *a, const struct tw_case *c)
{
	const struct pt_format *format = a->formats.format[0];
	struct story *story;
	char error[256];
	bool usage;
	int status;

	a->story.format = format;
	a->story.folded = folding_set(&a->folding, format, 0);
	story = story_tell(&a->story, c, &usage, error, sizeof(error));
	if (!story) {
		command_error("%s", error);
		return usage ? STATUS_USAGE : STATUS_CANNOT;
	}
	status = write_story(a, story);
	story_free(story);
	return status;
}

/*
 *			Options
 */

static bool explain_option(struct explain_arguments *a, int option,
			   const char *value)
{
	uint64_t number = 0;

	switch (option) {
	case 'f':
		return command_formats(value, &a->formats);
	case 'c':
		a->have_check = true;
		return command_check(value, &a->story.check);
	case 'F':
		a->have_folding = true;
		if (folding_parse(value, &a->folding))
			return true;
		command_error("--folding takes " FOLDING_VALUES ", not `%s'",
			      value);
		return false;
	case 'm':
		a->story.mutants = value;
		return command_mutant(value);
	case 'u':
		a->have_subject = true;
		return command_subject(value, &a->story.subject);
	case 'p':
		a->have_subject = true;
		return command_subject_program(value, &a->story.subject);
	case 'O':
		return take_opinion(a, value);
	case 'n':
		if (!command_number("at", value, 0, CASE_RECORDS - 1, &number))
			return false;
		a->story.at = (int)number;
		return true;
	case 't':
		return command_seconds("timeout", value, &a->story.seconds);
	case 's':
		a->svg = value;
		return true;
	case 'A':
		a->take = CASE_ANY_BYTES;
		return true;
	case 'J':
		a->json = true;
		return true;
	default:
		return false;
	}
}

/* False where there is no single format, or folding, to explain it on. */
static bool one_format(const struct explain_arguments *a, const char *path)
{
	if (!a->formats.count)
		command_error("%s does not say on which format it is to run: "
			      "explain needs --format", path);
	else if (a->formats.count != 1)
		command_error("explain takes one format");
	else if (a->folding.mode == FOLDING_ALL)
		command_error("explain takes one folding, not `all'");
	else
		return true;
	return false;
}

static int explain_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "check", required_argument, NULL, 'c' },
		{ "folding", required_argument, NULL, 'F' },
		{ "mutant", required_argument, NULL, 'm' },
		SUBJECT_LONG_OPTIONS,
		{ "opinion", required_argument, NULL, 'O' },
		{ "at", required_argument, NULL, 'n' },
		{ "timeout", required_argument, NULL, 't' },
		{ "svg", required_argument, NULL, 's' },
		{ "any-bytes", no_argument, NULL, 'A' },
		{ "json", no_argument, NULL, 'J' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct explain_arguments a = {
		.story = { .check = RUN_CHECK_END, .subject = command_default_subject(),
			   .at = -1, .seconds = 60 },
		.status = STATUS_USAGE,
	};
	struct tw_case c;
	char error[512];
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		}
		if (option == '?')
			return command_usage(command);
		if (!explain_option(&a, option, optarg))
			return a.status;
	}
	if (argc - optind != 1) {
		command_error("explain needs one case file");
		return STATUS_USAGE;
	}
	a.story.path = argv[optind];
	if (case_load(a.story.path, a.take, &c, error, sizeof(error))) {
		command_error("%s", error);
		return STATUS_USAGE;
	}
	if ((!a.formats.count && !take_comment(&a, a.story.path)) ||
	    !one_format(&a, a.story.path))
		return a.status;
	if (command_chosen_formats(a.story.subject, a.story.opinion, &a.formats))
		return STATUS_USAGE;
	return explain_case(&a, &c);
}

const struct command command_explain = {
	.name = "explain",
	.synopsis = "[--format F] [--check W] [--folding W] [--svg FILE] [--json] CASE",
	.help =
	"Runs a case and tells its story: what each operation asks for, what was\n"
	"expected and what was seen, the tables before and after the operation that went\n"
	"wrong, and the rule that says so.  A clean case is told too, with the tables it\n"
	"leaves.  docs/explain.md says how to read it.\n\n"
	"  --format F        the format; what is not given is taken from a comment of the\n"
	"                    case: `# tablewalk run ... --format F ... FILE'\n"
	"  --check WHEN      `end', `every' or `store', as for `tablewalk run'\n"
	"  --folding WHICH   `static', `linux' or names as p4d,pud\n"
	"  --at N            look at operation N, whatever went wrong where (and check\n"
	"                    `every' operation, if not each store)\n"
	"  --svg FILE        draw both trees, before and after, into this file\n"
	"  --timeout S       a case that takes longer hangs (default 60 seconds)\n"
	"  --any-bytes       take any file that is not text for a binary case\n"
	"  --mutant ID,...   switch deliberate defects on: one of the subject, and any of\n"
	"                    the checks\n"
	SUBJECT_HELP
	"  --opinion NAME    ask addrxlat too, as `tablewalk run' does\n"
	"  --json            one document: outcome, signature, operations, expected,\n"
	"                    seen, differs, marked, before, after, events, stores, rule\n\n"
	"Exit status: 0 clean, 1 a violation (or the case died, or hung), 2 usage or bad\n"
	"input, 3 could not run or could not write.\n",
	.main = explain_main,
};
