/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs of subjects that do not do what the protocol says:
 *
 *	misbehave HOW [REQUEST]
 *
 * answers each request with 0 until the one of that type (5, map) comes, and then
 * does what HOW says.  It writes messages by hand, not with serve.c.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HELLO = 1, OPEN = 2, MAP = 5, TRANSLATE = 13, ALLOCATE = 0x41, VISIT = 0x44,
       VISITS, DIVIDE, RUNS, READ_MEMORY, WRITE_MEMORY };

struct request {
	unsigned type;
	uint32_t number, length;
	uint8_t payload[4096];
};

static void put(uint8_t *at, unsigned bytes, uint64_t value)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get(const uint8_t *at, unsigned bytes)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint32_t)at[i] << 8 * i;
	return value;
}

static void put_bytes(const void *from, size_t bytes)
{
	const uint8_t *at = from;

	while (bytes) {
		ssize_t n = write(1, at, bytes);

		if (n <= 0)
			_exit(0);
		at += n;
		bytes -= (size_t)n;
	}
}

static bool get_bytes(uint8_t *to, size_t bytes)
{
	while (bytes) {
		ssize_t n = read(0, to, bytes);

		if (n <= 0)
			return false;
		to += n;
		bytes -= (size_t)n;
	}
	return true;
}

static void send_message(unsigned type, uint32_t number, const uint8_t *payload,
			 uint32_t length)
{
	uint8_t frame[12 + 65536];

	put(frame, 4, length);
	put(frame + 4, 2, type);
	put(frame + 6, 2, 0x5754);
	put(frame + 8, 4, number);
	memcpy(frame + 12, payload, length);
	put_bytes(frame, 12 + length);
}

static void answer(const struct request *r)
{
	uint8_t zero[64] = { 0 };

	send_message(r->type | 0x8000, r->number, zero,
		     r->type == OPEN ? 40 : r->type == TRANSLATE ? 48 : 24);
}

/* The answer to HELLO; what is wrong with it depends on HOW. */
static void hello(const struct request *r, const char *how)
{
	uint8_t d[300] = { 0 };
	uint32_t length = 48;

	put(d, 4, strcmp(how, "version") == 0 ? 7 : 1);
	put(d + 4, 4, strcmp(how, "header-version") == 0 ? 9 : 1);
	put(d + 8, 8, strcmp(how, "capability") == 0 ? UINT64_C(1) << 40 :
						       0xffff & ~0x4000);
	put(d + 16, 8, strcmp(how, "difference") == 0 ? UINT64_C(1) << 40 : 0);
	put(d + 40, 4, strcmp(how, "no-open") == 0 ? 0 : 0xfffe);
	put(d + 44, 4, strcmp(how, "formats") == 0 ? 0xfffffff0 : 1);
	put(d + 48, 4, 0);
	length = 52;
	for (unsigned i = 0; i < 3; i++) {
		static const char *const strings[] = { "bad", "one", "fmt" };
		const char *s = strings[i];

		if (i == 0 && strcmp(how, "name") == 0)
			s = "Bad Name";
		if (i == 1 && strcmp(how, "control") == 0)
			s = "a\033b";
		if (i == 0 && strcmp(how, "renamed") == 0 && getenv("RENAMED"))
			s = "worse";
		put(d + length, 2, strlen(s));
		memcpy(d + length + 2, s, strlen(s));
		length += 2 + (uint32_t)strlen(s);
	}
	if (strcmp(how, "cut") == 0)
		length -= 3;
	if (strcmp(how, "cut-early") == 0)
		length = 30;
	if (strcmp(how, "long") == 0)
		length += 5;
	send_message(r->type | 0x8000, r->number, d, length);
}

static void ask(unsigned type, uint32_t space, uint32_t word, uint32_t depth,
		uint64_t va, uint64_t last, uint64_t pa)
{
	uint8_t a[40] = { 0 };

	put(a, 4, space);
	put(a + 4, 4, word);
	put(a + 8, 4, depth);
	put(a + 16, 8, va);
	put(a + 24, 8, last);
	put(a + 32, 8, pa);
	send_message(type, 1, a, 40);
}

