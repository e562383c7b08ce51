/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The harness's tables as Linux's readers find them.
 */
#ifndef KERNEL_LINUX_TABLES_H
#define KERNEL_LINUX_TABLES_H

#include <stdbool.h>

#include <tablewalk/subject.h>

/* A root has 512 entries, and of five levels each can lead to as many. */
#define LINUX_HIDDEN 2048

/*
 * A table entry of which bits are changed while Linux looks: pgd_bad() and
 * p4d_bad() would clear it, see docs/kernel-subjects.md.
 */
struct linux_hidden {
	uint64_t *slot, is, seen;
	int depth;
};

/* A reader's space. */
struct linux_tables {
	const struct tablewalk_memory *memory;
	uint64_t root;			/* physical */
	uint64_t base;			/* where physical address 0 would be */
	unsigned levels;
	unsigned hidden_count;
	struct linux_hidden hidden[LINUX_HIDDEN];
};

/*
 * For open(): 0, UNSUPPORTED where memory is not at one distance or a level is to
 * be folded otherwise than x86 does, or MEMORY.
 */
int linux_tables_open(const struct tablewalk_setup *setup, void **state);
void linux_tables_close(void *state);

/* 0, or what the contract says of that range. */
int linux_tables_check(const struct linux_tables *t, uint64_t va, uint64_t last);
/* As Linux has ends of ranges: exclusive, and the last address for the top. */
uint64_t linux_end(uint64_t last);
/* The reverse, in a walk that goes up to last. */
uint64_t linux_last(uint64_t end, uint64_t last);

/* Around Linux's code; with show and hide in callbacks. */
void linux_tables_enter(struct linux_tables *t);
void linux_tables_leave(struct linux_tables *t);
void linux_tables_show(struct linux_tables *t);
void linux_tables_hide(struct linux_tables *t);
uint64_t linux_tables_true_word(const struct linux_tables *t, int depth,
				uint64_t word);

#endif
