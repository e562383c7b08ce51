/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Properties of the binary form of cases, and the freeze of its decoding.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "../../harness/case.h"
#include "../../harness/case_shape.h"
#include "../../harness/generate.h"
#include "frozen_bytes2.h"
#include "frozen_bytes3.h"

static void random_bytes(struct rng *rng, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		bytes[i] = (uint8_t)rng_next(rng);
}

static void be_version(uint8_t *bytes, unsigned version)
{
	bytes[6] = (uint8_t)version;
	bytes[7] = 0;
}

/* Any bytes of any length decode to a case all of whose records are valid. */
static void decoding_is_total(void **state)
{
	uint8_t bytes[CASE_BYTES + 40];
	const char *field;
	struct tw_case c;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	for (unsigned n = 0; n < 3000; n++) {
		size_t length = rng_below(&rng, sizeof(bytes) + 1);

		random_bytes(&rng, bytes, length);
		if (n & 1 && length >= CASE_HEADER_BYTES)
			memset(bytes + 8, 0, 8);
		if (n & 6 && length >= CASE_HEADER_BYTES)
			be_version(bytes, n / 2 & 3);
		case_decode(bytes, length, &c);
		assert_true(c.count <= CASE_RECORDS);
		assert_true(c.header.mask & 1);
		assert_true(c.header.window < CASE_WINDOWS);
		for (unsigned i = 0; i < c.count; i++)
			if (!case_record_valid(&c.record[i],
					       c.header.version, &field))
				fail_msg("record %u: %s", i, field);
	}
}

/* No bytes at all, and a header cut short, are cases without records. */
static void short_input_is_an_empty_case(void **state)
{
	const uint8_t bytes[CASE_HEADER_BYTES + 7] = { CASE_TAG };
	struct tw_case c;

	(void)state;
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		case_decode(length ? bytes : NULL, length, &c);
		assert_int_equal(c.count, 0);
		assert_int_equal(c.header.mask, OP_MASK_V1);
	}
}

/* Encoding what was decoded and decoding it again changes nothing. */
static void decode_encode_decode_is_decode(void **state)
{
	uint8_t bytes[CASE_BYTES], again[CASE_BYTES];
	struct tw_case c, d;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 2);
	for (unsigned n = 0; n < 3000; n++) {
		size_t length;

		random_bytes(&rng, bytes, sizeof(bytes));
		if (n & 1)
			memset(bytes + 8, 0, 8);
		if (n & 6)
			be_version(bytes, n / 2 & 3);
		case_decode(bytes, sizeof(bytes), &c);
		length = case_encode(&c, again);
		case_decode(again, length, &d);
		assert_true(case_equal(&c, &d));
		assert_int_equal(case_hash(&c), case_hash(&d));
		/* The canonical bytes are their own canonical bytes. */
		assert_int_equal(case_encode(&d, bytes), length);
		assert_memory_equal(bytes, again, length);
	}
}

/* A kind that the header's mask disables decodes to nop, never to another. */
static void disabled_kinds_are_nop(void **state)
{
	uint8_t bytes[CASE_HEADER_BYTES + CASE_RECORD_BYTES] = { CASE_TAG };
	struct tw_case all, some;

	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		bytes[16] = (uint8_t)code;
		memset(bytes + 8, 0xff, 8);
		case_decode(bytes, sizeof(bytes), &all);
		memset(bytes + 8, 0, 8);
		bytes[8] = 1 << OP_MAP;
		case_decode(bytes, sizeof(bytes), &some);
		if (all.record[0].kind == OP_MAP)
			assert_int_equal(some.record[0].kind, OP_MAP);
		else
			assert_int_equal(some.record[0].kind, OP_NOP);
	}
}

