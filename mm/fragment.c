/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fragments: a record per page, with a bit per table.
 *
 * The bits are all that is known, so count and list cannot disagree.  Records
 * are searched in order: there are few, and none moves while it has tables.
 *
 * Source: include/tablewalk/fragment.h.
 */
#include <errno.h>
#include <string.h>

#include <tablewalk/check.h>
#include <tablewalk/fragment.h>

/* Bytes of the page that tables of that length come from. */
static uint64_t page_length(const struct pt_fragments *f, uint64_t bytes)
{
	return bytes > f->page_bytes ? bytes : f->page_bytes;
}

/* Bytes from one place of such a page to the next. */
static uint64_t place_step(const struct pt_fragments *f, uint64_t bytes)
{
	uint64_t least = f->page_bytes / PT_FRAGMENTS_PER_PAGE;

	return bytes > least ? bytes : least;
}

static unsigned places(const struct pt_fragments *f, uint64_t bytes)
{
	return (unsigned)(page_length(f, bytes) / place_step(f, bytes));
}

static uint64_t place_bit(unsigned i)
{
	return UINT64_C(1) << i % 64;
}

static bool is_used(const struct pt_fragment_page *page, unsigned i)
{
	return page->used[i / 64] & place_bit(i);
}

static unsigned tables_in(const struct pt_fragment_page *page)
{
	unsigned n = 0;

	for (unsigned i = 0; i < PT_FRAGMENT_WORDS; i++)
		for (uint64_t left = page->used[i]; left; left &= left - 1)
			n++;
	return n;
}

/* The record of the page that holds the byte at pa, or NULL. */
static struct pt_fragment_page *page_of(const struct pt_fragments *f,
					uint64_t pa)
{
	for (unsigned i = 0; i < f->pages; i++) {
		struct pt_fragment_page *page = &f->page[i];

		if (page->bytes && pa >= page->pa &&
		    pa - page->pa < page_length(f, page->bytes))
			return page;
	}
	return NULL;
}

/* The lowest free place of a page, or the number of places. */
static unsigned free_place(const struct pt_fragments *f,
			   const struct pt_fragment_page *page)
{
	unsigned n = places(f, page->bytes), i = 0;

	while (i < n && is_used(page, i))
		i++;
	return i;
}

/* A page with one table, its first, in a record that is free. */
static int start_page(struct pt_fragments *f, struct pt_fragment_page *page,
		      uint64_t bytes, uint64_t *pa)
{
	uint64_t length = page_length(f, bytes);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = f->page_alloc(f->context, length, pa);
	if (ret)
		return ret;
	pt_check(!(*pa & (length - 1)));
	*page = (struct pt_fragment_page){
		.pa = *pa, .bytes = bytes, .used = { 1 },
	};
	return 0;
}

int pt_fragment_alloc(struct pt_fragments *f, uint64_t bytes, uint64_t *pa)
{
	struct pt_fragment_page *unused = NULL;

	if (!bytes || (bytes & (bytes - 1)))
		return -EINVAL;
	for (unsigned i = 0; i < f->pages; i++) {
		struct pt_fragment_page *page = &f->page[i];
		unsigned place;
		uint8_t *host;

		if (!page->bytes && !unused)
			unused = page;
		if (page->bytes != bytes)
			continue;
		place = free_place(f, page);
		if (place == places(f, bytes))
			continue;
		*pa = page->pa + place * place_step(f, bytes);
		host = pt_memory_at(f->memory, *pa, bytes);
		pt_check(host);
		if (MUT(FRAGMENT_NOT_CLEARED, true, false))
			memset(host, 0, bytes);
		page->used[place / 64] |= place_bit(place);
		return 0;
	}
	return start_page(f, unused, bytes, pa);
}

int pt_fragment_free(struct pt_fragments *f, uint64_t pa, uint64_t bytes)
{
	struct pt_fragment_page *page = page_of(f, pa);
	uint64_t page_pa, step;
	unsigned place;

	if (!page || page->bytes != bytes)
		return -ENOENT;
	page_pa = page->pa;
	step = place_step(f, bytes);
	place = (unsigned)((pa - page_pa) / step);
	if ((pa - page_pa) % step)
		return -ENOENT;
	if (!is_used(page, place))
		return MUT(FRAGMENT_FREED_TWICE, -ENOENT, 0);
	page->used[place / 64] &= ~place_bit(place);
	if (tables_in(page) > MUT(FRAGMENT_PAGE_EARLY, 0u, 1u) ||
	    MUT(FRAGMENT_PAGE_KEPT, false, true))
		return 0;
	*page = (struct pt_fragment_page){ .pa = 0 };
	f->page_free(f->context, page_pa, page_length(f, bytes));
	return 0;
}

unsigned pt_fragment_count(const struct pt_fragments *f, uint64_t pa)
{
	const struct pt_fragment_page *page = page_of(f, pa);

	return page ? tables_in(page) - MUT(FRAGMENT_COUNT_SHORT, 0u, 1u) : 0;
}

int pt_fragment_list(const struct pt_fragments *f, uint64_t pa,
		     int (*found)(void *context, uint64_t pa, uint64_t bytes),
		     void *context)
{
	const struct pt_fragment_page *page = page_of(f, pa);
	int count = 0;

	if (!page)
		return 0;
	for (unsigned i = 0; i < places(f, page->bytes); i++) {
		int ret;

		if (!is_used(page, i))
			continue;
		if (MUT(FRAGMENT_LIST_SHORT, false, count == 1))
			break;
		ret = found(context,
			    page->pa + i * place_step(f, page->bytes),
			    page->bytes);
		if (ret)
			return ret;
		count++;
	}
	return count;
}
