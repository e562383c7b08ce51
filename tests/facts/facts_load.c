/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See facts_load.h. */
#include "facts_load.h"

#include <stdio.h>
#include <stdlib.h>

/* A whole file, with a 0 behind it; NULL where there is none. */
static char *slurp(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	long length;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (length = ftell(file)) >= 0 &&
	    !fseek(file, 0, SEEK_SET))
		text = calloc(1, (size_t)length + 1);
	if (text && fread(text, 1, (size_t)length, file) != (size_t)length) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

struct facts *facts_load(const char *arch_dir, const struct pt_format *format,
			 char *why, size_t bytes)
{
	struct facts *facts = malloc(sizeof(*facts));
	char path[2][512], *text, *differences;
	bool good = false;

	why[0] = '\0';
	snprintf(path[0], sizeof(path[0]), "%s/%s/facts/%s.facts", arch_dir,
		 format->architecture, format->name);
	snprintf(path[1], sizeof(path[1]), "%s/%s/facts/differences.txt",
		 arch_dir, format->architecture);
	text = slurp(path[0]);
	differences = slurp(path[1]);
	if (text && facts)
		good = facts_parse(facts, text, differences, why, bytes);
	free(text);
	free(differences);
	if (good)
		return facts;
	free(facts);
	return NULL;
}
