/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Folding: which levels count as folded at run time is seen in the depth of
 * holes in the root and nowhere else.
 *
 * Source: include/tablewalk/walk.h, pt_hole_fn; docs/walker-rules.md, R17, R18.
 */
#include "folding_fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/folding.h"
#include "../../harness/run.h"

/* Random cases for each folding of each format, besides the seeds. */
#define CASES 24

static const struct folding every = { .mode = FOLDING_ALL };

/* How the levels above a page table may be folded: all of them, or some. */
enum { P4D = 1 << PT_P4D, PUD = 1 << PT_PUD, PMD = 1 << PT_PMD };

/*
 * The depth that an empty entry of the root is reported with, worked out by
 * hand from Linux's real_depth() (mm/pagewalk.c): 3 becomes 2 where the pmd is
 * folded by the compiler, then 2 becomes 1 where the pud is, then 1 becomes 0
 * where the p4d is.  A level that is folded while running ends that: the types
 * have it, so PTRS_PER_PxD is not 1.
 */
static const struct {
	uint8_t top, folded;
	int8_t depth;
} hole_depths[] = {
	/* Five levels: nothing is folded. */
	{ PT_PGD, 0, 0 },
	/* Four: the p4d is folded by the compiler; while running. */
	{ PT_P4D, 0, 0 },
	{ PT_P4D, P4D, 1 },
	/* Three: 2 -> 1 -> 0; stops at 1; stays. */
	{ PT_PUD, 0, 0 },
	{ PT_PUD, P4D, 1 },
	{ PT_PUD, PUD, 2 },
	{ PT_PUD, P4D | PUD, 2 },
	/* Two: 3 -> 2 -> 1 -> 0; the lowest that is kept stops it. */
	{ PT_PMD, 0, 0 },
	{ PT_PMD, P4D, 1 },
	{ PT_PMD, PUD, 2 },
	{ PT_PMD, P4D | PUD, 2 },
	{ PT_PMD, PMD, 3 },
	{ PT_PMD, P4D | PMD, 3 },
	{ PT_PMD, PUD | PMD, 3 },
	{ PT_PMD, P4D | PUD | PMD, 3 },
};

#define ROWS (sizeof(hole_depths) / sizeof(hole_depths[0]))

static int depth_by_hand(unsigned top, uint8_t folded)
{
	for (size_t i = 0; i < ROWS; i++)
		if (hole_depths[i].top == top &&
		    hole_depths[i].folded == folded)
			return hole_depths[i].depth;
	fail_msg("no row for root %s and folding 0x%x",
		 pt_depth_name((int)top), folded);
	return PT_DEPTH_UNKNOWN;
}

/* One case on one format and folding; where the trouble is. */
struct place {
	const struct pt_format *format;
	uint8_t folded;
	const char *seed;		/* NULL: drawn, with that number */
	unsigned number;
};

static const char *place_text(const struct place *p, char out[160])
{
	char folding[FOLDING_TEXT];

	folding_text(p->folded, folding);
	snprintf(out, 160, "%s folded %s, case %s %u", p->format->name, folding,
		 p->seed ? p->seed : "number", p->number);
	return out;
}

/* What the test counts, so that it cannot pass by looking at nothing. */
struct seen {
	unsigned failures;
	unsigned broken;		/* cases that violate unfolded too */
	uint64_t root_holes, boundaries;
};

/*
 * Compares the trace of the folded side with that of the other, which is folded
 * by the compiler alone.  Holes of the root are those of a depth no deeper than
 * the root's: 0 there, the depth worked out by hand here.
 */
static void compare_traces(const struct side *plain, const struct side *folded,
			   const struct place *p, struct seen *seen)
{
	const unsigned top = p->format->top;
	const int expected = depth_by_hand(top, p->folded);
	char where[160], a[200], b[200];

	if (plain->trace.count != folded->trace.count)
		complain(&seen->failures, "%s: %u events, not %u",
			 place_text(p, where), folded->trace.count,
			 plain->trace.count);
	for (uint32_t i = 0; i < plain->trace.count &&
			     i < folded->trace.count; i++) {
		const struct trace_event *was = &plain->trace.event[i];
		struct trace_event is = folded->trace.event[i];

		/* What no table was read for has no depth however folded. */
		if (was->type == TRACE_HOLE &&
		    was->depth != PT_DEPTH_UNKNOWN &&
		    was->depth <= (int)top) {
			seen->root_holes += was->count;
			if (was->depth != 0 || is.depth != expected)
				complain(&seen->failures,
					 "%s: hole depths %d and %d, not 0 and "
					 "%d", place_text(p, where), was->depth,
					 is.depth, expected);
			is.depth = was->depth;
		}
		if (trace_event_equal(was, &is))
			continue;
		oracle_print_event(a, sizeof(a), was);
		oracle_print_event(b, sizeof(b), &is);
		complain(&seen->failures, "%s: `%s' became `%s'",
			 place_text(p, where), a, b);
		return;
	}
}

