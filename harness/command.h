/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The parts of the tablewalk command: one function per subcommand, and what
 * they share.
 */
#ifndef HARNESS_COMMAND_H
#define HARNESS_COMMAND_H

#include <getopt.h>
#include <jansson.h>

#include "campaign.h"
#include "run.h"
#include "subjects/foreign.h"

/* Exit statuses of the command; never 0 where something could not run. */
enum {
	STATUS_CLEAN = 0,
	STATUS_VIOLATION = 1,
	STATUS_USAGE = 2,	/* bad option, name, file or case */
	STATUS_CANNOT = 3,	/* no QEMU, no memory, a dead worker */
};

/* What every subcommand takes and the ones that take more. */
struct command {
	const char *name;
	const char *synopsis;	/* after "tablewalk NAME " */
	const char *help;	/* the lines of `tablewalk NAME --help` */
	int (*main)(const struct command *command, int argc, char **argv);
};

extern const struct command command_list, command_run, command_random,
	command_convert, command_show, command_dump, command_hw,
	command_kill, command_sweep,
	command_explain, command_triage, command_plan;

/* One sentence on standard error, "tablewalk: " before it. */
void command_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* "tablewalk NAME: unknown option ..." and where help is; STATUS_USAGE. */
int command_usage(const struct command *command);
void command_help(const struct command *command);

/*
 * Strict numbers: the whole text, in range, or a sentence and false.
 */
bool command_number(const char *option, const char *text, uint64_t least,
		    uint64_t most, uint64_t *out);
bool command_seconds(const char *option, const char *text, double *out);

/*
 * Adds the formats that text names (comma-separated names, or "all") to list,
 * each once.  False with a sentence for an unknown name.
 */
struct format_list {
	const struct pt_format *format[CAMPAIGN_FORMATS_MAX];
	unsigned count;
};
bool command_formats(const char *text, struct format_list *list);

/* The number of a walker's profile (case.h); false with a sentence. */
bool command_profile(const char *text, uint8_t *out);

/* "end" or "every"; false with a sentence for anything else. */
bool command_check(const char *text, enum run_check *out);

/*
 * Switches defects on, and all others off: any of the subject and of the checks,
 * with commas between.  False with a sentence where there is none of that name.
 */
bool command_mutant(const char *names);
/* The number of a defect of the subject, MUTANT_OFF where there is none. */
unsigned mutant_find(const char *name);
/* Its name, "split-loses-last", in a static-length buffer. */
void mutant_name(unsigned id, char out[64]);
const char *mutant_what(unsigned id);
/* The same of a defect of the checks: "oracle-sweep-first-table". */
void oracle_defect_name(unsigned id, char out[64]);
const char *oracle_defect_what(unsigned id);

/*
 * The subject of that name; false with a sentence where there is none.
 * command_subject_program() is the one that a program serves in a process of its own
 * (--subject-command); it is in the list from then on.
 */
bool command_subject(const char *name, const struct subject_kind **out);
bool command_subject_program(const char *program,
			     const struct subject_kind **out);
/* Who it is where nobody says: the first foreign one, else the built-in one. */
const struct subject_kind *command_default_subject(void);
/* What --subject is to say of it, or NULL: it is the default. */
const char *command_subject_name(const struct subject_kind *kind);

/*
 * Where no format was chosen, those of the subject; else false with a sentence
 * where it has not all that were.
 */
bool command_subject_formats(const struct subject_kind *kind,
			     struct format_list *formats);

/*
 * Runs each case on each subject, format and folding, every time in a process of its
 * own, and prints who does what with it; the exit status.  formats may be empty: those
 * of each subject.
 */
int command_vector(const struct format_list *formats,
		   const struct folding *folding, enum run_check check,
		   char **path, const struct tw_case *cases, int count,
		   bool json);

/*
 * What a foreign subject was asked for, and what was let pass by name, as counters
 * of a campaign, as text and as JSON; the counts of others are all 0.
 */
