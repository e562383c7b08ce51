/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A subject as the harness drives it: two address spaces, operations in, trace
 * out.  One is built in (subjects/builtin.c); other people's are behind
 * tablewalk/subject.h (subjects/foreign.h); a build with deliberate defects has
 * impostors besides (subjects/impostor.h).
 */
#ifndef HARNESS_SUBJECT_H
#define HARNESS_SUBJECT_H

#include <tablewalk/op.h>
#include <tablewalk/table_ops.h>
#include <tablewalk/trace.h>

#include "arena.h"
#include "vma.h"

struct subject;

/* Who carries the operations out. */
struct subject_kind {
	const char *name;		/* as --subject takes it */
	const char *what;		/* one line for `tablewalk list' */
	/*
	 * One operation at its turn: appends what it did to *trace, but for
	 * TRACE_RETURN, and returns the operation's return value.  NULL: it is
	 * one of subjects/foreign.h, which has its own way with cases.
	 */
	int (*turn)(struct subject *subject, const struct op *op,
		    struct trace *trace);
};

extern const struct subject_kind subject_builtin;

struct subject {
	const struct subject_kind *kind;
	struct pt_space space[PT_SPACES];
	struct vma_list vmas[PT_SPACES];	/* of each space */
	unsigned current;
	struct arena *arena;
	/*
	 * OP_DURING (walk.h): the number of the callback, or 0; with holds, held
	 * is what the next OP_WALK carries out there, else that is still to come.
	 */
	uint8_t during;
	bool holds;
	struct op held;
	/* What an impostor remembers: operations so far, and a place. */
	uint32_t turns, due;
	struct op last_map;
	unsigned last_space;
};

/*
 * Appends one VISIT or HOLE that trace_extend() did not take.  A function of
 * its own in a file of its own, so that the callbacks which nearly always
 * extend stay small.
 */
void trace_start(struct trace *trace, unsigned type, int depth, unsigned kind,
		 unsigned order, uint32_t attrs, uint64_t pa, uint64_t va,
		 uint64_t last_va);

/*
 * Makes both spaces, without VMAs; false when the arena is exhausted.  The
 * subject stays where it is from then on.  It is of the built-in kind; another
 * one may be set before the first operation.
 */
bool subject_open(struct subject *subject, const struct pt_format *format,
		  struct arena *arena);

/* The same without tables: the caller sets the roots of both spaces. */
void subject_view(struct subject *subject, const struct pt_format *format,
		  struct arena *arena);

/* Sets what walks of both spaces do differently: WALK_* of op.h. */
void subject_walk_flags(struct subject *subject, uint32_t flags);

/* Whether op is of a kind that OP_DURING holds. */
bool subject_can_hold(const struct op *op);

/* Whether op, if it came next, would be held instead of carried out. */
bool subject_would_hold(const struct subject *subject, const struct op *op);

/* What op, if it came next, would carry out inside a callback, or NULL. */
const struct op *subject_would_carry(const struct subject *subject,
				     const struct op *op);

/*
 * Carries out one operation and appends what it did to *trace, TRACE_RETURN
 * last.  Returns the operation's return value.
 */
int subject_apply(struct subject *subject, const struct op *op,
		  struct trace *trace);

#endif
