/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The arena's pages: CASE_WINDOW_PAGES.
 *
 * Tables come from the subject's fragments (include/tablewalk/fragment.h), whose
 * pages come from here.  Nothing that the fragments say is believed: the arena
 * keeps a ledger of pages and of the places in each, and holds what it is given
 * and told against it.  A page is never given twice in a case, the places in it
 * are.
 */
#include "arena_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The page that holds the byte at pa, live or not; NULL if none ever did. */
static struct arena_page *page_at(const struct arena *arena, uint64_t pa,
				  unsigned *window)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct arena_window *w = &arena->window[i];
		uint32_t low = 0, high = w->pages;

		/* Between the first page behind pa, and the one before that. */
		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (w->page[mid].pa <= pa)
				low = mid + 1;
			else
				high = mid;
		}
		if (low && pa - w->page[low - 1].pa < w->page[low - 1].bytes) {
			*window = i;
			return &w->page[low - 1];
		}
	}
	return NULL;
}

/* A page at the end of a window's. */
static struct arena_page *new_page(struct arena *arena, uint64_t bytes,
				   unsigned *window)
{
	struct arena_window *w;
	uint64_t pa;

	if (!arena_extend(arena, bytes, window, &pa))
		return NULL;
	w = &arena->window[*window];
	if (w->pages == w->page_capacity) {
		uint32_t capacity = w->page_capacity ? w->page_capacity * 2 :
						       64;
		struct arena_page *page =
			realloc(w->page, capacity * sizeof(*page));

		if (!page)
			return NULL;
		w->page = page;
		w->page_capacity = capacity;
	}
	arena->live_pages++;
	w->page[w->pages] = (struct arena_page){
		.pa = pa, .bytes = bytes, .first = w->count, .live = true,
	};
	return &w->page[w->pages++];
}

/* Whoever looks at the page now finds the pattern. */
static void retire(struct arena *arena, unsigned window,
		   struct arena_page *page)
{
	uint8_t *host = arena_host(arena, window, page->pa);

	page->live = false;
	arena->live_pages--;
	arena_unpoison(host, page->bytes);
	memset(host, RELEASE_PATTERN, page->bytes);
	arena_poison(host, page->bytes);
}

static int page_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct arena *arena = context;
	unsigned window;
	const struct arena_page *page = new_page(arena, bytes, &window);

	if (!page)
		return -ENOMEM;
	*pa = page->pa;
	return 0;
}

static void page_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct arena *arena = context;
	unsigned window;
	struct arena_page *page = page_at(arena, pa, &window);

	if (!page || !page->live || page->pa != pa || page->bytes != bytes)
		arena_broken(arena, "a page is released that is none", pa,
			     bytes);
	else if (page->tables)
		arena_broken(arena, "a page is released with a table in it",
			     pa, bytes);
	else
		retire(arena, window, page);
}

void arena_pages_open(struct arena *arena, uint64_t page_bytes)
{
	arena->fragments = (struct pt_fragments){
		.memory = &arena->memory, .page_bytes = page_bytes,
		.context = arena, .page_alloc = page_alloc,
		.page_free = page_free,
	};
}

void arena_pages_close(struct arena *arena)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++)
		free(arena->window[i].page);
	free(arena->fragments.page);
}

void arena_pages_reset(struct arena *arena)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++)
		arena->window[i].pages = 0;
	if (arena->fragments.page)
		memset(arena->fragments.page, 0,
		       arena->fragments.pages * sizeof(*arena->fragments.page));
	arena->fragments.pages = 0;
	arena->live_pages = 0;
}

/*
 * Sees to it that the fragments have a record for one more page.  They search
 * all there are, so there are no more than were needed at once.
 */
static bool reserve_record(struct arena *arena)
{
	struct pt_fragments *f = &arena->fragments;
	unsigned wanted = arena->live_pages + 1;

	if (wanted <= f->pages)
		return true;
	if (wanted > arena->fragment_capacity) {
		struct pt_fragment_page *page =
			realloc(f->page, 2ul * wanted * sizeof(*page));

		if (!page)
			return false;
		f->page = page;
		arena->fragment_capacity = 2 * wanted;
	}
	memset(f->page + f->pages, 0,
	       (wanted - f->pages) * sizeof(*f->page));
	f->pages = wanted;
	return true;
}

