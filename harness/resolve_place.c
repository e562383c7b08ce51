/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records -> places: anchors, references, deltas and lengths.
 */
#include "resolve.h"

struct half resolve_half(const struct pt_format *f, bool high)
{
	unsigned bits =
		f->va_rule == PT_VA_SIGNED ? f->va_bits - 1u : f->va_bits;
	struct half h = { 0, pt_ones(bits), bits };

	if (high && f->va_rule != PT_VA_ZERO) {
		h.lo = word_last(f) - pt_ones(bits);
		h.last = word_last(f);
	}
	return h;
}

/* Borders of the uppermost table that has two entries or more in a half. */
static void set_homes(struct case_resolver *r)
{
	const struct pt_format *f = r->place->format;
	unsigned salt = r->c->header.salt, bits = resolve_half(f, false).bits;
	unsigned depth = fit_depth(f, CASE_HEIGHTS - 1), next;
	uint64_t entries, inner;

	while (depth < PT_PTE && f->level[depth].va_shift + 1u > bits)
		depth++;
	next = depth < PT_PTE ? depth + 1 : depth;
	entries = UINT64_C(1) << (bits - f->level[depth].va_shift);
	inner = UINT64_C(1) << f->level[next].index_bits;
	r->home[0] = (1 + salt % (entries - 1)) << f->level[depth].va_shift;
	r->home[1] =
		r->home[0] + ((1 + (salt >> 4) % (inner < 4 ? inner - 1 : 3))
			      << f->level[next].va_shift);
	r->home[2] = 0;
	for (unsigned d = depth; d < PT_DEPTHS; d++) {
		unsigned index_bits = d == depth ? bits - f->level[d].va_shift
						 : f->level[d].index_bits;
		uint64_t middle = (UINT64_C(1) << index_bits) / 2;

		middle ^= index_bits > 1 ? salt >> (8 + d) & 1 : 0;
		r->home[2] |= middle << f->level[d].va_shift;
	}
	r->home[3] = (1 + (salt >> 8) % (entries - 1))
		     << f->level[depth].va_shift;
}

void case_resolver_init(struct case_resolver *r, const struct tw_case *c,
			const struct case_place *place)
{
	r->c = c;
	r->place = place;
	r->next = 0;
	r->space = 0;
	r->first = CASE_RECORDS;
	set_homes(r);
}

/* A reference: the start or the end of the range of an earlier record. */
static struct spot spot_of_record(const struct case_resolver *r, unsigned index,
				  bool end)
{
	const struct pt_format *f = r->place->format;
	bool high = r->space == 1;
	struct spot s;

	s.va = end ? (r->last[index] + 1) & word_last(f) : r->va[index];
	if (f->va_rule == PT_VA_SIGNED)
		high = s.va >> (f->va_word_bits - 1) & 1;
	s.half = resolve_half(f, high);
	s.inside = true;
	return s;
}

static struct spot spot_of_reference(const struct case_resolver *r,
				     unsigned anchor, const struct spot *other)
{
	static const uint8_t back[CASE_ANCHORS] = {
		[CASE_PREV1] = 1, [CASE_PREV1_END] = 1,
		[CASE_PREV2] = 2, [CASE_PREV2_END] = 2,
		[CASE_PREV4] = 4, [CASE_PREV4_END] = 4,
	};
	bool end = anchor == CASE_PREV1_END || anchor == CASE_PREV2_END ||
		   anchor == CASE_PREV4_END || anchor == CASE_FIRST_END;
	unsigned index = r->first;

	if (back[anchor])
		index = back[anchor] <= r->next ? r->next - back[anchor]
						: CASE_RECORDS;
	if (index >= r->next || !r->ranged[index])
		return *other;
	return spot_of_record(r, index, end);
}

static struct spot spot_of_anchor(const struct case_resolver *r,
				  unsigned anchor)
{
	const struct pt_format *f = r->place->format;
	bool roots = f->va_rule == PT_VA_ROOTS;
	struct half low = resolve_half(f, roots && r->space == 1);
	struct half high = resolve_half(f, roots ? r->space == 1 : true);
	uint64_t page = page_bytes(f), literal = mix(r->c->header.salt);
	struct spot home0 = { low.lo + r->home[0], low, true };

	switch (anchor) {
	case CASE_ZERO:
		return (struct spot){ low.lo, low, roots };
	case CASE_PAGE1:
		return (struct spot){ low.lo + page, low, roots };
	case CASE_LOW_END:
		return (struct spot){ low.last - page + 1, low, roots };
	case CASE_HIGH_START:
		return (struct spot){ high.lo, high, roots };
	case CASE_TOP:
		return (struct spot){ (roots ? high.last : word_last(f)) -
					      page + 1,
				      high, roots };
	case CASE_HOME0:
		return home0;
	case CASE_HOME1:
		return (struct spot){ low.lo + r->home[1], low, true };
	case CASE_HOME2:
		return (struct spot){ low.lo + r->home[2], low, true };
	case CASE_HOME3:
		return (struct spot){ high.lo + r->home[3], high, true };
	case CASE_LITERAL:
		high = literal >> 63 ? high : low;
		return (struct spot){ high.lo + (literal & pt_ones(high.bits) &
						 ~(page - 1)),
				      high, true };
	case CASE_GAP:
		return (struct spot){ (resolve_half(f, false).last + 1) &
					      word_last(f),
				      low, false };
	case CASE_GAP_END:
		return (struct spot){ (resolve_half(f, true).lo - page) &
					      word_last(f),
				      high, false };
	default:
		return spot_of_reference(r, anchor, &home0);
	}
}

struct spot resolve_spot(const struct case_resolver *r,
			 const struct case_record *rec)
{
	const struct pt_format *f = r->place->format;
	struct spot s = spot_of_anchor(r, rec->anchor);

	s.va += (uint64_t)(int64_t)rec->coarse * granule(f, rec->height);
	s.va += (uint64_t)(int64_t)rec->fine * page_bytes(f);
	if (s.inside)
		s.va = s.half.lo + ((s.va - s.half.lo) & pt_ones(s.half.bits));
	else
		s.va &= word_last(f);
	return s;
}

uint64_t resolve_limit(const struct pt_format *f, const struct spot *s)
{
	return s->inside ? s->half.last : word_last(f);
}

/* Bytes from va to the end of the half; of the word where va is in a gap. */
static uint64_t rest_of_half(const struct pt_format *f, const struct spot *s)
{
	struct half h = s->half;

	if (s->va < h.lo || s->va > h.last)
		h.last = word_last(f);
	return h.last - s->va + 1;
}

uint64_t resolve_length(const struct pt_format *f,
			const struct case_record *rec, const struct spot *s,
			uint64_t unit, unsigned height)
{
	uint64_t rest, span;
	unsigned h;

	switch (rec->scale) {
	case CASE_UNIT:
		return times(unit, rec->count);
	case CASE_PAGE:
		return times(page_bytes(f), rec->count);
	case CASE_EDGE:
		span = table_span(f, height);
		rest = rest_of_half(f, s);
		span -= s->va & (span - 1);
		return span && span < rest ? span : rest;
	case CASE_SPACE:
		return rest_of_half(f, s);
	default:
		if (rec->kind == OP_MAP)
			return granule(f, rec->aux.height + 1u);
		h = rec->scale - CASE_H1 + 1u;
		return times(granule(f, h), rec->count);
	}
}
