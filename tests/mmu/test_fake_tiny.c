/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of fake-tiny against words put together by hand from
 * docs/fake-manual.md.  The fixture stores them big endian.
 *
 * Tables: 10000 (pgd), 10040, 10080, 100c0, 10100 (page table); index 1 in
 * each.  From bit 63 down: V L R W X U A D, G GRP soft0 soft1, type, key.
 */
#include "mmu_fixture.h"

#define VA   UINT64_C(0x0009495a)
#define HIGH UINT64_C(0xffe9495a)
#define V    (UINT64_C(1) << 63)
#define ALL  (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define FULL UINT64_C(0xff00000000000000)	/* V L R W X U A D */
#define GRP  (UINT64_C(1) << 54)
#define HWAD  PT_REGIME_FAKE_HWAD
#define GUARD PT_REGIME_FAKE_GUARD

static const uint64_t at[] = { 0x10008, 0x10048, 0x10088, 0x100c8, 0x10108 };
static const uint64_t good[] = {
	V | 0x10040, V | 0x10080, V | 0x100c0, V | 0x10100, FULL | 0xabcd00,
};

static const struct mmu_path path = {
	.format = "fake-tiny", .pa_bits = 40, .va = VA,
	.count = 5, .at = at, .good = good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void page_address_comes_from_all_five_tables(void **state)
{
	/* 256-byte pages, big-endian entries. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	assert_int_equal(f.bytes[8], 0x80);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcd5a, ALL);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
}

static void each_root_translates_its_own_range(void **state)
{
	/* Bits 31..21 all 0, or all 1; nothing above bit 31. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 1, HIGH, PT_PTE, 0xabcd5a, ALL);
	mmu_assert_fault(&f, 0, HIGH, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 1, VA, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, 0x1fffff, PT_V_TRANSLATION, PT_PGD);
	mmu_assert_fault(&f, 0, 0x200000, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 1, 0xffdfffff, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 1, 0xffe00000, PT_V_TRANSLATION, PT_PGD);
	mmu_assert_fault(&f, 0, UINT64_C(0x100000000) | VA, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 1, UINT64_C(0xffffffffffe9495a), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static void invalid_entry_ends_the_walk_at_its_depth(void **state)
{
	/* V = 0: all other bits are software's. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		mmu_assert_path_fault(&f, &path, 0, i, ~V, PT_V_TRANSLATION);
		assert_true(mmu_fixture_entry(&f, i, 0).empty);
		assert_false(mmu_fixture_entry(&f, i, 1).empty);
	}
}

static void reserved_bits_and_encodings_fault(void **state)
{
	/* Table: all but V, 61..58, 39..5; leaf: 45..40, 7..0; W without R. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		for (unsigned bit = 0; bit < 62; bit++) {
			bool leaf = i == 4;
			bool fine = leaf ? (bit >= 8 && bit < 40) || bit >= 46 :
					   (bit >= 5 && bit < 40) || bit >= 58;

			if (fine)
				continue;
			mmu_assert_path_fault(&f, &path, 0, i,
					      good[i] | UINT64_C(1) << bit,
					      PT_V_RESERVED);
		}
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PGD, UINT64_C(3) << 62).class,
			 MMU_RESERVED);		/* leaf in the root */
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, V).class, MMU_RESERVED);
	for (unsigned depth = PT_P4D; depth <= PT_PTE; depth++)
		assert_int_equal(mmu_fixture_entry(&f, depth,
						   UINT64_C(0xd) << 60).class,
				 MMU_RESERVED);	/* W without R */
}

static void addresses_are_aligned_to_what_they_point_to(void **state)
{
	/* Tables 64, 32, 64, 64 B; leaves 64 K, 16 K, 2 K, 256 B. */
	static const unsigned table_lg2[] = { 6, 5, 6, 6 };
	static const unsigned leaf_lg2[] = { 0, 16, 14, 11, 8 };
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned depth = PT_PGD; depth < PT_PTE; depth++)
		for (unsigned bit = 5; bit < 8; bit++)
			assert_int_equal(mmu_fixture_entry(&f, depth,
							   V | 1u << bit)
						 .class,
					 bit < table_lg2[depth] ? MMU_RESERVED :
								  MMU_TABLE);
	for (unsigned depth = PT_P4D; depth <= PT_PTE; depth++)
		for (unsigned bit = 8; bit < 20; bit++)
			assert_int_equal(mmu_fixture_entry(&f, depth,
							   FULL | 1u << bit)
						 .class,
					 bit < leaf_lg2[depth] ? MMU_RESERVED :
								 MMU_LEAF);
}

