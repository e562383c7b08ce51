/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm, short descriptors: second reading.
 *
 * Source: as arm_short.h says, and under B3.5.1 "Additional requirements for
 * Short-descriptor format translation tables" (sixteen-fold repetition), B3.7.3
 * (domains), B3.7.4 (Access flag), B3.10.1 "Using break-before-make when
 * updating translation table entries", B3.19 TranslationTableWalkSD() (what is
 * checked before what).
 */
#include <stddef.h>

#include "arm_short.h"
#include "mmu.h"
#include "mmu_walk.h"

/* Bits 1:0; 3 is a section with PXN. */
#define SHORT_L1_TABLE	UINT32_C(1)

/*
 * 9 IMPLEMENTATION DEFINED, 8:5 domain, 3 NS, 2 PXN.  Bit 4, SBZ, is ignored:
 * Linux sets it (user_pmd_table), and ARMv7 walks such tables.
 */
#define SHORT_TABLE_ZERO UINT32_C(0x3ec)
#define SHORT_SUPERSECTION (UINT32_C(1) << 18)
/* 19 NS, 16 S, 9 IMPLEMENTATION DEFINED, 8:5 domain or PA[39:36], 0 PXN */
#define SHORT_SECTION_ZERO UINT32_C(0x000903e1)
/* A supersection's PA[35:32]. */
#define SHORT_SUPER_ZERO UINT32_C(0x00f00000)
#define SHORT_SMALL_ZERO UINT32_C(0x400)	/* S */
#define SHORT_LARGE_ZERO UINT32_C(0x400)	/* S; 8:6, SBZ, are ignored */

#define SHORT_GROUP_ORDER 4

/*
 * Figure "Short-descriptor first-level descriptor formats".  TEX[2:1] is the
 * operating system's with TEX remap.
 */
static inline struct short_page short_section(uint32_t raw)
{
	struct short_page page = {
		.ap = (uint8_t)((raw >> 10 & 3) | (raw >> 13 & 4)),
		.type = (uint8_t)((raw >> 2 & 3) | (raw >> 10 & 4)),
		.xn = raw >> 4 & 1,
		.ng = raw >> 17 & 1,
	};

	return page;
}

static inline struct short_page short_page(unsigned depth, uint32_t raw)
{
	return depth == PT_PMD ? short_section(raw) : short_l2(raw);
}

/*
 * Rights by AP[2:0].  100 is reserved; 010 (all may read, the kernel write) is
 * more than types.h can say.  110 is the deprecated spelling of 111.
 */
#define SHORT_NO_RIGHTS UINT32_MAX
static const uint32_t short_ap[8] = {
	[0] = 0,
	[1] = PT_R | PT_W,
	[2] = SHORT_NO_RIGHTS,
	[3] = PT_USER | PT_R | PT_W,
	[4] = SHORT_NO_RIGHTS,
	[5] = PT_R,
	[6] = PT_USER | PT_R,
	[7] = PT_USER | PT_R,
};

/*
 * With SCTLR.AFE AP[2] is read-only, AP[1] says whether the user has it too, and
 * AP[0] is the access flag.
 */
static inline uint32_t short_afe_attrs(unsigned ap)
{
	return PT_R | (ap & 4 ? 0 : PT_W) | (ap & 2 ? PT_USER : 0) |
	       (ap & 1 ? PT_ACCESSED : 0);
}

/*
 * Makes out a leaf, or reserved where attributes have no word: rights, and
 * the memory types 4 to 7.  Who may not read may not execute (B3.7.2).
 */
static inline void short_leaf_entry(bool afe, struct short_page page,
				    uint32_t pa, bool grouped,
				    struct mmu_entry *out)
{
	uint32_t rights = afe ? short_afe_attrs(page.ap) : short_ap[page.ap];

	if (rights == SHORT_NO_RIGHTS || page.type > 3)
		return;
	out->class = MMU_LEAF;
	out->pa = pa;
	out->attrs = rights | ((rights & PT_R) && !page.xn ? PT_X : 0) |
		     (page.ng ? 0 : PT_GLOBAL) |
		     (uint32_t)short_memtype[page.type] << PT_MEMTYPE_SHIFT;
	out->order = grouped ? SHORT_GROUP_ORDER : 0;
	out->replicated = grouped;
}

/*
 * First level.  11 is a section with PXN, or reserved where there is no PXN:
 * not described either way.
 */
