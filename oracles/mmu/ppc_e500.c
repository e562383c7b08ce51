/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * e500, 64-bit and 32-bit with 64-bit entries: second reading.
 *
 * Source: Linux 6.12, arch/powerpc: 64-bit mm/nohash/tlb_low_64e.S,
 * data_tlb_miss_bolted, instruction_tlb_miss_bolted and what they branch to;
 * 32-bit kernel/head_85xx.S, DataTLBError, InstructionTLBError, FIND_PTE and
 * finish_tlb_load with CONFIG_PTE_64BIT.  The entry goes into MAS2, MAS3 and
 * MAS7 of the TLB (EREF: EIS MMU Assist registers); its bits are those of
 * nohash/pte-e500.h.  KUAP is off.
 *
 * A miss on a page that is not ACCESSED is refused before any right is looked
 * at.  UW and SW of a page that is not DIRTY do not reach the TLB.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "powerpc.h"

#define E500_PRESENT   UINT64_C(0x000001)
/* Base access permissions; S the supervisor's, U the user's. */
#define E500_SR	       UINT64_C(0x000004)
#define E500_UR	       UINT64_C(0x000008)
#define E500_SW	       UINT64_C(0x000010)
#define E500_UW	       UINT64_C(0x000020)
#define E500_SX	       UINT64_C(0x000040)
#define E500_UX	       UINT64_C(0x000080)
#define E500_USER      (E500_UR | E500_UW | E500_UX)
#define E500_PSIZE     UINT64_C(0x000f00)
#define E500_PSIZE_4K  UINT64_C(0x000100)
#define E500_DIRTY     UINT64_C(0x001000)
#define E500_ACCESSED  UINT64_C(0x040000)
/*
 * E, G, I, W of MAS2.  M (0x200000), which types.h has no word for, U0 to U3
 * (0x3c000) and the software bits 0x2000, 0x2 may be anything.
 */
#define E500_ENDIAN    UINT64_C(0x080000)
#define E500_GUARDED   UINT64_C(0x100000)
#define E500_NO_CACHE  UINT64_C(0x400000)
#define E500_WRITETHRU UINT64_C(0x800000)
#define E500_RPN_SHIFT 24

/* Tables are pointed to by the kernel's address: base and bits of pa. */
#define E500_64_BASE  UINT64_C(0xc000000000000000)
#define E500_64_BITS  46
#define E500_32_BASE  UINT64_C(0xc0000000)
#define E500_32_BITS  30

/* W, I and G as a memory type; PT_MEMTYPES: none of those described. */
static inline unsigned e500_memtype(uint64_t raw)
{
	uint64_t wig = raw & (E500_WRITETHRU | E500_NO_CACHE | E500_GUARDED);

	if (wig == 0)
		return PT_MEM_WB;
	if (wig == E500_WRITETHRU)
		return PT_MEM_WT;
	return wig == (E500_NO_CACHE | E500_GUARDED) ? PT_MEM_UC : PT_MEMTYPES;
}

/*
 * A page is the user's where user code has any right.  The supervisor then
 * reads and writes what the user does, and executes nothing.
 */
static inline bool e500_permissions_sound(uint64_t raw)
{
	if (!(raw & E500_USER))
		return true;
	return !(raw & E500_SR) == !(raw & E500_UR) &&
	       !(raw & E500_SW) == !(raw & E500_UW) && !(raw & E500_SX);
}

static inline uint32_t e500_attrs(uint64_t raw)
{
	bool user = raw & E500_USER;

	return (user ? PT_USER : 0) |
	       (raw & (user ? E500_UR : E500_SR) ? PT_R : 0) |
	       (raw & (user ? E500_UW : E500_SW) ? PT_W : 0) |
	       (raw & (user ? E500_UX : E500_SX) ? PT_X : 0) |
	       (raw & E500_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & E500_DIRTY ? PT_DIRTY : 0) |
	       e500_memtype(raw) << PT_MEMTYPE_SHIFT;
}

