/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Random operations on a shared kernel part; see sharing.h. */
#include "sharing.h"

#include <errno.h>

#include <tablewalk/vpte.h>

#include "../../mm/pt_entry.h"

enum kind {
	MAP,
	UNMAP,
	PROTECT,
	SPLIT,
	COLLAPSE,
	RESTRICT,
	SETKIND,
	TOUCH,
	FREE,
	COPY,
	AGE,
	KINDS,
};

struct action {
	enum kind kind;
	uint64_t va, last, pa;
	uint32_t attrs;
	unsigned depth, order;
	enum pt_kind target;
	bool write;
};

static unsigned draw(uint64_t *seed, unsigned below)
{
	/* xorshift64: Marsaglia, "Xorshift RNGs", 2003. */
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed >> 32) % below;
}

/* The root's entries that everything is about: those at the edges. */
static unsigned draw_index(const struct sharing *s, uint64_t *seed)
{
	const unsigned entries = sharing_entries(s), kernel = entries / 2;
	const unsigned index[] = { kernel, kernel + 1, entries - 1, kernel,
				   0, kernel - 1 };

	return index[draw(seed, 6)] % entries;
}

static uint64_t address_mask(const struct sharing *s)
{
	return pt_ones(s->f->va_word_bits);
}

/* A range from within the root's entry on, mostly of whole units. */
static void draw_range(const struct sharing *s, uint64_t *seed,
		       struct action *a)
{
	const uint64_t unit = pt_span(s->f, a->depth) << a->order;
	const uint64_t root = pt_span(s->f, s->f->top);
	uint64_t length = (1 + draw(seed, 3)) * unit;

	a->va = sharing_va(s, draw_index(s, seed));
	if (unit < root) {
		const uint64_t offset[] = { 0, 0, unit, root - unit };

		a->va += offset[draw(seed, 4)];
	}
	a->va &= address_mask(s) & ~(unit - 1);
	/* Now and then a page is left out at the end. */
	if (a->kind != MAP && !draw(seed, 4))
		length -= pt_span(s->f, PT_PTE);
	a->last = (a->va + (length ? length : unit) - 1) & address_mask(s);
	/* Whole tables, so that there is something to collapse. */
	if (a->depth > s->f->top && !draw(seed, 3)) {
		uint64_t ones = pt_span(s->f, a->depth - 1) - 1;

		a->va &= ~ones;
		a->last = a->va | ones;
	}
}

static struct action draw_action(const struct sharing *s, uint64_t *seed)
{
	static const enum pt_kind target[] = { PT_PROTNONE, PT_SWAP,
					       PT_MIGRATION, PT_INVALID_HUGE };
	static const enum kind often[] = { MAP, MAP, UNMAP, FREE };
	const unsigned depths = PT_DEPTHS - s->f->top;
	struct action a = {
		.kind = draw(seed, 2) ? (enum kind)draw(seed, KINDS) :
					often[draw(seed, 4)],
		.depth = s->f->top + draw(seed, depths),
		.attrs = draw(seed, 2) ? sharing_rights(s) :
					 sharing_other_rights(s),
		.target = target[draw(seed, 4)],
		.write = draw(seed, 2),
	};
	const struct pt_level *l;

	/* Most is to be seen at the root and right below it. */
	if (!draw(seed, 3))
		a.depth = s->f->top + draw(seed, 2);
	if ((a.kind == UNMAP || a.kind == FREE) && draw(seed, 4))
		a.depth = s->f->top;
	l = &s->f->level[a.depth];
	if (l->group_count && draw(seed, 2))
		a.order = l->group[0].order;
	draw_range(s, seed, &a);
	a.pa = sharing_pa(s, a.depth > s->f->top ? a.depth - 1 : a.depth);
	a.pa &= ~((pt_span(s->f, a.depth) << a.order) - 1);
	return a;
}

/* Clears ACCESSED of the first item of the range. */
static int age(struct pt_space *space, const struct action *a)
{
	struct pt_iterator it;
	int ret = pt_iterate(&it, space, a->va, a->last);

	if (ret)
		return ret;
	pt_iterate_next(&it);
	return pt_item_change(&it, PT_ACCESSED, 0);
}

/* Of a copy: from the space to the other one, at the same addresses. */
static int apply(struct pt_space *space, struct pt_space *other,
		 const struct action *a)
{
	switch (a->kind) {
	case MAP:
		return pt_map(space, a->va, a->last, a->pa, a->attrs, a->depth,
			      a->order);
	case UNMAP:
		return pt_unmap(space, a->va, a->last);
	case PROTECT:
		return pt_protect(space, a->va, a->last, a->attrs);
	case SPLIT:
		return pt_split(space, a->va, a->depth);
	case COLLAPSE:
		return pt_collapse(space, a->va, a->depth, a->order);
	case RESTRICT:
		return pt_restrict(space, a->va, a->depth,
				   a->write ? PT_W : 0);
	case SETKIND:
		return pt_setkind(space, a->va, a->depth, a->target, a->pa);
	case TOUCH:
		return pt_touch(space, a->va, a->write ? PT_WRITE : PT_READ);
	case FREE:
		return pt_free_tables(space, a->va, a->last, 0, UINT64_MAX);
	case COPY:
		return pt_copy(space, other, a->va, a->last, a->va, a->write);
	case AGE:
		return age(space, a);
	case KINDS:
		break;
	}
	return 0;
}

static bool is_malformed(int ret)
{
	return ret == -EINVAL || ret == -ERANGE || ret == -EOPNOTSUPP;
}

