/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of fake against words put together by hand from
 * docs/fake-manual.md.
 *
 * Tables: root (height 3) 10000, 2 at 11000, 1 at 12000, 0 at 12400; index 1 in
 * each.  A table entry at height h has T = 2 at bits 2h+1..2h and the address
 * >> 6 at bit 16+h; permissive deny bits are f00 at odd heights, 0 at even.
 */
#include "mmu_fixture.h"

#define VA  UINT64_C(0x402102123)
#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define HWAD  PT_REGIME_FAKE_HWAD
#define GUARD PT_REGIME_FAKE_GUARD

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008, 0x12408 };
static const uint64_t good[] = {
	UINT64_C(0x22000f80),		/* 11000 >> 6 << 19 */
	UINT64_C(0x12000020),		/* 12000 >> 6 << 18 */
	UINT64_C(0x09200f08),		/* 12400 >> 6 << 17 */
	UINT64_C(0x12345003f01),	/* 2468a000 >> 13 << 24; R W X U A D */
};

static const struct mmu_path path = {
	.format = "fake", .pa_bits = 44, .va = VA,
	.count = 4, .at = at, .good = good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void page_address_comes_from_all_four_tables(void **state)
{
	/* Fields shift with the height; pages are 8 KiB. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0x2468a123, ALL);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
}

static void non_canonical_addresses_read_no_table(void **state)
{
	/* Bits 63..36 must all be equal. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_fault(&f, 0, UINT64_C(0x0000000fffffffff), PT_V_TRANSLATION,
			 PT_P4D);
	mmu_assert_fault(&f, 0, UINT64_C(0x0000001000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffefffffffff), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xfffffff000000000), PT_V_TRANSLATION,
			 PT_P4D);
	mmu_fixture_put(&f, 0x10038, good[0]);	/* index 7 */
	mmu_assert_leaf(&f, 0, UINT64_C(0xfffffffc02102123), PT_PTE, 0x2468a123,
			ALL);
}

static void type_field_moves_with_the_height(void **state)
{
	/* T 0 invalid, 3 reserved, leaf at the root and table below reserved. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		unsigned h = 3 - i;
		uint64_t type = UINT64_C(3) << (2 * h);

		mmu_assert_path_fault(&f, &path, 0, i, ~type, PT_V_TRANSLATION);
		mmu_fixture_put(&f, at[i], good[i] | type);
		mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_P4D + (int)i);
	}
	init(&f, 0);
	mmu_fixture_put(&f, at[0], 0x40);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_P4D);
	init(&f, 0);
	mmu_fixture_put(&f, at[3], 2);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PTE);
}

static void table_entries_have_no_other_bits(void **state)
{
	/* All but T, the deny bits and the address are reserved. */
	static const uint64_t known[] = {
		UINT64_C(0x01fffffffff80fc0),	/* 56..19 */
		UINT64_C(0x00fffffffffc0f30),	/* 55..18 */
		UINT64_C(0x007ffffffffe0f0c),	/* 54..17 */
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned bit = 0; bit < 64; bit++) {
			if (known[i] >> bit & 1)
				continue;
			mmu_assert_path_fault(&f, &path, 0, i,
					      good[i] | UINT64_C(1) << bit,
					      PT_V_RESERVED);
		}
}

static void tables_lie_at_multiples_of_their_length(void **state)
{
	/* 4 KiB, 256 B, 1 KiB: address bits 11..6, 7..6, 9..6 are 0. */
	static const unsigned low[] = { 19, 18, 17 }, count[] = { 6, 2, 4 };
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned bit = 0; bit < count[i]; bit++) {
			uint64_t raw = good[i] & ~(pt_ones(count[i]) << low[i]);

			raw |= UINT64_C(1) << (low[i] + bit);
			mmu_assert_path_fault(&f, &path, 0, i, raw,
					      PT_V_RESERVED);
		}
}

