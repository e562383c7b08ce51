/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the environment tells fuzz_case; fuzzers want the command line for
 * themselves.
 *
 * TABLEWALK_FUZZ_FORMAT	formats joined by commas: a hash of the case chooses
 *				one of them; "all": each input on every format;
 *				unset: chosen among all
 * TABLEWALK_FUZZ_CHECK		end (default), every, store: enum run_check
 * TABLEWALK_FUZZ_FOLDING	what --folding takes; a hash of the case chooses
 * TABLEWALK_FUZZ_MUTANT	deliberate defects to switch on, joined by commas, in
 *				a build with TABLEWALK_FUZZ_MUTANTS
 *
 * TABLEWALK_FUZZ_PROFILE is the mutator's: profile.h.
 */
#ifndef FUZZ_SETTINGS_H
#define FUZZ_SETTINGS_H

#include <tablewalk/check.h>

#include "../harness/folding.h"
#include "../harness/run.h"

#define FORMATS_MAX 128

struct fuzz_settings {
	const struct pt_format *format[FORMATS_MAX];
	unsigned format_count;
	bool all; /* each input on every one of them */
	enum run_check check;
	struct folding folding;
	uint64_t mutants[MUTANTS / 64 + 1]; /* bit id % 64 of word id / 64 */
	bool mutant; /* any of them */
};

/* Ends the process with status 2 and a sentence where a value is not known. */
void fuzz_settings_read(struct fuzz_settings *out);

#endif
