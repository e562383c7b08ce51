/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Table pages; see table_page.h.
 *
 * Every table is constructed where it is allocated and destructed where it is
 * given back: here, and nowhere else.
 *
 * Sources: include/tablewalk/table_ops.h, include/tablewalk/table_owner.h.
 */
#include <errno.h>

#include <tablewalk/share.h>

#include "spoil_format.h"
#include "table_page.h"

/* The low bits of a link.  No table is shorter than two entries of 4 bytes. */
#define LINK_DEPTH UINT64_C(7)

static unsigned link_depth(uint64_t link)
{
	return (unsigned)(link & LINK_DEPTH);
}

static struct pt_table link_open(const struct pt_space *space, uint64_t link)
{
	return pt_table_open(space, link_depth(link), link & ~LINK_DEPTH);
}

/*
 * Links live in the first entry of a table, or the first two where an entry is
 * half as wide.  They pass the accessors like everything else that is stored
 * to table memory, and are gone before the table is linked or given back.
 */
static uint64_t link_read(const struct pt_format *f, unsigned depth,
			  const struct pt_table *table)
{
	uint64_t link = pt_read_entry(f, depth, table, 0).raw;

	if (f->level[depth].entry_bytes == 4)
		link |= pt_read_entry(f, depth, table, 1).raw << 32;
	return link;
}

static void link_write(const struct pt_format *f, unsigned depth,
		       const struct pt_table *table, uint64_t link)
{
	struct pt_entry low = { link }, high = { link >> 32 };

	if (f->level[depth].entry_bytes == 4) {
		low.raw &= UINT32_MAX;
		pt_write_entry(f, depth, table, 1, high);
	}
	pt_write_entry(f, depth, table, 0, low);
}

/* Empties a fresh table, which the arena gave zeroed. */
static void table_empty(const struct pt_format *f, unsigned depth,
			    const struct pt_table *table)
{
	struct pt_entry none = pt_none_entry(&f->level[depth]);
	unsigned entries = pt_table_entries(f, depth);

	if (MUT(FRESH_TABLE_ZERO, !none.raw, true))
		return;
	for (unsigned i = 0; i < entries; i++)
		pt_write_entry(f, depth, table, i, none);
}

struct pt_table_page pt_table_page(const struct pt_space *space, unsigned depth,
				   uint64_t pa)
{
	return (struct pt_table_page){
		.pa = pa,
		.bytes = (uint32_t)pt_table_bytes(space->format, depth),
		.depth = (uint8_t)depth,
		.space = (uint8_t)space->number,
	};
}

/* The part of pt_table_free() that a table without a constructor has too. */
static void table_give_back(const struct pt_space *space, unsigned depth,
			    uint64_t pa)
{
	const struct pt_env *env = space->env;

	env->free(env->context, pa, pt_table_bytes(space->format, depth));
	if (MUT(TABLE_CLEARED_LATE, false, true)) {
		struct pt_table table = pt_table_open(space, depth, pa);

		pt_write_entry(space->format, depth, &table, 0,
			       pt_none_entry(&space->format->level[depth]));
	}
	if (MUT(TABLE_FREED_TWICE, false, depth == PT_PTE))
		env->free(env->context, pa,
			  pt_table_bytes(space->format, depth));
}

/*
 * Constructs a table that was just allocated.  A refusal counts as one of the
 * allocation: the table is gone then.
 */
static int table_construct(const struct pt_space *space, unsigned depth,
			   uint64_t pa)
{
	const struct pt_env *env = space->env;
	struct pt_table_page page = pt_table_page(space, depth, pa);

	if (!env->construct)
		return 0;
	page.depth = MUT(CTOR_WRONG_DEPTH, page.depth,
			 page.depth ? (uint8_t)(page.depth - 1) : 0);
	page.space = MUT(CTOR_WRONG_OWNER, page.space, 0);
	page.depth = MUT(TABLE_DEPTH_OFF, page.depth,
			 (uint8_t)(depth - (depth > space->format->top)));
	if (!env->construct(env->context, &page) ||
	    MUT(CTOR_FAILURE_IGNORED, false, true))
		return 0;
	if (env->destruct && MUT(CTOR_FAILURE_DESTRUCTS, false, true))
		env->destruct(env->context, &page);
	if (MUT(CTOR_FAILURE_LEAKS, true, false))
		table_give_back(space, depth, pa);
	if (MUT(CTOR_FAILURE_FREED_TWICE, false, true))
		table_give_back(space, depth, pa);
	return -ENOMEM;
}

static int table_alloc(const struct pt_space *space, unsigned depth,
		       bool constructed, uint64_t *pa)
{
	const struct pt_env *env = space->env;
	const unsigned less = MUT(ROOT_ALLOCATED_SHORT, 0u,
				  depth == space->format->top);
	uint64_t bytes = pt_table_bytes(space->format, depth) >> less;
	int ret = env->alloc(env->context, bytes, pa);

	if (MUT(NOMEM_RETRIED, false, ret != 0))
		ret = env->alloc(env->context, bytes, pa);
	if (!ret && constructed)
		ret = table_construct(space, depth, *pa);
	return ret;
}

