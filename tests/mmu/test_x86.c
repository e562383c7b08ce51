/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of x86-64 against tables put together by hand from Intel
 * SDM volume 3A, tables 4-15 to 4-20, and section 4.6.1.
 *
 * Tables: PML4 10000, PDPT 11000, PD 12000, PT 13000.  The address has index 1
 * in each.  Low bits: 1 P, 2 RW, 4 US, 20 A, 40 D, 80 PS, 100 G.
 */
#include "mmu_fixture.h"

#define VA UINT64_C(0x0000008040201abc)
#define XD (UINT64_C(1) << 63)

#define WP   PT_REGIME_X86_WP
#define NXE  PT_REGIME_X86_NXE
#define SMEP PT_REGIME_X86_SMEP
#define SMAP PT_REGIME_X86_SMAP
#define RWXU PT_RIGHTS
#define AD   (PT_ACCESSED | PT_DIRTY)

#define PML4E UINT64_C(0x10008)
#define PDPTE UINT64_C(0x11008)
#define PDE   UINT64_C(0x12008)
#define PTE   UINT64_C(0x13008)

static const uint64_t at[] = { PML4E, PDPTE, PDE, PTE };
static const uint64_t good[] = { 0x11007, 0x12007, 0x13007, 0xabcde067 };

static const struct mmu_path path = {
	.format = "x86_64-4level", .pa_bits = 46, .va = VA,
	.count = 4, .at = at, .good = good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void page_address_comes_from_all_four_tables(void **state)
{
	/* A 4-KByte page: bits 51:12 of the PTE, 11:0 of the address. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, RWXU | AD);
	mmu_assert_leaf(&f, 1, VA, PT_PTE, 0xabcdeabc, RWXU | AD);
}

static void cr3_low_bits_are_not_address(void **state)
{
	/* CR3 bits 11:0 hold PWT, PCD or a PCID: the table is at 51:12. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	f.regime.root[0] = 0x10018;
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, RWXU | AD);
}

static void five_levels_start_one_table_higher(void **state)
{
	/* CR4.LA57: PML5E at bits 56:48; non-canonical by bit 56, not 47. */
	struct mmu_fixture f;

	(void)state;
	mmu_fixture_init(&f, "x86_64-5level", 46);
	f.regime.control = WP | NXE;
	mmu_fixture_put(&f, 0x10008, 0x14007);
	mmu_fixture_put(&f, 0x14008, 0x11007);
	mmu_fixture_put(&f, PDPTE, 0x12007);
	mmu_fixture_put(&f, PDE, 0x13007);
	mmu_fixture_put(&f, PTE, 0xabcde067);
	mmu_assert_leaf(&f, 0, VA | UINT64_C(1) << 48, PT_PTE, 0xabcdeabc,
			RWXU | AD);
	mmu_assert_fault(&f, 0, VA, PT_V_TRANSLATION, PT_PGD);
	mmu_assert_fault(&f, 0, UINT64_C(0x00ffffffffffffff), PT_V_TRANSLATION,
			 PT_PGD);
	mmu_assert_fault(&f, 0, UINT64_C(0x0100000000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xfeffffffffffffff), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xff00000000000000), PT_V_TRANSLATION,
			 PT_PGD);
	mmu_fixture_put(&f, 0x10008, 0x87);	/* PS in a PML5E */
	mmu_assert_fault(&f, 0, VA | UINT64_C(1) << 48, PT_V_RESERVED, PT_PGD);
}

static void non_canonical_addresses_read_no_table(void **state)
{
	/* Bits 63:47 must be equal, at both edges of the gap. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	mmu_assert_fault(&f, 0, UINT64_C(0x00007fffffffffff), PT_V_TRANSLATION,
			 PT_P4D);
	mmu_assert_fault(&f, 0, UINT64_C(0x0000800000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffff7fffffffffff), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffff800000000000), PT_V_TRANSLATION,
			 PT_P4D);
	mmu_assert_fault(&f, 0, VA | UINT64_C(1) << 63, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_fixture_put(&f, 0x10ff8, 0x11007);	/* index 511 */
	mmu_assert_leaf(&f, 0, UINT64_C(0xffffff8040201abc), PT_PTE, 0xabcdeabc,
			RWXU | AD);
}

