/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Numbers in memory, in a byte order of their own.
 */
#ifndef ORACLES_BYTES_H
#define ORACLES_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A constant to any compiler. */
static inline bool bytes_host_is_big(void)
{
	const uint16_t one = 1;
	uint8_t first;

	memcpy(&first, &one, 1);
	return first == 0;
}

static inline uint64_t bytes_swap64(uint64_t n)
{
	n = (n & UINT64_C(0x00ff00ff00ff00ff)) << 8 |
	    (n >> 8 & UINT64_C(0x00ff00ff00ff00ff));
	n = (n & UINT64_C(0x0000ffff0000ffff)) << 16 |
	    (n >> 16 & UINT64_C(0x0000ffff0000ffff));
	return n << 32 | n >> 32;
}

/*
 * The number of 8 bytes at p, which need not be aligned.  One load: putting it
 * together byte by byte is one load too, but not under AddressSanitizer.
 */
static inline uint64_t bytes_get64(const uint8_t *p, bool big)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return big == bytes_host_is_big() ? n : bytes_swap64(n);
}

/* The number of 1 to 8 bytes at p. */
static inline uint64_t bytes_get(const uint8_t *p, unsigned bytes, bool big)
{
	uint64_t n = 0;

	if (bytes == 8)
		return bytes_get64(p, big);
	for (unsigned i = 0; i < bytes; i++)
		n = n << 8 | p[big ? i : bytes - 1 - i];
	return n;
}

#endif
