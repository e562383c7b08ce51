/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Running a case: see run.h.
 *
 * The order of checks after one operation is that of trust: first what the
 * subject and the arena said (the trace), then what is in memory around the
 * operation's edges, at the end (or each time) everything in memory.
 */
#include "run_private.h"

#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "../oracles/bbm.h"
#include "../oracles/stale.h"
#include "../oracles/watch.h"
#include "subjects/foreign.h"

/*
 * More events than any correct operation on CASE_RECORDS records can make.  The
 * most are of OP_SHADOW_LONG: all pages are the same one, so no visits are joined;
 * a case clips it to two tables.
 */
#define TRACE_CAPACITY (UINT32_C(1) << 16)

static void set_error(char *error, size_t bytes, const char *format,
		      const char *what)
{
	snprintf(error, bytes, "%s: %s", format, what);
}

struct run *run_create(const struct pt_format *format, uint8_t *ram,
		       char *error, size_t error_bytes)
{
	const struct mmu_arch *arch = mmu_find(format->name);
	struct run *run;

	if (!arch) {
		set_error(error, error_bytes, format->name,
			  "no second reading in oracles/mmu/");
		return NULL;
	}
	run = calloc(1, sizeof(*run));
	if (!run || arena_open(&run->arena, format, ram)) {
		set_error(error, error_bytes, format->name, "out of memory");
		free(run);
		return NULL;
	}
	run->format = format;
	run->kind = &subject_builtin;
	run->oracle = oracle_create(arch);
	run->watch = oracle_watch_create();
	run->stale = oracle_stale_create();
	run->bbm = oracle_bbm_create();
	run->expected.event = calloc(TRACE_CAPACITY, sizeof(struct trace_event));
	run->seen.event = calloc(TRACE_CAPACITY, sizeof(struct trace_event));
	run->expected.capacity = run->seen.capacity = TRACE_CAPACITY;
	if (!run->oracle || !run->watch || !run->stale || !run->bbm ||
	    !run->expected.event || !run->seen.event) {
		set_error(error, error_bytes, format->name, "out of memory");
		run_destroy(run);
		return NULL;
	}
	oracle_watch_breaks(run->watch, run->bbm);
	return run;
}

void run_destroy(struct run *run)
{
	if (!run)
		return;
	foreign_destroy(run->foreign);
	run_opinion(run, NULL);
	arena_close(&run->arena);
	oracle_destroy(run->oracle);
	oracle_watch_destroy(run->watch);
	oracle_stale_destroy(run->stale);
	oracle_bbm_destroy(run->bbm);
	free(run->expected.event);
	free(run->seen.event);
	free(run);
}

/* Whether the tables are a foreign subject's own. */
static bool makes_tables(const struct run *run)
{
	return run->foreign && foreign_maps(run->foreign);
}

/* Tables that share a page are the business of our own fragments. */
static enum case_window window_of(const struct run *run,
				  const struct tw_case *c)
{
	const enum case_window window = (enum case_window)c->header.window;

	return makes_tables(run) && window == CASE_WINDOW_PAGES
		       ? CASE_WINDOW_LOW : window;
}

/* Empties everything and sets up the regime of the case. */
static void run_begin(struct run *run, const struct tw_case *c,
		      enum run_check check)
{
	const struct pt_format *f = run->format;

	const uint32_t flags = run->foreign
		? foreign_of(run->kind)->walk_flags
		: case_profile_flags(c->header.profile);

	if (run->foreign)
		foreign_abandon(run->foreign);
	arena_reset(&run->arena, window_of(run, c));
	run->arena.observe = NULL;
	/* Nobody sees the stores of other people's code. */
	pt_check(arena_watch(&run->arena, check != RUN_CHECK_END &&
					  !run->foreign) == 0);
	if (makes_tables(run))
		subject_view(&run->subject, f, &run->arena);
	else
		pt_check(subject_open(&run->subject, f, &run->arena));
	if (!run->foreign)
		run->subject.kind = run->kind;
	run->regime = (struct pt_regime){
		.control = f->regime[c->header.regime % f->regime_count],
		.pa_bits = f->pa_bits,
	};
	for (unsigned i = 0; i < PT_SPACES; i++) {
		run->regime.root[i] = run->subject.space[i].root;
		run->subject.space[i].runtime_folded = run->runtime_folded;
		run->subject.space[i].walk_flags = flags;
	}
	oracle_reset(run->oracle, &run->regime);
	oracle_walk_flags(run->oracle, flags);
}

