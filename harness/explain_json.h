/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A story as a JSON document, for programs.
 */
#ifndef HARNESS_EXPLAIN_JSON_H
#define HARNESS_EXPLAIN_JSON_H

#include <jansson.h>

struct story;

/*
 * version 1: case, format, folding, subject, outcome, signature, summary, about,
 * failed, operations, marked, rule, replay; with a violation check, divergence,
 * depth, at_end, expected, seen, differs; before and after as lists of lines,
 * unreachable, stores, events.  NULL where memory runs out.
 */
json_t *story_json(const struct story *story);

#endif
