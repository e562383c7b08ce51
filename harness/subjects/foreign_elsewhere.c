/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables in a subject's own memory (TABLEWALK_TABLES_ELSEWHERE).
 *
 * The ranges that open() named are windows of a memory of the harness's, as sparse
 * as the tables in them.  What is reachable from the roots is copied there through
 * the subject's read(), each table before its entries are read, so that who follows
 * an entry finds what it leads to.  What is not reachable is not known: it cannot be
 * told from memory that never was a table.
 */
#define _GNU_SOURCE		/* MAP_ANONYMOUS, MAP_NORESERVE, madvise */
#include "foreign_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

/* Windows begin at the same place of a host page as they do in their memory. */
#define HOST_PAGE UINT64_C(4096)

void foreign_elsewhere_reset(struct foreign_run *f)
{
	struct foreign_elsewhere *e = &f->elsewhere;

	for (unsigned i = 0; i < PT_WINDOWS; i++)
		if (e->mapping[i])
			munmap(e->mapping[i], e->mapping_bytes[i]);
	memset(e->mapping, 0, sizeof(e->mapping));
	e->memory = (struct pt_memory){ 0 };
	e->windows = e->count = 0;
	e->fault[0] = '\0';
	e->divergence = NULL;
	e->fresh = false;
}

void foreign_elsewhere_close(struct foreign_run *f)
{
	foreign_elsewhere_reset(f);
	free(f->elsewhere.table);
	f->elsewhere.table = NULL;
	f->elsewhere.capacity = 0;
}

/* Notes the first thing that is wrong; false. */
static bool __attribute__((format(printf, 3, 4)))
fault(struct foreign_elsewhere *e, const char *divergence, const char *format,
      ...)
{
	va_list list;

	if (e->divergence)
		return false;
	e->divergence = divergence;
	va_start(list, format);
	vsnprintf(e->fault, sizeof(e->fault), format, list);
	va_end(list);
	return false;
}

static bool overlap(const struct pt_window *w, uint64_t pa, uint64_t bytes)
{
	return pa < w->pa + w->bytes && w->pa < pa + bytes;
}

/* Makes a window of a range that is one. */
static bool add_window(struct foreign_elsewhere *e, uint64_t pa, uint64_t bytes)
{
	const size_t slack = (size_t)(pa % HOST_PAGE);
	const size_t length = (size_t)bytes + slack;
	void *mapping = mmap(NULL, length, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			     0);

	if (mapping == MAP_FAILED)
		return fault(e, "elsewhere", "this host has no room for 0x%"
			     PRIx64 " bytes at 0x%" PRIx64, bytes, pa);
	/* One table in each huge page would cost as much as a full one. */
	madvise(mapping, length, MADV_NOHUGEPAGE);
	e->mapping[e->windows] = mapping;
	e->mapping_bytes[e->windows] = length;
	e->memory.window[e->windows++] = (struct pt_window){
		.pa = pa, .bytes = bytes, .host = (uint8_t *)mapping + slack,
	};
	return true;
}

bool foreign_elsewhere_open(struct foreign_run *f, unsigned space, uint64_t pa,
			    uint64_t bytes)
{
	struct foreign_elsewhere *e = &f->elsewhere;
	const uint64_t highest = pt_ones(f->format->pa_bits);

	if (!bytes)
		return fault(e, "elsewhere", "open of space %u does not say "
			     "where tables are", space);
	if (bytes > FOREIGN_ELSEWHERE_MAX)
		return fault(e, "elsewhere", "tables in 0x%" PRIx64 " bytes at "
			     "0x%" PRIx64 ": more than 2^36", bytes, pa);
	if (pa > highest || bytes - 1 > highest - pa)
		return fault(e, "elsewhere", "tables in 0x%" PRIx64 " bytes at "
			     "0x%" PRIx64 ", above the format's %u bits", bytes,
			     pa, f->format->pa_bits);
	for (unsigned i = 0; i < e->windows; i++) {
		const struct pt_window *w = &e->memory.window[i];

		if (w->pa == pa && w->bytes == bytes)
			return true;
		if (overlap(w, pa, bytes))
			return fault(e, "elsewhere", "tables in 0x%" PRIx64
				     " bytes at 0x%" PRIx64 ", which overlap "
				     "the 0x%" PRIx64 " at 0x%" PRIx64, bytes,
				     pa, w->bytes, w->pa);
	}
	return add_window(e, pa, bytes);
}

