/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Property: whatever the bytes say, a foreign subject does what the model expects
 * of it.  The same as fuzz/fuzz_case.c, but that only the subject's code is
 * compiled with coverage: nothing has to be done so that the harness's is the same
 * for each input.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "../fuzz/profile.h"
#include "../fuzz/settings.h"
#include "../harness/subjects/foreign.h"

/* Set once before the first input, as in fuzz_case. */
static struct {
	struct run *run[FORMATS_MAX];
	unsigned count;
	enum run_check check;
} fuzz;

static _Noreturn void end(int status, const char *what, const char *more)
{
	fprintf(stderr, "tablewalk: %s%s\n", what, more);
	exit(status);
}

/* AddressSanitizer looks for leaks at the end; what the runs hold is not one. */
static void destroy_runs(void)
{
	while (fuzz.count)
		run_destroy(fuzz.run[--fuzz.count]);
}

static void add_format(const struct pt_format *format)
{
	char error[200] = "the format cannot be run";
	struct run *run = run_create(format, NULL, error, sizeof(error));

	if (!run || !run_subject(run, foreign(0), error, sizeof(error)))
		end(3, error, "");
	fuzz.run[fuzz.count++] = run;
}

void tablewalk_fuzz_start(const struct tablewalk_subject *subject)
{
	struct fuzz_settings settings;
	char error[200];

	if (!foreign_add(subject, error, sizeof(error)))
		end(2, error, "");
	fuzz_settings_read(&settings);
	fuzz.check = settings.check;
	for (unsigned i = 0; i < settings.format_count; i++)
		if (foreign_has_format(subject, settings.format[i]->name))
			add_format(settings.format[i]);
	if (!fuzz.count)
		end(2, "TABLEWALK_FUZZ_FORMAT names no format of ",
		    subject->name);
	atexit(destroy_runs);
}

void tablewalk_fuzz_input(const uint8_t *bytes, size_t size)
{
	struct violation violation;
	struct tw_case c;
	struct run *run;

	case_decode(bytes, size, &c);
	run = fuzz.run[case_hash(&c) % fuzz.count];
	if (run_case(run, &c, fuzz.check, NULL, &violation))
		return;
	run_print_violation(stderr, run, &c, &violation);
	fprintf(stderr, "# format %s\n", run_format(run)->name);
	case_print(stderr, &c);
	abort();
}

/* A quarter is left to libFuzzer's own, which breaks what the others keep whole. */
size_t tablewalk_fuzz_mutate(uint8_t *bytes, size_t size, size_t max_size,
			     unsigned seed,
			     size_t (*mutate)(uint8_t *bytes, size_t size,
					      size_t max_size))
{
	struct rng rng;

	rng_seed(&rng, seed);
	if (rng_below(&rng, 4) == 0)
		return mutate(bytes, size, max_size);
	return profile_mutate(profile_read(), &rng, bytes, size, max_size);
}

size_t tablewalk_fuzz_cross(const uint8_t *a, size_t a_size, const uint8_t *b,
			    size_t b_size, uint8_t *out, size_t max_out_size,
			    unsigned seed)
{
	struct rng rng;

	rng_seed(&rng, seed);
	return cross_cases(&rng, a, a_size, b, b_size, out, max_out_size);
}
