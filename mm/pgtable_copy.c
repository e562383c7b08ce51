/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Copying a range from one space to another, as a fork does.
 *
 * Both spaces are walked side by side, one table of each at a time.  Planning
 * sees the source as it is before anything is divided, storing as it is
 * afterwards; both need a table of the target for the same entries in the same
 * order, so the stock gives each table to the place it was allocated for.
 *
 * Source: include/tablewalk/table_ops.h, pt_copy().
 */
#include <errno.h>

#include "pgtable.h"

struct copy {
	struct pt_space *from, *to;
	const struct pt_format *f;
	uint64_t distance;		/* from an address to its copy, modulo 2^64 */
	bool wrprotect;
	struct pt_division division;	/* of from */
	struct pt_stock stock;		/* of to */
	struct pt_stale from_stale, to_stale;
};

/* -EINVAL and -ERANGE. */
static int copy_error(const struct pt_space *from, const struct pt_space *to,
		      uint64_t va, uint64_t last, uint64_t to_va)
{
	const struct pt_format *f = from->format;
	const struct pt_level *root = &f->level[f->top];
	unsigned unit_shift = root->va_shift;

	/* A group of root entries is one only where it is aligned. */
	for (unsigned i = 0; i < root->group_count; i++)
		unit_shift = root->va_shift + root->group[i].order;
	if (to->format != f || to == from ||
	    pt_range_malformed(va, last, f->page_shift) ||
	    ((to_va - va) & pt_ones(unit_shift)))
		return -EINVAL;
	if (!pt_range_translated(from, va, last) ||
	    to_va + (last - va) < to_va ||
	    !pt_range_translated(to, to_va, to_va + (last - va)))
		return -ERANGE;
	return 0;
}

/* Sets of 1 << enum pt_kind: what a copy takes along, what is in its way. */
#define KINDS_COPIED (PT_KINDS_DIVIDED | 1u << PT_SWAP | 1u << PT_MARKER)
#define KINDS_IN_THE_WAY (KINDS_COPIED | 1u << PT_BAD)

/* Whether any entry in range, at any depth, is of one of the kinds. */
static bool range_holds(const struct pt_space *space,
			const struct pt_table *table, unsigned depth,
			uint64_t va, uint64_t last, unsigned kinds)
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
		if (kinds >> kind & 1)
			return true;
		if (kind != PT_TABLE)
			continue;
		next = pt_table_follow(space, depth, e);
		if (range_holds(space, &next, depth + 1, step.va, step.end,
				kinds))
			return true;
	} while (pt_step_next(f, depth, last, &step));
	return false;
}

/* The next entry, or false after the last; through_table: after a table. */
static bool next_entry(const struct copy *c, unsigned depth, uint64_t last,
		       struct pt_step *step, bool through_table)
{
	if (through_table && MUT(COPY_STOPS_AT_TABLE, false, true))
		return false;
	return pt_step_next(c->f, depth, last, step);
}

static unsigned to_index(const struct copy *c, unsigned depth,
			 const struct pt_step *step)
{
	return pt_index(c->f, depth,
			step->va + MUT(COPY_SAME_INDEX, c->distance, 0));
}

/* Allocating. */

/*
 * What planning knows of an entry of from: whether the target needs a table
 * for what is below it, and that table of from, if there is one by now.
 */
struct below {
	bool needed, exists;
	struct pt_table table;
};

static struct below look_below(const struct copy *c,
			       const struct pt_table *from, unsigned depth,
			       const struct pt_step *step)
{
	struct below below = { 0 };
	struct pt_entry e;
	enum pt_kind kind;

	/* A piece of an entry that is divided: again divided, or whole. */
	below.needed = pt_step_partial(c->f, depth, step);
	if (!from)
		return below;
	e = pt_read_entry(c->f, depth, from, step->index);
	kind = pt_entry_kind(c->f, depth, e);
	if (kind == PT_TABLE) {
		below.table = pt_table_follow(c->from, depth, e);
		below.exists = true;
		below.needed = MUT(COPY_EMPTY_TABLES, false, true) ||
			       range_holds(c->from, &below.table, depth + 1,
					   step->va, step->end, KINDS_COPIED);
	} else if (!(PT_KINDS_DIVIDED >> kind & 1)) {
		below.needed = false;
	}
	return below;
}

