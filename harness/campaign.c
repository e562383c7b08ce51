/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random cases on several workers: see campaign.h.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */

#include "campaign.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "generate.h"
#include "shrink.h"

/* A worker that does not finish a case in this time hangs. */
#define CASE_SECONDS_MAX 20.0

/* What one worker shares with the parent; it alone writes, but for stop. */
struct worker {
	pid_t pid;
	bool running;
	uint64_t first;			/* where it starts, or starts again */
	double seen_at;			/* when the parent saw progress last */
	uint64_t seen_case;
	_Atomic uint64_t cases, violations;
	_Atomic uint64_t number;	/* the case in hand */
	_Atomic uint64_t counter[CAMPAIGN_COUNTERS];
	_Atomic unsigned finding_count;	/* published after the entry is filled */
	struct campaign_finding finding[CAMPAIGN_KEPT];
	char error[256];
};

/* The states of one worker, each opened when first needed; all zero at first. */
struct states {
	const struct pt_format *format[CAMPAIGN_FORMATS_MAX];
	void *state[CAMPAIGN_FORMATS_MAX];
	unsigned count;
};

struct shared {
	_Atomic bool stop;
	struct worker worker[CAMPAIGN_JOBS_MAX];
};

/* Exit statuses of a worker. */
enum { WORKER_DONE = 0, WORKER_FAILED = 3 };

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

double campaign_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/*
 * The format with few entries per table makes whole-table states reachable
 * within one case; it gets a quarter of the cases, the others share the rest.
 */
static const struct pt_format *
choose_format(const struct campaign_options *options, uint64_t number)
{
	unsigned n = options->format_count;
	unsigned tiny = n;

	for (unsigned i = 0; i < n; i++)
		if (!strcmp(options->formats[i]->name, "fake-tiny"))
			tiny = i;
	if (tiny == n || n == 1)
		return options->formats[number % n];
	if (number % 4 == 3)
		return options->formats[tiny];

	unsigned other = (unsigned)((number - number / 4) % (n - 1));

	return options->formats[other < tiny ? other : other + 1];
}

const struct pt_format *campaign_case(const struct campaign_options *options,
				      uint64_t number, struct tw_case *out)
{
	const struct pt_format *format = choose_format(options, number);
	const struct generate_options generate = {
		.records = CASE_RECORDS, .ram = options->ram, .format = format,
		.profile = options->profile,
		/* A third without VMAs: what tables alone can show. */
		.version = options->profile || number % 3 ? CASE_NEWEST : 1,
	};
	struct rng rng;

	rng_seed(&rng, options->seed * UINT64_C(0x9e3779b97f4a7c15) + number);
	generate_case(&rng, &generate, out);
	return format;
}

static uint64_t hash_text(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return hash;
}

/* The name and the architecture, which may have several formats, as a number. */
static uint64_t signature(const struct pt_format *format,
			  const struct violation *v, char name[VIOLATION_NAME])
{
	char text[160];

	violation_name(v, name);
	snprintf(text, sizeof(text), "%s/%s", name, format->architecture);
	return hash_text(text);
}

/* Whether the case still shows the violation with that signature. */
static bool still(const struct campaign_task *task, void *state,
		  const struct pt_format *format, const struct tw_case *c,
		  uint64_t wanted, struct violation *violation)
{
	uint64_t ignored[CAMPAIGN_COUNTERS] = { 0 };
	struct violation v;
	char name[VIOLATION_NAME], error[256];

	if (task->run(state, c, &v, ignored, error, sizeof(error)) != 1 ||
	    signature(format, &v, name) != wanted)
		return false;
	*violation = v;
	return true;
}

/* What shrinking asks about; violation is that of the case. */
struct shrinking {
	const struct campaign_task *task;
	void *state;
	const struct pt_format *format;
	uint64_t wanted;
	struct violation *violation;
	const _Atomic bool *stop;	/* NULL: nobody asks for the end */
};

static bool shrinking_still(void *context, const struct tw_case *candidate)
{
	struct shrinking *s = context;

	return still(s->task, s->state, s->format, candidate, s->wanted,
		     s->violation);
}

static bool shrinking_stops(void *context)
{
	const struct shrinking *s = context;

	return s->stop && atomic_load(s->stop);
}

