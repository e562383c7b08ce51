/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Opinions: walkers of somebody else's that translate from the raw words of a case,
 * beside the model MMU.  docs/opinions.md has what they are asked and what for.
 */
#ifndef HARNESS_OPINION_H
#define HARNESS_OPINION_H

#include "../oracles/oracle.h"

/*
 * What is counted.  From OPINION_ALLOWED on differences from the flat model that
 * are no violation, by name.
 */
enum opinion_count {
	OPINION_ADDRESSES,	/* that were asked about, inside a root's range */
	OPINION_MAPPED,		/* ... and are mapped */
	OPINION_HIGH_PAGES,	/* ... at 2^48 or above */
	OPINION_HIGH_TABLES,	/* of those asked about: an entry at 2^48 or above
				   was read on the way */
	OPINION_OUTSIDE,	/* asked about, and in no root's range */
	OPINION_ALLOWED,
	OPINION_UPPER_BITS = OPINION_ALLOWED,	/* ... and translated all the same */
	OPINION_NOT_VALID,	/* mapped, in an entry that software made invalid */
	OPINION_LPA_BIT_47,	/* that bit of an address in a descriptor is lost */
	OPINION_LPA2_BIT_49,
	OPINION_COUNTS,
};

struct opinion_counts {
	uint64_t of[OPINION_COUNTS];
};

/* "addresses", ...; of a difference its name. */
const char *opinion_count_name(unsigned count);
/* The text that makes a difference legitimate; NULL of what is none. */
const char *opinion_count_source(unsigned count);

struct opinion {
	const char *name;		/* as --opinion takes it */
	const char *missing;		/* why this build has none; NULL: it has */
	/*
	 * What it takes tables of the format for, or NULL where it knows no such
	 * layout; then, if why is not NULL, *why is a sentence.
	 */
	const char *(*layout)(const char *format, const char **why);
	/* For a format with a layout; NULL if memory runs out. */
	void *(*open)(const char *format);
	void (*close)(void *state);
	/*
	 * Asks about every boundary address of both spaces, from the words in
	 * memory as they are.  True when the flat model says the same; else
	 * *finding is filled.
	 */
	bool (*check)(void *state, const struct oracle *oracle,
		      const struct pt_memory *memory,
		      const struct pt_regime *regime, struct finding *finding);
	/* Since open(). */
	const struct opinion_counts *(*counts)(const void *state);
};

/* Whose opinion is asked, if anybody's; all zero at first. */
struct opinion_asked {
	const struct opinion *opinion;
	void *state;
};

/*
 * Has opinion asked about that format from now on; NULL: nobody, and nothing is
 * held any more.  0; -EOPNOTSUPP where it knows no such format, and then nobody is
 * asked; or -ENOMEM.
 */
int opinion_take(struct opinion_asked *asked, const struct opinion *opinion,
		 const char *format);

/* As opinion.check; true where nobody is asked. */
bool opinion_ask(struct opinion_asked *asked, const struct oracle *oracle,
		 const struct pt_memory *memory, const struct pt_regime *regime,
		 struct finding *finding);

/* NULL where nobody is asked. */
const struct opinion_counts *opinion_counts(const struct opinion_asked *asked);

#endif
