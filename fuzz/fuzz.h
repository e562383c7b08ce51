/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a fuzz target is.  Each target defines the three things below; the
 * mains (libFuzzer's own, afl_main.c, replay_main.c) call them.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fuzz_target {
	const char *name;
	bool cases;	/* input is a binary case; false: it is text */
	/*
	 * A hash of what the input led to, for the replay to compare: it
	 * depends on the input alone.
	 */
	uint64_t (*digest)(const uint8_t *bytes, size_t count);
};

extern const struct fuzz_target fuzz_target;

/*
 * Called once before the first input; does what is to be done once.  Ends the
 * process with a sentence: status 2 where a setting of the environment is not
 * known, 3 where the target cannot run.
 */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* One input.  Returns 0; aborts where the property is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
