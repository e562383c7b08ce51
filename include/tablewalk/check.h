/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Checks that are never compiled out, and the switch for deliberate defects.
 */
#ifndef TABLEWALK_CHECK_H
#define TABLEWALK_CHECK_H

#include <stdbool.h>

/*
 * Reports a broken invariant and does not return.  The harness installs the
 * reporter, which prints the running case as text; without one the message
 * goes to standard error and the process aborts.
 */
typedef void pt_check_reporter(const char *file, int line, const char *what);
void pt_check_install(pt_check_reporter *reporter);
_Noreturn void pt_check_failed(const char *file, int line, const char *what);

/* The expression must have no side effect that the caller relies on. */
#define pt_check(expression)                                                   \
	((expression) ? (void)0                                                \
		      : pt_check_failed(__FILE__, __LINE__, #expression))

/*
 * MUT(id, good, bad) is good, except in a build with TABLEWALK_MUTANTS while
 * the defect id of tests/mutants/mutants.def is switched on: then it is bad.
 * The selector is set once, before the first case; the other counts how often the
 * bad side was taken.
 */
enum mutant_id {
	MUTANT_OFF,
#define MUTANT(id, ...) MUTANT_##id,
#include "../../tests/mutants/mutants.def"
#undef MUTANT
	MUTANTS,
};

#ifdef TABLEWALK_MUTANTS
extern enum mutant_id mutant_selected;
extern unsigned long mutant_reached;

static inline bool mutant_reach(void)
{
	mutant_reached++;
	return true;
}

#define MUT(id, good, bad)                                                     \
	(mutant_selected == MUTANT_##id && mutant_reach() ? (bad) : (good))
#else
#define MUT(id, good, bad) (good)
#endif

#endif
