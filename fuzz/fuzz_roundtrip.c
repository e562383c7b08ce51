/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Property: bytes, text and records say the same: encoding and decoding, and
 * printing and parsing, lead back to the case that the bytes decode to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/case.h"
#include "fuzz.h"

static void broken(const char *what, const struct tw_case *c)
{
	fprintf(stderr, "fuzz_roundtrip: %s\n", what);
	case_print(stderr, c);
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static uint64_t check(const uint8_t *bytes, size_t size)
{
	uint8_t canonical[CASE_BYTES], again[CASE_BYTES];
	char text[CASE_TEXT_BYTES], error[160] = "";
	struct tw_case c, d, e;
	size_t length;

	case_decode(bytes, size, &c);
	length = case_encode(&c, canonical);
	case_decode(canonical, length, &d);
	if (!case_equal(&c, &d) || case_hash(&c) != case_hash(&d))
		broken("the canonical bytes say another case", &c);
	if (case_parse(text, case_text(&d, text), "printed", &e, error,
		       sizeof(error)))
		broken(error, &d);
	if (!case_equal(&d, &e))
		broken("the text says another case", &d);
	if (case_encode(&e, again) != length ||
	    memcmp(canonical, again, length) != 0)
		broken("the text gives other bytes", &e);
	return case_hash(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	check(bytes, size);
	return 0;
}

const struct fuzz_target fuzz_target = { "fuzz_roundtrip", true, check };
