/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Identity maps and copies of whole trees; see tree_rules.h. */
#include "tree_rules.h"

#include <errno.h>

#include "../../mm/pgtable.h"

uint64_t rules_some_va(const struct plain *p, uint64_t *seed)
{
	uint64_t va = 0;

	for (unsigned d = p->f->top; d < PT_DEPTHS; d++) {
		unsigned entries = d == p->f->top ?
			plain_root_entries(p) : 1u << p->f->level[d].index_bits;

		va += plain_random(seed) % (entries < 3 ? entries : 3) *
		      pt_span(p->f, d);
	}
	return va;
}

static uint32_t some_attrs(const struct plain *p, uint64_t *seed)
{
	const struct pt_level *l = &p->f->level[PT_PTE];
	uint32_t attrs = plain_rights(p, (unsigned)(plain_random(seed) % 16));
	const uint32_t more = (uint32_t)plain_random(seed) &
			      (PT_GLOBAL | PT_ACCESSED | PT_DIRTY | PT_SOFT0 |
			       PT_SOFT1 | PT_MEMTYPE_MASK);

	for (uint32_t bit = PT_GLOBAL; bit <= PT_MEMTYPE_MASK; bit <<= 1)
		if (more & bit && pt_attrs_representable(l, attrs | bit))
			attrs |= bit;
	return attrs;
}

/* Maps one to four units of random depth and order. */
static void populate_map(struct plain *p, uint64_t va, uint64_t *seed)
{
	const struct pt_level *l;
	unsigned depth = PT_PTE, order = 0;
	uint64_t unit, pa;

	if (plain_random(seed) % 3 == 0)
		depth -= (unsigned)(plain_random(seed) %
				    (PT_PTE - p->f->top + 1u));
	l = &p->f->level[depth];
	if (l->group_count && plain_random(seed) % 3 == 0)
		order = l->group[plain_random(seed) % l->group_count].order;
	unit = pt_span(p->f, depth) << order;
	pa = plain_random(seed) % 4 * unit;
	va &= ~(unit - 1);
	(void)pt_map(&p->space, va, va + (plain_random(seed) % 4 + 1) * unit - 1,
		     pa, some_attrs(p, seed), depth, order);
}

void rules_populate(struct plain *p, uint64_t *seed, unsigned operations)
{
	static const enum pt_kind kinds[] = {
		PT_PROTNONE, PT_SWAP, PT_MIGRATION, PT_MARKER, PT_INVALID_HUGE,
	};

	for (unsigned i = 0; i < operations; i++) {
		uint64_t va = rules_some_va(p, seed);
		unsigned depth = p->f->top +
			(unsigned)(plain_random(seed) %
				   (PT_DEPTHS - p->f->top));

		switch (plain_random(seed) % 6) {
		case 0:
			(void)pt_setkind(&p->space, va, depth,
					 kinds[plain_random(seed) % 5], 0);
			break;
		case 1:
		case 2:
			(void)pt_restrict(&p->space, va, depth,
					  (uint32_t)plain_random(seed) &
						  plain_removable(p, depth));
			break;
		default:
			populate_map(p, va, seed);
			break;
		}
	}
}

bool rules_same_outcome(const struct plain *p, const struct pt_space *a,
			const struct pt_space *b, uint64_t va)
{
	struct mmu_outcome x, y;

	if (!plain_translate(p, a, va, &x) || !plain_translate(p, b, va, &y))
		return true;
	for (unsigned w = 0; w < PT_PRIVILEGES; w++)
		for (unsigned i = 0; i < PT_ACCESSES; i++)
			if (x.verdict[w][i].word != y.verdict[w][i].word ||
			    x.verdict[w][i].depth != y.verdict[w][i].depth)
				return false;
	return x.leaf == y.leaf &&
	       (!x.leaf || (x.pa == y.pa && x.attrs == y.attrs &&
			    x.denied == y.denied && x.depth == y.depth &&
			    x.order == y.order));
}

/* Identity maps. */

static bool has_leaves(const struct plain *p, unsigned depth)
{
	return p->f->level[depth].leaf.match.count;
}

/* A range with edges below the largest leaves that it has room for. */
static struct rules_range identity_range(const struct plain *p)
{
	uint64_t limit = 0;
	struct rules_range range;
	unsigned depth = p->f->top;