static void wait_answer(void)
{
	uint8_t in[36];

	if (!get_bytes(in, sizeof(in)))
		_exit(0);
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

/* Ways to end. */
static bool end(const char *how, const struct request *r)
{
	(void)r;
	if (strcmp(how, "crash") == 0) {
		/* Not the way of a sanitizer. */
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	} else if (strcmp(how, "abort") == 0) {
		fputs("first line\nassertion failed: x == y\n\n", stderr);
		signal(SIGABRT, SIG_DFL);
		abort();
	} else if (strcmp(how, "summary") == 0) {
		fputs("SUMMARY: AddressSanitizer: heap-use-after-free\n"
		      "==1==ABORTING\n", stderr);
		exit(1);
	} else if (strcmp(how, "exit") == 0) {
		exit(3);
	} else if (strcmp(how, "hang") == 0) {
		wait_for_ever();
	} else if (strcmp(how, "stop") == 0) {
		raise(SIGSTOP);
	} else if (strcmp(how, "close") == 0) {
		close(0);
		close(1);
		wait_for_ever();
	} else if (strcmp(how, "close-output") == 0) {
		close(1);
		wait_for_ever();
	} else if (strcmp(how, "orphan") == 0) {
		/* A child of its own has the pipe, and goes on. */
		if (fork() == 0)
			wait_for_ever();
		raise(SIGKILL);
	} else {
		return false;
	}
	return true;
}

/* Messages that are none, or not due. */
static bool lie(const char *how, const struct request *r)
{
	uint8_t bytes[128] = { 0 };

	if (strcmp(how, "text") == 0) {
		put_bytes("mapping 0x1000...\n", 18);
	} else if (strcmp(how, "garbage") == 0) {
		memset(bytes, 0x9c, sizeof(bytes));
		put_bytes(bytes, sizeof(bytes));
	} else if (strcmp(how, "half") == 0) {
		put_bytes("\030\0\0\0\005\200TW\0", 9);
		exit(0);
	} else if (strcmp(how, "half-hang") == 0) {
		put_bytes("\030\0\0\0\005\200TW\0", 9);
	} else if (strcmp(how, "number") == 0) {
		send_message(r->type | 0x8000, r->number + 1, bytes, 24);
	} else if (strcmp(how, "type") == 0) {
		send_message((r->type + 1) | 0x8000, r->number, bytes, 24);
	} else if (strcmp(how, "short") == 0) {
		send_message(r->type | 0x8000, r->number, bytes, 23);
	} else if (strcmp(how, "length") == 0) {
		put_bytes("\377\377\377\177\005\200TW\0\0\0\0", 12);
	} else if (strcmp(how, "more") == 0) {
		uint8_t two[2 * 36] = { 24, 0, 0, 0, 0, 0x80, 'T', 'W' };

		two[4] = (uint8_t)r->type;
		put(two + 8, 4, r->number);
		memcpy(two + 36, two, 36);
		put_bytes(two, sizeof(two));
	} else if (strcmp(how, "died") == 0) {
		put(bytes, 4, (uint32_t)-200);
		send_message(r->type | 0x8000, r->number, bytes, 24);
	} else {
		return false;
	}
	return true;
}

/* Requests that make no sense. */
static bool demand(const char *how, const struct request *r)
{
	(void)r;
	if (strcmp(how, "unknown") == 0)
		ask(0x60, 0, 0, 0, 0, 0, 0);
	else if (strcmp(how, "no-arguments") == 0)
		send_message(ALLOCATE, 1, (const uint8_t *)"", 0);
	else if (strcmp(how, "odd-table") == 0)
		ask(ALLOCATE, 0, 0, 0, 0, 3, 0);
	else if (strcmp(how, "huge-table") == 0)
		ask(ALLOCATE, 0, 0, 0, 0, UINT64_C(1) << 63, 0);
	else if (strcmp(how, "no-space") == 0)
		ask(ALLOCATE, 99, 0, 0, 0, 4096, 0);
	else if (strcmp(how, "other-space") == 0)
		ask(ALLOCATE, 1, 0, 0, 0, 4096, 0);
	else if (strcmp(how, "visit") == 0)
		ask(VISIT, 0, 0, 4, 0, 4095, 0);
	else if (strcmp(how, "deep-visit") == 0)
		ask(VISIT, 0, 0, 77, 0, 4095, 0);
	else if (strcmp(how, "deep-hole") == 0)
		ask(VISIT, 0, 1, (uint32_t)-2, 0, 4095, 0);
	else if (strcmp(how, "kind-visit") == 0)
		ask(VISIT, 0, 5, 4, 0, 4095, 0);
	else if (strcmp(how, "divide") == 0)
		ask(DIVIDE, 0, 0, 2, 0, 0, 0);
	else if (strcmp(how, "runs") == 0)
		send_message(RUNS, 1, (const uint8_t[32]){ 0 }, 32);
	else if (strcmp(how, "odd-visits") == 0)
		send_message(VISITS, 1, (const uint8_t[33]){ 0 }, 33);
	else if (strcmp(how, "odd-write") == 0)
		ask(WRITE_MEMORY, 0, 0, 0, 0, 8, UINT64_C(0x10000000));
	else
		return false;
	return true;
}

/* What never ends. */
static bool flood(const char *how, const struct request *r)
{
	static const uint8_t events[65536];

	(void)r;
	if (strcmp(how, "allocate") == 0) {
		for (;;) {
			ask(ALLOCATE, 0, 0, 0, 0, 4096, 0);
			wait_answer();
		}
	} else if (strcmp(how, "visits") == 0) {
		for (;;)
			send_message(VISITS, 1, events, sizeof(events));
	} else if (strcmp(how, "deaf") == 0) {
		for (;;)
			ask(READ_MEMORY, 0, 0, 0, 0, 65000, 0x10000000);
	} else if (strcmp(how, "words") == 0) {
		for (;;)
			fputs("still alive\n", stderr);
	} else {
		return false;
	}
	return true;
}

static uint64_t random_state;

static uint32_t pick(uint32_t below)
{
	uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)((z ^ z >> 31) >> 20) % below;
}

