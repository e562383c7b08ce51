/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The raw words of two trees of tables, compared.
 */
#ifndef TESTS_METAMORPHIC_WORDS_H
#define TESTS_METAMORPHIC_WORDS_H

#include <stddef.h>

#include <tablewalk/format.h>

/* A tree and the memory that its tables lie in. */
struct words {
	const struct pt_memory *memory;
	uint64_t root;
};

/*
 * Whether both trees have the same tables and every word of them is the same,
 * but for the addresses in entries that point to tables.  Where not, it writes
 * the first place and both words into text.
 */
bool words_compare(const struct pt_format *format, const struct words *a,
		   const struct words *b, char *text, size_t bytes);

/* How many tables there are, the root included. */
unsigned words_tables(const struct pt_format *format, const struct words *tree);

#endif
