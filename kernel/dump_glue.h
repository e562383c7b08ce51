/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The border between x86's dumper (dump_glue.c) and the project's side; see
 * walk_glue.h, whose setup and root it shares.
 */
#ifndef KERNEL_DUMP_GLUE_H
#define KERNEL_DUMP_GLUE_H

/*
 * Has /sys/kernel/debug/page_tables/kernel printed for [start, end) only; end ~0
 * is the top, as Linux has it.  Returns how many entries the walk said nothing
 * of: the dumper is told that there is nothing (docs/kernel-subjects.md).
 */
unsigned long kernel_dump_text(unsigned long start, unsigned long end,
			       void *context);

/*
 * One line of text without its end, and what the dumper knew when it wrote it:
 * the rights that entries above leave, as a word of x86's bits.
 */
void glue_on_line(void *context, const char *line, unsigned long effective);
/*
 * The word that the tables have where the walker saw this one: glue may have
 * hidden bits of it.
 */
unsigned long glue_true_word(void *context, int depth, unsigned long word);

#endif
