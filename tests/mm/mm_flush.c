/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See mm_flush.h. */
#include "mm_flush.h"

#include <string.h>

#include "../../mm/pt_entry.h"

/* What a word was before it was stored; bytes 0: nothing. */
struct before {
	uint64_t pa, word;
	unsigned bytes;
};

static void violate(struct mm_flush *w, const char *what)
{
	if (!w->violation)
		w->violation = what;
}

static unsigned window_of(const struct mm_flush *w, uint64_t pa)
{
	for (unsigned i = 0; i < MM_WINDOWS; i++)
		if (pa - w->memory->window[i].pa < MM_WINDOW_BYTES)
			return i;
	fail_msg("no window holds %llx", (unsigned long long)pa);
	return 0;
}

static uint64_t offset_in(const struct mm_flush *w, unsigned window,
			  uint64_t pa)
{
	return pa - w->memory->window[window].pa;
}

/* Memory, byte by byte. */
static uint64_t load(const struct mm_flush *w, uint64_t pa, unsigned bytes,
		     const struct before *before)
{
	const uint8_t *p = pt_memory_at(w->memory, pa, bytes);
	uint64_t n = 0;

	assert_non_null(p);
	if (before->bytes == bytes && before->pa == pa)
		return before->word;
	for (unsigned i = 0; i < bytes; i++)
		n = n << 8 | p[w->f->big_endian ? i : bytes - 1 - i];
	return n;
}

static uint64_t slot_of(const struct mm_flush *w, uint64_t table,
			unsigned depth, unsigned index)
{
	return table + (uint64_t)index * pt_stride(&w->f->level[depth]);
}

static struct pt_entry entry_at(const struct mm_flush *w, uint64_t table,
				unsigned depth, unsigned index,
				const struct before *before)
{
	const struct pt_level *l = &w->f->level[depth];
	uint64_t slot = slot_of(w, table, depth, index);
	struct pt_entry e;

	if (l->half_offset)
		e.raw = load(w, slot, 4, before) |
			load(w, slot + l->half_offset, 4, before) << 32;
	else
		e.raw = load(w, slot, l->entry_bytes, before);
	return e;
}

/* The number of the entry that a store hits; it lies offset in its table. */
static unsigned index_of(const struct pt_level *l, uint64_t offset)
{
	if (l->half_offset && offset >= l->half_offset)
		offset -= l->half_offset;
	return (unsigned)(offset / pt_stride(l));
}

static void add_tables(struct mm_flush *w, unsigned space, uint64_t pa,
		       unsigned depth, uint64_t va)
{
	static const struct before nothing = { 0 };
	const struct pt_level *l = &w->f->level[depth];
	unsigned window = window_of(w, pa);
	uint64_t granule = offset_in(w, window, pa) / MM_GRANULE;
	uint64_t end = granule + (pt_table_bytes(w->f, depth) - 1) / MM_GRANULE;

	assert_true(w->tables < MM_FLUSH_TABLES);
	w->table[w->tables++] = (struct mm_flush_table){
		.pa = pa, .va = va, .depth = depth, .space = space,
	};
	for (; granule <= end; granule++)
		w->table_at[window][granule] = (uint16_t)w->tables;
	if (depth == PT_PTE)
		return;
	for (unsigned i = 0; i < 1u << l->index_bits; i++) {
		struct pt_entry e = entry_at(w, pa, depth, i, &nothing);

		if (pt_entry_kind(w->f, depth, e) == PT_TABLE)
			add_tables(w, space, pt_address_decode(&l->table.pa,
							       e.raw),
				   depth + 1, va + i * pt_span(w->f, depth));
	}
}

/* The first address of the root's first entry, without an extended sign. */
static uint64_t root_va(const struct pt_space *space)
{
	const struct pt_format *f = space->format;

	if (f->va_rule == PT_VA_ROOTS && space->number)
		return pt_ones(f->va_word_bits) - pt_ones(f->va_bits);
	return 0;
}

/* An address with the sign of its root. */
static uint64_t sign_extend(const struct pt_format *f, uint64_t va)
{
	if (f->va_rule == PT_VA_SIGNED && va >> (f->va_bits - 1) & 1)
		va |= pt_ones(f->va_word_bits) & ~pt_ones(f->va_bits);
	return va;
}

static void forget_entry(struct mm_flush *w, unsigned i)
{
	const struct mm_flush_entry *last = &w->entry[--w->entries];
	unsigned window = window_of(w, w->entry[i].slot);

	w->entry_at[window][offset_in(w, window, w->entry[i].slot) / 4] = 0;
	if (i == w->entries)
		return;
	window = window_of(w, last->slot);
	w->entry_at[window][offset_in(w, window, last->slot) / 4] =
		(uint16_t)(i + 1);
	w->entry[i] = *last;
}

