/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * LoongArch64, 4-KB and 16-KB pages: second reading.
 *
 * Source: LoongArch Reference Manual, volume 1, v1.10, chapter 5.4: TLB entry
 * (V, D, PLV, MAT, G, NR, NX, RPLV), "Multi-level page table structure
 * supported by page walking" (basic and huge page entries, LDDIR, LDPTE); QEMU
 * target/loongarch/tcg/tlb_helper.c (helper_lddir(), helper_ldpte()) and Linux
 * 6.12, arch/loongarch/mm/tlbex.S: handle_tlb_refill, and handle_tlb_load,
 * _store, _modify, which set V, D and MODIFIED by PRESENT and WRITE. Software
 * bits: asm/pgtable-bits.h; *_none(), *_bad(): asm/pgtable.h.
 *
 * Invalid and clean pages are mended by those handlers: verdicts access and
 * dirty, after what cannot be mended. PLV 0 may do to a PLV 3 page whatever it
 * allows, as RPLV is 0. Only PGDL's half.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

#define LOONG_V	       (UINT64_C(1) << 0)	/* Linux: accessed */
#define LOONG_D	       (UINT64_C(1) << 1)
#define LOONG_PLV_SHIFT 2
#define LOONG_MAT_SHIFT 4
#define LOONG_G	       (UINT64_C(1) << 6)	/* of a basic page */
#define LOONG_H	       (UINT64_C(1) << 6)	/* of a directory entry */
#define LOONG_P	       (UINT64_C(1) << 7)
#define LOONG_W	       (UINT64_C(1) << 8)
#define LOONG_MODIFIED (UINT64_C(1) << 9)	/* bit 10: Linux's PROT_NONE */
#define LOONG_HG       (UINT64_C(1) << 12)	/* G of a huge page */
#define LOONG_NR       (UINT64_C(1) << 61)
#define LOONG_NX       (UINT64_C(1) << 62)
#define LOONG_RPLV     (UINT64_C(1) << 63)

/* PALEN is 48; bits above the page number are software's or ignored. */
#define LOONG_ADDRESS UINT64_C(0x0000fffffffff000)

/* A cached direct-mapped window; docs/formats.md: what empty entries point to. */
#define LOONG_BASE	  UINT64_C(0x9000000000000000)
#define LOONG_INVALID_PUD 0x1000
#define LOONG_INVALID_PMD 0x2000
#define LOONG_INVALID_PTE 0x3000

static inline uint32_t loong_attrs(uint64_t raw, bool global)
{
	/* MAT: strongly-ordered uncached, coherent cached, weakly uncached. */
	static const uint8_t type[4] = {
		PT_MEM_UC, PT_MEM_WB, PT_MEM_WC, REFILL_MEM_OTHER,
	};

	return (raw & LOONG_NR ? 0 : PT_R) | (raw & LOONG_W ? PT_W : 0) |
	       (raw & LOONG_NX ? 0 : PT_X) |
	       ((raw >> LOONG_PLV_SHIFT & 3) == 3 ? PT_USER : 0) |
	       (global ? PT_GLOBAL : 0) | (raw & LOONG_V ? PT_ACCESSED : 0) |
	       (raw & LOONG_MODIFIED ? PT_DIRTY : 0) |
	       (uint32_t)type[raw >> LOONG_MAT_SHIFT & 3] << PT_MEMTYPE_SHIFT;
}

/*
 * Reserved: D that is not WRITE and MODIFIED; MAT 3; PLV 1 and 2 and RPLV,
 * which no neutral word says.
 */
static inline bool loong_reserved(uint64_t raw)
{
	unsigned plv = raw >> LOONG_PLV_SHIFT & 3;
	bool d = (raw & LOONG_W) && (raw & LOONG_MODIFIED);

	return d != !!(raw & LOONG_D) || plv == 1 || plv == 2 ||
	       (raw & LOONG_RPLV) || (raw >> LOONG_MAT_SHIFT & 3) == 3;
}

/*
 * The page of an entry at height 0 (a pte) or 1 (a directory entry with H,
 * whose two halves become TLB entries).  Low address bits of a huge page but
 * HG are reserved.  V without PRESENT would let the processor use what Linux
 * calls absent.
 */
static inline void loong_page(uint64_t raw, unsigned page_shift, bool huge,
			      struct mmu_entry *out)
{
	unsigned va_shift = huge ? 2 * page_shift - 3 : page_shift;
	uint64_t global = huge ? LOONG_HG : LOONG_G;
	uint64_t pa = raw & LOONG_ADDRESS & ~(huge ? LOONG_HG : 0);

