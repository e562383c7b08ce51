/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which walker a tree has, found out by having it walk: prints a header with its
 * flags (op.h, WALK_*) and the profile that is nearest.
 *
 * Each question is one walk over tables of a few entries.  What x86-64 cannot show
 * is taken from the nearest profile.
 */
#include <stdlib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../harness/case.h"
#include "walk_glue.h"

#define PAGE 4096u
#define PAGES 8u
#define TABLE UINT64_C(0x67)	/* P, W, U, A, D */
#define BAD UINT64_C(0xe7)	/* and PS */
#define ASKED (WALK_FLAGS & ~(WALK_AGAIN_ALIAS | WALK_NO_UPPER_LEAF))
#define SECONDS 20

/* Page n is at physical address n * PAGE; page 0 is no table. */
static _Alignas(PAGE) uint64_t page[PAGES][PAGE / 8];

/* What the walk that runs does and saw. */
static struct {
	int act_at, action;		/* once, at this depth */
	unsigned calls[5], holes, tests;
	int hole_depth;
} seen;

static void begin(unsigned levels)
{
	memset(page, 0, sizeof(page));
	memset(&seen, 0, sizeof(seen));
	seen.act_at = -1;
	seen.hole_depth = -1;
	kernel_setup(levels, (unsigned long)page);
	kernel_root(page[1]);
	kernel_vmas(NULL, 0);
}

/* Tables from the root down to one leaf at address 0. */
static void make_path(unsigned tables)
{
	for (unsigned i = 1; i < tables; i++)
		page[i][0] = (uint64_t)(i + 1) * PAGE | TABLE;
	page[tables][0] = TABLE;
}

static int walk(unsigned long start, unsigned long end, unsigned callbacks,
		unsigned entry)
{
	const struct glue_ask ask = {
		.start = start, .end = end, .callbacks = callbacks,
		.entry = entry,
	};

	return kernel_walk(&ask);
}

int glue_on_entry(void *context, int depth, const void *slot,
		  unsigned long start, unsigned long end, int *action)
{
	(void)context, (void)slot, (void)start, (void)end;
	if (depth == seen.act_at && !seen.calls[depth])
		*action = seen.action;
	seen.calls[depth]++;
	return 0;
}

int glue_on_hole(void *context, int depth, unsigned long start,
		 unsigned long end, int vma)
{
	(void)context, (void)start, (void)end, (void)vma;
	seen.holes++;
	seen.hole_depth = depth;
	return 0;
}

int glue_on_test(void *context, unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)start, (void)end, (void)vma;
	seen.tests++;
	return 1;
}

int glue_on_pre(void *context, unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)start, (void)end, (void)vma;
	return 0;
}

void glue_on_post(void *context, int vma)
{
	(void)context, (void)vma;
}

int glue_on_hugetlb(void *context, const void *slot, unsigned long mask,
		    unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)slot, (void)mask, (void)start, (void)end;
	(void)vma;
	return 0;
}

void glue_on_split(void *context, unsigned long addr, int depth)
{
	(void)context, (void)addr, (void)depth;
}

void glue_on_note(void *context, int depth, unsigned long addr,
		  unsigned long word, int effective)
{
	(void)context, (void)depth, (void)addr, (void)word, (void)effective;
}

_Noreturn void glue_unreachable(const char *what)
{
	fprintf(stderr, "walk_probe: Linux got to %s\n", what);
	_Exit(2);
}

/*
 *			The questions
 */
static uint32_t ask_actions(void)
{
	uint32_t flags = 0;

	begin(4);
	make_path(4);
	seen.act_at = PT_PUD;
	seen.action = GLUE_CONTINUE;
	walk(0, PAGE, 1u << PT_PUD | 1u << PT_PTE, GLUE_TABLES);
	if (seen.calls[PT_PTE])
		return WALK_NO_ACTIONS;
	begin(5);
	make_path(5);
	seen.act_at = PT_PGD;
	seen.action = GLUE_AGAIN;
	walk(0, PAGE, 1u << PT_PGD, GLUE_TABLES);
	if (seen.calls[PT_PGD] == 1)
		flags |= WALK_ACTIONS_MIDDLE;
	return flags;
}

