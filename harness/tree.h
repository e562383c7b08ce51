/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables of a run as they lie in memory, read entry by entry by the
 * descriptor: what `tablewalk show' and `tablewalk explain' draw.
 *
 * The subject is not asked: a deliberate defect of its own reading does not bend
 * the picture.
 */
#ifndef HARNESS_TREE_H
#define HARNESS_TREE_H

#include "run.h"

/* The tables of a run as they are now; valid until the next call for it. */
struct tree {
	const struct pt_format *format;
	const struct pt_memory *memory;
	const struct oracle_table *live;	/* sorted by pa */
	unsigned live_count;
	uint64_t root[PT_SPACES];
};

void tree_open(struct tree *tree, struct run *run);

/* Whether a table of that depth is live at pa: only then it may be read. */
bool tree_is_live(const struct tree *tree, unsigned depth, uint64_t pa);

/* One entry. */
struct tree_entry {
	uint64_t raw;
	uint64_t slot;		/* physical address of the entry itself */
	/* LEAF, PROTNONE, INVALID_HUGE, SWAP, MIGRATION: its address or payload;
	   TABLE: of the next table */
	uint64_t pa;
	uint32_t attrs;		/* LEAF, PROTNONE, INVALID_HUGE */
	uint32_t denied;	/* TABLE: rights taken away */
	uint8_t kind, order;
	bool torn;		/* it lies in copies, and they differ */
};

/* Entry number index of the table at pa; none where that is not live. */
void tree_read(const struct tree *tree, unsigned depth, uint64_t pa,
	       unsigned index, struct tree_entry *out);

/*
 * Whether next is one more like first, which is length bytes further down: same
 * kind and attributes, address consecutive.  Never for tables and bad entries.
 */
bool tree_continues(const struct tree_entry *first,
		    const struct tree_entry *next, uint64_t length);

static inline unsigned tree_entries(const struct tree *tree, unsigned depth)
{
	return 1u << tree->format->level[depth].index_bits;
}

/*
 * The address that programs use for an offset, counted from the start of what the
 * root of a space translates.
 */
uint64_t tree_address(const struct pt_format *format, unsigned space,
		      uint64_t offset);

/* Its reverse: false where no root of the space translates va. */
bool tree_offset(const struct pt_format *format, unsigned space, uint64_t va,
		 uint64_t *offset);

#endif
