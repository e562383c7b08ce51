/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a dump says of rights, held against the model MMU of the format: every page
 * of small runs, the borders and some of the inside of large ones, each access by
 * user and kernel.
 */
#ifndef TESTS_MM_DUMP_JUDGE_H
#define TESTS_MM_DUMP_JUDGE_H

#include "tree_rules.h"

/*
 * Fills the space at random, dumps and judges it in that regime of the format; what
 * is wrong is said and remembered.  Returns how many runs have had a right taken
 * away that they had.
 */
uint64_t judge_dump(struct plain *p, uint64_t seed, unsigned regime);

#endif
