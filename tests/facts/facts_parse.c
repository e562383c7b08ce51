/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads facts files and lists of differences.  docs/kernel-facts.md tells what
 * their lines look like.
 */
#include "facts_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 512
#define WORDS_MAX 12

/* A line cut at its spaces; the last word is the rest where there are more. */
struct line {
	unsigned number, count;
	char text[LINE_MAX_BYTES];
	char *word[WORDS_MAX];
};

/*
 * Takes the next line that is not empty or a comment from *text.
 * Returns false at the end.
 */
static bool next_line(const char **text, struct line *line)
{
	while (**text) {
		size_t length = strcspn(*text, "\n");
		size_t kept = length < LINE_MAX_BYTES ? length
						      : LINE_MAX_BYTES - 1;
		char *rest = NULL;

		memcpy(line->text, *text, kept);
		line->text[kept] = 0;
		*text += length + ((*text)[length] == '\n');
		line->number++;
		if (line->text[0] == '#')
			continue;
		line->count = 0;
		for (char *w = strtok_r(line->text, " ", &rest);
		     w && line->count < WORDS_MAX;
		     w = strtok_r(NULL, " ", &rest))
			line->word[line->count++] = w;
		if (line->count)
			return true;
	}
	return false;
}

static bool read_number(const char *text, uint64_t *number)
{
	char *end;

	*number = strtoull(text, &end, 0);
	return end != text && !*end;
}

/* "key=0x12" */
static bool read_keyed(const char *text, const char *key, uint64_t *number)
{
	size_t length = strlen(key);

	return !strncmp(text, key, length) && text[length] == '=' &&
	       read_number(text + length + 1, number);
}

static bool read_depth(const char *text, uint8_t *depth)
{
	for (unsigned d = 0; d < PT_DEPTHS; d++)
		if (!strcmp(text, pt_depth_name((int)d))) {
			*depth = (uint8_t)d;
			return true;
		}
	return false;
}

static bool read_sample(const char *text, uint8_t *sample)
{
	for (unsigned s = 0; s < FACTS_SAMPLES; s++)
		if (!strcmp(text, facts_sample_name(s))) {
			*sample = (uint8_t)s;
			return true;
		}
	return false;
}

/* Names joined by +, or -.  The names are those that are written. */
static bool read_attrs(const char *text, uint32_t *attrs)
{
	static const uint32_t word[] = {
		PT_R, PT_W, PT_X, PT_USER, PT_GLOBAL, PT_ACCESSED, PT_DIRTY,
		PT_SOFT0, PT_SOFT1, PT_MEM_WC << PT_MEMTYPE_SHIFT,
		PT_MEM_UC << PT_MEMTYPE_SHIFT, PT_MEM_WT << PT_MEMTYPE_SHIFT,
	};
	char copy[128], name[32], *rest = NULL;

	*attrs = 0;
	if (!strcmp(text, "-"))
		return true;
	snprintf(copy, sizeof(copy), "%s", text);
	for (char *w = strtok_r(copy, "+", &rest); w;
	     w = strtok_r(NULL, "+", &rest)) {
		unsigned i = 0;

		for (; i < sizeof(word) / sizeof(word[0]); i++) {
			facts_attrs_text(word[i], name, sizeof(name));
			if (!strcmp(w, name))
				break;
		}
		if (i == sizeof(word) / sizeof(word[0]))
			return false;
		*attrs |= word[i];
	}
	return true;
}

/* "leaf:0x1000:R+W:0:-" */
static bool read_reading(const char *text, struct facts_reading *r)
{
	char copy[200], *rest = NULL, *part[5];
	uint64_t order;
	unsigned kind = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	for (unsigned i = 0; i < 5; i++) {
		part[i] = strtok_r(i ? NULL : copy, ":", &rest);
		if (!part[i])
			return false;
	}
	while (kind < PT_KINDS && strcmp(part[0], pt_kind_name(kind)))
		kind++;
	if (kind == PT_KINDS || strtok_r(NULL, ":", &rest) ||
	    !read_number(part[1], &r->pa) ||
	    !read_attrs(part[2], &r->attrs) || !read_number(part[3], &order) ||
	    order > 31 || !read_attrs(part[4], &r->denies))
		return false;
	r->kind = (uint8_t)kind;
	r->order = (uint8_t)order;
	return true;
}

