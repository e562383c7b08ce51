/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SH-4 and SH-X2 (extended TLB): second reading.
 *
 * Source: SH-4 Software Manual (REJ09B0318), section 3 "Memory Management
 * Unit": PTEL (PPN, V, SZ, PR, C, D, SH, WT), initial page write and
 * protection violation exceptions; SH7785 Hardware Manual (REJ09B0261),
 * section 7, TLB extended mode (PTEA: EPR, ESZ); Linux 6.12,
 * arch/sh/mm/tlbex_32.c, handle_tlbmiss() (the walk; V; a write needs
 * pte_write()), tlb-sh4.c, __update_tlb() (which bits reach the TLB),
 * asm/pgtable_32.h, pgtable-2level.h, pgtable-3level.h, page.h (pgd_t, pmd_t
 * and pte_t of X2TLB: 8 bytes each).
 *
 * D is the hardware's: a write to a clean page is an initial page write
 * exception, verdict dirty. Accessed is software's, and no bit follows.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

#define SH_WT	    UINT64_C(0x001)
#define SH_SH	    UINT64_C(0x002)	/* any ASID */
#define SH_D	    UINT64_C(0x004)
#define SH_C	    UINT64_C(0x008)
#define SH_SZ0	    UINT64_C(0x010)	/* SZ 01: 4 KiB */
#define SH_PR0	    UINT64_C(0x020)	/* writable */
#define SH_PR1	    UINT64_C(0x040)	/* user */
#define SH_SZ1	    UINT64_C(0x080)
#define SH_V	    UINT64_C(0x100)
#define SH_ACCESSED UINT64_C(0x400)	/* software; 0x200, 0x800 too */
#define SH_PPN	    UINT64_C(0x1ffff000)
#define SH_SPACE    UINT64_C(0xe0000000)	/* goes to PTEA.TC and SA */

/* PTEA in the upper word. */
#define SHX2_ESZ (UINT64_C(0x0f0) << 32)
#define SHX2_4K	 (UINT64_C(0x010) << 32)	/* ESZ 0001 */
#define SHX2_UX	 (UINT64_C(0x0100) << 32)	/* EPR: user X, W, R */
#define SHX2_UW	 (UINT64_C(0x0200) << 32)
#define SHX2_UR	 (UINT64_C(0x0400) << 32)
#define SHX2_KX	 (UINT64_C(0x0800) << 32)	/* privileged X, W, R */
#define SHX2_KW	 (UINT64_C(0x1000) << 32)
#define SHX2_KR	 (UINT64_C(0x2000) << 32)
#define SHX2_USER (SHX2_UX | SHX2_UW | SHX2_UR)
#define SHX2_PPN UINT64_C(0xfffff000)

/* P1. */
#define SH_BASE UINT64_C(0x80000000)

static inline uint32_t sh_memtype(uint64_t raw)
{
	if (raw & SH_C)
		return raw & SH_WT ? PT_MEM_WT : PT_MEM_WB;
	return raw & SH_WT ? REFILL_MEM_OTHER : PT_MEM_UC;
}

static inline uint32_t sh_flags(uint64_t raw)
{
	return (raw & SH_SH ? PT_GLOBAL : 0) |
	       (raw & SH_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & SH_D ? PT_DIRTY : 0) |
	       sh_memtype(raw) << PT_MEMTYPE_SHIFT;
}

/* A pointer (P1 address of a page) of the upper tables. */
static inline void sh_table_entry(uint64_t raw, struct mmu_entry *out)
{
	out->empty = raw == 0;
	if (raw)
		refill_pointer(raw, SH_BASE, 29, 12, out);
}

/* Bits 31:29 of a pte are no address but a kind of space: not described. */
static inline void sh4_entry(const struct pt_regime *regime, unsigned depth,
			     uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth < PT_PTE) {
		sh_table_entry(raw, out);
		return;
	}
	out->empty = raw == 0;
	if (!(raw & SH_V))
		return;
	if ((raw & SH_SPACE) || (raw & (SH_SZ0 | SH_SZ1)) != SH_SZ0) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & SH_PPN;
	out->attrs = PT_R | PT_X | (raw & SH_PR0 ? PT_W : 0) |
		     (raw & SH_PR1 ? PT_USER : 0) | sh_flags(raw);
}

/*
 * A user page has the same three rights for both, a kernel page none for the
 * user.  The upper half of ptes is PTEA; the compatible PR and SZ below are
 * masked out.
 */
static inline void shx2_entry(const struct pt_regime *regime, unsigned depth,
			      uint64_t raw, struct mmu_entry *out)
{
	uint64_t user = raw & SHX2_USER;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth < PT_PTE) {
		sh_table_entry(raw, out);
		return;
	}
	out->empty = raw == 0;
	if (!(raw & SH_V))
		return;
	if ((raw & SHX2_ESZ) != SHX2_4K ||
	    (user && user != (raw >> 3 & SHX2_USER))) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & SHX2_PPN;
	out->attrs = (raw & SHX2_KR ? PT_R : 0) | (raw & SHX2_KW ? PT_W : 0) |
		     (raw & SHX2_KX ? PT_X : 0) | (user ? PT_USER : 0) |
		     sh_flags(raw);
}

