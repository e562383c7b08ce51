/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The two sides of a walker of another architecture: foreign_glue.c sees the
 * kernel's headers, foreign_main.c the C library's.
 */
#ifndef TABLEWALK_KERNEL_FOREIGN_GLUE_H
#define TABLEWALK_KERNEL_FOREIGN_GLUE_H

#include <tablewalk/subject.h>

/* The reader, but for its name, formats, capabilities and walk_flags. */
extern const struct tablewalk_subject foreign_reader;

/* Zeros, of the C library; NULL where there are no more. */
void *foreign_alloc(unsigned long bytes);
void foreign_free(void *at);

/* Ends the process with a sentence on standard error. */
void foreign_fail(const char *sentence) __attribute__((noreturn));

/* Where that address is in this process; it has to be table memory. */
void *foreign_va(unsigned long pa);

#endif
