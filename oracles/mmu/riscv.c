/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RISC-V Sv39 and Sv48: second reading.
 *
 * Source: The RISC-V Instruction Set Manual, volume II: Privileged
 * Architecture, version 20240411 (supervisor 1.13), chapter "Supervisor-Level
 * ISA": "Addressing and Memory Protection", "Virtual Address Translation
 * Process" (ten steps, cited by number below), "Sv39", "Sv48"; sstatus.SUM and
 * MXR under "Memory Privilege in sstatus Register".  Without Svpbmt, Svnapot,
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

/* Figure "Sv39 page table entry"; that of Sv48 is the same. */
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
 * Steps 3 to 5.  D, A and U of a non-leaf are reserved for future standard use
 * (so step 3 faults); G is not, it makes all below global.  A pointer where
 * i < 0 (step 4) is called reserved here.
 */
static inline void riscv_entry(const struct pt_regime *regime, unsigned depth,
			       uint64_t raw, struct mmu_entry *out)
{
	uint64_t pa = (raw >> RISCV_PPN_SHIFT & pt_ones(RISCV_PPN_BITS)) << 12;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & RISCV_V)) {
		out->empty = raw == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (raw & RISCV_RESERVED)
		return;
	if (!(raw & RISCV_R) && (raw & RISCV_W))
		return;
	if (raw & (RISCV_R | RISCV_X)) {
		if (pa & pt_ones(mmu_shift_4k(depth)))
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
static const struct mmu_rules riscv_rules = {
	.root = ~UINT64_C(0xfff),
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE,
	.index = mmu_index_4k,
	.load = mmu_load_little64,
	.entry = riscv_entry,
	.leaf = riscv_leaf,
};

static void riscv_translate(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&riscv_rules, arch, memory, regime, space, va, out);
}

#define RISCV_LEVELS                                                        \
	[PT_PUD] = { .va_shift = 30, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = MMU_KINDS_HUGE },               \
	[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = MMU_KINDS_HUGE },               \
	[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = MMU_KINDS_PAGE }

const struct mmu_arch mmu_riscv_sv39 = {
	.format = "riscv-sv39",
	.source = "RISC-V Privileged Architecture 20240411, Sv39",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 39,
	.va_word_bits = 64,
	.sign_extended = true,
	.walks = true,
	.level = { RISCV_LEVELS },
	.representable = riscv_sv39_representable,
	.entry = riscv_entry,
	.permits = riscv_permits,
	.translate = riscv_translate,
};

/* "Any level of PTE may be a leaf PTE": 512-GiB terapages at the root. */
const struct mmu_arch mmu_riscv_sv48 = {
	.format = "riscv-sv48",
	.source = "RISC-V Privileged Architecture 20240411, Sv48",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	.sign_extended = true,
	.walks = true,
	.level = {
		[PT_P4D] = { .va_shift = 39, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = MMU_KINDS_HUGE },
		RISCV_LEVELS,
	},
	.representable = riscv_sv48_representable,
	.entry = riscv_entry,
	.permits = riscv_permits,
	.translate = riscv_translate,
};
