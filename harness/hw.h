/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison: a case's tables, walked by an emulated processor.
 */
#ifndef HARNESS_HW_H
#define HARNESS_HW_H

#include "guest.h"
#include "run.h"

struct hw_counts {
	uint64_t probes;	/* compared; each the first of its page since a flush */
	uint64_t skipped;	/* no RAM behind the expected page, or no slot */
	uint64_t unexplained;	/* differences */
	uint64_t known;		/* differences with a listed reason */
};

struct hw;

/*
 * A guest for the format, and what is needed to run cases in its RAM.  NULL
 * with a sentence in error where that cannot be.
 */
struct hw *hw_create(const struct pt_format *format, char *error,
		     size_t error_bytes);
void hw_destroy(struct hw *hw);

/*
 * Runs the case with tables and data in the guest's RAM, whatever its window,
 * with all checks of run_case(); then makes every access, by user and kernel,
 * at every boundary of mappings and holes, and around the non-canonical gap.
 * Returns 0 when all agrees; 1 with *violation filled; or a negative errno with
 * a sentence in error when the guest could not be asked.
 */
int hw_case(struct hw *hw, const struct tw_case *c, struct violation *violation,
	    char *error, size_t error_bytes);

/*
 * The second half of hw_case(): asks the guest about the tables as they are now.
 */
int hw_ask(struct hw *hw, struct violation *violation, char *error,
	   size_t error_bytes);

const struct hw_counts *hw_counts(const struct hw *hw);
struct run *hw_run(const struct hw *hw);

#endif
