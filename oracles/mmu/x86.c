/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64, 4-level and 5-level paging: second reading.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume
 * 3A, chapter 4 "Paging": 4.5 (structures, figure 4-11, tables 4-15 to 4-20,
 * reserved bits), 4.6.1 (access rights), 4.6.2 (protection keys), 4.7 (page
 * faults), 4.8 (accessed and dirty), 4.9.2 (memory type with the PAT); volume 1,
 * 3.3.7.1 (canonical).
 * 1-GByte pages are supported; CR4.PKS, CR4.CET are 0, EFLAGS.AC is 0; PKRU is
 * PT_X86_PKRU.
 *
 * AMD differs where nobody looks: bit 8 of a PML4E must be zero there.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* Tables 4-15 to 4-20.  PS is PAT in a PTE; a large page has PAT at 12. */
#define X86_P	    (UINT64_C(1) << 0)
#define X86_RW	    (UINT64_C(1) << 1)
#define X86_US	    (UINT64_C(1) << 2)
#define X86_PWT	    (UINT64_C(1) << 3)
#define X86_PCD	    (UINT64_C(1) << 4)
#define X86_A	    (UINT64_C(1) << 5)
#define X86_D	    (UINT64_C(1) << 6)
#define X86_PS	    (UINT64_C(1) << 7)
#define X86_PAT_PTE (UINT64_C(1) << 7)
#define X86_G	    (UINT64_C(1) << 8)
#define X86_SOFT0   (UINT64_C(1) << 9)	/* Linux: special */
#define X86_SOFT1   (UINT64_C(1) << 10)
#define X86_PAT_BIG (UINT64_C(1) << 12)
#define X86_KEY_SHIFT 59
#define X86_XD	    (UINT64_C(1) << 63)

#define X86_ADDRESS UINT64_C(0x000ffffffffff000)	/* bits 51:12 */

/*
 * A memory type that types.h has no word for: UC- and WP.  Never
 * representable, so it can only be seen where somebody wrote it by mistake.
 */
#define X86_MEM_OTHER 7u

/* IA32_PAT as types.h states it: WB WC UC- UC WB WP UC- WT. */
static const uint8_t x86_pat[8] = {
	PT_MEM_WB, PT_MEM_WC,	  X86_MEM_OTHER, PT_MEM_UC,
	PT_MEM_WB, X86_MEM_OTHER, X86_MEM_OTHER, PT_MEM_WT,
};

static inline uint32_t x86_attrs(unsigned depth, uint64_t raw)
{
	uint64_t pat = raw & (depth == PT_PTE ? X86_PAT_PTE : X86_PAT_BIG);
	unsigned type = (pat ? 4u : 0) | (raw & X86_PCD ? 2u : 0) |
			(raw & X86_PWT ? 1u : 0);
	uint32_t key = (uint32_t)(raw >> X86_KEY_SHIFT) & 15;

	return PT_R | (raw & X86_RW ? PT_W : 0) | (raw & X86_XD ? 0 : PT_X) |
	       (raw & X86_US ? PT_USER : 0) | (raw & X86_G ? PT_GLOBAL : 0) |
	       (raw & X86_A ? PT_ACCESSED : 0) | (raw & X86_D ? PT_DIRTY : 0) |
	       (raw & X86_SOFT0 ? PT_SOFT0 : 0) |
	       (raw & X86_SOFT1 ? PT_SOFT1 : 0) |
	       (uint32_t)x86_pat[type] << PT_MEMTYPE_SHIFT |
	       key << PT_KEY_SHIFT;
}

/*
 * Bits that a present entry must not have, 4.5.  At every level: 51:MAXPHYADDR,
 * and XD unless IA32_EFER.NXE is set.
 */
static inline uint64_t x86_reserved(const struct pt_regime *regime)
{
	uint64_t xd = regime->control & PT_REGIME_X86_NXE ? 0 : X86_XD;

	return (X86_ADDRESS & ~pt_ones(regime->pa_bits)) | xd;
}

/* PS in a PML5E and PML4E; the address below a large page, but bit 12. */
static inline uint64_t x86_reserved_at(unsigned depth, bool big)
{
	if (depth <= PT_P4D)
		return X86_PS;
	return big ? pt_ones(mmu_shift_4k(depth)) & ~pt_ones(13) : 0;
}

/*
 * A and D of an entry that is not present, which some processors set by an
 * erratum: Linux (pte_none() to p4d_none(), not pgd_none()) looks past them.
 */
static inline uint64_t x86_stray(unsigned depth)
{
	return depth == PT_PGD ? 0 : X86_A | X86_D;
}

