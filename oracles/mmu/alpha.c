/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Alpha, 8-KB pages, three levels, OSF/1 PALcode: second reading.
 *
 * Source: Alpha Architecture Reference Manual, 4th edition, II-B (OSF/1)
 * chapter 3 "Memory Management": page table entry, access control, address
 * translation, faults; QEMU target/alpha/helper.c, get_physical_address(),
 * which walks "exactly like PALcode does". The software bits 17 and 18, and
 * what URE, KRE, UWE, KWE stand for: Linux 6.12,
 * arch/alpha/include/asm/pgtable.h, pte_mkyoung(), pte_mkdirty(), PAGE_KERNEL.
 *
 * The superpage (KSEG) is not translated by tables and not described.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

#define ALPHA_V	  (UINT64_C(1) << 0)
#define ALPHA_FOR (UINT64_C(1) << 1)
#define ALPHA_FOW (UINT64_C(1) << 2)
#define ALPHA_FOE (UINT64_C(1) << 3)
#define ALPHA_ASM (UINT64_C(1) << 4)
#define ALPHA_KRE (UINT64_C(1) << 8)
#define ALPHA_URE (UINT64_C(1) << 9)
#define ALPHA_KWE (UINT64_C(1) << 12)
#define ALPHA_UWE (UINT64_C(1) << 13)
#define ALPHA_DIRTY    (UINT64_C(1) << 17)	/* software */
#define ALPHA_ACCESSED (UINT64_C(1) << 18)	/* software */

/* Page frame number 63:32. */
static inline uint64_t alpha_address(uint64_t raw)
{
	return raw >> 32 << 13;
}

/*
 * Linux's user pages have KRE and URE set by ACCESSED, KWE and UWE by DIRTY;
 * its kernel pages have KRE and KWE whatever the software bits say, and
 * neither URE nor UWE.  Nothing else is written, so nothing else has a meaning.
 */
static inline bool alpha_is_kernel(uint64_t raw)
{
	uint64_t enables = ALPHA_KRE | ALPHA_KWE | ALPHA_URE | ALPHA_UWE;

	return (raw & enables) == (ALPHA_KRE | ALPHA_KWE);
}

static inline bool alpha_is_user(uint64_t raw)
{
	bool a = raw & ALPHA_ACCESSED, d = raw & ALPHA_DIRTY;

	return a == !!(raw & ALPHA_KRE) && a == !!(raw & ALPHA_URE) &&
	       d == !!(raw & ALPHA_KWE) && d == !!(raw & ALPHA_UWE);
}

/* A page without rights is nobody's. */
static inline uint32_t alpha_attrs(uint64_t raw)
{
	uint32_t rights = (raw & ALPHA_FOR ? 0 : PT_R) |
			  (raw & ALPHA_FOW ? 0 : PT_W) |
			  (raw & ALPHA_FOE ? 0 : PT_X);

	if (rights && !alpha_is_kernel(raw))
		rights |= PT_USER;
	return rights | (raw & ALPHA_ASM ? PT_GLOBAL : 0) |
	       (raw & ALPHA_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & ALPHA_DIRTY ? PT_DIRTY : 0);
}

/*
 * PALcode looks at V and KRE of the upper levels; without KRE all accesses are
 * access violations, which is no way to take single rights away: reserved.
 */
static inline void alpha_entry(const struct pt_regime *regime, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & ALPHA_V)) {
		out->empty = raw == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (depth < PT_PTE) {
		if (!(raw & ALPHA_KRE))
			return;
		out->class = MMU_TABLE;
		out->pa = alpha_address(raw);
		return;
	}
	if (!alpha_is_kernel(raw) && !alpha_is_user(raw))
		return;
	out->class = MMU_LEAF;
	out->pa = alpha_address(raw);
	out->attrs = alpha_attrs(raw);
}

/*
 * The three fault-on bits are independent; there is one memory type.  Kernel
 * pages are not described: docs/formats.md.
 */
