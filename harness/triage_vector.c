/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A case on every format: see triage.h.
 */
#include <limits.h>
#include <string.h>

#include "fit.h"
#include "subject.h"
#include "subjects/foreign.h"
#include "triage_process.h"

/* What the model expects the operation that was carried out last to return. */
static int expected_return(const struct run *run)
{
	const struct trace *t = run_expected(run);

	return t->count && t->event[t->count - 1].type == TRACE_RETURN ?
		       t->event[t->count - 1].ret : 0;
}

/* What the model expects of each record; 0 of those that are not reached. */
static unsigned expected_returns(struct run *run, const struct tw_case *c,
				 unsigned end, int out[CASE_RECORDS])
{
	struct violation violation;

	run_start(run, c);
	for (unsigned i = 0; i < end && i < c->count; i++) {
		bool clean = run_until(run, i + 1, &violation);

		out[i] = expected_return(run);
		if (!clean)
			return i + 1;
	}
	return end < c->count ? end : c->count;
}

/* How many records of the case were carried out, or begun, with the finding. */
static unsigned reached(const struct triage_shown *shown)
{
	return shown->outcome.at_end ? shown->c.count :
				       shown->outcome.op_index + 1;
}

/*
 * Whether the case asks the format for the same as that of the finding: it has
 * what each record wants, and it refuses nothing that the other one carries out.
 */
static bool is_supported(struct run *home, struct run *there,
			 const struct triage_shown *shown)
{
	const struct tw_case *c = &shown->c;
	/* What ends the process is not asked for again in this one. */
	const unsigned end = shown->outcome.kind == TRIAGE_VIOLATION ?
				     reached(shown) : shown->outcome.op_index;
	int here[CASE_RECORDS] = { 0 }, other[CASE_RECORDS] = { 0 };
	unsigned steps;

	for (unsigned i = 0; i < c->count && i < reached(shown); i++)
		if (!fit_kind(run_format(there), c->record[i].kind) ||
		    !fit_record(run_format(there), &c->record[i]))
			return false;
	steps = expected_returns(home, c, end, here);
	expected_returns(there, c, end, other);
	for (unsigned i = 0; i < steps; i++)
		if (here[i] >= 0 && other[i] < 0)
			return false;
	return true;
}

/* What an opinion has seen says nothing of formats that it does not know. */
static bool is_asked(const struct run *there, const struct triage_shown *shown)
{
	return strcmp(shown->outcome.check, check_name(CHECK_OPINION)) != 0 ||
	       run_opinion_counts(there);
}

static void take_reply(struct triage_reply *reply,
		       const struct triage_outcome *outcome)
{
	reply->result = TRIAGE_PASS;
	if (outcome->kind == TRIAGE_CANNOT)
		reply->result = TRIAGE_UNKNOWN;
	else if (outcome->kind != TRIAGE_CLEAN)
		reply->result = TRIAGE_FAIL;
	if (reply->result == TRIAGE_FAIL)
		triage_signature(outcome, reply->setting.format,
				 reply->signature);
}

/* The replies from the first that is missing on, until all are there. */
static void child_main(struct triage_shared *shared)
{
	const struct triage_shown *shown = &shared->best[0];
	struct triage_runs runs = { .count = 0 };
	struct triage_outcome outcome;

	for (unsigned n = atomic_load(&shared->replies);
	     n < shared->replies_wanted;
	     atomic_store(&shared->replies, ++n)) {
		struct triage_reply *reply = &shared->reply[n];
		struct run *home, *there;

		triage_run_case(&runs, shared, &reply->setting, &shown->c,
				&outcome);
		take_reply(reply, &outcome);
		if (reply->result != TRIAGE_PASS)
			continue;
		home = triage_run(&runs, shared, &shown->setting, &outcome);
		if (!home) {
			reply->result = TRIAGE_UNKNOWN;
			continue;
		}
		/* On one format with another subject: then it is the same run. */
		there = triage_run(&runs, shared, &reply->setting, &outcome);
		if (home != there && (!is_supported(home, there, shown) ||
				      !is_asked(there, shown)))
			reply->result = TRIAGE_UNSUPPORTED;
	}
}

static unsigned fill_settings(const struct triage_shown *shown,
			      struct triage_reply *reply)
{
	const struct subject_kind *const subject[] = {
		shown->setting.subject, &subject_builtin,
	};
	const unsigned subjects = subject[0] == subject[1] ? 1 : 2;
	unsigned count = 0;

	for (unsigned s = 0; s < subjects; s++) {
		for (unsigned i = 0; i < pt_format_count; i++) {
			struct triage_setting *with = &reply[count].setting;

			if (count == TRIAGE_REPLIES)
				return count;
			if (foreign_of(subject[s]) &&
			    !foreign_has_format(foreign_of(subject[s]),
						pt_formats[i]->name))
				continue;
			memset(&reply[count++], 0, sizeof(*reply));
			*with = shown->setting;
			with->format = pt_formats[i];
			with->subject = subject[s];
			with->runtime_folded &= folding_depths(pt_formats[i]);
		}
	}
	return count;
}

unsigned triage_vector(struct triage_trials *trials,
		       const struct triage_shown *shown,
		       struct triage_reply *reply)
{
	struct triage_shared *shared = trials->shared;
	unsigned count = fill_settings(shown, shared->reply);
	const double timeout = trials->timeout;

	shared->best[0] = *shown;
	shared->replies_wanted = count;
	atomic_store(&shared->replies, 0);
	/* It may hang on each of them. */
	if (shown->outcome.kind == TRIAGE_HANG && timeout > 1)
		trials->timeout = 1;
	for (;;) {
		struct triage_outcome died;
		enum triage_end end =
			triage_process(trials, child_main, &died);
		unsigned n = atomic_load(&shared->replies);

		if (end == TRIAGE_END_STOPPED)
			count = 0;
		if (!count || end == TRIAGE_END_FINISHED || n == count)
			break;
		/* It died of this one; the others have another process. */
		take_reply(&shared->reply[n], &died);
		atomic_store(&shared->replies, n + 1);
	}
	trials->timeout = timeout;
	memcpy(reply, shared->reply, count * sizeof(*reply));
	return count;
}
