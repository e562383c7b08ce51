/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The program of a subject: served NAME.
 */
#include "subjects.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		const struct tablewalk_subject *subject;
	} all[] = {
		{ "tiny", &tiny }, { "short-hole", &tiny_short_hole },
		{ "own-order", &tiny_own_order }, { "echo", &echo },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (argc == 2 && strcmp(argv[1], all[i].name) == 0)
			return tablewalk_serve(all[i].subject, 0, 1);
	fputs("usage: served tiny|short-hole|own-order|echo\n", stderr);
	return 2;
}
