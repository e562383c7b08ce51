/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records -> concrete operations for one format.
 *
 * Every rule here is part of the meaning of stored cases; docs/case-format.md
 * states them.  Nothing depends on what earlier operations did, only on what
 * they were asked to do, so the list of operations is the same for every
 * subject.
 */
#include "case_shape.h"
#include "resolve.h"

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

/* What a kind that is not map makes of a range at most, in bytes. */
static uint64_t clip_of_range(const struct pt_format *f,
			      const struct case_record *rec)
{
	uint64_t page = page_bytes(f), least;

	switch (rec->kind) {
	case OP_PROTECT:
		return times(granule(f, rec->height), CASE_CLIP);
	case OP_INSTALL:
		return times(page, CASE_CLIP);
	case OP_POKE:
		return times(page, CASE_CLIP_POKE);
	case OP_SHADOW:
		if (rec->aux.value != OP_SHADOW_LONG)
			return UINT64_MAX;
		least = times(table_span(f, 0), 2);
		page = times(page, CASE_CLIP);
		return page > least ? page : least;
	case OP_IDENTITY:
		return times(resolve_identity_span(f), CASE_CLIP_IDENTITY);
	case OP_PAIR:
		return times(page, rec->aux.value == OP_PAIR_COPY ?
					   CASE_CLIP : CASE_CLIP_COMPARE);
	default:
		return UINT64_MAX;
	}
}

/* The range of all kinds that have one but map. */
static void resolve_range(const struct case_resolver *r,
			  const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	struct spot s = resolve_spot(r, rec);
	uint64_t unit = granule(f, rec->height), clip = clip_of_range(f, rec);
	uint64_t bytes;

	if (rec->scale == CASE_SPACE) {
		s.va = s.half.lo;
		s.inside = true;
	}
	bytes = resolve_length(f, rec, &s, unit, rec->height);
	if (bytes > clip)
		bytes = clip;
	if (rec->kind == OP_IDENTITY && bytes &&
	    r->c->header.window == CASE_WINDOW_RAM)
		s = resolve_spot_in_ram(r, s.va, &bytes);
	set_range(op, s.va, bytes, resolve_limit(f, &s), page_bytes(f));
	skew_range(op, rec->aux.skew, f);
}

/* The address of the kinds that work on one entry. */
static void resolve_address(const struct case_resolver *r,
			    const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	uint64_t page = page_bytes(f);

	op->va = resolve_spot(r, rec).va;
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
	struct spot s = resolve_spot(r, rec);
	uint64_t unit = pt_span(f, depth) << order;
	uint64_t limit = resolve_limit(f, &s),
		 clip = times(pt_span(f, depth), clip_of(f, depth));
	uint64_t bytes;

	if (!rec->aux.exact)
		s.va = align_down(s.va, unit);
	bytes = resolve_length(f, rec, &s, unit, rec->aux.height);
	if (!rec->aux.exact && bytes < UINT64_MAX - unit)
		bytes = align_down(bytes + unit - 1, unit);
	if (bytes > clip)
		bytes = clip;
	if (bytes && bytes - 1 > limit - s.va)
		bytes = limit - s.va + 1;
	op->pa = resolve_pa_of_map(r, rec, s.va, unit, &bytes);
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
	    resolve_pa_in_ram(r, rec, page, 0, page, &bytes, &op->pa))
		return;
	op->pa = resolve_pa(r, rec, span, rec->pa_delta * page, page);
}

static void resolve_free(const struct case_resolver *r,
			 const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	struct half half = resolve_half(f, r->space == 1);
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
		op->pa = resolve_pa(r, rec, bytes, rec->pa_delta * page, page);
		return;
	}
	if (op->last < op->va ||
	    !resolve_pa_in_ram(r, rec, page, 0, page, &bytes, &op->pa))
		op->pa = r->place->ram_pa;
	else
		op->last = op->va + bytes - 1;
}

/* The same place of the other space. */
static uint64_t place_in_other(const struct case_resolver *r, uint64_t va)
{
	const struct pt_format *f = r->place->format;
	struct half here = resolve_half(f, r->space == 1);
	struct half there = resolve_half(f, r->space != 1);

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

/* The page that a shadow is full of; under CASE_WINDOW_RAM one of RAM. */
static void resolve_shadow(const struct case_resolver *r,
			   const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;
	uint64_t page = page_bytes(f), bytes = page;

	op->attrs = fit_attrs(f, rec->attrs);
	op->nth = rec->aux.value;
	if (r->c->header.window == CASE_WINDOW_RAM &&
	    resolve_pa_in_ram(r, rec, page, 0, page, &bytes, &op->pa))
		return;
	op->pa = resolve_pa(r, rec, page, rec->pa_delta * page, page);
}

/* Where copies and pairs have their target. */
static uint64_t target_of(const struct case_resolver *r,
			  const struct case_record *rec, uint64_t va)
{
	const struct pt_format *f = r->place->format;
	uint64_t target = place_in_other(r, va);

	if (rec->aux.shift == CASE_SHIFT_PAGE)
		target += page_bytes(f);
	else if (rec->aux.shift == CASE_SHIFT_ENTRY)
		target += granule(f, rec->height);
	return target & word_last(f);
}

static void resolve_pair(const struct case_resolver *r,
			 const struct case_record *rec, struct op *op)
{
	static const uint32_t clear[CASE_CLEARS] = {
		[CASE_CLEAR_W] = PT_W,
		[CASE_CLEAR_WAD] = PT_W | PT_ACCESSED | PT_DIRTY,
	};

	op->pa = target_of(r, rec, op->va);
	op->attrs = clear[rec->aux.clear];
	op->nth = rec->aux.value;
}

/* The fields of the kinds that version 3 gives some. */
static void resolve_newest(const struct case_resolver *r,
			   const struct case_record *rec, struct op *op)
{
	const struct pt_format *f = r->place->format;

	switch (rec->kind) {
	case OP_POKE:
	case OP_POISON:
		op->depth = (uint8_t)fit_depth(f, rec->aux.height);
		op->nth = rec->aux.value;
		break;
	case OP_SHADOW:
		resolve_shadow(r, rec, op);
		break;
	case OP_IDENTITY:
		op->pa = op->va;
		op->attrs = fit_attrs(f, rec->attrs);
		break;
	case OP_CLONE:
		op->nth = rec->aux.value & CASE_DUMP_HOLES;
		break;
	case OP_PAIR:
		resolve_pair(r, rec, op);
		break;
	default:
		break;
	}
}

/* The fields of the kinds that version 2 gives some. */
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
		op->pa = target_of(r, rec, op->va);
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
		resolve_newest(r, rec, op);
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
	const unsigned version = r->c->header.version;
	const struct case_record *rec;
	unsigned shape = 0;

	if (r->next >= r->c->count)
		return false;
	rec = &r->c->record[r->next];
	*op = (struct op){ .kind = rec->kind };
	if (case_has_fields(rec->kind, version))
		shape = case_shape(rec->kind);
	else if (version < 2)
		/* Version 1 gave these kinds no meaning: as those without one. */
		op->kind = OP_SYNC;
	if (op->kind == OP_MAP)
		resolve_map(r, rec, op);
	else if (shape & SHAPE_LENGTH)
		resolve_range(r, rec, op);
	else if (shape & SHAPE_PLACE)
		resolve_address(r, rec, op);
	if (case_has_fields(rec->kind, version))
		resolve_rest(r, rec, op);
	remember(r, shape, op);
	r->next++;
	return true;
}
