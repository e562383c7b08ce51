/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sparc64, sun4v: second reading.
 *
 * Source: Linux 6.12, arch/sparc: USER_PGTABLE_WALK_TL1 of include/asm/tsb.h
 * as kernel/tsb.S (tsb_miss_page_table_walk, tsb_itlb_load) and
 * kernel/sun4v_tlb_miss.S use it, with huge pages configured; over UltraSPARC
 * Architecture 2007, TTE data of sun4v (V, taddr, ie, e, cp, cv, p, ep, w, sz).
 * What is software's in a TTE is include/asm/pgtable_64.h's choice.
 *
 * V and w follow from software bits: V from READ and ACCESSED, w from WRITE and
 * MODIFIED.  So what is PRESENT is a leaf, whether or not V lets the handler
 * take it: an old page has the verdict access, and one without READ (PAGE_NONE)
 * gives no right.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

#define SUN4V_VALID    (UINT64_C(1) << 63)
#define SUN4V_NFO      (UINT64_C(1) << 62)
#define SUN4V_MODIFIED (UINT64_C(1) << 61)	/* 61:56 soft2 */
#define SUN4V_ACCESSED (UINT64_C(1) << 60)
#define SUN4V_READ     (UINT64_C(1) << 59)
#define SUN4V_WRITE    (UINT64_C(1) << 58)
#define SUN4V_HUGE     (UINT64_C(1) << 56)	/* 57 SPECIAL */
#define SUN4V_PADDR    UINT64_C(0x00ffffffffffe000)	/* 55:13 */
#define SUN4V_IE       UINT64_C(0x1000)
#define SUN4V_E	       UINT64_C(0x0800)
#define SUN4V_CP       UINT64_C(0x0400)
#define SUN4V_CV       UINT64_C(0x0200)
#define SUN4V_P	       UINT64_C(0x0100)
#define SUN4V_EXEC     UINT64_C(0x0080)
#define SUN4V_W	       UINT64_C(0x0040)
#define SUN4V_PRESENT  UINT64_C(0x0010)	/* 5:4 soft */
#define SUN4V_RESERVED UINT64_C(0x0008)
#define SUN4V_SZ       UINT64_C(0x0007)
#define SUN4V_SZ_8K    0u
#define SUN4V_SZ_4M    3u

static inline unsigned sun4v_shift(unsigned depth)
{
	return 13 + 10 * (PT_PTE - depth);
}

static inline uint64_t sun4v_index(unsigned depth, uint64_t va)
{
	return va >> sun4v_shift(depth) & 1023;
}

/* PT_MEMTYPES: none of those described. */
static inline unsigned sun4v_memtype(uint64_t raw)
{
	uint64_t bits = raw & (SUN4V_E | SUN4V_CP | SUN4V_CV);

	if (bits == (SUN4V_CP | SUN4V_CV))
		return PT_MEM_WB;
	return bits == SUN4V_E ? PT_MEM_UC : PT_MEMTYPES;
}

static inline uint32_t sun4v_attrs(uint64_t raw)
{
	return (raw & SUN4V_READ ? PT_R : 0) | (raw & SUN4V_WRITE ? PT_W : 0) |
	       (raw & SUN4V_EXEC ? PT_X : 0) | (raw & SUN4V_P ? 0 : PT_USER) |
	       (raw & SUN4V_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & SUN4V_MODIFIED ? PT_DIRTY : 0) |
	       sun4v_memtype(raw) << PT_MEMTYPE_SHIFT;
}

/*
 * A leaf: of 8 KB, or of 8 MB that the handler makes of two pages of 4 MB,
 * putting bit 22 of the address in.  taddr bits below are not looked at.
 */
static inline void sun4v_tte(unsigned depth, uint64_t raw,
			     struct mmu_entry *out)
{
	unsigned size = depth == PT_PMD ? SUN4V_SZ_4M : SUN4V_SZ_8K;
	bool v = (raw & SUN4V_READ) && (raw & SUN4V_ACCESSED);
	bool w = (raw & SUN4V_WRITE) && (raw & SUN4V_MODIFIED);
	bool huge = raw & SUN4V_HUGE, present = raw & SUN4V_PRESENT;