static inline void x86_entry(const struct pt_regime *regime, unsigned depth,
			     uint64_t raw, struct mmu_entry *out)
{
	uint64_t reserved = x86_reserved(regime);
	bool big = depth != PT_PTE && (raw & X86_PS);

	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & X86_P)) {
		out->empty = !(raw & ~x86_stray(depth));
		return;
	}
	if (raw & (reserved | x86_reserved_at(depth, big))) {
		out->class = MMU_RESERVED;
		return;
	}
	if (depth == PT_PTE || big) {
		out->class = MMU_LEAF;
		out->pa = raw & X86_ADDRESS & ~pt_ones(mmu_shift_4k(depth));
		out->attrs = x86_attrs(depth, raw);
		return;
	}
	out->class = MMU_TABLE;
	out->pa = raw & X86_ADDRESS;
	out->denied = (raw & X86_RW ? 0 : PT_W) | (raw & X86_US ? 0 : PT_USER) |
		      (raw & X86_XD ? PT_X : 0);
}

static bool x86_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_SOFT1 | PT_MEMTYPE_MASK | PT_KEY_MASK;

	if (depth < PT_PUD || depth > PT_PTE || attrs & ~known)
		return false;
	return (attrs & PT_R) && pt_attrs_memtype(attrs) < PT_MEMTYPES;
}

/* 2.7, figure 2-9: PKRU has two bits for each key, AD and WD. */
#define X86_PKRU_AD 1u
#define X86_PKRU_WD 2u

static inline unsigned x86_pkru(unsigned key)
{
	return PT_X86_PKRU >> 2 * key & (X86_PKRU_AD | X86_PKRU_WD);
}

/*
 * 4.6.2, for one access to a user-mode address: AD denies data accesses, WD
 * writes, but those of the supervisor only with CR0.WP.  Fetches have no key.
 */
static bool x86_key_denies(uint32_t control, uint32_t attrs,
			   enum pt_access access, enum pt_privilege privilege)
{
	unsigned pkru = x86_pkru(pt_attrs_key(attrs));

	if (!(control & PT_REGIME_X86_PKE) || access == PT_EXEC)
		return false;
	if (pkru & X86_PKRU_AD)
		return true;
	return (pkru & X86_PKRU_WD) && access == PT_WRITE &&
	       (privilege == PT_AS_USER || (control & PT_REGIME_X86_WP));
}

/*
 * 4.6.1.  A page is a user-mode address when every entry says U/S = 1; then
 * SMAP (AC being 0) closes it to supervisor data accesses and SMEP to
 * supervisor fetches.  CR0.WP = 0 lets the supervisor write where it may read.
 * Accessed and dirty are the processor's business, 4.8: never a fault.
 * With NXE clear there is no way to take X away; asking for it is a reserved
 * bit somewhere on the way.  4.7: a page fault tells that the key denies the
 * access, whatever else does.
 */
static enum pt_word x86_permits(const struct pt_regime *regime, uint32_t attrs,
				uint32_t denied, enum pt_access access,
				enum pt_privilege privilege)
{
	uint32_t control = regime->control;
	uint32_t rights = attrs & ~denied;
	bool user_page = rights & PT_USER;

	if (!(control & PT_REGIME_X86_NXE) && !(rights & PT_X))
		return PT_V_RESERVED;
	if (user_page && x86_key_denies(control, attrs, access, privilege))
		return PT_V_KEY;
	if (privilege == PT_AS_USER) {
		if (!user_page)
			return PT_V_PERMISSION;
		if (access == PT_WRITE && !(rights & PT_W))
			return PT_V_PERMISSION;
		if (access == PT_EXEC && !(rights & PT_X))
			return PT_V_PERMISSION;
		return PT_V_OK;
	}
	if (access == PT_EXEC) {
		if (user_page && (control & PT_REGIME_X86_SMEP))
			return PT_V_PERMISSION;
		return rights & PT_X ? PT_V_OK : PT_V_PERMISSION;
	}
	if (user_page && (control & PT_REGIME_X86_SMAP))
		return PT_V_PERMISSION;
	if (access == PT_WRITE && !(rights & PT_W) &&
	    (control & PT_REGIME_X86_WP))
		return PT_V_PERMISSION;
	return PT_V_OK;
}

/*
 * The accesses that the accumulated flags allow: us and rw are the AND of all
 * entries' U/S and R/W, xd the OR of their XD.
 */
