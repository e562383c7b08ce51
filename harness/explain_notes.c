/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the operation did, in order: its stores, its invalidations, and the tables
 * that went back.
 */
#include "explain.h"

#include <inttypes.h>
#include <limits.h>

unsigned story_store(const struct story *s, unsigned number)
{
	for (unsigned i = 0; i < s->notes_kept; i++)
		if (s->note[i].type == RUN_STORE && !s->note[i].touch &&
		    !--number)
			return i;
	return s->notes_kept;
}

/* Which number among the operation's stores that of a note is. */
static unsigned store_number(const struct story *s, unsigned index)
{
	unsigned number = 0;

	for (unsigned i = 0; i <= index; i++)
		number += s->note[i].type == RUN_STORE && !s->note[i].touch;
	return number;
}

bool story_tells_stores(const struct story *s)
{
	return s->notes_kept &&
	       (s->differs == DIFFERS_STORES || s->options.check == RUN_CHECK_STORE);
}

void story_note(FILE *out, const struct story *s, unsigned index)
{
	const struct run_note *n = &s->note[index];

	switch (n->type) {
	case RUN_STORE:
		if (n->touch)
			fputs("hardware sets a flag", out);
		else
			fprintf(out, "store %u", store_number(s, index));
		fprintf(out, " at pa 0x%" PRIx64 ": 0x%0*" PRIx64
			" -> 0x%0*" PRIx64, n->pa, 2 * (int)n->bytes, n->before,
			2 * (int)n->bytes, n->after);
		break;
	case RUN_FLUSH:
		fprintf(out, "invalidate 0x%" PRIx64 "..0x%" PRIx64
			" of space %u, %s%s%s", n->flush.va, n->flush.last,
			n->flush.space,
			n->flush.depth == PT_DEPTH_UNKNOWN ? "any depth" :
				pt_depth_name(n->flush.depth),
			n->flush.depth == PT_DEPTH_UNKNOWN ? "" : " leaves",
			n->flush.tables ? ", tables too" : "");
		break;
	case RUN_GONE:
		fprintf(out, "the table at pa 0x%" PRIx64 " goes back", n->pa);
		break;
	}
}

unsigned story_joined(const struct story *s, unsigned index)
{
	const struct run_note *n = &s->note[index];
	const unsigned named = s->store ? story_store(s, s->store) : UINT_MAX;
	unsigned last = index;

	if (n->type != RUN_STORE || n->touch || index == named)
		return index;
	while (last + 1 < s->notes_kept && last + 1 != named) {
		const struct run_note *a = &s->note[last], *b = a + 1;

		if (b->type != RUN_STORE || b->touch || b->bytes != n->bytes ||
		    b->pa - a->pa != n[1].pa - n->pa ||
		    b->before - a->before != n[1].before - n->before ||
		    b->after - a->after != n[1].after - n->after)
			break;
		last++;
	}
	/* Two are as easily told one by one, and far ones are no neighbours. */
	return last - index < 2 || n[1].pa - n->pa > 64 ? index : last;
}

/* "0x0", or "0x1067 .. 0x3067" */
static void print_words(FILE *out, uint64_t first, uint64_t last, int digits)
{
	fprintf(out, "0x%0*" PRIx64, digits, first);
	if (first != last)
		fprintf(out, " .. 0x%0*" PRIx64, digits, last);
}

void story_note_run(FILE *out, const struct story *s, unsigned first,
		    unsigned last)
{
	const struct run_note *a = &s->note[first], *b = &s->note[last];
	const int digits = 2 * (int)a->bytes;

	if (first == last) {
		story_note(out, s, first);
		return;
	}
	fprintf(out, "stores %u to %u at pa 0x%" PRIx64 "..0x%" PRIx64 ": ",
		store_number(s, first), store_number(s, last), a->pa, b->pa);
	print_words(out, a->before, b->before, digits);
	fputs(" -> ", out);
	print_words(out, a->after, b->after, digits);
}
