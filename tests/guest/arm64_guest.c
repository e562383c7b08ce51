/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Both stages of the arm64 guest, against tables written by hand: that stage 2 is
 * there when the control word says so, below table addresses and below pages, that it
 * moves both and takes away rights, and that it is not there else.
 *
 * Words and expectations: Arm ARM DDI 0487J.a, D8.1 (stage 2 translates what stage 1
 * reads and what comes out of it), D8.3 (descriptors), D8.15 (faults), D19.2.37
 * (ESR_ELx.S1PTW), D19.2 (HPFAR_EL2), D19.2.116 (PAR_EL1.S, PTW).
 */
#include "guest_fixture.h"
#include "guest_layout.h"
#include "guest_mailbox.h"

#define BLOCK (UINT64_C(1) << ARM64_STAGE2_PAGE_SHIFT)

/* Beyond the guest's RAM, in a block of stage 2 that nothing else needs. */
#define NOWHERE UINT64_C(0x7000000000)

#define BOTH PT_REGIME_ARM64_STAGE2

/* Of a page: EL0 and EL1, AF. */
#define USER_PAGE 0x443

/* Writes the entry of stage 2 for NOWHERE. */
static void put_stage2(struct guest *g, uint64_t word)
{
	const uint64_t runtime = guest_ram(g)->ram.pa + GUEST_RUNTIME_AT;

	fixture_put(g, runtime + ARM64_STAGE2_BLOCKS,
		    (unsigned)(NOWHERE >> ARM64_STAGE2_SHIFT), word);
}

/* An entry of the table of that address, which need not be its place. */
static void put(struct guest *g, uint32_t control, uint64_t table,
		unsigned index, uint64_t word)
{
	fixture_put(g, guest_place(g, control, table), index, word);
}

/* Pages 0 RAM, 1 NOWHERE; page 512 by a table at NOWHERE. */
static void tables(struct guest *g, uint32_t control)
{
	for (unsigned i = 0; i < 3; i++)
		put(g, control, fixture_table(g, i), 0,
		    fixture_table(g, i + 1) | 3);
	put(g, control, fixture_table(g, 2), 1, NOWHERE | 3);
	put(g, control, fixture_table(g, 3), 0,
	    fixture_data(g, 0) | USER_PAGE);
	put(g, control, fixture_table(g, 3), 1, NOWHERE | USER_PAGE);
}

/* An access by the user at that address under that control word. */
static struct guest_result access_at(struct guest *g, uint32_t control,
				     uint64_t va, enum pt_access access,
				     bool translate)
{
	const struct guest_probe probe = {
		.va = va, .access = access, .privilege = PT_AS_USER,
		.translate = translate,
	};
	const uint64_t root = guest_place(g, control, fixture_table(g, 0));
	struct guest_result result;

	assert_int_equal(guest_set_regime(g, control), 0);
	assert_int_equal(guest_run(g, root, &probe, &result, 1, NULL), 0);
	return result;
}

static struct guest_result read_at(struct guest *g, uint32_t control,
				   uint64_t va, bool translate)
{
	return access_at(g, control, va, PT_READ, translate);
}

static void tables_and_pages_are_elsewhere(void **state)
{
	/*
	 * The same tables at the same addresses, but those are other places, and the
	 * page is another one; what is not in RAM is where it was.
	 */
	struct guest *g = fixture_open("arm64-4k-48", NULL);
	const uint64_t root = fixture_table(g, 0), page = fixture_data(g, 0);

	(void)state;
	assert_int_equal(guest_place(g, 0, page), page);
	assert_int_not_equal(guest_place(g, BOTH, page), page);
	assert_int_not_equal(guest_place(g, BOTH, root), root);
	assert_int_equal(guest_place(g, BOTH, NOWHERE), NOWHERE);
	for (unsigned i = 0; i < 2; i++) {
		const uint32_t control = i ? BOTH : 0;

		tables(g, control);
		assert_int_equal(guest_set_regime(g, control), 0);
		fixture_expect(g, guest_place(g, control, root), 0x0000,
			       "ooo ood", guest_place(g, control, page));
		fixture_expect(g, guest_place(g, control, root), 0x1000,
			       "bbb bbd", 0);
		fixture_expect(g, guest_place(g, control, root), 0x2000,
			       "aaa aaa", 0);
		fixture_expect(g, guest_place(g, control, root), 0x200000,
			       "bbb bbb", 0);
		assert_int_equal(read_at(g, control, 0, true).pa,
				 guest_place(g, control, page));
		assert_int_equal(read_at(g, control, 0x1000, true).pa, NOWHERE);
	}
	guest_close(g);
}

