/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Property: triage survives any bytes as a file that a fuzzer left behind, as a
 * sanitizer's report and as a list of known signatures.  What it refuses gets a
 * sentence with name and line; what it takes it can write as text, which says the
 * same again, as a program and as JSON; a signature is one word, and its slug a file
 * name.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/subject.h"
#include "../harness/triage.h"
#include "../harness/triage_finding.h"
#include "fuzz.h"

static _Noreturn void broken(const char *what, const char *text)
{
	fprintf(stderr, "fuzz_triage: %s\n%s\n", what, text);
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return hash;
}

/* What a function prints; the caller frees it. */
static char *printed(void (*print)(FILE *out, const struct tw_case *c,
				   const struct triage_setting *setting,
				   const char *signature, const char *mutants),
		     const struct tw_case *c,
		     const struct triage_setting *setting,
		     const char *signature)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		abort();
	print(out, c, setting, signature, "split-loses-last,oracle-x");
	fclose(out);
	return text;
}

static void check_signature(const char *signature)
{
	char slug[TRIAGE_SLUG];

	for (const char *at = signature; *at; at++)
		if (!isgraph((unsigned char)*at) || *at == '#' || *at == '*')
			broken("a signature that is not one word", signature);
	triage_slug(signature, slug);
	for (const char *at = slug; *at; at++)
		if (!isalnum((unsigned char)*at) && *at != '-')
			broken("a slug that is no file name", slug);
	if (!slug[0])
		broken("no slug", signature);
}

/* All that is written about a case, as if it had failed so. */
static uint64_t check_entry(const struct triage_input *in,
			    const struct triage_outcome *outcome)
{
	const struct triage_store store = { .mutants = "split-loses-last" };
	const struct triage_raw raw = { .file = outcome->report };
	struct triage_entry *entry = calloc(1, sizeof(*entry));
	struct triage_input *again = calloc(1, sizeof(*again));
	char *text, *program, *finding, error[256] = "";
	uint64_t hash;
	json_t *back;

	if (!entry || !again)
		abort();
	entry->shown = (struct triage_shown){
		.setting = { .format = pt_formats[case_hash(&in->c) %
						  pt_format_count],
			     .subject = &subject_builtin,
			     .check = (uint8_t)in->check },
		.c = in->c, .outcome = *outcome,
	};
	entry->plain = entry->shown;
	triage_signature(outcome, entry->shown.setting.format,
			 entry->signature);
	check_signature(entry->signature);
	triage_slug(entry->signature, entry->slug);
	text = printed(triage_print_case, &in->c, &entry->shown.setting,
		       entry->signature);
	if (triage_read((const uint8_t *)text, strlen(text), "printed", again,
			error, sizeof(error)))
		broken(error, text);
	if (!case_equal(&again->c, &in->c) || !again->has_format ||
	    again->check != in->check)
		broken("the text says another case", text);
	program = printed(triage_print_program, &in->c, &entry->shown.setting,
			  entry->signature);
	entry->json = triage_finding_json(&store, entry, NULL, 0, NULL,
					  in->c.count, &raw);
	finding = entry->json ? triage_finding_text(entry->json) : NULL;
	back = finding ? json_loads(finding, 0, NULL) : NULL;
	if (!back || !json_equal(back, entry->json))
		broken("no JSON", finding ? finding : "none");
	hash = hash_text(hash_text(hash_text(1, text), program), finding);
	json_decref(back);
	json_decref(entry->json);
	free(text);
	free(program);
	free(finding);
	free(again);
	free(entry);
	return hash;
}

/* A list of known signatures: what is taken is found again. */
static void check_known(const uint8_t *bytes, size_t size)
{
	struct triage_known known = { .count = 0 };
	char error[512] = "";
	uint8_t copy[4096];
	FILE *in;

	if (!size || size > sizeof(copy))
		return;
	memcpy(copy, bytes, size);
	in = fmemopen(copy, size, "r");
	if (!in)
		abort();
	if (!triage_known_read(&known, in, "input", error, sizeof(error)) &&
	    strncmp(error, "input:", 6) != 0)
		broken("a refusal without name and line", error);
	for (unsigned i = 0; i < known.count; i++)
		if (!triage_known_find(&known, known.signature[i]))
			broken("lost", known.signature[i]);
	triage_known_free(&known);
	fclose(in);
}

static uint64_t check(const uint8_t *bytes, size_t size)
{
	struct triage_input *in = calloc(1, sizeof(*in));
	struct triage_outcome *outcome = calloc(1, sizeof(*outcome));
	char *text = calloc(1, size + 1), error[256] = "";
	uint64_t hash = 0;

	if (!in || !outcome || !text)
		abort();
	if (size)
		memcpy(text, bytes, size);
	outcome->kind = TRIAGE_SANITIZER;
	if (!triage_sanitizer(text, outcome)) {
		outcome->kind = TRIAGE_CRASH;
		snprintf(outcome->check, sizeof(outcome->check), "crash");
		snprintf(outcome->divergence, sizeof(outcome->divergence),
			 "SIGSEGV");
	}
	snprintf(outcome->depth, sizeof(outcome->depth), "-");
	snprintf(outcome->operation, sizeof(outcome->operation), "map");
	snprintf(outcome->report, sizeof(outcome->report), "%s", text);
	check_known(bytes, size);
	if (!triage_read(bytes, size, "input", in, error, sizeof(error)))
		hash = check_entry(in, outcome);
	else if (strncmp(error, "input:", 6) != 0 || !strchr(error + 6, ':'))
		broken("a refusal without name and line", error);
	free(in);
	free(outcome);
	free(text);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	check(bytes, size);
	return 0;
}

const struct fuzz_target fuzz_target = { "fuzz_triage", false, check };
