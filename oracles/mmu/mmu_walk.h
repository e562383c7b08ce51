/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the readings of this directory share: the registry's objects, loads
 * from simulated memory, and filling in an outcome.  Nothing here knows a bit
 * of any format.
 */
#ifndef ORACLES_MMU_MMU_WALK_H
#define ORACLES_MMU_MMU_WALK_H

#include <tablewalk/types.h>

#include "../bytes.h"
#include "mmu.h"

extern const struct mmu_arch mmu_x86_64_4level;
extern const struct mmu_arch mmu_x86_64_5level;
extern const struct mmu_arch mmu_arm64_4k_48;
extern const struct mmu_arch mmu_riscv_sv39;
extern const struct mmu_arch mmu_riscv_sv48;
extern const struct mmu_arch mmu_template;
extern const struct mmu_arch mmu_fake;
extern const struct mmu_arch mmu_fake_tiny;

/* Software kinds that every format has: above the page table, and in it. */
#define MMU_KINDS_HUGE ((1u << PT_PROTNONE) | (1u << PT_MIGRATION))
#define MMU_KINDS_PAGE (MMU_KINDS_HUGE | (1u << PT_SWAP) | (1u << PT_MARKER))

/* An 8-byte entry at pa; false where there is no memory. */
static inline bool mmu_load_little64(const struct pt_memory *memory,
				     uint64_t pa, uint64_t *raw)
{
	const uint8_t *p = pt_memory_at(memory, pa, 8);

	if (!p)
		return false;
	*raw = bytes_get64(p, false);
	return true;
}

static inline bool mmu_load_big64(const struct pt_memory *memory, uint64_t pa,
				  uint64_t *raw)
{
	const uint8_t *p = pt_memory_at(memory, pa, 8);

	if (!p)
		return false;
	*raw = bytes_get64(p, true);
	return true;
}

/* Whether va is the sign extension of its low bits. */
static inline bool mmu_sign_extended(uint64_t va, unsigned bits)
{
	uint64_t upper = va >> (bits - 1);

	return upper == 0 || upper == pt_ones(64 - bits + 1);
}

/* A set of accesses, one bit for each privilege and access. */
static inline unsigned mmu_may(enum pt_privilege privilege,
			       enum pt_access access)
{
	return 1u << ((unsigned)privilege * PT_ACCESSES + (unsigned)access);
}

/* Field by field: a compound literal is a call to memset where ASan is on. */
static inline void mmu_start_entry(struct mmu_entry *out,
				   enum mmu_entry_class class)
{
	out->class = (uint8_t)class;
	out->pa = 0;
	out->denied = 0;
	out->attrs = 0;
	out->group = false;
	out->empty = false;
}

/* Without a leaf; the verdicts are still to come. */
static inline void mmu_start_outcome(struct mmu_outcome *out)
{
	out->leaf = false;
	out->pa = 0;
	out->attrs = 0;
	out->denied = 0;
	out->depth = 0;
	out->group = false;
}

/* The same verdict for everybody. */
static inline void mmu_all_verdicts(struct mmu_outcome *out, enum pt_word word,
				    int depth)
{
	struct pt_verdict verdict = { (uint8_t)word, (int8_t)depth };

	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			out->verdict[p][a] = verdict;
}

/*
 * Verdicts at a leaf where the check of rights comes first: accesses that are
 * not in allowed (a set of mmu_may()) get PT_V_PERMISSION, the others
 * otherwise[access].
 */
static inline void mmu_leaf_verdicts(struct mmu_outcome *out, unsigned depth,
				     unsigned allowed,
				     const enum pt_word otherwise[PT_ACCESSES])
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			bool ok = allowed >> (p * PT_ACCESSES + a) & 1;

			out->verdict[p][a].word =
				(uint8_t)(ok ? otherwise[a] : PT_V_PERMISSION);
			out->verdict[p][a].depth = (int8_t)depth;
		}
}

/* What a permitted access comes to, by the leaf's flags and who sets them. */
static inline void mmu_flag_words(uint32_t attrs, bool hardware_sets,
				  enum pt_word word[PT_ACCESSES])
{
	bool accessed = hardware_sets || (attrs & PT_ACCESSED);
	bool dirty = hardware_sets || (attrs & PT_DIRTY);

	word[PT_READ] = accessed ? PT_V_OK : PT_V_ACCESS;
	word[PT_WRITE] = !accessed ? PT_V_ACCESS :
			 dirty	   ? PT_V_OK :
				     PT_V_DIRTY;
	word[PT_EXEC] = word[PT_READ];
}

#endif
