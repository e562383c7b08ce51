/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The referee: rounds of random tables, VMAs and walks, and the comparison of
 * what Linux's walker did with what the oracle expects.
 *
 * Round k of a seed is the same everywhere and depends on nothing before it.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tablewalk/check.h>

#include "../../harness/run.h"
#include "match.h"

#define WALKS_PER_ROUND 16
/* A walk that takes longer than two of these hangs; none takes 50 ms. */
#define HANG_SECONDS 5
/* The sweep over all tables comes after every so many rounds. */
#define SWEEP_ROUNDS 8

struct options {
	uint64_t walks, seed, round;
	bool one_round, differences;
	uint32_t flags;
};

/*
 * For those who get no argument: the handler of signals and the kernel's side.
 * Set before each round.
 */
static struct {
	uint64_t seed, round;
	volatile uint64_t walk, last_tick;
	const struct match *match;
} now;

static const char *const entry_names[GLUE_ENTRIES] = {
	[GLUE_TABLES] = "walk_kernel_page_table_range",
	[GLUE_TABLES_PGD] = "walk_kernel_page_table_range, own pgd",
	[GLUE_DEBUG_KERNEL] = "walk_page_range_debug, init_mm",
	[GLUE_DEBUG_USER] = "walk_page_range_debug, user mm",
	[GLUE_DEBUG_PGD] = "walk_page_range_debug, own pgd",
	[GLUE_RANGE] = "walk_page_range",
	[GLUE_VMA] = "walk_page_vma",
	[GLUE_RANGE_VMA] = "walk_page_range_vma",
	[GLUE_MAPPING] = "walk_page_mapping",
};

/*
 *			Reports
 */
static void print_done(const struct match *m)
{
	char line[256];

	for (unsigned i = 0; i < m->done_count; i++) {
		const struct match_op *op = &m->done[i];

		run_print_op(line, sizeof(line), &op->op);
		printf("  %2u %s", i, line);
		if (op->op.kind == OP_WALK || op->op.kind == OP_WALK_VMA)
			printf(" [%s]", entry_names[op->entry]);
		putchar('\n');
	}
}

static void print_around(const char *who, const struct trace *trace,
			 uint32_t at)
{
	char line[256];

	printf("  %s:%s\n", who, at > 4 ? " ..." : "");
	for (uint32_t i = at > 4 ? at - 4 : 0; i < trace->count && i < at + 3;
	     i++) {
		oracle_print_event(line, sizeof(line), &trace->event[i]);
		printf("   %c%5" PRIu32 " %s\n", i == at ? '>' : ' ', i, line);
	}
}

static void print_replay(const char *what)
{
	printf("DIFFER: %s\n  %s, seed %" PRIu64 ", round %" PRIu64
	       ": replay with --seed %" PRIu64 " --round %" PRIu64 "\n", what,
	       now.match ? now.match->format->name : "-", now.seed, now.round,
	       now.seed, now.round);
}

static bool report(const struct match *m, const char *what)
{
	uint32_t at = 0;

	while (at < m->expected.count && at < m->seen.count &&
	       trace_event_equal(&m->expected.event[at], &m->seen.event[at]))
		at++;
	print_replay(what);
	print_done(m);
	print_around("the oracle expects", &m->expected, at);
	print_around("Linux did", &m->seen, at);
	return false;
}

_Noreturn void match_lost(const char *what)
{
	print_replay(what);
	if (now.match)
		print_done(now.match);
	fflush(stdout);
	_Exit(1);
}

_Noreturn void glue_unreachable(const char *what)
{
	match_lost(what);
}

static _Noreturn void broken(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: check failed: %s\n", file, line, what);
	match_lost("a check failed");
}

/*
 * A walker that follows what is no table ends here.  Printing from a handler is
 * not promised to work; there is nothing to lose any more.
 */
static void on_fault(int number)
{
	match_lost(number == SIGILL ? "the kernel's code hit a BUG or WARN" :
				      "the kernel's code crashed");
}

static void on_tick(int number)
{
	(void)number;
	if (now.last_tick == now.walk)
		match_lost("the kernel's code does not end");
	now.last_tick = now.walk;
	alarm(HANG_SECONDS);
}

static void watch(void)
{
	const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction action = { .sa_handler = on_fault };

	for (unsigned i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &action, NULL);
	action.sa_handler = on_tick;
	sigaction(SIGALRM, &action, NULL);
	pt_check_install(broken);
	now.last_tick = UINT64_MAX;
	alarm(HANG_SECONDS);
}

