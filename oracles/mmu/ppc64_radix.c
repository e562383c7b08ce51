/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * PowerPC radix tree translation, process-scoped, quadrant 0, with 4-KB and
 * 64-KB base pages: second reading.
 *
 * Source: Power ISA version 3.1B, Book III, chapter 6 "Storage Control",
 * "Radix Tree Translation": page directory entry, page table entry (fields V,
 * L, SW, NLB, NLS, RPN, R, C, Att, EAA), "Radix storage protection"; which
 * trees a machine takes is implementation: POWER9 Processor User's Manual 2.1,
 * 4.10.4.1 "Supported Radix Tree Configurations and Resulting Page Sizes" (as
 * QEMU, target/ppc/mmu-radix64.c, ppc_radix64_is_valid_level()).
 *
 * The manual counts bits from the left; here bit 0 is the lowest.  AMR and
 * IAMR are 0.  R and C are set by hardware; an interrupt that asks software
 * for them is transparent.  "Unsupported MMU configuration" is PT_V_RESERVED.
 *
 * Att 01 is reserved (strong access order, which version 3.0 had, is gone).
 * Address bits of a leaf below its page are ignored.  Effective address bits
 * that a 52-bit tree does not translate must be 0: a segment interrupt, here
 * PT_V_CANONICAL.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "powerpc.h"

#define RADIX_V	  (UINT64_C(1) << 63)
#define RADIX_L	  (UINT64_C(1) << 62)

/* Leaf.  61 and 11:9 are software's. */
#define RADIX_LEAF_RESERVED UINT64_C(0x1e00000000000040) /* 60:57, 6 */
#define RADIX_RPN	UINT64_C(0x01fffffffffff000)	 /* 56:12 */
#define RADIX_R		UINT64_C(0x100)
#define RADIX_C		UINT64_C(0x080)
#define RADIX_ATT_SHIFT 4				 /* 5:4 */
#define RADIX_ATT_NI	2u	/* non-idempotent: guarded */
#define RADIX_EAA_PRIV	UINT64_C(0x8)
#define RADIX_EAA_READ	UINT64_C(0x4)
#define RADIX_EAA_RW	UINT64_C(0x2)	/* "read/write": loads too */
#define RADIX_EAA_EXEC	UINT64_C(0x1)

/* Directory entry. */
#define RADIX_PDE_RESERVED UINT64_C(0x30000000000000e0)	 /* 61:60, 7:5 */
#define RADIX_NLB	UINT64_C(0x0fffffffffffff00)	 /* 59:8 */
#define RADIX_NLS	UINT64_C(0x1f)

/*
 * A memory type that types.h has no word for.  Never seen: its encoding is
 * reserved.
 */
#define RADIX_MEM_OTHER 7u

static const uint8_t radix_att[4] = {
	PT_MEM_WB, RADIX_MEM_OTHER, PT_MEM_UC, PT_MEM_WC,
};

static inline unsigned radix_shift(unsigned depth, unsigned page_shift)
{
	return depth == PT_PTE ? page_shift : mmu_shift_4k(depth);
}

static inline unsigned radix_index_bits(unsigned depth, unsigned page_shift)
{
	if (depth == PT_P4D)
		return 13;
	return depth == PT_PTE ? 21 - page_shift : 9;
}

static inline uint32_t radix_attrs(uint64_t raw)
{
	uint32_t type = radix_att[raw >> RADIX_ATT_SHIFT & 3];

	return (raw & (RADIX_EAA_READ | RADIX_EAA_RW) ? PT_R : 0) |
	       (raw & RADIX_EAA_RW ? PT_W : 0) |
	       (raw & RADIX_EAA_EXEC ? PT_X : 0) |
	       (raw & RADIX_EAA_PRIV ? 0 : PT_USER) |
	       (raw & RADIX_R ? PT_ACCESSED : 0) |
	       (raw & RADIX_C ? PT_DIRTY : 0) | type << PT_MEMTYPE_SHIFT;
}

/*
 * NLS must be the size that the tree has below, NLB a multiple of that
 * table's length.  Linux calls a page table's entry none also when a late
 * write of R or C hit it.
 */
static inline void radix_entry(unsigned depth, uint64_t raw,
			       unsigned page_shift, struct mmu_entry *out)
{
	unsigned next_bits;

	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & RADIX_V)) {
		uint64_t late = depth == PT_PTE ? RADIX_R | RADIX_C : 0;

		out->empty = (raw & ~late) == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (raw & RADIX_L) {
		if (depth == PT_P4D || (raw & RADIX_LEAF_RESERVED) ||
		    (raw >> RADIX_ATT_SHIFT & 3) == 1)
			return;
		out->class = MMU_LEAF;
		out->pa = raw & RADIX_RPN &
			  ~pt_ones(radix_shift(depth, page_shift));
		out->attrs = radix_attrs(raw);
		return;
	}
	if (depth == PT_PTE || (raw & RADIX_PDE_RESERVED))
		return;
	next_bits = radix_index_bits(depth + 1, page_shift);
	if ((raw & RADIX_NLS) != next_bits ||
	    (raw & RADIX_NLB & pt_ones(next_bits + 3)))
		return;
	out->class = MMU_TABLE;
	out->pa = raw & RADIX_NLB;
}

