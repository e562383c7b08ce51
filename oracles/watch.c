/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The observer of stores; watch.h says what it holds.
 *
 * An address has at most one state besides the first while an operation lasts,
 * and the last state must be one of the two.  So what is kept per address is
 * the first state and the first that was different; a third one, or an end
 * that is neither, is a violation.
 */
#include "watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defect.h"
#include "model.h"

/* Addresses per operation: near what it names, and of all the rest. */
#define NEAR_MAX 96
#define FAR_MAX 32
#define SPOTS (NEAR_MAX + FAR_MAX)

/* What the machine would do with an address. */
struct state {
	struct pt_verdict verdict[PT_PRIVILEGES][PT_ACCESSES];
	uint64_t pa;
	bool leaf;
};

/* The 8 bytes that hold the word at pa. */
#define UNIT(pa) ((pa) >> 3)
/* Loads of one translation: root to page, and what a hash table needs. */
#define UNITS 8
/* Bits of the filter that most stores do not pass. */
#define FILTER 4096

struct spot {
	uint64_t va;
	uint64_t unit[UNITS];		/* what its last translation loaded */
	uint8_t units;			/* UNITS + 1: more than fit */
	uint8_t space;
	bool changed;			/* other is valid */
	bool divided;			/* was invalid-huge before */
	bool is_other;			/* while interrupted: where it was */
	bool shadowed;			/* shadow is what OP_SHADOW shows here */
	struct state first, other, shadow;
	uint32_t other_at;		/* number of the store that showed it */
	uint32_t broken_at;		/* the same of a hole that is excused as
					   yet; 0: there is none */
};

struct oracle_watch {
	const struct oracle *oracle;
	const struct oracle_bbm *bbm;	/* NULL: nothing is ever broken */
	struct pt_memory memory;	/* what translate() loads is noted */
	struct pt_loads loads;
	const struct pt_regime *regime;
	/* Bits of all units that spots depend on, or did in this operation. */
	uint64_t filter[FILTER / 64];
	bool unfiltered;
	bool gathers;			/* the operation ORs flags of entries */
	bool interrupted;		/* somebody set one during it */
	struct spot spot[SPOTS];
	unsigned spots, near;
	bool units;			/* of several words: see legit.h */
	uint32_t store;			/* stores of this operation */
	uint64_t stores, borders;
	bool broken;
	struct finding finding;
};

static unsigned filter_bit(uint64_t unit)
{
	return (unsigned)(unit * UINT64_C(0x9e3779b97f4a7c15) >> 52) % FILTER;
}

/* Notes what the translation of a spot loaded. */
static void depend(struct oracle_watch *w, struct spot *s)
{
	s->units = 0;
	if (w->loads.count > UNITS) {
		s->units = UNITS + 1;
		w->unfiltered = true;
		return;
	}
	for (unsigned i = 0; i < w->loads.count; i++) {
		uint64_t unit = UNIT(w->loads.pa[i]);
		unsigned bit = filter_bit(unit);

		s->unit[s->units++] = unit;
		w->filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

/* Whether a spot's state may have changed with the words of a store. */
static bool depends(const struct spot *s, uint64_t first, uint64_t last)
{
	for (unsigned i = 0; i < s->units && i < UNITS; i++)
		if (s->unit[i] >= first && s->unit[i] <= last)
			return true;
	return s->units > UNITS;
}

static bool passes_filter(const struct oracle_watch *w, uint64_t first,
			  uint64_t last)
{
	if (w->unfiltered)
		return true;
	for (uint64_t unit = first; unit <= last; unit++) {
		unsigned bit = filter_bit(unit);

		if (w->filter[bit / 64] >> bit % 64 & 1)
			return true;
	}
	return false;
}

static void ask(struct oracle_watch *w, struct spot *s, struct state *out)
{
	const struct mmu_arch *arch = w->oracle->arch;
	struct mmu_outcome outcome = { 0 };

	w->loads.count = 0;
	arch->translate(arch, &w->memory, w->regime, s->space, s->va, &outcome);
	depend(w, s);
	memset(out, 0, sizeof(*out));
	memcpy(out->verdict, outcome.verdict, sizeof(out->verdict));
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (out->verdict[p][a].word == PT_V_TRANSLATION)
				out->verdict[p][a].depth = PT_DEPTH_UNKNOWN;
	out->leaf = outcome.leaf;
	out->pa = outcome.leaf ? outcome.pa : 0;
}

/*
 * Splitting a leaf moves the depth at which a permission is denied, too: what
 * is compared is the word.
 */
static bool same_state(const struct state *a, const struct state *b)
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned x = 0; x < PT_ACCESSES; x++)
			if (a->verdict[p][x].word != b->verdict[p][x].word)
				return false;
	return a->leaf == b->leaf && a->pa == b->pa;
}

