/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of arm64 against tables put together by hand from the Arm
 * ARM, DDI 0487, D8.3 (descriptors) and table D8-65 (permissions).
 *
 * Most of it is the 4-KB granule, 48 bits.  Tables: level 0 10000, level 1
 * 11000, level 2 12000, level 3 13000; index 1 in each.  Low bits: 1 valid, 2
 * table or page, 1c AttrIndx, 40 AP[1], 80 AP[2], 300 SH, 400 AF, 800 nG.
 */
#include "mmu_fixture.h"

#include <string.h>

#define VA   UINT64_C(0x0000008040201abc)
#define HIGH UINT64_C(0xffff008040201abc)

#define PXN (UINT64_C(1) << 53)
#define UXN (UINT64_C(1) << 54)
#define HA  PT_REGIME_ARM64_HA
#define PAN PT_REGIME_ARM64_PAN
#define WXN PT_REGIME_ARM64_WXN
#define HPD PT_REGIME_ARM64_HPD
#define STAGE2 PT_REGIME_ARM64_STAGE2

/* A user page, read and write, never executed: AP 01, UXN, PXN, AF, nG. */
#define USER_RW (UXN | PXN | UINT64_C(0xabcdef43))
#define USER_RW_ATTRS (PT_USER | PT_R | PT_W | PT_ACCESSED)

static const uint64_t at[] = { 0x10008, 0x11008, 0x12008, 0x13008 };
static const uint64_t good[] = { 0x11003, 0x12003, 0x13003, USER_RW };

static const struct mmu_path path = {
	.format = "arm64-4k-48", .pa_bits = 44, .va = VA,
	.count = 4, .at = at, .good = good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

static void page_address_comes_from_all_four_tables(void **state)
{
	/* Output address 47:12 of the page, 11:0 of the address. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, USER_RW_ATTRS);
	f.regime.root[0] = UINT64_C(0x0042000000010001);	/* ASID, CnP */
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, USER_RW_ATTRS);
}

static void each_root_translates_its_own_half(void **state)
{
	/* TTBR0: 63:48 zero; TTBR1: 63:48 one; all else is nobody's. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_assert_leaf(&f, 1, HIGH, PT_PTE, 0xabcdeabc, USER_RW_ATTRS);
	mmu_assert_fault(&f, 0, HIGH, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 1, VA, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 0, UINT64_C(0x0000ffffffffffff), PT_V_TRANSLATION,
			 PT_P4D);
	mmu_assert_fault(&f, 0, UINT64_C(0x0001000000000000), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 1, UINT64_C(0xfffeffffffffffff), PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	mmu_assert_fault(&f, 1, UINT64_C(0xffff000000000000), PT_V_TRANSLATION,
			 PT_P4D);
	f.regime.root[1] = 0x14000;
	mmu_assert_fault(&f, 1, HIGH, PT_V_TRANSLATION, PT_P4D);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, USER_RW_ATTRS);
}

static void invalid_descriptor_ends_the_walk_at_its_depth(void **state)
{
	/* Bit 0 clear: the rest is ignored. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		mmu_assert_path_fault(&f, &path, 0, i,
				      UINT64_C(0xfffffffffffffffe),
				      PT_V_TRANSLATION);
	}
}

static void reserved_types_are_translation_faults(void **state)
{
	/* A block at level 0 and type 01 at level 3 are treated as invalid. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[0], 0xc41);
	mmu_assert_fault(&f, 0, VA, PT_V_TRANSLATION, PT_P4D);
	assert_int_equal(mmu_fixture_entry(&f, PT_P4D, 0xc41).class,
			 MMU_RESERVED);
	init(&f, 0);
	mmu_fixture_put(&f, at[3], USER_RW & ~UINT64_C(2));
	mmu_assert_fault(&f, 0, VA, PT_V_TRANSLATION, PT_PTE);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 1).class, MMU_RESERVED);
}

static void blocks_take_the_rest_from_the_address(void **state)
{
	/* Level 2: 2 MB; level 1: 1 GB; RES0 address bits are ignored. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[2], UXN | PXN | UINT64_C(0xa0000400c41));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, UINT64_C(0xa0000401abc),
			USER_RW_ATTRS);
	mmu_fixture_put(&f, at[2], UXN | PXN | UINT64_C(0xa00005fec41));
	mmu_assert_leaf(&f, 0, VA, PT_PMD, UINT64_C(0xa0000401abc),
			USER_RW_ATTRS);
	mmu_fixture_put(&f, at[1], UXN | PXN | UINT64_C(0xa0080000c41));
	mmu_assert_leaf(&f, 0, VA, PT_PUD, UINT64_C(0xa0080201abc),
			USER_RW_ATTRS);
}

static void addresses_past_the_machine_are_address_size_faults(void **state)
{
	/* TCR.IPS = 44 bits: table, page, and the TTBR itself. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned bit = 44; bit < 48; bit++) {
			mmu_assert_path_fault(&f, &path, 0, i,
					      good[i] | UINT64_C(1) << bit,
					      PT_V_ADDRSIZE);
		}
	init(&f, 0);
	mmu_fixture_put(&f, at[3], (USER_RW & ~UINT64_C(0x400)) |
					   UINT64_C(1) << 44);
	mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_PTE);	/* before AF */
	f.regime.root[0] = UINT64_C(1) << 44 | 0x10000;
	mmu_assert_fault(&f, 0, VA, PT_V_ADDRSIZE, PT_DEPTH_UNKNOWN);
}

