/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which deliberate defects a set of cases shows: for each defect, whether a case
 * reached it, whether that infected anything, and whether a check noticed.
 *
 * reached	the place of the defect was executed with the defect on
 * infected	what the case did and left differs from a run without the defect
 *		(run_state_hash())
 * detected	a check reports a violation, or the process died or hung
 *
 * What is reached and infects nothing by any case is a gap of the cases; what
 * infects and is not detected is a gap of the checks.
 */
#ifndef HARNESS_KILL_H
#define HARNESS_KILL_H

#include <tablewalk/check.h>

#include "campaign.h"

/*
 * One way to run one case: a line `# shows: ID[, ID...] on FORMAT [with OPTIONS]'
 * of its file, or what the command line asks for.
 */
struct kill_try {
	unsigned case_index;
	const struct pt_format *format;
	uint8_t check;			/* enum run_check */
	uint8_t runtime_folded;		/* see run_fold() */
	uint8_t shows[MUTANTS / 8 + 1];	/* bit set: the file says that it does */
};

struct kill_plan {
	struct tw_case *cases;
	char **path;			/* of each case */
	unsigned case_count;
	struct kill_try *tries;
	unsigned try_count, try_capacity;
	/* After the files: so many random cases of a seed, or none. */
	uint64_t random;
	struct campaign_options options;
	uint8_t check;			/* enum run_check; of random cases */
	bool all_cases;			/* go on after the first detection */
	unsigned jobs;			/* 1..CAMPAIGN_JOBS_MAX */
	double timeout;			/* seconds until a case hangs */
};

/* How far a defect came. */
enum kill_state {
	KILL_UNREACHED,
	KILL_REACHED,
	KILL_INFECTED,
	KILL_DETECTED,
};

struct kill_result {
	uint8_t state;			/* enum kill_state, of the best try */
	uint64_t cases;			/* that ran with the defect on */
	uint64_t reached, infected, detected;	/* tries */
	uint64_t best;			/* number of the try that state is of */
	double seconds;			/* until state was reached first */
	char name[VIOLATION_NAME];	/* of the first violation, or crash/... */
};

/* Adds a try; false when memory runs out. */
bool kill_add(struct kill_plan *plan, const struct kill_try *try);

/*
 * Adds the tries of the `# shows:' lines of case number index.  Returns how many
 * lines there were, or -1 with "file:line: what is wrong" in error.
 */
int kill_add_shows(struct kill_plan *plan, unsigned index, char *error,
		   size_t error_bytes);

/* Whether try number of the plan detected it, by the defect's row of detects. */
bool kill_detects(const uint8_t *detects, unsigned number);
/* Bytes of a row. */
size_t kill_row(const struct kill_plan *plan);

/*
 * Runs the defects of the list, each in a process of its own.  result has room
 * for count, and detects for a row of each (NULL: not wanted).  False with a
 * sentence in error when it could not run.
 */
bool kill_run(const struct kill_plan *plan, const unsigned *mutant,
	      unsigned count, struct kill_result *result, uint8_t *detects,
	      char *error, size_t error_bytes);

#endif
