/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of Xtensa against words put together by hand.
 *
 * 1 X, 2 hardware W, 4 write-back, 8 write-through, c illegal, 10 ring 1,
 * 40 writable, 80 dirty, 100 accessed.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

static const uint64_t at[] = { 0x10004, 0x11004 };
static const uint64_t good[] = { 0xd0011000, 0xabcde1d7 };
static const struct mmu_path path = {
	.format = "xtensa", .pa_bits = 32, .va = 0x00401abc,
	.count = 2, .at = at, .good = good,
};

static void page_address_comes_from_both_tables(void **state)
{
	/* Index 1 in each; a pointer is 0xd0000000 and up. */
	(void)state;
	refill_leaf(&path, 1, 0xabcde1d7, 0xabcdeabc, ALL);
	refill_leaf(&path, 1, 0xabcdefd7, 0xabcdeabc, ALL);
}

static void rights_are_x_w_and_ring(void **state)
{
	/* Every page can be read; ring 0 has ring 1's pages. */
	(void)state;
	refill_rights(&path, 0xabcde1d7, "rwx rwx");
	refill_rights(&path, 0xabcde1d6, "rw- rw-");
	refill_rights(&path, 0xabcde195, "r-x r-x");
	refill_rights(&path, 0xabcde1c7, "--- rwx");
	refill_rights(&path, 0xabcde004, "--- r--");
}

static void clean_pages_fault_but_old_ones_do_not(void **state)
{
	/* W follows writable and dirty; accessed is software's alone. */
	(void)state;
	refill_rights(&path, 0xabcde155, "rdx rdx");
	refill_rights(&path, 0xabcde115, "r-x r-x");
	refill_rights(&path, 0xabcde0d7, "rwx rwx");
}

static void reserved_encodings(void **state)
{
	/* W that does not follow, rings 2 and 3, attribute 13. */
	(void)state;
	refill_ends(&path, 1, 0xabcde1d5, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde157, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde197, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde1e7, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde1f7, PT_V_RESERVED);
	refill_ends(&path, 1, 0x1d, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde01f, PT_V_TRANSLATION);
}

static void an_empty_pte_is_1c(void **state)
{
	/* Zero is a page; swap has type and offset, PROT_NONE attribute 15. */
	(void)state;
	assert_true(refill_empty("xtensa", PT_PTE, 0x1c));
	assert_false(refill_empty("xtensa", PT_PTE, 0x85c));
	assert_false(refill_empty("xtensa", PT_PTE, 0xabcde01f));
	assert_false(refill_empty("xtensa", PT_PTE, 0x0c));
	assert_true(refill_empty("xtensa", PT_PMD, 0));
	refill_leaf(&path, 1, 0, 0xabc, PT_R | PT_MEM_UC << PT_MEMTYPE_SHIFT);
}

static void pointers_are_page_aligned_in_the_linear_map(void **state)
{
	/* 128 MiB from 0xd0000000. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&path, 0, 0xd0011004, PT_V_RESERVED);
	refill_ends(&path, 0, 0xd8000000, PT_V_RESERVED);
	refill_ends(&path, 0, 0xcffff000, PT_V_RESERVED);
	refill_ends(&path, 0, 0xd7fff000, PT_V_WALKBUS);
	refill_init(&f, &path);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PTE);
}

static void memory_type_is_the_attribute(void **state)
{
	/* Bypass and write-through. */
	(void)state;
	refill_leaf(&path, 1, 0xabcde1d3, 0xabcdeabc,
		    ALL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
	refill_leaf(&path, 1, 0xabcde1db, 0xabcdeabc,
		    ALL | PT_MEM_WT << PT_MEMTYPE_SHIFT);
}

static uint64_t encode(uint32_t attrs)
{
	static const uint8_t ca[PT_MEMTYPES] = { 4, 0, 0, 8 };
	bool w = attrs & PT_W, d = attrs & PT_DIRTY;

	return 0xabcde000u | (attrs & PT_X ? 1u : 0) | (w && d ? 2u : 0) |
	       (attrs & PT_USER ? 0x10u : 0) | (w ? 0x40u : 0) |
	       (d ? 0x80u : 0) | (attrs & PT_ACCESSED ? 0x100u : 0) |
	       ca[pt_attrs_memtype(attrs)];
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 8 rights x accessed x dirty x 3 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path, encode, 0), 96);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_both_tables),
		cmocka_unit_test(rights_are_x_w_and_ring),
		cmocka_unit_test(clean_pages_fault_but_old_ones_do_not),
		cmocka_unit_test(reserved_encodings),
		cmocka_unit_test(an_empty_pte_is_1c),
		cmocka_unit_test(pointers_are_page_aligned_in_the_linear_map),
		cmocka_unit_test(memory_type_is_the_attribute),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
