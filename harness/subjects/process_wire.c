/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Messages to and from the program of a subject, and what it asks for while a
 * call waits for its answer.  Nothing that comes is believed.
 */
#include "process_private.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../bytes.h"

/* A program that asks for tables again so often has not understood. */
#define REFUSED_MAX 4096
/* No format has tables that long. */
#define TABLE_BYTES_MAX (UINT64_C(1) << 30)
/* How often a wait looks whether the program still is there. */
#define SLICE_MS 100

void process_put_arguments(uint8_t *at, const struct process_arguments *a)
{
	bytes_put(at, 4, false, a->space);
	bytes_put(at + 4, 4, false, a->word);
	bytes_put(at + 8, 4, false, (uint32_t)a->depth);
	bytes_put(at + 12, 4, false, a->flags);
	bytes_put(at + 16, 8, false, a->va);
	bytes_put(at + 24, 8, false, a->last);
	bytes_put(at + 32, 8, false, a->pa);
}

static struct process_arguments get_arguments(const uint8_t *at)
{
	return (struct process_arguments){
		.space = (uint32_t)bytes_get(at, 4, false),
		.word = (uint32_t)bytes_get(at + 4, 4, false),
		.depth = (int32_t)bytes_get(at + 8, 4, false),
		.flags = (uint32_t)bytes_get(at + 12, 4, false),
		.va = bytes_get(at + 16, 8, false),
		.last = bytes_get(at + 24, 8, false),
		.pa = bytes_get(at + 32, 8, false),
	};
}

struct process_result process_get_result(const uint8_t *at)
{
	return (struct process_result){
		.returned = (int32_t)bytes_get(at, 4, false),
		.word = (uint32_t)bytes_get(at + 4, 4, false),
		.value = bytes_get(at + 8, 8, false),
		.root = bytes_get(at + 16, 8, false),
	};
}

static void put_header(uint8_t *frame, unsigned type, uint32_t number,
		       size_t length)
{
	bytes_put(frame, 4, false, length);
	bytes_put(frame + 4, 2, false, type);
	bytes_put(frame + 6, 2, false, PROCESS_MARK);
	bytes_put(frame + 8, 4, false, number);
}

/*
 * Waits until the program can be read from or written to, or its end closed.
 * 0, or TABLEWALK_DIED when there is no time left or it is gone.
 */
static int wait_for(struct process_subject *process, short events)
{
	const struct process_call *call = process->call;
	const struct process_child *child = &process->child;
	struct pollfd fds[2] = {
		{ .fd = events == POLLIN ? child->from : child->to,
		  .events = events },
		{ .fd = child->said, .events = POLLIN },
	};

	for (;;) {
		int64_t left = call->heard_ms + process->deadline_ms -
			       process_now_ms();
		int n;

		if (left <= 0)
			return process_fail(process, PROCESS_HUNG, 0,
					    "no answer in %u ms",
					    process->deadline_ms);
		n = poll(fds, 2, left < SLICE_MS ? (int)left : SLICE_MS);
		if (n > 0 && fds[1].revents) {
			process_listen(process);
			fds[1].fd = child->said;
		}
		if (n > 0 && fds[0].revents)
			return 0;
		/* A child of its own may still have the pipe. */
		if (n == 0 && process_ended(process))
			return process_gone(process);
	}
}

/* 0 or TABLEWALK_DIED. */
static int send_frame(struct process_subject *process, uint8_t *frame,
		      unsigned type, uint32_t number, size_t length)
{
	const size_t bytes = PROCESS_HEADER_BYTES + length;
	size_t sent = 0;

	put_header(frame, type, number, length);
	while (sent < bytes) {
		ssize_t n = send(process->child.to, frame + sent, bytes - sent,
				 MSG_NOSIGNAL);

		if (n >= 0)
			sent += (size_t)n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (wait_for(process, POLLOUT) != 0)
				return TABLEWALK_DIED;
		} else if (errno != EINTR) {
			/* What it wrote before it closed says more. */
			break;
		}
	}
	process->call->heard_ms = process_now_ms();
	return 0;
}

