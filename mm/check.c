/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a broken invariant is reported; see include/tablewalk/check.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include <tablewalk/check.h>

/* Installed once, before the first case: no case changes it. */
static pt_check_reporter *check_reporter;

void pt_check_install(pt_check_reporter *reporter)
{
	check_reporter = reporter;
}

void pt_check_failed(const char *file, int line, const char *what)
{
	if (check_reporter)
		check_reporter(file, line, what);
	/* No reporter, or one that broke its promise and came back. */
	fprintf(stderr, "%s:%d: check failed: %s\n", file, line, what);
	abort();
}
