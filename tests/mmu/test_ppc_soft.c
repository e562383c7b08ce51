/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second readings of the PowerPC trees that software walks (hash-4k and
 * book3s32, e500, 8xx) against tables put together by hand from the kernel's
 * handlers.  Each address has index 1 in each table.
 *
 * hash-4k: tables 10000, 11000, 12000, 13000; pointers 8000... and the address,
 * leaves as radix.  book3s32: 10000, 11000; 1 present, 2 hashed, 4 read,
 * 8 guarded, 10 coherent, 20 no cache, 40 writethrough, 80 dirty, 100 accessed,
 * 200 execute, 400 write.
 * e500: pointers are kernel addresses; RPN from bit 24; 1 present, 4 SR, 8 UR,
 * 10 SW, 20 UW, 40 SX, 80 UX, 100 size, 1000 dirty, 40000 accessed, 80000 E,
 * 100000 G, 200000 M, 400000 I, 800000 W.
 * 8xx: 10000, 11000; pointers 41; 1 present, 2 no cache, 4 shared, 8 SPS,
 * 10 guarded, 20 accessed, 40 execute, 100 dirty, 600 PP, 800 512 KB.
 */
#include "mmu_fixture.h"
#include "mmu_words.h"

#define VA64 UINT64_C(0x0000002010201abc)
#define ALL  (PT_RIGHTS | PT_ACCESSED | PT_DIRTY)
#define V    UINT64_C(0x8000000000000000)
#define UC   (PT_MEM_UC << PT_MEMTYPE_SHIFT)
#define WT   (PT_MEM_WT << PT_MEMTYPE_SHIFT)
#define BASE UINT64_C(0xc000000000000000)	/* ppc64-e500 */

static const uint64_t at_64[] = { 0x10008, 0x11008, 0x12008, 0x13008 };

#define HASH_LEAF UINT64_C(0xc0000000abcde000)
static const uint64_t hash_good[] = { V | 0x11000, V | 0x12000, V | 0x13000,
				      HASH_LEAF | 0x187 };
static const struct mmu_path hash = {
	.format = "ppc64-hash-4k", .pa_bits = 46, .va = VA64,
	.count = 4, .at = at_64, .good = hash_good,
};

#define E500_LEAF UINT64_C(0xabcde000000)
static const uint64_t e500_64_good[] = { BASE | 0x11000, BASE | 0x12000,
					 BASE | 0x13000, E500_LEAF | 0x2411bd };
static const struct mmu_path e500_64 = {
	.format = "ppc64-e500", .pa_bits = 36, .va = VA64,
	.count = 4, .at = at_64, .good = e500_64_good,
};

/* The root has 2048 entries of 8 bytes. */
static const uint64_t e500_32_at[] = { 0x10008, 0x14008 };
static const uint64_t e500_32_good[] = { 0xc0014000, E500_LEAF | 0x2411bd };
static const struct mmu_path e500_32 = {
	.format = "ppc-e500", .pa_bits = 36, .va = 0x201abc,
	.count = 2, .at = e500_32_at, .good = e500_32_good,
};

static const uint64_t at_32[] = { 0x10004, 0x11004 };
static const uint64_t book3s32_good[] = { 0x11000, 0xabcde795 };
static const struct mmu_path book3s32 = {
	.format = "ppc-book3s32", .pa_bits = 32, .va = 0x401abc,
	.count = 2, .at = at_32, .good = book3s32_good,
};

#define P8XX_LEAF UINT64_C(0xabcde000)
static const uint64_t p8xx_good[] = { 0x11041, P8XX_LEAF | 0x161 };
static const struct mmu_path p8xx = {
	.format = "ppc-8xx-4k", .pa_bits = 32, .va = 0x401abc,
	.count = 2, .at = at_32, .good = p8xx_good,
};

