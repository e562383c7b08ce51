/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random cases.
 *
 * Records drawn one by one rarely build anything: half of the records come in
 * plots, short sequences that make sense together, such as filling a table and
 * collapsing it.  One case in eight draws from few kinds only, with weights of
 * their own (Groce et al., "Swarm Testing", ISSTA 2012): what one kind keeps
 * undoing then has time to grow.  The shares come from docs/time-to-kill.md.
 *
 * No expression draws two numbers: C does not say which would come first, and
 * a seed must give the same case from every compiler.
 */
#include <string.h>

#include "case_shape.h"
#include "fit.h"
#include "generate.h"
#include "maker.h"

/* How often each kind is drawn; the rest are not generated. */
static const uint8_t usual_weight[OP_KINDS] = {
	[OP_MAP] = 24,     [OP_UNMAP] = 10,    [OP_PROTECT] = 9, [OP_SPLIT] = 8,
	[OP_COLLAPSE] = 7, [OP_RESTRICT] = 6,  [OP_SETKIND] = 7, [OP_TOUCH] = 5,
	[OP_FREE] = 6,     [OP_TRANSLATE] = 5, [OP_SWITCH] = 2,  [OP_WALK] = 9,
	[OP_FAIL] = 2,     [OP_INSTALL] = 6,   [OP_DUMP] = 3,    [OP_ITERATE] = 4,
	[OP_COPY] = 4,     [OP_VMA] = 7,       [OP_WALK_VMA] = 9,
	[OP_CTOR_FAIL] = 3, [OP_OWNER] = 3,
	[OP_SHARE] = 2,     [OP_SYNC] = 3,     [OP_DURING] = 3,
	[OP_POKE] = 4,      [OP_SHADOW] = 4,   [OP_IDENTITY] = 4,
	[OP_CLONE] = 3,     [OP_PAIR] = 4,     [OP_POISON] = 4,
};

/* Maps of more than a few entries in one case: they make it slow. */
#define LARGE_MAPS 2

/* Picks the kinds of this case and how often each comes. */
static void draw_weights(struct maker *m, uint64_t mask,
			 const struct pt_format *format)
{
	bool swarm = rng_one_in(m->rng, 8);
	uint64_t off = rng_next(m->rng), rate = rng_next(m->rng);

	for (unsigned i = 0; i < OP_KINDS; i++) {
		unsigned weight = mask >> i & 1 ? usual_weight[i] : 0;

		if (!case_has_fields(i, m->out->header.version))
			weight = 0;
		if (swarm && i != OP_MAP && off >> i & 1)
			weight = 0;
		if (swarm)
			weight <<= rate >> 2 * i & 3;
		/* Now and then: that it is refused is worth a test too. */
		if (weight && format && !fit_kind(format, i))
			weight = 1;
		/* The plots try these two where they can succeed. */
		if (format && (i == OP_SPLIT || i == OP_COLLAPSE))
			weight = (weight + 2) / 3;
		m->weight[i] = weight;
		m->total += weight;
	}
	for (unsigned i = 0, end = 0, at = 0; m->total && i < OP_KINDS; i++) {
		end += m->weight[i] * KIND_SLOTS;
		for (; at * m->total < end; at++)
			m->kind[at] = (uint8_t)i;
	}
}

static void draw_focus(struct maker *m)
{
	static const uint8_t focus[16] = {
		CASE_HOME0,   CASE_HOME0,      CASE_HOME0,   CASE_HOME1,
		CASE_HOME1,   CASE_HOME1,      CASE_HOME2,   CASE_HOME2,
		CASE_HOME3,   CASE_HOME3,      CASE_LITERAL, CASE_ZERO,
		CASE_LOW_END, CASE_HIGH_START, CASE_TOP,     CASE_FIRST,
	};
	uint32_t at = rng_below(m->rng, 32);

	m->focused = at < 16;
	m->focus = focus[at & 15];
}

static bool is_reference(unsigned anchor)
{
	return anchor >= CASE_PREV1;
}

