/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The functions of a subject in another process.
 */
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../bytes.h"
#include "process_private.h"

#define DEADLINE_MS 10000
/* Of one READ; longer ones are several. */
#define READ_BYTES 32768u
/* OPEN behind its arguments: descriptor, length of the name, windows. */
#define OPEN_BYTES (8u + 24u * TABLEWALK_WINDOWS)
#define REQUEST_BYTES (PROCESS_HEADER_BYTES + PROCESS_ARGUMENTS_BYTES)

/* Whether the space still is where it was opened; false: say TABLEWALK_DIED. */
static bool alive(struct process_space *space)
{
	struct process_subject *process = space->process;

	if (process->child.pid == 0 || space->generation != process->generation)
		return false;
	if (process->child.owner == getpid())
		return true;
	process_fail(process, PROCESS_PROTOCOL, 0,
		     "its space was opened in another process");
	return false;
}

/*
 * A call with the usual arguments.  0 with the answer, or what the function shall
 * return.
 */
static int call_with(struct process_space *space, struct process_call *call,
		     const struct process_arguments *arguments, size_t minimum,
		     struct process_frame *answer)
{
	struct process_subject *process = space->process;
	struct process_arguments a = *arguments;
	uint8_t request[REQUEST_BYTES];

	if (!alive(space))
		return TABLEWALK_DIED;
	/* It is not listening while it sends what needs no answer. */
	if (process->batch)
		return TABLEWALK_BUSY;
	a.space = space->number;
	process_put_arguments(request + PROCESS_HEADER_BYTES, &a);
	return process_transact(process, call, request, PROCESS_ARGUMENTS_BYTES,
				minimum, answer);
}

/* The number that a function returned; our own is not its to give. */
static int returned(struct process_space *space,
		    const struct process_result *result)
{
	struct process_subject *process = space->process;

	space->root = result->root;
	if (result->returned == TABLEWALK_DIED)
		return process_fail(process, PROCESS_PROTOCOL, 0,
				    "it returned %d, which says that it died",
				    TABLEWALK_DIED);
	return result->returned;
}

/* An operation with the usual answer; done may be NULL. */
static int operate(void *state, struct process_call *call,
		   const struct process_arguments *a, uint64_t *done)
{
	struct process_space *space = state;
	struct process_frame answer;
	struct process_result result;
	int error = call_with(space, call, a, PROCESS_RESULT_BYTES, &answer);

	if (error)
		return error;
	result = process_get_result(answer.payload);
	if (done)
		*done = result.value;
	return returned(space, &result);
}

static int operate_plain(void *state, enum process_message type,
			 const struct process_arguments *a, uint64_t *done)
{
	struct process_call call = { .type = type };

	return operate(state, &call, a, done);
}

int process_start(struct process_subject *process, int memory_fd)
{
	struct process_call call = { .type = MESSAGE_HELLO };
	uint8_t request[PROCESS_HEADER_BYTES + 8];
	struct process_frame answer;

	process->trouble = (struct process_trouble){ .kind = PROCESS_FINE };
	if (process_spawn(process, memory_fd) != 0)
		return TABLEWALK_DIED;
	bytes_put(request + PROCESS_HEADER_BYTES, 4, false,
		  PROCESS_PROTOCOL_VERSION);
	bytes_put(request + PROCESS_HEADER_BYTES + 4, 4, false,
		  TABLEWALK_SUBJECT_VERSION);
	if (process_transact(process, &call, request, 8, 4, &answer) != 0)
		return TABLEWALK_DIED;
	return process_describe(process, &answer);
}

/* Whether the program has that file: it inherited it, or needs none. */
static bool has_memory(const struct process_child *child, int fd)
{
	struct stat st;

	if (fd < 0)
		return true;
	return child->has_memory && fstat(fd, &st) == 0 &&
	       st.st_dev == child->memory_dev && st.st_ino == child->memory_ino;
}

static bool has_spaces(const struct process_subject *process)
{
	for (unsigned i = 0; i < PROCESS_SPACES; i++)
		if (process->space[i] &&
		    process->space[i]->generation == process->generation)
			return true;
	return false;
}

