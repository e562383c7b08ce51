/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv32, Sv39, Sv48 and Sv57, Svnapot and Svpbmt: second reading.
 *
 * Source: The RISC-V Instruction Set Manual, volume II: Privileged
 * Architecture, version 20240411 (supervisor 1.13), chapter "Supervisor-Level
 * ISA": "Addressing and Memory Protection", "Virtual Address Translation
 * Process" (ten steps, cited by number below), "Sv32", "Sv39", "Sv48", "Sv57";
 * sstatus.SUM and MXR under "Memory Privilege in sstatus Register"; chapters
 * "Svnapot Extension for NAPOT Translation Contiguity" and "Svpbmt Extension
 * for Page-Based Memory Types", each for the formats named after it.  Without
 * Zicfiss; Svadu by PT_REGIME_RISCV_ADUE, else Svade.
 *
 * All that these pages call a page-fault exception is one cause in hardware;
 * the verdict word says which step raised it.  A physical address of
 * 2^pa_bits or more, which the manual leaves to the PMA check (an access-fault
 * exception), is PT_V_ADDRSIZE.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/*
 * Figure "Sv39 page table entry"; those of Sv48 and Sv57 are the same, that of
 * Sv32 is without everything from bit 32 up.
 */
#define RISCV_V	    (UINT64_C(1) << 0)
#define RISCV_R	    (UINT64_C(1) << 1)
#define RISCV_W	    (UINT64_C(1) << 2)
#define RISCV_X	    (UINT64_C(1) << 3)
#define RISCV_U	    (UINT64_C(1) << 4)
#define RISCV_G	    (UINT64_C(1) << 5)
#define RISCV_A	    (UINT64_C(1) << 6)
#define RISCV_D	    (UINT64_C(1) << 7)
#define RISCV_RSW0  (UINT64_C(1) << 8)	/* soft0 */
#define RISCV_RSW1  (UINT64_C(1) << 9)	/* soft1 */
#define RISCV_PPN_SHIFT 10
#define RISCV_PPN_BITS	44
/* 60:54 reserved; PBMT 62:61 and N 63 reserved without their extensions. */
#define RISCV_RESERVED	UINT64_C(0xffc0000000000000)
#define RISCV_PBMT_SHIFT 61
#define RISCV_PBMT	(UINT64_C(3) << RISCV_PBMT_SHIFT)
#define RISCV_N		(UINT64_C(1) << 63)

/* Svnapot: the only size, 64 KiB, has 1000 in the low bits of ppn[0]. */
#define RISCV_NAPOT_ORDER 4
#define RISCV_NAPOT_PPN	  (UINT64_C(15) << RISCV_PPN_SHIFT)
#define RISCV_NAPOT_64K	  (UINT64_C(8) << RISCV_PPN_SHIFT)

static inline uint32_t riscv_attrs(uint64_t raw)
{
	return (raw & RISCV_R ? PT_R : 0) | (raw & RISCV_W ? PT_W : 0) |
	       (raw & RISCV_X ? PT_X : 0) | (raw & RISCV_U ? PT_USER : 0) |
	       (raw & RISCV_G ? PT_GLOBAL : 0) |
	       (raw & RISCV_A ? PT_ACCESSED : 0) |
	       (raw & RISCV_D ? PT_DIRTY : 0) |
	       (raw & RISCV_RSW0 ? PT_SOFT0 : 0) |
	       (raw & RISCV_RSW1 ? PT_SOFT1 : 0) |
	       (uint32_t)PT_MEM_WB << PT_MEMTYPE_SHIFT;
}

/*
 * Steps 3 to 5, for an entry that spans 2^shift bytes.  D, A and U of a
 * non-leaf are reserved for future standard use (so step 3 faults); G is not,
 * it makes all below global.  A pointer where i < 0 (step 4) is called reserved
 * here.
 */
static inline void riscv_pte(unsigned depth, unsigned shift, uint64_t reserved,
			     uint64_t raw, struct mmu_entry *out)
{
	uint64_t pa = (raw >> RISCV_PPN_SHIFT & pt_ones(RISCV_PPN_BITS)) << 12;

	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & RISCV_V)) {
		out->empty = raw == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (raw & reserved)
		return;
	if (!(raw & RISCV_R) && (raw & RISCV_W))
		return;
	if (raw & (RISCV_R | RISCV_X)) {
		if (pa & pt_ones(shift))
			return;
		out->class = MMU_LEAF;
		out->pa = pa;
		out->attrs = riscv_attrs(raw);
		return;
	}
	if (depth == PT_PTE || (raw & (RISCV_D | RISCV_A | RISCV_U)))
		return;
	out->class = MMU_TABLE;
	out->pa = pa;
}

