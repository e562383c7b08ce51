/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of known deviations: its reader refuses what it cannot read, with a
 * sentence that names the line, and a stanza explains what it says and no more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "deviation.h"

/* What every stanza must have, behind its id. */
#define REST                                                                   \
	"formats: x86_64-*", "expected: reserved", "got: ok", "reason: r",     \
	"manual: m", "run: tablewalk sweep"

static struct deviation_list list;

static const struct deviation *parse(const char *const *lines)
{
	char error[256] = "";

	list.count = 0;
	if (!deviation_parse(&list, "here", lines, error, sizeof(error)))
		fail_msg("%s", error);
	assert_int_equal(list.count, 1);
	return &list.deviation[0];
}

static void refused(const char *const *lines, const char *sentence)
{
	char error[256] = "";

	list.count = 0;
	assert_false(deviation_parse(&list, "here", lines, error,
				     sizeof(error)));
	assert_string_equal(error, sentence);
}

/* Each key puts its value where it belongs, and nothing is left over. */
static void every_key_is_read(void **state)
{
	static const char *const lines[] = {
		"id: all-keys",
		"formats: i386 x86_64-*",
		"expected: reserved addrsize",
		"got: ok other-page died",
		"depths: pud pte",
		"access: write fetch",
		"by: kernel",
		"bits: 3 54-60 63",
		"clear: 0",
		"above: 9-10",
		"way: translate",
		"control: WP !NXE",
		"turn: second",
		"ask: read",
		"reason: Because.",
		"manual: Volume 1, 2.3",
		"run: tablewalk sweep --format i386",
		NULL,
	};
	const struct deviation *d = parse(lines);

	(void)state;
	assert_string_equal(d->id, "all-keys");
	assert_string_equal(d->formats, "i386 x86_64-*");
	assert_int_equal(d->expected, 1 << PT_V_RESERVED | 1 << PT_V_ADDRSIZE);
	assert_int_equal(d->got, UINT32_C(1) << GUEST_OK |
		UINT32_C(1) << GUEST_DIED | DEVIATION_OTHER_PAGE);
	assert_int_equal(d->depths, 1 << PT_PUD | 1 << PT_PTE);
	assert_int_equal(d->accesses, 1 << PT_WRITE | 1 << PT_EXEC);
	assert_int_equal(d->privileges, 1 << PT_AS_KERNEL);
	assert_int_equal(d->bits, UINT64_C(0x9fc0000000000008));
	assert_int_equal(d->clear, 1);
	assert_int_equal(d->above, 0x600);
	assert_true(d->translate && d->again && d->reads);
	assert_false(d->told || d->open);
	assert_int_equal(d->control_on, PT_REGIME_X86_WP);
	assert_int_equal(d->control_off, PT_REGIME_X86_NXE);
	assert_string_equal(d->reason, "Because.");
	assert_string_equal(d->manual, "Volume 1, 2.3");
	assert_string_equal(d->run, "tablewalk sweep --format i386");
}

/* What a stanza does not name is not asked for. */
static void keys_left_out_are_open(void **state)
{
	static const char *const lines[] = { "id: a", REST, NULL };
	const struct deviation *d = parse(lines);

	(void)state;
	assert_int_equal(d->depths | d->accesses | d->privileges, 0);
	assert_int_equal(d->bits | d->clear | d->above, 0);
	assert_int_equal(d->control_on | d->control_off, 0);
	assert_false(d->translate || d->again || d->reads || d->told || d->open);
}

/* A line that begins with a blank goes on with the value above it. */
static void a_blank_goes_on(void **state)
{
	static const char *const lines[] = {
		"id: a", "formats: i386", "\tx86_64-*", "expected: reserved",
		"  addrsize", "got: ok", "reason: One,", "  two,", "# not this",
		"  three.", "manual: m", "run: r", "bits: 1", " 3-4", NULL,
	};
	const struct deviation *d = parse(lines);

	(void)state;
	assert_string_equal(d->formats, "i386 x86_64-*");
	assert_string_equal(d->reason, "One, two, three.");
	assert_int_equal(d->expected, 1 << PT_V_RESERVED | 1 << PT_V_ADDRSIZE);
	assert_int_equal(d->bits, 0x1a);
}

