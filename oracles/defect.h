/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Deliberate defects of the checks themselves: who checks the checks.
 *
 * ODEF(id, good, bad) is good, except in a build with TABLEWALK_MUTANTS while
 * the defect id of defects.def is switched on: then it is bad.  Several may be
 * on at once, since where one check is blind another may still see.  They are
 * selected once, before the first case; oracle_defect_reached counts how often a
 * bad side was taken.
 */
#ifndef ORACLES_DEFECT_H
#define ORACLES_DEFECT_H

#include <stdbool.h>
#include <stdint.h>

enum oracle_defect {
#define DEFECT(id, ...) ORACLE_##id,
#include "defects.def"
#undef DEFECT
	ORACLE_DEFECTS,
};

#define ORACLE_DEFECT_WORDS 2

_Static_assert(ORACLE_DEFECTS <= 64 * ORACLE_DEFECT_WORDS, "a bit for each");

#ifdef TABLEWALK_MUTANTS
/* Bit d % 64 of word d / 64 for defect d. */
extern uint64_t oracle_defects_selected[ORACLE_DEFECT_WORDS];
extern unsigned long oracle_defect_reached;

static inline bool oracle_defect_reach(void)
{
	oracle_defect_reached++;
	return true;
}

#define ODEF(id, good, bad)                                                    \
	((oracle_defects_selected[ORACLE_##id / 64] >> ORACLE_##id % 64 & 1) && \
			 oracle_defect_reach() ?                               \
		 (bad) : (good))
#else
#define ODEF(id, good, bad) (good)
#endif

#endif
