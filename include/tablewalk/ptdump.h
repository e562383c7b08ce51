/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Dumping a range as runs, with effective permissions.  Rule numbers are those
 * of docs/walker-rules.md.
 *
 * Source: Linux 6.12 mm/ptdump.c and the dumpers of its architectures, with
 * the differences that R46 to R51 tell and docs/walker-rules.md names.
 */
#ifndef TABLEWALK_PTDUMP_H
#define TABLEWALK_PTDUMP_H

#include <tablewalk/shadow.h>

#define PT_DUMP_HOLES 0x1u	/* holes are runs too */

/*
 * A run: the longest stretch of neighbouring entries that are alike.  Entries
 * are what ends a descent: leaves and non-present entries at any depth, none
 * entries at any depth (one each, also at PT_PTE), bad entries.  Two neighbours
 * are alike when depth, kind, attributes and the rights taken away above are the
 * same; addresses and group orders are not compared.  So holes of different
 * depths are different runs.  It does not matter which tables take a right away.
 * A marker is a border: a run ends right before it, wherever it lies, also inside
 * an entry or a page.
 * The range's first and last address clip; the last run ends at the range's
 * last (R47).
 */
struct pt_dump_run {
	uint64_t start, last;
	uint32_t attrs;		/* LEAF, PROTNONE, INVALID_HUGE: its own */
	uint32_t removed;	/* rights taken away above, of every kind (R48) */
	uint8_t depth;		/* of the entries, real */
	uint8_t kind;		/* enum pt_kind, never PT_TABLE */
};

/* The rights that are left. */
static inline uint32_t pt_dump_effective(const struct pt_dump_run *run)
{
	return run->attrs & ~run->removed & PT_RIGHTS;
}

struct pt_dump {
	uint32_t flags;			/* PT_DUMP_* */
	/* Ascending addresses at which runs end; may be NULL where 0. */
	const uint64_t *marker;
	unsigned markers;
	void *context;
	/* Called per run, ascending; what is not 0 ends the dump with it. */
	int (*run)(void *context, const struct pt_dump_run *run);
	/*
	 * Out: base pages, also in part, inside the range of leaves with
	 * effective W and X (R51); of the runs reported, 0 after a refusal.
	 */
	uint64_t wx_pages;
	/*
	 * The shadow that links of the space point to, or NULL; it changes how
	 * much is read and nothing else.  Below a link all entries are alike, so
	 * one look at each table of the shadow, and at the link, tells what a
	 * descent would.  Where entries of one of these tables turn out not to be
	 * alike (somebody stored to it), those that lead to it are descended
	 * into.  A shadow of another format or environment is as none (R50).
	 */
	const struct pt_shadow *shadow;
	/* Out: how many tables were looked at, each time one was. */
	uint64_t tables;
};

/*
 * Dumps [va, last].  Errors of the range as for pt_walk_inclusive() without
 * flags, before any run.  Without PT_DUMP_HOLES a hole still ends a run.
 *
 * OP_DUMP: markers is 1 at op.floor where that is not 0; each run is a TRACE_RUN
 * with va..last, depth, kind, attrs, removed; TRACE_WX after the last, with
 * wx_pages, unless the range was refused.
 */
int pt_dump_range(struct pt_space *space, uint64_t va, uint64_t last,
		  struct pt_dump *dump);

#endif
