/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The switch for deliberate defects; see include/tablewalk/check.h.  An
 * ordinary build has neither the switch nor the defects.
 */
#include <tablewalk/check.h>

#ifdef TABLEWALK_MUTANTS
enum mutant_id mutant_selected = MUTANT_OFF;
uint64_t mutant_others[MUTANTS / 64 + 1];
unsigned long mutant_reached;
#endif
