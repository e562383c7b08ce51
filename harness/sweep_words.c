/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The words that a sweep gives to entries: see sweep_words.h.
 */
#include "sweep_words.h"

#include "../mm/pt_entry.h"

static const struct pt_leaf_layout *layout_of(const struct pt_format *f,
					      unsigned depth, unsigned order)
{
	const struct pt_level *l = &f->level[depth];
	const struct pt_group *group = order ? pt_group_find(l, order) : NULL;

	return group ? &group->leaf : &l->leaf;
}

static void add(struct sweep_words *out, enum sweep_role role, uint64_t bits,
		uint64_t flip)
{
	struct sweep_word *w;
	int bit = -1;

	if (out->count == SWEEP_WORDS_MAX)
		return;
	for (int i = 63; i >= 0; i--)
		if (flip >> i & 1)
			bit = i;
	w = &out->word[out->count++];
	*w = (struct sweep_word){ .bits = bits, .flip = flip,
				  .bit = (int8_t)bit, .role = (uint8_t)role };
}

static unsigned entry_bits(const struct pt_format *f, unsigned depth)
{
	return 8u * f->level[depth].entry_bytes;
}

/* The word as it is, each bit changed, and if deep each two of them. */
static void add_flips(struct sweep_words *out, const struct pt_format *f,
		      unsigned depth, enum sweep_role role, uint64_t bits,
		      bool deep)
{
	const unsigned width = entry_bits(f, depth);

	add(out, role, bits, 0);
	for (unsigned i = 0; i < width; i++) {
		add(out, role, bits, UINT64_C(1) << i);
		for (unsigned j = i + 1; deep && j < width; j++)
			add(out, role, bits,
			    UINT64_C(1) << i | UINT64_C(1) << j);
	}
}

/* What every leaf needs to be let through; the rest is varied. */
static uint32_t touched_flags(const struct pt_level *l)
{
	return (l->leaf.accessed.mask ? PT_ACCESSED : 0) |
	       (l->leaf.dirty.mask ? PT_DIRTY : 0);
}

static uint64_t leaf_bits(const struct pt_format *f, unsigned depth,
			  unsigned order, uint32_t attrs)
{
	return pt_layout_mould(layout_of(f, depth, order), attrs).bits;
}

/* Leaves with all rights that there are, and their flags set. */
static void rights(struct sweep_words *out, const struct pt_format *f,
		   unsigned depth, unsigned order, bool flips, bool deep)
{
	const struct pt_level *l = &f->level[depth];
	const uint32_t flags = touched_flags(l);

	for (uint32_t r = PT_RIGHTS + 1; r-- > 0;) {
		uint64_t bits;

		if (!pt_attrs_representable(l, r | flags))
			continue;
		bits = leaf_bits(f, depth, order, r | flags);
		if (flips)
			add_flips(out, f, depth, SWEEP_AS_LEAF, bits, deep);
		else
			add(out, SWEEP_AS_LEAF, bits, 0);
		/* Of pairs there are thousands: once is enough. */
		deep = false;
	}
}

/* Each protection key, with each set of rights. */
static void keys(struct sweep_words *out, const struct pt_format *f,
		 unsigned depth, unsigned order)
{
	const struct pt_level *l = &f->level[depth];
	const uint32_t step = UINT32_C(1) << PT_KEY_SHIFT;
	const uint32_t flags = touched_flags(l);

	/* Key 0 is what all others have. */
	for (uint32_t key = step; key <= PT_KEY_MASK; key += step)
		for (uint32_t r = PT_RIGHTS + 1; r-- > 0;)
			if (pt_attrs_representable(l, r | flags | key))
				add(out, SWEEP_AS_LEAF,
				    leaf_bits(f, depth, order, r | flags | key),
				    0);
}

