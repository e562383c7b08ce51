/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which deliberate defects a set of cases shows: see kill.h.
 *
 * One process per defect: what it breaks (memory, the process itself) is its own
 * affair, and the parent sees a death or a silence as one more way to notice.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */

#include "kill.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A defect that ends its process in every case is not asked for ever. */
#define DEATHS_MAX 64

/* What one child shares with the parent. */
struct child {
	pid_t pid;
	unsigned index;			/* of its defect in the list; pid 0: free */
	double seen_at;			/* when the parent saw progress last */
	uint64_t seen_step;
	_Atomic uint64_t step;		/* counts what it has begun */
	_Atomic uint64_t number;	/* the place in its order, in hand */
	char error[256];
};

struct shared {
	struct child child[CAMPAIGN_JOBS_MAX];
};

/* Exit statuses of a child. */
enum { CHILD_DONE = 0, CHILD_FAILED = 3 };

/* All that a run of defects needs. */
struct killing {
	const struct kill_plan *plan;
	const unsigned *mutant;
	unsigned count;
	struct shared *shared;
	struct kill_result *result;	/* shared, one for each defect */
	uint8_t *detects;		/* shared, kill_row() for each */
	unsigned *deaths;		/* of each defect */
	double *began;
	unsigned next;			/* the next defect to be begun */
	char *error;
	size_t error_bytes;
};

bool kill_add(struct kill_plan *plan, const struct kill_try *try)
{
	if (plan->try_count == plan->try_capacity) {
		unsigned capacity = plan->try_capacity * 2 + 64;
		struct kill_try *more = realloc(plan->tries,
						capacity * sizeof(*more));

		if (!more)
			return false;
		plan->tries = more;
		plan->try_capacity = capacity;
	}
	plan->tries[plan->try_count++] = *try;
	return true;
}

size_t kill_row(const struct kill_plan *plan)
{
	return (plan->try_count + plan->random) / 8 + 1;
}

bool kill_detects(const uint8_t *detects, unsigned number)
{
	return detects[number / 8] >> number % 8 & 1;
}

static bool says_it_shows(const struct kill_try *try, unsigned mutant)
{
	return try->shows[mutant / 8] >> mutant % 8 & 1;
}

/*
 * The tries in the order in which a defect has them: those whose files name it
 * first.  *order is allocated; its random cases follow by number.
 */
static unsigned *make_order(const struct kill_plan *plan, unsigned mutant)
{
	unsigned *order = calloc(plan->try_count + 1, sizeof(*order));
	unsigned n = 0;

	for (int pass = 1; order && pass >= 0; pass--)
		for (unsigned i = 0; i < plan->try_count; i++)
			if (says_it_shows(&plan->tries[i], mutant) == pass)
				order[n++] = i;
	return order;
}

/* The states of a child, one run for each format. */
struct runs {
	const struct pt_format *format[CAMPAIGN_FORMATS_MAX];
	struct run *run[CAMPAIGN_FORMATS_MAX];
	unsigned count;
};

static struct run *find_run(struct runs *runs, const struct pt_format *format,
			    char *error, size_t error_bytes)
{
	struct run *run;

	for (unsigned i = 0; i < runs->count; i++)
		if (runs->format[i] == format)
			return runs->run[i];
	pt_check(runs->count < CAMPAIGN_FORMATS_MAX);
	run = run_create(format, NULL, error, error_bytes);
	if (run) {
		runs->format[runs->count] = format;
		runs->run[runs->count++] = run;
	}
	return run;
}

/* One case on one format, with the defect and, where it says nothing, without. */
static enum kill_state run_try(struct run *run, const struct tw_case *c,
			       unsigned check, enum mutant_id mutant,
			       struct violation *violation)
{
	enum kill_state state = KILL_UNREACHED;
	unsigned long reached = mutant_reached;

