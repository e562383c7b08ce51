/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a case file says that it shows: see kill.h and corpora/README.md.
 *
 *	# shows: split-loses-last, map-leaks-table on riscv-sv39
 *	# shows: flush-short on i386 with check=every folding=p4d
 */
#include "kill.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/* A line that is being read, and where complaints about it go. */
struct reader {
	char *at;			/* the next word */
	const char *path;
	unsigned line;
	char *error;
	size_t error_bytes;
};

__attribute__((format(printf, 2, 3)))
static bool wrong(struct reader *r, const char *format, ...)
{
	int used = snprintf(r->error, r->error_bytes, "%s:%u: ", r->path,
			    r->line);
	va_list args;

	va_start(args, format);
	if (used > 0 && (size_t)used < r->error_bytes)
		vsnprintf(r->error + used, r->error_bytes - (size_t)used,
			  format, args);
	va_end(args);
	return false;
}

/* The next word, ended by blanks or a comma; NULL at the end of the line. */
static char *next_word(struct reader *r)
{
	char *word = r->at + strspn(r->at, " \t\r\n,");
	size_t length = strcspn(word, " \t\r\n,");

	if (!length)
		return NULL;
	r->at = word + length + (word[length] != '\0');
	word[length] = '\0';
	return word;
}

static bool read_defects(struct reader *r, struct kill_try *try)
{
	bool any = false;
	char *word;

	while ((word = next_word(r)) && strcmp(word, "on")) {
		unsigned id = mutant_find(word);

		if (!id)
			return wrong(r, "no defect is called `%s'", word);
		try->shows[id / 8] |= (uint8_t)(1u << id % 8);
		any = true;
	}
	if (!any || !word)
		return wrong(r, "`# shows:' is followed by defects, `on' and a "
			     "format");
	return true;
}

static bool read_format(struct reader *r, struct kill_try *try)
{
	const char *word = next_word(r);

	for (unsigned i = 0; word && i < pt_format_count; i++)
		if (!strcmp(word, pt_formats[i]->name))
			try->format = pt_formats[i];
	if (!try->format)
		return wrong(r, "no format is called `%s'", word ? word : "");
	return true;
}

/* FORMAT's foldings are one here: of `all' nobody knows which one shows it. */
static bool read_folding(struct reader *r, const char *value,
			 struct kill_try *try)
{
	struct folding folding;

	if (!folding_parse(value, &folding) || folding.mode == FOLDING_ALL)
		return wrong(r, "`folding=%s': `linux' or depths from p4d, pud, "
			     "pmd joined by +", value);
	try->runtime_folded = folding_set(&folding, try->format, 0);
	return true;
}

static bool read_options(struct reader *r, struct kill_try *try)
{
	char *word = next_word(r);

	if (!word)
		return true;
	if (strcmp(word, "with"))
		return wrong(r, "`%s' instead of `with'", word);
	while ((word = next_word(r))) {
		if (!strcmp(word, "check=end"))
			try->check = RUN_CHECK_END;
		else if (!strcmp(word, "check=every"))
			try->check = RUN_CHECK_EVERY;
		else if (!strcmp(word, "check=store"))
			try->check = RUN_CHECK_STORE;
		else if (strncmp(word, "folding=", 8))
			return wrong(r, "unknown option `%s'", word);
		else {
			for (char *c = word; *c; c++)
				*c = *c == '+' ? ',' : *c;
			if (!read_folding(r, word + 8, try))
				return false;
		}
	}
	return true;
}

int kill_add_shows(struct kill_plan *plan, unsigned index, char *error,
		   size_t error_bytes)
{
	static const char mark[] = "# shows:";
	struct reader r = {
		.path = plan->path[index], .error = error,
		.error_bytes = error_bytes,
	};
	FILE *in = fopen(r.path, "r");
	char line[4096];
	int count = 0;

	if (!in) {
		snprintf(error, error_bytes, "%s: cannot be read", r.path);
		return -1;
	}
	while (count >= 0 && fgets(line, sizeof(line), in)) {
		struct kill_try try = { .case_index = index };

		r.line++;
		if (strncmp(line, mark, sizeof(mark) - 1))
			continue;
		r.at = line + sizeof(mark) - 1;
		if (!read_defects(&r, &try) || !read_format(&r, &try) ||
		    !read_options(&r, &try) ||
		    (!kill_add(plan, &try) && !wrong(&r, "out of memory")))
			count = -1;
		else
			count++;
	}
	fclose(in);
	return count;
}
