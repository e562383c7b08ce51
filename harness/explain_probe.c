/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether a case can be run here at all: it is tried in a process of its own, whose
 * death is told and not shared.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */

#include "explain.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child leaves behind. */
struct progress {
	_Atomic unsigned op;		/* the operation in hand */
	_Atomic bool done;
};

struct run *story_run(const struct story_options *o, char *error,
		      size_t error_bytes)
{
	struct run *run = run_create(o->format, NULL, error, error_bytes);

	if (!run)
		return NULL;
	run_subject(run, o->subject);
	run_fold(run, o->folded);
	return run;
}

/* True when every check passed. */
static bool step_through(struct run *run, const struct tw_case *c,
			 enum run_check check, struct progress *progress)
{
	struct violation violation;

	run_start_checked(run, c, check);
	for (unsigned i = 0; i < c->count; i++) {
		atomic_store(&progress->op, i);
		if (!run_until(run, i + 1, &violation))
			return false;
	}
	return run_finish(run, &violation);
}

/* All that run_case() would do, and then no more. */
static _Noreturn void be_child(const struct story_options *o,
			       const struct tw_case *c,
			       struct progress *progress)
{
	const struct rlimit none = { 0, 0 };
	/* A little time at least; the fraction of a second is kept. */
	const struct itimerval limit = {
		.it_value = {
			.tv_sec = (time_t)o->seconds,
			.tv_usec = (suseconds_t)((o->seconds -
						  (double)(time_t)o->seconds) *
						 999999) + 1,
		},
	};
	char error[256];
	struct run *run;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &limit, NULL);
	run = story_run(o, error, sizeof(error));
	if (run && !step_through(run, c, o->check, progress) &&
	    o->check == RUN_CHECK_END)
		step_through(run, c, RUN_CHECK_EVERY, progress);
	atomic_store(&progress->done, true);
	_exit(0);
}

bool story_probe(const struct story_options *o, const struct tw_case *c,
		 enum story_end *end, int *signal, unsigned *op, bool *cannot)
{
	struct progress *progress = mmap(NULL, sizeof(*progress),
					 PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool done = false;
	int status = 0;
	pid_t pid;

	*cannot = progress == MAP_FAILED;
	if (*cannot)
		return false;
	fflush(NULL);
	pid = fork();
	if (!pid)
		be_child(o, c, progress);
	*cannot = pid < 0;
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR) {
			*cannot = true;
			break;
		}
	if (!*cannot) {
		done = atomic_load(&progress->done);
		*op = atomic_load(&progress->op);
		*signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
		*end = *signal == SIGALRM ? STORY_HUNG : STORY_DIED;
	}
	munmap(progress, sizeof(*progress));
	return done;
}
