/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * MPC8xx with 4-KB and with 16-KB base pages: second reading.
 *
 * Source: Linux 6.12, arch/powerpc/kernel/head_8xx.S, InstructionTLBMiss and
 * DataStoreTLBMiss, over MPC885 PowerQUICC Family Reference Manual, rev. 2,
 * chapter 8 "Memory Management Unit": tables 8-1 (identical descriptors), 8-3
 * and 8-4 (level-one and level-two descriptor), Mx_CTR[PPM] = 0,
 * MD_CTR[TWAM] = 1, Mx_AP as nohash/32/mmu-8xx.h sets it.
 *
 * The handlers load whatever they find into the TLB, and the TLB refuses: with
 * V clear everything; without ACCESSED (bit 0 of the group number) everything;
 * writes by PP and by the change bit, fetches by EXEC.  The group also says
 * that a user's page (bit 1, from the level-one descriptor) is user code's; the
 * conventions have the kernel share its rights (KUEP would refuse its fetches).
 *
 * The manual has only PP 00 and 01 in its extended encoding, which Linux's
 * read-only and forbidden pages use; a page of 512 KB has _PAGE_HUGE where PP's
 * upper bit is.  The model goes by what the kernel means with those.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "powerpc.h"

/* Level two. */
#define P8XX_PRESENT  UINT64_C(0x001)	/* V */
#define P8XX_NO_CACHE UINT64_C(0x002)	/* CI */
#define P8XX_SH	      UINT64_C(0x004)	/* no comparison of ASIDs: global */
#define P8XX_SPS      UINT64_C(0x008)	/* 16 KB; also set for 512 KB */
#define P8XX_GUARDED  UINT64_C(0x010)
#define P8XX_ACCESSED UINT64_C(0x020)
#define P8XX_EXEC     UINT64_C(0x040)
/* 0x080 is SPECIAL, software's. */
#define P8XX_DIRTY    UINT64_C(0x100)	/* C */
#define P8XX_PP	      UINT64_C(0x600)	/* 0 RW, 0x200 nothing, 0x600 R */
#define P8XX_PP_NA    UINT64_C(0x200)
#define P8XX_PP_RO    UINT64_C(0x600)
#define P8XX_HUGE     UINT64_C(0x800)	/* 512 KB, becomes PS 01 */
#define P8XX_ADDRESS  UINT64_C(0xfffff000)

/* Level one: V, APG 2 (user).  ACCESSED is overwritten from level two. */
#define P8XX_L1_VALID UINT64_C(0x01)
#define P8XX_L1_USER  UINT64_C(0x40)
#define P8XX_L1_ATTRS UINT64_C(0xfff)

static inline uint32_t p8xx_attrs(uint64_t raw)
{
	uint64_t pp = raw & P8XX_PP;
	uint32_t type = raw & P8XX_NO_CACHE ? PT_MEM_UC : PT_MEM_WB;
	uint32_t rights = (pp != P8XX_PP_NA ? PT_R : 0) |
			  (pp == 0 ? PT_W : 0) | (raw & P8XX_EXEC ? PT_X : 0);

	return rights | (rights ? PT_USER : 0) |
	       (raw & P8XX_SH ? PT_GLOBAL : 0) |
	       (raw & P8XX_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & P8XX_DIRTY ? PT_DIRTY : 0) | type << PT_MEMTYPE_SHIFT;
}

/* lg2 bytes of the page that the TLB gets; 0: no such encoding. */
static inline unsigned p8xx_size(uint64_t raw)
{
	if (raw & P8XX_HUGE)
		return raw & P8XX_SPS ? 19 : 0;
	return raw & P8XX_SPS ? 14 : 12;
}

/*
 * Large pages hold each its own address, of which the TLB takes no more than
 * the page's.
 */
static inline void p8xx_entry(unsigned depth, uint64_t raw, unsigned page_shift,
			      struct mmu_entry *out)
{
	unsigned size = p8xx_size(raw);
	uint64_t l1 = raw & P8XX_L1_ATTRS & ~P8XX_ACCESSED;

	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (!(raw & P8XX_PRESENT))
		return;
	out->class = MMU_RESERVED;
	if (depth != PT_PTE) {
		if (l1 != (P8XX_L1_VALID | P8XX_L1_USER))
			return;
		out->class = MMU_TABLE;
		out->pa = raw & P8XX_ADDRESS;
		return;
	}
	if (size < page_shift || (raw & P8XX_GUARDED) ||
	    (raw & P8XX_PP) == (P8XX_PP & ~P8XX_PP_NA))
		return;
	out->class = MMU_LEAF;
	out->pa = raw & P8XX_ADDRESS & ~pt_ones(page_shift);
	out->attrs = p8xx_attrs(raw);
	out->order = (uint8_t)(size - page_shift);
}

static inline void p8xx_4k_entry(const struct pt_regime *regime, unsigned depth,
				 uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	p8xx_entry(depth, raw, 12, out);
}

static inline void p8xx_16k_entry(const struct pt_regime *regime,
				  unsigned depth, uint64_t raw,
				  struct mmu_entry *out)
{
	(void)regime;
	p8xx_entry(depth, raw, 14, out);
}

/* Readable, readable and writable, or neither; executable or not. */
static bool p8xx_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);
	bool any = attrs & (PT_R | PT_W | PT_X);

	if (depth != PT_PTE || (attrs & ~known))
		return false;
	if (type != PT_MEM_WB && type != PT_MEM_UC)
		return false;
	return any == !!(attrs & PT_USER) &&
	       ((attrs & PT_R) || !(attrs & PT_W));
}

