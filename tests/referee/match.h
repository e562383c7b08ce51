/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A match: the oracle on one side, Linux's walker on the other, over tables
 * that the built-in subject built.
 */
#ifndef TESTS_GLUE_MATCH_H
#define TESTS_GLUE_MATCH_H

#include <tablewalk/walk.h>

#include "../../harness/arena.h"
#include "../../harness/generate.h"
#include "../../harness/subject.h"
#include "../../oracles/oracle.h"
#include "walk_glue.h"

/* What Linux 6.12 does otherwise than walk.h's "current". */
#define FLAGS_6_12                                                             \
	(WALK_ACTIONS_MIDDLE | WALK_AGAIN_ALIAS | WALK_FOLDED_EMPTY |          \
	 WALK_CLEARS_BAD | WALK_NO_UPPER_LEAF | WALK_UNALIGNED |               \
	 WALK_TEST_ENDS_MAPPING | WALK_NO_INSTALL)
_Static_assert(FLAGS_6_12 == 0x2fd, "ci/referee has this number");

/*
 * Where physical address 0 is in this process.  The windows of both formats end
 * below 2^40, and with this lie far from everything else.
 */
#define MATCH_BASE UINT64_C(0x100000000000)

/* More events than any walk here makes. */
#define MATCH_EVENTS (UINT32_C(1) << 17)
#define MATCH_ANCHORS 64
#define MATCH_OPS 128

struct match_counts {
	uint64_t walks[GLUE_ENTRIES];
	uint64_t entries, holes, hugetlbs, vma_calls;
	uint64_t splits, bad_cleared, unaligned, continued, again, stopped;
	uint64_t refused, dumps, notes;
};

/* One operation of a round, for the report. */
struct match_op {
	struct op op;
	uint8_t entry;			/* enum glue_entry, of OP_WALK */
};

struct match {
	const struct pt_format *format;
	struct arena arena;
	struct subject subject;
	struct oracle *oracle;
	struct pt_regime regime;
	struct trace expected, seen;
	uint32_t flags;			/* of the oracle's walks */
	struct rng rng;
	struct match_counts counts;

	/* This round: what was done, and addresses worth starting from. */
	struct match_op done[MATCH_OPS];
	unsigned done_count;
	uint64_t anchor[MATCH_ANCHORS];
	unsigned anchors;
	uint64_t huge;			/* see random_keeps() */
	bool kernel_only;		/* only walks of the kernel's tables */
	struct pt_vma vma[GLUE_VMAS];
	unsigned vmas;

	/* The walk that runs. */
	const struct match_op *running;
	uint32_t calls, calls_at[PT_DEPTHS];
	bool unnoted;			/* see random_keeps() */
	uint64_t *poked;		/* a bad entry that the model has not */
	/* What the kernel's side got wrong besides the trace; "" if nothing. */
	char wrong[160];
};

/* match_tables.c */
bool match_open(struct match *m, const struct pt_format *format);
void match_begin(struct match *m, enum case_window place, unsigned regime);
/* The entry that covers va at depth, or NULL where there is no such table. */
uint64_t *match_slot(const struct match *m, uint64_t va, unsigned depth);
/* Makes table entries what Linux writes: with A and D. */
void match_dress(struct match *m);
void match_put_vma(struct match *m, const struct op *op);
/* Index of the VMA that covers va, or -1. */
int match_vma_at(const struct match *m, uint64_t va);

/* match_walk.c: the kernel's walk of op, into m->seen. */
void match_walk(struct match *m, const struct match_op *op);
void match_read(const struct match *m, const void *slot, unsigned depth,
		uint64_t va, struct trace_event *event);

/* match_dump.c: the kernel's dump of op, into m->seen. */
void match_dump(struct match *m, const struct op *op);

/* match_random.c */
void random_tables(struct match *m, struct tw_case *c);
bool random_keeps(struct match *m, const struct op *op);
void random_anchor(struct match *m, const struct op *op);
void random_vma(struct match *m, struct op *op);
void random_walk(struct match *m, struct match_op *op);
void random_dump(struct match *m, struct op *op);

/* match_known.c: what is known to differ; returns the exit status. */
int known_differences(struct match *four, struct match *five);

/* match.c */
bool match_apply(struct match *m, const struct op *op);
void match_expect(struct match *m, const struct op *op);
_Noreturn void match_lost(const char *what);

#endif
