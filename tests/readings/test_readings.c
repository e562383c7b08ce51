/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The two readings of each manual against each other: what the descriptor in
 * arch/ says, encoded by mm/, must be what the model in oracles/mmu/ reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../mm/pt_entry.h"
#include "../../oracles/mmu/mmu.h"

/* Names the place of a disagreement in cmocka's output. */
#define AGREE(f, depth, a, b)                                                  \
	do {                                                                   \
		uint64_t first_ = (uint64_t)(a), second_ = (uint64_t)(b);     \
		if (first_ != second_)                                         \
			fail_msg("%s %s: %s is 0x%llx, %s is 0x%llx",          \
				 (f)->name, pt_depth_name((int)(depth)), #a,   \
				 (unsigned long long)first_, #b,               \
				 (unsigned long long)second_);                 \
	} while (0)

static const struct pt_regime *regime_of(const struct pt_format *f)
{
	static struct pt_regime regime;

	regime = (struct pt_regime){
		.control = f->regime[0], .pa_bits = f->pa_bits,
	};
	return &regime;
}

static const struct mmu_arch *second(const struct pt_format *f)
{
	const struct mmu_arch *arch = mmu_find(f->name);

	if (!arch)
		fail_msg("%s has no second reading", f->name);
	return arch;
}

/* Every format is read twice, and no reading is left over. */
static void every_format_is_read_twice(void **state)
{
	unsigned count;

	(void)state;
	mmu_all(&count);
	assert_int_equal(count, pt_format_count);
	for (unsigned i = 0; i < pt_format_count; i++)
		second(pt_formats[i]);
}

static void levels_and_addresses_agree(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *m = second(f);

		AGREE(f, f->top, f->top, m->top);
		AGREE(f, f->top, f->page_shift, m->page_shift);
		AGREE(f, f->top, f->va_bits, m->va_bits);
		AGREE(f, f->top, f->va_word_bits, m->va_word_bits);
		AGREE(f, f->top, f->big_endian, m->big_endian);
		AGREE(f, f->top, f->va_rule == PT_VA_ROOTS, m->two_roots);
		AGREE(f, f->top, f->va_rule == PT_VA_SIGNED, m->sign_extended);
		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			AGREE(f, d, f->level[d].va_shift, m->level[d].va_shift);
			AGREE(f, d, f->level[d].index_bits,
			      m->level[d].index_bits);
			AGREE(f, d, f->level[d].entry_bytes,
			      m->level[d].entry_bytes);
		}
	}
}

static uint32_t deniable(const struct pt_table_layout *t)
{
	uint32_t rights = 0;

	for (unsigned i = 0; i < t->hierarchy_count; i++)
		rights |= t->hierarchy[i].right;
	return rights;
}

static uint32_t kinds(const struct pt_level *l)
{
	return (uint32_t)(!!l->leaf.protnone.count) << PT_PROTNONE |
	       (uint32_t)(!!l->swap.match.count) << PT_SWAP |
	       (uint32_t)(!!l->migration.match.count) << PT_MIGRATION |
	       (uint32_t)(!!l->marker.match.count) << PT_MARKER;
}

static void capabilities_agree(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *m = second(f);

		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			const struct pt_level *l = &f->level[d];

			AGREE(f, d, !!l->leaf.match.count, m->level[d].leaf);
			AGREE(f, d, l->leaf.group_order,
			      m->level[d].group_order);
			AGREE(f, d, deniable(&l->table), m->level[d].deniable);
			AGREE(f, d, kinds(l), m->level[d].kinds);
		}
	}
}

/* Every attribute word up to the highest bit that is defined. */
static uint32_t next_attrs(uint32_t attrs)
{
	const uint32_t defined = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED |
				 PT_DIRTY | PT_SOFT0 | PT_SOFT1 |
				 PT_MEMTYPE_MASK | PT_KEY_MASK;

	return ((attrs | ~defined) + 1) & defined;
}

static bool first_representable(const struct pt_level *l, uint32_t attrs)
{
	return l->leaf.match.count && pt_attrs_representable(l, attrs);
}

