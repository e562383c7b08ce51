/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of 32-bit Arm's long descriptors against tables put
 * together by hand from the Arm ARM, DDI 0487, G5.5 and G5.7, with Linux's
 * software bits.
 *
 * Tables: level 1 10000 (four entries), level 2 11000, level 3 12000; index 1
 * in each.  Low bits: 1 valid, 2 table or page, 1c AttrIndx, 40 AP[1], 80
 * AP[2], 300 SH, 400 AF, 800 nG.
 */
#include "mmu_fixture.h"

#define VA UINT64_C(0x40201abc)

#define PXN    (UINT64_C(1) << 53)
#define XN     (UINT64_C(1) << 54)
#define DIRTY  (UINT64_C(1) << 55)
#define SOFT0  (UINT64_C(1) << 56)
#define NONE   (UINT64_C(1) << 57)
#define RDONLY (UINT64_C(1) << 58)

/* A dirty user page, read and write, never executed; write-back, nG. */
#define USER_RW (DIRTY | XN | PXN | UINT64_C(0xabcdef4f))
#define USER_RW_ATTRS (PT_USER | PT_R | PT_W | PT_ACCESSED | PT_DIRTY)

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008 };
static const uint64_t good[] = { 0x11003, 0x12003, USER_RW };

static const struct mmu_path path = {
	.format = "arm-lpae", .pa_bits = 40, .va = VA,
	.count = 3, .at = at, .good = good,
};

static void init(struct mmu_fixture *f)
{
	mmu_path_init(f, &path, 0);
}

static void page_address_comes_from_all_three_tables(void **state)
{
	/* Output address 39:12; a 32-bit address, no more. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, USER_RW_ATTRS);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 32, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffff), PT_V_TRANSLATION, PT_PUD);
	mmu_fixture_put(&f, at[2], USER_RW | UINT64_C(0xff00000000));
	mmu_assert_leaf(&f, 0, VA, PT_PTE, UINT64_C(0xffabcdeabc),
			USER_RW_ATTRS);
}

static void root_of_four_entries_is_aligned_to_its_length(void **state)
{
	/* TTBR0 39:5; 55:48 is the ASID. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_fixture_put(&f, 0x10028, good[0]);
	mmu_fixture_put(&f, 0x10008, 0);
	f.regime.root[0] = UINT64_C(0x0042000000010020);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, USER_RW_ATTRS);
}

static void invalid_and_reserved_types_are_translation_faults(void **state)
{
	/* Bit 0 clear at each level; type 01 at level 3. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		mmu_assert_path_fault(&f, &path, 0, i,
				      UINT64_C(0xfffffffffffffffe),
				      PT_V_TRANSLATION);
	mmu_assert_path_fault(&f, &path, 0, 2, USER_RW & ~UINT64_C(2),
			      PT_V_TRANSLATION);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   USER_RW & ~UINT64_C(2))
				 .class,
			 MMU_RESERVED);
	assert_true(mmu_fixture_entry(&f, PT_PUD, 0).empty);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 4).empty);
}

static void prot_none_is_not_valid(void **state)
{
	/* Bit 57 with the valid bit clear; with it set nobody writes it. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   NONE | (USER_RW & ~UINT64_C(1)))
				 .class,
			 MMU_INVALID);
	mmu_assert_path_fault(&f, &path, 0, 2, NONE | USER_RW, PT_V_RESERVED);
}

static void blocks_take_the_rest_from_the_address(void **state)
{
	/* Level 2: 2 MB; level 1: 1 GB. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_fixture_put(&f, at[1], DIRTY | XN | PXN | UINT64_C(0xa000400f4d));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, UINT64_C(0xa000401abc),
			USER_RW_ATTRS);
	mmu_fixture_put(&f, at[0], DIRTY | XN | PXN | UINT64_C(0xa080000f4d));
	mmu_assert_leaf(&f, 0, VA, PT_PUD, UINT64_C(0xa080201abc),
			USER_RW_ATTRS);
}

static void addresses_past_forty_bits_are_address_size_faults(void **state)
{
	/* 47:40 of table and page, and of TTBR0. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned bit = 40; bit < 48; bit++)
			mmu_assert_path_fault(&f, &path, 0, i,
					      good[i] | UINT64_C(1) << bit,
					      PT_V_ADDRSIZE);
	init(&f);
	f.regime.root[0] = UINT64_C(0x10000010000);
	mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_DEPTH_UNKNOWN);
	f.regime.root[0] = 0x18000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

/* AF, dirty, WB, nG: rights and AP[2] are the row's. */
#define PAGE (DIRTY | UINT64_C(0xabcdef0f))

static const struct {
	uint64_t bits;
	uint32_t rights;
	const char *expected;
} rows[] = {
	/* Users' pages have PXN, the kernel's do not. */
	{ 0x40 | PXN, PT_USER | PT_R | PT_W | PT_X, "rwx rw-" },
	{ 0x40 | PXN | XN, PT_USER | PT_R | PT_W, "rw- rw-" },
	{ 0xc0 | PXN | RDONLY, PT_USER | PT_R | PT_X, "r-x r--" },
	{ 0xc0 | PXN | XN | RDONLY, PT_USER | PT_R, "r-- r--" },
	{ 0, PT_R | PT_W | PT_X, "--- rwx" },
	{ XN, PT_R | PT_W, "--- rw-" },
	{ 0x80 | RDONLY, PT_R | PT_X, "--- r-x" },
	{ 0x80 | XN | RDONLY, PT_R, "--- r--" },
	/* What Linux does not write. */
	{ PXN, PT_R | PT_W, "--- rw-" },
	{ XN | PXN, PT_R | PT_W, "--- rw-" },
	{ 0x40, PT_USER | PT_R | PT_W | PT_X, "rwx rwx" },
};

static void permissions_follow_ap_xn_and_pxn(void **state)
{
	/* XN is for both; no right to read, none to execute. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mmu_fixture_put(&f, at[2], PAGE | rows[i].bits);
		mmu_assert_rights(&f, 0, VA, PT_PTE, rows[i].expected);
		mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc,
				rows[i].rights | PT_ACCESSED | PT_DIRTY);
	}
}

static void clean_page_is_read_only_to_hardware(void **state)
{
	/* AP[2] is clear in dirty writable pages only, else reserved. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_fixture_put(&f, at[2], (USER_RW & ~DIRTY) | 0x80);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rd- rd-");
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc,
			USER_RW_ATTRS & ~PT_DIRTY);
	mmu_fixture_put(&f, at[2], (USER_RW & ~DIRTY) | 0x80 | RDONLY);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "r-- r--");
	mmu_assert_path_fault(&f, &path, 0, 2, USER_RW | 0x80, PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 2, USER_RW & ~DIRTY,
			      PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 2, USER_RW | RDONLY,
			      PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 1, 0x400f4d, PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 0, 0x40000f4d, PT_V_RESERVED);
}

static void table_descriptors_limit_all_below(void **state)
{
	/* PXNTable 59, XNTable 60, APTable 62:61, at both levels. */
	static const struct {
		unsigned bit;
		uint32_t denied;
		const char *user, *kernel;	/* on an RWX page of each */
	} row[] = {
		{ 59, 0, "rwx rw-", "--- rw-" },
		{ 60, PT_X, "rw- rw-", "--- rw-" },
		{ 61, PT_USER, "--- rw-", "--- rwx" },
		{ 62, PT_W, "r-x r--", "--- r-x" },
	};
	struct mmu_fixture f;

	(void)state;
	init(&f);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned j = 0; j < 4; j++) {
			uint64_t table = good[i] | UINT64_C(1) << row[j].bit;

			init(&f);
			mmu_fixture_put(&f, at[i], table);
			mmu_fixture_put(&f, at[2], PAGE | rows[0].bits);
			mmu_assert_rights(&f, 0, VA, PT_PTE, row[j].user);
			mmu_fixture_put(&f, at[2], PAGE | rows[4].bits);
			mmu_assert_rights(&f, 0, VA, PT_PTE, row[j].kernel);
			assert_int_equal(mmu_fixture_entry(&f, PT_PUD + i,
							   table)
						 .denied,
					 row[j].denied);
		}
}

