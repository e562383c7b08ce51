/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A story as a JSON document.
 */
#include "explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "explain_json.h"

/* How many events of each side the document holds. */
#define EVENTS_MAX 2000

/* A stream into memory; its text as a JSON string. */
struct into {
	FILE *out;
	char *text;
	size_t length;
};

static FILE *begin(struct into *into)
{
	*into = (struct into){ .out = NULL };
	into->out = open_memstream(&into->text, &into->length);
	return into->out;
}

/* NULL where memory runs out: then there is no document. */
static json_t *end(struct into *into)
{
	json_t *string = NULL;

	if (into->out && !fclose(into->out))
		string = json_stringn(into->text, into->length);
	free(into->text);
	return string;
}

static json_t *hex(uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, n);
	return json_string(text);
}

/* What fn says of the story. */
static json_t *said(const struct story *s,
		    void (*fn)(FILE *out, const struct story *story))
{
	struct into into;
	FILE *out = begin(&into);

	if (out)
		fn(out, s);
	return end(&into);
}

static json_t *operation(const struct story *s, unsigned i)
{
	const struct story_step *step = &s->step[i];
	struct into into;
	FILE *out = begin(&into);
	char line[256];

	run_print_op(line, sizeof(line), &step->op);
	if (out)
		explain_op(out, s->options.format, &step->op);
	return json_pack("{s:i, s:s, s:s, s:o, s:o, s:b, s:b}",
			 "index", (int)i, "kind", op_kind_name(step->op.kind),
			 "text", line, "words", end(&into), "returned",
			 step->done ? json_integer(step->ret) : json_null(),
			 "failing", s->failed && (int)i == s->about,
			 "held", step->held);
}

static json_t *operations(const struct story *s)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < s->steps; i++)
		if (s->step[i].op.kind != OP_NOP)
			json_array_append_new(list, operation(s, i));
	return list;
}

static json_t *line_json(const struct story *s, const struct picture_line *l)
{
	struct into target;
	FILE *out = begin(&target);

	if (out)
		picture_target(out, s->options.format, l);
	return json_pack(
		"{s:i, s:s, s:o, s:i, s:i, s:o, s:o, s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:b}",
		"space", (int)l->space, "depth", pt_depth_name(l->depth),
		"span", hex(pt_span(s->options.format, l->depth)),
		"first", (int)l->first, "last", (int)l->last, "va", hex(l->va),
		"table", hex(l->table), "kind", pt_kind_name(l->entry.kind),
		"word", hex(l->entry.raw), "last_word", hex(l->last_raw),
		"text", end(&target), "changed", l->changed, "wrong", l->wrong,
		"marked", l->marked, "torn", l->entry.torn);
}

static json_t *picture(const struct story *s, const struct picture *p)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < p->count; i++) {
		const struct picture_line *l = &p->line[i];

		if (l->what == PICTURE_ROOT)
			json_array_append_new(list, json_pack(
				"{s:i, s:s, s:o}", "space", (int)l->space,
				"root", pt_depth_name(l->depth), "table",
				hex(l->table)));
		else if (l->what == PICTURE_LEFT_OUT)
			json_array_append_new(list, json_pack(
				"{s:i, s:i}", "space", (int)l->space,
				"left_out", (int)l->last));
		else
			json_array_append_new(list, line_json(s, l));
	}
	return list;
}

static json_t *marked(const struct story *s)
{
	const struct place *p = &s->place;

	if (!p->there)
		return json_null();
	return json_pack("{s:i, s:s, s:i, s:o, s:o, s:s, s:b, s:b, s:o, s:o}",
			 "space", (int)p->space, "depth",
			 pt_depth_name((int)p->depth), "index", (int)p->index,
			 "va", hex(p->va), "word", hex(p->entry.raw),
			 "kind", pt_kind_name(p->entry.kind), "wrong", p->wrong,
			 "torn", p->entry.torn, "text", said(s, story_place),
			 "has_to_be", said(s, story_wanted));
}

static json_t *trace_json(const struct trace *trace)
{
	json_t *list = json_array();
	char line[256];

	for (uint32_t i = 0; i < trace->count && i < EVENTS_MAX; i++) {
		oracle_print_event(line, sizeof(line), &trace->event[i]);
		json_array_append_new(list, json_string(line));
	}
	return list;
}

