/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The arena: simulated physical memory that tables come from.
 *
 * It reports every allocation, refusal and release to the trace itself, so
 * that nothing the subject says about its tables has to be believed.  Memory
 * is never reused within a case: a released table is filled with a pattern
 * (and poisoned under ASan), and any later store to it is found at the end.
 *
 * With CASE_WINDOW_PAGES tables come from the subject's fragments (fragment.h),
 * and only their pages from the arena.  Then the place of a released table may be
 * given again, and a store to it is found when it is, or at the end; a page is not.
 */
#ifndef HARNESS_ARENA_H
#define HARNESS_ARENA_H

#include <tablewalk/check.h>
#include <tablewalk/format.h>
#include <tablewalk/fragment.h>
#include <tablewalk/table_ops.h>
#include <tablewalk/top_list.h>
#include <tablewalk/trace.h>

#include "../oracles/oracle.h"
#include "case.h"

/* Bytes of each simulated window; what a case leaves in one does not fill it. */
#define ARENA_WINDOW_BYTES (UINT64_C(16) << 20)

/*
 * The RAM of the reference machine, from pt_format.ram_base: the guest's own
 * 4 MiB, then tables, then data pages; the last 2 MiB of 64 are the emulator's.
 * guest.h gives the same ranges; the guest comparison checks that they agree.
 */
#define MACHINE_TABLES_OFFSET (UINT64_C(4) << 20)
#define MACHINE_TABLES_BYTES (UINT64_C(12) << 20)
#define MACHINE_DATA_OFFSET (UINT64_C(16) << 20)
#define MACHINE_DATA_BYTES (UINT64_C(46) << 20)

/* Where the data of a case in the machine's RAM may lie. */
static inline struct case_place machine_place(const struct pt_format *format)
{
	return (struct case_place){
		.format = format,
		.ram_pa = format->ram_base + MACHINE_DATA_OFFSET,
		.ram_bytes = MACHINE_DATA_BYTES,
	};
}

/* What the subject has said of a table, by its constructor and destructor. */
enum arena_mark {
	ARENA_UNMARKED,
	ARENA_REFUSED,			/* its constructor was made to fail */
	ARENA_CONSTRUCTED,
	ARENA_DESTRUCTED,
	ARENA_UNOWNED,			/* of no space: none of them is called */
};

struct arena_table {
	uint64_t pa;
	uint32_t bytes;
	bool live;
	bool fresh;			/* a place in a page: never was a table */
	uint8_t mark;			/* enum arena_mark */
	uint8_t space, depth;		/* of what was constructed */
};

/*
 * A page of CASE_WINDOW_PAGES.  Its places are known as soon as there is a table
 * in it, and are all of that length.
 */
struct arena_page {
	uint64_t pa, bytes;
	uint32_t first, count;		/* its places among the window's tables */
	uint32_t tables;		/* live ones */
	bool live;
	bool own;			/* not of the fragments: arena_pages.c */
};

/*
 * The tables of one window, in the order they were given: ascending pa.  With
 * CASE_WINDOW_PAGES they are places of pages, which ascend too.
 */
struct arena_window {
	struct arena_table *table;
	uint32_t count, capacity;
	struct arena_page *page;
	uint32_t pages, page_capacity;
	uint64_t used;			/* bytes handed out from the window's start */
	uint64_t most;			/* the most that it ever was */
};

/* As many as there are at a time: those of the spaces, and of a copy of one. */
#define ARENA_ROOTS (PT_SPACES + 1)

/* The subject's list of roots, and the roots that it has to hold, in order. */
struct arena_roots {
	struct pt_tops tops;
	struct pt_top record[ARENA_ROOTS];
	struct pt_table_page root[ARENA_ROOTS];
	unsigned count;
};

/* Only while watching (arena_watch()). */
struct arena_observer {
	/* After a store; before is memory as it was without it. */
	void (*store)(void *observer, uint64_t pa, unsigned bytes,
		      const struct pt_memory *before);
	void (*flush)(void *observer, const struct pt_flush *flush);
	/* Before a table is destructed. */
	void (*gone)(void *observer, uint64_t pa);
};

