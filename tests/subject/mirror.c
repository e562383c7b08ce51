/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in page-table code behind the public interface: see mirror.h.
 */
#include "mirror.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tablewalk/ptdump.h>
#include <tablewalk/walk.h>

#include "../../mm/pgtable.h"
#include "../../oracles/mmu/mmu.h"

struct state {
	struct pt_space space;		/* first */
	struct pt_env env;
	struct pt_memory windows;
	const struct tablewalk_memory *memory;
	const struct mirror *mirror;
	uint64_t leaked;
	unsigned turns;
};

static int give(void *context, uint64_t bytes, uint64_t *pa)
{
	struct state *s = context;

	return s->memory->allocate(s->memory->context, bytes, bytes, pa)
		       ? 0 : -ENOMEM;
}

static void take_back(void *context, uint64_t pa, uint64_t bytes)
{
	struct state *s = context;

	if (s->mirror->way == MIRROR_LEAKS && !s->leaked &&
	    pa != s->space.root) {
		s->leaked = pa;
		return;
	}
	s->memory->release(s->memory->context, pa, bytes);
	if (s->mirror->way == MIRROR_SCRIBBLES)
		memset(s->memory->pointer(s->memory->context, pa), 1, 1);
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
	free(s);
}

static uint64_t mirror_root(void *state)
{
	return ((struct state *)state)->space.root;
}

/* What the way makes of an error. */
static int result(const struct state *s, int ret)
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
	static const struct pt_walk_ops ops = {
		.pgd_entry = refuse_leaf, .p4d_entry = refuse_leaf,
		.pud_entry = refuse_leaf, .pmd_entry = refuse_leaf,
		.pte_entry = refuse_leaf,
	};
	const struct pt_format *f = s->space.format;
	const struct mmu_arch *arch = mmu_find(f->name);
	const uint64_t highest = pt_ones(f->pa_bits);
	int ret = pt_walk_inclusive(&s->space, va, last, &ops, NULL);

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
	return result(s, ret);
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

static int mirror_unmap(void *state, uint64_t va, uint64_t last, uint64_t *done)
{
	struct state *s = state;
	const enum mirror_way way = s->mirror->way;
	uint64_t first = va, end = last;
	int ret = range_fault(s, va, last);

	if (ret)
		return result(s, ret);
	if (way == MIRROR_DROPS_LEAF)
		cuts(s, &va, &last);
	if (way == MIRROR_REFUSES_PART && cuts(s, &first, &end))
		return TABLEWALK_BUSY;
	if (way == MIRROR_STOPS_AT_HOLES && find_hole(s, va, last, &first)) {
		if (first > va)
			ret = pt_unmap(&s->space, va, first - 1);
		if (ret)
			return result(s, ret);
		*done = first - va;
		return TABLEWALK_MISSING;
	}
	ret = pt_unmap(&s->space, va, last);
	if (!ret && way == MIRROR_FREES_EMPTY)
		pt_free_tables(&s->space, va, last, 0, UINT64_MAX);
	if (!ret && way == MIRROR_FREES_SOME && s->turns++ % 2)
		pt_free_tables(&s->space, va, last, 0, UINT64_MAX);
	return result(s, ret);
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
		return result(s, ret);
	if (s->mirror->way == MIRROR_WHOLE_LEAF)
		cuts(s, &va, &last);
	if (s->mirror->way == MIRROR_PROTECT_REFUSES_PART &&
	    cuts(s, &first, &end))
		return TABLEWALK_BUSY;
	return result(s, pt_protect(&s->space, va, last, rights));
}

static int mirror_split(void *state, uint64_t va, int depth)
{
	struct state *s = state;

	const uint64_t page = pt_span(s->space.format, PT_PTE);
	int ret = range_fault(s, va, va + (page - 1));

	/* Groups are not of the interface: a page is nothing to split. */
	if (!ret && depth == PT_PTE)
		ret = -EOPNOTSUPP;
	return result(s, ret ? ret
			     : pt_split(&s->space, va, (unsigned)depth));
}

