/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Facts read out of the kernel's headers, and whether a descriptor keeps them.
 *
 * A facts file (arch/<a>/facts/<format>.facts, docs/kernel-facts.md) is parsed
 * once; facts_hold() can then be asked about any number of descriptors,
 * damaged copies among them.
 */
#ifndef FACTS_CHECK_H
#define FACTS_CHECK_H

#include "facts_sample.h"

enum fact_class {
	FACT_GEOMETRY,	/* a number of the layout */
	FACT_WORD,	/* an entry that the kernel makes, and what it means */
	FACT_PREDICATE,	/* what p?d_none() etc. say of a sample word */
	FACT_ACCESSOR,	/* what pte_pfn(), pte_write() etc. say of one */
	FACT_CLASSES,
};

enum fact_field {
	FIELD_PAGE_SHIFT,
	FIELD_VA_BITS,
	FIELD_VA_WORD_BITS,
	FIELD_PA_BITS,
	FIELD_BIG_ENDIAN,
	FIELD_RUNTIME_FOLDED,
	/* Of a depth. */
	FIELD_VA_SHIFT,
	FIELD_ENTRIES,
	FIELD_STRIDE,		/* bytes from one entry to the next */
	FIELD_TABLE_BYTES,
	FIELD_FOLDED,		/* no tables of that depth */
	FIELD_COPIES,
	FIELD_HALF_OFFSET,
	FIELD_GROUP0,		/* lg2 entries of the smaller group */
	FIELD_GROUP1,
	FACT_FIELDS,
};

/*
 * One fact.  Which members are used:
 *
 * geometry   field, depth, number: the kernel's value
 * word       depth, number: the word; reading: its meaning; ignore: bits that
 *	      the descriptor does not write as the kernel does, by convention;
 *	      of: bits that the kernel's value has at all
 * predicate  depth, sample, number: the sample word; says and of: PT_SAYS_*
 * accessor   depth, sample, number: the sample word; reading.pa where has_pa,
 *	      and those of reading.attrs that are in of
 *
 * Where the descriptor is known to differ, excused is set and number, reading
 * or says are the descriptor's value, which must then be met.
 */
struct fact {
	uint8_t class;		/* enum fact_class */
	uint8_t depth;
	uint8_t field;		/* enum fact_field */
	uint8_t sample;		/* enum facts_sample */
	uint8_t says;
	bool has_pa;
	bool excused;
	uint64_t number, ignore, of;
	struct facts_reading reading;
	char name[56];		/* "word.PAGE_SHARED", "predicate.pmd.none" */
};

#define FACTS_MAX 400
struct facts {
	char format[32];
	unsigned count;
	unsigned excused;
	struct fact fact[FACTS_MAX];
};

/*
 * Parses the text of a facts file, and of the architecture's differences.txt
 * (NULL for none), of which only the lines of this format are looked at.
 * Returns false, with a sentence in why, when either cannot be understood, or
 * when a difference names no fact or not the value that the kernel has.
 */
bool facts_parse(struct facts *facts, const char *text, const char *differences,
		 char *why, size_t bytes);

/*
 * Whether the descriptor agrees with every fact.  If not, why (unless NULL)
 * tells the first that it does not keep, its value and the kernel's.
 */
bool facts_hold(const struct pt_format *f, const struct facts *facts, char *why,
		size_t bytes);

/* The same of one fact. */
bool fact_holds(const struct pt_format *f, const struct fact *fact, char *why,
		size_t bytes);

/* "leaf:0x1000:R+W:0:-", as in the files; bytes of at least 128. */
void facts_reading_text(const struct facts_reading *reading, char *text,
			size_t bytes);

/* The names of the attributes, joined by +; "-" for none. */
void facts_attrs_text(uint32_t attrs, char *text, size_t bytes);

#endif
