/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of the built-in subject share: checks of a range, steps
 * through a table, the descent to one entry, and the parts operations are
 * made of.
 *
 * Source: include/tablewalk/table_ops.h.
 */
#ifndef MM_PGTABLE_H
#define MM_PGTABLE_H

#include <errno.h>
#include <string.h>

#include "flush.h"
#include "table_page.h"

/* Whether every address of the range belongs to the space's root. */
static inline bool pt_range_translated(const struct pt_space *space,
				       uint64_t va, uint64_t last)
{
	const struct pt_format *f = space->format;
	uint64_t word = pt_ones(f->va_word_bits);
	uint64_t root = pt_ones(f->va_bits);

	if (last > word)
		return false;
	if (MUT(GAP_TRANSLATED, false, !((va ^ last) & ~(root >> 1))))
		return true;
	switch (f->va_rule) {
	case PT_VA_SIGNED:
		/* A root as wide as the word leaves no gap. */
		return root == word || last <= root >> 1 ||
		       va >= word - (root >> 1) +
				     MUT(HIGH_START_REFUSED, 0u, 1u);
	case PT_VA_ROOTS:
		return space->number ? va >= word - root +
						     MUT(ROOT1_START_REFUSED,
							 0u, 1u) :
				       last <= root;
	case PT_VA_ZERO:
		return last <= root;
	}
	return false;
}

/* Empty, or not in whole units of 2^unit_shift bytes. */
static inline bool pt_range_malformed(uint64_t va, uint64_t last,
				      unsigned unit_shift)
{
	return MUT(RANGE_END_WRAPS, last < va, last + 1 <= va) ||
	       ((va | (last + 1)) & pt_ones(unit_shift));
}

/*
 * At the head of each operation that is a change (walk.h, "Changes during a
 * walk"): a walk of the space that is under way looks again.
 */
static inline void pt_changing(struct pt_space *space)
{
	space->changes++;
	if (space->sharer)
		memset(space->sharer->broken, 0, sizeof(space->sharer->broken));
}

/* -EINVAL and -ERANGE of an operation on a range of base pages. */
int pt_range_error(const struct pt_space *space, uint64_t va, uint64_t last);

/* The same for an operation on the entry covering va at depth. */
int pt_entry_error(const struct pt_space *space, uint64_t va, unsigned depth);

/*
 * -EBUSY of share.h, for a change of a range that ends with last: whether that
 * touches a kernel part which is another space's.  A range that is translated
 * touches it where its last address does, and no unit lies in both halves of
 * a root.
 */
static inline int pt_kernel_error(const struct pt_space *space, uint64_t last)
{
	const struct pt_format *f = space->format;

	return space->kernel &&
	       pt_index(f, f->top, last) >=
			       pt_kernel_first(f) + MUT(KERNEL_FIRST_MISSED,
							0u, 1u) ?
		       -EBUSY : 0;
}

/* The first address of entry number index of the space's root. */
uint64_t pt_root_entry_va(const struct pt_space *space, unsigned index);

/* Last address of the entry that covers va. */
static inline uint64_t pt_entry_last(const struct pt_format *f, unsigned depth,
				     uint64_t va)
{
	return va | (pt_span(f, depth) - 1);
}

static inline uint64_t pt_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*
 * One entry of a range's way through a table: its index, and its addresses
 * clipped to the range.  pt_step_first() and pt_step_next() visit them in
 * ascending order, and get past the last address of all without wrapping.
 */
struct pt_step {
	uint64_t va, end;		/* end is inclusive */
	unsigned index;
};

static inline struct pt_step pt_step_first(const struct pt_format *f,
					   unsigned depth, uint64_t va,
					   uint64_t last)
{
	return (struct pt_step){
		.va = va,
		.end = pt_min(pt_entry_last(f, depth, va), last),
		.index = pt_index(f, depth, va),
	};
}

static inline bool pt_step_next(const struct pt_format *f, unsigned depth,
				uint64_t last, struct pt_step *step)
{
	if (step->end == last)
		return false;
	step->va = step->end + 1;
	step->end = pt_min(pt_entry_last(f, depth, step->va), last);
	step->index++;
	return true;
}

/*
 * Moves the step over entries that are stored as none; false where no other is
 * left up to last.
 */
static inline bool pt_step_skip_none(const struct pt_format *f, unsigned depth,
				     const struct pt_table *table,
				     uint64_t last, struct pt_step *step)
{
	unsigned end = pt_index(f, depth, last) + 1;
	unsigned index = pt_skip_none(f, depth, table, step->index, end);

	if (index == end)
		return false;
	if (index != step->index) {
		step->va = (step->va & ~(pt_span(f, depth) - 1)) +
			   (index - step->index) * pt_span(f, depth);
		step->end = pt_min(pt_entry_last(f, depth, step->va), last);
		step->index = index;
	}
	return true;
}

/* Whether the step covers less than the whole entry. */
static inline bool pt_step_partial(const struct pt_format *f, unsigned depth,
				   const struct pt_step *step)
{
	if (MUT(DIVIDE_WHOLE_UNITS, false, depth < PT_PTE))
		return true;
	if (MUT(DIVIDE_END_MISSED, false,
		!(step->va & (pt_span(f, depth) - 1))))
		return false;
	return step->end - step->va != pt_span(f, depth) - 1;
}