/* No header that has no mask enables a kind from OP_INSTALL on. */
static void later_kinds_are_nop_by_default(void **state)
{
	uint8_t bytes[CASE_HEADER_BYTES + CASE_RECORD_BYTES] = { CASE_TAG };
	unsigned later = 0;
	struct tw_case c;

	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		bytes[16] = (uint8_t)code;
		case_decode(bytes, sizeof(bytes), &c);
		assert_true(c.record[0].kind < OP_INSTALL);
	}
	memset(bytes + 8, 0xff, 8);
	for (unsigned code = 0; code < 256; code++) {
		bytes[16] = (uint8_t)code;
		case_decode(bytes, sizeof(bytes), &c);
		later += c.record[0].kind >= OP_INSTALL;
	}
	assert_true(later > 0);
}

/* Mask bits of kinds that do not exist are ignored. */
static void unknown_mask_bits_are_ignored(void **state)
{
	uint8_t bytes[CASE_HEADER_BYTES] = { CASE_TAG };
	struct tw_case c;

	(void)state;
	memset(bytes + 11, 0xff, 5);
	case_decode(bytes, sizeof(bytes), &c);
	assert_int_equal(c.header.mask, OP_MASK_V1);
	bytes[8] = 1 << OP_WALK % 8;
	bytes[9] = 1 << (OP_WALK - 8);
	bytes[8] = 0;
	case_decode(bytes, sizeof(bytes), &c);
	assert_int_equal(c.header.mask, 1 | 1 << OP_WALK);
}

/* What lies behind the last record that a case can have is not looked at. */
static void bytes_beyond_the_last_record_are_ignored(void **state)
{
	uint8_t bytes[CASE_BYTES + 24];
	struct tw_case c, d;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3);
	random_bytes(&rng, bytes, sizeof(bytes));
	case_decode(bytes, sizeof(bytes), &c);
	case_decode(bytes, CASE_BYTES, &d);
	assert_true(case_equal(&c, &d));
}

static unsigned hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static size_t from_hex(const char *hex, uint8_t *bytes)
{
	size_t n = 0;

	for (; hex[0] && hex[1]; hex += 2)
		bytes[n++] =
			(uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
	return n;
}

/*
 * What is not exactly the number of version 2 or 3 is version 1: its header enables
 * no kind that version 1 has not, and its later kinds have no fields.
 */
static void only_its_number_makes_a_later_version(void **state)
{
	uint8_t bytes[CASE_HEADER_BYTES + CASE_RECORD_BYTES] = { CASE_TAG };
	unsigned later = 0;
	struct tw_case c;

	(void)state;
	memset(bytes + 8, 0xff, sizeof(bytes) - 8);
	for (unsigned number = 0; number < 0x10000; number++) {
		bytes[6] = (uint8_t)number;
		bytes[7] = (uint8_t)(number >> 8);
		case_decode(bytes, sizeof(bytes), &c);
		assert_int_equal(c.header.version,
				 number == 2 || number == 3 ? number : 1);
		assert_int_equal(c.header.mask,
				 pt_ones(number == 3   ? OP_POISON + 1
					 : number == 2 ? OP_DURING + 1
						       : OP_SYNC + 1));
	}
	bytes[6] = bytes[7] = 0;
	for (unsigned code = 0; code < 256; code++) {
		bytes[16] = (uint8_t)code;
		case_decode(bytes, sizeof(bytes), &c);
		if (c.record[0].kind < OP_INSTALL)
			continue;
		assert_int_equal(c.record[0].scale, 0);
		assert_int_equal(c.record[0].walk.callbacks, 0);
		later++;
	}
	assert_true(later > 0);
}

/* The kinds that a mask of 0 enables all have a code. */
static void versions_have_their_kinds(void **state)
{
	static const uint64_t kinds[] = { 0, OP_MASK_V1, OP_MASK_V2,
					  OP_MASK_V3 };
	uint8_t bytes[CASE_HEADER_BYTES + CASE_RECORD_BYTES] = { CASE_TAG };
	struct tw_case c;

	(void)state;
	for (unsigned version = 1; version <= CASE_NEWEST; version++) {
		uint64_t seen = 0;

		be_version(bytes, version);
		for (unsigned code = 0; code < 256; code++) {
			bytes[16] = (uint8_t)code;
			case_decode(bytes, sizeof(bytes), &c);
			seen |= UINT64_C(1) << c.record[0].kind;
		}
		assert_int_equal(seen, kinds[version]);
	}
}

/* Hash of what all 256 values of the byte decode to; in *kinds which kinds. */
static uint64_t sweep_byte(const struct frozen_sweep *f, uint64_t *kinds)
{
	uint8_t bytes[CASE_BYTES];
	size_t length = from_hex(f->hex, bytes);
	uint64_t hash = 0;
	struct tw_case c;

	for (unsigned code = 0; code < 256; code++) {
		bytes[f->position] = (uint8_t)code;
		case_decode(bytes, length, &c);
		hash = (hash ^ case_hash(&c)) * UINT64_C(0x100000001b3);
		if (c.count)
			*kinds |= UINT64_C(1) << c.record[0].kind;
	}
	return hash;
}

static unsigned wrong_sweeps(const struct frozen_sweep *sweep, unsigned count,
			     uint64_t *kinds)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t hash = sweep_byte(&sweep[i], kinds);

		if (hash == sweep[i].hash)
			continue;
		print_error("{ \"%s\", %u, UINT64_C(0x%016llx) },\n",
			    sweep[i].hex, sweep[i].position,
			    (unsigned long long)hash);
		wrong++;
	}
	return wrong;
}