/* Keeps maps small, except for a few; rarely a map may be as large as drawn. */
static void limit_map(struct maker *m, struct case_record *r)
{
	if (r->scale == CASE_UNIT || (r->scale == CASE_PAGE && r->count < 16))
		return;
	if (m->large && r->scale != CASE_PAGE) {
		m->large--;
		if (r->scale == CASE_SPACE && !rng_one_in(m->rng, 8))
			set_length(r, 0, CASE_EDGE);
		return;
	}
	set_length(r, 1 + (r->count & 7), CASE_UNIT);
}

/*
 * Keeps what has an event, or a stretch, for each page short; a shadow that is not
 * looked at page by page may be as long as drawn.
 */
static void limit_newest(struct maker *m, struct case_record *r)
{
	bool pages = r->kind == OP_PAIR || (r->kind == OP_SHADOW &&
					    r->aux.value == OP_SHADOW_LONG);
	uint64_t bits;

	if (!pages)
		return;
	bits = rng_next(m->rng);
	if (r->height && bits & 7)
		r->height = bits >> 3 & 1;
	if (r->scale >= CASE_H1 && bits >> 4 & 7)
		set_length(r, 1 + (unsigned)(bits >> 8 & 7), CASE_UNIT);
}

struct case_record *maker_add(struct maker *m, unsigned kind)
{
	uint8_t bytes[CASE_RECORD_BYTES];
	struct case_record *r = &m->scratch;

	if (m->weight[kind] && m->out->count < m->room)
		r = &m->out->record[m->out->count++];
	rng_record(m->rng, bytes);
	case_decode_fields(kind, bytes, r);
	/* Byte 0 would have been the kind. */
	if (m->focused && case_shape(kind) & SHAPE_PLACE && bytes[0] & 3 &&
	    !is_reference(r->anchor))
		r->anchor = m->focus;
	if (kind == OP_MAP)
		limit_map(m, r);
	else
		limit_newest(m, r);
	return r;
}

struct case_record *maker_add_at(struct maker *m, unsigned kind,
				  unsigned anchor)
{
	struct case_record *r = maker_add(m, kind);

	r->anchor = (uint8_t)anchor;
	r->height = 0;
	r->coarse = 0;
	r->fine = 0;
	return r;
}

/* The kinds that do nothing unless something is there already. */
static bool wants_target(unsigned kind)
{
	return kind == OP_SPLIT || kind == OP_COLLAPSE || kind == OP_TOUCH ||
	       kind == OP_RESTRICT || kind == OP_SETKIND;
}

/* An earlier map, for a split one of large leaves if there is any nearby. */
static const struct case_record *earlier_map(struct maker *m, unsigned kind)
{
	unsigned known = m->maps < 8 ? m->maps : 8;
	const struct case_record *map = NULL;

	for (unsigned tries = 0; known && tries < 4; tries++) {
		map = &m->out->record[m->map[rng_below(m->rng, known)]];
		if (kind != OP_SPLIT || map->aux.height || map->aux.group)
			break;
	}
	return map;
}

/* Aims such a record at an earlier map, and at the height it asked for. */
static void aim(struct maker *m, struct case_record *r)
{
	const struct case_record *map = earlier_map(m, r->kind);
	unsigned height;

	if (!map)
		return;
	r->anchor = map->anchor;
	r->height = map->height;
	r->coarse = map->coarse;
	r->fine = map->fine;
	height = map->aux.height;
	if (r->kind == OP_COLLAPSE && r->aux.group == 0)
		height++;
	if (r->kind == OP_RESTRICT)
		height += 1 + rng_one_in(m->rng, 3);
	/* Not every byte has every combination of its fields. */
	if (r->kind == OP_TOUCH || height >= CASE_HEIGHTS || r->aux.skew ||
	    (r->kind == OP_RESTRICT && r->aux.height == 0) ||
	    (r->kind == OP_SETKIND &&
	     (r->aux.value < PT_PROTNONE || r->aux.value > PT_MARKER)))
		return;
	r->aux.height = (uint8_t)height;
}

