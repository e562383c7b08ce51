/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The x86-64 guests against tables written by hand.
 *
 * Words and expectations: Intel SDM volume 3A, 4.5 (entries), 4.6 (access
 * rights), 4.7 (error codes).  Bits used: 0 P, 1 R/W, 2 U/S, 5 A, 6 D, 7 PS,
 * 63 XD.  QEMU's TCG has 40 physical address bits.
 */
#include <string.h>

#include "guest_fixture.h"

#define XD	UINT64_C(0x8000000000000000)
#define GIB	UINT64_C(0x40000000)
#define SLOT	UINT64_C(0x8000000000)		/* of a 4-level root */

enum { PAGE = 4096 };

/*
 * Tables 0 to 3 are a chain PML4[0], PDPT[0], PD[0], PT, all permissive, and
 * also PML4[256] at the same PDPT.  Returns the root.
 */
static uint64_t chain(struct guest *g)
{
	for (unsigned i = 0; i < 3; i++)
		fixture_put(g, fixture_table(g, i), 0,
			    fixture_table(g, i + 1) | 0x7);
	fixture_put(g, fixture_table(g, 0), 256, fixture_table(g, 1) | 0x7);
	return fixture_table(g, 0);
}

/* A PT entry for page n of the chain that maps data page n. */
static void leaf(struct guest *g, unsigned n, uint64_t bits)
{
	fixture_put(g, fixture_table(g, 3), n, fixture_data(g, n) | bits);
}

static void page_rights_decide_each_access(void **state)
{
	/* Each combination of P, R/W, U/S, XD gives the manual's rights. */
	static const struct {
		uint64_t bits;
		const char *outcome;
	} row[] = {
		{ 0x7, "ooo ooo" }, { 0x5, "odo odo" }, { 0x3, "ddd ooo" },
		{ 0x1, "ddd odo" }, { 0x7 | XD, "ood ood" },
		{ 0x5 | XD, "odd odd" }, { 0x3 | XD, "ddd ood" },
		{ 0x1 | XD, "ddd odd" }, { 0x6, "aaa aaa" },
		{ 0x0, "aaa aaa" },
	};
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		leaf(g, i, row[i].bits);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		fixture_expect(g, root, (uint64_t)i * PAGE, row[i].outcome,
			       fixture_data(g, i));
	guest_close(g);
}

