/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See poisoned.h. */
#include "poisoned.h"

#include <stdlib.h>
#include <string.h>

#include "../../mm/pt_entry.h"

#define RANGES 60

/* The poisoned bytes. */
struct bytes {
	uint64_t pa, last;
};

static bool meets(const struct bytes *b, uint64_t pa, uint64_t bytes)
{
	return b->pa <= pa + (bytes - 1) && pa <= b->last;
}

/* The depth at which a walk for va meets a poisoned byte; PT_DEPTHS: none. */
static unsigned lost_depth(const struct pt_space *space, uint64_t va,
			   const struct bytes *b)
{
	const struct pt_format *f = space->format;
	uint64_t pa = space->root;

	for (unsigned d = f->top;; d++) {
		const struct pt_level *l = &f->level[d];
		struct pt_table table = pt_table_open(space, d, pa);
		unsigned i = pt_index(f, d, va), stride = pt_stride(l);
		struct pt_entry e;

		if (meets(b, pa + i * stride, stride) ||
		    (l->half_offset &&
		     meets(b, pa + l->half_offset + i * stride, stride)))
			return d;
		e = pt_read_entry(f, d, &table, i);
		if (d == PT_PTE || pt_entry_kind(f, d, e) != PT_TABLE)
			return PT_DEPTHS;
		pa = pt_address_decode(&l->table.pa, e.raw);
	}
}

static int on_report(void *context, const struct pt_poison *poison)
{
	struct poisoned *all = context;

	assert_true(all->count < POISONED_MAX);
	all->report[all->count++] = *poison;
	return all->value;
}

void poisoned_ask(struct owned *o, unsigned count, uint64_t pa, uint64_t bytes,
		  struct poisoned *all)
{
	struct pt_space *spaces[PT_SPACES] = { &o->m[0].space, &o->m[1].space };

	all->count = 0;
	all->ret = pt_table_poisoned(spaces, count, pa, bytes, on_report, all);
}

void poisoned_populate(struct owned *o)
{
	for (unsigned s = 0; s < PT_SPACES; s++) {
		const struct mm *m = &o->m[s];
		uint64_t span = pt_span(o->f, PT_PMD);
		uint64_t pages = m->bytes / mm_page(m);
		uint64_t table = span / mm_page(m), va;

		owned_map(o, s, 0, 2);
		owned_map(o, s, pages - 3, 3);
		owned_map(o, s, table, 1);
		owned_map(o, s, pages / 2, 2);
		va = m->base + 3 * span;
		/* Refused where there are no blocks. */
		pt_map(&o->m[s].space, va, va + span - 1, 0, owned_rights(o),
		       PT_PMD, 0);
	}
	owned_check(o);
}

/* How many reports of that space have the address among what is lost. */
static unsigned times_lost(const struct poisoned *all, unsigned space,
			   uint64_t va)
{
	unsigned times = 0;

	for (unsigned i = 0; i < all->count; i++) {
		const struct pt_poison *p = &all->report[i];

		for (unsigned k = 0; k < p->ranges; k++)
			times += p->owner.page.space == space &&
				 va >= p->lost[k].first &&
				 va <= p->lost[k].last;
	}
	return times;
}

static void check_address(struct owned *o, const struct poisoned *all,
			  unsigned space, uint64_t va, const struct bytes *b)
{
	struct pt_lookup found;
	unsigned want = 0;

	va &= pt_ones(o->f->va_word_bits);
	if (!pt_translate(&o->m[space].space, va, &found))
		want = lost_depth(&o->m[space].space, va, b) != PT_DEPTHS;
	if (times_lost(all, space, va) != want)
		owned_break(o, "lost where a walk reads a poisoned byte, once");
}

/* Ranges ascend, are never adjacent, and right on both sides of each end. */
static void check_ranges(struct owned *o, const struct poisoned *all,
			 const struct pt_poison *p, const struct bytes *b)
{
	const unsigned space = p->owner.page.space;

	if (p->ranges > PT_LOST_RANGES)
		owned_break(o, "no more ranges than there is room for");
	for (unsigned k = 0; k < p->ranges; k++) {
		uint64_t first = p->lost[k].first, last = p->lost[k].last;

		if (first > last || first < p->owner.first ||
		    last > p->owner.last)
			owned_break(o, "of what the table covers");
		if (k && first - 1 <= p->lost[k - 1].last)
			owned_break(o, "ascending, never adjacent");
		check_address(o, all, space, first, b);
		check_address(o, all, space, last, b);
		check_address(o, all, space, first - 1, b);
		check_address(o, all, space, last + 1, b);
	}
}

