/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a format can have of what a symbolic case asks for.
 */
#ifndef HARNESS_FIT_H
#define HARNESS_FIT_H

#include <tablewalk/format.h>

#include "case.h"

/*
 * The attributes that a record's stand for on a format.  Those that any
 * architecture should have in some form (readable, the usual memory type, no
 * software bit) come as near as the format can: flags that it has not are left
 * out, and the rights are those that differ in the fewest of R, W, X and USER,
 * the smallest number first.  Others stay as they are, also where the format
 * cannot have them.  Part of the meaning of stored cases: docs/case-format.md.
 */
uint32_t fit_attrs(const struct pt_format *format, uint32_t attrs);

/* The depth of a height: never above the root, never folded. */
unsigned fit_depth(const struct pt_format *format, unsigned height);

/*
 * Whether the format has what a record asks for: a leaf, a group, a kind, a
 * right to take away at that height.  A generator prefers such records.
 */
bool fit_record(const struct pt_format *format, const struct case_record *record);

/* Whether the format can have any record of that kind that does something. */
bool fit_kind(const struct pt_format *format, unsigned kind);

#endif
