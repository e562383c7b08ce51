/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison can fail: tables that were right when the case ended and
 * are changed behind everybody's back are noticed by the machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hw_format.h"

#include <tablewalk/vpte.h>

#include "../../harness/hw.h"

#define CASE(attrs)                                                            \
	"tablewalk case 1\n"                                                   \
	"regime 0\n"                                                           \
	"profile current\n"                                                    \
	"window ram\n"                                                         \
	"salt 0x0000\n"                                                        \
	"kinds default\n"                                                      \
	"map at=home0 len=4unit attrs=" attrs " pa=data height=0\n"

static int open_hw(void **state)
{
	char error[256];

	if (!guest_available(hw_format()->name, error, sizeof(error))) {
		print_message("skipped: %s\n", error);
		exit(77);
	}
	*state = hw_create(hw_format(), NULL, error, sizeof(error));
	if (!*state)
		print_message("%s\n", error);
	return *state ? 0 : -1;
}

static int close_hw(void **state)
{
	hw_destroy(*state);
	return 0;
}

/* The first page that space 0 maps; in either half. */
static struct pt_item first_page(struct run *run)
{
	const struct pt_format *f = run_format(run);
	const uint64_t low = pt_ones(f->va_rule == PT_VA_SIGNED ?
				     f->va_bits - 1u : f->va_bits);
	struct pt_iterator iterator;

	if (pt_iterate(&iterator, run_space(run, 0), 0, low))
		fail_msg("the low half cannot be iterated");
	while (pt_iterate_next(&iterator))
		if (iterator.item.kind == PT_LEAF)
			return iterator.item;
	if (pt_iterate(&iterator, run_space(run, 0),
		       pt_ones(f->va_word_bits) - low, pt_ones(f->va_word_bits)))
		fail_msg("the high half cannot be iterated");
	while (pt_iterate_next(&iterator))
		if (iterator.item.kind == PT_LEAF)
			return iterator.item;
	fail_msg("nothing is mapped");
	return iterator.item;
}

/* Runs the case, which must agree; gives its first page. */
static struct pt_item agreed_page(struct hw *hw, const char *text)
{
	struct violation violation;
	struct tw_case c;
	char error[256] = "";
	int ret;

	if (case_parse(text, strlen(text), "test", &c, error, sizeof(error)))
		fail_msg("%s", error);
	ret = hw_case(hw, &c, &violation, error, sizeof(error));
	if (ret)
		fail_msg("%s %s %s", error, violation.finding.expected,
			 violation.finding.seen);
	return first_page(hw_run(hw));
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
