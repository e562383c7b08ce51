/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in page-table code behind the public interface: see mirror.h.
 */
#include "mirror_private.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../mm/pgtable.h"
#include "../../oracles/mmu/mmu.h"

static int pool_give(struct state *s, uint64_t bytes, uint64_t *pa)
{
	struct pool *p = s->pool;

	for (unsigned i = 0; i < p->freed_count; i++) {
		if (p->freed[i].bytes != bytes)
			continue;
		*pa = p->freed[i].pa;
		p->freed[i] = p->freed[--p->freed_count];
		memset(p->host + (*pa - p->pa), 0, bytes);
		return 0;
	}
	p->used = (p->used + bytes - 1) & ~(bytes - 1);
	if (p->used + bytes > POOL_BYTES)
		return -ENOMEM;
	*pa = p->pa + p->used;
	p->used += bytes;
	return 0;
}

static void pool_take_back(struct pool *p, uint64_t pa, uint64_t bytes)
{
	/* Who reads it now reads nothing that a table would have. */
	memset(p->host + (pa - p->pa), 0xdb, bytes);
	if (p->freed_count == POOL_FREED)
		return;
	p->freed[p->freed_count].pa = pa;
	p->freed[p->freed_count++].bytes = bytes;
}

static int give(void *context, uint64_t bytes, uint64_t *pa)
{
	struct state *s = context;

	if (s->pool)
		return pool_give(s, bytes, pa);
	return s->memory->allocate(s->memory->context, bytes, bytes, pa)
		       ? 0 : -ENOMEM;
}

/* Released memory is poisoned where there is a sanitizer: the arena is to see it. */
__attribute__((no_sanitize("address")))
static void scribble(volatile uint8_t *at)
{
	*at = 1;
}

static void take_back(void *context, uint64_t pa, uint64_t bytes)
{
	struct state *s = context;

	if (s->mirror->way == MIRROR_LEAKS && !s->leaked &&
	    pa != s->space.root) {
		s->leaked = pa;
		return;
	}
	if (s->pool) {
		pool_take_back(s->pool, pa, bytes);
		return;
	}
	s->memory->release(s->memory->context, pa, bytes);
	if (s->mirror->way == MIRROR_SCRIBBLES)
		scribble(s->memory->pointer(s->memory->context, pa));
}

static void pool_close(struct state *s)
{
	struct pool *p = s->pool;

	if (!p)
		return;
	if (p->has_scratch && s->mirror->way != MIRROR_KEEPS_SCRATCH)
		s->memory->release(s->memory->context, p->scratch, 4096);
	free(p->stale);
	free(p->host);
	free(p);
	s->pool = NULL;
}

/* Addresses that every root register can hold. */
static uint64_t pool_address(const struct pt_format *f, unsigned space)
{
	const unsigned bits = f->pa_bits < 32 ? f->pa_bits : 32;

	return (UINT64_C(1) << bits) - (space + 1) * POOL_BYTES;
}

/* What open() says of where tables are. */
static void pool_name(const struct state *s, const struct pt_format *format,
		      struct tablewalk_setup *setup)
{
	setup->elsewhere_pa = s->pool->pa;
	setup->elsewhere_bytes = POOL_BYTES;
	switch ((unsigned)s->mirror->way) {
	case MIRROR_NAMES_NOTHING:
		setup->elsewhere_bytes = 0;
		break;
	case MIRROR_NAMES_TOO_MUCH:
		setup->elsewhere_pa = 0;
		setup->elsewhere_bytes = (UINT64_C(1) << 36) + 1;
		break;
	case MIRROR_NAMES_TOO_HIGH:
		setup->elsewhere_pa = pt_ones(format->pa_bits);
		break;
	case MIRROR_NAMES_TOO_LITTLE:
		setup->elsewhere_bytes = pt_table_bytes(format, format->top);
		break;
	case MIRROR_NAMES_TWICE:
		setup->elsewhere_bytes += setup->space ? 4096 : 0;
		break;
	default:
		break;
	}
}

