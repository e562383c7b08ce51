/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sweeps as JSON: see sweep_state.h.  Words and addresses are text, "0x1f": a
 * JSON number need not have 64 bits.
 */
#include "sweep_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static json_t *hex(uint64_t number)
{
	return json_sprintf("0x%" PRIx64, number);
}

static uint64_t from_hex(const json_t *text)
{
	return json_is_string(text) ? strtoull(json_string_value(text), NULL, 16)
				    : 0;
}

static json_t *case_json(const struct sweep_case *c)
{
	json_t *words = json_array();

	for (unsigned d = 0; d < PT_DEPTHS; d++)
		json_array_append_new(words, hex(c->word[d]));
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:i, s:i, s:b}",
			 "control", (int)c->control, "space", (int)c->space,
			 "leaf", (int)c->leaf, "depth", (int)c->depth, "bit",
			 (int)c->bit, "words", words, "va", hex(c->va),
			 "access", (int)c->access, "privilege",
			 (int)c->privilege, "translate", (int)c->translate);
}

static bool case_from(struct sweep_case *c, const struct pt_format *f,
		      json_t *o)
{
	int control, space, leaf, depth, bit, access, privilege, translate;
	json_t *words, *va;

	if (json_unpack(o, "{s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:i, s:i, s:b}",
			"control", &control, "space", &space, "leaf", &leaf,
			"depth", &depth, "bit", &bit, "words", &words, "va",
			&va, "access", &access, "privilege", &privilege,
			"translate", &translate) ||
	    leaf < f->top || leaf >= PT_DEPTHS || depth < f->top ||
	    depth > leaf || access < 0 || access >= (int)PT_ACCESSES ||
	    privilege < 0 || privilege >= (int)PT_PRIVILEGES)
		return false;
	*c = (struct sweep_case){
		.format = f, .control = (uint32_t)control,
		.space = (uint8_t)space, .leaf = (uint8_t)leaf,
		.depth = (uint8_t)depth, .bit = (int8_t)bit,
		.va = from_hex(va), .access = (enum pt_access)access,
		.privilege = (enum pt_privilege)privilege,
		.translate = translate,
	};
	for (unsigned d = 0; d < PT_DEPTHS; d++)
		c->word[d] = from_hex(json_array_get(words, d));
	return true;
}

static json_t *numbers(const uint64_t *number, unsigned count)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(list, json_integer((json_int_t)number[i]));
	return list;
}

static void numbers_from(uint64_t *number, unsigned count, const json_t *list)
{
	for (unsigned i = 0; i < count; i++)
		number[i] = (uint64_t)json_integer_value(
			json_array_get(list, i));
}

static json_t *bucket_json(const struct sweep_bucket *b)
{
	char expected[128], got[128];

	sweep_expected_text(expected, sizeof(expected), b);
	sweep_got_text(got, sizeof(got), b);
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:[i,i,i,i,i,i,i]}",
		"architecture", b->architecture, "cause",
		b->cause ? b->cause->id : "?", "expected", expected, "got", got,
		"count", (json_int_t)b->count, "by_depth",
		numbers(b->by_depth, PT_DEPTHS), "by_bit",
		numbers(b->by_bit, 65), "first", case_json(&b->first), "small",
		case_json(&b->small), "expected_pa", hex(b->expected_pa),
		"got_pa", hex(b->got_pa), "key", (int)b->verdict.word,
		(int)b->verdict.depth, (int)b->expected.class,
		(int)b->expected.depth, (int)b->got.class, (int)b->got.depth,
		(int)b->other_page);
}

json_t *sweep_buckets_json(struct sweep *sweep)
{
	json_t *list = json_array();
	unsigned count;
	const struct sweep_bucket *b = sweep_buckets(sweep, &count);

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(list, bucket_json(&b[i]));
	return list;
}

static bool bucket_from(struct sweep *sweep, json_t *o)
{
	const struct pt_format *f = sweep_format(sweep);
	struct sweep_bucket b = { .architecture = f->architecture };
	json_t *by_depth, *by_bit, *first, *small, *expected_pa, *got_pa;
	int word, depth, expected, expected_depth, got, got_depth, other;
	const char *cause;
	json_int_t count;

	if (json_unpack(o, "{s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, "
			"s:[i,i,i,i,i,i,i]}",
			"cause", &cause, "count", &count, "by_depth", &by_depth,
			"by_bit", &by_bit, "first", &first, "small", &small,
			"expected_pa", &expected_pa, "got_pa", &got_pa, "key",
			&word, &depth, &expected, &expected_depth, &got,
			&got_depth, &other) ||
	    !case_from(&b.first, f, first) || !case_from(&b.small, f, small))
		return false;
	/* One that the list no longer has is unknown. */
	b.cause = deviation_named(sweep_deviations(sweep), cause);
	b.count = (uint64_t)count;
	b.verdict = (struct pt_verdict){ (uint8_t)word, (int8_t)depth };
	b.expected = (struct guest_answer){ (uint8_t)expected,
					    (int8_t)expected_depth };
	b.got = (struct guest_answer){ (uint8_t)got, (int8_t)got_depth };
	b.other_page = other;
	b.expected_pa = from_hex(expected_pa);
	b.got_pa = from_hex(got_pa);
	numbers_from(b.by_depth, PT_DEPTHS, by_depth);
	numbers_from(b.by_bit, 65, by_bit);
	return sweep_add_bucket(sweep, &b);
}

