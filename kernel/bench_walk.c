/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bench_walk: Linux's walker beside ours, over the same tables in the same process.
 *
 * Both call the same callback for pud, pmd and pte entries and holes, which counts.
 * Walks take turns; of RUNS the fastest counts, as what else the machine does can
 * only slow one down.  Both have to make as many callbacks.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <tablewalk/walk.h>

#include "../harness/arena.h"
#include "../harness/case.h"
#include "../harness/subject.h"
#include "walk_glue.h"

#define RUNS 31
#define CALLBACKS (1u << PT_PUD | 1u << PT_PMD | 1u << PT_PTE)
#define BASE (UINT64_C(1) << 39)
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static uint64_t calls;

static int count_visit(const struct pt_visit *visit, struct pt_walk *walk)
{
	(void)visit, (void)walk;
	calls++;
	return 0;
}

static int count_hole(uint64_t start, uint64_t last, int depth,
		      struct pt_walk *walk)
{
	(void)start, (void)last, (void)depth, (void)walk;
	calls++;
	return 0;
}

int glue_on_entry(void *context, int depth, const void *slot,
		  unsigned long start, unsigned long end, int *action)
{
	(void)context, (void)depth, (void)slot, (void)start, (void)end;
	(void)action;
	calls++;
	return 0;
}

int glue_on_hole(void *context, int depth, unsigned long start,
		 unsigned long end, int vma)
{
	(void)context, (void)depth, (void)start, (void)end, (void)vma;
	calls++;
	return 0;
}

/*
 *			Never called
 */
int glue_on_test(void *context, unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)start, (void)end, (void)vma;
	glue_unreachable("test_walk");
}

int glue_on_pre(void *context, unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)start, (void)end, (void)vma;
	glue_unreachable("pre_vma");
}

void glue_on_post(void *context, int vma)
{
	(void)context, (void)vma;
	glue_unreachable("post_vma");
}

int glue_on_hugetlb(void *context, const void *slot, unsigned long mask,
		    unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)slot, (void)mask, (void)start, (void)end;
	(void)vma;
	glue_unreachable("hugetlb_entry");
}

void glue_on_split(void *context, unsigned long addr, int depth)
{
	(void)context, (void)addr, (void)depth;
	glue_unreachable("a split");
}

void glue_on_note(void *context, int depth, unsigned long addr,
		  unsigned long word, int effective)
{
	(void)context, (void)depth, (void)addr, (void)word, (void)effective;
	glue_unreachable("the dumper");
}

_Noreturn void glue_unreachable(const char *what)
{
	fprintf(stderr, "bench_walk: Linux got to %s\n", what);
	exit(3);
}

/*
 *			Tables
 */
static void map(struct pt_space *space, uint64_t va, uint64_t bytes,
		unsigned depth)
{
	int ret = pt_map(space, va, va + bytes - 1, va & (8 * GIB - 1),
			 PT_R | PT_W | PT_ACCESSED | PT_DIRTY, depth, 0);

	if (!ret)
		return;
	fprintf(stderr, "bench_walk: map of 0x%" PRIx64 " returned %d\n", va,
		ret);
	exit(3);
}

static uint64_t dense(struct pt_space *space)
{
	map(space, BASE, GIB, PT_PTE);
	return GIB;
}

static uint64_t sparse(struct pt_space *space)
{
	for (uint64_t i = 0; i < 1024; i++)
		map(space, BASE + i * 64 * MIB, 4096, PT_PTE);
	return 64 * GIB;
}

/* A half large leaves, a quarter pages, a quarter nothing. */
static uint64_t mixed(struct pt_space *space)
{
	for (uint64_t i = 0; i < 2048; i++) {
		if (i % 4 < 2)
			map(space, BASE + i * 2 * MIB, 2 * MIB, PT_PMD);
		if (i % 4 == 2)
			map(space, BASE + i * 2 * MIB, 2 * MIB, PT_PTE);
	}
	return 4 * GIB;
}

