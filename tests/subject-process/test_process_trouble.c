/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whatever the program of a subject does, the harness goes on, says what it was,
 * and leaves no process behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../harness/subjects/process.h"
#include "store.h"

#define OPEN "2"
#define WALK "12"
#define DUMP "14"

static struct store store;

static unsigned open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static struct process_subject *create(const char *how, const char *when)
{
	char command[500], error[500] = "";
	struct process_subject *process;

	snprintf(command, sizeof(command), "%s %s %s", MISBEHAVE, how, when);
	process = process_subject_create(command, error, sizeof(error));
	if (!process)
		fail_msg("%s: %s", command, error);
	return process;
}

static int open_space(struct process_subject *process, uint32_t control,
		      void **state)
{
	const struct tablewalk_subject *s = process_subject(process);
	struct tablewalk_setup setup = {
		.bytes = sizeof(setup), .format = "fmt", .control = control,
		.memory = &store.memory,
	};

	return s->open(s, &setup, state);
}

static int on_entry(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		    uint64_t last, uint64_t entry_pa)
{
	(void)visitor, (void)depth, (void)va, (void)last, (void)entry_pa;
	return 0;
}

static int on_hole(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		   uint64_t last)
{
	(void)visitor, (void)depth, (void)va, (void)last;
	return 0;
}

static int on_run(struct tablewalk_dump *dump, int depth, uint64_t va,
		  uint64_t last, uint32_t rights)
{
	(void)dump, (void)depth, (void)va, (void)last, (void)rights;
	return 0;
}

/* The function that the program misbehaves in. */
static int call(struct process_subject *process, const char *when, void *state,
		uint32_t callbacks)
{
	const struct tablewalk_subject *s = process_subject(process);
	struct tablewalk_visitor visitor = {
		.callbacks = callbacks, .entry = on_entry, .hole = on_hole,
	};
	struct tablewalk_dump dump = { .run = on_run };
	uint64_t done;

	if (strcmp(when, WALK) == 0)
		return s->walk(state, 0, 4095, &visitor);
	if (strcmp(when, DUMP) == 0)
		return s->dump(state, 0, 4095, &dump);
	return s->map(state, 0, 4095, 0, 1, 4, &done);
}

struct bad {
	const char *how, *when;
	enum process_trouble_kind kind;
	int number;
	const char *says;
};

static const struct bad bads[] = {
	{ "crash", "", PROCESS_CRASHED, SIGSEGV, "killed by signal 11" },
	{ "abort", "", PROCESS_CRASHED, SIGABRT,
	  "in map; its last words: assertion failed: x == y" },
	{ "summary", "", PROCESS_EXITED, 1, "SUMMARY: AddressSanitizer: heap" },
	{ "exit", "", PROCESS_EXITED, 3, "exited with status 3, in map" },
	{ "leave", "", PROCESS_EXITED, 4, "status 4" },
	{ "hang", "", PROCESS_HUNG, 0, "no answer in 300 ms, in map" },
	{ "stop", "", PROCESS_HUNG, 0, "no answer" },
	{ "close", "", PROCESS_CLOSED, 0, "closed" },
	{ "close-output", "", PROCESS_CLOSED, 0, "closed" },
	{ "orphan", "", PROCESS_CRASHED, SIGKILL, "signal 9" },
	{ "crash", WALK, PROCESS_CRASHED, SIGSEGV, "in walk" },
	{ "text", "", PROCESS_GARBAGE, 0, "wrote `mapping 0x10'" },
	{ "garbage", "", PROCESS_GARBAGE, 0, "`9c 9c 9c" },
	{ "half", "", PROCESS_EXITED, 0, "exited with status 0" },
	{ "half-hang", "", PROCESS_HUNG, 0, "no answer" },
	{ "number", "", PROCESS_PROTOCOL, 0, "answered request" },
	{ "type", "", PROCESS_PROTOCOL, 0, "answered request" },
	{ "short", "", PROCESS_PROTOCOL, 0, "too short" },
	{ "length", "", PROCESS_GARBAGE, 0, "2147483647 bytes" },
	{ "more", "", PROCESS_PROTOCOL, 0, "behind its answer" },
	{ "died", "", PROCESS_PROTOCOL, 0, "returned -200" },
	{ "unknown", "", PROCESS_PROTOCOL, 0, "0x60" },
	{ "no-arguments", "", PROCESS_PROTOCOL, 0, "length" },
	{ "odd-table", "", PROCESS_PROTOCOL, 0, "table of 3 bytes" },
	{ "huge-table", "", PROCESS_PROTOCOL, 0, "9223372036854775808" },
	{ "no-space", "", PROCESS_PROTOCOL, 0, "not open" },
	{ "other-space", "", PROCESS_PROTOCOL, 0, "not open" },
	{ "visit", "", PROCESS_PROTOCOL, 0, "outside of a walk" },
	{ "deep-visit", WALK, PROCESS_PROTOCOL, 0, "depth 77" },
	{ "deep-hole", WALK, PROCESS_PROTOCOL, 0, "depth -2" },
	{ "kind-visit", WALK, PROCESS_PROTOCOL, 0, "kind 5" },
	{ "divide", WALK, PROCESS_PROTOCOL, 0, "no use" },
	{ "runs", WALK, PROCESS_PROTOCOL, 0, "not due" },
	{ "odd-visits", WALK, PROCESS_PROTOCOL, 0, "length" },
	{ "odd-write", "", PROCESS_PROTOCOL, 0, "number of bytes" },
	{ "allocate", "", PROCESS_FLOODED, 0, "4096 were refused" },
	{ "visits", WALK, PROCESS_FLOODED, 0, "after 2000 ms" },
	{ "deaf", "", PROCESS_HUNG, 0, "no answer" },
	{ "words", "", PROCESS_HUNG, 0, "still alive" },
};