static void address_comes_from_all_tables(void **state)
{
	/* Every format; what is outside the tree's range reads no table. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &hash);
	mmu_assert_leaf(&f, 0, VA64, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, VA64 + 0x1000, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, VA64 + 0x200000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, VA64 + 0x10000000, PT_V_TRANSLATION, PT_PUD);
	mmu_assert_fault(&f, 0, 0, PT_V_TRANSLATION, PT_P4D);
	mmu_assert_fault(&f, 0, VA64 | UINT64_C(1) << 46, PT_V_CANONICAL,
			 PT_DEPTH_UNKNOWN);
	words_init(&f, &e500_64);
	mmu_assert_leaf(&f, 0, VA64, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, VA64 + 0x200000, PT_V_TRANSLATION, PT_PMD);
	mmu_assert_fault(&f, 0, VA64 + 0x10000000, PT_V_TRANSLATION, PT_PUD);
	mmu_assert_fault(&f, 0, VA64 | BASE, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
	words_init(&f, &e500_32);
	mmu_assert_leaf(&f, 0, 0x201abc, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, 0x202abc, PT_V_TRANSLATION, PT_PTE);
	mmu_assert_fault(&f, 0, 0xffe01abc, PT_V_TRANSLATION, PT_PMD);
	words_init(&f, &book3s32);
	mmu_assert_leaf(&f, 0, 0x401abc, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, 0xffc01abc, PT_V_TRANSLATION, PT_PMD);
	words_init(&f, &p8xx);
	mmu_assert_leaf(&f, 0, 0x401abc, PT_PTE, 0xabcdeabc, ALL);
	mmu_assert_fault(&f, 0, 0x402abc, PT_V_TRANSLATION, PT_PTE);
}

static void hash_pointers_have_present_and_nothing_else(void **state)
{
	/* Not a multiple of the table's length; without V; a leaf. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned depth = PT_P4D; depth < PT_PTE; depth++) {
		uint64_t good = hash_good[depth - PT_P4D];

		words_assert_fault(&hash, depth, good | 0x08, PT_V_RESERVED);
		words_assert_fault(&hash, depth, good & ~V, PT_V_RESERVED);
		words_assert_fault(&hash, depth, good | V >> 1, PT_V_RESERVED);
		words_assert_fault(&hash, depth, good | UINT64_C(1) << 46,
				   PT_V_ADDRSIZE);
	}
	/* A pmd table has 128 entries. */
	words_assert_fault(&hash, PT_P4D, V | 0x11400, PT_V_RESERVED);
	words_assert_fault(&hash, PT_PUD, V | 0x12200, PT_V_RESERVED);
	/* A pmd in the middle of a change. */
	words_assert_fault(&hash, PT_PMD, V >> 2 | 0x13000, PT_V_TRANSLATION);
	words_init(&f, &hash);
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD, V | 0x12400).class,
			 MMU_TABLE);
	assert_true(mmu_fixture_entry(&f, PT_PMD, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PMD, V >> 2).empty);
}

static void hash_rights_all_need_read(void **state)
{
	/* WRITE and EXEC are asked for with READ; 8 is the kernel's. */
	static const char *const expected[16] = {
		"--- ---", "--- ---", "--- ---", "--- ---",
		"r-- r--", "r-x r-x", "rw- rw-", "rwx rwx",
		"--- ---", "--- ---", "--- ---", "--- ---",
		"--- r--", "--- r-x", "--- rw-", "--- rwx",
	};

	(void)state;
	for (uint64_t rights = 0; rights < 16; rights++) {
		words_assert_rights(&hash, PT_PTE, HASH_LEAF | rights,
				    expected[rights]);
		words_assert_rights(&hash, PT_PTE, HASH_LEAF | 0x180 | rights,
				    expected[rights]);
	}
}

static void hash_slot_bits_say_nothing(void **state)
{
	/* HASHPTE, SECOND, GIX, BUSY; keys and strong order do. */
	const uint64_t slot = UINT64_C(0x11e0000000000040);
	struct mmu_fixture f;

	(void)state;
	words_assert_leaf(&hash, PT_PTE, HASH_LEAF | slot | 0x187, 0xabcdeabc,
			  ALL);
	words_init(&f, &hash);
	assert_true(mmu_fixture_entry(&f, PT_PTE, slot).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, slot | 0x80).empty);
	for (unsigned bit = 57; bit < 60; bit++)
		words_assert_fault(&hash, PT_PTE,
				   HASH_LEAF | 0x187 | UINT64_C(1) << bit,
				   PT_V_RESERVED);
	words_assert_fault(&hash, PT_PTE, HASH_LEAF | 0x197, PT_V_RESERVED);
	words_assert_fault(&hash, PT_PTE, ~V, PT_V_TRANSLATION);
	words_assert_fault(&hash, PT_PTE, ~(V >> 1), PT_V_TRANSLATION);
	words_assert_fault(&hash, PT_PTE,
			   HASH_LEAF | UINT64_C(1) << 46 | 0x187,
			   PT_V_ADDRSIZE);
}

