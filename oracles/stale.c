/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a machine may still have cached; stale.h says what is held.
 *
 * Each entry that counts and was changed is an item until a flush covers it.
 * Neighbouring items of one kind are one item, so that an operation on a full
 * table keeps a handful of them.
 */
#include "stale.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "defect.h"
#include "model.h"

/* Changed entries that are neighbours and alike. */
struct item {
	uint64_t first, last;		/* addresses still to be flushed */
	uint64_t table;			/* of a table entry: what it pointed to */
	uint8_t space, depth;
	bool is_table;
	bool flushed;
};

struct reached {
	uint64_t pa, bytes, first;
	uint8_t space, depth;
	bool young;			/* linked by the operation itself */
};

/* An entry of several words of which some are stored. */
struct half_way {
	uint64_t pa, index;		/* of its table; which */
	struct mmu_entry old;
};
#define HALF_WAY 4

/* An entry of the owner's root that the sharer's has to follow (share.h). */
struct following {
	uint64_t entry;			/* counted as in oracles/share.h */
	bool awaited;
};

struct oracle_stale {
	const struct oracle *oracle;
	const struct pt_memory *memory;
	const struct pt_regime *regime;
	struct reached *table;		/* by pa */
	size_t tables, table_capacity;
	size_t sorted;			/* of them, by pa; then the young ones */
	struct half_way half_way[HALF_WAY];
	unsigned half_ways;
	struct following following;
	struct item *item;
	size_t items, item_capacity;
	bool strict;			/* young entries count too */
	bool changed;			/* change is that of the last store */
	struct oracle_change change;
	bool broken;
	struct finding finding;
};

/* Room for one more; the run ends where there is none, as a violation. */
static bool grow(void **array, size_t count, size_t *capacity, size_t bytes)
{
	size_t want = *capacity ? *capacity * 2 : 64;
	void *bigger;

	if (count < *capacity)
		return true;
	bigger = realloc(*array, want * bytes);
	if (!bigger)
		return false;
	*array = bigger;
	*capacity = want;
	return true;
}

static void report(struct oracle_stale *s, enum check_id check,
		   const struct item *item, const char *divergence,
		   const char *expected, const char *seen)
{
	struct finding *f = &s->finding;

	if (s->broken)
		return;
	s->broken = true;
	*f = (struct finding){
		.check = check,
		.depth = (int8_t)item->depth,
		.space = item->space,
		.va = item->first,
	};
	snprintf(f->divergence, sizeof(f->divergence), "%s", divergence);
	snprintf(f->expected, sizeof(f->expected), "%s", expected);
	snprintf(f->seen, sizeof(f->seen),
		 "%s 0x%" PRIx64 "..0x%" PRIx64 " at %s: %s",
		 item->is_table ? "table entry" : "leaf", item->first,
		 item->last, pt_depth_name(item->depth), seen);
}

static bool note_table(void *context, const struct oracle_reached *table)
{
	struct oracle_stale *s = context;

	if (!grow((void **)&s->table, s->tables, &s->table_capacity,
		  sizeof(*s->table)))
		return false;
	s->table[s->tables++] = (struct reached){
		.pa = table->pa, .bytes = table->bytes, .first = table->first,
		.space = table->space, .depth = table->depth,
	};
	return true;
}

static int by_pa(const void *a, const void *b)
{
	const struct reached *x = a, *y = b;

	return x->pa < y->pa ? -1 : x->pa > y->pa;
}

void oracle_stale_begin(struct oracle_stale *stale, const struct oracle *oracle,
			const struct pt_memory *memory,
			const struct pt_regime *regime)
{
	stale->oracle = oracle;
	stale->memory = memory;
	stale->regime = regime;
	stale->tables = 0;
	stale->items = 0;
	stale->broken = false;
	stale->sorted = 0;
	stale->half_ways = 0;
	stale->following.awaited = false;
	stale->strict = false;
	if (!oracle->arch->walks)
		return;
	oracle_each_table(oracle, memory, regime, note_table, stale);
	if (stale->tables)
		qsort(stale->table, stale->tables, sizeof(*stale->table),
		      by_pa);
	stale->sorted = stale->tables;
}

void oracle_stale_kind(struct oracle_stale *stale, unsigned kind)
{
	stale->strict = kind == OP_SHADOW;
}

static bool holds(const struct reached *table, uint64_t pa)
{
	return pa - table->pa < table->bytes;
}

/* The reachable table that holds pa, or NULL. */
static const struct reached *table_of(const struct oracle_stale *s, uint64_t pa)
{
	size_t low = 0, high = s->sorted;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->table[mid].pa <= pa)
			low = mid + 1;
		else
			high = mid;
	}
	if (low && holds(&s->table[low - 1], pa))
		return &s->table[low - 1];
	for (size_t i = s->sorted; i < s->tables; i++)
		if (holds(&s->table[i], pa))
			return &s->table[i];
	return NULL;
}

