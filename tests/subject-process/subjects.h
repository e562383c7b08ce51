/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subjects of these tests, to be had in this process and behind
 * tablewalk_serve().  They are C99, for they are cross-compiled too.
 */
#ifndef TESTS_SUBJECT_PROCESS_SUBJECTS_H
#define TESTS_SUBJECT_PROCESS_SUBJECTS_H

#include <tablewalk/subject.h>

/* Real tables: x86-64's four levels (tiny.c). */
extern const struct tablewalk_subject tiny;
/* The same, but the last hole of a walk is one page short. */
extern const struct tablewalk_subject tiny_short_hole;
/* The same, but entries are in the processor's byte order. */
extern const struct tablewalk_subject tiny_own_order;

/* No tables: answers are computed from the arguments (echo.c). */
extern const struct tablewalk_subject echo;

#endif
