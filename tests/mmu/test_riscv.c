/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second readings of RISC-V against tables put together by hand from the
 * Privileged Architecture, "Virtual Address Translation Process", "Svnapot",
 * "Svpbmt".
 *
 * Sv48 tables: 10000, 11000, 12000, 13000; Sv39 uses the last three.  The
 * address has index 1 in each.  Sv57 has one more above, Sv32 two tables of
 * 4-byte entries, 10000 and 11000, with index 2.  A PTE holds the physical
 * address >> 2 and: 1 V, 2 R, 4 W, 8 X, 10 U, 20 G, 40 A, 80 D.
 */
#include "mmu_fixture.h"

#define VA   UINT64_C(0x0000008040201abc)
#define VA39 UINT64_C(0x0000000040201abc)
#define VA32 UINT64_C(0x0000000000802abc)
#define VA57 UINT64_C(0x0001008040201abc)

#define SUM  PT_REGIME_RISCV_SUM
#define MXR  PT_REGIME_RISCV_MXR
#define ADUE PT_REGIME_RISCV_ADUE
#define ALL  (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)

#define PTE3 UINT64_C(0x10008)
#define PTE2 UINT64_C(0x11008)
#define PTE1 UINT64_C(0x12008)
#define PTE0 UINT64_C(0x13008)

static const uint64_t pte_at[] = { PTE3, PTE2, PTE1, PTE0 };
static const uint64_t pte_good[] = { 0x4401, 0x4801, 0x4c01, 0x2af378df };

static const struct mmu_path path = {
	.format = "riscv-sv48", .pa_bits = 56, .va = VA,
	.count = 4, .at = pte_at, .good = pte_good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void page_address_comes_from_all_tables(void **state)
{
	/* PPN of the leaf, offset of the address; Sv39 and Sv48. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, ALL);
	f.arch = mmu_find("riscv-sv39");
	f.regime.root[0] = 0x11000;
	mmu_assert_leaf(&f, 0, VA39, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, 0, PT_V_TRANSLATION, PT_PUD);
}

static void non_canonical_addresses_read_no_table(void **state)
{
	/* Bits 63..39 (47) must equal bit 38 (46+1). */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_fault(&f, 0, UINT64_C(0x00007fffffffffff), PT_V_TRANSLATION,
			 PT_P4D);
	mmu_assert_fault(&f, 0, UINT64_C(0x0000800000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffff7fffffffffff), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffff800000000000), PT_V_TRANSLATION,
			 PT_P4D);
	f.arch = mmu_find("riscv-sv39");
	f.regime.root[0] = 0x11000;
	mmu_assert_fault(&f, 0, UINT64_C(0x0000003fffffffff), PT_V_TRANSLATION,
			 PT_PUD);
	mmu_assert_fault(&f, 0, UINT64_C(0x0000004000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffbfffffffff), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_fixture_put(&f, 0x11800, pte_good[1]);	/* index 256 */
	mmu_assert_leaf(&f, 0, UINT64_C(0xffffffc000201abc), PT_PTE, 0xabcdeabc,
			ALL);
}

static void invalid_pte_ends_the_walk_at_its_depth(void **state)
{
	/* Step 3, V = 0: nothing else is looked at. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		mmu_assert_path_fault(&f, &path, 0, i,
				      UINT64_C(0xfffffffffffffffe),
				      PT_V_TRANSLATION);
	}
}

static void reserved_bits_and_encodings_fault(void **state)
{
	/* Step 3: 60:54, PBMT, N; W without R, at every level. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned bit = 54; bit < 64; bit++) {
			mmu_assert_path_fault(&f, &path, 0, i,
					      pte_good[i] | UINT64_C(1) << bit,
					      PT_V_RESERVED);
		}
		init(&f, 0);
		mmu_fixture_put(&f, pte_at[i], 0xc5);	/* W */
		mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_P4D + (int)i);
		mmu_fixture_put(&f, pte_at[i], 0xcd);	/* W, X */
		mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_P4D + (int)i);
	}
}

