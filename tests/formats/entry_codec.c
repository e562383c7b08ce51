/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See entry_codec.h. */
#include "entry_codec.h"

/* The flags of a leaf with the attribute each stands for; GLOBAL is first. */
#define FLAGS 5
static const uint32_t flag_attr[FLAGS] = {
	PT_GLOBAL, PT_ACCESSED, PT_DIRTY, PT_SOFT0, PT_SOFT1,
};

static const struct pt_flag *flag_of(const struct pt_leaf_layout *layout,
				     unsigned number)
{
	const struct pt_flag *const flag[FLAGS] = {
		&layout->global, &layout->accessed, &layout->dirty,
		&layout->soft0,  &layout->soft1,
	};

	return flag[number];
}

bool codec_says(const struct pt_leaf_layout *layout, uint32_t attrs)
{
	unsigned type = pt_attrs_memtype(attrs);

	if (!layout->rights.right[attrs & PT_RIGHTS].representable)
		return false;
	for (unsigned i = 0; i < FLAGS; i++)
		if (attrs & flag_attr[i] && !flag_of(layout, i)->mask)
			return false;
	if (type >= PT_MEMTYPES)
		return false;
	if (layout->memtype.mask ? !layout->memtype.type[type].representable
				 : type != PT_MEM_WB)
		return false;
	return pt_attrs_key(attrs) <= pt_ones(layout->key.width);
}

bool codec_says_protnone(const struct pt_leaf_layout *layout, uint32_t attrs)
{
	return !(attrs & PT_GLOBAL) && codec_says(layout, attrs);
}

/* Everything but the fixed bits, the address, GLOBAL and the group. */
static uint64_t write_attrs(const struct pt_leaf_layout *layout, uint32_t attrs)
{
	uint64_t raw = layout->rights.right[attrs & PT_RIGHTS].bits;

	for (unsigned i = 1; i < FLAGS; i++) {
		const struct pt_flag *flag = flag_of(layout, i);

		raw |= attrs & flag_attr[i] ? flag->set : flag->clear;
	}
	if (layout->memtype.mask)
		raw |= layout->memtype.type[pt_attrs_memtype(attrs)].bits;
	if (layout->key.width)
		raw |= (uint64_t)pt_attrs_key(attrs) << layout->key.lsb;
	return raw;
}

static uint64_t derived(const struct pt_leaf_layout *layout, uint32_t attrs)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < layout->derived_count && i < PT_DERIVED; i++) {
		const struct pt_derived *d = &layout->derived[i];

		if ((attrs & d->mask) == d->value)
			bits |= d->on;
		else
			bits |= d->off;
	}
	return bits;
}

uint32_t codec_some_rights(const struct pt_leaf_layout *layout)
{
	for (uint32_t i = PT_R; i <= PT_RIGHTS; i++)
		if (layout->rights.right[i].representable)
			return i;
	return 0;
}

uint64_t codec_write_leaf(const struct pt_leaf_layout *layout,
			  const struct codec_leaf *leaf)
{
	return layout->fixed | write_attrs(layout, leaf->attrs) |
	       pt_address_encode(&layout->pa, leaf->pa) |
	       (leaf->attrs & PT_GLOBAL ? layout->global.set
					: layout->global.clear) |
	       derived(layout, leaf->attrs);
}

uint64_t codec_write_protnone(const struct pt_leaf_layout *layout,
			      const struct codec_leaf *leaf)
{
	return layout->protnone_fixed | write_attrs(layout, leaf->attrs) |
	       pt_address_encode(&layout->protnone_pa, leaf->pa);
}

uint64_t codec_write_invalid(const struct pt_leaf_layout *layout,
			     const struct codec_leaf *leaf)
{
	return layout->invalid_fixed | write_attrs(layout, leaf->attrs) |
	       pt_address_encode(&layout->protnone_pa, leaf->pa);
}

