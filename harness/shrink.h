/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Making a case smaller and plainer while something about it stays.
 */
#ifndef HARNESS_SHRINK_H
#define HARNESS_SHRINK_H

#include "case.h"

struct shrink {
	/*
	 * Whether the candidate still is what is wanted.  What it sees of one
	 * that is, it may keep: the last one that it took is the case.
	 */
	bool (*still)(void *context, const struct tw_case *candidate);
	/* Whether to leave it at what is reached; NULL: never. */
	bool (*stop)(void *context);
	void *context;
	unsigned budget;	/* calls of still() that are left */
	/*
	 * Where the case is run, so that a place counted from another record can
	 * be said by itself, and that record may go; NULL: nowhere in particular.
	 */
	const struct pt_format *format;
};

/* The first count records, if they are enough. */
void shrink_prefix(struct shrink *s, struct tw_case *c, unsigned count);

/*
 * Removes records, in halves, quarters and so on down to single ones; then makes
 * header, kinds, places, lengths and what else a record says plain, each on its
 * own; and again until nothing changes.  A plain field is what a zero byte says,
 * with few exceptions: the place is the first home, the length one unit.
 */
void shrink_case(struct shrink *s, struct tw_case *c);

/* One candidate: takes it for the case if it is valid and still wanted. */
bool shrink_to(struct shrink *s, struct tw_case *c,
	       const struct tw_case *candidate);

/* Records of another kind at the same place, and lower ones: see shrink_case(). */
void shrink_kinds(struct shrink *s, struct tw_case *c);
void shrink_heights(struct shrink *s, struct tw_case *c);

#endif
