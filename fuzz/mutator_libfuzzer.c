/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libFuzzer's hooks for the record-aware mutator.  A quarter of mutations is
 * left to libFuzzer's own, which breaks what the other three keep whole.
 * TABLEWALK_FUZZ_PROFILE chooses what the mutator leans to: profile.h.
 */
#include <stdint.h>

#include "profile.h"

/* libFuzzer's interface, FuzzerInterface.h. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size,
			       unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *out,
				 size_t max_out_size, unsigned int seed);

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size,
			       unsigned int seed)
{
	struct rng rng;

	rng_seed(&rng, seed);
	if (rng_below(&rng, 4) == 0)
		return LLVMFuzzerMutate(bytes, size, max_size);
	return profile_mutate(profile_read(), &rng, bytes, size, max_size);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
				 const uint8_t *b, size_t b_size, uint8_t *out,
				 size_t max_out_size, unsigned int seed)
{
	struct rng rng;

	rng_seed(&rng, seed);
	return cross_cases(&rng, a, a_size, b, b_size, out, max_out_size);
}
