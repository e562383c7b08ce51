/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random cases and record-aware mutation, from a seed alone: the same seed
 * gives the same case on every host.
 */
#ifndef HARNESS_GENERATE_H
#define HARNESS_GENERATE_H

#include "case.h"
#include "rng.h"

struct generate_options {
	uint64_t mask;		/* kinds to draw from; 0: all that version has */
	uint8_t version;	/* of the case format; 0 is 1 */
	uint8_t profile;	/* enum case_profile + 1; 0: draw one (not version 1) */
	unsigned records;	/* 1..CASE_RECORDS */
	bool ram;		/* header.window is CASE_WINDOW_RAM */
	/*
	 * If not NULL, most records ask for what this format can have.
	 */
	const struct pt_format *format;
};

void generate_case(struct rng *rng, const struct generate_options *options,
		   struct tw_case *out);

/*
 * Mutates the bytes of a case in place, keeping records whole: replaces,
 * inserts, deletes, swaps, duplicates records, changes one field.  Now and then,
 * and where there is no record yet, makes a new case instead.  size is the
 * number of bytes, max_size the room.  Returns the new size.
 */
size_t mutate_case(struct rng *rng, uint8_t *bytes, size_t size,
		   size_t max_size);

/* Appends to out a mix of the records of a and b; returns its size. */
size_t cross_cases(struct rng *rng, const uint8_t *a, size_t a_size,
		   const uint8_t *b, size_t b_size, uint8_t *out,
		   size_t out_size);

#endif
