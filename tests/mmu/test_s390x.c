/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of s390x against tables put together by hand from the
 * Principles of Operation, chapter 3, with Linux's software bits.
 *
 * Five tables: region first 10000, second 11000, third 12000, segment 13000,
 * page 14000 (they overlap; index 1 in each).  Region entries: c type, 3
 * length, 20 invalid, 200 protection.  Page: 400 invalid, 200 protection, 100
 * no execution; software's 1 present, 4 young, 8 dirty, 10 read, 20 write.
 */
#include "mmu_fixture.h"

#define VA  UINT64_C(0x0020040080101abc)
#define VA4 UINT64_C(0x0000040080101abc)
#define VA3 UINT64_C(0x0000000080101abc)

/* Young, dirty, read and write, no execution. */
#define PAGE_RW UINT64_C(0xabcde13d)
#define PAGE_RW_ATTRS (PT_USER | PT_R | PT_W | PT_ACCESSED | PT_DIRTY)

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008, 0x13008, 0x14008 };
static const uint64_t good[] = { 0x1100f, 0x1200b, 0x13007, 0x14000, PAGE_RW };

static const struct mmu_path path = {
	.format = "s390x-5level", .pa_bits = 48, .va = VA,
	.count = 5, .at = at, .good = good,
};

static void init(struct mmu_fixture *f)
{
	mmu_path_init(f, &path, 0);
}

static void page_address_comes_from_all_tables(void **state)
{
	/* A region-first, -second or -third table may be the root. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
	f.arch = mmu_find("s390x-4level");
	f.regime.root[0] = 0x11000;
	mmu_assert_leaf(&f, 0, VA4, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
	f.arch = mmu_find("s390x-3level");
	f.regime.root[0] = 0x12fc3;	/* controls and length of an ASCE */
	mmu_assert_leaf(&f, 0, VA3, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
}

static void page_tables_lie_at_multiples_of_2048(void **state)
{
	/* Bit 11 of a segment-table entry is an address bit. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_fixture_put(&f, at[3], 0x14800);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PTE);
	mmu_fixture_put(&f, 0x14808, PAGE_RW);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, PAGE_RW_ATTRS);
}

static void five_tables_translate_all_64_bits(void **state)
{
	/* The last byte of all: index 2047 four times, then 255. */
	struct mmu_fixture f;

	(void)state;
	mmu_fixture_init(&f, "s390x-5level", 48);
	mmu_fixture_put(&f, 0x13ff8, good[0]);
	mmu_fixture_put(&f, 0x14ff8, good[1]);
	mmu_fixture_put(&f, 0x15ff8, good[2]);
	mmu_fixture_put(&f, 0x16ff8, good[3]);
	mmu_fixture_put(&f, 0x147f8, PAGE_RW);
	mmu_assert_leaf(&f, 0, UINT64_MAX, PT_PTE, 0xabcdefff, PAGE_RW_ATTRS);
}

static void addresses_past_the_root_read_no_table(void **state)
{
	/* ASCE-type exception: above 53 and 42 bits. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	f.arch = mmu_find("s390x-4level");
	mmu_assert_fault(&f, 0, VA, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_MAX, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	f.arch = mmu_find("s390x-3level");
	mmu_assert_fault(&f, 0, VA4, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
}

static void invalid_entry_ends_the_walk_at_its_depth(void **state)
{
	/* Bit 20 of the upper four, 400 of a page: nothing else counts. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		mmu_assert_path_fault(&f, &path, 0, i, good[i] | 0x20,
				      PT_V_TRANSLATION);
		mmu_assert_path_fault(&f, &path, 0, i, 0x20, PT_V_TRANSLATION);
	}
	mmu_assert_path_fault(&f, &path, 0, 4, UINT64_C(0xabcde400),
			      PT_V_TRANSLATION);
	mmu_assert_path_fault(&f, &path, 0, 4, UINT64_C(0xabcde604),
			      PT_V_TRANSLATION);	/* swap, type 1 */
}

static void none_values_are_invalid_entries_of_their_type(void **state)
{
	/* 400, 20, 24, 28 exactly; of pgd_none() type and invalid bit only. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0x400).empty);
	assert_true(mmu_fixture_entry(&f, PT_PMD, 0x20).empty);
	assert_true(mmu_fixture_entry(&f, PT_PUD, 0x24).empty);
	assert_true(mmu_fixture_entry(&f, PT_P4D, 0x28).empty);
	assert_true(mmu_fixture_entry(&f, PT_PGD, 0x2c).empty);
	assert_true(mmu_fixture_entry(&f, PT_PGD, 0x1102f).empty);
	assert_false(mmu_fixture_entry(&f, PT_PGD, 0x28).empty);
	assert_false(mmu_fixture_entry(&f, PT_P4D, 0x2b).empty);
	assert_false(mmu_fixture_entry(&f, PT_PUD, 0x20).empty);
	assert_false(mmu_fixture_entry(&f, PT_PMD, 0x24).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 0x600).empty);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0).class, MMU_RESERVED);
}

static void wrong_types_and_lengths_are_reserved(void **state)
{
	/* Translation-specification exceptions; and tables not 2048 long. */
	static const uint64_t flip[] = { 4, 8, 0xc };
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 3; j++)
			mmu_assert_path_fault(&f, &path, 0, i,
					      good[i] ^ flip[j], PT_V_RESERVED);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned bit = 0; bit < 8; bit++)
			if (bit < 2 || bit > 5)
				mmu_assert_path_fault(&f, &path, 0, i,
						      good[i] ^ 1u << bit,
						      PT_V_RESERVED);
	/* CR and CS, in a private space; a page's bit 800. */
	mmu_assert_path_fault(&f, &path, 0, 2, good[2] | 0x10, PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 3, good[3] | 0x10, PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 4, PAGE_RW | 0x800, PT_V_RESERVED);
	/* Valid, and not present to Linux. */
	mmu_assert_path_fault(&f, &path, 0, 4, PAGE_RW & ~UINT64_C(1),
			      PT_V_RESERVED);
}

