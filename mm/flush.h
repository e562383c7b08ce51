/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a machine may still have cached of entries that an operation changed,
 * until it is told to forget it: the part of Linux's mmu_gather that is about
 * the TLB.
 *
 * It lives on the stack of the operation and is handed down, as Linux does it:
 * an operation leaves nothing behind for the next one, spaces stay const, and a
 * copy, which changes two spaces, simply has two.  Whether anybody listens is
 * asked once, when it is opened; without a listener noting an entry is a test
 * of one flag.
 *
 * Entries are noted right before they are stored and flushed after.  What is
 * noted is kept as one range, so it must be flushed before a table is released
 * and before the operation returns, whatever it returns.
 *
 * Source: include/tablewalk/table_ops.h, struct pt_flush.
 */
#ifndef MM_FLUSH_H
#define MM_FLUSH_H

#include "pt_entry.h"

struct pt_stale {
	const struct pt_space *space;
	uint64_t va, last;		/* va > last: nothing */
	int8_t depth;			/* as in struct pt_flush */
	bool wanted;			/* somebody listens */
	bool tables;
	/* Leaves may be noted that were not there when the operation began. */
	bool unsure;
};

static inline struct pt_stale pt_stale_open(const struct pt_space *space)
{
	return (struct pt_stale){
		.space = space,
		.va = UINT64_MAX,
		.wanted = space->env->flush,
	};
}

/* What the next two do where somebody listens. */
void pt_stale_add(struct pt_stale *stale, unsigned depth, uint64_t va,
		  enum pt_kind kind, struct pt_entry e);
void pt_stale_tell(struct pt_stale *stale);

/*
 * The entry covering va at depth, of that kind, is about to be changed in a way
 * that counts; e is what it still is.  In a group all of the group is stale.
 */
static inline void pt_stale_note(struct pt_stale *stale, unsigned depth,
				 uint64_t va, enum pt_kind kind,
				 struct pt_entry e)
{
	if (stale->wanted)
		pt_stale_add(stale, depth, va, kind, e);
}

/*
 * The same where a leaf becomes another leaf, perhaps in a way that does not
 * count: by setting ACCESSED or DIRTY, or clearing ACCESSED, only.
 */
void pt_stale_note_leaf(struct pt_stale *stale, unsigned depth, uint64_t va,
			struct pt_entry old, struct pt_entry e);

/*
 * An entry that does not count becomes a table of leaves, which will be noted if
 * they are changed in turn.  A machine can have cached them by then, but a depth
 * is vouched for only where a leaf was before the operation.
 */
static inline void pt_stale_unsure(struct pt_stale *stale)
{
	stale->unsure = true;
}

/* Has all forgotten that was noted so far. */
static inline void pt_stale_flush(struct pt_stale *stale)
{
	if (stale->va <= stale->last)
		pt_stale_tell(stale);
}

/*
 * The same between break and make: what was noted is not used any more, and other
 * entries follow in its place.  bytes is what each entry of a group covers, 0 where
 * it is a single one.
 */
void pt_stale_flush_broken(struct pt_stale *stale, uint64_t bytes);

/* The same before a table that a noted entry pointed to is destructed. */
static inline void pt_stale_flush_tables(struct pt_stale *stale)
{
	if (MUT(FLUSH_AFTER_FREE, true, false))
		pt_stale_flush(stale);
}

#endif
