/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Callbacks of a walk that write down what they were called with and do what a
 * test wants.
 */
#ifndef TESTS_MM_SCRIPT_H
#define TESTS_MM_SCRIPT_H

#include "mm_fixture.h"

#include <tablewalk/walk.h>

#define MM_CALLS 16384

/* What a call is of: the depth of an entry callback, or one of these. */
enum mm_call_of {
	MM_HOLE = PT_DEPTHS,
	MM_BAD,
	MM_HUGETLB,
	MM_INSTALL,
	MM_TEST,
	MM_PRE,
	MM_POST,
	MM_TABLE,
};

struct mm_call {
	uint64_t start, last, pa;
	uint32_t attrs;
	unsigned of;			/* an enum pt_depth or mm_call_of */
	int depth;			/* as reported */
	unsigned real_depth, kind, order;
	const struct pt_vma *vma;	/* as the callback saw it */
};

struct mm_script {
	struct mm_call call[MM_CALLS];
	unsigned count;
	/* The call with this number, from 1, returns stop_value; 0: none. */
	unsigned stop_at;
	int stop_value;
	/* Entry callbacks of this one set the action, so often at most. */
	unsigned act_of;
	enum pt_walk_action action;
	unsigned act_count;
	/* What the tests of tables of that depth return; others 0. */
	int table_depth, table_value;
	/* install_pte supplies pa, one page more each time, and attrs. */
	struct pt_install supply;
	uint64_t supply_step;
};

/* A script that only writes down; the same memory every time. */
struct mm_script *mm_script_new(const struct mm *m);

/* All entry callbacks and pte_hole; those of the page table and pte_hole. */
extern const struct pt_walk_ops mm_ops_all;
extern const struct pt_walk_ops mm_ops_page;

/* The callbacks one by one, to put other sets together. */
int mm_on_pgd(const struct pt_visit *visit, struct pt_walk *walk);
int mm_on_p4d(const struct pt_visit *visit, struct pt_walk *walk);
int mm_on_pud(const struct pt_visit *visit, struct pt_walk *walk);
int mm_on_pmd(const struct pt_visit *visit, struct pt_walk *walk);
int mm_on_pte(const struct pt_visit *visit, struct pt_walk *walk);
int mm_on_bad(const struct pt_visit *visit, struct pt_walk *walk);
int mm_on_hugetlb(const struct pt_visit *visit, struct pt_walk *walk);
int mm_on_hole(uint64_t start, uint64_t last, int depth, struct pt_walk *walk);
int mm_on_install(uint64_t start, uint64_t last, struct pt_install *supplied,
		  struct pt_walk *walk);
/* test_walk and pre_vma return what their VMA says. */
int mm_on_test(uint64_t start, uint64_t last, struct pt_walk *walk);
int mm_on_pre(uint64_t start, uint64_t last, struct pt_walk *walk);
void mm_on_post(struct pt_walk *walk);
int mm_on_p4d_table(uint64_t start, uint64_t last, struct pt_walk *walk);
int mm_on_pud_table(uint64_t start, uint64_t last, struct pt_walk *walk);
int mm_on_pmd_table(uint64_t start, uint64_t last, struct pt_walk *walk);

/* The call number i, from 0, is of that, with that range. */
const struct mm_call *mm_assert_call(const struct mm_script *script,
				     unsigned i, unsigned of, uint64_t start,
				     uint64_t last);
/* The same of a hole. */
void mm_assert_hole(const struct mm_script *script, unsigned i, uint64_t start,
		    uint64_t last, int depth);

/* How many calls are of that. */
unsigned mm_calls_of(const struct mm_script *script, unsigned of);

/* A VMA of n pages, the first one that number of pages above m->base. */
struct pt_vma mm_vma(const struct mm *m, uint64_t page, uint64_t n,
		     enum op_vma type);

/* Gives the space these VMAs. */
void mm_set_vmas(struct mm *m, const struct pt_vma *vma, unsigned n);

/*
 * Writes a pattern that the format calls bad to the root's first entry; false
 * where there is none.  mm_unplant() brings back what was there.
 */
bool mm_plant_bad(struct mm *m, uint8_t saved[8]);
void mm_unplant(struct mm *m, const uint8_t saved[8]);

#endif
