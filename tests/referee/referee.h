/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The border between the kernel's side of the referee (kernel_glue.c, compiled
 * with the kernel's headers and flags) and the project's side.  Neither can
 * include the other's headers, so only plain integers and pointers cross it.
 *
 * Ends of ranges are exclusive here, as the kernel has them.
 */
#ifndef TESTS_REFEREE_H
#define TESTS_REFEREE_H

/* The kernel's entry points that a walk can go through. */
enum referee_entry {
	REFEREE_KERNEL,		/* walk_kernel_page_table_range() */
	REFEREE_KERNEL_PGD,	/* the same with a pgd of the caller's */
	REFEREE_DEBUG_KERNEL,	/* walk_page_range_debug() of init_mm */
	REFEREE_DEBUG_USER,	/* ... of another mm */
	REFEREE_DEBUG_PGD,	/* ... of another mm, a pgd of the caller's */
	REFEREE_NO_VMA_ENTRIES,
	REFEREE_RANGE = REFEREE_NO_VMA_ENTRIES, /* walk_page_range() */
	REFEREE_VMA,		/* walk_page_vma() */
	REFEREE_RANGE_VMA,	/* walk_page_range_vma() */
	REFEREE_MAPPING,	/* walk_page_mapping(): pages start to end */
	REFEREE_ENTRIES,
};

/* Callbacks of a walk that are set; the low five are 1 << depth. */
#define REFEREE_CB_HOLE 0x020u
#define REFEREE_CB_TEST 0x040u
#define REFEREE_CB_PRE 0x080u
#define REFEREE_CB_POST 0x100u
#define REFEREE_CB_HUGETLB 0x200u

/* What an entry callback may ask for; 0 leaves the walk's action alone. */
#define REFEREE_CONTINUE 1
#define REFEREE_AGAIN 2

struct referee_ask {
	unsigned long start, end;
	unsigned callbacks;
	unsigned entry;		/* enum referee_entry */
	unsigned vma;		/* of REFEREE_VMA and REFEREE_RANGE_VMA */
	void *context;		/* what callbacks get */
};

/* What a VMA is of. */
enum { REFEREE_PLAIN, REFEREE_PFNMAP, REFEREE_HUGETLB_PMD, REFEREE_HUGETLB_PUD };

struct referee_vma {
	unsigned long start, end;
	unsigned long page_offset;
	unsigned type;
	unsigned file;		/* 1: of the file that REFEREE_MAPPING walks */
};

#define REFEREE_VMAS 160

/*
 *			Kernel's side
 */

/* base is where physical address 0 would be in this process. */
void kernel_setup(unsigned levels, unsigned long base);
/* pgd: the root table's place in this process. */
void kernel_root(void *pgd);
void kernel_vmas(const struct referee_vma *vma, unsigned count);
int kernel_walk(const struct referee_ask *ask);
/* The dumper's walk of [start, end), as referee_on_note() below. */
void kernel_dump(unsigned long start, unsigned long end, int effective,
		 void *context);
/* Entries that the kernel called bad and cleared, and warnings, so far. */
unsigned long kernel_bad_entries(void);
unsigned long kernel_warnings(void);

/*
 *			Project's side
 *
 * Callbacks return what the walk's callback returns.  vma is an index, -1 where
 * the walk has none.
 */
int referee_on_entry(void *context, int depth, const void *slot,
		     unsigned long start, unsigned long end, int *action);
int referee_on_hole(void *context, int depth, unsigned long start,
		    unsigned long end, int vma);
int referee_on_test(void *context, unsigned long start, unsigned long end,
		    int vma);
int referee_on_pre(void *context, unsigned long start, unsigned long end,
		   int vma);
void referee_on_post(void *context, int vma);
int referee_on_hugetlb(void *context, const void *slot, unsigned long mask,
		       unsigned long start, unsigned long end, int vma);
/* The walker wants the entry at addr split; depth 2 pud, 3 pmd. */
void referee_on_split(void *context, unsigned long addr, int depth);
/*
 * The dumper's notes: depth and word of an entry; with depth -1 the end; with
 * effective set the word of an entry on the way, before its note if any.
 */
void referee_on_note(void *context, int depth, unsigned long addr,
		     unsigned long word, int effective);
/* Something that the compiled files must not reach was reached. */
_Noreturn void referee_unreachable(const char *what);

#endif
