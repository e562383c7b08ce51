/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux's mm/pagewalk.c as a reader of the harness's tables, x86-64 with four and
 * five levels: walk_kernel_page_table_range() and its relatives.
 *
 * Two things are kept from Linux that docs/referee.md shows to be otherwise there:
 * that a pte callback asks for AGAIN, which it would hear when the page table is
 * done, and the ninth AGAIN of one entry, as it has no limit.
 */
#include <stdio.h>
#include <stdlib.h>

#include "linux_profile.h"
#include "linux_tables.h"
#include "walk_glue.h"

#define AGAIN_LIMIT 8u
#define NO_MORE (-11)		/* EAGAIN, as the contract has it */

struct walking {
	struct linux_tables *tables;
	struct tablewalk_visitor *visitor;
	uint64_t last;			/* of the range */
	/* Of the entry that was looked at last at each depth. */
	uint64_t again_at[TABLEWALK_DEPTHS];
	unsigned agains[TABLEWALK_DEPTHS];
};

static int ask_again(struct walking *w, int depth, uint64_t start)
{
	if (w->again_at[depth] != start)
		w->agains[depth] = 0;
	w->again_at[depth] = start;
	return ++w->agains[depth] > AGAIN_LIMIT ? NO_MORE : 0;
}

int glue_on_entry(void *context, int depth, const void *slot,
		  unsigned long start, unsigned long end, int *action)
{
	struct walking *w = context;
	struct tablewalk_visitor *v = w->visitor;
	int ret;

	linux_tables_show(w->tables);
	v->action = TABLEWALK_SUBTREE;
	ret = v->entry(v, depth, start, linux_last(end, w->last),
		       (uint64_t)(uintptr_t)slot - w->tables->base);
	linux_tables_hide(w->tables);
	if (v->action == TABLEWALK_CONTINUE)
		*action = GLUE_CONTINUE;
	if (v->action == TABLEWALK_AGAIN && depth != TABLEWALK_PTE) {
		*action = GLUE_AGAIN;
		/* Of pgd and p4d nobody looks at it. */
		if (!ret && depth >= TABLEWALK_PUD)
			ret = ask_again(w, depth, start);
	}
	return ret;
}

int glue_on_hole(void *context, int depth, unsigned long start,
		 unsigned long end, int vma)
{
	struct walking *w = context;
	int ret;

	(void)vma;
	linux_tables_show(w->tables);
	ret = w->visitor->hole(w->visitor, depth, start, linux_last(end, w->last));
	linux_tables_hide(w->tables);
	return ret;
}

/* Only walks of VMAs split, which nothing here starts; passed on all the same. */
void glue_on_split(void *context, unsigned long addr, int depth)
{
	struct walking *w = context;

	linux_tables_show(w->tables);
	if (w->visitor->split(w->visitor, depth, addr))
		glue_unreachable("a leaf that nobody can split");
	linux_tables_hide(w->tables);
}

/* The ways in that init_mm has; which one depends on the range alone. */
static unsigned entry_of(uint64_t va, uint64_t last)
{
	static const unsigned ways[] = {
		GLUE_TABLES, GLUE_TABLES_PGD, GLUE_DEBUG_KERNEL,
	};

	return ways[((va >> 12) + (last >> 12)) % 3];
}

static int walk(void *state, uint64_t va, uint64_t last,
		struct tablewalk_visitor *visitor)
{
	struct linux_tables *t = state;
	struct walking w = {
		.tables = t, .visitor = visitor, .last = last,
	};
	const struct glue_ask ask = {
		.start = va, .end = linux_end(last),
		.callbacks = visitor->callbacks, .entry = entry_of(va, last),
		.context = &w,
	};
	int ret = linux_tables_check(t, va, last);

	if (ret)
		return ret;
	linux_tables_enter(t);
	ret = kernel_walk(&ask);
	linux_tables_leave(t);
	return ret;
}

static int open_reader(const struct tablewalk_subject *subject,
		       struct tablewalk_setup *setup, void **state)
{
	(void)subject;
	return linux_tables_open(setup, state);
}

static const char *const formats[] = { "x86_64-4level", "x86_64-5level", NULL };

extern const struct tablewalk_subject linux_pagewalk;
const struct tablewalk_subject linux_pagewalk = {
	.version = TABLEWALK_SUBJECT_VERSION,
	.bytes = sizeof(struct tablewalk_subject),
	.name = "linux-pagewalk",
	.what = "Linux " LINUX_VERSION " mm/pagewalk.c, " LINUX_WALKER,
	.formats = formats,
	.capabilities = TABLEWALK_CAN_WALK | TABLEWALK_CAN_ACTIONS |
			TABLEWALK_CAN_STOP,
	.walk_flags = LINUX_WALK_FLAGS,
	.open = open_reader,
	.close = linux_tables_close,
	.walk = walk,
};

/*
 *			What only walks of VMAs and the referee have
 */
int glue_on_test(void *context, unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)start, (void)end, (void)vma;
	glue_unreachable("test_walk without a VMA");
}

int glue_on_pre(void *context, unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)start, (void)end, (void)vma;
	glue_unreachable("pre_vma without a VMA");
}

void glue_on_post(void *context, int vma)
{
	(void)context, (void)vma;
	glue_unreachable("post_vma without a VMA");
}

int glue_on_hugetlb(void *context, const void *slot, unsigned long mask,
		    unsigned long start, unsigned long end, int vma)
{
	(void)context, (void)slot, (void)mask, (void)start, (void)end;
	(void)vma;
	glue_unreachable("hugetlb_entry without a VMA");
}

void glue_on_note(void *context, int depth, unsigned long addr,
		  unsigned long word, int effective)
{
	(void)context, (void)depth, (void)addr, (void)word, (void)effective;
	glue_unreachable("the referee's dumper");
}

_Noreturn void glue_unreachable(const char *what)
{
	fprintf(stderr, "Linux " LINUX_VERSION " got to %s\n", what);
	abort();
}
