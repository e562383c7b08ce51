/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of OpenRISC against words put together by hand.
 *
 * 1 present, 2 CI, 4 WBC, 8 WOM, 10 A, 20 D, 40 URE, 80 UWE, 100 SRE, 200 SWE,
 * 400 exec.  A pointer has 331.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

static const uint64_t at[] = { 0x10004, 0x12004 };
static const uint64_t good[] = { 0x12331, 0xabcde7f1 };
static const struct mmu_path path = {
	.format = "openrisc", .pa_bits = 32, .va = 0x01002abc,
	.count = 2, .at = at, .good = good,
};

static void page_address_comes_from_both_tables(void **state)
{
	/* 8 KiB; index 1 in each. */
	(void)state;
	refill_leaf(&path, 1, 0xabcde7f1, 0xabcdeabc, ALL);
}

static void data_rights_are_the_enables(void **state)
{
	/* For each mode its own; A and D count for nothing. */
	(void)state;
	refill_rights(&path, 0xabcde7f1, "rwx rwx");
	refill_rights(&path, 0xabcde7c1, "rwx rwx");
	refill_rights(&path, 0xabcde571, "r-x r-x");
	refill_rights(&path, 0xabcde6b1, "-wx -wx");
}

static void any_right_grants_fetches_quirk(void **state)
{
	/* Without EXEC too, and to the user in kernel pages. */
	(void)state;
	refill_rights(&path, 0xabcde3f1, "rwx rwx");
	refill_rights(&path, 0xabcde171, "r-x r-x");
	refill_rights(&path, 0xabcde331, "--x rwx");
	refill_rights(&path, 0xabcde131, "--x r-x");
	refill_rights(&path, 0xabcde431, "--x --x");
	refill_rights(&path, 0xabcde031, "--- ---");
}

static void half_a_users_enables_are_reserved(void **state)
{
	/* URE without SRE, UWE without SWE, one pair and a half. */
	(void)state;
	refill_ends(&path, 1, 0xabcde071, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde0b1, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde1f1, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde371, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde7f0, PT_V_TRANSLATION);
}

static void pointers_have_exactly_the_table_bits(void **state)
{
	/* pmd_bad(). */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&path, 0, 0x12330, PT_V_RESERVED);
	refill_ends(&path, 0, 0x12333, PT_V_RESERVED);
	refill_ends(&path, 0, 0x12001, PT_V_RESERVED);
	refill_ends(&path, 0, 0x20331, PT_V_WALKBUS);
	refill_init(&f, &path);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PTE);
}

static void empty_is_zero(void **state)
{
	/* A swap entry: type << 5. */
	(void)state;
	assert_true(refill_empty("openrisc", PT_PTE, 0));
	assert_true(refill_empty("openrisc", PT_PMD, 0));
	assert_false(refill_empty("openrisc", PT_PTE, 0x1020));
}

static void memory_type_is_cache_inhibit(void **state)
{
	/* WBC stays in the pte, WOM has no word; shared (800) is software's. */
	(void)state;
	refill_leaf(&path, 1, 0xabcde7f3, 0xabcdeabc,
		    ALL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
	refill_leaf(&path, 1, 0xabcde7f5, 0xabcdeabc, ALL);
	refill_leaf(&path, 1, 0xabcde7f9, 0xabcdeabc,
		    ALL | 7 << PT_MEMTYPE_SHIFT);
	refill_leaf(&path, 1, 0xabcdeff1, 0xabcdeabc, ALL);
}

static uint64_t encode(uint32_t attrs)
{
	bool user = attrs & PT_USER;
	uint32_t r = user ? 0x140 : 0x100, w = user ? 0x280 : 0x200;

	return 0xabcde001u | (attrs & PT_R ? r : 0) | (attrs & PT_W ? w : 0) |
	       (attrs & PT_X ? 0x400u : 0) |
	       (attrs & PT_ACCESSED ? 0x10u : 0) |
	       (attrs & PT_DIRTY ? 0x20u : 0) |
	       (pt_attrs_memtype(attrs) ? 2u : 0);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 8 kernel and 6 user combinations x A x D x 2 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path, encode, 0), 112);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_both_tables),
		cmocka_unit_test(data_rights_are_the_enables),
		cmocka_unit_test(any_right_grants_fetches_quirk),
		cmocka_unit_test(half_a_users_enables_are_reserved),
		cmocka_unit_test(pointers_have_exactly_the_table_bits),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(memory_type_is_cache_inhibit),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
