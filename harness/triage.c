/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Triage of files: see triage.h.
 *
 * One file after the other: three fresh runs; then, if nobody has seen that
 * signature, the smallest case of it, and the entry that it belongs to.
 */
#include "triage.h"

#include <errno.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

/* Slips that wait for their turn; more are met again some other time. */
#define SLIPS_MAX 256

/* A case to be looked at, and where it comes from. */
struct item {
	struct tw_case c;
	struct triage_setting setting;
	struct triage_raw raw;
	const char *origin;	/* of a close slip: the signature, else NULL */
};

/* A slip, with the file from which it came and the signature that was minimised. */
struct pending {
	struct triage_slip slip;
	char *file;
	char origin[TRIAGE_SIGNATURE];
};

struct triaging {
	struct triage_store *store;
	const struct triage_options *options;
	struct triage_trials *trials;
	struct triage_result_counts *counts;
	struct pending *pending;
	unsigned pending_count, pending_done;
};

static bool stop_asked(const struct triaging *t)
{
	return t->options->stop.asked &&
	       t->options->stop.asked(t->options->stop.context);
}

static bool cannot(struct triaging *t, const char *why)
{
	if (!t->counts->error[0])
		snprintf(t->counts->error, sizeof(t->counts->error), "%.500s", why);
	return false;
}

/* Adds text to an array unless it is there. */
static void add_once(json_t *list, const char *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!strcmp(json_string_value(one), text))
			return;
	json_array_append_new(list, json_string(text));
}

static void say(const struct triaging *t, const char *what, const char *which)
{
	char line[TRIAGE_SIGNATURE + 4096];

	if (!t->options->say)
		return;
	snprintf(line, sizeof(line), "%s %.4000s", what, which);
	t->options->say(line);
}

/* An entry was met: where it is listed. */
static void note_entry(struct triaging *t, const struct triage_entry *entry)
{
	struct triage_result_counts *counts = t->counts;
	char place[sizeof(entry->slug) + 8];

	snprintf(place, sizeof(place), "%s%s", entry->flaky ? "flaky/" : "",
		 entry->slug);
	add_once(counts->entries, place);
	if (entry->flaky)
		add_once(counts->flaky, entry->signature);
	if (entry->is_new && !triage_known_find(t->options->known,
						entry->signature)) {
		if (!entry->flaky)
			add_once(counts->fresh, entry->signature);
	} else if (!entry->flaky) {
		add_once(counts->known, entry->signature);
	}
}

static void note_reason(const struct triaging *t, struct triage_entry *entry)
{
	const char *reason = triage_known_find(t->options->known,
					       entry->signature);

	if (reason)
		json_object_set_new(entry->json, "known", json_string(reason));
}

/* Slips that nobody has seen wait for their turn. */
static void queue_slips(struct triaging *t, const struct triage_slips *slips,
			const struct item *item, const char *origin)
{
	for (unsigned i = 0; i < slips->count; i++) {
		const struct triage_slip *slip = &slips->slip[i];
		struct pending *next = &t->pending[t->pending_count];
		bool waits = false;

		for (unsigned n = 0; n < t->pending_count; n++)
			waits |= !strcmp(t->pending[n].slip.signature,
					 slip->signature);
		if (waits || t->pending_count == SLIPS_MAX ||
		    triage_store_find(t->store, slip->signature, false))
			continue;
		next->slip = *slip;
		snprintf(next->origin, sizeof(next->origin), "%s", origin);
		next->file = strdup(item->raw.file);
		if (!next->file)
			return;
		t->pending_count++;
		say(t, "  met on the way:", slip->signature);
	}
}

/*
 * Runs it as often as it takes.  kind: TRIAGE_CLEAN where it never shows anything,
 * TRIAGE_CANNOT where the runs did not agree, else that of all.  False when asked
 * to stop, or when it cannot be run.
 */
static bool confirm(struct triaging *t, const struct triage_setting *setting,
		    const struct tw_case *c,
		    struct triage_outcome outcome[TRIAGE_CONFIRMATIONS],
		    enum triage_kind *kind)
{
	char first[TRIAGE_SIGNATURE], other[TRIAGE_SIGNATURE];

