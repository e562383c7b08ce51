/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sweep that was interrupted goes on as if it had not been, and from nothing but
 * its own state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sweep_fixture.h"
#include "sweep_state.h"

#define FORMAT "riscv-sv39-svnapot"

static int prepare(void **state)
{
	need_guest(FORMAT);
	return make_file(state);
}

static void save(struct sweep *s, bool deep, unsigned next, double seconds)
{
	char error[256] = "";

	if (!sweep_state_write(s, text_path, deep, next, seconds, error,
			       sizeof(error)))
		fail_msg("%s", error);
}

static unsigned take_up(struct sweep *s)
{
	char error[256] = "";
	double seconds;
	unsigned next;

	if (!sweep_state_read(s, text_path, false, &next, &seconds, error,
			      sizeof(error)))
		fail_msg("%s", error);
	return next;
}

static void same_bucket(const struct sweep_bucket *a,
			const struct sweep_bucket *b)
{
	assert_string_equal(a->architecture, b->architecture);
	assert_int_equal(a->verdict.word, b->verdict.word);
	assert_int_equal(a->verdict.depth, b->verdict.depth);
	assert_int_equal(a->expected.class, b->expected.class);
	assert_int_equal(a->expected.depth, b->expected.depth);
	assert_int_equal(a->got.class, b->got.class);
	assert_int_equal(a->got.depth, b->got.depth);
	assert_int_equal(a->other_page, b->other_page);
	assert_string_equal(a->cause ? a->cause->id : "?",
			    b->cause ? b->cause->id : "?");
	assert_int_equal(a->count, b->count);
	assert_memory_equal(a->by_depth, b->by_depth, sizeof(a->by_depth));
	assert_memory_equal(a->by_bit, b->by_bit, sizeof(a->by_bit));
	assert_int_equal(a->expected_pa, b->expected_pa);
	assert_int_equal(a->got_pa, b->got_pa);
	expect_same_case(&a->first, &b->first);
	expect_same_case(&a->small, &b->small);
}

static void same_sweep(struct sweep *a, struct sweep *b)
{
	unsigned count, count2;
	const struct sweep_bucket *x = sweep_buckets(a, &count);
	const struct sweep_bucket *y = sweep_buckets(b, &count2);

	assert_int_equal(sweep_counts(a)->cases, sweep_counts(b)->cases);
	assert_int_equal(sweep_counts(a)->skipped, sweep_counts(b)->skipped);
	assert_int_equal(count, count2);
	assert_true(count > 0);
	for (unsigned i = 0; i < count; i++)
		same_bucket(&x[i], &y[i]);
	for (unsigned i = 0; i < sweep_deviations(a)->count; i++)
		assert_int_equal(sweep_deviation_met(a, i),
				 sweep_deviation_met(b, i));
}

/* Three pieces, each in a sweep of its own, come to what one go comes to. */
static void pieces_come_to_the_same(const char *deviations)
{
	struct sweep *whole = open_sweep(FORMAT, NULL, deviations);
	const unsigned scenes = sweep_scenes(whole);
	const unsigned end[] = { scenes / 3, scenes - 5, scenes };
	char error[256] = "";
	unsigned next = 0;

	for (unsigned i = 0; i < scenes; i++)
		run_scene(whole, i);
	if (sweep_minimise(whole, error, sizeof(error)))
		fail_msg("%s", error);
	unlink(text_path);
	for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
		struct sweep *piece = open_sweep(FORMAT, NULL, deviations);

		assert_int_equal(take_up(piece), next);
		while (next < end[i])
			run_scene(piece, next++);
		if (sweep_minimise(piece, error, sizeof(error)))
			fail_msg("%s", error);
		save(piece, false, next, 0.5);
		if (next == scenes)
			same_sweep(whole, piece);
		sweep_destroy(piece);
	}
	sweep_destroy(whole);
}

/* An interrupted sweep ends as one in a single go, with reasons known. */
static void an_interrupted_sweep_goes_on(void **state)
{
	(void)state;
	pieces_come_to_the_same(NULL);
}

/* The same where no reason is known. */
static void new_differences_are_kept(void **state)
{
	(void)state;
	pieces_come_to_the_same("/dev/null");
}

/* Seconds and the next scene come back; without a file it begins at 0. */
static void a_state_says_how_far(void **state)
{
	struct sweep *s = open_sweep(FORMAT, NULL, NULL);
	char error[256] = "";
	double seconds;
	unsigned next;

	(void)state;
	save(s, false, 17, 2.5);
	assert_true(sweep_state_read(s, text_path, false, &next, &seconds,
				     error, sizeof(error)));
	assert_int_equal(next, 17);
	assert_true(seconds == 2.5);
	unlink(text_path);
	assert_true(sweep_state_read(s, text_path, false, &next, &seconds,
				     error, sizeof(error)));
	assert_int_equal(next, 0);
	assert_true(seconds == 0);
	save(s, false, 0, 0);
	sweep_destroy(s);
}

static void refused(struct sweep *s, bool deep, const char *sentence)
{
	const uint64_t cases = sweep_counts(s)->cases;
	char error[256] = "", wanted[256];
	double seconds;
	unsigned next, count;

	assert_false(sweep_state_read(s, text_path, deep, &next, &seconds,
				      error, sizeof(error)));
	snprintf(wanted, sizeof(wanted), "%s%s", text_path, sentence);
	assert_string_equal(error, wanted);
	assert_int_equal(next, 0);
	assert_int_equal(sweep_counts(s)->cases, cases);
	sweep_buckets(s, &count);
	assert_int_equal(count, 0);
}

