/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of arm64's stage 2 against tables put together by hand
 * from the Arm ARM, DDI 0487, D8.3 (descriptors) and D8.4.2 (permissions).
 *
 * 48 bits: level 0 10000, level 1 11000, level 2 12000, level 3 13000; index 1
 * in each.  Low bits: 1 valid, 2 table or page, 3c MemAttr, c0 S2AP, 300 SH,
 * 400 AF; XN is 54:53.
 */
#include "mmu_fixture.h"

#define VA   UINT64_C(0x0000008040201abc)
#define XN1  (UINT64_C(1) << 54)
#define XN0  (UINT64_C(1) << 53)
#define HA   PT_REGIME_ARM64_HA

/* Normal write-back, read and write, not executed. */
#define PAGE_RW (XN1 | UINT64_C(0xabcde7ff))
#define PAGE_RW_ATTRS (PT_USER | PT_R | PT_W | PT_ACCESSED)

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008, 0x13008 };
static const uint64_t good[] = { 0x11003, 0x12003, 0x13003, PAGE_RW };

static const struct mmu_path path = {
	.format = "arm64-s2-48", .pa_bits = 44, .va = VA,
	.count = 4, .at = at, .good = good,
};

/*
 * 40 bits: level 1 is two tables together at 10000 and 11000; bit 39 of the
 * address is set, so its entry is 1 of the second.  Level 2 12000, 3 13000.
 */
static const uint64_t at40[] = { 0x11008, 0x12008, 0x13008 };
static const uint64_t good40[] = { 0x12003, 0x13003, PAGE_RW };

static const struct mmu_path path40 = {
	.format = "arm64-s2-40", .pa_bits = 40, .va = VA,
	.count = 3, .at = at40, .good = good40,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void page_address_comes_from_all_four_tables(void **state)
{
	/* Output address 47:12; VMID and CnP of VTTBR are no address. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rw- rw-");
	f.regime.root[0] = UINT64_C(0x0042000000010001);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
}

static void concatenated_tables_are_one_root(void **state)
{
	/* Level 1 of a 40-bit space has 1024 entries. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &path40, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
	mmu_assert_fault(&f, 0, VA & ~(UINT64_C(1) << 39), PT_V_TRANSLATION,
			 PT_PUD);
	mmu_fixture_put(&f, 0x10008, 0x12003);
	mmu_assert_leaf(&f, 0, VA & ~(UINT64_C(1) << 39), PT_PTE, 0xabcdeabc,
			PAGE_RW_ATTRS);
	mmu_fixture_put(&f, 0x11ff8, 0x12003);
	mmu_assert_leaf(&f, 0, UINT64_C(0xffc0201abc), PT_PTE, 0xabcdeabc,
			PAGE_RW_ATTRS);
}

static void addresses_past_t0sz_read_no_table(void **state)
{
	/* One root, upper bits zero. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 48, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffff008040201abc), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffffffff), PT_V_TRANSLATION,
			 PT_P4D);
	mmu_path_init(&f, &path40, 0);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 40, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static void invalid_and_reserved_types_are_translation_faults(void **state)
{
	/* Bit 0 clear at each level; a level 0 block, type 01 at level 3. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		mmu_assert_path_fault(&f, &path, 0, i,
				      UINT64_C(0xfffffffffffffffe),
				      PT_V_TRANSLATION);
	mmu_assert_path_fault(&f, &path, 0, 0, 0x4fd, PT_V_TRANSLATION);
	mmu_assert_path_fault(&f, &path, 0, 3, PAGE_RW & ~UINT64_C(2),
			      PT_V_TRANSLATION);
	assert_int_equal(mmu_fixture_entry(&f, PT_P4D, 0x4fd).class,
			 MMU_RESERVED);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x4fd).class,
			 MMU_RESERVED);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 4).empty);
}

static void blocks_take_the_rest_from_the_address(void **state)
{
	/* Level 2: 2 MB; level 1: 1 GB; RES0 address bits are ignored. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[2], XN1 | UINT64_C(0xa00005fe7fd));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, UINT64_C(0xa0000401abc),
			PAGE_RW_ATTRS);
	mmu_fixture_put(&f, at[1], XN1 | UINT64_C(0xa00800007fd));
	mmu_assert_leaf(&f, 0, VA, PT_PUD, UINT64_C(0xa0080201abc),
			PAGE_RW_ATTRS);
	mmu_path_init(&f, &path40, 0);
	mmu_fixture_put(&f, at40[0], XN1 | UINT64_C(0xc0000007fd));
	mmu_assert_leaf(&f, 0, VA, PT_PUD, UINT64_C(0xc000201abc),
			PAGE_RW_ATTRS);
}

static void addresses_past_the_machine_are_address_size_faults(void **state)
{
	/* VTCR.PS: table, page, and VTTBR itself. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		mmu_assert_path_fault(&f, &path, 0, i,
				      good[i] | UINT64_C(1) << 44,
				      PT_V_ADDRSIZE);
	init(&f, 0);
	f.regime.root[0] = UINT64_C(1) << 44 | 0x10000;
	mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_DEPTH_UNKNOWN);
	f.regime.root[0] = 0x18000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static void s2ap_and_xn_say_who_may_what(void **state)
{
	/* By XN[1:0] and S2AP[1:0]; EL0, then EL1. */
	static const char *const expected[16] = {
		"--x --x", "r-x r-x", "-wx -wx", "rwx rwx",	/* 00 */
		"--x ---", "r-x r--", "-wx -w-", "rwx rw-",	/* 01 */
		"--- ---", "r-- r--", "-w- -w-", "rw- rw-",	/* 10 */
		"--- --x", "r-- r-x", "-w- -wx", "rw- rwx",	/* 11 */
	};
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned row = 0; row < 16; row++) {
		mmu_fixture_put(&f, at[3], UINT64_C(0xabcde73f) |
						   (uint64_t)(row & 3) << 6 |
						   (row & 4 ? XN0 : 0) |
						   (row & 8 ? XN1 : 0));
		mmu_assert_rights(&f, 0, VA, PT_PTE, expected[row]);
	}
}

