/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of all top-level tables, linked both ways through the records.
 *
 * Source: include/tablewalk/top_list.h.
 */
#include <errno.h>

#include <tablewalk/check.h>
#include <tablewalk/top_list.h>

int pt_top_construct(struct pt_tops *tops, struct pt_top *top,
		     const struct pt_table_page *page)
{
	if (page->depth != tops->format->top)
		return 0;
	if (top->listed || pt_top_find(tops, page->pa))
		return -EEXIST;
	top->page = *page;
	top->listed = true;
	top->next = NULL;
	top->before = NULL;
	if (!tops->first) {
		tops->first = top;
		tops->last = top;
	} else if (MUT(TOP_NEWEST_FIRST, false, true)) {
		top->next = tops->first;
		tops->first->before = top;
		tops->first = top;
	} else {
		top->before = tops->last;
		tops->last->next = top;
		tops->last = top;
	}
	return 0;
}

void pt_top_destruct(struct pt_tops *tops, const struct pt_table_page *page)
{
	struct pt_top *top;

	if (page->depth != tops->format->top || MUT(TOP_KEPT, false, true))
		return;
	top = pt_top_find(tops, page->pa);
	if (!top || top->page.pa != page->pa)
		return;
	if (top->before)
		top->before->next = top->next;
	else
		tops->first = top->next;
	if (top->next)
		top->next->before = top->before;
	else
		tops->last = top->before;
	top->next = NULL;
	top->before = NULL;
	top->listed = false;
}

struct pt_top *pt_top_find(const struct pt_tops *tops, uint64_t pa)
{
	struct pt_top *top = tops->first;

	while (top && (pa < top->page.pa ||
		       pa - top->page.pa >= top->page.bytes))
		top = top->next;
	return top;
}

int pt_top_walk(const struct pt_tops *tops,
		int (*found)(void *context, struct pt_top *top), void *context)
{
	struct pt_top *top = tops->first;
	int count = 0;

	while (top) {
		/* Read first: top may be gone afterwards. */
		struct pt_top *next = top->next;
		int ret = found(context, top);

		if (ret)
			return ret;
		count++;
		top = next;
	}
	return count;
}