	(void)pt_identity_last(&p->space, &limit);
	for (;; depth++) {
		range = rules_range(p, depth);
		if (range.last <= limit &&
		    (has_leaves(p, depth) || depth == PT_PMD))
			return range;
	}
}

/* What the unit at va with that many bytes is, in the range. */
static bool is_inside(const struct rules_range *r, uint64_t va, uint64_t bytes)
{
	uint64_t first = va & ~(bytes - 1);

	return first >= r->va && first + (bytes - 1) <= r->last;
}

static void check_identity(struct plain *p, const struct rules_range *r,
			   uint64_t va, uint32_t attrs)
{
	unsigned depth = p->f->top, order = 0;
	struct mmu_outcome out;
	struct pt_lookup found;

	while (!has_leaves(p, depth) || !is_inside(r, va, pt_span(p->f, depth)))
		depth++;
	for (unsigned i = 0; i < p->f->level[depth].group_count; i++) {
		unsigned o = p->f->level[depth].group[i].order;

		if (is_inside(r, va, pt_span(p->f, depth) << o))
			order = o;
	}
	if (!plain_holds(p, !pt_translate(&p->space, va, &found) &&
				    found.kind == PT_LEAF && found.pa == va &&
				    found.attrs == attrs, "mapped to itself"))
		return;
	plain_holds(p, found.depth == depth, "leaves are as large as fits");
	plain_holds(p, found.order == order, "groups are as large as fits");
	if (plain_translate(p, &p->space, va, &out))
		plain_holds(p, out.leaf && out.pa == va && out.attrs == attrs &&
				       out.depth == depth && !out.denied &&
				       out.order == order,
			    "the model MMU says so too");
}

/* The fewest tables below the root that can map the range. */
static unsigned fewest_tables(const struct plain *p,
			      const struct rules_range *r)
{
	unsigned count = 0;

	for (unsigned d = p->f->top; d < PT_PTE; d++) {
		const uint64_t inside = pt_span(p->f, d) - 1;
		const unsigned shift = p->f->level[d].va_shift;
		bool first = r->va & inside, last = (r->last & inside) != inside;

		if (!has_leaves(p, d))
			count += (unsigned)((r->last >> shift) -
					    (r->va >> shift) + 1);
		else if (r->va >> shift == r->last >> shift)
			count += first || last;
		else
			count += (unsigned)first + last;
	}
	return count;
}

static void check_borders(struct plain *p, const struct rules_range *r,
			  uint32_t attrs, uint64_t *seed)
{
	struct pt_lookup found;

	for (unsigned d = p->f->top; d < PT_DEPTHS; d++) {
		uint64_t span = pt_span(p->f, d);
		uint64_t up = (r->va + span - 1) & ~(span - 1);
		uint64_t down = (r->last + 1) & ~(span - 1);

		up = pt_min(up, r->last);
		check_identity(p, r, up, attrs);
		check_identity(p, r, up > r->va ? up - 1 : r->va, attrs);
		if (down <= r->va)
			continue;
		check_identity(p, r, down - 1, attrs);
		check_identity(p, r, pt_min(down, r->last), attrs);
	}
	check_identity(p, r, r->last, attrs);
	for (unsigned i = 0; i < 32 && !p->broken; i++)
		check_identity(p, r, r->va + plain_random(seed) %
					     (r->last - r->va + 1), attrs);
	plain_holds(p, !pt_translate(&p->space, r->va - 1, &found) &&
			       found.kind == PT_NONE, "nothing before");
	if (r->last < p->last)
		plain_holds(p, !pt_translate(&p->space, r->last + 1, &found) &&
				       found.kind == PT_NONE, "nothing after");
}

/* Every failure leaves everything as it was. */
static void check_refusals(struct plain *p, const struct rules_range *r,
			   uint32_t attrs)
{
	const uint64_t page = pt_span(p->f, PT_PTE), before = plain_hash(p);
	const unsigned tables = fewest_tables(p, r);

	for (unsigned n = 1; n <= tables && n <= 8 && !p->broken; n++) {
		p->fail_in = n;
		plain_holds(p, pt_identity_map(&p->space, r->va, r->last,
					       attrs) == -ENOMEM &&
				       plain_hash(p) == before,
			    "a map that fails changes nothing");
	}
	p->fail_in = 0;
	if (p->broken)
		return;
	plain_holds(p, !pt_map(&p->space, r->last - page + 1, r->last, 0, attrs,
			       PT_PTE, 0), "one page is in the way");
	plain_holds(p, pt_identity_map(&p->space, r->va, r->last, attrs) ==
			       -EEXIST, "what is mapped is refused");
	rules_empty(p);
}