/* Reads until that many bytes are there.  0 or TABLEWALK_DIED. */
static int fill(struct process_subject *process, size_t wanted)
{
	if (process->input_start + wanted > sizeof(process->input)) {
		memmove(process->input, process->input + process->input_start,
			process->input_end - process->input_start);
		process->input_end -= process->input_start;
		process->input_start = 0;
	}
	while (process->input_end - process->input_start < wanted) {
		ssize_t n = read(process->child.from,
				 process->input + process->input_end,
				 sizeof(process->input) - process->input_end);

		if (n > 0)
			process->input_end += (size_t)n;
		else if (n == 0)
			return process_gone(process);
		else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (wait_for(process, POLLIN) != 0)
				return TABLEWALK_DIED;
		} else if (errno != EINTR) {
			return process_gone(process);
		}
	}
	return 0;
}

/* Says what came instead of a message: often somebody's printf(). */
static int garbage(struct process_subject *process, const uint8_t *header)
{
	char text[PROCESS_HEADER_BYTES * 3 + 1];
	bool printable = true;

	for (unsigned i = 0; i < PROCESS_HEADER_BYTES; i++)
		if ((header[i] < ' ' || header[i] > '~') && header[i] != '\n')
			printable = false;
	for (unsigned i = 0; i < PROCESS_HEADER_BYTES; i++)
		snprintf(text + (printable ? i : 3 * i), 4,
			 printable ? "%c" : " %02x",
			 printable && header[i] == '\n' ? ' ' : header[i]);
	return process_fail(process, PROCESS_GARBAGE, 0,
			    "it wrote `%s' where a message begins",
			    text + !printable);
}

static int receive(struct process_subject *process,
		   struct process_frame *frame)
{
	struct process_call *call = process->call;
	const uint8_t *header;

	if (process->input_start == process->input_end)
		process->input_start = process->input_end = 0;
	if (fill(process, PROCESS_HEADER_BYTES) != 0)
		return TABLEWALK_DIED;
	header = process->input + process->input_start;
	frame->length = (uint32_t)bytes_get(header, 4, false);
	frame->type = (unsigned)bytes_get(header + 4, 2, false);
	frame->number = (uint32_t)bytes_get(header + 8, 4, false);
	if (bytes_get(header + 6, 2, false) != PROCESS_MARK)
		return garbage(process, header);
	if (frame->length > PROCESS_PAYLOAD_MAX)
		return process_fail(process, PROCESS_GARBAGE, 0,
				    "it announced a message of %" PRIu32
				    " bytes; the longest has %u",
				    frame->length, PROCESS_PAYLOAD_MAX);
	if (fill(process, PROCESS_HEADER_BYTES + frame->length) != 0)
		return TABLEWALK_DIED;
	frame->payload = process->input + process->input_start +
			 PROCESS_HEADER_BYTES;
	process->input_start += PROCESS_HEADER_BYTES + frame->length;
	call->heard_ms = process_now_ms();
	if (call->heard_ms - call->start_ms > 2 * (int64_t)process->deadline_ms)
		return process_fail(process, PROCESS_FLOODED, 0,
				    "it still sent messages, but no answer, "
				    "after %u ms", 2 * process->deadline_ms);
	return 0;
}

/* What the program may ask. */

static int answer(struct process_subject *process,
		  const struct process_frame *f, int32_t returned,
		  uint32_t word, uint64_t value)
{
	uint8_t frame[PROCESS_HEADER_BYTES + PROCESS_RESULT_BYTES];
	uint8_t *at = frame + PROCESS_HEADER_BYTES;

	bytes_put(at, 4, false, (uint32_t)returned);
	bytes_put(at + 4, 4, false, word);
	bytes_put(at + 8, 8, false, value);
	bytes_put(at + 16, 8, false, 0);
	return send_frame(process, frame, f->type | PROCESS_ANSWER, f->number,
			  PROCESS_RESULT_BYTES);
}

static int bad_request(struct process_subject *process,
		       const struct process_frame *f, const char *why)
{
	return process_fail(process, PROCESS_PROTOCOL, 0,
			    "it sent a request of type 0x%x %s", f->type, why);
}

