/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SHA-256, as names of files: FIPS 180-4, section 6.2.
 */
#ifndef HARNESS_SHA256_H
#define HARNESS_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_TEXT 65

/* The hash of bytes as 64 lower-case hexadecimal digits. */
void sha256_text(const uint8_t *bytes, size_t count, char out[SHA256_TEXT]);

#endif
