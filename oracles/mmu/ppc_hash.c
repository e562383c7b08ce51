/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The trees behind PowerPC hashed page tables, 64-bit with 4-KB pages and
 * 32-bit: second reading.
 *
 * Source: Linux 6.12, arch/powerpc.  64-bit: mm/pgtable.c __find_linux_pte(),
 * mm/book3s64/hash_utils.c do_hash_fault() and hash_page_mm(),
 * check_pte_access() and pte_none() of book3s/64, __hash_page_4K() (which reads
 * the entry a second time).  32-bit: mm/book3s32/hash_low.S hash_page, with
 * 32-bit entries.
 *
 * No hardware walks these.  A permitted access is one that the fault path
 * enters into the hash table; on the way it sets ACCESSED, and DIRTY for a
 * write, so neither faults.  Bits that note where in the hash table a page is
 * (and that somebody is at it) say nothing of the page.
 *
 * The region of the address (user's or kernel's) is taken to be the page's own.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"
#include "powerpc.h"

/*
 * PAGE_NONE is a leaf without rights in both formats; leaves are in page
 * tables only.
 */
#define HASH_KINDS (1u << PT_MIGRATION | 1u << PT_SWAP | 1u << PT_MARKER)

/*
 *			64-bit
 */

#define HASH64_PRESENT	 (UINT64_C(1) << 63)
#define HASH64_PTE	 (UINT64_C(1) << 62)
#define HASH64_INVALID	 (UINT64_C(1) << 61)	/* while it changes */
#define HASH64_RPN	 UINT64_C(0x001ffffffffff000)	/* 52:12 */
#define HASH64_KEY	 UINT64_C(0x0e00000000000000)	/* 59:57 */
/* HASHPTE 60, SECOND 56, GIX 55:53, BUSY 6. */
#define HASH64_SLOT	 UINT64_C(0x11e0000000000040)
#define HASH64_CACHE_SHIFT 4				/* 5:4 */
#define HASH64_DIRTY	 UINT64_C(0x080)
#define HASH64_ACCESSED	 UINT64_C(0x100)
#define HASH64_PRIVILEGED UINT64_C(0x8)
#define HASH64_READ	 UINT64_C(0x4)
#define HASH64_WRITE	 UINT64_C(0x2)
#define HASH64_EXEC	 UINT64_C(0x1)
#define HASH64_POINTER	 UINT64_C(0x3fffffffffffff00)	/* P4D_MASKED_BITS */

/* Strong access order is 1: has no word in types.h, and is bad here. */
static const uint8_t hash64_type[4] = {
	PT_MEM_WB, PT_MEM_WB, PT_MEM_UC, PT_MEM_WC,
};

static inline unsigned hash64_shift(unsigned depth)
{
	static const uint8_t shift[PT_DEPTHS] = { 0, 37, 28, 21, 12 };

	return shift[depth];
}

static inline unsigned hash64_index_bits(unsigned depth)
{
	return depth == PT_PMD ? 7 : 9;
}

static inline uint64_t hash64_index(unsigned depth, uint64_t va)
{
	return va >> hash64_shift(depth) & pt_ones(hash64_index_bits(depth));
}

static inline uint32_t hash64_attrs(uint64_t raw)
{
	uint32_t type = hash64_type[raw >> HASH64_CACHE_SHIFT & 3];

	return (raw & HASH64_READ ? PT_R : 0) |
	       (raw & HASH64_WRITE ? PT_W : 0) |
	       (raw & HASH64_EXEC ? PT_X : 0) |
	       (raw & HASH64_PRIVILEGED ? 0 : PT_USER) |
	       (raw & HASH64_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & HASH64_DIRTY ? PT_DIRTY : 0) | type << PT_MEMTYPE_SHIFT;
}

/*
 * Above the page table: a physical address and PRESENT.  A pmd without PRESENT
 * but with INVALID is in the middle of a change, and the lookup takes it for
 * none.  Other words are never written; huge pages are not described.
 */
static inline void hash64_pointer(unsigned depth, uint64_t raw,
				  struct mmu_entry *out)
{
	uint64_t table = pt_ones(hash64_index_bits(depth + 1) + 3);
	uint64_t state = raw & (HASH64_PRESENT | HASH64_INVALID);