static inline void e500_leaf_entry(uint64_t raw, struct mmu_entry *out)
{
	out->class = MMU_RESERVED;
	if ((raw & E500_PSIZE) != E500_PSIZE_4K || (raw & E500_ENDIAN) ||
	    e500_memtype(raw) == PT_MEMTYPES || !e500_permissions_sound(raw))
		return;
	out->class = MMU_LEAF;
	out->pa = raw >> E500_RPN_SHIFT << 12;
	out->attrs = e500_attrs(raw);
}

static inline bool e500_memtype_known(uint32_t attrs)
{
	unsigned type = pt_attrs_memtype(attrs);

	return type == PT_MEM_WB || type == PT_MEM_UC || type == PT_MEM_WT;
}

#define E500_KNOWN \
	(PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK)

/*
 * The bits could say any rights; the conventions keep to those of the header's
 * constants: without R nothing but X, and that for the user only.  A page
 * without any is nobody's.
 */
static bool e500_representable(unsigned depth, uint32_t attrs)
{
	uint32_t rights = attrs & PT_RIGHTS;

	return depth == PT_PTE && !(attrs & ~E500_KNOWN) &&
	       e500_memtype_known(attrs) &&
	       ((rights & PT_R) || !rights || rights == (PT_X | PT_USER));
}

static enum pt_word e500_64_permits(const struct pt_regime *regime,
				    uint32_t attrs, uint32_t denied,
				    enum pt_access access,
				    enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;
	bool user_page = rights & PT_USER;

	(void)regime;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (privilege == PT_AS_USER ? !user_page :
				      user_page && access == PT_EXEC)
		return PT_V_PERMISSION;
	if (!(rights & powerpc_right(access)))
		return PT_V_PERMISSION;
	return access == PT_WRITE && !(attrs & PT_DIRTY) ? PT_V_DIRTY : PT_V_OK;
}

static enum pt_word e500_32_permits(const struct pt_regime *regime,
				    uint32_t attrs, uint32_t denied,
				    enum pt_access access,
				    enum pt_privilege privilege)
{
	/* The handler refuses all data misses where SR is clear. */
	uint32_t useful = attrs & PT_R ? attrs : attrs & ~PT_W;

	return e500_64_permits(regime, useful, denied, access, privilege);
}

/* What of raw is in the TLB; SW and UW as if the page were dirty. */
static inline void e500_verdicts(const struct mmu_walk *walk, uint64_t raw,
				 struct mmu_outcome *out)
{
	const enum pt_word otherwise[PT_ACCESSES] = {
		PT_V_OK, raw & E500_DIRTY ? PT_V_OK : PT_V_DIRTY, PT_V_OK,
	};
	unsigned allowed;

	if (!(raw & E500_ACCESSED)) {
		mmu_all_verdicts(out, PT_V_ACCESS, (int)walk->depth);
		return;
	}
	allowed = powerpc_set(PT_AS_USER, raw & E500_UR, raw & E500_UW,
			      raw & E500_UX) |
		  powerpc_set(PT_AS_KERNEL, raw & E500_SR, raw & E500_SW,
			      raw & E500_SX);
	mmu_leaf_verdicts(out, walk->depth, allowed, otherwise);
}

/*
 *			64-bit
 */

/*
 * Above the page table a negative number points on, as the handlers' cmpdi and
 * bge have it; 0 is none, and a positive number would be a huge page.
 */
static inline void e500_64_entry(const struct pt_regime *regime, unsigned depth,
				 uint64_t raw, struct mmu_entry *out)
{
	/* Lengths of the tables that an entry of this depth points to. */
	static const uint16_t bytes[PT_DEPTHS] = { 0, 4096, 1024, 4096, 0 };
	uint64_t pa = raw - E500_64_BASE;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (depth == PT_PTE) {
		if (raw & E500_PRESENT)
			e500_leaf_entry(raw, out);
		return;
	}
	if (raw == 0)
		return;
	out->class = MMU_RESERVED;
	if (pa & ~pt_ones(E500_64_BITS) || pa & (bytes[depth] - UINT64_C(1)))
		return;
	out->class = MMU_TABLE;
	out->pa = pa;
}

