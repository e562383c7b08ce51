/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Finding a format by name; the list itself is generated. */
#include <string.h>

#include <tablewalk/format.h>

const struct pt_format *pt_format_find(const char *name)
{
	for (unsigned i = 0; i < pt_format_count; i++)
		if (strcmp(pt_formats[i]->name, name) == 0)
			return pt_formats[i];
	return NULL;
}
