/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Foreign subjects: one that does what the contract says is clean, each named
 * difference is let pass where it was declared and is a violation where it was
 * not, and what no subject may do is found.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/generate.h"
#include "../../harness/run.h"
#include "../../harness/subjects/foreign.h"
#include "mirror.h"

/* Random cases per format; a difference that never shows in them fails its test. */
#define CASES 160

static struct mirror mirrors[FOREIGN_MAX];
static unsigned mirror_count;
static struct tablewalk_reason reasons[FOREIGN_MAX][FOREIGN_DIFFERENCES + 1];

typedef void mirror_init_fn(struct mirror *mirror, enum mirror_way way,
			    const char *name);

/* Takes a mirror of that make into the list; it may differ so. */
static const struct subject_kind *enlist_as(mirror_init_fn *init,
					    enum mirror_way way,
					    uint64_t difference)
{
	struct mirror *m = &mirrors[mirror_count];
	struct tablewalk_reason *reason = reasons[mirror_count];
	char name[32], error[200];

	snprintf(name, sizeof(name), "mirror-%u", mirror_count);
	init(m, way, name);
	for (unsigned bit = 0; bit < FOREIGN_DIFFERENCES; bit++)
		if (difference >> bit & 1)
			*reason++ = (struct tablewalk_reason){
				UINT64_C(1) << bit, "mirror.c" };
	*reason = (struct tablewalk_reason){ 0, NULL };
	m->subject.differences = difference;
	m->subject.reasons = reasons[mirror_count];
	if (!foreign_add(&m->subject, error, sizeof(error)))
		fail_msg("%s", error);
	return foreign(mirror_count++);
}

static const struct subject_kind *enlist(enum mirror_way way,
					 uint64_t difference, bool reader)
{
	return enlist_as(reader ? mirror_reader_init : mirror_init, way,
			 difference);
}

/* Empties the list: what the harness never does. */
static int forget_all(void **state)
{
	(void)state;
	foreign_forget_all();
	mirror_count = 0;
	return 0;
}

/*
 * An unmap that cuts the leaf at its one end and not that at its other, and is
 * refused the table that it needs: random cases hardly ever have both.
 */
static const char refused[] =
	"tablewalk case 3\nregime 0\nprofile current\nwindow low\n"
	"salt 0x0000\nkinds default\n"
	"map at=home0 len=edge attrs=rwad pa=data height=1\n"
	"fail nth=1\n"
	"unmap at=home0+0h1+5 len=edge\n";

static void make_refused(struct tw_case *c)
{
	char error[200];

	if (case_parse(refused, sizeof(refused) - 1, "refused", c, error,
		       sizeof(error)))
		fail_msg("%s", error);
}

/* By that number; the one behind the random ones is that. */
static void make_case(uint64_t seed, const struct pt_format *format,
		      struct tw_case *c)
{
	const struct generate_options options = {
		.version = seed & 1 ? CASE_NEWEST : 1,
		.records = CASE_RECORDS, .format = format,
	};
	struct rng rng;

	if (seed > CASES) {
		make_refused(c);
		return;
	}
	rng_seed(&rng, seed);
	generate_case(&rng, &options, c);
}

/* What a subject's cases came to. */
struct outcome {
	uint64_t violations;
	uint64_t used[FOREIGN_DIFFERENCES];
	uint64_t asked, refused, beside;
	char first[VIOLATION_NAME], seen[160];
};

/* Prints the first violation where there is to be none; else stops there. */
static void run_on(const struct pt_format *format,
		   const struct subject_kind *kind, bool print,
		   struct outcome *out)
{
	char error[200];
	struct run *run = run_create(format, NULL, error, sizeof(error));
	const struct foreign_counts *counts;

