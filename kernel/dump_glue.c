/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86's dumper of page tables, the whole file of the tree, so that what is static
 * there can be asked: the rights in effect are part of its state, and not of its
 * text.  What it prints goes over the border line by line.
 *
 * The list of ranges is the caller's and not x86's own, which leaves the guard hole
 * out.  Everything else is as it is.
 */
#include <linux/ptdump.h>
#include <linux/seq_file.h>

#include "dump_glue.h"

static void walk_our_range(struct ptdump_state *state, struct mm_struct *mm,
			   pgd_t *pgd);
#define ptdump_walk_pgd walk_our_range
#include "arch/x86/mm/dump_pagetables.c"
#undef ptdump_walk_pgd

/* What markers and the entry that checks W+X look at. */
pgd_t init_top_pgt[PTRS_PER_PGD];

/* The dump that runs; there is one at a time. */
static struct {
	struct pg_state *state;
	struct ptdump_range range[2];
	unsigned long next;		/* where the next note has to be */
	unsigned long silent;
	void *context;
	char line[160];
	unsigned int length;
} dump;

/*
 *			Text
 */
static void print(const char *format, va_list list)
{
	const unsigned int room = sizeof(dump.line) - dump.length;
	int length = vsnprintf(dump.line + dump.length, room, format, list);

	if (length < 0 || (unsigned int)length >= room)
		BUG();
	dump.length += (unsigned int)length;
	if (!dump.length || dump.line[dump.length - 1] != '\n')
		return;
	dump.line[dump.length - 1] = '\0';
	dump.length = 0;
	glue_on_line(dump.context, dump.line, dump.state->effective_prot);
}

void seq_printf(struct seq_file *file, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print(format, list);
	va_end(list);
}

/*
 *			Notes
 */
static void our_effective(struct ptdump_state *state, int level, u64 word)
{
	effective_prot(state, level,
		       glue_true_word(dump.context, level, word));
}

static unsigned long span(int level)
{
	switch (level) {
	case 0:
		return PGDIR_SIZE;
	case 1:
		return P4D_SIZE;
	case 2:
		return PUD_SIZE;
	case 3:
		return PMD_SIZE;
	}
	return PAGE_SIZE;
}

/*
 * The walk says nothing of a large entry that is not present and not empty; then
 * the run before would go on over it.
 */
static void fill_up(unsigned long to)
{
	if (dump.next == to)
		return;
	dump.silent++;
	note_page(&dump.state->ptdump, dump.next, 4, 0);
}

static void our_note(struct ptdump_state *state, unsigned long addr, int level,
		     u64 word)
{
	if (level < 0) {
		fill_up(dump.range[0].end + (dump.range[0].end == ~0UL));
		note_page(state, 0, -1, 0);
		return;
	}
	fill_up(addr);
	dump.next = (addr & ~(span(level) - 1)) + span(level);
	if (dump.next > dump.range[0].end || !dump.next)
		dump.next = dump.range[0].end + (dump.range[0].end == ~0UL);
	note_page(state, addr, level, word);
}

#if KERNEL_HAS_NOTE_PER_LEVEL
#define NOTE(level, depth)						\
static void our_note_##level(struct ptdump_state *state,		\
			     unsigned long addr, level##_t entry)	\
{									\
	our_note(state, addr, depth, level##_val(entry));		\
}
NOTE(pgd, 0)
NOTE(p4d, 1)
NOTE(pud, 2)
NOTE(pmd, 3)
NOTE(pte, 4)

static void our_flush(struct ptdump_state *state)
{
	our_note(state, 0, -1, 0);
}
#endif

static void walk_our_range(struct ptdump_state *state, struct mm_struct *mm,
			   pgd_t *pgd)
{
	dump.state = container_of(state, struct pg_state, ptdump);
#if KERNEL_HAS_NOTE_PER_LEVEL
	state->note_page_pgd = our_note_pgd;
	state->note_page_p4d = our_note_p4d;
	state->note_page_pud = our_note_pud;
	state->note_page_pmd = our_note_pmd;
	state->note_page_pte = our_note_pte;
	state->note_page_flush = our_flush;
#else
	state->note_page = our_note;
#endif
	state->effective_prot = our_effective;
	state->range = dump.range;
	ptdump_walk_pgd(state, mm, pgd);
}

unsigned long kernel_dump_text(unsigned long start, unsigned long end,
			       void *context)
{
	struct seq_file file = { .private = NULL };

	pt_dump_init();
	dump.range[0].start = dump.next = start;
	dump.range[0].end = end;
	dump.context = context;
	dump.silent = 0;
	dump.length = 0;
	ptdump_walk_pgd_level_core(&file, &init_mm, init_mm.pgd, false, false);
	return dump.silent;
}
