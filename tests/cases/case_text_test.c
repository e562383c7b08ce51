/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Properties of the text form of cases.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "../../harness/case.h"
#include "../../harness/generate.h"

#define START "tablewalk case 1\n"
#define START2 "tablewalk case 2\n"
#define START3 "tablewalk case 3\n"

static void random_case(struct rng *rng, struct tw_case *c)
{
	uint8_t bytes[CASE_BYTES];
	size_t length = rng_below(rng, sizeof(bytes) + 1);

	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)rng_next(rng);
	if (length >= CASE_HEADER_BYTES && rng_next(rng) & 1)
		memset(bytes + 8, 0, 8);
	if (length >= CASE_HEADER_BYTES) {
		bytes[6] = (uint8_t)(1 + rng_below(rng, CASE_NEWEST));
		bytes[7] = 0;
	}
	case_decode(bytes, length, c);
}

/* The canonical text of any case parses to exactly that case. */
static void printing_and_parsing_is_the_identity(void **state)
{
	char text[CASE_TEXT_BYTES], again[CASE_TEXT_BYTES], error[200];
	struct tw_case c, d;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 10);
	for (unsigned n = 0; n < 2000; n++) {
		size_t length;

		random_case(&rng, &c);
		length = case_text(&c, text);
		assert_int_equal(length, strlen(text));
		error[0] = '\0';
		if (case_parse(text, length, "text", &d, error, sizeof(error)))
			fail_msg("%s\n%s", error, text);
		assert_true(case_equal(&c, &d));
		case_text(&d, again);
		assert_string_equal(text, again);
	}
}

/* The bytes written from a parsed text decode to exactly what was parsed. */
static void text_and_bytes_say_the_same(void **state)
{
	char text[CASE_TEXT_BYTES], error[200];
	uint8_t bytes[CASE_BYTES];
	struct tw_case c, d, e;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 11);
	for (unsigned n = 0; n < 500; n++) {
		random_case(&rng, &c);
		case_text(&c, text);
		assert_int_equal(case_parse(text, strlen(text), "text", &d,
					    error, sizeof(error)),
				 0);
		case_decode(bytes, case_encode(&d, bytes), &e);
		assert_true(case_equal(&d, &e));
	}
}

/* The longest possible text fits the room that callers are told to have. */
static void longest_text_fits(void **state)
{
	struct tw_case c = { .header = { .mask = pt_ones(OP_KINDS),
					 .version = CASE_NEWEST } };
	char text[CASE_TEXT_BYTES];

	(void)state;
	c.count = CASE_RECORDS;
	for (unsigned i = 0; i < CASE_RECORDS; i++) {
		struct case_record *r = &c.record[i];

		memset(r, 0xff, sizeof(*r));
		r->kind = i & 1 ? OP_MAP : OP_WALK_VMA;
		r->anchor = CASE_HIGH_START;
		r->coarse = r->fine = -128;
		r->pa_anchor = CASE_PA_BELOW_4G;
		r->aux.pa_mode = CASE_PA_CONGRUENT;
		r->aux.skew = CASE_SKEW_NONE;
		r->walk = (struct op_walk){
			.callbacks = 0x1f,
			.vma_callbacks = 0x0f,
			.entry = OP_ENTRY_RANGE_VMA,
			.action = OP_CONTINUE,
			.action_depth = PT_PMD,
			.action_from = 255,
			.action_always = true,
			.stop_at = 255,
			.stop_value = -128,
		};
	}
	assert_true(case_text(&c, text) < CASE_TEXT_BYTES - 1000);
}

/* Changes of single bytes of a text never do worse than a sentence. */
static void mutated_text_is_parsed_or_refused(void **state)
{
	static const char alphabet[] = "=:+-,#\n \t0123456789abhmpx\r\x80";
	char text[CASE_TEXT_BYTES + 64], error[200];
	unsigned good = 0, bad = 0;
	struct tw_case c, d;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 12);
	for (unsigned n = 0; n < 6000; n++) {
		size_t length;

		random_case(&rng, &c);
		c.count %= 6;
		length = case_text(&c, text);
		for (unsigned k = rng_below(&rng, 4); k; k--) {
			size_t at = rng_below(&rng, (uint32_t)length);

			text[at] = alphabet[rng_below(&rng, sizeof(alphabet))];
		}
		if (rng_below(&rng, 8) == 0)
			length = rng_below(&rng, (uint32_t)length);
		error[0] = '\0';
		if (case_parse(text, length, "text", &d, error,
			       sizeof(error)) == 0) {
			good++;
		} else {
			assert_true(strncmp(error, "text:", 5) == 0);
			assert_true(strchr(error + 5, ':') != NULL);
			bad++;
		}
	}
	assert_true(good > 1000 && bad > 1000);
}