static void forget_all(struct mm_flush *w)
{
	while (w->entries)
		forget_entry(w, w->entries - 1);
	for (; w->tables; w->tables--) {
		uint64_t pa = w->table[w->tables - 1].pa;
		unsigned depth = w->table[w->tables - 1].depth;
		unsigned window = window_of(w, pa);
		uint64_t bytes = pt_table_bytes(w->f, depth);

		for (uint64_t i = 0; i * MM_GRANULE < bytes; i++)
			w->table_at[window][offset_in(w, window, pa) /
						    MM_GRANULE + i] = 0;
	}
}

void mm_flush_begin(struct mm_flush *w)
{
	forget_all(w);
	w->count = 0;
	w->violation = NULL;
	w->loose = false;
	for (unsigned i = 0; i < PT_SPACES; i++)
		if (w->space[i])
			add_tables(w, i, w->space[i]->root, w->f->top,
				   root_va(w->space[i]));
}

/* Whether the entry is another one than it was, in a way that counts. */
static bool is_changed(const struct mm_flush *w,
		       const struct mm_flush_entry *entry)
{
	static const struct before nothing = { 0 };
	const struct mm_flush_table *table = &w->table[entry->table];
	const struct pt_level *l = &w->f->level[table->depth];
	struct pt_entry old = { entry->old }, now;
	uint32_t had, has;

	if (table->released)
		return true;
	now = entry_at(w, table->pa, table->depth, entry->index, &nothing);
	if (now.raw == old.raw)
		return false;
	if (entry->kind != PT_LEAF ||
	    pt_entry_kind(w->f, table->depth, now) != PT_LEAF ||
	    pt_leaf_order(l, now) != pt_leaf_order(l, old) ||
	    pt_leaf_pa(l, now, entry->index) != pt_leaf_pa(l, old, entry->index))
		return true;
	had = pt_attrs_read(l, PT_LEAF, old);
	has = pt_attrs_read(l, PT_LEAF, now);
	return ((had ^ has) & ~(PT_ACCESSED | PT_DIRTY)) ||
	       (had & ~has & PT_DIRTY);
}

/* Remembers an entry that counts, unless it is known already. */
static void add_entry(struct mm_flush *w, unsigned number, unsigned index,
		      const struct before *was)
{
	const struct mm_flush_table *table = &w->table[number];
	const struct pt_level *l = &w->f->level[table->depth];
	struct mm_flush_entry entry = {
		.slot = slot_of(w, table->pa, table->depth, index),
		.old = entry_at(w, table->pa, table->depth, index, was).raw,
		.table = number, .index = index,
	};
	unsigned window = window_of(w, entry.slot);
	uint16_t *at = &w->entry_at[window][offset_in(w, window, entry.slot) /
					    4];
	unsigned shift = l->va_shift;

	entry.kind = pt_entry_kind(w->f, table->depth,
				   (struct pt_entry){ entry.old });
	if (*at || (entry.kind != PT_LEAF && entry.kind != PT_TABLE &&
		    entry.kind != PT_BAD))
		return;
	if (entry.kind == PT_LEAF)
		shift += pt_leaf_order(l, (struct pt_entry){ entry.old });
	entry.va = sign_extend(w->f, table->va +
			       entry.index * pt_span(w->f, table->depth)) &
		   ~pt_ones(shift);
	entry.last = entry.va | pt_ones(shift);
	assert_true(w->entries < MM_FLUSH_ENTRIES);
	w->entry[w->entries++] = entry;
	*at = (uint16_t)w->entries;
}

/* Follows an entry that points to a table now, and did not before. */
static void add_linked(struct mm_flush *w, const struct mm_flush_table *table,
		       unsigned index)
{
	static const struct before nothing = { 0 };
	const unsigned depth = table->depth;
	const struct pt_level *l = &w->f->level[depth];
	uint64_t va = table->va + index * pt_span(w->f, depth), pa;
	unsigned number, window;
	struct pt_entry e;

	/* In halves it could be half an address. */
	if (depth == PT_PTE || l->half_offset)
		return;
	e = entry_at(w, table->pa, depth, index, &nothing);
	if (pt_entry_kind(w->f, depth, e) != PT_TABLE)
		return;
	pa = pt_address_decode(&l->table.pa, e.raw);
	window = window_of(w, pa);
	number = w->table_at[window][offset_in(w, window, pa) / MM_GRANULE];
	if (!number || w->table[number - 1].released)
		add_tables(w, table->space, pa, depth + 1, va);
}

static void on_store(void *context, uint64_t pa, unsigned bytes,
		     uint64_t before, uint64_t after)
{
	struct mm_flush *w = context;
	const struct before was = { pa, before, bytes };
	unsigned window = window_of(w, pa);
	unsigned number = w->table_at[window][offset_in(w, window, pa) /
					      MM_GRANULE];
	const struct mm_flush_table *table;
	unsigned index;

	w->inner.store(w->inner.context, pa, bytes, before, after);
	/* Nobody can know of it. */
	if (!number || w->table[number - 1].released)
		return;
	table = &w->table[number - 1];
	index = index_of(&w->f->level[table->depth], pa - table->pa);
	add_entry(w, number - 1, index, &was);
	add_linked(w, table, index);
}

