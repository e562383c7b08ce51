/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One space on any format, with memory that is asked nothing but whether tables
 * are given, constructed, destructed and taken back as they should be, and with the
 * model MMU as a witness of what they say.
 *
 * Checks do not assert: the first rule that is broken is remembered, so that the
 * same checks show deliberate defects.
 */
#ifndef TESTS_MM_PLAIN_H
#define TESTS_MM_PLAIN_H

#include "mm_fixture.h"

#include <mmu/mmu.h>

#define PLAIN_PA UINT64_C(0x4000000)	/* low enough for every format */
#define PLAIN_BYTES UINT64_C(0x1000000)
#define PLAIN_TABLES 1024

/* A table that was given and not taken back. */
struct plain_table {
	uint64_t pa, bytes;
	bool constructed;
};

struct plain {
	const struct pt_format *f;
	const struct mmu_arch *mmu;	/* NULL: there is no model */
	struct pt_env env;
	struct pt_memory memory;
	struct pt_space space;		/* number 0 */
	uint32_t control;		/* of the regime; the default one */
	uint64_t last;			/* that is translated, from 0 on */
	struct plain_table table[PLAIN_TABLES];
	unsigned tables, constructed;
	uint64_t next;			/* to be given */
	unsigned fail_in;		/* 1: refuse the next; 0: never */
	bool full;			/* more was asked for than there is */
	unsigned flushes;
	uint64_t flush_va, flush_last;	/* of all so far */
	bool flush_tables;
	const char *broken;		/* first rule that was, or NULL */
};

/* The space number i of all formats and mm_narrow; NULL past the last. */
struct plain *plain_open(void **state, unsigned i);
/* Drops it as it is; what was broken is the caller's to ask for. */
void plain_drop(void **state);
/* Destroys the space; no table may be left.  Fails where a rule is broken. */
void plain_close(void **state);
int plain_teardown(void **state);

void plain_breaks(struct plain *p, const char *rule);
/* Remembers the rule as broken where it does not hold; whether it does. */
bool plain_holds(struct plain *p, bool rule_holds, const char *rule);

/* All tables there are as a number; equal numbers for equal tables. */
uint64_t plain_hash(const struct plain *p);

/* What the model MMU says of an address of a space; false: there is no model. */
bool plain_translate(const struct plain *p, const struct pt_space *space,
		     uint64_t va, struct mmu_outcome *out);

/* Entries of the root that are translated from address 0 on. */
unsigned plain_root_entries(const struct plain *p);

/* The rights number n, of any kind, that leaves can have; wraps. */
uint32_t plain_rights(const struct plain *p, unsigned n);

/* The rights that table entries of that depth can take away. */
uint32_t plain_removable(const struct plain *p, unsigned depth);

/* A number that moves on; *seed is any but 0. */
uint64_t plain_random(uint64_t *seed);

#endif
