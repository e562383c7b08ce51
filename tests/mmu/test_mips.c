/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of MIPS against words put together by hand.
 *
 * mips32: 1 P, 2 W, 4 accessed, 8 modified, 10 XI, 20 RI, 40 G, 80 V, 100 D,
 * 600 cached, address as it is.  mips64: 10 huge, 40 XI, 80 RI, 100 G, 200 V,
 * 400 D, 1800 cached, address << 2.
 */
#include "refill_fixture.h"

#define VA32 UINT64_C(0x00401abc)
#define VA40 UINT64_C(0x40201abc)
#define VA48 UINT64_C(0x8040201abc)
#define ALL  (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

static const uint64_t at32[] = { 0x10004, 0x11004 };
static const uint64_t good32[] = { 0x80011000, 0xabcde78f };
static const struct mmu_path path32 = {
	.format = "mips32-4k", .pa_bits = 32, .va = VA32,
	.count = 2, .at = at32, .good = good32,
};

static const uint64_t at64[] = { 0x10008, 0x12008, 0x13008 };
static const uint64_t good64[] = {
	UINT64_C(0x9800000000012000), UINT64_C(0x9800000000013000),
	UINT64_C(0x2af379e0f),
};
static const struct mmu_path path64 = {
	.format = "mips64-4k", .pa_bits = 48, .va = VA40,
	.count = 3, .at = at64, .good = good64,
};

static const uint64_t at48[] = { 0x10008, 0x11008, 0x12008, 0x13008 };
static const uint64_t good48[] = {
	UINT64_C(0x9800000000011000), UINT64_C(0x9800000000012000),
	UINT64_C(0x9800000000013000), UINT64_C(0x2af379e0f),
};
static const struct mmu_path path48 = {
	.format = "mips64-4k-48", .pa_bits = 48, .va = VA48,
	.count = 4, .at = at48, .good = good48,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* Indices 1; the page frame number starts at bit 12, or 14. */
	(void)state;
	refill_leaf(&path32, 1, 0xabcde78f, 0xabcdeabc, ALL);
	refill_leaf(&path64, 2, good64[2], 0xabcdeabc, ALL);
	refill_leaf(&path48, 3, good48[3], 0xabcdeabc, ALL);
}

static void huge_pmd_takes_the_rest_from_the_address(void **state)
{
	/* 2 MiB at abc00000; address bits below it are reserved. */
	(void)state;
	refill_leaf(&path64, 1, UINT64_C(0x2af001e1f), 0xabc01abc, ALL);
	refill_leaf(&path48, 2, UINT64_C(0x2af001e1f), 0xabc01abc, ALL);
	for (unsigned bit = 14; bit < 23; bit++)
		refill_ends(&path64, 1,
			    UINT64_C(0x2af001e1f) | UINT64_C(1) << bit,
			    PT_V_RESERVED);
	refill_ends(&path64, 1, 0x10, PT_V_TRANSLATION);
	refill_ends(&path64, 1, 0x210, PT_V_RESERVED);
}

static void rights_are_ri_xi_and_write(void **state)
{
	/* The kernel has the same; V is clear where RI is set. */
	(void)state;
	refill_rights(&path32, 0xabcde78f, "rwx rwx");
	refill_rights(&path32, 0xabcde79f, "rw- rw-");
	refill_rights(&path32, 0xabcde68d, "r-x r-x");
	refill_rights(&path32, 0xabcde72f, "-wx -wx");
	refill_rights(&path32, 0xabcde63d, "--- ---");
	refill_rights(&path64, UINT64_C(0x2af379e4f), "rw- rw-");
	refill_rights(&path64, UINT64_C(0x2af37988d), "--x --x");
}

static void old_and_clean_pages_fault_after_rights(void **state)
{
	/* The load, store and modify handlers mend what they may. */
	(void)state;
	refill_rights(&path32, 0xabcde70b, "aaa aaa");
	refill_rights(&path32, 0xabcde687, "rdx rdx");
	refill_rights(&path32, 0xabcde603, "aaa aaa");
	refill_rights(&path32, 0xabcde609, "a-a a-a");
}

static void valid_and_dirty_must_follow(void **state)
{
	/* V from accessed and RI, D from W and modified; V needs P. */
	static const uint64_t bad[] = { 0x78b, 0x70f, 0x787, 0x68f, 0x7af, 0x80 };

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refill_ends(&path32, 1, 0xabcde000 | bad[i], PT_V_RESERVED);
	refill_ends(&path64, 2, UINT64_C(0x2af379a0f), PT_V_RESERVED);
	refill_ends(&path64, 2, 0x200, PT_V_RESERVED);
}

