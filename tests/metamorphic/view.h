/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a subject says is at every address, as a list of runs that tile the
 * address space, and comparisons of two such lists.
 */
#ifndef TESTS_METAMORPHIC_VIEW_H
#define TESTS_METAMORPHIC_VIEW_H

#include <stdio.h>

#include <tablewalk/format.h>
#include <tablewalk/trace.h>

/*
 * A stretch of entries that are alike and lead to consecutive addresses.  pa is
 * that of va, 0 for kinds that have none.
 */
struct view_run {
	uint64_t va, last, pa;
	uint32_t attrs, removed;
	uint8_t kind, depth, order;
};

struct view {
	struct view_run *run;
	size_t count, capacity;
};

void view_close(struct view *view);
static inline void view_clear(struct view *view)
{
	view->count = 0;
}

/* Appends a run, or joins it to the last one. */
void view_add(struct view *view, const struct view_run *run);

/* Whether entries of that kind have an address or a payload; attributes. */
static inline bool kind_has_pa(unsigned kind)
{
	return kind == PT_LEAF || kind == PT_PROTNONE ||
	       kind == PT_INVALID_HUGE || kind == PT_SWAP ||
	       kind == PT_MIGRATION;
}

/*
 * Who is asked.
 *
 * VIEW_TRANSLATE	translate at the start of each entry
 * VIEW_WALK		one walk of each span with all callbacks and holes
 * VIEW_ITERATE		one iteration of each span; it does not tell what tables
 *			above take away
 */
enum view_reader {
	VIEW_TRANSLATE,
	VIEW_WALK,
	VIEW_ITERATE,
	VIEW_READERS,
};

extern const char *const view_reader_name[VIEW_READERS];

/*
 * What is compared besides kind and address.
 *
 * VIEW_LEVELS	depth and order of what is not none
 * VIEW_HOLES	depth of what is none
 * VIEW_REMOVED	rights that tables above take away
 */
#define VIEW_LEVELS 0x1u
#define VIEW_HOLES 0x2u
#define VIEW_REMOVED 0x4u
#define VIEW_ALL 0x7u

struct view_match {
	unsigned flags;
	uint32_t attrs;			/* the attributes that count */
};

/* Everything. */
static const struct view_match match_all = { VIEW_ALL, UINT32_MAX };
/* Translations only. */
static const struct view_match match_flat = { VIEW_REMOVED, UINT32_MAX };

/*
 * Compares both address by address.  Where they differ it writes the first
 * address and what is there into text and returns false.
 */
bool view_compare(const struct view *a, const struct view *b,
		  const struct view_match *match, char *text, size_t bytes);

/* The same for [va, last] of a and as much of b from b_va on. */
bool view_compare_part(const struct view *a, const struct view *b,
		       uint64_t va, uint64_t last, uint64_t b_va,
		       const struct view_match *match, char *text,
		       size_t bytes);

/* The run that covers va, or NULL. */
const struct view_run *view_at(const struct view *view, uint64_t va);

void view_print_run(char *text, size_t bytes, const struct view_run *run);

/*
 * Events of a reader (walk, iterate, dump) by what they are of: type and depth
 * tell which lane an event belongs to.  A lane's neighbours that continue each
 * other are joined whatever their lengths, so that a lane is the same however
 * the range was cut.
 */
struct lanes {
	struct trace_event *event;	/* of all lanes */
	size_t count, capacity;
	uint64_t wx;			/* sum of TRACE_WX */
};

void lanes_close(struct lanes *lanes);
/* Appends the events of a trace but TRACE_RETURN. */
void lanes_add(struct lanes *lanes, const struct trace *trace);
bool lanes_compare(const struct lanes *a, const struct lanes *b, char *text,
		   size_t bytes);

void event_print(char *text, size_t bytes, const struct trace_event *event);

#endif