/* Whether the flush does what a change of that entry needs. */
static bool serves(const struct mm_flush *w, const struct pt_flush *flush,
		   const struct mm_flush_entry *entry)
{
	const struct mm_flush_table *table = &w->table[entry->table];

	if (flush->space != table->space || flush->va > entry->va ||
	    flush->last < entry->last)
		return false;
	if (entry->kind == PT_LEAF)
		return flush->depth == PT_DEPTH_UNKNOWN ||
		       flush->depth == (int8_t)table->depth;
	return flush->tables && flush->depth == PT_DEPTH_UNKNOWN;
}

static void check_form(struct mm_flush *w, const struct pt_flush *flush)
{
	uint64_t page = pt_ones(w->f->page_shift);

	if (flush->last < flush->va || (flush->va & page) ||
	    (flush->last & page) != page)
		violate(w, "a range that is not of pages");
	if (flush->space >= PT_SPACES || !w->space[flush->space])
		violate(w, "a space that there is not");
	if (flush->depth < PT_DEPTH_UNKNOWN || flush->depth > PT_PTE)
		violate(w, "a depth that there is not");
}

static void on_flush(void *context, const struct pt_flush *flush)
{
	struct mm_flush *w = context;
	uint64_t va = UINT64_MAX, last = 0;
	bool hinted = flush->depth == PT_DEPTH_UNKNOWN;

	if (w->count < MM_FLUSHES)
		w->told[w->count] = *flush;
	w->count++;
	check_form(w, flush);
	for (unsigned i = w->entries; i-- > 0;) {
		const struct mm_flush_entry entry = w->entry[i];
		const struct mm_flush_table *table = &w->table[entry.table];

		if (!is_changed(w, &entry))
			continue;
		if (table->space == flush->space) {
			va = entry.va < va ? entry.va : va;
			last = entry.last > last ? entry.last : last;
			hinted |= entry.kind == PT_LEAF &&
				  (int8_t)table->depth == flush->depth &&
				  entry.va <= flush->last &&
				  entry.last >= flush->va;
		}
		if (serves(w, flush, &entry))
			forget_entry(w, i);
	}
	if (!hinted)
		violate(w, "the depth of no leaf that was changed");
	w->loose |= va != flush->va || last != flush->last;
}

static int on_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct mm_flush *w = context;

	return w->inner.alloc(w->inner.context, bytes, pa);
}

/* No table goes while a way to it may be cached. */
static void check_release(struct mm_flush *w, uint64_t pa)
{
	unsigned window = window_of(w, pa);
	unsigned number = w->table_at[window][offset_in(w, window, pa) /
					      MM_GRANULE];
	struct mm_flush_table *table;
	uint64_t va;

	if (!number || w->table[number - 1].released)
		return;
	table = &w->table[number - 1];
	va = sign_extend(w->f, table->va);
	for (unsigned i = 0; i < w->entries; i++) {
		const struct mm_flush_entry *entry = &w->entry[i];
		const struct mm_flush_table *above = &w->table[entry->table];

		if (entry->kind == PT_TABLE && above->space == table->space &&
		    above->depth < table->depth && entry->va <= va &&
		    va <= entry->last && is_changed(w, entry))
			violate(w, "a table that was released first");
	}
	table->released = true;
}

static void on_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct mm_flush *w = context;

	check_release(w, pa);
	w->inner.free(w->inner.context, pa, bytes);
}

static int on_construct(void *context, const struct pt_table_page *page)
{
	struct mm_flush *w = context;

	return w->inner.construct(w->inner.context, page);
}

static void on_destruct(void *context, const struct pt_table_page *page)
{
	struct mm_flush *w = context;

	check_release(w, page->pa);
	if (w->inner.destruct)
		w->inner.destruct(w->inner.context, page);
}

const char *mm_flush_end(struct mm_flush *w)
{
	for (unsigned i = 0; i < w->entries; i++)
		if (is_changed(w, &w->entry[i]))
			violate(w, "an entry that was not invalidated");
	forget_all(w);
	return w->violation;
}

void mm_flush_add(struct mm_flush *w, const struct pt_space *space)
{
	w->space[space->number] = space;
}

struct mm_flush *mm_flush_watch(struct mm *m)
{
	static struct mm_flush w;

	memset(&w, 0, sizeof(w));
	w.inner = m->env;
	w.memory = &m->arena.memory;
	w.f = m->f;
	mm_flush_add(&w, &m->space);
	m->env.context = &w;
	m->env.alloc = on_alloc;
	m->env.free = on_free;
	m->env.store = on_store;
	m->env.flush = on_flush;
	if (w.inner.construct)
		m->env.construct = on_construct;
	m->env.destruct = on_destruct;
	return &w;
}
