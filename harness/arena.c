/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The arena: see arena.h.
 *
 * Each window hands out its memory upward and never takes any back within a
 * case, so the tables of a window are sorted by address as they come, and a
 * stale pointer meets the release pattern instead of somebody else's table.
 * With CASE_WINDOW_PAGES so it is with pages (arena_pages.c).
 */
#define _GNU_SOURCE		/* MAP_ANONYMOUS, MAP_NORESERVE, memfd_create */

#include "arena_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../oracles/defect.h"

/* Windows in ascending physical address; RAM is looked up by its own index. */
enum { WINDOW_RAM, WINDOW_LOW, WINDOW_4G, WINDOW_TOP };

#define LOW_PA UINT64_C(0x10000000)
#define LOWEST_PA UINT64_C(0x4000000)	/* where tables must lie below LOW_PA */
#define FOUR_GIB (UINT64_C(1) << 32)

void arena_broken(struct arena *arena, const char *what, uint64_t pa,
		  uint64_t bytes)
{
	if (arena->broken[0])
		return;
	snprintf(arena->broken, sizeof(arena->broken),
		 "%s: pa 0x%llx, %llu bytes", what,
		 (unsigned long long)pa, (unsigned long long)bytes);
}

static void arena_event(struct arena *arena, enum trace_type type,
			uint64_t bytes)
{
	const struct trace_event event = {
		.type = (uint8_t)type, .pa = bytes, .count = 1,
	};

	if (arena->trace)
		trace_emit(arena->trace, &event);
}

/* The window that the next table comes from. */
static unsigned arena_choose(struct arena *arena)
{
	unsigned w = WINDOW_LOW;

	switch (arena->place) {
	case CASE_WINDOW_LOW:
		break;
	case CASE_WINDOW_4G:
		w = WINDOW_4G;
		break;
	case CASE_WINDOW_TOP:
		w = WINDOW_TOP;
		break;
	case CASE_WINDOW_MIXED:
	case CASE_WINDOW_PAGES:
		w = WINDOW_LOW + arena->turn++ % 3;
		break;
	case CASE_WINDOW_RAM:
		w = WINDOW_RAM;
		break;
	case CASE_WINDOWS:
		break;
	}
	return arena->memory.window[w].bytes ? w : WINDOW_LOW;
}

struct arena_table *arena_append(struct arena_window *w, uint64_t pa,
				 uint64_t bytes)
{
	if (w->count == w->capacity) {
		uint32_t capacity = w->capacity ? w->capacity * 2 : 256;
		struct arena_table *table =
			realloc(w->table, capacity * sizeof(*table));

		if (!table)
			return NULL;
		w->table = table;
		w->capacity = capacity;
	}
	w->table[w->count] = (struct arena_table){
		.pa = pa, .bytes = (uint32_t)bytes,
	};
	return &w->table[w->count++];
}

bool arena_extend(struct arena *arena, uint64_t bytes, unsigned *window,
		  uint64_t *pa)
{
	unsigned i = arena_choose(arena);
	const struct pt_window *mem = &arena->memory.window[i];
	struct arena_window *w = &arena->window[i];
	/* Window starts are aligned to more than any table is long. */
	uint64_t offset = (w->used + bytes - 1) & ~(bytes - 1);

	*window = i;
	*pa = mem->pa + offset;
	if (offset + bytes > mem->bytes) {
		arena_broken(arena, "the arena is full", *pa, bytes);
		return false;
	}
	w->used = offset + bytes;
	if (w->most < w->used)
		w->most = w->used;
	arena_unpoison(mem->host + offset, bytes);
	memset(mem->host + offset, 0, bytes);
	if (arena->shadow[i])
		memset(arena->shadow[i] + offset, 0, bytes);
	return true;
}

/* A table that is memory of its own. */
static struct arena_table *give_new(struct arena *arena, uint64_t bytes,
				    unsigned *window)
{
	uint64_t pa;

	if (!arena_extend(arena, bytes, window, &pa))
		return NULL;
	return arena_append(&arena->window[*window], pa, bytes);
}

