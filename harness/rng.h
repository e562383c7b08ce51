/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random numbers from a seed: the same on every host.
 */
#ifndef HARNESS_RNG_H
#define HARNESS_RNG_H

#include <stdbool.h>
#include <stdint.h>

#include "case.h"

/* xoshiro256**, seeded by splitmix64. */
struct rng {
	uint64_t s[4];
};

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);
/* Uniform in [0, below); below > 0. */
uint32_t rng_below(struct rng *rng, uint32_t below);
/* True once in n times. */
bool rng_one_in(struct rng *rng, uint32_t n);
/* Random bytes for a record. */
void rng_record(struct rng *rng, uint8_t record[CASE_RECORD_BYTES]);

#endif
