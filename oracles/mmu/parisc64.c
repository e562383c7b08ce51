/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * PA-RISC 2.0, 64-bit kernel, 4-KB pages: second reading.
 *
 * Source: Linux 6.12, arch/parisc/kernel/entry.S: L3_ptep and L2_ptep (the
 * walk), ptl_lock (present), make_insert_tlb (access rights and flags of the
 * TLB entry), update_dirty; bits in asm/pgtable.h; PA-RISC 2.0 Architecture
 * (Kane), chapter 3: "Access Control", the access rights types and PL1, PL2;
 * B, D, T, U bits.
 *
 * WRITE, EXEC and GATEWAY are the type, READ is the upper bit of PL1, USER sets
 * PL1's lower bit and PL2 to 3.  The kernel is at level 0, the user at 3.  A
 * write with D clear is a TLB dirty bit trap, after all others.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

#define PARISC_READ	UINT64_C(0x001)
#define PARISC_WRITE	UINT64_C(0x002)
#define PARISC_EXEC	UINT64_C(0x004)
#define PARISC_GATEWAY	UINT64_C(0x008)
#define PARISC_DIRTY	UINT64_C(0x020)	/* D */
#define PARISC_REFTRAP	UINT64_C(0x040)	/* T: page reference trap */
#define PARISC_NO_CACHE UINT64_C(0x080)	/* U */
/*
 * Software.  With CONFIG_HUGETLB_PAGE bit 0x10, B of the TLB, is Linux's
 * special and never gets there (make_insert_tlb).
 */
#define PARISC_ACCESSED UINT64_C(0x100)
#define PARISC_PRESENT	UINT64_C(0x200)
#define PARISC_HUGE	UINT64_C(0x400)
#define PARISC_USER	UINT64_C(0x800)

/* Entries of pud and pmd: PxD flags, and the address shifted right by 8. */
#define PARISC_PXD_PRESENT UINT64_C(0x1)
#define PARISC_PXD_VALID   UINT64_C(0x2)
#define PARISC_PXD_FLAGS   UINT64_C(0xf)
#define PARISC_PXD_SHIFT   8

/* The handlers look at PRESENT alone; pmd_bad() and pud_bad() at VALID. */
static inline void parisc_table_entry(uint64_t raw, struct mmu_entry *out)
{
	out->empty = raw == 0;
	if (!(raw & PARISC_PXD_PRESENT))
		return;
	out->class = raw & PARISC_PXD_VALID ? MMU_TABLE : MMU_RESERVED;
	out->pa = (raw & ~PARISC_PXD_FLAGS) << PARISC_PXD_SHIFT;
}

/*
 * What the access rights come to for whom the page is for.  PL1 without READ is
 * 1 in a user's page, whose fetches it denies with the reads; in the kernel's
 * it is 0 and denies nothing.  A user's page without rights is PAGE_NONE.
 */
static inline uint32_t parisc_rights(uint64_t raw)
{
	uint32_t rights = (raw & PARISC_WRITE ? PT_W : 0) |
			  (raw & PARISC_EXEC ? PT_X : 0);

	if (!(raw & PARISC_USER))
		return rights | PT_R;
	if (raw & PARISC_READ)
		return rights | PT_R | PT_USER;
	return rights & PT_W ? PT_W | PT_USER : 0;
}

static inline uint32_t parisc_attrs(uint64_t raw)
{
	uint32_t type = raw & PARISC_NO_CACHE ? PT_MEM_UC : PT_MEM_WB;

	return parisc_rights(raw) | (raw & PARISC_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & PARISC_DIRTY ? PT_DIRTY : 0) | type << PT_MEMTYPE_SHIFT;
}

/* Promotion, the reference trap and another page size have no neutral word. */
static inline void parisc_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth < PT_PTE) {
		parisc_table_entry(raw, out);
		return;
	}
	out->empty = raw == 0;
	if (!(raw & PARISC_PRESENT))
		return;
	if (raw & (PARISC_GATEWAY | PARISC_REFTRAP | PARISC_HUGE)) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & ~UINT64_C(0xfff);
	out->attrs = parisc_attrs(raw);
}

