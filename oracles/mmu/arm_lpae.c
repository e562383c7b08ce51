/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * 32-bit Arm, long descriptors (LPAE): second reading.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487, chapter
 * G5 "The AArch32 Virtual Memory System Architecture": G5.5 (the VMSAv8-32
 * Long-descriptor format: G5.5.1 descriptors, G5.5.3 attributes), G5.7 (access
 * control: AP[2:1], APTable, XN, XNTable, PXN, PXNTable; an instruction needs
 * the right to read), G5.7.5 (Access flag), G5.11 (faults and their priority);
 * the same in DDI 0406C, B3.6, B3.7; there B3.10.1 also has "Using
 * break-before-make when updating translation table entries".  For the bits
 * that are software's: Linux 6.12, arch/arm/include/asm/pgtable-3level.h
 * (L_PTE_*, L_PMD_SECT_*, set_pmd_at()) and arch/arm/mm/proc-v7-3level.S
 * (cpu_v7_set_pte_ext).
 *
 * PL1&0, stage 1, TTBR0 for all of 4 GB (TTBCR: EAE = 1, T0SZ = 0, T2E = 0);
 * SCTLR: WXN, UWXN, EE = 0, AFE is as if 1 whatever it is.  MAIR as in
 * docs/formats.md.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* Descriptor types, bits 1:0; attributes of blocks and pages. */
#define LPAE_VALID	(UINT64_C(1) << 0)
#define LPAE_TYPE	(UINT64_C(1) << 1)	/* table or page; 0: block */
#define LPAE_INDX_SHIFT	2			/* AttrIndx 4:2 */
#define LPAE_AP1	(UINT64_C(1) << 6)	/* PL0 may access */
#define LPAE_AP2	(UINT64_C(1) << 7)	/* read-only */
#define LPAE_AF		(UINT64_C(1) << 10)
#define LPAE_NG		(UINT64_C(1) << 11)
#define LPAE_PXN	(UINT64_C(1) << 53)	/* not executed at PL1 */
#define LPAE_XN		(UINT64_C(1) << 54)	/* not executed at all */
/* 58:55 are reserved for software. */
#define LPAE_DIRTY	(UINT64_C(1) << 55)
#define LPAE_SPECIAL	(UINT64_C(1) << 56)	/* soft0 */
#define LPAE_NONE	(UINT64_C(1) << 57)	/* PROT_NONE */
#define LPAE_RDONLY	(UINT64_C(1) << 58)

/* Attributes of table descriptors. */
#define LPAE_PXNTABLE	(UINT64_C(1) << 59)
#define LPAE_XNTABLE	(UINT64_C(1) << 60)
#define LPAE_APTABLE0	(UINT64_C(1) << 61)	/* no access at PL0 */
#define LPAE_APTABLE1	(UINT64_C(1) << 62)	/* no writes */

/*
 * Addresses are 39:12; 47:40 must be zero, else it is an Address size fault.
 * So they count as address bits of a machine with 40.
 */
#define LPAE_ADDRESS UINT64_C(0x0000fffffffff000)

/* A memory type that types.h has no word for (AttrIndx 4..7). */
#define LPAE_MEM_OTHER 7u

static const uint8_t lpae_mair[8] = {
	PT_MEM_UC,	PT_MEM_WC,	PT_MEM_WT,	PT_MEM_WB,
	LPAE_MEM_OTHER, LPAE_MEM_OTHER, LPAE_MEM_OTHER, LPAE_MEM_OTHER,
};

/*
 * W is software's word.  PXN is set in user pages and clear in kernel pages; a
 * kernel page that has it is not executable, a user page that lacks it loses
 * something here, not in translate().
 */
static inline uint32_t lpae_attrs(uint64_t raw)
{
	unsigned index = (unsigned)(raw >> LPAE_INDX_SHIFT) & 7;
	uint64_t never = raw & LPAE_AP1 ? LPAE_XN : LPAE_XN | LPAE_PXN;

	return PT_R | (raw & LPAE_RDONLY ? 0 : PT_W) |
	       (raw & never ? 0 : PT_X) | (raw & LPAE_AP1 ? PT_USER : 0) |
	       (raw & LPAE_NG ? 0 : PT_GLOBAL) |
	       (raw & LPAE_AF ? PT_ACCESSED : 0) |
	       (raw & LPAE_DIRTY ? PT_DIRTY : 0) |
	       (raw & LPAE_SPECIAL ? PT_SOFT0 : 0) |
	       (uint32_t)lpae_mair[index] << PT_MEMTYPE_SHIFT;
}

/* AP[2] is clear exactly in dirty writable pages; PROT_NONE is never valid. */
static inline bool lpae_follows(uint64_t raw)
{
	bool writes = (raw & LPAE_DIRTY) && !(raw & LPAE_RDONLY);
	bool read_only = raw & LPAE_AP2;

	return read_only == !writes && !(raw & LPAE_NONE);
}

/*
 * A page descriptor's type at the third level; the same bits above it are a
 * table's.  Type 01 there is "reserved, invalid".
 */
static inline bool lpae_reserved_type(unsigned depth, uint64_t raw)
{
	return depth == PT_PTE && (raw & LPAE_VALID) && !(raw & LPAE_TYPE);
}