static void empty_entries_point_to_the_invalid_tables(void **state)
{
	/* By what the entry would point to; a pte is none with G too. */
	const uint64_t base = UINT64_C(0x9800000000000000);

	(void)state;
	assert_true(refill_empty("mips32-4k", PT_PTE, 0));
	assert_true(refill_empty("mips32-4k", PT_PTE, 0x40));
	assert_false(refill_empty("mips32-4k", PT_PTE, 0x100));	/* swap */
	assert_true(refill_empty("mips32-4k", PT_PMD, 0x80003000));
	assert_true(refill_empty("mips64-4k", PT_PTE, 0x100));
	assert_false(refill_empty("mips64-4k", PT_PTE, 0x10000));
	assert_true(refill_empty("mips64-4k", PT_PMD, base + 0x3000));
	assert_false(refill_empty("mips64-4k", PT_PMD, 0x10));
	assert_true(refill_empty("mips64-4k", PT_PUD, base + 0x2000));
	assert_true(refill_empty("mips64-4k-48", PT_P4D, base + 0x1000));
	refill_ends(&path64, 0, base + 0x2000, PT_V_TRANSLATION);
	refill_ends(&path64, 0, base + 0x3000, PT_V_WALKBUS);
}

static void pointers_are_page_aligned_in_the_linear_map(void **state)
{
	/* KSEG0 has 512 MiB, XKPHYS 2^48. */
	(void)state;
	refill_ends(&path32, 0, 0x80011004, PT_V_RESERVED);
	refill_ends(&path32, 0, 0xa0011000, PT_V_RESERVED);
	refill_ends(&path32, 0, 0x7ffff000, PT_V_RESERVED);
	refill_ends(&path32, 0, 0, PT_V_RESERVED);
	refill_ends(&path64, 0, UINT64_C(0x9801000000012000), PT_V_RESERVED);
	refill_ends(&path64, 0, UINT64_C(0x97fffffffffff000), PT_V_RESERVED);
	refill_ends(&path64, 1, UINT64_C(0x9800000000013008), PT_V_RESERVED);
	refill_ends(&path64, 0, UINT64_C(0x9800000000020000), PT_V_WALKBUS);
}

static void addresses_outside_the_root_read_no_table(void **state)
{
	/* Zero-extended: KSEG0, 2^40, 2^48. */
	struct mmu_fixture f;

	(void)state;
	refill_init(&f, &path32);
	mmu_assert_fault(&f, 0, 0x80000000, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	refill_init(&f, &path64);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 40, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	refill_init(&f, &path48);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 48, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static void pages_past_the_machine_fault(void **state)
{
	/* Bit 48 of the address is bit 50 of the pte. */
	(void)state;
	refill_ends(&path64, 2, good64[2] | UINT64_C(1) << 50, PT_V_ADDRSIZE);
}

static void memory_type_and_global_are_entrylos(void **state)
{
	/* C 2 uncached, others have no word; G. */
	(void)state;
	refill_leaf(&path32, 1, 0xabcde58f, 0xabcdeabc,
		    ALL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
	refill_leaf(&path32, 1, 0xabcdef8f, 0xabcdeabc,
		    ALL | 7 << PT_MEMTYPE_SHIFT);
	refill_leaf(&path32, 1, 0xabcde7cf, 0xabcdeabc, ALL | PT_GLOBAL);
	refill_leaf(&path64, 2, UINT64_C(0x2af37970f), 0xabcdeabc,
		    ALL | PT_GLOBAL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
}

static uint64_t encode(uint32_t attrs)
{
	bool a = attrs & PT_ACCESSED, d = attrs & PT_DIRTY;
	bool w = attrs & PT_W, r = attrs & PT_R;

	return 0xabcde001u | (w ? 2u : 0) | (a ? 4u : 0) | (d ? 8u : 0) |
	       (attrs & PT_X ? 0 : 0x10u) | (r ? 0 : 0x20u) |
	       (attrs & PT_GLOBAL ? 0x40u : 0) | (a && r ? 0x80u : 0) |
	       (w && d ? 0x100u : 0) |
	       (pt_attrs_memtype(attrs) == PT_MEM_UC ? 0x400u : 0x600u);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 8 rights x global x accessed x dirty x 2 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path32, encode, 0), 128);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(huge_pmd_takes_the_rest_from_the_address),
		cmocka_unit_test(rights_are_ri_xi_and_write),
		cmocka_unit_test(old_and_clean_pages_fault_after_rights),
		cmocka_unit_test(valid_and_dirty_must_follow),
		cmocka_unit_test(empty_entries_point_to_the_invalid_tables),
		cmocka_unit_test(pointers_are_page_aligned_in_the_linear_map),
		cmocka_unit_test(addresses_outside_the_root_read_no_table),
		cmocka_unit_test(pages_past_the_machine_fault),
		cmocka_unit_test(memory_type_and_global_are_entrylos),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