static void pointer_may_have_g_and_rsw_only(void **state)
{
	/* "For non-leaf PTEs, the D, A, and U bits are reserved." */
	static const uint64_t reserved[] = { 0x10, 0x40, 0x80 };
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		init(&f, 0);
		mmu_fixture_put(&f, pte_at[i], pte_good[i] | 0x320);
		mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, ALL);
		for (unsigned j = 0; j < 3; j++) {
			mmu_fixture_put(&f, pte_at[i],
					pte_good[i] | reserved[j]);
			mmu_assert_fault(&f, 0, VA, PT_V_RESERVED,
					 PT_P4D + (int)i);
		}
	}
}

static void pointer_in_the_last_table_is_reserved(void **state)
{
	/* Step 4: i < 0. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, PTE0, 0x4c01);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PTE);
}

static void superpages_take_the_rest_from_the_address(void **state)
{
	/* 2 MiB, 1 GiB, 512 GiB; step 5 wants the lower PPN fields 0. */
	static const uint64_t leaf[] = {
		UINT64_C(0x20000000df),		/* 8000000000 >> 2 */
		UINT64_C(0x200000df),		/* 80000000 >> 2 */
		UINT64_C(0x1000df),		/* 400000 >> 2 */
	};
	static const uint64_t pa[] = {
		UINT64_C(0x8040201abc), UINT64_C(0x80201abc),
		UINT64_C(0x401abc),
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		init(&f, 0);
		mmu_fixture_put(&f, pte_at[i], leaf[i]);
		mmu_assert_leaf(&f, 0, VA, PT_P4D + i, pa[i], ALL);
		for (unsigned bit = 10; bit < 37 - 9 * i; bit++) {
			mmu_fixture_put(&f, pte_at[i],
					leaf[i] | UINT64_C(1) << bit);
			mmu_assert_fault(&f, 0, VA, PT_V_RESERVED,
					 PT_P4D + (int)i);
		}
	}
}

static void misaligned_superpage_comes_before_rights(void **state)
{
	/* Step 5 is before steps 6 and 8. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, PTE1, 0x100403);	/* kernel, R, A = 0 */
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PMD);
}

static void rights_follow_u_sum_and_mxr(void **state)
{
	/* Steps 6 and 8, every row of user and supervisor pages. */
	static const struct {
		uint32_t control;
		uint64_t low;
		const char *expected;
	} row[] = {
		/* user pages: RWX, RW, RX, R, X */
		{ 0, 0xdf, "rwx ---" },
		{ SUM, 0xdf, "rwx rw-" },
		{ SUM | MXR, 0xdf, "rwx rw-" },
		{ SUM, 0xd7, "rw- rw-" },
		{ SUM, 0xdb, "r-x r--" },
		{ SUM, 0xd3, "r-- r--" },
		{ SUM, 0xd9, "--x ---" },
		{ MXR, 0xd9, "r-x ---" },
		{ SUM | MXR, 0xd9, "r-x r--" },
		{ SUM | MXR, 0xd3, "r-- r--" },
		/* supervisor pages */
		{ 0, 0xcf, "--- rwx" },
		{ SUM, 0xcf, "--- rwx" },
		{ 0, 0xc7, "--- rw-" },
		{ 0, 0xcb, "--- r-x" },
		{ 0, 0xc3, "--- r--" },
		{ 0, 0xc9, "--- --x" },
		{ MXR, 0xc9, "--- r-x" },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		init(&f, row[i].control);
		mmu_fixture_put(&f, PTE0, 0x2af37800 | row[i].low);
		mmu_assert_rights(&f, 0, VA, PT_PTE, row[i].expected);
	}
}

static void accessed_and_dirty_fault_unless_hardware_sets_them(void **state)
{
	/* Step 9, after rights: Svade faults, ADUE updates. */
	struct mmu_fixture f;

	(void)state;
	init(&f, SUM);
	mmu_fixture_put(&f, PTE0, 0x2af3785f);	/* A, not D */
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rdx rd-");
	mmu_fixture_put(&f, PTE0, 0x2af3781f);	/* neither */
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aa-");
	mmu_fixture_put(&f, PTE0, 0x2af3789f);	/* D, not A */
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aa-");
	mmu_fixture_put(&f, PTE0, 0x2af37813);	/* neither, R */
	mmu_assert_rights(&f, 0, VA, PT_PTE, "a-- a--");
	init(&f, SUM | ADUE);
	mmu_fixture_put(&f, PTE0, 0x2af3781f);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
}

