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

#include <tablewalk/walk.h>

#include "../../harness/hw.h"

static const char text[] =
	"tablewalk case 1\n"
	"regime 0\n"
	"profile current\n"
	"window ram\n"
	"salt 0x0000\n"
	"kinds default\n"
	"map at=home0 len=4unit attrs=rwuad pa=data height=0\n";

static int open_hw(void **state)
{
	char error[256];

	if (!guest_available(HW_FORMAT, error, sizeof(error))) {
		print_message("skipped: %s\n", error);
		exit(77);
	}
	*state = hw_create(pt_format_find(HW_FORMAT), error, sizeof(error));
	if (!*state)
		print_message("%s\n", error);
	return *state ? 0 : -1;
}

static int close_hw(void **state)
{
	hw_destroy(*state);
	return 0;
}

/* Where the first mapped page's entry is. */
static int note_slot(const struct pt_visit *visit, struct pt_walk *walk)
{
	uint64_t *slot = walk->context;

	if (visit->kind != PT_LEAF)
		return 0;
	*slot = visit->slot;
	return 1;
}

static uint64_t find_slot(struct run *run)
{
	const struct pt_walk_ops ops = { .pte_entry = note_slot };
	const struct pt_format *f = run_format(run);
	uint64_t slot = 0;

	/* The mapping may be in either half. */
	pt_walk_inclusive(run_space(run, 0), 0, pt_ones(f->va_bits - 1u), &ops,
			  &slot);
	if (!slot)
		pt_walk_inclusive(run_space(run, 0),
				  ~pt_ones(f->va_bits - 1u), UINT64_MAX, &ops,
				  &slot);
	assert_int_not_equal(slot, 0);
	return slot;
}

/* Runs the case, which must agree; gives the raw word of its first page. */
static uint8_t *agreed_entry(struct hw *hw)
{
	struct violation violation;
	struct tw_case c;
	char error[256] = "";
	int ret;

	if (case_parse(text, sizeof(text) - 1, "test", &c, error,
		       sizeof(error)))
		fail_msg("%s", error);
	ret = hw_case(hw, &c, &violation, error, sizeof(error));
	if (ret)
		fail_msg("%s %s %s", error, violation.finding.expected,
			 violation.finding.seen);

	uint8_t *entry = pt_memory_at(run_memory(hw_run(hw)),
				      find_slot(hw_run(hw)), 8);

	if (!entry)
		fail_msg("no memory at the entry");
	return entry;
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

static bool is_x86(void)
{
	return !strncmp(HW_FORMAT, "x86", 3);
}

/* A page whose entry was emptied faults where the model expects success. */
static void a_lost_page_is_seen(void **state)
{
	uint8_t *entry = agreed_entry(*state);

	entry[0] &= 0xfe;		/* P on x86, V on riscv */
	expect_machine(*state, CHECK_MACHINE_VERDICT, "lost");
}

/* A page that may not be written any more faults on the write. */
static void a_lost_right_is_seen(void **state)
{
	uint8_t *entry = agreed_entry(*state);

	entry[0] &= is_x86() ? 0xfd : 0xfb;	/* R/W; W */
	expect_machine(*state, CHECK_MACHINE_VERDICT, "lost");
}

/* A right that nobody gave shows as an access that succeeds. */
static void a_right_too_many_is_seen(void **state)
{
	uint8_t *entry = agreed_entry(*state);

	if (is_x86())
		entry[7] &= 0x7f;		/* XD */
	else
		entry[0] |= 0x08;		/* X */
	expect_machine(*state, CHECK_MACHINE_VERDICT, "ghost");
}

/* The neighbouring page in its place: the access succeeds, the tag differs. */
static void the_wrong_page_is_seen(void **state)
{
	uint8_t *entry = agreed_entry(*state);

	if (is_x86())
		entry[1] ^= 0x10;		/* address bit 12 */
	else
		entry[1] ^= 0x04;		/* PPN bit 0 */
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
