/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Bytes <-> records.  Decoding is a chain of table lookups and never fails;
 * encoding searches the same tables for the first code of each value, so there
 * is one place where a byte's meaning is written.
 */
#include <string.h>

#include "case.h"
#include "case_shape.h"
#include "case_tables.h"
#include "case_tables2.h"
#include "case_tables3.h"

/* The table of byte 7, for the kinds that use it and are not a walk. */
static const struct case_aux *aux_table(unsigned kind)
{
	static const struct case_aux *const table[OP_KINDS] = {
		[OP_MAP] = map_code,           [OP_UNMAP] = range_code,
		[OP_PROTECT] = range_code,     [OP_SPLIT] = split_code,
		[OP_COLLAPSE] = collapse_code, [OP_RESTRICT] = restrict_code,
		[OP_SETKIND] = setkind_code,   [OP_TOUCH] = touch_code,
		[OP_FREE] = free_code,         [OP_TRANSLATE] = translate_code,
		[OP_SWITCH] = switch_code,     [OP_FAIL] = fail_code,
		[OP_DUMP] = dump_code,         [OP_ITERATE] = iterate_code,
		[OP_COPY] = copy_code,         [OP_VMA] = vma_code,
		[OP_CTOR_FAIL] = fail_code,    [OP_OWNER] = split_code,
		[OP_SHARE] = share_code,       [OP_SYNC] = translate_code,
		[OP_DURING] = fail_code,       [OP_POKE] = poke_code,
		[OP_SHADOW] = shadow_code,     [OP_IDENTITY] = range_code,
		[OP_CLONE] = clone_code,       [OP_PAIR] = pair_code,
		[OP_POISON] = poison_code,
	};

	return kind < OP_KINDS ? table[kind] : NULL;
}

/* The same of a version: the third has tables of its own for some. */
static const struct case_aux *aux_table_of(unsigned kind, unsigned version)
{
	if (version >= 3 && kind == OP_COPY)
		return copy_code3;
	if (version >= 3 && kind == OP_ITERATE)
		return iterate_code3;
	return aux_table(kind);
}

static void decode_walk(const uint8_t *b, struct case_record *r)
{
	const struct action_code *action = &action_code[b[6]];
	const struct stop_code *stop = &stop_code[b[7]];

	r->walk = (struct op_walk){
		.callbacks = callbacks_code[b[5]],
		.action = action->action,
		.action_depth = action->depth,
		.action_from = action->from,
		.action_always = action->always,
		.stop_at = stop->at,
		.stop_value = stop->value,
	};
	r->aux.skew = stop->skew;
}

static void decode_walk_vma(const uint8_t *b, struct case_record *r)
{
	const struct vma_stop_code *stop = &vma_stop_code[b[7]];

	decode_walk(b, r);
	r->walk.callbacks = vma_callbacks_code[b[5]].callbacks;
	r->walk.vma_callbacks = vma_callbacks_code[b[5]].vma_callbacks;
	r->walk.stop_at = stop->at;
	r->walk.stop_value = stop->value;
	r->walk.entry = stop->entry;
	r->aux.skew = stop->skew;
}

static void decode_install(const uint8_t *b, struct case_record *r)
{
	const struct install_code *code = &install_code[b[7]];

	r->walk = (struct op_walk){
		.callbacks = code->callbacks,
		.stop_at = code->stop_at,
		.stop_value = code->stop_value,
	};
}

void case_decode_fields(unsigned kind, const uint8_t b[CASE_RECORD_BYTES],
			struct case_record *r)
{
	unsigned shape = case_shape(kind);

	*r = (struct case_record){ .kind = (uint8_t)kind };
	if (shape & SHAPE_PLACE) {
		r->anchor = place_code[b[1]].anchor;
		r->height = place_code[b[1]].height;
		r->coarse = coarse_code[b[2]];
		r->fine = fine_code[b[3]];
	}
	if (shape & SHAPE_LENGTH) {
		r->count = length_code[b[4]].count;
		r->scale = length_code[b[4]].scale;
	}
	if (shape & SHAPE_ATTRS)
		r->attrs = attrs_tuple[attrs_code[b[5]]];
	if (shape & SHAPE_OUTPUT) {
		r->pa_anchor = output_code[b[6]].anchor;
		r->pa_delta = output_code[b[6]].delta;
	}
	if (kind == OP_WALK_VMA)
		decode_walk_vma(b, r);
	else if (kind == OP_INSTALL)
		decode_install(b, r);
	else if (shape & SHAPE_WALK)
		decode_walk(b, r);
	else if (shape & SHAPE_AUX)
		r->aux = aux_table(kind)[b[7]];
}

