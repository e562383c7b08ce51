/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random cases.
 *
 * Records drawn one by one rarely build anything: a third of a random case
 * consists of plots, short sequences that make sense together, such as filling
 * a table and collapsing it.  A third of cases draws from few kinds only, with
 * weights of their own (Groce et al., "Swarm Testing", ISSTA 2012): what one
 * kind keeps undoing then has time to grow.
 *
 * No expression draws two numbers: C does not say which would come first, and
 * a seed must give the same case from every compiler.
 */
#include <string.h>

#include "case_shape.h"
#include "fit.h"
#include "generate.h"

static uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

/* Blackman and Vigna's xoshiro256**, public domain; seeds by splitmix64. */
void rng_seed(struct rng *rng, uint64_t seed)
{
	for (unsigned i = 0; i < 4; i++) {
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		rng->s[i] = z ^ z >> 31;
	}
}

uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint32_t rng_below(struct rng *rng, uint32_t below)
{
	return (uint32_t)((rng_next(rng) >> 32) * below >> 32);
}

/* True once in so many times. */
static bool one_in(struct rng *rng, uint32_t n)
{
	return rng_below(rng, n) == 0;
}

/* How often each kind is drawn; the rest are not generated. */
static const uint8_t usual_weight[OP_KINDS] = {
	[OP_MAP] = 24,     [OP_UNMAP] = 10,    [OP_PROTECT] = 9, [OP_SPLIT] = 8,
	[OP_COLLAPSE] = 7, [OP_RESTRICT] = 6,  [OP_SETKIND] = 7, [OP_TOUCH] = 5,
	[OP_FREE] = 6,     [OP_TRANSLATE] = 5, [OP_SWITCH] = 2,  [OP_WALK] = 9,
	[OP_FAIL] = 2,
};

/* Maps of more than a few entries in one case: they make it slow. */
#define LARGE_MAPS 2

/* Kinds are drawn from a table of so many entries. */
#define KIND_SLOTS 256

struct maker {
	struct rng *rng;
	struct tw_case *out;
	unsigned room; /* records it shall have */
	unsigned weight[OP_KINDS], total;
	uint8_t kind[KIND_SLOTS]; /* by weight, for drawing */
	uint8_t focus;            /* anchor most records use */
	bool focused;
	unsigned large;             /* large maps left */
	unsigned maps;              /* maps whose place can be copied */
	uint8_t map[8];             /* the last of them, by record */
	struct case_record scratch; /* where what is not wanted goes */
};

