/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64, stage 1, second reading: what the descriptors of all granules and
 * address sizes have in common.  The formats are in arm64.c (4 KB, up to 48
 * bits) and arm64_granules.c (all others).
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487, chapter
 * D8 "The AArch64 Virtual Memory System Architecture": D8.2 (walk, address
 * size), D8.3 (descriptor formats), D8.4.1.2 (direct permissions; table D8-65
 * is their summary, D8.4.1.2.4 and .5 APTable, UXNTable, PXNTable; PSTATE.PAN
 * rule R_XTSQH), D8.5 (Access flag), D8.6.1 (the Contiguous bit), D8.15
 * (faults and their priority), D8.16.1 "Using break-before-make when updating
 * translation table entries" (without FEAT_BBM's levels 1 and 2, which would
 * spare block and table, and the Contiguous bit).
 *
 * EL1&0, TCR_EL1: TBI, EPD0, EPD1, HD = 0, IPS as pa_bits, HPD0 =
 * HPD1 by PT_REGIME_ARM64_HPD (D8.4.1.2.4 and .5); SCTLR_EL1: EPAN, EE = 0, WXN
 * by PT_REGIME_ARM64_WXN (D8.4.1.2.6).  MAIR_EL1 as types.h states it.
 *
 * With PT_REGIME_ARM64_STAGE2 stage 2 is pt_regime.below: D8.1 has it translate the
 * address of each descriptor of stage 1, which takes the right to read, and the address
 * that comes out of stage 1, after all checks of that (D8.15: faults of stage 1 come
 * first).  What both allow is allowed; a fault of stage 2 is one of its own, and told
 * apart where it is met on a walk of stage 1 (ESR_EL2.S1PTW).
 */
#ifndef ORACLES_MMU_ARM64_H
#define ORACLES_MMU_ARM64_H

#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* D8.3.1, bits 1:0; and attributes of Block and Page descriptors. */
#define ARM64_VALID	(UINT64_C(1) << 0)
#define ARM64_TYPE	(UINT64_C(1) << 1)	/* table or page; 0: block */
#define ARM64_INDX_SHIFT 2			/* AttrIndx 4:2 */
#define ARM64_AP1	(UINT64_C(1) << 6)	/* EL0 may access */
#define ARM64_AP2	(UINT64_C(1) << 7)	/* read-only */
#define ARM64_AF	(UINT64_C(1) << 10)
#define ARM64_NG	(UINT64_C(1) << 11)
#define ARM64_CONTIGUOUS (UINT64_C(1) << 52)
#define ARM64_PXN	(UINT64_C(1) << 53)
#define ARM64_UXN	(UINT64_C(1) << 54)
/* 58:55 are reserved for software; so Linux uses them. */
#define ARM64_DIRTY	(UINT64_C(1) << 55)
#define ARM64_SOFT0	(UINT64_C(1) << 56)	/* types.h, "Attributes" */
#define ARM64_SOFT1	(UINT64_C(1) << 58)

/* Attributes of Table descriptors. */
#define ARM64_PXNTABLE (UINT64_C(1) << 59)
#define ARM64_UXNTABLE (UINT64_C(1) << 60)
#define ARM64_APTABLE0 (UINT64_C(1) << 61)	/* no access at EL0 */
#define ARM64_APTABLE1 (UINT64_C(1) << 62)	/* no writes */

/*
 * A memory type that types.h has no word for (AttrIndx 1, 4..7).  Never
 * representable, so it can only be seen where somebody wrote it by mistake.
 */
#define ARM64_MEM_OTHER 7u

/*
 * What granule, TCR_EL1.DS and TxSZ decide.  Each one is a constant object
 * handed to inline functions, so its fields become constants of the code.
 *
 * first_block: depth of the largest blocks; above it, and at PT_PTE, type 0 is
 * a reserved encoding.
 */
struct arm64_granule {
	uint8_t page_shift;
	uint8_t index_bits;	/* of all tables but a short root */
	uint8_t index_from;	/* address bits that indices are taken from */
	uint8_t first_block;
	uint8_t pmd_order;	/* lg2 entries that the Contiguous bit joins */
	uint8_t pte_order;
	uint8_t high_shift;
	uint64_t low;		/* address bits in their place */
	uint64_t high;		/* those that belong high_shift further up */
};

