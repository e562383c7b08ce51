/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Covering a range from above: each none entry that lies in it whole ends the
 * descent where that is possible, what is covered in part becomes a table, and a
 * table that is there stays.
 *
 * Source: pt_identity_map() in include/tablewalk/identity.h and
 * pt_shadow_fill() in include/tablewalk/shadow.h, which say this of leaves and
 * of links.
 */
#ifndef ORACLES_COVER_H
#define ORACLES_COVER_H

#include "step.h"

struct cover {
	struct step *step;		/* its range is covered */
	uint8_t ends;			/* bit d: entries of depth d can end it */
	/* Calls of cover_fill(): none entries of a depth, all of one table. */
	void (*end)(struct cover *cover, unsigned depth, uint64_t first,
		    uint64_t last);
};

/*
 * The events of allocating the tables that are missing, ascending, a table
 * before those below it; then they are there.  0, -ENOMEM (all was given back)
 * or EXPECT_NO_HOST_MEMORY.
 */
int cover_make_tables(struct cover *cover);

/* Calls end for all that ends the descent, ascending. */
void cover_fill(struct cover *cover);

#endif