	assert_non_null(run);
	assert_true(run_subject(run, kind, error, sizeof(error)));
	for (uint64_t seed = 1; seed <= CASES + 1; seed++) {
		struct violation violation;
		struct tw_case c;

		make_case(seed, format, &c);
		if (run_case(run, &c, seed % 8 ? RUN_CHECK_END :
						 RUN_CHECK_EVERY,
			     NULL, &violation))
			continue;
		if (!out->violations++) {
			violation_name(&violation, out->first);
			memcpy(out->seen, violation.finding.seen,
			       sizeof(out->seen));
		}
		if (print && out->violations == 1) {
			fprintf(stderr, "seed %llu, %s\n",
				(unsigned long long)seed, format->name);
			run_print_violation(stderr, run, &c, &violation);
		}
		if (!print)
			break;
	}
	counts = run_foreign_counts(run);
	for (unsigned bit = 0; bit < FOREIGN_DIFFERENCES; bit++)
		out->used[bit] += counts->differed[bit];
	out->asked += counts->asked;
	out->refused += counts->refused;
	out->beside += counts->beside;
	run_destroy(run);
}

static struct outcome run_all(const struct subject_kind *kind, bool print)
{
	const char *const *format = foreign_of(kind)->formats;
	struct outcome out = { 0 };

	for (; *format && (print || !out.violations); format++)
		run_on(pt_format_find(*format), kind, print, &out);
	return out;
}

static void a_subject_that_keeps_the_contract_is_clean(void **state)
{
	struct outcome out;

	(void)state;
	out = run_all(enlist(MIRROR_STRAIGHT, 0, false), true);
	assert_int_equal(out.violations, 0);
	assert_true(out.asked > 100 * CASES);
	out = run_all(enlist(MIRROR_STRAIGHT, 0, true), true);
	assert_int_equal(out.violations, 0);
	assert_true(out.asked > 30 * CASES);
}

static const struct {
	enum mirror_way way;
	uint64_t difference;
	const char *what;
} different[] = {
	{ MIRROR_DROPS_LEAF, TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF, "drops leaf" },
	{ MIRROR_REFUSES_PART, TABLEWALK_DIFFERS_UNMAP_REFUSES_PART,
	  "refuses part" },
	{ MIRROR_WHOLE_LEAF, TABLEWALK_DIFFERS_PROTECT_WHOLE_LEAF,
	  "whole leaf" },
	{ MIRROR_PROTECT_REFUSES_PART,
	  TABLEWALK_DIFFERS_PROTECT_REFUSES_PART, "protect refuses part" },
	{ MIRROR_SHORT_COUNT, TABLEWALK_DIFFERS_SHORT_COUNT, "short count" },
	{ MIRROR_PICKS_LEAF, TABLEWALK_DIFFERS_MAP_PICKS_LEAF, "picks leaf" },
	{ MIRROR_REPLACES, TABLEWALK_DIFFERS_MAP_REPLACES, "replaces" },
	{ MIRROR_FREES_EMPTY, TABLEWALK_DIFFERS_FREES_EMPTY, "frees empty" },
	{ MIRROR_FREES_SOME, TABLEWALK_DIFFERS_EMPTY_ANY, "frees some" },
	{ MIRROR_LEAVES_PREFIX, TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX,
	  "leaves prefix" },
	{ MIRROR_LEAVES_TABLES, TABLEWALK_DIFFERS_ERRORS_LEAVE_TABLES,
	  "leaves tables" },
	{ MIRROR_OTHER_ERRORS, TABLEWALK_DIFFERS_ERROR_VALUES, "errors" },
	{ MIRROR_STOPS_AT_HOLES, TABLEWALK_DIFFERS_HOLE_ERRORS, "holes" },
	{ MIRROR_SAME_IS_FINE, TABLEWALK_DIFFERS_MAP_SAME_OK, "same" },
	{ MIRROR_WALKS_LEAVES, TABLEWALK_DIFFERS_WALK_LEAVES, "leaves" },
	{ MIRROR_WALKS_NO_ALIASES, TABLEWALK_DIFFERS_WALK_NO_ALIASES,
	  "no aliases" },
	{ MIRROR_WALKS_NO_HOLES, TABLEWALK_DIFFERS_WALK_NO_HOLES, "no holes" },
	{ MIRROR_NO_ENTRIES, TABLEWALK_DIFFERS_NO_ENTRIES, "no entries" },
	{ MIRROR_TABLE_IN_WAY, TABLEWALK_DIFFERS_TABLE_IN_WAY, "in way" },
	{ MIRROR_DIVIDES_IN_VAIN, TABLEWALK_DIFFERS_ERRORS_DIVIDE, "divides" },
	{ MIRROR_TABLES_TAKE_USER, TABLEWALK_DIFFERS_TABLES_TAKE,
	  "tables take" },
	{ MIRROR_OTHER_WORDS, TABLEWALK_DIFFERS_OTHER_WORDS, "other words" },
	{ MIRROR_KEEPS_PARTS, TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS,
	  "keeps parts" },
	{ MIRROR_KEEPS_RIGHTS, TABLEWALK_DIFFERS_MAP_KEEPS_RIGHTS,
	  "keeps rights" },
	{ MIRROR_TAKES_W_ONLY, TABLEWALK_DIFFERS_PROTECT_GRADUAL,
	  "takes W only" },
};