	out->empty = raw == 0;
	if (raw == 0 || (depth == PT_PMD && state == HASH64_INVALID))
		return;
	out->class = MMU_RESERVED;
	if (!(raw & HASH64_PRESENT) || (raw & (HASH64_PTE | table)))
		return;
	out->class = MMU_TABLE;
	out->pa = raw & HASH64_POINTER;
}

/* Entries of the page table: the lookup wants both PRESENT and PTE. */
static inline void hash64_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	uint64_t valid = HASH64_PRESENT | HASH64_PTE;

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth != PT_PTE) {
		hash64_pointer(depth, raw, out);
		return;
	}
	if ((raw & valid) != valid) {
		out->empty = (raw & ~HASH64_SLOT) == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if ((raw & HASH64_KEY) || (raw >> HASH64_CACHE_SHIFT & 3) == 1)
		return;
	out->class = MMU_LEAF;
	out->pa = raw & HASH64_RPN;
	out->attrs = hash64_attrs(raw);
}

/* Every access needs READ, so nothing is writable or executable alone. */
static bool hash64_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);

	if (depth != PT_PTE || (attrs & ~known))
		return false;
	if (type != PT_MEM_WB && type != PT_MEM_UC && type != PT_MEM_WC)
		return false;
	return (attrs & PT_R) || !(attrs & (PT_W | PT_X));
}

static enum pt_word hash64_permits(const struct pt_regime *regime,
				   uint32_t attrs, uint32_t denied,
				   enum pt_access access,
				   enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;
	uint32_t need = PT_R | powerpc_right(access);

	(void)regime;
	if (privilege == PT_AS_USER)
		need |= PT_USER;
	return (rights & need) == need ? PT_V_OK : PT_V_PERMISSION;
}

/* do_hash_fault(): always READ, WRITE for a store, EXEC for a fetch. */
static inline void hash64_leaf(const struct mmu_walk *walk,
			       const struct mmu_entry *entry,
			       struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	bool r = raw & HASH64_READ;

	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    powerpc_shared(r, r && (raw & HASH64_WRITE),
					   r && (raw & HASH64_EXEC),
					   !(raw & HASH64_PRIVILEGED)));
}

static const struct mmu_rules hash64_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = hash64_index,
	.load = mmu_load_big64,
	.entry = hash64_entry,
	.leaf = hash64_leaf,
};

static void hash64_translate(const struct mmu_arch *arch,
			     const struct pt_memory *memory,
			     const struct pt_regime *regime, unsigned space,
			     uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&hash64_rules, arch, memory, regime, space, va, out);
}

const struct mmu_arch mmu_ppc64_hash_4k = {
	.format = "ppc64-hash-4k",
	.source = "Linux 6.12 hash_utils.c, do_hash_fault()",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 46,
	.va_word_bits = 64,
	.big_endian = true,
	.walks = true,
	.grade = MMU_SOFTWARE_TREE,
	.level = {
		[PT_P4D] = { .va_shift = 37, .index_bits = 9, .entry_bytes = 8 },
		[PT_PUD] = { .va_shift = 28, .index_bits = 9, .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 7, .entry_bytes = 8 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = HASH_KINDS },
	},
	.representable = hash64_representable,
	.entry = hash64_entry,
	.permits = hash64_permits,
	.translate = hash64_translate,
};

/*
 *			32-bit
 */

#define HASH32_PRESENT	 UINT64_C(0x001)
#define HASH32_HASHPTE	 UINT64_C(0x002)
#define HASH32_READ	 UINT64_C(0x004)
#define HASH32_GUARDED	 UINT64_C(0x008)
/* 0x010 is COHERENT, which types.h has no word for, and 0x800 SPECIAL. */
#define HASH32_NO_CACHE	 UINT64_C(0x020)
#define HASH32_WRITETHRU UINT64_C(0x040)
#define HASH32_DIRTY	 UINT64_C(0x080)
#define HASH32_ACCESSED	 UINT64_C(0x100)
#define HASH32_EXEC	 UINT64_C(0x200)
#define HASH32_WRITE	 UINT64_C(0x400)
#define HASH32_ADDRESS	 UINT64_C(0xfffff000)