void pt_table_free(const struct pt_space *space, unsigned depth, uint64_t pa)
{
	const struct pt_env *env = space->env;
	struct pt_table_page page = pt_table_page(space, depth, pa);

	page.depth = MUT(TABLE_DEPTH_OFF, page.depth,
			 (uint8_t)(depth - (depth > space->format->top)));
	if (MUT(DTOR_AFTER_FREE, false, true))
		table_give_back(space, depth, pa);
	if (env->destruct && MUT(DTOR_FORGOTTEN, true, depth != PT_PTE))
		env->destruct(env->context, &page);
	if (MUT(DTOR_AFTER_FREE, true, false))
		table_give_back(space, depth, pa);
}

void pt_table_release(const struct pt_space *space, unsigned depth,
		      uint64_t pa)
{
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[depth];

	if (MUT(RELEASE_LEAKS_BELOW, depth < PT_PTE, false)) {
		struct pt_table table = pt_table_open(space, depth, pa);
		unsigned entries = pt_table_entries(f, depth);

		for (unsigned i = 0; i < entries; i++) {
			struct pt_entry e = pt_read_entry(f, depth, &table, i);

			if (!pt_is_none(l, e) && pt_is_table(l, e))
				pt_table_release(space, depth + 1,
						 pt_table_pa(l, e));
		}
	}
	pt_table_free(space, depth, pa);
}

bool pt_table_is_empty(const struct pt_space *space, unsigned depth,
		       const struct pt_table *table)
{
	const struct pt_format *f = space->format;
	unsigned entries = pt_table_entries(f, depth) -
			   MUT(EMPTY_BUT_FOR_LAST, 0u, 1u);

	for (unsigned i = 0;; i++) {
		i = pt_skip_none(f, depth, table, i, entries);
		if (i == entries)
			return true;
		if (!pt_is_none(&f->level[depth],
				pt_read_entry(f, depth, table, i)))
			return false;
	}
}

static int stock_add(struct pt_stock *stock, unsigned depth, bool constructed)
{
	const struct pt_space *space = stock->space;
	uint64_t pa, link;
	int ret = table_alloc(space, depth, constructed, &pa);

	if (ret)
		return ret;
	pt_check(!(pa & LINK_DEPTH));
	link = pa | depth;
	if (stock->count) {
		struct pt_table last = link_open(space, stock->last);

		link_write(space->format, link_depth(stock->last), &last, link);
	} else {
		stock->first = link;
	}
	stock->last = link;
	stock->count++;
	return 0;
}

int pt_stock_add(struct pt_stock *stock, unsigned depth)
{
	return stock_add(stock, depth, true);
}

int pt_stock_add_pieces(struct pt_stock *stock, unsigned depth)
{
	return stock_add(stock, depth, MUT(CTOR_SKIPPED_ON_SPLIT, true, false));
}

bool pt_stock_has(const struct pt_stock *stock, unsigned depth)
{
	return stock->count && link_depth(stock->first) == depth;
}

struct pt_table pt_stock_take(struct pt_stock *stock, unsigned depth)
{
	const struct pt_format *f = stock->space->format;
	struct pt_table table;

	pt_check(pt_stock_has(stock, depth));
	table = link_open(stock->space, stock->first);
	if (--stock->count) {
		uint64_t next = link_read(f, depth, &table);

		if (MUT(TABLE_TAKEN_TWICE, true,
			stock->count > 1 || link_depth(next) != depth))
			stock->first = next;
		link_write(f, depth, &table, 0);
	}
	table_empty(f, depth, &table);
	return table;
}

/* Turns the chain round, so that it starts with the table added last. */
static void stock_reverse(struct pt_stock *stock)
{
	const struct pt_format *f = stock->space->format;
	uint64_t link = stock->first, before = 0;

	stock->first = stock->last;
	stock->last = link;
	for (unsigned i = 0; i < stock->count; i++) {
		struct pt_table table = link_open(stock->space, link);
		uint64_t next = link_read(f, link_depth(link), &table);

		link_write(f, link_depth(link), &table, before);
		before = link;
		link = next;
	}
}

void pt_stock_return(struct pt_stock *stock)
{
	const struct pt_format *f = stock->space->format;

	if (MUT(NOMEM_RETURNS_FIRST, true, false))
		stock_reverse(stock);
	for (; stock->count > MUT(NOMEM_KEEPS_ONE, 0u, 1u); stock->count--) {
		uint64_t link = stock->first;
		struct pt_table table = link_open(stock->space, link);

		stock->first = link_read(f, link_depth(link), &table);
		link_write(f, link_depth(link), &table, 0);
		pt_table_free(stock->space, link_depth(link), table.pa);
	}
}

int pt_space_init(struct pt_space *space, const struct pt_format *format,
		  const struct pt_env *env, unsigned number, uint8_t pa_bits)
{
	struct pt_table root;
	int ret;

	*space = (struct pt_space){
		.format = pt_descriptor(format),
		.env = env,
		.number = number,
		.pa_bits = pa_bits,
	};
	ret = table_alloc(space, format->top, true, &space->root);
	if (ret)
		return ret;
	root = pt_table_open(space, format->top, space->root);
	table_empty(format, format->top, &root);
	return 0;
}

void pt_space_destroy(struct pt_space *space)
{
	pt_unshare_kernel(space);
	if (space->sharer)
		pt_unshare_kernel(space->sharer);
	pt_table_release(space, space->format->top, space->root);
	space->root = 0;
}
