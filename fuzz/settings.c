/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * See settings.h.
 */
#include "settings.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void refuse(const char *variable, const char *value,
			     const char *expected)
{
	fprintf(stderr, "fuzz_case: %s: expected %s, not `%s'\n", variable,
		expected, value);
	exit(2);
}

/* Unset and empty mean the same. */
static const char *setting(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value ? value : NULL;
}

static void read_formats(struct fuzz_settings *out)
{
	static const char variable[] = "TABLEWALK_FUZZ_FORMAT";
	const char *value = setting(variable);

	out->all = value && strcmp(value, "all") == 0;
	if (!value || out->all) {
		for (unsigned i = 0; i < pt_format_count && i < FORMATS_MAX;
		     i++)
			out->format[out->format_count++] = pt_formats[i];
		return;
	}
	for (const char *at = value; *at;) {
		size_t length = strcspn(at, ",");
		char name[32] = "";
		const struct pt_format *format;

		if (length < sizeof(name))
			memcpy(name, at, length);
		format = pt_format_find(name);
		if (!format || out->format_count == FORMATS_MAX)
			refuse(variable, value, "formats joined by commas");
		out->format[out->format_count++] = format;
		at += length + (at[length] != '\0');
	}
}

static void read_check(struct fuzz_settings *out)
{
	static const char variable[] = "TABLEWALK_FUZZ_CHECK";
	const char *value = setting(variable);

	out->check = RUN_CHECK_END;
	if (!value || !strcmp(value, "end"))
		return;
	if (!strcmp(value, "every"))
		out->check = RUN_CHECK_EVERY;
	else if (!strcmp(value, "store"))
		out->check = RUN_CHECK_STORE;
	else
		refuse(variable, value, "end, every or store");
}

static void read_folding(struct fuzz_settings *out)
{
	static const char variable[] = "TABLEWALK_FUZZ_FOLDING";
	const char *value = setting(variable);

	if (value && !folding_parse(value, &out->folding))
		refuse(variable, value, FOLDING_VALUES);
}

#ifdef TABLEWALK_MUTANTS
/* Whether the name of that length is id in lower case with dashes. */
static bool is_mutant(const char *id, const char *name, size_t length)
{
	for (; *id && length; id++, name++, length--)
		if ((*id == '_' ? '-' : tolower((unsigned char)*id)) != *name)
			return false;
	return !*id && !length;
}

static void read_mutant(struct fuzz_settings *out)
{
	static const char variable[] = "TABLEWALK_FUZZ_MUTANT";
	static const char *const id[MUTANTS] = {
#define MUTANT(id, ...) [MUTANT_##id] = #id,
#include "../tests/mutants/mutants.def"
#undef MUTANT
	};
	const char *value = setting(variable);

	for (const char *at = value; at && *at;) {
		size_t length = strcspn(at, ",");
		unsigned i = MUTANT_OFF + 1;

		while (i < MUTANTS && !is_mutant(id[i], at, length))
			i++;
		if (i == MUTANTS)
			refuse(variable, value, "defects that `tablewalk list' "
			       "names, joined by commas");
		out->mutants[i / 64] |= UINT64_C(1) << i % 64;
		out->mutant = true;
		at += length + (at[length] != '\0');
	}
}
#else
static void read_mutant(struct fuzz_settings *out)
{
	static const char variable[] = "TABLEWALK_FUZZ_MUTANT";
	const char *value = setting(variable);

	(void)out;
	if (value)
		refuse(variable, value,
		       "nothing in a build without TABLEWALK_FUZZ_MUTANTS");
}
#endif

void fuzz_settings_read(struct fuzz_settings *out)
{
	*out = (struct fuzz_settings){ .mutant = false };
	read_formats(out);
	read_check(out);
	read_folding(out);
	read_mutant(out);
}
