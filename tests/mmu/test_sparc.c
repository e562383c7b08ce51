/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second readings of sparc64 (sun4v) and of the SPARC Reference MMU against
 * tables put together by hand.
 *
 * sun4v: tables 10000, 12000, 14000, 16000, pointers are their addresses.  A
 * TTE: 8000... V, soft2 2000... modified, 1000... accessed, 0800... read,
 * 0400... write, 0100... huge; 800 e, 400 cp, 200 cv, 100 p, 80 ep, 40 w,
 * 10 present, 7 size.
 *
 * SRMMU: tables 10000, 10400, 10500; a descriptor holds an address >> 4.
 * 80 C, 40 M, 20 R, 1c ACC, 3 entry type.
 */
#include "mmu_fixture.h"
#include "mmu_words.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

/* Index 1 in each table. */
#define VA64 UINT64_C(0x0000080200803abc)
#define VA32 UINT64_C(0x01041abc)

static const uint64_t at_64[] = { 0x10008, 0x12008, 0x14008, 0x16008 };
static const uint64_t good_64[] = { 0x12000, 0x14000, 0x16000,
				    UINT64_C(0xbc000000abcde6d0) };
static const uint64_t at_32[] = { 0x10004, 0x10404, 0x10504 };
static const uint64_t good_32[] = { 0x1041, 0x1051, 0x0abcdeee };

static const struct mmu_path v9 = {
	.format = "sparc64", .pa_bits = 48, .va = VA64,
	.count = 4, .at = at_64, .good = good_64,
};
static const struct mmu_path v8 = {
	.format = "sparc32-srmmu", .pa_bits = 36, .va = VA32,
	.count = 3, .at = at_32, .good = good_32,
};

static void sun4v_address_comes_from_all_tables(void **state)
{
	/* 10 bits of the address each, 13 of the page; 53 in all. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &v9);
	mmu_assert_leaf(&f, 0, VA64, PT_PTE, 0xabcdfabc, ALL);
	mmu_assert_fault(&f, 0, VA64 + 0x2000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, VA64 + 0x800000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, VA64 + UINT64_C(0x200000000), PT_V_TRANSLATION,
			 PT_PUD);
	mmu_assert_fault(&f, 0, 0, PT_V_TRANSLATION, PT_P4D);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 53, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, VA64 | UINT64_C(1) << 63, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static void sun4v_huge_page_is_two_of_4_mb(void **state)
{
	/* Bit 22 is the address's; taddr's from there down are not read. */
	struct mmu_fixture f;

	(void)state;
	words_assert_leaf(&v9, PT_PMD, UINT64_C(0xbd000000ab8006d3),
			  0xab803abc, ALL);
	words_assert_leaf(&v9, PT_PMD, UINT64_C(0xbd000000abffe6d3),
			  0xab803abc, ALL);
	words_init_with(&f, &v9, PT_PMD, UINT64_C(0xbd000000ab8006d3));
	mmu_assert_leaf(&f, 0, VA64 | 0x400000, PT_PMD, 0xabc03abc, ALL);
	/* Sizes of 8 KB and 256 MB; huge above, and in a page table. */
	words_assert_fault(&v9, PT_PMD, UINT64_C(0xbd000000ab8006d0),
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PMD, UINT64_C(0xbd000000ab8006d5),
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PUD, UINT64_C(0xbd000000ab8006d3),
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xbd000000abcde6d0),
			   PT_V_RESERVED);
}

static void sun4v_pointers_are_bare_addresses(void **state)
{
	/* Bits below a table's 8 KB; addresses from 2^48 on. */
	(void)state;
	for (unsigned depth = PT_P4D; depth < PT_PTE; depth++) {
		uint64_t entry = good_64[depth - PT_P4D];

		words_assert_fault(&v9, depth, entry | 1, PT_V_RESERVED);
		words_assert_fault(&v9, depth, entry | 0x1000, PT_V_RESERVED);
		words_assert_fault(&v9, depth, entry | UINT64_C(1) << 48,
				   PT_V_ADDRSIZE);
		words_assert_fault(&v9, depth, entry | UINT64_C(1) << 63,
				   PT_V_ADDRSIZE);
	}
	words_assert_fault(&v9, PT_PMD, 0x18000, PT_V_WALKBUS);
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xbc800000abcde6d0),
			   PT_V_ADDRSIZE);
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xbc010000abcde6d0),
			   PT_V_ADDRSIZE);
}

static void sun4v_rights_are_soft2_p_and_ep(void **state)
{
	/* User rwx, rw, rx, r; then with p. */
	(void)state;
	words_assert_rights(&v9, PT_PTE, UINT64_C(0xbc000000abcde6d0),
			    "rwx rwx");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0xbc000000abcde650),
			    "rw- rw-");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0xb8000000abcde690),
			    "r-x r-x");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0x98000000abcde610),
			    "r-- r--");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0xbc000000abcde7d0),
			    "--- rwx");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0x98000000abcde710),
			    "--- r--");
}

