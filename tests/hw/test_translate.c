/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The comparison by translate instruction can fail: it notices tables that were
 * changed behind everybody's back, without an access.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hw_fixture.h"

#include <tablewalk/vpte.h>

#include "../../harness/hw_private.h"

#define CASE(map)                                                              \
	HW_HEADER("0x0000")                                                    \
	"map at=home0 " map "\n"

#define PAGES(attrs) CASE("len=4unit attrs=" attrs " pa=data height=0")
#define LARGEST CASE("len=1unit attrs=rwuad pa=data height=2")

static int ask(struct hw *hw, struct violation *violation)
{
	char error[256] = "";
	int ret;

	*violation = (struct violation){ .op_index = 0 };
	hw->counts = (struct hw_counts){ .probes = 0 };
	ret = hw_translate(hw, violation, error, sizeof(error));
	if (ret < 0)
		fail_msg("%s", error);
	return ret;
}

/* Runs the case, with which the instruction must agree; gives its first page. */
static struct pt_item agreed_page(struct hw *hw, const char *text)
{
	struct violation violation;
	struct tw_case c = hw_parse(text);

	c.header.window = CASE_WINDOW_RAM;
	if (!run_case(hw->run, &c, RUN_CHECK_END, NULL, &violation))
		fail_msg("%s %s", violation.finding.expected,
			 violation.finding.seen);
	if (guest_set_regime(hw->guest, run_regime(hw->run)->control))
		fail_msg("%s", guest_error(hw->guest));
	if (ask(hw, &violation))
		fail_msg("%s %s", violation.finding.expected,
			 violation.finding.seen);
	assert_true(hw->counts.probes > 0);
	return first_mapped(hw->run);
}

static void expect_found(struct hw *hw, enum check_id check,
			 const char *divergence)
{
	struct violation violation;

	assert_int_equal(ask(hw, &violation), 1);
	assert_int_equal(violation.finding.check, check);
	assert_string_equal(violation.finding.divergence, divergence);
	assert_int_equal(hw->counts.unexplained, 1);
}

/* A page whose entry was emptied has no translation any more. */
static void a_lost_page_is_seen(void **state)
{
	struct hw *hw = *state;
	const struct pt_item page = agreed_page(hw, PAGES("rwuad"));

	assert_int_equal(pt_unmap(run_space(hw->run, 0), page.start, page.last),
			 0);
	expect_found(hw, CHECK_MACHINE_VERDICT, "lost");
}

/* A page behind a mapping that nobody asked for has one. */
static void a_page_too_many_is_seen(void **state)
{
	struct hw *hw = *state;
	const struct pt_item page = agreed_page(hw, PAGES("rwuad"));
	const uint64_t bytes = page.last - page.start + 1;

	assert_int_equal(pt_map(run_space(hw->run, 0), page.start + 4 * bytes,
				page.last + 4 * bytes, page.pa, page.attrs,
				page.depth, page.order), 0);
	expect_found(hw, CHECK_MACHINE_VERDICT, "ghost");
}

/* A right that nobody gave shows where the instruction asks for writes. */
static void a_right_too_many_is_seen(void **state)
{
	const struct guest_probe write = {
		.va = UINT64_C(1) << 31, .access = PT_WRITE,
		.privilege = PT_AS_USER, .translate = true,
	};
	struct hw *hw = *state;
	const struct pt_item page = agreed_page(hw, PAGES("ruad"));

	if (!guest_makes(hw->guest, &write))
		skip();
	assert_int_equal(pt_protect(run_space(hw->run, 0), page.start, page.last,
				    page.attrs | PT_W), 0);
	expect_found(hw, CHECK_MACHINE_VERDICT, "ghost");
}

/* The neighbouring page in its place is another address. */
static void the_wrong_page_is_seen(void **state)
{
	struct hw *hw = *state;
	const struct pt_item page = agreed_page(hw, PAGES("rwuad"));
	struct pt_space *space = run_space(hw->run, 0);
	const uint64_t bytes = page.last - page.start + 1;

	assert_int_equal(pt_unmap(space, page.start, page.last), 0);
	assert_int_equal(pt_map(space, page.start, page.last, page.pa + bytes,
				page.attrs, page.depth, page.order), 0);
	expect_found(hw, CHECK_MACHINE_ADDRESS, "pfn");
}

/* So is another place far from all data pages, where no access can go. */
static void a_wrong_address_outside_memory_is_seen(void **state)
{
	struct hw *hw = *state;
	const struct pt_format *f = run_format(hw->run);
	struct pt_space *space = run_space(hw->run, 0);
	struct pt_item leaf;

	if (!f->level[PT_PUD].leaf.match.count ||
	    f->level[PT_PUD].va_shift < 30 ||
	    guest_lacks(hw->guest).leaves >> PT_PUD & 1)
		skip();
	leaf = agreed_page(hw, LARGEST);
	assert_int_equal(leaf.depth, PT_PUD);
	assert_int_equal(pt_unmap(space, leaf.start, leaf.last), 0);
	assert_int_equal(pt_map(space, leaf.start, leaf.last,
				leaf.pa + (UINT64_C(1) << f->level[PT_PUD].va_shift),
				leaf.attrs, leaf.depth, leaf.order), 0);
	expect_found(hw, CHECK_MACHINE_ADDRESS, "pfn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_page_is_seen),
		cmocka_unit_test(a_page_too_many_is_seen),
		cmocka_unit_test(a_right_too_many_is_seen),
		cmocka_unit_test(the_wrong_page_is_seen),
		cmocka_unit_test(a_wrong_address_outside_memory_is_seen),
	};

	return cmocka_run_group_tests(tests, open_hw, close_hw);
}
