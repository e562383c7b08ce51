/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Serves a subject to a tablewalk in another process: docs/subject-protocol.md.
 *
 * One file of C99 that includes tablewalk/subject.h and POSIX headers only, so
 * that it can be copied beside any subject and compiled by any compiler, for
 * either byte order and 32 or 64 bits.  The whole of a subject's program is
 *
 *	int main(void)
 *	{
 *		return tablewalk_serve(&subject, 0, 1);
 *	}
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
/* Windows may lie beyond 2 GiB of the file; off_t of 32 bits cannot say so. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif

#include <tablewalk/subject.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PROTOCOL 1
#define MARK 0x5754			/* the bytes "TW" */
#define HEADER_BYTES 12
#define PAYLOAD_MAX 65536
#define REQUEST_MAX 512			/* of what tablewalk sends to this file */
#define ARGUMENTS_BYTES 40
#define RESULT_BYTES 24
#define EVENT_BYTES 32
#define ANSWER 0x8000
#define SLOTS 8				/* spaces that are open at a time */

enum message {
	HELLO = 1, OPEN, CLOSE, ROOT, MAP, UNMAP, PROTECT, SPLIT, COLLAPSE,
	INSTALL, FREE_TABLES, WALK, TRANSLATE, DUMP, READ,
	ALLOCATE = 0x41, RELEASE, FLUSH, VISIT, VISITS, DIVIDE, RUNS,
};

/* Flags of WALK. */
#define WALK_ANSWERED 1u		/* each visit waits for its answer */
#define WALK_DIVIDES 2u			/* visitor.split is there */

/* What nearly all requests of both sides have. */
struct arguments {
	uint32_t space, word;
	int32_t depth;
	uint32_t flags;
	uint64_t va, last, pa;
};

/* What nearly all answers begin with. */
struct result {
	int32_t returned;
	uint32_t word;
	uint64_t value;
	uint64_t root;			/* of the space; -1: ask for it */
};

#define NO_ROOT UINT64_MAX

struct frame {
	unsigned type;
	uint32_t number, length;
	uint8_t payload[REQUEST_MAX];
};

/* One open space, its memory as the subject sees it, and where that is mapped. */
struct slot {
	struct server *server;
	uint32_t number;
	bool open;
	void *state;
	char format[64];
	struct tablewalk_memory memory;
	uint8_t *mapped[TABLEWALK_WINDOWS];
};

struct server {
	const struct tablewalk_subject *subject;
	int in, out;
	uint32_t requests;		/* the number of the last one of ours */
	struct slot slot[SLOTS];
	size_t input_start, input_end;
	uint8_t input[4096];
	/* VISITS or RUNS that are not sent yet; none: batched is 0. */
	unsigned batch_type;
	size_t batched;
	uint8_t batch[HEADER_BYTES + PAYLOAD_MAX];
	uint8_t large[HEADER_BYTES + PAYLOAD_MAX];
};

/* Nobody is there to be told, or what came makes no sense: nothing can go on. */
static void give_up(const char *why)
{
	if (why)
		fprintf(stderr, "tablewalk_serve: %s\n", why);
	_exit(why ? 3 : 0);
}

