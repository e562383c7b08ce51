/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison can fail: tables that were right when the case ended and
 * are changed behind everybody's back are noticed by the machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hw_fixture.h"

#include <tablewalk/vpte.h>

#define CASE(attrs)                                                            \
	HW_HEADER("0x0000")                                                    \
	"map at=home0 len=4unit attrs=" attrs " pa=data height=0\n"

/* Runs the case, which must agree; gives its first page. */
static struct pt_item agreed_page(struct hw *hw, const char *text)
{
	const struct tw_case c = hw_parse(text);
	struct violation violation;
	char error[256] = "";
	int ret;

	ret = hw_case(hw, &c, &violation, error, sizeof(error));
	if (ret)
		fail_msg("%s %s %s", error, violation.finding.expected,
			 violation.finding.seen);
	return first_mapped(hw_run(hw));
}

static void expect_machine(struct hw *hw, enum check_id check,
			   const char *divergence)
{
	struct violation violation;
	char error[256] = "";

	assert_int_equal(hw_ask(hw, &violation, error, sizeof(error)), 1);
	assert_int_equal(violation.finding.check, check);
	assert_string_equal(violation.finding.divergence, divergence);
}

/* A page whose entry was emptied faults where the model expects success. */
static void a_lost_page_is_seen(void **state)
{
	const struct pt_item page = agreed_page(*state, CASE("rwuad"));

	assert_int_equal(pt_unmap(run_space(hw_run(*state), 0), page.start,
				  page.last), 0);
	expect_machine(*state, CHECK_MACHINE_VERDICT, "lost");
}

/* A page that may not be written any more faults on the write. */
static void a_lost_right_is_seen(void **state)
{
	const struct pt_item page = agreed_page(*state, CASE("rwuad"));

	assert_int_equal(pt_protect(run_space(hw_run(*state), 0), page.start,
				    page.last, page.attrs & ~PT_W), 0);
	expect_machine(*state, CHECK_MACHINE_VERDICT, "lost");
}

/* A right that nobody gave shows as an access that succeeds. */
static void a_right_too_many_is_seen(void **state)
{
	const struct pt_item page = agreed_page(*state, CASE("ruad"));

	assert_int_equal(pt_protect(run_space(hw_run(*state), 0), page.start,
				    page.last, page.attrs | PT_W), 0);
	expect_machine(*state, CHECK_MACHINE_VERDICT, "ghost");
}

/* The neighbouring page in its place: the access succeeds, the tag differs. */
static void the_wrong_page_is_seen(void **state)
{
	const struct pt_item page = agreed_page(*state, CASE("rwuad"));
	struct pt_space *space = run_space(hw_run(*state), 0);
	const uint64_t bytes = page.last - page.start + 1;

	assert_int_equal(pt_unmap(space, page.start, page.last), 0);
	assert_int_equal(pt_map(space, page.start, page.last, page.pa + bytes,
				page.attrs, page.depth, page.order), 0);
	expect_machine(*state, CHECK_MACHINE_ADDRESS, "pfn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_page_is_seen),
		cmocka_unit_test(a_lost_right_is_seen),
		cmocka_unit_test(a_right_too_many_is_seen),
		cmocka_unit_test(the_wrong_page_is_seen),
	};

	return cmocka_run_group_tests(tests, open_hw, close_hw);
}
