/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The lists of known deviations that are built in, and the page about them.
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

#include "deviation.h"

static struct deviation_list list;

/* The stanzas of one file, which must be good. */
static void parse(const struct deviation_file *f)
{
	char error[256] = "", source[128];

	snprintf(source, sizeof(source), "%s/%s", f->architecture,
		 f->emulator);
	list.count = 0;
	if (!deviation_parse(&list, source, f->lines, error, sizeof(error)))
		fail_msg("%s", error);
}

/* Formats of that architecture that the stanza concerns. */
static unsigned concerned(const struct deviation *d, const char *architecture)
{
	unsigned n = 0;

	for (unsigned i = 0; i < pt_format_count; i++)
		n += !strcmp(pt_formats[i]->architecture, architecture) &&
		     deviation_concerns(d, pt_formats[i]->name);
	return n;
}

/* Each list has stanzas, and each is about a format of its own architecture. */
static void every_stanza_concerns_a_format(void **state)
{
	(void)state;
	assert_true(deviation_file_count > 0);
	for (unsigned i = 0; i < deviation_file_count; i++) {
		const struct deviation_file *f = &deviation_files[i];

		parse(f);
		assert_true(list.count > 0);
		for (unsigned j = 0; j < list.count; j++)
			if (!concerned(&list.deviation[j], f->architecture))
				fail_msg("%s of %s: no format",
					 list.deviation[j].id, f->architecture);
	}
}

/* Of the names a stanza has for formats each stands for one at least. */
static void every_glob_names_a_format(void **state)
{
	(void)state;
	for (unsigned i = 0; i < deviation_file_count; i++) {
		parse(&deviation_files[i]);
		for (unsigned j = 0; j < list.count; j++) {
			struct deviation one = list.deviation[j];
			char all[sizeof(one.formats)], *rest = all;
			const char *glob;

			snprintf(all, sizeof(all), "%s", one.formats);
			while ((glob = strtok_r(rest, " ", &rest))) {
				snprintf(one.formats, sizeof(one.formats), "%s",
					 glob);
				if (!concerned(&one,
					       deviation_files[i].architecture))
					fail_msg("%s: no format %s", one.id,
						 glob);
			}
		}
	}
}

/* The run of a stanza is a command that names a format which it concerns. */
static void every_run_shows_its_stanza(void **state)
{
	(void)state;
	for (unsigned i = 0; i < deviation_file_count; i++) {
		parse(&deviation_files[i]);
		for (unsigned j = 0; j < list.count; j++) {
			const struct deviation *d = &list.deviation[j];
			const char *format = strstr(d->run, "--format ");
			char name[64] = "";

			if (strncmp(d->run, "tablewalk ", 10) || !format)
				fail_msg("%s: %s", d->id, d->run);
			if (sscanf(format, "--format %63s", name) != 1 ||
			    !pt_format_find(name) ||
			    !deviation_concerns(d, name))
				fail_msg("%s: no such format: %s", d->id,
					 d->run);
		}
	}
}

/* What the manual leaves open is marked so, and nothing else. */
static void only_the_manual_leaves_open(void **state)
{
	(void)state;
	for (unsigned i = 0; i < deviation_file_count; i++) {
		const struct deviation_file *f = &deviation_files[i];
		const bool manual = !strcmp(f->emulator, "manual");
		char error[256] = "";
		unsigned marked = 0, stanzas;

		parse(f);
		stanzas = list.count;
		list.count = 0;
		if (!deviation_builtin(&list, f->architecture, f->emulator,
				       error, sizeof(error)))
			fail_msg("%s", error);
		for (unsigned j = 0; j < list.count; j++)
			marked += list.deviation[j].open;
		assert_int_equal(list.count - marked, manual ? 0 : stanzas);
	}
}

/* An emulator without a list has what the manual leaves open; no list is no error. */
static void an_unknown_emulator_has_no_list(void **state)
{
	char error[256] = "";

	(void)state;
	list.count = 0;
	assert_true(deviation_builtin(&list, "x86", "qemu-0.1", error,
				      sizeof(error)));
	assert_int_equal(list.count, 0);
	assert_true(deviation_builtin(&list, "sparc", "qemu-0.1", error,
				      sizeof(error)));
	for (unsigned i = 0; i < list.count; i++)
		assert_true(list.deviation[i].open);
	list.count = 0;
	assert_true(deviation_builtin(&list, "nowhere", "qemu-7.2", error,
				      sizeof(error)));
	assert_int_equal(list.count, 0);
}

