/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records -> physical addresses.
 */
#include "resolve.h"

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

uint64_t resolve_pa(const struct case_resolver *r,
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

bool resolve_pa_in_ram(const struct case_resolver *r,
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
	    resolve_pa_in_ram(r, rec, page, 0, unit, bytes, &pa))
		return pa;
	for (unsigned d = congruence(f); d < PT_DEPTHS; d++) {
		span = pt_span(f, d);
		if (rec->aux.pa_mode == CASE_PA_CONGRUENT && span > unit &&
		    resolve_pa_in_ram(r, rec, span, va & (span - 1), unit,
				      bytes, &pa))
			return pa;
	}
	if (resolve_pa_in_ram(r, rec, unit, 0, unit, bytes, &pa))
		return pa;
	/* One leaf is larger than RAM, or no aligned one lies inside. */
	*bytes = *bytes < unit ? *bytes : unit;
	return align_down(r->place->ram_pa, unit);
}

uint64_t resolve_pa_of_map(const struct case_resolver *r,
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
		pa = resolve_pa(r, rec, page, rec->pa_delta * page, page);
		return align_down(pa, align) + (va & (align - 1));
	case CASE_PA_ALIGNED:
		pa = resolve_pa(r, rec, *bytes, rec->pa_delta * unit, page);
		return align_down(pa, unit);
	default:
		return resolve_pa(r, rec, *bytes, rec->pa_delta * page, page);
	}
}

struct spot resolve_spot_in_ram(const struct case_resolver *r, uint64_t va,
				uint64_t *bytes)
{
	uint64_t page = page_bytes(r->place->format);
	uint64_t room = align_down(r->place->ram_bytes, page);
	uint64_t skip = room ? align_down(va, page) % room : 0;
	struct spot s = { .va = r->place->ram_pa + skip };

	if (*bytes > room - skip)
		*bytes = room - skip;
	return s;
}

uint64_t resolve_identity_span(const struct pt_format *f)
{
	unsigned largest = PT_PTE;

	for (unsigned d = PT_PTE; d-- > f->top;) {
		/* A folded depth has neither leaves nor entries. */
		if (!f->level[d].index_bits)
			continue;
		if (!f->level[d].leaf.match.count)
			break;
		largest = d;
	}
	return pt_span(f, largest);
}