static void table_outside_memory_is_charged_to_its_pointer(void **state)
{
	/* A synchronous External abort on the walk; memory ends at 18000. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[1], 0x18003);
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_PUD);
	f.regime.root[0] = 0x18000;
	mmu_assert_fault(&f, 0, VA, PT_V_WALKBUS, PT_DEPTH_UNKNOWN);
}

/*
 * Table D8-65 by UXN, PXN, AP[2], AP[1] as a binary number: what EL0 may do,
 * then EL1; with PSTATE.PAN (data that EL0 can reach are closed to EL1), with
 * SCTLR.WXN (what one may write, one may not execute), with both.
 */
static const struct {
	const char *plain, *pan, *wxn, *both;
} d8_65[16] = {
	{ "--x rwx", "--x rwx", "--x rw-", "--x rw-" },	/* 0 0 00 */
	{ "rwx rw-", "rwx ---", "rw- rw-", "rw- ---" },	/* 0 0 01 */
	{ "--x r-x", "--x r-x", "--x r-x", "--x r-x" },	/* 0 0 10 */
	{ "r-x r-x", "r-x --x", "r-x r-x", "r-x --x" },	/* 0 0 11 */
	{ "--x rw-", "--x rw-", "--x rw-", "--x rw-" },	/* 0 1 00 */
	{ "rwx rw-", "rwx ---", "rw- rw-", "rw- ---" },	/* 0 1 01 */
	{ "--x r--", "--x r--", "--x r--", "--x r--" },	/* 0 1 10 */
	{ "r-x r--", "r-x ---", "r-x r--", "r-x ---" },	/* 0 1 11 */
	{ "--- rwx", "--- rwx", "--- rw-", "--- rw-" },	/* 1 0 00 */
	{ "rw- rw-", "rw- ---", "rw- rw-", "rw- ---" },	/* 1 0 01 */
	{ "--- r-x", "--- r-x", "--- r-x", "--- r-x" },	/* 1 0 10 */
	{ "r-- r-x", "r-- --x", "r-- r-x", "r-- --x" },	/* 1 0 11 */
	{ "--- rw-", "--- rw-", "--- rw-", "--- rw-" },	/* 1 1 00 */
	{ "rw- rw-", "rw- ---", "rw- rw-", "rw- ---" },	/* 1 1 01 */
	{ "--- r--", "--- r--", "--- r--", "--- r--" },	/* 1 1 10 */
	{ "r-- r--", "r-- ---", "r-- r--", "r-- ---" },	/* 1 1 11 */
};

static uint64_t page_of_row(unsigned row)
{
	return UINT64_C(0xabcdec03) | (row & 1 ? 0x40u : 0u) |
	       (row & 2 ? 0x80u : 0u) | (row & 4 ? PXN : 0) |
	       (row & 8 ? UXN : 0);
}

/* What a page of that row lets through, under PAN and WXN as they come. */
static void assert_row(struct mmu_fixture *f, uint32_t control, unsigned row)
{
	f->regime.control = control;
	mmu_assert_rights(f, 0, VA, PT_PTE, d8_65[row].plain);
	f->regime.control = control | PAN;
	mmu_assert_rights(f, 0, VA, PT_PTE, d8_65[row].pan);
	f->regime.control = control | WXN;
	mmu_assert_rights(f, 0, VA, PT_PTE, d8_65[row].wxn);
	f->regime.control = control | PAN | WXN;
	mmu_assert_rights(f, 0, VA, PT_PTE, d8_65[row].both);
}

static void permissions_are_those_of_table_d8_65(void **state)
{
	/* All sixteen rows, with and without PAN and WXN. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned row = 0; row < 16; row++) {
		init(&f, 0);
		mmu_fixture_put(&f, at[3], page_of_row(row));
		assert_row(&f, 0, row);
	}
}

/* The row that a page has after the Table descriptors above took its part. */
static unsigned row_below(unsigned row, unsigned tables)
{
	if (tables & 1)		/* APTable[0], bit 61: AP[1] as if 0 */
		row &= ~1u;
	if (tables & 2)		/* APTable[1], bit 62: AP[2] as if 1 */
		row |= 2;
	if (tables & 4)		/* PXNTable, bit 59 */
		row |= 4;
	if (tables & 8)		/* UXNTable, bit 60 */
		row |= 8;
	return row;
}

static void table_descriptors_limit_all_below(void **state)
{
	/* Each of the four bits and all sets, at each level; not with HPD. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned tables = 0; tables < 16; tables++)
			for (unsigned row = 0; row < 16; row++) {
				unsigned below = row_below(row, tables);
				uint64_t bits = (uint64_t)(tables & 3) << 61 |
						(uint64_t)(tables >> 2) << 59;

				init(&f, 0);
				mmu_fixture_put(&f, at[i], good[i] | bits);
				mmu_fixture_put(&f, at[3], page_of_row(row));
				assert_row(&f, 0, below);
				assert_row(&f, HPD, row);
			}
}

static void limits_of_different_levels_add_up(void **state)
{
	/* UXNTable above, PXNTable below: together X is denied. */
	struct mmu_outcome out;
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[0], UINT64_C(0x1000000000011003));
	mmu_fixture_put(&f, at[1], UINT64_C(0x0800000000012003));
	mmu_fixture_put(&f, at[2], UINT64_C(0x4000000000013003));
	mmu_fixture_put(&f, at[3], page_of_row(1));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "r-- r--");
	f.arch->translate(f.arch, &f.memory, &f.regime, 0, VA, &out);
	assert_int_equal(out.denied, PT_X | PT_W);
	f.regime.control = HPD;
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rw-");
	f.arch->translate(f.arch, &f.memory, &f.regime, 0, VA, &out);
	assert_int_equal(out.denied, PT_X | PT_W);
	assert_int_equal(mmu_fixture_entry(&f, PT_P4D,
					   UINT64_C(0x1000000000011003)).denied,
			 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_P4D,
					   UINT64_C(0x3800000000011003)).denied,
			 PT_X | PT_USER);
}

