/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * i386, 32-bit paging and PAE paging: second reading.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume
 * 3A, chapter 4 "Paging": 4.3 "32-Bit Paging" (figures 4-2 to 4-4, tables 4-3
 * to 4-6), 4.4 "PAE Paging" (figures 4-5 to 4-7, tables 4-7 to 4-11), 4.6
 * (access rights), 4.7 (page faults), 4.8 (accessed and dirty), 4.9.2 (memory
 * type with the PAT).  CR4.PSE is 1, PSE-36 is not supported; CR4.PKE, CR4.PKS,
 * CR4.CET are 0, EFLAGS.AC is 0.
 *
 * PDPTEs are read at each walk, as if MOV to CR3 came before each access: the
 * registers that 4.4.1 caches them in are never stale here, and a reserved bit
 * is found by the walk, not by MOV to CR3.
 *
 * What software calls none is Linux 6.12's: arch/x86/include/asm/pgtable.h,
 * pte_none(), pmd_none(), pud_none().
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* Tables 4-4 to 4-6 and 4-9 to 4-11.  A large page has PAT at 12. */
#define I386_P	     (UINT64_C(1) << 0)
#define I386_RW	     (UINT64_C(1) << 1)
#define I386_US	     (UINT64_C(1) << 2)
#define I386_PWT     (UINT64_C(1) << 3)
#define I386_PCD     (UINT64_C(1) << 4)
#define I386_A	     (UINT64_C(1) << 5)
#define I386_D	     (UINT64_C(1) << 6)
#define I386_PS	     (UINT64_C(1) << 7)
#define I386_PAT_PTE (UINT64_C(1) << 7)
#define I386_G	     (UINT64_C(1) << 8)
#define I386_SOFT0   (UINT64_C(1) << 9)
#define I386_SOFT1   (UINT64_C(1) << 10)
#define I386_PAT_BIG (UINT64_C(1) << 12)
#define I386_XD	     (UINT64_C(1) << 63)	/* PAE only */

#define I386_ADDRESS UINT64_C(0xfffff000)		/* bits 31:12 */
#define I386_PAE_ADDRESS UINT64_C(0x7ffffffffffff000)	/* 62:12, M to 62 0 */

/* Table 4-8: 2:1 and 8:5 of a PDPTE are reserved, and so is 63. */
#define I386_PDPTE_RESERVED (I386_XD | UINT64_C(0x1e6))

/* A memory type without a word in types.h: UC-, WP.  Not representable. */
#define I386_MEM_OTHER 7u

/* IA32_PAT as types.h states it: WB WC UC- UC WB WP UC- WT. */
static const uint8_t i386_pat[8] = {
	PT_MEM_WB, PT_MEM_WC,	   I386_MEM_OTHER, PT_MEM_UC,
	PT_MEM_WB, I386_MEM_OTHER, I386_MEM_OTHER, PT_MEM_WT,
};

/* Bit 63 of a 4-byte entry is 0: all of its pages are executable. */
static inline uint32_t i386_attrs(unsigned depth, uint64_t raw)
{
	uint64_t pat = raw & (depth == PT_PTE ? I386_PAT_PTE : I386_PAT_BIG);
	unsigned type = (pat ? 4u : 0) | (raw & I386_PCD ? 2u : 0) |
			(raw & I386_PWT ? 1u : 0);

	return PT_R | (raw & I386_RW ? PT_W : 0) | (raw & I386_XD ? 0 : PT_X) |
	       (raw & I386_US ? PT_USER : 0) | (raw & I386_G ? PT_GLOBAL : 0) |
	       (raw & I386_A ? PT_ACCESSED : 0) |
	       (raw & I386_D ? PT_DIRTY : 0) |
	       (raw & I386_SOFT0 ? PT_SOFT0 : 0) |
	       (raw & I386_SOFT1 ? PT_SOFT1 : 0) |
	       (uint32_t)i386_pat[type] << PT_MEMTYPE_SHIFT;
}

/*
 * A present entry that is no PDPTE; shift is lg2 of what it spans.  Below the
 * address of a large page all bits but PAT are reserved.
 */
static inline void i386_page_or_table(unsigned depth, unsigned shift,
				      uint64_t address, uint64_t raw,
				      struct mmu_entry *out)
{
	bool big = depth != PT_PTE && (raw & I386_PS);

