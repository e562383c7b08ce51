/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a poisoned range of memory costs: the tables in it that a walk still
 * reaches, and the addresses whose entries are in it.
 *
 * The search descends from the roots and passes over the entries that are
 * poisoned, so that it never reads what an uncorrectable error is in.  It
 * recurses once per depth.
 *
 * Source: include/tablewalk/table_owner.h, "What an uncorrectable error".
 */
#include <tablewalk/table_owner.h>

#include "pgtable.h"

/* Stretches of entries of one table: ascending, never adjacent. */
struct runs {
	unsigned count;
	struct {
		unsigned first, last;
	} run[2];
};

struct search {
	struct pt_space *space;
	uint64_t pa, last;		/* the poisoned bytes */
	int (*report)(void *context, const struct pt_poison *poison);
	void *context;
	unsigned count;
};

/*
 * Adds the entries with a poisoned byte among those that lie one after the
 * other from pa on, stride bytes each.
 */
static void add_run(const struct search *s, uint64_t pa, unsigned stride,
		    unsigned entries, struct runs *runs)
{
	uint64_t last = pa + (uint64_t)entries * stride - 1;
	unsigned k = runs->count;

	if (s->pa > last || s->last < pa)
		return;
	runs->run[k].first =
		s->pa > pa ? (unsigned)((s->pa - pa) / stride) : 0;
	runs->run[k].last = (unsigned)((pt_min(s->last, last) - pa) / stride);
	runs->count++;
}

/* Puts two runs in order, and makes one of them where they meet. */
static void join_runs(struct runs *runs)
{
	unsigned first[2] = { runs->run[0].first, runs->run[1].first };
	unsigned last[2] = { runs->run[0].last, runs->run[1].last };
	unsigned lower = first[1] < first[0], upper = !lower;

	runs->run[0].first = first[lower];
	runs->run[0].last = last[lower];
	runs->run[1].first = first[upper];
	runs->run[1].last = last[upper];
	if (first[upper] > last[lower] + 1)
		return;
	if (last[upper] > last[lower])
		runs->run[0].last = last[upper];
	runs->count = 1;
}

/* The entries of the table at pa that have a poisoned byte. */
static struct runs lost_entries(const struct search *s, unsigned depth,
				uint64_t pa)
{
	const struct pt_format *f = s->space->format;
	const struct pt_level *l = &f->level[depth];
	unsigned entries = pt_table_entries(f, depth);
	unsigned stride = MUT(POISON_COPY_LENGTH, pt_stride(l),
			      l->copies ? l->entry_bytes : pt_stride(l));
	struct runs runs = { .count = 0 };

	add_run(s, pa, stride, entries, &runs);
	if (l->half_offset && MUT(POISON_LOW_HALF, true, false)) {
		add_run(s, pa + l->half_offset, stride, entries, &runs);
		if (runs.count == 2)
			join_runs(&runs);
	}
	return runs;
}

/* Whether the table at pa shares a byte with what is poisoned. */
static bool is_met(const struct search *s, unsigned depth, uint64_t pa)
{
	return s->pa <= pa + (pt_table_bytes(s->space->format, depth) - 1) &&
	       pa <= s->last;
}

/* The address that is so far into what a table covers from first on. */
static uint64_t address_at(const struct search *s, unsigned depth,
			   uint64_t first, uint64_t offset)
{
	const struct pt_format *f = s->space->format;

	/* In a signed root the upper half is at the end of the word. */
	if (depth == f->top && f->va_rule == PT_VA_SIGNED &&
	    offset > pt_ones(f->va_bits) >> 1)
		offset |= pt_ones(f->va_word_bits) & ~pt_ones(f->va_bits);
	return first + offset;
}

/* Adds what a run of entries covers, without the gap of a signed root. */
static void lose(const struct search *s, unsigned depth, unsigned from,
		 unsigned to, struct pt_poison *poison)
{
	const struct pt_format *f = s->space->format;
	uint64_t first = poison->owner.first;
	unsigned half = pt_table_entries(f, depth) / 2;

	if (depth == f->top && f->va_rule == PT_VA_SIGNED &&
	    f->va_bits < f->va_word_bits && from < half && to >= half &&
	    MUT(POISON_LOSES_GAP, true, false)) {
		lose(s, depth, from, half - 1, poison);
		from = half;
	}
	poison->lost[poison->ranges].first =
		address_at(s, depth, first, from * pt_span(f, depth));
	poison->lost[poison->ranges].last =
		address_at(s, depth, first, to * pt_span(f, depth)) +
		(pt_span(f, depth) - 1);
	poison->ranges++;
}