static unsigned scenes_done(const struct sweep *s, unsigned next,
			    uint32_t control)
{
	unsigned done = 0;

	for (unsigned i = 0; i < next && i < sweep_scenes(s); i++)
		done += sweep_scene(s, i)->control == control;
	return done;
}

json_t *sweep_controls_json(struct sweep *sweep, unsigned next)
{
	const char *architecture = sweep_format(sweep)->architecture;
	json_t *list = json_array();
	unsigned count;
	const struct sweep_control *c = sweep_controls(sweep, &count);

	for (unsigned i = 0; i < count; i++) {
		char text[CONTROL_TEXT];

		control_text(text, architecture, c[i].control);
		json_array_append_new(list, json_pack(
			"{s:s, s:I, s:i, s:i}", "control", text, "cases",
			(json_int_t)c[i].cases, "scenes", (int)c[i].scenes,
			"scenes_done",
			(int)scenes_done(sweep, next, c[i].control)));
	}
	return list;
}

/* The control words are in the order of the plan, which is the same. */
static bool controls_from(struct sweep *sweep, const json_t *list)
{
	unsigned count;
	struct sweep_control *c = sweep_controls(sweep, &count);

	if (json_array_size(list) != count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		json_int_t cases;

		if (json_unpack(json_array_get(list, i), "{s:I}", "cases",
				&cases))
			return false;
		c[i].cases = (uint64_t)cases;
	}
	return true;
}

/* What must be the same for a sweep to go on. */
static json_t *identity(const struct sweep *sweep, bool deep)
{
	return json_pack("{s:s, s:s, s:b, s:i, s:o}", "format",
			 sweep_format(sweep)->name, "emulator",
			 sweep_emulator(sweep), "deep", (int)deep, "scenes",
			 (int)sweep_scenes(sweep), "plan",
			 hex(sweep_plan_hash(sweep)));
}

bool sweep_state_write(struct sweep *sweep, const char *path, bool deep,
		       unsigned next, double seconds, char *error,
		       size_t error_bytes)
{
	const struct sweep_counts *counts = sweep_counts(sweep);
	json_t *o = json_pack("{s:o, s:i, s:I, s:I, s:f, s:o, s:o}", "sweep",
			      identity(sweep, deep), "next", (int)next, "cases",
			      (json_int_t)counts->cases, "skipped",
			      (json_int_t)counts->skipped, "seconds", seconds,
			      "buckets", sweep_buckets_json(sweep), "controls",
			      sweep_controls_json(sweep, next));
	char fresh[512];
	bool good;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	good = o && !json_dump_file(o, fresh, JSON_INDENT(1)) &&
	       !rename(fresh, path);
	if (!good)
		snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
	json_decref(o);
	return good;
}

/* What a state has beside its identity. */
struct state {
	json_t *controls, *buckets;
	json_int_t cases, skipped;
	double seconds;
	int next;
};

/* False with a sentence where that is no state of this sweep. */
static bool take_apart(struct state *state, json_t *o, struct sweep *sweep,
		       const char *path, bool deep, char *error,
		       size_t error_bytes)
{
	json_t *same, *which;
	bool good;

	if (json_unpack(o, "{s:o, s:i, s:I, s:I, s:f, s:o}", "sweep", &which,
			"next", &state->next, "cases", &state->cases,
			"skipped", &state->skipped, "seconds", &state->seconds,
			"buckets", &state->buckets)) {
		snprintf(error, error_bytes, "%s: no state of a sweep", path);
		return false;
	}
	same = identity(sweep, deep);
	good = json_equal(same, which) && state->next >= 0 &&
	       (unsigned)state->next <= sweep_scenes(sweep);
	json_decref(same);
	if (!good)
		snprintf(error, error_bytes, "%s is of another sweep; remove "
			 "it, or name another --state", path);
	state->controls = json_object_get(o, "controls");
	return good;
}

static bool take_up(struct sweep *sweep, const struct state *state,
		    const char *path, char *error, size_t error_bytes)
{
	for (size_t i = 0; i < json_array_size(state->buckets); i++)
		if (!bucket_from(sweep, json_array_get(state->buckets, i))) {
			snprintf(error, error_bytes, "%s: bucket %zu is "
				 "broken", path, i);
			return false;
		}
	if (!controls_from(sweep, state->controls)) {
		snprintf(error, error_bytes, "%s: what was done under each "
			 "control word is broken", path);
		return false;
	}
	*sweep_counts(sweep) = (struct sweep_counts){
		(uint64_t)state->cases, (uint64_t)state->skipped,
	};
	return true;
}

bool sweep_state_read(struct sweep *sweep, const char *path, bool deep,
		      unsigned *next, double *seconds, char *error,
		      size_t error_bytes)
{
	FILE *in = fopen(path, "r");
	struct state state = { .next = 0 };
	json_error_t where;
	json_t *o;
	bool good;

	*next = 0;
	*seconds = 0;
	if (!in)
		return true;
	o = json_loadf(in, 0, &where);
	fclose(in);
	good = take_apart(&state, o, sweep, path, deep, error, error_bytes) &&
	       take_up(sweep, &state, path, error, error_bytes);
	if (good) {
		*next = (unsigned)state.next;
		*seconds = state.seconds;
	}
	json_decref(o);
	return good;
}