static inline struct pt_table pt_root_open(const struct pt_space *space)
{
	return pt_table_open(space, space->format->top, space->root);
}

/*
 * The table that the passes over a range start from: the deepest one, but not
 * below target, that holds all of the range.  Most ranges lie in one page
 * table, and descending once per operation is most of their cost.
 */
struct pt_start {
	struct pt_table table;
	unsigned depth;
};

struct pt_start pt_start_find(const struct pt_space *space, uint64_t va,
			      uint64_t last, unsigned target);

/* One entry and where it is. */
struct pt_slot {
	struct pt_table table;
	struct pt_entry entry;
	unsigned index, depth;
	enum pt_kind kind;
};

/*
 * Descends to the entry covering va at depth, or to the one above that is not
 * a table.
 */
struct pt_slot pt_descend(const struct pt_space *space, uint64_t va,
			  unsigned depth);

static inline void pt_slot_write(const struct pt_space *space,
				 const struct pt_slot *slot, struct pt_entry e)
{
	pt_write_entry(space->format, slot->depth, &slot->table, slot->index,
		       e);
}

/*
 * Break before make.
 *
 * Whether an entry, number index of its table, must be broken before e follows it.
 */
bool pt_must_break(const struct pt_format *f, unsigned depth, unsigned index,
		   struct pt_entry old, struct pt_entry e);

/*
 * Makes an entry that hardware uses none, and leaves any other as it is; returns
 * what it was by then.  The caller has noted it.
 */
struct pt_entry pt_break_entry(const struct pt_format *f, unsigned depth,
			       const struct pt_table *table, unsigned index);

/* Entries of the longest group on a format with break_before_make. */
#define PT_GROUP_ENTRIES 128

/*
 * Unlinks, invalidates and releases every table that the entries of the unit of
 * that order around index point to, so that the unit can be made; all of them are
 * empty.  va is covered by entry index.
 */
void pt_clear_tables(struct pt_stale *stale, unsigned depth,
		     const struct pt_table *table, unsigned index,
		     unsigned order, uint64_t va);

/*
 * Missing tables: those that [va, last] lacks for entries of depth to exist.
 * The caller knows that what is in the way is none.  pt_missing_alloc() puts
 * them into the stock, or gives all of them back and returns -ENOMEM;
 * pt_missing_link() takes them from there and links them, empty.
 */
int pt_missing_alloc(struct pt_stock *stock, const struct pt_start *start,
		     uint64_t va, uint64_t last, unsigned depth);
void pt_missing_link(struct pt_stock *stock, const struct pt_start *start,
		     uint64_t va, uint64_t last, unsigned depth);

/* What pt_unmap() and pt_copy() divide, as a set of 1 << enum pt_kind. */
#define PT_KINDS_DIVIDED                                                       \
	(1u << PT_LEAF | 1u << PT_PROTNONE | 1u << PT_INVALID_HUGE |           \
	 1u << PT_MIGRATION)

/*
 * Divides what [va, last] of the gather's space splits, until it splits nothing,
 * as pt_unmap() says.  kinds is a set of 1 << enum pt_kind: what is divided at
 * all.
 * -ENOMEM: nothing was changed.
 */
int pt_divide_range(struct pt_stale *stale, const struct pt_start *start,
		    uint64_t va, uint64_t last, unsigned kinds);

/*
 * The same in two steps, for an operation that allocates more in between.
 * space, f, stale, kinds and the stock's space are the caller's to set.
 * pt_divide_plan() puts the tables into the stock, or as many as it was given
 * when it returns -ENOMEM; pt_divide_store() uses them up.
 */
struct pt_division {
	const struct pt_space *space;
	const struct pt_format *f;
	struct pt_stale *stale;		/* of space */
	unsigned kinds;
	bool unfolds;			/* there is a group to unfold */
	/* There are leaves that were not there when the operation began. */
	bool has_pieces;
	struct pt_stock stock;
};

int pt_divide_plan(struct pt_division *division, const struct pt_start *start,
		   uint64_t va, uint64_t last);
void pt_divide_store(struct pt_division *division,
		     const struct pt_start *start, uint64_t va, uint64_t last);

/*
 * Makes all entries of the slot's group single; slot->entry is read again.  va is
 * covered by the slot.
 */
void pt_unfold(struct pt_stale *stale, struct pt_slot *slot, uint64_t va);

/*
 * A table entry for a complete table, taken from the stock, that maps what a
 * single leaf, protnone or migration entry of that depth maps; of an
 * invalid-huge entry, what the leaf mapped that it was.
 */
struct pt_entry pt_divided(struct pt_stock *stock, unsigned depth,
			   enum pt_kind kind, struct pt_entry e);

/*
 * Puts e, which pt_divided() or its like made of slot->entry, in its place, after
 * a break where one is needed: slot->entry was noted.  What hardware sets there
 * until then (ACCESSED, DIRTY) goes to all pieces.
 */
void pt_link_divided(struct pt_stale *stale, const struct pt_slot *slot,
		     struct pt_entry e);

#endif
