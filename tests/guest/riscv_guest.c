/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The riscv64 guests against tables written by hand.
 *
 * Words and expectations: RISC-V privileged specification 20211203, 4.3.1 and
 * 4.3.2 (entries, translation), 4.4 to 4.6 (Sv39, Sv48, Sv57), 3.1.6.3 (MXR,
 * SUM).  Bits used: 0 V, 1 R, 2 W, 3 X, 4 U, 6 A, 7 D.
 */
#include "guest_fixture.h"

#define GIB	UINT64_C(0x40000000)
#define ADUE	PT_REGIME_RISCV_ADUE
#define SUM	PT_REGIME_RISCV_SUM
#define MXR	PT_REGIME_RISCV_MXR

enum { PAGE = 4096 };

static uint64_t ppn(uint64_t pa)
{
	return pa >> 12 << 10;
}

/*
 * The tables from 8 - levels to 7 are a chain through entry 0 of each; entry
 * 256 of the root leads there too.  Returns the root; table 7 is the last.
 */
static uint64_t chain(struct guest *g, unsigned levels)
{
	for (unsigned i = 8 - levels; i < 7; i++)
		fixture_put(g, fixture_table(g, i), 0,
			    ppn(fixture_table(g, i + 1)) | 1);
	fixture_put(g, fixture_table(g, 8 - levels), 256,
		    ppn(fixture_table(g, 9 - levels)) | 1);
	return fixture_table(g, 8 - levels);
}

static void leaf(struct guest *g, unsigned n, uint64_t bits)
{
	fixture_put(g, fixture_table(g, 7), n, ppn(fixture_data(g, n)) | bits);
}

static void page_rights_decide_each_access(void **state)
{
	/* Each combination of V, R, W, X, U gives the manual's rights. */
	static const struct {
		uint64_t bits;
		const char *outcome;
	} row[] = {
		{ 0xdf, "ooo ppp" }, { 0xd7, "oop ppp" }, { 0xd3, "opp ppp" },
		{ 0xdb, "opo ppp" }, { 0xd9, "ppo ppp" }, { 0xcf, "ppp ooo" },
		{ 0xc7, "ppp oop" }, { 0xc3, "ppp opp" }, { 0xcb, "ppp opo" },
		{ 0xc9, "ppp ppo" },
		{ 0xd5, "ppp ppp" },	/* W without R is reserved */
		{ 0xdd, "ppp ppp" },
		{ 0xc1, "ppp ppp" },	/* a pointer in the last table */
		{ 0xde, "ppp ppp" },	/* V clear */
	};
	struct guest *g = fixture_open("riscv-sv39", NULL);
	uint64_t root = chain(g, 3);

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
	/* Megapages and gigapages map all pages, misaligned ones none. */
	struct guest *g = fixture_open("riscv-sv39", NULL);
	const struct guest_range *data = &guest_ram(g)->data;
	uint64_t ram = guest_ram(g)->ram.pa;
	uint64_t root = chain(g, 3);

	(void)state;
	fixture_put(g, fixture_table(g, 6), 1, ppn(data->pa) | 0xdf);
	fixture_put(g, fixture_table(g, 6), 2, ppn(data->pa + PAGE) | 0xdf);
	fixture_put(g, root, 1, ppn(ram) | 0xc3);
	fixture_put(g, root, 2, ppn(ram + 0x200000) | 0xc3);
	fixture_expect(g, root, 0x200000, "ooo ppp", data->pa);
	fixture_expect(g, root, 0x305000, "ooo ppp", data->pa + 0x105000);
	fixture_expect(g, root, 0x3ff000, "ooo ppp", data->pa + 0x1ff000);
	fixture_expect(g, root, 0x400000, "ppp ppp", 0);
	fixture_expect(g, root, GIB + data->pa - ram, "ppp opp", data->pa);
	fixture_expect(g, root, GIB + data->pa - ram + data->bytes - PAGE,
		       "ppp opp", data->pa + data->bytes - PAGE);
	fixture_expect(g, root, 2 * GIB, "ppp ppp", 0);
	guest_close(g);
}

