/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel part that the two spaces have in common, as the model has it.
 *
 * Source: include/tablewalk/share.h, the text.
 *
 * The sharer's flat space holds a copy of what the owner's has in the kernel
 * part, root entry by root entry, made anew after each operation that may have
 * changed the owner's.  So whatever reads the model reads it unmodified.
 */
#ifndef ORACLES_SHARE_H
#define ORACLES_SHARE_H

#include <tablewalk/op.h>
#include <tablewalk/types.h>

struct oracle;

struct share {
	uint64_t first;			/* offset of the kernel part */
	uint64_t entries;		/* root entries that it has */
	bool *owned, *present;		/* which are not none, in the owner and
					   in the sharer */
	bool active, synced;
	uint8_t owner;
};

/* False where memory runs out.  The geometry is there. */
bool share_create(struct oracle *oracle);
void share_destroy(struct oracle *oracle);
void share_reset(struct oracle *oracle);

/* Whether that space has the other's kernel part. */
bool share_is_sharer(const struct oracle *oracle, unsigned space);

/* The last offset of what space has in its root for itself. */
uint64_t share_own_last(const struct oracle *oracle, unsigned space);

/* Whose the tables below the root are that cover offset in space. */
unsigned share_owner_of(const struct oracle *oracle, unsigned space,
			uint64_t offset);

/*
 * -EBUSY where the offsets first..last of space touch what it may not change,
 * else 0.
 */
int share_refuses(const struct oracle *oracle, unsigned space, uint64_t first,
		  uint64_t last);

/* Interpret one OP_SHARE, OP_SYNC; share_update() completes either. */
int share_expect_share(struct oracle *oracle, const struct op *op);
int share_expect_sync(struct oracle *oracle, const struct op *op);

/*
 * After an operation of that kind: what the owner has is in the sharer.  False
 * where memory runs out.
 */
bool share_update(struct oracle *oracle, unsigned kind);

/*
 *			Memory
 *
 * Entries are counted from the first of the kernel part; the spaces share.
 */

/* Whether the words of that entry are the same in both roots. */
bool share_words_equal(const struct oracle *oracle,
		       const struct pt_memory *memory,
		       const struct pt_regime *regime, uint64_t entry);

/* Whether that of the sharer's root is none; *raw is it. */
bool share_word_none(const struct oracle *oracle,
		     const struct pt_memory *memory,
		     const struct pt_regime *regime, uint64_t entry,
		     uint64_t *raw);

#endif
