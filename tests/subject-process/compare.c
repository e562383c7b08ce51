/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A subject in another process does what the same subject does in this one.
 *
 *	compare same|differs tiny|echo OPERATIONS COMMAND...
 *
 * Both get the same random operations, also from within callbacks; what they
 * return, call, allocate, release, flush and write is compared.  Functions that
 * the program has not are left out on both sides.
 */
#include "../../harness/subjects/process.h"
#include "store.h"
#include "subjects.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACES 2
/* Operations after which both begin anew. */
#define CASE_OPERATIONS 200
#define PAGE UINT64_C(4096)

enum kind {
	DO_MAP, DO_UNMAP, DO_PROTECT, DO_SPLIT, DO_COLLAPSE, DO_INSTALL,
	DO_FREE, DO_WALK, DO_TRANSLATE, DO_DUMP, DO_READ, DO_ROOT, KINDS,
};

struct operation {
	enum kind kind;
	unsigned space;
	uint64_t va, last, pa, random;
	uint32_t attrs, callbacks;
	int depth;
	bool answers, nests, splits;
};

struct side {
	const struct tablewalk_subject *subject;
	struct store store;
	void *state[SPACES];
	const struct operation *op;	/* the one that is done */
	unsigned agains, visits;
	size_t total;			/* events of the cases that ended */
};

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* What the visitor does at its visit: the same on both sides. */
static uint64_t decision(struct side *side, uint64_t va)
{
	uint64_t state = side->op->random ^ va ^ side->visits++;

	return next_random(&state);
}

/* A callback that calls the subject. */
static void nest(struct side *side, uint64_t va, uint64_t chosen)
{
	const struct tablewalk_subject *s = side->subject;
	void *state = side->state[side->op->space];
	struct tablewalk_translation found = { 0 };
	uint64_t done = 0;
	int error;

	error = s->translate(state, va, &found);
	store_note(&side->store, "inner translate", error, found.present,
		   found.pa, found.attrs, found.removed);
	if (chosen % 3)
		return;
	va = UINT64_C(0x100000000000) + chosen % 8 * PAGE;
	error = s->map(state, va, va + PAGE - 1, 0x5000, TABLEWALK_R,
		       TABLEWALK_PTE, &done);
	store_note(&side->store, "inner map", error, done, 0, 0, 0);
}

static int answer(struct side *side, struct tablewalk_visitor *visitor,
		  uint64_t va, bool entry)
{
	uint64_t chosen = decision(side, va);

	if (side->op->nests && chosen % 7 == 0)
		nest(side, va, chosen >> 8);
	if (!side->op->answers)
		return 0;
	if (chosen >> 16 & 1 && entry)
		visitor->action = TABLEWALK_CONTINUE;
	if (chosen >> 17 % 16 == 0 && entry && side->agains++ < 3)
		visitor->action = TABLEWALK_AGAIN;
	return (chosen >> 32) % 50 == 0 ? (int)(chosen >> 40) % 100 - 50 : 0;
}

static int on_entry(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		    uint64_t last, uint64_t entry_pa)
{
	struct side *side = visitor->context;
	const uint8_t *at = side->store.memory.pointer(&side->store, entry_pa);
	uint64_t word = 0;

	/* What it wrote has to be there when it says so. */
	if (at)
		memcpy(&word, at, 8);
	store_note(&side->store, "entry", depth, va, last, entry_pa, word);
	return answer(side, visitor, va, true);
}

static int on_hole(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		   uint64_t last)
{
	struct side *side = visitor->context;

	store_note(&side->store, "hole", depth, va, last, 0, 0);
	return answer(side, visitor, va, false);
}

static int on_split(struct tablewalk_visitor *visitor, int depth, uint64_t va)
{
	struct side *side = visitor->context;
	int error = side->subject->split(side->state[side->op->space], va,
					 depth);

	store_note(&side->store, "split for a walk", depth, va,
		   (uint64_t)error, 0, 0);
	return error;
}

static int on_run(struct tablewalk_dump *dump, int depth, uint64_t va,
		  uint64_t last, uint32_t rights)
{
	struct side *side = dump->context;

	store_note(&side->store, "run", depth, va, last, rights, 0);
	/* Some have enough. */
	return side->op->answers && ++side->visits == 100 ? 3 : 0;
}

static int do_walk(struct side *side, void *state, const struct operation *op)
{
	struct tablewalk_visitor visitor = {
		.context = side, .callbacks = op->callbacks,
		.entry = on_entry, .hole = on_hole,
		.split = op->splits ? on_split : NULL,
	};

	if (!op->answers && !op->nests && process_subject_of(side->subject))
		visitor.callbacks |= PROCESS_NO_ANSWERS;
	return side->subject->walk(state, op->va, op->last, &visitor);
}