static void book3s32_rights_are_software_bits(void **state)
{
	/* A write needs read, a fetch does not; flags do not fault. */
	(void)state;
	words_assert_rights(&book3s32, PT_PTE, 0xabcde615, "rwx rwx");
	words_assert_rights(&book3s32, PT_PTE, 0xabcde411, "--- ---");
	words_assert_rights(&book3s32, PT_PTE, 0xabcde215, "r-x r-x");
	words_assert_rights(&book3s32, PT_PTE, 0xabcde211, "--x --x");
	words_assert_rights(&book3s32, PT_PTE, 0xabcde011, "--- ---");
	words_assert_leaf(&book3s32, PT_PTE, 0xabcde111, 0xabcdeabc,
			  PT_ACCESSED);
	words_assert_leaf(&book3s32, PT_PTE, 0xabcde7bd, 0xabcdeabc, ALL | UC);
	words_assert_leaf(&book3s32, PT_PTE, 0xabcde7d5, 0xabcdeabc, ALL | WT);
	words_assert_fault(&book3s32, PT_PTE, 0xabcde7b5, PT_V_RESERVED);
	words_assert_fault(&book3s32, PT_PTE, 0xabcde79d, PT_V_RESERVED);
	words_assert_fault(&book3s32, PT_PTE, 0xabcde7fd, PT_V_RESERVED);
}