/* Room for one table more. */
static bool reserve(struct foreign_elsewhere *e)
{
	const size_t want = e->capacity ? 2 * e->capacity : 64;
	struct oracle_table *bigger;

	if (e->count < e->capacity)
		return true;
	bigger = realloc(e->table, want * sizeof(*bigger));
	if (!bigger)
		return fault(e, "elsewhere", "this host has no memory for a "
			     "list of %zu tables", want);
	e->table = bigger;
	e->capacity = want;
	return true;
}

/* Copies a table; its entries are read after that. */
static bool fetch(void *context, const struct oracle_reached *table)
{
	struct foreign_run *f = context;
	struct foreign_elsewhere *e = &f->elsewhere;
	uint8_t *host = pt_memory_at(&e->memory, table->pa, table->bytes);
	int ret;

	if (!host)
		return fault(e, "outside", "a %s table at 0x%" PRIx64 " for va "
			     "0x%" PRIx64 ", outside what open() named",
			     pt_depth_name(table->depth), table->pa,
			     table->first);
	if (!reserve(e))
		return false;
	ret = f->subject->read(f->state[table->space], table->pa, host,
			       (size_t)table->bytes);
	if (ret)
		return fault(e, "read", "read of the %s table at 0x%" PRIx64
			     " for va 0x%" PRIx64 " returned %d",
			     pt_depth_name(table->depth), table->pa,
			     table->first, ret);
	e->table[e->count++] = (struct oracle_table){ table->pa, table->bytes };
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct oracle_table *left = a, *right = b;

	if (left->pa != right->pa)
		return left->pa < right->pa ? -1 : 1;
	return left->bytes < right->bytes ? -1 : left->bytes > right->bytes;
}

/* Sorted, and each address once: that it was reached twice is the sweep's to say. */
static void sort_tables(struct foreign_elsewhere *e)
{
	unsigned kept = 0;

	if (e->count)
		qsort(e->table, e->count, sizeof(*e->table), by_address);
	for (unsigned i = 0; i < e->count; i++)
		if (!kept || e->table[kept - 1].pa != e->table[i].pa)
			e->table[kept++] = e->table[i];
	e->count = kept;
}

bool foreign_elsewhere_copy(struct foreign_run *f)
{
	struct foreign_elsewhere *e = &f->elsewhere;
	const struct pt_regime regime = {
		.root = { f->host->space[0].root, f->host->space[1].root },
		.control = f->control, .pa_bits = f->format->pa_bits,
	};

	if (!foreign_is_elsewhere(f) || e->fresh)
		return true;
	if (!f->arch->walks)
		return fault(e, "elsewhere", "%s has no model MMU to find "
			     "tables with", f->format->name);
	e->count = 0;
	oracle_each_table(f->oracle, &e->memory, &regime, fetch, f);
	sort_tables(e);
	e->fresh = !e->divergence;
	return e->fresh;
}

bool foreign_elsewhere_has(const struct foreign_run *f, uint64_t pa,
			   uint64_t bytes)
{
	const struct foreign_elsewhere *e = &f->elsewhere;
	unsigned low = 0, high = e->count;

	while (low < high) {
		const unsigned middle = low + (high - low) / 2;

		if (e->table[middle].pa <= pa)
			low = middle + 1;
		else
			high = middle;
	}
	return low && pa - e->table[low - 1].pa < e->table[low - 1].bytes &&
	       bytes <= e->table[low - 1].bytes - (pa - e->table[low - 1].pa);
}