static void leaf_fields_rotate_with_the_height(void **state)
{
	/* Words of height 0, 1 and 2, one field at a time. */
	static const struct {
		unsigned depth;
		uint64_t raw;
		uint32_t attrs;
	} row[] = {
		{ PT_PTE, 0x101, PT_R },
		{ PT_PTE, 0x301, PT_R | PT_W },
		{ PT_PTE, 0x401, PT_X },
		{ PT_PTE, 0x801, PT_USER },
		{ PT_PTE, 0x1001, PT_ACCESSED },
		{ PT_PTE, 0x2001, PT_DIRTY },
		{ PT_PTE, 0x4001, PT_GLOBAL },
		{ PT_PTE, 0x30001, (uint32_t)PT_MEM_WT << PT_MEMTYPE_SHIFT },
		{ PT_PTE, 0x280001, UINT32_C(10) << PT_KEY_SHIFT },
		{ PT_PTE, UINT64_C(0x0400000000000001), PT_SOFT0 },
		{ PT_PTE, UINT64_C(0x0800000000000001), PT_SOFT1 },
		{ PT_PMD, 0x10204, PT_R },
		{ PT_PMD, 0x10604, PT_R | PT_W },
		{ PT_PMD, 0x10804, PT_X },
		{ PT_PMD, 0x10104, PT_USER },
		{ PT_PMD, 0x11004, PT_DIRTY },
		{ PT_PMD, 0x12004, PT_ACCESSED },
		{ PT_PMD, 0x20004, (uint32_t)PT_MEM_WC << PT_MEMTYPE_SHIFT },
		{ PT_PMD, 0x00004, (uint32_t)PT_MEM_WT << PT_MEMTYPE_SHIFT },
		{ PT_PUD, 0x20410, PT_R },
		{ PT_PUD, 0x20c10, PT_R | PT_W },
		{ PT_PUD, 0x20110, PT_X },
		{ PT_PUD, 0x20210, PT_USER },
		{ PT_PUD, 0x21010, PT_ACCESSED },
		{ PT_PUD, 0x22010, PT_DIRTY },
		{ PT_PUD, 0x00010, (uint32_t)PT_MEM_UC << PT_MEMTYPE_SHIFT },
		{ PT_PUD, 0x30010, (uint32_t)PT_MEM_WC << PT_MEMTYPE_SHIFT },
	};
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct mmu_entry entry =
			mmu_fixture_entry(&f, row[i].depth, row[i].raw);

		assert_int_equal(entry.class, MMU_LEAF);
		assert_int_equal(entry.attrs, row[i].attrs);
		assert_int_equal(entry.pa, 0);
	}
}

static void leaf_reserved_bits_fault(void **state)
{
	/* 7..0 but T, 15, 23..22, below and above the address but soft bits. */
	static const uint64_t known[] = {
		UINT64_C(0x0dfffffffc3f7f30),	/* 56..26 */
		UINT64_C(0x0cfffffffe3f7f0c),	/* 55..25 */
		UINT64_C(0x0c7fffffff3f7f03),	/* 54..24 */
	};
	/* 59, 58, key and type, G, and the flags at 13 and 12. */
	const uint64_t free = UINT64_C(0x0c000000003f7000);
	static const uint64_t leaf[] = { 0x20c10, 0x10604, 0x301 };
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned bit = 0; bit < 64; bit++) {
			uint64_t one = UINT64_C(1) << bit;
			unsigned class = mmu_fixture_entry(&f, PT_PUD + i,
							   leaf[i] ^ one)
						 .class;

			if (!(known[i] & one))
				assert_int_equal(class, MMU_RESERVED);
			if (free & one)
				assert_int_equal(class, MMU_LEAF);
		}
}

static void write_without_read_is_reserved(void **state)
{
	/* "W without R is reserved", at each height. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x201).class,
			 MMU_RESERVED);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 0x10404).class,
			 MMU_RESERVED);
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD, 0x20810).class,
			 MMU_RESERVED);
}

static void blocks_take_the_rest_from_the_address(void **state)
{
	/* 1 MiB at height 1, 32 MiB at height 2, aligned or reserved. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[2], UINT64_C(0x24600013f04));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, 0x24602123, ALL);
	for (unsigned bit = 25; bit < 32; bit++) {
		mmu_fixture_put(&f, at[2],
				UINT64_C(0x24600013f04) | UINT64_C(1) << bit);
		mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PMD);
	}
	mmu_fixture_put(&f, at[1], UINT64_C(0x4c000023f10));
	mmu_assert_leaf(&f, 0, VA, PT_PUD, 0x26102123, ALL);
	for (unsigned bit = 26; bit < 38; bit++) {
		mmu_fixture_put(&f, at[1],
				UINT64_C(0x4c000023f10) | UINT64_C(1) << bit);
		mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PUD);
	}
}

static void addresses_past_the_machine_fault(void **state)
{
	/* pa_bits 40: address bit 40 of a leaf and of each table. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		unsigned bit = i == 3 ? 24 + 40 - 13 : 19 - i + 40 - 6;

		init(&f, 0);
		f.regime.pa_bits = 40;
		mmu_fixture_put(&f, at[i], good[i] | UINT64_C(1) << bit);
		mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_P4D + (int)i);
		f.regime.pa_bits = 41;
		if (i == 3)
			mmu_assert_leaf(&f, 0, VA, PT_PTE,
					UINT64_C(0x1002468a123), ALL);
		else
			mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS,
					 PT_P4D + (int)i);
	}
	init(&f, 0);
	f.regime.root[0] = 0x8000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static void deny_bits_change_sense_with_the_height(void **state)
{
	/* Height 3: W 11 X 8 U 9 R 10, 0 denies; 2: W 10 X 11 U 8 R 9, 1. */
	static const struct {
		unsigned i;
		uint64_t flip;
		uint32_t denied;
		const char *expected;
	} row[] = {
		{ 0, 0x800, PT_W, "r-x r--" },
		{ 0, 0x100, PT_X, "rw- rw-" },
		{ 0, 0x200, PT_USER, "--- rwx" },
		{ 0, 0x400, PT_R, "-wx -w-" },
		{ 1, 0x400, PT_W, "r-x r--" },
		{ 1, 0x800, PT_X, "rw- rw-" },
		{ 1, 0x100, PT_USER, "--- rwx" },
		{ 1, 0x200, PT_R, "-wx -w-" },
		{ 2, 0x200, PT_W, "r-x r--" },
		{ 2, 0x400, PT_X, "rw- rw-" },
		{ 2, 0x800, PT_USER, "--- rwx" },
		{ 2, 0x100, PT_R, "-wx -w-" },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		uint64_t raw = good[row[i].i] ^ row[i].flip;

		init(&f, 0);
		mmu_fixture_put(&f, at[row[i].i], raw);
		mmu_assert_rights(&f, 0, VA, PT_PTE, row[i].expected);
		assert_int_equal(mmu_fixture_entry(&f, PT_P4D + row[i].i, raw)
					 .denied,
				 row[i].denied);
	}
	init(&f, 0);
	mmu_fixture_put(&f, at[0], good[0] ^ 0x800);
	mmu_fixture_put(&f, at[1], good[1] ^ 0x800);
	mmu_fixture_put(&f, at[2], good[2] ^ 0x800);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "--- r--");
}

