/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What pt_table_poisoned() says, held against walks that a test does itself: an
 * address is lost where such a walk meets a poisoned byte.  Rules that are
 * broken are remembered in the ledger of owned.h.
 */
#ifndef TESTS_MM_POISONED_H
#define TESTS_MM_POISONED_H

#include "owned.h"

#define POISONED_MAX 256

/* What was reported of one range. */
struct poisoned {
	struct pt_poison report[POISONED_MAX];
	unsigned count;
	int value;			/* what the callback returns */
	int ret;			/* of pt_table_poisoned() */
};

/* Asks about both spaces, or the first count of them. */
void poisoned_ask(struct owned *o, unsigned count, uint64_t pa, uint64_t bytes,
		  struct poisoned *all);

/* Pages near and far in both spaces, and a block where there can be one. */
void poisoned_populate(struct owned *o);

/*
 * Checks everything the header says of random ranges at, in and around tables.
 * With garbage they are asked about again when their bytes are overwritten with
 * what leads nowhere: who follows it does not come back.
 */
void poisoned_exercise(struct owned *o, uint64_t seed, bool garbage);

#endif
