/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What tests of sweeps share: see sweep_fixture.h.
 */
#include "sweep_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

char text_path[] = "/tmp/sweep-test-XXXXXX";

int make_file(void **state)
{
	const int fd = mkstemp(text_path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

int remove_file(void **state)
{
	(void)state;
	return unlink(text_path);
}

void write_text(const char *text)
{
	FILE *out = fopen(text_path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

void expect_same_case(const struct sweep_case *a, const struct sweep_case *b)
{
	assert_ptr_equal(a->format, b->format);
	assert_int_equal(a->control, b->control);
	assert_int_equal(a->space, b->space);
	assert_int_equal(a->leaf, b->leaf);
	assert_int_equal(a->depth, b->depth);
	assert_int_equal(a->bit, b->bit);
	assert_int_equal(a->va, b->va);
	assert_int_equal(a->access, b->access);
	assert_int_equal(a->privilege, b->privilege);
	assert_int_equal(a->translate, b->translate);
	assert_memory_equal(a->word, b->word, sizeof(a->word));
}

void need_guest(const char *format)
{
	char why[256];

	if (guest_available(format, why, sizeof(why)))
		return;
	print_message("skipped: %s\n", why);
	exit(77);
}

struct sweep *open_sweep(const char *format, const struct mmu_arch *model,
			 const char *deviations)
{
	const struct sweep_options options = {
		.model = model, .deviations = deviations,
	};
	char error[512] = "";
	struct sweep *s = sweep_create(pt_format_find(format), &options, error,
				       sizeof(error));

	if (!s)
		fail_msg("%s: %s", format, error);
	return s;
}

void run_scene(struct sweep *s, unsigned scene)
{
	char error[512] = "";

	if (sweep_run(s, scene, error, sizeof(error)))
		fail_msg("scene %u: %s", scene, error);
}

const struct sweep_bucket *unexplained(struct sweep *s)
{
	unsigned count;
	const struct sweep_bucket *b = sweep_buckets(s, &count);

	for (unsigned i = 0; i < count; i++)
		if (!b[i].cause)
			return &b[i];
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

unsigned run_until_unexplained(struct sweep *s, double seconds)
{
	const double end = now() + seconds;
	unsigned n = 0;

	while (n < sweep_scenes(s) && !unexplained(s) && now() < end)
		run_scene(s, n++);
	return n;
}

static void expect_same(const struct sweep_bucket *a,
			const struct sweep_bucket *b)
{
	assert_string_equal(a->architecture, b->architecture);
	assert_int_equal(a->expected.class, b->expected.class);
	assert_int_equal(a->expected.depth, b->expected.depth);
	assert_int_equal(a->got.class, b->got.class);
	assert_int_equal(a->got.depth, b->got.depth);
	assert_int_equal(a->other_page, b->other_page);
	assert_ptr_equal(a->cause, b->cause);
}

void expect_replays(struct sweep *s)
{
	unsigned count;
	const struct sweep_bucket *b = sweep_buckets(s, &count);
	char error[512] = "";

	if (sweep_minimise(s, error, sizeof(error)))
		fail_msg("%s", error);
	for (unsigned i = 0; i < count; i++) {
		struct sweep_bucket again;
		bool found = false;

		/* What may kill the emulator is asked once. */
		if (b[i].cause && b[i].cause->got >> GUEST_DIED & 1)
			continue;
		if (sweep_try(s, &b[i].small, &found, &again, error,
			      sizeof(error)))
			fail_msg("%s", error);
		assert_true(found);
		expect_same(&b[i], &again);
		for (unsigned d = 0; d < PT_DEPTHS; d++)
			assert_int_equal(b[i].small.word[d] &
					 ~b[i].first.word[d], 0);
	}
}