/* What a place without a table has to hold; NULL: it does. */
static const char *place_changed(const struct arena *arena, unsigned window,
				 const struct arena_table *place)
{
	const uint8_t *host = arena_host(arena, window, place->pa);

	if (arena_all(host, place->bytes, place->fresh ? 0 : RELEASE_PATTERN))
		return NULL;
	return place->fresh ? "stored to before it was given" :
			      "stored to after its release";
}

/*
 * The free places of a page, before (open) and after one of them is perhaps given
 * again.  To clear it is right then, so they are looked at before and closed
 * after that.
 */
static void turn_places(struct arena *arena, unsigned window,
			const struct arena_page *page, bool open)
{
	const struct arena_window *w = &arena->window[window];

	for (uint32_t i = 0; i < page->count; i++) {
		const struct arena_table *place = &w->table[page->first + i];
		const char *what;

		if (place->live)
			continue;
		if (!open) {
			arena_poison(arena_host(arena, window, place->pa),
				     place->bytes);
			continue;
		}
		arena_unpoison(arena_host(arena, window, place->pa),
			       place->bytes);
		what = place_changed(arena, window, place);
		if (what)
			arena_broken(arena, what, place->pa, place->bytes);
	}
}

/* The same of all pages that a table of that length may come from. */
static void turn_pages(struct arena *arena, uint64_t bytes, bool open)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct arena_window *w = &arena->window[i];

		for (uint32_t p = 0; p < w->pages; p++) {
			const struct arena_page *page = &w->page[p];

			if (page->live && page->tables < page->count &&
			    w->table[page->first].bytes == bytes)
				turn_places(arena, i, page, open);
		}
	}
}

/* With its first table it is known how long all tables of a page are. */
static bool start_places(struct arena *arena, unsigned window,
			 struct arena_page *page, uint64_t bytes)
{
	struct arena_window *w = &arena->window[window];
	uint64_t step = arena->fragments.page_bytes / PT_FRAGMENTS_PER_PAGE;

	if (bytes > step)
		step = bytes;
	/* Tables ascend: that of a page that was passed over has no record. */
	if (page->first != w->count)
		return false;
	for (uint64_t at = 0; at + step <= page->bytes; at += step) {
		struct arena_table *place = arena_append(w, page->pa + at,
							 bytes);

		if (!place)
			return false;
		place->fresh = true;
		page->count++;
	}
	arena_poison(arena_host(arena, window, page->pa), page->bytes);
	return true;
}

/* The place that the fragments gave, if it is one; else a misuse. */
static struct arena_table *find_place(struct arena *arena, uint64_t pa,
				      uint64_t bytes, unsigned *window)
{
	struct arena_page *page = page_at(arena, pa, window);
	struct arena_table *place = NULL;

	if (!page || !page->live) {
		arena_broken(arena, "given outside every page", pa, bytes);
		return NULL;
	}
	if (page->count || start_places(arena, *window, page, bytes))
		place = arena_find(arena, pa, window);
	if (!place || place->bytes != bytes) {
		arena_broken(arena, "given at no place of its page", pa, bytes);
		return NULL;
	}
	if (place->live) {
		arena_broken(arena, "given where there is one", pa, bytes);
		return NULL;
	}
	arena_unpoison(arena_host(arena, *window, pa), bytes);
	if (!arena_all(arena_host(arena, *window, pa), bytes, 0))
		arena_broken(arena, "given with something in it", pa, bytes);
	page->tables++;
	return place;
}

/* Where the fragments gave nothing to go on with: a page of its own. */
static struct arena_table *give_own(struct arena *arena, uint64_t bytes,
				    unsigned *window)
{
	struct arena_page *page = new_page(arena, bytes, window);

	if (!page)
		return NULL;
	page->own = true;
	page->count = 1;
	page->tables = 1;
	return arena_append(&arena->window[*window], page->pa, bytes);
}

struct arena_table *arena_pages_give(struct arena *arena, uint64_t bytes,
				     unsigned *window)
{
	struct arena_table *table = NULL;
	uint64_t pa = 0;

	if (!reserve_record(arena))
		return NULL;
	turn_pages(arena, bytes, true);
	if (pt_fragment_alloc(&arena->fragments, bytes, &pa))
		arena_broken(arena, "not given although there is memory", pa,
			     bytes);
	else
		table = find_place(arena, pa, bytes, window);
	turn_pages(arena, bytes, false);
	if (!table)
		return give_own(arena, bytes, window);
	/* That was for the places that are free, and this one was. */
	arena_unpoison(arena_host(arena, *window, pa), bytes);
	memset(arena_host(arena, *window, pa), 0, bytes);
	if (arena->shadow[*window])
		memset(arena->shadow[*window] +
			       (pa - arena->memory.window[*window].pa),
		       0, bytes);
	return table;
}

