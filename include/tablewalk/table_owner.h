/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables that know their owner: constructors and destructors, and the question
 * whose table a physical page is.
 *
 * Source: Linux's pagetable_pte_ctor() and its kin (include/linux/mm.h), and the
 * proposal to record the mm_struct in the descriptor of a page table's page
 * (pt_mm), so that an uncorrectable memory error in a table has somebody to be
 * told of.
 *
 * Every table, the root included, is constructed once: right after it was
 * allocated, before anything else is allocated and before an entry points to it.
 * It is destructed once: right before it is released, after the last entry that
 * points to it is gone; a table that is given back because an operation failed
 * is destructed too.  Owner and depth are those of the space and level that it
 * is for, from its construction to its destruction.
 *
 * A constructor that fails (is not 0) is as a refused allocation for the
 * operation, which returns -ENOMEM: that table is released at once, without a
 * destructor; then the others as ever.  The trace has TRACE_ALLOC and TRACE_FREE
 * for it.
 */
#ifndef TABLEWALK_TABLE_OWNER_H
#define TABLEWALK_TABLE_OWNER_H

#include <tablewalk/table_ops.h>

/* What is known of one table (struct pt_table_page: table_ops.h). */
struct pt_owner {
	struct pt_table_page page;
	uint64_t first, last;	/* the addresses that its entries cover; of a
				   signed root: all of the address word */
};

/*
 * Whose tables share a byte with [pa, pa + bytes): calls found for each, in the
 * order of spaces, of each space the root first and then in the order of the
 * addresses they cover, a table before those below it.  A page may hold several
 * (formats whose tables are smaller than a page).  Only tables that are linked
 * are found.  Returns how many, or the first value of found that is not 0.
 */
int pt_table_owners(struct pt_space *const *spaces, unsigned count, uint64_t pa,
		    uint64_t bytes,
		    int (*found)(void *context, const struct pt_owner *owner),
		    void *context);

/*
 * The table that holds the entry covering va at depth.  -EINVAL: a depth above
 * the root or below PT_PTE; -ERANGE; -ENOENT: there is no such table.
 */
int pt_table_at(struct pt_space *space, uint64_t va, unsigned depth,
		struct pt_owner *owner);

/*
 * OP_OWNER: pt_table_at(va, depth), and where that succeeds pt_table_owners() of
 * both spaces for that table's bytes: a TRACE_OWNER for each, with va..last what
 * it covers, depth, and order the number of its space.  Returns how many.
 */

#endif