static void halves_gap_and_holes_in_every_mode(void **state)
{
	/* Both halves of Sv39, Sv48 and Sv57, holes at each level, the gap. */
	static const struct {
		const char *format;
		unsigned levels, va_bits;
	} mode[] = {
		{ "riscv-sv39", 3, 39 },
		{ "riscv-sv48", 4, 48 },
		{ "riscv-sv57", 5, 57 },
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct guest *g = fixture_open(mode[i].format, NULL);
		uint64_t root = chain(g, mode[i].levels);
		uint64_t half = UINT64_C(1) << (mode[i].va_bits - 1);

		leaf(g, 0, 0xdf);
		leaf(g, 9, 0xcf);
		fixture_expect(g, root, 0x0000, "ooo ppp", fixture_data(g, 0));
		fixture_expect(g, root, 0x9000, "ppp ooo", fixture_data(g, 9));
		fixture_expect(g, root, 0 - half, "ooo ppp",
			       fixture_data(g, 0));
		fixture_expect(g, root, 0x9000 - half, "ppp ooo",
			       fixture_data(g, 9));
		fixture_expect(g, root, half, "ppp ppp", 0);
		fixture_expect(g, root, 0 - half - PAGE, "ppp ppp", 0);
		fixture_expect(g, root, UINT64_C(0) - PAGE, "ppp ppp", 0);
		for (unsigned shift = 12; shift < mode[i].va_bits; shift += 9)
			fixture_expect(g, root, UINT64_C(5) << shift,
				       "ppp ppp", 0);
		guest_close(g);
	}
}

static void control_bits_change_the_rights(void **state)
{
	/* SUM opens user data to the kernel, MXR makes executable readable. */
	static const struct {
		uint32_t control;
		const char *user_rwx, *user_x, *kernel_x;
	} row[] = {
		{ ADUE, "ooo ppp", "ppo ppp", "ppp ppo" },
		{ ADUE | SUM, "ooo oop", "ppo ppp", "ppp ppo" },
		{ ADUE | MXR, "ooo ppp", "opo ppp", "ppp opo" },
		{ ADUE | SUM | MXR, "ooo oop", "opo opp", "ppp opo" },
	};
	struct guest *g = fixture_open("riscv-sv48", NULL);
	uint64_t root = chain(g, 4);

	(void)state;
	leaf(g, 0, 0xdf);
	leaf(g, 1, 0xd9);
	leaf(g, 2, 0xc9);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(guest_set_regime(g, row[i].control), 0);
		fixture_expect(g, root, 0x0000, row[i].user_rwx,
			       fixture_data(g, 0));
		fixture_expect(g, root, 0x1000, row[i].user_x,
			       fixture_data(g, 1));
		fixture_expect(g, root, 0x2000, row[i].kernel_x,
			       fixture_data(g, 2));
	}
	assert_int_not_equal(guest_set_regime(g, SUM), 0);
	assert_int_not_equal(guest_set_regime(g, ADUE | 0x100), 0);
	guest_close(g);
}

static void memory_that_is_not_there_gives_an_access_fault(void **state)
{
	/* A permitted access to a page without memory fails on the bus. */
	struct guest *g = fixture_open("riscv-sv39", NULL);
	uint64_t root = chain(g, 3);

	(void)state;
	fixture_put(g, fixture_table(g, 7), 0, ppn(0x7000000000) | 0xdf);
	fixture_expect(g, root, 0, "bbb ppp", 0);
	guest_close(g);
}

