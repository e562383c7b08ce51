/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See fit.h. */
#include "fit.h"

static unsigned ones(uint32_t bits)
{
	unsigned count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

static uint32_t fit_rights(const struct pt_rights *rights, uint32_t wanted)
{
	uint32_t best = wanted;
	unsigned least = 5;

	if (rights->right[wanted].representable)
		return wanted;
	for (uint32_t i = 0; i <= PT_RIGHTS; i++)
		if (rights->right[i].representable && ones(i ^ wanted) < least) {
			least = ones(i ^ wanted);
			best = i;
		}
	return best;
}

uint32_t fit_attrs(const struct pt_format *format, uint32_t attrs)
{
	const uint32_t usual = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY;
	const struct pt_leaf_layout *leaf = &format->level[PT_PTE].leaf;

	if (!(attrs & PT_R) || (attrs & ~usual))
		return attrs;
	attrs &= ~(leaf->global.mask ? 0 : PT_GLOBAL);
	attrs &= ~(leaf->accessed.mask ? 0 : PT_ACCESSED);
	attrs &= ~(leaf->dirty.mask ? 0 : PT_DIRTY);
	return (attrs & ~PT_RIGHTS) |
	       fit_rights(&leaf->rights, attrs & PT_RIGHTS);
}

unsigned fit_depth(const struct pt_format *format, unsigned height)
{
	unsigned depth = height > PT_PTE ? 0 : PT_PTE - height;

	if (depth < format->top)
		depth = format->top;
	while (depth < PT_PTE && format->level[depth].index_bits == 0)
		depth++;
	return depth;
}

static uint32_t deniable(const struct pt_level *level)
{
	uint32_t rights = 0;

	for (unsigned i = 0; i < level->table.hierarchy_count; i++)
		rights |= level->table.hierarchy[i].right;
	return rights;
}

static bool has_kind(const struct pt_level *level, unsigned kind)
{
	switch (kind) {
	case PT_PROTNONE:
		return level->leaf.protnone.count;
	case PT_INVALID_HUGE:
		return level->leaf.invalid.count;
	case PT_SWAP:
		return level->swap.match.count;
	case PT_MIGRATION:
		return level->migration.match.count;
	case PT_MARKER:
		return level->marker.match.count;
	default:
		return false;
	}
}

/* Whether leaves of every depth can have them: see struct pt_format. */
static bool representable(const struct pt_format *format, uint32_t attrs)
{
	const struct pt_leaf_layout *leaf = &format->level[PT_PTE].leaf;
	unsigned type = pt_attrs_memtype(attrs);

	if ((attrs & PT_GLOBAL && !leaf->global.mask) ||
	    (attrs & PT_ACCESSED && !leaf->accessed.mask) ||
	    (attrs & PT_DIRTY && !leaf->dirty.mask) ||
	    (attrs & PT_SOFT0 && !leaf->soft0.mask) ||
	    (attrs & PT_SOFT1 && !leaf->soft1.mask) ||
	    pt_attrs_key(attrs) > pt_ones(leaf->key.width) ||
	    type >= PT_MEMTYPES)
		return false;
	return leaf->rights.right[attrs & PT_RIGHTS].representable &&
	       (leaf->memtype.mask ? leaf->memtype.type[type].representable
				   : type == PT_MEM_WB);
}

static unsigned depth_below(const struct pt_format *format, unsigned depth)
{
	do
		depth++;
	while (depth < PT_PTE && !format->level[depth].index_bits);
	return depth;
}

bool fit_record(const struct pt_format *format, const struct case_record *record)
{
	unsigned depth = fit_depth(format, record->aux.height);
	const struct pt_level *level = &format->level[depth];
	bool leaves = level->leaf.match.count;
	bool unit = record->aux.group ? level->group_count : depth < PT_PTE;

	switch (record->kind) {
	case OP_MAP:
		return leaves && (!record->aux.group || level->group_count) &&
		       representable(format, fit_attrs(format, record->attrs));
	case OP_INSTALL:
	case OP_SHADOW:
	case OP_IDENTITY:
		return representable(format, fit_attrs(format, record->attrs));
	case OP_VMA:
		return (record->aux.value & CASE_VMA_TYPE) != OP_VMA_HUGETLB ||
		       (leaves && depth < PT_PTE);
	case OP_ITERATE:
		return record->aux.value != OP_ITERATE_AGE ||
		       format->level[PT_PTE].leaf.accessed.mask;
	case OP_PROTECT:
		return representable(format, fit_attrs(format, record->attrs) &
						     PT_RIGHTS);
	case OP_SPLIT:
		return leaves && (depth < PT_PTE || level->group_count);
	case OP_COLLAPSE:
		return leaves && unit;
	case OP_RESTRICT:
		return depth < PT_PTE &&
		       !(record->aux.value & ~deniable(level));
	case OP_SETKIND:
		return has_kind(level, record->aux.value);
	case OP_TOUCH:
		return record->aux.value != PT_WRITE ||
		       format->level[PT_PTE].leaf.dirty.mask;
	case OP_POKE:
		return record->aux.value == OP_POKE_BAD ||
		       (depth < PT_PTE &&
			(record->aux.value != OP_POKE_DEPTH ||
			 pt_table_bytes(format, depth) >=
				 pt_table_bytes(format, depth_below(format,
								    depth))));
	default:
		return true;
	}
}

bool fit_kind(const struct pt_format *format, unsigned kind)
{
	const struct pt_leaf_layout *page = &format->level[PT_PTE].leaf;
	bool units = format->level[PT_PTE].group_count ||
		     format->level[PT_PMD].leaf.match.count;

	switch (kind) {
	case OP_SPLIT:
	case OP_COLLAPSE:
		return units;
	case OP_RESTRICT:
		for (unsigned d = format->top; d < PT_PTE; d++)
			if (deniable(&format->level[d]))
				return true;
		return false;
	case OP_SETKIND:
		return page->protnone.count || has_kind(&format->level[PT_PTE],
							PT_SWAP);
	case OP_TOUCH:
		return page->accessed.mask;
	default:
		return true;
	}
}