static bool pool_open(struct state *s, const struct pt_format *format,
		      struct tablewalk_setup *setup)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (!p)
		return false;
	s->pool = p;
	p->host = calloc(1, POOL_BYTES);
	p->pa = pool_address(format, setup->space);
	p->has_scratch = s->memory->allocate(s->memory->context, 4096, 0,
					     &p->scratch);
	if (!p->host) {
		pool_close(s);
		return false;
	}
	s->windows = (struct pt_memory){
		.window[0] = { p->pa, POOL_BYTES, p->host },
	};
	pool_name(s, format, setup);
	return true;
}

/* The root's bytes as they were when it was read first. */
static int read_stale(struct state *s, const uint8_t *host, void *to,
		      size_t bytes)
{
	struct pool *p = s->pool;

	if (!p->stale) {
		p->stale = malloc(bytes);
		if (!p->stale)
			return TABLEWALK_MEMORY;
		memcpy(p->stale, host, bytes);
	}
	memcpy(to, p->stale, bytes);
	return TABLEWALK_OK;
}

static int mirror_read(void *state, uint64_t pa, void *to, size_t bytes)
{
	struct state *s = state;
	const uint8_t *host = pt_memory_at(&s->windows, pa, bytes);

	if (!host)
		return TABLEWALK_RANGE;
	if (s->mirror->way == MIRROR_READ_FAILS && pa != s->space.root)
		return TABLEWALK_MISSING;
	if (s->mirror->way == MIRROR_READS_STALE && pa == s->space.root)
		return read_stale(s, host, to, bytes);
	memcpy(to, host, bytes);
	return TABLEWALK_OK;
}

static int mirror_open(const struct tablewalk_subject *subject,
		       struct tablewalk_setup *setup, void **state)
{
	const struct pt_format *format = pt_format_find(setup->format);
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		return TABLEWALK_MEMORY;
	s->memory = setup->memory;
	s->mirror = (const struct mirror *)subject;
	for (unsigned i = 0; i < PT_WINDOWS; i++)
		s->windows.window[i] = (struct pt_window){
			.pa = setup->memory->window[i].pa,
			.bytes = setup->memory->window[i].bytes,
			.host = s->memory->pointer(s->memory->context,
						   setup->memory->window[i].pa),
		};
	s->env = (struct pt_env){ .memory = &s->windows, .context = s,
				  .alloc = give, .free = take_back };
	if (subject->capabilities & TABLEWALK_TABLES_ELSEWHERE &&
	    !pool_open(s, format, setup)) {
		free(s);
		return TABLEWALK_MEMORY;
	}
	if (s->mirror->way == MIRROR_DOES_NOT_OPEN) {
		free(s);
		return TABLEWALK_BUSY;
	}
	if (setup->root) {
		s->space = (struct pt_space){
			.format = format, .env = &s->env,
			.number = setup->space, .pa_bits = format->pa_bits,
			.root = setup->root,
		};
	} else if (pt_space_init(&s->space, format, &s->env, setup->space,
				 format->pa_bits)) {
		pool_close(s);
		free(s);
		return TABLEWALK_MEMORY;
	}
	s->space.runtime_folded = (uint8_t)setup->folded;
	s->space.walk_flags = subject->walk_flags;
	*state = s;
	return TABLEWALK_OK;
}

static void mirror_close(void *state)
{
	struct state *s = state;

	if (s->mirror->subject.capabilities & TABLEWALK_CAN_MAP)
		pt_space_destroy(&s->space);
	pool_close(s);
	free(s);
}

static uint64_t mirror_root(void *state)
{
	return ((struct state *)state)->space.root;
}

int mirror_result(const struct state *s, int ret)
{
	if (s->mirror->way == MIRROR_RETURNS_NONSENSE && ret == 0)
		return 17;
	if (s->mirror->way == MIRROR_OTHER_ERRORS && ret < 0 && ret != -ENOMEM)
		return TABLEWALK_BUSY;
	if (s->mirror->way == MIRROR_SWALLOWS_REFUSAL && ret == -ENOMEM)
		return 0;
	if (s->mirror->way == MIRROR_DIES_ON_BAD_ARGUMENTS &&
	    (ret == -EINVAL || ret == -ERANGE))
		abort();
	return ret;
}