void run_fold(struct run *run, uint8_t runtime_folded)
{
	run->runtime_folded = runtime_folded;
	oracle_fold(run->oracle, runtime_folded);
}

void run_tell(struct run *run, struct run_progress *progress)
{
	run->progress = progress;
}

bool run_subject(struct run *run, const struct subject_kind *kind, char *error,
		 size_t error_bytes)
{
	struct foreign_run *f = NULL;

	if (!kind->turn &&
	    !foreign_has_format(foreign_of(kind), run->format->name)) {
		snprintf(error, error_bytes, "the subject %s has no tables of "
			 "the format %s", kind->name, run->format->name);
		return false;
	}
	if (!kind->turn) {
		f = foreign_create(kind, &run->arena, run->oracle,
				   &run->subject);
		if (!f) {
			set_error(error, error_bytes, kind->name,
				  "out of memory");
			return false;
		}
	}
	foreign_destroy(run->foreign);
	run->foreign = f;
	run->kind = kind;
	return true;
}

void run_keep(struct run *run)
{
	run->keep = true;
}

const struct foreign_counts *run_foreign_counts(const struct run *run)
{
	return run->foreign ? foreign_counts(run->foreign) : NULL;
}

int run_opinion(struct run *run, const struct opinion *opinion)
{
	return opinion_take(&run->opinion, opinion, run->format->name);
}

const struct opinion_counts *run_opinion_counts(const struct run *run)
{
	return opinion_counts(&run->opinion);
}

/* The memory that tables are in. */
static const struct pt_memory *memory_of(const struct run *run)
{
	return run->foreign ? foreign_memory(run->foreign) : &run->arena.memory;
}

struct marking {
	struct arena *arena;
	struct finding *finding;
};

static bool check_owner(void *context, const struct oracle_reached *table)
{
	const struct marking *m = context;

	return arena_check_owner(m->arena, table->pa, table->space,
				 table->depth, m->finding);
}

/* The tables there are; false with *finding where they cannot be read. */
static bool live_tables(struct run *run, const struct oracle_table **live,
			unsigned *count, struct finding *finding)
{
	if (run->foreign)
		return foreign_tables(run->foreign, live, count, finding);
	*live = arena_live(&run->arena, count);
	return true;
}

static bool sweep(struct run *run, struct finding *finding)
{
	struct marking marking = { &run->arena, finding };
	const struct oracle_table *live;
	unsigned count;

	if (!live_tables(run, &live, &count, finding) ||
	    !oracle_sweep(run->oracle, memory_of(run), &run->regime, live,
			  count, finding) ||
	    !arena_check(&run->arena, finding))
		return false;
	/* Who constructs tables, and when, is told by our own subject alone. */
	return (makes_tables(run) ||
	        (arena_check_fragments(&run->arena, finding) &&
	         arena_check_marks(&run->arena, finding) &&
	         oracle_each_table(run->oracle, &run->arena.memory,
				   &run->regime, check_owner, &marking))) &&
	       opinion_ask(&run->opinion, run->oracle, memory_of(run),
			   &run->regime, finding);
}

static bool changes_tables(const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_NOP:
	case OP_TRANSLATE:
	case OP_SWITCH:
	case OP_WALK:
	case OP_FAIL:
	case OP_DUMP:
	case OP_VMA:
	case OP_CTOR_FAIL:
	case OP_OWNER:
	case OP_DURING:
	case OP_POKE:
	case OP_POISON:
		return false;
	default:
		return true;
	}
}

/*
 * Model MMU against flat model at the first and last address that the operation
 * named.  Its neighbours are looked at when everything is, at the end.
 */
static bool check_edges(struct run *run, const struct op *op,
			struct finding *finding)
{
	const unsigned space = run->subject.current;

	if ((op->kind == OP_COPY || op->kind == OP_PAIR) &&
	    op->last >= op->va &&
	    (!oracle_check_address(run->oracle, memory_of(run),
				   &run->regime, space ^ 1u, op->pa, finding) ||
	     !oracle_check_address(run->oracle, memory_of(run),
				   &run->regime, space ^ 1u,
				   op->pa + (op->last - op->va), finding)))
		return false;
	return oracle_check_address(run->oracle, memory_of(run),
				    &run->regime, space, op->va, finding) &&
	       (op->last <= op->va ||
		oracle_check_address(run->oracle, memory_of(run),
				     &run->regime, space, op->last, finding));
}