static uint32_t ask_root(void)
{
	uint32_t flags = 0;

	begin(4);
	walk(0, PAGE, 1u << PT_PGD, GLUE_TABLES);
	if (seen.calls[PT_PGD])
		flags |= WALK_FOLDED_EMPTY;
	begin(4);
	page[1][0] = 2 * PAGE | BAD;
	walk(0, PAGE, 1u << PT_PTE | GLUE_CB_HOLE, GLUE_TABLES);
	if (!page[1][0])
		flags |= WALK_CLEARS_BAD;
	begin(4);
	make_path(1);
	walk(UINT64_C(1) << 40, (UINT64_C(1) << 40) + PAGE,
	     1u << PT_PTE | GLUE_CB_HOLE, GLUE_TABLES);
	if (seen.hole_depth < 0)
		flags |= WALK_NO_DEPTH;
	begin(4);
	if (!walk(0x1800, 0x3800, 1u << PT_PTE, GLUE_TABLES))
		flags |= WALK_UNALIGNED;
	return flags;
}

static uint32_t ask_vmas(void)
{
	const struct glue_vma vma[2] = {
		{ .start = 0x10000, .end = 0x12000, .page_offset = 0,
		  .file = 1 },
		{ .start = 0x20000, .end = 0x22000, .page_offset = 2,
		  .file = 1 },
	};
	uint32_t flags = 0;

	begin(4);
	kernel_vmas(vma, 2);
	walk(0, 4, 1u << PT_PTE | GLUE_CB_TEST, GLUE_MAPPING);
	if (seen.tests == 1)
		flags |= WALK_TEST_ENDS_MAPPING;
	begin(4);
	kernel_vmas(vma, 2);
	walk(0, 0, 1u << PT_PTE | GLUE_CB_TEST, GLUE_VMA);
	if (seen.tests)
		flags |= WALK_VMA_TESTED;
	return flags;
}

static const struct {
	uint32_t flag;
	const char *name;
} names[] = {
	{ WALK_ACTIONS_MIDDLE, "actions-middle" },
	{ WALK_NO_ACTIONS, "no-actions" },
	{ WALK_FOLDED_EMPTY, "folded-empty" },
	{ WALK_CLEARS_BAD, "clears-bad" },
	{ WALK_UNALIGNED, "unaligned" },
	{ WALK_TEST_ENDS_MAPPING, "test-ends-mapping" },
	{ WALK_VMA_TESTED, "vma-tested" },
	{ WALK_NO_INSTALL, "no-install" },
	{ WALK_NO_DEPTH, "no-depth" },
	{ WALK_TABLE_TESTS, "table-tests" },
};

static unsigned distance(uint32_t a, uint32_t b)
{
	unsigned count = 0;

	for (uint32_t rest = (a ^ b) & ASKED; rest; rest &= rest - 1)
		count++;
	return count;
}

/* Of equally near ones the first: no later one is claimed without a reason. */
static unsigned nearest(uint32_t flags)
{
	unsigned best = 0;

	for (unsigned i = 1; i < CASE_PROFILES; i++)
		if (distance(case_profile_flags(i), flags) <
		    distance(case_profile_flags(best), flags))
			best = i;
	return best;
}

static void print_differences(uint32_t flags, uint32_t profile)
{
	unsigned printed = 0;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((flags ^ profile) & names[i].flag)
			printf("%s%s %s", printed++ ? ", " : "; but ",
			       flags & names[i].flag ? "with" : "without",
			       names[i].name);
}

int main(void)
{
	const unsigned has = kernel_features();
	uint32_t flags, profile;
	unsigned which;

	/* A walker that does not end has no profile. */
	alarm(SECONDS);
	flags = ask_actions() | ask_root() | ask_vmas();
	if (!(has & GLUE_HAS_INSTALL))
		flags |= WALK_NO_INSTALL;
	if (has & GLUE_HAS_TABLE_TESTS)
		flags |= WALK_TABLE_TESTS;
	which = nearest(flags);
	profile = case_profile_flags(which);
	flags |= profile & ~ASKED;
	printf("/* Generated by kernel/walk_probe.c. */\n"
	       "#define LINUX_VERSION \"%s\"\n"
	       "#define LINUX_WALK_FLAGS UINT32_C(0x%" PRIx32 ")\n"
	       "#define LINUX_WALKER \"walks as %s",
	       kernel_version(), flags, case_profile_name(which));
	print_differences(flags, profile);
	printf("\"\n");
	return fflush(stdout) || ferror(stdout) ? 2 : 0;
}