static void large_pages_reach_every_page_inside(void **state)
{
	/* Leaves of 2 MiB and 1 GiB map their first, middle and last page. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	const struct guest_range *data = &guest_ram(g)->data;
	uint64_t root = chain(g);

	(void)state;
	fixture_put(g, fixture_table(g, 2), 1, data->pa | 0xe7);
	fixture_expect(g, root, 0x200000, "ooo ooo", data->pa);
	fixture_expect(g, root, 0x305000, "ooo ooo", data->pa + 0x105000);
	fixture_expect(g, root, 0x3ff000, "ooo ooo", data->pa + 0x1ff000);
	fixture_expect(g, root, 0x400000, "aaa aaa", 0);
	fixture_put(g, fixture_table(g, 1), 1, 0x0 | 0xe5 | XD);
	fixture_expect(g, root, GIB + data->pa, "odd odd", data->pa);
	fixture_expect(g, root, GIB + data->pa + data->bytes - PAGE, "odd odd",
		       data->pa + data->bytes - PAGE);
	guest_close(g);
}

static void both_halves_and_the_gap_between(void **state)
{
	/* PML4[256] is at 0xffff800000000000; between the halves is #GP. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	leaf(g, 0, 0x7);
	leaf(g, 9, 0x3);
	fixture_expect(g, root, 0xffff800000000000, "ooo ooo",
		       fixture_data(g, 0));
	fixture_expect(g, root, 0xffff800000009000, "ddd ooo",
		       fixture_data(g, 9));
	fixture_expect(g, root, 0x00007ffffffff000, "aaa aaa", 0);
	fixture_expect(g, root, 0x0000800000000000, "ccc ccc", 0);
	fixture_expect(g, root, 0xffff7ffffffff000, "ccc ccc", 0);
	fixture_expect(g, root, 0x0100000000000000, "ccc ccc", 0);
	guest_close(g);
}

static void a_hole_at_each_level_is_absent(void **state)
{
	/* An entry without P ends the walk at PML4, PDPT, PD and PT alike. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	fixture_expect(g, root, 7 * SLOT, "aaa aaa", 0);
	fixture_expect(g, root, 5 * GIB, "aaa aaa", 0);
	fixture_expect(g, root, 0x600000, "aaa aaa", 0);
	fixture_expect(g, root, 0x5000, "aaa aaa", 0);
	guest_close(g);
}

static void table_entries_take_rights_away(void **state)
{
	/* R/W, U/S and XD of entries above accumulate into the leaf's. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);
	uint64_t data = fixture_data(g, 0);

	(void)state;
	leaf(g, 0, 0x7);
	fixture_put(g, root, 1, fixture_table(g, 1) | 0x5);
	fixture_put(g, root, 2, fixture_table(g, 1) | 0x3);
	fixture_put(g, root, 3, fixture_table(g, 1) | 0x7 | XD);
	fixture_put(g, fixture_table(g, 2), 4, fixture_table(g, 3) | 0x1);
	fixture_expect(g, root, SLOT, "odo odo", data);
	fixture_expect(g, root, 2 * SLOT, "ddd ooo", data);
	fixture_expect(g, root, 3 * SLOT, "ood ood", data);
	fixture_expect(g, root, 4 * 0x200000, "ddd odo", data);
	guest_close(g);
}

static void reserved_bits_fault_as_reserved(void **state)
{
	/* Address bits from 40, and bits 20..13 of a 2-MiB leaf, must be 0. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	leaf(g, 0, 0x7 | UINT64_C(1) << 45);
	fixture_put(g, fixture_table(g, 2), 1, fixture_data(g, 0) | 0x20e7);
	fixture_put(g, fixture_table(g, 0), 3, fixture_table(g, 1) | 0x87);
	fixture_expect(g, root, 0, "rrr rrr", 0);
	fixture_expect(g, root, 0x200000, "rrr rrr", 0);
	fixture_expect(g, root, 3 * SLOT, "rrr rrr", 0);
	guest_close(g);
}

static void control_bits_change_the_rights(void **state)
{
	/* WP, SMEP, SMAP and NXE each do what the manual says, no more. */
	enum {
		WP = PT_REGIME_X86_WP, NXE = PT_REGIME_X86_NXE,
		SMEP = PT_REGIME_X86_SMEP, SMAP = PT_REGIME_X86_SMAP,
	};
	static const struct {
		uint32_t control;
		const char *user_rw, *user_ro, *kernel_ro, *user_xd;
	} row[] = {
		{ WP | NXE, "ooo ooo", "odo odo", "ddd odo", "ood ood" },
		{ NXE, "ooo ooo", "odo ooo", "ddd ooo", "ood ood" },
		{ WP | NXE | SMEP, "ooo ood", "odo odd", "ddd odo", "ood ood" },
		{ WP | NXE | SMAP, "ooo ddo", "odo ddo", "ddd odo", "ood ddd" },
		{ WP | NXE | SMEP | SMAP, "ooo ddd", "odo ddd", "ddd odo",
		  "ood ddd" },
		{ WP, "ooo ooo", "odo odo", "ddd odo", "rrr rrr" },
		{ WP | SMEP, "ooo ood", "odo odd", "ddd odo", "rrr rrr" },
	};
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	leaf(g, 0, 0x7);
	leaf(g, 1, 0x5);
	leaf(g, 2, 0x1);
	leaf(g, 3, 0x7 | XD);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(guest_set_regime(g, row[i].control), 0);
		fixture_expect(g, root, 0x0000, row[i].user_rw,
			       fixture_data(g, 0));
		fixture_expect(g, root, 0x1000, row[i].user_ro,
			       fixture_data(g, 1));
		fixture_expect(g, root, 0x2000, row[i].kernel_ro,
			       fixture_data(g, 2));
		fixture_expect(g, root, 0x3000, row[i].user_xd,
			       fixture_data(g, 3));
	}
	assert_int_not_equal(guest_set_regime(g, 0x100), 0);
	guest_close(g);
}