/* An id is one of all lists: buckets and files of cases are named by it. */
static void ids_are_unique(void **state)
{
	struct deviation_list all = { .count = 0 };
	char error[256] = "";

	(void)state;
	for (unsigned i = 0; i < deviation_file_count; i++) {
		struct deviation *d = all.deviation;

		if (!deviation_parse(&all, deviation_files[i].architecture,
				     deviation_files[i].lines, error,
				     sizeof(error)))
			fail_msg("%s", error);
		for (; d < all.deviation + all.count; d++)
			if (strspn(d->id, "abcdefghijklmnopqrstuvwxyz"
				   "0123456789-") != strlen(d->id) || !d->id[0])
				fail_msg("`%s' is no name of a file", d->id);
	}
}

/* The bits that a text of control_text() names. */
static uint32_t control_of(const char *architecture, const char *text)
{
	char copy[CONTROL_TEXT], *rest = copy;
	const char *name;
	uint32_t control = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((name = strtok_r(rest, " ", &rest))) {
		const uint32_t bit = control_bit(architecture, name);

		assert_true(bit || !strcmp(text, "-"));
		control |= bit;
	}
	return control;
}

/* Every control word of every format is named, and its names give it back. */
static void control_words_round_trip(void **state)
{
	static const char *const invented[] = { "fake", "template" };
	char text[CONTROL_TEXT];

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		bool skip = false;
		uint32_t all = 0, set = 0;

		for (size_t j = 0; j < sizeof(invented) / sizeof(*invented); j++)
			skip |= !strcmp(f->architecture, invented[j]);
		for (unsigned j = 0; j < f->regime_count; j++)
			all |= f->regime[j];
		do {
			control_text(text, f->architecture, set);
			if (!skip && control_of(f->architecture, text) != set)
				fail_msg("%s: %#x is %s", f->name, set, text);
			set = (set - all) & all;
		} while (set);
	}
	control_text(text, "x86", PT_REGIME_X86_WP | PT_REGIME_X86_SMAP);
	assert_string_equal(text, "WP SMAP");
	control_text(text, "x86", 0);
	assert_string_equal(text, "-");
	control_text(text, "nowhere", 1);
	assert_string_equal(text, "-");
	assert_int_equal(control_bit("riscv", "WP"), 0);
	assert_int_equal(control_bit(NULL, "WP"), PT_REGIME_X86_WP);
	assert_int_equal(control_bit("x86", "W"), 0);
}

static char *read_page(void)
{
	FILE *in = fopen(PAGE, "r");
	enum { ROOM = 1 << 17 };
	char *text = malloc(ROOM);
	size_t n;

	assert_non_null(in);
	assert_non_null(text);
	n = fread(text, 1, ROOM - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

/*
 * docs/deviations.md has a row "| `id` | `formats` |" for each stanza, and its last
 * chapter no other row.
 */
static void the_page_has_every_id(void **state)
{
	char *page = read_page();
	const char *at;
	unsigned ids = 0, rows = 0;

	(void)state;
	for (unsigned i = 0; i < deviation_file_count; i++) {
		parse(&deviation_files[i]);
		for (unsigned j = 0; j < list.count; j++) {
			char row[256];

			snprintf(row, sizeof(row), "\n| `%s` | `%s` |",
				 list.deviation[j].id,
				 list.deviation[j].formats);
			if (!strstr(page, row))
				fail_msg("no row for %s", list.deviation[j].id);
			ids++;
		}
	}
	at = strstr(page, "\n## Known deviations\n");
	assert_non_null(at);
	while ((at = strstr(at + 1, "\n| `")))
		rows++;
	assert_int_equal(rows, ids);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_stanza_concerns_a_format),
		cmocka_unit_test(every_glob_names_a_format),
		cmocka_unit_test(every_run_shows_its_stanza),
		cmocka_unit_test(only_the_manual_leaves_open),
		cmocka_unit_test(an_unknown_emulator_has_no_list),
		cmocka_unit_test(ids_are_unique),
		cmocka_unit_test(control_words_round_trip),
		cmocka_unit_test(the_page_has_every_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
