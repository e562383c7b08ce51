/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sparc32, the SPARC Reference MMU: second reading.
 *
 * Source: The SPARC Architecture Manual, version 8, appendix H "SPARC
 * Reference MMU Architecture": H.3 (tables, page table descriptor and entry,
 * access permissions), H.5 (fault types); QEMU, target/sparc/mmu_helper.c,
 * get_physical_address(), which agrees.
 *
 * The level-1 table is the root; the context table and its one descriptor are
 * above it.  An invalid address error is PT_V_TRANSLATION, a translation error
 * (reserved entry type, pointer in a level-3 table) PT_V_RESERVED, the two
 * protection errors PT_V_PERMISSION.  R and M are set by hardware.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* Entry types, bits 1:0. */
#define SRMMU_ET    UINT64_C(0x3)
#define SRMMU_ET_INVALID UINT64_C(0)
#define SRMMU_ET_PTD UINT64_C(1)
#define SRMMU_ET_PTE UINT64_C(2)

#define SRMMU_ACC_SHIFT 2			/* 4:2 */
#define SRMMU_R	    UINT64_C(0x20)
#define SRMMU_M	    UINT64_C(0x40)
#define SRMMU_C	    UINT64_C(0x80)
#define SRMMU_PPN   UINT64_C(0xffffff00)	/* pa 35:12 */
#define SRMMU_PTP   UINT64_C(0xfffffffc)	/* pa 35:6 */

/*
 * ACC as rights of whom the page is for.  5 (user reads, supervisor also
 * writes) has no word: its verdicts know more than its attributes.
 */
static const uint32_t srmmu_rights[8] = {
	PT_USER | PT_R,	       PT_USER | PT_R | PT_W,
	PT_USER | PT_R | PT_X, PT_USER | PT_R | PT_W | PT_X,
	PT_USER | PT_X,	       PT_USER | PT_R,
	PT_R | PT_X,	       PT_R | PT_W | PT_X,
};

static inline unsigned srmmu_shift(unsigned depth)
{
	return 12 + 6 * (PT_PTE - depth);
}

static inline uint64_t srmmu_index(unsigned depth, uint64_t va)
{
	return va >> srmmu_shift(depth) & (depth == PT_PUD ? 255 : 63);
}

static inline unsigned srmmu_acc(uint64_t raw)
{
	return (unsigned)(raw >> SRMMU_ACC_SHIFT) & 7;
}

/*
 * A table lies at a multiple of its length (256 bytes at levels 2 and 3), a
 * page at a multiple of its size.  Linux's pud_none() leaves out the upper four
 * bits.
 */
static inline void srmmu_entry(const struct pt_regime *regime, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	uint64_t none = depth == PT_PUD ? UINT64_C(0x0fffffff) :
					  UINT64_C(0xffffffff);
	uint64_t type = raw & SRMMU_ET, pa = (raw & SRMMU_PPN) << 4;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (type == SRMMU_ET_INVALID) {
		out->empty = (raw & none) == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (type == SRMMU_ET_PTE && !(pa & pt_ones(srmmu_shift(depth)))) {
		out->class = MMU_LEAF;
		out->pa = pa;
		out->attrs = srmmu_rights[srmmu_acc(raw)] |
			     (raw & SRMMU_R ? PT_ACCESSED : 0) |
			     (raw & SRMMU_M ? PT_DIRTY : 0) |
			     (uint32_t)(raw & SRMMU_C ? PT_MEM_WB : PT_MEM_UC)
				     << PT_MEMTYPE_SHIFT;
		return;
	}
	pa = (raw & SRMMU_PTP) << 4;
	if (type == SRMMU_ET_PTD && depth != PT_PTE && !(pa & 0xff)) {
		out->class = MMU_TABLE;
		out->pa = pa;
	}
}

static bool srmmu_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if (depth < PT_PUD || depth > PT_PTE || (attrs & ~known))
		return false;
	if (type != PT_MEM_WB && type != PT_MEM_UC)
		return false;
	for (unsigned acc = 0; acc < 8; acc++)
		if ((attrs & PT_RIGHTS) == srmmu_rights[acc])
			return true;
	return false;
}

/* The supervisor does with a user's page what the user does. */
static enum pt_word srmmu_permits(const struct pt_regime *regime,
				  uint32_t attrs, uint32_t denied,
				  enum pt_access access,
				  enum pt_privilege privilege)
{
	static const uint32_t need[PT_ACCESSES] = { PT_R, PT_W, PT_X };
	uint32_t rights = attrs & ~denied;

	(void)regime;
	if (privilege == PT_AS_USER && !(rights & PT_USER))
		return PT_V_PERMISSION;
	return rights & need[access] ? PT_V_OK : PT_V_PERMISSION;
}

/* H.3, accesses allowed by ACC; one digit of r 1, w 2, x 4 each. */
static inline void srmmu_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	static const uint8_t user[8] = { 1, 3, 5, 7, 4, 1, 0, 0 };
	static const uint8_t supervisor[8] = { 1, 3, 5, 7, 4, 3, 5, 7 };
	unsigned acc = srmmu_acc(walk->raw);

	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    user[acc] * mmu_may(PT_AS_USER, PT_READ) |
				    supervisor[acc] *
					    mmu_may(PT_AS_KERNEL, PT_READ));
}

static const struct mmu_rules srmmu_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = srmmu_index,
	.load = mmu_load_big32,
	.entry = srmmu_entry,
	.leaf = srmmu_leaf,
};

static void srmmu_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&srmmu_rules, arch, memory, regime, space, va, out);
}

/*
 * PAGE_NONE clears the entry type and is a swap entry to pte_present(): no kind
 * of its own.  A swap offset has 20 bits, fewer than a page number, so there
 * are no entries with a payload, and markers are in page tables only.
 */
const struct mmu_arch mmu_sparc32_srmmu = {
	.format = "sparc32-srmmu",
	.source = "SPARC Architecture Manual version 8, appendix H",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_HARDWARE,
	.level = {
		[PT_PUD] = { .va_shift = 24, .index_bits = 8, .entry_bytes = 4,
			     .leaf = true },
		[PT_PMD] = { .va_shift = 18, .index_bits = 6, .entry_bytes = 4,
			     .leaf = true },
		[PT_PTE] = { .va_shift = 12, .index_bits = 6, .entry_bytes = 4,
			     .leaf = true, .kinds = 1u << PT_MARKER },
	},
	.representable = srmmu_representable,
	.entry = srmmu_entry,
	.permits = srmmu_permits,
	.translate = srmmu_translate,
};
