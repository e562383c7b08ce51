/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of ARC against words put together by hand.
 *
 * 1 cached, 2 X, 4 W, 8 R, 10 accessed, 20 dirty, 100 global, 200 present,
 * 400 super page.  Tables are page-aligned; index 1 in each.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

static const uint64_t at2[] = { 0x10004, 0x12004 };
static const uint64_t good2[] = { 0x12000, 0xabcde23f };
static const struct mmu_path path2 = {
	.format = "arc-2level-8k", .pa_bits = 32, .va = 0x00202abc,
	.count = 2, .at = at2, .good = good2,
};

static const uint64_t at4k[] = { 0x10004, 0x11004 };
static const uint64_t good4k[] = { 0x11000, 0xabcdf23f };
static const struct mmu_path path4k = {
	.format = "arc-2level-4k", .pa_bits = 32, .va = 0x00401abc,
	.count = 2, .at = at4k, .good = good4k,
};

static const uint64_t at3[] = { 0x10004, 0x12004, 0x14004 };
static const uint64_t good3[] = { 0x12000, 0x14000, 0xabcde23f };
static const struct mmu_path path3 = {
	.format = "arc-3level-8k", .pa_bits = 32, .va = 0x10202abc,
	.count = 3, .at = at3, .good = good3,
};

static const uint64_t at4[] = { 0x10004, 0x12004, 0x14004, 0x16004 };
static const uint64_t good4[] = { 0x12000, 0x14000, 0x16000, 0xabcde23f };
static const struct mmu_path path4 = {
	.format = "arc-4level-8k", .pa_bits = 32, .va = 0x12202abc,
	.count = 4, .at = at4, .good = good4,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* Two to four levels. */
	(void)state;
	refill_leaf(&path2, 1, 0xabcde23f, 0xabcdeabc, ALL);
	refill_leaf(&path4k, 1, 0xabcdf23f, 0xabcdfabc, ALL);
	refill_leaf(&path3, 2, 0xabcde23f, 0xabcdeabc, ALL);
	refill_leaf(&path4, 3, 0xabcde23f, 0xabcdeabc, ALL);
}

static void super_page_takes_the_rest_from_the_address(void **state)
{
	/* 2 MiB, aligned; absent ones are invalid. */
	(void)state;
	refill_leaf(&path2, 0, 0xabc0063f, 0xabc02abc, ALL);
	refill_leaf(&path3, 1, 0xabc0063f, 0xabc02abc, ALL);
	refill_leaf(&path4, 2, 0xabc0063f, 0xabc02abc, ALL);
	for (unsigned bit = 13; bit < 21; bit++)
		refill_ends(&path2, 0, 0xabc0063f | UINT64_C(1) << bit,
			    PT_V_RESERVED);
	refill_ends(&path2, 0, 0xabc0043f, PT_V_TRANSLATION);
	refill_ends(&path3, 0, 0xa000063f, PT_V_RESERVED);
	refill_ends(&path2, 1, 0xabcde63f, PT_V_RESERVED);
}

static void four_kib_pages_have_no_super_pages(void **state)
{
	/* The bit is one of a bad pointer. */
	(void)state;
	refill_ends(&path4k, 0, 0xabc0063f, PT_V_RESERVED);
	refill_ends(&path4k, 0, 0x11400, PT_V_RESERVED);
}

static void kernel_rights_are_the_pages(void **state)
{
	/* GLOBAL: nobody else's.  Accessed and dirty are the handlers'. */
	(void)state;
	refill_rights(&path2, 0xabcde23f, "rwx rwx");
	refill_rights(&path2, 0xabcde23b, "r-x r-x");
	refill_rights(&path2, 0xabcde23d, "rw- rw-");
	refill_rights(&path2, 0xabcde33f, "--- rwx");
	refill_rights(&path2, 0xabcde231, "--- ---");
	refill_rights(&path2, 0xabcde205, "-w- -w-");
	refill_rights(&path2, 0xabcde309, "--- r--");
}

static void a_page_without_rights_is_nobodys(void **state)
{
	/* PAGE_U_NONE; with GLOBAL it says the same. */
	const uint32_t flags = PT_ACCESSED | PT_DIRTY;
	const struct mmu_arch *arch = mmu_find("arc-2level-8k");

	(void)state;
	refill_leaf(&path2, 1, 0xabcde231, 0xabcdeabc, flags);
	refill_leaf(&path2, 1, 0xabcde331, 0xabcdeabc, flags);
	assert_true(arch->representable(PT_PTE, 0));
	assert_false(arch->representable(PT_PTE, PT_USER));
}

static void empty_is_zero(void **state)
{
	/* A swap entry is type and offset without present. */
	(void)state;
	assert_true(refill_empty("arc-2level-8k", PT_PTE, 0));
	assert_true(refill_empty("arc-4level-8k", PT_P4D, 0));
	assert_false(refill_empty("arc-2level-8k", PT_PTE, 0x2001));
	assert_false(refill_empty("arc-2level-8k", PT_PTE, 0xabcde03f));
}

static void pointers_are_page_aligned_physical_addresses(void **state)
{
	/* Any page of 32 bits. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&path2, 0, 0x13000, PT_V_RESERVED);
	refill_ends(&path2, 0, 0x12004, PT_V_RESERVED);
	refill_ends(&path4, 1, 0x14200, PT_V_RESERVED);
	refill_ends(&path2, 0, 0xffffe000, PT_V_WALKBUS);
	refill_init(&f, &path2);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, path2.va, PT_V_ADDRSIZE, PT_PTE);
}

static void memory_type_is_the_cached_bit(void **state)
{
	/* Special (40) is software's. */
	(void)state;
	refill_leaf(&path2, 1, 0xabcde23e, 0xabcdeabc,
		    ALL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
	refill_leaf(&path2, 1, 0xabcde27f, 0xabcdeabc, ALL);
}

static uint64_t encode(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.r = 8, .w = 4, .x = 2, .user = 0x100, .accessed = 0x10,
		.dirty = 0x20,
	};

	return mmu_flip(0xabcde300, &bits, attrs) |
	       (pt_attrs_memtype(attrs) == PT_MEM_WB);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 15 rights x accessed x dirty x 2 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path2, encode, 0), 120);
	assert_int_equal(refill_agrees(&path4, encode, 0), 120);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(super_page_takes_the_rest_from_the_address),
		cmocka_unit_test(four_kib_pages_have_no_super_pages),
		cmocka_unit_test(kernel_rights_are_the_pages),
		cmocka_unit_test(a_page_without_rights_is_nobodys),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(pointers_are_page_aligned_physical_addresses),
		cmocka_unit_test(memory_type_is_the_cached_bit),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
