/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Accessors, encoding and decoding of entries: mm/pt_entry.h.
 */
#include "mm_fixture.h"

#include "../../mm/pt_entry.h"

static bool attrs_word(unsigned n, uint32_t *attrs)
{
	/* Nine low bits, then memory types including those of no name, keys. */
	*attrs = (n & 0x1ff) | (n >> 9 & 7) << PT_MEMTYPE_SHIFT |
		 (n >> 12 & 15) << PT_KEY_SHIFT;
	return n < 1u << 16;
}

/* A leaf of every representable attribute word reads back as it was made. */
static void leaf_encoding_round_trips(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i += 2) {
		for (unsigned depth = m->f->top; depth < PT_DEPTHS; depth++) {
			const struct pt_level *l = &m->f->level[depth];
			unsigned count = 0;
			uint32_t attrs;

			if (!mm_has_leaf(m, depth))
				continue;
			for (unsigned n = 0; attrs_word(n, &attrs); n++) {
				struct pt_mould mould;
				struct pt_entry e;

				if (!pt_attrs_representable(l, attrs))
					continue;
				mould = pt_leaf_mould(l, attrs, 0);
				e = pt_mould_fill(&mould, pt_span(m->f, depth));
				assert_int_equal(pt_entry_kind(m->f, depth, e),
						 PT_LEAF);
				assert_int_equal(pt_attrs_read(l, PT_LEAF, e),
						 attrs);
				assert_int_equal(pt_entry_pa(l, PT_LEAF, e, 0),
						 pt_span(m->f, depth));
				assert_int_equal(pt_leaf_order(l, e), 0);
				count++;
			}
			assert_true(count >= 8);
		}
		mm_close(state);
	}
}

static void keeps_all_but_global(const struct mm *m, unsigned depth,
				 enum pt_kind kind)
{
	const struct pt_level *l = &m->f->level[depth];
	uint64_t pa = pt_span(m->f, depth);
	uint32_t attrs;

	for (unsigned n = 0; attrs_word(n, &attrs); n += 5) {
		struct pt_mould mould;
		struct pt_entry e;

		if (!pt_attrs_representable(l, attrs))
			continue;
		mould = pt_kind_mould(l, kind, attrs);
		e = pt_mould_fill(&mould, pa);
		assert_int_equal(pt_entry_kind(m->f, depth, e), kind);
		assert_int_equal(pt_attrs_read(l, kind, e),
				 attrs & ~PT_GLOBAL);
		assert_int_equal(pt_entry_pa(l, kind, e, 0), pa);
	}
}

/* Protnone and invalid-huge keep address and every attribute but GLOBAL. */
static void protnone_encoding_keeps_all_but_global(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i += 2) {
		for (unsigned depth = m->f->top; depth < PT_DEPTHS; depth++) {
			const struct pt_leaf_layout *leaf =
				&m->f->level[depth].leaf;

			if (leaf->protnone.count)
				keeps_all_but_global(m, depth, PT_PROTNONE);
			if (leaf->invalid.count)
				keeps_all_but_global(m, depth,
						     PT_INVALID_HUGE);
		}
		mm_close(state);
	}
}

/* Attributes that no part of the layout can hold are not representable. */
static void unknown_attributes_are_not_representable(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i += 2) {
		const struct pt_level *l = &m->f->level[PT_PTE];

		assert_true(pt_attrs_representable(l, MM_RW));
		assert_false(pt_attrs_representable(l, MM_RW | 0x200));
		assert_false(pt_attrs_representable(l, MM_RW | 0x100000));
		assert_false(pt_attrs_representable(
			l, MM_RW | PT_MEMTYPES << PT_MEMTYPE_SHIFT));
		mm_close(state);
	}
}

/* A pointer entry holds its table's address and the rights it takes away. */
static void table_encoding_round_trips(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i += 2) {
		for (unsigned depth = m->f->top; depth < PT_PTE; depth++) {
			const struct pt_level *l = &m->f->level[depth];
			uint64_t pa = 7 * pt_table_bytes(m->f, depth + 1);
			struct pt_entry e = pt_table_entry(l, pa);
			uint32_t can = 0;

			assert_int_equal(pt_table_removed(l, e), 0);
			for (unsigned h = 0; h < l->table.hierarchy_count; h++)
				can |= l->table.hierarchy[h].right;
			for (uint32_t removed = 0; removed < 16; removed++) {
				if (removed & ~can)
					continue;
				e = pt_table_restrict(l, e, removed);
				assert_int_equal(pt_entry_kind(m->f, depth, e),
						 PT_TABLE);
				assert_int_equal(pt_table_removed(l, e),
						 removed);
				assert_int_equal(pt_table_pa(l, e), pa);
			}
		}
		mm_close(state);
	}
}

/* An entry's bytes lie in memory in the order of the format. */
static void store_uses_the_byte_order_of_the_format(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i += 2) {
		unsigned top = m->f->top;
		unsigned bytes = m->f->level[top].entry_bytes;
		struct pt_table root = pt_table_open(&m->space, top,
						     m->space.root);
		struct pt_entry e = { 0x12 }, none;

		none = pt_read_entry(m->f, top, &root, 1);
		pt_write_entry(m->f, top, &root, 1, e);
		assert_int_equal(
			root.host[m->f->big_endian ? 2 * bytes - 1 : bytes],
			0x12);
		assert_true(pt_read_entry(m->f, top, &root, 1).raw == 0x12);
		mm_assert_observed(m);
		pt_write_entry(m->f, top, &root, 1, none);
		mm_close(state);
	}
}

/* cmpxchg stores, and is observed, only where the old value still stands. */
static void cmpxchg_leaves_a_changed_entry_alone(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i += 2) {
		unsigned top = m->f->top;
		struct pt_table root = pt_table_open(&m->space, top,
						     m->space.root);
		struct pt_entry old = pt_read_entry(m->f, top, &root, 0);
		struct pt_entry e = { 0x34 }, other = { 0x56 };

		assert_true(pt_cmpxchg_entry(m->f, top, &root, 0, old, e));
		assert_int_equal(m->arena.stores, 1);
		assert_false(pt_cmpxchg_entry(m->f, top, &root, 0, old, other));
		assert_int_equal(m->arena.stores, 1);
		assert_true(pt_read_entry(m->f, top, &root, 0).raw == 0x34);
		assert_true(pt_cmpxchg_entry(m->f, top, &root, 0, e, old));
		mm_close(state);
	}
}

/* A fresh root is empty in the words of the format. */
static void fresh_root_is_all_none(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned top = m->f->top;
		struct pt_table root = pt_table_open(&m->space, top,
						     m->space.root);

		for (unsigned n = 0; n < mm_entries(m, top); n++)
			assert_true(pt_read_entry(m->f, top, &root, n).raw ==
				    m->f->level[top].none_value);
		mm_assert_kind(m, m->base, PT_NONE, top);
		mm_close(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(leaf_encoding_round_trips,
					  mm_teardown),
		cmocka_unit_test_teardown(
			protnone_encoding_keeps_all_but_global, mm_teardown),
		cmocka_unit_test_teardown(
			unknown_attributes_are_not_representable, mm_teardown),
		cmocka_unit_test_teardown(table_encoding_round_trips,
					  mm_teardown),
		cmocka_unit_test_teardown(
			store_uses_the_byte_order_of_the_format, mm_teardown),
		cmocka_unit_test_teardown(cmpxchg_leaves_a_changed_entry_alone,
					  mm_teardown),
		cmocka_unit_test_teardown(fresh_root_is_all_none, mm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