/* W, I and G as a memory type; PT_MEMTYPES: none of those described. */
static inline unsigned hash32_memtype(uint64_t raw)
{
	uint64_t wig = raw & (HASH32_WRITETHRU | HASH32_NO_CACHE |
			      HASH32_GUARDED);

	if (wig == 0)
		return PT_MEM_WB;
	if (wig == HASH32_WRITETHRU)
		return PT_MEM_WT;
	return wig == (HASH32_NO_CACHE | HASH32_GUARDED) ? PT_MEM_UC :
							   PT_MEMTYPES;
}

static inline uint32_t hash32_attrs(uint64_t raw)
{
	uint32_t rights = (raw & HASH32_READ ? PT_R : 0) |
			  (raw & HASH32_WRITE ? PT_W : 0) |
			  (raw & HASH32_EXEC ? PT_X : 0);

	return rights | (rights ? PT_USER : 0) |
	       (raw & HASH32_ACCESSED ? PT_ACCESSED : 0) |
	       (raw & HASH32_DIRTY ? PT_DIRTY : 0) |
	       hash32_memtype(raw) << PT_MEMTYPE_SHIFT;
}

/* hash_page gives up where the address part of a pmd is 0. */
static inline void hash32_entry(const struct pt_regime *regime, unsigned depth,
				uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth != PT_PTE) {
		out->empty = raw == 0;
		if (!(raw & HASH32_ADDRESS))
			return;
		out->class = raw & ~HASH32_ADDRESS ? MMU_RESERVED : MMU_TABLE;
		out->pa = raw & HASH32_ADDRESS;
		return;
	}
	if (!(raw & HASH32_PRESENT)) {
		out->empty = (raw & ~HASH32_HASHPTE) == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (hash32_memtype(raw) == PT_MEMTYPES)
		return;
	out->class = MMU_LEAF;
	out->pa = raw & HASH32_ADDRESS;
	out->attrs = hash32_attrs(raw);
}

/*
 * The address decides whose a page is.  A write needs READ too (the data
 * storage interrupt asks for it always), a fetch does not.
 */
static bool hash32_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_ACCESSED | PT_DIRTY | PT_MEMTYPE_MASK;
	unsigned type = pt_attrs_memtype(attrs);
	bool any = attrs & (PT_R | PT_W | PT_X);

	if (depth != PT_PTE || (attrs & ~known))
		return false;
	if (type != PT_MEM_WB && type != PT_MEM_UC && type != PT_MEM_WT)
		return false;
	return any == !!(attrs & PT_USER) &&
	       ((attrs & PT_R) || !(attrs & PT_W));
}

static enum pt_word hash32_permits(const struct pt_regime *regime,
				   uint32_t attrs, uint32_t denied,
				   enum pt_access access,
				   enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;
	uint32_t need = access == PT_EXEC ? PT_X :
			access == PT_WRITE ? PT_R | PT_W : PT_R;

	(void)regime;
	if (privilege == PT_AS_USER)
		need |= PT_USER;
	return (rights & need) == need ? PT_V_OK : PT_V_PERMISSION;
}

static inline void hash32_leaf(const struct mmu_walk *walk,
			       const struct mmu_entry *entry,
			       struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	bool r = raw & HASH32_READ;

	(void)entry;
	mmu_rights_verdicts(out, walk->depth,
			    powerpc_shared(r, r && (raw & HASH32_WRITE),
					   raw & HASH32_EXEC, true));
}

static inline uint64_t hash32_index(unsigned depth, uint64_t va)
{
	return va >> (depth == PT_PTE ? 12 : 22) & 1023;
}

static const struct mmu_rules hash32_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = hash32_index,
	.load = mmu_load_big32,
	.entry = hash32_entry,
	.leaf = hash32_leaf,
};

static void hash32_translate(const struct mmu_arch *arch,
			     const struct pt_memory *memory,
			     const struct pt_regime *regime, unsigned space,
			     uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&hash32_rules, arch, memory, regime, space, va, out);
}

const struct mmu_arch mmu_ppc_book3s32 = {
	.format = "ppc-book3s32",
	.source = "Linux 6.12 book3s32/hash_low.S, hash_page",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.big_endian = true,
	.walks = true,
	.grade = MMU_SOFTWARE_TREE,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4 },
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true, .kinds = HASH_KINDS },
	},
	.representable = hash32_representable,
	.entry = hash32_entry,
	.permits = hash32_permits,
	.translate = hash32_translate,
};
