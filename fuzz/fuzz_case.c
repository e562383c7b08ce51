/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Property: whatever the bytes say, the subject does what the model expects of
 * it, and the tables in memory say what the model says.
 *
 * Formats, checks and a deliberate defect come from the environment: see
 * settings.h.  A hash of the case chooses the format, so that one corpus serves
 * all and the choice depends on the input alone.
 */
#include <stdio.h>
#include <stdlib.h>

#include <tablewalk/format.h>

#include "../harness/run.h"
#include "fuzz.h"
#include "settings.h"

/*
 * Set once before the first input: the interface of the fuzzers has no place
 * for it.  What runs keep from one case to the next is memory, not state; but
 * growing it, and emptying it, is code whose coverage would depend on the input
 * before.  So every run is first made as large as any case makes it, and
 * emptied by an empty case after each one.
 */
static struct {
	struct run *run[FORMATS_MAX];
	unsigned count;
	struct fuzz_settings settings;
} fuzz;

static void cannot_run(const char *what)
{
	fprintf(stderr, "fuzz_case: %s\n", what);
	exit(3);
}

/*
 * AddressSanitizer looks for leaks at the end only; what the runs hold is not
 * one.
 */
static void destroy_runs(void)
{
	while (fuzz.count)
		run_destroy(fuzz.run[--fuzz.count]);
}

/* Runs a case; a violation is printed with the case, and ends the process. */
static void check_case(struct run *run, const struct tw_case *c)
{
	struct violation violation;

	if (run_case(run, c, fuzz.settings.check, NULL, &violation))
		return;
	run_print_violation(stderr, run, c, &violation);
	fprintf(stderr, "# format %s\n", run_format(run)->name);
	case_print(stderr, c);
	abort();
}

/* A case without records: leaves a run empty. */
static void empty(struct run *run)
{
	const struct tw_case none = { .header = { .mask = OP_MASK_V1 } };

	check_case(run, &none);
}

/*
 * As many tables of one depth as 64 records can make: maps as long as a map
 * may be, each in a place of its own.
 */
static void make_tables(struct run *run, unsigned height, unsigned space,
			enum case_window window)
{
	struct tw_case c = { .header = { .mask = OP_MASK_V1,
					 .window = (uint8_t)window } };

	c.count = CASE_RECORDS;
	c.record[0] = (struct case_record){ .kind = OP_SWITCH };
	c.record[0].aux.value = (uint8_t)space;
	for (unsigned i = 1; i < CASE_RECORDS; i++) {
		c.record[i] = (struct case_record){
			.kind = OP_MAP,
			.attrs = PT_R,
			.scale = CASE_SPACE,
			.anchor = i & 1 ? CASE_HOME0 : CASE_HOME3,
			.height = (uint8_t)(height + 2),
			.coarse = (int8_t)(i / 2),
		};
		c.record[i].aux.height = (uint8_t)height;
	}
	check_case(run, &c);
}

/* As many stretches of alike addresses as 64 records can make. */
static void make_stretches(struct run *run, unsigned space)
{
	struct tw_case c = { .header = { .mask = OP_MASK_V1 } };

	c.count = CASE_RECORDS;
	c.record[0] = (struct case_record){ .kind = OP_SWITCH };
	c.record[0].aux.value = (uint8_t)space;
	c.record[1] = (struct case_record){
		.kind = OP_MAP,
		.attrs = PT_R | PT_W,
		.scale = CASE_SPACE,
		.anchor = CASE_HOME0,
	};
	for (unsigned i = 2; i < CASE_RECORDS; i++)
		c.record[i] = (struct case_record){
			.kind = OP_PROTECT,
			.attrs = PT_R,
			.count = 1,
			.scale = CASE_PAGE,
			.anchor = CASE_HOME0,
			.fine = (int8_t)(2 * i - 3),
		};
	check_case(run, &c);
}

/* As many VMAs as 64 records can make: each one of these cuts one in two. */
static void make_vmas(struct run *run, unsigned space)
{
	struct tw_case c = { .header = { .mask = OP_MASK_V2,
					 .version = 2 } };

	c.count = CASE_RECORDS;
	c.record[0] = (struct case_record){ .kind = OP_SWITCH };
	c.record[0].aux.value = (uint8_t)space;
	for (unsigned i = 1; i < CASE_RECORDS; i++)
		c.record[i] = (struct case_record){
			.kind = OP_VMA,
			.aux.value = i > 1 ? OP_VMA_PFNMAP : OP_VMA_PLAIN,
			.count = i > 1,
			.scale = i > 1 ? CASE_PAGE : CASE_SPACE,
			.anchor = CASE_HOME0,
			.fine = (int8_t)(2 * i - 3),
		};
	check_case(run, &c);
}

