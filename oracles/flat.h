/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The flat model of one address space: which addresses are mapped to what, and
 * which tables exist.  It holds no raw bits and no physical address of a table.
 *
 * Addresses here are *offsets*: the va_bits low bits of an address, counted
 * from the start of what the root translates.  oracle.c converts.
 *
 * Costs: every look-up is a binary search, every change one or two memmove of
 * the arrays' tails.  Arrays grow without limit and keep their length over
 * cases, so that in the steady state nothing is allocated.
 */
#ifndef ORACLES_FLAT_H
#define ORACLES_FLAT_H

#include <tablewalk/types.h>

#include "mmu/mmu.h"

/* What of a format's geometry the model needs. */
struct flat_geometry {
	uint8_t top;			/* enum pt_depth of the root */
	uint8_t shift[PT_DEPTHS];	/* lg2 bytes that an entry spans */
	uint8_t table_shift[PT_DEPTHS];	/* lg2 bytes that a table spans */
	uint64_t last;			/* the greatest offset */
};

/*
 * A run of entries that are not none and not tables: same depth, kind, order
 * and attributes, adjacent, and where the kind has an address or a payload,
 * consecutive.  Two neighbours that could be one extent always are.
 */
struct flat_extent {
	uint64_t first, last;
	uint64_t pa;			/* of first; 0 for PT_MARKER */
	uint32_t attrs;
	uint8_t kind;			/* enum pt_kind */
	uint8_t depth;			/* enum pt_depth */
	uint8_t order;
};

/* A table whose pointer entry takes rights away. */
struct flat_denial {
	uint64_t first, last;		/* what the table covers */
	uint32_t denied;
	uint8_t depth;			/* of the table */
};

/* The tables of one depth: the first offset of each, ascending. */
struct flat_tables {
	uint64_t *start;
	size_t count, capacity;
};

struct flat_space {
	const struct flat_geometry *geometry;
	struct flat_extent *extent;	/* ascending, disjoint */
	size_t extents, extent_capacity;
	struct flat_denial *denial;	/* in no order; mostly empty */
	size_t denials, denial_capacity;
	struct flat_tables table[PT_DEPTHS]; /* the root is not in it */
};

/*
 * Where a look-up that moves upwards begins.  All zero is always right; reuse
 * it only for offsets not below those asked for before, without changes of the
 * space in between.
 */
struct flat_cursor {
	size_t extent;
	size_t table[PT_DEPTHS];
};

/* A stretch of equal entries of one table, or one table entry. */
struct flat_segment {
	uint64_t first, last;
	uint64_t pa;			/* as for TRACE_VISIT, at first */
	uint32_t attrs;			/* as for TRACE_VISIT */
	uint8_t kind, order;
};

/* What decides an address, and the stretch around it that is alike. */
struct flat_view {
	uint64_t first, last;
	uint64_t pa;			/* of the offset asked for */
	uint32_t attrs, denied;
	uint8_t kind, depth, order;
};

void flat_geometry_init(struct flat_geometry *geometry,
			const struct mmu_arch *arch);
void flat_init(struct flat_space *space, const struct flat_geometry *geometry);
void flat_destroy(struct flat_space *space);
/* Empties it, and gives back what it had grown to. */
void flat_reset(struct flat_space *space);

/*
 * Makes room for the extents and denials that one operation can add and for
 * tables more tables at each depth.  False where memory runs out.  Every
 * function below that adds something counts on it.
 */
bool flat_reserve(struct flat_space *space, size_t tables);

/* Whether entries of that kind hold an address or a payload. */
static inline bool flat_has_pa(unsigned kind)
{
	return kind == PT_LEAF || kind == PT_PROTNONE || kind == PT_SWAP ||
	       kind == PT_MIGRATION || kind == PT_INVALID_HUGE;
}

/* Whether offset starts a new entry at depth. */
static inline bool flat_aligned(const struct flat_space *space, unsigned depth,
				uint64_t offset)
{
	return !(offset & pt_ones(space->geometry->shift[depth]));
}

/* The index of the first extent that ends at or after offset. */
size_t flat_seek(const struct flat_space *space, size_t from, uint64_t offset);

