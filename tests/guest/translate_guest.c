/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The translate instructions of the guests that have one, and flushing before each
 * probe, against tables written by hand.
 *
 * Words and expectations: Arm ARM DDI 0487J.a, D8.3 (descriptors), D19.2.116
 * (PAR_EL1); Arm ARM DDI 0406C, B3.5.1, B3.6.1; M68040 User's Manual, 3.1.4 (MMUSR),
 * 3.2 (descriptors); SPARC Architecture Manual version 8, H.3, H.4; Intel SDM volume
 * 3A, 4.5.
 */
#include <string.h>

#include "guest_fixture.h"

enum { PAGE = 4096, PROBES = 6 };

/* Beyond the guest's RAM: an access there would fail. */
#define NOWHERE UINT64_C(0x7000000000)

static struct guest *open_or_skip(const char *format)
{
	if (fixture_is_skipped(format))
		skip();
	return fixture_open(format, NULL);
}

/* One entry of 4 bytes. */
static void put32(struct guest *g, bool big, uint64_t table, unsigned index,
		  uint64_t word)
{
	uint8_t *at = guest_at(g, table + 4 * (uint64_t)index, 4);

	for (unsigned i = 0; i < 4; i++)
		at[big ? 3 - i : i] = (uint8_t)(word >> 8 * i);
}

static char letter(unsigned class)
{
	static const char of[GUEST_CLASSES + 1] = "-oadrcpbfmzvs?";

	return of[class];
}

/*
 * Asks for user r, w, x and kernel r, w, x, in one batch.  outcome as for
 * fixture_expect(); where it is no fault, pa must be the page, else depth the depth.
 */
static void expect(struct guest *g, uint64_t root, uint64_t va,
		   const char *outcome, uint64_t pa, int depth)
{
	struct guest_probe probe[PROBES];
	struct guest_result result[PROBES];
	char seen[] = "??? ???";

	for (unsigned i = 0; i < PROBES; i++)
		probe[i] = (struct guest_probe){
			.va = va, .access = (enum pt_access)(i % 3),
			.privilege = (enum pt_privilege)(i / 3),
			.translate = true,
		};
	assert_int_equal(guest_run(g, root, probe, result, PROBES, NULL), 0);
	for (unsigned i = 0; i < PROBES; i++) {
		seen[i + i / 3] = letter(result[i].class);
		if (result[i].class == GUEST_OK)
			assert_int_equal(result[i].pa,
					 pa & guest_translate_mask(g));
		else if (result[i].class != GUEST_NOT_RUN)
			assert_int_equal(result[i].depth, depth);
	}
	assert_string_equal(seen, outcome);
}

/* Tables 0 to 3 of arm64-4k-48, chained at entry 0; or 0 to 2 of its stage 2. */
static uint64_t chain64(struct guest *g, unsigned levels)
{
	for (unsigned i = 0; i + 1 < levels; i++)
		fixture_put(g, fixture_table(g, i), 0,
			    fixture_table(g, i + 1) | 3);
	return fixture_table(g, 0);
}

static void at_knows_rights_flags_and_holes(void **state)
{
	/* Each AP, a clear AF and holes are told as an access would tell. */
	static const struct {
		uint64_t bits;
		const char *outcome;
	} row[] = {
		{ 0x443, "oo- oo-" }, { 0x4c3, "od- od-" }, { 0x403, "dd- oo-" },
		{ 0x483, "dd- od-" }, { 0x043, "ff- ff-" }, { 0x000, "aa- aa-" },
	};
	struct guest *g = open_or_skip("arm64-4k-48");
	uint64_t root = chain64(g, 4);

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		fixture_put(g, fixture_table(g, 3), i,
			    row[i].bits ? fixture_data(g, i) | row[i].bits : 0);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		expect(g, root, (uint64_t)i * PAGE, row[i].outcome,
		       fixture_data(g, i), PT_PTE);
	expect(g, root, 0x200000, "aa- aa-", 0, PT_PMD);
	expect(g, root, 0x40000000, "aa- aa-", 0, PT_PUD);
	expect(g, root, 0x8000000000, "aa- aa-", 0, PT_P4D);
	guest_close(g);
}