	if (big && (raw & pt_ones(shift) & ~pt_ones(13))) {
		out->class = MMU_RESERVED;
		return;
	}
	if (depth == PT_PTE || big) {
		out->class = MMU_LEAF;
		out->pa = raw & address & ~pt_ones(shift);
		out->attrs = i386_attrs(depth, raw);
		return;
	}
	out->class = MMU_TABLE;
	out->pa = raw & address;
	out->denied = (raw & I386_RW ? 0 : PT_W) |
		      (raw & I386_US ? 0 : PT_USER) |
		      (raw & I386_XD ? PT_X : 0);
}

/* 32-bit paging: tables of 1024 entries, 4-MByte pages. */
static inline unsigned i386_shift(unsigned depth)
{
	return 12 + 10 * (PT_PTE - depth);
}

static inline uint64_t i386_index(unsigned depth, uint64_t va)
{
	return va >> i386_shift(depth) & 1023;
}

/*
 * 4.3: without PSE-36 only bits 21:13 of a 4-MByte page's PDE are reserved,
 * whatever pa_bits is.
 */
static inline void i386_entry(const struct pt_regime *regime, unsigned depth,
			      uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & I386_P)) {
		out->empty = raw == 0;
		return;
	}
	i386_page_or_table(depth, i386_shift(depth), I386_ADDRESS, raw, out);
}

/*
 * Linux ignores A and D of an entry that is otherwise none (an erratum sets
 * them), and of a page directory's entry looks at the low word only.  Of a
 * PDPTE it sees what native_pgd_val() lets through: address bits 51:12
 * (__PHYSICAL_MASK_SHIFT is 52 with PAE too), bits 11:9, PCD, PWT and P.
 */
static inline bool i386_pae_empty(unsigned depth, uint64_t raw)
{
	uint64_t seen = UINT64_MAX;

	if (depth == PT_PMD)
		seen = pt_ones(32);
	else if (depth == PT_PUD)
		seen = (pt_ones(52) & ~pt_ones(9)) | I386_PCD | I386_PWT |
		       I386_P;

	return !(raw & seen & ~(I386_A | I386_D));
}

/*
 * 4.4.  Bits 62:MAXPHYADDR are reserved at every level, also those that are
 * ignored, or a key, in 4-level paging; XD unless IA32_EFER.NXE is set.
 */
static inline void i386_pae_entry(const struct pt_regime *regime,
				  unsigned depth, uint64_t raw,
				  struct mmu_entry *out)
{
	uint64_t reserved = I386_PAE_ADDRESS & ~pt_ones(regime->pa_bits);

	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & I386_P)) {
		out->empty = i386_pae_empty(depth, raw);
		return;
	}
	if (depth == PT_PUD)
		reserved |= I386_PDPTE_RESERVED;
	else if (!(regime->control & PT_REGIME_X86_NXE))
		reserved |= I386_XD;
	if (raw & reserved) {
		out->class = MMU_RESERVED;
		return;
	}
	if (depth == PT_PUD) {
		out->class = MMU_TABLE;
		out->pa = raw & I386_PAE_ADDRESS;
		return;
	}
	i386_page_or_table(depth, mmu_shift_4k(depth), I386_PAE_ADDRESS, raw,
			   out);
}

static bool i386_pae_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_SOFT1 | PT_MEMTYPE_MASK;

	if (depth < PT_PMD || depth > PT_PTE || (attrs & ~known))
		return false;
	return (attrs & PT_R) && pt_attrs_memtype(attrs) < PT_MEMTYPES;
}

static bool i386_representable(unsigned depth, uint32_t attrs)
{
	return (attrs & PT_X) && i386_pae_representable(depth, attrs);
}

/*
 * 4.6.1.  A page is a user-mode address when every entry that has U/S says 1;
 * then SMAP (AC being 0) closes it to supervisor data accesses and SMEP to
 * supervisor fetches.  CR0.WP = 0 lets the supervisor write where it may read.
 * Accessed and dirty are the processor's business, 4.8: never a fault.
 */
static enum pt_word i386_permits(const struct pt_regime *regime,
				 uint32_t attrs, uint32_t denied,
				 enum pt_access access,
				 enum pt_privilege privilege)
{
	uint32_t control = regime->control;
	uint32_t rights = attrs & ~denied;
	bool user_page = rights & PT_USER, ok;

	if (privilege == PT_AS_USER)
		ok = user_page;
	else if (access == PT_EXEC)
		ok = !user_page || !(control & PT_REGIME_X86_SMEP);
	else
		ok = !user_page || !(control & PT_REGIME_X86_SMAP);
	if (access == PT_EXEC)
		ok = ok && (rights & PT_X);
	if (access == PT_WRITE)
		ok = ok && ((rights & PT_W) ||
			    (privilege == PT_AS_KERNEL &&
			     !(control & PT_REGIME_X86_WP)));
	return ok ? PT_V_OK : PT_V_PERMISSION;
}

