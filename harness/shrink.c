/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Making a case smaller and plainer: see shrink.h.
 */
#include "shrink.h"

#include <string.h>

#include "arena.h"
#include "case_shape.h"

/* Rounds of all passes: one makes room for the next, but seldom more than once. */
#define ROUNDS_MAX 4

static bool is_over(struct shrink *s)
{
	return !s->budget || (s->stop && s->stop(s->context));
}

/* Whether bytes can say it: a version has not every window, kind and field. */
static bool is_valid(const struct tw_case *c)
{
	uint8_t bytes[CASE_BYTES];
	struct tw_case again;

	case_decode(bytes, case_encode(c, bytes), &again);
	return case_equal(c, &again);
}

bool shrink_to(struct shrink *s, struct tw_case *c,
	       const struct tw_case *candidate)
{
	if (is_over(s) || case_equal(c, candidate) || !is_valid(candidate))
		return false;
	s->budget--;
	if (!s->still(s->context, candidate))
		return false;
	*c = *candidate;
	return true;
}

void shrink_prefix(struct shrink *s, struct tw_case *c, unsigned count)
{
	struct tw_case prefix = *c;

	if (count >= c->count)
		return;
	prefix.count = count;
	shrink_to(s, c, &prefix);
}

static void drop_records(struct tw_case *c, unsigned first, unsigned count)
{
	memmove(&c->record[first], &c->record[first + count],
		(c->count - first - count) * sizeof(c->record[0]));
	c->count -= count;
}

static void shrink_records(struct shrink *s, struct tw_case *c)
{
	for (unsigned chunk = c->count > 1 ? c->count / 2 : c->count; chunk;
	     chunk /= 2) {
		unsigned at = 0;

		while (at + chunk <= c->count && !is_over(s)) {
			struct tw_case shorter = *c;

			drop_records(&shorter, at, chunk);
			if (!shrink_to(s, c, &shorter))
				at += chunk;
		}
	}
}

/* The plainest header: each field on its own. */
static void shrink_header(struct shrink *s, struct tw_case *c)
{
	struct tw_case plain = *c;

	plain.header.regime = 0;
	shrink_to(s, c, &plain);
	plain = *c;
	if (plain.header.window != CASE_WINDOW_RAM)
		plain.header.window = CASE_WINDOW_LOW;
	shrink_to(s, c, &plain);
	plain = *c;
	plain.header.salt = 0;
	shrink_to(s, c, &plain);
	plain = *c;
	plain.header.profile = CASE_CURRENT;
	shrink_to(s, c, &plain);
	plain = *c;
	plain.header.mask = case_mask(0, plain.header.version);
	shrink_to(s, c, &plain);
	/* The first version that has the case. */
	for (uint8_t version = 1; version < c->header.version; version++) {
		plain = *c;
		plain.header.version = version;
		plain.header.mask = case_mask(0, version);
		if ((version > 1 || c->header.profile == CASE_CURRENT) &&
		    shrink_to(s, c, &plain))
			return;
	}
}

/* What a record of that kind says when all its bytes are zero. */
static struct case_record zero_record(unsigned kind)
{
	static const uint8_t zero[CASE_RECORD_BYTES] = { 0 };
	struct case_record r;

	case_decode_fields(kind, zero, &r);
	return r;
}

/* The record of that number, changed; true when the change was taken. */
static bool try_record(struct shrink *s, struct tw_case *c, unsigned index,
		       const struct case_record *r)
{
	struct tw_case changed = *c;

	changed.record[index] = *r;
	return shrink_to(s, c, &changed);
}

/* One that says the same of place, length and so on, as far as its kind can. */
static struct case_record same_place(unsigned kind,
				     const struct case_record *from)
{
	struct case_record r = zero_record(kind);

	if (case_shape(kind) & SHAPE_PLACE) {
		r.anchor = from->anchor;
		r.height = from->height;
		r.coarse = from->coarse;
		r.fine = from->fine;
	}
	if (case_shape(kind) & SHAPE_LENGTH) {
		r.count = from->count ? from->count : 1;
		r.scale = from->scale;
	}
	if (case_shape(kind) & case_shape(from->kind) & SHAPE_ATTRS)
		r.attrs = from->attrs;
	if (case_shape(kind) & case_shape(from->kind) & SHAPE_OUTPUT) {
		r.pa_anchor = from->pa_anchor;
		r.pa_delta = from->pa_delta;
	}
	if (kind == OP_WALK && from->kind == OP_WALK_VMA) {
		r.walk = from->walk;
		r.walk.vma_callbacks = 0;
		r.walk.entry = 0;
	} else if (kind == OP_WALK) {
		for (int d = 0; d < PT_DEPTHS; d++)
			r.walk.callbacks |= OP_CB_ENTRY(d);
		r.walk.callbacks |= OP_CB_HOLE;
	}
	return r;
}

