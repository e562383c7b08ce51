/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of each operation, and of the walk.
 */
#ifndef ORACLES_EXPECT_H
#define ORACLES_EXPECT_H

#include <tablewalk/op.h>
#include <tablewalk/trace.h>

#include "model.h"

/* The failure of an operation that the model has no memory for. */
#define EXPECT_NO_HOST_MEMORY 1

/*
 * Interpret one OP_WALK, OP_WALK_VMA or OP_INSTALL: emit everything but the
 * return; the latter two may change the model.  Return what the walk returns,
 * which may be any number: where the model has no memory the trace overflows.
 */
int expect_walk(struct oracle *oracle, const struct op *op,
		struct trace *trace);
int expect_walk_vma(struct oracle *oracle, const struct op *op,
		    struct trace *trace);
int expect_install(struct oracle *oracle, const struct op *op,
		   struct trace *trace);

/* Carries out one OP_VMA. */
int expect_vma(struct oracle *oracle, const struct op *op);

/* What pt_table_at() returns (table_owner.h); else 0 and the offset of va. */
int expect_table_at(const struct oracle *oracle, uint64_t va, unsigned depth,
		    uint64_t *offset);

/* OP_OWNER (table_owner.h).  What it returns may be any number too. */
int expect_owner(const struct oracle *oracle, const struct op *op,
		 struct trace *trace);

/* OP_POISON (table_owner.h): the same. */
int expect_poison(const struct oracle *oracle, const struct op *op,
		  struct trace *trace);

/*
 * What looks at a state and puts it back: OP_POKE (walk.h), OP_SHADOW (shadow.h)
 * and OP_CLONE (clone.h).  The model is what it was, but for the tables that a
 * shadow leaves.
 */
int expect_poke(struct oracle *oracle, const struct op *op,
		struct trace *trace);
int expect_shadow(struct oracle *oracle, const struct op *op,
		  struct trace *trace);
int expect_clone(struct oracle *oracle, const struct op *op,
		 struct trace *trace);

/*
 * Interprets one operation of any kind: changes the model, emits everything but
 * the return.  Returns what the operation returns; where the model has no
 * memory the trace overflows.
 */
int expect_op(struct oracle *oracle, const struct op *op, struct trace *trace);

/*
 * Whether OP_DURING holds the operation, whose turn it is (expect_during.c):
 * then there is nothing else to expect of it but that it returns 0.  OP_DURING
 * itself is such an operation.
 */
bool expect_held(struct oracle *oracle, const struct op *op);

/*
 * What the next walk is to carry out, and during which callback; the number is
 * 0 where there is nothing.  It is forgotten with that.
 */
struct model_during expect_take_held(struct oracle *oracle);

/* Carries it out in a walk: its events, and that it ended. */
void expect_inner(struct oracle *oracle, const struct op *op,
		  struct trace *trace);

/*
 * Interprets one operation on tables, or switch, fail or ctor-fail: changes the model,
 * emits everything but the return.  Returns what the operation returns.
 */
int expect_table_op(struct oracle *oracle, const struct op *op,
		    struct trace *trace);

/* OP_DUMP (ptdump.h), OP_ITERATE (vpte.h), OP_COPY (pt_copy()): the same. */
int expect_dump(const struct oracle *oracle, const struct op *op,
		struct trace *trace);
int expect_iterate(struct oracle *oracle, const struct op *op,
		   struct trace *trace);
int expect_copy(struct oracle *oracle, const struct op *op,
		struct trace *trace);

/* OP_TRANSLATE, OP_IDENTITY (identity.h), OP_PAIR (vpte_pair.h): the same. */
int expect_translate(struct oracle *oracle, const struct op *op,
		     struct trace *trace);
int expect_identity(struct oracle *oracle, const struct op *op,
		    struct trace *trace);
int expect_pair(struct oracle *oracle, const struct op *op,
		struct trace *trace);

#endif
