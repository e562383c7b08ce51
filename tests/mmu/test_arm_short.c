/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second readings of arm's short descriptors against tables put together
 * by hand from DDI 0406C, B3.5.1, and from Linux's cpu_v7_set_pte_ext().
 *
 * arm-short: first-level table at 10000 (to 14000), second-level at 14000,
 * index 2 in both.  A small page: 1 XN, 2 the type, 4 B, 8 C, 30 AP[1:0], 40
 * TEX[0], 200 AP[2], 400 S, 800 nG.  A section: 1 PXN, 2 the type, 4 B, 8 C, 10
 * XN, c00 AP[1:0], 1000 TEX[0], 8000 AP[2], 10000 S, 20000 nG, 40000 super.
 *
 * arm-short-linux: root at 10000, page of tables at 14000, index 1 in both.  A
 * Linux half: 1 valid, 2 young, 3c type, 40 dirty, 80 read-only, 100 user, 200
 * XN, 400 shared, 800 none.
 */
#include "mmu_fixture.h"

#define VA	 UINT64_C(0x00202abc)
#define LINUX_VA UINT64_C(0x00201abc)

#define MANAGER PT_REGIME_ARM_MANAGER
#define AFE	PT_REGIME_ARM_AFE
#define BIT(n)	(UINT64_C(1) << (n))
#define TYPE(t) ((uint32_t)(t) << PT_MEMTYPE_SHIFT)

#define L1 UINT64_C(0x10008)
#define L2 UINT64_C(0x14008)

static const uint64_t at[] = { L1, L2 };
static const uint64_t good[] = { 0x14001, 0xabcde03e };
static const struct mmu_path path = {
	.format = "arm-short", .pa_bits = 32, .va = VA,
	.count = 2, .at = at, .good = good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void page_address_comes_from_both_tables(void **state)
{
	/* Twelve and eight bits of index; TTBR0 31:14; a table at 31:10. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc,
			PT_RIGHTS | PT_GLOBAL);
	mmu_assert_fault(&f, 0, VA + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, VA + 0x100000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0xffffffff), PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0x100202abc), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	f.regime.root[0] = 0x13fff;
	mmu_fixture_put(&f, L1, 0x14401);
	mmu_fixture_put(&f, 0x14408, 0x0000103e);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0x1abc, PT_RIGHTS | PT_GLOBAL);
	f.regime.root[0] = 0x20000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

static void sections_and_large_pages_take_more_from_the_address(void **state)
{
	/* 1 MiB, 16 MiB, 64 KiB. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, L2, 0xabc7003d);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabc72abc, PT_RIGHTS | PT_GLOBAL);
	mmu_fixture_put(&f, L1, 0xfff00c0e);
	mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xfff02abc, PT_RIGHTS | PT_GLOBAL);
	mmu_fixture_put(&f, L1, 0xff040c0e);
	mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xff202abc, PT_RIGHTS | PT_GLOBAL);
}

static void entries_of_groups_hold_the_groups_address(void **state)
{
	/* Order 4 at both levels; one that stands alone is read too. */
	struct mmu_fixture f;
	struct mmu_entry e;

	(void)state;
	init(&f, 0);
	e = mmu_fixture_entry(&f, PT_PMD, 0x05040c0e);
	assert_int_equal(e.order, 4);
	assert_true(e.replicated);
	assert_int_equal(e.pa, 0x05000000);
	e = mmu_fixture_entry(&f, PT_PTE, 0x0507003d);
	assert_int_equal(e.order, 4);
	assert_true(e.replicated);
	assert_int_equal(e.pa, 0x05070000);
	e = mmu_fixture_entry(&f, PT_PMD, 0x05000c0e);
	assert_int_equal(e.order, 0);
	assert_false(e.replicated);
	e = mmu_fixture_entry(&f, PT_PTE, 0x0507003e);
	assert_int_equal(e.order, 0);
	mmu_fixture_put(&f, 0x14038, 0x0507003d);	/* index 14 of 16 */
	mmu_assert_leaf(&f, 0, VA + 0xc000, PT_PTE, 0x0507eabc,
			PT_RIGHTS | PT_GLOBAL);
}

static void rights_are_ap_and_xn(void **state)
{
	/* Table of access permissions, AFE 0; small, large, section alike. */
	static const struct {
		uint64_t small, large, section;
		const char *expected;
		uint32_t rights;
	} row[] = {
		{ 0x00f, 0x800d, 0x0001e, "--- ---", 0 },
		{ 0x00e, 0x000d, 0x0000e, "--- ---", 0 },
		{ 0x01e, 0x001d, 0x0040e, "--- rwx", PT_R | PT_W | PT_X },
		{ 0x01f, 0x801d, 0x0041e, "--- rw-", PT_R | PT_W },
		{ 0x03e, 0x003d, 0x00c0e, "rwx rwx", PT_RIGHTS },
		{ 0x03f, 0x803d, 0x00c1e, "rw- rw-", PT_USER | PT_R | PT_W },
		{ 0x21e, 0x021d, 0x0840e, "--- r-x", PT_R | PT_X },
		{ 0x21f, 0x821d, 0x0841e, "--- r--", PT_R },
		{ 0x22e, 0x022d, 0x0880e, "r-x r-x", PT_USER | PT_R | PT_X },
		{ 0x23e, 0x023d, 0x08c0e, "r-x r-x", PT_USER | PT_R | PT_X },
		{ 0x23f, 0x823d, 0x08c1e, "r-- r--", PT_USER | PT_R },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		uint32_t attrs = row[i].rights | PT_GLOBAL;

		init(&f, 0);
		mmu_fixture_put(&f, L2, 0xabcd0000 | row[i].small);
		mmu_assert_rights(&f, 0, VA, PT_PTE, row[i].expected);
		mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcd0abc, attrs);
		mmu_fixture_put(&f, L2, 0xabcd0000 | row[i].large);
		mmu_assert_rights(&f, 0, VA, PT_PTE, row[i].expected);
		mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcd2abc, attrs);
		mmu_fixture_put(&f, L1, 0xabc00000 | row[i].section);
		mmu_assert_rights(&f, 0, VA, PT_PMD, row[i].expected);
		mmu_assert_leaf(&f, 0, VA, PT_PMD, 0xabc02abc, attrs);
	}
}

