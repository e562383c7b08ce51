/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Running a case: subject, oracle and arena together, checks at their times.
 */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include <stdio.h>

#include <tablewalk/format.h>

#include "../oracles/oracle.h"
#include "arena.h"
#include "case.h"
#include "opinion.h"

/*
 * RUN_CHECK_END	traces and a few addresses after each operation, the
 *			full sweep at the end
 * RUN_CHECK_EVERY	the full sweep after each operation, and stores watched
 * RUN_CHECK_STORE	the same, and after each store what the machine would
 *			make of it (oracles/watch.h)
 */
enum run_check {
	RUN_CHECK_END,
	RUN_CHECK_EVERY,
	RUN_CHECK_STORE,
};

/* A finding, and the operation after which it was made. */
struct violation {
	struct finding finding;
	unsigned op_index;		/* index of the record, from 0 */
	struct op op;
	bool at_end;			/* found by the sweep at the end only */
	uint8_t check;			/* enum run_check that it was found with */
};

/* The option that `tablewalk run' needs to see it again, with a space before. */
static inline const char *violation_option(unsigned check)
{
	return check == RUN_CHECK_STORE ? " --check store" :
	       check == RUN_CHECK_EVERY ? " --check every" : "";
}

struct run_counts {
	uint64_t cases, operations;
	uint64_t executed;		/* operations that returned 0 or more */
	uint64_t table_bytes;		/* of all tables that were handed out */
};

struct run;

/*
 * What is needed to run cases of one format, reused from case to case.
 * ram as for arena_open().  NULL with a sentence in error where the format has
 * no second reading or memory runs out.
 */
struct run *run_create(const struct pt_format *format, uint8_t *ram,
		       char *error, size_t error_bytes);
void run_destroy(struct run *run);

/*
 * Who carries out the operations from the next case on; at first the built-in
 * subject.  It is no part of the case.  False with a sentence in error where a
 * foreign subject has no tables of the run's format, or memory runs out; then it
 * is who it was.
 */
struct subject_kind;
bool run_subject(struct run *run, const struct subject_kind *kind, char *error,
		 size_t error_bytes);

/*
 * From now on what a case leaves stays there until the next one begins: a foreign
 * subject is not closed at the end, and so not asked to give back its tables.
 */
void run_keep(struct run *run);

/* What a foreign subject was asked for in this run; NULL where it is none. */
struct foreign_counts;
const struct foreign_counts *run_foreign_counts(const struct run *run);

/*
 * Whose opinion is asked whenever all memory is swept, from the next case on; at
 * first and with NULL nobody's.  It is no part of the case.  0; -EOPNOTSUPP where it
 * knows no such format, and then nobody's is asked; or -ENOMEM.
 */
int run_opinion(struct run *run, const struct opinion *opinion);

/* How often it was asked since it was set; NULL: nobody is. */
const struct opinion_counts *run_opinion_counts(const struct run *run);

/*
 * Where a run is, for whoever shares the memory and sees the process die: the
 * operation in hand, its record's index from 0.  NULL: nobody wants to know, as at
 * first.
 */
struct run_progress {
	_Atomic unsigned op_index;
	_Atomic uint8_t kind;		/* enum op_kind */
};
void run_tell(struct run *run, struct run_progress *progress);

/*
 * Runs a case.  True when every check passed; else *violation is filled.  With
 * RUN_CHECK_END a violation is located by running the case again with
 * RUN_CHECK_EVERY, and the earlier of the two is reported.  trace_to, if not
 * NULL, gets the seen trace as text.
 */
bool run_case(struct run *run, const struct tw_case *c, enum run_check check,
	      FILE *trace_to, struct violation *violation);

/*
 * The same in steps, with RUN_CHECK_END, for who looks at the tables between two
 * operations: run_start(), run_until() with ascending ends, which carries out the
 * operations in front of the one with that index, and run_finish().  The case must
 * stay where it is.  False with *violation filled where a check fails; run_case()
 * then tells where from.
 */
void run_start(struct run *run, const struct tw_case *c);
bool run_until(struct run *run, unsigned end, struct violation *violation);
bool run_finish(struct run *run, struct violation *violation);

/*
 * run_start(), for steps with the checks of that time.  What each operation leaves
 * is the same, but with RUN_CHECK_STORE, where leaves are touched in between.
 */
void run_start_checked(struct run *run, const struct tw_case *c,
		       enum run_check check);

/*
 * What an operation did while stores are watched, in order: a store of so many
 * bytes at pa, or an invalidation, or that the table at pa is gone.
 */
struct run_note {
	enum run_note_type { RUN_STORE, RUN_FLUSH, RUN_GONE } type;
	uint64_t pa, before, after;
	unsigned bytes;
	bool touch;			/* hardware's, not the operation's */
	struct pt_flush flush;
};

/* Who is told of them from now on; NULL: nobody. */
typedef void run_note_fn(void *context, const struct run_note *note);
void run_notes(struct run *run, run_note_fn *note, void *context);

/* The traces of the last operation: what was expected, and what came. */
const struct trace *run_expected(const struct run *run);
const struct trace *run_seen(const struct run *run);

/* The live tables, sorted by pa; valid until the next call for this run. */
const struct oracle_table *run_live(struct run *run, unsigned *count);

/* The space that operations go to now. */
unsigned run_current(const struct run *run);

/*
 * Of the machine's table area: how many bytes from its start the case handed out,
 * and how many any case since run_create() did; behind those nobody ever wrote.
 */
void run_extent(const struct run *run, uint64_t *used, uint64_t *most);

/*
 * Which depths count as folded at run time from the next case on: bit d for
 * depth d (walk.h, pt_hole_fn).  At first none.  It is no part of the case.
 */
void run_fold(struct run *run, uint8_t runtime_folded);

/* A hash of all traces of the case as seen; deterministic on every host. */
uint64_t run_trace_hash(struct run *run, const struct tw_case *c);

/*
 * A hash of all that a case did and left, whatever the oracle thinks of it: its
 * traces, stores, invalidations and released tables, where a check ended it, and
 * the marks and contents of the live tables after that.  A run with a defect that
 * has another hash than one without was infected by it.  RUN_CHECK_END is taken
 * for RUN_CHECK_EVERY.  Not frozen.
 */
uint64_t run_state_hash(struct run *run, const struct tw_case *c,
			enum run_check check);

const struct run_counts *run_counts(const struct run *run);
const struct pt_format *run_format(const struct run *run);

/*
 * The state that the last run_case() left: what show and the guest comparison
 * read.  Valid until the next call.
 */
const struct oracle *run_oracle(const struct run *run);
struct pt_space *run_space(struct run *run, unsigned space);
const struct pt_memory *run_memory(const struct run *run);
const struct pt_regime *run_regime(const struct run *run);

/*
 * What makes two violations of a format the same, "check/divergence/depth/
 * operation": never addresses or call sites.
 */
#define VIOLATION_NAME 96
void violation_name(const struct violation *violation,
		    char out[VIOLATION_NAME]);

/* Rights and flags of an attribute word as text, "rwxugad01" when all are set. */
#define RUN_FLAGS_TEXT 10
void run_print_flags(char out[RUN_FLAGS_TEXT], uint32_t attrs);

/*
 * Prints a violation as lines of text: check, operation, expected and seen one
 * under the other, the resolved operations up to the bad one.
 */
void run_print_violation(FILE *out, const struct run *run,
			 const struct tw_case *c,
			 const struct violation *violation);

/* A concrete operation as one line of text. */
int run_print_op(char *out, size_t bytes, const struct op *op);

#endif
