/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The template format: second reading.
 *
 * Source: arch/template/README.md (its manual), and for what that leaves out
 * docs/fake-manual.md, "Common rules".
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* "Entries": leaf and table entry. */
#define TEMPLATE_V  (UINT64_C(1) << 0)
#define TEMPLATE_L  (UINT64_C(1) << 1)
#define TEMPLATE_R  (UINT64_C(1) << 2)
#define TEMPLATE_W  (UINT64_C(1) << 3)
#define TEMPLATE_X  (UINT64_C(1) << 4)
#define TEMPLATE_U  (UINT64_C(1) << 5)
#define TEMPLATE_G  (UINT64_C(1) << 6)
#define TEMPLATE_A  (UINT64_C(1) << 7)
#define TEMPLATE_D  (UINT64_C(1) << 8)
#define TEMPLATE_S0 (UINT64_C(1) << 9)
#define TEMPLATE_S1 (UINT64_C(1) << 10)
#define TEMPLATE_NW (UINT64_C(1) << 3)

#define TEMPLATE_PA	  UINT64_C(0x0000fffffffff000)	/* 47..12 */
#define TEMPLATE_MT_SHIFT 48				/* 49..48 */
#define TEMPLATE_LEAF_RESERVED UINT64_C(0xfffc000000000800) /* 63..50, 11 */
#define TEMPLATE_TABLE_BITS (TEMPLATE_V | TEMPLATE_NW | TEMPLATE_PA)

static inline unsigned template_shift(unsigned depth)
{
	return 12 + 9 * (PT_PTE - depth);
}

static inline uint32_t template_attrs(uint64_t raw)
{
	uint32_t type = (uint32_t)(raw >> TEMPLATE_MT_SHIFT) & 3;

	return (raw & TEMPLATE_R ? PT_R : 0) | (raw & TEMPLATE_W ? PT_W : 0) |
	       (raw & TEMPLATE_X ? PT_X : 0) |
	       (raw & TEMPLATE_U ? PT_USER : 0) |
	       (raw & TEMPLATE_G ? PT_GLOBAL : 0) |
	       (raw & TEMPLATE_A ? PT_ACCESSED : 0) |
	       (raw & TEMPLATE_D ? PT_DIRTY : 0) |
	       (raw & TEMPLATE_S0 ? PT_SOFT0 : 0) |
	       (raw & TEMPLATE_S1 ? PT_SOFT1 : 0) | type << PT_MEMTYPE_SHIFT;
}

static inline void template_read(unsigned depth, uint64_t raw,
				 struct mmu_entry *out)
{
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & TEMPLATE_V)) {
		out->empty = raw == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (raw & TEMPLATE_L) {
		uint64_t pa = raw & TEMPLATE_PA;

		if (depth == PT_PUD || (raw & TEMPLATE_LEAF_RESERVED) ||
		    (pa & pt_ones(template_shift(depth))) ||
		    ((raw & TEMPLATE_W) && !(raw & TEMPLATE_R)))
			return;
		out->class = MMU_LEAF;
		out->pa = pa;
		out->attrs = template_attrs(raw);
		return;
	}
	if (depth == PT_PTE || (raw & ~TEMPLATE_TABLE_BITS))
		return;
	out->class = MMU_TABLE;
	out->pa = raw & TEMPLATE_PA;
	out->denied = raw & TEMPLATE_NW ? PT_W : 0;
}

static void template_entry(const struct pt_regime *regime, unsigned depth,
			   uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	template_read(depth, raw, out);
}

static bool template_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_SOFT1 | PT_MEMTYPE_MASK;

	if (depth < PT_PMD || depth > PT_PTE || (attrs & ~known))
		return false;
	if (pt_attrs_memtype(attrs) >= PT_MEMTYPES)
		return false;
	return !(attrs & PT_W) || (attrs & PT_R);
}

/* "Rights" and "Accessed and dirty" of the common rules, without GUARD. */
static enum pt_word template_permits(const struct pt_regime *regime,
				     uint32_t attrs, uint32_t denied,
				     enum pt_access access,
				     enum pt_privilege privilege)
{
	static const uint32_t needs[PT_ACCESSES] = {
		[PT_READ] = PT_R, [PT_WRITE] = PT_W, [PT_EXEC] = PT_X,
	};
	uint32_t rights = attrs & ~denied;
	bool user_page = rights & PT_USER;

