/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The VMAs of one address space: a sorted array (see vma.h).
 */
#include "vma.h"

#include <stdlib.h>
#include <string.h>

void vma_destroy(struct vma_list *list)
{
	free(list->vma);
	*list = (struct vma_list){ 0 };
}

size_t vma_seek(const struct vma_list *list, uint64_t va)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->vma[middle].last < va)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct vma *vma_at(const struct vma_list *list, uint64_t va)
{
	size_t i = vma_seek(list, va);

	if (i == list->count || list->vma[i].start > va)
		return NULL;
	return &list->vma[i];
}

/* Makes room for what one vma_put() adds: a VMA, and one cut in two. */
static bool make_room(struct vma_list *list)
{
	size_t want = list->capacity ? 2 * list->capacity : 64;
	struct vma *bigger;

	if (list->count + 2 <= list->capacity)
		return true;
	bigger = realloc(list->vma, want * sizeof(*bigger));
	if (!bigger)
		return false;
	list->vma = bigger;
	list->capacity = want;
	return true;
}

/* Makes those from..to-1 count others, whose values the caller sets. */
static void replace(struct vma_list *list, size_t from, size_t to, size_t count)
{
	memmove(&list->vma[from + count], &list->vma[to],
		(list->count - to) * sizeof(*list->vma));
	list->count = list->count - (to - from) + count;
}

bool vma_put(struct vma_list *list, const struct vma *new, unsigned page_shift)
{
	size_t from = vma_seek(list, new->start), to, count = 0;
	struct vma part[3];

	if (!make_room(list))
		return false;
	/* What is left of the first one before the range ... */
	if (from < list->count && list->vma[from].start < new->start) {
		part[count] = list->vma[from];
		part[count++].last = new->start - 1;
	}
	if (new->kind.type != OP_VMA_NONE)
		part[count++] = *new;
	for (to = from; to < list->count; to++)
		if (list->vma[to].start > new->last)
			break;
	/* ... and of the last one behind it. */
	if (to > from && list->vma[to - 1].last > new->last) {
		struct vma *behind = &part[count++];

		*behind = list->vma[to - 1];
		behind->page_offset += (new->last + 1 - behind->start) >>
				       page_shift;
		behind->start = new->last + 1;
	}
	replace(list, from, to, count);
	for (size_t i = 0; i < count; i++)
		list->vma[from + i] = part[i];
	return true;
}
