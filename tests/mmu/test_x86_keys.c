/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of x86-64's protection keys against tables put together by
 * hand from Intel SDM volume 3A, 4.6.2 and 4.7.
 *
 * Tables: PML4 10000, PDPT 11000, PD 12000, PT 13000.  The address has index 1
 * in each.  Low bits: 1 P, 2 RW, 4 US, 20 A, 40 D, 80 PS; the key is 62:59.
 * Key 1 has AD, key 2 WD, key 3 both, key 0 neither; the other keys repeat that.
 */
#include "mmu_fixture.h"

#define VA    UINT64_C(0x0000008040201abc)
#define XD    (UINT64_C(1) << 63)
#define NO_RW UINT64_C(2)
#define NO_US UINT64_C(4)
#define KEY(k) ((uint64_t)(k) << 59)

#define WP   PT_REGIME_X86_WP
#define NXE  PT_REGIME_X86_NXE
#define SMEP PT_REGIME_X86_SMEP
#define SMAP PT_REGIME_X86_SMAP
#define PKE  PT_REGIME_X86_PKE

#define PDPTE UINT64_C(0x11008)
#define PDE   UINT64_C(0x12008)
#define PTE   UINT64_C(0x13008)

enum { KEYS = 16 };

static const uint64_t at[] = { 0x10008, PDPTE, PDE, PTE };
static const uint64_t good[] = { 0x11007, 0x12007, 0x13007, 0xabcde067 };

static const struct mmu_path path = {
	.format = "x86_64-4level", .pa_bits = 46, .va = VA,
	.count = 4, .at = at, .good = good,
};

static void init(struct mmu_fixture *f, uint32_t control)
{
	mmu_path_init(f, &path, control);
}

/* That every key of a page has what its AD and WD say: by key modulo 4. */
static void assert_keys(uint32_t control, uint64_t pte,
			const char *const expected[4])
{
	struct mmu_fixture f;

	init(&f, control);
	for (unsigned k = 0; k < KEYS; k++) {
		mmu_fixture_put(&f, PTE, pte | KEY(k));
		mmu_assert_rights(&f, 0, VA, PT_PTE, expected[k % 4]);
	}
}

static void keys_are_nothing_without_pke(void **state)
{
	/* CR4.PKE = 0: bits 62:59 are ignored. */
	static const char *const all[] = {
		"rwx rwx", "rwx rwx", "rwx rwx", "rwx rwx",
	};

	(void)state;
	assert_keys(WP | NXE, 0xabcde067, all);
	assert_keys(NXE, 0xabcde067, all);
}

static void ad_denies_data_and_wd_denies_writes(void **state)
{
	/* 4.6.2, CR0.WP = 1: user and supervisor alike, fetches never. */
	static const char *const expected[] = {
		"rwx rwx", "kkx kkx", "rkx rkx", "kkx kkx",
	};

	(void)state;
	assert_keys(PKE | WP | NXE, 0xabcde067, expected);
}

static void wd_spares_the_supervisor_without_wp(void **state)
{
	/* 4.6.2: with CR0.WP = 0 WD is for user-mode writes; AD for all. */
	static const char *const expected[] = {
		"rwx rwx", "kkx kkx", "rkx rwx", "kkx kkx",
	};

	(void)state;
	assert_keys(PKE | NXE, 0xabcde067, expected);
}

static void supervisor_pages_have_no_key(void **state)
{
	/* One clear U/S on the way makes it a supervisor-mode address. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned k = 0; k < KEYS; k++) {
			init(&f, PKE | WP | NXE | SMEP | SMAP);
			mmu_fixture_put(&f, PTE, good[3] | KEY(k));
			mmu_fixture_put(&f, at[i], (good[i] & ~NO_US) |
						   (i == 3 ? KEY(k) : 0));
			mmu_assert_rights(&f, 0, VA, PT_PTE, "--- rwx");
		}
}

static void key_is_told_whatever_else_denies(void **state)
{
	/* 4.7: PK says that the key denies it, not that nothing else does. */
	static const char *const read_only[] = {
		"r-x r-x", "kkx kkx", "rkx rkx", "kkx kkx",
	};
	static const char *const guarded[] = {
		"rwx ---", "kkx kk-", "rkx -k-", "kkx kk-",
	};
	static const char *const disabled[] = {
		"rw- rw-", "kk- kk-", "rk- rk-", "kk- kk-",
	};

	(void)state;
	assert_keys(PKE | WP | NXE, 0xabcde067 & ~NO_RW, read_only);
	assert_keys(PKE | WP | NXE | SMEP | SMAP, 0xabcde067, guarded);
	assert_keys(PKE | WP | NXE, 0xabcde067 | XD, disabled);
}

