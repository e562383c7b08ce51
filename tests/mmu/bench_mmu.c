/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Time of one walk, all six verdicts included, on every format whose fields do
 * not move with the height (fake walks like the rest): one path of
 * tables, 64 different pages in its last table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mmu/mmu.h"

#define BENCH_PA    UINT64_C(0x10000)
#define BENCH_BYTES UINT64_C(0x10000)
#define BENCH_WALKS 4000000u

/* A path of tables at 10000, 11000, ... and leaves in the last. */
struct bench_format {
	const char *name;
	uint64_t table, leaf;		/* entries, but for the address */
	unsigned pa_shift;		/* from address to field */
	uint32_t control;
	uint32_t page;			/* bytes of a page */
};

static const struct bench_format formats[] = {
	{ "x86_64-4level", 0x7, 0x67, 0, PT_REGIME_X86_WP | PT_REGIME_X86_NXE,
	  4096 },
	{ "x86_64-5level", 0x7, 0x67, 0, PT_REGIME_X86_WP | PT_REGIME_X86_NXE,
	  4096 },
	{ "arm64-4k-48", 0x3, 0x443, 0, 0, 4096 },
	{ "riscv-sv39", 0x1, 0xdf, 2, 0, 4096 },
	{ "riscv-sv48", 0x1, 0xdf, 2, 0, 4096 },
	{ "template", 0x1, 0x1bf, 0, 0, 4096 },
	{ "fake-tiny", UINT64_C(1) << 63, UINT64_C(0xff) << 56, 0, 0, 256 },
};

static void put(const struct mmu_arch *arch, uint8_t *bytes, uint64_t pa,
		uint64_t raw)
{
	for (unsigned i = 0; i < 8; i++)
		bytes[pa - BENCH_PA + i] = (uint8_t)(
			raw >> (arch->big_endian ? 56 - 8 * i : 8 * i));
}

static void fill(const struct bench_format *format, const struct mmu_arch *arch,
		 uint8_t *bytes)
{
	uint64_t table = BENCH_PA;
	uint64_t entries = UINT64_C(1) << arch->level[PT_PTE].index_bits;

	for (unsigned d = arch->top; d < PT_PTE; d++, table += 0x1000) {
		uint64_t raw = (table + 0x1000) >> format->pa_shift |
			       format->table;

		put(arch, bytes, table, raw);
	}
	for (uint64_t i = 0; i < entries; i++)
		put(arch, bytes, table + i * 8,
		    (UINT64_C(0x80000) + i * format->page) >> format->pa_shift |
			    format->leaf);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool measure(const struct bench_format *format, uint8_t *bytes)
{
	const struct mmu_arch *arch = mmu_find(format->name);
	struct pt_regime regime = { .root = { BENCH_PA, BENCH_PA },
				    .control = format->control,
				    .pa_bits = 40 };
	struct pt_memory memory = { 0 };
	uint64_t sum = 0, mask;
	double start;

	if (!arch)
		return false;
	memory.window[0] = (struct pt_window){ BENCH_PA, BENCH_BYTES, bytes };
	fill(format, arch, bytes);
	mask = arch->level[PT_PTE].index_bits < 6 ? 7 : 63;
	start = seconds();
	for (unsigned i = 0; i < BENCH_WALKS; i++) {
		struct mmu_outcome out;

		arch->translate(arch, &memory, &regime, 0,
				(i * 7 & mask) * format->page, &out);
		sum += out.pa + out.verdict[PT_AS_KERNEL][PT_READ].word;
		if (!out.leaf)
			return false;
	}
	printf("%-14s %5.1f ns a walk (sum %llx)\n", format->name,
	       (seconds() - start) / BENCH_WALKS * 1e9,
	       (unsigned long long)sum);
	return true;
}

int main(void)
{
	uint8_t *bytes = calloc(1, BENCH_BYTES);
	bool ok = bytes != NULL;

	for (size_t i = 0; ok && i < sizeof(formats) / sizeof(formats[0]); i++)
		ok = measure(&formats[i], bytes);
	free(bytes);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
