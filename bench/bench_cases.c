/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bench_cases [SECONDS [ROUNDS [FORMAT]]]: whole random cases per second and
 * core, for each format: generation, subject, oracle and all checks of
 * `random`. Formats take turns, SECONDS each; of ROUNDS turns the fastest
 * counts, as what else the machine does can only slow one down.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../harness/generate.h"
#include "../harness/run.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct figures {
	double seconds;		/* for all cases */
	uint64_t cases, operations, executed, table_bytes;
};

/* Runs cases for at least that long; false: one of them failed, and is told. */
static bool bench_format(const struct pt_format *format, double seconds,
			 struct figures *figures)
{
	struct generate_options options = {
		.records = CASE_RECORDS, .format = format,
	};
	char error[256];
	struct run *run = run_create(format, NULL, error, sizeof(error));
	struct violation violation;
	uint64_t cases = 0;
	double spent;

	if (!run) {
		fprintf(stderr, "bench_cases: %s\n", error);
		return false;
	}

	double began = now();

	do {
		for (unsigned i = 0; i < 64; i++, cases++) {
			struct rng rng;
			struct tw_case c;

			rng_seed(&rng, cases);
			/* As `random' has it. */
			options.version = cases % 3 ? CASE_NEWEST : 1;
			generate_case(&rng, &options, &c);
			if (!run_case(run, &c, RUN_CHECK_END, NULL, &violation)) {
				run_print_violation(stderr, run, &c, &violation);
				run_destroy(run);
				return false;
			}
		}
		spent = now() - began;
	} while (spent < seconds);

	const struct run_counts *counts = run_counts(run);

	*figures = (struct figures){
		.seconds = spent, .cases = counts->cases,
		.operations = counts->operations, .executed = counts->executed,
		.table_bytes = counts->table_bytes,
	};
	run_destroy(run);
	return true;
}

static double seconds_per_case(const struct figures *figures)
{
	return figures->seconds / (double)figures->cases;
}

static void print_figures(const char *name, const struct figures *figures)
{
	double cases = (double)figures->cases;
	double operations = (double)figures->operations;
	double kib = (double)figures->table_bytes / 1024;

	printf("%-19s %8.0f cases/s/core %7.1f us/case %5.0f ns/operation "
	       "%5.1f %% executed %7.1f KiB of tables/case %9.0f KiB/s\n",
	       name, cases / figures->seconds, 1e6 * figures->seconds / cases,
	       1e9 * figures->seconds / operations,
	       100.0 * (double)figures->executed / operations,
	       kib / cases, kib / figures->seconds);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 0.3;
	int rounds = argc > 2 ? atoi(argv[2]) : 8;
	const char *only = argc > 3 ? argv[3] : NULL;
	struct figures *best = calloc(pt_format_count, sizeof(*best));
	double others = 0, tiny = 0;	/* seconds per case */

	if (!best)
		return 1;
	for (int round = 0; round < rounds; round++) {
		for (unsigned i = 0; i < pt_format_count; i++) {
			struct figures figures;

			if (only && strcmp(only, pt_formats[i]->name))
				continue;
			if (!bench_format(pt_formats[i], seconds, &figures))
				return 1;
			if (!best[i].cases ||
			    seconds_per_case(&figures) < seconds_per_case(&best[i]))
				best[i] = figures;
		}
	}
	for (unsigned i = 0; i < pt_format_count; i++) {
		if (!best[i].cases)
			continue;
		print_figures(pt_formats[i]->name, &best[i]);
		if (!strcmp(pt_formats[i]->name, "fake-tiny"))
			tiny = seconds_per_case(&best[i]);
		else
			others += seconds_per_case(&best[i]);
	}
	/* `random` gives fake-tiny a quarter of the cases. */
	if (!only)
		printf("%-19s %8.0f cases/s/core\n", "mix of random",
		       1 / (0.75 * others / (pt_format_count - 1) + 0.25 * tiny));
	free(best);
	return 0;
}