static int mirror_collapse(void *state, uint64_t va, int depth)
{
	struct state *s = state;

	return result(s, pt_collapse(&s->space, va, (unsigned)depth, 0));
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
		return result(s, -EINVAL);
	if (ret || pa > highest || last - va > highest - pa)
		return result(s, -ERANGE);
	for (uint64_t at = va;; at += page) {
		struct pt_lookup found;

		ret = pt_translate(&s->space, at, &found);
		if (!ret && found.kind == PT_NONE)
			ret = pt_map(&s->space, at, at + page - 1,
				     pa + (at - va), attrs, PT_PTE, 0);
		*done = at - va;
		if (ret)
			return result(s, ret);
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
	return result(s, pt_free_tables(&s->space, va, last, 0, UINT64_MAX));
}

/*
 *			Looking
 */

struct looker {
	struct state *s;
	struct tablewalk_visitor *visitor;
};

static bool is_silent(const struct state *s, const struct pt_visit *visit)
{
	switch ((unsigned)s->mirror->way) {
	case MIRROR_WALKS_LEAVES:
		return visit->kind == PT_TABLE;
	case MIRROR_WALKS_NO_ALIASES:
		return visit->depth < (int)s->space.format->top;
	case MIRROR_WALKS_NO_HOLES:
		return visit->kind == PT_NONE;
	default:
		return false;
	}
}

static int on_entry(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct looker *l = walk->context;
	struct tablewalk_visitor *v = l->visitor;
	int ret;

	if (is_silent(l->s, visit))
		return 0;
	v->action = TABLEWALK_SUBTREE;
	ret = v->entry(v, visit->depth, visit->start, visit->last,
		       l->s->mirror->way == MIRROR_NO_ENTRIES ? UINT64_MAX
							      : visit->slot);
	if (v->action == TABLEWALK_CONTINUE)
		walk->action = PT_WALK_CONTINUE;
	if (v->action == TABLEWALK_AGAIN)
		walk->action = PT_WALK_AGAIN;
	return ret;
}

static int on_hole(uint64_t start, uint64_t last, int depth,
		   struct pt_walk *walk)
{
	struct looker *l = walk->context;

	return l->s->mirror->way == MIRROR_WALKS_NO_HOLES
		       ? 0 : l->visitor->hole(l->visitor, depth, start, last);
}

static int mirror_walk(void *state, uint64_t va, uint64_t last,
		       struct tablewalk_visitor *v)
{
	struct state *s = state;
	struct looker looker = { s, v };
	pt_entry_fn *entry[PT_DEPTHS];

	for (unsigned d = 0; d < PT_DEPTHS; d++)
		entry[d] = v->callbacks >> d & 1 ? on_entry : NULL;

	const struct pt_walk_ops ops = {
		.pgd_entry = entry[PT_PGD], .p4d_entry = entry[PT_P4D],
		.pud_entry = entry[PT_PUD], .pmd_entry = entry[PT_PMD],
		.pte_entry = entry[PT_PTE],
		.pte_hole = v->callbacks & 0x20 ? on_hole : NULL,
	};

	if (s->mirror->way == MIRROR_CALLS_UNSET && !(v->callbacks & 0x20))
		v->hole(v, 0, va, last);
	return pt_walk_inclusive(&s->space, va, last, &ops, &looker);
}

static int mirror_translate(void *state, uint64_t va,
			    struct tablewalk_translation *found)
{
	struct state *s = state;
	struct pt_lookup lookup;
	int ret = pt_translate(&s->space, va, &lookup);

	if (ret || lookup.kind != PT_LEAF)
		return result(s, ret);
	*found = (struct tablewalk_translation){
		.present = 1, .depth = lookup.depth, .pa = lookup.pa,
		.attrs = lookup.attrs, .removed = lookup.removed,
	};
	return TABLEWALK_OK;
}

static int on_dumped(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct tablewalk_dump *dump = walk->context;
	struct pt_lookup found;

	/* Aliases of the root's entries come first; the entry itself is last. */
	if (visit->kind != PT_LEAF || visit->depth != visit->real_depth ||
	    pt_translate(walk->space, visit->start, &found))
		return 0;
	return dump->run(dump, visit->depth, visit->start, visit->last,
			 found.attrs & ~found.removed & PT_RIGHTS);
}

static int mirror_dump(void *state, uint64_t va, uint64_t last,
		       struct tablewalk_dump *dump)
{
	static const struct pt_walk_ops ops = {
		.pgd_entry = on_dumped, .p4d_entry = on_dumped,
		.pud_entry = on_dumped, .pmd_entry = on_dumped,
		.pte_entry = on_dumped,
	};
	struct state *s = state;

	return pt_walk_inclusive(&s->space, va, last, &ops, dump);
}

/*
 *			Making one
 */

static const char *const formats[] = {
	"x86_64-4level", "i386-pae", "riscv-sv39", "arm64-4k-48", "arm-short",
	"m68k-motorola", "s390x-3level", "fake-tiny", NULL,
};

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
	/* It clears first, and cannot put that back. */
	if (way == MIRROR_REPLACES)
		mirror->subject.capabilities &= ~TABLEWALK_CAN_FAIL;
	if (way == MIRROR_CAN_AFTER_ALL)
		mirror->subject.capabilities &= ~TABLEWALK_CAN_FREE;
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
