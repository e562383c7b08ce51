/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The fields of the text form and how to read them: what case_text.c, which
 * prints, and case_parse.c share.
 */
#ifndef HARNESS_CASE_TEXT_H
#define HARNESS_CASE_TEXT_H

#include "case.h"

/* Text being written: the buffer is never overrun, what is too long is cut. */
struct text_writer {
	char *at;
	size_t left;		/* terminating zero included */
};

/* Text being read: a line, a word or a value. */
struct text_reader {
	const char *at, *end;
};

/* Takes the text s from the reader if it is next. */
bool text_take(struct text_reader *in, const char *s);

/* The longest of the names that is next; false if none is. */
bool text_take_name(struct text_reader *in, const char *const *names,
		    size_t count, uint8_t *value);

/* A number without sign, at most 3 digits and at most max. */
bool text_take_byte(struct text_reader *in, unsigned max, uint8_t *value);

/*
 * A field of a record.  Most are one byte at an offset, by name or (names is
 * NULL) as a number up to count - 1; the others have functions of their own.
 */
struct text_field {
	const char *name;
	void (*print)(struct text_writer *w, const struct text_field *f,
		      const struct case_record *r);
	bool (*parse)(struct text_reader *in, const struct text_field *f,
		      struct case_record *r);
	size_t offset;			/* also tells whether it says nothing */
	const char *const *names;
	unsigned count;
	uint32_t kinds;			/* bit = enum op_kind: who has it */
	bool optional;			/* left out where its byte is 0 */
};

/* In the order they are printed. */
#define TEXT_FIELDS 37
extern const struct text_field text_fields[TEXT_FIELDS];

extern const char *const text_window_name[CASE_WINDOWS];

#endif
