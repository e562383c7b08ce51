/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of PowerPC radix translation against tables put together
 * by hand from Power ISA 3.1B, Book III, "Radix Tree Translation".
 *
 * Tables: 10000, 11000, 12000, 13000 (with 64-KB pages 13100); the address has
 * index 1 in each.  Directory entries: V 8000..., NLB, NLS 9 (with 64-KB pages
 * 5 in the last).  Leaves: V and L c000..., RPN, R 100, C 80, Att 30, EAA f:
 * 8 privileged, 4 read, 2 read and write, 1 execute.
 */
#include "mmu_fixture.h"
#include "mmu_words.h"

#define VA    UINT64_C(0x0000008040201abc)
#define VA64K UINT64_C(0x0000008040211abc)
#define V     UINT64_C(0x8000000000000000)
#define LEAF  UINT64_C(0xc0000000abcde000)
#define ALL   (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008, 0x13008 };
static const uint64_t good[] = { V | 0x11009, V | 0x12009, V | 0x13009,
				 LEAF | 0x187 };
static const uint64_t at_64k[] = { 0x10008, 0x11008, 0x12008, 0x13108 };
static const uint64_t good_64k[] = { V | 0x11009, V | 0x12009, V | 0x13105,
				     UINT64_C(0xc0000000abcd0187) };

static const struct mmu_path path = {
	.format = "ppc64-radix-4k", .pa_bits = 52, .va = VA,
	.count = 4, .at = at, .good = good,
};
static const struct mmu_path path_64k = {
	.format = "ppc64-radix-64k", .pa_bits = 52, .va = VA64K,
	.count = 4, .at = at_64k, .good = good_64k,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* RPN of the leaf, 12 or 16 bits of the address; entries big-endian. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &path);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, VA + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, VA + 0x200000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, VA + 0x40000000, PT_V_TRANSLATION, PT_PUD);
	mmu_assert_fault(&f, 0, 0, PT_V_TRANSLATION, PT_P4D);
	words_init(&f, &path_64k);
	mmu_assert_leaf(&f, 0, VA64K, PT_PTE, 0xabcd1abc, ALL);
	mmu_assert_fault(&f, 0, VA64K + 0x10000, PT_V_TRANSLATION, PT_PTE);
}

static void large_leaves_take_the_rest_from_the_address(void **state)
{
	/* 2 MB and 1 GB; RPN bits below are ignored, also of a 64-KB page. */
	(void)state;
	words_assert_leaf(&path, PT_PMD, UINT64_C(0xc0000000abc00187),
			  0xabc01abc, ALL);
	words_assert_leaf(&path, PT_PMD, UINT64_C(0xc0000000abdff187),
			  0xabc01abc, ALL);
	words_assert_leaf(&path, PT_PUD, UINT64_C(0xc0000001c0000187),
			  0x1c0201abc, ALL);
	words_assert_leaf(&path_64k, PT_PMD, UINT64_C(0xc0000000abc00187),
			  0xabc11abc, ALL);
	words_assert_leaf(&path_64k, PT_PTE, UINT64_C(0xc0000000abcdf187),
			  0xabcd1abc, ALL);
}

static void trees_of_other_shapes_are_unsupported(void **state)
{
	/* NLS must be 9 9 9 (9 9 5); no leaf at the root, no pointer below. */
	(void)state;
	for (uint64_t nls = 0; nls < 32; nls++) {
		if (nls == 9)
			continue;
		words_assert_fault(&path, PT_P4D, V | 0x11000 | nls,
				   PT_V_RESERVED);
		words_assert_fault(&path, PT_PMD, V | 0x13000 | nls,
				   PT_V_RESERVED);
	}
	words_assert_fault(&path_64k, PT_PMD, V | 0x13109, PT_V_RESERVED);
	words_assert_fault(&path, PT_P4D, LEAF | 0x187, PT_V_RESERVED);
	words_assert_fault(&path, PT_PTE, V | 0x13009, PT_V_RESERVED);
	words_assert_fault(&path_64k, PT_PTE, V | 0x13105, PT_V_RESERVED);
}

static void reserved_bits_of_directory_entries_fault(void **state)
{
	/* 61:60 and 7:5; NLB is a multiple of the table's length. */
	(void)state;
	for (unsigned depth = PT_P4D; depth < PT_PTE; depth++) {
		uint64_t entry = good[depth - PT_P4D];

		words_assert_fault(&path, depth, entry | V >> 2, PT_V_RESERVED);
		words_assert_fault(&path, depth, entry | V >> 3, PT_V_RESERVED);
		words_assert_fault(&path, depth, entry | 0x20, PT_V_RESERVED);
		words_assert_fault(&path, depth, entry | 0x80, PT_V_RESERVED);
		words_assert_fault(&path, depth, entry | 0x800, PT_V_RESERVED);
		words_assert_fault(&path, depth, entry | 0x100, PT_V_RESERVED);
	}
}

static void reserved_bits_of_leaves_fault(void **state)
{
	/* 60:57, 6 and Att 01, at every size; software's bits do nothing. */
	static const uint64_t leaf[] = { UINT64_C(0xc000000040000187),
					 UINT64_C(0xc0000000abc00187),
					 LEAF | 0x187 };

	(void)state;
	for (unsigned depth = PT_PUD; depth <= PT_PTE; depth++) {
		uint64_t entry = leaf[depth - PT_PUD];

		for (unsigned bit = 57; bit <= 60; bit++)
			words_assert_fault(&path, depth,
					   entry | UINT64_C(1) << bit,
					   PT_V_RESERVED);
		words_assert_fault(&path, depth, entry | 0x40, PT_V_RESERVED);
		words_assert_fault(&path, depth, entry | 0x10, PT_V_RESERVED);
		words_assert_rights(&path, depth, entry | V >> 2 | 0xe00,
				    "rwx rwx");
	}
}

