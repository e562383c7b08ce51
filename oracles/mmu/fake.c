/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fake: second reading.
 *
 * Source: docs/fake-manual.md, "fake"; its "Common rules" are in fake_common.h.
 */
#include <stddef.h>

#include "fake_common.h"
#include "mmu.h"
#include "mmu_walk.h"

#define FAKE_SOFT0 (UINT64_C(1) << 58)
#define FAKE_SOFT1 (UINT64_C(1) << 59)
#define FAKE_G	   (UINT64_C(1) << 14)

/* By height: lg2 span of an entry, lg2 entries and lg2 length of a table. */
static const uint8_t fake_span[] = { 13, 20, 25, 34 };
static const uint8_t fake_index_bits[] = { 7, 5, 9, 3 };
static const uint8_t fake_length[] = { 10, 8, 12, 6 };

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

static inline void fake_entry(const struct pt_regime *regime, unsigned depth,
			      uint64_t raw, struct mmu_entry *out)
{
	unsigned h = PT_PTE - depth;

	(void)regime;
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

static bool fake_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_PUD && depth <= PT_PTE && fake_attrs_ok(attrs);
}

static inline uint64_t fake_index(unsigned depth, uint64_t va)
{
	unsigned h = PT_PTE - depth;

	return va >> fake_span[h] & pt_ones(fake_index_bits[h]);
}

/* "At each entry, in this order". */
static const struct mmu_rules fake_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = fake_index,
	.load = mmu_load_little64,
	.entry = fake_entry,
	.leaf = fake_leaf,
};

static void fake_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&fake_rules, arch, memory, regime, space, va, out);
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
	.controls = PT_REGIME_FAKE_HWAD | PT_REGIME_FAKE_GUARD,
	.grade = MMU_INVENTED,
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
