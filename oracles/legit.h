/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Legitimate differences: where two witnesses may differ and both be right.
 *
 * Each has a name, what it allows, and the text that allows it.  An oracle
 * counts how often each was used (oracle_legit_uses()), and the summary of a
 * run prints the counts: a relaxation that nobody needs is to be removed, one
 * that is needed all the time hides something.
 */
#ifndef ORACLES_LEGIT_H
#define ORACLES_LEGIT_H

#include <stddef.h>

/* Append only: `enum legit_id` numbers are in reports. */
enum legit_id {
	LEGIT_NONE,		/* no relaxation; never counted */
	LEGIT_UNIT_UNDER_WAY,
	LEGIT_DIVIDED_AGAIN,
	LEGIT_BREAK_BEFORE_MAKE,
	LEGIT_SHADOW_SEEN,
	LEGIT_FLAG_GATHERED,
	LEGITS,
};

/* Counters, one per legit_id. */
#define LEGIT_COUNTERS 6

struct legit {
	const char *name;	/* in reports */
	const char *allows;	/* one sentence */
	const char *source;	/* document and section, or file and line */
};

/* The entry of that number, or NULL. */
const struct legit *legit_entry(unsigned id);

#endif
