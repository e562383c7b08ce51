/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Properties of generated and mutated cases.  Figures are printed, not judged,
 * except where a share would mean that the generator is broken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "../../harness/case.h"
#include "../../harness/generate.h"

static const struct generate_options usual = {
	.mask = OP_MASK_V1,
	.records = CASE_RECORDS,
};

/* xoshiro256** seeded by splitmix64 gives the published sequence. */
static void numbers_are_the_published_ones(void **state)
{
	struct rng rng = { { 1, 2, 3, 4 } };

	(void)state;
	assert_int_equal(rng_next(&rng), 11520);
	assert_int_equal(rng_next(&rng), 0);
	assert_int_equal(rng_next(&rng), 1509978240);
	assert_int_equal(rng_next(&rng), UINT64_C(1215971899390074240));
	rng_seed(&rng, 1234567);
	assert_int_equal(rng.s[0], UINT64_C(6457827717110365317));
	assert_int_equal(rng.s[1], UINT64_C(3203168211198807973));
}

/* Numbers stay below their bound and reach every value. */
static void numbers_keep_their_bound(void **state)
{
	unsigned seen[7] = { 0 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 30);
	for (unsigned n = 0; n < 7000; n++)
		seen[rng_below(&rng, 7)]++;
	for (unsigned i = 0; i < 7; i++)
		assert_true(seen[i] > 800 && seen[i] < 1200);
	assert_int_equal(rng_below(&rng, 1), 0);
}

/* The same seed gives the same case; another seed another one. */
static void cases_depend_on_the_seed_alone(void **state)
{
	struct tw_case c, d;
	struct rng a, b;

	(void)state;
	memset(&c, 0x55, sizeof(c));
	memset(&d, 0xaa, sizeof(d));
	for (uint64_t seed = 0; seed < 300; seed++) {
		rng_seed(&a, seed);
		rng_seed(&b, seed);
		generate_case(&a, &usual, &c);
		generate_case(&b, &usual, &d);
		assert_true(case_equal(&c, &d));
		assert_int_equal(case_hash(&c), case_hash(&d));
		rng_seed(&b, seed + 1);
		generate_case(&b, &usual, &d);
		assert_false(case_equal(&c, &d));
	}
}

/*
 * Generated cases are the same whatever compiler built the generator.  Unlike
 * the hashes of bytes this one may change, with the generator.
 */
static void cases_do_not_depend_on_the_compiler(void **state)
{
	const struct generate_options newest = { .records = CASE_RECORDS,
						 .version = CASE_NEWEST };
	uint64_t hash = 0, later = 0;
	struct tw_case c;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 31);
	for (unsigned n = 0; n < 1000; n++) {
		generate_case(&rng, &usual, &c);
		hash = hash * 31 + case_hash(&c);
	}
	for (unsigned n = 0; n < 1000; n++) {
		generate_case(&rng, &newest, &c);
		later = later * 31 + case_hash(&c);
	}
	if (hash != UINT64_C(0x7718618780700e26) ||
	    later != UINT64_C(0x54b2e5fcaaa9775e))
		fail_msg("0x%016llx 0x%016llx", (unsigned long long)hash,
			 (unsigned long long)later);
}

/* Bytes can say every record that the generator makes; the options hold. */
static void generated_records_are_valid(void **state)
{
	static const uint64_t masks[] = {
		OP_MASK_V1, 0, 1 | 1 << OP_MAP, 1 << OP_WALK | 1 << OP_FAIL,
		UINT64_MAX,
	};
	static const uint64_t all_kinds[] = {
		0, OP_MASK_V1, OP_MASK_V2, OP_MASK_V3,
	};
	const char *field;
	struct tw_case c;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 32);
	for (unsigned n = 0; n < 3000; n++) {
		struct generate_options options = {
			.mask = masks[n % 5],
			.records = 1 + n % CASE_RECORDS,
			.ram = n & 1,
			.version = (uint8_t)(1 + n / 5 % 3),
		};
		uint64_t all = all_kinds[options.version];
		uint64_t mask = options.mask ? options.mask : all;

		generate_case(&rng, &options, &c);
		assert_true(c.count <= options.records);
		assert_int_equal(c.header.window == CASE_WINDOW_RAM,
				 options.ram);
		if (options.version < 3)
			assert_true(c.header.window < CASE_WINDOW_PAGES);
		for (unsigned i = 0; i < c.count; i++) {
			assert_true(mask >> c.record[i].kind & 1);
			assert_true(all >> c.record[i].kind & 1);
			if (!case_record_valid(&c.record[i],
					       c.header.version, &field))
				fail_msg("record %u: %s", i, field);
		}
	}
}

