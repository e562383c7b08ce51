/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 probe guest: the stage 2 that is below a stage 1 under test.  It maps
 * every intermediate physical address, of 52 bits, to itself with all rights, but for
 * RAM: what becomes of that the host has written (below.c).
 *
 * Granule 64 KiB, root of level 1: the one that reaches 52 bits with blocks of all
 * that it does not divide.  The first 4 TiB, where RAM and devices are, have a
 * table, so that walks of stage 2 take one step, two or three.
 *
 * Sources: Arm ARM DDI 0487J.a, D8.2.7 (64 KiB granule: 10 bits of a 52-bit address
 * at level 1, 13 at level 2), D8.3.2 (block descriptor of stage 2; address bits 51:48
 * in bits 15:12; blocks of level 1 exist with 52-bit addresses).
 */
#include "stage2.h"

#include "guest_layout.h"
#include "guest_mailbox.h"

/* Normal write-back, S2AP read and write, inner shareable, AF; XN is 0. */
#define BLOCK		UINT64_C(0x7fd)
#define TABLE		UINT64_C(3)
#define HIGH_ADDRESS	UINT64_C(0x000f000000000000)
enum { HIGH_SHIFT = 36 };	/* from its place in an address to that in a word */
enum { ENTRIES1 = 1 << (52 - 42), ENTRIES2 = 1 << (42 - ARM64_STAGE2_SHIFT) };
enum { ENTRIES3 = 1 << (ARM64_STAGE2_SHIFT - ARM64_STAGE2_PAGE_SHIFT) };

_Static_assert(ARM64_STAGE2_BLOCKS + 8 * ENTRIES2 <= ARM64_STAGE2_PAGES,
	       "the table of blocks ends where that of pages begins");
_Static_assert(ARM64_STAGE2_PAGES + 8 * ENTRIES3 <= GUEST_RUNTIME_BYTES,
	       "the map fits behind the shadow root");
_Static_assert(ARM64_STAGE2_BLOCKS - ARM64_STAGE2_AT >= 8 * ENTRIES1,
	       "the root ends where the table begins");

static uint64_t *runtime_area(uint64_t at)
{
	return (uint64_t *)(ARM64_RAM_AT + GUEST_RUNTIME_AT + at);
}

uint64_t map_stage2(void)
{
	uint64_t *const level1 = runtime_area(ARM64_STAGE2_AT);
	uint64_t *const level2 = runtime_area(ARM64_STAGE2_BLOCKS);

	for (uint64_t i = 0; i < ENTRIES2; i++)
		level2[i] = i << ARM64_STAGE2_SHIFT | BLOCK;
	level2[ARM64_RAM_AT >> ARM64_STAGE2_SHIFT] =
		(uint64_t)runtime_area(ARM64_STAGE2_PAGES) | TABLE;
	level1[0] = (uint64_t)level2 | TABLE;
	for (uint64_t i = 1; i < ENTRIES1; i++) {
		const uint64_t pa = i << 42;

		level1[i] = (pa & ~HIGH_ADDRESS) |
			    (pa & HIGH_ADDRESS) >> HIGH_SHIFT | BLOCK;
	}
	return (uint64_t)level1;
}
