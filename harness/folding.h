/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which levels count as folded at run time: the values of --folding.
 *
 * A folding is a set of depths, bit d for depth d, as pt_space.runtime_folded
 * and run_fold() take it.  It is no part of the case: the same case runs folded
 * any way, and only the depth of holes in the root tells them apart.
 *
 * The depths that a format folds are 1 to that of its root: all of these but
 * none below stand for the root's entries in Linux's walk.
 */
#ifndef HARNESS_FOLDING_H
#define HARNESS_FOLDING_H

#include <tablewalk/format.h>

/*
 * FOLDING_STATIC	nothing is folded at run time
 * FOLDING_LINUX	what Linux folds: pt_format.runtime_folded
 * FOLDING_ALL		every set of the depths that the format folds
 * FOLDING_NAMED	those named that the format folds
 */
enum folding_mode {
	FOLDING_STATIC,
	FOLDING_LINUX,
	FOLDING_ALL,
	FOLDING_NAMED,
};

struct folding {
	uint8_t mode;			/* enum folding_mode */
	uint8_t named;
};

/*
 * "static", "linux", "all", or names of depths from p4d to pmd joined by
 * commas; false for anything else.
 */
bool folding_parse(const char *text, struct folding *out);
/* What folding_parse() takes, for a sentence about something else. */
#define FOLDING_VALUES                                                         \
	"`static', `linux', `all' or depths from p4d, pud, pmd joined by commas"

/* The depths that the format folds. */
uint8_t folding_depths(const struct pt_format *format);

/* How many foldings of the format are asked for, and each of them. */
unsigned folding_count(const struct folding *folding,
		       const struct pt_format *format);
uint8_t folding_set(const struct folding *folding,
		    const struct pt_format *format, unsigned index);

/*
 * The one for case number of a campaign: all in turn, and evenly over the cases
 * of a format, however many formats there are.
 */
uint8_t folding_of_case(const struct folding *folding,
			const struct pt_format *format, uint64_t number);

/* A set as --folding takes it: "static", "p4d,pud". */
#define FOLDING_TEXT 16
void folding_text(uint8_t set, char out[FOLDING_TEXT]);

#endif
