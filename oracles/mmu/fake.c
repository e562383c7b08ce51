/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fake and fake-tiny: second reading.
 *
 * Source: docs/fake-manual.md, sections named below.
 */
#include <stddef.h>

#include "mmu.h"
#include "mmu_walk.h"

/*			"Common rules"			*/

static const uint32_t fake_needs[PT_ACCESSES] = {
	[PT_READ] = PT_R, [PT_WRITE] = PT_W, [PT_EXEC] = PT_X,
};

static bool fake_attrs_ok(uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | PT_SOFT1 | PT_MEMTYPE_MASK | PT_KEY_MASK;

	if ((attrs & ~known) || pt_attrs_memtype(attrs) >= PT_MEMTYPES)
		return false;
	return !(attrs & PT_W) || (attrs & PT_R);
}

/*
 * Denied rights count as absent.  User code needs U and the right; the kernel
 * the right, but executes no page that still has U, and with GUARD does not
 * touch its data either.  Then A, then D.
 */
static enum pt_word fake_permits(const struct pt_regime *regime, uint32_t attrs,
				 uint32_t denied, enum pt_access access,
				 enum pt_privilege privilege)
{
	uint32_t rights = attrs & ~denied;

	if (!(rights & fake_needs[access]))
		return PT_V_PERMISSION;
	if (privilege == PT_AS_USER && !(rights & PT_USER))
		return PT_V_PERMISSION;
	if (privilege == PT_AS_KERNEL && (rights & PT_USER) &&
	    (access == PT_EXEC || (regime->control & PT_REGIME_FAKE_GUARD)))
		return PT_V_PERMISSION;
	if (regime->control & PT_REGIME_FAKE_HWAD)
		return PT_V_OK;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (access == PT_WRITE && !(attrs & PT_DIRTY))
		return PT_V_DIRTY;
	return PT_V_OK;
}