/* Picks the kinds of this case and how often each comes. */
static void draw_weights(struct maker *m, uint64_t mask,
			 const struct pt_format *format)
{
	bool swarm = one_in(m->rng, 3);
	uint64_t off = rng_next(m->rng), rate = rng_next(m->rng);

	for (unsigned i = 0; i < OP_KINDS; i++) {
		unsigned weight = mask >> i & 1 ? usual_weight[i] : 0;

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

static void set_length(struct case_record *r, unsigned count, unsigned scale)
{
	r->count = (uint8_t)count;
	r->scale = (uint8_t)scale;
}

/* Keeps maps small, except for a few; rarely a map may be as large as drawn. */
static void limit_map(struct maker *m, struct case_record *r)
{
	if (r->scale == CASE_UNIT || (r->scale == CASE_PAGE && r->count < 16))
		return;
	if (m->large && r->scale != CASE_PAGE) {
		m->large--;
		if (r->scale == CASE_SPACE && !one_in(m->rng, 8))
			set_length(r, 0, CASE_EDGE);
		return;
	}
	set_length(r, 1 + (r->count & 7), CASE_UNIT);
}

/* Eight random bytes, the same on every host. */
static void random_record(struct rng *rng, uint8_t *record)
{
	uint64_t bits = rng_next(rng);

	for (unsigned i = 0; i < CASE_RECORD_BYTES; i++)
		record[i] = (uint8_t)(bits >> 8 * i);
}

/*
 * Adds a record of that kind with random fields, or, where the kind is not
 * drawn in this case or the case is full, gives one that is not part of it.
 */
static struct case_record *add(struct maker *m, unsigned kind)
{
	uint8_t bytes[CASE_RECORD_BYTES];
	struct case_record *r = &m->scratch;

	if (m->weight[kind] && m->out->count < m->room)
		r = &m->out->record[m->out->count++];
	random_record(m->rng, bytes);
	case_decode_fields(kind, bytes, r);
	/* Byte 0 would have been the kind. */
	if (m->focused && case_shape(kind) & SHAPE_PLACE && bytes[0] & 3 &&
	    !is_reference(r->anchor))
		r->anchor = m->focus;
	if (kind == OP_MAP)
		limit_map(m, r);
	return r;
}

/* The same, right at an anchor. */
static struct case_record *add_at(struct maker *m, unsigned kind,
				  unsigned anchor)
{
	struct case_record *r = add(m, kind);

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
		height += 1 + one_in(m->rng, 3);
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

/* Lets later records be aimed at this map, if most formats can have it. */
static void note_map(struct maker *m, const struct case_record *r)
{
	if (r == &m->scratch || is_reference(r->anchor) || r->aux.exact ||
	    r->aux.height > 2 || r->aux.pa_mode == CASE_PA_EXACT ||
	    r->pa_anchor == CASE_PA_BEYOND || !(r->attrs & PT_R) ||
	    r->attrs & (PT_MEMTYPE_MASK | PT_KEY_MASK))
		return;
	m->map[m->maps++ % 8] = (uint8_t)(r - m->out->record);
}

/* A record as a random case has it. */
static void add_single(struct maker *m, unsigned kind)
{
	struct case_record *r = add(m, kind);

	if (kind == OP_MAP || wants_target(kind))
		prefer_common(m, r);
	if (wants_target(kind) && !one_in(m->rng, 4))
		aim(m, r);
	if (kind == OP_MAP)
		note_map(m, r);
}

/* Where a plot takes place. */
static unsigned stage(struct maker *m)
{
	static const uint8_t other[8] = {
		CASE_HOME0, CASE_HOME0, CASE_HOME1, CASE_HOME1,
		CASE_HOME2, CASE_HOME3, CASE_PREV1, CASE_FIRST,
	};
	uint32_t at = rng_below(m->rng, 16);

	return m->focused && at >= 4 ? m->focus : other[at & 7];
}

/* A map with exactly these; the attributes stay random. */
static struct case_record *add_map(struct maker *m, unsigned anchor,
				   unsigned height, unsigned count)
{
	struct case_record *r = add_at(m, OP_MAP, anchor);

	r->aux = (struct case_aux){ .height = (uint8_t)height };
	set_length(r, count, CASE_UNIT);
	note_map(m, r);
	return r;
}

/* Leaf heights: mostly 0 and 1. */
static unsigned draw_height(struct maker *m)
{
	static const uint8_t height[16] = {
		0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 3,
	};

	return height[rng_below(m->rng, 16)];
}

/*
 * The walk ranges of the contract: near an edge of an earlier range 40 %, a
 * table 20 %, the whole half 10 %, else anything.
 */
static void add_walk(struct maker *m)
{
	static const uint8_t edge[8] = {
		CASE_PREV1, CASE_PREV1_END, CASE_PREV2, CASE_PREV2_END,
		CASE_PREV4, CASE_PREV4_END, CASE_FIRST, CASE_FIRST_END,
	};
	struct case_record *r = add(m, OP_WALK);
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
}

/* Fills a table, perhaps disturbs it, collapses it, perhaps splits it again. */
static void plot_collapse(struct maker *m)
{
	static const uint8_t disturb[8] = {
		OP_TOUCH,   OP_TOUCH,    OP_PROTECT,   OP_UNMAP,
		OP_SETKIND, OP_RESTRICT, OP_TRANSLATE, OP_MAP,
	};
	unsigned height = one_in(m->rng, 4), place = stage(m);
	struct case_record *r = add_map(m, place, height, 1);

	set_length(r, 0, CASE_EDGE);
	m->large--;
	if (one_in(m->rng, 3))
		add_at(m, disturb[rng_below(m->rng, 8)], place);
	r = add_at(m, OP_COLLAPSE, place);
	r->aux = (struct case_aux){ .height = (uint8_t)(height + 1) };
	if (one_in(m->rng, 2)) {
		r = add_at(m, OP_SPLIT, place);
		r->aux = (struct case_aux){ .height = (uint8_t)(height + 1) };
	}
}

/* Maps, unmaps, frees the tables, maps again with another size. */
static void plot_reuse(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 3));
	r = add_at(m, OP_UNMAP, CASE_PREV1);
	r->height = (uint8_t)height;
	set_length(r, 1 + rng_below(m->rng, 3), CASE_UNIT);
	r->aux = (struct case_aux){ 0 };
	if (!one_in(m->rng, 4)) {
		r = add_at(m, OP_FREE, CASE_PREV1);
		set_length(r, 1, one_in(m->rng, 2) ? CASE_H1 : CASE_PAGE);
	}
	add_map(m, CASE_PREV2, draw_height(m), 1);
}

/* Refuses an allocation of what comes next. */
static void plot_refuse(struct maker *m)
{
	static const uint8_t victim[8] = {
		OP_MAP,   OP_MAP,     OP_MAP,     OP_SPLIT,
		OP_UNMAP, OP_PROTECT, OP_SETKIND, OP_MAP,
	};
	struct case_record *r = add(m, OP_FAIL);

	r->aux.value = (uint8_t)(1 + rng_below(m->rng, 5));
	add(m, victim[rng_below(m->rng, 8)]);
}

/* A large leaf, then something that touches a part of it. */
static void plot_partial(struct maker *m)
{
	static const uint8_t part[8] = {
		OP_UNMAP, OP_UNMAP,   OP_PROTECT, OP_PROTECT,
		OP_SPLIT, OP_SETKIND, OP_TOUCH,   OP_TRANSLATE,
	};
	unsigned height = 1 + one_in(m->rng, 4), place = stage(m), kind;
	struct case_record *r =
		add_map(m, place, height, 1 + rng_below(m->rng, 2));

	r->aux.group = one_in(m->rng, 8);
	for (unsigned i = rng_below(m->rng, 3) + 1; i; i--) {
		kind = part[rng_below(m->rng, 8)];
		r = add_at(m, kind, CASE_PREV1);
		r->height = (uint8_t)rng_below(m->rng, height + 1);
		r->coarse = (int8_t)((int)rng_below(m->rng, 4) - 1);
		if (kind == OP_SPLIT)
			r->aux = (struct case_aux){ .height = (uint8_t)height };
	}
}

/* Takes rights away above a mapping, then uses what is below. */
static void plot_restrict(struct maker *m)
{
	static const uint8_t use[8] = {
		OP_WALK, OP_TRANSLATE, OP_COLLAPSE, OP_MAP,
		OP_MAP,  OP_UNMAP,     OP_FREE,     OP_RESTRICT,
	};
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 4));
	r = add_at(m, OP_RESTRICT, place);
	if (r->aux.height <= height && height < CASE_HEIGHTS - 1)
		r->aux.height = (uint8_t)(height + 1);
	add_at(m, use[rng_below(m->rng, 8)], place);
}

