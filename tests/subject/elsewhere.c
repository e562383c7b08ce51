/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The command for the mirror whose tables are in memory of its own; with "serve" as
 * its only argument that mirror for another process.
 */
#include <string.h>

#include "mirror.h"

int main(int argc, char **argv)
{
	static struct mirror mirror;

	mirror_elsewhere_init(&mirror, MIRROR_STRAIGHT, "elsewhere");
	if (argc == 2 && !strcmp(argv[1], "serve"))
		return tablewalk_serve(&mirror.subject, 0, 1);
	return tablewalk_main(argc, argv, &mirror.subject);
}
