/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The emulator as a process: finding it, starting it, never leaving it behind.
 */
#ifndef HARNESS_GUEST_PROCESS_H
#define HARNESS_GUEST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GUEST_PATH_MAX 4096

/* A running child.  pid 0: none.  messages: a file with its stderr, or -1. */
struct guest_process {
	pid_t pid;
	int messages;
};

/*
 * Looks program up in the directory TABLEWALK_QEMU_DIR, then in PATH.
 * Returns false if it is nowhere, or the path does not fit.
 */
bool guest_find_program(const char *program, char *path, size_t size);

/*
 * An open file of that length in /dev/shm, TMPDIR or /tmp, whichever first has
 * the space.  It has no name any more: nothing stays behind, whatever happens.
 * Returns the descriptor (closed on exec), or a negative errno.
 */
int guest_unnamed_file(uint64_t bytes);

/*
 * Starts path with argv.  The child keeps the descriptors in keep (-1: none)
 * under their numbers, has its own process group, a limit of processor time
 * somewhat above max_seconds, and dies with the calling thread.
 */
int guest_process_start(struct guest_process *process, const char *path,
			char *const argv[], const int keep[2],
			unsigned max_seconds);

/* Whether it still runs; reaps it, and sets pid to 0, if not. */
bool guest_process_alive(struct guest_process *process);

/* Stops it, or lets it go on.  A stopped one can be killed. */
void guest_process_stop(const struct guest_process *process, bool stop);

/* Kills and reaps it, if there is one. */
void guest_process_kill(struct guest_process *process);

/* The last line that it wrote to stderr, or "". */
void guest_process_last_line(const struct guest_process *process, char *line,
			     size_t size);

#endif