/*
 * The decoding of each selector byte, of each position and kind, is what it
 * was when version 1 was frozen: all 256 values of the byte, one hash.
 */
static void decoding_is_frozen(void **state)
{
	uint64_t kinds = 0;

	(void)state;
	assert_int_equal(wrong_sweeps(frozen_sweep, FROZEN_SWEEPS, &kinds), 0);
}

/* The same of version 2; its sweeps are of every kind that only it has. */
static void decoding_of_version_2_is_frozen(void **state)
{
	uint64_t kinds = 0, alone = 0;

	(void)state;
	assert_int_equal(wrong_sweeps(frozen_sweep2, FROZEN_SWEEPS2, &kinds),
			 0);
	wrong_sweeps(frozen_sweep2 + 3, FROZEN_SWEEPS2 - 3, &alone);
	assert_int_equal(OP_MASK_V2 & ~OP_MASK_V1 & ~alone, 0);
}

/* And of version 3; its sweeps are of every kind that only it gives fields. */
static void decoding_of_version_3_is_frozen(void **state)
{
	uint64_t kinds = 0, alone = 0;

	(void)state;
	assert_int_equal(wrong_sweeps(frozen_sweep3, FROZEN_SWEEPS3, &kinds),
			 0);
	wrong_sweeps(frozen_sweep3 + FROZEN_HEADER_SWEEPS3,
		     FROZEN_SWEEPS3 - FROZEN_HEADER_SWEEPS3, &alone);
	assert_int_equal(OP_MASK_V3 & ~OP_MASK_V2 & ~alone, 0);
}

/* The number of the version is in the hash, so that none has another's. */
static void versions_differ_in_their_hash(void **state)
{
	uint8_t bytes[CASE_HEADER_BYTES + CASE_RECORD_BYTES] = { CASE_TAG };
	uint64_t hash[CASE_NEWEST];
	struct tw_case c;

	(void)state;
	/* The same mask and a nop: nothing else can differ. */
	bytes[8] = 1;
	for (unsigned i = 0; i < CASE_NEWEST; i++) {
		be_version(bytes, i + 1);
		case_decode(bytes, sizeof(bytes), &c);
		hash[i] = case_hash(&c);
		for (unsigned k = 0; k < i; k++)
			assert_true(hash[k] != hash[i]);
	}
}