static void flags_and_guard_follow_the_control_bits(void **state)
{
	/* Permission, then access, then dirty; GUARD closes user data. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[3], UINT64_C(0x12345000f01));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aa-");
	mmu_fixture_put(&f, at[3], UINT64_C(0x12345001f01));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rdx rd-");
	mmu_fixture_put(&f, at[3], UINT64_C(0x12345002f01));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aa-");
	f.regime.control = HWAD;
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
	f.regime.control = HWAD | GUARD;
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx ---");
	mmu_fixture_put(&f, at[3], UINT64_C(0x12345002701));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "--- rwx");
}

static void none_is_never_zero(void **state)
{
	/* Tag 0xE and the height in bits 9..8. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned h = 0; h < 4; h++)
		for (unsigned tag = 0; tag < 4; tag++) {
			uint64_t raw = UINT64_C(0xe) << 60 |
				       (uint64_t)tag << 8;
			struct mmu_entry entry =
				mmu_fixture_entry(&f, PT_PTE - h, raw);

			assert_int_equal(entry.class, MMU_INVALID);
			assert_int_equal(entry.empty, h == tag);
			assert_false(mmu_fixture_entry(&f, PT_PTE - h, 0).empty);
		}
}

static uint64_t encode_leaf(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.r = 0x100, .w = 0x200, .x = 0x400, .user = 0x800,
		.accessed = 0x1000, .dirty = 0x2000,
	};

	return mmu_flip(UINT64_C(0x12345000001), &bits, attrs);
}

/* From the manual's table entry paragraph. */
static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	static const struct mmu_bits bits[] = {
		[PT_P4D] = { .w = 0x800, .x = 0x100, .user = 0x200, .r = 0x400 },
		[PT_PUD] = { .w = 0x400, .x = 0x800, .user = 0x100, .r = 0x200 },
		[PT_PMD] = { .w = 0x200, .x = 0x400, .user = 0x800, .r = 0x100 },
	};

	(void)pa;
	return mmu_flip(good[depth - PT_P4D], &bits[depth], denied);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0x11000, 0x12000, 0x12400 },
		.control_mask = HWAD | GUARD,
	};

	(void)state;
	/* 12 rights x 4 A, D x 3 depths x 16 denied x 4 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 55296);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_four_tables),
		cmocka_unit_test(non_canonical_addresses_read_no_table),
		cmocka_unit_test(type_field_moves_with_the_height),
		cmocka_unit_test(table_entries_have_no_other_bits),
		cmocka_unit_test(tables_lie_at_multiples_of_their_length),
		cmocka_unit_test(leaf_fields_rotate_with_the_height),
		cmocka_unit_test(leaf_reserved_bits_fault),
		cmocka_unit_test(write_without_read_is_reserved),
		cmocka_unit_test(blocks_take_the_rest_from_the_address),
		cmocka_unit_test(addresses_past_the_machine_fault),
		cmocka_unit_test(deny_bits_change_sense_with_the_height),
		cmocka_unit_test(flags_and_guard_follow_the_control_bits),
		cmocka_unit_test(none_is_never_zero),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