static bool sh_flags_representable(uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	return !(attrs & ~known) && (type == PT_MEM_WB || type == PT_MEM_WT ||
				     type == PT_MEM_UC);
}

/* PR has four values; what can be read can be executed. */
static bool sh4_representable(unsigned depth, uint32_t attrs)
{
	return depth == PT_PTE && sh_flags_representable(attrs) &&
	       (attrs & PT_R) && (attrs & PT_X);
}

/* A user right tells a user page.  WT is not described: docs/formats.md. */
static bool shx2_representable(unsigned depth, uint32_t attrs)
{
	return depth == PT_PTE && sh_flags_representable(attrs) &&
	       pt_attrs_memtype(attrs) != PT_MEM_WT &&
	       (!(attrs & PT_USER) || (attrs & (PT_R | PT_W | PT_X)));
}

static enum pt_word sh_permits(const struct pt_regime *regime, uint32_t attrs,
			       uint32_t denied, enum pt_access access,
			       enum pt_privilege privilege)
{
	(void)regime;
	if (!refill_suffices(attrs & ~denied, access, privilege))
		return PT_V_PERMISSION;
	return access == PT_WRITE && !(attrs & PT_DIRTY) ? PT_V_DIRTY : PT_V_OK;
}

/* Protection violation has priority over initial page write. */
static inline void sh_judge(const struct mmu_walk *walk, unsigned allowed,
			    struct mmu_outcome *out)
{
	enum pt_word otherwise[PT_ACCESSES] = { PT_V_OK, PT_V_OK, PT_V_OK };

	if (!(walk->raw & SH_D))
		otherwise[PT_WRITE] = PT_V_DIRTY;
	mmu_leaf_verdicts(out, walk->depth, allowed, otherwise);
}

static inline void sh4_leaf(const struct mmu_walk *walk,
			    const struct mmu_entry *entry,
			    struct mmu_outcome *out)
{
	(void)entry;
	sh_judge(walk, refill_allowed(true, walk->raw & SH_PR0, true,
				      walk->raw & SH_PR1), out);
}

static inline void shx2_leaf(const struct mmu_walk *walk,
			     const struct mmu_entry *entry,
			     struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	unsigned allowed = 0;

	(void)entry;
	allowed |= raw & SHX2_UR ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= raw & SHX2_UW ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= raw & SHX2_UX ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= raw & SHX2_KR ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= raw & SHX2_KW ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= raw & SHX2_KX ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	sh_judge(walk, allowed, out);
}

static inline uint64_t sh4_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 12 & 1023 : va >> 22 & 511;
}

/* PGDIR_SHIFT is 30: two of the root's entries are the user's. */
static inline uint64_t shx2_index(unsigned depth, uint64_t va)
{
	return depth == PT_PUD ? va >> 30 & 1 : mmu_index_4k(depth, va);
}

static const struct mmu_rules sh4_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = sh4_index,
	.load = mmu_load_little32,
	.entry = sh4_entry,
	.leaf = sh4_leaf,
};

static const struct mmu_rules shx2_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = shx2_index,
	.load = mmu_load_little64,
	.entry = shx2_entry,
	.leaf = shx2_leaf,
};

static void sh4_translate(const struct mmu_arch *arch,
			  const struct pt_memory *memory,
			  const struct pt_regime *regime, unsigned space,
			  uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&sh4_rules, arch, memory, regime, space, va, out);
}

static void shx2_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&shx2_rules, arch, memory, regime, space, va, out);
}

/* PROT_NONE: V clear, bit 9 set, on both. */
const struct mmu_arch mmu_sh4 = {
	.format = "sh4",
	.source = "SH-4 Software Manual, section 3; Linux 6.12 arch/sh/mm",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 31,
	.va_word_bits = 32,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 9, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true, .kinds = MMU_KINDS_PAGE },
	},
	.representable = sh4_representable,
	.entry = sh4_entry,
	.permits = sh_permits,
	.translate = sh4_translate,
};

const struct mmu_arch mmu_sh4_x2tlb = {
	.format = "sh4-x2tlb",
	.source = "SH7785 Hardware Manual, section 7; Linux 6.12 arch/sh/mm",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 31,
	.va_word_bits = 32,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PUD] = { .va_shift = 30, .index_bits = 1, .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = MMU_KINDS_PAGE },
	},
	.representable = shx2_representable,
	.entry = shx2_entry,
	.permits = sh_permits,
	.translate = shx2_translate,
};
