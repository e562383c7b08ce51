/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The switch for deliberate defects of the checks; see defect.h.  An ordinary
 * build has neither the switch nor the defects.
 */
#include "defect.h"

#ifdef TABLEWALK_MUTANTS
uint64_t oracle_defects_selected[ORACLE_DEFECT_WORDS];
unsigned long oracle_defect_reached;
#endif