static int arena_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct arena *arena = context;
	struct arena_table *table;
	unsigned window;

	if (arena->fail_in && --arena->fail_in == 0) {
		arena_event(arena, TRACE_NOMEM, bytes);
		return -ENOMEM;
	}
	table = arena->place == CASE_WINDOW_PAGES ?
			arena_pages_give(arena, bytes, &window) :
			give_new(arena, bytes, &window);
	if (!table)
		return -ENOMEM;
	table->live = true;
	table->fresh = false;
	table->mark = arena->unowned ? ARENA_UNOWNED : ARENA_UNMARKED;
	arena->given += bytes;
	*pa = table->pa;
	arena_event(arena, TRACE_ALLOC, bytes);
	return 0;
}

struct arena_table *arena_find(const struct arena *arena, uint64_t pa,
			       unsigned *window)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct arena_window *w = &arena->window[i];
		uint32_t low = 0, high = w->count;

		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (w->table[mid].pa < pa)
				low = mid + 1;
			else
				high = mid;
		}
		if (low < w->count && w->table[low].pa == pa) {
			*window = i;
			return &w->table[low];
		}
	}
	return NULL;
}

bool arena_all(const uint8_t *host, size_t bytes, uint8_t value)
{
	/* Each byte equals the one before it, and the first the value. */
	return ODEF(LEDGER_LATE_STORES, false, true) ||
	       (host[0] == value && !memcmp(host, host + 1, bytes - 1));
}

void arena_mismarked(struct arena *arena, const char *what,
		     const struct pt_table_page *page)
{
	if (arena->mismarked[0])
		return;
	snprintf(arena->mismarked, sizeof(arena->mismarked),
		 "%s: pa 0x%" PRIx64 ", %" PRIu32 " bytes, %s, space %u", what,
		 page->pa, page->bytes, pt_depth_name(page->depth),
		 page->space);
}

static void arena_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct arena *arena = context;
	unsigned window;
	struct arena_table *table = arena_find(arena, pa, &window);

	arena_event(arena, TRACE_FREE, bytes);
	if (arena->observe)
		arena->observe->gone(arena->observer, pa);
	if (!table || !table->live || table->bytes != bytes) {
		if (ODEF(LEDGER_RELEASES, true, false))
			arena_broken(arena, "released but not live", pa, bytes);
		return;
	}
	table->live = ODEF(LEDGER_FORGETS_RELEASE, false, true);
	if (table->mark == ARENA_UNMARKED || table->mark == ARENA_CONSTRUCTED) {
		const struct pt_table_page page = {
			.pa = pa, .bytes = (uint32_t)bytes,
			.depth = table->depth, .space = table->space,
		};

		arena_mismarked(arena, table->mark == ARENA_UNMARKED ?
				"released but never constructed" :
				"released but not destructed", &page);
	}
	if (arena->place == CASE_WINDOW_PAGES) {
		arena_pages_take(arena, table);
		return;
	}

	uint8_t *host = arena_host(arena, window, pa);

	memset(host, RELEASE_PATTERN, bytes);
	arena_poison(host, bytes);
}

static int arena_construct(void *context, const struct pt_table_page *page)
{
	struct arena *arena = context;
	unsigned window;
	struct arena_table *table = arena_find(arena, page->pa, &window);

	if (!table || !table->live || table->bytes != page->bytes) {
		arena_mismarked(arena, "constructed but not live", page);
		return 0;
	}
	if (table->mark != ARENA_UNMARKED)
		arena_mismarked(arena, table->mark == ARENA_UNOWNED ?
				"constructed, but of no space" :
				"constructed twice", page);
	table->mark = ARENA_CONSTRUCTED;
	table->space = page->space;
	table->depth = page->depth;
	if (arena->ctor_fail_in && --arena->ctor_fail_in == 0) {
		table->mark = ARENA_REFUSED;
		return -ENOMEM;
	}
	arena_roots_add(arena, page);
	return 0;
}

static void arena_destruct(void *context, const struct pt_table_page *page)
{
	struct arena *arena = context;
	unsigned window;
	struct arena_table *table = arena_find(arena, page->pa, &window);

	if (arena->observe)
		arena->observe->gone(arena->observer, page->pa);
	if (!table || !table->live || table->mark != ARENA_CONSTRUCTED)
		arena_mismarked(arena, "destructed but not constructed", page);
	else if (table->bytes != page->bytes || table->space != page->space ||
		 table->depth != page->depth)
		arena_mismarked(arena, "destructed as another's", page);
	else
		table->mark = ARENA_DESTRUCTED;
	arena_roots_remove(arena, page);
}

