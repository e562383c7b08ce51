/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Shadows and what dumps make of them; see tree_rules.h. */
#include "tree_rules.h"

#include <errno.h>

#include "../../mm/pgtable.h"

static uint64_t edges(const struct plain *p, unsigned depth)
{
	uint64_t bytes = 0;

	for (unsigned d = depth + 1; d < PT_DEPTHS; d++)
		bytes += pt_span(p->f, d);
	return bytes;
}

struct rules_range rules_range(const struct plain *p, unsigned depth)
{
	const uint64_t span = pt_span(p->f, depth), edge = edges(p, depth);
	const unsigned entries = depth == p->f->top ?
		plain_root_entries(p) : 1u << p->f->level[depth].index_bits;
	const unsigned whole = entries < 3 ? 0 : 1;

	return (struct rules_range){ span - edge,
				     span + whole * span + edge - 1, whole };
}

unsigned rules_depth(const struct plain *p, uint64_t tables)
{
	uint64_t below = 1;
	unsigned depth = PT_PMD;

	while (depth > p->f->top) {
		below = (below << p->f->level[depth].index_bits) + 1;
		if (below > tables)
			break;
		depth--;
	}
	return depth;
}

static void mix(struct rules_dump *d, uint64_t word)
{
	d->hash = (d->hash ^ word) * UINT64_C(0x100000001b3);
	d->hash ^= d->hash >> 29;
}

static int on_run(void *context, const struct pt_dump_run *run)
{
	struct rules_dump *d = context;

	if (!d->runs++)
		d->first = *run;
	mix(d, run->start);
	mix(d, run->last);
	mix(d, run->attrs | (uint64_t)run->removed << 32);
	mix(d, run->depth | (uint64_t)run->kind << 8);
	return 0;
}

int rules_dump(struct pt_space *space, struct rules_dump *d, uint64_t va,
	       uint64_t last)
{
	int ret;

	d->runs = 0;
	d->hash = UINT64_C(0xcbf29ce484222325);
	d->dump.context = d;
	d->dump.run = on_run;
	ret = pt_dump_range(space, va, last, &d->dump);
	mix(d, d->dump.wx_pages);
	return ret;
}

static unsigned count_below(const struct pt_space *space,
			    const struct pt_table *table, unsigned depth)
{
	const struct pt_format *f = space->format;
	unsigned count = 0;

	if (depth == PT_PTE)
		return 0;
	for (unsigned i = 0; i < pt_table_entries(f, depth); i++) {
		struct pt_entry e = pt_read_entry(f, depth, table, i);
		struct pt_table next;

		if (pt_entry_kind(f, depth, e) != PT_TABLE)
			continue;
		next = pt_table_follow(space, depth, e);
		count += 1 + count_below(space, &next, depth + 1);
	}
	return count;
}

unsigned rules_count_tables(const struct pt_space *space)
{
	const struct pt_table root = pt_root_open(space);

	return count_below(space, &root, space->format->top);
}

void rules_empty(struct plain *p)
{
	plain_holds(p, !pt_unmap(&p->space, 0, p->last), "all can be unmapped");
	plain_holds(p, !pt_free_tables(&p->space, 0, p->last, 0, UINT64_MAX),
		    "all tables can be freed");
}

/* Whether the page at va leads to the shadow's page. */
static bool leads_to_page(struct plain *p, const struct pt_shadow *shadow,
			  uint64_t va)
{
	struct mmu_outcome out;
	struct pt_lookup found;

	if (pt_translate(&p->space, va, &found) || found.kind != PT_LEAF ||
	    found.depth != PT_PTE || found.attrs != shadow->attrs ||
	    found.pa != shadow->page + (va & pt_ones(p->f->page_shift)))
		return false;
	return !plain_translate(p, &p->space, va, &out) ||
	       (out.leaf && out.depth == PT_PTE && out.pa == found.pa &&
		out.attrs == found.attrs && !out.denied);
}

static bool is_hole(struct plain *p, uint64_t va)
{
	struct mmu_outcome out;
	struct pt_lookup found;

	if (pt_translate(&p->space, va, &found) || found.kind != PT_NONE)
		return false;
	return !plain_translate(p, &p->space, va, &out) || !out.leaf;
}

