/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * finding.json: see triage_finding.h.
 */
#include "triage_finding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

#define FINDING_VERSION 1

json_t *triage_text_json(const char *text)
{
	char *plain = strdup(text);
	json_t *json;

	if (!plain)
		return NULL;
	for (char *at = plain; *at; at++)
		if ((*at & 0x80) || (*at < ' ' && *at != '\n' && *at != '\t') ||
		    *at == 0x7f)
			*at = '?';
	json = json_string(plain);
	free(plain);
	return json;
}

/* What a function prints, as JSON. */
static json_t *case_json(const struct tw_case *c)
{
	char *text = malloc(CASE_TEXT_BYTES);
	json_t *json = NULL;

	if (text) {
		case_text(c, text);
		json = json_string(text);
	}
	free(text);
	return json;
}

static json_t *replay_json(const struct triage_setting *setting,
			   const char *mutants)
{
	char *line = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&line, &bytes);
	json_t *json;

	if (!out)
		return NULL;
	fputs("tablewalk run", out);
	triage_print_options(out, setting, mutants);
	fputs(" case.tw", out);
	fclose(out);
	json = triage_text_json(line);
	free(line);
	return json;
}

/* Names joined by commas as an array. */
static json_t *names_json(const char *names)
{
	json_t *list = json_array();

	while (names && *names) {
		size_t length = strcspn(names, ",");

		json_array_append_new(list, json_stringn(names, length));
		names += length + (names[length] != '\0');
	}
	return list;
}

static const char *const check_text[] = { "end", "every", "store" };

static json_t *folding_json(uint8_t set)
{
	char text[FOLDING_TEXT];

	folding_text(set, text);
	return json_string(text);
}

static json_t *vector_json(const struct triage_reply *reply, unsigned count)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:o}",
			"format", reply[i].setting.format->name,
			"subject", reply[i].setting.subject->name,
			"result", triage_result_name(reply[i].result),
			"signature", triage_text_json(reply[i].signature)));
	return list;
}

static json_t *plain_json(const struct triage_shown *plain)
{
	return json_pack("{s:o, s:s, s:s, s:o}", "case", case_json(&plain->c),
			 "format", plain->setting.format->name, "check_when",
			 check_text[plain->setting.check % 3], "folding",
			 folding_json(plain->setting.runtime_folded));
}

void triage_finding_case(json_t *j, const struct triage_store *store,
			 const struct triage_entry *entry)
{
	const struct triage_shown *shown = &entry->shown;
	const struct triage_outcome *o = &shown->outcome;
	char hash[24], shape[TRIAGE_SHAPE];

	snprintf(hash, sizeof(hash), "%016" PRIx64, case_hash(&shown->c));
	triage_shape(&entry->plain.c, shape);
	json_object_set_new(j, "format",
			    json_string(shown->setting.format->name));
	json_object_set_new(j, "subject",
			    json_string(shown->setting.subject->name));
	json_object_set_new(j, "check_when",
			    json_string(check_text[shown->setting.check % 3]));
	json_object_set_new(j, "folding",
			    folding_json(shown->setting.runtime_folded));
	if (shown->setting.opinion)
		json_object_set_new(j, "opinion", json_string(
			shown->setting.opinion->name));
	else
		json_object_del(j, "opinion");
	json_object_set_new(j, "mutants", names_json(store->mutants));
	json_object_set_new(j, "records", json_integer(shown->c.count));
	json_object_set_new(j, "operation_index", json_integer(o->op_index));
	json_object_set_new(j, "at_end", json_boolean(o->at_end));
	json_object_set_new(j, "case_hash", json_string(hash));
	json_object_set_new(j, "shape", json_string(shape));
	json_object_set_new(j, "plain", plain_json(&entry->plain));
	json_object_set_new(j, "files", json_pack(
		"{s:s, s:s, s:s}", "text", "case.tw", "binary", "case.bin",
		"c", "case.c"));
	json_object_set_new(j, "replay", replay_json(&shown->setting,
						     store->mutants));
	json_object_set_new(j, "report", triage_text_json(o->report));
}

