/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fake-tiny: second reading.
 *
 * Source: docs/fake-manual.md, "fake-tiny"; its "Common rules" are in
 * fake_common.h.
 */
#include <stddef.h>

#include "fake_common.h"
#include "mmu.h"
#include "mmu_walk.h"

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

/*
 * By height: lg2 bytes that an entry spans, lg2 entries and lg2 length of a
 * table, lg2 entries of a group.
 */
static const uint8_t tiny_span[] = { 8, 11, 14, 16, 19 };
static const uint8_t tiny_index_bits[] = { 3, 3, 2, 3, 2 };
static const uint8_t tiny_length[] = { 6, 6, 5, 6, 5 };
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

static inline void tiny_entry(const struct pt_regime *regime, unsigned depth,
			      uint64_t raw, struct mmu_entry *out)
{
	unsigned h = PT_PTE - depth;

	(void)regime;
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
		out->order = raw & TINY_GRP ? tiny_group[h] : 0;
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

		if (!mmu_load_big64(memory, PT_PTE - h, table, first + i, &other) ||
		    other != (base | i * span))
			return false;
	}
	return true;
}

static inline void tiny_around(const struct mmu_walk *walk,
			       struct mmu_entry *entry)
{
	if (entry->order &&
	    !tiny_group_agrees(walk->memory, walk->table, PT_PTE - walk->depth,
			       walk->index, walk->raw))
		entry->class = MMU_RESERVED;
}

static bool tiny_representable(unsigned depth, uint32_t attrs)
{
	return depth >= PT_P4D && depth <= PT_PTE && fake_attrs_ok(attrs);
}

static inline uint64_t tiny_index(unsigned depth, uint64_t va)
{
	unsigned h = PT_PTE - depth;

	return va >> tiny_span[h] & pt_ones(tiny_index_bits[h]);
}

/*
 * "At each entry, in this order".  Bits 31..21 tell the root, nothing is above
 * bit 31.
 */
static const struct mmu_rules tiny_rules = {
	.root = UINT64_MAX,
	.reserved = PT_V_RESERVED,
	.check = MMU_CHECK_TABLE_LEAF,
	.index = tiny_index,
	.load = mmu_load_big64,
	.entry = tiny_entry,
	.around = tiny_around,
	.leaf = fake_leaf,
};

static void tiny_translate(const struct mmu_arch *arch,
			   const struct pt_memory *memory,
			   const struct pt_regime *regime, unsigned space,
			   uint64_t va, struct mmu_outcome *out)
{
	mmu_radix_walk(&tiny_rules, arch, memory, regime, space, va, out);
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
	.controls = PT_REGIME_FAKE_HWAD | PT_REGIME_FAKE_GUARD,
	.grade = MMU_INVENTED,
	.level = {
		[PT_PGD] = { .va_shift = 19, .index_bits = 2, .entry_bytes = 8,
			     .deniable = PT_RIGHTS },
		[PT_P4D] = { .va_shift = 16, .index_bits = 3, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_RIGHTS,
			     .kinds = MMU_KINDS_HUGE },
		[PT_PUD] = { .va_shift = 14, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .group_order = { 1 },
			     .deniable = PT_RIGHTS, .kinds = MMU_KINDS_HUGE },
		[PT_PMD] = { .va_shift = 11, .index_bits = 3, .entry_bytes = 8,
			     .leaf = true, .group_order = { 1 },
			     .deniable = PT_RIGHTS, .kinds = MMU_KINDS_HUGE },
		[PT_PTE] = { .va_shift = 8, .index_bits = 3, .entry_bytes = 8,
			     .leaf = true, .group_order = { 2 },
			     .kinds = MMU_KINDS_PAGE },
	},
	.representable = tiny_representable,
	.entry = tiny_entry,
	.permits = fake_permits,
	.translate = tiny_translate,
};