static const struct {
	const char *text, *error;
} mistakes[] = {
	{ "", "t:1: a case begins with 'tablewalk case 1'" },
	{ "tablewalk\n", "t:1: a case begins with 'tablewalk case 1'" },
	{ "tablewalk case 4\n", "t:1: unknown version '4' of the case format" },
	{ "tablewalk case 1 x\n", "t:1: unexpected 'x'" },
	{ START "mop\n",
	  "t:2: 'mop' is neither a header line nor an operation" },
	{ START "\n# fine\nregime 4\n", "t:4: '4' is not a number 0..3" },
	{ START "window\n",
	  "t:2: '' is not a window (low, 4g, top, mixed, ram)" },
	{ START "salt 12\n",
	  "t:2: '12' is not a salt (0x and up to 4 digits)" },
	{ START "salt 0x12345\n",
	  "t:2: '0x12345' is not a salt (0x and up to 4 digits)" },
	{ START "profile 6.1\n", "t:2: '6.1' is not a profile of this version of cases" },
	{ START2 "profile 6.2\n",
	  "t:2: '6.2' is not a profile of this version of cases" },
	{ START2 "vma at=zero len=1unit\n", "t:2: missing field: type" },
	{ START2 "vma at=zero len=1unit type=stack\n",
	  "t:2: bad value: 'type=stack'" },
	{ START2 "vma at=zero len=1unit type=plain page=1\n",
	  "t:2: no code for this combination of the other fields" },
	{ START2 "dump at=zero len=1unit holes=2\n",
	  "t:2: bad value: 'holes=2'" },
	{ START2 "install at=zero len=1unit attrs=rwu pa=data callbacks=pgd\n",
	  "t:2: no code for this callbacks and stop" },
	{ START2 "walk-vma at=zero len=1unit callbacks=all\n",
	  "t:2: missing field: vma_callbacks" },
	{ START2 "poke at=zero len=1page height=0 word=bad\n",
	  "t:2: not among the kinds of this case: poke" },
	{ START2 "kinds poke\npoke height=0\n",
	  "t:3: unknown field 'height' of this operation" },
	{ START2 "shadow at=zero len=1page attrs=rad pa=data look=short\n",
	  "t:2: not among the kinds of this case: shadow" },
	{ START2 "kinds shadow\n",
	  "t:2: 'shadow' is not default, none, or kinds joined by commas" },
	{ START2 "window pages\n",
	  "t:2: 'pages' is not a window (low, 4g, top, mixed, ram)" },
	{ START3 "window page\n",
	  "t:2: 'page' is not a window (low, 4g, top, mixed, ram, pages)" },
	{ START3 "poke at=zero len=1page height=0\n",
	  "t:2: missing field: word" },
	{ START3 "poke at=zero len=1page word=bad\n",
	  "t:2: missing field: height" },
	{ START3 "poke at=zero len=1page height=0 word=good\n",
	  "t:2: bad value: 'word=good'" },
	{ START3 "poke at=zero len=1page height=0 word=nothing\n",
	  "t:2: no code for this combination of the other fields" },
	{ START3 "poke at=zero len=1page height=5 word=bad\n",
	  "t:2: bad value: 'height=5'" },
	{ START3 "poke at=zero len=1page height=0 word=bad skew=va\n",
	  "t:2: unknown field 'skew' of this operation" },
	{ START3 "shadow at=zero len=1page attrs=rad pa=data\n",
	  "t:2: missing field: look" },
	{ START3 "shadow at=zero len=1page attrs=rad pa=data look=far\n",
	  "t:2: bad value: 'look=far'" },
	{ START3 "shadow at=zero len=1page pa=data look=long\n",
	  "t:2: missing field: attrs" },
	{ START3 "shadow at=zero len=1page attrs=rad look=long\n",
	  "t:2: missing field: pa" },
	{ START3 "identity at=zero len=1page\n", "t:2: missing field: attrs" },
	{ START3 "identity at=zero len=1page attrs=rad pa=zero\n",
	  "t:2: unknown field 'pa' of this operation" },
	{ START3 "clone at=zero\n", "t:2: missing field: len" },
	{ START3 "clone at=zero len=1page holes=2\n",
	  "t:2: bad value: 'holes=2'" },
	{ START3 "clone at=zero len=1page marker=1\n",
	  "t:2: unknown field 'marker' of this operation" },
	{ START3 "pair at=zero len=1page\n", "t:2: missing field: how" },
	{ START3 "pair at=zero len=1page how=move\n",
	  "t:2: bad value: 'how=move'" },
	{ START3 "pair at=zero len=1page how=copy shift=unit\n",
	  "t:2: bad value: 'shift=unit'" },
	{ START3 "pair at=zero len=1page how=copy clear=wd\n",
	  "t:2: bad value: 'clear=wd'" },
	{ START3 "pair at=zero len=1page how=compare clear=w\n",
	  "t:2: no code for this combination of the other fields" },
	{ START2 "iterate at=zero len=1page items=move\n",
	  "t:2: no code for this combination of the other fields" },
	{ START3 "iterate at=zero len=1page items=moved\n",
	  "t:2: bad value: 'items=moved'" },
	{ START3 "poison at=zero height=0\n", "t:2: missing field: which" },
	{ START3 "poison at=zero height=0 which=all\n",
	  "t:2: bad value: 'which=all'" },
	{ START3 "poison at=zero height=0 which=two len=1page\n",
	  "t:2: unknown field 'len' of this operation" },
	{ START3 "poison at=zero height=4 which=two skew=va\n",
	  "t:2: no code for this combination of the other fields" },
	{ START "kinds vma\n",
	  "t:2: 'vma' is not default, none, or kinds joined by commas" },
	{ START "kinds map,mop\n",
	  "t:2: 'map,mop' is not default, none, or kinds joined by commas" },
	{ START "regime 0\nregime 1\n",
	  "t:3: this header line is given twice" },
	{ START "nop\nregime 1\n",
	  "t:3: header lines come before the first record" },
	{ START "kinds map\nfail nth=1\n",
	  "t:3: not among the kinds of this case: fail" },
	{ START "install\n", "t:2: not among the kinds of this case: install" },
	{ START "fail\n", "t:2: missing field: nth" },
	{ START "fail nth=1 nth=2\n", "t:2: given twice: nth" },
	{ START "fail nth=17\n",
	  "t:2: no code for this combination of the other fields" },
	{ START "fail nth=-1\n", "t:2: bad value: 'nth=-1'" },
	{ START "fail nth=1x\n", "t:2: bad value: 'nth=1x'" },
	{ START "fail nth\n", "t:2: bad value: 'nth'" },
	{ START "fail pa=zero\n", "t:2: unknown field 'pa' of this operation" },
	{ START "translate at=home4\n", "t:2: bad value: 'at=home4'" },
	{ START "translate at=home0+1h5\n", "t:2: bad value: 'at=home0+1h5'" },
	{ START "translate at=home0+128\n", "t:2: bad value: 'at=home0+128'" },
	{ START "translate at=home0+99\n", "t:2: no code for this page delta" },
	{ START "unmap at=zero len=32unit\n", "t:2: no code for this length" },
	{ START "unmap at=zero len=1edge\n", "t:2: bad value: 'len=1edge'" },
	{ START "protect at=zero len=1unit attrs=rwxt\n",
	  "t:2: no code for this attribute set" },
	{ START "protect at=zero len=1unit attrs=wr\n",
	  "t:2: bad value: 'attrs=wr'" },
	{ START "walk at=zero len=space callbacks=pte,pte\n",
	  "t:2: bad value: 'callbacks=pte,pte'" },
	{ START "f\x01il\x7f\n",
	  "t:2: 'f?il?' is neither a header line nor an operation" },
};