static const uint8_t arm64_mair[8] = {
	PT_MEM_WB,	 ARM64_MEM_OTHER, PT_MEM_WC,	   PT_MEM_UC,
	ARM64_MEM_OTHER, ARM64_MEM_OTHER, ARM64_MEM_OTHER, ARM64_MEM_OTHER,
};

static inline unsigned arm64_shift(const struct arm64_granule *g,
				   unsigned depth)
{
	return g->page_shift + (unsigned)g->index_bits * (PT_PTE - depth);
}

static inline uint64_t arm64_index(const struct arm64_granule *g,
				   unsigned depth, uint64_t va)
{
	return (va & pt_ones(g->index_from)) >> arm64_shift(g, depth) &
	       pt_ones(g->index_bits);
}

static inline uint64_t arm64_address(const struct arm64_granule *g,
				     uint64_t raw)
{
	return (raw & g->low) | (raw & g->high) << g->high_shift;
}

/*
 * Rights in neutral words.  A page is the user's where EL0 may access its data
 * (AP[1]), or where only EL0 may execute it (UXN 0, PXN 1): the execute-only
 * page.  Combinations outside that convention (say PXN 0 on a user page) lose
 * something here; the verdicts of translate() do not.
 */
static inline uint32_t arm64_rights(uint64_t raw)
{
	bool ux = !(raw & ARM64_UXN), px = !(raw & ARM64_PXN);
	uint32_t w = raw & ARM64_AP2 ? 0 : PT_W;

	if (raw & ARM64_AP1)
		return PT_USER | PT_R | w | (ux ? PT_X : 0);
	if (ux && !px)
		return PT_USER | PT_X;
	return PT_R | w | (px ? PT_X : 0);
}

static inline uint32_t arm64_attrs(uint64_t raw)
{
	unsigned index = (unsigned)(raw >> ARM64_INDX_SHIFT) & 7;

	return arm64_rights(raw) | (raw & ARM64_NG ? 0 : PT_GLOBAL) |
	       (raw & ARM64_AF ? PT_ACCESSED : 0) |
	       (raw & ARM64_DIRTY ? PT_DIRTY : 0) |
	       (raw & ARM64_SOFT0 ? PT_SOFT0 : 0) |
	       (raw & ARM64_SOFT1 ? PT_SOFT1 : 0) |
	       (uint32_t)arm64_mair[index] << PT_MEMTYPE_SHIFT;
}

/*
 * hierarchy: a Table descriptor, or the OR of several.  X is denied when both
 * kinds of execution are.
 */
static inline uint32_t arm64_denied(uint64_t hierarchy)
{
	uint64_t both = ARM64_UXNTABLE | ARM64_PXNTABLE;

	return (hierarchy & ARM64_APTABLE0 ? PT_USER : 0) |
	       (hierarchy & ARM64_APTABLE1 ? PT_W : 0) |
	       ((hierarchy & both) == both ? PT_X : 0);
}

/*
 * D8.6.1.  The bit exists in larger blocks too, but it is a hint, and nobody
 * sets it there; a group whose entries do not fit together is CONSTRAINED
 * UNPREDICTABLE, with each entry's own translation among the outcomes.  So an
 * entry stands for itself, and only says of how many it is one.
 */
static inline uint8_t arm64_order(const struct arm64_granule *g, unsigned depth,
				  uint64_t raw)
{
	if (!(raw & ARM64_CONTIGUOUS))
		return 0;
	if (depth == PT_PTE)
		return g->pte_order;
	return depth == PT_PMD ? g->pmd_order : 0;
}

/*
 * D8.3.1.  A block where there are none and a level 3 entry with bit 1 clear
 * are reserved encodings, and the manual makes them invalid: class RESERVED,
 * yet a Translation fault.  RES0 bits of valid descriptors (50, 49:48 and
 * others that hold no address here, address bits below a block) are ignored.
 */
