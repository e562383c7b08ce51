/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Cases with a second translation below their tables (arm64, stage 2): all agrees, and
 * one that is not as the comparison was told is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <tablewalk/vpte.h>

#include "guest_layout.h"
#include "hw_fixture.h"

#include "../../harness/generate.h"
#include "../../harness/hw_private.h"

/* As many random cases are tried. */
enum { CASES = 60 };

#define ALL_RIGHTS UINT64_C(0xc0)

static const char one_page[] =
	HW_HEADER("0x0000")
	"map at=home0 len=1unit attrs=rwuad pa=data height=0\n";

static struct hw *opened(void)
{
	static const struct guest_options options = { .below = true };
	char error[256];
	struct hw *hw = hw_create(hw_format(), &options, error, sizeof(error));

	if (!hw)
		fail_msg("%s", error);
	return hw;
}

/* The descriptor of stage 2 for the page at that place in RAM. */
static uint64_t *page_word(struct hw *hw, uint64_t at)
{
	return (void *)guest_at(hw->guest, guest_ram(hw->guest)->ram.pa +
				GUEST_RUNTIME_AT + ARM64_STAGE2_PAGES +
				(at >> ARM64_STAGE2_PAGE_SHIFT) * 8, 8);
}

static int run(struct hw *hw, const struct tw_case *c, struct violation *v)
{
	char error[256] = "";
	const int ret = hw_case(hw, c, v, error, sizeof(error));

	if (ret < 0)
		fail_msg("%s", error);
	return ret;
}

/* Random cases until one is found to differ; its check. */
static enum check_id first_found(struct hw *hw)
{
	const struct generate_options options = {
		.records = 32, .ram = true, .format = hw_format(), .version = 1,
	};
	struct violation violation;
	struct tw_case c;
	struct rng rng;

	for (unsigned i = 0; i < CASES; i++) {
		rng_seed(&rng, i + 1);
		generate_case(&rng, &options, &c);
		if (run(hw, &c, &violation))
			return violation.finding.check;
	}
	return CHECK_NONE;
}

/* Tables and pages are elsewhere, and the guest comes to them all the same. */
static void cases_agree_above_a_second_translation(void **state)
{
	struct hw *hw = opened();
	const struct tw_case c = hw_parse(one_page);
	struct violation violation;
	struct pt_item page;
	uint64_t place;

	(void)state;
	assert_int_equal(run(hw, &c, &violation), 0);
	page = first_mapped(hw_run(hw));
	place = guest_place(hw->guest, 0, page.pa);
	assert_int_not_equal(place, page.pa);
	hw->space = 0;
	assert_int_equal(hw_expect(hw, &(struct guest_probe){
					       .va = page.start }).pa, place);
	assert_int_equal(first_found(hw), CHECK_NONE);
	assert_int_equal(hw_counts(hw)->unexplained, 0);
	assert_true(hw_counts(hw)->probes > 10000);
	hw_destroy(hw);
}

/* A data page that is somewhere else, or has a right too few or too many. */
static void a_wrong_page_of_data_is_found(void **state)
{
	static const struct {
		uint64_t bits;
		enum check_id check;
	} row[] = {
		{ 0x20000, CHECK_MACHINE_ADDRESS },
		{ 0x40, CHECK_MACHINE_VERDICT }, { 0x80, CHECK_MACHINE_VERDICT },
		{ UINT64_C(2) << 53, CHECK_MACHINE_VERDICT },
		{ 1, CHECK_MACHINE_VERDICT },
	};
	static const char executable[] =
		HW_HEADER("0x0000")
		"map at=home0 len=1unit attrs=rxuad pa=data height=0\n";

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct tw_case c = hw_parse(row[i].bits >> 53 ?
						  executable : one_page);
		struct hw *hw = opened();
		struct violation violation;

		assert_int_equal(run(hw, &c, &violation), 0);
		*page_word(hw, first_mapped(hw_run(hw)).pa -
				       guest_ram(hw->guest)->ram.pa) ^=
			row[i].bits;
		assert_int_equal(run(hw, &c, &violation), 1);
		assert_int_equal(violation.finding.check, row[i].check);
		hw_destroy(hw);
	}
}

/* A page of tables that is not there, or another one. */
static void a_wrong_page_of_tables_is_found(void **state)
{
	static const uint64_t bits[] = { 1, 0x40, 0x400000 };
	const struct tw_case c = hw_parse(one_page);

	(void)state;
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		struct hw *hw = opened();
		struct violation violation;

		for (unsigned j = 0; j < 8; j++)
			*page_word(hw, GUEST_TABLES_AT + j * 0x10000) ^= bits[i];
		assert_int_equal(run(hw, &c, &violation), 1);
		assert_int_equal(violation.finding.check, CHECK_MACHINE_VERDICT);
		hw_destroy(hw);
	}
}

/* Pages that lack rights are met by random cases: with all of them they are found. */
static void rights_too_many_are_found(void **state)
{
	struct hw *hw = opened();
	const struct guest_range data = guest_ram(hw->guest)->data;

	(void)state;
	for (uint64_t at = 0; at < data.bytes; at += 0x10000) {
		uint64_t *word = page_word(hw, GUEST_DATA_AT + at);

		if (*word)
			*word = (*word | ALL_RIGHTS) & ~(UINT64_C(3) << 53);
	}
	assert_int_equal(first_found(hw), CHECK_MACHINE_VERDICT);
	hw_destroy(hw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_agree_above_a_second_translation),
		cmocka_unit_test(a_wrong_page_of_data_is_found),
		cmocka_unit_test(a_wrong_page_of_tables_is_found),
		cmocka_unit_test(rights_too_many_are_found),
	};
	char why[256];

	if (!guest_available(hw_format()->name, why, sizeof(why))) {
		print_message("skipped: %s\n", why);
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