/* Comments and empty lines, however many, make no stanza. */
static void comments_and_gaps_are_nothing(void **state)
{
	static const char *const lines[] = {
		"# one", "", "  ", "id: a", REST, "", "", "# two", "id: b", REST,
		NULL,
	};
	static const char *const none[] = { "# nothing", "", NULL };
	char error[256] = "";

	(void)state;
	list.count = 0;
	assert_true(deviation_parse(&list, "here", none, error, sizeof(error)));
	assert_int_equal(list.count, 0);
	assert_true(deviation_parse(&list, "here", lines, error,
				    sizeof(error)));
	assert_int_equal(list.count, 2);
	assert_string_equal(list.deviation[1].id, "b");
}

/* What no key takes as its value is refused, by its line. */
static void wrong_values_are_refused(void **state)
{
	static const struct {
		const char *line, *sentence;
	} wrong[] = {
		{ "expected: fine", "here:2: `fine' is no word for this key" },
		{ "expected: absent", "here:2: `absent' is no word for this key" },
		{ "got: translation",
		  "here:2: `translation' is no word for this key" },
		{ "got: ok maybe", "here:2: `maybe' is no word for this key" },
		{ "depths: pgd pxd", "here:2: `pxd' is no word for this key" },
		{ "access: execute", "here:2: `execute' is no word for this key" },
		{ "by: root", "here:2: `root' is no word for this key" },
		{ "bits: 64", "here:2: `64' is no bit or range of bits" },
		{ "bits: 5-3", "here:2: `5-3' is no bit or range of bits" },
		{ "bits: 1 x", "here:2: `x' is no bit or range of bits" },
		{ "bits: 0-", "here:2: `0-' is no bit or range of bits" },
		{ "bits: -", "here:2: `-' is no bit or range of bits" },
		{ "bits: -1", "here:2: `-1' is no bit or range of bits" },
		{ "bits: +1", "here:2: `+1' is no bit or range of bits" },
		{ "bits: 3-4-5", "here:2: `3-4-5' is no bit or range of bits" },
		{ "clear: 2-64", "here:2: `2-64' is no bit or range of bits" },
		{ "above: 0x1", "here:2: `0x1' is no bit or range of bits" },
		{ "control: WP CR0", "here:2: no control bit `CR0'" },
		{ "control: !PE", "here:2: no control bit `PE'" },
		{ "way: walk", "here:2: `walk' is not `translate'" },
		{ "turn: first", "here:2: `first' is not `second'" },
		{ "ask: write", "here:2: `write' is not `read'" },
		{ "told: all", "here:2: `all' is not `hw'" },
		{ "format: i386", "here:2: no key: format: i386" },
		{ "reason", "here:2: no key: reason" },
		{ "reasons: many", "here:2: no key: reasons: many" },
		{ "  goes on",
		  "here:2: nothing that `goes on' goes on with" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *const lines[] = { "id: a", wrong[i].line, REST,
					      NULL };

		refused(lines, wrong[i].sentence);
	}
}

/* A key wants a stanza, and a value one that is begun. */
static void what_is_outside_a_stanza_is_refused(void **state)
{
	static const char *const key[] = { "# a", "formats: i386", NULL };
	static const char *const value[] = { "id: a", REST, "", " more", NULL };

	(void)state;
	refused(key, "here:2: `formats' before any id");
	refused(value, "here:9: nothing that `more' goes on with");
}

/* Of what a stanza must have nothing can be left out. */
static void incomplete_stanzas_are_refused(void **state)
{
	static const char *const whole[] = { "id: a", REST };
	enum { LINES = sizeof(whole) / sizeof(whole[0]) };

	(void)state;
	for (unsigned without = 1; without < LINES; without++) {
		const char *lines[LINES] = { NULL };
		unsigned n = 0;

		for (unsigned i = 0; i < LINES; i++)
			if (i != without)
				lines[n++] = whole[i];
		refused(lines, "here:6: a lacks one of formats, expected, got, "
			       "reason, manual, run");
	}
}

/* An id is a name. */
static void an_empty_id_is_refused(void **state)
{
	static const char *const lines[] = { "# a", "id:  ", REST, NULL };

	(void)state;
	refused(lines, "here:2: an id without a name");
}

/* The stanza that is not complete is noticed where the next one begins, too. */
static void an_incomplete_stanza_ends_at_the_next(void **state)
{
	static const char *const lines[] = { "id: a", "got: ok", "id: b", REST,
					     NULL };

	(void)state;
	refused(lines, "here:3: a lacks one of formats, expected, got, reason, "
		       "manual, run");
}

/* An id names one stanza, in one text and over several. */
static void a_second_id_is_refused(void **state)
{
	static const char *const twice[] = { "id: a", REST, "", "id: a", REST,
					     NULL };
	static const char *const once[] = { "# x", "id: a", REST, NULL };
	char error[256] = "";

	(void)state;
	refused(twice, "here:9: a second `a'");
	assert_int_equal(list.count, 1);
	assert_false(deviation_parse(&list, "there", once, error,
				     sizeof(error)));
	assert_string_equal(error, "there:2: a second `a'");
}

/* A value that does not fit is refused rather than cut off. */
static void long_values_are_refused(void **state)
{
	char id[128] = "id: ", reason[600] = "reason: ";
	const char *const long_id[] = { id, REST, NULL };
	const char *const long_reason[] = { "id: a", reason, REST, NULL };

	(void)state;
	memset(id + strlen(id), 'x', 64);
	memset(reason + strlen(reason), 'y', 512);
	refused(long_id, "here:1: too long: "
			 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	refused(long_reason, "here:2: too long: "
			     "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
}

/* There is room for so many stanzas, and a sentence for one more. */
static void a_full_list_is_refused(void **state)
{
	char id[32], error[256] = "";
	const char *const lines[] = { id, REST, NULL };

	(void)state;
	list.count = 0;
	for (unsigned i = 0; i < DEVIATIONS_MAX; i++) {
		snprintf(id, sizeof(id), "id: a%u", i);
		assert_true(deviation_parse(&list, "here", lines, error,
					    sizeof(error)));
	}
	snprintf(id, sizeof(id), "id: last");
	assert_false(deviation_parse(&list, "here", lines, error,
				     sizeof(error)));
	assert_string_equal(error, "here:1: no room for `last'");
	assert_int_equal(list.count, DEVIATIONS_MAX);
}

/* A file is read like text; lines count from 1, and the path is the source. */
static void files_are_read(void **state)
{
	static const char good[] = "# a\r\n\r\nid: a\nformats: i386\n"
		"expected: reserved\ngot: ok\nreason: r\n  s\nmanual: m\nrun: u";
	char path[] = "/tmp/deviation-XXXXXX", error[256], wanted[256];
	const int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, good, sizeof(good) - 1), sizeof(good) - 1);
	list.count = 0;
	if (!deviation_read(&list, path, error, sizeof(error)))
		fail_msg("%s", error);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.deviation[0].reason, "r s");
	assert_int_equal(write(fd, "\nby: all\n", 9), 9);
	list.count = 0;
	assert_false(deviation_read(&list, path, error, sizeof(error)));
	snprintf(wanted, sizeof(wanted),
		 "%s:11: `all' is no word for this key", path);
	assert_string_equal(error, wanted);
	close(fd);
	unlink(path);
	assert_false(deviation_read(&list, path, error, sizeof(error)));
	snprintf(wanted, sizeof(wanted), "%s: No such file or directory", path);
	assert_string_equal(error, wanted);
	assert_false(deviation_read(&list, "/", error, sizeof(error)));
	assert_string_equal(error, "/: cannot be read");
}