/* Makes the program run, with that file; 0 or what open() shall return. */
static int make_ready(struct process_subject *process, int fd)
{
	struct process_child *child = &process->child;

	if (child->pid && child->owner != getpid())
		process_forget(process);
	if (child->pid && !has_memory(child, fd)) {
		/* Two memories at a time are not in the protocol. */
		if (has_spaces(process))
			return TABLEWALK_INVALID;
		process_end(process, true);
	}
	return child->pid ? 0 : process_start(process, fd);
}

/* Returns the length of the request behind its header. */
static size_t put_open(uint8_t *request, const struct process_space *space,
		       const struct tablewalk_setup *setup, int fd)
{
	const struct process_arguments a = {
		.space = space->number, .word = setup->control,
		.flags = setup->space, .va = setup->pa_bits,
		.last = setup->folded, .pa = setup->root,
	};
	size_t name = strlen(setup->format);
	uint8_t *at = request + PROCESS_HEADER_BYTES;

	process_put_arguments(at, &a);
	at += PROCESS_ARGUMENTS_BYTES;
	bytes_put(at, 4, false, (uint32_t)(fd < 0 ? -1 : PROCESS_MEMORY_FD));
	bytes_put(at + 4, 4, false, name);
	at += 8;
	for (unsigned i = 0; i < TABLEWALK_WINDOWS; i++, at += 24) {
		struct tablewalk_window none = { 0, 0, 0 };
		const struct tablewalk_window *w =
			fd < 0 ? &none : &setup->memory->window[i];

		bytes_put(at, 8, false, w->pa);
		bytes_put(at + 8, 8, false, w->bytes);
		bytes_put(at + 16, 8, false, w->offset);
	}
	memcpy(at, setup->format, name);
	return (size_t)(at - request) + name - PROCESS_HEADER_BYTES;
}

static int call_open(struct process_space *space, struct tablewalk_setup *setup,
		     int fd)
{
	uint8_t request[REQUEST_BYTES + OPEN_BYTES + PROCESS_FORMAT_MAX];
	struct process_call call = { .type = MESSAGE_OPEN };
	struct process_subject *process = space->process;
	struct process_result result;
	struct process_frame answer;
	size_t length = put_open(request, space, setup, fd);

	if (process_transact(process, &call, request, length,
			     PROCESS_RESULT_BYTES + 16, &answer) != 0)
		return TABLEWALK_DIED;
	result = process_get_result(answer.payload);
	setup->elsewhere_pa =
		bytes_get(answer.payload + PROCESS_RESULT_BYTES, 8, false);
	setup->elsewhere_bytes =
		bytes_get(answer.payload + PROCESS_RESULT_BYTES + 8, 8, false);
	return returned(space, &result);
}

static int process_open(const struct tablewalk_subject *subject,
			struct tablewalk_setup *setup, void **state)
{
	struct process_subject *process = subject->context;
	bool shared = subject->capabilities & TABLEWALK_NEEDS_SHARED;
	int fd = shared ? setup->memory->fd : -1, error;
	struct process_space *space;
	unsigned number = 0;

	while (number < PROCESS_SPACES && process->space[number])
		number++;
	if (number == PROCESS_SPACES || (shared && fd < 0) ||
	    strlen(setup->format) > PROCESS_FORMAT_MAX)
		return TABLEWALK_INVALID;
	if (process->batch)
		return TABLEWALK_BUSY;
	error = make_ready(process, fd);
	if (error)
		return error;
	space = malloc(sizeof(*space));
	if (!space)
		return TABLEWALK_MEMORY;
	*space = (struct process_space){ process, number, process->generation,
					 PROCESS_NO_ROOT, setup->memory };
	process->space[number] = space;
	error = call_open(space, setup, fd);
	if (error) {
		process->space[number] = NULL;
		free(space);
		return error;
	}
	*state = space;
	return 0;
}

static void process_close(void *state)
{
	const struct process_arguments none = { .space = 0 };
	struct process_space *space = state;

	operate_plain(state, MESSAGE_CLOSE, &none, NULL);
	space->process->space[space->number] = NULL;
	free(space);
}

static uint64_t process_root(void *state)
{
	const struct process_arguments none = { .space = 0 };
	struct process_space *space = state;

	if (!alive(space))
		return UINT64_MAX;
	if (space->root == PROCESS_NO_ROOT)
		operate_plain(state, MESSAGE_ROOT, &none, NULL);
	return space->root;
}

