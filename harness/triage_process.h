/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fresh processes, for the files of triage: what they share and how they end.
 */
#ifndef HARNESS_TRIAGE_PROCESS_H
#define HARNESS_TRIAGE_PROCESS_H

#include <stdatomic.h>

#include "triage.h"

/* What a child and its parent share; the child writes, the parent reads. */
struct triage_shared {
	_Atomic bool stop;		/* the parent asks for the end */
	_Atomic bool finished;		/* the child did all that it was to do */
	_Atomic uint64_t step;		/* cases begun, so that a hang is seen */
	struct run_progress progress;
	/* The one case of a trial, or what minimising is about. */
	struct triage_setting setting;
	struct tw_case c;
	struct triage_outcome outcome;
	/* Minimising: the best so far is best[which], whole at any time. */
	_Atomic unsigned which;
	struct triage_shown best[2];
	struct triage_setting in_hand_setting;
	struct tw_case in_hand;		/* the candidate that is run */
	bool by_class;
	char wanted[TRIAGE_SIGNATURE];
	_Atomic unsigned slip_count;
	struct triage_slip slip[TRIAGE_SLIPS];
	_Atomic unsigned budget;
	/* A vector: replies so far, of so many. */
	_Atomic unsigned replies;
	unsigned replies_wanted;
	struct triage_reply reply[TRIAGE_REPLIES];
};

struct triage_trials {
	struct triage_shared *shared;
	double timeout;
	struct triage_stop stop;
};

/* How a process ended. */
enum triage_end {
	TRIAGE_END_FINISHED,
	TRIAGE_END_DIED,		/* outcome says of what */
	TRIAGE_END_STOPPED,		/* asked to stop */
};

/*
 * Runs main() in a fresh process until it returns.  Where it dies or hangs, kind,
 * check, divergence and report of *died are filled, and the operation from what it
 * last told.
 */
enum triage_end triage_process(struct triage_trials *trials,
			       void (*main)(struct triage_shared *shared),
			       struct triage_outcome *died);

/* The runs that a child has, one for each format; all zero at first. */
struct triage_runs {
	struct run *run[TRIAGE_REPLIES];
	unsigned count;
};

/* The run of a setting, ready; NULL with report and TRIAGE_CANNOT in *out. */
struct run *triage_run(struct triage_runs *runs, struct triage_shared *shared,
		       const struct triage_setting *setting,
		       struct triage_outcome *out);

/* Runs a case in this process. */
void triage_run_case(struct triage_runs *runs, struct triage_shared *shared,
		     const struct triage_setting *setting,
		     const struct tw_case *c, struct triage_outcome *out);

/* Seconds of a clock that only goes forward. */
double triage_now(void);

#endif
