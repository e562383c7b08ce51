/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Shadow regions filled with one shared table.
 *
 * Source: include/tablewalk/shadow.h.
 */
#include <errno.h>

#include <tablewalk/shadow.h>

#include "pt_cover.h"

/* Makes every entry of a table e. */
static void fill_table(const struct pt_space *space, unsigned depth,
		       uint64_t pa, struct pt_entry e)
{
	const struct pt_table table = pt_table_open(space, depth, pa);
	const unsigned entries = pt_table_entries(space->format, depth);

	for (unsigned i = 0; i < entries; i++)
		pt_write_entry(space->format, depth, &table, i, e);
}

/* Fills the tables, lower ones first. */
static void fill_chain(const struct pt_shadow *shadow,
		       const struct pt_space *space)
{
	const struct pt_format *f = space->format;
	const struct pt_mould mould = pt_leaf_mould(&f->level[PT_PTE],
						    shadow->attrs, 0);

	fill_table(space, PT_PTE, shadow->table[PT_PTE],
		   pt_mould_fill(&mould, shadow->page));
	for (unsigned d = PT_PTE - 1; d > f->top; d--)
		fill_table(space, d, shadow->table[d],
			   pt_table_entry(&f->level[d], shadow->table[d + 1]));
}

int pt_shadow_init(struct pt_shadow *shadow, const struct pt_space *space,
		   uint64_t page, uint32_t attrs)
{
	const struct pt_format *f = space->format;
	const struct pt_env *env = space->env;

	*shadow = (struct pt_shadow){
		.format = f, .env = env, .page = page, .attrs = attrs,
	};
	if (page & pt_ones(f->page_shift))
		return -EINVAL;
	if (page > pt_ones(space->pa_bits))
		return -ERANGE;
	if (f->top == PT_PTE ||
	    !pt_attrs_representable(&f->level[PT_PTE], attrs))
		return -EOPNOTSUPP;
	for (unsigned d = f->top + 1u; d < PT_DEPTHS; d++) {
		int ret = env->alloc(env->context, pt_table_bytes(f, d),
				     &shadow->table[d]);

		if (!ret)
			continue;
		while (MUT(SHADOW_NOMEM_LEAKS, true, false) && --d > f->top)
			env->free(env->context, shadow->table[d],
				  pt_table_bytes(f, d));
		return ret;
	}
	fill_chain(shadow, space);
	return 0;
}

void pt_shadow_destroy(struct pt_shadow *shadow)
{
	const struct pt_env *env = shadow->env;

	pt_check(!shadow->links);
	for (unsigned d = PT_PTE; d > shadow->format->top; d--)
		env->free(env->context, shadow->table[d],
			  pt_table_bytes(shadow->format, d));
	shadow->format = NULL;
}

/* -EINVAL, -ERANGE and -EBUSY that do not depend on what the tables hold. */
static int shadow_error(const struct pt_space *space,
			const struct pt_shadow *shadow, uint64_t va,
			uint64_t last)
{
	int ret = pt_range_error(space, va, last);

	if (ret == -EINVAL || space->format != shadow->format ||
	    space->env != shadow->env)
		return -EINVAL;
	if (ret)
		return ret;
	return pt_root_is_shared(space) ? -EBUSY : 0;
}

static void put_link(const struct pt_cover *cover, unsigned depth,
		     const struct pt_table *table, unsigned index, uint64_t va)
{
	const struct pt_level *l = &cover->f->level[depth];
	struct pt_shadow *shadow = cover->context;
	struct pt_entry e;

	(void)va;
	if (depth == PT_PTE) {
		const struct pt_mould mould = pt_leaf_mould(l, shadow->attrs,
							    0);

		e = pt_mould_fill(&mould, shadow->page);
	} else {
		e = pt_table_entry(l, shadow->table[depth + 1]);
		shadow->links++;
	}
	pt_write_entry(cover->f, depth, table, index, e);
}

int pt_shadow_fill(struct pt_space *space, struct pt_shadow *shadow,
		   uint64_t va, uint64_t last)
{
	struct pt_cover cover = {
		.space = space, .f = space->format, .put = put_link,
		.context = shadow,
		.depths = MUT(SHADOW_LINKS_LOW, (1u << PT_DEPTHS) - 1,
			      1u << PT_PTE | 1u << PT_PMD),
	};
	int ret = shadow_error(space, shadow, va, last);

	return ret ? ret : pt_cover_range(&cover, va, last);
}