static int process_map(void *state, uint64_t va, uint64_t last, uint64_t pa,
		       uint32_t attrs, int depth, uint64_t *done)
{
	return operate_plain(state, MESSAGE_MAP,
			     &(struct process_arguments){
				.word = attrs, .depth = depth, .va = va,
				.last = last, .pa = pa }, done);
}

static int process_unmap(void *state, uint64_t va, uint64_t last,
			 uint64_t *done)
{
	return operate_plain(state, MESSAGE_UNMAP,
			     &(struct process_arguments){
				.va = va, .last = last }, done);
}

static int process_protect(void *state, uint64_t va, uint64_t last,
			   uint32_t rights, uint64_t *done)
{
	return operate_plain(state, MESSAGE_PROTECT,
			     &(struct process_arguments){
				.word = rights, .va = va, .last = last }, done);
}

static int process_split(void *state, uint64_t va, int depth)
{
	return operate_plain(state, MESSAGE_SPLIT,
			     &(struct process_arguments){
				.depth = depth, .va = va }, NULL);
}

static int process_collapse(void *state, uint64_t va, int depth)
{
	return operate_plain(state, MESSAGE_COLLAPSE,
			     &(struct process_arguments){
				.depth = depth, .va = va }, NULL);
}

static int process_install(void *state, uint64_t va, uint64_t last,
			   uint64_t pa, uint32_t attrs, uint64_t *done)
{
	return operate_plain(state, MESSAGE_INSTALL,
			     &(struct process_arguments){
				.word = attrs, .va = va, .last = last,
				.pa = pa }, done);
}

static int process_free_tables(void *state, uint64_t va, uint64_t last)
{
	return operate_plain(state, MESSAGE_FREE_TABLES,
			     &(struct process_arguments){
				.va = va, .last = last }, NULL);
}

static int process_walk(void *state, uint64_t va, uint64_t last,
			struct tablewalk_visitor *visitor)
{
	struct process_space *space = state;
	uint64_t answers = space->process->subject.capabilities &
			   (TABLEWALK_CAN_ACTIONS | TABLEWALK_CAN_STOP);
	struct process_call call = {
		.type = MESSAGE_WALK,
		.visitor = visitor,
		.answered = answers && !(visitor->callbacks & PROCESS_NO_ANSWERS),
	};
	const struct process_arguments a = {
		.word = visitor->callbacks & ~PROCESS_NO_ANSWERS,
		.flags = (call.answered ? MESSAGE_WALK_ANSWERED : 0) |
			 (visitor->split ? MESSAGE_WALK_DIVIDES : 0),
		.va = va, .last = last,
	};

	return operate(state, &call, &a, NULL);
}

static int process_translate(void *state, uint64_t va,
			     struct tablewalk_translation *found)
{
	const struct process_arguments a = { .va = va };
	struct process_call call = { .type = MESSAGE_TRANSLATE };
	struct process_space *space = state;
	struct process_result result;
	struct process_frame answer;
	const uint8_t *at;
	int error = call_with(space, &call, &a, PROCESS_RESULT_BYTES + 24,
			      &answer);

	if (error)
		return error;
	result = process_get_result(answer.payload);
	at = answer.payload + PROCESS_RESULT_BYTES;
	*found = (struct tablewalk_translation){
		.present = (uint32_t)bytes_get(at, 4, false),
		.depth = (int32_t)bytes_get(at + 4, 4, false),
		.pa = bytes_get(at + 8, 8, false),
		.attrs = (uint32_t)bytes_get(at + 16, 4, false),
		.removed = (uint32_t)bytes_get(at + 20, 4, false),
	};
	return returned(space, &result);
}

static int process_dump(void *state, uint64_t va, uint64_t last,
			struct tablewalk_dump *dump)
{
	struct process_call call = { .type = MESSAGE_DUMP, .dump = dump };
	const struct process_arguments a = { .va = va, .last = last };
	int error = operate(state, &call, &a, NULL);

	/* The program was not told that somebody had enough. */
	return error != TABLEWALK_DIED && call.dump_returned ?
	       call.dump_returned : error;
}