/* A generated case survives bytes and text. */
static void generated_cases_survive_bytes_and_text(void **state)
{
	char text[CASE_TEXT_BYTES], error[200] = "";
	uint8_t bytes[CASE_BYTES];
	struct tw_case c, d;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 33);
	for (unsigned n = 0; n < 300; n++) {
		struct generate_options options = usual;

		options.version = (uint8_t)(1 + n % 3);
		options.mask = 0;
		generate_case(&rng, &options, &c);
		case_decode(bytes, case_encode(&c, bytes), &d);
		assert_true(case_equal(&c, &d));
		case_text(&c, text);
		if (case_parse(text, strlen(text), "text", &d, error,
			       sizeof(error)))
			fail_msg("%s", error);
		assert_true(case_equal(&c, &d));
	}
}

static void every_kind_is_counted(const unsigned *count, unsigned total,
				  uint64_t mask)
{
	for (unsigned kind = OP_MAP; kind < OP_KINDS; kind++) {
		if (!(mask >> kind & 1))
			continue;
		print_message("%-10s %5.1f %%\n", op_kind_name(kind),
			      100.0 * count[kind] / total);
		assert_true(count[kind] > total / 150);
		assert_true(count[kind] <= count[OP_MAP]);
	}
}

/* Every kind comes often enough to matter, and map most often. */
static void every_kind_is_generated(void **state)
{
	unsigned count[OP_KINDS] = { 0 }, total = 0;
	struct tw_case c;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 34);
	for (unsigned n = 0; n < 2000; n++) {
		generate_case(&rng, &usual, &c);
		for (unsigned i = 0; i < c.count; i++, total++)
			count[c.record[i].kind]++;
	}
	every_kind_is_counted(count, total, OP_MASK_V1);
}

/* So does every kind of the newest version. */
static void every_later_kind_is_generated(void **state)
{
	const struct generate_options options = { .records = CASE_RECORDS,
						  .version = CASE_NEWEST };
	unsigned count[OP_KINDS] = { 0 }, total = 0;
	unsigned profile[CASE_PROFILES] = { 0 }, pages = 0;
	struct tw_case c;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 36);
	for (unsigned n = 0; n < 2000; n++) {
		generate_case(&rng, &options, &c);
		profile[c.header.profile]++;
		pages += c.header.window == CASE_WINDOW_PAGES;
		for (unsigned i = 0; i < c.count; i++, total++)
			count[c.record[i].kind]++;
	}
	every_kind_is_counted(count, total, OP_MASK_V3);
	for (unsigned i = 0; i < CASE_PROFILES; i++)
		assert_true(profile[i] > 100);
	assert_in_range(pages, 2000 / 8, 2000 / 5);
}

/* About that many walks of generated cases have the range the contract names. */
static void walk_ranges_have_their_shares(void **state)
{
	unsigned edge = 0, table = 0, space = 0, total = 0;
	struct tw_case c;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 35);
	for (unsigned n = 0; n < 2000; n++) {
		generate_case(&rng, &usual, &c);
		for (unsigned i = 0; i < c.count; i++) {
			const struct case_record *r = &c.record[i];

			if (r->kind != OP_WALK)
				continue;
			total++;
			space += r->scale == CASE_SPACE;
			table += r->scale == CASE_EDGE;
			edge += r->scale < CASE_EDGE && r->anchor >= CASE_PREV1;
		}
	}
	print_message("walks: edge %.0f %%, table %.0f %%, space %.0f %%\n",
		      100.0 * edge / total, 100.0 * table / total,
		      100.0 * space / total);
	assert_true(edge * 100 > total * 35);
	assert_true(table * 100 > total * 15 && table * 100 < total * 30);
	assert_true(space * 100 > total * 7 && space * 100 < total * 15);
}

/*
 * Maps stay cheap: the entries that all maps of a case ask for are few on
 * average, for every format.
 */
static void generated_maps_are_cheap(void **state)
{
	(void)state;
	for (unsigned f = 0; f < pt_format_count; f++) {
		const struct case_place place = { pt_formats[f], 0, 0 };
		uint64_t entries = 0, large = 0, longest = 0;
		struct case_resolver r;
		struct tw_case c;
		struct rng rng;
		struct op op;

		for (unsigned d = place.format->top; d < PT_DEPTHS; d++)
			if (place.format->level[d].leaf.match.count &&
			    pt_ones(place.format->level[d].index_bits) >=
				    longest)
				longest = pt_ones(
					place.format->level[d].index_bits) + 1;
		rng_seed(&rng, 36);
		for (unsigned n = 0; n < 1000; n++) {
			uint64_t before = entries;

			generate_case(&rng, &usual, &c);
			case_resolver_init(&r, &c, &place);
			while (case_resolve(&r, &op))
				if (op.kind == OP_MAP && op.last > op.va)
					entries += (op.last - op.va + 1) >>
						   place.format->level[op.depth]
							   .va_shift;
			large += entries - before > 2048;
		}
		print_message("%-14s %5.0f entries per case, %4.1f %% of cases "
			      "over 2048\n",
			      place.format->name, (double)entries / 1000,
			      (double)large / 10);
		/* Collapsing takes a full table, however long it is. */
		assert_true(entries / 1000 <
			    (longest < 1000 ? 2000 : 2 * longest));
	}
}