/* Of a leaf that va is in, all of it; else va alone. */
static bool leaf_at(struct state *s, uint64_t va, uint64_t *first,
		    uint64_t *last)
{
	struct pt_lookup found;
	uint64_t unit;

	*first = *last = va;
	if (pt_translate(&s->space, va, &found) || found.kind != PT_LEAF)
		return false;
	unit = pt_span(s->space.format, found.depth) << found.order;
	*first = va & ~(unit - 1);
	*last = va | (unit - 1);
	return true;
}

static bool cuts(struct state *s, uint64_t *va, uint64_t *last)
{
	uint64_t first, end, ignored;
	bool cut;

	leaf_at(s, *va, &first, &ignored);
	leaf_at(s, *last, &ignored, &end);
	cut = first < *va || end > *last;
	*va = first;
	*last = end;
	return cut;
}

static unsigned pick(const struct state *s, uint64_t va, uint64_t last,
		     uint64_t pa)
{
	const struct pt_format *f = s->space.format;

	for (unsigned d = f->top; d < PT_PTE; d++)
		if (s->mirror->subject.leaf_depths >> d & 1 &&
		    mmu_find(f->name)->level[d].leaf &&
		    !((va | pa) & (pt_span(f, d) - 1)) &&
		    last - va >= pt_span(f, d) - 1)
			return d;
	return PT_PTE;
}

/* One leaf after the other; stops at the first error. */
static int map_leaves(struct state *s, uint64_t va, uint64_t last, uint64_t pa,
		      uint32_t attrs, int depth, bool picks, uint64_t *done)
{
	const uint64_t start = va;

	for (;;) {
		unsigned d = picks ? pick(s, va, last, pa) : (unsigned)depth;
		uint64_t end = va | (pt_span(s->space.format, d) - 1);
		int ret = pt_map(&s->space, va, end, pa, attrs, d, 0);

		if (ret)
			return ret;
		*done = end + 1 - start;
		if (end >= last || (!picks && s->mirror->way ==
					       MIRROR_SHORT_COUNT))
			return 0;
		pa += end + 1 - va;
		va = end + 1;
	}
}

/* Whether an empty table is in the way of a leaf of that depth. */
static bool table_in_way(struct state *s, uint64_t va, uint64_t last, int depth)
{
	const uint64_t span = pt_span(s->space.format, (unsigned)depth);

	for (uint64_t at = va; at <= last; at += span) {
		struct pt_lookup found;

		if (pt_translate(&s->space, at, &found))
			return false;
		if (found.kind == PT_NONE && found.depth > depth)
			return true;
		if (at + span < at)
			break;
	}
	return false;
}

static bool is_mapped_so(struct state *s, uint64_t va, uint64_t last,
			 uint64_t pa, uint32_t attrs, int depth)
{
	const uint64_t span = pt_span(s->space.format, (unsigned)depth);

	for (uint64_t at = va; at <= last; at += span) {
		struct pt_lookup found;

		if (pt_translate(&s->space, at, &found) ||
		    found.kind != PT_LEAF || found.depth != depth ||
		    found.attrs != attrs || found.pa != pa + (at - va))
			return false;
		if (at + span < at)
			break;
	}
	return true;
}

/* Maps one leaf at most, and says so. */
static int map_short(struct state *s, uint64_t va, uint64_t last, uint64_t pa,
		     uint32_t attrs, int depth, uint64_t *done)
{
	const uint64_t span = pt_span(s->space.format, (unsigned)depth);
	int ret = pt_map(&s->space, va, last, pa, attrs, (unsigned)depth, 0);

	if (ret || last - va < span)
		return ret;
	*done = span;
	return pt_unmap(&s->space, va + span, last);
}

static int refuse_leaf(const struct pt_visit *visit, struct pt_walk *walk)
{
	(void)walk;
	return visit->kind == PT_LEAF ? -EEXIST : 0;
}