/* Reports the table that covers the addresses from va on. */
static int report_table(struct search *s, unsigned depth, uint64_t va,
			const struct runs *runs)
{
	struct pt_poison poison = { .ranges = 0 };
	int ret = pt_table_at(s->space, va, depth, &poison.owner);

	pt_check(!ret);
	for (unsigned k = 0; k < runs->count; k++)
		lose(s, depth, runs->run[k].first, runs->run[k].last, &poison);
	if (MUT(POISON_WHOLE_TABLE, false, poison.ranges)) {
		poison.ranges = 1;
		poison.lost[0].first = poison.owner.first;
		poison.lost[0].last = poison.owner.last;
	}
	s->count++;
	return s->report(s->context, &poison);
}

/*
 * The first entry from index on that is not lost; *end is that after it which
 * is, or the number of entries.
 */
static unsigned skip_lost(const struct runs *runs, unsigned index,
			  unsigned entries, unsigned *end)
{
	*end = entries;
	for (unsigned k = 0; k < MUT(POISON_READS_LOST, runs->count, 0u);
	     k++) {
		unsigned first = runs->run[k].first;

		if (index < first) {
			*end = first < entries ? first : entries;
			break;
		}
		if (index <= runs->run[k].last)
			index = runs->run[k].last + 1;
	}
	return index;
}

/*
 * The entries of a table that lead to tables of the same space: those of a
 * shared kernel part are its owner's (share.h).
 */
static unsigned own_entries(const struct pt_space *space, unsigned depth)
{
	unsigned entries = pt_table_entries(space->format, depth);

	return depth == space->format->top && space->kernel ? entries / 2 :
							      entries;
}

/* Looks at a table and at those below it; va is the first that it covers. */
static int search_table(struct search *s, const struct pt_table *table,
			unsigned depth, uint64_t va)
{
	const struct pt_format *f = s->space->format;
	const unsigned entries = own_entries(s->space, depth);
	struct runs runs = lost_entries(s, depth, table->pa);
	unsigned i = 0, end;
	int ret = 0;

	if (is_met(s, depth, table->pa) &&
	    MUT(POISON_MISSES_ROOT, true, depth != f->top))
		ret = report_table(s, depth, va, &runs);
	while (!ret && depth < PT_PTE &&
	       (i = skip_lost(&runs, i, entries, &end)) < entries) {
		struct pt_entry e;
		struct pt_table next;

		i = pt_skip_none(f, depth, table, i, end);
		if (i == end)
			continue;
		e = pt_read_entry(f, depth, table, i);
		if (pt_entry_kind(f, depth, e) == PT_TABLE) {
			next = pt_table_follow(s->space, depth, e);
			ret = search_table(s, &next, depth + 1,
					   address_at(s, depth, va,
						      i * pt_span(f, depth)));
		}
		i++;
	}
	return ret;
}

int pt_table_poisoned(struct pt_space *const *spaces, unsigned count,
		      uint64_t pa, uint64_t bytes,
		      int (*report)(void *context,
				    const struct pt_poison *poison),
		      void *context)
{
	struct search s = {
		.pa = pa, .last = pa + (bytes - 1), .report = report,
		.context = context,
	};

	if (!bytes)
		return 0;
	/* Memory does not wrap. */
	if (s.last < pa)
		s.last = UINT64_MAX;
	for (unsigned i = 0; i < count; i++) {
		const struct pt_format *f = spaces[i]->format;
		struct pt_table root = pt_root_open(spaces[i]);
		uint64_t first = 0;
		int ret;

		s.space = spaces[i];
		if (f->va_rule == PT_VA_ROOTS && spaces[i]->number)
			first = pt_ones(f->va_word_bits) - pt_ones(f->va_bits);
		ret = search_table(&s, &root, f->top, first);
		if (ret)
			return ret;
	}
	return (int)s.count;
}
