/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See mm_bbm.h. */
#include "mm_bbm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../mm/pt_entry.h"

static void violate(struct bbm *b, const char *what)
{
	if (!b->violation)
		b->violation = what;
}

static uint64_t granule_of(uint64_t pa)
{
	assert_true(pa - BBM_MEMORY_PA < BBM_MEMORY_BYTES);
	return (pa - BBM_MEMORY_PA) / BBM_GRANULE;
}

static bool is_used(enum pt_kind kind)
{
	return kind == PT_LEAF || kind == PT_TABLE;
}

static unsigned order_of(const struct pt_format *f, unsigned depth,
			 struct pt_entry e)
{
	return pt_entry_kind(f, depth, e) == PT_LEAF ?
		       pt_leaf_order(&f->level[depth], e) : 0;
}

/* The list of table_ops.h, for two entries that hardware uses. */
static bool may_not_follow(const struct pt_format *f, unsigned depth,
			   unsigned index, struct pt_entry old,
			   struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];
	bool table = pt_entry_kind(f, depth, old) == PT_TABLE;

	if (!f->break_before_make)
		return false;
	if (table != (pt_entry_kind(f, depth, e) == PT_TABLE))
		return true;
	if (table)
		return pt_address_decode(&l->table.pa, old.raw) !=
		       pt_address_decode(&l->table.pa, e.raw);
	return pt_leaf_pa(l, old, index) != pt_leaf_pa(l, e, index) ||
	       order_of(f, depth, old) != order_of(f, depth, e) ||
	       ((pt_attrs_read(l, PT_LEAF, old) ^
		 pt_attrs_read(l, PT_LEAF, e)) & PT_MEMTYPE_MASK);
}

static struct pt_table open_table(const struct bbm *b,
				  const struct bbm_table *table)
{
	return pt_table_open(&b->m.space, table->depth, table->pa);
}

static struct pt_entry entry_now(const struct bbm *b,
				 const struct bbm_table *table, unsigned index)
{
	struct pt_table opened = open_table(b, table);

	return pt_read_entry(b->m.f, table->depth, &opened, index);
}

/* Says which table lies where this one does. */
static void place(struct bbm *b, const struct bbm_table *table,
		  unsigned number)
{
	uint64_t bytes = pt_table_bytes(b->m.f, table->depth);

	for (uint64_t at = 0; at < bytes; at += BBM_GRANULE)
		b->table_at[granule_of(table->pa + at)] = (uint16_t)number;
}

static void forget_table(struct bbm *b, unsigned number)
{
	struct bbm_table *table = &b->table[number];

	place(b, table, 0);
	free(table->entry);
	*table = b->table[--b->tables];
	if (number < b->tables)
		place(b, table, number + 1);
	b->table[b->tables].entry = NULL;
}

/* The table and all that can be reached through it. */
static void add_tables(struct bbm *b, unsigned space, uint64_t pa,
		       unsigned depth, uint64_t va)
{
	const struct pt_format *f = b->m.f;
	const struct pt_level *l = &f->level[depth];
	const unsigned entries = pt_table_entries(f, depth);
	struct bbm_table table = {
		.pa = pa, .va = va, .depth = depth, .space = space,
		.entry = calloc(entries, sizeof(*table.entry)),
	};

	assert_non_null(table.entry);
	assert_true(b->tables < BBM_TABLES);
	b->table[b->tables++] = table;
	assert_int_equal(b->table_at[granule_of(pa)], 0);
	place(b, &table, b->tables);
	for (unsigned i = 0; depth < PT_PTE && i < entries; i++) {
		struct pt_entry e = entry_now(b, &table, i);

		if (pt_entry_kind(f, depth, e) == PT_TABLE)
			add_tables(b, space,
				   pt_address_decode(&l->table.pa, e.raw),
				   depth + 1, va + i * pt_span(f, depth));
	}
}

/* The number of the entry that a store hits, and what it was before. */
static unsigned hit(const struct bbm *b, const struct bbm_table *table,
		    uint64_t pa, uint64_t before, struct pt_entry *old)
{
	const struct pt_level *l = &b->m.f->level[table->depth];
	uint64_t offset = pa - table->pa;
	const bool high = l->half_offset && offset >= l->half_offset;
	unsigned index;

	if (high)
		offset -= l->half_offset;
	index = (unsigned)(offset / pt_stride(l));
	old->raw = before;
	if (l->half_offset) {
		uint64_t now = entry_now(b, table, index).raw;

		old->raw = high ? (uint32_t)now | before << 32 :
				  (now & ~UINT64_C(0xffffffff)) | before;
	}
	return index;
}

/*
 * The rules of a group, or of what becomes one, that entry index is made in:
 * nothing of what was there before is in use, and all went at once.
 */