/* What is wrong with a map of leaves of that depth, or 0. */
static int map_fault(struct state *s, uint64_t va, uint64_t last, uint64_t pa,
		     uint32_t attrs, unsigned depth)
{
	const struct pt_format *f = s->space.format;
	const struct mmu_arch *arch = mmu_find(f->name);
	const uint64_t highest = pt_ones(f->pa_bits);
	int ret = mirror_each_entry(s, va, last, refuse_leaf, NULL);

	if (ret == -EINVAL || (va | (last + 1) | pa) & (pt_span(f, depth) - 1))
		return -EINVAL;
	if (ret == -ERANGE || pa > highest || last - va > highest - pa)
		return -ERANGE;
	if (!arch->level[depth].leaf || !arch->representable(depth, attrs))
		return -EOPNOTSUPP;
	return ret;
}

/* With the largest leaves that fit, where all of it is free. */
static int map_picked(struct state *s, uint64_t va, uint64_t last, uint64_t pa,
		      uint32_t attrs, uint64_t *done)
{
	int ret = map_fault(s, va, last, pa, attrs, PT_PTE);

	return ret ? ret
		   : map_leaves(s, va, last, pa, attrs, PT_PTE, true, done);
}

/* Whether a map is to leave the leaf at va as it is. */
static bool stays(struct state *s, uint64_t va, uint64_t pa, uint32_t attrs,
		  int depth)
{
	struct pt_lookup found;

	return !pt_translate(&s->space, va, &found) && found.kind == PT_LEAF &&
	       found.depth == depth && found.pa == pa &&
	       (s->mirror->way == MIRROR_KEEPS_ATTRS ||
		!((found.attrs ^ attrs) & ~PT_RIGHTS));
}

/* Leaf after leaf in place of what is there, but for those that stay. */
static int map_keeping(struct state *s, uint64_t va, uint64_t last, uint64_t pa,
		       uint32_t attrs, int depth)
{
	const uint64_t span = pt_span(s->space.format, (unsigned)depth);

	for (;; va += span, pa += span) {
		const uint64_t end = va + (span - 1);
		int ret = 0;

		if (!stays(s, va, pa, attrs, depth)) {
			ret = pt_unmap(&s->space, va, end);
			if (!ret)
				ret = pt_map(&s->space, va, end, pa, attrs,
					     (unsigned)depth, 0);
		}
		if (ret || end == last)
			return ret;
	}
}

static int map_other(struct state *s, uint64_t va, uint64_t last, uint64_t pa,
		     uint32_t attrs, int depth, uint64_t *done)
{
	int ret = pt_map(&s->space, va, last, pa, attrs, (unsigned)depth, 0);

	if (ret != -EEXIST)
		return ret;
	switch ((unsigned)s->mirror->way) {
	case MIRROR_SAME_IS_FINE:
		return is_mapped_so(s, va, last, pa, attrs, depth) ? 0 : ret;
	case MIRROR_REPLACES:
		pt_unmap(&s->space, va, last);
		return pt_map(&s->space, va, last, pa, attrs, (unsigned)depth,
			      0);
	case MIRROR_KEEPS_RIGHTS:
	case MIRROR_KEEPS_ATTRS:
		return map_keeping(s, va, last, pa, attrs, depth);
	case MIRROR_LEAVES_PREFIX:
		return map_leaves(s, va, last, pa, attrs, depth, false, done);
	default:
		return ret;
	}
}

/* Leaves the tables that a failed map had made. */
static int map_littering(struct state *s, uint64_t va, uint64_t last,
			 uint64_t pa, uint32_t attrs, int depth)
{
	int ret = pt_map(&s->space, va, last, pa, attrs, (unsigned)depth, 0);

	if (ret == -ENOMEM) {
		pt_map(&s->space, va, last, pa, attrs, (unsigned)depth, 0);
		pt_unmap(&s->space, va, last);
	}
	return ret;
}

