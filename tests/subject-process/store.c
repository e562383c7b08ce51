/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "store.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* One of them beyond 32 bits, and in the reverse order of the file. */
static const struct tablewalk_window windows[STORE_WINDOWS] = {
	{ UINT64_C(0x10000000), STORE_WINDOW_BYTES, STORE_WINDOW_BYTES },
	{ UINT64_C(0x123400000000), STORE_WINDOW_BYTES, 0 },
};

void store_note(struct store *store, const char *what, int depth, uint64_t a,
		uint64_t b, uint64_t c, uint64_t d)
{
	if (store->events == store->capacity) {
		size_t capacity = store->capacity ? 2 * store->capacity : 4096;
		struct event *event = realloc(store->event,
					      capacity * sizeof(*event));

		if (!event) {
			fputs("out of memory\n", stderr);
			exit(2);
		}
		store->event = event;
		store->capacity = capacity;
	}
	store->event[store->events++] =
		(struct event){ what, depth, { a, b, c, d } };
}

static void *allocate(void *context, size_t size, size_t alignment,
		      uint64_t *pa)
{
	struct store *store = context;
	unsigned w = store->turn++ % STORE_WINDOWS;
	size_t align = alignment ? alignment : size;
	size_t at = (store->used[w] + align - 1) & ~(align - 1);

	store_note(store, "allocate", 0, size, alignment, 0, 0);
	if (size > STORE_WINDOW_BYTES || at > STORE_WINDOW_BYTES - size) {
		store->refused++;
		return NULL;
	}
	store->used[w] = at + size;
	store->live++;
	*pa = windows[w].pa + at;
	return store->map + windows[w].offset + at;
}

static void release(void *context, uint64_t pa, size_t size)
{
	struct store *store = context;

	store_note(store, "release", 0, pa, size, 0, 0);
	store->live--;
}

static void *pointer(void *context, uint64_t pa)
{
	const struct store *store = context;

	for (unsigned w = 0; w < STORE_WINDOWS; w++)
		if (pa - windows[w].pa < windows[w].bytes)
			return store->map + windows[w].offset +
			       (pa - windows[w].pa);
	return NULL;
}

static int address(void *context, const void *p, uint64_t *pa)
{
	const struct store *store = context;
	uintptr_t at = (uintptr_t)p - (uintptr_t)store->map;

	for (unsigned w = 0; w < STORE_WINDOWS; w++)
		if (at - windows[w].offset < windows[w].bytes) {
			*pa = windows[w].pa + (at - windows[w].offset);
			return 0;
		}
	return TABLEWALK_RANGE;
}

static void flush(void *context, uint64_t va, uint64_t last, int depth,
		  int tables)
{
	store_note(context, "flush", depth, va, last, (uint64_t)tables, 0);
}

bool store_open(struct store *store)
{
	char path[] = "/tmp/tablewalk-store.XXXXXX";
	size_t bytes = STORE_WINDOWS * STORE_WINDOW_BYTES;
	int fd = mkstemp(path);

	*store = (struct store){
		.memory = { .context = store, .allocate = allocate,
			    .release = release, .pointer = pointer,
			    .address = address, .flush = flush, .fd = fd },
	};
	if (fd < 0)
		return false;
	unlink(path);
	memcpy(store->memory.window, windows, sizeof(windows));
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (ftruncate(fd, (off_t)bytes) < 0)
		return false;
	store->map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  0);
	return store->map != MAP_FAILED;
}

void store_close(struct store *store)
{
	munmap(store->map, STORE_WINDOWS * STORE_WINDOW_BYTES);
	close(store->memory.fd);
	free(store->event);
}

void store_reset(struct store *store)
{
	for (unsigned w = 0; w < STORE_WINDOWS; w++) {
		memset(store->map + windows[w].offset, 0, store->used[w]);
		store->used[w] = 0;
	}
	store->turn = store->live = store->refused = 0;
	store->events = store->compared = 0;
}

static size_t print_event(char *text, size_t bytes, const struct store *store,
			  size_t number)
{
	const struct event *e = &store->event[number];
	int n = number >= store->events ?
		snprintf(text, bytes, "nothing") :
		snprintf(text, bytes, "%s %d %" PRIx64 " %" PRIx64 " %" PRIx64
			 " %" PRIx64, e->what, e->depth, e->number[0],
			 e->number[1], e->number[2], e->number[3]);

	return n < 0 ? 0 : (size_t)n < bytes ? (size_t)n : bytes - 1;
}

static bool same_event(const struct event *a, const struct event *b)
{
	return strcmp(a->what, b->what) == 0 && a->depth == b->depth &&
	       memcmp(a->number, b->number, sizeof(a->number)) == 0;
}

bool store_differs(struct store *one, const struct store *other, char *text,
		   size_t bytes)
{
	size_t most = one->events > other->events ? one->events : other->events;
	size_t n;

	for (size_t i = one->compared; i < most; i++) {
		if (i < one->events && i < other->events &&
		    same_event(&one->event[i], &other->event[i]))
			continue;
		n = print_event(text, bytes, one, i);
		n += (size_t)snprintf(text + n, bytes - n, "; other: ");
		if (n < bytes)
			print_event(text + n, bytes - n, other, i);
		return true;
	}
	one->compared = most;
	for (size_t i = 0; i < STORE_WINDOWS * STORE_WINDOW_BYTES; i += 4096)
		if (memcmp(one->map + i, other->map + i, 4096) != 0) {
			snprintf(text, bytes, "the page at %zx of the file", i);
			return true;
		}
	return false;
}
