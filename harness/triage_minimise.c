/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Minimising a finding: see triage.h.
 *
 * Of a violation all candidates run in one child.  Where one of them ends it, and
 * for whatever ends its process in any case, each has a process of its own; then
 * there are fewer.
 */
#include <string.h>

#include "shrink.h"
#include "triage_process.h"

/* Runs of one case in one process, and in a process each. */
#define TRIES_INSIDE 6000
#define TRIES_OUTSIDE 500
/* Seconds after which it is left at what is reached. */
#define SECONDS_INSIDE 60.0
#define SECONDS_OUTSIDE 120.0

struct minimiser {
	struct triage_shared *shared;
	struct triage_trials *trials;	/* NULL: in the child */
	struct triage_runs *runs;	/* of the child */
	struct triage_setting setting;	/* of the candidates */
	double until;
	bool stopped;			/* asked to */
};

static struct triage_shown *best(struct triage_shared *shared)
{
	return &shared->best[atomic_load(&shared->which)];
}

/* One candidate becomes the best, all of it or not at all. */
static void publish(struct triage_shared *shared, const struct tw_case *c,
		    const struct triage_setting *setting,
		    const struct triage_outcome *outcome)
{
	unsigned other = !atomic_load(&shared->which);

	shared->best[other] = (struct triage_shown){ *setting, *c, *outcome };
	atomic_store(&shared->which, other);
}

static void note_slip(struct triage_shared *shared, const char *signature,
		      const struct tw_case *c,
		      const struct triage_setting *setting)
{
	unsigned count = atomic_load(&shared->slip_count);

	for (unsigned i = 0; i < count; i++) {
		if (strcmp(shared->slip[i].signature, signature) != 0)
			continue;
		/* The later the closer to what is being minimised. */
		shared->slip[i].c = *c;
		shared->slip[i].setting = *setting;
		return;
	}
	if (count == TRIAGE_SLIPS)
		return;
	shared->slip[count].c = *c;
	shared->slip[count].setting = *setting;
	snprintf(shared->slip[count].signature, TRIAGE_SIGNATURE, "%s",
		 signature);
	atomic_store(&shared->slip_count, count + 1);
}

static bool is_wanted(const struct triage_shared *shared,
		      const struct triage_outcome *outcome,
		      const char *signature)
{
	if (shared->by_class)
		return triage_same_class(outcome, &shared->best[0].outcome);
	return !strcmp(signature, shared->wanted);
}

static bool try_case(struct minimiser *m, const struct tw_case *c)
{
	struct triage_shared *shared = m->shared;
	char signature[TRIAGE_SIGNATURE];
	struct triage_outcome outcome;

	if (m->trials) {
		if (!triage_trial(m->trials, &m->setting, c, &outcome)) {
			m->stopped = true;
			return false;
		}
	} else {
		shared->in_hand_setting = m->setting;
		shared->in_hand = *c;
		triage_run_case(m->runs, shared, &m->setting, c, &outcome);
	}
	if (outcome.kind == TRIAGE_CLEAN || outcome.kind == TRIAGE_CANNOT)
		return false;
	triage_signature(&outcome, m->setting.format, signature);
	if (is_wanted(shared, &outcome, signature)) {
		publish(shared, c, &m->setting, &outcome);
		return true;
	}
	if (!shared->by_class)
		note_slip(shared, signature, c, &m->setting);
	return false;
}

static bool still(void *context, const struct tw_case *candidate)
{
	return try_case(context, candidate);
}

static bool stops(void *context)
{
	const struct minimiser *m = context;

	return m->stopped || triage_now() > m->until ||
	       atomic_load(&m->shared->stop);
}

/* The same case run another way; true, and so it stays, where it is wanted. */
static bool try_setting(struct minimiser *m, const struct triage_setting *with)
{
	const struct triage_setting old = m->setting;

	if (stops(m))
		return false;
	m->setting = *with;
	if (try_case(m, &best(m->shared)->c))
		return true;
	m->setting = old;
	return false;
}

static void plain_setting(struct minimiser *m)
{
	struct triage_setting plain = m->setting;

	plain.runtime_folded = 0;
	if (m->setting.runtime_folded)
		try_setting(m, &plain);
	for (uint8_t check = 0; check < m->setting.check; check++) {
		plain = m->setting;
		plain.check = check;
		if (try_setting(m, &plain))
			break;
	}
}

/* How large the tables of a format are: levels first, then entries. */
static unsigned geometry(const struct pt_format *format)
{
	unsigned size = 0;

	for (unsigned d = format->top; d <= PT_PTE; d++)
		size += format->level[d].index_bits ?
				256 + format->level[d].index_bits : 0;
	return size;
}

