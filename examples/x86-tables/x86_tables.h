/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64 page tables with four levels, for a hypervisor or firmware: Intel SDM
 * vol. 3A, chapter 4 "Paging".  It needs pages to put tables in and a way to
 * write to them, and nothing else.
 *
 * Addresses are bytes, ranges inclusive and of whole pages.  A level is that of
 * an entry: 1 is an entry of a page table (4 KiB), 2 of a page directory (2 MiB),
 * 3 of a page-directory-pointer table (1 GiB), 4 of the PML4, which has no leaves.
 *
 * Functions return 0 or a negative errno:
 *
 * -EINVAL	an empty range, an alignment, a level
 * -ERANGE	an address that is not canonical; beyond physical memory
 * -EOPNOTSUPP	flags or a leaf that x86 does not have
 * -EEXIST	something is mapped there
 * -ENOENT	nothing is, or nothing of that level
 * -EBUSY	the table is not full of leaves of one kind
 * -ENOMEM	no page for a table
 *
 * After an error nothing has changed, but for x86_map() and -ENOMEM: then tables
 * that were made for the leaves that did not come stay, empty, for the next map.
 */
#ifndef X86_TABLES_H
#define X86_TABLES_H

#include <stdint.h>

/* What a leaf allows, and its marks. */
#define X86_READ 0x01u			/* every leaf must have it */
#define X86_WRITE 0x02u
#define X86_EXECUTE 0x04u		/* leaves without it want EFER.NXE */
#define X86_USER 0x08u
#define X86_RIGHTS 0x0fu
#define X86_GLOBAL 0x10u
#define X86_ACCESSED 0x20u
#define X86_DIRTY 0x40u
#define X86_FLAGS 0x7fu

/* What the library needs of its surroundings. */
struct x86_memory {
	/* A page of zeros: sets *pa and returns where it is, or NULL. */
	void *(*allocate)(void *context, uint64_t *pa);
	void (*release)(void *context, uint64_t pa);
	/* Where the table at pa is. */
	void *(*pointer)(void *context, uint64_t pa);
	/* What processors have cached of [va, last] is no longer true. */
	void (*flush)(void *context, uint64_t va, uint64_t last);
};

/* As many tables as one operation can need to divide leaves. */
#define X86_SPARES 4

/* An address space.  The caller's to allocate; root goes into CR3. */
struct x86_space {
	uint64_t root;
	unsigned pa_bits;		/* MAXPHYADDR, 32..52 */
	const struct x86_memory *memory;
	void *context;
	/* Tables that were allocated before an operation began. */
	uint64_t spare[X86_SPARES];
	unsigned spares;
};

/* -ENOMEM.  memory must live as long as the space; context is for its functions. */
int x86_open(struct x86_space *space, const struct x86_memory *memory,
	     void *context, unsigned pa_bits);
/* Releases all tables; what they mapped is the caller's. */
void x86_close(struct x86_space *space);

/*
 * Maps [va, last] to [pa, ...] with leaves of that level.  An empty table in the
 * place of one is released.  -EEXIST where anything is mapped in the range.
 */
int x86_map(struct x86_space *space, uint64_t va, uint64_t last, uint64_t pa,
	    unsigned flags, unsigned level);
/* Removes what is mapped in the range; leaves that it cuts are divided. */
int x86_unmap(struct x86_space *space, uint64_t va, uint64_t last);
/* Gives what is mapped in the range these rights, of X86_RIGHTS; as above. */
int x86_protect(struct x86_space *space, uint64_t va, uint64_t last,
		unsigned rights);
/* Makes the leaf of that level that covers va a table of smaller ones. */
int x86_split(struct x86_space *space, uint64_t va, unsigned level);
/*
 * Makes the table below the entry of that level that covers va one leaf, which is
 * accessed and dirty where one of the table's was.  -EBUSY unless they are all
 * there, map consecutive memory, and are alike but for those two.
 */
int x86_collapse(struct x86_space *space, uint64_t va, unsigned level);
/* Releases the empty tables that have a part in mapping the range. */
int x86_trim(struct x86_space *space, uint64_t va, uint64_t last);

struct x86_leaf {
	uint64_t va, last;	/* as much of it as is in the range */
	uint64_t pa;		/* of va */
	uint64_t entry_pa;	/* where the entry is */
	unsigned flags;		/* X86_FLAGS */
	unsigned level;
};

/* -ENOENT.  va need not be a page's, and is the leaf's va. */
int x86_translate(const struct x86_space *space, uint64_t va,
		  struct x86_leaf *leaf);
/*
 * Calls visit for each leaf in the range, in order, until it returns something
 * else than 0, which x86_walk() then returns.
 */
int x86_walk(const struct x86_space *space, uint64_t va, uint64_t last,
	     int (*visit)(void *context, const struct x86_leaf *leaf),
	     void *context);

#endif
