/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Formats that no guest can witness, and why.
 */
#ifndef HARNESS_GUEST_NONE_H
#define HARNESS_GUEST_NONE_H

/* "*" at the end stands for the rest of a name, as in the shell. */
struct guest_none {
	const char *formats;
	const char *why;	/* one sentence */
	const char *source;	/* where that can be looked up */
};

/* Rows 0, 1, ...; NULL behind the last. */
const struct guest_none *guest_none_row(unsigned index);

/* The row of that format; NULL where there is, or could be, a guest. */
const struct guest_none *guest_none(const char *format);

#endif