/* Makes what many formats refuse rarer than the bytes have it. */
static void prefer_common(struct maker *m, struct case_record *r)
{
	uint64_t bits = rng_next(m->rng);

	if (r->kind == OP_MAP && bits & 3) {
		r->aux.exact = 0;
		r->aux.group &= (uint8_t)(bits >> 2 & 1);
	} else if (r->kind == OP_SPLIT && r->aux.height == 0 && bits & 7) {
		r->aux.height = 1;
	} else if (r->kind == OP_COLLAPSE && bits & 7) {
		r->aux.group = 0;
		r->aux.height = (uint8_t)(r->aux.height + !r->aux.height);
	} else if (r->kind == OP_RESTRICT && r->aux.height && bits & 3) {
		r->aux.value &= (uint8_t)~PT_R;
	}
}

void maker_note_map(struct maker *m, const struct case_record *r)
{
	if (r == &m->scratch || is_reference(r->anchor) || r->aux.exact ||
	    r->aux.height > 2 || r->aux.pa_mode == CASE_PA_EXACT ||
	    r->pa_anchor == CASE_PA_BEYOND || !(r->attrs & PT_R) ||
	    r->attrs & (PT_MEMTYPE_MASK | PT_KEY_MASK))
		return;
	m->map[m->maps++ % 8] = (uint8_t)(r - m->out->record);
}

void maker_add_none(struct maker *m, unsigned anchor, unsigned height)
{
	struct case_record *r = maker_add_at(m, OP_UNMAP, anchor);

	r->height = (uint8_t)height;
	r->aux = (struct case_aux){ 0 };
	set_length(r, 1, CASE_UNIT);
	if (height != 1 && height != 2)
		return;
	r = maker_add_at(m, OP_FREE, CASE_PREV1);
	r->height = (uint8_t)height;
	r->aux = (struct case_aux){ .value = height == 1 ? CASE_BOUNDS_TABLE0
							 : CASE_BOUNDS_TABLE1 };
	set_length(r, 1, CASE_UNIT);
}

/*
 * Puts a record where an earlier map is, or (behind) begins where that ends: in the
 * same tables, where nothing is mapped yet.  False where there is no such map.
 */
static bool put_at_map(struct maker *m, struct case_record *r, bool behind)
{
	const struct case_record *map = earlier_map(m, r->kind);
	int end;

	if (!map)
		return false;
	r->anchor = map->anchor;
	r->height = map->height;
	r->coarse = map->coarse;
	r->fine = map->fine;
	r->aux.height = r->kind == OP_POKE || r->kind == OP_POISON ?
				map->aux.height : 0;
	if (!behind)
		return true;
	/* Only these can be said: the deltas are in one granule or the other. */
	end = map->count + (map->coarse && map->height == map->aux.height ?
				    map->coarse : 0);
	if (map->scale != CASE_UNIT || map->aux.group || end < -8 || end > 8 ||
	    (map->coarse && map->height != map->aux.height))
		return false;
	r->height = map->aux.height;
	r->coarse = (int8_t)end;
	r->fine = 0;
	return true;
}

/*
 * An entry that is none, of a table that is there: behind a map, or where something
 * has just been unmapped; and what can be put there.
 */
static void add_poke(struct maker *m)
{
	bool behind = rng_one_in(m->rng, 3);
	struct case_record at = { .kind = OP_POKE }, *r;

	if (!put_at_map(m, &at, behind))
		return;
	if (!behind) {
		/* So that the next record is about where the map is. */
		r = maker_add_at(m, OP_TRANSLATE, at.anchor);
		r->height = at.height;
		r->coarse = at.coarse;
		r->fine = at.fine;
		maker_add_none(m, CASE_PREV1, at.aux.height);
	}
	r = maker_add_at(m, OP_POKE, behind ? at.anchor : CASE_PREV1);
	r->height = behind ? at.height : at.aux.height;
	r->coarse = behind ? at.coarse : 0;
	r->fine = behind ? at.fine : 0;
	r->aux.height = at.aux.height;
	if (r->aux.height == 0)
		r->aux.value = OP_POKE_BAD;
	/* Few of the other space's tables are where one looks. */
	if (r->aux.value == OP_POKE_OTHER && !rng_one_in(m->rng, 3))
		r->aux.value = OP_POKE_UNKNOWN;
	set_length(r, 1 + rng_below(m->rng, 4), CASE_UNIT);
}

