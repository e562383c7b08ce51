/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What OP_DURING holds back, and its turn inside a callback.
 *
 * Source: include/tablewalk/walk.h, "Operations on these in a case".  What the
 * walk does after it is in expect_walk.c.
 */
#include "defect.h"
#include "expect.h"

/* Whether operations of that kind can be held. */
static bool can_be_held(unsigned kind)
{
	switch (kind) {
	case OP_MAP:
	case OP_UNMAP:
	case OP_PROTECT:
	case OP_SPLIT:
	case OP_COLLAPSE:
	case OP_RESTRICT:
	case OP_SETKIND:
	case OP_FREE:
	case OP_INSTALL:
		return true;
	default:
		return false;
	}
}

bool expect_held(struct oracle *oracle, const struct op *op)
{
	struct model_during *during = &oracle->during;
	uint8_t nth = during->waits;

	if (op->kind == OP_DURING) {
		*during = (struct model_during){ .waits = op->nth };
		return true;
	}
	/* Whatever follows ends the wait. */
	during->waits = 0;
	if (!nth || !can_be_held(op->kind))
		return false;
	during->nth = ODEF(HELD_TOO_LONG, nth, (uint8_t)(nth + 1u));
	during->op = *op;
	return true;
}

struct model_during expect_take_held(struct oracle *oracle)
{
	struct model_during taken = oracle->during;

	oracle->during.nth = 0;
	return taken;
}

void expect_inner(struct oracle *oracle, const struct op *op,
		  struct trace *trace)
{
	struct trace_event event = { .type = TRACE_INNER, .count = 1 };

	event.ret = expect_op(oracle, op, trace);
	trace_emit(trace, &event);
}