static void lockstep(struct side *plain, struct side *folded,
		     const struct tw_case *c, const struct place *p,
		     struct seen *seen)
{
	const struct case_place machine = machine_place(p->format);
	struct case_resolver resolver;
	struct op op;

	side_begin(plain, c, p->format->pa_bits, 0);
	side_begin(folded, c, p->format->pa_bits, p->folded);
	case_resolver_init(&resolver, c, &machine);
	while (case_resolve(&resolver, &op)) {
		side_apply(plain, &op);
		side_apply(folded, &op);
		compare_traces(plain, folded, p, seen);
	}
}

/* Both ways to look at the same address. */
struct looking {
	struct pt_space *plain, *folded;
	uint64_t count, differ;
};

static bool same_lookup(void *context, uint64_t va)
{
	struct looking *l = context;
	struct pt_lookup a = { 0 }, b = { 0 };
	int was = pt_translate(l->plain, va, &a);
	int is = pt_translate(l->folded, va, &b);

	l->count++;
	l->differ += was != is || a.pa != b.pa || a.attrs != b.attrs ||
		     a.removed != b.removed || a.kind != b.kind ||
		     a.depth != b.depth || a.order != b.order;
	return true;
}

/* After both ran the same case: every address translates alike. */
static void compare_views(struct run *plain, struct run *folded,
			  const struct place *p, struct seen *seen)
{
	char where[160];

	for (unsigned space = 0; space < PT_SPACES; space++) {
		struct looking l = {
			.plain = run_space(plain, space),
			.folded = run_space(folded, space),
		};

		oracle_each_boundary(run_oracle(plain), space, same_lookup, &l);
		oracle_each_boundary(run_oracle(folded), space, same_lookup,
				     &l);
		if (l.differ)
			complain(&seen->failures,
				 "%s: %" PRIu64 " of %" PRIu64 " addresses "
				 "differ", place_text(p, where), l.differ,
				 l.count);
		seen->boundaries += l.count;
	}
}

/* What runs cases of one format folded by the compiler, and in one more way. */
struct bench {
	struct run *plain, *folded;
	struct side side[2];
};

static struct run *open_run(const struct pt_format *format)
{
	char error[256];
	struct run *run = run_create(format, NULL, error, sizeof(error));

	if (!run)
		fail_msg("%s", error);
	return run;
}

static void check_case(struct bench *b, const struct tw_case *c,
		       const struct place *p, struct seen *seen)
{
	struct violation v[2];
	bool plain = run_case(b->plain, c, RUN_CHECK_END, NULL, &v[0]);
	bool folded = run_case(b->folded, c, RUN_CHECK_END, NULL, &v[1]);
	char where[160];

	if (!plain && !seen->broken++)
		complain(&seen->failures, "%s, and as it is: %s: expected %s, "
			 "seen %s", place_text(p, where),
			 check_name(v[0].finding.check), v[0].finding.expected,
			 v[0].finding.seen);
	if (plain && !folded)
		complain(&seen->failures, "%s: %s: expected %s, seen %s",
			 place_text(p, where), check_name(v[1].finding.check),
			 v[1].finding.expected, v[1].finding.seen);
	/* A run that ended at a violation left no state to compare. */
	if (plain && folded)
		compare_views(b->plain, b->folded, p, seen);
	lockstep(&b->side[0], &b->side[1], c, p, seen);
}

static void check_format(const struct seeds *seeds,
			 const struct pt_format *format, unsigned *failures)
{
	struct bench b = { .plain = open_run(format) };
	struct seen seen = { 0 };

	b.folded = open_run(format);
	side_open(&b.side[0], format);
	side_open(&b.side[1], format);
	for (unsigned n = 0; n < folding_count(&every, format); n++) {
		struct place p = { .format = format };
		const struct seen before = seen;
		struct tw_case c;

		p.folded = folding_set(&every, format, n);
		run_fold(b.folded, p.folded);
		for (unsigned i = 0; i < seeds->count; i++) {
			p.seed = seeds->name[i];
			check_case(&b, &seeds->c[i], &p, &seen);
		}
		p.seed = NULL;
		for (; p.number < CASES; p.number++) {
			draw_case(format, p.number, &c);
			check_case(&b, &c, &p, &seen);
		}
		if (seen.root_holes == before.root_holes ||
		    seen.boundaries < before.boundaries + 1000)
			complain(&seen.failures, "%s: hardly anything to see",
				 format->name);
	}
	*failures += seen.failures;
	side_close(&b.side[0]);
	side_close(&b.side[1]);
	run_destroy(b.plain);
	run_destroy(b.folded);
}

/*
 * On every format, folded at run time in every way: cases run clean, traces
 * differ in the depth of root holes alone, and every address translates alike.
 */
static void folding_changes_nothing_but_root_hole_depths(void **state)
{
	struct seeds *seeds = seeds_load();
	unsigned failures = 0;

	(void)state;
	for (unsigned f = 0; f < pt_format_count; f++)
		check_format(seeds, pt_formats[f], &failures);
	free(seeds);
	assert_int_equal(failures, 0);
}

