/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of legitimate differences (see legit.h).
 */
#include "legit.h"

_Static_assert(LEGITS == LEGIT_COUNTERS, "one counter per entry");

static const struct legit list[LEGITS] = {
	[LEGIT_NONE] = {
		.name = "none",
		.allows = "nothing",
		.source = "-",
	},
};

const struct legit *legit_entry(unsigned id)
{
	return id < LEGITS ? &list[id] : NULL;
}
