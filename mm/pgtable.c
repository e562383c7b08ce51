/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Table operations on ranges: map, unmap, protect, and the release of empty
 * tables.  Also the descent and the missing tables that all operations share.
 *
 * Each operation has the same shape: decide every error, allocate, store.
 * Passes over a range recurse once per depth.
 *
 * Source: include/tablewalk/table_ops.h.
 */
#include <errno.h>

#include "pgtable.h"

int pt_range_error(const struct pt_space *space, uint64_t va, uint64_t last)
{
	if (pt_range_malformed(va, last, space->format->page_shift))
		return -EINVAL;
	if (!pt_range_translated(space, va, last))
		return -ERANGE;
	return 0;
}

int pt_entry_error(const struct pt_space *space, uint64_t va, unsigned depth)
{
	const struct pt_format *f = space->format;

	if (depth < f->top || depth > PT_PTE)
		return -EINVAL;
	return pt_range_error(space, va, va | pt_ones(f->page_shift));
}

struct pt_slot pt_descend(const struct pt_space *space, uint64_t va,
			  unsigned depth)
{
	const struct pt_format *f = space->format;
	struct pt_slot slot = {
		.table = pt_root_open(space),
		.depth = f->top,
	};

	for (;;) {
		slot.index = pt_index(f, slot.depth, va);
		slot.entry = pt_read_entry(f, slot.depth, &slot.table,
					   slot.index);
		slot.kind = pt_entry_kind(f, slot.depth, slot.entry);
		if (slot.kind != PT_TABLE || slot.depth == depth)
			return slot;
		slot.table = pt_table_follow(space, slot.depth, slot.entry);
		slot.depth++;
	}
}

struct pt_start pt_start_find(const struct pt_space *space, uint64_t va,
			      uint64_t last, unsigned target)
{
	const struct pt_format *f = space->format;
	struct pt_start start = {
		.table = pt_root_open(space),
		.depth = f->top,
	};

	while (start.depth < target &&
	       last <= pt_entry_last(f, start.depth, va)) {
		const struct pt_level *l = &f->level[start.depth];
		struct pt_entry e = pt_read_entry(f, start.depth, &start.table,
						  pt_index(f, start.depth, va));

		if (pt_is_none(l, e) || !pt_is_table(l, e))
			break;
		start.table = pt_table_follow(space, start.depth, e);
		start.depth++;
	}
	return start;
}

/* Missing tables. */

/* Adds the table of that depth for [va, last], and those below it. */
static int missing_add(struct pt_stock *stock, unsigned depth, uint64_t va,
		       uint64_t last, unsigned target)
{
	const struct pt_format *f = stock->space->format;
	struct pt_step step;
	int ret = pt_stock_add(stock, depth);

	if (ret || depth == target)
		return ret;
	step = pt_step_first(f, depth, va, last);
	do {
		ret = missing_add(stock, depth + 1, step.va, step.end, target);
		if (ret)
			return ret;
	} while (pt_step_next(f, depth, last, &step));
	return 0;
}

static int missing_alloc(struct pt_stock *stock, const struct pt_table *table,
			 unsigned depth, uint64_t va, uint64_t last,
			 unsigned target)
{
	const struct pt_space *space = stock->space;
	const struct pt_format *f = space->format;
	struct pt_step step = pt_step_first(f, depth, va, last);
	int ret = 0;

	do {
		struct pt_entry e = pt_read_entry(f, depth, table, step.index);

		if (pt_is_none(&f->level[depth], e)) {
			ret = missing_add(stock, depth + 1, step.va, step.end,
					  target);
		} else if (depth + 1 < target) {
			struct pt_table next = pt_table_follow(space, depth, e);

			ret = missing_alloc(stock, &next, depth + 1, step.va,
					    step.end, target);
		}
	} while (!ret && pt_step_next(f, depth, last, &step));
	return ret;
}

/*
 * Links top down: an empty table changes no translation, so a reader sees
 * holes before and after.  Stops early where the stock is used up, which
 * happens only after a defect.
 */
