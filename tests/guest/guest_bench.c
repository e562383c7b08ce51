/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * guest_bench [SECONDS [FORMAT...]]: cold probes per second of each guest.
 *
 * Each page is probed once per flush.  Leaves cycle through eight words
 * (none, and seven of different rights), accesses through read, write and
 * fetch, privileges through user and kernel.  Dense: neighbouring pages.
 * Sparse: one page per last-level table.  Moving: other tables and addresses
 * in each batch, so that an emulator that translates code has none yet.
 * Small: 64 pages, where the way there and back counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guest.h"

enum { PAGE = 4096, PAGES = 8192, ENTRIES = 512, LEAF_WORDS = 8 };

struct bench {
	const char *format;
	bool x86;
	unsigned levels;
	uint64_t leaf[LEAF_WORDS];
};

#define XD UINT64_C(0x8000000000000000)

static const struct bench benches[] = {
	{ "x86_64-4level", true, 4,
	  { 0, 0x67, 0x65, 0x63, 0x61, 0x67 | XD, 0x63 | XD, 0x67 } },
	{ "x86_64-5level", true, 5,
	  { 0, 0x67, 0x65, 0x63, 0x61, 0x67 | XD, 0x63 | XD, 0x67 } },
	{ "riscv-sv39", false, 3,
	  { 0, 0xdf, 0xdb, 0xcf, 0xcb, 0xd7, 0xc7, 0xcf } },
	{ "riscv-sv48", false, 4,
	  { 0, 0xdf, 0xdb, 0xcf, 0xcb, 0xd7, 0xc7, 0xcf } },
	{ "riscv-sv57", false, 5,
	  { 0, 0xdf, 0xdb, 0xcf, 0xcb, 0xd7, 0xc7, 0xcf } },
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t word(const struct bench *b, uint64_t pa, uint64_t bits)
{
	return (b->x86 ? pa : pa >> 2) | bits;
}

static uint64_t *entry(struct guest *g, uint64_t table, uint64_t index)
{
	return (void *)guest_at(g, table + 8 * index, 8);
}

/* Adds one page at va; *next is the first table page not in use. */
static void map(struct guest *g, const struct bench *b, uint64_t va,
		uint64_t leaf, uint64_t *next)
{
	uint64_t table = guest_ram(g)->tables.pa;
	uint64_t address = b->x86 ? UINT64_C(0xffffffffff000) :
				    UINT64_C(0x3ffffffffffc00);

	for (unsigned i = b->levels - 1; i > 0; i--) {
		uint64_t *e = entry(g, table, va >> (12 + 9 * i) & 511);

		if (*e == 0) {
			*e = word(b, *next, b->x86 ? 0x27 : 0x01);
			*next += PAGE;
		}
		table = *e & address;
		if (!b->x86)
			table <<= 2;
	}
	*entry(g, table, va >> 12 & 511) = leaf;
}

static struct guest_probe probe[PAGES];
static struct guest_result result[PAGES];

/* New tables with count leaves, stride pages apart, from base on. */
static void build(struct guest *g, const struct bench *b, unsigned count,
		  uint64_t stride, uint64_t base)
{
	const struct guest_ram *ram = guest_ram(g);
	uint64_t next = ram->tables.pa + PAGE;

	memset(guest_at(g, ram->tables.pa, ram->tables.bytes), 0,
	       ram->tables.bytes);
	for (unsigned i = 0; i < count; i++) {
		uint64_t leaf = b->leaf[i % LEAF_WORDS];
		uint64_t pa = ram->data.pa + (uint64_t)i * PAGE;
		uint64_t va = base + i * stride * PAGE;

		map(g, b, va, leaf ? word(b, pa, leaf) : 0, &next);
		probe[i] = (struct guest_probe){
			va, (enum pt_access)(i / LEAF_WORDS % 3),
			(enum pt_privilege)(i / LEAF_WORDS / 3 % 2),
		};
	}
}

/*
 * One row: count probes per flush.  Where step is not 0, each batch has new
 * tables that many bytes further on; building them does not count.
 */
static int measure(struct guest *g, const struct bench *b, const char *name,
		   unsigned count, uint64_t stride, uint64_t step,
		   double seconds)
{
	unsigned long batches = 0, ok = 0;
	double spent = 0;

	while (spent < seconds) {
		double start;

		if (batches == 0 || step)
			build(g, b, count, stride, batches * step);
		start = now();
		if (guest_run(g, guest_ram(g)->tables.pa, probe, result, count,
			      NULL)) {
			fprintf(stderr, "%s\n", guest_error(g));
			return 1;
		}
		spent += now() - start;
		batches++;
	}
	for (unsigned i = 0; i < count; i++)
		ok += result[i].class == GUEST_OK;
	printf("%-14s %-7s %5u pages  %9.0f cold probes/s  (%lu batches, "
	       "%lu %% ok)\n", b->format, name, count,
	       (double)count * (double)batches / spent, batches,
	       ok * 100 / count);
	return 0;
}

static int bench(const struct bench *b, double seconds)
{
	char error[512];
	struct guest *g;
	double start = now();
	int failed;

	if (guest_open(b->format, NULL, &g, error, sizeof(error))) {
		fprintf(stderr, "%s: %s\n", b->format, error);
		return 3;
	}
	printf("%-14s started in %.0f ms\n", b->format, (now() - start) * 1e3);
	failed = measure(g, b, "dense", PAGES, 1, 0, seconds) ||
		 measure(g, b, "sparse", 2048, ENTRIES, 0, seconds) ||
		 measure(g, b, "moving", 2048, 1, 0x1000000, seconds) ||
		 measure(g, b, "small", 64, 1, 0, seconds);
	guest_close(g);
	return failed;
}

static bool wanted(const char *format, int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], format) == 0)
			return true;
	return argc <= 2;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 1.0;
	int worst = 0;

	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++) {
		int code = wanted(benches[i].format, argc, argv) ?
			   bench(&benches[i], seconds) : 0;

		worst = code > worst ? code : worst;
	}
	return worst;
}