	for (unsigned i = 0; i < TRIAGE_CONFIRMATIONS; i++) {
		if (!triage_trial(t->trials, setting, c, &outcome[i]))
			return false;
		if (outcome[i].kind == TRIAGE_CANNOT)
			return cannot(t, outcome[i].report);
	}
	*kind = (enum triage_kind)outcome[0].kind;
	triage_signature(&outcome[0], setting->format, first);
	for (unsigned i = 1; i < TRIAGE_CONFIRMATIONS; i++) {
		triage_signature(&outcome[i], setting->format, other);
		if (strcmp(first, other) != 0)
			*kind = TRIAGE_CANNOT;
	}
	return true;
}

/* Runs that did not agree: kept apart, as what the first that showed says. */
static bool quarantine(struct triaging *t, const struct item *item,
		       const struct triage_outcome *outcome)
{
	struct triage_shown shown = { item->setting, item->c, outcome[0] };
	char signature[TRIAGE_SIGNATURE], error[512];
	struct triage_entry *entry;

	for (unsigned i = 1; i < TRIAGE_CONFIRMATIONS &&
			     shown.outcome.kind == TRIAGE_CLEAN; i++)
		shown.outcome = outcome[i];
	triage_signature(&shown.outcome, item->setting.format, signature);
	say(t, "  FLAKY", signature);
	entry = triage_store_find(t->store, signature, true);
	if (entry ? !triage_store_extend(t->store, entry, &item->raw, NULL,
					 error, sizeof(error)) :
		    !(entry = triage_store_add(t->store, &shown, &shown, NULL,
					       0, outcome, item->c.count,
					       &item->raw, error,
					       sizeof(error))))
		return cannot(t, error);
	note_entry(t, entry);
	return true;
}

/* The most careful of the two ways of checking, on the other's format. */
static struct triage_setting swapped(const struct triage_setting *of,
				     const struct triage_setting *to)
{
	struct triage_setting s = *to;

	if (of->check > s.check)
		s.check = of->check;
	return s;
}

/* One case in another's place. */
static bool run_there(struct triaging *t, const struct triage_shown *one,
		      const struct triage_setting *place,
		      struct triage_shown *out)
{
	*out = *one;
	out->setting = swapped(&one->setting, place);
	return triage_trial(t->trials, &out->setting, &out->c, &out->outcome);
}

/* Of the same record, or at the end, as it is at home. */
static bool same_culprit(const struct triage_outcome *a,
			 const struct triage_outcome *b)
{
	return a->at_end == b->at_end &&
	       (a->at_end || a->op_index == b->op_index);
}

/*
 * Whether the case of one, in the other's place, is the other: it has the signature
 * that is looked for, by the same record as at home.  A case of one record says so
 * only of its own class: any defect of that operation could be meant.
 */
static bool is_there(struct triaging *t, const struct triage_shown *one,
		     const struct triage_setting *place, const char *signature,
		     struct triage_shown *out)
{
	char seen[TRIAGE_SIGNATURE];

	if (!run_there(t, one, place, out) ||
	    !same_culprit(&one->outcome, &out->outcome))
		return false;
	triage_signature(&out->outcome, out->setting.format, seen);
	return !strcmp(seen, signature) &&
	       (one->c.count > 1 ||
		triage_same_class(&one->outcome, &out->outcome));
}

/*
 * The entry whose own case, or the plainest, has that very signature where this one
 * was found; then *shown is that case there.
 */
static struct triage_entry *find_there(struct triaging *t, const char *signature,
				       struct triage_shown *shown)
{
	for (unsigned i = 0; i < t->store->count && !stop_asked(t); i++) {
		struct triage_entry *entry = t->store->entry[i];
		struct triage_shown there;

		if (entry->flaky ||
		    (!is_there(t, &entry->shown, &shown->setting, signature,
			       &there) &&
		     !is_there(t, &entry->plain, &shown->setting, signature,
			       &there)))
			continue;
		*shown = there;
		return entry;
	}
	return NULL;
}

/* The entry one of whose signatures this case has where that entry's own was found. */
static struct triage_entry *find_back(struct triaging *t,
				      const struct triage_shown *shown)
{
	for (unsigned i = 0; i < t->store->count && !stop_asked(t); i++) {
		struct triage_entry *entry = t->store->entry[i];
		struct triage_shown there;

		if (!entry->flaky &&
		    is_there(t, shown, &entry->shown.setting, entry->signature,
			     &there))
			return entry;
	}
	return NULL;
}