static void hardware_marks_leaves(void **state)
{
	/* A and D appear in the leaf; pointer entries stay as they are. */
	struct guest *g = fixture_open("riscv-sv39", NULL);
	uint64_t root = chain(g, 3);
	uint64_t pointer = fixture_get(g, fixture_table(g, 6), 0);

	(void)state;
	leaf(g, 0, 0x1f);
	leaf(g, 1, 0x13);
	fixture_expect(g, root, 0x0000, "ooo ppp", fixture_data(g, 0));
	fixture_expect(g, root, 0x1000, "opp ppp", fixture_data(g, 1));
	assert_int_equal(fixture_get(g, fixture_table(g, 7), 0) & 0xc0, 0xc0);
	assert_int_equal(fixture_get(g, fixture_table(g, 7), 1) & 0xc0, 0x40);
	assert_int_equal(fixture_get(g, fixture_table(g, 6), 0), pointer);
	assert_memory_equal(guest_shadow_root(g), guest_at(g, root, PAGE),
			    PAGE);
	guest_close(g);
}

static void runtime_makes_way_for_probes_of_its_slot(void **state)
{
	/* Two slots free: all can be probed.  One: skipped.  None: nothing. */
	struct guest_probe probe[512];
	struct guest_result result[512];
	struct guest *g = fixture_open("riscv-sv39", NULL);
	uint64_t root = chain(g, 3);
	size_t skipped;

	(void)state;
	leaf(g, 0, 0xdf);
	for (uint64_t i = 0; i < 512; i++) {
		uint64_t va = i * GIB | (i >= 256 ? 0xffffff8000000000 : 0);

		probe[i] = (struct guest_probe){
			.va = va, .access = PT_EXEC, .privilege = PT_AS_USER,
		};
		if (i != 100 && i != 511)
			fixture_put(g, root, (unsigned)i,
				    ppn(fixture_table(g, 6)) | 1);
	}
	assert_int_equal(guest_run(g, root, probe, result, 512, &skipped), 0);
	assert_int_equal(skipped, 0);
	for (unsigned i = 0; i < 512; i++)
		assert_int_equal(result[i].class, i == 100 || i == 511 ?
				 GUEST_FAULT_PAGE : GUEST_OK);
	fixture_put(g, root, 511, ppn(fixture_table(g, 6)) | 1);
	assert_int_equal(guest_run(g, root, probe, result, 512, &skipped), 0);
	assert_int_equal(skipped, 1);
	assert_int_equal(result[100].class, GUEST_NOT_RUN);
	assert_int_equal(result[511].class, GUEST_OK);
	fixture_put(g, root, 100, ppn(fixture_table(g, 6)) | 1);
	assert_int_equal(guest_run(g, root, probe, result, 512, &skipped), 0);
	assert_int_equal(skipped, 512);
	guest_close(g);
}

static void every_batch_sees_the_tables_as_they_are(void **state)
{
	/* A changed entry is seen by the next run, and long lists work. */
	enum { COUNT = 20000 };
	static struct guest_probe probe[COUNT];
	static struct guest_result result[COUNT];
	struct guest *g = fixture_open("riscv-sv39", NULL);
	uint64_t root = chain(g, 3);

	(void)state;
	for (unsigned i = 0; i < COUNT; i++)
		probe[i] = (struct guest_probe){
			.va = i % 512 * PAGE + i % PAGE,
			.access = (enum pt_access)(i % 3),
			.privilege = PT_AS_KERNEL,
		};
	for (unsigned shift = 0; shift < 3; shift++) {
		for (unsigned i = 0; i < 512; i++)
			fixture_put(g, fixture_table(g, 7), i,
				    ppn(fixture_data(g, i + shift)) | 0xef);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_rights_decide_each_access),
		cmocka_unit_test(large_pages_reach_every_page_inside),
		cmocka_unit_test(halves_gap_and_holes_in_every_mode),
		cmocka_unit_test(control_bits_change_the_rights),
		cmocka_unit_test(
			memory_that_is_not_there_gives_an_access_fault),
		cmocka_unit_test(hardware_marks_leaves),
		cmocka_unit_test(runtime_makes_way_for_probes_of_its_slot),
		cmocka_unit_test(every_batch_sees_the_tables_as_they_are),
	};

	return fixture_main("riscv-sv39", tests);
}
