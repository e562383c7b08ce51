/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * s390x with three, four and five tables: second reading.
 *
 * Source: z/Architecture Principles of Operation, SA22-7832-13, chapter 3
 * "Storage": "Dynamic Address Translation" (translation tables, translation
 * process, "Exceptions Recognized during Dynamic Address Translation"),
 * "Enhanced-DAT Facility 1" and "2", "DAT Protection",
 * "Instruction-Execution Protection"; the order of checks also as in QEMU,
 * target/s390x/mmu_helper.c, mmu_translate_asce().  For the bits that are
 * software's: Linux 6.12, arch/s390/include/asm/pgtable.h (the tables of bit
 * combinations above _ASCE_ORIGIN and PGSTE_ACC_BITS, p?d_none(), pte_none()).
 *
 * Address-space-control element: DT the root's type, TL = 3, R = 0, P = 1 (a
 * private space, as Linux makes them for users).  CR0: EDAT = 1, IEP = 1; the
 * machine has EDAT-2.  Storage keys and low-address protection do not play.
 * An address of 2^pa_bits or more is an addressing exception, PT_V_ADDRSIZE.
 *
 * Linux keeps READ, WRITE, YOUNG and DIRTY for itself: the invalid bit is clear
 * in readable young leaves only, the protection bit in writable dirty ones.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/* All region- and segment-table entries; the IBM bit number is 63 - n. */
#define S390_P		(UINT64_C(1) << 9)	/* DAT protection */
#define S390_TF		(UINT64_C(3) << 6)	/* table offset; regions only */
#define S390_I		(UINT64_C(1) << 5)	/* invalid */
#define S390_TT		(UINT64_C(3) << 2)	/* table type */
#define S390_TL		(UINT64_C(3) << 0)	/* table length; regions only */
/* Region third and segment: */
#define S390_FC		(UINT64_C(1) << 10)	/* format control: a leaf */
#define S390_IEP	(UINT64_C(1) << 8)	/* no execution; leaves */
#define S390_COMMON	(UINT64_C(1) << 4)	/* CR, CS */

/* Page-table entries: IEP and P as above. */
#define S390_PAGE_ZERO	(UINT64_C(1) << 11)	/* must be 0 */
#define S390_PAGE_I	(UINT64_C(1) << 10)

#define S390_REGION_ORIGIN  (~UINT64_C(0xfff))	/* also a page's frame */
#define S390_SEGMENT_ORIGIN (~UINT64_C(0x7ff))

/* Linux's bits in a page-table entry, and in a large leaf. */
#define S390_PAGE_PRESENT (UINT64_C(1) << 0)
#define S390_PAGE_YOUNG	  (UINT64_C(1) << 2)
#define S390_PAGE_DIRTY	  (UINT64_C(1) << 3)
#define S390_PAGE_READ	  (UINT64_C(1) << 4)
#define S390_PAGE_WRITE	  (UINT64_C(1) << 5)
#define S390_LARGE_READ	  (UINT64_C(1) << 0)
#define S390_LARGE_WRITE  (UINT64_C(1) << 1)
#define S390_LARGE_YOUNG  (UINT64_C(1) << 12)
#define S390_LARGE_DIRTY  (UINT64_C(1) << 13)

/* What pte_none() compares with. */
#define S390_PAGE_EMPTY	S390_PAGE_I

/* The same of a page and of a large leaf. */
struct s390_leaf_bits {
	bool read, write, young, dirty;	/* software's */
	bool invalid, protect, noexec;	/* hardware's */
};

static inline unsigned s390_shift(unsigned depth)
{
	return depth == PT_PTE ? 12 : 20 + 11 * (PT_PMD - depth);
}

static uint64_t s390_index(unsigned depth, uint64_t va)
{
	return va >> s390_shift(depth) & (depth == PT_PTE ? 255 : 2047);
}

/* TT: 3, 2, 1 for region first, second, third, 0 for segment. */
static inline uint64_t s390_type(unsigned depth)
{
	return (uint64_t)(PT_PMD - depth) << 2;
}

static inline struct s390_leaf_bits s390_page_bits(uint64_t raw)
{
	struct s390_leaf_bits bits = {
		.read = raw & S390_PAGE_READ,
		.write = raw & S390_PAGE_WRITE,
		.young = raw & S390_PAGE_YOUNG,
		.dirty = raw & S390_PAGE_DIRTY,
		.invalid = raw & S390_PAGE_I,
		.protect = raw & S390_P,
		.noexec = raw & S390_IEP,
	};

	return bits;
}

static inline struct s390_leaf_bits s390_large_bits(uint64_t raw)
{
	struct s390_leaf_bits bits = {
		.read = raw & S390_LARGE_READ,
		.write = raw & S390_LARGE_WRITE,
		.young = raw & S390_LARGE_YOUNG,
		.dirty = raw & S390_LARGE_DIRTY,
		.invalid = raw & S390_I,
		.protect = raw & S390_P,
		.noexec = raw & S390_IEP,
	};

	return bits;
}

