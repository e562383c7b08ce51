/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of the template format against words put together by hand
 * from arch/template/README.md.
 *
 * Tables: root 10000, directory 11000, page table 12000; index 1 in each.  Low
 * bits of a leaf: 1 V, 2 L, 4 R, 8 W, 10 X, 20 U, 40 G, 80 A, 100 D.
 */
#include "mmu_fixture.h"

#define VA   UINT64_C(0x40201abc)
#define ALL  (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define HWAD PT_REGIME_FAKE_HWAD

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008 };
static const uint64_t good[] = { 0x11001, 0x12001, 0xabcde1bf };

static const struct mmu_path path = {
	.format = "template", .pa_bits = 48, .va = VA,
	.count = 3, .at = at, .good = good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void pages_and_blocks_translate(void **state)
{
	/* 4 KiB at height 0, 2 MiB at height 1. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
	mmu_fixture_put(&f, at[1], 0xabc001bf);
	mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xabc01abc, ALL);
}

static void addresses_are_zero_extended(void **state)
{
	/* Bits 63..39 must be 0: there is no upper half. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_fault(&f, 0, UINT64_C(0x7fffffffff), PT_V_TRANSLATION,
			 PT_PUD);
	mmu_assert_fault(&f, 0, UINT64_C(0x8000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_MAX, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
}

static void invalid_entry_ends_the_walk_at_its_depth(void **state)
{
	/* V = 0: hardware looks at no other bit; none is 0. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		mmu_assert_path_fault(&f, &path, 0, i, ~UINT64_C(1),
				      PT_V_TRANSLATION);
		assert_true(mmu_fixture_entry(&f, PT_PUD + i, 0).empty);
		assert_false(mmu_fixture_entry(&f, PT_PUD + i, 2).empty);
	}
}

static void reserved_bits_and_encodings_fault(void **state)
{
	/* All that the two tables of the manual call reserved. */
	const uint64_t leaf_reserved = UINT64_C(0xfffc000000000800);
	const uint64_t table_reserved = UINT64_C(0xffff000000000ff4);
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned bit = 0; bit < 64; bit++) {
			uint64_t one = UINT64_C(1) << bit;

			if (!((i == 2 ? leaf_reserved : table_reserved) & one))
				continue;
			mmu_assert_path_fault(&f, &path, 0, i, good[i] | one,
					      PT_V_RESERVED);
		}
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD, 0x7).class,
			 MMU_RESERVED);		/* leaf in the root */
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x1001).class,
			 MMU_RESERVED);		/* table entry in a page table */
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xb).class,
			 MMU_RESERVED);		/* W without R */
	for (unsigned bit = 12; bit < 21; bit++)
		assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 7 | 1u << bit)
					 .class,
				 MMU_RESERVED);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 7 | 1u << 21).class,
			 MMU_LEAF);
}

static void table_entry_takes_writes_away(void **state)
{
	/* NW, bit 3, at both heights. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		init(&f, 0);
		mmu_fixture_put(&f, at[i], good[i] | 8);
		mmu_assert_rights(&f, 0, VA, PT_PTE, "r-x r--");
	}
}

static void addresses_past_the_machine_fault(void **state)
{
	/* pa_bits 40, bit 40 of each entry. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		init(&f, 0);
		f.regime.pa_bits = 40;
		mmu_fixture_put(&f, at[i], good[i] | UINT64_C(1) << 40);
		mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_PUD + (int)i);
	}
	init(&f, 0);
	mmu_fixture_put(&f, at[1], 0x18001);
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_PMD);
	f.regime.root[0] = 0x18000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static void leaf_bits_are_attributes(void **state)
{
	/* One field at a time; GUARD does not exist. */
	static const struct {
		uint64_t raw;
		uint32_t attrs;
	} row[] = {
		{ 0x7, PT_R },
		{ 0xf, PT_R | PT_W },
		{ 0x13, PT_X },
		{ 0x23, PT_USER },
		{ 0x43, PT_GLOBAL },
		{ 0x83, PT_ACCESSED },
		{ 0x103, PT_DIRTY },
		{ 0x203, PT_SOFT0 },
		{ 0x403, PT_SOFT1 },
		{ UINT64_C(0x1000000000003),
		  (uint32_t)PT_MEM_WC << PT_MEMTYPE_SHIFT },
		{ UINT64_C(0x3000000000003),
		  (uint32_t)PT_MEM_WT << PT_MEMTYPE_SHIFT },
	};
	struct mmu_fixture f;

	(void)state;
	init(&f, HWAD | PT_REGIME_FAKE_GUARD);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(mmu_fixture_entry(&f, PT_PTE, row[i].raw).attrs,
				 row[i].attrs);
}

static void accessed_and_dirty_fault_unless_hardware_sets_them(void **state)
{
	/* Permission first, then access, then dirty. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[2], 0xabcde03f);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aa-");
	mmu_fixture_put(&f, at[2], 0xabcde0bf);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rdx rd-");
	mmu_fixture_put(&f, at[2], 0xabcde09f);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "--- rdx");
	f.regime.control = HWAD;
	mmu_assert_rights(&f, 0, VA, PT_PTE, "--- rwx");
}

static uint64_t encode_leaf(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.r = 4, .w = 8, .x = 0x10, .user = 0x20,
		.accessed = 0x80, .dirty = 0x100,
	};

	return mmu_flip(0xabcde003, &bits, attrs);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	(void)depth;
	return pa | 1 | (denied & PT_W ? 8u : 0u);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0, 0x11000, 0x12000 },
		.control_mask = HWAD | PT_REGIME_FAKE_GUARD,
	};

	(void)state;
	/* 12 rights x 4 A, D x 2 depths x 2 denied x 4 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 4608);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_and_blocks_translate),
		cmocka_unit_test(addresses_are_zero_extended),
		cmocka_unit_test(invalid_entry_ends_the_walk_at_its_depth),
		cmocka_unit_test(reserved_bits_and_encodings_fault),
		cmocka_unit_test(table_entry_takes_writes_away),
		cmocka_unit_test(addresses_past_the_machine_fault),
		cmocka_unit_test(leaf_bits_are_attributes),
		cmocka_unit_test(
			accessed_and_dirty_fault_unless_hardware_sets_them),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