static bool check_trace(struct run *run, struct finding *finding)
{
	if (!run->seen.overflow && !run->expected.overflow)
		return oracle_trace_equal(&run->expected, &run->seen, finding);
	*finding = (struct finding){ .check = CHECK_OVERFLOW,
				     .depth = PT_DEPTH_UNKNOWN };
	snprintf(finding->divergence, sizeof(finding->divergence), "count");
	snprintf(finding->expected, sizeof(finding->expected),
		 "%" PRIu32 " events", run->expected.count);
	snprintf(finding->seen, sizeof(finding->seen), "%" PRIu32 " events%s",
		 run->seen.count, run->seen.overflow ? " and more" : "");
	return false;
}

static void print_trace(FILE *out, const struct op *op, unsigned index,
			const struct trace *trace)
{
	char line[256];

	run_print_op(line, sizeof(line), op);
	fprintf(out, "%2u %s\n", index, line);
	for (uint32_t i = 0; i < trace->count; i++) {
		oracle_print_event(line, sizeof(line), &trace->event[i]);
		fprintf(out, "     %s\n", line);
	}
}

/*
 * Asks the subject, before the operation, what is known of it: a held one changes
 * nothing at its turn, the walk that carries it out does.
 */
static void expect_changes(struct run *run, const struct op *op)
{
	run->carried = subject_would_carry(&run->subject, op);
	run->changes = run->carried || (changes_tables(op) &&
					!subject_would_hold(&run->subject, op));
}

/* The copy of a tree may be as large as all that a case has. */
static int apply(struct run *run, const struct op *op, enum run_check check)
{
	struct arena_extent extent;
	int ret;

	if (op->kind != OP_CLONE)
		return run_apply_observed(run, op, check);
	arena_extent(&run->arena, &extent);
	ret = run_apply_observed(run, op, check);
	arena_shrink(&run->arena, &extent);
	return ret;
}

/* The same by a foreign subject, which has its own expectations. */
static bool foreign_turn(struct run *run, const struct op *op,
			 enum run_check check, struct finding *finding)
{
	bool left_out;
	int ret;

	run->carried = NULL;
	run->changes = changes_tables(op);
	if (!foreign_step(run->foreign, op, &run->regime, &run->seen,
			  &run->expected, &ret, &left_out, finding))
		return false;
	if (left_out)
		return true;
	run->counts.operations++;
	run->counts.executed += ret >= 0;
	if (check != RUN_CHECK_END)
		return sweep(run, finding);
	return ret < 0 || !run->changes || check_edges(run, op, finding);
}

/* One operation on both sides, with the checks that follow it at once. */
static bool step(struct run *run, const struct op *op, enum run_check check,
		 struct finding *finding)
{
	run->seen.count = run->expected.count = 0;
	run->seen.overflow = run->expected.overflow = false;
	if (run->foreign)
		return foreign_turn(run, op, check, finding);
	expect_changes(run, op);
	int ret = apply(run, op, check);

	run->counts.operations++;
	run->counts.executed += ret >= 0;
	run_expect_touches(run);
	oracle_expect(run->oracle, op, &run->expected);
	if (!check_trace(run, finding))
		return false;
	if (!run_check_observed(run, check, finding))
		return false;
	/* A walk's own edges say nothing of what was carried out inside. */
	if (check != RUN_CHECK_END || run->carried)
		return sweep(run, finding);
	/* What a refused operation changed all the same shows at the end. */
	return ret < 0 || !run->changes || check_edges(run, op, finding);
}

static void tell(struct run *run, const struct violation *at)
{
	if (!run->progress)
		return;
	atomic_store_explicit(&run->progress->op_index, at->op_index,
			      memory_order_relaxed);
	atomic_store_explicit(&run->progress->kind, at->op.kind,
			      memory_order_relaxed);
}

/* A foreign subject's spaces are closed; what they leave behind shows then. */
static bool end_foreign(struct run *run, struct violation *violation)
{
	return !run->foreign || run->keep ||
	       foreign_end(run->foreign, &violation->finding);
}