static void manager_is_not_checked(void **state)
{
	/* B3.7.3: neither AP nor XN; but what is invalid stays so. */
	struct mmu_fixture f;

	(void)state;
	init(&f, MANAGER);
	mmu_fixture_put(&f, L2, 0xabcde00f);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rwx");
	mmu_fixture_put(&f, L2, 0xabcde21f);
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rwx");
	mmu_fixture_put(&f, L2, 0xabcde00c);
	mmu_assert_fault(&f, 0, VA, PT_V_TRANSLATION, PT_PTE);
	mmu_fixture_put(&f, L1, 0xabc0001e);
	mmu_assert_rights(&f, 0, VA, PT_PMD, "rwx rwx");
}

/*
 * Table of simplified access permissions, AFE 1, by AP[2:1], for an accessed
 * page.
 */
static const struct {
	const char *rights, *never;	/* never: with XN */
	uint32_t attrs;
} simplified[4] = {
	{ "--- rwx", "--- rw-", PT_R | PT_W | PT_X },
	{ "rwx rwx", "rw- rw-", PT_RIGHTS },
	{ "--- r-x", "--- r--", PT_R | PT_X },
	{ "r-x r-x", "r-- r--", PT_USER | PT_R | PT_X },
};

/* A small or large page, or a section, with these AP[2:0] and XN. */
static uint64_t afe_leaf(unsigned layout, unsigned ap, bool xn)
{
	unsigned never = xn;

	if (layout == 2)
		return 0xabc0000e | (ap & 3) << 10 | (ap & 4) << 13 | never << 4;
	return 0xabcd000c | (ap & 3) << 4 | (ap & 4) << 7 |
	       (layout ? 1u | never << 15 : 2u | never);
}

