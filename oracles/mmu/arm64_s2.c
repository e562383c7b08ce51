/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64, stage 2, 4-KB granule, 40-bit and 48-bit intermediate physical
 * addresses: second reading.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487, chapter
 * D8: D8.2.2 and D8.2.4 (stage 2 walk, concatenated tables), D8.3.1 and D8.3.2
 * (descriptor formats; stage 2 attributes), D8.4.2 (stage 2 permissions: S2AP,
 * XN[1:0] with FEAT_XNX), D8.5 (Access flag), D8.6.1 (Contiguous), D8.6.3
 * (stage 2 memory types, FWB = 0), D8.15 (faults), D8.16.1 "Using
 * break-before-make when updating translation table entries".
 *
 * VTCR_EL2: TG0 = 4 KB, DS, HD = 0, PS as pa_bits; T0SZ = 24, SL0 = 1 (walks
 * start at level 1, in two concatenated tables) or T0SZ = 16, SL0 = 2 (level
 * 0); HA by PT_REGIME_ARM64_HA.  HCR_EL2.FWB, DCT, PTW = 0; EL2 is AArch64.
 * Stage 1 is not part of this: the address translated is the intermediate one,
 * and user and kernel are EL0 and EL1 of the guest.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* D8.3.1, bits 1:0; and attributes of stage 2 Block and Page descriptors. */
#define S2_VALID	(UINT64_C(1) << 0)
#define S2_TYPE		(UINT64_C(1) << 1)	/* table or page; 0: block */
#define S2_MEMATTR_SHIFT 2			/* MemAttr 5:2 */
#define S2_READ		(UINT64_C(1) << 6)	/* S2AP[0] */
#define S2_WRITE	(UINT64_C(1) << 7)	/* S2AP[1] */
#define S2_AF		(UINT64_C(1) << 10)
#define S2_CONTIGUOUS	(UINT64_C(1) << 52)
#define S2_XN_SHIFT	53			/* XN 54:53 */
/* 58:55 are reserved for software. */
#define S2_SOFT0	(UINT64_C(1) << 55)	/* docs/formats.md */
#define S2_SOFT1	(UINT64_C(1) << 56)

#define S2_ADDRESS UINT64_C(0x0000fffffffff000)	/* bits 47:12 */

/* XN[1:0]: who may execute. */
enum s2_xn {
	S2_EXEC_BOTH,		/* 00: EL0 and EL1 */
	S2_EXEC_EL0,		/* 01: EL0 only */
	S2_EXEC_NOBODY,		/* 10 */
	S2_EXEC_EL1,		/* 11: EL1 only */
};

/* A memory type that types.h has no word for; see arm64.h. */
#define S2_MEM_OTHER 7u

/* MemAttr: Normal write-back, Normal non-cacheable, Device-nGnRE. */
static inline uint32_t s2_memtype(uint64_t raw)
{
	switch (raw >> S2_MEMATTR_SHIFT & 15) {
	case 0xf:
		return PT_MEM_WB;
	case 0x5:
		return PT_MEM_WC;
	case 0x1:
		return PT_MEM_UC;
	default:
		return S2_MEM_OTHER;
	}
}

static inline unsigned s2_xn(uint64_t raw)
{
	return (unsigned)(raw >> S2_XN_SHIFT) & 3;
}

/*
 * A page belongs to the guest as a whole: whatever right there is, EL0 has it
 * too, or (XN 11) types.h has no word for it.  S2AP 10, write-only, is a right
 * that is never encoded either; the verdicts of translate() know both.
 */
static inline uint32_t s2_attrs(uint64_t raw)
{
	uint32_t rights = (raw & S2_READ ? PT_R : 0) |
			  (raw & S2_WRITE ? PT_W : 0) |
			  (s2_xn(raw) == S2_EXEC_BOTH ? PT_X : 0);

	return rights | (rights ? PT_USER : 0) |
	       (raw & S2_AF ? PT_ACCESSED : 0) |
	       (raw & S2_SOFT0 ? PT_SOFT0 : 0) |
	       (raw & S2_SOFT1 ? PT_SOFT1 : 0) |
	       s2_memtype(raw) << PT_MEMTYPE_SHIFT;
}

/*
 * D8.3.1.  As in stage 1: blocks at levels 1 and 2, other type 01 encodings
 * reserved and a Translation fault, RES0 bits ignored.  Table descriptors have
 * no attributes (63:59 are RES0).  The Contiguous bit is not judged, and only
 * told where groups are.
 */
static inline void s2_entry(const struct pt_regime *regime, unsigned depth,
			    uint64_t raw, struct mmu_entry *out)
{
	bool type = raw & S2_TYPE;
	bool group = (raw & S2_CONTIGUOUS) && depth >= PT_PMD;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & S2_VALID)) {
		out->empty = raw == 0;
		return;
	}
	if (!type && (depth <= PT_P4D || depth == PT_PTE)) {
		out->class = MMU_RESERVED;
		return;
	}
	if (!type || depth == PT_PTE) {
		out->class = MMU_LEAF;
		out->pa = raw & S2_ADDRESS & ~pt_ones(mmu_shift_4k(depth));
		out->attrs = s2_attrs(raw);
		out->order = group ? 4 : 0;
		return;
	}
	out->class = MMU_TABLE;
	out->pa = raw & S2_ADDRESS;
}