void rules_identity(struct plain *p, uint64_t seed)
{
	const uint64_t page = pt_span(p->f, PT_PTE);

	for (unsigned i = 0; i < 8 && !p->broken; i++) {
		struct rules_range r = identity_range(p);
		uint32_t attrs = some_attrs(p, &seed);
		uint64_t cut = i ? (r.last - r.va) / 3 : 1;

		r.va += plain_random(&seed) % cut & ~(page - 1);
		r.last -= plain_random(&seed) % cut & ~(page - 1);
		check_refusals(p, &r, attrs);
		if (p->broken ||
		    !plain_holds(p, !pt_identity_map(&p->space, r.va, r.last,
						     attrs), "it is mapped"))
			return;
		plain_holds(p, rules_count_tables(&p->space) ==
				       fewest_tables(p, &r),
			    "no more tables than needed");
		check_borders(p, &r, attrs, &seed);
		rules_empty(p);
	}
}

/* Copies. */

/* Whether two tables say the same but for where tables are, and share none. */
static bool is_copy(const struct pt_space *a, const struct pt_table *x,
		    const struct pt_space *b, const struct pt_table *y,
		    unsigned depth)
{
	const struct pt_format *f = a->format;
	const struct pt_level *l = &f->level[depth];
	const uint64_t mask = pt_address_mask(&l->table.pa);

	if (x->host == y->host)
		return false;
	for (unsigned i = 0; i < pt_table_entries(f, depth); i++) {
		struct pt_entry e = pt_read_entry(f, depth, x, i);
		struct pt_entry g = pt_read_entry(f, depth, y, i);
		struct pt_table below, copy;

		if (pt_entry_kind(f, depth, e) != PT_TABLE) {
			if (e.raw != g.raw)
				return false;
			continue;
		}
		if (pt_entry_kind(f, depth, g) != PT_TABLE ||
		    ((e.raw ^ g.raw) & ~mask))
			return false;
		below = pt_table_follow(a, depth, e);
		copy = pt_table_follow(b, depth, g);
		if (!is_copy(a, &below, b, &copy, depth + 1))
			return false;
	}
	return true;
}

static void compare_copies(struct plain *p, struct pt_space *to,
			   uint64_t *seed)
{
	const struct pt_table x = pt_root_open(&p->space);
	const struct pt_table y = pt_root_open(to);
	struct rules_dump a = { .dump.flags = PT_DUMP_HOLES }, b = a;

	plain_holds(p, is_copy(&p->space, &x, to, &y, p->f->top),
		    "every entry is the same, every table another");
	plain_holds(p, !rules_dump(&p->space, &a, 0, p->last) &&
			       !rules_dump(to, &b, 0, p->last) &&
			       a.hash == b.hash && a.runs == b.runs,
		    "a dump of both is the same");
	for (unsigned i = 0; i < 200 && !p->broken; i++) {
		uint64_t va = rules_some_va(p, seed);

		plain_holds(p, rules_same_outcome(p, &p->space, to, va) &&
				       rules_same_outcome(p, &p->space, to,
							  va - 1),
			    "hardware sees the same");
	}
}

void rules_clone(struct plain *p, uint64_t seed)
{
	for (unsigned i = 0; i < 4 && !p->broken; i++) {
		struct pt_space to;
		uint64_t before;
		unsigned tables;

		rules_populate(p, &seed, 24);
		tables = p->tables;
		before = plain_hash(p);
		for (unsigned n = 1; n <= tables && !p->broken; n++) {
			p->fail_in = n;
			plain_holds(p, pt_clone_tables(&to, &p->space, NULL) ==
					       -ENOMEM &&
				       p->tables == tables &&
				       plain_hash(p) == before,
				    "a copy that fails leaves nothing");
		}
		p->fail_in = 0;
		if (p->broken ||
		    !plain_holds(p, !pt_clone_tables(&to, &p->space, NULL),
				 "it is copied"))
			return;
		plain_holds(p, p->tables == 2 * tables, "a table for each");
		compare_copies(p, &to, &seed);
		if (p->broken)
			return;
		pt_space_destroy(&to);
		plain_holds(p, plain_hash(p) == before && p->tables == tables,
			    "what was copied is as it was");
		rules_empty(p);
	}
}