static void sun4v_old_and_clean_pages_fault(void **state)
{
	/* V goes with accessed, w with write and modified; else reserved. */
	(void)state;
	words_assert_rights(&v9, PT_PTE, UINT64_C(0x9c000000abcde690),
			    "rdx rdx");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0x2c000000abcde6d0),
			    "aaa aaa");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0x08000000abcde610),
			    "aaa aaa");
	words_assert_rights(&v9, PT_PMD, UINT64_C(0x2d000000ab8006d3),
			    "aaa aaa");
	/* w without modified, without write; modified and write without w. */
	words_assert_fault(&v9, PT_PTE, UINT64_C(0x9c000000abcde6d0),
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xb8000000abcde6d0),
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xbc000000abcde690),
			   PT_V_RESERVED);
	/* V without accessed, without read, without present. */
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xac000000abcde6d0),
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xb4000000abcde6d0),
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PTE, UINT64_C(0xbc000000abcde6c0),
			   PT_V_RESERVED);
}

static void sun4v_reserved_bits_and_types_fault(void **state)
{
	/* nfo, ie, bit 3, sizes; cp and cv or e. */
	const uint64_t good = UINT64_C(0xbc000000abcde0d0);

	(void)state;
	words_assert_fault(&v9, PT_PTE, good | 0x600 | UINT64_C(1) << 62,
			   PT_V_RESERVED);
	words_assert_fault(&v9, PT_PTE, good | 0x1600, PT_V_RESERVED);
	words_assert_fault(&v9, PT_PTE, good | 0x608, PT_V_RESERVED);
	for (uint64_t size = 1; size < 8; size++)
		words_assert_fault(&v9, PT_PTE, good | 0x600 | size,
				   PT_V_RESERVED);
	words_assert_leaf(&v9, PT_PTE, good | 0x800, 0xabcdfabc,
			  ALL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
	for (uint64_t type = 0; type < 0x1000; type += 0x200)
		if (type != 0x600 && type != 0x800)
			words_assert_fault(&v9, PT_PTE, good | type,
					   PT_V_RESERVED);
	/* Software's: special, bit 5. */
	words_assert_rights(&v9, PT_PTE,
			    good | 0x620 | UINT64_C(1) << 57, "rwx rwx");
}

static void sun4v_none_is_zero_and_page_none_a_leaf(void **state)
{
	/* PAGE_NONE: present, accessed, cached; V follows and is clear. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &v9);
	for (unsigned depth = PT_P4D; depth <= PT_PTE; depth++)
		assert_true(mmu_fixture_entry(&f, depth, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 0x20).empty);
	words_assert_rights(&v9, PT_PTE, UINT64_C(0x10000000abcde610),
			    "--- ---");
	words_assert_rights(&v9, PT_PMD, UINT64_C(0x11000000ab800613),
			    "--- ---");
	words_assert_rights(&v9, PT_PTE, UINT64_C(0x00000000abcde610),
			    "aaa aaa");
	words_assert_leaf(&v9, PT_PTE, UINT64_C(0x10000000abcde710), 0xabcdfabc,
			  PT_ACCESSED);
	/* Swap type 1, offset 1. */
	words_assert_fault(&v9, PT_PTE, 0x202000, PT_V_TRANSLATION);
}

static void sun4v_permits_agrees_with_the_walk(void **state)
{
	/* 10 rights x accessed, dirty x 2 types. */
	(void)state;
	assert_false(mmu_find("sparc64")->representable(PT_PUD, ALL));
	assert_int_equal(words_sweep(&v9, PT_PTE, UINT64_C(0x00000000abcde010),
				     UINT64_C(0xbc00000000000fc0), 0, 0), 80);
	assert_int_equal(words_sweep(&v9, PT_PMD, UINT64_C(0x01000000ab800013),
				     UINT64_C(0xbc00000000000fc0), 0, 0), 80);
}

static void srmmu_pages_of_all_sizes(void **state)
{
	/* 4 KB, 256 KB, 16 MB; the index has 8, 6 and 6 bits. */
	struct mmu_fixture f;

	(void)state;
	words_assert_leaf(&v8, PT_PTE, 0x0abcdeee, 0xabcdeabc, ALL);
	words_assert_leaf(&v8, PT_PMD, 0x0abcc0ee, 0xabcc1abc, ALL);
	words_assert_leaf(&v8, PT_PUD, 0x0ab000ee, 0xab041abc, ALL);
	words_assert_leaf(&v8, PT_PTE, 0xffffffee, UINT64_C(0xffffffabc), ALL);
	words_init(&f, &v8);
	mmu_assert_fault(&f, 0, VA32 + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, VA32 + 0x40000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0xff000000), PT_V_TRANSLATION, PT_PUD);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 32, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static void srmmu_rights_are_acc(void **state)
{
	/* H.3, table of access permissions, user and supervisor. */
	static const char *const expected[8] = {
		"r-- r--", "rw- rw-", "r-x r-x", "rwx rwx",
		"--x --x", "r-- rw-", "--- r-x", "--- rwx",
	};

	(void)state;
	for (uint64_t acc = 0; acc < 8; acc++) {
		words_assert_rights(&v8, PT_PTE, 0x0abcdee2 | acc << 2,
				    expected[acc]);
		words_assert_rights(&v8, PT_PUD, 0x0ab000e2 | acc << 2,
				    expected[acc]);
	}
}

static void srmmu_reserved_types_and_places_fault(void **state)
{
	/* Type 3; a pointer at level 3; tables and pages out of line. */
	(void)state;
	for (unsigned depth = PT_PUD; depth <= PT_PTE; depth++)
		words_assert_fault(&v8, depth, good_32[depth - PT_PUD] | 3,
				   PT_V_RESERVED);
	words_assert_fault(&v8, PT_PTE, 0x1051, PT_V_RESERVED);
	for (unsigned depth = PT_PUD; depth < PT_PTE; depth++) {
		words_assert_fault(&v8, depth, good_32[depth - PT_PUD] | 4,
				   PT_V_RESERVED);
		words_assert_fault(&v8, depth, good_32[depth - PT_PUD] | 8,
				   PT_V_RESERVED);
	}
	words_assert_fault(&v8, PT_PMD, 0x0abce0ee, PT_V_RESERVED);
	words_assert_fault(&v8, PT_PUD, 0x0ab400ee, PT_V_RESERVED);
}

static void srmmu_reference_and_modified_never_fault(void **state)
{
	/* R and M are hardware's; C is the memory type. */
	(void)state;
	words_assert_rights(&v8, PT_PTE, 0x0abcde8e, "rwx rwx");
	words_assert_leaf(&v8, PT_PTE, 0x0abcde8e, 0xabcdeabc, PT_RIGHTS);
	words_assert_leaf(&v8, PT_PTE, 0x0abcde2e, 0xabcdeabc,
			  PT_RIGHTS | PT_ACCESSED |
				  PT_MEM_UC << PT_MEMTYPE_SHIFT);
}

static void srmmu_none_of_a_root_leaves_four_bits_out(void **state)
{
	/* pud_none(); others are none as 0 only; type 0 is never read on. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &v8);
	for (unsigned depth = PT_PUD; depth <= PT_PTE; depth++) {
		assert_true(mmu_fixture_entry(&f, depth, 0).empty);
		assert_int_equal(mmu_fixture_entry(&f, depth, 0xf0000000).empty,
				 depth == PT_PUD);
		assert_false(mmu_fixture_entry(&f, depth, 0x80).empty);
		words_assert_fault(&v8, depth, 0xfffffffc, PT_V_TRANSLATION);
	}
	/* PAGE_NONE. */
	words_assert_fault(&v8, PT_PTE, 0x0abcdebc, PT_V_TRANSLATION);
}

static void srmmu_addresses_past_the_machine_fault(void **state)
{
	/* 36 bits where the machine has fewer. */
	struct mmu_fixture f;

	(void)state;
	words_init_with(&f, &v8, PT_PTE, 0x1abcdeee);
	f.regime.pa_bits = 32;
	mmu_assert_fault(&f, 0, VA32, PT_V_ADDRSIZE, PT_PTE);
	words_init_with(&f, &v8, PT_PUD, 0x80001041);
	f.regime.pa_bits = 32;
	mmu_assert_fault(&f, 0, VA32, PT_V_ADDRSIZE, PT_PUD);
	f.regime.pa_bits = 36;
	mmu_assert_fault(&f, 0, VA32, PT_V_WALKBUS, PT_PUD);
}

static void srmmu_permits_agrees_with_the_walk(void **state)
{
	/*
	 * 7 rights (ACC 5 has no word of its own, and is left out: its verdicts
	 * are its own) x R, M x C.
	 */
	(void)state;
	assert_false(mmu_find("sparc32-srmmu")->representable(PT_P4D, ALL));
	assert_int_equal(words_sweep(&v8, PT_PTE, 0x0abcde02, 0xfc, 0x1c, 0x14),
			 56);
	assert_int_equal(words_sweep(&v8, PT_PMD, 0x0abcc002, 0xfc, 0x1c, 0x14),
			 56);
	assert_int_equal(words_sweep(&v8, PT_PUD, 0x0ab00002, 0xfc, 0x1c, 0x14),
			 56);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sun4v_address_comes_from_all_tables),
		cmocka_unit_test(sun4v_huge_page_is_two_of_4_mb),
		cmocka_unit_test(sun4v_pointers_are_bare_addresses),
		cmocka_unit_test(sun4v_rights_are_soft2_p_and_ep),
		cmocka_unit_test(sun4v_old_and_clean_pages_fault),
		cmocka_unit_test(sun4v_reserved_bits_and_types_fault),
		cmocka_unit_test(sun4v_none_is_zero_and_page_none_a_leaf),
		cmocka_unit_test(sun4v_permits_agrees_with_the_walk),
		cmocka_unit_test(srmmu_pages_of_all_sizes),
		cmocka_unit_test(srmmu_rights_are_acc),
		cmocka_unit_test(srmmu_reserved_types_and_places_fault),
		cmocka_unit_test(srmmu_reference_and_modified_never_fault),
		cmocka_unit_test(srmmu_none_of_a_root_leaves_four_bits_out),
		cmocka_unit_test(srmmu_addresses_past_the_machine_fault),
		cmocka_unit_test(srmmu_permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