/* Large leaf, hole, large leaf, ... */
static uint64_t holes(struct pt_space *space)
{
	for (uint64_t i = 0; i < 64 * GIB / (4 * MIB); i++)
		map(space, BASE + i * 4 * MIB, 2 * MIB, PT_PMD);
	return 64 * GIB;
}

static const struct {
	const char *name;
	uint64_t (*make)(struct pt_space *space);
} tables[] = {
	{ "dense: 1 GiB of pages", dense },
	{ "sparse: a page in each 64 MiB of 64 GiB", sparse },
	{ "mixed: 1/2 large, 1/4 pages, 1/4 hole, 4 GiB", mixed },
	{ "holes: every other 2 MiB of 64 GiB", holes },
};

/*
 *			Walks
 */
static int walk_ours(struct pt_space *space, uint64_t bytes)
{
	static const struct pt_walk_ops ops = {
		.pud_entry = count_visit, .pmd_entry = count_visit,
		.pte_entry = count_visit,
		.pte_hole = count_hole,
	};

	return pt_walk_inclusive(space, BASE, BASE + bytes - 1, &ops, NULL);
}

static int walk_linux(struct pt_space *space, uint64_t bytes)
{
	const struct glue_ask ask = {
		.start = BASE, .end = BASE + bytes,
		.callbacks = CALLBACKS | GLUE_CB_HOLE, .entry = GLUE_TABLES,
	};

	(void)space;
	return kernel_walk(&ask);
}

static double timed(int (*walk)(struct pt_space *, uint64_t),
		    struct pt_space *space, uint64_t bytes, uint64_t *made)
{
	struct timespec a, b;

	calls = 0;
	clock_gettime(CLOCK_MONOTONIC, &a);
	if (walk(space, bytes) < 0) {
		fprintf(stderr, "bench_walk: a walk failed\n");
		exit(3);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	*made = calls;
	return (double)(b.tv_sec - a.tv_sec) * 1e9 +
	       (double)(b.tv_nsec - a.tv_nsec);
}

static void compare(struct pt_space *space, unsigned which)
{
	const uint64_t bytes = tables[which].make(space);
	double ours = 1e18, linux_ns = 1e18, ns;
	uint64_t made[2];

	for (unsigned i = 0; i < RUNS; i++) {
		ns = timed(walk_linux, space, bytes, &made[0]);
		linux_ns = ns < linux_ns ? ns : linux_ns;
		ns = timed(walk_ours, space, bytes, &made[1]);
		ours = ns < ours ? ns : ours;
	}
	if (made[0] != made[1]) {
		fprintf(stderr, "bench_walk: %s: Linux made %" PRIu64
			" callbacks, we %" PRIu64 "\n", tables[which].name,
			made[0], made[1]);
		exit(1);
	}
	printf("| %s | %" PRIu64 " | %.2f | %.2f | %.2f |\n",
	       tables[which].name, made[0], linux_ns / (double)made[0],
	       ours / (double)made[0], ours / linux_ns);
}

int main(void)
{
	const struct pt_format *format = pt_format_find("x86_64-4level");
	struct arena arena;
	struct subject subject;

	if (!format || arena_open(&arena, format, NULL)) {
		fprintf(stderr, "bench_walk: no memory\n");
		return 3;
	}
	printf("Linux %s, ns per callback, the fastest of %d interleaved runs\n"
	       "\n| tables | callbacks | Linux | ours | ours/Linux |\n"
	       "|---|---|---|---|---|\n", kernel_version(), RUNS);
	for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const struct pt_window *w = arena.memory.window;
		struct pt_space *space;

		arena_reset(&arena, CASE_WINDOW_LOW);
		if (!subject_open(&subject, format, &arena))
			return 3;
		space = &subject.space[0];
		space->walk_flags = case_profile_flags(CASE_6_12);
		kernel_setup(4, (unsigned long)(uintptr_t)w[1].host - w[1].pa);
		kernel_root(pt_memory_at(&arena.memory, space->root, 4096));
		compare(space, i);
	}
	arena_close(&arena);
	return 0;
}
