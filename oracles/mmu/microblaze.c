/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * MicroBlaze with MMU, 4-KB pages: second reading.
 *
 * Source: Linux 6.12, arch/microblaze/kernel/hw_exception_handler.S:
 * handle_data_tlb_miss_exception and its instruction twin (the walk),
 * finish_tlb_load (EX for every page), handle_data_storage_exception (stores
 * that WR denied); mm/init.c, mmu_init_hw() (ZPR); bits in asm/pgtable.h and
 * asm/mmu.h, *_none() and pmd_bad() in asm/pgtable.h.  MicroBlaze Processor
 * Reference Guide, UG984 (2024.2), "Translation Look-Aside Buffer Low
 * Register", "Zone Protection Register", "TLB Access Failures".
 *
 * Both miss handlers set accessed in the pte, and no bit of the TLB follows
 * from it.  The TLB gets WR, the zone and W, I, G as they are, M from PRESENT,
 * and EX always.  Zone 1 (USER) is 01: the TLB's bits hold in both modes; zone
 * 0 is 00: the same in privileged mode, and nothing at all in user mode.
 *
 * A store without WR is taken by the data storage handler, which has no other
 * condition than _PAGE_RW: it sets dirty, accessed and WR, and the store goes
 * on.  docs/formats.md therefore has no verdict dirty here.  Nor does it let G
 * stop a fetch, where the manual's figure of a TLB access has a storage
 * violation.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

/* TLBLO: 31:12 RPN, EX, WR, the lowest bit of ZSEL, W, I, G. */
#define MB_G	    UINT64_C(0x001)
#define MB_I	    UINT64_C(0x004)
#define MB_W	    UINT64_C(0x008)
#define MB_USER	    UINT64_C(0x010)	/* ZSEL 1 */
#define MB_HWWRITE  UINT64_C(0x100)	/* WR */
#define MB_RPN	    UINT64_C(0xfffff000)
/* Software.  0x020 and 0x800 are nobody's; 0x200, EX, is always supplied. */
#define MB_PRESENT  UINT64_C(0x002)	/* M to the TLB, which ignores it */
#define MB_RW	    UINT64_C(0x040)
#define MB_DIRTY    UINT64_C(0x080)
#define MB_ACCESSED UINT64_C(0x400)

/* docs/formats.md: CONFIG_KERNEL_START, KERNEL_BASE_ADDR 0. */
#define MB_BASE	     UINT64_C(0xc0000000)
#define MB_BASE_BITS 30

/* _PAGE_CACHE_CTL as pgprot_noncached() and pgprot_noncached_wc() use it. */
static inline uint32_t mb_memtype(uint64_t raw)
{
	switch (raw & (MB_W | MB_I | MB_G)) {
	case 0:
		return PT_MEM_WB;
	case MB_W:
		return PT_MEM_WT;
	case MB_I:
		return PT_MEM_WC;
	case MB_I | MB_G:
		return PT_MEM_UC;
	default:
		return REFILL_MEM_OTHER;
	}
}

static inline uint32_t mb_attrs(uint64_t raw)
{
	return PT_R | PT_X | (raw & MB_RW ? PT_W : 0) |
	       (raw & MB_USER ? PT_USER : 0) |
	       (raw & MB_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & MB_DIRTY ? PT_DIRTY : 0) |
	       mb_memtype(raw) << PT_MEMTYPE_SHIFT;
}

/*
 * The handlers give up where the page part of a pointer is 0, whatever lies
 * below; the rest of the pointer they mask out.  Only all zero is pmd_none().
 */
static inline void mb_table_entry(uint64_t raw, struct mmu_entry *out)
{
	out->empty = raw == 0;
	if (raw & MB_RPN)
		refill_pointer(raw & MB_RPN, MB_BASE, MB_BASE_BITS, 12, out);
}

static inline void mb_entry(const struct pt_regime *regime, unsigned depth,
			    uint64_t raw, struct mmu_entry *out)
{
	bool follows = (raw & MB_RW) && (raw & MB_DIRTY);

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth < PT_PTE) {
		mb_table_entry(raw, out);
		return;
	}
	out->empty = raw == 0;
	if (!(raw & MB_PRESENT))
		return;
	if (follows != !!(raw & MB_HWWRITE)) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & MB_RPN;
	out->attrs = mb_attrs(raw);
}

/* No bit takes reading away, and the handlers let none take execution away. */
static bool mb_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	return depth == PT_PTE && !(attrs & ~known) && (attrs & PT_R) &&
	       (attrs & PT_X) &&
	       (type == PT_MEM_WB || type == PT_MEM_WC || type == PT_MEM_UC ||
		type == PT_MEM_WT);
}

static enum pt_word mb_permits(const struct pt_regime *regime, uint32_t attrs,
			       uint32_t denied, enum pt_access access,
			       enum pt_privilege privilege)
{
	bool guarded = pt_attrs_memtype(attrs) == PT_MEM_UC;

	(void)regime;
	if (!refill_suffices(attrs & ~denied, access, privilege) ||
	    (guarded && access == PT_EXEC))
		return PT_V_PERMISSION;
	return access == PT_WRITE && !(attrs & PT_DIRTY) ? PT_V_DIRTY :
							   PT_V_OK;
}

/*
 * Reads and fetches by the TLB entry, writes by it or by the handler after it,
 * which finds the page clean.  A zone that keeps user mode out does so before WR
 * is looked at, and the handler mends no zone fault.  Guarded storage is not
 * executed (the process for examining a TLB entry).
 */
static inline void mb_leaf(const struct mmu_walk *walk,
			   const struct mmu_entry *entry,
			   struct mmu_outcome *out)
{
	enum pt_word otherwise[PT_ACCESSES] = { PT_V_OK, PT_V_OK, PT_V_OK };
	bool w = walk->raw & (MB_HWWRITE | MB_RW);
	bool x = !(walk->raw & MB_G);

	(void)entry;
	if (!(walk->raw & MB_DIRTY))
		otherwise[PT_WRITE] = PT_V_DIRTY;
	mmu_leaf_verdicts(out, walk->depth,
			  refill_allowed(true, w, x, walk->raw & MB_USER),
			  otherwise);
}

static inline uint64_t mb_index(unsigned depth, uint64_t va)
{
	return va >> (depth == PT_PTE ? 12 : 22) & 1023;
}

static const struct mmu_rules mb_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = mb_index,
	.load = mmu_load_little32,
	.entry = mb_entry,
	.leaf = mb_leaf,
};

static void mb_translate(const struct mmu_arch *arch,
			 const struct pt_memory *memory,
			 const struct pt_regime *regime, unsigned space,
			 uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&mb_rules, arch, memory, regime, space, va, out);
}

/* PROT_NONE is a kernel's page; types of software entries have five bits. */
const struct mmu_arch mmu_microblaze = {
	.format = "microblaze",
	.source = "Linux 6.12 arch/microblaze/kernel/hw_exception_handler.S, "
		  "TLB miss handlers; UG984",
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
	.representable = mb_representable,
	.entry = mb_entry,
	.permits = mb_permits,
	.translate = mb_translate,
};
