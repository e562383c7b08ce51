/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of m68k against words put together by hand.
 *
 * 68040 page: 1 resident, 4 W, 8 U, 10 M, 20 copyback, 80 S, 400 G.
 * ColdFire: 1 dirty, 4 X, 8 W, 10 R, 20 SP, 40 copyback, 400 V, 800 SG,
 * 1000 accessed.  Sun-3: 80 V, 40 W, 20 S, 10 no cache, 2 A, 1 M, all << 24,
 * and the page number, of 8 KiB.
 */
#include "refill_fixture.h"

#define ALL (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define WT  (PT_MEM_WT << PT_MEMTYPE_SHIFT)
#define UC  (PT_MEM_UC << PT_MEMTYPE_SHIFT)
#define OTHER (7 << PT_MEMTYPE_SHIFT)

static const uint64_t moto_at[] = { 0x10004, 0x11004, 0x12004 };
static const uint64_t moto_good[] = { 0x1100a, 0x1200a, 0xabcde039 };
static const struct mmu_path moto = {
	.format = "m68k-motorola", .pa_bits = 32, .va = 0x02041abc,
	.count = 3, .at = moto_at, .good = moto_good,
};

static const uint64_t cf_at[] = { 0x10004, 0x12004 };
static const uint64_t cf_good[] = { 0x12000, 0xabcdf45d };
static const struct mmu_path cf = {
	.format = "m68k-coldfire", .pa_bits = 32, .va = 0x00402abc,
	.count = 2, .at = cf_at, .good = cf_good,
};

static const uint64_t sun3_at[] = { 0x10004, 0x12004 };
static const uint64_t sun3_good[] = { 0x12000, 0xc3055e6f };
static const struct mmu_path sun3 = {
	.format = "m68k-sun3", .pa_bits = 32, .va = 0x00022abc,
	.count = 2, .at = sun3_at, .good = sun3_good,
};

static void page_address_comes_from_all_tables(void **state)
{
	/* Index 1 in each; big-endian. */
	(void)state;
	refill_leaf(&moto, 2, 0xabcde039, 0xabcdeabc, ALL);
	refill_leaf(&cf, 1, 0xabcdf45d, 0xabcdeabc, ALL);
	refill_leaf(&sun3, 1, 0xc3055e6f, 0xabcdeabc, ALL);
}

static void motorola_rights_are_w_and_s(void **state)
{
	/* U and M are set by hardware. */
	(void)state;
	refill_rights(&moto, 0xabcde039, "rwx rwx");
	refill_rights(&moto, 0xabcde021, "rwx rwx");
	refill_rights(&moto, 0xabcde03d, "r-x r-x");
	refill_rights(&moto, 0xabcde0b9, "--- rwx");
	refill_rights(&moto, 0xabcde0bd, "--- r-x");
}

static void motorola_write_protection_accumulates(void **state)
{
	/* W (4) of root and pointer descriptors. */
	struct mmu_fixture f;

	(void)state;
	refill_with(&f, &moto, 0, 0x1100e);
	mmu_assert_rights(&f, 0, moto.va, PT_PTE, "r-x r-x");
	refill_with(&f, &moto, 1, 0x1200e);
	mmu_assert_rights(&f, 0, moto.va, PT_PTE, "r-x r-x");
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 0x1200e).denied, PT_W);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 0x1200a).denied, 0);
}

static void motorola_descriptor_types(void **state)
{
	/* UDT 0x invalid, PDT 00 invalid, 11 resident too, 10 indirect. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&moto, 0, 0x11009, PT_V_TRANSLATION);
	refill_ends(&moto, 1, 0x12001, PT_V_TRANSLATION);
	refill_ends(&moto, 2, 0xabcde02c, PT_V_TRANSLATION);
	refill_ends(&moto, 2, 0xabcde03a, PT_V_RESERVED);
	refill_leaf(&moto, 2, 0xabcde03b, 0xabcdeabc, ALL);
	refill_with(&f, &moto, 0, 0x1100b);
	mmu_assert_leaf(&f, 0, moto.va, PT_PTE, 0xabcdeabc, ALL);
}

static void motorola_ignores_unused_bits(void **state)
{
	/* 8:4 of a root descriptor, 7:4 of a pointer's, UR, U1, U0. */
	struct mmu_fixture f;

	(void)state;
	refill_with(&f, &moto, 0, 0x111fa);
	mmu_assert_leaf(&f, 0, moto.va, PT_PTE, 0xabcdeabc, ALL);
	refill_with(&f, &moto, 1, 0x120fa);
	mmu_assert_leaf(&f, 0, moto.va, PT_PTE, 0xabcdeabc, ALL);
	refill_leaf(&moto, 2, 0xabcdeb39, 0xabcdeabc, ALL);
}