static bool touches_kernel(const struct sharing *s, const struct action *a)
{
	uint64_t last = a->last;

	if (a->kind == SPLIT || a->kind == COLLAPSE || a->kind == RESTRICT ||
	    a->kind == SETKIND || a->kind == TOUCH || a->kind == AGE)
		last = a->va;
	return pt_index(s->f, s->f->top, last) >= sharing_kernel(s);
}

/* What the action returns where nothing is shared, and nothing mapped. */
static int apply_fresh(struct sharing *s, const struct action *a)
{
	struct pt_space fresh[2];
	int ret;

	for (unsigned i = 0; i < 2; i++)
		if (pt_space_init(&fresh[i], s->f, &s->env,
				  s->space[i].number, s->f->pa_bits))
			return -ENOMEM;
	ret = apply(&fresh[0], &fresh[1], a);
	for (unsigned i = 0; i < 2; i++)
		pt_space_destroy(&fresh[i]);
	return ret;
}

/*
 * Through the sharer, what is not refused for what it is, whatever the tables
 * hold, is -EBUSY and changes nothing.  An item says by itself whether it can be
 * aged.
 */
static bool is_refused_rightly(struct sharing *s, const struct action *a)
{
	const int fresh = apply_fresh(s, a);
	const unsigned stores = s->stores, allocations = s->allocations;
	const int ret = apply(&s->space[SHARER], &s->space[OWNER], a);

	if (s->stores != stores || s->allocations != allocations)
		return false;
	if (a->kind == AGE)
		return ret == -EBUSY || is_malformed(ret);
	return ret == (is_malformed(fresh) ? fresh : -EBUSY);
}

static void breaks(struct sharing *s, const char *rule)
{
	if (!s->broken)
		s->broken = rule;
}

static void sync(struct sharing *s, uint64_t *seed)
{
	unsigned index = draw_index(s, seed);
	uint64_t raw = sharing_raw(s, OWNER, index);
	int expected = raw != sharing_raw(s, SHARER, index);

	if (pt_is_none(&s->f->level[s->f->top], (struct pt_entry){ raw }))
		expected = -ENOENT;
	if (index < sharing_kernel(s))
		expected = -ERANGE;
	if (sharing_sync(s, sharing_va(s, index)) != expected)
		breaks(s, "1 if that changed anything, 0 if equal");
	if (expected >= 0 && raw != sharing_raw(s, SHARER, index))
		breaks(s, "copies the owner's root entry");
}

/* Of all tables: who is found. */
struct census {
	struct sharing *s;
	unsigned found;
};

static int on_owner(void *context, const struct pt_owner *owner)
{
	struct census *c = context;

	for (unsigned i = 0; i < c->s->tables; i++) {
		const struct pt_table_page *t = &c->s->table[i];

		if (t->pa == owner->page.pa && t->space == owner->page.space &&
		    t->depth == owner->page.depth)
			c->found++;
	}
	return 0;
}

/* Every table is found once, for its owner alone; by way of the sharer too. */
static void check_owners(struct sharing *s, uint64_t va)
{
	struct pt_space *spaces[] = { &s->space[SHARER], &s->space[OWNER] };
	const struct pt_window *w = &s->memory.window[0];
	struct census c = { .s = s };
	int count = pt_table_owners(spaces, 2, w->pa, w->bytes, on_owner, &c);

	if (count != (int)s->tables || c.found != s->tables)
		breaks(s, "finds them for it alone, once");
	for (unsigned depth = s->f->top + 1; depth < PT_DEPTHS; depth++) {
		struct pt_owner owner;

		if (pt_table_at(&s->space[SHARER], va, depth, &owner))
			return;
		c.found = 0;
		on_owner(&c, &owner);
		if (c.found != 1)
			breaks(s, "with the owner's number");
	}
}

static void check_translation(struct sharing *s, uint64_t va)
{
	struct pt_lookup a = sharing_look(s, SHARER, va);
	struct pt_lookup b = sharing_look(s, OWNER, va);

	if (s->space[SHARER].synced && a.kind == PT_NONE &&
	    a.depth == s->f->top)
		return;
	if (a.kind != b.kind || a.depth != b.depth || a.order != b.order ||
	    a.pa != b.pa || a.attrs != b.attrs || a.removed != b.removed)
		breaks(s, "both translate it alike");
}

static void step(struct sharing *s, uint64_t *seed)
{
	struct action a = draw_action(s, seed);
	bool through_owner = draw(seed, 3);
	struct pt_space *space = &s->space[through_owner ? OWNER : SHARER];
	struct pt_space *other = &s->space[through_owner ? SHARER : OWNER];
	bool kernel = touches_kernel(s, &a);

	if (!draw(seed, 6)) {
		sync(s, seed);
	} else if (kernel && (!through_owner || a.kind == COPY)) {
		if (!through_owner && !is_refused_rightly(s, &a))
			breaks(s, "changed through its owner only: -EBUSY");
	} else {
		s->fail_in = draw(seed, 12) ? 0 : 1 + draw(seed, 3);
		apply(space, other, &a);
		s->fail_in = 0;
	}
	if (!sharing_holds(s))
		return;
	kernel = pt_index(s->f, s->f->top, a.va) >= sharing_kernel(s);
	if (kernel)
		check_translation(s, a.va);
	check_owners(s, kernel ? a.va : sharing_first(s));
}

void sharing_exercise(struct sharing *s, uint64_t seed, unsigned operations)
{
	/* Small numbers begin with many zeros. */
	seed = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	for (unsigned i = 0; i < operations && !s->broken; i++)
		step(s, &seed);
}
