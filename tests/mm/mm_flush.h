/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether an operation has everything invalidated that it must: a table of the
 * entries that a machine may have cached and that were changed since, by where
 * they are.  It is filled by the observer of stores, and emptied by the
 * invalidations that cover them.  An entry counts from the moment its table is
 * linked, as it does for a machine that walks while the operation runs.
 *
 * It sees memory only, and knows nothing of how the subject keeps account.
 */
#ifndef TESTS_MM_FLUSH_H
#define TESTS_MM_FLUSH_H

#include "mm_fixture.h"

#define MM_FLUSH_TABLES 512
#define MM_FLUSH_ENTRIES 16384
#define MM_FLUSHES 64
#define MM_WINDOW_WORDS (MM_WINDOW_BYTES / 4)

/* A table that was reachable when the operation began, or has been since. */
struct mm_flush_table {
	uint64_t pa, va;		/* va: the first that it covers */
	unsigned depth, space;
	bool released;
};

/* An entry that counts, was changed, and was not invalidated since. */
struct mm_flush_entry {
	uint64_t slot, old;
	uint64_t va, last;		/* a group's are those of the group */
	unsigned table, index;
	enum pt_kind kind;
};

struct mm_flush {
	struct pt_env inner;		/* the fixture's own */
	const struct pt_memory *memory;
	const struct pt_format *f;
	const struct pt_space *space[PT_SPACES];	/* by number */
	struct mm_flush_table table[MM_FLUSH_TABLES];
	struct mm_flush_entry entry[MM_FLUSH_ENTRIES];
	unsigned tables, entries;
	/* One more than the number of the table, or entry, there; 0: none. */
	uint16_t table_at[MM_WINDOWS][MM_GRANULES];
	uint16_t entry_at[MM_WINDOWS][MM_WINDOW_WORDS];
	/* What was told since the operation began, the first ones. */
	struct pt_flush told[MM_FLUSHES];
	unsigned count;
	const char *violation;		/* the first one */
	/*
	 * Not a mistake: a range that is not exactly that of the entries that
	 * were changed, and so a flush without any.
	 */
	bool loose;
};

/* Watches the fixture's space, and all others that use its env. */
struct mm_flush *mm_flush_watch(struct mm *m);
/* One more space that operations may change. */
void mm_flush_add(struct mm_flush *w, const struct pt_space *space);

/* An operation begins; an operation is over: what it violated, or NULL. */
void mm_flush_begin(struct mm_flush *w);
const char *mm_flush_end(struct mm_flush *w);

#endif