/* Where addresses are small enough to be physical ones. */
static void aim_identity(struct maker *m, struct case_record *r)
{
	static const uint8_t low[8] = {
		CASE_HOME0, CASE_HOME0, CASE_HOME1, CASE_HOME1,
		CASE_HOME2, CASE_HOME2, CASE_ZERO,  CASE_PAGE1,
	};
	uint32_t at = rng_below(m->rng, 8);
	bool pages = rng_one_in(m->rng, 2);

	if (m->home_is_memory && at & 1)
		put_at_map(m, r, true);
	if (!(at & 1) || r->anchor == CASE_HOME3)
		r->anchor = low[at];
	if (!m->home_is_memory)
		r->anchor = CASE_ZERO;
	if (r->scale != CASE_EDGE && r->scale != CASE_SPACE)
		set_length(r, 1 + rng_below(m->rng, 6),
			   pages ? CASE_PAGE : CASE_UNIT);
}

/* Aims a record of what version 3 came with at what an earlier one did. */
static void aim_newest(struct maker *m, struct case_record *r)
{
	switch (r->kind) {
	case OP_COPY:
		/* By whole entries of the root: all else is refused. */
		if (r->aux.skew || m->out->header.version < 3 ||
		    !rng_one_in(m->rng, 4))
			break;
		put_at_map(m, r, false);
		r->aux.shift = CASE_SHIFT_ENTRY;
		r->height = CASE_HEIGHTS - 1;
		r->coarse = 0;
		break;
	case OP_ITERATE:
		if (!rng_one_in(m->rng, 2))
			break;
		put_at_map(m, r, false);
		r->aux.value = OP_ITERATE_MOVE;
		break;
	case OP_POISON:
		/* Not every height has a code with a skew. */
		r->aux.skew = CASE_SKEW_NONE;
		if (put_at_map(m, r, false) && r->aux.height < 4)
			r->aux.height = (uint8_t)(r->aux.height +
						  rng_one_in(m->rng, 3));
		break;
	case OP_SHADOW:
		if (put_at_map(m, r, true) && r->scale < CASE_EDGE)
			set_length(r, 1 + rng_below(m->rng, 4), CASE_UNIT);
		break;
	case OP_IDENTITY:
		aim_identity(m, r);
		break;
	case OP_PAIR:
		put_at_map(m, r, false);
		break;
	default:
		break;
	}
}

/* Whether version 3 came with the kind, or with something that it may be. */
static bool has_newest(const struct maker *m, unsigned kind)
{
	return !case_has_fields(kind, 2) || kind == OP_COPY ||
	       (kind == OP_ITERATE && m->out->header.version >= 3);
}

/* A record as a random case has it. */
static void add_single(struct maker *m, unsigned kind)
{
	struct case_record *r;

	if (kind == OP_POKE && !rng_one_in(m->rng, 4)) {
		add_poke(m);
		return;
	}
	r = maker_add(m, kind);
	if (kind == OP_MAP || wants_target(kind))
		prefer_common(m, r);
	if (wants_target(kind) && !rng_one_in(m->rng, 4))
		aim(m, r);
	if (has_newest(m, kind) && !rng_one_in(m->rng, 4))
		aim_newest(m, r);
	if (kind == OP_MAP)
		maker_note_map(m, r);
}

/*
 * The walk ranges of the contract: near an edge of an earlier range 40 %, a
 * table 20 %, the whole half 10 %, else anything.
 */
static struct case_record *add_walk(struct maker *m, unsigned kind)
{
	static const uint8_t edge[8] = {
		CASE_PREV1, CASE_PREV1_END, CASE_PREV2, CASE_PREV2_END,
		CASE_PREV4, CASE_PREV4_END, CASE_FIRST, CASE_FIRST_END,
	};
	struct case_record *r = maker_add(m, kind);
	uint32_t at = rng_below(m->rng, 10);

