/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Both stages of the arm64 guest, against tables written by hand: that stage 2 is
 * there when the control word says so, below table addresses and below pages, and
 * that it is not there else.
 *
 * Words and expectations: Arm ARM DDI 0487J.a, D8.1 (stage 2 translates what stage 1
 * reads and what comes out of it), D8.3 (descriptors), D19.2.116 (PAR_EL1.S).
 */
#include "guest_fixture.h"
#include "guest_layout.h"
#include "guest_mailbox.h"

enum { PAGE = 4096 };

/* Beyond the guest's RAM, in a block of stage 2 that nothing else needs. */
#define NOWHERE UINT64_C(0x7000000000)

#define BOTH PT_REGIME_ARM64_STAGE2

/* Writes the entry of stage 2 for NOWHERE. */
static void put_stage2(struct guest *g, uint64_t word)
{
	const uint64_t runtime = guest_ram(g)->ram.pa + GUEST_RUNTIME_AT;

	fixture_put(g, runtime + ARM64_STAGE2_BLOCKS,
		    (unsigned)(NOWHERE >> ARM64_STAGE2_SHIFT), word);
}

/* Pages 0 RAM, 1 NOWHERE; page 512 by a table at NOWHERE. */
static uint64_t tables(struct guest *g)
{
	for (unsigned i = 0; i < 3; i++)
		fixture_put(g, fixture_table(g, i), 0,
			    fixture_table(g, i + 1) | 3);
	fixture_put(g, fixture_table(g, 2), 1, NOWHERE | 3);
	fixture_put(g, fixture_table(g, 3), 0, fixture_data(g, 0) | 0x443);
	fixture_put(g, fixture_table(g, 3), 1, NOWHERE | 0x443);
	return fixture_table(g, 0);
}

/* A read by the user at that address under that control word. */
static struct guest_result read_at(struct guest *g, uint32_t control,
				   uint64_t va, bool translate)
{
	const struct guest_probe probe = {
		.va = va, .access = PT_READ, .privilege = PT_AS_USER,
		.translate = translate,
	};
	struct guest_result result;

	assert_int_equal(guest_set_regime(g, control), 0);
	assert_int_equal(guest_run(g, fixture_table(g, 0), &probe, &result, 1,
				   NULL), 0);
	return result;
}

static void identity_changes_nothing(void **state)
{
	/* With both stages everything comes out as with stage 1 alone. */
	struct guest *g = fixture_open("arm64-4k-48", NULL);
	const uint64_t root = tables(g);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(guest_set_regime(g, i ? BOTH : 0), 0);
		fixture_expect(g, root, 0x0000, "ooo ood", fixture_data(g, 0));
		fixture_expect(g, root, 0x1000, "bbb bbd", 0);
		fixture_expect(g, root, 0x2000, "aaa aaa", 0);
		fixture_expect(g, root, 0x200000, "bbb bbb", 0);
		assert_int_equal(read_at(g, i ? BOTH : 0, 0x1000, true).pa,
				 NOWHERE);
	}
	guest_close(g);
}

static void a_hole_in_stage_2_is_met(void **state)
{
	/*
	 * Below a page and below a table, by an access and by AT: a fault of
	 * stage 2, which is none that this machine knows.
	 */
	static const struct {
		uint64_t va;
		bool translate;
		uint8_t alone;
	} row[] = {
		{ 0x1000, false, GUEST_FAULT_BUS }, { 0x1000, true, GUEST_OK },
		{ 0x200000, false, GUEST_FAULT_BUS },
		{ 0x200000, true, GUEST_FAULT_BUS },
	};
	struct guest *g = fixture_open("arm64-4k-48", NULL);

	(void)state;
	tables(g);
	put_stage2(g, 0);
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(read_at(g, BOTH, row[i].va,
					 row[i].translate).class, GUEST_ODD);
		assert_int_equal(read_at(g, 0, row[i].va,
					 row[i].translate).class, row[i].alone);
	}
	assert_int_equal(read_at(g, BOTH, 0, false).class, GUEST_OK);
	guest_close(g);
}

static void pages_and_tables_move_with_stage_2(void **state)
{
	/* With NOWHERE mapped to RAM the page and the table are found there. */
	struct guest *g = fixture_open("arm64-4k-48", NULL);
	struct guest_result result;
	uint64_t offset;

	(void)state;
	tables(g);
	put_stage2(g, guest_ram(g)->ram.pa | 0x7fd);
	offset = fixture_data(g, 3) - guest_ram(g)->ram.pa;
	fixture_put(g, fixture_table(g, 3), 1, (NOWHERE + offset) | 0x443);
	offset = fixture_table(g, 3) - guest_ram(g)->ram.pa;
	fixture_put(g, fixture_table(g, 2), 1, (NOWHERE + offset) | 3);
	result = read_at(g, BOTH, 0x1000, false);
	assert_int_equal(result.class, GUEST_OK);
	assert_int_equal(result.pa, fixture_data(g, 3));
	result = read_at(g, BOTH, 0x200000, false);
	assert_int_equal(result.class, GUEST_OK);
	assert_int_equal(result.pa, fixture_data(g, 0));
	assert_int_equal(read_at(g, 0, 0x1000, false).class, GUEST_FAULT_BUS);
	assert_int_equal(read_at(g, 0, 0x200000, false).class, GUEST_FAULT_BUS);
	guest_close(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identity_changes_nothing),
		cmocka_unit_test(a_hole_in_stage_2_is_met),
		cmocka_unit_test(pages_and_tables_move_with_stage_2),
	};

	return fixture_main("arm64-4k-48", tests);
}