static int do_reader(struct side *side, void *state,
		     const struct operation *op)
{
	const struct tablewalk_subject *s = side->subject;
	struct tablewalk_translation t = { 0 };
	struct tablewalk_dump dump = { .context = side, .run = on_run };
	static uint8_t bytes[100000];
	uint64_t hash = 0;
	int returned;

	switch ((int)op->kind) {
	case DO_TRANSLATE:
		returned = s->translate(state, op->va + op->random % PAGE, &t);
		store_note(&side->store, "found", t.depth, t.present, t.pa,
			   t.attrs, t.removed);
		return returned;
	case DO_DUMP:
		return s->dump(state, op->va, op->last, &dump);
	case DO_READ:
		returned = s->read(state, op->va, bytes,
				   op->random % sizeof(bytes));
		for (size_t i = 0; returned == 0 &&
				   i < op->random % sizeof(bytes); i++)
			hash = hash * 31 + bytes[i];
		store_note(&side->store, "bytes", 0, hash, 0, 0, 0);
		return returned;
	default:
		store_note(&side->store, "root", 0, s->root(state), 0, 0, 0);
		return 0;
	}
}

static void do_operation(struct side *side, const struct operation *op)
{
	const struct tablewalk_subject *s = side->subject;
	void *state = side->state[op->space];
	uint64_t done = 0;
	int returned;

	side->op = op;
	side->agains = side->visits = 0;
	switch ((int)op->kind) {
	case DO_MAP:
		returned = s->map(state, op->va, op->last, op->pa, op->attrs,
				  op->depth, &done);
		break;
	case DO_UNMAP:
		returned = s->unmap(state, op->va, op->last, &done);
		break;
	case DO_PROTECT:
		returned = s->protect(state, op->va, op->last, op->attrs, &done);
		break;
	case DO_SPLIT:
		returned = s->split(state, op->va, op->depth);
		break;
	case DO_COLLAPSE:
		returned = s->collapse(state, op->va, op->depth);
		break;
	case DO_INSTALL:
		returned = s->install(state, op->va, op->last, op->pa,
				      op->attrs, &done);
		break;
	case DO_FREE:
		returned = s->free_tables(state, op->va, op->last);
		break;
	case DO_WALK:
		returned = do_walk(side, state, op);
		break;
	default:
		returned = do_reader(side, state, op);
		break;
	}
	store_note(&side->store, "returned", returned, done, op->kind, 0, 0);
}

/* Most places are near each other, some are anywhere. */
static struct operation draw(uint64_t *random)
{
	static const uint64_t base[] = {
		0, UINT64_C(0x200000), UINT64_C(0x40000000),
		UINT64_C(0x7fffffc00000), UINT64_C(0xffff800000000000),
		UINT64_C(0xffffffffffe00000),
	};
	static const enum kind kinds[] = {
		DO_MAP, DO_MAP, DO_MAP, DO_MAP, DO_UNMAP, DO_PROTECT, DO_SPLIT,
		DO_COLLAPSE, DO_INSTALL, DO_FREE, DO_WALK, DO_WALK, DO_WALK,
		DO_TRANSLATE, DO_DUMP, DO_READ, DO_ROOT,
	};
	static const uint64_t lengths[] = { 1, 1, 2, 7, 512, 513, 1024 };
	uint64_t r = next_random(random), s = next_random(random), unit;
	struct operation op = {
		.kind = kinds[r % 17], .space = r >> 8 & 1,
		.random = next_random(random),
		.attrs = (uint32_t)(s >> 32) & TABLEWALK_RIGHTS,
		.depth = (int)((r >> 12) % 3) + TABLEWALK_PUD,
		.answers = r >> 16 & 1, .nests = (r >> 17) % 4 == 0,
		.splits = (r >> 20) % 4 == 0,
		.callbacks = (uint32_t)(r >> 24) & 0x3f,
	};

	unit = (r >> 36) % 3 ? PAGE : PAGE << 9;
	if (op.kind == DO_MAP)
		unit = PAGE << 9 * (TABLEWALK_PTE - op.depth);
	op.va = (base[(r >> 40) % 6] + s % 600 * PAGE) & ~(unit - 1);
	op.last = op.va + unit * lengths[(r >> 48) % 7] - 1;
	op.pa = (s >> 16 & 0xffff) * unit & UINT64_C(0xfffffffff000);
	if ((r >> 56) % 16 == 0)
		op.va = s;
	return op;
}

static bool has(const struct tablewalk_subject *s, enum kind kind)
{
	const bool have[KINDS] = {
		[DO_MAP] = s->map, [DO_UNMAP] = s->unmap,
		[DO_PROTECT] = s->protect, [DO_SPLIT] = s->split,
		[DO_COLLAPSE] = s->collapse, [DO_INSTALL] = s->install,
		[DO_FREE] = s->free_tables, [DO_WALK] = s->walk,
		[DO_TRANSLATE] = s->translate, [DO_DUMP] = s->dump,
		[DO_READ] = s->read, [DO_ROOT] = s->root,
	};

	return have[kind];
}

