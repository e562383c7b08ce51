/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Facts from the files of a source tree.
 */
#ifndef FACTS_LOAD_H
#define FACTS_LOAD_H

#include "facts_check.h"

/*
 * The facts of a format, from arch/<a>/facts/ below arch_dir, its named
 * differences among them; to be freed with free().  NULL where it has none;
 * where a file cannot be understood, NULL with a sentence in why, which is
 * otherwise empty.
 */
struct facts *facts_load(const char *arch_dir, const struct pt_format *format,
			 char *why, size_t bytes);

#endif
