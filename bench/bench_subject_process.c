/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a subject in another process costs: calls without a callback, visits whose
 * answers are waited for, and visits that come in batches.
 *
 *	bench_subject_process [COMMAND]...
 *
 * Each command is a program that serves the tiny subject of
 * tests/subject-process; first comes the same one in this process.
 */
#include <stdio.h>
#include <time.h>

#include "../harness/subjects/process.h"
#include "../tests/subject-process/store.h"
#include "../tests/subject-process/subjects.h"

#define SECONDS 1.0
/* 16 MiB of base pages: 8 last-level tables. */
#define LAST ((UINT64_C(16) << 20) - 1)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int count_entry(struct tablewalk_visitor *visitor, int depth,
		       uint64_t va, uint64_t last, uint64_t entry_pa)
{
	uint64_t *count = visitor->context;

	(void)depth, (void)va, (void)last, (void)entry_pa;
	++*count;
	return 0;
}

static int count_hole(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		      uint64_t last)
{
	return count_entry(visitor, depth, va, last, 0);
}

static double calls_per_second(const struct tablewalk_subject *s, void *state)
{
	double start = now(), end;
	struct tablewalk_translation found;
	uint64_t count = 0;

	do {
		for (unsigned i = 0; i < 100; i++)
			s->translate(state, i * UINT64_C(4096), &found);
		count += 100;
		end = now();
	} while (end - start < SECONDS);
	return (double)count / (end - start);
}

static double visits_per_second(const struct tablewalk_subject *s, void *state,
				uint32_t flags)
{
	double start = now(), end;
	uint64_t count = 0;

	do {
		struct tablewalk_visitor visitor = {
			.context = &count, .callbacks = 0x3f | flags,
			.entry = count_entry, .hole = count_hole,
		};

		if (s->walk(state, 0, LAST, &visitor) != 0)
			return 0;
		end = now();
	} while (end - start < SECONDS);
	return (double)count / (end - start);
}

static int measure(const struct tablewalk_subject *s, const char *what)
{
	struct store store;
	struct tablewalk_setup setup = {
		.bytes = sizeof(setup), .format = "x86_64-4level",
		.pa_bits = 46, .memory = &store.memory,
	};
	uint64_t done = 0;
	void *state;

	if (!store_open(&store) || s->open(s, &setup, &state) != 0 ||
	    s->map(state, 0, LAST, 0, TABLEWALK_R, TABLEWALK_PTE, &done) != 0) {
		fprintf(stderr, "bench_subject_process: %s cannot be opened\n",
			what);
		return 1;
	}
	printf("%-40.40s %12.0f %16.0f %16.0f\n", what,
	       calls_per_second(s, state), visits_per_second(s, state, 0),
	       visits_per_second(s, state, PROCESS_NO_ANSWERS));
	s->close(state);
	store_close(&store);
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	printf("%-40s %12s %16s %16s\n", "subject", "calls/s",
	       "answered visits/s", "batched visits/s");
	status = measure(&tiny, "in this process");
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i];
		char error[500];
		struct process_subject *process =
			process_subject_create(argv[i], error, sizeof(error));

		for (const char *at = name; *at; at++)
			if (*at == '/')
				name = at + 1;
		if (!process) {
			fprintf(stderr, "bench_subject_process: %s\n", error);
			status = 1;
			continue;
		}
		status |= measure(process_subject(process), name);
		process_subject_destroy(process);
	}
	return status;
}
