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

/* Compares one event with a changed one, each before a return. */
static void differ_in(struct pair *p, const struct trace_event *want,
		      const struct trace_event *seen, enum check_id check,
		      const char *divergence)
{
	reset(p);
	p->want.count = p->seen.count = 0;
	trace_emit(&p->want, want);
	trace_emit(&p->seen, seen);
	trace_emit(&p->want, &base[EVENTS - 1]);
	trace_emit(&p->seen, &base[EVENTS - 1]);
	differs(p, check, divergence);
}

static void prints(const struct trace_event *event, const char *line)
{
	char text[160];

	oracle_print_event(text, sizeof(text), event);
	assert_string_equal(text, line);
}

/* What is called around VMAs and tables: ranges, and a table's depth. */
static void calls_around_vmas_have_words(void **state)
{
	static const enum trace_type types[] = {
		TRACE_TEST, TRACE_PRE, TRACE_POST, TRACE_TABLE, TRACE_HUGETLB,
	};
	struct pair p;

	(void)state;
	for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct trace_event want = { .type = (uint8_t)types[i],
					    .va = 0x1000, .last = 0x2fff,
					    .count = 1 };
		struct trace_event seen = want;

		seen.last = 0x3fff;
		differ_in(&p, &want, &seen, CHECK_TRACE_VMA, "range");
		assert_int_equal(p.finding.va, 0x1000);
		/* It is missing. */
		reset(&p);
		p.want.count = p.seen.count = 0;
		trace_emit(&p.want, &want);
		trace_emit(&p.want, &base[EVENTS - 1]);
		trace_emit(&p.seen, &base[EVENTS - 1]);
		differs(&p, CHECK_TRACE_VMA, "lost");
		/* And too many. */
		p.want.count = 0;
		trace_emit(&p.want, &base[EVENTS - 1]);
		p.seen.count = 0;
		trace_emit(&p.seen, &want);
		trace_emit(&p.seen, &base[EVENTS - 1]);
		differs(&p, CHECK_TRACE_VMA, "ghost");
	}
	prints(&(struct trace_event){ .type = TRACE_TEST, .va = 0x1000,
				      .last = 0x2fff, .count = 1 },
	       "test 0x1000-0x2fff");
	prints(&(struct trace_event){ .type = TRACE_PRE, .last = 0xfff,
				      .count = 1 },
	       "pre-vma 0x0-0xfff");
	prints(&(struct trace_event){ .type = TRACE_POST, .last = 0xfff,
				      .count = 1 },
	       "post-vma 0x0-0xfff");
	prints(&(struct trace_event){ .type = TRACE_TABLE, .depth = PT_PMD,
				      .last = 0xfff, .count = 1 },
	       "table pmd 0x0-0xfff");
}

/* Entries of huge pages have a depth, those of VMAs around them none. */
static void hugetlb_has_a_depth(void **state)
{
	struct trace_event want = { .type = TRACE_HUGETLB, .count = 1,
				    .depth = PT_PMD, .last = 0x1fffff,
				    .kind = PT_LEAF, .pa = 0x200000 };
	struct trace_event seen = want;
	struct pair p;

	(void)state;
	seen.pa = 0;
	differ_in(&p, &want, &seen, CHECK_TRACE_VMA, "pfn");
	assert_int_equal(p.finding.depth, PT_PMD);
	prints(&want, "hugetlb pmd 0x0-0x1fffff x1 leaf order 0 pa 0x200000 "
		      "--------- wb key 0");
	want = (struct trace_event){ .type = TRACE_TEST, .count = 1 };
	seen = want;
	seen.last = 0xfff;
	differ_in(&p, &want, &seen, CHECK_TRACE_VMA, "range");
	assert_int_equal(p.finding.depth, PT_DEPTH_UNKNOWN);
}

/* Installs and items are runs: the finding is about the one that differs. */
static void installs_and_items_are_runs(void **state)
{
	static const struct {
		uint8_t type;
		enum check_id check;
		const char *line;
	} run[] = {
		{ TRACE_INSTALL, CHECK_TRACE_INSTALL,
		  "install pte 0x1000-0x3fff x3 leaf order 0 pa 0x8000 "
		  "r-------- wb key 0" },
		{ TRACE_ITEM, CHECK_TRACE_ITEM,
		  "item pte 0x1000-0x3fff x3 leaf order 0 pa 0x8000 "
		  "r-------- wb key 0" },
	};
	struct pair p;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct trace_event event = base[0], first = base[0];

		event.type = first.type = run[i].type;
		prints(&event, run[i].line);
		/* The run in two pieces is the same. */
		reset(&p);
		p.want.count = p.seen.count = 0;
		trace_emit(&p.want, &event);
		first.last = 0x1fff;
		first.count = 1;
		trace_emit(&p.seen, &first);
		p.seen_event[1] = event;
		p.seen_event[1].va = 0x2000;
		p.seen_event[1].pa = 0x9000;
		p.seen_event[1].count = 2;
		p.seen.count = 2;
		assert_true(oracle_trace_equal(&p.want, &p.seen, &p.finding));
		p.seen_event[1].pa = 0xa000;
		differs(&p, run[i].check, "pfn");
		assert_int_equal(p.finding.va, 0x2000);
		assert_int_equal(p.finding.depth, PT_PTE);
	}
}

