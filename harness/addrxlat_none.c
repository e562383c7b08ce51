/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A build without libaddrxlat.
 */
#include "addrxlat.h"

static const char missing[] =
	"this build has no opinion `addrxlat': libaddrxlat (Debian: "
	"libkdumpfile-dev) was not found when it was configured";

static const char *layout(const char *format, const char **why)
{
	(void)format;
	if (why)
		*why = missing;
	return NULL;
}

const struct opinion opinion_addrxlat = {
	.name = "addrxlat", .missing = missing, .layout = layout,
};