static void addresses_past_the_machine_fault(void **state)
{
	/* Of a pointer at once, of a leaf after all page faults. */
	struct mmu_fixture f;

	(void)state;
	init(&f, SUM);
	f.regime.pa_bits = 44;
	mmu_fixture_put(&f, PTE0, UINT64_C(0x4002af378df));	/* bit 44 */
	mmu_assert_rights(&f, 0, VA, PT_PTE, "sss ss-");
	mmu_fixture_put(&f, PTE0, UINT64_C(0x4002af3785f));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "sds sd-");
	mmu_fixture_put(&f, PTE0, UINT64_C(0x2002af378df));	/* bit 43 */
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
	mmu_fixture_put(&f, PTE2, UINT64_C(0x40000004801));
	mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_PUD);
	f.regime.pa_bits = 56;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_PUD);
}

static void table_outside_memory_is_charged_to_its_pointer(void **state)
{
	/* Step 2, access fault; memory ends at 18000. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, PTE1, 0x6001);
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_PMD);
	f.regime.root[0] = 0x8000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static void other_bits_of_a_leaf_are_attributes(void **state)
{
	/* G 5, RSW 9:8. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x23).attrs,
			 PT_R | PT_GLOBAL);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x103).attrs,
			 PT_R | PT_SOFT0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x203).attrs,
			 PT_R | PT_SOFT1);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   UINT64_C(0x003ffffffffffc03)).pa,
			 UINT64_C(0x00fffffffffff000));
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 0x20).empty);
}

static const uint64_t sv32_at[] = { 0x10008, 0x11008 };
static const uint64_t sv32_good[] = { 0x4401, 0xaaf378df };
static const struct mmu_path sv32_path = {
	.format = "riscv-sv32", .pa_bits = 34, .va = VA32,
	.count = 2, .at = sv32_at, .good = sv32_good,
};

static void sv32_has_34_bits_of_address_and_no_reserved_bit(void **state)
{
	/* PPN 31:10; 4-byte entries of both tables, 1024 each. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &sv32_path, 0);
	mmu_assert_leaf(&f, 0, VA32, PT_PTE, UINT64_C(0x2abcdeabc), ALL);
	mmu_assert_fault(&f, 0, VA32 + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, VA32 + 0x400000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffff), PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0x100802abc), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xffffffff).pa,
			 UINT64_C(0x3fffff000));
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 0xfffffc01).pa,
			 UINT64_C(0x3fffff000));
	mmu_fixture_put(&f, 0x11008, 0xaaf37bdf);	/* RSW */
	mmu_assert_leaf(&f, 0, VA32, PT_PTE, UINT64_C(0x2abcdeabc),
			ALL | PT_SOFT0 | PT_SOFT1);
	for (unsigned i = 0; i < 2; i++) {
		mmu_assert_path_fault(&f, &sv32_path, 0, i, 0xfffffffe,
				      PT_V_TRANSLATION);
		mmu_assert_path_fault(&f, &sv32_path, 0, i, 0xc5,
				      PT_V_RESERVED);
	}
}

static void sv32_megapages_are_4_mib(void **state)
{
	/* Step 5: ppn[0], ten bits, must be 0. */
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &sv32_path, 0);
	mmu_fixture_put(&f, 0x10008, 0xc01000df);	/* 300400000 >> 2 */
	mmu_assert_leaf(&f, 0, VA32, PT_PMD, UINT64_C(0x300402abc), ALL);
	for (unsigned bit = 10; bit < 20; bit++)
		mmu_assert_path_fault(&f, &sv32_path, 0, 0,
				      0xc01000df | UINT64_C(1) << bit,
				      PT_V_RESERVED);
}