static void blocks_take_the_rest_from_the_address(void **state)
{
	/* 2 KiB, 16 KiB, 64 KiB. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[3], FULL | 0xabc800);
	mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xabc95a, ALL);
	mmu_fixture_put(&f, at[2], FULL | 0xabc000);
	mmu_assert_leaf(&f, 0, VA, PT_PUD, 0xabc95a, ALL);
	mmu_fixture_put(&f, at[1], FULL | 0xab0000);
	mmu_assert_leaf(&f, 0, VA, PT_P4D, 0xab495a, ALL);
}

static void addresses_past_the_machine_fault(void **state)
{
	/* pa_bits 36: bit 36 in each entry; then a table where no memory is. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		init(&f, 0);
		f.regime.pa_bits = 36;
		mmu_fixture_put(&f, at[i], good[i] | UINT64_C(1) << 36);
		mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_PGD + (int)i);
		f.regime.pa_bits = 40;
		if (i < 4)
			mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS,
					 PT_PGD + (int)i);
	}
	init(&f, 0);
	f.regime.root[0] = 0x8000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static void table_entries_deny_rights(void **state)
{
	/* Bits 61..58 deny R, W, X, U when 1, at every depth, together. */
	static const char *const expected[] = {
		"--- rwx", "rw- rw-", "r-x r--", "-wx -w-",
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned bit = 0; bit < 4; bit++) {
			init(&f, 0);
			mmu_fixture_put(&f, at[i],
					good[i] | UINT64_C(1) << (58 + bit));
			mmu_assert_rights(&f, 0, VA, PT_PTE, expected[bit]);
		}
	init(&f, 0);
	mmu_fixture_put(&f, at[0], good[0] | UINT64_C(1) << 58);
	mmu_fixture_put(&f, at[2], good[2] | UINT64_C(1) << 60);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "--- r-x");
}

static void leaf_bits_are_attributes(void **state)
{
	/* One bit at a time. */
	static const struct {
		uint64_t raw;
		uint32_t attrs;
	} row[] = {
		{ UINT64_C(0xe0) << 56, PT_R },
		{ UINT64_C(0xf0) << 56, PT_R | PT_W },
		{ UINT64_C(0xc8) << 56, PT_X },
		{ UINT64_C(0xc4) << 56, PT_USER },
		{ UINT64_C(0xc2) << 56, PT_ACCESSED },
		{ UINT64_C(0xc1) << 56, PT_DIRTY },
		{ UINT64_C(0xc08) << 52, PT_GLOBAL },
		{ UINT64_C(0xc02) << 52, PT_SOFT0 },
		{ UINT64_C(0xc01) << 52, PT_SOFT1 },
		{ UINT64_C(0xc004) << 48,
		  (uint32_t)PT_MEM_WC << PT_MEMTYPE_SHIFT },
		{ UINT64_C(0xc00c) << 48,
		  (uint32_t)PT_MEM_WT << PT_MEMTYPE_SHIFT },
		{ UINT64_C(0xc0028) << 44, UINT32_C(10) << PT_KEY_SHIFT },
	};
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		for (unsigned depth = PT_P4D; depth <= PT_PTE; depth++) {
			struct mmu_entry entry =
				mmu_fixture_entry(&f, depth, row[i].raw);

			assert_int_equal(entry.class, MMU_LEAF);
			assert_int_equal(entry.attrs, row[i].attrs);
		}
}

static void flags_and_guard_follow_the_control_bits(void **state)
{
	/* Permission, then access, then dirty; GUARD closes user data. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[4], UINT64_C(0xfc00000000abcd00));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aa-");
	mmu_fixture_put(&f, at[4], UINT64_C(0xfe00000000abcd00));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rdx rd-");
	f.regime.control = HWAD | GUARD;
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx ---");
	mmu_fixture_put(&f, at[4], UINT64_C(0xfa00000000abcd00));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "--- rwx");
}

static void put_group(struct mmu_fixture *f)
{
	init(f, 0);
	for (unsigned i = 0; i < 4; i++)
		mmu_fixture_put(f, 0x10100 + i * 8,
				FULL | GRP | (0xabcc00 + i * 0x100));
}

static void consistent_group_translates(void **state)
{
	/* Four pages, two blocks of 2 KiB, two of 16 KiB. */
	struct mmu_outcome out;
	struct mmu_fixture f;

	(void)state;
	put_group(&f);
	for (unsigned i = 0; i < 4; i++)
		mmu_assert_leaf(&f, 0, 0x94800 + i * 0x100, PT_PTE,
				0xabcc00 + i * 0x100, ALL);
	f.arch->translate(f.arch, &f.memory, &f.regime, 0, 0x94800, &out);
	assert_int_equal(out.order, 2);
	mmu_fixture_put(&f, 0x100c0, FULL | GRP | 0xab0000);
	mmu_fixture_put(&f, 0x100c8, FULL | GRP | 0xab0800);
	mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xab095a, ALL);
	mmu_fixture_put(&f, 0x10080, FULL | GRP | 0xab0000);
	mmu_fixture_put(&f, 0x10088, FULL | GRP | 0xab4000);
	mmu_assert_leaf(&f, 0, VA, PT_PUD, 0xab495a, ALL);
}

