/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Break before make; bbm.h says how the rule is read.
 *
 * Each entry that was stored to has a record: what a machine may have cached of
 * it, and since when it is broken.  Time is counted in breaks, and flushes are
 * kept with their time.  Whether an entry was flushed is asked when it is made.
 */
#include "bbm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defect.h"
#include "model.h"

/* What the rule looks at in an entry. */
struct held {
	uint64_t pa;
	uint32_t memtype;
	uint8_t class;			/* MMU_LEAF, MMU_TABLE; else nothing */
	uint8_t order;
};

struct record {
	uint64_t pa;			/* of the entry */
	uint64_t table, index;
	uint64_t first, last;		/* addresses that it covers */
	uint64_t broken_at;		/* 0: it is used, or never was */
	struct held held;		/* when it was last used */
	size_t slot;			/* where it is found */
	uint8_t space, depth;
	bool young;			/* see bbm.h */
	bool flushed;			/* and nothing of held is cached now */
};

struct flush {
	uint64_t va, last, time;
	uint8_t space;
	int8_t depth;
	bool tables;
};

/* A group that may be made, as long as nothing else is. */
struct ready {
	uint64_t table, base;
	uint8_t order;			/* 0: there is none */
};

struct oracle_bbm {
	const struct oracle *oracle;
	const struct oracle_stale *stale;
	struct record *record;
	size_t records, record_capacity;
	size_t *slot;			/* hash table: number of record + 1 */
	size_t slots;			/* a power of two */
	struct flush *flush;
	size_t flushes, flush_capacity;
	uint64_t time;			/* breaks so far */
	struct ready ready;
	bool active;
	bool made;
	bool broken;
	struct finding finding;
};

/* Some entries that are broken, flushed and made together. */
struct unit {
	const struct record *of;
	uint64_t base;
	unsigned order;
	uint64_t first, last;		/* addresses that it covers */
	/* As look_at() finds them: */
	uint64_t broken_at;		/* when the last one was */
	uint64_t used;			/* index of one that is used still */
	bool any, any_used, any_table;
};

/*
 *			Records
 */

static size_t home_of(const struct oracle_bbm *b, uint64_t pa)
{
	return (size_t)((pa >> 2) * UINT64_C(0x9e3779b97f4a7c15) >> 32) &
	       (b->slots - 1);
}

/* The slot of the entry at pa, or the empty one where it belongs. */
static size_t slot_of(const struct oracle_bbm *b, uint64_t pa)
{
	size_t slot = home_of(b, pa);

	while (b->slot[slot] && b->record[b->slot[slot] - 1].pa != pa)
		slot = (slot + 1) & (b->slots - 1);
	return slot;
}

static struct record *find(const struct oracle_bbm *b, uint64_t pa)
{
	size_t number = b->records ? b->slot[slot_of(b, pa)] : 0;

	return number ? &b->record[number - 1] : NULL;
}

/* Doubles an array. */
static bool grow(void **array, size_t *capacity, size_t bytes)
{
	size_t want = *capacity ? *capacity * 2 : 64;
	void *bigger = realloc(*array, want * bytes);

	if (!bigger)
		return false;
	*array = bigger;
	*capacity = want;
	return true;
}

/* Room for one more record, and slots for twice as many. */
static bool make_room(struct oracle_bbm *b)
{
	size_t *slot;

	if (b->records < b->record_capacity)
		return true;
	if (!grow((void **)&b->record, &b->record_capacity, sizeof(*b->record)))
		return false;
	slot = calloc(b->record_capacity * 2, sizeof(*slot));
	if (!slot) {
		b->record_capacity = b->records;
		return false;
	}
	free(b->slot);
	b->slot = slot;
	b->slots = b->record_capacity * 2;
	for (size_t i = 0; i < b->records; i++) {
		b->record[i].slot = slot_of(b, b->record[i].pa);
		b->slot[b->record[i].slot] = i + 1;
	}
	return true;
}