/* All foldings are each subset of the depths 1 to the root's, once. */
static void all_foldings_are_the_subsets(void **state)
{
	(void)state;
	for (unsigned f = 0; f < pt_format_count; f++) {
		const struct pt_format *format = pt_formats[f];
		unsigned rows = 0, met = 0;

		for (size_t i = 0; i < ROWS; i++)
			rows += hole_depths[i].top == format->top;
		assert_int_equal(folding_count(&every, format), rows);
		for (unsigned n = 0; n < rows; n++) {
			uint8_t set = folding_set(&every, format, n);

			assert_false(met >> set & 1);
			met |= 1u << set;
			assert_false(set & ~(unsigned)folding_depths(format));
			depth_by_hand(format->top, set);
		}
	}
}

/* The cases of a campaign get every folding of their format, about as often. */
static void campaigns_rotate_evenly(void **state)
{
	(void)state;
	for (uint64_t stride = 1; stride <= 64; stride++) {
		for (unsigned f = 0; f < pt_format_count; f++) {
			const struct pt_format *format = pt_formats[f];
			const unsigned ways = folding_count(&every, format);
			unsigned times[256] = { 0 };

			for (uint64_t n = 0; n < 64 * (uint64_t)ways; n++)
				times[folding_of_case(&every, format,
						      stride * n + 5)]++;
			for (unsigned n = 0; n < ways; n++)
				assert_in_range(times[folding_set(&every,
								  format, n)],
						32, 96);
		}
	}
}

/* What --folding takes comes back as it was said, and nothing else is taken. */
static void foldings_have_names(void **state)
{
	static const char *const good[] = {
		"static", "p4d", "pud", "p4d,pud", "pmd", "p4d,pmd", "pud,pmd",
		"p4d,pud,pmd",
	};
	static const char *const bad[] = {
		"", "pgd", "pte", "p4d,", ",pud", "p4d,,pud", "p4", "p4dx",
		"all,p4d", "STATIC", "0", "p4d pud",
	};
	struct folding folding;
	char text[FOLDING_TEXT];

	(void)state;
	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(folding_parse(good[i], &folding));
		assert_int_equal(folding.named, i << PT_P4D);
		folding_text(folding.named, text);
		assert_string_equal(text, good[i]);
	}
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(folding_parse(bad[i], &folding));
	assert_true(folding_parse("pmd,p4d,pmd", &folding));
	assert_int_equal(folding.named, P4D | PMD);
	assert_true(folding_parse("linux", &folding));
	assert_int_equal(folding.mode, FOLDING_LINUX);
	assert_true(folding_parse("all", &folding));
	assert_int_equal(folding.mode, FOLDING_ALL);
}

/*
 * With Linux's folding a hole in the root has the depth that Linux reports.
 * riscv and s390 keep the constants of five levels and fold what they find;
 * x86 makes PTRS_PER_P4D a variable that is 1 then, so that it is corrected.
 */
static void linux_reports_what_it_does_not_correct(void **state)
{
	static const struct {
		const char *format;
		int depth;
	} known[] = {
		{ "x86_64-4level", 0 },	 { "x86_64-5level", 0 },
		{ "i386", 0 },		 { "i386-pae", 0 },
		{ "riscv-sv32", 0 },	 { "riscv-sv39", 2 },
		{ "riscv-sv48", 1 },	 { "riscv-sv57", 0 },
		{ "s390x-3level", 2 },	 { "s390x-4level", 1 },
		{ "s390x-5level", 0 },	 { "riscv-sv39-svnapot", 2 },
		{ "riscv-sv48-svpbmt", 1 },
	};
	const struct folding linux_way = { .mode = FOLDING_LINUX };
	unsigned failures = 0;

	(void)state;
	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct pt_format *f = pt_format_find(known[i].format);
		int depth;

		if (!f) {
			complain(&failures, "%s: no such format",
				 known[i].format);
			continue;
		}
		depth = depth_by_hand(f->top, folding_set(&linux_way, f, 0));
		if (depth != known[i].depth)
			complain(&failures, "%s: root holes have depth %d, "
				 "Linux's %d (runtime_folded is 0x%x)", f->name,
				 depth, known[i].depth, f->runtime_folded);
	}
	assert_int_equal(failures, 0);
}

/* A descriptor names no depth as folded that its format does not fold. */
static void descriptors_fold_what_their_root_stands_for(void **state)
{
	unsigned failures = 0;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		if (f->runtime_folded & ~(unsigned)folding_depths(f))
			complain(&failures, "%s: runtime_folded is 0x%x, not "
				 "within 0x%x", f->name, f->runtime_folded,
				 folding_depths(f));
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_foldings_are_the_subsets),
		cmocka_unit_test(campaigns_rotate_evenly),
		cmocka_unit_test(foldings_have_names),
		cmocka_unit_test(descriptors_fold_what_their_root_stands_for),
		cmocka_unit_test(linux_reports_what_it_does_not_correct),
		cmocka_unit_test(folding_changes_nothing_but_root_hole_depths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
