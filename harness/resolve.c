/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records -> concrete operations for one format.
 *
 * Every rule here is part of the meaning of stored cases; docs/case-format.md
 * states them.  Nothing depends on what earlier operations did, only on what
 * they were asked to do, so the list of operations is the same for every
 * subject.
 */
#include "case.h"
#include "case_shape.h"
#include "fit.h"

/* The part of the address word that a place belongs to. */
struct half {
	uint64_t lo, last;
	unsigned bits;
};

static uint64_t word_last(const struct pt_format *f)
{
	return pt_ones(f->va_word_bits);
}

static uint64_t page_bytes(const struct pt_format *f)
{
	return UINT64_C(1) << f->page_shift;
}

/* The half with upper bits 0 or 1; a PT_VA_ZERO format has only the first. */
static struct half half_of(const struct pt_format *f, bool high)
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

static uint64_t granule(const struct pt_format *f, unsigned height)
{
	return pt_span(f, fit_depth(f, height));
}

/* Bytes that the whole table of entries of that height covers; 0: 2^64. */
static uint64_t table_span(const struct pt_format *f, unsigned height)
{
	const struct pt_level *l = &f->level[fit_depth(f, height)];
	unsigned bits = (unsigned)l->va_shift + l->index_bits;

	return bits >= 64 ? 0 : UINT64_C(1) << bits;
}

static uint64_t mix(uint64_t x)
{
	/* splitmix64's finalizer. */
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t align_down(uint64_t value, uint64_t to)
{
	return value & ~(to - 1);
}

/* bytes counted so often, or the largest number. */
static uint64_t times(uint64_t bytes, uint64_t count)
{
	return count && bytes > UINT64_MAX / count ? UINT64_MAX : bytes * count;
}

/* Borders of the uppermost table that has two entries or more in a half. */
static void set_homes(struct case_resolver *r)
{
	const struct pt_format *f = r->place->format;
	unsigned salt = r->c->header.salt, bits = half_of(f, false).bits;
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

/* Where a place is, and how far things that start there may reach. */
struct spot {
	uint64_t va;
	struct half half;
	bool inside; /* folded into the half */
};

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
	s.half = half_of(f, high);
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
	struct half low = half_of(f, roots && r->space == 1);
	struct half high = half_of(f, roots ? r->space == 1 : true);
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
		return (struct spot){
			(half_of(f, false).last + 1) & word_last(f), low, false
		};
	case CASE_GAP_END:
		return (struct spot){
			(half_of(f, true).lo - page) & word_last(f), high, false
		};
	default:
		return spot_of_reference(r, anchor, &home0);
	}
}

