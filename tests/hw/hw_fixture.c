/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Cases under a real guest: see hw_fixture.h.
 */
#include "hw_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tablewalk/vpte.h>

int open_hw(void **state)
{
	char error[256];

	if (!guest_available(hw_format()->name, error, sizeof(error))) {
		print_message("skipped: %s\n", error);
		exit(77);
	}
	*state = hw_create(hw_format(), NULL, error, sizeof(error));
	if (!*state)
		print_message("%s\n", error);
	return *state ? 0 : -1;
}

int close_hw(void **state)
{
	hw_destroy(*state);
	return 0;
}

struct tw_case hw_parse(const char *text)
{
	struct tw_case c;
	char error[256];

	if (case_parse(text, strlen(text), "test", &c, error, sizeof(error)))
		fail_msg("%s", error);
	return c;
}

struct pt_item first_mapped(struct run *run)
{
	const struct pt_format *f = run_format(run);
	const uint64_t low = pt_ones(f->va_rule == PT_VA_SIGNED ?
				     f->va_bits - 1u : f->va_bits);
	const uint64_t top = pt_ones(f->va_word_bits);
	struct pt_iterator iterator;

	for (unsigned half = 0; half < 2; half++) {
		if (pt_iterate(&iterator, run_space(run, 0),
			       half ? top - low : 0, half ? top : low))
			fail_msg("half %u cannot be iterated", half);
		while (pt_iterate_next(&iterator))
			if (iterator.item.kind == PT_LEAF)
				return iterator.item;
	}
	fail_msg("nothing is mapped");
	return iterator.item;
}