static void attributes(struct sweep_words *out, const struct pt_format *f,
		       unsigned depth, unsigned order)
{
	enum { FLAGS = 5 };
	static const uint32_t flag[FLAGS] = {
		PT_GLOBAL, PT_ACCESSED, PT_DIRTY, PT_SOFT0, PT_SOFT1,
	};
	const struct pt_level *l = &f->level[depth];

	for (uint32_t i = 0; i < (PT_RIGHTS + 1) << FLAGS; i++)
		for (uint32_t type = 0; type < PT_MEMTYPES; type++) {
			uint32_t attrs = (i & PT_RIGHTS) |
					 type << PT_MEMTYPE_SHIFT;

			for (unsigned j = 0; j < FLAGS; j++)
				if (i >> (4 + j) & 1)
					attrs |= flag[j];
			if (pt_attrs_representable(l, attrs))
				add(out, SWEEP_AS_LEAF,
				    leaf_bits(f, depth, order, attrs), 0);
		}
	keys(out, f, depth, order);
}

/* Pointers that take away each set of rights that they can. */
static void pointers(struct sweep_words *out, const struct pt_format *f,
		     unsigned depth, bool flips, bool deep)
{
	const struct pt_level *l = &f->level[depth];
	uint32_t deniable = 0;

	for (unsigned i = 0; i < l->table.hierarchy_count; i++)
		deniable |= l->table.hierarchy[i].right;
	for (uint32_t r = 0; r <= PT_RIGHTS; r++) {
		struct pt_entry e = { l->table.fixed };

		if (r & ~deniable)
			continue;
		e = pt_table_restrict(l, e, r);
		if (flips)
			add_flips(out, f, depth, SWEEP_AS_TABLE, e.raw, deep);
		else
			add(out, SWEEP_AS_TABLE, e.raw, 0);
		deep = false;
	}
}

static void plain(struct sweep_words *out, const struct pt_format *f,
		  unsigned depth)
{
	const unsigned width = entry_bits(f, depth);
	const uint64_t ones = pt_ones(width);

	add(out, SWEEP_AS_RAW, 0, 0);
	add(out, SWEEP_AS_RAW, ones, 0);
	add(out, SWEEP_AS_RAW, f->level[depth].none_value, 0);
	for (unsigned i = 0; i < width; i++) {
		add(out, SWEEP_AS_RAW, 0, UINT64_C(1) << i);
		add(out, SWEEP_AS_RAW, ones, UINT64_C(1) << i);
	}
}

/* The most permissive leaf for users: the first that rights() adds, or the last. */
static void plain_leaf(struct sweep_words *out, const struct pt_format *f,
		       unsigned depth, unsigned order)
{
	rights(out, f, depth, order, false, false);
	if (out->count > 1)
		out->count = 1;
}

void sweep_words(struct sweep_words *out, const struct pt_format *f,
		 unsigned depth, unsigned order, enum sweep_family family,
		 bool as_leaf, bool deep)
{
	out->count = 0;
	switch (family) {
	case SWEEP_LATTICE:
		if (as_leaf)
			rights(out, f, depth, order, false, false);
		else
			pointers(out, f, depth, false, false);
		break;
	case SWEEP_ATTRS:
		attributes(out, f, depth, order);
		break;
	case SWEEP_LEAF_BITS:
		rights(out, f, depth, order, true, deep);
		break;
	case SWEEP_TABLE_BITS:
		pointers(out, f, depth, true, deep);
		break;
	case SWEEP_PLAIN:
		plain(out, f, depth);
		break;
	case SWEEP_EDGES:
	case SWEEP_FAMILIES:
		if (as_leaf)
			plain_leaf(out, f, depth, order);
		else
			pointers(out, f, depth, false, false);
		out->count = 1;
		break;
	}
}

uint64_t sweep_word_raw(const struct pt_format *f, unsigned depth,
			unsigned order, const struct sweep_word *word,
			uint64_t pa)
{
	const struct pt_address_field *field = &f->level[depth].table.pa;

	if (word->role == SWEEP_AS_RAW)
		return word->bits ^ word->flip;
	if (word->role == SWEEP_AS_LEAF)
		field = &layout_of(f, depth, order)->pa;
	return (word->bits | pt_address_encode(field, pa)) ^ word->flip;
}
