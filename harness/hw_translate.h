/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison by the machine's translate instruction.
 */
#ifndef HARNESS_HW_TRANSLATE_H
#define HARNESS_HW_TRANSLATE_H

#include "deviation.h"
#include "hw.h"

/*
 * Asks the instruction, where the machine has one, what every access at every
 * boundary of mappings and holes of all spaces would come to; the expectation is
 * that of the accesses.  As no page is touched, leaves that point at no data page
 * are asked about too, so their addresses are compared here and nowhere else.
 * The regime is set, and the run's case is done.
 *
 * Adds to counts.  Returns 0 when all agrees; 1 with *violation filled; or a
 * negative errno with a sentence in error when the guest could not be asked.
 */
int hw_translate(struct guest *guest, struct run *run,
		 const struct deviation_list *deviations,
		 struct hw_counts *counts, struct violation *violation,
		 char *error, size_t error_bytes);

#endif
