/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Property: the parser survives any text; a text that it refuses gets a
 * sentence with name and line; one that it accepts prints to a canonical text,
 * which parses to the same case and prints to the same text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/case.h"
#include "fuzz.h"

static void broken(const char *what, const char *text)
{
	fprintf(stderr, "fuzz_text: %s\n%s\n", what, text);
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* Parses and checks; returns the hash of the case, 0 if refused. */
static uint64_t check(const uint8_t *bytes, size_t size)
{
	char printed[CASE_TEXT_BYTES], again[CASE_TEXT_BYTES], error[160] = "";
	struct tw_case c, d;
	size_t length;

	if (case_parse((const char *)bytes, size, "input", &c, error,
		       sizeof(error))) {
		if (strncmp(error, "input:", 6) != 0 || !strchr(error + 6, ':'))
			broken("a refusal without name and line", error);
		return 0;
	}
	length = case_text(&c, printed);
	if (case_parse(printed, length, "printed", &d, error, sizeof(error)))
		broken(error, printed);
	if (!case_equal(&c, &d))
		broken("the canonical text says another case", printed);
	if (case_text(&d, again) != length || strcmp(printed, again) != 0)
		broken("the canonical text is not its own", printed);
	return case_hash(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	check(bytes, size);
	return 0;
}

const struct fuzz_target fuzz_target = { "fuzz_text", false, check };
