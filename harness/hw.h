/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison: a case's tables, walked by an emulated processor.
 */
#ifndef HARNESS_HW_H
#define HARNESS_HW_H

#include "guest.h"
#include "run.h"

struct hw_counts {
	uint64_t probes;	/* answers that were compared */
	uint64_t skipped;	/* no RAM behind the expected page, or no slot */
	uint64_t unexplained;	/* differences */
	uint64_t known;		/* differences with a listed reason */
	uint64_t second;	/* of probes: right behind another access to the page */
	/*
	 * Of probes: answers behind a change without a flush where before and after
	 * are told apart, and how many of these were what held before.
	 */
	uint64_t unflushed, stale;
	uint64_t written;	/* entries whose flags had to be set by hardware */
};

struct hw;

/*
 * A guest for the format, and what is needed to run cases in its RAM.  NULL
 * with a sentence in error where that cannot be.  options as for guest_open(); may be
 * NULL.  With options->kvm a first look makes sure that the processor sees what the
 * host edits.
 */
struct hw *hw_create(const struct pt_format *format,
		     const struct guest_options *options, char *error,
		     size_t error_bytes);
void hw_destroy(struct hw *hw);

/*
 * Who carries out the operations from the next case on, and how they are checked; at
 * first the built-in subject, with RUN_CHECK_END.  With anything else the models look
 * at all of a case first, and the guest is asked about what passes.  False with a
 * sentence in error where run_subject() has one.
 */
struct subject_kind;
bool hw_subject(struct hw *hw, const struct subject_kind *kind,
		enum run_check check, char *error, size_t error_bytes);

/*
 * Runs the case with tables and data in the guest's RAM, whatever its window, with
 * all checks of run_case().  On the way, around its last operation that changes what
 * tables say, pages are accessed before and after without a flush in between: the
 * answer must be the old or the new one.  Then hw_ask().
 * Returns 0 when all agrees; 1 with *violation filled; or a negative errno with
 * a sentence in error when the guest could not be asked.
 */
int hw_case(struct hw *hw, const struct tw_case *c, struct violation *violation,
	    char *error, size_t error_bytes);

/*
 * The last part of hw_case(): asks the guest about the tables as they are now.
 * Makes every access, by user and kernel, at every boundary of mappings and holes, and
 * around the non-canonical gap, each kind behind a flush; two kinds are followed at once
 * by another kind: which, the case's salt decides, or its hash if that is 0.  Looks at
 * what was written to tables meanwhile, and takes it back.
 */
int hw_ask(struct hw *hw, struct violation *violation, char *error,
	   size_t error_bytes);

/* Stops the guest until it is asked again, for who has others to ask first. */
void hw_rest(struct hw *hw);

const struct hw_counts *hw_counts(const struct hw *hw);
struct run *hw_run(const struct hw *hw);

#endif