static inline void arm64_entry(const struct arm64_granule *g, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	bool type = raw & ARM64_TYPE;

	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & ARM64_VALID)) {
		out->empty = raw == 0;
		return;
	}
	if (!type && (depth < g->first_block || depth == PT_PTE)) {
		out->class = MMU_RESERVED;
		return;
	}
	if (!type || depth == PT_PTE) {
		out->class = MMU_LEAF;
		out->pa = arm64_address(g, raw) &
			  ~pt_ones(arm64_shift(g, depth));
		out->attrs = arm64_attrs(raw);
		out->order = arm64_order(g, depth, raw);
		return;
	}
	out->class = MMU_TABLE;
	out->pa = arm64_address(g, raw);
	out->denied = arm64_denied(raw);
}

/*
 * A kernel page is always readable.  A user page may also be execute-only, but
 * APTable does not take that away with USER, and types.h then has no word
 * for it.
 */
static inline bool arm64_representable(const struct arm64_granule *g,
				       unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_SOFT1 | PT_MEMTYPE_MASK;

	if (depth < g->first_block || depth > PT_PTE || (attrs & ~known))
		return false;
	if (pt_attrs_memtype(attrs) > PT_MEM_UC)
		return false;
	return attrs & PT_R;
}

/*
 * A user page that is readable is data for EL0 unless APTable[0] says no; PAN
 * keeps EL1 off exactly that data.  EL1 reads everything else, execute-only
 * pages too, writes what is writable, and never executes a user page (PXN).
 * APTable[0] takes nothing from EL0's execution.  With HPD no table takes
 * anything; with WXN nobody executes what it may write itself.  The Access flag
 * fault has priority over the Permission fault; dirty is software's.
 */
static inline enum pt_word arm64_permits(const struct pt_regime *regime,
					 uint32_t attrs, uint32_t denied,
					 enum pt_access access,
					 enum pt_privilege privilege)
{
	uint32_t limits = regime->control & PT_REGIME_ARM64_HPD ? 0 : denied;
	bool user_page = attrs & PT_USER;
	bool user_data = user_page && (attrs & PT_R) && !(limits & PT_USER);
	bool w = attrs & ~limits & PT_W, x = attrs & ~limits & PT_X;
	bool pan = regime->control & PT_REGIME_ARM64_PAN;
	bool wxn = regime->control & PT_REGIME_ARM64_WXN;
	bool ok;

	if (!(attrs & PT_ACCESSED) && !(regime->control & PT_REGIME_ARM64_HA))
		return PT_V_ACCESS;
	if (access == PT_EXEC)
		ok = x && user_page == (privilege == PT_AS_USER) &&
		     !(wxn && w && (user_data || !user_page));
	else if (privilege == PT_AS_USER)
		ok = user_data && (access == PT_READ || w);
	else
		ok = !(user_data && pan) && (access == PT_READ || w);
	return ok ? PT_V_OK : PT_V_PERMISSION;
}

/*
 * Table D8-65, with the effective AP[2:1], UXN and PXN after all Table
 * descriptors, or without those (HPD); then PAN.  What EL0 may write, EL1 may
 * not execute; with WXN neither executes what it may write itself.
 */
static inline unsigned arm64_allowed(uint32_t control, uint64_t raw,
				     uint64_t above)
{
	uint64_t hierarchy = control & PT_REGIME_ARM64_HPD ? 0 : above;
	bool ap1 = (raw & ARM64_AP1) && !(hierarchy & ARM64_APTABLE0);
	bool ap2 = (raw & ARM64_AP2) || (hierarchy & ARM64_APTABLE1);
	bool uxn = (raw & ARM64_UXN) || (hierarchy & ARM64_UXNTABLE);
	bool pxn = (raw & ARM64_PXN) || (hierarchy & ARM64_PXNTABLE);
	bool data = !(ap1 && (control & PT_REGIME_ARM64_PAN));
	bool wxn = control & PT_REGIME_ARM64_WXN;
	bool el0_never = uxn || (wxn && ap1 && !ap2);
	bool el1_never = pxn || (ap1 && !ap2) || (wxn && !ap2);
	unsigned allowed = 0;

	allowed |= ap1 ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= ap1 && !ap2 ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= !el0_never ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= data ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= data && !ap2 ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= !el1_never ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

/*
 * UXNTable and PXNTable are two rights, where denied has one word: what the
 * tables take away is put together from their bits.  It is told with HPD too.
 */
static inline void arm64_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	uint32_t control = walk->regime->control;

	out->denied = arm64_denied(walk->above);
	if (!(entry->attrs & PT_ACCESSED) && !(control & PT_REGIME_ARM64_HA)) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	mmu_rights_verdicts(out, walk->depth,
			    arm64_allowed(control, walk->raw, walk->above));
}

