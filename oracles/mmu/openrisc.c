/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * OpenRISC 1000, 8-KB pages: second reading.
 *
 * Source: Linux 6.12, arch/openrisc/kernel/head.S, dtlb_miss_handler and
 * itlb_miss_handler (DTLB_UP_CONVERT_MASK 0x3fa, ITLB_UP_CONVERT_MASK 0x3a,
 * itlb_tr_fill_workaround); bits, *_none(), pmd_bad(): asm/pgtable.h; OpenRISC
 * 1000 Architecture Manual 1.3, chapter 8 (DTLBWyTR: SWE, SRE, UWE, URE, D, A;
 * ITLBWyTR: UXE, SXE).
 *
 * The DTLB gets the four enable bits as they are. The ITLB gets UXE and SXE
 * together when the pte has any of EXEC, SRE, SWE, URE, UWE: the handler
 * grants fetches of any page that has any right, to the user even of the
 * kernel's pages ("we should not just blindly set executable flags"). D and A
 * are copied; implementations do not act on them (both are optional).
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

#define OR_PRESENT UINT64_C(0x001)
#define OR_CI	   UINT64_C(0x002)
#define OR_WOM	   UINT64_C(0x008)
#define OR_A	   UINT64_C(0x010)
#define OR_D	   UINT64_C(0x020)
#define OR_URE	   UINT64_C(0x040)
#define OR_UWE	   UINT64_C(0x080)
#define OR_SRE	   UINT64_C(0x100)
#define OR_SWE	   UINT64_C(0x200)
#define OR_EXEC	   UINT64_C(0x400)	/* software; 0x800 too: shared */
#define OR_FETCH   (OR_EXEC | OR_SRE | OR_SWE | OR_URE | OR_UWE)

/* _KERNPG_TABLE: PRESENT, A, D, SRE, SWE. */
#define OR_TABLE   UINT64_C(0x331)
#define OR_PAGE	   UINT64_C(0xffffe000)

/* WBC, 4, is in neither mask: the TLB never gets it. */
static inline uint32_t or_memtype(uint64_t raw)
{
	switch (raw & (OR_CI | OR_WOM)) {
	case 0:
		return PT_MEM_WB;
	case OR_CI:
		return PT_MEM_UC;
	default:
		return REFILL_MEM_OTHER;
	}
}

static inline uint32_t or_attrs(uint64_t raw)
{
	return (raw & OR_SRE ? PT_R : 0) | (raw & OR_SWE ? PT_W : 0) |
	       (raw & OR_EXEC ? PT_X : 0) |
	       (raw & (OR_URE | OR_UWE) ? PT_USER : 0) |
	       (raw & OR_A ? PT_ACCESSED : 0) | (raw & OR_D ? PT_DIRTY : 0) |
	       or_memtype(raw) << PT_MEMTYPE_SHIFT;
}

/* A user page has the same enables for both; a kernel page none for the user. */
static inline bool or_enables_known(uint64_t raw)
{
	uint64_t user = raw & (OR_URE | OR_UWE);

	return !user || user == (raw >> 2 & (OR_URE | OR_UWE));
}

static inline void or_entry(const struct pt_regime *regime, unsigned depth,
			    uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (raw == 0)
		return;
	if (depth < PT_PTE) {
		out->class = (raw & ~OR_PAGE) == OR_TABLE ? MMU_TABLE :
							    MMU_RESERVED;
		out->pa = raw & OR_PAGE;
		return;
	}
	if (!(raw & OR_PRESENT))
		return;
	if (!or_enables_known(raw)) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & OR_PAGE;
	out->attrs = or_attrs(raw);
}

/* What tells a user page is a user enable: it can read or write. */
static bool or_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if (depth != PT_PTE || (attrs & ~known))
		return false;
	if ((attrs & PT_USER) && !(attrs & (PT_R | PT_W)))
		return false;
	return type == PT_MEM_WB || type == PT_MEM_UC;
}

static enum pt_word or_permits(const struct pt_regime *regime, uint32_t attrs,
			       uint32_t denied, enum pt_access access,
			       enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;
	bool ok;

	(void)regime;
	if (access == PT_EXEC)
		ok = rights & (PT_R | PT_W | PT_X);
	else
		ok = refill_suffices(rights, access, privilege);
	return ok ? PT_V_OK : PT_V_PERMISSION;
}

static inline void or_leaf(const struct mmu_walk *walk,
			   const struct mmu_entry *entry,
			   struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	unsigned fetch = mmu_may(PT_AS_USER, PT_EXEC) |
			 mmu_may(PT_AS_KERNEL, PT_EXEC);
	unsigned allowed = raw & OR_FETCH ? fetch : 0;

	(void)entry;
	allowed |= raw & OR_URE ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= raw & OR_UWE ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= raw & OR_SRE ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= raw & OR_SWE ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	mmu_rights_verdicts(out, walk->depth, allowed);
}

static inline uint64_t or_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 13 & 2047 : va >> 24 & 255;
}

static const struct mmu_rules or_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = or_index,
	.load = mmu_load_big32,
	.entry = or_entry,
	.leaf = or_leaf,
};

static void or_translate(const struct mmu_arch *arch,
			 const struct pt_memory *memory,
			 const struct pt_regime *regime, unsigned space,
			 uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&or_rules, arch, memory, regime, space, va, out);
}

/* PROT_NONE is a present page without enables. */
const struct mmu_arch mmu_openrisc = {
	.format = "openrisc",
	.source = "Linux 6.12 arch/openrisc/kernel/head.S, TLB miss handlers",
	.top = PT_PMD,
	.page_shift = 13,
	.va_bits = 32,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PMD] = { .va_shift = 24, .index_bits = 8, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 13, .index_bits = 11, .entry_bytes = 4,
			     .leaf = true,
			     .kinds = 1u << PT_SWAP | 1u << PT_MIGRATION |
				      1u << PT_MARKER },
	},
	.representable = or_representable,
	.entry = or_entry,
	.permits = or_permits,
	.translate = or_translate,
};
