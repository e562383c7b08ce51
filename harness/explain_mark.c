/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What it is that is not as expected: an entry, an event, the order of stores, or a
 * table that nothing leads to; and where in the tables that is.
 */
#include "explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *story_differs_name(unsigned differs)
{
	static const char *const name[] = {
		[DIFFERS_NOTHING] = "nothing", [DIFFERS_ENTRY] = "entry",
		[DIFFERS_EVENT] = "event", [DIFFERS_STORES] = "stores",
		[DIFFERS_TABLE] = "table", [DIFFERS_STATEMENT] = "statement",
	};

	return differs <= DIFFERS_STATEMENT ? name[differs] : "?";
}

/*
 * Goes down to va and puts the mark on the first entry that is wrong; where none
 * is, on that of the wanted depth, or on the one where the way ends.
 */
static void place_at(struct story *s, unsigned space, uint64_t va, int depth)
{
	const struct tree *tree = &s->tree_after;
	const struct pt_format *f = tree->format;
	uint64_t offset, table = tree->root[space];

	if (!tree_offset(f, space, va, &offset))
		return;
	for (unsigned d = f->top; d < PT_DEPTHS; d++) {
		struct place at = {
			.there = true, .space = space, .depth = d,
			.index = pt_index(f, d, offset),
			.offset = offset & ~pt_ones(f->level[d].va_shift),
		};

		if (!tree_is_live(tree, d, table))
			return;
		at.va = tree_address(f, space, at.offset);
		tree_read(tree, d, table, at.index, &at.entry);
		at.wrong = picture_is_wrong(s->after, space, d, at.offset,
					    &at.entry);
		s->place = at;
		if (at.wrong || at.entry.kind != PT_TABLE || (int)d == depth)
			return;
		table = at.entry.pa;
	}
}

/* Of a group with one wrong entry the mark is to be on that. */
static void place_in_group(struct story *s)
{
	const struct tree *tree = &s->tree_after;
	struct place at = s->place;
	const struct pt_level *l = &tree->format->level[at.depth];
	const unsigned count = 1u << at.entry.order, first = at.index & ~(count - 1);
	const uint64_t table = at.entry.slot -
			       at.index * (uint64_t)pt_stride(l);
	const uint64_t base = at.offset - ((uint64_t)at.index << l->va_shift);

	for (unsigned i = first; !at.wrong && i < first + count; i++) {
		at.index = i;
		at.offset = base + ((uint64_t)i << l->va_shift);
		at.va = tree_address(tree->format, at.space, at.offset);
		tree_read(tree, at.depth, table, i, &at.entry);
		at.wrong = picture_is_wrong(s->after, at.space, at.depth,
					    at.offset, &at.entry);
	}
	if (at.wrong)
		s->place = at;
}

/* The same, with the mark on an entry that is known to be wrong. */
static void place_wrong(struct story *s, const struct finding *f, int depth)
{
	place_at(s, f->space, f->va, depth);
	s->place.wrong = s->place.there;
	s->differs = DIFFERS_ENTRY;
}

/* Whether the traces differ; then s->event is the first that does. */
static bool events_differ(struct story *s)
{
	const struct trace *want = run_expected(s->after);
	const struct trace *seen = run_seen(s->after);
	uint32_t i = 0;

	while (i < want->count && i < seen->count &&
	       trace_event_equal(&want->event[i], &seen->event[i]))
		i++;
	s->event = i;
	return i < want->count || i < seen->count;
}

static void mark_event(struct story *s, const struct finding *f)
{
	s->differs = events_differ(s) ? DIFFERS_EVENT : DIFFERS_STATEMENT;
	if (f->va || f->depth != PT_DEPTH_UNKNOWN)
		place_at(s, f->space ? f->space : run_current(s->after), f->va,
			 PT_DEPTH_UNKNOWN);
}

/* An entry of the sharer's root, and that of its owner's. */
static void mark_shared(struct story *s, const struct finding *f)
{
	const struct tree *tree = &s->tree_after;
	struct tree_entry owner;

	place_at(s, f->space, f->va, tree->format->top);
	s->differs = DIFFERS_STORES;
	if (!s->place.there)
		return;
	tree_read(tree, tree->format->top, tree->root[f->space ^ 1u],
		  s->place.index, &owner);
	if (owner.raw == s->place.entry.raw)
		return;
	s->place.wrong = true;
	s->differs = DIFFERS_ENTRY;
}