static void inconsistent_group_is_reserved_through_each_entry(void **state)
{
	/* One entry differs: every GRP entry of the group is useless. */
	static const uint64_t wrong[] = {
		0,						/* invalid */
		FULL | 0xabce00,				/* no GRP */
		FULL | GRP | 0xabcd00,				/* address */
		FULL | GRP | 0xabde00,
		(FULL & ~(UINT64_C(1) << 56)) | GRP | 0xabce00,	/* D */
		FULL | GRP | UINT64_C(1) << 46 | 0xabce00,	/* key */
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		put_group(&f);
		mmu_fixture_put(&f, 0x10110, wrong[i]);
		mmu_assert_fault(&f, 0, 0x94800, PT_V_RESERVED, PT_PTE);
		mmu_assert_fault(&f, 0, 0x94900, PT_V_RESERVED, PT_PTE);
		mmu_assert_fault(&f, 0, 0x94b00, PT_V_RESERVED, PT_PTE);
	}
	put_group(&f);
	mmu_fixture_put(&f, 0x10110, FULL | 0x123400);
	mmu_assert_leaf(&f, 0, 0x94a00, PT_PTE, 0x123400, ALL);
}

static void group_address_is_a_multiple_of_its_span(void **state)
{
	/* Consecutive, equal, but the first is not aligned to 1 KiB. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned i = 0; i < 4; i++)
		mmu_fixture_put(&f, 0x10100 + i * 8,
				FULL | GRP | (0xabcd00 + i * 0x100));
	for (unsigned i = 0; i < 4; i++)
		mmu_assert_fault(&f, 0, 0x94800 + i * 0x100, PT_V_RESERVED,
				 PT_PTE);
}

static void group_where_there_are_none_is_reserved(void **state)
{
	/* Height 3 has leaves but no groups. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, 0x10040, FULL | GRP | 0xaa0000);
	mmu_fixture_put(&f, 0x10048, FULL | GRP | 0xab0000);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_P4D);
}

static uint64_t encode_leaf(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.r = UINT64_C(1) << 61, .w = UINT64_C(1) << 60,
		.x = UINT64_C(1) << 59, .user = UINT64_C(1) << 58,
		.accessed = UINT64_C(1) << 57, .dirty = UINT64_C(1) << 56,
	};

	return mmu_flip(UINT64_C(0xc000000000abcd00), &bits, attrs);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	static const struct mmu_bits bits = {
		.r = UINT64_C(1) << 61, .w = UINT64_C(1) << 60,
		.x = UINT64_C(1) << 59, .user = UINT64_C(1) << 58,
	};

	(void)depth;
	return mmu_flip(V | pa, &bits, denied);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0x10040, 0x10080, 0x100c0, 0x10100 },
		.control_mask = HWAD | GUARD,
	};

	(void)state;
	/* 12 rights x 4 A, D x 4 depths x 16 denied x 4 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 73728);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_five_tables),
		cmocka_unit_test(each_root_translates_its_own_range),
		cmocka_unit_test(invalid_entry_ends_the_walk_at_its_depth),
		cmocka_unit_test(reserved_bits_and_encodings_fault),
		cmocka_unit_test(addresses_are_aligned_to_what_they_point_to),
		cmocka_unit_test(blocks_take_the_rest_from_the_address),
		cmocka_unit_test(addresses_past_the_machine_fault),
		cmocka_unit_test(table_entries_deny_rights),
		cmocka_unit_test(leaf_bits_are_attributes),
		cmocka_unit_test(flags_and_guard_follow_the_control_bits),
		cmocka_unit_test(consistent_group_translates),
		cmocka_unit_test(
			inconsistent_group_is_reserved_through_each_entry),
		cmocka_unit_test(group_address_is_a_multiple_of_its_span),
		cmocka_unit_test(group_where_there_are_none_is_reserved),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