static bool open_spaces(struct side *side)
{
	store_reset(&side->store);
	for (unsigned i = 0; i < SPACES; i++) {
		struct tablewalk_setup setup = {
			.bytes = sizeof(setup), .space = i,
			.format = "x86_64-4level", .control = 0x80000005 + i,
			.pa_bits = 46, .memory = &side->store.memory,
			.root = UINT64_C(0xfedcba9876543000), .folded = 3,
		};
		int error = side->subject->open(side->subject, &setup,
						&side->state[i]);

		store_note(&side->store, "open", error, setup.elsewhere_pa,
			   setup.elsewhere_bytes, 0, 0);
		if (error)
			return false;
	}
	return true;
}

static void close_spaces(struct side *side)
{
	for (unsigned i = 0; i < SPACES; i++)
		side->subject->close(side->state[i]);
	store_note(&side->store, "closed", 0, side->store.live, 0, 0, 0);
	side->total += side->store.events;
}

/* True with a text where they differ. */
static bool run_case(struct side *here, struct side *there, uint64_t *random,
		     unsigned operations, char *text, size_t bytes)
{
	/* Both, so that what one of them says is seen. */
	bool opened = open_spaces(here), there_too = open_spaces(there);
	bool differs = false;

	if (!opened || !there_too) {
		snprintf(text, bytes, "open failed");
		return true;
	}
	for (unsigned i = 0; i < operations && !differs; i++) {
		struct operation op = draw(random);

		if (!has(there->subject, op.kind))
			continue;
		op.splits = op.splits && there->subject->split;
		do_operation(here, &op);
		do_operation(there, &op);
		differs = store_differs(&here->store, &there->store, text,
					bytes);
	}
	close_spaces(here);
	close_spaces(there);
	return differs ||
	       store_differs(&here->store, &there->store, text, bytes);
}

/* What it says of itself has to be what the one here says. */
static bool same_description(const struct tablewalk_subject *a,
			     const struct tablewalk_subject *b)
{
	unsigned f = 0, r = 0;

	while (a->formats[f] && b->formats[f] &&
	       strcmp(a->formats[f], b->formats[f]) == 0)
		f++;
	while (a->reasons[r].difference && b->reasons[r].difference &&
	       a->reasons[r].difference == b->reasons[r].difference &&
	       strcmp(a->reasons[r].source, b->reasons[r].source) == 0)
		r++;
	return strcmp(a->name, b->name) == 0 && strcmp(a->what, b->what) == 0 &&
	       !a->formats[f] && !b->formats[f] &&
	       !a->reasons[r].difference && !b->reasons[r].difference &&
	       a->capabilities == b->capabilities &&
	       a->differences == b->differences && a->attrs == b->attrs &&
	       a->attrs_always == b->attrs_always &&
	       a->leaf_depths == b->leaf_depths &&
	       a->walk_flags == b->walk_flags && b->version == 1;
}

static bool run(struct side *here, struct side *there, unsigned operations,
		char *text, size_t bytes)
{
	uint64_t random = 1;

	for (unsigned i = 0; i < operations; i += CASE_OPERATIONS)
		if (run_case(here, there, &random, CASE_OPERATIONS, text,
			     bytes))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	char command[4096] = "", text[600] = "";
	struct side here = { .subject = &tiny }, there = { .subject = NULL };
	struct process_subject *process;
	bool differs, wanted;

	if (argc < 5) {
		fputs("usage: compare same|differs tiny|echo OPERATIONS "
		      "COMMAND...\n", stderr);
		return 2;
	}
	wanted = strcmp(argv[1], "differs") == 0;
	if (strcmp(argv[2], "echo") == 0)
		here.subject = &echo;
	for (int i = 4; i < argc; i++)
		snprintf(command + strlen(command),
			 sizeof(command) - strlen(command), "%s ", argv[i]);
	process = process_subject_create(command, text, sizeof(text));
	if (!process || !store_open(&here.store) || !store_open(&there.store)) {
		fprintf(stderr, "compare: %s\n", process ? "no memory" : text);
		return 1;
	}
	there.subject = process_subject(process);
	differs = run(&here, &there, (unsigned)atoi(argv[3]), text,
		      sizeof(text));
	if (!differs && !wanted && strcmp(there.subject->name, "tiny-py") != 0 &&
	    !same_description(here.subject, there.subject))
		differs = true, snprintf(text, sizeof(text), "the description");
	printf("%s: %s%s%s; %zu calls, callbacks and results\n",
	       there.subject->name, differs ? "differs: " : "the same", text,
	       process_subject_trouble(process)->sentence, here.total);
	/* A program that died is no difference between subjects. */
	wanted = differs == wanted &&
		 (differs || here.total > 5 * (size_t)atoi(argv[3])) &&
		 process_subject_trouble(process)->kind == PROCESS_FINE;
	process_subject_destroy(process);
	store_close(&here.store);
	store_close(&there.store);
	return wanted ? 0 : 1;
}