#define SUBJECT_COUNTERS (4 + FOREIGN_DIFFERENCES + OP_KINDS)
void command_subject_count(const struct run *run,
			   const uint64_t before[SUBJECT_COUNTERS],
			   uint64_t counter[SUBJECT_COUNTERS]);
void command_subject_counts(const struct run *run,
			    uint64_t counter[SUBJECT_COUNTERS]);
void command_subject_print(const struct subject_kind *kind,
			   const uint64_t counter[SUBJECT_COUNTERS]);
json_t *command_subject_json(const struct subject_kind *kind,
			     const uint64_t counter[SUBJECT_COUNTERS]);

#define SUBJECT_LONG_OPTIONS                                                   \
	{ "subject", required_argument, NULL, 'u' },                           \
	{ "subject-command", required_argument, NULL, 'p' }

/* The lines of help of both. */
#define SUBJECT_HELP                                                           \
	"  --subject NAME    whose page tables: builtin, one of the program's own (the\n" \
	"                    default, if there is one) or an impostor\n"          \
	"  --subject-command CMD  ... those of the program CMD, which serves them over its\n" \
	"                    standard input and output (docs/subject-protocol.md)\n"

/*
 * The opinion of that name; NULL with a sentence and *status where there is none, or
 * none in this build.
 */
const struct opinion *command_opinion(const char *name, int *status);
/*
 * Where no format was chosen, those of the subject that the opinion, if there is one,
 * knows; else it has to know all.  STATUS_CLEAN, or another status with a sentence.
 */
int command_chosen_formats(const struct subject_kind *kind,
			   const struct opinion *opinion,
			   struct format_list *formats);
/* What was asked: a line of text, or an object. */
void command_opinion_print(const struct opinion *opinion,
			   const struct opinion_counts *counts);
json_t *command_opinion_json(const struct opinion *opinion,
			     const struct opinion_counts *counts);
void command_opinion_add(struct opinion_counts *sum,
			 const struct opinion_counts *counts);

/* Prints a JSON document to standard output and releases it. */
int command_json(json_t *document);

/*
 * The findings of a campaign as a JSON array, and as text; of options subject and
 * opinion are looked at.
 */
json_t *command_findings_json(const struct campaign_result *result);
void command_findings_print(const struct campaign_result *result,
			    const char *replay,
			    const struct campaign_options *options);

/* A seed nobody chose: from the system's random source. */
uint64_t command_seed(void);

/* The number of processors this process may use, 1..CAMPAIGN_JOBS_MAX. */
unsigned command_processors(void);

/*
 * The options that random and hw --random share; zero-initialised, then
 * filled by campaign_option() from getopt_long() results.
 */
struct campaign_arguments {
	struct campaign_options options;
	struct format_list formats;
	bool json, have_seed;
};

#define CAMPAIGN_LONG_OPTIONS                                                  \
	{ "seconds", required_argument, NULL, 's' },                           \
	{ "cases", required_argument, NULL, 'n' },                             \
	{ "seed", required_argument, NULL, 'S' },                              \
	{ "jobs", required_argument, NULL, 'j' },                              \
	{ "format", required_argument, NULL, 'f' },                            \
	{ "artifacts", required_argument, NULL, 'a' },                         \
	{ "stop-after", required_argument, NULL, 'x' },                        \
	{ "mutant", required_argument, NULL, 'm' },                            \
	{ "quiet", no_argument, NULL, 'q' },                                   \
	{ "json", no_argument, NULL, 'J' },                                    \
	{ "help", no_argument, NULL, 'h' }

/* Takes one option; false with a sentence if its value is wrong. */
bool campaign_option(struct campaign_arguments *arguments, int option,
		     const char *value);
/* Fills in the defaults of what was not given. */
void campaign_defaults(struct campaign_arguments *arguments);

#endif