/*
 * The hooks of one granule g: the functions of arm64.h with its constants, and
 * the walk.  root_bits are those of a root's address; a root is aligned to its
 * length, and what lies below is ignored.
 *
 * Space 0 is TTBR0_EL1's range, space 1 TTBR1_EL1's; an address of neither, and
 * one of the other range, is PT_V_CANONICAL here (a Translation fault, level 0,
 * in hardware).  A root past the implemented bits is an Address size fault
 * before anything is read.
 */
#define ARM64_HOOKS(g, root_bits)                                              \
	static bool g##_representable(unsigned depth, uint32_t attrs)          \
	{                                                                      \
		return arm64_representable(&g, depth, attrs);                  \
	}                                                                      \
	static uint64_t g##_index(unsigned depth, uint64_t va)                 \
	{                                                                      \
		return arm64_index(&g, depth, va);                             \
	}                                                                      \
	static inline void g##_entry(const struct pt_regime *regime,           \
				     unsigned depth, uint64_t raw,             \
				     struct mmu_entry *out)                    \
	{                                                                      \
		(void)regime;                                                  \
		arm64_entry(&g, depth, raw, out);                              \
	}                                                                      \
	static void g##_translate(const struct mmu_arch *arch,                 \
				  const struct pt_memory *memory,              \
				  const struct pt_regime *regime,              \
				  unsigned space, uint64_t va,                 \
				  struct mmu_outcome *out)                     \
	{                                                                      \
		static const struct mmu_rules rules = {                        \
			.root = UINT64_C(root_bits),                           \
			.reserved = PT_V_TRANSLATION,                          \
			.check = MMU_CHECK_ROOT_TABLE_LEAF,                    \
			.below = true,                                         \
			.index = g##_index,                                    \
			.load = mmu_load_little64,                             \
			.entry = g##_entry,                                    \
			.leaf = arm64_leaf,                                    \
		};                                                             \
		mmu_radix_walk(&rules, arch, memory, regime, space, va, out);  \
	}


/* What every arm64 format has, and its hooks. */
#define ARM64_ARCH(g)                                                         \
	.source = "Arm ARM DDI 0487, D8.2 to D8.6, D8.15",                    \
	.va_word_bits = 64, .two_roots = true, .walks = true,                 \
	.break_before_make = true,                                            \
	.controls = PT_REGIME_ARM64_HA | PT_REGIME_ARM64_PAN |                \
		    PT_REGIME_ARM64_WXN | PT_REGIME_ARM64_HPD |               \
		    PT_REGIME_ARM64_STAGE2,                                   \
	.grade = MMU_HARDWARE, .representable = g##_representable,            \
	.entry = g##_entry, .permits = arm64_permits,                         \
	.translate = g##_translate

/* A table without leaves, one with blocks, the page table. */
#define ARM64_TABLES(shift, bits)                                             \
	{ .va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,        \
	  .deniable = PT_W | PT_X | PT_USER }
#define ARM64_BLOCKS(shift, bits, order)                                      \
	{ .va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,        \
	  .leaf = true, .group_order = { (order) },                           \
	  .deniable = PT_W | PT_X | PT_USER, .kinds = MMU_KINDS_HUGE }
#define ARM64_PAGES(shift, bits, order)                                       \
	{ .va_shift = (shift), .index_bits = (bits), .entry_bytes = 8,        \
	  .leaf = true, .group_order = { (order) },                           \
	  .kinds = MMU_KINDS_PAGE }

#endif
