/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Numbers of 1 to 8 bytes in memory that a machine reads: tables and code of guests.
 * at need not be aligned.
 */
#ifndef HARNESS_BYTES_H
#define HARNESS_BYTES_H

#include <stdbool.h>
#include <stdint.h>

static inline void bytes_put(uint8_t *at, unsigned bytes, bool big_endian,
			     uint64_t value)
{
	for (unsigned i = 0; i < bytes; i++)
		at[big_endian ? bytes - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

static inline uint64_t bytes_get(const uint8_t *at, unsigned bytes,
				 bool big_endian)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)at[big_endian ? bytes - 1 - i : i] << 8 * i;
	return value;
}

#endif
