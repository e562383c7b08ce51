/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the flat model keeps from one case to the next: memory, and always the
 * same amount of it.  What a case costs and which code it runs must not depend
 * on the cases before it; a fuzzer that meets the same input twice would see two
 * paths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flat.h"
#include "toy.h"

/* More than any array holds at first. */
#define MANY 5000

static void check_growth_is_given_back(void **state)
{
	struct flat_geometry geometry;
	struct flat_space space;
	size_t extents, denials, tables;

	(void)state;
	flat_geometry_init(&geometry, &toy_arch);
	flat_init(&space, &geometry);
	assert_true(flat_reserve(&space, 0));
	extents = space.extent_capacity;
	denials = space.denial_capacity;
	tables = space.table[PT_PTE].capacity;

	while (space.extent_capacity <= MANY) {
		space.extents = space.extent_capacity;
		space.denials = space.denial_capacity;
		assert_true(flat_reserve(&space, MANY));
	}
	assert_true(space.denial_capacity > MANY);
	assert_true(space.table[PT_PTE].capacity > MANY);

	flat_reset(&space);
	assert_int_equal(space.extents, 0);
	assert_int_equal(space.extent_capacity, extents);
	assert_int_equal(space.denial_capacity, denials);
	assert_int_equal(space.table[PT_PTE].capacity, tables);
	flat_destroy(&space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_growth_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
