/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The story of a case: rules that are where they are said to be, words for every
 * operation, and stories of subjects that do what no deliberate defect does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../harness/explain.h"

/*
 * A file of the source with single blanks for all white space, and for the star
 * that begins the line of a comment.
 */
static char *read_flat(const char *name)
{
	const size_t room = 1 << 20;
	char path[512], *text = malloc(room);
	bool starts = true;		/* nothing but blanks in this line yet */
	size_t used = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", TEST_SOURCE_DIR, name);
	in = fopen(path, "r");
	if (!in || !text) {
		fail_msg("%s cannot be read", path);
		return NULL;
	}
	for (int c; (c = getc(in)) != EOF && used < room - 1;) {
		const bool blank = isspace(c) || (starts && c == '*');

		starts = c == '\n' || (starts && blank);
		if (!blank)
			text[used++] = (char)c;
		else if (used && text[used - 1] != ' ')
			text[used++] = ' ';
	}
	text[used] = '\0';
	fclose(in);
	return text;
}

static bool says(const char *name, const char *words)
{
	char *text = read_flat(name);
	const bool found = strstr(text, words) != NULL;

	free(text);
	return found;
}

/* What fn writes about the story. */
static char *written(const struct story *s,
		     void (*fn)(FILE *out, const struct story *story))
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_non_null(out);
	fn(out, s);
	fclose(out);
	return text;
}

/* Every check has a rule, for any divergence. */
static void every_check_has_a_rule(void **state)
{
	(void)state;
	assert_null(explain_rule(CHECK_NONE, "lost"));
	for (unsigned check = 1; check < CHECKS; check++) {
		const struct explain_rule *rule = explain_rule(check, "xyz");

		if (!rule)
			fail_msg("%s has no rule",
				 check_name((enum check_id)check));
		assert_int_equal(rule->check, check);
		assert_null(rule->divergence);
	}
}

/* A row of docs/checks.md has the text that the rule says it has. */
static void rows_are_those_of_the_document(void **state)
{
	(void)state;
	for (unsigned i = 0; i < explain_rule_count; i++) {
		const struct explain_rule *rule = &explain_rules[i];
		char row[512];

		snprintf(row, sizeof(row), "| %s | %s |", rule->row, rule->text);
		if (!says("docs/checks.md", row))
			fail_msg("docs/checks.md has no row `%s'", row);
	}
}

/* The words that a rule or an operation quotes are in that header. */
static void clauses_are_in_their_headers(void **state)
{
	char name[64];

	(void)state;
	for (unsigned i = 0; i < explain_rule_count; i++) {
		const struct explain_rule *rule = &explain_rules[i];

		snprintf(name, sizeof(name), "include/tablewalk/%s",
			 rule->header);
		if (!says(name, rule->clause))
			fail_msg("%s does not say `%s'", name, rule->clause);
	}
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		const struct explain_clause *c = explain_clause(kind);

		assert_non_null(c->header);
		snprintf(name, sizeof(name), "include/tablewalk/%s", c->header);
		if (!says(name, c->clause))
			fail_msg("%s does not say `%s'", name, c->clause);
	}
}

/* The reading that the two tests above rest on misses words that are not there. */
static void words_that_are_not_there_are_missed(void **state)
{
	(void)state;
	assert_true(says("include/tablewalk/table_ops.h",
			 "Maps [va, last] to [pa, ...] with leaves of exactly"));
	assert_false(says("include/tablewalk/table_ops.h",
			  "Maps [va, last] to [pa, ...] with leaves of nearly"));
	assert_false(says("docs/checks.md", "| MAP-EQ | every entry |"));
}

/* Every format's conventions are a section of its architecture's file. */
static void every_format_has_its_section(void **state)
{
	char name[128], heading[64];

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		snprintf(name, sizeof(name), "arch/%s/README.md",
			 pt_formats[i]->architecture);
		snprintf(heading, sizeof(heading), "## %s",
			 explain_section(pt_formats[i]));
		if (!says(name, heading))
			fail_msg("%s has no section `%s'", name, heading);
		assert_non_null(pt_formats[i]->manual);
	}
}