static void book3s32_none_leaves_the_hashed_bit_out(void **state)
{
	/* pte_none(); a pmd without an address is not followed. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &book3s32);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 2).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 8).empty);
	assert_true(mmu_fixture_entry(&f, PT_PMD, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PMD, 2).empty);
	words_assert_fault(&book3s32, PT_PMD, 0xfff, PT_V_TRANSLATION);
	words_assert_fault(&book3s32, PT_PMD, 0x11002, PT_V_RESERVED);
	words_assert_fault(&book3s32, PT_PMD, 0x18000, PT_V_WALKBUS);
	words_assert_fault(&book3s32, PT_PTE, 0xfffffffe, PT_V_TRANSLATION);
}

static void e500_pointers_are_kernel_addresses(void **state)
{
	/* 46 and 30 bits from the base; 0 is none, else it is bad. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned depth = PT_P4D; depth < PT_PTE; depth++) {
		uint64_t good = e500_64_good[depth - PT_P4D];

		words_assert_fault(&e500_64, depth, 0, PT_V_TRANSLATION);
		words_assert_fault(&e500_64, depth, good & ~V, PT_V_RESERVED);
		words_assert_fault(&e500_64, depth, good & ~(V >> 1),
				   PT_V_RESERVED);
		words_assert_fault(&e500_64, depth, good | UINT64_C(1) << 46,
				   PT_V_RESERVED);
		words_assert_fault(&e500_64, depth, good | UINT64_C(1) << 36,
				   PT_V_ADDRSIZE);
		words_assert_fault(&e500_64, depth, good | 0x200,
				   PT_V_RESERVED);
	}
	words_assert_fault(&e500_64, PT_P4D, BASE | 0x11400, PT_V_RESERVED);
	words_init(&f, &e500_64);
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD, BASE | 0x12400).class,
			 MMU_TABLE);
	words_assert_fault(&e500_32, PT_PMD, 0x13000, PT_V_RESERVED);
	words_assert_fault(&e500_32, PT_PMD, 0xbfffe000, PT_V_RESERVED);
	words_assert_fault(&e500_32, PT_PMD, 0xc0013100, PT_V_RESERVED);
	words_assert_fault(&e500_32, PT_PMD, 0xfffff000, PT_V_WALKBUS);
}

static void e500_permissions_are_two_sets(void **state)
{
	/* The user's, shared but for execution; the supervisor's own. */
	static const struct {
		uint64_t word;
		const char *in_64, *in_32;
	} cases[] = {
		{ 0x0bc, "rwx rw-", "rwx rw-" },
		{ 0x03c, "rw- rw-", "rw- rw-" },
		{ 0x08c, "r-x r--", "r-x r--" },
		{ 0x00c, "r-- r--", "r-- r--" },
		{ 0x080, "--x ---", "--x ---" },
		{ 0x030, "-w- -w-", "--- ---" },
		{ 0x000, "--- ---", "--- ---" },
		{ 0x054, "--- rwx", "--- rwx" },
		{ 0x044, "--- r-x", "--- r-x" },
		{ 0x040, "--- --x", "--- --x" },
		{ 0x010, "--- -w-", "--- ---" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t raw = E500_LEAF | 0x241101 | cases[i].word;

		words_assert_rights(&e500_64, PT_PTE, raw, cases[i].in_64);
		words_assert_rights(&e500_32, PT_PTE, raw, cases[i].in_32);
	}
	/* The user more or less than the supervisor; SX of a user's page. */
	for (uint64_t bit = 4; bit <= 0x40; bit <<= 1)
		words_assert_fault(&e500_64, PT_PTE,
				   (E500_LEAF | 0x2411bd) ^ bit, PT_V_RESERVED);
}

static void e500_refill_wants_accessed_and_masks_writes(void **state)
{
	/* ACCESSED 40000 before any right; DIRTY 1000 after. */
	(void)state;
	words_assert_rights(&e500_64, PT_PTE, E500_LEAF | 0x2011bd, "aaa aaa");
	words_assert_rights(&e500_32, PT_PTE, E500_LEAF | 0x201101, "aaa aaa");
	words_assert_rights(&e500_64, PT_PTE, E500_LEAF | 0x2401bd, "rdx rd-");
	words_assert_rights(&e500_32, PT_PTE, E500_LEAF | 0x24018d, "r-x r--");
	words_assert_fault(&e500_64, PT_PTE, E500_LEAF | 0x2411bc,
			   PT_V_TRANSLATION);
}

static void e500_sizes_and_types_of_others_fault(void **state)
{
	/* 4 KB is 1; I with G, W, or none of them; M is nobody's affair. */
	(void)state;
	for (uint64_t size = 0; size < 0x1000; size += 0x100)
		if (size != 0x100)
			words_assert_fault(&e500_64, PT_PTE,
					   E500_LEAF | 0x2410bd | size,
					   PT_V_RESERVED);
	words_assert_fault(&e500_32, PT_PTE, E500_LEAF | 0x2c11bd,
			   PT_V_RESERVED);
	words_assert_fault(&e500_64, PT_PTE, E500_LEAF | 0x3411bd,
			   PT_V_RESERVED);
	words_assert_fault(&e500_64, PT_PTE, E500_LEAF | 0x4411bd,
			   PT_V_RESERVED);
	words_assert_fault(&e500_64, PT_PTE, E500_LEAF | 0xd411bd,
			   PT_V_RESERVED);
	words_assert_leaf(&e500_64, PT_PTE, E500_LEAF | 0x5411bd, 0xabcdeabc,
			  ALL | UC);
	words_assert_leaf(&e500_32, PT_PTE, E500_LEAF | 0xa411bd, 0xabcdeabc,
			  ALL | WT);
	words_assert_leaf(&e500_32, PT_PTE, E500_LEAF | 0x0411bd, 0xabcdeabc,
			  ALL);
	words_assert_fault(&e500_64, PT_PTE,
			   E500_LEAF | UINT64_C(1) << 48 | 0x2411bd,
			   PT_V_ADDRSIZE);
}

static void e500_none_of_32_bits_is_in_the_low_word(void **state)
{
	/* _PTE_NONE_MASK; 64-bit looks at all. */
	struct mmu_fixture f;

	(void)state;
	words_init(&f, &e500_32);
	assert_true(mmu_fixture_entry(&f, PT_PTE, UINT64_C(5) << 32).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 8).empty);
	assert_true(mmu_fixture_entry(&f, PT_PMD, 0).empty);
	words_init(&f, &e500_64);
	assert_false(mmu_fixture_entry(&f, PT_PTE, UINT64_C(5) << 32).empty);
	assert_true(mmu_fixture_entry(&f, PT_PTE, 0).empty);
}

