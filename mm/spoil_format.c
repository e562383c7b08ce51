/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Deliberate defects of descriptors; see spoil_format.h.
 *
 * Each one changes a copy of the format the way a mistake of its author would:
 * one mask, shift or value of one depth, or two fields exchanged.  An ordinary
 * build has none of it.
 */
#include "spoil_format.h"

#include <tablewalk/check.h>

typedef void spoil_fn(struct pt_format *f);

/* One change to every layout of leaves, single or in a group. */
static void each_leaf(struct pt_format *f,
		      void (*change)(struct pt_leaf_layout *leaf))
{
	for (unsigned depth = f->top; depth < PT_DEPTHS; depth++) {
		struct pt_level *l = &f->level[depth];

		change(&l->leaf);
		for (unsigned i = 0; i < l->group_count; i++)
			change(&l->group[i].leaf);
	}
}

static uint64_t lowest_bit(uint64_t bits)
{
	return bits & (0 - bits);
}

/* The lowest bit that is written and matched is written and matched clear. */
static void clear_bit(struct pt_matches *match, uint64_t *fixed)
{
	uint64_t bit = match->count ?
			       lowest_bit(*fixed & match->list[0].mask) : 0;

	*fixed &= ~bit;
	for (unsigned i = 0; i < match->count; i++)
		match->list[i].value &= ~bit;
}

static void spoil_leaf_pte(struct pt_format *f)
{
	clear_bit(&f->level[PT_PTE].leaf.match, &f->level[PT_PTE].leaf.fixed);
}

static void spoil_leaf_pmd(struct pt_format *f)
{
	clear_bit(&f->level[PT_PMD].leaf.match, &f->level[PT_PMD].leaf.fixed);
}

static void spoil_table_root(struct pt_format *f)
{
	clear_bit(&f->level[f->top].table.match, &f->level[f->top].table.fixed);
}

static void spoil_table_pmd(struct pt_format *f)
{
	clear_bit(&f->level[PT_PMD].table.match, &f->level[PT_PMD].table.fixed);
}

/* Exchanges the encodings of rights that differ in exactly that right. */
static void exchange_rights(struct pt_rights *rights, uint32_t a, uint32_t b)
{
	uint64_t bits = rights->right[a].bits;

	if (!rights->right[a].representable || !rights->right[b].representable)
		return;
	rights->right[a].bits = rights->right[b].bits;
	rights->right[b].bits = bits;
}

static void invert_right(struct pt_rights *rights, uint32_t right)
{
	for (uint32_t i = 0; i <= PT_RIGHTS; i++)
		if (!(i & right))
			exchange_rights(rights, i, i | right);
}

static void invert_write(struct pt_leaf_layout *leaf)
{
	invert_right(&leaf->rights, PT_W);
}

static void spoil_write(struct pt_format *f)
{
	each_leaf(f, invert_write);
}

static void invert_exec(struct pt_leaf_layout *leaf)
{
	invert_right(&leaf->rights, PT_X);
}

static void spoil_exec(struct pt_format *f)
{
	each_leaf(f, invert_exec);
}

static void invert_user(struct pt_leaf_layout *leaf)
{
	invert_right(&leaf->rights, PT_USER);
}

static void spoil_user(struct pt_format *f)
{
	each_leaf(f, invert_user);
}

static void spoil_exec_pmd(struct pt_format *f)
{
	invert_exec(&f->level[PT_PMD].leaf);
}

/* As stage 2 has them: a bit for each of R and W. */
static void swap_read_write(struct pt_leaf_layout *leaf)
{
	for (uint32_t i = 0; i <= PT_RIGHTS; i++)
		if ((i & (PT_R | PT_W)) == PT_R)
			exchange_rights(&leaf->rights, i, i ^ (PT_R | PT_W));
}

static void spoil_read_write(struct pt_format *f)
{
	each_leaf(f, swap_read_write);
}

/* The first two memory types that there are, the one for the other. */
static void swap_memtypes(struct pt_leaf_layout *leaf)
{
	struct pt_memtypes *types = &leaf->memtype;
	unsigned found[2], count = 0;

	for (unsigned i = 0; i < PT_MEMTYPES && count < 2; i++)
		if (types->type[i].representable)
			found[count++] = i;
	if (types->mask && count == 2) {
		uint64_t bits = types->type[found[0]].bits;

		types->type[found[0]].bits = types->type[found[1]].bits;
		types->type[found[1]].bits = bits;
	}
}