static void rights_are_the_encoded_access_authority(void **state)
{
	/* Privileged keeps user code off; read/write alone also reads. */
	static const char *const expected[16] = {
		"--- ---", "--x --x", "rw- rw-", "rwx rwx",
		"r-- r--", "r-x r-x", "rw- rw-", "rwx rwx",
		"--- ---", "--- --x", "--- rw-", "--- rwx",
		"--- r--", "--- r-x", "--- rw-", "--- rwx",
	};

	(void)state;
	for (uint64_t eaa = 0; eaa < 16; eaa++)
		words_assert_rights(&path, PT_PTE, LEAF | 0x180 | eaa,
				    expected[eaa]);
}

static void guarded_storage_is_not_fetched_from(void **state)
{
	/* Att 10, non-idempotent; Att 11, tolerant, is not guarded. */
	(void)state;
	words_assert_rights(&path, PT_PTE, LEAF | 0x1a7, "rw- rw-");
	words_assert_rights(&path, PT_PTE, LEAF | 0x1b7, "rwx rwx");
	words_assert_leaf(&path, PT_PTE, LEAF | 0x1a7, 0xabcdeabc,
			  ALL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
	words_assert_leaf(&path, PT_PTE, LEAF | 0x1b7, 0xabcdeabc,
			  ALL | PT_MEM_WC << PT_MEMTYPE_SHIFT);
}

static void reference_and_change_never_fault(void **state)
{
	/* R 100 and C 80 are hardware's. */
	(void)state;
	words_assert_rights(&path, PT_PTE, LEAF | 0x007, "rwx rwx");
	words_assert_rights(&path, PT_PTE, LEAF | 0x107, "rwx rwx");
	words_assert_leaf(&path, PT_PTE, LEAF | 0x087, 0xabcdeabc,
			  PT_RIGHTS | PT_DIRTY);
}

static void late_reference_and_change_leave_a_page_none(void **state)
{
	/* In page tables; above, and with other bits, the entry is in use. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &path);
	for (unsigned depth = PT_P4D; depth <= PT_PTE; depth++) {
		struct mmu_entry e = mmu_fixture_entry(&f, depth, 0);

		assert_true(e.empty);
		e = mmu_fixture_entry(&f, depth, 0x180);
		assert_int_equal(e.class, MMU_INVALID);
		assert_int_equal(e.empty, depth == PT_PTE);
	}
	assert_false(mmu_fixture_entry(&f, PT_PTE, 0x200).empty);
	/* Swap type 1, offset 1. */
	assert_false(mmu_fixture_entry(&f, PT_PTE,
				       UINT64_C(0x4000000000001001)).empty);
	words_assert_fault(&path, PT_PTE, ~V, PT_V_TRANSLATION);
}

static void addresses_past_the_machine_fault(void **state)
{
	/* RPN has bits up to 56; effective addresses 52, in quadrant 0. */
	struct mmu_fixture f;

	(void)state;
	words_assert_fault(&path, PT_PTE, LEAF | UINT64_C(1) << 52 | 0x187,
			   PT_V_ADDRSIZE);
	words_assert_fault(&path, PT_PUD, good[1] | UINT64_C(1) << 52,
			   PT_V_ADDRSIZE);
	words_assert_fault(&path, PT_PUD, good[1] | UINT64_C(1) << 40,
			   PT_V_WALKBUS);
	words_assert_fault(&path_64k, PT_PTE,
			   good_64k[3] | UINT64_C(1) << 52, PT_V_ADDRSIZE);
	words_init(&f, &path);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   UINT64_C(0xc1fffffffffff007)).pa,
			 UINT64_C(0x01fffffffffff000));
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD,
					   UINT64_C(0x8ffffffffffff009)).pa,
			 UINT64_C(0x0ffffffffffff000));
	for (unsigned bit = 52; bit < 64; bit++)
		mmu_assert_fault(&f, 0, VA | UINT64_C(1) << bit, PT_V_CANONICAL,
				 PT_DEPTH_UNKNOWN);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 12 rights x R, C x 3 types: all words of the low 9 bits. */
	(void)state;
	assert_false(mmu_find("ppc64-radix-4k")->representable(PT_P4D, ALL));
	assert_int_equal(words_sweep(&path, PT_PTE, LEAF, 0x1ff, 0, 0), 144);
	assert_int_equal(words_sweep(&path, PT_PMD,
				     UINT64_C(0xc0000000abc00000), 0x1ff, 0, 0),
			 144);
	assert_int_equal(words_sweep(&path_64k, PT_PTE,
				     UINT64_C(0xc0000000abcd0000), 0x1ff, 0, 0),
			 144);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(large_leaves_take_the_rest_from_the_address),
		cmocka_unit_test(trees_of_other_shapes_are_unsupported),
		cmocka_unit_test(reserved_bits_of_directory_entries_fault),
		cmocka_unit_test(reserved_bits_of_leaves_fault),
		cmocka_unit_test(rights_are_the_encoded_access_authority),
		cmocka_unit_test(guarded_storage_is_not_fetched_from),
		cmocka_unit_test(reference_and_change_never_fault),
		cmocka_unit_test(late_reference_and_change_leave_a_page_none),
		cmocka_unit_test(addresses_past_the_machine_fault),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
