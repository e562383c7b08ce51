/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a machine may still have cached: the checks of invalidation.
 *
 * Source: include/tablewalk/table_ops.h, struct pt_flush, whose three rules have
 * a check each; and share.h, which says when a sharer's root follows the owner's.
 * Entries are read by the second reading, tables are found from the roots, and
 * what was in memory before a store is the harness's own copy: nothing the
 * subject says is believed but the flushes themselves.
 */
#ifndef ORACLES_STALE_H
#define ORACLES_STALE_H

#include "oracle.h"

struct oracle_stale;

/* NULL if memory runs out. */
struct oracle_stale *oracle_stale_create(void);
void oracle_stale_destroy(struct oracle_stale *stale);

/*
 * Before an operation: finds the tables that are reachable now.  memory and
 * regime are read until the end.
 */
void oracle_stale_begin(struct oracle_stale *stale, const struct oracle *oracle,
			const struct pt_memory *memory,
			const struct pt_regime *regime);

/*
 * Which kind the operation is, right after that.  What OP_SHADOW (shadow.h) links
 * it takes away in an operation of its own: so entries of tables that it linked
 * count, and nothing may be released before all that was changed is flushed.
 * Where nobody tells, an operation is one.
 */
void oracle_stale_kind(struct oracle_stale *stale, unsigned kind);

/* After a store of bytes at pa; before is memory without it. */
void oracle_stale_store(struct oracle_stale *stale, uint64_t pa, unsigned bytes,
			const struct pt_memory *before);

/* An entry that was stored to: where it is, what it was and what it is. */
struct oracle_change {
	uint64_t table, index;		/* address of its table; which */
	uint64_t first, last;		/* addresses that it covers */
	uint8_t space, depth;
	bool young;			/* the operation itself linked the table */
	struct mmu_entry old, now;
};

/*
 * What the last store that was told of came to, or NULL: it was to no table
 * that is or was linked, or the entry is of several words that are not all
 * stored yet.  Only for formats with break_before_make.
 */
const struct oracle_change *
oracle_stale_change(const struct oracle_stale *stale);

/* An entry of a table as it is now; false: there is no memory. */
bool oracle_stale_read(const struct oracle_stale *stale, uint64_t table,
		       unsigned depth, uint64_t index, struct mmu_entry *out);

/* A flush, as struct pt_flush has it. */
void oracle_stale_flush(struct oracle_stale *stale, unsigned space, uint64_t va,
			uint64_t last, int depth, bool tables);

/* The table at pa is destructed or released. */
void oracle_stale_free(struct oracle_stale *stale, uint64_t pa);

/*
 * After the operation.  True when all rules were kept, or the format has no
 * model MMU; else *finding tells the first that was not.
 */
bool oracle_stale_end(struct oracle_stale *stale, struct finding *finding);

#endif