/* Matching */

static const char *const narrow[] = {
	"id: narrow",
	"formats: x86_64-* i386",
	"expected: reserved permission",
	"got: ok denied",
	"depths: pud pmd",
	"access: read write",
	"by: user",
	"bits: 8-9",
	"clear: 0",
	"above: 63",
	"way: translate",
	"control: WP !NXE",
	"turn: second",
	"ask: read",
	"reason: r", "manual: m", "run: u",
	NULL,
};

/* One that the narrow stanza fits. */
static struct deviation_query fitting(void)
{
	return (struct deviation_query){
		.format = "x86_64-4level",
		.verdict = { PT_V_RESERVED, PT_PUD },
		.word = 0x202, .above = UINT64_C(1) << 63 | 1,
		.got = { GUEST_OK, PT_DEPTH_UNKNOWN },
		.control = PT_REGIME_X86_WP | PT_REGIME_X86_SMEP,
		.access = PT_WRITE, .privilege = PT_AS_USER,
		.again = true, .translate = true,
	};
}

/* All of a stanza's conditions hold: it is the reason. */
static void a_stanza_fits(void **state)
{
	struct deviation_query q = fitting();
	const struct deviation *d = parse(narrow);

	(void)state;
	assert_ptr_equal(deviation_find(&list, &q), d);
	assert_ptr_equal(deviation_ahead(&list, &q, NULL), d);
	assert_null(deviation_ahead(&list, &q, d));
	q.format = "i386";
	q.verdict = (struct pt_verdict){ PT_V_PERMISSION, PT_PMD };
	q.got.class = GUEST_FAULT_DENIED;
	q.access = PT_READ;
	q.word = 0x100;
	q.control = PT_REGIME_X86_WP;
	assert_ptr_equal(deviation_find(&list, &q), d);
}

