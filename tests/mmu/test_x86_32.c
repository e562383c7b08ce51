/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second readings of 32-bit and PAE paging against tables put together by
 * hand from the SDM, 4.3 and 4.4.
 *
 * i386: page directory at 10000, page table at 11000, index 2 in both.  PAE:
 * page-directory-pointer table at 10000, page directory at 11000, page table at
 * 12000, index 1 in each.  1 P, 2 R/W, 4 U/S, 8 PWT, 10 PCD, 20 A, 40 D, 80 PS
 * or PAT, 100 G, 200 and 400 software's, 1000 PAT of a large page, 63 XD.
 */
#include "mmu_fixture.h"

#define VA     UINT64_C(0x00802abc)
#define PAE_VA UINT64_C(0x40201abc)

#define WP   PT_REGIME_X86_WP
#define NXE  PT_REGIME_X86_NXE
#define SMEP PT_REGIME_X86_SMEP
#define SMAP PT_REGIME_X86_SMAP
#define ALL  (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define XD   (UINT64_C(1) << 63)
#define BIT(n) (UINT64_C(1) << (n))

#define PDE UINT64_C(0x10008)
#define PTE UINT64_C(0x11008)
#define PAE_PDPTE UINT64_C(0x10008)
#define PAE_PDE	  UINT64_C(0x11008)
#define PAE_PTE	  UINT64_C(0x12008)

static const uint64_t at[] = { PDE, PTE };
static const uint64_t good[] = { 0x11007, 0xabcde067 };
static const struct mmu_path path = {
	.format = "i386", .pa_bits = 32, .va = VA,
	.count = 2, .at = at, .good = good,
};

static const uint64_t pae_at[] = { PAE_PDPTE, PAE_PDE, PAE_PTE };
static const uint64_t pae_good[] = {
	0x11001, 0x12007, UINT64_C(0x9abcde067),
};
static const struct mmu_path pae_path = {
	.format = "i386-pae", .pa_bits = 36, .va = PAE_VA,
	.count = 3, .at = pae_at, .good = pae_good,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* Figures 4-2 and 4-5: ten, ten; two, nine, nine bits of index. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &path, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, VA + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, VA + 0x400000, PT_V_TRANSLATION, PT_PMD);
	mmu_path_init(&f, &pae_path, NXE);
	mmu_assert_leaf(&f, 0, PAE_VA, PT_PTE, UINT64_C(0x9abcdeabc), ALL);
	mmu_assert_fault(&f, 0, PAE_VA + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, PAE_VA + 0x200000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0xc0201abc), PT_V_TRANSLATION, PT_PUD);
}

