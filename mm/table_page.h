/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Table pages: making and giving back single tables, whole subtrees, and the
 * stock of tables that an operation allocates before its first store.
 *
 * Sources: include/tablewalk/table_ops.h, "Order of allocation and release",
 * and include/tablewalk/table_owner.h.
 */
#ifndef MM_TABLE_PAGE_H
#define MM_TABLE_PAGE_H

#include "pt_entry.h"

/*
 * Tables that are allocated and not linked yet, first in first out.  They are
 * chained through their own memory, so any number fits: an operation may need
 * thousands, and mm/ has no other memory.  A link is the physical address of
 * the next table with its depth in the low three bits, which alignment leaves
 * free.  An empty stock is all zero but for the space.
 */
struct pt_stock {
	const struct pt_space *space;
	uint64_t first, last;		/* links */
	unsigned count;
};

/* What is known of a table of that space, linked or not. */
struct pt_table_page pt_table_page(const struct pt_space *space, unsigned depth,
				   uint64_t pa);

/*
 * Allocates one more table of that depth and constructs it.  -ENOMEM where
 * either is refused; the tables already in the stock are still there.
 */
int pt_stock_add(struct pt_stock *stock, unsigned depth);

/* The same for a table that takes the pieces of a block that is divided. */
int pt_stock_add_pieces(struct pt_stock *stock, unsigned depth);

/* Whether there is a table, and the one that was added first is of that depth. */
bool pt_stock_has(const struct pt_stock *stock, unsigned depth);

/*
 * The table that was added first, empty.  It must be of that depth: tables
 * are taken in the order in which they were added.
 */
struct pt_table pt_stock_take(struct pt_stock *stock, unsigned depth);

/* Gives all tables in the stock back, the last one first. */
void pt_stock_return(struct pt_stock *stock);

/* Destructs one table and gives it back, whatever it points to. */
void pt_table_free(const struct pt_space *space, unsigned depth, uint64_t pa);

/* Gives back a table that was unlinked, after all tables below it. */
void pt_table_release(const struct pt_space *space, unsigned depth,
		      uint64_t pa);

/* Whether each entry is none. */
bool pt_table_is_empty(const struct pt_space *space, unsigned depth,
		       const struct pt_table *table);

#endif