bool run_once(struct run *run, const struct tw_case *c, enum run_check check,
	      FILE *trace_to, uint64_t *hash, struct violation *violation)
{
	const struct case_place place = machine_place(run->format);
	struct case_resolver resolver;

	*violation = (struct violation){ .check = (uint8_t)check };
	run_begin(run, c, check);
	if (run->foreign &&
	    !foreign_begin(run->foreign, &run->regime, &violation->finding))
		return false;
	case_resolver_init(&resolver, c, &place);
	while (case_resolve(&resolver, &violation->op)) {
		tell(run, violation);

		bool clean = step(run, &violation->op, check,
				  &violation->finding);

		if (trace_to)
			print_trace(trace_to, &violation->op,
				    violation->op_index, &run->seen);
		if (hash)
			*hash = run_hash_trace(*hash, &run->seen);
		if (!clean)
			return false;
		violation->op_index++;
	}
	violation->at_end = true;
	return sweep(run, &violation->finding) && end_foreign(run, violation);
}

bool run_case(struct run *run, const struct tw_case *c, enum run_check check,
	      FILE *trace_to, struct violation *violation)
{
	struct violation precise;

	run->counts.cases++;
	run->counts.table_bytes += arena_handed_out(&run->arena);
	if (run_once(run, c, check, trace_to, NULL, violation))
		return true;
	if (check != RUN_CHECK_END)
		return false;
	/* Slow replay: what breaks first when everything is looked at always. */
	if (!run_once(run, c, RUN_CHECK_EVERY, NULL, NULL, &precise) &&
	    (precise.op_index < violation->op_index || violation->at_end)) {
		*violation = precise;
		violation->check = (uint8_t)check;
	}
	return false;
}

void run_start(struct run *run, const struct tw_case *c)
{
	run_start_checked(run, c, RUN_CHECK_END);
}

void run_start_checked(struct run *run, const struct tw_case *c,
		       enum run_check check)
{
	run->counts.cases++;
	run->counts.table_bytes += arena_handed_out(&run->arena);
	run->stepping = check;
	run_begin(run, c, check);
	run->refused = run->foreign &&
		       !foreign_begin(run->foreign, &run->regime,
				      &run->refusal);
	run->place = machine_place(run->format);
	case_resolver_init(&run->resolver, c, &run->place);
	run->done = 0;
}

bool run_until(struct run *run, unsigned end, struct violation *violation)
{
	*violation = (struct violation){ .check = (uint8_t)run->stepping };
	if (run->refused) {
		violation->finding = run->refusal;
		return false;
	}
	while (run->done < end && case_resolve(&run->resolver, &violation->op)) {
		violation->op_index = run->done++;
		if (!step(run, &violation->op, run->stepping,
			  &violation->finding))
			return false;
	}
	return true;
}

bool run_finish(struct run *run, struct violation *violation)
{
	if (!run_until(run, UINT_MAX, violation))
		return false;
	violation->at_end = true;
	return sweep(run, &violation->finding) && end_foreign(run, violation);
}

void run_notes(struct run *run, run_note_fn *note, void *context)
{
	run->note = note;
	run->noted_by = context;
}

const struct trace *run_expected(const struct run *run)
{
	return &run->expected;
}

const struct trace *run_seen(const struct run *run)
{
	return &run->seen;
}

const struct oracle_table *run_live(struct run *run, unsigned *count)
{
	const struct oracle_table *live;
	struct finding ignored;

	live_tables(run, &live, count, &ignored);
	return live;
}

unsigned run_current(const struct run *run)
{
	return run->subject.current;
}

void run_extent(const struct run *run, uint64_t *used, uint64_t *most)
{
	*used = run->arena.window[0].used;
	*most = run->arena.window[0].most;
}

const struct run_counts *run_counts(const struct run *run)
{
	return &run->counts;
}

const struct pt_format *run_format(const struct run *run)
{
	return run->format;
}

const struct oracle *run_oracle(const struct run *run)
{
	return run->oracle;
}

struct pt_space *run_space(struct run *run, unsigned space)
{
	return &run->subject.space[space];
}

const struct pt_memory *run_memory(const struct run *run)
{
	return memory_of(run);
}

const struct pt_regime *run_regime(const struct run *run)
{
	return &run->regime;
}
