/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Covering a range with the largest entries that fit: what filling a shadow
 * region and mapping memory to itself have in common.
 *
 * An entry that is none, that the range covers whole, and of a depth that the
 * caller names is written by the caller; otherwise what is below it is covered,
 * in the table that is there or in a new one.
 *
 * Source: include/tablewalk/shadow.h, include/tablewalk/identity.h.
 */
#ifndef MM_PT_COVER_H
#define MM_PT_COVER_H

#include "pgtable.h"

struct pt_cover {
	const struct pt_space *space;
	const struct pt_format *f;
	unsigned depths;		/* bit d: entries of depth d are written */
	/* Entry index of a table, which is none, is to cover what is at va. */
	void (*put)(const struct pt_cover *cover, unsigned depth,
		    const struct pt_table *table, unsigned index, uint64_t va);
	/* The caller's. */
	void *context;
	uint64_t va, last;
};

/* Bit PT_PTE of depths is set.  Of the errors, -EEXIST and -ENOMEM. */
int pt_cover_range(struct pt_cover *cover, uint64_t va, uint64_t last);

/* Whether changes to the root would have to be made in another space's, too. */
static inline bool pt_root_is_shared(const struct pt_space *space)
{
	return space->kernel || space->sharer;
}

#endif