/* Every mistake is named with its line. */
static void mistakes_are_named(void **state)
{
	char error[200];
	struct tw_case c;

	(void)state;
	for (unsigned i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		error[0] = '\0';
		assert_int_equal(case_parse(mistakes[i].text,
					    strlen(mistakes[i].text), "t", &c,
					    error, sizeof(error)),
				 -EINVAL);
		assert_string_equal(error, mistakes[i].error);
	}
}

/* Comments, blank lines, any spacing and order of fields are accepted. */
static void loose_text_is_accepted(void **state)
{
	static const char text[] = "tablewalk\tcase 1 # a case\r\n"
				   "\n"
				   "   # nothing here\n"
				   "salt 0xBEE\n";
	static const char good[] =
		"tablewalk\tcase 1 # a case\r\n"
		"\n"
		"   # nothing here\n"
		"salt 0xbee\n"
		"  map height=1 pa=data  attrs=rwad len=2unit at=home0-1h1+3\r\n"
		"fail nth=2 # the second\n"
		"nop";
	char error[200] = "";
	struct tw_case c;

	(void)state;
	assert_int_equal(
		case_parse(text, strlen(text), "t", &c, error, sizeof(error)),
		-EINVAL);
	assert_int_equal(
		case_parse(good, strlen(good), "t", &c, error, sizeof(error)),
		0);
	assert_int_equal(c.header.salt, 0xbee);
	assert_int_equal(c.count, 3);
	assert_int_equal(c.record[0].anchor, CASE_HOME0);
	assert_int_equal(c.record[0].coarse, -1);
	assert_int_equal(c.record[0].height, 1);
	assert_int_equal(c.record[0].fine, 3);
	assert_int_equal(c.record[1].aux.value, 2);
	assert_int_equal(c.record[2].kind, OP_NOP);
}

