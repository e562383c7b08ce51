/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Break before make: entries are made unused and invalidated before others
 * follow in their place, on formats that ask for it.
 *
 * Whoever replaces an entry asks here whether it must be broken, notes what it
 * is (flush.h), breaks it, has it invalidated with pt_stale_flush_broken(), and
 * makes the new one of what the break returned.  All that can fail, and all that
 * can be built elsewhere, comes before the break.
 *
 * Source: include/tablewalk/table_ops.h, "Break before make".
 */
#include "pgtable.h"

/* Whether hardware uses entries of that kind. */
static bool is_used(enum pt_kind kind)
{
	return kind == PT_TABLE || kind == PT_LEAF;
}

bool pt_must_break(const struct pt_format *f, unsigned depth, unsigned index,
		   struct pt_entry old, struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];
	enum pt_kind kind, had;

	if (!f->break_before_make)
		return false;
	had = pt_entry_kind(f, depth, old);
	kind = pt_entry_kind(f, depth, e);
	if (!is_used(had) || !is_used(kind))
		return false;
	if (had != kind)
		return true;
	if (kind == PT_TABLE)
		return pt_table_pa(l, old) != pt_table_pa(l, e);
	return pt_leaf_order(l, old) != pt_leaf_order(l, e) ||
	       pt_leaf_pa(l, old, index) != pt_leaf_pa(l, e, index) ||
	       pt_attrs_memtype(pt_attrs_read(l, PT_LEAF, old)) !=
		       pt_attrs_memtype(pt_attrs_read(l, PT_LEAF, e));
}

struct pt_entry pt_break_entry(const struct pt_format *f, unsigned depth,
			       const struct pt_table *table, unsigned index)
{
	struct pt_entry e = pt_read_entry(f, depth, table, index);

	if (!is_used(pt_entry_kind(f, depth, e)))
		return e;
	if (table->sharer)
		pt_share_break(table->sharer, index);
	return pt_exchange_entry(f, depth, table, index,
				 pt_none_entry(&f->level[depth]));
}

/*
 * What is broken are empty tables: there is no translation to miss, so they are
 * released before anything is made in their place.
 */
void pt_clear_tables(struct pt_stale *stale, unsigned depth,
		     const struct pt_table *table, unsigned index,
		     unsigned order, uint64_t va)
{
	const struct pt_space *space = stale->space;
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[depth];
	const unsigned entries = 1u << order;
	const unsigned first = index & ~(entries - 1);
	struct pt_entry old[PT_GROUP_ENTRIES];
	unsigned tables = 0;

	pt_check(entries <= PT_GROUP_ENTRIES);
	va &= ~pt_ones(l->va_shift + order);
	for (unsigned i = first; i < first + entries; i++) {
		struct pt_entry e = pt_read_entry(f, depth, table, i);

		if (pt_entry_kind(f, depth, e) == PT_TABLE) {
			pt_stale_note(stale, depth, va, PT_TABLE, e);
			old[tables++] = pt_break_entry(f, depth, table, i);
		}
		va += pt_span(f, depth);
	}
	if (!tables)
		return;
	pt_stale_flush_broken(stale, order ? pt_span(f, depth) : 0);
	pt_stale_flush_tables(stale);
	for (unsigned i = 0; i < tables; i++)
		if (MUT(MAP_LEAKS_TABLE, true, false))
			pt_table_release(space, depth + 1,
					 pt_table_pa(l, old[i]));
}