static void missing_link(struct pt_stock *stock, const struct pt_table *table,
			 unsigned depth, uint64_t va, uint64_t last,
			 unsigned target)
{
	const struct pt_space *space = stock->space;
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[depth];
	struct pt_step step = pt_step_first(f, depth, va, last);

	do {
		struct pt_entry e = pt_read_entry(f, depth, table, step.index);
		struct pt_table next;

		if (!stock->count)
			return;
		if (pt_is_none(l, e)) {
			next = pt_stock_take(stock, depth + 1);
			pt_write_entry(f, depth, table, step.index,
				       pt_table_entry(l, next.pa));
		} else {
			next = pt_table_follow(space, depth, e);
		}
		if (depth + 1 < target)
			missing_link(stock, &next, depth + 1, step.va,
				     step.end, target);
	} while (pt_step_next(f, depth, last, &step));
}

/* The defect: one table more than is needed, which is given back unused. */
static void alloc_too_many(const struct pt_space *space, unsigned depth)
{
	struct pt_stock spare = { .space = space };

	if (!pt_stock_add(&spare, depth))
		pt_stock_return(&spare);
}

int pt_missing_alloc(struct pt_stock *stock, const struct pt_start *start,
		     uint64_t va, uint64_t last, unsigned depth)
{
	int ret = missing_alloc(stock, &start->table, start->depth, va, last,
				depth);

	if (MUT(TABLE_TOO_MANY, false, !ret))
		alloc_too_many(stock->space, depth);
	if (!ret)
		return 0;
	if (MUT(NOMEM_LEAVES_TABLE, false, true))
		pt_missing_link(stock, start, va, last, depth);
	else
		pt_stock_return(stock);
	return ret;
}

void pt_missing_link(struct pt_stock *stock, const struct pt_start *start,
		     uint64_t va, uint64_t last, unsigned depth)
{
	missing_link(stock, &start->table, start->depth, va, last, depth);
	pt_check(!stock->count);
}

/* Map. */

struct map {
	const struct pt_space *space;
	const struct pt_format *f;
	struct pt_stale stale;
	struct pt_mould mould;
	uint64_t pa;			/* of the next leaf */
	unsigned depth, order;
	bool missing;			/* a table is missing on the way down */
};

/* 0, or -EEXIST where anything in range is neither none nor a table. */
static int map_check(struct map *m, const struct pt_table *table,
		     unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_format *f = m->f;
	const struct pt_level *l = &f->level[depth];
	struct pt_step step = pt_step_first(f, depth, va, last);

	do {
		struct pt_entry e = pt_read_entry(f, depth, table, step.index);
		struct pt_table next;
		int ret;

		if (pt_is_none(l, e)) {
			m->missing |= depth < m->depth;
			continue;
		}
		if (!pt_is_table(l, e)) {
			if (MUT(MAP_REPLACES_SOFT, true, depth != m->depth ||
				pt_entry_kind(f, depth, e) == PT_LEAF))
				return -EEXIST;
			continue;
		}
		next = pt_table_follow(m->space, depth, e);
		ret = map_check(m, &next, depth + 1, step.va, step.end);
		if (ret)
			return ret;
	} while (pt_step_next(f, depth, last, &step));
	return 0;
}

/* Leaves at their own depth; what is in their way is an empty table. */
static void map_leaves(struct map *m, const struct pt_table *table,
		       uint64_t va, uint64_t last)
{
	const struct pt_format *f = m->f;
	const struct pt_level *l = &f->level[m->depth];
	uint64_t bytes = pt_span(f, m->depth);
	unsigned end = pt_index(f, m->depth, last);
	const unsigned unit = 1u << m->order;
	const bool breaks = MUT(BBM_MAP_LIVE, f->break_before_make &&
						      m->depth < PT_PTE, false);

	for (unsigned i = pt_index(f, m->depth, va); i <= end;
	     i++, va += bytes) {
		struct pt_entry old;
		bool replaced;

		if (breaks && !(i & (unit - 1)))
			pt_clear_tables(&m->stale, m->depth, table, i,
					m->order, va);
		old = pt_read_entry(f, m->depth, table, i);
		replaced = m->depth < PT_PTE && !pt_is_none(l, old) &&
			   pt_is_table(l, old);

		if (replaced)
			pt_stale_note(&m->stale, m->depth, va, PT_TABLE, old);
		pt_write_entry(f, m->depth, table, i,
			       pt_mould_fill(&m->mould, m->pa));
		m->pa += MUT(MAP_STEPS_BY_PAGE, bytes, pt_span(f, PT_PTE));
		if (replaced && MUT(MAP_LEAKS_TABLE, true, false)) {
			pt_stale_flush_tables(&m->stale);
			pt_table_release(m->space, m->depth + 1,
					 pt_table_pa(l, old));
		}
	}
}