static void sv57_walks_five_tables(void **state)
{
	/* Bits 63..57 equal bit 56; a petapage, and a misaligned one. */
	struct mmu_fixture f;

	(void)state;
	mmu_fixture_init(&f, "riscv-sv57", 56);
	mmu_fixture_put(&f, 0x10008, 0x4401);
	mmu_fixture_put(&f, 0x11008, 0x4801);
	mmu_fixture_put(&f, 0x12008, 0x4c01);
	mmu_fixture_put(&f, 0x13008, 0x5001);
	mmu_fixture_put(&f, 0x14008, 0x2af378df);
	mmu_assert_leaf(&f, 0, VA57, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, UINT64_C(0x0100000000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0xff00000000000000), PT_V_TRANSLATION,
			 PT_PGD);
	mmu_fixture_put(&f, 0x10008, UINT64_C(0x004000004401));
	mmu_assert_fault(&f, 0, VA57, PT_V_WALKBUS, PT_PGD);
	mmu_fixture_put(&f, 0x10008, UINT64_C(0x4000000000df));
	mmu_assert_leaf(&f, 0, VA57, PT_PGD, UINT64_C(0x0001008040201abc), ALL);
	mmu_fixture_put(&f, 0x10008, UINT64_C(0x6000000000df));
	mmu_assert_fault(&f, 0, VA57, PT_V_RESERVED, PT_PGD);
}

static const struct mmu_path svnapot_path = {
	.format = "riscv-sv39-svnapot", .pa_bits = 56, .va = VA39,
	.count = 3, .at = pte_at, .good = pte_good,
};

static void svnapot_maps_64_kib_from_one_entry(void **state)
{
	/* N and ppn[0] xxxx1000: bits 15..12 of the address are va's. */
	struct mmu_fixture f;
	struct mmu_entry e;

	(void)state;
	mmu_path_init(&f, &svnapot_path, 0);
	mmu_fixture_put(&f, 0x12008, UINT64_C(0x800000002af360df));
	mmu_assert_leaf(&f, 0, VA39, PT_PTE, 0xabcd1abc, ALL);
	mmu_fixture_put(&f, 0x12078, UINT64_C(0x800000002af360df));
	mmu_assert_leaf(&f, 0, VA39 + 0xe000, PT_PTE, 0xabcdfabc, ALL);
	mmu_assert_fault(&f, 0, VA39 + 0x1000, PT_V_TRANSLATION, PT_PTE);
	e = mmu_fixture_entry(&f, PT_PTE, UINT64_C(0x800000002af360df));
	assert_int_equal(e.order, 4);
	assert_true(e.replicated);
	assert_int_equal(e.pa, 0xabcd0000);
	e = mmu_fixture_entry(&f, PT_PTE, 0x2af360df);	/* without N: a page */
	assert_int_equal(e.order, 0);
	assert_false(e.replicated);
	assert_int_equal(e.pa, 0xabcd8000);
}