	if (!(rights & needs[access]))
		return PT_V_PERMISSION;
	if (privilege == PT_AS_USER && !user_page)
		return PT_V_PERMISSION;
	if (privilege == PT_AS_KERNEL && access == PT_EXEC && user_page)
		return PT_V_PERMISSION;
	if (regime->control & PT_REGIME_FAKE_HWAD)
		return PT_V_OK;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (access == PT_WRITE && !(attrs & PT_DIRTY))
		return PT_V_DIRTY;
	return PT_V_OK;
}

static inline unsigned template_allowed(uint32_t left)
{
	bool r = left & PT_R, w = left & PT_W, x = left & PT_X;
	bool u = left & PT_USER;
	unsigned allowed = 0;

	allowed |= u && r ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= u && w ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= u && x ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= r ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= w ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= !u && x ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

static void template_leaf(const struct pt_regime *regime, unsigned depth,
			  uint64_t va, const struct mmu_entry *entry,
			  uint32_t denied, struct mmu_outcome *out)
{
	enum pt_word otherwise[PT_ACCESSES];

	out->leaf = true;
	out->pa = entry->pa | (va & pt_ones(template_shift(depth)));
	out->attrs = entry->attrs;
	out->denied = denied;
	out->depth = (uint8_t)depth;
	mmu_flag_words(entry->attrs, regime->control & PT_REGIME_FAKE_HWAD,
		       otherwise);
	mmu_leaf_verdicts(out, depth, template_allowed(entry->attrs & ~denied),
			  otherwise);
}

static inline enum pt_word template_stop(const struct pt_regime *regime,
					 const struct mmu_entry *entry)
{
	if (entry->class == MMU_INVALID)
		return PT_V_TRANSLATION;
	if (entry->class == MMU_RESERVED)
		return PT_V_RESERVED;
	if (entry->pa & ~pt_ones(regime->pa_bits))
		return PT_V_ADDRSIZE;
	return PT_V_OK;
}

/* Bits 63..39 of an address must be 0: zero-extended, unlike all the others. */
static void template_translate(const struct mmu_arch *arch,
			       const struct pt_memory *memory,
			       const struct pt_regime *regime, unsigned space,
			       uint64_t va, struct mmu_outcome *out)
{
	uint64_t table = regime->root[space];
	int from = PT_DEPTH_UNKNOWN;
	uint32_t denied = 0;

	mmu_start_outcome(out);
	if (va >> arch->va_bits) {
		mmu_all_verdicts(out, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
		return;
	}
	for (unsigned depth = arch->top; depth <= PT_PTE; depth++) {
		uint64_t index = va >> template_shift(depth) & 511;
		struct mmu_entry entry;
		enum pt_word stop;
		uint64_t raw;

		if (!mmu_load_little64(memory, table + index * 8, &raw)) {
			mmu_all_verdicts(out, PT_V_WALKBUS, from);
			return;
		}
		template_read(depth, raw, &entry);
		stop = template_stop(regime, &entry);
		if (stop != PT_V_OK) {
			mmu_all_verdicts(out, stop, (int)depth);
			return;
		}
		if (entry.class == MMU_LEAF) {
			template_leaf(regime, depth, va, &entry, denied, out);
			return;
		}
		denied |= entry.denied;
		table = entry.pa;
		from = (int)depth;
	}
}

const struct mmu_arch mmu_template = {
	.format = "template",
	.source = "arch/template/README.md",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 39,
	.va_word_bits = 64,
	.walks = true,
	.level = {
		[PT_PUD] = { .va_shift = 30, .index_bits = 9, .entry_bytes = 8,
			     .deniable = PT_W },
		[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_W,
			     .kinds = MMU_KINDS_HUGE },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = MMU_KINDS_PAGE },
	},
	.representable = template_representable,
	.entry = template_entry,
	.permits = template_permits,
	.translate = template_translate,
};