static int restrict_table(const struct pt_visit *visit, struct pt_walk *walk)
{
	const struct state *s = walk->context;
	const struct pt_format *f = s->space.format;
	const struct pt_level *l = &f->level[visit->real_depth];
	const struct pt_table slot = {
		.env = &s->env, .pa = visit->slot,
		.host = s->memory->pointer(s->memory->context, visit->slot),
	};

	if (visit->kind == PT_TABLE)
		pt_write_entry(f, visit->real_depth, &slot, 0,
			       pt_table_restrict(l, visit->entry,
					s->mirror->way == MIRROR_TABLES_TAKE_W
						? PT_W : PT_USER));
	return 0;
}

static int mirror_map(void *state, uint64_t va, uint64_t last, uint64_t pa,
		      uint32_t attrs, int depth, uint64_t *done)
{
	struct state *s = state;
	const uint64_t span = pt_span(s->space.format, (unsigned)depth);
	int ret;

	switch ((unsigned)s->mirror->way) {
	case MIRROR_SHORT_COUNT:
		return map_short(s, va, last, pa, attrs, depth, done);
	case MIRROR_PICKS_LEAF:
		return map_picked(s, va, last, pa, attrs, done);
	case MIRROR_LEAVES_TABLES:
		return map_littering(s, va, last, pa, attrs, depth);
	case MIRROR_TABLE_IN_WAY:
		if (!map_fault(s, va, last, pa, attrs, (unsigned)depth) &&
		    table_in_way(s, va, last, depth))
			return TABLEWALK_EXISTS;
		break;
	case MIRROR_LOSES_PAGE:
		if (last > va && last - va >= 2 * span - 1)
			last -= span;
		break;
	case MIRROR_DOES_TOO_MUCH:
		*done = last - va + 2;
		break;
	default:
		break;
	}
	ret = map_other(s, va, last, pa, attrs, depth, done);
	if (!ret && (s->mirror->way == MIRROR_TABLES_TAKE_USER ||
		     s->mirror->way == MIRROR_TABLES_TAKE_W))
		mirror_each_entry(s, va, last, restrict_table, s);
	return mirror_result(s, ret);
}

/* What every operation on a range says of its arguments. */
static int range_fault(struct state *s, uint64_t va, uint64_t last)
{
	static const struct pt_walk_ops none;

	return pt_walk_inclusive(&s->space, va, last, &none, NULL);
}

/* The first address of the range that no leaf covers. */
static bool find_hole(struct state *s, uint64_t va, uint64_t last,
		      uint64_t *hole)
{
	for (*hole = va;;) {
		struct pt_lookup found;
		uint64_t unit;

		if (pt_translate(&s->space, *hole, &found) ||
		    found.kind != PT_LEAF)
			return true;
		unit = pt_span(s->space.format, found.depth);
		if ((*hole | (unit - 1)) >= last)
			return false;
		*hole = (*hole | (unit - 1)) + 1;
	}
}

/* Divides the leaf at an address of [va, last], if the range cuts it or not. */
static bool divide(struct state *s, uint64_t at, uint64_t va, uint64_t last,
		   bool cut)
{
	struct pt_lookup found;
	uint64_t first, end;

	return leaf_at(s, at, &first, &end) &&
	       (first < va || end > last) == cut &&
	       !pt_translate(&s->space, at, &found) && found.depth < PT_PTE &&
	       !pt_split(&s->space, first, found.depth);
}

/* What a change of a range leaves when it is refused a table. */
static int gives_up(struct state *s, uint64_t va, uint64_t last, int ret)
{
	const bool cut = s->mirror->way == MIRROR_DIVIDES_IN_VAIN;

	if (ret == -ENOMEM && (cut || s->mirror->way == MIRROR_DIVIDES_UNCUT) &&
	    !divide(s, va, va, last, cut))
		divide(s, last, va, last, cut);
	return mirror_result(s, ret);
}

