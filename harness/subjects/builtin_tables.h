/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the built-in subject says of tables, or copies of them; see
 * builtin_tables.c.
 * Each carries one operation out, appends its events but TRACE_RETURN to
 * *trace, and returns what the operation returned.
 */
#ifndef HARNESS_BUILTIN_TABLES_H
#define HARNESS_BUILTIN_TABLES_H

#include <tablewalk/shadow.h>
#include <tablewalk/table_owner.h>

#include "../subject.h"

int builtin_dump(struct pt_space *space, const struct op *op,
		 struct trace *trace);
/* The same with these flags, no marker, and the shortcut, if not NULL. */
int builtin_dump_plain(struct pt_space *space, const struct op *op,
		       uint32_t flags, const struct pt_shadow *shadow,
		       struct trace *trace);
int builtin_translate(struct pt_space *space, const struct op *op,
		      struct trace *trace);
int builtin_iterate(struct pt_space *space, const struct op *op,
		    struct trace *trace);
/* From the current space to the other one; what it allocates the arena says. */
int builtin_copy(struct subject *subject, const struct op *op);
int builtin_identity(struct pt_space *space, const struct op *op);
/* Of the current space and the other one. */
int builtin_pair(struct subject *subject, const struct op *op,
		 struct trace *trace);
/*
 * pt_table_at() of the operation's address and depth in the current space.  The
 * arena hears what it says of the table.
 */
int builtin_table_at(struct subject *subject, const struct op *op,
		     struct pt_owner *owner);
/* Of a table of the current space; the search is in both. */
int builtin_owner(struct subject *subject, const struct op *op,
		  struct trace *trace);

#endif
