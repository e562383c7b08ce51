/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The flat model: sorted arrays of extents and of tables (see flat.h).
 */
#include "flat.h"

#include <stdlib.h>
#include <string.h>

#include "defect.h"

/*
 * The most extents one operation adds: it cuts at two offsets, each cut splits
 * at most two records per depth in three.
 */
#define EXTENTS_PER_OP 64
/* One more table per depth and cut than the operation asked for. */
#define TABLES_PER_CUT 4
/*
 * What an array holds from the first on, and what it keeps of more when it is
 * emptied: copies double what there is, so a few cases want a hundred times
 * what the others do.  Giving back all above makes what a case costs, and the
 * code that it runs, its own and not that of cases before.
 */
#define ITEMS_KEPT 512

void flat_geometry_init(struct flat_geometry *geometry,
			const struct mmu_arch *arch)
{
	memset(geometry, 0, sizeof(*geometry));
	geometry->top = arch->top;
	geometry->last = pt_ones(arch->va_bits);
	for (unsigned d = arch->top; d < PT_DEPTHS; d++) {
		const struct mmu_level *level = &arch->level[d];

		geometry->shift[d] = level->va_shift;
		geometry->table_shift[d] =
			(uint8_t)(level->va_shift + level->index_bits);
	}
}

void flat_init(struct flat_space *space, const struct flat_geometry *geometry)
{
	memset(space, 0, sizeof(*space));
	space->geometry = geometry;
}

void flat_destroy(struct flat_space *space)
{
	free(space->extent);
	free(space->denial);
	for (unsigned d = 0; d < PT_DEPTHS; d++)
		free(space->table[d].start);
	flat_init(space, space->geometry);
}

/* Leaves an array of items of size bytes as large as it was at first. */
static void *trim(void *array, size_t *capacity, size_t size)
{
	void *smaller;

	if (*capacity <= ITEMS_KEPT)
		return array;
	smaller = realloc(array, ITEMS_KEPT * size);
	if (!smaller)
		return array;
	*capacity = ITEMS_KEPT;
	return smaller;
}

void flat_reset(struct flat_space *space)
{
	space->extents = 0;
	space->extent = trim(space->extent, &space->extent_capacity,
			     sizeof(*space->extent));
	space->denials = 0;
	space->denial = trim(space->denial, &space->denial_capacity,
			     sizeof(*space->denial));
	for (unsigned d = 0; d < PT_DEPTHS; d++) {
		struct flat_tables *t = &space->table[d];

		t->count = 0;
		t->start = trim(t->start, &t->capacity, sizeof(*t->start));
	}
}

/* Makes *array hold count + more items of size bytes. */
static bool grow(void **array, size_t *capacity, size_t count, size_t more,
		 size_t size)
{
	size_t want = ITEMS_KEPT;
	void *bigger;

	if (more <= *capacity - count)
		return true;
	if (more > SIZE_MAX / 4 / size || count > SIZE_MAX / 4 / size)
		return false;
	while (want < count + more)
		want *= 2;
	bigger = realloc(*array, want * size);
	if (!bigger)
		return false;
	*array = bigger;
	*capacity = want;
	return true;
}

bool flat_reserve(struct flat_space *space, size_t tables)
{
	void *array = space->extent;

	if (!grow(&array, &space->extent_capacity, space->extents,
		  EXTENTS_PER_OP, sizeof(*space->extent)))
		return false;
	space->extent = array;
	array = space->denial;
	if (!grow(&array, &space->denial_capacity, space->denials, 1,
		  sizeof(*space->denial)))
		return false;
	space->denial = array;
	for (unsigned d = space->geometry->top + 1u; d < PT_DEPTHS; d++) {
		struct flat_tables *t = &space->table[d];

		array = t->start;
		if (!grow(&array, &t->capacity, t->count,
			  tables + TABLES_PER_CUT, sizeof(*t->start)))
			return false;
		t->start = array;
	}
	return true;
}

/*
 *			Extents
 */