/* Memory as the copy has it that only observed stores reach. */
static struct pt_memory shadow_memory(const struct arena *arena)
{
	struct pt_memory memory = arena->memory;

	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		memory.window[i].host = arena->shadow[i];
		if (!arena->shadow[i])
			memory.window[i].bytes = 0;
	}
	return memory;
}

static void arena_store(void *context, uint64_t pa, unsigned bytes,
			uint64_t before, uint64_t after)
{
	struct arena *arena = context;

	(void)before;
	(void)after;
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct pt_window *w = &arena->memory.window[i];
		uint64_t offset = pa - w->pa;

		if (offset >= w->bytes || !arena->shadow[i])
			continue;
		if (arena->observe) {
			struct pt_memory memory = shadow_memory(arena);

			arena->observe->store(arena->observer, pa, bytes,
					      &memory);
		}
		/* The observer was told of this word; take it as it now is. */
		memcpy(arena->shadow[i] + offset, w->host + offset, bytes);
		return;
	}
	arena_broken(arena, "store outside every window", pa, bytes);
}

static void arena_flush(void *context, const struct pt_flush *flush)
{
	struct arena *arena = context;

	if (arena->observe)
		arena->observe->flush(arena->observer, flush);
}

/*
 * Where physical address 0 may be in this process.  Above what the sanitizers of
 * x86-64 keep for themselves, and with 44 bits behind it still in the lower half.
 */
#define STRAIGHT_BASE (UINT64_C(1) << 45)
#define STRAIGHT_BITS 44u
#define STRAIGHT_TRIES 8u

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000	/* Linux, asm-generic/mman-common.h */
#endif

/* All windows at base plus their physical addresses, or none. */
static bool map_straight(const struct pt_window *window, uint64_t base)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		void *want = (void *)(uintptr_t)(base + window[i].pa);
		void *got;

		if (!window[i].bytes)
			continue;
		got = mmap(want, window[i].bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				   MAP_FIXED_NOREPLACE, -1, 0);
		if (got == want)
			continue;
		if (got != MAP_FAILED)
			munmap(got, window[i].bytes);
		while (i--)
			if (window[i].bytes)
				munmap((void *)(uintptr_t)(base + window[i].pa),
				       window[i].bytes);
		return false;
	}
	return true;
}

/*
 * Code that finds a table by adding a number to its address, as kernels do, can
 * only work where that number is the same for all windows.  So it is where there
 * is room: not with long physical addresses, nor for the ninth arena.
 */
static void arena_straighten(struct arena *arena, unsigned pa_bits)
{
	struct pt_window *window = arena->memory.window;
	uint64_t base = STRAIGHT_BASE;
	/* All tries lie below twice the base. */
	unsigned tries = STRAIGHT_TRIES;

	if (pa_bits > STRAIGHT_BITS || sizeof(void *) < 8)
		return;
	if (pa_bits > 42)
		tries = 1u << (STRAIGHT_BITS + 1 - pa_bits);
	while (!map_straight(window, base)) {
		if (!--tries)
			return;
		base += UINT64_C(1) << pa_bits;
	}
	munmap(arena->mapping, arena->mapping_bytes);
	arena->mapping = NULL;
	for (unsigned i = 0; i < PT_WINDOWS; i++)
		if (window[i].bytes)
			window[i].host = (uint8_t *)(uintptr_t)(base +
								window[i].pa);
}