/* Anything, often nearly right. */
static void babble(const struct request *r)
{
	static const unsigned types[] = {
		0x8001, 0x8005, 0x800c, 0x800e, 0x41, 0x42, 0x43, 0x44, 0x45,
		0x46, 0x47, 0x48, 0x49, 0, 0x5000, 0xffff,
	};
	static const uint32_t lengths[] = { 0, 24, 32, 40, 40, 40, 41, 48, 96 };
	uint8_t payload[512];

	if (pick(4) == 0) {
		answer(r);
		return;
	}
	if (pick(20) == 0)
		exit(0);
	for (unsigned left = pick(12); left; left--) {
		uint32_t length = pick(8) ? lengths[pick(9)] : pick(512);

		for (unsigned i = 0; i < sizeof(payload); i++)
			payload[i] = (uint8_t)(pick(4) ? 0 : pick(256));
		if (pick(2))
			put(payload, 4, pick(3));
		if (pick(2))
			put(payload + 24, 8, 1u << pick(14));
		if (pick(2))
			put(payload + 32, 8, 0x10000000 + pick(3000000));
		if (pick(12) == 0)
			put_bytes(payload, length);
		else
			send_message(types[pick(16)], pick(2) ? r->number :
				     pick(50), payload, length);
	}
	if (pick(3) == 0)
		answer(r);
}

static void misbehave(const char *how, const struct request *r)
{
	if (strcmp(how, "babble") == 0) {
		babble(r);
		return;
	}
	if (!end(how, r) && !lie(how, r) && !demand(how, r) && !flood(how, r))
		answer(r);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	unsigned when = argc > 2 ? (unsigned)atoi(argv[2]) : MAP;
	struct request r;
	uint8_t header[12];

	while (get_bytes(header, sizeof(header))) {
		r.length = get(header, 4);
		r.type = get(header + 4, 2);
		r.number = get(header + 8, 4);
		if (r.length > sizeof(r.payload) ||
		    !get_bytes(r.payload, r.length))
			return 9;
		if (r.type == OPEN)
			random_state = get(r.payload + 4, 4);
		if (r.type == when)
			misbehave(how, &r);
		else if (r.type == HELLO)
			hello(&r, how);
		else if (strcmp(how, "babble") == 0 && r.type != OPEN)
			misbehave(how, &r);
		else
			answer(&r);
		if (strcmp(how, "leave") == 0 && r.type == OPEN)
			return 4;
	}
	/* It stays although nobody is there any more. */
	if (strcmp(how, "stay") == 0)
		wait_for_ever();
	return 0;
}