/* from is NULL inside an entry that is to be divided, to where it is missing. */
static int plan_table(struct copy *c, const struct pt_table *from,
		      const struct pt_table *to, unsigned depth, uint64_t va,
		      uint64_t last)
{
	struct pt_step step = pt_step_first(c->f, depth, va, last);
	struct below below;

	do {
		struct pt_entry e = pt_none_entry(&c->f->level[depth]);
		struct pt_table to_next;
		bool missing;
		int ret = 0;

		below.needed = false;
		if (from && !pt_step_skip_none(c->f, depth, from, last, &step))
			return 0;
		below = look_below(c, from, depth, &step);
		if (!below.needed)
			continue;
		if (to)
			e = pt_read_entry(c->f, depth, to,
					  to_index(c, depth, &step));
		missing = pt_is_none(&c->f->level[depth], e);
		if (missing)
			ret = pt_stock_add(&c->stock, depth + 1);
		else
			to_next = pt_table_follow(c->to, depth, e);
		if (!ret)
			ret = plan_table(c, below.exists ? &below.table : NULL,
					 missing ? NULL : &to_next, depth + 1,
					 step.va, step.end);
		if (ret)
			return ret;
	} while (next_entry(c, depth, last, &step, below.needed));
	return 0;
}

/* Storing. */

/*
 * The defect: a leaf of a group becomes a single one.  Only a copy's address
 * matters, so it is filled in anew.
 */
static void lose_order(const struct copy *c, unsigned depth, unsigned index,
		       enum pt_kind kind, struct pt_entry *e)
{
	const struct pt_level *l = &c->f->level[depth];
	struct pt_mould mould;

	if (kind != PT_LEAF || !pt_leaf_order(l, *e))
		return;
	mould = pt_leaf_mould(l, pt_attrs_read(l, kind, *e), 0);
	*e = pt_mould_fill(&mould, pt_leaf_pa(l, *e, index));
}

/* The defect: what cannot be written any more is not dirty either. */
static struct pt_entry clean_leaf(const struct pt_level *l, struct pt_entry e)
{
	const struct pt_leaf_layout *leaf = pt_layout_of(l, e);

	if (leaf->dirty.mask)
		e.raw = pt_flag_write(&leaf->dirty, e.raw, false);
	return pt_derive(leaf, e);
}

/* Copies one entry that is neither none, table nor bad. */
static void copy_entry(struct copy *c, const struct pt_table *from,
		       const struct pt_table *to, unsigned depth,
		       const struct pt_step *step, enum pt_kind kind,
		       struct pt_entry old)
{
	const struct pt_level *l = &c->f->level[depth];
	unsigned index = to_index(c, depth, step);
	struct pt_entry e = old, replaced;
	bool table_replaced;
	uint32_t attrs;

	if (c->wrprotect && MUT(COPY_PROTNONE_WRITABLE, pt_has_attrs(kind),
				kind == PT_LEAF)) {
		attrs = pt_attrs_read(l, kind, e) & ~PT_W;
		if (pt_rights_representable(l, attrs))
			e = pt_with_rights(l, kind, e, attrs);
		if (kind == PT_LEAF && MUT(COPY_CLEANS, false, true))
			e = clean_leaf(l, e);
		if (e.raw != old.raw && MUT(FLUSH_FORGOTTEN_COPY, true, false))
			pt_stale_note(&c->from_stale, depth, step->va, kind,
				      old);
		if (MUT(COPY_WRITABLE, e.raw != old.raw, false))
			pt_write_entry(c->f, depth, from, step->index, e);
	}
	if (MUT(COPY_LOSES_ORDER, false, true))
		lose_order(c, depth, step->index, kind, &e);
	if (kind == PT_LEAF && depth < PT_PTE &&
	    MUT(BBM_MAP_LIVE, c->f->break_before_make, false))
		pt_clear_tables(&c->to_stale, depth, to, index,
				pt_leaf_order(l, e), step->va + c->distance);
	replaced = pt_read_entry(c->f, depth, to, index);
	table_replaced = pt_entry_kind(c->f, depth, replaced) == PT_TABLE;
	if (table_replaced)
		pt_stale_note(&c->to_stale, depth, step->va + c->distance,
			      PT_TABLE, replaced);
	pt_write_entry(c->f, depth, to, index, e);
	if (table_replaced) {
		pt_stale_flush_tables(&c->to_stale);
		if (MUT(COPY_LEAKS_REPLACED, true, false))
			pt_table_release(c->to, depth + 1,
					 pt_table_pa(l, replaced));
	}
}

/*
 * Opens the table of to for what is below an entry: the one there is, or a new
 * one.  False where none was allocated, which happens only after a defect.
 */