static json_t *outcomes_json(const struct triage_outcome *outcomes,
			     const struct pt_format *format)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < TRIAGE_CONFIRMATIONS; i++) {
		char signature[TRIAGE_SIGNATURE];

		triage_signature(&outcomes[i], format, signature);
		json_array_append_new(list, json_pack(
			"{s:s, s:o, s:o}", "kind",
			triage_kind_name(outcomes[i].kind), "signature",
			triage_text_json(signature), "report",
			triage_text_json(outcomes[i].report)));
	}
	return list;
}

json_t *triage_finding_json(const struct triage_store *store,
			    const struct triage_entry *entry,
			    const struct triage_reply *reply, unsigned replies,
			    const struct triage_outcome *outcomes,
			    unsigned raw_records, const struct triage_raw *raw)
{
	const struct triage_outcome *o = &entry->shown.outcome;
	json_t *j = json_pack(
		"{s:i, s:o, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:s}",
		"version", FINDING_VERSION, "signature",
		triage_text_json(entry->signature), "slug", entry->slug,
		"kind", outcomes ? "flaky" : triage_kind_name(o->kind), "check",
		o->check, "divergence", triage_text_json(o->divergence),
		"depth", o->depth, "operation", o->operation, "family",
		entry->shown.setting.format->architecture, "shows",
		triage_kind_name(o->kind));

	if (!j)
		return NULL;
	triage_finding_case(j, store, entry);
	json_object_set_new(j, "raw_records", json_integer(raw_records));
	json_object_set_new(j, "vector", vector_json(reply, replies));
	json_object_set_new(j, "times", json_integer(0));
	json_object_set_new(j, "raw", json_array());
	json_object_set_new(j, "merged", json_array());
	if (outcomes)
		json_object_set_new(j, "outcomes", outcomes_json(
			outcomes, entry->shown.setting.format));
	triage_finding_count(j, raw);
	return j;
}

bool triage_finding_count(json_t *finding, const struct triage_raw *raw)
{
	json_t *list = json_object_get(finding, "raw"), *one, *item;
	json_int_t times = json_integer_value(json_object_get(finding,
							      "times"));
	size_t i;

	json_array_foreach(list, i, one)
		if (!strcmp(json_string_value(json_object_get(one, "sha256")),
			    raw->sha256))
			return false;
	json_object_set_new(finding, "times", json_integer(times + !raw->slip));
	if (json_array_size(list) >= TRIAGE_RAW_MAX)
		return true;
	item = json_pack("{s:o, s:s}", "file", triage_text_json(raw->file),
			 "sha256", raw->sha256);
	if (raw->slip)
		json_object_set_new(item, "slip", json_true());
	json_array_append_new(list, item);
	return true;
}

