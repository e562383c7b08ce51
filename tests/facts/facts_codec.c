/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entries to readings and back, by the fields of the descriptor.  Written for
 * these tests alone: what the subject in mm/ does has no part in it.
 */
#include "facts_sample.h"

#define FLAGS 5
static const uint32_t flag_attr[FLAGS] = {
	PT_GLOBAL, PT_ACCESSED, PT_DIRTY, PT_SOFT0, PT_SOFT1,
};

static const struct pt_flag *flag_of(const struct pt_leaf_layout *leaf,
				     unsigned number)
{
	switch (number) {
	case 0: return &leaf->global;
	case 1: return &leaf->accessed;
	case 2: return &leaf->dirty;
	case 3: return &leaf->soft0;
	default: return &leaf->soft1;
	}
}

/* The attributes as bits; GLOBAL is no field of a protnone entry. */
static bool encode_attrs(const struct pt_leaf_layout *leaf, uint32_t attrs,
			 bool protnone, uint64_t *bits)
{
	unsigned type = pt_attrs_memtype(attrs), key = pt_attrs_key(attrs);

	if (!leaf->rights.right[attrs & PT_RIGHTS].representable)
		return false;
	*bits = leaf->rights.right[attrs & PT_RIGHTS].bits;
	for (unsigned i = 0; i < FLAGS; i++) {
		const struct pt_flag *flag = flag_of(leaf, i);
		bool set = attrs & flag_attr[i];

		if (set && (!flag->mask || (protnone && i == 0)))
			return false;
		if (!(protnone && i == 0))
			*bits |= set ? flag->set : flag->clear;
	}
	if (type >= PT_MEMTYPES)
		return false;
	if (leaf->memtype.mask) {
		if (!leaf->memtype.type[type].representable)
			return false;
		*bits |= leaf->memtype.type[type].bits;
	} else if (type != PT_MEM_WB) {
		return false;
	}
	if (key > pt_ones(leaf->key.width))
		return false;
	if (leaf->key.width)
		*bits |= (uint64_t)key << leaf->key.lsb;
	return true;
}

static bool encode_leaf(const struct pt_leaf_layout *leaf, uint64_t pa,
			uint32_t attrs, bool protnone, uint64_t *raw)
{
	uint64_t bits;

	if (!encode_attrs(leaf, attrs, protnone, &bits))
		return false;
	if (protnone)
		bits |= leaf->protnone_fixed |
			pt_address_encode(&leaf->protnone_pa, pa);
	else
		bits |= leaf->fixed | pt_address_encode(&leaf->pa, pa) |
			pt_derived_bits(leaf, attrs);
	*raw = bits;
	return true;
}

static bool encode_table(const struct pt_table_layout *table, uint64_t pa,
			 uint32_t denies, uint64_t *raw)
{
	uint32_t deniable = 0;

	*raw = table->fixed | pt_address_encode(&table->pa, pa);
	for (unsigned i = 0; i < table->hierarchy_count; i++) {
		const struct pt_hierarchy *h = &table->hierarchy[i];

		*raw |= denies & h->right ? h->deny : h->allow;
		deniable |= h->right;
	}
	return table->match.count && !(denies & ~deniable);
}

static bool encode_soft(const struct pt_soft_layout *soft, uint64_t payload,
			uint64_t *raw)
{
	*raw = soft->fixed | pt_address_encode(&soft->payload, payload);
	return soft->match.count;
}

/* The layout of a group of that order, or of a single leaf for 0, or NULL. */
static const struct pt_leaf_layout *layout_of(const struct pt_level *l,
					      unsigned order)
{
	if (!order)
		return l->leaf.match.count ? &l->leaf : NULL;
	for (unsigned i = 0; i < l->group_count; i++)
		if (l->group[i].order == order)
			return &l->group[i].leaf;
	return NULL;
}

/* A protnone entry's word as that of a leaf made invalid: other fixed bits. */
static bool make_invalid(const struct pt_leaf_layout *leaf, uint64_t *raw)
{
	*raw = (*raw & ~leaf->protnone_fixed) | leaf->invalid_fixed;
	return true;
}

bool facts_encode(const struct pt_format *f, unsigned depth,
		  const struct facts_reading *r, uint64_t *raw)
{
	const struct pt_level *l = &f->level[depth];
	const struct pt_leaf_layout *leaf = layout_of(l, r->order);

	switch ((unsigned)r->kind) {
	case PT_NONE:
		*raw = l->none_value;
		return true;
	case PT_TABLE:
		return encode_table(&l->table, r->pa, r->denies, raw);
	case PT_LEAF:
		return leaf &&
		       encode_leaf(leaf, r->pa, r->attrs, false, raw);
	case PT_PROTNONE:
		return l->leaf.protnone.count &&
		       encode_leaf(&l->leaf, r->pa, r->attrs, true, raw);
	case PT_INVALID_HUGE:
		return l->leaf.invalid.count &&
		       encode_leaf(&l->leaf, r->pa, r->attrs, true, raw) &&
		       make_invalid(&l->leaf, raw);
	case PT_SWAP:
		return encode_soft(&l->swap, r->pa, raw);
	case PT_MIGRATION:
		return encode_soft(&l->migration, r->pa, raw);
	case PT_MARKER:
		return encode_soft(&l->marker, r->pa, raw);
	default:
		return false;
	}
}

