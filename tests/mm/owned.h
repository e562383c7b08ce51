/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two spaces on one arena that keeps a ledger of constructions, on any format:
 * what include/tablewalk/table_owner.h says of a table's life is checked where
 * it happens.  The first rule that is broken is remembered and not asserted, so
 * that the same ledger shows deliberate defects.
 */
#ifndef TESTS_MM_OWNED_H
#define TESTS_MM_OWNED_H

#include "mm_fixture.h"

#include <tablewalk/fragment.h>
#include <tablewalk/table_owner.h>

#define OWNED_PA UINT64_C(0x4000000)	/* low enough for every format */
#define OWNED_BYTES UINT64_C(0x800000)
#define OWNED_TABLES 512
#define OWNED_PAGES 512
#define OWNED_EVENTS 64

/* A table that the arena has given and not got back; pa and bytes as given. */
struct owned_table {
	struct pt_table_page page;	/* as constructed */
	bool constructed;
};

enum owned_type {
	OWNED_ALLOC,
	OWNED_CONSTRUCT,
	OWNED_REFUSE,
	OWNED_DESTRUCT,
	OWNED_FREE,
};

struct owned_event {
	enum owned_type type;
	uint64_t pa;
};

/* A page that fragments were given and have not given back. */
struct owned_page {
	uint64_t pa, bytes;
};

struct owned {
	/* For mm_ops.h; of m[i].arena only fail_in is used. */
	struct mm m[PT_SPACES];
	bool linked[PT_SPACES];		/* the space has a root, and keeps it */
	const struct pt_format *f;
	struct pt_env env;
	struct pt_memory memory;
	unsigned ctor_fail_in;		/* 1: refuse the next; 0: never */
	unsigned made, refused;		/* constructions, so far; pages too */
	struct owned_table table[OWNED_TABLES];
	unsigned tables;
	/* owned_open_fragments(); page is NULL without. */
	struct pt_fragments fragments;
	struct pt_fragment_page record[OWNED_PAGES];
	struct owned_page page[OWNED_PAGES];
	unsigned pages;
	unsigned page_fail_in;		/* 1: refuse the next; 0: never */
	unsigned several;		/* most tables that one page held */
	bool mixed;			/* some page held some of both spaces */
	uint64_t pending;		/* to be constructed; 0: none */
	uint64_t leaving;		/* to be released; 0: none */
	struct owned_event event[OWNED_EVENTS];
	unsigned events;		/* later ones are counted only */
	struct pt_owner reached[OWNED_TABLES];	/* owned_reach() */
	unsigned reaches;
	const char *broken;		/* first rule that was, or NULL */
};

/* The format number i with both spaces, or NULL past the last. */
struct owned *owned_open(void **state, unsigned i);
/*
 * The same with tables that are fragments of pages.  owned_check() asks then,
 * of every page, how many tables are in it and which, and no page may be empty.
 */
struct owned *owned_open_fragments(void **state, unsigned i);
/* Destroys both spaces; nothing may be left. */
void owned_destroy(struct owned *o);
/* The same, and drops *state. */
void owned_close(void **state);
/* Drops *state as it is, without checks. */
void owned_drop(void **state);
/* The same, and says which format it was. */
int owned_teardown(void **state);

/*
 * Fills in reached[]: all tables that are linked, of both spaces, in the order
 * that pt_table_owners() has to find them in.  Found by a descent of the test's
 * own.
 */
void owned_reach(struct owned *o);

/* Remembers a rule that is broken, if it is the first. */
void owned_break(struct owned *o, const char *rule);

/* Every linked table is in the ledger as what it is, and no other is there. */
void owned_check(struct owned *o);

/* Each query for each linked table has the answer that owned_reach() gives. */
void owned_check_queries(struct owned *o);

/* The first rights that a page of the format can have with PT_R. */
uint32_t owned_rights(const struct owned *o);

/* pt_map() of n pages of space i, counted from its base. */
int owned_map(struct owned *o, unsigned i, uint64_t page, uint64_t n);

/*
 * Random operations on both spaces, refusals among them, everything checked
 * after each; stops where a rule is broken.
 */
void owned_exercise(struct owned *o, uint64_t seed);

#endif
