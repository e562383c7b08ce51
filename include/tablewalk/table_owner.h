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
 * Every table, the root included, but those of a shadow (shadow.h), which are of no
 * space, is constructed once: right after it was
 * allocated, before anything else is allocated and before an entry points to it.
 * It is destructed once: right before it is released, after the last entry that
 * points to it is gone; a table that is given back because an operation failed
 * is destructed too.  Owner and depth are those of the space and level that it
 * is for, from its construction to its destruction.
 *
 * A constructor that fails (is not 0) is as a refused allocation for the
 * operation, which returns -ENOMEM: that table is released at once, without a
 * destructor; then the others as ever.  The trace has TRACE_ALLOC and TRACE_FREE
 * for it.  An install keeps its prefix then too: of its tables only the one
 * whose constructor failed goes back.  ctor-fail counts the constructions by
 * operations: refused allocations and the roots of spaces do not count.
 *
 * When it is constructed a table is as alloc gave it: zeroed, whatever the
 * format's none value is.  construct and destruct may each be NULL alone.
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
 * (formats whose tables are smaller than a page; fragment.h).  Only tables that
 * are linked are found.  With bytes 0 none is.  Returns how many, or the first
 * value of found that is not 0.
 */
int pt_table_owners(struct pt_space *const *spaces, unsigned count, uint64_t pa,
		    uint64_t bytes,
		    int (*found)(void *context, const struct pt_owner *owner),
		    void *context);

/*
 * The table that holds the entry covering va at depth; va may be any address,
 * aligned or not.  -EINVAL: a depth above the root or below PT_PTE; -ERANGE;
 * -ENOENT: there is no such table, nor is there through an entry that a sharer has
 * not copied yet (share.h).
 */
int pt_table_at(struct pt_space *space, uint64_t va, unsigned depth,
		struct pt_owner *owner);

/*
 * What an uncorrectable error in [pa, pa + bytes) of memory costs.  An address
 * is *lost* where a walk for it, from the root down to the entry that ends it,
 * reads a byte of this range.  (Source: Linux's memory_failure(), which can do
 * nothing for a page of tables as long as nobody knows whose it is.)
 *
 * - An entry is lost with any of its bytes: with either half, with any copy.
 * - An entry of a group is lost alone: a walk for the group's other addresses
 *   reads their own entries.
 * - It does not matter what the entry holds; one that was none is lost too.
 * - A signed root loses nothing between its halves: nothing is translated
 *   there.
 * - Bytes of a table behind its entries (pt_level.table_shift) lose nothing.
 *
 * No poisoned byte is read.  So what only lost entries lead to is not found,
 * and its addresses are lost with those entries.  No address is lost twice.
 */
#define PT_LOST_RANGES 3

struct pt_poison {
	struct pt_owner owner;		/* the table, and all that it covers */
	unsigned ranges;		/* 0: only bytes behind its entries */
	struct {
		uint64_t first, last;
	} lost[PT_LOST_RANGES];		/* ascending, never adjacent */
};

/*
 * Calls report for each table, roots included, that shares a byte with the
 * range and that a walk reaches without reading a byte of it; in the order of
 * pt_table_owners().  Tables of a shared kernel part (share.h) are reported
 * once, with their owner; the sharer's root loses its own entries for them.
 * Returns how many, or the first value of report that is not 0.
 */
int pt_table_poisoned(struct pt_space *const *spaces, unsigned count,
		      uint64_t pa, uint64_t bytes,
		      int (*report)(void *context,
				    const struct pt_poison *poison),
		      void *context);

/*
 * OP_POISON: pt_table_at(va, depth), what that returns if it is not 0, and then
 * pt_table_poisoned() of both spaces for some of that table's bytes:
 *
 * OP_POISON_TABLE	all of them, those behind the entries included;
 * OP_POISON_ENTRY	the first byte of the entry covering va (of an entry in
 *			halves, the first byte of the low one; of one in copies, of
 *			the first copy);
 * OP_POISON_TWO	from that byte to the same one of the next entry of the table
 *			inclusive; where there is none, that byte alone.
 *
 * A TRACE_POISON for each table, then its TRACE_LOSTs, ascending.  Returns how many
 * tables.
 */

/*
 * OP_OWNER: pt_table_at(va, depth), and where that succeeds pt_table_owners() of
 * both spaces for that table's bytes: a TRACE_OWNER for each, with va..last what
 * it covers, depth, and order the number of its space.  Returns how many.
 */

#endif
