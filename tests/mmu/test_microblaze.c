/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of MicroBlaze against words put together by hand.
 *
 * 1 G, 2 present, 4 I, 8 W (write-through), 10 user, 40 writable, 80 dirty,
 * 100 hardware's WR, 200 EX, 400 accessed; 20 and 800 unused.
 */
#include "refill_fixture.h"

#define ALL   (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define WC    (PT_MEM_WC << PT_MEMTYPE_SHIFT)
#define UC    (PT_MEM_UC << PT_MEMTYPE_SHIFT)
#define WT    (PT_MEM_WT << PT_MEMTYPE_SHIFT)
#define OTHER (7 << PT_MEMTYPE_SHIFT)

static const uint64_t at[] = { 0x10004, 0x12004 };
static const uint64_t good[] = { 0xc0012000, 0xabcde5d2 };
static const struct mmu_path path = {
	.format = "microblaze", .pa_bits = 32, .va = 0x00401abc,
	.count = 2, .at = at, .good = good,
};

static void page_address_comes_from_both_tables(void **state)
{
	/* Index 1 in each; EX and the unused bits say nothing. */
	(void)state;
	refill_leaf(&path, 1, 0xabcde5d2, 0xabcdeabc, ALL);
	refill_leaf(&path, 1, 0xabcde7d2, 0xabcdeabc, ALL);
	refill_leaf(&path, 1, 0xabcdedf2, 0xabcdeabc, ALL);
	refill_leaf(&path, 1, 0x000005d2, 0x00000abc, ALL);
	refill_leaf(&path, 1, 0xfffff5d2, 0xfffffabc, ALL);
}

static void entries_are_little_endian(void **state)
{
	/* c0012000 and abcde5d2, byte by byte. */
	static const uint8_t pointer[] = { 0x00, 0x20, 0x01, 0xc0 };
	static const uint8_t page[] = { 0xd2, 0xe5, 0xcd, 0xab };
	struct mmu_fixture f;

	(void)state;
	mmu_fixture_init(&f, path.format, 32);
	for (unsigned i = 0; i < 4; i++) {
		f.bytes[0x0004 + i] = pointer[i];
		f.bytes[0x2004 + i] = page[i];
	}
	mmu_assert_leaf(&f, 0, path.va, PT_PTE, 0xabcdeabc, ALL);
}

static void one_root_holds_all_32_bits(void **state)
{
	/* Last entry of each table, and the first address past it. */
	struct mmu_fixture f;

	(void)state;
	mmu_fixture_init(&f, path.format, 32);
	refill_put(&f, PT_PMD, 0x10ffc, 0xc0012000);
	refill_put(&f, PT_PTE, 0x12ffc, 0xabcde5d2);
	mmu_assert_leaf(&f, 0, 0xfffff123, PT_PTE, 0xabcde123, ALL);
	mmu_assert_fault(&f, 0, 0xffffe123, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, 0xffbff123, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, 0x100000000, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
}

static void rights_are_the_zone_and_writable(void **state)
{
	/* Zone 1 is both modes', zone 0 the kernel's; all may be executed. */
	(void)state;
	refill_rights(&path, 0xabcde5d2, "rwx rwx");
	refill_rights(&path, 0xabcde412, "r-x r-x");
	refill_rights(&path, 0xabcde5c2, "--- rwx");
	refill_rights(&path, 0xabcde402, "--- r-x");
	refill_rights(&path, 0xabcde002, "--- r-x");
}

static void page_none_is_a_kernel_page_quirk(void **state)
{
	/* _PAGE_BASE, the word of PAGE_KERNEL_RO: there is no protnone. */
	const struct mmu_arch *arch = mmu_find("microblaze");

	(void)state;
	refill_leaf(&path, 1, 0xabcde402, 0xabcdeabc,
		    PT_R | PT_X | PT_ACCESSED);
	assert_int_equal(arch->level[PT_PTE].kinds,
			 1u << PT_SWAP | 1u << PT_MIGRATION | 1u << PT_MARKER);
	assert_int_equal(arch->level[PT_PMD].kinds, 0);
}

static void writes_to_clean_pages_are_dirty(void **state)
{
	/* Old pages are mended unseen; dirty alone gives no write. */
	(void)state;
	refill_rights(&path, 0xabcde452, "rdx rdx");
	refill_leaf(&path, 1, 0xabcde452, 0xabcdeabc, PT_RIGHTS | PT_ACCESSED);
	refill_rights(&path, 0xabcde1d2, "rwx rwx");
	refill_leaf(&path, 1, 0xabcde1d2, 0xabcdeabc, PT_RIGHTS | PT_DIRTY);
	refill_rights(&path, 0xabcde052, "rdx rdx");
	refill_rights(&path, 0xabcde442, "--- rdx");
	refill_rights(&path, 0xabcde492, "r-x r-x");
	refill_leaf(&path, 1, 0xabcde492, 0xabcdeabc, ALL & ~PT_W);
}

static void hardware_write_has_to_follow(void **state)
{
	/* Missing; set in a clean page, in a read-only one, and alone. */
	(void)state;
	refill_ends(&path, 1, 0xabcde4d2, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde552, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde592, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde512, PT_V_RESERVED);
	refill_ends(&path, 1, 0xabcde5d0, PT_V_TRANSLATION);
	refill_ends(&path, 1, 0xabcde4d0, PT_V_TRANSLATION);
}

static void memory_types_are_four_of_eight_mixtures(void **state)
{
	/* W, I, I with G; G alone or with W, and W with I, have no word. */
	const struct mmu_arch *arch = mmu_find("microblaze");

	(void)state;
	refill_leaf(&path, 1, 0xabcde5da, 0xabcdeabc, ALL | WT);
	refill_leaf(&path, 1, 0xabcde5d6, 0xabcdeabc, ALL | WC);
	refill_leaf(&path, 1, 0xabcde5d7, 0xabcdeabc, ALL | UC);
	refill_leaf(&path, 1, 0xabcde5d3, 0xabcdeabc, ALL | OTHER);
	refill_leaf(&path, 1, 0xabcde5db, 0xabcdeabc, ALL | OTHER);
	refill_leaf(&path, 1, 0xabcde5de, 0xabcdeabc, ALL | OTHER);
	refill_leaf(&path, 1, 0xabcde5df, 0xabcdeabc, ALL | OTHER);
	assert_false(arch->representable(PT_PTE, ALL | OTHER));
}

static void guarded_pages_are_not_executed(void **state)
{
	/* A storage violation, for both modes. */
	(void)state;
	refill_rights(&path, 0xabcde5d7, "rw- rw-");
	refill_rights(&path, 0xabcde407, "--- r--");
}

static void empty_is_zero(void **state)
{
	/* Swap type 1, the same exclusive, migration 26, marker 31; no page. */
	(void)state;
	assert_true(refill_empty("microblaze", PT_PTE, 0));
	assert_false(refill_empty("microblaze", PT_PTE, 0x1004));
	assert_false(refill_empty("microblaze", PT_PTE, 0x1084));
	assert_false(refill_empty("microblaze", PT_PTE, 0x1068));
	assert_false(refill_empty("microblaze", PT_PTE, 0x007c));
	assert_false(refill_empty("microblaze", PT_PTE, 0x0001));
	assert_true(refill_empty("microblaze", PT_PMD, 0));
	assert_false(refill_empty("microblaze", PT_PMD, 0x001));
	assert_false(refill_empty("microblaze", PT_PMD, 0xfff));
}

static void pointers_are_in_the_linear_map(void **state)
{
	/* 1 GiB from 0xc0000000; without a page part there is no table. */
	struct mmu_fixture f;

	(void)state;
	refill_ends(&path, 0, 0, PT_V_TRANSLATION);
	refill_ends(&path, 0, 0x00000fff, PT_V_TRANSLATION);
	refill_ends(&path, 0, 0x00012000, PT_V_RESERVED);
	refill_ends(&path, 0, 0xbffff000, PT_V_RESERVED);
	refill_ends(&path, 0, 0xbfffffff, PT_V_RESERVED);
	refill_ends(&path, 0, 0xc0000000, PT_V_WALKBUS);
	refill_ends(&path, 0, 0xfffff000, PT_V_WALKBUS);
	refill_with(&f, &path, 0, 0xc0012fff);
	mmu_assert_leaf(&f, 0, path.va, PT_PTE, 0xabcdeabc, ALL);
}

static void addresses_past_the_machines_width(void **state)
{
	/* Of the page, of its table. */
	struct mmu_fixture f;

	(void)state;
	refill_init(&f, &path);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PTE);
	f.regime.pa_bits = 16;
	mmu_assert_fault(&f, 0, path.va, PT_V_ADDRSIZE, PT_PMD);
}