/* The place of a record: anchor and deltas. */
static struct spot spot_of(const struct case_resolver *r,
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

/* How far a range from this place may reach. */
static uint64_t limit_of(const struct pt_format *f, const struct spot *s)
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

/*
 * The length of a record in bytes; 0 is an empty range, UINT64_MAX too long
 * for any.  unit is what CASE_UNIT counts, height that of CASE_EDGE's table.
 */
static uint64_t length_of(const struct pt_format *f,
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

/* Sets va and last from a start and a length, which may be 0. */
static void set_range(struct op *op, uint64_t va, uint64_t bytes,
		      uint64_t limit, uint64_t page)
{
	if (bytes == 0 && va == 0)
		va = page;
	op->va = va;
	op->last = bytes && bytes - 1 > limit - va ? limit : va + bytes - 1;
}

/* Moves a range off the page borders; stays within the word. */
static void skew_range(struct op *op, unsigned skew, const struct pt_format *f)
{
	uint64_t word = word_last(f);

	switch (skew) {
	case CASE_SKEW_VA:
		op->va += op->va < word;
		break;
	case CASE_SKEW_LAST:
		op->last -= op->last > 0;
		break;
	case CASE_SKEW_BOTH:
		op->va += op->va < word;
		op->last += op->last < word;
		break;
	case CASE_SKEW_HALF:
		op->va += page_bytes(f) / 2;
		break;
	default:
		break;
	}
}

/* The range of unmap, protect, free and walk. */
static void resolve_range(const struct case_resolver *r,
			  const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	struct spot s = spot_of(r, rec);
	uint64_t unit = granule(f, rec->height), bytes;

	if (rec->scale == CASE_SPACE) {
		s.va = s.half.lo;
		s.inside = true;
	}
	bytes = length_of(f, rec, &s, unit, rec->height);
	if (rec->kind == OP_PROTECT && bytes > times(unit, CASE_CLIP))
		bytes = times(unit, CASE_CLIP);
	if (rec->kind == OP_INSTALL && bytes > times(page_bytes(f), CASE_CLIP))
		bytes = times(page_bytes(f), CASE_CLIP);
	set_range(op, s.va, bytes, limit_of(f, &s), page_bytes(f));
	skew_range(op, rec->aux.skew, f);
}

/* The address of the kinds that work on one entry. */
static void resolve_address(const struct case_resolver *r,
			    const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	uint64_t page = page_bytes(f);

	op->va = spot_of(r, rec).va;
	if (rec->aux.skew == CASE_SKEW_LAST)
		op->va += page - 1;
	else if (rec->aux.skew == CASE_SKEW_HALF)
		op->va += page / 2;
	else if (rec->aux.skew != CASE_SKEW_NONE)
		op->va++;
}

/*
 * lg2 entries of the group that a record asks for at that depth; where there
 * are several sizes the anchor's number chooses.
 */
static unsigned order_of(const struct pt_format *f, unsigned depth,
			 const struct case_record *rec)
{
	const struct pt_level *l = &f->level[depth];

	if (!rec->aux.group)
		return 0;
	if (l->group_count)
		return l->group[rec->anchor % l->group_count].order;
	return l->index_bits < 2 ? l->index_bits : 2;
}

/*
 * The depth of the second largest leaf, so that there is more than one place of
 * that alignment; of the largest where the second is a base page.
 */
static unsigned congruence(const struct pt_format *f)
{
	unsigned largest = f->top;

	while (largest < PT_PTE && !f->level[largest].leaf.match.count)
		largest++;
	if (largest + 1 < PT_PTE && f->level[largest + 1].leaf.match.count)
		return largest + 1;
	return largest;
}

/*
 * Where a physical range of that many bytes lies, for all windows but RAM.
 * delta is in bytes, a multiple of unit.
 */
static uint64_t pa_of_anchor(const struct case_resolver *r,
			     const struct case_record *rec, uint64_t bytes,
			     uint64_t delta, uint64_t page)
{
	unsigned pa_bits = r->place->format->pa_bits;
	uint64_t limit = pt_ones(pa_bits), four = UINT64_C(1) << 32;
	uint64_t salt = r->c->header.salt;

	switch (rec->pa_anchor) {
	case CASE_PA_DATA:
		return ((UINT64_C(16) << 20) + delta) & limit;
	case CASE_PA_DATA2:
		return ((UINT64_C(1) << 30) + delta) & limit;
	case CASE_PA_BELOW_4G:
		return (four - page - delta) & limit;
	case CASE_PA_4G:
		return (four + delta) & limit;
	case CASE_PA_END:
		return (limit + 1 - bytes - delta) & limit;
	case CASE_PA_BEYOND:
		return limit + 1 + delta;
	case CASE_PA_RANDOM0:
		return ((mix(salt + 1) & ~(page - 1)) + delta) & limit;
	case CASE_PA_RANDOM1:
		return ((mix(salt + 2) & ~(page - 1)) + delta) & limit;
	default:
		return delta & limit;
	}
}

/*
 * A place in RAM for units of that length: the first address with the wanted
 * offset above a multiple of align, then every align on, chosen by anchor and
 * delta.  Cuts *bytes to what fits, but not below one unit.  False where not
 * even one unit fits there.
 */
static bool pa_in_ram(const struct case_resolver *r,
		      const struct case_record *rec, uint64_t align,
		      uint64_t offset, uint64_t unit, uint64_t *bytes,
		      uint64_t *pa)
{
	uint64_t ram = r->place->ram_pa, room = r->place->ram_bytes;
	uint64_t skip = (offset - ram) & (align - 1);
	uint64_t pick =
		rec->pa_anchor * (uint64_t)CASE_PA_DELTAS + rec->pa_delta;
	uint64_t slots;

	if (skip > room || room - skip < unit)
		return false;
	room -= skip;
	if (*bytes > room)
		*bytes = align_down(room, unit);
	slots = (room - *bytes) / align + 1;
	*pa = ram + skip + pick % slots * align;
	return true;
}

/*
 * The physical address of a map under CASE_WINDOW_RAM; cuts *bytes to fit.
 * Where RAM is too small to be as congruent as elsewhere, the next smaller leaf
 * decides.
 */
static uint64_t ram_of_map(const struct case_resolver *r,
			   const struct case_record *rec, uint64_t va,
			   uint64_t unit, uint64_t *bytes)
{
	const struct pt_format *f = r->place->format;
	uint64_t page = page_bytes(f), span, pa;

	if (rec->aux.pa_mode == CASE_PA_EXACT &&
	    pa_in_ram(r, rec, page, 0, unit, bytes, &pa))
		return pa;
	for (unsigned d = congruence(f); d < PT_DEPTHS; d++) {
		span = pt_span(f, d);
		if (rec->aux.pa_mode == CASE_PA_CONGRUENT && span > unit &&
		    pa_in_ram(r, rec, span, va & (span - 1), unit, bytes, &pa))
			return pa;
	}
	if (pa_in_ram(r, rec, unit, 0, unit, bytes, &pa))
		return pa;
	/* One leaf is larger than RAM, or no aligned one lies inside. */
	*bytes = *bytes < unit ? *bytes : unit;
	return align_down(r->place->ram_pa, unit);
}

static uint64_t pa_of_map(const struct case_resolver *r,
			  const struct case_record *rec, uint64_t va,
			  uint64_t unit, uint64_t *bytes)
{
	const struct pt_format *f = r->place->format;
	uint64_t page = page_bytes(f), align, pa;

	if (r->c->header.window == CASE_WINDOW_RAM)
		return ram_of_map(r, rec, va, unit, bytes);
	switch (rec->aux.pa_mode) {
	case CASE_PA_CONGRUENT:
		align = pt_span(f, congruence(f));
		align = align < unit ? unit : align;
		pa = pa_of_anchor(r, rec, page, rec->pa_delta * page, page);
		return align_down(pa, align) + (va & (align - 1));
	case CASE_PA_ALIGNED:
		pa = pa_of_anchor(r, rec, *bytes, rec->pa_delta * unit, page);
		return align_down(pa, unit);
	default:
		return pa_of_anchor(r, rec, *bytes, rec->pa_delta * page, page);
	}
}

/* The most entries that a map has: never fewer than a table. */
static uint64_t clip_of(const struct pt_format *f, unsigned depth)
{
	uint64_t entries = UINT64_C(1) << f->level[depth].index_bits;

	return entries > CASE_CLIP ? entries : CASE_CLIP;
}

static void resolve_map(const struct case_resolver *r,
			const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	unsigned depth = fit_depth(f, rec->aux.height);
	unsigned order = order_of(f, depth, rec);
	struct spot s = spot_of(r, rec);
	uint64_t unit = pt_span(f, depth) << order;
	uint64_t limit = limit_of(f, &s),
		 clip = times(pt_span(f, depth), clip_of(f, depth));
	uint64_t bytes;

	if (!rec->aux.exact)
		s.va = align_down(s.va, unit);
	bytes = length_of(f, rec, &s, unit, rec->aux.height);
	if (!rec->aux.exact && bytes < UINT64_MAX - unit)
		bytes = align_down(bytes + unit - 1, unit);
	if (bytes > clip)
		bytes = clip;
	if (bytes && bytes - 1 > limit - s.va)
		bytes = limit - s.va + 1;
	op->pa = pa_of_map(r, rec, s.va, unit, &bytes);
	set_range(op, s.va, bytes, limit, page_bytes(f));
	op->attrs = fit_attrs(f, rec->attrs);
	op->depth = (uint8_t)depth;
	op->order = (uint8_t)order;
}

static void resolve_setkind(const struct case_resolver *r,
			    const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	unsigned depth = fit_depth(f, rec->aux.height);
	uint64_t span = pt_span(f, depth), page = page_bytes(f), bytes = span;

	op->depth = (uint8_t)depth;
	op->target = rec->aux.value;
	if (op->target != PT_SWAP && op->target != PT_MIGRATION)
		return;
	if (r->c->header.window == CASE_WINDOW_RAM &&
	    pa_in_ram(r, rec, page, 0, page, &bytes, &op->pa))
		return;
	op->pa = pa_of_anchor(r, rec, span, rec->pa_delta * page, page);
}

static void resolve_free(const struct case_resolver *r,
			 const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	struct half half = half_of(f, r->space == 1);
	uint64_t start = 0, end = word_last(f);
	unsigned mode = rec->aux.value;

	if (f->va_rule == PT_VA_ROOTS) {
		start = half.lo;
		end = half.last;
	}
	op->floor = op->va;
	op->ceiling = op->last;
	if (mode == CASE_BOUNDS_FLOOR || mode == CASE_BOUNDS_BOTH)
		op->floor = start;
	if (mode == CASE_BOUNDS_CEILING || mode == CASE_BOUNDS_BOTH)
		op->ceiling = end;
	if (mode == CASE_BOUNDS_TABLE0 || mode == CASE_BOUNDS_TABLE1) {
		uint64_t mask = table_span(f, mode == CASE_BOUNDS_TABLE1) - 1;

		op->floor &= ~mask;
		op->ceiling = (op->ceiling | mask) & word_last(f);
	}
}

/* What install supplies: pages from there on, or in RAM the first that fit. */
static void resolve_install(const struct case_resolver *r,
			    const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	uint64_t page = page_bytes(f), bytes = op->last - op->va + 1;

	op->attrs = fit_attrs(f, rec->attrs);
	op->walk = rec->walk;
	if (r->c->header.window != CASE_WINDOW_RAM) {
		op->pa = pa_of_anchor(r, rec, bytes, rec->pa_delta * page, page);
		return;
	}
	if (op->last < op->va || !pa_in_ram(r, rec, page, 0, page, &bytes,
					    &op->pa))
		op->pa = r->place->ram_pa;
	else
		op->last = op->va + bytes - 1;
}

/* The same place of the other space. */
static uint64_t place_in_other(const struct case_resolver *r, uint64_t va)
{
	const struct pt_format *f = r->place->format;
	struct half here = half_of(f, r->space == 1);
	struct half there = half_of(f, r->space != 1);

	return f->va_rule == PT_VA_ROOTS ? va - here.lo + there.lo : va;
}

static void resolve_dump(const struct case_resolver *r,
			 const struct case_record *rec, struct op *op)
{
	uint64_t page = page_bytes(r->place->format);

	op->nth = rec->aux.value & CASE_DUMP_HOLES;
	if (rec->aux.value & CASE_DUMP_MARKER)
		op->floor = align_down(op->va + (op->last - op->va) / 2, page);
}

static void resolve_vma(const struct case_resolver *r,
			const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	unsigned value = rec->aux.value;

	op->vma = (struct op_vma_kind){
		.type = value & CASE_VMA_TYPE,
		.file = (value & CASE_VMA_FILE) != 0,
		.test = value & CASE_VMA_SKIP ? 1 : 0,
		.pre = value & CASE_VMA_REFUSE ? -3 : 0,
	};
	if (value & CASE_VMA_STOP)
		op->vma.test = -7;
	if (op->vma.type != OP_VMA_HUGETLB) {
		/* A walk may split all that lies in it into pages. */
		uint64_t most = times(page_bytes(f), clip_of(f, PT_PTE));

		if (op->last >= op->va && op->last - op->va >= most)
			op->last = op->va + most - 1;
		return;
	}
	op->depth = (uint8_t)fit_depth(f, rec->aux.height);
	if (op->last < op->va)
		return;
	op->va = align_down(op->va, pt_span(f, op->depth));
	op->last |= pt_span(f, op->depth) - 1;
	/* It is walked page by page. */
	if (op->last - op->va >= times(pt_span(f, op->depth), CASE_CLIP))
		op->last = op->va + times(pt_span(f, op->depth), CASE_CLIP) - 1;
}

/* Pages of the file: the first by the page delta, as many as the range has. */
static void resolve_mapping(const struct case_resolver *r,
			    const struct case_record *rec, struct op *op)
{
	uint64_t page = page_bytes(r->place->format);
	uint64_t pages = (op->last - op->va + 1) / page;

	op->floor = (uint64_t)(rec->fine < 0 ? -rec->fine : rec->fine);
	/* An empty range has none, and all of the address word counts as 0. */
	if (!pages && !op->floor)
		op->floor = 1;
	op->ceiling = op->floor + pages - 1;
}

/* The fields of the kinds that only version 2 has. */
static void resolve_later(struct case_resolver *r, const struct case_record *rec,
			  struct op *op)
{
	switch (rec->kind) {
	case OP_INSTALL:
		resolve_install(r, rec, op);
		break;
	case OP_DUMP:
		resolve_dump(r, rec, op);
		break;
	case OP_ITERATE:
		op->nth = rec->aux.value;
		break;
	case OP_COPY:
		op->nth = rec->aux.value;
		op->pa = place_in_other(r, op->va);
		break;
	case OP_VMA:
		resolve_vma(r, rec, op);
		break;
	case OP_CTOR_FAIL:
	case OP_SHARE:
	case OP_DURING:
		op->nth = rec->aux.value;
		break;
	case OP_OWNER:
		op->depth = (uint8_t)fit_depth(r->place->format,
					       rec->aux.height);
		break;
	case OP_WALK_VMA:
		op->walk = rec->walk;
		if (rec->walk.entry == OP_ENTRY_MAPPING)
			resolve_mapping(r, rec, op);
		break;
	default:
		break;
	}
}

/* The fields that are not addresses. */
static void resolve_rest(struct case_resolver *r, const struct case_record *rec,
			 struct op *op)
{
	const struct pt_format *f = r->place->format;

	switch (rec->kind) {
	case OP_PROTECT:
		op->attrs = fit_attrs(f, rec->attrs) & PT_RIGHTS;
		break;
	case OP_COLLAPSE:
		op->depth = (uint8_t)fit_depth(f, rec->aux.height);
		op->order = (uint8_t)order_of(f, op->depth, rec);
		break;
	case OP_SPLIT:
		op->depth = (uint8_t)fit_depth(f, rec->aux.height);
		break;
	case OP_RESTRICT:
		op->depth = (uint8_t)fit_depth(f, rec->aux.height);
		op->attrs = rec->aux.value;
		break;
	case OP_SETKIND:
		resolve_setkind(r, rec, op);
		break;
	case OP_TOUCH:
		op->access = rec->aux.value;
		break;
	case OP_FREE:
		resolve_free(r, rec, op);
		break;
	case OP_SWITCH:
		op->space = rec->aux.value;
		r->space = rec->aux.value;
		break;
	case OP_FAIL:
		op->nth = rec->aux.value;
		break;
	case OP_WALK:
		op->walk = rec->walk;
		break;
	default:
		resolve_later(r, rec, op);
		break;
	}
}

/*
 * Keeps the range of this record for those that refer to it: whole pages, so
 * that a skew is not inherited, and for the kinds that work on an entry all of
 * the entry.
 */
static void remember(struct case_resolver *r, unsigned shape,
		     const struct op *op)
{
	const struct pt_format *f = r->place->format;
	uint64_t mask = page_bytes(f) - 1;
	unsigned n = r->next;

	r->ranged[n] = true;
	if (shape & SHAPE_LENGTH) {
		r->va[n] = op->va & ~mask;
		r->last[n] = op->last < op->va ? op->last : op->last | mask;
	} else if (shape & SHAPE_PLACE) {
		if (op->kind == OP_SPLIT || op->kind == OP_COLLAPSE ||
		    op->kind == OP_RESTRICT || op->kind == OP_SETKIND)
			mask = pt_span(f, op->depth) - 1;
		r->va[n] = op->va & ~mask;
		r->last[n] = op->va | mask;
	} else {
		r->ranged[n] = n && r->ranged[n - 1];
		r->va[n] = n ? r->va[n - 1] : 0;
		r->last[n] = n ? r->last[n - 1] : 0;
	}
	if (r->ranged[n] && r->first > n)
		r->first = n;
}

bool case_resolve(struct case_resolver *r, struct op *op)
{
	const struct case_record *rec;
	unsigned shape;

	if (r->next >= r->c->count)
		return false;
	rec = &r->c->record[r->next];
	shape = case_shape(rec->kind);
	*op = (struct op){ .kind = rec->kind };
	if (!r->c->header.extended && case_kind_is_later(rec->kind)) {
		/* Version 1 gave these kinds no meaning: as those without one. */
		op->kind = OP_SYNC;
		shape = 0;
	}
	if (op->kind == OP_MAP)
		resolve_map(r, rec, op);
	else if (shape & SHAPE_LENGTH)
		resolve_range(r, rec, op);
	else if (shape & SHAPE_PLACE)
		resolve_address(r, rec, op);
	if (op->kind == rec->kind)
		resolve_rest(r, rec, op);
	remember(r, shape, op);
	r->next++;
	return true;
}
