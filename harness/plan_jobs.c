/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of jobs that a plan comes to: see plan.h.
 *
 * Roles take turns by smooth weighted round robin: each gains its weight, the one
 * with the most goes, and pays what all have gained.  Within a role targets and
 * formats come in an order that the seed chooses, over and over, and the next night
 * goes on where this one ends.
 */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

/* One thing that a role does. */
struct piece {
	int target, format;
};

/* A role with what it has to do. */
struct turn {
	struct piece *piece;
	unsigned count;
	unsigned next;			/* of piece, by jobs given out */
	unsigned given;
	int64_t credit;
	unsigned seconds;
};

struct scheduler {
	const struct plan *plan;
	const struct plan_request *request;
	struct turn turn[PLAN_ROLES_MAX];
	unsigned weights;		/* of the roles that have a piece */
	unsigned canaries;
};

static bool is_canary(const struct scheduler *s, unsigned role)
{
	return s->plan->role[role].engine == PLAN_CANARY;
}

static bool has_format(const struct plan_formats *formats, unsigned i)
{
	return formats->bits[i / 64] >> i % 64 & 1;
}

static unsigned formats_known(void)
{
	return pt_format_count < PLAN_FORMATS_MAX ? pt_format_count
						  : PLAN_FORMATS_MAX;
}

/* Whether the request leaves every format in. */
static bool every_format(const struct plan_request *request)
{
	for (unsigned i = 0; i < formats_known(); i++)
		if (!has_format(&request->formats, i))
			return false;
	return true;
}

static bool wanted(const struct plan_role *role,
		   const struct plan_request *request, unsigned i)
{
	if (!has_format(&request->formats, i))
		return false;
	if ((role->engine == PLAN_HW || role->engine == PLAN_SWEEP) &&
	    !has_format(&request->guests, i))
		return false;
	return role->choice != PLAN_FORMATS_SOME ||
	       has_format(&role->formats, i);
}

static void add_piece(struct turn *turn, int target, int format)
{
	turn->piece[turn->count++] = (struct piece){ target, format };
}

static void add_formats(struct turn *turn, const struct plan_role *role,
			const struct plan_request *request, int target)
{
	/* In one job a hash chooses, and it chooses among all. */
	if (role->choice == PLAN_FORMATS_ANY && every_format(request)) {
		add_piece(turn, target, -1);
		return;
	}
	for (unsigned i = 0; i < formats_known(); i++)
		if (wanted(role, request, i))
			add_piece(turn, target, (int)i);
}

static void shuffle(struct turn *turn, uint64_t seed)
{
	struct rng rng;

	rng_seed(&rng, seed);
	for (unsigned i = turn->count; i > 1; i--) {
		const unsigned other = rng_below(&rng, i);
		const struct piece piece = turn->piece[other];

		turn->piece[other] = turn->piece[i - 1];
		turn->piece[i - 1] = piece;
	}
}

/* FNV-1a of a role's name: its order is its own, and other roles do not matter. */
static uint64_t name_hash(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return hash;
}

static bool add_role(struct scheduler *s, unsigned i)
{
	const struct plan_role *role = &s->plan->role[i];
	struct turn *turn = &s->turn[i];

	turn->piece = calloc(PLAN_FORMATS_MAX + PLAN_TARGETS,
			     sizeof(*turn->piece));
	if (!turn->piece)
		return false;
	if (!role->targets || role->targets >> PLAN_CASE & 1)
		add_formats(turn, role, s->request,
			    role->targets ? PLAN_CASE : -1);
	for (int target = PLAN_CASE + 1; target < PLAN_TARGETS; target++)
		if (role->targets >> target & 1)
			add_piece(turn, target, -1);
	shuffle(turn, s->request->seed ^ name_hash(role->name));
	if (!turn->count)
		return true;
	if (is_canary(s, i))
		s->canaries++;
	else
		s->weights += role->weight;
	return true;
}

static uint64_t budget(const struct scheduler *s)
{
	return (uint64_t)s->request->seconds * s->request->workers;
}

/* How long jobs are, so that every role has its turn if that can be. */
static void set_seconds(struct scheduler *s)
{
	const struct plan_settings *settings = &s->plan->settings;
	const unsigned turns = s->weights + s->canaries;
	uint64_t seconds = turns ? budget(s) / turns : 0;

	if (seconds < settings->least_seconds)
		seconds = settings->least_seconds;
	if (seconds > settings->job_seconds)
		seconds = settings->job_seconds;
	if (seconds > s->request->seconds)
		seconds = s->request->seconds;
	for (unsigned i = 0; i < s->plan->role_count; i++) {
		const unsigned most = s->plan->role[i].seconds;

		s->turn[i].seconds = most && most < seconds
					     ? most : (unsigned)seconds;
		/* What has to be found needs its time. */
		if (is_canary(s, i) && most)
			s->turn[i].seconds = most;
		if (s->turn[i].seconds > s->request->seconds)
			s->turn[i].seconds = s->request->seconds;
	}
}