/* Every divergence that the sources report has a meaning in words. */
static void every_divergence_has_a_meaning(void **state)
{
	static const char *const word[] = {
		"lost", "ghost", "pfn", "prot", "level", "order", "depth",
		"leak", "retval", "range", "kind", "count", "copies", "hole",
		"state", "break", "flush", "cover", "hint", "mark", "reached",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		assert_non_null(explain_divergence(word[i]));
	assert_null(explain_divergence("xyz"));
}

/* Every operation is a sentence, on every format; none has an unknown part. */
static void every_operation_has_words(void **state)
{
	(void)state;
	for (unsigned f = 0; f < pt_format_count; f++)
		for (unsigned kind = 0; kind < OP_KINDS; kind++) {
			const struct op op = {
				.kind = (uint8_t)kind, .va = 0x1000,
				.last = 0x1fff, .depth = PT_PTE,
				.target = PT_SWAP, .attrs = PT_R,
			};
			char *text = NULL;
			size_t bytes;
			FILE *out = open_memstream(&text, &bytes);

			assert_non_null(out);
			explain_op(out, pt_formats[f], &op);
			fclose(out);
			assert_true(bytes > 5);
			assert_null(strchr(text, '?'));
			free(text);
		}
}

/* Return values and verdicts are said in words. */
static void errors_and_verdicts_have_words(void **state)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	(void)state;
	assert_non_null(out);
	explain_return(out, -12);
	fputc(' ', out);
	explain_return(out, 5);
	assert_true(explain_verdict(out, "user write permission@pte"));
	assert_false(explain_verdict(out, "leaf pa 0x1000"));
	assert_false(explain_verdict(out, "user write nothing@pte"));
	fclose(out);
	assert_string_equal(text, "-ENOMEM (a table was refused) 5a write of user "
				  "code is denied by the rights (pte entry)");
	free(text);
}

/*
 *			Stories
 */

static const char two_maps[] =
	"tablewalk case 2\n"
	"salt 0x0000\n"
	"map at=home0 len=4unit attrs=rwuad pa=data height=0\n"
	"unmap at=home0+1 len=1page\n";

static int built_in(struct subject *subject, const struct op *op,
		    struct trace *trace)
{
	return subject_builtin.turn(subject, op, trace);
}

static int dies_at_unmap(struct subject *subject, const struct op *op,
			 struct trace *trace)
{
	if (op->kind == OP_UNMAP)
		abort();
	return built_in(subject, op, trace);
}

static int hangs_at_unmap(struct subject *subject, const struct op *op,
			  struct trace *trace)
{
	while (op->kind == OP_UNMAP)
		pause();
	return built_in(subject, op, trace);
}

static int does_not_unmap(struct subject *subject, const struct op *op,
			  struct trace *trace)
{
	return op->kind == OP_UNMAP ? 0 : built_in(subject, op, trace);
}

static struct tw_case parsed(const char *text)
{
	struct tw_case c;
	char error[256];

	if (case_parse(text, strlen(text), "case", &c, error, sizeof(error)))
		fail_msg("%s", error);
	return c;
}

static struct story *told(const struct tw_case *c, const char *format,
			  const struct subject_kind *kind, int at)
{
	const struct story_options options = {
		.path = "a <case> & \"more\".tw",
		.format = pt_format_find(format), .subject = kind, .at = at,
		/* What hangs has done all else before, however slowly. */
		.seconds = kind->turn == hangs_at_unmap ? 2 : 60,
	};
	char error[256] = "";
	bool usage;
	struct story *s = story_tell(&options, c, &usage, error, sizeof(error));

	if (!s)
		fail_msg("%s", error);
	return s;
}

/* A case that ends its process has a story, up to the operation in hand. */
static void a_death_is_told(void **state)
{
	const struct subject_kind kind = { "x", "y", dies_at_unmap };
	struct tw_case c = parsed(two_maps);
	struct story *s = told(&c, "riscv-sv39", &kind, -1);
	char *text = written(s, story_text);

	(void)state;
	assert_int_equal(s->end, STORY_DIED);
	assert_int_equal(s->about, 1);
	assert_non_null(strstr(text, "crash/SIGABRT/-/unmap/riscv"));
	assert_non_null(strstr(text, "\n->  1 unmap"));
	assert_non_null(strstr(text, "4 x leaf"));
	assert_null(s->after);
	free(text);
	story_free(s);
}

/* Of the operations before that, one can be looked at. */
static void what_was_before_a_death_is_told(void **state)
{
	const struct subject_kind kind = { "x", "y", dies_at_unmap };
	struct tw_case c = parsed(two_maps);
	struct story *s = told(&c, "riscv-sv39", &kind, 0);

	(void)state;
	assert_int_equal(s->end, STORY_DIED);
	assert_int_equal(s->about, 0);
	assert_false(s->failed);
	assert_non_null(s->after);
	assert_true(s->drawn_after.count > s->drawn_before.count);
	story_free(s);
}

/* One that does not come to an end has one too, after the time it is given. */
static void a_hang_is_told(void **state)
{
	const struct subject_kind kind = { "x", "y", hangs_at_unmap };
	struct tw_case c = parsed(two_maps);
	struct story *s = told(&c, "arm64-4k-48", &kind, -1);
	char *text = written(s, story_signature);

	(void)state;
	assert_int_equal(s->end, STORY_HUNG);
	assert_string_equal(text, "hang/-/-/unmap/arm64");
	free(text);
	story_free(s);
}

