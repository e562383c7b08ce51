/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The format that a test of the guest comparison is about: one program serves all.
 */
#ifndef TESTS_HW_FORMAT_H
#define TESTS_HW_FORMAT_H

#include <stdio.h>
#include <stdlib.h>

#include <tablewalk/format.h>

/* That of the environment variable HW_FORMAT; ends the program if there is none. */
static inline const struct pt_format *hw_format(void)
{
	const char *name = getenv("HW_FORMAT");
	const struct pt_format *f = name ? pt_format_find(name) : NULL;

	if (!f) {
		fprintf(stderr, "HW_FORMAT=%s: not the name of a format\n",
			name ? name : "");
		exit(2);
	}
	return f;
}

#endif
