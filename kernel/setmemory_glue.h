/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The border between arch/x86/mm/pat/set_memory.c with its glue, compiled with a
 * Linux tree's headers, and the adapter (setmemory.c).  Neither can include the
 * other's headers, so only plain integers and pointers cross it.
 */
#ifndef TABLEWALK_SETMEMORY_GLUE_H
#define TABLEWALK_SETMEMORY_GLUE_H

/* What the glue asks for, and which tables are init_mm's: setm_host(). */
struct setm_host {
	void *context;
	/* A zeroed page, or NULL. */
	void *(*allocate)(void *context);
	void (*release)(void *context, void *table);
	/* Where a physical address is in this process; NULL: nowhere. */
	void *(*pointer)(void *context, unsigned long pa);
	unsigned long (*address)(void *context, const void *pointer);
	/* An invalidation of [va, last]. */
	void (*flush)(void *context, unsigned long va, unsigned long last);
	void *root;
	int levels;			/* 4 or 5 */
};

/* Of a leaf.  Everything else of it is the tree's PAGE_KERNEL's, less what is here. */
enum {
	SETM_WRITE = 1, SETM_EXEC = 2, SETM_GLOBAL = 4, SETM_ACCESSED = 8,
	SETM_SOFT0 = 16, SETM_SOFT1 = 32,
	/* PWT, PCD, PAT as one number: which entry of IA32_PAT. */
	SETM_PAT_SHIFT = 8, SETM_PAT = 7 << SETM_PAT_SHIFT,
	SETM_KEY_SHIFT = 12, SETM_KEY = 15 << SETM_KEY_SHIFT,
};

/* The entry that ends the way to an address: a leaf, or none. */
struct setm_place {
	int depth;			/* 0 pgd .. 4 pte */
	int leaf;
	int table;			/* depth was reached, and a table is there */
	unsigned long pa;		/* of a leaf */
	unsigned flags;			/* SETM_ of a leaf */
	/* What tables above do not let through: writing, executing, the user. */
	int no_write, no_exec, no_user;
};

enum setm_change { SETM_RO, SETM_RW, SETM_X, SETM_NX, SETM_4K };

/* Before every other call: for whom it is. */
void setm_host(const struct setm_host *host);
/* The entry at that depth which covers va, or the one above it. */
void setm_find(unsigned long va, int deepest, struct setm_place *place);
/* The same as lookup_address() of set_memory.c has it: depth -1 where it says NULL. */
int setm_lookup(unsigned long va, unsigned long *word);
/* Makes tables where they are missing, and the leaf: 0, or -ENOMEM. */
int setm_map(unsigned long va, unsigned long pa, unsigned flags, int depth);
/* Empties the leaf of that depth. */
void setm_unmap(unsigned long va, int depth);
/* set_memory_ro(), _rw(), _x(), _nx(), _4k(): what they return. */
int setm_change(enum setm_change change, unsigned long va,
		unsigned long pages);
/* Gives back all tables but the root. */
void setm_release(void);
unsigned long setm_warnings(void);

#endif