/* Mutation keeps within its room, keeps the tag, and keeps records whole. */
static void mutation_keeps_its_room(void **state)
{
	uint8_t bytes[CASE_BYTES + 8], copy[CASE_BYTES];
	struct tw_case c;
	struct rng rng;
	unsigned same = 0, versions = 0;

	(void)state;
	rng_seed(&rng, 37);
	for (unsigned n = 0; n < 20000; n++) {
		size_t room = rng_below(&rng, CASE_BYTES + 1);
		size_t size = rng_below(&rng, (uint32_t)room + 1), now;

		memset(bytes, 0x5a, sizeof(bytes));
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)rng_next(&rng);
		memcpy(copy, bytes, sizeof(copy));
		now = mutate_case(&rng, bytes, size, room);
		assert_true(now <= room);
		for (size_t i = room; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], 0x5a);
		if (room < CASE_HEADER_BYTES)
			continue;
		assert_int_equal(bytes[0], CASE_TAG);
		assert_int_equal((now - CASE_HEADER_BYTES) % CASE_RECORD_BYTES,
				 0);
		case_decode(bytes, now, &c);
		versions |= 1u << c.header.version;
		same += now == size && memcmp(bytes, copy, size) == 0;
	}
	assert_true(same < 1000);
	assert_int_equal(versions, 1u << 1 | 1u << 2 | 1u << 3);
}

/* Crossing keeps within its room and gives records of the two alone. */
static void crossing_mixes_whole_records(void **state)
{
	uint8_t a[CASE_BYTES], b[CASE_BYTES], out[CASE_BYTES + 8];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 38);
	memset(a, 0xaa, sizeof(a));
	memset(b, 0xbb, sizeof(b));
	for (unsigned n = 0; n < 20000; n++) {
		size_t a_size = rng_below(&rng, CASE_BYTES + 1);
		size_t b_size = rng_below(&rng, CASE_BYTES + 1);
		size_t room = rng_below(&rng, CASE_BYTES + 1), now;

		memset(out, 0x5a, sizeof(out));
		now = cross_cases(&rng, a, a_size, b, b_size, out, room);
		assert_true(now <= room);
		for (size_t i = room; i < sizeof(out); i++)
			assert_int_equal(out[i], 0x5a);
		for (size_t i = CASE_HEADER_BYTES; i < now;
		     i += CASE_RECORD_BYTES) {
			assert_true(out[i] == 0xaa || out[i] == 0xbb);
			for (size_t k = 1; k < CASE_RECORD_BYTES; k++)
				assert_int_equal(out[i + k], out[i]);
		}
	}
}

/* How long one case takes to make; a figure to look at. */
static void generation_is_timed(void **state)
{
	struct timespec start, end;
	struct tw_case c;
	struct rng rng;
	double ns;

	(void)state;
	rng_seed(&rng, 39);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (unsigned n = 0; n < 20000; n++)
		generate_case(&rng, &usual, &c);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ns = (double)(end.tv_sec - start.tv_sec) * 1e9 +
	     (double)(end.tv_nsec - start.tv_nsec);
	print_message("%.2f us per case of %u records\n", ns / 20000 / 1000,
		      CASE_RECORDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_the_published_ones),
		cmocka_unit_test(numbers_keep_their_bound),
		cmocka_unit_test(cases_depend_on_the_seed_alone),
		cmocka_unit_test(cases_do_not_depend_on_the_compiler),
		cmocka_unit_test(generated_records_are_valid),
		cmocka_unit_test(generated_cases_survive_bytes_and_text),
		cmocka_unit_test(every_kind_is_generated),
		cmocka_unit_test(every_later_kind_is_generated),
		cmocka_unit_test(walk_ranges_have_their_shares),
		cmocka_unit_test(generated_maps_are_cheap),
		cmocka_unit_test(mutation_keeps_its_room),
		cmocka_unit_test(crossing_mixes_whole_records),
		cmocka_unit_test(generation_is_timed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
