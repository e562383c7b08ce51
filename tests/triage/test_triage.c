/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Triage of subjects that crash, hang, differ from run to run or trip a sanitizer,
 * which no deliberate defect does; and the texts that it reads.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/subject.h"
#include "../../harness/triage.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Runs of the flaky subject, in memory that its processes share. */
static unsigned *runs;

static int turn_crash(struct subject *s, const struct op *op,
		      struct trace *trace)
{
	volatile int *volatile nowhere = NULL;

	/* Not to cmocka, which would take the process for its own. */
	if (op->kind == OP_UNMAP && signal(SIGSEGV, SIG_DFL) != SIG_ERR)
		*nowhere = 1;
	return subject_builtin.turn(s, op, trace);
}

static int turn_abort(struct subject *s, const struct op *op,
		      struct trace *trace)
{
	if (op->kind == OP_UNMAP)
		abort();
	return subject_builtin.turn(s, op, trace);
}

static int turn_hang(struct subject *s, const struct op *op,
		     struct trace *trace)
{
	while (op->kind == OP_UNMAP)
		pause();
	return subject_builtin.turn(s, op, trace);
}

static int turn_overrun(struct subject *s, const struct op *op,
			struct trace *trace)
{
	char *volatile memory = malloc(16);
	volatile int at = 16;

	if (memory && op->kind == OP_UNMAP)
		memory[at] = 1;
	free(memory);
	return subject_builtin.turn(s, op, trace);
}

static int turn_overflow(struct subject *s, const struct op *op,
			 struct trace *trace)
{
	volatile int number = 0x7fffffff;

	if (op->kind == OP_UNMAP)
		number = number + 1;
	return subject_builtin.turn(s, op, trace);
}

/* Every other process gets another answer. */
static int turn_flaky(struct subject *s, const struct op *op,
		      struct trace *trace)
{
	int ret = subject_builtin.turn(s, op, trace);

	if (op->kind == OP_UNMAP && (*runs)++ % 2 == 0)
		return -77;
	return ret;
}

static int turn_no_split(struct subject *s, const struct op *op,
			 struct trace *trace)
{
	int ret = subject_builtin.turn(s, op, trace);

	return op->kind == OP_SPLIT && !ret ? -77 : ret;
}

static const struct subject_kind kinds[] = {
	{ "crash", "", turn_crash },	   { "abort", "", turn_abort },
	{ "hang", "", turn_hang },	   { "overrun", "", turn_overrun },
	{ "overflow", "", turn_overflow }, { "flaky", "", turn_flaky },
	{ "no-split", "", turn_no_split },
};

static const struct subject_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return strcmp(name, subject_builtin.name) ? NULL : &subject_builtin;
}

static const char unmapping[] =
	"tablewalk case 1\nregime 0\nprofile current\nwindow low\nsalt 0x0123\n"
	"kinds default\nmap at=home1 len=4page attrs=rwad pa=data height=0\n"
	"walk at=home1 len=4page callbacks=all\n"
	"map at=home2 len=4page attrs=rwad pa=data height=0\n"
	"unmap at=prev1 len=2page\ntranslate at=home1\n";

/* A directory of its own for each test, with the file and a store. */
struct scene {
	char directory[64], file[80], out[80];
	struct triage_store store;
	struct triage_options options;
	struct triage_result_counts counts;
};

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void open_scene(struct scene *s, const char *subject, const char *text)
{
	static const struct pt_format *format[1];
	char error[512] = "";

	format[0] = pt_format_find("x86_64-4level");
	*s = (struct scene){ .directory = "triage-XXXXXX" };
	assert_non_null(mkdtemp(s->directory));
	snprintf(s->file, sizeof(s->file), "%s/file", s->directory);
	snprintf(s->out, sizeof(s->out), "%s/out", s->directory);
	write_text(s->file, text);
	s->store = (struct triage_store){
		.directory = s->out, .find_subject = find_kind, .lock = -1,
	};
	s->options = (struct triage_options){
		.formats = format, .format_count = 1, .formats_given = true,
		.subject = find_kind(subject), .timeout = 10,
	};
	if (!triage_store_open(&s->store, error, sizeof(error)))
		fail_msg("%s", error);
}