static inline unsigned fake_allowed(uint32_t control, uint32_t left)
{
	bool r = left & PT_R, w = left & PT_W, x = left & PT_X;
	bool u = left & PT_USER;
	bool data = !(u && (control & PT_REGIME_FAKE_GUARD));
	unsigned allowed = 0;

	allowed |= u && r ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= u && w ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= u && x ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= data && r ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= data && w ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= !u && x ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

static void fake_leaf(const struct pt_regime *regime, unsigned depth,
		      uint64_t offset, const struct mmu_entry *entry,
		      uint32_t denied, struct mmu_outcome *out)
{
	enum pt_word otherwise[PT_ACCESSES];

	out->leaf = true;
	out->pa = entry->pa | offset;
	out->attrs = entry->attrs;
	out->denied = denied;
	out->depth = (uint8_t)depth;
	out->group = entry->group;
	mmu_flag_words(entry->attrs, regime->control & PT_REGIME_FAKE_HWAD,
		       otherwise);
	mmu_leaf_verdicts(out, depth,
			  fake_allowed(regime->control, entry->attrs & ~denied),
			  otherwise);
}

/* "At each entry, in this order": PT_V_OK where the walk goes on. */
static inline enum pt_word fake_stop(const struct pt_regime *regime,
				     const struct mmu_entry *entry)
{
	if (entry->class == MMU_INVALID)
		return PT_V_TRANSLATION;
	if (entry->class == MMU_RESERVED)
		return PT_V_RESERVED;
	if (entry->pa & ~pt_ones(regime->pa_bits))
		return PT_V_ADDRSIZE;
	return PT_V_OK;
}

/*			"fake"				*/

#define FAKE_SOFT0 (UINT64_C(1) << 58)
#define FAKE_SOFT1 (UINT64_C(1) << 59)
#define FAKE_G	   (UINT64_C(1) << 14)

/* By height: lg2 bytes that an entry spans, and lg2 length of a table. */
static const uint8_t fake_span[] = { 13, 20, 25, 34 };
static const uint8_t fake_length[] = { 10, 8, 12, 6 };
static const uint8_t fake_index_bits[] = { 7, 5, 9, 3 };

static inline bool fake_bit(uint64_t raw, unsigned bit)
{
	return raw >> bit & 1;
}

/* Bits first..last. */
static inline uint64_t fake_bits(unsigned last, unsigned first)
{
	return pt_ones(last + 1) & ~pt_ones(first);
}

/* A and D swap places where the height is odd. */
static inline uint32_t fake_attrs(unsigned h, uint64_t raw)
{
	uint32_t type = (uint32_t)((raw >> 16 & 3) - h) & 3;
	uint32_t key = (uint32_t)(raw >> 18) & 15;

	return (fake_bit(raw, 8 + h) ? PT_R : 0) |
	       (fake_bit(raw, 8 + (h + 1) % 4) ? PT_W : 0) |
	       (fake_bit(raw, 8 + (h + 2) % 4) ? PT_X : 0) |
	       (fake_bit(raw, 8 + (h + 3) % 4) ? PT_USER : 0) |
	       (fake_bit(raw, h & 1 ? 13 : 12) ? PT_ACCESSED : 0) |
	       (fake_bit(raw, h & 1 ? 12 : 13) ? PT_DIRTY : 0) |
	       (raw & FAKE_G ? PT_GLOBAL : 0) |
	       (raw & FAKE_SOFT0 ? PT_SOFT0 : 0) |
	       (raw & FAKE_SOFT1 ? PT_SOFT1 : 0) | type << PT_MEMTYPE_SHIFT |
	       key << PT_KEY_SHIFT;
}

static inline void fake_read_leaf(unsigned h, uint64_t raw,
				  struct mmu_entry *out)
{
	uint64_t address = fake_bits(54 + h, 24 + h);
	uint64_t pa = (raw & address) >> (24 + h) << 13;
	uint64_t known = fake_bits(2 * h + 1, 2 * h) | fake_bits(14, 8) |
			 fake_bits(21, 16) | address | FAKE_SOFT0 | FAKE_SOFT1;
	uint32_t attrs = fake_attrs(h, raw);

	if (h == 3 || (raw & ~known) || (pa & pt_ones(fake_span[h])))
		return;
	if ((attrs & PT_W) && !(attrs & PT_R))
		return;
	out->class = MMU_LEAF;
	out->pa = pa;
	out->attrs = attrs;
}

/* A deny bit denies when 1 at even heights, when 0 at odd ones. */
static inline void fake_read_table(unsigned h, uint64_t raw,
				   struct mmu_entry *out)
{
	uint64_t address = fake_bits(53 + h, 16 + h);
	uint64_t pa = (raw & address) >> (16 + h) << 6;
	uint64_t known = fake_bits(2 * h + 1, 2 * h) | fake_bits(11, 8) |
			 address;
	uint64_t deny = h & 1 ? ~raw : raw;

	if (h == 0 || (raw & ~known) || (pa & pt_ones(fake_length[h - 1])))
		return;
	out->class = MMU_TABLE;
	out->pa = pa;
	out->denied = (fake_bit(deny, 8 + h) ? PT_W : 0) |
		      (fake_bit(deny, 8 + (h + 1) % 4) ? PT_X : 0) |
		      (fake_bit(deny, 8 + (h + 2) % 4) ? PT_USER : 0) |
		      (fake_bit(deny, 8 + (h + 3) % 4) ? PT_R : 0);
}

static inline void fake_read(unsigned depth, uint64_t raw,
			     struct mmu_entry *out)
{
	unsigned h = PT_PTE - depth;

	mmu_start_entry(out, MMU_RESERVED);
	switch (raw >> (2 * h) & 3) {
	case 0:
		out->class = MMU_INVALID;
		/* "Tag 0xE with h in bits 9..8 and all other bits 0". */
		out->empty = raw == (UINT64_C(0xe) << 60 | (uint64_t)h << 8);
		break;
	case 1:
		fake_read_leaf(h, raw, out);
		break;
	case 2:
		fake_read_table(h, raw, out);
		break;
	default:
		break;
	}
}

static void fake_entry(const struct pt_regime *regime, unsigned depth,
		       uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	fake_read(depth, raw, out);
}

static bool fake_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_PUD && depth <= PT_PTE && fake_attrs_ok(attrs);
}

static void fake_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	uint64_t table = regime->root[space];
	int from = PT_DEPTH_UNKNOWN;
	uint32_t denied = 0;

	mmu_start_outcome(out);
	if (!mmu_sign_extended(va, arch->va_bits)) {
		mmu_all_verdicts(out, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
		return;
	}
	for (unsigned depth = arch->top; depth <= PT_PTE; depth++) {
		unsigned h = PT_PTE - depth;
		uint64_t index = va >> fake_span[h] & pt_ones(fake_index_bits[h]);
		struct mmu_entry entry;
		enum pt_word stop;
		uint64_t raw;

		if (!mmu_load_little64(memory, table + index * 8, &raw)) {
			mmu_all_verdicts(out, PT_V_WALKBUS, from);
			return;
		}
		fake_read(depth, raw, &entry);
		stop = fake_stop(regime, &entry);
		if (stop != PT_V_OK) {
			mmu_all_verdicts(out, stop, (int)depth);
			return;
		}
		if (entry.class == MMU_LEAF) {
			fake_leaf(regime, depth, va & pt_ones(fake_span[h]),
				  &entry, denied, out);
			return;
		}
		denied |= entry.denied;
		table = entry.pa;
		from = (int)depth;
	}
}

