/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Cases of sweeps as text: what is printed is read back, and what cannot be read is
 * refused with a sentence that names file and line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tablewalk/format.h>

#include "rng.h"
#include "sweep_fixture.h"

static struct sweep_case read_back(void)
{
	struct sweep_case c;
	char error[256] = "";

	if (!sweep_case_read(text_path, &c, error, sizeof(error)))
		fail_msg("%s", error);
	return c;
}

/* Any case of that format, with words for all depths down to its leaf. */
static struct sweep_case any_case(const struct pt_format *f, struct rng *rng)
{
	const unsigned depths = PT_DEPTHS - f->top;
	struct sweep_case c = {
		.format = f, .leaf = (uint8_t)(f->top + rng_below(rng, depths)),
		.access = (enum pt_access)rng_below(rng, PT_ACCESSES),
		.privilege = (enum pt_privilege)rng_below(rng, PT_PRIVILEGES),
		.translate = rng_below(rng, 2), .va = rng_next(rng),
		.bit = (int8_t)(rng_below(rng, 65)) ,
	};

	c.bit = (int8_t)(c.bit == 64 ? -1 : c.bit);
	c.va &= pt_ones(f->va_word_bits);
	c.control = f->regime[rng_below(rng, f->regime_count)];
	c.depth = (uint8_t)(f->top + rng_below(rng, c.leaf - f->top + 1u));
	c.space = f->va_rule != PT_VA_ZERO &&
		  c.va >> (f->va_word_bits - 1) & 1;
	for (unsigned d = f->top; d <= c.leaf; d++)
		c.word[d] = rng_next(rng) >> rng_below(rng, 64);
	return c;
}

/* Print, then read, is the identity, for any case of any format that guests have. */
static void printed_cases_are_read_back(void **state)
{
	struct rng rng;
	const char *name;

	(void)state;
	rng_seed(&rng, 1);
	for (unsigned i = 0; (name = guest_format(i)); i++)
		for (unsigned n = 0; n < 20; n++) {
			const struct sweep_case c =
				any_case(pt_format_find(name), &rng);
			FILE *out = fopen(text_path, "w");
			struct sweep_case back;

			assert_non_null(out);
			sweep_case_print(out, &c, NULL);
			assert_int_equal(fclose(out), 0);
			back = read_back();
			expect_same_case(&c, &back);
		}
}

/* What should have been and what was stands above the case, for readers only. */
static void a_bucket_is_a_comment(void **state)
{
	static const struct deviation d = { .id = "some-reason" };
	const struct sweep_bucket b = {
		.verdict = { PT_V_PERMISSION, PT_PMD },
		.expected = { GUEST_FAULT_DENIED, PT_PMD },
		.got = { GUEST_OK, PT_DEPTH_UNKNOWN },
		.cause = &d, .got_pa = 0x81000000,
	};
	struct sweep_case c, back;
	struct rng rng;
	char line[128];
	FILE *out = fopen(text_path, "w");

	(void)state;
	rng_seed(&rng, 2);
	c = any_case(pt_format_find("x86_64-4level"), &rng);
	assert_non_null(out);
	sweep_case_print(out, &c, &b);
	assert_int_equal(fclose(out), 0);
	back = read_back();
	expect_same_case(&c, &back);
	out = fopen(text_path, "r");
	assert_non_null(out);
	assert_non_null(fgets(line, sizeof(line), out));
	assert_string_equal(line, "# expected permission@pmd, as denied@pmd, "
				  "got ok (pa 0x81000000)\n");
	assert_non_null(fgets(line, sizeof(line), out));
	assert_string_equal(line, "# cause: some-reason\n");
	fclose(out);
}

/* A case as a reader would write it by hand. */
static void a_case_by_hand_is_read(void **state)
{
	struct sweep_case c;

	(void)state;
	write_text("# mine\r\n\nformat x86_64-4level\ncontrol WP NXE\n"
		   "p4d 0x1001007\npud 0x87\nva 0xffff800000000000\n"
		   "access write kernel translate\n");
	c = read_back();
	assert_string_equal(c.format->name, "x86_64-4level");
	assert_int_equal(c.control, PT_REGIME_X86_WP | PT_REGIME_X86_NXE);
	assert_int_equal(c.word[PT_P4D], 0x1001007);
	assert_int_equal(c.leaf, PT_PUD);
	assert_int_equal(c.depth, PT_PUD);
	assert_int_equal(c.bit, -1);
	assert_int_equal(c.space, 1);
	assert_int_equal(c.access, PT_WRITE);
	assert_int_equal(c.privilege, PT_AS_KERNEL);
	assert_true(c.translate);
}