int arena_open(struct arena *arena, const struct pt_format *format, uint8_t *ram)
{
	const unsigned table_bits = format->table_pa_bits ?
					    format->table_pa_bits :
					    format->pa_bits;
	const size_t simulated = 3 * (size_t)ARENA_WINDOW_BYTES;
	const size_t bytes = simulated + (size_t)MACHINE_TABLES_BYTES;
	void *mapping = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mapping == MAP_FAILED)
		return -ENOMEM;
	*arena = (struct arena){ .mapping = mapping, .mapping_bytes = bytes,
				 .shared = -1, .has_ram = ram };

	uint8_t *host = mapping;
	struct pt_window *window = arena->memory.window;

	window[WINDOW_LOW] = (struct pt_window){
		.pa = LOW_PA >> table_bits ? LOWEST_PA : LOW_PA,
		.bytes = ARENA_WINDOW_BYTES, .host = host,
	};
	if (table_bits > 33) {
		window[WINDOW_4G] = (struct pt_window){
			.pa = FOUR_GIB - ARENA_WINDOW_BYTES / 2,
			.bytes = ARENA_WINDOW_BYTES,
			.host = host + ARENA_WINDOW_BYTES,
		};
		window[WINDOW_TOP] = (struct pt_window){
			.pa = pt_ones(table_bits) - ARENA_WINDOW_BYTES + 1,
			.bytes = ARENA_WINDOW_BYTES,
			.host = host + 2 * ARENA_WINDOW_BYTES,
		};
	}
	window[WINDOW_RAM] = (struct pt_window){
		.pa = format->ram_base + MACHINE_TABLES_OFFSET,
		.bytes = MACHINE_TABLES_BYTES,
		.host = ram ? ram : host + simulated,
	};
	arena->env = (struct pt_env){
		.memory = &arena->memory, .context = arena,
		.alloc = arena_alloc, .free = arena_free,
		.construct = arena_construct, .destruct = arena_destruct,
	};
	if (!ram)
		arena_straighten(arena, table_bits);
	arena_pages_open(arena, UINT64_C(1) << format->page_shift);
	arena_roots_reset(arena, format);
	return 0;
}

/* Each window at its place in the file, where it is in this process already. */
static int share_windows(struct arena *arena)
{
	off_t offset = 0;

	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct pt_window *w = &arena->memory.window[i];

		if (!w->bytes)
			continue;
		if (ftruncate(arena->shared, offset + (off_t)w->bytes) ||
		    mmap(w->host, w->bytes, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, arena->shared, offset) ==
			    MAP_FAILED)
			return -errno;
		arena->shared_at[i] = (uint64_t)offset;
		offset += (off_t)w->bytes;
	}
	return 0;
}

int arena_share(struct arena *arena)
{
	int error;

	if (arena->shared >= 0)
		return arena->shared;
	if (arena->has_ram)
		return -EOPNOTSUPP;
	arena->shared = memfd_create("tablewalk", MFD_CLOEXEC);
	if (arena->shared < 0)
		return -errno;
	error = share_windows(arena);
	if (!error)
		return arena->shared;
	close(arena->shared);
	arena->shared = -1;
	return error;
}

void arena_close(struct arena *arena)
{
	arena_reset(arena, CASE_WINDOW_LOW);
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		free(arena->window[i].table);
		if (arena->shadow[i])
			munmap(arena->shadow[i], ARENA_WINDOW_BYTES);
	}
	arena_pages_close(arena);
	free(arena->live);
	if (arena->mapping)
		munmap(arena->mapping, arena->mapping_bytes);
	for (unsigned i = 0; !arena->mapping && i < PT_WINDOWS; i++)
		if (arena->memory.window[i].bytes)
			munmap(arena->memory.window[i].host,
			       arena->memory.window[i].bytes);
	if (arena->shared >= 0)
		close(arena->shared);
	*arena = (struct arena){ 0 };
}

void arena_reset(struct arena *arena, enum case_window place)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		struct arena_window *w = &arena->window[i];

		arena_unpoison(arena->memory.window[i].host, w->used);
		w->count = 0;
		w->used = 0;
	}
	arena_pages_reset(arena);
	arena_roots_reset(arena, arena->roots.tops.format);
	arena->place = place;
	arena->turn = 0;
	arena->given = 0;
	arena->fail_in = 0;
	arena->ctor_fail_in = 0;
	arena->unowned = false;
	arena->trace = NULL;
	arena->broken[0] = '\0';
	arena->mismarked[0] = '\0';
}

int arena_watch(struct arena *arena, bool on)
{
	arena->env.store = on ? arena_store : NULL;
	arena->env.flush = on ? arena_flush : NULL;
	for (unsigned i = 0; on && i < PT_WINDOWS; i++) {
		if (arena->shadow[i] || !arena->memory.window[i].bytes)
			continue;
		void *copy = mmap(NULL, ARENA_WINDOW_BYTES,
				  PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				  -1, 0);
		if (copy == MAP_FAILED)
			return -ENOMEM;
		arena->shadow[i] = copy;
	}
	return 0;
}

