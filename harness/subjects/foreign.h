/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Foreign subjects: other people's code behind tablewalk/subject.h, driven as the
 * harness drives its own.
 *
 * The list of them is the process's: it is made before the first command runs
 * and does not change after that.
 */
#ifndef HARNESS_FOREIGN_H
#define HARNESS_FOREIGN_H

#include <tablewalk/subject.h>

#include "../subject.h"

#define FOREIGN_MAX 16

/*
 * Adds a subject, which stays the caller's and where it is.  False with a sentence
 * in error where what it says of itself cannot be.
 */
bool foreign_add(const struct tablewalk_subject *subject, char *error,
		 size_t error_bytes);

/* The subject of that number, in the order they were added; NULL behind the last. */
const struct subject_kind *foreign(unsigned number);

/* What it says of itself; NULL where the kind is none of these. */
const struct tablewalk_subject *foreign_of(const struct subject_kind *kind);

#endif
