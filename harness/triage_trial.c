/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fresh processes, and one case in each: see triage_process.h.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */

#include "triage_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What is kept of the words of a dying process; the rest is read and dropped. */
#define WORDS_BYTES 65536

/*
 * What sanitizers are to print; weak names of theirs, which nobody else looks at.
 */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1:report_error_type=1";
}

double triage_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct triage_trials *triage_trials_open(double timeout,
					 const struct triage_stop *stop)
{
	struct triage_trials *trials = calloc(1, sizeof(*trials));

	if (!trials)
		return NULL;
	trials->shared = mmap(NULL, sizeof(*trials->shared),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (trials->shared == MAP_FAILED) {
		free(trials);
		return NULL;
	}
	trials->timeout = timeout;
	if (stop)
		trials->stop = *stop;
	return trials;
}

void triage_trials_close(struct triage_trials *trials)
{
	if (!trials)
		return;
	munmap(trials->shared, sizeof(*trials->shared));
	free(trials);
}

struct run *triage_run(struct triage_runs *runs, struct triage_shared *shared,
		       const struct triage_setting *setting,
		       struct triage_outcome *out)
{
	struct run *run = NULL;

	for (unsigned i = 0; i < runs->count; i++)
		if (run_format(runs->run[i]) == setting->format)
			run = runs->run[i];
	if (!run && runs->count < TRIAGE_REPLIES) {
		char error[256];

		run = run_create(setting->format, NULL, error, sizeof(error));
		if (!run) {
			out->kind = TRIAGE_CANNOT;
			snprintf(out->report, sizeof(out->report), "%s", error);
			return NULL;
		}
		runs->run[runs->count++] = run;
	}
	if (!run_subject(run, setting->subject, out->report,
			 sizeof(out->report))) {
		out->kind = TRIAGE_CANNOT;
		return NULL;
	}
	run_fold(run, setting->runtime_folded);
	/* Where it does not know the format nobody is asked. */
	pt_check(run_opinion(run, setting->opinion) != -ENOMEM);
	run_tell(run, &shared->progress);
	return run;
}

/* What a violation says, with the lines about it. */
static void fill_outcome(struct triage_outcome *out, const struct run *run,
			 const struct tw_case *c, const struct violation *v)
{
	const struct finding *f = &v->finding;
	FILE *text = fmemopen(out->report, sizeof(out->report) - 1, "w");

	out->kind = TRIAGE_VIOLATION;
	out->at_end = v->at_end;
	out->op_index = v->op_index;
	snprintf(out->check, sizeof(out->check), "%s", check_name(f->check));
	snprintf(out->divergence, sizeof(out->divergence), "%s", f->divergence);
	snprintf(out->depth, sizeof(out->depth), "%s", pt_depth_name(f->depth));
	snprintf(out->operation, sizeof(out->operation), "%s",
		 v->at_end ? "end" : op_kind_name(v->op.kind));
	if (!text)
		return;
	run_print_violation(text, run, c, v);
	fclose(text);
}

void triage_run_case(struct triage_runs *runs, struct triage_shared *shared,
		     const struct triage_setting *setting,
		     const struct tw_case *c, struct triage_outcome *out)
{
	struct violation violation;
	struct run *run;

	memset(out, 0, sizeof(*out));
	atomic_fetch_add(&shared->step, 1);
	run = triage_run(runs, shared, setting, out);
	if (run && !run_case(run, c, (enum run_check)setting->check, NULL,
			     &violation))
		fill_outcome(out, run, c, &violation);
}

/* Reads what is there; what does not fit into words is dropped. */
static bool read_words(int fd, char words[WORDS_BYTES], size_t *used)
{
	char dropped[4096];
	size_t room = WORDS_BYTES - 1 - *used;
	ssize_t n = room ? read(fd, words + *used, room) :
			   read(fd, dropped, sizeof(dropped));

	if (n > 0 && room)
		*used += (size_t)n;
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void child_main(struct triage_trials *trials, int words, pid_t parent,
		       void (*main)(struct triage_shared *shared))
{
	const struct rlimit no_core = { 0, 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	/* What it starts (a symbolizer) is ended with it. */
	setpgid(0, 0);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	setrlimit(RLIMIT_CORE, &no_core);
	dup2(words, STDERR_FILENO);
	dup2(words, STDOUT_FILENO);
	main(trials->shared);
	atomic_store(&trials->shared->finished, true);
	_exit(0);
}

/* What the parent waits for. */
struct waiting {
	pid_t pid;
	int fd, status;
	bool open, reaped, hung;
	uint64_t seen_step;
	double seen_at;
	char words[WORDS_BYTES];
	size_t used;
};

static void end_child(struct waiting *w)
{
	if (w->reaped)
		return;
	/* Where it did not yet make its group, it alone. */
	if (kill(-w->pid, SIGKILL))
		kill(w->pid, SIGKILL);
	while (waitpid(w->pid, &w->status, 0) < 0 && errno == EINTR)
		;
	w->reaped = true;
}

/* Until the child is gone.  False when asked to stop. */
static bool wait_for(struct triage_trials *trials, struct waiting *w)
{
	struct triage_shared *shared = trials->shared;

	while (!w->reaped) {
		struct pollfd p = { .fd = w->fd, .events = POLLIN };
		uint64_t step = atomic_load(&shared->step);

		poll(&p, w->open, w->open ? 50 : 1);
		if (w->open && p.revents)
			w->open = read_words(w->fd, w->words, &w->used);
		if (waitpid(w->pid, &w->status, WNOHANG) == w->pid) {
			w->reaped = true;
			break;
		}
		if (trials->stop.asked &&
		    trials->stop.asked(trials->stop.context)) {
			atomic_store(&shared->stop, true);
			end_child(w);
			return false;
		}
		if (step != w->seen_step) {
			w->seen_step = step;
			w->seen_at = triage_now();
		}
		if (triage_now() - w->seen_at > trials->timeout) {
			w->hung = true;
			end_child(w);
		}
	}
	/* What it said last; a process of its own that holds the pipe does not. */
	kill(-w->pid, SIGKILL);
	while (w->open && read_words(w->fd, w->words, &w->used)) {
		struct pollfd p = { .fd = w->fd, .events = POLLIN };

		if (poll(&p, 1, 0) <= 0)
			break;
	}
	return true;
}

static void signal_text(int number, char out[160])
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ SIGSEGV, "SIGSEGV" }, { SIGABRT, "SIGABRT" },
		{ SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" },
		{ SIGILL, "SIGILL" }, { SIGTRAP, "SIGTRAP" },
		{ SIGKILL, "SIGKILL" }, { SIGSYS, "SIGSYS" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].number == number) {
			snprintf(out, 160, "%s", names[i].name);
			return;
		}
	}
	snprintf(out, 160, "signal-%d", number);
}

