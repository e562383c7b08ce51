/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What becomes of generated cases: the share of each outcome, by the model
 * alone.  The figures are printed; only what would make the cases useless is
 * judged.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../harness/case.h"
#include "../../harness/fit.h"
#include "../../harness/generate.h"
#include "../../oracles/oracle.h"

#define EVENTS 65536

enum outcome {
	DONE,
	STOPPED, /* a callback's value, or -EAGAIN */
	MALFORMED,
	RANGE,
	UNSUPPORTED,
	EXISTS,
	NO_ENTRY,
	BUSY,
	NO_MEMORY,
	OUTCOMES,
};

static enum outcome outcome_of(const struct op *op, int ret)
{
	/* What counts something says how many. */
	if (ret == 0 || (ret > 0 && op->kind != OP_WALK))
		return DONE;
	if (ret == -EINVAL)
		return MALFORMED;
	if (ret == -ERANGE)
		return RANGE;
	if (op->kind == OP_WALK)
		return STOPPED;
	switch (ret) {
	case -EOPNOTSUPP:
		return UNSUPPORTED;
	case -EEXIST:
		return EXISTS;
	case -ENOENT:
		return NO_ENTRY;
	case -EBUSY:
		return BUSY;
	case -ENOMEM:
		return NO_MEMORY;
	default:
		return STOPPED;
	}
}

struct outcomes {
	unsigned count[OP_KINDS][OUTCOMES];
	unsigned total[OP_KINDS];
};

static void count_case(struct oracle *oracle, const struct pt_format *f,
		       const struct tw_case *c, struct trace_event *events,
		       struct outcomes *out)
{
	const struct case_place place = { f, 0, 0 };
	struct pt_regime regime = {
		.control = f->regime[c->header.regime % f->regime_count],
		.pa_bits = f->pa_bits,
	};
	struct case_resolver r;
	struct op op;

	oracle_reset(oracle, &regime);
	case_resolver_init(&r, c, &place);
	while (case_resolve(&r, &op)) {
		struct trace trace = { .event = events, .capacity = EVENTS };

		if (op.kind == OP_NOP)
			continue;
		oracle_expect(oracle, &op, &trace);
		assert_false(trace.overflow);
		assert_true(trace.count > 0);
		out->count[op.kind]
			  [outcome_of(&op, events[trace.count - 1].ret)]++;
		out->total[op.kind]++;
	}
}

static void print_outcomes(const struct outcomes *o, unsigned kinds)
{
	print_message("%-10s %6s %6s %6s %6s %6s %6s %6s %6s %6s\n", "%",
		      "done", "stop", "inval", "range", "unsup", "exist",
		      "noent", "busy", "nomem");
	for (unsigned kind = OP_MAP; kind < kinds; kind++) {
		print_message("%-10s", op_kind_name(kind));
		for (unsigned i = 0; i < OUTCOMES; i++)
			print_message(" %6.1f", 100.0 * o->count[kind][i] /
							o->total[kind]);
		print_message("\n");
	}
}

/* One in so many of a kind must succeed; units are rarely whole. */
static unsigned rarest(unsigned kind)
{
	return kind == OP_COLLAPSE || kind == OP_SPLIT ? 100 : 20;
}

/*
 * Operations that did what they were asked to, of all: a walk that its callback
 * ended is one.
 */
static unsigned executed_percent(const struct outcomes *o, unsigned kinds)
{
	unsigned done = 0, total = 0;

	for (unsigned kind = OP_MAP; kind < kinds; kind++) {
		done += o->count[kind][DONE] + o->count[kind][STOPPED];
		total += o->total[kind];
	}
	return 100 * done / total;
}

/*
 * For every format: each kind that it can have succeeds often enough to matter, and each error
 * that the contract names for map comes up.
 */
static void every_outcome_comes_up(void **state)
{
	struct generate_options options = {
		.mask = OP_MASK_V1,
		.records = CASE_RECORDS,
	};
	struct trace_event *events = calloc(EVENTS, sizeof(*events));

	(void)state;
	assert_non_null(events);
	for (unsigned f = 0; f < pt_format_count; f++) {
		const struct pt_format *format = pt_formats[f];
		struct oracle *oracle = oracle_create(mmu_find(format->name));
		struct outcomes o = { 0 };
		struct tw_case c;
		struct rng rng;

		assert_non_null(oracle);
		options.format = format;
		rng_seed(&rng, 40);
		for (unsigned n = 0; n < 600; n++) {
			generate_case(&rng, &options, &c);
			count_case(oracle, format, &c, events, &o);
		}
		oracle_destroy(oracle);
		print_message("%s\n", format->name);
		print_outcomes(&o, OP_INSTALL);
		for (unsigned kind = OP_MAP; kind < OP_INSTALL; kind++)
			if (fit_kind(format, kind))
				assert_true(o.count[kind][DONE] *
						    rarest(kind) >
					    o.total[kind]);
		for (unsigned i = 0; i < OUTCOMES; i++)
			if (i != STOPPED && i != NO_ENTRY && i != BUSY)
				assert_true(o.count[OP_MAP][i] > 0);
		assert_in_range(executed_percent(&o, OP_INSTALL), 60, 100);
	}
	free(events);
}

/*
 * The same of the newest version: more than half of what it asks for is done, and of
 * the kinds that it came with each one often enough, on every format.
 */
static void newest_kinds_are_carried_out(void **state)
{
	const uint64_t newest = OP_MASK_V3 & ~OP_MASK_V2;
	struct generate_options options = {
		.version = CASE_NEWEST,
		.records = CASE_RECORDS,
	};
	struct trace_event *events = calloc(EVENTS, sizeof(*events));

	(void)state;
	assert_non_null(events);
	for (unsigned f = 0; f < pt_format_count; f++) {
		const struct pt_format *format = pt_formats[f];
		struct oracle *oracle = oracle_create(mmu_find(format->name));
		struct outcomes o = { 0 };
		struct tw_case c;
		struct rng rng;

		assert_non_null(oracle);
		options.format = format;
		rng_seed(&rng, 41);
		for (unsigned n = 0; n < 300; n++) {
			generate_case(&rng, &options, &c);
			count_case(oracle, format, &c, events, &o);
		}
		oracle_destroy(oracle);
		print_message("%s: %u %%\n", format->name,
			      executed_percent(&o, OP_KINDS));
		print_outcomes(&o, OP_KINDS);
		for (unsigned kind = OP_MAP; kind < OP_KINDS; kind++)
			if (newest >> kind & 1)
				assert_true((o.count[kind][DONE] +
					     o.count[kind][STOPPED]) * 4 >
					    o.total[kind]);
		assert_in_range(executed_percent(&o, OP_KINDS), 60, 100);
	}
	free(events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome_comes_up),
		cmocka_unit_test(newest_kinds_are_carried_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
