/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Break before make: what a machine may still have cached of an entry may not
 * meet something else.
 *
 * Source: include/tablewalk/table_ops.h, "Break before make" and struct
 * pt_flush.  Read here as follows.
 *
 * - What counts once an operation goes on is what the entry was when it was
 *   last used, be that before the operation or during it.  An entry that is
 *   broken and becomes again what it was needs no flush; one that was not used
 *   before may become anything, but what it became is replaced as any other.
 * - A flush counts for an entry that was broken before it, if it is of the
 *   entry's depth or of PT_DEPTH_UNKNOWN, and for a table entry with tables
 *   set.  Several flushes may cover together what one need not.
 * - A group counts as one entry: all of it is broken, then all of it is
 *   flushed, then the first entry is made.  That is so for what was a group,
 *   for leaves that become one, and for tables that a group takes the place of,
 *   but that these may each be flushed as they are broken.
 * - The rule is for entries of tables that were reachable when the operation
 *   began.  One that it links itself may be cached from then on, so that it
 *   does well to break entries there before they are replaced, too; nobody
 *   insists on it, and the hole is excused as any other.
 *
 * The memory of a table that was released is not used again in the same
 * operation, so nothing needs to be told of releases.
 */
#ifndef ORACLES_BBM_H
#define ORACLES_BBM_H

#include "oracle.h"
#include "stale.h"

struct oracle_bbm;

/* NULL if memory runs out. */
struct oracle_bbm *oracle_bbm_create(void);
void oracle_bbm_destroy(struct oracle_bbm *bbm);

/* Before an operation, after oracle_stale_begin() of stale, which is asked. */
void oracle_bbm_begin(struct oracle_bbm *bbm, const struct oracle *oracle,
		      const struct oracle_stale *stale);

/* After each oracle_stale_store(). */
void oracle_bbm_store(struct oracle_bbm *bbm);

/* A flush, as struct pt_flush has it. */
void oracle_bbm_flush(struct oracle_bbm *bbm, unsigned space, uint64_t va,
		      uint64_t last, int depth, bool tables);

/*
 * After the operation.  True when the rule was kept, or the format has none;
 * else *finding tells the first entry for which it was not.
 */
bool oracle_bbm_end(struct oracle_bbm *bbm, struct finding *finding);

/* Whether the entry at pa is broken: it counted, and is not used now. */
bool oracle_bbm_is_broken(const struct oracle_bbm *bbm, uint64_t pa);

/*
 * Whether the last store made a broken entry one that it could not have become
 * without having been broken.
 */
bool oracle_bbm_has_made(const struct oracle_bbm *bbm);

#endif