static void each_page_of_ram_has_another_place(void **state)
{
	/* Tables among tables, data among data, each place once, none its own. */
	static bool taken[1 << 10];
	struct guest *g = fixture_open("arm64-4k-48", NULL);
	const struct guest_ram *ram = guest_ram(g);
	const struct guest_range *range[] = { &ram->tables, &ram->data };

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		for (uint64_t at = 0; at < range[i]->bytes; at += BLOCK) {
			const uint64_t pa = range[i]->pa + at;
			const uint64_t place = guest_place(g, BOTH, pa);
			const uint64_t number = (place - ram->ram.pa) / BLOCK;

			assert_int_not_equal(place, pa);
			assert_true(place - range[i]->pa < range[i]->bytes);
			assert_int_equal(guest_place(g, BOTH, pa + 5), place + 5);
			assert_false(taken[number]);
			taken[number] = true;
		}
	guest_close(g);
}

static void rights_are_those_of_both_stages(void **state)
{
	/* Pages of data, all of which stage 1 allows everything to EL0: r, w, x. */
	static const uint8_t none = GUEST_BELOW_ABSENT;
	static const uint8_t denied = GUEST_BELOW_DENIED;
	static const struct {
		unsigned page;
		uint8_t class[PT_ACCESSES];
	} row[] = {
		{ 0, { GUEST_OK, GUEST_OK, GUEST_OK } },
		{ 1, { GUEST_OK, GUEST_BELOW_DENIED, GUEST_OK } },
		{ 2, { GUEST_OK, GUEST_OK, GUEST_BELOW_DENIED } },
		{ 3, { none, none, none } }, { 4, { denied, denied, GUEST_OK } },
		{ 6, { GUEST_OK, GUEST_BELOW_DENIED, GUEST_BELOW_DENIED } },
	};
	struct guest *g = fixture_open("arm64-4k-48", NULL);

	(void)state;
	tables(g, BOTH);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const uint64_t page = guest_ram(g)->data.pa +
				      row[i].page * BLOCK;

		put(g, BOTH, fixture_table(g, 3), 0, page | USER_PAGE);
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			const struct guest_result r = access_at(
				g, BOTH, 0, (enum pt_access)a, false);

			assert_int_equal(r.class, row[i].class[a]);
			if (r.class == GUEST_OK)
				assert_int_equal(r.pa, guest_place(g, BOTH, page));
			if (r.class == GUEST_BELOW_ABSENT)
				assert_int_equal(r.pa, page);
			if (a == PT_EXEC)
				continue;
			assert_int_equal(access_at(g, BOTH, 0, (enum pt_access)a,
						   true).class,
					 row[i].class[a]);
		}
	}
	guest_close(g);
}

static void walks_need_the_right_to_read(void **state)
{
	/* Tables at pages that are not mapped, only read, only written. */
	static const struct {
		unsigned page;
		uint8_t class;
	} row[] = {
		{ 1, GUEST_BELOW_WALK_ABSENT }, { 2, GUEST_FAULT_ABSENT },
		{ 4, GUEST_BELOW_WALK_DENIED },
	};
	struct guest *g = fixture_open("arm64-4k-48", NULL);

	(void)state;
	tables(g, BOTH);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const uint64_t table = guest_ram(g)->tables.pa +
				       row[i].page * BLOCK;
		struct guest_result r;

		put(g, BOTH, fixture_table(g, 2), 1, table | 3);
		r = read_at(g, BOTH, 0x200000, false);
		assert_int_equal(r.class, row[i].class);
		if (r.class != GUEST_FAULT_ABSENT)
			assert_int_equal(r.pa, table);
		assert_int_equal(read_at(g, BOTH, 0x200000, true).class,
				 row[i].class);
	}
	guest_close(g);
}