/* The extent that covers offset, or NULL. */
struct flat_extent *flat_find(const struct flat_space *space, uint64_t offset);

/* Whether anything but none and table entries lies in [first, last]. */
bool flat_occupied(const struct flat_space *space, uint64_t first,
		   uint64_t last);

/* The address or payload at offset, which extent covers. */
uint64_t flat_pa(const struct flat_extent *extent, uint64_t offset);

/* The range of the unit (entry, or group) of extent around offset. */
void flat_unit(const struct flat_space *space, const struct flat_extent *extent,
	       uint64_t offset, uint64_t *first, uint64_t *last);

/* Adds an extent where nothing is, and joins it to its neighbours. */
void flat_add(struct flat_space *space, const struct flat_extent *extent);

/* Forgets everything in [first, last] that is not a table. */
void flat_remove(struct flat_space *space, uint64_t first, uint64_t last);

/*
 * In [first, last] clears the attributes clear and then sets the attributes
 * set, of extents whose kind is in the set kinds (bit PT_x).
 */
void flat_recolour(struct flat_space *space, uint64_t first, uint64_t last,
		   uint32_t kinds, uint32_t clear, uint32_t set);

/*
 * Sets every leaf in [first, last], which cuts no unit, to the address behind
 * it; those that would then end beyond pa_last stay.  Makes its own room: false
 * where memory runs out, and nothing was set.
 */
bool flat_advance(struct flat_space *space, uint64_t first, uint64_t last,
		  uint64_t pa_last);

/*
 * Gives everything in [first, last] that is not a table another depth and
 * order.  Units must fit; the caller adds or removes the tables.  What is
 * invalid-huge, which has no groups and so is being divided, becomes leaves.
 */
void flat_reshape(struct flat_space *space, uint64_t first, uint64_t last,
		  unsigned depth, unsigned order);

/*
 * Divides what a border before offset would cut, as unmap does: groups become
 * single entries, blocks become tables of smaller ones, which are added.  The
 * smaller ones are of the same kind, those of an invalid-huge block leaves.
 * Only extents whose kind is in kinds.
 */
void flat_cut(struct flat_space *space, uint64_t offset, uint32_t kinds);

/* The index of the first table at depth that starts at or after offset. */
size_t flat_seek_table(const struct flat_space *space, unsigned depth,
		       size_t from, uint64_t offset);

/* The indices, to exclusive, of the tables at depth that share an offset. */
void flat_table_range(const struct flat_space *space, unsigned depth,
		      uint64_t first, uint64_t last, size_t *from, size_t *to);

/* Whether there is a table at depth that covers offset; the root's is. */
bool flat_has_table(const struct flat_space *space, unsigned depth,
		    uint64_t offset);

/* Adds the missing tables at depth that share an offset with the range. */
void flat_fill_tables(struct flat_space *space, unsigned depth, uint64_t first,
		      uint64_t last);

/* Removes the tables at depth that lie in [first, last]. */
void flat_drop_tables(struct flat_space *space, unsigned depth, uint64_t first,
		      uint64_t last);

/* Removes the tables with indices from..to-1 at depth; denials stay. */
void flat_close_tables(struct flat_space *space, unsigned depth, size_t from,
		       size_t to);

/* The rights that the pointer entry of the table at depth there takes away. */
uint32_t flat_denied(const struct flat_space *space, unsigned depth,
		     uint64_t offset);

/* Sets them. */
void flat_deny(struct flat_space *space, unsigned depth, uint64_t offset,
	       uint32_t denied);

/*
 * Reads the table at depth around first, from first on: one table entry, or as
 * many equal other entries as there are up to last, which is in the table.
 */
void flat_read(const struct flat_space *space, struct flat_cursor *cursor,
	       unsigned depth, uint64_t first, uint64_t last,
	       struct flat_segment *out);

/* Fills *out for offset; the stretch stays inside [floor, ceiling]. */
void flat_look(const struct flat_space *space, struct flat_cursor *cursor,
	       uint64_t offset, uint64_t floor, uint64_t ceiling,
	       struct flat_view *out);

#endif
