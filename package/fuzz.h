/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fuzz targets of foreign subjects: what fuzz_hooks.c, which has the fuzzer's
 * names, calls in the part of libtablewalk.a that has only names of its own.
 */
#ifndef PACKAGE_FUZZ_H
#define PACKAGE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include <tablewalk/subject.h>

/*
 * Once, before the first input.  Formats and checks come from the environment,
 * as ../fuzz/settings.h has it; without TABLEWALK_FUZZ_FORMAT all of the
 * subject's are meant.  Ends the process with a sentence: status 2 where a
 * setting is wrong, 3 where it cannot run.
 */
void tablewalk_fuzz_start(const struct tablewalk_subject *subject);

/* One input, a binary case.  Aborts where the subject is wrong. */
void tablewalk_fuzz_input(const uint8_t *bytes, size_t size);

/*
 * libFuzzer's custom mutator and crossover; mutate is LLVMFuzzerMutate().
 */
size_t tablewalk_fuzz_mutate(uint8_t *bytes, size_t size, size_t max_size,
			     unsigned seed,
			     size_t (*mutate)(uint8_t *bytes, size_t size,
					      size_t max_size));
size_t tablewalk_fuzz_cross(const uint8_t *a, size_t a_size, const uint8_t *b,
			    size_t b_size, uint8_t *out, size_t max_out_size,
			    unsigned seed);

#endif