static void shrink_until(const struct campaign_task *task, void *state,
			 const struct pt_format *format, struct tw_case *c,
			 struct violation *violation, const _Atomic bool *stop)
{
	char name[VIOLATION_NAME];
	struct shrinking shrinking = {
		.task = task, .state = state, .format = format,
		.wanted = signature(format, violation, name),
		.violation = violation, .stop = stop,
	};
	struct shrink s = {
		.still = shrinking_still, .stop = shrinking_stops,
		.context = &shrinking, .budget = 2000, .format = format,
	};

	if (!violation->at_end)
		shrink_prefix(&s, c, violation->op_index + 1);
	shrink_case(&s, c);
	/* Leave the violation (and the state behind it) that of the final case. */
	still(task, state, format, c, shrinking.wanted, violation);
}

void campaign_shrink(const struct campaign_task *task, void *state,
		     const struct pt_format *format, struct tw_case *c,
		     struct violation *violation)
{
	shrink_until(task, state, format, c, violation, NULL);
}

/*
 * Writes the reproducer; it is never overwritten, since its name holds the
 * hash of the case.  Leaves path empty and says why where it cannot.
 */
static void write_artifact(const struct campaign_task *task,
			   const struct campaign_options *options,
			   struct campaign_finding *finding,
			   const struct tw_case *c)
{
	char folding[FOLDING_TEXT];
	FILE *out;
	bool good;

	if (mkdir(options->artifacts, 0777) && errno != EEXIST) {
		fprintf(stderr, "tablewalk: %s: %s\n", options->artifacts,
			strerror(errno));
		return;
	}
	snprintf(finding->path, sizeof(finding->path), "%s/%s-%016" PRIx64 ".tw",
		 options->artifacts, finding->format, case_hash(c));
	out = fopen(finding->path, "wx");
	if (!out && errno == EEXIST)
		return;
	if (!out) {
		fprintf(stderr, "tablewalk: %s: %s\n", finding->path,
			strerror(errno));
		finding->path[0] = '\0';
		return;
	}
	good = case_print(out, c) >= 0;
	folding_text(finding->runtime_folded, folding);
	good = fprintf(out, "# %s on %s\n# tablewalk %s%s%s%s%s --format "
		       "%s%s%s%s FILE\n", finding->name, finding->format,
		       task->replay, options->subject ? " --subject " : "",
		       options->subject ? options->subject : "",
		       options->opinion ? " --opinion " : "",
		       options->opinion ? options->opinion : "",
		       finding->format,
		       finding->runtime_folded ? " --folding " : "",
		       finding->runtime_folded ? folding : "",
		       violation_option(finding->check)) > 0 && good;
	if (fclose(out) || !good) {
		fprintf(stderr, "tablewalk: %s: could not be written\n",
			finding->path);
		remove(finding->path);
		finding->path[0] = '\0';
	}
}

static struct campaign_finding *find_signature(struct campaign_finding *list,
					       unsigned count, uint64_t wanted)
{
	for (unsigned i = 0; i < count; i++)
		if (list[i].signature == wanted)
			return &list[i];
	return NULL;
}

static void fill_report(char report[CAMPAIGN_REPORT_BYTES],
			const struct campaign_task *task, void *state,
			const struct tw_case *c, const struct violation *v)
{
	FILE *out = fmemopen(report, CAMPAIGN_REPORT_BYTES - 1, "w");

	if (!out)
		return;
	task->print(out, state, c, v);
	fclose(out);
}

/* Folds nothing at run time where that does not matter to the violation. */
static void shrink_folding(const struct campaign_task *task, void *state,
			   const struct pt_format *format,
			   const struct tw_case *c, uint8_t *runtime_folded,
			   struct violation *v)
{
	char name[VIOLATION_NAME];
	uint64_t wanted = signature(format, v, name);

	if (!*runtime_folded || !task->fold)
		return;
	task->fold(state, 0);
	if (still(task, state, format, c, wanted, v))
		*runtime_folded = 0;
	else
		task->fold(state, *runtime_folded);
}

