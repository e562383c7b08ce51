/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory for a subject in a file, and a record of what the subject does to it and
 * reports.
 */
#ifndef TESTS_SUBJECT_PROCESS_STORE_H
#define TESTS_SUBJECT_PROCESS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tablewalk/subject.h>

#define STORE_WINDOWS 2
#define STORE_WINDOW_BYTES ((size_t)2 << 20)

/* What happened, with what numbers. */
struct event {
	const char *what;
	int depth;
	uint64_t number[4];
};

struct store {
	struct tablewalk_memory memory;
	uint8_t *map;			/* all windows, one behind the other */
	size_t used[STORE_WINDOWS];
	unsigned turn, live, refused;
	struct event *event;
	size_t events, capacity;
	size_t compared;		/* events that store_differs() found alike */
};

/* False without memory or a file. */
bool store_open(struct store *store);
void store_close(struct store *store);

/* All zeros, nothing given, no events. */
void store_reset(struct store *store);

void store_note(struct store *store, const char *what, int depth, uint64_t a,
		uint64_t b, uint64_t c, uint64_t d);

/* The first event or page in which they differ, as text; false where none does. */
bool store_differs(struct store *one, const struct store *other, char *text,
		   size_t bytes);

#endif
