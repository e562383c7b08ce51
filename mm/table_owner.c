/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whose table is it: the search for the tables in some memory, and the table
 * that holds an entry.
 *
 * Nothing is recorded with a table: a search descends from the root through
 * everything that is linked, so what it finds is so by the tables themselves.
 * It recurses once per depth.
 *
 * Source: include/tablewalk/table_owner.h.
 */
#include <errno.h>

#include <tablewalk/table_owner.h>

#include "pgtable.h"

/* What the entries of a root cover. */
static void root_range(const struct pt_space *space, uint64_t *first,
		       uint64_t *last)
{
	const struct pt_format *f = space->format;
	uint64_t word = pt_ones(f->va_word_bits);
	uint64_t root = pt_ones(f->va_bits);

	*first = 0;
	*last = root;
	if (f->va_rule == PT_VA_SIGNED) {
		*last = word;
	} else if (f->va_rule == PT_VA_ROOTS && space->number) {
		*first = word - root;
		*last = word;
	}
}

/* The table of that depth at pa, one of whose entries covers va. */
static struct pt_owner describe(const struct pt_space *space, unsigned depth,
				uint64_t pa, uint64_t va)
{
	const struct pt_format *f = space->format;
	struct pt_owner owner = { .page = pt_table_page(space, depth, pa) };

	if (depth == f->top) {
		root_range(space, &owner.first, &owner.last);
	} else {
		owner.first = va & ~(pt_span(f, MUT(OWNER_FIRST_OF_ENTRY,
						    depth - 1, depth)) - 1);
		owner.last = pt_entry_last(f, depth - 1, va);
	}
	owner.last -= MUT(OWNER_RANGE_SHORT, UINT64_C(0), pt_span(f, depth));
	return owner;
}

/* The first address of entry number index of a table. */
static uint64_t entry_first(const struct pt_space *space, unsigned depth,
			    uint64_t table_first, unsigned index)
{
	const struct pt_format *f = space->format;
	uint64_t offset = index * pt_span(f, depth);

	/* In a signed root the upper half is at the end of the word. */
	if (depth == f->top &&
	    MUT(OWNER_UNSIGNED, f->va_rule == PT_VA_SIGNED, false) &&
	    offset > pt_ones(f->va_bits) >> 1)
		offset |= pt_ones(f->va_word_bits) & ~pt_ones(f->va_bits);
	return table_first + offset;
}

uint64_t pt_root_entry_va(const struct pt_space *space, unsigned index)
{
	uint64_t first, last;

	root_range(space, &first, &last);
	return entry_first(space, space->format->top, first, index);
}

/* How many entries of a table point to tables of the space's own (share.h). */
static unsigned own_entries(const struct pt_space *space, unsigned depth)
{
	if (depth == space->format->top && space->kernel &&
	    MUT(SHARE_FOUND_TWICE, true, false))
		return pt_kernel_first(space->format);
	return pt_table_entries(space->format, depth);
}

struct search {
	const struct pt_space *space;
	uint64_t pa, bytes;
	int (*found)(void *context, const struct pt_owner *owner);
	void *context;
	unsigned count;
};

/* Whether the table shares a byte with what is searched. */
static bool is_met(const struct search *s, unsigned depth, uint64_t pa)
{
	if (pa >= s->pa)
		return pa - s->pa < s->bytes;
	return s->bytes && s->pa - pa < pt_table_bytes(s->space->format, depth);
}

/* Looks at a table and at those below it; va is the first that it covers. */
static int search_table(struct search *s, const struct pt_table *table,
			unsigned depth, uint64_t va)
{
	const struct pt_format *f = s->space->format;
	unsigned entries = own_entries(s->space, depth);

	if (is_met(s, depth, table->pa)) {
		struct pt_owner owner = describe(s->space, depth, table->pa,
						 va);
		int ret = s->found(s->context, &owner);

		if (ret)
			return ret;
		s->count++;
	}
	if (depth == PT_PTE)
		return 0;
	for (unsigned i = 0; i < entries; i++) {
		struct pt_entry e;
		struct pt_table next;
		int ret;

		i = pt_skip_none(f, depth, table, i, entries);
		if (i == entries)
			break;
		e = pt_read_entry(f, depth, table, i);
		if (pt_entry_kind(f, depth, e) != PT_TABLE)
			continue;
		next = pt_table_follow(s->space, depth, e);
		ret = search_table(s, &next, depth + 1,
				   entry_first(s->space, depth, va, i));
		if (ret)
			return ret;
	}
	return 0;
}

int pt_table_owners(struct pt_space *const *spaces, unsigned count, uint64_t pa,
		    uint64_t bytes,
		    int (*found)(void *context, const struct pt_owner *owner),
		    void *context)
{
	struct search s = {
		.pa = pa, .bytes = bytes, .found = found, .context = context,
	};

	if (MUT(OWNER_MISSES_OTHER_SPACE, false, count > 1))
		count = 1;
	for (unsigned i = 0; i < count; i++) {
		struct pt_table root = pt_root_open(spaces[i]);
		uint64_t first, last;
		int ret;

		s.space = spaces[i];
		root_range(spaces[i], &first, &last);
		ret = search_table(&s, &root, spaces[i]->format->top, first);
		if (ret)
			return ret;
	}
	return (int)s.count;
}

int pt_table_at(struct pt_space *space, uint64_t va, unsigned depth,
		struct pt_owner *owner)
{
	struct pt_slot slot;

	if (depth < space->format->top || depth > PT_PTE)
		return -EINVAL;
	if (!pt_range_translated(space, va, va))
		return -ERANGE;
	slot = pt_descend(space, va, depth);
	if (slot.depth != depth)
		return -ENOENT;
	/* share.h: what is below a root may be another space's. */
	if (depth > space->format->top && pt_kernel_error(space, va) &&
	    MUT(SHARE_OWNER_IS_SHARER, true, false))
		space = space->kernel;
	*owner = describe(space, depth, slot.table.pa, va);
	return 0;
}