static void assert_afe_leaf(struct mmu_fixture *f, unsigned layout, unsigned ap,
			    bool xn)
{
	const char *client = xn ? simplified[ap >> 1].never :
				  simplified[ap >> 1].rights;
	const unsigned depth = layout == 2 ? PT_PMD : PT_PTE;
	uint32_t attrs = simplified[ap >> 1].attrs | PT_GLOBAL;
	uint64_t pa[3] = { 0xabcd0abc, 0xabcd2abc, 0xabc02abc };

	attrs |= ap & 1 ? PT_ACCESSED : 0;
	f->regime.control = AFE;
	mmu_fixture_put(f, layout == 2 ? L1 : L2, afe_leaf(layout, ap, xn));
	mmu_assert_leaf(f, 0, VA, depth, pa[layout], xn ? attrs & ~PT_X : attrs);
	mmu_assert_rights(f, 0, VA, depth, ap & 1 ? client : "aaa aaa");
	f->regime.control = AFE | MANAGER;
	mmu_assert_rights(f, 0, VA, depth, ap & 1 ? "rwx rwx" : "aaa aaa");
}

static void access_flag_is_ap0_with_afe(void **state)
{
	/* No AP is reserved then; managers need the flag too. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned layout = 0; layout < 3; layout++)
		for (unsigned ap = 0; ap < 8; ap++) {
			init(&f, 0);
			assert_afe_leaf(&f, layout, ap, false);
			assert_afe_leaf(&f, layout, ap, true);
		}
}

static void entry_of_a_case_is_read_without_afe(void **state)
{
	/* Whatever the control bits: no ACCESSED, 010 and 100 without a word. */
	struct mmu_fixture f;

	(void)state;
	init(&f, UINT32_MAX);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabcd003e).attrs,
			 PT_RIGHTS | PT_GLOBAL);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabcd000f).attrs,
			 PT_GLOBAL);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabcd002e).class,
			 MMU_RESERVED);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 0xabc0800e).class,
			 MMU_RESERVED);
}

/* permits() of what the entry is with AFE, against the walk. */
static void assert_afe_permits(const struct mmu_fixture *f)
{
	struct mmu_outcome out;

	f->arch->translate(f->arch, &f->memory, &f->regime, 0, VA, &out);
	assert_true(out.leaf);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			assert_int_equal(f->arch->permits(&f->regime, out.attrs,
							  0, (enum pt_access)a,
							  (enum pt_privilege)p),
					 out.verdict[p][a].word);
}

static void permits_agrees_with_the_walk_with_afe(void **state)
{
	/* Every AP and XN, clients and managers. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned ap = 0; ap < 8; ap++)
		for (unsigned xn = 0; xn < 2; xn++) {
			init(&f, AFE);
			mmu_fixture_put(&f, L2, afe_leaf(0, ap, xn));
			assert_afe_permits(&f);
			f.regime.control = AFE | MANAGER;
			assert_afe_permits(&f);
		}
}

/* Bits first to last, each alone, make raw at entry i of the path reserved. */
static void assert_reserved_bits(unsigned i, uint64_t raw, unsigned first,
				 unsigned last)
{
	struct mmu_fixture f;

	for (unsigned bit = first; bit <= last; bit++)
		mmu_assert_path_fault(&f, &path, 0, i, raw | BIT(bit),
				      PT_V_RESERVED);
}

static void bits_not_described_are_reserved(void **state)
{
	/* PXN, NS, S, domain, IMPLEMENTATION DEFINED, PA[39:32]. */
	struct mmu_fixture f;

	(void)state;
	assert_reserved_bits(0, 0x14001, 2, 3);
	assert_reserved_bits(0, 0x14001, 5, 9);
	assert_reserved_bits(0, 0xab000c0e, 0, 0);
	assert_reserved_bits(0, 0xab000c0e, 5, 9);
	assert_reserved_bits(0, 0xab000c0e, 16, 16);
	assert_reserved_bits(0, 0xab000c0e, 19, 19);
	assert_reserved_bits(0, 0xab040c0e, 5, 9);
	assert_reserved_bits(0, 0xab040c0e, 16, 16);
	assert_reserved_bits(0, 0xab040c0e, 19, 23);
	assert_reserved_bits(1, 0xabcde03e, 10, 10);
	assert_reserved_bits(1, 0xabcd003d, 10, 10);
	mmu_assert_path_fault(&f, &path, 0, 0, 3, PT_V_RESERVED);
}

static void bits_without_a_meaning_are_ignored(void **state)
{
	/* Bit 4 of a table, 8:6 of a large page. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, L1, 0x14011);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, PT_RIGHTS | PT_GLOBAL);
	for (unsigned bit = 6; bit <= 8; bit++) {
		mmu_fixture_put(&f, L2, 0xabc7003d | BIT(bit));
		mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabc72abc,
				PT_RIGHTS | PT_GLOBAL);
	}
}

static void rights_without_a_word_are_reserved(void **state)
{
	/* AP 100, reserved, and 010: the user reads, the kernel writes. */
	struct mmu_fixture f;

	(void)state;
	mmu_assert_path_fault(&f, &path, 0, 1, 0xabcde20e, PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 1, 0xabcde02e, PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 0, 0xabc0800e, PT_V_RESERVED);
	mmu_assert_path_fault(&f, &path, 0, 0, 0xabc0080e, PT_V_RESERVED);
}

static void memory_type_is_tex0_c_and_b(void **state)
{
	/* 0 UC, 1 WC, 2 WT, 3 WB, 4 to 7 no word; TEX[2:1] is software's. */
	static const uint64_t tex0[] = { 0x40, 0x1000, 0x1000 };
	static const uint64_t leaf[] = { 0xab000032, 0xab000031, 0xab000c02 };
	static const unsigned depth[] = { PT_PTE, PT_PTE, PT_PMD };
	static const uint64_t tex21[] = { 0x180, 0x6000, 0x6000 };
	static const unsigned type[] = {
		PT_MEM_UC, PT_MEM_WC, PT_MEM_WT, PT_MEM_WB,
	};
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned n = 0; n < 4; n++) {
			uint64_t raw = leaf[i] | n << 2;

			assert_int_equal(mmu_fixture_entry(&f, depth[i], raw)
						 .attrs,
					 PT_RIGHTS | PT_GLOBAL | TYPE(type[n]));
			assert_int_equal(mmu_fixture_entry(&f, depth[i],
							   raw | tex21[i])
						 .attrs,
					 PT_RIGHTS | PT_GLOBAL | TYPE(type[n]));
			assert_int_equal(mmu_fixture_entry(&f, depth[i],
							   raw | tex0[i])
						 .class, MMU_RESERVED);
		}
}