static bool same_shape(const struct tw_case *a, const struct tw_case *b)
{
	char one[TRIAGE_SHAPE], other[TRIAGE_SHAPE];

	triage_shape(a, one);
	triage_shape(b, other);
	return !strcmp(one, other);
}

/*
 * The entry of the same class whose plainest case fails the same way where this one
 * was found, in the same operation or as a case of the same operations.
 */
static struct triage_entry *find_same(struct triaging *t,
				      const struct triage_shown *shown,
				      const struct triage_shown *plain)
{
	for (unsigned i = 0; i < t->store->count && !stop_asked(t); i++) {
		struct triage_entry *entry = t->store->entry[i];
		const struct triage_outcome *home = &entry->shown.outcome;
		bool shape = same_shape(&entry->plain.c, &plain->c);
		struct triage_shown there;

		if (entry->flaky || !triage_same_class(home, &plain->outcome) ||
		    (!shape && strcmp(home->operation,
				      shown->outcome.operation) != 0))
			continue;
		if ((run_there(t, &entry->plain, &plain->setting, &there) &&
		     triage_same_class(&there.outcome, home)) ||
		    (shape && run_there(t, plain, &entry->plain.setting,
					&there) &&
		     triage_same_class(&there.outcome, home)))
			return entry;
	}
	return NULL;
}

/*
 * The entry that is one field away: minimising met one of its signatures with the
 * kinds of the smallest case, in the same operation; or this was met so when the
 * entry was minimised.
 */
static struct triage_entry *find_close(struct triaging *t,
				       const struct item *item,
				       const struct triage_shown *shown,
				       const struct triage_slips *slips)
{
	struct triage_entry *entry = NULL;

	if (shown->c.count < 2)
		return NULL;
	if (item->origin)
		entry = triage_store_find(t->store, item->origin, false);
	if (entry && !strcmp(entry->shown.outcome.operation,
			     shown->outcome.operation) &&
	    same_shape(&entry->shown.c, &shown->c))
		return entry;
	for (unsigned i = 0; i < slips->count; i++) {
		entry = !slips->slip[i].close ? NULL :
			triage_store_find(t->store, slips->slip[i].signature,
					  false);
		if (entry && !strcmp(entry->shown.outcome.operation,
				     shown->outcome.operation) &&
		    same_shape(&entry->shown.c, &shown->c))
			return entry;
	}
	return NULL;
}

/* What tells of tables and leaves them as they are. */
static bool is_reader(const struct case_record *r)
{
	return r->kind == OP_WALK || r->kind == OP_WALK_VMA ||
	       r->kind == OP_TRANSLATE || r->kind == OP_DUMP ||
	       r->kind == OP_ITERATE || r->kind == OP_PAIR;
}

/* The kind of the last operation that is none, up to where a violation shows. */
static unsigned last_change(const struct triage_shown *shown, bool *read)
{
	unsigned at = shown->outcome.at_end ? shown->c.count :
					      shown->outcome.op_index + 1;

	*read = at && is_reader(&shown->c.record[at - 1]);
	while (at && is_reader(&shown->c.record[at - 1]))
		at--;
	return at ? shown->c.record[at - 1].kind : OP_NOP;
}

/*
 * The entry whose last change is of this one's kind and diverges in the same way, where
 * one of the two shows only to who reads the tables, and the entry's plainest case fails
 * where this one was found.  What no check of the tables sees, as rights of an entry that
 * grants none, each reader tells in its own words.
 */
static struct triage_entry *find_read(struct triaging *t,
				      const struct triage_shown *shown)
{
	bool read, read_there;
	const unsigned change = last_change(shown, &read);

	if (shown->outcome.kind != TRIAGE_VIOLATION || change == OP_NOP)
		return NULL;
	for (unsigned i = 0; i < t->store->count && !stop_asked(t); i++) {
		struct triage_entry *entry = t->store->entry[i];
		const struct triage_outcome *home = &entry->shown.outcome;
		struct triage_shown there;

		if (entry->flaky || home->kind != TRIAGE_VIOLATION ||
		    strcmp(home->divergence, shown->outcome.divergence) != 0 ||
		    last_change(&entry->shown, &read_there) != change ||
		    (!read && !read_there))
			continue;
		if (run_there(t, &entry->plain, &shown->setting, &there) &&
		    triage_same_class(&there.outcome, home))
			return entry;
	}
	return NULL;
}