	if (at < 4) {
		r->anchor = edge[rng_below(m->rng, 8)];
		r->height = (uint8_t)rng_below(m->rng, CASE_HEIGHTS);
		r->coarse = (int8_t)((int)rng_below(m->rng, 3) - 1);
		r->fine = 0;
		set_length(r, 1 + rng_below(m->rng, 4), CASE_UNIT);
	} else if (at < 6) {
		r->height = (uint8_t)rng_below(m->rng, CASE_HEIGHTS);
		r->fine = 0;
		set_length(r, 0, CASE_EDGE);
	} else if (at < 7) {
		set_length(r, 0, CASE_SPACE);
	}
	return r;
}

static void draw_header(struct maker *m, const struct generate_options *options)
{
	static const uint8_t window[8] = {
		CASE_WINDOW_LOW, CASE_WINDOW_LOW,   CASE_WINDOW_LOW,
		CASE_WINDOW_4G,  CASE_WINDOW_4G,    CASE_WINDOW_TOP,
		CASE_WINDOW_TOP, CASE_WINDOW_MIXED,
	};
	uint64_t bits = rng_next(m->rng);
	uint8_t profile = CASE_CURRENT, place = window[bits >> 3 & 7];
	const uint8_t version = options->version ? options->version : 1;

	if (version >= 2 && options->profile)
		profile = (uint8_t)(options->profile - 1);
	else if (version >= 2 && bits >> 6 & 1)
		profile = (uint8_t)((bits >> 7 & 0xff) % CASE_PROFILES);
	/* One in six. */
	if (version >= 3 && (bits >> 16 & 0xff) < 43)
		place = CASE_WINDOW_PAGES;
	m->out->header = (struct case_header){
		.mask = case_mask(options->mask, version),
		.version = version,
		.profile = profile,
		.salt = (uint16_t)(bits & 1 ? bits >> 48 : 0),
		.regime = bits >> 1 & 3,
		.window = options->ram ? CASE_WINDOW_RAM : place,
	};
}

/*
 * Gives the record heights, groups, attributes, rights to take away and kinds
 * that the format has.  Drawn as bytes, so that the case can be stored.
 */
static void fit(struct rng *rng, const struct pt_format *format,
		struct case_record *r)
{
	struct case_record other = *r;

	for (unsigned tries = 0; tries < 16 && !fit_record(format, &other);
	     tries++) {
		uint8_t bytes[CASE_RECORD_BYTES];

		rng_record(rng, bytes);
		case_decode_fields(r->kind, bytes, &other);
		other.kind = r->kind;
	}
	r->aux = other.aux;
	r->attrs = other.attrs;
}

/* Whether addresses at the home anchors of the low half are physical ones. */
static bool homes_are_memory(const struct pt_format *format,
			     const struct tw_case *c)
{
	const struct case_place place = { .format = format };
	struct case_resolver r;

	if (!format)
		return c->header.salt == 0;
	case_resolver_init(&r, c, &place);
	for (unsigned i = 0; i < 3; i++)
		if (r.home[i] >> (format->pa_bits - 1))
			return false;
	return true;
}

void generate_case(struct rng *rng, const struct generate_options *options,
		   struct tw_case *out)
{
	struct maker m;
	bool plots = !rng_one_in(rng, 4);

	m.rng = rng;
	m.out = out;
	m.large = LARGE_MAPS;
	m.total = m.maps = 0;
	m.room = options->records < CASE_RECORDS ? options->records
						 : CASE_RECORDS;
	out->count = 0;
	draw_header(&m, options);
	draw_weights(&m, out->header.mask, options->format);
	draw_focus(&m);
	m.home_is_memory = homes_are_memory(options->format, out);
	if (!m.total)
		m.room = 0;
	while (out->count < m.room) {
		uint64_t bits = rng_next(rng);
		unsigned kind = m.kind[bits % KIND_SLOTS];

		if (plots && bits >> 32 < UINT32_MAX / 3)
			maker_add_plot(&m);
		else if (kind == OP_WALK || kind == OP_WALK_VMA)
			add_walk(&m, kind);
		else
			add_single(&m, kind);
	}
	if (options->format)
		for (unsigned i = 0; i < out->count; i++)
			if (!rng_one_in(rng, 16))
				fit(rng, options->format, &out->record[i]);
}
