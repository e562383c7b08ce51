/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fragments: tables shorter than a page, several in one page, which goes back
 * with the last of them.  They lie between pt_env.alloc and free and whatever
 * gives whole pages.
 *
 * Source: Linux 6.12, pte_fragment_alloc(), pte_fragment_free() and
 * pt_frag_refcount (arch/powerpc/mm/pgtable-frag.c); get_pointer_table() and
 * free_pointer_table() with their mask of free tables per page
 * (arch/m68k/mm/motorola.c); srmmu_get_nocache() and srmmu_free_nocache(), and
 * the page count that pte_alloc_one() and pte_free() keep
 * (arch/sparc/mm/srmmu.c).  s390's page_table_alloc() put two tables of 2K into
 * a page in older kernels; in 6.12 it gives each a page.
 *
 * As with m68k a table that was released is handed out again before its page
 * is, and tables of several spaces may be in one page; powerpc takes the places
 * of a page once each and keeps a page for one space.  Linux calls constructors
 * for such a page, with its first table; here they are called for each table
 * (table_owner.h).  A page_alloc may do what belongs to the page (m68k's
 * mmu_page_ctor()).
 */
#ifndef TABLEWALK_FRAGMENT_H
#define TABLEWALK_FRAGMENT_H

#include <tablewalk/types.h>

/* Most tables that one page can hold. */
#define PT_FRAGMENTS_PER_PAGE 256
#define PT_FRAGMENT_WORDS (PT_FRAGMENTS_PER_PAGE / 64)

/* What is known of one page; all zero where there is none. */
struct pt_fragment_page {
	uint64_t pa;
	uint64_t bytes;			/* of each of its tables */
	uint64_t used[PT_FRAGMENT_WORDS];	/* bit i: place i is a table */
};

/*
 * All pages of one source.  The caller fills it in; page is its memory, all
 * zero at first, and bounds how many pages there can be at a time.  Nothing
 * else is ever allocated.
 *
 * The tables of a page are all of one length.  They lie at multiples of it from
 * the start of the page, those shorter than page_bytes / PT_FRAGMENTS_PER_PAGE
 * at multiples of that.  A table of page_bytes or more has a page of its own
 * length.
 */
struct pt_fragments {
	const struct pt_memory *memory;	/* where the pages are */
	uint64_t page_bytes;		/* a power of two */
	struct pt_fragment_page *page;
	unsigned pages;			/* length of that array */
	void *context;
	/*
	 * Gives a page: bytes, page_bytes or a larger power of two, of zeroed
	 * memory, aligned to bytes, at *pa.  Returns 0 or -ENOMEM.
	 */
	int (*page_alloc)(void *context, uint64_t bytes, uint64_t *pa);
	/* Takes back exactly what page_alloc gave, once no table is in it. */
	void (*page_free)(void *context, uint64_t pa, uint64_t bytes);
};

/*
 * Gives a table as pt_env.alloc does: bytes of zeroed memory, aligned to bytes.
 * It comes from the first page of the array that has tables of that length and
 * a free place, from the lowest such place; where there is none, from the start
 * of a new page.  What an earlier table left in the place is cleared; that is
 * no store to table memory (pt_env.store), for it is none yet.
 * -EINVAL: bytes is no power of two.  -ENOMEM: no record for another page is
 * free, or what else page_alloc returned.  Nothing has changed then.
 */
int pt_fragment_alloc(struct pt_fragments *f, uint64_t bytes, uint64_t *pa);

/*
 * Takes back a table; with the last one of its page the page goes back, at
 * once.  What is in the table stays there until then.
 * -ENOENT: no table of that length is at pa.  It was released before, right before
 * for example and whether its page is still there or not, or never given (Linux
 * panics).  Nothing has changed then.
 */
int pt_fragment_free(struct pt_fragments *f, uint64_t pa, uint64_t bytes);

/* How many tables are in the page that holds the byte at pa; 0 without one. */
unsigned pt_fragment_count(const struct pt_fragments *f, uint64_t pa);

/*
 * Calls found for each of them, in ascending order.  Returns how many, or the
 * first value of found that is not 0.  found gives and takes no tables.
 */
int pt_fragment_list(const struct pt_fragments *f, uint64_t pa,
		     int (*found)(void *context, uint64_t pa, uint64_t bytes),
		     void *context);

#endif
