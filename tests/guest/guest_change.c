/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables that change while a guest waits inside a batch: x86-64, 4 levels.
 *
 * Sources: Intel SDM volume 3A, 4.5 (entries), 4.10.4 (invalidation).
 */
#include <string.h>

#include "guest_fixture.h"

enum { PAGES = 4 };

#define TABLE UINT64_C(0x7)
#define LEAF UINT64_C(0x67)

struct scene {
	struct guest *guest;
	struct guest_lot after;
	unsigned calls;
	uint8_t marked;			/* byte 0 of the shadow root, then */
};

/* Pages 0..3 of the address space lead to data pages 0..3. */
static uint64_t set_up(struct guest *g)
{
	for (unsigned i = 0; i < 3; i++)
		fixture_put(g, fixture_table(g, i), 0,
			    fixture_table(g, i + 1) | TABLE);
	for (unsigned i = 0; i < PAGES; i++)
		fixture_put(g, fixture_table(g, 3), i,
			    fixture_data(g, i) | LEAF);
	return fixture_table(g, 0);
}

static void run(struct scene *s, const struct guest_probe *probe,
		struct guest_result *first, struct guest_result *second,
		size_t count, void (*change)(void *context))
{
	const struct guest_lot before = { probe, first, count };
	size_t skipped;

	s->calls = 0;
	s->after = (struct guest_lot){ probe, second, count };
	assert_int_equal(guest_run_changed(s->guest, fixture_table(s->guest, 0),
					   &before, &s->after, change, s,
					   &skipped), 0);
	assert_int_equal(s->calls, 1);
	assert_int_equal(skipped, 0);
}

static void move_page(void *context)
{
	struct scene *s = context;

	s->calls++;
	fixture_put(s->guest, fixture_table(s->guest, 3), 0,
		    fixture_data(s->guest, 9) | LEAF);
}

static void a_held_translation_outlives_its_entry(void **state)
{
	/* Nothing is flushed at the pause; a page first used behind it is new. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	const struct guest_probe warm = {
		.va = 0, .access = PT_READ, .privilege = PT_AS_KERNEL,
	};
	const struct guest_probe cold = {
		.va = 0, .access = PT_READ, .privilege = PT_AS_USER,
	};
	struct guest_result first, second;
	struct scene s = { .guest = g };

	(void)state;
	set_up(g);
	run(&s, &warm, &first, &second, 1, move_page);
	assert_int_equal(first.pa, fixture_data(g, 0));
	assert_int_equal(second.pa, fixture_data(g, 0));
	fixture_expect(g, fixture_table(g, 0), 0, "ooo ooo",
		       fixture_data(g, 9));
	set_up(g);
	s.after.probes = &cold;
	const struct guest_lot before = { &warm, &first, 1 };

	assert_int_equal(guest_run_changed(g, fixture_table(g, 0), &before,
					   &s.after, move_page, &s, NULL), 0);
	assert_int_equal(second.pa, fixture_data(g, 9));
	guest_close(g);
}

static void new_tree(void *context)
{
	struct scene *s = context;
	struct guest *g = s->guest;

	s->calls++;
	s->marked = guest_shadow_root(g)[0];
	fixture_put(g, fixture_table(g, 0), 1, fixture_table(g, 1) | TABLE);
}

static void a_changed_root_is_in_use_and_the_rest_kept(void **state)
{
	/* The new entry is seen; accessed flags of the old one are not lost. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	const uint64_t half_tib = UINT64_C(1) << 39;
	const struct guest_probe probe[] = {
		{ .va = 0x1000, .access = PT_WRITE, .privilege = PT_AS_USER },
		{ .va = half_tib + 0x1000, .access = PT_WRITE, .privilege = PT_AS_USER },
	};
	struct guest_result first[2], second[2];
	struct scene s = { .guest = g };

	(void)state;
	set_up(g);
	run(&s, probe, first, second, 2, new_tree);
	assert_int_equal(first[0].class, GUEST_OK);
	assert_int_equal(first[1].class, GUEST_FAULT_ABSENT);
	assert_int_equal(second[0].class, GUEST_OK);
	assert_int_equal(second[1].class, GUEST_OK);
	assert_int_equal(second[1].pa, fixture_data(g, 1));
	assert_int_equal(s.marked & 0x20, 0x20);
	assert_int_equal(guest_shadow_root(g)[0] & 0x20, 0x20);
	assert_int_equal(fixture_get(g, fixture_table(g, 0), 0) & 0x20, 0);
	guest_close(g);
}

static void fewer(void *context)
{
	struct scene *s = context;

	s->calls++;
	s->after.count = 1;
}

static void the_second_lot_is_read_behind_the_change(void **state)
{
	/* change() decides what is accessed behind it; nothing is allowed. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	const struct guest_probe probe[] = {
		{ .va = 0, .access = PT_READ, .privilege = PT_AS_USER },
		{ .va = 0x1000, .access = PT_READ, .privilege = PT_AS_USER },
	};
	struct guest_result first[2], second[2] = { { .class = GUEST_ODD },
						    { .class = GUEST_ODD } };
	struct scene s = { .guest = g };

	(void)state;
	set_up(g);
	run(&s, probe, first, second, 2, fewer);
	assert_int_equal(second[0].class, GUEST_OK);
	assert_int_equal(second[1].class, GUEST_ODD);
	guest_close(g);
}

static void no_access_before_is_refused(void **state)
{
	/* A batch pauses behind an access. */
	struct guest *g = fixture_open("x86_64-4level", NULL);
	const struct guest_lot none = { .count = 0 };
	struct scene s = { .guest = g };

	(void)state;
	set_up(g);
	assert_int_not_equal(guest_run_changed(g, fixture_table(g, 0), &none,
					       &none, fewer, &s, NULL), 0);
	assert_int_equal(s.calls, 0);
	guest_close(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_held_translation_outlives_its_entry),
		cmocka_unit_test(a_changed_root_is_in_use_and_the_rest_kept),
		cmocka_unit_test(the_second_lot_is_read_behind_the_change),
		cmocka_unit_test(no_access_before_is_refused),
	};

	return fixture_main("x86_64-4level", tests);
}
