/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See facts_check.h. */
#include "facts_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Puts a sentence into why, if anybody wants it; always false. */
static bool differs(char *why, size_t bytes, const struct fact *fact,
		    const char *ours, const char *kernel)
{
	if (why)
		snprintf(why, bytes, "%s ours=%s kernel=%s", fact->name, ours,
			 kernel);
	return false;
}

/* The same of two numbers. */
static bool number_differs(char *why, size_t bytes, const struct fact *fact,
			   uint64_t ours, uint64_t kernel)
{
	if (why)
		snprintf(why, bytes, "%s ours=0x%" PRIx64 " kernel=0x%" PRIx64,
			 fact->name, ours, kernel);
	return false;
}

static uint64_t level_number(const struct pt_format *f, unsigned depth,
			     unsigned field)
{
	const struct pt_level *l = &f->level[depth];

	switch (field) {
	case FIELD_VA_SHIFT:
		return l->va_shift;
	case FIELD_ENTRIES:
		return UINT64_C(1) << l->index_bits;
	case FIELD_STRIDE:
		return pt_stride(l);
	case FIELD_TABLE_BYTES:
		return pt_table_bytes(f, depth);
	case FIELD_COPIES:
		return l->copies ? l->copies : 1;
	case FIELD_HALF_OFFSET:
		return l->half_offset;
	case FIELD_GROUP0:
		return l->group_count > 0 ? l->group[0].order : 0;
	case FIELD_GROUP1:
		return l->group_count > 1 ? l->group[1].order : 0;
	default:
		return 0;
	}
}

static uint64_t format_number(const struct pt_format *f, unsigned depth,
			      unsigned field)
{
	switch (field) {
	case FIELD_PAGE_SHIFT:
		return f->page_shift;
	case FIELD_VA_BITS:
		return f->va_bits;
	case FIELD_VA_WORD_BITS:
		return f->va_word_bits;
	case FIELD_PA_BITS:
		return f->pa_bits;
	case FIELD_BIG_ENDIAN:
		return f->big_endian;
	case FIELD_RUNTIME_FOLDED:
		return f->runtime_folded;
	/*
	 * The leaf table is the lowest depth, so folding any level, wherever
	 * Linux folds it, takes one depth away at the top.
	 */
	case FIELD_FOLDED:
		return f->top >= depth;
	default:
		return level_number(f, depth, field);
	}
}

static bool geometry_holds(const struct pt_format *f, const struct fact *fact,
			   char *why, size_t bytes)
{
	uint64_t ours = format_number(f, fact->depth, fact->field);

	if (ours == fact->number)
		return true;
	return number_differs(why, bytes, fact, ours, fact->number);
}

static bool same_reading(const struct facts_reading *a,
			 const struct facts_reading *b)
{
	return a->kind == b->kind && a->pa == b->pa && a->attrs == b->attrs &&
	       a->order == b->order && a->denies == b->denies;
}

static bool reading_differs(char *why, size_t bytes, const struct fact *fact,
			    const struct facts_reading *ours)
{
	char a[128], b[128];

	if (!why)
		return false;
	facts_reading_text(ours, a, sizeof(a));
	facts_reading_text(&fact->reading, b, sizeof(b));
	return differs(why, bytes, fact, a, b);
}

static bool word_holds(const struct pt_format *f, const struct fact *fact,
		       char *why, size_t bytes)
{
	struct facts_reading ours;
	uint64_t written = 0, raw = fact->number;
	bool encodes = facts_encode(f, fact->depth, &fact->reading, &written);

	/* What the kernel's value lacks is taken from the descriptor. */
	if (encodes)
		raw = (raw & fact->of) | (written & ~fact->of);
	facts_decode(f, fact->depth, raw, &ours);
	if (!same_reading(&ours, &fact->reading))
		return reading_differs(why, bytes, fact, &ours);
	if (encodes && !fact->excused && (raw ^ written) & ~fact->ignore)
		return number_differs(why, bytes, fact, written, raw);
	return true;
}

/* Whether the word that the kernel was asked about is still the sample. */
static bool is_sample(const struct pt_format *f, const struct fact *fact,
		      char *why, size_t bytes)
{
	uint64_t raw;

	if (!facts_sample(f, fact->depth, fact->sample, &raw)) {
		if (why)
			snprintf(why, bytes, "%s: no such entry", fact->name);
		return false;
	}
	if (raw != fact->number) {
		if (why)
			snprintf(why, bytes, "%s: the sample is 0x%" PRIx64
				 ", the kernel was asked about 0x%" PRIx64,
				 fact->name, raw, fact->number);
		return false;
	}
	return true;
}