static void addresses_end_at_4_gib(void **state)
{
	/* A linear address has 32 bits; the last page of them is translated. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &path, 0);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffff), PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0x100000000) | VA, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_path_init(&f, &pae_path, NXE);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffff), PT_V_TRANSLATION, PT_PUD);
	mmu_assert_fault(&f, 0, UINT64_C(0x100000000) | PAE_VA, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static void pdpt_may_start_at_any_32_bytes(void **state)
{
	/* Table 4-7: CR3 31:5; table 4-3: CR3 31:12. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &pae_path, NXE);
	mmu_fixture_put(&f, 0x10028, 0x11001);
	mmu_fixture_put(&f, PAE_PDPTE, 0);
	mmu_assert_fault(&f, 0, PAE_VA, PT_V_TRANSLATION, PT_PUD);
	f.regime.root[0] = 0x1003f;
	mmu_assert_leaf(&f, 0, PAE_VA, PT_PTE, UINT64_C(0x9abcdeabc), ALL);
	mmu_path_init(&f, &path, 0);
	f.regime.root[0] = 0x10fff;
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, ALL);
}

static void large_pages_take_the_rest_from_the_address(void **state)
{
	/* 4 MiB and 2 MiB; below the address only bit 12, PAT, may be set. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &path, 0);
	mmu_fixture_put(&f, PDE, 0xffc000e7);
	mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xffc02abc, ALL);
	for (unsigned bit = 13; bit < 22; bit++)
		mmu_assert_path_fault(&f, &path, 0, 0, 0xffc000e7 | BIT(bit),
				      PT_V_RESERVED);
	mmu_path_init(&f, &pae_path, NXE);
	mmu_fixture_put(&f, PAE_PDE, UINT64_C(0xfffe000e7));
	mmu_assert_leaf(&f, 0, PAE_VA, PT_PMD, UINT64_C(0xfffe01abc), ALL);
	for (unsigned bit = 13; bit < 21; bit++)
		mmu_assert_path_fault(&f, &pae_path, NXE, 1,
				      UINT64_C(0xfffe000e7) | BIT(bit),
				      PT_V_RESERVED);
}

static void not_present_entry_ends_the_walk_at_its_depth(void **state)
{
	/* Figures 4-4 and 4-7: P = 0, everything else ignored. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		mmu_assert_path_fault(&f, &path, 0, i, 0xfffffffe,
				      PT_V_TRANSLATION);
	for (unsigned i = 0; i < 3; i++)
		mmu_assert_path_fault(&f, &pae_path, 0, i, ~UINT64_C(1),
				      PT_V_TRANSLATION);
}

static void pae_reserves_all_bits_above_the_address(void **state)
{
	/* Tables 4-8 to 4-11: 62:MAXPHYADDR; 63 without NXE or in a PDPTE. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned bit = 36; bit < 63; bit++)
			mmu_assert_path_fault(&f, &pae_path, NXE, i,
					      pae_good[i] | BIT(bit),
					      PT_V_RESERVED);
		mmu_assert_path_fault(&f, &pae_path, 0, i, pae_good[i] | XD,
				      PT_V_RESERVED);
	}
	mmu_assert_path_fault(&f, &pae_path, NXE, 0, pae_good[0] | XD,
			      PT_V_RESERVED);
	mmu_path_init(&f, &pae_path, NXE);
	mmu_fixture_put(&f, PAE_PDE, pae_good[1] | XD);
	mmu_assert_rights(&f, 0, PAE_VA, PT_PTE, "rw- rw-");
	mmu_fixture_put(&f, PAE_PDE, pae_good[1] | BIT(35));
	mmu_assert_fault(&f, 0, PAE_VA, PT_V_WALKBUS, PT_PMD);
}

static void pdpte_has_an_address_and_nothing_else(void **state)
{
	/* Table 4-8: 2:1 and 8:5 reserved; PWT, PCD, 11:9 do not matter. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned bit = 1; bit < 9; bit++) {
		if (bit == 3 || bit == 4)
			continue;
		mmu_assert_path_fault(&f, &pae_path, NXE, 0, 0x11001 | BIT(bit),
				      PT_V_RESERVED);
	}
	mmu_path_init(&f, &pae_path, NXE);
	mmu_fixture_put(&f, PAE_PDPTE, 0x11e19);
	mmu_assert_rights(&f, 0, PAE_VA, PT_PTE, "rwx rwx");
}

static void rights_need_both_entries(void **state)
{
	/* 4.6.1: user, write and execute by PDE and PTE, then WP, SMEP, SMAP. */
	static const struct {
		uint32_t control;
		uint64_t pde, pte;
		const char *expected;
	} row[] = {
		{ WP, 7, 7, "rwx rwx" },
		{ WP, 5, 7, "r-x r-x" },
		{ WP, 7, 5, "r-x r-x" },
		{ 0, 7, 5, "r-x rwx" },
		{ WP, 3, 7, "--- rwx" },
		{ WP, 7, 3, "--- rwx" },
		{ WP | SMEP, 7, 7, "rwx rw-" },
		{ WP | SMAP, 7, 7, "rwx --x" },
		{ WP | SMEP | SMAP, 7, 7, "rwx ---" },
		{ WP | SMEP | SMAP, 3, 7, "--- rwx" },
		{ WP, 7, XD | 7, "rw- rw-" },
		{ WP, XD | 7, 7, "rw- rw-" },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		mmu_path_init(&f, &pae_path, row[i].control | NXE);
		mmu_fixture_put(&f, PAE_PDE, 0x12000 | row[i].pde);
		mmu_fixture_put(&f, PAE_PTE, 0xabcde000 | row[i].pte);
		mmu_assert_rights(&f, 0, PAE_VA, PT_PTE, row[i].expected);
		if ((row[i].pde | row[i].pte) & XD)
			continue;
		mmu_path_init(&f, &path, row[i].control);
		mmu_fixture_put(&f, PDE, 0x11000 | row[i].pde);
		mmu_fixture_put(&f, PTE, 0xabcde000 | row[i].pte);
		mmu_assert_rights(&f, 0, VA, PT_PTE, row[i].expected);
	}
}