static void tables_take_nothing_away(void **state)
{
	/* 63:59 of a Table descriptor are stage 1's. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		init(&f, 0);
		mmu_fixture_put(&f, at[i], good[i] | UINT64_C(31) << 59);
		mmu_assert_rights(&f, 0, VA, PT_PTE, "rw- rw-");
		assert_int_equal(f.arch->level[PT_P4D + i].deniable, 0);
	}
}

static void access_flag_fault_comes_before_permission(void **state)
{
	/* AF = 0: a fault for every access, unless VTCR.HA. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[3], PAGE_RW & ~UINT64_C(0x400));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aaa");
	f.regime.control = HA;
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rw- rw-");
}

static void attributes_of_a_leaf_in_neutral_words(void **state)
{
	/* MemAttr f, 5, 1 and any other; bits 55, 56; USER with any. */
	const uint64_t page = XN1 | UINT64_C(0xabcde343);	/* R */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0x3c).attrs,
			 PT_R | PT_USER);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0x14).attrs,
			 PT_R | PT_USER |
				 (uint32_t)PT_MEM_WC << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0x04).attrs,
			 PT_R | PT_USER |
				 (uint32_t)PT_MEM_UC << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0x28).attrs,
			 PT_R | PT_USER | UINT32_C(7) << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   page | 0x3c | UINT64_C(3) << 55)
				 .attrs,
			 PT_R | PT_USER | PT_SOFT0 | PT_SOFT1);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   XN1 | UINT64_C(0xabcde33f))
				 .attrs,
			 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   UINT64_C(0xabcde77f))
				 .attrs,
			 PT_R | PT_X | PT_USER | PT_ACCESSED);
}

static void contiguous_bit_makes_groups_of_sixteen(void **state)
{
	/* Pages and level 2 blocks, each with its own address. */
	const uint64_t contiguous = UINT64_C(1) << 52;
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, PAGE_RW).order, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, contiguous | PAGE_RW)
				 .order,
			 4);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, contiguous | 0x7fd)
				 .order,
			 4);
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD, contiguous | 0x7fd)
				 .order,
			 0);
	mmu_fixture_put(&f, at[3], contiguous | PAGE_RW);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
}

static uint64_t encode_leaf(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.r = 0x40, .w = 0x80, .x = XN1, .accessed = 0x400,
	};

	return mmu_flip(XN1 | UINT64_C(0xabcde33f), &bits, attrs);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	(void)depth;
	(void)denied;
	return pa | 3;
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0x11000, 0x12000, 0x13000 },
		.control_mask = HA,
	};

	(void)state;
	/* 5 rights x A x 3 depths x 2 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 360);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_four_tables),
		cmocka_unit_test(concatenated_tables_are_one_root),
		cmocka_unit_test(addresses_past_t0sz_read_no_table),
		cmocka_unit_test(
			invalid_and_reserved_types_are_translation_faults),
		cmocka_unit_test(blocks_take_the_rest_from_the_address),
		cmocka_unit_test(
			addresses_past_the_machine_are_address_size_faults),
		cmocka_unit_test(s2ap_and_xn_say_who_may_what),
		cmocka_unit_test(tables_take_nothing_away),
		cmocka_unit_test(access_flag_fault_comes_before_permission),
		cmocka_unit_test(attributes_of_a_leaf_in_neutral_words),
		cmocka_unit_test(contiguous_bit_makes_groups_of_sixteen),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
