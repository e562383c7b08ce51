/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The program of a subject: its start and its end.  Linux only: prctl(2).
 */
#include "process_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a program may take to end once nobody listens to it any more. */
#define GRACE_MS 1000
/* Descriptors of ours that a program does not get, as far as it is looked. */
#define DESCRIPTORS_MAX 4096

/* Descriptors of a start, both sides. */
enum {
	TO_CHILD, TO_HOST, FROM_HOST, FROM_CHILD, SAID_HOST, SAID_CHILD,
	STATUS_HOST, STATUS_CHILD, DESCRIPTORS,
};

int64_t process_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_all(struct process_child *child)
{
	close_fd(&child->to);
	close_fd(&child->from);
	close_fd(&child->said);
}

void process_forget(struct process_subject *process)
{
	close_all(&process->child);
	process->child.pid = 0;
	process->input_start = process->input_end = 0;
}

bool process_ended(const struct process_subject *process)
{
	siginfo_t info = { .si_pid = 0 };

	if (waitid(P_PID, (id_t)process->child.pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) < 0)
		return errno == ECHILD;
	return info.si_pid != 0;
}

/* Waits for its end; false where it goes on. */
static bool wait_ended(const struct process_subject *process, int64_t ms)
{
	const struct timespec nap = { .tv_nsec = 1000000 };
	int64_t end = process_now_ms() + ms;

	while (!process_ended(process)) {
		if (process_now_ms() >= end)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

/*
 * Ends whatever is left of its group, and reaps it: its status, or -1 where somebody
 * else has done that.
 */
static int reap(struct process_subject *process)
{
	pid_t pid = process->child.pid, done;
	siginfo_t info;
	int status = -1;

	/* While it is ours and not reaped nobody else can have its number. */
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
		kill(-pid, SIGKILL);
		do {
			done = waitpid(pid, &status, 0);
		} while (done < 0 && errno == EINTR);
	}
	process_forget(process);
	return status;
}

void process_end(struct process_subject *process, bool grace)
{
	if (process->child.pid == 0)
		return;
	if (process->child.owner != getpid()) {
		process_forget(process);
		return;
	}
	if (grace) {
		close_fd(&process->child.to);
		wait_ended(process, GRACE_MS);
	}
	process_listen(process);
	reap(process);
}

void process_listen(struct process_subject *process)
{
	struct process_trouble *t = &process->trouble;
	const size_t room = sizeof(t->said) - 1;
	char text[1024];

	/* Bounded, for it may write without end. */
	for (unsigned i = 0; i < 64 && process->child.said >= 0; i++) {
		ssize_t n = read(process->child.said, text, sizeof(text));
		size_t more = n > 0 ? (size_t)n : 0, gone;

		if (n == 0)
			close_fd(&process->child.said);
		if (more == 0)
			break;
		gone = process->said_bytes + more > room ?
		       process->said_bytes + more - room : 0;
		memmove(t->said, t->said + gone, process->said_bytes - gone);
		process->said_bytes -= gone;
		memcpy(t->said + process->said_bytes, text, more);
		process->said_bytes += more;
	}
	t->said[process->said_bytes] = '\0';
}

/* The line of its last words that says most: a sanitizer's, or the last one. */
static void last_words(const char *said, char *words, size_t bytes)
{
	static const char *const telling[] = { "SUMMARY: ", "runtime error: " };
	const char *line = NULL;
	size_t n;

	for (unsigned i = 0; i < 2 && !line; i++)
		line = strstr(said, telling[i]);
	if (!line)
		for (const char *at = said; *at; at += n + (at[n] == '\n')) {
			n = strcspn(at, "\n");
			if (strspn(at, " \t\r") < n)
				line = at;
		}
	n = line ? strcspn(line, "\n") : 0;
	if (n >= bytes)
		n = bytes - 1;
	for (size_t i = 0; i < n; i++)
		words[i] = line[i] >= ' ' && line[i] <= '~' ? line[i] : '?';
	words[n] = '\0';
}

static void set_trouble(struct process_subject *process,
			enum process_trouble_kind kind, int number,
			const char *sentence)
{
	struct process_trouble *t = &process->trouble;
	const char *doing = process_doing(process);
	char words[128];

	if (t->kind != PROCESS_FINE)
		return;
	t->kind = kind;
	t->number = number;
	last_words(t->said, words, sizeof(words));
	snprintf(t->sentence, sizeof(t->sentence), "%.80s: %s%s%s%s%s",
		 process->subject.name ? process->subject.name :
					 process->command,
		 sentence, doing ? ", in " : "", doing ? doing : "",
		 words[0] ? "; its last words: " : "", words);
}

int process_fail(struct process_subject *process,
		 enum process_trouble_kind kind, int number,
		 const char *format, ...)
{
	char sentence[192];
	va_list list;

	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	process_end(process, false);
	set_trouble(process, kind, number, sentence);
	return TABLEWALK_DIED;
}

int process_gone(struct process_subject *process)
{
	char sentence[192];
	int status;

	if (!wait_ended(process, GRACE_MS))
		return process_fail(process, PROCESS_CLOSED, 0,
				    "its end of the pipe is closed but it "
				    "runs on");
	process_listen(process);
	status = reap(process);
	if (status >= 0 && WIFSIGNALED(status)) {
		snprintf(sentence, sizeof(sentence),
			 "it was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
		set_trouble(process, PROCESS_CRASHED, WTERMSIG(status),
			    sentence);
	} else if (status < 0) {
		set_trouble(process, PROCESS_EXITED, -1,
			    "it ended, and somebody else has its status");
	} else {
		status = WEXITSTATUS(status);
		snprintf(sentence, sizeof(sentence),
			 "it exited with status %d", status);
		set_trouble(process, PROCESS_EXITED, status, sentence);
	}
	return TABLEWALK_DIED;
}

/* In the child: only async-signal-safe calls from here on. */

static void say_errno(int fd)
{
	int error = errno;

	if (write(fd, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

/* Descriptors 0 to 3 are what the protocol says, the others are closed. */
static int place(const int *fd, int memory_fd)
{
	int want[4] = { fd[TO_CHILD], fd[FROM_CHILD], fd[SAID_CHILD],
			memory_fd };
	int status = fcntl(fd[STATUS_CHILD], F_DUPFD_CLOEXEC, 16);
	long most = sysconf(_SC_OPEN_MAX);

	if (most < 0 || most > DESCRIPTORS_MAX)
		most = DESCRIPTORS_MAX;
	/* None may lie where another one goes. */
	for (unsigned i = 0; i < 4; i++)
		if (want[i] >= 0)
			want[i] = fcntl(want[i], F_DUPFD, 16);
	for (int i = 0; i < 4; i++)
		if (want[i] < 0)
			close(i);
		else if (dup2(want[i], i) < 0)
			say_errno(status);
	for (int i = 4; i < most; i++)
		if (i != status)
			close(i);
	return status;
}

static void become(const struct process_subject *process, pid_t parent,
		   const int *fd, int memory_fd)
{
	const struct rlimit none = { 0, 0 };
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t empty;
	int status;

	/* Ctrl-C is for the harness, which ends its subjects itself. */
	setpgid(0, 0);
	status = place(fd, memory_fd);
	for (int i = 1; i < 32; i++)
		sigaction(i, &standard, NULL);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
	setrlimit(RLIMIT_CORE, &none);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		say_errno(status);
	execvp(process->argv[0], process->argv);
	say_errno(status);
}

/* In the parent. */

static bool own_fd(int fd, bool wait)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
	       (wait || fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
}

/*
 * To the program goes a socket, since one can write to that without SIGPIPE; from
 * it a pipe, whose end closes when the program closes its standard output.
 */
static bool make_descriptors(int *fd)
{
	int pair[2];

	for (int i = 0; i < DESCRIPTORS; i++)
		fd[i] = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return false;
	fd[TO_HOST] = pair[0];
	fd[TO_CHILD] = pair[1];
	for (int i = FROM_HOST; i < DESCRIPTORS; i += 2) {
		if (pipe(pair) < 0)
			return false;
		fd[i] = pair[0];
		fd[i + 1] = pair[1];
	}
	for (int i = 0; i < DESCRIPTORS; i++)
		if (!own_fd(fd[i], i != TO_HOST && i != FROM_HOST &&
				   i != SAID_HOST))
			return false;
	return true;
}

static void keep_memory(struct process_child *child, int memory_fd)
{
	struct stat st;

	child->has_memory = memory_fd >= 0 && fstat(memory_fd, &st) == 0;
	if (child->has_memory) {
		child->memory_dev = st.st_dev;
		child->memory_ino = st.st_ino;
	}
}

/* The errno of a start that failed, or 0. */
static int start_error(int fd)
{
	int error = 0;
	ssize_t n;

	do {
		n = read(fd, &error, sizeof(error));
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(error) ? error : 0;
}

int process_spawn(struct process_subject *process, int memory_fd)
{
	struct process_child *child = &process->child;
	pid_t parent = getpid(), pid = -1;
	int fd[DESCRIPTORS], error = 0;

	process->said_bytes = 0;
	if (!make_descriptors(fd) || (pid = fork()) < 0)
		error = errno;
	if (pid == 0)
		become(process, parent, fd, memory_fd);
	for (int i = 0; i < DESCRIPTORS; i++)
		if (pid < 0 || i == TO_CHILD || i == FROM_CHILD ||
		    i == SAID_CHILD || i == STATUS_CHILD)
			close_fd(&fd[i]);
	if (pid > 0) {
		/* Here too: it may be killed before it gets there. */
		setpgid(pid, pid);
		*child = (struct process_child){
			.pid = pid, .owner = parent, .to = fd[TO_HOST],
			.from = fd[FROM_HOST], .said = fd[SAID_HOST],
		};
		keep_memory(child, memory_fd);
		process->generation++;
		error = start_error(fd[STATUS_HOST]);
		close(fd[STATUS_HOST]);
	}
	if (error == 0)
		return 0;
	return process_fail(process, PROCESS_NOT_STARTED, error,
			    "`%.80s' cannot be started: %s", process->argv[0],
			    strerror(error));
}
