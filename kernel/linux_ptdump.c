/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux's dumper as a reader of the harness's tables: mm/ptdump.c and
 * arch/x86/mm/dump_pagetables.c, whose text is read here line by line.
 *
 * The text has a run's own bits; what entries above leave of them is the dumper's
 * state when it writes the line (dump_glue.c).  The text has to agree with that:
 * nothing is left that the text does not have.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump_glue.h"
#include "linux_profile.h"
#include "linux_tables.h"

/* Intel SDM vol. 3A, Table 4-20. */
#define RW UINT64_C(0x2)
#define US UINT64_C(0x4)
#define NX (UINT64_C(1) << 63)

/* What cannot be read is an error of no contract: it is a violation. */
#define BAD_TEXT (-74)

struct dumping {
	struct linux_tables *tables;
	struct tablewalk_dump *dump;
	uint64_t first, last;		/* of the range */
	int ret;
	/* The run that is not reported yet; depth -1: none. */
	int depth;
	uint64_t va, end;
	uint32_t rights;
};

static void report(struct dumping *d)
{
	if (d->depth >= 0 && !d->ret)
		d->ret = d->dump->run(d->dump, d->depth, d->va, d->end,
				      d->rights);
	d->depth = -1;
}

/* Lines break at markers too, and where bits differ that are no rights. */
static void add(struct dumping *d, int depth, uint64_t va, uint64_t last,
		uint32_t rights)
{
	if (d->depth == depth && d->rights == rights && d->end + 1 == va) {
		d->end = last;
		return;
	}
	report(d);
	d->depth = depth;
	d->va = va;
	d->end = last;
	d->rights = rights;
}

static int depth_of(const char *word)
{
	static const char *const name[] = { "pgd", "p4d", "pud", "pmd", "pte" };

	for (int i = 0; i < TABLEWALK_DEPTHS; i++)
		if (!strcmp(word, name[i]))
			return i;
	return -1;
}

static uint32_t rights_in_effect(unsigned long word)
{
	return TABLEWALK_R | (word & RW ? TABLEWALK_W : 0) |
	       (word & NX ? 0 : TABLEWALK_X) | (word & US ? TABLEWALK_USER : 0);
}

/* "USR RW PWT PCD PSE PAT GLB NX pte"; of what is not present, the level alone. */
struct text_run {
	uint64_t va, end;
	uint32_t rights;
	int depth;
	bool present;
};

static bool read_words(char *at, struct text_run *run)
{
	run->depth = -1;
	for (char *word = strtok(at, " "); word; word = strtok(NULL, " ")) {
		if (run->depth >= 0)
			return false;
		if (!strcmp(word, "RW") || !strcmp(word, "ro"))
			run->present = true;
		if (!strcmp(word, "RW"))
			run->rights |= TABLEWALK_W;
		else if (!strcmp(word, "USR"))
			run->rights |= TABLEWALK_USER;
		else if (!strcmp(word, "x"))
			run->rights |= TABLEWALK_X;
		else
			run->depth = depth_of(word);
	}
	if (run->present)
		run->rights |= TABLEWALK_R;
	return run->depth >= 0;
}

/* "0x0000000000200000-0x0000000000400000           2M  RW ... pmd" */
static bool read_line(const char *line, struct text_run *run)
{
	char copy[200], *rest;

	*run = (struct text_run){ .depth = -1 };
	if (strlen(line) >= sizeof(copy))
		return false;
	strcpy(copy, line);
	errno = 0;
	run->va = strtoull(copy, &rest, 16);
	if (*rest != '-')
		return false;
	run->end = strtoull(rest + 1, &rest, 16);
	if (*rest != ' ' || errno)
		return false;
	/* The length in words is the same once more. */
	while (*rest == ' ')
		rest++;
	while (*rest && *rest != ' ')
		rest++;
	return read_words(rest, run);
}

void glue_on_line(void *context, const char *line, unsigned long effective)
{
	struct dumping *d = context;
	const uint32_t rights = rights_in_effect(effective);
	struct text_run run;

	/* "---[ Kernel Space ]---" */
	if (d->ret || !strncmp(line, "---[", 4))
		return;
	if (!read_line(line, &run) || (run.present && rights & ~run.rights)) {
		d->ret = BAD_TEXT;
		return;
	}
	if (!run.present)
		return;
	/*
	 * The first line starts at 0, as the first of x86's own ranges does, and the
	 * last one ends at 0, however far the range went.
	 */
	if (run.va < d->first)
		run.va = d->first;
	if (!run.end || run.end - 1 > d->last)
		run.end = d->last + 1;
	add(d, run.depth, run.va, run.end - 1, rights);
}

unsigned long glue_true_word(void *context, int depth, unsigned long word)
{
	const struct dumping *d = context;

	return linux_tables_true_word(d->tables, depth, word);
}

static int dump(void *state, uint64_t va, uint64_t last,
		struct tablewalk_dump *to)
{
	struct linux_tables *t = state;
	struct dumping d = { .tables = t, .dump = to, .first = va,
			     .last = last, .depth = -1 };

	if (va & 4095 || (last + 1) & 4095)
		return TABLEWALK_INVALID;
	d.ret = linux_tables_check(t, va, last);
	if (d.ret)
		return d.ret;
	linux_tables_enter(t);
	kernel_dump_text(va, linux_end(last), &d);
	linux_tables_leave(t);
	report(&d);
	return d.ret;
}

static int open_reader(const struct tablewalk_subject *subject,
		       struct tablewalk_setup *setup, void **state)
{
	(void)subject;
	return linux_tables_open(setup, state);
}

static const char *const formats[] = { "x86_64-4level", "x86_64-5level", NULL };

extern const struct tablewalk_subject linux_ptdump;
const struct tablewalk_subject linux_ptdump = {
	.version = TABLEWALK_SUBJECT_VERSION,
	.bytes = sizeof(struct tablewalk_subject),
	.name = "linux-ptdump",
	.what = "Linux " LINUX_VERSION " mm/ptdump.c, x86 dump_pagetables.c",
	.formats = formats,
	.capabilities = TABLEWALK_CAN_DUMP,
	.walk_flags = LINUX_WALK_FLAGS,
	.open = open_reader,
	.close = linux_tables_close,
	.dump = dump,
};