static inline void radix_4k_entry(const struct pt_regime *regime,
				  unsigned depth, uint64_t raw,
				  struct mmu_entry *out)
{
	(void)regime;
	radix_entry(depth, raw, 12, out);
}

static inline void radix_64k_entry(const struct pt_regime *regime,
				   unsigned depth, uint64_t raw,
				   struct mmu_entry *out)
{
	(void)regime;
	radix_entry(depth, raw, 16, out);
}

static inline uint64_t radix_4k_index(unsigned depth, uint64_t va)
{
	return va >> radix_shift(depth, 12) &
	       pt_ones(radix_index_bits(depth, 12));
}

static inline uint64_t radix_64k_index(unsigned depth, uint64_t va)
{
	return va >> radix_shift(depth, 16) &
	       pt_ones(radix_index_bits(depth, 16));
}

/* EAA can say everything but writable and not readable. */
static bool radix_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if (depth < PT_PUD || depth > PT_PTE || (attrs & ~known))
		return false;
	if (type != PT_MEM_WB && type != PT_MEM_UC && type != PT_MEM_WC)
		return false;
	return (attrs & PT_R) || !(attrs & PT_W);
}

/* Guarded storage is not fetched from. */
static enum pt_word radix_permits(const struct pt_regime *regime,
				  uint32_t attrs, uint32_t denied,
				  enum pt_access access,
				  enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;

	(void)regime;
	if (privilege == PT_AS_USER && !(rights & PT_USER))
		return PT_V_PERMISSION;
	if (access == PT_EXEC && pt_attrs_memtype(attrs) == PT_MEM_UC)
		return PT_V_PERMISSION;
	return rights & powerpc_right(access) ? PT_V_OK : PT_V_PERMISSION;
}

static inline void radix_leaf(const struct mmu_walk *walk,
			      const struct mmu_entry *entry,
			      struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	bool r = raw & (RADIX_EAA_READ | RADIX_EAA_RW);
	bool guarded = (raw >> RADIX_ATT_SHIFT & 3) == RADIX_ATT_NI;

	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    powerpc_shared(r, raw & RADIX_EAA_RW,
					   (raw & RADIX_EAA_EXEC) && !guarded,
					   !(raw & RADIX_EAA_PRIV)));
}

static const struct mmu_rules radix_4k_rules = {
	.root = RADIX_NLB,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = radix_4k_index,
	.load = mmu_load_big64,
	.entry = radix_4k_entry,
	.leaf = radix_leaf,
};

static const struct mmu_rules radix_64k_rules = {
	.root = RADIX_NLB,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = radix_64k_index,
	.load = mmu_load_big64,
	.entry = radix_64k_entry,
	.leaf = radix_leaf,
};

static void radix_4k_translate(const struct mmu_arch *arch,
			       const struct pt_memory *memory,
			       const struct pt_regime *regime, unsigned space,
			       uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&radix_4k_rules, arch, memory, regime, space, va, out);
}

static void radix_64k_translate(const struct mmu_arch *arch,
				const struct pt_memory *memory,
				const struct pt_regime *regime, unsigned space,
				uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&radix_64k_rules, arch, memory, regime, space, va, out);
}

/*
 * A page that Linux protects from everybody (PAGE_NONE) is a leaf without
 * rights.  Huge leaves have a pte's layout and are migrated as one;
 * pmdp_invalidate() and pudp_invalidate() put a software bit in the place of V.
 */
#define RADIX_KINDS_HUGE (1u << PT_MIGRATION | 1u << PT_INVALID_HUGE)
#define RADIX_KINDS_PAGE \
	(1u << PT_MIGRATION | 1u << PT_SWAP | 1u << PT_MARKER)

#define RADIX_LEVELS_ABOVE                                                  \
	[PT_P4D] = { .va_shift = 39, .index_bits = 13, .entry_bytes = 8 },  \
	[PT_PUD] = { .va_shift = 30, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = RADIX_KINDS_HUGE },             \
	[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = RADIX_KINDS_HUGE }

const struct mmu_arch mmu_ppc64_radix_4k = {
	.format = "ppc64-radix-4k",
	.source = "Power ISA 3.1B Book III, Radix Tree Translation",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 52,
	.va_word_bits = 64,
	.big_endian = true,
	.walks = true,
	.grade = MMU_HARDWARE,
	.level = {
		RADIX_LEVELS_ABOVE,
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = RADIX_KINDS_PAGE },
	},
	.representable = radix_representable,
	.entry = radix_4k_entry,
	.permits = radix_permits,
	.translate = radix_4k_translate,
};

/* Page tables of 32 entries: 256 bytes. */
const struct mmu_arch mmu_ppc64_radix_64k = {
	.format = "ppc64-radix-64k",
	.source = "Power ISA 3.1B Book III, Radix Tree Translation",
	.top = PT_P4D,
	.page_shift = 16,
	.va_bits = 52,
	.va_word_bits = 64,
	.big_endian = true,
	.walks = true,
	.grade = MMU_HARDWARE,
	.level = {
		RADIX_LEVELS_ABOVE,
		[PT_PTE] = { .va_shift = 16, .index_bits = 5, .entry_bytes = 8,
			     .leaf = true, .kinds = RADIX_KINDS_PAGE },
	},
	.representable = radix_representable,
	.entry = radix_64k_entry,
	.permits = radix_permits,
	.translate = radix_64k_translate,
};