void arena_pages_take(struct arena *arena, const struct arena_table *table)
{
	struct pt_fragments *f = &arena->fragments;
	unsigned window;
	struct arena_page *page = page_at(arena, table->pa, &window);
	uint8_t *host;

	/* Every table is a place of a page. */
	pt_check(page);
	host = arena_host(arena, window, table->pa);
	page->tables--;
	memset(host, RELEASE_PATTERN, table->bytes);
	if (page->own) {
		retire(arena, window, page);
		return;
	}
	if (pt_fragment_free(f, table->pa, table->bytes))
		arena_broken(arena, "released, and its page does not know it",
			     table->pa, table->bytes);
	else if (pt_fragment_free(f, table->pa, table->bytes) != -ENOENT)
		arena_broken(arena, "taken back a second time", table->pa,
			     table->bytes);
	if (page->live)
		arena_poison(host, table->bytes);
}

/* Whether a page that is gone still holds the pattern. */
static bool page_intact(const struct arena *arena, unsigned window,
			const struct arena_page *page)
{
	uint8_t *host = arena_host(arena, window, page->pa);
	bool intact;

	arena_unpoison(host, page->bytes);
	intact = arena_all(host, page->bytes, RELEASE_PATTERN);
	arena_poison(host, page->bytes);
	return intact;
}

void arena_pages_shrink(struct arena *arena, unsigned window, uint32_t pages)
{
	struct arena_window *w = &arena->window[window];

	for (uint32_t p = pages; p < w->pages; p++)
		if (!page_intact(arena, window, &w->page[p]))
			arena_broken(arena, "a page is stored to after its "
				     "release", w->page[p].pa, w->page[p].bytes);
	w->pages = pages;
}

void arena_pages_check(struct arena *arena)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct arena_window *w = &arena->window[i];

		for (uint32_t p = 0; p < w->pages; p++) {
			const struct arena_page *page = &w->page[p];

			if (page->live && !page->tables)
				arena_broken(arena, "a page is kept without a "
					     "table in it", page->pa,
					     page->bytes);
			if (!page->live && !page_intact(arena, i, page))
				arena_broken(arena, "a page is stored to after "
					     "its release", page->pa,
					     page->bytes);
			if (!page->live)
				continue;
			turn_places(arena, i, page, true);
			turn_places(arena, i, page, false);
		}
	}
}

/* A page as the fragments list it, against the arena's ledger. */
struct listing {
	const struct arena_table *place;	/* not listed yet */
	uint32_t left;
};

static int on_listed(void *context, uint64_t pa, uint64_t bytes)
{
	struct listing *l = context;

	while (l->left && !l->place->live) {
		l->place++;
		l->left--;
	}
	if (!l->left || l->place->pa != pa || l->place->bytes != bytes)
		return -ENOENT;
	l->place++;
	l->left--;
	return 0;
}

static bool report_page(const struct arena_page *page, const char *how,
			int64_t seen, struct finding *finding)
{
	*finding = (struct finding){ .check = CHECK_TABLE_OWNER,
				     .depth = PT_DEPTH_UNKNOWN };
	snprintf(finding->divergence, sizeof(finding->divergence), "count");
	snprintf(finding->expected, sizeof(finding->expected),
		 "the page at 0x%" PRIx64 " holds %" PRIu32 " tables", page->pa,
		 page->tables);
	if (seen < 0)
		snprintf(finding->seen, sizeof(finding->seen),
			 "others are listed");
	else
		snprintf(finding->seen, sizeof(finding->seen),
			 "%" PRId64 " are %s", seen, how);
	return false;
}

bool arena_check_fragments(struct arena *arena, struct finding *finding)
{
	const struct pt_fragments *f = &arena->fragments;

	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct arena_window *w = &arena->window[i];

		for (uint32_t p = 0; p < w->pages; p++) {
			const struct arena_page *page = &w->page[p];
			struct listing l = {
				.place = w->table + page->first,
				.left = page->count,
			};
			int64_t seen;

			if (!page->live || page->own)
				continue;
			seen = pt_fragment_count(f, page->pa);
			if (seen != page->tables)
				return report_page(page, "counted", seen,
						   finding);
			seen = pt_fragment_list(f, page->pa, on_listed, &l);
			if (seen != page->tables)
				return report_page(page, "listed", seen,
						   finding);
		}
	}
	return true;
}