static void p8xx_rights_are_pp_and_exec(void **state)
{
	/* 600 read-only, 200 nothing; ACCESSED first, the change bit last. */
	(void)state;
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x161, "rwx rwx");
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x121, "rw- rw-");
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x761, "r-x r-x");
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x361, "--x --x");
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x321, "--- ---");
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x061, "rdx rdx");
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x621, "r-- r--");
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x141, "aaa aaa");
	words_assert_leaf(&p8xx, PT_PTE, P8XX_LEAF | 0x321, 0xabcdeabc,
			  PT_ACCESSED | PT_DIRTY);
	words_assert_leaf(&p8xx, PT_PTE, P8XX_LEAF | 0x163, 0xabcdeabc,
			  ALL | UC);
	/* SH: of all address spaces. */
	words_assert_leaf(&p8xx, PT_PTE, P8XX_LEAF | 0x165, 0xabcdeabc,
			  ALL | PT_GLOBAL);
}

static void p8xx_other_bits_are_reserved(void **state)
{
	/* Guarded, PP 400, 512 KB without SPS; all of level one. */
	struct mmu_fixture f;

	(void)state;
	words_assert_fault(&p8xx, PT_PTE, P8XX_LEAF | 0x171, PT_V_RESERVED);
	words_assert_fault(&p8xx, PT_PTE, P8XX_LEAF | 0x561, PT_V_RESERVED);
	words_assert_fault(&p8xx, PT_PTE, P8XX_LEAF | 0x961, PT_V_RESERVED);
	words_assert_rights(&p8xx, PT_PTE, P8XX_LEAF | 0x1e1, "rwx rwx");
	words_assert_fault(&p8xx, PT_PTE, P8XX_LEAF | 0x160, PT_V_TRANSLATION);
	for (uint64_t bit = 2; bit < 0x1000; bit <<= 1)
		if (bit != 0x20 && bit != 0x40)
			words_assert_fault(&p8xx, PT_PMD, 0x11041 | bit,
					   PT_V_RESERVED);
	words_assert_fault(&p8xx, PT_PMD, 0x11001, PT_V_RESERVED);
	words_assert_fault(&p8xx, PT_PMD, 0x11040, PT_V_TRANSLATION);
	words_init_with(&f, &p8xx, PT_PMD, 0x11061);
	mmu_assert_leaf(&f, 0, 0x401abc, PT_PTE, 0xabcdeabc, ALL);
	assert_true(mmu_fixture_entry(&f, PT_PMD, 0).empty);
	assert_false(mmu_fixture_entry(&f, PT_PTE, 2).empty);
}

static void p8xx_large_pages_take_the_place_from_the_address(void **state)
{
	/* 16 KB (SPS), 512 KB (SPS, 800); each entry has its own address. */
	struct mmu_fixture f;
	struct mmu_entry e;

	(void)state;
	words_init(&f, &p8xx);
	words_put(&f, PT_PTE, 0x11014, 0xabcd1169);	/* index 5 */
	mmu_assert_leaf(&f, 0, 0x405abc, PT_PTE, 0xabcd1abc, ALL);
	words_put(&f, PT_PTE, 0x11014, 0xabcd3169);
	mmu_assert_leaf(&f, 0, 0x405abc, PT_PTE, 0xabcd1abc, ALL);
	words_put(&f, PT_PTE, 0x11204, 0xabc81969);	/* index 129 */
	mmu_assert_leaf(&f, 0, 0x481abc, PT_PTE, 0xabc81abc, ALL);
	e = mmu_fixture_entry(&f, PT_PTE, 0xabcd1169);
	assert_int_equal(e.order, 2);
	assert_false(e.replicated);
	assert_int_equal(e.pa, 0xabcd1000);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabc81969).order, 7);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabc81161).order, 0);
}