/* A violation in the worker: new ones are shrunk, written and published. */
static void worker_violation(struct worker *self,
			     const struct campaign_task *task, void *state,
			     const struct campaign_options *options,
			     const struct pt_format *format, uint64_t number,
			     struct tw_case *c, struct violation *v,
			     const _Atomic bool *stop)
{
	unsigned count = atomic_load(&self->finding_count);
	char name[VIOLATION_NAME];
	uint64_t wanted = signature(format, v, name);
	struct campaign_finding *known =
		find_signature(self->finding, count, wanted);

	atomic_fetch_add(&self->violations, 1);
	if (known) {
		known->times++;
		return;
	}
	if (count == CAMPAIGN_KEPT)
		return;

	struct campaign_finding *f = &self->finding[count];

	*f = (struct campaign_finding){
		.signature = wanted, .case_number = number, .times = 1,
		.seconds = campaign_now(),
		.runtime_folded = folding_of_case(&options->folding, format,
						  number),
		.check = v->check,
	};
	snprintf(f->format, sizeof(f->format), "%s", format->name);
	snprintf(f->name, sizeof(f->name), "%s", name);
	shrink_folding(task, state, format, c, &f->runtime_folded, v);
	shrink_until(task, state, format, c, v, stop);
	fill_report(f->report, task, state, c, v);
	write_artifact(task, options, f, c);
	atomic_store(&self->finding_count, count + 1);
}

/* The state for the format; NULL as open() has it. */
static void *state_of(const struct campaign_task *task, struct states *states,
		      const struct pt_format *format, char *error,
		      size_t error_bytes)
{
	void *state;

	for (unsigned i = 0; i < states->count; i++)
		if (states->format[i] == format)
			return states->state[i];
	pt_check(states->count < CAMPAIGN_FORMATS_MAX);
	state = task->open(task->context, format, error, error_bytes);
	if (state) {
		states->format[states->count] = format;
		states->state[states->count++] = state;
	}
	return state;
}

static void close_states(const struct campaign_task *task,
			 struct states *states)
{
	while (states->count)
		task->close(states->state[--states->count]);
}

static int worker_main(struct shared *shared, unsigned index,
		       const struct campaign_task *task,
		       const struct campaign_options *options)
{
	struct worker *self = &shared->worker[index];
	uint64_t counter[CAMPAIGN_COUNTERS] = { 0 };
	struct states states = { .count = 0 };
	void *last = NULL;
	int status = WORKER_DONE;

	for (unsigned i = 0; i < CAMPAIGN_COUNTERS; i++)
		counter[i] = atomic_load(&self->counter[i]);
	for (uint64_t number = self->first; !atomic_load(&shared->stop);
	     number += options->jobs) {
		struct violation violation;
		struct tw_case c;

		if (options->cases && number >= options->cases)
			break;
		atomic_store(&self->number, number);

		const struct pt_format *format =
			campaign_case(options, number, &c);
		void *state = state_of(task, &states, format, self->error,
				       sizeof(self->error));

		if (last && last != state && task->rest)
			task->rest(last);
		last = state;
		if (state && task->fold)
			task->fold(state, folding_of_case(&options->folding,
							  format, number));

		int ret = !state ? -1
				 : task->run(state, &c, &violation, counter,
					     self->error, sizeof(self->error));

		if (ret < 0) {
			status = WORKER_FAILED;
			break;
		}
		atomic_fetch_add(&self->cases, 1);
		for (unsigned i = 0; i < CAMPAIGN_COUNTERS; i++)
			atomic_store(&self->counter[i], counter[i]);
		if (!ret)
			continue;
		worker_violation(self, task, state, options, format, number,
				 &c, &violation, &shared->stop);
		if (options->stop_after &&
		    atomic_load(&self->finding_count) >= options->stop_after)
			atomic_store(&shared->stop, true);
	}
	close_states(task, &states);
	return status;
}

/* Adds a finding to the result unless one of that signature is there. */
static void merge_finding(struct campaign_result *result,
			  const struct campaign_finding *finding)
{
	struct campaign_finding *known = find_signature(
		result->finding, result->finding_count, finding->signature);

	if (known)
		known->times += finding->times;
	else if (result->finding_count < CAMPAIGN_KEPT)
		result->finding[result->finding_count++] = *finding;
}