static void map_store(struct map *m, const struct pt_table *table,
		      unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_format *f = m->f;
	struct pt_step step;

	if (depth == m->depth) {
		map_leaves(m, table, va, last);
		return;
	}
	step = pt_step_first(f, depth, va, last);
	do {
		struct pt_table next = pt_table_follow(
			m->space, depth,
			pt_read_entry(f, depth, table, step.index));

		map_store(m, &next, depth + 1, step.va, step.end);
	} while (pt_step_next(f, depth, last, &step));
}

/* The level whose leaves are made at depth. */
static const struct pt_level *leaf_level(const struct pt_format *f,
					 unsigned depth)
{
	return &f->level[MUT(MAP_LEAFLESS_DEPTH, depth,
			     f->level[depth].leaf.match.count ? depth :
								PT_PTE)];
}

/* All errors that do not depend on what the tables hold. */
static int map_error(const struct pt_space *space, uint64_t va, uint64_t last,
		     uint64_t pa, uint32_t attrs, unsigned depth,
		     unsigned order)
{
	const struct pt_format *f = space->format;
	uint64_t pa_last = pt_ones(space->pa_bits);
	const struct pt_level *l;
	unsigned unit_shift;

	if (depth < f->top || depth > PT_PTE)
		return -EINVAL;
	l = &f->level[depth];
	unit_shift = order < 64 ? l->va_shift + order : 64;
	if (pt_range_malformed(va, last, unit_shift) ||
	    (pa & pt_ones(unit_shift)))
		return -EINVAL;
	if (!pt_range_translated(space, va, last))
		return -ERANGE;
	if (last - va > pa_last ||
	    pa > pa_last - MUT(MAP_PA_WRAPS, last - va, 0))
		return -ERANGE;
	l = leaf_level(f, depth);
	if (!l->leaf.match.count || !pt_order_exists(l, order) ||
	    !pt_attrs_representable(l, attrs))
		return -EOPNOTSUPP;
	return 0;
}

/*
 * The defect: a leaf above the page table gets the address of its second page.
 * Where the leaf has no bits for that, it goes where a page's would be.
 */
static void map_misalign(struct map *m)
{
	const struct pt_format *f = m->f;

	if (m->depth == PT_PTE)
		return;
	if (m->mould.field->pa_shift > f->page_shift)
		m->mould.field = &f->level[PT_PTE].leaf.pa;
	m->pa += pt_span(f, PT_PTE);
}

int pt_map(struct pt_space *space, uint64_t va, uint64_t last, uint64_t pa,
	   uint32_t attrs, unsigned depth, unsigned order)
{
	const struct pt_format *f = space->format;
	struct map m = {
		.space = space, .f = f, .stale = pt_stale_open(space),
		.pa = pa, .depth = depth, .order = order,
	};
	struct pt_start start;
	int ret = map_error(space, va, last, pa, attrs, depth, order);

	if (MUT(CHANGE_UNCOUNTED_MAP, true, false))
		pt_changing(space);
	if (!ret)
		ret = MUT(SHARE_MAP_ALLOWED, pt_kernel_error(space, last), 0);
	if (ret)
		return ret;
	if (MUT(MAP_SMALLER_LEAVES, false, depth < PT_PTE && !order))
		m.depth = ++depth;
	start = pt_start_find(space, va, last, depth);
	ret = map_check(&m, &start.table, start.depth, va, last);
	if (ret)
		return ret;
	if (m.missing) {
		struct pt_stock stock = { .space = space };

		ret = pt_missing_alloc(&stock, &start, va, last, depth);
		if (ret)
			return ret;
		pt_missing_link(&stock, &start, va, last, depth);
	}
	if (MUT(MAP_BLOCK_NOT_GLOBAL, false, depth < PT_PTE))
		attrs &= ~PT_GLOBAL;
	m.mould = pt_leaf_mould(leaf_level(f, depth), attrs,
				MUT(MAP_UNMARKED, order, 0u));
	if (MUT(BLOCK_PA_MISALIGNED, false, true))
		map_misalign(&m);
	map_store(&m, &start.table, start.depth, va, last);
	pt_stale_flush(&m.stale);
	return 0;
}

/* Unmap. */

#define KIND(kind) (1u << (kind))
#define KINDS_NOT_PRESENT                                                      \
	(KIND(PT_PROTNONE) | KIND(PT_INVALID_HUGE) | KIND(PT_SWAP) |           \
	 KIND(PT_MIGRATION) | KIND(PT_MARKER))