/*
 *			A round
 */
static void note(struct match *m, const struct match_op *op)
{
	pt_check(m->done_count < MATCH_OPS);
	m->done[m->done_count++] = *op;
}

void match_expect(struct match *m, const struct op *op)
{
	m->expected.count = 0;
	m->expected.overflow = false;
	oracle_expect(m->oracle, op, &m->expected);
}

/* An operation on tables: on the built-in subject and on the model. */
bool match_apply(struct match *m, const struct op *op)
{
	struct finding finding;

	note(m, &(struct match_op){ .op = *op });
	m->seen.count = 0;
	m->seen.overflow = false;
	subject_apply(&m->subject, op, &m->seen);
	match_expect(m, op);
	if (oracle_trace_equal(&m->expected, &m->seen, &finding))
		return true;
	return report(m, "the tables were not built as expected");
}

static bool build_tables(struct match *m)
{
	const struct case_place place = machine_place(m->format);
	struct case_resolver resolver;
	struct tw_case c;
	struct op op;

	random_tables(m, &c);
	case_resolver_init(&resolver, &c, &place);
	while (case_resolve(&resolver, &op)) {
		if (!random_keeps(m, &op))
			continue;
		if (!match_apply(m, &op))
			return false;
		random_anchor(m, &op);
	}
	match_dress(m);
	return true;
}

static bool build_vmas(struct match *m)
{
	for (unsigned n = rng_below(&m->rng, 8); n; n--) {
		struct match_op op = { 0 };

		random_vma(m, &op.op);
		note(m, &op);
		match_expect(m, &op.op);
		if (m->expected.count != 1 || m->expected.event[0].ret)
			return report(m, "a VMA was refused");
		match_put_vma(m, &op.op);
		random_anchor(m, &op.op);
	}
	return true;
}

/* A word that pgd_bad() and p4d_bad() call bad: a table entry with PS. */
static void poke(struct match *m, uint64_t va)
{
	unsigned depth = m->format->top + rng_below(&m->rng, 2);
	uint64_t *slot;

	if (depth > PT_P4D)
		depth = PT_P4D;
	for (unsigned i = 0; i < m->vmas; i++)
		if (m->vma[i].type == OP_VMA_HUGETLB)
			return;
	slot = match_slot(m, va, depth);
	if (!slot || *slot)
		return;
	*slot = 0xe7 | (rng_next(&m->rng) & UINT64_C(0x000000fffffff000));
	m->poked = slot;
}

static bool one_walk(struct match *m)
{
	struct finding finding;
	struct match_op op;
	bool same;

	random_walk(m, &op);
	note(m, &op);
	now.walk++;
	m->counts.unaligned += ((op.op.va | (op.op.last + 1)) & 4095) != 0;
	if (rng_below(&m->rng, 8) == 0)
		poke(m, op.op.va);
	match_walk(m, &op);
	if (m->poked)
		*m->poked = 0;
	m->poked = NULL;
	match_expect(m, &op.op);
	if (m->wrong[0])
		return report(m, m->wrong);
	same = !m->seen.overflow && !m->expected.overflow &&
	       oracle_trace_equal(&m->expected, &m->seen, &finding);
	return same || report(m, m->seen.overflow ? "the walk does not end"
						  : "a walk");
}

static bool one_dump(struct match *m)
{
	struct finding finding;
	struct match_op op = { .entry = GLUE_DEBUG_KERNEL };

	random_dump(m, &op.op);
	note(m, &op);
	now.walk++;
	match_dump(m, &op.op);
	match_expect(m, &op.op);
	if (m->wrong[0])
		return report(m, m->wrong);
	return oracle_trace_equal(&m->expected, &m->seen, &finding) ||
	       report(m, "a dump");
}

static bool sweep(struct match *m)
{
	struct finding finding;
	unsigned count;
	const struct oracle_table *live = arena_live(&m->arena, &count);

	if (oracle_sweep(m->oracle, &m->arena.memory, &m->regime, live, count,
			 &finding) && arena_check(&m->arena, &finding))
		return true;
	print_replay("the tables after the walks");
	printf("  expected %s\n  seen     %s\n", finding.expected,
	       finding.seen);
	print_done(m);
	return false;
}

