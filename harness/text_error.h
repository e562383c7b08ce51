/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is wrong with a line of text.
 */
#ifndef HARNESS_TEXT_ERROR_H
#define HARNESS_TEXT_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* The reader of a text file, and room for its sentence. */
struct text_at {
	const char *source;
	unsigned line;		/* from 1 */
	char *error;
	size_t error_bytes;
};

/* Puts "source:line: sentence" into the room.  Returns false. */
__attribute__((format(printf, 2, 3)))
static inline bool text_fail(const struct text_at *at, const char *format, ...)
{
	va_list list;
	int n = snprintf(at->error, at->error_bytes, "%s:%u: ", at->source,
			 at->line);

	va_start(list, format);
	if (n >= 0 && (size_t)n < at->error_bytes)
		vsnprintf(at->error + n, at->error_bytes - (size_t)n, format,
			  list);
	va_end(list);
	return false;
}

#endif
