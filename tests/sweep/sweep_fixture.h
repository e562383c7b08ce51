/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sweeps of a real guest, their cases, and files of text, for tests.
 */
#ifndef TESTS_SWEEP_FIXTURE_H
#define TESTS_SWEEP_FIXTURE_H

#include "sweep.h"

/* Ends the program with 77 where there is no guest for that format. */
void need_guest(const char *format);

/* A file of a group of tests, which is there at its end. */
extern char text_path[];
int make_file(void **state);
int remove_file(void **state);

/* It holds that text and nothing else. */
void write_text(const char *text);

void expect_same_case(const struct sweep_case *a, const struct sweep_case *b);

/*
 * A sweep of that format; model NULL: its own, deviations NULL: the list.  The
 * test fails where it cannot be.
 */
struct sweep *open_sweep(const char *format, const struct mmu_arch *model,
			 const char *deviations);

/* Runs that scene, which must work. */
void run_scene(struct sweep *s, unsigned scene);

/* The first bucket without a cause; NULL: there is none. */
const struct sweep_bucket *unexplained(struct sweep *s);

/*
 * Runs scenes from the first on, at most for so many seconds, and ends with the
 * first difference without a cause.  How many were run.
 */
unsigned run_until_unexplained(struct sweep *s, double seconds);

/*
 * Minimises all buckets; each smallest case comes to its bucket again, but for those
 * of which the list says that they kill the emulator.
 */
void expect_replays(struct sweep *s);

#endif