static void key_is_that_of_the_leaf(void **state)
{
	/* 4.6.2: the entry that maps the page, of any size; no pointer has one. */
	struct mmu_fixture f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		init(&f, PKE | WP | NXE);
		mmu_fixture_put(&f, at[i], good[i] | KEY(15));
		mmu_assert_rights(&f, 0, VA, PT_PTE, "rwx rwx");
	}
	init(&f, PKE | WP | NXE);
	mmu_fixture_put(&f, PDE, 0x4000e7 | KEY(6));
	mmu_assert_rights(&f, 0, VA, PT_PMD, "rkx rkx");
	mmu_fixture_put(&f, PDPTE, 0x800000e7 | KEY(9));
	mmu_assert_rights(&f, 0, VA, PT_PUD, "kkx kkx");
}

static void no_translation_has_no_key(void **state)
{
	/* 4.7: P = 0 and reserved bits come first. */
	struct mmu_fixture f;

	(void)state;
	init(&f, PKE | WP | NXE);
	mmu_fixture_put(&f, PTE, 0xabcde066 | KEY(3));
	mmu_assert_fault(&f, 0, VA, PT_V_TRANSLATION, PT_PTE);
	mmu_fixture_put(&f, PTE, 0xabcde067 | KEY(3) | UINT64_C(1) << 50);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PTE);
	init(&f, PKE | WP);
	mmu_fixture_put(&f, PTE, 0xabcde067 | KEY(3) | XD);
	mmu_assert_fault(&f, 0, VA, PT_V_RESERVED, PT_PTE);
}

/* Both statements about one page, for all accesses; how many these are. */
static unsigned compare(const struct mmu_fixture *f, uint64_t va,
			uint32_t attrs)
{
	struct mmu_outcome out;

	f->arch->translate(f->arch, &f->memory, &f->regime, 0, va, &out);
	assert_true(out.leaf);
	assert_int_equal(out.attrs, attrs);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			assert_int_equal(
				f->arch->permits(&f->regime, attrs, out.denied,
						 (enum pt_access)a,
						 (enum pt_privilege)p),
				out.verdict[p][a].word);
	return (unsigned)PT_PRIVILEGES * (unsigned)PT_ACCESSES;
}

static void permits_agrees_with_the_walk(void **state)
{
	/* Keys x rights x rights that the PDE denies x control bits x 6. */
	struct mmu_fixture f;
	unsigned compared = 0;

	(void)state;
	for (uint32_t set = 0; set < 4096; set++) {
		uint64_t pte = 0xabcde001 | KEY(set & 15), pde = 0x13001;
		uint32_t attrs = PT_R | (set & 15) << PT_KEY_SHIFT;

		pte |= (set & 0x10 ? 2u : 0) | (set & 0x20 ? 4u : 0) |
		       (set & 0x40 ? XD : 0);
		pde |= (set & 0x80 ? 2u : 0) | (set & 0x100 ? 4u : 0);
		attrs |= (set & 0x10 ? PT_W : 0) | (set & 0x20 ? PT_USER : 0) |
			 (set & 0x40 ? 0 : PT_X);
		init(&f, PKE | NXE | (set & 0x200 ? WP : 0) |
			 (set & 0x400 ? SMEP : 0) | (set & 0x800 ? SMAP : 0));
		mmu_fixture_put(&f, PTE, pte);
		mmu_fixture_put(&f, PDE, pde);
		compared += compare(&f, VA, attrs);
	}
	assert_int_equal(compared, 4096 * 6);
}

static void five_levels_have_keys_too(void **state)
{
	/* The same tables, one level down. */
	struct mmu_fixture f;

	(void)state;
	mmu_fixture_init(&f, "x86_64-5level", 46);
	f.regime.control = PKE | WP | NXE;
	mmu_fixture_put(&f, 0x10008, 0x14007);
	mmu_fixture_put(&f, 0x14008, 0x11007);
	mmu_fixture_put(&f, PDPTE, 0x12007);
	mmu_fixture_put(&f, PDE, 0x13007);
	mmu_fixture_put(&f, PTE, 0xabcde067 | KEY(2));
	mmu_assert_rights(&f, 0, VA | UINT64_C(1) << 48, PT_PTE, "rkx rkx");
}

static void only_64_bits_have_pke(void **state)
{
	/* What a sweep varies: 4.6.2 is for 4 and 5 levels. */
	(void)state;
	assert_true(mmu_find("x86_64-4level")->controls & PKE);
	assert_true(mmu_find("x86_64-5level")->controls & PKE);
	assert_false(mmu_find("i386")->controls & PKE);
	assert_false(mmu_find("i386-pae")->controls & PKE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_nothing_without_pke),
		cmocka_unit_test(ad_denies_data_and_wd_denies_writes),
		cmocka_unit_test(wd_spares_the_supervisor_without_wp),
		cmocka_unit_test(supervisor_pages_have_no_key),
		cmocka_unit_test(key_is_told_whatever_else_denies),
		cmocka_unit_test(key_is_that_of_the_leaf),
		cmocka_unit_test(no_translation_has_no_key),
		cmocka_unit_test(permits_agrees_with_the_walk),
		cmocka_unit_test(five_levels_have_keys_too),
		cmocka_unit_test(only_64_bits_have_pke),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