static bool is_used(unsigned class)
{
	return class == MMU_LEAF || class == MMU_TABLE;
}

static struct held what_is(const struct mmu_entry *entry)
{
	return (struct held){
		.pa = entry->pa, .class = entry->class,
		.memtype = entry->class == MMU_LEAF ?
			   entry->attrs & PT_MEMTYPE_MASK : 0,
		.order = entry->class == MMU_LEAF ? entry->order : 0,
	};
}

static uint64_t pa_of(const struct oracle_bbm *b, uint64_t table,
		      unsigned depth, uint64_t index)
{
	return table + index * mmu_stride(&b->oracle->arch->level[depth]);
}

/* The record of an entry that was stored to; NULL if memory runs out. */
static struct record *record_of(struct oracle_bbm *b,
				const struct oracle_change *change)
{
	uint64_t pa = pa_of(b, change->table, change->depth, change->index);
	struct record *r = find(b, pa);

	if (r)
		return r;
	if (!make_room(b))
		return NULL;
	r = &b->record[b->records++];
	*r = (struct record){
		.pa = pa, .table = change->table, .index = change->index,
		.first = change->first, .last = change->last,
		.held = what_is(&change->old), .slot = slot_of(b, pa),
		.space = change->space, .depth = change->depth,
		.young = change->young,
	};
	b->slot[r->slot] = b->records;
	return r;
}

/*
 *			Flushes
 */

/* Whether flush takes away what is cached of such entries. */
static bool is_for(const struct flush *flush, const struct unit *u)
{
	if (flush->space != u->of->space)
		return false;
	if (u->any_table)
		return flush->tables;
	return flush->depth == PT_DEPTH_UNKNOWN ||
	       flush->depth == (int)u->of->depth;
}

/* Whether all that a unit covers was flushed since it was broken. */
static bool is_covered(const struct oracle_bbm *b, const struct unit *u)
{
	uint64_t at = u->first;
	bool further = true;

	if (ODEF(BBM_NO_FLUSH_NEEDED, false, true))
		return true;
	while (further) {
		further = false;
		for (size_t i = b->flushes; i--;) {
			const struct flush *f = &b->flush[i];

			if (f->time < u->broken_at)
				break;
			if (!is_for(f, u) || f->va > at || f->last < at)
				continue;
			if (f->last >= u->last)
				return true;
			at = f->last + 1;
			further = true;
		}
	}
	return false;
}

/*
 *			Units
 */

static struct unit unit_of(const struct record *r, unsigned order)
{
	const uint64_t mask = pt_ones(order), span = r->last - r->first + 1;
	const uint64_t below = (r->index & mask) * span;

	return (struct unit){
		.of = r, .order = order, .base = r->index & ~mask,
		.first = r->first - below,
		.last = r->first - below + (span << order) - 1,
	};
}

static struct record *member(const struct oracle_bbm *b, const struct unit *u,
			     uint64_t i)
{
	return find(b, pa_of(b, u->of->table, u->of->depth, u->base + i));
}

/* Whether a machine has nothing of it that would be in the unit's way. */
static bool is_past(const struct record *r, unsigned group)
{
	return !is_used(r->held.class) || r->flushed ||
	       (group && r->held.class == MMU_LEAF && r->held.order == group);
}

/*
 * What state its entries are in; group: entries that are of such a group are
 * not looked at.
 */
static void look_at(const struct oracle_bbm *b, struct unit *u, unsigned group)
{
	for (uint64_t i = 0; !(i >> u->order); i++) {
		const struct record *r = member(b, u, i);
		struct held held;
		struct mmu_entry now;

		if (r) {
			if (is_past(r, group))
				continue;
			held = r->held;
		} else {
			/* Nobody has stored to it: it is what it was. */
			if (!oracle_stale_read(b->stale, u->of->table,
					       u->of->depth, u->base + i, &now))
				continue;
			held = what_is(&now);
			if (!is_used(held.class) ||
			    (group && held.class == MMU_LEAF &&
			     held.order == group))
				continue;
		}
		u->any = true;
		u->any_table |= held.class == MMU_TABLE;
		if (r && r->broken_at) {
			if (r->broken_at > u->broken_at)
				u->broken_at = r->broken_at;
		} else if (!u->any_used) {
			u->any_used = true;
			u->used = u->base + i;
		}
	}
}