static json_t *notes(const struct story *s)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < s->notes_kept; i++) {
		struct into into;
		FILE *out = begin(&into);

		if (out)
			story_note(out, s, i);
		json_array_append_new(list, end(&into));
	}
	return list;
}

static json_t *rule_json(const struct story *s)
{
	const struct pt_format *f = s->options.format;
	const struct explain_rule *r =
		explain_rule(s->violation.finding.check,
			     s->violation.finding.divergence);
	json_t *rule = json_pack("{s:s, s:s}", "manual", f->manual, "section",
				 explain_section(f));
	char path[128];

	snprintf(path, sizeof(path), "arch/%s/README.md", f->architecture);
	json_object_set_new(rule, "conventions", json_string(path));
	if (s->end == STORY_VIOLATION && r) {
		json_object_set_new(rule, "check", json_string(r->row));
		json_object_set_new(rule, "text", json_string(r->text));
		json_object_set_new(rule, "header", json_string(r->header));
		json_object_set_new(rule, "clause", json_string(r->clause));
	}
	if (s->about >= 0) {
		const struct explain_clause *c =
			explain_clause(s->step[s->about].op.kind);

		json_object_set_new(rule, "operation_header",
				    json_string(c->header));
		json_object_set_new(rule, "operation_clause",
				    json_string(c->clause));
	}
	return rule;
}

static json_t *unreachable(const struct story *s)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < s->unreachables; i++)
		json_array_append_new(list, hex(s->unreachable[i]));
	return list;
}

static void add_violation(json_t *document, const struct story *s)
{
	const struct finding *f = &s->violation.finding;

	json_object_set_new(document, "check",
			    json_string(check_name(f->check)));
	json_object_set_new(document, "divergence", json_string(f->divergence));
	json_object_set_new(document, "depth",
			    json_string(pt_depth_name(f->depth)));
	json_object_set_new(document, "at_end",
			    json_boolean(s->violation.at_end));
	json_object_set_new(document, "expected", json_string(f->expected));
	json_object_set_new(document, "seen", json_string(f->seen));
	json_object_set_new(document, "differs",
			    json_string(story_differs_name(s->differs)));
	if (s->differs == DIFFERS_TABLE)
		json_object_set_new(document, "lost_table", hex(s->lost_table));
	if (s->store)
		json_object_set_new(document, "store",
				    json_integer((json_int_t)s->store));
}

/* What the pictures and the traces say. */
static void add_tables(json_t *document, const struct story *s)
{
	if (s->before)
		json_object_set_new(document, "before",
				    picture(s, &s->drawn_before));
	if (!s->after)
		return;
	json_object_set_new(document, "after", picture(s, &s->drawn_after));
	json_object_set_new(document, "unreachable", unreachable(s));
	json_object_set_new(document, "stores", notes(s));
	if (s->about >= 0)
		json_object_set_new(document, "events", json_pack(
			"{s:o, s:o, s:i}", "expected",
			trace_json(run_expected(s->after)), "seen",
			trace_json(run_seen(s->after)), "differ_at",
			s->differs == DIFFERS_EVENT ? (int)s->event : -1));
}

json_t *story_json(const struct story *s)
{
	static const char *const outcome[] = {
		[STORY_CLEAN] = "clean", [STORY_VIOLATION] = "violation",
		[STORY_DIED] = "died", [STORY_HUNG] = "hung",
	};
	const struct story_options *o = &s->options;
	char folding[FOLDING_TEXT];
	json_t *document;

	folding_text(o->folded, folding);
	document = json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}",
		"version", 1, "case", o->path, "format", o->format->name,
		"folding", folding, "subject", o->subject->name,
		"outcome", outcome[s->end],
		"signature", said(s, story_signature),
		"summary", said(s, story_summary),
		"about", s->about < 0 ? json_null() : json_integer(s->about),
		"failed", s->failed,
		"operations", operations(s), "marked", marked(s),
		"rule", rule_json(s), "replay", said(s, story_replay));
	if (document && s->end == STORY_VIOLATION)
		add_violation(document, s);
	if (document)
		add_tables(document, s);
	return document;
}