#define DIFFERENT (sizeof(different) / sizeof(different[0]))

/* What a subject of that way has to declare besides, not to be found by that. */
static uint64_t besides(enum mirror_way way)
{
	switch ((unsigned)way) {
	case MIRROR_PICKS_LEAF:
		/* Leaf after leaf, it cannot give back what it did. */
		return TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX;
	case MIRROR_KEEPS_RIGHTS:
	case MIRROR_KEEPS_ATTRS:
		return TABLEWALK_DIFFERS_MAP_REPLACES;
	default:
		return 0;
	}
}

/* So that whoever adds a difference adds a mirror that has it. */
static void every_difference_is_tried(void **state)
{
	/* That one has a test of its own. */
	uint64_t tried = TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS;

	(void)state;
	for (size_t i = 0; i < DIFFERENT; i++)
		tried |= different[i].difference;
	for (unsigned bit = 0; bit < FOREIGN_DIFFERENCES; bit++)
		if (!(tried >> bit & 1))
			fail_msg("no mirror for %s",
				 foreign_difference_name(bit));
	assert_true(tried == TABLEWALK_DIFFERENCES);
}

static unsigned bit_of(uint64_t difference)
{
	unsigned bit = 0;

	while (difference >> bit != 1)
		bit++;
	return bit;
}

static void a_named_difference_is_let_pass_and_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < DIFFERENT; i++) {
		const struct subject_kind *kind =
			enlist(different[i].way, different[i].difference |
			       besides(different[i].way), false);
		const struct outcome out = run_all(kind, true);

		if (out.violations || !out.used[bit_of(different[i].difference)])
			fail_msg("%s: %llu violations, first %s, used %llu",
				 different[i].what,
				 (unsigned long long)out.violations, out.first,
				 (unsigned long long)out.used[
					bit_of(different[i].difference)]);
	}
}

static void the_same_without_a_name_is_a_violation(void **state)
{
	(void)state;
	for (size_t i = 0; i < DIFFERENT; i++)
		if (!run_all(enlist(different[i].way,
				    besides(different[i].way), false),
			     false).violations)
			fail_msg("%s: nothing found", different[i].what);
}

