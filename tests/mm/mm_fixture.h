/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A space to test the built-in subject in, on every format there is.
 *
 * The arena has three windows, below, around and above 4 GiB, and hands out
 * tables from each in turn.  It checks what a subject must not do: stores
 * outside live tables, stores past the observer, frees of what is not live.
 */
#ifndef TESTS_MM_FIXTURE_H
#define TESTS_MM_FIXTURE_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tablewalk/table_ops.h>

#define MM_WINDOWS 3
#define MM_WINDOW_BYTES UINT64_C(0x40000)
#define MM_GRANULE UINT64_C(32)		/* no table is shorter */
#define MM_TABLE_LIMIT UINT64_C(0x2000)	/* none is longer */
#define MM_GRANULES (MM_WINDOW_BYTES / MM_GRANULE)
#define MM_EVENTS 4096

enum mm_event_type { MM_ALLOC, MM_FREE, MM_NOMEM };

struct mm_event {
	enum mm_event_type type;
	uint64_t pa, bytes;
};

struct mm_arena {
	struct pt_memory memory;
	const struct pt_format *f;
	uint8_t *shadow[MM_WINDOWS];	/* what the observer was told */
	uint8_t *saved[MM_WINDOWS];	/* mm_save() */
	/* Length of a live table in granules, at its first one. */
	uint16_t live[MM_WINDOWS][MM_GRANULES];
	unsigned live_count, turn;
	unsigned fail_in;		/* 1: refuse the next; 0: never */
	unsigned event_count;
	struct mm_event event[MM_EVENTS];
	unsigned stores;
};

struct mm {
	struct mm_arena arena;
	struct pt_env env;
	struct pt_space space;
	const struct pt_format *f;
	uint64_t base, bytes;		/* addresses the tests may use */
};

/*
 * The space number i of all that there are: each format of the registry and
 * the one below, in its lower and its upper half.  NULL past the last.  The
 * space stays in *state until mm_close(), for mm_teardown() to name a failure.
 */
struct mm *mm_open(void **state, unsigned i);
void mm_close(void **state);
int mm_teardown(void **state);
/* Drops the space as it is, without checks. */
void mm_discard(void **state);

/* The same for one format; half is 0 or 1. */
struct mm *mm_open_format(void **state, const struct pt_format *f,
			  unsigned half);

/*
 * Two levels of 1024 entries of 4 bytes; the 32-bit address word has no gap.
 * What the registry's formats do not have.
 */
extern const struct pt_format mm_narrow;

/* Remembers all memory; whether it is the same now. */
void mm_save(struct mm *m);
void mm_assert_saved(struct mm *m);

/* Memory is what the observer was told. */
void mm_assert_observed(const struct mm *m);

/* Forgets the events so far. */
void mm_forget(struct mm *m);

/* Leaves of that depth exist, and a range of two of them fits. */
bool mm_has_leaf(const struct mm *m, unsigned depth);

/* lg2 entries of the smallest group of leaves of that depth; 0: none. */
unsigned mm_order(const struct mm *m, unsigned depth);
/* The deepest depth above PT_PTE with leaves, or PT_PTE. */
unsigned mm_block_depth(const struct mm *m);
/* Whether pt_setkind() can make an invalid-huge entry in the pmd. */
bool mm_can_invalidate(const struct mm *m);
/* The first depth, from below, that has groups, or PT_DEPTHS. */
unsigned mm_group_depth(const struct mm *m);

/* Rights that every format can express, readable and writable. */
#define MM_RW (PT_R | PT_W | PT_USER)
#define MM_RO (PT_R | PT_USER)

/* MM_RW with every other attribute that the format has at PT_PTE. */
uint32_t mm_rich_attrs(const struct mm *m);

/* A physical address aligned to the largest leaf, and not 0. */
uint64_t mm_pa(const struct mm *m);

/* Maps n leaves of depth from va to pa + ...; must succeed. */
void mm_map(struct mm *m, uint64_t va, unsigned n, uint64_t pa, uint32_t attrs,
	    unsigned depth, unsigned order);

struct pt_lookup mm_look(struct mm *m, uint64_t va);
void mm_assert_kind(struct mm *m, uint64_t va, enum pt_kind kind,
		    unsigned depth);
void mm_assert_leaf(struct mm *m, uint64_t va, unsigned depth, unsigned order,
		    uint64_t pa, uint32_t attrs);

static inline uint64_t mm_page(const struct mm *m)
{
	return UINT64_C(1) << m->f->page_shift;
}

static inline unsigned mm_entries(const struct mm *m, unsigned depth)
{
	return 1u << m->f->level[depth].index_bits;
}

#endif
