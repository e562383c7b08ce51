/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See facts_sample.h. */
#include "facts_sample.h"

static const struct {
	const char *name;
	uint8_t kind;
} samples[FACTS_SAMPLES] = {
	[FACTS_NONE] = { "none", PT_NONE },
	[FACTS_TABLE] = { "table", PT_TABLE },
	[FACTS_LEAF_MAX] = { "leaf.max", PT_LEAF },
	[FACTS_LEAF_MIN] = { "leaf.min", PT_LEAF },
	[FACTS_LEAF_G0] = { "leaf.g0", PT_LEAF },
	[FACTS_LEAF_G1] = { "leaf.g1", PT_LEAF },
	[FACTS_PROTNONE_MAX] = { "protnone.max", PT_PROTNONE },
	[FACTS_PROTNONE_MIN] = { "protnone.min", PT_PROTNONE },
	[FACTS_SWAP] = { "swap", PT_SWAP },
	[FACTS_MIGRATION] = { "migration", PT_MIGRATION },
	[FACTS_MARKER] = { "marker", PT_MARKER },
	[FACTS_INVALID_MAX] = { "invalid-huge.max", PT_INVALID_HUGE },
	[FACTS_INVALID_MIN] = { "invalid-huge.min", PT_INVALID_HUGE },
};

const char *facts_sample_name(unsigned sample)
{
	return samples[sample].name;
}

unsigned facts_sample_kind(unsigned sample)
{
	return samples[sample].kind;
}

/*
 * An address that the field can hold, below 2^bits, with ones all over it: the
 * kernel's questions about frame numbers should see the whole field.
 */
static uint64_t sample_pa(const struct pt_address_field *field, unsigned bits)
{
	struct pt_address_field plain = *field;
	uint64_t holds, pa;

	plain.inverted = false;
	holds = pt_address_decode(&plain, pt_address_mask(field)) &
		pt_ones(bits);
	pa = UINT64_C(0xb6db6db6db6db6db) & holds;
	return pa ? pa : holds & (~holds + 1);
}

/* The attributes of a max or min sample. */
static uint32_t sample_attrs(const struct pt_leaf_layout *leaf, bool max,
			     bool protnone)
{
	uint32_t attrs = 0;
	bool found = false;

	for (uint32_t i = 0; i <= PT_RIGHTS; i++)
		if (leaf->rights.right[i].representable && (max || !found)) {
			attrs = i;
			found = true;
		}
	if (!max)
		return attrs;
	return attrs | (leaf->global.mask && !protnone ? PT_GLOBAL : 0) |
	       (leaf->accessed.mask ? PT_ACCESSED : 0) |
	       (leaf->dirty.mask ? PT_DIRTY : 0) |
	       (leaf->soft0.mask ? PT_SOFT0 : 0) |
	       (leaf->soft1.mask ? PT_SOFT1 : 0);
}

static bool sample_leaf(const struct pt_format *f, const struct pt_level *l,
			unsigned sample, struct facts_reading *r)
{
	const struct pt_leaf_layout *leaf = &l->leaf;
	unsigned number = sample - FACTS_LEAF_G0;

	if (sample == FACTS_LEAF_G0 || sample == FACTS_LEAF_G1) {
		if (number >= l->group_count)
			return false;
		leaf = &l->group[number].leaf;
		r->order = l->group[number].order;
	}
	r->attrs = sample_attrs(leaf, sample != FACTS_LEAF_MIN, false);
	r->pa = sample_pa(&leaf->pa, f->pa_bits);
	return true;
}

bool facts_sample(const struct pt_format *f, unsigned depth, unsigned sample,
		  uint64_t *raw)
{
	const struct pt_level *l = &f->level[depth];
	struct facts_reading r = { .kind = samples[sample].kind };
	unsigned table_bits = f->table_pa_bits ? f->table_pa_bits : f->pa_bits;

	switch ((unsigned)r.kind) {
	case PT_TABLE:
		r.pa = sample_pa(&l->table.pa, table_bits);
		break;
	case PT_LEAF:
		if (!sample_leaf(f, l, sample, &r))
			return false;
		break;
	case PT_PROTNONE:
	case PT_INVALID_HUGE:
		r.attrs = sample_attrs(&l->leaf,
				       sample == FACTS_PROTNONE_MAX ||
					       sample == FACTS_INVALID_MAX,
				       true);
		r.pa = sample_pa(&l->leaf.protnone_pa, f->pa_bits);
		break;
	case PT_SWAP:
		/* Offset 5, in pages. */
		r.pa = UINT64_C(5) << l->swap.payload.pa_shift;
		break;
	case PT_MIGRATION:
		r.pa = sample_pa(&l->migration.payload, f->pa_bits);
		break;
	default:
		break;
	}
	return facts_encode(f, depth, &r, raw);
}