static void access_flag_fault_comes_before_permission(void **state)
{
	/* AF = 0: a fault for every access, unless TCR.HA. */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[3], USER_RW & ~UINT64_C(0x400));
	mmu_assert_rights(&f, 0, VA, PT_PTE, "aaa aaa");
	f.regime.control = HA;
	mmu_assert_rights(&f, 0, VA, PT_PTE, "rw- rw-");
}

static void rights_of_a_leaf_in_neutral_words(void **state)
{
	/* User pages have PXN, kernel pages UXN; execute-only is the user's. */
	static const uint32_t rights[16] = {
		[2 + 4] = PT_USER | PT_X,
		[1 + 4] = PT_USER | PT_R | PT_W | PT_X,
		[1 + 2 + 4] = PT_USER | PT_R | PT_X,
		[8] = PT_R | PT_W | PT_X,
		[8 + 2] = PT_R | PT_X,
		[8 + 4] = PT_R | PT_W,
		[8 + 2 + 4] = PT_R,
		[8 + 1 + 4] = PT_USER | PT_R | PT_W,
		[8 + 1 + 2 + 4] = PT_USER | PT_R,
	};
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	for (unsigned row = 0; row < 16; row++)
		if (rights[row])
			assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
							   page_of_row(row))
						 .attrs,
					 rights[row] | PT_ACCESSED);
}