/*
 * With NXE clear there is no way to take X away; asking for it is a reserved
 * bit somewhere on the way.
 */
static enum pt_word i386_pae_permits(const struct pt_regime *regime,
				     uint32_t attrs, uint32_t denied,
				     enum pt_access access,
				     enum pt_privilege privilege)
{
	if (!(regime->control & PT_REGIME_X86_NXE) && !(attrs & ~denied & PT_X))
		return PT_V_RESERVED;
	return i386_permits(regime, attrs, denied, access, privilege);
}

/*
 * The accesses that the accumulated flags allow: us and rw are the AND of all
 * entries' U/S and R/W, xd the OR of their XD.
 */
static inline unsigned i386_allowed(uint32_t control, bool us, bool rw, bool xd)
{
	bool data = !(us && (control & PT_REGIME_X86_SMAP));
	bool fetch = !(us && (control & PT_REGIME_X86_SMEP)) && !xd;
	bool write = rw || !(control & PT_REGIME_X86_WP);
	unsigned allowed = 0;

	allowed |= us ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= us && rw ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= us && !xd ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= data ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= data && write ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= fetch ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

static inline void i386_leaf(const struct mmu_walk *walk,
			     const struct mmu_entry *entry,
			     struct mmu_outcome *out)
{
	uint32_t left = entry->attrs & ~walk->denied;

	mmu_rights_verdicts(out, walk->depth,
			    i386_allowed(walk->regime->control, left & PT_USER,
					 left & PT_W, !(left & PT_X)));
}

/*
 * Reserved bits matter when the entry is read, before any right; a not-present
 * entry ends the walk.  CR3: the page directory is at 31:12 (table 4-3).
 */
static const struct mmu_rules i386_rules = {
	.root = I386_ADDRESS,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_NONE,
	.index = i386_index,
	.load = mmu_load_little32,
	.entry = i386_entry,
	.leaf = i386_leaf,
};

/* CR3: the page-directory-pointer table is at 31:5 (table 4-7). */
static const struct mmu_rules i386_pae_rules = {
	.root = UINT64_C(0xffffffe0),
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_NONE,
	.index = mmu_index_4k,
	.load = mmu_load_little64,
	.entry = i386_pae_entry,
	.leaf = i386_leaf,
};

static void i386_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&i386_rules, arch, memory, regime, space, va, out);
}

static void i386_pae_translate(const struct mmu_arch *arch,
			       const struct pt_memory *memory,
			       const struct pt_regime *regime, unsigned space,
			       uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&i386_pae_rules, arch, memory, regime, space, va, out);
}

/* Without PAE nothing may come of NXE; protection keys are for 64 bits only. */
#define I386_CONTROLS                                                       \
	(PT_REGIME_X86_WP | PT_REGIME_X86_NXE | PT_REGIME_X86_SMEP |        \
	 PT_REGIME_X86_SMAP)

/* No migration; pmd_mkinvalid() clears P and G, which tells PROT_NONE. */
#define I386_KINDS_HUGE (1u << PT_PROTNONE | 1u << PT_INVALID_HUGE)

const struct mmu_arch mmu_i386 = {
	.format = "i386",
	.source = "Intel SDM volume 3A, chapter 4: 4.3, 4.6 to 4.9",
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.walks = true,
	.controls = I386_CONTROLS,
	.level = {
		[PT_PMD] = { .va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true, .deniable = PT_W | PT_USER,
			     .kinds = I386_KINDS_HUGE },
		[PT_PTE] = { .va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			     .leaf = true, .kinds = MMU_KINDS_PAGE },
	},
	.representable = i386_representable,
	.entry = i386_entry,
	.permits = i386_permits,
	.translate = i386_translate,
};

/* The four PDPTEs have no rights, no accessed flag and no page size. */
const struct mmu_arch mmu_i386_pae = {
	.format = "i386-pae",
	.source = "Intel SDM volume 3A, chapter 4: 4.4, 4.6 to 4.9",
	.top = PT_PUD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.walks = true,
	.controls = I386_CONTROLS,
	.level = {
		[PT_PUD] = { .va_shift = 30, .index_bits = 2,
			     .entry_bytes = 8 },
		[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true,
			     .deniable = PT_W | PT_X | PT_USER,
			     .kinds = I386_KINDS_HUGE },
		[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .kinds = MMU_KINDS_PAGE },
	},
	.representable = i386_pae_representable,
	.entry = i386_pae_entry,
	.permits = i386_pae_permits,
	.translate = i386_pae_translate,
};
