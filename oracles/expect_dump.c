/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of a dump: the runs of a range, from extents, holes
 * between tables, and what tables deny.
 *
 * Source: include/tablewalk/ptdump.h, the text; rule numbers R46 to R51 are
 * those of docs/walker-rules.md.
 */
#include "defect.h"
#include "expect.h"

/* PT_DUMP_HOLES of ptdump.h, in op.nth: holes are runs too. */
#define DUMP_HOLES 0x1u

struct dump {
	const struct op *op;
	struct trace *trace;
	uint64_t base;			/* address minus offset */
	unsigned page_shift;
	uint64_t wx_pages;
	struct flat_view run;		/* in progress, in offsets */
};

/* R46: depth, kind, attributes and the rights taken away above are the same. */
static bool alike(const struct flat_view *a, const struct flat_view *b)
{
	return a->depth == b->depth && a->kind == b->kind &&
	       a->attrs == b->attrs && a->denied == b->denied;
}

static void emit(const struct dump *d, uint64_t va, uint64_t last)
{
	struct trace_event event = {
		.type = TRACE_RUN,
		.va = va,
		.last = last,
		.count = 1,
		.depth = (int8_t)d->run.depth,
		.kind = d->run.kind,
		.attrs = d->run.attrs,
		.removed = ODEF(DUMP_RIGHTS_FORGOTTEN, d->run.denied, 0),
	};

	trace_emit(d->trace, &event);
}

/* R51: what is writable and executable after what the tables take away. */
static bool write_and_execute(const struct flat_view *run)
{
	uint32_t effective = run->attrs & ~run->denied;

	return run->kind == PT_LEAF && (effective & PT_W) && (effective & PT_X);
}

/* The run in progress is over.  The one marker there is may cut it in two. */
static void flush(struct dump *d)
{
	uint64_t va = d->base + d->run.first, last = d->base + d->run.last;
	uint64_t marker = d->op->floor;

	if (write_and_execute(&d->run))
		d->wx_pages += (last - va + 1) >> d->page_shift;
	if (d->run.kind == PT_NONE && !(d->op->nth & DUMP_HOLES))
		return;
	if (marker > va && marker <= last) {
		emit(d, va, marker - 1);
		va = marker;
	}
	emit(d, va, last);
}

int expect_dump(const struct oracle *oracle, const struct op *op,
		struct trace *trace)
{
	const struct flat_space *space = &oracle->space[oracle->current];
	struct trace_event wx = { .type = TRACE_WX, .count = 1 };
	struct flat_cursor cursor = { 0 };
	struct dump d = {
		.op = op,
		.trace = trace,
		.page_shift = oracle->arch->page_shift,
	};
	uint64_t first, last;
	int ret = model_check_range(oracle, op->va, op->last, &first, &last);

	if (ret)
		return ret;
	d.base = op->va - first;
	flat_look(space, &cursor, first, first, last, &d.run);
	while (d.run.last != last) {
		struct flat_view next;
		uint64_t at = d.run.last + 1;

		flat_look(space, &cursor, at, at, last, &next);
		if (alike(&d.run, &next)) {
			d.run.last = next.last;
			continue;
		}
		flush(&d);
		d.run = next;
	}
	/* R47: the last run ends where the range does. */
	flush(&d);
	wx.pa = d.wx_pages;
	trace_emit(trace, &wx);
	return 0;
}
