/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Identity maps.
 *
 * Source: include/tablewalk/identity.h.
 */
#include <errno.h>

#include <tablewalk/identity.h>

#include "pt_cover.h"

bool pt_identity_last(const struct pt_space *space, uint64_t *last)
{
	const struct pt_format *f = space->format;
	uint64_t root = pt_ones(f->va_bits);

	if (f->va_rule == PT_VA_ROOTS && space->number)
		return false;
	/* Where the root is as wide as the word there is no gap to end at. */
	if (f->va_rule == PT_VA_SIGNED && f->va_bits < f->va_word_bits)
		root >>= 1;
	*last = pt_min(root, pt_ones(space->pa_bits));
	return true;
}

static unsigned leaf_depths(const struct pt_format *f, uint32_t attrs)
{
	unsigned depths = 0;

	for (unsigned d = f->top; d < PT_DEPTHS; d++)
		if (f->level[d].leaf.match.count &&
		    pt_attrs_representable(&f->level[d], attrs))
			depths |= 1u << d;
	return depths;
}

/* Whether 1 << order entries from index on, the first at va, can be a group. */
static bool is_room(const struct pt_cover *c, unsigned depth,
		    const struct pt_table *table, unsigned index, uint64_t va,
		    unsigned order)
{
	const struct pt_level *l = &c->f->level[depth];

	if (c->last - va < pt_ones(l->va_shift + order))
		return false;
	for (unsigned i = 0; i < 1u << order; i++)
		if (!pt_is_none(l, pt_read_entry(c->f, depth, table,
						 index + i)))
			return false;
	return true;
}

/*
 * The order of the group that entry index becomes part of; 0: of none.  The first
 * entry of a unit decides, and shows the others what it was.
 */
static unsigned find_order(const struct pt_cover *c, unsigned depth,
			   const struct pt_table *table, unsigned index,
			   uint64_t va)
{
	const struct pt_level *l = &c->f->level[depth];

	for (unsigned i = l->group_count; i-- > 0;) {
		unsigned order = l->group[i].order;
		unsigned first = index & ~((1u << order) - 1);
		struct pt_entry e;

		if (first == index) {
			if (is_room(c, depth, table, index, va, order))
				return order;
			continue;
		}
		e = pt_read_entry(c->f, depth, table, first);
		if (pt_entry_kind(c->f, depth, e) == PT_LEAF &&
		    pt_leaf_order(l, e) == order)
			return order;
	}
	return 0;
}

static void put_leaf(const struct pt_cover *c, unsigned depth,
		     const struct pt_table *table, unsigned index, uint64_t va)
{
	const uint32_t *attrs = c->context;
	unsigned order = find_order(c, depth, table, index, va);
	struct pt_mould mould;

	order = MUT(IDENTITY_NO_GROUPS, order, 0);
	mould = pt_leaf_mould(&c->f->level[depth], *attrs, order);
	va -= MUT(IDENTITY_OFF_BY_RANGE, 0, c->va & ~(pt_span(c->f, depth) - 1));
	pt_write_entry(c->f, depth, table, index, pt_mould_fill(&mould, va));
}

int pt_identity_map(struct pt_space *space, uint64_t pa, uint64_t last,
		    uint32_t attrs)
{
	const struct pt_format *f = space->format;
	struct pt_cover cover = {
		.space = space, .f = f, .put = put_leaf, .context = &attrs,
		.depths = leaf_depths(f, attrs),
	};
	int ret = pt_range_error(space, pa, last);

	if (!ret && last > pt_ones(space->pa_bits))
		ret = -ERANGE;
	if (!ret && !(cover.depths >> PT_PTE & 1))
		ret = -EOPNOTSUPP;
	if (!ret && pt_root_is_shared(space))
		ret = -EBUSY;
	if (ret)
		return ret;
	cover.depths = MUT(IDENTITY_PAGES_ONLY, cover.depths, 1u << PT_PTE);
	return pt_cover_range(&cover, pa, last);
}