/* Which attributes a leaf can have is said alike, word by word. */
static void representable_attributes_agree(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *m = second(f);

		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			uint32_t attrs = 0;

			do {
				if (first_representable(&f->level[d], attrs) !=
				    m->representable(d, attrs))
					fail_msg("%s %s: attributes 0x%x",
						 f->name, pt_depth_name((int)d),
						 attrs);
				attrs = next_attrs(attrs);
			} while (attrs);
		}
	}
}

static void read_leaf(const struct pt_format *f, const struct mmu_arch *m,
		      unsigned depth, uint32_t attrs, uint64_t pa, bool grouped)
{
	const struct pt_level *l = &f->level[depth];
	const struct pt_mould mould = pt_leaf_mould(l, attrs, grouped);
	const struct pt_entry e = pt_mould_fill(&mould, pa);
	struct mmu_entry read;

	m->entry(regime_of(f), depth, e.raw, &read);
	AGREE(f, depth, read.class, MMU_LEAF);
	AGREE(f, depth, read.attrs, attrs);
	AGREE(f, depth, read.pa, pa);
	AGREE(f, depth, read.group, grouped);
}

/* A leaf encoded by the first reading is the same leaf to the second. */
static void leaves_are_read_as_written(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *m = second(f);

		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			const uint64_t top = pt_ones(f->pa_bits) &
					     ~(pt_span(f, d) - 1);
			uint32_t attrs = 0;

			do {
				if (first_representable(&f->level[d], attrs)) {
					read_leaf(f, m, d, attrs, 0, false);
					read_leaf(f, m, d, attrs, top, false);
				}
				attrs = next_attrs(attrs);
			} while (attrs);
			if (f->level[d].leaf.group_order)
				read_leaf(f, m, d, PT_R, top, true);
		}
	}
}

static void read_table(const struct pt_format *f, const struct mmu_arch *m,
		       unsigned depth, uint64_t pa, uint32_t denied)
{
	const struct pt_level *l = &f->level[depth];
	struct pt_entry e = pt_table_entry(l, pa);
	struct mmu_entry read;

	for (unsigned i = 0; i < l->table.hierarchy_count; i++) {
		const struct pt_hierarchy *h = &l->table.hierarchy[i];

		e.raw = (e.raw & ~h->mask) |
			(denied & h->right ? h->deny : h->allow);
	}
	m->entry(regime_of(f), depth, e.raw, &read);
	AGREE(f, depth, read.class, MMU_TABLE);
	AGREE(f, depth, read.pa, pa);
	AGREE(f, depth, read.denied, denied);
}

/* So is a table entry, with each set of rights it takes away. */
static void tables_are_read_as_written(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *m = second(f);

		for (unsigned d = f->top; d < PT_PTE; d++) {
			const uint64_t bytes = pt_table_bytes(f, d + 1);
			const uint32_t can = deniable(&f->level[d].table);

			for (uint32_t denied = 0; denied <= PT_RIGHTS;
			     denied++) {
				if (denied & ~can)
					continue;
				read_table(f, m, d, bytes, denied);
				read_table(f, m, d, pt_ones(f->pa_bits) &
						    ~(bytes - 1), denied);
			}
		}
	}
}

/* What software keeps in an entry is nothing to hardware; none is empty. */
static void software_entries_are_invalid(void **state)
{
	static const enum pt_kind soft[] = {
		PT_PROTNONE, PT_SWAP, PT_MIGRATION, PT_MARKER,
	};

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *m = second(f);

		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			const struct pt_level *l = &f->level[d];
			struct mmu_entry read;

			m->entry(regime_of(f), d, l->none_value, &read);
			AGREE(f, d, read.class, MMU_INVALID);
			AGREE(f, d, read.empty, true);
			for (unsigned k = 0; k < 4; k++) {
				if (!(kinds(l) >> soft[k] & 1))
					continue;

				const struct pt_mould mould =
					pt_kind_mould(l, soft[k], PT_R);

				m->entry(regime_of(f), d,
					 pt_mould_fill(&mould, 0).raw, &read);
				AGREE(f, d, read.class, MMU_INVALID);
				AGREE(f, d, read.empty, false);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_read_twice),
		cmocka_unit_test(levels_and_addresses_agree),
		cmocka_unit_test(capabilities_agree),
		cmocka_unit_test(representable_attributes_agree),
		cmocka_unit_test(leaves_are_read_as_written),
		cmocka_unit_test(tables_are_read_as_written),
		cmocka_unit_test(software_entries_are_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