static bool predicate_holds(const struct pt_format *f, const struct fact *fact,
			    char *why, size_t bytes)
{
	unsigned kind = facts_sample_kind(fact->sample);
	unsigned ours = f->level[fact->depth].linux_says[kind];

	if (!is_sample(f, fact, why, bytes))
		return false;
	if ((ours & fact->of) == fact->says)
		return true;
	return number_differs(why, bytes, fact, ours & fact->of, fact->says);
}

/* "0x1000:W+DIRTY": the frame, and the attributes that were asked about. */
static void access_text(const struct fact *fact, uint64_t pa, uint32_t attrs,
			char *text, size_t bytes)
{
	char names[80];

	facts_attrs_text(attrs & (uint32_t)fact->of, names, sizeof(names));
	snprintf(text, bytes, "0x%" PRIx64 ":%s", fact->has_pa ? pa : 0, names);
}

static bool accessor_holds(const struct pt_format *f, const struct fact *fact,
			   char *why, size_t bytes)
{
	struct facts_reading ours;
	char a[128], b[128];

	if (!is_sample(f, fact, why, bytes))
		return false;
	facts_decode(f, fact->depth, fact->number, &ours);
	if ((ours.attrs & fact->of) == fact->reading.attrs &&
	    (!fact->has_pa || ours.pa == fact->reading.pa))
		return true;
	if (!why)
		return false;
	access_text(fact, ours.pa, ours.attrs, a, sizeof(a));
	access_text(fact, fact->reading.pa, fact->reading.attrs, b, sizeof(b));
	return differs(why, bytes, fact, a, b);
}

bool fact_holds(const struct pt_format *f, const struct fact *fact, char *why,
		size_t bytes)
{
	/* Facts of a depth that a damaged copy no longer has. */
	if (fact->class != FACT_GEOMETRY && fact->depth < f->top)
		return differs(why, bytes, fact, "no tables", "tables");
	switch (fact->class) {
	case FACT_GEOMETRY:
		return geometry_holds(f, fact, why, bytes);
	case FACT_WORD:
		return word_holds(f, fact, why, bytes);
	case FACT_PREDICATE:
		return predicate_holds(f, fact, why, bytes);
	default:
		return accessor_holds(f, fact, why, bytes);
	}
}

bool facts_hold(const struct pt_format *f, const struct facts *facts, char *why,
		size_t bytes)
{
	if (!facts_readable(f)) {
		if (why)
			snprintf(why, bytes, "a field is out of all range");
		return false;
	}
	for (unsigned i = 0; i < facts->count; i++)
		if (!fact_holds(f, &facts->fact[i], why, bytes))
			return false;
	return true;
}

static const struct {
	const char *name;
	uint32_t mask, value;
} attributes[] = {
	{ "R", PT_R, PT_R },
	{ "W", PT_W, PT_W },
	{ "X", PT_X, PT_X },
	{ "USER", PT_USER, PT_USER },
	{ "GLOBAL", PT_GLOBAL, PT_GLOBAL },
	{ "ACCESSED", PT_ACCESSED, PT_ACCESSED },
	{ "DIRTY", PT_DIRTY, PT_DIRTY },
	{ "SOFT0", PT_SOFT0, PT_SOFT0 },
	{ "SOFT1", PT_SOFT1, PT_SOFT1 },
	{ "WC", PT_MEMTYPE_MASK, PT_MEM_WC << PT_MEMTYPE_SHIFT },
	{ "UC", PT_MEMTYPE_MASK, PT_MEM_UC << PT_MEMTYPE_SHIFT },
	{ "WT", PT_MEMTYPE_MASK, PT_MEM_WT << PT_MEMTYPE_SHIFT },
};
#define ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

void facts_attrs_text(uint32_t attrs, char *text, size_t bytes)
{
	size_t used = 0;

	snprintf(text, bytes, "-");
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		int n;

		if ((attrs & attributes[i].mask) != attributes[i].value ||
		    used >= bytes)
			continue;
		n = snprintf(text + used, bytes - used, "%s%s",
			     used ? "+" : "", attributes[i].name);
		used += (size_t)n;
	}
}

void facts_reading_text(const struct facts_reading *reading, char *text,
			size_t bytes)
{
	char attrs[80], denies[40];

	facts_attrs_text(reading->attrs, attrs, sizeof(attrs));
	facts_attrs_text(reading->denies, denies, sizeof(denies));
	snprintf(text, bytes, "%s:0x%" PRIx64 ":%s:%u:%s",
		 pt_kind_name(reading->kind), reading->pa, attrs,
		 reading->order, denies);
}
