/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * m68k: the 68040's table search, and the trees of ColdFire and Sun-3, second
 * reading.
 *
 * Sources. m68k-motorola: M68040 User's Manual (M68040UM/AD), section 3, 3.2
 * "Logical address translation": table and page descriptors (4 Kbyte), table
 * searching, translation table protection; confirmed by QEMU
 * target/m68k/helper.c, get_physical_address(). m68k-coldfire: Linux 6.12,
 * arch/m68k/mm/mcfmmu.c, cf_tlb_miss(); bits in asm/mcf_pgtable.h,
 * asm/mcfmmu.h. m68k-sun3: Linux 6.12, arch/m68k/sun3/mmu_emu.c,
 * mmu_emu_handle_fault(), which loads the page map; bits in
 * asm/sun3_pgtable.h, asm/sun3mmu.h.
 *
 * The kernel may do to a page whatever its bits say, on all three. Transparent
 * translation is off.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "refill.h"

/* Figures "Table descriptor formats", "Page descriptor formats". */
#define M68040_RESIDENT	 UINT64_C(0x002)	/* UDT 10 and 11 */
#define M68040_PDT	 UINT64_C(0x003)
#define M68040_INDIRECT	 UINT64_C(0x002)
#define M68040_W	 UINT64_C(0x004)	/* write protected */
#define M68040_U	 UINT64_C(0x008)
#define M68040_M	 UINT64_C(0x010)
#define M68040_CM_SHIFT	 5
#define M68040_S	 UINT64_C(0x080)
#define M68040_G	 UINT64_C(0x400)
#define M68040_PAGE	 UINT64_C(0xfffff000)
#define M68040_POINTER_TABLE UINT64_C(0xfffffe00)
#define M68040_PAGE_TABLE    UINT64_C(0xffffff00)

static inline uint32_t m68040_attrs(uint64_t raw)
{
	static const uint8_t type[4] = {
		PT_MEM_WT, PT_MEM_WB, PT_MEM_UC, REFILL_MEM_OTHER,
	};

	return PT_R | PT_X | (raw & M68040_W ? 0 : PT_W) |
	       (raw & M68040_S ? 0 : PT_USER) |
	       (raw & M68040_G ? PT_GLOBAL : 0) |
	       (raw & M68040_U ? PT_ACCESSED : 0) |
	       (raw & M68040_M ? PT_DIRTY : 0) |
	       (uint32_t)type[raw >> M68040_CM_SHIFT & 3] << PT_MEMTYPE_SHIFT;
}

/*
 * An indirect descriptor (PDT 10) is good hardware, but a second pointer to a
 * page descriptor is nothing that a tree can be described with: reserved here.
 * Unused bits are ignored: X of table descriptors, UR, U1 and U0 of pages.
 */
static inline void m68040_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (depth < PT_PTE) {
		if (!(raw & M68040_RESIDENT))
			return;
		out->class = MMU_TABLE;
		out->pa = raw & (depth == PT_PUD ? M68040_POINTER_TABLE :
						   M68040_PAGE_TABLE);
		out->denied = raw & M68040_W ? PT_W : 0;
		return;
	}
	if (!(raw & M68040_PDT))
		return;
	if ((raw & M68040_PDT) == M68040_INDIRECT) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & M68040_PAGE;
	out->attrs = m68040_attrs(raw);
}

static bool m68040_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if (depth != PT_PTE || (attrs & ~known))
		return false;
	return (attrs & PT_R) && (attrs & PT_X) &&
	       (type == PT_MEM_WB || type == PT_MEM_WT || type == PT_MEM_UC);
}

/* W at any level protects, from the supervisor too; U, M are set. */
static enum pt_word m68040_permits(const struct pt_regime *regime,
				   uint32_t attrs, uint32_t denied,
				   enum pt_access access,
				   enum pt_privilege privilege)
{
	(void)regime;
	return refill_suffices(attrs & ~denied, access, privilege) ?
		       PT_V_OK : PT_V_PERMISSION;
}

static inline void m68040_leaf(const struct mmu_walk *walk,
			       const struct mmu_entry *entry,
			       struct mmu_outcome *out)
{
	bool wp = (walk->raw | walk->above) & M68040_W;

	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    refill_allowed(true, !wp, true,
					   !(walk->raw & M68040_S)));
}

static inline uint64_t m68040_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 12 & 63 :
	       depth == PT_PMD ? va >> 18 & 127 :
				 va >> 25 & 127;
}

/* URP: bits 8:0 are 0. */
static const struct mmu_rules m68040_rules = {
	.root = M68040_POINTER_TABLE,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = m68040_index,
	.load = mmu_load_big32,
	.entry = m68040_entry,
	.leaf = m68040_leaf,
};