static void representable_rights_have_r_and_x(void **state)
{
	/* W and USER are free; nothing above the page table, no GLOBAL. */
	const struct mmu_arch *arch = mmu_find("microblaze");
	unsigned count = 0;

	(void)state;
	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++) {
		count += arch->representable(PT_PTE, rights);
		assert_false(arch->representable(PT_PMD, rights));
		assert_false(arch->representable(PT_PTE, rights | PT_GLOBAL));
		assert_false(arch->representable(PT_PTE, rights | PT_SOFT0));
	}
	assert_int_equal(count, 4);
	assert_true(arch->representable(PT_PTE, PT_R | PT_X));
	assert_false(arch->representable(PT_PTE, PT_R | PT_USER));
	assert_false(arch->representable(PT_PTE, PT_X | PT_USER));
}

static uint64_t encode(uint32_t attrs)
{
	static const uint8_t control[PT_MEMTYPES] = { 0, 4, 5, 8 };
	bool w = attrs & PT_W, d = attrs & PT_DIRTY;

	return 0xabcde002u | (attrs & PT_USER ? 0x10u : 0) | (w ? 0x40u : 0) |
	       (d ? 0x80u : 0) | (w && d ? 0x100u : 0) |
	       (attrs & PT_ACCESSED ? 0x400u : 0) |
	       control[pt_attrs_memtype(attrs)];
}

static void permits_agrees_with_the_walk(void **state)
{
	/* W x user x accessed x dirty x 4 types. */
	(void)state;
	assert_int_equal(refill_agrees(&path, encode, 0), 64);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_both_tables),
		cmocka_unit_test(entries_are_little_endian),
		cmocka_unit_test(one_root_holds_all_32_bits),
		cmocka_unit_test(rights_are_the_zone_and_writable),
		cmocka_unit_test(page_none_is_a_kernel_page_quirk),
		cmocka_unit_test(writes_to_clean_pages_are_dirty),
		cmocka_unit_test(hardware_write_has_to_follow),
		cmocka_unit_test(memory_types_are_four_of_eight_mixtures),
		cmocka_unit_test(guarded_pages_are_not_executed),
		cmocka_unit_test(empty_is_zero),
		cmocka_unit_test(pointers_are_in_the_linear_map),
		cmocka_unit_test(addresses_past_the_machines_width),
		cmocka_unit_test(representable_rights_have_r_and_x),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