/* A group, then one of its entries alone; or entries that become a group. */
static void plot_group(struct maker *m)
{
	static const uint8_t part[8] = {
		OP_UNMAP, OP_PROTECT,  OP_TOUCH, OP_SETKIND,
		OP_SPLIT, OP_COLLAPSE, OP_WALK,  OP_TRANSLATE,
	};
	unsigned place = stage(m), height = one_in(m->rng, 3);
	struct case_record *r = add_map(m, place, height, 1);

	if (one_in(m->rng, 2)) {
		r->aux.group = 1;
		r->count = (uint8_t)(1 + rng_below(m->rng, 3));
		r = add_at(m, part[rng_below(m->rng, 8)], place);
		r->height = (uint8_t)height;
		r->fine = (int8_t)rng_below(m->rng, 8);
		return;
	}
	r->count = 16;
	r = add_at(m, OP_COLLAPSE, place);
	r->aux = (struct case_aux){ .height = (uint8_t)height, .group = 1 };
}

/* The same in the other space. */
static void plot_spaces(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1);
	r = add(m, OP_SWITCH);
	r->aux.value = (uint8_t)rng_below(m->rng, PT_SPACES);
	add_map(m, place, height, 1);
}

static void add_plot(struct maker *m)
{
	switch (rng_below(m->rng, 16)) {
	case 0:
	case 1:
	case 2:
		if (m->large)
			plot_collapse(m);
		else
			plot_partial(m);
		break;
	case 3:
	case 4:
	case 5:
		plot_reuse(m);
		break;
	case 6:
	case 7:
		plot_refuse(m);
		break;
	case 8:
	case 9:
	case 10:
		plot_partial(m);
		break;
	case 11:
	case 12:
		plot_restrict(m);
		break;
	case 13:
	case 14:
		plot_group(m);
		break;
	default:
		plot_spaces(m);
		break;
	}
}

static void draw_header(struct maker *m, const struct generate_options *options)
{
	static const uint8_t window[8] = {
		CASE_WINDOW_LOW, CASE_WINDOW_LOW,   CASE_WINDOW_LOW,
		CASE_WINDOW_4G,  CASE_WINDOW_4G,    CASE_WINDOW_TOP,
		CASE_WINDOW_TOP, CASE_WINDOW_MIXED,
	};
	uint64_t bits = rng_next(m->rng);

	m->out->header = (struct case_header){
		.mask = case_mask(options->mask),
		.salt = (uint16_t)(bits & 1 ? bits >> 48 : 0),
		.regime = bits >> 1 & 3,
		.window =
			options->ram ? CASE_WINDOW_RAM : window[bits >> 3 & 7],
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

		random_record(rng, bytes);
		case_decode_fields(r->kind, bytes, &other);
		other.kind = r->kind;
	}
	r->aux = other.aux;
	r->attrs = other.attrs;
}