/* A name lets that pass which its sentence in subject.h says, and no more. */
static void more_than_the_name_says_is_a_violation(void **state)
{
	static const struct {
		enum mirror_way way;
		uint64_t difference;
	} more[] = {
		{ MIRROR_DIVIDES_UNCUT, TABLEWALK_DIFFERS_ERRORS_DIVIDE },
		{ MIRROR_TABLES_TAKE_W, TABLEWALK_DIFFERS_TABLES_TAKE },
		{ MIRROR_WRONG_WORDS, TABLEWALK_DIFFERS_OTHER_WORDS },
		{ MIRROR_KEEPS_ANY_PART, TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS },
		{ MIRROR_KEEPS_ATTRS, TABLEWALK_DIFFERS_MAP_KEEPS_RIGHTS },
		{ MIRROR_TAKES_NOTHING, TABLEWALK_DIFFERS_PROTECT_GRADUAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (!run_all(enlist(more[i].way, more[i].difference |
				    besides(more[i].way), false),
			     false).violations)
			fail_msg("beyond %s: nothing found",
				 foreign_difference_name(
					bit_of(more[i].difference)));
}

/* It would end the process on the first wrong argument. */
static void trusted_arguments_are_not_tried(void **state)
{
	struct outcome out;

	(void)state;
	out = run_all(enlist(MIRROR_DIES_ON_BAD_ARGUMENTS,
			     TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS, false), true);
	assert_int_equal(out.violations, 0);
	assert_true(out.used[bit_of(TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS)]);
}

static void misbehaviour_is_found_by_its_name(void **state)
{
	static const struct {
		enum mirror_way way;
		const char *check;	/* begins with */
	} wrong[] = {
		{ MIRROR_LEAKS, "" },
		{ MIRROR_SCRIBBLES, "arena" },
		{ MIRROR_RETURNS_NONSENSE, "subject/misuse" },
		{ MIRROR_CALLS_UNSET, "subject/misuse" },
		{ MIRROR_DOES_TOO_MUCH, "subject/misuse" },
		{ MIRROR_CAN_AFTER_ALL, "trace-return" },
		{ MIRROR_DOES_NOT_OPEN, "subject/open" },
		{ MIRROR_SWALLOWS_REFUSAL, "trace-return" },
		{ MIRROR_LOSES_PAGE, "mmu-" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct outcome out =
			run_all(enlist(wrong[i].way, 0, false), false);

		if (!out.violations || strncmp(out.first, wrong[i].check,
					       strlen(wrong[i].check)))
			fail_msg("way %d: %llu violations, first %s",
				 (int)wrong[i].way,
				 (unsigned long long)out.violations, out.first);
	}
}

/*
 *			Tables elsewhere
 */

/* The built-in readers walk, translate and dump for it. */
static void blind_init(struct mirror *mirror, enum mirror_way way,
		       const char *name)
{
	struct tablewalk_subject *s = &mirror->subject;

	mirror_elsewhere_init(mirror, way, name);
	s->capabilities &= ~(TABLEWALK_CAN_WALK | TABLEWALK_CAN_TRANSLATE |
			     TABLEWALK_CAN_DUMP | TABLEWALK_CAN_ACTIONS |
			     TABLEWALK_CAN_STOP);
	s->walk = NULL;
	s->translate = NULL;
	s->dump = NULL;
}

static void tables_may_be_elsewhere(void **state)
{
	static const struct {
		mirror_init_fn *init;
		enum mirror_way way;
		uint64_t difference;
	} fine[] = {
		{ mirror_elsewhere_init, MIRROR_STRAIGHT, 0 },
		{ blind_init, MIRROR_STRAIGHT, 0 },
		/* What is adopted is read from the copies. */
		{ mirror_elsewhere_init, MIRROR_FREES_SOME,
		  TABLEWALK_DIFFERS_EMPTY_ANY },
		/* Tables that nothing points to cannot be known of. */
		{ mirror_elsewhere_init, MIRROR_LEAKS, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		const struct outcome out =
			run_all(enlist_as(fine[i].init, fine[i].way,
					  fine[i].difference), true);

		assert_int_equal(out.violations, 0);
		assert_true(out.asked > 50 * CASES);
		assert_int_equal(out.beside > 30 * CASES,
				 fine[i].init == blind_init);
	}
}

static void what_is_wrong_elsewhere_is_found_by_its_name(void **state)
{
	static const struct {
		enum mirror_way way;
		const char *check;	/* begins with */
		const char *seen;	/* is in the sentence */
	} wrong[] = {
		{ MIRROR_READ_FAILS, "subject/read", "returned -2" },
		{ MIRROR_READS_STALE, "", "" },
		{ MIRROR_LOSES_PAGE, "mmu-", "" },
		{ MIRROR_NAMES_NOTHING, "subject/elsewhere",
		  "does not say where" },
		{ MIRROR_NAMES_TOO_MUCH, "subject/elsewhere", "2^3" },
		{ MIRROR_NAMES_TOO_HIGH, "subject/elsewhere", "above" },
		{ MIRROR_NAMES_TWICE, "subject/elsewhere", "overlap" },
		{ MIRROR_NAMES_TOO_LITTLE, "subject/outside", "outside" },
		{ MIRROR_KEEPS_SCRATCH, "subject/leak", "2 tables" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct subject_kind *kind =
			enlist_as(mirror_elsewhere_init, wrong[i].way, 0);
		const struct outcome out = run_all(kind, false);

		if (!out.violations ||
		    strncmp(out.first, wrong[i].check, strlen(wrong[i].check)) ||
		    !strstr(out.seen, wrong[i].seen))
			fail_msg("way %d: %llu violations, first %s: %s",
				 (int)wrong[i].way,
				 (unsigned long long)out.violations, out.first,
				 out.seen);
	}
}

static void what_cannot_be_a_subject_is_refused(void **state)
{
	struct mirror m;
	char error[200];

	(void)state;
	mirror_init(&m, MIRROR_STRAIGHT, "Upper");
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "name"));
	mirror_init(&m, MIRROR_STRAIGHT, "old");
	m.subject.version = 99;
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "another version"));
	mirror_init(&m, MIRROR_STRAIGHT, "newer");
	m.subject.bytes++;
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "newer than any"));
	mirror_init(&m, MIRROR_STRAIGHT, "smaller");
	m.subject.bytes = offsetof(struct tablewalk_subject, read);
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "smaller than any"));
	mirror_init(&m, MIRROR_STRAIGHT, "hollow");
	m.subject.unmap = NULL;
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "unmap"));
	mirror_init(&m, MIRROR_STRAIGHT, "groundless");
	m.subject.differences = TABLEWALK_DIFFERS_SHORT_COUNT;
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "no reason"));
	mirror_init(&m, MIRROR_STRAIGHT, "nowhere");
	m.subject.formats = (const char *const[]){ "vax", NULL };
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "vax"));
	mirror_elsewhere_init(&m, MIRROR_STRAIGHT, "unreadable");
	m.subject.read = NULL;
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "read"));
	mirror_init(&m, MIRROR_STRAIGHT, "half");
	m.subject.capabilities = TABLEWALK_CAN_UNMAP;
	assert_false(foreign_add(&m.subject, error, sizeof(error)));
	assert_non_null(strstr(error, "cannot map"));
}