static void check_group(struct bbm *b, const struct bbm_table *table,
			unsigned index, unsigned order)
{
	const unsigned first = index & ~((1u << order) - 1);
	const unsigned flush = table->entry[index].flush;

	for (unsigned i = first; i < first + (1u << order); i++) {
		const struct bbm_entry *entry = &table->entry[i];
		enum pt_kind kind = pt_entry_kind(b->m.f, table->depth,
						  entry_now(b, table, i));

		if (is_used(kind) && !entry->made)
			violate(b, "a group of which one was made while "
				   "another was in use");
		if (entry->state == BBM_BROKEN)
			violate(b, "a group of which one was made before "
				   "another was invalidated");
		if (entry->flush && flush && entry->flush != flush)
			violate(b, "a group that did not go at once");
	}
}

/* An entry that hardware uses was stored. */
static void make(struct bbm *b, struct bbm_table *table, unsigned index,
		 struct pt_entry e)
{
	const struct pt_format *f = b->m.f;
	struct bbm_entry *entry = &table->entry[index];
	const struct pt_entry old = { entry->word };
	unsigned order = order_of(f, table->depth, e);
	const bool again = entry->state != BBM_EMPTY &&
			   may_not_follow(f, table->depth, index, old, e);
	const bool anew = entry->state != BBM_USED;

	if (again && entry->state == BBM_USED)
		violate(b, "an entry that was replaced while in use");
	if (again && entry->state == BBM_BROKEN)
		violate(b, "an entry that was made before it was invalidated");
	if (again && entry->state == BBM_GONE)
		b->breaks++;
	if (again && order_of(f, table->depth, old) > order)
		order = order_of(f, table->depth, old);
	entry->state = BBM_USED;
	entry->word = e.raw;
	if (!anew)
		return;
	entry->made = true;
	if (order && f->break_before_make)
		check_group(b, table, index, order);
}

static void follow(struct bbm *b, unsigned number, unsigned index,
		   struct pt_entry e)
{
	const struct bbm_table *table = &b->table[number];
	const struct pt_format *f = b->m.f;
	uint64_t pa = pt_address_decode(&f->level[table->depth].table.pa,
					e.raw);

	if (!b->table_at[granule_of(pa)])
		add_tables(b, table->space, pa, table->depth + 1,
			   table->va + index * pt_span(f, table->depth));
}

static void step(struct bbm *b, unsigned number, uint64_t pa, uint64_t before)
{
	struct bbm_table *table = &b->table[number];
	struct bbm_entry *entry;
	struct pt_entry old, e;
	unsigned index = hit(b, table, pa, before, &old);
	enum pt_kind kind;

	entry = &table->entry[index];
	if (entry->state == BBM_UNKNOWN) {
		kind = pt_entry_kind(b->m.f, table->depth, old);
		entry->state = is_used(kind) ? BBM_USED : BBM_EMPTY;
		entry->word = old.raw;
	}
	e = entry_now(b, table, index);
	kind = pt_entry_kind(b->m.f, table->depth, e);
	if (is_used(kind)) {
		make(b, table, index, e);
		if (kind == PT_TABLE)
			follow(b, number, index, e);
	} else if (entry->state == BBM_USED) {
		entry->state = BBM_BROKEN;
		entry->made = false;
		entry->flush = 0;
		b->holes++;
	}
}

static void access_now(struct bbm *b)
{
	const struct pt_leaf_layout *pte = &b->m.f->level[PT_PTE].leaf;

	if (!pte->accessed.mask)
		return;
	b->touching = true;
	b->touched = !pt_touch(&b->m.space, b->touch_va,
			       pte->dirty.mask ? PT_WRITE : PT_READ);
	b->touching = false;
}

static void on_store(void *context, uint64_t pa, unsigned bytes,
		     uint64_t before, uint64_t after)
{
	struct bbm *b = context;
	unsigned number = b->table_at[granule_of(pa)];

	(void)bytes;
	(void)after;
	if (!b->loud)
		return;
	if (number)
		step(b, number - 1, pa, before);
	if (!b->touching && ++b->stores == b->touch_after)
		access_now(b);
}

/* Whether nothing of the group that the entry was in is in use. */
static bool all_broken(const struct bbm *b, const struct bbm_table *table,
		       unsigned index, unsigned order)
{
	const unsigned first = index & ~((1u << order) - 1);

	for (unsigned i = first; i < first + (1u << order); i++)
		if (is_used(pt_entry_kind(b->m.f, table->depth,
					  entry_now(b, table, i))))
			return false;
	return true;
}

static void invalidate(struct bbm *b, struct bbm_table *table, unsigned index,
		       const struct pt_flush *flush)
{
	const struct pt_format *f = b->m.f;
	struct bbm_entry *entry = &table->entry[index];
	const struct pt_entry old = { entry->word };
	const unsigned order = order_of(f, table->depth, old);
	const uint64_t ones = pt_ones(f->level[table->depth].va_shift + order);
	const uint64_t va = table->va + index * pt_span(f, table->depth);
	const bool was_table = pt_entry_kind(f, table->depth, old) == PT_TABLE;

	if (flush->space != table->space || flush->va > (va & ~ones) ||
	    flush->last < (va | ones) || (was_table && !flush->tables) ||
	    !all_broken(b, table, index, order))
		return;
	entry->state = BBM_GONE;
	entry->flush = b->flushes;
}

