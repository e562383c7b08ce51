/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks that ask whose the tables are before they read them.
 *
 * Source: include/tablewalk/walk.h, "Walks that ask whose a table is".
 */
#include "pagewalk.h"

/* Whether va is in a kernel part that another space owns. */
static bool is_shared(const struct pt_space *space, uint64_t va)
{
	const struct pt_format *f = space->format;

	return space->kernel &&
	       pt_index(f, f->top, va) >= pt_table_entries(f, f->top) / 2;
}

bool pt_walker_owns(struct pt_walker *w, uint64_t pa, unsigned depth,
		    uint64_t va)
{
	const struct pt_space *space = w->walk.space;
	const struct pt_walk_ops *ops = w->walk.ops;
	struct pt_table_page wanted = pt_table_page(space, depth, pa);
	const struct pt_table_page *found = ops->table_of(pa, &w->walk);

	if (depth > space->format->top && is_shared(space, va))
		wanted.space = (uint8_t)space->kernel->number;
	if (found && found->pa == wanted.pa &&
	    found->bytes == wanted.bytes &&
	    MUT(OWNED_ANY_DEPTH, found->depth == wanted.depth, true) &&
	    MUT(OWNED_ANY_SPACE, found->space == wanted.space, true))
		return true;
	if (!found && MUT(OWNED_UNKNOWN_PASSES, false, true))
		return true;
	if (ops->stray)
		ops->stray(&wanted, found, &w->walk);
	return false;
}

bool pt_walker_owns_path(struct pt_walker *w, uint64_t va, unsigned depth)
{
	struct pt_table table = pt_root_open(w->walk.space);

	for (unsigned d = w->f->top;; d++) {
		struct pt_entry e;

		if (!pt_walker_owns(w, table.pa, d, va))
			return false;
		if (d == depth)
			return true;
		e = pt_read_entry(w->f, d, &table, pt_index(w->f, d, va));
		if (pt_entry_kind(w->f, d, e) != PT_TABLE)
			return true;
		table = pt_table_follow(w->walk.space, d, e);
	}
}
