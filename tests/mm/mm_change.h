/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Callbacks that change the tables under the walk that called them, the changes
 * they make, and the tables that these are made for.
 */
#ifndef TESTS_MM_CHANGE_H
#define TESTS_MM_CHANGE_H

#include "mm_script.h"

/* Callbacks that write down, and then change the tables. */
struct mm_changer {
	struct mm_script script;	/* first: the context of the callbacks */
	struct mm *m;
	/* Calls from number at on, from 1, so often make the change. */
	unsigned at, times;
	void (*make)(struct mm_changer *c);
	/* Of the last call that did: as walk.h calls them. */
	unsigned real_depth;
	uint64_t start;
	/* A range of the test's. */
	uint64_t va, last;
};

/* Its call number at makes that change.  The same memory every time. */
struct mm_changer *mm_changer_new(struct mm *m, unsigned at,
				  void (*make)(struct mm_changer *c));

/* All entry callbacks and pte_hole; from the pmd on; of page tables only. */
extern const struct pt_walk_ops mm_change_all, mm_change_low, mm_change_page;

/* The others that may change tables, to put other sets together. */
int mm_change_on_bad(const struct pt_visit *visit, struct pt_walk *walk);
int mm_change_on_hugetlb(const struct pt_visit *visit, struct pt_walk *walk);
int mm_change_on_install(uint64_t start, uint64_t last,
			 struct pt_install *supplied, struct pt_walk *walk);

/* pt_walk_inclusive() with the changer as context. */
int mm_change_walk(struct mm_changer *c, uint64_t va, uint64_t last,
		   const struct pt_walk_ops *ops);

/* Where the pmd's entry number n begins, counted from m->base. */
uint64_t mm_unit(const struct mm *m, unsigned n);
/* Page n of the pmd's entry number u; from its end where n is negative. */
uint64_t mm_page_of(const struct mm *m, unsigned u, int n);

/* A full table of pages that could be a block, in the pmd's first entry. */
void mm_map_full(struct mm *m);
/* Nothing, and no tables, in the pmd's first four entries. */
void mm_clear_units(struct mm *m);

/* Changes.  The first one is of va..last of the changer. */
void mm_make_unmap(struct mm_changer *c);
void mm_make_unmap_all(struct mm_changer *c);
void mm_make_free_all(struct mm_changer *c);
/* Of the third entry its first page, the second, the first. */
void mm_make_page(struct mm_changer *c);
void mm_make_split(struct mm_changer *c);
void mm_make_collapse(struct mm_changer *c);
/* Malformed: nothing happens, and it is a change. */
void mm_make_nothing(struct mm_changer *c);

/* Those and others that may be made more than once, whatever is there. */
#define MM_CHANGES 10
extern void (*const mm_changes[MM_CHANGES])(struct mm_changer *c);

/*
 * The pmd's first entry is a table that ends in two pages and a hole, the
 * second a block where there can be one, else one page, the third a hole.
 */
void mm_change_build(struct mm *m);
/* The range of that, with little of long tables in it. */
void mm_change_range(const struct mm *m, uint32_t flags, uint64_t *va,
		     uint64_t *last);

/* Whether two calls are of the same thing, with the same arguments. */
bool mm_same_call(const struct mm_call *a, const struct mm_call *b);

#endif