static bool merge(struct triaging *t, struct triage_entry *entry,
		  const struct item *item, const struct triage_shown *shown)
{
	char error[512];

	if (!triage_store_extend(t->store, entry, &item->raw, shown, error,
				 sizeof(error)))
		return cannot(t, error);
	say(t, "  another face of", entry->signature);
	note_entry(t, entry);
	return true;
}

/* The smallest case, which must show itself as the file did; else the file's. */
static bool make_small(struct triaging *t, const struct item *item,
		       struct triage_shown *shown, struct triage_slips *slips)
{
	struct triage_outcome outcome[TRIAGE_CONFIRMATIONS];
	const struct triage_shown raw = *shown;
	char wanted[TRIAGE_SIGNATURE], seen[TRIAGE_SIGNATURE];
	enum triage_kind kind;

	triage_signature(&shown->outcome, shown->setting.format, wanted);
	triage_minimise(t->trials, shown, false, slips);
	queue_slips(t, slips, item, wanted);
	if (stop_asked(t) ||
	    !confirm(t, &shown->setting, &shown->c, outcome, &kind))
		return false;
	triage_signature(&outcome[0], shown->setting.format, seen);
	if (kind == TRIAGE_CANNOT || strcmp(seen, wanted) != 0)
		*shown = raw;
	else
		shown->outcome = outcome[0];
	return true;
}

/* An entry of its own, with what the formats say. */
static bool take_entry(struct triaging *t, const struct item *item,
		       const struct triage_shown *shown,
		       const struct triage_shown *plain)
{
	struct triage_reply *reply = calloc(TRIAGE_REPLIES, sizeof(*reply));
	struct triage_entry *entry;
	char error[512];
	unsigned replies;

	if (!reply)
		return cannot(t, "out of memory");
	replies = triage_vector(t->trials, shown, reply);
	entry = !replies ? NULL :
		triage_store_add(t->store, shown, plain, reply, replies, NULL,
				 item->c.count, &item->raw, error,
				 sizeof(error));
	free(reply);
	if (!replies)
		return false;
	if (!entry)
		return cannot(t, error);
	say(t, "  NEW", entry->signature);
	note_reason(t, entry);
	note_entry(t, entry);
	return true;
}

static bool take_item(struct triaging *t, const struct item *item);

/*
 * What a walk carries out inside a callback (OP_DURING), carried out where it stands,
 * with nothing behind it.  False where there is no such thing, or nothing shows then.
 */
static bool take_out(struct triaging *t, const struct triage_shown *shown,
		     struct triage_shown *out)
{
	const struct tw_case *c = &shown->c;
	unsigned at = shown->outcome.at_end ? c->count :
					      shown->outcome.op_index;

	while (at && c->record[at - 1].kind != OP_DURING)
		at--;
	if (!at || at >= c->count)
		return false;
	*out = *shown;
	out->c.record[at - 1] = c->record[at];
	out->c.count = at;
	if (out->setting.check < RUN_CHECK_EVERY)
		out->setting.check = RUN_CHECK_EVERY;
	return triage_trial(t->trials, &out->setting, &out->c,
			    &out->outcome) &&
	       out->outcome.kind == TRIAGE_VIOLATION;
}

/*
 * The entry of what shows without the walk too: that only noticed it.  It is made if
 * it is not there.  One operation less is inside a walk each time this comes back to
 * itself.
 */
static struct triage_entry *find_outside(struct triaging *t,
					 const struct item *item,
					 const struct triage_shown *shown)
{
	struct item inner = *item;
	char signature[TRIAGE_SIGNATURE];
	struct triage_shown alone;
	uint8_t bytes[CASE_BYTES];

	if (!take_out(t, shown, &alone))
		return NULL;
	triage_signature(&alone.outcome, alone.setting.format, signature);
	inner.c = alone.c;
	inner.setting = alone.setting;
	inner.raw.slip = true;
	inner.origin = NULL;
	SHA256Data(bytes, case_encode(&inner.c, bytes), inner.raw.sha256);
	if (!triage_store_find(t->store, signature, false) &&
	    !take_item(t, &inner))
		return NULL;
	return triage_store_find(t->store, signature, false);
}