const struct mmu_arch mmu_fake = {
	.format = "fake",
	.source = "docs/fake-manual.md, fake",
	.top = PT_P4D,
	.page_shift = 13,
	.va_bits = 37,
	.va_word_bits = 64,
	.sign_extended = true,
	.walks = true,
	.level = {
		[PT_P4D] = { .va_shift = 34, .index_bits = 3, .entry_bytes = 8,
			     .deniable = PT_RIGHTS },
		[PT_PUD] = { .va_shift = 25, .index_bits = 9, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_RIGHTS,
			     .kinds = MMU_KINDS_HUGE },
		[PT_PMD] = { .va_shift = 20, .index_bits = 5, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_RIGHTS,
			     .kinds = MMU_KINDS_HUGE },
		[PT_PTE] = { .va_shift = 13, .index_bits = 7, .entry_bytes = 8,
			     .leaf = true, .kinds = MMU_KINDS_PAGE },
	},
	.representable = fake_representable,
	.entry = fake_entry,
	.permits = fake_permits,
	.translate = fake_translate,
};

/*			"fake-tiny"			*/

#define TINY_V	   (UINT64_C(1) << 63)
#define TINY_L	   (UINT64_C(1) << 62)
#define TINY_R	   (UINT64_C(1) << 61)
#define TINY_W	   (UINT64_C(1) << 60)
#define TINY_X	   (UINT64_C(1) << 59)
#define TINY_U	   (UINT64_C(1) << 58)
#define TINY_A	   (UINT64_C(1) << 57)
#define TINY_D	   (UINT64_C(1) << 56)
#define TINY_G	   (UINT64_C(1) << 55)
#define TINY_GRP   (UINT64_C(1) << 54)
#define TINY_SOFT0 (UINT64_C(1) << 53)
#define TINY_SOFT1 (UINT64_C(1) << 52)

#define TINY_LEAF_PA UINT64_C(0x000000ffffffff00)	/* 39..8 */
#define TINY_LEAF_RESERVED UINT64_C(0x00003f00000000ff)	/* 45..40, 7..0 */
#define TINY_TABLE_PA UINT64_C(0x000000ffffffffe0)	/* 39..5 */
#define TINY_TABLE_BITS (TINY_V | TINY_R | TINY_W | TINY_X | TINY_U | TINY_TABLE_PA)

/* By height, as above; and lg2 entries of a group. */
static const uint8_t tiny_span[] = { 8, 11, 14, 16, 19 };
static const uint8_t tiny_length[] = { 6, 6, 5, 6, 5 };
static const uint8_t tiny_index_bits[] = { 3, 3, 2, 3, 2 };
static const uint8_t tiny_group[] = { 2, 1, 1, 0, 0 };

static inline uint32_t tiny_attrs(uint64_t raw)
{
	uint32_t type = (uint32_t)(raw >> 50) & 3;
	uint32_t key = (uint32_t)(raw >> 46) & 15;

	return (raw & TINY_R ? PT_R : 0) | (raw & TINY_W ? PT_W : 0) |
	       (raw & TINY_X ? PT_X : 0) | (raw & TINY_U ? PT_USER : 0) |
	       (raw & TINY_A ? PT_ACCESSED : 0) | (raw & TINY_D ? PT_DIRTY : 0) |
	       (raw & TINY_G ? PT_GLOBAL : 0) | (raw & TINY_SOFT0 ? PT_SOFT0 : 0) |
	       (raw & TINY_SOFT1 ? PT_SOFT1 : 0) | type << PT_MEMTYPE_SHIFT |
	       key << PT_KEY_SHIFT;
}

static inline void tiny_read(unsigned depth, uint64_t raw,
			     struct mmu_entry *out)
{
	unsigned h = PT_PTE - depth;

	mmu_start_entry(out, MMU_INVALID);
	if (!(raw & TINY_V)) {
		out->empty = raw == 0;
		return;
	}
	out->class = MMU_RESERVED;
	if (raw & TINY_L) {
		uint64_t pa = raw & TINY_LEAF_PA;

		if (h == 4 || (raw & TINY_LEAF_RESERVED) ||
		    (pa & pt_ones(tiny_span[h])) ||
		    ((raw & TINY_W) && !(raw & TINY_R)) ||
		    ((raw & TINY_GRP) && !tiny_group[h]))
			return;
		out->class = MMU_LEAF;
		out->pa = pa;
		out->attrs = tiny_attrs(raw);
		out->group = raw & TINY_GRP;
		return;
	}
	if (h == 0 || (raw & ~TINY_TABLE_BITS) ||
	    (raw & TINY_TABLE_PA & pt_ones(tiny_length[h - 1])))
		return;
	out->class = MMU_TABLE;
	out->pa = raw & TINY_TABLE_PA;
	out->denied = (raw & TINY_R ? PT_R : 0) | (raw & TINY_W ? PT_W : 0) |
		      (raw & TINY_X ? PT_X : 0) | (raw & TINY_U ? PT_USER : 0);
}

