/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One entry with one attribute changed, as the pte_mk*() of Linux do it, for
 * every format and every depth with leaves.
 *
 * All of them take a leaf, single or in a group, a protnone or an invalid-huge
 * entry, and give an entry of the same kind and address that differs in the
 * attribute named and in what follows from it (struct pt_derived), and in
 * nothing else.  An entry of any other kind has no attributes: it comes back as
 * it is.  So does an entry whose format cannot say what is asked for (dirty
 * where there is no such flag, a page of these rights without write).
 *
 * Rules, each a test in tests/mm/test_accessors.c: making twice is making once;
 * young and old, dirty and clean undo each other; different attributes commute;
 * write protection keeps DIRTY; pt_modify() keeps all but the rights;
 * pt_mkhuge() keeps every attribute, memory type and key among them.
 */
#ifndef MM_PT_ACCESSORS_H
#define MM_PT_ACCESSORS_H

#include "pt_entry.h"

/* A format, a depth of it, and what an entry there is. */
struct pt_at {
	const struct pt_format *format;
	unsigned depth;
};

static inline struct pt_entry pt_set_flag(struct pt_entry e,
					  const struct pt_flag *flag, bool set,
					  const struct pt_leaf_layout *leaf,
					  enum pt_kind kind)
{
	if (!flag->mask)
		return e;
	e.raw = pt_flag_write(flag, e.raw, set);
	return kind == PT_LEAF ? pt_derive(leaf, e) : e;
}

/* The layout that an entry of that kind, with attributes, has. */
static inline const struct pt_leaf_layout *
pt_layout_at(struct pt_at at, enum pt_kind kind, struct pt_entry e)
{
	const struct pt_level *l = &at.format->level[at.depth];

	return kind == PT_LEAF ? pt_layout_of(l, e) : &l->leaf;
}

static inline struct pt_entry pt_set_accessed(struct pt_at at,
					      struct pt_entry e, bool set)
{
	enum pt_kind kind = pt_entry_kind(at.format, at.depth, e);
	const struct pt_leaf_layout *leaf;

	if (!pt_has_attrs(kind))
		return e;
	leaf = pt_layout_at(at, kind, e);
	return pt_set_flag(e, &leaf->accessed, set, leaf, kind);
}

static inline struct pt_entry pt_set_dirty(struct pt_at at, struct pt_entry e,
					   bool set)
{
	enum pt_kind kind = pt_entry_kind(at.format, at.depth, e);
	const struct pt_leaf_layout *leaf;

	if (!pt_has_attrs(kind))
		return e;
	leaf = pt_layout_at(at, kind, e);
	return pt_set_flag(e, &leaf->dirty, set, leaf, kind);
}

static inline struct pt_entry pt_mkyoung(struct pt_at at, struct pt_entry e)
{
	return pt_set_accessed(at, e, true);
}

static inline struct pt_entry pt_mkold(struct pt_at at, struct pt_entry e)
{
	return pt_set_accessed(at, e, false);
}

static inline struct pt_entry pt_mkdirty(struct pt_at at, struct pt_entry e)
{
	return pt_set_dirty(at, e, true);
}

static inline struct pt_entry pt_mkclean(struct pt_at at, struct pt_entry e)
{
	return pt_set_dirty(at, e, false);
}

/* The entry with exactly these rights; attrs: only PT_RIGHTS count. */
static inline struct pt_entry pt_modify(struct pt_at at, struct pt_entry e,
					uint32_t attrs)
{
	const struct pt_level *l = &at.format->level[at.depth];
	enum pt_kind kind = pt_entry_kind(at.format, at.depth, e);

	if (!pt_has_attrs(kind) || !pt_rights_representable(l, attrs))
		return e;
	return pt_with_rights(l, kind, e, attrs);
}

static inline struct pt_entry pt_set_write(struct pt_at at, struct pt_entry e,
					   bool set)
{
	const struct pt_level *l = &at.format->level[at.depth];
	enum pt_kind kind = pt_entry_kind(at.format, at.depth, e);
	uint32_t attrs;

	if (!pt_has_attrs(kind))
		return e;
	attrs = pt_attrs_read(l, kind, e);
	return pt_modify(at, e, set ? attrs | PT_W : attrs & ~PT_W);
}

static inline struct pt_entry pt_mkwrite(struct pt_at at, struct pt_entry e)
{
	return pt_set_write(at, e, true);
}

static inline struct pt_entry pt_wrprotect(struct pt_at at, struct pt_entry e)
{
	return pt_set_write(at, e, false);
}

/*
 * A single entry of another depth and the same kind, at pa, with the attributes
 * of this one.  pa is aligned to the span of depth.  The caller knows that
 * there are leaves of that depth, and protnone or invalid-huge entries if e is
 * one.
 */
static inline struct pt_entry pt_mkhuge(struct pt_at at, struct pt_entry e,
					unsigned depth, uint64_t pa)
{
	const struct pt_level *l = &at.format->level[at.depth];
	enum pt_kind kind = pt_entry_kind(at.format, at.depth, e);
	struct pt_mould mould;

	if (!pt_has_attrs(kind))
		return e;
	mould = pt_kind_mould(&at.format->level[depth], kind,
			      pt_attrs_read(l, kind, e));
	return pt_mould_fill(&mould, pa);
}

/*
 * The attributes of the unit that entry number index of a table is in: in a
 * group ACCESSED and DIRTY of any entry count for all.  The entry is a leaf.
 */
static inline uint32_t pt_gather(struct pt_at at, const struct pt_table *table,
				 unsigned index)
{
	const struct pt_level *l = &at.format->level[at.depth];
	struct pt_entry e = pt_read_entry(at.format, at.depth, table, index);
	unsigned entries = 1u << pt_leaf_order(l, e);
	unsigned first = index & ~(entries - 1);
	uint32_t attrs = pt_attrs_read(l, PT_LEAF, e);

	for (unsigned i = first; i < first + entries; i++) {
		e = pt_read_entry(at.format, at.depth, table, i);
		if (pt_entry_kind(at.format, at.depth, e) == PT_LEAF)
			attrs |= pt_attrs_read(l, PT_LEAF, e) &
				 (PT_ACCESSED | PT_DIRTY);
	}
	return attrs;
}

#endif