static void m68040_translate(const struct mmu_arch *arch,
			     const struct pt_memory *memory,
			     const struct pt_regime *regime, unsigned space,
			     uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&m68040_rules, arch, memory, regime, space, va, out);
}

/*
 * Linux's PROT_NONE is PDT 00 with bit 2, which is W: it cannot keep the rights
 * that it had, and is no protnone.
 */
#define M68K_KINDS (1u << PT_SWAP | 1u << PT_MIGRATION | 1u << PT_MARKER)

const struct mmu_arch mmu_m68k_motorola = {
	.format = "m68k-motorola",
	.source = "M68040 User's Manual, section 3; QEMU target/m68k",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_HARDWARE,
	.level = {
		[PT_PUD] = { .va_shift = 25, .index_bits = 7, .entry_bytes = 4,
			     .deniable = PT_W },
		[PT_PMD] = { .va_shift = 18, .index_bits = 7, .entry_bytes = 4,
			     .deniable = PT_W },
		[PT_PTE] = { .va_shift = 12, .index_bits = 6, .entry_bytes = 4,
			     .leaf = true, .kinds = M68K_KINDS },
	},
	.representable = m68040_representable,
	.entry = m68040_entry,
	.permits = m68040_permits,
	.translate = m68040_translate,
};

/* MMUDR bits 7:1 and MMUTR bits 1:0 (at 11:10); 0 and 12 are software's. */
#define CF_DIRTY    UINT64_C(0x0001)
#define CF_X	    UINT64_C(0x0004)
#define CF_W	    UINT64_C(0x0008)
#define CF_R	    UINT64_C(0x0010)
#define CF_SP	    UINT64_C(0x0020)	/* supervisor only */
#define CF_CM_SHIFT 6
#define CF_V	    UINT64_C(0x0400)
#define CF_SG	    UINT64_C(0x0800)	/* shared global */
#define CF_ACCESSED UINT64_C(0x1000)
#define CF_PAGE	    UINT64_C(0xffffe000)

static inline uint32_t coldfire_attrs(uint64_t raw)
{
	/* CM: write-through, copy-back, inhibited precise and imprecise. */
	static const uint8_t type[4] = {
		PT_MEM_WT, PT_MEM_WB, PT_MEM_UC, REFILL_MEM_OTHER,
	};
	uint32_t rights = (raw & CF_R ? PT_R : 0) | (raw & CF_W ? PT_W : 0) |
			  (raw & CF_X ? PT_X : 0);

	if (rights && !(raw & CF_SP))
		rights |= PT_USER;
	return rights | (raw & CF_SG ? PT_GLOBAL : 0) |
	       (raw & CF_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & CF_DIRTY ? PT_DIRTY : 0) |
	       (uint32_t)type[raw >> CF_CM_SHIFT & 3] << PT_MEMTYPE_SHIFT;
}

/*
 * A pgd entry is the address of a table of 2 KiB, as it is (RAM lies where the
 * kernel sees it): pmd_bad() accepts anything, the table's own alignment is
 * all there is to check.  A page without rights is Linux's PAGE_NONE, which has
 * SP clear; with SP it would be a page that only the kernel may execute
 * (see coldfire_permits()), and that without X there is no word for.
 */
static inline void coldfire_entry(const struct pt_regime *regime,
				  unsigned depth, uint64_t raw,
				  struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (raw == 0)
		return;
	if (depth < PT_PTE) {
		refill_pointer(raw, 0, 32, 11, out);
		return;
	}
	if (!(raw & CF_V))
		return;
	if ((raw & (CF_R | CF_W | CF_X | CF_SP)) == CF_SP) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = raw & CF_PAGE;
	out->attrs = coldfire_attrs(raw);
}

static bool coldfire_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	return depth == PT_PTE && !(attrs & ~known) &&
	       (attrs & PT_RIGHTS) != PT_USER &&
	       (type == PT_MEM_WB || type == PT_MEM_WT || type == PT_MEM_UC);
}

/*
 * cf_tlb_miss() sets accessed, and dirty when it is called for a write, and
 * writes the TLB entry with X whatever the pte says: what may be in the TLB
 * at all may be executed, by user code too if SP is clear, as it is in a page
 * without rights.
 */
static enum pt_word coldfire_permits(const struct pt_regime *regime,
				     uint32_t attrs, uint32_t denied,
				     enum pt_access access,
				     enum pt_privilege privilege)
{
	uint32_t rights = (attrs & ~denied) | PT_X;

	(void)regime;
	if (!(attrs & PT_RIGHTS))
		rights |= PT_USER;
	return refill_suffices(rights, access, privilege) ? PT_V_OK :
							    PT_V_PERMISSION;
}

static inline void coldfire_leaf(const struct mmu_walk *walk,
				 const struct mmu_entry *entry,
				 struct mmu_outcome *out)
{
	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    refill_allowed(walk->raw & CF_R, walk->raw & CF_W,
					   true, !(walk->raw & CF_SP)));
}