/* The smallest geometry of the same architecture that has the finding too. */
static void smaller_geometry(struct minimiser *m)
{
	const unsigned most = geometry(m->setting.format);
	unsigned least = 0;

	for (;;) {
		const struct pt_format *next = NULL;
		struct triage_setting smaller = m->setting;

		for (unsigned i = 0; i < pt_format_count; i++) {
			const struct pt_format *f = pt_formats[i];
			unsigned size = geometry(f);

			if (size > least && size < most &&
			    (!next || size < geometry(next)) &&
			    !strcmp(f->architecture,
				    m->setting.format->architecture))
				next = f;
		}
		if (!next)
			return;
		smaller.format = next;
		smaller.runtime_folded &= folding_depths(next);
		if (try_setting(m, &smaller))
			return;
		least = geometry(next);
	}
}

static void shrink_best(struct minimiser *m)
{
	struct shrink s = {
		.still = still, .stop = stops, .context = m,
		.budget = atomic_load(&m->shared->budget),
		.format = m->setting.format,
	};
	struct tw_case c = best(m->shared)->c;

	if (!best(m->shared)->outcome.at_end)
		shrink_prefix(&s, &c, best(m->shared)->outcome.op_index + 1);
	shrink_case(&s, &c);
	atomic_store(&m->shared->budget, s.budget);
}

static void minimise(struct minimiser *m)
{
	const struct pt_format *format = m->setting.format;

	plain_setting(m);
	shrink_best(m);
	if (m->shared->by_class)
		return;
	smaller_geometry(m);
	if (m->setting.format != format)
		shrink_best(m);
}

static void child_main(struct triage_shared *shared)
{
	struct triage_runs runs = { .count = 0 };
	struct minimiser m = {
		.shared = shared, .runs = &runs,
		.setting = best(shared)->setting,
		.until = triage_now() + SECONDS_INSIDE,
	};

	minimise(&m);
}

static bool outside(struct triage_trials *trials)
{
	struct triage_shared *shared = trials->shared;
	struct minimiser m = {
		.shared = shared, .trials = trials,
		.setting = best(shared)->setting,
		.until = triage_now() + SECONDS_OUTSIDE,
	};
	const double timeout = trials->timeout;

	/* What was confirmed with patience is met again with less. */
	if (best(shared)->outcome.kind == TRIAGE_HANG && timeout > 1)
		trials->timeout = timeout > 5 ? timeout / 5 : 1;
	atomic_store(&shared->budget, TRIES_OUTSIDE);
	minimise(&m);
	trials->timeout = timeout;
	return !m.stopped;
}

/* What was met, and whether one field makes the difference to the smallest case. */
static void take_slips(struct triage_shared *shared, struct triage_slips *slips)
{
	char shape[TRIAGE_SHAPE], other[TRIAGE_SHAPE];

	triage_shape(&best(shared)->c, shape);
	for (unsigned i = 0; i < atomic_load(&shared->slip_count) &&
			     slips->count < TRIAGE_SLIPS; i++) {
		struct triage_slip *slip = &slips->slip[slips->count++];

		*slip = shared->slip[i];
		triage_shape(&slip->c, other);
		slip->close = !strcmp(shape, other);
	}
}

bool triage_minimise(struct triage_trials *trials, struct triage_shown *shown,
		     bool by_class, struct triage_slips *slips)
{
	struct triage_shared *shared = trials->shared;
	const struct pt_format *format = shown->setting.format;
	struct triage_outcome died;
	bool more = true;

	shared->best[0] = shared->best[1] = *shown;
	shared->by_class = by_class;
	triage_signature(&shown->outcome, format, shared->wanted);
	atomic_store(&shared->slip_count, 0);
	atomic_store(&shared->which, 0);
	atomic_store(&shared->budget, TRIES_INSIDE);
	if (shown->outcome.kind == TRIAGE_VIOLATION) {
		switch (triage_process(trials, child_main, &died)) {
		case TRIAGE_END_FINISHED:
			break;
		case TRIAGE_END_STOPPED:
			more = false;
			break;
		case TRIAGE_END_DIED:
			if (died.kind != TRIAGE_CANNOT && !by_class) {
				char signature[TRIAGE_SIGNATURE];

				triage_signature(&died,
						 shared->in_hand_setting.format,
						 signature);
				note_slip(shared, signature, &shared->in_hand,
					  &shared->in_hand_setting);
			}
			more = outside(trials);
			break;
		}
	} else {
		more = outside(trials);
	}
	*shown = *best(shared);
	if (slips)
		take_slips(shared, slips);
	return more;
}
