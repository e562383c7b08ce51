/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Covering a range with the largest entries that fit; see pt_cover.h.
 *
 * Three passes of the same shape: what is in the way, what is missing, and the
 * stores.  Each recurses once per depth.
 *
 * Source: include/tablewalk/table_ops.h, "Order of allocation and release".
 */
#include <errno.h>

#include "pt_cover.h"

/* Whether the step's entry, which is none, is written where it is. */
static bool is_put(const struct pt_cover *c, unsigned depth,
		   const struct pt_step *step)
{
	return c->depths >> depth & 1 && !pt_step_partial(c->f, depth, step);
}

/* 0, or -EEXIST where anything in range is neither none nor a table. */
static int check(const struct pt_cover *c, const struct pt_table *table,
		 unsigned depth, uint64_t va, uint64_t last)
{
	struct pt_step step = pt_step_first(c->f, depth, va, last);

	do {
		struct pt_entry e;
		struct pt_table next;
		enum pt_kind kind;
		int ret;

		if (!pt_step_skip_none(c->f, depth, table, last, &step))
			return 0;
		e = pt_read_entry(c->f, depth, table, step.index);
		kind = pt_entry_kind(c->f, depth, e);
		if (kind == PT_NONE)
			continue;
		if (kind != PT_TABLE)
			return -EEXIST;
		next = pt_table_follow(c->space, depth, e);
		ret = check(c, &next, depth + 1, step.va, step.end);
		if (ret)
			return ret;
	} while (pt_step_next(c->f, depth, last, &step));
	return 0;
}

/* table is NULL where it is one of those that are missing. */
static int plan(const struct pt_cover *c, struct pt_stock *stock,
		const struct pt_table *table, unsigned depth, uint64_t va,
		uint64_t last)
{
	const struct pt_level *l = &c->f->level[depth];
	struct pt_step step = pt_step_first(c->f, depth, va, last);
	int ret = 0;

	do {
		struct pt_entry e = pt_none_entry(l);
		struct pt_table next;

		if (table)
			e = pt_read_entry(c->f, depth, table, step.index);
		if (!pt_is_none(l, e)) {
			next = pt_table_follow(c->space, depth, e);
			ret = plan(c, stock, &next, depth + 1, step.va,
				   step.end);
		} else if (!is_put(c, depth, &step)) {
			ret = pt_stock_add(stock, depth + 1);
			if (!ret)
				ret = plan(c, stock, NULL, depth + 1, step.va,
					   step.end);
		}
	} while (!ret && pt_step_next(c->f, depth, last, &step));
	return ret;
}

/* Links top down: an empty table changes no translation. */
static void store(const struct pt_cover *c, struct pt_stock *stock,
		  const struct pt_table *table, unsigned depth, uint64_t va,
		  uint64_t last)
{
	const struct pt_level *l = &c->f->level[depth];
	struct pt_step step = pt_step_first(c->f, depth, va, last);

	do {
		struct pt_entry e = pt_read_entry(c->f, depth, table,
						  step.index);
		bool none = pt_is_none(l, e);
		struct pt_table next;

		if (none && is_put(c, depth, &step)) {
			c->put(c, depth, table, step.index, step.va);
			continue;
		}
		if (none) {
			next = pt_stock_take(stock, depth + 1);
			pt_write_entry(c->f, depth, table, step.index,
				       pt_table_entry(l, next.pa));
		} else {
			next = pt_table_follow(c->space, depth, e);
		}
		store(c, stock, &next, depth + 1, step.va, step.end);
	} while (pt_step_next(c->f, depth, last, &step));
}

int pt_cover_range(struct pt_cover *cover, uint64_t va, uint64_t last)
{
	const struct pt_table root = pt_root_open(cover->space);
	const unsigned top = cover->f->top;
	struct pt_stock stock = { .space = cover->space };
	int ret = check(cover, &root, top, va, last);

	if (ret)
		return ret;
	cover->va = va;
	cover->last = last;
	ret = plan(cover, &stock, &root, top, va, last);
	if (ret) {
		if (MUT(COVER_NOMEM_LEAKS, true, false))
			pt_stock_return(&stock);
		return ret;
	}
	store(cover, &stock, &root, top, va, last);
	pt_check(!stock.count);
	return 0;
}
