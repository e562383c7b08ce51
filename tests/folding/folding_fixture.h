/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two subjects that get the same operations, and cases to get them from.
 */
#ifndef TESTS_FOLDING_FIXTURE_H
#define TESTS_FOLDING_FIXTURE_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../harness/case.h"
#include "../../harness/subject.h"

#define FOLDING_SEEDS_MAX 64

/* The seeds of corpora/, by name. */
struct seeds {
	unsigned count;
	struct tw_case c[FOLDING_SEEDS_MAX];
	char name[FOLDING_SEEDS_MAX][64];
};

/* Fails the test when there are too few.  The caller frees it. */
struct seeds *seeds_load(void);

/* Case number of those that a test draws for the format, always the same. */
void draw_case(const struct pt_format *format, uint64_t number,
	       struct tw_case *out);

/* A subject with memory of its own and the trace of its last operation. */
struct side {
	const struct pt_format *format;
	struct arena arena;
	struct subject subject;
	struct trace trace;
};

void side_open(struct side *side, const struct pt_format *format);
void side_close(struct side *side);

/* Empties it for a case with that header. */
void side_begin(struct side *side, const struct tw_case *c, uint8_t pa_bits,
		uint8_t runtime_folded);

/* Carries out one operation; side->trace then holds what it did. */
int side_apply(struct side *side, const struct op *op);

/* Appends what does not hold to standard error: a test goes on after that. */
void complain(unsigned *failures, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