	mutant_selected = mutant;
	if (!run_case(run, c, (enum run_check)check, NULL, violation)) {
		state = KILL_DETECTED;
	} else if (mutant_reached != reached) {
		uint64_t with = run_state_hash(run, c, (enum run_check)check);

		mutant_selected = MUTANT_OFF;
		state = with == run_state_hash(run, c, (enum run_check)check) ?
				KILL_REACHED : KILL_INFECTED;
	}
	mutant_selected = MUTANT_OFF;
	return state;
}

/* Notes how far one try came. */
static void note_state(struct kill_result *r, uint64_t number,
		       enum kill_state state, double seconds)
{
	r->cases++;
	r->reached += state >= KILL_REACHED;
	r->infected += state >= KILL_INFECTED;
	r->detected += state == KILL_DETECTED;
	if (state <= r->state)
		return;
	r->state = (uint8_t)state;
	r->best = number;
	r->seconds = seconds;
}

static void note_detection(const struct killing *all, unsigned index,
			   uint64_t number, const char *name)
{
	struct kill_result *r = &all->result[index];

	if (!r->name[0])
		snprintf(r->name, sizeof(r->name), "%s", name);
	all->detects[index * kill_row(all->plan) + number / 8] |=
		(uint8_t)(1u << number % 8);
}

/* The case of a number, made or taken from its file, and how it is to run. */
static const struct tw_case *pick(const struct kill_plan *plan, uint64_t number,
				  struct tw_case *made, struct kill_try *try)
{
	uint64_t drawn = number - plan->try_count;

	if (number < plan->try_count) {
		*try = plan->tries[number];
		return &plan->cases[try->case_index];
	}
	*try = (struct kill_try){
		.format = campaign_case(&plan->options, drawn, made),
		.check = plan->check,
	};
	try->runtime_folded = folding_of_case(&plan->options.folding,
					      try->format, drawn);
	return made;
}

/* The child: tries from the place start of its order on. */
static int child_main(const struct killing *all, struct child *self,
		      uint64_t start)
{
	const struct kill_plan *plan = all->plan;
	const unsigned mutant = all->mutant[self->index];
	struct kill_result *r = &all->result[self->index];
	unsigned *order = make_order(plan, mutant);
	struct runs runs = { .count = 0 };
	struct violation v;
	struct tw_case made;

	for (uint64_t n = start; n < plan->try_count + plan->random; n++) {
		uint64_t number = order && n < plan->try_count ? order[n] : n;
		struct kill_try try;
		const struct tw_case *c = pick(plan, number, &made, &try);
		struct run *run = order ? find_run(&runs, try.format,
						   self->error,
						   sizeof(self->error)) : NULL;
		char name[VIOLATION_NAME];

		if (!run)
			return CHILD_FAILED;
		atomic_store(&self->number, n);
		atomic_fetch_add(&self->step, 1);
		run_fold(run, try.runtime_folded);

		enum kill_state state = run_try(run, c, try.check,
						(enum mutant_id)mutant, &v);

		note_state(r, number, state,
			   campaign_now() - all->began[self->index]);
		if (state != KILL_DETECTED)
			continue;
		violation_name(&v, name);
		note_detection(all, self->index, number, name);
		if (!plan->all_cases)
			break;
	}
	return CHILD_DONE;
}

static bool spawn(const struct killing *all, struct child *child, uint64_t start)
{
	const struct rlimit no_core = { 0, 0 };
	pid_t parent = getpid();

	fflush(NULL);

	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (pid == 0) {
		int nowhere = open("/dev/null", O_WRONLY);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(CHILD_DONE);
		setrlimit(RLIMIT_CORE, &no_core);
		/* What a dying process has to say is not about the cases. */
		if (nowhere >= 0)
			dup2(nowhere, STDERR_FILENO);
		_exit(child_main(all, child, start));
	}
	child->pid = pid;
	child->seen_at = 0;
	return true;
}