static void a_hole_in_stage_2_is_met(void **state)
{
	/* Below a page and below a table, by an access and by AT. */
	static const struct {
		uint64_t va;
		bool translate;
		uint8_t alone, both;
	} row[] = {
		{ 0x1000, false, GUEST_FAULT_BUS, GUEST_BELOW_ABSENT },
		{ 0x1000, true, GUEST_OK, GUEST_BELOW_ABSENT },
		{ 0x200000, false, GUEST_FAULT_BUS, GUEST_BELOW_WALK_ABSENT },
		{ 0x200000, true, GUEST_FAULT_BUS, GUEST_BELOW_WALK_ABSENT },
	};
	struct guest *g = fixture_open("arm64-4k-48", NULL);

	(void)state;
	put_stage2(g, 0);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		tables(g, BOTH);
		assert_int_equal(read_at(g, BOTH, row[i].va,
					 row[i].translate).class, row[i].both);
		tables(g, 0);
		assert_int_equal(read_at(g, 0, row[i].va,
					 row[i].translate).class, row[i].alone);
	}
	tables(g, BOTH);
	assert_int_equal(read_at(g, BOTH, 0, false).class, GUEST_OK);
	guest_close(g);
}

static void the_kernel_with_pan_is_asked_of_both(void **state)
{
	/* AT with PAN has no form for both stages: each is asked in turn. */
	const uint32_t control = BOTH | PT_REGIME_ARM64_PAN;
	struct guest_probe probe = {
		.access = PT_WRITE, .privilege = PT_AS_KERNEL, .translate = true,
	};
	struct guest *g = fixture_open("arm64-4k-48", NULL);
	const uint64_t root = guest_place(g, control, fixture_table(g, 0));
	const uint64_t data = guest_ram(g)->data.pa;
	struct guest_result r;

	(void)state;
	tables(g, control);
	assert_int_equal(guest_set_regime(g, control), 0);
	/* The user's page; the kernel's; one that stage 2 does not let write. */
	assert_int_equal(guest_run(g, root, &probe, &r, 1, NULL), 0);
	assert_int_equal(r.class, GUEST_FAULT_DENIED);
	put(g, control, fixture_table(g, 3), 0, data | 0x403);
	assert_int_equal(guest_run(g, root, &probe, &r, 1, NULL), 0);
	assert_int_equal(r.class, GUEST_OK);
	assert_int_equal(r.pa, guest_place(g, control, data));
	put(g, control, fixture_table(g, 3), 0, (data + BLOCK) | 0x403);
	assert_int_equal(guest_run(g, root, &probe, &r, 1, NULL), 0);
	assert_int_equal(r.class, GUEST_BELOW_DENIED);
	guest_close(g);
}

static void pages_and_tables_move_with_stage_2(void **state)
{
	/* With NOWHERE mapped to RAM the page and the table are found there. */
	struct guest *g = fixture_open("arm64-4k-48", NULL);
	struct guest_result result;
	uint64_t offset;

	(void)state;
	tables(g, BOTH);
	put_stage2(g, guest_ram(g)->ram.pa | 0x7fd);
	offset = fixture_data(g, 3) - guest_ram(g)->ram.pa;
	put(g, BOTH, fixture_table(g, 3), 1, (NOWHERE + offset) | USER_PAGE);
	offset = guest_place(g, BOTH, fixture_table(g, 3)) -
		 guest_ram(g)->ram.pa;
	put(g, BOTH, fixture_table(g, 2), 1, (NOWHERE + offset) | 3);
	result = read_at(g, BOTH, 0x1000, false);
	assert_int_equal(result.class, GUEST_OK);
	assert_int_equal(result.pa, fixture_data(g, 3));
	result = read_at(g, BOTH, 0x200000, false);
	assert_int_equal(result.class, GUEST_OK);
	assert_int_equal(result.pa, guest_place(g, BOTH, fixture_data(g, 0)));
	guest_close(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_and_pages_are_elsewhere),
		cmocka_unit_test(each_page_of_ram_has_another_place),
		cmocka_unit_test(rights_are_those_of_both_stages),
		cmocka_unit_test(walks_need_the_right_to_read),
		cmocka_unit_test(a_hole_in_stage_2_is_met),
		cmocka_unit_test(the_kernel_with_pan_is_asked_of_both),
		cmocka_unit_test(pages_and_tables_move_with_stage_2),
	};

	return fixture_main("arm64-4k-48", tests);
}