static void at_goes_where_no_access_can(void **state)
{
	/*
	 * A page and a block without memory behind them have an address; a table
	 * without memory is an external abort.
	 */
	struct guest *g = open_or_skip("arm64-4k-48");
	uint64_t root = chain64(g, 4);

	(void)state;
	fixture_put(g, fixture_table(g, 3), 5, NOWHERE | 0x443);
	fixture_put(g, fixture_table(g, 2), 1, NOWHERE | 0x441);
	fixture_put(g, fixture_table(g, 2), 2, NOWHERE | 3);
	expect(g, root, 0x5000, "oo- oo-", NOWHERE, 0);
	expect(g, root, 0x3ff000, "oo- oo-", NOWHERE + 0x1ff000, 0);
	expect(g, root, 0x400000, "bb- bb-", 0, PT_PTE);
	expect(g, root, 0x5000, "oo- oo-", NOWHERE, 0);
	guest_close(g);
}

static void at_follows_the_control_word(void **state)
{
	/* PAN takes the user's pages from the kernel; HA makes up for AF. */
	struct guest *g = open_or_skip("arm64-4k-48");
	uint64_t root = chain64(g, 4);

	(void)state;
	fixture_put(g, fixture_table(g, 3), 0, fixture_data(g, 0) | 0x443);
	fixture_put(g, fixture_table(g, 3), 1, fixture_data(g, 1) | 0x043);
	fixture_put(g, fixture_table(g, 3), 2, fixture_data(g, 2) | 0x403);
	expect(g, root, 0x0000, "oo- oo-", fixture_data(g, 0), 0);
	assert_int_equal(guest_set_regime(g, PT_REGIME_ARM64_PAN), 0);
	expect(g, root, 0x0000, "oo- dd-", fixture_data(g, 0), PT_PTE);
	expect(g, root, 0x2000, "dd- oo-", fixture_data(g, 2), PT_PTE);
	expect(g, root, 0x1000, "ff- ff-", 0, PT_PTE);
	assert_int_equal(guest_set_regime(g, PT_REGIME_ARM64_HA), 0);
	expect(g, root, 0x1000, "oo- oo-", fixture_data(g, 1), 0);
	guest_close(g);
}

static void at_is_asked_of_both_halves_and_stage_2(void **state)
{
	/* TTBR1 and S2AP: bit 6 reading, bit 7 writing, for both levels alike. */
	struct guest *g = open_or_skip("arm64-4k-48");
	uint64_t root = chain64(g, 4);

	(void)state;
	fixture_put(g, fixture_table(g, 3), 0, fixture_data(g, 7) | 0x4c3);
	expect(g, root, 0xffff000000000000, "od- od-", fixture_data(g, 7),
	       PT_PTE);
	expect(g, root, 0xffff000000001000, "aa- aa-", 0, PT_PTE);
	guest_close(g);

	g = open_or_skip("arm64-s2-48");
	root = chain64(g, 4);
	fixture_put(g, fixture_table(g, 3), 0, fixture_data(g, 0) | 0x4ff);
	fixture_put(g, fixture_table(g, 3), 1, fixture_data(g, 1) | 0x47f);
	fixture_put(g, fixture_table(g, 3), 2, NOWHERE | 0x4bf);
	expect(g, root, 0x0000, "oo- oo-", fixture_data(g, 0), 0);
	expect(g, root, 0x1000, "od- od-", fixture_data(g, 1), PT_PTE);
	expect(g, root, 0x2000, "do- do-", NOWHERE, PT_PTE);
	expect(g, root, 0x3000, "aa- aa-", 0, PT_PTE);
	guest_close(g);
}

