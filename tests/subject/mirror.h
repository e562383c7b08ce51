/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in page-table code behind the public interface: a foreign subject
 * whose behaviour is known, for every format, and that can be made to differ or to
 * misbehave.
 */
#ifndef TESTS_SUBJECT_MIRROR_H
#define TESTS_SUBJECT_MIRROR_H

#include <tablewalk/subject.h>

/* What is wrong with it, or different. */
enum mirror_way {
	MIRROR_STRAIGHT,
	/* differences, each to be declared */
	MIRROR_DROPS_LEAF,
	MIRROR_REFUSES_PART,
	MIRROR_WHOLE_LEAF,
	MIRROR_PROTECT_REFUSES_PART,
	MIRROR_SHORT_COUNT,
	MIRROR_PICKS_LEAF,
	MIRROR_REPLACES,
	MIRROR_FREES_EMPTY,
	MIRROR_FREES_SOME,
	MIRROR_LEAVES_PREFIX,
	MIRROR_LEAVES_TABLES,
	MIRROR_OTHER_ERRORS,
	MIRROR_DIES_ON_BAD_ARGUMENTS,
	MIRROR_STOPS_AT_HOLES,
	MIRROR_SAME_IS_FINE,
	MIRROR_WALKS_LEAVES,
	MIRROR_WALKS_NO_ALIASES,
	MIRROR_WALKS_NO_HOLES,
	MIRROR_NO_ENTRIES,
	MIRROR_TABLE_IN_WAY,
	MIRROR_DIVIDES_IN_VAIN,
	MIRROR_TABLES_TAKE_USER,
	MIRROR_OTHER_WORDS,
	MIRROR_KEEPS_PARTS,
	MIRROR_KEEPS_RIGHTS,
	MIRROR_TAKES_W_ONLY,
	/* more than the difference of that kind says */
	MIRROR_DIVIDES_UNCUT,
	MIRROR_TABLES_TAKE_W,
	MIRROR_WRONG_WORDS,
	MIRROR_KEEPS_ANY_PART,
	MIRROR_KEEPS_ATTRS,
	MIRROR_TAKES_NOTHING,
	/* misbehaviour, never legitimate */
	MIRROR_LEAKS,
	MIRROR_SCRIBBLES,
	MIRROR_RETURNS_NONSENSE,
	MIRROR_CALLS_UNSET,
	MIRROR_DOES_TOO_MUCH,
	MIRROR_CAN_AFTER_ALL,
	MIRROR_DOES_NOT_OPEN,
	MIRROR_SWALLOWS_REFUSAL,
	MIRROR_LOSES_PAGE,
	/* misbehaviour of one with tables elsewhere */
	MIRROR_READS_STALE,
	MIRROR_READ_FAILS,
	MIRROR_NAMES_NOTHING,
	MIRROR_NAMES_TOO_MUCH,
	MIRROR_NAMES_TOO_HIGH,
	MIRROR_NAMES_TOO_LITTLE,
	MIRROR_NAMES_TWICE,
	MIRROR_KEEPS_SCRATCH,
	MIRROR_WAYS,
};

struct mirror {
	struct tablewalk_subject subject;	/* first */
	enum mirror_way way;
	char name[32];
};

/* Fills it: all capabilities, no differences.  It stays where it is. */
void mirror_init(struct mirror *mirror, enum mirror_way way, const char *name);

/* The same without tables of its own. */
void mirror_reader_init(struct mirror *mirror, enum mirror_way way,
			const char *name);

/*
 * The same with tables in memory of its own, at addresses that nobody gave it; it
 * takes one piece of the harness's memory besides, which no table is in.
 */
void mirror_elsewhere_init(struct mirror *mirror, enum mirror_way way,
			   const char *name);

#endif
