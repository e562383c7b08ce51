/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Instead of mm/mutant.c in a tree with TABLEWALK_TEST_MUTANTS: the defect is the
 * one that TABLEWALK_MUTANT names, from the start, so that every unit test runs
 * with it.  TABLEWALK_MUTANT_REACHED names a file that is made when the place of
 * the defect was executed.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tablewalk/check.h>

enum mutant_id mutant_selected = MUTANT_OFF;
uint64_t mutant_others[MUTANTS / 64 + 1];
unsigned long mutant_reached;

static const char *const ids[] = {
	"OFF",
#define MUTANT(id, ...) #id,
#include "mutants.def"
#undef MUTANT
};

/* "split-loses-last" is SPLIT_LOSES_LAST. */
static int same(const char *id, const char *name)
{
	for (; *id && *name; id++, name++)
		if (*id != (*name == '-' ? '_' : toupper((unsigned char)*name)))
			return 0;
	return !*id && !*name;
}

/* Before main(), and before anything could have been executed without it. */
__attribute__((constructor)) static void select_mutant(void)
{
	const char *name = getenv("TABLEWALK_MUTANT");

	if (!name || !*name)
		return;
	for (unsigned i = 1; i < MUTANTS; i++)
		if (same(ids[i], name))
			mutant_selected = (enum mutant_id)i;
	if (mutant_selected == MUTANT_OFF) {
		fprintf(stderr, "TABLEWALK_MUTANT: no defect is called `%s'\n",
			name);
		_Exit(3);
	}
}

__attribute__((destructor)) static void tell_reached(void)
{
	const char *path = getenv("TABLEWALK_MUTANT_REACHED");
	FILE *out = path && mutant_reached ? fopen(path, "w") : NULL;

	if (out)
		fclose(out);
}
