/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The template format: second reading.
 *
 * Source: arch/template/README.md (its manual), and for what that leaves out
 * docs/fake-manual.md, "Common rules".
 */
#include <stddef.h>

#include "fake_common.h"
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

static inline void template_entry(const struct pt_regime *regime,
				  unsigned depth, uint64_t raw,
				  struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & TEMPLATE_V)) {
		out->empty = raw == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (raw & TEMPLATE_L) {
		uint64_t pa = raw & TEMPLATE_PA;

		if (depth == PT_PUD || (raw & TEMPLATE_LEAF_RESERVED) ||
		    (pa & pt_ones(mmu_shift_4k(depth))) ||
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

static bool template_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_PMD && depth <= PT_PTE && !(attrs & PT_KEY_MASK) &&
	       fake_attrs_ok(attrs);
}

/* "Rights" and "Accessed and dirty" of the common rules, without GUARD. */
static inline uint32_t template_control(const struct pt_regime *regime)
{
	return regime->control & PT_REGIME_FAKE_HWAD;
}

static enum pt_word template_permits(const struct pt_regime *regime,
				     uint32_t attrs, uint32_t denied,
				     enum pt_access access,
				     enum pt_privilege privilege)
{
	return fake_judge(template_control(regime), attrs, denied, access,
			  privilege);
}

static inline void template_leaf(const struct mmu_walk *walk,
				 const struct mmu_entry *entry,
				 struct mmu_outcome *out)
{
	fake_judge_all(template_control(walk->regime), walk, entry, out);
}

/*
 * Bits 63..39 of an address must be 0: zero-extended, unlike all the others
 * (mmu_template below says so by being neither sign_extended nor two_roots).
 */
static const struct mmu_rules template_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = mmu_index_4k,
	.load = mmu_load_little64,
	.entry = template_entry,
	.leaf = template_leaf,
};

static void template_translate(const struct mmu_arch *arch,
			       const struct pt_memory *memory,
			       const struct pt_regime *regime, unsigned space,
			       uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&template_rules, arch, memory, regime, space, va, out);
}

const struct mmu_arch mmu_template = {
	.format = "template",
	.source = "arch/template/README.md",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 39,
	.va_word_bits = 64,
	.walks = true,
	.controls = PT_REGIME_FAKE_HWAD,
	.grade = MMU_INVENTED,
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
