/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * finding.json of an entry, made and read: for triage_store.c.  docs/triage.md has
 * its fields.
 */
#ifndef HARNESS_TRIAGE_FINDING_H
#define HARNESS_TRIAGE_FINDING_H

#include "triage.h"

/* Files that are listed; more are counted only. */
#define TRIAGE_RAW_MAX 1000

/* Text as JSON, whatever bytes it has. */
json_t *triage_text_json(const char *text);

/* The finding of an entry; slug and signature are set.  NULL: no memory. */
json_t *triage_finding_json(const struct triage_store *store,
			    const struct triage_entry *entry,
			    const struct triage_reply *reply, unsigned replies,
			    const struct triage_outcome *outcomes,
			    unsigned raw_records,
			    const struct triage_raw *raw);

/* What of it says how the case is run and what it comes to, put anew. */
void triage_finding_case(json_t *finding, const struct triage_store *store,
			 const struct triage_entry *entry);

/*
 * Counts one more file; a slip is listed, but nobody sent it.  False where it is among those that are listed: nothing
 * has changed.
 */
bool triage_finding_count(json_t *finding, const struct triage_raw *raw);

/*
 * Fills an entry from its json, which it has, and the text of its case.  False with
 * what is wrong in error.
 */
bool triage_finding_read(const struct triage_store *store,
			 struct triage_entry *entry, const char *text,
			 size_t count, char *error, size_t error_bytes);

#endif