/* A dump: runs by what they say, and the count of pages. */
static void dumps_have_words(void **state)
{
	const struct trace_event want = { .type = TRACE_RUN, .count = 1,
					  .depth = PT_PMD, .last = 0x3fffff,
					  .kind = PT_LEAF, .attrs = PT_R | PT_W,
					  .removed = PT_W };
	const struct trace_event pages = { .type = TRACE_WX, .count = 1,
					   .pa = 5 };
	struct trace_event seen = want;
	struct pair p;

	(void)state;
	seen.removed = 0;
	differ_in(&p, &want, &seen, CHECK_TRACE_DUMP, "prot");
	seen = want;
	seen.last = 0x1fffff;
	differ_in(&p, &want, &seen, CHECK_TRACE_DUMP, "range");
	assert_int_equal(p.finding.depth, PT_PMD);
	seen = pages;
	seen.pa = 4;
	differ_in(&p, &pages, &seen, CHECK_TRACE_DUMP, "count");
	assert_int_equal(p.finding.depth, PT_DEPTH_UNKNOWN);
	prints(&want, "run pmd 0x0-0x3fffff leaf rw------- wb key 0 removed "
		      "-w--");
	prints(&pages, "wx 5 pages");
}

/* The end of an operation in a callback is a return, of no address. */
static void inner_operations_have_words(void **state)
{
	const struct trace_event want = { .type = TRACE_INNER, .count = 1,
					  .ret = -16 };
	const struct trace_event *end = &base[EVENTS - 1];
	struct trace_event seen = want;
	struct pair p;

	(void)state;
	prints(&want, "inner -16");
	seen.ret = 0;
	differ_in(&p, &want, &seen, CHECK_TRACE_RETURN, "retval");
	assert_int_equal(p.finding.depth, PT_DEPTH_UNKNOWN);
	assert_string_equal(p.finding.expected, "inner -16");
	/* It was not carried out. */
	differ_in(&p, &want, end, CHECK_TRACE_RETURN, "lost");
	assert_string_equal(p.finding.seen, "return 0");
	/* It was, and should not have been. */
	differ_in(&p, end, &want, CHECK_TRACE_RETURN, "ghost");
	/* It did too little, and too much. */
	differ_in(&p, &base[0], &want, CHECK_TRACE_VISIT, "lost");
	assert_int_equal(p.finding.va, 0x1000);
	differ_in(&p, &base[1], &want, CHECK_TRACE_ALLOC, "leak");
	differ_in(&p, &want, &base[1], CHECK_TRACE_ALLOC, "ghost");
	differ_in(&p, &want, &base[0], CHECK_TRACE_VISIT, "ghost");
	assert_int_equal(p.finding.va, 0x1000);
	assert_int_equal(p.finding.depth, PT_PTE);
}

/* What is poisoned and what is lost have addresses, what is stray a depth. */
static void poison_and_strays_have_words(void **state)
{
	const struct trace_event table = { .type = TRACE_POISON, .count = 1,
					   .depth = PT_PMD, .last = 0x1fffff };
	const struct trace_event lost = { .type = TRACE_LOST, .count = 1,
					  .va = 0x1000, .last = 0x1fff };
	const struct trace_event stray = { .type = TRACE_STRAY, .count = 1,
					   .depth = PT_PTE, .order = 1,
					   .removed = 1, .kind = PT_PMD };
	struct trace_event seen = table;
	struct pair p;

	(void)state;
	seen.order = 1;
	differ_in(&p, &table, &seen, CHECK_TRACE_POISON, "order");
	assert_int_equal(p.finding.depth, PT_PMD);
	seen = lost;
	seen.last = 0x2fff;
	differ_in(&p, &lost, &seen, CHECK_TRACE_POISON, "range");
	assert_int_equal(p.finding.va, 0x1000);
	assert_int_equal(p.finding.depth, PT_DEPTH_UNKNOWN);
	seen = stray;
	seen.kind = PT_PTE;
	differ_in(&p, &stray, &seen, CHECK_TRACE_STRAY, "kind");
	assert_int_equal(p.finding.depth, PT_PTE);
	prints(&table, "poison pmd 0x0-0x1fffff space 0");
	prints(&lost, "lost 0x1000-0x1fff");
	prints(&stray, "stray pte space 1 found pmd space 0");
	seen.removed = 0;
	prints(&seen, "stray pte space 1 found none");
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
		cmocka_unit_test(calls_around_vmas_have_words),
		cmocka_unit_test(hugetlb_has_a_depth),
		cmocka_unit_test(installs_and_items_are_runs),
		cmocka_unit_test(dumps_have_words),
		cmocka_unit_test(inner_operations_have_words),
		cmocka_unit_test(poison_and_strays_have_words),
		cmocka_unit_test(missing_and_surplus_events),
		cmocka_unit_test(overflow_is_found),
		cmocka_unit_test(checks_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