/* The index of the entry that the byte at that offset of a table belongs to. */
static uint64_t index_of(const struct mmu_level *level, uint64_t offset)
{
	if (level->half_offset && offset >= level->half_offset)
		offset -= level->half_offset;
	return offset / mmu_stride(level);
}

/* Reads one entry; false where there is no memory. */
static bool read_entry(const struct oracle_stale *s,
		       const struct pt_memory *memory,
		       const struct reached *table, uint64_t index,
		       struct mmu_entry *out)
{
	const struct mmu_arch *arch = s->oracle->arch;
	const struct mmu_level *level = &arch->level[table->depth];
	const uint8_t *host = pt_memory_at(memory, table->pa, table->bytes);
	const uint8_t *p;
	uint64_t raw;

	if (!host)
		return false;
	p = host + index * mmu_stride(level);
	if (level->half_offset)
		raw = bytes_get(p, 4, arch->big_endian) |
		      bytes_get(p + level->half_offset, 4, arch->big_endian)
			      << 32;
	else
		raw = bytes_get(p, level->entry_bytes, arch->big_endian);
	arch->entry(s->regime, table->depth, raw, out);
	return true;
}

/* Whether a machine that has the old entry cached is wrong now. */
static bool matters(const struct mmu_entry *old, const struct mmu_entry *now)
{
	if (old->class != MMU_LEAF && old->class != MMU_TABLE)
		return false;
	if (old->class != now->class || old->pa != now->pa)
		return true;
	if (old->class == MMU_TABLE)
		return old->denied != now->denied;
	if (old->order != now->order)
		return true;
	return ((old->attrs ^ now->attrs) & ~(PT_ACCESSED | PT_DIRTY)) ||
	       (old->attrs & ~now->attrs & PT_DIRTY);
}

static void add_item(struct oracle_stale *s, const struct item *item)
{
	struct item *last = s->items ? &s->item[s->items - 1] : NULL;

	if (last && !item->is_table && !last->is_table &&
	    last->flushed == item->flushed && last->space == item->space && last->depth == item->depth &&
	    last->last + 1 == item->first && item->first) {
		last->last = item->last;
		return;
	}
	if (grow((void **)&s->item, s->items, &s->item_capacity,
		 sizeof(*s->item)))
		s->item[s->items++] = *item;
	else
		report(s, CHECK_OVERFLOW, item, "count", "memory", "none");
}

/* The addresses that an entry of a table covers. */
static uint64_t first_of(const struct oracle_stale *s,
			 const struct reached *table, uint64_t index)
{
	uint64_t offset = index << s->oracle->geometry.shift[table->depth];

	/* Of a signed root the upper half follows the gap. */
	if (table->depth == s->oracle->geometry.top)
		return model_address(s->oracle, table->space, offset);
	return table->first + offset;
}

/* Whether the table at pa is known already: a shadow's are linked many times. */
static bool is_known(const struct oracle_stale *s, uint64_t pa, unsigned depth)
{
	const struct reached *table = table_of(s, pa);

	return table && table->pa == pa && table->depth == depth;
}

/*
 * A table that the operation has linked, and what it links in turn; recurses at
 * most 4 deep.  What changes there from now on may be hinted at, but nobody can
 * have cached it when the operation began.
 */
static void add_young(struct oracle_stale *s, const struct reached *above,
		      uint64_t index, uint64_t pa)
{
	const struct reached young = {
		.pa = pa, .bytes = s->oracle->table_bytes[above->depth + 1],
		.first = first_of(s, above, index), .space = above->space,
		.depth = (uint8_t)(above->depth + 1), .young = true,
	};
	const struct mmu_level *level = &s->oracle->arch->level[young.depth];

	if (!grow((void **)&s->table, s->tables, &s->table_capacity,
		  sizeof(*s->table)))
		return;
	s->table[s->tables++] = young;
	for (uint64_t i = 0; young.depth < PT_PTE && !(i >> level->index_bits);
	     i++) {
		struct mmu_entry entry;

		if (read_entry(s, s->memory, &young, i, &entry) &&
		    entry.class == MMU_TABLE &&
		    !is_known(s, entry.pa, young.depth + 1u))
			add_young(s, &young, i, entry.pa);
	}
}

/*
 * For an entry of several words: what it was before the first of them was
 * stored, in *old; false as long as it is not whole again.
 */
