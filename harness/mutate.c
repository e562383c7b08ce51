/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mutation and crossing of cases, for fuzzers: works on bytes, as any bytes are
 * a case and the byte tables make most random bytes sensible.
 */
#include <string.h>

#include "generate.h"

static uint8_t *slot(uint8_t *bytes, size_t index)
{
	return bytes + CASE_HEADER_BYTES + index * CASE_RECORD_BYTES;
}

static void mutate_header(struct rng *rng, uint8_t *bytes)
{
	/* 0 is version 1. */
	static const uint8_t version[4] = { 0, 2, 3, 3 };
	uint64_t mask;

	switch (rng_below(rng, 10)) {
	case 0:
	case 1:
	case 2:
		bytes[3] = (uint8_t)rng_next(rng); /* window */
		break;
	case 8:
		bytes[6] = version[rng_below(rng, 4)];
		bytes[7] = 0;
		break;
	case 9:
		bytes[2] = (uint8_t)rng_next(rng); /* profile */
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
		mask = rng_next(rng) & OP_MASK_V3;
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
		rng_record(rng, record);
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

	rng_record(rng, copy);
	if (records && rng_one_in(rng, 2))
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
	const bool numbered = bytes[7] == 0 && bytes[6] <= CASE_NEWEST;
	struct generate_options options = {
		.version = numbered ? bytes[6] : 1,
	};
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

/*
 * A whole case of the generator's instead.  Without these a fuzzer that starts
 * from nothing spends its first minutes on cases too short to build anything:
 * docs/time-to-kill.md.
 */
static size_t make_case(struct rng *rng, uint8_t *bytes, size_t room)
{
	struct generate_options options = {
		.records = (unsigned)room,
		.version = rng_one_in(rng, 3) ? 1 : CASE_NEWEST,
	};
	uint8_t made[CASE_BYTES];
	struct tw_case c;
	size_t size;

	generate_case(rng, &options, &c);
	size = case_encode(&c, made);
	memcpy(bytes, made, size);
	return size;
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
	if (!records || rng_one_in(rng, 4))
		return make_case(rng, bytes, room);
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
	if (rng_one_in(rng, 2)) {
		/* A piece of b within a. */
		size_t piece = rng_below(rng, (uint32_t)(in_b - cut_b) + 1);

		have = copy_records(out, have, room, b, cut_b, piece);
		have = copy_records(out, have, room, a, cut_a, in_a - cut_a);
	} else {
		have = copy_records(out, have, room, b, cut_b, in_b - cut_b);
	}
	return CASE_HEADER_BYTES + have * CASE_RECORD_BYTES;
}
