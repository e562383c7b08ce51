/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading tables from memory: see tree.h.
 */
#include "tree.h"

#include "../mm/pt_entry.h"

void tree_open(struct tree *tree, struct run *run)
{
	tree->format = run_format(run);
	tree->memory = run_memory(run);
	tree->live = run_live(run, &tree->live_count);
	for (unsigned i = 0; i < PT_SPACES; i++)
		tree->root[i] = run_space(run, i)->root;
}

/* Whether [pa, pa + bytes) is inside one live table. */
static bool is_live(const struct tree *tree, uint64_t pa, uint64_t bytes)
{
	unsigned low = 0, high = tree->live_count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (tree->live[middle].pa <= pa)
			low = middle + 1;
		else
			high = middle;
	}
	return low && pa - tree->live[low - 1].pa < tree->live[low - 1].bytes &&
	       bytes <= tree->live[low - 1].bytes -
				(pa - tree->live[low - 1].pa);
}

bool tree_is_live(const struct tree *tree, unsigned depth, uint64_t pa)
{
	return is_live(tree, pa, pt_table_bytes(tree->format, depth));
}

/* A number of 4 or 8 bytes in the format's byte order. */
static uint64_t number_at(const struct tree *tree, const uint8_t *host,
			  unsigned bytes)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < bytes; i++)
		number |= (uint64_t)host[i]
			  << 8 * (tree->format->big_endian ? bytes - 1 - i : i);
	return number;
}

/* The word, or words, of an entry; false: its copies are not alike. */
static bool read_raw(const struct tree *tree, unsigned depth, uint64_t pa,
		     unsigned index, uint64_t *raw)
{
	const struct pt_level *l = &tree->format->level[depth];
	const uint8_t *host = pt_memory_at(tree->memory, pa,
					   pt_table_bytes(tree->format, depth));

	*raw = l->none_value;
	if (!host || !tree_is_live(tree, depth, pa))
		return true;
	host += (size_t)index * pt_stride(l);
	if (l->half_offset) {
		*raw = number_at(tree, host, 4) |
		       number_at(tree, host + l->half_offset, 4) << 32;
		return true;
	}
	*raw = number_at(tree, host, l->entry_bytes);
	for (unsigned i = 1; i < l->copies; i++)
		if (number_at(tree, host + (size_t)i * l->entry_bytes,
			      l->entry_bytes) != *raw)
			return false;
	return true;
}

/* As pt_attrs_read(), without its deliberate defects. */
static uint32_t read_attrs(const struct pt_level *l, unsigned kind,
			   struct pt_entry e)
{
	const struct pt_leaf_layout *leaf =
		kind == PT_LEAF ? pt_layout_of(l, e) : &l->leaf;
	uint32_t attrs = pt_flags_read(leaf, e.raw);

	if (kind != PT_LEAF)
		attrs &= ~PT_GLOBAL;
	attrs |= pt_flag_read(&leaf->soft0, e.raw) ? PT_SOFT0 : 0;
	attrs |= pt_flag_read(&leaf->soft1, e.raw) ? PT_SOFT1 : 0;
	attrs |= pt_memtype_read(&leaf->memtype, e.raw) << PT_MEMTYPE_SHIFT;
	if (leaf->key.width)
		attrs |= (uint32_t)(e.raw >> leaf->key.lsb &
				    pt_ones(leaf->key.width))
			 << PT_KEY_SHIFT;
	return attrs;
}

void tree_read(const struct tree *tree, unsigned depth, uint64_t pa,
	       unsigned index, struct tree_entry *out)
{
	const struct pt_level *l = &tree->format->level[depth];
	struct pt_entry e;

	*out = (struct tree_entry){
		.slot = pa + (uint64_t)index * pt_stride(l),
	};
	out->torn = !read_raw(tree, depth, pa, index, &e.raw);
	out->raw = e.raw;
	out->kind = (uint8_t)pt_entry_kind(tree->format, depth, e);
	if (out->kind == PT_TABLE) {
		out->pa = pt_table_pa(l, e);
		out->denied = pt_table_removed(l, e);
		return;
	}
	out->pa = pt_entry_pa(l, (enum pt_kind)out->kind, e, index);
	if (pt_has_attrs((enum pt_kind)out->kind))
		out->attrs = read_attrs(l, out->kind, e);
	if (out->kind == PT_LEAF)
		out->order = (uint8_t)pt_leaf_order(l, e);
}

bool tree_continues(const struct tree_entry *first,
		    const struct tree_entry *next, uint64_t length)
{
	if (first->kind != next->kind || first->kind == PT_TABLE ||
	    first->kind == PT_BAD || first->torn || next->torn)
		return false;
	return first->kind == PT_NONE || first->kind == PT_MARKER ||
	       (first->attrs == next->attrs && first->order == next->order &&
		next->pa == first->pa + length);
}

uint64_t tree_address(const struct pt_format *f, unsigned space,
		      uint64_t offset)
{
	const uint64_t above = pt_ones(f->va_word_bits) & ~pt_ones(f->va_bits);

	switch (f->va_rule) {
	case PT_VA_SIGNED:
		return offset >> (f->va_bits - 1) & 1 ? offset | above : offset;
	case PT_VA_ROOTS:
		return space ? offset | above : offset;
	case PT_VA_ZERO:
		break;
	}
	return offset;
}

bool tree_offset(const struct pt_format *f, unsigned space, uint64_t va,
		 uint64_t *offset)
{
	*offset = va & pt_ones(f->va_bits);
	return tree_address(f, space, *offset) == va;
}
