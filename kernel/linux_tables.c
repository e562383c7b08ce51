/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The harness's tables as Linux's readers find them: see linux_tables.h.
 */
#include "linux_tables.h"

#include <stdlib.h>
#include <string.h>

#include "walk_glue.h"

/* Intel SDM vol. 3A, Tables 4-14 to 4-20. */
#define P UINT64_C(0x1)
#define RW UINT64_C(0x2)
#define AD UINT64_C(0x60)
#define PS UINT64_C(0x80)
#define NX (UINT64_C(1) << 63)
#define ADDRESS UINT64_C(0x000ffffffffff000)
#define ENTRIES 512u

/* One distance for all memory, or for the machine's alone, the first window. */
static bool find_base(const struct tablewalk_setup *setup, uint64_t *base)
{
	const struct tablewalk_memory *m = setup->memory;
	const void *root = m->pointer(m->context, setup->root);

	if (!root)
		return false;
	*base = (uint64_t)(uintptr_t)root - setup->root;
	if (setup->root - m->window[0].pa < m->window[0].bytes)
		return true;
	for (unsigned i = 1; i < TABLEWALK_WINDOWS; i++)
		if (m->window[i].bytes &&
		    (uint64_t)(uintptr_t)m->pointer(m->context,
						    m->window[i].pa) !=
			    *base + m->window[i].pa)
			return false;
	return true;
}

int linux_tables_open(const struct tablewalk_setup *setup, void **state)
{
	struct linux_tables *t;
	uint64_t base;

	if (!find_base(setup, &base) || setup->folded)
		return TABLEWALK_UNSUPPORTED;
	t = malloc(sizeof(*t));
	if (!t)
		return TABLEWALK_MEMORY;
	t->memory = setup->memory;
	t->root = setup->root;
	t->base = base;
	t->levels = strcmp(setup->format, "x86_64-5level") ? 4 : 5;
	t->hidden_count = 0;
	*state = t;
	return TABLEWALK_OK;
}

void linux_tables_close(void *state)
{
	free(state);
}

/*
 * Linux leaves it to its callers to stay inside the canonical addresses.  What is
 * shorter than a page is refused because the walker would not end: it subtracts a
 * page from the end (walk_pte_range_inner()).
 */
int linux_tables_check(const struct linux_tables *t, uint64_t va, uint64_t last)
{
	const unsigned shift = t->levels == 5 ? 56 : 47;
	const uint64_t high = (UINT64_C(1) << (64 - shift)) - 1;

	if (last < va || last < 4095)
		return TABLEWALK_INVALID;
	if ((va >> shift && va >> shift != high) || va >> shift != last >> shift)
		return TABLEWALK_RANGE;
	return TABLEWALK_OK;
}

uint64_t linux_end(uint64_t last)
{
	return last == UINT64_MAX ? last : last + 1;
}

uint64_t linux_last(uint64_t end, uint64_t last)
{
	return end == linux_end(last) ? last : end - 1;
}

/*
 *			Hidden bits
 */
static void hide_bits(struct linux_tables *t, uint64_t *slot, int depth,
		      uint64_t set, uint64_t clear)
{
	const uint64_t seen = (*slot | set) & ~clear;

	if ((*slot & (P | PS)) != P || seen == *slot ||
	    t->hidden_count == LINUX_HIDDEN)
		return;
	t->hidden[t->hidden_count++] = (struct linux_hidden){
		.slot = slot, .is = *slot, .seen = seen, .depth = depth,
	};
}

static void look_through(struct linux_tables *t, uint64_t *table, int depth)
{
	for (unsigned i = 0; i < ENTRIES; i++) {
		uint64_t *below;

		if (!table[i])
			continue;
		/* pgd_bad(): exactly these, besides U. */
		if (depth == TABLEWALK_PGD)
			hide_bits(t, &table[i], depth, RW | AD, NX);
		else
			hide_bits(t, &table[i], depth, 0, NX);
		below = t->memory->pointer(t->memory->context,
					   table[i] & ADDRESS);
		if (depth == TABLEWALK_PGD && (table[i] & (P | PS)) == P &&
		    below)
			look_through(t, below, TABLEWALK_P4D);
	}
}

void linux_tables_enter(struct linux_tables *t)
{
	uint64_t *root = t->memory->pointer(t->memory->context, t->root);

	kernel_setup(t->levels, t->base);
	kernel_root(root);
	t->hidden_count = 0;
	look_through(t, root, t->levels == 5 ? TABLEWALK_PGD : TABLEWALK_P4D);
	linux_tables_hide(t);
}

void linux_tables_leave(struct linux_tables *t)
{
	linux_tables_show(t);
	t->hidden_count = 0;
}

void linux_tables_hide(struct linux_tables *t)
{
	for (unsigned i = 0; i < t->hidden_count; i++)
		if (*t->hidden[i].slot == t->hidden[i].is)
			*t->hidden[i].slot = t->hidden[i].seen;
}

/* An entry that Linux has changed meanwhile stays as Linux left it. */
void linux_tables_show(struct linux_tables *t)
{
	for (unsigned i = 0; i < t->hidden_count; i++)
		if (*t->hidden[i].slot == t->hidden[i].seen)
			*t->hidden[i].slot = t->hidden[i].is;
}

/* Of four levels pgd and p4d are the same entry. */
uint64_t linux_tables_true_word(const struct linux_tables *t, int depth,
				uint64_t word)
{
	for (unsigned i = 0; i < t->hidden_count; i++)
		if (t->hidden[i].seen == word &&
		    (t->hidden[i].depth == depth ||
		     (t->levels == 4 && depth == TABLEWALK_PGD)))
			return t->hidden[i].is;
	return word;
}