static bool is_whole(struct oracle_stale *s, const struct reached *table,
		     uint64_t index, struct mmu_entry *old,
		     const struct mmu_entry *now)
{
	unsigned i = 0;

	while (i < s->half_ways && (s->half_way[i].pa != table->pa ||
				    s->half_way[i].index != index))
		i++;
	if (i < s->half_ways)
		*old = s->half_way[i].old;
	if (now->class == MMU_RESERVED) {
		if (i == s->half_ways && i < HALF_WAY)
			s->half_way[s->half_ways++] = (struct half_way){
				table->pa, index, *old };
		return false;
	}
	if (i < s->half_ways)
		s->half_way[i] = s->half_way[--s->half_ways];
	return true;
}

/* The sharer's root has what was stored in the owner's, or it is reported. */
static void end_following(struct oracle_stale *s)
{
	const struct oracle *o = s->oracle;
	const uint64_t entry = s->following.entry;
	const unsigned top = o->geometry.top;
	uint64_t offset = o->share.first + (entry << o->geometry.shift[top]);
	struct item item = {
		.first = model_address(o, o->share.owner, offset),
		.space = (uint8_t)(o->share.owner ^ 1u),
		.depth = (uint8_t)top,
	};

	if (!s->following.awaited || ODEF(FOLLOWING_ACCEPTED, false, true))
		return;
	s->following.awaited = false;
	item.last = item.first + pt_ones(o->geometry.shift[top]);
	if (!share_words_equal(o, s->memory, s->regime, entry))
		report(s, CHECK_SHARED_PART, &item, "order",
		       "what the owner's root has, before anything else is "
		       "stored or released", "it has not");
}

/* Whether that entry is one of the kernel part of a root; *entry: which. */
static bool is_shared_entry(const struct oracle *o, const struct reached *table,
			    uint64_t index, uint64_t *entry)
{
	const unsigned top = o->geometry.top;

	*entry = index - (o->share.first >> o->geometry.shift[top]);
	return o->share.active && table->depth == top &&
	       *entry < o->share.entries;
}

/* Something was stored; if not to an entry of a table, table is NULL. */
static void follow(struct oracle_stale *s, const struct reached *table,
		   uint64_t index)
{
	const struct oracle *o = s->oracle;
	uint64_t entry;

	if (!table || !is_shared_entry(o, table, index, &entry)) {
		end_following(s);
		return;
	}
	if (s->following.entry != entry)
		end_following(s);
	s->following.entry = entry;
	/* With copies on demand what was none stays none. */
	if (table->space == o->share.owner)
		s->following.awaited = !o->share.synced ||
				       o->share.present[entry];
}

/* Whether ACCESSED and DIRTY alone were set: hardware's doing, at any time. */
static bool is_touch(const struct mmu_entry *old, const struct mmu_entry *now)
{
	return old->class == MMU_LEAF && now->class == MMU_LEAF &&
	       old->pa == now->pa && old->order == now->order &&
	       !((old->attrs ^ now->attrs) & ~(PT_ACCESSED | PT_DIRTY));
}

/* Keeps what oracle_stale_change() tells. */
static void note_change(struct oracle_stale *s, const struct reached *table,
			uint64_t index, const struct mmu_entry *old,
			const struct mmu_entry *now)
{
	const uint64_t first = first_of(s, table, index);

	s->changed = true;
	s->change = (struct oracle_change){
		.table = table->pa, .index = index, .first = first,
		.last = first + pt_ones(s->oracle->geometry.shift[table->depth]),
		.space = table->space, .depth = table->depth,
		.young = table->young, .old = *old, .now = *now,
	};
}

const struct oracle_change *
oracle_stale_change(const struct oracle_stale *stale)
{
	return stale->changed ? &stale->change : NULL;
}

bool oracle_stale_read(const struct oracle_stale *stale, uint64_t table,
		       unsigned depth, uint64_t index, struct mmu_entry *out)
{
	const struct reached reached = {
		.pa = table, .depth = (uint8_t)depth,
		.bytes = stale->oracle->table_bytes[depth],
	};

	return read_entry(stale, stale->memory, &reached, index, out);
}