/* Also waits for what the program left. */
static void expect_no_process(pid_t pid)
{
	const struct timespec nap = { .tv_nsec = 5000000 };
	int tries = 400;

	while (kill(-pid, 0) == 0 && --tries)
		nanosleep(&nap, NULL);
	assert_int_equal(kill(-pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void try_bad(const struct bad *bad)
{
	struct process_subject *process = create(bad->how, bad->when);
	const struct tablewalk_subject *s = process_subject(process);
	const struct process_trouble *t = process_subject_trouble(process);
	/* Without answers there are batches. */
	uint32_t callbacks = strcmp(bad->how, "visits") == 0 ?
			     PROCESS_NO_ANSWERS | 0x3f : 0x3f;
	const char *when = bad->when;
	pid_t first;
	void *state;

	assert_int_equal(open_space(process, 1, &state), 0);
	assert_int_equal(t->kind, PROCESS_FINE);
	/* Only where nothing else ends it, for the host may be busy. */
	if (bad->kind == PROCESS_HUNG)
		process_subject_set_deadline(process, 300);
	if (strcmp(bad->how, "visits") == 0)
		process_subject_set_deadline(process, 1000);
	first = (pid_t)process_subject_pid(process);
	assert_true(first > 0);
	assert_int_equal(call(process, when, state, callbacks), TABLEWALK_DIED);
	printf("%s: %s\n", process_trouble_name(t->kind), t->sentence);
	if (t->kind != bad->kind || t->number != bad->number ||
	    !strstr(t->sentence, bad->says))
		fail_msg("%s: %s %d: %s", bad->how,
			 process_trouble_name(t->kind), t->number, t->sentence);
	assert_int_equal(process_subject_pid(process), 0);
	expect_no_process(first);
	/* It stays dead, and says why. */
	assert_int_equal(call(process, when, state, callbacks), TABLEWALK_DIED);
	assert_true(s->root(state) == UINT64_MAX);
	assert_int_equal(t->kind, bad->kind);
	s->close(state);
	/* The next one begins anew. */
	process_subject_set_deadline(process, 10000);
	assert_int_equal(open_space(process, 1, &state), 0);
	assert_int_equal(t->kind, PROCESS_FINE);
	assert_true(process_subject_pid(process) > 0);
	assert_true(process_subject_pid(process) != first);
	s->close(state);
	process_subject_destroy(process);
}

/* Each failure has its kind, its sentence, and no consequences. */
static void each_trouble_is_named_and_survived(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		unsigned before = open_descriptors();

		store_reset(&store);
		try_bad(&bads[i]);
		assert_int_equal(open_descriptors(), before);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
	}
}

/* What cannot be a subject is refused with a sentence when it is named. */
static void impossible_programs_are_refused(void **unused)
{
	static const char *const refused[][2] = {
		{ "version", "version 7 of the protocol" },
		{ "header-version", "version 9 of tablewalk/subject.h" },
		{ "capability", "capabilities that" },
		{ "difference", "differences that" },
		{ "no-open", "no open" },
		{ "formats", "cut short" },
		{ "name", "other characters" },
		{ "control", "strings that cannot be" },
		{ "cut", "strings that cannot be" },
		{ "cut-early", "cut short" },
		{ "long", "behind them" },
		{ "exit 1", "exited with status 3, in hello" },
		{ "crash 1", "killed by signal 11" },
		{ "text 1", "mapping" },
	};
	char command[500], error[500];
	unsigned before = open_descriptors();

	(void)unused;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		snprintf(command, sizeof(command), "%s %s", MISBEHAVE,
			 refused[i][0]);
		assert_null(process_subject_create(command, error,
						   sizeof(error)));
		printf("%s\n", error);
		if (!strstr(error, refused[i][1]))
			fail_msg("%s: %s", refused[i][0], error);
	}
	assert_null(process_subject_create("/nonexistent/x y", error, 500));
	assert_non_null(strstr(error, "No such file"));
	assert_null(process_subject_create("/etc/passwd", error, 500));
	assert_non_null(strstr(error, "ermission"));
	assert_null(process_subject_create(" \t ", error, 500));
	assert_non_null(strstr(error, "empty"));
	/* Here and there: a program that is no subject. */
	assert_null(process_subject_create("echo hello there", error, 500));
	assert_non_null(strstr(error, "`hello there"));
	assert_int_equal(open_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* A program that is another one the next time is not believed. */
static void it_has_to_stay_the_same(void **unused)
{
	struct process_subject *process = create("renamed", "");
	void *state;

	(void)unused;
	setenv("RENAMED", "1", 1);
	assert_int_equal(open_space(process, 1, &state), TABLEWALK_DIED);
	assert_int_equal(process_subject_trouble(process)->kind,
			 PROCESS_MISDESCRIBED);
	unsetenv("RENAMED");
	process_subject_destroy(process);
}

/* A program that does not leave when it is left is ended all the same. */
static void one_that_stays_is_ended(void **unused)
{
	struct process_subject *process = create("stay", "");
	pid_t pid;
	void *state;

	(void)unused;
	assert_int_equal(open_space(process, 1, &state), 0);
	pid = (pid_t)process_subject_pid(process);
	process_subject(process)->close(state);
	process_subject_destroy(process);
	expect_no_process(pid);
}

/* One that was ended is started anew. */
static void an_ended_one_begins_anew(void **unused)
{
	struct process_subject *process = create("none", "");
	void *state;
	pid_t pid;

	(void)unused;
	process_subject_end(process);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(open_space(process, 1, &state), 0);
		pid = (pid_t)process_subject_pid(process);
		process_subject(process)->close(state);
		process_subject_end(process);
		assert_int_equal(process_subject_pid(process), 0);
		expect_no_process(pid);
		assert_int_equal(process_subject_trouble(process)->kind,
				 PROCESS_FINE);
	}
	process_subject_destroy(process);
}

/* A worker has a program of its own, and the parent's goes on. */
static void each_process_has_its_own(void **unused)
{
	struct process_subject *process = create("none", "");
	const struct tablewalk_subject *s = process_subject(process);
	void *state, *other;
	uint64_t done;
	pid_t mine, worker;
	int status;

	(void)unused;
	assert_int_equal(open_space(process, 1, &state), 0);
	mine = (pid_t)process_subject_pid(process);
	worker = fork();
	if (worker == 0) {
		/* The parent's space is not the worker's. */
		if (s->map(state, 0, 4095, 0, 1, 4, &done) != TABLEWALK_DIED)
			_exit(1);
		if (open_space(process, 1, &other) != 0 ||
		    process_subject_pid(process) == mine)
			_exit(2);
		if (s->map(other, 0, 4095, 0, 1, 4, &done) != 0)
			_exit(3);
		process_subject_destroy(process);
		_exit(waitpid(-1, NULL, WNOHANG) == -1 ? 0 : 4);
	}
	assert_int_equal(waitpid(worker, &status, 0), worker);
	assert_int_equal(status, 0);
	assert_int_equal(s->map(state, 0, 4095, 0, 1, 4, &done), 0);
	assert_int_equal(process_subject_pid(process), mine);
	s->close(state);
	process_subject_destroy(process);
}

/* kill -9 of a worker, in a call and outside of one, takes its program along. */
static void none_outlives_its_owner(void **unused)
{
	static const char *const hows[] = { "stay", "hang" };

	(void)unused;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (unsigned i = 0; i < 2; i++) {
		struct process_subject *process = create(hows[i], "");
		int pair[2];
		pid_t worker, program = 0;
		void *state;

		assert_int_equal(pipe(pair), 0);
		worker = fork();
		if (worker == 0) {
			process_subject_set_deadline(process, 60000);
			if (open_space(process, 1, &state) != 0)
				_exit(1);
			program = (pid_t)process_subject_pid(process);
			if (write(pair[1], &program, sizeof(program)) < 0)
				_exit(1);
			call(process, "", state, 0);
			for (;;)
				pause();
		}
		assert_int_equal(read(pair[0], &program, sizeof(program)),
				 sizeof(program));
		kill(worker, SIGKILL);
		assert_int_equal(waitpid(worker, NULL, 0), worker);
		/* It is this process's now; without an end it would stay. */
		assert_int_equal(waitpid(program, NULL, 0), program);
		expect_no_process(program);
		close(pair[0]);
		close(pair[1]);
		process_subject_destroy(process);
	}
}

/* Random bytes and messages: nothing but a named end comes of them. */
static void babble_is_survived(void **unused)
{
	struct process_subject *process = create("babble", "0");
	const struct tablewalk_subject *s = process_subject(process);
	const struct process_trouble *t = process_subject_trouble(process);
	unsigned died = 0, kinds[PROCESS_PROTOCOL + 1] = { 0 };
	void *state;

	(void)unused;
	for (uint32_t seed = 0; seed < BABBLES; seed++) {
		const char *when = seed % 3 == 0 ? WALK :
				   seed % 3 == 1 ? DUMP : "";
		uint32_t callbacks = seed % 2 ? 0x3f :
					       PROCESS_NO_ANSWERS | 0x3f;
		int error;

		if (seed % 64 == 0)
			store_reset(&store);
		process_subject_set_deadline(process, 10000);
		assert_int_equal(open_space(process, seed, &state), 0);
		process_subject_set_deadline(process, 60);
		error = call(process, when, state, callbacks);
		assert_int_equal(error == TABLEWALK_DIED,
				 t->kind != PROCESS_FINE);
		died += error == TABLEWALK_DIED;
		s->close(state);
		kinds[t->kind]++;
	}
	for (int k = 0; k <= PROCESS_PROTOCOL; k++)
		printf("%s %u\n", process_trouble_name((enum process_trouble_kind)k),
		       kinds[k]);
	/* Most of it is wrong, of many kinds, and some of it is right. */
	assert_true(died > BABBLES / 2);
	assert_true(kinds[PROCESS_FINE] && kinds[PROCESS_GARBAGE] &&
		    kinds[PROCESS_PROTOCOL] && kinds[PROCESS_HUNG] &&
		    kinds[PROCESS_EXITED]);
	process_subject_destroy(process);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_trouble_is_named_and_survived),
		cmocka_unit_test(impossible_programs_are_refused),
		cmocka_unit_test(it_has_to_stay_the_same),
		cmocka_unit_test(one_that_stays_is_ended),
		cmocka_unit_test(an_ended_one_begins_anew),
		cmocka_unit_test(each_process_has_its_own),
		cmocka_unit_test(none_outlives_its_owner),
		cmocka_unit_test(babble_is_survived),
	};
	int failed;

	if (!store_open(&store))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	store_close(&store);
	return failed;
}