static bool play_round(struct match *m, uint64_t seed, uint64_t round,
		       uint64_t walks)
{
	enum case_window place;
	unsigned regime;

	now.seed = seed;
	now.round = round;
	now.match = m;
	rng_seed(&m->rng, seed * UINT64_C(0x9e3779b97f4a7c15) + round);
	place = (enum case_window)rng_below(&m->rng, CASE_WINDOW_RAM);
	regime = rng_below(&m->rng, 4);
	match_begin(m, place, regime);
	m->kernel_only = rng_below(&m->rng, 4) == 0;
	if (!build_tables(m))
		return false;
	if (!m->kernel_only && !build_vmas(m))
		return false;
	for (uint64_t i = 0; i < walks; i++)
		if (!one_walk(m))
			return false;
	if (!m->unnoted && !one_dump(m))
		return false;
	if (round % SWEEP_ROUNDS)
		return true;
	return sweep(m);
}

/*
 *			The command
 */
static void print_counts(const struct match *four, const struct match *five,
			 double seconds)
{
	uint64_t total = 0;

#define BOTH(field) (four->counts.field + five->counts.field)
	for (unsigned i = 0; i < GLUE_ENTRIES; i++) {
		printf("  %-40s %" PRIu64 "\n", entry_names[i],
		       BOTH(walks[i]));
		total += BOTH(walks[i]);
	}
	printf("  entries visited %" PRIu64 ", holes %" PRIu64 ", hugetlb %"
	       PRIu64 ", calls for VMAs %" PRIu64 "\n", BOTH(entries),
	       BOTH(holes), BOTH(hugetlbs), BOTH(vma_calls));
	printf("  splits %" PRIu64 ", bad entries cleared %" PRIu64
	       ", continue %" PRIu64 ", again %" PRIu64 ", stopped %" PRIu64
	       ", unaligned %" PRIu64 ", refused %" PRIu64 "\n", BOTH(splits),
	       BOTH(bad_cleared), BOTH(continued), BOTH(again), BOTH(stopped),
	       BOTH(unaligned), BOTH(refused));
	printf("  dumps %" PRIu64 ", calls of their callbacks %" PRIu64 "\n",
	       BOTH(dumps), BOTH(notes));
#undef BOTH
	printf("agree: %" PRIu64 " walks in %.1f s, %.0f per second\n", total,
	       seconds, seconds > 0 ? (double)total / seconds : 0.0);
}

static bool number(const char *text, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 0);
	return *text && !*end && *text != '-';
}

static bool parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){ .walks = 1000000, .seed = 1,
			       .flags = FLAGS_6_12 };
	for (int i = 1; i < argc; i++) {
		uint64_t value = 0;

		if (!strcmp(argv[i], "--differences")) {
			o->differences = true;
			continue;
		}
		if (i + 1 == argc || !number(argv[i + 1], &value))
			return false;
		if (!strcmp(argv[i], "--walks"))
			o->walks = value;
		else if (!strcmp(argv[i], "--seed"))
			o->seed = value;
		else if (!strcmp(argv[i], "--flags"))
			o->flags = (uint32_t)value;
		else if (!strcmp(argv[i], "--round"))
			o->round = value, o->one_round = true;
		else
			return false;
		i++;
	}
	return true;
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int play(struct match *match, const struct options *o)
{
	double start = seconds_now();

	for (uint64_t k = 0, left = o->walks; left; k++) {
		uint64_t walks = left < WALKS_PER_ROUND ? left
							: WALKS_PER_ROUND;
		uint64_t round = o->one_round ? o->round : k;

		if (o->one_round)
			left = walks = WALKS_PER_ROUND;
		if (!play_round(&match[round & 1], o->seed, round, walks))
			return 1;
		left -= walks;
	}
	print_counts(&match[0], &match[1], seconds_now() - start);
	return 0;
}

int main(int argc, char **argv)
{
	static struct match match[2];
	struct options options;

	if (!parse(argc, argv, &options)) {
		fprintf(stderr, "usage: referee [--walks N] [--seed S] "
				"[--round K] [--flags F] [--differences]\n");
		return 2;
	}
	if (!match_open(&match[0], pt_format_find("x86_64-4level")) ||
	    !match_open(&match[1], pt_format_find("x86_64-5level"))) {
		fprintf(stderr, "referee: no memory at 0x%" PRIx64 "\n",
			MATCH_BASE);
		return 2;
	}
	match[0].flags = match[1].flags = options.flags;
	watch();
	if (options.differences)
		return known_differences(&match[0], &match[1]);
	return play(match, &options);
}