static void large_leaves_take_the_rest_from_the_address(void **state)
{
	/* 1 MB and 2 GB; 400 format control, 3000 dirty young, 3 write read. */
	struct mmu_fixture f;

	(void)state;
	init(&f);
	mmu_fixture_put(&f, at[3], UINT64_C(0xabc03503));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, UINT64_C(0xabc01abc), PAGE_RW_ATTRS);
	mmu_assert_rights(&f, 0, VA, PT_PMD, "rw- rw-");
	mmu_fixture_put(&f, at[3], UINT64_C(0xabcf3503));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, UINT64_C(0xabc01abc), PAGE_RW_ATTRS);
	mmu_fixture_put(&f, at[2], UINT64_C(0x80003507));
	mmu_assert_leaf(&f, 0, VA, PT_PUD, UINT64_C(0x80101abc), PAGE_RW_ATTRS);
	mmu_assert_path_fault(&f, &path, 0, 3, UINT64_C(0xabc03513),
			      PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 3, UINT64_C(0xabc03507),
			      PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 2, UINT64_C(0x80003503),
			      PT_V_RESERVED);
}

/*
 * The table above PGSTE_ACC_BITS in Linux's header: IR.uswrdy.p of a page, the
 * same of a large leaf (3000 dirty young, 200 R, 20 I, 3 write read).
 */