/* Whether an entry of that depth, which is of that kind, is a link. */
static bool is_link(const struct pt_shadow *shadow, unsigned depth,
		    enum pt_kind kind, struct pt_entry e)
{
	return kind == PT_TABLE &&
	       pt_table_pa(&shadow->format->level[depth], e) ==
		       shadow->table[depth + 1];
}

/* Whether there is a link in range; with split only one that the range splits. */
static bool holds_link(const struct pt_space *space,
		       const struct pt_shadow *shadow,
		       const struct pt_table *table, unsigned depth,
		       uint64_t va, uint64_t last, bool split)
{
	const struct pt_format *f = space->format;
	struct pt_step step = pt_step_first(f, depth, va, last);

	do {
		struct pt_entry e;
		struct pt_table next;
		enum pt_kind kind;

		if (!pt_step_skip_none(f, depth, table, last, &step))
			return false;
		e = pt_read_entry(f, depth, table, step.index);
		kind = pt_entry_kind(f, depth, e);
		if (kind != PT_TABLE)
			continue;
		if (is_link(shadow, depth, kind, e)) {
			if (!split || pt_step_partial(f, depth, &step))
				return true;
			continue;
		}
		next = pt_table_follow(space, depth, e);
		if (holds_link(space, shadow, &next, depth + 1, step.va,
			       step.end, split))
			return true;
	} while (pt_step_next(f, depth, last, &step));
	return false;
}

bool pt_shadow_touches(const struct pt_space *space,
		       const struct pt_shadow *shadow, uint64_t va,
		       uint64_t last)
{
	struct pt_table root;

	if (last < va || !pt_range_translated(space, va, last) ||
	    space->format != shadow->format || space->env != shadow->env)
		return false;
	root = pt_root_open(space);
	return holds_link(space, shadow, &root, space->format->top, va, last,
			  false);
}

struct clear {
	struct pt_shadow *shadow;
	struct pt_stale stale;
};

/* A leaf of the page, of which hardware may have set ACCESSED or DIRTY. */
static bool is_page(const struct pt_shadow *shadow, unsigned depth,
		    enum pt_kind kind, struct pt_entry e, unsigned index)
{
	return depth == PT_PTE && kind == PT_LEAF &&
	       pt_leaf_pa(&shadow->format->level[depth], e, index) ==
		       shadow->page;
}

static void clear_table(struct clear *c, const struct pt_table *table,
			unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_space *space = c->stale.space;
	const struct pt_format *f = space->format;
	struct pt_step step = pt_step_first(f, depth, va, last);

	do {
		struct pt_entry e;
		struct pt_table next;
		enum pt_kind kind;
		bool link;

		if (!pt_step_skip_none(f, depth, table, last, &step))
			return;
		e = pt_read_entry(f, depth, table, step.index);
		kind = pt_entry_kind(f, depth, e);
		link = is_link(c->shadow, depth, kind, e);
		if (kind == PT_TABLE && !link) {
			next = pt_table_follow(space, depth, e);
			clear_table(c, &next, depth + 1, step.va, step.end);
			continue;
		}
		if (!link && !(MUT(SHADOW_CLEAR_KEEPS_PAGES, true, false) &&
			       is_page(c->shadow, depth, kind, e, step.index)))
			continue;
		if (MUT(FLUSH_FORGOTTEN_SHADOW, true, false))
			pt_stale_note(&c->stale, depth, step.va, kind, e);
		pt_write_entry(f, depth, table, step.index,
			       pt_none_entry(&f->level[depth]));
		c->shadow->links -= link;
	} while (pt_step_next(f, depth, last, &step));
}

int pt_shadow_clear(struct pt_space *space, struct pt_shadow *shadow,
		    uint64_t va, uint64_t last)
{
	struct clear c = { .shadow = shadow, .stale = pt_stale_open(space) };
	struct pt_table root;
	int ret = shadow_error(space, shadow, va, last);

	if (ret)
		return ret;
	root = pt_root_open(space);
	if (holds_link(space, shadow, &root, space->format->top, va, last,
		       true))
		return -EBUSY;
	clear_table(&c, &root, space->format->top, va, last);
	pt_stale_flush(&c.stale);
	return 0;
}
