/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A fuzz target whose features are known: one branch for each first letter.
 * Breaks at `!'.  With TOY_BLIND it sees nothing during a merge, and with
 * TOY_SLOW it takes a second for each input.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile unsigned seen[256];
static int blind;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	for (int i = 1; getenv("TOY_BLIND") && i < *argc; i++)
		blind |= strncmp((*argv)[i], "-set_cover_merge", 16) == 0 ||
			 strncmp((*argv)[i], "-merge", 6) == 0;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (getenv("TOY_SLOW"))
		sleep(1);
	if (!size || blind)
		return 0;
	if (bytes[0] == '!')
		abort();
	switch (bytes[0]) {
	case 'a': seen[1]++; break;
	case 'b': seen[2] += 3; break;
	case 'c': seen[3] += 5; break;
	case 'd': seen[4] += 7; break;
	default: break;
	}
	return 0;
}