static bool power_of_two(uint64_t value)
{
	return value && (value & (value - 1)) == 0;
}

static int give_table(struct process_subject *process,
		      const struct process_frame *f,
		      const struct process_arguments *a,
		      const struct tablewalk_memory *memory)
{
	uint64_t pa = 0;

	if (!power_of_two(a->last) || a->last > TABLE_BYTES_MAX ||
	    (a->va && (!power_of_two(a->va) || a->va > TABLE_BYTES_MAX)))
		return process_fail(process, PROCESS_PROTOCOL, 0,
				    "it asked for a table of %" PRIu64
				    " bytes, aligned to %" PRIu64,
				    a->last, a->va);
	if (memory->allocate(memory->context, (size_t)a->last, (size_t)a->va,
			     &pa))
		return answer(process, f, 0, 0, pa);
	if (++process->call->refused > REFUSED_MAX)
		return process_fail(process, PROCESS_FLOODED, 0,
				    "it asked for tables after %d were refused",
				    REFUSED_MAX);
	return answer(process, f, TABLEWALK_MEMORY, 0, 0);
}

/* Where [pa, pa + bytes) is in this process, or NULL. */
static uint8_t *stretch(const struct tablewalk_memory *memory, uint64_t pa,
			uint64_t bytes)
{
	uint8_t *first, *last;

	if (bytes == 0 || bytes > PROCESS_PAYLOAD_MAX ||
	    pa + (bytes - 1) < pa)
		return NULL;
	first = memory->pointer(memory->context, pa);
	last = memory->pointer(memory->context, pa + (bytes - 1));
	return first && last && (uintptr_t)last - (uintptr_t)first == bytes - 1 ?
	       first : NULL;
}

/*
 * As the program itself would, were the memory mapped there: a released table is
 * none of this function's business, the arena looks after those.
 */
__attribute__((no_sanitize("address")))
static void copy(uint8_t *to, const uint8_t *from, size_t bytes)
{
	volatile uint8_t *out = to;
	const volatile uint8_t *in = from;

	for (size_t i = 0; i < bytes; i++)
		out[i] = in[i];
}

static int read_memory(struct process_subject *process,
		       const struct process_frame *f,
		       const struct process_arguments *a,
		       const struct tablewalk_memory *memory)
{
	uint8_t frame[PROCESS_FRAME_MAX];
	uint8_t *at = frame + PROCESS_HEADER_BYTES + PROCESS_RESULT_BYTES;
	const uint8_t *from = stretch(memory, a->pa, a->last);

	if (!from ||
	    a->last > PROCESS_PAYLOAD_MAX - PROCESS_RESULT_BYTES)
		return answer(process, f, TABLEWALK_RANGE, 0, 0);
	memset(frame, 0, (size_t)(at - frame));
	copy(at, from, (size_t)a->last);
	return send_frame(process, frame, f->type | PROCESS_ANSWER, f->number,
			  PROCESS_RESULT_BYTES + (size_t)a->last);
}

static int write_memory(struct process_subject *process,
			const struct process_frame *f,
			const struct process_arguments *a,
			const struct tablewalk_memory *memory)
{
	uint8_t *to = stretch(memory, a->pa, a->last);

	if (f->length - PROCESS_ARGUMENTS_BYTES != a->last)
		return bad_request(process, f, "with another number of bytes "
					       "than it says");
	if (!to)
		return answer(process, f, TABLEWALK_RANGE, 0, 0);
	copy(to, f->payload + PROCESS_ARGUMENTS_BYTES, (size_t)a->last);
	return answer(process, f, 0, 0, 0);
}

/* Checks what a visitor is entitled to believe. */
static int check_visit(struct process_subject *process, uint32_t hole,
		       int depth)
{
	const struct process_call *call = process->call;

	if (!call->visitor)
		return process_fail(process, PROCESS_PROTOCOL, 0,
				    "it sent a visit outside of a walk");
	if (hole > 1 || depth < -(int)hole || depth >= TABLEWALK_DEPTHS)
		return process_fail(process, PROCESS_PROTOCOL, 0,
				    "it sent a visit of kind %" PRIu32
				    " and depth %d", hole, depth);
	if (!(hole ? call->visitor->hole != NULL :
		     call->visitor->entry != NULL))
		return process_fail(process, PROCESS_PROTOCOL, 0,
				    "it sent a visit that nobody wants");
	return 0;
}