static int mirror_unmap(void *state, uint64_t va, uint64_t last, uint64_t *done)
{
	struct state *s = state;
	const enum mirror_way way = s->mirror->way;
	uint64_t first = va, end = last;
	int ret = range_fault(s, va, last);

	if (ret)
		return mirror_result(s, ret);
	if (way == MIRROR_DROPS_LEAF)
		cuts(s, &va, &last);
	if (way == MIRROR_REFUSES_PART && cuts(s, &first, &end))
		return TABLEWALK_BUSY;
	if (way == MIRROR_STOPS_AT_HOLES && find_hole(s, va, last, &first)) {
		if (first > va)
			ret = pt_unmap(&s->space, va, first - 1);
		if (ret)
			return mirror_result(s, ret);
		*done = first - va;
		return TABLEWALK_MISSING;
	}
	ret = pt_unmap(&s->space, va, last);
	if (!ret && way == MIRROR_FREES_EMPTY)
		pt_free_tables(&s->space, va, last, 0, UINT64_MAX);
	if (!ret && way == MIRROR_FREES_SOME && s->turns++ % 2)
		pt_free_tables(&s->space, va, last, 0, UINT64_MAX);
	return gives_up(s, va, last, ret);
}

/* Whether protect leaves the leaf at an end of [va, last] that the range cuts. */
static bool is_part_kept(struct state *s, uint64_t at, uint64_t va,
			 uint64_t last, uint32_t rights, uint64_t *first,
			 uint64_t *end)
{
	struct pt_lookup found;

	return leaf_at(s, at, first, end) && (*first < va || *end > last) &&
	       !pt_translate(&s->space, at, &found) &&
	       (s->mirror->way == MIRROR_KEEPS_ANY_PART ||
		(found.attrs & PT_RIGHTS) == rights);
}

/* Protects all but those leaves. */
static int protect_keeping(struct state *s, uint64_t va, uint64_t last,
			   uint32_t rights)
{
	uint64_t first, end;

	if (is_part_kept(s, va, va, last, rights, &first, &end)) {
		if (end >= last)
			return 0;
		va = end + 1;
	}
	if (is_part_kept(s, last, va, last, rights, &first, &end)) {
		if (first <= va)
			return 0;
		last = first - 1;
	}
	return pt_protect(&s->space, va, last, rights);
}

/* Refuses a leaf that has other rights than these. */
static int refuse_rights(const struct pt_visit *visit, struct pt_walk *walk)
{
	const uint32_t *rights = walk->context;

	return visit->kind == PT_LEAF && visit->attrs & PT_RIGHTS & ~*rights
		       ? -EOPNOTSUPP : 0;
}

static int protect_gently(struct state *s, uint64_t va, uint64_t last,
			  uint32_t rights)
{
	uint32_t may = rights;
	int ret;

	if (s->mirror->way == MIRROR_TAKES_W_ONLY)
		may |= PT_W;
	ret = mirror_each_entry(s, va, last, refuse_rights, &may);
	return ret ? ret : pt_protect(&s->space, va, last, rights);
}

static int protect_other(struct state *s, uint64_t va, uint64_t last,
			 uint32_t rights)
{
	switch ((unsigned)s->mirror->way) {
	case MIRROR_KEEPS_PARTS:
	case MIRROR_KEEPS_ANY_PART:
		return protect_keeping(s, va, last, rights);
	case MIRROR_TAKES_W_ONLY:
	case MIRROR_TAKES_NOTHING:
		return protect_gently(s, va, last, rights);
	default:
		return pt_protect(&s->space, va, last, rights);
	}
}

static int mirror_protect(void *state, uint64_t va, uint64_t last,
			  uint32_t rights, uint64_t *done)
{
	struct state *s = state;
	uint64_t first = va, end = last;
	int ret = range_fault(s, va, last);

	(void)done;
	if (!ret && !mmu_find(s->space.format->name)->representable(PT_PTE,
								     rights))
		ret = -EOPNOTSUPP;
	if (ret)
		return mirror_result(s, ret);
	if (s->mirror->way == MIRROR_WHOLE_LEAF)
		cuts(s, &va, &last);
	if (s->mirror->way == MIRROR_PROTECT_REFUSES_PART &&
	    cuts(s, &first, &end))
		return TABLEWALK_BUSY;
	return gives_up(s, va, last, protect_other(s, va, last, rights));
}

