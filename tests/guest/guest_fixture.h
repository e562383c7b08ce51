/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tests of the probe guests share.  Tables are written as raw words
 * from the manuals; nothing of arch/ or oracles/ is used.
 */
#ifndef TESTS_GUEST_FIXTURE_H
#define TESTS_GUEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guest.h"

/* What ctest takes for "skipped". */
#define EXIT_SKIPPED 77

/* A guest with all tables zero, for one test.  Opens or fails the test. */
struct guest *fixture_open(const char *format,
			   const struct guest_options *options);

/* Physical address of the n-th page of the table or the data range. */
uint64_t fixture_table(const struct guest *guest, unsigned n);
uint64_t fixture_data(const struct guest *guest, unsigned n);

/* Stores or loads one 8-byte little-endian entry. */
void fixture_put(struct guest *guest, uint64_t table, unsigned index,
		 uint64_t word);
uint64_t fixture_get(const struct guest *guest, uint64_t table, unsigned index);

/*
 * Makes all six accesses to va, each in a batch of its own, so that none finds
 * the translation of another.  Expects `outcome`: user r, w, x, a space, kernel
 * r, w, x, one letter each:
 *   o ok  a absent  d denied  r reserved  c canonical  p page fault
 *   b access fault  f accessed flag  m dirty flag  z address size  v privilege
 *   k key  - not run  s astray  ? odd
 * Where the letter is o, the page reached must be pa.
 */
#define fixture_expect(guest, root, va, outcome, pa) \
	fixture_expect_at(guest, root, va, outcome, pa, __FILE__, __LINE__)
void fixture_expect_at(struct guest *guest, uint64_t root, uint64_t va,
		       const char *outcome, uint64_t pa, const char *file,
		       int line);

/* Whether that process is gone, or is nothing but an exit status. */
bool fixture_is_gone(pid_t pid);

/*
 * Runs the tests, unless guests for format are not to be had: then says why
 * and returns EXIT_SKIPPED.
 */
#define fixture_main(format, tests)					\
	(fixture_is_skipped(format) ? EXIT_SKIPPED :			\
	 cmocka_run_group_tests_name(format, tests, NULL, NULL))
bool fixture_is_skipped(const char *format);

#endif