static void on_flush(void *context, const struct pt_flush *flush)
{
	struct bbm *b = context;

	b->flushes++;
	for (unsigned n = 0; b->loud && n < b->tables; n++) {
		struct bbm_table *table = &b->table[n];
		unsigned entries = pt_table_entries(b->m.f, table->depth);

		for (unsigned i = 0; i < entries; i++)
			if (table->entry[i].state == BBM_BROKEN)
				invalidate(b, table, i, flush);
	}
}

static int on_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct bbm *b = context;
	uint64_t need = (bytes + BBM_GRANULE - 1) / BBM_GRANULE;

	if (b->m.arena.fail_in && !--b->m.arena.fail_in)
		return -ENOMEM;
	for (uint64_t at = 0; at < BBM_GRANULES;) {
		uint64_t used = 0;

		while (used < need && !b->live[at + used])
			used++;
		if (used == need) {
			b->live[at] = (uint16_t)need;
			*pa = BBM_MEMORY_PA + at * BBM_GRANULE;
			b->allocations++;
			return 0;
		}
		at += used + b->live[at + used];
		at = (at + need - 1) / need * need;
	}
	fail_msg("the memory of the tests is too small");
	return -ENOMEM;
}

static void on_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct bbm *b = context;
	unsigned number = b->table_at[granule_of(pa)];

	assert_int_equal(b->live[granule_of(pa)],
			 (bytes + BBM_GRANULE - 1) / BBM_GRANULE);
	if (number)
		forget_table(b, number - 1);
	b->live[granule_of(pa)] = 0;
	memset(pt_memory_at(&b->memory, pa, bytes), 0, bytes);
}

/* The first address of the root's first entry. */
static uint64_t root_va(const struct pt_space *space)
{
	const struct pt_format *f = space->format;

	if (f->va_rule == PT_VA_ROOTS && space->number)
		return pt_ones(f->va_word_bits) - pt_ones(f->va_bits);
	return 0;
}

static void forget_all(struct bbm *b)
{
	while (b->tables)
		forget_table(b, b->tables - 1);
}

void bbm_begin(struct bbm *b)
{
	forget_all(b);
	add_tables(b, b->m.space.number, b->m.space.root, b->m.f->top,
		   root_va(&b->m.space));
	add_tables(b, b->other.number, b->other.root, b->m.f->top,
		   root_va(&b->other));
	b->stores = b->flushes = b->allocations = b->breaks = b->holes = 0;
	b->violation = NULL;
	b->touched = false;
	b->loud = true;
}

const char *bbm_end(struct bbm *b)
{
	b->loud = false;
	forget_all(b);
	return b->violation;
}

struct bbm *bbm_open(void **state, const struct pt_format *f)
{
	struct bbm *b = calloc(1, sizeof(*b));
	uint8_t *host = aligned_alloc(4096, BBM_MEMORY_BYTES);

	assert_true(b && host);
	*state = b;
	memset(host, 0, BBM_MEMORY_BYTES);
	b->memory.window[0] = (struct pt_window){
		BBM_MEMORY_PA, BBM_MEMORY_BYTES, host
	};
	b->m.f = f;
	b->m.env = (struct pt_env){
		.memory = &b->memory, .context = b,
		.alloc = on_alloc, .free = on_free,
		.store = on_store, .flush = on_flush,
	};
	assert_int_equal(pt_space_init(&b->m.space, f, &b->m.env, 0,
				       f->pa_bits), 0);
	assert_int_equal(pt_space_init(&b->other, f, &b->m.env, 1,
				       f->pa_bits), 0);
	b->m.bytes = pt_ones(f->va_bits);
	if (f->va_rule == PT_VA_SIGNED)
		b->m.bytes >>= 1;
	b->m.bytes++;
	if (f->va_rule == PT_VA_ROOTS)
		b->other_va = root_va(&b->other);
	return b;
}

void bbm_close(void **state)
{
	struct bbm *b = *state;

	pt_space_destroy(&b->other);
	pt_space_destroy(&b->m.space);
	for (uint64_t i = 0; i < BBM_GRANULES; i++)
		assert_int_equal(b->live[i], 0);
	free(b->memory.window[0].host);
	free(b);
	*state = NULL;
}

const struct pt_format *bbm_format(unsigned *i, bool break_before_make)
{
	while (*i < pt_format_count) {
		const struct pt_format *f = pt_formats[(*i)++];
		unsigned bits = f->table_pa_bits ? f->table_pa_bits :
						   f->pa_bits;
		bool copied = false;

		for (unsigned d = f->top; d < PT_DEPTHS; d++)
			copied |= f->level[d].copies > 1;
		/* Tables of some cannot lie where the memory is. */
		if (f->break_before_make == break_before_make && !copied &&
		    BBM_MEMORY_PA + BBM_MEMORY_BYTES - 1 <= pt_ones(bits))
			return f;
	}
	return NULL;
}

unsigned bbm_order(const struct bbm *b, unsigned depth)
{
	const struct pt_level *l = &b->m.f->level[depth];
	unsigned order = l->group_count ? l->group[0].order : 0;

	if (l->va_shift + order + 1u > b->m.f->pa_bits ||
	    pt_ones(l->va_shift + order + 1u) > b->m.bytes)
		return 0;
	return order;
}