static void say_bad(const char *sentence)
{
	fail_msg("%s", sentence);
}

static void release_counts(struct triage_result_counts *counts)
{
	json_decref(counts->fresh);
	json_decref(counts->known);
	json_decref(counts->flaky);
	json_decref(counts->entries);
}

static void run_scene(struct scene *s)
{
	char *path[] = { s->file };

	release_counts(&s->counts);
	triage_files(&s->store, &s->options, path, 1, say_bad, &s->counts);
}

static void close_scene(struct scene *s)
{
	char command[128];

	release_counts(&s->counts);
	triage_store_close(&s->store);
	snprintf(command, sizeof(command), "rm -rf %s", s->directory);
	assert_int_equal(system(command), 0);
}

static bool exists(const struct scene *s, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", s->out, name);
	return access(path, F_OK) == 0;
}

/* One entry of that signature, of at most two records, with all its files. */
static void expect_entry(const char *subject, const char *signature,
			 double timeout)
{
	char slug[TRIAGE_SLUG], name[TRIAGE_SLUG + 32];
	struct scene s;

	open_scene(&s, subject, unmapping);
	s.options.timeout = timeout;
	run_scene(&s);
	assert_string_equal(s.counts.error, "");
	assert_int_equal(json_array_size(s.counts.fresh), 1);
	assert_string_equal(json_string_value(json_array_get(s.counts.fresh, 0)),
			    signature);
	assert_int_equal(s.store.count, 1);
	assert_true(s.store.entry[0]->shown.c.count <= 2);
	triage_slug(signature, slug);
	for (unsigned i = 0; i < 4; i++) {
		static const char *const file[] = {
			"finding.json", "case.tw", "case.bin", "case.c",
		};

		snprintf(name, sizeof(name), "%s/%s", slug, file[i]);
		assert_true(exists(&s, name));
	}
	close_scene(&s);
}

static void a_crash_is_an_entry(void **state)
{
	/* A subject that dies is a finding with signal and operation, minimised. */
	(void)state;
	expect_entry("abort", "crash/SIGABRT/-/unmap/x86", 10);
	if (!SANITIZED)
		expect_entry("crash", "crash/SIGSEGV/-/unmap/x86", 10);
}

static void a_hang_is_an_entry(void **state)
{
	/* So is one that does not come back. */
	(void)state;
	expect_entry("hang", "hang/-/-/unmap/x86", 0.08);
}

static void a_sanitizer_report_is_an_entry(void **state)
{
	/* A report's signature is its kind and the functions of the project. */
	(void)state;
	if (!SANITIZED)
		skip();
	expect_entry("overrun",
		     "asan:heap-buffer-overflow/turn_overrun/-/unmap/x86", 10);
	expect_entry("overflow",
		     "ubsan:signed-integer-overflow/turn_overflow/-/unmap/x86",
		     10);
}

