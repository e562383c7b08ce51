/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The border between the kernel's side of walks (walk_glue.c, compiled
 * with the kernel's headers and flags) and the project's side.  Neither can
 * include the other's headers, so only plain integers and pointers cross it.
 *
 * Ends of ranges are exclusive here, as the kernel has them.
 */
#ifndef KERNEL_WALK_GLUE_H
#define KERNEL_WALK_GLUE_H

/* The kernel's entry points that a walk can go through. */
enum glue_entry {
	GLUE_TABLES,		/* walk_kernel_page_table_range() */
	GLUE_TABLES_PGD,	/* the same with a pgd of the caller's */
	GLUE_DEBUG_KERNEL,	/* walk_page_range_debug() of init_mm */
	GLUE_DEBUG_USER,	/* ... of another mm */
	GLUE_DEBUG_PGD,	/* ... of another mm, a pgd of the caller's */
	GLUE_NO_VMA_ENTRIES,
	GLUE_RANGE = GLUE_NO_VMA_ENTRIES, /* walk_page_range() */
	GLUE_VMA,		/* walk_page_vma() */
	GLUE_RANGE_VMA,	/* walk_page_range_vma() */
	GLUE_MAPPING,	/* walk_page_mapping(): pages start to end */
	GLUE_ENTRIES,
};

/* Callbacks of a walk that are set; the low five are 1 << depth. */
#define GLUE_CB_HOLE 0x020u
#define GLUE_CB_TEST 0x040u
#define GLUE_CB_PRE 0x080u
#define GLUE_CB_POST 0x100u
#define GLUE_CB_HUGETLB 0x200u

/* What an entry callback may ask for; 0 leaves the walk's action alone. */
#define GLUE_CONTINUE 1
#define GLUE_AGAIN 2

struct glue_ask {
	unsigned long start, end;
	unsigned callbacks;
	unsigned entry;		/* enum glue_entry */
	unsigned vma;		/* of GLUE_VMA and GLUE_RANGE_VMA */
	void *context;		/* what callbacks get */
};

/* What a VMA is of. */
enum { GLUE_PLAIN, GLUE_PFNMAP, GLUE_HUGETLB_PMD, GLUE_HUGETLB_PUD };

struct glue_vma {
	unsigned long start, end;
	unsigned long page_offset;
	unsigned type;
	unsigned file;		/* 1: of the file that GLUE_MAPPING walks */
};

#define GLUE_VMAS 160

#define GLUE_HAS_INSTALL 0x1u		/* mm_walk_ops.install_pte */
#define GLUE_HAS_TABLE_TESTS 0x2u	/* test_p4d, test_pud, test_pmd */

/*
 *			Kernel's side
 */

/* base is where physical address 0 would be in this process. */
void kernel_setup(unsigned levels, unsigned long base);
/* pgd: the root table's place in this process. */
void kernel_root(void *pgd);
void kernel_vmas(const struct glue_vma *vma, unsigned count);
int kernel_walk(const struct glue_ask *ask);
/* The dumper's walk of [start, end), as glue_on_note() below. */
void kernel_dump(unsigned long start, unsigned long end, int effective,
		 void *context);
/* Entries that the kernel called bad and cleared, and warnings, so far. */
/* Of the tree: "6.12.117". */
const char *kernel_version(void);
/* What its headers have: GLUE_HAS_*. */
unsigned kernel_features(void);
unsigned long kernel_bad_entries(void);
unsigned long kernel_warnings(void);

/*
 *			Project's side
 *
 * Callbacks return what the walk's callback returns.  vma is an index, -1 where
 * the walk has none.
 */
int glue_on_entry(void *context, int depth, const void *slot,
		     unsigned long start, unsigned long end, int *action);
int glue_on_hole(void *context, int depth, unsigned long start,
		    unsigned long end, int vma);
int glue_on_test(void *context, unsigned long start, unsigned long end,
		    int vma);
int glue_on_pre(void *context, unsigned long start, unsigned long end,
		   int vma);
void glue_on_post(void *context, int vma);
int glue_on_hugetlb(void *context, const void *slot, unsigned long mask,
		       unsigned long start, unsigned long end, int vma);
/* The walker wants the entry at addr split; depth 2 pud, 3 pmd. */
void glue_on_split(void *context, unsigned long addr, int depth);
/*
 * The dumper's notes: depth and word of an entry; with depth -1 the end; with
 * effective set the word of an entry on the way, before its note if any.
 */
void glue_on_note(void *context, int depth, unsigned long addr,
		     unsigned long word, int effective);
/* Something that the compiled files must not reach was reached. */
_Noreturn void glue_unreachable(const char *what);

#endif
