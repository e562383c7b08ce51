/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ARCv2 (HS), MMUv4, tables of two to four levels: second reading.
 *
 * Source: Linux 6.12, arch/arc/mm/tlbex.S: LOAD_FAULT_PTE (the walk),
 * EV_TLBMissI and EV_TLBMissD (conditions, updates of accessed and dirty),
 * CONV_PTE_TO_TLB (kernel rights are the user's unless GLOBAL); bits in
 * asm/pgtable-bits-arcv2.h, PTE_BITS_* in asm/mmu-arcv2.h; *_none(), *_bad():
 * asm/pgtable-levels.h.
 *
 * The handlers set accessed and dirty themselves and no bit of the TLB follows
 * from either: nobody faults for them.  From VMALLOC_START on they want
 * GLOBAL, and 2 GiB further nothing is translated; both are Linux's use of
 * addresses, and not the table's: every address is as those below.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

#define ARC_C	     UINT64_C(0x001)	/* cacheable */
#define ARC_X	     UINT64_C(0x002)
#define ARC_W	     UINT64_C(0x004)
#define ARC_R	     UINT64_C(0x008)
#define ARC_ACCESSED UINT64_C(0x010)
#define ARC_DIRTY    UINT64_C(0x020)
#define ARC_GLOBAL   UINT64_C(0x100)	/* kernel page */
#define ARC_PRESENT  UINT64_C(0x200)
#define ARC_HW_SZ    UINT64_C(0x400)	/* super page */

/* PAGE_SHIFT, and lg2 bytes of a super page; 0: CONFIG_TRANSPARENT_HUGEPAGE=n. */
struct arc_pages {
	unsigned shift, huge_shift;
};

static const struct arc_pages arc_8k = { 13, 21 };
static const struct arc_pages arc_4k = { 12, 0 };

/* A page without rights is nobody's: PAGE_U_NONE, and the same with GLOBAL. */
static inline uint32_t arc_attrs(uint64_t raw)
{
	uint32_t type = raw & ARC_C ? PT_MEM_WB : PT_MEM_UC;
	uint32_t rights = (raw & ARC_R ? PT_R : 0) | (raw & ARC_W ? PT_W : 0) |
			  (raw & ARC_X ? PT_X : 0);

	if (rights && !(raw & ARC_GLOBAL))
		rights |= PT_USER;
	return rights | (raw & ARC_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & ARC_DIRTY ? PT_DIRTY : 0) | type << PT_MEMTYPE_SHIFT;
}

/*
 * A pte, or a pmd with HW_SZ.  The page's size is the TLB's business: HW_SZ in
 * a pte, or a super page that is not aligned, is reserved.
 */
static inline void arc_page(struct arc_pages pages, unsigned depth,
			    uint64_t raw, struct mmu_entry *out)
{
	unsigned va_shift = depth == PT_PTE ? pages.shift : pages.huge_shift;
	uint64_t pa = raw & ~pt_ones(pages.shift);

	if (!(raw & ARC_PRESENT))
		return;
	if ((depth == PT_PTE && (raw & ARC_HW_SZ)) || (pa & pt_ones(va_shift))) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = pa;
	out->attrs = arc_attrs(raw);
}

/* Page-aligned pointers; kernel virtual addresses are physical ones. */
static inline void arc_entry(struct arc_pages pages, unsigned depth,
			     uint64_t raw, struct mmu_entry *out)
{
	bool huge = pages.huge_shift && depth == PT_PMD && (raw & ARC_HW_SZ);

	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (raw == 0)
		return;
	if (depth == PT_PTE || huge)
		arc_page(pages, depth, raw, out);
	else
		refill_pointer(raw, 0, 32, pages.shift, out);
}

static inline void arc_8k_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	arc_entry(arc_8k, depth, raw, out);
}

static inline void arc_4k_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	arc_entry(arc_4k, depth, raw, out);
}

/* Six bits in PD1, each of which can be alone; Linux sets them in pairs. */
static bool arc_leaf_representable(uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	return !(attrs & ~known) && (attrs & PT_RIGHTS) != PT_USER &&
	       (type == PT_MEM_WB || type == PT_MEM_UC);
}

static bool arc_8k_representable(unsigned depth, uint32_t attrs)
{
	return (depth == PT_PMD || depth == PT_PTE) &&
	       arc_leaf_representable(attrs);
}

static bool arc_4k_representable(unsigned depth, uint32_t attrs)
{
	return depth == PT_PTE && arc_leaf_representable(attrs);
}

static enum pt_word arc_permits(const struct pt_regime *regime, uint32_t attrs,
				uint32_t denied, enum pt_access access,
				enum pt_privilege privilege)
{
	(void)regime;
	return refill_suffices(attrs & ~denied, access, privilege) ?
		       PT_V_OK : PT_V_PERMISSION;
}

static inline void arc_leaf(const struct mmu_walk *walk,
			    const struct mmu_entry *entry,
			    struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;

	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    refill_allowed(raw & ARC_R, raw & ARC_W,
					   raw & ARC_X, !(raw & ARC_GLOBAL)));
}