/* The try in hand ended the process: that is a detection. */
static void bury(struct killing *all, struct child *child, const char *what)
{
	const struct kill_plan *plan = all->plan;
	unsigned index = child->index;
	uint64_t n = atomic_load(&child->number), number = n;

	if (n < plan->try_count) {
		unsigned *order = make_order(plan, all->mutant[index]);

		number = order ? order[n] : n;
		free(order);
	}
	note_state(&all->result[index], number, KILL_DETECTED,
		   campaign_now() - all->began[index]);
	note_detection(all, index, number, what);
	child->pid = 0;
	if (plan->all_cases && ++all->deaths[index] < DEATHS_MAX)
		spawn(all, child, n + 1);
}

static void give_up(struct killing *all, const char *why)
{
	if (!all->error[0])
		snprintf(all->error, all->error_bytes, "%s", why);
}

/* Looks after one child; it is free when its pid is 0 afterwards. */
static void look_after(struct killing *all, struct child *child)
{
	uint64_t step = atomic_load(&child->step);
	double t = campaign_now();
	char what[VIOLATION_NAME];
	int status;

	if (waitpid(child->pid, &status, WNOHANG) == child->pid) {
		if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_DONE) {
			child->pid = 0;
		} else if (WIFEXITED(status) &&
			   WEXITSTATUS(status) == CHILD_FAILED) {
			give_up(all, child->error[0] ? child->error :
							"out of memory");
			child->pid = 0;
		} else {
			snprintf(what, sizeof(what), WIFSIGNALED(status) ?
				 "crash/signal-%d" : "crash/exit-%d",
				 WIFSIGNALED(status) ? WTERMSIG(status) :
						       WEXITSTATUS(status));
			bury(all, child, what);
		}
		return;
	}
	if (step != child->seen_step || child->seen_at <= 0) {
		child->seen_step = step;
		child->seen_at = t;
	}
	if (t - child->seen_at > all->plan->timeout) {
		kill(child->pid, SIGKILL);
		waitpid(child->pid, &status, 0);
		bury(all, child, "hang");
	}
}

static void supervise(struct killing *all)
{
	const struct timespec pause = { .tv_nsec = 500000 };
	unsigned running;

	do {
		running = 0;
		for (unsigned j = 0; j < all->plan->jobs; j++) {
			struct child *child = &all->shared->child[j];

			if (child->pid)
				look_after(all, child);
			if (!child->pid && all->next < all->count &&
			    !all->error[0]) {
				child->index = all->next++;
				all->began[child->index] = campaign_now();
				if (!spawn(all, child, 0))
					give_up(all, strerror(errno));
			}
			running += child->pid != 0;
		}
		if (running)
			nanosleep(&pause, NULL);
	} while (running);
}

static void *share(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

bool kill_run(const struct kill_plan *plan, const unsigned *mutant,
	      unsigned count, struct kill_result *result, uint8_t *detects,
	      char *error, size_t error_bytes)
{
	const size_t results = count * sizeof(*result);
	const size_t rows = count * kill_row(plan);
	struct killing all = {
		.plan = plan, .mutant = mutant, .count = count,
		.shared = share(sizeof(*all.shared)), .result = share(results),
		.detects = share(rows),
		.deaths = calloc(count, sizeof(*all.deaths)),
		.began = calloc(count, sizeof(*all.began)),
		.error = error, .error_bytes = error_bytes,
	};

	error[0] = '\0';
	if (!all.shared || !all.result || !all.detects || !all.deaths ||
	    !all.began) {
		give_up(&all, "out of memory");
	} else {
		supervise(&all);
		memcpy(result, all.result, results);
		if (detects)
			memcpy(detects, all.detects, rows);
	}
	if (all.shared)
		munmap(all.shared, sizeof(*all.shared));
	if (all.result)
		munmap(all.result, results);
	if (all.detects)
		munmap(all.detects, rows);
	free(all.deaths);
	free(all.began);
	return !error[0];
}