void generate_case(struct rng *rng, const struct generate_options *options,
		   struct tw_case *out)
{
	struct maker m;
	bool plots = !one_in(rng, 4);

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
	if (!m.total)
		m.room = 0;
	while (out->count < m.room) {
		uint64_t bits = rng_next(rng);
		unsigned kind = m.kind[bits % KIND_SLOTS];

		if (plots && bits >> 32 < UINT32_MAX / 6)
			add_plot(&m);
		else if (kind == OP_WALK)
			add_walk(&m);
		else
			add_single(&m, kind);
	}
	if (options->format)
		for (unsigned i = 0; i < out->count; i++)
			if (!one_in(rng, 16))
				fit(rng, options->format, &out->record[i]);
}

/*
 * Mutation works on bytes: any bytes are a case, and the byte tables make most
 * random bytes sensible.
 */
static uint8_t *slot(uint8_t *bytes, size_t index)
{
	return bytes + CASE_HEADER_BYTES + index * CASE_RECORD_BYTES;
}

static void mutate_header(struct rng *rng, uint8_t *bytes)
{
	uint64_t mask;

	switch (rng_below(rng, 8)) {
	case 0:
	case 1:
	case 2:
		bytes[3] = (uint8_t)rng_next(rng); /* window */
		break;
	case 3:
		bytes[1] = (uint8_t)rng_next(rng); /* regime */
		break;
	case 4:
	case 5:
		mask = rng_next(rng);
		bytes[4 + (mask >> 8 & 1)] = (uint8_t)mask; /* salt */
		break;
	case 6:
		mask = rng_next(rng) & OP_MASK_V1;
		for (unsigned i = 0; i < 8; i++)
			bytes[8 + i] = (uint8_t)(mask >> 8 * i);
		break;
	default:
		memset(bytes + 8, 0, 8);
		break;
	}
}

/* Opens a gap of one record before index; the caller knows that it fits. */
static void open_slot(uint8_t *bytes, size_t records, size_t index)
{
	memmove(slot(bytes, index + 1), slot(bytes, index),
		(records - index) * CASE_RECORD_BYTES);
}

static void close_slot(uint8_t *bytes, size_t records, size_t index)
{
	memmove(slot(bytes, index), slot(bytes, index + 1),
		(records - index - 1) * CASE_RECORD_BYTES);
}

/* Changes the bytes of one record: a field anew, a little, or from another. */
static void mutate_record(struct rng *rng, uint8_t *bytes, size_t records)
{
	uint8_t *record = slot(bytes, rng_below(rng, (uint32_t)records));
	const uint8_t *other = slot(bytes, rng_below(rng, (uint32_t)records));
	uint32_t field = rng_below(rng, CASE_RECORD_BYTES);

	switch (rng_below(rng, 8)) {
	case 0:
		random_record(rng, record);
		break;
	case 1:
		record[field] = (uint8_t)(record[field] + 1);
		break;
	case 2:
		record[field] = (uint8_t)(record[field] - 1);
		break;
	case 3:
		record[field] = other[field];
		break;
	default:
		record[field] = (uint8_t)rng_next(rng);
		break;
	}
}

/* Puts a copy of a record, or a new one, before another; returns the number. */
static size_t insert_record(struct rng *rng, uint8_t *bytes, size_t records)
{
	uint32_t at = rng_below(rng, (uint32_t)records + 1);
	uint8_t copy[CASE_RECORD_BYTES];

	random_record(rng, copy);
	if (records && one_in(rng, 2))
		memcpy(copy, slot(bytes, rng_below(rng, (uint32_t)records)),
		       sizeof(copy));
	open_slot(bytes, records, at);
	memcpy(slot(bytes, at), copy, sizeof(copy));
	return records + 1;
}

static void swap_records(struct rng *rng, uint8_t *bytes, size_t records)
{
	uint8_t *a = slot(bytes, rng_below(rng, (uint32_t)records));
	uint8_t *b = slot(bytes, rng_below(rng, (uint32_t)records));
	uint8_t copy[CASE_RECORD_BYTES];

	memcpy(copy, a, sizeof(copy));
	memmove(a, b, sizeof(copy));
	memcpy(b, copy, sizeof(copy));
}

