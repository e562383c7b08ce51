/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walks of the built-in subject; see builtin_walk.c. */
#ifndef HARNESS_BUILTIN_WALK_H
#define HARNESS_BUILTIN_WALK_H

#include "../subject.h"

/* Carries the operation out inside a callback, with TRACE_INNER as its end. */
void builtin_carry_out(struct subject *subject, const struct op *op,
		       struct trace *trace);

/*
 * OP_WALK of the current space, with the operation that is held, if one is; it is
 * not forgotten here.  What the walk returned.
 */
int builtin_walk(struct subject *subject, const struct op *op,
		 struct trace *trace);

/* A walk of the operation's range with pte_entry alone: OP_SHADOW_LONG. */
int builtin_walk_pages(struct pt_space *space, const struct op *op,
		       struct trace *trace);

/*
 * A walk of the operation's range of the current space with every callback that
 * OP_POKE sets; whose a table is the arena answers.
 */
int builtin_walk_asking(struct subject *subject, const struct op *op,
			struct trace *trace);

/* OP_WALK_VMA and OP_INSTALL: what the walk returned. */
int builtin_walk_vma(struct pt_space *space, const struct op *op,
		     struct trace *trace);
int builtin_install(struct pt_space *space, const struct op *op,
		    struct trace *trace);

#endif
