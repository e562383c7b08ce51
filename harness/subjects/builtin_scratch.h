/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations that make or write something, look at it and put it away again; see
 * builtin_scratch.c.
 * Each carries one operation out on the current space, appends its events but
 * TRACE_RETURN to *trace, and returns what the operation returned.
 */
#ifndef HARNESS_BUILTIN_SCRATCH_H
#define HARNESS_BUILTIN_SCRATCH_H

#include "../subject.h"

int builtin_shadow(struct subject *subject, const struct op *op,
		   struct trace *trace);
int builtin_clone(struct pt_space *space, const struct op *op,
		  struct trace *trace);
int builtin_poke(struct subject *subject, const struct op *op,
		 struct trace *trace);
/* Of a table of the current space; the search is in both. */
int builtin_poison(struct subject *subject, const struct op *op,
		   struct trace *trace);

#endif