static void what_differs_from_run_to_run_is_flaky(void **state)
{
	/* Three runs that do not agree are no finding, and are kept apart. */
	struct scene s;
	const json_t *outcomes;

	(void)state;
	runs = mmap(NULL, sizeof(*runs), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(runs != MAP_FAILED);
	open_scene(&s, "flaky", unmapping);
	/* Nothing is run again where all is looked at always. */
	s.options.check = RUN_CHECK_EVERY;
	run_scene(&s);
	assert_int_equal(json_array_size(s.counts.fresh), 0);
	assert_int_equal(json_array_size(s.counts.flaky), 1);
	assert_int_equal(s.store.count, 1);
	assert_true(exists(&s, "flaky/trace-return-retval-unmap-x86/finding.json"));
	assert_false(exists(&s, "trace-return-retval-unmap-x86"));
	outcomes = json_object_get(s.store.entry[0]->json, "outcomes");
	assert_int_equal(json_array_size(outcomes), TRIAGE_CONFIRMATIONS);
	close_scene(&s);
	munmap(runs, sizeof(*runs));
}

static void what_a_format_cannot_have_is_unsupported(void **state)
{
	/* A format without large pages does not pass a case of splitting one. */
	struct scene s;
	const json_t *vector, *one;
	unsigned fails = 0, unsupported = 0;
	size_t i;

	(void)state;
	open_scene(&s, "no-split",
		   "tablewalk case 1\nregime 0\nprofile current\nwindow low\n"
		   "salt 0x0000\nkinds default\n"
		   "map at=home0 len=1unit attrs=rwad pa=data height=1\n"
		   "split at=home0 height=1\n");
	run_scene(&s);
	assert_int_equal(s.store.count, 1);
	vector = json_object_get(s.store.entry[0]->json, "vector");
	/* All formats with this subject and with the built-in one. */
	assert_int_equal(json_array_size(vector), 2 * pt_format_count);
	json_array_foreach(vector, i, one) {
		const char *result = json_string_value(
			json_object_get(one, "result"));
		const char *format = json_string_value(
			json_object_get(one, "format"));
		bool builtin = !strcmp("builtin", json_string_value(
			json_object_get(one, "subject")));

		fails += !strcmp(result, "fail");
		unsupported += !strcmp(result, "unsupported");
		if (builtin)
			assert_string_not_equal(result, "fail");
		if (!strcmp(format, "openrisc") || !strcmp(format, "alpha"))
			assert_string_equal(result, "unsupported");
		if (!strcmp(format, "arm64-4k-48"))
			assert_string_equal(result, builtin ? "pass" : "fail");
	}
	assert_true(fails > 10 && unsupported > 10);
	close_scene(&s);
}

static bool always(void *context)
{
	(void)context;
	return true;
}

static void stopped_at_once_leaves_nothing(void **state)
{
	/* Asked to stop, triage ends without an entry and says so. */
	struct scene s;

	(void)state;
	open_scene(&s, "abort", unmapping);
	s.options.stop.asked = always;
	run_scene(&s);
	assert_true(s.counts.interrupted);
	assert_int_equal(s.store.count, 0);
	assert_false(exists(&s, "crash-SIGABRT-unmap-x86"));
	close_scene(&s);
}

static void a_full_disk_loses_nothing(void **state)
{
	/* What cannot be written is said; no part of it is left, and what was there is. */
	const struct rlimit full = { 3000, RLIM_INFINITY };
	struct rlimit old;
	struct scene s;
	char *before, *after;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	open_scene(&s, "abort", unmapping);
	setrlimit(RLIMIT_FSIZE, &full);
	run_scene(&s);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_non_null(strstr(s.counts.error, "finding.json: "));
	assert_int_equal(s.store.count, 0);
	assert_false(exists(&s, "crash-SIGABRT-unmap-x86"));
	assert_false(exists(&s, ".new-crash-SIGABRT-unmap-x86"));
	close_scene(&s);

	open_scene(&s, "abort", unmapping);
	run_scene(&s);
	assert_int_equal(s.store.count, 1);
	before = triage_finding_text(s.store.entry[0]->json);
	/* Another file of the same finding. */
	write_text(s.file, "tablewalk case 1\nregime 0\nprofile current\n"
		   "window low\nsalt 0x0000\nkinds default\nnop\nnop\n"
		   "unmap at=home0 len=1page\n");
	setrlimit(RLIMIT_FSIZE, &full);
	run_scene(&s);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_non_null(strstr(s.counts.error, ".finding.json.new: "));
	after = triage_finding_text(s.store.entry[0]->json);
	assert_string_equal(before, after);
	assert_false(exists(&s, "crash-SIGABRT-unmap-x86/.finding.json.new"));
	free(before);
	free(after);
	close_scene(&s);
}

static void a_smaller_case_takes_the_place(void **state)
{
	/* An entry gets the smaller case of its signature, and keeps all else. */
	char error[512] = "";
	struct triage_shown small;
	struct triage_entry *entry;
	struct scene s;

	(void)state;
	open_scene(&s, "abort", unmapping);
	run_scene(&s);
	entry = s.store.entry[0];
	assert_int_equal(entry->shown.c.count, 1);
	small = entry->shown;
	small.c.count = 0;
	json_object_set_new(entry->json, "mine", json_true());
	assert_true(triage_store_replace(&s.store, entry, &small, 9, error,
					 sizeof(error)));
	triage_store_close(&s.store);
	assert_true(triage_store_open(&s.store, error, sizeof(error)));
	assert_int_equal(s.store.count, 1);
	entry = s.store.entry[0];
	assert_int_equal(entry->shown.c.count, 0);
	assert_true(json_is_true(json_object_get(entry->json, "mine")));
	assert_int_equal(json_integer_value(json_object_get(entry->json,
							    "raw_records")), 9);
	assert_false(exists(&s, ".new-crash-SIGABRT-unmap-x86"));
	close_scene(&s);
}

static void half_an_entry_is_removed(void **state)
{
	/* What a killed process left under a name with a dot is no entry. */
	char error[512], command[512];
	struct scene s;

	(void)state;
	open_scene(&s, "abort", unmapping);
	run_scene(&s);
	triage_store_close(&s.store);
	snprintf(command, sizeof(command), "cd %s && mkdir .new-x && "
		 "echo { >.new-x/finding.json && mv crash-SIGABRT-unmap-x86 "
		 ".old-crash-SIGABRT-unmap-x86", s.out);
	assert_int_equal(system(command), 0);
	assert_true(triage_store_open(&s.store, error, sizeof(error)));
	assert_int_equal(s.store.count, 1);
	assert_false(exists(&s, ".new-x"));
	assert_true(exists(&s, "crash-SIGABRT-unmap-x86/case.tw"));
	/* A finding that cannot be read is not overwritten but said. */
	triage_store_close(&s.store);
	snprintf(command, sizeof(command),
		 "echo { >%s/crash-SIGABRT-unmap-x86/finding.json", s.out);
	assert_int_equal(system(command), 0);
	assert_false(triage_store_open(&s.store, error, sizeof(error)));
	assert_non_null(strstr(error, "finding.json: "));
	close_scene(&s);
}

/* The text of a file of corpora/triage/. */
static char *stored(const char *name)
{
	char path[512], *text = calloc(1, 8192);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", REPORTS, name);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(text);
	assert_true(fread(text, 1, 8191, f) > 0);
	fclose(f);
	return text;
}

static void reports_come_to_kind_and_frames(void **state)
{
	/* Three innermost functions of the project; no library, no run loop. */
	struct triage_outcome o = { .kind = TRIAGE_SANITIZER };
	char *text = stored("heap-overflow.txt");

	(void)state;
	assert_true(triage_sanitizer(text, &o));
	assert_string_equal(o.check, "asan:heap-buffer-overflow");
	assert_string_equal(o.divergence, "read_word<split_leaf<pt_split");
	free(text);
	text = stored("overflow.txt");
	assert_true(triage_sanitizer(text, &o));
	assert_string_equal(o.check, "ubsan:signed-integer-overflow");
	assert_string_equal(o.divergence, "span_end<pt_map");
	free(text);
	assert_false(triage_sanitizer("all is well\n", &o));
	assert_true(triage_sanitizer("x.c:1: runtime error: load of\n", &o));
	assert_string_equal(o.divergence, "-");
}

static void slugs_are_file_names(void **state)
{
	/* Whatever is no letter or digit becomes one dash, none at the ends. */
	char slug[TRIAGE_SLUG], longest[1000];

	(void)state;
	triage_slug("MAP-EQ/lost/pmd/split/x86", slug);
	assert_string_equal(slug, "MAP-EQ-lost-pmd-split-x86");
	triage_slug("hang/-/-/unmap/arm64", slug);
	assert_string_equal(slug, "hang-unmap-arm64");
	triage_slug("../..//", slug);
	assert_string_equal(slug, "-");
	memset(longest, 'a', sizeof(longest));
	longest[999] = '\0';
	triage_slug(longest, slug);
	assert_true(strlen(slug) < TRIAGE_SLUG);
}

static void a_text_says_how_it_is_run(void **state)
{
	/* The comment that reproducers have is honoured; a wrong one is refused. */
	static const char head[] = "tablewalk case 1\nregime 0\n"
		"profile current\nwindow low\nsalt 0x0000\nkinds default\nnop\n";
	char text[512], error[256] = "";
	struct triage_input in;

	(void)state;
	snprintf(text, sizeof(text), "%s# tablewalk run --mutant a,b --format "
		 "riscv-sv39 --folding p4d --check store FILE\n", head);
	assert_int_equal(triage_read((const uint8_t *)text, strlen(text), "t",
				     &in, error, sizeof(error)), 0);
	assert_true(in.has_format && in.has_folding && in.has_check);
	assert_string_equal(in.format, "riscv-sv39");
	assert_int_equal(in.check, RUN_CHECK_STORE);
	snprintf(text, sizeof(text), "%s# tablewalk run --format z80 FILE\n",
		 head);
	assert_int_not_equal(triage_read((const uint8_t *)text, strlen(text),
					 "t", &in, error, sizeof(error)), 0);
	assert_int_equal(strncmp(error, "t:8: ", 5), 0);
	/* Bytes that are no text are a case, and say nothing. */
	assert_int_equal(triage_read((const uint8_t *)"\1\2", 2, "t", &in,
				     error, sizeof(error)), 0);
	assert_false(in.has_format);
}

static void known_lists_are_read_strictly(void **state)
{
	/* Signatures with reasons; anything else is refused by line. */
	char good[] = "# mine\n\na/b/c/d/e # why\n";
	char bad[] = "a/b/c/d/e\nfrobnicate\n", error[256];
	struct triage_known known = { .count = 0 };
	FILE *in = fmemopen(good, strlen(good), "r");

	(void)state;
	assert_true(triage_known_read(&known, in, "k", error, sizeof(error)));
	fclose(in);
	assert_int_equal(known.count, 1);
	assert_string_equal(triage_known_find(&known, "a/b/c/d/e"), "why");
	assert_null(triage_known_find(&known, "a/b/c/d/f"));
	in = fmemopen(bad, strlen(bad), "r");
	assert_false(triage_known_read(&known, in, "k", error, sizeof(error)));
	fclose(in);
	assert_int_equal(strncmp(error, "k:2: ", 5), 0);
	triage_known_free(&known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_is_an_entry),
		cmocka_unit_test(a_hang_is_an_entry),
		cmocka_unit_test(a_sanitizer_report_is_an_entry),
		cmocka_unit_test(what_differs_from_run_to_run_is_flaky),
		cmocka_unit_test(what_a_format_cannot_have_is_unsupported),
		cmocka_unit_test(stopped_at_once_leaves_nothing),
		cmocka_unit_test(a_full_disk_loses_nothing),
		cmocka_unit_test(a_smaller_case_takes_the_place),
		cmocka_unit_test(half_an_entry_is_removed),
		cmocka_unit_test(reports_come_to_kind_and_frames),
		cmocka_unit_test(slugs_are_file_names),
		cmocka_unit_test(a_text_says_how_it_is_run),
		cmocka_unit_test(known_lists_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
