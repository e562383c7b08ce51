/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm, short descriptors as Linux writes them: second reading.
 *
 * Source: for the hardware halves as arm_short.h says, and B3.10.1 "Using
 * break-before-make when updating translation table entries".  For the other halves
 * Linux 6.12: arch/arm/include/asm/pgtable-2level.h (the L_PTE_ bits and the
 * layout of a pair of tables), arch/arm/mm/proc-v7-2level.S,
 * cpu_v7_set_pte_ext() (how a hardware half follows), arch/arm/mm/mmu.c,
 * set_ptes() (nG), arch/arm/include/asm/pgalloc.h, __pmd_populate().
 *
 * Hardware walks the hardware halves only: verdicts come from those, and from
 * the Linux half just the reason why something is invalid or read-only.
 */
#include <stddef.h>

#include "arm_short.h"
#include "mmu.h"
#include "mmu_walk.h"

#define LINUX_VALID  (UINT32_C(1) << 0)
#define LINUX_YOUNG  (UINT32_C(1) << 1)
#define LINUX_MT_SHIFT 2			/* 5:2 */
#define LINUX_DIRTY  (UINT32_C(1) << 6)
#define LINUX_RDONLY (UINT32_C(1) << 7)
#define LINUX_USER   (UINT32_C(1) << 8)
#define LINUX_XN     (UINT32_C(1) << 9)
#define LINUX_SHARED (UINT32_C(1) << 10)
#define LINUX_NONE   (UINT32_C(1) << 11)

/* The hardware half of a pte: offset in bytes, and its bits. */
#define LINUX_HARDWARE 2048
#define HARD_XN	  (UINT32_C(1) << 0)
#define HARD_AP0  (UINT32_C(1) << 4)
#define HARD_AP1  (UINT32_C(1) << 5)
#define HARD_AP2  (UINT32_C(1) << 9)
#define HARD_NG	  (UINT32_C(1) << 11)
#define HARD_KEPT UINT32_C(0xfffffc0c)	/* from the Linux half as they are */

#define HARD_CB	  UINT32_C(0x00c)

/*
 * Bits 11:0 of a root entry's words: 2048 and 3072, domain 1, table.  Bit 4 is
 * ignored.
 */
#define LINUX_FIRST  UINT32_C(0x821)
#define LINUX_SECOND UINT32_C(0xc21)
#define LINUX_ROOT   UINT32_C(0xfef)

static inline void short_linux_pair(uint64_t raw, struct mmu_entry *out)
{
	uint32_t first = (uint32_t)raw, second = (uint32_t)(raw >> 32);

	if (!(first & SHORT_TYPE) && !(second & SHORT_TYPE)) {
		out->empty = first == 0;	/* pmd_none() sees one word */
		return;
	}
	out->class = MMU_RESERVED;
	if ((first & LINUX_ROOT) != LINUX_FIRST ||
	    (second & LINUX_ROOT) != LINUX_SECOND ||
	    first >> 12 != second >> 12)
		return;
	out->class = MMU_TABLE;
	out->pa = first & UINT32_C(0xfffff000);
}

/*
 * The hardware half that follows from a valid Linux half.  TEX[0] is bit 4 of
 * the latter, which is 0 in all memory types described.  set_ptes() makes
 * user pages that are young nG.  With L_PTE_NONE it is 0, C and B aside
 * (docs/formats.md).
 */
static inline uint32_t short_linux_hardware(uint32_t pte)
{
	bool user = pte & LINUX_USER, young = pte & LINUX_YOUNG;
	bool writable = !(pte & LINUX_RDONLY) && (pte & LINUX_DIRTY);
	uint32_t hard = (pte & HARD_KEPT) | HARD_AP0;

	if (pte & LINUX_NONE)
		return pte & HARD_CB;
	hard |= (user ? HARD_AP1 : 0) | (writable ? 0 : HARD_AP2) |
		(user && young ? HARD_NG : 0);
	if (!young)
		return hard;
	return hard | SHORT_L2_SMALL | (pte & LINUX_XN ? HARD_XN : 0);
}

static inline uint32_t short_linux_attrs(uint32_t pte, unsigned type)
{
	return PT_R | (pte & LINUX_RDONLY ? 0 : PT_W) |
	       (pte & LINUX_XN ? 0 : PT_X) | (pte & LINUX_USER ? PT_USER : 0) |
	       (pte & LINUX_YOUNG ? PT_ACCESSED : 0) |
	       (pte & LINUX_DIRTY ? PT_DIRTY : 0) |
	       (uint32_t)short_memtype[type] << PT_MEMTYPE_SHIFT;
}

/*
 * A pte: valid to Linux or not (pte_present(), bit 0).  With L_PTE_NONE it is
 * PROT_NONE, and invalid to hardware; L_PTE_SHARED is not set in the header's
 * mappings.
 */
