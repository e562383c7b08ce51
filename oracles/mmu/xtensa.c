/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Xtensa, MMU with autorefill (T1050 and later: hardware 2000 up): second
 * reading.
 *
 * Source: Xtensa Instruction Set Architecture Reference Manual, 4.6.5 "MMU
 * Option": PTE format (PPN, SR, ring, attribute), attribute values (bit 0
 * execute, bit 1 write, bits 3:2 bypass, write-back, write-through; 12, 14, 15
 * illegal, 13 isolate, of no use in a pte), ring protection; the
 * processor's autorefill reads the pte through the page that Linux 6.12,
 * arch/xtensa/kernel/entry.S, fast_second_level_miss maps by the pgd entry;
 * fast_store_prohibited sets accessed, dirty and write by the software
 * writable bit.  asm/pgtable.h for software bits, pte_none() and pmd_bad().
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

#define XT_X	    UINT64_C(0x001)
#define XT_HW_W	    UINT64_C(0x002)
#define XT_CA	    UINT64_C(0x00c)	/* both set: illegal */
#define XT_CA_SHIFT 2
#define XT_ISOLATE  UINT64_C(0x00d)
#define XT_RING	    UINT64_C(0x030)
#define XT_USER	    UINT64_C(0x010)	/* ring 1 */
/* Software: 11:6, of which Linux uses these. */
#define XT_WRITABLE UINT64_C(0x040)
#define XT_DIRTY    UINT64_C(0x080)
#define XT_ACCESSED UINT64_C(0x100)
#define XT_PAGE	    UINT64_C(0xfffff000)

/* pte_none(): illegal attribute, ring 1, nothing else. */
#define XT_NONE	    UINT64_C(0x01c)

/* docs/formats.md: the kernel's cached map of the first 128 MiB. */
#define XT_BASE	     UINT64_C(0xd0000000)
#define XT_BASE_BITS 27

static inline uint32_t xt_attrs(uint64_t raw)
{
	static const uint8_t type[4] = {
		PT_MEM_UC, PT_MEM_WB, PT_MEM_WT, REFILL_MEM_OTHER,
	};

	return PT_R | (raw & XT_WRITABLE ? PT_W : 0) | (raw & XT_X ? PT_X : 0) |
	       (raw & XT_USER ? PT_USER : 0) |
	       (raw & XT_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & XT_DIRTY ? PT_DIRTY : 0) |
	       (uint32_t)type[raw >> XT_CA_SHIFT & 3] << PT_MEMTYPE_SHIFT;
}

/* Linux has no use of rings 2 and 3, nor of write apart from its two flags. */
static inline bool xt_reserved(uint64_t raw)
{
	bool w = (raw & XT_WRITABLE) && (raw & XT_DIRTY);

	return (raw & XT_RING & ~XT_USER) || w != !!(raw & XT_HW_W);
}

static inline void xt_entry(const struct pt_regime *regime, unsigned depth,
			    uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth < PT_PTE) {
		out->empty = raw == 0;
		if (raw)
			refill_pointer(raw, XT_BASE, XT_BASE_BITS, 12, out);
		return;
	}
	if ((raw & XT_CA) == XT_CA) {
		out->empty = raw == XT_NONE;
		if ((raw & 15) == XT_ISOLATE)
			out->class = MMU_RESERVED;
		return;
	}
	if (xt_reserved(raw)) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & XT_PAGE;
	out->attrs = xt_attrs(raw);
}

/* Every legal attribute can be read. */
static bool xt_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	return depth == PT_PTE && !(attrs & ~known) && (attrs & PT_R) &&
	       (type == PT_MEM_WB || type == PT_MEM_WT || type == PT_MEM_UC);
}

/* Ring 0 has ring 1's pages too.  Hardware knows no accessed. */
static enum pt_word xt_permits(const struct pt_regime *regime, uint32_t attrs,
			       uint32_t denied, enum pt_access access,
			       enum pt_privilege privilege)
{
	(void)regime;
	if (!refill_suffices(attrs & ~denied, access, privilege))
		return PT_V_PERMISSION;
	return access == PT_WRITE && !(attrs & PT_DIRTY) ? PT_V_DIRTY : PT_V_OK;
}

static inline void xt_leaf(const struct mmu_walk *walk,
			   const struct mmu_entry *entry,
			   struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	enum pt_word otherwise[PT_ACCESSES] = { PT_V_OK, PT_V_OK, PT_V_OK };

	(void)entry;
	if (!(raw & XT_HW_W))
		otherwise[PT_WRITE] = PT_V_DIRTY;
	mmu_leaf_verdicts(out, walk->depth,
			  refill_allowed(true, raw & XT_WRITABLE, raw & XT_X,
					 raw & XT_USER),
			  otherwise);
}

static inline uint64_t xt_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 12 & 1023 : va >> 22 & 1023;
}

static const struct mmu_rules xt_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = xt_index,
	.load = mmu_load_little32,
	.entry = xt_entry,
	.leaf = xt_leaf,
};

static void xt_translate(const struct mmu_arch *arch,
			 const struct pt_memory *memory,
			 const struct pt_regime *regime, unsigned space,
			 uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&xt_rules, arch, memory, regime, space, va, out);
}

/*
 * PROT_NONE is attribute 15: the bits of X and of the memory type are taken, so
 * it keeps neither, and is no protnone.
 */
const struct mmu_arch mmu_xtensa = {
	.format = "xtensa",
	.source = "Xtensa ISA Reference Manual 4.6.5; Linux 6.12 entry.S",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true,
			     .kinds = 1u << PT_SWAP | 1u << PT_MIGRATION |
				      1u << PT_MARKER },
	},
	.representable = xt_representable,
	.entry = xt_entry,
	.permits = xt_permits,
	.translate = xt_translate,
};
