/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entries that are evaluated again: because a callback asked for it, or because it
 * changed the tables under the walk.  A file of its own, so that the loops that
 * hardly ever come here stay small.
 *
 * Source: include/tablewalk/walk.h, "Changes during a walk" and PT_WALK_AGAIN.
 */
#include "pagewalk.h"

int pt_walker_again(struct pt_walker *w, unsigned depth, uint64_t va)
{
	if (w->again_va != va) {
		w->again_va = va;
		w->again_changed = 0;
		for (unsigned i = 0; i < PT_DEPTHS; i++)
			w->again[i] = 0;
	}
	return w->again[depth]++ == PT_WALK_AGAIN_LIMIT -
						    MUT(WALK_AGAIN_LIMIT_SHORT,
							0, 1) ?
		       -EAGAIN : 0;
}

int pt_walker_changed(struct pt_walker *w, int ret, unsigned depth,
		      unsigned counted, uint64_t va)
{
	w->changes = w->walk.space->changes;
	if (ret)
		return ret;
	if (MUT(CHANGE_KEEPS_TABLE, false, true) ||
	    MUT(CHANGE_KEEPS_ACTION, false,
		w->walk.action == PT_WALK_CONTINUE))
		return 0;
	ret = pt_walker_again(w, counted, va);
	if (ret)
		return ret;
	if (w->again_changed++ == PT_WALK_AGAIN_LIMIT)
		return -EAGAIN;
	w->resume_va = va + MUT(CHANGE_SKIPS_ENTRY, 0u,
				va < pt_ones(w->f->va_word_bits - 1) ?
					pt_span(w->f, PT_PTE) : 0u);
	w->resume_depth = MUT(CHANGE_CALLS_UPPER, depth, PT_PGD);
	w->moved = true;
	return 1;
}
