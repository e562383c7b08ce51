/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of SH-4 and SH-X2 against words put together by hand.
 *
 * 1 WT, 2 SH, 4 D, 8 C, 10 size 4 KiB, 20 writable, 40 user, 100 V, 400
 * accessed.  SH-X2: upper word 10 size 4 KiB, 100 200 400 user X W R, 800 1000
 * 2000 kernel X W R; all entries are 8 bytes.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define UC  (PT_MEM_UC << PT_MEMTYPE_SHIFT)
#define WT  (PT_MEM_WT << PT_MEMTYPE_SHIFT)

static const uint64_t at[] = { 0x10004, 0x11004 };
static const uint64_t good[] = { 0x80011000, 0x0bcde57c };
static const struct mmu_path path = {
	.format = "sh4", .pa_bits = 29, .va = 0x00401abc,
	.count = 2, .at = at, .good = good,
};

static const uint64_t atx2[] = { 0x10008, 0x11008, 0x12008 };
static const uint64_t goodx2[] = {
	0x80011000, 0x80012000, UINT64_C(0x3f10abcde50c),
};
static const struct mmu_path pathx2 = {
	.format = "sh4-x2tlb", .pa_bits = 32, .va = 0x40201abc,
	.count = 3, .at = atx2, .good = goodx2,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* Index 1 in each; 29 and 32 bits. */
	(void)state;
	refill_leaf(&path, 1, 0x0bcde57c, 0x0bcdeabc, ALL);
	refill_leaf(&pathx2, 2, goodx2[2], 0xabcdeabc, ALL);
}

static void sh4_rights_are_pr(void **state)
{
	/* What can be read can be executed. */
	(void)state;
	refill_rights(&path, 0x0bcde57c, "rwx rwx");
	refill_rights(&path, 0x0bcde55c, "r-x r-x");
	refill_rights(&path, 0x0bcde53c, "--- rwx");
	refill_rights(&path, 0x0bcde51c, "--- r-x");
}

static void x2_rights_are_epr(void **state)
{
	/* User and kernel bits go together, or the kernel's stand alone. */
	const uint64_t low = 0xabcde50c;

	(void)state;
	refill_rights(&pathx2, low | UINT64_C(0x3f10) << 32, "rwx rwx");
	refill_rights(&pathx2, low | UINT64_C(0x3810) << 32, "--- rwx");
	refill_rights(&pathx2, low | UINT64_C(0x2d10) << 32, "r-x r-x");
	refill_rights(&pathx2, low | UINT64_C(0x1210) << 32, "-w- -w-");
	refill_rights(&pathx2, low | UINT64_C(0x0810) << 32, "--- --x");
	refill_rights(&pathx2, low | UINT64_C(0x0010) << 32, "--- ---");
}

static void clean_pages_fault_after_rights(void **state)
{
	/* Initial page write; accessed (400) counts for nothing. */
	(void)state;
	refill_rights(&path, 0x0bcde578, "rdx rdx");
	refill_rights(&path, 0x0bcde558, "r-x r-x");
	refill_rights(&path, 0x0bcde538, "--- rdx");
	refill_rights(&path, 0x0bcde17c, "rwx rwx");
	refill_rights(&pathx2, UINT64_C(0x3f10abcde508), "rdx rdx");
	refill_rights(&pathx2, UINT64_C(0x2d10abcde508), "r-x r-x");
}

static void other_sizes_and_spaces_are_reserved(void **state)
{
	/* SZ, ESZ; bits 31:29 of SH-4; EPR that differ. */
	(void)state;
	refill_ends(&path, 1, 0x0bcde56c, PT_V_RESERVED);
	refill_ends(&path, 1, 0x0bcde5fc, PT_V_RESERVED);
	refill_ends(&path, 1, 0x0bcde5ec, PT_V_RESERVED);
	refill_ends(&path, 1, 0x2bcde57c, PT_V_RESERVED);
	refill_ends(&path, 1, 0x8bcde57c, PT_V_RESERVED);
	refill_ends(&pathx2, 2, UINT64_C(0x3f20abcde50c), PT_V_RESERVED);
	refill_ends(&pathx2, 2, UINT64_C(0x3f00abcde50c), PT_V_RESERVED);
	refill_ends(&pathx2, 2, UINT64_C(0x0710abcde50c), PT_V_RESERVED);
	refill_ends(&pathx2, 2, UINT64_C(0x3710abcde50c), PT_V_RESERVED);
}

