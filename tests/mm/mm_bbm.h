/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether an operation breaks before it makes: an automaton for every entry that
 * a store hits, fed with all stores and invalidations.
 *
 * An entry is in use, broken (not used any more, but perhaps cached), gone
 * (invalidated since) or was empty all the time.  What may not follow directly on
 * what was in use is said here a second time; the subject's own answer is not
 * asked.  Memory is large enough for the tables of every format.
 */
#ifndef TESTS_MM_BBM_H
#define TESTS_MM_BBM_H

#include "mm_fixture.h"
#include "mm_ops.h"

#define BBM_MEMORY_PA UINT64_C(0x40000000)
#define BBM_MEMORY_BYTES UINT64_C(0x800000)
#define BBM_GRANULE UINT64_C(0x400)
#define BBM_GRANULES (BBM_MEMORY_BYTES / BBM_GRANULE)
#define BBM_TABLES 512

enum bbm_state {
	BBM_UNKNOWN,			/* no store has hit it yet */
	BBM_EMPTY,
	BBM_USED,
	BBM_BROKEN,
	BBM_GONE,
};

struct bbm_entry {
	uint8_t state;
	bool made;			/* by this operation */
	unsigned flush;			/* which one it went with; 0: none */
	uint64_t word;			/* what was used last */
};

/* A table that can be reached; its entries by index. */
struct bbm_table {
	uint64_t pa, va;		/* va: the first that it covers */
	unsigned depth, space;
	struct bbm_entry *entry;
};

struct bbm {
	/* As the fixture has it, but for its arena: only fail_in is looked at. */
	struct mm m;
	struct pt_space other;		/* the second space */
	uint64_t other_va;		/* the copy of m.base in it */
	struct pt_memory memory;
	uint16_t live[BBM_GRANULES];	/* length of a table, at its first */
	/* One more than the number of the table there; 0: none. */
	uint16_t table_at[BBM_GRANULES];
	struct bbm_table table[BBM_TABLES];
	unsigned tables;
	bool loud;			/* the operation is being watched */
	/* Since it began: */
	unsigned stores, flushes, allocations;
	unsigned breaks;		/* entries made again after a break */
	unsigned holes;			/* entries that ceased to be used */
	const char *violation;		/* the first one */
	/* After that store the address is accessed; 0: never. */
	unsigned touch_after;
	uint64_t touch_va;
	bool touching, touched;
};

/* Two empty spaces of a format, in its lower half where it has two. */
struct bbm *bbm_open(void **state, const struct pt_format *f);
void bbm_close(void **state);

/* An operation begins; it is over: what it violated, or NULL. */
void bbm_begin(struct bbm *b);
const char *bbm_end(struct bbm *b);

/* The next format of the registry with or without break_before_make, or NULL. */
const struct pt_format *bbm_format(unsigned *i, bool break_before_make);

/* lg2 entries of a group at that depth that both VA and memory have room for. */
unsigned bbm_order(const struct bbm *b, unsigned depth);

#endif