static void spoil_memtypes(struct pt_format *f)
{
	each_leaf(f, swap_memtypes);
}

static void spoil_memtypes_pmd(struct pt_format *f)
{
	swap_memtypes(&f->level[PT_PMD].leaf);
}

static void swap_accessed_dirty(struct pt_leaf_layout *leaf)
{
	struct pt_flag accessed = leaf->accessed;

	if (!accessed.mask || !leaf->dirty.mask)
		return;
	leaf->accessed = leaf->dirty;
	leaf->dirty = accessed;
}

static void spoil_accessed_dirty(struct pt_format *f)
{
	each_leaf(f, swap_accessed_dirty);
}

static void invert_accessed(struct pt_leaf_layout *leaf)
{
	uint64_t set = leaf->accessed.set;

	leaf->accessed.set = leaf->accessed.clear;
	leaf->accessed.clear = set;
}

static void spoil_accessed(struct pt_format *f)
{
	each_leaf(f, invert_accessed);
}

static void swap_soft(struct pt_leaf_layout *leaf)
{
	struct pt_flag soft = leaf->soft0;

	if (!soft.mask || !leaf->soft1.mask)
		return;
	leaf->soft0 = leaf->soft1;
	leaf->soft1 = soft;
}

static void spoil_soft(struct pt_format *f)
{
	each_leaf(f, swap_soft);
}

static void shift_key(struct pt_leaf_layout *leaf)
{
	if (leaf->key.width)
		leaf->key.lsb--;
}

static void spoil_key(struct pt_format *f)
{
	each_leaf(f, shift_key);
}

static void swap_derived(struct pt_leaf_layout *leaf)
{
	for (unsigned i = 0; i < leaf->derived_count; i++) {
		uint64_t on = leaf->derived[i].on;

		leaf->derived[i].on = leaf->derived[i].off;
		leaf->derived[i].off = on;
	}
}

static void spoil_derived(struct pt_format *f)
{
	each_leaf(f, swap_derived);
}

/* The mask of an address ends one bit early. */
static void shorten(struct pt_address_field *field)
{
	if (field->width)
		field->width--;
}

static void spoil_pa_pte(struct pt_format *f)
{
	shorten(&f->level[PT_PTE].leaf.pa);
}

static void spoil_pa_pmd(struct pt_format *f)
{
	shorten(&f->level[PT_PMD].leaf.pa);
}

/* The mask of an address starts one bit late. */
static void spoil_table_mask(struct pt_format *f)
{
	struct pt_address_field *field = &f->level[f->top].table.pa;

	if (!field->width)
		return;
	field->lsb++;
	field->pa_shift++;
	field->width--;
}

static void spoil_payload(struct pt_format *f)
{
	shorten(&f->level[PT_PTE].swap.payload);
}

static void spoil_protnone_pa(struct pt_format *f)
{
	for (unsigned depth = f->top; depth < PT_DEPTHS; depth++) {
		struct pt_address_field *field =
			&f->level[depth].leaf.protnone_pa;

		field->inverted = !field->inverted && !field->pieces;
	}
}

static void spoil_group_mark(struct pt_format *f)
{
	for (unsigned depth = f->top; depth < PT_DEPTHS; depth++) {
		struct pt_level *l = &f->level[depth];

		for (unsigned i = 0; i < l->group_count; i++)
			l->group[i].leaf.fixed = l->leaf.fixed;
	}
}

/* An empty pmd entry is stored as a pointer to a table at address 0. */
static void spoil_none_pmd(struct pt_format *f)
{
	struct pt_level *l = &f->level[PT_PMD];

	if (l->none.count == PT_MATCHES)
		return;
	l->none_value = l->table.fixed;
	l->none.list[l->none.count++] =
		(struct pt_match){ UINT64_MAX, l->none_value };
}

static void invert_hierarchy(struct pt_level *l)
{
	for (unsigned i = 0; i < l->table.hierarchy_count; i++) {
		struct pt_hierarchy *h = &l->table.hierarchy[i];
		uint64_t allow = h->allow;

		h->allow = h->deny;
		h->deny = allow;
	}
}