static void mark_lost_table(struct story *s, const struct finding *f)
{
	s->differs = DIFFERS_TABLE;
	s->lost_table = strtoull(f->seen, NULL, 0);
}

/* "... after store 3" */
static unsigned store_of(const struct finding *f)
{
	const char *word = strstr(f->seen, "after store ");

	return word ? (unsigned)strtoul(word + 12, NULL, 10) : 0;
}

static void mark_entry(struct story *s, const struct finding *f)
{
	place_at(s, f->space, f->va, f->depth);
	if (s->place.there && s->place.entry.order)
		place_in_group(s);
	s->differs = s->place.there && s->place.wrong ? DIFFERS_ENTRY :
							DIFFERS_STATEMENT;
}

void story_mark(struct story *s)
{
	const struct finding *f = &s->violation.finding;

	switch ((unsigned)f->check) {
	case CHECK_ENTRY:
	case CHECK_TABLE_SET:
	case CHECK_MMU_VERDICT:
	case CHECK_MMU_ADDRESS:
	case CHECK_MMU_ATTRS:
		mark_entry(s, f);
		break;
	case CHECK_TABLE_GHOST:
	case CHECK_TABLE_SHARED:
		/* The finding is about the table, the mark about its pointer. */
		s->differs = DIFFERS_STATEMENT;
		if (f->depth > (int)s->tree_after.format->top)
			place_wrong(s, f, f->depth - 1);
		break;
	case CHECK_STORE_STATE:
		s->store = store_of(f);
		s->differs = DIFFERS_STORES;
		place_at(s, f->space, f->va, PT_DEPTH_UNKNOWN);
		break;
	case CHECK_FLUSH_COVER:
	case CHECK_FLUSH_HINT:
	case CHECK_FLUSH_BEFORE_FREE:
	case CHECK_BBM:
		s->differs = DIFFERS_STORES;
		place_at(s, f->space, f->va, f->depth);
		break;
	case CHECK_SHARED_PART:
		mark_shared(s, f);
		break;
	case CHECK_TABLE_LOST:
		mark_lost_table(s, f);
		break;
	case CHECK_STORE:
	case CHECK_ARENA:
		s->differs = DIFFERS_STATEMENT;
		break;
	default:
		mark_event(s, f);
		break;
	}
}

/*
 *			Tables that nothing leads to
 */

struct reaching {
	const struct tree *tree;
	bool *reached;
};

static unsigned live_index(const struct tree *tree, uint64_t pa)
{
	unsigned low = 0, high = tree->live_count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (tree->live[middle].pa < pa)
			low = middle + 1;
		else
			high = middle;
	}
	return low < tree->live_count && tree->live[low].pa == pa ?
		       low : tree->live_count;
}

/* Notes the table at pa and all below it, each once. */
static void reach(const struct reaching *r, unsigned depth, uint64_t pa)
{
	const unsigned at = live_index(r->tree, pa);

	if (at == r->tree->live_count || r->reached[at])
		return;
	r->reached[at] = true;
	if (depth == PT_PTE || !tree_is_live(r->tree, depth, pa))
		return;
	for (unsigned i = 0; i < tree_entries(r->tree, depth); i++) {
		struct tree_entry e;

		tree_read(r->tree, depth, pa, i, &e);
		/* One step deeper each time: at most PT_DEPTHS of these. */
		if (e.kind == PT_TABLE)
			reach(r, depth + 1, e.pa);
	}
}

void story_find_unreachable(struct story *s)
{
	struct tree *tree = &s->tree_after;
	struct reaching r = {
		.tree = tree,
		.reached = calloc(tree->live_count + 1u, sizeof(bool)),
	};

	for (unsigned i = 0; r.reached && i < PT_SPACES; i++)
		reach(&r, tree->format->top, tree->root[i]);
	for (unsigned i = 0; r.reached && i < tree->live_count; i++)
		if (!r.reached[i] && s->unreachables < 8)
			s->unreachable[s->unreachables++] = tree->live[i].pa;
	free(r.reached);
}