/* No right, or R and perhaps more, always with USER. */
static bool s2_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_SOFT0 | PT_SOFT1 |
			 PT_MEMTYPE_MASK;
	uint32_t usable = PT_R | PT_USER;

	if (depth < PT_PUD || depth > PT_PTE || (attrs & ~known))
		return false;
	if (pt_attrs_memtype(attrs) > PT_MEM_UC)
		return false;
	return !(attrs & PT_RIGHTS) || (attrs & usable) == usable;
}

/*
 * EL0 and EL1 have the same rights; PAN is stage 1's.  No table takes anything
 * away.  The Access flag fault has priority over the Permission fault.
 */
static enum pt_word s2_permits(const struct pt_regime *regime, uint32_t attrs,
			       uint32_t denied, enum pt_access access,
			       enum pt_privilege privilege)
{
	static const uint32_t needed[PT_ACCESSES] = { PT_R, PT_W, PT_X };

	(void)privilege;
	if (!(attrs & PT_ACCESSED) && !(regime->control & PT_REGIME_ARM64_HA))
		return PT_V_ACCESS;
	return attrs & ~denied & needed[access] ? PT_V_OK : PT_V_PERMISSION;
}

/* D8.4.2, with FEAT_XNX; executing takes no right to read. */
static inline unsigned s2_allowed(uint64_t raw)
{
	unsigned xn = s2_xn(raw);
	bool r = raw & S2_READ, w = raw & S2_WRITE;
	bool el0 = xn == S2_EXEC_BOTH || xn == S2_EXEC_EL0;
	bool el1 = xn == S2_EXEC_BOTH || xn == S2_EXEC_EL1;
	unsigned allowed = 0;

	allowed |= r ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= r ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= w ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= w ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= el0 ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= el1 ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

static inline void s2_leaf(const struct mmu_walk *walk,
			   const struct mmu_entry *entry,
			   struct mmu_outcome *out)
{
	bool set = walk->regime->control & PT_REGIME_ARM64_HA;

	if (!(entry->attrs & PT_ACCESSED) && !set) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	mmu_rights_verdicts(out, walk->depth, s2_allowed(walk->raw));
}

/* Level 1 of a 40-bit space: one more index bit than a table has. */
static uint64_t s2_40_index(unsigned depth, uint64_t va)
{
	return va >> mmu_shift_4k(depth) & (depth == PT_PUD ? 1023 : 511);
}

/*
 * An address past T0SZ is PT_V_CANONICAL here, a Translation fault of the
 * first level in hardware.  VTTBR_EL2.BADDR is aligned to the length of the
 * tables together; past the implemented bits it is an Address size fault.
 */
static const struct mmu_rules s2_40_rules = {
	.root = UINT64_C(0x0000ffffffffe000),
	.reserved = PT_V_TRANSLATION,
	.check = MMU_CHECK_ROOT_TABLE_LEAF,
	.index = s2_40_index,
	.load = mmu_load_little64,
	.entry = s2_entry,
	.leaf = s2_leaf,
};

static const struct mmu_rules s2_48_rules = {
	.root = S2_ADDRESS,
	.reserved = PT_V_TRANSLATION,
	.check = MMU_CHECK_ROOT_TABLE_LEAF,
	.index = mmu_index_4k,
	.load = mmu_load_little64,
	.entry = s2_entry,
	.leaf = s2_leaf,
};

static void s2_40_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&s2_40_rules, arch, memory, regime, space, va, out);
}

static void s2_48_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&s2_48_rules, arch, memory, regime, space, va, out);
}

#define S2_LOWER_LEVELS                                                     \
	[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .group_order = { 4 } },                  \
	[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .group_order = { 4 } }

const struct mmu_arch mmu_arm64_s2_40 = {
	.format = "arm64-s2-40",
	.source = "Arm ARM DDI 0487, D8.2 to D8.6, D8.15, stage 2",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 40,
	.va_word_bits = 64,
	.walks = true,
	.break_before_make = true,
	.grade = MMU_HARDWARE,
	.controls = PT_REGIME_ARM64_HA,
	.level = {
		[PT_PUD] = { .va_shift = 30, .index_bits = 10, .entry_bytes = 8,
			     .leaf = true },
		S2_LOWER_LEVELS,
	},
	.representable = s2_representable,
	.entry = s2_entry,
	.permits = s2_permits,
	.translate = s2_40_translate,
};

const struct mmu_arch mmu_arm64_s2_48 = {
	.format = "arm64-s2-48",
	.source = "Arm ARM DDI 0487, D8.2 to D8.6, D8.15, stage 2",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	.walks = true,
	.break_before_make = true,
	.grade = MMU_HARDWARE,
	.controls = PT_REGIME_ARM64_HA,
	.level = {
		[PT_P4D] = { .va_shift = 39, .index_bits = 9,
			     .entry_bytes = 8 },
		[PT_PUD] = { .va_shift = 30, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true },
		S2_LOWER_LEVELS,
	},
	.representable = s2_representable,
	.entry = s2_entry,
	.permits = s2_permits,
	.translate = s2_48_translate,
};
