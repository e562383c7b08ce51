/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Metamorphic relations: two ways to the same tables, or two readers of the
 * same tables, that have to agree.
 *
 * What a relation looks at is what the subject says and leaves behind: traces,
 * return values, translations, and the raw words of its tables.  The flat model
 * is never asked, so the relations are a witness of their own: they also see
 * what subject and model might have misread alike.  docs/metamorphic.md lists
 * them.
 *
 * A trial is one random case on one format, folded in one of the ways that the
 * format can be.  Two sides start from the same case; the relation then goes
 * one way with the one and the other way with the other.
 */
#ifndef TESTS_METAMORPHIC_RELATION_H
#define TESTS_METAMORPHIC_RELATION_H

#include "../../harness/case.h"
#include "../../harness/rng.h"
#include "../../harness/subject.h"
#include "view.h"

/* A subject with memory of its own and the trace of its last operation. */
struct side {
	const struct pt_format *format;
	struct arena arena;
	struct subject subject;
	struct trace trace;
};

/* Returns false when memory runs out. */
bool side_open(struct side *side, const struct pt_format *format);
void side_close(struct side *side);

/* Empties it for a case with that header. */
void side_begin(struct side *side, const struct case_header *header,
		uint8_t runtime_folded);

/* Carries out one operation; side->trace then holds what it did. */
int side_apply(struct side *side, const struct op *op);

/* The same in that space, and comes back to the current one. */
int side_apply_in(struct side *side, unsigned space, const struct op *op);

/* Reads both spaces of it: view[0] and view[1]. */
bool side_view(struct side *side, enum view_reader reader,
	       struct view view[PT_SPACES]);

enum verdict {
	NOT_MET,		/* the relation says nothing of this case */
	HELD,
	BROKEN,			/* trial->what says how */
};

#define WHAT_BYTES 1200

struct trial {
	const struct pt_format *format;
	uint8_t folded;			/* pt_space.runtime_folded */
	struct rng rng;			/* for what the relation draws itself */
	struct tw_case c;
	/* Its operations, concrete, and how each went on side a. */
	struct op op[CASE_RECORDS];
	int ret[CASE_RECORDS];
	unsigned ops;
	unsigned at;			/* what comes before is carried out */
	struct side *a, *b;
	struct view view_a[PT_SPACES], view_b[PT_SPACES];
	char what[WHAT_BYTES];
};

struct relation {
	const char *name;
	const char *states;		/* one sentence */
	/*
	 * Decides one trial; nothing is drawn before.  It may use both sides.
	 */
	enum verdict (*run)(struct trial *trial);
	/*
	 * Trials of each format; and of all of them, in percent, how many have
	 * to meet the precondition, on how many formats at least one.  The
	 * sanitizers make a trial so slow that there are fewer then.
	 */
	unsigned trials, met_percent, met_formats;
};

extern const struct relation relation_split_collapse;
extern const struct relation relation_unmap_protect;
extern const struct relation relation_holes;
extern const struct relation relation_order;
extern const struct relation relation_pieces;
extern const struct relation relation_read_pieces;
extern const struct relation relation_formats;
extern const struct relation relation_dump;
extern const struct relation relation_copy;
extern const struct relation relation_clone;
extern const struct relation relation_groups;
extern const struct relation relation_folding;
extern const struct relation relation_readers;

/* Sets of 1 << enum op_kind. */
#define KIND(kind) (UINT64_C(1) << (kind))
/* What builds tables, and never fails on purpose. */
#define KINDS_BUILD                                                            \
	(KIND(OP_MAP) | KIND(OP_UNMAP) | KIND(OP_PROTECT) | KIND(OP_SPLIT) |   \
	 KIND(OP_COLLAPSE) | KIND(OP_RESTRICT) | KIND(OP_SETKIND) |            \
	 KIND(OP_TOUCH) | KIND(OP_FREE) | KIND(OP_SWITCH) |                    \
	 KIND(OP_INSTALL) | KIND(OP_ITERATE) | KIND(OP_COPY) | KIND(OP_VMA) |  \
	 KIND(OP_WALK_VMA))

/*
 * Draws a case of at most so many records, of these kinds, and resolves it; all
 * its operations are before trial->at.
 */
void trial_draw(struct trial *t, uint64_t kinds, unsigned records);

/* Carries out the operations before trial->at. */
void trial_replay(struct trial *t, struct side *side);

/*
 * Carries all out on side a, and lets trial->at be one of those of these kinds
 * that returned 0, drawn at random, the kind first; false where there is none.
 */
bool trial_pick(struct trial *t, uint64_t kinds);

/*
 * An operation of that kind (unmap, protect, free, copy) on a part of what is
 * mapped in the current space of side a, whose view the trial has: of a run, or
 * on to a later one, perhaps a page more.  A copy goes to the same place of the
 * other space. False where there is nothing.
 */
bool trial_draw_range(struct trial *t, unsigned kind, struct op *op);

/* Writes trial->what and returns BROKEN. */
enum verdict trial_broken(struct trial *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Compares all translations of both sides, as translate has them (flags and
 * mask as for view_compare()); when is for trial->what.  The views stay in the
 * trial.
 */
bool trial_same_view(struct trial *t, const struct view_match *match,
		     const char *when);

/* Compares the raw words of all tables, whatever their addresses. */
bool trial_same_words(struct trial *t, const char *when);

/* Compares complete walks, with every callback, event by event. */
bool trial_same_walks(struct trial *t, const char *when);

/* Compares complete dumps. */
bool trial_same_dumps(struct trial *t, const char *when);

/* All of these, with everything that a view has. */
bool trial_same_all(struct trial *t, const char *when);

/* How many tables of a side are live. */
unsigned side_tables(struct side *side);

/*
 * Maps count units of 2^order leaves of that depth in a hole of the current
 * space of both sides, at random; *op is the operation.  False where there is
 * no such hole, or the format has nothing of the kind.
 */
bool trial_map_unit(struct trial *t, unsigned depth, unsigned order,
		    unsigned count, struct op *op);

/* A range of the address space that belongs to a root: at most two. */
struct span {
	uint64_t va, last;
};
unsigned space_spans(const struct pt_format *format, unsigned space,
		     struct span out[2]);

/* An operation on [va, last] with nothing else set. */
static inline struct op op_on(unsigned kind, uint64_t va, uint64_t last)
{
	return (struct op){ .kind = (uint8_t)kind, .va = va, .last = last };
}

/* A walk with every callback from the root's own depth down, and holes. */
static inline struct op op_walk_all(const struct pt_format *f, uint64_t va,
				    uint64_t last)
{
	struct op op = op_on(OP_WALK, va, last);

	op.walk.callbacks = (uint8_t)(OP_CB_HOLE |
				      (0x1fu & ~pt_ones(f->top)));
	return op;
}

/* A number in [0, most]. */
static inline uint64_t rng_up_to(struct rng *rng, uint64_t most)
{
	uint64_t bits = rng_next(rng);

	return most == UINT64_MAX ? bits : bits % (most + 1);
}

/* Bytes of a unit: what one leaf, or one group, covers. */
static inline uint64_t unit_bytes(const struct pt_format *f, unsigned depth,
				  unsigned order)
{
	return pt_span(f, depth) << order;
}

#endif