void shrink_kinds(struct shrink *s, struct tw_case *c)
{
	static const uint8_t plain[] = {
		OP_MAP, OP_UNMAP, OP_PROTECT, OP_SPLIT, OP_WALK,
	};

	for (unsigned i = 0; i < c->count; i++) {
		for (unsigned k = 0; k < sizeof(plain); k++) {
			const struct case_record *old = &c->record[i];
			struct case_record r = same_place(plain[k], old);

			if (plain[k] >= old->kind)
				break;
			r.aux.height = plain[k] == OP_MAP ||
				       plain[k] == OP_SPLIT ?
					       old->aux.height : 0;
			if (try_record(s, c, i, &r))
				break;
			if (plain[k] != OP_MAP)
				continue;
			/* What makes tables of its own makes them of leaves. */
			r.aux.height = 1;
			if (try_record(s, c, i, &r))
				break;
		}
	}
}

/* The operation of that record. */
static struct op resolved(const struct tw_case *c, unsigned index,
			  const struct case_place *place)
{
	struct case_resolver resolver;
	struct op op = { .kind = OP_NOP };

	case_resolver_init(&resolver, c, place);
	for (unsigned i = 0; i <= index; i++)
		case_resolve(&resolver, &op);
	return op;
}

static bool same_range(const struct op *a, const struct op *b)
{
	return a->kind == b->kind && a->va == b->va && a->last == b->last &&
	       a->pa == b->pa && a->floor == b->floor &&
	       a->ceiling == b->ceiling;
}

/*
 * A place counted from another record as one counted from a fixed anchor, where a
 * few steps from one lead to the same addresses.
 */
static void shrink_reference(struct shrink *s, struct tw_case *c, unsigned i)
{
	enum { COARSE = 4, FINE = 1 };
	struct tw_case changed = *c;
	struct case_record *r = &changed.record[i];
	struct case_place place;
	struct op wanted;

	if (!s->format || !(case_shape(r->kind) & SHAPE_PLACE) ||
	    r->anchor < CASE_PREV1 || is_over(s))
		return;
	place = machine_place(s->format);
	wanted = resolved(c, i, &place);
	for (unsigned n = 0; n < CASE_PREV1 * CASE_HEIGHTS *
				 (2 * COARSE + 1) * (2 * FINE + 1); n++) {
		unsigned rest = n / CASE_HEIGHTS / CASE_PREV1;
		const char *field;
		struct op op;

		r->anchor = (uint8_t)(n % CASE_PREV1);
		r->height = (uint8_t)(n / CASE_PREV1 % CASE_HEIGHTS);
		r->coarse = (int8_t)((int)(rest % (2 * COARSE + 1)) - COARSE);
		r->fine = (int8_t)((int)(rest / (2 * COARSE + 1)) - FINE);
		if (!case_record_valid(r, c->header.version, &field))
			continue;
		op = resolved(&changed, i, &place);
		if (same_range(&op, &wanted) && try_record(s, c, i, r))
			return;
	}
}

static void shrink_place(struct shrink *s, struct tw_case *c, unsigned i)
{
	struct case_record r = c->record[i];

	if (!(case_shape(r.kind) & SHAPE_PLACE))
		return;
	r.coarse = 0;
	r.fine = 0;
	try_record(s, c, i, &r);
	r.height = 0;
	try_record(s, c, i, &r);
	r.anchor = CASE_HOME0;
	try_record(s, c, i, &r);
	r = c->record[i];
	r.fine = 0;
	try_record(s, c, i, &r);
	r = c->record[i];
	r.coarse = 0;
	try_record(s, c, i, &r);
	r = c->record[i];
	r.anchor = CASE_HOME0;
	try_record(s, c, i, &r);
	if (c->count > 2)
		shrink_reference(s, c, i);
}

/*
 * The place of another record, one unit long: two alike are plainer than two that
 * only come to the same on this format.
 */
static void shrink_alike(struct shrink *s, struct tw_case *c, unsigned i)
{
	for (unsigned j = 0; j < c->count; j++) {
		const struct case_record *from = &c->record[j];
		struct case_record r = c->record[i];

		if (i == j || from->anchor >= CASE_PREV1 ||
		    !(case_shape(r.kind) & case_shape(from->kind) & SHAPE_PLACE) ||
		    (r.anchor == from->anchor && r.height == from->height &&
		     r.coarse == from->coarse && r.fine == from->fine))
			continue;
		r.anchor = from->anchor;
		r.height = from->height;
		r.coarse = from->coarse;
		r.fine = from->fine;
		if (try_record(s, c, i, &r))
			return;
		if (!(case_shape(r.kind) & SHAPE_LENGTH))
			continue;
		r.count = 1;
		r.scale = CASE_UNIT;
		if (try_record(s, c, i, &r))
			return;
	}
}

/* Whether each record has the place of the one before that has one. */
static bool all_alike(const struct tw_case *c)
{
	const struct case_record *last = NULL;

	for (unsigned i = 0; i < c->count; i++) {
		const struct case_record *r = &c->record[i];

		if (!(case_shape(r->kind) & SHAPE_PLACE))
			continue;
		if (last && (r->anchor != last->anchor ||
			     r->height != last->height ||
			     r->coarse != last->coarse ||
			     r->fine != last->fine))
			return false;
		last = r;
	}
	return true;
}