/* What has attributes: pt_has_attrs(). */
#define KINDS_WITH_ATTRS                                                       \
	(KIND(PT_LEAF) | KIND(PT_PROTNONE) | KIND(PT_INVALID_HUGE))

/* The defect: an emptied table goes, although unmapping leaves tables alone. */
static void release_one(const struct pt_space *space,
			const struct pt_table *table, unsigned depth,
			unsigned index, struct pt_entry e)
{
	const struct pt_level *l = &space->format->level[depth];

	pt_write_entry(space->format, depth, table, index, pt_none_entry(l));
	pt_table_release(space, depth + 1, pt_table_pa(l, e));
}

/* Of a defect: whether the entry is in a group, and not its first one. */
static bool is_follower(const struct pt_level *l, unsigned index,
			enum pt_kind kind, struct pt_entry e)
{
	return kind == PT_LEAF && (index & pt_ones(pt_leaf_order(l, e)));
}

/* A bad entry is neither a leaf nor known to be non-present: it stays. */
static void unmap_table(struct pt_stale *stale, const struct pt_table *table,
			unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_space *space = stale->space;
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[depth];
	struct pt_step step = pt_step_first(f, depth, va, last);

	do {
		struct pt_entry e;
		enum pt_kind kind;

		if (!pt_step_skip_none(f, depth, table, last, &step))
			return;
		e = pt_read_entry(f, depth, table, step.index);
		kind = pt_entry_kind(f, depth, e);
		if (kind == PT_TABLE) {
			struct pt_table next = pt_table_follow(space, depth, e);

			unmap_table(stale, &next, depth + 1, step.va,
				    step.end);
			if (MUT(UNMAP_FREES_TABLE, false,
				pt_table_is_empty(space, depth + 1, &next)))
				release_one(space, table, depth, step.index, e);
			continue;
		}
		if (MUT(UNMAP_SKIPS_TABLE_END, false,
			step.index == pt_table_entries(f, depth) - 1) ||
		    MUT(UNMAP_SKIPS_TABLE_START, false, step.index == 0) ||
		    (MUT(UNMAP_FIRST_OF_GROUP, false, true) &&
		     is_follower(l, step.index, kind, e)))
			continue;
		if (MUT(UNMAP_LEAVES_PROTNONE, false, kind == PT_PROTNONE))
			continue;
		if (!((KIND(PT_LEAF) | MUT(UNMAP_KEEPS_MIGRATION,
					   KINDS_NOT_PRESENT,
					   KIND(PT_SWAP) | KIND(PT_MARKER))) &
		      KIND(kind)))
			continue;
		if (MUT(FLUSH_FORGOTTEN_UNMAP, true, false))
			pt_stale_note(stale, depth, step.va, kind, e);
		pt_write_entry(f, depth, table, step.index, pt_none_entry(l));
	} while (pt_step_next(f, depth, last, &step));
	if (MUT(UNMAP_ONE_MORE, false, depth == PT_PTE &&
		step.index + 1 < pt_table_entries(f, depth)))
		pt_write_entry(f, depth, table, step.index + 1,
			       pt_none_entry(l));
}

int pt_unmap(struct pt_space *space, uint64_t va, uint64_t last)
{
	struct pt_stale stale = pt_stale_open(space);
	struct pt_start start;
	int ret = pt_range_error(space, va, last);

	if (MUT(CHANGE_UNCOUNTED, true, false))
		pt_changing(space);
	if (!ret)
		ret = pt_kernel_error(space, last);
	if (ret)
		return ret;
	start = pt_start_find(space, va, last, PT_PTE);
	ret = pt_divide_range(&stale, &start, va, last, PT_KINDS_DIVIDED);
	if (ret)
		return ret;
	unmap_table(&stale, &start.table, start.depth, va, last);
	pt_stale_flush(&stale);
	return 0;
}

/* Protect. */

/* The defects in which the rights that an entry has decide on the new ones. */
static uint32_t spoil_rights(const struct pt_level *l, enum pt_kind kind,
			     struct pt_entry old, uint32_t rights)
{
	const bool keeps = MUT(PROTECT_KEEPS_X, false, true);
	const bool adds = MUT(PROTECT_ADDS, false, true);
	const bool masks = MUT(PROTECT_MASKS, false, true);
	uint32_t had, spoilt = rights;