/* A poke of version 2 has no fields, one of version 3 has all of them. */
static void poke_has_fields_from_version_3_on(void **state)
{
	uint8_t bytes[CASE_HEADER_BYTES + CASE_RECORD_BYTES] = { CASE_TAG };
	const struct case_record none = { .kind = OP_POKE };
	unsigned pokes = 0;
	struct tw_case c;

	(void)state;
	memset(bytes + 8, 0xff, sizeof(bytes) - 8);
	for (unsigned code = 0; code < 512; code++) {
		be_version(bytes, 2 + code / 256);
		bytes[16] = (uint8_t)code;
		case_decode(bytes, sizeof(bytes), &c);
		if (c.record[0].kind != OP_POKE)
			continue;
		pokes++;
		assert_int_equal(case_record_equal(&c.record[0], &none),
				 code < 256);
		if (code >= 256)
			assert_int_not_equal(c.record[0].aux.value,
					     OP_POKE_NOTHING);
	}
	assert_int_equal(pokes, 1 + 8);
}

/*
 * Version 3 gives some codes of iterate another meaning, that leaves are moved; all
 * others mean what they did, and no earlier version can say it.
 */
static void iterate_moves_from_version_3_on(void **state)
{
	uint8_t bytes[CASE_HEADER_BYTES + CASE_RECORD_BYTES] = { CASE_TAG };
	const unsigned iterate[] = { 0, 0, 0xb4, 0x96 };
	unsigned moves = 0, skewed = 0;
	struct case_aux aux[4];
	struct tw_case c;

	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		bytes[23] = (uint8_t)code;
		for (unsigned version = 2; version <= 3; version++) {
			be_version(bytes, version);
			bytes[16] = (uint8_t)iterate[version];
			case_decode(bytes, sizeof(bytes), &c);
			assert_int_equal(c.record[0].kind, OP_ITERATE);
			aux[version] = c.record[0].aux;
		}
		assert_int_not_equal(aux[2].value, OP_ITERATE_MOVE);
		if (aux[3].value == OP_ITERATE_MOVE) {
			moves++;
			skewed += aux[3].skew != CASE_SKEW_NONE;
		} else {
			assert_memory_equal(&aux[2], &aux[3], sizeof(aux[2]));
		}
	}
	assert_int_equal(moves, 36);
	assert_int_equal(skewed, 4);
}

/* The op-list hash of given bytes never changes. */
static void hashes_are_frozen(void **state)
{
	uint8_t bytes[CASE_BYTES];
	unsigned wrong = 0;
	struct tw_case c;

	(void)state;
	for (unsigned i = 0; i < FROZEN_CASES; i++) {
		size_t length = from_hex(frozen_case[i].hex, bytes);
		uint64_t hash;

		case_decode(bytes, length, &c);
		hash = case_hash(&c);
		if (hash != frozen_case[i].hash) {
			print_error("case %u: 0x%016llx\n", i,
				    (unsigned long long)hash);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding_is_total),
		cmocka_unit_test(short_input_is_an_empty_case),
		cmocka_unit_test(decode_encode_decode_is_decode),
		cmocka_unit_test(disabled_kinds_are_nop),
		cmocka_unit_test(later_kinds_are_nop_by_default),
		cmocka_unit_test(unknown_mask_bits_are_ignored),
		cmocka_unit_test(only_its_number_makes_a_later_version),
		cmocka_unit_test(versions_have_their_kinds),
		cmocka_unit_test(bytes_beyond_the_last_record_are_ignored),
		cmocka_unit_test(decoding_is_frozen),
		cmocka_unit_test(decoding_of_version_2_is_frozen),
		cmocka_unit_test(decoding_of_version_3_is_frozen),
		cmocka_unit_test(versions_differ_in_their_hash),
		cmocka_unit_test(poke_has_fields_from_version_3_on),
		cmocka_unit_test(iterate_moves_from_version_3_on),
		cmocka_unit_test(hashes_are_frozen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