static inline void riscv_entry(const struct pt_regime *regime, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	riscv_pte(depth, mmu_shift_4k(depth), RISCV_RESERVED, raw, out);
}

/*
 * Svnapot: N in a pointer, in a leaf of another level than the last, or with
 * other low bits of ppn[0] than 1000 is reserved.  The low bits of the address
 * come from the virtual page number.  Where the entries of a group differ, the
 * one that is read counts: that is a legal, if stale, translation.
 */
static inline void riscv_svnapot_entry(const struct pt_regime *regime,
				       unsigned depth, uint64_t raw,
				       struct mmu_entry *out)
{
	(void)regime;
	riscv_pte(depth, mmu_shift_4k(depth), RISCV_RESERVED & ~RISCV_N, raw,
		  out);
	if (!(raw & RISCV_N) || out->class == MMU_INVALID)
		return;
	if (out->class != MMU_LEAF || depth != PT_PTE ||
	    (raw & RISCV_NAPOT_PPN) != RISCV_NAPOT_64K) {
		mmu_start_entry(out, MMU_RESERVED);
		return;
	}
	out->pa &= ~pt_ones(12 + RISCV_NAPOT_ORDER);
	out->order = RISCV_NAPOT_ORDER;
	out->replicated = true;
}

/*
 * Svpbmt, table "Encodings for PBMT field": 0 PMA, 1 NC, 2 IO, 3 reserved.
 * "For non-leaf PTEs, bits 62-61 are reserved."
 */
static inline void riscv_svpbmt_entry(const struct pt_regime *regime,
				      unsigned depth, uint64_t raw,
				      struct mmu_entry *out)
{
	static const uint8_t type[3] = { PT_MEM_WB, PT_MEM_WC, PT_MEM_UC };
	unsigned pbmt = (unsigned)(raw >> RISCV_PBMT_SHIFT) & 3;

	(void)regime;
	riscv_pte(depth, mmu_shift_4k(depth), RISCV_RESERVED & ~RISCV_PBMT, raw,
		  out);
	if (!pbmt || out->class == MMU_INVALID)
		return;
	if (out->class != MMU_LEAF || pbmt == 3) {
		mmu_start_entry(out, MMU_RESERVED);
		return;
	}
	out->attrs |= (uint32_t)type[pbmt] << PT_MEMTYPE_SHIFT;
}

/* Sv32: tables of 1024 entries, so 4-MiB megapages; no bit is reserved. */
static inline unsigned riscv_sv32_shift(unsigned depth)
{
	return 12 + 10 * (PT_PTE - depth);
}

static inline uint64_t riscv_sv32_index(unsigned depth, uint64_t va)
{
	return va >> riscv_sv32_shift(depth) & 1023;
}

static inline void riscv_sv32_entry(const struct pt_regime *regime,
				    unsigned depth, uint64_t raw,
				    struct mmu_entry *out)
{
	(void)regime;
	riscv_pte(depth, riscv_sv32_shift(depth), 0, raw, out);
}

/* Any PTE that is not a pointer may be a leaf at its level: R or X, no W alone. */
static bool riscv_leaf_representable(uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_SOFT1;

	if (attrs & ~known)
		return false;
	if ((attrs & PT_W) && !(attrs & PT_R))
		return false;
	return attrs & (PT_R | PT_X);
}

static bool riscv_sv32_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_PMD && depth <= PT_PTE &&
	       riscv_leaf_representable(attrs);
}

static bool riscv_sv39_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_PUD && depth <= PT_PTE &&
	       riscv_leaf_representable(attrs);
}

static bool riscv_sv48_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_P4D && depth <= PT_PTE &&
	       riscv_leaf_representable(attrs);
}

static bool riscv_sv57_representable(unsigned depth, uint32_t attrs)
{
	return depth <= PT_PTE && riscv_leaf_representable(attrs);
}

static bool riscv_svpbmt_representable(unsigned depth, uint32_t attrs)
{
	return pt_attrs_memtype(attrs) <= PT_MEM_UC &&
	       riscv_sv48_representable(depth, attrs & ~PT_MEMTYPE_MASK);
}

/*
 * U-mode has U pages only, S-mode reads and writes those with SUM and never
 * executes them; MXR lets loads read what may be executed.  No entry but the
 * leaf has rights.  Rights come before A and D (steps 6 to 9).
 */