static inline void lpae_entry(const struct pt_regime *regime, unsigned depth,
			      uint64_t raw, struct mmu_entry *out)
{
	bool type = raw & LPAE_TYPE;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & LPAE_VALID)) {
		out->empty = raw == 0;
		return;
	}
	if (depth != PT_PTE && type) {
		out->class = MMU_TABLE;
		out->pa = raw & LPAE_ADDRESS;
		out->denied = (raw & LPAE_APTABLE0 ? PT_USER : 0) |
			      (raw & LPAE_APTABLE1 ? PT_W : 0) |
			      (raw & LPAE_XNTABLE ? PT_X : 0);
		return;
	}
	out->class = MMU_RESERVED;
	if (lpae_reserved_type(depth, raw) || !lpae_follows(raw))
		return;
	out->class = MMU_LEAF;
	out->pa = raw & LPAE_ADDRESS & ~pt_ones(mmu_shift_4k(depth));
	out->attrs = lpae_attrs(raw);
}

/* To hardware the reserved type is a Translation fault like any other. */
static inline void lpae_around(const struct mmu_walk *walk,
			       struct mmu_entry *entry)
{
	if (lpae_reserved_type(walk->depth, walk->raw))
		entry->class = MMU_INVALID;
}

/* Every page is readable. */
static bool lpae_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_MEMTYPE_MASK;

	if (depth < PT_PUD || depth > PT_PTE || (attrs & ~known))
		return false;
	return (attrs & PT_R) && pt_attrs_memtype(attrs) < PT_MEMTYPES;
}

/*
 * The Access flag comes first.  PL1 has the page's data whoever owns it, PL0
 * its own pages as long as no table above takes them away, and with them the
 * right to execute.  PL1 executes no user page (PXN), also where APTable took
 * the page from the user.  A writable clean page is read-only to hardware, and
 * Linux finds out there that it is written.
 */
static enum pt_word lpae_permits(const struct pt_regime *regime,
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
	if (access == PT_EXEC) {
		bool others = privilege == PT_AS_KERNEL && (attrs & PT_USER);

		return (rights & PT_X) && !others ? PT_V_OK : PT_V_PERMISSION;
	}
	if (access == PT_READ)
		return PT_V_OK;
	if (!(rights & PT_W))
		return PT_V_PERMISSION;
	return attrs & PT_DIRTY ? PT_V_OK : PT_V_DIRTY;
}

/*
 * G5.7: effective AP[2:1], XN, PXN after all table descriptors, writes aside:
 * those are judged with software's read-only bit in the place of AP[2].
 */
static inline unsigned lpae_allowed(uint64_t raw, uint64_t hierarchy)
{
	bool ap1 = (raw & LPAE_AP1) && !(hierarchy & LPAE_APTABLE0);
	bool w = !(raw & LPAE_RDONLY) && !(hierarchy & LPAE_APTABLE1);
	bool xn = (raw & LPAE_XN) || (hierarchy & LPAE_XNTABLE);
	bool pxn = (raw & LPAE_PXN) || (hierarchy & LPAE_PXNTABLE);
	unsigned allowed = mmu_may(PT_AS_KERNEL, PT_READ);

	allowed |= ap1 ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= ap1 && w ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= ap1 && !xn ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= w ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= !xn && !pxn ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

/* AP[2] follows: what may be written and is read-only is clean. */
static inline void lpae_leaf(const struct mmu_walk *walk,
			     const struct mmu_entry *entry,
			     struct mmu_outcome *out)
{
	enum pt_word otherwise[PT_ACCESSES] = { PT_V_OK, PT_V_OK, PT_V_OK };

	if (!(entry->attrs & PT_ACCESSED)) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	if (walk->raw & LPAE_AP2)
		otherwise[PT_WRITE] = PT_V_DIRTY;
	mmu_leaf_verdicts(out, walk->depth,
			  lpae_allowed(walk->raw, walk->above), otherwise);
}

/*
 * TTBR0: the table of four entries is at 39:5; what of 47:40 is set is an
 * Address size fault before anything is read.
 */
static const struct mmu_rules lpae_rules = {
	.root = UINT64_C(0x0000ffffffffffe0),
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_ROOT_TABLE_LEAF,
	.index = mmu_index_4k,
	.load = mmu_load_little64,
	.entry = lpae_entry,
	.around = lpae_around,
	.leaf = lpae_leaf,
};

static void lpae_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&lpae_rules, arch, memory, regime, space, va, out);
}

#define LPAE_DENIABLE (PT_W | PT_X | PT_USER)
#define LPAE_KINDS    (1u << PT_PROTNONE)

/*
 * A block keeps what PROT_NONE's page keeps, with the valid bit cleared.
 * pmd_mkinvalid() clears that bit alone, and is no PROT_NONE without bit 57;
 * set_pmd_at() then sets nG.  A swap entry of Linux has 32 bits and its offset
 * 24: no room for the number of a page beyond 2^36, be it swapped or migrating.
 */
const struct mmu_arch mmu_arm_lpae = {
	.format = "arm-lpae",
	.source = "Arm ARM DDI 0487, G5.5, G5.7, G5.11; Linux 6.12 "
		  "arch/arm/include/asm/pgtable-3level.h",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.walks = true,
	.break_before_make = true,
	.grade = MMU_HARDWARE,
	.controls = PT_REGIME_ARM_AFE,	/* which changes nothing */
	.level = {
		[PT_PUD] = { .va_shift = 30, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .deniable = LPAE_DENIABLE,
			     .kinds = LPAE_KINDS },
		[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .deniable = LPAE_DENIABLE,
			     .kinds = LPAE_KINDS | 1u << PT_INVALID_HUGE },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true,
			     .kinds = LPAE_KINDS | 1u << PT_MARKER },
	},
	.representable = lpae_representable,
	.entry = lpae_entry,
	.permits = lpae_permits,
	.translate = lpae_translate,
};