	if (!keeps && !adds && !masks)
		return rights;
	had = pt_attrs_read(l, kind, old) & PT_RIGHTS;
	if (keeps)
		spoilt |= had & PT_X;
	if (adds)
		spoilt |= had;
	if (masks)
		spoilt &= had;
	return pt_rights_representable(l, spoilt) ? spoilt : rights;
}

/* The defects that change DIRTY along with W. */
static struct pt_entry spoil_dirty(const struct pt_level *l, enum pt_kind kind,
				   struct pt_entry old, struct pt_entry e)
{
	const bool cleans = MUT(PROTECT_CLEANS, false, true);
	const bool dirties = MUT(PROTECT_DIRTIES, false, true);
	const struct pt_leaf_layout *leaf = &l->leaf;
	uint32_t had, has;

	if (!cleans && !dirties)
		return e;
	had = pt_attrs_read(l, kind, old);
	has = pt_attrs_read(l, kind, e);
	if (kind == PT_LEAF)
		leaf = pt_layout_of(l, e);
	if (!leaf->dirty.mask || (cleans && has & PT_W) ||
	    (dirties && !(has & ~had & PT_W)))
		return e;
	e.raw = pt_flag_write(&leaf->dirty, e.raw, dirties);
	return kind == PT_LEAF ? pt_derive(leaf, e) : e;
}

static void protect_entry(struct pt_stale *stale, unsigned depth,
			  const struct pt_table *table,
			  const struct pt_step *step, enum pt_kind kind,
			  struct pt_entry old, uint32_t rights)
{
	const struct pt_format *f = stale->space->format;
	const struct pt_level *l = &f->level[depth];
	struct pt_entry e = pt_with_rights(l, kind, old,
					   spoil_rights(l, kind, old, rights));

	e = spoil_dirty(l, kind, old, e);
	if (e.raw == old.raw)
		return;
	if (MUT(FLUSH_FORGOTTEN_PROTECT, true, false))
		pt_stale_note(stale, depth, step->va, kind, old);
	if (MUT(PROTECT_THROUGH_HOLE, false, true))
		pt_write_entry(f, depth, table, step->index, pt_none_entry(l));
	pt_write_entry(f, depth, table, step->index, e);
}

static void protect_table(struct pt_stale *stale, const struct pt_table *table,
			  unsigned depth, uint64_t va, uint64_t last,
			  uint32_t rights)
{
	const struct pt_space *space = stale->space;
	const struct pt_format *f = space->format;
	struct pt_step step;

	if (MUT(PROTECT_TAKES_NEXT, false,
		depth == PT_PTE &&
			pt_index(f, depth, last) + 1 < pt_table_entries(f, depth)))
		last += pt_span(f, depth);
	step = pt_step_first(f, depth, va, last);
	do {
		struct pt_entry e;
		enum pt_kind kind;

		if (!pt_step_skip_none(f, depth, table, last, &step))
			return;
		e = pt_read_entry(f, depth, table, step.index);
		kind = pt_entry_kind(f, depth, e);
		if (kind == PT_TABLE) {
			struct pt_table next = pt_table_follow(space, depth, e);

			protect_table(stale, &next, depth + 1, step.va,
				      step.end, rights);
			continue;
		}
		if (MUT(PROTECT_SKIPS_TABLE_START, false, step.index == 0))
			continue;
		if (MUT(PROTECT_SKIPS_PROTNONE, KINDS_WITH_ATTRS,
			KIND(PT_LEAF)) & KIND(kind))
			protect_entry(stale, depth, table, &step, kind, e,
				      rights);
	} while (pt_step_next(f, depth, last, &step));
}

/* Of a defect: whether what covers va has W as the rights have it. */
static bool is_writable_as(const struct pt_space *space, uint64_t va,
			   uint32_t rights)
{
	const struct pt_slot slot = pt_descend(space, va, PT_PTE);
	const struct pt_level *l = &space->format->level[slot.depth];

	return pt_has_attrs(slot.kind) &&
	       !((pt_attrs_read(l, slot.kind, slot.entry) ^ rights) & PT_W);
}