#define HEAD "format riscv-sv39\ncontrol SUM\n"
#define ACCESS_WANTS                                                           \
	"access wants read, write or fetch, then user or kernel, and may say " \
	"translate"
#define VARIED_WANTS "varied wants a depth, and may say bit and its number"

/* Each way to be wrong has its sentence, with the line. */
static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *text, *line, *sentence;
	} wrong[] = {
		{ "format z80\n", "1", "unknown format `z80'" },
		{ "format\n", "1", "unknown format `'" },
		{ "va 0x0\n", "1", "the first line must name the format" },
		{ HEAD "control SUM WP\n", "3", "no control bit `WP'" },
		{ HEAD "p4d 0x1\n", "3", "the format has no p4d" },
		{ HEAD "pud 17\n", "3", "`17' is no number like 0x1f" },
		{ HEAD "pud\n", "3", "`' is no number like 0x1f" },
		{ HEAD "pud 0x\n", "3", "`0x' is no number like 0x1f" },
		{ HEAD "pud 0x1g\n", "3", "`0x1g' is no number like 0x1f" },
		{ HEAD "va 0x10000000000000000\n", "3",
		  "`0x10000000000000000' is no number like 0x1f" },
		{ HEAD "access\n", "3", ACCESS_WANTS },
		{ HEAD "access read\n", "3", ACCESS_WANTS },
		{ HEAD "access execute user\n", "3", ACCESS_WANTS },
		{ HEAD "access read root\n", "3", ACCESS_WANTS },
		{ HEAD "access read user again\n", "3", ACCESS_WANTS },
		{ HEAD "varied\n", "3", VARIED_WANTS },
		{ HEAD "varied pxd\n", "3", VARIED_WANTS },
		{ HEAD "varied pte 5\n", "3", VARIED_WANTS },
		{ HEAD "varied pte bit\n", "3", VARIED_WANTS },
		{ HEAD "varied pte bit 64\n", "3", VARIED_WANTS },
		{ HEAD "varied pte bit -1\n", "3", VARIED_WANTS },
		{ HEAD "varied pte bit x\n", "3", VARIED_WANTS },
		{ HEAD "frobnicate 0x1\n", "3", "no key: frobnicate" },
		{ HEAD "pud 0x1\nva 0x0\n", "4",
		  "a case wants format, words, va and access" },
		{ HEAD "pud 0x1\naccess read user\n", "4",
		  "a case wants format, words, va and access" },
		{ HEAD "va 0x0\naccess read user\n", "4",
		  "a case wants format, words, va and access" },
		{ "", "0", "a case wants format, words, va and access" },
		{ HEAD "pud 0x1\npte 0x1\nva 0x0\naccess read user\n", "6",
		  "the words must go from pud on without a gap" },
		{ HEAD "pmd 0x1\nva 0x0\naccess read user\n", "5",
		  "the words must go from pud on without a gap" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char error[256] = "", sentence[256];
		struct sweep_case c;

		write_text(wrong[i].text);
		if (sweep_case_read(text_path, &c, error, sizeof(error)))
			fail_msg("%s was read", wrong[i].text);
		snprintf(sentence, sizeof(sentence), "%s:%s: %s", text_path,
			 wrong[i].line, wrong[i].sentence);
		assert_string_equal(error, sentence);
	}
}

/* A file that is not there, or is none. */
static void a_missing_file_is_said(void **state)
{
	struct sweep_case c;
	char error[256] = "";

	(void)state;
	assert_false(sweep_case_read("/nonexistent.sweep", &c, error,
				     sizeof(error)));
	assert_string_equal(error,
			    "/nonexistent.sweep: No such file or directory");
	assert_false(sweep_case_read("/tmp", &c, error, sizeof(error)));
	assert_string_equal(error, "/tmp: cannot be read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_cases_are_read_back),
		cmocka_unit_test(a_bucket_is_a_comment),
		cmocka_unit_test(a_case_by_hand_is_read),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(a_missing_file_is_said),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