static uint32_t decode_attrs(const struct pt_leaf_layout *leaf, uint64_t raw,
			     bool protnone)
{
	uint32_t attrs = pt_flags_read(leaf, raw);

	if (protnone)
		attrs &= ~PT_GLOBAL;
	if (pt_flag_read(&leaf->soft0, raw))
		attrs |= PT_SOFT0;
	if (pt_flag_read(&leaf->soft1, raw))
		attrs |= PT_SOFT1;
	for (uint32_t i = 0; leaf->memtype.mask && i < PT_MEMTYPES; i++)
		if (leaf->memtype.type[i].representable &&
		    leaf->memtype.type[i].bits == (raw & leaf->memtype.mask))
			attrs |= i << PT_MEMTYPE_SHIFT;
	if (leaf->key.width)
		attrs |= (uint32_t)(raw >> leaf->key.lsb &
				    pt_ones(leaf->key.width))
			 << PT_KEY_SHIFT;
	return attrs;
}

static uint32_t decode_denies(const struct pt_table_layout *table, uint64_t raw)
{
	uint32_t denies = 0;

	for (unsigned i = 0; i < table->hierarchy_count; i++)
		if ((raw & table->hierarchy[i].mask) ==
		    table->hierarchy[i].deny)
			denies |= table->hierarchy[i].right;
	return denies;
}

static void decode_leaf(const struct pt_level *l, uint64_t raw,
			struct facts_reading *r)
{
	const struct pt_leaf_layout *leaf = &l->leaf;

	if (!pt_leaf_matches(leaf, raw)) {
		const struct pt_group *group = pt_group_of(l, raw);

		if (!group)
			return;
		leaf = &group->leaf;
		r->order = group->order;
	}
	r->pa = pt_address_decode(&leaf->pa, raw);
	r->attrs = decode_attrs(leaf, raw, false);
}

void facts_decode(const struct pt_format *f, unsigned depth, uint64_t raw,
		  struct facts_reading *r)
{
	const struct pt_level *l = &f->level[depth];
	unsigned kind = pt_entry_kind(f, depth, (struct pt_entry){ raw });

	*r = (struct facts_reading){ .kind = (uint8_t)kind };
	if (kind == PT_TABLE) {
		r->pa = pt_address_decode(&l->table.pa, raw);
		r->denies = decode_denies(&l->table, raw);
	} else if (kind == PT_LEAF) {
		decode_leaf(l, raw, r);
	} else if (kind == PT_PROTNONE || kind == PT_INVALID_HUGE) {
		r->pa = pt_address_decode(&l->leaf.protnone_pa, raw);
		r->attrs = decode_attrs(&l->leaf, raw, true);
	} else if (kind == PT_SWAP) {
		r->pa = pt_address_decode(&l->swap.payload, raw);
	} else if (kind == PT_MIGRATION) {
		r->pa = pt_address_decode(&l->migration.payload, raw);
	}
}

static bool address_readable(const struct pt_address_field *field)
{
	if (field->lsb + field->width > 64 || field->pa_shift > 63 ||
	    field->lsb > 63 || field->pieces > PT_PIECES)
		return false;
	for (unsigned i = 0; i < field->pieces; i++)
		if (field->more[i].lsb > 63 || field->more[i].pa_shift > 63)
			return false;
	return true;
}

static bool leaf_readable(const struct pt_leaf_layout *leaf)
{
	return leaf->match.count <= PT_MATCHES &&
	       leaf->protnone.count <= PT_MATCHES &&
	       leaf->invalid.count <= PT_MATCHES &&
	       address_readable(&leaf->pa) &&
	       address_readable(&leaf->protnone_pa) && leaf->key.lsb < 64 &&
	       leaf->key.width <= 4 && leaf->derived_count <= PT_DERIVED;
}

static bool soft_readable(const struct pt_soft_layout *soft)
{
	return soft->match.count <= PT_MATCHES &&
	       address_readable(&soft->payload);
}

static bool level_readable(const struct pt_level *l)
{
	if (l->va_shift > 63 || l->index_bits > 30 ||
	    l->none.count > PT_MATCHES || l->group_count > PT_GROUPS ||
	    l->table.match.count > PT_MATCHES ||
	    l->table.hierarchy_count > PT_HIERARCHIES)
		return false;
	for (unsigned i = 0; i < l->group_count; i++)
		if (l->group[i].order > 31 ||
		    !leaf_readable(&l->group[i].leaf))
			return false;
	return address_readable(&l->table.pa) && leaf_readable(&l->leaf) &&
	       soft_readable(&l->swap) && soft_readable(&l->migration) &&
	       soft_readable(&l->marker);
}

bool facts_readable(const struct pt_format *f)
{
	if (f->top > PT_PTE)
		return false;
	for (unsigned depth = f->top; depth < PT_DEPTHS; depth++)
		if (!level_readable(&f->level[depth]))
			return false;
	return true;
}