static void svnapot_reserves_all_other_uses_of_n(void **state)
{
	/* Other sizes; pointers; superpages; and PBMT stays reserved. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned low = 0; low < 16; low++) {
		if (low == 8)
			continue;
		mmu_assert_path_fault(&f, &svnapot_path, 0, 2,
				      UINT64_C(0x800000002af340df) |
					      (uint64_t)low << 10,
				      PT_V_RESERVED);
	}
	for (unsigned i = 0; i < 2; i++) {
		mmu_assert_path_fault(&f, &svnapot_path, 0, i,
				      pte_good[i] | UINT64_C(1) << 63,
				      PT_V_RESERVED);
		mmu_assert_path_fault(&f, &svnapot_path, 0, i,
				      UINT64_C(0x80000000200020df),
				      PT_V_RESERVED);
		mmu_assert_path_fault(&f, &svnapot_path, 0, i,
				      UINT64_C(0x80000000200000df),
				      PT_V_RESERVED);
	}
	for (unsigned bit = 54; bit < 63; bit++)
		mmu_assert_path_fault(&f, &svnapot_path, 0, 2,
				      UINT64_C(0x800000002af360df) |
					      UINT64_C(1) << bit,
				      PT_V_RESERVED);
	mmu_assert_path_fault(&f, &svnapot_path, 0, 2,
			      UINT64_C(0x800000002af360de), PT_V_TRANSLATION);
}

static void svpbmt_types_are_of_leaves_only(void **state)
{
	/* 1 NC, 2 IO at every level; 3, and all in pointers, is reserved. */
	static const struct mmu_path svpbmt_path = {
		.format = "riscv-sv48-svpbmt", .pa_bits = 56, .va = VA,
		.count = 4, .at = pte_at, .good = pte_good,
	};
	struct mmu_fixture f;

	(void)state;
	mmu_path_init(&f, &svpbmt_path, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, ALL);
	for (unsigned d = PT_P4D; d < PT_DEPTHS; d++) {
		assert_int_equal(mmu_fixture_entry(
					 &f, d, UINT64_C(0x20000000000000df))
					 .attrs, ALL | PT_MEM_WC << 12);
		assert_int_equal(mmu_fixture_entry(
					 &f, d, UINT64_C(0x40000000000000df))
					 .attrs, ALL | PT_MEM_UC << 12);
		mmu_assert_path_fault(&f, &svpbmt_path, 0, d - PT_P4D,
				      UINT64_C(0x60000000000000df),
				      PT_V_RESERVED);
		mmu_assert_path_fault(&f, &svpbmt_path, 0, d - PT_P4D,
				      UINT64_C(0x80000000000000df),
				      PT_V_RESERVED);
	}
	for (unsigned i = 0; i < 3; i++)
		for (uint64_t pbmt = 1; pbmt < 4; pbmt++)
			mmu_assert_path_fault(&f, &svpbmt_path, 0, i,
					      pte_good[i] | pbmt << 61,
					      PT_V_RESERVED);
	assert_true(f.arch->representable(PT_P4D, PT_R | PT_MEM_UC << 12));
	assert_false(f.arch->representable(PT_PTE, PT_R | PT_MEM_WT << 12));
	assert_false(mmu_find("riscv-sv48")
			     ->representable(PT_PTE, PT_R | PT_MEM_WC << 12));
}

static uint64_t encode_leaf(uint32_t attrs)
{
	static const struct mmu_bits bits = {
		.r = 2, .w = 4, .x = 8, .user = 0x10,
		.accessed = 0x40, .dirty = 0x80,
	};

	return mmu_flip(0x2af37801, &bits, attrs);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	(void)depth;
	(void)denied;
	return pa >> 2 | 1;
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0x11000, 0x12000, 0x13000 },
		.control_mask = SUM | MXR | ADUE,
	};

	(void)state;
	/* 10 rights x 4 A, D x 3 depths x 8 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 5760);
}

static void permits_agrees_with_the_walk_of_sv32(void **state)
{
	/* The same with 4-byte entries and one depth of pointers. */
	static const struct mmu_encoder encoder = {
		.path = &sv32_path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0, 0, 0x11000 },
		.control_mask = SUM | MXR | ADUE,
	};

	(void)state;
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 1920);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_tables),
		cmocka_unit_test(non_canonical_addresses_read_no_table),
		cmocka_unit_test(invalid_pte_ends_the_walk_at_its_depth),
		cmocka_unit_test(reserved_bits_and_encodings_fault),
		cmocka_unit_test(pointer_may_have_g_and_rsw_only),
		cmocka_unit_test(pointer_in_the_last_table_is_reserved),
		cmocka_unit_test(superpages_take_the_rest_from_the_address),
		cmocka_unit_test(misaligned_superpage_comes_before_rights),
		cmocka_unit_test(rights_follow_u_sum_and_mxr),
		cmocka_unit_test(
			accessed_and_dirty_fault_unless_hardware_sets_them),
		cmocka_unit_test(addresses_past_the_machine_fault),
		cmocka_unit_test(table_outside_memory_is_charged_to_its_pointer),
		cmocka_unit_test(other_bits_of_a_leaf_are_attributes),
		cmocka_unit_test(
			sv32_has_34_bits_of_address_and_no_reserved_bit),
		cmocka_unit_test(sv32_megapages_are_4_mib),
		cmocka_unit_test(sv57_walks_five_tables),
		cmocka_unit_test(svnapot_maps_64_kib_from_one_entry),
		cmocka_unit_test(svnapot_reserves_all_other_uses_of_n),
		cmocka_unit_test(svpbmt_types_are_of_leaves_only),
		cmocka_unit_test(permits_agrees_with_the_walk),
		cmocka_unit_test(permits_agrees_with_the_walk_of_sv32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