static void check_filled(struct plain *p, const struct pt_shadow *shadow,
			 const struct rules_range *range, unsigned depth)
{
	const unsigned edge_depths = PT_PTE - depth;
	uint64_t va = range->va;

	/* Of each depth but PT_PTE one link on either side. */
	plain_holds(p, shadow->links ==
			       range->whole + 2 * (edge_depths - 1),
		    "links are as high up as they fit");
	for (unsigned d = PT_PTE; d > depth; d--) {
		plain_holds(p, leads_to_page(p, shadow, va), "first of an entry");
		va += pt_span(p->f, d);
		plain_holds(p, leads_to_page(p, shadow, va - 1),
			    "last of an entry");
	}
	for (unsigned d = depth + 1; d < PT_DEPTHS; d++)
		plain_holds(p, leads_to_page(p, shadow, range->last -
						 (edges(p, d - 1) - 1)),
			    "first of an entry at the end");
	plain_holds(p, leads_to_page(p, shadow, range->last), "last of all");
	plain_holds(p, is_hole(p, range->va - 1), "nothing before");
	plain_holds(p, is_hole(p, range->last + 1), "nothing after");
}

static void check_cleared(struct plain *p, const struct pt_shadow *shadow,
			  const struct rules_range *range)
{
	plain_holds(p, !shadow->links, "no link is left");
	for (uint64_t step = pt_span(p->f, PT_PTE);
	     step <= pt_span(p->f, p->f->top); step <<= 1) {
		if (range->va + step - 1 <= range->last)
			plain_holds(p, is_hole(p, range->va + step - 1),
				    "nothing left at the start");
		if (range->last - range->va >= step)
			plain_holds(p, is_hole(p, range->last - step + 1),
				    "nothing left at the end");
	}
	plain_holds(p, is_hole(p, range->last), "nothing left at the last");
	plain_holds(p, p->flush_va <= range->va &&
			       p->flush_last >= range->last && p->flush_tables,
		    "what is cleared is invalidated");
}

void rules_shadow(struct plain *p)
{
	const unsigned top = p->f->top, tables = p->tables;
	const struct rules_range range = rules_range(p, top);
	struct pt_shadow shadow;
	uint64_t before;

	for (unsigned n = 1; n <= PT_PTE - top; n++) {
		p->fail_in = n;
		plain_holds(p, pt_shadow_init(&shadow, &p->space, RULES_PAGE,
					      plain_rights(p, 0)) == -ENOMEM &&
				       p->tables == tables,
			    "a shadow that cannot be made leaves nothing");
		if (p->broken)
			return;
	}
	plain_holds(p, !pt_shadow_init(&shadow, &p->space, RULES_PAGE,
				       plain_rights(p, 1)), "a shadow is made");
	plain_holds(p, p->tables == tables + PT_PTE - top &&
			       p->constructed == tables,
		    "one table of each depth, of no space");
	before = plain_hash(p);
	for (unsigned n = 1; n <= 2 * (PT_PTE - top); n++) {
		p->fail_in = n;
		plain_holds(p, pt_shadow_fill(&p->space, &shadow, range.va,
					      range.last) == -ENOMEM &&
				       plain_hash(p) == before,
			    "a fill that fails changes nothing");
		if (p->broken)
			return;
	}
	p->fail_in = 0;
	plain_holds(p, !pt_shadow_fill(&p->space, &shadow, range.va,
				       range.last), "a range is filled");
	plain_holds(p, p->tables == tables + 3 * (PT_PTE - top),
		    "tables are made for the edges only");
	check_filled(p, &shadow, &range, top);
	p->flushes = 0;
	p->flush_tables = false;
	plain_holds(p, !pt_shadow_clear(&p->space, &shadow, range.va,
					range.last), "a range is cleared");
	check_cleared(p, &shadow, &range);
	if (p->broken)
		return;
	rules_empty(p);
	pt_shadow_destroy(&shadow);
	plain_holds(p, p->tables == tables, "all tables are given back");
}

static uint64_t some_page(const struct plain *p,
			  const struct rules_range *range, uint64_t *seed)
{
	uint64_t offset = plain_random(seed) % (range->last - range->va + 1);

	return range->va + (offset & ~(pt_span(p->f, PT_PTE) - 1));
}