static bool read_field(const char *text, struct fact *fact)
{
	static const char *const name[FACT_FIELDS] = {
		[FIELD_PAGE_SHIFT] = "page_shift",
		[FIELD_VA_BITS] = "va_bits",
		[FIELD_VA_WORD_BITS] = "va_word_bits",
		[FIELD_PA_BITS] = "pa_bits",
		[FIELD_BIG_ENDIAN] = "big_endian",
		[FIELD_RUNTIME_FOLDED] = "runtime_folded",
		[FIELD_VA_SHIFT] = "va_shift",
		[FIELD_ENTRIES] = "entries",
		[FIELD_STRIDE] = "stride",
		[FIELD_TABLE_BYTES] = "table_bytes",
		[FIELD_FOLDED] = "folded",
		[FIELD_COPIES] = "copies",
		[FIELD_HALF_OFFSET] = "half_offset",
		[FIELD_GROUP0] = "group0",
		[FIELD_GROUP1] = "group1",
	};
	const char *dot = strchr(text, '.');
	char depth[8] = "";

	if (dot && (size_t)(dot - text) < sizeof(depth)) {
		memcpy(depth, text, (size_t)(dot - text));
		if (!read_depth(depth, &fact->depth))
			return false;
		text = dot + 1;
	}
	for (unsigned i = 0; i < FACT_FIELDS; i++)
		if (!strcmp(text, name[i])) {
			fact->field = (uint8_t)i;
			return !dot == (i < FIELD_VA_SHIFT);
		}
	return false;
}

/* geometry FIELD NUMBER */
static bool parse_geometry(const struct line *line, struct fact *fact)
{
	fact->class = FACT_GEOMETRY;
	snprintf(fact->name, sizeof(fact->name), "geometry.%s", line->word[1]);
	return line->count == 3 && read_field(line->word[1], fact) &&
	       read_number(line->word[2], &fact->number);
}

/* word NAME DEPTH WORD READING ignore=MASK of=MASK */
static bool parse_word(const struct line *line, struct fact *fact)
{
	fact->class = FACT_WORD;
	snprintf(fact->name, sizeof(fact->name), "word.%s", line->word[1]);
	return line->count == 7 && read_depth(line->word[2], &fact->depth) &&
	       read_number(line->word[3], &fact->number) &&
	       read_reading(line->word[4], &fact->reading) &&
	       read_keyed(line->word[5], "ignore", &fact->ignore) &&
	       read_keyed(line->word[6], "of", &fact->of);
}

/* predicate DEPTH SAMPLE WORD SAYS of=MASK */
static bool parse_predicate(const struct line *line, struct fact *fact)
{
	uint64_t says;

	fact->class = FACT_PREDICATE;
	snprintf(fact->name, sizeof(fact->name), "predicate.%s.%s",
		 line->word[1], line->count > 2 ? line->word[2] : "");
	if (line->count != 6 || !read_depth(line->word[1], &fact->depth) ||
	    !read_sample(line->word[2], &fact->sample) ||
	    !read_number(line->word[3], &fact->number) ||
	    !read_number(line->word[4], &says) ||
	    !read_keyed(line->word[5], "of", &fact->of))
		return false;
	fact->says = (uint8_t)says;
	return says <= UINT8_MAX;
}

/* An accessor's value: PA and attributes; PA may be -. */
static bool read_access(const char *pa, const char *attrs, struct fact *fact)
{
	fact->has_pa = strcmp(pa, "-");
	return (!fact->has_pa || read_number(pa, &fact->reading.pa)) &&
	       read_attrs(attrs, &fact->reading.attrs);
}

/* accessor DEPTH SAMPLE WORD PA ATTRS of=ATTRS */
static bool parse_accessor(const struct line *line, struct fact *fact)
{
	uint32_t of;

	fact->class = FACT_ACCESSOR;
	snprintf(fact->name, sizeof(fact->name), "accessor.%s.%s",
		 line->word[1], line->count > 2 ? line->word[2] : "");
	if (line->count != 7 || !read_depth(line->word[1], &fact->depth) ||
	    !read_sample(line->word[2], &fact->sample) ||
	    !read_number(line->word[3], &fact->number) ||
	    !read_access(line->word[4], line->word[5], fact) ||
	    strncmp(line->word[6], "of=", 3) ||
	    !read_attrs(line->word[6] + 3, &of))
		return false;
	fact->of = of;
	return true;
}