/* Index 1 of a page table with four copies of each entry. */
static void init_16k(struct mmu_fixture *f, const uint64_t copies[4])
{
	mmu_fixture_init(f, "ppc-8xx-16k", 32);
	words_put(f, PT_PMD, 0x10004, 0x11041);
	for (unsigned i = 0; i < 4; i++)
		words_put(f, PT_PTE, 0x11010 + 4 * i, copies[i]);
}

static void p8xx_16k_entries_are_four_times_the_same(void **state)
{
	/* Up to bits 13:12, which a page of 16 KB ignores; SPS is a must. */
	static const uint64_t same[4] = { 0xabcdc169, 0xabcdc169, 0xabcdc169,
					  0xabcdc169 };
	static const uint64_t counted[4] = { 0xabcdc169, 0xabcdd169, 0xabcde169,
					     0xabcdf169 };
	static const uint64_t other[4] = { 0xabcdc169, 0xabcdc169, 0xabcdc169,
					   0xabcdc069 };
	static const uint64_t small[4] = { 0xabcdc161, 0xabcdc161, 0xabcdc161,
					   0xabcdc161 };
	static const uint64_t none[4] = { 0, 0, 0, 0 };
	struct mmu_fixture f;

	(void)state;
	init_16k(&f, same);
	mmu_assert_leaf(&f, 0, 0x404abc, PT_PTE, 0xabcdcabc, ALL);
	mmu_assert_leaf(&f, 0, 0x407abc, PT_PTE, 0xabcdfabc, ALL);
	mmu_assert_fault(&f, 0, 0x408abc, PT_V_TRANSLATION, PT_PTE);
	init_16k(&f, counted);
	mmu_assert_leaf(&f, 0, 0x406abc, PT_PTE, 0xabcdeabc, ALL);
	init_16k(&f, other);
	mmu_assert_fault(&f, 0, 0x404abc, PT_V_RESERVED, PT_PTE);
	init_16k(&f, small);
	mmu_assert_fault(&f, 0, 0x404abc, PT_V_RESERVED, PT_PTE);
	init_16k(&f, none);
	mmu_assert_fault(&f, 0, 0x404abc, PT_V_TRANSLATION, PT_PTE);
	words_put(&f, PT_PTE, 0x11014, same[0]);
	mmu_assert_fault(&f, 0, 0x404abc, PT_V_RESERVED, PT_PTE);
	assert_int_equal(mmu_stride(&f.arch->level[PT_PTE]), 16);
	assert_int_equal(mmu_table_bytes(&f.arch->level[PT_PTE]), 4096);
}

static void p8xx_16k_groups_are_512_kb(void **state)
{
	/* 32 entries; index 33 is the second of its group. */
	struct mmu_fixture f;
	struct mmu_entry e;

	(void)state;
	mmu_fixture_init(&f, "ppc-8xx-16k", 32);
	words_put(&f, PT_PMD, 0x10004, 0x11041);
	for (unsigned i = 0; i < 4; i++)
		words_put(&f, PT_PTE, 0x11210 + 4 * i, 0xabc84969);
	mmu_assert_leaf(&f, 0, 0x485abc, PT_PTE, 0xabc85abc, ALL);
	e = mmu_fixture_entry(&f, PT_PTE, 0xabc84969);
	assert_int_equal(e.order, 5);
	assert_int_equal(e.pa, 0xabc84000);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE, 0xabc84169).order, 0);
}

static void addresses_past_the_machine_fault(void **state)
{
	/* Those of the 32-bit formats too, where the machine has fewer bits. */
	static const struct mmu_path *const paths[] = { &e500_32, &book3s32,
							&p8xx };
	static const uint64_t same[4] = { 0xabcdc169, 0xabcdc169, 0xabcdc169,
					  0xabcdc169 };
	struct mmu_fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		words_init(&f, paths[i]);
		f.regime.pa_bits = 31;
		mmu_assert_fault(&f, 0, paths[i]->va, PT_V_ADDRSIZE, PT_PTE);
		f.regime.pa_bits = 16;
		mmu_assert_fault(&f, 0, paths[i]->va, PT_V_ADDRSIZE, PT_PMD);
	}
	init_16k(&f, same);
	f.regime.pa_bits = 31;
	mmu_assert_fault(&f, 0, 0x404abc, PT_V_ADDRSIZE, PT_PTE);
	words_init(&f, &hash);
	assert_int_equal(mmu_fixture_entry(&f, PT_PTE,
					   UINT64_C(0xc01ffffffffff004)).pa,
			 UINT64_C(0x001ffffffffff000));
	assert_int_equal(mmu_fixture_entry(&f, PT_PUD,
					   UINT64_C(0xbffffffffffffc00)).pa,
			 UINT64_C(0x3ffffffffffffc00));
}