static void add_spot(struct oracle_watch *w, unsigned space, uint64_t va)
{
	uint64_t offset;

	if (w->spots == SPOTS ||
	    !model_offset(w->oracle, space, va, &offset))
		return;
	for (unsigned i = 0; i < w->spots; i++)
		if (w->spot[i].va == va && w->spot[i].space == space)
			return;
	w->spot[w->spots].va = va;
	w->spot[w->spots++].space = (uint8_t)space;
}

/* Spread over a range: its ends, their neighbours, and a dozen inside. */
static void add_range(struct oracle_watch *w, unsigned space, uint64_t va,
		      uint64_t last)
{
	uint64_t page = UINT64_C(1) << w->oracle->arch->page_shift;
	uint64_t step = (last - va) / 12;

	add_spot(w, space, va);
	add_spot(w, space, last);
	add_spot(w, space, va - 1);
	add_spot(w, space, last + 1);
	add_spot(w, space, va + page);
	add_spot(w, space, last - page);
	for (unsigned i = 1; step && i < 12; i++)
		add_spot(w, space, va + i * step);
}

static bool is_near(const struct oracle_watch *w, const struct op *op,
		    uint64_t va)
{
	/* What one entry two heights above a page spans. */
	const struct flat_geometry *g = &w->oracle->geometry;
	unsigned depth = g->top > PT_PUD ? g->top : PT_PUD;
	uint64_t around = pt_ones(g->shift[depth]);
	uint64_t last = op->last < op->va ? op->va : op->last;

	return va >= (op->va & ~around) && va <= (last | around);
}

struct choosing {
	struct oracle_watch *w;
	const struct op *op;
	unsigned space;
	bool near;
};

static bool choose(void *context, const struct oracle_view *view, uint64_t va)
{
	struct choosing *c = context;
	struct oracle_watch *w = c->w;

	(void)view;
	if (c->near) {
		if (is_near(w, c->op, va) && w->spots < NEAR_MAX)
			add_spot(w, c->space, va);
	} else if (w->borders++ % 7 == 0) {
		add_spot(w, c->space, va);
	}
	return w->spots < SPOTS;
}

/* Whether a unit can be several words. */
static bool has_units(const struct mmu_arch *arch)
{
	for (unsigned d = arch->top; d < PT_DEPTHS; d++)
		if (arch->level[d].group_order[0] ||
		    arch->level[d].copies > 1 || arch->level[d].half_offset)
			return true;
	return false;
}

static bool is_all(const struct state *state, enum pt_word word)
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (state->verdict[p][a].word != word)
				return false;
	return true;
}

static bool is_reserved(const struct state *state)
{
	return is_all(state, PT_V_RESERVED);
}

/* Whether the state just asked for is a hole because an entry is broken. */
static bool is_broken(const struct oracle_watch *w, const struct state *now)
{
	if (!w->bbm || !is_all(now, PT_V_TRANSLATION))
		return false;
	for (unsigned i = 0; i < w->loads.count && i < PT_LOADS; i++)
		if (oracle_bbm_is_broken(w->bbm, w->loads.pa[i]))
			return true;
	return false;
}

/* Whether a state that is neither old nor new is one of those of legit.h. */
static bool is_allowed(const struct oracle_watch *w, const struct spot *s,
		       const struct state *now)
{
	uint64_t *uses = w->oracle->scratch->legit_uses;

	if (ODEF(WATCH_ANYTHING, false, true))
		return true;
	if (w->units && ODEF(UNITS_TOO_WIDE, is_reserved(now), true)) {
		uses[LEGIT_UNIT_UNDER_WAY]++;
		return true;
	}
	if (s->divided && now->leaf) {
		uses[LEGIT_DIVIDED_AGAIN]++;
		return true;
	}
	if (s->shadowed && same_state(now, &s->shadow)) {
		uses[LEGIT_SHADOW_SEEN]++;
		return true;
	}
	return false;
}

/* What a shadow shows at an address that was a hole. */
static void expect_shadow(struct spot *s, const struct oracle *oracle,
			  const struct oracle_view *hole, const struct op *op)
{
	struct oracle_view view = *hole;

	s->shadowed = op->kind == OP_SHADOW && s->space == oracle->current &&
		      s->va >= op->va && s->va <= op->last &&
		      hole->kind == PT_NONE && !oracle->share.active &&
		      oracle->arch->representable(PT_PTE, op->attrs);
	if (!s->shadowed)
		return;
	view.kind = PT_LEAF;
	view.depth = PT_PTE;
	view.attrs = op->attrs;
	view.pa = op->pa + (s->va & pt_ones(oracle->arch->page_shift));
	memset(&s->shadow, 0, sizeof(s->shadow));
	model_verdicts(oracle, &view, s->shadow.verdict);
	s->shadow.leaf = view.reserved == PT_DEPTH_UNKNOWN;
	s->shadow.pa = s->shadow.leaf ? view.pa : 0;
}