/* A signature that nobody has seen. */
static bool take_new(struct triaging *t, const struct item *item,
		     struct triage_shown *shown)
{
	struct triage_slips *slips = calloc(1, sizeof(*slips));
	struct triage_entry *entry;
	struct triage_shown plain;
	bool more;

	if (!slips)
		return cannot(t, "out of memory");
	more = make_small(t, item, shown, slips);
	entry = more ? find_outside(t, item, shown) : NULL;
	plain = *shown;
	more = more && (entry ||
			triage_minimise(t->trials, &plain, true, NULL));
	if (more && !entry)
		entry = find_same(t, shown, &plain);
	if (more && !entry)
		entry = find_back(t, shown);
	if (more && !entry)
		entry = find_close(t, item, shown, slips);
	if (more && !entry)
		entry = find_read(t, shown);
	free(slips);
	if (!more || stop_asked(t))
		return false;
	return entry ? merge(t, entry, item, shown) :
		       take_entry(t, item, shown, &plain);
}

/* A signature that has an entry: one more file of it, perhaps a smaller case. */
static bool take_again(struct triaging *t, const struct item *item,
		       struct triage_entry *entry, const char *signature,
		       struct triage_shown *shown)
{
	char error[512];

	if (!strcmp(entry->signature, signature) &&
	    item->c.count < entry->shown.c.count) {
		struct triage_slips *slips = calloc(1, sizeof(*slips));
		bool small = slips && make_small(t, item, shown, slips);

		free(slips);
		if (!small)
			return slips ? false : cannot(t, "out of memory");
		if (shown->c.count < entry->shown.c.count &&
		    !triage_store_replace(t->store, entry, shown,
					  item->c.count, error, sizeof(error)))
			return cannot(t, error);
	}
	if (!triage_store_extend(t->store, entry, &item->raw, NULL, error,
				 sizeof(error)))
		return cannot(t, error);
	note_reason(t, entry);
	note_entry(t, entry);
	return true;
}

/* False when asked to stop, or when it cannot go on. */
static bool take_item(struct triaging *t, const struct item *item)
{
	struct triage_outcome outcome[TRIAGE_CONFIRMATIONS];
	char signature[TRIAGE_SIGNATURE];
	struct triage_shown shown, there;
	struct triage_entry *entry;
	enum triage_kind kind;

	if (!confirm(t, &item->setting, &item->c, outcome, &kind))
		return false;
	if (kind == TRIAGE_CLEAN) {
		t->counts->clean += !item->raw.slip;
		return true;
	}
	if (kind == TRIAGE_CANNOT)
		return quarantine(t, item, outcome);
	shown = (struct triage_shown){ item->setting, item->c, outcome[0] };
	triage_signature(&outcome[0], item->setting.format, signature);
	entry = triage_store_find(t->store, signature, false);
	if (entry)
		return take_again(t, item, entry, signature, &shown);
	there = shown;
	entry = find_there(t, signature, &there);
	if (entry)
		return merge(t, entry, item, &there);
	return !stop_asked(t) && take_new(t, item, &shown);
}

/* How the file is run: as the options say, then as it says, then by its hash. */
static bool choose_setting(const struct triaging *t,
			   const struct triage_input *in,
			   struct triage_setting *out, char *error,
			   size_t error_bytes)
{
	const struct triage_options *o = t->options;
	const uint64_t hash = case_hash(&in->c);
	const struct folding *folding = in->has_folding && !o->folding_given ?
						&in->folding : &o->folding;
	uint64_t number = hash / o->format_count;

	out->format = o->formats[hash % o->format_count];
	if (in->has_format && !o->formats_given) {
		out->format = pt_format_find(in->format);
		number = 0;
	}
	out->subject = o->subject;
	if (in->has_subject && !o->subject_given)
		out->subject = t->store->find_subject(in->subject);
	if (!out->format || !out->subject) {
		snprintf(error, error_bytes, "its subject `%s' is not known",
			 in->subject);
		return false;
	}
	out->opinion = o->opinion;
	if (in->opinion[0] && !out->opinion)
		out->opinion = t->store->find_opinion(in->opinion);
	if (in->opinion[0] && !out->opinion) {
		snprintf(error, error_bytes, "its opinion `%s' is not known",
			 in->opinion);
		return false;
	}
	out->check = (uint8_t)(in->has_check && !o->check_given ? in->check :
								  o->check);
	out->runtime_folded = folding_of_case(folding, out->format, number);
	return true;
}