size_t flat_seek(const struct flat_space *space, size_t from, uint64_t offset)
{
	size_t low = from, high = space->extents;

	/* Cursors move by small steps: look there first. */
	for (unsigned i = 0; i < 2; i++, low++)
		if (low == high || space->extent[low].last >= offset)
			return low;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (space->extent[middle].last < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct flat_extent *flat_find(const struct flat_space *space, uint64_t offset)
{
	size_t i = flat_seek(space, 0, offset);

	if (i == space->extents || space->extent[i].first > offset)
		return NULL;
	return &space->extent[i];
}

bool flat_occupied(const struct flat_space *space, uint64_t first,
		   uint64_t last)
{
	size_t i = flat_seek(space, 0, first);

	return i < space->extents && space->extent[i].first <= last;
}

uint64_t flat_pa(const struct flat_extent *extent, uint64_t offset)
{
	if (!flat_has_pa(extent->kind))
		return 0;
	return extent->pa + (offset - extent->first);
}

void flat_unit(const struct flat_space *space, const struct flat_extent *extent,
	       uint64_t offset, uint64_t *first, uint64_t *last)
{
	unsigned shift = space->geometry->shift[extent->depth];
	uint64_t mask = pt_ones(shift + extent->order);

	*first = offset & ~mask;
	*last = offset | mask;
}

static bool joins(const struct flat_extent *a, const struct flat_extent *b)
{
	return b->first == a->last + 1 && a->kind == b->kind &&
	       a->depth == b->depth && a->order == b->order &&
	       a->attrs == b->attrs && flat_pa(a, b->first) == b->pa;
}

/* Joins what can be joined among extents from..to-1 and their neighbours. */
static void coalesce(struct flat_space *space, size_t from, size_t to)
{
	struct flat_extent *e = space->extent;
	size_t write = from ? from - 1 : 0;
	size_t end = to < space->extents ? to + 1 : space->extents;
	size_t read = write + 1;

	if (read >= end)
		return;
	for (; read < end; read++) {
		if (joins(&e[write], &e[read]))
			e[write].last = e[read].last;
		else
			e[++write] = e[read];
	}
	write++;
	if (write < end) {
		memmove(&e[write], &e[end],
			(space->extents - end) * sizeof(*e));
		space->extents -= end - write;
	}
}

static void open_gap(struct flat_space *space, size_t at)
{
	memmove(&space->extent[at + 1], &space->extent[at],
		(space->extents - at) * sizeof(*space->extent));
	space->extents++;
}

/*
 * Cuts the record (not the entries) that holds both offset - 1 and offset.
 * Returns the index of the first extent at or after offset.
 */
static size_t split_record(struct flat_space *space, uint64_t offset)
{
	size_t i = flat_seek(space, 0, offset);
	struct flat_extent *e = &space->extent[i];

	if (i == space->extents || e->first >= offset)
		return i;
	open_gap(space, i + 1);
	e[1] = e[0];
	e[1].first = offset;
	e[1].pa = flat_pa(&e[0], offset);
	e[0].last = offset - 1;
	return i + 1;
}

/* The index of the first extent after last, whose record is cut there. */
static size_t split_after(struct flat_space *space, uint64_t last)
{
	if (last >= space->geometry->last)
		return space->extents;
	return split_record(space, last + 1);
}

void flat_add(struct flat_space *space, const struct flat_extent *extent)
{
	size_t i = flat_seek(space, 0, extent->first);

	open_gap(space, i);
	space->extent[i] = *extent;
	coalesce(space, i, i + 1);
}

void flat_remove(struct flat_space *space, uint64_t first, uint64_t last)
{
	size_t from, to;

	if (!flat_occupied(space, first, last))
		return;
	from = split_record(space, first);
	to = split_after(space, last);
	memmove(&space->extent[from], &space->extent[to],
		(space->extents - to) * sizeof(*space->extent));
	space->extents -= to - from;
}

void flat_recolour(struct flat_space *space, uint64_t first, uint64_t last,
		   uint32_t kinds, uint32_t clear, uint32_t set)
{
	size_t from, to;

	if (!flat_occupied(space, first, last))
		return;
	from = split_record(space, first);
	to = split_after(space, last);
	for (size_t i = from; i < to; i++) {
		struct flat_extent *e = &space->extent[i];

		if (kinds >> e->kind & 1)
			e->attrs = (e->attrs & ~clear) | set;
	}
	coalesce(space, from, to);
}

bool flat_advance(struct flat_space *space, uint64_t first, uint64_t last,
		  uint64_t pa_last)
{
	size_t from = flat_seek(space, 0, first);
	size_t to = flat_seek(space, from, last);
	void *array = space->extent;

	/* The ends cut two records, and of each one unit may stay. */
	if (!grow(&array, &space->extent_capacity, space->extents,
		  to - from + 3, sizeof(*space->extent)))
		return false;
	space->extent = array;
	if (!flat_occupied(space, first, last))
		return true;
	from = split_record(space, first);
	to = split_after(space, last);
	for (size_t i = from; i < to; i++) {
		struct flat_extent *e = &space->extent[i];
		uint64_t unit = pt_ones(space->geometry->shift[e->depth] +
					(unsigned)e->order);
		/* The last unit of physical addresses has nothing behind it. */
		uint64_t stays = pa_last - unit;

		if (e->kind != PT_LEAF || e->pa >= stays)
			continue;
		if (flat_pa(e, e->last) >= stays) {
			split_record(space, e->first + (stays - e->pa));
			to++;
			i++;
		}
		e->pa += unit + 1;
	}
	coalesce(space, from, to);
	return true;
}

void flat_reshape(struct flat_space *space, uint64_t first, uint64_t last,
		  unsigned depth, unsigned order)
{
	size_t from = split_record(space, first);
	size_t to = split_after(space, last);

	for (size_t i = from; i < to; i++) {
		struct flat_extent *e = &space->extent[i];

		if (e->kind == PT_INVALID_HUGE)
			e->kind = PT_LEAF;
		e->depth = (uint8_t)depth;
		e->order = (uint8_t)order;
	}
	coalesce(space, from, to);
}

void flat_cut(struct flat_space *space, uint64_t offset, uint32_t kinds)
{
	for (;;) {
		const struct flat_extent *e = flat_find(space, offset);
		uint64_t first, last;
		unsigned depth;

		if (!e || !(kinds >> e->kind & 1))
			return;
		flat_unit(space, e, offset, &first, &last);
		if (first == offset)
			return;
		depth = e->depth;
		if (!e->order) {
			if (depth == PT_PTE)
				return;
			flat_fill_tables(space, ++depth, offset, offset);
		}
		flat_reshape(space, first, last, depth, 0);
	}
}

/*
 *			Tables
 */

size_t flat_seek_table(const struct flat_space *space, unsigned depth,
		       size_t from, uint64_t offset)
{
	const struct flat_tables *t = &space->table[depth];
	size_t low = from, high = t->count;

	for (unsigned i = 0; i < 2; i++, low++)
		if (low == high || t->start[low] >= offset)
			return low;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->start[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint64_t table_first(const struct flat_space *space, unsigned depth,
			    uint64_t offset)
{
	return offset & ~pt_ones(space->geometry->table_shift[depth]);
}

static uint64_t table_last(const struct flat_space *space, unsigned depth,
			   uint64_t offset)
{
	return offset | pt_ones(space->geometry->table_shift[depth]);
}

bool flat_has_table(const struct flat_space *space, unsigned depth,
		    uint64_t offset)
{
	uint64_t start = table_first(space, depth, offset);
	size_t i;

	if (depth <= space->geometry->top)
		return depth == space->geometry->top;
	i = flat_seek_table(space, depth, 0, start);
	return i < space->table[depth].count &&
	       space->table[depth].start[i] == start;
}

void flat_table_range(const struct flat_space *space, unsigned depth,
		      uint64_t first, uint64_t last, size_t *from, size_t *to)
{
	uint64_t end = table_last(space, depth, last);

	*from = flat_seek_table(space, depth, 0,
				table_first(space, depth, first));
	*to = end >= space->geometry->last ?
		space->table[depth].count :
		flat_seek_table(space, depth, *from, end + 1);
}

void flat_fill_tables(struct flat_space *space, unsigned depth, uint64_t first,
		      uint64_t last)
{
	struct flat_tables *t = &space->table[depth];
	unsigned shift = space->geometry->table_shift[depth];
	size_t want = (size_t)((last >> shift) - (first >> shift)) + 1;
	size_t from, to;

	flat_table_range(space, depth, first, last, &from, &to);
	if (to - from == want)
		return;
	memmove(&t->start[from + want], &t->start[to],
		(t->count - to) * sizeof(*t->start));
	t->count += want - (to - from);
	for (size_t i = 0; i < want; i++)
		t->start[from + i] = ((first >> shift) + i) << shift;
}

/* Forgets denials of tables at depth in [first, last]. */
static void drop_denials(struct flat_space *space, unsigned depth,
			 uint64_t first, uint64_t last)
{
	size_t i = 0;

	while (i < space->denials) {
		const struct flat_denial *d = &space->denial[i];

		if (d->depth == depth && d->first >= first && d->last <= last)
			space->denial[i] = space->denial[--space->denials];
		else
			i++;
	}
}

void flat_close_tables(struct flat_space *space, unsigned depth, size_t from,
		       size_t to)
{
	struct flat_tables *t = &space->table[depth];

	if (from == to)
		return;
	memmove(&t->start[from], &t->start[to],
		(t->count - to) * sizeof(*t->start));
	t->count -= to - from;
}

void flat_drop_tables(struct flat_space *space, unsigned depth, uint64_t first,
		      uint64_t last)
{
	size_t from, to;

	flat_table_range(space, depth, first, last, &from, &to);
	flat_close_tables(space, depth, from, to);
	drop_denials(space, depth, first, last);
}

uint32_t flat_denied(const struct flat_space *space, unsigned depth,
		     uint64_t offset)
{
	for (size_t i = 0; i < space->denials; i++) {
		const struct flat_denial *d = &space->denial[i];

		if (d->depth == depth && offset >= d->first &&
		    offset <= d->last)
			return ODEF(DENIAL_FORGOTTEN, d->denied, 0);
	}
	return 0;
}

void flat_deny(struct flat_space *space, unsigned depth, uint64_t offset,
	       uint32_t denied)
{
	uint64_t first = table_first(space, depth, offset);
	uint64_t last = table_last(space, depth, offset);

	drop_denials(space, depth, first, last);
	if (!denied)
		return;
	space->denial[space->denials++] = (struct flat_denial){
		.first = first,
		.last = last,
		.denied = denied,
		.depth = (uint8_t)depth,
	};
}

/*
 *			Reading
 */

void flat_read(const struct flat_space *space, struct flat_cursor *cursor,
	       unsigned depth, uint64_t first, uint64_t last,
	       struct flat_segment *out)
{
	uint64_t entry = pt_ones(space->geometry->shift[depth]);
	const struct flat_extent *e;

	memset(out, 0, sizeof(*out));
	out->first = first;
	out->last = last;
	if (depth < PT_PTE) {
		const struct flat_tables *t = &space->table[depth + 1];
		size_t i = flat_seek_table(space, depth + 1,
					   cursor->table[depth + 1],
					   first & ~entry);

		cursor->table[depth + 1] = i;
		if (i < t->count && t->start[i] <= first) {
			out->kind = PT_TABLE;
			out->attrs = flat_denied(space, depth + 1, first);
			if (last > (first | entry))
				out->last = first | entry;
			return;
		}
		if (i < t->count && t->start[i] <= last)
			out->last = t->start[i] - 1;
	}
	cursor->extent = flat_seek(space, cursor->extent, first);
	e = &space->extent[cursor->extent];
	if (cursor->extent == space->extents || e->first > out->last)
		return;
	if (e->first > first) {
		out->last = e->first - 1;
		return;
	}
	out->kind = e->kind;
	out->order = e->order;
	out->attrs = e->attrs;
	out->pa = flat_pa(e, first);
	if (out->last > e->last)
		out->last = e->last;
}

/* Widens the hole *out over the tables of its depth next to each other. */
static void widen_hole(const struct flat_space *space, size_t at, uint64_t low,
		       uint64_t high, struct flat_view *out)
{
	const struct flat_tables *t = &space->table[out->depth];
	uint64_t first = table_first(space, out->depth, out->first);
	uint64_t last = table_last(space, out->depth, out->first);

	for (size_t i = at; first > low && i > 0; i--) {
		uint64_t before = table_first(space, out->depth, first - 1);

		if (t->start[i - 1] != before)
			break;
		first = before;
	}
	for (size_t i = at + 1; last < high && i < t->count; i++) {
		if (t->start[i] != last + 1)
			break;
		last = table_last(space, out->depth, last + 1);
	}
	out->first = first > low ? first : low;
	out->last = last < high ? last : high;
}

/* Narrows the stretch to where the same tables deny, and adds up what. */
static void narrow_denials(const struct flat_space *space, uint64_t offset,
			   struct flat_view *out)
{
	for (size_t i = 0; i < space->denials; i++) {
		const struct flat_denial *d = &space->denial[i];

		if (offset < d->first) {
			if (out->last >= d->first)
				out->last = d->first - 1;
		} else if (offset > d->last) {
			if (out->first <= d->last)
				out->first = d->last + 1;
		} else {
			out->denied |= d->denied;
			if (out->first < d->first)
				out->first = d->first;
			if (out->last > d->last)
				out->last = d->last;
		}
	}
}

/* The stretch of none entries around offset. */
static void look_hole(const struct flat_space *space, size_t after,
		      const size_t next[PT_DEPTHS], uint64_t offset,
		      uint64_t floor, uint64_t ceiling, struct flat_view *out)
{
	uint64_t low = floor, high = ceiling;
	unsigned below = out->depth + 1u;

	if (after < space->extents && space->extent[after].first <= high)
		high = space->extent[after].first - 1;
	if (after > 0 && space->extent[after - 1].last >= low)
		low = space->extent[after - 1].last + 1;
	if (below < PT_DEPTHS) {
		const struct flat_tables *t = &space->table[below];
		size_t i = next[below];

		if (i < t->count && t->start[i] <= high)
			high = t->start[i] - 1;
		if (i > 0 && table_last(space, below, t->start[i - 1]) >= low)
			low = table_last(space, below, t->start[i - 1]) + 1;
	}
	out->first = out->last = offset;
	if (out->depth > space->geometry->top) {
		widen_hole(space, next[out->depth], low, high, out);
	} else {
		out->first = low;
		out->last = high;
	}
}

void flat_look(const struct flat_space *space, struct flat_cursor *cursor,
	       uint64_t offset, uint64_t floor, uint64_t ceiling,
	       struct flat_view *out)
{
	const struct flat_extent *e;
	size_t *next = cursor->table;
	unsigned depth = space->geometry->top;

	memset(out, 0, sizeof(*out));
	for (; depth < PT_PTE; depth++) {
		const struct flat_tables *t = &space->table[depth + 1];
		uint64_t start = table_first(space, depth + 1, offset);
		size_t i = flat_seek_table(space, depth + 1, next[depth + 1],
					   start);

		next[depth + 1] = i;
		if (i == t->count || t->start[i] != start)
			break;
	}
	out->depth = (uint8_t)depth;
	cursor->extent = flat_seek(space, cursor->extent, offset);
	e = &space->extent[cursor->extent];
	if (cursor->extent < space->extents && e->first <= offset) {
		out->depth = e->depth;
		out->kind = e->kind;
		out->order = e->order;
		out->attrs = e->attrs;
		out->pa = flat_pa(e, offset);
		out->first = e->first > floor ? e->first : floor;
		out->last = e->last < ceiling ? e->last : ceiling;
	} else {
		look_hole(space, cursor->extent, next, offset, floor, ceiling,
			  out);
	}
	narrow_denials(space, offset, out);
}
