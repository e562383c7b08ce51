/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bench_opinion [CASES [ROUNDS [FORMAT]]]: what the opinion of libaddrxlat costs, for
 * each format that it knows.  Random cases without it and with it, and behind each case
 * a check alone, with and without its translations: what is left is theirs.  Of ROUNDS
 * turns the fastest counts.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../harness/addrxlat.h"
#include "../harness/generate.h"
#include "../harness/run.h"

/* Checks behind each case. */
#define TIMES 5

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct figures {
	double without, with;		/* seconds for all cases */
	double check, views;		/* seconds for TIMES checks behind each */
	uint64_t addresses;		/* of those checks */
};

/* What a check does besides asking. */
struct looking {
	const struct oracle *oracle;
	unsigned space;
	uint64_t seen;
};

static bool look(void *context, uint64_t va)
{
	struct looking *l = context;
	struct oracle_view view;

	oracle_view(l->oracle, l->space, va, &view);
	l->seen += view.pa;
	return true;
}

static double time_views(const struct run *run)
{
	struct looking l = { .oracle = run_oracle(run) };
	double began = now();

	for (unsigned i = 0; i < TIMES; i++)
		for (l.space = 0; l.space < PT_SPACES; l.space++)
			oracle_each_boundary(l.oracle, l.space, look, &l);
	return now() - began;
}

static bool time_checks(const struct run *run, void *state,
			struct figures *figures)
{
	const struct opinion_counts *counts = opinion_addrxlat.counts(state);
	uint64_t had = counts->of[OPINION_ADDRESSES];
	struct finding finding;
	bool good = true;
	double began = now();

	for (unsigned i = 0; i < TIMES; i++)
		good &= opinion_addrxlat.check(state, run_oracle(run),
					       run_memory(run), run_regime(run),
					       &finding);
	figures->check += now() - began;
	figures->addresses += counts->of[OPINION_ADDRESSES] - had;
	figures->views += time_views(run);
	return good;
}

static double time_case(struct run *run, const struct opinion *opinion,
			const struct tw_case *c, bool *good)
{
	struct violation violation;
	double began;

	*good &= !run_opinion(run, opinion);
	began = now();
	*good &= run_case(run, c, RUN_CHECK_END, NULL, &violation);
	return now() - began;
}

static bool bench_format(const struct pt_format *format, unsigned cases,
			 struct figures *figures)
{
	struct generate_options options = {
		.records = CASE_RECORDS, .format = format,
	};
	char error[256];
	struct run *run = run_create(format, NULL, error, sizeof(error));
	void *state = opinion_addrxlat.open(format->name);
	bool good = run && state;

	*figures = (struct figures){ .addresses = 0 };
	for (unsigned n = 0; good && n < cases; n++) {
		struct rng rng;
		struct tw_case c;

		rng_seed(&rng, n);
		options.version = n % 3 ? CASE_NEWEST : 1;
		generate_case(&rng, &options, &c);
		figures->without += time_case(run, NULL, &c, &good);
		figures->with += time_case(run, &opinion_addrxlat, &c, &good);
		good &= time_checks(run, state, figures);
	}
	if (!good)
		fprintf(stderr, "bench_opinion: %s failed\n", format->name);
	if (state)
		opinion_addrxlat.close(state);
	run_destroy(run);
	return good;
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

int main(int argc, char **argv)
{
	unsigned cases = argc > 1 ? (unsigned)atoi(argv[1]) : 300;
	int rounds = argc > 2 ? atoi(argv[2]) : 5;
	const char *only = argc > 3 ? argv[3] : NULL;

	if (opinion_addrxlat.missing) {
		fprintf(stderr, "%s\n", opinion_addrxlat.missing);
		return 0;
	}
	for (unsigned i = 0; i < pt_format_count; i++) {
		const char *name = pt_formats[i]->name;
		struct figures best = { .without = 1e9, .with = 1e9,
					.check = 1e9, .views = 1e9 };

		if ((only && strcmp(only, name) != 0) ||
		    !opinion_addrxlat.layout(name, NULL))
			continue;
		for (int round = 0; round < rounds; round++) {
			struct figures f;

			if (!bench_format(pt_formats[i], cases, &f))
				return 1;
			best.without = least(best.without, f.without);
			best.with = least(best.with, f.with);
			best.check = least(best.check, f.check);
			best.views = least(best.views, f.views);
			best.addresses = f.addresses;
		}
		printf("%-19s %6.0f ns/translation %6.0f addresses/case %8.0f "
		       "cases/s without %8.0f with\n", name,
		       1e9 * (best.check - best.views) / (double)best.addresses,
		       (double)best.addresses / cases / TIMES,
		       cases / best.without, cases / best.with);
	}
	return 0;
}