static void x2_ignores_the_compatible_bits(void **state)
{
	/* PR and SZ of the lower word. */
	(void)state;
	refill_leaf(&pathx2, 2, goodx2[2] | 0xf0, 0xabcdeabc, ALL);
}

static void empty_is_zero(void **state)
{
	/* Swap and protnone have V clear. */
	(void)state;
	assert_true(refill_empty("sh4", PT_PTE, 0));
	assert_true(refill_empty("sh4", PT_PMD, 0));
	assert_false(refill_empty("sh4", PT_PTE, 0x802));
	assert_false(refill_empty("sh4", PT_PTE, 0x0bcde618));
	assert_true(refill_empty("sh4-x2tlb", PT_PTE, 0));
	assert_true(refill_empty("sh4-x2tlb", PT_PUD, 0));
	assert_false(refill_empty("sh4-x2tlb", PT_PTE, UINT64_C(0x2100000000)));
}

static void pointers_are_page_aligned_in_p1(void **state)
{
	/* 512 MiB from 0x80000000. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&path, 0, 0x80011004, PT_V_RESERVED);
	refill_ends(&path, 0, 0xa0011000, PT_V_RESERVED);
	refill_ends(&path, 0, 0x00011000, PT_V_RESERVED);
	refill_ends(&path, 0, 0x80020000, PT_V_WALKBUS);
	refill_ends(&pathx2, 1, UINT64_C(0x180012000), PT_V_RESERVED);
	refill_init(&f, &path);
	mmu_assert_fault(&f, 0, 0x80000000, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	f.regime.pa_bits = 27;
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PTE);
}

static void types_and_global(void **state)
{
	/* C, WT; WT without C has no word; SH. */
	(void)state;
	refill_leaf(&path, 1, 0x0bcde57d, 0x0bcdeabc, ALL | WT);
	refill_leaf(&path, 1, 0x0bcde574, 0x0bcdeabc, ALL | UC);
	refill_leaf(&path, 1, 0x0bcde575, 0x0bcdeabc,
		    ALL | 7 << PT_MEMTYPE_SHIFT);
	refill_leaf(&path, 1, 0x0bcde57e, 0x0bcdeabc, ALL | PT_GLOBAL);
	refill_leaf(&pathx2, 2, UINT64_C(0x3f10abcde507), 0xabcdeabc,
		    ALL | PT_GLOBAL | 7 << PT_MEMTYPE_SHIFT);
}

static uint64_t encode_flags(uint32_t attrs)
{
	static const uint8_t cache[PT_MEMTYPES] = { 8, 0, 0, 9 };

	return 0x100u | (attrs & PT_GLOBAL ? 2u : 0) |
	       (attrs & PT_DIRTY ? 4u : 0) |
	       (attrs & PT_ACCESSED ? 0x400u : 0) | cache[pt_attrs_memtype(attrs)];
}

static uint64_t encode(uint32_t attrs)
{
	return 0x0bcde010u | (attrs & PT_W ? 0x20u : 0) |
	       (attrs & PT_USER ? 0x40u : 0) | encode_flags(attrs);
}

static uint64_t encode_x2(uint32_t attrs)
{
	uint64_t rights = (attrs & PT_X ? 1u : 0) | (attrs & PT_W ? 2u : 0) |
			  (attrs & PT_R ? 4u : 0);
	uint64_t high = 0x10 | rights << 11 |
			(attrs & PT_USER ? rights << 8 : 0);

	return high << 32 | 0xabcde000u | encode_flags(attrs);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 4 rights x G x A x D x 3 types; 15 rights x the same x 2 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path, encode, 0), 96);
	assert_int_equal(refill_agrees(&pathx2, encode_x2, 0), 240);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(sh4_rights_are_pr),
		cmocka_unit_test(x2_rights_are_epr),
		cmocka_unit_test(clean_pages_fault_after_rights),
		cmocka_unit_test(other_sizes_and_spaces_are_reserved),
		cmocka_unit_test(x2_ignores_the_compatible_bits),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(pointers_are_page_aligned_in_p1),
		cmocka_unit_test(types_and_global),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
