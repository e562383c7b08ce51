/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the record-aware mutator leans to, by TABLEWALK_FUZZ_PROFILE:
 *
 * plain	(default) as harness/generate.h mutates
 * swarm	every case has only some of the kinds of operations (its mask), drawn
 *		anew for each case that is made and kept while that is mutated: what
 *		one kind keeps undoing has time to grow
 * failures	allocations that fail stand before operations of more than half of the
 *		cases
 *
 * What is fuzzed does not change, only how soon: every case that one profile makes
 * another can make too, and a case does not know which made it.
 */
#ifndef FUZZ_PROFILE_H
#define FUZZ_PROFILE_H

#include "../harness/generate.h"

enum profile { PROFILE_PLAIN, PROFILE_SWARM, PROFILE_FAILURES };

/* From the environment; ends the process with status 2 where it is no profile. */
enum profile profile_read(void);

/* mutate_case() with that leaning. */
size_t profile_mutate(enum profile profile, struct rng *rng, uint8_t *bytes,
		      size_t size, size_t max_size);

#endif
