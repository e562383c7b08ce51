/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SHA-256: see sha256.h.  Names are those of FIPS 180-4.
 */
#include "sha256.h"

#include <stdio.h>
#include <string.h>

#define BLOCK 64

/* Section 4.2.2 */
static const uint32_t K[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotr(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* Section 6.2.2 */
static void hash_block(uint32_t H[8], const uint8_t M[BLOCK])
{
	uint32_t W[64], v[8];

	for (unsigned t = 0; t < 16; t++)
		W[t] = (uint32_t)M[4 * t] << 24 | (uint32_t)M[4 * t + 1] << 16 |
		       (uint32_t)M[4 * t + 2] << 8 | M[4 * t + 3];
	for (unsigned t = 16; t < 64; t++) {
		uint32_t x = W[t - 15], y = W[t - 2];

		W[t] = W[t - 16] + (rotr(x, 7) ^ rotr(x, 18) ^ x >> 3) +
		       W[t - 7] + (rotr(y, 17) ^ rotr(y, 19) ^ y >> 10);
	}
	memcpy(v, H, sizeof(v));
	for (unsigned t = 0; t < 64; t++) {
		uint32_t a = v[0], e = v[4];
		uint32_t T1 = v[7] + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) +
			      ((e & v[5]) ^ (~e & v[6])) + K[t] + W[t];
		uint32_t T2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) +
			      ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += T1;
		v[0] = T1 + T2;
	}
	for (unsigned i = 0; i < 8; i++)
		H[i] += v[i];
}

void sha256_text(const uint8_t *bytes, size_t count, char out[SHA256_TEXT])
{
	/* Section 5.3.3 */
	uint32_t H[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	uint8_t last[2 * BLOCK] = { 0 };
	size_t at = 0, rest, blocks;

	for (; count - at >= BLOCK; at += BLOCK)
		hash_block(H, bytes + at);
	/* Section 5.1.1: a one, zeros, and the length in bits. */
	rest = count - at;
	blocks = rest < BLOCK - 8 ? 1 : 2;
	if (rest)
		memcpy(last, bytes + at, rest);
	last[rest] = 0x80;
	for (unsigned i = 0; i < 8; i++)
		last[blocks * BLOCK - 1 - i] =
			(uint8_t)((uint64_t)count * 8 >> 8 * i);
	for (size_t i = 0; i < blocks; i++)
		hash_block(H, last + i * BLOCK);
	for (unsigned i = 0; i < 8; i++)
		snprintf(out + 8 * i, 9, "%08x", (unsigned)H[i]);
}