static void other_bits_of_a_leaf_are_attributes(void **state)
{
	/* nG 11 reversed, AttrIndx 4:2, software's 58, 56:55, Contiguous 52. */
	uint64_t page = UINT64_C(0x0060000000000883);	/* kernel, R, nG */
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page).attrs, PT_R);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page ^ 0x800).attrs,
			 PT_R | PT_GLOBAL);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 8).attrs,
			 PT_R | (uint32_t)PT_MEM_WC << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0xc).attrs,
			 PT_R | (uint32_t)PT_MEM_UC << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, page | 0x10).attrs,
			 PT_R | UINT32_C(7) << PT_MEMTYPE_SHIFT);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   page | UINT64_C(1) << 55).attrs,
			 PT_R | PT_DIRTY);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   page | UINT64_C(1) << 56).attrs,
			 PT_R | PT_SOFT0);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   page | UINT64_C(1) << 58).attrs,
			 PT_R | PT_SOFT1);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 4).empty);
}

static uint64_t encode_leaf(uint32_t attrs)
{
	uint64_t raw = UINT64_C(0xabcde803);
	uint64_t never = attrs & PT_X ? 0 : UXN | PXN;

	never |= attrs & PT_USER ? PXN : UXN;
	return raw | never | (attrs & PT_ACCESSED ? 0x400u : 0u) |
	       (attrs & PT_W ? 0u : 0x80u) |
	       ((attrs & PT_USER) && (attrs & PT_R) ? 0x40u : 0u) |
	       (attrs & PT_DIRTY ? UINT64_C(1) << 55 : 0);
}

static uint64_t encode_table(unsigned depth, uint64_t pa, uint32_t denied)
{
	static const struct mmu_bits bits = {
		.user = UINT64_C(1) << 61,
		.w = UINT64_C(1) << 62,
		.x = UINT64_C(3) << 59,
	};

	(void)depth;
	return mmu_flip(pa | 3, &bits, denied);
}

static void permits_agrees_with_the_walk(void **state)
{
	/* The statement in neutral words and the walk of bits are one machine. */
	static const struct mmu_encoder encoder = {
		.path = &path,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0, 0x11000, 0x12000, 0x13000 },
		.control_mask = HA | PAN | WXN | HPD | STAGE2,
	};

	(void)state;
	/* 8 rights x 4 A, D x 3 depths x 8 denied x 32 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 147456);
}

static void execute_only_page_is_not_written(void **state)
{
	/* permits() without R: AP[1] is 0, so WXN has nothing to take. */
	const uint32_t page = PT_USER | PT_X | PT_W | PT_ACCESSED;
	struct mmu_fixture f;

	(void)state;
	init(&f, WXN);
	assert_int_equal(f.arch->permits(&f.regime, page, 0, PT_EXEC,
					 PT_AS_USER), PT_V_OK);
	assert_int_equal(f.arch->permits(&f.regime, page | PT_R, 0, PT_EXEC,
					 PT_AS_USER), PT_V_PERMISSION);
	assert_int_equal(f.arch->permits(&f.regime, page | PT_R, PT_USER,
					 PT_EXEC, PT_AS_USER), PT_V_OK);
	f.regime.control = WXN | HPD;
	assert_int_equal(f.arch->permits(&f.regime, page | PT_R, PT_USER,
					 PT_EXEC, PT_AS_USER), PT_V_PERMISSION);
}

/* All granules and address sizes. */

#define MOST_TABLES 5

/*
 * A page in each format: index 1 in each table, at the table's address + 8.
 * Where addresses have 52 bits tables and page lie past 48.
 */
struct layout {
	const char *format;
	unsigned va_bits, count;
	uint64_t va;
	uint64_t table[MOST_TABLES], good[MOST_TABLES];
	uint64_t pa;
};

