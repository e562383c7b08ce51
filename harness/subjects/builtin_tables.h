/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Dumps, iterators, copies and owners of the built-in subject; see
 * builtin_tables.c.
 * Each carries one operation out, appends its events but TRACE_RETURN to
 * *trace, and returns what the operation returned.
 */
#ifndef HARNESS_BUILTIN_TABLES_H
#define HARNESS_BUILTIN_TABLES_H

#include "../subject.h"

int builtin_dump(struct pt_space *space, const struct op *op,
		 struct trace *trace);
int builtin_iterate(struct pt_space *space, const struct op *op,
		    struct trace *trace);
/* From the current space to the other one; what it allocates the arena says. */
int builtin_copy(struct subject *subject, const struct op *op);
/* Of a table of the current space; the search is in both. */
int builtin_owner(struct subject *subject, const struct op *op,
		  struct trace *trace);

#endif