static void not_global_is_a_bit_and_none_is_zero(void **state)
{
	/* nG 11 or 17; type 0 is invalid whatever the rest, none only as 0. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabcde83e).attrs,
			 PT_RIGHTS);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabcd083d).attrs,
			 PT_RIGHTS);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 0xabc20c0e).attrs,
			 PT_RIGHTS);
	for (unsigned i = 0; i < 2; i++) {
		mmu_assert_path_fault(&f, &path, 0, i, 0xfffffffc,
				      PT_V_TRANSLATION);
		assert_true(mmu_fixture_entry(&f, PT_PMD + i, 0).empty);
		assert_false(mmu_fixture_entry(&f, PT_PMD + i, 4).empty);
	}
}

static void representable_rights_are_those_of_ap(void **state)
{
	/* 000, and R, RW with and without X for either owner; no A, no D. */
	const struct mmu_arch *arch = mmu_find("arm-short");
	unsigned count = 0;

	(void)state;
	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
		count += arch->representable(PT_PMD, rights | PT_GLOBAL);
	assert_int_equal(count, 9);
	assert_true(arch->representable(PT_PTE, 0));
	assert_false(arch->representable(PT_PTE, PT_USER));
	assert_false(arch->representable(PT_PTE, PT_X));
	assert_false(arch->representable(PT_PTE, PT_R | PT_ACCESSED));
	assert_false(arch->representable(PT_PTE, PT_R | PT_DIRTY));
	assert_false(arch->representable(PT_PTE, PT_R | PT_SOFT0));
	assert_false(arch->representable(PT_PUD, PT_R));
}

static uint64_t encode_leaf(uint32_t attrs)
{
	uint64_t raw = 0xabcde80e | (attrs & PT_X ? 0 : 1);

	if (!(attrs & PT_R))
		return raw;
	return raw | (attrs & PT_W ? 0x10 : 0x210) |
	       (attrs & PT_USER ? 0x20 : 0);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	(void)depth;
	(void)denied;
	return pa | 1;
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0, 0, 0x14000 },
		.control_mask = MANAGER,
	};

	(void)state;
	/* 9 rights x 2 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 108);
}

/*
 *			Linux's pairs
 */