struct arena {
	struct pt_memory memory;
	struct arena_window window[PT_WINDOWS];
	struct pt_env env;		/* what the subject is given */
	enum case_window place;
	unsigned turn;			/* next window for CASE_WINDOW_MIXED */
	uint64_t given;			/* bytes of all tables so far */
	struct pt_fragments fragments;	/* the subject's, of CASE_WINDOW_PAGES */
	unsigned fragment_capacity;	/* records there is memory for */
	unsigned live_pages;
	struct arena_roots roots;
	unsigned fail_in;		/* refuse the allocation that makes it 0 */
	unsigned ctor_fail_in;		/* and the construction that does so here */
	bool unowned;			/* what is given now is of no space */
	struct trace *trace;		/* where events go; NULL: nowhere */
	/* Who looks on while an operation runs; NULL: nobody. */
	const struct arena_observer *observe;
	void *observer;
	uint8_t *shadow[PT_WINDOWS];	/* what the stores say; NULL unless watching */
	/* Host memory of the simulated windows; NULL: each has its own. */
	uint8_t *mapping;
	size_t mapping_bytes;
	int shared;			/* of arena_share(); else -1 */
	uint64_t shared_at[PT_WINDOWS];	/* where in it each window is */
	bool has_ram;			/* a guest's RAM backs a window */
	struct oracle_table *live;	/* room for arena_live() */
	size_t live_capacity;
	char broken[160];		/* first misuse; empty if none */
	char mismarked[160];		/* first wrong mark; empty if none */
};

/*
 * Maps the windows for a format.  ram, if not NULL, is host memory of
 * MACHINE_TABLES_BYTES that backs the machine's table area (a guest's RAM
 * file); else private memory does, and then what is added to a physical address to
 * find it in this process is one number for all windows, where there is room for
 * that.  Returns 0 or -ENOMEM.
 */
int arena_open(struct arena *arena, const struct pt_format *format,
	       uint8_t *ram);
void arena_close(struct arena *arena);

/*
 * Puts the windows into a file without a name that another process can map, at
 * shared_at, and forgets what is in them; between cases only.  Returns the
 * descriptor, which is the arena's, or a negative errno: -EOPNOTSUPP where a guest's
 * RAM backs one of them.
 */
int arena_share(struct arena *arena);

/* Forgets all tables; costs what was handed out. */
void arena_reset(struct arena *arena, enum case_window place);

/* How much of the arena was handed out at some time. */
struct arena_extent {
	uint64_t used[PT_WINDOWS];
	uint32_t tables[PT_WINDOWS], pages[PT_WINDOWS];
};

/*
 * After an operation that made a whole tree and gave it back: what was handed out
 * since then is handed out once more later on, so that no number of such operations
 * fills the arena.  Looks first whether anybody stored to it after its release.
 * Where something of it is live nothing is done.
 */
void arena_extent(const struct arena *arena, struct arena_extent *extent);
void arena_shrink(struct arena *arena, const struct arena_extent *extent);

/*
 * Starts or stops keeping a second copy of all tables, written by the store
 * observer alone, so that a store that bypasses it shows.  Only directly after
 * arena_reset().  Returns 0 or -ENOMEM.
 */
int arena_watch(struct arena *arena, bool on);

/* Bytes of all tables since the last reset, released ones too. */
uint64_t arena_handed_out(const struct arena *arena);

/* The live tables, sorted by pa; the array is the arena's. */
const struct oracle_table *arena_live(struct arena *arena, unsigned *count);

/*
 * Whether the subject's marks say that the table at pa is constructed, and is of
 * that space and depth; and below, that every live table is constructed, that
 * none was twice, or was released with the mark on, that the subject's list of
 * roots is right, and that arena_said() was told nothing else.
 */
bool arena_check_owner(struct arena *arena, uint64_t pa, unsigned space,
		       unsigned depth, struct finding *finding);
bool arena_check_marks(struct arena *arena, struct finding *finding);

/*
 * What the subject said of the table at pa when it constructed it; false where
 * there is no table, or none that is constructed.
 */
bool arena_table_page(const struct arena *arena, uint64_t pa,
		      struct pt_table_page *page);

/* What the subject says later of a table: to be what it said then. */
void arena_said(struct arena *arena, const struct pt_table_page *page);

/*
 * Memory for a table of that length, aligned to it, where there is none: the last
 * of a window, which no case fills; who reads it all the same finds zeros.
 */
uint64_t arena_unused(const struct arena *arena, uint64_t bytes);

/*
 * Looks for misuse: a release of what is not live, a store to a released
 * table, and while watching a store that bypassed the observer; of pages, a table
 * that is given where there is no room for it or with something in it, a page that
 * is released with a table in it, or kept without one.  True when there is none.
 */
bool arena_check(struct arena *arena, struct finding *finding);

/*
 * Asks the subject's fragments (fragment.h), for each page that the arena gave
 * them, how many tables are in it and which: those that are live.
 */
bool arena_check_fragments(struct arena *arena, struct finding *finding);

#endif
