/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The arena and the subject's list of roots (include/tablewalk/top_list.h): the
 * list is told of all tables that are constructed and destructed, and has to
 * know of each root, the oldest first.
 */
#include "arena_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void arena_roots_reset(struct arena *arena, const struct pt_format *format)
{
	struct arena_roots *roots = &arena->roots;

	*roots = (struct arena_roots){ .tops = { .format = format } };
}

/* A record that is not in the list; the last one where all are. */
static struct pt_top *free_record(struct arena_roots *roots)
{
	unsigned i = 0;

	while (i + 1 < ARENA_ROOTS && roots->record[i].listed)
		i++;
	return &roots->record[i];
}

void arena_roots_add(struct arena *arena, const struct pt_table_page *page)
{
	struct arena_roots *roots = &arena->roots;
	int ret = pt_top_construct(&roots->tops, free_record(roots), page);

	if (ret)
		arena_mismarked(arena, "the list of roots refuses it", page);
	if (page->depth == roots->tops.format->top &&
	    roots->count < ARENA_ROOTS)
		roots->root[roots->count++] = *page;
}

void arena_roots_remove(struct arena *arena, const struct pt_table_page *page)
{
	struct arena_roots *roots = &arena->roots;

	pt_top_destruct(&roots->tops, page);
	for (unsigned i = 0; i < roots->count; i++) {
		if (roots->root[i].pa != page->pa)
			continue;
		roots->count--;
		memmove(&roots->root[i], &roots->root[i + 1],
			(roots->count - i) * sizeof(roots->root[0]));
		return;
	}
}

static bool is_page(const struct pt_table_page *a, const struct pt_table_page *b)
{
	return a->pa == b->pa && a->bytes == b->bytes && a->depth == b->depth &&
	       a->space == b->space;
}

/* The roots that were not listed yet. */
struct listing {
	const struct pt_table_page *next;
	unsigned left;
};

static int on_root(void *context, struct pt_top *top)
{
	struct listing *l = context;

	if (!l->left || !is_page(&top->page, l->next))
		return -1;
	l->next++;
	l->left--;
	return 0;
}

void arena_roots_check(struct arena *arena)
{
	const struct arena_roots *roots = &arena->roots;
	struct listing l = { roots->root, roots->count };

	for (unsigned i = 0; i < roots->count; i++) {
		const struct pt_table_page *root = &roots->root[i];
		const struct pt_top *top =
			pt_top_find(&roots->tops, root->pa + root->bytes - 1);

		if (!top || !is_page(&top->page, root))
			arena_mismarked(arena, "not found among the roots",
					root);
	}
	if (pt_top_walk(&roots->tops, on_root, &l) != (int)roots->count)
		arena_mismarked(arena, "not listed in its place among the roots",
				l.left ? l.next : &roots->root[0]);
}
