/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The opinion of libaddrxlat, the address translation of libkdumpfile: written by
 * others, for looking at dumps.
 */
#ifndef HARNESS_ADDRXLAT_H
#define HARNESS_ADDRXLAT_H

#include "opinion.h"

/* Without the library its missing says so, and no format has a layout. */
extern const struct opinion opinion_addrxlat;

/* Which addresses a format's roots translate. */
enum addrxlat_range {
	ADDRXLAT_ZERO,		/* bits above those translated are 0 */
	ADDRXLAT_SIGNED,	/* ... are the sign */
	ADDRXLAT_TWO_ROOTS,	/* ... choose the root */
	ADDRXLAT_WORD,		/* there are none: the word ends there */
};

#define ADDRXLAT_FIELDS 7

/* A format as the library knows it. */
struct addrxlat_layout {
	const char *format;
	const char *entry;	/* name of its format of entries */
	uint8_t fields;
	uint8_t field[ADDRXLAT_FIELDS];	/* bits of the offset, then of the indices
					   from the lowest table upward */
	uint8_t range;		/* enum addrxlat_range */
	bool big_endian;
	/*
	 * Leaves without all of these rights and flags are mapped as far as software
	 * is concerned, in an entry that hardware finds invalid.
	 */
	uint32_t valid_if;
	const char *source;	/* manual and section of the fields */
};

/* The layout of a format, or NULL with a sentence in *why if that is not NULL. */
const struct addrxlat_layout *addrxlat_layout(const char *format,
					      const char **why);

#endif
