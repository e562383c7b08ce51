/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of process.h share: process.c (the functions of the subject),
 * process_describe.c (what it says of itself), process_wire.c (messages) and
 * process_child.c (the program).
 */
#ifndef HARNESS_PROCESS_PRIVATE_H
#define HARNESS_PROCESS_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "process.h"

/* docs/subject-protocol.md; serve.c has the same numbers. */
#define PROCESS_PROTOCOL_VERSION 1
#define PROCESS_MARK 0x5754
#define PROCESS_HEADER_BYTES 12u
#define PROCESS_PAYLOAD_MAX 65536u
#define PROCESS_FRAME_MAX (PROCESS_HEADER_BYTES + PROCESS_PAYLOAD_MAX)
#define PROCESS_ARGUMENTS_BYTES 40u
#define PROCESS_RESULT_BYTES 24u
#define PROCESS_NO_ROOT UINT64_MAX
#define PROCESS_EVENT_BYTES 32u
#define PROCESS_ANSWER 0x8000u
#define PROCESS_SPACES 8u
#define PROCESS_FORMAT_MAX 63u
/* The descriptor that the program has the memory at. */
#define PROCESS_MEMORY_FD 3

enum process_message {
	MESSAGE_HELLO = 1,
	MESSAGE_OPEN,
	MESSAGE_CLOSE,
	MESSAGE_ROOT,
	MESSAGE_MAP,
	MESSAGE_UNMAP,
	MESSAGE_PROTECT,
	MESSAGE_SPLIT,
	MESSAGE_COLLAPSE,
	MESSAGE_INSTALL,
	MESSAGE_FREE_TABLES,
	MESSAGE_WALK,
	MESSAGE_TRANSLATE,
	MESSAGE_DUMP,
	MESSAGE_READ,
	MESSAGE_ALLOCATE = 0x41,
	MESSAGE_RELEASE,
	MESSAGE_FLUSH,
	MESSAGE_VISIT,
	MESSAGE_VISITS,
	MESSAGE_DIVIDE,
	MESSAGE_RUNS,
	MESSAGE_READ_MEMORY,
	MESSAGE_WRITE_MEMORY,
};

#define MESSAGE_WALK_ANSWERED UINT32_C(1)
#define MESSAGE_WALK_DIVIDES UINT32_C(2)

struct process_arguments {
	uint32_t space, word;
	int32_t depth;
	uint32_t flags;
	uint64_t va, last, pa;
};

struct process_result {
	int32_t returned;
	uint32_t word;
	uint64_t value;
	uint64_t root;			/* or PROCESS_NO_ROOT */
};

/* A message that came; payload is good until the next one is waited for. */
struct process_frame {
	unsigned type;
	uint32_t number, length;
	const uint8_t *payload;
};

/* A call that waits for its answer; calls from within callbacks are inner ones. */
struct process_call {
	enum process_message type;
	uint32_t number;
	int64_t start_ms, heard_ms;	/* its start, the last message */
	/* Whom its walk or dump reports to. */
	struct tablewalk_visitor *visitor;
	bool answered;
	struct tablewalk_dump *dump;
	int dump_returned;		/* what ended the dump; 0: nothing did */
	unsigned refused;		/* tables, in this call */
	struct process_call *outer;
};

/* A space that open() made; the state of a struct tablewalk_subject. */
struct process_space {
	struct process_subject *process;
	uint32_t number;
	unsigned generation;		/* the program that it lives in */
	/* As the last answer has it: only its own operations move it. */
	uint64_t root;
	const struct tablewalk_memory *memory;
};

/* The program, as this process has it. */
struct process_child {
	pid_t pid;			/* 0: there is none */
	pid_t owner;			/* the process that started it */
	int to, from, said;		/* -1 where there is none */
	bool has_memory;
	dev_t memory_dev;
	ino_t memory_ino;
};

struct process_subject {
	struct tablewalk_subject subject;
	char *command, **argv;
	/* What HELLO was answered with, and what of it has to be kept. */
	uint8_t *description;
	uint32_t description_bytes;
	char *strings;
	const char **formats;
	struct tablewalk_reason *reasons;

	unsigned deadline_ms;
	struct process_child child;
	unsigned generation;		/* how many there were */
	uint32_t requests;		/* the number of the last one */
	struct process_space *space[PROCESS_SPACES];
	struct process_call *call;	/* the innermost */
	bool batch;			/* callbacks run that may not call */
	struct process_trouble trouble;
	size_t said_bytes;		/* in trouble.said */
	size_t input_start, input_end;
	uint8_t input[2 * PROCESS_FRAME_MAX];
};

void process_put_arguments(uint8_t *at, const struct process_arguments *a);
struct process_result process_get_result(const uint8_t *at);

int64_t process_now_ms(void);

/* What the innermost call is, for sentences. */
const char *process_doing(const struct process_subject *process);

/*
 * Sets the trouble, if there is none yet, and ends the program.  Returns
 * TABLEWALK_DIED.
 */
__attribute__((format(printf, 4, 5)))
int process_fail(struct process_subject *process,
		 enum process_trouble_kind kind, int number,
		 const char *format, ...);

/* Its end is closed: finds out why.  Returns TABLEWALK_DIED. */
int process_gone(struct process_subject *process);

/* Whether it has ended, without reaping it. */
bool process_ended(const struct process_subject *process);

/* Takes in what it wrote to stderr. */
void process_listen(struct process_subject *process);

/*
 * Starts the program with the file of that descriptor (-1: none) and asks who it
 * is.  0 or TABLEWALK_DIED.
 */
int process_start(struct process_subject *process, int memory_fd);

/* The start alone, without a question. */
int process_spawn(struct process_subject *process, int memory_fd);

/* Lets it end by itself, for a second; without grace kills it.  Reaps it. */
void process_end(struct process_subject *process, bool grace);

/* Lets go of a program that another process started. */
void process_forget(struct process_subject *process);

/*
 * Sends a request of the call's type, and deals with what the program asks until
 * the answer is there: at least minimum bytes long.  0 or TABLEWALK_DIED.
 * request has PROCESS_HEADER_BYTES before its length bytes.
 */
int process_transact(struct process_subject *process,
		     struct process_call *call, uint8_t *request, size_t length,
		     size_t minimum, struct process_frame *answer);

/* Reads the answer to HELLO; the first one stays.  0 or TABLEWALK_DIED. */
int process_describe(struct process_subject *process,
		     const struct process_frame *answer);

#endif
