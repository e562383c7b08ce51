/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Serves Linux's walker of kernel tables of one architecture (foreign_glue.c) over
 * standard input and output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tablewalk/op.h>

#include "foreign_glue.h"

/* What docs/walker-rules.md has for 6.1 to 6.12. */
#define WALK_LINUX (WALK_ACTIONS_MIDDLE | WALK_AGAIN_ALIAS | \
		    WALK_FOLDED_EMPTY | WALK_CLEARS_BAD | \
		    WALK_NO_UPPER_LEAF | WALK_UNALIGNED | \
		    WALK_TEST_ENDS_MAPPING | WALK_NO_INSTALL)

static const struct tablewalk_reason reasons[] = {
#ifdef FOREIGN_FOLDED
	{ TABLEWALK_DIFFERS_WALK_NO_ALIASES, FOREIGN_FOLDED },
#endif
	{ 0, NULL },
};

static const char *const formats[] = { FOREIGN_FORMATS, NULL };

void *foreign_alloc(unsigned long bytes)
{
	return calloc(1, bytes);
}

void foreign_free(void *at)
{
	free(at);
}

void foreign_fail(const char *sentence)
{
	fprintf(stderr, "tablewalk-linux-" FOREIGN_NAME ": %s\n", sentence);
	abort();
}

int main(void)
{
	struct tablewalk_subject s = foreign_reader;

	s.name = "linux-pagewalk-" FOREIGN_NAME;
	s.what = "mm/pagewalk.c for " FOREIGN_NAME ", " LINUX_VERSION;
	s.formats = formats;
	s.capabilities = TABLEWALK_CAN_WALK | TABLEWALK_CAN_ACTIONS |
			 TABLEWALK_CAN_STOP | TABLEWALK_NEEDS_SHARED;
	s.reasons = reasons;
	for (const struct tablewalk_reason *r = reasons; r->difference; r++)
		s.differences |= r->difference;
	s.walk_flags = WALK_LINUX;
	return tablewalk_serve(&s, STDIN_FILENO, STDOUT_FILENO);
}
