/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reports of AddressSanitizer and UndefinedBehaviorSanitizer as signatures: kind
 * and the three innermost functions of the project, never an address or a line.
 *
 * A report's text is as LLVM 19's compiler-rt prints it: a line with the name of
 * the sanitizer and the kind, frames `    #0 0x... in FUNCTION FILE:LINE:COLUMN',
 * and a line SUMMARY that has the kind of undefined behaviour as one word.
 */
#include "triage.h"

#include <ctype.h>
#include <string.h>

#define FRAMES 3

/* The next line of *text, without its end; false behind the last one. */
static bool next_line(const char **text, const char **line, size_t *length)
{
	if (!**text)
		return false;
	*line = *text;
	*length = strcspn(*text, "\n");
	*text += *length;
	*text += **text == '\n';
	return true;
}

/* Where what begins in a part of the line of that length, or NULL. */
static const char *find(const char *line, size_t length, const char *what)
{
	const size_t n = strlen(what);

	for (size_t i = 0; i + n <= length; i++)
		if (!memcmp(line + i, what, n))
			return line + i;
	return NULL;
}

/*
 * The functions that carry every case, so that they tell nothing of one, and
 * those of the triage itself.
 */
static bool is_of_the_loop(const char *name, size_t length)
{
	static const char *const loop[] = {
		"LLVMFuzzerTestOneInput", "apply", "apply_observed",
		"check_case", "main", "run_case", "run_once", "run_until",
		"run_finish", "run_state_hash", "run_trace_hash", "step",
		"subject_apply", "sweep",
	};

	for (size_t i = 0; i < sizeof(loop) / sizeof(loop[0]); i++)
		if (strlen(loop[i]) == length && !memcmp(loop[i], name, length))
			return true;
	return false;
}

/* Of a library or the sanitizer's runtime: there is no source file, or theirs. */
static bool is_foreign(const char *name, size_t length, const char *rest,
		       size_t rest_length)
{
	static const char *const prefix[] = {
		"__asan", "__ubsan", "__sanitizer", "__interceptor",
		"__libc", "__GI_", "___", "_start", "fuzzer::", "triage_",
		"campaign_",
	};
	static const char *const place[] = {
		"compiler-rt", "/sysdeps/", "/csu/", "/glibc", "/triage_",
		"/triage.c:", "/campaign.c", "/kill.c",
	};

	for (size_t i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++)
		if (length >= strlen(prefix[i]) &&
		    !memcmp(prefix[i], name, strlen(prefix[i])))
			return true;
	for (size_t i = 0; i < sizeof(place) / sizeof(place[0]); i++)
		if (find(rest, rest_length, place[i]))
			return true;
	return !find(rest, rest_length, ".c:") &&
	       !find(rest, rest_length, ".h:");
}

/* The function that a line of a stack names; NULL where it is no such line. */
static const char *frame_of(const char *line, size_t length, size_t *name_length,
			    const char **rest, size_t *rest_length)
{
	const char *end = line + length, *name;
	size_t i = 0;

	while (i < length && line[i] == ' ')
		i++;
	if (i == length || line[i] != '#' || i + 1 == length ||
	    !isdigit((unsigned char)line[i + 1]))
		return NULL;
	name = find(line, length, " in ");
	if (!name)
		return NULL;
	name += 4;
	for (i = 0; name + i < end && name[i] != ' '; i++)
		;
	*name_length = i;
	*rest = name + i;
	*rest_length = (size_t)(end - *rest);
	return name;
}

/* The three innermost functions of the first stack, joined by <. */
static void take_frames(const char *text, char *out, size_t bytes)
{
	const char *line;
	size_t length, used = 0;
	unsigned frames = 0;
	bool in_stack = false;

	out[0] = '\0';
	while (frames < FRAMES && next_line(&text, &line, &length)) {
		const char *rest;
		size_t n, rest_length;
		const char *name = frame_of(line, length, &n, &rest,
					    &rest_length);

		if (!name && in_stack)
			break;
		if (!name)
			continue;
		in_stack = true;
		/* From there outward nothing is about the case. */
		if (is_of_the_loop(name, n))
			break;
		if (is_foreign(name, n, rest, rest_length) ||
		    used + n + 2 > bytes)
			continue;
		if (frames)
			out[used++] = '<';
		/* A name of C has no other characters. */
		for (size_t i = 0; i < n; i++)
			out[used++] = isalnum((unsigned char)name[i]) ?
					      name[i] : '_';
		out[used] = '\0';
		frames++;
	}
	if (!frames)
		snprintf(out, bytes, "-");
}

/* What follows a word up to a blank, in lower-case words joined by dashes. */
static void take_kind(const char *at, char *out, size_t bytes)
{
	size_t used = 0;

	while (*at == ' ')
		at++;
	for (; (isalnum((unsigned char)*at) || *at == '-' || *at == '_') &&
	       used + 1 < bytes; at++)
		out[used++] = *at;
	out[used] = '\0';
}

bool triage_sanitizer(const char *text, struct triage_outcome *out)
{
	static const struct {
		const char *mark, *prefix;
	} sanitizers[] = {
		{ "SUMMARY: AddressSanitizer:", "asan" },
		{ "SUMMARY: UndefinedBehaviorSanitizer:", "ubsan" },
		{ "SUMMARY: LeakSanitizer:", "lsan" },
		{ "ERROR: AddressSanitizer:", "asan" },
		{ "runtime error:", "ubsan" },
	};
	char kind[48];

	for (size_t i = 0; i < sizeof(sanitizers) / sizeof(sanitizers[0]); i++) {
		const char *at = strstr(text, sanitizers[i].mark);

		if (!at)
			continue;
		take_kind(at + strlen(sanitizers[i].mark), kind, sizeof(kind));
		snprintf(out->check, sizeof(out->check), "%s:%s",
			 sanitizers[i].prefix, kind[0] ? kind : "unknown");
		take_frames(text, out->divergence, sizeof(out->divergence));
		return true;
	}
	return false;
}
