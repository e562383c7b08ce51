/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files that resolve cases share: places in the address word
 * (resolve_place.c) and physical addresses (resolve_pa.c).  All of it is part of
 * the meaning of stored cases; docs/case-format.md states the rules.
 */
#ifndef HARNESS_RESOLVE_H
#define HARNESS_RESOLVE_H

#include "case.h"
#include "fit.h"

/* The part of the address word that a place belongs to. */
struct half {
	uint64_t lo, last;
	unsigned bits;
};

/* Where a place is, and how far things that start there may reach. */
struct spot {
	uint64_t va;
	struct half half;
	bool inside; /* folded into the half */
};

static inline uint64_t word_last(const struct pt_format *f)
{
	return pt_ones(f->va_word_bits);
}

static inline uint64_t page_bytes(const struct pt_format *f)
{
	return UINT64_C(1) << f->page_shift;
}

static inline uint64_t granule(const struct pt_format *f, unsigned height)
{
	return pt_span(f, fit_depth(f, height));
}

/* Bytes that the whole table of entries of that height covers; 0: 2^64. */
static inline uint64_t table_span(const struct pt_format *f, unsigned height)
{
	const struct pt_level *l = &f->level[fit_depth(f, height)];
	unsigned bits = (unsigned)l->va_shift + l->index_bits;

	return bits >= 64 ? 0 : UINT64_C(1) << bits;
}

/* splitmix64's finalizer. */
static inline uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline uint64_t align_down(uint64_t value, uint64_t to)
{
	return value & ~(to - 1);
}

/* bytes counted so often, or the largest number. */
static inline uint64_t times(uint64_t bytes, uint64_t count)
{
	return count && bytes > UINT64_MAX / count ? UINT64_MAX : bytes * count;
}

/* The half with upper bits 0 or 1; a PT_VA_ZERO format has only the first. */
struct half resolve_half(const struct pt_format *f, bool high);

/* The place of a record: anchor and deltas. */
struct spot resolve_spot(const struct case_resolver *r,
			 const struct case_record *rec);

/* How far a range from this place may reach. */
uint64_t resolve_limit(const struct pt_format *f, const struct spot *s);

/*
 * The length of a record in bytes; 0 is an empty range, UINT64_MAX too long
 * for any.  unit is what CASE_UNIT counts, height that of CASE_EDGE's table.
 */
uint64_t resolve_length(const struct pt_format *f,
			const struct case_record *rec, const struct spot *s,
			uint64_t unit, unsigned height);

/*
 * Where a physical range of that many bytes lies, for all windows but RAM.
 * delta is in bytes, a multiple of unit.
 */
uint64_t resolve_pa(const struct case_resolver *r,
		    const struct case_record *rec, uint64_t bytes,
		    uint64_t delta, uint64_t page);

/*
 * A place in RAM for units of that length: the first address with the wanted
 * offset above a multiple of align, then every align on, chosen by anchor and
 * delta.  Cuts *bytes to what fits, but not below one unit.  False where not
 * even one unit fits there.
 */
bool resolve_pa_in_ram(const struct case_resolver *r,
		       const struct case_record *rec, uint64_t align,
		       uint64_t offset, uint64_t unit, uint64_t *bytes,
		       uint64_t *pa);

/*
 * A place in RAM whose virtual address is its physical one: va modulo the length
 * of RAM, from RAM's start.  Cuts *bytes to what fits.
 */
struct spot resolve_spot_in_ram(const struct case_resolver *r, uint64_t va,
				uint64_t *bytes);

/*
 * The span of the largest leaves that an identity map can come to from base pages
 * on: there are leaves of every size in between.
 */
uint64_t resolve_identity_span(const struct pt_format *f);

/* The physical address of a map; in RAM cuts *bytes to what fits. */
uint64_t resolve_pa_of_map(const struct case_resolver *r,
			   const struct case_record *rec, uint64_t va,
			   uint64_t unit, uint64_t *bytes);

#endif