static bool parisc_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if (depth != PT_PTE || (attrs & ~known) ||
	    (type != PT_MEM_WB && type != PT_MEM_UC))
		return false;
	switch (attrs & PT_RIGHTS) {
	case 0:
	case PT_W | PT_USER:
		return true;
	default:
		return attrs & PT_R;
	}
}

/*
 * The kernel reads everything, writes what is writable, executes its own
 * pages.  The user needs R to execute too.
 */
static enum pt_word parisc_permits(const struct pt_regime *regime,
				   uint32_t attrs, uint32_t denied,
				   enum pt_access access,
				   enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;
	bool user_page = rights & PT_USER;
	bool ok;

	(void)regime;
	if (privilege == PT_AS_KERNEL)
		ok = access == PT_READ	? true :
		     access == PT_WRITE ? rights & PT_W :
					  (rights & PT_X) && !user_page;
	else
		ok = refill_suffices(rights, access, privilege) &&
		     (access != PT_EXEC || (rights & PT_R));
	if (!ok)
		return PT_V_PERMISSION;
	return access == PT_WRITE && !(attrs & PT_DIRTY) ? PT_V_DIRTY : PT_V_OK;
}

/* "Access Control": types 0 to 3, at one privilege level. */
static inline unsigned parisc_allowed(uint64_t raw, unsigned level,
				      enum pt_privilege privilege)
{
	unsigned pl1 = (raw & PARISC_READ ? 2u : 0) |
		       (raw & PARISC_USER ? 1u : 0);
	unsigned pl2 = raw & PARISC_USER ? 3 : 0;
	unsigned allowed = 0;

	if (level <= pl1)
		allowed |= mmu_may(privilege, PT_READ);
	if ((raw & PARISC_WRITE) && level <= pl2)
		allowed |= mmu_may(privilege, PT_WRITE);
	if ((raw & PARISC_EXEC) && pl2 <= level && level <= pl1)
		allowed |= mmu_may(privilege, PT_EXEC);
	return allowed;
}

static inline void parisc_leaf(const struct mmu_walk *walk,
			       const struct mmu_entry *entry,
			       struct mmu_outcome *out)
{
	enum pt_word otherwise[PT_ACCESSES] = { PT_V_OK, PT_V_OK, PT_V_OK };

	(void)entry;
	if (!(walk->raw & PARISC_DIRTY))
		otherwise[PT_WRITE] = PT_V_DIRTY;
	mmu_leaf_verdicts(out, walk->depth,
			  parisc_allowed(walk->raw, 3, PT_AS_USER) |
				  parisc_allowed(walk->raw, 0, PT_AS_KERNEL),
			  otherwise);
}

static inline uint64_t parisc_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 12 & 511 :
	       depth == PT_PMD ? va >> 21 & 2047 :
				 va >> 32 & 1023;
}

static inline bool parisc_load(const struct pt_memory *memory, unsigned depth,
			       uint64_t table, uint64_t index, uint64_t *raw)
{
	return depth == PT_PTE ?
		       mmu_load_big64(memory, depth, table, index, raw) :
		       mmu_load_big32(memory, depth, table, index, raw);
}

static const struct mmu_rules parisc_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = parisc_index,
	.load = parisc_load,
	.entry = parisc_entry,
	.leaf = parisc_leaf,
};

static void parisc_translate(const struct mmu_arch *arch,
			     const struct pt_memory *memory,
			     const struct pt_regime *regime, unsigned space,
			     uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&parisc_rules, arch, memory, regime, space, va, out);
}

/* PROT_NONE is a present user page without rights. */
const struct mmu_arch mmu_parisc64 = {
	.format = "parisc64",
	.source = "Linux 6.12 arch/parisc/kernel/entry.S; PA-RISC 2.0, 3",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 42,
	.va_word_bits = 64,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PUD] = { .va_shift = 32, .index_bits = 10, .entry_bytes = 4 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 11, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true,
			     .kinds = 1u << PT_SWAP | 1u << PT_MIGRATION |
				      1u << PT_MARKER },
	},
	.representable = parisc_representable,
	.entry = parisc_entry,
	.permits = parisc_permits,
	.translate = parisc_translate,
};