static void motorola_types_and_global(void **state)
{
	/* CM 00 WT, 10 serialized, 11 has no word; G. */
	(void)state;
	refill_leaf(&moto, 2, 0xabcde019, 0xabcdeabc, ALL | WT);
	refill_leaf(&moto, 2, 0xabcde059, 0xabcdeabc, ALL | UC);
	refill_leaf(&moto, 2, 0xabcde079, 0xabcdeabc, ALL | OTHER);
	refill_leaf(&moto, 2, 0xabcde439, 0xabcdeabc, ALL | PT_GLOBAL);
}

static void coldfire_executes_whatever_is_valid(void **state)
{
	/* The handler adds X; R, W and SP count; it sets accessed and dirty. */
	(void)state;
	refill_rights(&cf, 0xabcdf45d, "rwx rwx");
	refill_rights(&cf, 0xabcdf459, "rwx rwx");
	refill_rights(&cf, 0xabcdf47d, "--- rwx");
	refill_rights(&cf, 0xabcdf441, "--x --x");
	refill_rights(&cf, 0xabcde450, "r-x r-x");
	refill_rights(&cf, 0xabcde448, "-wx -wx");
	refill_ends(&cf, 1, 0xabcdf05d, PT_V_TRANSLATION);
}

static void coldfire_page_without_rights_is_nobodys(void **state)
{
	/* PAGE_NONE; with SP it would be the kernel's to execute. */
	const struct mmu_arch *arch = mmu_find("m68k-coldfire");

	(void)state;
	refill_leaf(&cf, 1, 0xabcdf441, 0xabcdeabc, PT_ACCESSED | PT_DIRTY);
	refill_ends(&cf, 1, 0xabcdf461, PT_V_RESERVED);
	assert_false(arch->representable(PT_PTE, PT_USER));
}

static void coldfire_types_and_global(void **state)
{
	/* CM 7:6, SG. */
	(void)state;
	refill_leaf(&cf, 1, 0xabcdf41d, 0xabcdeabc, ALL | WT);
	refill_leaf(&cf, 1, 0xabcdf49d, 0xabcdeabc, ALL | UC);
	refill_leaf(&cf, 1, 0xabcdf4dd, 0xabcdeabc, ALL | OTHER);
	refill_leaf(&cf, 1, 0xabcdfc5d, 0xabcdeabc, ALL | PT_GLOBAL);
}

static void sun3_rights_are_write_and_system(void **state)
{
	/* Types other than memory are reserved. */
	(void)state;
	refill_rights(&sun3, 0xc3055e6f, "rwx rwx");
	refill_rights(&sun3, 0xc0055e6f, "rwx rwx");
	refill_rights(&sun3, 0x83055e6f, "r-x r-x");
	refill_rights(&sun3, 0xe3055e6f, "--- rwx");
	refill_rights(&sun3, 0xa3055e6f, "--- r-x");
	refill_leaf(&sun3, 1, 0xd3055e6f, 0xabcdeabc, ALL | UC);
	refill_ends(&sun3, 1, 0xc7055e6f, PT_V_RESERVED);
	refill_ends(&sun3, 1, 0xcb055e6f, PT_V_RESERVED);
	refill_ends(&sun3, 1, 0x43055e6f, PT_V_TRANSLATION);
}

