/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of LoongArch64 against words put together by hand.
 *
 * 1 V, 2 D, c PLV 3, 10 MAT CC, 40 G or H, 80 P, 100 W, 200 modified; NR 61,
 * NX 62, RPLV 63; HG is bit 12 of a huge page.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define PTR UINT64_C(0x9000000000000000)
#define NR  (UINT64_C(1) << 61)
#define NX  (UINT64_C(1) << 62)

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008, 0x13008 };
static const uint64_t good[] = {
	PTR + 0x11000, PTR + 0x12000, PTR + 0x13000, 0xabcde39f,
};
static const struct mmu_path path = {
	.format = "loongarch64-4k", .pa_bits = 48,
	.va = UINT64_C(0x8040201abc), .count = 4, .at = at, .good = good,
};

/* Two tables in one: pmd index 1, pte index 2. */
static const uint64_t at16[] = { 0x10008, 0x14008, 0x14010 };
static const uint64_t good16[] = { PTR + 0x14000, PTR + 0x14000, 0xabcdc39f };
static const struct mmu_path path16 = {
	.format = "loongarch64-16k", .pa_bits = 48,
	.va = UINT64_C(0x1002008abc), .count = 3, .at = at16, .good = good16,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* 4 KiB and 16 KiB. */
	(void)state;
	refill_leaf(&path, 3, 0xabcde39f, 0xabcdeabc, ALL);
	refill_leaf(&path16, 2, 0xabcdc39f, 0xabcdcabc, ALL);
}

static void huge_pmd_takes_the_rest_from_the_address(void **state)
{
	/* 2 MiB and 32 MiB; HG at 12, the rest below is reserved. */
	(void)state;
	refill_leaf(&path, 2, 0xabc003df, 0xabc01abc, ALL);
	refill_leaf(&path, 2, 0xabc013df, 0xabc01abc, ALL | PT_GLOBAL);
	refill_leaf(&path16, 1, 0xac0003df, 0xac008abc, ALL);
	for (unsigned bit = 13; bit < 21; bit++)
		refill_ends(&path, 2, 0xabc003df | UINT64_C(1) << bit,
			    PT_V_RESERVED);
	refill_ends(&path16, 1, 0xad0003df, PT_V_RESERVED);
	refill_ends(&path, 2, 0xabc0035e, PT_V_TRANSLATION);
	refill_ends(&path, 1, 0xabc003df, PT_V_RESERVED);
}

static void rights_are_nr_nx_w_and_plv(void **state)
{
	/* PLV 0 may use PLV 3's pages. */
	(void)state;
	refill_rights(&path, 0xabcde39f, "rwx rwx");
	refill_rights(&path, 0xabcde393, "--- rwx");
	refill_rights(&path, 0xabcde39f | NX, "rw- rw-");
	refill_rights(&path, 0xabcde39f | NR, "-wx -wx");
	refill_rights(&path, 0xabcde29d, "r-x r-x");
	refill_rights(&path, 0xabcde29d | NR | NX, "--- ---");
	refill_rights(&path, 0xabcde291 | NX, "--- r--");
}

static void old_and_clean_pages_fault_after_rights(void **state)
{
	/* V is accessed; D follows W and modified. */
	(void)state;
	refill_rights(&path, 0xabcde39e, "aaa aaa");
	refill_rights(&path, 0xabcde19d, "rdx rdx");
	refill_rights(&path, 0xabcde29c | NX, "a-- a--");
	refill_rights(&path, 0xabcde19c, "aaa aaa");
}

static void encodings_that_do_not_follow_are_reserved(void **state)
{
	/* D, PLV 1 and 2, MAT 3, RPLV; V without P. */
	static const uint64_t bad[] = { 0x19f, 0x29f, 0x39d, 0x397, 0x39b, 0x3bf };

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		refill_ends(&path, 3, 0xabcde000 | bad[i], PT_V_RESERVED);
		refill_ends(&path, 2, 0xabc00040 | bad[i], PT_V_RESERVED);
	}
	refill_ends(&path, 3, 0xabcde39f | UINT64_C(1) << 63, PT_V_RESERVED);
	refill_ends(&path, 3, 0xabcde41d, PT_V_RESERVED);
	refill_ends(&path16, 2, 0xabcdd39f, PT_V_RESERVED);
}