static void asking_leaves_the_page_alone(void **state)
{
	/* In a mixed list the accesses are made, and only they store. */
	struct guest *g = open_or_skip("arm64-4k-48");
	uint64_t root = chain64(g, 4);
	uint8_t *asked = guest_at(g, fixture_data(g, 0), PAGE);
	uint8_t *written = guest_at(g, fixture_data(g, 1), PAGE);
	uint8_t before[PAGE], touched[PAGE];
	struct guest_result result[4];
	struct guest_probe probe[4];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		fixture_put(g, fixture_table(g, 3), i,
			    fixture_data(g, i % 2) | 0x443);
		probe[i] = (struct guest_probe){
			.va = i * PAGE, .access = PT_WRITE,
			.privilege = PT_AS_KERNEL, .translate = i % 2 == 0,
		};
	}
	memcpy(before, asked, PAGE);
	memcpy(touched, written, PAGE);
	assert_int_equal(guest_run(g, root, probe, result, 4, NULL), 0);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(result[i].class, GUEST_OK);
		assert_int_equal(result[i].pa, fixture_data(g, i % 2));
	}
	assert_memory_equal(asked, before, PAGE);
	assert_memory_not_equal(written, touched, PAGE);
	guest_close(g);
}

static void ats_knows_short_descriptors(void **state)
{
	/* Pages, a section and a supersection beyond 4 GiB; holes at both levels. */
	struct guest *g = open_or_skip("arm-short");
	uint64_t root = fixture_table(g, 0), last = fixture_table(g, 4);
	const uint32_t super = 0x00040000 | 0xc02 | 0x7 << 5 | 0x3 << 20;

	(void)state;
	put32(g, false, root, 0, last | 1);
	put32(g, false, last, 0, fixture_data(g, 0) | 0x32);
	put32(g, false, last, 1, fixture_data(g, 1) | 0x232);
	put32(g, false, last, 2, fixture_data(g, 2) | 0x12);
	put32(g, false, root, 1, 0x90000000 | 0xc02);
	put32(g, false, root, 2, 0xc0000000 | 1);
	for (unsigned i = 16; i < 32; i++)
		put32(g, false, root, i, 0x12000000 | super);
	expect(g, root, 0x0000, "oo- oo-", fixture_data(g, 0), 0);
	expect(g, root, 0x1000, "od- od-", fixture_data(g, 1), PT_PTE);
	expect(g, root, 0x2000, "dd- oo-", fixture_data(g, 2), PT_PTE);
	expect(g, root, 0x3000, "aa- aa-", 0, PT_PTE);
	expect(g, root, 0x1ff000, "oo- oo-", 0x900ff000, 0);
	expect(g, root, 0x1234000, "oo- oo-", 0x7312234000, 0);
	expect(g, root, 0x200000, "bb- bb-", 0, PT_PTE);
	expect(g, root, 0x300000, "aa- aa-", 0, PT_PMD);
	guest_close(g);
}

static void ats_knows_long_descriptors(void **state)
{
	/* A page, a block beyond memory, AF, holes at each level. */
	struct guest *g = open_or_skip("arm-lpae");
	uint64_t root = chain64(g, 3);

	(void)state;
	fixture_put(g, fixture_table(g, 2), 0, fixture_data(g, 0) | 0x443);
	fixture_put(g, fixture_table(g, 2), 1, fixture_data(g, 1) | 0x4c3);
	fixture_put(g, fixture_table(g, 2), 2, fixture_data(g, 2) | 0x043);
	fixture_put(g, fixture_table(g, 1), 1, NOWHERE | 0x441);
	fixture_put(g, fixture_table(g, 1), 2, 0xc0000000 | 3);
	expect(g, root, 0x0000, "oo- oo-", fixture_data(g, 0), 0);
	expect(g, root, 0x1000, "od- od-", fixture_data(g, 1), PT_PTE);
	expect(g, root, 0x2000, "ff- ff-", 0, PT_PTE);
	expect(g, root, 0x3000, "aa- aa-", 0, PT_PTE);
	expect(g, root, 0x3ff000, "oo- oo-", NOWHERE + 0x1ff000, 0);
	expect(g, root, 0x400000, "bb- bb-", 0, PT_PTE);
	expect(g, root, 0x600000, "aa- aa-", 0, PT_PMD);
	expect(g, root, 0x40000000, "aa- aa-", 0, PT_PUD);
	guest_close(g);
}