static inline void short_l1_entry(bool afe, uint32_t raw, struct mmu_entry *out)
{
	bool super = raw & SHORT_SUPERSECTION;

	out->class = MMU_RESERVED;
	if ((raw & SHORT_TYPE) == SHORT_L1_TABLE) {
		if (raw & SHORT_TABLE_ZERO)
			return;
		out->class = MMU_TABLE;
		out->pa = raw & UINT32_C(0xfffffc00);
		return;
	}
	if ((raw & SHORT_SECTION_ZERO) || (super && (raw & SHORT_SUPER_ZERO)))
		return;
	short_leaf_entry(afe, short_section(raw),
			 raw & (super ? UINT32_C(0xff000000) :
					UINT32_C(0xfff00000)),
			 super, out);
}

static inline void short_l2_entry(bool afe, uint32_t raw, struct mmu_entry *out)
{
	bool large = (raw & SHORT_TYPE) == SHORT_L2_LARGE;

	out->class = MMU_RESERVED;
	if (raw & (large ? SHORT_LARGE_ZERO : SHORT_SMALL_ZERO))
		return;
	short_leaf_entry(afe, short_l2(raw),
			 raw & (large ? UINT32_C(0xffff0000) :
					UINT32_C(0xfffff000)),
			 large, out);
}

static inline void short_read(bool afe, unsigned depth, uint64_t raw,
			      struct mmu_entry *out)
{
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & SHORT_TYPE))
		out->empty = raw == 0;
	else if (depth == PT_PMD)
		short_l1_entry(afe, (uint32_t)raw, out);
	else
		short_l2_entry(afe, (uint32_t)raw, out);
}

static inline bool short_afe(const struct pt_regime *regime)
{
	return regime->control & PT_REGIME_ARM_AFE;
}

/* What an entry of a case says: without AFE, whatever the control bits. */
static inline void short_entry(const struct pt_regime *regime, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	short_read(false, depth, raw, out);
}

/* What it says to the walk. */
static inline void short_walk_entry(const struct pt_regime *regime,
				    unsigned depth, uint64_t raw,
				    struct mmu_entry *out)
{
	short_read(short_afe(regime), depth, raw, out);
}

/*
 * AP has an encoding for reading, and for reading and writing, of either
 * owner, and one for nobody.  That is without AFE, as in every case.
 */
static bool short_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_MEMTYPE_MASK;

	if (depth < PT_PMD || depth > PT_PTE || (attrs & ~known) ||
	    pt_attrs_memtype(attrs) >= PT_MEMTYPES)
		return false;
	return (attrs & PT_R) || !(attrs & PT_RIGHTS);
}

/*
 * A manager of the domain is not checked, not even for XN (B3.7.3).  The access
 * flag belongs to the walk, which ends before the domain is looked at.
 */
static enum pt_word short_permits(const struct pt_regime *regime,
				  uint32_t attrs, uint32_t denied,
				  enum pt_access access,
				  enum pt_privilege privilege)
{
	if (short_afe(regime) && !(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (regime->control & PT_REGIME_ARM_MANAGER)
		return PT_V_OK;
	return short_rights_allow(attrs & ~denied, access, privilege) ?
		       PT_V_OK :
		       PT_V_PERMISSION;
}

static inline void short_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	struct short_page page = short_page(walk->depth, (uint32_t)walk->raw);
	bool manager = walk->regime->control & PT_REGIME_ARM_MANAGER;

	(void)entry;
	if (short_afe(walk->regime) && !(page.ap & 1)) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	mmu_rights_verdicts(out, walk->depth,
			    manager ? ~0u : short_allowed(page));
}

/* First-level tables have 4096 entries, second-level tables 256. */
static inline uint64_t short_index(unsigned depth, uint64_t va)
{
	return depth == PT_PMD ? va >> 20 & 4095 : va >> 12 & 255;
}

/*
 * Entries of a group stand alone here: the manual says that they must be
 * repeated, not what a walk does where they differ.  TTBR0: 31:14.
 */
static const struct mmu_rules short_rules = {
	.root = UINT64_C(0xffffc000),
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = short_index,
	.load = mmu_load_little32,
	.entry = short_walk_entry,
	.leaf = short_leaf,
};

static void short_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&short_rules, arch, memory, regime, space, va, out);
}

const struct mmu_arch mmu_arm_short = {
	.format = "arm-short",
	.source = "ARM ARM DDI 0406C, B3.5, B3.7, B3.8",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.walks = true,
	.break_before_make = true,
	.controls = PT_REGIME_ARM_MANAGER | PT_REGIME_ARM_AFE,
	.level = {
		[PT_PMD] = { .va_shift = 20, .index_bits = 12, .entry_bytes = 4,
			     .leaf = true,
			     .group_order = { SHORT_GROUP_ORDER } },
		[PT_PTE] = { .va_shift = 12, .index_bits = 8, .entry_bytes = 4,
			     .leaf = true,
			     .group_order = { SHORT_GROUP_ORDER } },
	},
	.representable = short_representable,
	.entry = short_entry,
	.permits = short_permits,
	.translate = short_translate,
};