static void set_flushed(struct oracle_bbm *b, const struct unit *u)
{
	for (uint64_t i = 0; !(i >> u->order); i++) {
		struct record *r = member(b, u, i);

		if (r && r->broken_at)
			r->flushed = true;
	}
}

/* Finds out whether what was, and the group it was of, is flushed by now. */
static void settle(struct oracle_bbm *b, const struct record *r,
		   struct unit *u)
{
	*u = unit_of(r, r->held.order);
	look_at(b, u, 0);
	if (!u->any_used && is_covered(b, u))
		set_flushed(b, u);
}

/*
 *			Findings
 */

static const char *name_of(const struct held *held)
{
	if (held->class == MMU_TABLE)
		return "table";
	return held->order ? "group" : "leaf";
}

static void report(struct oracle_bbm *b, const struct record *r,
		   const struct held *old, const struct mmu_entry *now,
		   const struct unit *u)
{
	const struct held made = what_is(now);
	struct finding *f = &b->finding;
	char why[64] = "while it was used";

	if (b->broken || ODEF(BBM_ANYTHING, false, true))
		return;
	b->broken = true;
	*f = (struct finding){
		.check = CHECK_BBM, .depth = (int8_t)r->depth,
		.space = r->space, .va = r->first,
	};
	snprintf(f->divergence, sizeof(f->divergence), "%s",
		 u->any_used ? "break" : "flush");
	snprintf(f->expected, sizeof(f->expected),
		 "unused, then 0x%" PRIx64 "..0x%" PRIx64
		 " flushed%s, then made", u->first, u->last,
		 u->any_table ? " with tables" : "");
	if (u->any_used && u->order)
		snprintf(why, sizeof(why), "while entry %" PRIu64
			 " of the group was used", u->used - u->base);
	else if (!u->any_used)
		snprintf(why, sizeof(why), "not flushed since it was broken");
	snprintf(f->seen, sizeof(f->seen),
		 "%s 0x%" PRIx64 " became %s 0x%" PRIx64 " at %s, %s",
		 name_of(old), old->pa, name_of(&made), made.pa,
		 pt_depth_name(r->depth), why);
}

/* Whether one may not be stored over the other. */
static bool differ(const struct held *a, const struct held *b)
{
	return a->class != b->class || a->pa != b->pa ||
	       a->memtype != b->memtype || a->order != b->order;
}

/*
 * The first entry of a group is made when nothing else of all its addresses is
 * cached.
 */
static void check_group(struct oracle_bbm *b, const struct record *r,
			const struct mmu_entry *now)
{
	struct unit u = unit_of(r, now->order), part;
	const struct ready ready = { r->table, u.base, now->order };

	if (b->ready.table == ready.table && b->ready.base == ready.base &&
	    b->ready.order == ready.order)
		return;
	/* What was a table, or of another group, was flushed by itself. */
	for (uint64_t i = 0; !(i >> u.order); i++) {
		const struct record *other = member(b, &u, i);

		if (other && other->broken_at && !other->flushed &&
		    (other->held.class == MMU_TABLE || other->held.order))
			settle(b, other, &part);
	}
	look_at(b, &u, now->order);
	if (u.any && (u.any_used || !is_covered(b, &u))) {
		report(b, r, &r->held, now, &u);
		return;
	}
	b->ready = ready;
}