static void lpae_tables_beyond_4_gib_wrap_quirk(void **state)
{
	/*
	 * There is no memory at 4 GiB more than a table's address, so a walk through it
	 * is an external abort at level 3; QEMU 7.2 drops bits 39:32 of the address.
	 */
	struct guest *g = open_or_skip("arm-lpae");
	uint64_t root = chain64(g, 3);

	(void)state;
	fixture_put(g, fixture_table(g, 1), 0,
		    (fixture_table(g, 2) + (UINT64_C(1) << 32)) | 3);
	fixture_put(g, fixture_table(g, 1), 1, 0xc0000000 | 3);
	fixture_put(g, fixture_table(g, 2), 0, fixture_data(g, 0) | 0x443);
	expect(g, root, 0, "oo- oo-", fixture_data(g, 0), PT_PTE);
	fixture_expect(g, root, 0, "ooo ooo", fixture_data(g, 0));
	fixture_expect(g, root, 0x200000, "bbb bbb", 0);
	guest_close(g);
}

static void ptest_knows_residence_and_rights_of_pages(void **state)
{
	/* U, K and read-only pages, a hole, and below 16 MiB the window in kernel mode. */
	struct guest *g = open_or_skip("m68k-motorola");
	uint64_t root = fixture_table(g, 0), page = fixture_table(g, 2);

	(void)state;
	put32(g, true, root, 2, fixture_table(g, 1) | 2);
	put32(g, true, root, 0, fixture_table(g, 1) | 2);
	put32(g, true, fixture_table(g, 1), 0, page | 2);
	put32(g, true, page, 0, fixture_data(g, 0) | 0x001);
	put32(g, true, page, 1, fixture_data(g, 1) | 0x081);
	put32(g, true, page, 2, 0x80000000 | 0x005);
	expect(g, root, 0x4000000, "ooo ooo", fixture_data(g, 0), 0);
	expect(g, root, 0x4001000, "ddd ooo", fixture_data(g, 1),
	       PT_DEPTH_UNKNOWN);
	expect(g, root, 0x4002000, "odo odo", 0x80000000, PT_DEPTH_UNKNOWN);
	expect(g, root, 0x4003000, "aaa aaa", 0, PT_DEPTH_UNKNOWN);
	expect(g, root, 0x0000000, "ooo ---", fixture_data(g, 0), 0);
	guest_close(g);
}

static void ptestw_ends_at_a_protected_table_quirk(void **state)
{
	/*
	 * W of a table descriptor leaves the page resident, so it is "odo odo" by the
	 * manual; QEMU 7.2 ends the search there and leaves R clear.
	 */
	struct guest *g = open_or_skip("m68k-motorola");
	uint64_t root = fixture_table(g, 0), page = fixture_table(g, 2);

	(void)state;
	put32(g, true, root, 2, fixture_table(g, 1) | 6);
	put32(g, true, fixture_table(g, 1), 0, page | 2);
	put32(g, true, page, 0, fixture_data(g, 0) | 0x001);
	expect(g, root, 0x4000000, "oao oao", fixture_data(g, 0),
	       PT_DEPTH_UNKNOWN);
	guest_close(g);
}

static void the_srmmu_tells_entries_and_no_rights(void **state)
{
	/* Leaves of three sizes, of any rights; the level of what is none. */
	struct guest *g = open_or_skip("sparc32-srmmu");
	uint64_t root = fixture_table(g, 0), segment = fixture_table(g, 1);
	uint64_t page = fixture_table(g, 2);

	(void)state;
	put32(g, true, root, 2, segment >> 4 | 1);
	put32(g, true, root, 3, UINT64_C(0x812000000) >> 4 | 0x1e);
	put32(g, true, root, 4, 3);
	put32(g, true, segment, 0, page >> 4 | 1);
	put32(g, true, segment, 1, UINT64_C(0x900040000) >> 4 | 0x12);
	put32(g, true, page, 0, fixture_data(g, 0) >> 4 | 0x0e);
	put32(g, true, page, 1, fixture_data(g, 1) >> 4 | 0x02);
	expect(g, root, 0x2000000, "--- o--", fixture_data(g, 0), 0);
	expect(g, root, 0x2001000, "--- o--", fixture_data(g, 1), 0);
	expect(g, root, 0x2047000, "--- o--", 0x900047000, 0);
	expect(g, root, 0x3abc000, "--- o--", 0x812abc000, 0);
	expect(g, root, 0x2002000, "--- a--", 0, PT_PTE);
	expect(g, root, 0x2080000, "--- a--", 0, PT_PMD);
	expect(g, root, 0x4000000, "--- a--", 0, PT_PUD);
	expect(g, root, 0x5000000, "--- a--", 0, PT_PUD);
	guest_close(g);
}