/* Queries that differ from one that fits in one condition only. */
enum { SPOILED = 17 };

static const char *spoil(struct deviation_query *q, unsigned which)
{
	switch (which) {
	case 0: q->format = "i386-pae"; return "format";
	case 1: q->format = "riscv-sv39"; return "other architecture";
	case 2: q->verdict.word = PT_V_ADDRSIZE; return "expected";
	case 3: q->verdict.depth = PT_PTE; return "depth";
	case 4: q->verdict.depth = PT_DEPTH_UNKNOWN; return "no depth";
	case 5: q->access = PT_EXEC; return "access";
	case 6: q->privilege = PT_AS_KERNEL; return "by";
	case 7: q->word = 0x2; return "bits";
	case 8: q->word = 0x203; return "clear";
	case 9: q->above = 1; return "above";
	case 10: q->control = 0; return "control on";
	case 11: q->control |= PT_REGIME_X86_NXE; return "control off";
	case 12: q->again = false; return "turn";
	case 13: q->translate = false; return "way";
	case 14: q->got.class = GUEST_FAULT_RESERVED; return "got";
	case 15: q->got.class = GUEST_DIED; return "got, the last";
	default: q->other_page = true; return "other page";
	}
}

/* One condition that does not hold is enough for a stanza to be no reason. */
static void every_condition_counts(void **state)
{
	(void)state;
	parse(narrow);
	for (unsigned i = 0; i < SPOILED; i++) {
		struct deviation_query q = fitting();
		const char *what = spoil(&q, i);

		if (deviation_find(&list, &q))
			fail_msg("%s does not count", what);
		/* What was got is not asked ahead. */
		if (!deviation_ahead(&list, &q, NULL) != (i < 14))
			fail_msg("%s counts wrongly ahead", what);
	}
}

/* Of a stanza that leaves a condition out, nothing makes the match fail. */
static void a_wide_stanza_fits_all_the_rest(void **state)
{
	static const char *const lines[] = {
		"id: wide", "formats: *", "expected: reserved permission",
		"got: ok denied", "reason: r", "manual: m", "run: u", NULL,
	};

	(void)state;
	parse(lines);
	for (unsigned i = 0; i < SPOILED; i++) {
		struct deviation_query q = fitting();
		const char *what = spoil(&q, i);

		if (!deviation_find(&list, &q) != (i == 2 || i >= 14))
			fail_msg("%s", what);
	}
}

/* An access that reached another page is no plain success. */
static void other_page_is_a_got_of_its_own(void **state)
{
	static const char *const lines[] = {
		"id: a", "formats: i386", "expected: ok", "got: other-page",
		"reason: r", "manual: m", "run: u", NULL,
	};
	struct deviation_query q = {
		.format = "i386", .got = { GUEST_OK, PT_DEPTH_UNKNOWN },
		.verdict = { PT_V_OK, PT_DEPTH_UNKNOWN }, .other_page = true,
	};

	(void)state;
	parse(lines);
	assert_non_null(deviation_find(&list, &q));
	q.other_page = false;
	assert_null(deviation_find(&list, &q));
}

