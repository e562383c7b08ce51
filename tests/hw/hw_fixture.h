/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Cases under a real guest of hw_format(), for tests.
 */
#ifndef TESTS_HW_FIXTURE_H
#define TESTS_HW_FIXTURE_H

#include "../../harness/hw.h"
#include "hw_format.h"

/* What a case begins with. */
#define HW_HEADER(salt)                                                        \
	"tablewalk case 1\n"                                                   \
	"regime 0\n"                                                           \
	"profile current\n"                                                    \
	"window ram\n"                                                         \
	"salt " salt "\n"                                                      \
	"kinds default\n"

struct pt_item;

/*
 * For a group of tests: *state is its struct hw.  Ends the program with 77 where
 * there is no guest for the format.
 */
int open_hw(void **state);
int close_hw(void **state);

/* The case of that text, which must be one. */
struct tw_case hw_parse(const char *text);

/* The first page that space 0 maps, in either half; there must be one. */
struct pt_item first_mapped(struct run *run);

#endif