/* What the selectors mean that depend on the version. */
struct selectors {
	const uint8_t *kind, *profile, *window;
};

static struct selectors selectors_of(unsigned version)
{
	if (version >= 3)
		return (struct selectors){ kind_code3, profile_code2,
					   window_code3 };
	if (version == 2)
		return (struct selectors){ kind_code2, profile_code2,
					   window_code };
	return (struct selectors){ kind_code, profile_code, window_code };
}

static void decode_record(const uint8_t *b, uint64_t mask, unsigned version,
			  struct case_record *r)
{
	unsigned kind = selectors_of(version).kind[b[0]];

	if (!(mask >> kind & 1))
		kind = OP_NOP;
	if (case_has_fields(kind, version))
		case_decode_fields(kind, b, r);
	else
		*r = (struct case_record){ .kind = (uint8_t)kind };
	if (version >= 3 && (kind == OP_COPY || kind == OP_ITERATE))
		r->aux = aux_table_of(kind, version)[b[7]];
}

static uint64_t load_le(const uint8_t *bytes, unsigned count)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < count; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

static void store_le(uint8_t *bytes, unsigned count, uint64_t value)
{
	for (unsigned i = 0; i < count; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

uint64_t case_mask(uint64_t stored, unsigned version)
{
	uint64_t mask = stored & pt_ones(case_kinds(version));

	if (mask)
		return mask | 1;
	if (version >= 3)
		return OP_MASK_V3;
	return version == 2 ? OP_MASK_V2 : OP_MASK_V1;
}

void case_decode(const uint8_t *bytes, size_t length, struct tw_case *out)
{
	uint8_t header[CASE_HEADER_BYTES] = { 0 };
	struct selectors code;
	unsigned version = 1;
	size_t records;

	if (length)
		memcpy(header, bytes,
		       length < sizeof(header) ? length : sizeof(header));
	if (header[7] == 0 && (header[6] == 2 || header[6] == 3))
		version = header[6];
	code = selectors_of(version);
	out->header = (struct case_header){
		.mask = case_mask(load_le(header + 8, 8), version),
		.salt = (uint16_t)load_le(header + 4, 2),
		.regime = regime_code[header[1]],
		.profile = code.profile[header[2]],
		.window = code.window[header[3]],
		.version = (uint8_t)version,
	};
	records = length < CASE_HEADER_BYTES
			  ? 0
			  : (length - CASE_HEADER_BYTES) / CASE_RECORD_BYTES;
	out->count = records < CASE_RECORDS ? (unsigned)records : CASE_RECORDS;
	for (unsigned i = 0; i < out->count; i++)
		decode_record(bytes + CASE_HEADER_BYTES + i * CASE_RECORD_BYTES,
			      out->header.mask, version, &out->record[i]);
}

/*
 * Stores the first code of a table whose entry is *wanted.  Entries are bytes
 * without padding.  Where there is none, stores 0 and names it in *bad.
 */
static void encode(uint8_t *out, const void *table, size_t entry_bytes,
		   const void *wanted, const char *name, const char **bad)
{
	const uint8_t *entry = table, *want = wanted;

	for (unsigned code = 0; code < 256; code++, entry += entry_bytes)
		if (*entry == *want && memcmp(entry, want, entry_bytes) == 0) {
			*out = (uint8_t)code;
			return;
		}
	*out = 0;
	if (!*bad)
		*bad = name;
}

/* The bytes that only a walk has. */
static void encode_walk(const struct case_record *r, uint8_t *b,
			const char **bad)
{
	const struct op_walk *w = &r->walk;
	const struct action_code action = {
		w->action,
		w->action_depth,
		w->action_from,
		w->action_always,
	};
	const struct stop_code stop = {
		w->stop_at,
		w->stop_value,
		r->aux.skew,
	};

	encode(b + 5, callbacks_code, 1, &w->callbacks, "callbacks", bad);
	encode(b + 6, action_code, sizeof(action), &action, "action", bad);
	encode(b + 7, stop_code, sizeof(stop), &stop, "stop and skew", bad);
}

static void encode_walk_vma(const struct case_record *r, uint8_t *b,
			    const char **bad)
{
	const struct op_walk *w = &r->walk;
	const struct vma_callbacks_code callbacks = { w->callbacks,
						      w->vma_callbacks };
	const struct action_code action = {
		w->action,
		w->action_depth,
		w->action_from,
		w->action_always,
	};
	const struct vma_stop_code stop = { w->stop_at, w->stop_value,
					    r->aux.skew, w->entry };

	encode(b + 5, vma_callbacks_code, sizeof(callbacks), &callbacks,
	       "callbacks", bad);
	encode(b + 6, action_code, sizeof(action), &action, "action", bad);
	encode(b + 7, vma_stop_code, sizeof(stop), &stop,
	       "stop, skew and entry point", bad);
}

static void encode_install(const struct case_record *r, uint8_t *b,
			   const char **bad)
{
	const struct install_code code = { r->walk.callbacks, r->walk.stop_at,
					   r->walk.stop_value };

	encode(b + 7, install_code, sizeof(code), &code, "callbacks and stop",
	       bad);
}

static void encode_place(const struct case_record *r, uint8_t *b,
			 const char **bad)
{
	const struct place_code place = { r->anchor, r->height };

	encode(b + 1, place_code, sizeof(place), &place, "anchor and height",
	       bad);
	encode(b + 2, coarse_code, 1, &r->coarse, "granule delta", bad);
	encode(b + 3, fine_code, 1, &r->fine, "page delta", bad);
}

/* The code of an attribute word; two steps, as its table is. */
static void encode_attrs(const struct case_record *r, uint8_t *b,
			 const char **bad)
{
	for (uint8_t i = 0; i < 32; i++)
		if (attrs_tuple[i] == r->attrs) {
			encode(b + 5, attrs_code, 1, &i, "attribute set", bad);
			return;
		}
	if (!*bad)
		*bad = "attribute set";
}

/* Writes the bytes of a record; returns what cannot be said, or NULL. */
static const char *encode_record(const struct case_record *r, unsigned version,
				 uint8_t *b)
{
	const struct length_code length = { r->count, r->scale };
	const struct output_code output = { r->pa_anchor, r->pa_delta };
	unsigned shape = case_shape(r->kind);
	const char *bad = NULL;

	memset(b, 0, CASE_RECORD_BYTES);
	encode(b, selectors_of(version).kind, 1, &r->kind, "kind", &bad);
	if (!case_has_fields(r->kind, version))
		return bad;
	if (shape & SHAPE_PLACE)
		encode_place(r, b, &bad);
	if (shape & SHAPE_LENGTH)
		encode(b + 4, length_code, sizeof(length), &length, "length",
		       &bad);
	if (shape & SHAPE_ATTRS)
		encode_attrs(r, b, &bad);
	if (shape & SHAPE_OUTPUT)
		encode(b + 6, output_code, sizeof(output), &output,
		       "physical address", &bad);
	if (r->kind == OP_WALK_VMA)
		encode_walk_vma(r, b, &bad);
	else if (r->kind == OP_INSTALL)
		encode_install(r, b, &bad);
	else if (shape & SHAPE_WALK)
		encode_walk(r, b, &bad);
	else if (shape & SHAPE_AUX)
		encode(b + 7, aux_table_of(r->kind, version), sizeof(r->aux),
		       &r->aux,
		       "combination of the other fields", &bad);
	return bad;
}

bool case_record_valid(const struct case_record *r, unsigned version,
		       const char **field)
{
	struct case_record again;
	uint8_t bytes[CASE_RECORD_BYTES];

	*field = encode_record(r, version, bytes);
	if (*field)
		return false;
	decode_record(bytes, UINT64_MAX, version, &again);
	if (case_record_equal(r, &again))
		return true;
	*field = "unused";
	return false;
}

size_t case_encode(const struct tw_case *c, uint8_t out[CASE_BYTES])
{
	const struct case_header *h = &c->header;
	const struct selectors code = selectors_of(h->version);
	const char *bad = NULL;

	memset(out, 0, CASE_HEADER_BYTES);
	out[0] = CASE_TAG;
	encode(out + 1, regime_code, 1, &h->regime, "regime", &bad);
	encode(out + 2, code.profile, 1, &h->profile, "profile", &bad);
	encode(out + 3, code.window, 1, &h->window, "window", &bad);
	store_le(out + 4, 2, h->salt);
	store_le(out + 6, 2, h->version >= 2 ? h->version : 0);
	store_le(out + 8, 8,
		 h->mask == case_mask(0, h->version) ? 0 : h->mask);
	for (unsigned i = 0; i < c->count; i++)
		encode_record(&c->record[i], h->version,
			      out + CASE_HEADER_BYTES + i * CASE_RECORD_BYTES);
	return CASE_HEADER_BYTES + c->count * (size_t)CASE_RECORD_BYTES;
}

bool case_record_equal(const struct case_record *a, const struct case_record *b)
{
	return a->attrs == b->attrs && a->kind == b->kind &&
	       a->anchor == b->anchor && a->height == b->height &&
	       a->coarse == b->coarse && a->fine == b->fine &&
	       a->count == b->count && a->scale == b->scale &&
	       a->pa_anchor == b->pa_anchor && a->pa_delta == b->pa_delta &&
	       memcmp(&a->aux, &b->aux, sizeof(a->aux)) == 0 &&
	       a->walk.callbacks == b->walk.callbacks &&
	       a->walk.action == b->walk.action &&
	       a->walk.action_depth == b->walk.action_depth &&
	       a->walk.action_from == b->walk.action_from &&
	       a->walk.action_always == b->walk.action_always &&
	       a->walk.stop_at == b->walk.stop_at &&
	       a->walk.stop_value == b->walk.stop_value &&
	       a->walk.vma_callbacks == b->walk.vma_callbacks &&
	       a->walk.entry == b->walk.entry;
}

bool case_equal(const struct tw_case *a, const struct tw_case *b)
{
	const struct case_header *g = &a->header, *h = &b->header;

	if (g->mask != h->mask || g->salt != h->salt ||
	    g->regime != h->regime || g->profile != h->profile ||
	    g->window != h->window || g->version != h->version ||
	    a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (!case_record_equal(&a->record[i], &b->record[i]))
			return false;
	return true;
}

/*
 * The hash goes over a list of bytes that is spelled out here, so that the
 * layout of the structures is free to change.
 */
static uint64_t fnv(uint64_t hash, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t hash_record(uint64_t hash, const struct case_record *r,
			    unsigned version)
{
	uint8_t b[30] = {
		r->kind,
		r->anchor,
		r->height,
		(uint8_t)r->coarse,
		(uint8_t)r->fine,
		r->count,
		r->scale,
		r->pa_anchor,
		r->pa_delta,
		r->aux.height,
		r->aux.group,
		r->aux.exact,
		r->aux.pa_mode,
		r->aux.skew,
		r->aux.value,
		r->walk.callbacks,
		r->walk.action,
		r->walk.action_depth,
		r->walk.action_from,
		r->walk.action_always,
		r->walk.stop_at,
		(uint8_t)r->walk.stop_value,
	};

	store_le(b + 22, 4, r->attrs);
	b[26] = r->walk.vma_callbacks;
	b[27] = r->walk.entry;
	b[28] = r->aux.shift;
	b[29] = r->aux.clear;
	/* Two of these came with version 2, two with version 3. */
	return fnv(hash, b, version >= 3 ? 30 : version == 2 ? 28 : 26);
}

uint64_t case_hash(const struct tw_case *c)
{
	const struct case_header *h = &c->header;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	uint8_t b[14];

	store_le(b, 8, h->mask);
	store_le(b + 8, 2, h->salt);
	b[10] = h->regime;
	b[11] = h->profile;
	b[12] = h->window;
	b[13] = (uint8_t)c->count;
	hash = fnv(hash, b, sizeof(b));
	if (h->version >= 2)
		hash = fnv(hash, &h->version, 1);
	for (unsigned i = 0; i < c->count; i++)
		hash = hash_record(hash, &c->record[i], h->version);
	return hash;
}
