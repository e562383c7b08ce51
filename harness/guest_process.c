/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The emulator as a process.  Linux only: prctl(2), /proc/self/fd.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest_process.h"

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       access(path, X_OK) == 0;
}

/* Tries the program in the directory of that length. */
static bool try_directory(const char *directory, size_t length,
			  const char *program, char *path, size_t size)
{
	int n;

	if (length == 0 || length >= GUEST_PATH_MAX)
		return false;
	n = snprintf(path, size, "%.*s/%s", (int)length, directory, program);
	return n > 0 && (size_t)n < size && is_program(path);
}

bool guest_find_program(const char *program, char *path, size_t size)
{
	const char *first = getenv("TABLEWALK_QEMU_DIR");
	const char *list = getenv("PATH");

	if (first && try_directory(first, strlen(first), program, path, size))
		return true;
	while (list && *list) {
		size_t length = strcspn(list, ":");

		if (try_directory(list, length, program, path, size))
			return true;
		list += length + (list[length] == ':');
	}
	return false;
}

static int unnamed_file_in(const char *directory, uint64_t bytes)
{
	char path[GUEST_PATH_MAX];
	int n, fd, error;

	n = snprintf(path, sizeof(path), "%s/tablewalk.XXXXXX", directory);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	fd = mkstemp(path);
	if (fd < 0)
		return -errno;
	unlink(path);
	/* Take the space now: running out of it later would be a SIGBUS. */
	error = bytes ? posix_fallocate(fd, 0, (off_t)bytes) : 0;
	if (!error && fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		error = errno;
	if (error) {
		close(fd);
		return -error;
	}
	return fd;
}

int guest_unnamed_file(uint64_t bytes)
{
	const char *directories[] = { "/dev/shm", getenv("TMPDIR"), "/tmp" };
	int fd = -ENOENT;

	for (size_t i = 0; i < 3 && fd < 0; i++)
		if (directories[i])
			fd = unnamed_file_in(directories[i], bytes);
	return fd;
}

static void limit(int resource, unsigned value)
{
	struct rlimit l = { .rlim_cur = value, .rlim_max = value };

	setrlimit(resource, &l);
}

/* In the child: only async-signal-safe calls. */
static void become(pid_t parent, const char *path, char *const argv[],
		   const int keep[2], int messages, unsigned max_seconds)
{
	static const char failed[] = "it could not be executed\n";
	int null = open("/dev/null", O_RDWR);

	/* Ctrl-C is for the caller, who ends its guests himself. */
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(127);
	if (null < 0 || dup2(null, 0) < 0 || dup2(messages, 1) < 0 ||
	    dup2(messages, 2) < 0)
		_exit(127);
	for (int i = 0; i < 2; i++)
		if (keep[i] >= 0)
			fcntl(keep[i], F_SETFD, 0);
	/* It polls: processor time is about its life.  Be lenient. */
	limit(RLIMIT_CPU, max_seconds + max_seconds / 2 + 1);
	limit(RLIMIT_CORE, 0);
	execv(path, argv);
	if (write(2, failed, sizeof(failed) - 1) < 0)
		_exit(126);
	_exit(127);
}

int guest_process_start(struct guest_process *process, const char *path,
			char *const argv[], const int keep[2],
			unsigned max_seconds)
{
	pid_t parent = getpid();
	pid_t pid;
	int error;

	process->pid = 0;
	process->messages = guest_unnamed_file(0);
	if (process->messages < 0) {
		error = process->messages;
		process->messages = -1;
		return error;
	}
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(parent, path, argv, keep, process->messages,
		       max_seconds);
	process->pid = pid;
	return 0;
}

bool guest_process_alive(struct guest_process *process)
{
	pid_t ended;

	if (process->pid == 0)
		return false;
	ended = waitpid(process->pid, NULL, WNOHANG);
	if (ended == 0 || (ended < 0 && errno == EINTR))
		return true;
	process->pid = 0;
	return false;
}

void guest_process_stop(const struct guest_process *process, bool stop)
{
	if (process->pid)
		kill(process->pid, stop ? SIGSTOP : SIGCONT);
}

void guest_process_kill(struct guest_process *process)
{
	if (process->pid == 0)
		return;
	kill(process->pid, SIGKILL);
	while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
		;
	process->pid = 0;
}

void guest_process_last_line(const struct guest_process *process, char *line,
			     size_t size)
{
	char text[512];
	off_t end = lseek(process->messages, 0, SEEK_END);
	off_t start = end > (off_t)sizeof(text) - 1 ?
		      end - (off_t)sizeof(text) + 1 : 0;
	ssize_t n = end < 0 ? 0 :
		    pread(process->messages, text, sizeof(text) - 1, start);
	const char *last;

	if (n < 0)
		n = 0;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	text[n] = '\0';
	last = strrchr(text, '\n');
	snprintf(line, size, "%s", last ? last + 1 : text);
}