static const struct {
	uint32_t page, large, attrs;
	const char *expected;
} known[] = {
	{ 0x601, 0x0220, 0, "--- ---" },
	{ 0x605, 0x1220, PT_ACCESSED, "--- ---" },
	{ 0x609, 0x2220, PT_DIRTY, "--- ---" },
	{ 0x60d, 0x3220, PT_ACCESSED | PT_DIRTY, "--- ---" },
	{ 0x611, 0x0221, PT_R | PT_X | PT_USER, "aaa aaa" },
	{ 0x215, 0x1201, PT_R | PT_X | PT_USER | PT_ACCESSED, "r-x r-x" },
	{ 0x619, 0x2221, PT_R | PT_X | PT_USER | PT_DIRTY, "aaa aaa" },
	{ 0x21d, 0x3201, PT_R | PT_X | PT_USER | PT_ACCESSED | PT_DIRTY,
	  "r-x r-x" },
	{ 0x631, 0x0223, PT_RIGHTS, "aaa aaa" },
	{ 0x235, 0x1203, PT_RIGHTS | PT_ACCESSED, "rdx rdx" },
	{ 0x439, 0x2023, PT_RIGHTS | PT_DIRTY, "aaa aaa" },
	{ 0x03d, 0x3003, PT_RIGHTS | PT_ACCESSED | PT_DIRTY, "rwx rwx" },
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

static void known_combinations_are_leaves(void **state)
{
	/* Old and no right: invalid; clean or no W: protected. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < KNOWN; i++) {
		init(&f);
		mmu_fixture_put(&f, at[4], 0xabcde000 | known[i].page);
		mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, known[i].attrs);
		mmu_assert_rights(&f, 0, VA, PT_PTE, known[i].expected);
		mmu_fixture_put(&f, at[3], 0xabc00400 | known[i].large);
		mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xabc01abc, known[i].attrs);
		mmu_assert_rights(&f, 0, VA, PT_PMD, known[i].expected);
		mmu_fixture_put(&f, at[2], 0x80000404 | known[i].large);
		mmu_assert_leaf(&f, 0, VA, PT_PUD, 0x80101abc, known[i].attrs);
		mmu_assert_rights(&f, 0, VA, PT_PUD, known[i].expected);
	}
}

static void other_combinations_are_reserved(void **state)
{
	/* Twelve of the sixty-four are leaves. */
	struct mmu_fixture f;
	unsigned leaves = 0;

	(void)state;
	init(&f);
	for (uint64_t n = 0; n < 64; n++) {
		uint64_t raw = 0xabcde001 | (n & 15) << 2 | (n >> 4) << 9;
		unsigned class = mmu_fixture_entry(&f, PT_PTE, raw).class;
		bool is_known = false;

		for (unsigned i = 0; i < KNOWN; i++)
			is_known |= known[i].page == (raw & 0xfff);
		assert_int_equal(class, is_known ? MMU_LEAF : MMU_RESERVED);
		leaves += is_known;
	}
	assert_int_equal(leaves, KNOWN);
}

static void protection_above_takes_w_away(void **state)
{
	/* Bit 200 of each table's entry. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		init(&f);
		mmu_fixture_put(&f, at[i], good[i] | 0x200);
		mmu_assert_rights(&f, 0, VA, PT_PTE, "r-- r--");
		assert_int_equal(mmu_fixture_entry(&f, i, good[i] | 0x200)
					 .denied,
				 PT_W);
		mmu_fixture_put(&f, at[4], 0xabcde335);	/* clean */
		mmu_assert_rights(&f, 0, VA, PT_PTE, "r-- r--");
	}
}

static void addresses_past_the_machine_are_addressing_exceptions(void **state)
{
	/* Of a table at once; of a page after everything else. */
	const uint64_t bit = UINT64_C(1) << 48;
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		mmu_assert_path_fault(&f, &path, 0, i, good[i] | bit,
				      PT_V_ADDRSIZE);
	init(&f);
	mmu_fixture_put(&f, at[4], PAGE_RW | bit);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "ss- ss-");
	mmu_fixture_put(&f, at[4], bit | 0xabcde235);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "sds sds");
	mmu_fixture_put(&f, at[4], bit | 0xabcde611);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aaa");
	mmu_fixture_put(&f, at[1], 0x1800b);
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_P4D);
}

static uint64_t encode_leaf(uint32_t attrs)
{
	bool r = attrs & PT_R, w = attrs & PT_W, x = attrs & PT_X;
	bool young = attrs & PT_ACCESSED, dirty = attrs & PT_DIRTY;

	return UINT64_C(0xabcde001) | (r ? 0x10u : 0u) | (w ? 0x20u : 0u) |
	       (young ? 4u : 0u) | (dirty ? 8u : 0u) |
	       (r && young ? 0u : 0x400u) | (w && dirty ? 0u : 0x200u) |
	       (r && !x ? 0x100u : 0u);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	static const uint64_t type[] = { 0xf, 0xb, 0x7, 0 };

	return pa | type[depth] | (denied & PT_W ? 0x200u : 0u);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0x11000, 0x12000, 0x13000, 0x14000 },
	};

	(void)state;
	/* 5 rights x 4 A, D x 4 depths x 2 denied x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 960);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(page_tables_lie_at_multiples_of_2048),
		cmocka_unit_test(five_tables_translate_all_64_bits),
		cmocka_unit_test(addresses_past_the_root_read_no_table),
		cmocka_unit_test(invalid_entry_ends_the_walk_at_its_depth),
		cmocka_unit_test(none_values_are_invalid_entries_of_their_type),
		cmocka_unit_test(wrong_types_and_lengths_are_reserved),
		cmocka_unit_test(large_leaves_take_the_rest_from_the_address),
		cmocka_unit_test(known_combinations_are_leaves),
		cmocka_unit_test(other_combinations_are_reserved),
		cmocka_unit_test(protection_above_takes_w_away),
		cmocka_unit_test(
			addresses_past_the_machine_are_addressing_exceptions),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