static enum pt_word riscv_permits(const struct pt_regime *regime,
				  uint32_t attrs, uint32_t denied,
				  enum pt_access access,
				  enum pt_privilege privilege)
{
	uint32_t control = regime->control;
	uint32_t rights = attrs & ~denied;
	uint32_t enough = PT_W;

	if (access == PT_EXEC)
		enough = PT_X;
	if (access == PT_READ)
		enough = control & PT_REGIME_RISCV_MXR ? PT_R | PT_X : PT_R;
	if (!(rights & enough) ||
	    !mmu_page_open(rights & PT_USER, control & PT_REGIME_RISCV_SUM,
			   access, privilege))
		return PT_V_PERMISSION;
	return mmu_flag_word(attrs, control & PT_REGIME_RISCV_ADUE, access);
}

/* Steps 6 and 8: the accesses that the leaf's U, R, W, X allow. */
static inline unsigned riscv_allowed(uint32_t control, uint32_t attrs)
{
	bool w = attrs & PT_W, x = attrs & PT_X;
	bool r = (attrs & PT_R) || (x && (control & PT_REGIME_RISCV_MXR));

	return mmu_page_allowed(r, w, x, attrs & PT_USER,
				control & PT_REGIME_RISCV_SUM);
}

/* Steps 6 to 10.  The PMA check of the result comes last of all. */
static inline void riscv_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	const struct pt_regime *regime = walk->regime;
	enum pt_word otherwise[PT_ACCESSES];

	mmu_flag_words(entry->attrs, regime->control & PT_REGIME_RISCV_ADUE,
		       otherwise);
	if (entry->pa & ~pt_ones(regime->pa_bits))
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (otherwise[a] == PT_V_OK)
				otherwise[a] = PT_V_ADDRSIZE;
	mmu_leaf_verdicts(out, walk->depth,
			  riscv_allowed(regime->control, entry->attrs),
			  otherwise);
}

/*
 * "The algorithm does not admit the possibility of ignoring high-order PPN
 * bits", says the commentary: a pointer past pa_bits is fatal.
 */
#define RISCV_RULES(entry_hook)                                             \
	{ .root = ~UINT64_C(0xfff),                                         \
	  .reserved = PT_V_RESERVED,                                        \
	  .check = MMU_CHECK_TABLE,                                         \
	  .index = mmu_index_4k,                                            \
	  .load = mmu_load_little64,                                        \
	  .entry = entry_hook,                                              \
	  .leaf = riscv_leaf }

static const struct mmu_rules riscv_rules = RISCV_RULES(riscv_entry);
static const struct mmu_rules riscv_svnapot_rules =
	RISCV_RULES(riscv_svnapot_entry);
static const struct mmu_rules riscv_svpbmt_rules =
	RISCV_RULES(riscv_svpbmt_entry);

/* The root's number in satp has 22 bits: 34 bits of address. */
static const struct mmu_rules riscv_sv32_rules = {
	.root = UINT64_C(0x3fffff000),
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE,
	.index = riscv_sv32_index,
	.load = mmu_load_little32,
	.entry = riscv_sv32_entry,
	.leaf = riscv_leaf,
};

static void riscv_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&riscv_rules, arch, memory, regime, space, va, out);
}

static void riscv_svnapot_translate(const struct mmu_arch *arch,
				    const struct pt_memory *memory,
				    const struct pt_regime *regime,
				    unsigned space, uint64_t va,
				    struct mmu_outcome *out)
{
	mmu_radix_walk(&riscv_svnapot_rules, arch, memory, regime, space, va,
		       out);
}

static void riscv_svpbmt_translate(const struct mmu_arch *arch,
				   const struct pt_memory *memory,
				   const struct pt_regime *regime,
				   unsigned space, uint64_t va,
				   struct mmu_outcome *out)
{
	mmu_radix_walk(&riscv_svpbmt_rules, arch, memory, regime, space, va,
		       out);
}

static void riscv_sv32_translate(const struct mmu_arch *arch,
				 const struct pt_memory *memory,
				 const struct pt_regime *regime,
				 unsigned space, uint64_t va,
				 struct mmu_outcome *out)
{
	mmu_radix_walk(&riscv_sv32_rules, arch, memory, regime, space, va, out);
}

#define RISCV_LEVEL(shift, kinds_here, orders)                              \
	{ .va_shift = shift, .index_bits = 9, .entry_bytes = 8,             \
	  .leaf = true, .kinds = kinds_here, .group_order = { orders } }