/*
 * A leaf, or RESERVED where hardware's bits do not follow from software's.
 * A page without READ has no right whatever IEP says (PAGE_NONE has it clear);
 * WRITE without READ is nothing that Linux knows.
 */
static inline void s390_leaf_entry(const struct s390_leaf_bits *bits,
				   uint64_t pa, struct mmu_entry *out)
{
	uint32_t rights = PT_USER | PT_R | (bits->write ? PT_W : 0) |
			  (bits->noexec ? 0 : PT_X);

	if (bits->invalid != !(bits->read && bits->young) ||
	    bits->protect != !(bits->write && bits->dirty) ||
	    (bits->write && !bits->read)) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_LEAF;
	out->pa = pa;
	out->attrs = (bits->read ? rights : 0) |
		     (bits->young ? PT_ACCESSED : 0) |
		     (bits->dirty ? PT_DIRTY : 0);
}

/*
 * A page is present to Linux by a bit of its own; hardware must not find one
 * valid that is not.
 */
static inline void s390_page_entry(uint64_t raw, struct mmu_entry *out)
{
	struct s390_leaf_bits bits = s390_page_bits(raw);

	if (!(raw & S390_PAGE_PRESENT)) {
		out->class = raw & S390_PAGE_I ? MMU_INVALID : MMU_RESERVED;
		out->empty = raw == S390_PAGE_EMPTY;
		return;
	}
	if (raw & S390_PAGE_ZERO) {
		out->class = MMU_RESERVED;
		return;
	}
	s390_leaf_entry(&bits, raw & S390_REGION_ORIGIN, out);
}

/*
 * pgd_none() looks at the invalid bit only (and at the type, that there is such
 * a table at all), the others compare the whole entry.
 */
static inline bool s390_empty(unsigned depth, uint64_t raw)
{
	uint64_t none = s390_type(depth) | S390_I;

	if (depth == PT_PGD)
		return (raw & (S390_TT | S390_I)) == none;
	return raw == none;
}

/*
 * Translation-specification exceptions of a valid entry: the type is not the
 * table's; CR or CS where the space is private.  Tables here are whole, so an
 * offset and a length that say otherwise are called reserved as well.
 */
static inline bool s390_table_reserved(unsigned depth, uint64_t raw)
{
	if ((raw & S390_TT) != s390_type(depth))
		return true;
	if (depth >= PT_PUD && (raw & S390_COMMON))
		return true;
	return depth != PT_PMD && (raw & (S390_TF | S390_TL)) != S390_TL;
}

/*
 * A region-third entry with FC maps 2 GB, a segment-table entry 1 MB.  Other
 * bits that the formats leave unassigned are ignored.
 */
static inline void s390_entry(const struct pt_regime *regime, unsigned depth,
			      uint64_t raw, struct mmu_entry *out)
{
	bool typed = (raw & S390_TT) == s390_type(depth);

	(void)regime;
	mmu_start_entry(out, MMU_INVALID);
	if (depth == PT_PTE) {
		s390_page_entry(raw, out);
		return;
	}
	if ((depth == PT_PUD || depth == PT_PMD) && (raw & S390_FC) && typed) {
		struct s390_leaf_bits bits = s390_large_bits(raw);
		uint64_t pa = raw & ~pt_ones(s390_shift(depth));

		out->class = MMU_RESERVED;
		if (!(raw & S390_COMMON))
			s390_leaf_entry(&bits, pa, out);
		return;
	}
	if (raw & S390_I) {
		out->empty = s390_empty(depth, raw);
		return;
	}
	if (s390_table_reserved(depth, raw)) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_TABLE;
	out->pa = raw & (depth == PT_PMD ? S390_SEGMENT_ORIGIN :
					   S390_REGION_ORIGIN);
	out->denied = raw & S390_P ? PT_W : 0;
}

/* No right, or R and perhaps more, always with USER. */
static bool s390_representable(unsigned depth, uint32_t attrs)
{
	uint32_t usable = PT_R | PT_USER;

	if (depth < PT_PUD || depth > PT_PTE)
		return false;
	if (attrs & ~(PT_RIGHTS | PT_ACCESSED | PT_DIRTY))
		return false;
	return !(attrs & PT_RIGHTS) || (attrs & usable) == usable;
}

/*
 * Problem and supervisor state have the same rights.  An old page is invalid
 * to hardware, so nothing else of it counts, but a page without rights would be
 * invalid anyway.  A clean page is protected like one without W.
 */