static bool alpha_representable(unsigned depth, uint32_t attrs)
{
	return depth == PT_PTE &&
	       !!(attrs & PT_USER) == !!(attrs & (PT_R | PT_W | PT_X)) &&
	       !(attrs & ~(PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY));
}

/*
 * A user page that lacks only the enables of ACCESSED (reads and fetches) or
 * of DIRTY (writes) is old or clean, not forbidden.  A write never asks for
 * the read enable.
 */
static enum pt_word alpha_permits(const struct pt_regime *regime,
				  uint32_t attrs, uint32_t denied,
				  enum pt_access access,
				  enum pt_privilege privilege)
{
	static const uint32_t right[PT_ACCESSES] = { PT_R, PT_W, PT_X };
	uint32_t rights = attrs & ~denied;

	(void)regime;
	if (!(rights & right[access]))
		return PT_V_PERMISSION;
	if (!(rights & PT_USER))
		return privilege == PT_AS_USER ? PT_V_PERMISSION : PT_V_OK;
	if (access == PT_WRITE)
		return attrs & PT_DIRTY ? PT_V_OK : PT_V_DIRTY;
	return attrs & PT_ACCESSED ? PT_V_OK : PT_V_ACCESS;
}

/*
 * Access control in two parts, as in PALcode: enables of the mode, then
 * fault-on bits.  Reads and fetches need the read enable.
 */
static inline enum pt_word alpha_judge(uint64_t raw, enum pt_access access,
				       enum pt_privilege privilege)
{
	bool user = privilege == PT_AS_USER;
	uint64_t read = user ? ALPHA_URE : ALPHA_KRE;
	uint64_t enable = access != PT_WRITE ? read :
			  user		     ? ALPHA_UWE :
					       ALPHA_KWE;
	uint64_t fault_on = access == PT_READ  ? ALPHA_FOR :
			    access == PT_WRITE ? ALPHA_FOW :
						 ALPHA_FOE;

	if (raw & fault_on)
		return PT_V_PERMISSION;
	if (raw & enable)
		return PT_V_OK;
	if (alpha_is_kernel(raw))
		return PT_V_PERMISSION;
	return access == PT_WRITE ? PT_V_DIRTY : PT_V_ACCESS;
}

static inline void alpha_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	(void)entry;
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			out->verdict[p][a].word = (uint8_t)alpha_judge(
				walk->raw, (enum pt_access)a,
				(enum pt_privilege)p);
			out->verdict[p][a].depth = (int8_t)walk->depth;
		}
}

static inline uint64_t alpha_index(unsigned depth, uint64_t va)
{
	return va >> (13 + 10 * (PT_PTE - depth)) & 1023;
}

/* PTBR is a page frame number. */
static const struct mmu_rules alpha_rules = {
	.root = ~UINT64_C(0x1fff),
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = alpha_index,
	.load = mmu_load_little64,
	.entry = alpha_entry,
	.leaf = alpha_leaf,
};

static void alpha_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&alpha_rules, arch, memory, regime, space, va, out);
}

/*
 * PROT_NONE is a valid page with all three fault-on bits.  A swap entry's offset
 * (bits 63:40) is 8 bits short of a page number.
 */
const struct mmu_arch mmu_alpha = {
	.format = "alpha",
	.source = "Alpha ARM 4th edition, II-B chapter 3; QEMU target/alpha",
	.top = PT_PUD,
	.page_shift = 13,
	.va_bits = 43,
	.va_word_bits = 64,
	.sign_extended = true,
	.walks = true,
	.grade = MMU_HARDWARE,
	.level = {
		[PT_PUD] = { .va_shift = 33, .index_bits = 10, .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 23, .index_bits = 10, .entry_bytes = 8 },
		[PT_PTE] = { .va_shift = 13, .index_bits = 10, .entry_bytes = 8,
			     .leaf = true, .kinds = 1u << PT_MARKER },
	},
	.representable = alpha_representable,
	.entry = alpha_entry,
	.permits = alpha_permits,
	.translate = alpha_translate,
};