static int visit(struct tablewalk_visitor *visitor, uint32_t hole, int depth,
		 uint64_t va, uint64_t last, uint64_t pa)
{
	visitor->action = TABLEWALK_SUBTREE;
	return hole ? visitor->hole(visitor, depth, va, last) :
		      visitor->entry(visitor, depth, va, last, pa);
}

static int one_visit(struct process_subject *process,
		     const struct process_frame *f,
		     const struct process_arguments *a)
{
	struct tablewalk_visitor *visitor = process->call->visitor;
	unsigned generation = process->generation;
	int returned;

	if (check_visit(process, a->word, a->depth) != 0)
		return TABLEWALK_DIED;
	returned = visit(visitor, a->word, a->depth, a->va, a->last, a->pa);
	/* The visitor may have called the subject, which died of it. */
	if (!process->child.pid || process->generation != generation)
		return TABLEWALK_DIED;
	return answer(process, f, returned, visitor->action, 0);
}

static int divide(struct process_subject *process,
		  const struct process_frame *f,
		  const struct process_arguments *a)
{
	struct tablewalk_visitor *visitor = process->call->visitor;
	unsigned generation = process->generation;
	int returned;

	if (!visitor || !visitor->split || a->depth < 0 ||
	    a->depth >= TABLEWALK_DEPTHS)
		return bad_request(process, f, "that its walk has no use for");
	returned = visitor->split(visitor, a->depth, a->va);
	if (!process->child.pid || process->generation != generation)
		return TABLEWALK_DIED;
	return answer(process, f, returned, 0, 0);
}

/* Visits or runs that wait for no answer. */
static int events(struct process_subject *process,
		  const struct process_frame *f)
{
	struct process_call *call = process->call;
	bool runs = f->type == MESSAGE_RUNS, batch = process->batch;
	int error = 0;

	if (f->length == 0 || f->length % PROCESS_EVENT_BYTES)
		return bad_request(process, f, "of a length that it cannot have");
	if (runs ? !call->dump : call->answered)
		return bad_request(process, f, "where it is not due");
	process->batch = true;
	for (uint32_t i = 0; i < f->length && !error; i += PROCESS_EVENT_BYTES) {
		const uint8_t *at = f->payload + i;
		uint32_t word = (uint32_t)bytes_get(at, 4, false);
		int depth = (int32_t)bytes_get(at + 4, 4, false);
		uint64_t va = bytes_get(at + 8, 8, false);
		uint64_t last = bytes_get(at + 16, 8, false);

		if (!runs) {
			error = check_visit(process, word, depth);
			if (!error)
				visit(call->visitor, word, depth, va, last,
				      bytes_get(at + 24, 8, false));
		} else if (depth < 0 || depth >= TABLEWALK_DEPTHS) {
			error = process_fail(process, PROCESS_PROTOCOL, 0,
					     "it sent a run of depth %d", depth);
		} else if (call->dump_returned == 0) {
			call->dump_returned = call->dump->run(call->dump, depth,
							      va, last, word);
		}
	}
	process->batch = batch;
	return error;
}

/* The memory of the space that a request names; NULL with trouble. */
static const struct tablewalk_memory *
memory_of(struct process_subject *process, const struct process_frame *f,
	  const struct process_arguments *a)
{
	if (a->space < PROCESS_SPACES && process->space[a->space])
		return process->space[a->space]->memory;
	bad_request(process, f, "for a space that is not open");
	return NULL;
}

