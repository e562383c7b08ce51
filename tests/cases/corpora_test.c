/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stored corpora are what they claim to be.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../harness/case.h"

static int is_case(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".tw") == 0;
}

/* Calls fn for every case of a directory, in the order of names. */
static unsigned each_case(const char *directory,
			  void (*fn)(const char *path, const char *name,
				     void *context),
			  void *context)
{
	char path[1000];
	struct dirent **list;
	int n;

	snprintf(path, sizeof(path), "%s/%s", CORPORA_DIR, directory);
	n = scandir(path, &list, is_case, alphasort);
	if (n < 0)
		return 0;
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", CORPORA_DIR, directory,
			 list[i]->d_name);
		list[i]->d_name[strlen(list[i]->d_name) - 3] = '\0';
		fn(path, list[i]->d_name, context);
		free(list[i]);
	}
	free(list);
	return (unsigned)n;
}

static void load(const char *path, struct tw_case *c)
{
	char error[400];

	if (case_load(path, CASE_TAGGED, c, error, sizeof(error)))
		fail_msg("%s", error);
}

static void check_loads(const char *path, const char *name, void *context)
{
	uint8_t bytes[CASE_BYTES];
	struct tw_case c, d;

	(void)name;
	(void)context;
	load(path, &c);
	assert_true(c.count > 0);
	case_decode(bytes, case_encode(&c, bytes), &d);
	assert_true(case_equal(&c, &d));
}

/* Everything stored is a case, and survives bytes. */
static void stored_cases_load(void **state)
{
	(void)state;
	assert_true(each_case("seeds", check_loads, NULL) >= 16);
	assert_true(each_case("defects", check_loads, NULL) >= 16);
	each_case("regressions", check_loads, NULL);
}

static void check_refused(const char *path, const char *name, void *context)
{
	char error[400];
	struct tw_case c;

	(void)name;
	(void)context;
	if (case_load(path, CASE_TAGGED, &c, error, sizeof(error)) == 0)
		fail_msg("%s is accepted", path);
	assert_true(strncmp(error, path, strlen(path)) == 0);
}

/* Every bad text is refused, with its place. */
static void bad_texts_are_refused(void **state)
{
	(void)state;
	assert_true(each_case("bad-text", check_refused, NULL) >= 6);
}

/* The hash that frozen/hashes.txt has for a name; 0 if it has none. */
static unsigned long long frozen_hash(const char *name)
{
	unsigned long long hash, found = 0;
	FILE *f = fopen(CORPORA_DIR "/frozen/hashes.txt", "r");
	char line[300], word[200];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (line[0] != '#' &&
		    sscanf(line, "%199s %llx", word, &hash) == 2 &&
		    strcmp(word, name) == 0)
			found = hash;
	fclose(f);
	return found;
}

/* Counts the cases that do not have the hash that is frozen. */
static void check_hash(const char *path, const char *name, void *context)
{
	unsigned *wrong = context;
	unsigned long long hash;
	struct tw_case c;

	load(path, &c);
	hash = case_hash(&c);
	if (hash != frozen_hash(name)) {
		print_error("%s 0x%016llx\n", name, hash);
		++*wrong;
	}
}

/* The operations that a stored text stands for never change. */
static void stored_cases_keep_their_hash(void **state)
{
	unsigned wrong = 0;

	(void)state;
	each_case("seeds", check_hash, &wrong);
	each_case("defects", check_hash, &wrong);
	assert_int_equal(wrong, 0);
}

static void note_kinds(const char *path, const char *name, void *context)
{
	uint64_t *seen = context;
	struct tw_case c;

	(void)name;
	load(path, &c);
	for (unsigned i = 0; i < c.count; i++)
		*seen |= UINT64_C(1) << c.record[i].kind;
}

/* The seeds use every kind of operation. */
static void seeds_use_every_kind(void **state)
{
	uint64_t seen = 1;

	(void)state;
	each_case("seeds", note_kinds, &seen);
	assert_int_equal(seen & OP_MASK_V3, OP_MASK_V3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stored_cases_load),
		cmocka_unit_test(bad_texts_are_refused),
		cmocka_unit_test(stored_cases_keep_their_hash),
		cmocka_unit_test(seeds_use_every_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