/* The inverse of write_attrs(). */
static bool read_attrs(const struct pt_leaf_layout *layout, uint64_t raw,
		       uint32_t *attrs)
{
	const struct pt_rights *rights = &layout->rights;
	const struct pt_memtypes *types = &layout->memtype;
	uint32_t right = 0, type = 0;

	while (right < 16 &&
	       !(rights->right[right].representable &&
		 rights->right[right].bits == (raw & rights->mask)))
		right++;
	while (types->mask && type < PT_MEMTYPES &&
	       !(types->type[type].representable &&
		 types->type[type].bits == (raw & types->mask)))
		type++;
	if (right == 16 || type == PT_MEMTYPES)
		return false;
	*attrs = right | type << PT_MEMTYPE_SHIFT;
	for (unsigned i = 1; i < FLAGS; i++) {
		const struct pt_flag *flag = flag_of(layout, i);

		if (flag->mask && (raw & flag->mask) == flag->set)
			*attrs |= flag_attr[i];
		else if ((raw & flag->mask) != flag->clear)
			return false;
	}
	if (layout->key.width)
		*attrs |= (uint32_t)(raw >> layout->key.lsb &
				     pt_ones(layout->key.width))
			  << PT_KEY_SHIFT;
	return true;
}

bool codec_read_leaf(const struct pt_leaf_layout *layout, uint64_t raw,
		     struct codec_leaf *leaf)
{
	const struct pt_flag *global = &layout->global;

	if (!read_attrs(layout, raw, &leaf->attrs))
		return false;
	if (global->mask && (raw & global->mask) == global->set)
		leaf->attrs |= PT_GLOBAL;
	else if ((raw & global->mask) != global->clear)
		return false;
	if ((raw & codec_derived_mask(layout)) != derived(layout, leaf->attrs))
		return false;
	leaf->pa = pt_address_decode(&layout->pa, raw);
	return pt_address_encode(&layout->pa, leaf->pa) ==
	       (raw & codec_address_bits(&layout->pa));
}

bool codec_read_protnone(const struct pt_leaf_layout *layout, uint64_t raw,
			 struct codec_leaf *leaf)
{
	leaf->pa = pt_address_decode(&layout->protnone_pa, raw);
	return read_attrs(layout, raw, &leaf->attrs);
}

uint64_t codec_write_table(const struct pt_table_layout *layout, uint64_t pa,
			   uint32_t removed)
{
	uint64_t raw = layout->fixed | pt_address_encode(&layout->pa, pa);

	for (unsigned i = 0; i < layout->hierarchy_count; i++) {
		const struct pt_hierarchy *h = &layout->hierarchy[i];

		raw |= removed & h->right ? h->deny : h->allow;
	}
	return raw;
}

bool codec_read_table(const struct pt_table_layout *layout, uint64_t raw,
		      uint64_t *pa, uint32_t *removed)
{
	*pa = pt_address_decode(&layout->pa, raw);
	*removed = 0;
	if (pt_address_encode(&layout->pa, *pa) !=
	    (raw & codec_address_bits(&layout->pa)))
		return false;
	for (unsigned i = 0; i < layout->hierarchy_count; i++) {
		const struct pt_hierarchy *h = &layout->hierarchy[i];

		if ((raw & h->mask) == h->deny)
			*removed |= h->right;
		else if ((raw & h->mask) != h->allow)
			return false;
	}
	return true;
}

uint64_t codec_write_soft(const struct pt_soft_layout *layout, uint64_t pa)
{
	return layout->fixed | pt_address_encode(&layout->payload, pa);
}

uint64_t codec_derived(const struct pt_leaf_layout *layout, uint64_t raw)
{
	const struct pt_flag *global = &layout->global;
	uint32_t attrs = 0;

	/* Fields that say nothing are the business of others. */
	if (!read_attrs(layout, raw, &attrs))
		attrs = 0;
	if (global->mask && (raw & global->mask) == global->set)
		attrs |= PT_GLOBAL;
	return derived(layout, attrs);
}