/*
 * As many tables one after the other as 64 records can make: memory is not
 * given out twice within a case.
 */
static void make_and_free(struct run *run, unsigned space,
			  enum case_window window)
{
	static const struct case_record cycle[4] = {
		{ .kind = OP_MAP, .attrs = PT_R, .scale = CASE_SPACE },
		{ .kind = OP_MAP,
		  .attrs = PT_R,
		  .scale = CASE_SPACE,
		  .anchor = CASE_PREV1_END },
		{ .kind = OP_UNMAP, .scale = CASE_SPACE },
		{ .kind = OP_FREE,
		  .scale = CASE_SPACE,
		  .aux = { .value = CASE_BOUNDS_BOTH } },
	};
	struct tw_case c = { .header = { .mask = OP_MASK_V1,
					 .window = (uint8_t)window } };

	c.count = CASE_RECORDS;
	c.record[0] = (struct case_record){ .kind = OP_SWITCH };
	c.record[0].aux.value = (uint8_t)space;
	for (unsigned i = 1; i < CASE_RECORDS; i++)
		c.record[i] = cycle[(i - 1) % 4];
	check_case(run, &c);
}

static void warm_up(struct run *run)
{
	for (unsigned window = 0; window < CASE_WINDOWS; window++) {
		make_tables(run, 0, 0, (enum case_window)window);
		make_and_free(run, 0, (enum case_window)window);
	}
	for (unsigned space = 0; space < PT_SPACES; space++) {
		for (unsigned height = 0; height < 3; height++)
			make_tables(run, height, space, CASE_WINDOW_LOW);
		make_stretches(run, space);
		make_vmas(run, space);
		make_and_free(run, space, CASE_WINDOW_LOW);
	}
	empty(run);
}

static void add_format(const struct pt_format *format)
{
	char error[200] = "the format cannot be run";
	struct run *run = run_create(format, NULL, error, sizeof(error));

	if (!run || fuzz.count == FORMATS_MAX)
		cannot_run(error);
	/* With a defect on, the run ends where it is found; that shall be soon. */
	if (!fuzz.settings.mutant)
		warm_up(run);
	fuzz.run[fuzz.count++] = run;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_settings_read(&fuzz.settings);
	for (unsigned i = 0; i < fuzz.settings.format_count; i++)
		add_format(fuzz.settings.format[i]);
#ifdef TABLEWALK_MUTANTS
	for (unsigned i = MUTANT_OFF + 1; i < MUTANTS; i++)
		if (fuzz.settings.mutants[i / 64] >> i % 64 & 1)
			mutant_add((enum mutant_id)i);
#endif
	atexit(destroy_runs);
	return 0;
}

/* The first of the runs that this case is for, and how many follow. */
static unsigned runs_of(const struct tw_case *c, unsigned *count)
{
	bool all = fuzz.settings.all;

	*count = all ? fuzz.count : 1;
	return all ? 0 : (unsigned)(case_hash(c) % fuzz.count);
}

/* Folds at run time what the settings say, where they leave a choice by hash. */
static void fold(struct run *run, const struct tw_case *c)
{
	if (fuzz.settings.folding.mode == FOLDING_STATIC)
		return;
	run_fold(run, folding_of_case(&fuzz.settings.folding, run_format(run),
				      case_hash(c) / fuzz.count));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tw_case c;
	unsigned first, count;

	case_decode(bytes, size, &c);
	first = runs_of(&c, &count);
	for (unsigned i = 0; i < count; i++) {
		fold(fuzz.run[first + i], &c);
		check_case(fuzz.run[first + i], &c);
		empty(fuzz.run[first + i]);
	}
	return 0;
}

static uint64_t digest(const uint8_t *bytes, size_t size)
{
	struct tw_case c;
	unsigned first, count;
	uint64_t hash = 0;

	LLVMFuzzerTestOneInput(bytes, size);
	case_decode(bytes, size, &c);
	first = runs_of(&c, &count);
	for (unsigned i = 0; i < count; i++)
		hash = hash * 31 + run_trace_hash(fuzz.run[first + i], &c);
	return hash;
}

const struct fuzz_target fuzz_target = { "fuzz_case", true, digest };