static void thirty_two_bit_paging_has_no_execute_disable(void **state)
{
	/* NXE changes no verdict; pages without X have no encoding. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &path, NXE);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rwx");
	assert_int_equal(f.arch->permits(&f.regime, ALL, 0, PT_EXEC,
					 PT_AS_KERNEL), PT_V_OK);
	assert_true(f.arch->representable(PT_PMD, PT_R | PT_X));
	assert_false(f.arch->representable(PT_PMD, PT_R));
	assert_false(f.arch->representable(PT_PTE, PT_X));
	assert_false(f.arch->representable(PT_PTE,
					   PT_R | PT_X | 1 << PT_KEY_SHIFT));
	mmu_path_init(&f, &pae_path, 0);
	assert_true(f.arch->representable(PT_PTE, PT_R));
	assert_false(f.arch->representable(PT_PUD, PT_R));
	assert_false(f.arch->representable(PT_PTE, PT_R | 1 << PT_KEY_SHIFT));
	assert_int_equal(f.arch->permits(&f.regime, PT_R, 0, PT_READ,
					 PT_AS_KERNEL), PT_V_RESERVED);
	assert_int_equal(f.arch->permits(&f.regime, PT_R | PT_X, PT_X, PT_READ,
					 PT_AS_KERNEL), PT_V_RESERVED);
}

static void memory_type_is_pat_pcd_and_pwt(void **state)
{
	/* 4.9.2 with Linux's PAT: 1 WC, 3 UC, 7 WT; PAT is 7 or 12. */
	static const struct {
		uint64_t page, large;
		unsigned type;
	} row[] = {
		{ 0x00, 0x0000, PT_MEM_WB }, { 0x08, 0x0008, PT_MEM_WC },
		{ 0x18, 0x0018, PT_MEM_UC }, { 0x98, 0x1018, PT_MEM_WT },
		{ 0x80, 0x1000, PT_MEM_WB }, { 0x10, 0x0010, 7 },
	};
	static const char *const format[] = { "i386", "i386-pae" };
	struct mmu_fixture f;

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		mmu_fixture_init(&f, format[k], 32);
		for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
			uint32_t attrs = PT_R | PT_X |
					 row[i].type << PT_MEMTYPE_SHIFT;

			assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
							   1 | row[i].page)
						 .attrs, attrs);
			assert_int_equal(mmu_fixture_entry(&f, PT_PMD,
							   0x81 | row[i].large)
						 .attrs, attrs);
		}
		assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x701).attrs,
				 PT_R | PT_X | PT_GLOBAL | PT_SOFT0 | PT_SOFT1);
	}
}

static void none_is_what_linux_calls_none(void **state)
{
	/* PAE: A and D do not count, nor a page directory's high word. */
	struct mmu_fixture f;

	(void)state;
	mmu_fixture_init(&f, "i386", 32);
	for (unsigned d = PT_PMD; d <= PT_PTE; d++) {
		assert_true(mmu_fixture_entry(&f, d, 0).empty);
		assert_false(mmu_fixture_entry(&f, d, 0x20).empty);
		assert_false(mmu_fixture_entry(&f, d, 0x100).empty);
	}
	mmu_fixture_init(&f, "i386-pae", 36);
	for (unsigned d = PT_PUD; d <= PT_PTE; d++) {
		assert_true(mmu_fixture_entry(&f, d, 0).empty);
		assert_true(mmu_fixture_entry(&f, d, 0x60).empty);
		/* Bit 8 is none that native_pgd_val() lets through. */
		assert_int_equal(mmu_fixture_entry(&f, d, 0x100).empty,
				 d == PT_PUD);
		assert_int_equal(mmu_fixture_entry(&f, d, BIT(32)).empty,
				 d == PT_PMD);
		/* Of addresses it lets 51:12 through. */
		assert_int_equal(mmu_fixture_entry(&f, d, BIT(51)).empty,
				 d == PT_PMD);
		assert_int_equal(mmu_fixture_entry(&f, d, BIT(52)).empty,
				 d != PT_PTE);
	}
}

static void table_outside_memory_is_charged_to_its_pointer(void **state)
{
	/* Memory ends at 18000. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &path, 0);
	mmu_fixture_put(&f, PDE, 0x18007);
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_PMD);
	f.regime.root[0] = 0x8000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static uint64_t encode_leaf(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.w = 2, .x = XD, .user = 4, .accessed = 0x20, .dirty = 0x40,
	};

	return mmu_flip(0xabcde001 | XD, &bits, attrs);
}

static uint64_t encode_leaf_32(uint32_t attrs)
{
	return encode_leaf(attrs) & 0xffffffff;
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	static const struct mmu_bits bits = { .w = 2, .x = XD, .user = 4 };

	return depth == PT_PUD ? pa | 1 : mmu_flip(pa | 7, &bits, denied);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf_32,
		.table = encode_table,
		.table_pa = { 0, 0, 0, 0, 0x11000 },
		.control_mask = WP | NXE | SMEP | SMAP,
	};
	static const struct mmu_encoder pae_encoder = {
		.path = &pae_path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0, 0x11000, 0x12000 },
		.control_mask = WP | SMEP | SMAP,
		.control_always = NXE,
	};

	(void)state;
	/* 4 rights x 4 A, D x 4 denied x 16 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 6144);
	/* 8 rights x 4 A, D x (1 + 8) denied x 8 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&pae_encoder), 13824);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(addresses_end_at_4_gib),
		cmocka_unit_test(pdpt_may_start_at_any_32_bytes),
		cmocka_unit_test(large_pages_take_the_rest_from_the_address),
		cmocka_unit_test(not_present_entry_ends_the_walk_at_its_depth),
		cmocka_unit_test(pae_reserves_all_bits_above_the_address),
		cmocka_unit_test(pdpte_has_an_address_and_nothing_else),
		cmocka_unit_test(rights_need_both_entries),
		cmocka_unit_test(thirty_two_bit_paging_has_no_execute_disable),
		cmocka_unit_test(memory_type_is_pat_pcd_and_pwt),
		cmocka_unit_test(none_is_what_linux_calls_none),
		cmocka_unit_test(table_outside_memory_is_charged_to_its_pointer),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
