/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The descriptors against the kernel's own headers: every recorded fact is
 * kept, or is a difference with a reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glob.h>

#include <cmocka.h>

#include "facts_load.h"

#ifndef TABLEWALK_ARCH_DIR
#error "TABLEWALK_ARCH_DIR is the source folder arch/"
#endif

/* Formats that no Linux header describes. */
static const struct {
	const char *format, *reason;
} without_facts[] = {
	{ "template", "an invented machine" },
	{ "fake", "an invented machine" },
	{ "fake-tiny", "an invented machine" },
	{ "microblaze", "Debian has no compiler for it" },
};
#define WITHOUT (sizeof(without_facts) / sizeof(without_facts[0]))

static bool is_without(const char *format)
{
	for (size_t i = 0; i < WITHOUT; i++)
		if (!strcmp(format, without_facts[i].format))
			return true;
	return false;
}

/* The facts of a format, to be freed; NULL if nobody recorded any. */
static struct facts *load(const struct pt_format *f)
{
	char why[400];
	struct facts *facts = facts_load(TABLEWALK_ARCH_DIR, f, why,
					 sizeof(why));

	if (why[0])
		fail_msg("%s: %s", f->name, why);
	if (facts)
		assert_string_equal(facts->format, f->name);
	return facts;
}

static void every_format_has_facts_or_a_reason(void **state)
{
	/* No format is left out without a word. */
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		struct facts *facts = load(pt_formats[i]);

		if (!facts != is_without(pt_formats[i]->name))
			fail_msg("%s: %s", pt_formats[i]->name,
				 facts ? "is said to have no facts"
				       : "has no facts");
		free(facts);
	}
}

static void descriptors_keep_every_fact(void **state)
{
	unsigned wrong = 0, checked = 0, excused = 0;

	/* A descriptor says what the kernel's headers say. */
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		struct facts *facts = load(f);
		unsigned before = wrong;
		char why[400];

		if (!facts)
			continue;
		for (unsigned n = 0; n < facts->count; n++)
			if (!fact_holds(f, &facts->fact[n], why, sizeof(why))) {
				print_message("%s %s\n", f->name, why);
				wrong++;
			}
		checked += facts->count;
		excused += facts->excused;
		assert_int_equal(facts_hold(f, facts, NULL, 0),
				 wrong == before);
		free(facts);
	}
	print_message("%u facts, %u of them known differences\n", checked,
		      excused);
	assert_int_equal(wrong, 0);
}

static void every_facts_file_is_of_a_format(void **state)
{
	glob_t found;

	/* A recorded file that no descriptor is held against does not exist. */
	(void)state;
	assert_int_equal(glob(TABLEWALK_ARCH_DIR "/*/facts/*.facts", 0, NULL,
			      &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *name = strrchr(found.gl_pathv[i], '/') + 1;
		char format[64];

		snprintf(format, sizeof(format), "%.*s",
			 (int)(strlen(name) - strlen(".facts")), name);
		if (!pt_format_find(format))
			fail_msg("%s: no such format", found.gl_pathv[i]);
	}
	globfree(&found);
}

static void expect_formats(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[600];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		bool comment = line[0] == '#' || line[0] == '\n';

		line[strcspn(line, " ")] = 0;
		if (!comment && !pt_format_find(line))
			fail_msg("%s: %s is no format", path, line);
	}
	fclose(file);
}

