/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the program of a subject says of itself: the answer to HELLO.
 */
#include "process_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../bytes.h"

#define NAME_MAX_BYTES 63

/* What is left of the description; broken once something was not there. */
struct reader {
	const uint8_t *at;
	size_t left;
	char *strings;			/* where the next string goes */
	bool broken;
};

static uint64_t number(struct reader *r, unsigned bytes)
{
	uint64_t value;

	if (r->left < bytes) {
		r->broken = true;
		return 0;
	}
	value = bytes_get(r->at, bytes, false);
	r->at += bytes;
	r->left -= bytes;
	return value;
}

/* Of that many bytes at least and at most, which can be printed. */
static const char *string(struct reader *r, size_t least, size_t most)
{
	size_t length = (size_t)number(r, 2);
	char *to = r->strings;

	/* Once broken nothing is written: more may be asked for than there is. */
	if (r->broken || length > r->left || length < least || length > most) {
		r->broken = true;
		return "";
	}
	for (size_t i = 0; i < length; i++) {
		if (r->at[i] < ' ' || r->at[i] == 0x7f)
			r->broken = true;
		to[i] = (char)r->at[i];
	}
	to[length] = '\0';
	r->at += length;
	r->left -= length;
	r->strings += length + 1;
	return to;
}

static bool is_name(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] ==
	       '\0';
}

static void set_functions(struct tablewalk_subject *subject, uint32_t mask)
{
	if (!(mask & 1u << MESSAGE_ROOT))
		subject->root = NULL;
	if (!(mask & 1u << MESSAGE_MAP))
		subject->map = NULL;
	if (!(mask & 1u << MESSAGE_UNMAP))
		subject->unmap = NULL;
	if (!(mask & 1u << MESSAGE_PROTECT))
		subject->protect = NULL;
	if (!(mask & 1u << MESSAGE_SPLIT))
		subject->split = NULL;
	if (!(mask & 1u << MESSAGE_COLLAPSE))
		subject->collapse = NULL;
	if (!(mask & 1u << MESSAGE_INSTALL))
		subject->install = NULL;
	if (!(mask & 1u << MESSAGE_FREE_TABLES))
		subject->free_tables = NULL;
	if (!(mask & 1u << MESSAGE_WALK))
		subject->walk = NULL;
	if (!(mask & 1u << MESSAGE_TRANSLATE))
		subject->translate = NULL;
	if (!(mask & 1u << MESSAGE_DUMP))
		subject->dump = NULL;
	if (!(mask & 1u << MESSAGE_READ))
		subject->read = NULL;
}

/* The names, formats and reasons; false without memory. */
static bool read_lists(struct process_subject *process, struct reader *r,
		       size_t formats, size_t reasons)
{
	struct tablewalk_subject *subject = &process->subject;

	process->formats = calloc(formats + 1, sizeof(*process->formats));
	process->reasons = calloc(reasons + 1, sizeof(*process->reasons));
	if (!process->formats || !process->reasons)
		return false;
	subject->name = string(r, 1, NAME_MAX_BYTES);
	subject->what = string(r, 0, UINT16_MAX);
	for (size_t i = 0; i < formats; i++)
		process->formats[i] = string(r, 1, PROCESS_FORMAT_MAX);
	for (size_t i = 0; i < reasons; i++) {
		process->reasons[i].difference = number(r, 8);
		process->reasons[i].source = string(r, 1, UINT16_MAX);
	}
	subject->formats = process->formats;
	subject->reasons = process->reasons;
	return true;
}

