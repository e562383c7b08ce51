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
	struct run_progress run;	/* the operation in hand */
	_Atomic bool done;
};

struct run *story_run(const struct story_options *o, char *error,
		      size_t error_bytes)
{
	struct run *run = run_create(o->format, NULL, error, error_bytes);

	if (!run)
		return NULL;
	if (!run_subject(run, o->subject, error, error_bytes)) {
		run_destroy(run);
		return NULL;
	}
	run_fold(run, o->folded);
	if (run_opinion(run, o->opinion)) {
		snprintf(error, error_bytes, "out of memory");
		run_destroy(run);
		return NULL;
	}
	return run;
}

/* Runs the case as it will be run here, and no more. */
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
	struct violation ignored;
	char error[256];
	struct run *run;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &limit, NULL);
	run = story_run(o, error, sizeof(error));
	if (run) {
		run_tell(run, &progress->run);
		run_case(run, c, o->check, NULL, &ignored);
	}
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
		*op = atomic_load(&progress->run.op_index);
		*signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
		*end = *signal == SIGALRM ? STORY_HUNG : STORY_DIED;
	}
	munmap(progress, sizeof(*progress));
	return done;
}
