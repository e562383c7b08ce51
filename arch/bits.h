/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Bits of entries as constant expressions.
 *
 * Initializers of static objects may not call functions, so these are macros.
 * All arguments are constants and are evaluated more than once.
 */
#ifndef TABLEWALK_ARCH_BITS_H
#define TABLEWALK_ARCH_BITS_H

#include <stdint.h>

/* Bit number n, 0..63. */
#define ARCH_BIT(n) (UINT64_C(1) << (n))

/* Bits last..first, both included, as manuals write it: 63 >= last >= first. */
#define ARCH_BITS(last, first)                                                 \
	(UINT64_MAX >> (63 - (last) + (first)) << (first))

/* Bits first..end-1; none when end is first.  end <= 63. */
#define ARCH_BITS_UPTO(end, first)                                             \
	((ARCH_BIT(end) - 1) & ~(ARCH_BIT(first) - 1))

/* The number value, from bit first on. */
#define ARCH_AT(value, first) (UINT64_C(value) << (first))

#endif