/* A worker that crashed or hung: the case it had in hand is the finding. */
static void bury(struct worker *w, const struct campaign_task *task,
		 const struct campaign_options *options, const char *what,
		 struct campaign_result *result)
{
	struct campaign_finding *f = calloc(1, sizeof(*f));
	struct tw_case c;
	const struct pt_format *format;

	result->violations++;
	if (!f)
		return;
	f->case_number = atomic_load(&w->number);
	f->times = 1;
	f->seconds = campaign_now();
	format = campaign_case(options, f->case_number, &c);
	f->runtime_folded = folding_of_case(&options->folding, format,
					    f->case_number);
	snprintf(f->format, sizeof(f->format), "%s", format->name);
	snprintf(f->name, sizeof(f->name), "%s", what);
	f->signature = hash_text(what) ^ hash_text(format->architecture);
	snprintf(f->report, sizeof(f->report),
		 "VIOLATION %s on %s\n   the process running the case died\n",
		 what, format->name);
	write_artifact(task, options, f, &c);
	merge_finding(result, f);
	free(f);
}

/* What the end of a worker means.  True when it died of its case. */
static bool note_exit(struct worker *w, int status,
		      const struct campaign_task *task,
		      const struct campaign_options *options,
		      struct campaign_result *result)
{
	char what[VIOLATION_NAME];

	if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_DONE)
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_FAILED) {
		if (!result->error[0])
			snprintf(result->error, sizeof(result->error), "%s",
				 w->error[0] ? w->error : "a worker failed");
		return false;
	}
	if (WIFSIGNALED(status))
		snprintf(what, sizeof(what), "crash/signal-%d",
			 WTERMSIG(status));
	else
		snprintf(what, sizeof(what), "crash/exit-%d",
			 WEXITSTATUS(status));
	bury(w, task, options, what, result);
	return true;
}

static uint64_t sum_cases(const struct shared *shared, unsigned jobs,
			  uint64_t *violations, unsigned *distinct)
{
	uint64_t cases = 0;

	*violations = 0;
	*distinct = 0;
	for (unsigned i = 0; i < jobs; i++) {
		cases += atomic_load(&shared->worker[i].cases);
		*violations += atomic_load(&shared->worker[i].violations);
		*distinct += atomic_load(&shared->worker[i].finding_count);
	}
	return cases;
}

static void print_progress(const struct shared *shared,
			   const struct campaign_options *options, double spent,
			   bool tty)
{
	uint64_t violations;
	unsigned distinct;
	uint64_t cases = sum_cases(shared, options->jobs, &violations,
				   &distinct);

	fprintf(stderr, "%s%12" PRIu64 " cases %9.0f/s  %" PRIu64 " violations",
		tty ? "\r" : "", cases, spent > 0 ? (double)cases / spent : 0,
		violations);
	if (options->seconds > 0)
		fprintf(stderr, "  %.0f s left ",
			options->seconds > spent ? options->seconds - spent : 0);
	fprintf(stderr, "%s", tty ? "" : "\n");
}

/*
 * Ctrl-C is for the parent, who ends the workers through the stop flag; so is what
 * ends the whole process group (timeout(1), a shell, a supervisor of services).
 */
static bool spawn(struct shared *shared, unsigned index,
		  const struct campaign_task *task,
		  const struct campaign_options *options)
{
	struct worker *w = &shared->worker[index];
	pid_t parent = getpid();

	fflush(NULL);

	/* Not straight into shared memory, where the child would clear it. */
	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(WORKER_DONE);
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);

		int status = worker_main(shared, index, task, options);

		fflush(NULL);
		_exit(status);
	}
	w->pid = pid;
	w->running = true;
	return true;
}

/*
 * Replaces a worker that died of its case, which is skipped from then on.
 * result keeps one violation for each, so this cannot go on for ever.
 */
static bool revive(struct shared *shared, unsigned index,
		   const struct campaign_task *task,
		   const struct campaign_options *options,
		   const struct campaign_result *result)
{
	struct worker *w = &shared->worker[index];

	w->first = atomic_load(&w->number) + options->jobs;
	w->seen_at = 0;
	if (atomic_load(&shared->stop) || result->violations > CAMPAIGN_KEPT)
		return false;
	return spawn(shared, index, task, options);
}