/* What makes a dump with a shadow interesting besides the shadow. */
static void disturb(struct plain *p, const struct rules_range *range,
		    uint64_t *seed)
{
	const uint64_t page = pt_span(p->f, PT_PTE);

	for (unsigned n = (unsigned)(plain_random(seed) % 6); n > 0; n--) {
		unsigned depth = p->f->top +
			(unsigned)(plain_random(seed) % (PT_PTE - p->f->top));
		uint64_t va = some_page(p, range, seed);

		/* Also inside the shadow's own tables: then it shows often. */
		(void)pt_restrict(&p->space, va, depth,
				  (uint32_t)plain_random(seed) &
					  plain_removable(p, depth));
	}
	if (plain_random(seed) % 4 == 0)
		(void)pt_touch(&p->space, some_page(p, range, seed), PT_READ);
	if (plain_random(seed) % 2)
		(void)pt_map(&p->space, range->last + 1, range->last + page, 0,
			     plain_rights(p, 1), PT_PTE, 0);
}

static void compare_dumps(struct plain *p, const struct pt_shadow *shadow,
			  const struct rules_range *range, uint64_t *seed)
{
	const uint64_t page = pt_span(p->f, PT_PTE);
	const uint64_t length = range->last - range->va + 1;
	uint64_t va = range->va - page, last = range->last + page;
	const uint64_t marker[2] = {
		range->va + plain_random(seed) % (length / 2),
		range->va + length / 2 + plain_random(seed) % (length / 2),
	};
	struct rules_dump with = { .dump = {
		.flags = plain_random(seed) % 2 ? PT_DUMP_HOLES : 0,
		.marker = marker,
		.markers = (unsigned)(plain_random(seed) % 3),
	} };
	struct rules_dump without = with;

	/* Now and then it begins or ends inside a link. */
	if (plain_random(seed) % 2)
		va += plain_random(seed) % (length / 2) & ~(page - 1);
	if (plain_random(seed) % 2)
		last -= plain_random(seed) % (length / 2) & ~(page - 1);
	with.dump.shadow = shadow;
	plain_holds(p, !rules_dump(&p->space, &with, va, last) &&
			       !rules_dump(&p->space, &without, va, last),
		    "both dumps succeed");
	plain_holds(p, with.runs == without.runs && with.hash == without.hash &&
			       with.dump.wx_pages == without.dump.wx_pages,
		    "the same runs with the shortcut and without");
}

/* Of a shadow nobody has stored to, a dump reads each table once. */
static void compare_work(struct plain *p, const struct pt_shadow *shadow,
			 const struct rules_range *range, unsigned depth)
{
	const unsigned chain = PT_PTE - p->f->top;
	struct rules_dump with = { .dump.shadow = shadow }, without = { 0 };
	uint64_t below = 0;

	(void)rules_dump(&p->space, &with, range->va, range->last);
	(void)rules_dump(&p->space, &without, range->va, range->last);
	/* Below the link in the middle, or one at the edge. */
	for (unsigned d = PT_PMD; d > depth + !range->whole; d--)
		below += UINT64_C(1) << p->f->level[d].index_bits;
	plain_holds(p, with.runs == 1 && with.first.start == range->va &&
			       with.first.last == range->last &&
			       with.first.depth == PT_PTE,
		    "the shadow is one run of pages");
	plain_holds(p, with.dump.tables <=
			       1 + chain + (depth - p->f->top) + 2 * chain,
		    "each table is read once");
	plain_holds(p, without.dump.tables >=
			       with.dump.tables - chain + shadow->links + below,
		    "without the shadow each link is descended into");
}

void rules_dump_shadow(struct plain *p, uint64_t seed)
{
	const unsigned depth = rules_depth(p, 600);
	const struct rules_range range = rules_range(p, depth);
	struct pt_shadow shadow;

	for (unsigned i = 0; i < 12 && !p->broken; i++) {
		unsigned n = (unsigned)(plain_random(&seed) % 16);

		if (!plain_holds(p, !pt_shadow_init(&shadow, &p->space,
						    RULES_PAGE,
						    plain_rights(p, n)) &&
				    !pt_shadow_fill(&p->space, &shadow,
						    range.va, range.last),
				 "a range is filled"))
			return;
		compare_work(p, &shadow, &range, depth);
		disturb(p, &range, &seed);
		compare_dumps(p, &shadow, &range, &seed);
		plain_holds(p, !pt_shadow_clear(&p->space, &shadow, range.va,
						range.last), "it is cleared");
		if (p->broken)
			return;
		rules_empty(p);
		pt_shadow_destroy(&shadow);
	}
}