/* The sentence that says why this cannot be a subject, or NULL. */
static const char *wrong(const struct process_subject *process, uint32_t mask)
{
	const struct tablewalk_subject *subject = &process->subject;

	if (!is_name(subject->name))
		return "its name has other characters than a-z, 0-9 and -";
	if (subject->capabilities & ~TABLEWALK_CAPABILITIES)
		return "it has capabilities that this tablewalk does not know";
	if (subject->differences & ~TABLEWALK_DIFFERENCES)
		return "it has differences that this tablewalk does not know";
	if ((mask & (1u << MESSAGE_OPEN | 1u << MESSAGE_CLOSE)) !=
	    (1u << MESSAGE_OPEN | 1u << MESSAGE_CLOSE))
		return "it has no open or no close";
	return NULL;
}

static int keep(struct process_subject *process,
		const struct process_frame *answer)
{
	process->description = malloc(answer->length);
	/* A string has two bytes of length there and one NUL here. */
	process->strings = malloc(answer->length);
	if (!process->description || !process->strings)
		return process_fail(process, PROCESS_MISDESCRIBED, 0,
				    "no memory for its description");
	memcpy(process->description, answer->payload, answer->length);
	process->description_bytes = answer->length;
	return 0;
}

static int first_time(struct process_subject *process,
		      const struct process_frame *answer)
{
	struct tablewalk_subject *subject = &process->subject;
	struct reader r = { .at = answer->payload + 8,
			    .left = answer->length - 8 };
	size_t formats, reasons;
	uint32_t mask;
	const char *why;

	if (keep(process, answer) != 0)
		return TABLEWALK_DIED;
	r.strings = process->strings;
	subject->capabilities = number(&r, 8);
	subject->differences = number(&r, 8);
	subject->attrs = (uint32_t)number(&r, 4);
	subject->attrs_always = (uint32_t)number(&r, 4);
	subject->leaf_depths = (uint32_t)number(&r, 4);
	subject->walk_flags = (uint32_t)number(&r, 4);
	mask = (uint32_t)number(&r, 4);
	formats = (size_t)number(&r, 4);
	reasons = (size_t)number(&r, 4);
	/* Each has two bytes at least. */
	if (r.broken || formats > r.left || reasons > r.left)
		return process_fail(process, PROCESS_MISDESCRIBED, 0,
				    "its description is cut short");
	if (!read_lists(process, &r, formats, reasons))
		return process_fail(process, PROCESS_MISDESCRIBED, 0,
				    "no memory for its description");
	if (r.broken || r.left) {
		subject->name = NULL;
		return process_fail(process, PROCESS_MISDESCRIBED, 0,
				    "its description has strings that cannot "
				    "be, or something behind them");
	}
	why = wrong(process, mask);
	if (why)
		return process_fail(process, PROCESS_MISDESCRIBED, 0, "%s",
				    why);
	set_functions(subject, mask);
	return 0;
}

int process_describe(struct process_subject *process,
		     const struct process_frame *answer)
{
	uint32_t version = (uint32_t)bytes_get(answer->payload, 4, false);
	uint32_t subject;

	if (version != PROCESS_PROTOCOL_VERSION)
		return process_fail(process, PROCESS_OTHER_VERSION,
				    (int)(version & INT32_MAX),
				    "it speaks version %" PRIu32
				    " of the protocol; this tablewalk speaks "
				    "%d", version, PROCESS_PROTOCOL_VERSION);
	if (answer->length < 8)
		return process_fail(process, PROCESS_MISDESCRIBED, 0,
				    "its description is cut short");
	subject = (uint32_t)bytes_get(answer->payload + 4, 4, false);
	if (subject != TABLEWALK_SUBJECT_VERSION)
		return process_fail(process, PROCESS_MISDESCRIBED, 0,
				    "it is for version %" PRIu32
				    " of tablewalk/subject.h, this is %d",
				    subject, TABLEWALK_SUBJECT_VERSION);
	if (!process->description)
		return first_time(process, answer);
	if (answer->length != process->description_bytes ||
	    memcmp(answer->payload, process->description, answer->length) != 0)
		return process_fail(process, PROCESS_MISDESCRIBED, 0,
				    "it is not the subject that it was when it "
				    "was asked first");
	return 0;
}