static bool parse_fact(const struct line *line, struct fact *fact)
{
	if (line->count < 2)
		return false;
	if (!strcmp(line->word[0], "geometry"))
		return parse_geometry(line, fact);
	if (!strcmp(line->word[0], "word"))
		return parse_word(line, fact);
	if (!strcmp(line->word[0], "predicate"))
		return parse_predicate(line, fact);
	return !strcmp(line->word[0], "accessor") && parse_accessor(line, fact);
}

/* One side of a difference, in the terms of the fact it is about. */
static bool read_side(const char *text, const struct fact *like,
		      struct fact *side)
{
	char copy[128], *colon;
	uint64_t says = 0;

	*side = *like;
	switch (like->class) {
	case FACT_GEOMETRY:
		return read_number(text, &side->number);
	case FACT_WORD:
		return read_reading(text, &side->reading);
	case FACT_PREDICATE:
		if (!read_number(text, &says) || says > UINT8_MAX)
			return false;
		side->says = (uint8_t)says;
		return true;
	default:
		snprintf(copy, sizeof(copy), "%s", text);
		colon = strchr(copy, ':');
		if (!colon)
			return false;
		*colon = 0;
		return read_number(copy, &side->reading.pa) &&
		       read_attrs(colon + 1, &side->reading.attrs);
	}
}

static bool same_value(const struct fact *a, const struct fact *b)
{
	return a->number == b->number && a->says == b->says &&
	       a->reading.kind == b->reading.kind &&
	       a->reading.pa == b->reading.pa &&
	       a->reading.attrs == b->reading.attrs &&
	       a->reading.denies == b->reading.denies &&
	       a->reading.order == b->reading.order;
}

static struct fact *find_fact(struct facts *facts, const char *name)
{
	for (unsigned i = 0; i < facts->count; i++)
		if (!strcmp(facts->fact[i].name, name))
			return &facts->fact[i];
	return NULL;
}

/* FORMAT FACT ours=VALUE kernel=VALUE why, in words */
static bool apply_difference(struct facts *facts, const struct line *line,
			     char *why, size_t bytes)
{
	struct fact ours, kernel;
	struct fact *fact = line->count > 1 ?
			    find_fact(facts, line->word[1]) : NULL;
	const char *wrong = NULL;

	if (!fact)
		wrong = "there is no such fact";
	else if (line->count < 5 || strncmp(line->word[2], "ours=", 5) ||
		 strncmp(line->word[3], "kernel=", 7) ||
		 !read_side(line->word[2] + 5, fact, &ours) ||
		 !read_side(line->word[3] + 7, fact, &kernel))
		wrong = "wants FORMAT FACT ours=VALUE kernel=VALUE and a reason";
	else if (!same_value(&kernel, fact))
		wrong = "the kernel's value is another";
	else if (same_value(&ours, &kernel))
		wrong = "no difference";
	if (wrong) {
		snprintf(why, bytes, "differences, line %u (%s): %s",
			 line->number, line->count > 1 ? line->word[1] : "",
			 wrong);
		return false;
	}
	*fact = ours;
	fact->excused = true;
	facts->excused++;
	return true;
}

static bool parse_differences(struct facts *facts, const char *text, char *why,
			      size_t bytes)
{
	struct line line = { 0 };

	while (next_line(&text, &line))
		if (!strcmp(line.word[0], facts->format) &&
		    !apply_difference(facts, &line, why, bytes))
			return false;
	return true;
}

bool facts_parse(struct facts *facts, const char *text, const char *differences,
		 char *why, size_t bytes)
{
	struct line line = { 0 };

	memset(facts, 0, sizeof(*facts));
	while (next_line(&text, &line)) {
		if (!strcmp(line.word[0], "format") && line.count == 2) {
			snprintf(facts->format, sizeof(facts->format), "%s",
				 line.word[1]);
			continue;
		}
		if (!strcmp(line.word[0], "kernel") ||
		    !strcmp(line.word[0], "config"))
			continue;
		if (facts->count == FACTS_MAX ||
		    !parse_fact(&line, &facts->fact[facts->count])) {
			snprintf(why, bytes, "line %u is no fact", line.number);
			return false;
		}
		facts->count++;
	}
	return !differences ||
	       parse_differences(facts, differences, why, bytes);
}
