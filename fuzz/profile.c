/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * See profile.h.
 */
#include "profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the mask of kinds is in the bytes of a case. */
#define MASK_AT 8
#define MASK_BYTES 8

enum profile profile_read(void)
{
	static const char variable[] = "TABLEWALK_FUZZ_PROFILE";
	const char *value = getenv(variable);

	if (!value || !*value || !strcmp(value, "plain"))
		return PROFILE_PLAIN;
	if (!strcmp(value, "swarm"))
		return PROFILE_SWARM;
	if (!strcmp(value, "failures"))
		return PROFILE_FAILURES;
	fprintf(stderr, "%s: expected plain, swarm or failures, not `%s'\n",
		variable, value);
	exit(2);
}

static size_t room_of(size_t max_size)
{
	return max_size < CASE_BYTES ? max_size : CASE_BYTES;
}

/* Half of the kinds; without a map nothing else has anything to do. */
static uint64_t some_kinds(struct rng *rng)
{
	const uint64_t kinds = rng_next(rng);

	return (kinds & OP_MASK_V3) | UINT64_C(1) << OP_MAP;
}

static size_t new_case(struct rng *rng, uint8_t *bytes, size_t room)
{
	struct generate_options options = {
		.mask = some_kinds(rng),
		.records = (unsigned)((room - CASE_HEADER_BYTES) /
				      CASE_RECORD_BYTES),
		.version = CASE_NEWEST,
	};
	uint8_t made[CASE_BYTES];
	struct tw_case c;
	size_t size;

	generate_case(rng, &options, &c);
	size = case_encode(&c, made);
	memcpy(bytes, made, size);
	return size;
}

static bool has_mask(const uint8_t *bytes)
{
	static const uint8_t none[MASK_BYTES];

	return memcmp(bytes + MASK_AT, none, MASK_BYTES) != 0;
}

static size_t mutate_swarm(struct rng *rng, uint8_t *bytes, size_t size,
			   size_t room)
{
	uint8_t mask[MASK_BYTES];

	if (size < CASE_HEADER_BYTES || !has_mask(bytes) || rng_one_in(rng, 4))
		return new_case(rng, bytes, room);
	memcpy(mask, bytes + MASK_AT, MASK_BYTES);
	size = mutate_case(rng, bytes, size, room);
	memcpy(bytes + MASK_AT, mask, MASK_BYTES);
	return size;
}

/* The bytes of a record that lets an allocation fail: from those that say so. */
static void failing_record(struct rng *rng, uint8_t out[CASE_RECORD_BYTES])
{
	struct tw_case c = { .header = { .mask = OP_MASK_V3,
					 .version = CASE_NEWEST } };
	const uint32_t nth = rng_below(rng, 4);
	const bool constructor = rng_one_in(rng, 4);
	uint8_t bytes[CASE_BYTES];

	c.count = 1;
	c.record[0].kind = constructor ? OP_CTOR_FAIL : OP_FAIL;
	c.record[0].aux.value = (uint8_t)(1 + nth);
	case_encode(&c, bytes);
	memcpy(out, bytes + CASE_HEADER_BYTES, CASE_RECORD_BYTES);
}

/* Puts it before a record, or, where the case is full, in the place of one. */
static size_t add_failing(struct rng *rng, uint8_t *bytes, size_t size,
			  size_t room)
{
	const size_t records = (size - CASE_HEADER_BYTES) / CASE_RECORD_BYTES;
	const bool full = size + CASE_RECORD_BYTES > room;
	uint8_t *at;

	if (full && !records)
		return size;
	at = bytes + CASE_HEADER_BYTES +
	     rng_below(rng, (uint32_t)records + !full) * CASE_RECORD_BYTES;
	if (!full) {
		memmove(at + CASE_RECORD_BYTES, at,
			(size_t)(bytes + size - at));
		size += CASE_RECORD_BYTES;
	}
	failing_record(rng, at);
	return size;
}

static size_t mutate_failures(struct rng *rng, uint8_t *bytes, size_t size,
			      size_t room)
{
	uint32_t records;

	size = mutate_case(rng, bytes, size, room);
	if (rng_one_in(rng, 3))
		return size;
	records = (uint32_t)((size - CASE_HEADER_BYTES) / CASE_RECORD_BYTES);
	for (unsigned n = 1 + rng_below(rng, 2 + records / 8); n; n--)
		size = add_failing(rng, bytes, size, room);
	return size;
}

size_t profile_mutate(enum profile profile, struct rng *rng, uint8_t *bytes,
		      size_t size, size_t max_size)
{
	const size_t room = room_of(max_size);

	if (profile == PROFILE_PLAIN ||
	    room < CASE_HEADER_BYTES + CASE_RECORD_BYTES)
		return mutate_case(rng, bytes, size, max_size);
	if (size > room)
		size = room;
	if (profile == PROFILE_SWARM)
		return mutate_swarm(rng, bytes, size, room);
	return mutate_failures(rng, bytes, size, room);
}