static bool read_check(const char *text, uint8_t *out)
{
	for (uint8_t i = 0; i < 3; i++) {
		if (!strcmp(text, check_text[i])) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool read_setting(const struct triage_store *store,
			 struct triage_setting *out, const char *format,
			 const char *subject, const char *check,
			 const char *folding_name, char *error,
			 size_t error_bytes)
{
	struct folding folding;

	out->format = pt_format_find(format);
	out->subject = store->find_subject(subject);
	if (!out->format || !out->subject || !read_check(check, &out->check) ||
	    !folding_parse(folding_name, &folding)) {
		snprintf(error, error_bytes, "format, subject, check_when or "
			 "folding is not known");
		return false;
	}
	out->runtime_folded = folding.mode == FOLDING_NAMED ? folding.named : 0;
	return true;
}

/* Who was asked when it was found; of most findings nobody. */
static bool read_opinion(const struct triage_store *store,
			 struct triage_entry *entry, char *error,
			 size_t error_bytes)
{
	const json_t *json = json_object_get(entry->json, "opinion");
	const char *name = json_string_value(json);

	if (!json)
		return true;
	entry->shown.setting.opinion = name ? store->find_opinion(name) : NULL;
	entry->plain.setting.opinion = entry->shown.setting.opinion;
	if (!entry->shown.setting.opinion)
		snprintf(error, error_bytes, "opinion is not known");
	return entry->shown.setting.opinion;
}

static unsigned kind_of(const char *name)
{
	unsigned kind = TRIAGE_CLEAN;

	while (kind < TRIAGE_CANNOT && strcmp(triage_kind_name(kind), name) != 0)
		kind++;
	return kind;
}

/* Whether the lists are ones that can be extended. */
static bool read_lists(const json_t *finding)
{
	const json_t *raw = json_object_get(finding, "raw"), *one;
	size_t i;

	if (!json_is_array(raw) ||
	    !json_is_array(json_object_get(finding, "merged")) ||
	    !json_is_integer(json_object_get(finding, "times")))
		return false;
	json_array_foreach(raw, i, one)
		if (!json_is_string(json_object_get(one, "sha256")))
			return false;
	return true;
}

bool triage_finding_read(const struct triage_store *store,
			 struct triage_entry *entry, const char *text,
			 size_t count, char *error, size_t error_bytes)
{
	const char *signature, *slug, *kind, *shows, *check, *divergence;
	const char *depth, *operation, *format, *subject, *when, *folding;
	const char *plain, *plain_format, *plain_when, *plain_folding, *report;
	struct triage_outcome *o = &entry->shown.outcome;
	int version, index, at_end;
	json_error_t wrong;

	if (json_unpack_ex(entry->json, &wrong, 0, "{s:i, s:s, s:s, s:s, s:s, "
			   "s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:b, "
			   "s:{s:s, s:s, s:s, s:s}, s:s}", "version", &version,
			   "signature", &signature, "slug", &slug, "kind",
			   &kind, "shows", &shows, "check", &check,
			   "divergence", &divergence, "depth", &depth,
			   "operation", &operation, "format", &format,
			   "subject", &subject, "check_when", &when, "folding",
			   &folding, "operation_index", &index, "at_end",
			   &at_end, "plain", "case", &plain, "format",
			   &plain_format, "check_when", &plain_when, "folding",
			   &plain_folding, "report", &report)) {
		snprintf(error, error_bytes, "%s", wrong.text);
		return false;
	}
	if (version != FINDING_VERSION || !read_lists(entry->json)) {
		snprintf(error, error_bytes, "is of another version");
		return false;
	}
	if (!read_setting(store, &entry->shown.setting, format, subject, when,
			  folding, error, error_bytes) ||
	    !read_setting(store, &entry->plain.setting, plain_format, subject,
			  plain_when, plain_folding, error, error_bytes) ||
	    !read_opinion(store, entry, error, error_bytes) ||
	    case_parse(text, count, "case.tw", &entry->shown.c, error,
		       error_bytes) ||
	    case_parse(plain, strlen(plain), "plain", &entry->plain.c, error,
		       error_bytes))
		return false;
	snprintf(entry->signature, sizeof(entry->signature), "%s", signature);
	snprintf(entry->slug, sizeof(entry->slug), "%s", slug);
	entry->flaky = !strcmp(kind, "flaky");
	o->kind = (uint8_t)kind_of(shows);
	o->op_index = (unsigned)index;
	o->at_end = at_end;
	snprintf(o->check, sizeof(o->check), "%s", check);
	snprintf(o->divergence, sizeof(o->divergence), "%s", divergence);
	snprintf(o->depth, sizeof(o->depth), "%s", depth);
	snprintf(o->operation, sizeof(o->operation), "%s", operation);
	snprintf(o->report, sizeof(o->report), "%s", report);
	entry->plain.outcome = *o;
	return true;
}

char *triage_finding_text(const json_t *finding)
{
	return json_dumps(finding, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
}