/* Reaps what ended, kills what hangs; returns how many still run. */
static unsigned watch(struct shared *shared,
		      const struct campaign_task *task,
		      const struct campaign_options *options,
		      struct campaign_result *result)
{
	unsigned running = 0;
	double t = campaign_now();

	for (unsigned i = 0; i < options->jobs; i++) {
		struct worker *w = &shared->worker[i];
		uint64_t cases = atomic_load(&w->cases);
		int status;

		if (!w->running)
			continue;
		if (waitpid(w->pid, &status, WNOHANG) == w->pid) {
			w->running = false;
			if (note_exit(w, status, task, options, result) &&
			    revive(shared, i, task, options, result))
				running++;
			continue;
		}
		if (cases != w->seen_case || w->seen_at <= 0) {
			w->seen_case = cases;
			w->seen_at = t;
		}
		if (t - w->seen_at > CASE_SECONDS_MAX) {
			kill(w->pid, SIGKILL);
			waitpid(w->pid, &status, 0);
			w->running = false;
			bury(w, task, options, "hang", result);
			running += revive(shared, i, task, options, result);
			continue;
		}
		running++;
	}
	return running;
}

static void supervise(struct shared *shared,
		      const struct campaign_task *task,
		      const struct campaign_options *options,
		      struct campaign_result *result, double began)
{
	const bool tty = isatty(STDERR_FILENO);
	double printed = began;

	while (watch(shared, task, options, result)) {
		const struct timespec pause = { .tv_nsec = 20000000 };
		double t = campaign_now();
		uint64_t violations;
		unsigned distinct;

		sum_cases(shared, options->jobs, &violations, &distinct);
		if (interrupted || result->error[0] ||
		    (options->seconds > 0 && t - began >= options->seconds) ||
		    (options->stop_after && distinct +
		     result->finding_count >= options->stop_after))
			atomic_store(&shared->stop, true);
		if (!options->quiet && t - printed >= (tty ? 0.5 : 10)) {
			print_progress(shared, options, t - began, tty);
			printed = t;
		}
		nanosleep(&pause, NULL);
	}
	if (!options->quiet && tty)
		fprintf(stderr, "\r%79s\r", "");
}

static void collect(struct shared *shared,
		    const struct campaign_options *options,
		    struct campaign_result *result)
{
	uint64_t violations;
	unsigned distinct;

	result->cases = sum_cases(shared, options->jobs, &violations, &distinct);
	result->violations += violations;
	for (unsigned i = 0; i < options->jobs; i++) {
		struct worker *w = &shared->worker[i];

		for (unsigned n = 0; n < CAMPAIGN_COUNTERS; n++)
			result->counter[n] += atomic_load(&w->counter[n]);
		for (unsigned n = 0; n < atomic_load(&w->finding_count); n++)
			merge_finding(result, &w->finding[n]);
	}
}

void campaign_run(const struct campaign_task *task,
		  const struct campaign_options *options,
		  struct campaign_result *result)
{
	struct shared *shared = mmap(NULL, sizeof(*shared),
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct sigaction action = { .sa_handler = on_signal }, old[2];

	memset(result, 0, sizeof(*result));
	if (shared == MAP_FAILED) {
		snprintf(result->error, sizeof(result->error), "out of memory");
		return;
	}
	interrupted = 0;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, &old[0]);
	sigaction(SIGTERM, &action, &old[1]);

	double began = campaign_now();

	for (unsigned i = 0; i < options->jobs; i++) {
		shared->worker[i].first = i;
		if (!spawn(shared, i, task, options)) {
			snprintf(result->error, sizeof(result->error),
				 "fork: %s", strerror(errno));
			atomic_store(&shared->stop, true);
			break;
		}
	}
	supervise(shared, task, options, result, began);
	result->seconds = campaign_now() - began;
	result->interrupted = interrupted;
	collect(shared, options, result);
	for (unsigned i = 0; i < result->finding_count; i++)
		result->finding[i].seconds -= began;
	sigaction(SIGINT, &old[0], NULL);
	sigaction(SIGTERM, &old[1], NULL);
	munmap(shared, sizeof(*shared));
}
