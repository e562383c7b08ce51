/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What happens while an operation is under way: each store, invalidation and
 * released table is told to the checks that follow them and to whoever takes notes,
 * and between two stores hardware may touch a leaf.
 */
#include "run_private.h"

#include <string.h>

#include "../oracles/bbm.h"
#include "../oracles/defect.h"
#include "../oracles/stale.h"
#include "../oracles/watch.h"

/*
 * What hardware does between two stores of an operation: some access to
 * somewhere in its range sets ACCESSED or DIRTY.  For the model that is a touch
 * before the operation.  So it is done for the kinds only where a touch before
 * and one after come to the same, and where the leaf has the size still that it
 * had before: of a piece of a block the model would touch all the block.  Entries
 * of several words are left alone: between their stores they are no entry yet.
 */
static bool may_be_touched(const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_UNMAP:
	case OP_PROTECT:
	case OP_SPLIT:
	case OP_COLLAPSE:
		return true;
	default:
		return false;
	}
}

static void touch_now(void *context)
{
	struct run *run = context;
	struct op *touch = &run->touch[run->touches];
	struct pt_space *space = &run->subject.space[run->subject.current];
	struct oracle_view before;
	struct pt_lookup now;

	oracle_view(run->oracle, run->subject.current, touch->va, &before);
	if (!before.canonical || before.order ||
	    pt_translate(space, touch->va, &now) || now.kind != before.kind ||
	    now.depth != before.depth || now.order ||
	    space->format->level[now.depth].copies > 1 ||
	    space->format->level[now.depth].half_offset)
		return;
	run->touching = true;
	if (!pt_touch(space, touch->va, (enum pt_access)touch->access))
		run->touches++;
	run->touching = false;
}

/* Where and when follows from the operation and the store's number alone. */
static void touch_somewhere(struct run *run)
{
	const struct op *op = run->op;
	const struct pt_format *f = run->format;
	uint64_t hash = run_hash_number(run_hash_number(op->va, op->last),
					++run->stores);
	uint64_t bytes, page = UINT64_C(1) << f->page_shift;

	if (run->touches == TOUCHES || hash >> 60 || !may_be_touched(op) ||
	    ODEF(NOBODY_TOUCHES, false, true))
		return;
	/* Of one entry, all of it; a range is from its first entry on. */
	bytes = op->last > op->va ? op->last - op->va + 1 :
				    pt_span(f, op->depth) << op->order;
	run->touch[run->touches] = (struct op){
		.kind = OP_TOUCH,
		.va = op->va + (hash >> 8) % (bytes / page ? bytes / page : 1) *
				       page,
		/* Whether a write makes it dirty depends on what protect does. */
		.access = hash & 1 && op->kind != OP_PROTECT ? PT_WRITE :
							       PT_READ,
	};
	oracle_watch_interrupt(run->watch, touch_now, run);
}

/* The bytes at pa, which is in a window, as a number. */
static uint64_t word_at(const struct pt_memory *memory, uint64_t pa,
			unsigned bytes)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct pt_window *w = &memory->window[i];

		if (pa - w->pa < w->bytes)
			memcpy(&word, w->host + (pa - w->pa), bytes);
	}
	return word;
}

/* One report of the subject, for run_state_hash(). */
static void note_report(struct run *run, const uint64_t *number, unsigned count)
{
	for (unsigned i = 0; run->reports && i < count; i++)
		*run->reports = run_hash_number(*run->reports, number[i]);
}

/* The same for run_notes(), where it is a number in the format's byte order. */
static uint64_t stored(const struct run *run, const struct pt_memory *memory,
		       uint64_t pa, unsigned bytes)
{
	const uint8_t *host = pt_memory_at(memory, pa, bytes);
	uint64_t word = 0;

	for (unsigned i = 0; host && i < bytes; i++)
		word |= (uint64_t)host[i]
			<< 8 * (run->format->big_endian ? bytes - 1 - i : i);
	return word;
}