static inline unsigned x86_allowed(uint32_t control, bool us, bool rw, bool xd)
{
	bool smap = control & PT_REGIME_X86_SMAP;
	bool smep = control & PT_REGIME_X86_SMEP;
	bool wp = control & PT_REGIME_X86_WP;
	bool data = !(us && smap);
	unsigned allowed = 0;

	allowed |= us ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= us && rw ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= us && !xd ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= data ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= data && (rw || !wp) ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= !xd && !(us && smep) ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

/* The accesses that the key of a user-mode address denies. */
static inline unsigned x86_locked(uint32_t control, unsigned key)
{
	unsigned reads = mmu_may(PT_AS_USER, PT_READ) |
			 mmu_may(PT_AS_KERNEL, PT_READ);
	unsigned writes = mmu_may(PT_AS_USER, PT_WRITE);

	switch (x86_pkru(key)) {
	case 0:
		return 0;
	case X86_PKRU_WD:
		return control & PT_REGIME_X86_WP ?
			       writes | mmu_may(PT_AS_KERNEL, PT_WRITE) : writes;
	default:
		return reads | writes | mmu_may(PT_AS_KERNEL, PT_WRITE);
	}
}

static inline void x86_leaf(const struct mmu_walk *walk,
			    const struct mmu_entry *entry,
			    struct mmu_outcome *out)
{
	uint32_t left = entry->attrs & ~walk->denied;
	uint32_t control = walk->regime->control;
	unsigned locked;

	mmu_rights_verdicts(out, walk->depth,
			    x86_allowed(control, left & PT_USER, left & PT_W,
					!(left & PT_X)));
	if (!(control & PT_REGIME_X86_PKE) || !(left & PT_USER))
		return;
	locked = x86_locked(control, pt_attrs_key(entry->attrs));
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (locked >> (p * PT_ACCESSES + a) & 1)
				out->verdict[p][a].word = PT_V_KEY;
}

/*
 * 4.5: reserved bits of an entry, those of an address past MAXPHYADDR among
 * them, matter when it is read, before any right; a not-present entry ends the
 * walk.  4.7: rights are judged at the end only.  CR3: the table is at 51:12.
 */
static const struct mmu_rules x86_rules = {
	.root = X86_ADDRESS,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_NONE,
	.index = mmu_index_4k,
	.load = mmu_load_little64,
	.entry = x86_entry,
	.leaf = x86_leaf,
};

static void x86_translate(const struct mmu_arch *arch,
			  const struct pt_memory *memory,
			  const struct pt_regime *regime, unsigned space,
			  uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&x86_rules, arch, memory, regime, space, va, out);
}

#define X86_DENIABLE (PT_W | PT_X | PT_USER)

#define X86_CONTROLS                                                        \
	(PT_REGIME_X86_WP | PT_REGIME_X86_NXE | PT_REGIME_X86_SMEP |        \
	 PT_REGIME_X86_SMAP | PT_REGIME_X86_PKE)

/*
 * pmd_mkinvalid() and pud_mkinvalid() clear P and the bit that tells PROT_NONE,
 * which is G; PS stays.
 */
#define X86_LEVELS                                                          \
	[PT_P4D] = { .va_shift = 39, .index_bits = 9, .entry_bytes = 8,     \
		     .deniable = X86_DENIABLE },                            \
	[PT_PUD] = { .va_shift = 30, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .deniable = X86_DENIABLE,                \
		     .kinds = MMU_KINDS_SPLIT },                            \
	[PT_PMD] = { .va_shift = 21, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .deniable = X86_DENIABLE,                \
		     .kinds = MMU_KINDS_SPLIT },                            \
	[PT_PTE] = { .va_shift = 12, .index_bits = 9, .entry_bytes = 8,     \
		     .leaf = true, .kinds = MMU_KINDS_PAGE }

const struct mmu_arch mmu_x86_64_4level = {
	.format = "x86_64-4level",
	.source = "Intel SDM volume 3A, chapter 4: 4.5 to 4.9",
	.top = PT_P4D,
	.page_shift = 12,
	.va_bits = 48,
	.va_word_bits = 64,
	.sign_extended = true,
	.walks = true,
	.controls = X86_CONTROLS,
	.level = { X86_LEVELS },
	.representable = x86_representable,
	.entry = x86_entry,
	.permits = x86_permits,
	.translate = x86_translate,
};

/* CR4.LA57 = 1: one more table, of PML5Es, that differ from PML4Es in nothing. */
const struct mmu_arch mmu_x86_64_5level = {
	.format = "x86_64-5level",
	.source = "Intel SDM volume 3A, chapter 4: 4.5 to 4.9, CR4.LA57 = 1",
	.top = PT_PGD,
	.page_shift = 12,
	.va_bits = 57,
	.va_word_bits = 64,
	.sign_extended = true,
	.walks = true,
	.controls = X86_CONTROLS,
	.level = {
		[PT_PGD] = { .va_shift = 48, .index_bits = 9, .entry_bytes = 8,
			     .deniable = X86_DENIABLE },
		X86_LEVELS,
	},
	.representable = x86_representable,
	.entry = x86_entry,
	.permits = x86_permits,
	.translate = x86_translate,
};