	if (!(raw & LOONG_P)) {
		out->empty = !huge && !(raw & ~LOONG_G);
		if (raw & LOONG_V)
			out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_RESERVED;
	if (loong_reserved(raw) || (pa & pt_ones(va_shift)))
		return;
	out->class = MMU_LEAF;
	out->pa = pa;
	out->attrs = loong_attrs(raw, raw & global);
}

static inline uint64_t loong_none(unsigned depth)
{
	return LOONG_BASE + (depth == PT_P4D ? LOONG_INVALID_PUD :
			     depth == PT_PUD ? LOONG_INVALID_PMD :
					       LOONG_INVALID_PTE);
}

/* LDDIR itself uses the low 48 bits of a pointer and looks at no other. */
static inline void loong_entry(unsigned page_shift, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	bool huge = depth == PT_PMD && (raw & LOONG_H);

	mmu_start_entry(out, MMU_INVALID);
	if (depth == PT_PTE || huge)
		loong_page(raw, page_shift, huge, out);
	else if (raw == loong_none(depth))
		out->empty = true;
	else
		refill_pointer(raw, LOONG_BASE, 48, page_shift, out);
}

static inline void loong_4k_entry(const struct pt_regime *regime,
				  unsigned depth, uint64_t raw,
				  struct mmu_entry *out)
{
	(void)regime;
	loong_entry(12, depth, raw, out);
}

static inline void loong_16k_entry(const struct pt_regime *regime,
				   unsigned depth, uint64_t raw,
				   struct mmu_entry *out)
{
	(void)regime;
	loong_entry(14, depth, raw, out);
}

static bool loong_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_MEMTYPE_MASK;

	return (depth == PT_PMD || depth == PT_PTE) && !(attrs & ~known) &&
	       pt_attrs_memtype(attrs) <= PT_MEM_UC;
}

static enum pt_word loong_permits(const struct pt_regime *regime,
				  uint32_t attrs, uint32_t denied,
				  enum pt_access access,
				  enum pt_privilege privilege)
{
	(void)regime;
	if (!refill_suffices(attrs & ~denied, access, privilege))
		return PT_V_PERMISSION;
	return mmu_flag_word(attrs, false, access);
}

static inline void loong_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	enum pt_word otherwise[PT_ACCESSES];

	mmu_flag_words(entry->attrs, false, otherwise);
	mmu_leaf_verdicts(out, walk->depth,
			  refill_allowed(!(raw & LOONG_NR), raw & LOONG_W,
					 !(raw & LOONG_NX),
					 (raw >> LOONG_PLV_SHIFT & 3) == 3),
			  otherwise);
}

/* The half below 2^47 has 256 entries of the root. */
static inline uint64_t loong_4k_index(unsigned depth, uint64_t va)
{
	return depth == PT_P4D ? va >> 39 & 255 : mmu_index_4k(depth, va);
}

static inline uint64_t loong_16k_index(unsigned depth, uint64_t va)
{
	return va >> (14 + 11 * (PT_PTE - depth)) & 2047;
}

static const struct mmu_rules loong_4k_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = loong_4k_index,
	.load = mmu_load_little64,
	.entry = loong_4k_entry,
	.leaf = loong_leaf,
};

static const struct mmu_rules loong_16k_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = loong_16k_index,
	.load = mmu_load_little64,
	.entry = loong_16k_entry,
	.leaf = loong_leaf,
};

static void loong_4k_translate(const struct mmu_arch *arch,
			       const struct pt_memory *memory,
			       const struct pt_regime *regime, unsigned space,
			       uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&loong_4k_rules, arch, memory, regime, space, va, out);
}

static void loong_16k_translate(const struct mmu_arch *arch,
				const struct pt_memory *memory,
				const struct pt_regime *regime, unsigned space,
				uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&loong_16k_rules, arch, memory, regime, space, va, out);
}

/*
 * Linux's __swp_entry_to_pmd() sets H without PRESENT.  Its PROT_NONE loses
 * ACCESSED (pte_modify()), as it must: with V the page would be mapped.  So it
 * is no protnone.
 */
#define LOONG_HUGE_KINDS (1u << PT_MIGRATION)
#define LOONG_PAGE_KINDS (LOONG_HUGE_KINDS | 1u << PT_SWAP | 1u << PT_MARKER)

const struct mmu_arch mmu_loongarch64_4k = {
	.format = "loongarch64-4k",
	.source = "LoongArch Reference Manual 1.10, 5.4; Linux 6.12 tlbex.S",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 47,
	.va_word_bits = 64,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_P4D] = { .va_shift = 39, .index_bits = 8, .entry_bytes = 8 },
		[PT_PUD] = { .va_shift = 30, .index_bits = 9, .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = LOONG_HUGE_KINDS },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = LOONG_PAGE_KINDS },
	},
	.representable = loong_representable,
	.entry = loong_4k_entry,
	.permits = loong_permits,
	.translate = loong_4k_translate,
};

const struct mmu_arch mmu_loongarch64_16k = {
	.format = "loongarch64-16k",
	.source = "LoongArch Reference Manual 1.10, 5.4; Linux 6.12 tlbex.S",
	.top = PT_PUD,
	.page_shift = 14,
	.va_bits = 47,
	.va_word_bits = 64,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PUD] = { .va_shift = 36, .index_bits = 11, .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 25, .index_bits = 11, .entry_bytes = 8,
			     .leaf = true, .kinds = LOONG_HUGE_KINDS },
		[PT_PTE] = { .va_shift = 14, .index_bits = 11, .entry_bytes = 8,
			     .leaf = true, .kinds = LOONG_PAGE_KINDS },
	},
	.representable = loong_representable,
	.entry = loong_16k_entry,
	.permits = loong_permits,
	.translate = loong_16k_translate,
};