static void every_difference_is_of_a_format(void **state)
{
	glob_t found;

	/* Nothing is excused that is not checked. */
	(void)state;
	if (glob(TABLEWALK_ARCH_DIR "/*/facts/differences.txt", 0, NULL,
		 &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		expect_formats(found.gl_pathv[i]);
	globfree(&found);
}

/* Whether the damaged fact is noticed; it is put right again. */
static void expect_noticed(const struct pt_format *f, struct fact *fact,
			   uint64_t *number, uint64_t change)
{
	uint64_t good = *number;

	*number ^= change;
	if (fact_holds(f, fact, NULL, 0))
		fail_msg("%s %s: 0x%llx instead of 0x%llx is not noticed",
			 f->name, fact->name, (unsigned long long)*number,
			 (unsigned long long)good);
	*number = good;
}

static void damage_word(const struct pt_format *f, struct fact *fact)
{
	uint64_t matter = fact->excused ? 0 : fact->of & ~fact->ignore;

	if (f->level[fact->depth].entry_bytes == 4)
		matter &= UINT32_MAX;
	/* A kind that is not written has no bits to compare. */
	if (fact->reading.kind == PT_BAD)
		matter = 0;
	for (unsigned bit = 0; bit < 64; bit++)
		if (matter >> bit & 1)
			expect_noticed(f, fact, &fact->number,
				       UINT64_C(1) << bit);
	expect_noticed(f, fact, &fact->reading.pa,
		       UINT64_C(1) << f->page_shift);
	fact->reading.attrs ^= PT_W;
	assert_false(fact_holds(f, fact, NULL, 0));
	fact->reading.attrs ^= PT_W;
	fact->reading.kind ^= 1;
	assert_false(fact_holds(f, fact, NULL, 0));
	fact->reading.kind ^= 1;
}

static void damage_answers(const struct pt_format *f, struct fact *fact)
{
	expect_noticed(f, fact, &fact->number, 1);
	for (unsigned bit = 0; bit < 32; bit++) {
		if (!(fact->of >> bit & 1))
			continue;
		if (fact->class == FACT_PREDICATE)
			fact->says ^= (uint8_t)(1u << bit);
		else
			fact->reading.attrs ^= UINT32_C(1) << bit;
		if (fact_holds(f, fact, NULL, 0))
			fail_msg("%s %s: answer %u is not noticed", f->name,
				 fact->name, bit);
		if (fact->class == FACT_PREDICATE)
			fact->says ^= (uint8_t)(1u << bit);
		else
			fact->reading.attrs ^= UINT32_C(1) << bit;
	}
	if (fact->has_pa)
		expect_noticed(f, fact, &fact->reading.pa,
			       UINT64_C(1) << f->page_shift);
}

static void changed_fact_is_noticed(void **state)
{
	/* No part of any fact can be another without the check failing. */
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		struct facts *facts = load(f);

		for (unsigned n = 0; facts && n < facts->count; n++) {
			struct fact *fact = &facts->fact[n];

			if (!fact_holds(f, fact, NULL, 0))
				continue;	/* told above */
			if (fact->class == FACT_GEOMETRY)
				expect_noticed(f, fact, &fact->number, 1);
			else if (fact->class == FACT_WORD)
				damage_word(f, fact);
			else
				damage_answers(f, fact);
		}
		free(facts);
	}
}

static const char sample_facts[] =
	"format template\n"
	"kernel 0\n"
	"geometry page_shift 12\n"
	"geometry pte.va_shift 13\n";

static void difference_that_is_gone_fails(void **state)
{
	struct facts facts;
	char why[200];

	/* An excuse holds only while exactly that difference occurs. */
	(void)state;
	assert_true(facts_parse(&facts, sample_facts,
		"template geometry.pte.va_shift ours=14 kernel=13 because\n",
		why, sizeof(why)));
	assert_int_equal(facts.excused, 1);
	assert_false(fact_holds(pt_format_find("template"), &facts.fact[1],
				why, sizeof(why)));
	assert_true(facts_parse(&facts, sample_facts,
		"template geometry.pte.va_shift ours=12 kernel=13 because\n",
		why, sizeof(why)));
	assert_true(fact_holds(pt_format_find("template"), &facts.fact[1], why,
			       sizeof(why)));
}

static void wrong_difference_is_refused(void **state)
{
	static const char *const wrong[] = {
		"template geometry.pte.va_shift ours=12 kernel=13\n",
		"template geometry.pte.va_shift ours=12 kernel=12 because\n",
		"template geometry.pte.va_shift ours=13 kernel=13 because\n",
		"template geometry.pmd.va_shift ours=12 kernel=13 because\n",
		"template geometry.pte.va_shift ours=x kernel=13 because\n",
	};
	struct facts facts;
	char why[200];

	/* An excuse names a fact, both values as they are, and a reason. */
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(facts_parse(&facts, sample_facts, wrong[i], why,
					 sizeof(why)));
}

static void wrong_line_is_refused(void **state)
{
	static const char *const wrong[] = {
		"geometry pte.page_shift 12\n",
		"geometry va_shift 12\n",
		"geometry pte.va_shift twelve\n",
		"word a pte 0x1 leaf:0x0:R+Q:0:- ignore=0x0 of=0xff\n",
		"word a pte 0x1 leaf:0x0:R:0 ignore=0x0 of=0xff\n",
		"predicate pte leaf 0x1 0x2 of=0x3\n",
		"accessor pte leaf.max 0x1 x W of=W\n",
		"nonsense\n",
	};
	struct facts facts;
	char why[200];

	/* A facts file is understood to the last word, or not at all. */
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (facts_parse(&facts, wrong[i], NULL, why, sizeof(why)))
			fail_msg("accepted: %s", wrong[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_line_is_refused),
		cmocka_unit_test(wrong_difference_is_refused),
		cmocka_unit_test(difference_that_is_gone_fails),
		cmocka_unit_test(every_format_has_facts_or_a_reason),
		cmocka_unit_test(every_facts_file_is_of_a_format),
		cmocka_unit_test(every_difference_is_of_a_format),
		cmocka_unit_test(descriptors_keep_every_fact),
		cmocka_unit_test(changed_fact_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