/* Each field of the kinds of version 3 is where its name says. */
static void fields_of_version_3_are_read(void **state)
{
	static const char text[] =
		START3 "window pages\n"
		       "poke at=home0 len=2page height=1 word=unknown\n"
		       "shadow look=long pa=data2+3 attrs=rwad len=edge at=zero\n"
		       "identity at=zero len=4h1 attrs=rxad skew=half\n"
		       "clone at=zero len=space holes=1\n"
		       "pair at=home1 len=3unit clear=wad shift=entry how=copy\n"
		       "pair at=home1 len=3unit how=compare shift=none clear=-\n"
		       "poison at=prev1 height=2 which=entry\n"
		       "iterate at=home2 len=2h1 skew=last items=move\n";
	const struct case_record *r;
	char error[200] = "";
	struct tw_case c;

	(void)state;
	if (case_parse(text, strlen(text), "t", &c, error, sizeof(error)))
		fail_msg("%s", error);
	assert_int_equal(c.header.version, 3);
	assert_int_equal(c.header.window, CASE_WINDOW_PAGES);
	assert_int_equal(c.header.mask, OP_MASK_V3);
	r = c.record;
	assert_true(r[0].kind == OP_POKE && r[0].aux.height == 1 &&
		    r[0].aux.value == OP_POKE_UNKNOWN && r[0].count == 2);
	assert_true(r[1].kind == OP_SHADOW && r[1].scale == CASE_EDGE &&
		    r[1].aux.value == OP_SHADOW_LONG &&
		    r[1].pa_anchor == CASE_PA_DATA2 && r[1].pa_delta == 3 &&
		    r[1].attrs == (PT_R | PT_W | PT_ACCESSED | PT_DIRTY));
	assert_true(r[2].kind == OP_IDENTITY && r[2].scale == CASE_H1 &&
		    r[2].aux.skew == CASE_SKEW_HALF && r[2].attrs & PT_X);
	assert_true(r[3].kind == OP_CLONE && r[3].scale == CASE_SPACE &&
		    r[3].aux.value == CASE_DUMP_HOLES);
	assert_true(r[4].kind == OP_PAIR && r[4].aux.value == OP_PAIR_COPY &&
		    r[4].aux.shift == CASE_SHIFT_ENTRY &&
		    r[4].aux.clear == CASE_CLEAR_WAD);
	assert_true(r[5].kind == OP_PAIR && r[5].aux.value == 0 &&
		    r[5].aux.shift == 0 && r[5].aux.clear == 0);
	assert_true(r[6].kind == OP_POISON && r[6].aux.height == 2 &&
		    r[6].aux.value == OP_POISON_ENTRY);
	assert_true(r[7].kind == OP_ITERATE && r[7].scale == CASE_H1 &&
		    r[7].aux.value == OP_ITERATE_MOVE &&
		    r[7].aux.skew == CASE_SKEW_LAST);
}