/* All records at the first home: what belongs together goes there together. */
static void shrink_places(struct shrink *s, struct tw_case *c)
{
	struct tw_case plain = *c;

	for (unsigned i = 0; i < c->count; i++) {
		struct case_record *r = &plain.record[i];

		if (!(case_shape(r->kind) & SHAPE_PLACE))
			continue;
		r->anchor = CASE_HOME0;
		r->height = 0;
		r->coarse = 0;
		r->fine = 0;
	}
	shrink_to(s, c, &plain);
}

static void shrink_length(struct shrink *s, struct tw_case *c, unsigned i)
{
	struct case_record r = c->record[i];

	if (!(case_shape(r.kind) & SHAPE_LENGTH) ||
	    (r.scale == CASE_UNIT && r.count == 1))
		return;
	r.scale = CASE_UNIT;
	r.count = 1;
	if (try_record(s, c, i, &r))
		return;
	r = c->record[i];
	r.count = 1;
	if (r.scale != CASE_EDGE && r.scale != CASE_SPACE &&
	    try_record(s, c, i, &r))
		return;
	r = c->record[i];
	r.scale = CASE_UNIT;
	try_record(s, c, i, &r);
	for (r = c->record[i]; r.count > 1;) {
		r.count--;
		if (!try_record(s, c, i, &r))
			break;
	}
}

static void shrink_output(struct shrink *s, struct tw_case *c, unsigned i)
{
	const struct case_record zero = zero_record(c->record[i].kind);
	struct case_record r = c->record[i];

	if (case_shape(r.kind) & SHAPE_ATTRS) {
		r.attrs = zero.attrs;
		try_record(s, c, i, &r);
	}
	r = c->record[i];
	if (!(case_shape(r.kind) & SHAPE_OUTPUT) ||
	    (r.pa_anchor == CASE_PA_DATA && !r.pa_delta))
		return;
	r.pa_anchor = CASE_PA_DATA;
	r.pa_delta = 0;
	if (try_record(s, c, i, &r))
		return;
	r = c->record[i];
	r.pa_delta = 0;
	try_record(s, c, i, &r);
}

/* Each byte of the last part, as a zero byte of the record has it. */
static void shrink_aux(struct shrink *s, struct tw_case *c, unsigned i)
{
	const struct case_record zero = zero_record(c->record[i].kind);

	for (size_t b = 0; b < sizeof(zero.aux); b++) {
		struct case_record r = c->record[i];

		if (&((uint8_t *)&r.aux)[b] == &r.aux.height)
			continue;
		((uint8_t *)&r.aux)[b] = ((const uint8_t *)&zero.aux)[b];
		try_record(s, c, i, &r);
	}
}

static void shrink_walk(struct shrink *s, struct tw_case *c, unsigned i)
{
	struct case_record r = c->record[i];

	r.walk.action = 0;
	r.walk.action_depth = 0;
	r.walk.action_from = 0;
	r.walk.action_always = false;
	try_record(s, c, i, &r);
	r = c->record[i];
	r.walk.stop_at = 0;
	r.walk.stop_value = 0;
	try_record(s, c, i, &r);
	for (unsigned bit = 0; bit < 8; bit++) {
		r = c->record[i];
		r.walk.vma_callbacks &= (uint8_t)~(1u << bit);
		try_record(s, c, i, &r);
		r = c->record[i];
		r.walk.callbacks &= (uint8_t)~(1u << bit);
		try_record(s, c, i, &r);
	}
}

void shrink_heights(struct shrink *s, struct tw_case *c)
{
	/* All at once: what is mapped and what is split belong together. */
	for (unsigned down = CASE_HEIGHTS - 1; down; down--) {
		struct tw_case lower = *c;

		for (unsigned i = 0; i < c->count; i++) {
			struct case_record *r = &lower.record[i];

			r->aux.height = (uint8_t)(r->aux.height > down ?
						  r->aux.height - down : 0);
			if (!r->aux.height && c->record[i].aux.height)
				r->aux.height = 1;
		}
		if (shrink_to(s, c, &lower))
			break;
	}
	for (unsigned i = 0; i < c->count; i++) {
		for (uint8_t h = 0; h < c->record[i].aux.height; h++) {
			struct case_record r = c->record[i];

			r.aux.height = h;
			if (try_record(s, c, i, &r))
				break;
		}
	}
}

void shrink_case(struct shrink *s, struct tw_case *c)
{
	struct tw_case before;

	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		before = *c;
		shrink_records(s, c);
		shrink_header(s, c);
		shrink_places(s, c);
		shrink_kinds(s, c);
		for (unsigned i = 0; i < c->count; i++) {
			shrink_place(s, c, i);
			shrink_length(s, c, i);
			shrink_output(s, c, i);
			shrink_aux(s, c, i);
			shrink_walk(s, c, i);
		}
		for (unsigned i = 0; i < c->count && !all_alike(c); i++)
			shrink_alike(s, c, i);
		shrink_heights(s, c);
		if (case_equal(&before, c) || is_over(s))
			break;
	}
}