static void tiny_entry(const struct pt_regime *regime, unsigned depth,
		       uint64_t raw, struct mmu_entry *out)
{
	(void)regime;
	tiny_read(depth, raw, out);
}

/*
 * "Groups": whether all entries around index are the leaf raw but for the
 * address, and map consecutive memory from a multiple of the group's span.
 * Equal fields include GRP, V and L, so one comparison says it all.
 */
static bool tiny_group_agrees(const struct pt_memory *memory, uint64_t table,
			      unsigned h, uint64_t index, uint64_t raw)
{
	uint64_t count = UINT64_C(1) << tiny_group[h];
	uint64_t span = UINT64_C(1) << tiny_span[h];
	uint64_t first = index & ~(count - 1);
	uint64_t base = raw & ~((count - 1) * span);

	for (uint64_t i = 0; i < count; i++) {
		uint64_t other;

		if (!mmu_load_big64(memory, table + (first + i) * 8, &other) ||
		    other != (base | i * span))
			return false;
	}
	return true;
}

static bool tiny_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_P4D && depth <= PT_PTE && fake_attrs_ok(attrs);
}

/* Bits 31..21 tell the root; nothing is above bit 31. */
static inline bool tiny_in_space(uint64_t va, unsigned space)
{
	return va >> 21 == (space ? UINT64_C(0x7ff) : 0);
}

static void tiny_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	uint64_t table = regime->root[space];
	int from = PT_DEPTH_UNKNOWN;
	uint32_t denied = 0;

	mmu_start_outcome(out);
	if (!tiny_in_space(va, space)) {
		mmu_all_verdicts(out, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
		return;
	}
	for (unsigned depth = arch->top; depth <= PT_PTE; depth++) {
		unsigned h = PT_PTE - depth;
		uint64_t index = va >> tiny_span[h] & pt_ones(tiny_index_bits[h]);
		struct mmu_entry entry;
		enum pt_word stop;
		uint64_t raw;

		if (!mmu_load_big64(memory, table + index * 8, &raw)) {
			mmu_all_verdicts(out, PT_V_WALKBUS, from);
			return;
		}
		tiny_read(depth, raw, &entry);
		if (entry.group &&
		    !tiny_group_agrees(memory, table, h, index, raw))
			entry.class = MMU_RESERVED;
		stop = fake_stop(regime, &entry);
		if (stop != PT_V_OK) {
			mmu_all_verdicts(out, stop, (int)depth);
			return;
		}
		if (entry.class == MMU_LEAF) {
			fake_leaf(regime, depth, va & pt_ones(tiny_span[h]),
				  &entry, denied, out);
			return;
		}
		denied |= entry.denied;
		table = entry.pa;
		from = (int)depth;
	}
}

const struct mmu_arch mmu_fake_tiny = {
	.format = "fake-tiny",
	.source = "docs/fake-manual.md, fake-tiny",
	.top = PT_PGD,
	.page_shift = 8,
	.va_bits = 21,
	.va_word_bits = 32,
	.two_roots = true,
	.big_endian = true,
	.walks = true,
	.level = {
		[PT_PGD] = { .va_shift = 19, .index_bits = 2, .entry_bytes = 8,
			     .deniable = PT_RIGHTS },
		[PT_P4D] = { .va_shift = 16, .index_bits = 3, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_RIGHTS,
			     .kinds = MMU_KINDS_HUGE },
		[PT_PUD] = { .va_shift = 14, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .group_order = 1,
			     .deniable = PT_RIGHTS, .kinds = MMU_KINDS_HUGE },
		[PT_PMD] = { .va_shift = 11, .index_bits = 3, .entry_bytes = 8,
			     .leaf = true, .group_order = 1,
			     .deniable = PT_RIGHTS, .kinds = MMU_KINDS_HUGE },
		[PT_PTE] = { .va_shift = 8, .index_bits = 3, .entry_bytes = 8,
			     .leaf = true, .group_order = 2,
			     .kinds = MMU_KINDS_PAGE },
	},
	.representable = tiny_representable,
	.entry = tiny_entry,
	.permits = fake_permits,
	.translate = tiny_translate,
};