void oracle_watch_begin(struct oracle_watch *watch, const struct oracle *oracle,
			const struct pt_memory *memory,
			const struct pt_regime *regime, const struct op *op)
{
	struct choosing c = { .w = watch, .op = op };

	watch->oracle = oracle;
	watch->memory = *memory;
	watch->memory.loads = &watch->loads;
	memset(watch->filter, 0, sizeof(watch->filter));
	watch->unfiltered = false;
	watch->regime = regime;
	watch->spots = 0;
	watch->store = 0;
	watch->borders = 0;
	watch->broken = false;
	watch->gathers = op->kind == OP_COLLAPSE;
	watch->interrupted = false;
	watch->units = has_units(oracle->arch);
	if (!oracle->arch->walks)
		return;
	add_range(watch, oracle->current, op->va,
		  op->last < op->va ? op->va : op->last);
	if (op->kind == OP_COPY || op->kind == OP_PAIR)
		add_range(watch, oracle->current ^ 1u, op->pa,
			  op->pa + (op->last - op->va));
	for (unsigned near = ODEF(WATCH_NO_BORDERS, 2u, 0u); near--;) {
		c.near = near;
		for (c.space = 0; c.space < PT_SPACES; c.space++)
			model_each_boundary(oracle, c.space, false, choose, &c);
	}
	for (unsigned i = 0; i < watch->spots; i++) {
		struct spot *s = &watch->spot[i];
		struct oracle_view view;

		oracle_view(oracle, s->space, s->va, &view);
		s->changed = false;
		s->broken_at = 0;
		s->divided = view.kind == PT_INVALID_HUGE;
		expect_shadow(s, oracle, &view, op);
		ask(watch, s, &s->first);
	}
}

static void print_state(char *out, size_t bytes, const struct state *state)
{
	size_t used = 0;

	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			int n = snprintf(out + used, bytes - used, "%s%s",
					 p || a ? " " : "",
					 pt_word_name(state->verdict[p][a].word));

			if (n < 0 || (size_t)n >= bytes - used)
				return;
			used += (size_t)n;
		}
	if (state->leaf)
		snprintf(out + used, bytes - used, " pa 0x%" PRIx64, state->pa);
}

static void report(struct oracle_watch *w, const struct spot *s,
		   const struct state *allowed, const char *also,
		   const struct state *seen, uint32_t store)
{
	struct finding *f = &w->finding;
	char text[128];

	w->broken = true;
	*f = (struct finding){ .check = CHECK_STORE_STATE,
			       .depth = PT_DEPTH_UNKNOWN,
			       .space = s->space, .va = s->va };
	snprintf(f->divergence, sizeof(f->divergence), "%s",
		 allowed->leaf && !seen->leaf ? "hole" : "state");
	print_state(text, sizeof(text), allowed);
	snprintf(f->expected, sizeof(f->expected), "%s%s", text, also);
	print_state(text, sizeof(text), seen);
	snprintf(f->seen, sizeof(f->seen), "%s after store %" PRIu32, text,
		 store);
}

/* The second state of a spot. */
static void note_other(struct spot *s, const struct state *other,
		       uint32_t store)
{
	s->changed = true;
	s->other = *other;
	s->other_at = store;
}

/*
 * A hole that was excused turns out to be nothing else than what the operation
 * made of the address.
 */
static void note_hole(struct oracle_watch *w, struct spot *s)
{
	struct state hole = { .leaf = false };

	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			hole.verdict[p][a] = (struct pt_verdict){
				.word = PT_V_TRANSLATION,
				.depth = PT_DEPTH_UNKNOWN,
			};
	if (s->changed)
		report(w, s, &s->first, ", or one other state", &hole,
		       s->broken_at);
	else
		note_other(s, &hole, s->broken_at);
	s->broken_at = 0;
}

/* Whether b is a with ACCESSED or DIRTY set. */
static bool is_flagged(const struct state *a, const struct state *b)
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned x = 0; x < PT_ACCESSES; x++) {
			const unsigned was = a->verdict[p][x].word;

			if (was != b->verdict[p][x].word &&
			    was != PT_V_ACCESS && was != PT_V_DIRTY)
				return false;
		}
	return a->leaf == b->leaf && a->pa == b->pa;
}

/*
 * Whether the state is the operation's own with a flag more, which hardware set in
 * another entry of the unit meanwhile: then that is the operation's state now.
 */
