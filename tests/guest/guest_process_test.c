/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What happens when the emulator hangs, dies or outlives its host.
 * GUEST_FORMAT is the format to do it with.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest_fixture.h"

static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

/* Whether it goes within two seconds. */
static bool goes_away(pid_t pid)
{
	for (unsigned i = 0; i < 200; i++) {
		if (fixture_is_gone(pid))
			return true;
		sleep_ms(10);
	}
	return false;
}

/* One read of address 0 in empty tables. */
static int run_one(struct guest *g)
{
	const struct guest_probe probe = {
		.access = PT_READ, .privilege = PT_AS_KERNEL,
	};
	struct guest_result result;

	return guest_run(g, fixture_table(g, 0), &probe, &result, 1, NULL);
}

static void stopped_emulator_times_out(void **state)
{
	/* An emulator that does not answer is killed, in one sentence. */
	struct guest_options options = { .batch_ms = 300 };
	struct guest *g = fixture_open(GUEST_FORMAT, &options);
	pid_t pid = guest_pid(g);

	(void)state;
	assert_int_equal(run_one(g), 0);
	assert_string_equal(guest_error(g), "");
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(run_one(g), -ETIMEDOUT);
	assert_non_null(strstr(guest_error(g), "did not answer within 300 ms"));
	assert_true(fixture_is_gone(pid));
	assert_int_equal(guest_pid(g), 0);
	assert_int_equal(run_one(g), -EPIPE);
	guest_close(g);
}

/*
 * Maps one page of the table range, which holds an endless loop, at address 0
 * for the kernel.  The root is table 0, and all tables of the chain follow.
 */
static void map_endless_loop(struct guest *g)
{
	bool x86 = strncmp(GUEST_FORMAT, "x86", 3) == 0;
	unsigned levels = x86 ? 4 : 3;

	for (unsigned i = 0; i < levels; i++) {
		uint64_t next = fixture_table(g, i + 1);

		if (x86)
			fixture_put(g, fixture_table(g, i), 0, next | 0x63);
		else	/* a pointer, or a leaf with A, D and all rights */
			fixture_put(g, fixture_table(g, i), 0, next >> 2 |
				    (i + 1 < levels ? 0x01 : 0xcf));
	}
	/* jmp . or j . */
	fixture_put(g, fixture_table(g, levels), 2, x86 ? 0xfeeb : 0x6f);
}

static void runaway_guest_times_out(void **state)
{
	/* A fetch that never comes back does not hang the host. */
	const struct guest_probe probe = {
		.access = PT_EXEC, .privilege = PT_AS_KERNEL,
	};
	struct guest_options options = { .batch_ms = 300 };
	struct guest *g = fixture_open(GUEST_FORMAT, &options);
	struct guest_result result;
	pid_t pid = guest_pid(g);

	(void)state;
	map_endless_loop(g);
	assert_int_equal(guest_run(g, fixture_table(g, 0), &probe, &result, 1,
				   NULL), -ETIMEDOUT);
	assert_true(fixture_is_gone(pid));
	guest_close(g);
}

static void killed_emulator_is_noticed(void **state)
{
	/* A batch that nobody answers any more ends at once, with -EPIPE. */
	struct guest *g = fixture_open(GUEST_FORMAT, NULL);
	time_t start = time(NULL);

	(void)state;
	assert_int_equal(kill(guest_pid(g), SIGKILL), 0);
	assert_int_equal(run_one(g), -EPIPE);
	assert_non_null(strstr(guest_error(g), "ended unexpectedly"));
	assert_true(time(NULL) - start <= 2);
	assert_int_equal(guest_seconds_left(g), 0);
	guest_close(g);
}

static void life_is_bounded(void **state)
{
	/* After max_seconds the emulator is killed, whatever it does. */
	struct guest_options options = { .max_seconds = 1 };
	struct guest *g = fixture_open(GUEST_FORMAT, &options);
	pid_t pid = guest_pid(g);

	(void)state;
	assert_int_equal(run_one(g), 0);
	sleep_ms(1100);
	assert_int_equal(guest_seconds_left(g), 0);
	assert_int_equal(run_one(g), -ETIMEDOUT);
	assert_true(fixture_is_gone(pid));
	guest_close(g);
}

static void waiting_guest_is_stopped(void **state)
{
	/* Behind guest_stop() the emulator gets no processor until its next batch. */
	struct guest *g = fixture_open(GUEST_FORMAT, NULL);
	int status;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(run_one(g), 0);
		guest_stop(g);
		guest_stop(g);
		assert_int_equal(waitpid(guest_pid(g), &status, WUNTRACED),
				 guest_pid(g));
		assert_true(WIFSTOPPED(status));
	}
	assert_int_equal(run_one(g), 0);
	guest_close(g);
}

static void close_leaves_no_process(void **state)
{
	/* Several guests at once; each is gone when its close returns. */
	struct guest *g[3];
	pid_t pid[3];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		g[i] = fixture_open(GUEST_FORMAT, NULL);
		pid[i] = guest_pid(g[i]);
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(run_one(g[i]), 0);
	for (unsigned i = 0; i < 3; i++) {
		guest_close(g[i]);
		assert_true(fixture_is_gone(pid[i]));
	}
}

/* In a child of its own: opens a guest, tells its pid, waits. */
static void be_a_host(int out)
{
	char error[512];
	struct guest *guest;
	pid_t pid = 0;

	if (guest_open(GUEST_FORMAT, NULL, &guest, error, sizeof(error)) == 0)
		pid = guest_pid(guest);
	if (write(out, &pid, sizeof(pid)) == sizeof(pid))
		sleep_ms(60000);
	_exit(1);
}

static void killed_host_takes_the_emulator_along(void **state)
{
	/* SIGKILL for the host is the end of its guests too. */
	pid_t host, emulator = 0;
	int out[2];

	(void)state;
	assert_int_equal(pipe(out), 0);
	host = fork();
	assert_true(host >= 0);
	if (host == 0)
		be_a_host(out[1]);
	assert_int_equal(read(out[0], &emulator, sizeof(emulator)),
			 sizeof(emulator));
	assert_int_not_equal(emulator, 0);
	assert_false(fixture_is_gone(emulator));
	assert_int_equal(kill(host, SIGKILL), 0);
	assert_int_equal(waitpid(host, NULL, 0), host);
	assert_true(goes_away(emulator));
	close(out[0]);
	close(out[1]);
}

static void bad_root_is_refused(void **state)
{
	/* A root outside the table range, or unaligned, is -EINVAL. */
	const struct guest_probe probe = {
		.access = PT_READ, .privilege = PT_AS_KERNEL,
	};
	struct guest *g = fixture_open(GUEST_FORMAT, NULL);
	struct guest_result result;

	(void)state;
	assert_int_equal(guest_run(g, fixture_data(g, 0), &probe, &result, 1,
				   NULL), -EINVAL);
	assert_int_equal(guest_run(g, fixture_table(g, 0) + 8, &probe, &result,
				   1, NULL), -EINVAL);
	assert_int_equal(run_one(g), 0);
	guest_close(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stopped_emulator_times_out),
		cmocka_unit_test(runaway_guest_times_out),
		cmocka_unit_test(killed_emulator_is_noticed),
		cmocka_unit_test(life_is_bounded),
		cmocka_unit_test(waiting_guest_is_stopped),
		cmocka_unit_test(close_leaves_no_process),
		cmocka_unit_test(killed_host_takes_the_emulator_along),
		cmocka_unit_test(bad_root_is_refused),
	};

	return fixture_main(GUEST_FORMAT, tests);
}