/* Another format's state, or that of a sweep with --deep, is not taken up. */
static void another_sweeps_state_is_refused(void **state)
{
	static const char other[] = " is of another sweep; remove it, or name "
				    "another --state";
	struct sweep *s = open_sweep(FORMAT, NULL, NULL);
	struct sweep *sv39 = open_sweep("riscv-sv39", NULL, NULL);

	(void)state;
	save(sv39, false, 3, 1);
	refused(s, false, other);
	save(s, true, 3, 1);
	refused(s, false, other);
	save(s, false, sweep_scenes(s) + 1, 1);
	refused(s, false, other);
	save(s, false, UINT32_MAX, 1);
	refused(s, false, other);
	save(s, false, 3, 1);
	refused(s, true, other);
	sweep_destroy(sv39);
	sweep_destroy(s);
}

/* Puts value, or nothing, where that object of the state, or itself, has the key. */
static void change_state(const char *object, const char *key, json_t *value)
{
	json_t *o = json_load_file(text_path, 0, NULL), *in = o;

	assert_non_null(o);
	if (object)
		in = json_object_get(o, object);
	assert_non_null(json_object_get(in, key));
	if (value)
		json_object_set_new(in, key, value);
	else
		json_object_del(in, key);
	assert_int_equal(json_dump_file(o, text_path, 0), 0);
	json_decref(o);
}

/*
 * A state from before scenes had the order they have, or of another order, is: its
 * next scene would be another one.
 */
static void another_orders_state_is_refused(void **state)
{
	static const char other[] = " is of another sweep; remove it, or name "
				    "another --state";
	struct sweep *s = open_sweep(FORMAT, NULL, NULL);

	(void)state;
	save(s, false, 3, 1);
	change_state("sweep", "plan", NULL);
	refused(s, false, other);
	save(s, false, 3, 1);
	change_state("sweep", "plan", json_string("0x1"));
	refused(s, false, other);
	sweep_destroy(s);
}

/* What was compared under each control word comes back, or is said to be broken. */
static void cases_of_control_words_are_kept(void **state)
{
	static const char broken[] = ": what was done under each control word "
				     "is broken";
	struct sweep *s = open_sweep(FORMAT, NULL, NULL);
	struct sweep *other = open_sweep(FORMAT, NULL, NULL);
	unsigned count;
	const struct sweep_control *a = sweep_controls(s, &count);
	const struct sweep_control *b = sweep_controls(other, &count);

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		run_scene(s, i);
	save(s, false, 5, 1);
	assert_int_equal(take_up(other), 5);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(a[i].control, b[i].control);
		assert_int_equal(a[i].cases, b[i].cases);
	}
	sweep_destroy(other);
	sweep_destroy(s);
	s = open_sweep(FORMAT, NULL, NULL);
	save(s, false, 5, 1);
	change_state(NULL, "controls", json_array());
	refused(s, false, broken);
	save(s, false, 5, 1);
	change_state(NULL, "controls", NULL);
	refused(s, false, broken);
	sweep_destroy(s);
}

/* What is no state, or one that was cut off, is refused. */
static void broken_states_are_refused(void **state)
{
	static const char *const broken[] = {
		"", "{", "[]", "{}", "{\"next\": 1}", "tablewalk",
		"{\"sweep\": 1, \"next\": \"1\"}",
	};
	struct sweep *s = open_sweep(FORMAT, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		write_text(broken[i]);
		refused(s, false, ": no state of a sweep");
	}
	sweep_destroy(s);
}

/* A bucket that lacks what buckets have is named by its number. */
static void broken_buckets_are_refused(void **state)
{
	struct sweep *s = open_sweep(FORMAT, NULL, NULL);
	char error[256] = "", wanted[256];
	json_t *o, *list;
	double seconds;
	unsigned next;

	(void)state;
	save(s, false, 3, 1);
	o = json_load_file(text_path, 0, NULL);
	assert_non_null(o);
	list = json_object_get(o, "buckets");
	assert_true(json_is_array(list));
	json_array_append_new(list, json_pack("{s:s}", "cause", "?"));
	assert_int_equal(json_dump_file(o, text_path, 0), 0);
	json_decref(o);
	assert_false(sweep_state_read(s, text_path, false, &next, &seconds,
				      error, sizeof(error)));
	snprintf(wanted, sizeof(wanted), "%s: bucket 0 is broken", text_path);
	assert_string_equal(error, wanted);
	sweep_destroy(s);
}

/* A state that cannot be written is said, and the one before it stays. */
static void an_unwritable_state_is_said(void **state)
{
	struct sweep *s = open_sweep(FORMAT, NULL, NULL);
	char error[256] = "";

	(void)state;
	assert_false(sweep_state_write(s, "/nonexistent/state", false, 1, 1,
				       error, sizeof(error)));
	assert_string_equal(error,
			    "/nonexistent/state: No such file or directory");
	sweep_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupted_sweep_goes_on),
		cmocka_unit_test(new_differences_are_kept),
		cmocka_unit_test(a_state_says_how_far),
		cmocka_unit_test(another_sweeps_state_is_refused),
		cmocka_unit_test(another_orders_state_is_refused),
		cmocka_unit_test(cases_of_control_words_are_kept),
		cmocka_unit_test(broken_states_are_refused),
		cmocka_unit_test(broken_buckets_are_refused),
		cmocka_unit_test(an_unwritable_state_is_said),
	};

	return cmocka_run_group_tests(tests, prepare, remove_file);
}