static void put32(struct mmu_fixture *f, uint64_t pa, uint32_t word)
{
	for (unsigned i = 0; i < 4; i++)
		f->bytes[pa - FIXTURE_PA + i] = (uint8_t)(word >> 8 * i);
}

/* The two halves of the pte at LINUX_VA. */
static void put_pte(struct mmu_fixture *f, uint32_t pte, uint32_t hard)
{
	put32(f, 0x14004, pte);
	put32(f, 0x14804, hard);
}

static void linux_init(struct mmu_fixture *f, uint32_t control)
{
	mmu_fixture_init(f, "arm-short-linux", 32);
	f->regime.control = control;
	put32(f, 0x10008, 0x14821);
	put32(f, 0x1000c, 0x14c21);
	put_pte(f, 0xabcde14f, 0xabcde83e);
}

static void pair_of_tables_is_one_page(void **state)
{
	/* Hardware tables at 800 and c00 of a page, Linux's below them. */
	const uint32_t all = PT_RIGHTS | PT_ACCESSED | PT_DIRTY;
	struct mmu_fixture f;

	(void)state;
	linux_init(&f, 0);
	mmu_assert_leaf(&f, 0, LINUX_VA, PT_PTE, 0xabcdeabc, all);
	mmu_assert_rights(&f, 0, LINUX_VA, PT_PTE, "rwx rwx");
	put32(&f, 0x14404, 0x0000114f);		/* index 257 */
	put32(&f, 0x14c04, 0x0000183e);
	mmu_assert_leaf(&f, 0, LINUX_VA + 0x100000, PT_PTE, 0x1abc, all);
	mmu_assert_fault(&f, 0, LINUX_VA + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, LINUX_VA + 0x200000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, UINT64_C(0x100000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	put32(&f, 0x10008, 0x18821);
	put32(&f, 0x1000c, 0x18c21);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_WALKBUS, PT_PMD);
	assert_int_equal(f.arch->level[PT_PTE].half_offset, 2048);
	assert_int_equal(mmu_table_bytes(&f.arch->level[PT_PTE]), 4096);
	assert_int_equal(mmu_table_bytes(&f.arch->level[PT_PMD]), 16384);
}

static void bit_4_of_the_pair_is_ignored(void **state)
{
	/* Linux sets it in both words, though it means nothing to ARMv7. */
	struct mmu_fixture f;

	(void)state;
	linux_init(&f, 0);
	put32(&f, 0x10008, 0x14831);
	put32(&f, 0x1000c, 0x14c31);
	mmu_assert_rights(&f, 0, LINUX_VA, PT_PTE, "rwx rwx");
	put32(&f, 0x1000c, 0x14c21);
	mmu_assert_rights(&f, 0, LINUX_VA, PT_PTE, "rwx rwx");
}

static void pair_that_is_not_linuxs_is_reserved(void **state)
{
	/* Other offsets, domain, types; halves of two pages; a section pair. */
	static const uint32_t pair[][2] = {
		{ 0x14821, 0x14821 }, { 0x14c21, 0x14821 },
		{ 0x14421, 0x14821 }, { 0x14821, 0x15c21 },
		{ 0x14801, 0x14c01 }, { 0x14841, 0x14c41 },
		{ 0x14825, 0x14c25 }, { 0x14829, 0x14c29 },
		{ 0x14a21, 0x14e21 },
		{ 0x14821, 0 },	      { 0, 0x14c21 },
		{ 0x00000c2e, 0x00100c2e },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		linux_init(&f, 0);
		put32(&f, 0x10008, pair[i][0]);
		put32(&f, 0x1000c, pair[i][1]);
		mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PMD);
	}
	assert_true(mmu_fixture_entry(&f, PT_PMD, 0).empty);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, 4).class, MMU_INVALID);
	assert_false(mmu_fixture_entry(&f, PT_PMD, 4).empty);
	assert_true(mmu_fixture_entry(&f, PT_PMD,
				      UINT64_C(0xfffffffc00000000)).empty);
}