static int process_read(void *state, uint64_t pa, void *to, size_t bytes)
{
	struct process_space *space = state;
	uint8_t *out = to;

	while (bytes) {
		uint32_t now = bytes < READ_BYTES ? (uint32_t)bytes : READ_BYTES;
		const struct process_arguments a = { .pa = pa, .last = now };
		struct process_call call = { .type = MESSAGE_READ };
		struct process_result result;
		struct process_frame answer;
		int error = call_with(space, &call, &a, PROCESS_RESULT_BYTES,
				      &answer);

		if (error)
			return error;
		result = process_get_result(answer.payload);
		error = returned(space, &result);
		if (error)
			return error;
		if (answer.length != PROCESS_RESULT_BYTES + now)
			return process_fail(space->process, PROCESS_PROTOCOL, 0,
					    "it read another number of bytes "
					    "than it was to");
		memcpy(out, answer.payload + PROCESS_RESULT_BYTES, now);
		out += now;
		pa += now;
		bytes -= now;
	}
	return 0;
}

static const struct tablewalk_subject all_functions = {
	.version = TABLEWALK_SUBJECT_VERSION,
	.bytes = sizeof(struct tablewalk_subject),
	.open = process_open,
	.close = process_close,
	.root = process_root,
	.map = process_map,
	.unmap = process_unmap,
	.protect = process_protect,
	.split = process_split,
	.collapse = process_collapse,
	.install = process_install,
	.free_tables = process_free_tables,
	.walk = process_walk,
	.translate = process_translate,
	.dump = process_dump,
	.read = process_read,
};

/* The words of the command; false where there is no word or no memory. */
static bool split_command(struct process_subject *process, const char *command)
{
	size_t most = strlen(command) / 2 + 2, count = 0;

	process->command = strdup(command);
	process->argv = calloc(most, sizeof(*process->argv));
	if (!process->command || !process->argv)
		return false;
	for (char *at = process->command;;) {
		at += strspn(at, " \t");
		if (!*at)
			break;
		process->argv[count++] = at;
		at += strcspn(at, " \t");
		if (*at)
			*at++ = '\0';
	}
	return count > 0;
}

struct process_subject *process_subject_create(const char *command,
					       char *error, size_t bytes)
{
	struct process_subject *process = calloc(1, sizeof(*process));

	if (!process) {
		snprintf(error, bytes, "out of memory");
		return NULL;
	}
	process->subject = all_functions;
	process->subject.context = process;
	process->deadline_ms = DEADLINE_MS;
	process->child.to = process->child.from = process->child.said = -1;
	if (!split_command(process, command)) {
		snprintf(error, bytes, "the command of the subject is empty");
	} else if (process_start(process, -1) != 0) {
		snprintf(error, bytes, "%s", process->trouble.sentence);
	} else {
		process_end(process, true);
		return process;
	}
	process_subject_destroy(process);
	return NULL;
}

void process_subject_end(struct process_subject *process)
{
	process_end(process, true);
}

void process_subject_destroy(struct process_subject *process)
{
	if (!process)
		return;
	process_end(process, true);
	for (unsigned i = 0; i < PROCESS_SPACES; i++)
		free(process->space[i]);
	free(process->description);
	free(process->strings);
	free(process->formats);
	free(process->reasons);
	free(process->argv);
	free(process->command);
	free(process);
}

const struct tablewalk_subject *process_subject(struct process_subject *process)
{
	return &process->subject;
}

struct process_subject *
process_subject_of(const struct tablewalk_subject *subject)
{
	return subject->open == process_open ? subject->context : NULL;
}

const struct process_trouble *
process_subject_trouble(const struct process_subject *process)
{
	return &process->trouble;
}

const char *process_trouble_name(enum process_trouble_kind kind)
{
	static const char *const names[] = {
		[PROCESS_FINE] = "fine",
		[PROCESS_NOT_STARTED] = "not-started",
		[PROCESS_OTHER_VERSION] = "other-version",
		[PROCESS_MISDESCRIBED] = "misdescribed",
		[PROCESS_CRASHED] = "crashed",
		[PROCESS_EXITED] = "exited",
		[PROCESS_CLOSED] = "closed",
		[PROCESS_HUNG] = "hung",
		[PROCESS_FLOODED] = "flooded",
		[PROCESS_GARBAGE] = "garbage",
		[PROCESS_PROTOCOL] = "protocol",
	};

	return names[kind];
}

void process_subject_set_deadline(struct process_subject *process,
				  unsigned milliseconds)
{
	process->deadline_ms = milliseconds;
}

long process_subject_pid(const struct process_subject *process)
{
	return process->child.owner == getpid() ? (long)process->child.pid : 0;
}
