/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Covering a range from above (cover.h).
 */
#include "cover.h"

#include <errno.h>

#include "expect.h"

/* What is done on the way down. */
enum cover_pass {
	COVER_COUNT,			/* missing tables are counted */
	COVER_ANNOUNCE,			/* ... their allocation is emitted */
	COVER_ADD,			/* ... they are added */
	COVER_END,			/* what ends the descent is reported */
};

struct pass {
	struct cover *cover;
	enum cover_pass what;
	size_t tables;
};

/* One missing table; false where it is refused. */
static bool make_table(struct pass *p, unsigned depth, uint64_t offset)
{
	struct step *s = p->cover->step;

	p->tables++;
	if (p->what == COVER_ANNOUNCE)
		return step_allocate(s, depth, 1);
	if (p->what == COVER_ADD)
		flat_fill_tables(s->space, depth, offset, offset);
	return true;
}

static bool descend(struct pass *p, unsigned depth, uint64_t first,
		    uint64_t last);

/* None entries of one table, from first to last; both may cut one. */
static bool pass_none(struct pass *p, unsigned depth, uint64_t first,
		      uint64_t last)
{
	const uint64_t entry =
		pt_ones(p->cover->step->space->geometry->shift[depth]);
	const bool ends = p->cover->ends >> depth & 1;

	for (uint64_t end;; first = end + 1) {
		end = (first | entry) < last ? first | entry : last;
		if (ends && !(first & entry) && (end & entry) == entry) {
			/* All that lie whole in the rest. */
			if ((last & entry) == entry)
				end = last;
			else
				end = (last & ~entry) - 1;
			if (p->what == COVER_END)
				p->cover->end(p->cover, depth, first, end);
		} else if (!make_table(p, depth + 1, first) ||
			   !descend(p, depth + 1, first, end)) {
			return false;
		}
		if (end == last)
			return true;
	}
}

/* [first, last] of one table at depth; recurses at most 4 deep. */
static bool descend(struct pass *p, unsigned depth, uint64_t first,
		    uint64_t last)
{
	const struct flat_space *space = p->cover->step->space;
	struct flat_segment segment;

	for (;; first = segment.last + 1) {
		/* The space may have changed since: no place is kept. */
		struct flat_cursor cursor = { 0 };

		flat_read(space, &cursor, depth, first, last, &segment);
		if (!(segment.kind == PT_TABLE ?
			      descend(p, depth + 1, first, segment.last) :
			      pass_none(p, depth, first, segment.last)))
			return false;
		if (segment.last == last)
			return true;
	}
}

static bool run(struct pass *p, enum cover_pass what)
{
	const struct step *s = p->cover->step;

	p->what = what;
	return descend(p, s->space->geometry->top, s->first, s->last);
}

int cover_make_tables(struct cover *cover)
{
	struct pass p = { .cover = cover };

	run(&p, COVER_COUNT);
	if (!flat_reserve(cover->step->space, p.tables))
		return EXPECT_NO_HOST_MEMORY;
	if (!run(&p, COVER_ANNOUNCE))
		return -ENOMEM;
	run(&p, COVER_ADD);
	return 0;
}

void cover_fill(struct cover *cover)
{
	struct pass p = { .cover = cover };

	run(&p, COVER_END);
}