/* A star stands for any end, and a name without one for itself. */
static void globs_end_with_a_star(void **state)
{
	struct deviation d = { .formats = "i386 x86_64-*  arm*" };
	static const struct {
		const char *format;
		bool concerned;
	} row[] = {
		{ "i386", true }, { "i386-pae", false }, { "i38", false },
		{ "x86_64-5level", true }, { "x86_64-", true },
		{ "x86_64", false }, { "arm", true }, { "arm64-4k-48", true },
		{ "riscv-sv39", false }, { "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (deviation_concerns(&d, row[i].format) != row[i].concerned)
			fail_msg("%s", row[i].format);
}

/* The first stanza that fits is the reason; all that fit are met ahead. */
static void the_first_that_fits_is_the_reason(void **state)
{
	static const char *const lines[] = {
		"id: a", "depths: pte", REST, "", "id: b", REST, "", "id: c",
		REST, NULL,
	};
	struct deviation_query q = {
		.format = "x86_64-4level",
		.verdict = { PT_V_RESERVED, PT_PMD },
		.got = { GUEST_OK, PT_DEPTH_UNKNOWN },
	};
	const struct deviation *d;
	char error[256] = "";

	(void)state;
	list.count = 0;
	assert_true(deviation_parse(&list, "here", lines, error,
				    sizeof(error)));
	assert_string_equal(deviation_find(&list, &q)->id, "b");
	d = deviation_ahead(&list, &q, NULL);
	assert_string_equal(d->id, "b");
	d = deviation_ahead(&list, &q, d);
	assert_string_equal(d->id, "c");
	assert_null(deviation_ahead(&list, &q, d));
	q.verdict.depth = PT_PTE;
	assert_string_equal(deviation_find(&list, &q)->id, "a");
}

/* What only the guest comparison can say needs no verdict, and fits nothing here. */
static void what_is_told_elsewhere_fits_nothing(void **state)
{
	static const char *const lines[] = {
		"id: elsewhere", "formats: *", "told: hw", "reason: r",
		"manual: m", "run: u", NULL,
	};
	static const char *const all[] = { "id: a", "told: hw", REST, NULL };
	struct deviation_query q = fitting();

	(void)state;
	assert_true(parse(lines)->told);
	for (unsigned i = 0; i < PT_WORDS; i++) {
		q.verdict.word = (uint8_t)i;
		assert_null(deviation_find(&list, &q));
		assert_null(deviation_ahead(&list, &q, NULL));
	}
	parse(all);
	q.verdict.word = PT_V_RESERVED;
	assert_null(deviation_find(&list, &q));
}

/* A stanza is found by its whole name. */
static void stanzas_have_names(void **state)
{
	static const char *const lines[] = { "id: some-name", REST, NULL };
	const struct deviation *d = parse(lines);

	(void)state;
	assert_ptr_equal(deviation_named(&list, "some-name"), d);
	assert_null(deviation_named(&list, "some"));
	assert_null(deviation_named(&list, "some-names"));
	assert_null(deviation_named(&list, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(keys_left_out_are_open),
		cmocka_unit_test(a_blank_goes_on),
		cmocka_unit_test(comments_and_gaps_are_nothing),
		cmocka_unit_test(wrong_values_are_refused),
		cmocka_unit_test(what_is_outside_a_stanza_is_refused),
		cmocka_unit_test(incomplete_stanzas_are_refused),
		cmocka_unit_test(an_incomplete_stanza_ends_at_the_next),
		cmocka_unit_test(an_empty_id_is_refused),
		cmocka_unit_test(a_second_id_is_refused),
		cmocka_unit_test(long_values_are_refused),
		cmocka_unit_test(a_full_list_is_refused),
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(a_stanza_fits),
		cmocka_unit_test(every_condition_counts),
		cmocka_unit_test(a_wide_stanza_fits_all_the_rest),
		cmocka_unit_test(other_page_is_a_got_of_its_own),
		cmocka_unit_test(globs_end_with_a_star),
		cmocka_unit_test(the_first_that_fits_is_the_reason),
		cmocka_unit_test(what_is_told_elsewhere_fits_nothing),
		cmocka_unit_test(stanzas_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