static bool is_gathered(struct oracle_watch *w, struct spot *s,
			const struct state *now)
{
	if (!w->gathers || !w->interrupted || !s->changed ||
	    !is_flagged(&s->other, now))
		return false;
	s->other = *now;
	w->oracle->scratch->legit_uses[LEGIT_FLAG_GATHERED]++;
	return true;
}

/* Whether what was found out was seen before, and needs no excuse. */
static bool is_known(const struct spot *s, const struct state *now)
{
	return same_state(now, &s->first) ||
	       (s->changed && same_state(now, &s->other));
}

/* Whether a state is excused as a hole; and what follows where one ends. */
static bool is_excused(struct oracle_watch *w, struct spot *s,
		       const struct state *now)
{
	if (!is_known(s, now) && is_broken(w, now)) {
		if (!s->broken_at)
			s->broken_at = w->store;
		return true;
	}
	if (!s->broken_at || (w->units && is_reserved(now)))
		return false;
	if (oracle_bbm_has_made(w->bbm)) {
		w->oracle->scratch->legit_uses[LEGIT_BREAK_BEFORE_MAKE]++;
		s->broken_at = 0;
	} else {
		note_hole(w, s);
	}
	return false;
}

void oracle_watch_store(struct oracle_watch *watch, uint64_t pa, unsigned bytes)
{
	uint64_t first = UNIT(pa), last = UNIT(pa + bytes - 1);

	watch->store++;
	watch->stores++;
	if (!passes_filter(watch, first, last) ||
	    ODEF(WATCH_FIRST_STORE, false, watch->store > 1))
		return;
	for (unsigned i = 0; i < watch->spots && !watch->broken; i++) {
		struct spot *s = &watch->spot[i];
		struct state now;

		if (!depends(s, first, last))
			continue;
		ask(watch, s, &now);
		if (is_excused(watch, s, &now) || is_known(s, &now) ||
		    is_allowed(watch, s, &now) || is_gathered(watch, s, &now))
			continue;
		if (!s->changed)
			note_other(s, &now, watch->store);
		else if (!watch->broken)
			report(watch, s, &s->first, ", or one other state",
			       &s->other, s->other_at);
	}
}

void oracle_watch_interrupt(struct oracle_watch *watch,
			    void (*change)(void *context), void *context)
{
	struct state now;

	for (unsigned i = 0; i < watch->spots; i++) {
		struct spot *s = &watch->spot[i];

		ask(watch, s, &now);
		s->is_other = s->changed && same_state(&now, &s->other);
	}
	change(context);
	watch->interrupted = true;
	for (unsigned i = 0; i < watch->spots; i++) {
		struct spot *s = &watch->spot[i];

		ask(watch, s, &now);
		if (is_reserved(&now) || s->broken_at)
			continue;
		*(s->is_other ? &s->other : &s->first) = now;
	}
}

/* A hole that was excused so far is there still. */
static void end_broken(struct oracle_watch *w, struct spot *s)
{
	struct oracle_view view;

	note_hole(w, s);
	oracle_view(w->oracle, s->space, s->va, &view);
	if (!w->broken && view.kind == PT_LEAF)
		report(w, s, &s->first, ", or what it is made", &s->other,
		       s->other_at);
}

bool oracle_watch_end(struct oracle_watch *watch, struct finding *finding)
{
	for (unsigned i = 0; i < watch->spots && !watch->broken; i++) {
		struct spot *s = &watch->spot[i];
		struct state now;

		ask(watch, s, &now);
		/* It is to be gone by now. */
		s->shadowed = false;
		if (s->broken_at)
			end_broken(watch, s);
		if (watch->broken)
			break;
		if (s->changed && !same_state(&now, &s->other))
			report(watch, s, &s->first, ", as before and after",
			       &s->other, s->other_at);
		else if (!s->changed && !same_state(&now, &s->first) &&
			 !is_allowed(watch, s, &now) &&
			 ODEF(WATCH_END_ACCEPTED, true, false))
			report(watch, s, &s->first, ", or stores told of", &now,
			       watch->store);
	}
	if (watch->broken)
		*finding = watch->finding;
	return !watch->broken;
}

void oracle_watch_breaks(struct oracle_watch *watch,
			 const struct oracle_bbm *bbm)
{
	watch->bbm = bbm;
}

struct oracle_watch *oracle_watch_create(void)
{
	return calloc(1, sizeof(struct oracle_watch));
}

void oracle_watch_destroy(struct oracle_watch *watch)
{
	free(watch);
}

uint64_t oracle_watch_stores(const struct oracle_watch *watch)
{
	return watch->stores;
}