static void not_present_entry_ends_the_walk_at_its_depth(void **state)
{
	/* P = 0: all other bits are ignored, reserved ones too. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		mmu_assert_path_fault(&f, &path, WP | NXE, i,
				      UINT64_C(0xfffffffffffffffe),
				      PT_V_TRANSLATION);
	}
}

static void physical_bits_past_the_machine_are_reserved(void **state)
{
	/* 51:MAXPHYADDR at every level; bit 45 is the last one here. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned bit = 46; bit < 52; bit++) {
			mmu_assert_path_fault(&f, &path, WP | NXE, i,
					      good[i] | UINT64_C(1) << bit,
					      PT_V_RESERVED);
		}
	init(&f, WP | NXE);
	mmu_fixture_put(&f, PTE, UINT64_C(0x2000abcde067));
	mmu_assert_leaf(&f, 0, VA, PT_PTE, UINT64_C(0x2000abcdeabc), RWXU | AD);
	f.regime.pa_bits = 52;
	mmu_fixture_put(&f, PTE, UINT64_C(0x00080000abcde067));
	mmu_assert_leaf(&f, 0, VA, PT_PTE, UINT64_C(0x80000abcdeabc),
			RWXU | AD);
}

static void page_size_bit_is_reserved_in_a_pml4e(void **state)
{
	/* "If the P flag of a PML4E is 1, the PS flag is reserved." */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	mmu_fixture_put(&f, PML4E, 0x11087);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_P4D);
	mmu_fixture_put(&f, PML4E, 0x87);	/* would be aligned */
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_P4D);
}

static void large_pages_take_the_rest_from_the_address(void **state)
{
	/* 1 GByte: 51:30; 2 MByte: 51:21; the bits between and 12 reserved. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	mmu_fixture_put(&f, PDE, UINT64_C(0x2aaa004000e7));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, UINT64_C(0x2aaa00401abc), RWXU | AD);
	for (unsigned bit = 13; bit < 21; bit++) {
		mmu_fixture_put(&f, PDE, 0x4000e7 | UINT64_C(1) << bit);
		mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PMD);
	}
	mmu_fixture_put(&f, PDPTE, UINT64_C(0x2aaa800000e7));
	mmu_assert_leaf(&f, 0, VA, PT_PUD, UINT64_C(0x2aaa80201abc), RWXU | AD);
	for (unsigned bit = 13; bit < 30; bit++) {
		mmu_fixture_put(&f, PDPTE, 0x800000e7 | UINT64_C(1) << bit);
		mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PUD);
	}
}

static void execute_disable_without_nxe_is_reserved(void **state)
{
	/* EFER.NXE = 0: XD is reserved in every present entry. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		mmu_assert_path_fault(&f, &path, WP, i, good[i] | XD,
				      PT_V_RESERVED);
		f.regime.control |= NXE;
		mmu_assert_rights(&f, 0, VA, PT_PTE, "rw- rw-");
	}
	init(&f, WP);
	assert_int_equal(f.arch->permits(&f.regime, RWXU & ~PT_X, 0, PT_READ,
					 PT_AS_KERNEL),
			 PT_V_RESERVED);
}

static void reserved_bit_wins_over_rights(void **state)
{
	/* An entry's reserved bits are judged when it is read, 4.7. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	mmu_fixture_put(&f, PML4E, 0x11001);		/* denies everything */
	mmu_fixture_put(&f, PDE, 0x13007 | UINT64_C(1) << 50);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PMD);
	mmu_fixture_put(&f, PDPTE, 0);
	mmu_assert_fault(&f, 0, VA, PT_V_TRANSLATION, PT_PUD);
}

static void table_outside_memory_is_charged_to_its_pointer(void **state)
{
	/* Memory ends at 18000; a missing root has no depth. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	mmu_fixture_put(&f, PDE, 0x18007);
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_PMD);
	mmu_fixture_put(&f, PML4E, 0xf007);
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_P4D);
	f.regime.root[0] = 0x18000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static void access_rights_follow_section_4_6_1(void **state)
{
	/* Every rule of 4.6.1 that the four control bits decide. */
	static const struct {
		uint32_t control;
		uint64_t pte;
		const char *expected;
	} row[] = {
		/* user page, RW = 1 */
		{ NXE | WP, 0xabcde067, "rwx rwx" },
		{ NXE | WP | SMEP, 0xabcde067, "rwx rw-" },
		{ NXE | WP | SMAP, 0xabcde067, "rwx --x" },
		{ NXE | WP | SMEP | SMAP, 0xabcde067, "rwx ---" },
		{ NXE | SMAP, 0xabcde067, "rwx --x" },
		/* user page, RW = 0 */
		{ NXE | WP, 0xabcde065, "r-x r-x" },
		{ NXE, 0xabcde065, "r-x rwx" },
		{ NXE | SMAP, 0xabcde065, "r-x --x" },
		/* supervisor page */
		{ NXE | WP, 0xabcde063, "--- rwx" },
		{ NXE | WP | SMEP | SMAP, 0xabcde063, "--- rwx" },
		{ NXE | WP | SMEP | SMAP, 0xabcde061, "--- r-x" },
		{ NXE | SMEP | SMAP, 0xabcde061, "--- rwx" },
		/* XD */
		{ NXE | WP, 0xabcde067 | XD, "rw- rw-" },
		{ NXE | WP, 0xabcde065 | XD, "r-- r--" },
		{ NXE | WP, 0xabcde063 | XD, "--- rw-" },
		{ 0, 0xabcde061, "--- rwx" },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		init(&f, row[i].control);
		mmu_fixture_put(&f, PTE, row[i].pte);
		mmu_assert_rights(&f, 0, VA, PT_PTE, row[i].expected);
	}
}

