/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What defective comparisons of events call (defect.h).  In a header, since in an
 * ordinary build nobody does.
 */
#ifndef ORACLES_DEFECT_DIFFER_H
#define ORACLES_DEFECT_DIFFER_H

#include <tablewalk/trace.h>

/* Whether two events are the same but for one of these. */
static inline bool same_but_depth(struct trace_event want,
				  const struct trace_event *seen)
{
	want.depth = seen->depth;
	return trace_event_equal(&want, seen);
}

static inline bool same_but_rights(struct trace_event want,
				   const struct trace_event *seen)
{
	want.removed = seen->removed;
	return trace_event_equal(&want, seen);
}

static inline bool same_but_return(struct trace_event want,
				   const struct trace_event *seen)
{
	want.ret = seen->ret;
	return trace_event_equal(&want, seen);
}

static inline bool same_but_address(struct trace_event want,
				    const struct trace_event *seen)
{
	want.pa = seen->pa;
	return trace_event_equal(&want, seen);
}

/* With what goes with a kind. */
static inline bool same_but_kind(struct trace_event want,
				 const struct trace_event *seen)
{
	want.kind = seen->kind;
	want.pa = seen->pa;
	want.attrs = seen->attrs;
	return trace_event_equal(&want, seen);
}

/* Whether the last event that is expected is this one. */
static inline bool ends_alike(const struct trace *expected,
			      const struct trace_event *seen)
{
	return trace_event_equal(&expected->event[expected->count - 1], seen);
}

#endif
