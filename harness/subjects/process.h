/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Subjects in another process: a program that speaks docs/subject-protocol.md,
 * seen as any subject of this process.
 *
 * The program runs from the first open() of a process on, in a process group of
 * its own, until process_subject_destroy(), its own end, or that of the process
 * which opened it, in whatever way that ends.  After a fork() each process has a
 * program of its own.  One thread only.
 */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include <tablewalk/subject.h>

/*
 * What every function returns when the program died, hung or broke the protocol,
 * in this call or in an earlier one of the same space; root() then gives -1.
 * The next open() starts it anew.  No subject may return it itself.
 */
#define TABLEWALK_DIED (-200)

/*
 * In tablewalk_visitor.callbacks: the promise that both callbacks return 0, leave
 * action alone and do not call the subject, so that visits need no answers and
 * come thousands to a message.  The subject does not see it.  Without it each
 * visit of a subject with CAN_ACTIONS or CAN_STOP is two messages.
 */
#define PROCESS_NO_ANSWERS UINT32_C(0x80000000)

/* What happened to the program, in words for machines: process_trouble_name(). */
enum process_trouble_kind {
	PROCESS_FINE,
	PROCESS_NOT_STARTED,		/* number: errno */
	PROCESS_OTHER_VERSION,		/* number: its version of the protocol */
	PROCESS_MISDESCRIBED,		/* what it says of itself cannot be */
	PROCESS_CRASHED,		/* number: the signal */
	PROCESS_EXITED,			/* number: the exit status */
	PROCESS_CLOSED,			/* it runs, but its end is closed */
	PROCESS_HUNG,			/* silent for longer than the deadline */
	PROCESS_FLOODED,		/* no end of messages */
	PROCESS_GARBAGE,		/* it wrote what is no message */
	PROCESS_PROTOCOL,		/* a message that is not due */
};

struct process_trouble {
	enum process_trouble_kind kind;
	int number;
	char sentence[400];		/* without a full stop */
	char said[2048];		/* the end of what it wrote to stderr */
};

struct process_subject;

/*
 * The subject that command is: words between blanks, without quotes or a shell,
 * the first one looked for as execvp() does.  Starts it once, to ask what it can
 * do, and ends it.  NULL with a sentence in error where that fails.
 */
struct process_subject *process_subject_create(const char *command,
					       char *error, size_t bytes);

/*
 * Ends the program that this process runs, if there is one; no space may be open.
 * The next open() starts it anew.  A worker that leaves without it is safe: its
 * program is killed, but whoever adopts it has to reap it.
 */
void process_subject_end(struct process_subject *process);

/* Ends the program and frees all; no space may be open.  NULL is fine. */
void process_subject_destroy(struct process_subject *process);

/* As the harness drives it.  It lives as long as process does. */
const struct tablewalk_subject *
process_subject(struct process_subject *process);

/* The reverse; NULL where the subject is in this process. */
struct process_subject *
process_subject_of(const struct tablewalk_subject *subject);

/*
 * Why functions return TABLEWALK_DIED; of kind PROCESS_FINE while they do not.
 * After close(), which returns nothing, it is the only way to know.
 */
const struct process_trouble *
process_subject_trouble(const struct process_subject *process);

/* A word of letters and hyphens, such as "crashed". */
const char *process_trouble_name(enum process_trouble_kind kind);

/*
 * How long a program may be silent in a call, 10,000 at first.  The whole call,
 * callbacks included, may take twice that time.
 */
void process_subject_set_deadline(struct process_subject *process,
				  unsigned milliseconds);

/* The program, for tests and reports; 0 while there is none. */
long process_subject_pid(const struct process_subject *process);

#endif