static inline uint64_t arc_2level_8k_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 13 & 255 : va >> 21 & 2047;
}

static inline uint64_t arc_2level_4k_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 12 & 1023 : va >> 22 & 1023;
}

static inline uint64_t arc_3level_8k_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 13 & 255 :
	       depth == PT_PMD ? va >> 21 & 127 :
				 va >> 28 & 15;
}

static inline uint64_t arc_4level_8k_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 13 & 255 :
	       depth == PT_PMD ? va >> 21 & 15 :
	       depth == PT_PUD ? va >> 25 & 7 :
				 va >> 28 & 15;
}

#define ARC_RULES(NAME, PAGE)                                               \
	static const struct mmu_rules arc_##NAME##_rules = {                \
		.root = UINT64_MAX,                                         \
		.reserved = PT_V_RESERVED,                                  \
		.check = MMU_CHECK_TABLE_LEAF,                              \
		.index = arc_##NAME##_index,                                \
		.load = mmu_load_little32,                                  \
		.entry = arc_##PAGE##_entry,                                \
		.leaf = arc_leaf,                                           \
	};                                                                  \
									    \
	static void arc_##NAME##_translate(                                 \
		const struct mmu_arch *arch, const struct pt_memory *memory, \
		const struct pt_regime *regime, unsigned space,             \
		uint64_t va, struct mmu_outcome *out)                       \
	{                                                                   \
		mmu_radix_walk(&arc_##NAME##_rules, arch, memory, regime,   \
			       space, va, out);                             \
	}

ARC_RULES(2level_8k, 8k)
ARC_RULES(2level_4k, 4k)
ARC_RULES(3level_8k, 8k)
ARC_RULES(4level_8k, 8k)

/*
 * PROT_NONE is a leaf without rights, so there is no protnone.  A pmd without
 * HW_SZ is a pointer; pmd_mkinvalid() clears PRESENT alone.  A swap entry's
 * offset (bits 31:13) holds the number of a page of 8 KiB, not of one of 4 KiB.
 */
#define ARC_4K_KINDS (1u << PT_MARKER)
#define ARC_KINDS (1u << PT_SWAP | 1u << PT_MIGRATION | 1u << PT_MARKER)

#define ARC_COMMON(NAME, PAGE)                                              \
	.source = "Linux 6.12 arch/arc/mm/tlbex.S", .va_bits = 32,          \
	.va_word_bits = 32, .walks = true, .grade = MMU_REFILL,             \
	.representable = arc_##PAGE##_representable,                        \
	.entry = arc_##PAGE##_entry, .permits = arc_permits,                \
	.translate = arc_##NAME##_translate

const struct mmu_arch mmu_arc_2level_8k = {
	.format = "arc-2level-8k",
	.top = PT_PMD,
	.page_shift = 13,
	.level = {
		[PT_PMD] = { .va_shift = 21, .index_bits = 11, .entry_bytes = 4,
			     .table_shift = 13,
			     .leaf = true, .kinds = 1u << PT_INVALID_HUGE },
		[PT_PTE] = { .va_shift = 13, .index_bits = 8, .entry_bytes = 4,
			     .table_shift = 13,
			     .leaf = true, .kinds = ARC_KINDS },
	},
	ARC_COMMON(2level_8k, 8k),
};

const struct mmu_arch mmu_arc_2level_4k = {
	.format = "arc-2level-4k",
	.top = PT_PMD,
	.page_shift = 12,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			     .table_shift = 12 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .table_shift = 12,
			     .leaf = true, .kinds = ARC_4K_KINDS },
	},
	ARC_COMMON(2level_4k, 4k),
};

const struct mmu_arch mmu_arc_3level_8k = {
	.format = "arc-3level-8k",
	.top = PT_PUD,
	.page_shift = 13,
	.level = {
		[PT_PUD] = { .va_shift = 28, .index_bits = 4, .entry_bytes = 4,
			     .table_shift = 13 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 7, .entry_bytes = 4,
			     .table_shift = 13,
			     .leaf = true, .kinds = 1u << PT_INVALID_HUGE },
		[PT_PTE] = { .va_shift = 13, .index_bits = 8, .entry_bytes = 4,
			     .table_shift = 13,
			     .leaf = true, .kinds = ARC_KINDS },
	},
	ARC_COMMON(3level_8k, 8k),
};

const struct mmu_arch mmu_arc_4level_8k = {
	.format = "arc-4level-8k",
	.top = PT_P4D,
	.page_shift = 13,
	.level = {
		[PT_P4D] = { .va_shift = 28, .index_bits = 4, .entry_bytes = 4,
			     .table_shift = 13 },
		[PT_PUD] = { .va_shift = 25, .index_bits = 3, .entry_bytes = 4,
			     .table_shift = 13 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 4, .entry_bytes = 4,
			     .table_shift = 13,
			     .leaf = true, .kinds = 1u << PT_INVALID_HUGE },
		[PT_PTE] = { .va_shift = 13, .index_bits = 8, .entry_bytes = 4,
			     .table_shift = 13,
			     .leaf = true, .kinds = ARC_KINDS },
	},
	ARC_COMMON(4level_8k, 8k),
};