static enum pt_word s390_permits(const struct pt_regime *regime, uint32_t attrs,
				 uint32_t denied, enum pt_access access,
				 enum pt_privilege privilege)
{
	static const uint32_t needed[PT_ACCESSES] = { PT_R, PT_W, PT_X };

	(void)regime;
	(void)privilege;
	if (!(attrs & PT_R))
		return PT_V_PERMISSION;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (!(attrs & ~denied & needed[access]))
		return PT_V_PERMISSION;
	if (access == PT_WRITE && !(attrs & PT_DIRTY))
		return PT_V_DIRTY;
	return PT_V_OK;
}

/*
 * Hardware's bits, and behind each what software meant by it.  The addressing
 * exception of the location itself comes after all others.
 */
static inline void s390_leaf(const struct mmu_walk *walk,
			     const struct mmu_entry *entry,
			     struct mmu_outcome *out)
{
	uint64_t raw = walk->raw;
	uint64_t i = walk->depth == PT_PTE ? S390_PAGE_I : S390_I;
	bool readable = entry->attrs & PT_R, writable = entry->attrs & PT_W;
	bool beyond = entry->pa & ~pt_ones(walk->regime->pa_bits);
	enum pt_word ok = beyond ? PT_V_ADDRSIZE : PT_V_OK;
	enum pt_word otherwise[PT_ACCESSES] = { ok, ok, ok };
	bool x = !(raw & S390_IEP), w = writable && !(walk->above & S390_P);

	if (raw & i) {
		mmu_all_verdicts(out, readable ? PT_V_ACCESS : PT_V_PERMISSION,
				 (int)walk->depth);
		return;
	}
	if (raw & S390_P)
		otherwise[PT_WRITE] = PT_V_DIRTY;
	mmu_leaf_verdicts(out, walk->depth,
			  mmu_may(PT_AS_USER, PT_READ) |
				  mmu_may(PT_AS_KERNEL, PT_READ) |
				  (w ? mmu_may(PT_AS_USER, PT_WRITE) : 0) |
				  (w ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0) |
				  (x ? mmu_may(PT_AS_USER, PT_EXEC) : 0) |
				  (x ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0),
			  otherwise);
}

/*
 * An address that the root's type does not reach is PT_V_CANONICAL, here an
 * ASCE-type exception.
 */
static const struct mmu_rules s390_rules = {
	.root = S390_REGION_ORIGIN,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE,
	.index = s390_index,
	.load = mmu_load_big64,
	.entry = s390_entry,
	.leaf = s390_leaf,
};

static void s390_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&s390_rules, arch, memory, regime, space, va, out);
}

#define S390_ARCH                                                           \
	.source = "Principles of Operation SA22-7832-13, chapter 3, DAT; "  \
		  "Linux 6.12 arch/s390/include/asm/pgtable.h",             \
	.page_shift = 12, .va_word_bits = 64, .big_endian = true,           \
	.walks = true, .grade = MMU_HARDWARE,                               \
	.representable = s390_representable, .entry = s390_entry,           \
	.permits = s390_permits, .translate = s390_translate

#define S390_REGION(shift)                                                  \
	{ .va_shift = (shift), .index_bits = 11, .entry_bytes = 8,          \
	  .deniable = PT_W }

/*
 * PAGE_NONE is a leaf without rights, so there is no protnone; and a large
 * entry is not laid out like a page's, nor are huge pages migrated.
 */
#define S390_LOWER_LEVELS                                                   \
	[PT_PUD] = { .va_shift = 31, .index_bits = 11, .entry_bytes = 8,    \
		     .leaf = true, .deniable = PT_W },                      \
	[PT_PMD] = { .va_shift = 20, .index_bits = 11, .entry_bytes = 8,    \
		     .leaf = true, .deniable = PT_W },                      \
	[PT_PTE] = { .va_shift = 12, .index_bits = 8, .entry_bytes = 8,     \
		     .leaf = true,                                          \
		     .kinds = (1u << PT_SWAP) | (1u << PT_MIGRATION) |      \
			      (1u << PT_MARKER) }

const struct mmu_arch mmu_s390x_3level = {
	.format = "s390x-3level",
	.top = PT_PUD,
	.va_bits = 42,
	.level = { S390_LOWER_LEVELS },
	S390_ARCH,
};

const struct mmu_arch mmu_s390x_4level = {
	.format = "s390x-4level",
	.top = PT_P4D,
	.va_bits = 53,
	.level = { [PT_P4D] = S390_REGION(42), S390_LOWER_LEVELS },
	S390_ARCH,
};

const struct mmu_arch mmu_s390x_5level = {
	.format = "s390x-5level",
	.top = PT_PGD,
	.va_bits = 64,
	.level = { [PT_PGD] = S390_REGION(53), [PT_P4D] = S390_REGION(42),
		   S390_LOWER_LEVELS },
	S390_ARCH,
};
