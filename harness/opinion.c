/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whose opinion is asked: see opinion.h.
 */
#include "opinion.h"

#include <errno.h>

static const struct {
	const char *name, *source;
} names[OPINION_COUNTS] = {
	[OPINION_ADDRESSES] = { "addresses", NULL },
	[OPINION_MAPPED] = { "mapped", NULL },
	[OPINION_HIGH_PAGES] = { "high_pages", NULL },
	[OPINION_HIGH_TABLES] = { "high_tables", NULL },
	[OPINION_OUTSIDE] = { "outside", NULL },
	[OPINION_UPPER_BITS] = {
		"upper-bits",
		"addrxlat.h, addrxlat_step_t.idx: what is above the fields is an "
		"extra index; 0.5.1 looks at it for x86 and s390 only",
	},
	[OPINION_NOT_VALID] = {
		"not-valid",
		"docs/formats.md, s390x: the invalid bit follows from R and ACCESSED",
	},
	[OPINION_LPA_BIT_47] = {
		"lpa-bit-47", "docs/findings/libaddrxlat-52-bit-addresses.md",
	},
	[OPINION_LPA2_BIT_49] = {
		"lpa2-bit-49", "docs/findings/libaddrxlat-52-bit-addresses.md",
	},
};

const char *opinion_count_name(unsigned count)
{
	return names[count].name;
}

const char *opinion_count_source(unsigned count)
{
	return names[count].source;
}

int opinion_take(struct opinion_asked *asked, const struct opinion *opinion,
		 const char *format)
{
	if (opinion == asked->opinion)
		return 0;
	if (asked->opinion)
		asked->opinion->close(asked->state);
	*asked = (struct opinion_asked){ .opinion = NULL };
	if (!opinion)
		return 0;
	if (!opinion->layout(format, NULL))
		return -EOPNOTSUPP;
	asked->state = opinion->open(format);
	if (!asked->state)
		return -ENOMEM;
	asked->opinion = opinion;
	return 0;
}

bool opinion_ask(struct opinion_asked *asked, const struct oracle *oracle,
		 const struct pt_memory *memory, const struct pt_regime *regime,
		 struct finding *finding)
{
	return !asked->opinion ||
	       asked->opinion->check(asked->state, oracle, memory, regime,
				     finding);
}

const struct opinion_counts *opinion_counts(const struct opinion_asked *asked)
{
	return asked->opinion ? asked->opinion->counts(asked->state) : NULL;
}