static void spoil_hierarchy_pgd(struct pt_format *f)
{
	invert_hierarchy(&f->level[PT_PGD]);
}

static void spoil_hierarchy_p4d(struct pt_format *f)
{
	invert_hierarchy(&f->level[PT_P4D]);
}

static void spoil_hierarchy_pud(struct pt_format *f)
{
	invert_hierarchy(&f->level[PT_PUD]);
}

static void spoil_hierarchy_pmd(struct pt_format *f)
{
	invert_hierarchy(&f->level[PT_PMD]);
}

static void spoil_byte_order(struct pt_format *f)
{
	f->big_endian = !f->big_endian;
}

/* What the defect that is switched on does to leaves, or NULL. */
static spoil_fn *selected_leaf(void)
{
	if (MUT(DESC_LEAF_BIT_PTE, false, true))
		return spoil_leaf_pte;
	if (MUT(DESC_LEAF_BIT_PMD, false, true))
		return spoil_leaf_pmd;
	if (MUT(DESC_WRITE_INVERTED, false, true))
		return spoil_write;
	if (MUT(DESC_EXEC_INVERTED, false, true))
		return spoil_exec;
	if (MUT(DESC_EXEC_INVERTED_PMD, false, true))
		return spoil_exec_pmd;
	if (MUT(DESC_USER_INVERTED, false, true))
		return spoil_user;
	if (MUT(DESC_READ_WRITE_SWAPPED, false, true))
		return spoil_read_write;
	if (MUT(DESC_MEMTYPES_SWAPPED, false, true))
		return spoil_memtypes;
	if (MUT(DESC_MEMTYPES_SWAPPED_PMD, false, true))
		return spoil_memtypes_pmd;
	if (MUT(DESC_ACCESSED_IS_DIRTY, false, true))
		return spoil_accessed_dirty;
	if (MUT(DESC_ACCESSED_INVERTED, false, true))
		return spoil_accessed;
	if (MUT(DESC_SOFT_SWAPPED, false, true))
		return spoil_soft;
	if (MUT(DESC_KEY_SHIFTED, false, true))
		return spoil_key;
	if (MUT(DESC_DERIVED_SWAPPED, false, true))
		return spoil_derived;
	if (MUT(DESC_PA_SHORT_PTE, false, true))
		return spoil_pa_pte;
	if (MUT(DESC_PA_SHORT_PMD, false, true))
		return spoil_pa_pmd;
	if (MUT(DESC_PAYLOAD_SHORT, false, true))
		return spoil_payload;
	if (MUT(DESC_PROTNONE_INVERTED, false, true))
		return spoil_protnone_pa;
	if (MUT(DESC_GROUP_MARK_LOST, false, true))
		return spoil_group_mark;
	return NULL;
}

/* What it does to anything, or NULL. */
static spoil_fn *selected(void)
{
	if (MUT(DESC_TABLE_BIT_ROOT, false, true))
		return spoil_table_root;
	if (MUT(DESC_TABLE_BIT_PMD, false, true))
		return spoil_table_pmd;
	if (MUT(DESC_TABLE_MASK_LOW, false, true))
		return spoil_table_mask;
	if (MUT(DESC_NONE_IS_TABLE_PMD, false, true))
		return spoil_none_pmd;
	if (MUT(DESC_HIERARCHY_INVERTED_PGD, false, true))
		return spoil_hierarchy_pgd;
	if (MUT(DESC_HIERARCHY_INVERTED_P4D, false, true))
		return spoil_hierarchy_p4d;
	if (MUT(DESC_HIERARCHY_INVERTED_PUD, false, true))
		return spoil_hierarchy_pud;
	if (MUT(DESC_HIERARCHY_INVERTED_PMD, false, true))
		return spoil_hierarchy_pmd;
	if (MUT(DESC_BYTE_ORDER, false, true))
		return spoil_byte_order;
	return selected_leaf();
}

const struct pt_format *pt_descriptor(const struct pt_format *format)
{
	/* Of a defect only, and one format at a time is in use then. */
	static struct pt_format copy;
	static const struct pt_format *copied;
	static spoil_fn *by;
	spoil_fn *spoil = selected();

	if (!spoil || format == &copy)
		return format;
	if (copied != format || by != spoil) {
		copied = format;
		by = spoil;
		copy = *format;
		spoil(&copy);
	}
	return &copy;
}
