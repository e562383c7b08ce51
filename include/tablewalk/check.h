/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Checks that are never compiled out, and the switch for deliberate defects.
 */
#ifndef TABLEWALK_CHECK_H
#define TABLEWALK_CHECK_H

#include <stdbool.h>
#include <stdint.h>

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
 * On are the selected one and, while one is selected, the others whose bits are set
 * (bit id % 64 of word id / 64).  They are set once, before the first case;
 * mutant_reached counts how often a bad side was taken.
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
extern uint64_t mutant_others[MUTANTS / 64 + 1];
extern unsigned long mutant_reached;

/* With any defect on: whether this one is, and if so it is reached. */
static inline bool mutant_reach(enum mutant_id id)
{
	if (mutant_selected != id &&
	    !(mutant_others[id / 64] >> id % 64 & 1))
		return false;
	mutant_reached++;
	return true;
}

/* Switches one more on; all off. */
static inline void mutant_add(enum mutant_id id)
{
	if (mutant_selected == MUTANT_OFF)
		mutant_selected = id;
	else
		mutant_others[id / 64] |= UINT64_C(1) << id % 64;
}

static inline void mutant_none(void)
{
	mutant_selected = MUTANT_OFF;
	for (unsigned i = 0; i <= MUTANTS / 64; i++)
		mutant_others[i] = 0;
}

static inline bool mutant_is_on(enum mutant_id id)
{
	return mutant_selected != MUTANT_OFF && id != MUTANT_OFF &&
	       (mutant_selected == id ||
		(mutant_others[id / 64] >> id % 64 & 1));
}

/* While none is on, all that it costs is the first comparison. */
#define MUT(id, good, bad)                                                     \
	(mutant_selected != MUTANT_OFF && mutant_reach(MUTANT_##id) ? (bad)    \
								    : (good))
#else
#define MUT(id, good, bad) (good)
#endif

#endif