/* Pages: user, read and write; AttrIndx 0, AP 01, AF, nG, SH 11 but for DS. */
static const struct layout layouts[] = {
	{ "arm64-4k-39", 39, 3, UINT64_C(0x40201abc),
	  { 0x10000, 0x20000, 0x30000 },
	  { 0x20003, 0x30003, USER_RW }, UINT64_C(0xabcdeabc) },
	{ "arm64-4k-48", 48, 4, UINT64_C(0x8040201abc),
	  { 0x10000, 0x20000, 0x30000, 0x40000 },
	  { 0x20003, 0x30003, 0x40003, USER_RW }, UINT64_C(0xabcdeabc) },
	/* 49:48 in place, 50 in bit 8, 51 in bit 9; pointers have one. */
	{ "arm64-4k-52", 52, 5, UINT64_C(0x1008040201abc),
	  { 0x10000, UINT64_C(0x4000000020000), UINT64_C(0x8000000030000),
	    UINT64_C(0x1000000040000), UINT64_C(0x1000000041000) },
	  { 0x20103, 0x30203, UINT64_C(0x1000000040003),
	    UINT64_C(0x1000000041003),
	    UXN | PXN | UINT64_C(0x30000abcdef43) },
	  UINT64_C(0xf0000abcdeabc) },
	{ "arm64-16k-36", 36, 2, UINT64_C(0x2006abc),
	  { 0x10000, 0x20000 },
	  { 0x20003, UXN | PXN | 0xabcdcf43 }, UINT64_C(0xabcdeabc) },
	{ "arm64-16k-47", 47, 3, UINT64_C(0x1002006abc),
	  { 0x10000, 0x24000, 0x30000 },
	  { 0x24003, 0x30003, UXN | PXN | 0xabcdcf43 },
	  UINT64_C(0xabcdeabc) },
	{ "arm64-16k-48", 48, 4, UINT64_C(0x801002006abc),
	  { 0x10010, 0x24000, 0x30000, 0x48000 },
	  { 0x24003, 0x30003, 0x48003, UXN | PXN | 0xabcdcf43 },
	  UINT64_C(0xabcdeabc) },
	{ "arm64-16k-52", 52, 4, UINT64_C(0x801002006abc),
	  { 0x10100, UINT64_C(0x4000000024000), UINT64_C(0x8000000030000),
	    UINT64_C(0x2000000048000) },
	  { 0x24103, 0x30203, UINT64_C(0x2000000048003),
	    UXN | PXN | UINT64_C(0x30000abcdcf43) },
	  UINT64_C(0xf0000abcdeabc) },
	{ "arm64-64k-42", 42, 2, UINT64_C(0x2001eabc),
	  { 0x10000, 0x20000 },
	  { 0x20003, UXN | PXN | 0xabcd0f43 }, UINT64_C(0xabcdeabc) },
	{ "arm64-64k-48", 48, 3, UINT64_C(0x4002001eabc),
	  { 0x10200, 0x20000, 0x30000 },
	  { 0x20003, 0x30003, UXN | PXN | 0xabcd0f43 },
	  UINT64_C(0xabcdeabc) },
	/* 51:48 in 15:12. */
	{ "arm64-64k-52", 52, 3, UINT64_C(0x4002001eabc),
	  { 0x12000, UINT64_C(0xa000000020000), UINT64_C(0x5000000030000) },
	  { 0x2a003, 0x35003, UXN | PXN | 0xabcd9f43 },
	  UINT64_C(0x90000abcdeabc) },
};

#define LAYOUTS (sizeof(layouts) / sizeof(layouts[0]))

static const struct layout *layout_of(const char *format)
{
	unsigned i = 0;

	while (i < LAYOUTS - 1 && strcmp(layouts[i].format, format) != 0)
		i++;
	assert_string_equal(layouts[i].format, format);
	return &layouts[i];
}

/* Entry i of the way, wherever in the physical address space it is. */
static void put_entry(struct mmu_fixture *f, const struct layout *l, unsigned i,
		      uint64_t raw)
{
	uint8_t *at_host = pt_memory_at(&f->memory, l->table[i] + 8, 8);

	if (!at_host) {
		fail_msg("entry %u of %s lies nowhere", i, l->format);
		return;
	}
	for (unsigned byte = 0; byte < 8; byte++)
		at_host[byte] = (uint8_t)(raw >> 8 * byte);
}

