/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A dump of a whole space, as text in the shape that the kernel's dumpers have
 * made familiar, and as JSON.
 *
 * One line is one run (include/tablewalk/ptdump.h):
 *
 *	---[ upper half ]---
 *	0xffff800000000000-0xffff8000001fffff   2M leaf rwx-gad-- eff r-x- pmd
 *
 * the range, its length, the kind of its entries, their own attributes as
 * run_print_flags() writes them, the rights that are left when the tables above
 * have taken theirs, memory type and key where they are not 0, and the depth.
 */
#ifndef HARNESS_DUMP_TEXT_H
#define HARNESS_DUMP_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include <tablewalk/table_ops.h>

/*
 * Prints all of the space, at most two ranges, holes too if asked for; a line
 * with their number warns of pages that are writable and executable.
 */
void dump_text_print(FILE *out, struct pt_space *space, bool holes);

/*
 * Appends all runs to the array, as objects with space, start, last, depth,
 * kind, attrs, removed and effective; returns the number of W+X pages.
 */
uint64_t dump_text_json(json_t *runs, struct pt_space *space, bool holes);

#endif