static void empty_entries_point_to_the_invalid_tables(void **state)
{
	/* A pte is none with G too; PROT_NONE and a huge swap entry are not. */
	(void)state;
	assert_true(refill_empty("loongarch64-4k", PT_PTE, 0));
	assert_true(refill_empty("loongarch64-4k", PT_PTE, 0x40));
	assert_false(refill_empty("loongarch64-4k", PT_PTE, 0xabcde41c));
	assert_false(refill_empty("loongarch64-4k", PT_PTE, 0x1010000));
	assert_false(refill_empty("loongarch64-4k", PT_PMD, 0x1010040));
	assert_true(refill_empty("loongarch64-4k", PT_PMD, PTR + 0x3000));
	assert_true(refill_empty("loongarch64-4k", PT_PUD, PTR + 0x2000));
	assert_true(refill_empty("loongarch64-4k", PT_P4D, PTR + 0x1000));
	assert_true(refill_empty("loongarch64-16k", PT_PUD, PTR + 0x2000));
}

static void pointers_are_page_aligned_in_the_linear_map(void **state)
{
	/* The window is 48 bits wide. */
	(void)state;
	refill_ends(&path, 0, PTR + 0x11008, PT_V_RESERVED);
	refill_ends(&path, 0, 0, PT_V_RESERVED);
	refill_ends(&path, 1, UINT64_C(0x9001000000012000), PT_V_RESERVED);
	refill_ends(&path16, 0, PTR + 0x15000, PT_V_RESERVED);
	refill_ends(&path, 0, PTR + 0x20000, PT_V_WALKBUS);
}

static void the_upper_half_is_another_roots(void **state)
{
	/* 47 bits, zero-extended. */
	struct mmu_fixture f;

	(void)state;
	refill_init(&f, &path);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 47, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PTE);
	refill_init(&f, &path16);
	mmu_assert_fault(&f, 0, UINT64_C(1) << 47, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
}

static void types_and_global(void **state)
{
	/* MAT 0 and 2; G of a basic page; special (800) is software's. */
	(void)state;
	refill_leaf(&path, 3, 0xabcde38f, 0xabcdeabc,
		    ALL | PT_MEM_UC << PT_MEMTYPE_SHIFT);
	refill_leaf(&path, 3, 0xabcde3af, 0xabcdeabc,
		    ALL | PT_MEM_WC << PT_MEMTYPE_SHIFT);
	refill_leaf(&path, 3, 0xabcdebdf, 0xabcdeabc, ALL | PT_GLOBAL);
}

static uint64_t encode(uint32_t attrs)
{
	static const uint8_t mat[PT_MEMTYPES] = { 0x10, 0x20, 0, 0 };
	bool w = attrs & PT_W, d = attrs & PT_DIRTY;

	return 0xabcde080u | (attrs & PT_ACCESSED ? 1u : 0) |
	       (w && d ? 2u : 0) | (attrs & PT_USER ? 0xcu : 0) |
	       (attrs & PT_GLOBAL ? 0x40u : 0) | (w ? 0x100u : 0) |
	       (d ? 0x200u : 0) | (attrs & PT_R ? 0 : NR) |
	       (attrs & PT_X ? 0 : NX) | mat[pt_attrs_memtype(attrs)];
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 16 rights x G x A x D x 3 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path, encode, 0), 384);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(huge_pmd_takes_the_rest_from_the_address),
		cmocka_unit_test(rights_are_nr_nx_w_and_plv),
		cmocka_unit_test(old_and_clean_pages_fault_after_rights),
		cmocka_unit_test(encodings_that_do_not_follow_are_reserved),
		cmocka_unit_test(empty_entries_point_to_the_invalid_tables),
		cmocka_unit_test(pointers_are_page_aligned_in_the_linear_map),
		cmocka_unit_test(the_upper_half_is_another_roots),
		cmocka_unit_test(types_and_global),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