static void access_flag_fault_comes_before_permission(void **state)
{
	/* Nobody sets AF in hardware. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_fixture_put(&f, at[2], USER_RW & ~UINT64_C(0x400));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aaa");
}

static void other_bits_of_a_leaf_are_attributes(void **state)
{
	/* nG, AttrIndx 0 to 3 and any other, bit 56. */
	const uint64_t page = RDONLY | XN | UINT64_C(0xabcde883);
	struct mmu_fixture f;

	(void)state;
	init(&f);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0xc).attrs, PT_R);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   (page | 0xc) ^ 0x800).attrs,
			 PT_R | PT_GLOBAL);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page).attrs,
			 PT_R | (uint32_t)PT_MEM_UC << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 4).attrs,
			 PT_R | (uint32_t)PT_MEM_WC << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 8).attrs,
			 PT_R | (uint32_t)PT_MEM_WT << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0x1c).attrs,
			 PT_R | UINT32_C(7) << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0xc | SOFT0)
				 .attrs,
			 PT_R | PT_SOFT0);
}

static uint64_t encode_leaf(uint32_t attrs)
{
	bool writes = (attrs & PT_W) && (attrs & PT_DIRTY);

	return UINT64_C(0xabcdeb0f) | (attrs & PT_W ? 0 : RDONLY) |
	       (writes ? 0 : 0x80u) | (attrs & PT_X ? 0 : XN) |
	       (attrs & PT_USER ? PXN | 0x40 : 0) |
	       (attrs & PT_ACCESSED ? 0x400u : 0u) |
	       (attrs & PT_DIRTY ? DIRTY : 0);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	static const struct mmu_bits bits = {
		.user = UINT64_C(1) << 61,
		.w = UINT64_C(1) << 62,
		.x = UINT64_C(1) << 60,
	};

	(void)depth;
	return mmu_flip(pa | 3, &bits, denied);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0, 0x11000, 0x12000 },
		.control_mask = PT_REGIME_ARM_AFE,	/* without effect */
	};

	(void)state;
	/* 8 rights x 4 A, D x 2 depths x 8 denied x 2 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 6144);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_three_tables),
		cmocka_unit_test(root_of_four_entries_is_aligned_to_its_length),
		cmocka_unit_test(
			invalid_and_reserved_types_are_translation_faults),
		cmocka_unit_test(prot_none_is_not_valid),
		cmocka_unit_test(blocks_take_the_rest_from_the_address),
		cmocka_unit_test(
			addresses_past_forty_bits_are_address_size_faults),
		cmocka_unit_test(permissions_follow_ap_xn_and_pxn),
		cmocka_unit_test(clean_page_is_read_only_to_hardware),
		cmocka_unit_test(table_descriptors_limit_all_below),
		cmocka_unit_test(access_flag_fault_comes_before_permission),
		cmocka_unit_test(other_bits_of_a_leaf_are_attributes),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
