/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In which order a sweep asks: everything comes once, and whenever it ends it has been
 * everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../hw/hw_format.h"
#include "sweep_fixture.h"

enum { CASES_MIN = 20000 };	/* for each control word: some scenes of it */

static struct sweep *opened(void)
{
	return open_sweep(hw_format()->name, NULL, NULL);
}

static bool same_content(const struct sweep_scene *a,
			 const struct sweep_scene *b)
{
	return a->family == b->family && a->space == b->space &&
	       a->leaf == b->leaf && a->order == b->order &&
	       a->depth == b->depth && a->part == b->part;
}

/* Each content comes once in each round, and never twice under one control word. */
static void everything_comes_once(void **state)
{
	struct sweep *s = opened();
	unsigned controls;
	const struct sweep_control *c = sweep_controls(s, &controls);
	const unsigned contents = sweep_scenes(s) / controls;

	(void)state;
	assert_int_equal(sweep_scenes(s) % controls, 0);
	for (unsigned i = 0; i < contents; i++)
		for (unsigned j = i; j < sweep_scenes(s); j++) {
			const struct sweep_scene *a = sweep_scene(s, i);
			const struct sweep_scene *b = sweep_scene(s, j);

			assert_int_equal(same_content(a, b),
					 j % contents == i);
		}
	for (unsigned k = 0; k < controls; k++) {
		unsigned seen = 0;

		for (unsigned i = 0; i < sweep_scenes(s); i++)
			seen += sweep_scene(s, i)->control == c[k].control;
		assert_int_equal(seen, contents);
		assert_int_equal(c[k].scenes, contents);
		/* All of different content: contents, each at most once. */
		for (unsigned i = 0; i < contents; i++) {
			unsigned times = 0;

			for (unsigned j = i; j < sweep_scenes(s); j += contents)
				times += sweep_scene(s, j)->control ==
					 c[k].control;
			assert_int_equal(times, 1);
		}
	}
	sweep_destroy(s);
}

/* The first half of a round has met every family, and words of every depth. */
static void a_beginning_has_been_everywhere(void **state)
{
	struct sweep *s = opened();
	const struct pt_format *f = hw_format();
	unsigned controls, families = 0, depths = 0, leaves = 0, all_leaves = 0;
	unsigned all = 0;

	(void)state;
	sweep_controls(s, &controls);
	for (unsigned i = 0; i < sweep_scenes(s); i++)
		all_leaves |= 1u << sweep_scene(s, i)->leaf;
	for (unsigned i = 0; i < sweep_scenes(s) / controls / 2; i++) {
		families |= 1u << sweep_scene(s, i)->family;
		depths |= 1u << sweep_scene(s, i)->depth;
		leaves |= 1u << sweep_scene(s, i)->leaf;
	}
	for (unsigned d = f->top; d < PT_DEPTHS; d++)
		all |= 1u << d;
	assert_int_equal(families, (1u << SWEEP_FAMILIES) - 1);
	assert_int_equal(depths, all);
	assert_int_equal(leaves, all_leaves);
	sweep_destroy(s);
}

/* After some ten thousand cases for each, no control word has had half or twice its share. */
static void every_control_word_has_its_share(void **state)
{
	struct sweep *s = opened();
	unsigned controls, n = 0;
	const struct sweep_control *c = sweep_controls(s, &controls);
	uint64_t sum = 0;

	(void)state;
	while (n < sweep_scenes(s) &&
	       sweep_counts(s)->cases < (uint64_t)CASES_MIN * controls)
		run_scene(s, n++);
	for (unsigned i = 0; i < controls; i++) {
		const uint64_t share = sweep_counts(s)->cases / controls;

		sum += c[i].cases;
		if (c[i].cases < share / 2 || c[i].cases > share * 2)
			fail_msg("control word 0x%x: %llu cases of %llu",
				 c[i].control, (unsigned long long)c[i].cases,
				 (unsigned long long)share);
	}
	assert_int_equal(sum, sweep_counts(s)->cases);
	sweep_destroy(s);
}

/* The number of a plan is that of its format's alone, and the same each time. */
static void plans_have_numbers(void **state)
{
	struct sweep *a = opened(), *b = opened();

	(void)state;
	assert_int_equal(sweep_plan_hash(a), sweep_plan_hash(b));
	sweep_destroy(b);
	b = open_sweep("riscv-sv39", NULL, NULL);
	assert_int_not_equal(sweep_plan_hash(a), sweep_plan_hash(b));
	sweep_destroy(a);
	sweep_destroy(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_comes_once),
		cmocka_unit_test(a_beginning_has_been_everywhere),
		cmocka_unit_test(every_control_word_has_its_share),
		cmocka_unit_test(plans_have_numbers),
	};

	need_guest(hw_format()->name);
	need_guest("riscv-sv39");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