/* Whose turn it is; there is at least one. */
static unsigned next_role(struct scheduler *s)
{
	int best = -1;

	for (unsigned i = 0; i < s->plan->role_count; i++) {
		if (is_canary(s, i) || !s->turn[i].count)
			continue;
		s->turn[i].credit += s->plan->role[i].weight;
		if (best < 0 || s->turn[i].credit > s->turn[best].credit)
			best = (int)i;
	}
	s->turn[best].credit -= s->weights;
	return (unsigned)best;
}

static uint32_t job_seed(const struct plan_request *request, unsigned index)
{
	struct rng rng;

	rng_seed(&rng, request->seed ^ (uint64_t)request->night << 32 ^ index);
	return 1 + rng_below(&rng, INT32_MAX - 1);
}

/*
 * Each role's jobs go round the shards, beginning with another one for each role:
 * so every shard has its part of each.
 */
static bool is_ours(const struct plan_request *request, unsigned role,
		    unsigned given)
{
	return (given + role) % request->shards == request->shard - 1;
}

/* Gives out the next job of a role; keeps it if it is of our shard. */
static bool give(struct scheduler *s, unsigned role, unsigned index,
		 struct plan_list *out)
{
	struct turn *turn = &s->turn[role];
	const struct piece *piece = &turn->piece[turn->next++ % turn->count];
	const unsigned given = turn->given++;

	if (!out || !is_ours(s->request, role, given))
		return true;
	if (out->count == PLAN_JOBS_MAX)
		return false;
	out->job[out->count++] = (struct plan_job){
		.index = index,
		.role = role,
		.target = piece->target,
		.format = piece->format,
		.seconds = turn->seconds,
		.seed = job_seed(s->request, index),
	};
	return true;
}

/*
 * Goes through all jobs of all shards; out is NULL where they are only to be
 * counted.  False: there are too many.
 */
static bool give_all(struct scheduler *s, struct plan_list *out)
{
	const unsigned shards = s->request->shards;
	const uint64_t room = budget(s) * shards;
	uint64_t used = 0;
	unsigned index = 0;

	for (unsigned i = 0; i < s->plan->role_count; i++) {
		s->turn[i].credit = 0;
		s->turn[i].given = 0;
		/* Each machine has to show that it sees. */
		for (unsigned n = 0; is_canary(s, i) && s->turn[i].count &&
				     n < shards; n++, index++) {
			if (!give(s, i, index, out))
				return false;
			used += s->turn[i].seconds;
		}
	}
	while (s->weights && used < room) {
		const unsigned role = next_role(s);

		if (index == PLAN_JOBS_MAX * shards ||
		    !give(s, role, index++, out))
			return false;
		used += s->turn[role].seconds;
	}
	return true;
}

static void destroy(struct scheduler *s)
{
	for (unsigned i = 0; i < s->plan->role_count; i++)
		free(s->turn[i].piece);
}

static int make_list(struct scheduler *s, struct plan_list *out, char *error,
		     size_t error_bytes)
{
	if (!s->weights) {
		snprintf(error, error_bytes, "no role has anything to do for "
			 "these formats");
		return -EINVAL;
	}
	set_seconds(s);
	if (give_all(s, NULL)) {
		for (unsigned i = 0; i < s->plan->role_count; i++)
			s->turn[i].next = s->turn[i].count ?
				(unsigned)((uint64_t)(s->request->night - 1) *
					   s->turn[i].given % s->turn[i].count)
				: 0;
		if (give_all(s, out))
			return 0;
	}
	snprintf(error, error_bytes, "more than %u jobs: make job_seconds or "
		 "least_seconds longer", PLAN_JOBS_MAX);
	return -EINVAL;
}

int plan_jobs(const struct plan *plan, const struct plan_request *request,
	      struct plan_list *out, char *error, size_t error_bytes)
{
	struct scheduler s = { .plan = plan, .request = request };
	bool good = true;
	int ret = -ENOMEM;

	memset(out, 0, sizeof(*out));
	out->job = calloc(PLAN_JOBS_MAX, sizeof(*out->job));
	for (unsigned i = 0; i < plan->role_count && good; i++) {
		good = add_role(&s, i);
		out->idle[i] = !s.turn[i].count;
	}
	if (!out->job || !good)
		snprintf(error, error_bytes, "out of memory");
	else
		ret = make_list(&s, out, error, error_bytes);
	destroy(&s);
	if (ret) {
		free(out->job);
		out->job = NULL;
		out->count = 0;
	}
	return ret;
}

void plan_job_name(const struct plan *plan, const struct plan_job *job,
		   char out[PLAN_JOB_NAME])
{
	const struct plan_role *role = &plan->role[job->role];
	const char *target = job->target < 0
				     ? NULL
				     : plan_target_name((unsigned)job->target);
	const char *format = job->format < 0
				     ? job->target == PLAN_CASE ? "any" : NULL
				     : pt_formats[job->format]->name;

	snprintf(out, PLAN_JOB_NAME, "%04u-%s%s%s%s%s", job->index, role->name,
		 target ? "-" : "", target ? target : "", format ? "-" : "",
		 format ? format : "");
}
