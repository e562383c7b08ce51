/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bench_cases [SECONDS [FORMAT]]: whole random cases per second and core, for
 * each format: generation, subject, oracle and all checks of `random`.
 */
#include <inttypes.h>
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

/* Runs for that long; returns cases per second, or a negative number. */
static double bench_format(const struct pt_format *format, double seconds)
{
	const struct generate_options options = {
		.mask = OP_MASK_V1, .records = CASE_RECORDS,
		.format = format,
	};
	char error[256];
	struct run *run = run_create(format, NULL, error, sizeof(error));
	struct violation violation;
	uint64_t cases = 0;
	double spent;

	if (!run) {
		fprintf(stderr, "bench_cases: %s\n", error);
		return -1;
	}

	double began = now();

	do {
		for (unsigned i = 0; i < 64; i++, cases++) {
			struct rng rng;
			struct tw_case c;

			rng_seed(&rng, cases);
			generate_case(&rng, &options, &c);
			if (!run_case(run, &c, RUN_CHECK_END, NULL, &violation)) {
				run_print_violation(stderr, run, &c, &violation);
				run_destroy(run);
				return -1;
			}
		}
		spent = now() - began;
	} while (spent < seconds);

	const struct run_counts *counts = run_counts(run);

	printf("%-19s %8.0f cases/s/core %7.1f us/case %5.0f ns/operation "
	       "%5.1f %% executed %7.1f KiB of tables/case %9.0f KiB/s\n",
	       format->name, (double)cases / spent,
	       1e6 * spent / (double)cases,
	       1e9 * spent / (double)counts->operations,
	       100.0 * (double)counts->executed / (double)counts->operations,
	       (double)counts->table_bytes / 1024 / (double)counts->cases,
	       (double)counts->table_bytes / 1024 / spent);
	run_destroy(run);
	return (double)cases / spent;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 2;
	double others = 0, tiny = 0;	/* seconds per case */
	unsigned formats = 0;

	for (unsigned i = 0; i < pt_format_count; i++) {
		if (argc > 2 && strcmp(argv[2], pt_formats[i]->name))
			continue;

		double rate = bench_format(pt_formats[i], seconds);

		if (rate < 0)
			return 1;
		if (!strcmp(pt_formats[i]->name, "fake-tiny"))
			tiny = 1 / rate;
		else
			others += 1 / rate;
		formats++;
	}
	/* `random` gives fake-tiny a quarter of the cases. */
	if (formats == pt_format_count)
		printf("%-19s %8.0f cases/s/core\n", "mix of random",
		       1 / (0.75 * others / (formats - 1) + 0.25 * tiny));
	return 0;
}
