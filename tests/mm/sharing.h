/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two spaces on one arena, one of which shares the other's kernel part, on any
 * format.  What include/tablewalk/share.h says of stores and releases is checked
 * where they happen.  The first rule that is broken is remembered and not
 * asserted, so that the same fixture shows deliberate defects.
 */
#ifndef TESTS_MM_SHARING_H
#define TESTS_MM_SHARING_H

#include "mm_fixture.h"

#include <tablewalk/share.h>
#include <tablewalk/table_owner.h>

/* Entries of the longest root. */
#define SHARING_ROOT 8192
#define SHARING_TABLES 512
#define SHARING_NO_FLIGHT (~0u)

enum { SHARER, OWNER, SHARING_SPACES };

struct sharing {
	const struct pt_format *f;
	struct pt_memory memory;
	struct pt_env env;
	struct pt_space space[SHARING_SPACES];
	bool open[SHARING_SPACES];
	/* What was given and not given back; depth and space as constructed. */
	struct pt_table_page table[SHARING_TABLES];
	unsigned tables;
	unsigned fail_in;		/* 1: refuse the next; 0: never */
	/* Stores to the sharer's kernel part are share's, sync's or the test's. */
	bool direct;
	/* An entry of the owner's root that the sharer's has to follow. */
	unsigned flight;
	bool was_none;			/* what it was in the sharer before */
	/*
	 * By index: 1 + the count of the owner's changes when the owner made an
	 * entry none that the sharer had.  What is made there before the count
	 * moves was broken (table_ops.h), and is no addition.
	 */
	uint64_t broke[SHARING_ROOT];
	/* What happened since sharing_forget(). */
	unsigned stores, mirrored, allocations, releases;
	unsigned flushes[PT_SPACES];
	const char *broken;		/* first rule that was, or NULL */
};

/*
 * The format number i, both spaces empty and nothing shared, or NULL past the
 * last.  Where a format has two roots both spaces are of the lower one, or
 * each of another where apart is set.
 */
struct sharing *sharing_open(void **state, unsigned i);
struct sharing *sharing_open_apart(void **state, unsigned i);
/* The same with the kernel part shared. */
struct sharing *sharing_open_shared(void **state, unsigned i,
				    enum pt_share how);

/* Destroys the spaces that are open; nothing may be left or broken. */
void sharing_close(void **state);
/* Drops *state as it is, without checks. */
void sharing_drop(void **state);
/* The same, and says which format it was. */
int sharing_teardown(void **state);

/* pt_share_kernel(), pt_sync_kernel() and pt_unshare_kernel(). */
int sharing_share(struct sharing *s, enum pt_share how);
int sharing_sync(struct sharing *s, uint64_t va);
void sharing_unshare(struct sharing *s);
void sharing_destroy(struct sharing *s, unsigned which);

void sharing_forget(struct sharing *s);
/* Nothing was stored, allocated, released or invalidated. */
void sharing_assert_idle(const struct sharing *s);

/* The rules that hold between operations; false where one is broken. */
bool sharing_holds(struct sharing *s);
/* The same as an assertion. */
void sharing_check(struct sharing *s);

/* Indices of the root: the first of the kernel part, and how many in all. */
unsigned sharing_kernel(const struct sharing *s);
unsigned sharing_entries(const struct sharing *s);
/* The first address of the root's entry number index. */
uint64_t sharing_va(const struct sharing *s, unsigned index);
/* The first address of the kernel part, and its last. */
uint64_t sharing_first(const struct sharing *s);
uint64_t sharing_last(const struct sharing *s);
/* The entry number index of a root, as a number. */
uint64_t sharing_raw(const struct sharing *s, unsigned which, unsigned index);

bool sharing_has_leaf(const struct sharing *s, unsigned depth);
/* Rights that a leaf can have, among them R; the first and the last such. */
uint32_t sharing_rights(const struct sharing *s);
uint32_t sharing_other_rights(const struct sharing *s);
/* An aligned address for one or two leaves of that depth. */
uint64_t sharing_pa(const struct sharing *s, unsigned depth);
/* pt_map() of n leaves of depth from va on. */
int sharing_map(struct sharing *s, unsigned which, uint64_t va, unsigned depth,
		unsigned n);
/* pt_map() of all leaves of the table that covers va at depth. */
int sharing_fill(struct sharing *s, unsigned which, uint64_t va,
		 unsigned depth);
struct pt_lookup sharing_look(const struct sharing *s, unsigned which,
			      uint64_t va);
/* Both spaces translate va alike. */
void sharing_assert_alike(const struct sharing *s, uint64_t va);
/* The sharer's entry that covers va in the root is none, whatever else is. */
void sharing_assert_hidden(const struct sharing *s, uint64_t va);

/*
 * Random operations on both spaces, syncs among them, everything checked after
 * each; stops where a rule is broken.
 */
void sharing_exercise(struct sharing *s, uint64_t seed, unsigned operations);

#endif