/* Windows at the tables; the last two of 4k-52 share one. */
static void init_layout(struct mmu_fixture *f, const struct layout *l)
{
	unsigned windows = l->count > PT_WINDOWS ? PT_WINDOWS : l->count;

	mmu_fixture_init(f, l->format, 52);
	f->regime.root[0] = l->table[0];
	f->regime.root[1] = l->table[0];
	for (unsigned i = 0; i < windows; i++) {
		f->memory.window[i].pa = l->table[i];
		f->memory.window[i].bytes = 0x1040;
		f->memory.window[i].host = f->bytes + 0x1800 * i;
	}
	for (unsigned i = 0; i < l->count; i++)
		put_entry(f, l, i, l->good[i]);
}

static void every_format_translates_a_page(void **state)
{
	/* Through all its tables, from both roots. */
	(void)state;
	for (unsigned i = 0; i < LAYOUTS; i++) {
		const struct layout *l = &layouts[i];
		uint64_t high = l->va | UINT64_MAX << l->va_bits;
		struct mmu_fixture f;

		init_layout(&f, l);
		mmu_assert_leaf(&f, 0, l->va, PT_PTE, l->pa, USER_RW_ATTRS);
		mmu_assert_leaf(&f, 1, high, PT_PTE, l->pa, USER_RW_ATTRS);
		mmu_assert_rights(&f, 0, l->va, PT_PTE, "rw- rw-");
	}
}

static void every_format_ends_at_its_last_bit(void **state)
{
	/* Bit va_bits of an address must be 0 below TTBR0, 1 below TTBR1. */
	(void)state;
	for (unsigned i = 0; i < LAYOUTS; i++) {
		const struct layout *l = &layouts[i];
		uint64_t bit = UINT64_C(1) << l->va_bits;
		uint64_t high = l->va | UINT64_MAX << l->va_bits;
		struct mmu_fixture f;

		init_layout(&f, l);
		mmu_assert_fault(&f, 0, l->va | bit, PT_V_CANONICAL,
				 PT_DEPTH_UNKNOWN);
		mmu_assert_fault(&f, 1, high ^ bit, PT_V_CANONICAL,
				 PT_DEPTH_UNKNOWN);
	}
}

static void every_pointer_and_page_can_be_invalid(void **state)
{
	/* Each entry of the way is read where it should be. */
	(void)state;
	for (unsigned i = 0; i < LAYOUTS; i++) {
		const struct layout *l = &layouts[i];

		for (unsigned j = 0; j < l->count; j++) {
			int depth = PT_PTE - (int)(l->count - 1 - j);
			struct mmu_fixture f;

			init_layout(&f, l);
			put_entry(&f, l, j, l->good[j] & ~UINT64_C(1));
			mmu_assert_fault(&f, 0, l->va, PT_V_TRANSLATION, depth);
		}
	}
}

static void blocks_are_where_the_granule_has_them(void **state)
{
	/* Address bits below the block come from the virtual address. */
	static const struct {
		const char *format;
		unsigned entry, depth;
		uint64_t raw, pa;
	} row[] = {
		{ "arm64-4k-39", 0, PT_PUD, UINT64_C(0x80000000c41),
		  UINT64_C(0x80000201abc) },
		{ "arm64-4k-39", 1, PT_PMD, UINT64_C(0x80000000c41),
		  UINT64_C(0x80000001abc) },
		{ "arm64-4k-52", 1, PT_P4D, UINT64_C(0x80000000c41),
		  UINT64_C(0x80040201abc) },
		{ "arm64-4k-52", 1, PT_P4D, UINT64_C(0x3000000000f41),
		  UINT64_C(0xf000040201abc) },
		{ "arm64-4k-52", 2, PT_PUD, UINT64_C(0x3000040000f41),
		  UINT64_C(0xf000040201abc) },
		{ "arm64-4k-52", 3, PT_PMD, UINT64_C(0x80000000c41),
		  UINT64_C(0x80000001abc) },
		{ "arm64-16k-36", 0, PT_PMD, UINT64_C(0x80000000f41),
		  UINT64_C(0x80000006abc) },
		{ "arm64-16k-48", 2, PT_PMD, UINT64_C(0x80000000f41),
		  UINT64_C(0x80000006abc) },
		{ "arm64-16k-52", 1, PT_PUD, UINT64_C(0x80000000c41),
		  UINT64_C(0x80002006abc) },
		{ "arm64-16k-52", 2, PT_PMD, UINT64_C(0x80000000d41),
		  UINT64_C(0x4080000006abc) },
		{ "arm64-64k-42", 0, PT_PMD, UINT64_C(0x80000000f41),
		  UINT64_C(0x8000001eabc) },
		{ "arm64-64k-48", 1, PT_PMD, UINT64_C(0x8000000ff41),
		  UINT64_C(0x8000001eabc) },
		{ "arm64-64k-52", 0, PT_PUD, UINT64_C(0x80000009f41),
		  UINT64_C(0x908002001eabc) },
		{ "arm64-64k-52", 1, PT_PMD, UINT64_C(0x80000000f41),
		  UINT64_C(0x8000001eabc) },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct layout *l = layout_of(row[i].format);

		init_layout(&f, l);
		put_entry(&f, l, row[i].entry, UXN | PXN | row[i].raw);
		mmu_assert_leaf(&f, 0, l->va, row[i].depth, row[i].pa,
				USER_RW_ATTRS);
	}
}