static void rights_that_no_word_gives_are_not_representable(void **state)
{
	/* Nothing at all is; hash wants READ, e500 only for the kernel. */
	static const char *const names[] = {
		"ppc64-hash-4k", "ppc64-e500",	"ppc-e500",
		"ppc-book3s32",	 "ppc-8xx-4k", "ppc-8xx-16k",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct mmu_arch *arch = mmu_find(names[i]);

		assert_true(arch->representable(PT_PTE, 0));
		assert_true(arch->representable(PT_PTE, ALL));
		assert_int_equal(arch->representable(PT_PTE, PT_USER), i == 0);
		assert_false(arch->representable(PT_PTE, PT_USER | PT_W));
		assert_int_equal(arch->representable(PT_PTE, PT_USER | PT_X),
				 i != 0);
		assert_false(arch->representable(PT_PTE, PT_X));
		assert_int_equal(arch->representable(PT_PTE, PT_R), i < 3);
		assert_int_equal(arch->representable(PT_PTE, ALL | PT_GLOBAL),
				 i > 3);
		assert_false(arch->representable(PT_PMD, ALL));
	}
}

static void permits_agrees_with_the_walk(void **state)
{
	/* All words of the bits that matter; rights x flags x types. */
	(void)state;
	/* 5 rights for each of two, and none: user, kernel. */
	assert_int_equal(words_sweep(&hash, PT_PTE, HASH_LEAF, 0x1bf, 0, 0),
			 120);
	/* 0, r, rx, rw, rwx, x. */
	assert_int_equal(words_sweep(&book3s32, PT_PTE, 0xabcde001, 0x7ec, 0,
				     0), 72);
	/* The same, and global. */
	assert_int_equal(words_sweep(&p8xx, PT_PTE, 0xabcde001, 0x766, 0, 0),
			 96);
	/* x, r, rx, rw, rwx of the user, the last four of the kernel; none. */
	assert_int_equal(words_sweep(&e500_64, PT_PTE, E500_LEAF | 0x101,
				     0xd410fc, 0, 0), 120);
	assert_int_equal(words_sweep(&e500_32, PT_PTE, E500_LEAF | 0x101,
				     0xd410fc, 0, 0), 120);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_comes_from_all_tables),
		cmocka_unit_test(hash_pointers_have_present_and_nothing_else),
		cmocka_unit_test(hash_rights_all_need_read),
		cmocka_unit_test(hash_slot_bits_say_nothing),
		cmocka_unit_test(book3s32_rights_are_software_bits),
		cmocka_unit_test(book3s32_none_leaves_the_hashed_bit_out),
		cmocka_unit_test(e500_pointers_are_kernel_addresses),
		cmocka_unit_test(e500_permissions_are_two_sets),
		cmocka_unit_test(e500_refill_wants_accessed_and_masks_writes),
		cmocka_unit_test(e500_sizes_and_types_of_others_fault),
		cmocka_unit_test(e500_none_of_32_bits_is_in_the_low_word),
		cmocka_unit_test(p8xx_rights_are_pp_and_exec),
		cmocka_unit_test(p8xx_other_bits_are_reserved),
		cmocka_unit_test(
			p8xx_large_pages_take_the_place_from_the_address),
		cmocka_unit_test(p8xx_16k_entries_are_four_times_the_same),
		cmocka_unit_test(p8xx_16k_groups_are_512_kb),
		cmocka_unit_test(addresses_past_the_machine_fault),
		cmocka_unit_test(
			rights_that_no_word_gives_are_not_representable),
		cmocka_unit_test(permits_agrees_with_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
