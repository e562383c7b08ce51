/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A program of the oracles and nothing else of the project.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "legit.h"
#include "oracle.h"

/* An oracle of each format maps and finds the first page, without a subject. */
static void oracles_work_without_a_subject(void **state)
{
	struct pt_regime regime = { .pa_bits = 36 };
	struct trace_event event[16];
	unsigned count;
	const struct mmu_arch *const *arch = mmu_all(&count);

	(void)state;
	assert_true(count > 0);
	for (unsigned i = 0; i < count; i++) {
		struct oracle *oracle = oracle_create(arch[i]);
		struct trace trace = { .event = event, .capacity = 16 };
		struct op map = { .kind = OP_MAP, .depth = PT_PTE };
		struct oracle_view view;

		assert_non_null(oracle);
		while (!arch[i]->representable(PT_PTE, map.attrs))
			map.attrs++;
		oracle_reset(oracle, &regime);
		map.last = pt_ones(arch[i]->page_shift);
		oracle_expect(oracle, &map, &trace);
		assert_int_equal(event[trace.count - 1].ret, 0);
		oracle_view(oracle, 0, 0, &view);
		assert_int_equal(view.kind, PT_LEAF);
		assert_int_equal(view.depth, PT_PTE);
		for (unsigned id = 0; legit_entry(id); id++)
			assert_int_equal(oracle_legit_uses(oracle, id), 0);
		oracle_destroy(oracle);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oracles_work_without_a_subject),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