static int mirror_split(void *state, uint64_t va, int depth)
{
	struct state *s = state;

	const uint64_t page = pt_span(s->space.format, PT_PTE);
	int ret = range_fault(s, va, va + (page - 1));

	/* Groups are not of the interface: a page is nothing to split. */
	if (!ret && depth == PT_PTE)
		ret = -EOPNOTSUPP;
	return mirror_result(s, ret ? ret
			     : pt_split(&s->space, va, (unsigned)depth));
}

static int mirror_collapse(void *state, uint64_t va, int depth)
{
	struct state *s = state;

	return mirror_result(s, pt_collapse(&s->space, va, (unsigned)depth, 0));
}

static int mirror_install(void *state, uint64_t va, uint64_t last, uint64_t pa,
			  uint32_t attrs, uint64_t *done)
{
	struct state *s = state;
	const uint64_t page = pt_span(s->space.format, PT_PTE);
	const uint64_t highest = pt_ones(s->space.format->pa_bits);
	int ret;

	ret = range_fault(s, va, last);
	if (ret == -EINVAL || pa & (page - 1))
		return mirror_result(s, -EINVAL);
	if (ret || pa > highest || last - va > highest - pa)
		return mirror_result(s, -ERANGE);
	for (uint64_t at = va;; at += page) {
		struct pt_lookup found;

		ret = pt_translate(&s->space, at, &found);
		if (!ret && found.kind == PT_NONE)
			ret = pt_map(&s->space, at, at + page - 1,
				     pa + (at - va), attrs, PT_PTE, 0);
		*done = at - va;
		if (ret)
			return mirror_result(s, ret);
		*done += page;
		if (at + page - 1 == last)
			return TABLEWALK_OK;
	}
}

static int mirror_free(void *state, uint64_t va, uint64_t last)
{
	struct state *s = state;

	if (s->mirror->way == MIRROR_CAN_AFTER_ALL)
		return TABLEWALK_OK;
	return mirror_result(s, pt_free_tables(&s->space, va, last, 0, UINT64_MAX));
}

/*
 *			Other words
 */

/* arm64: shareability, which the model MMU does not look at; not global. */
#define ARM64_SH0 (UINT64_C(1) << 8)
#define ARM64_NG (UINT64_C(1) << 11)

/* Changes every leaf of an arm64 table and of those below it. */
static void flip_words(struct state *s, uint64_t pa, unsigned depth,
		       uint64_t bits)
{
	const struct pt_format *f = s->space.format;
	const struct pt_table table = pt_table_open(&s->space, depth, pa);

	for (unsigned i = 0; i < pt_table_entries(f, depth); i++) {
		struct pt_entry e = pt_read_entry(f, depth, &table, i);

		if (pt_is_table(&f->level[depth], e)) {
			flip_words(s, pt_table_pa(&f->level[depth], e),
				   depth + 1, bits);
		} else if (e.raw & 1) {
			e.raw ^= bits;
			pt_write_entry(f, depth, &table, i, e);
		}
	}
}

/* From words that the built-in code knows to others, and back. */
static struct state *flip(void *state)
{
	struct state *s = state;

	flip_words(s, s->space.root, s->space.format->top,
		   s->mirror->way == MIRROR_WRONG_WORDS ? ARM64_NG
							: ARM64_SH0);
	return s;
}

static int other_map(void *state, uint64_t va, uint64_t last, uint64_t pa,
		     uint32_t attrs, int depth, uint64_t *done)
{
	int ret = mirror_map(flip(state), va, last, pa, attrs, depth, done);

	flip(state);
	return ret;
}

static int other_unmap(void *state, uint64_t va, uint64_t last, uint64_t *done)
{
	int ret = mirror_unmap(flip(state), va, last, done);

	flip(state);
	return ret;
}

static int other_protect(void *state, uint64_t va, uint64_t last,
			 uint32_t rights, uint64_t *done)
{
	int ret = mirror_protect(flip(state), va, last, rights, done);

	flip(state);
	return ret;
}

/*
 *			Making one
 */

