/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of all top-level tables: who has to be told of a change to what
 * every address space contains, and whose root a physical page is.
 *
 * Source: Linux 6.12, pgd_list with pgd_list_add(), pgd_list_del(),
 * pgd_set_mm() and pgd_page_get_mm() (arch/x86/mm/pgtable.c).
 * arch_sync_kernel_mappings(), sync_global_pgds() and xen_mm_pin_all() walk it.
 * Linux adds at the front; here the oldest root comes first.
 *
 * A list is of one format.  The caller makes it (all zero but for the format)
 * and a record for each space, which stays where it is as long as it is listed,
 * and calls the two functions below from its constructor and destructor
 * (table_owner.h), for every table:
 *
 *	ret = pt_top_construct(&tops, &records[page->space], page);
 *	pt_top_destruct(&tops, page);
 */
#ifndef TABLEWALK_TOP_LIST_H
#define TABLEWALK_TOP_LIST_H

#include <tablewalk/table_ops.h>

struct pt_top {
	struct pt_space *space;		/* the caller's to set, before */
	struct pt_table_page page;	/* the root, as it was constructed */
	struct pt_top *next, *before;	/* not the caller's */
	bool listed;
};

struct pt_tops {
	const struct pt_format *format;
	struct pt_top *first, *last;
};

/*
 * Adds a root at the end of the list.  Tables of other depths are passed over.
 * -EEXIST, which as a constructor's answer refuses the table: top is listed, or
 * a root at this address.  0 otherwise.
 */
int pt_top_construct(struct pt_tops *tops, struct pt_top *top,
		     const struct pt_table_page *page);

/* Removes the root that is at this address; other tables are passed over. */
void pt_top_destruct(struct pt_tops *tops, const struct pt_table_page *page);

/* The record of the root that holds the byte at pa, or NULL. */
struct pt_top *pt_top_find(const struct pt_tops *tops, uint64_t pa);

/*
 * Calls found for each root in the order in which they were created.  Returns
 * how many, or the first value of found that is not 0.  found may destroy the
 * space that it is called for, but no other, and creates none.
 */
int pt_top_walk(const struct pt_tops *tops,
		int (*found)(void *context, struct pt_top *top), void *context);

#endif