/* A store that made an entry one that is used. */
static void check_made(struct oracle_bbm *b, struct record *r,
		       const struct mmu_entry *now)
{
	const struct held made = what_is(now);
	struct unit u;
	bool replaced = is_used(r->held.class) && differ(&r->held, &made);

	b->made = replaced && r->broken_at;
	if (r->young)
		return;
	if (now->class == MMU_LEAF && now->order)
		check_group(b, r, now);
	else
		b->ready.order = 0;
	if (!replaced || r->flushed)
		return;
	settle(b, r, &u);
	if (!r->flushed)
		report(b, r, &r->held, now, &u);
}

/*
 *			Entry points
 */

void oracle_bbm_begin(struct oracle_bbm *bbm, const struct oracle *oracle,
		      const struct oracle_stale *stale)
{
	bbm->oracle = oracle;
	bbm->stale = stale;
	bbm->active = oracle->arch->walks && oracle->arch->break_before_make;
	while (bbm->records)
		bbm->slot[bbm->record[--bbm->records].slot] = 0;
	bbm->flushes = 0;
	bbm->time = 0;
	bbm->ready.order = 0;
	bbm->made = false;
	bbm->broken = false;
}

void oracle_bbm_store(struct oracle_bbm *bbm)
{
	const struct oracle_change *change;
	struct record *r;

	bbm->made = false;
	if (!bbm->active)
		return;
	change = oracle_stale_change(bbm->stale);
	if (!change)
		return;
	r = record_of(bbm, change);
	if (!r) {
		bbm->active = false;
		bbm->broken = true;
		bbm->finding = (struct finding){ .check = CHECK_OVERFLOW };
		snprintf(bbm->finding.divergence,
			 sizeof(bbm->finding.divergence), "count");
		snprintf(bbm->finding.expected, sizeof(bbm->finding.expected),
			 "memory");
		return;
	}
	if (is_used(change->now.class)) {
		check_made(bbm, r, &change->now);
		r->held = what_is(&change->now);
		r->broken_at = 0;
		r->flushed = false;
	} else if (is_used(r->held.class) && !r->broken_at) {
		r->broken_at = ++bbm->time;
	}
}

void oracle_bbm_flush(struct oracle_bbm *bbm, unsigned space, uint64_t va,
		      uint64_t last, int depth, bool tables)
{
	struct flush *f = bbm->flushes ? &bbm->flush[bbm->flushes - 1] : NULL;

	if (!bbm->active)
		return;
	if (f && f->time == bbm->time && f->space == space &&
	    f->depth == depth && f->tables == tables && f->last + 1 == va &&
	    va) {
		f->last = last;
		return;
	}
	/* Where memory runs out the flush is as if it had not been. */
	if (bbm->flushes == bbm->flush_capacity &&
	    !grow((void **)&bbm->flush, &bbm->flush_capacity,
		  sizeof(*bbm->flush)))
		return;
	bbm->flush[bbm->flushes++] = (struct flush){
		.va = va, .last = last, .time = bbm->time,
		.space = (uint8_t)space, .depth = (int8_t)depth,
		.tables = tables,
	};
}

bool oracle_bbm_end(struct oracle_bbm *bbm, struct finding *finding)
{
	if (bbm->broken)
		*finding = bbm->finding;
	return !bbm->broken;
}

bool oracle_bbm_is_broken(const struct oracle_bbm *bbm, uint64_t pa)
{
	const struct record *r = bbm->active ? find(bbm, pa) : NULL;

	return r && r->broken_at;
}

bool oracle_bbm_has_made(const struct oracle_bbm *bbm)
{
	return ODEF(MADE_ANYHOW, bbm->made, true);
}

struct oracle_bbm *oracle_bbm_create(void)
{
	return calloc(1, sizeof(struct oracle_bbm));
}

void oracle_bbm_destroy(struct oracle_bbm *bbm)
{
	if (!bbm)
		return;
	free(bbm->record);
	free(bbm->slot);
	free(bbm->flush);
	free(bbm);
}