static void note_store(struct run *run, uint64_t pa, unsigned bytes,
		       const struct pt_memory *before)
{
	const struct run_note note = {
		.type = RUN_STORE, .pa = pa, .bytes = bytes,
		.before = stored(run, before, pa, bytes),
		.after = stored(run, &run->arena.memory, pa, bytes),
		.touch = run->touching,
	};

	run->note(run->noted_by, &note);
}

static void on_store(void *context, uint64_t pa, unsigned bytes,
		     const struct pt_memory *before)
{
	struct run *run = context;

	if (run->note)
		note_store(run, pa, bytes, before);
	if (run->reports) {
		const uint64_t report[] = {
			pa, bytes, word_at(&run->arena.memory, pa, bytes),
		};

		note_report(run, report, 3);
	}
	oracle_stale_store(run->stale, pa, bytes, before);
	oracle_bbm_store(run->bbm);
	if (run->touching || !run->each_store)
		return;
	oracle_watch_store(run->watch, pa, bytes);
	touch_somewhere(run);
}

static void on_flush(void *context, const struct pt_flush *flush)
{
	struct run *run = context;
	const uint64_t report[] = {
		flush->space, flush->va, flush->last,
		(uint64_t)(int64_t)flush->depth, flush->tables,
	};

	if (run->note)
		run->note(run->noted_by, &(struct run_note){
			.type = RUN_FLUSH, .flush = *flush });
	note_report(run, report, 5);
	oracle_stale_flush(run->stale, flush->space, flush->va, flush->last,
			   flush->depth, flush->tables);
	oracle_bbm_flush(run->bbm, flush->space, flush->va, flush->last,
			 flush->depth, flush->tables);
}

static void on_gone(void *context, uint64_t pa)
{
	struct run *run = context;

	if (run->note)
		run->note(run->noted_by, &(struct run_note){
			.type = RUN_GONE, .pa = pa });
	note_report(run, &pa, 1);
	oracle_stale_free(run->stale, pa);
}

void run_expect_touches(struct run *run)
{
	for (unsigned i = 0; i < run->touches; i++) {
		oracle_expect(run->oracle, &run->touch[i], &run->expected);
		run->expected.count = 0;
	}
	run->touches = 0;
}

/*
 * Of a walk that carries another one out the addresses and kind of that one count.
 * Nobody touches anything during it (run->op): what the walk saw before would
 * differ from what the model says.
 */
int run_apply_observed(struct run *run, const struct op *op,
		       enum run_check check)
{
	static const struct arena_observer observer = {
		.store = on_store, .flush = on_flush, .gone = on_gone,
	};
	int ret;

	if (check == RUN_CHECK_END || !run->changes)
		return subject_apply(&run->subject, op, &run->seen);
	run->each_store = check == RUN_CHECK_STORE;
	if (run->each_store)
		oracle_watch_begin(run->watch, run->oracle, &run->arena.memory,
				   &run->regime,
				   run->carried ? run->carried : op);
	oracle_stale_begin(run->stale, run->oracle, &run->arena.memory,
			   &run->regime);
	oracle_stale_kind(run->stale, op->kind);
	oracle_bbm_begin(run->bbm, run->oracle, run->stale);
	run->op = op;
	run->stores = 0;
	run->arena.observer = run;
	run->arena.observe = &observer;
	ret = subject_apply(&run->subject, op, &run->seen);
	run->arena.observe = NULL;
	return ret;
}

bool run_check_observed(struct run *run, enum run_check check,
			struct finding *finding)
{
	if (check == RUN_CHECK_END || !run->changes)
		return true;
	return (check != RUN_CHECK_STORE ||
		oracle_watch_end(run->watch, finding)) &&
	       oracle_stale_end(run->stale, finding) &&
	       oracle_bbm_end(run->bbm, finding);
}