int pt_protect(struct pt_space *space, uint64_t va, uint64_t last,
	       uint32_t attrs)
{
	const struct pt_level *pte = &space->format->level[PT_PTE];
	uint32_t rights = attrs & PT_RIGHTS;
	struct pt_stale stale = pt_stale_open(space);
	struct pt_start start;
	unsigned divided = KINDS_WITH_ATTRS;
	int ret = pt_range_error(space, va, last);

	if (MUT(CHANGE_UNCOUNTED_PROTECT, true, false))
		pt_changing(space);
	if (ret)
		return ret;
	if (!pt_rights_representable(pte, rights))
		return -EOPNOTSUPP;
	ret = MUT(SHARE_PROTECT_ALLOWED, pt_kernel_error(space, last), 0);
	if (ret)
		return ret;
	if (MUT(PROTECT_DROPS_USER, false,
		(rights & PT_W) &&
			pt_rights_representable(pte, rights & ~PT_USER)))
		rights &= ~PT_USER;
	start = pt_start_find(space, va, last, PT_PTE);
	if (MUT(PROTECT_WHOLE_BLOCK, false, true) ||
	    (MUT(PROTECT_SAME_WHOLE, false, true) &&
	     is_writable_as(space, va, rights)))
		divided = 0;
	ret = pt_divide_range(&stale, &start, va, last, divided);
	if (ret)
		return ret;
	protect_table(&stale, &start.table, start.depth, va, last, rights);
	pt_stale_flush(&stale);
	return 0;
}

/* Release of empty tables. */

struct release {
	const struct pt_space *space;
	struct pt_stale stale;
	uint64_t floor, ceiling;
};

/*
 * Unlinks and gives back what an entry points to, with all below it; va is the
 * last address that the entry covers.
 */
static void release_entry(struct release *r, const struct pt_table *table,
			  unsigned depth, unsigned index, uint64_t va)
{
	const struct pt_format *f = r->space->format;
	const struct pt_level *l = &f->level[depth];
	struct pt_entry e = pt_read_entry(f, depth, table, index);

	if (pt_is_none(l, e) || !pt_is_table(l, e))
		return;
	if (MUT(FLUSH_FORGOTTEN_FREE, true, false))
		pt_stale_note(&r->stale, depth, va, PT_TABLE, e);
	pt_write_entry(f, depth, table, index, pt_none_entry(l));
	pt_stale_flush_tables(&r->stale);
	if (MUT(FREE_LEAKS_TABLE, true, false))
		pt_table_release(r->space, depth + 1, pt_table_pa(l, e));
}

static void release_empty(struct release *r, const struct pt_table *table,
			  unsigned depth, uint64_t va, uint64_t last)
{
	const struct pt_space *space = r->space;
	const struct pt_format *f = space->format;
	const struct pt_level *l = &f->level[depth];
	struct pt_step step = pt_step_first(f, depth, va, last);

	do {
		struct pt_entry e;
		uint64_t start, end;
		struct pt_table next;

		if (!pt_step_skip_none(f, depth, table, last, &step))
			return;
		e = pt_read_entry(f, depth, table, step.index);
		end = pt_entry_last(f, depth, step.va);
		start = end - (pt_span(f, depth) - 1);
		if (pt_is_none(l, e) || !pt_is_table(l, e))
			continue;
		next = pt_table_follow(space, depth, e);
		if (depth + 1 < PT_PTE)
			release_empty(r, &next, depth + 1, step.va, step.end);
		if (MUT(FREE_IGNORES_FLOOR, start < r->floor, false) ||
		    MUT(FREE_IGNORES_CEILING, end > r->ceiling, false) ||
		    MUT(FREE_PTE_TABLES_ONLY, false, depth + 1 < PT_PTE) ||
		    !pt_table_is_empty(space, depth + 1, &next))
			continue;
		release_entry(r, table, depth, step.index, end);
		if (MUT(FREE_TAKES_NEIGHBOUR, false,
			step.index + 1 < pt_table_entries(f, depth)))
			release_entry(r, table, depth, step.index + 1,
				      end + pt_span(f, depth));
	} while (pt_step_next(f, depth, last, &step));
}

int pt_free_tables(struct pt_space *space, uint64_t va, uint64_t last,
		   uint64_t floor, uint64_t ceiling)
{
	struct release r = { space, pt_stale_open(space), floor, ceiling };
	struct pt_table root;
	int ret = pt_range_error(space, va, last);

	if (MUT(CHANGE_UNCOUNTED_FREE, true, false))
		pt_changing(space);
	if (!ret)
		ret = MUT(SHARE_FREE_ALLOWED, pt_kernel_error(space, last), 0);
	if (ret)
		return ret;
	root = pt_root_open(space);
	release_empty(&r, &root, space->format->top, va, last);
	pt_stale_flush(&r.stale);
	return 0;
}
