/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the walkers of Linux's versions do differently: docs/walker-rules.md.
 */
#include "case.h"

struct profile {
	const char *name;
	uint32_t flags;
};

#define LINUX_ALWAYS                                                           \
	(WALK_FOLDED_EMPTY | WALK_CLEARS_BAD | WALK_NO_UPPER_LEAF |            \
	 WALK_UNALIGNED | WALK_TEST_ENDS_MAPPING)
#define LINUX_ACTIONS (WALK_ACTIONS_MIDDLE | WALK_AGAIN_ALIAS)
static const struct profile profiles[CASE_PROFILES] = {
	[CASE_CURRENT] = { "current", 0 },
	[CASE_SEED_V8] = { "seed-v8", LINUX_ALWAYS | WALK_NO_ACTIONS |
			   WALK_VMA_TESTED | WALK_NO_INSTALL | WALK_NO_DEPTH |
			   WALK_TABLE_TESTS },
	[CASE_6_1] = { "6.1", LINUX_ALWAYS | LINUX_ACTIONS | WALK_VMA_TESTED |
		       WALK_NO_INSTALL },
	[CASE_6_12] = { "6.12", LINUX_ALWAYS | LINUX_ACTIONS |
			WALK_NO_INSTALL },
	[CASE_6_13] = { "6.13", LINUX_ALWAYS | LINUX_ACTIONS },
	/* What 7.0 changed shows only where another thread changes tables. */
	[CASE_7_0] = { "7.0", LINUX_ALWAYS | LINUX_ACTIONS },
};

const char *case_profile_name(unsigned profile)
{
	return profile < CASE_PROFILES ? profiles[profile].name : "?";
}

uint32_t case_profile_flags(unsigned profile)
{
	return profile < CASE_PROFILES ? profiles[profile].flags : 0;
}
