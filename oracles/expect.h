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

/* Interprets one OP_WALK; returns what the walk returns. */
int expect_walk(const struct oracle *oracle, const struct op *op,
		struct trace *trace);

/*
 * Interprets one operation on tables, or switch or fail: changes the model,
 * emits everything but the return.  Returns what the operation returns.
 */
int expect_table_op(struct oracle *oracle, const struct op *op,
		    struct trace *trace);

#endif