/* Addresses at the ends and in the middle of what a table covers. */
static void check_table(struct owned *o, const struct poisoned *all,
			const struct pt_owner *owner, const struct bytes *b)
{
	const unsigned space = owner->page.space, d = owner->page.depth;
	unsigned n = mm_entries(o->m, d);
	uint64_t span = pt_span(o->f, d);
	const unsigned at[] = { 0, 1, 2, n / 3, n / 2 - 1, n / 2, n / 2 + 1 };

	for (unsigned i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		check_address(o, all, space, owner->first + at[i] * span, b);
		/* From the end, as a signed root's upper half is there. */
		check_address(o, all, space, owner->last - at[i] * span, b);
	}
}

static bool reports_equal(const struct pt_poison *a, const struct pt_poison *b)
{
	if (a->owner.page.pa != b->owner.page.pa ||
	    a->owner.first != b->owner.first || a->ranges != b->ranges)
		return false;
	for (unsigned k = 0; k < a->ranges; k++)
		if (a->lost[k].first != b->lost[k].first ||
		    a->lost[k].last != b->lost[k].last)
			return false;
	return true;
}

/* "No poisoned byte is read": whatever is there, the answer is the same. */
static void check_unread(struct owned *o, uint64_t pa, uint64_t bytes,
			 const struct poisoned *all)
{
	/* Of the arena only. */
	uint64_t first = pa < OWNED_PA ? OWNED_PA : pa;
	uint64_t n = pa + bytes - first;
	uint8_t *saved = malloc(n), *host;
	struct poisoned *again = calloc(1, sizeof(*again));

	host = pt_memory_at(&o->memory, first, n);
	assert_true(saved && again && host);
	memcpy(saved, host, n);
	for (unsigned k = 0; k < 2; k++) {
		memset(host, k ? 0x5a : 0, n);
		poisoned_ask(o, PT_SPACES, pa, bytes, again);
		if (again->ret != all->ret || again->count != all->count)
			owned_break(o, "no poisoned byte is read");
		for (unsigned i = 0; !o->broken && i < all->count; i++)
			if (!reports_equal(&again->report[i],
					   &all->report[i]))
				owned_break(o, "no poisoned byte is read");
	}
	memcpy(host, saved, n);
	free(saved);
	free(again);
}

static void check_range(struct owned *o, uint64_t pa, uint64_t bytes,
			bool garbage)
{
	struct poisoned *all = calloc(1, sizeof(*all));
	const struct bytes b = { pa, pa + (bytes - 1) };
	unsigned next = 0;

	assert_non_null(all);
	owned_reach(o);
	poisoned_ask(o, PT_SPACES, pa, bytes, all);
	if (all->ret != (int)all->count)
		owned_break(o, "returns how many");
	for (unsigned i = 0; i < o->reaches; i++) {
		const struct pt_owner *want = &o->reached[i];
		const struct pt_space *space = &o->m[want->page.space].space;
		const struct pt_poison *p = &all->report[next];

		check_table(o, all, want, &b);
		if (!meets(&b, want->page.pa, want->page.bytes) ||
		    lost_depth(space, want->first, &b) < want->page.depth)
			continue;
		if (next == all->count ||
		    p->owner.page.pa != want->page.pa ||
		    p->owner.page.bytes != want->page.bytes ||
		    p->owner.page.depth != want->page.depth ||
		    p->owner.page.space != want->page.space ||
		    p->owner.first != want->first ||
		    p->owner.last != want->last) {
			owned_break(o, "each table that a walk reaches");
			break;
		}
		check_ranges(o, all, p, &b);
		next++;
	}
	if (next != all->count)
		owned_break(o, "each table that a walk reaches, and no other");
	if (garbage && !o->broken && pa + bytes > OWNED_PA)
		check_unread(o, pa, bytes, all);
	free(all);
}

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

void poisoned_exercise(struct owned *o, uint64_t seed, bool garbage)
{
	for (unsigned n = 0; n < RANGES && !o->broken; n++) {
		const struct pt_table_page *page;
		uint64_t pa, bytes;

		owned_reach(o);
		page = &o->reached[draw(&seed) % o->reaches].page;
		const uint64_t lengths[] = {
			1, 4, 16, page->bytes / 2, page->bytes,
			2 * page->bytes, mm_page(o->m), 8 * mm_page(o->m),
		};
		bytes = lengths[draw(&seed) % 8];
		pa = page->pa - 16 + draw(&seed) % (page->bytes + 32);
		if (draw(&seed) % 4 == 0)
			pa &= ~(mm_page(o->m) - 1);
		check_range(o, pa, bytes, garbage);
	}
}