static enum pt_word p8xx_permits(const struct pt_regime *regime, uint32_t attrs,
				 uint32_t denied, enum pt_access access,
				 enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;

	(void)regime;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (privilege == PT_AS_USER && !(rights & PT_USER))
		return PT_V_PERMISSION;
	if (!(rights & powerpc_right(access)))
		return PT_V_PERMISSION;
	return access == PT_WRITE && !(attrs & PT_DIRTY) ? PT_V_DIRTY : PT_V_OK;
}

static inline void p8xx_verdicts(const struct mmu_walk *walk,
				 struct mmu_outcome *out)
{
	uint64_t raw = walk->raw, pp = raw & P8XX_PP;
	const enum pt_word otherwise[PT_ACCESSES] = {
		PT_V_OK, raw & P8XX_DIRTY ? PT_V_OK : PT_V_DIRTY, PT_V_OK,
	};

	if (!(raw & P8XX_ACCESSED)) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	mmu_leaf_verdicts(out, walk->depth,
			  powerpc_shared(pp == 0 || pp == P8XX_PP_RO, pp == 0,
					 raw & P8XX_EXEC, true),
			  otherwise);
}

/*
 * The TLB takes the address of a large page from the entry that missed, and
 * the rest from the effective address: the place of the entry, not what it says
 * of its own.
 */
static inline uint64_t p8xx_address(const struct mmu_walk *walk,
				    const struct mmu_entry *entry,
				    unsigned page_shift, uint64_t pa)
{
	uint64_t place = walk->index & pt_ones(entry->order);
	uint64_t large = pt_ones(page_shift + entry->order);

	return (entry->pa & ~large) | place << page_shift |
	       (pa & pt_ones(page_shift));
}

static inline void p8xx_4k_leaf(const struct mmu_walk *walk,
				const struct mmu_entry *entry,
				struct mmu_outcome *out)
{
	out->pa = p8xx_address(walk, entry, 12, out->pa);
	p8xx_verdicts(walk, out);
}

static inline void p8xx_16k_leaf(const struct mmu_walk *walk,
				 const struct mmu_entry *entry,
				 struct mmu_outcome *out)
{
	out->pa = p8xx_address(walk, entry, 14, out->pa);
	p8xx_verdicts(walk, out);
}

static inline uint64_t p8xx_4k_index(unsigned depth, uint64_t va)
{
	return va >> (depth == PT_PTE ? 12 : 22) & 1023;
}

static inline uint64_t p8xx_16k_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 14 & 255 : va >> 22 & 1023;
}

/* Hardware still has tables of 1024: an entry here is four there. */
static inline bool p8xx_16k_load(const struct pt_memory *memory, unsigned depth,
				 uint64_t table, uint64_t index, uint64_t *raw)
{
	return mmu_load_big32(memory, depth, table,
			      depth == PT_PTE ? index * 4 : index, raw);
}

/*
 * Table 8-1: the four must be identical; which of them is read depends on the
 * address.  Bits 13:12 are below a 16-KB page.
 */
static inline void p8xx_16k_around(const struct mmu_walk *walk,
				   struct mmu_entry *entry)
{
	if (walk->depth != PT_PTE)
		return;
	for (uint64_t copy = 1; copy < 4; copy++) {
		uint64_t other;

		if (!mmu_load_big32(walk->memory, PT_PTE, walk->table,
				    walk->index * 4 + copy, &other) ||
		    ((other ^ walk->raw) & ~UINT64_C(0x3000)))
			entry->class = MMU_RESERVED;
	}
}

static const struct mmu_rules p8xx_4k_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = p8xx_4k_index,
	.load = mmu_load_big32,
	.entry = p8xx_4k_entry,
	.leaf = p8xx_4k_leaf,
};

static const struct mmu_rules p8xx_16k_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = p8xx_16k_index,
	.load = p8xx_16k_load,
	.entry = p8xx_16k_entry,
	.around = p8xx_16k_around,
	.leaf = p8xx_16k_leaf,
};

static void p8xx_4k_translate(const struct mmu_arch *arch,
			      const struct pt_memory *memory,
			      const struct pt_regime *regime, unsigned space,
			      uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&p8xx_4k_rules, arch, memory, regime, space, va, out);
}

static void p8xx_16k_translate(const struct mmu_arch *arch,
			       const struct pt_memory *memory,
			       const struct pt_regime *regime, unsigned space,
			       uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&p8xx_16k_rules, arch, memory, regime, space, va, out);
}

/* PAGE_NONE is a leaf without rights. */
#define P8XX_KINDS (1u << PT_MIGRATION | 1u << PT_SWAP | 1u << PT_MARKER)

#define P8XX_COMMON                                                          \
	.source = "Linux 6.12 head_8xx.S; MPC885 RM rev. 2, 8",             \
	.top = PT_PMD, .va_bits = 32, .va_word_bits = 32,                    \
	.big_endian = true, .walks = true, .grade = MMU_REFILL,              \
	.representable = p8xx_representable, .permits = p8xx_permits

const struct mmu_arch mmu_ppc_8xx_4k = {
	.format = "ppc-8xx-4k",
	P8XX_COMMON,
	.page_shift = 12,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true, .group_order = { 2, 7 },
			     .kinds = P8XX_KINDS },
	},
	.entry = p8xx_4k_entry,
	.translate = p8xx_4k_translate,
};

const struct mmu_arch mmu_ppc_8xx_16k = {
	.format = "ppc-8xx-16k",
	P8XX_COMMON,
	.page_shift = 14,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 14, .index_bits = 8, .entry_bytes = 4,
			     .copies = 4, .leaf = true, .group_order = { 5 },
			     .kinds = P8XX_KINDS },
	},
	.entry = p8xx_16k_entry,
	.translate = p8xx_16k_translate,
};