static void blocks_are_nowhere_else(void **state)
{
	/* Type 01 above the largest block: reserved, a Translation fault. */
	static const struct {
		const char *format;
		unsigned entry, depth;
	} row[] = {
		{ "arm64-4k-48", 0, PT_P4D },  { "arm64-4k-52", 0, PT_PGD },
		{ "arm64-16k-47", 0, PT_PUD }, { "arm64-16k-48", 0, PT_P4D },
		{ "arm64-16k-48", 1, PT_PUD }, { "arm64-16k-52", 0, PT_P4D },
		{ "arm64-64k-48", 0, PT_PUD },
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct layout *l = layout_of(row[i].format);

		init_layout(&f, l);
		put_entry(&f, l, row[i].entry, 0xc41);
		mmu_assert_fault(&f, 0, l->va, PT_V_TRANSLATION,
				 (int)row[i].depth);
		assert_int_equal(mmu_fixture_entry(&f, row[i].depth, 0xc41)
					 .class,
				 MMU_RESERVED);
		assert_false(f.arch->representable(row[i].depth, PT_R));
	}
}

static void assert_orders(const char *format, uint8_t pmd, uint8_t pte)
{
	const uint64_t contiguous = UINT64_C(1) << 52;
	const struct mmu_arch *arch = mmu_find(format);
	struct mmu_fixture f;

	mmu_fixture_init(&f, format, 48);
	assert_int_equal(mmu_fixture_entry(&f, PT_PMD, contiguous | 0x401)
				 .order,
			 pmd);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, contiguous | 0x403)
				 .order,
			 pte);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0x403).order, 0);
	assert_int_equal(arch->level[PT_PMD].group_order[0], pmd);
	assert_int_equal(arch->level[PT_PTE].group_order[0], pte);
	assert_int_equal(arch->level[PT_PUD].group_order[0], 0);
}

static void contiguous_bit_makes_groups_of_the_granules_size(void **state)
{
	/* 16 entries; 32 blocks or 128 pages; 32 of each.  Not at level 1. */
	struct mmu_fixture f;

	(void)state;
	assert_orders("arm64-4k-39", 4, 4);
	assert_orders("arm64-4k-48", 4, 4);
	assert_orders("arm64-4k-52", 4, 4);
	assert_orders("arm64-16k-36", 5, 7);
	assert_orders("arm64-16k-47", 5, 7);
	assert_orders("arm64-16k-48", 5, 7);
	assert_orders("arm64-16k-52", 5, 7);
	assert_orders("arm64-64k-42", 5, 5);
	assert_orders("arm64-64k-48", 5, 5);
	assert_orders("arm64-64k-52", 5, 5);
	mmu_fixture_init(&f, "arm64-4k-48", 48);
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD,
					   UINT64_C(0x10000000000401))
				 .order,
			 0);
}