static void hardware_half_follows_from_the_linux_half(void **state)
{
	/* cpu_v7_set_pte_ext() worked by hand; any other half is reserved. */
	static const struct {
		uint32_t pte, hard;
		const char *expected;
		uint32_t attrs;
	} row[] = {
		{ 0x14f, 0x83e, "rwx rwx", PT_RIGHTS | PT_DIRTY },
		{ 0x34f, 0x83f, "rw- rw-", PT_USER | PT_R | PT_W | PT_DIRTY },
		{ 0x10f, 0xa3e, "rdx rdx", PT_RIGHTS },
		{ 0x1cf, 0xa3e, "r-x r-x", PT_USER | PT_R | PT_X | PT_DIRTY },
		{ 0x38f, 0xa3f, "r-- r--", PT_USER | PT_R },
		{ 0x04f, 0x01e, "--- rwx", PT_R | PT_W | PT_X | PT_DIRTY },
		{ 0x20f, 0x21f, "--- rd-", PT_R | PT_W },
		{ 0x0cf, 0x21e, "--- r-x", PT_R | PT_X | PT_DIRTY },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		linux_init(&f, MANAGER);
		put_pte(&f, 0xabcde000 | row[i].pte, 0xabcde000 | row[i].hard);
		mmu_assert_rights(&f, 0, LINUX_VA, PT_PTE, row[i].expected);
		mmu_assert_leaf(&f, 0, LINUX_VA, PT_PTE, 0xabcdeabc,
				row[i].attrs | PT_ACCESSED);
		for (unsigned bit = 0; bit < 32; bit++) {
			uint32_t hard = 0xabcde000 | row[i].hard;

			put32(&f, 0x14804, hard ^ (UINT32_C(1) << bit));
			mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED,
					 PT_PTE);
		}
	}
}

static void old_page_waits_for_an_access(void **state)
{
	/* Not young: the type bits are 0, and nG is; the verdict is access. */
	struct mmu_fixture f;

	(void)state;
	linux_init(&f, 0);
	put_pte(&f, 0xabcde14d, 0xabcde03c);
	mmu_assert_rights(&f, 0, LINUX_VA, PT_PTE, "aaa aaa");
	mmu_assert_leaf(&f, 0, LINUX_VA, PT_PTE, 0xabcdeabc,
			PT_RIGHTS | PT_DIRTY);
	put_pte(&f, 0xabcde28d, 0xabcde21c);	/* kernel, read-only, XN */
	mmu_assert_rights(&f, 0, LINUX_VA, PT_PTE, "aaa aaa");
	put_pte(&f, 0xabcde14d, 0xabcde83e);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
	put_pte(&f, 0xabcde14d, 0);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
}

static void what_is_not_present_is_the_linux_halfs(void **state)
{
	/* none 0; swap without a hardware half; PROT_NONE with C and B. */
	struct mmu_fixture f;

	(void)state;
	linux_init(&f, 0);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0).empty);
	put_pte(&f, 0x00000104, 0);		/* type 1, offset 1 */
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_TRANSLATION, PT_PTE);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 0x104).empty);
	put_pte(&f, 0x00000104, 4);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
	put_pte(&f, 0, 0xabcde83e);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
	put_pte(&f, 0xabcdea8f, 0xc);		/* PAGE_NONE */
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_TRANSLATION, PT_PTE);
	assert_false(mmu_fixture_entry(&f, PT_PTE,
				       UINT64_C(0xcabcdea8f)).empty);
	put_pte(&f, 0xabcde947, 4);		/* WC; user, writable, dirty */
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_TRANSLATION, PT_PTE);
	put_pte(&f, 0xabcdea8f, 0xabcdea1c);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
	put_pte(&f, 0xabcde94f, 0xabcde83e);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
}

static void linux_memory_types_are_four(void **state)
{
	/* MT 0 to 3 are C and B of the hardware half; SHARED has no word. */
	static const unsigned type[] = {
		PT_MEM_UC, PT_MEM_WC, PT_MEM_WT, PT_MEM_WB,
	};
	struct mmu_fixture f;

	(void)state;
	linux_init(&f, 0);
	for (unsigned n = 0; n < 4; n++) {
		put_pte(&f, 0xabcde143 | n << 2, 0xabcde832 | n << 2);
		mmu_assert_leaf(&f, 0, LINUX_VA, PT_PTE, 0xabcdeabc,
				PT_RIGHTS | PT_ACCESSED | PT_DIRTY |
					TYPE(type[n]));
	}
	put_pte(&f, 0xabcde15f, 0xabcde87e);	/* write-allocate */
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
	put_pte(&f, 0xabcde167, 0xabcde836);	/* DEV_WC */
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
	put_pte(&f, 0xabcde54f, 0xabcdec3e);
	mmu_assert_fault(&f, 0, LINUX_VA, PT_V_RESERVED, PT_PTE);
}

