/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The subject of a fuzz target: TABLEWALK_FUZZ_SUBJECT, by its symbol. */
#include <tablewalk/subject.h>

extern const struct tablewalk_subject TABLEWALK_FUZZ_SUBJECT;
const struct tablewalk_subject *tablewalk_the_subject(void);

const struct tablewalk_subject *tablewalk_the_subject(void)
{
	return &TABLEWALK_FUZZ_SUBJECT;
}