/* Appends a few records of a generated case. */
static size_t append_plot(struct rng *rng, uint8_t *bytes, size_t records,
			  size_t room)
{
	struct generate_options options = { .mask = OP_MASK_V1 };
	uint8_t made[CASE_BYTES];
	struct tw_case c;
	size_t count = 1 + rng_below(rng, 6);

	if (count > room - records)
		count = room - records;
	options.records = (unsigned)count;
	generate_case(rng, &options, &c);
	case_encode(&c, made);
	memcpy(slot(bytes, records), slot(made, 0),
	       c.count * (size_t)CASE_RECORD_BYTES);
	return records + c.count;
}

static size_t mutate_once(struct rng *rng, uint8_t *bytes, size_t records,
			  size_t room)
{
	uint32_t what = rng_below(rng, 16);

	if (what < 4 && records < room)
		return insert_record(rng, bytes, records);
	if (what == 4 && records < room)
		return append_plot(rng, bytes, records, room);
	if (what == 5 || !records) {
		mutate_header(rng, bytes);
	} else if (what < 8) {
		close_slot(bytes, records, rng_below(rng, (uint32_t)records));
		return records - 1;
	} else if (what == 8) {
		swap_records(rng, bytes, records);
	} else {
		mutate_record(rng, bytes, records);
	}
	return records;
}

size_t mutate_case(struct rng *rng, uint8_t *bytes, size_t size,
		   size_t max_size)
{
	size_t records, room;

	if (max_size < CASE_HEADER_BYTES) {
		if (size)
			bytes[size - 1] = (uint8_t)rng_next(rng);
		return size;
	}
	if (max_size > CASE_BYTES)
		max_size = CASE_BYTES;
	if (size > max_size)
		size = max_size;
	if (size < CASE_HEADER_BYTES) {
		memset(bytes + size, 0, CASE_HEADER_BYTES - size);
		size = CASE_HEADER_BYTES;
	}
	bytes[0] = CASE_TAG;
	records = (size - CASE_HEADER_BYTES) / CASE_RECORD_BYTES;
	room = (max_size - CASE_HEADER_BYTES) / CASE_RECORD_BYTES;
	for (unsigned n = 1 + rng_below(rng, 4); n; n--)
		records = mutate_once(rng, bytes, records, room);
	return CASE_HEADER_BYTES + records * CASE_RECORD_BYTES;
}

/* The records of a case, complete ones only. */
static size_t records_of(size_t size)
{
	size_t records = size < CASE_HEADER_BYTES ? 0
						  : (size - CASE_HEADER_BYTES) /
							    CASE_RECORD_BYTES;

	return records < CASE_RECORDS ? records : CASE_RECORDS;
}

/* Copies records first.. of a case behind those that out has. */
static size_t copy_records(uint8_t *out, size_t have, size_t room,
			   const uint8_t *bytes, size_t first, size_t count)
{
	if (count > room - have)
		count = room - have;
	if (count)
		memcpy(slot(out, have),
		       bytes + CASE_HEADER_BYTES + first * CASE_RECORD_BYTES,
		       count * CASE_RECORD_BYTES);
	return have + count;
}

size_t cross_cases(struct rng *rng, const uint8_t *a, size_t a_size,
		   const uint8_t *b, size_t b_size, uint8_t *out,
		   size_t out_size)
{
	size_t in_a = records_of(a_size), in_b = records_of(b_size);
	size_t cut_a, cut_b, room, have = 0;

	if (out_size < CASE_HEADER_BYTES)
		return 0;
	memset(out, 0, CASE_HEADER_BYTES);
	if (a_size >= CASE_HEADER_BYTES)
		memcpy(out, a, CASE_HEADER_BYTES);
	out[0] = CASE_TAG;
	room = records_of(out_size);
	cut_a = rng_below(rng, (uint32_t)in_a + 1);
	cut_b = rng_below(rng, (uint32_t)in_b + 1);
	have = copy_records(out, have, room, a, 0, cut_a);
	if (one_in(rng, 2)) {
		/* A piece of b within a. */
		size_t piece = rng_below(rng, (uint32_t)(in_b - cut_b) + 1);

		have = copy_records(out, have, room, b, cut_b, piece);
		have = copy_records(out, have, room, a, cut_a, in_a - cut_a);
	} else {
		have = copy_records(out, have, room, b, cut_b, in_b - cut_b);
	}
	return CASE_HEADER_BYTES + have * CASE_RECORD_BYTES;
}