static void put(uint8_t *at, unsigned bytes, uint64_t value)
{
	unsigned i;

	for (i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *at, unsigned bytes)
{
	uint64_t value = 0;
	unsigned i;

	for (i = 0; i < bytes; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

static int32_t get_signed(const uint8_t *at)
{
	uint32_t value = (uint32_t)get(at, 4);

	return value <= INT32_MAX ? (int32_t)value :
				    -(int32_t)(UINT32_MAX - value) - 1;
}

static void put_arguments(uint8_t *at, const struct arguments *a)
{
	put(at, 4, a->space);
	put(at + 4, 4, a->word);
	put(at + 8, 4, (uint32_t)a->depth);
	put(at + 12, 4, a->flags);
	put(at + 16, 8, a->va);
	put(at + 24, 8, a->last);
	put(at + 32, 8, a->pa);
}

static struct arguments get_arguments(const uint8_t *at)
{
	return (struct arguments){
		.space = (uint32_t)get(at, 4), .word = (uint32_t)get(at + 4, 4),
		.depth = get_signed(at + 8),
		.flags = (uint32_t)get(at + 12, 4), .va = get(at + 16, 8),
		.last = get(at + 24, 8), .pa = get(at + 32, 8),
	};
}

/* frame has HEADER_BYTES before its payload; it is sent as a whole. */
static void send_frame(struct server *s, uint8_t *frame, unsigned type,
		       uint32_t number, size_t length)
{
	size_t sent = 0;

	put(frame, 4, length);
	put(frame + 4, 2, type);
	put(frame + 6, 2, MARK);
	put(frame + 8, 4, number);
	while (sent < HEADER_BYTES + length) {
		ssize_t n = write(s->out, frame + sent,
				  HEADER_BYTES + length - sent);

		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && errno != EINTR)
			give_up(NULL);
	}
}

static void send_batch(struct server *s)
{
	size_t length = s->batched;

	if (length == 0)
		return;
	s->batched = 0;
	send_frame(s, s->batch, s->batch_type, ++s->requests, length);
}

/* False where the other side has closed. */
static bool fill(struct server *s, size_t wanted)
{
	if (s->input_start) {
		memmove(s->input, s->input + s->input_start,
			s->input_end - s->input_start);
		s->input_end -= s->input_start;
		s->input_start = 0;
	}
	while (s->input_end < wanted) {
		ssize_t n = read(s->in, s->input + s->input_end,
				 sizeof(s->input) - s->input_end);

		if (n > 0)
			s->input_end += (size_t)n;
		else if (n == 0 || errno != EINTR)
			return false;
	}
	return true;
}

static bool receive(struct server *s, struct frame *f)
{
	const uint8_t *at;

	if (s->input_end - s->input_start < HEADER_BYTES &&
	    !fill(s, HEADER_BYTES))
		return false;
	at = s->input + s->input_start;
	f->length = (uint32_t)get(at, 4);
	f->type = (unsigned)get(at + 4, 2);
	f->number = (uint32_t)get(at + 8, 4);
	if (get(at + 6, 2) != MARK || f->length > REQUEST_MAX)
		give_up("that is not the protocol; tablewalk "
			"--subject-command starts this program");
	if (s->input_end - s->input_start < HEADER_BYTES + f->length &&
	    !fill(s, HEADER_BYTES + f->length))
		return false;
	memcpy(f->payload, s->input + s->input_start + HEADER_BYTES, f->length);
	s->input_start += HEADER_BYTES + f->length;
	return true;
}

static void serve_request(struct server *s, const struct frame *f);

/*
 * Asks the other side.  While it finds the answer it may ask too: a visitor can
 * call the subject.
 */
static struct result ask(struct server *s, unsigned type,
			 const struct arguments *a)
{
	uint8_t request[HEADER_BYTES + ARGUMENTS_BYTES];
	struct result r;
	struct frame f;
	uint32_t number;

	send_batch(s);
	number = ++s->requests;
	put_arguments(request + HEADER_BYTES, a);
	send_frame(s, request, type, number, ARGUMENTS_BYTES);
	for (;;) {
		if (!receive(s, &f))
			give_up(NULL);
		if (f.type & ANSWER)
			break;
		serve_request(s, &f);
	}
	if (f.type != (type | ANSWER) || f.number != number ||
	    f.length != RESULT_BYTES)
		give_up("an answer to another request");
	r.returned = get_signed(f.payload);
	r.word = (uint32_t)get(f.payload + 4, 4);
	r.value = get(f.payload + 8, 8);
	r.root = NO_ROOT;
	return r;
}

/* An event that waits for no answer. */
static void add_event(struct server *s, unsigned type, uint32_t word, int depth,
		      uint64_t va, uint64_t last, uint64_t pa)
{
	uint8_t *at;

	if (s->batched == PAYLOAD_MAX || s->batch_type != type)
		send_batch(s);
	s->batch_type = type;
	at = s->batch + HEADER_BYTES + s->batched;
	put(at, 4, word);
	put(at + 4, 4, (uint32_t)depth);
	put(at + 8, 8, va);
	put(at + 16, 8, last);
	put(at + 24, 8, pa);
	s->batched += EVENT_BYTES;
}

/* Memory, as the subject sees it. */

static void *memory_pointer(void *context, uint64_t pa)
{
	const struct slot *slot = context;
	unsigned i;

	for (i = 0; i < TABLEWALK_WINDOWS; i++) {
		const struct tablewalk_window *w = &slot->memory.window[i];

		if (slot->mapped[i] && pa >= w->pa && pa - w->pa < w->bytes)
			return slot->mapped[i] + (size_t)(pa - w->pa);
	}
	return NULL;
}

static int memory_address(void *context, const void *pointer, uint64_t *pa)
{
	const struct slot *slot = context;
	uintptr_t at = (uintptr_t)pointer;
	unsigned i;

	for (i = 0; i < TABLEWALK_WINDOWS; i++) {
		const struct tablewalk_window *w = &slot->memory.window[i];
		uintptr_t start = (uintptr_t)slot->mapped[i];

		if (start && at >= start && at - start < w->bytes) {
			*pa = w->pa + (at - start);
			return 0;
		}
	}
	return TABLEWALK_RANGE;
}

static void memory_release(void *context, uint64_t pa, size_t size)
{
	struct slot *slot = context;
	struct arguments a = { .space = slot->number, .last = size, .pa = pa };

	ask(slot->server, RELEASE, &a);
}

static void *memory_allocate(void *context, size_t size, size_t alignment,
			     uint64_t *pa)
{
	struct slot *slot = context;
	struct arguments a = { .space = slot->number, .va = alignment,
			       .last = size };
	struct result r = ask(slot->server, ALLOCATE, &a);
	void *at;

	if (r.returned != 0)
		return NULL;
	at = memory_pointer(slot, r.value);
	if (!at) {
		/* Given, but not in the file. */
		memory_release(slot, r.value, size);
		return NULL;
	}
	*pa = r.value;
	return at;
}

static void memory_flush(void *context, uint64_t va, uint64_t last, int depth,
			 int tables)
{
	struct slot *slot = context;
	struct arguments a = { .space = slot->number, .depth = depth,
			       .flags = tables != 0, .va = va, .last = last };

	ask(slot->server, FLUSH, &a);
}

static void unmap_windows(struct slot *slot)
{
	unsigned i;

	for (i = 0; i < TABLEWALK_WINDOWS; i++)
		if (slot->mapped[i])
			munmap(slot->mapped[i],
			       (size_t)slot->memory.window[i].bytes);
	memset(slot->mapped, 0, sizeof(slot->mapped));
	memset(slot->memory.window, 0, sizeof(slot->memory.window));
}

static void map_windows(struct slot *slot)
{
	unsigned i;

	for (i = 0; i < TABLEWALK_WINDOWS; i++) {
		const struct tablewalk_window *w = &slot->memory.window[i];
		void *at;

		if (w->bytes == 0)
			continue;
		if (w->bytes > SIZE_MAX)
			give_up("the memory does not fit into this process");
		at = mmap(NULL, (size_t)w->bytes, PROT_READ | PROT_WRITE,
			  MAP_SHARED, slot->memory.fd, (off_t)w->offset);
		if (at == MAP_FAILED)
			give_up("the memory cannot be mapped");
		slot->mapped[i] = at;
	}
}

/* What is mapped stays so from case to case. */
static void set_memory(struct slot *slot, int fd, const uint8_t *windows)
{
	struct tablewalk_window window[TABLEWALK_WINDOWS];
	unsigned i;

	memset(window, 0, sizeof(window));
	for (i = 0; i < TABLEWALK_WINDOWS; i++) {
		window[i].pa = get(windows + 24 * i, 8);
		window[i].bytes = get(windows + 24 * i + 8, 8);
		window[i].offset = get(windows + 24 * i + 16, 8);
	}
	if (slot->memory.fd == fd &&
	    memcmp(window, slot->memory.window, sizeof(window)) == 0)
		return;
	unmap_windows(slot);
	slot->memory.fd = fd;
	memcpy(slot->memory.window, window, sizeof(window));
	if (fd >= 0)
		map_windows(slot);
}

/* Visitors and dumps, as the subject sees them. */

struct asking_visitor {
	struct tablewalk_visitor visitor;	/* its context is this */
	struct server *server;
	uint32_t space;
	bool answered;
};

static int visit(struct tablewalk_visitor *visitor, bool hole, int depth,
		 uint64_t va, uint64_t last, uint64_t pa)
{
	const struct asking_visitor *v = visitor->context;
	struct arguments a = { .space = v->space, .word = hole, .depth = depth,
			       .va = va, .last = last, .pa = pa };
	struct result r;

	visitor->action = TABLEWALK_SUBTREE;
	if (!v->answered) {
		add_event(v->server, VISITS, hole, depth, va, last, pa);
		return 0;
	}
	r = ask(v->server, VISIT, &a);
	visitor->action = r.word;
	return r.returned;
}

static int visit_entry(struct tablewalk_visitor *visitor, int depth,
		       uint64_t va, uint64_t last, uint64_t entry_pa)
{
	return visit(visitor, false, depth, va, last, entry_pa);
}

static int visit_hole(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		      uint64_t last)
{
	return visit(visitor, true, depth, va, last, 0);
}

static int visit_split(struct tablewalk_visitor *visitor, int depth,
		       uint64_t va)
{
	const struct asking_visitor *v = visitor->context;
	struct arguments a = { .space = v->space, .depth = depth, .va = va };

	return ask(v->server, DIVIDE, &a).returned;
}

static int dump_run(struct tablewalk_dump *dump, int depth, uint64_t va,
		    uint64_t last, uint32_t rights)
{
	add_event(dump->context, RUNS, rights, depth, va, last, 0);
	return 0;
}

static int serve_walk(struct slot *slot, const struct arguments *a)
{
	const struct tablewalk_subject *u = slot->server->subject;
	struct asking_visitor v = {
		.visitor = { .callbacks = a->word, .entry = visit_entry,
			     .hole = visit_hole,
			     .split = a->flags & WALK_DIVIDES ? visit_split :
								NULL },
		.server = slot->server,
		.space = slot->number,
		.answered = a->flags & WALK_ANSWERED,
	};

	v.visitor.context = &v;
	return u->walk(slot->state, a->va, a->last, &v.visitor);
}

static int serve_dump(struct slot *slot, const struct arguments *a)
{
	struct tablewalk_dump dump = { slot->server, dump_run };

	return slot->server->subject->dump(slot->state, a->va, a->last, &dump);
}

/* Answers. */

static uint64_t root_of(const struct slot *slot)
{
	const struct tablewalk_subject *u = slot->server->subject;

	return u->root ? u->root(slot->state) : NO_ROOT;
}

static void answer(struct server *s, const struct frame *f, struct result r,
		   const uint8_t *more, size_t more_bytes)
{
	uint8_t out[HEADER_BYTES + RESULT_BYTES + 24];
	uint8_t *at = out + HEADER_BYTES;

	send_batch(s);
	put(at, 4, (uint32_t)r.returned);
	put(at + 4, 4, r.word);
	put(at + 8, 8, r.value);
	put(at + 16, 8, r.root);
	if (more_bytes)
		memcpy(at + RESULT_BYTES, more, more_bytes);
	send_frame(s, out, f->type | ANSWER, f->number,
		   RESULT_BYTES + more_bytes);
}

static void serve_open(struct server *s, const struct frame *f)
{
	/* arguments, fd, length of the name, windows, the name */
	const uint8_t *more = f->payload + ARGUMENTS_BYTES;
	struct arguments a = get_arguments(f->payload);
	struct tablewalk_setup setup;
	struct result r = { 0, 0, 0, NO_ROOT };
	uint8_t elsewhere[16];
	struct slot *slot;
	size_t name = f->length - ARGUMENTS_BYTES - 104;

	if (f->length < ARGUMENTS_BYTES + 104 || a.space >= SLOTS ||
	    s->slot[a.space].open || name >= sizeof(slot->format) ||
	    get(more + 4, 4) != name)
		give_up("OPEN of a space that cannot be");
	slot = &s->slot[a.space];
	memcpy(slot->format, more + 104, name);
	slot->format[name] = '\0';
	setup = (struct tablewalk_setup){
		.bytes = sizeof(setup), .space = a.flags, .control = a.word,
		.format = slot->format, .pa_bits = (uint32_t)a.va,
		.memory = &slot->memory, .root = a.pa,
		.folded = (uint32_t)a.last,
	};
	slot->state = NULL;
	set_memory(slot, get_signed(more), more + 8);
	r.returned = s->subject->open(s->subject, &setup, &slot->state);
	slot->open = r.returned == 0;
	if (slot->open)
		r.root = root_of(slot);
	put(elsewhere, 8, setup.elsewhere_pa);
	put(elsewhere + 8, 8, setup.elsewhere_bytes);
	answer(s, f, r, elsewhere, sizeof(elsewhere));
}

static void serve_translate(struct slot *slot, const struct frame *f,
			    const struct arguments *a)
{
	struct tablewalk_translation t;
	struct result r = { 0, 0, 0, NO_ROOT };
	uint8_t more[24];

	memset(&t, 0, sizeof(t));
	r.returned = slot->server->subject->translate(slot->state, a->va, &t);
	r.root = root_of(slot);
	put(more, 4, t.present);
	put(more + 4, 4, (uint32_t)t.depth);
	put(more + 8, 8, t.pa);
	put(more + 16, 4, t.attrs);
	put(more + 20, 4, t.removed);
	answer(slot->server, f, r, more, sizeof(more));
}

static void serve_read(struct slot *slot, const struct frame *f,
		       const struct arguments *a)
{
	struct server *s = slot->server;
	uint8_t *at = s->large + HEADER_BYTES;
	int returned;

	if (a->last > PAYLOAD_MAX - RESULT_BYTES)
		give_up("READ of more than a message holds");
	memset(at, 0, RESULT_BYTES + (size_t)a->last);
	returned = s->subject->read(slot->state, a->pa, at + RESULT_BYTES,
				    (size_t)a->last);
	put(at, 4, (uint32_t)returned);
	put(at + 16, 8, root_of(slot));
	send_frame(s, s->large, READ | ANSWER, f->number,
		   RESULT_BYTES + (returned ? 0 : (size_t)a->last));
}

/* Bit n: the subject has the function that message n calls. */
static uint32_t functions(const struct tablewalk_subject *u)
{
	return (uint32_t)(u->open != NULL) << OPEN |
	       (uint32_t)(u->close != NULL) << CLOSE |
	       (uint32_t)(u->root != NULL) << ROOT |
	       (uint32_t)(u->map != NULL) << MAP |
	       (uint32_t)(u->unmap != NULL) << UNMAP |
	       (uint32_t)(u->protect != NULL) << PROTECT |
	       (uint32_t)(u->split != NULL) << SPLIT |
	       (uint32_t)(u->collapse != NULL) << COLLAPSE |
	       (uint32_t)(u->install != NULL) << INSTALL |
	       (uint32_t)(u->free_tables != NULL) << FREE_TABLES |
	       (uint32_t)(u->walk != NULL) << WALK |
	       (uint32_t)(u->translate != NULL) << TRANSLATE |
	       (uint32_t)(u->dump != NULL) << DUMP |
	       (uint32_t)(u->read != NULL) << READ;
}

static struct result operate(struct slot *slot, unsigned type,
			     const struct arguments *a)
{
	const struct tablewalk_subject *u = slot->server->subject;
	struct result r = { 0, 0, 0, NO_ROOT };
	void *state = slot->state;

	switch (type) {
	case CLOSE:
		u->close(state);
		slot->open = false;
		break;
	case ROOT:
		break;			/* the answer has it in any case */
	case MAP:
		r.returned = u->map(state, a->va, a->last, a->pa, a->word,
				    a->depth, &r.value);
		break;
	case UNMAP:
		r.returned = u->unmap(state, a->va, a->last, &r.value);
		break;
	case PROTECT:
		r.returned = u->protect(state, a->va, a->last, a->word,
					&r.value);
		break;
	case SPLIT:
		r.returned = u->split(state, a->va, a->depth);
		break;
	case COLLAPSE:
		r.returned = u->collapse(state, a->va, a->depth);
		break;
	case INSTALL:
		r.returned = u->install(state, a->va, a->last, a->pa, a->word,
					&r.value);
		break;
	case FREE_TABLES:
		r.returned = u->free_tables(state, a->va, a->last);
		break;
	case WALK:
		r.returned = serve_walk(slot, a);
		break;
	default:
		r.returned = serve_dump(slot, a);
		break;
	}
	if (slot->open)
		r.root = root_of(slot);
	return r;
}

/* The description of the subject, which is the answer to HELLO. */

struct text {
	uint8_t *at;
	size_t left;
};

static uint8_t *take(struct text *t, size_t bytes)
{
	uint8_t *at = t->at;

	if (bytes > t->left)
		give_up("the subject's description is longer than a message");
	t->at += bytes;
	t->left -= bytes;
	return at;
}

static void take_number(struct text *t, unsigned bytes, uint64_t value)
{
	put(take(t, bytes), bytes, value);
}

static void take_string(struct text *t, const char *string)
{
	size_t length = string ? strlen(string) : 0;

	if (length > UINT16_MAX)
		length = UINT16_MAX;
	take_number(t, 2, length);
	if (length)
		memcpy(take(t, length), string, length);
}

static void serve_hello(struct server *s, const struct frame *f)
{
	const struct tablewalk_subject *u = s->subject;
	struct text t = { s->large + HEADER_BYTES, PAYLOAD_MAX };
	uint64_t capabilities = u->capabilities;
	uint32_t formats = 0, reasons = 0, i;

	/* What the subject's pointers point to can only be the shared file. */
	if (!(capabilities & TABLEWALK_TABLES_ELSEWHERE))
		capabilities |= TABLEWALK_NEEDS_SHARED;
	while (u->formats && u->formats[formats])
		formats++;
	while (u->reasons && u->reasons[reasons].difference)
		reasons++;
	take_number(&t, 4, PROTOCOL);
	take_number(&t, 4, u->version);
	take_number(&t, 8, capabilities);
	take_number(&t, 8, u->differences);
	take_number(&t, 4, u->attrs);
	take_number(&t, 4, u->attrs_always);
	take_number(&t, 4, u->leaf_depths);
	take_number(&t, 4, u->walk_flags);
	take_number(&t, 4, functions(u));
	take_number(&t, 4, formats);
	take_number(&t, 4, reasons);
	take_string(&t, u->name);
	take_string(&t, u->what);
	for (i = 0; i < formats; i++)
		take_string(&t, u->formats[i]);
	for (i = 0; i < reasons; i++) {
		take_number(&t, 8, u->reasons[i].difference);
		take_string(&t, u->reasons[i].source);
	}
	send_frame(s, s->large, HELLO | ANSWER, f->number,
		   PAYLOAD_MAX - t.left);
}

static void serve_request(struct server *s, const struct frame *f)
{
	struct result unsupported = { TABLEWALK_UNSUPPORTED, 0, 0, NO_ROOT };
	struct arguments a;

	if (f->type == HELLO) {
		serve_hello(s, f);
		return;
	}
	if (f->type < OPEN || f->type > READ || f->length < ARGUMENTS_BYTES)
		give_up("a message that cannot be");
	a = get_arguments(f->payload);
	if (!(functions(s->subject) & 1u << f->type))
		answer(s, f, unsupported, NULL, 0);
	else if (f->type == OPEN)
		serve_open(s, f);
	else if (a.space >= SLOTS || !s->slot[a.space].open)
		give_up("a request for a space that is not open");
	else if (f->type == TRANSLATE)
		serve_translate(&s->slot[a.space], f, &a);
	else if (f->type == READ)
		serve_read(&s->slot[a.space], f, &a);
	else
		answer(s, f, operate(&s->slot[a.space], f->type, &a), NULL, 0);
}

/* What the subject prints must not get between the messages. */
static int own_output(int out)
{
	int own = out == 1 ? fcntl(out, F_DUPFD, 10) : -1;

	if (own < 0)
		return out;
	if (dup2(2, 1) < 0)
		close(1);
	return own;
}

int tablewalk_serve(const struct tablewalk_subject *subject, int in, int out)
{
	struct server *s = calloc(1, sizeof(*s));
	struct frame f;
	uint32_t i;

	if (!s || !subject->open || !subject->close) {
		fputs(s ? "tablewalk_serve: the subject has no open or no close\n" :
			  "tablewalk_serve: out of memory\n", stderr);
		free(s);
		return 3;
	}
	s->subject = subject;
	s->in = in;
	s->out = own_output(out);
	for (i = 0; i < SLOTS; i++) {
		struct slot *slot = &s->slot[i];

		slot->server = s;
		slot->number = i;
		slot->memory = (struct tablewalk_memory){
			.context = slot, .allocate = memory_allocate,
			.release = memory_release, .pointer = memory_pointer,
			.address = memory_address, .flush = memory_flush,
			.fd = -1,
		};
	}
	while (receive(s, &f))
		serve_request(s, &f);
	for (i = 0; i < SLOTS; i++)
		unmap_windows(&s->slot[i]);
	free(s);
	return 0;
}