static void without_the_instruction_nothing_is_asked(void **state)
{
	/* x86 has none: the probes are skipped, and their pages not touched. */
	struct guest *g = open_or_skip("x86_64-4level");
	const struct guest_probe probe = { .access = PT_READ, .translate = true };
	struct guest_result result;
	size_t skipped;

	(void)state;
	assert_int_equal(guest_translate_mask(g), 0);
	assert_int_equal(guest_run(g, fixture_table(g, 0), &probe, &result, 1,
				   &skipped), 0);
	assert_int_equal(skipped, 1);
	assert_int_equal(result.class, GUEST_NOT_RUN);
	guest_close(g);
}

/*
 * What a read of page 1 comes to after the page table, whose own page leaf 2 maps,
 * got another entry 1 by a store: bit 0 of what is stored is clear.
 */
static unsigned class_after_store(struct guest *g, uint64_t root)
{
	static const struct guest_probe probe[] = {
		{ .va = PAGE, .access = PT_READ, .privilege = PT_AS_KERNEL },
		{ .va = PAGE, .access = PT_READ, .privilege = PT_AS_KERNEL },
		{ .va = 2 * PAGE, .access = PT_WRITE,
		  .privilege = PT_AS_KERNEL },
		{ .va = PAGE, .access = PT_READ, .privilege = PT_AS_KERNEL },
	};
	struct guest_result result[4];

	assert_int_equal(guest_run(g, root, probe, result, 4, NULL), 0);
	assert_int_equal(result[0].class, GUEST_OK);
	assert_int_equal(result[1].class, GUEST_OK);
	return result[3].class;
}

static void flushing_each_time_sees_what_a_batch_changed(void **state)
{
	/* A translation in use outlives its entry, unless it is flushed. */
	static const struct {
		const char *format;
		unsigned levels;
		uint64_t table, leaf;
		bool shifted;		/* addresses: riscv */
		unsigned fault;
	} row[] = {
		{ "x86_64-4level", 4, 0x7, 0x63, false, GUEST_FAULT_ABSENT },
		{ "arm64-4k-48", 4, 0x3, 0x403, false, GUEST_FAULT_ABSENT },
		{ "riscv-sv39", 3, 0x1, 0xcf, true, GUEST_FAULT_PAGE },
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		const unsigned down = row[i].shifted ? 2 : 0;
		const unsigned last = row[i].levels - 1;
		struct guest *g = open_or_skip(row[i].format);
		uint64_t root = fixture_table(g, 0);

		for (unsigned d = 0; d < last; d++)
			fixture_put(g, fixture_table(g, d), 0,
				    fixture_table(g, d + 1) >> down |
					    row[i].table);
		fixture_put(g, fixture_table(g, last), 2,
			    fixture_table(g, last) >> down | row[i].leaf);
		for (unsigned each = 0; each < 2; each++) {
			fixture_put(g, fixture_table(g, last), 1,
				    fixture_data(g, 1) >> down | row[i].leaf);
			assert_int_equal(guest_flush_each(g, each), 0);
			assert_int_equal(class_after_store(g, root),
					 each ? row[i].fault : GUEST_OK);
		}
		guest_close(g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_knows_rights_flags_and_holes),
		cmocka_unit_test(at_goes_where_no_access_can),
		cmocka_unit_test(at_follows_the_control_word),
		cmocka_unit_test(at_is_asked_of_both_halves_and_stage_2),
		cmocka_unit_test(asking_leaves_the_page_alone),
		cmocka_unit_test(ats_knows_short_descriptors),
		cmocka_unit_test(ats_knows_long_descriptors),
		cmocka_unit_test(lpae_tables_beyond_4_gib_wrap_quirk),
		cmocka_unit_test(
			ptest_knows_residence_and_rights_of_pages),
		cmocka_unit_test(ptestw_ends_at_a_protected_table_quirk),
		cmocka_unit_test(the_srmmu_tells_entries_and_no_rights),
		cmocka_unit_test(without_the_instruction_nothing_is_asked),
		cmocka_unit_test(flushing_each_time_sees_what_a_batch_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
