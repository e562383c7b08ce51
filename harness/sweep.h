/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sweeps: every kind of word at every depth, held against the model MMU, asked
 * of an emulated processor.
 *
 * A sweep builds chains of tables by itself, one table for each depth: an entry
 * leads to the table below, the last maps a data page.  What is varied are the
 * words of one depth, or rights at all depths at once; each combination of words
 * has an address of its own, so that thousands of them are one batch.  The words
 * come from the descriptor, one bit of them changed after the other; what they
 * ought to mean says the model MMU (oracles/mmu/), which reads them in memory
 * like the processor.  No subject takes part.
 */
#ifndef HARNESS_SWEEP_H
#define HARNESS_SWEEP_H

#include <tablewalk/format.h>

#include "../oracles/mmu/mmu.h"
#include "deviation.h"
#include "guest.h"

/*
 * What is varied.
 *
 * SWEEP_LATTICE	rights: all that leaves can have, and all that tables can
 *			take away, at all depths together
 * SWEEP_ATTRS		leaves of one depth: rights, flags, memory types, keys
 * SWEEP_LEAF_BITS	leaves of one depth, each with one bit changed
 * SWEEP_TABLE_BITS	pointers of one depth, each with one bit changed
 * SWEEP_PLAIN		words of one depth that are no entry at all: no bit, one,
 *			all but one, all
 * SWEEP_EDGES		first and last entry of every table, first and last page
 *			of a leaf, and the addresses around what roots translate
 */
enum sweep_family {
	SWEEP_LATTICE,
	SWEEP_ATTRS,
	SWEEP_LEAF_BITS,
	SWEEP_TABLE_BITS,
	SWEEP_PLAIN,
	SWEEP_EDGES,
	SWEEP_FAMILIES,
};

const char *sweep_family_name(unsigned family);

/* A part of a sweep: some thousands of addresses under one control word. */
struct sweep_scene {
	uint32_t control;
	uint8_t family;
	uint8_t space;		/* two roots: which; one, signed: which half */
	uint8_t leaf;		/* depth of the chain's last word */
	uint8_t order;		/* of its group; 0: single */
	uint8_t depth;		/* whose words are varied */
	uint16_t part;		/* of too many for one scene: which words, or addresses */
};

/* One walk and one access: what an example is, and a text case. */
struct sweep_case {
	const struct pt_format *format;
	uint32_t control;
	uint8_t space;
	uint8_t leaf;			/* depth of the last word */
	uint8_t depth;			/* whose word was varied */
	int8_t bit;			/* that was changed in it; -1: none */
	uint64_t word[PT_DEPTHS];	/* from the root to leaf */
	uint64_t va;
	enum pt_access access;
	enum pt_privilege privilege;
	bool translate;			/* asked of the translate instruction */
};

/*
 * Differences that are alike: same architecture, same verdict and answer in the
 * terms of the machine, same reason.
 */
struct sweep_bucket {
	const char *architecture;
	struct pt_verdict verdict;	/* of the first example */
	struct guest_answer expected, got;
	bool other_page;		/* both ok, but not the same page */
	const struct deviation *cause;	/* NULL: nobody knows */
	uint64_t count;
	uint64_t by_depth[PT_DEPTHS];	/* of the word that was varied */
	uint64_t by_bit[65];		/* of the bit changed in it; 64: none */
	struct sweep_case first, small;	/* small: minimised */
	uint64_t expected_pa, got_pa;	/* of the first example */
};

#define SWEEP_BUCKETS 128

struct sweep_counts {
	uint64_t cases;			/* a word x access x privilege, compared */
	uint64_t skipped;		/* could not be asked without risk */
};

/* What has been done under one control word. */
struct sweep_control {
	uint32_t control;
	unsigned scenes;		/* of the whole sweep */
	uint64_t cases;			/* compared so far */
};

struct sweep;

struct sweep_options {
	const struct guest_options *guest;	/* NULL: defaults */
	const struct mmu_arch *model;	/* NULL: the format's; for tests */
	const char *deviations;		/* a file instead of the list; or NULL */
	bool deep;			/* two bits changed, too */
};

/*
 * Starts the guest.  NULL with a sentence in error where there is none, or the
 * list of deviations is bad.
 */
struct sweep *sweep_create(const struct pt_format *format,
			   const struct sweep_options *options, char *error,
			   size_t error_bytes);
void sweep_destroy(struct sweep *sweep);

/* How many scenes the whole sweep has; they are numbered from 0. */
unsigned sweep_scenes(const struct sweep *sweep);
const struct sweep_scene *sweep_scene(const struct sweep *sweep, unsigned number);

/* Runs one.  0, or a negative errno with a sentence in error. */
int sweep_run(struct sweep *sweep, unsigned number, char *error,
	      size_t error_bytes);

/*
 * Runs one case.  0, or a negative errno.  *found says whether it differs; then
 * *bucket is filled but for its counts and examples.
 */
int sweep_try(struct sweep *sweep, const struct sweep_case *c, bool *found,
	      struct sweep_bucket *bucket, char *error, size_t error_bytes);

/*
 * Makes the smallest case of each bucket that is still in the bucket: fewer bits
 * in its words.  0, or a negative errno.
 */
int sweep_minimise(struct sweep *sweep, char *error, size_t error_bytes);

struct sweep_counts *sweep_counts(struct sweep *sweep);
/* All control words of the sweep; *count is set. */
struct sweep_control *sweep_controls(struct sweep *sweep, unsigned *count);
/* A number for what scenes there are, and in which order. */
uint64_t sweep_plan_hash(const struct sweep *sweep);
/* The buckets so far; *count is set. */
struct sweep_bucket *sweep_buckets(struct sweep *sweep, unsigned *count);
/* Takes one up that an earlier run found; false where there is no room. */
bool sweep_add_bucket(struct sweep *sweep, const struct sweep_bucket *bucket);
const struct deviation_list *sweep_deviations(const struct sweep *sweep);
/* Which of them a difference had as its reason, by index. */
bool sweep_deviation_met(const struct sweep *sweep, unsigned index);
/* "qemu-7.2" */
const char *sweep_emulator(const struct sweep *sweep);
const struct pt_format *sweep_format(const struct sweep *sweep);

/*
 * A case as text, see docs/deviations.md, and back.  sweep_case_read() returns
 * false with one sentence in error, which names file and line.
 */
void sweep_case_print(FILE *out, const struct sweep_case *c,
		      const struct sweep_bucket *bucket);
bool sweep_case_read(const char *path, struct sweep_case *out, char *error,
		     size_t error_bytes);

/* "permission@pmd user w", "ok, pa 0x...", in the words of verdicts. */
void sweep_expected_text(char *out, size_t bytes,
			 const struct sweep_bucket *bucket);
void sweep_got_text(char *out, size_t bytes, const struct sweep_bucket *bucket);

#endif
