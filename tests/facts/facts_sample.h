/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sample words: for every depth and kind that a descriptor has, entries to ask
 * the kernel's predicates about.
 *
 * A sample depends on the descriptor alone, so the word that a facts file
 * recorded is still the right one if and only if the descriptor still writes
 * it.
 */
#ifndef FACTS_SAMPLE_H
#define FACTS_SAMPLE_H

#include <tablewalk/format.h>

enum facts_sample {
	FACTS_NONE,
	FACTS_TABLE,
	FACTS_LEAF_MAX,		/* most rights, every flag */
	FACTS_LEAF_MIN,		/* fewest rights, no flag */
	FACTS_LEAF_G0,		/* of the first group, else as LEAF_MAX */
	FACTS_LEAF_G1,
	FACTS_PROTNONE_MAX,
	FACTS_PROTNONE_MIN,
	FACTS_SWAP,
	FACTS_MIGRATION,
	FACTS_MARKER,
	FACTS_INVALID_MAX,
	FACTS_INVALID_MIN,
	FACTS_SAMPLES,
};

/* "none", "leaf.max" and so on; sample < FACTS_SAMPLES. */
const char *facts_sample_name(unsigned sample);

/* The enum pt_kind that a sample is of. */
unsigned facts_sample_kind(unsigned sample);

/*
 * Writes the sample to *raw.  Returns false where the depth has no entry of
 * that kind.  f must be a descriptor that facts_readable() accepts.
 */
bool facts_sample(const struct pt_format *f, unsigned depth, unsigned sample,
		  uint64_t *raw);

/* What an entry says, in the terms of types.h. */
struct facts_reading {
	uint64_t pa;		/* or payload; 0 where the kind has neither */
	uint32_t attrs;		/* of LEAF, PROTNONE, INVALID_HUGE */
	uint32_t denies;	/* rights a table entry takes away */
	uint8_t kind;		/* enum pt_kind */
	uint8_t order;		/* of the group; 0: single */
};

/*
 * Encodes a reading as the descriptor writes it.  Returns false where it
 * cannot: the kind, an attribute or a denied right has no encoding.
 */
bool facts_encode(const struct pt_format *f, unsigned depth,
		  const struct facts_reading *reading, uint64_t *raw);

/* The inverse, for any word. */
void facts_decode(const struct pt_format *f, unsigned depth, uint64_t raw,
		  struct facts_reading *reading);

/*
 * Whether all counts, shifts and widths of a descriptor are such that format.h
 * can interpret it at all.  Only a damaged copy is not.
 */
bool facts_readable(const struct pt_format *f);

#endif