static void group_member_maps_its_own_page(void **state)
{
	/* The address is the entry's, whatever its neighbours hold. */
	struct mmu_outcome out;
	struct mmu_fixture f;

	(void)state;
	init(&f, 0);
	mmu_fixture_put(&f, at[3], USER_RW | UINT64_C(1) << 52);
	mmu_assert_leaf(&f, 0, VA, PT_PTE, 0xabcdeabc, USER_RW_ATTRS);
	f.arch->translate(f.arch, &f.memory, &f.regime, 0, VA, &out);
	assert_int_equal(out.order, 4);
	assert_false(mmu_fixture_entry(&f, PT_PTE,
				       USER_RW | UINT64_C(1) << 52)
			     .replicated);
}

static void high_address_bits_count_for_the_address_size(void **state)
{
	/* IPS 48 on a machine that could say 52: table, page and root. */
	static const char *const name[] = {
		"arm64-4k-52", "arm64-16k-52", "arm64-64k-52",
	};
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		const struct layout *l = layout_of(name[i]);

		init_layout(&f, l);
		f.regime.pa_bits = 48;
		mmu_assert_fault(&f, 0, l->va, PT_V_ADDRSIZE,
				 PT_PTE - (int)l->count + 1);
		f.regime.pa_bits = 51;
		f.regime.root[0] |= UINT64_C(1) << 51;
		mmu_assert_fault(&f, 0, l->va, PT_V_ADDRSIZE, PT_DEPTH_UNKNOWN);
	}
}

/* As encode_leaf() above; bits 9:8 would be an address. */
static void permits_agrees_with_the_walk_of_five_tables(void **state)
{
	/* Level -1 and level 0 take rights away as the others do. */
	static const uint64_t at5[] = { 0x10008, 0x11008, 0x12008, 0x13008,
					0x14008 };
	static const uint64_t good5[] = { 0x11003, 0x12003, 0x13003, 0x14003,
					  0xabcdec03 };
	static const struct mmu_path path5 = {
		.format = "arm64-4k-52", .pa_bits = 52,
		.va = UINT64_C(0x1008040201abc),
		.count = 5, .at = at5, .good = good5,
	};
	static const struct mmu_encoder encoder = {
		.path = &path5,
		.leaf = encode_leaf,
		.table = encode_table,
		.table_pa = { 0, 0x11000, 0x12000, 0x13000, 0x14000 },
		.control_mask = HA | PAN | WXN | HPD | STAGE2,
	};

	(void)state;
	/* 8 rights x 4 A, D x 4 depths x 8 denied x 32 regimes x 6. */
	assert_int_equal(mmu_assert_permits_agrees(&encoder), 196608);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_address_comes_from_all_four_tables),
		cmocka_unit_test(each_root_translates_its_own_half),
		cmocka_unit_test(invalid_descriptor_ends_the_walk_at_its_depth),
		cmocka_unit_test(reserved_types_are_translation_faults),
		cmocka_unit_test(blocks_take_the_rest_from_the_address),
		cmocka_unit_test(
			addresses_past_the_machine_are_address_size_faults),
		cmocka_unit_test(table_outside_memory_is_charged_to_its_pointer),
		cmocka_unit_test(permissions_are_those_of_table_d8_65),
		cmocka_unit_test(table_descriptors_limit_all_below),
		cmocka_unit_test(limits_of_different_levels_add_up),
		cmocka_unit_test(access_flag_fault_comes_before_permission),
		cmocka_unit_test(rights_of_a_leaf_in_neutral_words),
		cmocka_unit_test(other_bits_of_a_leaf_are_attributes),
		cmocka_unit_test(permits_agrees_with_the_walk),
		cmocka_unit_test(execute_only_page_is_not_written),
		cmocka_unit_test(every_format_translates_a_page),
		cmocka_unit_test(every_format_ends_at_its_last_bit),
		cmocka_unit_test(every_pointer_and_page_can_be_invalid),
		cmocka_unit_test(blocks_are_where_the_granule_has_them),
		cmocka_unit_test(blocks_are_nowhere_else),
		cmocka_unit_test(
			contiguous_bit_makes_groups_of_the_granules_size),
		cmocka_unit_test(group_member_maps_its_own_page),
		cmocka_unit_test(high_address_bits_count_for_the_address_size),
		cmocka_unit_test(permits_agrees_with_the_walk_of_five_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
