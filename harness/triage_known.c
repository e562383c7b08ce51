/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lists of known signatures: one a line, ` # reason' behind it; see triage.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "triage.h"

/* Four bars at least, and no blank: CHECK/DIVERGENCE/DEPTH/OPERATION/FAMILY. */
static bool is_signature(const char *text)
{
	unsigned bars = 0;

	for (const char *at = text; *at; at++) {
		if (*at == ' ' || *at == '\t')
			return false;
		bars += *at == '/';
	}
	return bars >= 4 && strlen(text) < TRIAGE_SIGNATURE;
}

static bool add(struct triage_known *known, const char *signature,
		const char *reason)
{
	size_t bytes = (known->count + 1) * sizeof(char *);
	char **more = realloc(known->signature, bytes);

	if (!more)
		return false;
	known->signature = more;
	more = realloc(known->reason, bytes);
	if (!more)
		return false;
	known->reason = more;
	known->signature[known->count] = strdup(signature);
	known->reason[known->count] = strdup(reason);
	known->count++;
	return known->signature[known->count - 1] &&
	       known->reason[known->count - 1];
}

static char *strip(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length && strchr(" \t\r\n", text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool take_line(struct triage_known *known, char *line, char *error,
		      size_t error_bytes)
{
	char *reason = strchr(line, '#');
	char *signature;

	if (reason)
		*reason++ = '\0';
	signature = strip(line);
	if (!*signature)
		return true;
	if (!is_signature(signature)) {
		snprintf(error, error_bytes, "`%.100s' is no signature "
			 "CHECK/DIVERGENCE/DEPTH/OPERATION/FAMILY", signature);
		return false;
	}
	if (add(known, signature, reason ? strip(reason) : ""))
		return true;
	snprintf(error, error_bytes, "out of memory");
	return false;
}

bool triage_known_read(struct triage_known *known, FILE *in, const char *path,
		       char *error, size_t error_bytes)
{
	char *line = NULL, what[256];
	size_t room = 0;
	unsigned number = 0;
	bool good = true;

	while (good && getline(&line, &room, in) >= 0) {
		number++;
		good = take_line(known, line, what, sizeof(what));
		if (!good)
			snprintf(error, error_bytes, "%s:%u: %s", path, number,
				 what);
	}
	if (good && ferror(in)) {
		snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
		good = false;
	}
	free(line);
	return good;
}

const char *triage_known_find(const struct triage_known *known,
			      const char *signature)
{
	for (unsigned i = 0; known && i < known->count; i++)
		if (!strcmp(known->signature[i], signature))
			return known->reason[i];
	return NULL;
}

void triage_known_free(struct triage_known *known)
{
	for (unsigned i = 0; i < known->count; i++) {
		free(known->signature[i]);
		free(known->reason[i]);
	}
	free(known->signature);
	free(known->reason);
	*known = (struct triage_known){ .count = 0 };
}