/* Both halves of a write-back page, from the sources named above. */
static uint64_t encode_linux(uint32_t attrs)
{
	bool young = attrs & PT_ACCESSED, user = attrs & PT_USER;
	bool writable = (attrs & PT_W) && (attrs & PT_DIRTY);
	uint32_t pte = 0xabcde00d, hard = 0xabcde01c;

	pte |= (young ? 2 : 0) | (attrs & PT_DIRTY ? 0x40 : 0) |
	       (attrs & PT_W ? 0 : 0x80) | (user ? 0x100 : 0) |
	       (attrs & PT_X ? 0 : 0x200);
	hard |= (writable ? 0 : 0x200) | (user ? 0x20 : 0) |
		(user && young ? 0x800 : 0);
	if (young)
		hard |= attrs & PT_X ? 2 : 3;
	return (uint64_t)hard << 32 | pte;
}

static void assert_permits(const struct mmu_fixture *f, uint32_t attrs)
{
	struct mmu_outcome out;

	f->arch->translate(f->arch, &f->memory, &f->regime, 0, LINUX_VA, &out);
	assert_true(out.leaf);
	assert_int_equal(out.attrs, attrs);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			assert_int_equal(f->arch->permits(&f->regime, attrs, 0,
							  (enum pt_access)a,
							  (enum pt_privilege)p),
					 out.verdict[p][a].word);
}

static void permits_agrees_with_the_walk_of_halves(void **state)
{
	/* All rights, ACCESSED and DIRTY; no control bit changes anything. */
	const uint32_t all = PT_RIGHTS | PT_ACCESSED | PT_DIRTY;
	struct mmu_fixture f;
	unsigned count = 0;

	(void)state;
	for (uint32_t attrs = 0; attrs <= all; attrs++) {
		uint64_t raw = encode_linux(attrs);

		linux_init(&f, 0);
		if ((attrs & ~all) || !f.arch->representable(PT_PTE, attrs))
			continue;
		put_pte(&f, (uint32_t)raw, (uint32_t)(raw >> 32));
		assert_permits(&f, attrs);
		f.regime.control = MANAGER;
		assert_permits(&f, attrs);
		f.regime.control = AFE;
		assert_permits(&f, attrs);
		count++;
	}
	assert_int_equal(count, 32);		/* 8 rights x A, D */
	assert_false(f.arch->representable(PT_PTE, PT_R | PT_GLOBAL));
	assert_false(f.arch->representable(PT_PMD, PT_R));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_both_tables),
		cmocka_unit_test(
			sections_and_large_pages_take_more_from_the_address),
		cmocka_unit_test(entries_of_groups_hold_the_groups_address),
		cmocka_unit_test(rights_are_ap_and_xn),
		cmocka_unit_test(manager_is_not_checked),
		cmocka_unit_test(access_flag_is_ap0_with_afe),
		cmocka_unit_test(entry_of_a_case_is_read_without_afe),
		cmocka_unit_test(permits_agrees_with_the_walk_with_afe),
		cmocka_unit_test(bits_not_described_are_reserved),
		cmocka_unit_test(bits_without_a_meaning_are_ignored),
		cmocka_unit_test(rights_without_a_word_are_reserved),
		cmocka_unit_test(memory_type_is_tex0_c_and_b),
		cmocka_unit_test(not_global_is_a_bit_and_none_is_zero),
		cmocka_unit_test(representable_rights_are_those_of_ap),
		cmocka_unit_test(permits_agrees_with_the_walk),
		cmocka_unit_test(pair_of_tables_is_one_page),
		cmocka_unit_test(bit_4_of_the_pair_is_ignored),
		cmocka_unit_test(pair_that_is_not_linuxs_is_reserved),
		cmocka_unit_test(hardware_half_follows_from_the_linux_half),
		cmocka_unit_test(old_page_waits_for_an_access),
		cmocka_unit_test(what_is_not_present_is_the_linux_halfs),
		cmocka_unit_test(linux_memory_types_are_four),
		cmocka_unit_test(permits_agrees_with_the_walk_of_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
