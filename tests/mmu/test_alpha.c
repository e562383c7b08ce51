/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of Alpha against words put together by hand.
 *
 * 1 V, 2 FOR, 4 FOW, 8 FOE, 10 ASM, 100 KRE, 200 URE, 1000 KWE, 2000 UWE,
 * 20000 dirty, 40000 accessed; the page frame number, of 8 KiB, is 63:32.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define PFN UINT64_C(0x00055e6f00000000)

static const uint64_t at[] = { 0x10008, 0x12008, 0x14008 };
static const uint64_t good[] = {
	UINT64_C(0x900063301), UINT64_C(0xa00063301), PFN | 0x63301,
};
static const struct mmu_path path = {
	.format = "alpha", .pa_bits = 45, .va = UINT64_C(0x200802abc),
	.count = 3, .at = at, .good = good,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* Index 1 in each; page frame number and offset. */
	(void)state;
	refill_leaf(&path, 2, good[2], 0xabcdeabc, ALL);
	refill_leaf(&path, 2, PFN | 0x63311, 0xabcdeabc, ALL | PT_GLOBAL);
}

static void addresses_are_sign_extended_from_bit_42(void **state)
{
	/* Index 512 of the root is the first of the upper half. */
	struct mmu_fixture f;

	(void)state;
	refill_init(&f, &path);
	mmu_assert_fault(&f, 0, UINT64_C(0x3ffffffffff), PT_V_TRANSLATION,
			 PT_PUD);
	mmu_assert_fault(&f, 0, UINT64_C(0x40000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xfffffbffffffffff), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	refill_put(&f, PT_PUD, 0x11000, good[0]);
	mmu_assert_leaf(&f, 0, UINT64_C(0xfffffc0000802abc), PT_PTE, 0xabcdeabc,
			ALL);
}

static void rights_are_the_fault_on_bits(void **state)
{
	/* The kernel has what the user has. */
	(void)state;
	refill_rights(&path, PFN | 0x63301, "rwx rwx");
	refill_rights(&path, PFN | 0x63305, "r-x r-x");
	refill_rights(&path, PFN | 0x63309, "rw- rw-");
	refill_rights(&path, PFN | 0x63303, "-wx -wx");
	refill_rights(&path, PFN | 0x6330f, "--- ---");
}

static void read_and_write_enables_are_accessed_and_dirty(void **state)
{
	/* Reads and fetches need one, writes the other alone. */
	(void)state;
	refill_rights(&path, PFN | 0x23001, "awa awa");
	refill_rights(&path, PFN | 0x40301, "rdx rdx");
	refill_rights(&path, PFN | 0x00001, "ada ada");
	refill_rights(&path, PFN | 0x23005, "a-a a-a");
	refill_rights(&path, PFN | 0x40309, "rd- rd-");
}

static void kernel_pages_are_always_enabled(void **state)
{
	/* KRE and KWE alone; PAGE_KERNEL has neither software bit. */
	(void)state;
	refill_rights(&path, PFN | 0x1101, "--- rwx");
	refill_rights(&path, PFN | 0x1105, "--- r-x");
	refill_rights(&path, PFN | 0x61101, "--- rwx");
	refill_leaf(&path, 2, PFN | 0x1111, 0xabcdeabc,
		    PT_R | PT_W | PT_X | PT_GLOBAL);
}

static void user_pages_alone_are_described(void **state)
{
	/* PAGE_KERNEL has no encoding; no rights are nobody's. */
	const struct mmu_arch *arch = mmu_find("alpha");

	(void)state;
	assert_false(arch->representable(PT_PTE, PT_R));
	assert_false(arch->representable(PT_PTE, PT_USER));
	assert_true(arch->representable(PT_PTE, 0));
	refill_leaf(&path, 2, PFN | 0x6330f, 0xabcdeabc,
		    PT_ACCESSED | PT_DIRTY);
}

static void other_enables_are_reserved(void **state)
{
	/* One of a pair, or a pair without its software bit. */
	static const uint64_t bad[] = {
		0x63101, 0x63201, 0x62301, 0x61301, 0x43301, 0x23301, 0x0101,
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refill_ends(&path, 2, PFN | bad[i], PT_V_RESERVED);
}

static void pointers_need_v_and_kre(void **state)
{
	/* All other low bits are ignored. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&path, 0, UINT64_C(0x900063300), PT_V_TRANSLATION);
	refill_ends(&path, 1, UINT64_C(0xa00063201), PT_V_RESERVED);
	refill_ends(&path, 0, UINT64_C(0x10000063301), PT_V_WALKBUS);
	refill_with(&f, &path, 0, UINT64_C(0x9ffffffff));
	mmu_assert_leaf(&f, 0, path.va, PT_PTE, 0xabcdeabc, ALL);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PTE);
}

static void empty_is_zero(void **state)
{
	/* A swap entry has V clear. */
	(void)state;
	assert_true(refill_empty("alpha", PT_PTE, 0));
	assert_true(refill_empty("alpha", PT_PUD, 0));
	assert_false(refill_empty("alpha", PT_PTE, UINT64_C(0x10100000000)));
}

static uint64_t encode(uint32_t attrs)
{
	bool a = attrs & PT_ACCESSED, d = attrs & PT_DIRTY;

	return PFN | 1 | (attrs & PT_R ? 0 : 2u) | (attrs & PT_W ? 0 : 4u) |
	       (attrs & PT_X ? 0 : 8u) | (attrs & PT_GLOBAL ? 0x10u : 0) |
	       (d ? 0x20000u : 0) | (a ? 0x40000u : 0) |
	       (a ? 0x300u : 0) | (d ? 0x3000u : 0);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 8 rights x ASM x accessed x dirty. */
	(void)state;
	assert_int_equal(refill_agrees(&path, encode, 0), 64);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(addresses_are_sign_extended_from_bit_42),
		cmocka_unit_test(rights_are_the_fault_on_bits),
		cmocka_unit_test(read_and_write_enables_are_accessed_and_dirty),
		cmocka_unit_test(kernel_pages_are_always_enabled),
		cmocka_unit_test(user_pages_alone_are_described),
		cmocka_unit_test(other_enables_are_reserved),
		cmocka_unit_test(pointers_need_v_and_kre),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
