/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A subject as the harness drives it: two address spaces, operations in, trace
 * out.  The only one so far is the built-in one (subjects/builtin.c).
 */
#ifndef HARNESS_SUBJECT_H
#define HARNESS_SUBJECT_H

#include <tablewalk/op.h>
#include <tablewalk/table_ops.h>
#include <tablewalk/trace.h>

#include "arena.h"

struct subject {
	struct pt_space space[PT_SPACES];
	unsigned current;
	struct arena *arena;
};

/* Makes both spaces; false when the arena is exhausted. */
bool subject_open(struct subject *subject, const struct pt_format *format,
		  struct arena *arena);

/*
 * Carries out one operation and appends what it did to *trace, TRACE_RETURN
 * last.  Returns the operation's return value.
 */
int subject_apply(struct subject *subject, const struct op *op,
		  struct trace *trace);

#endif