/*
 * pmd_mkinvalid() clears V and the bit that tells PROT_NONE, which is G; there
 * is no pud_mkinvalid(), and no transparent huge page on 32 bits.
 */
#define RISCV_SV39_TABLES                                                   \
	[PT_PUD] = RISCV_LEVEL(30, MMU_KINDS_HUGE, 0),                      \
	[PT_PMD] = RISCV_LEVEL(21, MMU_KINDS_SPLIT, 0)

/* "Any level of PTE may be a leaf PTE": 512 GiB, 256 TiB. */
#define RISCV_SV48_TABLES                                                   \
	[PT_P4D] = RISCV_LEVEL(39, MMU_KINDS_HUGE, 0), RISCV_SV39_TABLES

#define RISCV_SV57_TABLES                                                   \
	[PT_PGD] = RISCV_LEVEL(48, MMU_KINDS_HUGE, 0), RISCV_SV48_TABLES

#define RISCV_PAGES(orders) [PT_PTE] = RISCV_LEVEL(12, MMU_KINDS_PAGE, orders)

#define RISCV_CONTROLS                                                      \
	(PT_REGIME_RISCV_SUM | PT_REGIME_RISCV_MXR | PT_REGIME_RISCV_ADUE)

const struct mmu_arch mmu_riscv_sv32 = {
	.format = "riscv-sv32",
	.source = "RISC-V Privileged Architecture 20240411, Sv32",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.walks = true,
	.controls = RISCV_CONTROLS,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true, .kinds = 1u << PT_PROTNONE },
		/* Swap offsets have 20 bits, page numbers 22. */
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true,
			     .kinds = 1u << PT_PROTNONE | 1u << PT_MARKER },
	},
	.representable = riscv_sv32_representable,
	.entry = riscv_sv32_entry,
	.permits = riscv_permits,
	.translate = riscv_sv32_translate,
};

/* What all formats of 64-bit entries have in common. */
#define RISCV_RV64                                                          \
	.page_shift = 12, .va_word_bits = 64, .sign_extended = true,        \
	.walks = true, .controls = RISCV_CONTROLS, .permits = riscv_permits

const struct mmu_arch mmu_riscv_sv39 = {
	.format = "riscv-sv39",
	.source = "RISC-V Privileged Architecture 20240411, Sv39",
	.top = PT_PUD,
	.va_bits = 39,
	.level = { RISCV_SV39_TABLES, RISCV_PAGES(0) },
	.representable = riscv_sv39_representable,
	.entry = riscv_entry,
	RISCV_RV64,
	.translate = riscv_translate,
};

const struct mmu_arch mmu_riscv_sv39_svnapot = {
	.format = "riscv-sv39-svnapot",
	.source = "RISC-V Privileged Architecture 20240411, Sv39, Svnapot",
	.top = PT_PUD,
	.va_bits = 39,
	.level = { RISCV_SV39_TABLES, RISCV_PAGES(RISCV_NAPOT_ORDER) },
	.representable = riscv_sv39_representable,
	.entry = riscv_svnapot_entry,
	RISCV_RV64,
	.translate = riscv_svnapot_translate,
};

const struct mmu_arch mmu_riscv_sv48 = {
	.format = "riscv-sv48",
	.source = "RISC-V Privileged Architecture 20240411, Sv48",
	.top = PT_P4D,
	.va_bits = 48,
	.level = { RISCV_SV48_TABLES, RISCV_PAGES(0) },
	.representable = riscv_sv48_representable,
	.entry = riscv_entry,
	RISCV_RV64,
	.translate = riscv_translate,
};

const struct mmu_arch mmu_riscv_sv48_svpbmt = {
	.format = "riscv-sv48-svpbmt",
	.source = "RISC-V Privileged Architecture 20240411, Sv48, Svpbmt",
	.top = PT_P4D,
	.va_bits = 48,
	.level = { RISCV_SV48_TABLES, RISCV_PAGES(0) },
	.representable = riscv_svpbmt_representable,
	.entry = riscv_svpbmt_entry,
	RISCV_RV64,
	.translate = riscv_svpbmt_translate,
};

const struct mmu_arch mmu_riscv_sv57 = {
	.format = "riscv-sv57",
	.source = "RISC-V Privileged Architecture 20240411, Sv57",
	.top = PT_PGD,
	.va_bits = 57,
	.level = { RISCV_SV57_TABLES, RISCV_PAGES(0) },
	.representable = riscv_sv57_representable,
	.entry = riscv_entry,
	RISCV_RV64,
	.translate = riscv_translate,
};
