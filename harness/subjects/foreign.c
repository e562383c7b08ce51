/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of foreign subjects.
 */
#include "foreign.h"

#include <stdio.h>
#include <string.h>

static struct foreign_entry {
	struct subject_kind kind;
	const struct tablewalk_subject *subject;
} entries[FOREIGN_MAX];
static unsigned entry_count;

bool foreign_add(const struct tablewalk_subject *subject, char *error,
		 size_t error_bytes)
{
	if (entry_count == FOREIGN_MAX) {
		snprintf(error, error_bytes, "more than %u subjects",
			 FOREIGN_MAX);
		return false;
	}
	entries[entry_count++] = (struct foreign_entry){
		.kind = { .name = subject->name, .what = subject->what },
		.subject = subject,
	};
	return true;
}

const struct subject_kind *foreign(unsigned number)
{
	return number < entry_count ? &entries[number].kind : NULL;
}

const struct tablewalk_subject *foreign_of(const struct subject_kind *kind)
{
	for (unsigned i = 0; i < entry_count; i++)
		if (kind == &entries[i].kind)
			return entries[i].subject;
	return NULL;
}