static void empty_is_zero(void **state)
{
	/* Swap and PROT_NONE entries are invalid, but something. */
	static const char *const format[] = {
		"m68k-motorola", "m68k-coldfire", "m68k-sun3",
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_true(refill_empty(format[i], PT_PTE, 0));
		assert_true(refill_empty(format[i], PT_PMD, 0));
	}
	assert_false(refill_empty("m68k-motorola", PT_PTE, 0xabcde02c));
	assert_false(refill_empty("m68k-motorola", PT_PTE, 0x1010));
	assert_false(refill_empty("m68k-coldfire", PT_PTE, 0x801));
	assert_false(refill_empty("m68k-sun3", PT_PTE, 0x81));
}

static void pointers_are_checked(void **state)
{
	/* Alignment of 2 KiB and of 64 bytes; memory; the machine's width. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&cf, 0, 0x12400, PT_V_RESERVED);
	refill_ends(&cf, 0, 0x20000, PT_V_WALKBUS);
	refill_ends(&sun3, 0, 0x12020, PT_V_RESERVED);
	refill_ends(&sun3, 0, 0x20000, PT_V_WALKBUS);
	refill_ends(&moto, 0, 0x2000a, PT_V_WALKBUS);
	refill_init(&f, &moto);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, moto.va, PT_V_ADDRSIZE, PT_PTE);
	refill_init(&f, &sun3);
	mmu_assert_fault(&f, 0, 0x10000000, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
}

static uint64_t encode_moto(uint32_t attrs)
{
	static const uint8_t cm[PT_MEMTYPES] = { 0x20, 0, 0x40, 0 };

	return 0xabcde001u | (attrs & PT_W ? 0 : 4u) |
	       (attrs & PT_ACCESSED ? 8u : 0) | (attrs & PT_DIRTY ? 0x10u : 0) |
	       (attrs & PT_USER ? 0 : 0x80u) |
	       (attrs & PT_GLOBAL ? 0x400u : 0) | cm[pt_attrs_memtype(attrs)];
}

static uint64_t encode_cf(uint32_t attrs)
{
	static const uint8_t cm[PT_MEMTYPES] = { 0x40, 0, 0x80, 0 };

	return 0xabcde400u | (attrs & PT_DIRTY ? 1u : 0) |
	       (attrs & PT_X ? 4u : 0) | (attrs & PT_W ? 8u : 0) |
	       (attrs & PT_R ? 0x10u : 0) |
	       ((attrs & PT_RIGHTS) && !(attrs & PT_USER) ? 0x20u : 0) |
	       (attrs & PT_GLOBAL ? 0x800u : 0) |
	       (attrs & PT_ACCESSED ? 0x1000u : 0) | cm[pt_attrs_memtype(attrs)];
}

static uint64_t encode_sun3(uint32_t attrs)
{
	return 0x80055e6fu | (attrs & PT_W ? 0x40000000u : 0) |
	       (attrs & PT_USER ? 0 : 0x20000000u) |
	       (pt_attrs_memtype(attrs) ? 0x10000000u : 0) |
	       (attrs & PT_ACCESSED ? 0x02000000u : 0) |
	       (attrs & PT_DIRTY ? 0x01000000u : 0);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* 4 rights x G x U x M x 3 types, 15 rights x the same, 4 x A x M x 2. */
	static const uint64_t protected[] = { 0x1100e, 0x1200a, 0xabcde039 };
	struct mmu_path denying = moto;

	(void)state;
	denying.good = protected;
	assert_int_equal(refill_agrees(&moto, encode_moto, 0), 96);
	assert_int_equal(refill_agrees(&denying, encode_moto, PT_W), 96);
	assert_int_equal(refill_agrees(&cf, encode_cf, 0), 360);
	assert_int_equal(refill_agrees(&sun3, encode_sun3, 0), 32);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(motorola_rights_are_w_and_s),
		cmocka_unit_test(motorola_write_protection_accumulates),
		cmocka_unit_test(motorola_descriptor_types),
		cmocka_unit_test(motorola_ignores_unused_bits),
		cmocka_unit_test(motorola_types_and_global),
		cmocka_unit_test(coldfire_executes_whatever_is_valid),
		cmocka_unit_test(coldfire_page_without_rights_is_nobodys),
		cmocka_unit_test(coldfire_types_and_global),
		cmocka_unit_test(sun3_rights_are_write_and_system),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(pointers_are_checked),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