static void keys_deny_what_pkru_says(void **state)
{
	/* Key k has AD = bit 0 and WD = bit 1 of k; WP decides for the kernel. */
	enum { PKE = PT_REGIME_X86_PKE, ON = PKE | PT_REGIME_X86_NXE };
	static const char *const with_wp[4] = {
		"ooo ooo", "kko kko", "oko oko", "kko kko",
	};
	static const char *const without[4] = {
		"ooo ooo", "kko kko", "oko ooo", "kko kko",
	};
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g), data = fixture_data(g, 0);

	(void)state;
	for (uint64_t k = 0; k < 16; k++) {
		leaf(g, 0, 0x7 | k << 59);
		assert_int_equal(guest_set_regime(g, ON | PT_REGIME_X86_WP), 0);
		fixture_expect(g, root, 0, with_wp[k % 4], data);
		assert_int_equal(guest_set_regime(g, ON), 0);
		fixture_expect(g, root, 0, without[k % 4], data);
		assert_int_equal(guest_set_regime(g, ON & ~PKE), 0);
		fixture_expect(g, root, 0, "ooo ooo", data);
	}
	leaf(g, 0, 0x3 | UINT64_C(3) << 59);
	assert_int_equal(guest_set_regime(g, ON), 0);
	fixture_expect(g, root, 0, "ddd ooo", data);
	guest_close(g);
}

static void stores_land_and_spare_the_tags(void **state)
{
	/* A write changes only the store word of the page that it reaches. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);
	uint8_t *page = guest_at(g, fixture_data(g, 3), PAGE);
	uint8_t before[PAGE];

	(void)state;
	leaf(g, 3, 0x7);
	memcpy(before, page, PAGE);
	fixture_expect(g, root, 0x3000, "ooo ooo", fixture_data(g, 3));
	assert_memory_not_equal(page + 8, before + 8, 8);
	memcpy(before + 8, page + 8, 8);
	assert_memory_equal(page, before, PAGE);
	/* A store to a page without a tag is noticed. */
	fixture_put(g, fixture_table(g, 3), 4, fixture_table(g, 9) | XD | 0x7);
	fixture_expect(g, root, 0x4000, "osd osd", 0);
	guest_close(g);
}

