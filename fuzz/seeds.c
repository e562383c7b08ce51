/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Makes seed files for the fuzzers from text cases:
 *
 *	fuzz_seeds binary|text OUT CASE ...
 *
 * writes each case, as bytes or as canonical text, under its own name into the
 * directory OUT.  Exit status: 0; 2 a bad case or directory.
 */
#include <stdio.h>
#include <string.h>

#include "../harness/case.h"

static bool write_seed(const char *path, const struct tw_case *c, bool binary)
{
	char text[CASE_TEXT_BYTES];
	uint8_t bytes[CASE_BYTES];
	size_t count = binary ? case_encode(c, bytes) : case_text(c, text);
	const void *what = binary ? (const void *)bytes : (const void *)text;
	FILE *f = fopen(path, "wb");
	bool good;

	if (!f)
		return false;
	good = fwrite(what, 1, count, f) == count;
	return fclose(f) == 0 && good;
}

int main(int argc, char **argv)
{
	bool binary = argc > 1 && strcmp(argv[1], "binary") == 0;
	char path[4096], error[400];
	struct tw_case c;

	if (argc < 4 || (!binary && strcmp(argv[1], "text") != 0)) {
		fprintf(stderr, "usage: fuzz_seeds binary|text OUT CASE ...\n");
		return 2;
	}
	for (int i = 3; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		const char *name = slash ? slash + 1 : argv[i];

		if (case_load(argv[i], CASE_TAGGED, &c, error, sizeof(error))) {
			fprintf(stderr, "%s\n", error);
			return 2;
		}
		snprintf(path, sizeof(path), "%s/%s", argv[2], name);
		if (!write_seed(path, &c, binary)) {
			fprintf(stderr, "%s: cannot be written\n", path);
			return 2;
		}
	}
	return 0;
}