/* The mark is on the entry that was not unmapped, which has to be none. */
static void the_mark_is_on_what_is_wrong(void **state)
{
	const struct subject_kind kind = { "x", "y", does_not_unmap };
	struct tw_case c = parsed(two_maps);

	(void)state;
	for (unsigned f = 0; f < pt_format_count; f++) {
		struct story *s = told(&c, pt_formats[f]->name, &kind, -1);
		char *text = written(s, story_wanted);

		assert_int_equal(s->end, STORY_VIOLATION);
		assert_int_equal(s->about, 1);
		assert_int_equal(s->differs, DIFFERS_ENTRY);
		assert_true(s->place.there && s->place.wrong);
		assert_int_equal(s->place.depth, PT_PTE);
		assert_true(s->place.va == s->step[1].op.va);
		assert_string_equal(text, "none");
		free(text);
		story_free(s);
	}
}

/* A clean case is told with all its tables; --at looks at one operation. */
static void a_clean_case_is_told(void **state)
{
	struct tw_case c = parsed(two_maps);
	struct story *s = told(&c, "s390x-4level", &subject_builtin, -1);

	(void)state;
	assert_int_equal(s->end, STORY_CLEAN);
	assert_int_equal(s->about, -1);
	assert_null(s->before);
	assert_true(s->drawn_after.count > 2);
	assert_int_equal(s->unreachables, 0);
	story_free(s);
	s = told(&c, "s390x-4level", &subject_builtin, 1);
	assert_int_equal(s->about, 1);
	assert_false(s->failed);
	assert_non_null(s->before);
	assert_true(s->notes_kept > 0);
	story_free(s);
}

/* An operation that the case has not is refused with a sentence. */
static void an_operation_too_far_is_refused(void **state)
{
	struct tw_case c = parsed(two_maps);
	const struct story_options options = {
		.path = "case", .format = pt_format_find("i386"),
		.subject = &subject_builtin, .at = 2, .seconds = 10,
	};
	char error[256] = "";
	bool usage = false;

	(void)state;
	assert_null(story_tell(&options, &c, &usage, error, sizeof(error)));
	assert_true(usage);
	assert_non_null(strstr(error, "2 operations"));
}

/* Names are escaped, and the same story is the same drawing to the byte. */
static void a_drawing_is_escaped_and_steady(void **state)
{
	const struct subject_kind kind = { "x", "y", does_not_unmap };
	struct tw_case c = parsed(two_maps);
	struct story *s = told(&c, "sparc32-srmmu", &kind, -1);
	char *first = written(s, story_svg);

	(void)state;
	assert_non_null(strstr(first, "<title id="));
	assert_non_null(strstr(first, "a &lt;case&gt; &amp; &quot;more&quot;.tw"));
	assert_null(strstr(first, "<case>"));
	assert_null(strstr(first, "<script"));
	story_free(s);
	s = told(&c, "sparc32-srmmu", &kind, -1);
	char *second = written(s, story_svg);

	assert_string_equal(first, second);
	free(first);
	free(second);
	story_free(s);
}

/* A table with many different entries is still a page, and keeps the mark. */
static void a_picture_keeps_to_its_page(void **state)
{
	const struct subject_kind kind = { "x", "y", does_not_unmap };
	struct tw_case c = parsed(two_maps);
	struct story *s;

	(void)state;
	/* Every third page of two tables, then one of them unmapped. */
	c.header.version = 2;
	c.count = 42;
	for (unsigned i = 40; i--;) {
		c.record[i] = c.record[0];
		c.record[i].count = 1;
		c.record[i].fine = (int8_t)(3 * i);
	}
	c.record[40] = parsed(two_maps).record[1];
	c.record[40].fine = 60;
	c.record[41] = c.record[40];
	c.record[41].kind = OP_TRANSLATE;
	s = told(&c, "x86_64-4level", &kind, -1);
	assert_int_equal(s->about, 40);
	assert_true(s->drawn_after.count <= PICTURE_GOAL);

	unsigned marked = 0, left_out = 0;

	for (unsigned i = 0; i < s->drawn_after.count; i++) {
		marked += s->drawn_after.line[i].marked;
		left_out += s->drawn_after.line[i].what == PICTURE_LEFT_OUT;
	}
	assert_int_equal(marked, 1);
	assert_true(left_out > 0);
	story_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_check_has_a_rule),
		cmocka_unit_test(rows_are_those_of_the_document),
		cmocka_unit_test(clauses_are_in_their_headers),
		cmocka_unit_test(words_that_are_not_there_are_missed),
		cmocka_unit_test(every_format_has_its_section),
		cmocka_unit_test(every_divergence_has_a_meaning),
		cmocka_unit_test(every_operation_has_words),
		cmocka_unit_test(errors_and_verdicts_have_words),
		cmocka_unit_test(a_death_is_told),
		cmocka_unit_test(what_was_before_a_death_is_told),
		cmocka_unit_test(a_hang_is_told),
		cmocka_unit_test(the_mark_is_on_what_is_wrong),
		cmocka_unit_test(a_clean_case_is_told),
		cmocka_unit_test(an_operation_too_far_is_refused),
		cmocka_unit_test(a_drawing_is_escaped_and_steady),
		cmocka_unit_test(a_picture_keeps_to_its_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