uint64_t arena_handed_out(const struct arena *arena)
{
	return arena->given;
}

const struct oracle_table *arena_live(struct arena *arena, unsigned *count)
{
	size_t total = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < PT_WINDOWS; i++)
		total += arena->window[i].count;
	if (total > arena->live_capacity) {
		struct oracle_table *live =
			realloc(arena->live, 2 * total * sizeof(*live));

		pt_check(live != NULL);
		arena->live = live;
		arena->live_capacity = 2 * total;
	}

	/* Window order is not address order where RAM begins above the low one. */
	bool done[PT_WINDOWS] = { false };

	for (unsigned round = 0; round < PT_WINDOWS; round++) {
		unsigned least = PT_WINDOWS;

		for (unsigned i = 0; i < PT_WINDOWS; i++)
			if (!done[i] && (least == PT_WINDOWS ||
					 arena->memory.window[i].pa <
					 arena->memory.window[least].pa))
				least = i;
		done[least] = true;
		for (uint32_t t = 0; t < arena->window[least].count; t++) {
			const struct arena_table *table =
				&arena->window[least].table[t];

			if (table->live)
				arena->live[n++] = (struct oracle_table){
					.pa = table->pa, .bytes = table->bytes,
				};
		}
	}
	*count = n;
	return arena->live;
}

/* Whether the words of one table are what its stores (or release) left. */
static bool table_intact(const struct arena *arena, unsigned window,
			 const struct arena_table *table, const char **what)
{
	uint8_t *host = arena_host(arena, window, table->pa);

	if (!table->live) {
		arena_unpoison(host, table->bytes);
		bool intact = arena_all(host, table->bytes, RELEASE_PATTERN);

		arena_poison(host, table->bytes);
		*what = "stored to after its release";
		return intact;
	}
	if (!arena->env.store || !arena->shadow[window])
		return true;

	uint64_t offset = table->pa - arena->memory.window[window].pa;

	*what = "changed by a store that bypassed the observer";
	return ODEF(LEDGER_BYPASSED, false, true) ||
	       memcmp(host, arena->shadow[window] + offset, table->bytes) == 0;
}

void arena_extent(const struct arena *arena, struct arena_extent *extent)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		extent->used[i] = arena->window[i].used;
		extent->tables[i] = arena->window[i].count;
		extent->pages[i] = arena->window[i].pages;
	}
}

/* Whether nothing that was handed out since then is live. */
static bool all_released(const struct arena *arena,
			 const struct arena_extent *extent)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct arena_window *w = &arena->window[i];

		for (uint32_t t = extent->tables[i]; t < w->count; t++)
			if (w->table[t].live)
				return false;
		for (uint32_t p = extent->pages[i]; p < w->pages; p++)
			if (w->page[p].live)
				return false;
	}
	return true;
}

void arena_shrink(struct arena *arena, const struct arena_extent *extent)
{
	const char *what;

	if (!all_released(arena, extent))
		return;
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		struct arena_window *w = &arena->window[i];
		const uint64_t used = extent->used[i];

		for (uint32_t t = extent->tables[i]; t < w->count; t++)
			if (!w->pages && !table_intact(arena, i, &w->table[t],
						       &what))
				arena_broken(arena, what, w->table[t].pa,
					     w->table[t].bytes);
		arena_pages_shrink(arena, i, extent->pages[i]);
		/* A window that the format has not is nowhere. */
		if (w->used > used)
			arena_unpoison(arena->memory.window[i].host + used,
				       w->used - used);
		w->used = used;
		w->count = extent->tables[i];
	}
}

bool arena_table_page(const struct arena *arena, uint64_t pa,
		      struct pt_table_page *page)
{
	unsigned window;
	const struct arena_table *table = arena_find(arena, pa, &window);

	if (!table || !table->live || table->mark != ARENA_CONSTRUCTED)
		return false;
	*page = (struct pt_table_page){
		.pa = pa, .bytes = table->bytes, .depth = table->depth,
		.space = table->space,
	};
	return true;
}