static inline void e500_64_leaf(const struct mmu_walk *walk,
				const struct mmu_entry *entry,
				struct mmu_outcome *out)
{
	(void)entry;
	e500_verdicts(walk, walk->raw, out);
}

static inline uint64_t e500_64_index(unsigned depth, uint64_t va)
{
	static const uint8_t shift[PT_DEPTHS] = { 0, 37, 28, 21, 12 };

	return va >> shift[depth] & (depth == PT_PMD ? 127 : 511);
}

static const struct mmu_rules e500_64_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = e500_64_index,
	.load = mmu_load_big64,
	.entry = e500_64_entry,
	.leaf = e500_64_leaf,
};

static void e500_64_translate(const struct mmu_arch *arch,
			      const struct pt_memory *memory,
			      const struct pt_regime *regime, unsigned space,
			      uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&e500_64_rules, arch, memory, regime, space, va, out);
}

/* PAGE_NONE is a leaf without rights. */
#define E500_KINDS (1u << PT_MIGRATION | 1u << PT_SWAP | 1u << PT_MARKER)

const struct mmu_arch mmu_ppc64_e500 = {
	.format = "ppc64-e500",
	.source = "Linux 6.12 tlb_low_64e.S, bolted handlers",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 46,
	.va_word_bits = 64,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_P4D] = { .va_shift = 37, .index_bits = 9, .entry_bytes = 8 },
		[PT_PUD] = { .va_shift = 28, .index_bits = 9, .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 7, .entry_bytes = 8 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = E500_KINDS },
	},
	.representable = e500_representable,
	.entry = e500_64_entry,
	.permits = e500_64_permits,
	.translate = e500_64_translate,
};

/*
 *			32-bit
 */

/*
 * FIND_PTE steps through the root by 8 bytes and loads the low word of each
 * entry; it gives up where the address part is 0.  The low 12 bits would make it
 * a huge page, or are pmd_bad().  pte_none() never looks at the
 * high word.
 */
static inline void e500_32_entry(const struct pt_regime *regime, unsigned depth,
				 uint64_t raw, struct mmu_entry *out)
{
	uint32_t pointer;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth == PT_PTE) {
		out->empty = (raw & UINT32_MAX) == 0;
		if (raw & E500_PRESENT)
			e500_leaf_entry(raw, out);
		return;
	}
	out->empty = raw == 0;
	if (raw == 0)
		return;
	out->class = MMU_RESERVED;
	pointer = (uint32_t)raw;
	if (pointer < E500_32_BASE || pointer & 0xfff)
		return;
	out->class = MMU_TABLE;
	out->pa = pointer - E500_32_BASE;
}

/* A load and a store want SR before anything, also the user's. */
static inline void e500_32_leaf(const struct mmu_walk *walk,
				const struct mmu_entry *entry,
				struct mmu_outcome *out)
{
	uint64_t data = E500_SR | E500_UR | E500_SW | E500_UW;
	uint64_t raw = walk->raw;

	(void)entry;
	e500_verdicts(walk, raw & E500_SR ? raw : raw & ~data, out);
}

static inline uint64_t e500_32_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 12 & 511 : va >> 21 & 2047;
}

static const struct mmu_rules e500_32_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = e500_32_index,
	.load = mmu_load_big64,
	.entry = e500_32_entry,
	.leaf = e500_32_leaf,
};

static void e500_32_translate(const struct mmu_arch *arch,
			      const struct pt_memory *memory,
			      const struct pt_regime *regime, unsigned space,
			      uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&e500_32_rules, arch, memory, regime, space, va, out);
}

_Static_assert(E500_32_BASE + (UINT64_C(1) << E500_32_BITS) ==
		       UINT64_C(1) << 32,
	       "any pointer from the base on is in range");

const struct mmu_arch mmu_ppc_e500 = {
	.format = "ppc-e500",
	.source = "Linux 6.12 head_85xx.S, TLB error handlers",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PMD] = { .va_shift = 21, .index_bits = 11, .entry_bytes = 8 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = E500_KINDS },
	},
	.representable = e500_representable,
	.entry = e500_32_entry,
	.permits = e500_32_permits,
	.translate = e500_32_translate,
};