	if (!(raw & SUN4V_VALID) && !present)
		return;
	out->class = MMU_RESERVED;
	if (!present || v != !!(raw & SUN4V_VALID) || w != !!(raw & SUN4V_W))
		return;
	if ((raw & (SUN4V_NFO | SUN4V_IE | SUN4V_RESERVED)) ||
	    (raw & SUN4V_SZ) != size || huge != (depth == PT_PMD) ||
	    sun4v_memtype(raw) == PT_MEMTYPES)
		return;
	out->class = MMU_LEAF;
	out->pa = raw & SUN4V_PADDR & ~pt_ones(sun4v_shift(depth));
	out->attrs = sun4v_attrs(raw);
}

/* A pointer is the physical address itself; only HUGE tells it from a leaf. */
static inline void sun4v_entry(const struct pt_regime *regime, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (raw == 0)
		return;
	if (depth == PT_PTE || (depth == PT_PMD && (raw & SUN4V_HUGE))) {
		sun4v_tte(depth, raw, out);
		return;
	}
	out->class = MMU_RESERVED;
	if (raw & (SUN4V_HUGE | pt_ones(13)))
		return;
	out->class = MMU_TABLE;
	out->pa = raw;
}

/* What is valid can be read; without that there is no right at all. */
static bool sun4v_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if (depth < PT_PMD || depth > PT_PTE || (attrs & ~known))
		return false;
	if (type != PT_MEM_WB && type != PT_MEM_UC)
		return false;
	return (attrs & PT_R) || !(attrs & (PT_W | PT_X));
}

/* p keeps user code off; privileged code does with other pages what it does. */
static enum pt_word sun4v_permits(const struct pt_regime *regime,
				  uint32_t attrs, uint32_t denied,
				  enum pt_access access,
				  enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;

	(void)regime;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (privilege == PT_AS_USER && !(rights & PT_USER))
		return PT_V_PERMISSION;
	switch (access) {
	case PT_EXEC:
		return rights & PT_X ? PT_V_OK : PT_V_PERMISSION;
	case PT_WRITE:
		if (!(rights & PT_W))
			return PT_V_PERMISSION;
		return attrs & PT_DIRTY ? PT_V_OK : PT_V_DIRTY;
	case PT_READ:
	case PT_ACCESSES:
	default:
		return rights & PT_R ? PT_V_OK : PT_V_PERMISSION;
	}
}

/* WRITE without w: fast_data_access_protection, which makes the page dirty. */
static inline void sun4v_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	const enum pt_word otherwise[PT_ACCESSES] = {
		PT_V_OK, raw & SUN4V_W ? PT_V_OK : PT_V_DIRTY, PT_V_OK,
	};
	bool r = raw & SUN4V_READ, w = raw & SUN4V_WRITE;
	bool x = raw & SUN4V_EXEC;
	/* r 1, w 2, x 4; nothing without V. */
	unsigned set = r ? 1u | (w ? 2u : 0) | (x ? 4u : 0) : 0;

	(void)entry;
	if (!(raw & SUN4V_ACCESSED)) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	mmu_leaf_verdicts(out, walk->depth,
			  set * mmu_may(PT_AS_KERNEL, PT_READ) |
				  (raw & SUN4V_P ?
					   0 :
					   set * mmu_may(PT_AS_USER, PT_READ)),
			  otherwise);
}

static const struct mmu_rules sun4v_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = sun4v_index,
	.load = mmu_load_big64,
	.entry = sun4v_entry,
	.leaf = sun4v_leaf,
};

static void sun4v_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&sun4v_rules, arch, memory, regime, space, va, out);
}

/*
 * Above the page table a software entry without HUGE would be a pointer.
 * PAGE_NONE is a leaf.
 */
const struct mmu_arch mmu_sparc64 = {
	.format = "sparc64",
	.source = "Linux 6.12 arch/sparc tsb.h, tsb.S; UA 2007, sun4v TTE",
	.top = PT_P4D,
	.page_shift = 13,
	.va_bits = 53,
	.va_word_bits = 64,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_P4D] = { .va_shift = 43, .index_bits = 10, .entry_bytes = 8 },
		[PT_PUD] = { .va_shift = 33, .index_bits = 10, .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 23, .index_bits = 10, .entry_bytes = 8,
			     .leaf = true },
		[PT_PTE] = { .va_shift = 13, .index_bits = 10, .entry_bytes = 8,
			     .leaf = true,
			     .kinds = 1u << PT_SWAP | 1u << PT_MIGRATION |
				      1u << PT_MARKER },
	},
	.representable = sun4v_representable,
	.entry = sun4v_entry,
	.permits = sun4v_permits,
	.translate = sun4v_translate,
};