static inline uint64_t coldfire_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 13 & 511 : va >> 22 & 1023;
}

static const struct mmu_rules coldfire_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = coldfire_index,
	.load = mmu_load_big32,
	.entry = coldfire_entry,
	.leaf = coldfire_leaf,
};

static void coldfire_translate(const struct mmu_arch *arch,
			       const struct pt_memory *memory,
			       const struct pt_regime *regime, unsigned space,
			       uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&coldfire_rules, arch, memory, regime, space, va, out);
}

/* PROT_NONE is a valid page without rights on ColdFire, read-only on Sun-3. */

const struct mmu_arch mmu_m68k_coldfire = {
	.format = "m68k-coldfire",
	.source = "Linux 6.12 arch/m68k/mm/mcfmmu.c, cf_tlb_miss()",
	.top = PT_PMD,
	.page_shift = 13,
	.va_bits = 32,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 13, .index_bits = 9, .entry_bytes = 4,
			     .leaf = true, .kinds = M68K_KINDS },
	},
	.representable = coldfire_representable,
	.entry = coldfire_entry,
	.permits = coldfire_permits,
	.translate = coldfire_translate,
};

/* The hardware's page map entry; types other than 0 are I/O and VME space. */
#define SUN3_VALID    UINT64_C(0x80000000)
#define SUN3_WRITE    UINT64_C(0x40000000)
#define SUN3_SYSTEM   UINT64_C(0x20000000)
#define SUN3_NOCACHE  UINT64_C(0x10000000)
#define SUN3_TYPE     UINT64_C(0x0c000000)
#define SUN3_ACCESSED UINT64_C(0x02000000)
#define SUN3_MODIFIED UINT64_C(0x01000000)
#define SUN3_PGNUM    UINT64_C(0x0007ffff)

static inline uint32_t sun3_attrs(uint64_t raw)
{
	uint32_t type = raw & SUN3_NOCACHE ? PT_MEM_UC : PT_MEM_WB;

	return PT_R | PT_X | (raw & SUN3_WRITE ? PT_W : 0) |
	       (raw & SUN3_SYSTEM ? 0 : PT_USER) |
	       (raw & SUN3_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & SUN3_MODIFIED ? PT_DIRTY : 0) |
	       type << PT_MEMTYPE_SHIFT;
}

/* A pgd entry is the physical address of 16 ptes, no flags (64 bytes). */
static inline void sun3_entry(const struct pt_regime *regime, unsigned depth,
			      uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	out->empty = raw == 0;
	if (raw == 0)
		return;
	if (depth < PT_PTE) {
		refill_pointer(raw, 0, 32, 6, out);
		return;
	}
	if (!(raw & SUN3_VALID))
		return;
	if (raw & SUN3_TYPE) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = (raw & SUN3_PGNUM) << 13;
	out->attrs = sun3_attrs(raw);
}

static bool sun3_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	return depth == PT_PTE && !(attrs & ~known) && (attrs & PT_R) &&
	       (attrs & PT_X) && (type == PT_MEM_WB || type == PT_MEM_UC);
}

/* The page map sets its own accessed and modified bits. */
static enum pt_word sun3_permits(const struct pt_regime *regime,
				 uint32_t attrs, uint32_t denied,
				 enum pt_access access,
				 enum pt_privilege privilege)
{
	(void)regime;
	return refill_suffices(attrs & ~denied, access, privilege) ?
		       PT_V_OK : PT_V_PERMISSION;
}

static inline void sun3_leaf(const struct mmu_walk *walk,
			     const struct mmu_entry *entry,
			     struct mmu_outcome *out)
{
	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    refill_allowed(true, walk->raw & SUN3_WRITE, true,
					   !(walk->raw & SUN3_SYSTEM)));
}

static inline uint64_t sun3_index(unsigned depth, uint64_t va)
{
	return depth == PT_PTE ? va >> 13 & 15 : va >> 17 & 2047;
}

static const struct mmu_rules sun3_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = sun3_index,
	.load = mmu_load_big32,
	.entry = sun3_entry,
	.leaf = sun3_leaf,
};

static void sun3_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&sun3_rules, arch, memory, regime, space, va, out);
}

const struct mmu_arch mmu_m68k_sun3 = {
	.format = "m68k-sun3",
	.source = "Linux 6.12 arch/m68k/sun3/mmu_emu.c",
	.top = PT_PMD,
	.page_shift = 13,
	.va_bits = 28,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_REFILL,
	.level = {
		[PT_PMD] = { .va_shift = 17, .index_bits = 11, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 13, .index_bits = 4, .entry_bytes = 4,
			     .leaf = true, .kinds = M68K_KINDS },
	},
	.representable = sun3_representable,
	.entry = sun3_entry,
	.permits = sun3_permits,
	.translate = sun3_translate,
};