static int memory_request(struct process_subject *process,
			  const struct process_frame *f,
			  const struct process_arguments *a)
{
	const struct tablewalk_memory *memory = memory_of(process, f, a);

	if (!memory)
		return TABLEWALK_DIED;
	switch (f->type) {
	case MESSAGE_ALLOCATE:
		return give_table(process, f, a, memory);
	case MESSAGE_RELEASE:
		if (a->last > SIZE_MAX)
			return bad_request(process, f, "of an absurd size");
		memory->release(memory->context, a->pa, (size_t)a->last);
		return answer(process, f, 0, 0, 0);
	case MESSAGE_FLUSH:
		if (memory->flush)
			memory->flush(memory->context, a->va, a->last, a->depth,
				      a->flags != 0);
		return answer(process, f, 0, 0, 0);
	case MESSAGE_READ_MEMORY:
		return read_memory(process, f, a, memory);
	default:
		return write_memory(process, f, a, memory);
	}
}

static int request(struct process_subject *process,
		   const struct process_frame *f)
{
	struct process_arguments a;

	if (f->type < MESSAGE_ALLOCATE || f->type > MESSAGE_WRITE_MEMORY)
		return bad_request(process, f, "which there is not");
	if (f->type == MESSAGE_VISITS || f->type == MESSAGE_RUNS)
		return events(process, f);
	if (f->length < PROCESS_ARGUMENTS_BYTES ||
	    (f->length > PROCESS_ARGUMENTS_BYTES &&
	     f->type != MESSAGE_WRITE_MEMORY))
		return bad_request(process, f, "of a length that it cannot have");
	a = get_arguments(f->payload);
	switch (f->type) {
	case MESSAGE_VISIT:
		return one_visit(process, f, &a);
	case MESSAGE_DIVIDE:
		return divide(process, f, &a);
	default:
		return memory_request(process, f, &a);
	}
}

const char *process_doing(const struct process_subject *process)
{
	static const char *const names[] = {
		[MESSAGE_HELLO] = "hello", [MESSAGE_OPEN] = "open",
		[MESSAGE_CLOSE] = "close", [MESSAGE_ROOT] = "root",
		[MESSAGE_MAP] = "map", [MESSAGE_UNMAP] = "unmap",
		[MESSAGE_PROTECT] = "protect", [MESSAGE_SPLIT] = "split",
		[MESSAGE_COLLAPSE] = "collapse", [MESSAGE_INSTALL] = "install",
		[MESSAGE_FREE_TABLES] = "free_tables", [MESSAGE_WALK] = "walk",
		[MESSAGE_TRANSLATE] = "translate", [MESSAGE_DUMP] = "dump",
		[MESSAGE_READ] = "read",
	};

	return process->call ? names[process->call->type] : NULL;
}

static int exchange(struct process_subject *process, struct process_call *call,
		    uint8_t *frame, size_t length, struct process_frame *answer)
{
	if (send_frame(process, frame, call->type, call->number, length) != 0)
		return TABLEWALK_DIED;
	for (;;) {
		if (receive(process, answer) != 0)
			return TABLEWALK_DIED;
		if (answer->type & PROCESS_ANSWER)
			break;
		if (request(process, answer) != 0)
			return TABLEWALK_DIED;
	}
	if (answer->type != (call->type | PROCESS_ANSWER) ||
	    answer->number != call->number)
		return process_fail(process, PROCESS_PROTOCOL, 0,
				    "it answered request %" PRIu32
				    " of type 0x%x; request %" PRIu32
				    " of type 0x%x waits", answer->number,
				    answer->type & ~PROCESS_ANSWER,
				    call->number, (unsigned)call->type);
	/* An inner call leaves what belongs to an outer one. */
	if (!call->outer && process->input_start != process->input_end)
		return process_fail(process, PROCESS_PROTOCOL, 0,
				    "it went on behind its answer");
	return 0;
}

int process_transact(struct process_subject *process,
		     struct process_call *call, uint8_t *frame, size_t length,
		     size_t minimum, struct process_frame *answer)
{
	int error;

	call->number = ++process->requests;
	call->start_ms = call->heard_ms = process_now_ms();
	call->outer = process->call;
	process->call = call;
	error = exchange(process, call, frame, length, answer);
	if (!error && answer->length < minimum)
		error = process_fail(process, PROCESS_PROTOCOL, 0,
				     "its answer has %" PRIu32 " bytes, which "
				     "is too short", answer->length);
	process->call = call->outer;
	return error;
}
