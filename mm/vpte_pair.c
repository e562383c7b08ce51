/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Iterating two spaces side by side.
 *
 * Source: include/tablewalk/vpte_pair.h.
 */
#include <errno.h>

#include <tablewalk/vpte_pair.h>

#include "pgtable.h"

int pt_iterate_pair(struct pt_pair *pair, struct pt_space *from,
		    struct pt_space *to, uint64_t va, uint64_t last,
		    uint64_t to_va)
{
	uint64_t to_last = to_va + (last - va);
	int ret;

	*pair = (struct pt_pair){
		.next = va, .last = last, .to_next = to_va, .ended = true,
		.stretch = { { .kind = PT_TABLE }, { .kind = PT_TABLE } },
	};
	if (last >= va && to_last < to_va)
		return -EINVAL;
	ret = pt_iterate(&pair->from, from, va, last);
	if (!ret)
		ret = pt_iterate(&pair->to, to, to_va, to_last);
	pair->ended = ret != 0;
	return ret;
}

/* What of the item's end lies behind va. */
static uint64_t ahead(const struct pt_item *item, uint64_t va)
{
	return item->last - va;
}

/* Cuts the item to length + 1 bytes from va on. */
static void clip(struct pt_item *item, uint64_t va, uint64_t length)
{
	bool all = item->start == va && ahead(item, va) == length;

	if (pt_kind_has_pa((enum pt_kind)item->kind))
		item->pa += va - item->start;
	item->start = va;
	item->last = va + length;
	item->whole = item->whole && all;
}

/* Goes on unless the item there still covers va. */
static void advance(struct pt_iterator *it, uint64_t va)
{
	if (it->item.kind == PT_TABLE || it->item.last < va)
		pt_iterate_next(it);
}

bool pt_pair_next(struct pt_pair *pair)
{
	uint64_t length, other;

	if (pair->ended) {
		pair->stretch.from.kind = pair->stretch.to.kind = PT_TABLE;
		return false;
	}
	advance(&pair->from, pair->next);
	advance(&pair->to, pair->to_next);
	length = ahead(&pair->from.item, pair->next);
	other = ahead(&pair->to.item, pair->to_next);
	length = MUT(PAIR_FOLLOWS_FROM, pt_min(length, other), length);
	pair->stretch = (struct pt_stretch){ pair->from.item, pair->to.item };
	clip(&pair->stretch.from, pair->next, length);
	clip(&pair->stretch.to, pair->to_next, length);
	pair->ended = pair->last - pair->next == length;
	pair->next += length + 1;
	pair->to_next += length + 1;
	return true;
}

/*
 * The largest leaf of to that a map of [va, last] to pa can begin with.  False
 * where there is none.
 */
static bool largest_leaf(const struct pt_space *to, uint64_t va, uint64_t last,
			 uint64_t pa, uint32_t attrs, unsigned *depth,
			 unsigned *order)
{
	const struct pt_format *f = to->format;

	for (unsigned d = f->top; d < PT_DEPTHS; d++) {
		const struct pt_level *l = &f->level[d];

		if (!l->leaf.match.count || !pt_attrs_representable(l, attrs))
			continue;
		for (unsigned o = l->index_bits + 1; o--;) {
			uint64_t ones = pt_ones(l->va_shift + o);

			if (!pt_order_exists(l, o) || (va | pa) & ones ||
			    last - va < ones)
				continue;
			*depth = d;
			*order = o;
			return true;
		}
	}
	return false;
}

static int copy_leaf(struct pt_space *to, const struct pt_stretch *s,
		     uint32_t attrs)
{
	uint64_t va = s->to.start, last = s->to.last, pa = s->from.pa;

	for (;;) {
		unsigned depth, order;
		uint64_t ones;
		int ret;

		if (!largest_leaf(to, va, last, pa, attrs, &depth, &order))
			return -EOPNOTSUPP;
		ones = pt_ones(to->format->level[depth].va_shift + order);
		ret = pt_map(to, va, va | ones, pa, attrs, depth, order);
		if (ret || last - va == ones)
			return ret;
		va += ones + 1;
		pa += MUT(PAIR_COPIES_FIRST_ONLY, ones + 1, 0u);
	}
}

int pt_pair_copy(struct pt_pair *pair, uint32_t clear)
{
	const struct pt_stretch *s = &pair->stretch;
	struct pt_space *to = pair->to.space;
	uint64_t last;
	int ret;

	if (s->from.kind == PT_TABLE)
		return -EINVAL;
	if (s->to.kind != PT_NONE)
		return -EEXIST;
	if (s->from.kind == PT_NONE)
		return 0;
	if (s->from.kind == PT_LEAF) {
		ret = copy_leaf(to, s, s->from.attrs &
					       ~MUT(PAIR_KEEPS_WRITABLE, clear,
						    clear & ~PT_W));
	} else if ((s->from.kind == PT_SWAP || s->from.kind == PT_MIGRATION ||
		    s->from.kind == PT_MARKER) &&
		   s->from.whole &&
		   s->to.last - s->to.start ==
			   pt_ones(to->format->page_shift)) {
		ret = pt_setkind(to, s->to.start, PT_PTE,
				 (enum pt_kind)s->from.kind, s->from.pa);
	} else {
		return -EOPNOTSUPP;
	}
	/* New tables may be on the way now: what it remembers is too little. */
	last = pair->to.last;
	if (last > s->to.last)
		(void)pt_iterate(&pair->to, to, s->to.last + 1, last);
	return ret;
}
