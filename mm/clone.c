/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A copy of a whole tree.
 *
 * Two passes over the source in the same order: the tables it has are allocated,
 * then filled.  Each recurses once per depth.
 *
 * Source: include/tablewalk/clone.h.
 */
#include <tablewalk/clone.h>

#include "pgtable.h"

/* Moves *index to the next entry that points to a table; false: no other. */
static bool next_table(const struct pt_space *space,
		       const struct pt_table *table, unsigned depth,
		       unsigned *index, struct pt_table *next)
{
	const struct pt_format *f = space->format;
	const unsigned entries = pt_table_entries(f, depth);

	if (depth == PT_PTE)
		return false;
	for (;; ++*index) {
		struct pt_entry e;

		*index = pt_skip_none(f, depth, table, *index, entries);
		if (*index == entries)
			return false;
		e = pt_read_entry(f, depth, table, *index);
		if (pt_entry_kind(f, depth, e) != PT_TABLE)
			continue;
		*next = pt_table_follow(space, depth, e);
		return true;
	}
}

/* Adds a table for each one below that table. */
static int plan(struct pt_stock *stock, const struct pt_space *from,
		const struct pt_table *table, unsigned depth)
{
	struct pt_table next;

	for (unsigned i = 0; next_table(from, table, depth, &i, &next); i++) {
		int ret = pt_stock_add(stock, depth + 1);

		if (!ret)
			ret = plan(stock, from, &next, depth + 1);
		if (ret)
			return ret;
	}
	return 0;
}

/* The same pointer entry with another address. */
static struct pt_entry redirect(const struct pt_level *l, struct pt_entry e,
				uint64_t pa)
{
	const struct pt_address_field *field = &l->table.pa;

	e.raw &= ~pt_address_mask(field);
	e.raw |= pt_address_encode(field, pa);
	return e;
}

/* Fills the copy of a table; what is below an entry first, then the entry. */
static void store(struct pt_stock *stock, const struct pt_space *from,
		  const struct pt_table *table, const struct pt_table *copy,
		  unsigned depth)
{
	const struct pt_format *f = from->format;
	const struct pt_level *l = &f->level[depth];
	const unsigned entries = pt_table_entries(f, depth);

	for (unsigned i = 0; i < entries; i++) {
		struct pt_entry e;
		enum pt_kind kind;

		/* The copy is empty by now. */
		i = pt_skip_none(f, depth, table, i, entries);
		if (i == entries)
			return;
		e = pt_read_entry(f, depth, table, i);
		kind = pt_entry_kind(f, depth, e);
		if (kind == PT_TABLE) {
			struct pt_table next = pt_table_follow(from, depth, e);
			struct pt_table below = pt_stock_take(stock,
							      depth + 1);

			store(stock, from, &next, &below, depth + 1);
			e = MUT(CLONE_LOSES_RESTRICTION,
				redirect(l, e, below.pa),
				pt_table_entry(l, below.pa));
		} else if (MUT(CLONE_LEAVES_ONLY, false,
			       kind != PT_LEAF)) {
			continue;
		}
		pt_write_entry(f, depth, copy, i, e);
	}
}

int pt_clone_tables(struct pt_space *to, const struct pt_space *from,
		    const struct pt_env *env)
{
	struct pt_stock stock = { .space = to };
	const unsigned top = from->format->top;
	const struct pt_table root = pt_root_open(from);
	struct pt_table copy;
	int ret = pt_space_init(to, from->format, env ? env : from->env,
				from->number, from->pa_bits);

	if (ret) {
		to->root = 0;
		return ret;
	}
	to->runtime_folded = from->runtime_folded;
	to->walk_flags = from->walk_flags;
	ret = plan(&stock, from, &root, top);
	if (ret) {
		pt_stock_return(&stock);
		if (MUT(CLONE_NOMEM_LEAKS, true, false))
			pt_space_destroy(to);
		to->root = 0;
		return ret;
	}
	copy = pt_root_open(to);
	store(&stock, from, &root, &copy, top);
	pt_check(!stock.count);
	return 0;
}
