/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What include/tablewalk/{shadow,identity,clone}.h and the shortcut of ptdump.h
 * promise, each as one scenario that ends at the first broken rule and leaves the
 * space empty of what it put there.
 */
#ifndef TESTS_MM_TREE_RULES_H
#define TESTS_MM_TREE_RULES_H

#include "plain.h"

#include <tablewalk/clone.h>
#include <tablewalk/identity.h>
#include <tablewalk/ptdump.h>
#include <tablewalk/shadow.h>

#define RULES_PAGE UINT64_C(0x40000)	/* the page of shadows */

/*
 * A range with an edge at every depth below the given one, and whole entries of that
 * depth in between where there are three in a table.
 */
struct rules_range {
	uint64_t va, last;
	unsigned whole;			/* entries of depth */
};
struct rules_range rules_range(const struct plain *p, unsigned depth);

/* The uppermost depth whose entries have no more than so many tables below. */
unsigned rules_depth(const struct plain *p, uint64_t tables);

/* A dump as a number: equal for equal runs and counts. */
struct rules_dump {
	struct pt_dump dump;
	unsigned runs;
	uint64_t hash;
	struct pt_dump_run first;
};
int rules_dump(struct pt_space *space, struct rules_dump *d, uint64_t va,
	       uint64_t last);

/* A shadow is filled, seen by the model MMU, and cleared. */
void rules_shadow(struct plain *p);
/* The same dump with the shortcut and without, of all kinds of disorder. */
void rules_dump_shadow(struct plain *p, uint64_t seed);
void rules_identity(struct plain *p, uint64_t seed);
void rules_clone(struct plain *p, uint64_t seed);

/* Random maps, other kinds and restrictions in the first tables. */
void rules_populate(struct plain *p, uint64_t *seed, unsigned operations);
/* Makes the space what it was after pt_space_init(). */
void rules_empty(struct plain *p);

/* An address in one of the first entries of each depth. */
uint64_t rules_some_va(const struct plain *p, uint64_t *seed);

/* Whether the model MMU says the same of an address of both; true without one. */
bool rules_same_outcome(const struct plain *p, const struct pt_space *a,
			const struct pt_space *b, uint64_t va);

/* Entries that point to tables, at all depths. */
unsigned rules_count_tables(const struct pt_space *space);

#endif
