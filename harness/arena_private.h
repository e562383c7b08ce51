/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of the arena share.
 *
 * arena.c		windows, tables and their marks; each table new memory
 * arena_pages.c	CASE_WINDOW_PAGES: pages, and several tables in one
 * arena_roots.c	the subject's list of roots
 */
#ifndef HARNESS_ARENA_PRIVATE_H
#define HARNESS_ARENA_PRIVATE_H

#include "arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifndef ARENA_ASAN
#define ARENA_ASAN 0
#endif

#if ARENA_ASAN
#include <sanitizer/asan_interface.h>
#endif

#define RELEASE_PATTERN 0xdb

static inline void arena_poison(uint8_t *host, size_t bytes)
{
#if ARENA_ASAN
	ASAN_POISON_MEMORY_REGION(host, bytes);
#else
	(void)host;
	(void)bytes;
#endif
}

static inline void arena_unpoison(uint8_t *host, size_t bytes)
{
#if ARENA_ASAN
	ASAN_UNPOISON_MEMORY_REGION(host, bytes);
#else
	(void)host;
	(void)bytes;
#endif
}

/* Writes down the first misuse, of the table or page at pa. */
void arena_broken(struct arena *arena, const char *what, uint64_t pa,
		  uint64_t bytes);

/* Writes down the first thing that the subject said wrong of a table. */
void arena_mismarked(struct arena *arena, const char *what,
		     const struct pt_table_page *page);

/*
 * Memory that was never handed out, zeroed and aligned to its length, from the
 * window whose turn it is.  False, with a misuse, when that is full.
 */
bool arena_extend(struct arena *arena, uint64_t bytes, unsigned *window,
		  uint64_t *pa);

/* A table at the end of a window's, not live; NULL when memory runs out. */
struct arena_table *arena_append(struct arena_window *w, uint64_t pa,
				 uint64_t bytes);

/* The table, or place of one, that starts at pa; NULL: there is none. */
struct arena_table *arena_find(const struct arena *arena, uint64_t pa,
			       unsigned *window);

/* Whether those bytes are all the one. */
bool arena_all(const uint8_t *host, size_t bytes, uint8_t value);

/* The host address of a physical one of that window. */
static inline uint8_t *arena_host(const struct arena *arena, unsigned window,
				  uint64_t pa)
{
	const struct pt_window *mem = &arena->memory.window[window];

	return mem->host + (pa - mem->pa);
}

/* Prepares the fragments, once, and forgets all pages. */
void arena_pages_open(struct arena *arena, uint64_t page_bytes);
void arena_pages_close(struct arena *arena);
void arena_pages_reset(struct arena *arena);

/* Forgets all pages of that window but so many, the others being released. */
void arena_pages_shrink(struct arena *arena, unsigned window, uint32_t pages);

/* A table, zeroed but not live yet, from a page; NULL: the arena is full. */
struct arena_table *arena_pages_give(struct arena *arena, uint64_t bytes,
				     unsigned *window);

/* Takes it back; it is not live any more.  It may be the last of its page. */
void arena_pages_take(struct arena *arena, const struct arena_table *table);

/* The places of a table that are none hold what they held, pages one table. */
void arena_pages_check(struct arena *arena);

/* Forgets all roots; tells the list of a table; looks whether it is right. */
void arena_roots_reset(struct arena *arena, const struct pt_format *format);
void arena_roots_add(struct arena *arena, const struct pt_table_page *page);
void arena_roots_remove(struct arena *arena, const struct pt_table_page *page);
void arena_roots_check(struct arena *arena);

#endif