void oracle_stale_store(struct oracle_stale *stale, uint64_t pa, unsigned bytes,
			const struct pt_memory *before)
{
	const struct reached *found = table_of(stale, pa);
	const struct mmu_level *level;
	struct mmu_entry old, now;
	struct reached table;
	uint64_t index, span, entry;
	bool shared;

	(void)bytes;
	stale->changed = false;
	if (!found) {
		follow(stale, NULL, 0);
		return;
	}
	/* The array may move when tables are added. */
	table = *found;
	level = &stale->oracle->arch->level[table.depth];
	index = index_of(level, pa - table.pa);
	if (!read_entry(stale, before, &table, index, &old) ||
	    !read_entry(stale, stale->memory, &table, index, &now))
		return;
	if (!is_touch(&old, &now))
		follow(stale, &table, index);
	/* The owner's name stands for all who share. */
	shared = is_shared_entry(stale->oracle, &table, index, &entry) &&
		 table.space != stale->oracle->share.owner;
	if (shared)
		table.space = stale->oracle->share.owner;
	if ((level->half_offset || level->copies > 1) &&
	    !is_whole(stale, &table, index, &old, &now))
		return;
	if (stale->oracle->arch->break_before_make)
		note_change(stale, &table, index, &old, &now);
	if (shared)
		return;
	if (now.class == MMU_TABLE &&
	    (old.class != MMU_TABLE || old.pa != now.pa) &&
	    !is_known(stale, now.pa, table.depth + 1u))
		add_young(stale, &table, index, now.pa);
	if (!matters(&old, &now))
		return;
	span = pt_ones(stale->oracle->geometry.shift[table.depth]);

	const struct item item = {
		.first = first_of(stale, &table, index),
		.last = first_of(stale, &table, index) + span,
		.table = old.class == MMU_TABLE ? old.pa : 0,
		.space = table.space, .depth = table.depth,
		.is_table = old.class == MMU_TABLE,
		.flushed = table.young && !stale->strict,
	};

	add_item(stale, &item);
}

/* Takes a flush's range away from an item. */
static void cover(struct oracle_stale *s, size_t at, uint64_t va, uint64_t last)
{
	struct item *item = &s->item[at];
	struct item rest = *item;

	if (ODEF(FLUSH_ANY_RANGE, false, true)) {
		item->flushed = true;
		return;
	}
	if (last < item->first || va > item->last)
		return;
	if (va <= item->first && last >= item->last) {
		item->flushed = true;
		return;
	}
	if (va > item->first && last < item->last) {
		rest.first = last + 1;
		item->last = va - 1;
		add_item(s, &rest);
	} else if (va > item->first) {
		item->last = va - 1;
	} else {
		item->first = last + 1;
	}
}

void oracle_stale_flush(struct oracle_stale *stale, unsigned space, uint64_t va,
			uint64_t last, int depth, bool tables)
{
	const size_t items = stale->items;
	const struct item whole = { .first = va, .last = last,
				    .space = (uint8_t)space };
	bool hinted = depth == PT_DEPTH_UNKNOWN;

	for (size_t i = 0; i < items; i++) {
		const struct item *item = &stale->item[i];

		if ((item->space != space &&
		     ODEF(FLUSH_ANY_SPACE, true, false)) ||
		    ((last < item->first || va > item->last) &&
		     ODEF(FLUSH_ANY_RANGE, true, false)))
			continue;
		if (item->is_table) {
			if (tables && !item->flushed)
				cover(stale, i, va, last);
			continue;
		}
		if (item->depth == depth)
			hinted = true;
		if (!item->flushed &&
		    (depth == PT_DEPTH_UNKNOWN || depth == item->depth))
			cover(stale, i, va, last);
	}
	if (!hinted && ODEF(STALE_ANY_HINT, true, false))
		report(stale, CHECK_FLUSH_HINT, &whole, "hint",
		       "the depth of a leaf that was changed in the range",
		       pt_depth_name(depth));
}

void oracle_stale_free(struct oracle_stale *stale, uint64_t pa)
{
	end_following(stale);
	for (size_t i = 0; i < stale->items; i++) {
		const struct item *item = &stale->item[i];

		if (!item->flushed &&
		    (stale->strict || (item->is_table && item->table == pa)) &&
		    ODEF(STALE_RELEASE_UNSEEN, true, false))
			report(stale, CHECK_FLUSH_BEFORE_FREE, item, "order",
			       "a flush with tables before the table is gone",
			       "none yet");
	}
}

bool oracle_stale_end(struct oracle_stale *stale, struct finding *finding)
{
	end_following(stale);
	for (size_t i = 0; i < stale->items && !stale->broken; i++)
		if (!stale->item[i].flushed &&
		    ODEF(STALE_LEAF_FORGOTTEN, true, stale->item[i].is_table) &&
		    ODEF(STALE_TABLE_FORGOTTEN, true, !stale->item[i].is_table))
			report(stale, CHECK_FLUSH_COVER, &stale->item[i],
			       "cover", stale->item[i].is_table ?
			       "flushed with tables before the return" :
			       "flushed before the return", "not flushed");
	if (stale->broken)
		*finding = stale->finding;
	return !stale->broken;
}

struct oracle_stale *oracle_stale_create(void)
{
	return calloc(1, sizeof(struct oracle_stale));
}

void oracle_stale_destroy(struct oracle_stale *stale)
{
	if (!stale)
		return;
	free(stale->table);
	free(stale->item);
	free(stale);
}