static void hardware_marks_entries_but_not_the_real_root(void **state)
{
	/* A and D appear in tables and in the shadow root only. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	leaf(g, 0, 0x7);
	leaf(g, 1, 0x5 | XD);
	fixture_expect(g, root, 0x0000, "ooo ooo", fixture_data(g, 0));
	fixture_expect(g, root, 0x1000, "odd odd", fixture_data(g, 1));
	assert_int_equal(fixture_get(g, root, 0) & 0x20, 0);
	assert_int_equal(guest_shadow_root(g)[0] & 0x20, 0x20);
	assert_int_equal(fixture_get(g, fixture_table(g, 1), 0) & 0x20, 0x20);
	assert_int_equal(fixture_get(g, fixture_table(g, 3), 0) & 0x60, 0x60);
	assert_int_equal(fixture_get(g, fixture_table(g, 3), 1) & 0x60, 0x20);
	assert_memory_equal(guest_shadow_root(g) + 8,
			    guest_at(g, root + 8, PAGE - 8), PAGE - 8);
	guest_close(g);
}

/* One read by the kernel in each root slot.  Returns how many were skipped. */
static size_t read_every_slot(struct guest *g, uint64_t root,
			      struct guest_result *result)
{
	static struct guest_probe probe[512];
	size_t skipped;

	for (unsigned i = 0; i < 512; i++) {
		uint64_t va = i * SLOT;

		if (i >= 256)
			va |= 0xffff000000000000;
		probe[i] = (struct guest_probe){
			.va = va, .access = PT_READ, .privilege = PT_AS_KERNEL,
		};
	}
	assert_int_equal(guest_run(g, root, probe, result, 512, &skipped), 0);
	return skipped;
}

static void runtime_makes_way_for_probes_of_its_slot(void **state)
{
	/*
	 * Every root slot can be probed while two are free; with one, its own
	 * probes are reported as skipped, with none, all are.
	 */
	struct guest_result result[512];
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	leaf(g, 0, 0x7);
	assert_int_equal(read_every_slot(g, root, result), 0);
	for (unsigned i = 0; i < 512; i++)
		assert_int_equal(result[i].class, i % 256 == 0 ? GUEST_OK :
				 GUEST_FAULT_ABSENT);
	for (unsigned i = 0; i < 512; i++)
		if (i != 100 && i != 300)
			fixture_put(g, root, i, fixture_table(g, 1) | 0x7);
	assert_int_equal(read_every_slot(g, root, result), 0);
	for (unsigned i = 0; i < 512; i++)
		assert_int_equal(result[i].class, i % 200 == 100 && i < 400 ?
				 GUEST_FAULT_ABSENT : GUEST_OK);
	fixture_put(g, root, 300, fixture_table(g, 1) | 0x7);
	assert_int_equal(read_every_slot(g, root, result), 1);
	assert_int_equal(result[100].class, GUEST_NOT_RUN);
	assert_int_equal(result[101].class, GUEST_OK);
	fixture_put(g, root, 100, fixture_table(g, 1) | 0x7);
	assert_int_equal(read_every_slot(g, root, result), 512);
	guest_close(g);
}

static void every_batch_sees_the_tables_as_they_are(void **state)
{
	/* A changed entry is seen by the next run, and long lists work. */
	enum { COUNT = 20000 };
	static struct guest_probe probe[COUNT];
	static struct guest_result result[COUNT];
	struct guest *g = fixture_open("x86_64-4level", NULL);
	uint64_t root = chain(g);

	(void)state;
	for (unsigned i = 0; i < COUNT; i++)
		probe[i] = (struct guest_probe){
			.va = i % 512 * PAGE + i % PAGE,
			.access = (enum pt_access)(i % 3),
			.privilege = (enum pt_privilege)(i / 3 % 2),
		};
	for (unsigned shift = 0; shift < 3; shift++) {
		for (unsigned i = 0; i < 512; i++)
			fixture_put(g, fixture_table(g, 3), i,
				    fixture_data(g, i + shift) | 0x107);
		assert_int_equal(guest_run(g, root, probe, result, COUNT, NULL),
				 0);
		for (unsigned i = 0; i < COUNT; i++) {
			assert_int_equal(result[i].class, GUEST_OK);
			assert_int_equal(result[i].pa,
					 fixture_data(g, i % 512 + shift));
		}
	}
	guest_close(g);
}

static void five_levels_translate_57_bits(void **state)
{
	/* PML5 slots 0 and 256, a 2-MiB leaf, holes, and the wider gap. */
	struct guest *g = fixture_open("x86_64-5level", NULL);
	uint64_t root = fixture_table(g, 8);

	(void)state;
	fixture_put(g, root, 0, chain(g) | 0x7);
	fixture_put(g, root, 256, fixture_table(g, 0) | 0x7);
	leaf(g, 0, 0x7);
	fixture_put(g, fixture_table(g, 2), 1, fixture_data(g, 0) | 0xe5);
	fixture_expect(g, root, 0, "ooo ooo", fixture_data(g, 0));
	fixture_expect(g, root, 0x0000800000000000, "ooo ooo",
		       fixture_data(g, 0));
	fixture_expect(g, root, 0xff00000000000000, "ooo ooo",
		       fixture_data(g, 0));
	fixture_expect(g, root, 0xff00000000201000, "odo odo",
		       fixture_data(g, 1));
	fixture_expect(g, root, 0xffffffffff000000, "aaa aaa", 0);
	fixture_expect(g, root, 0x0001000000000000, "aaa aaa", 0);
	fixture_expect(g, root, 0x00fffffffffff000, "aaa aaa", 0);
	fixture_expect(g, root, 0x0100000000000000, "ccc ccc", 0);
	fixture_expect(g, root, 0xfefffffffffff000, "ccc ccc", 0);
	guest_close(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_rights_decide_each_access),
		cmocka_unit_test(large_pages_reach_every_page_inside),
		cmocka_unit_test(both_halves_and_the_gap_between),
		cmocka_unit_test(a_hole_at_each_level_is_absent),
		cmocka_unit_test(table_entries_take_rights_away),
		cmocka_unit_test(reserved_bits_fault_as_reserved),
		cmocka_unit_test(control_bits_change_the_rights),
		cmocka_unit_test(keys_deny_what_pkru_says),
		cmocka_unit_test(stores_land_and_spare_the_tags),
		cmocka_unit_test(hardware_marks_entries_but_not_the_real_root),
		cmocka_unit_test(runtime_makes_way_for_probes_of_its_slot),
		cmocka_unit_test(every_batch_sees_the_tables_as_they_are),
		cmocka_unit_test(five_levels_translate_57_bits),
	};

	return fixture_main("x86_64-4level", tests);
}
