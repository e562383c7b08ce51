/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sweep from the inside: for sweep*.c only.
 */
#ifndef HARNESS_SWEEP_PRIVATE_H
#define HARNESS_SWEEP_PRIVATE_H

#include "guest_mailbox.h"
#include "sweep.h"
#include "sweep_words.h"

/* Words of one table in one scene. */
#define SWEEP_COLUMN 1024
#define SWEEP_OFFSETS 3
/* Addresses of one scene, where they are the product of all columns. */
#define SWEEP_SLICE 1024

/* The entries of one table in use. */
struct sweep_column {
	unsigned count;
	uint16_t index[SWEEP_COLUMN];
	struct sweep_word word[SWEEP_COLUMN];
	uint64_t raw[SWEEP_COLUMN];
	/* For accesses; and for what translates only, and touches no page. */
	bool safe[SWEEP_COLUMN], safe_walk[SWEEP_COLUMN];
};

/* One address of a scene. */
struct sweep_walk {
	uint64_t va;
	uint16_t pick[PT_DEPTHS];	/* which entry of each column */
	bool safe, safe_walk;		/* as in struct sweep_column */
	struct mmu_outcome out;
};

struct sweep {
	const struct pt_format *format;
	const struct mmu_arch *model;
	struct guest *guest;
	struct guest_options options;
	bool deep;
	unsigned deaths;		/* of the emulator that no list tells of */
	char emulator[DEVIATION_EMULATOR];
	struct pt_memory memory;
	struct pt_loads loads;
	struct deviation_list deviations;
	bool met[DEVIATIONS_MAX];
	struct sweep_counts counts;
	struct sweep_scene *scene;
	unsigned scenes, room;
	struct sweep_control *control;
	unsigned controls;
	unsigned buckets;
	struct sweep_bucket bucket[SWEEP_BUCKETS];
	/* The scene in hand. */
	const struct sweep_scene *now;
	struct pt_regime regime;
	struct sweep_words words;
	struct sweep_column column[PT_DEPTHS];
	unsigned offsets;
	uint64_t offset[SWEEP_OFFSETS];	/* into the leaf */
	struct sweep_walk walk[GUEST_BATCH_MAX];
	struct guest_probe probe[GUEST_BATCH_MAX];
	struct guest_result result[GUEST_BATCH_MAX];
	uint16_t from[GUEST_BATCH_MAX];	/* probe -> walk */
};

/*
 * sweep.c.  Starts a guest, in place of the one that there may be; false with a
 * sentence in error.
 */
bool sweep_open_guest(struct sweep *s, char *error, size_t error_bytes);

/* Where the root of that space is, as in struct sweep_scene. */
uint64_t sweep_root(const struct sweep *s, unsigned space);

/* The address of the table of that depth, and of the root that is not in use. */
uint64_t sweep_table_pa(const struct sweep *s, unsigned depth);

/* Empties all tables of the chain. */
void sweep_clear(struct sweep *s);
void sweep_put(struct sweep *s, unsigned depth, unsigned index, uint64_t raw);

/* The address with these indices; space as in struct sweep_scene. */
uint64_t sweep_va(const struct sweep *s, const unsigned index[PT_DEPTHS],
		  unsigned space, uint64_t offset);

/*
 * Whether hardware may come upon that word, whatever it makes of it: neither a
 * walk nor, with pages, an access can then end in the guest's own program.
 */
bool sweep_word_safe(const struct sweep *s, unsigned depth, uint64_t raw,
		     bool as_leaf, bool pages);

/* The regime of a control word and a space. */
void sweep_set_regime(struct sweep *s, uint32_t control, unsigned space);

/* Walks; false where the walk read what is no table of the chain. */
bool sweep_model(struct sweep *s, unsigned space, uint64_t va,
		 struct mmu_outcome *out);

/*
 * Whether that access can be made where it should come out like this.  *alone is set
 * where it may kill the emulator, so that no other should be in the batch.
 */
bool sweep_can_ask(struct sweep *s, const struct mmu_outcome *out,
		   const uint64_t word[PT_DEPTHS],
		   const struct guest_probe *probe, bool *alone);

/*
 * Holds a result against the verdict.  True where they differ; *bucket then has
 * all but counts and examples.  word is the chain's, at each depth.
 */
bool sweep_differs(struct sweep *s, const struct mmu_outcome *out,
		   const uint64_t word[PT_DEPTHS],
		   const struct guest_probe *probe,
		   const struct guest_result *result,
		   struct sweep_bucket *bucket);

/* Whether two differences belong together. */
bool sweep_same_bucket(const struct sweep_bucket *a,
		       const struct sweep_bucket *b);

/* sweep_plan.c.  Builds the list of scenes; false if memory runs out. */
bool sweep_plan(struct sweep *s);
/* Fills columns and offsets for the scene in hand. */
void sweep_fill(struct sweep *s);
/* Which of its addresses, by number, are the scene's. */
void sweep_slice(const struct sweep *s, uint64_t *first, uint64_t *end);

/*
 * sweep_order.c.  Makes of scenes without a control word those of all control words,
 * in an order of which each beginning is a bit of everything; false if memory runs out.
 */
bool sweep_order(struct sweep *s);
/* Cases that were compared under that control word. */
void sweep_count_cases(struct sweep *s, uint32_t control, uint64_t cases);

#endif