static inline void short_linux_pte(uint64_t raw, struct mmu_entry *out)
{
	uint32_t pte = (uint32_t)raw, hard = (uint32_t)(raw >> 32);
	unsigned type = pte >> LINUX_MT_SHIFT & 15;

	if (!(pte & LINUX_VALID)) {
		out->class = hard ? MMU_RESERVED : MMU_INVALID;
		out->empty = raw == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (hard != short_linux_hardware(pte) || (pte & LINUX_SHARED) ||
	    type > 3)
		return;
	if (pte & LINUX_NONE) {
		out->class = MMU_INVALID;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = pte & UINT32_C(0xfffff000);
	out->attrs = short_linux_attrs(pte, type);
}

static inline void short_linux_entry(const struct pt_regime *regime,
				     unsigned depth, uint64_t raw,
				     struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth == PT_PMD)
		short_linux_pair(raw, out);
	else
		short_linux_pte(raw, out);
}

static bool short_linux_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;

	return depth == PT_PTE && !(attrs & ~known) && (attrs & PT_R) &&
	       pt_attrs_memtype(attrs) < PT_MEMTYPES;
}

/*
 * An old page is invalid to hardware, whatever the access; only then come
 * rights, and last a clean page that is to be written.  Domain 1 is a client.
 */
static enum pt_word short_linux_permits(const struct pt_regime *regime,
					uint32_t attrs, uint32_t denied,
					enum pt_access access,
					enum pt_privilege privilege)
{
	(void)regime;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (!short_rights_allow(attrs & ~denied, access, privilege))
		return PT_V_PERMISSION;
	if (access == PT_WRITE && !(attrs & PT_DIRTY))
		return PT_V_DIRTY;
	return PT_V_OK;
}

/*
 * What the hardware half says; a write that it denies though it would allow it
 * with AP[2] clear, as the Linux half wants it, waits for L_PTE_DIRTY.
 */
static inline void short_linux_leaf(const struct mmu_walk *walk,
				    const struct mmu_entry *entry,
				    struct mmu_outcome *out)
{
	uint32_t pte = (uint32_t)walk->raw, hard = (uint32_t)(walk->raw >> 32);
	enum pt_word otherwise[PT_ACCESSES] = { PT_V_OK, PT_V_OK, PT_V_OK };
	unsigned allowed = short_allowed(short_l2(hard));

	(void)entry;
	if (!(hard & SHORT_TYPE)) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	if ((hard & HARD_AP2) && !(pte & LINUX_RDONLY)) {
		allowed = short_allowed(short_l2(hard & ~HARD_AP2));
		otherwise[PT_WRITE] = PT_V_DIRTY;
	}
	mmu_leaf_verdicts(out, walk->depth, allowed, otherwise);
}

/* 2048 pairs; 512 entries in two halves of 2048 bytes. */
static inline uint64_t short_linux_index(unsigned depth, uint64_t va)
{
	return depth == PT_PMD ? va >> 21 & 2047 : va >> 12 & 511;
}

static inline bool short_linux_load(const struct pt_memory *memory,
				    unsigned depth, uint64_t table,
				    uint64_t index, uint64_t *raw)
{
	uint64_t low, high;

	if (depth == PT_PMD)
		return mmu_load_little64(memory, depth, table, index, raw);
	if (!mmu_load_little32(memory, depth, table, index, &low) ||
	    !mmu_load_little32(memory, depth, table + LINUX_HARDWARE, index,
			       &high))
		return false;
	*raw = high << 32 | low;
	return true;
}

static const struct mmu_rules short_linux_rules = {
	.root = UINT64_C(0xffffc000),
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = short_linux_index,
	.load = short_linux_load,
	.entry = short_linux_entry,
	.leaf = short_linux_leaf,
};

static void short_linux_translate(const struct mmu_arch *arch,
				  const struct pt_memory *memory,
				  const struct pt_regime *regime,
				  unsigned space, uint64_t va,
				  struct mmu_outcome *out)
{
	mmu_radix_walk(&short_linux_rules, arch, memory, regime, space, va,
		       out);
}

const struct mmu_arch mmu_arm_short_linux = {
	.format = "arm-short-linux",
	.source = "ARM ARM DDI 0406C, B3.5, B3.7; Linux 6.12, "
		  "arch/arm/mm/proc-v7-2level.S, cpu_v7_set_pte_ext()",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.walks = true,
	.break_before_make = true,
	/* AP[0] is set in all that is valid: with AFE it is the same page. */
	.controls = PT_REGIME_ARM_AFE,
	.level = {
		[PT_PMD] = { .va_shift = 21, .index_bits = 11,
			     .entry_bytes = 8 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .half_offset = LINUX_HARDWARE, .leaf = true,
			     .kinds = MMU_KINDS_PAGE },
	},
	.representable = short_linux_representable,
	.entry = short_linux_entry,
	.permits = short_linux_permits,
	.translate = short_linux_translate,
};
