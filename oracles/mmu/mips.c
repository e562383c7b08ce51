/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * MIPS release 2 with RI and XI, 4-KB pages: second reading.
 *
 * Source: Linux 6.12, arch/mips/mm/tlbex.c: build_get_pgde32(),
 * build_get_pmde64() (the walk, no check of any pointer on the way),
 * build_convert_pte_to_entrylo(), build_is_huge_pte(), and the conditions and
 * updates of build_r4000_tlb_load_handler(), ..._store_handler(),
 * ..._modify_handler() (build_pte_present(), build_pte_writable(),
 * build_make_valid(), build_make_write()).  Bits: asm/pgtable-bits.h, layouts
 * "R2 or later"; MIPS64 Privileged Resource Architecture, MD00091, EntryLo0
 * and EntryLo1 (G V D C, RI, XI).  *_none(), *_bad(): asm/pgtable-32.h and
 * asm/pgtable-64.h.
 *
 * Loads of invalid or clean entries are taken by the handlers, which set the
 * bits and retry: verdicts access and dirty.  What they cannot mend comes
 * first, so permission is looked at before.  Where NO_READ is set software
 * keeps VALID clear; the handlers supply it, and RI and XI decide.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

/* Software bits, the same on both: never in EntryLo. */
#define MIPS_PRESENT  (UINT64_C(1) << 0)
#define MIPS_WRITE    (UINT64_C(1) << 1)
#define MIPS_ACCESSED (UINT64_C(1) << 2)
#define MIPS_MODIFIED (UINT64_C(1) << 3)
#define MIPS64_HUGE   (UINT64_C(1) << 4)	/* bit 5: special */

/* Where EntryLo starts in a pte: XI, RI, G, V, D, C (3 bits), PFN. */
#define MIPS32_XI_SHIFT 4
#define MIPS64_XI_SHIFT 6

#define MIPS_XI (UINT64_C(1) << 0)
#define MIPS_RI (UINT64_C(1) << 1)
#define MIPS_G	(UINT64_C(1) << 2)
#define MIPS_V	(UINT64_C(1) << 3)
#define MIPS_D	(UINT64_C(1) << 4)
#define MIPS_C_SHIFT   5
#define MIPS_PFN_SHIFT 8

/* KSEG0, and XKPHYS with cache attribute 3. */
#define MIPS32_BASE UINT64_C(0x80000000)
#define MIPS64_BASE UINT64_C(0x9800000000000000)

/* docs/formats.md: the tables that empty entries point to, from the base. */
#define MIPS_INVALID_PUD 0x1000
#define MIPS_INVALID_PMD 0x2000
#define MIPS_INVALID_PTE 0x3000

static inline uint32_t mips_memtype(uint64_t entrylo)
{
	switch (entrylo >> MIPS_C_SHIFT & 7) {
	case 3:
		return PT_MEM_WB;
	case 2:
		return PT_MEM_UC;
	default:
		return REFILL_MEM_OTHER;
	}
}

/* No bit tells user from kernel: the address does. */
static inline uint32_t mips_attrs(uint64_t raw, uint64_t entrylo)
{
	uint32_t rights = (entrylo & MIPS_RI ? 0 : PT_R) |
			  (raw & MIPS_WRITE ? PT_W : 0) |
			  (entrylo & MIPS_XI ? 0 : PT_X);

	return rights | (rights ? PT_USER : 0) |
	       (entrylo & MIPS_G ? PT_GLOBAL : 0) |
	       (raw & MIPS_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & MIPS_MODIFIED ? PT_DIRTY : 0) |
	       mips_memtype(entrylo) << PT_MEMTYPE_SHIFT;
}

/* pte_mkyoung(), pte_mkdirty() and their inverses keep V and D so. */
static inline bool mips_follows(uint64_t raw, uint64_t entrylo)
{
	bool v = (raw & MIPS_ACCESSED) && !(entrylo & MIPS_RI);
	bool d = (raw & MIPS_WRITE) && (raw & MIPS_MODIFIED);

	return v == !!(entrylo & MIPS_V) && d == !!(entrylo & MIPS_D);
}

/*
 * A pte of va_shift, its part for EntryLo from xi_shift on.  V without PRESENT
 * would let the processor use what Linux calls absent.  A huge page is cut in
 * two halves that must each start at a multiple of their size.
 */
static inline void mips_page(uint64_t raw, unsigned xi_shift,
			     unsigned va_shift, struct mmu_entry *out)
{
	uint64_t entrylo = raw >> xi_shift;
	uint64_t pa = entrylo >> MIPS_PFN_SHIFT << 12;

	if (!(raw & MIPS_PRESENT)) {
		out->empty = va_shift == 12 &&
			     !(raw & ~(MIPS_G << xi_shift));
		if (entrylo & MIPS_V)
			out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_RESERVED;
	if (!mips_follows(raw, entrylo) || (pa & pt_ones(va_shift)))
		return;
	out->class = MMU_LEAF;
	out->pa = pa;
	out->attrs = mips_attrs(raw, entrylo);
}

static inline void mips32_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth == PT_PTE)
		mips_page(raw, MIPS32_XI_SHIFT, 12, out);
	else if (raw == MIPS32_BASE + MIPS_INVALID_PTE)
		out->empty = true;
	else
		refill_pointer(raw, MIPS32_BASE, 29, 12, out);
}

static inline uint64_t mips64_none(unsigned depth)
{
	return MIPS64_BASE + (depth == PT_P4D ? MIPS_INVALID_PUD :
			      depth == PT_PUD ? MIPS_INVALID_PMD :
						MIPS_INVALID_PTE);
}