static const struct tablewalk_subject *opened;

static int note_open(const struct tablewalk_subject *subject,
		     struct tablewalk_setup *setup, void **state)
{
	(void)setup;
	(void)state;
	opened = subject;
	return TABLEWALK_MEMORY;
}

/* Version 1's struct at the end of memory: reading on would be the end of us. */
static void an_older_struct_is_read_to_its_end_only(void **state)
{
	const size_t bytes = offsetof(struct tablewalk_subject, read) +
			     sizeof(opened->read);
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct tablewalk_subject *given;
	struct violation violation;
	struct tw_case c;
	char error[200];
	struct mirror m;
	struct run *run;

	(void)state;
	assert_true(memory != MAP_FAILED);
	assert_int_equal(mprotect(memory + page, page, PROT_NONE), 0);
	mirror_init(&m, MIRROR_STRAIGHT, "older");
	m.subject.bytes = (uint32_t)bytes;
	m.subject.open = note_open;
	memcpy(memory + page - bytes, &m.subject, bytes);
	given = (const void *)(memory + page - bytes);
	assert_true(foreign_add(given, error, sizeof(error)));
	assert_string_equal(foreign_of(foreign(0))->name, "older");
	assert_ptr_not_equal(foreign_of(foreign(0)), given);
	run = run_create(pt_format_find(given->formats[0]), NULL, error,
			 sizeof(error));
	assert_non_null(run);
	assert_true(run_subject(run, foreign(0), error, sizeof(error)));
	make_case(1, run_format(run), &c);
	assert_false(run_case(run, &c, RUN_CHECK_END, NULL, &violation));
	assert_string_equal(violation.finding.divergence, "open");
	/* What finds itself by its address gets that. */
	assert_ptr_equal(opened, given);
	run_destroy(run);
	munmap(memory, 2 * page);
}

#define TEST(name) cmocka_unit_test_setup(name, forget_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_subject_that_keeps_the_contract_is_clean),
		TEST(every_difference_is_tried),
		TEST(a_named_difference_is_let_pass_and_counted),
		TEST(the_same_without_a_name_is_a_violation),
		TEST(more_than_the_name_says_is_a_violation),
		TEST(trusted_arguments_are_not_tried),
		TEST(misbehaviour_is_found_by_its_name),
		TEST(tables_may_be_elsewhere),
		TEST(what_is_wrong_elsewhere_is_found_by_its_name),
		TEST(what_cannot_be_a_subject_is_refused),
		TEST(an_older_struct_is_read_to_its_end_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