void arena_said(struct arena *arena, const struct pt_table_page *page)
{
	struct pt_table_page known;

	if (!arena_table_page(arena, page->pa, &known) ||
	    known.bytes != page->bytes || known.depth != page->depth ||
	    known.space != page->space)
		arena_mismarked(arena, "said of a table that is not so", page);
}

uint64_t arena_unused(const struct arena *arena, uint64_t bytes)
{
	const struct pt_window *mem = &arena->memory.window[WINDOW_LOW];

	pt_check(arena->window[WINDOW_LOW].used <= mem->bytes - bytes);
	return mem->pa + mem->bytes - bytes;
}

static bool report_mark(struct finding *finding, const char *expected,
			const char *seen)
{
	*finding = (struct finding){ .check = CHECK_TABLE_OWNER,
				     .depth = PT_DEPTH_UNKNOWN };
	snprintf(finding->divergence, sizeof(finding->divergence), "mark");
	snprintf(finding->expected, sizeof(finding->expected), "%s", expected);
	snprintf(finding->seen, sizeof(finding->seen), "%s", seen);
	return false;
}

bool arena_check_owner(struct arena *arena, uint64_t pa, unsigned space,
		       unsigned depth, struct finding *finding)
{
	unsigned window;
	const struct arena_table *table = arena_find(arena, pa, &window);
	char expected[96], seen[96];

	if (table && table->mark == ARENA_CONSTRUCTED &&
	    ((table->space == space && table->depth == depth) ||
	     ODEF(LEDGER_OWNERS, false, true)))
		return true;
	snprintf(expected, sizeof(expected),
		 "the table at 0x%" PRIx64 " is marked %s of space %u", pa,
		 pt_depth_name((int)depth), space);
	if (table && table->mark == ARENA_CONSTRUCTED)
		snprintf(seen, sizeof(seen), "marked %s of space %u",
			 pt_depth_name(table->depth), table->space);
	else
		snprintf(seen, sizeof(seen), "not marked");
	report_mark(finding, expected, seen);
	/* The subject said so of a table that hardware reaches otherwise. */
	snprintf(finding->divergence, sizeof(finding->divergence), "reached");
	return false;
}

bool arena_check_marks(struct arena *arena, struct finding *finding)
{
	arena_roots_check(arena);
	for (unsigned i = 0; i < PT_WINDOWS && !arena->mismarked[0]; i++) {
		for (uint32_t t = 0; t < arena->window[i].count; t++) {
			const struct arena_table *table =
				&arena->window[i].table[t];
			const struct pt_table_page page = {
				.pa = table->pa, .bytes = table->bytes,
			};

			if (table->live && table->mark != ARENA_CONSTRUCTED)
				arena_mismarked(arena,
						"live but not constructed",
						&page);
		}
	}
	return !arena->mismarked[0] || ODEF(LEDGER_MARKS, false, true) ||
	       report_mark(finding, "every table is constructed once after it "
			   "was allocated and destructed once before it goes",
			   arena->mismarked);
}

bool arena_check(struct arena *arena, struct finding *finding)
{
	enum check_id check = CHECK_ARENA;

	arena_pages_check(arena);
	for (unsigned i = 0; i < PT_WINDOWS && !arena->broken[0]; i++) {
		for (uint32_t t = 0; t < arena->window[i].count; t++) {
			const struct arena_table *table =
				&arena->window[i].table[t];
			const char *what;

			/* A place without a table is its page's. */
			if (!table->live && arena->window[i].pages)
				continue;
			if (table_intact(arena, i, table, &what))
				continue;
			arena_broken(arena, what, table->pa, table->bytes);
			if (table->live)
				check = CHECK_STORE;
			break;
		}
	}
	if (!arena->broken[0])
		return true;
	*finding = (struct finding){ .check = check,
				     .depth = PT_DEPTH_UNKNOWN };
	snprintf(finding->divergence, sizeof(finding->divergence), "leak");
	snprintf(finding->expected, sizeof(finding->expected),
		 "every table is given once and zeroed, released once, and "
		 "not stored to afterwards");
	snprintf(finding->seen, sizeof(finding->seen), "%s", arena->broken);
	return false;
}
