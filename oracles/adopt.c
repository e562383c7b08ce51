/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Taking over from memory which empty tables there are, for subjects that may keep
 * or release them as they like.
 *
 * Nothing else is taken over: a table with something in it that is not reachable,
 * or one that is reachable where something else should be, stays a difference that
 * the sweep reports.
 */
#include "oracle.h"

#include <stdlib.h>

#include "model.h"

struct reached {
	struct oracle_reached *table;
	size_t count, capacity;
	bool failed;
};

static bool collect(void *context, const struct oracle_reached *table)
{
	struct reached *r = context;

	if (r->count == r->capacity) {
		size_t want = r->capacity ? 2 * r->capacity : 64;
		struct oracle_reached *bigger =
			realloc(r->table, want * sizeof(*bigger));

		if (!bigger) {
			r->failed = true;
			return false;
		}
		r->table = bigger;
		r->capacity = want;
	}
	r->table[r->count++] = *table;
	return true;
}

/* The last offset that a table of entries of that depth covers. */
static uint64_t last_of(const struct flat_space *space, unsigned depth,
			uint64_t first)
{
	return first | pt_ones(space->geometry->table_shift[depth]);
}

/* Adds a reached table that the model lacks, where it has nothing. */
static bool add_table(struct oracle *o, const struct oracle_reached *table)
{
	struct flat_space *space = &o->space[table->space];
	const unsigned depth = table->depth;
	uint64_t first;

	if (depth == o->geometry.top ||
	    !model_offset(o, table->space, table->first, &first) ||
	    flat_has_table(space, depth, first) ||
	    (depth - 1 > o->geometry.top &&
	     !flat_has_table(space, depth - 1, first)) ||
	    flat_occupied(space, first, last_of(space, depth, first)) ||
	    !flat_reserve(space, 1))
		return false;
	flat_fill_tables(space, depth, first, first);
	return true;
}

static bool is_reached(const struct oracle *o, const struct reached *r,
		       unsigned number, unsigned depth, uint64_t first)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct oracle_reached *t = &r->table[i];
		uint64_t offset;

		if (t->space == number && t->depth == depth &&
		    model_offset(o, number, t->first, &offset) &&
		    offset == first)
			return true;
	}
	return false;
}

/* Whether the model has nothing in that table, tables included. */
static bool is_empty(const struct flat_space *space, unsigned depth,
		     uint64_t first)
{
	const uint64_t last = last_of(space, depth, first);
	size_t from = 0, to = 0;

	if (depth + 1 < PT_DEPTHS)
		flat_table_range(space, depth + 1, first, last, &from, &to);
	return from == to && !flat_occupied(space, first, last);
}

/* Drops the empty tables of that depth that are not reached. */
static bool drop_tables(struct oracle *o, const struct reached *r,
			unsigned number, unsigned depth)
{
	struct flat_space *space = &o->space[number];
	bool dropped = false;

	for (size_t i = space->table[depth].count; i-- > 0;) {
		const uint64_t first = space->table[depth].start[i];

		if (is_reached(o, r, number, depth, first) ||
		    !is_empty(space, depth, first))
			continue;
		flat_drop_tables(space, depth, first,
				 last_of(space, depth, first));
		dropped = true;
	}
	return dropped;
}

/* The model's table takes away what the reached one does, of those rights. */
static bool adopt_denial(struct oracle *o, const struct oracle_reached *table,
			 uint32_t rights)
{
	struct flat_space *space = &o->space[table->space];
	uint32_t was, is;
	uint64_t first;

	if (table->depth == o->geometry.top ||
	    !model_offset(o, table->space, table->first, &first) ||
	    !flat_has_table(space, table->depth, first))
		return false;
	was = flat_denied(space, table->depth, first);
	is = (was & ~rights) | (table->denied & rights);
	if (was == is || !flat_reserve(space, 0))
		return false;
	flat_deny(space, table->depth, first, is);
	return true;
}

bool oracle_adopt_denials(struct oracle *o, const struct pt_memory *memory,
			  const struct pt_regime *regime, uint32_t rights)
{
	struct reached r = { 0 };
	bool changed = false;

	oracle_each_table(o, memory, regime, collect, &r);
	for (size_t i = 0; !r.failed && i < r.count; i++)
		changed |= adopt_denial(o, &r.table[i], rights);
	free(r.table);
	return changed;
}

bool oracle_adopt_tables(struct oracle *o, const struct pt_memory *memory,
			 const struct pt_regime *regime)
{
	struct reached r = { 0 };
	bool changed = false;

	oracle_each_table(o, memory, regime, collect, &r);
	if (!r.failed) {
		for (size_t i = 0; i < r.count; i++)
			changed |= add_table(o, &r.table[i]);
		for (unsigned s = 0; s < PT_SPACES; s++)
			for (unsigned d = PT_PTE; d > o->geometry.top; d--)
				changed |= drop_tables(o, &r, s, d);
	}
	free(r.table);
	return changed;
}