static const char *const formats[] = {
	"x86_64-4level", "i386-pae", "riscv-sv39", "arm64-4k-48", "arm-short",
	"m68k-motorola", "s390x-3level", "fake-tiny", NULL,
};

/* It has no readers: those of the built-in code do not know its words. */
static void take_other_words(struct tablewalk_subject *subject)
{
	static const char *const arm64[] = { "arm64-4k-48", NULL };

	subject->formats = arm64;
	subject->capabilities = TABLEWALK_CAN_MAP | TABLEWALK_CAN_UNMAP |
				TABLEWALK_CAN_PROTECT | TABLEWALK_CAN_FAIL;
	subject->map = other_map;
	subject->unmap = other_unmap;
	subject->protect = other_protect;
	subject->split = subject->collapse = NULL;
	subject->install = NULL;
	subject->free_tables = NULL;
	subject->walk = NULL;
	subject->translate = NULL;
	subject->dump = NULL;
}

void mirror_init(struct mirror *mirror, enum mirror_way way, const char *name)
{
	memset(mirror, 0, sizeof(*mirror));
	mirror->way = way;
	snprintf(mirror->name, sizeof(mirror->name), "%s", name);
	mirror->subject = (struct tablewalk_subject){
		.version = TABLEWALK_SUBJECT_VERSION,
		.bytes = sizeof(mirror->subject),
		.name = mirror->name,
		.what = "the built-in subject behind the public interface",
		.formats = formats,
		.capabilities = TABLEWALK_CAN_MAP | TABLEWALK_CAN_UNMAP |
			TABLEWALK_CAN_PROTECT | TABLEWALK_CAN_SPLIT |
			TABLEWALK_CAN_COLLAPSE | TABLEWALK_CAN_INSTALL |
			TABLEWALK_CAN_WALK | TABLEWALK_CAN_TRANSLATE |
			TABLEWALK_CAN_DUMP | TABLEWALK_CAN_FREE |
			TABLEWALK_CAN_ACTIONS | TABLEWALK_CAN_STOP |
			TABLEWALK_CAN_FAIL,
		.attrs = UINT32_MAX, .leaf_depths = 0x1f,
		.open = mirror_open, .close = mirror_close,
		.root = mirror_root, .map = mirror_map, .unmap = mirror_unmap,
		.protect = mirror_protect, .split = mirror_split,
		.collapse = mirror_collapse, .install = mirror_install,
		.free_tables = mirror_free, .walk = mirror_walk,
		.translate = mirror_translate, .dump = mirror_dump,
	};
	/* They clear first, and cannot put that back. */
	if (way == MIRROR_REPLACES || way == MIRROR_KEEPS_RIGHTS ||
	    way == MIRROR_KEEPS_ATTRS)
		mirror->subject.capabilities &= ~TABLEWALK_CAN_FAIL;
	if (way == MIRROR_CAN_AFTER_ALL)
		mirror->subject.capabilities &= ~TABLEWALK_CAN_FREE;
	if (way == MIRROR_TABLES_TAKE_USER || way == MIRROR_TABLES_TAKE_W)
		mirror->subject.attrs &= ~TABLEWALK_USER;
	if (way == MIRROR_OTHER_WORDS || way == MIRROR_WRONG_WORDS)
		take_other_words(&mirror->subject);
}

void mirror_reader_init(struct mirror *mirror, enum mirror_way way,
			const char *name)
{
	mirror_init(mirror, way, name);
	mirror->subject.capabilities =
		TABLEWALK_CAN_WALK | TABLEWALK_CAN_TRANSLATE |
		TABLEWALK_CAN_DUMP | TABLEWALK_CAN_ACTIONS |
		TABLEWALK_CAN_STOP;
}

void mirror_elsewhere_init(struct mirror *mirror, enum mirror_way way,
			   const char *name)
{
	mirror_init(mirror, way, name);
	/* The harness can refuse no table that it is not asked for. */
	mirror->subject.capabilities &= ~TABLEWALK_CAN_FAIL;
	mirror->subject.capabilities |= TABLEWALK_TABLES_ELSEWHERE;
	mirror->subject.read = mirror_read;
}
