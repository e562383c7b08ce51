/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which levels count as folded at run time: see folding.h.
 */
#include "folding.h"

#include <string.h>

/*
 * A name as long as length, as a bit; 0 for what no format folds.  The page
 * table is never a root, and above pgd there is nothing.
 */
static uint8_t depth_bit(const char *name, size_t length)
{
	for (int depth = PT_P4D; depth < PT_PTE; depth++) {
		const char *known = pt_depth_name(depth);

		if (strlen(known) == length && !strncmp(name, known, length))
			return (uint8_t)(1u << depth);
	}
	return 0;
}

static bool parse_depths(const char *text, uint8_t *set)
{
	*set = 0;
	for (;;) {
		size_t length = strcspn(text, ",");
		uint8_t bit = depth_bit(text, length);

		if (!bit)
			return false;
		*set |= bit;
		if (!text[length])
			return true;
		text += length + 1;
	}
}

bool folding_parse(const char *text, struct folding *out)
{
	*out = (struct folding){ .mode = FOLDING_STATIC };
	if (!strcmp(text, "static"))
		return true;
	if (!strcmp(text, "linux"))
		out->mode = FOLDING_LINUX;
	else if (!strcmp(text, "all"))
		out->mode = FOLDING_ALL;
	else if (parse_depths(text, &out->named))
		out->mode = FOLDING_NAMED;
	else
		return false;
	return true;
}

uint8_t folding_depths(const struct pt_format *format)
{
	return (uint8_t)(pt_ones(format->top) << PT_P4D);
}

unsigned folding_count(const struct folding *folding,
		       const struct pt_format *format)
{
	return folding->mode == FOLDING_ALL ? 1u << format->top : 1;
}

uint8_t folding_set(const struct folding *folding,
		    const struct pt_format *format, unsigned index)
{
	switch (folding->mode) {
	case FOLDING_LINUX:
		return format->runtime_folded & folding_depths(format);
	case FOLDING_ALL:
		return (uint8_t)(index << PT_P4D);
	case FOLDING_NAMED:
		return folding->named & folding_depths(format);
	default:
		return 0;
	}
}

uint8_t folding_of_case(const struct folding *folding,
			const struct pt_format *format, uint64_t number)
{
	/*
	 * The cases of one format are an arithmetic progression: number modulo
	 * the count would always be the same where both are even.
	 */
	uint64_t spread = number * UINT64_C(0x9e3779b97f4a7c15) >> 32;

	return folding_set(folding, format,
			   (unsigned)(spread % folding_count(folding, format)));
}

void folding_text(uint8_t set, char out[FOLDING_TEXT])
{
	size_t used = 0;

	for (int depth = PT_P4D; depth < PT_PTE; depth++) {
		const char *name = pt_depth_name(depth);
		size_t length = strlen(name);

		if (!(set >> depth & 1))
			continue;
		if (used)
			out[used++] = ',';
		memcpy(out + used, name, length);
		used += length;
	}
	out[used] = '\0';
	if (!used)
		memcpy(out, "static", sizeof("static"));
}
