/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of a run share.
 *
 * run.c		a run's life, cases and their steps, the checks around them
 * run_observe.c	while an operation is under way: its stores, invalidations
 *			and released tables, and who touches leaves in between
 * run_hash.c		a case's traces, and all that it did, as one number
 */
#ifndef HARNESS_RUN_PRIVATE_H
#define HARNESS_RUN_PRIVATE_H

#include "run.h"
#include "subject.h"

struct foreign_run;
struct oracle_bbm;
struct oracle_stale;
struct oracle_watch;

/* Interruptions of one operation. */
#define TOUCHES 8

struct run {
	const struct pt_format *format;
	struct arena arena;
	struct subject subject;
	const struct subject_kind *kind;
	struct foreign_run *foreign;	/* of a foreign kind, else NULL */
	struct oracle *oracle;
	struct oracle_watch *watch;
	struct oracle_stale *stale;
	struct oracle_bbm *bbm;
	struct pt_regime regime;
	struct trace expected, seen;
	struct run_counts counts;
	uint8_t runtime_folded;		/* see run_fold() */
	/* While stores are looked at: the operation, and who interrupted it. */
	const struct op *op;
	uint64_t stores;
	struct op touch[TOUCHES];
	unsigned touches;
	bool touching, each_store;
	/* Of the operation under way: what it may carry out inside, or NULL. */
	const struct op *carried;
	bool changes;			/* it may change tables */
	uint64_t *reports;		/* of run_state_hash(); NULL: not wanted */
	run_note_fn *note;		/* see run_notes() */
	void *noted_by;
	enum run_check stepping;	/* of run_start_checked() */
	struct case_place place;	/* of run_start() and run_until() */
	struct case_resolver resolver;
	unsigned done;			/* operations */
	bool keep;			/* see run_keep() */
	bool refused;			/* the foreign subject did not open */
	struct finding refusal;
	struct run_progress *progress;	/* of run_tell(), or NULL */
	struct opinion_asked opinion;	/* of run_opinion() */
};

/*
 * One case from the first operation to the sweep at the end.  trace_to, if not
 * NULL, gets the seen trace as text; *hash, if hash is not NULL, goes on over the
 * traces seen.  False with *violation filled where a check fails.
 */
bool run_once(struct run *run, const struct tw_case *c, enum run_check check,
	      FILE *trace_to, uint64_t *hash, struct violation *violation);

/*
 *			run_observe.c
 */

/*
 * The operation itself, under the eyes of the observers if they are wanted; its
 * return value.  run->carried and run->changes are set before.
 */
int run_apply_observed(struct run *run, const struct op *op,
		       enum run_check check);

/* Tells the model of the touches, which came first as far as it is concerned. */
void run_expect_touches(struct run *run);

/* What the observers have to say of it; false with *finding. */
bool run_check_observed(struct run *run, enum run_check check,
			struct finding *finding);

/*
 *			run_hash.c
 */

#define RUN_HASH_EMPTY UINT64_C(0xcbf29ce484222325)

/* FNV-1a over one number, byte by byte from the lowest. */
static inline uint64_t run_hash_number(uint64_t hash, uint64_t number)
{
	for (unsigned i = 0; i < 8; i++)
		hash = (hash ^ (number >> 8 * i & 0xff)) *
		       UINT64_C(0x100000001b3);
	return hash;
}

/* The same over all that a trace says. */
uint64_t run_hash_trace(uint64_t hash, const struct trace *trace);

#endif
