/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * "Common rules" of docs/fake-manual.md, which fake, fake-tiny and template
 * share: attributes, rights, accessed and dirty.  control holds PT_REGIME_FAKE_
 * bits; template has no GUARD and passes none.
 */
#ifndef ORACLES_MMU_FAKE_COMMON_H
#define ORACLES_MMU_FAKE_COMMON_H

#include "mmu_walk.h"

static inline bool fake_attrs_ok(uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_SOFT1 | PT_MEMTYPE_MASK | PT_KEY_MASK;

	if ((attrs & ~known) || pt_attrs_memtype(attrs) >= PT_MEMTYPES)
		return false;
	return !(attrs & PT_W) || (attrs & PT_R);
}

/*
 * Denied rights count as absent.  User code needs U and the right; the kernel
 * the right, but executes no page that still has U, and with GUARD does not
 * touch its data either.  Then A, then D.
 */
static inline enum pt_word fake_judge(uint32_t control, uint32_t attrs,
				      uint32_t denied, enum pt_access access,
				      enum pt_privilege privilege)
{
	static const uint32_t needs[PT_ACCESSES] = {
		[PT_READ] = PT_R, [PT_WRITE] = PT_W, [PT_EXEC] = PT_X,
	};
	uint32_t rights = attrs & ~denied;

	if (!(rights & needs[access]) ||
	    !mmu_page_open(rights & PT_USER, !(control & PT_REGIME_FAKE_GUARD),
			   access, privilege))
		return PT_V_PERMISSION;
	return mmu_flag_word(attrs, control & PT_REGIME_FAKE_HWAD, access);
}

/* The same at the end of a walk, for all accesses. */
static inline void fake_judge_all(uint32_t control, const struct mmu_walk *walk,
				  const struct mmu_entry *entry,
				  struct mmu_outcome *out)
{
	uint32_t left = entry->attrs & ~walk->denied;
	enum pt_word otherwise[PT_ACCESSES];

	mmu_flag_words(entry->attrs, control & PT_REGIME_FAKE_HWAD, otherwise);
	mmu_leaf_verdicts(out, walk->depth,
			  mmu_page_allowed(left & PT_R, left & PT_W,
					   left & PT_X, left & PT_USER,
					   !(control & PT_REGIME_FAKE_GUARD)),
			  otherwise);
}

/* The hooks of the two formats that have all control bits. */

static inline enum pt_word fake_permits(const struct pt_regime *regime,
					uint32_t attrs, uint32_t denied,
					enum pt_access access,
					enum pt_privilege privilege)
{
	return fake_judge(regime->control, attrs, denied, access, privilege);
}

static inline void fake_leaf(const struct mmu_walk *walk,
			     const struct mmu_entry *entry,
			     struct mmu_outcome *out)
{
	fake_judge_all(walk->regime->control, walk, entry, out);
}

#endif
