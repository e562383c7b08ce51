/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of 64-bit PA-RISC against words put together by hand.
 *
 * 1 R, 2 W, 4 X, 8 gateway, 10 special, 20 D, 40 T, 80 uncached, 100 accessed,
 * 200 present, 400 huge, 800 user.  A pointer is the address >> 8, 1 present, 2 valid.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

static const uint64_t at[] = { 0x10004, 0x12004, 0x14008 };
static const uint64_t good[] = { 0x123, 0x143, 0xabcdeb27 };
static const struct mmu_path path = {
	.format = "parisc64", .pa_bits = 40, .va = UINT64_C(0x100201abc),
	.count = 3, .at = at, .good = good,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* Entries of 4, 4 and 8 bytes, big-endian; index 1 in each. */
	(void)state;
	refill_leaf(&path, 2, 0xabcdeb27, 0xabcdeabc, ALL);
	refill_leaf(&path, 2, UINT64_C(0xffabcdeb27), UINT64_C(0xffabcdeabc),
		    ALL);
}

static void user_rights_are_checked_at_level_3(void **state)
{
	/* PL1 is 3 with READ, 1 without; fetches need it too. */
	(void)state;
	refill_rights(&path, 0xabcdeb27, "rwx rw-");
	refill_rights(&path, 0xabcdeb21, "r-- r--");
	refill_rights(&path, 0xabcdeb25, "r-x r--");
	refill_rights(&path, 0xabcdeb24, "--- r--");
	refill_rights(&path, 0xabcdeb22, "-w- rw-");
	refill_rights(&path, 0xabcdeb20, "--- r--");
}

static void kernel_pages_are_read_by_the_kernel_always(void **state)
{
	/* PL1 is 2 or 0, PL2 is 0. */
	(void)state;
	refill_rights(&path, 0xabcde327, "--- rwx");
	refill_rights(&path, 0xabcde324, "--- r-x");
	refill_rights(&path, 0xabcde320, "--- r--");
}

static void clean_pages_fault_but_old_ones_do_not(void **state)
{
	/* TLB dirty bit trap. */
	(void)state;
	refill_rights(&path, 0xabcdeb07, "rdx rd-");
	refill_rights(&path, 0xabcdeb05, "r-x r--");
	refill_rights(&path, 0xabcdea27, "rwx rw-");
}

static void attributes_are_what_the_access_rights_come_to(void **state)
{
	/* A user cannot fetch without READ; the kernel reads without it. */
	const uint32_t flags = PT_ACCESSED | PT_DIRTY;

	(void)state;
	refill_leaf(&path, 2, 0xabcdeb24, 0xabcdeabc, flags);
	refill_leaf(&path, 2, 0xabcdeb20, 0xabcdeabc, flags);
	refill_leaf(&path, 2, 0xabcdeb26, 0xabcdeabc, flags | PT_W | PT_USER);
	refill_leaf(&path, 2, 0xabcde324, 0xabcdeabc, flags | PT_R | PT_X);
	refill_leaf(&path, 2, 0xabcde320, 0xabcdeabc, flags | PT_R);
}

static void promotion_trap_and_size_are_reserved(void **state)
{
	/*
	 * Gateway, T, huge; the handler drops 0x10; without present nothing is
	 * looked at.
	 */
	(void)state;
	refill_ends(&path, 2, 0xabcdeb2f, PT_V_RESERVED);
	refill_ends(&path, 2, 0xabcdeb67, PT_V_RESERVED);
	refill_ends(&path, 2, 0xabcdef27, PT_V_RESERVED);
	refill_leaf(&path, 2, 0xabcdeb37, 0xabcdeabc, ALL);
	refill_ends(&path, 2, 0xabcde9ff, PT_V_TRANSLATION);
}

static void pointers_are_shifted(void **state)
{
	/* Present decides; without valid it is bad; flags 4 and 8 are masked. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&path, 0, 0x122, PT_V_TRANSLATION);
	refill_ends(&path, 0, 0x121, PT_V_RESERVED);
	refill_ends(&path, 1, 0x141, PT_V_RESERVED);
	refill_ends(&path, 0, 0xf0000123, PT_V_WALKBUS);
	refill_with(&f, &path, 0, 0x12f);
	mmu_assert_leaf(&f, 0, path.va, PT_PTE, 0xabcdeabc, ALL);
	f.regime.pa_bits = 39;
	refill_put(&f, PT_PUD, 0x10004, 0x80000123);
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PUD);
	refill_ends(&path, 2, UINT64_C(0x100abcdeb27), PT_V_ADDRSIZE);
}

static void empty_is_zero(void **state)
{
	/* Swap: type in the low bits, present clear; 42 bits of addresses. */
	struct mmu_fixture f;

	(void)state;
	assert_true(refill_empty("parisc64", PT_PTE, 0));
	assert_true(refill_empty("parisc64", PT_PUD, 0));
	assert_false(refill_empty("parisc64", PT_PTE, 0x401));
	assert_false(refill_empty("parisc64", PT_PMD, 0x142));
	refill_init(&f, &path);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 42, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static uint64_t encode(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.r = 1, .w = 2, .x = 4, .user = 0x800, .accessed = 0x100,
		.dirty = 0x20,
	};

	return mmu_flip(0xabcde200, &bits, attrs) |
	       (attrs & PT_RIGHTS ? 0 : 0x800u) |
	       (pt_attrs_memtype(attrs) == PT_MEM_UC ? 0x80u : 0);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 10 rights x accessed x dirty x 2 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path, encode, 0), 80);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(user_rights_are_checked_at_level_3),
		cmocka_unit_test(kernel_pages_are_read_by_the_kernel_always),
		cmocka_unit_test(clean_pages_fault_but_old_ones_do_not),
		cmocka_unit_test(attributes_are_what_the_access_rights_come_to),
		cmocka_unit_test(promotion_trap_and_size_are_reserved),
		cmocka_unit_test(pointers_are_shifted),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