static void rights_are_the_and_of_all_levels(void **state)
{
	/* One entry is enough to take a right away, at any level. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		init(&f, WP | NXE | SMEP | SMAP);
		mmu_fixture_put(&f, at[i], good[i] & ~UINT64_C(2));
		mmu_assert_rights(&f, 0, VA, PT_PTE, "r-x ---");
		/* Without US it is a supervisor page: SMEP, SMAP are over. */
		mmu_fixture_put(&f, at[i], good[i] & ~UINT64_C(4));
		mmu_assert_rights(&f, 0, VA, PT_PTE, "--- rwx");
		mmu_fixture_put(&f, at[i], good[i] | XD);
		mmu_assert_rights(&f, 0, VA, PT_PTE, "rw- ---");
	}
	init(&f, WP | NXE);
	mmu_fixture_put(&f, PML4E, 0x11005);
	mmu_fixture_put(&f, PDPTE, 0x12003);
	mmu_fixture_put(&f, PDE, 0x13007 | XD);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "--- r--");
}

static void accessed_and_dirty_never_fault(void **state)
{
	/* 4.8: the processor sets them. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	mmu_fixture_put(&f, PTE, 0xabcde007);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rwx");
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, RWXU);
}

static void memory_type_is_the_pat_entry(void **state)
{
	/* Index PAT:PCD:PWT; PAT is bit 7 of a PTE and bit 12 of a large page. */
	static const struct {
		uint64_t pte, pde;
		uint32_t type;
	} row[] = {
		{ 0xabcde067, 0x4000e7, PT_MEM_WB },
		{ 0xabcde06f, 0x4000ef, PT_MEM_WC },
		{ 0xabcde07f, 0x4000ff, PT_MEM_UC },
		{ 0xabcde0e7, 0x4010e7, PT_MEM_WB },
		{ 0xabcde0ff, 0x4010ff, PT_MEM_WT },
		/* UC- and WP have no word of their own. */
		{ 0xabcde077, 0x4000f7, 7 },
		{ 0xabcde0ef, 0x4010ef, 7 },
		{ 0xabcde0f7, 0x4010f7, 7 },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		uint32_t attrs = RWXU | AD | row[i].type << PT_MEMTYPE_SHIFT;

		init(&f, WP | NXE);
		mmu_fixture_put(&f, PTE, row[i].pte);
		mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, attrs);
		mmu_fixture_put(&f, PDE, row[i].pde);
		mmu_assert_leaf(&f, 0, VA, PT_PMD, 0x401abc, attrs);
	}
}

static void other_bits_of_a_leaf_are_attributes(void **state)
{
	/* G 8; 9 and 10 software's; 62:59 key; 11 and 58:52 ignored. */
	struct mmu_fixture f;

	(void)state;
	init(&f, WP | NXE);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x101).attrs,
			 PT_R | PT_X | PT_GLOBAL);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x201).attrs,
			 PT_R | PT_X | PT_SOFT0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x401).attrs,
			 PT_R | PT_X | PT_SOFT1);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   UINT64_C(0x07f0000000000801)).attrs,
			 PT_R | PT_X);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   UINT64_C(0x5000000000000001)).attrs,
			 PT_R | PT_X | UINT32_C(10) << PT_KEY_SHIFT);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 2).empty);
}

static uint64_t encode_leaf(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.w = 2, .user = 4, .x = XD, .accessed = 0x20, .dirty = 0x40,
	};

	return mmu_flip(UINT64_C(0xabcde001) | XD, &bits, attrs);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	static const struct mmu_bits bits = { .w = 2, .user = 4, .x = XD };

	(void)depth;
	return mmu_flip(pa | 7, &bits, denied);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0x11000, 0x12000, 0x13000 },
		.control_mask = WP | SMEP | SMAP,
		.control_always = NXE,
	};

	(void)state;
	/* 8 rights x 4 A, D x 3 depths x 8 denied x 8 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 36864);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_four_tables),
		cmocka_unit_test(cr3_low_bits_are_not_address),
		cmocka_unit_test(five_levels_start_one_table_higher),
		cmocka_unit_test(non_canonical_addresses_read_no_table),
		cmocka_unit_test(not_present_entry_ends_the_walk_at_its_depth),
		cmocka_unit_test(physical_bits_past_the_machine_are_reserved),
		cmocka_unit_test(page_size_bit_is_reserved_in_a_pml4e),
		cmocka_unit_test(large_pages_take_the_rest_from_the_address),
		cmocka_unit_test(execute_disable_without_nxe_is_reserved),
		cmocka_unit_test(reserved_bit_wins_over_rights),
		cmocka_unit_test(table_outside_memory_is_charged_to_its_pointer),
		cmocka_unit_test(access_rights_follow_section_4_6_1),
		cmocka_unit_test(rights_are_the_and_of_all_levels),
		cmocka_unit_test(accessed_and_dirty_never_fault),
		cmocka_unit_test(memory_type_is_the_pat_entry),
		cmocka_unit_test(other_bits_of_a_leaf_are_attributes),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
