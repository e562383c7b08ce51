/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which finding two traces that differ give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"

/* A run of three page visits, two table releases, the return. */
static const struct trace_event base[] = {
	{ .type = TRACE_VISIT, .va = 0x1000, .last = 0x3fff, .pa = 0x8000,
	  .count = 3, .depth = PT_PTE, .kind = PT_LEAF, .attrs = PT_R },
	{ .type = TRACE_FREE, .pa = 4096, .count = 2 },
	{ .type = TRACE_RETURN, .count = 1 },
};
#define EVENTS (sizeof(base) / sizeof(base[0]))

struct pair {
	struct trace_event want_event[8], seen_event[8];
	struct trace want, seen;
	struct finding finding;
};

static void reset(struct pair *p)
{
	memset(p, 0, sizeof(*p));
	p->want.event = p->want_event;
	p->seen.event = p->seen_event;
	p->want.capacity = p->seen.capacity = 8;
	for (unsigned i = 0; i < EVENTS; i++) {
		trace_emit(&p->want, &base[i]);
		trace_emit(&p->seen, &base[i]);
	}
}

static void differs(struct pair *p, enum check_id check, const char *divergence)
{
	assert_false(oracle_trace_equal(&p->want, &p->seen, &p->finding));
	assert_string_equal(check_name(p->finding.check), check_name(check));
	assert_string_equal(p->finding.divergence, divergence);
	assert_true(p->finding.expected[0] && p->finding.seen[0]);
	assert_string_not_equal(p->finding.expected, p->finding.seen);
}

/* Equal traces are equal, also when one has a run in two pieces. */
static void equal_traces_are_equal(void **state)
{
	struct pair p;

	(void)state;
	reset(&p);
	assert_true(oracle_trace_equal(&p.want, &p.seen, &p.finding));
	memmove(&p.seen_event[1], &p.seen_event[0], 3 * sizeof(base[0]));
	p.seen.count = 4;
	p.seen_event[0].last = 0x1fff;
	p.seen_event[0].count = 1;
	p.seen_event[1].va = 0x2000;
	p.seen_event[1].pa = 0x9000;
	p.seen_event[1].count = 2;
	assert_true(oracle_trace_equal(&p.want, &p.seen, &p.finding));
	p.seen_event[1].attrs = PT_R | PT_W;
	differs(&p, CHECK_TRACE_VISIT, "prot");
	/* The finding is about the second page, not about the run. */
	assert_int_equal(p.finding.va, 0x2000);
	assert_int_equal(p.finding.depth, PT_PTE);
}

/* Each field has its word. */
static void each_field_has_its_word(void **state)
{
	struct pair p;

	(void)state;
	reset(&p);
	p.seen_event[0].pa++;
	differs(&p, CHECK_TRACE_VISIT, "pfn");
	reset(&p);
	p.seen_event[0].depth = PT_PMD;
	differs(&p, CHECK_TRACE_VISIT, "depth");
	reset(&p);
	p.seen_event[0].kind = PT_NONE;
	differs(&p, CHECK_TRACE_VISIT, "kind");
	reset(&p);
	p.seen_event[0].order = 2;
	differs(&p, CHECK_TRACE_VISIT, "order");
	reset(&p);
	p.seen_event[0].va += 0x1000;
	p.seen_event[0].last += 0x1000;
	differs(&p, CHECK_TRACE_VISIT, "range");
	reset(&p);
	p.seen_event[1].pa = 8192;
	differs(&p, CHECK_TRACE_ALLOC, "depth");
	reset(&p);
	p.seen_event[2].ret = -12;
	differs(&p, CHECK_TRACE_RETURN, "retval");
	reset(&p);
	p.seen_event[0].type = TRACE_HOLE;
	differs(&p, CHECK_TRACE_VISIT, "kind");
}

/* A missing event is named by what was expected, a surplus one by itself. */
static void missing_and_surplus_events(void **state)
{
	struct pair p;

	(void)state;
	/* One page fewer. */
	reset(&p);
	p.seen_event[0].count = 2;
	p.seen_event[0].last = 0x2fff;
	differs(&p, CHECK_TRACE_VISIT, "kind");
	assert_int_equal(p.finding.va, 0x3000);
	/* One table not released. */
	reset(&p);
	p.seen_event[1].count = 1;
	differs(&p, CHECK_TRACE_ALLOC, "leak");
	/* One too many. */
	reset(&p);
	p.seen_event[1].count = 3;
	differs(&p, CHECK_TRACE_ALLOC, "ghost");
	/* No return. */
	reset(&p);
	p.seen.count--;
	differs(&p, CHECK_TRACE_RETURN, "lost");
	/* Visits are missing before the return. */
	reset(&p);
	p.want.count = p.seen.count = 0;
	trace_emit(&p.want, &base[0]);
	trace_emit(&p.want, &base[2]);
	trace_emit(&p.seen, &base[2]);
	differs(&p, CHECK_TRACE_VISIT, "lost");
	assert_string_equal(p.finding.expected,
			    "visit pte 0x1000-0x3fff x3 leaf order 0 pa 0x8000 "
			    "r-------- wb key 0");
	assert_string_equal(p.finding.seen, "return 0");
}

/* A trace that is cut off is no equal of one that is not. */
static void overflow_is_found(void **state)
{
	struct pair p;

	(void)state;
	reset(&p);
	p.seen.overflow = true;
	differs(&p, CHECK_OVERFLOW, "count");
	p.want.overflow = true;
	assert_true(oracle_trace_equal(&p.want, &p.seen, &p.finding));
}

/* Every check has a name of its own. */
static void checks_have_names(void **state)
{
	(void)state;
	for (unsigned a = 0; a < CHECKS; a++) {
		assert_true(strlen(check_name((enum check_id)a)) > 1);
		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(check_name((enum check_id)a),
						check_name((enum check_id)b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_traces_are_equal),
		cmocka_unit_test(each_field_has_its_word),
		cmocka_unit_test(missing_and_surplus_events),
		cmocka_unit_test(overflow_is_found),
		cmocka_unit_test(checks_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
