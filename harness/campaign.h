/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random cases on several workers: one process each, so that a crash or a hang
 * of the subject is a finding like any other, and the run goes on without that
 * case (up to CAMPAIGN_KEPT times).
 *
 * Case number k of a seed is the same on every host and for any number of
 * workers; worker w of n runs the numbers w, w + n, w + 2n, ...
 */
#ifndef HARNESS_CAMPAIGN_H
#define HARNESS_CAMPAIGN_H

#include <stdio.h>

#include "folding.h"
#include "run.h"

#define CAMPAIGN_JOBS_MAX 64
#define CAMPAIGN_COUNTERS 96
/* Distinct violations that are kept; more are only counted. */
#define CAMPAIGN_KEPT 16
#define CAMPAIGN_REPORT_BYTES 8192

/* What a worker does with a case; it keeps one state for each format. */
struct campaign_task {
	/*
	 * Called in a worker before its first case of a format.  Returns the
	 * state, or NULL with a sentence in error: the campaign then could not
	 * run.
	 */
	void *(*open)(const void *context, const struct pt_format *format,
		      char *error, size_t error_bytes);
	/*
	 * Runs one case.  Returns 0 when clean; 1 with *violation filled; or a
	 * negative errno with a sentence in error when it could not run.
	 * counter is the worker's, for the task to add to.
	 */
	int (*run)(void *state, const struct tw_case *c,
		   struct violation *violation,
		   uint64_t counter[CAMPAIGN_COUNTERS], char *error,
		   size_t error_bytes);
	/* Prints the violation that run() just reported. */
	void (*print)(FILE *out, void *state, const struct tw_case *c,
		      const struct violation *violation);
	void (*close)(void *state);
	/*
	 * Tells which depths are folded at run time in what run() runs from
	 * now on; called before each case, and what is shrunk keeps its own.
	 * NULL: the task knows of no folding.
	 */
	void (*fold)(void *state, uint8_t runtime_folded);
	/*
	 * Called when the next case is of another format: run() comes back to
	 * this state later, or never.  NULL: a state that waits costs nothing.
	 */
	void (*rest)(void *state);
	const void *context;
	const char *replay;	/* the subcommand that runs a reproducer */
};

/* Formats that one campaign may have. */
#define CAMPAIGN_FORMATS_MAX 128

struct campaign_options {
	const struct pt_format *const *formats;
	unsigned format_count;		/* at least 1 */
	double seconds;			/* 0: no limit of time */
	uint64_t cases;			/* 0: no limit of number */
	uint64_t seed;
	unsigned jobs;			/* 1..CAMPAIGN_JOBS_MAX */
	unsigned stop_after;		/* distinct violations; 0: never */
	bool ram;			/* cases a guest can run */
	bool quiet;			/* no progress line */
	struct folding folding;		/* all in turn, by the case's number */
	uint8_t profile;		/* enum case_profile + 1; 0: drawn */
	const char *artifacts;		/* directory for reproducers */
	const char *subject;		/* for their comment; NULL: built-in */
	const char *opinion;		/* likewise; NULL: nobody's was asked */
};

struct campaign_finding {
	uint64_t signature;		/* 0: from a file, not from a seed */
	uint64_t case_number;
	uint64_t times;			/* how often it was seen */
	double seconds;			/* when it was met, from the start */
	char format[32];
	uint8_t runtime_folded;		/* see run_fold() */
	uint8_t check;			/* see struct violation */
	char name[VIOLATION_NAME];
	char path[256];			/* of the reproducer; empty if not written */
	char report[CAMPAIGN_REPORT_BYTES];
};

struct campaign_result {
	uint64_t cases, violations;
	double seconds;
	bool interrupted;
	uint64_t counter[CAMPAIGN_COUNTERS];
	unsigned finding_count;
	struct campaign_finding finding[CAMPAIGN_KEPT];
	char error[256];		/* why it could not run; empty if it did */
};

/*
 * Runs until the time or the number is up, stop_after is reached, or SIGINT or
 * SIGTERM asks for the end.  Workers are always reaped.  *result is the
 * caller's (it is large: not for the stack).
 */
void campaign_run(const struct campaign_task *task,
		  const struct campaign_options *options,
		  struct campaign_result *result);

/* Seconds of a clock that only goes forward. */
double campaign_now(void);

/* The generated case number of a seed, and its format among options->formats. */
const struct pt_format *campaign_case(const struct campaign_options *options,
				      uint64_t number, struct tw_case *out);

/*
 * Makes the case small and plain (shrink.h) while run() still finds the same
 * signature.  At most 2000 runs.
 */
void campaign_shrink(const struct campaign_task *task, void *state,
		     const struct pt_format *format, struct tw_case *c,
		     struct violation *violation);

#endif