/* The bytes of a file, at most CASE_FILE_BYTES; *error is a sentence if none. */
static uint8_t *load(const char *path, size_t *count, char *error,
		     size_t error_bytes)
{
	uint8_t *bytes = malloc(CASE_FILE_BYTES + 1);
	FILE *f = bytes ? fopen(path, "rb") : NULL;
	const char *why = NULL;

	if (!f) {
		why = bytes ? strerror(errno) : "out of memory";
	} else {
		*count = fread(bytes, 1, CASE_FILE_BYTES + 1, f);
		if (ferror(f))
			why = strerror(errno);
		else if (*count > CASE_FILE_BYTES)
			why = "is larger than 1 MiB, which no case is";
		fclose(f);
	}
	if (!why)
		return bytes;
	snprintf(error, error_bytes, "%s: %s", path, why);
	free(bytes);
	return NULL;
}

static bool read_item(struct triaging *t, const char *path, struct item *item,
		      char *error, size_t error_bytes)
{
	struct triage_input *in = malloc(sizeof(*in));
	uint8_t *bytes = NULL;
	char what[128];
	size_t count = 0;
	bool good = false;

	if (in)
		bytes = load(path, &count, error, error_bytes);
	else
		snprintf(error, error_bytes, "%s: out of memory", path);
	if (bytes && !triage_read(bytes, count, path, in, error, error_bytes)) {
		good = choose_setting(t, in, &item->setting, what,
				      sizeof(what));
		if (!good)
			snprintf(error, error_bytes, "%s: %s", path, what);
		item->c = in->c;
		item->raw.file = path;
		item->raw.slip = false;
		item->origin = NULL;
		SHA256Data(bytes, count, item->raw.sha256);
	}
	free(bytes);
	free(in);
	return good;
}

/* What minimising met on its way, and what that meets. */
static bool take_slips(struct triaging *t)
{
	while (t->pending_done < t->pending_count) {
		const struct pending *p = &t->pending[t->pending_done++];
		struct item item = {
			.c = p->slip.c, .setting = p->slip.setting,
			.raw = { .file = p->file, .slip = true },
			.origin = p->slip.close ? p->origin : NULL,
		};
		uint8_t bytes[CASE_BYTES];

		if (stop_asked(t))
			return false;
		if (triage_store_find(t->store, p->slip.signature, false))
			continue;
		SHA256Data(bytes, case_encode(&item.c, bytes),
			    item.raw.sha256);
		say(t, "slip", p->slip.signature);
		if (!take_item(t, &item))
			return false;
	}
	return true;
}

static void take_files(struct triaging *t, char *const *path, unsigned count,
		       void (*say_bad)(const char *sentence))
{
	for (unsigned i = 0; i < count && !t->counts->error[0]; i++) {
		char error[512];
		struct item item;

		if (stop_asked(t))
			return;
		t->counts->files++;
		if (!read_item(t, path[i], &item, error, sizeof(error))) {
			t->counts->bad++;
			say_bad(error);
			continue;
		}
		say(t, "file", path[i]);
		if (!take_item(t, &item) || !take_slips(t))
			return;
	}
}

void triage_files(struct triage_store *store,
		  const struct triage_options *options, char *const *path,
		  unsigned count, void (*say_bad)(const char *sentence),
		  struct triage_result_counts *out)
{
	struct triaging t = {
		.store = store, .options = options, .counts = out,
		.trials = triage_trials_open(options->timeout, &options->stop),
		.pending = calloc(SLIPS_MAX + 1, sizeof(*t.pending)),
	};

	*out = (struct triage_result_counts){
		.fresh = json_array(), .known = json_array(),
		.flaky = json_array(), .entries = json_array(),
	};
	if (!t.trials || !t.pending || !out->fresh || !out->known ||
	    !out->flaky || !out->entries)
		cannot(&t, "out of memory");
	else
		take_files(&t, path, count, say_bad);
	out->interrupted = stop_asked(&t);
	for (unsigned i = 0; i < t.pending_count; i++)
		free(t.pending[i].file);
	free(t.pending);
	triage_trials_close(t.trials);
}
