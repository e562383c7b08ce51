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
	[LEGIT_UNIT_UNDER_WAY] = {
		.name = "unit-under-way",
		.allows = "a reserved encoding between the stores that make one "
			  "unit, where a unit is several words: a group, or an "
			  "entry in copies or halves",
		.source = "no format with such units can write one at once; "
			  "Linux, arch/arm64/mm/contpte.c and "
			  "arch/arm/mm/proc-v7-2level.S, writes them so too",
	},
	[LEGIT_DIVIDED_AGAIN] = {
		.name = "divided-again",
		.allows = "a leaf between dividing an invalid-huge entry and what "
			  "the operation then does to that piece",
		.source = "include/tablewalk/table_ops.h, pt_unmap(): dividing "
			  "gives leaves",
	},
	[LEGIT_BREAK_BEFORE_MAKE] = {
		.name = "break-before-make",
		.allows = "no translation at an address of an entry that was "
			  "broken, until it is made one that asks for that",
		.source = "include/tablewalk/table_ops.h, \"Break before make\"; "
			  "Arm ARM DDI 0487, D8.16.1",
	},
	[LEGIT_SHADOW_SEEN] = {
		.name = "shadow-seen",
		.allows = "the shadow's page, with its attributes less what the "
			  "tables above take away, at an address of the range of "
			  "OP_SHADOW that was a hole and will be one again",
		.source = "include/tablewalk/shadow.h, OP_SHADOW: the range is "
			  "filled, looked at and cleared",
	},
	[LEGIT_FLAG_GATHERED] = {
		.name = "flag-gathered",
		.allows = "ACCESSED or DIRTY at an address of a unit that is being "
			  "collapsed, after hardware set it in another entry of "
			  "the unit",
		.source = "include/tablewalk/table_ops.h, pt_collapse(): the flags "
			  "of all entries are OR-ed",
	},
};

const struct legit *legit_entry(unsigned id)
{
	return id < LEGITS ? &list[id] : NULL;
}