static bool reach_table(struct copy *c, const struct pt_table *to,
			unsigned depth, unsigned index, struct pt_table *next)
{
	const struct pt_level *l = &c->f->level[depth];
	struct pt_entry e = pt_read_entry(c->f, depth, to, index);

	if (!pt_is_none(l, e)) {
		*next = pt_table_follow(c->to, depth, e);
		return true;
	}
	if (!pt_stock_has(&c->stock, depth + 1))
		return false;
	*next = pt_stock_take(&c->stock, depth + 1);
	pt_write_entry(c->f, depth, to, index, pt_table_entry(l, next->pa));
	return true;
}

/*
 * Links top down, as pt_missing_link() does.  What is replaced is released at
 * once: nothing is allocated any more, so that shows nowhere.
 */
static void store_table(struct copy *c, const struct pt_table *from,
			const struct pt_table *to, unsigned depth, uint64_t va,
			uint64_t last)
{
	struct pt_step step = pt_step_first(c->f, depth, va, last);
	bool through_table;

	do {
		struct pt_table below, to_below;
		struct pt_entry e;
		enum pt_kind kind;

		through_table = false;
		if (!pt_step_skip_none(c->f, depth, from, last, &step))
			return;
		e = pt_read_entry(c->f, depth, from, step.index);
		kind = pt_entry_kind(c->f, depth, e);
		if (MUT(COPY_SKIPS_MARKERS, true, kind != PT_MARKER) &&
		    KINDS_COPIED >> kind & 1)
			copy_entry(c, from, to, depth, &step, kind, e);
		if (kind != PT_TABLE)
			continue;
		below = pt_table_follow(c->from, depth, e);
		if (MUT(COPY_EMPTY_TABLES, true, false) &&
		    !range_holds(c->from, &below, depth + 1, step.va, step.end,
				 KINDS_COPIED))
			continue;
		if (!reach_table(c, to, depth, to_index(c, depth, &step),
				 &to_below))
			return;
		store_table(c, &below, &to_below, depth + 1, step.va,
			    step.end);
		through_table = true;
	} while (next_entry(c, depth, last, &step, through_table));
}

static int copy_alloc(struct copy *c, const struct pt_start *start,
		      const struct pt_table *to, uint64_t va, uint64_t last)
{
	int ret = pt_divide_plan(&c->division, start, va, last);

	if (!ret)
		ret = plan_table(c, &start->table, to, start->depth, va, last);
	if (ret && MUT(COPY_NOMEM_LEAKS, true, false)) {
		pt_stock_return(&c->stock);
		if (MUT(COPY_NOMEM_KEEPS_PIECES, true, false))
			pt_stock_return(&c->division.stock);
	}
	return ret;
}

int pt_copy(struct pt_space *from, struct pt_space *to, uint64_t va,
	    uint64_t last, uint64_t to_va, bool wrprotect)
{
	const struct pt_format *f = from->format;
	struct copy c = {
		.from = from, .to = to, .f = f,
		.distance = to_va - va,
		.wrprotect = wrprotect,
		.division = {
			.space = from, .f = f, .kinds = PT_KINDS_DIVIDED,
			.stock = { .space = from },
		},
		.stock = { .space = to },
		.from_stale = pt_stale_open(from),
		.to_stale = pt_stale_open(to),
	};
	struct pt_start start;
	struct pt_table to_root;
	int ret = copy_error(from, to, va, last, to_va);

	pt_changing(from);
	pt_changing(to);
	if (!ret && (pt_kernel_error(from, last) ||
		     pt_kernel_error(to, to_va + (last - va))))
		ret = -EBUSY;
	if (ret)
		return ret;
	start = (struct pt_start){ pt_root_open(from), f->top };
	to_root = pt_root_open(to);
	if (range_holds(to, &to_root, f->top, to_va, to_va + (last - va),
			MUT(COPY_REPLACES_SOFT, KINDS_IN_THE_WAY,
			    KINDS_IN_THE_WAY &
				    ~(1u << PT_SWAP | 1u << PT_MARKER))))
		return -EEXIST;
	ret = copy_alloc(&c, &start, &to_root, va, last);
	if (ret)
		return ret;
	c.division.stale = &c.from_stale;
	pt_divide_store(&c.division, &start, va, last);
	store_table(&c, &start.table, &to_root, f->top, va, last);
	pt_stale_flush(&c.from_stale);
	pt_stale_flush(&c.to_stale);
	/* All used, unless a defect made less than was planned. */
	pt_stock_return(&c.stock);
	return 0;
}