/* What the end of a child that did not finish says. */
static void tell_death(const struct triage_shared *shared, struct waiting *w,
		       double timeout, struct triage_outcome *out)
{
	const uint8_t kind = atomic_load(&shared->progress.kind);

	memset(out, 0, sizeof(*out));
	w->words[w->used] = '\0';
	out->op_index = atomic_load(&shared->progress.op_index);
	snprintf(out->depth, sizeof(out->depth), "-");
	snprintf(out->operation, sizeof(out->operation), "%s",
		 op_kind_name(kind));
	if (w->hung) {
		out->kind = TRIAGE_HANG;
		snprintf(out->check, sizeof(out->check), "hang");
		snprintf(out->divergence, sizeof(out->divergence), "-");
		snprintf(out->report, sizeof(out->report), "HANG in operation "
			 "%u, %s: not done after %g s\n", out->op_index,
			 out->operation, timeout);
		return;
	}
	if (triage_sanitizer(w->words, out)) {
		out->kind = TRIAGE_SANITIZER;
	} else {
		out->kind = TRIAGE_CRASH;
		snprintf(out->check, sizeof(out->check), "crash");
		if (WIFSIGNALED(w->status))
			signal_text(WTERMSIG(w->status), out->divergence);
		else
			snprintf(out->divergence, sizeof(out->divergence),
				 "exit-%d", WEXITSTATUS(w->status));
	}
	snprintf(out->report, sizeof(out->report), "%s %s in operation %u, "
		 "%s\n%.*s", out->check, out->divergence, out->op_index,
		 out->operation, (int)sizeof(out->report) - 400, w->words);
}

enum triage_end triage_process(struct triage_trials *trials,
			       void (*main)(struct triage_shared *shared),
			       struct triage_outcome *died)
{
	struct triage_shared *shared = trials->shared;
	struct waiting *w = calloc(1, sizeof(*w));
	const pid_t parent = getpid();
	enum triage_end end = TRIAGE_END_DIED;
	int ends[2];

	memset(died, 0, sizeof(*died));
	died->kind = TRIAGE_CANNOT;
	atomic_store(&shared->finished, false);
	atomic_store(&shared->progress.op_index, 0);
	atomic_store(&shared->progress.kind, OP_NOP);
	if (!w || pipe(ends)) {
		snprintf(died->report, sizeof(died->report), "%s",
			 w ? strerror(errno) : "out of memory");
		free(w);
		return TRIAGE_END_DIED;
	}
	fflush(NULL);
	w->pid = fork();
	if (!w->pid)
		child_main(trials, ends[1], parent, main);
	close(ends[1]);
	if (w->pid < 0) {
		snprintf(died->report, sizeof(died->report), "fork: %s",
			 strerror(errno));
	} else {
		w->fd = ends[0];
		w->open = true;
		w->seen_step = atomic_load(&shared->step);
		w->seen_at = triage_now();
		fcntl(w->fd, F_SETFL, O_NONBLOCK);
		if (!wait_for(trials, w))
			end = TRIAGE_END_STOPPED;
		else if (atomic_load(&shared->finished))
			end = TRIAGE_END_FINISHED;
		else
			tell_death(shared, w, trials->timeout, died);
	}
	close(ends[0]);
	free(w);
	return end;
}

static void trial_main(struct triage_shared *shared)
{
	struct triage_runs runs = { .count = 0 };

	triage_run_case(&runs, shared, &shared->setting, &shared->c,
			&shared->outcome);
}

bool triage_trial(struct triage_trials *trials,
		  const struct triage_setting *setting, const struct tw_case *c,
		  struct triage_outcome *out)
{
	struct triage_shared *shared = trials->shared;

	shared->setting = *setting;
	shared->c = *c;
	switch (triage_process(trials, trial_main, out)) {
	case TRIAGE_END_FINISHED:
		*out = shared->outcome;
		return true;
	case TRIAGE_END_DIED:
		return true;
	case TRIAGE_END_STOPPED:
		break;
	}
	return false;
}