/* More records than a case has are refused, not dropped. */
static void too_many_records_are_refused(void **state)
{
	char text[1000] = START, error[200];
	struct tw_case c;

	(void)state;
	for (unsigned i = 0; i < CASE_RECORDS; i++)
		strcat(text, "nop\n");
	assert_int_equal(
		case_parse(text, strlen(text), "t", &c, error, sizeof(error)),
		0);
	assert_int_equal(c.count, CASE_RECORDS);
	strcat(text, "nop\n");
	assert_int_equal(
		case_parse(text, strlen(text), "t", &c, error, sizeof(error)),
		-EINVAL);
	assert_string_equal(error, "t:66: more than 64 records");
}

/* A short buffer for the sentence is filled, not overrun. */
static void short_error_buffer_is_kept(void **state)
{
	char error[8] = "1234567";
	struct tw_case c;

	(void)state;
	assert_int_equal(case_parse("x", 1, "name", &c, error, 5), -EINVAL);
	assert_string_equal(error, "name");
	assert_memory_equal(error + 5, "67", 3);
}

static void write_file(const char *path, const void *bytes, size_t count)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, count, f), count);
	assert_int_equal(fclose(f), 0);
}

/* A file is text if it begins with "tablewalk", else bytes. */
static void files_are_told_apart(void **state)
{
	char path[] = "/tmp/case_text_test.XXXXXX", error[300];
	uint8_t bytes[CASE_BYTES + 10] = { CASE_TAG };
	int fd = mkstemp(path);
	struct tw_case c;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_file(path, START "nop\n", strlen(START "nop\n"));
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 0);
	assert_int_equal(c.count, 1);
	write_file(path, START "x\n", strlen(START "x\n"));
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 -EINVAL);
	assert_true(strncmp(error, path, strlen(path)) == 0);
	assert_true(strncmp(error + strlen(path), ":2: ", 4) == 0);
	write_file(path, bytes, sizeof(bytes));
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 0);
	assert_int_equal(c.count, CASE_RECORDS);
	/* Nothing, and bytes without the tag, are a case on request only. */
	write_file(path, "", 0);
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 -EINVAL);
	assert_int_equal(case_load(path, CASE_ANY_BYTES, &c, error,
				   sizeof(error)), 0);
	assert_int_equal(c.count, 0);
	bytes[0] = CASE_TAG ^ 1;
	write_file(path, bytes, sizeof(bytes));
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 -EINVAL);
	assert_non_null(strstr(error, "is no case"));
	assert_int_equal(case_load(path, CASE_ANY_BYTES, &c, error,
				   sizeof(error)), 0);
	assert_int_equal(c.count, CASE_RECORDS);
	unlink(path);
}

/* A missing file, a directory and a text over 1 MiB each get a sentence. */
static void files_that_are_no_cases_are_refused(void **state)
{
	char path[] = "/tmp/case_text_test.XXXXXX", error[300];
	size_t large = CASE_FILE_BYTES + 1;
	char *text = malloc(large);
	int fd = mkstemp(path);
	struct tw_case c;

	(void)state;
	assert_true(fd >= 0 && text);
	close(fd);
	memset(text, '\n', large);
	memcpy(text, START, strlen(START));
	write_file(path, text, large);
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 -EFBIG);
	assert_non_null(strstr(error, "larger than any case"));
	write_file(path, text, large - 1);
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 0);
	free(text);
	unlink(path);
	assert_int_equal(case_load(path, CASE_TAGGED, &c, error, sizeof(error)),
			 -ENOENT);
	assert_non_null(strstr(error, "cannot be read"));
	assert_int_equal(case_load("/tmp", CASE_TAGGED, &c, error,
				   sizeof(error)), -EISDIR);
	assert_non_null(strstr(error, "is a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printing_and_parsing_is_the_identity),
		cmocka_unit_test(text_and_bytes_say_the_same),
		cmocka_unit_test(longest_text_fits),
		cmocka_unit_test(mutated_text_is_parsed_or_refused),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(loose_text_is_accepted),
		cmocka_unit_test(fields_of_version_3_are_read),
		cmocka_unit_test(too_many_records_are_refused),
		cmocka_unit_test(short_error_buffer_is_kept),
		cmocka_unit_test(files_are_told_apart),
		cmocka_unit_test(files_that_are_no_cases_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