static inline void mips64_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth == PT_PTE)
		mips_page(raw, MIPS64_XI_SHIFT, 12, out);
	else if (depth == PT_PMD && (raw & MIPS64_HUGE))
		mips_page(raw, MIPS64_XI_SHIFT, 21, out);
	else if (raw == mips64_none(depth))
		out->empty = true;
	else
		refill_pointer(raw, MIPS64_BASE, 48, 12, out);
}

/* RI, XI and WRITE are independent. */
static bool mips_leaf_representable(uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if ((attrs & ~known) || (type != PT_MEM_WB && type != PT_MEM_UC))
		return false;
	return !!(attrs & PT_USER) == !!(attrs & (PT_R | PT_W | PT_X));
}

static bool mips32_representable(unsigned depth, uint32_t attrs)
{
	return depth == PT_PTE && mips_leaf_representable(attrs);
}

static bool mips64_representable(unsigned depth, uint32_t attrs)
{
	return (depth == PT_PMD || depth == PT_PTE) &&
	       mips_leaf_representable(attrs);
}

static enum pt_word mips_permits(const struct pt_regime *regime,
				 uint32_t attrs, uint32_t denied,
				 enum pt_access access,
				 enum pt_privilege privilege)
{
	(void)regime;
	if (!refill_suffices(attrs & ~denied, access, privilege))
		return PT_V_PERMISSION;
	return mmu_flag_word(attrs, false, access);
}

static inline void mips_leaf(const struct mmu_walk *walk,
			     const struct mmu_entry *entry,
			     struct mmu_outcome *out)
{
	uint32_t attrs = entry->attrs;
	enum pt_word otherwise[PT_ACCESSES];

	mmu_flag_words(attrs, false, otherwise);
	mmu_leaf_verdicts(out, walk->depth,
			  refill_allowed(attrs & PT_R, attrs & PT_W,
					 attrs & PT_X, true),
			  otherwise);
}

static inline uint64_t mips32_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 12 & 1023 : va >> 22 & 511;
}

/* Without a pud: the root, at PT_PUD, has two pages. */
static inline uint64_t mips64_index(unsigned depth, uint64_t va)
{
	return depth == PT_PUD ? va >> 30 & 1023 : mmu_index_4k(depth, va);
}

static const struct mmu_rules mips32_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = mips32_index,
	.load = mmu_load_big32,
	.entry = mips32_entry,
	.leaf = mips_leaf,
};

static const struct mmu_rules mips64_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = mips64_index,
	.load = mmu_load_little64,
	.entry = mips64_entry,
	.leaf = mips_leaf,
};

static const struct mmu_rules mips64_48_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = mmu_index_4k,
	.load = mmu_load_little64,
	.entry = mips64_entry,
	.leaf = mips_leaf,
};

static void mips32_translate(const struct mmu_arch *arch,
			     const struct pt_memory *memory,
			     const struct pt_regime *regime, unsigned space,
			     uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&mips32_rules, arch, memory, regime, space, va, out);
}

static void mips64_translate(const struct mmu_arch *arch,
			     const struct pt_memory *memory,
			     const struct pt_regime *regime, unsigned space,
			     uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&mips64_rules, arch, memory, regime, space, va, out);
}

static void mips64_48_translate(const struct mmu_arch *arch,
				const struct pt_memory *memory,
				const struct pt_regime *regime, unsigned space,
				uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&mips64_48_rules, arch, memory, regime, space, va, out);
}

/* PROT_NONE is a leaf without rights, so there is no protnone. */
#define MIPS_KINDS (1u << PT_SWAP | 1u << PT_MIGRATION | 1u << PT_MARKER)

/*
 * xuseg's lower half of the root: the handler leaves KSEG2 to the other.  A
 * swap entry's offset (bits 31:13) is a bit short of a page number.
 */
const struct mmu_arch mmu_mips32_4k = {
	.format = "mips32-4k",
	.source = "Linux 6.12 arch/mips/mm/tlbex.c; MIPS PRA, EntryLo",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 31,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 9, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true, .kinds = 1u << PT_MARKER },
	},
	.representable = mips32_representable,
	.entry = mips32_entry,
	.permits = mips_permits,
	.translate = mips32_translate,
};

/*
 * A huge pmd has no room for a soft kind: without HUGE the handler would take
 * it for a pointer, and Linux sets HUGE in none.  But pmd_mkinvalid() leaves it
 * set; it clears PRESENT, and V and D, which follow from the rest.
 */
#define MIPS64_LEVELS                                                       \
	[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = 1u << PT_INVALID_HUGE },        \
	[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = MIPS_KINDS }

const struct mmu_arch mmu_mips64_4k = {
	.format = "mips64-4k",
	.source = "Linux 6.12 arch/mips/mm/tlbex.c; MIPS64 PRA, EntryLo",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 40,
	.va_word_bits = 64,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PUD] = { .va_shift = 30, .index_bits = 10, .entry_bytes = 8 },
		MIPS64_LEVELS,
	},
	.representable = mips64_representable,
	.entry = mips64_entry,
	.permits = mips_permits,
	.translate = mips64_translate,
};

const struct mmu_arch mmu_mips64_4k_48 = {
	.format = "mips64-4k-48",
	.source = "Linux 6.12 arch/mips/mm/tlbex.c; MIPS64 PRA, EntryLo",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_P4D] = { .va_shift = 39, .index_bits = 9, .entry_bytes = 8 },
		[PT_PUD] = { .va_shift = 30, .index_bits = 9, .entry_bytes = 8 },
		MIPS64_LEVELS,
	},
	.representable = mips64_representable,
	.entry = mips64_entry,
	.permits = mips_permits,
	.translate = mips64_48_translate,
};
